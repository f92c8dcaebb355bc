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
@click.option("--reason", required=True, help="Who asks for it, and why. It is kept in the audit.")
@click.option("--name", default="", help="The name of the entry, as far as it is known.")
@click.option(
    "--day", default="", help="The day it was saved, such as '4 March' or 4/3/26, give or take three."
)
@click.option("--saying", default="", metavar="WORDS", help="Words that stand in the answers.")
@click.option("--open", "opens", is_flag=True, help="Print the entry, where just one fits.")
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
    """Find an entry whose customer lost the slip. It takes two members of staff.

    Both unlock, one after the other, and it stands in the audit. Without --open it lists what fits. What the
    customer keeps back stays closed, and is not looked through.
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
        with progress_bar("Looking through answers") as progress:
            found, missed = search.look(rows, wanted, progress)
        if opens and len(found) == 1:
            opened = search.open(found[0])
            if as_json:
                print_json(plain.opened_value(opened))
            else:
                click.echo(plain.opened_text(opened))
            return
    if as_json:
        print_json(plain.rows_value(found, flags))
    elif found:
        click.echo(plain.rows_text(found, flags))
    if not found or opens:
        raise PlainError(
            " ".join(("No entry fits.", *missed))
            if not found
            else "More than one fits. Narrow it down with --name, --day or --saying."
        )


COMMANDS = (lost,)
