"""The command that sets a machine up."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kiosk.asking import (
    PATH,
    PlainError,
    ask,
    audit_of,
    confirm,
    desk_options,
    new_passphrase,
    passphrase_of,
    require_desk,
    require_set_up,
    same_disk_option,
    sheet_file,
    unlocked_with,
    who,
)
from kiosk.commands.common import examples, home_here, json_option, mark_done, print_json, say

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
@same_disk_option
def setup(
    venue: str | None,
    staff: str | None,
    passphrase_file: Path | None,
    recovery_file: Path | None,
    same_disk: bool,
) -> None:
    """Set this machine up.

    Makes the venue's key, its settings and a desk for the first member of staff. Asks for what is not
    given. The recovery sheet opens every entry when a passphrase is lost: write it to a USB stick, print it,
    and lock it away. On the kiosk's own disk, whoever takes the machine has both.
    """
    from kiosk.desk import costs
    from kiosk.desk import staff as keys
    from kiosk.desk.setup import require_free, set_up
    from kiosk.fit import require_fit
    from kiosk.process import forbid_dumps

    home = home_here()
    require_free(home)
    require_fit(home.root)
    venue = venue if venue is not None else ask("Name of the venue", "--venue NAME")
    staff = staff if staff is not None else ask("Name of the first member of staff", "--staff NAME")
    passphrase = new_passphrase(staff, passphrase_file, "--passphrase-file FILE", venue)
    sheet = sheet_file(home, recovery_file, "File for the recovery sheet", same_disk=same_disk)
    chosen = costs.for_this_machine()
    forbid_dumps()  # from here on there is a key in memory; the file that was named is read
    settings = set_up(
        home, venue=venue, staff_name=staff, passphrase=passphrase, recovery_file=sheet, costs=chosen
    )
    mark_done()
    say(
        f"{settings.venue.name} is set up in {home.root}. {keys.names(home.staff)[0]} can unlock the desk.\n"
        f"The recovery sheet is in {sheet}. It opens every entry: print it, lock the print away,\n"
        "and delete the file.\n"
        f"Times and texts are in {home.settings}. Start the kiosk with 'kiosk'."
    )
    if less := costs.less_than_usual(chosen):
        click.echo(
            f"{less}, since this machine is small or slow.\nGuessing at one is quicker for a thief: use "
            "drawn words, and encrypt the disk."
        )


@click.command(epilog=examples("kiosk key", "kiosk key --put-right"))
@click.option("--put-right", is_flag=True, help="Let kiosk.toml name the venue's key again.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
@desk_options
def key(put_right: bool, yes: bool, as_json: bool, staff: str | None, passphrase_file: Path | None) -> None:
    """Show the fingerprint of the venue's key.

    Entries are sealed to the key that kiosk.toml names. It needs no passphrase to be shown: compare it with
    the recovery sheet, and with what the desk shows when somebody unlocks it. With --put-right a lead puts
    the key that their own passphrase opens in the place of another one.
    """
    from kiosk.desk.identities import fingerprint
    from kiosk.settings import load_settings

    home = home_here()
    require_set_up(home)
    if put_right:
        _put_right(home, staff, passphrase_file, yes=yes)
        mark_done()
    named = load_settings(home.settings).venue.key
    if as_json:
        print_json({"key": named, "fingerprint": fingerprint(named)})
    else:
        click.echo(fingerprint(named))


COMMANDS = (setup, key)


def _put_right(home: "Home", name: str | None, passphrase_file: Path | None, *, yes: bool) -> None:
    """Let the settings name the key that a lead's own staff file holds. Raises KioskError or PlainError."""
    from kiosk.desk import staff_files
    from kiosk.desk.identities import fingerprint
    from kiosk.desk.staff import require_lead
    from kiosk.seal import recipient_of
    from kiosk.settings import keep_settings, load_settings, with_key

    require_desk(home)
    typed = who(name)
    lead = unlocked_with(home, typed, passphrase_of(typed, passphrase_file), any_key=True)
    require_lead(lead)
    staff_files.require_newest(home.staff, lead.identity)
    named, mine = load_settings(home.settings).venue.key, recipient_of(lead.identity)
    question = (
        f"kiosk.toml names the key {fingerprint(named)}, and your passphrase opens {fingerprint(mine)}. Is "
        "yours the one on the newest recovery sheet?"
    )
    if not (yes or confirm(question, "--yes")):
        raise PlainError("Nothing was changed.")
    audit_of(home, lead.identity).note(lead.name, "put the venue key right")
    keep_settings(home, with_key(load_settings(home.settings), mine))
