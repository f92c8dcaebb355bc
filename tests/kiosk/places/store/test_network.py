"""Whom the kiosk speaks to: with a store to that alone, without one to nobody. The system's calls tell."""

import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

from kiosk.dates import now
from kiosk.places import known
from tests.kiosk.machines import Machine
from tests.kiosk.places.cards import card_of
from tests.kiosk.places.store.stub_store import stub_store
from tests.kiosk.places.store.test_probe import with_store
from tests.pty_terminal import Terminal

KIOSK = (sys.executable, "-I", "-m", "kiosk")
ONE_AFTER_ANOTHER = """
import sys
from kiosk.cli.main import main
failed = False
for command in sys.argv[2:]:
    try:
        main(["--home", sys.argv[1], *command.split()])
    except SystemExit as end:
        failed |= bool(end.code)
sys.exit(failed)
"""
IN_ONE = (sys.executable, "-I", "-c", ONE_AFTER_ANOTHER)
"""What runs several commands on a home in one process, past its start; each may fail."""


def traced(trace: Path, *command: str) -> list[str]:
    """Return a command whose calls to the network are written down, whoever makes them."""
    strace = ["strace", "-f", "--seccomp-bpf", "-qq", "-e", "trace=%network", "-o", str(trace)]
    return [*strace, *command]


def run(trace: Path, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        traced(trace, *command),
        env={"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def opened(trace: Path) -> list[str]:
    """Return the sockets that can leave this machine."""
    return re.findall(r"\bsocket\((AF_INET6?|AF_PACKET)\b", trace.read_text())


def spoken_to(trace: Path) -> set[tuple[str, int]]:
    """Return each address that something was sent to, or a connection was asked of."""
    asked = re.findall(r"\b(?:connect|sendto|sendmsg|sendmmsg)\(.*sa_family=AF_INET.*", trace.read_text())
    found = [re.search(r"port=htons\((\d+)\),.*?\"([0-9a-f.:]+)\"", one) for one in asked]
    return {(one[2], int(one[1])) if one else ("unread", 0) for one in found}


def test_a_kiosk_with_a_store_speaks_to_it_and_to_nobody_else(machine: Machine, tmp_path: Path) -> None:
    first, second, home = tmp_path / "first", tmp_path / "second", str(machine.home.root)
    machine.enters({"good_day": "Sun"})
    known.introduce(machine.home, card_of(), now=now())
    with stub_store() as store, stub_store() as proxy:
        with_store(machine, store.endpoint, credentials="systemd")
        environment = {
            "CREDENTIALS_DIRECTORY": str(machine.folder),
            "HTTP_PROXY": proxy.endpoint,
            "AWS_ENDPOINT_URL_S3": proxy.endpoint,
        }
        started = run(first, *KIOSK, "--home", home, "send", **environment)
        assert (started.returncode, started.stderr) == (0, "")
        told = run(second, *IN_ONE, home, "store check", "receive", CREDENTIALS_DIRECTORY=str(machine.folder))
        assert (told.returncode, told.stderr) == (0, "")
        for trace in (first, second):
            assert opened(trace)
            assert spoken_to(trace) == {("127.0.0.1", store.server_port)}
        assert proxy.asked == []


def test_a_command_without_a_store_opens_no_way_out(machine: Machine, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    without = {
        "doctor": "Settings:",
        "store check": "No store is set.",
        "places": "No other place is known",
        "send --stick none": "No removable disk called none",
    }
    told = run(trace, *IN_ONE, str(machine.home.root), *without)
    for command, says in without.items():
        assert says in told.stdout + told.stderr, command
    assert opened(trace) == []


def test_ctrl_c_ends_a_command_whose_store_is_silent(machine: Machine) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        with_store(machine, f"http://127.0.0.1:{silent.getsockname()[1]}")
        command = [*KIOSK, "--home", str(machine.home.root), "store", "check"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            connection, _ = silent.accept()
            with connection:
                process.send_signal(signal.SIGINT)
                assert process.communicate(timeout=5) == (b"", b"\nAborted!\n")
    assert process.returncode == 1


def test_a_visit_without_a_store_opens_no_way_out(machine: Machine, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    with Terminal(
        traced(trace, *KIOSK, "--home", str(machine.home.root)), env={"TMPDIR": str(tmp_path)}
    ) as terminal:
        terminal.wait_for("Welcome", 30)
        terminal.settle(0.6)  # a page that has just opened takes no Enter
        terminal.press("enter")
        terminal.wait_gone("Welcome")
    assert "socketpair(AF_UNIX" in trace.read_text()
    assert opened(trace) == []
