"""What a venue says was done with comments: plain text in `you-said`, for whoever stands at Welcome.

Staff write it, in their language; what stands around their words is read in the language in use.
"""

import time
from collections.abc import Mapping
from datetime import date

from kiosk import untrusted
from kiosk.dates import long_day
from kiosk.home import Home
from kiosk.language import english, joined
from kiosk.language import words as _
from kiosk.text import clean

MOST_BYTES = 1 << 20
TITLE = _("You said, we did")
SAID = _("You said: {words}")
DID: Mapping[str, str] = {
    "changed": _("We did: {words}"), "kept": _("We kept it: {words}"), "later": _("Later: {words}"),
}  # fmt: skip
"""By what was decided."""


def paragraphs(home: Home) -> tuple[str, ...]:
    """Return what is published here, a paragraph each; nothing where there is nothing to read."""
    try:
        text = untrusted.read(home.you_said, MOST_BYTES).decode()
    except (OSError, UnicodeDecodeError):
        return ()
    return tuple(filter(None, (part.strip() for part in clean(text).split("\n\n"))))


def told(paragraph: str) -> str:
    """Return a paragraph as customers read it."""
    return joined(*map(_told, paragraph.split("\n")), between="\n")


def _told(line: str) -> str:
    for frame in (TITLE, SAID, *DID.values()):
        before, room, _after = english(frame).partition("{words}")
        if line == before or (room and line.startswith(before)):
            return frame.format(words=line.removeprefix(before))
    try:
        return long_day(date(*time.strptime(line, "%d %B %Y")[:3]))
    except ValueError:
        return line
