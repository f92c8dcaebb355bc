"""The voice of an App: says each page when it opens, and what changes on it; any key cuts it."""

import asyncio
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from kiosk.devices.speech import Manner, Speech
from kiosk.errors import SpeechError, SpeechTrouble
from screens.customer_words import for_customer, no_voice
from screens.i18n import _
from screens.spoken import Spoken, spoken
from screens.widgets.choose_screen import ChooseScreen, MenuOption
from screens.widgets.keys import AGAIN, HIDE, Key
from screens.widgets.line_field import LineField
from screens.widgets.page import Page
from screens.widgets.text_field import TextField

if TYPE_CHECKING:
    from screens.base import KioskApp

KEPT_BACK = _("There are words here that are yours. To hear them, press F1, then 6 and Enter.")
ON = _("The voice is on. F1 changes it or stops it. F11 says it again.")
OFF = _("The voice is off.")
OWN_ON = _("Read my own words and my code. Other people here may hear them")
OWN_OFF = _("Do not read my own words and my code")
MUTE = "-mute"
"""The class of an App whose voice has failed: no page promises it."""
_STEPS = {"faster": (1, 0), "slower": (-1, 0), "louder": (0, 1), "quieter": (0, -1)}
MOST_FOR_A_SIGN = 0.2
"""Seconds that a voice takes for a character at most, as far as listening counts as being there."""
_ENDS_WORD = " \n.,;:!?"


class VoiceScreen(ChooseScreen):
    """Changes the voice, or stops it."""

    SPEAKS = False

    def __init__(self, voice: "Voice", over: tuple[Key, ...]) -> None:
        """Offer it over a page with these keys."""
        own = OWN_OFF if voice.tells_own else OWN_ON
        labels = (_("Stop the voice"), _("Louder"), _("Quieter"), _("Faster"), _("Slower"), own)
        options = tuple(map(MenuOption, ("stop", "louder", "quieter", "faster", "slower", "own"), labels))
        super().__init__(_("Voice"), (), options, everywhere=(AGAIN, *(key for key in over if key == HIDE)))


