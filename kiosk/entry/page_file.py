"""What a page's file holds: the page, which page it is, and who vouches for it.

Inside the seal is JSON: `{"version": 2, "head": {"id": …, "counter": …, "writer": …, "before": …},
"count": {…}, "page": {…}, "by_code": …, "by_desk": …}`. A page is known by the entry's id, its counter and
the place that wrote it, and is ordered by these alone; `before` is the hash of the newest page that its
writer knew. The hash is over the content, since sealing again changes the bytes of a file. What is counted of
a page (`kiosk.entry.counts`) is made of it, so it is not part of the hash.

Two tags may stand beside a page, and each covers all of that. Whoever has the customer's code can make
`by_code`, and only the desk of the venue `by_desk`. Who has neither can still tell the customer's pages from
a stranger's: the id is a hash of the customer's recipient, which only those know who can open the entry.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Final, Literal, NamedTuple

import msgspec

from kiosk import mac, seal, untrusted
from kiosk.entry.counts import PageCount, count_of
from kiosk.entry.handle import id_of, rest_id_of
from kiosk.entry.pages import (
    NEWER,
    NO_ENTRY,
    PAGE_BLOCK,
    AnyPage,
    Asked,
    Reflection,
    page_from_bytes,
    page_to_bytes,
)
from kiosk.entry.staff_pages import Plan, Talked, standing
from kiosk.errors import EntryError, KioskError, NoKeyError, SealError
from kiosk.vault.page_names import page_name

BY_CODE = "customer's page"
BY_DESK = "staff's page"
"""The purposes of the two keys (`kiosk.mac.key_from`)."""

_VERSION: Final = 2

Hash = Annotated[str, msgspec.Meta(pattern=r"^(?:[0-9a-f]{64})?$")]
PlaceId = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{16}$")]

Doubt = Literal["unreadable", "not held", "misplaced", "not the customer's", "not staff's"]
"""Why a page is set aside: it does not open, or read as a page; it is whole, and sealed to keys that are not
at hand; it is another page than its name says; its writer did not know the customer; staff did not write it,
though it says so."""


class PageHead(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which page it is."""

    id: str
    """The entry's."""
    counter: Annotated[int, msgspec.Meta(ge=1, le=9999)]
    """From 1; the highest that its writer knew, and one."""
    writer: PlaceId
    """The place that wrote it."""
    before: Hash = ""
    """The hash of the newest page that its writer knew; empty for the first."""
    venue: untrusted.Name = ""
    """The venue's recipient that its writer sealed it to first: who opens that has read it."""

    @property
    def name(self) -> str:
        """Its name within the entry (`kiosk.vault.page_names`)."""
        return page_name(self.counter, self.writer)


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The JSON inside the seal."""

    version: Literal[2] = _VERSION
    head: PageHead
    count: PageCount | None = None
    """What is counted of a reflection: made of it, and read by nobody else."""
    page: msgspec.Raw
    by_code: Hash = ""
    by_desk: Hash = ""


class _Versioned(msgspec.Struct):
    version: int


@dataclass(frozen=True)
class PageFile:
    """A page's file, opened. Nothing of it is believed yet: see `read_entry`."""

    head: PageHead
    page: AnyPage
    hash: str
    """Of the head and the page."""
    by_code: str
    by_desk: str

    def is_by_code(self, key: bytes) -> bool:
        """Tell whether somebody wrote it who had the code that a key comes from."""
        return mac.fits(self.by_code, key, self.hash)

    def is_by_desk(self, keys: "Keys") -> bool:
        """Tell whether a desk of the venue wrote it."""
        return any(mac.fits(self.by_desk, key, self.hash) for key in (keys.desk, *keys.desk_before) if key)


@dataclass(frozen=True)
class Keys:
    """What pages are checked with: the keys of both tags, each empty where it is not at hand."""

    code: bytes = field(default=b"", repr=False)
    desk: bytes = field(default=b"", repr=False)
    desk_before: tuple[bytes, ...] = field(default=(), repr=False)
    """The desk's of before, where what they made counts still."""

    @staticmethod
    def of(*, code: str = "", desk: str = "", before: Iterable[str] = ()) -> "Keys":
        """Return the keys of the identities of a customer, of the venue, and those of the venue before."""
        return Keys(
            mac.key_from(code, BY_CODE) if code else b"",
            mac.key_from(desk, BY_DESK) if desk else b"",
            tuple(mac.key_from(one, BY_DESK) for one in before),
        )


