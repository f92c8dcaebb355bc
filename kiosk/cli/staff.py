"""The commands that look after who can unlock the desk, and after the venue's key."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kiosk import dates
from kiosk.cli.common import (
    examples,
    home_here,
    json_option,
    mark_done,
    print_as,
    print_json,
    progress_bar,
    say,
)
from kiosk.cli.prompts import (
    PATH,
    PlainError,
    Who,
    ask,
    audit_of,
    confirm,
    desk_options,
    enter,
    new_passphrase,
    read_file,
    require_set_up,
    same_disk_option,
    sheet_file,
    staff_names,
)
from kiosk.text import columns, counted, padded

if TYPE_CHECKING:
    from kiosk.desk.keys.staff import Unlocked
    from kiosk.desk.keys.staff_files import Role
    from kiosk.desk.reseal import Resealed
    from kiosk.home import Home

ROLE = click.Choice(("lead", "staff"))
_NEW = click.option(
    "--new-passphrase-file", type=PATH, metavar="FILE", help="File with the new passphrase on its first line."
)


@click.group(epilog=examples("kiosk staff list", "kiosk staff add", "kiosk staff rekey"))
def staff() -> None:
    """Manage who can unlock the desk, and the venue key.

    Leads can manage staff and settings, and delete entries. Members of staff can do everything else.
    """


@staff.command("add", epilog=examples('kiosk staff add --name "Ali Khan"', "kiosk staff add --role lead"))
@click.option("--name", metavar="NAME", help="Name of the person to add.")
@click.option("--role", type=ROLE, default="staff", show_default=True, help="What they may do.")
@_NEW
@desk_options
def add(name: str | None, role: "Role", new_passphrase_file: Path | None, by: Who) -> None:
    """Add someone who can unlock the desk. Leads only.

    A passphrase of random words is suggested. One of your own is refused if it is easy to guess.
    """
    from kiosk.desk.keys import staff as keys
    from kiosk.settings.settings import load_settings

    home = home_here()
    lead = enter(home, by, lead=True)
    name = name if name is not None else ask("Name of the new member of staff", "--name NAME")
    kept = keys.require_free(home.staff, name)
    venue = load_settings(home.settings).venue
    passphrase = new_passphrase(kept, new_passphrase_file, "--new-passphrase-file FILE", venue.name)
    note = audit_of(home, lead.identity).noting(lead.name, "added staff", f", {role}")
    keys.add(home.staff, kept, passphrase, lead.identity, role=role, venue_name=venue.name, note=note)
    mark_done()
    click.echo(f"{kept} can unlock the desk{', and is a lead' if role == 'lead' else ''}.")


@staff.command(
    "passphrase",
    epilog=examples(
        "kiosk staff passphrase",
        'kiosk staff passphrase --staff "Jo Smith" --passphrase-file old.txt --new-passphrase-file new.txt',
    ),
)
@_NEW
@desk_options
def passphrase(new_passphrase_file: Path | None, by: Who) -> None:
    """Change your own passphrase.

    Older backups still open with the old one.
    """
    from kiosk.cli.prompts import enter_with, require_desk
    from kiosk.desk.keys import staff as keys
    from kiosk.settings.settings import load_settings

    home = home_here()
    require_desk(home)
    name, old = by.claim()
    unlocked = enter_with(home, name, old)
    venue = load_settings(home.settings).venue.name
    new = new_passphrase(unlocked.name, new_passphrase_file, "--new-passphrase-file FILE", venue)
    note = audit_of(home, unlocked.identity).noting(unlocked.name, "changed a passphrase")
    keys.change_passphrase(home.staff, unlocked.name, old, new, venue_name=venue, note=note)
    mark_done()
    click.echo(f"Passphrase changed for {unlocked.name}.")


@staff.command("remove", epilog=examples('kiosk staff remove "Ali Khan"'))
@click.argument("name", shell_complete=staff_names)
@desk_options
def remove(name: str, by: Who) -> None:
    """Remove NAME's access. Leads only.

    The last lead cannot be removed. Only a new venue key locks out someone who may have copied the old one:
    see 'kiosk staff rekey'.
    """
    from kiosk.desk.keys import staff as keys

    home = home_here()
    lead = enter(home, by, lead=True)
    note = audit_of(home, lead.identity).noting(lead.name, "removed staff")
    kept = keys.remove(home.staff, name, lead.identity, note=note)
    mark_done()
    if keys.role_of(home.staff, kept, lead.identity) is None:
        click.echo(f"{kept} can no longer unlock the desk.")
    else:
        click.echo(
            f"Removed a staff key with the name {kept} that no desk of this venue made. {kept} can still "
            "unlock the desk. To remove them as well, run this again."
        )


@staff.command("role", epilog=examples('kiosk staff role "Ali Khan" lead'))
@click.argument("name", shell_complete=staff_names)
@click.argument("role", type=ROLE)
@desk_options
def role(name: str, role: "Role", by: Who) -> None:
    """Change NAME's role: lead or staff. Leads only.

    The last lead stays a lead.
    """
    from kiosk.desk.keys import staff as keys

    home = home_here()
    lead = enter(home, by, lead=True)
    note = audit_of(home, lead.identity).noting(lead.name, "changed a role", f", {role}")
    kept = keys.set_role(home.staff, name, role, lead.identity, note=note)
    mark_done()
    click.echo(f"{kept} is a lead." if role == "lead" else f"{kept} is a member of staff, not a lead.")


@staff.command(
    "list",
    epilog=examples(
        "kiosk staff list", 'kiosk staff list --json --staff "Jo Smith" --passphrase-file jo.txt'
    ),
)
@json_option
@desk_options
def list_staff(as_json: bool, by: Who) -> None:
    """List who can unlock the desk, with their roles."""
    from kiosk.desk.keys import staff as keys

    home = home_here()
    unlocked = enter(home, by)
    members = keys.members(home.staff, unlocked.identity)
    width = max(columns(member.name) for member in members)
    text = "\n".join(f"{padded(member.name, width)}  {member.role}" for member in members)
    print_as([{"name": one.name, "role": one.role} for one in members], text, as_json=as_json)


@staff.command("lift-delay", epilog=examples("kiosk staff lift-delay"))
@desk_options
def lift_delay(by: Who) -> None:
    """End the delay after wrong passphrases. Leads only.

    The next attempt is not delayed, at the desk's screen or in commands.
    """
    from kiosk.desk import unlock

    home = home_here()
    lead = enter(home, by, lead=True)
    note = audit_of(home, lead.identity).noting(lead.name, "lifted the delay")
    unlock.lift_delay(home, dates.now(), note=note)
    mark_done()
    click.echo("The delay is over.")


@staff.command("suggest", epilog=examples("kiosk staff suggest", "kiosk staff suggest --words 6"))
@click.option("--words", type=click.IntRange(5, 12), default=5, show_default=True, help="How many words.")
@json_option
def suggest(words: int, as_json: bool) -> None:
    """Print random words for a passphrase.

    Each word is drawn from a list of 2048, which gives 11 bits. Nothing is stored.
    """
    from kiosk.desk.keys import passphrase as drawn

    offered = drawn.suggest(words)
    print_as({"passphrase": offered, "bits": drawn.bits(words)}, offered, as_json=as_json)


@staff.command(
    "recover",
    epilog=examples(
        'kiosk staff recover --name "Jo Smith"',
        'kiosk staff recover --name "Jo Smith" --recovery-file /media/usb/recovery.txt',
    ),
)
@click.option("--recovery-file", type=PATH, metavar="FILE", help="Recovery sheet as a text file.")
@click.option("--name", metavar="NAME", help="Name of the new lead.")
@_NEW
def recover(recovery_file: Path | None, name: str | None, new_passphrase_file: Path | None) -> None:
    """Make a new lead with the recovery sheet, when nobody can unlock the desk.

    Without --recovery-file you are asked for the key: scan the sheet's QR code, or type the line under it. No
    passphrase is needed. Afterwards, remove people who no longer have access with 'kiosk staff remove'.
    """
    home = home_here()
    require_set_up(home)
    from kiosk.desk.keys import recovery_sheet, stock
    from kiosk.desk.keys import staff as keys
    from kiosk.desk.keys.identities import with_older
    from kiosk.hardening import forbid_dumps
    from kiosk.seal import recipient_of
    from kiosk.settings.settings import load_settings

    venue = load_settings(home.settings).venue
    if recovery_file is None:
        read = ask("Scan the recovery key, or type it", "--recovery-file FILE", hidden=True).encode()
    else:
        read = read_file(recovery_file)
    forbid_dumps()
    identity = recovery_sheet.identity_in(read)
    if stock.read(home, identity) is None:  # which knows the venue's key, whatever the settings name
        recovery_sheet.require_current(identity, venue.key)
    identities = with_older(home.staff, identity)
    name = name if name is not None else ask("Name of the new lead", "--name NAME")
    kept = keys.require_free(home.staff, name)
    passphrase = new_passphrase(kept, new_passphrase_file, "--new-passphrase-file FILE", venue.name)
    held = identities.split("\n")[:2]  # where the key is being changed, the stock is the one before's
    known = stock.read(home, *held)
    keys.let_in_again(home.staff, identities, known.roster if known else None)
    note = audit_of(home, identity).noting(kept, "recovered")
    keys.add(home.staff, kept, passphrase, identities, role="lead", venue_name=venue.name, note=note)
    if known is None:
        stock.begin(home, identity, dates.now(), lost=True)
    mark_done()
    click.echo(f"{kept} can unlock the desk, and is a lead.")
    if known is None:
        click.echo(
            f"{home.stock}, the record of the last unlock, is missing or was changed. So nobody else can "
            "unlock, and there is no way to tell what has changed since. Remove everyone else's key, and "
            "add each person again."
        )
    if venue.key != recipient_of(identity):
        click.echo("kiosk.toml names a different key. To correct it, run 'kiosk key --put-right'.")


@staff.command(
    "rekey",
    epilog=examples(
        "kiosk staff rekey --recovery-file /media/usb/new-sheet.pdf",
        'kiosk staff rekey --recovery-file new-sheet.txt --without "Ali Khan"',
    ),
)
@click.option("--recovery-file", type=PATH, metavar="FILE", help="Where to write the new recovery sheet.")
@click.option(
    "--without",
    multiple=True,
    metavar="NAME",
    shell_complete=staff_names,
    help="Someone who loses access. Can be repeated.",
)
@same_disk_option
@click.option("--yes", is_flag=True, help="Skip the confirmation question.")
@json_option
@desk_options
def rekey(
    recovery_file: Path | None, without: tuple[str, ...], same_disk: bool, yes: bool, as_json: bool, by: Who
) -> None:
    """Change the venue key, and encrypt everything again with the new one. Leads only.

    FILE becomes the new recovery sheet: one page of PDF if its name ends in .pdf, otherwise text. Write it to
    a USB stick: on the kiosk's own disk, anyone who takes the machine would have both. The kiosk can stay in
    use. If this is interrupted, run it again and it continues. Keep the old sheet until it says that
    everything is done.
    """
    home = home_here()
    lead = enter(home, by, lead=True)
    from kiosk.desk import rekey as changing

    goes_on = changing.goes_on(home, lead)
    if goes_on:
        click.echo("Continuing the change of key that was interrupted.", err=True)
    elif not (yes or confirm(_who_keeps(home, lead, without), "--yes")):
        raise PlainError("Nothing was changed.")
    if not (goes_on and (recovery_file is None or recovery_file.exists())):
        question = "File for the new recovery sheet"
        recovery_file = sheet_file(home, recovery_file, question, same_disk=same_disk)
    audit = audit_of(home, lead.identity)
    with progress_bar("Encrypting again") as progress:
        done = changing.change_key(
            home,
            lead,
            recovery_file,
            now=dates.now,
            without=without,
            progress=progress,
            note=lambda: audit.note(lead.name, "changed the venue key"),
        )
    mark_done()
    if as_json:
        print_json({"sealed": done.sealed, "kept": done.kept, "unread": [*map(str, done.unread)]})
    else:
        say(_told(done, recovery_file))
    if done.unread:
        shown = ", ".join(map(str, done.unread[:3])) + (", …" if len(done.unread) > 3 else "")
        raise PlainError(
            f"Left unchanged, because no key opens {'it' if len(done.unread) == 1 else 'them'}: "
            f"{counted(len(done.unread), 'file', 'files')}, {shown}."
        )


COMMANDS = (staff,)


def _who_keeps(home: "Home", lead: "Unlocked", without: tuple[str, ...]) -> str:
    from kiosk.desk.keys import staff as keys
    from kiosk.desk.keys.identities import fingerprint
    from kiosk.seal import recipient_of
    from kiosk.text import same_name

    members = [
        f"{one.name} ({one.role})"
        for one in keys.members(home.staff, lead.identity)
        if not any(same_name(one.name, name) for name in without)
    ]
    return (
        f"Replacing venue key {fingerprint(recipient_of(lead.identity))}. Keeping access: "
        f"{', '.join(members)}. Continue?"
    )


def _told(done: "Resealed", file: Path | None) -> str:
    sheet = f"The new recovery sheet is in {file}. Print it" if file else "Print the new recovery sheet"
    lines = [
        f"The venue has a new key. Encrypted again: {counted(done.sealed, 'file', 'files')}.",
        f"{sheet}, lock the paper away, and delete the file. Destroy the old sheet.",
        "Make a backup now: older backups open only with the old key.",
    ]
    if done.kept:
        lines.append(
            f"{counted(done.kept, 'file', 'files')} left unchanged: whose they are is not known. The desk "
            "can still open them until they expire."
        )
    return "\n".join(lines)
