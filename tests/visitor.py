"""A customer and a member of staff at the kiosk's screens, and what they do there."""

import asyncio
from collections.abc import AsyncIterator, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, Self
from unittest import mock

from textual import message
from textual.widgets import Input

from kiosk.entry import handle
from kiosk.entry.answers import Answer, Cards, Choice, Goal
from kiosk.entry.handle import Handle, HandleKeys
from kiosk.session import Session
from kiosk.visit.saving import Saver, Submission
from kiosk.visit.visit import Visit
from screens import guard
from screens.base import KioskApp, Tools
from screens.desk.app import DeskApp
from screens.visit.app import VisitApp
from screens.visit.before_screen import BeforeScreen
from screens.visit.parts_screen import PartsScreen
from screens.visit.reflection_flow import ReflectionFlow
from screens.visit.visit_flow import VisitFlow
from screens.visit.welcome_screen import WelcomeResult
from screens.widgets.act_rows import ActRow
from screens.widgets.check_screen import ChangeAnswer, CheckResult, CheckScreen, OpenPart
from screens.widgets.choose_screen import ChooseScreen
from screens.widgets.code_field import Scanned
from screens.widgets.code_screen import CodeScreen
from screens.widgets.enter_code_screen import EnterCodeScreen
from screens.widgets.picks import PickRow, Picks
from screens.widgets.question_screen import FINISH, QuestionScreen
from screens.widgets.text_field import TextField
from tests.conftest import FAST
from tests.exporting import plugged_in
from tests.person import Clock, Hands, Person
from tests.screens.painted import cells_of, text_of

LARGE, SMALL = (80, 24), (56, 16)
"""Columns and rows of the two screens that every page must fit."""

CHECK = "the check page"
MY_PAGE = "my page"

NOW = datetime(2026, 3, 4, 10, 30, tzinfo=UTC)
"""The time at the kiosk."""


class Waits:
    """Waits for no time at all, and remembers how long it was asked to."""

    def __init__(self) -> None:
        self.asked: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.asked.append(seconds)


class _WatchedVisit(VisitApp):
    """A visit that remembers what it has painted, where it is asked to."""

    frames: list[str] | None = None

    def post_display_hook(self) -> None:
        super().post_display_hook()
        if self.frames is not None:
            self.frames.append(text_of(cells_of(self)))


