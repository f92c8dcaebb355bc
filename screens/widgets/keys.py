"""Keys, each declared once: what it is called, what the foot of a page says of it, and what comes of it.

At its foot a page has two rows of them, always in the same places, each a button too.
"""

from dataclasses import dataclass, replace
from typing import Any, Final

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widget import Widget

from screens.i18n import _

FINAL: Final = "delete"
"""Does what cannot be undone. Nobody presses it to go on, and no scanner types it, as it would a digit."""

ACTING: Final = ("enter", "escape", FINAL, *(f"f{number}" for number in range(1, 13)))
"""The keys that do something with a page, besides what is written or chosen on it."""

_PRINTED = {
    "enter": _("Enter"),
    "escape": _("Esc"),
    FINAL: _("Del"),
    "space": _("Space"),
    "tab": _("Tab"),
    "up": "↑",
    "down": "↓",
    "pageup": _("PgUp"),
    "pagedown": _("PgDn"),
}
_STAYS: Final = object()


@dataclass(frozen=True)
class Key:
    """One key, and what comes of it on the pages that show it; where nothing does, the focus takes it."""

    key: str
    """Textual's name of the key."""
    label: str
    """What the foot of a page says."""
    action: str = ""
    """An action of the page, or `app.…` of the App."""
    result: Any = _STAYS
    """What the page gives back."""

    @property
    def shown(self) -> str:
        """What is printed on the key."""
        return _PRINTED.get(self.key, self.key.upper())

    @property
    def leaves(self) -> bool:
        """Whether the page goes with its result."""
        return self.result is not _STAYS

    def does(self, action: str) -> "Key":
        """Return the key with an action."""
        return replace(self, action=action)

    def gives(self, result: object) -> "Key":
        """Return the key with what the page gives back."""
        return replace(self, result=result)


CONTINUE = Key("enter", _("Continue"))
BACK = Key("escape", _("Back"))
VOICE = Key("f1", _("Voice"), "app.voice")
AGAIN = Key("f11", _("Say it again"), "app.say_again")
COLOURS = Key("f4", _("Colours"))
PAUSE = Key("f7", _("Break"), "app.pause")
LEAVE = Key("f8", _("Clear screen"), "app.clear_and_leave")
HIDE = Key("f9", _("Hide now"))
UNDO = Key("f5", _("Undo"))
UP = Key("up", _("Up"))
DOWN = Key("down", _("Down"))
PAGE_UP = Key("pageup", _("Up"))
PAGE_DOWN = Key("pagedown", _("Down"))
VISITING = (PAUSE, LEAVE, HIDE)
"""The keys that every page has while a visit can be paused."""


class KeyCap(Widget):
    """One key with its label. A click or a touch does what the key does."""

    NARROW = 70
    """Below so many columns the key is drawn without air around it."""

    def __init__(self, key: Key) -> None:
        super().__init__()
        self._key = key

    @property
    def key(self) -> str:
        """Textual's name of the key."""
        return self._key.key

    @property
    def shown(self) -> Key:
        """The key that it is."""
        return self._key

    def show(self, key: Key) -> None:
        """Show another key, or another label, in its place."""
        self._key = key
        self.refresh(layout=True)

    def render(self) -> Content:
        """Draw the key as a key, and what it does."""
        air = "" if self.screen.size.width < self.NARROW else " "
        cap, label = f"{air}{self._key.shown}{air}", f" {self._key.label}"
        if self._key.key == "enter":
            return Content.assemble((f"{cap}{label}{air}", "bold reverse"))
        return Content.assemble((cap, "bold reverse"), label)

    def on_click(self, event: events.Click) -> None:
        """Press the key."""
        event.stop()
        self.app.simulate_key(self._key.key)


class KeyHint(KeyCap):
    """One key at the foot of a page."""


class KeyBar(Vertical):
    """The foot of a page: this page's keys, and below them the keys that every page has."""

    def __init__(self, here: tuple[Key, ...], everywhere: tuple[Key, ...]) -> None:
        super().__init__()
        self._rows = tuple(row for row in (here, everywhere) if row)

    def compose(self) -> ComposeResult:
        """Lay the rows out."""
        for row in self._rows:
            with Horizontal(classes="-safety" if HIDE in row and len(self._rows) > 1 else ""):
                for key in row:
                    # Always at the right end, so that a hand finds it.
                    yield KeyHint(key).set_class(key == HIDE, "-last")
