"""Comments: what customers say of the questions, kept apart from their entries, and from when it was.

All of them lie in one file, `comments/box`: a line each, an age file in base64, sealed to the venue alone.
The lines are sorted, which for sealed bytes is no order at all, and the file is written anew as a whole, so
no file, no name and no time of the disk belongs to any one of them. It is written anew as well where nobody
commented: whenever Welcome is shown, when the kiosk starts and once a day (`level`). The week is in the seal.

No key is at hand to tell what is due, and so the file is dated to the week in which a desk last put away
what was due (`kiosk.desk.comment_book.sweep`). Where none does so for half of the period, it becomes `older`,
and what was `older` goes (`expire`).
"""

import errno
import os
import secrets
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from kiosk import seal, untrusted
from kiosk.dates import day_of, from_nanoseconds, nanoseconds
from kiosk.errors import NoRoomError, SaveError
from kiosk.home import Home
from kiosk.pack.model import Pack
from kiosk.settings.settings import venue_key_now
from kiosk.text import written
from kiosk.vault import durable
from kiosk.vault.durable import DISK, TEMPORARY, Disk
from kiosk.vault.locks import alone
from kiosk.vault.vault import RESERVE

BOX, OLDER = "box", "older"
"""The files' names."""
MOST_BYTES, MOST_LINES = 1 << 25, 10_000
"""Of each, and of what is read in it: some thousand comments, so no Welcome waits for what was planted."""
TEXT_MOST, ASK_MOST, LABEL_MOST = 600, 240, 80
"""Characters of a comment, of what it is about, and of a point of the scale. With four bytes for each of them
a comment fills one block of `kiosk.seal.BLOCK` bytes, and so no length tells anything of one."""


