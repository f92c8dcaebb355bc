"""What all commands share: examples in a help text, `--json`, the home they work on."""

import json
import os
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from kiosk.settings import Home

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON, for scripts.")


def examples(*lines: str) -> str:
    """Return examples for the end of a help text; click leaves them as they are."""
    return "\b\n" + "\n".join(["For example:", *(f"  {line}" for line in lines)])


def print_json(value: object) -> None:
    """Print a value as JSON."""
    # ASCII alone: nothing in a text can then reach a terminal as a command.
    click.echo(json.dumps(value, indent=2))


def home_here() -> "Home":
    """Return the home that the environment names. Raises SettingsError."""
    from kiosk.settings import home_from

    return home_from(os.environ)
