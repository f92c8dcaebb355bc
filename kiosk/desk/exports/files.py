"""The file that an export goes to: a new one, for its owner alone, outside of the kiosk's own folder."""

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from kiosk.desk.opened import Opened
from kiosk.errors import DeskError
from kiosk.text import clean

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def suggested(opened: Opened, suffix: str) -> str:
    """Return a file name for an entry, made of its two words: `amber-heron.pdf`."""
    name = "".join(
        character if character.isalnum() else " " for character in clean(opened.row.name, lines=False)
    )
    return "-".join(name.lower().split())[:60].strip("-") + suffix if name.strip() else f"entry{suffix}"


def place(typed: str) -> Path:
    """Return the file that somebody typed, where `~` is their own folder. Raises DeskError for none."""
    if not typed.strip():
        raise DeskError("Enter where to write the file.")
    path = Path(typed.strip())
    try:
        return path.expanduser().absolute()
    except RuntimeError as error:
        raise _not_written(path, error) from error


def require_free(path: Path, home: Path) -> None:
    """Raise DeskError where a file cannot be written: ask before an entry is opened for it."""
    try:
        folder = path.absolute().parent.resolve()
    except (OSError, RuntimeError, ValueError) as error:
        raise _not_written(path, error) from error
    if (folder / path.name).is_relative_to(home.resolve()):
        raise DeskError(
            f"Choose a file outside {_told(home)}: what is kept there is sealed, and this is not."
        )
    if os.path.lexists(path):
        raise DeskError(f"{_told(path)} is already there. Choose another name.")
    if not folder.is_dir():
        raise DeskError(f"There is no folder {_told(folder)}. Choose another place.")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise DeskError(f"You may not write in {_told(folder)}. Choose another place.")


def write(path: Path, data: bytes, home: Path, note: Callable[[], object] = lambda: None) -> str:
    """Write an export, and return the sentence to show: that it is no longer sealed.

    `home` is the kiosk's own folder. `note` is called when there is a file, and before anything is in it:
    what it raises stops that. Raises DeskError, and then leaves nothing behind.
    """
    require_free(path, home)
    try:
        descriptor = os.open(path, _NEW, 0o600)
    except FileExistsError as error:
        raise DeskError(f"{_told(path)} is already there. Choose another name.") from error
    except (OSError, ValueError) as error:
        raise _not_written(path, error) from error
    whole = False
    try:
        with os.fdopen(descriptor, "wb") as file:
            note()
            file.write(data)
        whole = True
    except OSError as error:
        raise _not_written(path, error) from error
    finally:
        if not whole:
            with suppress(OSError):
                path.unlink()
    return (
        f"{_told(path)} is written. It is not sealed: whoever has it can read it. "
        "Delete it when you no longer need it."
    )


def _not_written(path: Path, error: Exception) -> DeskError:
    why = f" {error.strerror}." if isinstance(error, OSError) and error.strerror else ""
    return DeskError(f"{_told(path)} could not be written.{why} Choose another place.")


def _told(path: Path) -> str:
    return clean(str(path), lines=False)
