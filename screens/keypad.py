"""A numeric keypad: its digits and Enter are what they are, and its other keys stand for keys of the page."""

from typing import Any, Final

from msgspec.structs import asdict
from textual import events
from textual.screen import Screen

from kiosk.settings.settings import FUNCTION_KEYS, Keypad
from screens.i18n import _
from screens.widgets.keys import AGAIN, HIDE, MENU, VOICE
from screens.widgets.line_field import LineField
from screens.widgets.page import Page
from screens.widgets.text_field import TextField

NUM_LOCK: Final = "insert"
"""What 0 and 5 of a keypad are where Num Lock is off; no page has a use for it."""
IS_OFF: Final = _("If you use the number keys at the side: press Num Lock first.")

_KEYS = {
    "back": "escape", "hide": HIDE.key, "unsure": "f2", "menu": MENU.key, "enter": "enter", "up": "up",
    "down": "down", "voice": VOICE.key, "again": AGAIN.key,
}  # fmt: skip
"""The key of a page that each of the settings' names stands for; to talk there is another one."""


class KeypadKeys:
    """Tells which key of a page is meant by a character."""

    def __init__(self, settings: Keypad) -> None:
        self._meant = {key: name for name, keys in asdict(settings).items() for key in keys.split()}

    def named(self, key: events.Key) -> str:
        """Return what F13 to F24 stand for, whatever page there is; empty for any other key, or for none."""
        sent = key.key.partition("+")[0]
        name = self._meant.get(sent, "") if sent in FUNCTION_KEYS else ""
        return _KEYS.get(name, _KEYS["menu"] if name else "")

    def meant(self, character: str | None, page: Screen[Any]) -> str:
        """Return Textual's name of the key; empty where it is a text's own, or the page has no such key."""
        name = self._meant.get(character or "")
        if name is None or not isinstance(page, Page) or isinstance(page.focused, LineField | TextField):
            return ""
        keys = page.keys()
        offered = [name for key in keys for name in key.names]
        # On a question it is a line of its menu.
        talks = [key.key for key in keys if getattr(key.result, "value", "") == "talk"] or [_KEYS["menu"]]
        wanted = talks[0] if name == "talk" else _KEYS[name]
        return wanted if wanted in (*offered, VOICE.key, AGAIN.key) else ""


def pressed(key: events.Key, name: str) -> events.Key:
    """Return the press of another key in the place of this one."""
    other = events.Key(name, None)
    other.time = key.time
    return other
