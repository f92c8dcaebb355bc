"""A visit as one short walk: which part comes after which. What is done in each is its own matter."""

import asyncio
from contextlib import suppress
from functools import partial
from typing import cast

from kiosk.entry.handle import Handle
from kiosk.entry.pages import Reflection
from kiosk.errors import DamageError, SaveError
from kiosk.home import training_beside
from kiosk.pack.model import Pack
from kiosk.session import Crashed
from kiosk.visit import comments
from kiosk.visit.drafts import WISH, Draft
from kiosk.visit.saving import Saved
from kiosk.visit.you_said import paragraphs, told
from screens.i18n import _, joined
from screens.visit.after_crash_screen import YES, AfterCrashScreen
from screens.visit.comment_screen import CommentScreen
from screens.visit.hand_over_flow import HandOverFlow, keep_opinion
from screens.visit.my_page_screen import CODE_STAYS, ChangedScreen
from screens.visit.pause_flow import CODE_ENDED, SAVED_STAYS, PauseFlow
from screens.visit.reflection_flow import ReflectionFlow
from screens.visit.return_flow import ReturnFlow, ReturnResult
from screens.visit.stage import VisitStage
from screens.visit.talk_flow import TalkFlow
from screens.visit.talk_screen import TalkResult
from screens.visit.talk_wish import (
    ASKED,
    NO_TALK,
    TALK,
    UNSEEN,
    ask_or_take_back,
    keep_or_take_back,
    talk_or_speak,
    what_happens,
)
from screens.visit.welcome_screen import UNSAVED, ClearedScreen, Speak, WelcomeResult, WelcomeScreen
from screens.widgets.ask_screen import AskScreen
from screens.widgets.choose_screen import ChooseScreen, MenuOption, MenuScreen, numbered
from screens.widgets.code_field import Scanned
from screens.widgets.keys import BACK, TO_LANGUAGES
from screens.widgets.page import PageResult
from screens.widgets.reading_screen import ReadingScreen


