"""An append-only log that several processes share: one line for each commit, replayed at open.

What the lines hold is in `kiosk.vault.lines`; the TinyDB storage and table over a log are in
`kiosk.vault.tables`.

- A commit takes `flock` on a lock file beside the log, reads what others appended since, appends one line,
  flushes it where asked, and lets go. Nobody is refused; a reader waits for the moment a commit takes.
- A tail that is torn (no newline, or a wrong check sum in the last lines) is what a crash leaves. The next
  writer cuts it off, and `damage` says how much it was.
- A damaged line with good lines after it is no crash but a fault of the medium. The good lines count, the
  damaged one is never removed (compaction carries it over, byte for byte), and `damage` counts it until
  somebody has looked.
- A write that fails is taken back by cutting the file to where it ended. After a flush that failed nobody
  knows what the medium holds, so the log refuses everything until it is opened again.
- When dead operations outweigh live documents the log is written anew and put in place by a rename. Other
  processes notice the new file by its inode and read it from the start.

Every method lets `OSError` through; a file that is no log of this kind is a `DamageError`.
"""

import errno
import fcntl
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import msgspec

from kiosk.errors import DamageError
from kiosk.vault import durable, lines
from kiosk.vault.durable import DISK, Disk
from kiosk.vault.lines import Operation, Tables

CHUNK = 1 << 20
"""How many bytes are read or written at a time."""
TAIL = 4096
"""How many bytes a blind append looks back at first: many times a usual line."""
DEAD_BEFORE_COMPACTION = 1000
"""A log is not written anew for fewer dead operations than this."""


class Damage(msgspec.Struct, frozen=True):
    """What a log was found with since it was opened."""

    cut_bytes: int = 0
    """Bytes of torn tails that this opener cut off, or, reading only, sees and leaves."""
    cut_lines: int = 0
    """In how many lines; a last line without its newline counts as one."""
    bad_lines: int = 0
    """Damaged lines with good ones after them. They are kept in the file and have no effect."""


