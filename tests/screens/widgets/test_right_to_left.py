"""Pages from right to left: what is painted, and where the keys and taps are."""

from textual.app import App, ComposeResult
from textual.filter import LineFilter
from textual.screen import Screen

from screens.right_to_left import Mirror, RightToLeft
from screens.widgets.caret import caret_of
from screens.widgets.plain import Plain
from screens.widgets.text_field import TextField

WIDE = 30


class _Page(Screen[None]):
    def __init__(self) -> None:
        super().__init__()
        self._compositor = Mirror()

    def compose(self) -> ComposeResult:
        yield Plain("سلام (Elm) 12")
        yield TextField("", 200, breaks=True)


class _Right(App[None]):
    CSS = "TextField { height: 6; border: none; padding: 0; }"

    def __init__(self) -> None:
        super().__init__()
        self._filter = RightToLeft()

    def get_line_filters(self) -> list[LineFilter]:
        return [self._filter, *super().get_line_filters()]

    def get_default_screen(self) -> Screen[None]:
        return _Page()

    @property
    def lines(self) -> list[str]:
        return ["".join(part.text for part in strip) for strip in self.screen._compositor.render_strips()]


async def test_a_text_is_seen_at_the_right() -> None:
    app = _Right()
    async with app.run_test(size=(WIDE, 10)):
        assert app.lines[0] == "12 (Elm) ﻡﻼﺳ".rjust(WIDE)


async def test_what_is_typed_is_kept_in_the_order_of_writing_and_seen_in_that_of_reading() -> None:
    app = _Right()
    async with app.run_test(size=(WIDE, 10)) as pilot:
        field = app.query_one(TextField)
        field.focus()
        await pilot.press(*"سلام", "space", *"Elm")
        assert app.lines[1] == " Elm ﻡﻼﺳ".rjust(WIDE)
        assert field.text == "سلام Elm"
        assert caret_of(field).x == WIDE - len("Elm ﻡﻼﺳ") - 1
        await pilot.press("backspace", "backspace", "backspace", "backspace", "backspace")
        assert (field.text, app.lines[1]) == ("سلا", "ﻼﺳ".rjust(WIDE))
        await pilot.press("enter", *"باب")
        assert field.text == "سلا\nباب"
        assert app.lines[2] == "ﺏﺎﺑ".rjust(WIDE)
        assert caret_of(field).offset == (WIDE - 4, 3 - 1)


async def test_a_tap_finds_the_letter_under_it() -> None:
    app = _Right()
    async with app.run_test(size=(WIDE, 10)) as pilot:
        field = app.query_one(TextField)
        field.text = "سلام Elm باب"
        await pilot.pause()
        line = app.lines[1]
        for letter, at in (("ﺳ", 0), ("ﻼ", 1), ("ﻡ", 3), ("E", 5), ("m", 7), ("ﺑ", 9)):
            await pilot.click(offset=(line.rindex(letter), 1))
            assert field.cursor_location == (0, at), letter
            assert caret_of(field).x == line.rindex(letter)


async def test_the_arrows_go_where_they_point() -> None:
    app = _Right()
    async with app.run_test(size=(WIDE, 10)) as pilot:
        field = app.query_one(TextField)
        field.focus()
        await pilot.press(*"باب", "right")
        assert field.cursor_location == (0, 2)
        await pilot.press("left")
        assert field.cursor_location == (0, 3)


async def test_columns_of_latin_words_stand_from_right_to_left() -> None:
    app = _Right()
    async with app.run_test(size=(WIDE, 10)) as pilot:
        app.query_one(Plain).show("1 English  2 Cymraeg  3 12")
        await pilot.pause()
        assert app.lines[0] == "12 3  Cymraeg 2  English 1".rjust(WIDE)
