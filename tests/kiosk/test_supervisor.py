"""Whose turn it is: decided over fakes and a clock that stands still, and all of it on a real terminal."""

import os
import re
import select
import signal
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest

from kiosk.control import ALIVE, READY, SHOWN, WENT_ON, Go, Role
from kiosk.supervisor import (
    AGAIN_PAGE,
    ALIVE_SECONDS,
    DESK,
    DESK_PAGE,
    ENDED,
    KEY_BYTES,
    LEAVE,
    PAGE_SECONDS,
    RETRY_SECONDS,
    STAFF_PAGE,
    START_SECONDS,
    DraftKey,
    Turns,
)
from kiosk.tty import Tty, centred
from tests.pty_terminal import Terminal

FAKE = Path(__file__).with_name("fake_supervisor.py")
GO = Go(Path("/srv/home"), ("Sam Practice", "four little words here"))


@dataclass(eq=False)
class FakeChild:
    role: Role
    given: bool = False
    killed: bool = False
    tells: Callable[[Role], Go] = lambda _: GO
    told: Go = GO
    """What it is told when its turn comes."""

    def give(self) -> None:
        self.given = True
        self.told = self.tells(self.role)

    def kill(self) -> None:
        self.killed = True


@dataclass
class FakeTerminal:
    source: int = 0
    target: int = 1
    pages: list[tuple[str, ...]] = field(default_factory=list)
    cleared: int = 0
    flushed: int = 0

    def take(self) -> None:
        raise AssertionError("deciding does not take the terminal")

    def give_back(self) -> None:
        raise AssertionError("deciding does not give the terminal back")

    def redraw(self) -> None:
        raise AssertionError("deciding does not redraw")

    def clear(self) -> None:
        self.cleared += 1

    def forget_typed(self) -> None:
        self.flushed += 1

    def show(self, page: Sequence[str]) -> None:
        self.pages.append(tuple(page))


class Kiosk:
    """`Turns` over fakes, with the verbs of a test."""

    def __init__(self, *, first: Role = Role.VISIT, once: bool = False) -> None:
        self.now = 1000.0
        self.no_room = False
        self.started: list[FakeChild] = []
        self.notes: list[str] = []
        self.terminal = FakeTerminal()
        numbers = count(1)
        self.drafts = DraftKey(lambda: self.now, lambda size: bytes([next(numbers)]) * size)
        self.turns = Turns(
            self._start,
            self.terminal,
            self.notes.append,
            lambda: self.now,
            first=first,
            once=once,
            drafts=self.drafts,
        )
        self.turns.first()

    def _start(self, role: Role) -> FakeChild | None:
        if self.no_room:
            return None
        self.started.append(FakeChild(role, tells=lambda role: self.drafts.given_to(role, GO)))
        return self.started[-1]

    def hears(self, child: FakeChild, message: str) -> None:
        self.turns.heard(child, message)
        self.turns.tick()

    def sees_end(self, child: FakeChild, code: int) -> None:
        self.turns.ended(child, code)
        self.turns.tick()

    def waits(self, seconds: float) -> None:
        self.now += seconds
        self.turns.tick()

    def opens(self) -> FakeChild:
        """Let the newest process come to its first screen; return it. The next one is then started."""
        child = self.started[-1]
        self.hears(child, READY)
        self.hears(child, SHOWN)
        return child


def test_the_first_visit_gets_the_terminal_once_it_is_ready() -> None:
    kiosk = Kiosk()
    (first,) = kiosk.started
    assert not first.given
    kiosk.hears(first, READY)
    assert first.given
    assert kiosk.terminal.flushed == 1


def test_the_next_visit_starts_when_the_first_is_shown_and_not_before() -> None:
    kiosk = Kiosk()
    kiosk.hears(kiosk.started[0], READY)
    assert len(kiosk.started) == 1
    kiosk.hears(kiosk.started[0], SHOWN)
    assert [child.role for child in kiosk.started] == [Role.VISIT, Role.VISIT]
    assert not kiosk.started[1].given


