"""What the settings may say of a printer: where it is in a network, and which make of receipt printer it is.

The makes are those that python-escpos knows, read from its list without importing it.
"""

import importlib.util
import json
import re
from pathlib import Path
from typing import NamedTuple

DRAWS = ("bitImageRaster", "graphics", "bitImageColumn")
"""How profiles call their ways to print an image, the best first; `Escpos.image` takes these names."""
_QR = "qrCode"


class Address(NamedTuple):
    """A host and its port."""

    host: str
    """In numbers: a kiosk has no name server, and looking a name up cannot be cut short."""
    port: int


def address_of(device: str) -> Address | None:
    """Return what `tcp://ADDRESS:PORT` names, or None where it does not read as that."""
    import ipaddress  # only where a printer is in a network

    found = re.fullmatch(r"tcp://(?:\[([0-9a-f:]+)\]|([0-9.]+)):([0-9]{1,5})", device, re.ASCII)
    if found is None:
        return None
    host, port = found[1] or found[2], int(found[3])
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return None
    return Address(host, port) if 0 < port < 1 << 16 else None


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
