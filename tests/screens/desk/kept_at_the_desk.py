"""An entry at the desk: saving one, opening it, and what staff kept of it."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import date
from functools import partial
from typing import Any
from unittest import mock

from kiosk.desk import lost_slip
from kiosk.desk.desk import Desk
from kiosk.desk.keys import staff
from kiosk.entry.answers import Goal
from kiosk.entry.staff_pages import PlanGoal, Step
from kiosk.session import Session
from kiosk.visit.saving import Saved, Submission
from screens.desk.entry_screen import EntryResult
from screens.desk.list_screen import EntriesResult
from screens.desk.lost_slip_flow import LostSlipFlow
from tests.kiosk.sealed import page_in
from tests.screens.conftest import PASSPHRASE, STAFF, unlocked
from tests.visitor import NOW, StaffMember, saver_of

TO_NOTE: list[object] = [EntryResult.NOTE]
TO_PLAN: list[object] = [EntryResult.PLAN]
"""What is answered to the page of an entry to come to the next one (`unlocked`)."""


def more(chosen: str) -> list[object]:
    """Return what is answered to the list, and to what is offered there besides, to come to the next page."""
    return [EntriesResult.MORE, {chosen}]


def more_of_it(*chosen: str) -> list[object]:
    """The same of an entry that lies open, and of what is offered after that."""
    return [EntryResult.MORE, *({one} for one in chosen)]


GOAL = Goal(want="A job with bikes", first_step="Call the shop", who="Ali", when="Monday")


def saved(session: Session, **answers: object) -> Saved:
    given = {"goal": GOAL, "day": "brindle"} | answers
    return saver_of(session).save(Submission(session.pack, given))  # type: ignore[arg-type]


def pages(session: Session, entry: Saved) -> list[object]:
    identity = staff.enter(session.home.staff, STAFF, PASSPHRASE).identity
    return [page_in(sealed, identity) for sealed in session.vault.pages(entry.id)]


def events(session: Session) -> list[str]:
    identity = staff.enter(session.home.staff, STAFF, PASSPHRASE).identity
    return [event.did for event in session.audit().read(identity).events]


def their_plan(
    session: Session, entry: Saved, want: str, *, due: date | None = None, review: date | None = None
) -> None:
    """Save a plan from another desk."""
    identity = staff.enter(session.home.staff, STAFF, PASSPHRASE).identity
    other = Desk(session.vault, "Ali", identity, session.audit())
    opened = other.open_without_code(session.vault.row(entry.id), "beside", "Ali Khan")
    other.agree(opened, (PlanGoal(want=want, steps=(Step(text="Dig", due=due),)),), NOW, review)


async def plans_a_garden(member: StaffMember) -> None:
    """Add a goal to the plan that lies open."""
    await member.presses("f7")
    await member.types("A garden")
    await member.presses("enter")


def found(session: Session, **tools: Any) -> AbstractAsyncContextManager[StaffMember]:
    """Have the only entry open that there is, found with Ali; the pages of that are not gone through."""
    [row] = session.vault.rows()
    search = partial(lost_slip.begin, second="Ali Khan", reason="The slip was lost")
    return unlocked(session, opens=lambda at: search(at).open(row), **tools)


@asynccontextmanager
async def searching(session: Session, **tools: Any) -> AsyncIterator[StaffMember]:
    """Be asked for the reason of a search for a lost slip; that Ali unlocks too is not gone through."""
    with mock.patch.object(LostSlipFlow, "_second", mock.AsyncMock(return_value="Ali Khan")):
        async with unlocked(session, answers=more("lost"), **tools) as member:
            yield member
