"""The commands that look after packs."""

import sys
from pathlib import Path

import click

from kiosk.cli.common import examples, say
from kiosk.cli.prompts import PATH


@click.group(epilog=examples("kiosk pack check data/packs/strengths.toml"))
def pack() -> None:
    """Check packs of questions."""


@pack.command("check", epilog=examples("kiosk pack check data/packs/strengths.toml"))
@click.argument("file", type=PATH)
def check_pack_file(file: Path) -> None:
    """Check a pack, and report every mistake."""
    from kiosk.pack.load import check_pack, load_pack

    mistakes = check_pack(file)
    for mistake in mistakes:
        say(" ".join(str(mistake).split()), err=True)
    if mistakes:
        sys.exit(1)
    loaded = load_pack(file)
    questions, sections = len(list(loaded.questions())), len(loaded.sections)
    say(f"{file} is correct: {questions} questions in {sections} sections.")


COMMANDS = (pack,)
