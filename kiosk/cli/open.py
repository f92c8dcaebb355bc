"""The command that opens one entry: prints it, or writes it to a file."""

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kiosk import dates
from kiosk.cli.common import examples, home_here, json_option, mark_done, print_as, print_json, target_at
from kiosk.cli.prompts import PATH, PlainError, Who, ask, desk_options, read_file, require_desk, unlock
from kiosk.errors import HandleError, NoEntryError
from kiosk.vault.states import CHOICES, ORDERS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kiosk.desk.desk import Desk
    from kiosk.desk.exports.destinations import Target
    from kiosk.desk.exports.formats import Format
    from kiosk.desk.listing import Flags
    from kiosk.entry.opened import Opened
    from kiosk.home import Home
    from kiosk.vault.rows import Row
    from kiosk.vault.states import Choice, Order


@click.command(
    "open",
    epilog=examples(
        "kiosk open",
        "kiosk open K7QX 4MPD 9RTW 2HNC",
        'kiosk open - --json --staff "Jo Smith" --passphrase-file jo.txt < code.txt',
        "kiosk open --pdf /media/usb/amber-heron.pdf",
    ),
)
@click.argument("code", nargs=-1)
@click.option("--json/--text", "as_json", default=None, help="Output format. The default is text.")
@click.option("--pdf", type=PATH, metavar="FILE", help="Write a PDF to a new file.")
@click.option("--markdown", type=PATH, metavar="FILE", help="Write Markdown to a new file.")
@click.option("--csv", type=PATH, metavar="FILE", help="Write a CSV table to a new file.")
@click.option("--json-file", type=PATH, metavar="FILE", help="Write JSON to a new file.")
@desk_options
def open_entry(
    code: tuple[str, ...],
    as_json: bool | None,
    pdf: Path | None,
    markdown: Path | None,
    csv: Path | None,
    json_file: Path | None,
    by: Who,
) -> None:
    """Read an entry and mark it as picked up.

    CODE is the customer's code. Spaces, dashes and case do not matter. Anything on a command line is visible
    to other users of this machine and stays in the shell's history: leave CODE out to be asked for it, or
    give '-' to read it from standard input.

    Files can be written to a removable disk, or to a folder that kiosk.toml allows. They are not encrypted.
    Only you can read them (mode 0600), existing files are never overwritten, and parts that the customer kept
    back are left out.
    """
    home = home_here()
    require_desk(home)
    files: dict[Format, Path | None] = {"pdf": pdf, "markdown": markdown, "csv": csv, "json": json_file}
    file = _one_file(home, files, printed=as_json is not None)
    with entry_of(code, by) as (unlocked, found):
        # Read before it is marked: nobody has picked up what could not be printed or written.
        opened = unlocked.as_picked_up(found, dates.now())
        written = _write(unlocked, opened, *file) if file else ""
        if file is None:
            print_entry(opened, as_json=bool(as_json))
        unlocked.pick_up(found)
    if written:
        mark_done()
        click.echo(written)


@click.command(
    "list",
    epilog=examples(
        "kiosk list",
        "kiosk list --only waiting --sort name",
        "kiosk list --only 'asks to talk'",
        'kiosk list --json --shared --staff "Jo Smith" --passphrase-file jo.txt',
    ),
)
@click.option("--name", default="", metavar="NAME", help="Only entries with a name like this.")
@click.option("--only", type=click.Choice(CHOICES), help="Only entries with this status or flag.")
@click.option("--sort", type=click.Choice(ORDERS), default="newest", show_default=True, help="Sort order.")
@click.option("--shared", is_flag=True, help="Show how much of each entry staff may read. Opens each entry.")
@json_option
@desk_options
def list_entries(
    name: str, only: "Choice | None", sort: "Order", shared: bool, as_json: bool, by: Who
) -> None:
    """List the entries.

    Each line shows an entry's name, the day it was saved, its status, and whether the customer asks to talk,
    a step of the plan is overdue, the plan is to review, or the entry expires soon.
    """
    from kiosk.desk import plain_text
    from kiosk.desk.find import NameIndex
    from kiosk.desk.listing import View

    home = home_here()
    unlocked = unlock(home, by)
    with unlocked.vault:
        every = unlocked.rows()
        flags = flags_of(home, unlocked, every)
        named = (every[place] for place in NameIndex(row.name for row in every).places(name))
        rows = View(only, sort).of(named, flags)
        parts = [unlocked.shared(row) for row in rows] if shared else None
    if as_json:
        print_json(plain_text.rows_value(rows, flags, parts))
    elif every and not rows:
        click.echo("No entries match.")
    else:
        click.echo(plain_text.rows_text(rows, flags, parts))


COMMANDS = (open_entry, list_entries)


def flags_of(home: "Home", desk: "Desk", rows: "Sequence[Row]") -> "Flags":
    """Return what staff should know of entries now."""
    from kiosk.desk import listing
    from kiosk.settings.settings import load_settings

    desk.look_into(rows)
    return listing.flags_of(desk, rows, load_settings(home.settings).privacy.days, dates.now())


@contextmanager
def entry_of(given: "Sequence[str]", by: Who, *, lead: bool = False) -> "Iterator[tuple[Desk, Opened]]":
    """Unlock the desk, and open the entry of the code given on the command line, or else asked for.

    Where it does not open, say which group to look at. Raises KioskError or PlainError.
    """
    home = home_here()
    require_desk(home)
    typed = " ".join(given) if given else ask("The customer's code", "CODE")
    typed = read_file(Path("-")).decode(errors="replace") if typed == "-" else typed
    desk = unlock(home, by, lead=lead)
    with desk.vault:
        try:
            opened = desk.open(typed)
        except (HandleError, NoEntryError) as error:
            raise PlainError(desk.explain(typed, error)) from error
        yield desk, opened


def print_entry(opened: "Opened", *, as_json: bool) -> None:
    """Print an entry. Raises OutputError."""
    from kiosk.desk import plain_text

    print_as(plain_text.opened_value(opened), plain_text.opened_text(opened, dates.now()), as_json=as_json)


def _one_file(
    home: "Home", files: "dict[Format, Path | None]", *, printed: bool
) -> "tuple[Format, Target] | None":
    """Return the file that was asked for, and in which form. Raises UsageError for more than one way out."""
    from kiosk.desk.exports.formats import FORMATS

    asked = [(form, path) for form, path in files.items() if path is not None]
    if len(asked) + printed > 1:
        raise click.UsageError("Give only one of --json, --text, --pdf, --markdown, --csv and --json-file.")
    return next(((form, target_at(home, path, FORMATS[form])) for form, path in asked), None)


def _write(desk: "Desk", opened: "Opened", form: "Format", target: "Target") -> str:
    from kiosk.desk.exports.files import write
    from kiosk.desk.exports.formats import exported
    from kiosk.settings.settings import load_settings

    venue = load_settings(target.places.home.settings).venue.name
    data = exported(opened, form, dates.now(), venue)
    return write(target, data, lambda: desk.note("exported", opened.row, form))
