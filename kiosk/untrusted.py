"""What comes from outside: the one way to read a file that somebody hostile may have written, and its values.

The home's own files count among them, and so do a backup, a pack, a form and whatever a command is given.
A file may be a pipe, a device, a link or a sparse file of a tebibyte; its values may be nested without end,
or be numbers and dates that nobody can count with. Nothing here waits, follows a link, or reads more than
was said.

How many bytes a file may have, and how many characters or items its values, stands beside each shape.
"""

import errno
import os
import re
import stat
import tomllib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Annotated, Any, BinaryIO, TypeVar, get_args, get_type_hints

import msgspec
from msgspec import Meta

YEARS = range(1970, 2300)
"""Years of a moment that is stored: all that the clock of a machine can show. Around them fit every time zone
and every stay of an entry."""
NESTED = 16
"""How deep lists and tables may lie in one another. What the kiosk reads takes half of that."""
LARGEST = 2**63
"""A whole number in TOML is smaller than this, as its specification has it (https://toml.io/en/v1.0.0)."""

Moment = Annotated[datetime, Meta(tz=True)]
"""An aware time. `json` takes it in `YEARS` alone."""
Name = Annotated[str, Meta(max_length=1_000)]
"""An id, a key, or a name."""
Line = Annotated[str, Meta(max_length=20_000)]
"""A line of what people wrote or read."""
Text = Annotated[str, Meta(max_length=100_000)]
"""A text of several lines: `kiosk.entry.answers.TEXT_LIMIT`, composed as long as it can be."""
Count = Annotated[int, Meta(ge=0, le=10_000_000)]
"""How many of something a venue has."""
Version = Annotated[int, Meta(ge=1, le=1_000_000)]
"""The version of a shape, or of a pack."""

_MODE = 0o600
_READ = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY
_ALWAYS = os.O_NOFOLLOW | os.O_CLOEXEC
_T = TypeVar("_T")
_KEY = r"""(?:(?<![\w-])[\w-]+|"[^"\n]*"|'[^'\n]*')"""
_DEEP_KEY = re.compile(rf"{_KEY}(?:[ \t]*\.[ \t]*[\w-]+|[ \t]*\.[ \t]*{_KEY}){{{NESTED}}}", re.ASCII)
"""A dotted key of too many parts: tomllib takes time that grows with the square of them."""


class UnfitFileError(OSError):
    """A file that is not read: it is no regular file, is reached by a link, or has too many bytes."""


def read(path: Path, most: int, *, below: Path | None = None, links: bool = False) -> bytes:
    """Return the bytes of a regular file of at most `most` bytes, and leave no time of reading on the disk.

    That time would tell who came back. Where the system lets the file's owner alone leave it out, and this is
    somebody else, it is left. `below` is a folder above it from which on no folder may be a link either. With
    `links` it may be reached by one: the files of an installed program often are.

    Raises UnfitFileError, or another OSError.
    """
    return _whole(_open(Path(os.path.realpath(path)) if links else path, _READ, below), most, path)


def read_in(inside: int, name: str, most: int) -> bytes:
    """Return the bytes of a file of a folder that lies open (`folder`), as `read` does."""
    return _whole(_open_quietly(name, _READ | _ALWAYS, name, inside), most, name)


def read_named(path: Path, most: int) -> bytes:
    """Return the bytes of a file that the person at the terminal named, which may be a link or a pipe.

    Raises UnfitFileError where it has more than `most` bytes, or another OSError.
    """
    with path.open("rb") as file:
        return read_from(file, most, path)


def read_from(stream: BinaryIO, most: int, path: Path | None = None) -> bytes:
    """Return the bytes of a stream up to its end. Raises UnfitFileError for more, or another OSError."""
    data = bytearray()
    # In pieces: a file takes room in memory for all that it is asked for, and a small machine has too little.
    while len(data) <= most and (piece := stream.read(min(1 << 20, most + 1 - len(data)))):
        data += piece
    if len(data) > most:
        raise _unfit(errno.EFBIG, path)
    return bytes(data)


