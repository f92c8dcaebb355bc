"""A machine's burst of keys is not a person's choice, on any page of a visit."""

from collections.abc import Awaitable, Callable

import pytest
from textual.widgets import Input

from kiosk.entry.handle import Handle
from screens.guard import GAP, LOOK, NOT_TAKEN, SPELLED
from screens.visit.before_screen import BeforeScreen
from screens.visit.my_page_screen import MyPageScreen
from screens.visit.parts_screen import PartsScreen
from screens.visit.welcome_screen import ClearedScreen, WelcomeScreen
from screens.widgets.ask_screen import AskScreen
from screens.widgets.check_screen import CheckScreen
from screens.widgets.code_screen import CodeScreen
from screens.widgets.enter_code_screen import EnterCodeScreen
from screens.widgets.idle_screen import IdleScreen
from screens.widgets.picks import Picks
from screens.widgets.question_screen import QuestionScreen
from screens.widgets.text_field import TextField
from tests.kiosk.entry.test_keyboard_layouts import types as typed_on
from tests.screens import looks
from tests.screens.conftest import Kiosk
from tests.visitor import CHECK, MY_PAGE, SMALL, Visitor, _stop_looking_up, leaves, visit

CODE = "1112MNPQ12RSTV1G"
"""A code that holds together, and begins with digits that answer questions."""
HERE_FIRST = "That was a code. Finish here first."
LONG = "4006381333931"
"""What stands below the bars of something one buys."""
TEXTS = (LONG, f"{LONG}\r", f"\r{LONG}\r{LONG}\r", "1\r2\r1\r", "http://example.org/1\r", "2\r", "\t22\t11\t")

Burst = Callable[[Visitor, str], Awaitable[None]]


async def fast(visitor: Visitor, text: str) -> None:
    """Send all keys before anybody can look."""
    await visitor.types(text)


async def slow(visitor: Visitor, text: str) -> None:
    """Send a key every 30 ms."""
    visitor.clock.at += 1
    await visitor.presses(*text, every=0.03)


def standing(visitor: Visitor) -> object:
    """What a burst could change."""
    page, focused = visitor.page, visitor.app.focused
    chosen = [picks.stance for picks in page.query(Picks)]
    return page, focused, chosen, [field.text for field in page.query(TextField)], dict(visitor.given)


async def until_told(visitor: Visitor, said: str) -> None:
    await visitor.until(lambda: visitor.sees(said))


BURSTS: dict[str, tuple[Burst, str, tuple[str, str], Burst | None, tuple[str, ...], float]] = {
    "": (slow, "\r", ("", ""), fast, (), 0),
    "mood": (slow, "\r", ("\x1b", "\x1b"), fast, ("down", "enter"), 0.044),
    "likes": (fast, "\n", ("\x1b", "\x1b\r"), slow, ("right", "enter"), 0.02),
    "cards": (slow, "\n", ("\x1b", "\x1b\r"), fast, ("tab", "down"), 0.044),
    "day": (fast, "\r\n", ("\x1b", "\x1b"), None, ("down",), 0.02),
    "people": (slow, "\t", ("\x1b", "\t\r"), None, (), 0),
    "goal": (slow, "", ("\x1b", "\t\x1b"), None, (), 0),
    MY_PAGE: (fast, "\r", ("", ""), fast, (), 0),
    CHECK: (fast, "", ("\x1b", "\x1b\r"), fast, (), 0),
}
"""Where; how a code comes and ends, what is round it, how other texts come, an arrow that ends a scan."""


async def test_a_burst_in_a_visit_changes_nothing_and_is_told(kiosk: Kiosk) -> None:
    session = kiosk()
    async with visit(session) as visitor:
        _stop_looking_up(visitor.app)  # what is written is held now and then, and again when nobody writes on
        for at in BURSTS:
            while at not in (place := _place(visitor)):
                await visitor.presses("enter")
                assert not visitor.gone, place
            await _stands_bursts(visitor, at)
    assert session.vault.rows() == ()


async def test_what_a_burst_chose_for_a_moment_is_not_kept_as_chosen(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at="mood") as visitor:
        await visitor.presses(*["down"] * 20)  # whoever goes on for long is kept now and then
        await visitor.presses(CODE[0], every=0.02)
        visitor.app.watch_presence()
        await visitor.presses(*CODE[1:], "enter", every=0.02)
        assert visitor.sees(HERE_FIRST)
        assert visitor.given == {}


