"""The program is killed, or refused something, at one system call after another, counted by strace."""

import copy
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import msgspec
import pytest

from tests.kiosk.vault.torture.calls import ANY_CHANGING, CHANGING, changes, counted
from tests.kiosk.vault.torture.ledger import check
from tests.kiosk.vault.torture.recording import read_tree, write_tree
from tests.kiosk.vault.torture.scenes import prepared
from tests.kiosk.vault.torture.size import SIZE, Size
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

    def points(self, calls: Iterable[str], every_folder: int) -> Iterator[tuple[str, int]]:
        """Yield each call and which one of its kind it is; of the many that make folders, every n-th."""
        for call in calls:
            step = every_folder if call == "mkdir" else 1
            yield from ((call, number) for number in range(1, self.counts[call] + 1, step))

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
    """The short form kills before every eighth; `test_power_cut` opens what is left before each of them."""
    stage = Stage(room, scene, victims)
    points = list(stage.points(stage.counts if size.every_call else CHANGING, every_folder=size.every_folder))
    if not size.every_call:
        points = points[::8]
    kills = 0
    for call, number in points:
        ended = stage.plays("-e", f"trace={call}", "-e", f"inject={call}:signal=KILL:when={number}")
        # How often Python asks for memory may differ from run to run; what the vault does may not.
        assert ended.code == KILLED or call not in CHANGING, (call, number)
        kills += ended.code == KILLED
        stage.holds(ended, f"killed before {call} number {number}")
    assert kills
    record_property("kills", kills)


@pytest.mark.parametrize("number", ["EIO", "ENOSPC", "EROFS"])
def test_a_system_call_that_fails_is_told_and_costs_nothing_else(
    room: Path, victims: Victims, number: str, size: Size, record_property: Record
) -> None:
    """The short form refuses one of eight, and each of those that no other sweep refuses, in one way."""
    stage = Stage(room, "everything", victims)
    points = list(stage.points(REFUSABLE, every_folder=1))
    if not size.every_call:
        way = ["EIO", "ENOSPC", "EROFS"].index(number)
        points = [
            point
            for at, point in enumerate(points)
            if (at % 3 == way if point[0] in ("pread64", "statfs", "getdents64") else at % 24 == way * 8)
        ]
    for call, which in points:
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
