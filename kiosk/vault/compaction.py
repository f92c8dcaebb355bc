"""Writing a log anew: what its tables amount to as they were at one moment, and the file it is written to."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from kiosk.vault import durable, log_lines
from kiosk.vault.durable import Disk
from kiosk.vault.log_lines import Tables

BLOCK = 4_000
"""How many lines are written at a time: about half a megabyte."""


class Snapshot:
    """What a new log must hold to amount to these tables."""

    def __init__(self, tables: Tables, damaged: list[bytes]) -> None:
        # Copies of the dictionaries alone: what they hold is never changed.
        self._documents = {name: dict(documents.raw) for name, documents in tables.items()}
        self._damaged = list(damaged)
        self.count = sum(max(len(documents), 1) for documents in self._documents.values())
        """Operations in it."""

    def blocks(self) -> Iterator[bytes]:
        """Yield the new log, some lines at a time."""
        block = [log_lines.line_of(log_lines.Header()), *self._damaged]
        for line in self._lines():
            block.append(line)
            if len(block) >= BLOCK:
                yield b"".join(block)
                block = []
        # An empty commit last, so that damaged lines are never the tail, which would be cut off.
        yield b"".join([*block, log_lines.line_of([])])

    def _lines(self) -> Iterator[bytes]:
        for name, documents in self._documents.items():
            if not documents:
                yield log_lines.line_of([log_lines.Clear(name)])
            for id_, raw in documents.items():
                yield log_lines.line_of([log_lines.Put(name, id_, log_lines.Raw(raw))])


class NewFile:
    """A file that is written beside a log, to take its place."""

    def __init__(self, log: Path, disk: Disk) -> None:
        self._disk = disk
        self.path = durable.temporary_name(log)
        self.descriptor = disk.open(self.path, os.O_RDWR | os.O_CREAT | os.O_EXCL)
        self.size = 0

    def add(self, data: bytes) -> None:
        """Write at the end, and flush: one long flush in the end would hold up those of everybody else."""
        if data:
            durable.write_all(self.descriptor, data, self.size, disk=self._disk)
            self._disk.fsync(self.descriptor)
            self.size += len(data)

    def discard(self) -> None:
        """Give it up."""
        os.close(self.descriptor)
        with suppress(OSError):  # what stays is swept later
            self._disk.unlink(self.path)
