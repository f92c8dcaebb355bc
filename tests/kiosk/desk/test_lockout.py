"""Wrong passphrases: each makes the next slower, the seventh locks, whatever the clock and the plug do."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.desk import lockout, staff
from kiosk.desk.lockout import LOCKED, NOBODY, Lockout
from kiosk.errors import DeskError, LockedOutError, PassphraseError, StaffError
from kiosk.seal import Costs
from tests.conftest import FAST
from tests.kiosk.vault.helpers import Clock

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
RIGHT, WRONG = "four words of mine", "another four good words"


class Guesser:
    """Somebody at the desk, with a clock that goes on only while one waits."""

    def __init__(self, folder: Path, venue: str) -> None:
        self.folder = folder / "staff"
        self.file = folder / "home" / "unlocks"
        self.clock = Clock()
        self.lockout = Lockout(self.file)
        self.waited: list[float] = []
        for name in ("Jo", "Ali"):
            staff.add(self.folder, name, RIGHT, venue, costs=FAST)

    def tries(self, passphrase: str = WRONG, name: str = "Jo") -> bool:
        """Try once; tell whether it unlocked."""
        try:
            lockout.unlock(self.folder, self.lockout, name, passphrase, now=self.clock, pause=self._waits)
        except (PassphraseError, StaffError):
            return False
        return True

    def _waits(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.clock.passes(seconds=seconds)

    def restarts(self) -> None:
        self.lockout = Lockout(self.file)

    def locked_until(self, passphrase: str = RIGHT, name: str = "Jo") -> datetime:
        """Check that not even the right passphrase is taken, and return until when."""
        waited = len(self.waited)
        with pytest.raises(LockedOutError) as caught:
            self.tries(passphrase, name)
        assert len(self.waited) == waited
        return caught.value.until

    def kept(self) -> dict[str, int]:
        """What the file says: how many wrong ones in a row, by file."""
        people = json.loads(self.file.read_bytes())["people"]
        return {who: failed["running"] for who, failed in people.items()}


@pytest.fixture
def guesser(tmp_path: Path, venue: str) -> Guesser:
    return Guesser(tmp_path, venue)


def test_each_wrong_passphrase_makes_the_next_slower_and_the_seventh_locks(guesser: Guesser) -> None:
    for _ in range(7):
        assert not guesser.tries()
    assert guesser.waited == [0, 0, 1, 2, 5, 10, 10]
    assert guesser.locked_until() == guesser.clock.now - timedelta(seconds=10) + LOCKED


def test_the_right_passphrase_begins_a_new_row(guesser: Guesser) -> None:
    for _ in range(6):
        guesser.tries()
    assert guesser.tries(RIGHT)
    guesser.waited.clear()
    for _ in range(6):
        assert not guesser.tries()
    assert guesser.waited == [0, 0, 1, 2, 5, 10]
    assert guesser.tries(RIGHT)
    assert guesser.kept() == {}


def test_a_lock_ends_after_a_quarter_of_an_hour_and_each_further_one_locks_again(guesser: Guesser) -> None:
    for _ in range(7):
        guesser.tries()
    for _ in range(3):
        until = guesser.locked_until()
        guesser.clock.now = until - timedelta(seconds=1)
        assert guesser.locked_until() == until
        guesser.clock.now = until
        assert not guesser.tries()
        assert guesser.locked_until() > until
    guesser.clock.passes(minutes=15)
    assert guesser.tries(RIGHT)
    assert guesser.tries(RIGHT)
    assert guesser.waited[-1] == 0


def test_a_machine_that_guesses_gets_four_tries_an_hour(guesser: Guesser) -> None:
    end = guesser.clock.now + timedelta(days=1)
    tried = 0
    while guesser.clock.now < end:
        try:
            tried += not guesser.tries()
        except LockedOutError as error:
            guesser.clock.now = error.until
    assert tried <= 7 + 24 * 4


def test_a_restart_changes_nothing(guesser: Guesser) -> None:
    for _ in range(7):
        guesser.tries()
        guesser.restarts()
    assert guesser.waited == [0, 0, 1, 2, 5, 10, 10]
    assert guesser.locked_until()
    guesser.restarts()
    assert guesser.locked_until()


def test_a_try_counts_before_it_is_known_to_be_wrong(guesser: Guesser) -> None:
    def pull_the_plug(_seconds: float) -> None:
        raise KeyboardInterrupt

    for _ in range(7):
        with pytest.raises(KeyboardInterrupt):
            lockout.unlock(
                guesser.folder, Lockout(guesser.file), "Jo", WRONG, now=guesser.clock, pause=pull_the_plug
            )
    guesser.restarts()
    assert guesser.locked_until()


def test_one_persons_lock_keeps_nobody_else_out(guesser: Guesser) -> None:
    for _ in range(7):
        guesser.tries()
    guesser.locked_until()
    assert guesser.tries(RIGHT, "Ali")
    guesser.locked_until()


def test_a_name_that_nobody_has_costs_the_same_whatever_it_is(guesser: Guesser) -> None:
    for number in range(7):
        assert not guesser.tries(name=f"Eve {number}")
    assert guesser.waited == [0, 0, 1, 2, 5, 10, 10]
    assert guesser.locked_until(name="Mallory")
    assert guesser.tries(RIGHT)
    assert guesser.kept() == {NOBODY: 7}


def test_no_name_and_no_passphrase_is_written_down(guesser: Guesser) -> None:
    guesser.tries("a passphrase typed here")
    guesser.tries(name="a passphrase typed as a name")
    written = guesser.file.read_bytes()
    assert b"passphrase" not in written
    assert b"Jo" not in written
    assert guesser.file.stat().st_mode & 0o777 == 0o600


def test_a_name_is_the_same_in_whatever_case(guesser: Guesser) -> None:
    for name in ("Jo", "JO", " jo ", "jO", "Jo", "jo", "JO"):
        guesser.tries(name=name)
    assert guesser.locked_until()


def test_who_is_added_anew_begins_anew(guesser: Guesser, venue: str) -> None:
    for _ in range(7):
        guesser.tries()
    staff.remove(guesser.folder, "Jo")
    staff.add(guesser.folder, "Jo", RIGHT, venue, costs=FAST)
    assert guesser.tries(RIGHT)


# -- the clock


@pytest.mark.parametrize("back", [timedelta(minutes=1), timedelta(days=1), timedelta(days=4000)])
def test_a_clock_that_is_set_back_locks_for_no_longer_than_a_quarter_of_an_hour(
    guesser: Guesser, back: timedelta
) -> None:
    for _ in range(7):
        guesser.tries()
    guesser.clock.now -= back
    until = guesser.locked_until()
    assert until <= guesser.clock.now + LOCKED
    guesser.restarts()
    guesser.clock.passes(minutes=7)
    assert guesser.locked_until() == until
    guesser.clock.now = until
    assert guesser.tries(RIGHT)


def test_a_clock_that_is_set_forward_unlocks_early_and_no_more(guesser: Guesser) -> None:
    for _ in range(7):
        guesser.tries()
    guesser.clock.passes(days=400)
    assert not guesser.tries()
    assert guesser.locked_until() == guesser.clock.now - timedelta(seconds=10) + LOCKED


# -- the file


@pytest.mark.parametrize(
    "written",
    [
        b"",
        b"junk",
        b"\xff",
        b"[]",
        b"[" * 100_000,
        b'{"version":2}',
        b'{"people":{"":{"running":0,"last":"2026-03-01T12:00:00Z"}}}',
        b'{"people":{"":{"running":-7,"last":"2026-03-01T12:00:00Z"}}}',
        b'{"people":{"":{"running":7,"last":"2026-03-01T12:00:00"}}}',
        b'{"people":{"":{"running":7}}}',
        b'{"people":[]}',
        b'{"more":1}',
    ],
)
def test_a_file_that_does_not_read_as_one_counts_as_none_and_is_replaced(
    guesser: Guesser, written: bytes
) -> None:
    guesser.file.parent.mkdir()
    guesser.file.write_bytes(written)
    assert not guesser.tries()
    assert guesser.waited == [0]
    assert list(guesser.kept().values()) == [1]


def in_the_way_of_the_folder(file: Path) -> None:
    file.parent.write_text("a file in the way")


def in_the_way_of_the_file(file: Path) -> None:
    file.mkdir(parents=True)


@pytest.mark.parametrize("spoil", [in_the_way_of_the_folder, in_the_way_of_the_file])
def test_where_the_disk_takes_nothing_it_counts_in_memory(
    guesser: Guesser, spoil: Callable[[Path], None]
) -> None:
    spoil(guesser.file)
    for _ in range(7):
        guesser.tries()
    assert guesser.waited == [0, 0, 1, 2, 5, 10, 10]
    guesser.locked_until()
    guesser.clock.passes(minutes=15)
    assert guesser.tries(RIGHT)
    assert guesser.tries(RIGHT)
    assert guesser.waited[-1] == 0


def test_unlocking_for_the_first_time_counts_nothing(guesser: Guesser) -> None:
    assert guesser.tries(RIGHT)
    assert guesser.kept() == {} if guesser.file.exists() else True


def test_a_machine_short_of_memory_is_not_counted_against_anybody(
    guesser: Guesser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def starved(*_: object) -> None:
        raise DeskError("This machine is short of memory.")

    guesser.tries()
    with monkeypatch.context() as patched:
        patched.setattr(staff, "enter", starved)
        for _ in range(20):
            with pytest.raises(DeskError, match="memory"):
                guesser.tries(RIGHT)
    assert list(guesser.kept().values()) == [1]
    assert set(guesser.waited) == {0}


def test_the_line_says_when_to_try_again(guesser: Guesser, monkeypatch: pytest.MonkeyPatch) -> None:
    guesser.clock.now = datetime(2026, 3, 1, 12, 0, 31, tzinfo=UTC).astimezone()
    for _ in range(7):
        guesser.lockout.begin("x", guesser.clock())
    with pytest.raises(LockedOutError) as caught:
        guesser.lockout.begin("x", guesser.clock())
    until = (guesser.clock.now + timedelta(minutes=16)).astimezone()
    assert str(caught.value) == f"Too many wrong passphrases. Try again at {until:%H:%M}."


def test_two_desks_count_together(guesser: Guesser) -> None:
    other = Lockout(guesser.file)
    delays = []
    for _ in range(3):
        delays += [guesser.lockout.begin("x", NOON), other.begin("x", NOON)]
    assert delays == [0, 0, 1, 2, 5, 10]


def test_the_shipped_costs_are_paid_by_a_wrong_passphrase_too(guesser: Guesser, venue: str) -> None:
    staff.add(guesser.folder, "Eve", RIGHT, venue, costs=Costs(memory_kib=64, passes=1))
    assert not guesser.tries(name="Eve")
    assert guesser.tries(RIGHT, name="Eve")
