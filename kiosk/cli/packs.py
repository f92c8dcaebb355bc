"""The commands that look after packs."""

import click

from kiosk.cli.common import examples
from kiosk.cli.pack_check import check
from kiosk.cli.pack_look import pictures, preview
from kiosk.cli.pack_paper import paper


@click.group(epilog=examples("kiosk pack check data/packs/strengths.toml"))
def pack() -> None:
    """Check packs of questions, and look at them."""


for _command in (check, preview, pictures, paper):
    pack.add_command(_command)

COMMANDS = (pack,)
