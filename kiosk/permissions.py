"""Who else may write in a home: one that others may change, or swap for another, is not opened."""

import os
import stat
from collections.abc import Callable, Collection, Iterator
from functools import partial
from pathlib import Path
from shlex import quote

from kiosk.errors import SettingsError
from kiosk.settings import Home

OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH
"""What lets the group or everybody else change a file or folder."""
_ROOT = 0


def require_safe(home: Home, user: int | None = None) -> None:
    """Raise SettingsError, with what to do, where anybody but the user and root can change a home.

    `user` is who runs the kiosk, this process's user where none is given. Root may look after the home of
    another user. Looked at are the home, what lies in it, their folders, and each folder above that it is
    reached through; links too. Raises OSError.
    """
    trusted = trusted_with(home, os.geteuid() if user is None else user)
    for says in (*_inside(home.root, trusted), *above(home.root, trusted)):
        raise SettingsError(says)


def trusted_with(home: Home, user: int) -> Collection[int]:
    """Return the ids of those who may change a home: who runs the kiosk, and root."""
    if user == _ROOT and home.root.exists():
        return {_ROOT, home.root.stat().st_uid}
    return {_ROOT, user}


def above(root: Path, trusted: Collection[int]) -> Iterator[str]:
    """Yield a sentence for each folder, or link, through which others could put something else in a place."""
    for path, there in _reached_through(root):
        if there.st_uid not in trusted:
            yield (
                f"{path} belongs to another user, who can replace {root}. "
                "Move that to where nobody else can, and set KIOSK_HOME."
            )
        elif others_write(there) and not there.st_mode & stat.S_ISVTX:
            yield (
                f"Other users can write to {path}, so they can replace {root}. Run "
                f"'chmod go-w {quote(str(path))}', or move that to where nobody else can, and set KIOSK_HOME."
            )


def others_write(there: os.stat_result) -> bool:
    """Tell whether others may change what a path itself is: a link, nobody can."""
    return not stat.S_ISLNK(there.st_mode) and bool(there.st_mode & OTHERS_WRITE)


def _inside(root: Path, trusted: Collection[int]) -> Iterator[str]:
    """Yield a sentence for a home and each part of it that others may change."""
    yield from _unsafe(root, root.stat, root, trusted)
    for entry in _entries(root):
        path = Path(entry.path)
        yield from _unsafe(path, partial(entry.stat, follow_symlinks=False), root, trusted)
        end = root
        if entry.is_symlink():
            end = Path(os.path.realpath(path))
            yield from _unsafe(end, path.stat, end, trusted)
            yield from above(path, trusted)
        for within in _entries(path):  # pages lie in folders of the vault's
            if within.is_dir(follow_symlinks=False):
                look = partial(within.stat, follow_symlinks=False)
                yield from _unsafe(Path(within.path), look, end, trusted)


def _unsafe(
    path: Path, look: Callable[[], os.stat_result], root: Path, trusted: Collection[int]
) -> Iterator[str]:
    """Yield a sentence where others may change what is at a path; none where nothing is there any more."""
    try:
        there = look()
    except FileNotFoundError:
        return
    if there.st_uid not in trusted:
        yield (
            f"{path} belongs to another user. Run this as the user of the kiosk, or give that user "
            f"{quote(str(root))} with 'chown -R'."
        )
    elif others_write(there):
        yield f"Other users can change {path}. Run 'chmod -R go= {quote(str(root))}'."


def _entries(folder: Path) -> list["os.DirEntry[str]"]:
    """Return what lies in a folder; nothing where there is none."""
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except (FileNotFoundError, NotADirectoryError):
        return []


def _reached_through(root: Path) -> Iterator[tuple[Path, os.stat_result]]:
    """Yield what a path leads through, but for the folder at its end; what is not there yet is left out."""
    seen = {Path(os.path.realpath(root))}
    ways = [root]
    while ways:
        way = ways.pop()
        for path in (way, *way.parents):
            if path in seen:
                continue
            seen.add(path)
            try:
                there = path.lstat()
            except FileNotFoundError:
                continue
            yield path, there
            if stat.S_ISLNK(there.st_mode):
                ways.append(path.parent / path.readlink())
