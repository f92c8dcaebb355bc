"""Pages in their files: to seal one as a test wants it, and to look into one that the program made."""

from functools import cache
from pathlib import Path

from kiosk import seal
from kiosk.entry import handle
from kiosk.entry.page_file import Keys, PageHead, open_page
from kiosk.entry.page_file import seal_page as seal_file
from kiosk.entry.pages import AnyPage, Reflection
from kiosk.vault.page_names import page_name

PLACE = "f1" * 8
"""The place that tests write from (`tests.conftest.this_place`)."""
FIRST, SECOND, THIRD = (page_name(counter, PLACE) for counter in (1, 2, 3))
"""The names of an entry's first pages, where that place wrote them."""


def customer_of(number: int) -> str:
    """The identity of an entry's customer."""
    return seal.identity_from(bytes([number]) * 32)


@cache
def reader_of(number: int) -> str:
    return seal.recipient_of(customer_of(number))


def id_of(number: int) -> str:
    return handle.id_of(reader_of(number))


def everything_under(root: Path) -> bytes:
    """Every name and every byte below a folder."""
    paths = sorted(root.rglob("*"))
    names = "\n".join(str(path.relative_to(root)) for path in paths).encode()
    return names + b"".join(path.read_bytes() for path in paths if path.is_file())


def page_in(sealed: bytes, identity: str) -> AnyPage:
    """The page in a file."""
    return open_page(sealed, identity).page


def sealed_page(
    page: AnyPage,
    readers: tuple[str, ...],
    entry_id: str = "",
    *,
    counter: int = 1,
    writer: str = PLACE,
    before: str = "",
    venue: str = "",
    keys: Keys | None = None,
) -> bytes:
    """A page's file. The id is that of the page's own reader, where none is given."""
    id_ = entry_id or handle.id_of(page.reader if isinstance(page, Reflection) else readers[-1])
    head = PageHead(id=id_, counter=counter, writer=writer, before=before, venue=venue)
    return seal_file(page, head, readers, keys or Keys())[0]
