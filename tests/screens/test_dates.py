"""Days: what is printed, shown and listed says the same day of the same moment, and it is the place's own."""

import csv
import io
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from kiosk import seal
from kiosk.dates import long_day
from kiosk.desk.export_all import table_of
from kiosk.desk.exports.csv import csv_of
from kiosk.desk.exports.formats import exported
from kiosk.desk.keys import recovery_sheet
from kiosk.desk.setup import set_up
from kiosk.entry.opened import Opened
from kiosk.entry.slip import text_of
from kiosk.errors import VaultError
from kiosk.home import Home
from kiosk.session import Session
from kiosk.upkeep.backup import back_up
from kiosk.vault.vault import NOT_LISTED, Vault
from kiosk.visit import comments
from kiosk.visit.comments import keep_comment
from tests.conftest import LONDON, SetZone
from tests.fake_printer import FakePrinter
from tests.screens.conftest import PASSPHRASE, STAFF, Kiosk, saved_pages, unlocked, venue_of
from tests.visitor import CHECK, derive, leaves, saver_of, visit


@pytest.mark.parametrize(
    ("zone", "saved", "day", "last_day", "again"),
    [
        (LONDON, datetime(2026, 5, 31, 23, 30, tzinfo=UTC), date(2026, 6, 1), "30 August 2026", False),
        (LONDON, datetime(2026, 5, 31, 22, 30, tzinfo=UTC), date(2026, 5, 31), "29 August 2026", True),
        # An hour of winter time comes between: the last day is that on which the desk says that it goes.
        (LONDON, datetime(2026, 8, 31, 23, 30, tzinfo=UTC), date(2026, 9, 1), "29 November 2026", False),
        ("<-11>11", datetime(2026, 3, 4, 10, 30, tzinfo=UTC), date(2026, 3, 3), "1 June 2026", True),
    ],
)
async def test_the_slip_the_list_and_the_entry_say_the_same_day(
    kiosk: Kiosk,
    set_zone: SetZone,
    zone: str,
    saved: datetime,
    day: date,
    last_day: str,
    *,
    again: bool,
) -> None:
    set_zone(zone)
    session = kiosk()
    session = replace(session, vault=_vault_at(session, saved))
    printer = FakePrinter()
    # Whoever prints an hour later has the same slip.
    later: dict[str, Any] = {"now": lambda: saved + timedelta(hours=1)}
    if again:
        code = leaves(session, {}, at=saved).code
        async with visit(session, printer=printer, **later) as visitor:
            await visitor.comes_back(code)
            await visitor.chooses("Print my code again")
    else:
        saver = saver_of(session, clock=lambda: saved)
        async with visit(session, at=CHECK, printer=printer, saver=saver, **later) as visitor:
            code = (await visitor.saves()).code
            await visitor.presses("f5")
    assert f"We keep your answers until {last_day}." in " ".join(text_of(printer.slips[0], 60))
    async with unlocked(session, now=lambda: saved + timedelta(days=89)) as member:
        number, month, _ = last_day.split()
        assert f"{day:%d %b %Y}".removeprefix("0") in member.screen_text()
        assert f"expires {number} {month[:3]}" in member.screen_text()
        await member.opens(code)
        assert member.sees(f"Answered at the kiosk on {long_day(day)}.")


async def test_where_the_list_does_not_tell_the_last_day_the_slip_tells_none(kiosk: Kiosk) -> None:
    printer, reported = FakePrinter(), list[BaseException]()
    session = kiosk()
    async with visit(session, at=CHECK, printer=printer, report=reported.append) as visitor:
        code = (await visitor.saves()).code
        with mock.patch.object(Vault, "row", side_effect=VaultError(NOT_LISTED)):
            await visitor.presses("f5")
        text = " ".join(text_of(printer.slips[0], 60))
        assert code in text
        assert "until" not in text
        assert [str(error) for error in reported] == [NOT_LISTED]


def test_the_sheet_of_a_new_venue_has_the_day_on_the_wall(
    home: Home, tmp_path: Path, set_zone: SetZone
) -> None:
    # Of any two zones that are 25 hours apart, one has another day than UTC.
    days = set()
    for zone in ("<-11>11", "<+14>-14"):
        set_zone(zone)
        with mock.patch.object(recovery_sheet, "write") as write:
            set_up(
                Home(home.root / zone.strip("<>+-")),
                venue="Oak House",
                staff_name=STAFF,
                passphrase=PASSPHRASE,
                recovery_file=tmp_path / "sheet.pdf",
            )
        days.add(write.call_args.args[1].made)
    assert len(days) == 2


def test_a_comment_is_of_the_week_on_the_wall(kiosk: Kiosk, set_zone: SetZone) -> None:
    session = kiosk()
    sunday = datetime(2026, 5, 31, 23, 30, tzinfo=UTC)
    box, before = session.home.comments / comments.BOX, set[bytes]()
    for zone, week in (("UTC0", "2026-W22"), (LONDON, "2026-W23")):
        set_zone(zone)
        keep_comment(session.home, session.settings.venue.key, session.pack, now=sunday, text="Good")
        (sealed,) = {*comments.sealed_in(box)} - before
        assert f'"week":"{week}"' in seal.open_sealed(sealed, venue_of(session)).decode()
        assert box.stat().st_mtime == datetime(2026, 5, 25, tzinfo=UTC).timestamp()  # in whatever zone
        before.add(sealed)


@pytest.mark.parametrize(
    ("zone", "saved", "stamped"),
    [
        ("UTC0", datetime(2026, 5, 31, 23, 30, tzinfo=UTC), "2026-05-31T23:30:00Z"),
        (LONDON, datetime(2026, 5, 31, 23, 30, tzinfo=UTC), "2026-06-01T00:30:00+01:00"),
        (LONDON, datetime(2026, 1, 5, 23, 30, tzinfo=UTC), "2026-01-05T23:30:00Z"),
        ("<+14>-14", datetime(2026, 3, 4, 10, 30, tzinfo=UTC), "2026-03-05T00:30:00+14:00"),
        ("<-11>11", datetime(2026, 3, 4, 10, 30, tzinfo=UTC), "2026-03-03T23:30:00-11:00"),
    ],
)
def test_tables_and_the_name_of_a_backup_have_the_day_on_the_wall(
    kiosk: Kiosk, tmp_path: Path, set_zone: SetZone, zone: str, saved: datetime, stamped: str
) -> None:
    set_zone(zone)
    session = kiosk()
    session = replace(session, vault=_vault_at(session, saved))
    left = leaves(session, {"day": "Sun"}, at=saved)
    page = saved_pages(session)[0]
    opened = Opened(session.vault.row(left.id), (page,), derive(left.handle))
    for table, columns in (
        (exported(opened, "csv", saved, "Oak House"), ("made",)),
        (csv_of([opened]), ("made",)),
        (table_of([opened], saved.date()), ("saved", "made")),
    ):
        head, cells, *_ = csv.reader(io.StringIO(table.decode("utf-8-sig")))
        assert [cells[head.index(column)] for column in columns] == [stamped] * len(columns)
    made = back_up(session.home, tmp_path, session.settings.venue.key, saved)
    assert made.folder.name == f"kiosk-backup-{stamped.replace(':', '-')}"


def _vault_at(session: Session, moment: datetime) -> Vault:
    return Vault(session.home.root, clock=lambda: moment, name_of=session.names.name_of)
