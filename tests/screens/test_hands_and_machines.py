"""Where a hand and a machine press keys right after one another, each gets what is its own."""

from textual import events
from textual.widgets import Input

from screens.desk.note_screen import NoteScreen
from screens.guard import LOOK, NOT_TAKEN
from screens.widgets.check_screen import CheckScreen
from screens.widgets.picks import Picks
from screens.widgets.text_field import TextField
from tests.person import Person
from tests.screens.conftest import Kiosk, unlocked
from tests.visitor import CHECK, leaves, visit

CODE = "1112MNPQ12RSTV1G"
"""A code that holds together, and begins with digits that answer questions."""
HERE_FIRST = "That was a code. Finish here first."
REFUSED = "That was a code. Finish this page first, then scan it again."
FAST = (0.07, 0.095, 0.082, 0.06)
"""Seconds between the keys of somebody who types fast, one after the other."""
SCANNER = 0.03
"""Seconds between the keys of a slow scanner."""


async def types_on(person: Person, *keys: str) -> None:
    """Press keys fast, as hands do, so that the next one belongs to the same burst."""
    person.clock.at += 1
    for place, key in enumerate(keys):
        await person.presses(key, every=FAST[place % len(FAST)])


async def test_a_scan_takes_nothing_that_was_typed_or_corrected_right_before_it(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at="day") as visitor:
        field = visitor.page.query_one(TextField)
        for scan in (f"{CODE}\t", f"]Q1{CODE}", "1112 MNPQ 12RS TV1G\r"):
            field.load_text("")
            await visitor.types("I walked home")
            await visitor.presses(*["left"] * 4, every=0.2)
            await types_on(visitor, *"all day ")
            await visitor.presses(*scan, every=SCANNER)
            await visitor.until(lambda: visitor.sees(HERE_FIRST))
            assert (field.text, field.cursor_location) == ("I walked all day home", (0, 17)), scan
        field.load_text("A garden")
        field.move_cursor(field.document.end)
        await types_on(visitor, *["backspace"] * 3, *"age ", "backspace", *"s ")
        await visitor.presses(*CODE, "enter", every=SCANNER)
        await visitor.until(lambda: visitor.sees(HERE_FIRST))
        assert field.text == "A garages "


async def test_a_scan_is_taken_out_of_the_field_that_a_tab_just_led_to(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at="goal") as visitor:
        await types_on(visitor, *"A choir", "tab")
        await visitor.presses(*CODE, "enter", every=SCANNER)
        await visitor.until(lambda: visitor.sees(HERE_FIRST))
        assert [field.text for field in visitor.page.query(TextField)][:2] == ["A choir", ""]


async def test_a_scan_into_a_field_that_is_full_takes_nothing_of_it(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at="people") as visitor:
        field = visitor.page.query(TextField).first()
        field.text = "x" * (field._limit - 8)
        field.move_cursor(field.document.end)
        await types_on(visitor, *"11")
        await visitor.presses(*CODE, "enter", every=SCANNER)
        await visitor.until(lambda: visitor.sees(HERE_FIRST))
        assert field.text == "x" * (field._limit - 8) + "11"


async def test_a_scan_after_half_a_note_neither_takes_it_nor_leaves_it(kiosk: Kiosk) -> None:
    session = kiosk()
    first, second = leaves(session, {"day": "the first"}), leaves(session, {"day": "the second"})
    async with unlocked(session) as member:
        await member.scans(first.handle.symbols)
        await member.presses("f7")
        await types_on(member, *"Call on Monday")
        await member.presses(*second.handle.symbols, "enter", every=SCANNER)
        await member.until(lambda: member.sees(REFUSED))
        assert isinstance(member.page, NoteScreen)
        assert member.page.query_one(TextField).text == "Call on Monday"


async def test_what_was_searched_for_stays_until_the_scan_opens_its_entry(kiosk: Kiosk) -> None:
    session = kiosk()
    left = leaves(session, {"day": "the first"})
    async with unlocked(session) as member:
        await types_on(member, *"Lake")
        await member.presses(*left.handle.symbols, every=SCANNER)
        await member.until(lambda: not member.app.screen.query(Input))
        assert await member.finds(left.name)


# -- Enter of a machine, and of a hand


async def test_enter_at_a_machine_s_even_pace_does_not_go_on_and_a_hand_s_does(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at="day") as visitor:
        for every in (0.055, 0.095):
            visitor.clock.at += 1
            await visitor.presses(*"4006381333931", "enter", every=every)
            assert (visitor.question, visitor.given) == ("day", {})
            assert visitor.sees(LOOK)
        visitor.page.query_one(TextField).load_text("")
        await types_on(visitor, *"the garden", "enter")
        assert visitor.given == {"day": "the garden"}
        assert not visitor.sees(LOOK)


