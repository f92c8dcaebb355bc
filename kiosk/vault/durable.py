"""Files that are whole or absent, whatever stops the machine half-way.

Every function here lets `OSError` through: what a failure means, and which sentence it deserves, is
known to the caller alone. What a failed call had begun is taken back as far as the disk allows.
"""

import ctypes
import errno
import fcntl
import os
import secrets
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Literal

from kiosk import untrusted
from kiosk.dates import from_nanoseconds, nanoseconds

TEMPORARY = ".tmp-"
"""How the name of an unfinished file starts. One that a crash leaves was never spoken of."""

RESERVE_FILES = 1_000
"""How many files saving leaves to be made, so that erasing still works where a disk has room for no more."""
FOLDER_MODE = 0o700


class Disk:
    """Every call by which the vault changes a disk; tests hand in one that fails where they say."""

    def open(self, path: Path, flags: int) -> int:
        """Open a regular file as `untrusted` does, or a folder; a file that is created is for its owner.

        Raises UnfitFileError for anything else that has the file's name, or another OSError.
        """
        if flags & os.O_DIRECTORY:
            return os.open(path, flags | os.O_CLOEXEC)
        return untrusted.open_file(path, flags)

    @contextmanager
    def opened(self, path: Path, flags: int) -> Iterator[int]:
        """Open as `open` does, and close it afterwards."""
        descriptor = self.open(path, flags)
        try:
            yield descriptor
        finally:
            os.close(descriptor)

    def write(self, descriptor: int, data: bytes | memoryview, offset: int) -> int:
        """Write at a byte offset and return how many bytes were taken, which may be fewer than given."""
        return os.pwrite(descriptor, data, offset)

    def fsync(self, descriptor: int) -> None:
        """Wait until the file or folder is on the medium."""
        os.fsync(descriptor)

    def flush_all(self, descriptor: int) -> None:
        """Wait until all that was written to the disk of a file or folder is on the medium."""
        if ctypes.CDLL(None, use_errno=True).syncfs(descriptor):
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))

    def lock(self, descriptor: int) -> None:
        """Lock a file that nobody else has locked, until it is closed."""
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def truncate(self, descriptor: int, size: int) -> None:
        """Cut a file to a size in bytes."""
        os.ftruncate(descriptor, size)

    def date(self, descriptor: int, nanoseconds: int) -> None:
        """Say when a file or folder was last written, in nanoseconds since 1970."""
        os.utime(descriptor, ns=(nanoseconds, nanoseconds))

    def share(self, descriptor: int) -> None:
        """Let everybody read a file or folder, where the file system keeps modes."""
        mode = 0o755 if stat.S_ISDIR(os.fstat(descriptor).st_mode) else 0o644
        with suppress(OSError):  # FAT has none, and refuses it in more than one way
            os.fchmod(descriptor, mode)

    def link(self, source: Path, target: Path) -> None:
        """Give a file a second name. Raises FileExistsError where the name is taken."""
        target.hardlink_to(source)

    def rename(self, source: Path, target: Path) -> None:
        """Move a file or folder, over a file of that name."""
        source.replace(target)

    def unlink(self, path: Path) -> None:
        """Take a file's name away."""
        path.unlink()

    def make_folder(self, path: Path) -> None:
        """Make one folder for its owner alone. Raises FileExistsError where it is there."""
        path.mkdir(FOLDER_MODE)

    def remove_folder(self, path: Path) -> None:
        """Remove an empty folder."""
        path.rmdir()

    def free(self, path: Path) -> int:
        """Return the bytes that this user may still write on the disk of a path that exists."""
        room = os.statvfs(path)
        return room.f_bavail * room.f_frsize

    def free_files(self, path: Path) -> int | None:
        """Return how many files this user may still make there; None where nothing limits that."""
        room = os.statvfs(path)
        return room.f_favail if room.f_files else None


DISK = Disk()
"""The machine's own disk."""


Step = Literal["write", "lock", "link", "rename", "flush", "remove"]
"""What `try_all` tries, in this order."""
_UNABLE = (errno.EINVAL, errno.ENOTSUP, errno.ENOSYS)
"""What a file system says that flushes no folder: some of sticks and network shares do not."""


def create_once(
    path: Path, data: bytes, *, make_folders: bool = True, modified: int | None = None, disk: Disk = DISK
) -> None:
    """Create a file with these bytes; when this returns it survives a power cut.

    It costs two flushes, the file's and its folder's. Missing folders are made, and each folder that was
    given a new name inside is flushed; with `make_folders=False` a missing folder is a FileNotFoundError.
    `modified` is when it is to say that it was last written, in nanoseconds since 1970; None for now. It
    says so before it has its name.

    Raises FileExistsError where the name is taken, and then changes nothing.
    """
    if not make_folders:
        _create(path, data, disk, modified)
        return
    with ExitStack() as undo:
        made = _make_missing(path.parent, undo, disk)
        _create(path, data, disk, modified)
        undo.callback(_try, disk.unlink, path)
        for folder in reversed(made):
            flush_folder(folder.parent, disk=disk)
        undo.pop_all()