def test_a_warm_successor_goes_in_the_same_breath() -> None:
    kiosk = Kiosk()
    first = kiosk.opens()
    kiosk.hears(kiosk.started[1], READY)
    assert not kiosk.started[1].given
    kiosk.sees_end(first, ENDED)
    assert kiosk.started[1].given
    assert kiosk.terminal.cleared == 1
    assert kiosk.terminal.pages == []
    assert kiosk.notes == []


def test_leaving_ends_the_kiosk_with_zero() -> None:
    kiosk = Kiosk()
    kiosk.sees_end(kiosk.opens(), LEAVE)
    assert kiosk.turns.exit_code == 0


def test_the_desk_takes_a_turn_and_the_warm_visit_waits_for_it() -> None:
    kiosk = Kiosk()
    visit = kiosk.opens()
    warm = kiosk.started[1]
    kiosk.hears(warm, READY)
    kiosk.sees_end(visit, DESK)
    desk = kiosk.started[2]
    assert desk.role is Role.DESK
    assert kiosk.terminal.pages == [DESK_PAGE]
    kiosk.hears(desk, READY)
    kiosk.hears(desk, SHOWN)
    assert (desk.given, warm.given) == (True, False)
    assert len(kiosk.started) == 3
    kiosk.sees_end(desk, ENDED)
    assert warm.given


def test_a_desk_that_crashes_or_does_not_start_gives_way_to_a_visit() -> None:
    for shown in (True, False):
        kiosk = Kiosk()
        visit = kiosk.opens()
        warm = kiosk.started[1]
        kiosk.hears(warm, READY)
        kiosk.sees_end(visit, DESK)
        if shown:
            kiosk.opens()
        kiosk.sees_end(kiosk.started[2], 70)
        assert kiosk.terminal.pages[-1] == AGAIN_PAGE
        kiosk.waits(PAGE_SECONDS)
        assert warm.given
        assert len(kiosk.notes) == 1


@pytest.mark.parametrize(
    ("code", "told"), [(70, "a visit crashed (exit code 70)"), (-9, "a visit crashed (signal 9)")]
)
def test_a_crash_shows_the_calm_page_for_two_seconds_and_is_noted(code: int, told: str) -> None:
    kiosk = Kiosk()
    first = kiosk.opens()
    kiosk.hears(kiosk.started[1], READY)
    kiosk.sees_end(first, code)
    assert kiosk.terminal.pages == [AGAIN_PAGE]
    assert kiosk.notes == [told]
    assert kiosk.turns.wait() == pytest.approx(PAGE_SECONDS)
    kiosk.waits(PAGE_SECONDS - 0.1)
    assert not kiosk.started[1].given
    kiosk.waits(0.1)
    assert kiosk.started[1].given


def test_the_calm_page_stays_until_the_next_visit_is_ready() -> None:
    kiosk = Kiosk()
    kiosk.sees_end(kiosk.opens(), 70)
    kiosk.waits(PAGE_SECONDS + 1)
    assert not kiosk.started[1].given
    kiosk.hears(kiosk.started[1], READY)
    assert kiosk.started[1].given


def test_an_end_before_anything_was_shown_is_a_crash() -> None:
    kiosk = Kiosk()
    kiosk.hears(kiosk.started[0], READY)
    kiosk.sees_end(kiosk.started[0], ENDED)
    assert kiosk.terminal.pages == [AGAIN_PAGE]


def test_three_crashes_in_half_a_minute_call_for_staff_and_are_retried_every_ten_seconds_for_ever() -> None:
    kiosk = Kiosk()
    for _ in range(3):
        kiosk.sees_end(kiosk.opens(), 70)
        kiosk.waits(PAGE_SECONDS)
    assert kiosk.terminal.pages == [AGAIN_PAGE, AGAIN_PAGE, STAFF_PAGE]
    for _ in range(20):
        before = len(kiosk.started)
        kiosk.waits(RETRY_SECONDS)
        kiosk.sees_end(kiosk.opens(), 70)
        assert kiosk.terminal.pages[-1] == STAFF_PAGE
        assert len(kiosk.started) <= before + 1
        assert (kiosk.turns.wait() or 0) > 1


def test_crashes_far_apart_are_no_loop() -> None:
    kiosk = Kiosk()
    for _ in range(6):
        kiosk.sees_end(kiosk.opens(), 70)
        kiosk.waits(16)
    assert STAFF_PAGE not in kiosk.terminal.pages


