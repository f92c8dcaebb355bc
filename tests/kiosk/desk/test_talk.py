"""Who asked to talk to somebody."""

from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest

from kiosk.desk.desk import TALK_MOST, Desk
from kiosk.errors import VaultError
from kiosk.pack.model import Pack
from kiosk.save import Reflection, Saved, Saver
from kiosk.settings import Home
from tests.kiosk.desk.conftest import ANSWERS, NOON, Clock, page_file
from tests.kiosk.vault.helpers import FaultyDisk


def asks(saver: Saver, pack: Pack, *, talk: bool = True) -> Saved:
    return saver.save(Reflection(pack, ANSWERS, talk=talk))


def named(desk: Desk) -> set[str]:
    return set(desk.asked_to_talk(desk.rows()))


def test_whoever_asked_to_talk_is_named_and_nobody_else(desk: Desk, saver: Saver, small_pack: Pack) -> None:
    first, _, third = (asks(saver, small_pack, talk=talk) for talk in (True, False, True))
    assert named(desk) == {first.id, third.id}
    assert desk.asked_to_talk([desk.vault.row(third.id)]) == {third.id}
    assert desk.asked_to_talk([]) == frozenset()


def test_whoever_was_marked_since_is_named_no_more(desk: Desk, saver: Saver, small_pack: Pack) -> None:
    marked, noted, other = (asks(saver, small_pack) for _ in range(3))
    desk.pick_up(desk.open(str(marked.handle)))
    desk.add_note(desk.open(str(noted.handle)), "We spoke.", NOON)
    assert named(desk) == {other.id}


