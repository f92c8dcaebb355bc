"""How a kiosk is from day to day: what the desk's list and the doctor both tell."""

import errno
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import product
from pathlib import Path
from unittest import mock
from unittest.mock import Mock

import pytest
from msgspec.structs import replace

from kiosk import health
from kiosk.dates import to_second
from kiosk.devices.spool import Spool
from kiosk.doctor import examine
from kiosk.errors import PrinterError, PrinterTrouble, VaultError
from kiosk.health import BACKUP_EVERY, FILES, ROOM, Finding, Level, examine_daily
from kiosk.home import Home
from kiosk.pack.pack_files import STATES
from kiosk.places import known
from kiosk.places.card import Card
from kiosk.places.ledger import Ledger, Received
from kiosk.settings.printers import PrinterSettings
from kiosk.settings.settings import Help, PrivacySettings, Settings, Talk, keep_settings, load_settings
from kiosk.settings.texts import Languages, Texts
from kiosk.upkeep import last_backup
from kiosk.upkeep.backup import back_up
from kiosk.upkeep.restore import restore
from kiosk.vault.durable import RESERVE_FILES, Disk
from kiosk.vault.vault import RESERVE
from tests.fake_printer import FakePrinter
from tests.kiosk.machines import Machine
from tests.kiosk.places.cards import card_of
from tests.kiosk.upkeep.kept import Kept


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    (tmp_path / "stick").mkdir()
    made = Kept(tmp_path / "home")
    made.saves(1, 2)
    return made


def found(kept: Kept, what: str) -> Finding:
    [one] = [one for one in daily(kept) if one.what == what]
    return one


def daily(kept: Kept) -> tuple[Finding, ...]:
    return examine_daily(kept.home, kept.vault.rows(), kept.now)


def backs_up(kept: Kept, disk: Disk | None = None) -> None:
    back_up(kept.home, kept.home.root.parent / "stick", kept.venue, kept.now, disk=disk or Disk())


def test_the_doctor_and_the_list_say_the_same(kept: Kept) -> None:
    kept.clock.passes(days=30)
    fake = FakePrinter(PrinterError(PrinterTrouble.NO_ANSWER, "Check that it is on and plugged in."))
    told = examine_daily(kept.home, kept.vault.rows(), kept.now, printer_from=lambda _: fake)
    kept.vault.close()
    doctor = {one.what: one for one in examine(kept.home, kept.now, printer_from=lambda _: fake)}
    assert [one.what for one in told] == [
        "Free space",
        "Last backup",
        "Clock",
        "Printer",
        "Settings",
        "Packs",
    ]
    # Both look at the disk of now.
    assert [doctor[one.what] for one in told[1:]] == list(told[1:])
    assert doctor["Free space"].level is told[0].level
    assert [one.level for one in told[1:]] == [Level.LOOK, Level.LOOK, Level.WRONG, Level.OK, Level.OK]


def test_nothing_is_saved_or_changed_by_looking(kept: Kept) -> None:
    before = {path: path.stat().st_mtime_ns for path in kept.home.root.rglob("*")}
    daily(kept)
    assert {path: path.stat().st_mtime_ns for path in kept.home.root.rglob("*")} == before


# -- the last backup


def test_two_weeks_after_the_first_entry_a_backup_is_missed(kept: Kept) -> None:
    assert found(kept, "Last backup") == Finding(
        "Last backup", Level.OK, "No backup has been made on this machine yet."
    )
    kept.clock.passes(days=BACKUP_EVERY.days)
    one = found(kept, "Last backup")
    assert one.level is Level.LOOK
    known = "No backup has been made on this machine yet. 2 entries would be lost with it. "
    assert one.says.startswith(known)
    assert "'kiosk backup DIR'" in one.says
    assert one.plain == f"{known}Ask whoever looks after this machine to make a backup."


