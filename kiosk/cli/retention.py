"""The commands that say how long entries are kept, and erase those whose time is over."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import click

from kiosk import dates
from kiosk.cli.common import examples, home_here, json_option, mark_done, print_as, print_json
from kiosk.cli.prompts import (
    PlainError,
    Who,
    audit_of,
    confirm,
    desk_options,
    open_vault,
    permit,
    require_set_up,
)
from kiosk.settings.limits import MOST_DAYS
from kiosk.text import counted

if TYPE_CHECKING:
    from kiosk.desk.keys.staff import Unlocked
    from kiosk.home import Home
    from kiosk.upkeep.retention import Going, Purged
    from kiosk.vault.rows import Row


@click.command(
    epilog=examples("kiosk purge --dry-run", 'kiosk purge --staff "Jo Smith" --passphrase-file jo.txt')
)
@click.option("--dry-run", is_flag=True, help="Show what would be deleted, without deleting it.")
@click.option(
    "--clock-is-right", is_flag=True, help="Confirm that this machine's clock is right, and continue."
)
@json_option
@desk_options
def purge(dry_run: bool, clock_is_right: bool, as_json: bool, by: Who) -> None:
    """Delete entries, paused visits and comments that have expired. Leads only.

    The kiosk does this itself, once a day while it runs. 'kiosk retention' shows and sets how long entries
    are kept. Nothing is deleted while this machine's clock seems wrong: check the clock and, if it is right,
    give --clock-is-right. Anything dated in the future then counts from today, and you are told how much that
    is.
    """
    home = home_here()
    unlocked = permit(home, by, lead=not dry_run)
    from kiosk.desk.entries import signer
    from kiosk.desk.put_back import reconcile
    from kiosk.settings.settings import load_settings
    from kiosk.upkeep import retention

    settings, moment = load_settings(home.settings), dates.now()
    days = settings.privacy.days
    with open_vault(home) as vault:
        reconcile(home, vault, settings.venue.key, moment)
        if dry_run:
            verdict, going = retention.look(home, vault, days, moment, clock_is_right=clock_is_right)
            if not verdict.right:
                raise PlainError(verdict.says)
            _tell_going(going, days, as_json)
            return
        note = _noting(home, unlocked) if unlocked else lambda _row: None
        sign = signer(unlocked.identity) if unlocked else None
        done = retention.purge(home, vault, days, moment, clock_is_right=clock_is_right, note=note, sign=sign)
    mark_done()
    if done.refused:
        raise PlainError(done.refused)
    _tell_purged(done, days, as_json)
    if done.failed:
        raise PlainError(f"{counted(len(done.failed), 'entry', 'entries')} could not be deleted. Try again.")
    if done.apart_failed:
        raise PlainError(
            "Some paused visits or comments could not be deleted. Check the permissions of "
            f"{home.drafts} and {home.comments}."
        )


@click.command(epilog=examples("kiosk retention", "kiosk retention 30", "kiosk retention 30 --yes"))
@click.argument("days", type=click.IntRange(1, MOST_DAYS), required=False)
@click.option("--yes", is_flag=True, help="Skip the confirmation question.")
@json_option
@desk_options
def retention(days: int | None, yes: bool, as_json: bool, by: Who) -> None:
    """Show or set how long entries are kept, in days.

    Days count from the last change to an entry, and customers see the period before the first question. A new
    period also applies to entries already here: you are told how many would be deleted, and asked. Only leads
    can set it.
    """
    home = home_here()
    require_set_up(home)
    from kiosk.desk.keys.stock import remember
    from kiosk.settings.settings import keep_settings, load_settings, with_days
    from kiosk.upkeep.retention import look

    settings = load_settings(home.settings)
    unlocked = None if days is None else permit(home, by, lead=True)
    kept = days or settings.privacy.days
    with open_vault(home) as vault:
        verdict, going = look(home, vault, kept, dates.now())
    due, soon = len(going.due), len(going.soon)
    entries, told = counted(due, "entry", "entries"), counted(kept, "day", "days")
    if not verdict.right:
        click.echo(verdict.says, err=True)
    if days is not None:
        question = f"With {told}, {entries} would be due for deletion today and {soon} more within 14 days"
        if not (yes or confirm(f"{question}. Set it?", "--yes")):
            raise PlainError("Nothing was changed.")
        if unlocked is not None:
            audit_of(home, unlocked.identity).note(
                unlocked.name, "set how long entries are kept", detail=told
            )
        settings = load_settings(home.settings)  # anew: somebody may have changed the venue's key meanwhile
        keep_settings(home, with_days(settings, kept))
        if unlocked is not None:
            remember(home, unlocked.identity, settings=["privacy.days"])
        mark_done()
    due_now = counted(due, "is", "are") if due else "None are"
    says = (
        f"Entries are kept for {told} after their last change. {due_now} due for deletion today; "
        f"{soon or 'none'} will be within 14 days."
    )
    if due:
        says += "\nThe kiosk deletes them within a day while it runs. To delete them now, run 'kiosk purge'."
    print_as({"days": kept, "due": due, "soon": soon}, says, as_json=as_json)


COMMANDS = (purge, retention)


def _noting(home: "Home", lead: "Unlocked") -> "Callable[[Row], object]":
    audit = audit_of(home, lead.identity)
    return lambda row: audit.note(
        lead.name, "deleted", entry=row.name, entry_id=row.id, detail="its time was over"
    )


def _tell_going(going: "Going", days: int, as_json: bool) -> None:
    if as_json:
        due, soon = _values(going.due, days), _values(going.soon, days)
        print_json({"days": days, "due": due, "soon": soon, "redated": going.redated})
        return
    if going.redated:
        click.echo(
            f"{counted(going.redated, 'entry', 'entries')} would be dated today, because a wrong clock "
            "dated them."
        )
    click.echo(
        f"{counted(len(going.due), 'entry', 'entries')} would be deleted now."
        if going.due
        else "No entries would be deleted now."
    )
    if going.due:
        click.echo(_lines(going.due, days))
    if going.soon:
        click.echo(f"Within 14 days:\n{_lines(going.soon, days)}")


def _tell_purged(done: "Purged", days: int, as_json: bool) -> None:
    if as_json:
        erased, failed = (_values(rows, days) for rows in (done.erased, done.failed))
        apart = {"drafts": done.drafts, "comments": done.comments}
        redated = {"redated": done.redated, "drafts_redated": done.drafts_redated}
        print_json({"days": days, "erased": erased, "failed": failed, **apart, **redated})
        return
    if done.redated or done.drafts_redated:
        click.echo(_redated(done))
    if done.erased or done.drafts or done.comments:
        click.echo(_erased(done, days))
    elif not (done.failed or done.apart_failed):
        click.echo("No entries are due.")


def _redated(done: "Purged") -> str:
    what = [
        counted(done.redated, "entry", "entries") if done.redated else "",
        counted(done.drafts_redated, "paused visit", "paused visits") if done.drafts_redated else "",
    ]
    one = done.redated + done.drafts_redated == 1
    told = " and ".join(filter(None, what))
    return f"A wrong clock had dated {told}. {'It counts' if one else 'They count'} from today."


def _erased(done: "Purged", days: int) -> str:
    lines = [_lines(done.erased, days)] if done.erased else []
    if done.drafts:
        lines.append(counted(done.drafts, "paused visit", "paused visits"))
    if done.comments:
        lines.append(counted(done.comments, "comment", "comments"))
    lines.append("Deleted from this kiosk. Someone with special tools might still find parts of it.")
    return "\n".join(lines)


def _values(rows: "Sequence[Row]", days: int) -> list[dict[str, Any]]:
    import msgspec

    from kiosk.upkeep.retention import goes

    told = [
        {"id": row.id, "name": row.name, "last_page": row.last_page, "goes": goes(row, days)} for row in rows
    ]
    values: list[dict[str, Any]] = msgspec.to_builtins(told)
    return values


def _lines(rows: "Sequence[Row]", days: int) -> str:
    """Return a line for each row: its name, the day of its last page, the day it goes."""
    from kiosk.dates import on_short_day
    from kiosk.text import columns, one_line, padded
    from kiosk.upkeep.retention import goes

    names = [one_line(row.name, 200) for row in rows]
    width = max(map(columns, names))
    return "\n".join(
        f"{padded(name, width)}  last change {on_short_day(row.last_page):<11}  "
        f"due {on_short_day(goes(row, days))}"
        for name, row in zip(names, rows, strict=True)
    )
