"""The commands that show a pack before it is used: as a practice visit, and as pictures."""

import sys
from dataclasses import replace
from pathlib import Path

import click

from kiosk.cli.common import environment_here, examples, home_named, progress_bar, say
from kiosk.cli.pack_file import pack_argument, require_new, translation_there
from kiosk.cli.prompts import PATH


@click.command(epilog=examples("kiosk pack preview my_pack.toml"))
@pack_argument
def preview(file: Path) -> None:
    """Walk a pack as a customer does, full screen.

    PACK is a file, or the id of a pack. It is a practice: each page says that it is a draft, and nothing is
    kept. Welcome offers each language that there is a translation in, complete or not, and that the program
    speaks. F8 at its Welcome closes it.
    """
    from kiosk.launch import run_kiosk
    from kiosk.pack.load import load_pack

    load_pack(file)
    sys.exit(run_kiosk(environment_here(), practises=True, draft=file))


@click.command(
    epilog=examples(
        "kiosk pack pictures my_pack.toml my_pack.html", "kiosk pack pictures ours ours.html --language pl"
    )
)
@pack_argument
@click.argument("out", metavar="OUT.html", type=PATH)
@click.option("--language", "tag", metavar="LANG", help="In this translation of the pack, complete or not.")
def pictures(file: Path, out: Path, tag: str | None) -> None:
    """Write a picture of each page of a pack into one HTML file, to pass round or print.

    PACK is a file, or the id of a pack. Each page is shown at the usual size and at the smallest. The file
    opens in any browser and fetches nothing from a network.
    """
    from kiosk import practice
    from kiosk.language import SOURCE, language, speaking
    from kiosk.pack.load import load_pack
    from kiosk.session import Practice, open_session
    from kiosk.settings.settings import load_settings
    from kiosk.vault import durable
    from screens.app import pack_pictures

    pack = load_pack(file)
    require_new(out, ".html")
    spoken = language(translation_there(pack, tag) if tag else SOURCE)
    venue = home_named()
    with practice.practice_home() as home:
        session = open_session(home, Practice(*practice.people(home)), draft=file)
        words = (load_settings(venue.settings) if venue.is_set_up() else session.settings).words()
        with session.vault, speaking(spoken), progress_bar("Taking pictures") as progress:
            page = pack_pictures(replace(session, pack=session.translated(pack)), words, progress)
    durable.write_out(out.absolute(), page.encode())
    say(f"{out} has a picture of each page.")
