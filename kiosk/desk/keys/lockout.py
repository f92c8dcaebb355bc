"""Wrong passphrases make the next try slower. The right one always opens, after `DELAYS[-1]` seconds at most.

They are counted together for everybody who tries in one place, the screen or the commands, whatever names
they enter. So names tried in turn bring nothing, no count tells whether a name exists, and a stranger at the
screen slows no command. A try counts as wrong until it is known to be right, so pulling the plug in between
does not help. This slows whoever guesses at the kiosk; whoever has the disk guesses elsewhere, against the
costs of argon2id alone.

Times are those of the machine's clock. Whatever it shows, a try takes no longer than that. Where the last
wrong try is in the future, the clock was set back, and the row goes on; set forward, it begins again, and
counts on from there.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from kiosk.count_file import MOST, Count, CountFile
from kiosk.dates import to_second
from kiosk.desk.keys import staff
from kiosk.desk.keys.staff import Unlocked
from kiosk.errors import DeskError, PassphraseError
from kiosk.vault.locks import alone

DELAYS = (0.0, 0.0, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0)
"""Seconds a try takes after so many wrong ones in a row; the last from then on. At 2,880 tries a day, the
weakest passphrase that is taken (10¹⁰ guesses) lasts for thousands of years."""
LAPSE = timedelta(minutes=15)
"""After so long without a wrong one a new row begins. To wait for that is slower than to go on."""

Entrance = Literal["screen", "commands"]
"""Where a passphrase is entered."""


class WrongInARow(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Wrong passphrases in a row, in one place."""

    wrong: Count = 0
    last: Annotated[datetime, msgspec.Meta(tz=True)] | None = None
    """When the last of them was tried, UTC."""

    def length(self, now: datetime) -> int:
        """Return how many there are; none where the last one is long ago."""
        return self.wrong if self.last is not None and now - self.last < LAPSE else 0


class WrongTries(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the file says."""

    version: Literal[2] = 2
    screen: WrongInARow = WrongInARow()
    commands: WrongInARow = WrongInARow()


class Throttle:
    """The wrong passphrases of one home, as one place counts them."""

    def __init__(self, file: Path, place: Entrance) -> None:
        self._file = CountFile(file, WrongTries())
        self._place = place

    def begin(self, now: datetime) -> float:
        """Count a try, wrong until it is known to be right, and return how many seconds it takes."""
        with self._alone():
            wrong = self._row().length(now)
            self._keep(WrongInARow(wrong=min(wrong + 1, MOST), last=to_second(now)))
        return delay(wrong)

    def take_back(self) -> None:
        """Take back that the last try counts: it came to nothing for another reason."""
        with self._alone():
            row = self._row()
            self._keep(msgspec.structs.replace(row, wrong=max(row.wrong - 1, 0)))

    def was_right(self) -> None:
        """Begin a new row: the last try unlocked."""
        with self._alone():
            self._keep(WrongInARow())

    def lengths(self, now: datetime) -> dict[Entrance, int]:
        """Return how many wrong ones in a row there are in each place."""
        tried = self._file.read()
        return {"screen": tried.screen.length(now), "commands": tried.commands.length(now)}

    def lift(self) -> None:
        """Begin a new row in every place."""
        with self._alone():
            self._file.keep(WrongTries())

    def _row(self) -> WrongInARow:
        tried = self._file.read()
        return tried.screen if self._place == "screen" else tried.commands

    def _keep(self, row: WrongInARow) -> None:
        before = self._file.read()
        tried = msgspec.structs.replace(before, **{self._place: row})
        if tried != before:
            self._file.keep(tried)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Let no other process count in between, as far as the disk can be locked."""
        with ExitStack() as held:
            with suppress(OSError):
                held.enter_context(alone(self._file.path.parent))
            yield


def delay(wrong: int) -> float:
    """Return how many seconds a try takes after so many wrong ones in a row."""
    return DELAYS[min(wrong, len(DELAYS) - 1)]


def unlock(
    folder: Path,
    throttle: Throttle,
    name: str,
    passphrase: str,
    *,
    now: Callable[[], datetime],
    pause: Callable[[float], None],
) -> Unlocked:
    """Unlock the staff keys in a folder, as slowly as the wrong tries before make it.

    `now` gives the aware time, and `pause` waits for seconds. Raises as `kiosk.desk.keys.staff.enter` does.
    """
    pause(throttle.begin(now()))
    try:
        unlocked = staff.enter(folder, name, passphrase)
    except PassphraseError:
        raise
    except DeskError:
        throttle.take_back()
        raise
    throttle.was_right()
    return unlocked
