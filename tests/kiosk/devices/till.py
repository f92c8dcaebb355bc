"""A receipt printer in the network, on this machine: it can be well, mute, deaf, open, empty or unplugged."""

import re
import socket
import struct
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from threading import Event, Thread

WELL = {b"\x10\x04\x01": 0x12, b"\x10\x04\x02": 0x12, b"\x10\x04\x04": 0x12}
OFFLINE = WELL | {b"\x10\x04\x01": 0x1A}
OPEN = OFFLINE | {b"\x10\x04\x02": 0x16, b"\x10\x04\x04": 0x72}
NO_PAPER = OFFLINE | {b"\x10\x04\x02": 0x32, b"\x10\x04\x04": 0x72}
ERROR = OFFLINE | {b"\x10\x04\x02": 0x52}
MUTE: dict[bytes, int] = {}

_QUESTIONS = re.compile(rb"\x10\x04[\x01\x02\x04]|\x1dr\x01")


@dataclass(frozen=True)
class Manner:
    """How a printer behaves."""

    answers: dict[bytes, int]
    """To DLE EOT."""
    after: dict[bytes, int] | None = None
    """To DLE EOT, once the paper begins to move; as before where it is None."""
    done: int | None = 0x00
    """What it answers when everything is printed; None where it does not know that question."""
    takes: int = 1 << 30
    """How many bytes it takes before it is unplugged."""
    reads: bool = True
    """Else it reads only what is still there when the test is over."""


class Till(AbstractContextManager["Till"]):
    """Serves one connection. What it got is in `got`."""

    def __init__(self, manner: Manner) -> None:
        self.got = b""
        self._manner = manner
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=1)
        self._listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self._listening.settimeout(10)
        self._end = Event()
        self._thread = Thread(target=self._serve, daemon=True)
        self._thread.start()

    @property
    def device(self) -> str:
        return f"tcp://127.0.0.1:{self._listening.getsockname()[1]}"

    @property
    def job(self) -> bytes:
        """What it got, without the questions that are answered at once and without the last one."""
        return _QUESTIONS.sub(b"", self.got)

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._listening.close()
        self._thread.join(10)
        assert not self._thread.is_alive()

    def _serve(self) -> None:
        with suppress(OSError):  # nobody came, or who came went away
            connection, _ = self._listening.accept()
            with connection:
                connection.settimeout(10)
                if not self._manner.reads:
                    self._end.wait(10)
                self._talk(connection)

    def _talk(self, connection: socket.socket) -> None:
        answered = 0
        while len(self.got) < self._manner.takes and (piece := connection.recv(64)):
            self.got += piece
            for found in _QUESTIONS.finditer(self.got, answered):
                answered = found.end()
                self._answer(connection, found[0])
        if len(self.got) >= self._manner.takes:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def _answer(self, connection: socket.socket, question: bytes) -> None:
        moving = b"\x1b@" in self.got and self._manner.after is not None
        answers = self._manner.after if moving else self._manner.answers
        assert answers is not None
        answer = answers.get(question) if question in WELL else self._manner.done
        if answer is not None:
            connection.sendall(bytes([answer]))
