"""The border between the terminal and the screens: what comes in, what goes out, who owns the terminal.

`KioskDriver` reads the terminal by allow-list and cannot be crashed or blocked by what it reads;
`PrintableFilter` takes from every painted line what a terminal could act on, as `kiosk.text.clean` does.
The key lock is in `screens.lock`.

The driver overrides private parts of Textual 8.2.8; the tests in a real terminal say so if one moves.
"""

import os
import re
import selectors
import signal
import termios
import time
from codecs import getincrementaldecoder
from collections.abc import Iterable, Iterator
from typing import Any, ClassVar, Final, cast

from rich.cells import get_character_cell_size, split_graphemes
from rich.segment import Segment
from textual import events, messages
from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.color import Color
from textual.drivers.linux_driver import LinuxDriver
from textual.filter import LineFilter
from textual.message import Message

from kiosk.hardening import HUNG_UP, TERMINATED, ignore_keyboard_signals
from kiosk.text import is_text

# ---- what goes out ---------------------------------------------------------------------------------------

_UNSTEADY = re.compile("[\ufe00-\ufe0f\U0001f3fb-\U0001f3ff\U000e0100-\U000e01ef]")
"""Printable, but terminals disagree on the width they leave: variation selectors and skin tones."""


class PrintableFilter(LineFilter):
    """Paint printable characters alone, whatever path the text took to the screen.

    Every segment keeps the width that the layout has reckoned with: what is dropped leaves as many spaces as
    it was wide. Hyperlinks are taken off too, because terminals open them by themselves.
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Give back the segments cleaned, or the very same list where there is nothing to clean."""
        if all(map(_is_clean, segments)):
            return segments
        return [_cleaned(segment) for segment in segments if not segment.control]


def _is_clean(segment: Segment) -> bool:
    text, style, control = segment
    if control or not text.isprintable() or (style is not None and style.link):
        return False
    return text.isascii() or _UNSTEADY.search(text) is None


def _cleaned(segment: Segment) -> Segment:
    text, style, _ = segment
    spans, _width = split_graphemes(text)
    shown = "".join(_fitted(text[start:end], width) for start, end, width in spans)
    if style is not None and style.link:
        style = style.update_link(None)
    return Segment(shown, style)


def _fitted(grapheme: str, width: int) -> str:
    """Keep a grapheme's letter and its marks, in exactly `width` cells."""
    shown, used = "", 0
    for character in grapheme:
        if not character.isprintable() or _UNSTEADY.match(character):
            continue
        cells = get_character_cell_size(character)
        # A mark has no cells of its own; it needs a letter to stand on.
        if (0 < cells <= width - used) or (cells == 0 and used > 0):
            shown, used = shown + character, used + cells
    return shown + " " * (width - used)


# ---- keys ------------------------------------------------------------------------------------------------

_ESC = "\x1b"
_ESCAPE_WAIT: Final = 0.05
"""Seconds after which an ESC that nothing follows was the Escape key. One press sends a sequence at once."""
_ALT_WAIT: Final = 0.01
"""Seconds after an ESC in which a letter that follows it was pressed with Alt, and is no letter of a scan."""
_LONGEST_SEQUENCE: Final = 32
_PIECE_WAIT: Final = 0.02
"""Seconds between two looks whether the app has taken its keys."""
_LETTER = r"[^\x00-\x1f\x7f[O]"
"""What Alt writes with ESC before it, or a scanner that puts an ESC before what it read."""
_UNFINISHED = re.compile(
    rf"\x1b(?:\[M[^\x1b]{{0,2}}|\[\[|[\[O][0-?]*|\[[0-?]*[ -/]*|{_LETTER})?\Z", re.DOTALL
)
_ALT = re.compile(rf"\x1b{_LETTER}")
_TOKEN = re.compile(
    r"\x1b\[M[^\x1b]{3}"  # a mouse report of old terminals
    r"|\x1b\[\[."  # F1 to F5 of the Linux console
    r"|\x1b\[[0-?]*[ -/]*[@-~]"  # a control sequence, ECMA-48
    r"|\x1bO[0-?]*[@-~]"  # a key in application mode, and what is held with it
    r"|\x1b(?:\[[0-?]*[ -/]*|O[0-?]*)"  # a sequence that broke off
    rf"|\x1b(?={_LETTER}(?<!\])[^\x00-\x1f\x7f]|\][A-Za-z])"  # ESC, and what a scanner read
    r"|\x1b[^\x1b]"  # Alt and a key
    r"|.",
    re.DOTALL,
)
_MOUSE = re.compile(r"\x1b\[<\d{1,4};\d{1,5};\d{1,5}[mM]")
_SYNC_SUPPORTED = re.compile(r"\x1b\[\?2026;[1-4]\$y")
_CONTROL_KEYS = frozenset("\r\t\x08\x7f")
_LETTERED = re.compile(r"\x1b([\[O])(?:(?:>?1;)?(\d{1,2}))?([A-DFHP-Za-d[])")
"""An arrow, Home, End or one of the first function keys, with the number of what is held with it."""
_NUMBERED = re.compile(r"\x1b\[(\d\d?)(?:(?:;\d{1,2})?~|[$^@])")
"""Any other key with whatever is held: of xterm and those like it, of rxvt, of the Linux console."""
_FIRST_OF_PUTTY: Final = "PQRSTUVWXYZ["
"""F1 to F12 in PuTTY's VT100+ mode; everywhere else F1 to F4."""
_CTRL: Final = 4
"""The bit of Ctrl in the number of what is held, from which xterm counts one more."""
_LAST_FUNCTION: Final = 12
_SHIFTED_BY: Final = 10
"""Shift and F3 to F10 are F13 to F20 on the Linux console, in rxvt and in PuTTY."""


