"""The commands that look after who can unlock the desk, and after the venue's key."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kiosk.asking import (
    PATH,
    PlainError,
    ask,
    ask_passphrase,
    audit_of,
    desk_options,
    enter,
    new_passphrase,
    read_file,
    require_set_up,
    staff_names,
    unlock_lead,
)
from kiosk.commands.common import examples, home_here, json_option, print_json, progress_bar
from kiosk.text import counted

if TYPE_CHECKING:
    from kiosk.desk.reseal import Resealed
    from kiosk.desk.staff_files import Role

ROLE = click.Choice(("lead", "staff"))
_NEW = click.option(
    "--new-passphrase-file", type=PATH, metavar="FILE", help="Its first line is the new passphrase."
)


@click.group(epilog=examples("kiosk staff list", "kiosk staff add", "kiosk staff rekey"))
def staff() -> None:
    """Look after who can unlock the desk, and after the venue's key.

    A lead may manage staff and settings, and erase; a member of staff may do everything else.
    """


@staff.command("add", epilog=examples('kiosk staff add --name "Ali Khan"', "kiosk staff add --role lead"))
@click.option("--name", metavar="NAME", help="Whom to add.")
@click.option("--role", type=ROLE, default="staff", show_default=True, help="What they may do.")
@_NEW
@desk_options
def add(
    name: str | None,
    role: "Role",
    new_passphrase_file: Path | None,
    staff: str | None,
    passphrase_file: Path | None,
) -> None:
    """Let one more member of staff unlock the desk.

    A passphrase that is easy to guess is refused; random words are offered. Only a lead may do this.
    """
    from kiosk.desk import staff as keys
    from kiosk.desk.identities import require_venue
    from kiosk.settings import load_settings

    home = home_here()
    lead = unlock_lead(home, staff, passphrase_file)
    name = name if name is not None else ask("Name of the new member of staff", "--name NAME")
    kept = keys.require_free(home.staff, name)
    venue = load_settings(home.settings).venue
    passphrase = new_passphrase(kept, new_passphrase_file, "--new-passphrase-file FILE", venue.name)
    identity = require_venue(lead.identity, venue.key)
    note = audit_of(home).noting(lead.name, "added staff", f", {role}")
    keys.add(home.staff, kept, passphrase, identity, role=role, venue_name=venue.name, note=note)
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
def passphrase(new_passphrase_file: Path | None, staff: str | None, passphrase_file: Path | None) -> None:
    """Change your own passphrase.

    Backups that were made before open with the one before.
    """
    from kiosk.asking import enter_with, passphrase_of, require_desk, who
    from kiosk.desk import staff as keys
    from kiosk.settings import load_settings

    home = home_here()
    require_desk(home)
    name = who(home, staff)
    old = passphrase_of(name, passphrase_file)
    unlocked = enter_with(home, name, old)
    venue = load_settings(home.settings).venue.name
    new = new_passphrase(unlocked.name, new_passphrase_file, "--new-passphrase-file FILE", venue)
    note = audit_of(home).noting(unlocked.name, "changed a passphrase")
    keys.change_passphrase(home.staff, unlocked.name, old, new, venue_name=venue, note=note)
    click.echo(f"{unlocked.name} has a new passphrase.")


@staff.command("remove", epilog=examples('kiosk staff remove "Ali Khan"'))
@click.argument("name", shell_complete=staff_names)
@desk_options
def remove(name: str, staff: str | None, passphrase_file: Path | None) -> None:
    """Let NAME unlock the desk no more.

    Only a lead may do this, and the last lead stays. Who may have copied the venue's key away is kept out by
    another key alone: see 'kiosk staff rekey'.
    """
    from kiosk.desk import staff as keys

    home = home_here()
    lead = unlock_lead(home, staff, passphrase_file)
    kept = keys.remove(home.staff, name, note=audit_of(home).noting(lead.name, "removed staff"))
    click.echo(f"{kept} can no longer unlock the desk.")


@staff.command("role", epilog=examples('kiosk staff role "Ali Khan" lead'))
@click.argument("name", shell_complete=staff_names)
@click.argument("role", type=ROLE)
@desk_options
def role(name: str, role: "Role", staff: str | None, passphrase_file: Path | None) -> None:
    """Make NAME a lead, or a member of staff who is none.

    Only a lead may do this, and the last lead stays one.
    """
    from kiosk.desk import staff as keys

    home = home_here()
    lead = unlock_lead(home, staff, passphrase_file)
    note = audit_of(home).noting(lead.name, "changed a role", f", {role}")
    kept = keys.set_role(home.staff, name, role, note=note)
    click.echo(f"{kept} is a lead." if role == "lead" else f"{kept} is a member of staff, and no lead.")


@staff.command(
    "list",
    epilog=examples(
        "kiosk staff list", 'kiosk staff list --json --staff "Jo Smith" --passphrase-file jo.txt'
    ),
)
@json_option
@desk_options
def list_staff(as_json: bool, staff: str | None, passphrase_file: Path | None) -> None:
    """List who can unlock the desk, and in which role."""
    from kiosk.desk import staff as keys

    home = home_here()
    enter(home, staff, passphrase_file)
    members = keys.members(home.staff)
    if as_json:
        print_json([{"name": member.name, "role": member.role} for member in members])
        return
    width = max(len(member.name) for member in members)
    click.echo("\n".join(f"{member.name:<{width}}  {member.role}" for member in members))


@staff.command("suggest", epilog=examples("kiosk staff suggest", "kiosk staff suggest --words 6"))
@click.option("--words", type=click.IntRange(4, 12), default=5, show_default=True, help="How many.")
@json_option
def suggest(words: int, as_json: bool) -> None:
    """Print random words for a passphrase.

    Each word is drawn from 2048, which is 11 bits. What is printed is kept nowhere.
    """
    from kiosk.desk import passphrase as drawn

    offered = drawn.suggest(words)
    if as_json:
        print_json({"passphrase": offered, "bits": drawn.bits(words)})
    else:
        click.echo(offered)


@staff.command(
    "recover",
    epilog=examples(
        'kiosk staff recover --name "Jo Smith"',
        'kiosk staff recover --name "Jo Smith" --recovery-file /media/usb/recovery.txt',
    ),
)
@click.option("--recovery-file", type=PATH, metavar="FILE", help="The recovery sheet as a text file.")
@click.option("--name", metavar="NAME", help="The new lead.")
@_NEW
def recover(recovery_file: Path | None, name: str | None, new_passphrase_file: Path | None) -> None:
    """Make a new lead with the recovery sheet, where nobody can unlock any more.

    Without a file it asks for the key: scan the QR code of the sheet, or type the line under it. It needs no
    passphrase. Afterwards, remove those who cannot unlock with 'kiosk staff remove'.
    """
    home = home_here()
    require_set_up(home)
    from kiosk.desk import recovery
    from kiosk.desk import staff as keys
    from kiosk.process import forbid_dumps
    from kiosk.settings import load_settings

    venue = load_settings(home.settings).venue
    if recovery_file is None:
        read = ask_passphrase("Scan the recovery key, or type it", "--recovery-file FILE").encode()
    else:
        read = read_file(recovery_file)
    forbid_dumps()
    identity = recovery.identity_in(read)
    recovery.require_current(identity, venue.key)
    name = name if name is not None else ask("Name of the new lead", "--name NAME")
    kept = keys.require_free(home.staff, name)
    passphrase = new_passphrase(kept, new_passphrase_file, "--new-passphrase-file FILE", venue.name)
    note = audit_of(home).noting(kept, "recovered")
    keys.add(home.staff, kept, passphrase, identity, role="lead", venue_name=venue.name, note=note)
    click.echo(f"{kept} can unlock the desk, and is a lead.")


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
    help="Who is to lose their access. May be repeated.",
)
@json_option
@desk_options
def rekey(
    recovery_file: Path | None,
    without: tuple[str, ...],
    as_json: bool,
    staff: str | None,
    passphrase_file: Path | None,
) -> None:
    """Change the venue's key, and seal anew everything that the old one opens.

    FILE becomes the new recovery sheet: one page of PDF where its name ends in .pdf, else text. The kiosk
    may go on meanwhile. If it is stopped, run it again: it goes on. Keep the old sheet until it says that all
    is done. Only a lead may do this.
    """
    home = home_here()
    lead = unlock_lead(home, staff, passphrase_file)
    from kiosk.desk import rekey as changing
    from kiosk.session import now

    if recovery_file is None and not changing.goes_on(home, lead):
        recovery_file = Path(ask("File for the new recovery sheet", "--recovery-file FILE"))
    audit = audit_of(home)
    with progress_bar("Sealing anew") as progress:
        done = changing.change_key(
            home,
            lead,
            recovery_file,
            now=now,
            without=without,
            progress=progress,
            note=lambda: audit.note(lead.name, "changed the venue key"),
        )
    if as_json:
        print_json({"sealed": done.sealed, "kept": done.kept, "unread": [str(path) for path in done.unread]})
    else:
        click.echo(_told(done, recovery_file))
    if done.unread:
        shown = ", ".join(map(str, done.unread[:3])) + (", …" if len(done.unread) > 3 else "")
        raise PlainError(
            f"{counted(len(done.unread), 'file', 'files')} no key opens stayed as before: {shown}."
        )


COMMANDS = (staff,)


def _told(done: "Resealed", file: Path | None) -> str:
    sheet = f"The new recovery sheet is in {file}. Print it" if file else "Print the new recovery sheet"
    lines = [
        f"The venue has a new key. Sealed anew: {counted(done.sealed, 'file', 'files')}.",
        f"{sheet}, lock the print away, and delete the file. Destroy the old sheet.",
        "Make a backup now: what was backed up before opens with the old key alone.",
    ]
    if done.kept:
        lines.append(
            f"{counted(done.kept, 'file', 'files')} of an earlier version stayed as before. The desk opens "
            "them still, until their time is over."
        )
    return "\n".join(lines)