def replace(path: Path, data: bytes, *, modified: int | None = None, disk: Disk = DISK) -> None:
    """Give a small file new bytes in one step: a reader finds the old ones or the new ones.

    `modified` is as for `create_once`. Where only the last flush fails, the new bytes are already in place
    and may not outlive a power cut.
    """
    make_folders(path.parent, disk=disk)
    temporary = _write_temporary(path, data, disk, modified)
    try:
        disk.rename(temporary, path)
    except BaseException:
        _try(disk.unlink, temporary)
        raise
    flush_folder(path.parent, disk=disk)


def write_out(
    path: Path, data: bytes, begun: Callable[[], object] = lambda: None, *, disk: Disk = DISK
) -> None:
    """Create a file for people, on whatever disk they brought; when this returns that can be pulled out.

    The file has its name once all of it is on the medium. It makes no folder. `begun` is called when a file
    can be made there, and before anything is in it: what that raises stops it.

    Raises FileExistsError where the name is taken. What fails leaves no file of that name.
    """
    _require_free(path)
    # Its name shows, and tells of nobody: where the disk is pulled out meanwhile it is found, and deleted.
    temporary = path.with_name(f"unfinished-{secrets.token_hex(8)}")
    named = False
    try:
        with disk.opened(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL) as descriptor:
            begun()
            write_all(descriptor, data, 0, disk=disk)
            disk.fsync(descriptor)
        _name(temporary, path, disk)
        named = True
        with suppress(FileNotFoundError):  # it was renamed
            disk.unlink(temporary)
        flush_folder(path.parent, disk=disk)
    except BaseException:
        for left in (temporary, path) if named else (temporary,):
            _try(disk.unlink, left)
        with suppress(OSError):
            flush_folder(path.parent, disk=disk)
        raise


def remove(path: Path, *, disk: Disk = DISK) -> None:
    """Remove a file for good: not even a power cut brings it back."""
    disk.unlink(path)
    flush_folder(path.parent, disk=disk)


def try_writing(folder: Path, *, disk: Disk = DISK) -> None:
    """Write and flush a few bytes in a folder, or in the nearest one above it that is there."""
    disk.unlink(_write_temporary(_nearest(folder) / "try", b"try", disk, None))


def make_folders(path: Path, *, disk: Disk = DISK) -> None:
    """Make a folder and those above it where they are missing, durably."""
    with ExitStack() as undo:
        for folder in reversed(_make_missing(path, undo, disk)):
            flush_folder(folder.parent, disk=disk)
        undo.pop_all()


def flush_folder(path: Path, *, modified: int | None = None, disk: Disk = DISK) -> None:
    """Wait until the names in a folder are on the medium.

    `modified` is when it is to say that they last changed, in nanoseconds since 1970; None for when they did.
    Where a file system flushes no folder, all of it is flushed.
    """
    with disk.opened(path, os.O_RDONLY | os.O_DIRECTORY) as descriptor:
        if modified is not None:
            disk.date(descriptor, modified)
        try:
            disk.fsync(descriptor)
        except OSError as error:
            if error.errno not in _UNABLE:
                raise
            disk.flush_all(descriptor)


def write_all(descriptor: int, data: bytes, offset: int, *, disk: Disk = DISK) -> None:
    """Write all the bytes at an offset, in as many steps as the disk takes."""
    rest = memoryview(data)
    while rest:
        taken = disk.write(descriptor, rest, offset)
        rest, offset = rest[taken:], offset + taken


def free_bytes(path: Path, *, disk: Disk = DISK) -> int:
    """Return the room left on the disk that holds a path, or will hold it once it is made.

    There is none, whatever the bytes, where only the reserve of files can still be made.
    """
    files = free_files(path, disk=disk)
    return bytes_left(path, disk=disk) if files is None or files >= RESERVE_FILES else 0


def bytes_left(path: Path, *, disk: Disk = DISK) -> int:
    """Return the bytes alone that may still be written on the same disk."""
    return disk.free(_nearest(path))


def free_files(path: Path, *, disk: Disk = DISK) -> int | None:
    """Return how many files can be made on the same disk; None where nothing limits that."""
    return disk.free_files(_nearest(path))


