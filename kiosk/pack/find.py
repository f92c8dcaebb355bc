"""Finding a pack by its name."""

from kiosk.content import content
from kiosk.errors import EntryError
from kiosk.pack.load import load_pack
from kiosk.pack.model import Pack

DEFAULT = "strengths"
"""The pack of a kiosk whose settings name no other."""


def pack_named(name: str) -> Pack:
    """Load a shipped pack. Raises EntryError where none has that name, PackError for a mistake in it."""
    packs = content() / "packs"
    known = sorted(file.stem for file in packs.glob("*.toml"))
    if name not in known:
        raise EntryError(f"There is no pack with that name. The packs here are: {', '.join(known)}.")
    return load_pack(packs / f"{name}.toml")


def default_pack() -> Pack:
    """Load the pack that a kiosk uses whose settings name no other. Raises PackError."""
    return pack_named(DEFAULT)
