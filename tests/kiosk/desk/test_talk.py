"""Who asked to talk to somebody."""

from datetime import datetime, timedelta

import msgspec
import pytest

from kiosk.desk.desk import TALK, TALK_MOST, Desk
from kiosk.errors import VaultError
from kiosk.pack.model import Pack
from kiosk.save import Reflection, Saved, Saver
from kiosk.settings import Home
from tests.kiosk.desk.conftest import ANSWERS, NOON, Clock, page_file
from tests.kiosk.vault.helpers import FaultyDisk


def asks(saver: Saver, pack: Pack, *, talk: bool = True) -> Saved:
    return saver.save(Reflection(pack, ANSWERS, talk=talk))


def named(desk: Desk, now: datetime = NOON) -> set[str]:
    return set(desk.asked_to_talk(desk.rows(), now))


def test_whoever_asked_to_talk_is_named_and_nobody_else(desk: Desk, saver: Saver, small_pack: Pack) -> None:
    first, _, third = (asks(saver, small_pack, talk=talk) for talk in (True, False, True))
    assert named(desk) == {first.id, third.id}
    assert desk.asked_to_talk([desk.vault.row(third.id)], NOON) == {third.id}
    assert desk.asked_to_talk([], NOON) == frozenset()


def test_whoever_was_marked_since_is_named_no_more(desk: Desk, saver: Saver, small_pack: Pack) -> None:
    marked, noted, other = (asks(saver, small_pack) for _ in range(3))
    desk.pick_up(desk.open(str(marked.handle)))
    desk.add_note(desk.open(str(noted.handle)), "We spoke.", NOON)
    assert named(desk) == {other.id}


def test_a_wish_is_named_for_some_days_and_no_longer(
    desk: Desk, saver: Saver, small_pack: Pack, clock: Clock
) -> None:
    saved = asks(saver, small_pack)
    assert named(desk, clock.now + TALK) == {saved.id}
    assert named(desk, clock.now + TALK + timedelta(seconds=1)) == set()


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
    assert named(desk, clock.now) == {saved.id}


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
    assert desk.asked_to_talk(rows, NOON) == {other.id}


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
    assert desk.asked_to_talk([*others[1:], row], NOON) == {saved.id}
    assert desk.asked_to_talk([*others, row], NOON) == frozenset()
