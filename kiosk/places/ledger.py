"""What this place has sent, received and had confirmed: from it follows what the next consignment holds.

An item is something that travels, by a text on which all places agree: a piece by its name, a tombstone by
`<id>.erased`, what staff said of an entry by `<id>.said.<digest of it>`, a venue key by `<key>.key`, figures
by `<place>.<quarter>.<digest>.figures`. Below `places/` in the home lie

    sent/<number>.json                 what is in one's own consignments
    received/<place>-<number>.json     what is in those of others, and what of it has not come yet
    confirmed/<place>.json             which of one's own a place has confirmed
    figures/<place>/2026-Q3.<digest>.age   what a place's desk counted, also this one's, sealed to venue keys

None of it tells anything of anybody, and nothing of it is needed: what was forgotten is sent once more, and
whoever has it already takes no harm.
"""

import os
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, suppress
from datetime import datetime
from pathlib import Path
from typing import Literal, TypeVar

import msgspec

from kiosk import mac, untrusted
from kiosk.dates import to_second
from kiosk.errors import PlaceError
from kiosk.os_errors import explaining
from kiosk.places.carrier import Number
from kiosk.places.manifest import FIGURES_BYTES, Manifest, NewKey
from kiosk.places.place_keys import PlaceId
from kiosk.vault import durable
from kiosk.vault.durable import DISK, Disk
from kiosk.vault.log_lines import Document

MOST_BYTES = 64 << 20
"""Of a file here: one of 100,000 items has a tenth."""
_NUMBERED = re.compile(r"(?:([0-9a-f]{16})-)?([0-9]{10})\.json", re.ASCII)
_KEY, _SAID, _ERASED, _EXPIRED, _FIGURES = ".key", ".said.", ".erased", ".expired", ".figures"
_T = TypeVar("_T", bound=msgspec.Struct)


