"""What all commands share: examples in a help text, `--json`, the home they work on."""

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar

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


@contextmanager
def progress_bar(label: str) -> Iterator[Callable[[int, int], None]]:
    """Show how far it has come, where somebody is looking and there is something to count.

    What is given takes how many are done, and how many there are.
    """
    with ExitStack() as stack:
        bars: list[ProgressBar[int]] = []

        def progress(done: int, total: int) -> None:
            if not bars:
                bar = click.progressbar(length=max(total, 1), label=label, file=sys.stderr)
                bars.append(stack.enter_context(bar))
            bars[0].length = max(total, 1)
            bars[0].update(done - bars[0].pos)

        yield progress if sys.stderr.isatty() else lambda _done, _total: None
