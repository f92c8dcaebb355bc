"""What the service manager is told of the kiosk, by sd_notify(3) of systemd: up, alive, at its end."""

import socket
from collections.abc import Callable, Mapping
from contextlib import suppress

SOCKET, WATCHDOG = "NOTIFY_SOCKET", "WATCHDOG_USEC"
"""In these variables systemd says where it listens, and after how many microseconds silence is a hang.

WATCHDOG_PID is not asked for: in a session with a window, the service's process is the one that draws that.
"""
_PER_TIME = 4
"""Signs of life in that time: one that is left out, while a visit that hangs is ended, is no hang."""


class ServiceManager:
    """Whoever started the kiosk as a service, or nobody: then nothing is said.

    `clock` gives seconds that only grow.
    """

    def __init__(self, environment: Mapping[str, str], clock: Callable[[], float]) -> None:
        self._address = environment.get(SOCKET, "")
        microseconds = environment.get(WATCHDOG, "")
        hears = bool(self._address) and microseconds.isdecimal() and int(microseconds) > 0
        self._every = int(microseconds) / 1e6 / _PER_TIME if hears else None
        self._clock = clock
        self._next = clock()
        self._is_up = False

    def tell(self, *, up: bool, lives: bool) -> None:
        """Say once that the kiosk is up, and while it lives that too, as often as is asked for."""
        if up and not self._is_up:
            self._is_up = self._say("READY=1")
        if self._every is not None and (now := self._clock()) >= self._next:
            self._next = now + self._every
            if lives:
                self._say("WATCHDOG=1")

    def wait(self) -> float | None:
        """Return after how many seconds to tell again; None where nobody asks for it."""
        return None if self._every is None else max(0.0, self._next - self._clock())

    def ends(self) -> None:
        """Say that the kiosk ends."""
        self._say("STOPPING=1")

    def _say(self, state: str) -> bool:
        """Say it, and tell whether that is done with: what waits to be heard may be too much just now."""
        if not self._address:
            return True
        # A name that begins with @ is one of Linux's own, which no file stands for (unix(7)).
        address = "\0" + self._address[1:] if self._address[0] == "@" else self._address
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify:
            notify.setblocking(False)  # to wait for the one who looks after hangs would be one
            notify.sendto(state.encode(), address)
            return True
        return False
