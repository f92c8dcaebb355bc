"""What is kept of a visit, for a test to look at: with the venue's key, or with a code."""

from dataclasses import replace
from pathlib import Path

from kiosk.desk.desk import Desk
from kiosk.entry import handle
from kiosk.entry.answers import Answer
from kiosk.entry.pages import AnyPage, Reflection
from kiosk.session import Crashed, Session
from kiosk.visit.drafts import Draft, RunningDraft
from tests.kiosk.sealed import page_in
from tests.screens.conftest import STAFF, venue_of
from tests.visitor import derive

KEY = bytes(range(32))
"""The key that a supervisor holds for the visit that runs."""


def desk_of(session: Session) -> Desk:
    """The desk, unlocked."""
    return Desk(session.vault, STAFF, venue_of(session), session.audit(), derive=derive)


def pages_of(session: Session, entry_id: str) -> list[AnyPage]:
    """Open all pages of an entry with the venue's key."""
    identity = venue_of(session)
    return [page_in(sealed, identity) for sealed in session.vault.pages(entry_id)]


def given_on(page: AnyPage) -> dict[str, Answer]:
    """What was answered on a page, by question."""
    assert isinstance(page, Reflection)
    return {answer.id: answer.value for answer in page.answers() if answer.value is not None}


def asks(session: Session) -> set[str]:
    """The ids of the entries that the desk lists as asking to talk."""
    at_the_desk = desk_of(session)
    return set(at_the_desk.asked_to_talk(at_the_desk.rows()))


def draft_of(session: Session, code: str) -> Draft:
    """Open what is kept behind the code of a pause."""
    return session.drafts().read(derive(handle.read(code)))


def draft_files(session: Session) -> list[Path]:
    """The files of all pauses."""
    return list(session.home.drafts.glob("*"))


def running(session: Session) -> Session:
    """Return the kiosk below a supervisor that holds a key for the visit that runs."""
    return replace(session, running=RunningDraft(session.home.running, KEY))


def running_draft(session: Session) -> Draft | None:
    """What is kept of the visit that runs, or crashed."""
    return RunningDraft(session.home.running, KEY).read()


def running_files(session: Session) -> list[Path]:
    """The files of visits that run, or crashed."""
    return list(session.home.running.glob("*"))


def after_crash(session: Session, seconds: float = 2.0) -> Session:
    """Return the kiosk after its program crashed so long ago."""
    draft = running_draft(session)
    assert draft is not None
    return replace(session, crashed=Crashed(draft, seconds))
