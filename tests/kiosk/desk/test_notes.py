"""Notes that staff add to an entry."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from kiosk import seal
from kiosk.desk.desk import Desk
from kiosk.desk.plain_text import opened_text, opened_value
from kiosk.entry.names import NameWords
from kiosk.entry.staff_pages import Note, TakenBack
from kiosk.errors import NoEntryError, NotMarkedError, SaveError
from kiosk.home import Home
from kiosk.vault.page_names import page_name
from kiosk.visit.drafts import Drafts
from kiosk.visit.returning import Own, Returning
from kiosk.visit.saving import Saved
from tests.kiosk.desk.conftest import NOON
from tests.kiosk.sealed import FIRST, SECOND, THIRD, page_in, sealed_page
from tests.kiosk.vault.helpers import FaultyDisk


def test_a_note_is_a_further_page_that_venue_and_customer_can_read(desk: Desk, saved: Saved) -> None:
    before = desk.vault.pages(saved.id)
    later = NOON + timedelta(hours=1, microseconds=5)
    opened = desk.add_note(desk.open(str(saved.handle)), "  We spoke.\n\nMore\x1b[2J on Monday. ", later)
    note = Note(made=NOON + timedelta(hours=1), by="Jo", text="We spoke.\n\nMore[2J on Monday.")
    assert opened.pages[-1] == note
    *rest, sealed = desk.vault.pages(saved.id)
    assert tuple(rest) == before
    for identity in (desk.identity, desk.derive(saved.handle).identity):
        assert page_in(sealed, identity) == note
    assert sealed.count(b"-> X25519 ") == 2
    assert desk.open(str(saved.handle)).pages == opened.pages


def test_a_note_marks_the_entry_and_is_no_news_to_staff(desk: Desk, saved: Saved) -> None:
    opened = desk.add_note(desk.open(str(saved.handle)), "We spoke.", NOON)
    assert (opened.row.picked_up_by, opened.row.pages, opened.row.is_news) == ("Jo", (FIRST, SECOND), False)
    ali = replace(desk, staff="Ali")
    again = ali.add_note(ali.open(str(saved.handle)), "I too.", NOON)
    assert (again.row.picked_up_by, again.row.pages, again.row.is_news) == (
        "Jo",
        (FIRST, SECOND, THIRD),
        False,
    )
    assert [page.by for page in again.pages if isinstance(page, Note)] == ["Jo", "Ali"]
    assert desk.vault.row(saved.id) == again.row


def test_a_note_stays_beside_what_was_revealed(desk: Desk, private: Saved) -> None:
    revealed = desk.open(str(private.handle)).revealed()
    noted = desk.add_note(revealed, "We spoke.", NOON)
    assert noted.pages[:-1] == revealed.pages
    assert desk.open(str(private.handle)).keeps_back


def test_a_note_on_an_entry_that_has_gone_saves_nothing(desk: Desk, saved: Saved) -> None:
    opened = desk.open(str(saved.handle))
    desk.vault.erase(saved.id)
    with pytest.raises(NoEntryError):
        desk.add_note(opened, "We spoke.", NOON)
    assert desk.rows() == ()


def test_a_note_that_the_disk_does_not_take_is_told_and_can_be_tried_again(
    desk: Desk, saved: Saved, disk: FaultyDisk
) -> None:
    opened = desk.open(str(saved.handle))
    disk.fails("link")
    with pytest.raises(SaveError):
        desk.add_note(opened, "We spoke.", NOON)
    disk.is_well()
    assert desk.vault.row(saved.id).state == "waiting"
    assert len(desk.vault.pages(saved.id)) == 1
    assert len(desk.add_note(opened, "We spoke.", NOON).pages) == 2


def test_a_note_that_was_saved_on_an_entry_that_could_not_be_marked_is_told_apart(
    desk: Desk, saved: Saved, disk: FaultyDisk
) -> None:
    opened = desk.open(str(saved.handle))
    disk.fails("fsync", after=2)  # those of the page and of its shelf go well
    with pytest.raises(NotMarkedError, match="This is saved"):
        desk.add_note(opened, "We spoke.", NOON)
    disk.is_well()
    assert isinstance(desk.open(str(saved.handle)).pages[-1], Note)
    assert desk.vault.row(saved.id).is_news


def test_on_the_command_line_a_note_is_read_with_who_wrote_it(desk: Desk, saved: Saved) -> None:
    opened = desk.add_note(desk.open(str(saved.handle)), "We spoke.\nMore soon.", NOON)
    assert "NOTE 2. Jo wrote on 1 March 2026:\n  We spoke.\n  More soon." in opened_text(opened, NOON)
    assert opened_value(opened)["pages"][-1] == {
        "version": 1,
        "kind": "note",
        "made": "2026-03-01T12:00:00Z",
        "by": "Jo",
        "text": "We spoke.\nMore soon.",
    }


def test_of_two_equal_notes_of_one_second_the_one_that_is_taken_back_goes(
    desk: Desk, saved: Saved, home: Home, names: NameWords
) -> None:
    def standing() -> list[str]:
        """Return what the notes are called as staff read them; the customer reads as many."""
        opened = desk.open(str(saved.handle))
        own = Returning(desk.vault, Drafts(home.drafts), names, desk.derive).open(saved.handle)
        assert isinstance(own, Own)
        assert own.pages == opened.pages
        return [*opened.notes]

    opened = desk.open(str(saved.handle))
    for _ in range(3):
        opened = desk.add_note(opened, "We spoke.", NOON)
    assert standing() == [*opened.notes] == ["2", "3", "4"]
    opened = desk.take_back(opened, "3", NOON)
    assert standing() == [*opened.notes] == ["2", "4"]
    assert [*desk.take_back(opened, "2", NOON).notes] == standing() == ["4"]


def test_of_notes_of_one_counter_from_two_places_the_one_that_is_taken_back_goes(
    desk: Desk, saved: Saved
) -> None:
    """They are told apart by a letter, which stays theirs once one of them is gone."""
    first = desk.open(str(saved.handle))
    opened = desk.add_note(first, "Here.", NOON)
    assert not opened.row.is_news
    readers = (seal.recipient_of(desk.identity), opened.reader)
    places = {"0a" * 8: "Before.", "fe" * 8: "After."}
    for place, text in places.items():
        note = Note(made=NOON, by="Ann", text=text)
        given: dict[str, Any] = {"counter": 2, "writer": place, "before": first.newest_hash}
        sealed = sealed_page(note, readers, saved.id, keys=desk.tags, **given)
        desk.vault.page_files.put(saved.id, page_name(2, place), sealed, 7)
    desk.vault.reconcile()
    [row] = desk.rows()
    assert (len(row.pages), row.is_news) == (4, True)
    opened = desk.open(str(saved.handle))
    told = {label: note.text for label, note in opened.notes.items()}
    assert (told, opened.doubts) == ({"2a": "Before.", "2b": "Here.", "2c": "After."}, ())
    assert [f"NOTE {label}. " in opened_text(opened, NOON) for label in ("2", *told)] == [False] + [True] * 3
    taken = desk.take_back(opened, "2a", NOON)
    assert isinstance(page := taken.pages[-1], TakenBack)
    assert (page.note, taken.wrote) == (page_name(2, "0a" * 8), THIRD)
    for left in (taken, desk.open(str(saved.handle))):
        assert [*left.notes] == ["2b", "2c"]
