"""An entry as it lies open on the desk: what counts of its pages, who can read more, what stays closed."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import get_args

import msgspec
import pytest

from kiosk import seal
from kiosk.entry.answers import Answer
from kiosk.entry.handle import HandleKeys
from kiosk.entry.opened import Opened
from kiosk.entry.page_file import Doubt
from kiosk.entry.pages import AnyPage, Reflection, keep_back, page_of
from kiosk.entry.staff_pages import Note, Plan, PlanGoal, StatusChange
from kiosk.errors import DeskError, EntryError, SealError
from kiosk.vault.page_names import page_name
from kiosk.vault.rows import Row
from tests.kiosk.sealed import FIRST, PLACE, SECOND, THIRD
from tests.packs import small

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
KEYS = HandleKeys("1" * 32, seal.identity_from(bytes(range(32))))
CUSTOMER = seal.recipient_of(KEYS.identity)
ROW = Row(id=KEYS.id, name="Amber Heron", saved=NOON, pages=(FIRST,), last_page=NOON)
ANSWERS: dict[str, Answer] = {"mood": 2, "day": "Sun"}


def page(
    answers: dict[str, Answer] | None = None, *, private: tuple[str, ...] = (), talk: bool = False
) -> Reflection:
    made = page_of(small(), answers or ANSWERS, name="Amber Heron", made=NOON, talk=talk)
    return keep_back(made, private, CUSTOMER)


def note(text: str = "We spoke.") -> Note:
    return Note(made=NOON, by="Jo", text=text)


def plan(want: str) -> Plan:
    return Plan(made=NOON, by="Jo", goals=(PlanGoal(want=want),))


def opened(*pages: AnyPage, keys: HandleKeys | None = KEYS) -> Opened:
    return Opened(ROW, pages, keys)


def answers_of(page: AnyPage) -> dict[str, Answer]:
    assert isinstance(page, Reflection)
    return {one.id: one.value for one in page.answers() if one.value is not None}


# -- what counts


def test_of_several_reflections_the_newest_counts_whatever_staff_added_after_it() -> None:
    first, second = page(), page({"mood": 1})
    one = opened(
        first, note(), second, plan("A garden"), StatusChange(made=NOON, by="Jo", state="agreed"), note()
    )
    assert one.newest == second


def test_of_several_plans_the_newest_counts() -> None:
    assert opened(page()).plan is None
    one = opened(page(), plan("A garden"), note(), plan("A pond"), page(), plan("A shed"))
    assert one.plan == plan("A shed")
    assert one.earlier_plans == (plan("A pond"), plan("A garden"))


def test_notes_and_states_come_oldest_first_and_apart() -> None:
    turns = tuple(
        StatusChange(made=NOON, by="Jo", state=state) for state in ("talked through", "agreed", "closed")
    )
    one = opened(page(), note("one"), turns[0], note("two"), plan("A garden"), turns[1], turns[2])
    assert [written.text for written in one.notes.values()] == ["one", "two"]
    assert one.history == turns
    assert (opened(page()).notes, opened(page()).history) == ({}, ())


def test_an_entry_whose_answers_do_not_open_has_no_newest_ones_and_shows_the_rest() -> None:
    one = replace(opened(note(), plan("A garden")), names=(SECOND, THIRD), aside=((FIRST, "unreadable"),))
    assert one.newest is None
    assert ([*one.notes.values()], one.plan) == ([note()], plan("A garden"))
    assert not one.keeps_back


def test_two_pages_of_one_counter_are_told_apart_by_a_letter_in_their_order() -> None:
    theirs, more = page_name(2, "0a" * 8), page_name(2, "fe" * 8)
    one = replace(
        opened(page(), note("theirs"), note("here"), plan("A garden"), note("after")),
        names=(FIRST, theirs, SECOND, THIRD, page_name(4, PLACE)),
    )
    assert {label: written.text for label, written in one.notes.items()} == {
        "2a": "theirs",
        "2b": "here",
        "4": "after",
    }
    assert [one.name_of(label) for label in one.notes] == [theirs, SECOND, page_name(4, PLACE)]
    with pytest.raises(KeyError):
        one.name_of("2")
    doubted = replace(one, aside=((more, "not staff's"), (page_name(7, PLACE), "unreadable")))
    assert [doubt.split(":")[0] for doubt in doubted.doubts] == [
        "Page 2c is not shown",
        "Page 7 is not shown",
    ]


# -- who can read what is added


def test_with_the_code_its_own_key_reads_what_is_added_whatever_the_pages_say() -> None:
    other = msgspec.structs.replace(page(), reader=seal.recipient_of(seal.new_identity()))
    for pages in ((page(),), (other,), (note(),)):
        assert opened(*pages).reader == CUSTOMER


def test_without_the_code_the_page_tells_who_reads_what_is_added() -> None:
    assert opened(page(), note(), keys=None).reader == CUSTOMER


def test_without_the_code_an_entry_whose_answers_do_not_open_takes_nothing_and_says_why() -> None:
    with pytest.raises(DeskError, match="Open the entry with the code to add to it"):
        _ = opened(note(), keys=None).reader


# -- what staff should know before they rely on it


DOUBTS: dict[Doubt, str] = {
    "unreadable": "Page 2 is not shown: it cannot be read.",
    "not held": "Page 2 is not shown: it is encrypted to a key that this desk does not hold.",
    "misplaced": "Page 2 is not shown: it belongs somewhere else, so someone has moved or copied it.",
    "not the customer's": "Page 2 is not shown: the customer did not write it.",
    "not staff's": "Page 2 is not shown: it claims to be from staff, but is not.",
}


@pytest.mark.parametrize("doubt", DOUBTS)
def test_a_page_that_is_not_shown_is_told_with_why(doubt: Doubt) -> None:
    one = replace(opened(page()), aside=((SECOND, doubt),))
    assert one.doubts == (DOUBTS[doubt],)
    assert one.unread == 1


def test_every_reason_has_its_words() -> None:
    assert tuple(DOUBTS) == get_args(Doubt)


def test_of_an_entry_as_it_was_written_there_is_nothing_to_know() -> None:
    one = opened(page(), note())
    assert (one.doubts, one.unread) == ((), 0)


def test_a_page_that_is_missing_is_told() -> None:
    assert replace(opened(page()), broken=True).doubts == (
        "A page of this entry is missing. Tell the person who looks after this machine.",
    )


def test_without_the_code_it_is_told_that_the_answers_prove_nothing() -> None:
    [doubt] = opened(page(), keys=None).doubts
    assert "the kiosk cannot prove that it comes from the customer" in doubt
    assert opened(note(), keys=None).doubts == ()


def test_what_is_missing_is_told_after_what_is_not_shown_and_before_what_is_not_proved() -> None:
    one = replace(
        opened(page(), keys=None), aside=((SECOND, "misplaced"), (THIRD, "unreadable")), broken=True
    )
    assert [doubt.split(" ")[0:2] for doubt in one.doubts] == [
        ["Page", "2"],
        ["Page", "3"],
        ["A", "page"],
        ["It", "was"],
    ]
    assert one.unread == 2


# -- what is kept back


def test_what_was_kept_back_is_told_of_any_page_and_shown_in_all_of_them_once_revealed() -> None:
    one = replace(
        opened(page(private=("second",)), note(), page({"mood": 1})),
        aside=((page_name(4, PLACE), "unreadable"),),
        broken=True,
    )
    assert one.keeps_back
    assert answers_of(one.pages[0]) == {"mood": 2}
    shown = one.revealed()
    assert [answers_of(shown.pages[0]), shown.pages[1], answers_of(shown.pages[2])] == [
        ANSWERS,
        note(),
        {"mood": 1},
    ]
    assert not shown.keeps_back
    assert (shown.row, shown.keys, shown.aside) == (one.row, one.keys, one.aside)
    assert shown.doubts == one.doubts


def test_without_the_code_nothing_is_revealed_whoever_asks() -> None:
    one = opened(page(private=("second",)), keys=None)
    assert one.keeps_back
    with pytest.raises(SealError, match="Only the customer's code opens this"):
        one.revealed()


def test_another_code_reveals_nothing() -> None:
    other = HandleKeys(KEYS.id, seal.new_identity())
    with pytest.raises(SealError):
        opened(page(private=("second",)), keys=other).revealed()


def test_a_part_that_opens_and_is_none_is_refused_in_words() -> None:
    spoilt = msgspec.structs.replace(page(), private=seal.seal(b'{"version":1}', (CUSTOMER,)))
    with pytest.raises(EntryError):
        opened(spoilt).revealed()


def test_neither_the_customers_key_nor_what_is_sealed_shows_in_repr() -> None:
    told = repr(opened(page(private=("second",))))
    assert KEYS.identity not in told
    assert "SECRET" not in told
    assert "Sun" not in told
