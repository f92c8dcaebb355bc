"""The code: shown, printed, tried once; and after the pause of a visit as well."""

from collections.abc import Callable
from functools import partial

import pytest
from textual.widgets import Input

from kiosk.entry import handle
from kiosk.entry.answers import Answer, Cards, Goal
from kiosk.entry.handle import ALPHABET, Handle
from kiosk.entry.slip import Bar, Code, Slip, text_of
from kiosk.errors import PrinterError, PrinterTrouble
from kiosk.upkeep.retention import goes
from screens.customer_words import for_customer
from screens.widgets.busy_screen import BusyScreen
from screens.widgets.choose_screen import ChooseScreen
from screens.widgets.code_screen import CodeScreen
from screens.widgets.enter_code_screen import CodeTrial, EnterCodeScreen, try_code
from tests.fake_printer import FakePrinter
from tests.screens import looks
from tests.screens.conftest import Kiosk
from tests.visitor import CHECK, SMALL, Visitor, leaves, visit

ANSWERS: dict[str, Answer] = {
    "mood": 2,
    "cards": Cards(("kind",), ("brindle",)),
    "day": "fallow",
    "goal": Goal("A garden", "Seeds"),
}
NEXT = "How was this?"
RIGHT = "Your code is right"
TROUBLE = PrinterError(PrinterTrouble.NO_PAPER, "out of paper")


async def _to_the_code(visitor: Visitor) -> str:
    await visitor.saves()
    visitor.noted = visitor.code
    assert visitor.sees("Ask a member of")  # what happens next, on the smallest screen too
    return visitor.noted


async def _to_the_try(visitor: Visitor) -> str:
    code = await _to_the_code(visitor)
    await visitor.presses("enter")
    assert visitor.sees("Try your code once")
    return code


@pytest.mark.parametrize("keeping", [True, False])
async def test_whoever_has_the_code_of_a_pause_is_told_that_the_new_one_replaces_it_and_need_not_try_it(
    kiosk: Kiosk, *, keeping: bool
) -> None:
    async with visit(kiosk(), at=CHECK, keeping=keeping, size=SMALL) as visitor:
        await _to_the_code(visitor)
        beside = [line.rpartition("▀")[2].strip() for line in visitor.screen_text().splitlines()]
        assert ("This code replaces your first one." in " ".join(beside)) is keeping
        assert looks.problems(visitor) == []
        await visitor.presses("enter")
        ended = "This is a new code. The code that you got to come back does not work now."
        assert visitor.sees(ended) is keeping
        assert visitor.sees("You can also continue without it. Leave this empty.")
        assert looks.problems(visitor) == []
        await visitor.enters("   ")
        assert visitor.sees(NEXT)


async def test_the_code_may_be_tried_in_any_case_and_with_any_spaces_and_one_letter_be_put_right(
    kiosk: Kiosk,
) -> None:
    """`test_handle` has every spelling."""
    async with visit(kiosk(), at=CHECK, given=ANSWERS) as visitor:
        code = await _to_the_try(visitor)
        await visitor.types("  ".join(code[:-1] + other_than(code[-1])).lower())
        await visitor.presses("enter")
        assert visitor.sees("Check the fourth group.")
        await visitor.presses("backspace", code[-1].lower(), "enter")
        assert visitor.sees(RIGHT)
        await visitor.presses("enter")
        assert visitor.sees(NEXT)


async def test_the_code_is_tried_against_the_screen_alone_until_it_is_right(kiosk: Kiosk) -> None:
    session = kiosk()
    async with visit(session, at=CHECK, given=ANSWERS) as visitor:
        code = await _to_the_try(visitor)
        assert not visitor.sees(code.split()[0])  # it is to be tried, not copied from the screen
        assert visitor.sees("____  ____  ____  ____")
        await visitor.types(code.replace(" ", "").lower()[:6])
        first, second, *_ = code.split()
        assert visitor.sees(f"{first}  {second[:2]}__  ____  ____")
        wrong = leaves(session, {"mood": 1}).code
        await visitor.enters(wrong)
        assert visitor.sees("They are not the same as in your code.")
        assert visitor.page.query_one(Input).value == wrong
        for _scan in range(2):
            await visitor.scans(wrong.replace(" ", ""))
            assert visitor.sees("They are not the same as in your code.")
        await visitor.clicks("See my code again")
        assert visitor.code == code
        await visitor.presses("enter")
        # What a scanner types takes the place of what was wrong.
        await visitor.enters("K7QX")
        await visitor.scans(code.replace(" ", ""))
        assert visitor.sees(RIGHT)
        await visitor.presses("enter")
        assert visitor.sees(NEXT)
        # Once it was tried it is not asked for again.
        await visitor.presses("escape")
        assert visitor.code == code
        await visitor.presses("enter")
        assert visitor.sees(NEXT)
    # Trying counted nothing.
    assert session.attempts().read().wrong == 0