def test_a_process_that_cannot_even_start_does_not_make_the_kiosk_spin() -> None:
    kiosk = Kiosk()
    for _ in range(1000):
        seen = len(kiosk.started)
        kiosk.sees_end(kiosk.started[-1], 1)
        if len(kiosk.started) == seen:
            break
    assert len(kiosk.started) == 3
    assert kiosk.terminal.pages[-1] == STAFF_PAGE
    assert kiosk.turns.wait() == pytest.approx(RETRY_SECONDS)
    kiosk.waits(RETRY_SECONDS)
    assert kiosk.opens().given


def test_a_machine_without_room_for_a_process_is_tried_again() -> None:
    kiosk = Kiosk()
    first = kiosk.opens()
    kiosk.no_room = True
    kiosk.sees_end(kiosk.started[1], 1)
    kiosk.sees_end(first, ENDED)
    assert STAFF_PAGE in kiosk.terminal.pages
    kiosk.no_room = False
    kiosk.waits(RETRY_SECONDS)
    assert kiosk.opens().given


def test_a_successor_that_dies_while_it_waits_is_replaced_and_the_visit_sees_nothing_of_it() -> None:
    kiosk = Kiosk()
    first = kiosk.opens()
    kiosk.hears(kiosk.started[1], READY)
    kiosk.sees_end(kiosk.started[1], -11)
    assert kiosk.notes == ["a waiting visit process ended (signal 11)"]
    assert kiosk.terminal.pages == []
    replacement = kiosk.started[2]
    kiosk.hears(replacement, READY)
    kiosk.sees_end(first, ENDED)
    assert replacement.given


def test_a_process_that_hangs_before_its_first_screen_is_ended() -> None:
    kiosk = Kiosk()
    assert kiosk.turns.wait() == pytest.approx(START_SECONDS)
    kiosk.waits(START_SECONDS)
    assert kiosk.started[0].killed
    kiosk.sees_end(kiosk.started[0], -9)
    kiosk.hears(kiosk.started[1], READY)
    kiosk.waits(PAGE_SECONDS)
    assert kiosk.started[1].given
    kiosk.waits(START_SECONDS)
    assert kiosk.started[1].killed


def test_nothing_is_due_while_a_visit_is_on_and_the_next_is_ready() -> None:
    kiosk = Kiosk()
    kiosk.opens()
    kiosk.hears(kiosk.started[1], READY)
    assert kiosk.turns.wait() is None


def test_a_desk_of_its_own_ends_with_its_process() -> None:
    for code, expected in ((ENDED, 0), (LEAVE, 0), (70, 70), (-9, 70)):
        kiosk = Kiosk(first=Role.DESK, once=True)
        kiosk.sees_end(kiosk.opens(), code)
        assert kiosk.turns.exit_code == expected
        assert len(kiosk.started) == 1


def test_a_desk_of_its_own_that_does_not_start_ends_with_a_crash() -> None:
    kiosk = Kiosk(first=Role.DESK, once=True)
    kiosk.sees_end(kiosk.started[0], 1)
    assert kiosk.turns.exit_code == 70


# -- the key of the draft of the visit that runs


def test_each_visit_gets_a_key_of_its_own() -> None:
    kiosk = Kiosk()
    keys = []
    for _ in range(5):
        visit = kiosk.opens()
        keys.append(visit.told.draft_key)
        assert visit.told.crashed is None
        assert len(visit.told.draft_key) == KEY_BYTES
        kiosk.sees_end(visit, ENDED)
    assert len(set(keys)) == 5


def test_after_a_crash_the_next_visit_gets_the_same_key_and_how_long_ago_that_was() -> None:
    for code in (70, -9, 1):
        kiosk = Kiosk()
        crashed = kiosk.opens()
        kiosk.sees_end(crashed, code)
        kiosk.waits(PAGE_SECONDS + 0.5)
        next_one = kiosk.opens()
        assert next_one.told.draft_key == crashed.told.draft_key
        assert next_one.told.crashed == PAGE_SECONDS + 0.5


