"""Room to write: it wraps and grows, undoes, takes what is pasted, and never counts down."""

import re

import pytest
from textual import events

from kiosk.entry.answers import LINE_LIMIT, TEXT_LIMIT, Goal
from screens.widgets.key_row import KeyRow
from screens.widgets.text_field import SOFT_LIMIT, TextField
from tests.screens.conftest import Kiosk
from tests.visitor import SMALL, Visitor, visit

FULL = "This field is full. Make your text shorter if you want to add more."
A_LOT = "You have written a lot. There is still room."
PASTED = "\x1b[31mred\x1b[0m line\r\nsecond\x07 line\u202e\n\tthird\x9b2J line "


def _field(visitor: Visitor, number: int = 0) -> TextField:
    return list(visitor.page.query(TextField))[number]


async def _holds(visitor: Visitor, text: str) -> None:
    """Put a text into the first field, with the cursor behind it."""
    field = _field(visitor)
    field.load_text(text)
    field.move_cursor(field.document.end)
    await visitor.settle()


async def _pastes(visitor: Visitor, text: str) -> None:
    visitor.app.post_message(events.Paste(text))
    await visitor.settle()


# -- undo


async def test_undo_takes_back_what_was_typed_last_and_what_was_deleted_by_mistake(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at="day") as visitor:
        assert visitor.sees("F12  Undo")
        await _holds(visitor, "fallow ")
        await visitor.types("brindle")
        await visitor.presses("f12")
        assert not visitor.sees("brindle")
        assert visitor.sees("fallow")
        # Where there is nothing to undo, nothing comes of it.
        await visitor.presses("f12", "f12", "f12")
        assert visitor.sees("fallow")
        assert visitor.question == "day"
        # What was deleted by mistake comes back.
        await visitor.types("brindle")
        await visitor.holds("backspace", times=7)
        assert not visitor.sees("brindle")
        await visitor.presses("f12")
        assert visitor.sees("brindle")


async def test_by_touch_one_undoes_and_writes_on_in_the_same_field(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at="goal", size=SMALL) as visitor:
        for number in (0, 3):
            field = _field(visitor, number)
            field.focus()
            await visitor.types("brindle")
            await visitor.scrolls_to(visitor.page.query_one(".foot", KeyRow))
            await visitor.touches("Undo")
            assert field.text == ""
            assert field.has_focus
            await visitor.types("fallow")
            assert field.text == "fallow"


async def test_each_field_of_a_goal_undoes_what_was_written_in_it_alone(kiosk: Kiosk) -> None:
    parts = ["want", "step", "who", "when"]
    async with visit(kiosk(), at="goal", given={"goal": Goal(*parts)}) as visitor:
        assert [field.text for field in visitor.page.query(TextField)] == parts
        for number in range(4):
            field = _field(visitor, number)
            field.focus()
            await visitor.presses("end")
            await visitor.types(" more")
            await visitor.presses("f12")
            assert [field.text for field in visitor.page.query(TextField)] == parts
        await visitor.goes_on()
        assert visitor.given == {"goal": Goal(*parts)}


async def test_undo_is_offered_where_one_writes_and_nowhere_else(kiosk: Kiosk) -> None:
    for question_id, offered in (("likes", False), ("people", True)):
        async with visit(kiosk(), at=question_id) as visitor:
            assert visitor.sees("F12  Undo") is offered


# -- it wraps and grows


