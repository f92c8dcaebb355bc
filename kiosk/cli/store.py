"""The command that looks at the object store of the settings."""

import os
import sys

import click

from kiosk import dates
from kiosk.cli.common import examples, home_here, json_option, print_as
from kiosk.cli.prompts import PlainError, require_set_up


@click.group(epilog=examples("kiosk store check"))
def store() -> None:
    """Look after the object store that carries entries between places.

    [store] in kiosk.toml says which one; docs/setup.md shows how.
    """


@store.command(epilog=examples("kiosk store check", "kiosk store check --json"))
@json_option
def check(as_json: bool) -> None:
    """Try the store, and say what to do.

    Writes, reads, lists and deletes a few objects of its own. Prints one line for each check, as 'kiosk
    doctor' does, and exits with status 1 if the store cannot be used like this.
    """
    from kiosk.health import Level
    from kiosk.places.credentials import credentials_from
    from kiosk.places.objects import Objects
    from kiosk.places.store_probe import try_store
    from kiosk.settings.settings import load_settings
    from kiosk.vault.place import place_id

    home = home_here()
    require_set_up(home)
    settings = load_settings(home.settings).store
    if not settings.endpoint:
        raise PlainError("No store is set. Describe it in [store] in kiosk.toml: docs/setup.md shows how.")
    objects = Objects(settings, credentials_from(settings.credentials, os.environ))
    levels = {True: Level.OK, None: Level.LOOK, False: Level.WRONG}
    found = [
        (one.what, levels[one.good].value, one.says)
        for one in try_store(objects, place_id(home.place), dates.now)
    ]
    values = [{"what": what, "level": level, "says": says} for what, level, says in found]
    text = "\n".join(f"{level:<5}  {what}: {says}" for what, level, says in found)
    print_as(values, text, as_json=as_json)
    if any(level == Level.WRONG.value for _, level, _ in found):
        sys.exit(1)


COMMANDS = (store,)
