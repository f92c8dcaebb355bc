"""The commands that look after what is kept: backup, restore, doctor."""

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kiosk import dates
from kiosk.cli.common import (
    examples,
    home_here,
    home_named,
    json_option,
    mark_done,
    print_as,
    print_json,
    progress_bar,
    say,
)
from kiosk.cli.output import require_told
from kiosk.cli.prompts import (
    PATH,
    PlainError,
    Who,
    audit_of,
    backup_folder,
    confirm,
    desk_options,
    enter,
    open_vault,
    permit,
    require_set_up,
    same_disk_option,
)
from kiosk.errors import VaultError
from kiosk.text import counted

if TYPE_CHECKING:
    from kiosk.desk.keys.staff import Unlocked
    from kiosk.home import Home
    from kiosk.upkeep.restore import Restored, Word, Would


@click.command(epilog=examples("kiosk backup /media/usb"))
@click.argument("folder", metavar="DIR", type=PATH)
@same_disk_option
@json_option
@desk_options
def backup(folder: Path, same_disk: bool, as_json: bool, by: Who) -> None:
    """Make a backup in the folder DIR.

    DIR must be on a removable disk, or allowed under [export] in kiosk.toml. The kiosk can stay in use. The
    backup is a new folder named kiosk-backup- and the time; it is read back before it gets that name.
    Customers' answers are encrypted in it: reading them takes a passphrase of the desk or the recovery key.
    The names and dates of entries and the names of staff are not encrypted, so lock the backup away. No
    passphrase is needed; with --staff, a restore can tell whether anyone has changed the backup.
    """
    home = home_here()
    require_set_up(home)
    backup_folder(home, folder, same_disk=same_disk)
    unlocked = enter(home, by) if by.is_given else None
    identity = unlocked.identity if unlocked else ""
    import msgspec

    from kiosk.settings.settings import load_settings
    from kiosk.upkeep.backup import back_up

    key = load_settings(home.settings).venue.key
    made = back_up(home, folder, key, dates.now(), identity=identity)
    mark_done()
    _note_backup(home, unlocked, key, made.folder.name)
    if as_json:
        print_json(msgspec.to_builtins(made, enc_hook=str))
    else:
        held = f"{counted(made.entries, 'entry', 'entries')}, {counted(made.pages, 'page', 'pages')}"
        say(f"{held}: {made.folder}\nThe backup was read back without errors.")
    if not made.noted:
        click.echo("The day could not be noted here: 'kiosk doctor' does not know of this backup.", err=True)
    if made.unreadable:
        raise PlainError(
            f"The backup is incomplete: {counted(made.unreadable, 'file', 'files')} could not be read. Run "
            "'kiosk doctor' to see which."
        )


@click.command(
    epilog=examples(
        "kiosk restore /media/usb/kiosk-backup-2026-11-23T09-12-03Z",
        "kiosk restore --merge /media/usb/kiosk-backup-2026-11-23T09-12-03Z",
    )
)
@click.argument("folder", metavar="DIR", type=PATH)
@click.option("--merge", is_flag=True, help="Keep newer entries here, and add what is missing.")
@click.option(
    "--yes",
    "allowed",
    type=click.IntRange(min=1),
    metavar="NUMBER",
    help="Skip the question if exactly this many entries are deleted and damaged pages replaced.",
)
@json_option
@desk_options
def restore(folder: Path, merge: bool, allowed: int | None, as_json: bool, by: Who) -> None:
    """Restore the backup DIR, on a new machine or on this one.

    DIR is a folder made by 'kiosk backup'. If anything here is newer than the backup, nothing is changed
    unless you give --merge. Entries deleted here or in the backup stay deleted. Anything encrypted to an
    earlier venue key is encrypted again with the present one. Before anything here is deleted or replaced,
    you are told how much and asked. If the restore is interrupted, run it again. If a desk is set up here,
    leads only.
    """
    home = home_here()
    lead = permit(home, by, lead=True) if home.is_set_up() else None
    import msgspec

    from kiosk.upkeep.disk_trial import require_fit

    require_fit(home.root)

    def reconcile() -> None:
        with open_vault(home) as vault:
            vault.reconcile()

    unsealed: list[str] = []
    if lead is None:
        from kiosk.upkeep.restore import restore as put_there

        done = put_there(home, folder, merge=merge, begin=partial(_allow, allowed=allowed))
        reconcile()
    else:
        done, unsealed = _restored_by(lead, home, folder, reconcile, merge=merge, allowed=allowed)
    mark_done()
    if lead is None:
        _tell_key(home)
    if as_json:
        print_json({**msgspec.to_builtins(done), "unsealed": unsealed})
    else:
        _tell_restored(done)
    require_told()
    if unsealed:
        shown = ", ".join(unsealed[:3]) + (", …" if len(unsealed) > 3 else "")
        raise PlainError(f"Left unchanged, because no key opens them: {shown}.")


