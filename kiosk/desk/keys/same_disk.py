"""Whether two paths lie on one disk, as Linux tells it: whoever takes a disk has both."""

import os
import re
from collections.abc import Callable
from pathlib import Path

_OCTAL = re.compile(r"\\([0-7]{3})")


def same_disk(
    one: Path,
    other: Path,
    *,
    device: Callable[[Path], int] = lambda path: path.stat().st_dev,
    mounts: Path = Path("/proc/self/mountinfo"),
    blocks: Path = Path("/sys/class/block"),
) -> bool:
    """Tell whether two paths lie on one disk; what is not there yet lies where its folder does.

    They do where they have one device number, or one mounted source, or sources that are parts of one disk,
    also through encryption, volumes or RAID. `device` gives a path's device number. Raises OSError.
    """
    one, other = _there(one), _there(other)
    if device(one) == device(other):
        return True
    table = _mounted(mounts.read_text(encoding="utf-8", errors="surrogateescape"))
    return bool(_disks_under(_source(one, table), blocks) & _disks_under(_source(other, table), blocks))


def _there(path: Path) -> Path:
    """Return a path without links in it, or the nearest of its folders that is there."""
    path = Path(os.path.realpath(path))
    return next(part for part in (path, *path.parents) if part.exists())


def _mounted(text: str) -> dict[Path, str]:
    """Return the source that is mounted at each place; of several at one place the last."""
    mounted = {}
    for line in text.splitlines():
        before, _, after = line.partition(" - ")
        place = _OCTAL.sub(lambda found: chr(int(found[1], 8)), before.split(" ")[4])
        mounted[Path(place)] = after.split(" ")[1]
    return mounted


def _source(path: Path, mounted: dict[Path, str]) -> str:
    return next((mounted[part] for part in (path, *path.parents) if part in mounted), "")


def _disks_under(source: str, blocks: Path) -> set[str]:
    """Return the names of the whole disks that a mounted source lies on; none where it is no device."""
    return _whole(Path(os.path.realpath(source)).name, blocks) if source.startswith("/dev/") else set()


def _whole(name: str, blocks: Path) -> set[str]:
    block = Path(os.path.realpath(blocks / name))
    lower = sorted(part.name for part in block.glob("slaves/*"))
    if lower:
        return set().union(*(_whole(part, blocks) for part in lower))
    return {block.parent.name if (block / "partition").exists() else name}