class KeyReader:
    """Turns what a terminal sends into Textual's messages, knowing only what a kiosk needs.

    Text, the keys in Textual's own table, SGR mouse reports and one answer about synchronised output come
    through. Every other sequence is dropped whole, paste markers among them, so that pasted text arrives as
    typed and a marker never closed holds nothing up. It keeps at most one unfinished sequence, for at most
    `_ESCAPE_WAIT` seconds. A key that moves or does something is itself, whatever is held with it; Alt and a
    letter are none, but of an ESC that a scanner puts before what it read no letter is lost.

    `split` and `expire` cut the stream into tokens, cheaply; `messages` says what a token means. Times are
    seconds on any clock that never goes back.
    """

    def __init__(self) -> None:
        self._textual = XTermParser()
        self._pending = ""
        self._began = self._deadline = 0.0
        self.came = 0.0
        """When the last token began to come."""
        self._returned = False
        """Whether a return came just now: a line feed behind it ends the same line."""

    def split(self, text: str, now: float) -> Iterator[str]:
        """Cut newly read text into tokens: a character, or a whole sequence that starts with ESC."""
        yield from self.expire(now)
        if self._pending == _ESC and now - self._began > _ALT_WAIT and _ALT.match(_ESC + text):
            self._deadline = now
            yield from self.expire(now)
        buffer, held = self._pending + text, bool(self._pending)
        last_escape = buffer.rfind(_ESC)
        unfinished = _UNFINISHED.match(buffer, last_escape) if last_escape >= 0 else None
        complete = len(buffer)
        self._pending = ""
        self.came = self._began if held else now
        if unfinished is not None:
            complete = last_escape
            if len(unfinished[0]) <= _LONGEST_SEQUENCE:
                self._pending = unfinished[0]
                if not (held and last_escape == 0):
                    self._began, self._deadline = now, now + _ESCAPE_WAIT
        for match in _TOKEN.finditer(buffer, 0, complete):
            yield match[0]
            self.came = now

    def expire(self, now: float) -> Iterator[str]:
        """Give up waiting for the rest of a sequence. A lone ESC was the Escape key."""
        if self._pending and now >= self._deadline:
            token, self._pending, self.came = self._pending, "", self._began
            yield token

    def messages(self, token: str) -> Iterable[Message]:
        """Say what a token means: no message for what a kiosk does not know."""
        if len(token) == 1:
            return self._character(token)
        if _MOUSE.fullmatch(token):
            event = self._textual.parse_mouse_code(token)
            return () if event is None else (event,)
        if _SYNC_SUPPORTED.fullmatch(token):
            return (messages.TerminalSupportsSynchronizedOutput(),)
        name = _name_of(token)
        return (events.Key(name, None),) if name else ()

    def _character(self, character: str) -> Iterator[Message]:
        yield from self._keys_of(character)
        self._returned = character == "\r"

    def _keys_of(self, character: str) -> Iterator[Message]:
        if character == _ESC:
            yield events.Key("escape", _ESC)
        elif character in _CONTROL_KEYS:
            yield from self._textual._sequence_to_key_events(character)
        elif character == "\n":
            if not self._returned:
                yield events.Key("enter", "\r")
        else:
            letter = " " if character.isspace() and is_text(character) else character
            if is_text(letter):
                yield from self._textual._sequence_to_key_events(letter)


