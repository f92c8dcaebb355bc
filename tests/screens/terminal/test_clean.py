"""What comes in is cleaned, and what goes out cannot act on a terminal."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.color import Color

from kiosk.text import clean
from screens.printable import PrintableFilter

BLACK = Color(0, 0, 0)
# Any code point there is, surrogates too, with the troublesome ones made common.
HOSTILE = st.text(
    st.one_of(
        st.characters(codec=None),
        st.sampled_from("\x00\x1b\x0e\x0f\x7f\x9b\xa0\xad\u200b\u200d\u202e\u2066\ufe0f\ufeff\ud800\ue000"),
        st.sampled_from("aé漢👩❤\u0301\u0940\U0001f3fd\U0001f1ec"),
    )
)


def painted(*segments: Segment) -> list[Segment]:
    return PrintableFilter().apply(list(segments), BLACK)


@given(HOSTILE)
def test_clean_text_holds_printable_characters_and_new_lines_alone(text: str) -> None:
    assert all(character == "\n" or character.isprintable() for character in clean(text))


@given(HOSTILE)
def test_cleaning_twice_changes_nothing_and_the_text_is_composed(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert unicodedata.is_normalized("NFC", once)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Ayşe, Łódź, Ĉiuĵaŭde, Ямпіль", "Ayşe, Łódź, Ĉiuĵaŭde, Ямпіль"),
        ("one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour"),
        ("a\tb\u00a0c\u3000d", "a b c d"),
        ("cafe\u0301", "café"),
        ("e\u200d\u0301", "é"),
        ("\x1b[31mred\x1b[0m\x07", "[31mred[0m"),
        ("abc\u202edef\u2069\ufeff\u200b", "abcdef"),
        ("\ud83d\ue000\U0001f600", "\ufffd\U0001f600"),
        ("", ""),
    ],
)
def test_people_s_words_survive_cleaning(typed: str, kept: str) -> None:
    assert clean(typed) == kept


@given(HOSTILE)
def test_a_painted_segment_is_printable_and_as_wide_as_it_was_laid_out(text: str) -> None:
    width = cell_len(text)
    shown = "".join(segment.text for segment in painted(Segment(text)))
    assert shown.isprintable()
    assert cell_len(shown) == width


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x1b[31mb", "a[31mb"),
        ("x\ue000y", "x\ufffdy"),
        ("cafe\u0301", "cafe\u0301"),
        ("ab\u202ecd", "abcd"),
        ("\u2764\ufe0f!", "\u2764 !"),
        ("\U0001f469\u200d\U0001f680!", "\U0001f469!"),
    ],
)
def test_what_is_dropped_leaves_as_many_spaces_as_it_was_wide(text: str, shown: str) -> None:
    assert [segment.text for segment in painted(Segment(text))] == [shown]


def test_clean_segments_come_back_as_the_same_list() -> None:
    segments = [Segment("plain"), Segment("█▀▄ é 漢", Style(bold=True)), Segment("")]
    assert PrintableFilter().apply(segments, BLACK) is segments


def test_a_hyperlink_is_taken_off_and_its_style_stays() -> None:
    [segment] = painted(Segment("here", Style(bold=True, link="file:///etc/passwd\x1b\\")))
    assert segment.text == "here"
    assert segment.style is not None
    assert segment.style.link is None
    assert segment.style.bold


def test_a_control_segment_is_not_painted() -> None:
    assert painted(Segment("\x1b[2J", None, [(2,)]), Segment("a")) == [Segment("a")]  # type: ignore[list-item]
