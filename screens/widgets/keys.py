"""Keys, each declared once: what it is called, what the foot of a page says of it, and what comes of it.

At its foot a page has two rows of them, always in the same places, each a button too.
"""

from dataclasses import dataclass, replace
from typing import Any, Final

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.geometry import Size
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
CAP: Final = "bold $ink on $key"
"""How a key is drawn: quietly, for there are many on a page."""
OR: Final = _(" or ")


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
    means: str = ""
    """What it means on every page that has it; empty where each page says that for itself."""
    brief: str = ""
    """What the foot of a narrow page says, where the label leaves no room for how to hide."""
    also: str = ""
    """Textual's name of another key that does the same; empty where none does."""

    @property
    def names(self) -> tuple[str, ...]:
        """Textual's names of the keys that do it."""
        return (self.key, self.also) if self.also else (self.key,)

    @property
    def shown(self) -> str:
        """What is printed on the key, or on the two that do it."""
        return OR.join(_PRINTED.get(name, name.upper()) for name in self.names)

    @property
    def leaves(self) -> bool:
        """Whether the page goes with its result."""
        return self.result is not _STAYS

    def called(self, label: str) -> "Key":
        """Return the key under another label, which says the same of its page."""
        return replace(self, label=label)

    def does(self, action: str) -> "Key":
        """Return the key with an action."""
        return replace(self, action=action)

    def gives(self, result: object) -> "Key":
        """Return the key with what the page gives back."""
        return replace(self, result=result)


CONTINUE = Key("enter", _("Continue"))
BACK = Key("escape", _("Back"))
EITHER_BACK = Key("enter", _("Back"), also=BACK.key)
"""Where there is no other way than back: one word for both keys."""
VOICE = Key("f1", _("Voice"), "app.voice", means="read the page aloud; again, louder, slower or not")
MENU = Key("f3", _("Menu"), means="what else can be done, and who to talk to")
COLOURS = Key("f4", _("Colours"), means="change the colours")
PRINT = Key("f5", _("Print"), means="print")
MORE = Key("f6", _("More"), means="help, and more: to read, to say, to choose")
END = Key("f8", _("Stop"), means="end it; the page asks first")
HIDE = Key("f9", _("Hide now"), means="hide everything at once")
SAVE = Key("f10", _("Save"), means="save, or go to where one saves")
AGAIN = Key("f11", _("Say it again"), "app.say_again", means="read the page aloud once more")
FIXED: Final = {key.key: key for key in (VOICE, MENU, COLOURS, PRINT, MORE, END, HIDE, SAVE, AGAIN)}
"""The function keys that mean the same on every page, for customers and for staff, by Textual's name.

No page makes one of these itself: it takes it from here, under another label where that says more.
"""
OWN: Final = ("f2", "f7", "f12")
"""The others. Customers find one thing at each but F12; staff can do more on a page than there are keys."""
UNDO = Key("f12", _("Undo"))

PAUSE = Key("f7", _("Break"), "app.pause")
CODE = Key("f7", _("I have a code"))
"""Goes on after a break, or comes back: with the same key."""
LEAVE = END.called(_("Clear screen")).does("app.clear_and_leave")
UP = Key("up", _("Up"))
DOWN = Key("down", _("Down"))
PAGE_UP = Key("pageup", _("Up"))
PAGE_DOWN = Key("pagedown", _("Down"))
IN_A_VISIT: Final = "-visit"
"""The class of the App of a visit."""
VISITING = (PAUSE, LEAVE, HIDE)
"""The keys that every page has while a visit can be paused."""
TALKS = MENU.called(_("Talk")).does("app.talk")
"""Leads to somebody to talk to, from such a page that has no menu of its own."""


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
        for beside in self.siblings:
            beside.refresh(layout=True)  # the key that hides says what there is room for

    def render(self) -> Content:
        """Draw the key as a key, and what it does; Enter, which goes on, as a filled button."""
        said = self._key.label if self._air else self._key.brief or self._key.label
        cap, label = f"{self._air}{self._key.shown}{self._air}", f" {said}"
        if self._key.key == "enter":
            return Content.assemble((f"{cap}{label}{self._air}", "bold $on-leaf on $leaf"))
        return Content.assemble((cap, CAP), label)

    @property
    def _air(self) -> str:
        return "" if self.app.size.width < self.NARROW else " "

    def on_click(self, event: events.Click) -> None:
        """Press the key."""
        event.stop()
        # Textual's own way to simulate one leaves out what it writes, and that is no key here.
        self.app.post_message(events.Key(self.key, " " if self.key == "space" else None))


class KeyHint(KeyCap):
    """One key at the foot of a page."""


class HideHint(KeyHint):
    """The key that hides, always at the right end, so that a hand finds it.

    In a visit Esc hides too, three times quickly: it says so, in fewer words where there is less room.
    """

    _ESC: Final = _PRINTED["escape"]
    WAYS: Final = (
        (f"3×{_ESC}", HIDE.label),  # noqa: RUF001 - so many times
        (f"3×{_ESC}", _("Hide")),  # noqa: RUF001
    )
    _way = ("", HIDE.label)

    @property
    def tells_of_escape(self) -> bool:
        """Whether it says that Esc hides too."""
        return bool(self._way[0])

    def get_content_width(self, container: Size, viewport: Size) -> int:
        """Return how wide it is, with the most words that fit beside the other keys of its row."""
        others = [hint for hint in self.siblings if isinstance(hint, KeyCap)]
        taken = sum(hint.render().cell_length + hint.styles.margin.width for hint in others)
        ways = self.WAYS if self.app.has_class(IN_A_VISIT) else ()
        for self._way in (*ways, ("", HIDE.label)):
            if taken + self.render().cell_length <= container.width:
                break
        return self.render().cell_length

    def render(self) -> Content:
        """Draw each way to hide as a key."""
        again, label = self._way
        escapes = ((again, CAP), " ") if again else ()
        return Content.assemble((f"{self._air}{self._key.shown}{self._air}", CAP), " ", *escapes, label)


class KeyBar(Vertical):
    """The foot of a page: this page's keys, and below them the keys that every page has."""

    def __init__(self, here: tuple[Key, ...], everywhere: tuple[Key, ...]) -> None:
        super().__init__()
        self._rows = tuple(row for row in (here, everywhere) if row)

    def compose(self) -> ComposeResult:
        """Lay the rows out."""
        for row in self._rows:
            kind = "-safety" if HIDE in row else "-own"
            with Horizontal(classes=kind if len(self._rows) > 1 else ""):
                for key in row:
                    hint = HideHint(key).add_class("-last") if key == HIDE else KeyHint(key)
                    yield hint.set_class(key in (UP, DOWN), "-way")