class Comment(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What somebody said of a question, or of the whole reflection. It names no entry."""

    version: Literal[2] = 2
    id: untrusted.Name
    """16 hexadecimal digits, drawn."""
    pack: untrusted.Name
    pack_version: untrusted.Version
    question: untrusted.Name
    """The question's id; empty for the reflection as a whole."""
    ask: Annotated[str, msgspec.Meta(max_length=ASK_MOST)]
    """The words that it is about, as they stood on the screen."""
    week: untrusted.Name
    """The ISO week, `2026-W48`: no closer, so that it does not lead to an entry saved that day."""
    text: Annotated[str, msgspec.Meta(max_length=TEXT_MOST)]
    rating: int | None = None
    """The point of the closing scale, where this is about the whole."""
    rated: Annotated[str, msgspec.Meta(max_length=LABEL_MOST)] = ""
    """The words of that point."""

    @property
    def monday(self) -> date:
        """The day on which its week began; the last there is for a week that is none."""
        try:
            year, _, week = self.week.partition("-W")
            return date.fromisocalendar(int(year), int(week), 1)
        except ValueError:
            return date.max


def asked_by(pack: Pack, question: str, text: str) -> str:
    """Return what a version of a pack asked that a comment answers; empty where it does not ask it."""
    if not question:
        # On the closing page, words answer another question than the scale.
        return pack.closing.feedback_line if text else pack.closing.feedback.ask
    return next((one.ask for _, one in pack.questions() if one.id == question), "")


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
    """Seal a comment to the venue alone, and put it among the others.

    `venue_key` is the venue's recipient as it was when the settings were read; that of now counts.
    Raises SaveError where it was not kept.
    """
    pack = pack.as_written
    feedback = pack.closing.feedback
    comment = Comment(
        id=secrets.token_hex(8),
        pack=pack.id,
        pack_version=pack.version,
        question=question,
        ask=asked_by(pack, question, text)[:ASK_MOST],
        week=week_of(now),
        text=written(written(text)[:TEXT_MOST]),
        rating=rating,
        rated=next((point.label[:LABEL_MOST] for point in feedback.points if point.value == rating), ""),
    )
    try:
        if durable.free_bytes(home.root, disk=disk) < RESERVE:
            raise NoRoomError("There is no room left for a comment.")
        add(home, [sealed_for(comment, venue_key_now(home, venue_key))], now, disk=disk)
    except OSError as error:
        raise SaveError("A comment could not be kept.") from error


def sealed_for(comment: Comment, recipient: str) -> bytes:
    """Return a comment sealed to a venue's recipient."""
    return seal.seal(msgspec.json.encode(comment), (recipient,))


def week_of(now: datetime) -> str:
    """Return the ISO week of a moment."""
    year, week, _ = day_of(now).isocalendar()
    return f"{year}-W{week:02}"


def add(home: Home, sealed: Iterable[bytes], now: datetime, *, disk: Disk = DISK) -> None:
    """Put sealed comments among the others; durable when this returns. Lets OSError through."""
    durable.make_folders(home.comments, disk=disk)
    with alone(home.comments):
        box = home.comments / BOX
        dated = _dated(box, now)
        write(box, [*sealed_in(box), *sealed], dated, disk=disk)


def level(home: Home, now: datetime) -> None:
    """Write anew what there is, so that the disk does not tell when a comment came. Lets OSError through."""
    add(home, (), now)


def expire(home: Home, days: int, now: datetime, *, disk: Disk = DISK) -> int:
    """Put away what no desk did for so long, without a key, and return how many comments are gone.

    Lets OSError through.
    """
    if not home.comments.is_dir():
        return 0
    with alone(home.comments):
        box, older = home.comments / BOX, home.comments / OLDER
        age = now - _dated(box, now)
        if age < timedelta():  # somebody dated it so, or a clock that was wrong
            write(box, sealed_in(box), monday_of(now), disk=disk)
            return 0
        if 2 * age < timedelta(days=days):
            return 0
        there, stay = sealed_in(box), age < timedelta(days=days)
        gone = len(sealed_in(older)) + (0 if stay else len(there))
        write(older, there if stay else (), monday_of(now), disk=disk)
        write(box, (), monday_of(now), disk=disk)
        return gone


def change(home: Home, how: Callable[[bytes], bytes], *, disk: Disk = DISK) -> int:
    """Put something in the place of each sealed comment, and return in how many files it was another.

    Lets OSError through.
    """
    if not home.comments.is_dir():
        return 0
    changed = 0
    with alone(home.comments):
        for file in filter(untrusted.is_file, (home.comments / name for name in (BOX, OLDER))):
            before = sealed_in(file)
            after = [how(sealed) for sealed in before]
            if after != before:
                write(file, after, from_nanoseconds(file.stat().st_mtime_ns), disk=disk)
                changed += 1
    return changed


def sealed_in(file: Path) -> list[bytes]:
    """Return the sealed comments of a file; none where there is no file. Lets OSError through."""
    try:
        data = untrusted.read(file, MOST_BYTES)
    except FileNotFoundError:
        return []
    found = []
    for line in data.split(b"\n", MOST_LINES)[:MOST_LINES]:
        with suppress(ValueError):  # somebody wrote into it
            found.append(b64decode(line, validate=True))
    return [*filter(None, found)]


def number(home: Home) -> int | None:
    """Return how many comments there are, each once; None where that cannot be read."""
    try:
        return len({sealed for name in (BOX, OLDER) for sealed in sealed_in(home.comments / name)})
    except OSError:
        return None


def kept_until(since: datetime, days: int) -> datetime:
    """Return up to when none is deleted without a key (`expire`) of what a desk left in the box."""
    return monday_of(since) + timedelta(days=days - 7)


def unfit(home: Home) -> list[Path]:
    """Return what stands in the place of comments and is none: a folder, a link or pipe, or far too large."""
    folder = home.comments
    found = [folder] if folder.is_symlink() or not folder.is_dir() else []
    files = (folder / BOX, folder / OLDER)
    found += [file for file in files if not untrusted.is_file(file) or file.lstat().st_size > MOST_BYTES]
    return [*filter(os.path.lexists, found)]


def write(file: Path, sealed: Iterable[bytes], dated: datetime, *, disk: Disk = DISK) -> None:
    """Put sealed comments into a file, in the place of all that was there, and date it and its folder.

    Hold the lock of its folder. Raises OSError, also where it would be too large to be read again.
    """
    lines = b"".join(line + b"\n" for line in sorted({b64encode(one) for one in sealed}))
    if len(lines) > MOST_BYTES:
        raise OSError(errno.EFBIG, "File too large", str(file))
    for left in filter(untrusted.is_file, file.parent.glob(f"{TEMPORARY}*")):
        disk.unlink(left)  # nobody else is at work here
    when = nanoseconds(dated)
    durable.replace(file, lines, modified=when, disk=disk)
    with suppress(OSError):  # it is kept; the next one dates the folder
        durable.flush_folder(file.parent, modified=when, disk=disk)


def _dated(file: Path, now: datetime) -> datetime:
    """Return what a file is dated to, or is to be where it is not there."""
    try:
        return from_nanoseconds(os.lstat(file).st_mtime_ns)
    except FileNotFoundError:
        return monday_of(now)


def monday_of(now: datetime) -> datetime:
    """Return the start of a moment's week in UTC, which the start of a week is as well."""
    utc = now.astimezone(UTC)
    return utc.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=utc.weekday())
