"""The App of one visit: keys that work on all its pages, idle time, hiding."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, cast

import msgspec
from rich.console import RenderableType
from textual import events
from textual.screen import Screen

from kiosk.entry.handle import Handle
from kiosk.hardening import CRASHED, HUNG_UP, TERMINATED
from kiosk.idle import Presence
from kiosk.language import duration, in_use, language, use
from kiosk.session import Session
from kiosk.supervision.turns import AGAIN_PAGE, DESK, ENDED, LEAVE
from kiosk.visit.saving import Saver
from kiosk.visit.visit import Visit
from screens.base import Tools
from screens.i18n import _
from screens.idle_watch import WatchedApp
from screens.terminal import clear_terminal
from screens.visit.comment_screen import BlankScreen
from screens.visit.stage import VisitStage
from screens.visit.talk_wish import ASKED
from screens.visit.triple_escape import TOGETHER, TripleEscape
from screens.visit.visit_flow import VisitFlow
from screens.visit.welcome_screen import WelcomeResult, WelcomeScreen
from screens.widgets.code_field import Scanned
from screens.widgets.enter_code_screen import EnterCodeScreen
from screens.widgets.fitted_screen import TOUCHED
from screens.widgets.idle_screen import IdleScreen
from screens.widgets.key_row import IN_A_VISIT
from screens.widgets.keys import HIDE
from screens.widgets.page import Page
from screens.widgets.question_screen import QuestionScreen


class VisitApp(WatchedApp):
    """One customer's visit."""

    def __init__(self, session: Session, tools: Tools, saver: Saver) -> None:
        self._as_written = session
        self._use(session.pack.language, tools)
        session = session.spoken()
        super().__init__(session, tools, session.settings.idle)
        self.visit = Visit(session.pack)
        self._stage = VisitStage(self, session, tools, self.visit, saver, self.speak)
        self._visiting = VisitFlow(self._stage)
        self._escapes = TripleEscape()
        self.add_class(IN_A_VISIT)
        self._hiding = False
        self.touch_keyboard = session.settings.touch.keyboard
        self.set_class(session.settings.touch.large, TOUCHED)

    @staticmethod
    def _use(tag: str, tools: Tools) -> None:
        use(language(tag))
        tools.crash_page([str(said) for said in AGAIN_PAGE])

    @property
    def language(self) -> str:
        """The tag of the language that the visit goes on in."""
        return in_use().tag

    @property
    def offers_languages(self) -> bool:
        """Whether there are several to choose among."""
        return len(self._stage.languages) > 1

    def speak(self, tag: str) -> None:
        """Go on in another language: the pages that come, and those that come back."""
        before = in_use()
        self._use(tag, self.tools)
        self.session = self._stage.session = self._as_written.spoken()
        self.visit.speak(self._stage.told(self.visit.pack))
        self.voice.change_language(before)

    @property
    def wish(self) -> str:
        """What is said of the wish to talk, where there is one."""
        return ASKED if self.visit.talk else ""

    def hears(self, key: events.Key) -> bool:
        """Hide at F9 and at the third quick Esc, whatever is on the screen and however much waits."""
        super().hears(key)
        if key.is_printable:
            self._escapes.types(key.time)
        with self._context():
            if key.key == HIDE.key or (key.key == "escape" and self._escapes.hides(key.time)):
                self.action_hide()
                return True
            if key.key == "escape" and self._escapes.may_hide:
                self.set_timer(TOGETHER, self._hide_by_lone_escape)
        return False

    def _hide_by_lone_escape(self) -> None:
        if self._escapes.may_hide:
            self.action_hide()

    @property
    def watches(self) -> bool:
        """Whether the page on the screen belongs to somebody's visit."""
        return super().watches and isinstance(self.screen, Page) and self.screen.PERSONAL

    @property
    def writing(self) -> bool:
        """Whether people write on it."""
        return isinstance(self.screen, Page) and self.screen.writing

    def take_presence(self) -> None:
        """Warn when nobody seems to be there; clear when nobody is."""
        page = self.screen
        if not isinstance(page, Page):
            return
        if self._is_still():
            self._visiting.pausing.hold_what_runs()
        if self.voice.reads and not isinstance(page, IdleScreen):
            self._watch.wait()
        match self.presence():
            case Presence.WARNED if not isinstance(page, IdleScreen):
                keeps = self._visiting.pausing.keeps
                lines = (_("Your code then still opens your answers."),) if keeps else ()
                count = partial(self._until_cleared, writing=page.writing)
                self.push_screen(IdleScreen(count, *lines, writing=page.writing))
            case Presence.GONE:
                self.action_hide()
            case Presence.HERE if isinstance(page, IdleScreen):
                page.dismiss()

    def _until_cleared(self, *, writing: bool) -> str:
        seconds = self._watch.seconds_left(writing=writing)
        return _("This screen is cleared in {time}.").format(time=duration(seconds))

    def action_menu(self) -> None:
        """Offer what can be done at the question on the screen besides answering it."""
        self._begin_over(self._visiting.menu)

    def action_comment(self) -> None:
        """Take a comment on the question on the screen."""
        self._begin_over(self._visiting.comment)

    def _begin_over(self, walk: Callable[[], Awaitable[bool]]) -> None:
        page = self.screen
        if isinstance(page, QuestionScreen):
            self._visiting.pausing.hold()
            page.cover()
            self.run_worker(self._walk_over(page, walk))

    async def _walk_over(self, page: QuestionScreen, walk: Callable[[], Awaitable[bool]]) -> None:
        to_parts = await walk()
        page.uncover()
        if to_parts:
            page.action_parts()

    def action_talk(self) -> None:
        """Ask whether somebody wants to talk, or let them take that back."""
        page = cast("Page[Any]", self.screen)
        self._visiting.pausing.hold()
        page.cover()
        self.run_worker(self._talk(page))

    async def _talk(self, page: Page[Any]) -> None:
        await self._visiting.talk()
        page.uncover()

    def action_language(self) -> None:
        """Let the person choose among the languages, where there are several."""
        page = self.screen
        if isinstance(page, Page) and self.offers_languages:
            self._visiting.pausing.hold_what_runs()
            page.cover()
            self.run_worker(self._choose_language(page))

    async def _choose_language(self, page: Page[Any]) -> None:
        await self._stage.choose_language()
        page.uncover()

    def action_clear_and_leave(self) -> None:
        """Ask, where there is something to lose, and leave."""
        self._visiting.pausing.take_in()
        if self._visiting.leave_screen() is None:
            self.action_hide()
        else:
            page = cast("Page[Any]", self.screen)
            self._visiting.pausing.hold()
            page.cover()
            self.run_worker(self._leave(page))

    def action_pause(self) -> None:
        """Offer a pause."""
        page = cast("Page[Any]", self.screen)
        self._visiting.pausing.hold()
        page.cover()
        self.run_worker(self._pause(page))

    def action_hide(self) -> None:
        """Blank the screen at once, then end the visit: its answers go, or are kept, as was chosen."""
        self._hiding = True
        self.voice.cut()
        self._visiting.pausing.take_in()
        self.workers.cancel_all()  # nothing may come to the screen any more
        if self.tools.printer is not None:
            self.tools.printer.stop()  # nor out of the printer
        self.push_screen(BlankScreen())
        self.call_after_refresh(self._end_hidden)

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        if not self._hiding or isinstance(screen, BlankScreen):
            super()._display(screen, renderable)

    def _end_hidden(self) -> None:
        self._visiting.pausing.leave()
        self.tools.shown()  # F9 may come between the first painting and what tells of it: no crash
        self.exit(ENDED)

    async def _pause(self, page: Page[Any]) -> None:
        if await self._visiting.pause():
            self.exit(ENDED)
        else:
            page.uncover()

    def ended_as(self, code: int) -> int:
        """Return the exit code of a visit whose App ended with `code`.

        What cancels the walk through the pages may take the App's own loop with it, before it has a result:
        the screen was to be hidden, and so it is, whatever was painted by then.
        """
        if not (self._hiding and code == CRASHED and self.return_code != CRASHED):
            return code
        clear_terminal()
        return ENDED

    def clear_away(self, code: int) -> None:
        """Finish what the end of the app left open. Call it when the app has ended, with its exit code.

        A visit that is ended from outside, or whose terminal is closed, is left as by hiding it, and so is
        one that crashed while it was being hidden. What was saved while the person hid the screen is erased.
        """
        if self._hiding or code in (HUNG_UP, TERMINATED):
            self._visiting.pausing.leave()
        self._visiting.pausing.forget_unseen()

    @property
    def told(self) -> bytes:
        """How the visit went, as JSON for the supervisor; empty where there was none."""
        told = self._visiting.pausing.told
        return msgspec.json.encode(told) if told else b""

    async def _walk(self) -> None:
        codes = {WelcomeResult.DESK: DESK, WelcomeResult.CLOSE: LEAVE}
        self.exit(codes.get(await self._visiting.run(), ENDED))

    async def _leave(self, page: Page[Any]) -> None:
        if await self._visiting.leaves():
            self._visiting.pausing.tell(is_saved=False)
            self._visiting.pausing.finish()
            self.action_hide()
        else:
            page.uncover()

    def take_code(self, page: Page[Any], codes: tuple[Handle, ...]) -> str:
        """Come back with a code where one is wanted, and nowhere else."""
        if isinstance(page, WelcomeScreen | EnterCodeScreen):
            page.dismiss(Scanned(codes))
            return ""
        return _("That was a code. Finish here first.")
