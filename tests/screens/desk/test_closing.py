"""Closing the kiosk from the desk: after a question, by a lead, and never by what a scanner types."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from itertools import product

from textual.widgets import Input

from kiosk.desk.keys import staff
from kiosk.devices.scanner import SLOWEST
from kiosk.session import Session
from kiosk.supervision.turns import ENDED, LEAVE
from screens.desk.entry_screen import EntryScreen
from screens.desk.list_screen import EntriesScreen
from screens.desk.note_screen import NoteScreen
from screens.desk.plan_screen import PlanScreen
from screens.visit.welcome_screen import WelcomeScreen
from screens.widgets.choose_screen import ChooseScreen
from screens.widgets.text_field import TextField
from tests.screens.conftest import PASSPHRASE, STAFF, Kiosk, unlocked, venue_of
from tests.screens.desk.kept_at_the_desk import TO_NOTE, TO_PLAN, more, more_of_it
from tests.screens.looks import is_well
from tests.visitor import SMALL, StaffMember, desk, leaves, visit

ASKED = "Close the kiosk?"
ALL_AT_ONCE = "like a scan"


Types = Callable[..., Awaitable[None]]
"""How a scanner types keys."""


async def bursts(member: StaffMember, *keys: str) -> None:
    """Send keys as a scanner does: all of them before anybody can look."""
    member.clock.at += 1
    for key in keys:
        member._send(key)
    await member.settle()


async def bursts_slowly(member: StaffMember, *keys: str) -> None:
    """Send keys as the slowest scanner does that is told from a hand for sure."""
    member.clock.at += 1
    await member.presses(*keys, every=SLOWEST - 0.001)


SPEEDS: tuple[Types, ...] = (bursts, bursts_slowly)


async def test_f8_asks_and_enter_or_esc_keeps_the_kiosk_open(kiosk: Kiosk) -> None:
    async with unlocked(kiosk(), size=SMALL) as member:
        for key in ("enter", "escape"):
            await member.presses("f8")
            assert member.sees(ASKED, "Keep it open")
            await member.presses(key)
            assert isinstance(member.page, EntriesScreen)
        await member.presses("f8", "delete")
        assert (member.gone, member.outcome) == (True, LEAVE)


async def test_by_the_mouse_a_lead_closes_the_kiosk_too(kiosk: Kiosk) -> None:
    async with unlocked(kiosk(), size=SMALL) as member:
        await member.touches("Close the kiosk")
        await member.touches("Close the kiosk")
        assert (member.gone, member.outcome) == (True, LEAVE)


async def test_who_is_no_lead_or_no_longer_one_is_told_to_ask_one(kiosk: Kiosk) -> None:
    session = kiosk(more_staff=("Ali Khan",))
    staff.set_role(session.home.staff, "Ali Khan", "lead", venue_of(session))
    async with unlocked(session, by="Ali Khan") as member:
        staff.set_role(session.home.staff, "Ali Khan", "staff", venue_of(session))
        await member.presses("f8")
        assert member.sees("Only a lead can close the kiosk", "Ask a lead")
        await is_well(member)
        await member.presses("2", "enter")
        assert isinstance(member.page, EntriesScreen)
        await member.presses("escape")
        assert (member.gone, member.outcome) == (True, ENDED)


async def test_a_desk_that_no_customer_uses_anybody_may_close(kiosk: Kiosk) -> None:
    session = replace(kiosk(more_staff=("Ali Khan",)), customers=False)
    async with unlocked(session, by="Ali Khan") as member:
        await member.touches("Close the desk")
        assert member.sees("Close the desk?")
        await member.presses("delete")
        assert (member.gone, member.outcome) == (True, LEAVE)


# -- what a scanner types


async def test_no_burst_closes_or_locks_anything(kiosk: Kiosk) -> None:
    async with unlocked(kiosk()) as member:
        for keys in (
            ("f8", "delete"),
            ("2", "f8", "2", "delete", "enter"),
            ("f8", "f8", "2", "2", "enter", "enter"),
            ("a", "escape", "f8", "2", "enter"),
        ):
            for types in SPEEDS:
                await types(member, *keys)
                assert not member.gone, keys
            # Nothing of it is chosen where it came over the question.
            if member.sees(ASKED):
                assert member.sees("Keep it open")
                await member.presses("enter")
            assert isinstance(member.page, EntriesScreen), keys


async def test_no_burst_answers_the_question(kiosk: Kiosk) -> None:
    async with unlocked(kiosk()) as member:
        await member.presses("f8")
        for types, burst in product(SPEEDS, ("2 enter", "2 1 2 enter", "x f10")):
            await types(member, *burst.split())
            assert member.sees(ASKED, "Keep it open"), (burst, member.screen_text())
        await member.presses("enter")
        assert isinstance(member.page, EntriesScreen)


async def test_a_burst_that_begins_with_f8_does_not_even_ask_and_what_is_held_down_only_asks(
    kiosk: Kiosk,
) -> None:
    async with unlocked(kiosk()) as member:
        await bursts(member, "f8", "2", "enter")
        assert isinstance(member.page, EntriesScreen)
        # Held down it only asks, and no hand answers with Del right after another key.
        await member.holds("f8")
        assert member.sees(ASKED)
        member.clock.at += 1
        await member.presses("f8", "delete", every=0.09)
        assert not member.gone


async def test_a_code_that_is_scanned_over_the_question_opens_its_entry(kiosk: Kiosk) -> None:
    session = kiosk()
    left = leaves(session, {"mood": 2})
    async with unlocked(session) as member:
        await member.presses("f8", "2")
        await member.scans(left.handle.symbols)
        assert isinstance(member.page, EntryScreen)


def at(session: Session, answers: list[object]) -> AbstractAsyncContextManager[StaffMember]:
    """Be where some answers lead to from an entry."""
    return unlocked(session, opens=leaves(session, {"mood": 2}), answers=answers)


async def test_no_burst_deletes_an_entry(kiosk: Kiosk) -> None:
    session = kiosk()
    async with at(session, more_of_it("erase")) as member:
        await member.types("Asked for it")
        await member.presses("enter")
        assert member.sees("for good?")
        for types, keys in product(
            SPEEDS, (("1", "enter"), ("5", "0", "1", "enter"), ("x", "enter", "enter"))
        ):
            await types(member, *keys)
            assert member.sees("for good?", ALL_AT_ONCE)
        await bursts(member, "enter", "1", "2")
        assert member.sees("for good?")
    assert len(session.vault.rows()) == 1


async def test_no_burst_changes_a_role_or_removes_anybody(kiosk: Kiosk) -> None:
    session = kiosk(more_staff=("Ali Khan",))
    async with unlocked(session, answers=more("people")) as member:
        await member.presses("3", "enter")
        assert member.sees("Make a lead", "Remove access")
        bursting = ("1", "enter"), ("2", "enter", "enter"), ("2", "1", "2", "1", "enter")
        for types, keys in product(SPEEDS, bursting):
            await types(member, *keys)
            assert member.sees("○ Make a lead", "○ Remove access", ALL_AT_ONCE)
        await member.presses("2", "enter")
        assert member.sees("Remove Ali Khan's access?")
        for types in SPEEDS:
            await types(member, "2", "enter")
            assert member.sees("Remove Ali Khan's access?")
    assert staff.role_of(session.home.staff, "Ali Khan", venue_of(session)) == "staff"


async def test_no_burst_takes_a_line_out_of_a_plan_or_saves_it(kiosk: Kiosk) -> None:
    async with at(kiosk(), TO_PLAN) as member:
        await member.presses("f7")
        await member.types("A garden")
        await member.presses("enter")
        for types, key in product(SPEEDS, ("delete", "f10", "escape")):
            await types(member, "x", key, "enter")
            assert isinstance(member.page, PlanScreen)
            assert member.sees("A garden")


async def test_a_long_text_that_came_in_a_burst_is_not_saved_as_a_note_at_once(kiosk: Kiosk) -> None:
    async with at(kiosk(), TO_NOTE) as member:
        await member.scans("4006381333931")
        assert isinstance(member.page, NoteScreen)
        assert member.sees(ALL_AT_ONCE)
        # It may have been a person after all: it stays, and can be saved.
        assert member.page.query_one(TextField).text == "4006381333931"
        await member.presses("f10", "enter")
        assert isinstance(member.page, EntryScreen)


async def test_whoever_types_fast_is_not_held_up(kiosk: Kiosk) -> None:
    async with at(kiosk(), TO_NOTE) as member:
        await member.presses(*"Call", "space", every=0.15)
        await member.presses(*"on", "enter", *"me", every=0.08)
        assert member.page.query_one(TextField).text == "Call on\nme"
        await member.presses("f10", "enter")
        assert isinstance(member.page, EntryScreen)
        # Two keys of one hand, one just after the other, are asked for again: nothing is taken by halves.
        await member.presses("f3")
        await bursts_slowly(member, "1", "enter")
        assert isinstance(member.page, ChooseScreen)
        assert member.sees(ALL_AT_ONCE)
        await member.presses("1", "enter")
        assert member.sees("What is its status now?")


async def test_a_passphrase_may_come_in_one_burst(kiosk: Kiosk) -> None:
    async with desk(kiosk()) as member:
        member.page.query_one("#name", Input).value = STAFF
        member.page.query_one("#passphrase", Input).focus()
        await member.scans(PASSPHRASE)
        assert isinstance(member.page, EntriesScreen)


async def test_at_welcome_no_burst_opens_the_desk(kiosk: Kiosk) -> None:
    async with visit(kiosk()) as visitor:
        await visitor.presses("a", "f12", "f12", "b", every=0.01)
        assert isinstance(visitor.page, WelcomeScreen)
        await visitor.presses("f12")
        assert visitor.gone
