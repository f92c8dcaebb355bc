"""The doctor: what it finds, what it says to do, and that it changes nothing and tells nobody's name."""

import fcntl
import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk import hardening, health, permissions, seal
from kiosk.desk.audit.audit_log import Audit
from kiosk.desk.keys import staff
from kiosk.devices.printer import TO_DO
from kiosk.devices.spool import Spool
from kiosk.doctor import examine
from kiosk.errors import PrinterError, PrinterTrouble
from kiosk.health import Finding, Level
from kiosk.home import Home
from kiosk.settings.printers import PrinterSettings
from kiosk.settings.settings import Settings, load_settings, settings_text
from kiosk.upkeep import clock, last_backup
from kiosk.upkeep.clock import Known
from kiosk.upkeep.retention import purge
from kiosk.vault import move_journal
from kiosk.vault.age_file import is_sealed
from kiosk.vault.log_lines import Put, line_of
from kiosk.vault.page_files import PageFiles
from kiosk.vault.vault import RESERVE
from tests.conftest import FAST, LONDON, SetZone
from tests.fake_printer import FakePrinter
from tests.kiosk.machines import Machine
from tests.kiosk.sealed import FIRST, id_of
from tests.kiosk.upkeep.kept import VENUE, Kept, page, tree
from tests.kiosk.vault.helpers import line, sign
from tests.kiosk.vault.torture.scenes import move_of

WELL = [
    "Settings", "Staff keys", "Places", "Words", "Packs", "Languages", "Comments", "Folders", "Disk",
    "Free space", "Lock", "Clock", "Last backup", "List of entries", "Pages", "Entries and files", "Audit",
    "Last unlock", "Statistics", "Unfinished files", "Core dumps", "Printer",
]  # fmt: skip


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    made = Kept(tmp_path / "home")
    for key in made.home.staff.iterdir():
        key.unlink()
    staff.add(
        made.home.staff,
        "Jo Smith",
        "gravel thistle anchor biscuit",
        seal.new_identity(),
        role="lead",
        costs=FAST,
    )
    made.saves(1, 2, 3)
    made.adds(2)
    made.vault.reconcile()
    made.vault.close()
    audit = Audit(made.home.audit, VENUE, made.clock)
    for number in range(3):
        audit.note("Jo Smith", "opened", entry=f"Name {number}")
    audit.close()
    return made


def examined(kept: Kept, *, free: int = 1 << 40) -> dict[str, Finding]:
    """What is found, by name; looking changes nothing and tells no name of an entry."""
    before = tree(kept.home.root)
    found = examine(kept.home, kept.now, free=lambda _: free, pause=lambda _: None)
    assert tree(kept.home.root) == before
    assert "Name" not in "".join(finding.says for finding in found)
    for finding in found:
        assert "\n" not in finding.says
        assert finding.says.endswith((".", "'")) or finding.what in ("Settings", "Words", "Printer")
    return {finding.what: finding for finding in found}


def unwell(kept: Kept) -> dict[str, Level]:
    return {what: found.level for what, found in examined(kept).items() if found.level is not Level.OK}


def test_a_kiosk_that_is_well_is_said_to_be_well(kept: Kept) -> None:
    found = examined(kept)
    assert list(found) == WELL
    assert unwell(kept) == {}
    assert "4 pages of 3 entries" in found["Pages"].says
    assert "1 person" in found["Staff keys"].says
    assert found["Printer"].says == "Not set up."


def test_a_new_kiosk_without_a_desk_or_an_entry_is_well(tmp_path: Path, kept: Kept) -> None:
    new = Kept(tmp_path / "new")
    for key in new.home.staff.iterdir():
        key.unlink()
    assert unwell(new) == {}
    assert "no private key" in examined(new)["Staff keys"].says


@pytest.mark.parametrize(
    ("free", "level"), [(RESERVE - 1, Level.WRONG), (RESERVE, Level.LOOK), (health.ROOM, Level.OK)]
)
def test_free_space_is_held_against_the_reserve(kept: Kept, free: int, level: Level) -> None:
    assert examined(kept, free=free)["Free space"].level is level