def test_the_key_is_new_again_once_the_visit_that_followed_a_crash_has_ended() -> None:
    kiosk = Kiosk()
    crashed = kiosk.opens()
    kiosk.sees_end(crashed, 70)
    kiosk.waits(PAGE_SECONDS)
    kiosk.sees_end(kiosk.opens(), ENDED)
    visit = kiosk.opens()
    assert visit.told.draft_key != crashed.told.draft_key
    assert visit.told.crashed is None


def test_a_visit_that_went_on_and_crashes_again_counts_from_its_own_crash() -> None:
    kiosk = Kiosk()
    crashed = kiosk.opens()
    kiosk.sees_end(crashed, 70)
    kiosk.waits(PAGE_SECONDS)
    again = kiosk.opens()
    kiosk.hears(again, WENT_ON)
    kiosk.waits(1200)
    kiosk.sees_end(again, 70)
    kiosk.waits(PAGE_SECONDS)
    third = kiosk.opens()
    assert third.told.draft_key == crashed.told.draft_key
    assert third.told.crashed == PAGE_SECONDS


def test_a_process_that_was_alive_and_says_so_no_more_hangs_and_is_ended() -> None:
    kiosk = Kiosk()
    visit = kiosk.opens()
    for _ in range(3):
        kiosk.hears(visit, ALIVE)
        kiosk.waits(ALIVE_SECONDS - 1)
        assert not visit.killed
    kiosk.waits(1)
    assert visit.killed


def test_a_visit_that_ends_before_it_has_shown_anything_has_crashed_and_its_key_stays() -> None:
    kiosk = Kiosk()
    crashed = kiosk.opens()
    kiosk.sees_end(crashed, 70)
    kiosk.waits(PAGE_SECONDS)
    unseen = kiosk.started[-1]
    kiosk.hears(unseen, READY)
    kiosk.waits(1)
    kiosk.sees_end(unseen, ENDED)
    kiosk.waits(PAGE_SECONDS)
    third = kiosk.opens()
    assert third.told.draft_key == unseen.told.draft_key == crashed.told.draft_key
    # Nobody was there in between, so it counts from the first crash.
    assert third.told.crashed == 2 * PAGE_SECONDS + 1


def test_a_warm_visit_that_dies_does_not_touch_the_key_of_the_one_that_runs() -> None:
    kiosk = Kiosk()
    visit = kiosk.opens()
    kiosk.sees_end(kiosk.started[-1], -9)
    kiosk.sees_end(visit, 70)
    kiosk.waits(PAGE_SECONDS)
    assert kiosk.opens().told.draft_key == visit.told.draft_key


def test_a_desk_never_gets_a_key_and_ends_none() -> None:
    kiosk = Kiosk()
    visit = kiosk.opens()
    warm = kiosk.started[-1]
    kiosk.hears(warm, READY)
    kiosk.sees_end(visit, DESK)
    desk = kiosk.opens()
    assert (desk.role, desk.told) == (Role.DESK, GO)
    kiosk.sees_end(desk, 70)
    kiosk.waits(PAGE_SECONDS)
    assert warm.given
    assert warm.told.crashed is None
    assert warm.told.draft_key != visit.told.draft_key


def test_a_desk_that_is_opened_after_a_crash_ends_what_could_have_gone_on() -> None:
    kiosk = Kiosk()
    crashed = kiosk.opens()
    kiosk.sees_end(crashed, 70)
    kiosk.waits(PAGE_SECONDS)
    kiosk.sees_end(kiosk.opens(), DESK)
    warm = kiosk.started[-2]
    kiosk.sees_end(kiosk.opens(), ENDED)
    kiosk.hears(warm, READY)
    assert warm.told.draft_key not in (b"", crashed.told.draft_key)
    assert warm.told.crashed is None


def test_keys_are_random() -> None:
    keys = {DraftKey(lambda: 0.0).given_to(Role.VISIT, GO).draft_key for _ in range(20)}
    assert len(keys) == 20
    assert {len(key) for key in keys} == {KEY_BYTES}