async def test_what_is_wrong_with_a_code_is_told_by_its_groups_until_it_is_right() -> None:
    code = handle.draw()
    symbols = code.symbols
    wrong = [symbols[:at] + other_than(symbols[at]) + symbols[at + 1 :] for at in (1, 6, 10, 15)]
    first, *middle, last = str(code).split()
    twisted = " ".join([other_than(first[0]) + first[1:], *middle, last[:-1] + other_than(last[-1])])
    all_four = "Check these groups: first, second, third and fourth. They are not the same as in your code."
    tries = {
        **{
            typed: f"Check the {word} group. It is not the same as in your code."
            for typed, word in zip(wrong, ("first", "second", "third", "fourth"), strict=True)
        },
        twisted: "Check these groups: first and fourth. They are not the same as in your code.",
        str(code)[:-2]: "Check the fourth group.",
        f"{code}7": "Check the fourth group. Each group has 4 characters, and this has 5.",
        f"{symbols}7": "A code has 16 characters, and this has 17.",
        "".join(other_than(sign) for sign in symbols): all_four,
    }
    typed, told = iter([*tries, str(code)]), []

    async def show(page: Callable[[], EnterCodeScreen]) -> str:
        assert isinstance(page, partial)
        told.append(str(page.keywords["problem"]))
        return next(typed)

    assert await try_code(show, code, "", ()) is CodeTrial.RIGHT
    assert all(said.startswith(expected) for said, expected in zip(told[1:], tries.values(), strict=True))


def other_than(sign: str) -> str:
    """Another sign that codes have."""
    return ALPHABET[(ALPHABET.index(sign) + 1) % len(ALPHABET)]


async def test_enter_on_a_code_that_was_wrong_or_is_cleared_leads_on_and_says_that_it_was_not_checked(
    kiosk: Kiosk,
) -> None:
    async with visit(kiosk(), at=CHECK, given=ANSWERS, size=SMALL) as visitor:
        code = await _to_the_try(visitor)
        for cleared, key, then in ((False, "escape", code), (True, "enter", "")):
            await visitor.enters("K7QX")
            assert visitor.sees("Check the first group.", "Or press Enter again to continue without it.")
            assert looks.problems(visitor) == []
            if cleared:
                visitor.page.query_one(Input).value = ""
            await visitor.presses("enter")
            assert visitor.sees("Your code is not checked", "Your answers are saved.", "See my code again")
            assert looks.problems(visitor) == []
            await visitor.presses(key)
            assert visitor.code == then if then else visitor.sees(NEXT)
            await visitor.presses("enter")


# -- on paper


async def test_without_a_printer_none_is_offered_and_f5_does_nothing(kiosk: Kiosk) -> None:
    session = kiosk()
    async with visit(session, at=CHECK, given=ANSWERS) as visitor:
        code = await _to_the_code(visitor)
        before = visitor.screen_text()
        assert "Print" not in before
        await visitor.presses("f5")
        assert visitor.screen_text() == before
        while not visitor.gone:
            assert "Print" not in visitor.screen_text()
            await visitor.presses("enter")
    async with visit(session, back=code) as visitor:
        assert "Print" not in visitor.screen_text()
    async with visit(session, at="mood") as visitor:
        await visitor.pauses()
        before = visitor.screen_text()
        assert "Print" not in before
        await visitor.presses("f5")
        assert visitor.screen_text() == before


def _words(slip: Slip) -> str:
    return "\n".join(text_of(slip, 48))


async def test_the_slip_says_what_one_needs_to_come_back(kiosk: Kiosk) -> None:
    session = kiosk(venue="Oak House")
    printer = FakePrinter()
    async with visit(session, at=CHECK, given=ANSWERS, printer=printer) as visitor:
        code = await _to_the_code(visitor)
        (row,) = session.vault.rows()
        await visitor.presses("f5", "escape")
        await visitor.clicks("Print")
        slip, again = printer.slips
        until = goes(row, session.settings.privacy.days)
        words = _words(slip)
        assert words == _words(again)
        for text in (
            "Oak House",
            row.name,
            code,
            f"until {until.day} {until:%B %Y}",
            "Ask a member of staff",
        ):
            assert text in words
        assert [block.handle for block in slip.blocks if isinstance(block, Code)] == [
            Handle(code.replace(" ", ""))
        ]
        # Not one word of what was answered.
        for word in ("brindle", "fallow", "A garden", "I am kind", "My life now"):
            assert word not in words


