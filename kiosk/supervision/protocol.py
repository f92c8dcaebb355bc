r"""What the supervisor and a process of the kiosk say to each other, over one socket pair.

    process     ready\n      everything is imported; it waits, and has no terminal yet
    supervisor  {"home": …, "practice": [staff, passphrase] | null, "draft": … | null, "draft_key": …,
                 "crashed": … | null, "customers": …}\n
                             go: the terminal comes along, as two file descriptors
    process     shown\n      its first screen is drawn
    process     went on\n    a customer goes on with what a crash had stopped, or nothing is left of it
    process     alive\n      every few seconds from then on: what answers the keys still runs
    process     touched\n    somebody has just touched the machine, in a visit; at most once a second
    process     crash page ["…", …]\n
                             what is to be shown should it crash: paragraphs, in the language of the visit
    process     visited {"pack": …}\n
                             last: how a visit went, in a few coarse words (`kiosk.counts.visits.VisitTold`)

A process that waits and reads the end of the file goes home. One that has the terminal and reads it has
lost its supervisor, and ends too.
"""

import json
import os
import signal
import socket
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from kiosk.supervision.tty import wipe

READY = "ready"
SHOWN = "shown"
WENT_ON = "went on"
ALIVE = "alive"
TOUCHED = "touched"
CRASH_PAGE = "crash page "
VISITED = "visited "

END_SECONDS = 2.0
"""How long a process has to end when it is asked to."""
CHUNK = 65_536
"""Bytes to read at once; a message is far shorter."""


def page_in(message: str) -> list[str]:
    """Return the paragraphs of a message that says what is to be shown after a crash."""
    page: list[str] = json.loads(message.removeprefix(CRASH_PAGE))
    return page


class Role(Enum):
    """What a process is for."""

    VISIT = "visit"
    DESK = "desk"


@dataclass(frozen=True)
class Handover:
    """What a process is told when its turn comes."""

    home: Path
    practice: tuple[str, str] | None = field(default=None, repr=False)
    """The made-up member of staff of a practice kiosk and their passphrase."""
    draft_key: bytes = field(default=b"", repr=False)
    """What the draft of the visit that begins is sealed with; empty for none."""
    crashed: float | None = None
    """How many seconds ago the visit with this key, which crashed, was last touched; None where none did."""
    customers: bool = True
    """Whether customers use this kiosk; False for a desk that runs alone."""
    draft: Path | None = None
    """The file of a pack that is looked at before it is used; in a practice kiosk alone."""

    def to_line(self) -> bytes:
        """Return the message as a line of JSON."""
        told = {
            "home": str(self.home),
            "practice": self.practice,
            "draft": str(self.draft) if self.draft else None,
            "draft_key": self.draft_key.hex(),
            "crashed": self.crashed,
            "customers": self.customers,
        }
        return json.dumps(told).encode() + b"\n"

    @classmethod
    def from_line(cls, line: bytes) -> "Handover":
        """Read the message back."""
        told = json.loads(line)
        practice = told["practice"]
        return cls(
            Path(told["home"]),
            tuple(practice) if practice else None,
            bytes.fromhex(told["draft_key"]),
            told["crashed"],
            told["customers"],
            Path(told["draft"]) if told["draft"] else None,
        )


class Supervised:
    """The supervisor, as a process of the kiosk sees it."""

    def __init__(self, descriptor: int) -> None:
        self._control = socket.socket(fileno=descriptor)
        self._control.set_inheritable(False)
        self.alone = False
        """Whether the supervisor has gone while this process had the terminal."""

    def wait_for_go(self) -> Handover | None:
        """Say ready and wait; when told to go, the terminal is standard input, output and error.

        None where the supervisor has gone or needs nobody any more.
        """
        try:
            self._control.sendall(f"{READY}\n".encode())
            line, given, _, _ = socket.recv_fds(self._control, CHUNK, 2)
            while line and not line.endswith(b"\n"):
                line += self._control.recv(CHUNK)
        except (BrokenPipeError, ConnectionResetError):
            return None
        if not line:
            return None
        source, target = given
        for descriptor, standard in ((source, 0), (target, 1), (target, 2)):
            os.dup2(descriptor, standard)
        os.close(source)
        os.close(target)
        return Handover.from_line(line)

    def shown(self) -> None:
        """Say that the first screen is drawn."""
        self._say(SHOWN)

    def went_on(self) -> None:
        """Say that a customer goes on with what a crash had stopped, or that nothing is left of it."""
        self._say(WENT_ON)

    def touched(self) -> None:
        """Say that somebody has just touched the machine."""
        self._say(TOUCHED)

    def crash_page(self, page: Sequence[str]) -> None:
        """Say what is to be shown should this process crash: paragraphs in the language of the visit."""
        self._say(CRASH_PAGE + json.dumps(page))

    def alive(self) -> None:
        """Say that what answers the keys still runs."""
        self._say(ALIVE)

    def visited(self, how: bytes) -> None:
        """Say how the visit went, at its end."""
        self._say(VISITED + how.decode())

    def _say(self, message: str) -> None:
        try:
            self._control.sendall(f"{message}\n".encode())
        except (BrokenPipeError, ConnectionResetError):
            return  # `end_with_the_supervisor` ends this process

    def end_with_the_supervisor(self) -> None:
        """From now on, end this process when the supervisor has gone: by SIGTERM, and soon by force.

        What stands on the terminal is wiped at once, since a process that hangs would leave it there; later,
        the terminal may be another kiosk's.
        """
        threading.Thread(target=self._watch, name="control", daemon=True).start()

    def _watch(self) -> None:
        try:
            while self._control.recv(CHUNK):
                pass
        except ConnectionResetError:
            pass
        self.alone = True
        os.kill(os.getpid(), signal.SIGTERM)
        wipe(1)
        time.sleep(END_SECONDS)  # more than what hears SIGTERM has left
        os.kill(os.getpid(), signal.SIGKILL)