def spoil_log(kept: Kept) -> None:
    good = kept.home.catalogue.read_bytes()
    spoilt = line("x", a=1).replace(b'"a"', b'"b"')
    kept.home.catalogue.write_bytes(good + spoilt + line_of([Put("entries", id_of(1), {})]))


def spoil_row(kept: Kept) -> None:
    with kept.home.catalogue.open("ab") as log:
        log.write(line_of([Put("entries", id_of(1), {"v": 1, "name": 7, "saved": "x"})]))


def tear_log(kept: Kept) -> None:
    with kept.home.catalogue.open("ab") as log:
        log.write(b"12345678 [[")


def old_temporary(kept: Kept) -> None:
    for folder in (kept.home.vault / "00", kept.home.catalogue.parent):
        (folder / ".tmp-left").touch(mode=0o600)
        os.utime(folder / ".tmp-left", (0, 0))


def path_of(kept: Kept, number: int) -> Path:
    return PageFiles(kept.home.vault).path(id_of(number), FIRST)


def lose_rows(kept: Kept) -> None:
    kept.home.catalogue.write_bytes(kept.home.catalogue.read_bytes().split(b"\n")[0] + b"\n")


def jump(kept: Kept) -> None:
    clock.write(kept.home.clock, Known(trusted=kept.now))
    kept.clock.passes(days=100)
    last_backup.note(kept.home, kept.now)


def half_erase(kept: Kept) -> None:
    kept.vault._catalogue.erase(id_of(1), kept.now)
    kept.vault.close()


def move(kept: Kept, *numbers: int) -> None:
    """Let new codes for entries stop where they are decided."""
    for number in numbers:
        move = move_of(kept.vault, id_of(number), id_of(number + 10))
        move_journal.begin(kept.vault.page_files, move, move_journal.encoded(move))
    kept.vault.close()


def take_out(kept: Kept) -> None:
    header, first, _, third = kept.home.audit.read_bytes().splitlines(keepends=True)
    kept.home.audit.write_bytes(header + first + third)


def pass_a_quarter(kept: Kept) -> None:
    clock.write(kept.home.clock, Known(trusted=kept.now + timedelta(days=100)))
    kept.clock.passes(days=100)
    last_backup.note(kept.home, kept.now)


def spoil_summary(kept: Kept) -> None:
    kept.home.summaries.mkdir(mode=0o700)
    (kept.home.summaries / "2025-Q4.age").write_bytes(b"spoilt")
    (kept.home.summaries / "2025-Q4.age").chmod(0o600)


def fold_audit(kept: Kept) -> None:
    kept.home.audit.unlink()
    kept.home.audit.mkdir(mode=0o700)


@pytest.mark.parametrize(
    ("zone", "shows", "called"),
    [
        (LONDON, "1 Mar 2026, 12:00", "GMT (UTC+00:00)."),
        ("<+14>-14", "2 Mar 2026, 02:00", "+14 (UTC+14:00)."),
        ("NST3:30", "1 Mar 2026, 08:30", "NST (UTC-03:30)."),
        ("UTC0", "1 Mar 2026, 12:00", "UTC. If the local time is different, run 'timedatectl"),
    ],
)
def test_the_time_on_the_wall_and_its_zone_are_told(
    kept: Kept, set_zone: SetZone, zone: str, shows: str, called: str
) -> None:
    set_zone(zone)
    says = examined(kept)["Clock"].says
    assert f"It shows {shows}, which agrees" in says
    assert f"The time zone is {called}" in says
    kept.clock.passes(days=-2)
    assert f"The time zone is {called}" in examined(kept)["Clock"].says


