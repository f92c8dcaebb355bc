"""Vaults with as many entries as wanted, made in a moment.

The catalogue's log is written in one go. Every entry's page has its name on its shelf, but up to 50,000 names
are links to one file. So rows and folders are as large as they would be, and the pages are not.
"""

import os
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zlib import crc32

from kiosk import seal
from kiosk.entry.pages import PAGE_BLOCK
from kiosk.upkeep.clock import not_before
from kiosk.vault import durable
from kiosk.vault.log_lines import Header, line_of
from kiosk.vault.page_files import PageFiles
from kiosk.vault.page_names import page_name
from kiosk.vault.rows import SHAPE, to_text
from kiosk.vault.vault import Vault

NAME = "Amber Heron"
WRITER = "be" * 8
"""The place that wrote all of it."""
PAGE = page_name(1, WRITER)
"""The name of each entry's page."""
START = datetime(2024, 1, 1, tzinfo=UTC)
LINKS = 50_000
"""ext4 gives a file up to 65,000 names."""
PLAINTEXT = b'{"answers":"' + b"some words of an answer, " * 240 + b'"}'
"""As long as the shipped reflection with a few sentences to each question: it is padded to 16 KiB."""


def now() -> datetime:
    """Return the time."""
    return datetime.now(UTC)


def sealed_page() -> bytes:
    """Return a page as a customer leaves one, sealed to two keys."""
    readers = [seal.recipient_of(seal.new_identity()) for _ in range(2)]
    return seal.seal(PLAINTEXT, readers, block=PAGE_BLOCK)


def draw() -> str:
    """Return an id that nobody has."""
    return secrets.token_hex(16)


def saved_at(number: int) -> str:
    """Return when the entry of a number was saved, as the catalogue stores it."""
    return to_text(START + timedelta(minutes=number))


class Made:
    """A vault with a number of entries, its first ones known by id."""

    def __init__(self, home: Path, entries: int, page: bytes, *, ids: Sequence[str] = ()) -> None:
        """Make it; without `ids` they are drawn."""
        self.home = home
        self.entries = entries
        self.log = home / "catalogue" / "log"
        self.ids = [*ids] or [draw() for _ in range(entries)]
        self._write_log()
        self._write_pages(page)

    def open(self) -> Vault:
        """Return a fresh view of it."""
        return Vault(self.home, clock=now, name_of=lambda _: NAME, not_before=not_before(self.home / "clock"))

    def _write_log(self) -> None:
        durable.make_folders(self.log.parent)
        with self.log.open("wb") as file:
            file.write(line_of(Header()))
            for number, id_ in enumerate(self.ids):
                pages = f'{{"{PAGE}":"{saved_at(number)}"}}'
                fields = f'{{"v":{SHAPE},"name":"{NAME} {number % 997}","pages":{pages}}}'
                body = f'[["merge","entries","{id_}",{fields}]]'.encode()
                file.write(b"%08x %b\n" % (crc32(body), body))
            file.flush()
            os.fsync(file.fileno())

    def _write_pages(self, page: bytes) -> None:
        pages = PageFiles(self.home / "vault")
        pages.prepare()
        source = ""
        for number, id_ in enumerate(self.ids):
            path = f"{pages.root}/{id_[:2]}/{id_}.{PAGE}.age"
            if number % LINKS == 0:
                source = path
                Path(source).write_bytes(page)
            else:
                os.link(source, path)
        os.sync()
