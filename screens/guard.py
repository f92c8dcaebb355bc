"""What tells a machine's burst of keys from what a person does, for every page of visit and desk.

A scanner types as a keyboard does, and so does text that is pasted into a terminal. It may come at any
moment, over any page, and right after what a hand types. One that reads a code ends in a return, a line
feed, a Tab, an Esc, an arrow, in several of them or in nothing. Of a burst nothing continues, chooses or
leaves a page. A code, and no more, is taken out of the field it fell into, and is the page's to take or to
refuse; other text stays in a field that is there to write in, line by line. A code that a hand types where
one chooses is told by its letters, and what follows them chooses nothing either.
"""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from textual import events
from textual.dom import DOMNode
from textual.timer import Timer
from textual.widget import Widget

from kiosk.devices.scanner import SLOWEST
from kiosk.entry import handle
from screens.i18n import _
from screens.widgets.act_rows import ActRow
from screens.widgets.busy_screen import BusyScreen
from screens.widgets.keys import ACTING, FINAL
from screens.widgets.line_field import LineField
from screens.widgets.page import Page
from screens.widgets.picks import Picks
from screens.widgets.text_field import TextField
from screens.widgets.typed_number import digit_of

if TYPE_CHECKING:
    from screens.base import KioskApp

GAP: Final = 0.1
"""Seconds. Keys that come sooner after one another are one burst; nobody types a whole code so fast."""
EVEN: Final = 0.02
"""Seconds by which the pauses of a slow machine differ at most; those of a hand differ more."""
RECENT: Final = 6
"""The last so many pauses of a burst tell whose it is: a hand may have begun it."""
AT_ONCE: Final = 0.015
"""Seconds between two keys that no hand presses one after the other."""
HOLD: Final = SLOWEST
"""Seconds that a key which does something waits for what may come with it."""
TYPED: Final = 3
"""No more than so many keys of a burst may be a person's where one writes, …"""
CHOSEN: Final = 2
"""… and where one chooses by number."""
HELD: Final = 2
"""A key that comes more often than that, and no other with it, is held down."""

ACTS: Final = frozenset(ACTING)
_ENDS: Final = {"enter": "\n", "tab": " "}
"""The keys that a scanner ends with, and what they are inside a text."""
_SPELLS: Final = (" ", "-")
"""What a code has besides letters and digits, as people type it."""

NOT_TAKEN = _("Those keys came very fast, like a scan. They were ignored.")
SPELLED = _("That looks like a code. Finish here first. To choose, press Enter, then type a number.")
LOOK = _("That came very fast, like a scan. Check it before you continue.")


