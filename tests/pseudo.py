"""A language that is none: each text in brackets, with accents, two fifths longer, as translations may be.

What is on a page and in no brackets, nobody translated.
"""

from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

from kiosk.language import catalogue_file
from kiosk.pack.model import Pack
from kiosk.pack.translation import update

ROOT = Path(__file__).parent.parent
TAG = "eo"
"""Babel knows Esperanto, and the program does not speak it."""
KEYWORDS = {"_": None, "_n": (1, 2)}
OPENS, CLOSES = "⟦⟧"
_ACCENTS = str.maketrans("aeiouyAEIOUYcnsz", "áéíóúýÁÉÍÓÚÝçñśź")
_LONGER = 0.4


def pseudo(text: str) -> str:
    """Return a text as it stands in that language; what is in braces stays."""
    parts = text.replace("{", "\0{").replace("}", "}\0").split("\0")
    said = "".join(part if part.startswith("{") else part.translate(_ACCENTS) for part in parts)
    longer = max(0, round(len(text) * _LONGER) - 2)  # with the brackets
    start, end = said[: len(said) - len(said.lstrip())], said[len(said.rstrip()) :]
    more = " ".join("~" * min(6, left) for left in range(longer, 0, -7))
    return f"{start}{OPENS}{' '.join(filter(None, (said.strip(), more)))}{CLOSES}{end}"


def template() -> Catalog:
    """Return all that is marked in the source for customers."""
    catalogue = Catalog(locale=TAG, fuzzy=False)
    for file in sorted((*ROOT.glob("kiosk/**/*.py"), *ROOT.glob("screens/**/*.py"))):
        if file.parent != ROOT / "screens" / "desk":
            for _line, text, _comments, _context in extract_from_file("python", file, keywords=KEYWORDS):
                catalogue.add(text)
    return catalogue


def write_catalogue(content: Path) -> None:
    """Write the catalogue of that language below a folder of shipped content."""
    catalogue = template()
    for message in catalogue:
        if message.id:
            several = isinstance(message.id, tuple)
            message.string = tuple(map(pseudo, message.id)) if several else pseudo(str(message.id))
    file = content / catalogue_file(TAG)
    file.parent.mkdir(parents=True)
    with file.open("wb") as out:
        write_po(out, catalogue, width=0)


def translation(pack: Pack) -> bytes:
    """Return a translation of a pack into that language."""
    catalogue = read_po(BytesIO(update(pack, TAG)), locale=TAG)
    for message in catalogue:
        if message.id:
            message.string = pseudo(str(message.id))
    out = BytesIO()
    write_po(out, catalogue, width=0)
    return out.getvalue()


def untranslated(text: str) -> str:
    """Return what of a text stands in no brackets."""
    left, depth = "", 0
    for one in text:
        depth += one == OPENS
        left += one if not depth else " "
        depth -= one == CLOSES
    return left
