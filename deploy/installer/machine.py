"""A machine: where things lie on it, what is run on it, and the record of what was installed."""

import json
import os
import platform
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Protocol

OPT = Path("/opt/strengths-kiosk")
KEY = OPT / "allowed_signers"
"""Whose medium an update may come from; the first installation leaves it."""
HOME = Path("/var/lib/kiosk")
USER = "kiosk"
COMMAND = Path("/usr/local/sbin/kiosk-machine")
SESSION = Path("/etc/kiosk/session.conf")
"""What the venue may edit: it is laid where it is missing, and stays."""
ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
"""Debian's name for each machine that there are wheels for."""
_ENVIRONMENT = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "LANG": "C.UTF-8",
    "HOME": "/root",
    "DEBIAN_FRONTEND": "noninteractive",
}


class RefusedError(Exception):
    """A plain sentence for the person at the machine: what is wrong, and what to do."""


class FailedError(RefusedError):
    """A program failed; `last` is the last line that it printed."""

    def __init__(self, says: str, last: str) -> None:
        super().__init__(says)
        self.last = last


class StoppedError(Exception):
    """The person pressed Ctrl+C."""


class Run(Protocol):
    """Runs a program to its end and returns what it printed. Raises RefusedError where it fails."""

    def __call__(self, command: Sequence[str | Path], *, talks: bool = False) -> str:
        """Run; with `talks` it has the terminal for its questions, which it asks on standard error."""


def run(command: Sequence[str | Path], *, talks: bool = False) -> str:
    """Run a program with a clean environment.

    Ctrl+C does not reach what has no terminal: a package that is half unpacked is finished first.
    """
    words = [str(word) for word in command]
    environment = _ENVIRONMENT | ({"TERM": os.environ.get("TERM", "linux")} if talks else {})
    try:
        child = subprocess.Popen(
            words,
            stdin=None if talks else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=None if talks else subprocess.STDOUT,
            env=environment,
            start_new_session=not talks,
        )
    except FileNotFoundError as error:
        raise RefusedError(f"The program {words[0]} is missing on this machine.") from error
    try:
        told = child.communicate()[0].decode(errors="replace")
    except KeyboardInterrupt as error:
        print("One moment: what has begun is finished first.", flush=True)
        child.communicate()
        raise StoppedError from error
    if child.returncode:
        lines = told.strip().splitlines() or [f"'{' '.join(words[:3])}' failed."]
        full = "No space left on device" in told
        why = "The disk is full: make room" if full else "Put that right"
        says = "\n".join([*lines[-8:], f"{why}, and run this again: it goes on where it stopped."])
        raise FailedError(says, lines[-1])
    return told


@dataclass
class Record:
    """What was installed. It is kept beside the program, and read again by each later run."""

    version: str = ""
    before: str = ""
    """The version that a step back leads to."""
    answers: dict[str, str] = field(default_factory=dict)
    sized: str = ""
    """The screen that the size of the letters was set for."""
    sheet_due: bool = False
    """Whether the recovery sheet was begun, and is not yet where it is wanted."""
    had: list[str] | None = None
    """The Debian packages from before the first installation; None once `packages` is known."""
    packages: list[str] = field(default_factory=list)
    """Those that the medium brought."""
    files: dict[str, str] = field(default_factory=dict)
    """Each file that was laid, with the SHA-256 that it was laid with."""
    folders: list[str] = field(default_factory=list)
    """Those that were made for them."""


@dataclass(frozen=True)
class Machine:
    """The machine that this runs on; tests give another root, and what stands for its programs."""

    root: Path = Path("/")
    run: Run = run
    say: Callable[[str], None] = print
    kind: str = field(default_factory=platform.machine)
    free: Callable[[Path], int] = lambda path: shutil.disk_usage(path).free

    def at(self, path: Path | str) -> Path:
        """Return where a path of the machine is."""
        return self.root / str(path).lstrip("/")

    def platform(self) -> str:
        """Return the release and architecture, as in `12-amd64`. Raises RefusedError for others."""
        if self.kind not in ARCHITECTURES:
            raise RefusedError(
                f"This machine has a processor of the kind {self.kind}. The kiosk needs 64 bits: x86-64 "
                "(amd64) or 64-bit Arm (arm64). Nothing was changed."
            )
        try:
            told = self.at("/etc/os-release").read_text(encoding="utf-8")
        except OSError:
            told = ""
        system = dict(line.split("=", 1) for line in told.splitlines() if "=" in line)
        if system.get("ID", "").strip('"') != "debian":
            raise RefusedError("This machine does not run Debian. Nothing was changed.")
        return f"{system.get('VERSION_ID', '').strip(chr(34))}-{ARCHITECTURES[self.kind]}"

    def record(self) -> Record:
        """Return what was installed here, empty where nothing was."""
        file = self.at(OPT / "installed.json")
        try:
            return Record(**json.loads(file.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return Record()
        except (ValueError, TypeError) as error:
            raise RefusedError(f"{file}, the list of what was installed, cannot be read.") from error

    def keep(self, record: Record) -> None:
        """Write the record, as a whole or not at all."""
        write(self.at(OPT / "installed.json"), json.dumps(asdict(record), indent=1).encode())

    def installed(self) -> list[str]:
        """Return the names of the Debian packages that are installed."""
        told = self.run(["dpkg-query", "--show", "--showformat", "${db:Status-Status} ${Package}\\n"])
        return sorted({line.split()[1] for line in told.splitlines() if line.startswith("installed ")})


def write(file: Path, content: bytes, mode: int = 0o644) -> None:
    """Write a file as a whole or not at all, and make its folder."""
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_name(f".{file.name}.new")
    with new.open("wb") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())
    new.chmod(mode)
    new.replace(file)


def lead_to(link: Path, target: str) -> None:
    """Let a link lead somewhere, in one step."""
    new = link.with_name(f".{link.name}.new")
    new.unlink(missing_ok=True)
    new.symlink_to(target)
    new.replace(link)