class Guard:
    """Hears every key before its page does."""

    def __init__(self, app: "KioskApp") -> None:
        self._app = app
        self._last = float("-inf")
        self._count = 0
        self._pauses = deque[float](maxlen=RECENT)
        self._keys: set[str] = set()
        self._typed = self._line = ""
        """What the burst typed since its last line began, and that line."""
        self._breaks = ""
        """Ends of lines that are a text's own if more text follows."""
        self._before: _Before | None = None
        self._held: events.Key | None = None
        self._acted = False
        """Whether the last key did something by itself."""
        self._moved = False
        """Whether the last key was one that a hand is led by: an arrow, Backspace, Home."""
        self._refused = False
        """Whether what the burst did is to be taken back; nothing more of it gets through then."""
        self._took = False
        """Whether the burst was, or held, a code."""
        self._holding: Timer | None = None
        self._ending: Timer | None = None
        self._letters_on: Page[object] | None = None
        """Where one chooses: the page on which a hand types letters, as those of a code."""
        self._spelled = False
        """Whether more than letters was typed there since."""

    async def lets(self, key: events.Key) -> bool:
        """Tell whether a key goes on to the page now."""
        since, self._last = key.time - self._last, key.time
        moves, moved = not (key.is_printable or key.key in ACTS or key.key in _ENDS), self._moved
        # Who writes on where a key has led begins anew; to do something there takes longer.
        led = self._acted and key.key not in ACTS
        after_held = key.key in ACTS - self._keys and self._is_held and since > SLOWEST
        leads = (moves or moved) and since > AT_ONCE and not (moves and self._ends_scan(since))
        fresh = since > GAP or led or after_held or leads
        self._moved = moves and fresh
        if fresh:
            await self.release()  # what waited came alone, and a code was whole, however late this is heard
            self._take(self._typed)
            self._begin()
        else:
            self._pauses.append(since)
        self._count += 1
        self._keys.add(key.key)
        if self._hears_code(key):
            return False
        if fresh:
            return not (self._spells(key) or self._holds(key))
        before = self._before
        if before is None or self._app.screen is not before.page:
            return False
        if len(self._keys) == 1 and (key.key in ACTS or since > AT_ONCE):
            return self._held is None  # a key that is held, or bounces
        self._held = None
        if key.key in ACTS or key.key == "tab" or self._app.stands_for(key):
            return self._lets_act(before, key, since)
        return self._lets_type(before, key)

    @property
    def holds(self) -> bool:
        """Whether a key waits for what may come with it."""
        return self._held is not None

    @property
    def judges(self) -> bool:
        """Whether what the last keys chose may yet be taken back: of a burst that goes on."""
        chooses = self._before is not None and self._before.chooses
        return chooses and self._app.tools.clock() - self._last < GAP and not self._is_held

    async def release(self) -> None:
        """Let the key go that waited: nothing came with it."""
        key, self._held = self._held, None
        self._acted = key is not None
        if key is not None and self._before is not None and self._app.screen is self._before.page:
            await self._app.take_key(key)

    # -- one burst

    def _begin(self) -> None:
        self._count, self._keys = 0, set()
        self._pauses.clear()
        self._acted = self._refused = self._took = False
        self._typed = self._line = self._breaks = ""
        page = self._app.screen
        self.hush()
        self._before = _Before.of(page, self._app.focused) if isinstance(page, Page) else None

    def _spells(self, key: events.Key) -> bool:
        """Tell whether a hand types a code where one chooses: no letter chooses, nor what follows it.

        That lasts until any other key. An Enter behind a code ends it, and does no more.
        """
        before, character = self._before, key.character or ""
        page = before.page if before is not None and before.chooses else None
        letter = character.isalpha() and not self._app.stands_for(key)
        if page is None or (self._letters_on is not page and not letter):
            self._letters_on = None
            return False
        if self._letters_on is not page:
            self._letters_on, self._spelled = page, False
        elif letter or character in _SPELLS or digit_of(key) >= 0:
            self._spelled = self._spelled or not letter
            if self._spelled:
                page.remark(SPELLED)
        elif key.key != "backspace":
            self._letters_on = None
            return self._spelled and key.key == "enter"
        return True

    def _holds(self, key: events.Key) -> bool:
        digit_acts = self._before is not None and self._before.page.digits_act and digit_of(key) >= 0
        acts = key.key in ACTS or bool(self._app.stands_for(key))
        if not digit_acts and (not acts or (key.key == "enter" and breaks_lines(self._app.focused))):
            return False
        self._held = key
        if self._holding is not None:
            self._holding.stop()
        self._holding = self._app.set_timer(HOLD, self.release)
        return True

    def _hears_code(self, key: events.Key) -> bool:
        """Gather what is typed, and tell whether this key ends a code; where no key does, silence will."""
        if not key.is_printable:  # an Esc too is what some scanners end with
            self._line, self._typed = self._typed, ""
            return self._take(self._line)
        self._typed = f"{self._typed}{key.character}"
        if self._ending is None:
            self._await_silence()
        return False

    def _await_silence(self) -> None:
        if len(self._typed) >= handle.LENGTH:
            self._ending = self._app.set_timer(GAP, partial(self._end, self._last))

    def _end(self, last: float) -> None:
        self._ending = None
        if self._last != last:
            self._await_silence()  # more has come
        elif self._take(self._typed):
            self._typed = ""

    def _take(self, typed: str) -> bool:
        codes, before = handle.scanned(typed), self._before
        if not codes or before is None:
            return False
        self._held, self._took, self._letters_on = None, True, None
        if self._app.screen is before.page and before.page.ready:
            # What it typed may still be on its way to what has the focus.
            before.afterwards(partial(self._give, before, codes, typed))
        return True

    def _give(self, before: "_Before", codes: tuple[handle.Handle, ...], typed: str) -> None:
        if self._app.screen is not before.page or isinstance(before.page, BusyScreen):
            return  # it is over, or says that something is under way
        by_hand = handle.before_scan(typed)
        if not _takes_out(self._app.focused, typed.removeprefix(by_hand)):
            before.restore()
            if isinstance(before.focused, LineField | TextField):
                before.focused.add(by_hand)
        said = self._app.take_code(before.page, codes)
        if said:
            before.page.remark(said)

    def _lets_act(self, before: "_Before", key: events.Key, since: float) -> bool:
        """Tell whether a key that does something is a person's, though others came just before it."""
        page = before.page
        if self._took and not self._line:
            return False  # a scanner that ends in more than one key
        if not before.writes:
            by_hand = self._count <= CHOSEN and since > SLOWEST and key.key != FINAL
            return by_hand or self._refuses(before, self._line)
        types = key.key in _ENDS
        machine = self._is_machine if types else self._is_fast
        if since > (AT_ONCE if types else SLOWEST) and (self._count <= TYPED or not machine):
            self._acted = key.key == "tab"
            return True
        if key.key == "enter" and page.TAKES_BURSTS:
            return True
        self._breaks += _ENDS.get(key.key, "")
        page.remark(LOOK)
        return False

    def _ends_scan(self, since: float) -> bool:
        """Tell whether an arrow or the like is what a scanner ends with, and leads nobody anywhere."""
        by_machine = self._count > TYPED and len(self._keys) > 1 and self._is_fast and since <= SLOWEST
        return by_machine or bool(handle.scanned(self._typed))

    @property
    def _is_machine(self) -> bool:
        """Whether the last keys of a burst came faster than a hand presses them, or more evenly."""
        many = len(self._pauses) == RECENT
        even = many and max(self._pauses) - min(self._pauses) <= EVEN
        return even or self._is_fast

    @property
    def _is_fast(self) -> bool:
        return sum(self._pauses) <= SLOWEST * len(self._pauses)

    @property
    def _is_held(self) -> bool:
        """Whether the burst is one key that is held down, which no scanner does."""
        return self._count > HELD and len(self._keys) == 1

    def _lets_type(self, before: "_Before", key: events.Key) -> bool:
        if before.writes:
            if self._breaks and key.is_printable and isinstance(before.focused, TextField):
                before.focused.begin_line(self._breaks)
                self._breaks = ""
                self._before = _Before.of(before.page, self._app.focused)
            return True
        chosen = 0 if before.page.digits_act or self._letters_on else CHOSEN
        return self._count <= chosen or self._refuses(before)

    def _refuses(self, before: "_Before", line: str = "") -> bool:
        if line or not self._refused:
            self._refused, self._letters_on = True, None
            before.afterwards(partial(self._give_back, before, line))
        return False

    def _give_back(self, before: "_Before", line: str) -> None:
        before.restore()
        if self._app.screen is before.page and not before.page.take_burst(line):
            before.page.remark(NOT_TAKEN)

    def hush(self) -> None:
        """Take back what the page says of what was done last: something else is done now."""
        page = self._app.screen
        if isinstance(page, Page) and page.passing:
            page.remark("")


