"""What staff say of an entry, and the desk's tag over it: taken in from elsewhere, and vouched for anew."""

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from kiosk.mac import digest
from kiosk.vault.catalogue import Catalogue
from kiosk.vault.log_lines import Document
from kiosk.vault.page_names import page_name
from kiosk.vault.row_changes import TURN_MOST
from kiosk.vault.rows import MARKS, SHAPE, Row, marks_of, signed_parts, to_text
from kiosk.vault.vault import Vault
from tests.kiosk.sealed import FIRST, PLACE, SECOND
from tests.kiosk.vault.helpers import NOON, ONE, THREE, TWO, Clock, FaultyDisk, always, sign

LATER = datetime(2026, 3, 2, 9, 30, 0, 250_000, tzinfo=UTC)


def sign_next(entry_id: str, said: Document) -> str:
    """As the desk does with another key."""
    return digest("next", *signed_parts(entry_id, said))


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    return Catalogue(tmp_path / "catalogue" / "log", disk=FaultyDisk())


def row_of(**more: Any) -> Document:
    return {"v": SHAPE, "name": "Name 11", "pages": {FIRST: to_text(NOON)}} | more


def said(entry_id: str = ONE, **marks: Any) -> Document:
    """What the desk says of an entry, with its tag."""
    document = {"picked_up_by": "Jo", "picked_up": to_text(NOON), "turn": 1} | marks
    return document | {"tag": sign(entry_id, document)}


def test_the_tag_is_over_the_id_and_all_that_staff_say(vault: Vault, clock: Clock) -> None:
    vault.save(ONE, "a", b"x")
    row = vault.mark(ONE, "Jo", sign, state="agreed")
    assert row.tag == sign(ONE, marks_of(row))
    assert sign(TWO, marks_of(row)) != row.tag
    changes: dict[str, Any] = {
        "picked_up_by": "Eve",
        "picked_up": LATER,
        "seen": SECOND,
        "became": "closed",
        "turn": 2,
    }
    others = [
        sign(
            ONE,
            marks_of(
                Row(
                    id=ONE, name=row.name, saved=row.saved, pages=row.pages, last_page=row.last_page, **fields
                )
            ),
        )
        for fields in ({**fields_of(row), name: value} for name, value in changes.items())
    ]
    assert len({row.tag, *others}) == 1 + len(changes)


def fields_of(row: Row) -> dict[str, Any]:
    names = ("picked_up_by", "picked_up", "seen", "became", "turn")
    return {name: getattr(row, name) for name in names}


def test_each_time_that_staff_say_something_is_counted(vault: Vault, clock: Clock) -> None:
    vault.save(ONE, "a", b"x")
    assert (vault.row(ONE).turn, vault.row(ONE).tag) == (0, "")
    turns = [vault.mark(ONE, "Jo", sign).turn]
    turns += [vault.mark(ONE, "Ali", sign, state="closed").turn, vault.mark(ONE, "Jo", sign).turn]
    assert turns == [1, 2, 3]


def test_the_desk_vouches_for_what_it_erases_and_the_kiosk_does_not(vault: Vault) -> None:
    for entry_id in (ONE, TWO):
        vault.save(entry_id, "a", b"x")
    vault.erase(ONE, sign)
    vault.erase(TWO)
    found = vault._catalogue.documents()
    assert found[ONE]["tag"] == sign(ONE, {"erased": found[ONE]["erased"]})
    assert "tag" not in found[TWO]
    assert found[ONE].keys() == {"v", "erased", "tag"}


# -- taken in


@pytest.mark.parametrize(("mine", "theirs", "wins"), [(1, 2, "theirs"), (2, 1, "mine")])
def test_of_two_lists_that_counts_in_which_staff_said_something_more_often(
    catalogue: Catalogue, mine: int, theirs: int, wins: str
) -> None:
    here = said(picked_up_by="mine", seen=FIRST, turn=mine)
    there = said(picked_up_by="theirs", state="closed", turn=theirs)
    catalogue.take_in({ONE: row_of(**here)})
    catalogue.take_in({ONE: row_of(**there)})
    row = catalogue.row(ONE)
    # All of it is of one of them: one tag stands for all.
    assert row.picked_up_by == wins
    assert row.tag == sign(ONE, marks_of(row)) == (here if wins == "mine" else there)["tag"]


def test_of_two_words_of_one_turn_the_same_counts_in_whatever_order_they_come(tmp_path: Path) -> None:
    """Or two places would never agree."""
    words = [said(picked_up_by=name, turn=2) for name in ("Jo", "Ali", "Eve")]
    counts = set()
    for number, order in enumerate(permutations(words)):
        catalogue = Catalogue(tmp_path / f"{number}" / "log", disk=FaultyDisk())
        for word in order:
            catalogue.take_in({ONE: row_of(**word)})
        counts.add(catalogue.row(ONE).picked_up_by)
    assert len(counts) == 1


def test_what_is_taken_in_tells_of_pages_and_dates_whoever_said_more(catalogue: Catalogue) -> None:
    catalogue.take_in({ONE: said(turn=5)})
    catalogue.take_in(
        {ONE: row_of(pages={FIRST: to_text(NOON), SECOND: to_text(LATER)}, source="paper", **said(turn=1))}
    )
    row = catalogue.row(ONE)
    assert (row.saved, row.source, row.pages, row.turn) == (NOON, "paper", (FIRST, SECOND), 5)


