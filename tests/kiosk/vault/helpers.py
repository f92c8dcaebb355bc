"""A disk that fails where a test says, a clock that a test turns, and logs and pages to look into."""

import errno
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

from kiosk.mac import digest
from kiosk.vault.durable import Disk
from kiosk.vault.log import Log
from kiosk.vault.log_lines import Document, Put, line_of
from kiosk.vault.page_files import READY
from kiosk.vault.page_names import page_name
from kiosk.vault.rows import signed_parts
from tests.kiosk.sealed import PLACE

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
ONE, TWO, THREE = (digit * 32 for digit in "1a3")


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def passes(self, **span: float) -> None:
        self.now += timedelta(**span)


class FaultyDisk(Disk):
    """Notes each call by name; `fails` names a call, and which one of them (0 is the next).

    It does not wait for a medium: no test here cuts the power.
    """

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.room = 1 << 40
        self._faults: dict[str, tuple[int, int]] = {}

    def fails(self, call: str, *, number: int = errno.EIO, after: int = 0) -> None:
        self._faults[call] = (after, number)

    def is_well(self) -> None:
        self._faults = {}

    def free(self, path: Path) -> int:
        return self.room

    def fsync(self, descriptor: int) -> None:
        self._note("fsync")

    def write(self, descriptor: int, data: bytes | memoryview, offset: int) -> int:
        """A write that fails leaves half of its bytes behind."""
        try:
            self._note("write")
        except OSError:
            super().write(descriptor, data[: len(data) // 2], offset)
            raise
        return super().write(descriptor, data, offset)

    def _note(self, call: str) -> None:
        self.calls.append(call)
        if call in self._faults:
            after, number = self._faults[call]
            self._faults[call] = (after - 1, number)
            if after <= 0:
                raise OSError(number, os.strerror(number))


class StoppingDisk(FaultyDisk):
    """Fails from the first failure on in every call, so that nothing that was begun is taken back."""

    def __init__(self) -> None:
        super().__init__()
        self.stopped = False

    def _note(self, call: str) -> None:
        if self.stopped:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        self.stopped = True
        super()._note(call)
        self.stopped = False


def _noted(name: str) -> Callable[..., Any]:
    def call(self: FaultyDisk, *args: Any) -> Any:
        self._note(name)
        return getattr(Disk, name)(self, *args)

    return call


CALLS = ("open", "truncate", "date", "link", "rename", "unlink", "make_folder", "remove_folder")
for _name in (*CALLS, "flush_all", "lock"):
    setattr(FaultyDisk, _name, _noted(_name))


@contextmanager
def moments(root: Path, room: Path) -> Iterator[list[Path]]:
    """Copy what is below a root before each change of a file, as a kill there leaves it; at the end too."""
    copies: list[Path] = []

    def copy() -> None:
        copies.append(shutil.copytree(root, room / f"{len(copies)}"))

    def copying(name: str) -> Callable[..., Any]:
        does = getattr(Disk, name)

        def call(*args: Any) -> Any:
            copy()
            return does(*args)

        return call

    with ExitStack() as patched:
        for name in ("write", "truncate", "link", "rename", "unlink"):
            patched.enter_context(mock.patch.object(Disk, name, copying(name)))
        yield copies
        copy()


def put(log: Log, id_: str, **document: Any) -> None:
    log.commit(lambda _: [Put("t", id_, document)])


def documents(path: Path) -> dict[str, Any]:
    """What a fresh opener reads."""
    log = Log(path)
    try:
        return dict(log.tables().get("t", {}))
    finally:
        log.close()


def line(id_: str, **document: Any) -> bytes:
    return line_of([Put("t", id_, document)])


def files_below(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def always(page: bytes) -> Callable[[int], bytes]:
    """What makes a further page, whatever its counter."""
    return lambda _counter: page


def sign(entry_id: str, said: Document) -> str:
    """What stands for the desk's tag: it needs no key."""
    return digest(*signed_parts(entry_id, said))


def name_of(entry_id: str) -> str:
    return f"Name {entry_id[:2]}"


def page(home: Path, entry_id: str, counter: int = 1, writer: str = PLACE) -> Path:
    return home / "vault" / entry_id[:2] / f"{entry_id}.{page_name(counter, writer)}.age"


def shelves(vault: Path, names: Iterable[str]) -> None:
    """Make some shelves of a vault, and say that all are there: 256 folders take their time at each look."""
    for name in names:
        (vault / name).mkdir(mode=0o700, parents=True, exist_ok=True)
    for folder in (vault.parent, vault):
        folder.chmod(0o700)
    (vault / READY).touch(mode=0o600)


def forget_rows(home: Path) -> None:
    (home / "catalogue" / "log").unlink()
