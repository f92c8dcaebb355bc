"""The `kiosk` command. What a command needs is imported inside it, so that each starts fast."""

import os
import sys
from contextlib import suppress
from typing import Any

import click

from kiosk.cli.comments import COMMANDS as COMMENTS
from kiosk.cli.common import add_home_option, environment_here, examples, home_here, home_named, is_done, say
from kiosk.cli.completion import COMMANDS as COMPLETION
from kiosk.cli.exchange import COMMANDS as EXCHANGE
from kiosk.cli.export import COMMANDS as EXPORT
from kiosk.cli.languages import COMMANDS as LANGUAGES
from kiosk.cli.lost_slip import COMMANDS as LOST
from kiosk.cli.one_entry import COMMANDS as ACTS
from kiosk.cli.open import COMMANDS as ENTRIES
from kiosk.cli.output import delivered
from kiosk.cli.packs import COMMANDS as PACKS
from kiosk.cli.paper_form import COMMANDS as PAPER
from kiosk.cli.places import COMMANDS as PLACES
from kiosk.cli.practice import COMMANDS as PRACTICE
from kiosk.cli.prompts import PlainError, require_desk
from kiosk.cli.retention import COMMANDS as RETENTION
from kiosk.cli.setup import COMMANDS as SETUP
from kiosk.cli.staff import COMMANDS as STAFF
from kiosk.cli.store import COMMANDS as STORE
from kiosk.cli.summary import COMMANDS as SUMMARY
from kiosk.cli.upkeep import COMMANDS as KEEPING
from kiosk.errors import KioskError, OutputError


class _Kiosk(click.Group):
    """The outermost boundary: what is foreseen becomes one plain line; what is not, a line in the log."""

    def main(self, *args: Any, **more: Any) -> Any:
        with delivered():
            try:
                return super().main(*args, **more)
            except OutputError as error:  # of a help text, or of what a shell asked
                if not error.gone:
                    say(str(error), err=True)
                sys.exit(1)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except OutputError as error:
            if is_done(ctx):
                raise PlainError(f"That was done. {error}") from error
            if error.gone:
                ctx.exit(1)
            raise PlainError(str(error)) from error
        except KioskError as error:
            raise PlainError(" ".join(str(error).split())) from error
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except OSError as error:
            if not isinstance(error.filename, str):
                ctx.exit(_unexpected(error))
            from kiosk.os_errors import explained

            raise PlainError(explained(error)) from error
        except Exception as error:  # noqa: BLE001 - nothing is outside of this, and a traceback shows values
            ctx.exit(_unexpected(error))


@click.group(
    cls=_Kiosk,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=examples(
        "kiosk --practice                       try it: nothing is kept",
        'kiosk setup --venue "Sandhill House"   set this machine up',
        "kiosk desk                             pick entries up",
    ),
)
@click.version_option(package_name="strengths-kiosk", prog_name="kiosk", message="%(prog)s %(version)s")
@click.option(
    "--practice",
    is_flag=True,
    help="Try the kiosk with a made-up venue. Nothing is kept. F8 at Welcome ends it.",
)
@click.option("--pack", metavar="ID", help="With --practice, the pack to try: ID, ID@VERSION or ID@draft.")
@click.pass_context
def main(ctx: click.Context, practice: bool, pack: str | None) -> None:
    """Run a kiosk where people reflect on their strengths, and staff pick the entries up.

    Without a command, the kiosk opens full screen on a machine that is set up. Everything is stored in the
    folder given by --home or KIOSK_HOME.
    """
    if pack and not practice:
        raise click.UsageError("--pack is for --practice. 'kiosk pack offer' sets what customers get.")
    if ctx.invoked_subcommand is None:
        from kiosk.launch import run_kiosk

        tried = _practised_pack(pack) if pack else {}
        ctx.exit(run_kiosk(environment_here(), practises=practice, **tried))
    if practice:
        raise click.UsageError("--practice cannot be used with a command: everything is in its own screens.")


for _commands in (
    ACTS, COMMENTS, COMPLETION, ENTRIES, EXCHANGE, EXPORT, KEEPING, LANGUAGES, LOST, PACKS, PAPER, PLACES,
    PRACTICE, RETENTION, SETUP, STAFF, STORE, SUMMARY,
):  # fmt: skip
    for _command in _commands:
        main.add_command(_command)


@main.command(epilog=examples("kiosk desk"))
def desk() -> None:
    """Open the desk, full screen.

    Staff unlock it to find entries, read them and mark them as picked up.
    """
    from kiosk.hardening import CRASHED
    from kiosk.launch import run_desk

    require_desk(home_here())
    code = run_desk(environment_here())
    if code == CRASHED:
        click.echo("The desk has stopped. Saved work is kept. To open it again, run 'kiosk desk'.", err=True)
    elif code == 0:
        click.echo("The desk is locked. To open it again, run 'kiosk desk'.", err=True)
    sys.exit(code)


add_home_option(main)


@main.command("tidy-process", hidden=True)
def tidy_process() -> None:
    """Put right what a crash left in the vault. The supervisor starts it."""
    from kiosk.launch import tidy

    tidy(os.environ)


def _practised_pack(name: str) -> dict[str, Any]:
    """Return what a practice is to try: a draft by its file, a version with its files."""
    from kiosk.pack.pack_files import DRAFT
    from kiosk.settings.settings import library_of

    library = library_of(home_named())
    if name.endswith(f"@{DRAFT}"):
        return {"draft": library.file(name)}
    return {"version": (library.named(name), library.files(name))}


def _unexpected(error: Exception) -> int:
    from kiosk import logbook
    from kiosk.hardening import CRASHED

    where = f"It was a {type(error).__name__}."
    with suppress(KioskError, OSError):  # a home that others can change, or that is not named as it must be
        log = home_here().log
        if logbook.append(log, "a command met an unexpected error", error):
            where = f"The details are in {log}."
    say(f"Something went wrong inside the kiosk. {where}", err=True)
    return CRASHED
