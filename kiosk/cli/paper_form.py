"""The command that types in a paper form."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kiosk.cli.common import examples, home_here, json_option, tell_code
from kiosk.cli.prompts import PATH, PlainError, Who, desk_options, read_file, unlock
from kiosk.errors import KioskError

if TYPE_CHECKING:
    from kiosk.home import Home
    from kiosk.pack.model import Pack


@click.command(epilog=examples("kiosk enter --template > answers.json", "kiosk enter answers.json"))
@click.argument("answers", type=PATH, required=False)
@click.option("--template", "as_template", is_flag=True, help="Print an example answers file.")
@click.option("--choices", is_flag=True, help="Print every question with its possible answers.")
@json_option
@desk_options
def enter(answers: Path | None, as_template: bool, choices: bool, as_json: bool, by: Who) -> None:
    """Enter a paper form and print its code.

    ANSWERS is a file in the format that --template prints; '-' reads standard input. The entry is saved like
    any other, and marked as typed in from paper; with --staff it also shows who typed it in. A question
    left out counts as not answered.
    """
    from kiosk.entry import paper_form

    home = home_here()
    if as_template:
        click.echo(paper_form.template(_pack_of(home)).decode(), nl=False)
        return
    if choices:
        click.echo(paper_form.choices(_pack_of(home)))
        return
    if answers is None:
        raise click.UsageError("Give an answers file, or --template.")
    from kiosk.desk.audit.audit_log import KIOSK
    from kiosk.hardening import forbid_dumps
    from kiosk.language import language, speaking
    from kiosk.session import open_session
    from kiosk.settings.settings import library_of
    from kiosk.visit.saving import Submission

    session = open_session(home)
    form = paper_form.read_form(read_file(answers))
    forbid_dumps()  # answers are in memory, and a code will be
    library = library_of(home)
    pack = library.version(form.pack, form.version) if form.version else library.in_use(form.pack)
    answered = paper_form.answers_of(pack, form)
    with speaking(language(form.language or pack.language)):
        read = session.translated(pack)
    left = Submission(read, answered, private=form.private, talk=form.talk)
    desk = unlock(home, by) if by.is_given else None
    typed_in_by, vouches = (desk.staff, desk.tags.desk) if desk else ("", b"")
    audit = desk.audit if desk else session.audit()
    with session.vault as vault:
        saver = session.saver(vouches)
        vault.try_saving()
        code = saver.new_code()
        name = session.names.name_of(code[1].id)
        # Before the entry is kept: this is all that ever tells its code, and it opens nothing without it.
        tell_code(*code, name, as_json=as_json)
        try:
            if home.has_desk():  # elsewhere nobody reads an audit
                audit.note(typed_in_by or KIOSK, "typed in a paper form", entry=name, entry_id=code[1].id)
            saver.save(left, source="paper", typed_in_by=typed_in_by, code=code)
        except KioskError as error:
            raise PlainError(f"{error} The code printed above opens no entry.") from error


COMMANDS = (enter,)


def _pack_of(home: "Home") -> "Pack":
    """Return the pack that a home uses, or would use once it is set up."""
    from kiosk.settings.settings import library_of

    return library_of(home).start()
