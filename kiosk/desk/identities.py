"""The venue's age identities, and which of them opens what.

`staff/older.age` holds those that the venue had before, sealed to the one it has now, so that whoever opens
that one opens what is still sealed to them (`kiosk.desk.rekey`).
"""

from pathlib import Path

from kiosk import seal
from kiosk.errors import SealError, StaffError

OLDER = "older.age"


def require_venue(identity: str, venue_key: str) -> str:
    """Return that of the unlocked identities which is the private half of the venue's key in the settings.

    Raises StaffError where none is.
    """
    found = identity_for(venue_key, identity)
    if found is None:
        raise StaffError("This passphrase opens another venue's key. Put back the kiosk.toml of this venue.")
    return found


def identity_for(recipient: str, identities: str) -> str | None:
    """Return that of several identities, one a line, whose public half is given; None where none is."""
    return next((one for one in identities.split("\n") if seal.recipient_of(one) == recipient), None)


def with_older(folder: Path, identities: str) -> str:
    """Return identities, one a line, with those that the venue had before, as far as they open."""
    try:
        older = seal.open_sealed((folder / OLDER).read_bytes(), identities).decode().split()
    except (OSError, SealError, UnicodeDecodeError):
        return identities
    return "\n".join(dict.fromkeys([*identities.split("\n"), *older]))
