"""kiosk.log: what went wrong and when; never what anybody wrote.

An event is a line, `2026-03-01T09:30:00Z  a visit crashed (exit code 70)`; an error's type and places
follow it, indented. Neither the error's message nor its values are there: a message can hold what somebody
typed (`could not convert string to float: '…'`), and so can local variables.
"""

import errno
import os
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path, PurePath
from types import TracebackType

from kiosk import untrusted
from kiosk.text import shown

LARGEST = 1_000_000
"""Bytes. A longer log becomes `kiosk.log.1`, in the place of the one before."""


def append(
    file: Path,
    event: str,
    fault: BaseException | None = None,
    *,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> bool:
    """Add an event, and an error's type and places, and tell whether that worked.

    Nobody could be told that it did not, and the kiosk goes on without: it never raises OSError. It makes
    no folder, so nothing is logged where no kiosk is; nor does root, in a folder of another user, who could
    not write in that log again.
    """
    moment = clock().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    lines = [f"{moment}  {shown(event)}", *(describe(fault).splitlines() if fault else ())]
    text = "\n    ".join(lines) + "\n"
    try:
        if os.geteuid() == 0 != file.parent.stat().st_uid:
            return False
        _make_room(file)
        descriptor = untrusted.open_file(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        try:
            os.write(descriptor, text.encode(errors="replace"))  # one call, so that two writers never mix
        finally:
            os.close(descriptor)
    except OSError:
        return False
    return True


def _make_room(file: Path) -> None:
    with suppress(FileNotFoundError):
        if file.lstat().st_size > LARGEST:
            file.replace(file.with_name(f"{file.name}.1"))


_FIRST_PLACES = 6
_LAST_PLACES = 24
"""A recursion without end has a thousand frames; its first and last ones tell the story."""
_PATH_PARTS = 3
_MOST_ERRORS = 20


def describe(error: BaseException) -> str:
    """Say what went wrong in lines fit for a log: types and places only.

    The first line is the error's type; a line `  file:line function` follows for each frame, outermost
    first. The errors behind it (its cause or context, the members of a group) come after it, each led by
    how it is related. Never raises for an error of any shape.
    """
    return "\n".join(_lines(error))


def why(error: BaseException) -> str:
    """Return the system's own name of what is behind an error, as ENOSPC; else the error's type."""
    seen: set[int] = set()
    behind: BaseException | None = error
    while behind is not None and id(behind) not in seen:
        seen.add(id(behind))
        if isinstance(behind, OSError) and behind.errno is not None:
            return errno.errorcode.get(behind.errno, str(behind.errno))
        behind = behind.__cause__ or behind.__context__
    return type(error).__name__


def report_uncaught(report: Callable[[BaseException], None]) -> None:
    """Send what nobody caught, in any thread or finaliser, to `report` instead of to stderr.

    Python's own hooks print a traceback with the error's message, and the terminal is a public one.
    For the whole process, and for good: call it once, where the program starts.
    """

    def in_main(_kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
        report(error)

    def in_thread(args: threading.ExceptHookArgs) -> None:
        report(args.exc_value or args.exc_type())

    def in_finaliser(args: "sys.UnraisableHookArgs") -> None:
        report(args.exc_value or args.exc_type())

    sys.excepthook = in_main
    threading.excepthook = in_thread
    sys.unraisablehook = in_finaliser


def _lines(error: BaseException) -> Iterator[str]:
    seen: set[int] = set()
    waiting: list[tuple[str, BaseException]] = [("", error)]
    while waiting and len(seen) < _MOST_ERRORS:
        relation, current = waiting.pop(0)
        if id(current) in seen:
            continue
        seen.add(id(current))
        kind = type(current)
        number = f" {why(current)}" if isinstance(current, OSError) and current.errno is not None else ""
        yield f"{relation}{kind.__module__}.{kind.__qualname__}{number}"
        yield from _places(current)
        waiting.extend(_behind(current))


def _behind(error: BaseException) -> Iterator[tuple[str, BaseException]]:
    if isinstance(error, BaseExceptionGroup):
        for member in error.exceptions:
            yield "in the group: ", member
    if error.__cause__ is not None:
        yield "caused by: ", error.__cause__
    elif error.__context__ is not None and not error.__suppress_context__:
        yield "while handling: ", error.__context__


def _places(error: BaseException) -> Iterator[str]:
    places = [
        f"  {_short(frame.f_code.co_filename)}:{line} {frame.f_code.co_qualname}"
        for frame, line in traceback.walk_tb(error.__traceback__)
    ]
    hidden = len(places) - _FIRST_PLACES - _LAST_PLACES
    if hidden > 0:
        places[_FIRST_PLACES:-_LAST_PLACES] = [f"  … {hidden} more"]
    yield from places


def _short(file: str) -> str:
    """Cut a path to its last parts: enough to find the file, without the name of anybody's home."""
    return "/".join(PurePath(file).parts[-_PATH_PARTS:])
