"""A wish to talk without any answers: an entry as any other, which says plainly that it holds no more."""

import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from kiosk import seal
from kiosk.counts import uncounted
from kiosk.counts.quarters import Quarter
from kiosk.counts.tally import Counted, Job, Reader, entries_in
from kiosk.desk import new_code
from kiosk.desk.desk import Desk
from kiosk.desk.export_all import open_every, table_of
from kiosk.desk.exports.csv import csv_of
from kiosk.desk.exports.json import json_of
from kiosk.desk.exports.markdown import markdown_of
from kiosk.desk.plain_text import opened_text
from kiosk.entry import blocks
from kiosk.entry.handle import Handle, HandleKeys
from kiosk.entry.names import NameWords
from kiosk.entry.opened import Opened
from kiosk.entry.pages import Asked, Reflection
from kiosk.home import Home
from kiosk.pack.model import Pack
from kiosk.upkeep import retention
from kiosk.vault.page_files import Strays
from kiosk.visit.drafts import Drafts
from kiosk.visit.returning import Own, Returning
from kiosk.visit.saving import Saved, Saver, Submission
from tests.kiosk.desk.conftest import ANSWERS, NOON, noted
from tests.kiosk.sealed import FIRST, page_in

SAYS = "The customer asked to talk and answered no questions."


@pytest.fixture
def wish(saver: Saver) -> Saved:
    return saver.save_wish(saver.new_code())


@pytest.fixture
def opened(desk: Desk, wish: Saved) -> Opened:
    return desk.open(str(wish.handle))


@pytest.fixture
def returning(desk: Desk, home: Home, names: NameWords) -> Returning:
    return Returning(desk.vault, Drafts(home.drafts), names, desk.derive)


def counted(desk: Desk, home: Home) -> Counted:
    reader = Reader(Job(home.vault, desk.identity))
    return reader.count([*entries_in(home.vault, (), Strays())])


def test_it_is_one_sealed_page_that_customer_and_staff_open_and_that_names_nobody(
    desk: Desk, wish: Saved, derive: Callable[[Handle], HandleKeys]
) -> None:
    keys = derive(wish.handle)
    [sealed] = desk.vault.pages(wish.id)
    page = Asked(made=NOON, reader=seal.recipient_of(keys.identity), talk=True)
    assert page_in(sealed, desk.identity) == page_in(sealed, keys.identity) == page
    assert wish == Saved(wish.handle, desk.vault.name_of(keys.id), keys.id)
    assert wish.asks
    [row] = desk.rows()
    assert (row.id, row.name, row.source, row.state) == (wish.id, wish.name, "kiosk", "waiting")


def test_its_files_are_those_of_a_reflection_and_as_large(
    desk: Desk, home: Home, wish: Saved, saver: Saver, small_pack: Pack
) -> None:
    other = saver.save(Submission(small_pack, ANSWERS))

    def files(saved: Saved) -> dict[str, int]:
        found = {
            file.name.removeprefix(saved.id): file.read_bytes() for file in home.vault.rglob(f"{saved.id}.*")
        }
        return {name: len(seal.open_sealed(data, desk.identity)) for name, data in found.items()}

    assert files(wish) == files(other)
    assert len(files(wish)) == 2


def test_it_asks_to_talk_until_staff_say_that_they_talked(desk: Desk, wish: Saved, opened: Opened) -> None:
    assert desk.asked_to_talk(desk.rows()) == {wish.id: NOON}
    assert (opened.wish and opened.wish.since, opened.is_wish_alone, opened.doubts) == (NOON, True, ())
    talked = desk.talked(opened, NOON + timedelta(hours=1))
    assert desk.asked_to_talk(desk.rows()) == {}
    assert talked.is_wish_alone
    assert noted(desk)[-1].did == "talked with the customer"


def test_staff_can_add_to_it_with_its_code_and_without(desk: Desk, wish: Saved, opened: Opened) -> None:
    desk.add_note(opened, "We meet on Monday.", NOON)
    found = desk.open_without_code(desk.rows()[0], "She lost her slip", "Ali")
    assert "the kiosk cannot prove that it comes from the customer" in found.doubts[0]
    talked = desk.talked(found, NOON)
    assert [note.text for note in desk.open(str(wish.handle)).notes.values()] == ["We meet on Monday."]
    assert talked.is_wish_alone


