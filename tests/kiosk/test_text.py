"""What of other people's text may be kept."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.text import clean, one_line

anything = st.text(st.characters(), max_size=60)
"""Every code point there is, lone surrogates with them."""


@given(anything)
def test_clean_text_prints_encodes_and_stays_as_it_is(text: str) -> None:
    cleaned = clean(text)
    assert cleaned.replace("\n", "").isprintable()
    assert cleaned.encode().decode() == cleaned
    assert unicodedata.is_normalized("NFC", cleaned)
    assert clean(cleaned) == cleaned


@given(anything, st.integers(1, 30))
def test_one_line_is_one_clean_line_of_at_most_so_many_characters(text: str, most: int) -> None:
    line = one_line(text, most)
    assert line.isprintable()
    assert len(line) <= most
    assert one_line(line, most) == line


@given(st.text(st.characters(categories=["L", "N", "P", "S"]), max_size=60))
def test_words_of_any_language_stay(text: str) -> None:
    assert clean(text) == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a\tb\u00a0c\u2003d", "a b c d"),
        ("a\r\nb\rc\u2028d\u2029e\x85f\x0bg\x0ch", "a\nb\nc\nd\ne\nf\ng\nh"),
        ("red \x1b[31malert\x1b]8;;https://example.org\x07", "red [31malert]8;;https://example.org"),
        ("\x9b2Jgone", "2Jgone"),
        ("left \u202eto right\u2066", "left to right"),
        ("null\x00 bell\x07 del\x7f", "null bell del"),
        ("lone \ud83d surrogate \udc80", "lone  surrogate "),
        ("private \ue000 unassigned \U000e0fff", "private  unassigned "),
        ("[b]bold[/b] {x} $y <z>", "[b]bold[/b] {x} $y <z>"),
        ("e\u0301", "é"),
        ("e\u200b\u0301", "é"),
        ("日本語 ελληνικά עברית 😀", "日本語 ελληνικά עברית 😀"),
    ],
)
def test_what_a_terminal_could_obey_goes_and_the_rest_stays(typed: str, kept: str) -> None:
    assert clean(typed) == kept


def test_one_line_turns_breaks_into_spaces() -> None:
    assert one_line("  one\r\ntwo\u2028three \n", 60) == "one two three"


def test_a_line_that_is_cut_at_a_space_does_not_end_in_it() -> None:
    assert one_line("a" * 9 + " bc", 10) == "a" * 9


@pytest.mark.parametrize("control", ["\x1c", "\x1d", "\x1e", "\x1f"])
def test_the_separators_among_the_controls_are_no_space(control: str) -> None:
    assert clean(f"a{control}b") == "ab"
