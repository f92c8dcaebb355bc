"""The command with which two members of staff find an entry whose slip is lost."""

from pathlib import Path

import click

from kiosk.asking import PlainError, desk_options, require_desk, second_options, second_unlocked, unlock
from kiosk.commands.common import examples, home_here, json_option, print_json, progress_bar
from kiosk.commands.entries import flags_of


@click.command(
    "lost",
    epilog=examples(
        'kiosk lost --reason "She lost her slip" --name amber',
        'kiosk lost --reason "She lost her slip" --day "4 March" --saying "bees roof"',
        'kiosk lost --reason "She lost her slip" --name "Amber Heron" --open',
    ),
)
@click.option("--reason", required=True, help="Who is asking, and why. Recorded in the audit log.")
@click.option("--name", default="", help="The entry's name, or part of it.")
@click.option(
    "--day", default="", help="The day it was saved, such as '4 March' or 4/3/26, within three days."
)
@click.option("--saying", default="", metavar="WORDS", help="Words that appear in the answers.")
@click.option("--open", "opens", is_flag=True, help="Print the entry, if exactly one matches.")
@second_options
@json_option
@desk_options
def lost(
    reason: str,
    name: str,
    day: str,
    saying: str,
    opens: bool,
    second: str | None,
    second_passphrase_file: Path | None,
    as_json: bool,
    staff: str | None,
    passphrase_file: Path | None,
) -> None:
    """Find the entry of a customer who lost the slip. Needs two members of staff.

    Both unlock, and the search is recorded in the audit log. Without --open, matching entries are listed.
    Parts that the customer kept back stay closed, and are not searched.
    """
    from kiosk.desk import lost as searching
    from kiosk.desk import plain
    from kiosk.moments import day_of
    from kiosk.session import now

    home = home_here()
    require_desk(home)
    since, until = searching.around(day, day_of(now())) if day else (None, None)
    desk = unlock(home, staff, passphrase_file)
    search = searching.begin(desk, second_unlocked(home, second, second_passphrase_file), reason)
    with desk.vault:
        rows = desk.rows()
        flags = flags_of(home, desk, rows)
        wanted = searching.Wanted(name, since, until, saying)
        with progress_bar("Searching answers") as progress:
            found, missed = search.look(rows, wanted, progress)
        if opens and len(found) == 1:
            opened = search.open(found[0])
            if as_json:
                print_json(plain.opened_value(opened))
            else:
                click.echo(plain.opened_text(opened, now()))
            return
    if as_json:
        print_json(plain.rows_value(found, flags))
    elif found:
        click.echo(plain.rows_text(found, flags))
    if not found or opens:
        raise PlainError(
            " ".join(("No entry fits.", *missed))
            if not found
            else "More than one entry matches. Narrow the search with --name, --day or --saying."
        )


COMMANDS = (lost,)
