"""What the system's errors mean for staff: what happened, and what to do. Its own words are for the log."""

import errno
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from kiosk.text import shown

FULL = (errno.ENOSPC, errno.EDQUOT)
"""The errors of a disk that is full."""
FREE = "Free some space, or tell the person who looks after this machine."
LOOKED_AFTER = "Tell the person who looks after this machine."


_TAKEN_OUT = (
    "{disk} was taken out, or is broken.",
    "Put it in and try again. If that does not help, use another disk.",
)
_CONNECTION = ("{place} ended the connection.", "Check that it is on and plugged in, then try again.")
_NETWORK = ("{place} cannot be reached over the network.", "Check the network of this machine.")
_BUSY = ("Another program is using {place}.", "Wait until it has finished, then try again.")
_CROWDED = ("This machine has too much to do at the moment.", "Close other programs, then try again.")
_DENIED = ("{place} cannot be used by this user.", "Check who owns it, and its permissions.")
_ABSENT = ("{place} does not exist.", "Check the path, and that the disk is plugged in.")
_MEANINGS = {
    errno.ENOSPC: ("There is no room left on {disk}.", "Free some space, then try again."),
    errno.EDQUOT: (
        "This user has used up their space on {disk}.", "Free some space, or ask for a larger quota."
    ),
    errno.EROFS: (
        "{disk} is read-only.",
        "Mount it for writing, or use another one. If it became read-only by itself, it may be failing.",
    ),
    errno.EACCES: _DENIED,
    errno.EPERM: _DENIED,
    errno.ENOENT: _ABSENT,
    errno.ENOTDIR: ("A part of the path {place} is not a folder.", "Check the path."),
    errno.EISDIR: ("{place} is a folder.", "Give the path of a file."),
    errno.ELOOP: ("{place} is reached through a link.", "Give the real path."),
    errno.EEXIST: ("{place} already exists.", "Choose another name."),
    errno.ENAMETOOLONG: ("This file name is too long.", "Choose a shorter one."),
    errno.EINVAL: ("{place} is no file, or {disk} does not take it.", "Use another file or disk."),
    errno.EFBIG: ("{place} is too large.", "Use a smaller file, or another disk."),
    errno.EOPNOTSUPP: ("{disk} cannot do this.", "Use another disk."),
    errno.EBADF: ("{place} is closed.", "Open it, then try again."),
    errno.ECONNREFUSED: ("{place} refused the connection.", "Check its address and port."),
    errno.ETIMEDOUT: ("{place} does not answer.", "Check that it is on and plugged in."),
    **dict.fromkeys((errno.EBUSY, errno.ETXTBSY, errno.EAGAIN), _BUSY),
    **dict.fromkeys((errno.EMFILE, errno.ENFILE, errno.ENOMEM), _CROWDED),
    **dict.fromkeys((errno.EPIPE, errno.ECONNRESET, errno.ECONNABORTED), _CONNECTION),
    **dict.fromkeys((errno.EHOSTUNREACH, errno.ENETUNREACH, errno.ENETDOWN, errno.EHOSTDOWN), _NETWORK),
    **dict.fromkeys(
        (
            errno.EIO, errno.ENXIO, errno.ENODEV, errno.ENOMEDIUM, errno.EREMOTEIO, errno.ENOTCONN,
            errno.ESHUTDOWN, errno.ESTALE, errno.EUCLEAN, errno.EBADMSG,
        ),
        _TAKEN_OUT,
    ),
}  # fmt: skip


def explained(error: OSError, place: Path | str | None = None, outcome: str = "", *, need: int = 0) -> str:
    """Return what happened at a place, the sentence `outcome` on what that means, and what to do.

    The place is a path, or words such as `the printer`; without one it is the kiosk's own disk, and of a file
    there the error knows the path. `need` says how many bytes there was no room for.
    """
    happened, do = _meaning(error)
    if place is None and "{disk}" not in happened and isinstance(error.filename, str):
        place = Path(error.filename)
    if place is None:
        do = FREE if error.errno in FULL else LOOKED_AFTER
    if need and error.errno in FULL:
        happened = f"{happened.removesuffix('.')}: {size(need, up=True)} are needed."
    at = "a file of the kiosk" if place is None else shown(place)
    happened = happened.format(place=at, disk="this machine's disk" if place is None else f"the disk of {at}")
    if not isinstance(place, Path) or happened.startswith("the disk"):
        happened = happened[0].upper() + happened[1:]
    return " ".join(filter(None, (happened, outcome, do)))


@contextmanager
def explaining(
    kind: Callable[[str], Exception], outcome: str, place: Path | str | None = None, *, need: int = 0
) -> Iterator[None]:
    """Raise an OSError as an error of the kiosk's own, which says what `explained` does."""
    try:
        yield
    except OSError as error:
        raise kind(explained(error, place, outcome, need=need)) from error


def size(count: int, *, up: bool = False) -> str:
    """Return a number of bytes in words, rounded down, or `up`: `12 KB`, `870 MB`, `14.3 GB`."""
    for unit, most in (("KB", 10**6), ("MB", 10**9)):
        if count <= most - most // 1000:
            return f"{(count * 1000 + up * (most - 1)) // most} {unit}"
    return f"{count / 1e9:.1f} GB"


def _meaning(error: OSError) -> tuple[str, str]:
    number = errno.ETIMEDOUT if isinstance(error, TimeoutError) else error.errno or 0
    if number < 0:  # of a name that is looked up
        return ("{place} is not known to the network.", "Check its address.")
    unknown = f"There was a system error ({number}) at {{place}}." if number else "{place} could not be used."
    return _MEANINGS.get(number) or (unknown, f"Try again. {LOOKED_AFTER}")
