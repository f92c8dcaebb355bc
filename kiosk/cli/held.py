"""The commands of a central desk: the keys of other venues that it holds."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kiosk.cli.common import examples, home_here, json_option, mark_done, print_as, say
from kiosk.cli.prompts import PATH, PlainError, Who, audit_of, confirm, desk_options, enter, read_file
from kiosk.text import columns, padded, same_name

if TYPE_CHECKING:
    from kiosk.desk.keys.held import HeldVenue

_YES = click.option("--yes", is_flag=True, help="Skip the confirmation question.")


@click.command(
    "hold",
    epilog=examples(
        "kiosk key hold /media/usb/elm-house.txt",
        'kiosk key hold key.txt --name "Elm House" --yes < /dev/null',
    ),
)
@click.argument("file", type=PATH)
@click.option("--name", default="", metavar="NAME", help="Name of the venue, if FILE does not say it.")
@_YES
@desk_options
def hold(file: Path, name: str, yes: bool, by: Who) -> None:
    """Hold the key of another venue, so that its entries can be read here. Leads only.

    FILE is that venue's recovery sheet as text, or its age identity file; '-' reads standard input. Compare
    the fingerprint with what that venue's own desk shows. A newer key of a venue that is held already is
    added to those before. Delete FILE afterwards.
    """
    from kiosk.desk.keys import held, stock
    from kiosk.desk.keys.identities import fingerprint
    from kiosk.settings.settings import load_settings

    home = home_here()
    lead = enter(home, by, lead=True)
    venue = held.in_file(read_file(file), name)
    if same_name(venue.name, load_settings(home.settings).venue.name):
        raise PlainError(f"{venue.name} is this venue's own name. Give another one with --name.")
    shown = fingerprint(venue.recipients[0])
    if not (yes or confirm(f"{venue.name}, venue key {shown}. Hold this key here?", "--yes")):
        raise PlainError("Nothing was changed.")
    audit = audit_of(home, lead.identity)
    now = held.hold(
        home.staff,
        lead.identity,
        venue,
        note=lambda kept: audit.note(lead.name, "held the key of a venue", detail=f"{kept}, {shown}"),
    )
    stock.follow_held(home, lead.identity)
    mark_done()
    say(f"The key of {now.name} is held here. Unlock the desk again to read its entries.")


@click.command("held", epilog=examples("kiosk key held", "kiosk key held --json"))
@json_option
@desk_options
def list_held(as_json: bool, by: Who) -> None:
    """List the venues whose keys are held here, with the fingerprint of each newest key."""
    from kiosk.desk.keys import held

    home = home_here()
    venues = held.read(home.staff, enter(home, by).identity)
    width = max((columns(one.name) for one in venues), default=0)
    lines = [f"{padded(one.name, width)}  {_shown(one)}" for one in venues]
    values = [
        {
            "name": one.name,
            "key": one.recipients[0],
            "fingerprint": _shown(one),
            "older": [*one.recipients[1:]],
        }
        for one in venues
    ]
    print_as(values, "\n".join(lines) or "No keys of other venues are held here.", as_json=as_json)


@click.command("release", epilog=examples('kiosk key release "Elm House"'))
@click.argument("name")
@_YES
@desk_options
def release(name: str, yes: bool, by: Who) -> None:
    """Hold the keys of the venue NAME no longer. Leads only.

    Its entries stay here, and can no longer be read. Whoever could unlock this desk may have copied the keys:
    only a new venue key of that venue locks them out.
    """
    from kiosk.desk.keys import held, stock

    home = home_here()
    lead = enter(home, by, lead=True)
    if not (yes or confirm(f"Remove the keys of {name} from this desk?", "--yes")):
        raise PlainError("Nothing was changed.")
    note = audit_of(home, lead.identity).noting(lead.name, "released the key of a venue")
    gone = held.release(home.staff, lead.identity, name, note=note)
    stock.follow_held(home, lead.identity, released=gone.name)
    mark_done()
    say(f"The keys of {gone.name} are no longer held here.")


COMMANDS = (hold, list_held, release)


def _shown(venue: "HeldVenue") -> str:
    from kiosk.desk.keys.identities import fingerprint

    return fingerprint(venue.recipients[0])
