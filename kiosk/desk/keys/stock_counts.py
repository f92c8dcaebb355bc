"""A look at what is kept to be counted, held against what it was when stock was taken."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from kiosk.counts import uncounted
from kiosk.counts.quarters import quarter_of, with_figures
from kiosk.counts.visits import ENDING
from kiosk.desk.keys.stock_pages import Seen, see
from kiosk.desk.keys.tampering import Tampering, some
from kiosk.home import Home
from kiosk.text import counted
from kiosk.vault.page_files import PageFiles


class Counts(NamedTuple):
    """What is kept to be counted, by the names of the files."""

    beside: Mapping[str, Seen]
    """Beside the pages of entries."""
    waiting: Mapping[str, Seen]
    """Of entries whose time is over."""


def look(home: Home, beside: Mapping[str, Sequence[Path]], known: Mapping[str, Seen]) -> Counts:
    """Return what there is; `beside` are the files of each entry, of which the last counts."""
    return Counts(
        _seen([paths[-1] for paths in beside.values()], known), _seen(uncounted.waiting(home), known)
    )


def again(home: Home, pages: PageFiles, known: Mapping[str, Seen]) -> dict[str, Seen]:
    """Return what is known as it is now, without what is no longer there."""
    return {
        **_seen([pages.beside(name[:32], name[33:]) for name in known if _is_beside(name)], {}),
        **_seen([home.uncounted / name for name in known if not _is_beside(name)], {}),
    }


def says(
    home: Home,
    pages: PageFiles,
    known: Mapping[str, Seen],
    now: Counts,
    *,
    erased: int,
    as_before: Callable[[str], bool],
) -> Iterator[Tampering]:
    """Say what only another program can have done since `known` was all there was.

    `erased` entries have gone since, and `as_before` tells of the id of one whether it has the same pages.
    """
    kept = {str(quarter) for quarter in with_figures(home)}
    entries = {name[:32] for name in now.beside}
    gone = changed = 0
    for name, before in known.items():
        one = now.beside.get(name) or now.waiting.get(name)
        if one:
            is_same = one.hash == before.hash or (_is_beside(name) and not as_before(name[:32]))
            changed += not is_same
        elif _is_beside(name):
            gone += name[:32] not in entries and bool(pages.names(name[:32]))
        else:
            gone += kept.isdisjoint((name[:7], name[:4]))
    # How visits went is written by the kiosk itself, of no entry.
    new = {one.hash for name, one in now.waiting.items() if name not in known and not name.endswith(ENDING)}
    more = len(new - {one.hash for one in known.values()}) - erased
    if gone:
        yield Tampering(
            f"What statistics would have counted of {counted(gone, 'entry', 'entries')} was removed. Entries "
            "that have expired are not counted without it."
        )
    if changed:
        yield Tampering(f"What statistics count of {counted(changed, 'entry', 'entries')} was replaced.")
    if more > 0:
        yield Tampering(
            f"{counted(more, 'more entry waits', 'more entries wait')} to be counted in statistics than have "
            "been deleted since the last unlock."
        )


def coming_say(home: Home, latest: datetime) -> Iterator[Tampering]:
    """Say what waits for a quarter that had not begun at the latest known time: it would count then."""
    coming = [file.name for file, quarter in uncounted.waiting(home).items() if quarter > quarter_of(latest)]
    if coming:
        files = counted(len(coming), "file in 'uncounted' is", "files in 'uncounted' are")
        yield Tampering(
            f"{files} of a quarter that has not begun: {some(coming)}. Either this machine's clock was "
            "wrong, or someone put that there. Move it away: once that quarter is over, statistics count it.",
            once=False,
        )


def visits_say(home: Home, identities: str) -> Iterator[Tampering]:
    """Say what nobody can have kept of how visits went; `identities` are the venue's, one a line."""
    if odd := uncounted.odd_visits(home, identities):
        yield Tampering(
            f"{counted(odd, 'file', 'files')} in 'uncounted' on how visits went cannot be read, cannot be "
            "true, or repeats another. Statistics leave that out.",
            once=False,
        )


def _is_beside(name: str) -> bool:
    return name.endswith(".count")


def _seen(paths: Iterable[Path], known: Mapping[str, Seen]) -> dict[str, Seen]:
    found = dict[str, Seen]()
    for path in paths:
        before = known.get(path.name)
        with suppress(OSError):  # the doctor names it, and whoever counts is told
            there = os.lstat(path)
            is_same = before and (there.st_ino, there.st_ctime_ns) == (before.inode, before.changed)
            one = before if is_same else see(path)
            if one:
                found[path.name] = one
    return found