@pytest.mark.parametrize(
    ("spoil", "what", "level", "says"),
    [
        (lambda kept: kept.home.settings.write_text("version ="), "Settings", Level.WRONG, "kiosk.toml"),
        (lambda kept: kept.home.settings.chmod(0o644), "Folders", Level.WRONG, "chmod -R go="),
        (lambda kept: kept.home.vault.chmod(0o750), "Folders", Level.WRONG, "Others can read 1 file"),
        (lambda kept: kept.home.root.chmod(0o1777), "Folders", Level.WRONG, "Others can change 1 file"),
        (lambda kept: (kept.home.staff / "x.json").write_text("{"), "Staff keys", Level.WRONG, "1 of 2"),
        (lambda kept: kept.clock.passes(days=-2), "Clock", Level.WRONG, "Set the clock"),
        (jump, "Clock", Level.LOOK, "nothing to do"),
        (spoil_log, "List of entries", Level.WRONG, "1 line is damaged"),
        (spoil_row, "List of entries", Level.WRONG, "1 line is damaged"),
        (lambda kept: kept.home.catalogue.write_text("x\n"), "List of entries", Level.WRONG, "backup"),
        (tear_log, "List of entries", Level.LOOK, "A crash"),
        (lambda kept: path_of(kept, 1).write_bytes(b""), "Pages", Level.WRONG, id_of(1)),
        (lambda kept: path_of(kept, 1).write_bytes(page()[:-1]), "Pages", Level.WRONG, "kiosk restore"),
        (lambda kept: (kept.home.vault / "00" / "what").touch(0o600), "Pages", Level.WRONG, "00/what"),
        (lambda kept: path_of(kept, 1).unlink(), "Entries and files", Level.WRONG, "1 entry lacks"),
        (lose_rows, "Entries and files", Level.LOOK, "3 entries are not listed"),
        (half_erase, "Entries and files", Level.LOOK, "1 entry is only partly deleted"),
        (lambda kept: move(kept, 1), "Entries and files", Level.LOOK, "A new code for an entry is not"),
        (lambda kept: move(kept, 1, 2), "Entries and files", Level.LOOK, "New codes for 2 entries are not"),
        (take_out, "Audit", Level.WRONG, "Line 2 does not match the lines before it"),
        (lambda kept: kept.home.audit.write_text("x\n"), "Audit", Level.WRONG, "the desk cannot be used"),
        (fold_audit, "Audit", Level.WRONG, "away and keep it"),
        (pass_a_quarter, "Statistics", Level.LOOK, "2026-Q1, January to March 2026 is not counted yet"),
        (spoil_summary, "Statistics", Level.WRONG, "2025-Q4.age. Run 'kiosk restore --merge'"),
        (old_temporary, "Unfinished files", Level.LOOK, "2 unfinished files"),
    ],
)
def test_what_is_not_well_is_found_with_what_to_do(
    kept: Kept, spoil: Callable[[Kept], object], what: str, level: Level, says: str
) -> None:
    spoil(kept)
    for file in kept.home.root.rglob("*.json"):
        file.chmod(0o600)
    every = examined(kept)
    assert (every[what].level, says in every[what].says) == (level, True), every[what]
    others = {name for name, found in every.items() if found.level is not Level.OK} - {what}
    # What follows from the one: settings that do not read name no pack and no printer, and rows that do not
    # read name no page.
    assert others <= {"Packs", "Languages", "Printer", "Entries and files"}


def test_only_what_is_there_is_counted_among_entries_and_files(kept: Kept) -> None:
    starts = "The kiosk repairs this when it starts."
    lose_rows(kept)
    assert examined(kept)["Entries and files"].says == f"3 entries are not listed yet. {starts}"
    kept.vault.reconcile()
    half_erase(kept)
    assert examined(kept)["Entries and files"].says == f"1 entry is only partly deleted. {starts}"
    move(kept, 2)
    new_code = "A new code for an entry is not finished. Unlock the desk to finish it."
    assert examined(kept)["Entries and files"].says == f"1 entry is only partly deleted. {starts} {new_code}"


