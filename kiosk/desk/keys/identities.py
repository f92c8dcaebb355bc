"""The venue's age identities, and which of them opens what.

Whoever unlocks has them all from their own staff file. `staff/older.age` holds those that the venue had
before for whoever has the recovery sheet alone. Anybody can seal such a file, so a comment in it has a tag
that only the holder of the venue's key of now can have made.
"""

from pathlib import Path

from kiosk import mac, seal, untrusted
from kiosk.errors import SealError, StaffError
from kiosk.vault import durable
from kiosk.vault.durable import DISK, Disk

OLDER = "older.age"
MOST = 1 << 20
"""Bytes of a file of identities: 75 for each key."""
OLDER_KEYS = "older keys"
"""The purpose of the key of its tag (`kiosk.mac.key_from`)."""
_TAG = "# age1"
"""How a line begins that holds a tag."""


def fingerprint(venue_key: str) -> str:
    """Return what people compare of a venue's public key."""
    return mac.fingerprint("venue key", venue_key)


def identity_for(recipient: str, identities: str) -> str | None:
    """Return that of several identities, one a line, whose public half is given; None where none is."""
    return next((one for one in identities.split("\n") if seal.recipient_of(one) == recipient), None)


def with_older(folder: Path, identity: str) -> str:
    """Return an identity of the venue with those that it had before, one a line.

    Raises StaffError where there is a file of those that it does not vouch for, or that does not open.
    """
    older = read_keys(folder / OLDER, identity, OLDER_KEYS) or []
    return "\n".join(dict.fromkeys([identity, *older]))


def write_older(folder: Path, older: list[str], *holders: str, disk: Disk = DISK) -> None:
    """Keep identities that the venue had before for whoever holds one of these, which vouch for them."""
    write_keys(folder / OLDER, older, OLDER_KEYS, *holders, disk=disk)


def read_keys(file: Path, identity: str, purpose: str) -> list[str] | None:
    """Return the lines of a file of identities that the holder of one vouches for; None where there is none.

    `purpose` is that of its tag. Raises StaffError where somebody else made it, or it does not open.
    """
    try:
        every = seal.open_sealed(untrusted.read(file, MOST), identity).decode().split("\n")
    except FileNotFoundError:
        return None
    except (OSError, SealError, UnicodeDecodeError) as error:
        raise _not_ours(file) from error
    lines = [line for line in every if line and not line.startswith(_TAG)]
    if _tag_line(identity, purpose, lines) not in every:
        raise _not_ours(file)
    return lines


def write_keys(file: Path, lines: list[str], purpose: str, *holders: str, disk: Disk = DISK) -> None:
    """Keep identities, and comments between them, for whoever holds one of these, which vouch for them."""
    tags = [_tag_line(holder, purpose, lines) for holder in holders]
    # Without padding: age takes a file of identities with nothing behind them.
    data = seal.seal(
        "".join(f"{line}\n" for line in (*tags, *lines)).encode(),
        [seal.recipient_of(one) for one in holders],
        block=1,
    )
    durable.replace(file, data, disk=disk)


def _tag_line(holder: str, purpose: str, lines: list[str]) -> str:
    return f"# {seal.recipient_of(holder)} {mac.tag(mac.key_from(holder, purpose), *lines)}"


def _not_ours(file: Path) -> StaffError:
    return StaffError(
        f"{file} was changed outside the desk, or is damaged, so it is not used. Put back the copy from "
        "a backup, or move it away."
    )
