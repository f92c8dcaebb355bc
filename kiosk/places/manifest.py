"""What is said of a consignment: the manifest, by who sent it, and the receipt, by who has it.

A manifest is JSON, sealed to the receivers' transport keys, and what came of that is signed. So whoever
carries it learns how long it is and to how many keys it goes, and a place that is not known makes none that
counts. What it lists is checked as a whole before anything uses a line of it. A receipt is JSON, signed.

The comment that a signature covers says which of both it is of, which place and number, and how many bytes.
"""

import hashlib
import re
from collections.abc import Collection, Sequence
from itertools import pairwise
from typing import Annotated, Final, Literal, TypeVar

import msgspec
from msgspec import Meta

from kiosk import seal, untrusted
from kiosk.errors import ManifestError, NotForHereError, SealError, SignatureError
from kiosk.places import signature
from kiosk.places.card import Card
from kiosk.places.carrier import Listed, Number, Signed
from kiosk.places.place_keys import PlaceId, PlaceKeys
from kiosk.text import shown
from kiosk.vault.entry_counts import NAME as COUNT_NAME
from kiosk.vault.page_names import LAST

FORMAT: Final = "strengths-kiosk-consignment"
RECEIPT_FORMAT: Final = "strengths-kiosk-receipt"

MOST_BYTES = 64 << 20
"""Of a sealed manifest. One that lists as many pieces as it may, and as many marks, has less."""
RECEIPT_MOST = 4096
"""Bytes of a receipt, which has some 250."""
MOST = 100_000
"""So many pieces, tombstones or marks are in one consignment; what is more goes into the next one."""
MOST_PLACES = 5000
"""Receivers, as many as a place can know."""
_UNFIT = (
    "Something here does not fit into what is sent, so nothing was sent. Run 'kiosk doctor', and tell the "
    "person who looks after this machine."
)
FIGURES, FIGURES_BYTES = 20, 1 << 20
"""So many figures of a quarter are in one consignment, each sealed and of no more bytes."""
PART_MOST = 1 << 30
"""Bytes of a container: FAT32 takes files of less than four times that, and one that failed is soon again."""

_PAGE_NAME = re.compile(r"[0-9a-f]{32}\.(?!0000)[0-9]{4}-[0-9a-f]{16}\.age", re.ASCII)
_Digest = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]
_Entry = Annotated[str, Meta(pattern=r"^[0-9a-f]{32}\Z")]
_Recipient = Annotated[str, Meta(pattern=r"^age1[0-9a-z]{58}\Z")]
_Field = Annotated[str, Meta(max_length=200)]
_Tombstone = Annotated[dict[_Field, _Field | int | None], Meta(max_length=10)]
_Word = Annotated[str, Meta(max_length=22 * LAST)]
"""What staff said of an entry names each page that they had seen."""
_Mark = Annotated[dict[_Field, _Word | int | None], Meta(max_length=10)]
"""What the list of entries has of one that is deleted, or of what staff said (`kiosk.vault.rows`)."""
_Figures = Annotated[str, Meta(pattern=r"^[1-9][0-9]{3}(?:-Q[1-4])?\.[0-9a-f]{16}\Z")]
"""A quarter or a year, and what stands for the venue keys that its figures are sealed to."""
_T = TypeVar("_T")


