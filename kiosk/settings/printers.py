"""What the settings say of a printer: what it is, where it is in a network, which make of receipt printer.

The makes are those that python-escpos knows, read from its list without importing it.
"""

import importlib.util
import json
import re
from pathlib import Path
from typing import NamedTuple

import msgspec

from kiosk.errors import SettingsError

DRAWS = ("bitImageRaster", "graphics", "bitImageColumn")
"""How profiles call their ways to print an image, the best first; `Escpos.image` takes these names."""
_QR = "qrCode"


class PrinterSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What prints for customers, and how it is reached."""

    kind: str = "none"
    """`none`, `receipt` (ESC/POS) or `page` (CUPS)."""
    device: str = ""
    """For receipts: a path below `/dev`, or `tcp://ADDRESS:PORT`."""
    columns: int = 48
    """For receipts: letters in a line, 32, 42 or 48."""
    profile: str = "default"
    """For receipts: the printer's profile in python-escpos."""
    queue: str = ""
    """For pages: the CUPS queue."""
    paper: str = "A4"
    """For pages: `A6` or `A4`."""


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


def check_printer(printer: PrinterSettings) -> None:
    """Raise ValueError, with what to change, where a printer is not one of these."""
    for name, text in msgspec.structs.asdict(printer).items():
        if isinstance(text, str) and not text.isprintable():
            raise ValueError(f"[printer] {name} must be one line, without control characters.")
    if printer.kind not in ("none", "receipt", "page"):
        raise ValueError('[printer] kind must be "none", "receipt" or "page".')
    if printer.columns not in (32, 42, 48):
        raise ValueError("[printer] columns must be 32, 42 or 48.")
    if printer.paper not in ("A6", "A4"):
        raise ValueError('[printer] paper must be "A6" or "A4".')
    if printer.kind == "receipt":
        if not printer.device.startswith("/dev/") and address_of(printer.device) is None:
            raise ValueError(
                '[printer] device must be a device, for example "/dev/usb/lp0", or a numeric address '
                'with its port, for example "tcp://192.168.1.50:9100".'
            )
        _check_profile(printer.profile)
    if printer.kind == "page" and not re.fullmatch(r"(?!-)[\w.+@-]{1,127}", printer.queue):
        raise ValueError("[printer] queue must be the name of a queue as listed by 'lpstat -e'.")


def printer_named(name: str) -> PrinterSettings:
    """Return the settings of `none`, a receipt printer's device or address, or a CUPS queue.

    Raises SettingsError.
    """
    if name == "none":
        return PrinterSettings()
    printer = (
        PrinterSettings(kind="receipt", device=name)
        if "/" in name
        else PrinterSettings(kind="page", queue=name)
    )
    try:
        check_printer(printer)
    except ValueError as error:
        raise SettingsError(str(error)) from error
    return printer


def _check_profile(name: str) -> None:
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
