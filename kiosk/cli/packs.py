"""The commands that look after packs."""

import click

from kiosk.cli import pack_states
from kiosk.cli.common import examples
from kiosk.cli.pack_check import check
from kiosk.cli.pack_list import list_packs
from kiosk.cli.pack_look import pictures, preview
from kiosk.cli.pack_paper import paper


@click.group(epilog=examples("kiosk pack check data/packs/strengths.toml"))
def pack() -> None:
    """Write packs of questions, look at them, and publish them.

    docs/packs.md shows how to make one with a working group.
    """


for _command in (check, list_packs, preview, pictures, paper, *pack_states.COMMANDS):
    pack.add_command(_command)

COMMANDS = (pack,)
