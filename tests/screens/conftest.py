"""Kiosks that are set up, with cheap keys, a fixed day and a small pack or the shipped one."""

import gc
import os
import shutil
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any
from unittest import mock

import msgspec
import pytest
from rich.console import RenderableType
from rich.segment import Segments
from textual import _callback, app, message_pump, strip
from textual._compositor import Compositor
from textual._context import active_app
from textual.css import query, stylesheet
from textual.message_pump import MessagePump

from kiosk.content import content
from kiosk.desk.desk import Desk
from kiosk.desk.keys import staff
from kiosk.desk.setup import set_up
from kiosk.entry.names import NameWords
from kiosk.entry.opened import Opened
from kiosk.entry.pages import Reflection
from kiosk.home import Home
from kiosk.language import ENGLISH, use
from kiosk.pack.load import load_pack
from kiosk.pack.model import Pack
from kiosk.session import Practice, Session
from kiosk.settings.settings import Hands
from kiosk.vault.vault import Vault
from kiosk.visit.saving import Saved
from screens import base
from screens.desk.desk_flow import DeskFlow
from screens.desk.flow import Flow
from screens.desk.unlock_flow import UnlockFlow
from screens.desk.unlock_screen import Claim
from screens.widgets.page import Page
from tests import packs
from tests.conftest import FAST, shelves_when_needed
from tests.exporting import allow
from tests.kiosk.entry.answers import reflection
from tests.kiosk.sealed import page_in
from tests.screens.quick_messages import NoLog, forgets, handlers_if_any, parameters_of, prevent_if_any
from tests.screens.shared_styles import SharedReadOnce, SharedStylesheet, fits
from tests.visitor import Left, StaffMember, desk

PASSPHRASE = "river copper lantern moss"
STAFF = "Jo Smith"
NOTHING = Segments([])
WAIT = (
    *("screens/soak", "screens/monkey", "screens/pty", "screens/terminal", "deploy", "kiosk/places/store"),
    *("kiosk/supervision/test_run.py", "kiosk/devices/test_cups.py", "kiosk/devices/test_receipt_printer.py"),
)
"""Rooms and files of tests that wait most of their time, or take long."""

Kiosk = Callable[..., Session]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Have two workers begin with what waits, for a terminal or a device: the others have enough to do."""
    rooms = [Path(__file__).parent.parent / room for room in WAIT]
    waits = [item for item in items if any(room in (item.path, *item.path.parents) for room in rooms)]
    others = [item for item in items if item not in waits]
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    # Each worker is given as many of them, one after the other, says xdist's WorkStealingScheduling.
    split = max(len(items) // workers - len(waits[::2]), 0)
    items[:] = [*waits[::2], *others[:split], *waits[1::2], *others[split:]]


@pytest.fixture(scope="package", autouse=True)
def seldom_collected() -> Iterator[None]:
    """Collect garbage as seldom as the screens do it (`screens.app`): a fifth of the time goes otherwise."""
    before = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    yield
    gc.set_threshold(*before)
    gc.unfreeze()


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    yield
    use(ENGLISH)


@pytest.fixture(scope="package", autouse=True)
def few_shelves() -> Iterator[None]:
    with shelves_when_needed():
        yield


@pytest.fixture(scope="session", autouse=True)
def shared_styles() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for module in (app, stylesheet):
            patch.setattr(module, "Stylesheet", SharedStylesheet)
        patch.setattr(base, "ReadOnce", SharedReadOnce)
        patch.setattr(query, "match", fits)
        yield


@pytest.fixture(scope="session", autouse=True)
def quick_messages() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(MessagePump, "_get_dispatch_methods", handlers_if_any)
        patch.setattr(MessagePump, "prevent", prevent_if_any)
        patch.setattr(_callback, "_count_parameters", parameters_of)
        patch.setattr(message_pump, "log", NoLog())
        patch.setattr(strip, "FIFOCache", forgets)
        yield


@pytest.fixture(scope="session", autouse=True)
def painted_when_looked_at() -> Iterator[None]:
    """Work out what is painted when a test looks at it: without a terminal nobody else does."""
    paint = Compositor.render_update

    def unless_headless(self: Compositor, *args: Any, **more: Any) -> RenderableType | None:
        if not active_app.get().is_headless or "simplify" in more:  # a picture is looked at
            return paint(self, *args, **more)
        self._dirty_regions.clear()
        return NOTHING

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Compositor, "render_update", unless_headless)
        yield


@pytest.fixture(scope="session")
def shipped() -> Pack:
    """The pack that is shipped."""
    return load_pack(content() / "packs" / "strengths.toml")


@pytest.fixture(scope="session")
def new_home(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Return what sets a home up once, to be copied: keys and passphrases take long to make and judge."""

    @cache
    def set_up_once(venue: str, more_staff: tuple[str, ...]) -> Path:
        home = Home(tmp_path_factory.mktemp("new") / "home")
        set_up(home, venue=venue, staff_name=STAFF, passphrase=PASSPHRASE, recovery_file=None, costs=FAST)
        identity = staff.enter(home.staff, STAFF, PASSPHRASE).identity
        for name in more_staff:
            staff.add(home.staff, name, PASSPHRASE, identity, costs=FAST)
        return home.root

    return set_up_once


