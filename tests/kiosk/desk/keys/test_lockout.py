"""Wrong passphrases make the next slower, and the right one opens, whatever the clock and the plug do."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import Mock

import pytest

from kiosk.count_file import MOST
from kiosk.desk.keys import lockout, staff
from kiosk.desk.keys.lockout import DELAYS, LAPSE, Entrance, Throttle
from kiosk.errors import DeskError, PassphraseError
from kiosk.seal import Costs
from tests.conftest import FAST
from tests.kiosk.strange import in_the_way_of_the_file, in_the_way_of_the_folder
from tests.kiosk.vault.helpers import Clock

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
RIGHT, WRONG = "gravel thistle anchor biscuit", "plover tundra saucer mitten"
PLACES: tuple[Entrance, ...] = ("screen", "commands")
LONGEST = 30
"""Seconds that a try may take at most."""


class Guesser:
    """Somebody at the desk, with a clock that goes on only while one waits."""

    def __init__(self, folder: Path, venue: str) -> None:
        self.folder = folder / "staff"
        self.file = folder / "home" / "unlocks"
        self.clock = Clock()
        self.waited: list[float] = []
        self.restarts()
        for name in ("Jo", "Ali"):
            staff.add(self.folder, name, RIGHT, venue, costs=FAST)

    def tries(self, passphrase: str = WRONG, name: str = "Jo") -> bool:
        """Try once; tell whether it unlocked."""
        try:
            lockout.unlock(self.folder, self.throttle, name, passphrase, now=self.clock, pause=self._waits)
        except PassphraseError:
            return False
        return True

    def _waits(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.clock.passes(seconds=seconds)

    def restarts(self, place: Entrance = "screen") -> None:
        self.throttle = Throttle(self.file, place)

    def kept(self) -> dict[Entrance, int]:
        """What the file says: how many wrong ones in a row, by place."""
        tried = json.loads(self.file.read_bytes())
        return {"screen": tried["screen"]["wrong"], "commands": tried["commands"]["wrong"]}


@pytest.fixture
def guesser(tmp_path: Path, venue: str) -> Guesser:
    return Guesser(tmp_path, venue)


def test_each_wrong_passphrase_makes_the_next_slower_up_to_half_a_minute_and_a_restart_changes_nothing(
    guesser: Guesser,
) -> None:
    for _ in range(11):
        assert not guesser.tries()
        guesser.restarts()
    assert guesser.waited == [0, 0, 1, 2, 5, 10, 20, 30, 30, 30, 30]


def test_the_right_passphrase_begins_a_new_row(guesser: Guesser) -> None:
    for _ in range(9):
        guesser.tries()
    assert guesser.tries(RIGHT)
    guesser.waited.clear()
    assert guesser.tries(RIGHT, "Ali")
    for _ in range(4):
        assert not guesser.tries()
    assert guesser.waited == [0, 0, 0, 1, 2]
    assert guesser.tries(RIGHT)
    assert guesser.kept() == {"screen": 0, "commands": 0}


def test_after_a_quarter_of_an_hour_without_a_wrong_one_a_new_row_begins(guesser: Guesser) -> None:
    for wait, expected in ((LAPSE - timedelta(seconds=1), 30), (LAPSE, 0)):
        for _ in range(8):
            guesser.throttle.begin(NOON)
        assert guesser.throttle.begin(NOON + wait) == expected
        guesser.throttle.lift()


@pytest.mark.parametrize("patience", [1, len(DELAYS), len(DELAYS) + 1, 10_000])
def test_a_machine_that_guesses_for_a_day_gets_no_more_tries_however_it_paces_them(
    guesser: Guesser, patience: int
) -> None:
    end, tried = guesser.clock.now + timedelta(days=1), 0
    while guesser.clock.now < end:
        guesser._waits(guesser.throttle.begin(guesser.clock()))
        tried += 1
        if tried % patience == 0:
            guesser.clock.now += LAPSE
    assert tried <= 24 * 60 * 60 / LONGEST + len(DELAYS)


def test_many_names_tried_in_turn_are_as_slow_as_one(guesser: Guesser) -> None:
    for name in ("Jo", "Eve", "Ali", "Mallory", "", "JO", "x" * 10_000, "Ali"):
        assert not guesser.tries(name=name)
    assert guesser.waited == [0, 0, 1, 2, 5, 10, 20, 30]
    assert guesser.file.stat().st_size < 200


def test_what_happens_at_the_screen_slows_no_command_and_the_other_way_round(guesser: Guesser) -> None:
    for _ in range(9):
        guesser.tries()
    guesser.restarts("commands")
    guesser.waited.clear()
    for _ in range(4):
        guesser.tries()
    assert guesser.waited == [0, 0, 1, 2]
    assert guesser.tries(RIGHT)
    assert guesser.kept() == {"screen": 9, "commands": 0}


def test_a_try_counts_before_it_is_known_to_be_wrong(guesser: Guesser) -> None:
    for _ in range(7):
        with pytest.raises(KeyboardInterrupt):
            lockout.unlock(
                guesser.folder,
                Throttle(guesser.file, "screen"),
                "Jo",
                WRONG,
                now=guesser.clock,
                pause=Mock(side_effect=KeyboardInterrupt),
            )
    guesser.restarts()
    assert not guesser.tries()
    assert guesser.waited == [30]


def test_the_delay_is_lifted_everywhere(guesser: Guesser) -> None:
    for place in PLACES:
        guesser.restarts(place)
        for _ in range(9):
            guesser.tries()
    assert guesser.throttle.lengths(guesser.clock()) == {"screen": 9, "commands": 9}
    guesser.throttle.lift()
    assert guesser.throttle.lengths(guesser.clock()) == {"screen": 0, "commands": 0}
    for place in PLACES:
        guesser.restarts(place)
        assert guesser.throttle.begin(guesser.clock()) == 0


# -- names


def test_no_name_and_no_passphrase_is_written_down(guesser: Guesser) -> None:
    guesser.tries("a passphrase typed here")
    guesser.tries(name="a passphrase typed as a name")
    written = guesser.file.read_bytes()
    assert b"passphrase" not in written
    assert b"Jo" not in written
    assert guesser.file.stat().st_mode & 0o777 == 0o600


# -- the clock


@pytest.mark.parametrize("back", [timedelta(minutes=1), timedelta(days=1), timedelta(days=4000)])
def test_a_clock_that_is_set_back_frees_nobody_and_keeps_nobody_out(
    guesser: Guesser, back: timedelta
) -> None:
    for _ in range(9):
        guesser.tries()
    guesser.clock.now -= back
    assert not guesser.tries()
    assert guesser.waited[-1] == LONGEST
    guesser.clock.now += LAPSE
    assert not guesser.tries()
    assert guesser.waited[-1] == 0


# -- the file


def row(**changes: object) -> bytes:
    return json.dumps({"version": 2, "screen": {"wrong": 9, "last": NOON.isoformat()} | changes}).encode()


def test_a_file_that_does_not_read_as_one_counts_as_none_and_is_replaced(guesser: Guesser) -> None:
    guesser.file.parent.mkdir()
    for written in (
        *(b"", b"junk", b"null", b'{"version":2,"screen":' + b"[" * 100_000, b'{"version":3}'),
        b'{"version":1,"people":{"":{"running":7,"last":"2026-03-01T12:00:00Z"}}}',
        *(b'{"version":2,"more":1}', b'{"version":2}' + b" " * 10_000_000 + b"x", row(name="Jo")),
        *(row(wrong=-1), row(wrong="9"), row(wrong=9.5), row(wrong=2**53), row(wrong=10**400)),
        *(row(last="2026-03-01T12:00:00"), row(last="99999-03-01T12:00:00Z"), row(last=None), row(last=5)),
    ):
        guesser.file.write_bytes(written)
        guesser.restarts()
        guesser.waited.clear()
        assert not guesser.tries()
        assert (guesser.waited, guesser.kept()["screen"]) == ([0], 1), written[:50]


@pytest.mark.parametrize(
    "last",
    [
        "0001-01-01T00:00:00Z",
        "0001-01-01T00:00:00+23:59",
        "9999-12-31T23:59:59Z",
        "9999-12-31T23:59:59-23:59",
        "1969-12-31T23:59:59Z",
        NOON.isoformat(),
    ],
)
def test_no_date_and_no_number_in_the_file_keeps_anybody_out_or_frees_for_ever(
    guesser: Guesser, last: str
) -> None:
    guesser.file.parent.mkdir()
    for wrong in (0, MOST):
        guesser.file.write_bytes(row(last=last, wrong=wrong))
        guesser.waited.clear()
        for _ in range(9):
            assert not guesser.tries()
        assert max(guesser.waited) == guesser.waited[-1] == LONGEST
        guesser.file.write_bytes(row(last=last, wrong=wrong))
        assert guesser.tries(RIGHT)
        assert guesser.tries(RIGHT)
        assert guesser.waited[-1] == 0


@pytest.mark.parametrize("spoil", [in_the_way_of_the_folder, in_the_way_of_the_file])
def test_where_the_disk_takes_nothing_it_counts_in_memory(
    guesser: Guesser, spoil: Callable[[Path], None]
) -> None:
    spoil(guesser.file)
    for _ in range(9):
        guesser.tries()
    assert guesser.waited == [0, 0, 1, 2, 5, 10, 20, 30, 30]
    assert guesser.tries(RIGHT)
    assert guesser.tries(RIGHT)
    assert guesser.waited[-1] == 0


def test_a_machine_short_of_memory_is_not_counted_against_anybody(
    guesser: Guesser, monkeypatch: pytest.MonkeyPatch
) -> None:
    guesser.tries()
    with monkeypatch.context() as patched:
        patched.setattr(staff, "enter", Mock(side_effect=DeskError("This machine is short of memory.")))
        for _ in range(20):
            with pytest.raises(DeskError, match="memory"):
                guesser.tries(RIGHT)
    assert guesser.kept()["screen"] == 1
    assert set(guesser.waited) == {0}


def test_two_desks_count_together(guesser: Guesser) -> None:
    other = Throttle(guesser.file, "screen")
    delays = []
    for _ in range(3):
        delays += [guesser.throttle.begin(NOON), other.begin(NOON)]
    assert delays == [0, 0, 1, 2, 5, 10]


def test_the_shipped_costs_are_paid_by_a_wrong_passphrase_too(guesser: Guesser, venue: str) -> None:
    staff.add(guesser.folder, "Eve", RIGHT, venue, costs=Costs(memory_kib=64, passes=1))
    assert not guesser.tries(name="Eve")
    assert guesser.tries(RIGHT, name="Eve")
