"""Where a printer is in a network, as the settings write it."""

import re
from typing import NamedTuple


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
