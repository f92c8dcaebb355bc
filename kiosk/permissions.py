"""Whose a home is: one that others may change, or that its own user cannot use, is not opened."""

import os
import pwd
import stat
from collections.abc import Callable, Collection, Iterator
from functools import partial
from itertools import chain
from pathlib import Path
from shlex import quote

from kiosk.errors import SettingsError
from kiosk.home import Home

OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH
"""What lets the group or everybody else change a file or folder."""
_ROOT = 0


def require_safe(home: Home, user: int | None = None) -> None:
    """Raise SettingsError, with what to do, where a home is not its user's alone, or the user cannot use it.

    `user` is who runs the kiosk, this process's user where none is given. Root is refused the home of another
    user: what root makes there, that user cannot read. Looked at are the home, what lies in it, their
    folders, and each folder above that it is reached through; links too. Raises OSError.
    """
    user = os.geteuid() if user is None else user
    require_own(home, user)
    trusted = trusted_with(home, user)
    # One by one: behind a folder that cannot be read, nothing can be looked at.
    for says in chain(_inside(home.root, user, trusted), above(home.root, trusted)):
        raise SettingsError(says)


def require_own(home: Home, user: int) -> None:
    """Raise SettingsError where root would write in the home of another user."""
    owner = owner_of(home, user)
    if user == _ROOT and owner != _ROOT:
        who, root = user_name(owner), quote(str(home.root))
        raise SettingsError(
            f"{home.root} belongs to {who}, who could not read what root writes there. Run this as that "
            f"user: type 'sudo -u {who} kiosk --home {root}', then the rest of the command."
        )


def owner_of(home: Home, user: int) -> int:
    """Return the id of the user whose home it is; `user`, where it is not there yet."""
    try:
        return home.root.stat().st_uid
    except FileNotFoundError:
        return user


def user_name(user: int) -> str:
    """Return the name of a user, as `chown` and `sudo -u` take it."""
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return f"#{user}"


def give_back(root: Path, owner: int) -> str:
    """Return the command with which root gives a home back to its user."""
    return f"'sudo chown -R {user_name(owner).lstrip('#')} {quote(str(root))}'"


def is_usable(there: os.stat_result, user: int, *, writes: bool = False) -> bool:
    """Tell whether a user other than root may use what lies in a home: read a file, and write in a folder.

    With `writes` it may write the file, too. A link counts as what it leads to, which is looked at by itself.
    """
    if stat.S_ISLNK(there.st_mode):
        return True
    needed = stat.S_IRWXO if stat.S_ISDIR(there.st_mode) else stat.S_IROTH | (stat.S_IWOTH if writes else 0)
    return not needed & ~(there.st_mode >> 6 if there.st_uid == user else there.st_mode)


def trusted_with(home: Home, user: int) -> Collection[int]:
    """Return the ids of those who may change a home: who runs the kiosk, and root."""
    return {_ROOT, owner_of(home, user) if user == _ROOT else user}


def above(root: Path, trusted: Collection[int]) -> Iterator[str]:
    """Yield a sentence for each folder, or link, through which others could put something else in a place."""
    for path, there in _reached_through(root):
        if there.st_uid not in trusted:
            yield (
                f"{path} belongs to another user, who can replace {root}. Move that to where nobody else "
                "can, and set KIOSK_HOME."
            )
        elif others_write(there) and not there.st_mode & stat.S_ISVTX:
            yield (
                f"Other users can write to {path}, so they can replace {root}. Run "
                f"'chmod go-w {quote(str(path))}', or move that to where nobody else can, and set KIOSK_HOME."
            )


def others_write(there: os.stat_result) -> bool:
    """Tell whether others may change what a path itself is: a link, nobody can."""
    return not stat.S_ISLNK(there.st_mode) and bool(there.st_mode & OTHERS_WRITE)


def _inside(root: Path, user: int, trusted: Collection[int]) -> Iterator[str]:
    """Yield a sentence for a home and each part of it that others may change, or the user cannot use."""
    unsafe = partial(_unsafe, user=user, trusted=trusted)
    yield from unsafe(root, root.stat, root)
    for entry in _entries(root):
        path = Path(entry.path)
        yield from unsafe(path, partial(entry.stat, follow_symlinks=False), root)
        end = root
        if entry.is_symlink():
            end = Path(os.path.realpath(path))
            if os.path.lexists(end) and not (end.is_dir() or end.is_file()):
                yield f"{path} is a link that leads to no file or folder. Remove it."
                continue
            yield from unsafe(end, path.stat, end)
            yield from above(path, trusted)
        for within in _entries(path):  # pages lie in folders of the vault's
            if within.is_dir(follow_symlinks=False) or entry.name in _KEPT_OPEN:
                yield from unsafe(Path(within.path), partial(within.stat, follow_symlinks=False), end)


_KEPT_OPEN = ("audit", "catalogue", "staff")
"""The folders whose files every command needs. Those of the others are many, and one of them is looked at
when it is opened."""


def _unsafe(
    path: Path, look: Callable[[], os.stat_result], root: Path, *, user: int, trusted: Collection[int]
) -> Iterator[str]:
    """Yield a sentence where others may change what is at a path, or the user cannot use it.

    None where nothing is there any more.
    """
    try:
        there = look()
    except FileNotFoundError:
        return
    if there.st_uid not in trusted:
        yield (
            f"{path} belongs to {user_name(there.st_uid)}. Run this as that user, or give the folder to "
            f"{user_name(user)}: {give_back(root, user)}."
        )
    elif others_write(there):
        yield f"Other users can change {path}. Run 'chmod -R go= {quote(str(root))}'."
    elif user != _ROOT and not is_usable(there, user):
        yield unusable(path, there, root, user)


def unusable(path: Path, there: os.stat_result, root: Path, user: int) -> str:
    """Return the sentence for what its user cannot use, with why and what to type."""
    if there.st_uid != user:
        who = user_name(there.st_uid)
        return (
            f"{path} belongs to {who}, so {user_name(user)} cannot use it: {who} has run a command here. "
            f"Give it back: {give_back(root, user)}."
        )
    what = "cannot be read and written" if stat.S_ISDIR(there.st_mode) else "cannot be read"
    return f"{path} {what} because of its permissions. Run 'chmod -R u+rwX {quote(str(root))}'."


def _entries(folder: Path) -> list[os.DirEntry[str]]:
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
