"""What every part of a visit works with, and the few things that all of them do."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from kiosk.errors import EntryError, KioskError, PackError
from kiosk.language import Words, in_use, own_name
from kiosk.pack.model import Pack
from kiosk.visit.drafts import Draft
from kiosk.visit.returning import Returning
from kiosk.visit.saving import Saver
from kiosk.visit.visit import Visit
from screens.customer_words import for_customer
from screens.i18n import _
from screens.stage import Stage
from screens.widgets.ask_screen import AskScreen
from screens.widgets.busy_screen import BusyScreen, busy
from screens.widgets.choose_screen import MenuOption, MenuScreen
from screens.widgets.keys import HIDE
from screens.widgets.page import PageResult
from screens.widgets.reading_screen import ReadingScreen


@dataclass
class VisitStage(Stage):
    """One customer's visit."""

    visit: Visit
    saver: Saver
    speak: Callable[[str], None] = lambda _tag: None
    """Goes on in another language, told its tag."""
    has_chosen: bool = False
    """Whether the person chose a language in this visit."""

    @property
    def pack(self) -> Pack:
        """The pack of this visit, with what the settings say now where it is offered still."""
        begun, session = self.visit.pack, self.session
        offered = session.packs
        return next((one for one in offered if (one.id, one.version) == (begun.id, begun.version)), begun)

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that customers can choose on this screen, that of the pack first."""
        return self.session.languages(few_signs=self.tools.few_signs).tags

    def told(self, pack: Pack) -> Pack:
        """Return a pack as customers read it now; as it is, where its version is not here any more."""
        offered = (one for one in self.session.packs if (one.id, one.version) == (pack.id, pack.version))
        try:
            return next(offered, None) or self.session.told(pack)
        except (EntryError, PackError):
            return pack

    def choose(self, tag: str, *, by_hand: bool = True) -> None:
        """Go on in a language that somebody chose; or that nobody did any more."""
        self.has_chosen = by_hand
        self.speak(tag)

    def speak_as(self, tag: str) -> None:
        """Go on in the language that the person used before, unless they chose one now."""
        if tag in self.languages and not self.has_chosen:
            self.speak(tag)

    def go_on(self, draft: Draft) -> None:
        """Stand where a draft stopped, in the language that its customer used, or chose now."""
        self.visit.go_on(draft)
        self.speak_as(draft.language)
        self.visit.speak(self.told(self.visit.pack))

    def text(self, find: Callable[[Pack], str]) -> Words:
        """Return a text of the visit's pack, in whatever language the visit goes on."""
        return Words(find(self.pack), lambda _spoken: find(self.pack))

    def texts(self, find: Callable[[Pack], tuple[str, ...]]) -> tuple[Words, ...]:
        """Return some of them."""
        return tuple(self.text(partial(_at, find, place)) for place in range(len(find(self.pack))))

    @property
    def returning(self) -> Returning:
        """What opens what a customer's code opens."""
        session = self.session
        return Returning(session.vault, session.drafts(), session.names, self.saver.derive)

    async def wait(self, text: str, seconds: float) -> None:
        """Say what is going on while so many seconds pass."""
        async with busy(self.app, BusyScreen(text)):
            await self.tools.sleep(seconds)

    async def tell(self, title: str, *lines: str) -> None:
        """Show a notice."""
        await self.show(lambda: ReadingScreen(title, lines, back=None, everywhere=(HIDE,)))

    async def asks(self, title: str, *lines: str, on: str, back: str, final: bool = False) -> bool:
        """Ask one clear question; tell whether it is to be done. `final` says that it cannot be undone."""
        ask = partial(AskScreen, title, lines, on=on, back=back, final=final)
        return await self.show(ask) is PageResult.ON

    async def choose_language(self) -> None:
        """Let the person choose among the languages, and go on in that one."""
        options = tuple(MenuOption(tag, own_name(tag)) for tag in self.languages)
        chosen = await self.show(
            lambda: MenuScreen(_("Language"), (), options, chosen=(in_use().tag,), everywhere=(HIDE,))
        )
        if chosen:
            self.choose(min(chosen))

    async def tries_again(self, title: str, error: KioskError) -> bool:
        """Say that the answers are not kept, and why, and offer to try again. False to go back to them."""
        self.tools.report(error)
        return await self.asks(
            title,
            for_customer(error),
            _("Your answers are still here. You can try again as often as you like."),
            on=_("Try again"),
            back=_("Back to my answers"),
        )


def _at(find: Callable[[Pack], tuple[str, ...]], place: int, pack: Pack) -> str:
    return find(pack)[place]