def test_a_move_that_does_not_read_is_named_with_what_it_is_and_what_to_do(kept: Kept) -> None:
    move(kept, 1)
    file = kept.vault.page_files.moving(id_of(1))
    file.write_bytes(b"{")
    found = examined(kept)["Entries and files"]
    assert (found.level, found.says) == (
        Level.WRONG,
        f"{file} cannot be read. It says how an entry gets a new code. Delete it: the old code opens the "
        "entry as before, and staff can give it a new code again.",
    )
    file.unlink()
    kept.vault.reconcile()
    assert kept.vault.pages(id_of(1))
    move(kept, 1)
    kept.vault._catalogue.erase(id_of(1), kept.now)  # as it is once the list says that the entry moved
    file.write_bytes(b"{")
    found = examined(kept)["Entries and files"]
    assert found.says.startswith(f"{file} cannot be read. It says how an entry gets a new code. Without it")
    assert "keep it" in found.says


@pytest.mark.parametrize("spoil", [lambda path: path.unlink(), lambda path: path.write_bytes(b"")])
def test_what_no_backup_has_is_well_again_once_its_time_is_over(
    kept: Kept, spoil: Callable[[Path], object]
) -> None:
    spoil(path_of(kept, 1))
    assert "deleted when it expires" in " ".join(one.says for one in examined(kept).values())
    kept.clock.passes(days=91)
    purge(kept.home, kept.vault, 90, kept.now, clock_is_right=True)
    kept.vault.close()
    assert {"Pages", "Entries and files", "List of entries"}.isdisjoint(unwell(kept))


def test_a_quarter_that_is_counted_or_cannot_be_counted_here_is_well(kept: Kept) -> None:
    pass_a_quarter(kept)
    kept.home.summaries.mkdir(mode=0o700)
    (kept.home.summaries / "2026-Q1.age").write_bytes(seal.seal(b"{}", (VENUE,)))
    (kept.home.summaries / "2026-Q1.age").chmod(0o600)
    assert examined(kept)["Statistics"] == Finding("Statistics", Level.OK, "Counted: 1 quarter.")
    (kept.home.summaries / "2026-Q1.age").unlink()
    for key in kept.home.staff.iterdir():
        key.unlink()
    assert examined(kept)["Statistics"].level is Level.OK


def test_an_audit_that_is_gone_though_staff_worked_here_is_wrong(kept: Kept) -> None:
    kept.home.audit.unlink(missing_ok=True)
    assert examined(kept)["Audit"].level is Level.OK
    kept.vault.mark(id_of(1), "Jo Smith", sign)
    finding = examined(kept)["Audit"]
    assert finding.level is Level.WRONG
    assert "is missing, although staff" in finding.says


def test_a_line_of_the_audit_that_a_crash_cut_is_no_sign_of_a_change(kept: Kept) -> None:
    with kept.home.audit.open("ab") as log:
        log.write(b"12345678 [[")
    assert unwell(kept) == {}


def test_a_kiosk_where_nothing_was_noted_yet_is_well(kept: Kept) -> None:
    for path in kept.home.audit.parent.iterdir():
        path.unlink()
    kept.home.audit.parent.rmdir()
    assert unwell(kept) == {}


@pytest.mark.parametrize("folder", ["catalogue", "audit"])
def test_a_lock_that_is_held_is_found_within_a_second_and_nothing_waits_for_it(
    kept: Kept, folder: str
) -> None:
    lock = kept.home.root / folder / "log.lock"
    descriptor = os.open(lock, os.O_RDWR)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    waited: list[float] = []
    found = {one.what: one for one in examine(kept.home, kept.now, pause=waited.append)}
    assert found["Lock"].level is Level.WRONG
    assert "List of entries" not in found
    assert "Audit" not in found
    assert sum(waited) == pytest.approx(1.0)
    os.close(descriptor)
    assert unwell(kept) == {}


def test_core_dumps_that_stay_on_are_told(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hardening, "forbid_dumps", lambda: ["This system refused."])
    assert unwell(kept) == {"Core dumps": Level.WRONG}


