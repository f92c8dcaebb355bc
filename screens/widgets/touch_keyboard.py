"""A keyboard on the screen, for a machine without one: letters with their accents, digits and signs."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static

from kiosk.language import in_use
from kiosk.text import JOINERS
from screens.i18n import _
from screens.right_to_left import is_mirrored
from screens.widgets.code_field import CodeField
from screens.widgets.line_field import LineField
from screens.widgets.text_field import TextField

LONG: Final = 0.5
"""Seconds: a tap that lasts so long shows the letters that look like this one."""
_LETTERS: Final = ("qwertyuiop", "asdfghjkl'", "zxcvbnm-")
_OWN: Final = {
    "ar": ("ضصثقفغعهخحجد", "شسيبلاتنمكطذ", "ئءؤرىةوزظ؟"),
    "fa": ("ضصثقفغعهخحجچ", "شسیبلاتنمکگپ", "ظطزرذد؟وژآ"),
    "uk": ("йцукенгшщзхї", "фівапролджєґ", "ячсмитьбю'"),
}
"""Of languages in other letters, by their tags; as on keyboards that people have there."""
_SIGNS: Final = ("1234567890", "@£&()/:;+=", '!?"%*_#~')
_ACCENTS: Final = {
    "a": "àáâãäåāăąæ", "c": "çćč", "d": "ďđ", "e": "èéêëēėęěə", "g": "ğ", "i": "ìíîïīįı", "l": "ľł",
    "n": "ñńň", "o": "òóôõöøőœ", "r": "ŕř", "s": "śšşșß", "t": "ťţț", "u": "ùúûüūůűų", "w": "ẁẃŵẅ",
    "y": "ýÿŷ", "z": "źżž", "ا": "أإآٱ", "ی": "ئ", "و": "ؤ", "ه": "ة",
}  # fmt: skip
"""Of the languages that a terminal's cells show."""


def written_by(tag: str) -> set[str]:
    """Return every letter and sign that it writes in a language, in lower case."""
    rows = "".join((*_LETTERS, *_SIGNS, *_OWN.get(tag, ())))
    others = "".join(cap.writes for cap in _last(tag))
    return {*rows, *others, *"".join(_ACCENTS.get(letter, "") for letter in rows)}


@dataclass(frozen=True)
class Cap:
    """One key: what stands on it, and what a tap writes or does."""

    label: str
    writes: str = ""
    does: str = ""
    """`shift`, `back`, `signs` for other keys, `next` or `done`, where it writes nothing."""
    width: int = 1


_SHIFT, _BACK = Cap("⇧", does="shift"), Cap("⌫", does="back")
_SPACE: Final = Cap(_("space"), " ", width=4)
_ENDS: Final = (Cap(_("Next"), does="next", width=2), Cap(_("Done"), does="done", width=2))


def _last(tag: str) -> tuple[Cap, ...]:
    """Return what the last row writes in a language: Farsi parts letters of one word without a space."""
    comma = "،" if tag in ("ar", "fa") else ","
    parts = (Cap("نیم", JOINERS[0]),) if tag == "fa" else ()
    return Cap(comma, comma), _SPACE, *parts, Cap(".", ".")


class TouchKey(Static):
    """A key to tap."""

    class Tapped(Message):
        """It was tapped; `long` says that the finger stayed."""

        def __init__(self, cap: Cap, *, long: bool) -> None:
            super().__init__()
            self.cap = cap
            self.long = long

    def __init__(self, cap: Cap) -> None:
        super().__init__(Content(str(cap.label)))
        self._cap = cap
        self._pressed_at: float | None = None
        self.styles.width = f"{cap.width}fr"

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Note when a finger comes."""
        event.stop()
        self._pressed_at = event.time

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """Tell of the tap when it leaves."""
        event.stop()
        if self._pressed_at is not None:
            self.post_message(self.Tapped(self._cap, long=event.time - self._pressed_at >= LONG))
        self._pressed_at = None


class TouchKeyboard(Vertical):
    """Writes into the field that has the keys of its page."""

    class Done(Message):
        """It is not wanted any more."""

    def __init__(self) -> None:
        super().__init__()
        self._shifted = False
        self._rows_of = 0
        """Which of `_layers` is shown."""
        self._like = ""
        """The letters that stand in the first row instead, to choose one of them."""

    def compose(self) -> ComposeResult:
        """Lay out four rows of keys."""
        for row in self._rows():
            keys = list(map(TouchKey, row))
            # The page is mirrored from right to left; no keyboard is.
            yield Horizontal(*(reversed(keys) if is_mirrored(self) else keys))

    def _rows(self) -> Iterator[Iterable[Cap]]:
        layers = self._layers
        first, second, third = layers[self._rows_of]
        yield self._written(self._like or first)
        yield self._written(second)
        yield (_SHIFT, *self._written(third), _BACK)
        after = layers[(self._rows_of + 1) % len(layers)]
        label = {_SIGNS: "123", _LETTERS: "abc"}.get(after, after[0][:3])
        yield (Cap(label, does="signs", width=2), *_last(in_use().tag), *_ENDS)

    @property
    def _layers(self) -> list[tuple[str, str, str]]:
        """The keys that are shown one after the other: a code has letters of its own."""
        own = _OWN.get(in_use().tag)
        if own is None or isinstance(self.screen.focused, CodeField):
            return [_LETTERS, _SIGNS]
        return [own, _SIGNS, _LETTERS]

    def _written(self, letters: str) -> list[Cap]:
        return [Cap(letter, letter) for letter in (letters.upper() if self._shifted else letters)]

    async def on_touch_key_tapped(self, event: TouchKey.Tapped) -> None:
        """Write, or do what the key does."""
        event.stop()
        cap, field = event.cap, self.screen.focused
        before = (self._rows_of, self._shifted, self._like)
        like = _ACCENTS.get(cap.writes.lower(), "")
        if event.long and like:
            self._like = like
        elif cap.writes and isinstance(field, LineField | TextField):
            field.add(cap.writes)
            self._like, self._shifted = "", False
        else:
            self._do(cap.does, field)
        if before != (self._rows_of, self._shifted, self._like):
            await self.recompose()

    def _do(self, does: str, field: Widget | None) -> None:
        self._like = ""
        match does:
            case "shift":
                self._shifted = not self._shifted
            case "signs":
                self._rows_of = (self._rows_of + 1) % len(self._layers)
            case "back" if isinstance(field, LineField | TextField):
                field.action_delete_left()
            case "next":
                self.app.simulate_key("enter")
            case "done":
                self.post_message(self.Done())
