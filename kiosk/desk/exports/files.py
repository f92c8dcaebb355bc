"""The file that an export goes to: a new one, for its owner alone, where files may go, and on the disk."""

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from kiosk.desk.exports.destinations import Target, is_plain
from kiosk.entry.opened import Opened
from kiosk.errors import DeskError
from kiosk.os_errors import explained
from kiosk.text import clean, shortened, shown
from kiosk.vault import durable
from kiosk.vault.durable import DISK, Disk

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_SHOWN = 120
"""Characters of a path that could not be written, which may be too long for that."""


def suggested(opened: Opened, suffix: str) -> str:
    """Return a file name for an entry, made of its two words: `amber-heron.pdf`."""
    text = clean(opened.row.name, lines=False).lower()
    words = "".join(sign if is_plain(sign) else " " for sign in text).split()
    return ("-".join(words)[:60].strip("-") or "entry") + suffix


def typed_path(typed: str) -> Path:
    """Return the file that somebody typed, where `~` is their own folder. Raises DeskError for none."""
    if not typed.strip():
        raise DeskError("Enter the path of the file.")
    path = Path(typed.strip())
    try:
        return path.expanduser().absolute()
    except RuntimeError as error:
        raise DeskError(f"The folder {shown(Path(path.parts[0]))} does not exist.") from error


def require_free(target: Target) -> None:
    """Raise DeskError where a file cannot be written: ask before an entry is opened for it."""
    try:
        with _folder(target) as folder:
            if not os.access(".", os.W_OK | os.X_OK, dir_fd=folder):
                raise DeskError(
                    f"You do not have permission to write in {shown(target.folder)}. Choose another folder."
                )
            os.stat(target.name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return
    except OSError as error:
        raise _not_written(target, error) from error
    raise _taken(target)


def write(
    target: Target, data: bytes, note: Callable[[], object] = lambda: None, *, disk: Disk = DISK
) -> str:
    """Write an export, flush it, and return the sentence to show: that it is no longer sealed.

    `note` is called when there is a file, and before anything is in it: what it raises stops that. Raises
    DeskError, and then leaves nothing behind.
    """
    try:
        with _folder(target) as folder:
            # The open folder itself, whatever lies at its path meanwhile.
            durable.write_out(Path(f"/proc/self/fd/{folder}", target.name), data, note, disk=disk)
    except FileExistsError as error:
        raise _taken(target) from error
    except OSError as error:
        raise _not_written(target, error, len(data)) from error
    return (
        f"{shown(target.path)} is saved. It is not encrypted: anyone who has it can read it. Delete it "
        "when you no longer need it."
    )


@contextmanager
def _folder(target: Target) -> Iterator[int]:
    """Open the folder of a file one by one from the allowed one down, through no link and not into the home.

    A folder that is put in the place of another meanwhile is then not gone through. Raises DeskError, and
    lets OSError through.
    """
    home = target.places.home.root
    folder = _opened(target.allowed)
    try:
        # Asked once it is open: a disk that is pulled out before leaves its folder on the machine's own disk.
        if target.allowed not in target.places.allowed():
            raise DeskError(f"{shown(target.allowed)} is no longer there. {target.places.rule()}")
        _require_outside(folder, home)
        path = target.allowed
        for name in target.inside:
            path = path / name
            above, folder = folder, _opened(path, folder)
            os.close(above)
            _require_outside(folder, home)
        yield folder
    finally:
        os.close(folder)


def _opened(path: Path, above: int | None = None) -> int:
    """Open a folder: by its whole path, or by its name in the open one above it, and then no link."""
    try:
        if above is None:
            return os.open(path, _FOLDER)
        return os.open(path.name, _FOLDER | os.O_NOFOLLOW, dir_fd=above)
    except OSError as error:
        match error.errno:
            case errno.ENOENT:
                why = f"The folder {shown(path)} does not exist."
            case errno.ENOTDIR | errno.ELOOP:
                why = f"{shown(path)} is a link or a file, not a folder."
            case errno.EACCES:
                why = f"You do not have permission to write in {shown(path)}."
            case _:
                raise
        raise DeskError(f"{why} Choose another folder.") from error


def _require_outside(folder: int, home: Path) -> None:
    """Raise DeskError where an open folder is the kiosk's own, by whatever path it was reached."""
    if home.exists() and os.path.samestat(os.fstat(folder), home.stat()):
        raise DeskError(
            f"Choose a place outside {shown(home)}: files there are encrypted, and this one is not."
        )


def _taken(target: Target) -> DeskError:
    return DeskError(f"{shown(target.path)} already exists. Choose another name.")


def _not_written(target: Target, error: OSError, need: int = 0) -> DeskError:
    outcome = f"{shortened(shown(target.path), _SHOWN)} could not be written."
    return DeskError(explained(error, target.allowed, outcome, need=need))
