"""Counting on all cores: the same counts as alone, told as they come, and a key that nobody else sees."""

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.counts.disclosure import Answers
from kiosk.counts.tally import Counted, Group
from kiosk.desk.summaries import workers
from kiosk.desk.summaries.workers import Workers
from kiosk.errors import DeskError
from tests.kiosk.desk.summaries.many import NOW, THIRD, Many
from tests.packs import scale_in, small

MOOD = scale_in(small(), "mood")


@pytest.fixture
def many(tmp_path: Path) -> Many:
    """Eleven entries, one of them damaged, one amended and one of another quarter."""
    many = Many(tmp_path / "home", small())
    entries = [many.saves({"mood": 1 + number % 2, "day": "Sun"}) for number in range(10)]
    many.amends(entries[0], {"mood": 2})
    many.file(entries[1]).write_bytes(b"junk")
    many.saves({"mood": 1}, made=NOW)
    return many


@pytest.fixture
def two_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "CHUNK", 2)


def crew_of(many: Many, processes: int | None = None) -> Workers:
    return Workers(many.home.vault, many.identity, processes=processes)


@pytest.fixture
def crew(many: Many, two_at_a_time: None) -> Iterator[Workers]:
    crew = crew_of(many, 2)
    yield crew
    crew.close()


def test_two_processes_count_what_one_counts_and_no_key_is_seen_from_outside(
    many: Many, crew: Workers
) -> None:
    alone, told = crew_of(many, 1).count(many.entries()), list[int]()
    together = crew.count(many.entries(), told.append)
    assert together == crew.count(many.entries()) == alone
    assert together.unread == 1
    assert together.tables[Group(THIRD, "small")].scales[MOOD] == Answers([4, 5], [1, 0, 0])
    assert told == sorted({*told})
    assert (len(told), told[-1]) == (6, 11)
    assert crew.count((), told.append) == Counted()
    assert len(told) == 6
    assert len(crew._workers) == 2
    for worker in crew._workers.values():
        proc = Path("/proc") / str(worker.pid)
        shown = proc.joinpath("cmdline").read_bytes() + proc.joinpath("environ").read_bytes()
        assert b"kiosk.desk.summaries.workers" in shown
        assert many.identity.encode() not in shown
        assert b"SECRET" not in shown
    processes = [*crew._workers.values()]
    crew.close()
    crew.close()
    assert all(process.returncode is not None for process in processes)


def test_alone_it_is_told_as_well_how_far_the_counting_has_come(many: Many, two_at_a_time: None) -> None:
    told: list[int] = []
    crew_of(many, 1).count(many.entries(), told.append)
    assert (len(told), told[-1]) == (6, 11)
    assert told == sorted({*told})


@pytest.mark.parametrize(("processes", "started"), [(None, 3), (1, 0), (2, 2)])
def test_a_process_is_started_for_each_core_unless_another_number_is_named(
    many: Many, processes: int | None, started: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands: list[object] = []
    monkeypatch.setattr(subprocess, "Popen", lambda *args, **_: commands.append(args))
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1, 2})
    crew_of(many, processes)
    assert len(commands) == started


def test_a_process_that_is_stopped_ends_the_counting_in_plain_words(many: Many, crew: Workers) -> None:
    first, *_ = crew._workers.values()
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    with pytest.raises(DeskError, match="interrupted"):
        crew.count(many.entries())


def test_what_a_process_did_not_foresee_is_raised_here(many: Many, two_at_a_time: None) -> None:
    crew = Workers(many.home.vault, "no identity at all\ud800", processes=2)
    with pytest.raises(UnicodeEncodeError):
        crew.count(many.entries())
    crew.close()


def test_a_process_ends_when_the_one_that_started_it_has_gone(crew: Workers) -> None:
    for mine, worker in crew._workers.items():
        mine.close()
        assert worker.wait(30) == 0
