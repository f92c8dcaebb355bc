"""What a scanner does when it reads a code: tried once, and told in plain words."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from kiosk.entry import handle
from kiosk.entry.handle import Handle, Modules

SLOWEST: Final = 0.045
"""Seconds between two characters: what comes slower is not told from a person for sure."""
FIRST: Final = 60.0
"""Seconds in which the first character has to come."""
SILENCE: Final = 0.5
"""Seconds without a further one, after which the scan is over."""

_ENDS: Final = {"\r": "a return", "\n": "a line feed", "\t": "a Tab", "\x1b": "an Esc"}
"""The control characters that are keys; the kiosk hears no others."""
_END: Final = re.compile(r"[\x00-\x1f\x7f]*\Z")
_BLOCKS: Final = {(True, True): " ", (True, False): "▄", (False, True): "▀", (False, False): "█"}
"""Two modules, one above the other, as light blocks on a dark ground."""


@dataclass(frozen=True)
class ScanReport:
    """What a scan was like."""

    good: bool
    """Whether the kiosk understands such a scan."""
    says: tuple[str, ...]
    """Whole sentences."""


def listen(read: Callable[[float], bytes], clock: Callable[[], float]) -> list[tuple[float, str]]:
    """Return the characters of one scan, each with its moment in seconds; none where nobody scans.

    `read` returns what comes within so many seconds, or nothing.
    """
    heard: list[tuple[float, str]] = []
    while data := read(SILENCE if heard else FIRST):
        at = clock()
        heard += [(at, character) for character in data.decode("utf-8", "replace")]
    return heard


def report(heard: Sequence[tuple[float, str]], code: Handle) -> ScanReport:
    """Tell what a scan of `code` was like, from the characters that came and their moments in seconds."""
    text = "".join(character for _, character in heard)
    if not text:
        nothing = "Nothing arrived. Check that the scanner is plugged in, and set to type like a keyboard."
        return ScanReport(good=False, says=(nothing,))
    typed = "".join(character for character in text if character.isprintable())
    ended = [_ENDS[key] for key in _END.findall(text)[0] if key in _ENDS]
    pauses = [later - earlier for (earlier, _), (later, _) in pairwise(heard)]
    slowest = max(pauses, default=0.0)
    ends = " and ".join(ended) or "nothing"
    says = [
        f"{len(typed)} characters arrived, at most {round(slowest * 1000)} ms apart. The scan ends in {ends}."
    ]
    codes = handle.scanned(typed)
    plain = typed.upper().endswith(code.symbols)
    if code not in codes:
        says.append(
            "It is not the code on the screen. Set the scanner to this machine's keyboard layout, "
            "without changing what it reads."
        )
    elif not plain:
        says.append(
            "The scanner is set to another keyboard layout. The kiosk understands it, but set the "
            "scanner to this machine's layout as its manual describes."
        )
    elif len(typed) > handle.LENGTH:
        says.append(f"The scanner adds {typed[: -handle.LENGTH]} in front. The kiosk ignores that.")
    if slowest > SLOWEST:
        pause = f"less than {round(SLOWEST * 1000)} ms"
        says.append(f"That is too slow. Set the delay between characters to {pause}.")
    good = code in codes and slowest <= SLOWEST
    says.append(f"The kiosk {'understands' if good else 'does not yet understand'} this scanner.")
    return ScanReport(good=good, says=tuple(says))


def drawn(modules: Modules) -> str:
    """Return a QR code as lines of text, to be shown light on a dark ground."""
    rows = [*modules, *([(False,) * len(modules[0])] if len(modules) % 2 else [])]
    return "\n".join(
        "".join(_BLOCKS[pair] for pair in zip(upper, lower, strict=True))
        for upper, lower in zip(rows[::2], rows[1::2], strict=True)
    )