class Before(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The consignment on which one builds: what the place sent before it."""

    number: Annotated[int, Meta(ge=0, le=9_999_999_999)] = 0
    """0 where it is the first."""
    manifest: Annotated[str, Meta(pattern=r"^(?:[0-9a-f]{64})?\Z")] = ""
    """Its `digest`; empty where it is the first."""


class NewKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A venue key that took the place of another."""

    key: _Recipient
    since: untrusted.Moment


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a consignment brings. Raises ValueError where it does not fit together."""

    format: Literal["strengths-kiosk-consignment"] = FORMAT
    version: Literal[1] = 1
    place: PlaceId
    """Who sends it."""
    number: Number
    before: Before = Before()
    since: Number = 1
    """The lowest number that still counts: what those below it held, and is still to come, comes later."""
    venue: _Recipient
    """The venue key that its pages are sealed to."""
    name: Annotated[str, Meta(max_length=200)]
    """What the place calls itself."""
    made: untrusted.Moment
    pieces: tuple[Listed, ...] = ()
    tombstones: dict[_Entry, _Tombstone] = {}
    """Entries that were deleted, by id, as the list of entries has them."""
    marks: dict[_Entry, _Mark] = {}
    """What staff said of entries, likewise."""
    letters: Annotated[tuple[NewKey, ...], Meta(max_length=100)] = ()
    """The venue keys that came since this place was introduced, the oldest first."""
    figures: Annotated[
        dict[_Figures, Annotated[bytes, Meta(max_length=FIGURES_BYTES)]], Meta(max_length=FIGURES)
    ] = {}
    """What the place's desk counted, sealed to the keys of other venues."""
    receivers: Annotated[tuple[PlaceId, ...], Meta(max_length=MOST_PLACES)]
    """The places that can open it."""

    def __post_init__(self) -> None:
        if (
            self.since > self.number
            or self.before.number >= self.number
            or bool(self.before.number) != bool(self.before.manifest)
        ):
            raise ValueError("it builds on no earlier one")
        if max(map(len, (self.pieces, self.tombstones, self.marks))) > MOST:
            raise ValueError("it is too much for one")
        if not all(is_piece(piece.name) for piece in self.pieces):
            raise ValueError("a piece has a name that no page has")
        if len({piece.name for piece in self.pieces}) < len(self.pieces):
            raise ValueError("a piece is there twice")
        if any(bool(one.object) == bool(one.part) or (one.at and one.object) for one in self.pieces):
            raise ValueError("a piece is neither in a container nor in a store")
        contained = sorted((piece.part, piece.at, piece.size) for piece in self.pieces if piece.part)
        if any(at + size > PART_MOST for _, at, size in contained) or any(
            one[0] == other[0] and one[1] + one[2] > other[1] for one, other in pairwise(contained)
        ):
            raise ValueError("pieces lie over one another, or past the end of a container")


class Receipt(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """That all of a consignment is durable where it was to go."""

    format: Literal["strengths-kiosk-receipt"] = RECEIPT_FORMAT
    version: Literal[1] = 1
    receiver: PlaceId
    place: PlaceId
    """Who sent it."""
    number: Number
    manifest: _Digest
    """The `digest` of what came."""


class _Versioned(msgspec.Struct):
    version: int


def is_piece(name: str) -> bool:
    """Tell whether a piece may have a name: that of a page, or of what an entry adds to figures."""
    return bool(_PAGE_NAME.fullmatch(name) or COUNT_NAME.fullmatch(name))


def digest(signed: Signed) -> str:
    """Return by what a sealed manifest is known again: its SHA-256, as 64 hexadecimal digits."""
    return hashlib.sha256(signed.data).hexdigest()


def announced_size(minisig: bytes) -> int | None:
    """Return how many bytes a signature is of, as it says itself; None for half of a signature."""
    found = re.search(rb" ([0-9]{1,9})\Z", signature.unverified_comment(minisig) or b"")
    return int(found[1]) if found else None


def is_whole(signed: Signed) -> bool:
    """Tell whether as many bytes are there as the signature says. Whose that is, nobody knows yet."""
    return announced_size(signed.signature) == len(signed.data)


def sealed(manifest: Manifest, recipients: Sequence[str], keys: PlaceKeys) -> Signed:
    """Return a manifest sealed to the transport keys of those who receive it, and signed by who sends it.

    Raises SealError for a key that is none, ManifestError for a manifest that is too long.
    """
    encoded = msgspec.json.encode(manifest)
    try:
        untrusted.json(encoded, Manifest)  # what no place would take must not pass for sent
    except msgspec.DecodeError as error:
        raise ManifestError(_UNFIT) from error
    data = seal.seal(encoded, recipients)
    if len(data) > MOST_BYTES:
        raise ManifestError("This is too much for one consignment. Send it in two.")
    return _signed(data, keys, "consignment", manifest.place, manifest.number)


def opened(
    signed: Signed, transport: str, card: Card, number: int, *, venues: Collection[str] = ()
) -> Manifest:
    """Return what a place sent under a number, checked as a whole; `transport` is one's own age identity.

    Its venue key has to be that of the card, one of `venues`, which are known here otherwise, or a later one
    of which a place with a desk says so itself. Raises ManifestError for what is not signed by that place,
    was changed, renamed, not meant for here, made by a newer version, or is another venue's.
    """
    refused = _Refused(card, f"number {number}")
    if len(signed.data) > MOST_BYTES:
        raise refused("It is larger than anything a kiosk sends.")
    _check_signature(signed, card, refused, "consignment", card.place, number)
    try:
        plaintext = seal.unpad(seal.open_sealed(signed.data, transport))
    except SealError as error:
        said = "It was not sent to this machine. Introduce this machine there, then send again."
        raise NotForHereError(str(refused(said))) from error
    manifest = _read(plaintext, Manifest, refused)
    if (manifest.place, manifest.number) != (card.place, number):
        raise refused("Another place made it, or it was another number there.")
    new = [letter.key for letter in manifest.letters] if card.desk else []
    if manifest.venue not in {card.venue_key, *new, *venues}:
        raise refused(
            "It is another organisation's: its venue key is not the one that this place was introduced with."
        )
    return manifest


def is_signed_by(signed: Signed, keys: PlaceKeys, number: int) -> bool:
    """Tell whether a manifest is one's own, under this number."""
    try:
        comment = signature.verify(*signed, keys.verify_key, keys.key_id)
    except SignatureError:
        return False
    return comment == _comment(signed.data, "consignment", keys.id, number)


def signed_receipt(receipt: Receipt, keys: PlaceKeys) -> Signed:
    """Return a receipt, signed by who received."""
    data = msgspec.json.encode(receipt)
    return _signed(data, keys, "receipt", receipt.receiver, receipt.place, receipt.number)


def opened_receipt(signed: Signed, card: Card, place: str, number: int) -> Receipt:
    """Return what a receiver, whose card it is, says of a place's consignment. Raises ManifestError."""
    refused = _Refused(card, f"the receipt for number {number}")
    if len(signed.data) > RECEIPT_MOST:
        raise refused("It is larger than any receipt.")
    _check_signature(signed, card, refused, "receipt", card.place, place, number)
    receipt = _read(signed.data, Receipt, refused)
    if (receipt.receiver, receipt.place, receipt.number) != (card.place, place, number):
        raise refused("It is for something else.")
    return receipt


class _Refused:
    """Makes the error that says why something of a place is not taken."""

    def __init__(self, card: Card, what: str) -> None:
        self._said = f"What {shown(card.title)} sent ({what}) was not taken."

    def __call__(self, why: str) -> ManifestError:
        return ManifestError(f"{self._said} {why}")


def _signed(data: bytes, keys: PlaceKeys, *said: str | int) -> Signed:
    return Signed(data, signature.sign(data, keys.seed, keys.key_id, _comment(data, *said)))


def _comment(data: bytes, *said: str | int) -> str:
    return " ".join(map(str, ("strengths-kiosk", *said, len(data))))


def _check_signature(signed: Signed, card: Card, refused: _Refused, *said: str | int) -> None:
    try:
        comment = signature.verify(*signed, card.verify_key, card.key_id)
    except SignatureError as error:
        raise refused(str(error)) from error
    if comment != _comment(signed.data, *said):
        raise refused("It was renamed: it is signed as something else. Copy it again from where it was made.")


def _read(data: bytes, shape: type[_T], refused: _Refused) -> _T:
    try:
        if untrusted.json(data, _Versioned).version > 1:
            raise refused("A newer version of the kiosk made it. Update this one.")
        return untrusted.json(data, shape)
    except msgspec.DecodeError as error:
        # Its words are not shown: they have names in them that somebody hostile chose.
        raise refused(
            "It holds what no kiosk sends. Tell the person who looks after the machine that it comes from."
        ) from error