class Wish(NamedTuple):
    """A customer's wish to talk to somebody, until staff say that they did."""

    reflection: str
    """The hash of the newest page that says so."""
    since: datetime
    """When it was first said, of the pages in a row that say so."""


@dataclass(frozen=True)
class EntryRead:
    """An entry's pages, opened and checked."""

    pages: tuple[PageFile, ...] = ()
    """Those that are what they say, in order."""
    aside: tuple[tuple[str, Doubt], ...] = ()
    """The names of those that are not, and why. Nothing of them is shown or used."""
    broken: bool = False
    """Whether a page is missing that the writer of a later one knew."""
    elsewhere: bool = False
    """Whether a page was first sealed to a key that the venue never had, so that somebody else could read
    it."""
    problem: SealError | EntryError | None = None
    """Why the last one did not open, of those that did not."""

    @property
    def is_closed(self) -> bool:
        """Whether there are pages that are sealed to keys that are not at hand, and no other."""
        return bool(self.aside) and {doubt for _, doubt in self.aside} == {"not held"} and not self.pages

    @property
    def venue(self) -> str:
        """The venue's recipient that its first page was sealed to: the entry is of that venue."""
        return self.pages[0].head.venue if self.pages else ""

    @property
    def standing(self) -> list[tuple[str, AnyPage]]:
        """The pages with their names, without the notes that were taken back."""
        return standing((file.head.name, file.page) for file in self.pages)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all pages, read or set aside, in order."""
        return tuple(sorted([*(file.head.name for file in self.pages), *(name for name, _ in self.aside)]))

    @property
    def wish(self) -> Wish | None:
        """The wish to talk that stands; None where there is none, or staff have said that they talked."""
        talked = {file.page.reflection for file in self.pages if isinstance(file.page, Talked)}
        wish: Wish | None = None
        for file in self.pages:
            if not isinstance(file.page, Reflection | Asked) or file.page.talk is None:
                continue
            if file.page.talk and file.hash not in talked:
                wish = Wish(file.hash, wish.since if wish else file.page.made)
            else:
                wish = None
        return wish

    @property
    def plan(self) -> Plan | None:
        """The newest plan; None where there is none."""
        return next((file.page for file in reversed(self.pages) if isinstance(file.page, Plan)), None)

    @property
    def planned(self) -> str:
        """The name of the page that the newest plan is; empty where there is none."""
        return next((file.head.name for file in reversed(self.pages) if isinstance(file.page, Plan)), "")

    @property
    def newest_hash(self) -> str:
        """What the next page names as the one before it."""
        return self.pages[-1].hash if self.pages else ""


def seal_page(page: AnyPage, head: PageHead, recipients: tuple[str, ...], keys: Keys) -> tuple[bytes, str]:
    """Return a page's file, sealed to its readers, and its hash.

    It is as large as others whatever is kept back in it. `keys` are those of who writes it: each that is
    there makes a tag.
    """
    raw = page_to_bytes(page)
    hash_ = _hash(head, raw)
    file = _File(
        head=head,
        count=count_of(page) if isinstance(page, Reflection) else None,
        page=msgspec.Raw(raw),
        by_code=mac.tag(keys.code, hash_) if keys.code else "",
        by_desk=mac.tag(keys.desk, hash_) if keys.desk else "",
    )
    return seal.seal(_encode(file), recipients, block=PAGE_BLOCK), hash_


def open_page(sealed: bytes, identity: str) -> PageFile:
    """Open a page's file. Raises SealError, or EntryError where it does not read as one."""
    return file_in(seal.open_sealed(sealed, identity))


def file_in(plaintext: bytes) -> PageFile:
    """Return what a page's opened file holds. Raises EntryError where it does not read as one."""
    file = _read(plaintext)
    raw = bytes(file.page)
    return PageFile(file.head, page_from_bytes(raw), _hash(file.head, raw), file.by_code, file.by_desk)


