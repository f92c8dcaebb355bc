"""The venue's key is changed, and the plug is pulled, the program killed or a call refused, anywhere in it.

After each of these everybody who could open something opens it still, the same command goes on or begins
again, and at its end the old key opens nothing that could be sealed anew.
"""

import errno
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from random import Random

import pytest

from kiosk import seal
from kiosk.desk.rekey import change_key
from kiosk.errors import KioskError, SealError, SettingsError, VaultError
from tests.kiosk.desk.keyed import Keyed, now
from tests.kiosk.vault.torture import rekeying
from tests.kiosk.vault.torture.calls import CHANGING, counted
from tests.kiosk.vault.torture.conftest import in_memory
from tests.kiosk.vault.torture.ledger import Told
from tests.kiosk.vault.torture.recording import Missing, Recorder, read_tree, write_tree
from tests.kiosk.vault.torture.size import SIZE, Size
from tests.kiosk.vault.torture.test_errors import ERRORS, FailingDisk
from tests.kiosk.vault.torture.victim import Ended, Task, Victims
from tests.kiosk.vault.torture.weak import Tree, WeakDisk

KILLED = -9
Record = Callable[[str, object], None]


@pytest.fixture(scope="module", autouse=True)
def opened_once() -> Iterator[None]:
    """Open the same bytes with the same key once: a sweep looks at the same files again and again."""

    @cache
    def opened(identity: str, sealed: bytes) -> bytes | SealError:
        try:
            return opener(identity)(sealed)
        except SealError as error:
            return error

    def quickly(identity: str) -> Callable[[bytes], bytes]:
        def open_(sealed: bytes) -> bytes:
            found = opened(identity, sealed)
            if isinstance(found, SealError):
                raise type(found)(*found.args)
            return found

        return open_

    opener = seal.opener
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(seal, "opener", quickly)
        patch.setattr(seal, "private_key", cache(seal.private_key))
        yield


@pytest.fixture(scope="module")
def rekeyers() -> Iterator[Victims]:
    with Victims(rekeying.__name__) as ready:
        yield ready


class Stage:
    """A home that is put back to before the change."""

    def __init__(self, room: Path) -> None:
        self.keyed = Keyed(room / "disk")
        self.keyed.root.mkdir()
        self.keyed.begins()
        self._base = read_tree(self.keyed.root)

    def set_up(self, tree: Tree | None = None) -> None:
        """Put it back to where it begins, or to what a power cut left."""
        write_tree(self.keyed.root, tree or self._base)
        self.keyed.dates()

    def holds(self, what: str) -> None:
        """Check that nothing is lost, go on with the change to its end, and check that."""
        try:
            self.keyed.is_whole()
            _goes_on(self.keyed)
            self.keyed.is_done()
        except Exception as error:
            error.add_note(what)
            raise

    def plays(self, rekeyers: Victims, *strace: str) -> Ended:
        self.set_up()
        ended = rekeyers.plays(Task("", str(self.keyed.root)), *strace)
        assert not ended.said, ended.said
        return ended


def _goes_on(keyed: Keyed) -> None:
    """Run the command again, with the same file, and with another where that one is in the way."""
    try:
        change_key(keyed.home, keyed.enters(), keyed.root / "new.txt", now=now)
    except SettingsError:
        change_key(keyed.home, keyed.enters(), keyed.root / "again.txt", now=now)


@pytest.fixture(scope="module")
def built() -> Iterator[Stage]:
    with in_memory() as room:
        yield Stage(room)


@pytest.fixture
def stage(built: Stage) -> Stage:
    built.set_up()
    return built


def test_a_kill_before_any_system_call_loses_nothing(
    stage: Stage, rekeyers: Victims, size: Size, room: Path, record_property: Record
) -> None:
    trace = room / "trace"
    assert stage.plays(rekeyers, "-o", str(trace), "-e", "trace=all").code == 0
    stage.keyed.is_done()
    counts = counted(trace)
    calls = [call for call in counts if size.every_call or call in (*CHANGING, "utimensat")]
    points = [(call, number) for call in calls for number in range(1, counts[call] + 1)]
    kills = 0
    for call, number in points if size.every_call else points[::60]:
        inject = f"inject={call}:signal=KILL:when={number}"
        ended = stage.plays(rekeyers, "-e", f"trace={call}", "-e", inject)
        # How often Python asks for memory may differ from run to run.
        assert ended.code in (KILLED, 0)
        kills += ended.code == KILLED
        stage.holds(f"killed before {call} number {number} of {counts[call]}")
    assert kills
    record_property("kills", kills)


@pytest.mark.parametrize("lasting", [False, True] if SIZE.every_call else [None])
def test_a_call_that_fails_is_told_and_loses_nothing(
    stage: Stage, lasting: bool | None, size: Size, record_property: Record
) -> None:
    """Once, or from then on; the short form takes one of eleven calls, in one way and in turns."""
    counting = FailingDisk()
    stage.keyed.rekeys(disk=counting)
    failed = 0
    for at, which in enumerate(range(1, counting.count + 1, 1 if size.every_call else 11)):
        for number in ERRORS if size.every_call else [ERRORS[which % 3]]:
            stage.set_up()
            disk = FailingDisk()
            disk.which, disk.number = which, number
            disk.lasting = at % 2 == 1 if lasting is None else lasting
            what = f"{errno.errorcode[number]} from call {which} of {counting.count}"
            try:
                stage.keyed.rekeys(disk=disk)
            except VaultError as error:
                failed += "again" in str(error)
            stage.holds(what)
    assert failed
    record_property("errors", failed)


def _recorded(stage: Stage, leaves_out: Missing = "") -> Recorder:
    stage.set_up()
    recorder = Recorder(stage.keyed.root, leaves_out=leaves_out)
    change_key(stage.keyed.home, stage.keyed.enters(), stage.keyed.root / "new.txt", now=now, disk=recorder)
    return recorder


def _cut(stage: Stage, recorder: Recorder, most: int, every: int) -> int:
    """Cut the power after every n-th call, and look at what it may leave; return how many states.

    The sheet is on another medium, and is whole.
    """
    sheet = (stage.keyed.root / "new.txt").read_bytes()
    chance, disk, seen = Random(1), WeakDisk(recorder.base), set[int]()
    for number, step in enumerate([(), *recorder.steps]):
        assert not isinstance(step, Told)
        disk.apply(step)
        if number % every:
            continue
        for tree, kinds in disk.states(most, chance):
            key = hash(frozenset(tree.items()))
            if key not in seen:
                seen.add(key)
                stage.set_up({**tree, "new.txt": sheet})
                stage.holds(f"cut after step {number} of {len(recorder.steps)}, {sorted(kinds)}")
    return len(seen)


def test_a_power_cut_anywhere_loses_nothing(stage: Stage, size: Size, record_property: Record) -> None:
    recorder = _recorded(stage)
    every, most = (1, 40) if size.every_call else (8, 3)
    record_property("cuts", len(recorder.steps) // every)
    record_property("states", _cut(stage, recorder, most, every))


@pytest.mark.parametrize("leaves_out", ["file", "folder"])
def test_without_a_flush_a_power_cut_is_seen_to_lose_something(stage: Stage, leaves_out: Missing) -> None:
    """The negative control: the sweep would find a flush that is missing, half way through at the latest."""
    recorder = _recorded(stage, leaves_out)
    with pytest.raises((AssertionError, KioskError)):
        _cut(stage, recorder, 6, every=len(recorder.steps) // 2)
