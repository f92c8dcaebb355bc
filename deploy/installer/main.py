"""The installer's commands. Each ends with a plain sentence, whatever happens."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from deploy.installer import apply, uninstall
from deploy.installer.machine import Machine, RefusedError, StoppedError
from deploy.installer.medium import UNCHANGED, bring_in, drop
from deploy.installer.questions import QUESTIONS

_AGAIN = "Stopped. Run the same again: it goes on where it stopped."


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="kiosk-machine", description=__doc__.split("\n", maxsplit=1)[0])
    commands = parser.add_subparsers(dest="command", required=True)
    for name, says in (
        ("update", "Check the stick in FOLDER, and install or update from it."),
        ("apply", "Install from the copy that 'update' has checked and made."),
    ):
        command = commands.add_parser(name, help=says)
        command.add_argument("folder", metavar="FOLDER", type=Path)
        for question in QUESTIONS:
            command.add_argument(f"--{question.option}", metavar="ANSWER", help=question.asks)
        command.add_argument(
            "--passphrase-file", metavar="FILE", help="The lead's passphrase, on its first line."
        )
        command.add_argument(
            "--recovery-folder", metavar="FOLDER", help="Where the recovery sheet goes, if not on the stick."
        )
        instead = command.add_mutually_exclusive_group()
        instead.add_argument(
            "--backup", metavar="FOLDER", help="Restore this backup instead of setting a new venue up."
        )
        instead.add_argument(
            "--collect",
            metavar="CARD",
            help="Only collect entries, for the desk whose card this file is: no new venue.",
        )
        command.add_argument(
            "--place", metavar="NAME", help="With --collect: what other machines call this one."
        )
        command.add_argument(
            "--fingerprint",
            metavar="TEXT",
            help="With --collect: that of the card, if nobody is to be asked.",
        )
    commands.add_parser("back", help="Go back to the version before.")
    command = commands.add_parser("uninstall", help="Take the kiosk off this machine.")
    command.add_argument("--entries", choices=("keep", "delete"), help="What becomes of the entries.")
    return parser


def main(words: Sequence[str] | None = None) -> None:
    """Run a command; exit code 1 where it was refused or failed, 130 where it was stopped."""
    words = sys.argv[1:] if words is None else words
    given = _parser().parse_args(words)
    machine = Machine(say=lambda text: print(text, flush=True))
    os.umask(0o022)
    try:
        if os.geteuid() != 0:
            raise RefusedError(f"This needs root: put 'sudo' before the command. {UNCHANGED}")
        _do(machine, given, words)
    except RefusedError as error:
        sys.exit(str(error))
    except (StoppedError, KeyboardInterrupt, EOFError):
        print(f"\n{_AGAIN}", file=sys.stderr)
        sys.exit(130)
    except OSError as error:
        sys.exit(f"{error} Put that right, and run this again: it goes on where it stopped.")


def _do(machine: Machine, given: argparse.Namespace, words: Sequence[str]) -> None:
    if given.command == "update":
        folder = given.folder.absolute()
        copy = bring_in(machine, folder)
        # From here on the copy's own installer acts: the code of the version that comes, checked with it.
        again = ["apply", "--recovery-folder", str(folder), *words[1:]]
        os.execv(sys.executable, [sys.executable, "-I", str(copy / "installer.pyz"), *again])  # noqa: S606
    elif given.command == "apply":
        try:
            apply.install(machine, {name.replace("_", "-"): value for name, value in vars(given).items()})
        finally:
            drop(machine)
    elif given.command == "back":
        apply.back(machine)
    else:
        uninstall.uninstall(machine, given.entries)