class Visitor(Person):
    """A customer."""

    app: _WatchedVisit
    noted = ""
    """The last code that was on the screen when it was noted."""

    @property
    def question(self) -> str:
        """The id of the question on the screen."""
        assert isinstance(self.page, QuestionScreen), f"no question, but:\n{self.screen_text()}"
        return self.page.question.id

    @property
    def given(self) -> dict[str, Answer]:
        """What the visit holds."""
        return self.app.visit.answers

    @property
    def code(self) -> str:
        """The code on the screen."""
        assert isinstance(self.page, CodeScreen)
        return str(self.page._code)

    def watches(self) -> list[str]:
        """Remember every painting from now on; they come into the list that is returned."""
        frames: list[str] = []
        self.app.frames = frames
        return frames

    async def starts(self, *, keeping: bool = False) -> Self:
        """Go from Welcome to the first question.

        Where the visitor has to leave, the answers are cleared, or kept with the code that is noted here.
        """
        while not isinstance(self.app.screen, QuestionScreen):
            await self._goes_further(keeping=keeping)
        return self

    async def _goes_further(self, *, keeping: bool) -> None:
        if keeping and isinstance(self.page, BeforeScreen):
            await self.presses("2")
        if isinstance(self.page, CodeScreen):
            self.noted = self.code
        await self.presses("enter")

    async def answers(self, value: Answer) -> Self:
        """Answer the question on the screen by setting its widgets."""
        match value:
            case str() if not self.page.query(Picks):
                await self._writes((value,))
            case int() | str():
                self._picks({str(value)})
            case Goal():
                await self._writes((value.want, value.first_step, value.who, value.when))
            case Choice():
                self._picks(set(value.chosen))
                await self.settle()
                await self._writes((value.own,))
            case Cards():
                self._picks(set(value.picked))
                await self._writes(value.own)
            case tuple() if self.page.query(Picks):
                self._picks(set(value))
            case tuple():
                await self._writes(value)
        await self.settle()
        return self

    async def goes_on(self) -> Self:
        """Press Enter until the page is another one."""
        return await self._leaves_by("enter")

    async def goes_back(self) -> Self:
        """Press Esc until the page is another one."""
        return await self._leaves_by("escape")

    async def skips(self) -> Self:
        """Leave the question open."""
        return await self._leaves_by("f2")

    async def walks_to(self, question_id: str, *, keeping: bool = False) -> Self:
        """Go on, with no answers, to a question; at the parts, open its part."""
        for _ in range(200):
            if isinstance(self.page, QuestionScreen) and self.question == question_id:
                return self
            if isinstance(self.page, PartsScreen):
                await self.opens(question_id)
            else:
                await self._goes_further(keeping=keeping)
        raise AssertionError(f"the question {question_id!r} did not come")

    async def opens(self, id_: str) -> Self:
        """Open, at the parts, the one with this id or with this question."""
        sections = self.app.visit.pack.sections
        ids = [{section.id, *(question.id for question in section.questions)} for section in sections]
        await self.presses(str(next(number for number, known in enumerate(ids, 1) if id_ in known)))
        return self

    async def walks_to_check(self) -> Self:
        """Finish, with no more answers, and go on to the check page."""
        for _ in range(200):
            if isinstance(self.page, CheckScreen):
                return self
            finishes = any(key == FINISH for key, _place in self.shown_keys())
            await self.presses(FINISH.key if finishes else "enter")
        raise AssertionError("the check page did not come")

    async def opens_part(self, section_id: str) -> Self:
        """Open the answers of a part, from the check page or from another part."""
        await self.closes_part()
        self._row(OpenPart(section_id)).focus()
        return await self._leaves_by("enter")

    async def closes_part(self) -> Self:
        """Go back from the answers of a part, where they are open, to all parts."""
        assert isinstance(self.page, CheckScreen), self.screen_text()
        return await self.goes_back() if self.page.part else self

    async def changes(self, question_id: str) -> Self:
        """Choose an answer to change in its part of the check page."""
        sections = self.app.visit.pack.sections
        part = next(one.id for one in sections if question_id in [asked.id for asked in one.questions])
        await self.opens_part(part)
        self._row(ChangeAnswer(question_id)).focus()
        return await self._leaves_by("enter")

    async def shares(self, section_id: str) -> Self:
        """Choose, from the check page, that staff may read a section, or may not any more."""
        await self.closes_part()
        self._row(CheckResult.SHARING).focus()
        await self._leaves_by("enter")
        number = [section.id for section in self.app.visit.pack.sections].index(section_id) + 1
        await self.presses(str(number), "enter")
        return self

    async def reads_parts(self) -> str:
        """Return all the text of the check page and of each of its parts."""
        await self.closes_part()
        seen = [await self.reads()]
        for row in [row.outcome for row in self.page.query(ActRow) if isinstance(row.outcome, OpenPart)]:
            await self.opens_part(row.section)
            seen.append(await self.reads())
        await self.closes_part()
        return "\n".join(seen)

    async def saves(self) -> Self:
        """Choose Save on the check page, and again where nothing at all is answered."""
        await self.closes_part()
        await self.presses("0", "enter")
        if not self.given and not self.gone and self.sees("You have not answered any question"):
            await self.presses("enter")
        return self

    async def keeps_code(self) -> Self:
        """Go from the code to what happens next, without trying the code."""
        assert isinstance(self.page, CodeScreen)
        await self.presses("enter", "enter")
        return self

    async def pauses(self) -> Self:
        """Make a pause, and note its code."""
        await self.presses("f7", "enter")
        self.noted = self.code
        return self

    async def comes_back(self, code: str) -> Self:
        """Scan a code at Welcome: a page less than where it is typed."""
        await self.scans(code)
        return self

    async def enters(self, code: str) -> Self:
        """Enter a code where one is asked for."""
        assert isinstance(self.page, EnterCodeScreen), f"no code is asked for:\n{self.screen_text()}"
        self.page.query_one(Input).value = code
        await self.presses("enter")
        return self

    async def chooses(self, label: str) -> Self:
        """Choose something by its number, and go on."""
        assert isinstance(self.page, ChooseScreen), f"no choice, but:\n{self.screen_text()}"
        number = next(row.pick.number for row in self.page.query(PickRow) if row.pick.label == label)
        await self.presses(str(number), "enter")
        return self

    def stands_on(self) -> object:
        """Return what the row that stands out on the check page leads to."""
        row = self.app.focused
        assert isinstance(row, ActRow)
        return row.outcome

    def _row(self, outcome: object) -> ActRow:
        assert isinstance(self.page, CheckScreen)
        return next(row for row in self.page.query(ActRow) if row.outcome == outcome)

    def _picks(self, ids: set[str]) -> None:
        for picks in self.page.query(Picks):
            picks.stand(frozenset(ids), picks.current, offers=False)

    async def _writes(self, texts: Sequence[str]) -> None:
        for field, text in zip(self.page.query(TextField), texts, strict=False):
            field.load_text(text)

    async def _leaves_by(self, key: str) -> Self:
        before = self.page
        for _ in range(20):
            await self.presses(key, every=2.0)
            if self.gone or self.app.screen is not before:
                return self
        raise AssertionError(f"{key} does not leave:\n{self.screen_text()}")

    def _look_up(self) -> None:
        self.app.watch_presence()