def test_where_there_is_no_entry_no_backup_is_missed(tmp_path: Path) -> None:
    new = Kept(tmp_path / "new")
    new.clock.passes(days=400)
    assert found(new, "Last backup").level is Level.OK


def test_the_day_of_a_backup_is_known_and_it_lasts_until_two_weeks_of_new_entries(kept: Kept) -> None:
    backs_up(kept)
    assert last_backup.read(kept.home) == kept.now.replace(microsecond=0)
    assert "The last backup was made on 1 March 2026." in found(kept, "Last backup").says
    kept.clock.passes(days=100)
    assert found(kept, "Last backup").level is Level.OK  # nothing was saved since
    kept.adds(1)
    assert found(kept, "Last backup").level is Level.LOOK
    assert "1 entry saved or changed since would be lost" in found(kept, "Last backup").says
    backs_up(kept)
    kept.clock.passes(days=1)
    kept.saves(3)
    kept.clock.passes(days=BACKUP_EVERY.days - 2)
    assert found(kept, "Last backup").level is Level.OK
    kept.clock.passes(days=1)
    assert found(kept, "Last backup").level is Level.LOOK


def test_a_backup_that_is_not_made_is_not_noted(kept: Kept) -> None:
    class Full(Disk):
        def write(self, descriptor: int, data: bytes | memoryview, offset: int) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(VaultError):
        backs_up(kept, Full())
    assert last_backup.read(kept.home) is None


class Keeps(Disk):
    """Renames nothing in a home."""

    def rename(self, old: Path, new: Path) -> None:
        if new.name == "last-backup":
            raise OSError(errno.ENOSPC, "No space left on device")
        super().rename(old, new)


def test_where_the_home_takes_nothing_more_the_backup_is_made_all_the_same(kept: Kept) -> None:
    made = back_up(kept.home, kept.home.root.parent / "stick", kept.venue, kept.now, disk=Keeps())
    assert (made.noted, made.entries, made.folder.is_dir()) == (False, 2, True)
    assert last_backup.read(kept.home) is None


def test_the_command_notes_the_day_and_says_where_it_could_not(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    machine.says("backup", "--same-disk", str(stick))
    assert last_backup.read(machine.home) is not None
    machine.home.last_backup.unlink()

    monkeypatch.setattr(
        last_backup, "note", Mock(side_effect=OSError(errno.ENOSPC, "No space left on device"))
    )
    (tmp_path / "other").mkdir()
    result = machine.run("backup", "--same-disk", str(tmp_path / "other"))
    assert result.exit_code == 0
    assert "could not be noted" in result.stderr


def test_a_restored_home_claims_no_backup(kept: Kept, tmp_path: Path) -> None:
    backs_up(kept)
    kept.saves(3)
    backs_up_later = kept.now + timedelta(hours=1)
    folder = back_up(kept.home, tmp_path / "stick", kept.venue, backs_up_later).folder
    new = Home(tmp_path / "new")
    restore(new, folder)
    assert load_settings(new.settings)
    assert last_backup.read(new) is None


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", '{"version":2,"made":"2026-03-04T10:00:00Z"}', '{"version":1,"made":"3026-03-04"}'],
)
def test_a_file_that_does_not_read_tells_of_no_backup(kept: Kept, text: str) -> None:
    kept.home.last_backup.write_text(text)
    kept.clock.passes(days=30)
    assert "No backup has been made" in found(kept, "Last backup").says
    backs_up(kept)
    assert last_backup.read(kept.home) is not None


def test_a_link_in_its_place_is_told_and_not_followed(kept: Kept) -> None:
    kept.home.last_backup.symlink_to(kept.home.settings)
    assert found(kept, "Last backup").level is Level.WRONG


def test_a_backup_that_is_dated_later_than_now_is_not_believed(kept: Kept) -> None:
    last_backup.note(kept.home, kept.now + timedelta(days=400))
    one = found(kept, "Last backup")
    assert one.level is Level.LOOK
    assert "in the future" in one.says


