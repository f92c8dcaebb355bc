"""Comments: what customers say of the questions, kept apart from their entries."""

import secrets
from contextlib import suppress
from datetime import UTC, date, datetime, time

import msgspec

from kiosk import seal
from kiosk.dates import day_of, nanoseconds
from kiosk.errors import NoRoomError, SaveError
from kiosk.home import Home
from kiosk.pack.model import Pack
from kiosk.settings.settings import venue_key_now
from kiosk.text import written
from kiosk.vault import durable
from kiosk.vault.durable import DISK, Disk
from kiosk.vault.vault import RESERVE

_NO_ROOM = "There is no room left here, so your comment is not kept. Tell a member of staff."
_NOT_KEPT = "Your comment could not be kept. Tell a member of staff."


class Comment(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What somebody said of a question, or of the whole reflection. It names no entry."""

    version: int = 1
    pack: str
    pack_version: int
    question: str
    """The question's id; empty for the reflection as a whole."""
    week: str
    """The ISO week, `2026-W48`: no closer, so that it does not lead to an entry saved that day."""
    text: str
    rating: int | None = None
    """The point of the closing scale, where this is about the whole."""


def keep_comment(
    home: Home,
    venue_key: str,
    pack: Pack,
    *,
    now: datetime,
    question: str = "",
    text: str = "",
    rating: int | None = None,
    disk: Disk = DISK,
) -> None:
    """Seal a comment to the venue alone, under a random name and dated to the start of its week.

    `venue_key` is the venue's recipient as it was when the settings were read; that of now counts.
    Raises SaveError where it was not kept.
    """
    year, week, _ = day_of(now).isocalendar()
    comment = Comment(
        pack=pack.id,
        pack_version=pack.version,
        question=question,
        week=f"{year}-W{week:02}",
        text=written(text),
        rating=rating,
    )
    file = home.comments / f"{secrets.token_hex(16)}.age"
    monday = date.fromisocalendar(year, week, 1)
    modified = nanoseconds(datetime.combine(monday, time(), UTC))
    try:
        if durable.free_bytes(home.root, disk=disk) < RESERVE:
            raise NoRoomError("There is no room left for a comment.", customer=_NO_ROOM)
        sealed = seal.seal(msgspec.json.encode(comment), (venue_key_now(home, venue_key),))
        durable.create_once(file, sealed, modified=modified, disk=disk)
    except OSError as error:
        raise SaveError("A comment could not be kept.", customer=_NOT_KEPT) from error
    with suppress(OSError):  # it is kept; the next one dates the folder
        durable.flush_folder(home.comments, modified=modified, disk=disk)