@dataclass(frozen=True)
class _Before:
    """How a page stood before a burst of keys."""

    page: "Page[object]"
    focused: Widget | None
    again: Callable[[], None]
    """Makes what has the focus what it was."""

    @classmethod
    def of(cls, page: "Page[object]", focused: Widget | None) -> "_Before":
        match focused:
            case LineField() | TextField():
                return cls(page, focused, partial(focused.put, *focused.around))
            case Picks():
                return cls(page, focused, partial(focused.stand, *focused.stance))
        return cls(page, focused, lambda: None)

    @property
    def writes(self) -> bool:
        return isinstance(self.focused, LineField | TextField)

    @property
    def chooses(self) -> bool:
        return isinstance(self.focused, Picks | ActRow)

    def restore(self) -> None:
        if self.page.is_attached:
            if self.focused is None or self.focused.is_attached:
                self.page.set_focus(self.focused)
            self.again()
            self.page.forget_digits()

    def afterwards(self, then: Callable[[], None]) -> None:
        """Do something when all keys are where they go: they pass through one part after the other."""
        _behind((self.focused or self.page).ancestors_with_self, then)


def _behind(way: Sequence[DOMNode], then: Callable[[], None]) -> None:
    if way:
        way[0].call_later(_behind, way[1:], then)
    else:
        then()


def breaks_lines(focused: Widget | None) -> bool:
    """Tell whether Enter breaks a line in what has the focus, and so is typed as any letter."""
    return isinstance(focused, TextField) and focused.breaks


def _takes_out(field: Widget | None, scan: str) -> bool:
    """Take what was scanned out of a field, and tell whether it stood there before the cursor, whole.

    Something may have been typed behind it by now.
    """
    if not isinstance(field, LineField | TextField):
        return False
    before, after = field.around
    head, found, tail = before.rpartition(scan)
    if found:
        field.put(head + tail, after)
    return bool(found)
