"""Containers: files that hold the pieces of a consignment, one after another, written and read in one go."""

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, suppress
from pathlib import Path

from kiosk import untrusted
from kiosk.errors import CarrierError
from kiosk.places.carrier import Listed, Piece
from kiosk.places.manifest import PART_MOST
from kiosk.untrusted import UnfitFileError
from kiosk.vault import durable
from kiosk.vault.durable import Disk

PARTS_MOST = 999

_BUFFER = 4 << 20
"""Bytes that are written at once."""

Explaining = Callable[[], AbstractContextManager[None]]
"""Says of an OSError what it means for what is done with a carrier."""


class Containers:
    """The containers of a consignment that is being written, in a folder that is there."""

    def __init__(self, root: Path, explaining: Explaining, disk: Disk) -> None:
        self.listed: list[Listed] = []
        self._root = root
        self._explaining = explaining
        self._disk = disk
        self._open = ExitStack()
        self._descriptor = -1
        self._part = 0
        self._end = 0
        """Where the next piece of this container begins."""
        self._written = 0
        self._waiting: list[bytes] = []
        """What lies between the two."""

    def add(self, piece: Piece) -> bool:
        """Take a piece; tell whether something was written for it. Raises CarrierError."""
        if not self._part or self._end + len(piece.data) > PART_MOST:
            self._begin_next()
        digest = hashlib.sha256(piece.data).hexdigest()
        self.listed.append(
            Listed(
                name=piece.name, size=len(piece.data), sha256=digest, modified=piece.modified,
                part=self._part, at=self._end,
            )
        )  # fmt: skip
        self._waiting.append(piece.data)
        self._end += len(piece.data)
        if self._end - self._written < _BUFFER:
            return False
        self._write()
        return True

    def end(self) -> None:
        """Write what waits, and flush it; its name is not. Raises CarrierError."""
        if self._part:
            self._write()
            with self._explaining():
                flush_and_forget(self._descriptor, self._disk)
                self._open.close()

    def give_up(self) -> None:
        """Let go of the file that is being written, if there is one."""
        with suppress(OSError):  # its disk is gone: what stopped the writing says more
            self._open.close()

    def _begin_next(self) -> None:
        self.end()
        if self._part == PARTS_MOST:
            raise CarrierError("This is too much for one consignment. Send it in two.")
        self._part += 1
        self._end = self._written = 0
        file = self._root / container_name(self._part)
        with self._explaining():
            opened = self._disk.opened(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
            self._descriptor = self._open.enter_context(opened)
            self._disk.share(self._descriptor)

    def _write(self) -> None:
        data = b"".join(self._waiting)
        self._waiting.clear()
        with self._explaining():
            durable.write_all(self._descriptor, data, self._written, disk=self._disk)
        self._written = self._end


def container_name(part: int) -> str:
    """Return the name of a container, by its number from 1."""
    return f"pages-{part:03d}.bin"


def read(
    root: Path, below: Path, listed: Sequence[Listed], explaining: Explaining
) -> Iterator[tuple[Listed, bytes | None]]:
    """Yield some pieces of the containers in a folder, which lies below another one without a link.

    None stands for a piece that is not there as it is listed. Raises CarrierError.
    """
    with ExitStack() as opened:
        part, descriptor = 0, None
        for one in listed:
            with explaining():
                if one.part != part:
                    opened.close()
                    part, descriptor = one.part, _opened(opened, root / container_name(one.part), below)
                data = None if descriptor is None else _piece(descriptor, one)
            yield one, data


def flush_and_forget(descriptor: int, disk: Disk) -> None:
    """Flush a file, and have it read from the medium from then on, and not from this machine's memory."""
    disk.fsync(descriptor)
    os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)


def _opened(held: ExitStack, file: Path, below: Path) -> int | None:
    try:
        descriptor = untrusted.open_file(file, below=below)
    except (FileNotFoundError, NotADirectoryError, UnfitFileError):
        return None
    held.callback(_close, descriptor)
    return descriptor


def _close(descriptor: int) -> None:
    with suppress(OSError):  # its disk is gone, and it was read only
        os.close(descriptor)


def _piece(descriptor: int, listed: Listed) -> bytes | None:
    data = os.pread(descriptor, listed.size, listed.at)
    while len(data) < listed.size:  # some file systems give a file in pieces
        more = os.pread(descriptor, listed.size - len(data), listed.at + len(data))
        if not more:
            return None
        data += more
    return data if hashlib.sha256(data).hexdigest() == listed.sha256 else None
