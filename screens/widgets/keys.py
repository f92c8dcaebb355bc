"""The keys of a page, at its foot: two rows, always in the same places, each a button too."""

from dataclasses import dataclass

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widget import Widget

from screens.words import _


@dataclass(frozen=True)
class Key:
    """One key and what it does here."""

    key: str
    """Textual's name of the key."""
    shown: str
    """What is printed on the key."""
    label: str


CONTINUE = Key("enter", _("Enter"), _("Continue"))
BACK = Key("escape", _("Esc"), _("Back"))
COLOURS = Key("f4", "F4", _("Colours"))
SAVE = Key("f10", "F10", _("Save"))
"""Saves what is written at the desk; where one writes in several lines, Enter makes a line."""
PAUSE = Key("f7", "F7", _("Break"))
LEAVE = Key("f8", "F8", _("Clear screen"))
HIDE = Key("f9", "F9", _("Hide now"))
UNDO = Key("f5", "F5", _("Undo"))
UP = Key("up", "↑", _("Up"))
DOWN = Key("down", "↓", _("Down"))
PAGE_UP = Key("pageup", _("PgUp"), _("Up"))
PAGE_DOWN = Key("pagedown", _("PgDn"), _("Down"))
VISITING = (COLOURS, PAUSE, LEAVE, HIDE)
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

    def show(self, key: Key) -> None:
        """Show another key, or another label, in its place."""
        self._key = key
        self.refresh(layout=True)

    def render(self) -> Content:
        """Draw the key as a key, and what it does."""
        air = "" if self.screen.size.width < self.NARROW else " "
        return Content.assemble((f"{air}{self._key.shown}{air}", "bold reverse"), f" {self._key.label}")

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
            with Horizontal():
                for key in row:
                    yield KeyHint(key)