def test_whatever_leaves_the_kiosk_says_that_it_holds_a_wish_alone(opened: Opened, desk: Desk) -> None:
    name = opened.row.name
    assert SAYS in opened_text(opened, NOON)
    assert SAYS[:-1] in markdown_of(opened).decode()
    assert [told.text for told in blocks.about(opened)] == [SAYS]
    told = json.loads(json_of(opened))
    assert (told["answers"], told["before"], [one["talk"] for one in told["asked"]]) == (None, [], [True])
    [heads, row] = csv.reader(io.StringIO(csv_of([opened]).decode("utf-8-sig")))
    assert (row[0], row[heads.index("kind")], row[heads.index("words")]) == (
        name, "no answers", SAYS,
    )  # fmt: skip
    every, unread = open_every(desk, "Ali", "A report")
    assert (every, unread) == ([replace(opened, keys=None)], [])
    [heads, row] = csv.reader(io.StringIO(table_of(every, NOON.date()).decode("utf-8-sig")))
    assert row[heads.index("name")] == name


def test_one_whose_answers_do_not_open_is_no_wish_alone(
    desk: Desk, saver: Saver, small_pack: Pack, home: Home
) -> None:
    saved = saver.save(Submission(small_pack, ANSWERS))
    saver.ask_to_talk(desk.derive(saved.handle), talk=True)
    [file] = home.vault.rglob(f"{saved.id}.{FIRST}.age")
    file.chmod(0o600)
    file.write_bytes(file.read_bytes()[:-1])
    broken = desk.open(str(saved.handle))
    assert broken.newest is None
    assert not broken.is_wish_alone
    assert SAYS not in opened_text(broken, NOON)


def test_it_counts_nowhere_and_nothing_in_it_is_left_open(desk: Desk, home: Home, wish: Saved) -> None:
    found = counted(desk, home)
    assert (found.tables, found.told, found.unread, found.marks) == ({}, {}, 0, set())
    desk.vault.erase(wish.id, why="time")
    assert len(uncounted.waiting(home)) == 1
    uncounted.count(home, desk.identity, Quarter(2027, 1), found)
    assert (found.tables, found.unread) == ({}, 0)


def test_answers_that_are_added_to_it_are_an_entry_as_any_other(
    desk: Desk, home: Home, saver: Saver, wish: Saved, small_pack: Pack, returning: Returning
) -> None:
    saved = saver.amend(Submission(small_pack, ANSWERS, talk=None), wish.handle)
    assert (saved.id, saved.name, saved.asks) == (wish.id, wish.name, True)
    opened = desk.open(str(wish.handle))
    assert (opened.is_wish_alone, opened.doubts, opened.wish and opened.wish.since) == (False, (), NOON)
    [table] = counted(desk, home).tables.values()
    assert table.entries == 1
    own = returning.open(wish.handle)
    assert isinstance(own, Own)
    assert (len(own.reflections), own.asks_to_talk) == (1, True)


def test_its_customer_can_take_it_back_and_delete_it(
    desk: Desk, saver: Saver, wish: Saved, returning: Returning
) -> None:
    saver.ask_to_talk(desk.derive(wish.handle), talk=False)
    own = returning.open(wish.handle)
    assert isinstance(own, Own)
    assert (own.reflections, own.asks_to_talk, own.name) == ((), False, wish.name)
    assert desk.asked_to_talk(desk.rows()) == {}
    returning.delete(own)
    assert desk.rows() == ()


def test_it_can_get_a_new_code_and_asks_still(desk: Desk, wish: Saved) -> None:
    found = desk.open_without_code(desk.rows()[0], "She lost her slip", "Ali")
    given = new_code.give(desk, found, "Ali", new_code.drawn(desk), NOON + timedelta(days=1))
    opened = desk.open(str(given.saved.handle))
    assert (opened.is_wish_alone, opened.wish and opened.wish.since, opened.doubts) == (True, NOON, ())
    assert [*desk.asked_to_talk(desk.rows())] == [given.saved.id]


def test_it_is_kept_as_long_as_answers_are(desk: Desk, wish: Saved, saver: Saver, small_pack: Pack) -> None:
    other = saver.save(Submission(small_pack, ANSWERS))
    days = [
        retention.goes(desk.vault.row(one.id), 90) - desk.vault.row(one.id).saved for one in (wish, other)
    ]
    assert days[0] == days[1]


def test_no_reflection_is_made_up_for_it(desk: Desk, wish: Saved) -> None:
    assert not any(isinstance(page_in(one, desk.identity), Reflection) for one in desk.vault.pages(wish.id))
    assert desk.newest(desk.rows()[0]) is None
    assert desk.shared(desk.rows()[0]) is None
