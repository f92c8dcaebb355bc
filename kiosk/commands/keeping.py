"""The commands that look after what is kept: purge, retention, backup, restore, doctor."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kiosk.asking import (
    PATH,
    PlainError,
    audit_of,
    confirm,
    desk_options,
    enter,
    open_vault,
    require_set_up,
    unlock_lead,
)
from kiosk.commands.common import examples, home_here, json_option, print_json, progress_bar
from kiosk.limits import MOST_DAYS

if TYPE_CHECKING:
    from kiosk.desk.staff import Unlocked
    from kiosk.restore import Restored
    from kiosk.retention import Plan, Purged
    from kiosk.settings import Home
    from kiosk.vault.catalogue import Row


@click.command(
    epilog=examples("kiosk purge --dry-run", 'kiosk purge --staff "Jo Smith" --passphrase-file jo.txt')
)
@click.option("--dry-run", is_flag=True, help="Say what would be erased, and erase nothing.")
@click.option("--clock-is-right", is_flag=True, help="Say that this machine's clock is right, and go on.")
@json_option
@desk_options
def purge(
    dry_run: bool, clock_is_right: bool, as_json: bool, staff: str | None, passphrase_file: Path | None
) -> None:
    """Erase the entries, and the paused visits, whose time is over.

    The kiosk does so by itself, once a day while it runs. How long entries are kept is told and set by
    'kiosk retention'. Nothing is erased while this machine's clock seems wrong: look at it, and where it is
    right, say so with --clock-is-right. Only a lead may erase.
    """
    home = home_here()
    _permit(home, staff, passphrase_file, lead=not dry_run)
    from kiosk import retention
    from kiosk.session import now
    from kiosk.settings import load_settings

    days, moment = load_settings(home.settings).privacy.days, now()
    with open_vault(home) as vault:
        vault.reconcile()
        if dry_run:
            verdict, planned = retention.look(home, vault, days, moment)
            if not (verdict.right or clock_is_right):
                raise PlainError(verdict.says)
            _tell_plan(planned, days, as_json)
            return
        done = retention.purge(home, vault, days, moment, clock_is_right=clock_is_right)
    if done.refused:
        raise PlainError(done.refused)
    if as_json:
        erased, failed = (_values(rows, days) for rows in (done.erased, done.failed))
        print_json({"days": days, "erased": erased, "failed": failed, "drafts": done.drafts})
    elif done.erased or done.drafts:
        click.echo(_erased(done, days))
    elif not (done.failed or done.drafts_failed):
        click.echo("No entry is due.")
    if done.failed:
        raise PlainError(f"{_entries(len(done.failed))} could not be erased. Try again.")
    if done.drafts_failed:
        raise PlainError(f"Some paused visits could not be erased. Check who may write in {home.drafts}.")


@click.command(epilog=examples("kiosk retention", "kiosk retention 30", "kiosk retention 30 --yes"))
@click.argument("days", type=click.IntRange(1, MOST_DAYS), required=False)
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
@desk_options
def retention(
    days: int | None, yes: bool, as_json: bool, staff: str | None, passphrase_file: Path | None
) -> None:
    """Tell or set how long entries are kept, in days.

    Days count from an entry's last page, and customers see the period before the first question. Another
    period counts for the entries that are here, too: you are told how many would go, and asked. Only a lead
    may set it.
    """
    home = home_here()
    require_set_up(home)
    from kiosk import retention as rules
    from kiosk.session import now
    from kiosk.settings import load_settings

    settings = load_settings(home.settings)
    if days is not None:
        _permit(home, staff, passphrase_file, lead=True)
    kept = days or settings.privacy.days
    with open_vault(home) as vault:
        verdict, planned = rules.look(home, vault, kept, now())
    due, soon = len(planned.due), len(planned.soon)
    if not verdict.right:
        click.echo(verdict.says, err=True)
    if days is not None:
        question = f"With {_days(kept)}, {_entries(due)} would go at once and {soon} more within 14 days"
        if not (yes or confirm(f"{question}. Set it?", "--yes")):
            raise PlainError("Nothing was changed.")
        settings = load_settings(home.settings)  # anew: somebody may have changed the venue's key meanwhile
        rules.keep_settings(home, rules.with_days(settings, kept))
    if as_json:
        print_json({"days": kept, "due": due, "soon": soon})
        return
    click.echo(
        f"Entries are kept for {_days(kept)} after their last page. {_entries(due)} to go at once, "
        f"{soon} more within 14 days."
    )
    if due:
        click.echo("The kiosk erases them within a day while it runs, or 'kiosk purge' does it now.")


@click.command(epilog=examples("kiosk backup /media/usb"))
@click.argument("folder", metavar="DIR", type=PATH)
@json_option
def backup(folder: Path, as_json: bool) -> None:
    """Make a backup in the folder DIR.

    The kiosk may go on meanwhile. The backup is a new folder, kiosk-backup- and the time in UTC; it is read
    back before it gets that name. What customers wrote is sealed in it, and needs a passphrase of the desk
    or the recovery key to be read. The names and dates of entries and the names of staff are not sealed, so
    lock it away.
    """
    home = home_here()
    require_set_up(home)
    import msgspec

    from kiosk.backup import back_up
    from kiosk.session import now
    from kiosk.settings import load_settings

    made = back_up(home, folder, load_settings(home.settings).venue.key, now())
    if as_json:
        print_json(msgspec.to_builtins(made, enc_hook=str))
    else:
        pages = f"{made.pages} {'page' if made.pages == 1 else 'pages'}"
        click.echo(f"{_entries(made.entries)}, {pages}: {made.folder}\nIt was read back and is whole.")
    if made.unreadable:
        raise PlainError(
            f"{made.unreadable} files cannot be read and are not in the backup. 'kiosk doctor' names them."
        )


@click.command(
    epilog=examples(
        "kiosk restore /media/usb/kiosk-backup-2026-11-23T09-12-03Z",
        "kiosk restore --merge /media/usb/kiosk-backup-2026-11-23T09-12-03Z",
    )
)
@click.argument("folder", metavar="DIR", type=PATH)
@click.option("--merge", is_flag=True, help="Keep what is newer here, and add what is missing.")
@json_option
@desk_options
def restore(
    folder: Path, merge: bool, as_json: bool, staff: str | None, passphrase_file: Path | None
) -> None:
    """Restore the backup DIR, on a new machine or on this one.

    DIR is a folder that 'kiosk backup' made. Where anything here is newer than the backup, nothing is
    changed unless you say --merge. What was erased, here or in the backup, stays erased. What was sealed to
    a key that the venue had before is sealed anew. If it is stopped, run it again. Where a desk is set up
    here, only a lead may do this.
    """
    home = home_here()
    lead = _permit(home, staff, passphrase_file, lead=True) if home.is_set_up() else None
    import msgspec

    def reconcile() -> None:
        with open_vault(home) as vault:
            vault.reconcile()

    unsealed: list[str] = []
    if lead is None:
        from kiosk.restore import restore as put_there

        done = put_there(home, folder, merge=merge)
        reconcile()
    else:
        done, unsealed = _restored_by(lead, home, folder, reconcile, merge=merge)
    if as_json:
        print_json({**msgspec.to_builtins(done), "unsealed": unsealed})
    else:
        _tell_restored(done)
    if unsealed:
        shown = ", ".join(unsealed[:3]) + (", …" if len(unsealed) > 3 else "")
        raise PlainError(f"Files that no key opens stayed as they were: {shown}.")


def _restored_by(
    lead: "Unlocked", home: "Home", folder: Path, reconcile: Callable[[], None], *, merge: bool
) -> "tuple[Restored, list[str]]":
    """Restore where a desk is set up; return what that did, and which files no key opens."""
    from kiosk.desk.restoring import restore as restore_as_lead
    from kiosk.session import now

    audit = audit_of(home)
    with progress_bar("Sealing anew") as progress:
        done, resealed = restore_as_lead(
            home,
            lead,
            folder,
            merge=merge,
            now=now,
            note=lambda: audit.note(lead.name, "restored a backup", detail=folder.resolve().name),
            reconcile=reconcile,
            progress=progress,
        )
    if resealed is None:
        return done, []
    if resealed.kept:
        click.echo(f"Pages of an early kiosk, which stay sealed to the old key: {resealed.kept}.", err=True)
    return done, [str(path) for path in resealed.unread]


def _tell_restored(done: "Restored") -> None:
    click.echo(
        f"{_entries(done.entries)} of the backup {'is' if done.entries == 1 else 'are'} here. "
        f"Pages added: {done.added}. Damaged pages put right: {done.mended}."
    )
    if done.kept:
        click.echo(f"{_entries(done.kept)} newer than the backup stayed as before.")
    if done.erased:
        click.echo(f"{_entries(done.erased)} deleted here too, as the backup says.")


@click.command(epilog=examples("kiosk doctor", "kiosk doctor --json"))
@json_option
def doctor(as_json: bool) -> None:
    """Check everything, and say what to do.

    One line for each thing: OK, LOOK (it works, and somebody should look) or WRONG. It needs no passphrase,
    changes nothing, and ends with 1 where something is wrong.
    """
    home = home_here()
    if not home.vault.exists():
        require_set_up(home)
    from kiosk.doctor import Level, examine
    from kiosk.session import now

    findings = examine(home, now())
    if as_json:
        print_json([{"what": one.what, "level": one.level.value, "says": one.says} for one in findings])
    else:
        click.echo("\n".join(f"{one.level.value:<5}  {one.what}: {one.says}" for one in findings))
    if any(one.level is Level.WRONG for one in findings):
        sys.exit(1)


COMMANDS = (purge, retention, backup, restore, doctor)


def _permit(
    home: "Home", staff: str | None, passphrase_file: Path | None, *, lead: bool = False
) -> "Unlocked | None":
    """Let a member of staff, or a lead, go on. Where there is no desk, nobody is asked for a passphrase."""
    require_set_up(home)
    if not home.has_desk():
        return None
    return (unlock_lead if lead else enter)(home, staff, passphrase_file)


def _tell_plan(planned: "Plan", days: int, as_json: bool) -> None:
    if as_json:
        print_json({"days": days, "due": _values(planned.due, days), "soon": _values(planned.soon, days)})
        return
    click.echo(
        f"{_entries(len(planned.due))} would be erased now."
        if planned.due
        else "No entry would be erased now."
    )
    if planned.due:
        click.echo(_lines(planned.due, days))
    if planned.soon:
        click.echo(f"Within 14 days:\n{_lines(planned.soon, days)}")


def _erased(done: "Purged", days: int) -> str:
    lines = [_lines(done.erased, days)] if done.erased else []
    if done.drafts:
        lines.append(f"{done.drafts} paused {'visit' if done.drafts == 1 else 'visits'}")
    lines.append("Deleted from this kiosk. Traces may stay in the drive until it reuses the space.")
    return "\n".join(lines)


def _values(rows: "Sequence[Row]", days: int) -> list[dict[str, Any]]:
    import msgspec

    from kiosk.retention import goes

    told = [
        {"id": row.id, "name": row.name, "last_page": row.last_page, "goes": goes(row, days)} for row in rows
    ]
    values: list[dict[str, Any]] = msgspec.to_builtins(told)
    return values


def _lines(rows: "Sequence[Row]", days: int) -> str:
    """Return a line for each row: its name, the day of its last page, the day it goes."""
    from kiosk.clock import day
    from kiosk.retention import goes
    from kiosk.text import one_line

    names = [one_line(row.name, 200) for row in rows]
    width = max(map(len, names))
    return "\n".join(
        f"{name:<{width}}  last page {day(row.last_page):<11}  due {day(goes(row, days))}"
        for name, row in zip(names, rows, strict=True)
    )


def _entries(count: int) -> str:
    return f"{count} {'entry' if count == 1 else 'entries'}"


def _days(days: int) -> str:
    return f"{days} {'day' if days == 1 else 'days'}"
