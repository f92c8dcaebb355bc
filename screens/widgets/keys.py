"""Keys, each declared once: what it is called, what the foot of a page says of it, and what comes of it."""

from dataclasses import dataclass, replace
from typing import Any, Final

from kiosk.language import beside_english
from screens.i18n import _

FINAL: Final = "delete"
"""Does what cannot be undone. Nobody presses it to go on, and no scanner types it, as it would a digit."""

ACTING: Final = ("enter", "escape", FINAL, *(f"f{number}" for number in range(1, 13)))
"""The keys that do something with a page, besides what is written or chosen on it."""

PRINTED = {
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
"""What is printed on the keys that are not called as Textual calls them."""
_STAYS: Final = object()
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
        return str(OR).join(str(PRINTED.get(name, name.upper())) for name in self.names)

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
VISITING = (PAUSE, LEAVE, HIDE)
"""The keys that every page has while a visit can be paused."""
_LANGUAGE = _("Language")
TO_LANGUAGES: Final = beside_english(_LANGUAGE)
"""Leads to the languages, in a menu."""
LANGUAGE = replace(MENU.called(TO_LANGUAGES).does("app.language"), brief=_LANGUAGE)
"""Where customers can choose among languages, on their pages that have no menu."""
TALKS = MENU.called(_("Talk")).does("app.talk")
"""Leads to somebody to talk to, from such a page that has no menu of its own."""
