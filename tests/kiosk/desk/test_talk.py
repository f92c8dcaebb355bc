"""Who asked to talk to somebody."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import msgspec
import pytest

from kiosk.desk.desk import Desk
from kiosk.desk.entries import TALK_MOST
from kiosk.desk.listing import flags_of, with_found
from kiosk.desk.plain_text import opened_text
from kiosk.entry.handle import Handle, HandleKeys
from kiosk.entry.page_file import open_page
from kiosk.entry.pages import Reflection
from kiosk.entry.staff_pages import PlanGoal, Talked
from kiosk.errors import EntryError, VaultError
from kiosk.home import Home
from kiosk.pack.model import Pack
from kiosk.vault.rows import Row
from kiosk.vault.states import STATES
from kiosk.vault.vault import Vault
from kiosk.visit.saving import Saved, Saver, Submission
from tests.kiosk.desk.conftest import ANSWERS, NOON, Clock, loses_its_list, noted, page_file
from tests.kiosk.sealed import FIRST, page_in
from tests.kiosk.vault.helpers import FaultyDisk


def asks(saver: Saver, pack: Pack, *, talk: bool = True) -> Saved:
    return saver.save(Submission(pack, ANSWERS, talk=talk))


def named(desk: Desk) -> set[str]:
    return set(desk.asked_to_talk(desk.rows()))


def test_whoever_asked_to_talk_is_named_and_nobody_else(desk: Desk, saver: Saver, small_pack: Pack) -> None:
    first, _, third = (asks(saver, small_pack, talk=talk) for talk in (True, False, True))
    assert named(desk) == {first.id, third.id}
    assert desk.asked_to_talk([desk.vault.row(third.id)]) == {third.id: NOON}
    assert desk.asked_to_talk([]) == {}


def test_a_wish_stands_until_staff_say_that_they_talked_whatever_else_they_do_with_the_entry(
    desk: Desk, saver: Saver, small_pack: Pack, derive: Callable[[Handle], HandleKeys]
) -> None:
    saved = asks(saver, small_pack)
    opened = desk.pick_up(desk.open(str(saved.handle)))
    opened = desk.add_note(opened, "We spoke.", NOON)
    opened = desk.agree(opened, (PlanGoal(want="A garden"),), NOON)
    for state in STATES[1:]:
        opened = desk.change_state(opened, state, NOON)
    assert not opened.row.is_news
    assert named(desk) == {saved.id}
    assert opened.wish == desk.open(str(saved.handle)).wish
    before = desk.vault.pages(saved.id)[0]
    talked = desk.talked(opened, NOON + timedelta(hours=1))
    assert (named(desk), talked.wish, talked.row.state) == (set(), None, "closed")
    [page] = talked.talks
    assert page == Talked(
        made=NOON + timedelta(hours=1), by="Jo", reflection=open_page(before, desk.identity).hash
    )
    for identity in (desk.identity, derive(saved.handle).identity):
        assert page_in(desk.vault.pages(saved.id)[-1], identity) == page
    assert noted(desk)[-1].did == "talked with the customer"
    assert desk.open(str(saved.handle)) == talked
    assert named(replace(desk, staff="Ali")) == set()


def test_that_staff_talked_answers_the_wish_that_they_saw_and_no_later_one(
    desk: Desk, saver: Saver, small_pack: Pack
) -> None:
    saved = asks(saver, small_pack)
    opened = desk.open(str(saved.handle))
    saver.amend(Submission(small_pack, ANSWERS, talk=True), saved.handle)
    desk.talked(opened, NOON)
    assert named(desk) == {saved.id}
    desk.talked(desk.open(str(saved.handle)), NOON)
    assert named(desk) == set()
    saver.amend(Submission(small_pack, ANSWERS, talk=True), saved.handle)
    assert named(desk) == {saved.id}


def test_answers_that_say_nothing_of_a_wish_neither_end_it_nor_bring_it_back(
    desk: Desk, saver: Saver, small_pack: Pack
) -> None:
    saved = asks(saver, small_pack)
    opened = desk.open(str(saved.handle))
    changed = saver.amend(Submission(small_pack, ANSWERS, talk=None), saved.handle)
    assert (changed.asks, desk.asked_to_talk(desk.rows())) == (True, {saved.id: NOON})
    # The wish that staff saw is the one that stands, though there are newer answers.
    desk.talked(opened, NOON)
    assert named(desk) == set()
    assert not saver.amend(Submission(small_pack, ANSWERS, talk=None), saved.handle).asks
    assert named(desk) == set()
    assert saver.amend(Submission(small_pack, ANSWERS, talk=True), saved.handle).asks
    assert named(desk) == {saved.id}


def test_a_wish_that_is_asked_for_or_taken_back_later_changes_no_answers(
    desk: Desk, saver: Saver, small_pack: Pack, derive: Callable[[Handle], HandleKeys]
) -> None:
    saved, keys = (left := asks(saver, small_pack, talk=False)), derive(left.handle)
    for hour, talk in enumerate((True, True, False, True)):
        replace(saver, clock=partial(NOON.__add__, timedelta(hours=hour))).ask_to_talk(keys, talk=talk)
        assert named(desk) == ({saved.id} if talk else set())
    assert desk.asked_to_talk(desk.rows()) == {saved.id: NOON + timedelta(hours=3)}
    opened = desk.open(str(saved.handle))
    assert sum(isinstance(page, Reflection) for page in opened.pages) == 1
    text = opened_text(opened, NOON)
    assert text.count("1 March 2026: asked to talk to someone") == 3
    assert text.count("1 March 2026: no longer wants to talk") == 1
    talked = desk.talked(opened, NOON)
    assert (talked.wish, named(desk)) == (None, set())


def test_where_nobody_asks_to_talk_nothing_is_said_of_it(desk: Desk, saver: Saver, small_pack: Pack) -> None:
    saved = asks(saver, small_pack, talk=False)
    opened = desk.open(str(saved.handle))
    before = len(noted(desk))
    with pytest.raises(EntryError, match="is not asking to talk"):
        desk.talked(opened, NOON)
    assert (len(desk.vault.pages(saved.id)), len(noted(desk))) == (1, before)


def test_since_when_somebody_asks_is_told_by_the_first_answers_in_a_row_that_ask(
    desk: Desk, saver: Saver, small_pack: Pack
) -> None:
    saved = asks(saver, small_pack, talk=False)

    def since(hour: int, *, talk: bool = True) -> datetime | None:
        at = NOON + timedelta(hours=hour)
        replace(saver, clock=lambda: at).amend(Submission(small_pack, ANSWERS, talk=talk), saved.handle)
        return desk.asked_to_talk(desk.rows()).get(saved.id)

    assert since(1) == since(2) == NOON + timedelta(hours=1)
    assert since(3, talk=False) is None
    assert since(4) == NOON + timedelta(hours=4)
    desk.talked(desk.open(str(saved.handle)), NOON)
    assert since(5) == NOON + timedelta(hours=5)


def test_pages_are_opened_again_only_where_there_is_a_further_one(
    desk: Desk, saver: Saver, small_pack: Pack, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved = [asks(saver, small_pack) for _ in range(3)]
    assert named(desk) == {one.id for one in saved}
    read: list[str] = []
    pages = Vault.named_pages

    def watched(vault: Vault, entry_id: str) -> tuple[tuple[str, bytes], ...]:
        read.append(entry_id)
        return pages(vault, entry_id)

    saver.amend(Submission(small_pack, ANSWERS), saved[1].handle)
    monkeypatch.setattr(Vault, "named_pages", watched)
    assert named(desk) == {saved[0].id, saved[2].id}
    assert read == [saved[1].id]


WRONG = {
    "an hour behind": -timedelta(hours=1),
    "years behind": -timedelta(days=9_000),
    "in 2036": timedelta(days=3_650),
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_a_wish_is_named_until_staff_talked_whatever_the_clock_showed(
    desk: Desk, saver: Saver, small_pack: Pack, clock: Clock, wrong: timedelta
) -> None:
    clock.now += wrong
    saved = asks(saver, small_pack)
    clock.now -= wrong
    assert named(desk) == {saved.id}
    clock.now += timedelta(days=60)
    assert named(desk) == {saved.id}
    desk.talked(desk.open(str(saved.handle)), clock.now)
    assert named(desk) == set()


@pytest.mark.parametrize("wrong", [*WRONG.values(), timedelta(0)], ids=[*WRONG, "right"])
def test_a_wish_after_staff_had_opened_the_entry_is_named_whatever_the_clock_showed_then(
    desk: Desk, saver: Saver, small_pack: Pack, clock: Clock, wrong: timedelta
) -> None:
    saved = asks(saver, small_pack, talk=False)
    clock.now += wrong
    desk.pick_up(desk.open(str(saved.handle)))
    clock.now -= wrong
    saver.amend(Submission(small_pack, ANSWERS, talk=True), saved.handle)
    assert desk.vault.row(saved.id).is_news
    assert named(desk) == {saved.id}


def test_a_wish_that_comes_while_staff_have_the_entry_open_is_shown_when_they_mark_it(
    desk: Desk, saver: Saver, small_pack: Pack
) -> None:
    saved = asks(saver, small_pack, talk=False)
    opened = desk.open(str(saved.handle))
    saver.amend(Submission(small_pack, ANSWERS, talk=True), saved.handle)
    for after in (
        desk.pick_up(opened),
        desk.add_note(opened, "We spoke.", NOON),
        desk.change_state(opened, "closed", NOON),
    ):
        assert named(desk) == {saved.id}
        assert after.row.is_news
    assert desk.pick_up(opened).wish is not None


def test_a_wish_that_a_colleague_answers_while_the_entry_lies_open_is_answered(
    desk: Desk, saver: Saver, small_pack: Pack
) -> None:
    saved = asks(saver, small_pack)
    opened = desk.open(str(saved.handle))
    ali = replace(desk, staff="Ali")
    ali.talked(ali.open(str(saved.handle)), NOON)
    assert not desk.add_note(opened, "Jo's.", NOON).row.is_news
    assert named(desk) == set()
    saver.amend(Submission(small_pack, ANSWERS, talk=True), saved.handle)
    assert named(desk) == {saved.id}


def test_a_wish_that_came_after_the_newest_state_is_named_though_the_list_was_lost(
    desk: Desk, home: Home, saver: Saver, small_pack: Pack
) -> None:
    """The list then learns from the pages what staff said, and that they cannot have seen what came later."""
    before, after = (asks(saver, small_pack, talk=False) for _ in range(2))
    for one in (before, after):
        desk.change_state(desk.open(str(one.handle)), "closed", NOON)
    saver.amend(Submission(small_pack, ANSWERS, talk=True), after.handle)
    loses_its_list(desk, home)
    for one in (before, after):
        assert desk.open(str(one.handle)).row.state == "closed"
    assert [row.id for row in desk.rows() if row.is_news] == [after.id]
    assert named(desk) == {after.id}


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
    assert desk.asked_to_talk(rows) == {other.id: NOON}


def test_a_damaged_page_before_the_newest_does_not_hide_a_wish(
    desk: Desk, home: Home, saver: Saver, small_pack: Pack
) -> None:
    saved = asks(saver, small_pack, talk=False)
    saver.amend(Submission(small_pack, ANSWERS, talk=True), saved.handle)
    (home.vault / saved.id[:2] / f"{saved.id}.{FIRST}.age").write_bytes(b"junk")
    assert named(desk) == {saved.id}


def test_of_very_many_entries_those_with_news_and_the_latest_are_looked_into_first_and_all_at_last(
    desk: Desk, saver: Saver, small_pack: Pack
) -> None:
    saved = asks(saver, small_pack)
    row = desk.vault.row(saved.id)
    others = [msgspec.structs.replace(row, id=f"{number:032x}") for number in range(TALK_MOST)]

    def first(*rows: Row) -> tuple[set[str], int]:
        fresh = replace(desk)
        return set(fresh.asked_to_talk(rows)), len(fresh.unread(rows))

    assert first(*others[1:], row) == ({saved.id}, 0)
    assert first(*others, row) == (set(), 1)
    seen = [msgspec.structs.replace(other, seen=FIRST) for other in others]
    assert first(*seen, row) == ({saved.id}, 1)
    later = msgspec.structs.replace(row, seen=FIRST, last_page=NOON + timedelta(days=1))
    assert first(*seen, later) == ({saved.id}, 1)
    assert desk.look_into([*others, row])
    assert (set(desk.asked_to_talk([*others, row])), desk.unread([*others, row])) == ({saved.id}, [])


def test_a_wish_in_an_old_entry_that_is_closed_and_was_read_is_found(
    desk: Desk, saver: Saver, small_pack: Pack, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved = asks(saver, small_pack)
    desk.change_state(desk.open(str(saved.handle)), "closed", NOON)
    asks(saver, small_pack, talk=False)
    monkeypatch.setattr("kiosk.desk.entries.TALK_MOST", 1)
    flags = flags_of(desk, desk.rows(), 90, NOON)
    assert (flags.talk, flags.unread) == ({}, 1)
    assert desk.look_into(desk.rows())
    flags = with_found(flags, desk, desk.rows())
    assert (set(flags.talk), flags.unread) == ({saved.id}, 0)
