"""The first screen, and the last: Welcome, and the words when all is cleared."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from textual import events, on
from textual.content import Content
from textual.timer import Timer
from textual.widget import Widget

from kiosk.entry.handle import is_whole
from kiosk.language import own_name, painted_name
from kiosk.pack.model import Pack
from kiosk.visit.you_said import TITLE
from screens.i18n import _
from screens.right_to_left import LeftToRight
from screens.visit.talk_wish import TALK
from screens.widgets.code_field import Scanned
from screens.widgets.key_row import KeyRow
from screens.widgets.keys import CODE, COLOURS, END, MENU, MORE, Key
from screens.widgets.page import Page
from screens.widgets.plain import Plain
from screens.widgets.typed_number import digit_of

UNSAVED = _("Answers cannot be saved here now")


class WelcomeResult(Enum):
    """What is wanted at Welcome."""

    VISIT = "visit"
    CODE = "code"
    TALK = "talk"
    SAID = "said"
    DESK = "desk"
    CLOSE = "close"


@dataclass(frozen=True)
class Speak:
    """Another language is wanted."""

    tag: str
    by_hand: bool = True
    """Whether somebody chose it; else nobody has been there for a while."""


class Languages(LeftToRight, KeyRow):
    """The languages, in the same places on a screen of any: whoever looks for theirs may read no other."""

    def _drawn(self, key: Key, *, brief: bool) -> Content:
        return super()._drawn(key.called(painted_name(key.result.tag)), brief=brief)


class WelcomeScreen(Page[WelcomeResult | Scanned | Speak | str]):
    """Greets, says how long it takes, and waits for Enter. A scanner may type a code at any time."""

    PERSONAL = False
    KEYS = (
        Key("enter", _("Start"), result=WelcomeResult.VISIT),
        CODE.gives(WelcomeResult.CODE),
        MENU.called(TALK).gives(WelcomeResult.TALK),
    )

    def __init__(
        self,
        packs: Sequence[Pack],
        venue: str,
        *,
        has_desk: bool,
        says: bool = False,
        cards: bool = False,
        closes: bool = False,
        speaks: bool = False,
        trouble: Callable[[], bool] = lambda: False,
        languages: Sequence[str] = (),
        patience: float = float("inf"),
    ) -> None:
        """Greet with the words of the first of the packs that are offered.

        `says` tells whether it is published here what was done with comments, `cards` whether staff have
        cards to practise with, `closes` whether whoever looks may close it, `speaks` whether there is a
        voice, and `trouble`, in a thread, whether nothing can be saved here now. Of several `languages`, by
        their tags, each has a digit; another one than the first is left again after so many seconds of
        `patience`, since whoever chose it has gone.
        """
        said = (MORE.called(TITLE).gives(WelcomeResult.SAID),) if says else ()
        # Beside what was said there is no room for the cards.
        staff = Key("f12", _("Staff, cards") if cards and not said else _("Staff"), result=WelcomeResult.DESK)
        desk = (staff,) if has_desk else ()
        close = (END.called(_("Close")).gives(WelcomeResult.CLOSE),) if closes else ()
        super().__init__(everywhere=(COLOURS, *said, *desk, *close))
        self._languages = tuple(
            Key(str(number), own_name(tag), result=Speak(tag))
            for number, tag in enumerate(languages if len(languages) > 1 else (), 1)
        )
        self._patience = patience
        self._waits: Timer | None = None
        """Until it is left in the language of whoever comes next."""
        self._trouble = trouble
        self.set_class(speaks, "-speaks")
        self._pack = packs[0]
        self._minutes = sorted({pack.minutes for pack in packs})
        self._venue = venue

    def body(self) -> Iterable[Widget]:
        """Yield the languages, each by its own name, and the greeting."""
        if self._languages:
            yield Languages(*self._languages, classes="languages")
        if self.has_class("-speaks"):
            yield Plain(_("F1 reads every page to you."), id="speaks")
        yield Plain(self._venue, id="venue")
        yield Plain(self._pack.welcome.title, id="greeting")
        for line in self._pack.welcome.lines:
            yield Plain(line, classes="line")
        yield Plain(self._takes, classes="line quiet")
        yield Plain("", id="problem")

    @property
    def _takes(self) -> str:
        (least, most), (long, longest) = self._minutes[0], self._minutes[-1]
        takes = _("It takes {least} to {most} minutes.")
        if len(self._minutes) > 1:
            takes = _("Short ({least} to {most} minutes) or long ({long} to {longest}).")
        return takes.format(least=least, most=most, long=long, longest=longest)

    def on_mount(self) -> None:
        """Find out whether anything can be saved, and say so where nothing can."""
        self.query_one("#problem").display = False
        self.run_worker(self._tell_trouble())
        if self._languages and self.spoken.tag != self._languages[0].result.tag:
            self._waits = self.set_timer(self._patience, self._forget_language)

    def _forget_language(self) -> None:
        self._waits = self.set_timer(self._patience, self._forget_language)  # where a page is over this one
        self.dismiss(Speak(self._languages[0].result.tag, by_hand=False))

    @on(events.Key)
    @on(events.Click)
    def wait_on(self) -> None:
        """Wait as long once more: somebody is there."""
        if self._waits is not None:
            self._waits.reset()

    def keys(self) -> tuple[Key, ...]:
        """Return those of the languages too, which stand above the greeting."""
        return (*super().keys(), *self._languages)

    async def on_key(self, event: events.Key) -> None:
        """Take the digit of a language."""
        if (digit := digit_of(event)) >= 0:
            await self._press(str(digit))

    @property
    def digits_act(self) -> bool:
        """Whether a digit chooses a language."""
        return bool(self._languages)

    async def _tell_trouble(self) -> None:
        if await asyncio.to_thread(self._trouble):
            for problem in self.query("#problem").results(Plain):
                problem.show_if_any(_("Answers cannot be saved here now. Tell a member of staff."))

    def take_burst(self, typed: str) -> bool:
        """Have a code that was scanned and is wrong told where codes are entered."""
        if is_whole(typed):
            self.dismiss(typed)
        return is_whole(typed)


class ClearedScreen(Page[None]):
    """Says goodbye over an empty visit. It goes by itself, or with Enter."""

    PERSONAL = False
    PASSES = True
    KEYS = (Key("enter", _("Finish"), result=None),)
    EVERYWHERE = ()
    SECONDS = 12

    def __init__(self, lines: tuple[str, ...]) -> None:
        super().__init__()
        self._lines = lines

    def body(self) -> Iterable[Widget]:
        """Yield the last words."""
        yield Plain(self._lines[0], id="greeting")
        for line in (*self._lines[1:], _("This page closes by itself.")):
            yield Plain(line, classes="line")

    def on_mount(self) -> None:
        """Go after a while."""
        self.set_timer(self.SECONDS, self.close)

    def close(self) -> None:
        """Go, once it is read to its end where the voice reads it."""
        voice = getattr(self.app, "voice", None)
        if voice is not None and voice.reads:
            self.set_timer(1, self.close)
        else:
            self.dismiss()  # a timer awaits what it gets, and no page may await its own end
