"""Nobody leaves: each way known is tried on the real kiosk, at Welcome, in a visit and at the locked desk."""

import os
import re
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random

from tests.pty_terminal import PACE, Terminal
from tests.screens.pty.kiosk_terminal import (
    SECRETS,
    Venue,
    begins_to_write,
    children,
    is_at_rest,
    press_until,
    visit_process,
)
from tests.screens.pty.traces import assert_no_trace, assert_unwritten, kept_drafts
from tests.screens.pty.ways_out import EVERY_KEY, KINDS, environment

OTHER, OWN = SECRETS[:2]
"""What somebody wrote who was there before, and what is written now."""
MORE_MEMORY = 96 * 2**20
"""Bytes by which the most that all processes ever held may grow, whatever is tried."""
IGNORED = "INT QUIT TSTP TTIN TTOU USR1 USR2 ALRM VTALRM PROF POLL PWR CONT WINCH PIPE URG"
"""Signals that change nothing. TERM and HUP end the kiosk, for whoever looks after the machine; a fault or
KILL ends one process, see `test_after_a_crash`."""
_PAINTS = re.compile(
    rb"\x1b(?:\[[\d;]*[mHJK]|\[\?(?:1|6|7|25|1000|1002|1003|1006|1015|1016|1049|2026)[hl]|\[\?(?:1004|2004|2048)l"
    rb"|\[\?2026\$p|\[6n|\[<u|\[4l|\[r|[>\\]|\(B|\]22;[a-z]+\x07)|[\x0f\x18]"
)
"""All that a kiosk ever tells a terminal besides letters: colours, places, modes, the pointer's shape."""


def processes(terminal: Terminal) -> list[int]:
    return [terminal.pid, *children(terminal.pid)]


def most_memory(terminal: Terminal) -> int:
    """Return the most bytes that the processes ever held, all together."""
    found = 0
    for process in processes(terminal):
        status = Path(f"/proc/{process}/status").read_text()
        found += int(status.partition("VmHWM:")[2].split()[0]) * 1024
    return found


@dataclass
class Kiosk:
    """A kiosk in a terminal, and what must stay as it is whatever is tried."""

    terminal: Terminal
    venue: Venue
    outside: Path
    since: float = field(default_factory=time.time)
    before: set[Path] = field(default_factory=set)
    memory: int = 0
    page = ""
    """Words of the page that it shows."""
    visit = 0
    sent = 0
    """How much had been written when what others wrote was gone."""

    def stands_at(self, page: str) -> None:
        """Note where it stands, before ways are tried."""
        self.terminal.wait_for(page)
        self.terminal.settle(PACE)
        self.page, self.visit, self.sent = page, visit_process(self.terminal), len(self.terminal.raw)
        self.memory = self.memory or most_memory(self.terminal)
        self.before = self.before or self.files()

    def tries(self, name: str, way: Callable[[], object]) -> None:
        """Try a way, and see that nothing came of it."""
        way()
        self.terminal.settle(0.05)
        try:
            self.is_as_before()
        except AssertionError as error:
            raise AssertionError(f"{name}, at {self.page!r}: {error}") from error

    def is_as_before(self) -> None:
        terminal = self.terminal
        terminal.wait_for(self.page)
        assert visit_process(terminal) == self.visit, "another process has the terminal"
        assert terminal.state() in "RS"
        assert OTHER not in terminal.written(self.sent)
        assert self.files() == self.before
        assert most_memory(terminal) - self.memory < MORE_MEMORY, most_memory(terminal) - self.memory

    def files(self) -> set[Path]:
        """Return every file in the folders where a program writes that is not told where."""
        return {*self.outside.rglob("*"), *self.venue.temporary.rglob("*")}


def answers(terminal: Terminal) -> None:
    """Press the key that changes the colours, and see them change: the page hears keys, and paints."""
    terminal.settle(PACE)
    row = next(number for number, line in enumerate(terminal.lines()) if line)
    before, end = terminal.cells()[row], time.monotonic() + 20
    while terminal.cells()[row] == before:
        assert time.monotonic() < end, f"no key is heard\n{terminal.text()}"
        terminal.press("f4")  # one that comes in the middle of a flood is lost
        terminal.settle(PACE, 1)


def tells_the_terminal_nothing_else(terminal: Terminal) -> None:
    left = _PAINTS.sub(b"", bytes(terminal.raw)).decode()
    assert left.replace("\n", "").replace("\r", "").isprintable(), sorted(
        set(re.findall(r"[^ -~]*\x1b.{12}|[\x00-\x09\x0b\x0c\x0e-\x1a\x1c-\x1f]", left))
    )


