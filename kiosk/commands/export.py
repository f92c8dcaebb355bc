"""The commands that write many entries to one table, and all that is held on one to two files."""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kiosk.asking import (
    PATH,
    PlainError,
    desk_options,
    read_file,
    require_desk,
    second_options,
    second_unlocked,
    unlock,
)
from kiosk.commands.common import examples, home_here, mark_done, places_of, progress_bar, say, target_at
from kiosk.commands.entries import code_of, opened_by
from kiosk.errors import EntryError, HandleError, SealError, VaultError
from kiosk.moments import on_short_day

if TYPE_CHECKING:
    from kiosk.desk.desk import Desk
    from kiosk.desk.exports.places import Target
    from kiosk.desk.opened import Opened


@click.command(
    epilog=examples(
        "kiosk export --codes-file codes.txt --csv /media/usb/answers.csv",
        'kiosk export --codes-file - --csv /media/usb/answers.csv --staff "Jo Smith" < codes.txt',
        'kiosk export --reason "Yearly review" --csv /media/usb/entries.csv',
    )
)
@click.option("--codes-file", type=PATH, metavar="FILE", help="The codes, one a line.")
@click.option("--csv", type=PATH, required=True, metavar="FILE", help="The new file to write the table to.")
@click.option(
    "--reason", default="", help="Without codes: who asks for it, and why. It is kept in the audit."
)
@second_options
@desk_options
def export(
    codes_file: Path | None,
    csv: Path,
    reason: str,
    second: str | None,
    second_passphrase_file: Path | None,
    staff: str | None,
    passphrase_file: Path | None,
) -> None:
    """Write the answers of many entries to one table.

    With a codes file it has a row for each question of each entry whose code is in it; '-' is standard input.
    A line whose code opens nothing is named by its number, the rest goes on, and the command ends with 1.

    Without one it has a row for each entry there is, and takes two members of staff, who both unlock, and a
    reason. Each entry is in the audit, with both names.

    Entries are not marked as picked up. The table goes to a removable disk, or to a folder that kiosk.toml
    allows. It is not sealed, and holds nothing of what customers kept back.
    """
    home = home_here()
    require_desk(home)
    if codes_file is None and not reason.strip():
        raise click.UsageError("Give --codes-file, or --reason to export every entry without codes.")
    if codes_file is not None and (reason or second or second_passphrase_file):
        raise click.UsageError("--reason and --second are for an export without --codes-file.")
    target = target_at(home, csv, ".csv")
    codes = None
    if codes_file is not None:
        codes = read_file(codes_file).decode("utf-8-sig", errors="replace").split("\n")
    desk = unlock(home, staff, passphrase_file)
    if codes is None:
        other = second_unlocked(home, second, second_passphrase_file)
        with desk.vault:
            written, wrong = _write_every(desk, target, reason, other)
    else:
        with desk.vault:
            written, wrong = _write_named(desk, target, codes)
    mark_done()
    click.echo(written)
    if wrong:
        sys.exit(1)


@click.command("access-pack", epilog=examples("kiosk access-pack K7QX 4MPD 9RTW 2HNC --to /media/usb"))
@click.argument("code", nargs=-1)
@click.option("--to", "folder", type=PATH, required=True, metavar="DIR", help="The folder for both files.")
@desk_options
def access_pack(code: tuple[str, ...], folder: Path, staff: str | None, passphrase_file: Path | None) -> None:
    """Write everything held on an entry, for the person whose entry it is.

    A PDF and a JSON file hold the entry with its history, who read it and when, and what was copied or
    printed. They go to a removable disk, or to a folder that kiosk.toml allows. They are not sealed, and do
    not hold what only the customer's code opens. The entry is not marked as picked up.
    """
    home = home_here()
    require_desk(home)
    from kiosk.desk import access
    from kiosk.desk.exports.files import suggested
    from kiosk.session import now
    from kiosk.settings import load_settings

    places_of(home).require_folder(folder)
    venue = load_settings(home.settings).venue.name
    typed = code_of(code)
    desk = unlock(home, staff, passphrase_file)
    with desk.vault:
        opened = opened_by(desk, typed)
        target = target_at(home, folder / suggested(opened, "-access-pack.pdf"), ".pdf")
        written = access.write(desk, opened, target, venue, now(), None)
    mark_done()
    click.echo(written)


COMMANDS = (export, access_pack)


def _write_named(desk: "Desk", target: "Target", codes: Iterable[str]) -> tuple[str, int]:
    """Write the entries that codes open; return the sentence to show, and how many codes open none."""
    from kiosk.desk.exports.csv import csv_of
    from kiosk.desk.exports.files import write

    entries, wrong = _open_all(desk, codes)
    if not entries:
        raise PlainError("No code opened an entry, so nothing was written.")

    def note() -> None:
        for opened in entries:
            desk.note_export(opened, "csv, with others")

    return write(target, csv_of(entries), note), wrong


def _write_every(desk: "Desk", target: "Target", reason: str, second: str) -> tuple[str, int]:
    """Write all entries that there are; return the sentence to show, and how many do not open."""
    from kiosk.desk.exports import every
    from kiosk.desk.exports.files import write

    with progress_bar("Opening entries") as progress:
        entries, unread = every.open_every(desk, second, reason, progress)
    for row, why in unread:
        say(f"{row.name}, {on_short_day(row.saved)}: {why}", err=True)
    if not entries:
        raise PlainError("There is no entry that opens, so nothing was written.")
    return write(target, every.table_of(entries)), len(unread)


def _open_all(desk: "Desk", codes: Iterable[str]) -> "tuple[list[Opened], int]":
    """Return the entries that codes open, each once, and how many open none: they are told by their line."""
    found: dict[str, Opened] = {}
    wrong = 0
    for number, code in enumerate(codes, 1):
        if not code.strip():
            continue
        try:
            opened = desk.open(code)
        except (HandleError, VaultError, SealError, EntryError) as error:
            say(f"Line {number}: {' '.join(str(error).split())}", err=True)
            wrong += 1
        else:
            found.setdefault(opened.row.id, opened)
    return list(found.values()), wrong