@contextmanager
def opened(path: Path, *, below: Path | None = None) -> Iterator[BinaryIO]:
    """Open a regular file to read a part of it, as `read` does. Lets OSError through."""
    descriptor = open_file(path, below=below)
    with open(descriptor, "rb") as file:  # noqa: PTH123 - a descriptor is no path
        yield file


def open_file(path: Path, flags: int = os.O_RDONLY, *, below: Path | None = None) -> int:
    """Return a descriptor of a regular file, opened as `read` does. Lets OSError through.

    One that `flags` creates is for its owner alone.
    """
    descriptor = _open(path, flags | _READ, below)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise _unfit(errno.EINVAL, path)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


@contextmanager
def folder(path: Path, *, below: Path | None = None) -> Iterator[int]:
    """Open a folder that is no link, for `os.scandir` and the like. Lets OSError through."""
    descriptor = _open(path, os.O_RDONLY | os.O_DIRECTORY, below)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def is_file(path: Path) -> bool:
    """Tell whether there is a regular file of that name, itself and not by a link."""
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except (OSError, ValueError):
        return False


def _whole(descriptor: int, most: int, path: Path | str) -> bytes:
    """Read a regular file to its end, and close it. Raises UnfitFileError, or another OSError."""
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise _unfit(errno.EINVAL, path)
        if found.st_size > most:
            raise _unfit(errno.EFBIG, path)
        # Not `most` bytes: so much memory would be asked for at once.
        parts = [os.read(descriptor, found.st_size + 1)]
        rest = found.st_size - len(parts[0])
        while rest > 0 and parts[-1]:  # some file systems give a file in pieces
            parts.append(os.read(descriptor, rest))
            rest -= len(parts[-1])
        if rest < 0:  # it grows
            raise _unfit(errno.EFBIG, path)
        return b"".join(parts)
    finally:
        os.close(descriptor)


