"""Speech that is written down instead of spoken."""

from collections.abc import Callable

from kiosk.devices.speech import Manner, voice_of
from kiosk.errors import SpeechError, SpeechTrouble


class FakeSpeech:
    """Remembers what it was told, in order; an empty text is where it was cut."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.manner = Manner()
        self.ended: Callable[[SpeechError | None], None] = lambda _error: None
        self.missing = ""
        """Why it cannot speak, if it cannot."""
        self.goes_on = False
        """Whether it speaks on and on; at once at its end otherwise."""

    def say(self, text: str, manner: Manner) -> None:
        if self.missing:
            raise SpeechError(SpeechTrouble.NO_VOICE, self.missing)
        voice_of(manner.language)
        self.told.append(text)
        self.manner = manner
        if not self.goes_on:
            self.ended(None)

    def stop(self) -> None:
        if self.told and self.told[-1]:
            self.told.append("")

    @property
    def last(self) -> str:
        """What was said last."""
        return next((text for text in reversed(self.told) if text), "")
