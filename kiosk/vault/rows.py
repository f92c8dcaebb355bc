"""The rows of the catalogue: what one says of its entry, and the shape in which it is stored.

The shape, version 4 (`v`); only the fields that say something are stored:

    name
    pages                  page name → when it was saved, from the pages' files, or rebuilt from them
    source                 where it was not the customer at the kiosk
    picked_up_by, picked_up
    seen                   the names of the pages that staff had seen when they last said something, in order
    state                  what staff said became of it
    turn, tag              how often staff said something of it, and the desk's tag over all that they said
    erased                 when; then it is a tombstone, and nothing else counts but `why`, `told`, `tag`
    why                    `time` where the kiosk erased it by itself, since its time was over; `new code`
                           where it goes on under another id
    told                   then, the customer's tag of it (`kiosk.vault.move_journal`)

Times are ISO texts in UTC with six decimals, so that they sort as texts.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, UnsetType

from kiosk import untrusted
from kiosk.errors import DamageError
from kiosk.text import name_line
from kiosk.untrusted import Moment
from kiosk.vault import page_names
from kiosk.vault.log_lines import Document
from kiosk.vault.page_files import is_id
from kiosk.vault.states import State

TABLE = "entries"
"""The table of the log that holds them."""
SHAPE = 4
"""The version of a document's shape."""

MARKS = ("picked_up_by", "picked_up", "seen", "state", "turn", "tag")
"""The fields that staff set. They are told, and vouched for, together."""

Source = Literal["kiosk", "paper"]
Why = Literal["", "time", "new code"]
"""Why an entry was erased: its customer or staff wanted it, its time was over, or it has a new code."""
Sign = Callable[[str, Document], str]
"""Makes the desk's tag for an entry's id and what staff said of it (`signed_parts`), or that it was
erased."""

UNREADABLE = "The list's line for this entry cannot be read. Tell the person who looks after this machine."
NAME_MOST = 200
"""Characters of a name that is shown: of an entry two words, of a member of staff at most 60."""
_TOLD = ("erased", "why", "told", "tag")
"""The fields of a tombstone."""
_Name = Annotated[str, msgspec.Meta(pattern=rf"^{page_names.PATTERN}$")]
_Count = Annotated[int, msgspec.Meta(ge=0, le=2**31)]


