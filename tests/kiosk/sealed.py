"""Pages in their files: to seal one as a test wants it, and to look into one that the program made."""

from kiosk.entry.handle import id_of
from kiosk.entry.page_file import Keys, PageHead, open_page
from kiosk.entry.page_file import seal_page as seal_file
from kiosk.entry.pages import AnyPage, Reflection

PLACE = "f1" * 8
"""The place that tests write from."""


def place() -> str:
    return PLACE


def page_in(sealed: bytes, identity: str) -> AnyPage:
    """The page in a file."""
    return open_page(sealed, identity).page


def sealed_page(
    page: AnyPage,
    readers: tuple[str, ...],
    entry_id: str = "",
    *,
    counter: int = 1,
    before: str = "",
    keys: Keys | None = None,
) -> bytes:
    """A page's file. The id is that of the page's own reader, where none is given."""
    id_ = entry_id or id_of(page.reader if isinstance(page, Reflection) else readers[-1])
    head = PageHead(id=id_, counter=counter, writer=PLACE, before=before)
    return seal_file(page, head, readers, keys or Keys())[0]
