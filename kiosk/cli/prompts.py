"""What the commands ask of the person at the terminal, and the desk they unlock with it."""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from kiosk import dates
from kiosk.cli.common import home_here, places_of
from kiosk.errors import DeskError, KioskError, PassphraseError, SameDiskError, SettingsError

if TYPE_CHECKING:
    from kiosk.desk.audit.audit_log import Audit
    from kiosk.desk.desk import Desk
    from kiosk.desk.keys.staff import Unlocked
    from kiosk.home import Home
    from kiosk.vault.vault import Vault

_Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

PATH = click.Path(path_type=Path)
MOST_BYTES = 4 << 20
"""Of a file that the person names. A form with every text written to its limit has less; its page, in which
each answer stands twice and may be sealed once more, stays below `kiosk.vault.age_file.MOST_BYTES`."""
_pause = time.sleep
"""What waits after wrong passphrases."""
_TOLD = 1.0
"""A wait of so many seconds and more is announced."""


class PlainError(click.ClickException):
    """One plain line on standard error, and exit code 1."""

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the line."""
        from kiosk.text import shown

        click.echo(shown(self.message), file=file, err=file is None)


def staff_names(_ctx: click.Context, _param: click.Parameter, begun: str) -> list[str]:
    """Return the names of staff that begin so, for a shell to complete; none where they do not read."""
    from kiosk.desk.keys.staff import names

    try:
        known = names(home_here().staff)
    except (KioskError, OSError):
        return []
    return [name for name in known if name.casefold().startswith(begun.casefold())]


same_disk_option = click.option(
    "--same-disk",
    is_flag=True,
    help="Allow the kiosk's own disk, or a folder that kiosk.toml does not allow.",
)


@dataclass(frozen=True)
class Who:
    """Who unlocks, as far as a command line says it; what it does not say is asked for."""

    name: str | None
    file: Path | None
    """What holds the passphrase."""

    @property
    def is_given(self) -> bool:
        """Whether it says anything of them."""
        return bool(self.name or self.file)

    def claim(self) -> tuple[str, str]:
        """Return the name and the passphrase. No name is offered: it is nobody else's to know.

        Raises PlainError.
        """
        name = self.name if self.name is not None else ask("Your name", "--staff NAME --passphrase-file FILE")
        if self.file is not None:
            return name, passphrase_in(self.file)
        return name, ask(f"Passphrase of {name}", "--passphrase-file FILE", hidden=True)


def _unlocking(given_as: str, name: str, file: str, *, who: str, whose: str) -> _Decorator:
    """Return what adds the two options that somebody unlocks with, given as one `Who`."""

    def add(command: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(command)
        def run(**given: Any) -> Any:
            claimed = Who(given.pop(f"{given_as}_name"), given.pop(f"{given_as}_file"))
            return command(**given, **{given_as: claimed})

        first_line = f"File with {whose} passphrase on its first line."
        with_file = click.option(file, f"{given_as}_file", type=PATH, metavar="FILE", help=first_line)(run)
        return click.option(name, f"{given_as}_name", metavar="NAME", shell_complete=staff_names, help=who)(
            with_file
        )

    return add


desk_options = _unlocking(
    "by", "--staff", "--passphrase-file", who="Your name, to unlock the desk.", whose="the"
)
"""What unlocks the desk."""
second_options = _unlocking(
    "second", "--second", "--second-passphrase-file", who="Name of the second member of staff.", whose="their"
)
"""What a second member of staff unlocks with."""


def read_file(file: Path) -> bytes:
    """Return a file that the person named, be it a pipe; `-` is standard input. Raises PlainError."""
    from kiosk import untrusted

    try:
        if str(file) == "-":
            return untrusted.read_from(sys.stdin.buffer, MOST_BYTES)
        return untrusted.read_named(file, MOST_BYTES)
    except OSError as error:
        from kiosk.os_errors import explained

        raise PlainError(explained(error, file, "Nothing was read.")) from error


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


def ask(question: str, option: str, *, hidden: bool = False) -> str:
    """Ask for what an option did not say. Raises PlainError where nobody can be asked."""
    _need_terminal(option)
    return str(click.prompt(question, hide_input=hidden, err=True))


def confirm(question: str, option: str) -> bool:
    """Ask a question of yes or no. Raises PlainError where nobody can be asked."""
    _need_terminal(option)
    return click.confirm(question, err=True)


def open_vault(home: "Home") -> "Vault":
    """Return the vault of a home."""
    from kiosk.entry.names import shipped_names
    from kiosk.session import vault_of

    return vault_of(home, shipped_names())


def require_set_up(home: "Home") -> None:
    """Raise SettingsError where no venue is set up."""
    if not home.is_set_up():
        from kiosk.settings.settings import not_set_up

        raise SettingsError(not_set_up(home.root))


def require_desk(home: "Home") -> None:
    """Raise SettingsError unless somebody can unlock a desk here."""
    require_set_up(home)
    if not home.has_desk():
        raise SettingsError("No desk is set up on this machine, so nothing can be unlocked here.")


def unlock(home: "Home", by: Who, *, lead: bool = False, acknowledge: bool = False) -> "Desk":
    """Unlock the desk, for a lead alone where that is said. Raises KioskError or PlainError.

    With `acknowledge` what it found is said this once and no more, which takes a lead.
    """
    require_desk(home)
    return desk_of(home, *by.claim(), lead=lead, acknowledge=acknowledge)[1]


def permit(home: "Home", by: Who, *, lead: bool = False) -> "Unlocked | None":
    """Let a member of staff, or a lead, go on. Where there is no desk, nobody is asked for a passphrase.

    Raises KioskError or PlainError.
    """
    require_set_up(home)
    return enter(home, by, lead=lead) if home.has_desk() else None


def enter(home: "Home", by: Who, *, lead: bool = False) -> "Unlocked":
    """Let a member of staff, or a lead alone, unlock. Raises KioskError or PlainError."""
    require_desk(home)
    return enter_with(home, *by.claim(), lead=lead)


def second_unlocked(home: "Home", second: Who) -> str:
    """Let a second member of staff unlock, and return their name. Raises KioskError or PlainError."""
    name = second.name
    if name is None:
        name = ask("Name of the second member of staff", "--second NAME")
    return enter(home, Who(name, second.file)).name


def enter_with(home: "Home", name: str, passphrase: str, *, lead: bool = False) -> "Unlocked":
    """Unlock for somebody whose passphrase was read; wrong tries before make it slow. Raises KioskError."""
    unlocked, desk = desk_of(home, name, passphrase, lead=lead)
    desk.vault.close()
    return unlocked


def desk_of(
    home: "Home", name: str, passphrase: str, *, lead: bool = False, acknowledge: bool = False
) -> "tuple[Unlocked, Desk]":
    """Unlock the desk for somebody whose passphrase was read, and say what it found. Raises KioskError.

    With `acknowledge` that is said no more, which takes a lead.
    """
    from kiosk.cli.output import require_told
    from kiosk.desk.keys.lockout import Throttle
    from kiosk.desk.keys.staff import require_lead
    from kiosk.desk.unlock import unlock_desk
    from kiosk.entry.handle import keys
    from kiosk.hardening import forbid_dumps

    forbid_dumps()  # from here on there is a key in memory; the files that were named are read
    unlocked, desk, greeting = unlock_desk(
        home,
        open_vault(home),
        Throttle(home.unlocks, "commands"),
        name,
        passphrase,
        now=dates.now,
        pause=wait,
        derive=keys,
    )
    for line in greeting.lines() if sys.stderr.isatty() else greeting.news():
        click.echo(line, err=True)
    if acknowledge and greeting.found:
        require_told()  # it is said this once
        desk.acknowledge(greeting.found)
    if lead:
        require_lead(unlocked)
    return unlocked, desk


def audit_of(home: "Home", identity: str) -> "Audit":
    """Return where the holder of the venue's identity notes what they did, as the desk does."""
    from kiosk.desk.audit.audit_log import Audit
    from kiosk.desk.keys import stock

    audit = Audit(home.audit, "", dates.now)
    audit.vouch_with(identity)
    audit.remembers(lambda: stock.remember(home, identity, audit=audit))
    return audit


