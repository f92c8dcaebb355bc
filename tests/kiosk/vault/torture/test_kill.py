"""The program is killed, or refused something, at one system call after another, counted by strace."""

import copy
import errno
from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec
import pytest

from tests.kiosk.vault.torture.calls import ANY_CHANGING, CHANGING, changes, counted
from tests.kiosk.vault.torture.ledger import check
from tests.kiosk.vault.torture.recording import read_tree, write_tree
from tests.kiosk.vault.torture.scenes import prepared
from tests.kiosk.vault.torture.size import SIZE, Size
from tests.kiosk.vault.torture.test_errors import ERRORS
from tests.kiosk.vault.torture.victim import Ended, Task, Victims

KILLED = -9
REFUSABLE = (*CHANGING, "pread64", "statfs", "getdents64", "newfstatat")
"""The calls that are refused: all that may fail, and not `close`, which lets go whatever it returns."""
Record = Callable[[str, object], None]


class Stage:
    """A home that is put back to where a scene starts, and the calls that strace saw of the whole scene."""

    def __init__(self, room: Path, scene: str, victims: Victims) -> None:
        self.root = room / "disk"
        self.root.mkdir()
        self._scene, self._victims = scene, victims
        self._before = prepared(self.root / "home", scene)
        self._base = read_tree(self.root)
        trace = room / "trace"
        self.holds(self.plays("-o", str(trace), "-e", "trace=all"), "nothing was done to it")
        self.counts = counted(trace)

    def plays(self, *strace: str, refusals: bool = False) -> Ended:
        write_tree(self.root, self._base)
        return self._victims.plays(Task(self._scene, str(self.root), refusals=refusals), *strace)

    def points(self, calls: Iterable[str]) -> list[tuple[str, int]]:
        """Return each call and which one of its kind it is."""
        return [(call, number) for call in calls for number in range(1, self.counts[call] + 1)]

    def holds(self, ended: Ended, what: str) -> None:
        """Check the home against what was told. Raises LostError."""
        ledger = copy.deepcopy(self._before)
        for told in ended.told:
            ledger.hears(told)
        assert not ended.said, f"{what}: {ended.said}"
        check(self.root / "home", ledger, what)


@pytest.mark.parametrize("scene", SIZE.killed)
def test_a_kill_before_any_system_call_loses_nothing_acknowledged(
    room: Path, victims: Victims, scene: str, size: Size, record_property: Record
) -> None:
    """The short form kills before each 16th; `test_power_cut` opens what is left before each of them."""
    stage = Stage(room, scene, victims)
    points = stage.points(stage.counts) if size.every_call else stage.points(CHANGING)[::16]
    kills = 0
    for call, number in points:
        ended = stage.plays("-e", f"trace={call}", "-e", f"inject={call}:signal=KILL:when={number}")
        # How often Python asks for memory may differ from run to run; what the vault does may not.
        assert ended.code == KILLED or call not in CHANGING, (call, number)
        kills += ended.code == KILLED
        stage.holds(ended, f"killed before {call} number {number}")
    assert kills
    record_property("kills", kills)


def test_a_system_call_that_fails_is_told_and_costs_nothing_else(
    room: Path, victims: Victims, size: Size, record_property: Record
) -> None:
    """The short form refuses each 25th in one way; `test_errors` refuses each of them within a program."""
    stage = Stage(room, "everything", victims)
    points = stage.points(REFUSABLE)
    for at, (call, which) in enumerate(points if size.every_call else points[::25]):
        for number in map(errno.errorcode.__getitem__, ERRORS if size.every_call else [ERRORS[at % 3]]):
            inject = f"inject={call}:error={number}:when={which}"
            ended = stage.plays("-e", f"trace={call}", "-e", inject, refusals=True)
            stage.holds(ended, f"{number} from {call} number {which}")
    record_property("errors", len(points))


@pytest.mark.parametrize("scene", SIZE.killed)
def test_nothing_goes_past_the_disk_that_is_recorded(room: Path, victims: Victims, scene: str) -> None:
    root, trace, record = room / "disk", room / "trace", room / "record"
    root.mkdir()
    prepared(root / "home", scene)
    options = ("-y", "-s", "1", "-o", str(trace), "-e", f"trace={ANY_CHANGING}")
    ended = victims.plays(Task(scene, str(root), record=str(record)), *options)
    assert (ended.code, ended.said) == (0, "")
    recorded = msgspec.json.decode(record.read_bytes(), type=list[tuple[str, str]])
    assert recorded
    assert changes(trace, root) == recorded