class StaffMember(Person):
    """Somebody who works here, at the desk."""

    app: DeskApp

    async def unlocks(self, passphrase: str, name: str = "Jo Smith") -> Self:
        """Enter a name and a passphrase."""
        for id_, value in (("name", name), ("passphrase", passphrase)):
            field = self.page.query_one(f"#{id_}", Input)
            field.value = value
            field.focus()
        await self.presses("enter")
        return self

    async def opens(self, typed: str) -> Self:
        """Type a code."""
        self.page.query_one(Input).value = ""
        await self.types(typed)
        await self.presses("enter")
        return self

    def _look_up(self) -> None:
        self.app.watch_presence()


def derive(drawn: Handle) -> HandleKeys:
    """Derive a handle's keys, cheaply."""
    return handle.keys(drawn, FAST)


def saver_of(session: Session, **changes: Any) -> Saver:
    """Return a saver whose keys are cheap."""
    given: dict[str, Any] = {
        "vault": session.vault,
        "venue_key": session.settings.venue.key,
        "names": session.names,
        "clock": lambda: NOW,
        "derive": derive,
    }
    return Saver(**(given | changes))


@dataclass(frozen=True)
class Left:
    """What a customer left here."""

    handle: Handle
    name: str
    id: str

    @property
    def code(self) -> str:
        """The code as the slip shows it."""
        return str(self.handle)


def leaves(
    session: Session,
    answers: Mapping[str, Answer],
    *,
    private: Collection[str] = (),
    talk: bool = False,
    amending: Left | None = None,
    at: datetime = NOW,
) -> Left:
    """Save an entry, or change one, as a customer does."""
    reflection = Submission(session.pack, answers, private, talk)
    saver = saver_of(session, clock=lambda: at)
    saved = saver.amend(reflection, amending.handle) if amending else saver.save(reflection)
    return Left(saved.handle, saved.name, saved.id)


