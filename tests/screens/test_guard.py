"""A machine's burst of keys is not a person's choice, on any page of a visit."""

from collections.abc import Awaitable, Callable

import pytest
from textual.widgets import Input

from kiosk.entry.handle import Handle
from screens.guard import GAP, LOOK, NOT_TAKEN, SPELLED
from screens.visit.before_screen import BeforeScreen
from screens.visit.parts_screen import PartsScreen
from screens.visit.welcome_screen import ClearedScreen, WelcomeScreen
from screens.widgets.ask_screen import AskScreen
from screens.widgets.check_screen import CheckScreen
from screens.widgets.code_screen import CodeScreen
from screens.widgets.enter_code_screen import EnterCodeScreen
from screens.widgets.idle_screen import IdleScreen
from screens.widgets.picks import Picks
from screens.widgets.text_field import TextField
from tests.kiosk.entry.test_keyboard_layouts import types as typed_on
from tests.screens import looks
from tests.screens.conftest import Kiosk
from tests.visitor import CHECK, MY_PAGE, SMALL, Visitor, leaves, visit

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


SPEEDS = pytest.mark.parametrize("burst", [fast, slow])


def standing(visitor: Visitor) -> object:
    """What a burst could change."""
    page, focused = visitor.page, visitor.app.focused
    chosen = [picks.stance for picks in page.query(Picks)]
    return page, focused, chosen, [field.text for field in page.query(TextField)], dict(visitor.given)


async def until_told(visitor: Visitor, said: str) -> None:
    await visitor.until(lambda: visitor.sees(said))


@pytest.mark.parametrize(
    ("at", "burst", "end"),
    [
        ("", fast, "\r"),
        ("mood", slow, "\r"),
        ("likes", fast, "\n"),
        ("likes", slow, ""),
        ("day", fast, "\r\n"),
        ("people", slow, "\t"),
        ("goal", fast, "\t"),
        ("goal", slow, ""),
        ("cards", slow, "\n"),
        (MY_PAGE, fast, "\r"),
        (CHECK, fast, ""),
    ],
)
async def test_a_code_scanned_in_a_visit_changes_nothing_and_is_told(
    kiosk: Kiosk, at: str, burst: Burst, end: str
) -> None:
    session = kiosk()
    async with visit(session, at=at) as visitor:
        if not at:
            await visitor.presses("enter")
        before = standing(visitor)
        await burst(visitor, CODE + end)
        await until_told(visitor, HERE_FIRST)
        assert standing(visitor) == before
        await visitor.presses("f4")
        assert not visitor.sees(HERE_FIRST)
    assert session.vault.rows() == ()


async def _ends(visitor: Visitor) -> None:
    await visitor.saves()
    await visitor.keeps_code()
    while not isinstance(visitor.page, ClearedScreen):
        await visitor.presses("enter")


async def _comments(visitor: Visitor) -> None:
    await visitor.presses("escape", "f3", "1", "enter")
    await visitor.types("Why?")
    await visitor.presses("enter")


async def _pauses(visitor: Visitor) -> None:
    await visitor.presses("f7", "enter", "enter")
    assert isinstance(visitor.page, ClearedScreen)


@pytest.mark.parametrize(
    ("at", "thanks", "burst", "end"),
    [(CHECK, _ends, slow, "\r"), ("day", _comments, fast, ""), ("day", _pauses, slow, "\r")],
)
async def test_a_code_scanned_over_the_thanks_is_told_and_takes_nobody_further(
    kiosk: Kiosk, at: str, thanks: Callable[[Visitor], Awaitable[None]], burst: Burst, end: str
) -> None:
    session = kiosk()
    async with visit(session, at=at) as visitor:
        await thanks(visitor)
        page = visitor.page
        await burst(visitor, CODE + end)
        await until_told(visitor, HERE_FIRST)
        assert visitor.page is page
        await burst(visitor, f"{LONG}\r")
        assert visitor.page is page
        await visitor.presses("enter")
        assert visitor.gone or visitor.page is not page