@contextmanager
def kiosk(venue: Venue, tmp_path: Path) -> Iterator[Kiosk]:
    outside = tmp_path / "outside"
    variables: dict[str, str | None] = {**environment(outside)}
    for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR"):
        (outside / name).mkdir()
        variables[name] = str(outside / name)
    variables |= {"KIOSK_HOME": str(venue.home), "TMPDIR": str(venue.temporary)}
    # What starts a kiosk at a venue is Python's isolated mode: another hears its own variables first.
    with Terminal([sys.executable, "-I", "-m", "kiosk"], env=variables, cwd=outside) as terminal:
        yield Kiosk(terminal, venue, outside)


def test_no_way_leads_out_of_the_kiosk(venue: Venue, tmp_path: Path) -> None:
    with kiosk(venue, tmp_path) as tried:
        terminal = tried.terminal
        begins_to_write(terminal)
        terminal.type(OTHER)
        terminal.wait_for(OTHER)
        terminal.press("f9")
        tried.stands_at("Welcome")
        tries_all(tried)
        press_until(terminal, "f12", "unlock the desk")
        tried.stands_at("Staff: unlock the desk")
        tries_all(tried)
        press_until(terminal, "escape", "Welcome")
        thousands_of_keys(terminal)
        comes_back(tried)
        begins_to_write(terminal)
        terminal.type(OWN)
        terminal.wait_for(OWN)
        tried.stands_at("Question 2 of")
        tries_all(tried)
        tried.tries("floods", partial(floods, terminal))
        tried.tries("a key after floods", partial(answers, terminal))
        tells_the_terminal_nothing_else(terminal)
        everyone = processes(terminal)
        terminal.hang_up()
        assert terminal.exit_code() == 0
        assert not [process for process in everyone if Path(f"/proc/{process}").exists()]
    assert kept_drafts(venue) == []
    assert not (venue.home / "kiosk.log").exists()
    assert_no_trace(venue, tried.since)


def floods(terminal: Terminal) -> None:
    """Paste 10 MB, and much that is no text; a fiftieth of that in the short form."""
    began, part = time.monotonic(), 1 if "TORTURE" in os.environ else 50
    terminal.send(b"\x1b[200~" + b"word after word " * (655_360 // part))
    terminal.send(b"\x1b[201~")
    terminal.send((b"\x00" * 10**6 + b"\xff" * 10**6)[::part])
    terminal.send(b"\x1b]52;c;" + b"A" * 10**5)
    assert time.monotonic() - began < 40, "the kiosk looks at all of it"


def thousands_of_keys(terminal: Terminal) -> None:
    """Press a thousand keys a second, whatever they do."""
    random = Random(17)
    for _ in range(50):
        terminal.send(b"".join(random.choice(EVERY_KEY) for _ in range(20)))
        terminal.settle(0, 0.02)
        time.sleep(0.02)


def comes_back(tried: Kiosk) -> None:
    """Hide, or go back from the desk, as somebody else would: nothing of anybody is left."""
    terminal = tried.terminal
    for _ in range(20):
        terminal.settle(0.5, 2)
        if "Welcome" in terminal.text():
            break
        terminal.press("f9", "escape")
    tried.sent = len(terminal.raw)
    is_at_rest(terminal)
    answers(terminal)
    assert_unwritten(terminal, tried.sent)


def tries_all(tried: Kiosk) -> None:
    terminal = tried.terminal
    for name, ways in KINDS.items():
        tried.tries(name, partial(sends, terminal, ways))
    for name, way in (("a key after them", answers), ("signals", signals), ("sizes", resizes)):
        tried.tries(name, partial(way, terminal))
    tried.tries("a key", partial(answers, terminal))


def sends(terminal: Terminal, ways: Sequence[bytes]) -> None:
    for way in ways:
        terminal.send(way)
        terminal.settle(0.005)


def signals(terminal: Terminal) -> None:
    for name in IGNORED.split():
        for process in processes(terminal):
            os.kill(process, signal.Signals[f"SIG{name}"])


def resizes(terminal: Terminal) -> None:
    for columns, rows in ((1, 1), (200, 60), (2, 60), (200, 1), (80, 24)):
        terminal.resize(columns, rows)
        terminal.settle(0.1)
