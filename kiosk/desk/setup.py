"""Setting a venue up: its key, its first member of staff, its recovery file and its settings.

Or a kiosk that only collects, for a venue that has its key and its desk on another machine.
"""

from datetime import UTC, date, datetime
from pathlib import Path

from kiosk import seal
from kiosk.dates import day_of
from kiosk.desk.keys import recovery_sheet, staff, stock
from kiosk.desk.keys.recovery_sheet import RecoverySheet
from kiosk.desk.keys.staff_files import LEAD
from kiosk.errors import PlaceError, SettingsError
from kiosk.home import Home
from kiosk.places import known
from kiosk.places.card import NAME_MOST, Card
from kiosk.seal import Costs
from kiosk.settings.printers import PrinterSettings
from kiosk.settings.settings import SETTINGS_LOST, Settings, Venue, settings_text
from kiosk.text import name_line
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
    printer: PrinterSettings = PrinterSettings(),  # noqa: B008 - it is a constant
    today: date | None = None,
) -> Settings:
    """Make the venue key and all that a kiosk with a desk needs, and return the settings.

    The first member of staff is a lead. The private key goes wrapped into the staff file and in clear into
    the recovery file alone (`kiosk.desk.keys.recovery_sheet`), which practice does without. `kiosk.toml` is
    written last, so a set-up that broke off can be run again. `today` is the date on the sheet. Raises
    SettingsError where something is set up already or a file is in the way, StaffError, PassphraseError.
    """
    require_free(home)
    name = name_line(venue, VENUE_LIMIT)
    if not name:
        raise SettingsError("Enter the name of the venue.")
    if recovery_file:
        recovery_sheet.require_new(recovery_file)
    identity = seal.new_identity()
    settings = Settings(venue=Venue(name=name, key=seal.recipient_of(identity)), printer=printer)
    text = settings_text(settings)
    _drop_left_over(home)
    staff.add(home.staff, staff_name, passphrase, identity, role=LEAD, venue_name=name, costs=costs)
    stock.begin(home, identity, datetime.now(UTC))
    if recovery_file:
        day = today or day_of(datetime.now(UTC))
        recovery_sheet.write(recovery_file, RecoverySheet(name, identity, day, home.root))
    durable.create_once(home.settings, text.encode())
    return settings


def set_up_collecting(
    home: Home,
    card: Card,
    now: datetime,
    *,
    place: str = "",
    printer: PrinterSettings = PrinterSettings(),  # noqa: B008 - it is a constant
) -> Settings:
    """Make what a kiosk without a desk needs, from the card of the place with the desk; return the settings.

    Venue and venue key are those of the card, whose place is known then. No private key is made. `place` is
    what other machines call this one. A person has compared the card's fingerprint. Raises SettingsError as
    `set_up` does, and PlaceError for the card of a place without a desk.
    """
    require_free(home)
    if not card.desk:
        raise PlaceError(
            f"{card.title} has no desk, so nobody picks entries up there. Take the card of the machine whose "
            "desk is to open the entries from here."
        )
    named = Venue(name=card.venue, key=card.venue_key, place=name_line(place, NAME_MOST))
    settings = Settings(venue=named, printer=printer)
    text = settings_text(settings)
    _drop_left_over(home)
    known.introduce(home, card, now=now)
    durable.create_once(home.settings, text.encode())
    return settings


def _drop_left_over(home: Home) -> None:
    """Remove what a set-up left that broke off."""
    for left_over in (*home.staff.glob("[!.]*"), *home.known_places.parent.glob("[!.]*")):
        durable.remove(left_over)


def require_free(home: Home) -> None:
    """Raise SettingsError where a venue is set up in this home, or its settings are gone."""
    if home.is_set_up():
        raise SettingsError(
            f"A venue is already set up in {home.root}. For a second one, choose another KIOSK_HOME."
        )
    if home.vault.exists():
        # Its staff keys may be the only ones that open it.
        raise SettingsError(SETTINGS_LOST.format(root=home.root))
