"""Whether this machine's clock can be believed, before anything is erased because it is old.

Three things are known of the time: what the clock shows, the newest thing in the vault, and `clock`, a small
file that each daily run writes once it believes the clock. From them:

- A clock that is behind the newest of these seems wrong, or somebody has put a date on the disk. Once it has
  run on for a week, in which somebody may notice, things are erased by it again: by an earlier day, less is
  due. It goes on being said, and what is saved is dated no earlier than before.
- A clock that is more than a week ahead of the last run may be right (the kiosk was switched off over
  Christmas) or wrong. It is believed once it has run on from there for a week, in which somebody may notice.
- A clock that shows a time before `BEGINNING` is wrong for certain, as one is that starts at 1970 or 2000.
- A member of staff may say that it is right. What the vault holds with a later time was then saved under a
  wrong clock, and counts from now on (`wrongly_dated`).
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

import msgspec

from kiosk import untrusted
from kiosk.dates import at_time, day_of, full_day, on_short_day
from kiosk.vault import durable
from kiosk.vault.durable import DISK, Disk
from kiosk.vault.rows import Row

BEGINNING = datetime(2020, 1, 1, tzinfo=UTC)
"""No kiosk ran before this."""
BEHIND = timedelta(minutes=5)
"""A clock that is set by the network goes back by less."""
AHEAD = timedelta(days=7)
"""A kiosk that was off for longer than this waits before it erases again."""
SETTLES = timedelta(days=7)
"""So long it waits."""

JUST_AFTER = timedelta(microseconds=1)
"""So long after the last run is dated what is saved under a clock that is behind it: no clock gives that time
but by chance, so it shows later what was dated like that."""

_DATED = "an entry here is dated"
_ASK = "Ask whoever looks after this machine to"
_SET = (
    "Set the clock. If it is right, someone may have put that date there: a lead runs "
    "'kiosk purge --clock-is-right'."
)
_ASK_SET = f"{_ASK} set the clock. If it is right, someone may have put that date there: tell them that, too."
_NOW = "To delete expired entries now, run 'kiosk purge --clock-is-right'."
_ASK_NOW = f"If it is wrong, {_ASK.lower()} set the clock."

MOST_BYTES = 1000
"""Of the file, which has about two hundred."""


class Known(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the file says."""

    version: Literal[2] = 2
    trusted: untrusted.Moment | None = None
    """When the clock was last believed."""
    strange_since: untrusted.Moment | None = None
    """What a clock showed that had jumped ahead, when this was first seen; None where it has not."""
    strange_last: untrusted.Moment | None = None
    """What it showed when it was last looked at."""


class Verdict(msgspec.Struct, frozen=True):
    """Whether the clock is believed."""

    says: str = ""
    """What is odd about it, and what to do, in plain words; empty where nothing is."""
    plain: str = ""
    """The same for the desk, where nobody can run a command."""
    goes_on: bool = False
    """Whether things are erased by it all the same."""
    behind: bool = False
    """Whether it is known to show too little, or something is dated too late."""

    @property
    def right(self) -> bool:
        """Whether things are erased by it."""
        return self.goes_on or not self.says


def judge(
    known: Known, now: datetime, newest: datetime | None, file: Path | str = "the file 'clock'"
) -> tuple[Verdict, Known]:
    """Hold the clock against what is known, and return what to write down after a daily run.

    `newest` is the newest time in the vault; None for an empty one. `file` is what is said to be known from.
    """
    latest = max((moment for moment in (known.trusted, newest) if moment), default=now)
    since = known.strange_since if known.strange_since and _runs_on(known, now) else now
    strange = msgspec.structs.replace(known, strange_since=since, strange_last=now)
    if now < latest - BEHIND:
        goes_on = now - since >= SETTLES and now >= BEGINNING
        of_last_run = known.trusted and latest <= known.trusted + JUST_AFTER
        until = None if goes_on else since + SETTLES
        what = f"{file} says" if of_last_run else _DATED
        says = _behind(now, latest, what, until) + _SET
        plain = _behind(now, latest, "the kiosk ran on" if of_last_run else _DATED, until) + _ASK_SET
        return Verdict(says, plain, goes_on, behind=True), strange
    if now < BEGINNING:
        return _unset(now), strange
    last = known.trusted or newest or now
    believed = Known(trusted=max(now, last))
    if now - last <= AHEAD:
        return Verdict(), believed
    if now - since >= SETTLES:
        return Verdict(), believed
    says = _ahead(now, last, since + SETTLES)
    return Verdict(says + _NOW, says + _ASK_NOW), strange


