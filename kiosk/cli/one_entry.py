"""The commands that do something with one entry, and the one that tells what staff did."""

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from kiosk import dates
from kiosk.cli.common import examples, home_here, json_option, mark_done, print_as, print_json, say
from kiosk.cli.open import entry_of
from kiosk.cli.prompts import (
    PATH,
    PlainError,
    Who,
    confirm,
    desk_options,
    read_file,
    require_desk,
    text_in,
    unlock,
)
from kiosk.dates import day_of
from kiosk.errors import KioskError, PrinterError
from kiosk.text import clean, is_blank, shown
from kiosk.vault.states import STATES

if TYPE_CHECKING:
    from kiosk.entry.opened import Opened
    from kiosk.vault.states import State


@click.command(epilog=examples('kiosk erase K7QX 4MPD 9RTW 2HNC --reason "The customer asked"'))
@click.argument("code", nargs=-1)
@click.option(
    "--reason", required=True, help="Who asked for the deletion, and why. Recorded in the audit log."
)
@click.option("--yes", is_flag=True, help="Skip the confirmation question.")
@json_option
@desk_options
def erase(code: tuple[str, ...], reason: str, yes: bool, as_json: bool, by: Who) -> None:
    """Delete an entry and print a receipt. Leads only.

    The receipt says what was deleted and what was not: printed and exported copies, and backups. If CODE is
    left out, you are asked for it; '-' reads it from standard input.
    """
    from kiosk.desk import erase

    with entry_of(code, by, lead=True) as (desk, opened):
        if not (yes or confirm(f"Delete {opened.row.name}? This cannot be undone", "--yes")):
            raise PlainError("Nothing was deleted.")
        receipt = erase.receipt_of(desk, opened, reason, dates.now(), key_is_here=True)
        # Before anything is deleted: afterwards nobody could make it again.
        if as_json:
            print_json(receipt.value())
        else:
            say("\n".join(receipt.lines()))
        try:
            desk.erase(opened, reason)
        except KioskError as error:
            raise PlainError(f"{error} Ignore the receipt above.") from error


@click.command(
    epilog=examples(
        "kiosk note K7QX 4MPD 9RTW 2HNC --file note.txt", "kiosk note K7QX 4MPD 9RTW 2HNC --take-back 2"
    )
)
@click.argument("code", nargs=-1)
@click.option("--file", "text", type=PATH, metavar="FILE", help="File with the text of the note.")
@click.option(
    "--take-back",
    "number",
    metavar="NUMBER",
    help="Take back the note with this number, as 'kiosk open' shows it.",
)
@click.option("--yes", is_flag=True, help="Skip the confirmation question.")
@json_option
@desk_options
def note(
    code: tuple[str, ...], text: Path | None, number: str | None, yes: bool, as_json: bool, by: Who
) -> None:
    """Add a note to an entry, or take one back. The customer can read it.

    A note cannot be edited. Once it is taken back nobody can read it, and the customer sees that it was.
    """
    if (text is None) == (number is None):
        raise click.UsageError("Give either --file or --take-back.")
    words = _note_in(text) if text else ""
    with entry_of(code, by) as (desk, opened):
        if number is None:
            opened = desk.add_note(opened, words, dates.now())
        else:
            opened = desk.take_back(opened, _to_take_back(opened, number, yes=yes), dates.now())
    done = "Note added to" if number is None else "Note taken back from"
    more = (
        " It is still marked as picked up: 'kiosk state waiting' sets it back."
        if opened.only_picked_up
        else ""
    )
    _tell(opened, as_json, f"{done} {opened.row.name}.{more}")


def _note_in(file: Path) -> str:
    """Return the text of a note. Raises PlainError for an empty one."""
    words = text_in(file)
    if is_blank(words):
        raise PlainError(f"{file} is empty. Write the note in it first.")
    return words


def _to_take_back(opened: "Opened", number: str, *, yes: bool) -> str:
    """Return the number of a note, once it was shown and agreed to. Raises PlainError."""
    note = opened.notes.get(number)
    if note is None:
        raise PlainError(
            f"There is no note {shown(number)}. 'kiosk open CODE' shows the notes with their numbers."
        )
    if not yes:
        say(clean(note.text), err=True)
        if not confirm(f"Take this note of {opened.row.name} back?", "--yes"):
            raise PlainError("Nothing was taken back.")
    return number


@click.command(
    epilog=examples(
        "kiosk plan K7QX 4MPD 9RTW 2HNC > plan.json", "kiosk plan K7QX 4MPD 9RTW 2HNC --file plan.json"
    )
)
@click.argument("code", nargs=-1)
@click.option("--file", type=PATH, metavar="FILE", help="JSON file with the agreed plan.")
@desk_options
def plan(code: tuple[str, ...], file: Path | None, by: Who) -> None:
    """Print an entry's plan, or replace it with the one in FILE.

    If there is no plan yet, the one printed starts with the customer's own goals. The customer can read the
    plan. A file is refused if someone has changed the plan since it was printed.
    """
    from kiosk.desk.plan_editor import from_file, value_of

    written = from_file(read_file(file)) if file else None
    with entry_of(code, by) as (desk, opened):
        if written is None:
            print_json(value_of(opened))
            return
        if not written.fits(opened):
            raise PlainError(
                "The plan has changed since this file was printed. Print it again, and edit the new copy."
            )
        desk.agree(opened, written.goals, dates.now(), written.review)
    mark_done()
    click.echo(f"Plan saved for {opened.row.name}. Earlier plans stay in its history.")