@pytest.mark.parametrize(
    ("at", "end", "burst"),
    [
        ("mood", "\x1b", fast),
        ("likes", "\x1b\r", slow),
        ("day", "\x1b", slow),
        ("day", "\t\r", fast),
        ("goal", "\t\x1b", fast),
        (CHECK, "\x1b\r", slow),
    ],
)
async def test_an_esc_round_a_code_neither_leaves_nor_hides(
    kiosk: Kiosk, at: str, burst: Burst, end: str
) -> None:
    async with visit(kiosk(), at=at) as visitor:
        before = standing(visitor)
        for _scan in range(3):
            await burst(visitor, f"\x1b{CODE}{end}")
            await until_told(visitor, HERE_FIRST)
            assert standing(visitor) == before
            assert not visitor.sees(NOT_TAKEN)


@pytest.mark.parametrize("at", ["mood", "likes", "cards", "day"])
@pytest.mark.parametrize("ends", [("down",), ("down", "enter"), ("right", "enter"), ("tab", "down")])
async def test_an_arrow_that_ends_a_scan_leads_nowhere(kiosk: Kiosk, at: str, ends: tuple[str, ...]) -> None:
    async with visit(kiosk(), at=at) as visitor:
        before = standing(visitor)
        for every in (0.02, 0.044):
            visitor.clock.at += 1
            await visitor.presses(*CODE, *ends, every=every)
            assert visitor.sees(HERE_FIRST)
            assert standing(visitor) == before
            if at != "day":
                await visitor.presses(*LONG, *ends, every=every)
                assert standing(visitor) == before


async def test_a_code_that_ends_in_nothing_is_taken_though_a_key_came_before_anybody_looked(
    kiosk: Kiosk,
) -> None:
    async with visit(kiosk(), at="day") as visitor:
        visitor.clock.at += 1
        for key in CODE:
            visitor._send(key)
        visitor.clock.at += 1
        visitor._send("x")
        await visitor.settle()
        assert visitor.page.query_one(TextField).text == "x"
        assert visitor.sees(HERE_FIRST)


@SPEEDS
async def test_a_code_is_taken_out_of_what_was_being_written(kiosk: Kiosk, burst: Burst) -> None:
    async with visit(kiosk(), at="day") as visitor:
        await visitor.types("I walked ")
        field = visitor.page.query_one(TextField)
        field.move_cursor((0, 2))
        await burst(visitor, f"]Q1{CODE}\r")
        await until_told(visitor, HERE_FIRST)
        assert (field.text, field.cursor_location) == ("I walked ", (0, 2))


@SPEEDS
async def test_a_code_over_a_question_with_two_ways_out_takes_neither(kiosk: Kiosk, burst: Burst) -> None:
    async with visit(kiosk(), at="mood", given={"mood": 2}) as visitor:
        for key in ("f8", "f7"):
            await visitor.presses(key)
            page = visitor.page
            await burst(visitor, CODE + "\r")
            await until_told(visitor, HERE_FIRST)
            assert visitor.page is page
            await visitor.presses("escape")
        assert visitor.given == {"mood": 2}


