"""The kiosk runs on a real terminal, over processes that are fake."""

import os
import select
import signal
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from kiosk.supervision.tty import Tty
from kiosk.supervision.turns import PAGE_SECONDS
from tests.kiosk.supervision.test_service_manager import Heard
from tests.pty_terminal import Terminal
from tests.screens.pty.kiosk_terminal import children

FAKE = Path(__file__).with_name("fake_supervisor.py")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def started(
    folder: Path, *arguments: str, columns: int = 80, rows: int = 24, env: Mapping[str, str] | None = None
) -> Terminal:
    return Terminal([sys.executable, str(FAKE), str(folder), *arguments], columns=columns, rows=rows, env=env)


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
        terminal.wait_for("This machine is starting again.")
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


def test_a_visit_that_hangs_at_its_first_screen_gives_way_and_one_that_lives_stays(folder: Path) -> None:
    (folder / "hung").touch()
    systemd = Heard(str(folder / "notify"))
    service = {"NOTIFY_SOCKET": str(folder / "notify"), "WATCHDOG_USEC": "400000"}
    with started(folder, "hasty", env=service) as terminal:
        waits_for(terminal, folder, "hangs", 1)
        terminal.wait_for("This machine is starting again.")
        terminal.wait_for("is here")
        heard = len(systemd.all())
        # Every tenth of a second, while it lives.
        terminal.wait_until(lambda: len(systemd.all()) >= heard + 15, 3, "its signs of life")
        terminal.type("exit 20\r")
        assert terminal.exit_code() == 0
    lives = [said for said in systemd.all() if said != "WATCHDOG=1"]
    systemd.socket.close()
    assert lives == ["READY=1", "STOPPING=1"]
    assert notes(folder) == "a visit process hangs and is ended\na visit crashed (signal 9)\n"


def test_who_stood_still_with_its_supervisor_does_not_hang(folder: Path) -> None:
    with started(folder, "hasty") as terminal:
        waits_for(terminal, folder, "waits", 2)
        everyone = [terminal.pid, *(pid for _, pid, _ in events(folder, "waits"))]
        for pid in everyone:
            os.kill(pid, signal.SIGSTOP)
        time.sleep(3)
        for pid in everyone:
            os.kill(pid, signal.SIGCONT)
        terminal.settle(1.5)
        terminal.type("exit 20\r")
        assert terminal.exit_code() == 0
    assert notes(folder) == ""


def test_the_calm_page_is_in_the_middle_and_follows_a_change_of_size(folder: Path) -> None:
    with started(folder, columns=56, rows=16) as terminal:
        terminal.wait_for("Visit")
        terminal.type("exit 70\r")
        terminal.wait_for("This machine is starting again.")
        column, row = terminal.find("This machine is starting again.")
        assert (column, row) == (12, 6)
        terminal.resize(80, 24)
        terminal.wait_until(
            lambda: "This machine" in terminal.text() and terminal.find("This machine")[1] == 10,
            name="new size",
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


def test_a_signal_ends_every_process_and_gives_the_terminal_back(folder: Path) -> None:
    with started(folder) as terminal:
        terminal.wait_for("Visit")
        waits_for(terminal, folder, "waits", 2)
        terminal.signal(signal.SIGHUP)
        assert terminal.exit_code() == 0
        assert "ended with 0" in terminal.text()
        assert b"\x1b[?1049l" in terminal.raw
    assert all(is_gone(pid) for _, pid, _ in events(folder, "waits"))


def test_by_another_signal_a_process_that_does_not_want_to_end_is_killed_after_two_seconds(
    folder: Path,
) -> None:
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
    """One that hangs too; what it showed is wiped at once, where the terminal stays."""
    with Terminal(["sh", "-c", f"{sys.executable} {FAKE} {folder}; read line"]) as terminal:
        terminal.wait_for("Visit")
        waits_for(terminal, folder, "waits", 2)
        terminal.type("stubborn\r")
        terminal.wait_for("I stay")
        [supervisor] = children(terminal.pid)
        os.kill(supervisor, signal.SIGKILL)
        terminal.wait_gone("I stay", timeout=1)
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
        terminal.wait_for("This machine needs a member of staff.")
        count = notes(folder).count("\n")
        spent = _processor_seconds(terminal.pid)
        terminal.settle(quiet=0.5, limit=0.5)
        assert notes(folder).count("\n") == count == 3
        assert _processor_seconds(terminal.pid) - spent < 0.1


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