def vouched_again(plaintext: bytes, before: bytes, now: bytes) -> bytes:
    """Return an opened page's file with the desk's tag under another key, where it had one under the first.

    Raises EntryError where it does not read as one.
    """
    file = _read(plaintext)
    hash_ = _hash(file.head, bytes(file.page))
    if not mac.fits(file.by_desk, before, hash_):
        return plaintext
    again = msgspec.structs.replace(file, by_desk=mac.tag(now, hash_))
    return seal.pad(_encode(again), PAGE_BLOCK)


def read_entry(
    entry_id: str,
    named: Iterable[tuple[str, bytes]],
    identity: str,
    keys: Keys = Keys(),
    venues: Collection[str] = (),
) -> EntryRead:
    """Open an entry's pages, name and sealed bytes in order, and tell which of them are what they say.

    Without the key of a tag, its pages are held against what a stranger cannot know: a customer's page names
    the recipient of whom the id is a hash, and what opens with the customer's own identity was sealed by
    somebody who knew that recipient. `venues` are the recipients that the venue has and had; empty where that
    is not known.
    """
    pages: list[PageFile] = []
    aside: list[tuple[str, Doubt]] = []
    problem: SealError | EntryError | None = None
    for name, sealed in named:
        try:
            file = open_page(sealed, identity)
        except (SealError, EntryError) as error:
            problem = error
            aside.append((name, doubt_in(error)))
            continue
        doubt = doubt_of(file, entry_id, name, keys)
        if doubt:
            aside.append((name, doubt))
        else:
            pages.append(_without_claims(file, keys))
    pages.sort(key=lambda file: file.head.name)
    elsewhere = any(is_elsewhere(file, venues) for file in pages)
    # The one before a page may be one that is not held.
    broken = all(doubt != "not held" for _, doubt in aside) and _is_broken(pages)
    return EntryRead(tuple(pages), tuple(aside), broken, elsewhere, problem)


def doubt_in(error: KioskError | OSError) -> Doubt:
    """Return why a page did not open that this was raised for."""
    return "not held" if isinstance(error, NoKeyError) else "unreadable"


def doubt_of(file: PageFile, entry_id: str, name: str, keys: Keys) -> Doubt | None:
    """Return why a page is not what it says; None where it is, as far as the keys can tell."""
    if (file.head.id, file.head.name) != (entry_id, name):
        return "misplaced"
    if isinstance(file.page, Reflection | Asked) and not is_rest(entry_id, file.page):
        if id_of(file.page.reader) != entry_id or (keys.code and not file.is_by_code(keys.code)):
            return "not the customer's"
    elif keys.desk and not file.is_by_desk(keys):
        return "not staff's"
    return None


def is_rest(entry_id: str, page: Reflection | Asked) -> bool:
    """Tell whether a page holds what a customer kept back before there was a new code: staff put it there."""
    return entry_id == rest_id_of(page.reader)


def is_elsewhere(file: PageFile, venues: Collection[str]) -> bool:
    """Tell whether a page was first sealed to a key that is none of the venue's, where these are known."""
    return bool(venues and file.head.venue) and file.head.venue not in venues


def _without_claims(file: PageFile, keys: Keys) -> PageFile:
    """Return a page without the name of who typed it in, where only the customer says so."""
    page = file.page
    if isinstance(page, Reflection) and page.typed_in_by and keys.desk and not file.is_by_desk(keys):
        page = msgspec.structs.replace(page, typed_in_by="")
    return PageFile(file.head, page, file.hash, file.by_code, file.by_desk)


def _is_broken(pages: Iterable[PageFile]) -> bool:
    known = {""}
    for file in pages:
        if file.head.before not in known or (file.head.counter > 1) != bool(file.head.before):
            return True
        known.add(file.hash)
    return False


def _read(plaintext: bytes) -> _File:
    written = seal.unpad(plaintext)
    try:
        if untrusted.json(written, _Versioned).version > _VERSION:
            raise EntryError(NEWER)
        return untrusted.json(written, _File)
    except msgspec.DecodeError as error:
        raise EntryError(NO_ENTRY) from error


def _encode(file: _File) -> bytes:
    return msgspec.json.encode(file, order="deterministic")


def _hash(head: PageHead, raw: bytes) -> str:
    return mac.digest(head.id, str(head.counter), head.writer, head.before, head.venue, raw)