WRONG = {
    "an hour behind": -timedelta(hours=1),
    "years behind": -timedelta(days=9_000),
    "in 2036": timedelta(days=3_650),
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_a_wish_is_named_until_staff_have_seen_it_whatever_the_clock_showed(
    desk: Desk, saver: Saver, small_pack: Pack, clock: Clock, wrong: timedelta
) -> None:
    clock.now += wrong
    saved = asks(saver, small_pack)
    clock.now -= wrong
    assert named(desk) == {saved.id}
    clock.now += timedelta(days=60)
    assert named(desk) == {saved.id}
    desk.pick_up(desk.open(str(saved.handle)))
    assert named(desk) == set()


@pytest.mark.parametrize("wrong", [*WRONG.values(), timedelta(0)], ids=[*WRONG, "right"])
def test_a_wish_after_staff_had_opened_the_entry_is_named_whatever_the_clock_showed_then(
    desk: Desk, saver: Saver, small_pack: Pack, clock: Clock, wrong: timedelta
) -> None:
    saved = asks(saver, small_pack, talk=False)
    clock.now += wrong
    desk.pick_up(desk.open(str(saved.handle)))
    clock.now -= wrong
    saver.amend(Reflection(small_pack, ANSWERS, talk=True), saved.handle)
    assert named(desk) == {saved.id}


def test_a_wish_that_comes_while_staff_have_the_entry_open_is_named_when_they_mark_it(
    desk: Desk, saver: Saver, small_pack: Pack
) -> None:
    saved = asks(saver, small_pack, talk=False)
    opened = desk.open(str(saved.handle))
    saver.amend(Reflection(small_pack, ANSWERS, talk=True), saved.handle)
    for after in (
        desk.pick_up(opened),
        desk.add_note(opened, "We spoke.", NOON),
        desk.change_state(opened, "closed", NOON),
    ):
        assert named(desk) == {saved.id}
        assert after.row.is_news
    # Once it is marked, what came meanwhile is shown, so marking it again is to have seen it.
    assert desk.pick_up(desk.pick_up(opened)).asks_to_talk
    assert named(desk) == set()


def test_what_a_colleague_writes_into_an_entry_that_lies_open_hides_no_wish_and_makes_none(
    desk: Desk, saver: Saver, small_pack: Pack
) -> None:
    saved = asks(saver, small_pack)
    opened = desk.open(str(saved.handle))
    desk.add_note(replace(desk, staff="Ali").open(str(saved.handle)), "Ali's.", NOON)
    assert not desk.add_note(opened, "Jo's.", NOON).row.is_news
    assert named(desk) == set()
    saver.amend(Reflection(small_pack, ANSWERS, talk=True), saved.handle)
    assert named(desk) == {saved.id}


def test_a_wish_that_came_after_the_newest_state_is_named_though_the_list_was_lost(
    desk: Desk, home: Home, saver: Saver, small_pack: Pack
) -> None:
    """The list then learns from the pages what staff said, and that they cannot have seen what came later."""
    before, after = (asks(saver, small_pack, talk=False) for _ in range(2))
    for one in (before, after):
        desk.change_state(desk.open(str(one.handle)), "closed", NOON)
    saver.amend(Reflection(small_pack, ANSWERS, talk=True), after.handle)
    desk.vault.close()
    home.catalogue.unlink()
    desk.vault.reconcile()
    for one in (before, after):
        assert desk.open(str(one.handle)).row.state == "closed"
    assert [row.id for row in desk.rows() if row.is_news] == [after.id]
    assert named(desk) == {after.id}


def test_a_wish_in_an_amendment_counts_though_the_entry_was_marked_before(
    desk: Desk, saver: Saver, small_pack: Pack
) -> None:
    saved = asks(saver, small_pack, talk=False)
    for _ in range(3):
        desk.pick_up(desk.open(str(saved.handle)))
        assert named(desk) == set()
        saver.amend(Reflection(small_pack, ANSWERS, talk=True), saved.handle)
        assert desk.vault.row(saved.id).is_news
        assert named(desk) == {saved.id}


def test_an_old_entry_with_a_fresh_wish_is_named(
    desk: Desk, saver: Saver, small_pack: Pack, clock: Clock
) -> None:
    saved = asks(saver, small_pack, talk=False)
    clock.now += timedelta(days=60)
    saver.amend(Reflection(small_pack, ANSWERS, talk=True), saved.handle)
    assert named(desk) == {saved.id}


def test_a_wish_that_the_newest_page_does_not_repeat_was_taken_back(
    desk: Desk, saver: Saver, small_pack: Pack
) -> None:
    saved = asks(saver, small_pack)
    saver.amend(Reflection(small_pack, ANSWERS, talk=False), saved.handle)
    assert named(desk) == set()


def test_a_note_by_somebody_who_could_not_mark_the_entry_does_not_hide_the_wish(
    desk: Desk, saver: Saver, small_pack: Pack, disk: FaultyDisk
) -> None:
    saved = asks(saver, small_pack)
    opened = desk.open(str(saved.handle))
    disk.fails("fsync", after=2)
    with pytest.raises(VaultError):
        desk.add_note(opened, "We spoke.", NOON)
    disk.is_well()
    assert len(desk.vault.pages(saved.id)) == 2
    assert named(desk) == {saved.id}


def test_a_page_that_does_not_open_or_has_gone_names_nobody_and_stops_nobody(
    desk: Desk, home: Home, saver: Saver, small_pack: Pack
) -> None:
    damaged, gone, unreadable, other = (asks(saver, small_pack) for _ in range(4))
    rows = desk.rows()
    page_file(home, damaged).write_bytes(b"junk")
    page_file(home, gone).unlink()
    file = page_file(home, unreadable)
    file.unlink()
    file.mkdir()
    assert desk.asked_to_talk(rows) == {other.id}


def test_a_damaged_page_before_the_newest_does_not_hide_a_wish(
    desk: Desk, home: Home, saver: Saver, small_pack: Pack
) -> None:
    saved = asks(saver, small_pack, talk=False)
    saver.amend(Reflection(small_pack, ANSWERS, talk=True), saved.handle)
    (home.vault / saved.id[:2] / f"{saved.id}.0001.age").write_bytes(b"junk")
    assert named(desk) == {saved.id}


def test_however_many_entries_there_are_only_the_newest_are_looked_into(
    desk: Desk, saver: Saver, small_pack: Pack
) -> None:
    saved = asks(saver, small_pack)
    row = desk.vault.row(saved.id)
    others = [msgspec.structs.replace(row, id=f"{number:032x}") for number in range(TALK_MOST)]
    assert desk.asked_to_talk([*others[1:], row]) == {saved.id}
    assert desk.asked_to_talk([*others, row]) == frozenset()