class Sent(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A consignment of one's own."""

    version: Literal[1] = 1
    number: Number
    made: untrusted.Moment
    route: str
    """The id of the folder or store that it lies in; empty for a stick."""
    manifest: str
    """The digest of its manifest."""
    receivers: tuple[PlaceId, ...]
    """The places that can open it."""
    items: tuple[str, ...]
    objects: dict[str, str] = {}
    """A piece → what it is called in a store."""


class Received(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A consignment of another place."""

    version: Literal[1] = 1
    place: PlaceId
    number: Number
    at: untrusted.Moment
    """When it was read last, by this machine's clock."""
    made: untrusted.Moment
    """When it was made, by the other's."""
    route: str
    before: int
    """The number of the one on which it builds; 0 for none."""
    since: Number = 1
    """The lowest number of that place that still counts."""
    receivers: tuple[PlaceId, ...] = ()
    """The places that can open it."""
    manifest: str
    items: tuple[str, ...]
    missing: tuple[str, ...] = ()
    """The pieces that have not come yet."""
    confirmed: bool = False
    """Whether its receipt lies where it came from."""


class Confirmed(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a place has confirmed."""

    version: Literal[1] = 1
    numbers: tuple[Number, ...] = ()
    at: untrusted.Moment | None = None
    """When it was read last that it has confirmed something."""


class Begun(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The last number, and the sendings that have not come to their end."""

    version: Literal[1] = 1
    last: int = 0
    """The highest number that was ever begun: none is used twice."""
    numbers: dict[str, Number] = {}
    """The id of a folder or store → the number that was to be sent there."""


class VenueKeys(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The venue keys that this place has sent under, the oldest first."""

    version: Literal[1] = 1
    keys: tuple[NewKey, ...] = ()


def tombstone_item(entry_id: str, tombstone: Document) -> str:
    """Return what a tombstone is called: that somebody asked for it is more than that the entry was old."""
    return f"{entry_id}{_EXPIRED if tombstone.get('why') == 'time' else _ERASED}"


def erased_items(entry_id: str) -> frozenset[str]:
    """Return what each kind of tombstone of an entry is called."""
    return frozenset((entry_id + _ERASED, entry_id + _EXPIRED))


def is_tombstone(item: str) -> bool:
    """Tell whether an item says that an entry was erased."""
    return item.endswith((_ERASED, _EXPIRED))


def is_asked_for(item: str) -> bool:
    """Tell whether an item says that somebody asked for an entry to be erased."""
    return item.endswith(_ERASED)


def said_item(entry_id: str, said: Document) -> str:
    """Return what this word of staff on an entry is called."""
    return f"{entry_id}{_SAID}{mac.value_digest(dict(sorted(said.items())))[:16]}"


def is_said(item: str) -> bool:
    """Tell whether an item is a word of staff, which a later one may take the place of."""
    return _SAID in item


def key_item(letter: NewKey) -> str:
    """Return what word of a venue key is called."""
    return f"{letter.key}{_KEY}"


def figures_item(place: str, name: str) -> str:
    """Return what figures of a place are called."""
    return f"{place}.{name}{_FIGURES}"


def items_of(manifest: Manifest) -> tuple[str, ...]:
    """Return all that a consignment brings."""
    return (
        *(tombstone_item(id_, said) for id_, said in manifest.tombstones.items()),
        *(piece.name for piece in manifest.pieces),
        *(said_item(id_, said) for id_, said in manifest.marks.items()),
        *map(key_item, manifest.letters),
        *(figures_item(manifest.place, name) for name in manifest.figures),
    )


class Ledger:
    """The ledger below a folder. All methods raise PlaceError where the disk does not give or take."""

    def __init__(self, folder: Path, *, disk: Disk = DISK) -> None:
        self.folder = folder
        self._disk = disk

    def sent(self) -> list[Sent]:
        """Return one's own consignments, in order."""
        return sorted(self._every("sent", Sent), key=lambda one: one.number)

    def received(self, place: str = "") -> list[Received]:
        """Return what came of a place, or of all, in order."""
        every = self._every("received", Received, place)
        return sorted(every, key=lambda one: (one.place, one.number))

    def confirmed(self, place: str) -> frozenset[int]:
        """Return the numbers of one's own consignments that a place has confirmed."""
        return frozenset(self._confirmed(place).numbers)

    def confirmed_at(self, place: str) -> datetime | None:
        """Return when it was read last that a place has confirmed something; None for never."""
        return self._confirmed(place).at

    def _confirmed(self, place: str) -> Confirmed:
        return self._read(self.folder / "confirmed" / f"{place}.json", Confirmed) or Confirmed()

    def begun(self) -> Begun:
        """Return the last number, and by route those whose sending did not come to its end."""
        return self._read(self.folder / "begun.json", Begun) or Begun()

    def note_begun(self, route: str, number: int) -> None:
        """Keep that a sending begins, or with 0 that nothing is left of one, durably."""
        before = self.begun()
        numbers = {to: one for to, one in {**before.numbers, route: number}.items() if one}
        self._write(self.folder / "begun.json", Begun(last=max(before.last, number), numbers=numbers))

    def note_sent(self, sent: Sent) -> None:
        """Keep what was sent, durably."""
        self._write(self.folder / "sent" / f"{sent.number:010d}.json", sent)

    def forget_sent(self, number: int) -> None:
        """Let a consignment count for nothing any more: what it held goes along with another one."""
        with self._explained(), suppress(FileNotFoundError):
            durable.remove(self.folder / "sent" / f"{number:010d}.json", disk=self._disk)

    def note_received(self, received: Received) -> None:
        """Keep what came, durably."""
        self._write(self.folder / "received" / f"{received.place}-{received.number:010d}.json", received)

    def note_receipt(self, place: str, number: int) -> None:
        """Keep that the receipt of what came lies where it came from, durably."""
        if found := self._read(self.folder / "received" / f"{place}-{number:010d}.json", Received):
            self.note_received(msgspec.structs.replace(found, confirmed=True))

    def note_confirmed(self, place: str, numbers: Collection[int], now: datetime) -> None:
        """Keep which numbers a place has confirmed, durably."""
        every = Confirmed(numbers=tuple(sorted({*numbers} | self.confirmed(place))), at=to_second(now))
        self._write(self.folder / "confirmed" / f"{place}.json", every)

    def venue_keys(self, now_key: str, now: datetime) -> tuple[NewKey, ...]:
        """Return the venue keys that came since this place sent first, noting that of now, durably."""
        file = self.folder / "venue-keys.json"
        keys = (self._read(file, VenueKeys) or VenueKeys()).keys
        if not keys or keys[-1].key != now_key:
            keys = (*keys, NewKey(key=now_key, since=to_second(now)))
            self._write(file, VenueKeys(keys=keys))
        return keys[1:]

    def keys_of(self, place: str, *, desk: bool) -> tuple[str, ...]:
        """Return the venue keys that a place has told of, the newest last; none of one without a desk."""
        for one in reversed(self.received(place) if desk else []):
            if keys := [item.removesuffix(_KEY) for item in one.items if item.endswith(_KEY)]:
                return tuple(keys)
        return ()

    def keys_told_by(self, places: Collection[str]) -> set[str]:
        """Return the venue keys of which some places have told, or this place has."""
        here = self._read(self.folder / "venue-keys.json", VenueKeys) or VenueKeys()
        told = (item for one in self.received() if one.place in places for item in one.items)
        keys = {item.removesuffix(_KEY) for item in told if item.endswith(_KEY)}
        return keys | {letter.key for letter in here.keys}

    def figures(self, place: str) -> dict[str, bytes]:
        """Return the sealed figures of a place, by name such as `2026-Q3.0123456789abcdef`."""
        with self._explained():
            found = dict[str, bytes]()
            for file in sorted((self.folder / "figures" / place).glob("*.age")):
                with suppress(FileNotFoundError, untrusted.UnfitFileError):
                    found[file.stem] = untrusted.read(file, FIGURES_BYTES)
            return found

    def note_figures(self, place: str, name: str, sealed: bytes) -> None:
        """Keep the sealed figures of a place, durably, instead of others of the same quarter."""
        with self._explained():
            folder = self.folder / "figures" / place
            durable.make_folders(folder, disk=self._disk)
            durable.replace(folder / f"{name}.age", sealed, disk=self._disk)
            for file in folder.glob(f"{name.split('.')[0]}.*.age"):
                if file.stem != name:
                    durable.remove(file, disk=self._disk)

    def known_to(self, place: str, sent: Iterable[Sent]) -> set[str]:
        """Return the items that a place has, as far as it said so; `sent` is all that was sent."""
        confirmed, known = self.confirmed(place), set[str]()
        for one in sent:
            if one.number in confirmed:
                known.update(one.items)
        for received in self.received(place):
            known.update(received.items)
            known.difference_update(received.missing)
        return known

    def lying_on(self, route: str, there: Collection[int], receivers: Collection[str]) -> set[str]:
        """Return the items that lie in a folder or store for all of some receivers.

        They are in one's own numbers that are `there`, and in what others sent to all of them.
        """
        known, wanted = set[str](), {*receivers}
        for sent in self.sent():
            if sent.route == route and sent.number in there and wanted.issubset(sent.receivers):
                known.update(sent.items)
        for received in self.received():
            if received.route == route and wanted.issubset((*received.receivers, received.place)):
                known.update({*received.items}.difference(received.missing))
        return known

    def _every(self, name: str, kind: type[_T], place: str = "") -> Iterator[_T]:
        with self._explained():
            try:
                # Of 300 places there are many thousand: most are left out before anything else.
                with os.scandir(self.folder / name) as there:
                    names = sorted(one.name for one in there if one.name.startswith(place))
            except FileNotFoundError:
                return
        for one in names:
            if _NUMBERED.fullmatch(one) and (found := self._read(self.folder / name / one, kind)):
                yield found

    def _read(self, path: Path, kind: type[_T]) -> _T | None:
        """Return what a file holds; None for none, and for one that does not read: it is sent once more."""
        with self._explained():
            try:
                return untrusted.json(untrusted.read(path, MOST_BYTES), kind)
            except (FileNotFoundError, untrusted.UnfitFileError, msgspec.DecodeError):
                return None

    def _write(self, path: Path, value: msgspec.Struct) -> None:
        with self._explained():
            durable.replace(path, msgspec.json.encode(value), disk=self._disk)

    def _explained(self) -> AbstractContextManager[None]:
        return explaining(PlaceError, "What was sent and received cannot be kept.")


def counting(received: Iterable[Received]) -> dict[int, Received]:
    """Return by number what came of one place, of those numbers that still count."""
    every = {one.number: one for one in received}
    since = max((one.since for one in every.values()), default=0)
    return {number: one for number, one in every.items() if number >= since}


def gaps_in(counted: Mapping[int, Received]) -> list[int]:
    """Return the numbers on which others build, that still count and have not come."""
    since = max((one.since for one in counted.values()), default=0)
    return [one.before for one in counted.values() if since <= one.before and one.before not in counted]
