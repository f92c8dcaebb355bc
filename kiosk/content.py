"""Shipped content: packs, decks, words."""

from pathlib import Path

_CHECKOUT = Path(__file__).parent.parent


def content() -> Path:
    """Return the folder of shipped content: `data/` of a checkout, or inside the installed package."""
    installed = Path(__file__).parent / "data"
    return installed if installed.is_dir() else _CHECKOUT / "data"