def confirmed(now: datetime) -> tuple[Verdict, Known]:
    """Return what follows where a member of staff says that the clock is right, as `judge` does."""
    if now < BEGINNING:
        return _unset(now), Known()
    return Verdict(), Known(trusted=now)


def wrongly_dated(known: Known, now: datetime, *, confirmed: bool) -> Callable[[datetime], bool]:
    """Return what tells whether a wrong clock dated something, by a clock that is believed.

    `known` is what was known before that. What is dated before `BEGINNING` is; so is what `not_before` dated
    to a last run, if that was long ago; and, where staff said that the clock is right, what is dated later
    than now.
    """
    stood = known.trusted + JUST_AFTER if known.trusted and now - known.trusted > AHEAD else None
    return lambda at: at < BEGINNING or at == stood or (confirmed and at > now)


def newest_of(rows: Iterable[Row]) -> datetime | None:
    """Return the latest time that a page was saved at; None where there are no rows."""
    return max((row.last_page for row in rows), default=None)


def read(file: Path) -> Known:
    """Return what a clock file says; nothing is known where it is missing or does not read as one.

    Lets other OSErrors through.
    """
    try:
        return untrusted.json(untrusted.read(file, MOST_BYTES), Known)
    except (FileNotFoundError, msgspec.DecodeError):
        return Known()


def write(file: Path, known: Known, *, disk: Disk = DISK) -> None:
    """Write a clock file down, in one step. Lets OSError through."""
    durable.replace(file, msgspec.json.encode(known), disk=disk)


def not_before(file: Path) -> Callable[[], datetime | None]:
    """Return what tells the time before which nothing can be saved now; None where that is not known.

    An entry that is saved under a clock that went back is dated to it, and so does not look years old, nor
    is it erased for that, once the clock is right again.
    """

    def trusted() -> datetime | None:
        try:
            trusted = read(file).trusted
        except OSError:
            return None  # saving must not depend on it
        return trusted + JUST_AFTER if trusted else None

    return trusted


def look(file: Path, now: datetime, newest: datetime | None) -> Verdict:
    """Return what whoever unlocks is told where something is dated later than now; else nothing.

    A kiosk that was off for a while needs nobody.
    """
    try:
        verdict, _ = judge(read(file), now, newest, file)
    except OSError:
        says = f"{file} cannot be read, so no entry expires."
        return Verdict(f"{says} Move the file away.", f"{says} {_ASK} move the file away.")
    return verdict if verdict.behind else Verdict()


def doubt(file: Path, now: datetime, newest: datetime | None) -> str:
    """Return what is said wherever the clock dates something, as long as it cannot be believed; else nothing.

    `newest` is as for `judge`.
    """
    try:
        known = read(file)
    except OSError:
        known = Known()
    if not judge(known, now, newest)[0].says:
        return ""
    return f"This machine's clock shows {full_day(day_of(now))}, {at_time(now)}, and may be wrong."


def _runs_on(known: Known, now: datetime) -> bool:
    """Tell whether a clock that had jumped has only run on since."""
    since, last = known.strange_since, known.strange_last
    return since is not None and last is not None and since <= last and last - BEHIND <= now <= last + AHEAD


def _behind(now: datetime, latest: datetime, what: str, until: datetime | None) -> str:
    """Say that something is later than the clock; `until` is when things are erased again."""
    waits = f"Nothing expires until {on_short_day(until)}. " if until else ""
    return (
        f"This machine's clock shows {on_short_day(now)}, {at_time(now)}, but {what} "
        f"{on_short_day(latest)}, {at_time(latest)}. {waits}"
    )


def _unset(now: datetime) -> Verdict:
    says = (
        f"This machine's clock shows {on_short_day(now)}, {at_time(now)}, which is wrong. Nothing "
        "expires until it is right. "
    )
    return Verdict(f"{says}Set the clock.", f"{says}{_ASK} set the clock.", behind=True)


def _ahead(now: datetime, last: datetime, until: datetime) -> str:
    return (
        f"This machine's clock shows {on_short_day(now)}, {(now - last).days} days after the kiosk last "
        "ran. If that is right, there is nothing to do: entries expire again from "
        f"{on_short_day(until)}. "
    )
