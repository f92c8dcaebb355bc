"""What deleted entries add to the figures of quarters that are not counted yet.

With each reflection the kiosk seals, to the venue's key alone, what there is to count of its entry: which
points and cards were chosen, and no words, no name, and nothing that was kept back
(`kiosk.counts.tally.EntryCount`). It lies beside the pages (`vault/ab/<id>.2026-Q3.count`). When the entry is
erased because its time is over it moves to `uncounted/2026-Q3.<random>.age`, which needs no key, and waits
there until its quarter, or the whole year, is counted; then it is removed. Whatever else erases an entry
removes it as well. All are of one size, unless a pack has very many questions.

What visits come to lies beside these (`kiosk.counts.visits`), and goes with them.

An entry is known by its mark, as what visits come to is: whoever copies such a file, or the page of whose
entry it is, lets nobody count twice. Whoever holds the venue's public key can plant one, as they can plant an
entry.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

import msgspec

from kiosk import seal, untrusted
from kiosk.counts.quarters import Quarter, quarter_of, with_figures
from kiosk.counts.tally import COUNT_BLOCK, NO_PACK, Counted, EntryCount, Group, mark_of, table_of
from kiosk.counts.visits import ENDING, Visits, VisitSums
from kiosk.errors import NoKeyError, SealError
from kiosk.home import Home
from kiosk.vault import durable
from kiosk.vault.durable import DISK, Disk

MOST_BYTES = 1 << 16
"""Of a file: ten times what a pack of fifty scales and cards takes."""
MOST_VISITS = 1_000_000
"""Of a pack in a quarter: with more, the figures would not read."""
_FILE = re.compile(
    r"(?:[0-9a-f]{32}\.)?([1-9][0-9]{3})-Q([1-4])\.(?:[0-9a-f]{32}(?:\.visits)?\.age|count)", re.ASCII
)


def sealed_nothing(made: datetime, reader: str, venue: str) -> tuple[str, bytes]:
    """Return what `sealed_count` does, of an entry without a reflection: it adds nothing.

    The file is there so that the disk does not tell which entries hold a wish to talk alone.

    `made` is when it was saved, `reader` its customer's recipient, and `venue` the venue's.
    """
    entry = EntryCount(
        mark=mark_of(reader),
        quarter=quarter_of(made),
        pack=NO_PACK,
        state="live",
        asked={},
        chosen={},
        moved={},
        cards={},
        left_open=frozenset(),
    )
    return str(entry.quarter), seal.seal(msgspec.json.encode(entry), (venue,), block=COUNT_BLOCK)


def waiting(home: Home) -> dict[Path, Quarter]:
    """Return what waits, and of which quarter it is, the newest first."""
    found = ((file, _FILE.fullmatch(file.name)) for file in home.uncounted.glob("*.age"))
    every = [(Quarter(int(name[1]), int(name[2])), file) for file, name in found if name]
    return {file: quarter for quarter, file in sorted(every, reverse=True)}


def read(file: Path, identity: str) -> EntryCount | VisitSums:
    """Return what an entry adds, or what visits come to.

    Raises SealError, OSError or DecodeError where it is not what it says.
    """
    opened = seal.open_sealed(untrusted.read(file, MOST_BYTES), identity)
    is_of_visits = file.name.endswith(ENDING)
    said = untrusted.json(opened, VisitSums) if is_of_visits else untrusted.json(opened, EntryCount)
    name = _FILE.fullmatch(file.name)
    if not name or said.quarter != (int(name[1]), int(name[2])):
        raise msgspec.ValidationError("it is of another quarter than it says")
    if not said.is_possible:
        raise msgspec.ValidationError("nobody can have answered that, or visited so")
    return said


def count(
    home: Home,
    identity: str,
    before: Quarter,
    counted: Counted,
    held: Mapping[str, str] = MappingProxyType({}),
    *,
    others: bool = False,
) -> None:
    """Add what waits of the quarters before one, but for entries that are counted already.

    `held` are the identities of other venues whose keys are held, one a line, by their names. With `others`
    there are entries of more venues here, so what none of these keys opens is not told as unread. The pages
    are to be counted first: what is erased meanwhile waits here before its pages go.
    """
    entries = defaultdict[str, list[EntryCount]](list)
    for venue, said in _read(home, {"": identity, **held}, before, counted, others=others):
        if said.mark in counted.marks:
            continue
        counted.marks.add(said.mark)
        if isinstance(said, VisitSums):
            group = Group(said.quarter, said.pack, said.state, venue)
            visits = counted.visits.setdefault(group, Visits())
            if sum(visits.times) < MOST_VISITS:
                visits.add(said.counts())
        else:
            entries[venue].append(said)
    for venue, every in entries.items():
        counted.add(Counted(table_of(every, venue)))


def _read(
    home: Home, venues: Mapping[str, str], before: Quarter, counted: Counted, *, others: bool
) -> Iterator[tuple[str, EntryCount | VisitSums]]:
    """Yield what waits, with the name of its venue: `venues` are their identities, one a line."""
    kept = with_figures(home)
    for file, quarter in waiting(home).items():
        if quarter >= before or kept & {quarter, quarter.whole()}:
            continue
        for venue, identities in venues.items():
            try:
                yield venue, read(file, identities)
            except FileNotFoundError:
                pass
            except NoKeyError:
                continue
            except (SealError, OSError, msgspec.DecodeError):
                counted.unread += 1
            break
        else:
            counted.unread += not others


def odd_visits(home: Home, identity: str) -> int:
    """Return of how many files on visits the kiosk wrote none: they hold none of them, or are copies."""
    marks, odd = set[str](), 0
    for file in waiting(home):
        if file.name.endswith(ENDING):
            try:
                mark = read(file, identity).mark
            except FileNotFoundError:
                continue
            except (SealError, OSError, msgspec.DecodeError):
                odd += 1
            else:
                odd += mark in marks
                marks.add(mark)
    return odd


def drop_counted(home: Home, *, disk: Disk = DISK) -> None:
    """Remove, unread, what waits of quarters that have their figures. Lets OSError through."""
    kept = with_figures(home)
    over = [file for file, quarter in waiting(home).items() if kept & {quarter, quarter.whole()}]
    for file in over:
        with suppress(FileNotFoundError):
            disk.unlink(file)
    if over:
        durable.flush_folder(home.uncounted, disk=disk)
