"""The figures of each venue whose entries a desk counts: its own, and those of venues whose keys it holds.

Each has a folder of its own, and is sealed to its venue's key and vouched for by that, so that none can stand
for another's: `summaries/2026-Q3.age` is of this venue, `summaries/<16 digits>/2026-Q3.age` of a held one.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from kiosk.counts.quarters import Quarter
from kiosk.desk.keys.held import HeldVenue
from kiosk.desk.summaries import figures
from kiosk.desk.summaries.figures import Figures
from kiosk.home import Home


class Apart(NamedTuple):
    """A venue whose entries are counted apart from others."""

    home: Home
    """Where its figures are, as `summaries`."""
    held: str
    """Its name where it is a held one; empty for the venue itself."""
    identities: str
    """One a line, the one of now first: they open its figures."""
    vouching: tuple[str, ...] | None
    """Those whose word counts; None for the venue itself, as its staff keys say."""

    def read(self, quarter: Quarter) -> Figures:
        """Return its figures of a quarter. Raises DamageError."""
        return figures.read(self.home, quarter, self.identities, self.vouching)

    def named(self, quarter: str) -> str:
        """Return what its figures of a quarter are called in the stock."""
        return f"{quarter} of {self.held}" if self.held else quarter


def every(home: Home, identity: str, held: Sequence[HeldVenue]) -> Iterator[Apart]:
    """Yield the venue itself, then those whose keys are held."""
    yield Apart(home, "", identity, None)
    for one in held:
        yield Apart(home.apart(one.id), one.name, one.identities, tuple(one.identities.split("\n")))


def digests(home: Home, identity: str, held: Sequence[HeldVenue], known: Iterable[str]) -> dict[str, str]:
    """Return the digests of all figures there are, as `figures.digests` does for each venue."""
    names, found = list(known), dict[str, str]()
    for one in every(home, identity, held):
        ending = one.named("")
        theirs = [name.removesuffix(ending) for name in names if name.endswith(ending)]
        there = figures.digests(one.home, one.identities, theirs, one.vouching)
        found |= {one.named(quarter): digest for quarter, digest in there.items()}
    return found
