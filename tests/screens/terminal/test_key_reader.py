"""What a terminal sends, read by allow-list."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import events, messages
from textual.message import Message

from screens.key_reader import KeyReader
from screens.lock import plain


def read(*chunks: str, gap: float = 0.0) -> list[Message]:
    """Read chunks that come `gap` seconds apart, and a long silence."""
    reader = KeyReader()
    now = 100.0
    found: list[Message] = []
    for chunk in chunks:
        for token in reader.split(chunk, now):
            found += reader.messages(token)
        now += gap
    for token in reader.expire(now + 1):
        found += reader.messages(token)
    return found


def keys(*chunks: str, gap: float = 0.0) -> list[str]:
    return [plain(message.key) for message in read(*chunks, gap=gap) if isinstance(message, events.Key)]


def typed(*chunks: str) -> str:
    return "".join(
        message.character or ""
        for message in read(*chunks)
        if isinstance(message, events.Key) and message.character and message.character.isprintable()
    )


@pytest.mark.parametrize(
    ("sent", "named"),
    [
        ("\r", "enter"),
        ("\t", "tab"),
        ("\x1b[Z", "shift+tab"),
        ("\x7f", "backspace"),
        ("\x08", "backspace"),
        ("\x1b[3~", "delete"),
        ("\x1b[A", "up"),
        ("\x1bOB", "down"),
        ("\x1b[H", "home"),
        ("\x1b[4~", "end"),
        ("\x1b[5~", "pageup"),
        ("\x1bOQ", "f2"),
        ("\x1b[[B", "f2"),
        ("\x1b[24~", "f12"),
        ("\x1b[1;5C", "ctrl+right"),
        ("\x1b", "escape"),
        ("7", "7"),
        ("ż", "ż"),
        (" ", "space"),
        ("?", "question_mark"),
        ("\xa0", "space"),
    ],
)
def test_the_keys_of_a_kiosk_are_known_by_name(sent: str, named: str) -> None:
    assert keys(sent) == [named]
    assert keys(*sent) == [named], "the same, when it comes byte by byte"


@pytest.mark.parametrize(
    "sent",
    [
        *("\x1b[20~", "\x1b[20;2~", "\x1b[20;3~", "\x1b[20;5~", "\x1b[20;10~"),
        *("\x1b[33~", "\x1b[20^", "\x1b[20$", "\x1b[20@", "\x1b[33^"),
    ],
)
def test_a_function_key_is_itself_whatever_is_held_with_it(sent: str) -> None:
    assert keys(sent) == ["f9"]
    assert keys("\x1b" + sent) == ["escape", "f9"]
    assert keys(sent.replace("20", "18").replace("33", "31")) == ["f7"]


HELD = ("2", "3", "4", "5", "6", "7", "8", "9", "13")
"""Shift, Alt, Ctrl, Meta and several of them, as xterm counts them."""


def held(letter: str) -> list[str]:
    """Return what terminals send for a key with something held, by the letter that the key ends in."""
    forms = ("\x1b[1;{}", "\x1b[{}", "\x1b[>1;{}", "\x1bO{}", "\x1bO1;{}")
    return [form.format(number) + letter for form in forms for number in HELD]


@pytest.mark.parametrize(("letter", "named"), [("P", "f1"), ("Q", "f2"), ("R", "f3"), ("S", "f4")])
def test_the_first_function_keys_ignore_what_is_held_too(letter: str, named: str) -> None:
    for sent in held(letter):
        assert keys(sent) == keys(*sent) == [named], sent
    number = "PQRS".index(letter) + 11
    assert keys(f"\x1b[{number}~", f"\x1b[{number};6~", f"\x1b[{number}^") == [named] * 3


def test_putty_s_function_keys_are_known() -> None:
    assert [keys(f"\x1bO{letter}") for letter in "PQRSTUVWXYZ["] == [[f"f{n}"] for n in range(1, 13)]


@pytest.mark.parametrize(
    ("letter", "named"),
    [("A", "up"), ("B", "down"), ("C", "right"), ("D", "left"), ("F", "end"), ("H", "home")],
)
def test_an_arrow_is_itself_whatever_is_held_with_it(letter: str, named: str) -> None:
    for sent in held(letter):
        (key,) = keys(sent)
        assert key.removeprefix("ctrl+") == named, sent
        assert key == named or named in ("left", "right"), sent
    if letter in "ABCD":  # rxvt
        assert keys(f"\x1b[{letter.lower()}") == [named]
        assert keys(f"\x1bO{letter.lower()}")[0].removeprefix("ctrl+") == named


def test_ctrl_and_an_arrow_go_by_words_where_shift_and_alt_do_not() -> None:
    assert keys("\x1b[1;5C", "\x1b[1;6D", "\x1bOc", "\x1bO5D") == [
        *("ctrl+right", "ctrl+left", "ctrl+right", "ctrl+left")
    ]
    assert keys("\x1b[1;2C", "\x1b[1;3D", "\x1b[c") == ["right", "left", "right"]


@pytest.mark.parametrize(
    ("number", "named"),
    [(1, "home"), (3, "delete"), (4, "end"), (5, "pageup"), (6, "pagedown"), (7, "home"), (8, "end")],
)
def test_a_key_that_moves_or_takes_out_is_itself_whatever_is_held(number: int, named: str) -> None:
    for held in (*(f";{number}~" for number in HELD), "~", "$", "^", "@"):
        assert keys(f"\x1b[{number}{held}") == [named], held


def test_no_key_of_a_terminal_writes_what_its_name_is_spelt_with() -> None:
    for intro, number, end in product(
        ("\x1b[", "\x1bO"),
        ("", "2", "1;2", "25", "2;2", "33;10", ">1;2", "1;2:1"),
        map(chr, range(0x40, 0x7F)),
    ):
        of_a_keypad = intro + number == "\x1bO" and "j" <= end <= "y"
        if not of_a_keypad and (intro + number != "\x1b[" or end not in "[M"):  # these are half a sequence
            assert typed(f"{intro}{number}{end}") == "", (intro, number, end)


# -- a scanner that puts control characters round what it read


CODE = "K7QX4MPD9RTW2HNC"


@pytest.mark.parametrize("gap", [0.0, 0.002, 0.03, 0.045])
@pytest.mark.parametrize("before", ["\x1b", "\x02", "\x02\x1b", "\x1d", "\x1b]Q1", "\x1b\x1b"])
@pytest.mark.parametrize("after", ["", "\x1b", "\x03", "\x1d", "\x03\r", "\x1b\x1b"])
def test_no_letter_of_a_scan_is_lost_to_what_stands_round_it(gap: float, before: str, after: str) -> None:
    sent = before + CODE + after
    aim = "]Q1" if "]" in before else ""
    for chunks in ((sent,), tuple(sent)):
        found = [key for key in read(*chunks, gap=gap) if isinstance(key, events.Key)]
        letters = "".join(key.character or "" for key in found if key.is_printable)
        assert letters == aim + CODE
        assert [key.key for key in found].count("escape") == (before + after).count("\x1b")


def test_alt_and_a_letter_write_nothing() -> None:
    for gap in (0.0, 0.03):
        assert keys("\x1bK", "\x1b7", "\x1b]", gap=gap) == []
    assert keys("\x1bK", "q", gap=0.06) == ["q"]
    assert keys("\x1b", "K", gap=0.005) == []
    assert keys("\x1b", "K", gap=0.03) == ["escape", "K"]


def test_a_key_tells_when_it_came_not_when_it_was_known() -> None:
    reader = KeyReader()
    assert list(reader.split("\x1b", 100.0)) == []
    assert [(token, reader.came) for token in reader.expire(100.06)] == [("\x1b", 100.0)]
    assert [(token, reader.came) for token in reader.split("a\x1b", 101.0)] == [("a", 101.0)]
    assert [(token, reader.came) for token in reader.split("", 101.2)] == [("\x1b", 101.0)]


@pytest.mark.parametrize(("sent", "lines"), [("a\rb", 1), ("a\nb", 1), ("a\r\nb\n", 2), ("\n\r\n\r\r", 4)])
def test_a_line_ends_in_a_return_a_line_feed_or_both(sent: str, lines: int) -> None:
    assert keys(sent).count("enter") == keys(*sent).count("enter") == lines


@pytest.mark.parametrize(
    "sent",
    [
        "\x01\x03\x11\x1a\x1c\x00",
        "\x9b\x90\x85",
        "\x1b[120;5u",
        "\x1b[97;1;9999999u",
        "\x1b[48;0;0;0;0t",
        "\x1b[27;5;120~",
        "\x1b[200~\x1b[201~",
        "\x1b[I\x1b[O",
        "\x1b[M !!",
        "\x1bx",
        "\x1b\x11",
        "\x1b[?1;2c",
        "\x1b[12;40R",
        "\x1b[<0;1;99999999M",
        "\x1b[<0;0;1M",
        "\x1b[" + "1;" * 40,
        "\u202e\u202d\x85",
    ],
)
def test_everything_else_is_dropped_whole(sent: str) -> None:
    assert read(sent) == []


@pytest.mark.parametrize(
    "sign", ["\u200c", "\u200d", "\u200b", "\ufeff", "\u2067", "\u202c", "\ue000", "\U0001fae8", "\ufe0f"]
)
def test_a_letter_that_does_not_print_by_itself_is_a_key(sign: str) -> None:
    [key] = read(sign)
    assert isinstance(key, events.Key)
    assert key.character == sign


def test_a_pasted_text_arrives_as_typed_and_its_keys_stay_dropped() -> None:
    assert typed("\x1b[200~good\x11 morning\x1b\x11\x1b[201~!") == "good morning!"


def test_a_paste_that_is_never_closed_swallows_nothing() -> None:
    assert typed("\x1b[200~one", "two") == "onetwo"
    assert typed("\x1b[20", "0~one") == "one"


def test_an_old_mouse_report_whose_bytes_are_no_text_eats_no_other_sequence() -> None:
    assert keys("\x1b[M\x1b[A") == ["up"]


def test_escape_three_times_in_a_row_is_three_keys() -> None:
    assert keys("\x1b\x1b\x1b") == ["escape"] * 3
    assert keys("\x1b", "\x1b", "\x1b", gap=0.1) == ["escape"] * 3


def test_a_letter_well_after_escape_is_a_letter() -> None:
    assert keys("\x1b", "a", gap=0.06) == ["escape", "a"]


def test_a_sequence_that_stops_half_way_holds_nothing_up() -> None:
    assert keys("\x1b[1;", "a", gap=0.06) == ["a"]
    assert keys("\x1b[1;é") == ["é"]
    assert keys("\x1b]0;title") == ["0", "semicolon", *"title"]


def test_the_wait_for_the_rest_is_counted_from_its_start() -> None:
    assert keys("\x1b[", "1", "1", "a", gap=0.03) == ["1", "a"]


def test_a_mouse_press_tells_its_cell() -> None:
    [press] = read("\x1b[<0;11;6M")
    assert isinstance(press, events.MouseDown)
    assert (press.x, press.y, press.button) == (10, 5, 1)


def test_the_answer_about_synchronised_output_is_heard() -> None:
    [answer] = read("\x1b[?2026;2$y")
    assert isinstance(answer, messages.TerminalSupportsSynchronizedOutput)


@given(
    st.lists(
        st.one_of(
            st.text(st.characters(codec="utf-8"), max_size=8),
            st.text("\x1b[]<>?;:0123456789OMmu~tR$y \r\n\x9b", max_size=40),
            st.sampled_from(["\x1b[200~", "\x1b[M", "\x1b[<0;1;1M", "\x1b[[", "\x1bO"]),
        ),
        max_size=12,
    ),
    st.sampled_from([0.0, 0.03, 0.1]),
)
def test_nothing_a_terminal_can_send_upsets_the_reader(chunks: list[str], gap: float) -> None:
    for message in read(*chunks, gap=gap):
        assert isinstance(
            message, events.Key | events.MouseEvent | messages.TerminalSupportsSynchronizedOutput
        )
    # And it is ready for the next key.
    assert keys(*chunks, "", "q", gap=0.1)[-1:] == ["q"]
