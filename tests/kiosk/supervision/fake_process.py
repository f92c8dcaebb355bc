"""A process of the kiosk in a few lines, without Textual: it speaks the control's language for tests.

It shows "Visit <its process id>" and does what the line typed at it says. Started as
`python fake_process.py ROLE --control N`; the file that FAKE_LOG names gets a line for what it does, with
the time of the monotonic clock. Where the file that FAKE_HUNG names is there, it is removed, and the process
hangs at its first screen.
"""

import hashlib
import os
import select
import signal
import sys
import termios
import time
from contextlib import suppress
from pathlib import Path

from kiosk.supervision.protocol import Supervised

ALIVE_EVERY = 0.2


def note(event: str) -> None:
    with Path(os.environ["FAKE_LOG"]).open("a") as log:
        log.write(f"{time.monotonic()} {os.getpid()} {event}\n")


def show(text: str) -> None:
    os.write(2, text.encode())


def typed_line(supervised: Supervised) -> str:
    line = b""
    while not line.endswith((b"\n", b"\r")):
        while not select.select([0], [], [], ALIVE_EVERY)[0]:
            supervised.alive()
        chunk = os.read(0, 1)
        if not chunk:
            return "hung up"
        line += chunk
    return line.decode().strip()


def obey(line: str) -> None:
    match line.split():
        case ["exit", code]:
            note(f"ends {code}")
            os._exit(int(code))
        case ["die"]:
            # Like a real one that is killed with everything switched on.
            show("\x1b[?1000h\x1b[?1006h\x1b[?2004h\x1b[?1004h\x1b[?2026h\x1b[>1u")
            show("\x1b[3;5r\x1b[31m secret answer")
            os.kill(os.getpid(), signal.SIGKILL)
        case ["stubborn"]:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            show("I stay")


def main() -> None:
    role = sys.argv[1]
    if Path(os.environ.get("FAKE_BROKEN", "/nonexistent")).exists():
        os._exit(3)
    supervised = Supervised(int(sys.argv[3]))
    note(f"waits {role}")
    go = supervised.wait_for_go()
    if go is None:
        note("goes home")
        return
    note(f"go {role} {go.home} {go.practice}")
    note(f"key {role} {hashlib.sha256(go.draft_key).hexdigest() if go.draft_key else 'none'} {go.crashed}")
    supervised.end_with_the_supervisor()
    assert not termios.tcgetattr(0)[3] & (termios.ISIG | termios.ECHO | termios.ICANON)
    show(f"\x1b[?1049h\x1b[2J\x1b[H{role.capitalize()} {os.getpid()} is here")
    supervised.shown()
    with suppress(FileNotFoundError):
        Path(os.environ["FAKE_HUNG"]).unlink()
        note("hangs")
        signal.pause()
    while True:
        obey(typed_line(supervised))


if __name__ == "__main__":
    main()
