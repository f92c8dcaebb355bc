"""What the customer kept back, and how much is shared."""

import pytest

from kiosk.desk.desk import Desk
from kiosk.entry.answers import Answer
from kiosk.entry.pages import AnyPage, Reflection, whole
from kiosk.errors import SealError
from kiosk.home import Home
from kiosk.pack.model import Pack
from kiosk.visit.saving import Saved, Saver, Submission
from tests.kiosk.desk.conftest import ANSWERS, NOON, page_file


def values(page: AnyPage) -> dict[str, Answer]:
    assert isinstance(page, Reflection)
    return {one.id: one.value for one in page.answers() if one.value is not None}


def test_what_the_customer_kept_back_shows_only_once_it_is_revealed(desk: Desk, private: Saved) -> None:
    opened = desk.open(str(private.handle))
    assert opened.keeps_back
    assert values(opened.pages[0]) == {"mood": 2}
    revealed = opened.revealed()
    assert values(revealed.pages[0]) == ANSWERS
    assert not revealed.keeps_back
    assert values(opened.pages[0]) == {"mood": 2}


def test_an_entry_that_keeps_nothing_back_is_as_it_was_when_it_is_revealed(desk: Desk, saved: Saved) -> None:
    opened = desk.open(str(saved.handle))
    assert not opened.keeps_back
    assert opened.revealed() == opened


def test_a_part_kept_back_in_any_of_the_pages_is_told_and_revealed(
    desk: Desk, saver: Saver, private: Saved, small_pack: Pack
) -> None:
    saver.amend(Submission(small_pack, {"day": "Rain"}), private.handle)
    opened = desk.add_note(desk.open(str(private.handle)), "We spoke.", NOON)
    assert opened.keeps_back
    first, second, note = opened.revealed().pages
    assert (values(first), values(second)) == (ANSWERS, {"day": "Rain"})
    assert note == opened.pages[2]


def test_the_venues_key_does_not_open_what_was_kept_back(desk: Desk, private: Saved) -> None:
    [page] = desk.open(str(private.handle)).pages
    assert isinstance(page, Reflection)
    with pytest.raises(SealError):
        whole(page, desk.identity)


def test_the_keys_that_a_code_leads_to_do_not_show_in_repr(desk: Desk, private: Saved) -> None:
    told = repr(desk.open(str(private.handle)))
    assert "SECRET" not in told
    assert private.handle.groups[0] not in told


# -- how much is shared


def test_how_much_of_the_newest_answers_is_shared_is_told(desk: Desk, saver: Saver, small_pack: Pack) -> None:
    saved = saver.save(Submission(small_pack, ANSWERS, {"second"}))
    assert desk.shared(desk.vault.row(saved.id)) == (len(small_pack.sections) - 1, False)
    saver.amend(Submission(small_pack, ANSWERS), saved.handle)
    desk.add_note(desk.open(str(saved.handle)), "We spoke.", NOON)
    assert desk.shared(desk.vault.row(saved.id)) == (len(small_pack.sections), True)


def test_where_the_newest_answers_do_not_open_older_ones_tell_nothing(
    desk: Desk, saver: Saver, small_pack: Pack, home: Home
) -> None:
    saved = saver.save(Submission(small_pack, ANSWERS))
    saver.amend(Submission(small_pack, ANSWERS, {"second"}), saved.handle)
    newest = max(home.vault.rglob(f"{saved.id}*.age"))
    newest.write_bytes(b"spoilt")
    assert desk.shared(desk.vault.row(saved.id)) is None


def test_of_an_entry_that_does_not_open_or_is_gone_nothing_is_told(
    desk: Desk, saved: Saved, home: Home
) -> None:
    row = desk.vault.row(saved.id)
    page_file(home, saved).write_bytes(b"spoilt")
    assert desk.shared(row) is None
    desk.vault.erase(saved.id)
    assert desk.shared(row) is None