@pytest.mark.parametrize(
    "go",
    [
        Go(Path("/srv/a home")),
        GO,
        Go(Path("/srv/home"), None, bytes(range(32)), 2.5),
        Go(Path("/srv/home"), ("Sam", "words"), bytes(32), 0.0),
        Go(Path("/srv/h\udcffome\n"), None, b"", None),
    ],
)
def test_what_a_process_is_told_is_one_line_and_comes_back(go: Go) -> None:
    line = go.to_line()
    assert line.count(b"\n") == 1
    assert line.endswith(b"\n")
    assert Go.from_line(line) == go


def test_neither_key_nor_passphrase_shows_in_repr() -> None:
    told = repr(Go(Path("/srv/home"), ("Sam", "four little words"), b"secret key of 32 bytes, to the end"))
    assert "secret" not in told
    assert b"secret".hex() not in told
    assert "little" not in told


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (56, 16), (20, 5), (1, 1), (500, 200)])
def test_the_calm_pages_fit_any_terminal(columns: int, rows: int) -> None:
    for page in (AGAIN_PAGE, STAFF_PAGE, DESK_PAGE):
        drawn = centred(page, columns, rows)
        places = re.findall(r"\x1b\[(\d+);(\d+)H([^\x1b]+)", drawn)
        assert places
        for row, column, text in places:
            assert 1 <= int(row) <= rows
            assert int(column) >= 1
            assert int(column) + len(text) - 1 <= columns


# -- on a real terminal


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def started(folder: Path, *arguments: str, columns: int = 80, rows: int = 24) -> Terminal:
    return Terminal([sys.executable, str(FAKE), str(folder), *arguments], columns=columns, rows=rows)


def events(folder: Path, what: str) -> list[tuple[float, int, str]]:
    """What the processes did: when, which, what."""
    lines = (folder / "log").read_text().splitlines() if (folder / "log").exists() else []
    parts = [line.split(" ", 2) for line in lines]
    return [(float(when), int(pid), event) for when, pid, event in parts if event.startswith(what)]


def waits_for(terminal: Terminal, folder: Path, what: str, count: int) -> None:
    terminal.wait_until(lambda: len(events(folder, what)) >= count, name=f"{what}, {count} times")


def notes(folder: Path) -> str:
    return (folder / "notes").read_text() if (folder / "notes").exists() else ""


def is_gone(pid: int) -> bool:
    return not Path(f"/proc/{pid}").exists()


