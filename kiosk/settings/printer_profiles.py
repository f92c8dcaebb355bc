"""The makes of receipt printers that python-escpos knows, read from its list without importing it."""

import importlib.util
import json
from pathlib import Path

DRAWS = ("bitImageRaster", "graphics", "bitImageColumn")
"""How profiles call their ways to print an image, the best first; `Escpos.image` takes these names."""
_QR = "qrCode"


def check_profile(name: str) -> None:
    """Raise ValueError where python-escpos knows no printer of that name that can print a QR code."""
    if name == "default":
        return
    known = _profiles()
    if name not in known:
        near = ", ".join(known)
        raise ValueError(f"[printer] profile '{name}' does not exist. Use one of: {near}.")


def _profiles() -> list[str]:
    """Return the names of all that print images or QR codes: customer displays are in the list too."""
    # Importing it takes 0.2 s and more than the settings need; its list takes a millisecond.
    found = importlib.util.find_spec("escpos")
    if found is None or found.origin is None:
        raise ValueError("[printer] profile needs the library python-escpos, which is not installed.")
    data = json.loads(Path(found.origin).with_name("capabilities.json").read_text(encoding="utf-8"))
    return [
        name
        for name, profile in data["profiles"].items()
        if any(profile["features"].get(feature) for feature in (_QR, *DRAWS))
    ]
