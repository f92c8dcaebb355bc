"""Costs of a staff passphrase: the usual ones, and what a small or slow machine gets instead."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.desk.keys import staff, stretching
from kiosk.desk.keys.stretching import LEAST, LONGEST, USUAL, choose, less_than_usual
from kiosk.errors import SealError
from kiosk.seal import Costs, free_memory
from tests.conftest import costs_of_this_machine
from tests.kiosk.desk.conftest import SECRET, key_files

MIB = 1024 * 1024
MUCH = 8 * 1024 * MIB


def at(speed: float) -> Callable[[Costs], float]:
    """A machine that fills so many MiB a second."""
    return lambda tried: tried.memory_kib * tried.passes / 1024 / speed


def test_a_machine_of_today_gets_the_usual_costs() -> None:
    assert choose(MUCH, at(1200)) == USUAL == Costs(memory_kib=256 * 1024, passes=3, lanes=1)


def test_a_small_or_slow_machine_gets_less_and_more_passes_in_exchange() -> None:
    for free, speed, chosen in (
        (512 * MIB, 1200, (256, 3)),
        (512 * MIB - 1, 1200, (128, 6)),
        (255 * MIB, 1200, (64, 12)),
        (100 * MIB, 1200, (64, 3)),
        (MUCH, 255, (128, 5)),
        (MUCH, 100, (64, 4)),
        (MUCH, 10, (64, 3)),
        (200 * MIB, 100, (64, 4)),
    ):
        memory, passes = chosen
        assert choose(free, at(speed)) == Costs(memory_kib=memory * 1024, passes=passes)


def test_a_run_that_finds_no_memory_is_as_if_there_were_less() -> None:
    def seconds(tried: Costs) -> float:
        if tried.memory_kib > 64 * 1024:
            raise SealError("short of memory")
        return 0.1

    assert choose(MUCH, seconds) == Costs(memory_kib=64 * 1024, passes=12)


@given(st.integers(0, MUCH), st.floats(0.1, 1e6))
def test_costs_are_never_below_the_least_and_take_no_longer_unless_the_least_does(
    free: int, speed: float
) -> None:
    chosen = choose(free, at(speed))
    assert chosen.memory_kib >= LEAST.memory_kib
    assert chosen.passes >= LEAST.passes
    assert chosen.memory_kib * chosen.passes <= USUAL.memory_kib * USUAL.passes
    assert chosen == LEAST or at(speed)(chosen) <= LONGEST


def test_this_machine_is_measured_and_no_environment_makes_it_cheap(
    monkeypatch: pytest.MonkeyPatch, folder: Path, venue: str
) -> None:
    monkeypatch.setattr(stretching, "for_this_machine", costs_of_this_machine)
    monkeypatch.setattr(stretching, "USUAL", LEAST)  # what is usual takes a second
    for name in ("KIOSK_COSTS", "KIOSK_TEST", "CI", "PYTEST_CURRENT_TEST"):
        monkeypatch.setenv(name, "1")
    staff.add(folder, "Jo", SECRET, venue)
    [file] = key_files(folder)
    kept = json.loads(file.read_bytes())["costs"]
    assert kept["memory_kib"] >= LEAST.memory_kib
    assert kept["passes"] >= LEAST.passes


def test_free_memory_is_what_a_program_can_have(tmp_path: Path) -> None:
    (tmp_path / "meminfo").write_text("MemTotal:  9 kB\nMemFree:  1 kB\nMemAvailable:   24000 kB\n")
    assert free_memory(tmp_path / "meminfo") == 24000 * 1024
    assert free_memory() > MIB


def test_lower_costs_are_told_in_words() -> None:
    assert less_than_usual(USUAL) == ""
    assert less_than_usual(Costs(memory_kib=64 * 1024, passes=12)) == (
        "Testing a passphrase takes 64 MiB of memory in 12 passes, less than the usual 256 MiB in 3"
    )
    assert "8 KiB" in less_than_usual(Costs(memory_kib=8, passes=1))
