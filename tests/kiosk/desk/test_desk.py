"""The unlocked desk: an entry is found by its code, read, and picked up once."""

from collections.abc import Callable
from dataclasses import replace
from unittest.mock import Mock

import msgspec
import pytest

from kiosk import seal
from kiosk.desk.desk import Desk
from kiosk.entry import handle
from kiosk.entry.handle import ALPHABET, Handle
from kiosk.errors import EntryError, HandleError, NoEntryError, SealError
from kiosk.home import Home
from kiosk.pack.model import Pack
from kiosk.visit.saving import Saved, Saver, Submission
from tests.kiosk.desk.conftest import ANSWERS, page_file
from tests.kiosk.entry.answers import reflection


def wrong_at(code: Handle, place: int) -> str:
    symbol = ALPHABET[(ALPHABET.index(code.symbols[place]) + 7) % 32]
    return code.symbols[:place] + symbol + code.symbols[place + 1 :]


def refused(desk: Desk, typed: str) -> HandleError | NoEntryError:
    try:
        desk.open(typed)
    except (HandleError, NoEntryError) as error:
        return error
    pytest.fail("the code opened an entry")


def test_an_entry_opens_by_its_code_as_it_was_saved(desk: Desk, saved: Saved) -> None:
    opened = desk.open(str(saved.handle))
    assert (opened.row.id, opened.row.name, opened.row.state) == (saved.id, saved.name, "waiting")
    [page] = opened.pages
    assert {one.id: one.value for one in reflection(page).answers() if one.value is not None} == ANSWERS


def test_a_code_that_no_entry_has_says_so(desk: Desk, saved: Saved) -> None:
    other = handle.draw().symbols
    error = refused(desk, other)
    assert isinstance(error, NoEntryError)
    assert desk.explain(other, error) == str(error) == "There is no entry with that code on this machine."


@pytest.mark.parametrize("place", range(16))
def test_one_wrong_symbol_names_its_group(desk: Desk, saved: Saved, place: int) -> None:
    typed = wrong_at(saved.handle, place)
    group = place // 4 + 1
    assert desk.wrong_group(typed) == group
    word = ("first", "second", "third", "fourth")[group - 1]
    said = desk.explain(typed, refused(desk, typed))
    assert said == f"Check the {word} group. It is wrong."


def test_two_neighbours_that_were_swapped_name_their_group(
    desk: Desk, saver: Saver, small_pack: Pack
) -> None:
    code = handle.read("K7QX4MDP9RTW2HN9")
    replace(saver, draw=lambda: code).save(Submission(small_pack, ANSWERS))
    typed = "K7QX 4DMP 9RTW 2HN9"
    assert desk.wrong_group(typed) == 2
    assert desk.explain(typed, refused(desk, typed)).startswith("Check the second group.")


def test_a_mistyped_code_of_no_entry_here_names_no_group(desk: Desk, saved: Saved) -> None:
    typed = wrong_at(handle.draw(), 5)
    error = refused(desk, typed)
    assert desk.wrong_group(typed) is None
    assert desk.explain(typed, error) == str(error)
    assert "Check each group again" in str(error)


def test_a_group_that_the_text_itself_gives_away_costs_no_search(desk: Desk, saved: Saved) -> None:
    idle = replace(desk, derive=Mock(side_effect=AssertionError("nothing has to be derived")))
    for typed in ("K7QX 4MD 9RTW 2HN9", "K7QX 4MDU 9RTW 2HN9", "K7QX", ""):
        error = refused(idle, typed)
        assert idle.explain(typed, error) == str(error)


def test_a_right_code_has_no_wrong_group(desk: Desk, saved: Saved) -> None:
    assert desk.wrong_group(saved.handle.symbols) is None


def test_an_erased_entry_is_found_neither_by_its_code_nor_by_one_beside_it(desk: Desk, saved: Saved) -> None:
    desk.vault.erase(saved.id)
    assert isinstance(refused(desk, saved.handle.symbols), NoEntryError)
    assert desk.wrong_group(wrong_at(saved.handle, 3)) is None


@pytest.mark.parametrize(
    "spoil", [lambda page: bytes(page[:-1]) + bytes([page[-1] ^ 1]), lambda _: b"", lambda _: b"junk"]
)
def test_a_page_that_is_damaged_is_refused_in_words(
    desk: Desk, home: Home, saved: Saved, spoil: Callable[[bytes], bytes]
) -> None:
    file = page_file(home, saved)
    file.write_bytes(spoil(file.read_bytes()))
    with pytest.raises(SealError, match="damaged"):
        desk.open(saved.handle.symbols)


def test_a_page_that_opens_and_is_no_entry_is_refused_in_words(desk: Desk, home: Home, saved: Saved) -> None:
    page_file(home, saved).write_bytes(seal.seal(b'{"no": "entry"}', (seal.recipient_of(desk.identity),)))
    with pytest.raises(EntryError):
        desk.open(saved.handle.symbols)


def test_opening_does_not_pick_up_and_the_first_to_pick_up_stays(desk: Desk, saved: Saved) -> None:
    opened = desk.open(saved.handle.symbols)
    assert opened.row.state == "waiting"
    first = desk.pick_up(opened).row
    assert (first.picked_up_by, first.state) == ("Jo", "picked up")
    second = replace(desk, staff="Ali").pick_up(opened).row
    assert second == msgspec.structs.replace(first, turn=2, tag=second.tag)
    assert desk.open(saved.handle.symbols).row == second


def test_what_is_picked_up_is_the_same_entry_with_another_row(desk: Desk, saved: Saved) -> None:
    opened = desk.open(saved.handle.symbols)
    assert desk.pick_up(opened) == replace(opened, row=desk.vault.row(saved.id))


def test_an_entry_whose_row_was_lost_opens_and_is_picked_up(desk: Desk, home: Home, saved: Saved) -> None:
    desk.vault.close()
    for file in (home.root / "catalogue").iterdir():
        file.unlink()
    opened = desk.open(saved.handle.symbols)
    assert opened.row.name == saved.name
    assert desk.pick_up(opened).row.picked_up_by == "Jo"


def test_what_is_not_there_cannot_be_picked_up(desk: Desk, saved: Saved) -> None:
    opened = desk.open(saved.handle.symbols)
    desk.vault.erase(saved.id)
    with pytest.raises(NoEntryError):
        desk.pick_up(opened)


def test_the_venues_key_does_not_show_in_repr(desk: Desk) -> None:
    assert "SECRET" not in repr(desk)
