"""The driver: who owns the terminal, what is read from it and written to it.

`KioskDriver` reads the terminal by allow-list (`screens.key_reader`) and cannot be crashed or blocked by what
it reads. What is painted is in `screens.printable`, the key lock in `screens.lock`.

The driver overrides private parts of Textual 8.2.8; the tests in a real terminal say so if one moves.
"""

import os
import re
import selectors
import signal
import termios
import time
from codecs import getincrementaldecoder
from collections.abc import Iterable
from contextlib import suppress
from typing import Any, ClassVar, Final, cast

from textual import events
from textual.app import App
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

from kiosk.hardening import HUNG_UP, TERMINATED, ignore_stray_signals
from kiosk.settings.settings import FUNCTION_KEYS
from kiosk.text import is_text
from screens.key_reader import ESC, ESCAPE_WAIT, KeyReader

_PIECE_WAIT: Final = 0.02
"""Seconds between two looks whether the app has taken its keys."""
LEAST: Final = (40, 10)
"""Columns and rows of the smallest terminal that pages are laid out for."""
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
    """Characters of that piece, more than any field has room for. The rest, up to a pause, is dropped.

    So is what comes faster than `EACH_SECOND`, once it is as long: to look at 10 MB of it took two minutes.
    """

    EACH_SECOND: ClassVar[int] = 1_000
    """Characters that neither a hand nor a scanner types."""

    WITHHELD: ClassVar[re.Pattern[str]] = re.compile(r"\x1b\[(?:>\d+u|<u|\?1004h)")
    """What is never written: the Kitty protocol on and off, and reports of the terminal's focus."""

    def __init__(
        self, app: App[Any], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        super().__init__(app, debug=False, mouse=mouse, size=size)
        self._file = cast("Any", _Output(_STDERR))
        self._listening = False
        self._read_now: list[Message] = []
        self._sent = 0
        self._arrived = 0
        self._piece: list[str] = []
        self._flood = self._flowed_at = 0.0
        """How much more came than could be typed, in characters, and until when that is counted."""

    # -- taking and leaving the terminal

    def start_application_mode(self) -> None:
        """Take the terminal, and lose what was typed before."""
        ignore_stray_signals()
        # Textual's handler would start its threads a second time.
        signal.signal(signal.SIGCONT, signal.SIG_DFL)
        for number, code in ((signal.SIGTERM, TERMINATED), (signal.SIGHUP, HUNG_UP)):
            self._loop.add_signal_handler(number, self._app.exit, None, code)
        self._lose_typed()
        super().start_application_mode()  # type: ignore[no-untyped-call] # Textual gives it no types
        ignore_stray_signals()  # once more: Textual would have two of job control stop the kiosk

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
        # Not shutil's: it believes COLUMNS and LINES first. Of a page that is laid out for more than there is
        # the corner is seen: no text has to go into less than a column.
        try:
            columns, rows = os.get_terminal_size(self.fileno)
        except OSError:
            return 80, 24
        if not columns or not rows:
            return 80, 24
        return max(columns, LEAST[0]), max(rows, LEAST[1])

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
                if not selector.select(ESCAPE_WAIT):
                    self._flood = 0.0
                    self._take(reader, reader.expire(time.monotonic()))
                    continue
                data = self._read()
                if not data:
                    self._loop.call_soon_threadsafe(self._app.exit, None, HUNG_UP)
                    return
                text, now = decode(data), time.monotonic()
                self._flood = max(0.0, self._flood - (now - self._flowed_at) * self.EACH_SECOND) + len(text)
                self._flowed_at = now
                if self._flood <= self.MOST_TEXT or ESC in text or reader.waits:
                    self._take(reader, reader.split(text, now))

    def _read(self) -> bytes:
        try:
            return os.read(self.fileno, 4096)
        except OSError:
            return b""  # what a terminal that was closed answers; the caller ends the app

    def _take(self, reader: KeyReader, tokens: Iterable[str]) -> None:
        for token in tokens:
            behind = self._sent - self._arrived
            most, there = (2, 0.0) if token.startswith(ESC) else (1, self._flood)
            if max(behind, there) > self.MOST_TEXT * most:
                continue
            for message in reader.messages(token):
                if behind <= self.MOST_TEXT or _hides(message):
                    message.time = reader.came
                    self.process_message(message)
        if self._read_now:
            # At once: to wake a busy app for each letter takes 5 ms, and a key that hides waits behind
            # them all. So long does Python keep its interpreter lock.
            batch, self._read_now = self._read_now, []
            self._loop.call_soon_threadsafe(self._deliver, batch)

    def process_message(self, message: Message) -> None:
        """Pass a message on to the app, unless it is input to a screen that nobody has seen yet."""
        if self._listening or not isinstance(message, events.InputEvent):
            super().process_message(message)

    def send_message(self, message: Message) -> None:
        """Have a message go to the app's own thread. Only the input thread calls this."""
        self._sent += 1
        self._read_now.append(message)

    def _deliver(self, batch: list[Message]) -> None:
        for message in batch:
            self._arrived += 1
            text = _text_of(message)
            if text and (self._piece or self._waiting > self.MOST_WAITING):
                if not self._piece:
                    self._loop.call_later(_PIECE_WAIT, self._deliver_piece, self._arrived)
                if len(self._piece) < self.MOST_TEXT:
                    self._piece.append(text)
                cast("Any", self._app).hears(message)
            elif self._waiting <= self.MOST_WAITING * (2 if _hides(message) else 1):
                self._app.post_message(message)

    def _deliver_piece(self, arrived: int) -> None:
        """Hand over what came too fast to be keys, once it has ended and the keys before it are taken."""
        if self._waiting or self._arrived != arrived:
            self._loop.call_later(_PIECE_WAIT, self._deliver_piece, self._arrived)
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


def clear_terminal() -> None:
    """Leave nothing on the terminal, where no App paints it any more."""
    with suppress(OSError):
        os.write(_STDERR, b"\x1b[0m\x1b[2J")


def _hides(message: Message) -> bool:
    """Tell whether an app may hide what it shows by this: room for it is kept, however much waits."""
    # What a keypad's keys from F13 on stand for, the settings say.
    sent = message.key.partition("+")[0] if isinstance(message, events.Key) else ""
    return sent in ("f9", "escape") or sent in FUNCTION_KEYS


class SupervisedDriver(KioskDriver):
    """The driver of a process whose supervisor owns the alternate screen and the cursor.

    It neither enters nor leaves the alternate screen and never shows the cursor, so that one visit follows
    another without a glimpse of what lies below. What it painted last stays until somebody paints over it.
    """

    WITHHELD = re.compile(KioskDriver.WITHHELD.pattern + r"|\x1b\[\?1049[hl]|\x1b\[\?25h")
