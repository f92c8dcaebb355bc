"""The `kiosk` command. What a command needs is imported inside it, so that each starts fast."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kiosk.asking import (
    PATH,
    PlainError,
    ask,
    desk_options,
    new_passphrase,
    read_file,
    require_desk,
    unlock,
)
from kiosk.commands.acts import COMMANDS as ACTS
from kiosk.commands.common import examples, home_here, json_option, print_json
from kiosk.commands.completion import COMMANDS as COMPLETION
from kiosk.commands.entries import COMMANDS as ENTRIES
from kiosk.commands.export import COMMANDS as EXPORT
from kiosk.commands.keeping import COMMANDS as KEEPING
from kiosk.commands.lost import COMMANDS as LOST
from kiosk.commands.staff import COMMANDS as STAFF
from kiosk.commands.summary import COMMANDS as SUMMARY
from kiosk.errors import KioskError

if TYPE_CHECKING:
    from kiosk.launch import Screens
    from kiosk.pack.model import Pack
    from kiosk.settings import Home


class _Kiosk(click.Group):
    """The outermost boundary: what is foreseen becomes one plain line; what is not, a line in the log."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except KioskError as error:
            raise PlainError(" ".join(str(error).split())) from error
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except OSError as error:
            if not isinstance(error.filename, str):
                ctx.exit(_unexpected(error))
            raise PlainError(f"{error.filename}: {error.strerror}.") from error
        except Exception as error:  # noqa: BLE001 - nothing is outside of this, and a traceback shows values
            ctx.exit(_unexpected(error))


@click.group(
    cls=_Kiosk,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=examples(
        "kiosk                                  try it, in practice",
        'kiosk setup --venue "Sandhill House"   set this machine up',
        "kiosk desk                             pick entries up",
    ),
)
@click.version_option(package_name="strengths-kiosk", prog_name="kiosk", message="%(prog)s %(version)s")
@click.pass_context
def main(ctx: click.Context) -> None:
    """Run a kiosk where people reflect on their strengths, and staff pick the entry up.

    Without a command it opens full screen. Where nothing is set up it opens in practice: what is written
    there is gone when it ends. Everything is kept in the folder that KIOSK_HOME names.
    """
    if ctx.invoked_subcommand is None:
        from kiosk.launch import run_kiosk

        ctx.exit(run_kiosk(os.environ))


for _command in (*ACTS, *COMPLETION, *ENTRIES, *EXPORT, *KEEPING, *LOST, *STAFF, *SUMMARY):
    main.add_command(_command)


@main.command(epilog=examples("kiosk desk"))
def desk() -> None:
    """Open the desk, full screen.

    There staff unlock, find an entry, read it and mark it picked up.
    """
    from kiosk.launch import run_desk
    from kiosk.process import CRASHED

    require_desk(home_here())
    code = run_desk(os.environ)
    if code == CRASHED:
        click.echo("The desk has stopped. What was saved is kept: run 'kiosk desk' again.", err=True)
    elif code == 0:
        click.echo("The desk is locked. To open it again, run 'kiosk desk'.", err=True)
    sys.exit(code)


@main.command(
    epilog=examples(
        "kiosk setup",
        'kiosk setup --venue "Sandhill House" --staff "Jo Smith" --recovery-file /media/usb/recovery.pdf',
    )
)
@click.option("--venue", metavar="NAME", help="The name of the place. Customers see it.")
@click.option("--staff", metavar="NAME", help="The first member of staff who can unlock the desk.")
@click.option("--passphrase-file", type=PATH, metavar="FILE", help="Its first line is their passphrase.")
@click.option(
    "--recovery-file", type=PATH, metavar="FILE", help="Where to write the recovery sheet: .pdf, or text."
)
def setup(
    venue: str | None, staff: str | None, passphrase_file: Path | None, recovery_file: Path | None
) -> None:
    """Set this machine up.

    Makes the venue's key, its settings and a desk for the first member of staff. Asks for what is not
    given. The recovery sheet opens every entry when a passphrase is lost: write it to a USB stick, print it,
    and lock it away.
    """
    from kiosk.desk import staff as keys
    from kiosk.desk.setup import require_free, set_up

    home = home_here()
    require_free(home)
    venue = venue if venue is not None else ask("Name of the venue", "--venue NAME")
    staff = staff if staff is not None else ask("Name of the first member of staff", "--staff NAME")
    passphrase = new_passphrase(staff, passphrase_file, "--passphrase-file FILE", venue)
    sheet = _sheet_file(home, recovery_file)
    settings = set_up(home, venue=venue, staff_name=staff, passphrase=passphrase, recovery_file=sheet)
    click.echo(
        f"{settings.venue.name} is set up in {home.root}. {keys.names(home.staff)[0]} can unlock the desk.\n"
        f"The recovery sheet is in {sheet}. It opens every entry: print it, lock the print away,\n"
        "and delete the file.\n"
        f"Times and texts are in {home.settings}. Start the kiosk with 'kiosk'."
    )