def try_all(folder: Path, *, disk: Disk = DISK) -> tuple[Step, OSError] | None:
    """Try once in a folder, or in the nearest one above it that is there, all that saving takes.

    Returns the step that failed and why; None where all went well. It leaves nothing.
    """
    target = _nearest(folder) / "try"
    one, other, third = target, temporary_name(target), temporary_name(target)
    step: Step = "write"
    try:
        one = _write_temporary(target, b"try", disk, None)
        step = "lock"
        with disk.opened(one, os.O_RDWR) as descriptor:
            disk.lock(descriptor)
        step = "link"
        disk.link(one, other)
        step = "rename"
        disk.rename(other, third)
        step = "flush"
        with disk.opened(target.parent, os.O_RDONLY | os.O_DIRECTORY) as descriptor:
            disk.fsync(descriptor)
        step = "remove"
        disk.unlink(third)
        disk.unlink(one)
    except OSError as error:
        for path in {one, other, third} - {target}:
            _try(disk.unlink, path)
        return step, error
    return None


def temporary_name(path: Path) -> Path:
    """Return a name beside a path that no other process has, marked as unfinished, with the path's in it."""
    return path.parent / f"{TEMPORARY}{path.name}.{secrets.token_hex(8)}"


def sweep(paths: Iterable[Path], before: datetime, *, disk: Disk = DISK) -> int:
    """Remove those of some unfinished files that were last written before a time; return how many.

    A folder of such a name is nobody's, and stays.
    """
    swept = 0
    for path in paths:
        with suppress(FileNotFoundError):
            there = path.lstat()
            if there.st_mtime < before.timestamp() and not stat.S_ISDIR(there.st_mode):
                disk.unlink(path)
                swept += 1
    return swept


def redate(
    paths: Iterable[Path], now: datetime, is_wrong: Callable[[datetime], bool], *, disk: Disk = DISK
) -> int:
    """Let those of some files that were last written at a wrong time be of `now`; return how many."""
    redated = 0
    for path in paths:
        if untrusted.is_file(path) and is_wrong(from_nanoseconds(path.lstat().st_mtime_ns)):
            say_written(path, now, disk=disk)
            redated += 1
    return redated


def say_written(path: Path, when: datetime, *, disk: Disk = DISK) -> None:
    """Say when a file was last written. That is not waited for."""
    with disk.opened(path, os.O_RDONLY) as descriptor:
        disk.date(descriptor, nanoseconds(when))


def _nearest(path: Path) -> Path:
    """Return a path, or the nearest folder above it that is there."""
    path = path.absolute()
    while not path.exists() and path != path.parent:
        path = path.parent
    return path


def _create(path: Path, data: bytes, disk: Disk, modified: int | None) -> None:
    """Create a file once in a folder that is there."""
    temporary = _write_temporary(path, data, disk, modified)
    try:
        disk.link(temporary, path)
    finally:
        _try(disk.unlink, temporary)  # a second name that stays does no harm, and is swept later
    try:
        flush_folder(path.parent, disk=disk)
    except BaseException:
        _try(disk.unlink, path)
        raise


def _name(temporary: Path, path: Path, disk: Disk) -> None:
    """Give a finished file its name, in place of or beside its other one. Raises FileExistsError."""
    try:
        disk.link(temporary, path)
    except FileExistsError:
        raise
    except OSError:  # FAT, exFAT and some network shares have no links, and a rename goes over a file
        _require_free(path)
        disk.rename(temporary, path)


def _require_free(path: Path) -> None:
    if os.path.lexists(path):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))


def write_unflushed(target: Path, data: bytes, modified: int, *, disk: Disk = DISK) -> Path:
    """Write a file under a temporary name beside its own, and return that; whoever calls this flushes it.

    `modified` is as for `create_once`.
    """
    return _write_temporary(target, data, disk, modified, flush=False)


def _write_temporary(
    target: Path, data: bytes, disk: Disk, modified: int | None, *, flush: bool = True
) -> Path:
    """Write and flush a file under a temporary name beside its own; where that fails, take it away."""
    path = temporary_name(target)
    with disk.opened(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL) as descriptor:
        try:
            write_all(descriptor, data, 0, disk=disk)
            if modified is not None:
                disk.date(descriptor, modified)
            if flush:
                disk.fsync(descriptor)
        except BaseException:
            _try(disk.unlink, path)
            raise
    return path


def _make_missing(path: Path, undo: ExitStack, disk: Disk) -> list[Path]:
    """Make the missing folders down to `path`, return them from the top; `undo` removes those still empty."""
    missing = []
    folder = path.absolute()
    while not folder.exists():
        missing.append(folder)
        folder = folder.parent
    for folder in reversed(missing):
        # Another process may make the same folder; both then flush its parent.
        with suppress(FileExistsError):
            disk.make_folder(folder)
            undo.callback(_try, disk.remove_folder, folder)
    return missing[::-1]


def _try(step: Callable[[Path], None], path: Path) -> None:
    """Do what tidies up. Where it fails, at worst a file is left that nobody was told of."""
    with suppress(OSError):
        step(path)
