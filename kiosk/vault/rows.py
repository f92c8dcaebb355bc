"""The rows of the catalogue: what one says of its entry, and the shape in which it is stored.

The shape, version 1 (`v`); only the fields that say something are stored:

    name, saved            from the page's file, or rebuilt from it
    source, typed_in_by    where it was not the customer at the kiosk
    more                   page number → when, for the pages after the first
    picked_up_by, picked_up
    seen                   when staff last marked an entry that was picked up before
    state                  what staff said became of it, at the time of `seen`
    erased                 when; then it is a tombstone, and nothing else in it counts

Times are ISO texts in UTC with six decimals, so that they sort as texts.
"""

from datetime import UTC, datetime
from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, UnsetType

from kiosk.states import State
from kiosk.vault.lines import Document
from kiosk.vault.pages import FIRST

SHAPE = 1
"""The version of a document's shape."""

Source = Literal["kiosk", "paper"]

_Time = Annotated[datetime, msgspec.Meta(tz=True)]
_ONE_PAGE = frozenset((FIRST,))


# gc=False: none of what these hold can lead back to them, and there may be a million of each.
class Row(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What the catalogue says of one entry."""

    id: str
    """32 hexadecimal digits; the entry's file name."""
    name: str
    saved: datetime
    """When the first page was saved, in UTC."""
    source: Source = "kiosk"
    typed_in_by: str = ""
    """The member of staff who typed a paper form in; else empty."""
    pages: int = 1
    last_page: datetime
    """When the last page was saved, in UTC."""
    picked_up_by: str = ""
    picked_up: datetime | None = None
    """When, in UTC; None while it waits."""
    seen: datetime | None = None
    """When a member of staff last marked it once more, in UTC."""
    became: State | None = None
    """What staff said became of it; None where they said nothing."""

    @property
    def state(self) -> State:
        """How far it has come."""
        if self.became is not None:
            return self.became
        return "waiting" if self.picked_up is None else "picked up"

    @property
    def is_news(self) -> bool:
        """Whether there is a page that no member of staff has marked since."""
        return self.picked_up is None or self.last_page > max(self.picked_up, self.seen or self.picked_up)


class Kept(msgspec.Struct, frozen=True, gc=False):
    """What tells a row from a tombstone, and from a later page's note whose first line was lost."""

    saved: msgspec.Raw | UnsetType = UNSET
    more: dict[str, msgspec.Raw] | UnsetType = UNSET
    erased: msgspec.Raw | UnsetType = UNSET


class Stored(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A document as it is stored."""

    v: Literal[1] | UnsetType = UNSET
    name: str | UnsetType = UNSET
    saved: _Time | UnsetType = UNSET
    source: Source = "kiosk"
    typed_in_by: str = ""
    more: dict[str, _Time] = {}
    picked_up_by: str = ""
    picked_up: _Time | None = None
    seen: _Time | None = None
    state: State | None = None
    erased: msgspec.Raw | UnsetType = UNSET


_read_kept = msgspec.json.Decoder(Kept).decode
read_stored = msgspec.json.Decoder(Stored).decode
"""Read a document. Raises msgspec.ValidationError for one of another shape."""


def kept_in(raw: bytes) -> Kept:
    """Return as much of a document as tells what it is; of one that does not read, that it is a row."""
    try:
        return _read_kept(raw)
    except msgspec.ValidationError:
        return Kept(saved=msgspec.Raw(b"null"))  # so odd that it is for people to look at


def is_listed(raw: bytes) -> bool:
    """Tell whether a document is a row, and no tombstone."""
    kept = kept_in(raw)
    return kept.saved is not UNSET and kept.erased is UNSET


def numbers_in(kept: Kept) -> frozenset[str]:
    """Return the page numbers that a living row knows."""
    if kept.saved is UNSET:
        return frozenset()
    return _ONE_PAGE if kept.more is UNSET else _ONE_PAGE.union(kept.more)


def to_text(when: datetime) -> str:
    """Return an aware time as it is stored: `2026-03-01T09:30:00.000000Z`. Raises ValueError for another."""
    if when.tzinfo is None:
        raise ValueError("the vault's clock must give aware times")
    return when.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def is_tombstone(document: Document) -> bool:
    """Tell whether a stored document says that its entry was erased."""
    return "erased" in document