def test_marks_here_that_nobody_vouches_for_give_way_to_those_that_somebody_does(
    catalogue: Catalogue,
) -> None:
    forged = row_of(picked_up_by="Eve", picked_up=to_text(NOON), state="closed", turn=99)
    catalogue.take_in({ONE: forged})
    catalogue.take_in({ONE: row_of(**said())}, lambda id_, marked: marked.get("tag") == sign(id_, marked))
    row = catalogue.row(ONE)
    assert (row.picked_up_by, row.became, row.turn) == ("Jo", None, 1)
    assert row.tag == sign(ONE, marks_of(row))


@pytest.mark.parametrize("turn", [900_000, TURN_MOST + 1, 2**31])
def test_the_next_word_of_staff_beats_a_forged_one_whatever_turn_it_has(tmp_path: Path, turn: int) -> None:
    forged = row_of(picked_up_by="Eve", picked_up=to_text(NOON), state="closed", turn=turn, tag="x")
    here, there = (Catalogue(tmp_path / name / "log", disk=FaultyDisk()) for name in ("here", "there"))
    for catalogue in (here, there):
        catalogue.take_in({ONE: row_of(**said())})
        catalogue.take_in({ONE: forged})
    row = here.mark(ONE, "Ali", LATER, sign)
    assert row.tag == sign(ONE, marks_of(row))
    there.take_in(here.documents())
    here.take_in({ONE: forged})
    assert marks_of(there.row(ONE)) == marks_of(here.row(ONE)) == marks_of(row)


def test_two_words_with_one_tag_are_told_apart_everywhere_alike(tmp_path: Path) -> None:
    """Somebody hostile may give a tag of the desk's to something else."""
    true = said(turn=2)
    told = set()
    for number, order in enumerate(permutations([true, true | {"state": "closed"}, true | {"seen": FIRST}])):
        catalogue = Catalogue(tmp_path / f"{number}" / "log", disk=FaultyDisk())
        for word in order:
            catalogue.take_in({ONE: row_of(**word)})
        told.add(str(marks_of(catalogue.row(ONE))))
    assert len(told) == 1


@pytest.mark.parametrize("more", [{}, {"tag": ""}, {"tag": "x"}, {"told": "x"}, {"why": "time"}])
def test_a_tombstone_without_a_time_strips_no_tag(tmp_path: Path, more: dict[str, str]) -> None:
    true = {"v": SHAPE, "erased": to_text(NOON)}
    true["tag"] = sign(ONE, true)
    for number, order in enumerate(permutations([true, {"v": SHAPE, "erased": ""} | more])):
        catalogue = Catalogue(tmp_path / f"{number}" / "log", disk=FaultyDisk())
        for one in order:
            catalogue.take_in({ONE: one})
        assert catalogue.documents()[ONE] == true


def test_what_was_erased_in_either_is_erased_with_its_tag(catalogue: Catalogue) -> None:
    tomb = {"v": SHAPE, "erased": to_text(NOON)}
    tagged = tomb | {"tag": sign(ONE, tomb)}
    catalogue.take_in({ONE: tagged, TWO: row_of(), THREE: tomb})
    catalogue.take_in({ONE: row_of(**said()), TWO: tomb, THREE: tagged})
    assert catalogue.erased() == {ONE, TWO, THREE}
    assert catalogue.documents()[ONE] == catalogue.documents()[THREE] == tagged
    assert catalogue.rows() == ()


# -- vouched for anew


def test_what_somebody_vouches_for_is_vouched_for_anew_and_nothing_else(catalogue: Catalogue) -> None:
    tomb = {"v": SHAPE, "erased": to_text(NOON)}
    forged = row_of(**said(TWO)) | {"picked_up_by": "Eve"}
    untagged = row_of(picked_up_by="Eve", turn=1)
    catalogue.take_in(
        {ONE: row_of(**said()), TWO: forged, THREE: tomb | {"tag": sign(THREE, tomb)}, "4" * 32: untagged}
    )
    before = catalogue.documents()
    catalogue.sign_again(lambda id_, document: document["tag"] == sign(id_, document), sign_next)
    after = catalogue.documents()
    for entry_id in (ONE, THREE):
        assert after[entry_id]["tag"] == sign_next(entry_id, before[entry_id])
        assert after[entry_id] == before[entry_id] | {"tag": after[entry_id]["tag"]}
    assert after[TWO] == before[TWO]
    assert after["4" * 32] == before["4" * 32]


def test_vouching_anew_twice_is_as_once(catalogue: Catalogue) -> None:
    catalogue.take_in({ONE: row_of(**said())})
    for _ in range(2):
        catalogue.sign_again(lambda id_, document: document["tag"] == sign(id_, document), sign_next)
    row = catalogue.row(ONE)
    assert row.tag == sign_next(ONE, marks_of(row))


# -- pages with their names


def test_a_page_is_made_for_the_name_that_it_gets(
    opened: Callable[..., Vault], vault: Vault, tmp_path: Path
) -> None:
    """A page says in its seal which it is: where somebody took the name meanwhile it is made again."""
    other, asked = opened(), list[int]()
    vault.save(ONE, "a", b"1")

    def make(counter: int) -> bytes:
        asked.append(counter)
        if counter < 4:
            other.add_page(ONE, always(b"theirs %d" % counter))
        return b"mine %d" % counter

    assert vault.add_page(ONE, make) == page_name(4, PLACE)
    assert asked == [2, 3, 4]
    assert [name for name, _ in vault.named_pages(ONE)] == [page_name(one, PLACE) for one in range(1, 5)]
    assert vault.pages(ONE) == (b"1", b"theirs 2", b"theirs 3", b"mine 4")


def test_all_that_staff_say_is_among_what_goes_together() -> None:
    assert {*said(state="closed", seen=FIRST)} == {*MARKS}
