"""An object store as a carrier: one object a piece, then one with the manifest and its signature.

    v1/<place>/p/<hh>/<keyed hash>      a piece; hh are the first two digits of the hash
    v1/<place>/j/<number, ten digits>   the four lines of the signature, then the sealed manifest
    v1/<receiver>/r/<place>/<number>    what a receiver says of it, in the same form

Each is created once and never written over. The hash covers a piece's name and bytes under a key of the
place: the name of an object tells nothing to who has the bucket, a sending that is repeated finds what it put
there, and what was sealed again has another name.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from hashlib import sha256

from kiosk import mac
from kiosk.errors import CarrierError, TakenError
from kiosk.places.carrier import Finish, Listed, Piece, Signed, Step
from kiosk.places.credentials import credentials_from
from kiosk.places.in_order import InOrder, Wait
from kiosk.places.objects import LargerError, Objects
from kiosk.settings.store import StoreSettings

THREADS = 32
"""Twice as many write 4 in 100 more to a cluster that flushes two copies, half as many 18 in 100 less."""
MANIFEST_MOST = 64 << 20
"""Bytes: a manifest of 200,000 pieces."""
RECEIPT_MOST = 64 << 10
_SIGNATURE_LINES = 4


class Bucket:
    """A store, as one place uses it; `key` is the place's own, from which its objects get their names."""

    def __init__(self, objects: Objects, key: bytes, *, threads: int = THREADS) -> None:
        self._objects = objects
        self._key = key
        self._threads = threads

    keeps = True

    @property
    def name(self) -> str:
        """What people call it."""
        return "the store"

    def require_room(self, size: int) -> None:
        """Do nothing: a store does not tell."""

    def object_of(self, name: str, digest: str) -> str:
        """Return what a piece of this place is called in the store, by its name and SHA-256."""
        return mac.tag(self._key, name, digest)

    def send(self, place: str, number: int, pieces: Iterable[Piece], finish: Finish, step: Step) -> None:
        """Write a consignment: its pieces, and then what makes it one, which is read back.

        That the store took a piece is no proof that it keeps it: only a receipt is. Raises TakenError where a
        consignment of that number is there already; whoever has the place's keys can tell whether it is this.
        """
        if self.manifest(place, number) is not None:
            raise _taken(number)
        listed: list[Listed] = []
        sending = InOrder[Piece, Listed](
            lambda piece, wait: self._put(place, piece, wait),
            self._threads,
            lambda piece: len(piece.data),
            lambda: step(len(listed)),
        )
        for _, one in sending.of(pieces):
            listed.append(one)
            step(len(listed))
        data = _joined(finish(listed))
        path = _manifest_path(place, number)
        try:
            self._objects.create(path, data)
        except TakenError:
            raise _taken(number) from None
        if self._objects.read(path, len(data)) != data:
            raise CarrierError("The store took a consignment and does not give it back. Send it again.")

    def senders(self) -> tuple[str, ...]:
        """Return nothing: whoever may write there was given a key for it."""
        return ()

    def numbers(self, place: str, after: int) -> Sequence[int]:
        """Return the numbers of the consignments above one that are there, by a single request."""
        return self._numbers(f"v1/{place}/j", after)

    def manifest(self, place: str, number: int) -> Signed | None:
        """Return a consignment's sealed manifest and its signature; None where they have not come yet."""
        return self._signed(_manifest_path(place, number), MANIFEST_MOST)

    def pieces(
        self, place: str, number: int, listed: Sequence[Listed]
    ) -> Iterator[tuple[Listed, bytes | None]]:
        """Yield some of a consignment's pieces; None for one that is not there as it is listed."""
        reading = InOrder[Listed, bytes | None](
            lambda one, wait: self._get(place, one, wait), self._threads, lambda one: one.size
        )
        return reading.of(listed)

    def put_receipt(self, receiver: str, place: str, number: int, receipt: Signed) -> None:
        """Keep what the receiver says of a consignment of `place`; saying the same again is fine."""
        self._objects.create(f"v1/{receiver}/r/{place}/{number:010}", _joined(receipt))

    def receipts(self, receiver: str, place: str, numbers: Collection[int]) -> Iterator[tuple[int, Signed]]:
        """Yield what a receiver has said of some of the place's consignments, in order."""
        below = f"v1/{receiver}/r/{place}"
        if not numbers:
            return
        for number in self._numbers(below, min(numbers) - 1):
            if number not in numbers:
                continue
            if (receipt := self._signed(f"{below}/{number:010}", RECEIPT_MOST)) is not None:
                yield number, receipt

    def clear(self, place: str, number: int) -> None:
        """Remove a consignment of one's own; pieces stay, since others may list them too."""
        self._objects.remove([_manifest_path(place, number)])

    def remove(self, place: str, objects: Iterable[str]) -> None:
        """Remove pieces of one's own, by `Listed.object`: what was erased, or is needed no more."""
        self._objects.remove(_piece_path(place, one) for one in objects)

    def sweep(self, place: str, kept: Collection[str]) -> None:
        """Remove all pieces of one's own but these: a sending that did not come to its end left some."""
        below, after = f"v1/{place}/p", ""
        while names := self._objects.names(below, after):
            self._objects.remove(name for name in names if name.rpartition("/")[2] not in kept)
            after = names[-1]

    def _put(self, place: str, piece: Piece, wait: Wait) -> Listed:
        digest = sha256(piece.data).hexdigest()
        name = self.object_of(piece.name, digest)
        self._objects.create(_piece_path(place, name), piece.data, wait)
        return Listed(
            name=piece.name, size=len(piece.data), sha256=digest, modified=piece.modified, object=name
        )

    def _get(self, place: str, one: Listed, wait: Wait) -> bytes | None:
        if not one.object:
            return None
        try:
            data = self._objects.read(_piece_path(place, one.object), one.size, wait)
        except LargerError:
            return None
        return data if data is not None and sha256(data).hexdigest() == one.sha256 else None

    def _numbers(self, below: str, after: int) -> list[int]:
        names = self._objects.names(below, f"{below}/{after:010}")
        found = (re.fullmatch(rf"{below}/([0-9]{{10}})", name) for name in names)
        return [int(one[1]) for one in found if one]

    def _signed(self, path: str, most: int) -> Signed | None:
        try:
            data = self._objects.read(path, most)
        except LargerError:
            return None  # no kiosk puts it there
        if data is None:
            return None
        # What has fewer lines has no signature that fits, which whoever checks it says.
        *lines, rest = data.split(b"\n", _SIGNATURE_LINES)
        return Signed(data=rest, signature=b"".join(line + b"\n" for line in lines))


def bucket_from(settings: StoreSettings, environment: Mapping[str, str], key: bytes) -> Bucket:
    """Return the store that the settings name, for a place whose objects are named under a key of 32 bytes.

    Raises SettingsError where key and secret of the store do not read.
    """
    return Bucket(Objects(settings, credentials_from(settings.credentials, environment)), key)


def _joined(signed: Signed) -> bytes:
    if signed.signature.count(b"\n") != _SIGNATURE_LINES or not signed.signature.endswith(b"\n"):
        raise ValueError("a signature in minisign's format has four lines")
    return signed.signature + signed.data


def _piece_path(place: str, name: str) -> str:
    return f"v1/{place}/p/{name[:2]}/{name}"


def _manifest_path(place: str, number: int) -> str:
    return f"v1/{place}/j/{number:010}"


def _taken(number: int) -> TakenError:
    return TakenError(
        f"Consignment {number} of this place is in the store already, and is never written over. If this "
        "machine was restored from a backup, it needs an id of its own; otherwise another machine uses this "
        "one's."
    )