async def test_a_long_text_wraps_and_the_field_grows_with_it(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at="day", size=SMALL) as visitor:
        before = _field(visitor).region.height
        # Enough for five rows.
        text = " ".join(f"word{number}" for number in range(SMALL[0] * 5 // 8))
        await _holds(visitor, text[:-3])
        await visitor.types(text[-3:])
        assert _field(visitor).region.height > before
        assert "\n" not in _field(visitor).text
        seen = " ".join(re.sub(r"[█┃▌]", " ", visitor.screen_text()).split())
        assert text[-60:] in seen
        await visitor.goes_on()
        assert visitor.given == {"day": text}


async def test_a_line_wraps_too_and_pushes_the_next_one_down(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at="people", size=SMALL) as visitor:
        top = _field(visitor, 1).region.y
        await _pastes(visitor, "somebody with a very long name " * 4)
        assert _field(visitor, 1).region.y > top
        assert _field(visitor).region.height > 1


# -- what is pasted


@pytest.mark.parametrize("question_id", ["people", "goal"])
async def test_a_paste_of_30_000_characters_does_no_harm_and_is_cut_with_a_word_on_it(
    kiosk: Kiosk, question_id: str
) -> None:
    limit = LINE_LIMIT if question_id == "people" else TEXT_LIMIT
    async with visit(kiosk(), at=question_id) as visitor:
        await _pastes(visitor, (PASTED * 1_000)[:30_000])
        assert not visitor.gone
        assert visitor.question == question_id
        assert visitor.sees(FULL)
        painted = "".join(cell.character for row in visitor.cells() for cell in row)
        assert painted.isprintable()
        assert max(len(field.text) for field in visitor.page.query(TextField)) == limit
        await visitor.goes_on()
        given = visitor.given[question_id]
        parts = (given.want,) if isinstance(given, Goal) else given
        assert isinstance(parts, tuple)
        words = "".join(map(str, parts))
        assert words.replace("\n", "").isprintable()
        assert words.startswith("[31mred[0m line")
        assert limit - 10 <= len(str(parts[-1])) <= limit


async def test_a_paste_comes_where_the_cursor_is_with_its_line_breaks_and_can_be_undone(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at="day") as visitor:
        await visitor.types("fallow")
        await visitor.presses("home")
        await _pastes(visitor, "brindle ")
        assert visitor.sees("brindle fallow")
        await visitor.types("and ")
        assert visitor.sees("brindle and fallow")
        await visitor.presses("f12", "f12")
        assert visitor.sees("fallow")
        assert not visitor.sees("brindle")
        # Line breaks are kept in a text.
        await visitor.presses("end")
        await _pastes(visitor, " first\r\nsecond\nthird")
        assert visitor.sees("first", "second", "third")
        await visitor.goes_on()
        assert visitor.given == {"day": "fallow first\nsecond\nthird"}


async def test_a_paste_that_is_too_long_costs_nothing_of_what_was_written(kiosk: Kiosk) -> None:
    own = "my own words " * 1_000
    async with visit(kiosk(), at="day") as visitor:
        await _holds(visitor, own)
        _field(visitor).move_cursor((0, 0))
        await _pastes(visitor, "pasted " * 3_000)
        text = _field(visitor).text
        assert len(text) == TEXT_LIMIT
        assert text.startswith("pasted pasted ")
        assert text.endswith(own)
        assert visitor.sees(FULL)
        await visitor.presses("f12")
        assert _field(visitor).text == own
        assert not visitor.sees(FULL)


# -- how much there is room for


async def test_from_4_000_characters_on_it_is_told_and_at_20_000_it_stops_kindly_and_loses_nothing(
    kiosk: Kiosk,
) -> None:
    async with visit(kiosk(), at="day") as visitor:
        await _holds(visitor, "a" * (SOFT_LIMIT - 2))
        assert not visitor.sees(A_LOT)
        await visitor.types("bc")
        assert visitor.sees(A_LOT)
        assert _field(visitor).text == "a" * (SOFT_LIMIT - 2) + "bc"
        await visitor.presses("backspace")
        assert not visitor.sees(A_LOT)
        text = "a" * (TEXT_LIMIT - 2)
        await _holds(visitor, text)
        assert visitor.sees(A_LOT)
        await visitor.types("bcdef")
        assert visitor.sees(FULL)
        assert _field(visitor).text == text + "bc"
        # Nor does a letter in its midst push the last one out.
        _field(visitor).move_cursor((0, 0))
        await visitor.types("x")
        assert _field(visitor).text == text + "bc"
        _field(visitor).move_cursor(_field(visitor).document.end)
        await visitor.presses("backspace")
        assert not visitor.sees(FULL)
        await visitor.types("z")
        assert _field(visitor).text == text + "bz"
        await visitor.goes_on()
        assert visitor.given == {"day": text + "bz"}


async def test_a_full_line_says_so(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at="people", size=SMALL) as visitor:
        await _holds(visitor, "a" * (LINE_LIMIT - 5))
        await visitor.types("a" * 10)
        assert _field(visitor).text == "a" * LINE_LIMIT
        assert await visitor.finds(FULL)
        # The next line has room, and the words go with the field one writes in.
        await visitor.presses("enter")
        await visitor.types("Zoe")
        assert not await visitor.finds(FULL)


async def test_nothing_counts_down(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at="day") as visitor:
        for length in (0, 3_900, SOFT_LIMIT, TEXT_LIMIT - 5, TEXT_LIMIT):
            await _holds(visitor, "a" * length)
            said = [str(room.render()) for room in visitor.page.query("#room")]
            assert not re.search(r"\d", "".join(said))
            assert (length >= SOFT_LIMIT) == any(said)
        # No number on the whole page but those of question and phone.
        numbers = set(re.findall(r"\d+", visitor.screen_text()))
        assert numbers <= {"5", "7", "999", "2", "3", "4", "8", "9", "10", "12"}


async def test_who_reads_it_is_told_in_full_once_and_where_to_get_help_each_time(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at="day") as visitor:
        assert visitor.sees("Staff read this later. For help now:")
        await visitor.goes_on()
        assert visitor.sees("For help now:")
        assert not visitor.sees("Staff read this later")