# -- the settings


def test_settings_that_nobody_fitted_to_the_place_are_told(kept: Kept) -> None:
    venue = load_settings(kept.home.settings).venue
    shipped = Settings(venue=venue)
    keep_settings(kept.home, shipped)
    one = found(kept, "Settings")
    assert one.level is Level.LOOK
    assert "still the defaults" in one.says
    # What customers do not read does not count: a tool may have set it.
    keep_settings(kept.home, replace(shipped, privacy=PrivacySettings(days=30)))
    assert found(kept, "Settings").level is Level.LOOK


@pytest.mark.parametrize(
    "fit",
    [
        lambda settings: replace(settings, privacy=PrivacySettings(contact="Ann")),
        lambda settings: replace(settings, privacy=PrivacySettings(basis="that you agreed")),
        lambda settings: replace(settings, privacy=PrivacySettings(complain="the ombudsman")),
        lambda settings: replace(settings, help=Help(now="Call 111.")),
        lambda settings: replace(settings, talk=Talk(read="Staff read this at nine.")),
    ],
)
def test_one_text_of_the_place_is_enough(kept: Kept, fit: Callable[[Settings], Settings]) -> None:
    keep_settings(kept.home, fit(Settings(venue=load_settings(kept.home.settings).venue)))
    assert found(kept, "Settings").level is Level.OK


def test_settings_that_do_not_read_are_told(kept: Kept) -> None:
    kept.home.settings.write_text("version =")
    assert found(kept, "Settings").level is Level.WRONG


# -- what is told at the desk, where nobody can run a command


def everything_wrong(kept: Kept, tmp_path: Path) -> Iterator[Finding]:
    """Find all that can be found of a day, in each of its ways."""
    conf = tmp_path / "cupsd.conf"
    conf.write_text("PreserveJobFiles Yes\n")
    (tmp_path / "spool").mkdir()
    (tmp_path / "spool" / "d00001-001").touch()
    spool = Spool(conf, tmp_path / "spool")
    settings = load_settings(kept.home.settings)
    printer = PrinterSettings(kind="page", queue="office")
    keep_settings(kept.home, Settings(venue=settings.venue, printer=printer))
    for days, backed_up in product((-4000, -1, 0, 30), (False, True)):
        if backed_up and last_backup.read(kept.home) is None:
            backs_up(kept)
        now = kept.now + timedelta(days=days)
        for free in (ROOM - 1, RESERVE - 1, 4 * ROOM):
            for files in (None, FILES - 1, RESERVE_FILES - 1):
                for trouble in PrinterTrouble:
                    fake = FakePrinter(PrinterError(trouble, "/dev/usb/lp0 is busy."))
                    yield from examine_daily(
                        kept.home,
                        kept.vault.rows(),
                        now,
                        free=mock.Mock(return_value=free),
                        files=mock.Mock(return_value=files),
                        printer_from=mock.Mock(return_value=fake),
                        spool=spool,
                    )


def test_at_the_desk_nothing_is_told_in_commands_or_paths_and_each_trouble_says_what_to_do(
    kept: Kept, tmp_path: Path
) -> None:
    findings = list(everything_wrong(kept, tmp_path))
    for one in findings:
        plain = one.plain or one.says
        for word in (" '", "MiB", "DIR", str(tmp_path), "kiosk.toml", "CUPS", "root"):
            assert word not in plain, one
        asks = ("sk whoever looks after this", "Is it switched on?", "Put in", "Close it", "Look at its")
        assert one.level is Level.OK or any(ask in plain for ask in asks), one
    assert {(one.what, one.level) for one in findings} >= {
        *((what, Level.WRONG) for what in ("Free space", "Clock", "Printer")),
        *((what, Level.LOOK) for what in ("Free space", "Last backup", "Clock", "Settings")),
    }


# -- other places


