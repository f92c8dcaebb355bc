"""Setting a venue up: its key, its first member of staff, its recovery file and its settings."""

import os
from contextlib import suppress
from pathlib import Path

from kiosk import seal
from kiosk.desk import staff
from kiosk.errors import SettingsError
from kiosk.seal import Costs
from kiosk.settings import Home, Settings, Venue, settings_text
from kiosk.text import one_line
from kiosk.vault import durable

VENUE_LIMIT = 80


def set_up(
    home: Home,
    *,
    venue: str,
    staff_name: str,
    passphrase: str,
    recovery_file: Path | None,
    costs: Costs | None = None,
) -> Settings:
    """Make the venue key and all that a kiosk with a desk needs, and return the settings.

    The private key goes wrapped into the staff file and in clear into the recovery file alone, which
    practice does without. `kiosk.toml` is written last, so a set-up that broke off can be run again.
    Raises SettingsError where something is set up already or a file is in the way, StaffError,
    PassphraseError.
    """
    require_free(home)
    name = one_line(venue, VENUE_LIMIT)
    if not name:
        raise SettingsError("Enter the name of the venue.")
    if recovery_file and recovery_file.exists():
        raise SettingsError(f"{recovery_file} is there already. Choose another recovery file.")
    identity = seal.new_identity()
    settings = Settings(venue=Venue(name=name, key=seal.recipient_of(identity)))
    text = settings_text(settings)
    for left_over in home.staff.glob("*.json"):
        staff.drop(left_over)
    staff.add(home.staff, staff_name, passphrase, identity, costs=costs)
    if recovery_file:
        _write_recovery(recovery_file, name, identity)
    durable.create_once(home.settings, text.encode())
    return settings


def require_free(home: Home) -> None:
    """Raise SettingsError where a venue is set up in this home, or its settings are gone."""
    if home.is_set_up():
        raise SettingsError(
            f"A venue is already set up in {home.root}. Choose another KIOSK_HOME for a second one."
        )
    if home.vault.exists():
        # Its staff keys may be the only ones that open it.
        raise SettingsError(
            f"There are entries in {home.root}, but its kiosk.toml is gone. Put that back first."
        )


def _write_recovery(file: Path, venue: str, identity: str) -> None:
    text = (
        f"# Recovery key of the strengths kiosk at {venue}.\n"
        "# It opens every entry. Print this file, lock the print away, and delete the file.\n"
        f"# Public key: {seal.recipient_of(identity)}\n"
        "# To open a page without the kiosk: age -d -i THIS_FILE PAGE.age\n"
        f"{identity}\n"
    )
    # It often goes to a USB stick: FAT has no hard links, which `durable.create_once` needs, and a missing
    # folder there means a stick that is not mounted.
    created = False
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, durable.FILE_MODE)
        created = True
        with os.fdopen(descriptor, "w", encoding="utf-8") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        with suppress(OSError):  # not every USB stick's file system can flush a folder
            durable.flush_folder(file.absolute().parent)
    except OSError as error:
        if created:
            file.unlink(missing_ok=True)
        raise SettingsError(f"The recovery file {file} cannot be written: {error.strerror}.") from error