def _note_backup(home: "Home", unlocked: "Unlocked | None", key: str, folder: str) -> None:
    """Note that a backup was made: a disk that takes no line must not be why there is none."""
    from kiosk.desk.audit.audit_log import KIOSK, Audit

    if not home.has_desk():
        return  # nobody reads an audit there
    try:
        audit = audit_of(home, unlocked.identity) if unlocked else Audit(home.audit, key, dates.now)
        audit.note(unlocked.name if unlocked else KIOSK, "made a backup", detail=folder)
    except VaultError:
        click.echo(
            "The backup is made, but the audit log could not be written and does not show it.", err=True
        )


def _restored_by(
    lead: "Unlocked",
    home: "Home",
    folder: Path,
    reconcile: Callable[[], None],
    *,
    merge: bool,
    allowed: int | None,
) -> "tuple[Restored, list[str]]":
    """Restore where a desk is set up; return what that did, and which files no key opens."""
    from kiosk.desk.restore_as_lead import restore as restore_as_lead

    audit = audit_of(home, lead.identity)
    with progress_bar("Encrypting again") as progress:
        done, resealed = restore_as_lead(
            home,
            lead,
            folder,
            merge=merge,
            now=dates.now,
            allow=partial(_allow, allowed=allowed),
            note=lambda: audit.note(
                lead.name, "restored a backup", detail=Path(os.path.realpath(folder)).name
            ),
            reconcile=reconcile,
            progress=progress,
        )
    if resealed is None:
        return done, []
    if resealed.kept:
        click.echo(f"Pages of unknown entries, still encrypted to the old key: {resealed.kept}.", err=True)
    return done, [str(path) for path in resealed.unread]


_WORDS: "dict[Word, str]" = {
    "good": "",
    "older": (
        "The backup was made before the venue key was changed, so anyone who had the old key could "
        "have altered it."
    ),
    "none": "The backup was made without --staff, so there is no way to tell whether anyone has altered it.",
    "bad": "The backup is not as this venue's desk made it: someone has altered it.",
    "unknown": "No desk is set up on this machine, so it cannot tell whether anyone has altered the backup.",
}
"""What is said of a backup by what is known of it."""


def _allow(would: "Would", *, allowed: int | None) -> None:
    """Say what is about to be deleted or replaced, and ask. Raises PlainError where that is not wanted."""
    if not would.changes and would.word == "older":
        click.echo(_WORDS["older"], err=True)
    if not would.changes:
        return
    what = [
        f"{counted(would.erase, 'entry', 'entries')} here would be deleted, as in the backup"
        if would.erase
        else "",
        f"{counted(would.overwrite, 'damaged page', 'damaged pages')} here would be replaced"
        if would.overwrite
        else "",
    ]
    told = f"{' and '.join(filter(None, what))}."
    told = " ".join(filter(None, [told, _WORDS[would.word]]))
    if allowed == would.changes:
        return
    if allowed is not None:
        raise PlainError(f"{told} That is {would.changes}, not {allowed}. Nothing was changed.")
    if not confirm(f"{told} Continue?", f"--yes {would.changes}"):
        raise PlainError("Nothing was changed.")


def _tell_key(home: "Home") -> None:
    """Tell the fingerprint of a key that came with a backup, where nothing here can vouch for it."""
    from kiosk.desk.keys.identities import fingerprint
    from kiosk.settings.settings import load_settings

    if home.is_set_up() and (key := load_settings(home.settings).venue.key):
        click.echo(
            "No desk here could check this backup. From now on entries are encrypted to the key "
            f"{fingerprint(key)}: compare it with the recovery sheet before anyone uses this kiosk.",
            err=True,
        )


def _tell_restored(done: "Restored") -> None:
    here = counted(done.entries, "entry from the backup is", "entries from the backup are")
    click.echo(f"{here} now here. Pages added: {done.added}. Damaged pages repaired: {done.mended}.")
    if done.kept:
        click.echo(f"{counted(done.kept, 'entry', 'entries')} newer than the backup left unchanged.")
    if done.aside:
        files = counted(done.aside, "file of the backup was", "files of the backup were")
        click.echo(
            f"{files} not restored: not what the name says, or something else is in that place here. Run "
            "'kiosk doctor'.",
            err=True,
        )
    for pack_id in done.drafts:
        click.echo(
            f"The draft of the pack '{pack_id}' here was left unchanged. The backup's was not restored."
        )
    if done.erased:
        click.echo(f"{counted(done.erased, 'entry', 'entries')} deleted here, as in the backup.")