def _place(visitor: Visitor) -> tuple[str, ...]:
    match visitor.page:
        case BeforeScreen():
            return ("",)
        case QuestionScreen():
            return (visitor.question,)
        case MyPageScreen():
            return (MY_PAGE,)
        case CheckScreen():
            return (CHECK,)
    return ()


async def _stands_bursts(visitor: Visitor, at: str) -> None:
    burst, end, round_, texts_at, arrow, every = BURSTS[at]
    before = standing(visitor)
    await burst(visitor, CODE + end)
    await until_told(visitor, HERE_FIRST)
    assert standing(visitor) == before, at
    await visitor.presses("f4")
    assert not visitor.sees(HERE_FIRST)
    # An Esc round a code neither leaves nor hides.
    for _scan in range((3 if at in ("mood", "day") else 1) if any(round_) else 0):
        await (slow if at == "day" else fast)(visitor, CODE.join(round_))
        await until_told(visitor, HERE_FIRST)
        assert standing(visitor) == before, at
    # What comes of each text is the same on pages where one chooses, and where one reads.
    for text in (TEXTS if at in ("mood", CHECK) else TEXTS[1:4:2] + TEXTS[-1:]) if texts_at else ():
        assert texts_at
        await texts_at(visitor, text)
        assert standing(visitor) == before, (at, text)
        assert visitor.sees(NOT_TAKEN), (at, text)
    # An arrow that ends a scan leads nowhere.
    for text in (CODE, LONG) if arrow and at != "day" else (CODE,) if arrow else ():
        visitor.clock.at += 1
        await visitor.presses(*text, *arrow, every=every)
        assert visitor.sees(HERE_FIRST) or text == LONG, at
        assert standing(visitor) == before, (at, arrow)
    visitor.clock.at += 1


async def _comments(visitor: Visitor) -> None:
    await visitor.presses("escape", "f3", "1", "enter")
    await visitor.types("Why?")
    await visitor.presses("enter")


async def _pauses(visitor: Visitor) -> None:
    await visitor.presses("f7", "enter", "enter")
    assert isinstance(visitor.page, ClearedScreen)


@pytest.mark.parametrize(("thanks", "burst", "end"), [(_comments, fast, ""), (_pauses, slow, "\r")])
async def test_a_code_scanned_over_the_thanks_is_told_and_takes_nobody_further(
    kiosk: Kiosk, thanks: Callable[[Visitor], Awaitable[None]], burst: Burst, end: str
) -> None:
    session = kiosk()
    async with visit(session, at="people") as visitor:
        await thanks(visitor)
        page = visitor.page
        await burst(visitor, CODE + end)
        await until_told(visitor, HERE_FIRST)
        assert visitor.page is page
        await burst(visitor, f"{LONG}\r")
        assert visitor.page is page
        await visitor.presses("enter")
        assert visitor.gone or visitor.page is not page


async def test_a_code_is_taken_out_of_what_was_being_written_once_no_more_comes(kiosk: Kiosk) -> None:
    """Though a key came before anybody looked; and a text that goes on is no code."""
    async with visit(kiosk(), at="day") as visitor:
        field = visitor.page.query_one(TextField)
        visitor.clock.at += 1
        for key in CODE:
            visitor._send(key)
        visitor.clock.at += 1
        visitor._send("x")
        await visitor.settle()
        assert field.text == "x"
        assert visitor.sees(HERE_FIRST)
        field.load_text("")
        await visitor.types("I walked ")
        field.move_cursor((0, 2))
        await visitor.scans(f"]Q1{CODE}")
        await until_told(visitor, HERE_FIRST)
        assert (field.text, field.cursor_location) == ("I walked ", (0, 2))
        field.load_text("")
        await visitor.types(CODE + "and more")
        assert GAP < 1
        assert field.text == CODE + "and more"


async def test_a_code_over_a_question_with_two_ways_out_takes_neither(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at="mood", given={"mood": 2}) as visitor:
        for key, burst in (("f8", fast), ("f7", slow)):
            await visitor.presses(key)
            page = visitor.page
            await burst(visitor, CODE + "\r")
            await until_told(visitor, HERE_FIRST)
            assert visitor.page is page
            await visitor.presses("escape")
        assert visitor.given == {"mood": 2}


