"""What the commands ask of the person at the terminal, and the desk they unlock with it."""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeVar

import click

from kiosk.errors import SettingsError

if TYPE_CHECKING:
    from kiosk.desk.audit import Audit
    from kiosk.desk.desk import Desk
    from kiosk.desk.staff import Unlocked
    from kiosk.settings import Home
    from kiosk.vault.vault import Vault

_F = TypeVar("_F", bound=Callable[..., Any])

PATH = click.Path(path_type=Path)
_pause = time.sleep
"""What waits after wrong passphrases."""


class PlainError(click.ClickException):
    """One plain line on standard error, and exit code 1."""

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the line."""
        from kiosk.text import clean

        click.echo(clean(self.message, lines=False), file=file, err=file is None)


def staff_names(_ctx: click.Context, _param: click.Parameter, begun: str) -> list[str]:
    """Return the names of staff that begin so, for a shell to complete; none where they do not read."""
    from kiosk.desk.staff import names
    from kiosk.errors import KioskError
    from kiosk.settings import home_from

    try:
        known = names(home_from(os.environ).staff)
    except (KioskError, OSError):
        return []
    return [name for name in known if name.casefold().startswith(begun.casefold())]


def desk_options(command: _F) -> _F:
    """Add `--staff` and `--passphrase-file`: what unlocks the desk."""
    for option in (
        click.option(
            "--passphrase-file", type=PATH, metavar="FILE", help="Its first line is the passphrase."
        ),
        click.option("--staff", metavar="NAME", shell_complete=staff_names, help="Who unlocks the desk."),
    ):
        command = option(command)
    return command


def read_file(file: Path) -> bytes:
    """Return a file that the person named; `-` is standard input. Raises PlainError."""
    try:
        return sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        raise PlainError(f"{file} cannot be read: {error.strerror}.") from error


def text_in(file: Path) -> str:
    """Return the text of a file that the person named; `-` is standard input. Raises PlainError."""
    try:
        return read_file(file).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise PlainError(f"{file} is not in UTF-8. Save it as UTF-8.") from error


def passphrase_in(file: Path) -> str:
    """Return the first line of a passphrase file. Raises PlainError."""
    passphrase = text_in(file).split("\n", 1)[0].removesuffix("\r")
    if not passphrase:
        raise PlainError(f"The first line of {file} is empty. Write the passphrase there.")
    return passphrase


def ask(question: str, option: str) -> str:
    """Ask for what an option did not say. Raises PlainError where nobody can be asked."""
    _need_terminal(option)
    return str(click.prompt(question, err=True))


def ask_passphrase(question: str, option: str, *, new: bool = False) -> str:
    """Ask for a passphrase without showing it, twice for a new one. Raises PlainError."""
    _need_terminal(option)
    return str(
        click.prompt(
            question, hide_input=True, err=True, confirmation_prompt="The same again" if new else False
        )
    )


def confirm(question: str, option: str) -> bool:
    """Ask a question of yes or no. Raises PlainError where nobody can be asked."""
    _need_terminal(option)
    return click.confirm(question, err=True)


def open_vault(home: "Home") -> "Vault":
    """Return the vault of a home."""
    from kiosk.names import shipped_names
    from kiosk.session import vault_of

    return vault_of(home, shipped_names())


def require_set_up(home: "Home") -> None:
    """Raise SettingsError where no venue is set up."""
    if not home.is_set_up():
        raise SettingsError("Nothing is set up here yet. Run 'kiosk setup' first.")


def require_desk(home: "Home") -> None:
    """Raise SettingsError unless somebody can unlock a desk here."""
    require_set_up(home)
    if not home.has_desk():
        raise SettingsError("There is no desk on this machine, so nothing can be unlocked here.")


def unlock(home: "Home", staff: str | None, passphrase_file: Path | None, *, lead: bool = False) -> "Desk":
    """Unlock the desk, for a lead alone where that is said. Raises KioskError or PlainError."""
    unlocked = (unlock_lead if lead else enter)(home, staff, passphrase_file)
    from kiosk.desk.desk import Desk
    from kiosk.desk.unlocking import Standing
    from kiosk.settings import load_settings

    standing = Standing(home, unlocked.name, unlocked.identity, load_settings(home.settings).venue.key)
    audit = audit_of(home)
    return Desk(open_vault(home), unlocked.name, unlocked.identity, audit, require=standing.require)


def unlock_lead(home: "Home", staff: str | None, passphrase_file: Path | None) -> "Unlocked":
    """Let a lead unlock, asking for what was not said. Raises KioskError or PlainError."""
    from kiosk.desk.staff import require_lead

    unlocked = enter(home, staff, passphrase_file)
    require_lead(unlocked)
    return unlocked


def permit(
    home: "Home", staff: str | None, passphrase_file: Path | None, *, lead: bool = False
) -> "Unlocked | None":
    """Let a member of staff, or a lead, go on. Where there is no desk, nobody is asked for a passphrase.

    Raises KioskError or PlainError.
    """
    require_set_up(home)
    if not home.has_desk():
        return None
    return (unlock_lead if lead else enter)(home, staff, passphrase_file)


def enter(home: "Home", staff: str | None, passphrase_file: Path | None) -> "Unlocked":
    """Let a member of staff unlock, asking for what was not said. Raises KioskError or PlainError."""
    require_desk(home)
    typed = who(home, staff)
    return enter_with(home, typed, passphrase_of(typed, passphrase_file))


def enter_with(home: "Home", name: str, passphrase: str) -> "Unlocked":
    """Unlock for somebody whose passphrase was read; wrong tries before make it slow. Raises KioskError."""
    from kiosk.desk import unlocking
    from kiosk.process import forbid_dumps
    from kiosk.session import now
    from kiosk.settings import load_settings

    forbid_dumps()  # from here on there is a key in memory; the files that were named are read
    venue_key = load_settings(home.settings).venue.key
    audit = audit_of(home)
    return unlocking.unlock(home, audit, name, passphrase, venue_key=venue_key, now=now, pause=_pause)


def audit_of(home: "Home") -> "Audit":
    """Return where it is noted what staff did."""
    from kiosk.desk.audit import Audit
    from kiosk.session import now
    from kiosk.settings import load_settings

    return Audit(home.audit, load_settings(home.settings).venue.key, now)


def new_passphrase(name: str, file: Path | None, option: str, venue: str) -> str:
    """Return a new passphrase for somebody, asked for until it is good where no file holds it.

    Random words are offered. Raises PlainError.
    """
    from kiosk.desk import passphrase as words
    from kiosk.desk.staff import check_new
    from kiosk.errors import PassphraseError

    if file is None:
        _need_terminal(option)
        click.echo(f"Random words are hard to guess, for example: {words.suggest()}", err=True)
    while True:
        question = f"A passphrase for {name}, of four words or more"
        passphrase = passphrase_in(file) if file else ask_passphrase(question, option, new=True)
        try:
            strength = check_new(passphrase, name, venue)
        except PassphraseError as error:
            says = f"{error} For example: {words.suggest()}"
            if file:
                raise PlainError(says) from error
            click.echo(says, err=True)
        else:
            if file is None:
                click.echo(strength.says, err=True)
            return passphrase


def who(home: "Home", staff: str | None) -> str:
    """Return who unlocks, asking where it was not said and there are several."""
    from kiosk.desk.staff import names

    known = names(home.staff)
    if staff is None and len(known) == 1:
        return known[0]
    return staff if staff is not None else ask(f"Who are you? ({', '.join(known)})", "--staff NAME")


def passphrase_of(name: str, file: Path | None) -> str:
    """Return somebody's passphrase, asking where no file holds it. Raises PlainError."""
    if file is not None:
        return passphrase_in(file)
    return ask_passphrase(f"Passphrase of {name}", "--passphrase-file FILE")


def _need_terminal(option: str) -> None:
    if not sys.stdin.isatty():
        raise PlainError(f"There is no terminal to ask on. Give {option}.")
