"""The commands that look after packs."""

import click

from kiosk.cli.common import examples
from kiosk.cli.pack_check import check


@click.group(epilog=examples("kiosk pack check data/packs/strengths.toml"))
def pack() -> None:
    """Check packs of questions."""


pack.add_command(check)

COMMANDS = (pack,)
