"""Whether a terminal reads and writes UTF-8, tried before the kiosk takes it: else letters would be lost."""

import fcntl
import os
import re
import struct
import termios
import time
from collections.abc import Callable, Mapping

from kiosk.errors import SettingsError
from kiosk.supervision.tty import typed_raw

WAIT = 0.3
"""Seconds for an answer. Most terminals give it within milliseconds, some never do."""

_TRIED = "\r\x1b[Ké\x1b[6n"
"""A letter of two bytes, and the question where the cursor is now (ECMA-48, DSR)."""
_ANSWER = re.compile(rb"\x1b\[\d+;(\d+)R")
_ERASE = b"\r\x1b[K"
_GET_KEYBOARD_MODE, _EIGHT_BIT = 0x4B44, 1
"""KDGKBMODE and K_XLATE of the Linux console, linux/kd.h."""


def require_utf8(source: int, target: int, environment: Mapping[str, str], *, wait: float = WAIT) -> None:
    """Try a terminal, by its descriptors to read from and to write to. Raises SettingsError.

    Where it does not answer within `wait` seconds, the locale of the environment decides, if it names a set
    of characters.
    """
    if _keyboard_is_eight_bit(source):
        raise SettingsError(
            "This console's keyboard does not send UTF-8, so letters such as é would be lost. Run "
            "'kbd_mode -u' or 'unicode_start' first."
        )
    shown = _is_shown(source, target, wait)
    if shown is False or (shown is None and _locale_is_other(environment)):
        raise SettingsError(
            "This terminal does not use UTF-8, so letters such as é would be lost. Set the terminal to "
            "UTF-8, and LANG to a UTF-8 locale such as C.UTF-8."
        )


def _keyboard_is_eight_bit(source: int) -> bool:
    """Tell whether this is a Linux console whose keyboard writes one byte for each letter."""
    try:
        mode = fcntl.ioctl(source, _GET_KEYBOARD_MODE, struct.pack("i", -1))
    except OSError:
        return False  # no console: a terminal has no such mode
    return bool(struct.unpack("i", mode)[0] == _EIGHT_BIT)


def _is_shown(source: int, target: int, wait: float) -> bool | None:
    """Tell whether a letter of two bytes takes one cell; None where the terminal does not say."""
    try:
        with typed_raw(source) as read:
            os.write(target, _TRIED.encode())
            column = _column(read, time.monotonic() + wait)
            os.write(target, _ERASE)
    except (OSError, termios.error):
        return None  # it has gone; whoever takes it next says so
    return None if column is None else column == 2


def _column(read: Callable[[float], bytes], until: float) -> int | None:
    """Return in which column the cursor is, from 1, as the terminal says before a moment; else None."""
    heard = b""
    while (left := until - time.monotonic()) > 0 and (data := read(left)):
        heard += data
        if answer := _ANSWER.search(heard):
            return int(answer[1])
    return None


def _locale_is_other(environment: Mapping[str, str]) -> bool:
    """Tell whether a locale is set that names another set of characters than UTF-8."""
    names = (environment.get(name, "") for name in ("LC_ALL", "LC_CTYPE", "LANG"))
    _, _, charset = next(filter(None, names), "").partition("@")[0].partition(".")
    return bool(charset) and charset.lower().replace("-", "") != "utf8"
