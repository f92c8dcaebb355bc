"""What a terminal sends, and what of it a kiosk knows: text, keys, the mouse."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from textual import events, messages
from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual._xterm_parser import XTermParser
from textual.message import Message

from kiosk.settings.settings import FUNCTION_KEYS
from kiosk.text import is_text

ESC = "\x1b"
ESCAPE_WAIT: Final = 0.05
"""Seconds after which an ESC that nothing follows was the Escape key. One press sends a sequence at once."""
_ALT_WAIT: Final = 0.01
"""Seconds after an ESC in which a letter that follows it was pressed with Alt, and is no letter of a scan."""
_LONGEST_SEQUENCE: Final = 32
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
_FIVE: Final = (f"{ESC}[E", f"{ESC}[G", f"{ESC}OE")
"""The middle of a keypad where Num Lock is off, in xterm and on the Linux console: the same as its 0."""
_KEYPAD = re.compile(r"\x1bO([j-y])")
"""A character of a keypad in application mode: 64 above the character itself."""
_FIRST_OF_PUTTY: Final = "PQRSTUVWXYZ["
"""F1 to F12 in PuTTY's VT100+ mode; everywhere else F1 to F4."""
_CTRL: Final = 4
"""The bit of Ctrl in the number of what is held, from which xterm counts one more."""
_LAST_FUNCTION: Final = 12
_KITTY = re.compile(r"\x1b\[573(7[6-9]|8[0-7])u")
"""F13 to F24 in the Kitty protocol."""
_SHIFTED_BY: Final = 10
"""Shift and F3 to F10 are F13 to F20 on the Linux console, in rxvt and in PuTTY."""


class KeyReader:
    """Turns what a terminal sends into Textual's messages, knowing only what a kiosk needs.

    Text, the keys in Textual's own table, SGR mouse reports and one answer about synchronised output come
    through. Every other sequence is dropped whole, paste markers among them, so that pasted text arrives as
    typed and a marker never closed holds nothing up. It keeps at most one unfinished sequence, for at most
    `ESCAPE_WAIT` seconds. A key that moves or does something is itself, whatever is held with it; Alt and a
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

    @property
    def waits(self) -> bool:
        """Whether the rest of a sequence is to come."""
        return bool(self._pending)

    def split(self, text: str, now: float) -> Iterator[str]:
        """Cut newly read text into tokens: a character, or a whole sequence that starts with ESC."""
        yield from self.expire(now)
        if self._pending == ESC and now - self._began > _ALT_WAIT and _ALT.match(ESC + text):
            self._deadline = now
            yield from self.expire(now)
        buffer, held = self._pending + text, bool(self._pending)
        last_escape = buffer.rfind(ESC)
        unfinished = _UNFINISHED.match(buffer, last_escape) if last_escape >= 0 else None
        complete = len(buffer)
        self._pending = ""
        self.came = self._began if held else now
        if unfinished is not None:
            complete = last_escape
            if len(unfinished[0]) <= _LONGEST_SEQUENCE:
                self._pending = unfinished[0]
                if not (held and last_escape == 0):
                    self._began, self._deadline = now, now + ESCAPE_WAIT
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
        if keypad := _KEYPAD.fullmatch(token):
            return self._character(chr(ord(keypad[1]) - 64))
        # A keypad has F13 where others hold Shift with a key: both are said, as in `shift+up`.
        name = "+".join(filter(None, (_sent_by(token), _name_of(token))))
        return (events.Key(name, None),) if name else ()

    def _character(self, character: str) -> Iterator[Message]:
        yield from self._keys_of(character)
        self._returned = character == "\r"

    def _keys_of(self, character: str) -> Iterator[Message]:
        if character == ESC:
            yield events.Key("escape", ESC)
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
    if token in _FIVE:
        return "insert"
    if lettered := _LETTERED.fullmatch(token):
        intro, held, letter = lettered.groups()
        ctrl = bool(int(held) - 1 & _CTRL) if held else intro == "O" and letter.islower()
        if letter.upper() in "ABCDFH":
            token = f"{ESC}[{letter.upper()}"
        elif intro == "O" or (held and letter in "PQRS"):
            return f"f{_FIRST_OF_PUTTY.index(letter) + 1}"
    elif numbered := _NUMBERED.fullmatch(token):
        token = f"{ESC}[{numbered[1]}~"
    keys = ANSI_SEQUENCES_KEYS.get(token)
    # A longer tuple is a key with Alt or Meta, spelt as Escape and the key.
    if not isinstance(keys, tuple) or len(keys) > 1:
        return ""
    name: str = keys[0].value
    if name in ("left", "right"):
        return f"ctrl+{name}" if ctrl else name
    number = name.removeprefix("f")
    return f"f{int(number) - _SHIFTED_BY}" if number.isdigit() and int(number) > _LAST_FUNCTION else name


def _sent_by(token: str) -> str:
    """Return which of F13 to F24 a sequence is on a keypad that has these; empty for none."""
    if kitty := _KITTY.fullmatch(token):
        return f"f{int(kitty[1]) - 63}"
    keys = ANSI_SEQUENCES_KEYS.get(token)
    name = keys[0].value if isinstance(keys, tuple) and len(keys) == 1 else ""
    return name if name in FUNCTION_KEYS else ""
