"""Where what the kiosk writes for people may go: removable disks, and the folders that kiosk.toml allows.

Files of entries and summaries go nowhere else. A backup and a recovery sheet do where whoever runs the
command says so (`--same-disk`).
"""

import os
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePath

from kiosk.devices.mounts import Disks, Mount
from kiosk.errors import DeskError
from kiosk.home import Home
from kiosk.settings.settings import Export
from kiosk.text import is_blank, one_line, shown
from kiosk.vault import durable

_LABEL = 40
"""Characters of a disk's name."""
_SIGNS = " .-_"


@dataclass(frozen=True)
class Destination:
    """A folder that a file can go to now."""

    folder: Path
    name: str
    """A disk's name; of a folder that kiosk.toml allows, the path."""
    free: int
    """Bytes."""


@dataclass(frozen=True)
class Target:
    """A file that is to be written: its name is a good one, and its folder lies in one that is allowed."""

    places: "Places"
    allowed: Path
    inside: tuple[str, ...]
    """The folders below the allowed one, down to the file."""
    name: str

    @property
    def folder(self) -> Path:
        """The folder of the file."""
        return self.allowed.joinpath(*self.inside)

    @property
    def path(self) -> Path:
        """The file."""
        return self.folder / self.name


@dataclass(frozen=True)
class Places:
    """What one kiosk allows. `disks` tells which removable disks there are, and is asked anew each time."""

    home: Home
    export: Export
    disks: Disks
    free: Callable[[Path], int] = durable.DISK.free
    """Tells how many bytes a folder has room for."""

    def allowed(self) -> tuple[Path, ...]:
        """Return the folders that files may go to now, removable disks first; none in the kiosk's own.

        One that the settings name may not be there.
        """
        return tuple(dict.fromkeys(filter(self._is_outside, (*self._writable(), *self._set()))))

    def read_only(self) -> tuple[str, ...]:
        """Return the names of those removable disks that nothing can be written to."""
        return tuple(_label(disk.folder) for disk in self._plugged_in() if disk.read_only)

    def offered(self) -> tuple[Destination, ...]:
        """Return the places that are there, removable disks first."""
        labels = {folder: _label(folder) for folder in self._writable()}
        twice = [name for name, count in Counter(labels.values()).items() if count > 1]
        return tuple(self._there({folder: name for folder, name in labels.items() if name not in twice}))

    def target(self, path: Path, ending: str) -> Target:
        """Return the file that a path names, with an ending such as `.pdf`. Raises DeskError."""
        nearest = self._nearest(path, [folder for folder in self.allowed() if path != folder])
        *inside, name = path.relative_to(nearest).parts
        _require_plain(path, inside)
        return Target(self, nearest, tuple(inside), file_name(name, ending))

    def require_folder(self, path: Path) -> None:
        """Raise DeskError unless a backup, or a recovery sheet, may go into a folder.

        It is an allowed one, or lies in one with no link and no dot name on the way.
        """
        nearest = self._nearest(path, self.allowed())
        inside = path.relative_to(nearest).parts
        _require_plain(path, inside)
        if any(nearest.joinpath(*inside[:count]).is_symlink() for count in range(1, len(inside) + 1)):
            raise DeskError(f"Nothing was written in {shown(path)}: there is a link in its path.")

    def _nearest(self, path: Path, allowed: Sequence[Path]) -> Path:
        """Return the nearest folder above a path that is allowed. Raises DeskError for none."""
        above = [folder for folder in allowed if path.is_relative_to(folder)]
        if not above:
            said = (
                "Files may not be written there."
                if path.is_absolute()
                else "Give the whole path of the file."
            )
            raise DeskError(f"{shown(path)} was not written. {said} {self.rule()}")
        return max(above, key=lambda folder: len(folder.parts))

    def rule(self) -> str:
        """Return two sentences: where files may go, and how to allow another folder."""
        where = [shown(folder) for folder in self.allowed()]
        if self.export.removable and not self._writable():
            where.insert(0, "a removable disk (none is plugged in)")
        goes = f"Files can be written to {_listed(where)}." if where else "No folder is allowed at present."
        return f"{goes} To allow a folder, add it to folders under [export] in {shown(self.home.settings)}."

    def _plugged_in(self) -> Sequence[Mount]:
        return self.disks() if self.export.removable else ()

    def _writable(self) -> list[Path]:
        return [disk.folder for disk in self._plugged_in() if not disk.read_only]

    def _set(self) -> Iterator[Path]:
        return map(Path, self.export.folders)

    def _is_outside(self, folder: Path) -> bool:
        home = os.path.realpath(self.home.root)
        return not Path(os.path.realpath(folder)).is_relative_to(home)

    def _there(self, labels: dict[Path, str]) -> Iterator[Destination]:
        for folder in self.allowed():
            with suppress(OSError):  # a disk that was pulled out this moment, a folder that is not there
                if folder.is_dir():
                    yield Destination(folder, labels.get(folder) or shown(folder), self.free(folder))


def _require_plain(path: Path, folders: Sequence[str]) -> None:
    if any(folder.startswith(".") or not folder.isprintable() for folder in folders):
        raise DeskError(
            f"{shown(path)} was not written: a folder in its path starts with a dot, or has characters "
            "that cannot be printed."
        )


def file_name(typed: str, ending: str) -> str:
    """Return the name of a file with its ending, added where it is missing.

    Raises DeskError for another ending, and for a name that is not plain: letters, digits, and between
    them spaces, dots, dashes and underscores.
    """
    if not typed.strip():
        raise DeskError("Enter the name of the file.")
    name = unicodedata.normalize("NFC", typed)
    if not is_plain(name[0]) or not all(is_plain(sign) or sign in _SIGNS for sign in name):
        raise DeskError(
            "A file name starts with a letter or digit, and can have letters, digits, spaces, dots, "
            "dashes and underscores. Choose another name."
        )
    has = PurePath(name).suffix
    if has and has.lower() != ending:
        raise DeskError(f"This file name must end in {ending}, not {has}. Choose another name.")
    stem = name.removesuffix(has) if has else name
    if stem[-1] in " .":
        raise DeskError(f"There is an extra space or dot before {ending}. Choose another name.")
    return stem + (has or ending)


def is_plain(sign: str) -> bool:
    """Tell whether a character is a letter or a decimal digit that shows."""
    category = unicodedata.category(sign)
    return (category.startswith("L") or category == "Nd") and not is_blank(sign)


def _label(folder: Path) -> str:
    return one_line(folder.name, _LABEL) or shown(folder)


def _listed(what: Sequence[str]) -> str:
    *before, last = what
    return f"{', '.join(before)} or {last}" if before else last