async def test_while_it_prints_no_key_does_anything_but_hide_and_then_no_code_is_shown(kiosk: Kiosk) -> None:
    printer = FakePrinter()
    async with visit(kiosk(), at=CHECK, given=ANSWERS, printer=printer) as visitor:
        await _to_the_code(visitor)
        visitor.hold_work()
        await visitor.presses("f5")
        for key in ("f5", "enter", "escape", "1"):
            await visitor.presses(key)
            assert isinstance(visitor.page, BusyScreen)
            assert visitor.sees("Printing. This takes a moment.")
        await visitor.let_work()
        assert len(printer.slips) == 1
        await visitor.presses("escape")
        visitor.hold_work()
        await visitor.presses("f5")
        frames = visitor.watches()
        await visitor.presses("f9")
        assert visitor.gone
        assert printer.stopped
        await visitor.let_work()
        assert not any(frame.strip() for frame in frames)


async def test_my_page_is_printed_too_with_just_the_parts_that_are_chosen(kiosk: Kiosk) -> None:
    printer = FakePrinter()
    async with visit(kiosk(), at=CHECK, given=ANSWERS, printer=printer) as visitor:
        code = await _to_the_code(visitor)
        await visitor.presses("f5")
        assert visitor.sees(
            "Print My page too?", "1 ☐ My strengths", "2 ☐ My life now", "3 ☐ What I want to work"
        )
        assert not visitor.sees("What I hope for")  # nothing is answered there
        await visitor.presses("1", "3", "enter")
        assert visitor.code == code
        assert len(printer.slips) == 2
        words = _words(printer.slips[1])
        for text in ("My strengths", "I am kind", "brindle", "A garden", "Seeds"):
            assert text in words
        assert "My life now" not in words
        assert not any(isinstance(block, Bar | Code) for block in printer.slips[1].blocks)
        assert "fallow" not in words
        # A second time, with the rest: it is printed as often as one wants.
        await visitor.presses("f5", "2", "enter")
        assert [block.word for block in printer.slips[3].blocks if isinstance(block, Bar)] == ["Good"]
        assert "brindle" not in _words(printer.slips[3])


async def test_where_nothing_is_chosen_no_page_is_printed(kiosk: Kiosk) -> None:
    printer = FakePrinter()
    async with visit(kiosk(), at=CHECK, given=ANSWERS, printer=printer) as visitor:
        await _to_the_code(visitor)
        ways = (["1", "1", "enter"], ["1", "escape"])
        for slips, keys in enumerate(ways, 1):
            await visitor.presses("f5", *keys)
            assert isinstance(visitor.page, CodeScreen)
            assert len(printer.slips) == slips


async def test_nothing_more_is_offered_to_print_where_my_page_is_empty(kiosk: Kiosk) -> None:
    printer = FakePrinter()
    async with visit(kiosk(), at=CHECK, given={"day": "fallow"}, printer=printer) as visitor:
        await _to_the_code(visitor)
        await visitor.presses("f5")
        assert isinstance(visitor.page, CodeScreen)
        assert len(printer.slips) == 1


async def test_trouble_with_the_printer_is_told_and_the_code_stays_in_reach(kiosk: Kiosk) -> None:
    printer = FakePrinter(TROUBLE)
    told: list[BaseException] = []
    async with visit(
        kiosk(), at=CHECK, given=ANSWERS, size=SMALL, printer=printer, report=told.append
    ) as visitor:
        code = await _to_the_code(visitor)
        await visitor.presses("f5")
        assert visitor.sees(
            "The paper is not finished", for_customer(TROUBLE), "Take a photo of your code, or copy it."
        )
        assert told == [TROUBLE]
        assert not visitor.sees("out of paper")  # that is for who looks after the machine
        await visitor.presses("enter")
        assert visitor.code == code
        assert printer.slips == []
        printer.trouble = None
        await visitor.presses("f5")
        assert isinstance(visitor.page, ChooseScreen)
        # Now it fails at the second slip.
        printer.trouble = TROUBLE
        await visitor.presses("1", "enter")
        assert visitor.sees("The paper is not finished")
        await visitor.presses("enter")
        assert visitor.code == code
        await visitor.presses("enter")
        await visitor.scans(code)
        assert visitor.sees(RIGHT)


async def test_the_code_of_a_pause_is_printed_alone(kiosk: Kiosk) -> None:
    printer = FakePrinter()
    async with visit(kiosk(), at="mood", given=ANSWERS, printer=printer) as visitor:
        await visitor.pauses()
        await visitor.presses("f5")
        assert visitor.code == visitor.noted
        (slip,) = printer.slips
        words = _words(slip)
        assert visitor.noted in words
        assert "Use this code to come back. You continue where you stopped." in " ".join(words.split())
        assert "brindle" not in words