async def test_at_the_parts_no_burst_opens_any_and_a_digit_opens_one_at_once(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at="mood") as visitor:
        await visitor.presses("escape")
        before = standing(visitor)
        for burst, text, said in (
            (fast, "2" + CODE, HERE_FIRST),
            (slow, "2" + CODE, HERE_FIRST),
            (fast, CODE + "\r", HERE_FIRST),
            *((fast, text, NOT_TAKEN) for text in TEXTS),
            *((slow, text, NOT_TAKEN) for text in TEXTS[3:]),
        ):
            await burst(visitor, text)
            await until_told(visitor, said)
            assert isinstance(visitor.page, PartsScreen)
            assert standing(visitor) == before, text
        for keys in ("K2 1-", "Q", "4", ("enter",)):
            await visitor.presses(*keys, every=0.3)
            assert visitor.sees(SPELLED) is (keys != ("enter",))
            assert standing(visitor) == before, keys
        await visitor.presses("2")
        assert visitor.question == "cards"
        await visitor.presses("k", "1", "backspace", "1")
        assert visitor.given == {}
        assert visitor.sees(SPELLED, "Cards 1")
        await visitor.presses("down", "1", "enter")
        assert visitor.sees("You have 1 strength", "Cards 2")


async def test_a_code_opens_its_entry_at_welcome_and_where_codes_are_entered(kiosk: Kiosk) -> None:
    session = kiosk()
    left = leaves(session, {"day": "the first"})
    for before, prefix, burst, end in (
        ((), "]Q1", fast, "\r"),
        ((), "\x1b", slow, ""),
        (("f7",), "]Q1", slow, "\x1b\r"),
        (("f7",), "\x1b", fast, "\r\n"),
    ):
        async with visit(session) as visitor:
            await visitor.presses(*before)
            page = visitor.page
            await burst(visitor, f"{prefix}{left.handle.symbols}{end}")
            await visitor.until(lambda page=page: visitor.app.screen is not page)  # type: ignore[misc]
            assert visitor.sees(f"The name of your answers: {left.name}")


async def test_a_scanner_may_believe_in_another_keyboard(kiosk: Kiosk) -> None:
    """One whose letters are others: `test_keyboard_layouts` has all of them, and codes without a digit."""
    session = kiosk()
    left = leaves(session, {"day": "the first"})
    while left.handle.symbols.isalpha():
        left = leaves(session, {"day": "the first"})
    async with visit(session) as visitor:
        await visitor.scans(typed_on(left.handle, "ru", shift=True))
        assert visitor.sees(f"The name of your answers: {left.name}")


async def test_of_two_codes_that_a_scanner_may_mean_the_one_opens_that_is_there(kiosk: Kiosk) -> None:
    session = kiosk()
    left = leaves(session, {"day": "the first"})
    other = Handle(CODE)
    async with visit(session) as visitor:
        visitor.app.take_code(visitor.page, (other, left.handle))
        await visitor.settle()
        assert visitor.sees(f"The name of your answers: {left.name}")


async def test_at_welcome_a_burst_that_is_no_code_starts_nothing(kiosk: Kiosk) -> None:
    async with visit(kiosk()) as visitor:
        for burst, text in ((fast, f"{LONG}\r"), (slow, "K7QX4MPD9RTW\r"), (fast, f"\r{LONG}\r")):
            await burst(visitor, text)
            assert isinstance(visitor.page, WelcomeScreen)
            assert visitor.sees(NOT_TAKEN)
            await visitor.presses("f4")
            assert not visitor.sees(NOT_TAKEN)


async def test_a_text_of_several_lines_stays_whole_in_its_field(kiosk: Kiosk) -> None:
    lines = ["Call Ann", "Dig", "", "Write to Sam"]
    async with visit(kiosk(), at="day") as visitor:
        field = visitor.page.query_one(TextField)
        for burst, ends in ((fast, "\n"), (fast, "\r\n"), (slow, "\r\n"), (slow, "\r")):
            field.load_text("")
            await burst(visitor, ends.join(lines) + ends)
            assert visitor.question == "day"
            assert field.text == "\n".join(lines)
            assert visitor.sees(LOOK)
        await visitor.presses("enter")
        assert visitor.given == {"day": "\n".join(lines)}