@main.command(epilog=examples("kiosk enter --template > answers.json", "kiosk enter answers.json"))
@click.argument("answers", type=PATH, required=False)
@click.option("--template", "as_template", is_flag=True, help="Print an answers file with examples.")
@click.option("--choices", is_flag=True, help="Print every question, and what can be chosen in it.")
@json_option
@desk_options
def enter(
    answers: Path | None,
    as_template: bool,
    choices: bool,
    as_json: bool,
    staff: str | None,
    passphrase_file: Path | None,
) -> None:
    """Enter a paper form and print its code.

    ANSWERS is a file as --template prints one, and '-' is standard input. The entry is kept as any other,
    marked as typed in from paper; with --staff it also says by whom. A question that is left out was not
    answered.
    """
    from kiosk import forms

    home = home_here()
    if as_template:
        click.echo(forms.template(_pack_of(home)), nl=False)
        return
    if choices:
        click.echo(forms.choices(_pack_of(home)))
        return
    if answers is None:
        raise click.UsageError("Give the answers file, or --template.")
    from kiosk.save import Reflection
    from kiosk.session import open_session

    session = open_session(home)
    form = forms.read_form(read_file(answers))
    pack = forms.pack_named(form.pack)
    checked = forms.answers_of(pack, form)
    typed_in_by = unlock(home, staff, passphrase_file).staff if staff or passphrase_file else ""
    with session.vault:
        saved = session.saver().save(Reflection(pack, checked), source="paper", typed_in_by=typed_in_by)
    if as_json:
        print_json({"code": str(saved.handle), "name": saved.name, "id": saved.id})
    else:
        click.echo(f"Code  {saved.handle}\nName  {saved.name}\nId    {saved.id}")


@main.command(
    "list", epilog=examples("kiosk list", 'kiosk list --json --staff "Jo Smith" --passphrase-file jo.txt')
)
@json_option
@desk_options
def list_entries(as_json: bool, staff: str | None, passphrase_file: Path | None) -> None:
    """List the entries, newest first.

    A line has an entry's name, the day it was saved, and whether it was picked up.
    """
    from kiosk.desk import plain

    unlocked = unlock(home_here(), staff, passphrase_file)
    with unlocked.vault:
        rows = unlocked.rows()
    if as_json:
        print_json([plain.row_value(row) for row in rows])
    else:
        click.echo(plain.rows_text(rows))


@main.group()
def pack() -> None:
    """Look after packs, the reflections."""


@pack.command("check", epilog=examples("kiosk pack check data/packs/strengths.toml"))
@click.argument("file", type=PATH)
def check_pack_file(file: Path) -> None:
    """Check a pack and print each mistake."""
    from kiosk.pack.load import check_pack, load_pack

    mistakes = check_pack(file)
    for mistake in mistakes:
        click.echo(" ".join(str(mistake).split()), err=True)
    if mistakes:
        sys.exit(1)
    loaded = load_pack(file)
    questions, sections = len(list(loaded.questions())), len(loaded.sections)
    click.echo(f"{file} is a good pack: {questions} questions in {sections} sections.")


@main.command("visit-process", hidden=True)
@click.option("--control", type=int, required=True)
def visit_process(control: int) -> None:
    """Be the process of one visit. The supervisor starts it."""

    def screens() -> "Screens":
        from screens.app import visit_screens

        return visit_screens()

    _serve(control, screens, "visit")


@main.command("desk-process", hidden=True)
@click.option("--control", type=int, required=True)
def desk_process(control: int) -> None:
    """Be the process of the desk. The supervisor starts it."""

    def screens() -> "Screens":
        from screens.app import desk_screens

        return desk_screens()

    _serve(control, screens, "desk")


@main.command("tidy-process", hidden=True)
def tidy_process() -> None:
    """Put right what a crash left in the vault. The supervisor starts it."""
    from kiosk.launch import tidy

    tidy(os.environ)


def _sheet_file(home: "Home", given: Path | None) -> Path:
    """Return where the recovery sheet goes, asked for until it can be written there. Raises SettingsError."""
    from kiosk.desk.recovery import require_folder, require_new, require_outside
    from kiosk.errors import SettingsError

    while True:
        sheet = given or Path(ask("File for the recovery sheet", "--recovery-file FILE"))
        try:
            require_outside(home.root, sheet)
            require_new(sheet)
            require_folder(sheet)
        except SettingsError as error:
            if given:
                raise
            click.echo(error, err=True)
        else:
            return sheet


def _serve(control: int, screens: "Callable[[], Screens]", what: str) -> None:
    from kiosk.launch import serve

    code = serve(control, os.environ, screens, what)
    # Nothing is left to do, and taking an interpreter down takes time that the next visit waits for.
    os._exit(code)


def _pack_of(home: "Home") -> "Pack":
    """Return the pack that a home uses, or would use once it is set up."""
    from kiosk.forms import default_pack, pack_named
    from kiosk.settings import load_settings

    return pack_named(load_settings(home.settings).pack) if home.is_set_up() else default_pack()


def _unexpected(error: Exception) -> int:
    from kiosk import logbook
    from kiosk.process import CRASHED

    log = home_here().log
    noted = logbook.append(log, "a command met an unexpected error", error)
    where = f"What and where is in {log}." if noted else f"It was a {type(error).__name__}."
    click.echo(f"Something went wrong that should not. {where}", err=True)
    return CRASHED
