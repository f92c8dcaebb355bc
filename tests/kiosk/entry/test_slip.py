"""Slips: what is on them, and how they are laid out as text."""

import dataclasses
import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.entry.slip import (
    MOST_CELLS,
    Bar,
    Bullet,
    Code,
    Gap,
    Line,
    Quiet,
    Rule,
    Slip,
    Strong,
    Title,
    Tree,
    code_slip,
    rows,
    text_of,
)
from kiosk.language import speaking
from kiosk.text import columns
from tests.kiosk.devices.slips import HANDLE, a_slip, slips, typed
from tests.languages import MARKED
from tests.plain_words import problems


def test_the_slip_tells_the_name_the_code_what_happens_next_and_until_when() -> None:
    slip = a_slip("Show this to a member of staff when you talk.")
    assert text_of(slip, 32) == [
        "Sandhill House",
        "",
        "The name of your answers",
        "Amber Heron",
        "",
        "Your code",
        str(HANDLE),
        "",
        "Show this to a member of staff",
        "when you talk.",
        "We keep your answers until 22",
        "February 2027.",
    ]


def test_it_is_in_the_language_in_use_as_it_is_made() -> None:
    with speaking(MARKED):
        slip = a_slip("Show this.")
    assert [block.text for block in slip.blocks if isinstance(block, Quiet)] == [
        "~The name of your answers",
        "~Your code",
    ]
    assert slip.blocks[-1] == Line("~We keep your answers until 22 February 2027.")


def test_where_no_last_day_is_known_none_is_told() -> None:
    slip = code_slip("Amber Heron", HANDLE, venue="Sandhill House", lines=(), keep_until=None)
    assert "keep" not in " ".join(text_of(slip, 48))


def test_a_tree_stands_in_the_middle_where_there_is_room_for_it() -> None:
    assert rows(Tree(1), 25)[:2] == ["            ●", "        \\   |   /"]
    assert rows(Tree(1, is_plain=True), 21)[0] == "          o"
    assert rows(Tree(1), 20) == []
    assert rows(Rule(), 8) == ["-" * 8]


def test_every_day_is_told_in_plain_words() -> None:
    for month in range(1, 13):
        slip = code_slip("", HANDLE, venue="", lines=(), keep_until=date(2026, month, 1))
        *_, kept = text_of(slip, 60)
        assert date(2026, month, 1).strftime("1 %B 2026") in kept
        assert problems(kept) == []


@given(slips, st.integers(4, 60))
def test_no_line_is_wider_than_the_paper_and_none_holds_a_command(slip: Slip, width: int) -> None:
    for line in text_of(slip, width):
        assert columns(line) <= width
        assert re.sub("[\u200c\u200d\u2066-\u2069]", "", line).isprintable()


@given(typed, st.integers(4, 60))
def test_wrapping_loses_nothing_and_moves_nothing(text: str, columns: int) -> None:
    line = Line(text)
    assert "".join("".join(text_of(Slip((line,)), columns)).split()) == "".join(line.text.split())


def test_words_stay_whole_where_they_fit_and_are_cut_where_they_do_not() -> None:
    assert text_of(Slip((Line("one two three"),)), 9) == ["one two", "three"]
    assert text_of(Slip((Line("a " + "x" * 20 + " b"),)), 9) == ["a", "x" * 9, "x" * 9, "xx b"]


def test_a_bullet_hangs_over_its_lines() -> None:
    assert text_of(Slip((Bullet("one two three\nfour"),)), 11) == ["- one two", "  three", "  four"]


def test_a_bar_is_drawn_and_told() -> None:
    for place, of, drawn in (
        (4, 10, "[####------]"),
        (1, 5, "[#----]"),
        (5, 5, "[#####]"),
        (0, 5, "[-----]"),
        (1, 1, "[#]"),
        (11, 11, "[###########]"),
        (1, 100, "[#-----------]"),
        (100, 100, "[############]"),
    ):
        assert rows(Bar("My home", place, of, "In between"), 48) == ["My home", f"{drawn} In between"]
        assert len(drawn) <= MOST_CELLS + 2


@pytest.mark.parametrize(("place", "of"), [(-1, 5), (6, 5), (0, 0), (1, -1)])
def test_a_bar_that_no_scale_has_is_refused(place: int, of: int) -> None:
    with pytest.raises(ValueError, match="a place from 0"):
        Bar("My home", place, of, "In between")


def test_blocks_are_values_and_keep_what_they_say_out_of_every_log() -> None:
    slip = Slip((Title("Amber"), Strong("Amber"), Bar("Amber", 1, 2, "Amber"), Code(HANDLE), Gap()))
    assert "Amber" not in repr(slip)
    assert HANDLE.symbols not in repr(slip)
    assert Line("Amber") == Line("Amber")
    assert Line("Amber") != Line("Heron")
    with pytest.raises(dataclasses.FrozenInstanceError):
        Line("Amber").text = "\x1b@"  # type: ignore[misc]
