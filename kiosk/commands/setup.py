"""The command that sets a machine up."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kiosk.asking import PATH, ask, new_passphrase
from kiosk.commands.common import examples, home_here

if TYPE_CHECKING:
    from kiosk.settings import Home


@click.command(
    epilog=examples(
        "kiosk setup",
        'kiosk setup --venue "Sandhill House" --staff "Jo Smith" --recovery-file /media/usb/recovery.pdf',
    )
)
@click.option("--venue", metavar="NAME", help="The name of the place. Customers see it.")
@click.option("--staff", metavar="NAME", help="The first member of staff who can unlock the desk.")
@click.option("--passphrase-file", type=PATH, metavar="FILE", help="Its first line is their passphrase.")
@click.option(
    "--recovery-file", type=PATH, metavar="FILE", help="Where to write the recovery sheet: .pdf, or text."
)
def setup(
    venue: str | None, staff: str | None, passphrase_file: Path | None, recovery_file: Path | None
) -> None:
    """Set this machine up.

    Makes the venue's key, its settings and a desk for the first member of staff. Asks for what is not
    given. The recovery sheet opens every entry when a passphrase is lost: write it to a USB stick, print it,
    and lock it away.
    """
    from kiosk.desk import staff as keys
    from kiosk.desk.setup import require_free, set_up

    home = home_here()
    require_free(home)
    venue = venue if venue is not None else ask("Name of the venue", "--venue NAME")
    staff = staff if staff is not None else ask("Name of the first member of staff", "--staff NAME")
    passphrase = new_passphrase(staff, passphrase_file, "--passphrase-file FILE", venue)
    sheet = _sheet_file(home, recovery_file)
    settings = set_up(home, venue=venue, staff_name=staff, passphrase=passphrase, recovery_file=sheet)
    click.echo(
        f"{settings.venue.name} is set up in {home.root}. {keys.names(home.staff)[0]} can unlock the desk.\n"
        f"The recovery sheet is in {sheet}. It opens every entry: print it, lock the print away,\n"
        "and delete the file.\n"
        f"Times and texts are in {home.settings}. Start the kiosk with 'kiosk'."
    )


COMMANDS = (setup,)


def _sheet_file(home: "Home", given: Path | None) -> Path:
    """Return where the recovery sheet goes, asked for until it can be written there. Raises SettingsError."""
    from kiosk.desk.recovery import require_folder, require_new, require_outside
    from kiosk.errors import SettingsError

    while True:
        sheet = given or Path(ask("File for the recovery sheet", "--recovery-file FILE"))
        try:
            require_outside(home.root, sheet)
            require_new(sheet)
            require_folder(sheet)
        except SettingsError as error:
            if given:
                raise
            click.echo(error, err=True)
        else:
            return sheet