class Log:
    """One process's view of a log.

    Nothing is opened, and no row read, before a method needs it. With `read_only` the file is never made,
    cut or written, and a missing one is a FileNotFoundError. Methods may be called from several threads.
    Do not carry one across a fork.
    """

    def __init__(self, path: Path, *, read_only: bool = False, disk: Disk = DISK) -> None:
        self.path = path
        self.read_only = read_only
        self.damage = Damage()
        self.generation = 0
        """Counts up whenever the tables in memory change."""
        self.compaction_error: OSError | None = None
        """Why the log could not be written anew. It goes on as it is, and longer than it need be."""
        self._disk = disk
        self._guard = threading.RLock()
        self._broken: OSError | None = None
        self._committing = False
        self._descriptor = -1
        self._file = (0, 0)  # device and inode
        self._folder_flushed = False
        self._tables: Tables = {}
        self._offset = 0  # up to here the file is in memory; 0: not even its header
        self._count = 0  # operations up to there
        self._damaged: list[bytes] = []  # damaged lines up to there, with their newlines
        self._tail_lines = 0  # of what follows, if it is torn

    def tables(self) -> Tables:
        """Return the tables as they are now on disk, what others appended included. Do not change them."""
        with self._guard:
            if not self._committing:  # TinyDB reads inside its updates, when the lock is held already
                with self._locked(shared=True):
                    self._catch_up()
            return self._tables

    def append(self, operations: Sequence[Operation], *, flush: bool) -> None:
        """Append a commit without reading what the log holds: as fast with a million rows as with none.

        With `flush` it survives a power cut when this returns; without, it survives the end of the process.
        """
        line = lines.line_of(operations)
        with self._guard, self._locked():
            self._attach()
            self._write(line, self._whole_end(), flush)

    def commit(self, work: Callable[[Tables], Sequence[Operation]], *, flush: bool = True) -> None:
        """Read up, ask `work` what to do with the tables as they are, append that and apply it.

        `work` runs under the lock, so nobody changes anything between its look and its commit; it must not
        change the tables itself, and may read them again but not commit. No operations: nothing is written.
        """
        with self._guard:
            with self._locked():
                self._catch_up()
                self._cut_tail()
                self._committing = True
                try:
                    operations = work(self._tables)
                finally:
                    self._committing = False
                if operations:
                    self._write(lines.line_of(operations), self._offset, flush)
                    self._catch_up()  # through the bytes, so that memory is what a replay will give
            if self._count - self._live() > max(self._live(), DEAD_BEFORE_COMPACTION):
                self._compact_if_possible()

    def compact(self) -> None:
        """Write the log anew without its dead operations, and put it in place by a rename.

        Others can commit while the new file is written; they wait only while what they added is copied.
        """
        with self._guard, ExitStack() as undo:
            with self._locked():
                self._catch_up()
                self._cut_tail()
            start, file = self._offset, self._file
            temporary = durable.temporary_name(self.path.parent)
            descriptor = self._disk.open(temporary, os.O_RDWR | os.O_CREAT | os.O_EXCL)
            undo.callback(_discard, self._disk, descriptor, temporary)
            end, count = self._write_snapshot(descriptor)
            self._disk.fsync(descriptor)
            with self._locked():
                self._catch_up()
                self._cut_tail()
                if self._file != file:
                    return  # somebody else was quicker
                added = self._read(start, self._offset)
                durable.write_all(descriptor, added, end, disk=self._disk)
                self._disk.fsync(descriptor)
                self._disk.rename(temporary, self.path)
                undo.pop_all()
                # Each line after the snapshot was counted as it was read; the rest of the count is new.
                self._use(descriptor)
                self._offset = end + len(added)
                self._count = count + sum(len(lines.commit_in(one) or ()) for one in added.splitlines())
                with self._poisoned_by_failure():
                    durable.flush_folder(self.path.parent, disk=self._disk)
                self._folder_flushed = True

    def close(self) -> None:
        """Let go of the file and the rows. The next call opens it again, and a poisoned log is well again."""
        with self._guard:
            if self._descriptor >= 0:
                os.close(self._descriptor)
            self._descriptor = -1
            self._broken = None
            self.compaction_error = None
            self._forget()

    # The lock and the file ---------------------------------------------------------------------------

    @contextmanager
    def _locked(self, *, shared: bool = False) -> Iterator[None]:
        """Hold the lock file: alone to write, together with other readers to read."""
        if self._broken is not None:
            raise OSError(errno.EIO, "the log must be opened again after a failed flush") from self._broken
        if self._committing:
            raise RuntimeError("a commit cannot be made from inside another")
        if self.read_only and not shared:
            raise OSError(errno.EROFS, "the log was opened for reading only", str(self.path))
        descriptor = self._open_lock()
        try:
            if descriptor is not None:
                fcntl.flock(descriptor, fcntl.LOCK_SH if shared and self.path.exists() else fcntl.LOCK_EX)
            yield
        finally:
            if descriptor is not None:
                os.close(descriptor)

    def _open_lock(self) -> int | None:
        """Open the lock file; None where there is none and this opener must not make one."""
        path = self.path.with_name(self.path.name + ".lock")
        if self.read_only:
            try:
                return self._disk.open(path, os.O_RDONLY)
            except FileNotFoundError:
                return None
        if not path.parent.exists():
            durable.make_folders(path.parent, disk=self._disk)
        return self._disk.open(path, os.O_RDWR | os.O_CREAT)

    def _attach(self) -> None:
        """Have the file open that has the log's name now; make it where it is missing."""
        try:
            there = self.path.stat()
        except FileNotFoundError:
            if self.read_only:
                raise
            durable.create_once(self.path, lines.line_of(lines.Header()), disk=self._disk)
            there = self.path.stat()
        if self._descriptor >= 0 and self._file == (there.st_dev, there.st_ino):
            return
        descriptor = self._disk.open(self.path, os.O_RDONLY if self.read_only else os.O_RDWR)
        try:
            _check_header(os.pread(descriptor, TAIL, 0))
        except DamageError:
            os.close(descriptor)
            raise
        self._use(descriptor)
        self._forget()

    def _use(self, descriptor: int) -> None:
        """Take a file for the log. The old one was open until now, so the two differ in their inodes."""
        there = os.fstat(descriptor)
        if self._descriptor >= 0:
            os.close(self._descriptor)
        self._descriptor = descriptor
        self._file = (there.st_dev, there.st_ino)
        self._folder_flushed = False

    # Reading -----------------------------------------------------------------------------------------

    def _forget(self) -> None:
        """Start from an empty memory."""
        self._tables, self._offset, self._count = {}, 0, 0
        self._damaged, self._tail_lines = [], 0
        self.generation += 1

    def _catch_up(self) -> None:
        """Apply the good lines that memory does not have yet."""
        self._attach()
        if os.fstat(self._descriptor).st_size < self._offset:
            self._forget()  # the file was cut below what was read: it is another one now
        before = self._offset
        pending: list[bytes] = []
        for line, end in self._lines_from(self._offset):
            if self._offset == 0:
                self._offset = end  # the header, checked at open
                continue
            operations = lines.commit_in(line[:-1]) if line.endswith(b"\n") else None
            if operations is None:
                pending.append(line)
                continue
            self._damaged += pending
            pending = []
            for operation in operations:
                lines.apply(self._tables, operation)
            self._count += len(operations)
            self._offset = end
        if self._offset != before:
            self.generation += 1
        self._tail_lines = len(pending)
        self._report(bad_lines=len(self._damaged))
        if self.read_only:
            self._report(cut_bytes=sum(map(len, pending)), cut_lines=len(pending))

    def _lines_from(self, offset: int) -> Iterator[tuple[bytes, int]]:
        """Yield each line with its newline and the offset after it; the last may lack its newline."""
        rest = b""
        while chunk := os.pread(self._descriptor, CHUNK, offset):
            end, offset = offset - len(rest), offset + len(chunk)
            block = rest + chunk
            whole = block[: block.rfind(b"\n") + 1]
            for line in whole.split(b"\n")[:-1]:
                end += len(line) + 1
                yield line + b"\n", end
            rest = block[len(whole) :]
        if rest:
            yield rest, offset

    def _read(self, start: int, end: int) -> bytes:
        """Return the bytes from one offset to another."""
        parts = []
        while start < end:
            part = os.pread(self._descriptor, min(CHUNK, end - start), start)
            if not part:
                raise OSError(errno.EIO, "the log became shorter while it was read", str(self.path))
            parts.append(part)
            start += len(part)
        return b"".join(parts)

    def _live(self) -> int:
        """Return how many operations a new log would need."""
        return sum(map(len, self._tables.values()))

    # Writing -----------------------------------------------------------------------------------------

    def _cut_tail(self) -> None:
        """Cut off what follows the last good line, after `_catch_up` and under the lock."""
        size = os.fstat(self._descriptor).st_size
        if size > self._offset:
            self._cut(self._offset, size, self._tail_lines)

    def _whole_end(self) -> int:
        """Return the offset after the last good line, looking at the file's end alone; cut off the rest."""
        size = os.fstat(self._descriptor).st_size
        back = min(TAIL, size)
        while True:
            block = self._read(size - back, size)
            # Unless the block reaches the start, it begins inside a line, which says nothing.
            start = 0 if back == size else block.find(b"\n") + 1
            kept, dropped = _without_bad_tail(block[start:])
            if kept or back == size:
                end = size - back + start + kept
                if dropped:
                    self._cut(end, size, dropped)
                return end
            back = min(back * 8, size)

    def _cut(self, end: int, size: int, count: int) -> None:
        self._disk.truncate(self._descriptor, end)
        self._report(cut_bytes=self.damage.cut_bytes + size - end, cut_lines=self.damage.cut_lines + count)

    def _report(self, **figures: int) -> None:
        self.damage = msgspec.structs.replace(self.damage, **figures)

    def _write(self, line: bytes, end: int, flush: bool) -> None:
        """Write a line at the end of the file; take it back where that fails."""
        try:
            durable.write_all(self._descriptor, line, end, disk=self._disk)
        except OSError:
            with self._poisoned_by_failure():
                self._disk.truncate(self._descriptor, end)
            raise
        if not flush:
            return
        try:
            with self._poisoned_by_failure():
                self._disk.fsync(self._descriptor)
                # Whoever put this file in place may have died before the folder was flushed.
                if not self._folder_flushed:
                    durable.flush_folder(self.path.parent, disk=self._disk)
                    self._folder_flushed = True
        except OSError:
            # The caller hears that it failed, so nobody else should read it as done.
            with suppress(OSError):
                self._disk.truncate(self._descriptor, end)
            raise

    @contextmanager
    def _poisoned_by_failure(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            self._broken = error
            raise

    def _compact_if_possible(self) -> None:
        """Compact after a commit, which stands whatever comes of this."""
        if self.compaction_error is not None:
            return
        try:
            self.compact()
        except OSError as error:
            self.compaction_error = error

    def _write_snapshot(self, descriptor: int) -> tuple[int, int]:
        """Write the header, the damaged lines and what memory holds; return the size and the operations."""
        end, block, count = 0, [lines.line_of(lines.Header()), *self._damaged], 0
        for name, documents in self._tables.items():
            if not documents:
                block.append(lines.line_of([lines.Clear(name)]))
                count += 1
            for id_, document in documents.items():
                block.append(lines.line_of([lines.Put(name, id_, document)]))
                count += 1
                if len(block) >= 10_000:
                    end, block = self._flush_block(descriptor, block, end), []
        # An empty commit last, so that damaged lines are never the tail, which would be cut off.
        block.append(lines.line_of([]))
        return self._flush_block(descriptor, block, end), count

    def _flush_block(self, descriptor: int, block: list[bytes], end: int) -> int:
        data = b"".join(block)
        durable.write_all(descriptor, data, end, disk=self._disk)
        return end + len(data)


def _without_bad_tail(block: bytes) -> tuple[int, int]:
    """Return the length up to the last good line of whole lines, and how many lines follow it."""
    *whole, rest = block.split(b"\n")
    dropped = 1 if rest else 0
    while whole and not lines.is_whole(whole[-1]):
        whole.pop()
        dropped += 1
    return sum(len(line) + 1 for line in whole), dropped


def _check_header(start: bytes) -> None:
    first, newline, _ = start.partition(b"\n")
    header = lines.header_in(first)
    if header is None or not newline:
        raise DamageError("The catalogue does not begin as one. Restore it from a backup.")
    if header.version > lines.VERSION:
        raise DamageError(lines.NEWER)


def _discard(disk: Disk, descriptor: int, path: Path) -> None:
    """Give up a file that was never put in place."""
    os.close(descriptor)
    with suppress(OSError):
        disk.unlink(path)
