"""A language that is none: each text in brackets, with accents, two fifths longer, as translations may be.

What is on a page and in no brackets, nobody translated.
"""

from io import BytesIO
from pathlib import Path

from babel.messages.pofile import read_po, write_po

from deploy.locales import ROOT, TEMPLATE
from kiosk.language import catalogue_file
from kiosk.pack.model import Pack
from kiosk.pack.rules import room_for
from kiosk.pack.translation import update

TAG = "eo"
"""Babel knows Esperanto, and the program does not speak it."""
OPENS, CLOSES = "«»"
"""Which each printer has, and no text of the program."""
_ACCENTS = str.maketrans("aeiouyAEIOUYcnsz", "áéíóúýÁÉÍÓÚÝçñśź")
_LONGER = 0.4


def pseudo(text: str, most: int = 0) -> str:
    """Return a text as it stands in that language; what is in braces stays, and outside the brackets.

    It is of `most` columns, where there is no room for more.
    """
    parts = [_marked(part) for part in text.replace("{", "\0{").replace("}", "}\0").split("\0")]
    if not any(CLOSES in part for part in parts):
        return text
    longer = min(round(len(text) * (1 + _LONGER)), most or 10_000) - len("".join(parts))
    more = " ".join("~" * min(6, left) for left in range(longer - 1, 0, -7))
    last = max(at for at, part in enumerate(parts) if CLOSES in part)
    head, _, end = parts[last].rpartition(CLOSES)
    return "".join((*parts[:last], f"{head} {more}".rstrip(), CLOSES, end, *parts[last + 1 :]))


def _marked(part: str) -> str:
    said = part.strip()
    if not said or part.startswith("{"):
        return part
    return part.replace(said, f"{OPENS}{said.translate(_ACCENTS)}{CLOSES}")


def write_catalogue(content: Path) -> None:
    """Write the catalogue of that language below a folder of shipped content."""
    with (ROOT / TEMPLATE).open("rb") as template:  # it has what the sources say: `test_catalogues`
        catalogue = read_po(template, locale=TAG)
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
            message.string = pseudo(str(message.id), room_for(str(message.context)))
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
