"""The command that puts a pack on paper."""

from pathlib import Path

import click

from kiosk.cli.common import examples, home_named, say
from kiosk.cli.pack_file import file_of, require_new, translated_beside, translation_there
from kiosk.cli.prompts import PATH


@click.command(
    epilog=examples(
        "kiosk pack paper strengths form.pdf --fill",
        "kiosk pack paper strengths form.pdf --fill --language pl",
        "kiosk pack paper my_pack.toml review.pdf --review",
    )
)
@click.argument("pack", metavar="PACK")
@click.argument("out", metavar="OUT.pdf", type=PATH)
@click.option("--fill", "what", flag_value="fill", help="A form for customers to fill in by hand.")
@click.option(
    "--review", "what", flag_value="review", help="Each question with room for keep, change, take out."
)
@click.option("--language", "tag", metavar="LANG", help="In this translation of the pack, complete or not.")
def paper(pack: str, out: Path, what: str | None, tag: str | None) -> None:
    """Put a pack on paper: a PDF of A4 pages in large print, to print.

    PACK is a file, or the id of a pack: a form to fill in is of the version in use, a review of the draft.
    Answers on paper are typed in at the desk.
    """
    from kiosk.devices.pack_paper import form_pdf, review_pdf
    from kiosk.pack.load import load_pack
    from kiosk.pack.rules import PLACEHOLDERS
    from kiosk.settings.settings import load_settings
    from kiosk.vault import durable

    if what is None:
        raise click.UsageError("Give --fill or --review.")
    require_new(out, ".pdf")
    file, home = file_of(pack, drafts=what == "review"), home_named()
    loaded = load_pack(file)
    if tag is not None:
        loaded = translated_beside(loaded, file, translation_there(loaded, tag))
    words = dict.fromkeys(PLACEHOLDERS, "…………")
    if home.is_set_up():
        words = load_settings(home.settings).words()
    durable.write_out(out.absolute(), (form_pdf if what == "fill" else review_pdf)(loaded, words))
    say(f"{out} is ready to print.")
