"""Visit after visit through one supervisor in one terminal: it neither grows nor slows down.

`make torture` does 500 visits, every other run 3. All bounds hold in both but one: that later visits do not
start more slowly than earlier ones needs more than the few of the short form, on a machine that does other
things meanwhile.
"""

import json
import os
import select
import statistics
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.pty_terminal import PACE, Terminal
from tests.screens.pty.kiosk_terminal import (
    Venue,
    asks_little,
    is_at_rest,
    leaves_open,
    saves,
    set_up,
    turns,
    visit_process,
)
from tests.screens.pty.traces import kept_drafts

SLOWER = 1.25
"""How much longer the last fifth of the changes between two visits may take than the first."""
OF_A_COLD_START = 1 / 3
"""What part of a cold start a change between two visits may take."""


@dataclass(frozen=True)
class Size:
    visits: int
    whole: int
    """After so many, one goes through all pages and is saved."""
    before: int
    """Visits that warm the supervisor up."""
    growth: int
    """KiB by which it may grow after these."""
    cold_starts: int
    """How many are measured after the soak, besides its own."""
    slower: bool
    """Whether there are enough visits to tell whether they get slower."""


LONG = Size(visits=500, whole=10, before=50, growth=5 * 1024, cold_starts=20, slower=True)
SHORT = Size(visits=3, whole=3, before=1, growth=2 * 1024, cold_starts=1, slower=False)
SIZE = LONG if os.environ.get("TORTURE") else SHORT


@dataclass
class Measured:
    """What is measured of the supervisor at rest, and of each change from one visit to the next."""

    anonymous: list[int] = field(default_factory=list)
    """KiB of memory of its own, without what programs share."""
    resident: list[int] = field(default_factory=list)
    """KiB of memory in all."""
    descriptors: list[int] = field(default_factory=list)
    after_end: list[float] = field(default_factory=list)
    """Seconds from the end of a visit's process to the next Welcome, painted."""
    after_key: list[float] = field(default_factory=list)
    """The same from the last key, with all that the visit itself does to end."""

    def rest(self, supervisor: int) -> None:
        """Measure the supervisor at rest."""
        lines = Path(f"/proc/{supervisor}/status").read_text().splitlines()
        status = dict(line.split(":", 1) for line in lines)
        self.anonymous.append(int(status["RssAnon"].split()[0]))
        self.resident.append(int(status["VmRSS"].split()[0]))
        self.descriptors.append(len(list(Path(f"/proc/{supervisor}/fd").iterdir())))


def test_many_visits_leave_the_supervisor_as_small_and_as_quick_as_a_few(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """Between two visits, wait until the next process is ready, as a person takes longer than that."""
    venue, size, measured = set_up(tmp_path), SIZE, Measured()
    asks_little(venue)
    began = time.monotonic()
    with venue.terminal() as terminal:
        terminal.wait_for("Welcome")
        cold = [time.monotonic() - began]
        is_at_rest(terminal)
        for number in range(1, size.visits + 1):
            whole = number % size.whole == 0
            visits(terminal, whole=whole)
            after_end, after_key = ends(terminal, "enter" if whole else "f9")
            measured.after_end.append(after_end)
            measured.after_key.append(after_key)
            is_at_rest(terminal)
            measured.rest(terminal.pid)
    took = time.monotonic() - began
    cold += [cold_start(venue) for _ in range(size.cold_starts)]

    fifth = max((size.visits - size.before) // 5, 2)
    first, last = measured.after_end[size.before :][:fifth], measured.after_end[-fifth:]
    growth = max(measured.anonymous[size.before :]) - measured.anonymous[size.before - 1]
    growth_in_all = max(measured.resident[size.before :]) - measured.resident[size.before - 1]
    figures = {
        "visits": size.visits,
        "seconds in all": round(took),
        f"own memory after visit {size.before}, KiB": measured.anonymous[size.before - 1],
        "growth of it since, at most, KiB": growth,
        f"memory in all after visit {size.before}, KiB": measured.resident[size.before - 1],
        "growth of that since, at most, KiB": growth_in_all,
        "open file descriptors": sorted(set(measured.descriptors)),
        "cold start, ms": in_ms(cold),
        "from the end of a visit to Welcome, ms": in_ms(measured.after_end),
        "of these, the first fifth, ms": in_ms(first),
        "of these, the last fifth, ms": in_ms(last),
        "from the last key to Welcome, ms": in_ms(measured.after_key),
    }
    for name, figure in figures.items():
        record_property(name, figure)

    assert max(growth, growth_in_all) <= size.growth, figures
    assert len(set(measured.descriptors)) == 1, figures
    # Of a few, the quickest: the others tell what else the machine does, as two cold starts tell nothing of.
    usual = statistics.median if size.slower else min
    assert usual(measured.after_end) <= OF_A_COLD_START * usual(cold), figures
    assert not size.slower or statistics.median(last) <= SLOWER * statistics.median(first), figures
    assert len(json.loads(venue.desk("list", "--json").stdout)) == size.visits // size.whole
    assert not (venue.home / "kiosk.log").exists()  # nothing went wrong
    assert kept_drafts(venue) == []


def cold_start(venue: Venue) -> float:
    """Return the seconds from the start of `kiosk` to Welcome, painted, with nothing warm but the disk."""
    began = time.monotonic()
    with venue.terminal() as terminal:
        terminal.wait_for("Welcome")
        return time.monotonic() - began


def visits(terminal: Terminal, *, whole: bool) -> None:
    """Start a visit and answer a question or two; where it is a whole one, save and go to its last page."""
    for key, page in (
        ("enter", "What we keep"),
        ("enter", "Choose a part"),
        ("2", "Question 1 of"),
        ("f6", "Question 2 of"),
    ):
        turns(terminal, key)
        terminal.wait_for(page)
    terminal.type("Sun, and nobody in a hurry")
    terminal.wait_for("nobody in a hurry")
    turns(terminal)
    terminal.wait_for("Question 3 of")
    if whole:
        leaves_open(terminal)
        saves(terminal)
        terminal.wait_for("The next person")


def ends(terminal: Terminal, key: str) -> tuple[float, float]:
    """End the visit by a key; return the seconds until the next Welcome, from its end and from the key."""
    terminal.wait_until(terminal.between_frames)
    end = End(visit_process(terminal))
    terminal.settle(PACE)  # so that Enter is no bounce of the one before
    pressed = time.monotonic()
    terminal.press(key)
    terminal.wait_until(lambda: end.at is not None, name="the end of the visit")
    terminal.wait_for("Welcome")
    welcome = time.monotonic()
    return welcome - (end.at or welcome), welcome - pressed


class End:
    """The moment at which a process ends, whatever else is done meanwhile."""

    def __init__(self, process: int) -> None:
        self.at: float | None = None
        self._descriptor = os.pidfd_open(process)
        threading.Thread(target=self._wait, daemon=True).start()

    def _wait(self) -> None:
        poll = select.poll()
        poll.register(self._descriptor, select.POLLIN)
        poll.poll()
        self.at = time.monotonic()
        os.close(self._descriptor)


def in_ms(seconds: Sequence[float]) -> str:
    """Return the median and the nine in ten that took least, in milliseconds."""
    nine_in_ten = statistics.quantiles(seconds, n=10)[-1]
    return f"median {statistics.median(seconds) * 1000:.0f}, nine in ten below {nine_in_ten * 1000:.0f}"
