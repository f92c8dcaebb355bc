"""The command that sets a machine up."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kiosk import dates
from kiosk.cli.common import examples, home_here, json_option, mark_done, print_as, say
from kiosk.cli.held import COMMANDS as HELD
from kiosk.cli.places import card_from, fingerprint_option, require_compared
from kiosk.cli.prompts import (
    PATH,
    PlainError,
    Who,
    ask,
    audit_of,
    confirm,
    desk_options,
    new_passphrase,
    require_desk,
    require_set_up,
    same_disk_option,
    sheet_file,
    wait,
)

if TYPE_CHECKING:
    from kiosk.home import Home


@click.command(
    epilog=examples(
        "kiosk setup",
        'kiosk setup --venue "Sandhill House" --staff "Jo Smith" --recovery-file /media/usb/recovery.pdf',
        'kiosk setup --collect /media/usb/card.txt --place "Sandhill House, reception"',
    )
)
@click.option("--venue", metavar="NAME", help="Name of the venue, as customers see it.")
@click.option("--staff", metavar="NAME", help="First member of staff to unlock the desk.")
@click.option(
    "--passphrase-file", type=PATH, metavar="FILE", help="File with their passphrase on its first line."
)
@click.option(
    "--recovery-file",
    type=PATH,
    metavar="FILE",
    help="Where to write the recovery sheet: a PDF if the name ends in .pdf, otherwise text.",
)
@click.option(
    "--printer",
    metavar="PRINTER",
    default="none",
    help="A receipt printer's device or address (/dev/usb/lp0, tcp://192.168.1.50:9100), or a CUPS queue.",
)
@same_disk_option
@click.option(
    "--collect",
    "card",
    type=PATH,
    metavar="CARD",
    help="Only collect entries, for the desk whose card this is: a file, or - to type or scan it.",
)
@click.option("--place", metavar="NAME", help="With --collect: what other machines call this one.")
@fingerprint_option
def setup(
    venue: str | None,
    staff: str | None,
    passphrase_file: Path | None,
    recovery_file: Path | None,
    printer: str,
    same_disk: bool,
    card: Path | None,
    place: str | None,
    fingerprint: str | None,
) -> None:
    """Set this machine up.

    Creates the venue key, the settings and a desk for the first member of staff. You are asked for anything
    left out. The recovery sheet opens every entry if a passphrase is lost: write it to a USB stick, print it,
    and lock it away. On the kiosk's own disk, anyone who takes the machine would have both.

    With --collect, there is no desk here and no private key: entries are picked up at the machine whose card
    it is. 'kiosk place show' shows that there.
    """
    of_desk = (venue, staff, passphrase_file, recovery_file)
    if card is not None:
        if same_disk or any(one is not None for one in of_desk):
            raise click.UsageError(
                "With --collect, venue and staff are those of the desk that the card is of."
            )
        _collect(card, place or "", printer, fingerprint)
        return
    if place is not None or fingerprint is not None:
        raise click.UsageError("--place and --fingerprint are for --collect.")
    from kiosk.desk.keys import staff as keys
    from kiosk.desk.keys import stretching
    from kiosk.desk.setup import require_free, set_up
    from kiosk.hardening import forbid_dumps
    from kiosk.settings.printers import printer_named
    from kiosk.upkeep.disk_trial import require_fit

    home = home_here()
    prints = printer_named(printer)
    require_free(home)
    require_fit(home.root)
    venue = venue if venue is not None else ask("Name of the venue", "--venue NAME")
    staff = staff if staff is not None else ask("Name of the first member of staff", "--staff NAME")
    passphrase = new_passphrase(staff, passphrase_file, "--passphrase-file FILE", venue)
    sheet = sheet_file(home, recovery_file, "File for the recovery sheet", same_disk=same_disk)
    chosen = stretching.for_this_machine()
    took = stretching.seconds(chosen)
    forbid_dumps()  # from here on there is a key in memory; the file that was named is read
    settings = set_up(
        home,
        venue=venue,
        staff_name=staff,
        passphrase=passphrase,
        recovery_file=sheet,
        costs=chosen,
        printer=prints,
    )
    mark_done()
    say(
        f"{settings.venue.name} is set up in {home.root}. {keys.names(home.staff)[0]} can unlock the "
        f"desk.\nThe recovery sheet is in {sheet}. It opens every entry: print it, lock the paper away,\n"
        f"and delete the file.\nTexts and times are in {home.settings}: edit them before the desk is\n"
        f"first unlocked.\nUnlocking the desk takes {took:.1f} seconds on this machine."
    )
    if less := stretching.less_than_usual(chosen):
        click.echo(
            f"{less}, because this machine is small or slow.\n"
            "That makes guessing quicker for a thief: use random words, and encrypt the disk."
        )


@click.group(
    invoke_without_command=True,
    epilog=examples("kiosk key", "kiosk key --put-right", "kiosk key hold /media/usb/elm-house.txt"),
)
@click.option("--put-right", is_flag=True, help="Put the venue's own key back into kiosk.toml. Leads only.")
@click.option("--yes", is_flag=True, help="Skip the confirmation question.")
@json_option
@desk_options
def key(put_right: bool, yes: bool, as_json: bool, by: Who) -> None:
    """Show the fingerprint of the venue key.

    Entries are encrypted to the key named in kiosk.toml. No passphrase is needed to show it: compare it
    with the recovery sheet, and with what the desk shows when someone unlocks it. With --put-right, a lead
    replaces a wrong key with the one that their own passphrase opens.

    A central desk holds the keys of other venues too: see the commands below.
    """
    if click.get_current_context().invoked_subcommand:
        if put_right or yes or as_json or by.is_given:
            raise click.UsageError("Give options after the command, such as 'kiosk key held --json'.")
        return
    from kiosk.desk.keys.identities import fingerprint
    from kiosk.settings.settings import load_settings

    home = home_here()
    require_set_up(home)
    if put_right:
        _put_right(home, by, yes=yes)
        mark_done()
    named = load_settings(home.settings).venue.key
    shown = fingerprint(named)
    print_as({"key": named, "fingerprint": shown}, shown, as_json=as_json)


for _command in HELD:
    key.add_command(_command)

COMMANDS = (setup, key)


def _collect(file: Path, place: str, printer: str, fingerprint: str | None) -> None:
    """Set a kiosk up that has no desk. Raises KioskError or PlainError."""
    from kiosk.desk.setup import require_free, set_up_collecting
    from kiosk.settings.printers import printer_named
    from kiosk.upkeep.disk_trial import require_fit

    home = home_here()
    prints = printer_named(printer)
    require_free(home)
    require_fit(home.root)
    card = card_from(file)
    require_compared(card, fingerprint)
    settings = set_up_collecting(home, card, dates.now(), place=place, printer=prints)
    mark_done()
    say(
        f"{settings.venue.name} is set up in {home.root}. It only collects entries: they are picked up\n"
        f"at {card.title}.\nTexts and times are in {home.settings}.\nLet the desk know this machine: run "
        "'kiosk place show' here, and 'kiosk place introduce' there."
    )


def _put_right(home: "Home", by: Who, *, yes: bool) -> None:
    """Let the settings name the key that a lead's own staff file holds. Raises KioskError or PlainError."""
    from kiosk.desk.audit.audit_log import Audit
    from kiosk.desk.keys import staff_files
    from kiosk.desk.keys.identities import fingerprint
    from kiosk.desk.keys.lockout import Throttle
    from kiosk.desk.keys.staff import require_lead
    from kiosk.desk.unlock import unlock
    from kiosk.hardening import forbid_dumps
    from kiosk.seal import recipient_of
    from kiosk.settings.settings import keep_settings, load_settings, with_key

    require_desk(home)
    typed, passphrase = by.claim()
    named = load_settings(home.settings).venue.key
    forbid_dumps()
    audit, tries = Audit(home.audit, named, dates.now), Throttle(home.unlocks, "commands")
    # Not the desk's way: that refuses a key that is not the venue's.
    lead = unlock(home, audit, tries, typed, passphrase, venue_key="", now=dates.now, pause=wait)
    require_lead(lead)
    staff_files.require_newest(home.staff, lead.identity)
    mine = recipient_of(lead.identity)
    question = (
        f"kiosk.toml names the key {fingerprint(named)}, but your passphrase opens {fingerprint(mine)}. "
        "Is yours the one on the newest recovery sheet?"
    )
    if not (yes or confirm(question, "--yes")):
        raise PlainError("Nothing was changed.")
    audit_of(home, lead.identity).note(lead.name, "put the venue key right")
    keep_settings(home, with_key(load_settings(home.settings), mine))
