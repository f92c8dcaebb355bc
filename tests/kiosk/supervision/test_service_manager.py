"""What systemd hears of the kiosk, at a socket as it makes one."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.supervision.service_manager import ServiceManager


class Heard:
    """A socket that a kiosk tells, and what it has heard."""

    def __init__(self, address: str) -> None:
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(address)
        self.socket.setblocking(False)
        self.said: list[str] = []

    def all(self) -> list[str]:
        """Return everything that was said so far."""
        while True:
            try:
                self.said.append(self.socket.recv(100).decode())
            except BlockingIOError:
                return self.said


@pytest.fixture(params=["a file", "a name"])
def heard(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Heard, str]]:
    named = request.param == "a name"
    heard = Heard(f"\0{tmp_path}" if named else str(tmp_path / "notify"))
    yield heard, f"@{tmp_path}" if named else str(tmp_path / "notify")
    heard.socket.close()


def test_it_is_up_once_lives_every_quarter_of_the_time_and_says_nothing_while_it_does_not(
    heard: tuple[Heard, str],
) -> None:
    now = [100.0]
    environment = {"NOTIFY_SOCKET": heard[1], "WATCHDOG_USEC": "20000000"}
    service = ServiceManager(environment, lambda: now[0])
    service.tell(up=False, lives=True)
    for _ in range(3):
        service.tell(up=True, lives=True)
    assert heard[0].all() == ["WATCHDOG=1", "READY=1"]
    assert service.wait() == 5
    now[0] += 4.9
    service.tell(up=True, lives=True)
    assert len(heard[0].all()) == 2
    now[0] += 0.1
    service.tell(up=True, lives=False)
    assert (len(heard[0].all()), service.wait()) == (2, 5)  # it does not look at it without a rest
    now[0] += 5
    service.tell(up=False, lives=True)
    service.ends()
    assert heard[0].all()[2:] == ["WATCHDOG=1", "STOPPING=1"]


def test_that_it_is_up_is_said_again_until_there_is_room_to_hear_it(heard: tuple[Heard, str]) -> None:
    service = ServiceManager({"NOTIFY_SOCKET": heard[1]}, lambda: 0.0)
    for _ in range(1000):  # more than a socket keeps, and to wait would be a hang of its own
        service.ends()
    service.tell(up=True, lives=True)
    assert "READY=1" not in heard[0].all()
    for _ in range(2):
        service.tell(up=True, lives=True)
    assert heard[0].all().count("READY=1") == 1


@pytest.mark.parametrize("watchdog", ["", "0", "-1", "soon"])
def test_who_asks_for_no_sign_of_life_gets_none(heard: tuple[Heard, str], watchdog: str) -> None:
    service = ServiceManager({"NOTIFY_SOCKET": heard[1], "WATCHDOG_USEC": watchdog}, lambda: 0.0)
    service.tell(up=True, lives=True)
    assert (heard[0].all(), service.wait()) == (["READY=1"], None)


def test_nobody_who_listens_stops_nothing(tmp_path: Path) -> None:
    for environment in (
        {"WATCHDOG_USEC": "20000000"},
        {"NOTIFY_SOCKET": "", "WATCHDOG_USEC": "20000000"},
        {"NOTIFY_SOCKET": str(tmp_path / "nobody")},
        {"NOTIFY_SOCKET": "/" + "x" * 200},
    ):
        service = ServiceManager(environment, lambda: 0.0)
        service.tell(up=True, lives=True)
        service.ends()
        assert service.wait() is None