class Voice:
    """Speaks the page on the screen of an App, while it is on."""

    def __init__(self, app: "KioskApp", speech: Speech | None, *, headphones: bool) -> None:
        """Be silent. `headphones` says that nobody else hears it: what is a person's own is said unasked."""
        self._app = app
        self._speech = speech
        if speech is not None:
            speech.ended = self._ended
        self._headphones = headphones
        self._reported: set[str] = set()
        """Why it could not speak, as far as it was reported: once is enough."""
        self.on = False
        self.manner = Manner()
        self.tells_own = headphones
        """Whether what a person wrote, and their code, is said."""
        self._loop: asyncio.AbstractEventLoop | None = None
        self._page: Page[Any] | None = None
        self._said: list[Spoken] = []
        """What the page said when it was looked at last."""
        self._keeps_back = False
        """Whether it was told of this page that there is something which is not said."""
        self._written = ""
        self._spelling = ""
        """The word that is being written."""
        self._reads_until = float("-inf")
        """When what is said now is over at the latest, by the App's clock."""

    @property
    def reads(self) -> bool:
        """Whether something is being said, so that somebody may be listening."""
        return self._app.tools.clock() < self._reads_until

    # -- starting, changing, stopping

    def start(self) -> str:
        """Speak from now on. Returns what to tell instead, where nothing can."""
        if self._speech is None:
            return no_voice(SpeechTrouble.NO_VOICE)
        self._loop = asyncio.get_running_loop()
        self.on = True
        self._app.remove_class(MUTE)
        self._page = None
        return self._utter(ON, *self._open())

    def stop(self) -> None:
        """Be silent, and begin as usual the next time."""
        self.cut()
        if self.on:
            self._utter(OFF)
        self.on, self.manner, self.tells_own = False, Manner(), self._headphones

    async def change(self, over: tuple[Key, ...]) -> None:
        """Ask how it is to speak, over a page with these keys, until it is as it should be."""
        while self.on and (chosen := await self._app.push_screen_wait(VoiceScreen(self, over))):
            match next(iter(chosen)):
                case "stop":
                    self.stop()
                case "own":
                    self.tells_own = not self.tells_own
                case step:
                    faster, louder = _STEPS[step]
                    self.manner = self.manner.changed(faster=faster, louder=louder)

    # -- speaking

    def cut(self) -> None:
        """Be silent at once: somebody pressed a key."""
        self._reads_until = float("-inf")
        if self.on and self._speech is not None:
            self._speech.stop()

    def again(self) -> None:
        """Say the whole page again."""
        if self.on:
            self._utter(*self._open())

    def follow(self) -> None:
        """Say the page, where it is another one, or else what is new on it and where the keys stand now."""
        page = self._app.screen
        if not self.on or not isinstance(page, Page) or not page.ready:
            return
        if page is not self._page:
            self._utter(*self._open())
            return
        before, self._said = self._said, spoken(page)
        # What is written and may not be said is told of once: not at each of its letters.
        untold = self._keeps_back and self._words() != self._written
        echo = self._echo()
        said = [one for one in self._said if not (one.own and untold)]
        here = [one for one in said if one.here]
        moved = bool(here) and here != [one for one in before if one.here]
        news = [one for one in said if one not in before and not (one.quiet or one.here)]
        if not page.PASSES and not echo and (moved or news):
            self._utter(*self._heard((here if moved else []) + news))
        elif echo:
            self._utter(echo)

    def _open(self) -> list[str]:
        page = self._app.screen
        if not isinstance(page, Page):
            return []
        self._page, self._said = page, spoken(page)
        self._keeps_back = False
        self._written, self._spelling = self._words(), ""
        return self._heard(self._said)

    def _heard(self, blocks: list[Spoken]) -> list[str]:
        """Return what may be said of these blocks; where some may not, how to hear them."""
        heard = [one.text for one in blocks if self.tells_own or not one.own]
        if len(heard) == len(blocks):
            return heard
        self._keeps_back = True
        return [*heard, KEPT_BACK]

    def _echo(self) -> str:
        """Return what was just written, a letter or a word that ended; empty where it is not to be said."""
        before, self._written = self._written, self._words()
        if self._written == before or not self.tells_own:
            return ""
        if not self._written.startswith(before):
            return self._written[-1:] if len(self._written) > len(before) else ""
        new = self._written[len(before) :]
        self._spelling += new
        if new[-1] in _ENDS_WORD:
            word, self._spelling = self._spelling, ""
            return word
        return new

    def _words(self) -> str:
        focused = self._app.focused
        hidden = isinstance(focused, LineField) and focused.password
        return "".join(focused.around) if isinstance(focused, LineField | TextField) and not hidden else ""

    def _utter(self, *texts: str) -> str:
        """Say this. Returns what to tell instead, where it cannot be said."""
        if self._speech is None or not any(texts):
            return ""
        manner = replace(self.manner, language=self._app.language)
        text = "\n".join(str(said) for said in texts if said)
        self._reads_until = self._app.tools.clock() + MOST_FOR_A_SIGN * len(text)
        try:
            self._speech.say(text, manner)
        except SpeechError as error:
            self._fail(error)
            return for_customer(error)
        return ""

    def _ended(self, error: SpeechError | None) -> None:
        """Hear, in any thread, that something was said to its end or was not."""
        self._reads_until = float("-inf")
        if error is not None and self._loop is not None:
            with suppress(RuntimeError):  # the loop has ended meanwhile
                self._loop.call_soon_threadsafe(self._fail, error)

    def _fail(self, error: SpeechError) -> None:
        """Go on without a voice, and say so once."""
        self._reads_until = float("-inf")
        if not self.on:
            return
        self.on = False
        self._app.add_class(MUTE)
        if str(error) not in self._reported:
            self._reported.add(str(error))
            self._app.tools.report(error)
        page = self._app.screen
        if isinstance(page, Page):
            page.remark(for_customer(error))
