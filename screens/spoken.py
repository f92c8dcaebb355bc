"""What a page says aloud: a list of blocks, made of the widgets that are painted, from top to bottom.

Whatever is painted is said, so that no page can forget it; what is only a picture of words that stand beside
it (circles, a tree, a QR code) is not. What somebody wrote, and a code, are marked as their own.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import singledispatch
from typing import Any, Final

from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from kiosk.entry.handle import ALPHABET, GROUP, Handle
from screens.i18n import _
from screens.widgets.act_rows import ActRow
from screens.widgets.blocks import MyPageView
from screens.widgets.choice_boxes import ScaleLine
from screens.widgets.enter_code_screen import Groups
from screens.widgets.key_row import KeyRow
from screens.widgets.keys import HIDE, OR
from screens.widgets.large_letters import LargeLetters
from screens.widgets.line_field import LineField
from screens.widgets.page import Page, Progress
from screens.widgets.picks import PickRow, Picks
from screens.widgets.qr import QrCode
from screens.widgets.text_field import TextField
from screens.widgets.touch_keyboard import TouchKeyboard
from screens.widgets.tree import Tree

_SIGNS: Final = str.maketrans(
    dict.fromkeys("○●◐✓·›▄▀█━─│", " ")  # noqa: RUF001 - a pointer is one of them
)
_BOXES: Final = {"☐": _("To do:"), "☑": _("Done:")}
_GROUPS: Final = re.compile(rf"\b[{ALPHABET}]{{{GROUP}}}(?:\s+[{ALPHABET}]{{{GROUP}}})+\b")
_APART: Final = re.compile(rf"\b[{ALPHABET}](?: [{ALPHABET}]){{{4 * GROUP - 1}}}\b")
"""A code whose letters stand apart."""
_KEYS: Final = {
    "escape": _("Escape"),
    "delete": _("Delete"),
    "up": _("up arrow"),
    "down": _("down arrow"),
    "pageup": _("page up"),
    "pagedown": _("page down"),
}
"""Keys whose names are not said as they are printed."""


@dataclass(frozen=True)
class Spoken:
    """One thing that a page says."""

    text: str
    """A whole sentence, or more."""
    own: bool = False
    """Whether somebody wrote it, or it is a code: not for a loudspeaker unless they want that."""
    here: bool = False
    """Whether the keys stand on it."""
    quiet: bool = False
    """Whether it is no news where it has changed: it says that something is not chosen."""


def spoken(page: Page[Any]) -> list[Spoken]:
    """Return all that a page says, in the order in which it is read."""
    return [said for said in _below(page, own=page.own) if said.text]


def spelled(text: str) -> str:
    """Return a text with each code in it letter by letter, and a pause after each group."""
    together = _APART.sub(lambda code: str(Handle(code[0].replace(" ", ""))), text)
    return _GROUPS.sub(lambda code: ". ".join(", ".join(group) for group in code[0].split()) + ".", together)


def _below(widget: Widget, *, own: bool) -> Iterator[Spoken]:
    for child in widget.displayed_children:
        if (said := says(child, own)) is None:
            yield from _below(child, own=own)
        else:
            yield from said


def sentence(*parts: str) -> str:
    """Return what is painted as a sentence: on one line, without signs, and with an end."""
    signs = _SIGNS | {ord(sign): str(said) for sign, said in _BOXES.items()}
    text = ", ".join(filter(None, (" ".join(str(part).translate(signs).split()) for part in parts)))
    return spelled(text if not text or text[-1] in ".?!:" else f"{text}.")


def _painted(widget: Static) -> str:
    shown = widget.render()
    return shown.plain if isinstance(shown, Content) else str(widget.content)


@singledispatch
def says(_widget: Widget, _own: bool) -> Iterable[Spoken] | None:
    """Return what a widget says; None where those in it do.

    The second argument tells whether what it shows is somebody's own. A widget of one page registers itself.
    """
    return None


@says.register(Groups)  # the field says it, where it may be said
@says.register(Progress)
@says.register(ScaleLine)
@says.register(LargeLetters)
@says.register(QrCode)
@says.register(Tree)
@says.register(TouchKeyboard)
def _picture(_widget: Widget, _own: bool) -> Iterable[Spoken]:
    return ()


@says.register
def _text(widget: Static, own: bool) -> Iterable[Spoken]:
    # Of a heading nothing is anybody's own.
    return (Spoken(sentence(_painted(widget)), own=own and widget.id not in ("title", "told", "room")),)


@says.register
def _row(widget: ActRow, own: bool) -> Iterable[Spoken]:
    return (Spoken(sentence(*_painted(widget).split("\n")), own=own, here=widget.has_focus),)


@says.register
def _pick(widget: PickRow, own: bool) -> Iterable[Spoken]:
    picks = widget.parent
    chosen = widget.has_class("-chosen")
    number = "" if widget.pick.number < 0 else str(widget.pick.number)
    in_words = widget.mark if any(map(str.isalpha, widget.mark)) else ""
    state = in_words or (_("chosen") if chosen else "")
    here = isinstance(picks, Picks) and picks.has_focus and picks.current_row is widget
    text = sentence(f"{number}: {widget.pick.label}" if number else widget.pick.label, state)
    return (Spoken(text, own=own, here=here, quiet=not (chosen or in_words)),)


@says.register
def _keys(widget: KeyRow, _own: bool) -> Iterable[Spoken]:
    for key in widget.shown:
        said = (str(_KEYS.get(name) or replace(key, key=name, also="").shown) for name in key.names)
        names = str(OR).join(said)
        if key == HIDE and widget.tells_of_escape:
            names = _("{key}, or Escape three times").format(key=names)
        yield Spoken(sentence(f"{names}: {key.label}"), quiet=True)


@says.register(LineField)
@says.register(TextField)
def _field(widget: Any, _own: bool) -> Iterable[Spoken]:
    hidden = getattr(widget, "password", False)
    if not widget.words:
        return (Spoken(_("A field to write in. It is empty."), here=widget.has_focus),)
    if hidden:
        return (Spoken(_("A field to write in. Something is written there."), here=widget.has_focus),)
    return (
        Spoken(_("You wrote: {words}").format(words=sentence(widget.words)), own=True, here=widget.has_focus),
    )


@says.register
def _my_page(widget: MyPageView, _own: bool) -> Iterable[Spoken]:
    named = (widget.border_title, widget.border_subtitle)
    return (Spoken(sentence(*(str(one or "") for one in named))), *_below(widget, own=True))
