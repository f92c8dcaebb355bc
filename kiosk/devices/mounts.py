"""What is mounted where, and what of it is a removable disk."""

import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

REMOVABLE = (Path("/media"), Path("/run/media"), Path("/mnt"))
"""Where removable disks are mounted: below one of these."""

_ESCAPED = re.compile(rb"\\([0-7]{3})")


@dataclass(frozen=True)
class Mount:
    """Something that is mounted on a folder."""

    folder: Path
    read_only: bool = False


Disks = Callable[[], Sequence[Mount]]
"""Tells which removable disks are plugged in now."""


def disks(file: Path = Path("/proc/self/mountinfo")) -> tuple[Mount, ...]:
    """Return the removable disks that are mounted, oldest first; none where the system does not tell.

    `file` is a list of mounts, as proc(5) describes it. Lets OSError through.
    """
    try:
        told = file.read_bytes()
    except FileNotFoundError:
        return ()
    newest = {mount.folder: mount for mount in _mounts(told)}
    return tuple(
        mount
        for folder, mount in newest.items()
        if any(folder != above and folder.is_relative_to(above) for above in REMOVABLE)
    )


def _mounts(told: bytes) -> Iterator[Mount]:
    """Read lines: fields of the mount, a dash, fields of the file system."""
    for line in told.split(b"\n"):
        mount, dash, system = line.partition(b" - ")
        fields, (kind, *rest) = mount.split(b" "), system.split(b" ")
        # Where a disk is only mounted once somebody looks, `autofs` stands for it, plugged in or not.
        if not dash or len(fields) < 6 or kind == b"autofs":
            continue
        options = (fields[5] + b"," + rest[-1]).split(b",") if rest else fields[5].split(b",")
        folder = _ESCAPED.sub(lambda found: bytes([int(found[1], 8) & 0xFF]), fields[4])
        yield Mount(Path(os.fsdecode(folder)), read_only=b"ro" in options)