@click.command(
    epilog=examples(
        "kiosk doctor",
        "kiosk doctor --json",
        "kiosk doctor --scanner",
        "kiosk doctor --voice",
        "kiosk doctor --screen 15.6 --distance 60",
    )
)
@json_option
@click.option("--scanner", is_flag=True, help="Test the scanner with a code on the screen.")
@click.option("--voice", is_flag=True, help="Play a sentence aloud.")
@click.option(
    "--screen", type=click.FloatRange(3, 200), metavar="INCHES", help="Say how large the font must be."
)
@click.option(
    "--distance",
    type=click.FloatRange(10, 1000),
    default=60,
    show_default=True,
    metavar="CM",
    help="With --screen, how far from it people sit.",
)
@click.option(
    "--pixels",
    type=(click.IntRange(200, 20000), click.IntRange(200, 20000)),
    default=(1920, 1080),
    show_default=True,
    metavar="WIDTH HEIGHT",
    help="With --screen, its pixels.",
)
def doctor(
    as_json: bool,
    scanner: bool,
    voice: bool,
    screen: float | None,
    distance: float,
    pixels: tuple[int, int],
) -> None:
    """Check everything, and say what to do.

    Prints one line for each check: OK, LOOK (works, but needs attention) or WRONG; what is to do comes last.
    Needs no passphrase, changes nothing, and exits with status 1 if anything is wrong.
    """
    if scanner:
        _try_scanner(as_json)
        return
    if voice:
        _try_voice()
        return
    if screen:
        _tell_font(screen, distance, pixels)
        return
    home = home_named()
    with suppress(PermissionError):  # that is a finding too
        if not home.vault.exists():
            require_set_up(home)
    from kiosk.doctor import examine
    from kiosk.health import Level

    findings = examine(home, dates.now())
    values = [{"what": one.what, "level": one.level.value, "says": one.says} for one in findings]
    levels = [*Level]
    worst_last = sorted(findings, key=lambda one: levels.index(one.level))  # a console shows the end of it
    text = "\n".join(f"{one.level.value:<5}  {one.what}: {one.says}" for one in worst_last)
    print_as(values, text, as_json=as_json)
    if any(one.level is Level.WRONG for one in findings):
        sys.exit(1)


def _try_scanner(as_json: bool) -> None:
    """Show a code that opens nothing, take what a scanner makes of it, and say what that was like."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()) or as_json:
        raise PlainError(
            "Run 'kiosk doctor --scanner' by itself, at the terminal where the scanner is plugged in."
        )
    import time

    from kiosk.devices import scanner
    from kiosk.entry import handle
    from kiosk.supervision.tty import typed_raw

    code = handle.draw()
    click.echo(scanner.drawn(handle.qr_modules(code.symbols)))
    with typed_raw(sys.stdin.fileno()) as read:
        # Not before: a scan that comes earlier is echoed as letters, and lost.
        click.echo("Scan this code. It opens nothing. Press Enter to stop.\r")
        told = scanner.report(scanner.listen(read, time.monotonic), code)
    click.echo("\n".join(told.says))
    if not told.good:
        sys.exit(1)


def _try_voice() -> None:
    """Say a sentence as customers would hear it, and tell what took it."""
    from queue import Queue

    from kiosk.devices.speech import Manner, ProgramSpeech, sound_cards
    from kiosk.errors import SpeechError
    from kiosk.settings.settings import load_settings

    loaded = load_settings(home_named().settings)
    settings = loaded.voice
    if not settings.program:
        raise PlainError("This kiosk has no voice: [voice] program in kiosk.toml is empty.")
    ends: Queue[SpeechError | None] = Queue()
    speech = ProgramSpeech(settings)
    speech.ended = ends.put
    speech.say("This is the voice of this kiosk. If you can hear it well, all is well.", Manner())
    if (trouble := ends.get()) is not None:
        raise trouble
    device = f"the sound device '{settings.device}'" if settings.device else "the usual sound device"
    cards = ", ".join(sound_cards()) or "none listed"
    click.echo(f"A sentence was played by '{settings.program}' on {device}. Sound cards here: {cards}.")
    click.echo("If you heard nothing, turn the volume up, or name another device in kiosk.toml.")
    from kiosk.language import own_name

    silent = [own_name(tag) for tag in loaded.languages.offered if not speech.speaks(tag)]
    if silent:
        click.echo(f"There is no voice for {', '.join(silent)}: in a visit the page says so.")


def _tell_font(inches: float, distance: float, pixels: tuple[int, int]) -> None:
    """Tell how large the font must be to be read from there, and whether pages then have room."""
    from kiosk.reading_size import COMFORTABLE, LEAST_DEGREES, SMALLEST, reading_size

    size = reading_size(inches, distance, pixels)
    click.echo(
        f"Read from {distance:g} cm, a capital letter must be at least {size.capital:.1f} mm high "
        f"({LEAST_DEGREES} degrees of view: EN 301 549, 5.1.4)."
    )
    click.echo(
        f"On a screen of {inches:g} inches and {pixels[0]}x{pixels[1]} pixels, set the font to {size.pixels} "
        f"pixels: {size.points} points where the terminal knows the screen's size."
    )
    click.echo(f"That leaves about {size.columns} columns and {size.rows} rows.")
    for columns, rows in (COMFORTABLE, SMALLEST):
        fits = "fits" if size.fits((columns, rows)) else "does not fit"
        click.echo(f"{columns}x{rows} {fits}.")
    if not size.fits(SMALLEST):
        click.echo("Pages would be cut off. Take a larger screen, or let people sit closer to it.")
        sys.exit(1)


COMMANDS = (backup, restore, doctor)