def test_files_of_another_user_are_found(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    found = examined(kept)["Folders"]
    assert found.level is Level.WRONG
    assert "belong to root, so #12345, who runs this kiosk, cannot use them" in found.says
    assert f"sudo chown -R 12345 {kept.home.root}" in found.says


def test_root_is_told_to_look_at_another_users_home_as_that_user(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in (kept.home.root, *kept.home.root.rglob("*")):
        os.chown(path, 12345, -1)
    monkeypatch.setattr(permissions, "user_name", lambda user: "kiosk" if user == 12345 else "root")
    found = examined(kept)["Folders"]
    assert found.level is Level.LOOK
    assert f"{kept.home.root} belongs to kiosk" in found.says
    assert f"'sudo -u kiosk kiosk --home {kept.home.root}" in found.says
    assert "this user only" not in found.says


def test_a_home_that_others_can_swap_for_another_is_told_in_full(kept: Kept, tmp_path: Path) -> None:
    above, link = tmp_path / "above", tmp_path / "links" / "home"
    above.mkdir()
    link.parent.mkdir()
    kept.home.root.rename(above / "home")
    link.symlink_to(above / "home")
    kept.home = Home(link)
    (above / "home").chmod(0o755)
    for folder in (above, link.parent):
        folder.chmod(0o777)
    found = examined(kept)["Folders"]
    assert found.level is Level.WRONG
    for said in ("Others can read 1 file", f"chmod go-w {above}", f"chmod go-w {link.parent}"):
        assert said in found.says


def test_the_command_looks_at_a_home_that_every_other_refuses(machine: Machine) -> None:
    machine.home.root.chmod(0o777)
    result = machine.run("doctor")
    assert result.exit_code == 1
    assert "WRONG  Folders: Others can change 1 file. " in result.stdout


# -- the printer


def set_printer(kept: Kept, printer: PrinterSettings) -> None:
    settings = Settings(venue=load_settings(kept.home.settings).venue, printer=printer)
    kept.home.settings.write_text(settings_text(settings), encoding="utf-8")


def test_a_printer_that_is_well_is_said_to_be_well_and_prints_nothing(kept: Kept) -> None:
    fake = FakePrinter()
    asked: list[PrinterSettings] = []
    set_printer(kept, PrinterSettings(kind="page", queue="office"))

    def printer_from(settings: PrinterSettings) -> FakePrinter:
        asked.append(settings)
        return fake

    found = examine(
        kept.home, kept.now, printer_from=printer_from, spool=Spool(kept.home.root / "none", kept.home.root)
    )
    assert Finding("Printer", Level.OK, "The printer is ready.") in found
    assert asked == [PrinterSettings(kind="page", queue="office")]
    assert fake.slips == []


def test_a_printer_that_is_not_well_is_found_with_what_to_do(kept: Kept) -> None:
    fake = FakePrinter(PrinterError(PrinterTrouble.NO_ANSWER, "Put the kiosk's user in the group 'lp'."))
    found = examine(kept.home, kept.now, printer_from=lambda _: fake)
    assert (
        Finding(
            "Printer", Level.WRONG, "Put the kiosk's user in the group 'lp'.", TO_DO[PrinterTrouble.NO_ANSWER]
        )
        in found
    )


def test_the_printer_that_the_settings_name_is_looked_for(kept: Kept) -> None:
    set_printer(kept, PrinterSettings(kind="receipt", device="/dev/usb/lp99"))
    found = examined(kept)["Printer"]
    assert (found.level, "/dev/usb/lp99 could not be opened" in found.says) == (Level.WRONG, True)
    set_printer(kept, PrinterSettings(kind="receipt", device="/dev/null"))
    assert examined(kept)["Printer"].level is Level.OK


@pytest.mark.parametrize(
    ("conf", "says"),
    [
        ("LogLevel warn\n", "Add the line 'PreserveJobFiles No' to {conf}, and restart CUPS."),
        ("preservejobfiles 86400\n", "Add the line 'PreserveJobFiles No' to {conf}, and restart CUPS."),
        ("#PreserveJobFiles No\n", "Add the line"),
        ("PreserveJobFiles No\nPreserveJobFiles Yes\n", "Add the line"),
        ("PreserveJobFiles No\n", ""),
        ("PreserveJobFiles Yes\n  PreserveJobHistory off\n", ""),
        (None, ""),
    ],
)
def test_that_cups_keeps_what_it_prints_is_found_with_what_to_do(
    kept: Kept, tmp_path: Path, conf: str | None, says: str
) -> None:
    set_printer(kept, PrinterSettings(kind="page", queue="office"))
    spool = Spool(tmp_path / "cupsd.conf", tmp_path / "spool")
    if conf is not None:
        spool.conf.write_text(conf)
    found = _copies(kept, spool)
    assert (found.level, says.format(conf=spool.conf) in found.says) == (
        Level.LOOK if says else Level.OK,
        True,
    )


def test_copies_of_printed_pages_are_counted(kept: Kept, tmp_path: Path) -> None:
    spool = Spool(tmp_path / "cupsd.conf", tmp_path / "spool")
    spool.folder.mkdir()
    for name in ("c00001", "d00001-001", "d00002-001", "d00002-002", "tmp"):
        (spool.folder / name).touch()
    assert _copies(kept, spool).level is Level.OK  # nothing of the kiosk's goes there
    set_printer(kept, PrinterSettings(kind="page", queue="office"))
    found = _copies(kept, spool)
    assert found.level is Level.LOOK
    assert f"3 copies of pages are in {spool.folder}." in found.says
    assert "'cancel -a -x office'" in found.says


def test_where_only_root_can_count_the_copies_that_is_said(
    kept: Kept, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def shut(_folder: Path) -> None:
        raise PermissionError(13, "Permission denied")

    spool = Spool(tmp_path / "cupsd.conf", tmp_path / "spool")
    spool.conf.write_text("")
    monkeypatch.setattr(Path, "iterdir", shut)
    keeps, count = spool.troubles("office")
    assert "PreserveJobFiles No" in keeps
    assert f"sudo ls {spool.folder}" in count
    spool.conf.write_text("PreserveJobFiles No")
    assert list(spool.troubles("office")) == []
    monkeypatch.setattr(Path, "read_text", lambda file, **_: shut(file))
    assert f"sudo grep PreserveJob {spool.conf}" in next(spool.troubles("office"))


def _copies(kept: Kept, spool: Spool) -> Finding:
    found = examine(kept.home, kept.now, printer_from=lambda _: FakePrinter(), spool=spool)
    return next(one for one in found if one.what == "Printer")


# -- the shape of a page


@pytest.mark.parametrize("size", [0, 1, 4096, 65_536, 65_537, 200_000])
def test_what_is_sealed_to_two_has_the_shape_of_a_page_and_every_other_length_has_not(size: int) -> None:
    keys = [seal.recipient_of(seal.new_identity()) for _ in range(3)]
    sealed = seal.seal(b"x" * max(size, 1), keys[:2])
    assert is_sealed(sealed, len(sealed))
    for change in (-4096, -17, -16, -1, 1, 15, 16):
        assert not is_sealed(sealed, len(sealed) + change) or change == -4096
    for few in (keys[:1], keys):
        other = seal.seal(b"x", few)
        assert not is_sealed(other, len(other))
        assert is_sealed(other, len(other), keys=len(few))


def test_a_page_cut_anywhere_in_its_header_is_none() -> None:
    sealed = page()
    header = sealed.index(b"\n--- ") + 49
    for end in range(header):
        assert not is_sealed(sealed[:end], len(sealed))


def test_a_pack_that_an_editor_lets_others_read_is_well_and_one_that_they_can_change_is_not(
    kept: Kept,
) -> None:
    draft = kept.home.packs / "ours" / "draft" / "ours.toml"
    draft.parent.mkdir(parents=True)
    for folder in (draft.parent, draft.parent.parent, kept.home.packs):
        folder.chmod(0o700)
    draft.touch()
    draft.chmod(0o644)
    assert examined(kept)["Folders"].level is Level.OK
    draft.chmod(0o664)
    assert "Others can change 1 file" in examined(kept)["Folders"].says