@pytest.mark.parametrize(("at", "silent", "burst"), [("mood", 91, fast), ("day", 181, slow)])
async def test_a_scan_over_the_idle_warning_goes_on_and_no_further(
    kiosk: Kiosk, burst: Burst, at: str, silent: int
) -> None:
    async with visit(kiosk(), at=at, given={"day": "Sun"}) as visitor:
        before = standing(visitor)
        await visitor.waits(silent)
        assert isinstance(visitor.page, IdleScreen)
        await burst(visitor, CODE + "\r")
        assert standing(visitor) == before


async def test_where_the_code_is_tried_once_a_scan_tries_it(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at=CHECK, given={"day": "the first"}) as visitor:
        await visitor.saves()
        code = visitor.code
        await visitor.presses("enter")
        assert isinstance(visitor.page, EnterCodeScreen)
        await fast(visitor, CODE + "\r")
        assert visitor.sees("Check these groups: first, second, third and fourth.")
        await slow(visitor, code.replace(" ", "") + "\r")
        assert visitor.sees("Your code is right")


async def test_of_a_code_scanned_over_a_half_typed_one_only_the_scan_counts(kiosk: Kiosk) -> None:
    session = kiosk()
    left = leaves(session, {"day": "the first"})
    async with visit(session) as visitor:
        await visitor.presses("f7", *"K7Q")
        assert visitor.page.query_one(Input).value == "K7Q"
        await visitor.scans(left.handle.symbols)
        assert visitor.sees(left.name)


async def test_no_key_is_lost_where_the_program_was_busy_while_it_came(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at="day") as visitor:
        await visitor.types("a garden")
        for key in ("enter", "escape"):
            visitor.clock.at += 1
            visitor._send(key)
        await visitor.settle()
        assert (visitor.question, visitor.given) == ("people", {"day": "a garden"})


# -- hands that tremble


async def test_a_hand_that_trembles_passes_no_page_unseen_and_undoes_nothing(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at="mood") as visitor:
        await visitor.touches("Leave open")
        visitor.clock.at -= 0.7
        await visitor.touches("Leave open")
        assert visitor.question == "where"
        await visitor.presses("enter")
        await visitor.presses("enter", every=0.15)
        assert visitor.question == "likes"
        row, picks = visitor.page.query("PickRow").first(), visitor.page.query_one(Picks)
        for _tap in range(2):
            await visitor.clicks_on(row)
            visitor.clock.at -= 0.85
        assert len(picks.chosen) == 1
        visitor.clock.at += 1
        await visitor.clicks_on(row)
        assert not picks.chosen
        await visitor.presses("f8")
        await visitor.presses("enter", every=0.3)
        assert isinstance(visitor.page, AskScreen)
        await visitor.presses("escape", "enter")
        await visitor.presses("enter", every=0.3)
        assert (visitor.question, visitor.given) == ("cards", {})


async def test_a_tap_hides_though_the_page_has_just_opened(kiosk: Kiosk) -> None:
    async with visit(kiosk(bounce=2), at="mood") as visitor:
        await visitor.waits(2)
        before = visitor.page
        await visitor.clicks_at(500, 500)  # as a terminal says that is smaller by now
        assert visitor.page is before
        await visitor.touches("Leave open")
        assert visitor.page is not before
        visitor.clock.at -= 0.7
        await visitor.touches("Hide now")
        assert visitor.gone


async def test_how_long_a_hand_may_tremble_is_the_venue_s_to_set(kiosk: Kiosk) -> None:
    async with visit(kiosk(bounce=1.5), at="mood") as visitor:
        await visitor.presses("enter", every=2)
        await visitor.presses("enter", every=1.2)
        assert visitor.question == "where"
        await visitor.presses("enter", every=2)
        assert visitor.question == "likes"


async def test_two_digits_are_one_number_however_long_one_takes(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at=CHECK) as visitor:
        assert isinstance(visitor.page, CheckScreen)
        await visitor.presses("1")
        first = visitor.stands_on()
        await visitor.presses("0", every=20)
        assert visitor.stands_on() != first
        await visitor.presses("up", "1")
        assert visitor.stands_on() == first


async def test_who_tries_a_scanner_on_the_page_of_their_code_is_told(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at=CHECK, given={"mood": 2}, size=SMALL) as visitor:
        await visitor.saves()
        await visitor.scans(visitor.code)
        await until_told(visitor, "That was a code.")
        assert isinstance(visitor.page, CodeScreen)
        assert looks.problems(visitor) == []
        await visitor.presses("f4")
        assert visitor.sees("Take a photo")
