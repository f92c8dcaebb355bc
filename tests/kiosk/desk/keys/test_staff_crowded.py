"""Staff keys that somebody put there by the hundred, or that would take all of the machine: who works here
comes in all the same, about as fast as ever.
"""

import json
import os
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import msgspec
import pytest
from argon2.low_level import hash_secret_raw

from kiosk import seal, untrusted
from kiosk.desk.keys import staff, staff_files, stretching
from kiosk.desk.keys.staff_files import NAME_LIMIT, ROSTER
from kiosk.errors import DeskError, PassphraseError
from kiosk.seal import Costs
from tests.conftest import FAST
from tests.kiosk.desk.conftest import OTHER, SECRET, key_file, key_files

GIB = 1 << 30


def crowded(folder: Path, count: int, name: str = "Jo", **more: Any) -> None:
    """Put files of one name there, each of them before those of people who work here."""
    told = json.loads(key_file(folder, "Jo").read_bytes()) | {"name": name} | more
    for number in range(count):
        (folder / f"{number:016x}.json").write_text(json.dumps(told))


@pytest.mark.parametrize("count", [3, 500])
def test_however_many_files_of_the_same_name_are_planted_somebody_comes_in(
    staffed: Path, venue: str, count: int
) -> None:
    crowded(staffed, count)
    assert staff.enter(staffed, "Jo", SECRET).identity == venue
    assert staff.enter(staffed, "Ali", OTHER).identity == venue
    assert [one.name for one in staff.members(staffed, venue)] == ["Ali", "Jo"]
    assert len(staff_files.set_aside(staffed, venue)) == count


def test_an_unlock_reads_no_more_files_than_the_roster_lists_and_a_few(
    staffed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowded(staffed, 500, "Eve")
    read = set[Path]()
    whole = untrusted.read

    def watched(path: Path, most: int, **more: Any) -> bytes:
        read.add(path)
        return whole(path, most, **more)

    monkeypatch.setattr(untrusted, "read", watched)
    staff.enter(staffed, "Jo", SECRET)
    with pytest.raises(PassphraseError):
        staff.enter(staffed, "Nobody", SECRET)
    assert len(read) <= 2 + staff_files.STRANGERS_MOST + 1
    assert {key_file(staffed, "Jo"), key_file(staffed, "Ali"), staffed / ROSTER} <= read


def stretched(monkeypatch: pytest.MonkeyPatch) -> list[Costs]:
    """Return the costs of each passphrase that is stretched from now on."""
    ran: list[Costs] = []

    def watched(secret: bytes, salt: bytes, passes: int, memory: int, lanes: int, *rest: Any) -> bytes:
        ran.append(Costs(memory_kib=memory, passes=passes))
        return hash_secret_raw(secret, salt, passes, memory, lanes, *rest)

    monkeypatch.setattr(seal, "hash_secret_raw", watched)
    return ran


def test_a_wrong_passphrase_is_tried_on_a_few_files_of_the_name_alone(
    staffed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowded(staffed, 500)
    runs = stretched(monkeypatch)
    with pytest.raises(PassphraseError):
        staff.enter(staffed, "Jo", OTHER)
    assert len(runs) <= staff.SAME_NAMES


def test_planted_files_go_together_however_many_there_are(staffed: Path, venue: str) -> None:
    crowded(staffed, 200)
    staff.remove(staffed, "Jo", venue)
    assert staff_files.set_aside(staffed, venue) == ()
    assert len(key_files(staffed)) == 2
    assert staff.enter(staffed, "Jo", SECRET).identity == venue


@pytest.mark.parametrize(
    "name", ["Jo" * 500, "Jo\n" * 300, "\u202eJo", "J" + "\u0301" * 900, "", " "], ids=range(6)
)
def test_names_without_end_keep_nobody_out_and_are_told_short(staffed: Path, venue: str, name: str) -> None:
    crowded(staffed, 5, name)
    assert staff.enter(staffed, "Jo", SECRET).identity == venue
    for told in staff_files.set_aside(staffed, venue):
        assert len(told) <= NAME_LIMIT
        assert told.isprintable()


def test_what_is_no_file_in_the_place_of_one_keeps_nobody_waiting(staffed: Path, venue: str) -> None:
    for number in range(50):
        os.mkfifo(staffed / f"{number:016x}.json")
        (staffed / f"a{number:015x}.json").symlink_to("/dev/zero")
    assert staff.enter(staffed, "Jo", SECRET).identity == venue
    assert len(staff_files.set_aside(staffed, venue)) == 100


# -- costs


@pytest.mark.parametrize(
    "values",
    [
        {"memory_kib": 256 * 1024 + 1, "passes": 1},
        {"memory_kib": 1024 * 1024, "passes": 1},
        {"memory_kib": 256 * 1024, "passes": 4},
        {"memory_kib": 64 * 1024, "passes": 13},
        {"memory_kib": 64 * 1024, "passes": 3, "lanes": 2},
    ],
)
def test_a_file_that_costs_more_than_any_machine_gives_it_is_none(
    staffed: Path, venue: str, values: dict[str, int]
) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(values, Costs)
    file = key_file(staffed, "Ali")
    file.write_text(json.dumps(json.loads(file.read_bytes()) | {"costs": values}))
    with pytest.raises(PassphraseError):
        staff.enter(staffed, "Ali", OTHER)
    assert staff.enter(staffed, "Jo", SECRET).identity == venue


def test_whatever_a_machine_gives_a_key_is_valid() -> None:
    for speed, free in product((10, 100, 1200, 1e6), (0, 1 << 26, GIB // 4, GIB // 2, GIB, 8 * GIB)):
        chosen = stretching.choose(free, partial(_seconds, speed))
        assert msgspec.convert(msgspec.to_builtins(chosen), Costs) == chosen, (speed, free)


def _seconds(speed: float, tried: Costs) -> float:
    return tried.memory_kib * tried.passes / 1024 / speed


def test_where_less_memory_is_free_than_a_key_takes_nothing_is_begun_and_that_is_said(
    staffed: Path, venue: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The system would end this program, or another one, in the middle."""
    dear = {"memory_kib": 256 * 1024, "passes": 3, "lanes": 1}
    file = key_file(staffed, "Ali")
    file.write_text(json.dumps(json.loads(file.read_bytes()) | {"costs": dear}))
    ran = stretched(monkeypatch)
    monkeypatch.setattr(seal, "free_memory", lambda: 256 << 20)
    with pytest.raises(DeskError, match="short of memory"):
        staff.enter(staffed, "Ali", OTHER)
    assert ran == []
    assert staff.enter(staffed, "Jo", SECRET).identity == venue
    assert ran == [FAST]


def test_where_the_system_does_not_tell_what_is_free_it_is_tried(
    staffed: Path, venue: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        seal, "free_memory", Mock(side_effect=FileNotFoundError(2, "No such file or directory"))
    )
    assert staff.enter(staffed, "Jo", SECRET).identity == venue
