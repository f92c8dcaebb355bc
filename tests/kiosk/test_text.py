"""What of other people's text may be kept."""

import re
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from kiosk.language import duration, language, speaking, words
from kiosk.text import (
    clean,
    columns,
    enclosed,
    has_words,
    is_blank,
    kept,
    name_line,
    one_line,
    same_name,
    written,
    written_line,
)

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


def test_words_of_the_program_take_the_columns_of_the_language_they_are_shown_in() -> None:
    plain = words("Check your answers")
    with speaking(language("pl")):
        assert columns(plain) == len(str(plain)) != len("Check your answers")


@given(st.text(st.characters(categories=["L", "N", "P", "S"]), max_size=60))
def test_words_of_any_language_stay(text: str) -> None:
    assert clean(text) == unicodedata.normalize("NFC", text)


def test_what_a_terminal_could_obey_goes_and_the_rest_stays() -> None:
    for typed, left in (
        ("a\tb\u00a0c\u2003d", "a b c d"),
        ("a\r\nb\rc\u2028d\u2029e\x85f\x0bg\x0ch", "a\nb\nc\nd\ne\nf\ng\nh"),
        ("red \x1b[31malert\x1b]8;;https://example.org\x07", "red [31malert]8;;https://example.org"),
        ("\x9b2Jgone", "2Jgone"),
        ("left \u202eto right\u2066", "left to right"),
        ("null\x00 bell\x07 del\x7f", "null bell del"),
        ("lone \ud83d surrogate \udc80", "lone  surrogate "),
        ("private \ue000 unassigned \U000e0fff", "private \ufffd unassigned "),
        ("[b]bold[/b] {x} $y <z>", "[b]bold[/b] {x} $y <z>"),
        ("e\u0301", "é"),
        ("e\u200b\u0301", "é"),
        ("日本語 ελληνικά עברית 😀", "日本語 ελληνικά עברית 😀"),
    ):
        assert clean(typed) == left


def test_one_line_turns_breaks_into_spaces() -> None:
    assert one_line("  one\r\ntwo\u2028three \n", 60) == "one two three"


def test_a_line_that_is_cut_at_a_space_does_not_end_in_it() -> None:
    assert one_line("a" * 9 + " bc", 10) == "a" * 9


def test_the_separators_among_the_controls_are_no_space() -> None:
    for control in ("\x1c", "\x1d", "\x1e", "\x1f"):
        assert clean(f"a{control}b") == "ab"


TYPED = (
    "می\u200cخواهم", "ශ්\u200dරී ලංකා", "മലയാളം ന്\u200d", "\N{WOMAN}\u200d\N{ROCKET}", "\u2764\ufe0f",
    "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", "\U0001f1ec\U0001f1e7",
    "a\u00a0b", "全\u3000角", "e\u0301",
    "\u05e9\u05bc\u05c1", "שלום\u200f!", "soft\u00adhyphen", "\U0001fae8",
    "\u2067אב (a\u2069", "a \u202bאב\u202c b", "\u2068C", "\u202aC\u061c",
    "\ue000",
    "\ufa19", "ʻokina", "Əli",
)  # fmt: skip


def test_what_a_person_typed_is_kept_as_typed() -> None:
    for typed in TYPED:
        assert kept(typed) == written(typed) == written_line(typed, 60) == typed


def test_only_controls_turned_text_and_halves_of_characters_go() -> None:
    for typed, stays in (
        ("\x1b[31mred\x9b2J\x07\x00\x7f", "[31mred2J"),
        ("left \u202eto\u202d \u202aright\u202c", "left to \u202aright\u202c"),
        ("half \ud83d a \udfff", "half  a "),
        ("a\tb\r\nc\rd\u2028e\u2029f\x85g\x0bh\x0ci", "a b\nc\nd\ne\nf\ng\nh\ni"),
    ):
        assert kept(typed) == stays
        assert kept(typed, lines=False) == stays.replace("\n", " ")