@SPEEDS
async def test_at_the_parts_no_burst_opens_any_and_a_digit_opens_one_at_once(
    kiosk: Kiosk, burst: Burst
) -> None:
    async with visit(kiosk(), at="mood") as visitor:
        await visitor.presses("escape")
        before = standing(visitor)
        for text, said in (
            ("2" + CODE, HERE_FIRST),
            (CODE + "\r", HERE_FIRST),
            *((text, NOT_TAKEN) for text in TEXTS),
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


@SPEEDS
async def test_a_code_does_not_switch_the_choice_between_clearing_and_keeping(
    kiosk: Kiosk, burst: Burst
) -> None:
    async with visit(kiosk()) as visitor:
        await visitor.presses("enter")
        assert isinstance(visitor.page, BeforeScreen)
        before = standing(visitor)
        for text in (CODE + "\r", "2\r", LONG):
            await burst(visitor, text)
            assert standing(visitor) == before


@pytest.mark.parametrize(
    ("at", "burst"),
    [("", slow), ("mood", fast), ("likes", slow), ("cards", fast), (MY_PAGE, slow), (CHECK, fast)],
)
async def test_a_burst_that_is_no_code_does_nothing(kiosk: Kiosk, at: str, burst: Burst) -> None:
    async with visit(kiosk(), at=at) as visitor:
        if not at:
            await visitor.presses("enter")
        before = standing(visitor)
        for text in TEXTS:
            await burst(visitor, text)
            assert standing(visitor) == before, text
            assert visitor.sees(NOT_TAKEN), text


@pytest.mark.parametrize(
    ("before", "prefix", "burst", "ends"),
    [
        ((), "]Q1", fast, ("\r", "\t", "")),
        (("f7",), "]Q1", slow, ("\r", "\x1b\r")),
        ((), "\x1b", slow, ("\t", "")),
        (("f7",), "\x1b", fast, ("\n", "\r\n", "\x1b")),
    ],
)
async def test_a_code_opens_its_entry_at_welcome_and_where_codes_are_entered(
    kiosk: Kiosk, before: tuple[str, ...], prefix: str, burst: Burst, ends: tuple[str, ...]
) -> None:
    session = kiosk()
    left = leaves(session, {"day": "the first"})
    for end in ends:
        async with visit(session) as visitor:
            await visitor.presses(*before)
            page = visitor.page
            await burst(visitor, f"{prefix}{left.handle.symbols}{end}")
            await visitor.until(lambda page=page: visitor.app.screen is not page)  # type: ignore[misc]
            assert visitor.sees(f"The name of your answers: {left.name}")


@pytest.mark.parametrize("layout", ["de", "ru", "tr_f"])
async def test_a_scanner_may_believe_in_another_keyboard(kiosk: Kiosk, layout: str) -> None:
    """Some of each kind: `test_keyboard_layouts` has all of them, and codes without a digit."""
    session = kiosk()
    left = leaves(session, {"day": "the first"})
    while left.handle.symbols.isalpha():
        left = leaves(session, {"day": "the first"})
    async with visit(session) as visitor:
        await visitor.scans(typed_on(left.handle, layout, shift=True))
        assert visitor.sees(f"The name of your answers: {left.name}")


async def test_of_two_codes_that_a_scanner_may_mean_the_one_opens_that_is_there(kiosk: Kiosk) -> None:
    session = kiosk()
    left = leaves(session, {"day": "the first"})
    other = Handle(CODE)
    async with visit(session) as visitor:
        visitor.app.take_code(visitor.page, (other, left.handle))
        await visitor.settle()
        assert visitor.sees(f"The name of your answers: {left.name}")


@SPEEDS
async def test_at_welcome_a_burst_that_is_no_code_starts_nothing(kiosk: Kiosk, burst: Burst) -> None:
    for text in (f"{LONG}\r", "K7QX4MPD9RTW\r", f"\r{LONG}\r"):
        async with visit(kiosk()) as visitor:
            await burst(visitor, text)
            assert isinstance(visitor.page, WelcomeScreen)
            assert visitor.sees(NOT_TAKEN)


async def test_a_code_that_ends_in_nothing_is_not_taken_while_more_may_come(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at="day") as visitor:
        await visitor.types(CODE + "and more")
        assert GAP < 1
        assert visitor.page.query_one(TextField).text == CODE + "and more"


@SPEEDS
@pytest.mark.parametrize("ends", ["\r", "\n", "\r\n"])
async def test_a_text_of_several_lines_stays_whole_in_its_field(
    kiosk: Kiosk, burst: Burst, ends: str
) -> None:
    lines = ["Call the library", "Water the plants", "", "Write to Sam"]
    async with visit(kiosk(), at="day") as visitor:
        await burst(visitor, ends.join(lines) + ends)
        assert visitor.question == "day"
        assert visitor.page.query_one(TextField).text == "\n".join(lines)
        assert visitor.sees(LOOK)
        await visitor.presses("enter")
        assert visitor.given == {"day": "\n".join(lines)}


async def test_a_number_and_enter_soon_after_it_answer(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at="mood") as visitor:
        visitor.clock.at += 1
        await visitor.presses("2", "enter", every=0.15)
        assert visitor.given == {"mood": 2}


@SPEEDS
@pytest.mark.parametrize(("at", "silent"), [("mood", 91), ("day", 181)])
async def test_a_scan_over_the_idle_warning_goes_on_and_no_further(
    kiosk: Kiosk, burst: Burst, at: str, silent: int
) -> None:
    async with visit(kiosk(), at=at, given={"day": "Sun"}) as visitor:
        before = standing(visitor)
        await visitor.waits(silent)
        assert isinstance(visitor.page, IdleScreen)
        await burst(visitor, CODE + "\r")
        assert standing(visitor) == before


@SPEEDS
async def test_where_the_code_is_tried_once_a_scan_tries_it(kiosk: Kiosk, burst: Burst) -> None:
    async with visit(kiosk(), at=CHECK, given={"day": "the first"}) as visitor:
        await visitor.saves()
        code = visitor.code
        await visitor.presses("enter")
        assert isinstance(visitor.page, EnterCodeScreen)
        await burst(visitor, CODE + "\r")
        assert visitor.sees("Check these groups: first, second, third, fourth.")
        await burst(visitor, code.replace(" ", "") + "\r")
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


async def test_continue_pressed_twice_passes_no_page_unseen(kiosk: Kiosk) -> None:
    for again in (0.15, 0.3):
        async with visit(kiosk(), at="mood") as visitor:
            await visitor.presses("enter")
            await visitor.presses("enter", every=again)
            assert visitor.question == "where"
            await visitor.presses("enter", every=1)
            assert visitor.question == "likes"


async def test_a_second_tap_within_a_moment_undoes_nothing(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at="likes") as visitor:
        row = visitor.page.query("PickRow").first()
        for _tap in range(2):
            await visitor.clicks_on(row)
            visitor.clock.at -= 0.85
        assert len(visitor.page.query_one(Picks).chosen) == 1
        visitor.clock.at += 1
        await visitor.clicks_on(row)
        assert not visitor.page.query_one(Picks).chosen


async def test_a_second_tap_on_continue_does_not_go_on_from_the_next_page(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at="mood") as visitor:
        await visitor.touches("Leave open")
        visitor.clock.at -= 0.7
        await visitor.touches("Leave open")
        assert visitor.question == "where"


async def test_a_tap_hides_though_the_page_has_just_opened(kiosk: Kiosk) -> None:
    async with visit(kiosk(bounce=2), at="mood") as visitor:
        await visitor.waits(2)
        before = visitor.page
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


async def test_clear_and_leave_is_not_pressed_by_a_trembling_hand(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at="mood", given={"mood": 2}) as visitor:
        await visitor.presses("f8")
        await visitor.presses("enter", every=0.3)
        assert isinstance(visitor.page, AskScreen)


async def test_who_tries_a_scanner_on_the_page_of_their_code_is_told(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at=CHECK, given={"mood": 2}, size=SMALL) as visitor:
        await visitor.saves()
        await visitor.scans(visitor.code)
        await until_told(visitor, "That was a code.")
        assert isinstance(visitor.page, CodeScreen)
        assert looks.problems(visitor) == []
        await visitor.presses("f4")
        assert visitor.sees("Take a photo")