# gc=False: none of what these hold can lead back to them, and there may be a million of each.
class Row(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What the catalogue says of one entry."""

    id: str
    """32 hexadecimal digits; the entry's file name."""
    name: str
    saved: datetime
    """When the first page was saved, in UTC."""
    source: Source = "kiosk"
    pages: tuple[str, ...]
    """The names of its pages, in order."""
    last_page: datetime
    """The latest time that a page was saved at, in UTC: its days count from it. It tells no order."""
    picked_up_by: str = ""
    picked_up: datetime | None = None
    """When, in UTC; None while it waits."""
    seen: str = ""
    """The names of the pages that staff had seen when they last said something of it, with spaces."""
    became: State | None = None
    """What staff said became of it; None where they said nothing."""
    turn: int = 0
    """How often staff said something of it."""
    tag: str = ""
    """The desk's, over what staff said."""

    @property
    def state(self) -> State:
        """How far it has come."""
        if self.became is not None:
            return self.became
        return "waiting" if self.picked_up is None else "picked up"

    @property
    def is_news(self) -> bool:
        """Whether there is a page that staff had not seen. Names tell that: a clock may have been wrong."""
        return any(page not in self.seen for page in self.pages)


class Kept(msgspec.Struct, frozen=True, gc=False):
    """What tells a row from a tombstone, and from a later page's note whose first line was lost."""

    name: msgspec.Raw | UnsetType = UNSET
    pages: dict[str, msgspec.Raw] = {}
    erased: msgspec.Raw | UnsetType = UNSET


class Stored(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A document as it is stored."""

    v: Literal[4] | UnsetType = UNSET
    name: str | UnsetType = UNSET
    pages: dict[_Name, Moment] = {}
    source: Source = "kiosk"
    picked_up_by: str | None = ""
    picked_up: Moment | None = None
    seen: str | None = ""
    state: State | None = None
    turn: _Count | None = 0
    tag: str | None = ""
    erased: msgspec.Raw | UnsetType = UNSET

    def __post_init__(self) -> None:
        """Raise msgspec.ValidationError for a time that nobody can count with."""
        untrusted.require_years(self.picked_up, *self.pages.values())


class _Erased(msgspec.Struct):
    erased: Moment


_read_erased: Callable[[bytes], _Erased] = untrusted.reader(_Erased)
_read_kept: Callable[[bytes], Kept] = untrusted.reader(Kept, dated=False)
read_stored: Callable[[bytes], Stored] = untrusted.reader(Stored, dated=False)
"""Read a document, which looks at its moments itself: that is quicker.

Raises msgspec.ValidationError for one of another shape.
"""


def read_row(entry_id: str, raw: bytes) -> Row | None:
    """Return a document as a row, or None for a tombstone and the like.

    Raises DamageError where it is a row and does not read as one.
    """
    if not is_id(entry_id):
        raise DamageError(UNREADABLE)  # it would become a path
    try:
        stored = read_stored(raw)
    except msgspec.ValidationError as error:
        if not is_listed(raw):
            return None
        raise DamageError(UNREADABLE) from error
    if stored.name is UNSET or stored.erased is not UNSET:
        return None
    if stored.v is UNSET or not stored.pages:
        raise DamageError(UNREADABLE)
    pages = tuple(sorted(stored.pages)) if len(stored.pages) > 1 else (*stored.pages,)
    return Row(
        id=entry_id,
        name=shown(stored.name),
        saved=stored.pages[pages[0]],
        source=stored.source,
        pages=pages,
        last_page=max(stored.pages.values()),
        picked_up_by=shown(stored.picked_up_by or ""),
        picked_up=stored.picked_up,
        seen=stored.seen or "",
        became=stored.state,
        turn=stored.turn or 0,
        tag=stored.tag or "",
    )


def kept_in(raw: bytes) -> Kept:
    """Return as much of a document as tells what it is; of one that does not read, that it is a row."""
    try:
        return _read_kept(raw)
    except msgspec.ValidationError:
        return Kept(name=msgspec.Raw(b"null"))  # so odd that it is for people to look at


def is_listed(raw: bytes) -> bool:
    """Tell whether a document is a row, and no tombstone."""
    kept = kept_in(raw)
    return kept.name is not UNSET and kept.erased is UNSET


def pages_in(kept: Kept) -> frozenset[str]:
    """Return the names of the pages that a living row knows."""
    return frozenset() if kept.name is UNSET else frozenset(kept.pages)


def to_text(when: datetime) -> str:
    """Return an aware time as it is stored: `2026-03-01T09:30:00.000000Z`. Raises ValueError for another."""
    if when.tzinfo is None:
        raise ValueError("the vault's clock must give aware times")
    return when.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def signed_parts(entry_id: str, document: Document) -> tuple[str, ...]:
    """Return what the desk's tag of a document covers: the id, and all that staff said, as it is stored."""
    said = (document.get(field) for field in (*MARKS[:-1], "erased", "why"))
    return (entry_id, *("" if value is None else str(value) for value in said))


def marks_of(row: Row) -> Document:
    """Return what staff said of an entry, as it is stored."""
    return {
        "picked_up_by": row.picked_up_by,
        "picked_up": to_text(row.picked_up) if row.picked_up else None,
        "seen": row.seen or None,
        "state": row.became,
        "turn": row.turn or None,
    }


def turn_of(document: Document) -> int:
    """Return how often staff said something of an entry, as a document tells it."""
    turn = document.get("turn")
    return turn if isinstance(turn, int) else 0


def shown(name: str) -> str:
    """Return a stored name as it may be shown: a million of them are as a rule."""
    return name if len(name) <= NAME_MOST and name.isprintable() else name_line(name, NAME_MOST)


def read_tombstone(raw: bytes) -> Document:
    """Return the tombstone that a file holds; of one that does not read, that the entry was erased."""
    try:
        found = untrusted.json(raw, dict[str, str | int])
    except msgspec.DecodeError:
        found = {}
    kept = {field: value for field in _TOLD if isinstance(value := found.get(field), str)}
    return {"v": SHAPE, "erased": "", **kept}


def moment_in(tombstone: Document) -> datetime | None:
    """Return when a tombstone says that its entry was erased; None where it does not."""
    try:
        return _read_erased(msgspec.json.encode(tombstone)).erased
    except msgspec.ValidationError:
        return None


def is_tombstone(document: Document) -> bool:
    """Tell whether a stored document says that its entry was erased."""
    return "erased" in document
