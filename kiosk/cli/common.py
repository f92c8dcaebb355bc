"""What all commands share: examples in a help text, `--json`, the home they work on."""

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kiosk.errors import KioskError
from kiosk.text import shown

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar

    from kiosk.desk.exports.destinations import Places, Target
    from kiosk.entry.handle import Handle, HandleKeys
    from kiosk.home import Home

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON, for scripts.")


def examples(*lines: str) -> str:
    """Return examples for the end of a help text; click leaves them as they are."""
    return "\b\n" + "\n".join(["For example:", *(f"  {line}" for line in lines)])


def print_json(value: object) -> None:
    """Print a value as JSON."""
    # ASCII alone: nothing in a text can then reach a terminal as a command.
    click.echo(json.dumps(value, indent=2))


def print_as(value: object, text: object, *, as_json: bool) -> None:
    """Print a value as JSON, or a text that says the same. Raises OutputError."""
    if as_json:
        print_json(value)
    else:
        click.echo(text)


def tell_code(code: "Handle", keys: "HandleKeys", name: str, *, as_json: bool) -> None:
    """Print what leads to an entry. Raises OutputError."""
    value = {"code": str(code), "name": name, "id": keys.id}
    print_as(value, f"Code  {code}\nName  {name}\nId    {keys.id}", as_json=as_json)


def say(text: str, *, err: bool = False) -> None:
    """Print what may hold a path or a name from elsewhere, as lines that are fit to show."""
    click.echo("\n".join(map(shown, text.split("\n"))), err=err)


def stop_at(mistakes: Sequence[KioskError]) -> None:
    """Print each mistake on a line, and end the command as failed where there is one."""
    for mistake in mistakes:
        say(" ".join(str(mistake).split()), err=True)
    if mistakes:
        sys.exit(1)


def mark_done() -> None:
    """Say that what was asked for is done: where the rest cannot be printed, that is told too."""
    click.get_current_context().meta[_DONE] = True


def is_done(context: click.Context) -> bool:
    """Tell whether a command has said so."""
    return bool(context.meta.get(_DONE))


_DONE = "kiosk.done"


def home_here() -> "Home":
    """Return the home of this command. Raises SettingsError where others can change it."""
    from kiosk.permissions import require_safe

    home = home_named()
    require_safe(home)
    return home


def home_named() -> "Home":
    """Return the same, whoever can change it. Raises SettingsError."""
    from kiosk.home import home_from

    return home_from(environment_here())


def environment_here() -> dict[str, str]:
    """Return the environment of this command, in which KIOSK_HOME is what `--home` says, where it says so."""
    context = click.get_current_context(silent=True)
    named = context.meta.get(_HOME) if context else None
    return dict(os.environ) | ({"KIOSK_HOME": named} if named else {})


_HOME = "kiosk.home"


def _name_home(context: click.Context, _option: click.Parameter, folder: str | None) -> None:
    """Keep for this command which home was named. Raises BadParameter for what can be none."""
    if folder is None:
        return
    if not folder.strip() or Path(folder).is_file():
        raise click.BadParameter("It is not a folder.")
    context.meta[_HOME] = str(Path(folder).absolute()) if not folder.startswith("~") else folder


def add_home_option(command: click.Command) -> None:
    """Add `--home` to a command and those below it."""
    command.params.append(
        click.Option(
            ["--home"],
            metavar="DIR",
            expose_value=False,
            callback=_name_home,
            is_eager=True,
            type=click.Path(file_okay=False),
            help="Folder that holds everything. Overrides KIOSK_HOME.",
        )
    )
    for inner in command.commands.values() if isinstance(command, click.Group) else ():
        add_home_option(inner)


def target_at(home: "Home", path: Path, ending: str) -> "Target":
    """Return the new file that was asked for, with its ending. Raises DeskError where it may not go there."""
    from kiosk.desk.exports.files import require_free

    target = places_of(home).target(path, ending)
    require_free(target)
    return target


def places_of(home: "Home") -> "Places":
    """Return where files may go: before a venue is set up, to removable disks alone. Raises SettingsError."""
    from kiosk.desk.exports.destinations import Places
    from kiosk.devices import mounts
    from kiosk.settings.settings import Export, load_settings

    export = load_settings(home.settings).export if home.is_set_up() else Export()
    return Places(home, export, mounts.disks)


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