def test_with_a_warm_successor_the_next_visit_goes_within_milliseconds(folder: Path) -> None:
    with started(folder) as terminal:
        gaps = []
        for number in range(1, 6):
            waits_for(terminal, folder, "go", number)
            waits_for(terminal, folder, "waits", number + 1)
            terminal.type("exit 0\r")
            waits_for(terminal, folder, "go", number + 1)
            gaps.append(events(folder, "go")[number][0] - events(folder, "ends")[number - 1][0])
        waits_for(terminal, folder, "waits", 7)
        assert sorted(gaps)[len(gaps) // 2] < 0.05, gaps
        terminal.type("exit 20\r")
        assert terminal.exit_code() == 0
    pids = [pid for _, pid, _ in events(folder, "waits")]
    assert len(pids) == 7
    assert all(map(is_gone, pids))
    assert notes(folder) == ""


def test_a_process_learns_of_its_home_and_of_practice_when_it_goes_and_has_no_terminal_before(
    folder: Path,
) -> None:
    with started(folder) as terminal:
        waits_for(terminal, folder, "go", 1)
        waits_for(terminal, folder, "waits", 2)
        warm = events(folder, "waits")[1][1]
        assert {Path(f"/proc/{warm}/fd/{number}").readlink() for number in range(3)} == {Path("/dev/null")}
        (_, _, go), *_ = events(folder, "go")
        assert go == f"go visit {folder / 'home'} ('Sam Practice', 'four little words here')"
        for kind in ("environ", "cmdline"):
            assert b"little" not in Path(f"/proc/{warm}/{kind}").read_bytes()


def test_a_visit_after_a_crash_gets_the_key_of_the_one_before_and_the_next_another(folder: Path) -> None:
    with started(folder) as terminal:
        for number, line in enumerate(("exit 0", "exit 70", "exit 21", "exit 0", "exit 20"), start=1):
            waits_for(terminal, folder, "go", number)
            waits_for(terminal, folder, "key", number)
            terminal.type(line + "\r")
        assert terminal.exit_code() == 0
    told = [event.split() for _, _, event in events(folder, "key")]
    assert [role for _, role, _, _ in told] == ["visit", "visit", "visit", "desk", "visit"]
    first, crashed, again, desk, last = (key for _, _, key, _ in told)
    assert crashed == again
    assert desk == "none"
    assert len({first, again, desk, last}) == 4
    assert [seconds for _, _, _, seconds in told if seconds == "None"] == ["None"] * 4
    assert PAGE_SECONDS <= float(told[2][3]) < 60


def test_what_a_killed_visit_left_on_the_terminal_is_undone_and_its_text_is_gone(folder: Path) -> None:
    with started(folder) as terminal:
        terminal.wait_for("Visit")
        waits_for(terminal, folder, "waits", 2)
        before = len(terminal.raw)
        began = time.monotonic()
        terminal.type("die\r")
        terminal.wait_for("The kiosk is starting again.")
        assert "secret" not in terminal.text()
        sent = bytes(terminal.raw[before:])
        after = sent[sent.index(b"secret answer") :]
        for number in (1000, 1002, 1003, 1006, 1015, 1016, 1004, 2004, 2048, 2026):
            assert f"\x1b[?{number}l".encode() in after
        for undone in (b"\x1b[<u", b"\x1b[r", b"\x1b[0m", b"\x1b[2J", b"\x1b[3J"):
            assert undone in after
        terminal.type("exit 20\r")  # typed at the calm page: nobody gets it
        terminal.wait_for("is here")
        assert time.monotonic() - began >= PAGE_SECONDS
        terminal.type("exit 20\r")
        assert terminal.exit_code() == 0
    assert notes(folder) == "a visit crashed (signal 9)\n"


def test_the_calm_page_is_in_the_middle_and_follows_a_change_of_size(folder: Path) -> None:
    with started(folder, columns=56, rows=16) as terminal:
        terminal.wait_for("Visit")
        terminal.type("exit 70\r")
        terminal.wait_for("The kiosk is starting again.")
        column, row = terminal.find("The kiosk is starting again.")
        assert (column, row) == (14, 6)
        terminal.resize(80, 24)
        terminal.wait_until(
            lambda: "The kiosk" in terminal.text() and terminal.find("The kiosk")[1] == 10, name="new size"
        )
        assert terminal.cursor_is_hidden()
        terminal.wait_for("is here")


def test_keys_that_stop_or_kill_do_nothing_at_any_time(folder: Path) -> None:
    with started(folder) as terminal:
        terminal.wait_until(lambda: b"\x1b[?1049h" in terminal.raw, name="the taken terminal")
        for key in ("ctrl+c", "ctrl+z", "ctrl+\\", "ctrl+s"):
            terminal.press(key)
        terminal.wait_for("Visit")
        terminal.signal(signal.SIGINT)
        terminal.signal(signal.SIGQUIT)
        terminal.signal(signal.SIGTSTP)
        terminal.type("\rexit 70\r")
        terminal.wait_for("starting again")
        for key in ("ctrl+c", "ctrl+z", "ctrl+\\", "ctrl+s"):
            terminal.press(key)
        terminal.wait_for("is here")
        assert terminal.state() != "T"


def test_staff_who_close_the_kiosk_get_their_shell_back_as_it_was(folder: Path) -> None:
    script = f"{sys.executable} {FAKE} {folder}; stty -a > {folder / 'after'}; echo shell"
    with Terminal(["sh", "-c", f"stty -a > {folder / 'before'}; {script}"]) as terminal:
        terminal.wait_for("Visit")
        terminal.type("exit 20\r")
        terminal.wait_for("shell")
        assert "Visit" not in terminal.text()
        assert not terminal.cursor_is_hidden()
        assert b"\x1b[?1049l" in terminal.raw
    assert (folder / "before").read_text() == (folder / "after").read_text()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_every_process_and_gives_the_terminal_back(folder: Path, number: int) -> None:
    with started(folder) as terminal:
        terminal.wait_for("Visit")
        waits_for(terminal, folder, "waits", 2)
        terminal.signal(number)
        assert terminal.exit_code() == 0
        assert "ended with 0" in terminal.text()
        assert b"\x1b[?1049l" in terminal.raw
    assert all(is_gone(pid) for _, pid, _ in events(folder, "waits"))


def test_a_process_that_does_not_want_to_end_is_killed_after_two_seconds(folder: Path) -> None:
    with started(folder) as terminal:
        terminal.wait_for("Visit")
        terminal.type("stubborn\r")
        terminal.wait_for("I stay")
        terminal.signal(signal.SIGTERM)
        assert terminal.exit_code() == 0
    assert all(is_gone(pid) for _, pid, _ in events(folder, "waits"))


def test_a_closed_terminal_ends_the_kiosk(folder: Path) -> None:
    with started(folder) as terminal:
        terminal.wait_for("Visit")
        terminal.hang_up()
        assert terminal.exit_code() == 0
    assert all(is_gone(pid) for _, pid, _ in events(folder, "waits"))


def test_processes_end_with_a_supervisor_that_was_killed(folder: Path) -> None:
    with started(folder) as terminal:
        terminal.wait_for("Visit")
        waits_for(terminal, folder, "waits", 2)
        terminal.kill()
        pids = [pid for _, pid, _ in events(folder, "waits")]
        watched = [os.pidfd_open(pid) for pid in pids if not is_gone(pid)]
        for descriptor in watched:
            assert select.select([descriptor], [], [], 5)[0], "a process has outlived its supervisor"
            os.close(descriptor)


def test_a_successor_that_dies_is_replaced_and_no_zombie_stays(folder: Path) -> None:
    with started(folder) as terminal:
        terminal.wait_for("Visit")
        waits_for(terminal, folder, "waits", 2)
        warm = events(folder, "waits")[1][1]
        os.kill(warm, signal.SIGKILL)
        waits_for(terminal, folder, "waits", 3)
        assert is_gone(warm)
        assert "is here" in terminal.text()
        assert notes(folder) == "a waiting visit process ended (signal 9)\n"


def test_a_kiosk_that_cannot_start_asks_for_staff_and_uses_next_to_no_time(folder: Path) -> None:
    (folder / "broken").touch()
    with started(folder) as terminal:
        terminal.wait_for("This kiosk needs a member of staff.")
        count = notes(folder).count("\n")
        spent = _processor_seconds(terminal.pid)
        terminal.settle(quiet=0.5, limit=0.5)
        assert notes(folder).count("\n") == count == 3
        assert _processor_seconds(terminal.pid) - spent < 0.1


def test_the_desk_opens_from_a_visit_and_goes_back_to_one(folder: Path) -> None:
    with started(folder) as terminal:
        terminal.wait_for("Visit")
        terminal.type("exit 21\r")
        terminal.wait_for("Desk")
        terminal.type("exit 0\r")
        terminal.wait_for("Visit")


def test_a_desk_of_its_own_gives_the_terminal_back(folder: Path) -> None:
    with started(folder, "once") as terminal:
        terminal.wait_for("Desk")
        terminal.type("exit 0\r")
        assert terminal.exit_code() == 0
        assert len(events(folder, "waits")) == 1


def test_a_mistake_found_before_the_start_leaves_the_terminal_untouched(folder: Path) -> None:
    with started(folder, "wrong") as terminal:
        assert terminal.exit_code() == 1
        assert "The settings are wrong." in terminal.text()
        assert b"\x1b" not in terminal.raw


def test_the_chore_runs_once_when_the_first_screen_is_there(folder: Path) -> None:
    with started(folder) as terminal:
        terminal.wait_until(lambda: (folder / "chore").exists(), name="the chore")
        assert "is here" in terminal.text()
        (folder / "chore").unlink()
        terminal.type("exit 0\r")
        waits_for(terminal, folder, "go", 2)
        terminal.type("exit 20\r")
        assert terminal.exit_code() == 0
        assert not (folder / "chore").exists()


def test_a_terminal_that_has_gone_can_still_be_given_back() -> None:
    master, slave = os.openpty()
    tty = Tty(slave, slave)
    tty.take()
    os.close(master)
    with pytest.raises(OSError, match="error"):
        tty.clear()
    tty.give_back()
    os.close(slave)


def _processor_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
