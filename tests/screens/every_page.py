"""Every page of the program, in a state that people meet it in: how to get there, by name."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec import structs

from kiosk.content import content
from kiosk.desk import comment_book, training
from kiosk.desk.desk import Desk
from kiosk.desk.keys import staff
from kiosk.entry.answers import Answer, Cards
from kiosk.entry.staff_pages import PlanGoal, Step
from kiosk.pack.model import Point
from kiosk.places import known
from kiosk.practice import keep_training
from kiosk.session import Crashed, Session
from kiosk.settings.settings import keep_settings, load_settings
from kiosk.settings.store import PlacesSettings
from kiosk.upkeep import clock
from kiosk.vault.vault import Vault
from kiosk.visit.comments import keep_comment
from kiosk.visit.visit import Visit
from screens.desk.app import LockWarning
from screens.desk.audit_screen import AuditScreen
from screens.desk.comments_screen import CommentsScreen
from screens.desk.entry_screen import EntryScreen
from screens.desk.line_screen import LineScreen
from screens.desk.list_screen import EntriesScreen
from screens.desk.note_screen import NoteScreen
from screens.desk.paper_screens import PaperCheckScreen, PaperQuestionScreen, PaperSharingScreen
from screens.desk.plan_screen import PlanScreen, StepScreen
from screens.desk.row_screen import RowScreen
from screens.desk.summary_screen import SummaryScreen
from screens.desk.unlock_screen import UnlockScreen
from screens.desk.ways_screens import NoWayScreen, WaysScreen
from screens.desk.work_screen import WorkScreen
from screens.visit.after_crash_screen import AfterCrashScreen
from screens.visit.before_screen import BeforeScreen
from screens.visit.comment_screen import BlankScreen, CommentScreen
from screens.visit.my_page_screen import ChangedScreen, MyPageScreen
from screens.visit.news_screen import NewsScreen
from screens.visit.own_entry_screen import OwnEntryScreen
from screens.visit.parts_screen import PartsScreen
from screens.visit.talk_screen import TalkScreen
from screens.visit.welcome_screen import ClearedScreen, WelcomeScreen
from screens.voice import VoiceScreen
from screens.widgets.ask_screen import AskScreen
from screens.widgets.busy_screen import BusyScreen
from screens.widgets.check_screen import CheckScreen
from screens.widgets.choose_screen import ChooseScreen, MenuScreen
from screens.widgets.code_screen import CodeScreen
from screens.widgets.enter_code_screen import EnterCodeScreen
from screens.widgets.idle_screen import IdleScreen
from screens.widgets.page import Page
from screens.widgets.question_screen import QuestionScreen
from screens.widgets.reading_screen import ReadingScreen
from screens.widgets.sharing_screen import SharingScreen
from screens.widgets.then_now_screen import EndlessScreen, ThenNowScreen
from tests.fake_printer import FakePrinter
from tests.fake_speech import FakeSpeech
from tests.kiosk.places.cards import card_of
from tests.packs import newer, small
from tests.person import Person
from tests.screens.conftest import PASSPHRASE, STAFF, Kiosk, unlocked, venue_of
from tests.screens.desk.kept_at_the_desk import found, saved
from tests.visitor import CHECK, MY_PAGE, NOW, StaffMember, Visitor, derive, desk, leaves, visit

SAID = (
    "I did not know what a good mood is meant to be here, and nobody was there to ask.",
    "Five are too many for me",
    "I could not choose between the middle ones",
)
GIVEN: dict[str, Answer] = {
    "mood": 2,
    "likes": ("tea",),
    "cards": Cards(("friend",), ("Kind", "Calm", "Fair")),
    "day": "Sun",
}
THEME, DECISION = "Five points are too many.", "There are three points from now on."
WANT, DONE, STEP, HELPS = "To grow things", "Call the garden", "Go there on a Tuesday", "Ann"
NOTE = "The garden has room for you. I come along the first time."
MORE, OWN_WORDS, BEGUN_CODE = " and tea", "Patient", "K7QX"
WRITTEN = (
    *("Kind", "Calm", "Fair", "Sun", MORE.strip(), OWN_WORDS, BEGUN_CODE),
    *(THEME, DECISION, WANT, DONE, STEP, HELPS, NOTE, STAFF),
)
"""What customers, and staff to them, write on the pages of a visit: nobody translates it."""
WINTER = datetime(2025, 11, 20, 10, tzinfo=UTC)

Opened = tuple[Session, Person]
Goes = Callable[[Any, Session], Awaitable[object]]
Opens = Callable[[Kiosk, tuple[int, int]], AbstractAsyncContextManager[Opened]]


@dataclass(frozen=True)
class Case:
    """A page, and what opens it; and from which other one, and how, if one may come on to it from there."""

    page: type[Page[Any]]
    opens: Opens = field(repr=False)
    before: str = ""
    goes_on: Goes | None = field(default=None, repr=False)


def _visit(
    page: type[Page[Any]],
    *keys: str,
    at: str = "",
    then: Callable[[Visitor], Awaitable[object]] | None = None,
    prepared: Callable[[Session], Session] = lambda session: session,
    printer: bool = False,
    voice: bool = False,
) -> Case:
    """A page of a visit: press these keys from a place on, and do the rest."""

    @asynccontextmanager
    async def opens(kiosk: Kiosk, size: tuple[int, int]) -> AsyncIterator[Opened]:
        session = prepared(kiosk(practice=True))
        tools: dict[str, Any] = {"printer": FakePrinter()} if printer else {}
        tools |= {"speech": FakeSpeech()} if voice else {}
        given = GIVEN if at else None
        async with visit(session, at=at, given=given, size=size, **tools) as visitor:
            await visitor.presses(*keys)
            if then is not None:
                await then(visitor)
            yield session, visitor
            await visitor.let_work()

    return Case(page, opens)


def _desk(
    page: type[Page[Any]],
    *keys: str,
    then: Goes | None = None,
    prepared: Callable[[Session], Session] = lambda session: session,
    begins: Callable[..., AbstractAsyncContextManager[StaffMember]] = unlocked,
    **of_the_kiosk: Any,
) -> Case:
    """A page of the desk: begin with it unlocked or so, press these keys, and do the rest."""

    @asynccontextmanager
    async def opens(kiosk: Kiosk, size: tuple[int, int]) -> AsyncIterator[Opened]:
        session = prepared(kiosk(practice=True, **of_the_kiosk))
        async with begins(session, size=size, printer=FakePrinter()) as member:
            await member.presses(*keys)
            if then is not None:
                await then(member, session)
            yield session, member
            await member.let_work()

    return Case(page, opens)


def _from(
    before: str,
    page: type[Page[Any]],
    *keys: str,
    writes: str = "",
    last: tuple[str, ...] = (),
    then: Goes | None = None,
) -> Case:
    """A page of the desk that one comes to from another one: press keys, write, press keys, and the rest."""

    async def goes_on(member: Any, session: Session) -> None:
        await member.presses(*keys)
        await member.types(writes)
        await member.presses(*last)
        if then is not None:
            await then(member, session)

    @asynccontextmanager
    async def opens(kiosk: Kiosk, size: tuple[int, int]) -> AsyncIterator[Opened]:
        async with _DESK[before].opens(kiosk, size) as (session, member):
            await goes_on(member, session)
            yield session, member

    return Case(page, opens, before, goes_on)


# -- a visit: what goes before, and what is done to get there


def _pushes(page: Callable[[], Page[None]]) -> Callable[[Visitor], Awaitable[None]]:
    """Show a page that no walk rests at."""

    async def then(visitor: Visitor) -> None:
        visitor.app.push_screen(page())
        await visitor.settle()

    return then


def _shows(page: Callable[[], Page[None]]) -> Callable[[Visitor], Awaitable[None]]:
    """The same of one that is made anew where another language is chosen."""

    async def then(visitor: Visitor) -> None:
        visitor.app.run_worker(visitor.app._stage.show(page))
        await visitor.settle()

    return then


def _crashed(session: Session) -> Session:
    stopped = Visit(session.pack)
    stopped.answers.update(GIVEN)
    return replace(session, crashed=Crashed(stopped.draft(NOW), 2.0))


def _comes_back(*keys: str) -> Callable[[Visitor], Awaitable[None]]:
    """Save two reflections of one entry, come back with its code, and press these keys."""

    async def then(visitor: Visitor) -> None:
        session = visitor.app.session
        left = leaves(session, GIVEN)
        leaves(session, {"mood": 1}, amending=left)
        await visitor.comes_back(left.code)
        await visitor.presses(*keys)

    return then


def _asks_otherwise(session: Session) -> Session:
    """Have one of the questions changed since, and another one gone."""
    good_to_bad = (Point(value=1, label="Well"), Point(value=2, label="Badly"))
    pack = newer(session.pack, "mood", ask="How are you?", points=good_to_bad)
    sections = (
        structs.replace(section, questions=tuple(one for one in section.questions if one.id != "day"))
        for section in pack.sections
    )
    return replace(session, pack=structs.replace(pack, sections=tuple(sections)))


def _changes_what_was_asked(*keys: str) -> Callable[[Visitor], Awaitable[None]]:
    """Save answers as the questions were before, come back to change them, and press these keys."""

    async def then(visitor: Visitor) -> None:
        session = visitor.app.session
        left = leaves(replace(session, pack=small()), GIVEN)
        await visitor.comes_back(left.code)
        await visitor.presses("2", "enter", *keys)

    return then


def _commented(session: Session) -> Session:
    """Have comments on a question, two of them under a theme that is decided on."""
    key = session.settings.venue.key
    for text in SAID:
        keep_comment(session.home, key, session.pack, now=NOW, question="mood", text=text)
    keep_comment(session.home, key, session.pack, now=NOW, text="", rating=2)
    identity = staff.enter(session.home.staff, STAFF, PASSPHRASE).identity
    said = [one for one in comment_book.read(session.home, identity).comments if one.text in SAID[1:]]
    theme = comment_book.new_theme(THEME, said)
    theme = comment_book.decided(theme, "changed", DECISION)
    comment_book.keep(session.home, identity, lambda before: before.with_theme(theme))
    return session


def _published(session: Session) -> Session:
    """The same, and customers can read of it."""
    _commented(session)
    identity = staff.enter(session.home.staff, STAFF, PASSPHRASE).identity
    themes = comment_book.decisions_of(session.home, identity).themes
    comment_book.publish(session.home, identity, comment_book.page_of(themes, (), NOW))
    return session


def _practises(session: Session) -> Session:
    """Have what practice opens with; the pack that its made-up entries answer is another one here."""
    file = content() / training.NAME
    keep_training(session.home, file, training.library_for(session.home, file))
    return session


def _offering(session: Session) -> Session:
    """The same, with another pack and a pilot to choose."""
    short = structs.replace(session.pack, id="short", title="My strengths in five minutes")
    return replace(session, others=(short, structs.replace(session.pack, version=2, state="pilot")))


async def _unlocks(member: StaffMember, _session: Session) -> None:
    """Unlock, which makes up entries the first time, and go to the cards."""
    await member.unlocks(PASSPHRASE)
    await member.presses("enter")


async def _comes_back_to_news(visitor: Visitor) -> None:
    """Save answers, have staff agree on a plan and write a note, and come back."""
    session = visitor.app.session
    left = leaves(session, GIVEN)
    identity = staff.enter(session.home.staff, STAFF, PASSPHRASE).identity
    at_the_desk = Desk(session.vault, STAFF, identity, session.audit(), derive=derive)
    steps = Step(text=DONE, done=True), Step(text=STEP, who=HELPS)
    planned = at_the_desk.agree(at_the_desk.open(left.code), (PlanGoal(want=WANT, steps=steps),), NOW)
    at_the_desk.add_note(planned, NOTE, NOW)
    await visitor.comes_back(left.code)


async def _writes_own_words(visitor: Visitor) -> None:
    while not visitor.page.writing:
        await visitor.presses("enter")
    await visitor.types(OWN_WORDS)


async def _is_saving(visitor: Visitor) -> None:
    visitor.hold_work()
    await visitor.saves()


async def _begins_a_code(visitor: Visitor) -> None:
    await visitor.types(BEGUN_CODE)


async def _waits(visitor: Visitor) -> None:
    await visitor.waits(180)


async def _writes(visitor: Visitor) -> None:
    await visitor.types(MORE)


_VISIT: dict[str, Case] = {
    "Welcome": _visit(WelcomeScreen),
    "Welcome, with a voice": _visit(WelcomeScreen, voice=True),
    "the voice": _visit(VoiceScreen, "f1", "f1", at="mood", voice=True),
    "Welcome, with something to tell": _visit(WelcomeScreen, prepared=_published),
    "which questions": _visit(ChooseScreen, "enter", prepared=_offering),
    "you said, we did": _visit(ReadingScreen, "f6", prepared=_published),
    "what we keep": _visit(BeforeScreen, "enter"),
    "what we keep, all of it": _visit(BeforeScreen, "enter", "f6"),
    "the code of a pause, at the start": _visit(CodeScreen, "enter", "2", "enter"),
    "the parts": _visit(PartsScreen, "enter", "enter"),
    "the parts, some of them begun": _visit(PartsScreen, "escape", at="mood"),
    **{
        f"a question: {id_}": _visit(QuestionScreen, at=id_)
        for id_ in ("mood", "where", "likes", "cards", "people")
    },
    "a question: own words": _visit(QuestionScreen, at="cards", then=_writes_own_words),
    "a question: a text": _visit(QuestionScreen, at="day", then=_writes),
    "a question: a goal": _visit(QuestionScreen, at="goal", then=_writes),
    "the menu of a question": _visit(MenuScreen, "f3", at="mood"),
    "a comment": _visit(CommentScreen, "f3", "1", "enter", at="mood", then=_writes),
    "the question of a pause": _visit(AskScreen, "f7", at="day"),
    "the question of leaving": _visit(AskScreen, "f8", at="mood"),
    "the code of a pause": _visit(CodeScreen, "f7", "enter", at="day"),
    "the code of a pause, to be printed": _visit(CodeScreen, "f7", "enter", at="day", printer=True),
    "the end of a pause": _visit(ClearedScreen, "f7", "enter", "enter", at="day"),
    "My page": _visit(MyPageScreen, at=MY_PAGE),
    "my top three": _visit(ChooseScreen, "f6", at=MY_PAGE),
    "the question of a talk": _visit(AskScreen, "f3", at=MY_PAGE),
    "the check page": _visit(CheckScreen, at=CHECK),
    "the answers of a part, to check": _visit(CheckScreen, "2", "enter", at=CHECK),
    "the check page, asked otherwise": _visit(
        CheckScreen, prepared=_asks_otherwise, then=_changes_what_was_asked()
    ),
    "an answer to check, asked otherwise": _visit(
        CheckScreen, prepared=_asks_otherwise, then=_changes_what_was_asked("2", "enter")
    ),
    "an answer that is not asked now": _visit(
        CheckScreen, prepared=_asks_otherwise, then=_changes_what_was_asked("3", "enter")
    ),
    "the question of taking it out": _visit(
        AskScreen, prepared=_asks_otherwise, then=_changes_what_was_asked("3", "enter", "enter")
    ),
    "a question, asked otherwise": _visit(
        QuestionScreen, prepared=_asks_otherwise, then=_changes_what_was_asked("f10")
    ),
    "who may read it": _visit(SharingScreen, "3", "enter", "2", at=CHECK),
    "saving": _visit(BusyScreen, at=CHECK, then=_is_saving),
    "the code": _visit(CodeScreen, "home", "enter", at=CHECK),
    "the code, to be printed": _visit(CodeScreen, "home", "enter", at=CHECK, printer=True),
    "what to print": _visit(ChooseScreen, "home", "enter", "f5", at=CHECK, printer=True),
    "trying the code": _visit(EnterCodeScreen, "home", "enter", "enter", at=CHECK, then=_begins_a_code),
    "what happens next": _visit(ReadingScreen, "home", "enter", "f6", at=CHECK),
    "how this was": _visit(QuestionScreen, "home", *["enter"] * 3, at=CHECK),
    "the end": _visit(ClearedScreen, "home", *["enter"] * 5, at=CHECK),
    "I have a code": _visit(EnterCodeScreen, "f7", then=_begins_a_code),
    "to talk": _visit(TalkScreen, "f3"),
    "to talk, with a code": _visit(EnterCodeScreen, "f3", "f7", then=_begins_a_code),
    "the code of a wish to talk": _visit(CodeScreen, "f3", "enter"),
    "welcome back": _visit(NewsScreen, then=_comes_back_to_news),
    "your answers": _visit(ChooseScreen, then=_comes_back()),
    "your answers, to read": _visit(OwnEntryScreen, then=_comes_back("1", "enter")),
    "the question of a talk, later": _visit(AskScreen, then=_comes_back("3", "enter")),
    "changes that are saved": _visit(ChangedScreen, then=_comes_back("2", "enter", "0", "enter")),
    "then and now": _visit(ThenNowScreen, then=_comes_back("4", "enter")),
    "after a crash": _visit(AfterCrashScreen, prepared=_crashed),
    "are you still here": _visit(IdleScreen, at="day", then=_waits),
    "nothing": _visit(BlankScreen, at="day", then=_pushes(BlankScreen)),
    "a page to its end": _visit(EndlessScreen, at="day", then=_shows(lambda: EndlessScreen("To read"))),
}


# -- the desk


def _many(session: Session) -> Session:
    for _ in range(20):
        leaves(session, GIVEN)
    return session


def _a_quarter_ago(session: Session) -> Session:
    clock.write(session.home.clock, clock.Known(trusted=NOW))
    counted = replace(
        session, vault=Vault(session.home.root, clock=lambda: WINTER, name_of=session.names.name_of)
    )
    for _ in range(12):
        leaves(counted, GIVEN, at=WINTER)
    return counted


async def _opens(member: StaffMember, session: Session) -> None:
    """Open an entry with a part kept back."""
    await member.opens(leaves(session, GIVEN, private={"second"}).code)


async def _opens_a_wish(member: StaffMember, session: Session) -> None:
    await member.opens(leaves(session, GIVEN, talk=True).code)
    await member.presses("f8")


def _with_a_part_kept_back(session: Session) -> Session:
    leaves(session, GIVEN, private={"second"})
    return session


async def _opens_a_plan(member: StaffMember, session: Session) -> None:
    await member.opens(str(saved(session).handle))
    await member.presses("f2")


def _knows_others(session: Session) -> Session:
    """Know two other places, one of them by the card of a place without a desk."""
    for card in (card_of(1), card_of(2, "Oak House", "Oak House", desk=False)):
        known.introduce(session.home, card, now=NOW, by=STAFF, identity=venue_of(session))
    return session


def _shares_a_folder(session: Session) -> Session:
    """The same, with a folder that something carries to them."""
    folder = session.home.root.parent / "shared"
    folder.mkdir()
    settings = load_settings(session.home.settings)
    places = PlacesSettings(folder=str(folder))
    keep_settings(session.home, structs.replace(settings, places=places))
    return _knows_others(session)


async def _is_sending(member: StaffMember, _session: Session) -> None:
    page = WorkScreen("Sending by KINGSTON. Leave the stick in until you are told to take it out.")
    await member.app.push_screen(page)
    page.tell(300, 1200)
    await member.settle()


async def _is_left_alone(member: StaffMember, _session: Session) -> None:
    await member.waits(571)


async def _is_opening(member: StaffMember, _session: Session) -> None:
    member.hold_work()
    await member.unlocks(PASSPHRASE)


async def _enters_some(member: StaffMember, _session: Session) -> None:
    await member.unlocks("wrong")
    await member.types("river")


async def _checks_it(member: StaffMember, _session: Session) -> None:
    while not isinstance(member.page, PaperCheckScreen):
        await member.presses("enter")


_DESK: dict[str, Case] = {
    "locked": _desk(UnlockScreen, begins=desk, then=_enters_some),
    "unlocking": _from("locked", BusyScreen, then=_is_opening),
    "the list": _desk(EntriesScreen, prepared=_many, apart=timedelta(hours=1)),
    "a row of the list": _from("the list", RowScreen, "enter"),
    "what the list shows": _from("a row of the list", ChooseScreen, "escape", "f2"),
    "the list, looked through": _from("what the list shows", EntriesScreen, "escape", writes="am"),
    "the list, empty": _desk(EntriesScreen),
    "more": _from("the list, empty", ChooseScreen, "f3"),
    "the audit": _from("more", AuditScreen, "2", "enter"),
    "who can unlock": _from("the audit", ChooseScreen, "escape", "f3", "5", "enter"),
    "somebody's name": _from("who can unlock", LineScreen, "1", "enter"),
    "a paper form begins": _from(
        "somebody's name", AskScreen, "escape", "escape", "f3", "8", "enter", "1", "enter"
    ),
    "a question of a paper form": _from("a paper form begins", PaperQuestionScreen, "enter", "2"),
    "a paper form, written": _from(
        "a question of a paper form", PaperQuestionScreen, *["enter"] * 6, writes="ab"
    ),
    "a paper form is checked": _from("a paper form, written", PaperCheckScreen, then=_checks_it),
    "what a paper form keeps back": _from(
        "a paper form is checked", PaperSharingScreen, "home", "1", "enter", "2"
    ),
    "comments": _desk(ChooseScreen, "f3", "7", "enter", prepared=_commented),
    "comments on a question": _from("comments", CommentsScreen, "1", "enter", "2", "enter"),
    "a theme": _from(
        "comments on a question", CommentsScreen, "escape", "escape", "2", "enter", "1", "enter"
    ),
    "what customers would read": _from(
        "a theme", AskScreen, "escape", "escape", "3", "enter", "1", "enter", "enter"
    ),
    "practice cards": _desk(ChooseScreen, begins=desk, prepared=_practises, then=_unlocks),
    "a practice card": _from("practice cards", ReadingScreen, "6", "enter"),
    "the list in practice": _from(
        "a practice card", EntriesScreen, "escape", "2", "enter", "enter", "escape"
    ),
    "an entry": _desk(EntryScreen, then=_opens),
    "what is done to an entry": _from("an entry", ChooseScreen, "f3"),
    "how far an entry has come": _from("what is done to an entry", ChooseScreen, "1", "enter"),
    "what is kept back": _from("how far an entry has come", AskScreen, "escape", "f6"),
    "a note": _from("what is kept back", NoteScreen, "escape", "f7", writes="Call on Monday"),
    "where a file goes": _from("a note", ChooseScreen, "escape", "delete", "f3", "2", "enter", "1", "enter"),
    "a file": _from("where a file goes", LineScreen, "1", "enter"),
    "a reason": _from(
        "a file", LineScreen, "escape", "escape", "escape", "f3", "8", "enter", writes="Asked for it"
    ),
    "the question of deleting": _from("a reason", AskScreen, "enter"),
    "a plan, empty": _from("the question of deleting", PlanScreen, "escape", "escape", "delete", "f2"),
    "a step": _from("a plan, empty", StepScreen, "f7", writes="A garden", last=("enter", "f2", "a", "b")),
    "a plan": _desk(PlanScreen, then=_opens_a_plan),
    "the question of a talk": _desk(AskScreen, then=_opens_a_wish),
    "a second colleague": _desk(UnlockScreen, "f3", "1", "enter", more_staff=("Bo Hill",)),
    "the question of a new code": _desk(
        AskScreen, "f3", "7", "enter", prepared=_with_a_part_kept_back, begins=found
    ),
    "a new code": _from("the question of a new code", CodeScreen, "delete"),
    "checking a new code": _from("a new code", EnterCodeScreen, "enter", "enter"),
    "a summary": _desk(SummaryScreen, "f3", "3", "enter", "1", "enter", prepared=_a_quarter_ago),
    "other places": _desk(ChooseScreen, "f3", "9", "enter", prepared=_knows_others),
    "when other places were last heard of": _from("other places", ReadingScreen, "3", "enter"),
    "no stick": _from("when other places were last heard of", NoWayScreen, "escape", "2", "enter"),
    "how it is sent": _desk(WaysScreen, "f3", "9", "enter", "1", "enter", prepared=_shares_a_folder),
    "sending": _desk(WorkScreen, then=_is_sending),
    "about to lock": _desk(LockWarning, then=_is_left_alone),
}


def _further(name: str) -> list[str]:
    """Return the names of the pages that one goes on to from another one, one after the other."""
    after = [after for after, case in _DESK.items() if case.before == name]
    return [further for one in after for further in (one, *_further(one))]


PAGES: dict[str, Case] = {**_VISIT, **{f"the desk: {name}": case for name, case in _DESK.items()}}
"""Every page, by what it is in plain words."""
WALKS = {
    name: [f"the desk: {one}" for one in (name, *_further(name))]
    for name, case in _DESK.items()
    if not case.before
}
"""The pages of the desk, each first one with those that one goes on to from there."""