def test_a_place_that_is_not_heard_of_is_named_where_others_are_known(kept: Kept) -> None:
    assert "Places" not in {one.what for one in daily(kept)}
    elm, oak, ash = (card_of(number, name, name) for number, name in enumerate(("Elm", "Oak", "Ash"), 1))
    for card in (elm, oak, ash):
        known.introduce(kept.home, card, now=kept.now)
    ledger = Ledger(kept.home.places)
    for card, number, before in ((elm, 4, 3), (elm, 3, 0), (oak, 1, 0), (ash, 1, 0)):
        comes(ledger, card, number, before, kept.now)
    assert found(kept, "Places") == Finding("Places", Level.OK, "3 other places are known here.")
    kept.clock.passes(days=8)
    comes(ledger, ash, 3, 2, kept.now)
    told = found(kept, "Places")
    says = "Something that Ash sent has not come. Nothing from Elm for 8 days. Nothing from Oak for 8 days."
    assert (told.level, told.says) == (Level.LOOK, f"{says} 'kiosk places' shows more.")
    assert told.plain == f"{says} Ask whoever looks after this machine to find out why."
    known.revoke(kept.home, oak, now=kept.now)
    assert "Oak" not in found(kept, "Places").says


def comes(ledger: Ledger, card: Card, number: int, before: int, now: datetime) -> None:
    """Note that a consignment has come, which builds on another one."""
    ledger.note_received(
        Received(
            place=card.place,
            number=number,
            at=to_second(now),
            made=to_second(now),
            route="",
            before=before,
            manifest="",
            items=(),
        )
    )


# -- packs


def test_a_pack_that_cannot_be_used_is_told_with_what_customers_get(kept: Kept) -> None:
    assert found(kept, "Packs") == Finding("Packs", Level.OK, "Customers get strengths, version 1.")
    states = kept.home.packs / "strengths" / STATES
    states.parent.mkdir(parents=True)
    states.write_text("{")
    broken = found(kept, "Packs")
    assert (broken.level, str(states) in broken.says, str(states) in broken.plain) == (
        Level.WRONG,
        True,
        False,
    )
    assert "they get strengths, version 1, instead" in broken.plain


def test_a_pack_that_settings_offer_and_nobody_published_is_told(kept: Kept) -> None:
    settings = load_settings(kept.home.settings)
    keep_settings(kept.home, Settings(venue=settings.venue, offer=("ours", "short")))
    finding = found(kept, "Packs")
    assert (finding.level, "kiosk pack offer" in finding.says, "kiosk" in finding.plain) == (
        Level.LOOK,
        True,
        False,
    )


# -- languages


def test_a_language_that_cannot_be_offered_and_a_text_that_is_not_in_one_are_told(kept: Kept) -> None:
    def told(languages: tuple[str, ...] = (), now: str = Help().now, **texts: Texts) -> tuple[object, ...]:
        venue = load_settings(kept.home.settings).venue
        wanted = Languages(offered=languages)
        keep_settings(kept.home, Settings(venue=venue, languages=wanted, help=Help(now=now), texts=texts))
        return health.languages(kept.home)

    assert told() == (Level.OK, "Customers read English.")
    assert told(("pl", "uk"), pl=Texts(help="Dzwoń")) == (
        Level.OK, "Customers read English, Polish and Ukrainian."
    )  # fmt: skip
    assert told(("ua", "de", "pl")) == (
        Level.LOOK, "ua is not offered: the program does not speak it. German is not offered: the program "
        "does not speak it.",
    )  # fmt: skip
    assert told(("pl",), now="Ring Ann.") == (
        Level.LOOK, "In Polish, customers read these texts of yours as they stand in kiosk.toml: help. Write "
        "them under [texts.pl] too.",
    )  # fmt: skip
    assert told(("pl",), now="Ring Ann.", pl=Texts(help="Dzwoń"), uk=Texts(help="Ні")) == (
        Level.LOOK, "[texts.uk] is of no language that is offered."
    )  # fmt: skip