def new_passphrase(name: str, file: Path | None, option: str, venue: str) -> str:
    """Return a new passphrase for somebody: words that are drawn, or their own until they are good enough.

    Raises PlainError, also where the one in a file is not good enough.
    """
    from kiosk.desk.keys import passphrase as words
    from kiosk.desk.keys.staff import check_new

    if file is not None:
        passphrase = passphrase_in(file)
        try:
            check_new(passphrase, name, venue)
        except PassphraseError as error:
            raise PlainError(f"{error} For example: {words.suggest(words.WORDS, name, venue)}") from error
        return passphrase
    _need_terminal(option)
    offered = words.suggest(words.WORDS, name, venue)
    click.echo(f"A passphrase for {name}:\n\n    {offered}\n\n{words.DRAWN}", err=True)
    click.echo("Write the words on paper, and keep the paper until you know them.", err=True)
    return offered if _takes(offered) else _own_passphrase(name, venue)


def _takes(offered: str) -> bool:
    """Ask for the words that were offered, until they are typed. False for whoever would rather not."""
    while True:
        typed = click.prompt(
            "Type these words to use them, or press Enter to choose your own",
            hide_input=True,
            err=True,
            default="",
            show_default=False,
        )
        if typed in ("", offered):
            return bool(typed)
        click.echo("Those are not the words above.", err=True)


