"""The commands that write many entries to one table, and all that is held on one to two files."""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kiosk import dates
from kiosk.cli.common import examples, home_here, mark_done, places_of, progress_bar, say, target_at
from kiosk.cli.open import entry_of
from kiosk.cli.prompts import (
    PATH,
    PlainError,
    Who,
    desk_options,
    read_file,
    require_desk,
    second_options,
    second_unlocked,
    unlock,
)
from kiosk.dates import day_of, on_short_day
from kiosk.errors import EntryError, HandleError, SealError, VaultError

if TYPE_CHECKING:
    from kiosk.desk.desk import Desk
    from kiosk.desk.exports.destinations import Target
    from kiosk.entry.opened import Opened


@click.command(
    epilog=examples(
        "kiosk export --codes-file codes.txt --csv /media/usb/answers.csv",
        'kiosk export --codes-file - --csv /media/usb/answers.csv --staff "Jo Smith" < codes.txt',
        'kiosk export --reason "Yearly review" --csv /media/usb/entries.csv',
    )
)
@click.option("--codes-file", type=PATH, metavar="FILE", help="File with one code on each line.")
@click.option("--csv", type=PATH, required=True, metavar="FILE", help="New file for the table.")
@click.option(
    "--reason",
    default="",
    help="Without codes: who asked for the export, and why. Recorded in the audit log.",
)
@second_options
@desk_options
def export(codes_file: Path | None, csv: Path, reason: str, second: Who, by: Who) -> None:
    """Write the answers of many entries to one table.

    With --codes-file the table has a row for each question of each entry; '-' reads the codes from standard
    input. Codes that do not open an entry are reported by line number, and the command exits with status 1.

    Without --codes-file the table has one row for every entry. This needs a reason and two members of staff,
    who both unlock. Each entry is recorded in the audit log with both names.

    Entries are not marked as picked up. The table can be written to a removable disk, or to a folder that
    kiosk.toml allows. It is not encrypted, and leaves out what customers kept back.
    """
    home = home_here()
    require_desk(home)
    if codes_file is None and not reason.strip():
        raise click.UsageError("Give --codes-file or, to export every entry without codes, --reason.")
    if codes_file is not None and (reason or second.is_given):
        raise click.UsageError("--reason and --second cannot be used with --codes-file.")
    target = target_at(home, csv, ".csv")
    codes = None
    if codes_file is not None:
        codes = read_file(codes_file).decode("utf-8-sig", errors="replace").split("\n")
    desk = unlock(home, by)
    if codes is None:
        other = second_unlocked(home, second)
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
@click.option("--to", "folder", type=PATH, required=True, metavar="DIR", help="Folder for both files.")
@desk_options
def access_pack(code: tuple[str, ...], folder: Path, by: Who) -> None:
    """Write everything held on an entry, for a subject access request.

    A PDF and a JSON file contain the entry with its history, who read it and when, and what was exported or
    printed. They can be written to a removable disk, or to a folder that kiosk.toml allows. They are not
    encrypted, and leave out what only the customer's code opens. The entry is not marked as picked up.
    """
    home = home_here()
    require_desk(home)
    from kiosk.desk import access_pack
    from kiosk.desk.exports.files import suggested
    from kiosk.settings.settings import load_settings

    places_of(home).require_folder(folder)
    venue = load_settings(home.settings).venue.name
    with entry_of(code, by) as (desk, opened):
        target = target_at(home, folder / suggested(opened, "-access-pack.pdf"), ".pdf")
        written = access_pack.write(desk, opened, target, venue, dates.now())
    mark_done()
    click.echo(written)


COMMANDS = (export, access_pack)


def _write_named(desk: "Desk", target: "Target", codes: Iterable[str]) -> tuple[str, int]:
    """Write the entries that codes open; return the sentence to show, and how many codes open none."""
    from kiosk.desk.exports.csv import csv_of
    from kiosk.desk.exports.files import write

    entries, wrong = _open_all(desk, codes)
    if not entries:
        raise PlainError("Nothing was written: none of the codes opens an entry.")

    def note() -> None:
        for opened in entries:
            desk.note("exported", opened.row, "csv, with others")

    return write(target, csv_of(entries), note), wrong


def _write_every(desk: "Desk", target: "Target", reason: str, second: str) -> tuple[str, int]:
    """Write all entries that there are; return the sentence to show, and how many do not open."""
    from kiosk.desk import export_all
    from kiosk.desk.exports.files import write

    with progress_bar("Opening entries") as progress:
        entries, unread = export_all.open_every(desk, second, reason, progress)
    for row, why in unread:
        say(f"{row.name}, {on_short_day(row.saved)}: {why}", err=True)
    if not entries:
        raise PlainError("Nothing was written: no entry could be opened.")
    return write(target, export_all.table_of(entries, day_of(dates.now()))), len(unread)


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
