"""What a terminal sends, read by allow-list."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import events, messages
from textual.message import Message

from screens.terminal import KeyReader


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
    return [message.key for message in read(*chunks, gap=gap) if isinstance(message, events.Key)]


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


def test_the_first_function_keys_ignore_what_is_held_too() -> None:
    assert keys("\x1b[1;2Q", "\x1b[1;5R", "\x1b[1;3S") == ["f2", "f3", "f4"]


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
