"""Where the keys are: it is always to be seen, and the terminal's own cursor stands there."""

import pytest
from textual import events
from textual.color import Color
from textual.geometry import Offset
from textual.widgets import Input

from screens.widgets.act_rows import ActRow
from screens.widgets.caret import Body, caret_of
from screens.widgets.picks import PickRow, Picks
from screens.widgets.text_field import TextField
from tests.person import Person
from tests.screens.conftest import Kiosk, unlocked
from tests.screens.desk.kept_at_the_desk import TO_NOTE, more_of_it
from tests.visitor import CHECK, LARGE, SMALL, desk, leaves, visit

LONG = "I would like to go back to the garden behind the house. "


def caret_is_seen(person: Person) -> None:
    """See that the caret's cell is in the body, and that the cursor stands on it."""
    field = person.app.focused
    assert isinstance(field, TextField | Input)
    caret = caret_of(field).offset
    assert person.page.query_one(Body).scrollable_content_region.contains_point(caret), (
        f"{caret}\n{person.screen_text()}"
    )
    assert field.region.contains_point(caret)
    assert person.app.cursor_position == caret
    if isinstance(field, Input):
        assert person.cells()[caret.y][caret.x].ground == Color.parse(person.app.theme_variables["leaf"]).rgb


async def writes(person: Person) -> None:
    """Write a long text: most of it at once, which is as if it were pasted, and its end by a key."""
    person.app.post_message(events.Paste(LONG))
    await person.types(".")


@pytest.mark.parametrize("question", ["day", "goal", "cards"])
async def test_while_one_writes_the_caret_is_always_to_be_seen(kiosk: Kiosk, question: str) -> None:
    async with visit(kiosk(), at=question, size=SMALL) as visitor:
        while not visitor.page.writing:
            await visitor.presses("enter")
        fields = list(visitor.page.query(TextField))
        for field in fields:
            caret_is_seen(visitor)
            for _ in range((field is fields[0]) + (field is fields[-1])):
                await writes(visitor)
                caret_is_seen(visitor)
            await visitor.presses("tab")
        await visitor.presses("shift+tab")
        for other in (LARGE, (56, 12)):
            await visitor._pilot.resize_terminal(*other)
            await visitor.settle()
            caret_is_seen(visitor)
        for key in ("home", "up", "end", "down"):
            await visitor.presses(key)
            caret_is_seen(visitor)
        focused = visitor.app.focused
        assert focused is not None
        focused.post_message(events.Paste(LONG * 3))
        await visitor.settle()
        caret_is_seen(visitor)


async def test_what_a_field_is_for_stands_above_it_as_one_comes_to_it(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at="goal", size=SMALL) as visitor:
        labels = [str(label.render()) for label in visitor.page.query(".label")]
        for label in labels:
            assert visitor.sees(label)
            await writes(visitor)
            assert visitor.sees(label)
            await visitor.presses("tab")


@pytest.mark.parametrize("answers", [None, TO_NOTE, more_of_it("erase")], ids=["list", "note", "reason"])
async def test_at_the_desk_the_caret_is_to_be_seen_too(kiosk: Kiosk, answers: list[object] | None) -> None:
    session = kiosk()
    left = leaves(session, {"mood": 2}) if answers else None
    async with unlocked(session, size=SMALL, opens=left, answers=answers or ()) as member:
        caret_is_seen(member)
        for _ in range(4 if answers == TO_NOTE else 2):
            await writes(member)
            caret_is_seen(member)
        for size in (LARGE, SMALL):
            await member.resizes(size)
            caret_is_seen(member)
            await member.types(".")


async def test_at_the_locked_desk_the_caret_is_to_be_seen(kiosk: Kiosk) -> None:
    async with desk(kiosk(), size=SMALL) as member:
        for _field in range(2):
            caret_is_seen(member)
            await writes(member)
            caret_is_seen(member)
            await member.presses("tab")


@pytest.mark.parametrize("at", ["mood", "cards"])
async def test_in_a_list_the_cursor_stands_on_the_row_that_the_keys_stand_on(kiosk: Kiosk, at: str) -> None:
    async with visit(kiosk(), at=at, size=SMALL) as visitor:
        picks = visitor.app.focused
        assert isinstance(picks, Picks)
        rows = list(picks.query(PickRow))
        stands_on(visitor, str(rows[0].pick.label))
        for row in rows:
            await visitor.presses("down")
            stands_on(visitor, f"› {row.pick.number:>2}")
            stands_on(visitor, row.pick.label)
        for row in reversed(rows):
            await visitor.presses(str(row.pick.number))
            stands_on(visitor, row.pick.label)
        for other in ((56, 10), SMALL):
            await visitor._pilot.resize_terminal(*other)
            await visitor.settle()
            stands_on(visitor, rows[0].pick.label)


async def test_on_the_check_page_the_cursor_stands_on_the_row_that_enter_acts_on(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at=CHECK, given={"day": LONG * 4}, size=SMALL) as visitor:
        await visitor.opens_part("second")
        for key in ("home", *["down"] * 3, "pageup", "4", "1", "end"):
            await visitor.presses(key)
            row = visitor.app.focused
            assert isinstance(row, ActRow)
            stands_on(visitor, str(row.render()).split("\n")[0].strip()[:20])


def stands_on(person: Person, text: str) -> None:
    """See that the cursor stands in a row of the screen that holds a text."""
    at: Offset = person.app.cursor_position
    line = person.screen_text().split("\n")[at.y]
    assert text in line, f"{at} is in {line!r}\n{person.screen_text()}"