@click.command(epilog=examples("kiosk state closed K7QX 4MPD 9RTW 2HNC"))
@click.argument("state", type=click.Choice(STATES))
@click.argument("code", nargs=-1)
@json_option
@desk_options
def state(state: str, code: tuple[str, ...], as_json: bool, by: Who) -> None:
    """Set an entry's status."""
    with entry_of(code, by) as (desk, opened):
        opened = desk.change_state(opened, cast("State", state), dates.now())
    _tell(opened, as_json, f"{opened.row.name}: {opened.row.state}.")


@click.command(epilog=examples("kiosk talked K7QX 4MPD 9RTW 2HNC"))
@click.argument("code", nargs=-1)
@json_option
@desk_options
def talked(code: tuple[str, ...], as_json: bool, by: Who) -> None:
    """Record that you talked with a customer who had asked to.

    The entry then moves from the top of the list. The customer can read that you talked.
    """
    with entry_of(code, by) as (desk, opened):
        opened = desk.talked(opened, dates.now())
    _tell(opened, as_json, f"{opened.row.name} no longer asks to talk.")


@click.command("print", epilog=examples("kiosk print K7QX 4MPD 9RTW 2HNC"))
@click.argument("code", nargs=-1)
@desk_options
def print_entry(code: tuple[str, ...], by: Who) -> None:
    """Print My page and the plan for the customer to take away.

    Uses the printer named in kiosk.toml. Parts that the customer kept back are not printed.
    """
    from kiosk.desk.exports.pdf import pdf_of
    from kiosk.devices.printer import printer_from
    from kiosk.entry.handout import handout
    from kiosk.settings.settings import load_settings

    home = home_here()
    require_desk(home)
    settings = load_settings(home.settings)
    printer = printer_from(settings.printer)
    if printer is None:
        raise PlainError(f"No printer is set up. Name one in {home.settings}.")
    with entry_of(code, by) as (desk, opened):
        pages = partial(pdf_of, opened, dates.now(), settings.venue.name, answers=False)
        slip = handout(opened, pages)
        if slip is None:
            raise PlainError("Nothing to print: My page is empty and there is no plan yet.")
        desk.note("printed", opened.row, "My page and the plan")
    try:
        printer.print(slip)
    except PrinterError as error:
        raise PlainError(str(error)) from error
    mark_done()
    click.echo(f"Printed My page and the plan of {opened.row.name}.")


@click.command(
    epilog=examples(
        "kiosk audit",
        'kiosk audit --person "Jo Smith" --day yesterday',
        'kiosk audit --entry "Amber Heron" --json',
    )
)
@click.option("--person", default="", metavar="NAME", help="Show only what this person did.")
@click.option(
    "--entry", default="", metavar="NAME", help="Show only what was done with the entry of this name or id."
)
@click.option("--day", default="", help="Show only what was done on this day, such as '4 March'.")
@click.option(
    "--acknowledge", is_flag=True, help="Stop showing what the desk found at earlier unlocks. Leads only."
)
@json_option
@desk_options
def audit(person: str, entry: str, day: str, acknowledge: bool, as_json: bool, by: Who) -> None:
    """Show the audit log, newest first. Each line is encrypted and linked to the one before it.

    Anything the desk found at an unlock, such as a missing page, is shown at every unlock until a lead
    confirms with --acknowledge that it has been dealt with.
    """
    import msgspec

    from kiosk.desk.audit.audit_table import AuditFilter, doubts, table
    from kiosk.typed_dates import read_day

    home = home_here()
    asked = AuditFilter(person, entry, read_day(day, day_of(dates.now())) if day else None)
    desk = unlock(home, by, lead=acknowledge, acknowledge=acknowledge)
    desk.note("read the audit log")
    trail = desk.audit.read(desk.identity)
    events = asked.of(trail.events)
    if as_json:
        print_json([msgspec.to_builtins(event) for event in events])
    elif events:
        for lines in table(events):
            say(*lines)
    else:
        click.echo("No lines match.")
    for doubt in doubts(trail):
        say(doubt, err=True)
    if trail.broken is not None:
        sys.exit(1)


COMMANDS = (erase, note, plan, state, talked, print_entry, audit)


def _tell(opened: "Opened", as_json: bool, text: str) -> None:
    from kiosk.desk import plain_text

    mark_done()
    print_as(plain_text.row_value(opened.row), text, as_json=as_json)
