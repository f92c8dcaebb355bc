"""Coming back with a code: read, change, look at then and now, print, delete, or go on after a pause."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from functools import partial

from kiosk.entry import blocks, handle
from kiosk.entry.handle import Handle
from kiosk.entry.my_page import my_page_of
from kiosk.entry.pages import Reflection
from kiosk.errors import (
    DamageError,
    EntryError,
    GoneError,
    HandleError,
    NoEntryError,
    PackError,
    SaveError,
    SealError,
    VaultError,
)
from kiosk.language import duration
from kiosk.pack.model import Pack
from kiosk.settings.settings import library_of
from kiosk.visit.returning import Own, Paused, carried
from kiosk.visit.saving import Saved
from screens.customer_words import for_customer, what_became
from screens.i18n import _, joined
from screens.visit.news_screen import FINISH, NewsScreen
from screens.visit.own_entry_screen import OwnEntryScreen
from screens.visit.pause_flow import SAVED_STAYS, PauseFlow
from screens.visit.print_flow import PrintFlow
from screens.visit.stage import VisitStage
from screens.visit.talk_wish import ASKED, NO_TALK, TAKEN_BACK, TALK, UNSEEN, wants_to_talk, what_happens
from screens.widgets.choose_screen import ChooseScreen, MenuOption
from screens.widgets.code_field import Scanned
from screens.widgets.enter_code_screen import EnterCodeScreen
from screens.widgets.keys import HIDE, Key
from screens.widgets.page import PageResult
from screens.widgets.then_now_screen import ThenNowScreen

COPIES_STAY = _("Copies that staff made before are not deleted.")
OTHER_PLACES = _("Other places delete them once they hear of it, which can take some days.")
NOT_COME = _("If you saved at another place, they may not have come here yet.")
NEWER = _("You saved newer answers after that. If you save these changes, they replace the newer ones.")
WRONG_CODE = _(
    "We cannot find answers for this code. Check each group again, or ask a member of staff. You or staff "
    "may have deleted them, or the time we keep them was over. Once you have saved, the code for a break "
    "does not work: use your other code."
)


class ReturnResult(Enum):
    """What came of it."""

    WELCOME = "welcome"
    """The person went back to Welcome."""
    FINISHED = "finished"
    """The person is done; the screen is to be cleared."""
    LATER = "later"
    """The person leaves what waits there as it is."""
    VISIT = "visit"
    """The visit stands where it is to go on."""
    BEGIN = "begin"
    """It begins in the entry of a wish to talk alone."""


@dataclass(frozen=True)
class Deletes:
    """What a page says of what can be deleted there, from the offer to the end."""

    here: str
    sure: str
    means: tuple[str, ...]
    keep: str
    busy: str
    failed: str
    done: str
    stays: tuple[str, ...] = ()
    """What is not deleted."""


ANSWERS = Deletes(
    _("Your answers are here."),
    _("Delete your answers?"),
    (joined(_("They will be deleted from this machine for good."), COPIES_STAY),),
    _("Keep my answers"),
    _("Deleting your answers."),
    _("Your answers are still here"),
    _("Your answers are deleted"),
)
CHANGES = Deletes(
    _("Your changes are here."),
    _("Delete your changes?"),
    (joined(_("Only the changes are deleted."), COPIES_STAY), SAVED_STAYS),
    _("Keep my changes"),
    _("Deleting your changes."),
    _("Your changes are still here"),
    _("Your changes are deleted"),
    (SAVED_STAYS,),
)


class ReturnFlow:
    """Walks a customer who has a code through what it opens."""

    def __init__(self, stage: VisitStage, pausing: PauseFlow) -> None:
        self._stage = stage
        self._pausing = pausing
        self._printing = PrintFlow(stage)
        self._attempts = stage.session.attempts()
        self.before: Reflection | None = None
        """The answers that are being changed."""
        self.again: Callable[[], Awaitable[ReturnResult]] = self.run
        """Offers again what the code opened, to whoever comes back from the questions."""
        self.holds_code = False
        """Whether anything of a code was typed or scanned."""

    async def run(self, given: str | Scanned = "", *, talk: bool = False) -> ReturnResult:
        """Take a code, unless one was given already, and do what the person wants with what it opens.

        With `talk` they said so before: they want to talk to somebody.
        """
        problem = ""
        self.holds_code |= bool(given)
        while True:
            if not given or problem:
                page = partial(
                    EnterCodeScreen,
                    TALK if talk else _("I have a code"),
                    (_("Type your code here, or scan it."),),
                    on=Key("enter", _("Open my answers")),
                    typed=str(given.codes[0]) if isinstance(given, Scanned) else given,
                    problem=problem,
                    noted=self._hold,
                )
                entered = await self._stage.show(page)
                # Nor is whoever only presses Enter held here: nothing typed, twice, leads back too.
                if entered is None or (problem and entered == given == ""):
                    return ReturnResult.WELCOME
                given = entered
                self.holds_code |= bool(given)
            opened = await self._look(given)
            if isinstance(opened, Own):
                if opened.reflections:
                    self._stage.speak_as(opened.reflections[-1].language)
                news = partial(NewsScreen, opened) if opened.news and not opened.moved else None
                if talk and not opened.asks_to_talk:
                    opened = await self._talk(opened)
                if news and await self._stage.show(news) is PageResult.BACK:
                    return ReturnResult.FINISHED
                return await self._own(opened)
            if isinstance(opened, Paused):
                self._stage.speak_as(opened.draft.language)
                return await self._paused(opened)
            problem = opened

    def _hold(self) -> None:
        self.holds_code = True

    async def _look(self, given: str | Scanned) -> Own | Paused | str:
        """Open what a code opens, or return what is wrong, the same whether or not there is an entry."""
        try:
            codes = given.codes if isinstance(given, Scanned) else (handle.read(given),)
        except HandleError as error:
            return joined(for_customer(error), _("Or press Esc to go back."))
        stage, looking = self._stage, _("Looking for your answers.")
        try:
            opened = await stage.meanwhile(looking, partial(self._open_now, codes, stage.tools.now()))
            if not isinstance(opened, float):
                return opened
            wait = _("One moment. This takes about {time}.")
            await stage.wait(wait.format(time=duration(max(2, round(opened)))), opened)
            return await stage.meanwhile(looking, partial(self._open, codes))
        except GoneError as error:
            return for_customer(error)
        except NoEntryError:
            return joined(WRONG_CODE, NOT_COME) if self._exchanges else WRONG_CODE
        except (DamageError, SealError, EntryError) as error:
            return for_customer(error)

    def _open_now(self, codes: tuple[Handle, ...], now: datetime) -> Own | Paused | float:
        """Open what these codes open, unless that is to wait first: then return how many seconds."""
        return self._attempts.begin(now) or self._open(codes)

    def _open(self, codes: tuple[Handle, ...]) -> Own | Paused:
        """Open what the first of these codes opens that opens anything.

        It was right, even where what is there does not open.
        """
        code, *others = codes
        try:
            opened = self._stage.returning.open(code)
        except NoEntryError as error:
            if isinstance(error, GoneError):
                self._attempts.was_right()
            elif others:
                return self._open(tuple(others))
            raise
        except (DamageError, SealError, EntryError):
            self._attempts.was_right()
            raise
        self._attempts.was_right()
        return opened

    async def _paused(self, paused: Paused) -> ReturnResult:
        while True:
            what = CHANGES if paused.draft.amends else ANSWERS
            choice = partial(
                ChooseScreen,
                _("You stopped before you saved"),
                _what_waits(paused, what.here),
                (
                    MenuOption("go on", _("Continue where I stopped")),
                    MenuOption(
                        "delete", _("Delete my changes") if what is CHANGES else _("Delete my answers")
                    ),
                ),
                chosen=() if paused.newer else ("go on",),
                back=FINISH,
                everywhere=(HIDE,),
            )
            chosen = await self._stage.show(choice)
            if chosen is None:
                return ReturnResult.LATER
            if "go on" in chosen:
                self._stage.go_on(paused.draft)
                self._pausing.adopt(paused.handle, paused.keys)
                self.again = partial(self.run, Scanned((paused.handle,)))  # more may wait there then
                return ReturnResult.VISIT
            drop = partial(self._stage.session.drafts().drop, paused.keys.id)
            if await self._delete(what, drop, self._traces(sealed_here=True)):
                return ReturnResult.FINISHED

    async def _own(self, own: Own) -> ReturnResult:
        """Offer what can be done with an entry, until the person is done."""
        while True:
            chosen = await self._stage.show(partial(self._menu, own))
            match next(iter(chosen or {""})):
                case "":
                    return ReturnResult.FINISHED
                case "read":
                    await self._stage.show(partial(OwnEntryScreen, own))
                case "change":
                    return self._change(own)
                case "talk":
                    own = await self._talk(own)
                case "compare":
                    await self._stage.show(partial(ThenNowScreen, *_alike(own.reflections)))
                case "print":
                    await self._print(own)
                case "delete":
                    erase = partial(self._stage.returning.delete, own)
                    if await self._delete(ANSWERS, erase, self._traces(sealed_here=False)):
                        return ReturnResult.FINISHED

    def _change(self, own: Own) -> ReturnResult:
        """Stand at the check page with the newest answers, and with the wish to talk that stands.

        Where there are none, stand at the parts.
        """
        visit, self.again = self._stage.visit, partial(self._own, own)
        if own.is_wish_alone:
            visit.begin_in(own.handle, asked=own.asks_to_talk)
            return ReturnResult.BEGIN
        if own.reflections:
            self.before = own.reflections[-1]
            visit.choose(self._answered(own.reflections[-1]))
        visit.amend(own.handle, carried(visit.pack, own), asked=own.asks_to_talk)
        return ReturnResult.VISIT

    def _answered(self, newest: Reflection) -> Pack:
        """Return the pack that was answered, in its version if that, or no other one, is offered still."""
        session = self._stage.session
        theirs = [one for one in session.packs if one.id == newest.pack]
        if theirs:
            return next((one for one in theirs if one.version == newest.pack_version), theirs[0])
        try:
            pack = library_of(session.home, session.settings).version(newest.pack, newest.pack_version)
        except (EntryError, PackError):
            return session.pack
        return session.told(pack)

    async def _talk(self, own: Own) -> Own:
        stage, talk = self._stage, not own.asks_to_talk
        if talk and not await wants_to_talk(stage, saved=True):
            return own
        ask = partial(stage.saver.ask_to_talk, own.keys, talk=talk)
        try:
            page = await stage.meanwhile(_("Saving it."), ask)
        except (SaveError, NoEntryError) as error:
            await stage.tell(_("This is not saved"), for_customer(error))
            return own
        if talk:
            await stage.tell(_("What happens next"), *what_happens(stage))
        else:
            await stage.tell(TAKEN_BACK, _("Staff do not see it on their list now."))
        return replace(own, pages=(*own.pages, page), asks_to_talk=talk)

    def _menu(self, own: Own) -> ChooseScreen:
        if own.moved:
            return ChooseScreen(
                _("Your answers"),
                (what_became(own.moved), _("It still opens what you kept back, and nothing else does.")),
                (
                    MenuOption("read", _("Read what I kept back")),
                    MenuOption("delete", _("Delete what I kept back")),
                ),
                back=FINISH,
            )
        alone = own.is_wish_alone
        compare = MenuOption("compare", _("See then and now"))
        printing = MenuOption("print", _("Print my code again"))
        options = (
            MenuOption("read", _("Read what staff wrote") if alone else _("Read my answers")),
            MenuOption("change", _("Answer the questions") if alone else _("Change or add answers")),
            MenuOption("talk", NO_TALK if own.asks_to_talk else TALK),
            *((compare,) if len(own.reflections) > 1 else ()),
            *((printing,) if self._printing.offered else ()),
            MenuOption("delete", _("Delete my answers")),
        )
        how_far = _("Your plan: {told}").format(told=joined(*blocks.how_far(own.plan))) if own.plan else ""
        asked = ASKED if own.asks_to_talk else ""
        lines = filter(None, (how_far, asked, _("The name of your answers: {name}").format(name=own.name)))
        return ChooseScreen(_("Your answers"), tuple(lines), options, back=FINISH)

    async def _print(self, own: Own) -> None:
        saved = Saved(own.handle, own.name, own.keys.id)
        newest = own.reflections[-1].as_seen if own.reflections else None
        mine = partial(my_page_of, newest) if newest else None
        lines = self._stage.texts(lambda pack: pack.closing.keep)
        await self._printing.run(saved, lines, mine)

    async def _delete(self, what: Deletes, erase: "partial[None]", traces: str) -> bool:
        """Ask, delete, and say what that means. False where it is still there."""
        stage = self._stage
        elsewhere = (OTHER_PLACES,) if what is ANSWERS and self._exchanges else ()
        sure = await stage.asks(
            what.sure,
            *what.means,
            *elsewhere,
            on=_("Delete my changes") if what is CHANGES else _("Delete my answers"),
            back=what.keep,
            final=True,
        )
        if not sure:
            return False
        try:
            await stage.meanwhile(what.busy, erase)
        except (VaultError, OSError) as error:
            await stage.tell(what.failed, for_customer(error))
            return False
        await stage.tell(what.done, _("Deleted from this machine."), *what.stays, *elsewhere, traces)
        return True

    @property
    def _exchanges(self) -> bool:
        """Whether this kiosk exchanges entries with other places."""
        return self._stage.session.home.known_places.exists()

    def _traces(self, *, sealed_here: bool) -> str:
        """Return what may be left of what was deleted; `sealed_here` with a key that this kiosk made."""
        if sealed_here or self._stage.session.home.has_desk():
            return _("Someone with special tools might still find parts of them.")
        return _(
            "Someone with special tools might still find parts of them. This machine never had the key "
            "that opens them."
        )


def _alike(reflections: Sequence[Reflection]) -> tuple[Reflection, Reflection]:
    """Return the first and the last answers as their customer read them, where that was in one language."""
    then, now = reflections[0], reflections[-1]
    return (then.as_seen, now.as_seen) if then.language == now.language else (then, now)


def _what_waits(paused: Paused, here: str) -> tuple[str, ...]:
    """Return what to say of a draft, of the answers that it changes, and of a wish that is not saved."""
    draft = paused.draft
    unseen = (UNSEEN,) if draft.talk and not draft.asked else ()
    if paused.gone:
        were = joined(_("You were changing saved answers."), what_became(paused.gone))
        return were, _("What you wrote is here. You can save it as new answers, with a new code."), *unseen
    saved = NEWER if paused.newer else SAVED_STAYS
    return (here, *((saved,) if draft.amends else ()), *unseen)