@pytest.fixture
def kiosk(tmp_path: Path, names: NameWords, new_home: Callable[..., Path]) -> Kiosk:
    """Set a kiosk up: with the small pack, one member of staff and no practice, unless told otherwise.

    The times at which things are saved are a day apart: where there are many, less, or some are to come.
    """
    numbers = count(1)

    def build(
        pack: Pack | None = None,
        *,
        practice: bool = False,
        venue: str = "Oak House",
        more_staff: tuple[str, ...] = (),
        bounce: float = Hands().bounce,
        apart: timedelta = timedelta(days=1),
    ) -> Session:
        home = Home(tmp_path / f"home-{next(numbers)}")
        shutil.copytree(new_home(venue, more_staff), home.root)
        settings = msgspec.structs.replace(allow(home, tmp_path), hands=Hands(bounce=bounce))
        return Session(
            home=home,
            settings=settings,
            pack=pack or packs.small(),
            names=names,
            vault=Vault(home.root, clock=_looked_at(apart), name_of=names.name_of),
            practice=Practice(STAFF, PASSPHRASE) if practice else None,
        )

    return build


def _looked_at(apart: timedelta) -> Callable[[], datetime]:
    """Return a clock that is so much later whenever somebody looks at it."""
    looks = count()
    return lambda: datetime(2026, 3, 1, 10, 30, tzinfo=UTC) + apart * next(looks)


def venue_of(session: Session) -> str:
    """The venue's identities."""
    return staff.enter(session.home.staff, STAFF, PASSPHRASE).identity


def saved_pages(session: Session) -> list[Reflection]:
    """Open all that was saved, with the venue's key."""
    identity = staff.enter(session.home.staff, STAFF, PASSPHRASE).identity
    return [
        reflection(page_in(sealed, identity))
        for row in session.vault.rows()
        for sealed in session.vault.pages(row.id)
    ]


@asynccontextmanager
async def unlocked(
    session: Session,
    *,
    by: str = STAFF,
    opens: Left | Saved | Callable[[Desk], Opened] | None = None,
    answers: Iterable[object] = (),
    **tools: Any,
) -> AsyncIterator[StaffMember]:
    """Put a member of staff before the desk that they unlocked, and where an entry is named, have it open.

    The pages of unlocking, and those that lead to the entry, are not gone through; nor are the first ones
    then, as many as there are `answers` that they would give.
    """
    does, first = DeskFlow._does, [opens] if opens else []
    show, given = Flow._show, [*answers]

    async def unlock(walk: UnlockFlow) -> Desk:
        at, greeting = walk.opened_desk(Claim(by, PASSPHRASE), walk._stage.tools.pause)
        walk.take(greeting)
        return at

    async def begin(walk: DeskFlow, at: Desk, asked: Any) -> Any:
        if not first:
            return await does(walk, at, asked)
        entry = first.pop()
        await walk._entry(at, entry(at) if callable(entry) else at.open(str(entry.handle)))
        return None

    async def answer(walk: Flow, page: Page[Any]) -> Any:
        return given.pop(0) if given else await show(walk, page)

    with (
        mock.patch.object(UnlockFlow, "run", unlock),
        mock.patch.object(DeskFlow, "_does", begin),
        mock.patch.object(Flow, "_show", answer),
    ):
        async with desk(session, **tools) as member:
            yield member