def _name_of(token: str) -> str:
    """Return the key that a sequence stands for, without what is held with it; empty where there is none.

    Who holds Shift, or has Sticky Keys, means the same; Ctrl and an arrow alone go by words.
    """
    ctrl = False
    if lettered := _LETTERED.fullmatch(token):
        intro, held, letter = lettered.groups()
        ctrl = bool(int(held) - 1 & _CTRL) if held else intro == "O" and letter.islower()
        if letter.upper() in "ABCDFH":
            token = f"{_ESC}[{letter.upper()}"
        elif intro == "O" or (held and letter in "PQRS"):
            return f"f{_FIRST_OF_PUTTY.index(letter) + 1}"
    elif numbered := _NUMBERED.fullmatch(token):
        token = f"{_ESC}[{numbered[1]}~"
    keys = ANSI_SEQUENCES_KEYS.get(token)
    # A longer tuple is a key with Alt or Meta, spelt as Escape and the key.
    if not isinstance(keys, tuple) or len(keys) > 1:
        return ""
    name: str = keys[0].value
    if name in ("left", "right"):
        return f"ctrl+{name}" if ctrl else name
    number = name.removeprefix("f")
    return f"f{int(number) - _SHIFTED_BY}" if number.isdigit() and int(number) > _LAST_FUNCTION else name


# ---- the terminal ----------------------------------------------------------------------------------------


_STDERR: Final = 2
"""Textual draws on stderr."""


