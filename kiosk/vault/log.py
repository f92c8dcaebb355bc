"""An append-only log that several processes share: one line for each commit, replayed at open.

What the lines hold is in `kiosk.vault.log_lines`; the TinyDB storage and table over a log are in
`kiosk.vault.tables`.

- A commit takes `flock` on a lock file beside the log, reads what others appended since, appends one line,
  flushes it where asked, and lets go. Nobody is refused; a reader waits for the moment a commit takes.
- What is far behind is read without the lock: up to the last good line there is when nobody writes, a file
  never changes again. So nobody waits while somebody else reads a long log.
- A tail that is torn (no newline, or a wrong check sum in the last lines) is what a crash leaves. The next
  writer cuts it off, and `damage` says how much it was.
- A damaged line with good lines after it, be it the first, is no crash but a fault of the medium. The good
  lines count, the damaged one is never removed (compaction carries it over, byte for byte), and `damage`
  counts it.
- A write that fails is taken back by cutting the file to where it ended. After a flush that failed nobody
  knows what the medium holds, so the log refuses everything until it is opened again.
- When dead operations outweigh live documents the log is written anew and put in place by a rename. Other
  processes notice the new file by its inode and read it from the start. A commit does that where it is done
  in a moment; a long log waits for `compact_if_due`, called by somebody nobody waits for.

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

from kiosk import untrusted
from kiosk.errors import DamageError
from kiosk.vault import durable, log_lines
from kiosk.vault.compaction import NewFile, Snapshot
from kiosk.vault.durable import DISK, Disk
from kiosk.vault.log_lines import Operation, Tables
from kiosk.vault.log_state import LogState

NEAR = 1 << 16
"""How many bytes are read under the lock at most, a millisecond's worth, unless they are a damaged tail."""
TAIL = 4096
"""How many bytes a blind append looks back at first: many times a usual line."""
DEAD_BEFORE_COMPACTION = 1000
"""A log is not written anew for fewer dead operations than this."""
MOST_BYTES = 1 << 30
"""A larger file is no log: one of a million entries has a third of it."""
COMPACTED_BY_A_COMMIT = 20_000
"""Up to so many operations a log is written anew within the commit that made it due: some 50 ms."""


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

    _descriptor = -1
    """Of the open file; -1 while none is."""

    def __init__(self, path: Path, *, read_only: bool = False, disk: Disk = DISK) -> None:
        self.path = path
        self.read_only = read_only
        self.damage = Damage()
        self.generation = 0
        """Counts up whenever the tables in memory change."""
        self.compaction_error: OSError | None = None
        """Why the log could not be written anew. It goes on as it is, and longer than it need be."""
        self._disk = disk
        self._lock_path = path.with_name(path.name + ".lock")
        self._guard = threading.RLock()
        self._broken: OSError | None = None
        self._committing = False
        self._file = (0, 0)  # device and inode
        self._header = 0  # its length in bytes
        self._folder_flushed = False
        self._state = LogState(0)
        self._end = -1  # of the last line, where this opener wrote it

    def tables(self) -> Tables:
        """Return the tables as they are now on disk, what others appended included. Do not change them."""
        with self._guard:
            if not self._committing:  # TinyDB reads inside its updates, when the lock is held already
                with self._up_to_date(shared=True):
                    pass
            return self._state.tables

    def append(self, operations: Sequence[Operation], *, flush: bool) -> None:
        """Append a commit without reading what the log holds: as fast with a million rows as with none.

        With `flush` it survives a power cut when this returns; without, it survives the end of the process.
        """
        line = log_lines.line_of(operations)
        with self._guard, self._locked():
            self._attach()
            self._write(line, self._whole_end(), flush)

    def commit(self, work: Callable[[Tables], Sequence[Operation]], *, flush: bool = True) -> None:
        """Read up, ask `work` what to do with the tables as they are, append that and apply it.

        `work` runs under the lock, so nobody changes anything between its look and its commit; it must not
        change the tables itself, and may read them again but not commit. No operations: nothing is written.
        """
        with self._guard:
            with self._up_to_date():
                self._cut_tail()
                self._committing = True
                try:
                    operations = work(self._state.tables)
                finally:
                    self._committing = False
                if operations:
                    self._write(log_lines.line_of(operations), self._state.offset, flush)
                    self._catch_up()  # through the bytes, so that memory is what a replay will give
            soon = self._state.count <= COMPACTED_BY_A_COMMIT
        if soon:
            self.compact_if_due()

    def compact_if_due(self) -> None:
        """Write the log anew where dead operations outweigh live ones; a failure is noted, not raised."""
        with self._guard:
            live = self._state.live()
            due = self._state.count - live > max(live, DEAD_BEFORE_COMPACTION)
        if due and self.compaction_error is None:
            try:
                self.compact()
            except OSError as error:
                self.compaction_error = error

    def compact(self) -> None:
        """Write the log anew without its dead operations, and put it in place by a rename.

        Others can commit while the new file is written, other threads of this process too; they wait only
        while the last few of what they added is copied.
        """
        with self._guard:
            with self._up_to_date():
                self._cut_tail()
                old, start, count = self._file, self._state.offset, self._state.count
            snapshot = Snapshot(self._state.tables, self._state.damaged)
        with ExitStack() as undo:
            new = NewFile(self.path, self._disk)
            undo.callback(new.discard)
            for block in snapshot.blocks():
                new.add(block)
            with self._guard:
                with self._up_to_date():  # and let go again: the most of what was added is copied without it
                    middle = self._state.offset
                if self._file == old:
                    new.add(self._read(start, middle))
                with self._up_to_date():
                    self._cut_tail()
                    if self._file != old:
                        return  # somebody else was quicker
                    new.add(self._read(middle, self._state.offset))
                    self._disk.rename(new.path, self.path)
                    undo.pop_all()
                    self._use(new.descriptor)
                    self._state.moved(new.size, snapshot.count + self._state.count - count)
                    self._flush_folder()

    def close(self) -> None:
        """Let go of the file and the rows. The next call opens it again, and a poisoned log is well again."""
        with self._guard:
            if self._descriptor >= 0:
                os.close(self._descriptor)
            self._descriptor = -1
            self._broken = None
            self.compaction_error = None
            self._forget(0)

    def __del__(self) -> None:
        """Let go of the file, as a file object does that nobody closed: a desk stays open for a whole day."""
        if self._descriptor >= 0:
            os.close(self._descriptor)

    # The lock and the file ---------------------------------------------------------------------------

    @contextmanager
    def _up_to_date(self, *, shared: bool = False) -> Iterator[None]:
        """Hold the lock, with all that the file holds in memory."""
        while True:
            with self._locked(shared=shared):
                self._attach()
                end = self._far_end()
                if end is None:
                    self._catch_up()
                    yield
                    return
            self._read_to(end)

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
        if self.read_only:
            try:
                return self._disk.open(self._lock_path, os.O_RDONLY)
            except FileNotFoundError:
                return None
        try:
            return self._disk.open(self._lock_path, os.O_RDWR | os.O_CREAT)
        except FileNotFoundError:
            durable.make_folders(self.path.parent, disk=self._disk)
            return self._disk.open(self._lock_path, os.O_RDWR | os.O_CREAT)

    def _attach(self) -> None:
        """Have the file open that has the log's name now; make it where it is missing."""
        try:
            there = self.path.stat()
        except FileNotFoundError:
            if self.read_only:
                raise
            durable.create_once(self.path, log_lines.line_of(log_lines.Header()), disk=self._disk)
            # Whoever made the folder may not have come to flushing its name.
            durable.flush_folder(self.path.parent.parent, disk=self._disk)
            there = self.path.stat()
        if self._descriptor >= 0 and self._file == (there.st_dev, there.st_ino):
            return
        with untrusted.folder(self.path.parent):
            pass  # it is no link
        self._use(self._disk.open(self.path, os.O_RDONLY if self.read_only else os.O_RDWR))
        try:
            self._forget(self._header_length())
        except DamageError:
            os.close(self._descriptor)
            self._descriptor = -1
            raise

    def _header_length(self) -> int:
        """Return the length of the header; 0 where it is damaged, and so a line like any other.

        Raises DamageError for a file that is no log: one of another format, or with no good line in it.
        """
        size = os.fstat(self._descriptor).st_size
        header = log_lines.header_in(os.pread(self._descriptor, TAIL, 0)) if size <= MOST_BYTES else 0
        if not header and (size > MOST_BYTES or not self._good_end(size)[0]):
            raise DamageError(
                f"{self.path} is not the list of entries. Move it away and keep it, then start the "
                "kiosk: it makes the list again from the pages. To get statuses back, run 'kiosk restore "
                "--merge' with the newest backup."
            )
        return header

    def _use(self, descriptor: int) -> None:
        """Take a file for the log. The old one was open until now, so the two differ in their inodes."""
        there = os.fstat(descriptor)
        if self._descriptor >= 0:
            os.close(self._descriptor)
        self._descriptor = descriptor
        self._file = (there.st_dev, there.st_ino)
        self._folder_flushed = False
        self._end = -1

    # Reading -----------------------------------------------------------------------------------------

    def _forget(self, header: int) -> None:
        """Start from an empty memory, after a header of so many bytes."""
        self._state = LogState(header)
        self._header = header
        self.generation += 1

    def _far_end(self) -> int | None:
        """Return up to where to read without the lock; None where it is near enough to read under it."""
        size = os.fstat(self._descriptor).st_size
        if size < self._state.offset:
            self._forget(self._header)  # the file was cut below what was read: it is another one now
        if size - self._state.offset <= NEAR:
            return None
        end, _ = self._good_end(size)
        return end if end > self._state.offset else None

    def _catch_up(self) -> None:
        size = os.fstat(self._descriptor).st_size
        self._read_to(size)
        if self.read_only:
            self._report(cut_bytes=size - self._state.offset, cut_lines=self._state.tail_lines)

    def _read_to(self, end: int) -> None:
        before = self._state.offset
        try:
            self._state.read(self._descriptor, end)
        except BaseException:
            self._forget(self._header)  # what was applied half-way must not be applied again
            raise
        if self._state.offset != before:
            self.generation += 1
        if len(self._state.damaged) != self.damage.bad_lines:
            self._report(bad_lines=len(self._state.damaged))

    def _read(self, start: int, end: int) -> bytes:
        """Return the bytes from one offset to another."""
        parts = []
        while start < end:
            part = os.pread(self._descriptor, end - start, start)
            if not part:
                raise OSError(errno.EIO, "the log became shorter while it was read", str(self.path))
            parts.append(part)
            start += len(part)
        return b"".join(parts)

    def _good_end(self, size: int) -> tuple[int, int]:
        """Return the offset after the last good line, and how many follow it; looks at the end alone."""
        back = min(TAIL, size)
        while True:
            block = self._read(size - back, size)
            # Unless the block reaches the start, it begins inside a line, which says nothing.
            start = 0 if back == size else block.find(b"\n") + 1
            kept, dropped = log_lines.good_part(block[start:])
            if kept or back == size:
                return size - back + start + kept, dropped
            back = min(back * 8, size)

    # Writing -----------------------------------------------------------------------------------------

    def _cut_tail(self) -> None:
        """Cut off what follows the last good line, after `_catch_up` and under the lock."""
        size = os.fstat(self._descriptor).st_size
        if size > self._state.offset:
            self._cut(self._state.offset, size, self._state.tail_lines)

    def _whole_end(self) -> int:
        """Return the offset after the last good line without reading the rest; cut off what follows."""
        size = os.fstat(self._descriptor).st_size
        if size == self._end:
            return size
        end, dropped = self._good_end(size)
        if dropped:
            self._cut(end, size, dropped)
        return end

    def _cut(self, end: int, size: int, count: int) -> None:
        self._disk.truncate(self._descriptor, end)
        self._report(cut_bytes=self.damage.cut_bytes + size - end, cut_lines=self.damage.cut_lines + count)

    def _report(self, **figures: int) -> None:
        self.damage = msgspec.structs.replace(self.damage, **figures)

    def _write(self, line: bytes, end: int, flush: bool) -> None:
        """Write a line at the end of the file; take it back where that fails."""
        self._end = -1
        try:
            durable.write_all(self._descriptor, line, end, disk=self._disk)
        except OSError:
            with self._poisoned_by_failure():
                self._disk.truncate(self._descriptor, end)
            raise
        if flush:
            try:
                self._flush()
            except OSError:
                # The caller hears that it failed, so nobody else should read it as done.
                with suppress(OSError):
                    self._disk.truncate(self._descriptor, end)
                raise
        self._end = end + len(line)

    def _flush(self) -> None:
        with self._poisoned_by_failure():
            self._disk.fsync(self._descriptor)
        # Whoever put this file in place may have died before the folder was flushed.
        if not self._folder_flushed:
            self._flush_folder()

    def _flush_folder(self) -> None:
        with self._poisoned_by_failure():
            durable.flush_folder(self.path.parent, disk=self._disk)
        self._folder_flushed = True

    @contextmanager
    def _poisoned_by_failure(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            self._broken = error
            raise
