"""The keys of other venues that a desk holds, so that its staff can open what these venues sent.

`staff/venues.age` lies beside `older.age` and is made like it: an age file, sealed to this venue's key, of
each held venue's name and identities, the newest first, and a tag that only the holder of this venue's key
can have made.
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from kiosk import mac, seal, untrusted
from kiosk.desk.keys import recovery_sheet, staff_files
from kiosk.desk.keys.identities import MOST, read_keys, write_keys
from kiosk.errors import StaffError
from kiosk.text import compared, name_line, same_name
from kiosk.vault import durable
from kiosk.vault.durable import DISK, Disk

VENUES = "venues.age"
VENUES_KEYS = "other venues' keys"
"""The purpose of the key of its tag (`kiosk.mac.key_from`)."""
NAME_MOST = 60
_NAME = "# venue: "
"""How the line begins that names a venue, before its identities."""


@dataclass(frozen=True)
class HeldVenue:
    """Another venue whose key a desk holds."""

    name: str
    identities: str = field(repr=False)
    """Its age identities, one a line, the newest first."""

    @property
    def identity(self) -> str:
        """That of now: what is written for the venue is sealed to it, and it vouches for that."""
        return self.identities.split("\n", 1)[0]

    @cached_property
    def recipients(self) -> tuple[str, ...]:
        """Their public halves."""
        return seal.recipients_of(self.identities)

    @property
    def id(self) -> str:
        """16 hexadecimal digits that stand for its name in a file's name."""
        return mac.digest("held venue", compared(self.name))[:16]


def opening(identities: str, held: Iterable[HeldVenue]) -> str:
    """Return all identities that open pages, one a line: the venue's own, then those of held venues."""
    return "\n".join([identities, *(one.identities for one in held)])


def read(folder: Path, identities: str) -> tuple[HeldVenue, ...]:
    """Return the venues whose keys are held, as the first of the desk's own identities vouches for them.

    Raises StaffError where the file is not of the desk's making, or does not open.
    """
    lines = read_keys(folder / VENUES, identities.split("\n", 1)[0], VENUES_KEYS) or []
    venues: dict[str, list[str]] = {}
    for line in lines:
        if line.startswith(_NAME):
            venues[name_line(line.removeprefix(_NAME), NAME_MOST)] = []
        elif venues:
            venues[next(reversed(venues))].append(line)
    return tuple(HeldVenue(name, "\n".join(found)) for name, found in venues.items() if found)


def write(folder: Path, venues: Sequence[HeldVenue], *holders: str, disk: Disk = DISK) -> None:
    """Keep these venues' keys for whoever holds one of the desk's identities. Lets OSError through."""
    if venues:
        lines = [line for one in venues for line in (f"{_NAME}{one.name}", *one.identities.split("\n"))]
        write_keys(folder / VENUES, lines, VENUES_KEYS, *holders, disk=disk)
    elif (folder / VENUES).exists():
        durable.remove(folder / VENUES, disk=disk)


def digest(folder: Path) -> str:
    """Return what tells whether the file is another one; empty for none."""
    with suppress(OSError):
        return mac.value_digest(untrusted.read(folder / VENUES, MOST))
    return ""


def in_file(data: bytes, name: str = "") -> HeldVenue:
    """Return the venue of a recovery sheet as text, or of an age identity file with `name` for it.

    Raises StaffError where there is no key in it, or no name is known.
    """
    keys = recovery_sheet.identities_in(data)
    called = name_line(name or recovery_sheet.venue_in(data), NAME_MOST)
    if not called:
        raise StaffError("This file does not say which venue it is of. Give its name with --name.")
    return HeldVenue(called, "\n".join(keys))


def hold(folder: Path, identities: str, venue: HeldVenue, *, note: Callable[[str], object]) -> HeldVenue:
    """Hold a venue's key, which is then its newest; those of it that are held already stay behind it.

    `identities` are the desk's own, and `note` is told what is held once all is checked. Returns the venue
    as it is held. Raises StaffError where the key is the desk's own, or that of a venue of another name.
    """
    with staff_files.changing(folder):
        holders, every = staff_files.vouching(folder, identities), read(folder, identities)
        new = venue.identities.split("\n")
        if not {*new}.isdisjoint(identities.split("\n")):
            raise StaffError("This is this venue's own key. Nothing was changed.")
        for one in every:
            if not same_name(one.name, venue.name) and not {*new}.isdisjoint(one.identities.split("\n")):
                raise StaffError(f"This is the key of {one.name}, which is held already.")
        before = next((one for one in every if same_name(one.name, venue.name)), None)
        older = before.identities.split("\n") if before else []
        now = HeldVenue(before.name if before else venue.name, "\n".join(dict.fromkeys([*new, *older])))
        note(now.name)
        write(folder, [*(one for one in every if one is not before), now], *holders)
    return now


def release(folder: Path, identities: str, name: str, *, note: Callable[[str], object]) -> HeldVenue:
    """Hold a venue's keys no longer, and return it. Raises StaffError where there is none of that name."""
    with staff_files.changing(folder):
        holders, every = staff_files.vouching(folder, identities), read(folder, identities)
        gone = next((one for one in every if same_name(one.name, name_line(name, NAME_MOST))), None)
        if gone is None:
            raise StaffError(
                "No key of a venue of that name is held. To see which are, run 'kiosk key held'."
            )
        note(gone.name)
        write(folder, [one for one in every if one is not gone], *holders)
    return gone