class _Output:
    """A text file over a terminal's descriptor that writes UTF-8 and outlives the terminal.

    Textual's writer thread dies of the first failed write, and then blocks the app for ever on its queue.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._waiting: list[str] = []
        self._gone = False

    def fileno(self) -> int:
        return self._descriptor

    def write(self, text: str) -> int:
        if not self._gone:
            self._waiting.append(text)
        return len(text)

    def flush(self) -> None:
        data = memoryview("".join(self._waiting).encode("utf-8", "replace"))
        self._waiting.clear()
        try:
            while data:
                data = data[os.write(self._descriptor, data) :]
        except OSError:
            # The terminal is gone. The input thread sees it too, and ends the app with its exit code.
            self._gone = True


class KioskDriver(LinuxDriver):
    """Textual's driver for Linux, closed to everything that a kiosk does not need.

    What is typed before the first paint is lost. No signal comes from a key; SIGTERM and SIGHUP end the app
    with `kiosk.hardening.TERMINATED` and `HUNG_UP`, and so does a terminal that goes away. Neither bracketed
    paste nor the Kitty protocol is ever asked for.
    """

    MOST_WAITING: ClassVar[int] = 2_000
    """Messages that may wait for the app. Text that comes while there are more follows in one piece.

    F9 and Esc are let through to twice as many, and an app can take them ahead of those: `LockedApp.hears`.
    """

    MOST_TEXT: ClassVar[int] = 20_000
    """Characters of that piece, which no field has room for more of. All other input is dropped meanwhile."""

    WITHHELD: ClassVar[re.Pattern[str]] = re.compile(r"\x1b\[(?:>\d+u|<u|\?1004h)")
    """What is never written: the Kitty protocol on and off, and reports of the terminal's focus."""

    def __init__(
        self, app: App[Any], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        super().__init__(app, debug=False, mouse=mouse, size=size)
        self._file = cast("Any", _Output(_STDERR))
        self._listening = False
        self._sent = 0
        self._arrived = 0
        self._piece: list[str] = []

    # -- taking and leaving the terminal

    def start_application_mode(self) -> None:
        """Take the terminal, and lose what was typed before."""
        ignore_keyboard_signals()
        # Textual's handler would start its threads a second time.
        signal.signal(signal.SIGCONT, signal.SIG_DFL)
        for number, code in ((signal.SIGTERM, TERMINATED), (signal.SIGHUP, HUNG_UP)):
            self._loop.add_signal_handler(number, self._app.exit, None, code)
        self._lose_typed()
        super().start_application_mode()  # type: ignore[no-untyped-call] # Textual gives it no types

    def listen(self) -> None:
        """Lose what was typed so far, and let keys and touches in from now on. Works once."""
        if not self._listening:
            self._lose_typed()
            self._listening = True

    def _lose_typed(self) -> None:
        if self.input_tty:
            termios.tcflush(self.fileno, termios.TCIFLUSH)

    def write(self, data: str) -> None:
        """Queue `data` for the terminal, except what is withheld."""
        if not self.WITHHELD.fullmatch(data):
            super().write(data)

    @property
    def can_suspend(self) -> bool:
        """A kiosk never gives its terminal back to a shell."""
        return False

    @classmethod
    def _patch_lflag(cls, attrs: int) -> int:
        # Whatever the environment says, no key sends a signal.
        return super()._patch_lflag(attrs) & ~termios.ISIG

    @classmethod
    def _patch_iflag(cls, attrs: int) -> int:
        return super()._patch_iflag(attrs) & ~(termios.BRKINT | termios.ISTRIP)

    def _enable_bracketed_paste(self) -> None:
        self._disable_bracketed_paste()

    def _query_in_band_window_resize(self) -> None:
        """Ask nothing: the size comes by SIGWINCH."""

    def _get_terminal_size(self) -> tuple[int, int]:
        # Not shutil's: it believes COLUMNS and LINES first.
        try:
            columns, rows = os.get_terminal_size(self.fileno)
        except OSError:
            return 80, 24
        return columns or 80, rows or 24

    # -- what comes in

    def _run_input_thread(self) -> None:
        try:
            self.run_input_thread()
        except Exception as error:  # noqa: BLE001 - nobody stands above a thread: to the last-resort handler
            self._loop.call_soon_threadsafe(self._app._handle_exception, error)

    def run_input_thread(self) -> None:
        """Read the terminal until the app ends or the terminal goes away."""
        decode = getincrementaldecoder("utf-8")("replace").decode
        reader = KeyReader()
        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                if not selector.select(_ESCAPE_WAIT):
                    self._take(reader, reader.expire(time.monotonic()))
                    continue
                data = self._read()
                if not data:
                    self._loop.call_soon_threadsafe(self._app.exit, None, HUNG_UP)
                    return
                self._take(reader, reader.split(decode(data), time.monotonic()))

    def _read(self) -> bytes:
        try:
            return os.read(self.fileno, 4096)
        except OSError:
            return b""  # what a terminal that was closed answers; the caller ends the app

    def _take(self, reader: KeyReader, tokens: Iterable[str]) -> None:
        for token in tokens:
            behind = self._sent - self._arrived
            if behind > self.MOST_TEXT * (2 if token.startswith(_ESC) else 1):
                continue
            for message in reader.messages(token):
                if behind <= self.MOST_TEXT or _hides(message):
                    message.time = reader.came
                    self.process_message(message)

    def process_message(self, message: Message) -> None:
        """Pass a message on to the app, unless it is input to a screen that nobody has seen yet."""
        if self._listening or not isinstance(message, events.InputEvent):
            super().process_message(message)

    def send_message(self, message: Message) -> None:
        """Hand a message to the app's own thread. Only the input thread calls this."""
        self._sent += 1
        self._loop.call_soon_threadsafe(self._deliver, message)

    def _deliver(self, message: Message) -> None:
        self._arrived += 1
        text = _text_of(message)
        if text and (self._piece or self._waiting > self.MOST_WAITING):
            if not self._piece:
                self._loop.call_later(_PIECE_WAIT, self._deliver_piece)
            if len(self._piece) < self.MOST_TEXT:
                self._piece.append(text)
            cast("Any", self._app).hears(message)
        elif self._waiting <= self.MOST_WAITING * (2 if _hides(message) else 1):
            self._app.post_message(message)

    def _deliver_piece(self) -> None:
        """Hand over what came too fast to be keys, once the keys before it are taken."""
        if self._waiting:
            self._loop.call_later(_PIECE_WAIT, self._deliver_piece)
            return
        piece, self._piece = "".join(self._piece), []
        self._app.post_message(events.Paste(piece))

    @property
    def _waiting(self) -> int:
        """How many messages wait for the app and for what has the focus."""
        app = self._app
        waiting = app.message_queue_size
        if app.screen_stack and (focused := app.focused) is not None:
            waiting += focused.message_queue_size
        return waiting


def _text_of(message: Message) -> str:
    """Return what a key writes into a text; empty where it writes nothing."""
    if not isinstance(message, events.Key):
        return ""
    if message.key == "enter":
        return "\n"
    return message.character if message.character is not None and is_text(message.character) else ""


def _hides(message: Message) -> bool:
    """Tell whether an app may hide what it shows by this: room for it is kept, however much waits."""
    return isinstance(message, events.Key) and message.key in ("f9", "escape")


class SupervisedDriver(KioskDriver):
    """The driver of a process whose supervisor owns the alternate screen and the cursor.

    It neither enters nor leaves the alternate screen and never shows the cursor, so that one visit follows
    another without a glimpse of what lies below. What it painted last stays until somebody paints over it.
    """

    WITHHELD = re.compile(KioskDriver.WITHHELD.pattern + r"|\x1b\[\?1049[hl]|\x1b\[\?25h")