class VisitFlow:
    """Walks one customer through a visit, over an App's screen stack."""

    def __init__(self, stage: VisitStage) -> None:
        self._stage = stage
        self.pausing = PauseFlow(stage)
        self._reflecting = ReflectionFlow(stage, self.pausing)
        self._handing = HandOverFlow(stage, self.pausing)
        self._talking = TalkFlow(stage, self.pausing)
        self._over = False
        """Whether there is nothing to lose any more."""
        self._before: Reflection | None = None
        """The answers as they were, where they are changed."""

    async def run(self) -> WelcomeResult:
        """Walk from Welcome to a cleared screen. Gives DESK or CLOSE back if that was asked for there.

        A process that held something of one person never shows Welcome to the next: it ends instead.
        """
        if self._stage.session.crashed is not None:
            await self._after_a_crash(self._stage.session.crashed)
            return WelcomeResult.VISIT
        while True:
            start = await self._welcome()
            if start in (WelcomeResult.DESK, WelcomeResult.CLOSE):
                return start
            if start is WelcomeResult.VISIT:
                over = await self._begin_anew()
            elif start is WelcomeResult.TALK:
                over = await self._talk()
            else:
                over = await self._come_back("" if isinstance(start, WelcomeResult) else start)
            if over:
                return WelcomeResult.VISIT

    async def pause(self) -> bool:
        """Pause the visit, where the person wants that. False where it goes on."""
        days, changes = self._stage.session.settings.privacy.days, self._stage.visit.amends is not None
        stays = (
            (_("Your changes stay on this machine for {days} days. Only this code opens them."), SAVED_STAYS)
            if changes
            else (_("Your answers stay on this machine for {days} days. Only your code opens them."),)
        )
        wish = (UNSEEN,) if self._stage.visit.wish_is_unseen else ()
        wanted = await self._stage.asks(
            _("Take a break?"),
            _("You get a code. Use it to come back and continue where you stopped."),
            *(line.format(days=days) for line in stays),
            *wish,
            on=_("Take a break"),
            back=_("Back to my answers"),
        )
        kept = await self.pausing.pause() if wanted else None
        if kept is None:
            return False
        await self._hand_over_pause(kept, changes=changes)
        return True

    async def menu(self) -> bool:
        """Offer what can be done besides answering. True where the person goes to another part."""
        visit = self._stage.visit
        options = numbered(
            ("comment", _("Comment on this question"), True),
            ("talk", NO_TALK if visit.talk else TALK, True),
            ("parts", _("Go to another part"), not visit.changing),
            ("language", TO_LANGUAGES, len(self._stage.languages) > 1),
        )
        asked = (ASKED,) if visit.talk else ()
        chosen = await self._stage.show(lambda: MenuScreen(_("Menu"), asked, tuple(options)))
        match next(iter(chosen or {""})):
            case "comment":
                await self.comment()
            case "talk":
                await ask_or_take_back(self._stage)
                self.pausing.keep_running()
            case "parts":
                return True
            case "language":
                await self._stage.choose_language()
        return False

    async def talk(self) -> None:
        """Ask whether the person wants to talk to somebody; who asked already can take it back."""
        await talk_or_speak(self._stage, keep_or_take_back)
        self.pausing.keep_running()

    async def comment(self) -> bool:
        """Take a comment on the question the visit stands at. False: the person comes back to it."""
        visit = self._stage.visit
        written = visit.comments.get(visit.question.id, "")
        said = await self._stage.show(
            lambda: CommentScreen(visit.question.ask, written, self._stage.pack.writing_note)
        )
        await self._keep_comment(said or "")
        return False

    async def _keep_comment(self, text: str) -> None:
        """Keep a comment on that question, apart from answers and code, and give thanks for it.

        What could not be kept, stands there again where one comments on it once more.
        """
        question = self._stage.visit.question.id
        self._stage.visit.note_comment(question, text)
        if text and await keep_opinion(self._stage, question=question, text=text):
            self._stage.visit.note_comment(question, "")
            self.pausing.hold_what_runs()
            await self._stage.tell(
                _("Thank you for your comment"), _("It is kept apart from your answers and your code.")
            )

    def leave_screen(self) -> AskScreen | None:
        """Return the page that asks whether to clear everything; None where nothing would be lost."""
        if self._over or not self._reflecting.began:
            return None
        lines = [self._what_is_lost()]
        if self.pausing.keeps:
            lines.append(_("The code that you got to come back will stop working."))
        if self._stage.visit.wish_is_unseen:
            lines.append(_("Staff do not see that you want to talk."))
        return AskScreen(
            _("Clear this screen?"),
            tuple(lines),
            on=_("Clear screen"),
            back=_("Back to my answers"),
            final=True,
        )

    async def leaves(self) -> bool:
        """Ask whether to clear everything; tell whether it is wanted."""
        return await self._stage.show(lambda: cast("AskScreen", self.leave_screen())) is PageResult.ON

    def _what_is_lost(self) -> str:
        """Return what becomes of the answers where the screen is cleared."""
        visit, keeps = self._stage.visit, self.pausing.keeps
        if visit.amends is not None:
            if not visit.is_changed:
                lost = _("You have not changed anything.")
            elif keeps:
                lost = _("Your changes are deleted if you clear this screen.")
            else:
                lost = _("Your changes are not saved.")
            return joined(lost, _("What you saved before stays."))
        if not (visit.answers or visit.earlier):
            return _("You have not answered any question.")
        if keeps:
            return _("Your answers are deleted if you clear this screen. You cannot get them back.")
        return _("Your answers are not saved. If you clear them, you cannot get them back.")

    async def _welcome(self) -> WelcomeResult | Scanned | str:
        said = paragraphs(self._stage.session.home)
        while True:
            start = await self._stage.show(partial(self._greeting, said=bool(said)))
            if start is WelcomeResult.SAID:
                title, _line, day = said[0].partition("\n")
                lines = tuple(map(told, said[1:]))
                await self._stage.show(partial(ReadingScreen, told(title), lines, place=told(day)))
                continue
            if isinstance(start, Speak):
                self._stage.choose(start.tag, by_hand=start.by_hand)
                continue
            # The disk may have filled up since the page was shown.
            full = start is WelcomeResult.VISIT and await asyncio.to_thread(self._trouble)
            if not full or await self._starts():
                return start

    def _greeting(self, *, said: bool) -> WelcomeScreen:
        session = self._stage.session
        return WelcomeScreen(
            session.packs,
            session.settings.venue.name,
            has_desk=session.home.has_desk(),
            says=said,
            cards=session.practice is not None and training_beside(session.home).exists(),
            closes=session.practice is not None,
            speaks=self._stage.tools.speech is not None,
            trouble=self._begin,
            languages=self._stage.languages,
            patience=session.settings.idle.warn,
        )

    async def _begin_anew(self) -> bool:
        """Walk through a reflection, of the pack that is chosen where there are several.

        False where the person went back to Welcome.
        """
        packs = self._stage.session.packs
        if len(packs) == 1:
            return await self._reflect(going_on=False)
        while await self._choose(packs):
            if await self._reflect(going_on=False):
                return True
        return False

    async def _begin_in_entry(self) -> bool:
        """Walk through a reflection, for an entry that holds a wish to talk alone. False to go back."""
        visit, packs = self._stage.visit, self._stage.session.packs
        code, asked = visit.amends, visit.asked
        if code is not None and len(packs) > 1:
            if not await self._choose(packs):
                visit.clear()
                return False
            visit.begin_in(code, asked=asked)
        return await self._reflect(going_on=False, leads_back=True)

    async def _choose(self, packs: tuple[Pack, ...]) -> bool:
        """Let the person choose among several packs. False where they went back."""
        visit = self._stage.visit
        tries = any(one.state == "pilot" for one in packs)
        chosen: frozenset[str] | None = frozenset()
        while not (found := [one for one in self._stage.session.packs if _id(one) in (chosen or ())]):
            chosen = await self._stage.show(partial(self._offer, tries=tries))
            if chosen is None:
                return False
        visit.choose(found[0])
        return True

    def _offer(self, *, tries: bool) -> ChooseScreen:
        return ChooseScreen(
            _("Which questions would you like?"),
            (_("We try out new questions with you. Tell us what you think of them."),) if tries else (),
            tuple(MenuOption(_id(one), _label(one)) for one in self._stage.session.packs),
            chosen=(_id(self._stage.visit.pack),),
        )

    def _begin(self) -> bool:
        """Let the disk not tell when the visits before had comments, and tell as `_trouble` does."""
        with suppress(OSError):  # the next visit does
            comments.level(self._stage.session.home, self._stage.tools.now())
        return self._trouble()

    def _trouble(self) -> bool:
        """Tell whether nothing can be saved here now; the log says why."""
        try:
            self._stage.session.vault.try_saving()
        except SaveError as error:
            self._stage.tools.report(error)
            return True
        return False

    async def _starts(self) -> bool:
        return await self._stage.asks(
            UNSAVED,
            _("Tell a member of staff. You can come back later."),
            _("You can look at the questions now, but there may be no code to keep your answers."),
            on=_("Look at the questions"),
            back=BACK.label,
        )

    async def _come_back(self, given: Scanned | str, *, talk: bool = False) -> bool:
        """Do what is wanted with a code. True at its end; False where the person went back and typed none.

        Once anything of a code was typed, Welcome comes from the next process, which never held it.
        """
        flow = ReturnFlow(self._stage, self.pausing)
        outcome = await flow.run(given, talk=talk)
        while outcome in (ReturnResult.VISIT, ReturnResult.BEGIN):
            self._before = flow.before
            if outcome is ReturnResult.BEGIN:
                is_over = await self._begin_in_entry()
            else:
                is_over = await self._reflect(going_on=True, leads_back=True)
            if is_over:
                return True
            outcome = await flow.again()
        if outcome is ReturnResult.WELCOME and not flow.holds_code:
            return False
        if outcome is not ReturnResult.WELCOME:
            self._over = True
            later = (_("Your answers are still here. Use your code to come back."),)
            await self._clear(later if outcome is ReturnResult.LATER else None)
        return True

    async def _talk(self) -> bool:
        """Let the person ask to talk, with a code or without. False where they went back to Welcome."""
        match await self._talking.choose():
            case TalkResult.CODE:
                return await self._come_back("", talk=True)
            case TalkResult.ASK:
                return await self._ask_to_talk()
            case TalkResult.BACK:
                return False

    async def _ask_to_talk(self) -> bool:
        """Save the wish to talk alone, show its code, and clear the screen."""
        saved = await self._talking.save()
        self._over = True
        self.pausing.finish(saved)
        if saved is not None:
            await self._talking.show_code(saved)
            self.pausing.code_is_kept()
        await self._clear(())
        return True

    async def _after_a_crash(self, crashed: Crashed) -> None:
        """Offer to go on with what a crash stopped, by a question that tells the next person nothing."""
        idle, now = self._stage.session.settings.idle, self._stage.tools.clock()
        until = now + idle.warn + idle.grace - crashed.seconds
        answer = await self._stage.show(partial(AfterCrashScreen, until))
        if YES not in (answer or ()):
            await self.pausing.forget_crash()
            crashed.went_on()
            return
        crashed.went_on()
        self._stage.speak_as(crashed.draft.language)
        if crashed.draft.saved and self._is_saved(crashed.draft):
            await self._show_code_again(crashed.draft)
        elif crashed.draft.at == WISH:
            await self._ask_to_talk()
        elif crashed.draft.paused:
            kept = self.pausing.saved_behind(crashed.draft)
            await self._hand_over_pause(kept, changes=bool(crashed.draft.amends))
        else:
            self._stage.go_on(crashed.draft)
            self.pausing.go_on(crashed.draft)
            leads_back = bool(crashed.draft.amends)
            if not await self._reflect(going_on=True, leads_back=leads_back):
                code = Handle(crashed.draft.code or crashed.draft.amends)
                await self._come_back(Scanned((code,)))

    def _is_saved(self, draft: Draft) -> bool:
        """Tell whether the entry that a crash left is saved."""
        try:
            return self._stage.session.vault.has(draft.saved_id)
        except DamageError:
            return True  # something of it is there

    async def _reflect(self, *, going_on: bool, leads_back: bool = False) -> bool:
        """Walk through the reflection to a cleared screen. False where the person went back.

        That is to Welcome, or where it `leads_back`, to what their code opens.
        """
        saved = await self._reflecting.run(going_on=going_on, leads_back=leads_back)
        if saved is None:
            return False
        await self._hand_over(saved)
        await self._clear()
        return True

    async def _show_code_again(self, draft: Draft) -> None:
        """Show the code of an entry that was saved, and whose customer had not kept it when a crash came."""
        self._over = True
        self.pausing.stay(draft)
        saved = self.pausing.saved_behind(draft)
        if draft.at == WISH:
            await self._talking.show_code(saved)
        else:
            await self._handing.run(saved, None, talk=draft.talk)
        self.pausing.code_is_kept()
        await self._clear(() if draft.at == WISH else None)

    async def _hand_over_pause(self, kept: Saved, *, changes: bool) -> None:
        self._over = True
        await self.pausing.show_code(kept, _("Use this code to come back."), changes=changes)
        self.pausing.code_is_kept()
        await self._clear()

    async def _hand_over(self, saved: Saved) -> None:
        amended, asked = self._stage.visit.amends is not None, self._stage.visit.asked
        mine, grown = self._reflecting.hold_mine(), self._reflecting.grown(self._before)
        self._over = True
        self.pausing.finish(None if amended else saved)
        instead = self.pausing.has_told_code
        if amended:
            code = CODE_ENDED if instead else CODE_STAYS
            await self._stage.show(lambda: ChangedScreen(mine(), grown, code))
            if instead:
                await self._handing.show_code_again(saved, mine)
            if saved.asks and not asked:  # else they know already
                await self._stage.tell(_("What happens next"), *what_happens(self._stage))
        else:
            await self._handing.run(saved, mine, talk=saved.asks, instead=instead)
            self.pausing.code_is_kept()

    async def _clear(self, told: tuple[str, ...] | None = None) -> None:
        """Say goodbye. `told` takes the place of what the pack says of what was written, where that is."""

        def goodbye() -> ClearedScreen:
            first, *rest = self._stage.pack.closing.cleared
            return ClearedScreen((first, *(rest if told is None else told)))

        await self._stage.show(goodbye)


def _id(pack: Pack) -> str:
    return f"{pack.id} {pack.version}"


def _label(pack: Pack) -> str:
    """Return what a pack is called where one chooses among several, with how long it takes."""
    title = _("New: {title}").format(title=pack.title) if pack.state == "pilot" else pack.title
    least, most = pack.minutes
    return _("{title}, {least} to {most} minutes").format(title=title, least=least, most=most)