@asynccontextmanager
async def visit(
    session: Session,
    *,
    at: str = "",
    given: Mapping[str, Answer] | None = None,
    back: str = "",
    keeping: bool = False,
    size: tuple[int, int] = LARGE,
    saver: Saver | None = None,
    **tools: Any,
) -> AsyncIterator[Visitor]:
    """Put a visitor before the Welcome of a kiosk. `tools` go to `Tools`.

    With `at`, a question's id, `MY_PAGE` or `CHECK`, the visitor has come that far already, and answered
    what is `given`: pages that are not the subject are not walked through. With a code to come `back`, they
    have just scanned it at Welcome. With `keeping` they chose that the answers are kept where they have to
    leave, and have noted the code.
    """
    clock = Clock()
    outside: dict[str, Any] = {"clock": clock, "now": lambda: NOW} | tools
    app = _WatchedVisit(session, Tools(**outside), saver or saver_of(session))
    app.visit.answers.update(given or {})
    code = handle.draw()
    if keeping:
        app._visiting.pausing.adopt(code, derive(code))
    hands = _hands()
    begins = _come_as_far_as(app.visit, at) if at else _come_back_with(back) if back else nullcontext()
    with _told_by(clock), begins:
        async with app.run_test(size=size) as pilot:
            visitor = Visitor(app, pilot, clock, hands)
            visitor.noted = str(code) if keeping else ""
            await visitor.settle()
            try:
                yield visitor
            finally:
                _stop_looking_up(app)


@contextmanager
def _come_as_far_as(to: Visit, at: str) -> Iterator[None]:
    ids = [question.id for _, question in to.pack.questions()]
    to._place = len(ids) if at in (MY_PAGE, CHECK) else ids.index(at)
    show, passes = ReflectionFlow._my_page, at == CHECK

    async def my_page(flow: ReflectionFlow) -> bool:
        nonlocal passes
        if passes:
            passes = False
            return True
        return await show(flow)

    with (
        mock.patch.object(ReflectionFlow, "_my_page", my_page),
        mock.patch.object(VisitFlow, "_welcome", mock.AsyncMock(return_value=WelcomeResult.VISIT)),
        mock.patch.object(ReflectionFlow, "_before_the_first_question", mock.AsyncMock(return_value=True)),
    ):
        yield


def _come_back_with(code: str) -> AbstractContextManager[object]:
    scanned = Scanned((handle.read(code),))
    return mock.patch.object(VisitFlow, "_welcome", mock.AsyncMock(return_value=scanned))


@asynccontextmanager
async def desk(
    session: Session, *, size: tuple[int, int] = LARGE, **tools: Any
) -> AsyncIterator[StaffMember]:
    """Put a member of staff before the locked desk of a kiosk. `tools` go to `Tools`.

    No removable disk is plugged in unless they say so.
    """
    clock = Clock()
    hands = _hands()
    with _told_by(clock):
        given: dict[str, Any] = {"disks": plugged_in(), "now": lambda: NOW} | tools
        app = DeskApp(session, Tools(clock=clock, derive=derive, aside=asyncio.to_thread, **given))
        async with app.run_test(size=size) as pilot:
            member = StaffMember(app, pilot, clock, hands)
            await member.settle()
            try:
                yield member
            finally:
                _stop_looking_up(app)


@contextmanager
def _told_by(clock: Clock) -> Iterator[None]:
    """Let each key come at the time of a clock: some are taken for a scanner's, so soon do they come."""
    with (
        mock.patch.object(message, "_time", SimpleNamespace(get_time=clock)),
        mock.patch.object(guard, "HOLD", 3600),  # `Person.settle` lets go what is held
    ):
        yield


def _stop_looking_up(app: KioskApp) -> None:
    """Stop the app's clock: under Pilot it would still tick when the last screen has gone."""
    for timer in list(app._timers):
        timer.stop()


def _hands() -> Hands:
    hands = Hands()
    asyncio.get_running_loop().set_default_executor(hands)
    return hands
