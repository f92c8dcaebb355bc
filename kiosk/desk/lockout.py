"""Wrong passphrases: each makes the next try slower, and the seventh in a row locks for a quarter of an hour.

They are counted for each member of staff by their file, and together for all names that nobody has. The
count is kept over restarts, in `unlocks`. A try counts as wrong until it is known to be right, so pulling
the plug in between does not help. This keeps people at the desk from trying; whoever has the disk tries
elsewhere, against the costs of argon2id alone.

Times are those of the machine's clock. A clock that is set back never locks for longer than from then on;
one that is set forward unlocks early at most.
"""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from kiosk.desk import staff, staff_files
from kiosk.desk.staff import Unlocked
from kiosk.errors import DeskError, LockedOutError, PassphraseError, StaffError
from kiosk.moments import to_second
from kiosk.vault import durable

DELAYS = (0.0, 0.0, 1.0, 2.0, 5.0, 10.0)
"""Seconds a try takes after so many wrong ones in a row; the last from then on."""
MOST = 7
"""So many wrong ones in a row lock, and so does each one after them."""
LOCKED = timedelta(minutes=15)

NOBODY = ""
"""Who a name counts for that nobody has."""


class Failed(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The wrong passphrases of one person."""

    running: Annotated[int, msgspec.Meta(ge=1, le=2**53)]
    """In a row."""
    last: Annotated[datetime, msgspec.Meta(tz=True)]
    """When the last of them was tried, UTC."""


class Tried(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the file says."""

    version: Literal[1] = 1
    people: dict[str, Failed] = {}
    """By `kiosk.desk.staff_files.file_id`."""


class Lockout:
    """The wrong passphrases of one home. Where the disk takes nothing they count in memory: keep it."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._unkept: Tried | None = None
        """What the disk did not take."""

    def begin(self, who: str, now: datetime) -> float:
        """Count a try, wrong until it is known to be right, and return how many seconds it takes.

        Raises LockedOutError where nothing may be tried now; then it does not count.
        """
        with self._alone():
            tried = self._read()
            failed = tried.people.get(who)
            if failed and failed.last > now:  # the clock was set back
                failed = msgspec.structs.replace(failed, last=to_second(now))
                self._keep(tried, who, failed)
            if failed and failed.running >= MOST and now < failed.last + LOCKED:
                raise _locked_out(failed.last + LOCKED)
            running = failed.running if failed else 0
            self._keep(tried, who, Failed(running=running + 1, last=to_second(now)))
            return DELAYS[min(running, len(DELAYS) - 1)]

    def take_back(self, who: str) -> None:
        """Take back that the last try counts: it came to nothing for another reason."""
        with self._alone():
            tried = self._read()
            failed = tried.people.get(who)
            if failed:
                fewer = msgspec.structs.replace(failed, running=max(failed.running - 1, 1))
                self._keep(tried, who, fewer if failed.running > 1 else None)

    def was_right(self, who: str) -> None:
        """Begin a new row: the last try unlocked."""
        with self._alone():
            self._keep(self._read(), who, None)

    def _read(self) -> Tried:
        """Return what was tried so far; nothing where the file is missing or does not read as one."""
        if self._unkept is not None:
            return self._unkept
        try:
            return msgspec.json.decode(self._file.read_bytes(), type=Tried)
        except (OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return Tried()

    def _keep(self, before: Tried, who: str, failed: Failed | None) -> None:
        people = {one: known for one, known in before.people.items() if one != who}
        tried = Tried(people=people if failed is None else people | {who: failed})
        if tried == before:
            return
        try:
            durable.replace(self._file, msgspec.json.encode(tried))
        except OSError:
            self._unkept = tried  # who knows the passphrase must be able to unlock
        else:
            self._unkept = None

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Let no other process count in between, as far as the disk can be locked."""
        descriptor = -1
        try:
            with suppress(OSError):
                descriptor = os.open(self._file.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
                fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            if descriptor >= 0:
                os.close(descriptor)


def unlock(
    folder: Path,
    lockout: Lockout,
    name: str,
    passphrase: str,
    *,
    now: Callable[[], datetime],
    pause: Callable[[float], None],
) -> Unlocked:
    """Unlock the staff keys in a folder, as slowly as the wrong tries before make it.

    `now` gives the aware time, and `pause` waits for seconds. Raises LockedOutError, and otherwise as
    `kiosk.desk.staff.enter` does.
    """
    who = staff_files.file_id(folder, name) or NOBODY
    pause(lockout.begin(who, now()))
    try:
        unlocked = staff.enter(folder, name, passphrase)
    except (PassphraseError, StaffError):
        raise
    except DeskError:
        lockout.take_back(who)
        raise
    lockout.was_right(who)
    return unlocked


def _locked_out(until: datetime) -> LockedOutError:
    # To the next whole minute, so that nobody comes back a moment too early.
    shown = (until + timedelta(seconds=59)).astimezone()
    return LockedOutError(f"Too many wrong passphrases. Try again at {shown:%H:%M}.", until)
