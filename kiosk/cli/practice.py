"""The command that opens practice, prints its handout, and checks what it opens with."""

import sys
from pathlib import Path

import click

from kiosk.cli.common import environment_here, examples, home_named, say, stop_at
from kiosk.cli.prompts import PATH, PlainError


@click.command(
    epilog=examples(
        "kiosk practice",
        "kiosk practice --handout practise-together.pdf",
        "kiosk practice --check training.toml",
    )
)
@click.option("--handout", type=PATH, metavar="FILE", help="Write the two pages for staff to a new PDF.")
@click.option("--check", type=PATH, metavar="FILE", help="Check a training file, and report every mistake.")
def practice(handout: Path | None, check: Path | None) -> None:
    """Open practice, full screen: made-up entries, and cards to practise with. Nothing is kept.

    F8 at Welcome closes it. It never touches the entries of this machine. What it opens with is a training
    file: training.toml beside kiosk.toml, or the one that comes with the kiosk. Your group can write its own:
    copy that one, change it, and raise its version.
    """
    from kiosk.dates import now
    from kiosk.desk.training import check_training, file_for, library_for, load_training
    from kiosk.text import counted

    if handout and check:
        raise click.UsageError("Give only one of --handout and --check.")
    if check:
        named = library_for(home_named(), check).named
        stop_at(check_training(check, named))
        found = load_training(check, named)
        entries = counted(len(found.entries), "entry", "entries")
        say(f"{check} is correct: {entries} and {counted(len(found.cards), 'card', 'cards')}.")
        return
    if handout is None:
        from kiosk.launch import run_kiosk

        sys.exit(run_kiosk(environment_here(), practises=True))
    from kiosk.desk.exports.training_sheet import handout_pdf
    from kiosk.vault import durable

    if handout.suffix.lower() != ".pdf":
        raise click.BadParameter("The name of the file must end in .pdf.", param_hint="--handout")
    file = file_for(home_named())
    data = handout_pdf(load_training(file, library_for(home_named(), file).named), now())
    try:
        durable.write_out(handout, data)
    except FileExistsError as error:
        raise PlainError(f"{handout} already exists. Choose another name.") from error
    say(f"{handout} is saved.")


COMMANDS = (practice,)