def test_in_a_file_no_text_turns_what_stands_around_it() -> None:
    for typed, shown in (
        ("\u2067a\u2069 \u202ab\u202c", "\u2067a\u2069 \u202ab\u202c"),
        ("\u2067a", "\u2067a\u2069"),
        ("\u202aa\u202bb", "\u202aa\u202bb\u202c\u202c"),
        ("\u2066a\u202bb\u2069 c", "\u2066a\u202bb\u2069 c"),
        ("\u202ba\u2068b\u202cc\u2069d", "\u202ba\u2068bc\u2069d\u202c"),
        ("a\u2069b\u202c", "ab"),
        ("\u202ea\u202c", "a"),
        ("\u2067a\nb\u2069\r\nc", "\u2067a\u2069\nb\nc"),
        ("\u2067a\u2029b", "\u2067a\u2069\nb"),
        ("\u200fa\u061c\u200e", "\u200fa\u061c\u200e"),
    ):
        assert enclosed(typed) == shown


@given(
    st.text(st.sampled_from("ab\n\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200f"), max_size=30)
)
def test_each_direction_that_begins_on_a_line_ends_there(text: str) -> None:
    told = enclosed(text)
    assert enclosed(told) == told
    assert clean(told) == clean(text)
    for line in told.split("\n"):
        while (
            inside := re.sub(
                "[\u202a\u202b][^\u202a-\u202c\u2066-\u2069]*\u202c|[\u2066-\u2068][^\u2066-\u2069]*\u2069",
                "",
                line,
            )
        ) != line:
            line = inside
        assert not re.search("[\u202a-\u202e\u2066-\u2069]", line)


@given(anything)
def test_what_is_kept_encodes_and_stays_as_it_is(text: str) -> None:
    assert kept(kept(text)) == kept(text)
    assert kept(text).encode().decode() == kept(text)
    assert clean(kept(text)) == clean(text)


def test_what_shows_nothing_says_nothing() -> None:
    for text in (
        "", " \t\n", "\u200b", "\u200d\u200c", "\u2060\ufeff\u00ad", "\u3164", "\uffa0\u115f", "\u2800",
        "\ufe0f", "\U000e0041", "\u034f", "\u0301" * 20, "\u3000\u00a0", "\x1b\x00", "\ud800", "\u202e",
    ):  # fmt: skip
        assert is_blank(text)
        assert written(text) == written_line(text, 60) == name_line(text, 60) == ""


def test_whatever_shows_says_something() -> None:
    for text in (*TYPED, "0", ".", "\N{WOMAN}", "\u0940"):
        assert not is_blank(text)


def test_numbers_and_signs_alone_are_no_words() -> None:
    for text, has in (
        ("", False), ("3", False), (" 1, 4 ", False), ("12/5 - 3.", False), ("?", False), (":-)", False),
        ("٣", False), ("3\ufe0f\u20e3", False), ("+", False), ("3\u3164", False), ("1st", True),
        ("3 dogs", True), ("C#", True), ("勇", True), ("\N{WOMAN}", True), ("❤\ufe0f", True),
    ):  # fmt: skip
        assert has_words(text) is has


def test_a_name_keeps_its_joiners_and_is_known_without_them() -> None:
    assert name_line(" ශ්\u200dරී\u200b \u202eJo\u200d", 60) == "ශ්\u200dරී Jo"
    assert same_name("ශ්\u200dරී", "ශ්රී")
    assert same_name("Jose\u0301", "JOSÉ")
    assert same_name("\u2068Jo\u2069 \u200fאב\u200e", "jo אב")
    assert not same_name("Jo", "Joe")


@given(anything, st.integers(1, 30))
def test_a_name_is_one_line_and_stays_as_it_is(text: str, most: int) -> None:
    name = name_line(text, most)
    assert name.replace("\u200c", "").replace("\u200d", "").isprintable()
    assert len(name) <= most
    assert name_line(name, most) == name


def test_whole_minutes_are_told_in_minutes() -> None:
    for seconds, says in (
        (1, "1 second"),
        (59, "59 seconds"),
        (60, "1 minute"),
        (90, "90 seconds"),
        (180, "3 minutes"),
    ):
        assert duration(seconds) == says