def _own_passphrase(name: str, venue: str) -> str:
    from kiosk.desk.keys.staff import check_new

    question = f"Your own passphrase for {name}, of four unusual words or more"
    while True:
        passphrase = str(
            click.prompt(question, hide_input=True, err=True, confirmation_prompt="The same again")
        )
        try:
            strength = check_new(passphrase, name, venue)
        except PassphraseError as error:
            click.echo(error, err=True)
        else:
            click.echo(strength.says, err=True)
            return passphrase


def sheet_file(home: "Home", given: Path | None, question: str, *, same_disk: bool) -> Path:
    """Return where a recovery sheet goes, asked for until it can be written there.

    `same_disk` says that it may lie on the home's own disk, or where files may not go; else a person is asked
    whether it may. Raises SettingsError or PlainError.
    """
    from kiosk.desk.keys import recovery_sheet

    while True:
        file = given or Path(ask(question, "--recovery-file FILE"))
        try:
            recovery_sheet.require_outside(home.root, file)
            recovery_sheet.require_new(file)
            recovery_sheet.require_folder(file)
            if not same_disk:
                recovery_sheet.require_elsewhere(home.root, file)
                places_of(home).require_folder(file.absolute().parent)
        except (SameDiskError, DeskError) as error:
            if _is_wanted(error, "Write the recovery sheet there anyway?"):
                return file
            if given:
                raise PlainError("No recovery sheet was written, and nothing was changed.") from error
        except SettingsError as error:
            if given:
                raise
            click.echo(error, err=True)
        else:
            return file


def backup_folder(home: "Home", folder: Path, *, same_disk: bool) -> None:
    """Let a backup go where files may go; elsewhere only where `same_disk`, or a person, says so.

    Raises PlainError.
    """
    if same_disk:
        return
    try:
        places_of(home).require_folder(folder)
    except DeskError as error:
        if not _is_wanted(error, "Make the backup there anyway?"):
            raise PlainError("No backup was made.") from error


def _is_wanted(error: SettingsError | DeskError, question: str) -> bool:
    """Ask whether something may lie where it is less safe. Raises PlainError where nobody can be asked."""
    if not sys.stdin.isatty():
        raise PlainError(f"{error} Choose a folder on a USB stick, or give --same-disk.") from error
    click.echo(f"{error} A USB stick is safer.", err=True)
    return confirm(question, "--same-disk")


def wait(seconds: float) -> None:
    """Wait, and say why to whoever looks on."""
    from kiosk.language import duration

    if seconds >= _TOLD and sys.stderr.isatty():
        takes = duration(round(seconds))
        click.echo(f"Because of earlier wrong passphrases, this takes {takes}.", err=True)
    _pause(seconds)


def _need_terminal(option: str) -> None:
    if not sys.stdin.isatty():
        raise PlainError(f"This needs a terminal to ask you. Give {option} instead.")