async def test_enter_or_esc_right_after_a_digit_goes_on_or_back(kiosk: Kiosk) -> None:
    """With two hands, or slower than that."""
    async with visit(kiosk(), at="mood") as visitor:
        for every in (0.08, 0.15):
            visitor.given.clear()
            visitor.clock.at += 1
            await visitor.presses("2", "enter", every=every)
            assert (visitor.question, visitor.given) == ("where", {"mood": 2})
            visitor.clock.at += 1
            await visitor.presses("1", "escape", every=0.09)
            assert visitor.question == "mood"
            assert not visitor.sees(NOT_TAKEN)


# -- keys that are held


async def test_a_key_after_an_arrow_or_a_digit_that_was_held_is_a_person_s(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at="mood") as visitor:
        for held in ("down", "1"):
            await visitor.holds(held, 9)
            await visitor.presses("enter", every=0.08)
            assert visitor.question == "where"
            assert visitor.given.keys() == {"mood"}
            assert not visitor.sees(NOT_TAKEN)
            await visitor.presses("escape")
        await visitor.presses("enter", "enter")
        page, picks = visitor.page, visitor.page.query_one(Picks)
        await visitor.holds("down", 5)
        stood = picks.current
        assert stood > 0
        await visitor.presses("space", every=0.08)
        assert picks.current == stood
        assert picks.chosen
        assert not visitor.sees(NOT_TAKEN)
        await visitor.holds("1", 9)
        await visitor.presses("enter", every=0.08)
        assert visitor.page is not page
        assert not visitor.sees(NOT_TAKEN)


async def test_a_key_after_one_that_was_held_in_a_text_is_a_person_s(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at="day", given={"day": "A garden"}) as visitor:
        await visitor.holds("left", 3)
        await visitor.presses("delete", every=0.06)
        assert visitor.page.query_one(TextField).text == "A garen"
        assert not visitor.sees(LOOK)
        for held, then in (("x", "enter"), ("1", "f2")):
            await visitor.holds(held, 12)
            await visitor.presses(then, every=0.08)
            assert visitor.question == "people"
            assert not visitor.sees(LOOK)
            await visitor.presses("escape")


async def test_esc_after_letters_typed_at_an_even_pace_or_a_held_space_goes_back(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at="goal") as visitor:
        visitor.clock.at += 1
        await visitor.presses(*"a garden", every=0.06)
        await visitor.presses("escape", every=0.09)
        assert visitor.question == "people"
        assert not visitor.sees(LOOK)
        await visitor.holds("space", 12)
        await visitor.presses("escape", every=0.08)
        assert visitor.question == "day"


async def test_a_scan_of_one_digit_over_and_over_does_nothing_nor_do_a_held_digit_and_a_scan(
    kiosk: Kiosk,
) -> None:
    async with visit(kiosk(), at="likes") as visitor:
        visitor.clock.at += 1
        await visitor.presses(*"11111111", "enter", every=SCANNER)
        assert visitor.question == "likes"
        visitor.page.query_one(Picks).chosen = frozenset()
        visitor.clock.at += 1
        await visitor.presses(*"1112223334445", "enter", every=SCANNER)
        assert not visitor.page.query_one(Picks).chosen
        assert visitor.sees(NOT_TAKEN)


# -- lines, and numbers


async def test_lines_that_are_typed_are_spread_over_short_lines_as_pasted_ones_are(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at="people") as visitor:
        fields = [*visitor.page.query(TextField)]

        async def begins_anew() -> None:
            for field in fields:
                field.load_text("")
            fields[0].focus()
            await visitor.presses("home")
            visitor.clock.at += 1

        for lines, spread, every in (
            (("Sam", "Ali"), ["Sam", "Ali", ""], SCANNER),
            (("Sam", "", "Ali", "Jo", "Kim", "Ray"), ["Sam", "Ali", "Jo Kim Ray"], 0.0),
        ):
            for ends in ("\r", "\n", "\r\n"):
                await begins_anew()
                await visitor.presses(*(ends.join(lines) + ends), every=every)
                assert [field.text for field in fields] == spread
                assert visitor.sees(LOOK)
            await begins_anew()
            visitor.app.post_message(events.Paste("\r\n".join(lines)))
            await visitor.settle()
            assert [field.text for field in fields] == spread


async def test_a_number_after_a_burst_begins_anew(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at=CHECK) as visitor:
        assert isinstance(visitor.page, CheckScreen)
        await visitor.presses("2")
        second = visitor.stands_on()
        await visitor.presses("1")
        first = visitor.stands_on()
        for burst, said in ((CODE, HERE_FIRST), ("1000", NOT_TAKEN), ("1\r1\r1\r", NOT_TAKEN)):
            await visitor.types(burst)
            await visitor.until(lambda said=said: visitor.sees(said))  # type: ignore[misc]
            assert visitor.stands_on() == first
            await visitor.presses("2")
            assert visitor.stands_on() == second
            await visitor.presses("1")
