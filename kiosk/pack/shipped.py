"""The packs that are shipped."""

from functools import cache
from pathlib import Path

import msgspec

from kiosk import untrusted
from kiosk.content import content
from kiosk.errors import EntryError
from kiosk.pack.load import load_pack
from kiosk.pack.model import Pack
from kiosk.pack.pack_files import LARGEST, hash_of, translation_of

DEFAULT = "strengths"
"""The pack of a kiosk whose settings name no other, and the last to fall back to."""
FIRST = "short"
"""The pack that a new one is copied from where none is named."""


def pack_named(name: str) -> Pack:
    """Load a shipped pack. Raises EntryError where none has that name, PackError for a mistake in it."""
    packs = content() / "packs"
    known = sorted(file.stem for file in packs.glob("*.toml"))
    if name not in known:
        raise EntryError(f"There is no pack with that name. The packs here are: {', '.join(known)}.")
    return load_pack(packs / f"{name}.toml")


@cache  # it is part of the program, and is asked for often
def shipped_pack(folder: Path, pack_id: str) -> Pack | None:
    """Return a pack of a folder of shipped ones, with its hash; None for no such id. Raises PackError."""
    file = folder / f"{pack_id}.toml"
    if not file.is_file():
        return None
    pack = load_pack(file)
    return msgspec.structs.replace(pack, hash=hash_of(shipped_files(folder, pack)), state="live")


def shipped_files(folder: Path, pack: Pack) -> dict[str, bytes]:
    """Return the files of a shipped pack, by path."""
    languages = (translation_of(pack.id, tag) for tag in pack.languages)
    paths = [f"{pack.id}.toml", *(f"decks/{deck}.toml" for deck in pack.decks), *languages]
    return {path: untrusted.read(folder / path, LARGEST, links=True) for path in paths}
