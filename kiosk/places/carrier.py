"""What carries consignments from place to place, and the shape in which it is handed over.

A consignment is number `n` of one place: pieces (pages and what goes with them), a sealed manifest that lists
them, and the signature of the manifest. It is written once, pieces first and signature last, and never
changed; what is missing of it has not come yet. Nothing that a carrier says of itself (names, sizes, times)
is believed: whoever reads checks the signature, and each piece against the manifest.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import Annotated, NamedTuple, Protocol

import msgspec

from kiosk.vault.age_file import MOST_BYTES

Number = Annotated[int, msgspec.Meta(ge=1, le=9_999_999_999)]
"""Of a consignment: from 1, and higher each time."""


class Piece(NamedTuple):
    """A file that goes along."""

    name: str
    """Its name in the vault."""
    data: bytes
    modified: int
    """When it was written, in nanoseconds since 1970."""


class Listed(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, gc=False):
    """A piece, as a manifest lists it."""

    name: Annotated[str, msgspec.Meta(max_length=100)]
    size: Annotated[int, msgspec.Meta(ge=0, le=MOST_BYTES)]
    sha256: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]
    modified: Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
    part: Annotated[int, msgspec.Meta(ge=0, le=999)] = 0
    """The number of the container that holds it, from 1; 0 where it lies by itself."""
    at: Annotated[int, msgspec.Meta(ge=0, le=2**40)] = 0
    """Where it begins there, in bytes."""
    object: Annotated[str, msgspec.Meta(pattern=r"^(?:[0-9a-f]{64})?\Z")] = ""
    """What it is called in a store; empty in a container."""


class Signed(NamedTuple):
    """A sealed manifest, or a receipt, and its signature."""

    data: bytes
    signature: bytes
    """In minisign's format."""


Finish = Callable[[Sequence[Listed]], Signed]
"""Makes the manifest of the pieces that were written."""
Step = Callable[[int], object]
"""Is told how many pieces are done, now and then; what it raises stops the work."""


class Carrier(Protocol):
    """A stick, a folder that something else carries, or a store.

    All methods raise CarrierError, in a sentence that says what to do; then nothing is believed of what was
    begun, and it may be begun again.
    """

    @property
    def name(self) -> str:
        """What people call it."""

    @property
    def keeps(self) -> bool:
        """Whether it never has two consignments of one number, and each look at one is a request."""

    def require_room(self, size: int) -> None:
        """Raise CarrierError where so many bytes have no room, as far as that is known."""

    def send(self, place: str, number: int, pieces: Iterable[Piece], finish: Finish, step: Step) -> None:
        """Write a consignment; it is durable, and read back, when this returns.

        The same number may be written again after a failure: what was left of it goes first.
        """

    def senders(self) -> Collection[str]:
        """Return the ids of places that have something there, as far as that is known without a request."""

    def numbers(self, place: str, after: int) -> Sequence[int]:
        """Return the numbers of a place's consignments above one that are there, or coming, in order."""

    def manifest(self, place: str, number: int) -> Signed | None:
        """Return a consignment's sealed manifest and its signature; None where they have not come yet."""

    def pieces(
        self, place: str, number: int, listed: Sequence[Listed]
    ) -> Iterator[tuple[Listed, bytes | None]]:
        """Yield some of a consignment's pieces; None for one that has not come as it is listed."""

    def put_receipt(self, receiver: str, place: str, number: int, receipt: Signed) -> None:
        """Keep what the receiver says of a consignment of `place`."""

    def receipts(self, receiver: str, place: str, numbers: Collection[int]) -> Iterator[tuple[int, Signed]]:
        """Yield what a receiver has said of some of the place's consignments, in order."""

    def clear(self, place: str, number: int) -> None:
        """Remove a consignment of one's own."""

    def remove(self, place: str, objects: Iterable[str]) -> None:
        """Remove pieces of one's own that lie by themselves, by `Listed.object`."""

    def sweep(self, place: str, kept: Collection[str]) -> None:
        """Remove all of one's own that lie by themselves but these: a sending that did not end left some."""