def _open(path: Path, flags: int, below: Path | None) -> int:
    flags |= _ALWAYS
    if below is None:
        return _open_quietly(path, flags, path, None)
    if path.parts[: len(below.parts)] != below.parts:  # as `relative_to` does, in a fifth of its time
        raise ValueError(f"{path} is not below {below}")
    *above, name = path.parts[len(below.parts) :] or (".",)
    at = os.open(below, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for part in above:
            if part == "..":
                raise _unfit(errno.ELOOP, path)
            inner = os.open(part, os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=at)
            os.close(at)
            at = inner
        return _open_quietly(name, flags, path, at)
    except OSError as error:
        error.filename = str(path)  # not the part of it alone
        raise
    finally:
        os.close(at)


def _open_quietly(name: Path | str, flags: int, path: Path | str, at: int | None) -> int:
    """Open without leaving the time of reading, where that is allowed."""
    try:
        try:
            return os.open(name, flags | os.O_NOATIME, _MODE, dir_fd=at)
        except PermissionError:
            return os.open(name, flags, _MODE, dir_fd=at)
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise _unfit(errno.ELOOP, path) from error
        if error.errno == errno.ENXIO:  # a socket, or a pipe that nobody reads
            raise _unfit(errno.EINVAL, path) from error
        raise


def _unfit(number: int, path: Path | str | None) -> UnfitFileError:
    return UnfitFileError(number, _WHY[number], str(path) if path else None)


_WHY = {errno.EFBIG: "File too large", errno.EINVAL: "Not a regular file", errno.ELOOP: "Is a symbolic link"}


def json(data: bytes, shape: type[_T]) -> _T:
    """Return the value that JSON holds. Raises msgspec.DecodeError alone, for what is no `shape`."""
    of: Any = shape  # mypy takes no class of a type variable for what can be hashed
    read_as: Callable[[bytes], _T] = reader(of)
    return read_as(data)


@cache
def reader(shape: Any, *, dated: bool = True) -> Callable[[bytes | msgspec.Raw], Any]:
    """Return what reads JSON as `json` does, of a shape that may be a union too.

    Without `dated` it does not look at moments: for a shape that does so itself.
    """
    decode = msgspec.json.Decoder(shape).decode
    dated = dated and _may_be_dated(shape, set())

    def read_as(data: bytes | msgspec.Raw) -> Any:
        try:
            value = decode(data)
        except (UnicodeDecodeError, RecursionError) as error:
            raise msgspec.ValidationError("It is not in UTF-8, or is nested too deep") from error
        if dated:
            require_years(*_moments_in(value))
        return value

    return read_as


def misfit(error: msgspec.ValidationError) -> tuple[str, str]:
    """Return where a value does not fit its shape, as `privacy.days`, and what it must be: `must be…`."""
    text, _, path = str(error).partition(" - at `$")
    place = path.strip(".`")
    if name := re.fullmatch(r"Object (missing required|contains unknown) field `(.+)`", text):
        place = f"{place}.{name[2]}".strip(".")
        return place, "is missing" if name[1].startswith("missing") else "is not a name that is known here"
    if kinds := re.fullmatch(r"Expected `(\w+)(?: \| null)?`, got `(\w+)`", text):
        whole = kinds[1] == "int" and kinds[2] == "float"
        return place, f"must be {'a whole number' if whole else _KINDS.get(kinds[1], kinds[1])}"
    return place, f"does not fit: {text}"


_KINDS = {
    "array": "a list in square brackets",
    "bool": "true or false, without quotes",
    "float": "a number without quotes",
    "int": "a number without quotes",
    "object": "a group of named values",
    "str": "a text in quotes",
}


def require_years(*moments: datetime | None) -> None:
    """Raise msgspec.ValidationError for a moment outside of `YEARS`."""
    for moment in moments:
        if moment is not None and moment.year not in YEARS:
            raise msgspec.ValidationError(f"Expected years from {YEARS[0]} to {YEARS[-1]}")


@cache
def _dated_fields(struct: type) -> tuple[str, ...]:
    """Return those fields of a struct that may hold moments: of most pages one in a hundred does."""
    return tuple(name for name, shape in get_type_hints(struct).items() if _may_be_dated(shape, set()))


def _may_be_dated(shape: Any, met: set[Any]) -> bool:
    """Tell whether a moment may lie in a value of a shape; `met` are the classes looked at already."""
    if shape is datetime:
        return True
    inner: Iterable[Any] = get_args(shape)
    if hasattr(shape, "__annotations__"):
        inner = () if shape in met else get_type_hints(shape).values()
        met.add(shape)
    return any(_may_be_dated(one, met) for one in inner)


def _moments_in(value: Any) -> Iterator[datetime]:
    rest = [value]
    while rest:
        value = rest.pop()
        if isinstance(value, datetime):
            yield value
        elif isinstance(value, msgspec.Struct):
            rest.extend(getattr(value, name) for name in _dated_fields(type(value)))
        elif isinstance(value, list | tuple):
            rest.extend(value)
        elif isinstance(value, dict):
            rest.extend(value.values())


def toml(text: str) -> dict[str, Any]:
    """Return the values of TOML. Raises tomllib.TOMLDecodeError, and nothing else."""
    # To look for the dots first takes a hundredth of the time.
    if any(line.count(".") >= NESTED for line in text.split("\n")) and _DEEP_KEY.search(text):
        raise tomllib.TOMLDecodeError(_TOO_DEEP)
    try:
        values = tomllib.loads(text)
    except RecursionError as error:
        raise tomllib.TOMLDecodeError(_TOO_DEEP) from error
    except tomllib.TOMLDecodeError:
        raise
    except ValueError as error:  # a number of more digits than Python takes, or a date that is none
        raise tomllib.TOMLDecodeError(_TOO_LARGE) from error
    _check_toml(values)
    return values


_TOO_DEEP = "lists and tables only a few levels deep"
_TOO_LARGE = "numbers of at most nine digits"


def _check_toml(values: dict[str, Any]) -> None:
    level: list[Any] = [values]
    for _ in range(NESTED):
        if any(isinstance(value, int) and abs(value) >= LARGEST for value in level):
            raise tomllib.TOMLDecodeError(_TOO_LARGE)
        inner = (
            value.values() if isinstance(value, dict) else value
            for value in level
            if isinstance(value, dict | list)
        )
        level = [value for values in inner for value in values]
        if not level:
            return
    raise tomllib.TOMLDecodeError(_TOO_DEEP)
