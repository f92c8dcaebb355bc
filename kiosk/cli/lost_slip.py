"""The command with which two members of staff find an entry whose slip is lost."""

from typing import TYPE_CHECKING

import click

from kiosk import dates
from kiosk.cli.common import examples, home_here, json_option, mark_done, print_as, progress_bar, tell_code
from kiosk.cli.open import flags_of, print_entry
from kiosk.cli.prompts import (
    PlainError,
    Who,
    confirm,
    desk_options,
    require_desk,
    second_options,
    second_unlocked,
    unlock,
)
from kiosk.errors import BegunError, KioskError

if TYPE_CHECKING:
    from kiosk.desk.lost_slip import Search
    from kiosk.vault.rows import Row


@click.command(
    "lost",
    epilog=examples(
        'kiosk lost --reason "She lost her slip" --name amber',
        'kiosk lost --reason "She lost her slip" --day "4 March" --saying "bees roof"',
        'kiosk lost --reason "She lost her slip" --name "Amber Heron" --open',
        'kiosk lost --reason "She lost her slip" --name "Amber Heron" --new-code',
    ),
)
@click.option("--reason", required=True, help="Who is asking, and why. Recorded in the audit log.")
@click.option("--name", default="", help="The entry's name, or part of it.")
@click.option(
    "--day", default="", help="The day it was saved, such as '4 March' or 4/3/26, within three days."
)
@click.option("--saying", default="", metavar="WORDS", help="Words that appear in the answers.")
@click.option("--open", "opens", is_flag=True, help="Print the entry, if exactly one matches.")
@click.option("--new-code", "gives", is_flag=True, help="Give the entry a new code, if exactly one matches.")
@click.option("--yes", is_flag=True, help="Skip the confirmation question.")
@second_options
@json_option
@desk_options
def lost(
    reason: str,
    name: str,
    day: str,
    saying: str,
    opens: bool,
    gives: bool,
    yes: bool,
    second: Who,
    as_json: bool,
    by: Who,
) -> None:
    """Find the entry of a customer who lost the slip. Needs two members of staff.

    Both unlock, and the search is recorded in the audit log. Without --open, matching entries are listed.
    Parts that the customer kept back stay closed, and are not searched.

    With --new-code the entry gets a new code, which is printed, and a new name. The old code then opens only
    what was kept back.
    """
    if opens and gives:
        raise click.UsageError("Give only one of --open and --new-code.")
    from kiosk.dates import day_of
    from kiosk.desk import lost_slip as searching
    from kiosk.desk import plain_text

    home = home_here()
    require_desk(home)
    since, until = searching.around(day, day_of(dates.now())) if day else (None, None)
    desk = unlock(home, by)
    search = searching.begin(desk, second_unlocked(home, second), reason)
    with desk.vault:
        rows = desk.rows()
        flags = flags_of(home, desk, rows)
        wanted = searching.Wanted(name, since, until, saying)
        with progress_bar("Searching answers") as progress:
            found, missed, renamed = search.look(rows, wanted, progress)
        for says in renamed:
            click.echo(says, err=True)
        if gives and len(found) == 1:
            _give(search, found[0], yes=yes, as_json=as_json)
            return
        if opens and len(found) == 1:
            print_entry(search.open(found[0]), as_json=as_json)
            return
    if as_json or found:
        value, text = plain_text.rows_value(found, flags), plain_text.rows_text(found, flags)
        print_as(value, text, as_json=as_json)
    if not found:
        raise PlainError(" ".join(("No entries match.", *missed)))
    if opens or gives:
        raise PlainError("More than one entry matches. Narrow the search with --name, --day or --saying.")


COMMANDS = (lost,)


def _give(search: "Search", row: "Row", *, yes: bool, as_json: bool) -> None:
    """Give an entry that was found a new code, once that is confirmed. Raises PlainError or KioskError."""
    from kiosk.desk import new_code

    opened = search.open(row)
    asks = f"Give {row.name} a new code? The old one will no longer open it, and its name changes."
    if not yes and not confirm(asks, "--yes"):
        raise PlainError("No new code was given.")
    desk = search.desk
    code = new_code.drawn(desk)
    # Before it is given: this is all that ever tells the code, and it opens nothing without it.
    tell_code(*code, desk.vault.name_of(code[1].id), as_json=as_json)
    try:
        given = new_code.give(desk, opened, opened.second, code, dates.now())
    except BegunError as error:
        new_code.handed_over(desk, code[1].id)
        raise PlainError(f"{error} The code printed above will open it.") from error
    except KioskError as error:
        raise PlainError(f"{error} The code printed above opens no entry.") from error
    new_code.handed_over(desk, given.saved.id)
    mark_done()
    if given.kept_back:
        click.echo("Only the old code opens what the customer kept back.", err=True)
