"""What the lines of a log amount to, as far as it was read."""

import os

from kiosk.vault import log_lines
from kiosk.vault.log_lines import Tables

CHUNK = 1 << 20
"""How many bytes are read at a time."""


class LogState:
    """The tables of one log file up to an offset, and what was wrong on the way there."""

    def __init__(self, header: int) -> None:
        """`header` is the length of the file's header in bytes."""
        self.tables: Tables = {}
        self.offset = header
        """Up to here, the end of a good line, the file is in the tables."""
        self.count = 0
        """Operations up to there."""
        self.damaged: list[bytes] = []
        """Damaged lines up to there, with their newlines."""
        self.tail_lines = 0
        """Lines after that, all bad, in what was last read."""

    def read(self, descriptor: int, end: int) -> None:
        """Take in the good lines of an open file from the offset up to an end.

        Lets `OSError` through, and raises DamageError for a line that is not known here; then this memory
        holds part of a commit and must not be used any more.
        """
        position, rest, pending = self.offset, b"", list[bytes]()
        while position < end and (chunk := os.pread(descriptor, min(CHUNK, end - position), position)):
            position += len(chunk)
            *whole, rest = (rest + chunk).split(b"\n")
            pending = self._take(whole, pending)
        self.tail_lines = len(pending) + bool(rest)

    def live(self) -> int:
        """Return how many operations a new log would need."""
        return sum(max(len(documents), 1) for documents in self.tables.values())

    def moved(self, offset: int, count: int) -> None:
        """Go on in a new file that amounts to the same: from an offset, so many operations up to there."""
        self.offset = offset
        self.count = count

    def _take(self, whole: list[bytes], pending: list[bytes]) -> list[bytes]:
        """Take lines in, after some bad ones; return the bad ones that no good one follows."""
        tables, offset, count = self.tables, self.offset + sum(map(len, pending)), self.count
        commit_in, apply = log_lines.commit_in, log_lines.apply
        for line in whole:
            offset += len(line) + 1
            operations = commit_in(line)
            if operations is None:
                pending.append(line + b"\n")
                continue
            if pending:
                self.damaged += pending
                pending = []
            for operation in operations:
                apply(tables, operation)
            count += len(operations)
            self.offset = offset
        self.count = count
        return pending
