"""Whom the kiosk speaks to: with a store to that alone, without one to nobody. The system's calls tell."""

import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.dates import now
from kiosk.places import known
from tests.kiosk.machines import Machine
from tests.kiosk.places.cards import card_of
from tests.kiosk.places.store.stub_store import stub_store
from tests.kiosk.places.store.test_probe import with_store
from tests.pty_terminal import Terminal

KIOSK = (sys.executable, "-I", "-m", "kiosk")


def traced(trace: Path, home: Path, *arguments: str) -> list[str]:
    """Return a command of the kiosk, whose calls to the network are written down, whoever makes them."""
    strace = ["strace", "-f", "--seccomp-bpf", "-qq", "-e", "trace=%network", "-o", str(trace)]
    return [*strace, *KIOSK, "--home", str(home), *arguments]


def run(
    trace: Path, machine: Machine, *arguments: str, **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        traced(trace, machine.home.root, *arguments),
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


@pytest.mark.parametrize("command", ["store check", "send", "receive"])
def test_a_kiosk_with_a_store_speaks_to_it_and_to_nobody_else(
    machine: Machine, tmp_path: Path, command: str
) -> None:
    trace = tmp_path / "trace"
    machine.enters({"good_day": "Sun"})
    known.introduce(machine.home, card_of(), now=now())
    with stub_store() as store, stub_store() as proxy:
        with_store(machine, store.endpoint, credentials="systemd")
        told = run(
            trace,
            machine,
            *command.split(),
            CREDENTIALS_DIRECTORY=str(machine.folder),
            HTTP_PROXY=proxy.endpoint,
            AWS_ENDPOINT_URL_S3=proxy.endpoint,
        )
        assert (told.returncode, told.stderr) == (0, "")
        assert opened(trace)
        assert spoken_to(trace) == {("127.0.0.1", store.server_port)}
        assert proxy.asked == []


@pytest.mark.parametrize(
    ("command", "says"),
    [
        ("doctor", "Settings:"),
        ("store check", "No store is set."),
        ("places", "No other place is known"),
        ("send --stick none", "No removable disk called none"),
    ],
)
def test_a_command_without_a_store_opens_no_way_out(
    machine: Machine, tmp_path: Path, command: str, says: str
) -> None:
    trace = tmp_path / "trace"
    told = run(trace, machine, *command.split())
    assert says in told.stdout + told.stderr
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
    with Terminal(traced(trace, machine.home.root), env={"TMPDIR": str(tmp_path)}) as terminal:
        terminal.wait_for("Welcome", 30)
        terminal.settle(0.6)  # a page that has just opened takes no Enter
        terminal.press("enter")
        terminal.wait_gone("Welcome")
    assert "socketpair(AF_UNIX" in trace.read_text()
    assert opened(trace) == []
