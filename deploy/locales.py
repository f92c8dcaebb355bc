"""`make locales`: what the program says to customers, for translators.

All that is marked in the sources with `_` or `_n` goes into data/locales/kiosk.pot, and each catalogue, data/
locales/<tag>/LC_MESSAGES/kiosk.po, is brought up to date with that: what was translated for a text that has
changed is fuzzy, and what is gone is obsolete. What the desk says stays English. The translations of shipped
packs are brought up to date too.
"""

from collections import ChainMap
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file

from kiosk.pack.load import load_pack
from kiosk.pack.pack_files import translation_of
from kiosk.pack.po_file import parsed, written
from kiosk.pack.po_remarks import READ_BY
from kiosk.pack.translation import known_in, update

ROOT = Path(__file__).parents[1]
TEMPLATE = "data/locales/kiosk.pot"
_KEYWORDS = {"_": None, "words": None, "_n": (1, 2)}
_ENGLISH = ("screens/desk",)
"""Not translated."""
_ABOUT = f"""\
# What the program says to customers.
# Whoever speaks the language and has read all of it writes their name into the next line.
# {READ_BY}"""
_SINCE = datetime(2026, 11, 30, tzinfo=UTC)
"""Of every template: a date that changes would make each run a change."""


def main() -> None:
    """Write the template and the catalogues, where they change."""
    template = template_of(ROOT)
    for file, data in [
        (ROOT / TEMPLATE, written(template)), *updated(ROOT, template), *updated_packs(ROOT / "data/packs")
    ]:  # fmt: skip
        if not file.exists() or file.read_bytes() != data:
            file.write_bytes(data)
            print(file.relative_to(ROOT))


def template_of(root: Path) -> Catalog:
    """Return every text that the sources mark, in the order of the files, with the files that have it."""
    found = Catalog(
        project="strengths-kiosk", version="1", header_comment=_ABOUT, creation_date=_SINCE, fuzzy=False
    )
    for file in sorted(_sources(root)):
        path = file.relative_to(root).as_posix()
        for _line, text, _remarks, _context in extract_from_file("python", file, keywords=_KEYWORDS):
            # Without a line, so that moving it changes nothing here.
            found.add(text, locations=[(path, None)])  # type: ignore[list-item] # for Babel it is optional
    return found


def updated(root: Path, template: Catalog) -> Iterator[tuple[Path, bytes]]:
    """Yield each catalogue with what it holds once it is up to date. Raises PackError."""
    for file in sorted((root / TEMPLATE).parent.glob("*/LC_MESSAGES/kiosk.po")):
        catalogue = parsed(file, file.parts[-3], file.read_bytes())
        was = {one.id: one.previous_id for one in catalogue}
        catalogue.update(template)
        for one in catalogue:  # Babel forgets what a fuzzy one was made for when it meets it again
            if one.fuzzy and not one.previous_id:
                one.previous_id = was.get(one.id, [])
        yield file, written(catalogue)


def updated_packs(folder: Path) -> Iterator[tuple[Path, bytes]]:
    """Yield each translation of a folder of packs as it is once it is up to date. Raises PackError."""
    packs = [load_pack(file) for file in sorted(folder.glob("*.toml"))]
    for tag in sorted({tag for pack in packs for tag in pack.languages}):
        files = {one.id: folder / translation_of(one.id, tag) for one in packs if tag in one.languages}
        had = {pack_id: file.read_bytes() for pack_id, file in files.items()}
        known = [known_in(one, tag, had[one.id]) for one in packs if one.id in had]
        for pack in packs:
            if pack.id in had:
                yield files[pack.id], update(pack, tag, had[pack.id], dict(ChainMap(*known)))


def _sources(root: Path) -> Iterator[Path]:
    for folder in ("kiosk", "screens"):
        for file in (root / folder).rglob("*.py"):
            if not any(file.is_relative_to(root / one) for one in _ENGLISH):
                yield file


if __name__ == "__main__":
    main()
