"""The commands that look after what is kept: what they print, what they change, and how they end."""

import json
import shutil
from datetime import timedelta
from pathlib import Path
from unittest.mock import Mock

import pytest

from kiosk.desk.audit.audit_log import Audit, Did
from kiosk.errors import VaultError
from kiosk.reading_size import window_points
from kiosk.settings.settings import load_settings
from kiosk.vault.log import Log
from kiosk.vault.log_lines import Merge
from kiosk.vault.rows import TABLE
from kiosk.vault.vault import Vault
from kiosk.visit.comments import BOX, keep_comment, sealed_in
from kiosk.visit.drafts import Drafts
from tests.kiosk.command_terminal import CommandTerminal
from tests.kiosk.machines import Keeper, Machine
from tests.kiosk.sealed import id_of
from tests.kiosk.upkeep.kept import tree
from tests.packs import default_pack

# -- purge


def test_entries_are_purged_when_their_time_is_over_and_listed_before(keeper: Keeper) -> None:
    keeper.saves(1)
    keeper.says("retention", "20", "--yes")
    assert keeper.says("purge", "--dry-run") == "No entries would be deleted now.\n"
    keeper.passes(10)
    keeper.saves(2)
    assert keeper.says("purge", "--dry-run") == (
        "No entries would be deleted now.\nWithin 14 days:\n"
        f"{keeper.name(1)}  last change 1 Mar 2026   due 21 Mar 2026\n"
    )
    keeper.passes(9)
    keeper.now += timedelta(days=1)
    due, name, soon, other = keeper.says("purge", "--dry-run").splitlines()
    assert (due, soon) == ("1 entry would be deleted now.", "Within 14 days:")
    one, two = keeper.name(1), keeper.name(2)
    assert " ".join(name.split()) == f"{one} last change 1 Mar 2026 due 21 Mar 2026"
    assert other.startswith(two)
    assert keeper.names() == [keeper.name(2), keeper.name(1)]
    assert keeper.says("purge").splitlines() == [
        f"{one}  last change 1 Mar 2026   due 21 Mar 2026",
        "Deleted from this kiosk. Someone with special tools might still find parts of it.",
    ]
    assert keeper.names() == [keeper.name(2)]
    assert keeper.says("purge") == "No entries are due.\n"


def test_what_is_purged_is_named_as_its_id_says_and_stands_in_the_audit_with_who_did_it(
    keeper: Keeper,
) -> None:
    """Anybody who can write to the disk can write a name into the list."""
    keeper.saves(1)
    keeper.says("retention", "1", "--yes")
    log = Log(keeper.home.catalogue)
    log.commit(lambda _: [Merge(TABLE, id_of(1), {"name": "Forged Heron"})])
    log.close()
    keeper.now += timedelta(days=2)
    assert keeper.name(1) in keeper.says("purge", "--dry-run")
    told = keeper.says("purge")
    assert keeper.name(1) in told
    assert "Forged" not in told
    events = [event for event in keeper.tells("audit") if event["did"] != "unlocked"]
    assert [(event["did"], event["entry"], event["detail"]) for event in events][-2:] == [
        ("deleted", keeper.name(1), "its time was over"),
        ("set how long entries are kept", "", "1 day"),
    ]
    assert {event["who"] for event in events} == {"Jo Smith"}


def test_what_cannot_be_noted_or_erased_is_not_purged_and_counted(
    keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper.saves(1)
    keeper.says("retention", "1", "--yes")
    keeper.now += timedelta(days=2)
    note = Audit.note

    def broken(audit: Audit, who: str, did: Did, **more: str) -> None:
        if did == "deleted":
            raise VaultError("This could not be noted.")
        note(audit, who, did, **more)

    for patched, name, fails in (
        (Audit, "note", broken),
        (Vault, "erase", Mock(side_effect=VaultError("The entry is not deleted yet. Try again."))),
        (Drafts, "sweep", Mock(side_effect=PermissionError("no"))),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(patched, name, fails)
            told = keeper.as_jo("purge")
        assert told.exit_code == 1
        if patched is not Drafts:
            assert told.stderr == "1 entry could not be deleted. Try again.\n"
            assert keeper.names() == [keeper.name(1)]
    assert "Some paused visits or comments could not be deleted." in told.stderr


def test_a_purge_speaks_json(keeper: Keeper) -> None:
    keeper.saves(1)
    told = keeper.tells("purge", "--dry-run")
    assert told == {"days": 90, "due": [], "soon": [], "redated": 0}
    keeper.says("retention", "1", "--yes")
    keeper.now += timedelta(days=2)
    row = {
        "id": id_of(1),
        "name": keeper.name(1),
        "last_page": "2026-03-01T12:00:00Z",
        "goes": "2026-03-02T12:00:00Z",
    }
    assert keeper.tells("purge", "--dry-run")["due"] == [row]
    told = keeper.tells("purge")
    redated = {"redated": 0, "drafts_redated": 0}
    assert told == {"days": 1, "erased": [row], "failed": [], "drafts": 0, "comments": 0} | redated


def test_paused_visits_whose_time_is_over_are_purged_and_counted(keeper: Keeper) -> None:
    keeper.says("retention", "20", "--yes")
    for number, days in ((1, 25), (2, 21), (3, 19)):
        keeper.kept.pauses(number, days_ago=days)
    assert keeper.says("purge").splitlines() == [
        "2 paused visits",
        "Deleted from this kiosk. Someone with special tools might still find parts of it.",
    ]
    assert keeper.kept.paused() == {id_of(3)}
    assert keeper.says("purge") == "No entries are due.\n"
    keeper.passes(2)
    assert keeper.kept.paused() == set()


def test_comments_are_deleted_by_a_purge_with_a_desk_and_without_one(keeper: Keeper) -> None:
    key = load_settings(keeper.home.settings).venue.key
    for days in (200, 1):
        keep_comment(keeper.home, key, default_pack(), now=keeper.now - timedelta(days=days), text="Good")
    assert keeper.says("purge") == "No entries are due.\n"  # unlocking has deleted what was
    assert len(sealed_in(keeper.home.comments / BOX)) == 1
    shutil.rmtree(keeper.home.staff)
    keeper.now += timedelta(days=100)
    assert keeper.run("purge", "--clock-is-right").stdout.startswith("1 comment\nDeleted from this kiosk.")
    assert sealed_in(keeper.home.comments / BOX) == []


@pytest.mark.parametrize(("jump", "told"), [(-3, "Set the clock"), (400, "nothing to do")])
def test_a_clock_that_is_not_believed_stops_a_purge_until_staff_say_that_it_is_right(
    keeper: Keeper, jump: int, told: str
) -> None:
    keeper.saves(1)
    keeper.now -= timedelta(days=200)
    keeper.saves(2)
    keeper.now += timedelta(days=200)
    keeper.passes(1)
    keeper.saves(3)
    keeper.now += timedelta(days=jump)
    for arguments in (("purge",), ("purge", "--dry-run")):
        said = keeper.denies(*arguments)
        assert told in said
        assert "--clock-is-right" in said
        assert said.count("\n") == (2 if jump < 0 else 1)
    assert keeper.name(1) in keeper.as_jo("list").stdout
    for more in (("--dry-run",), ()):
        assert keeper.as_jo("purge", "--clock-is-right", *more).exit_code == 0
    assert keeper.says("purge") == "No entries are due.\n"


def test_a_purge_needs_a_passphrase_where_there_is_a_desk_and_none_where_there_is_none(
    keeper: Keeper,
) -> None:
    keeper.saves(1)
    wrong = keeper.file("wrong", "another passphrase\n")
    for command in (("purge",), ("retention", "5", "--yes"), ("purge", "--clock-is-right")):
        keeper.refuses(*command, "--staff", "Jo Smith", "--passphrase-file", wrong)
        assert "--passphrase-file" in keeper.refuses(*command)
    assert load_settings(keeper.home.settings).privacy.days == 90
    for key in keeper.home.staff.iterdir():
        key.unlink()
    assert keeper.run("purge").stdout == "No entries are due.\n"


# -- retention


def test_the_period_is_told_without_a_passphrase_and_a_wrong_clock_with_it(keeper: Keeper) -> None:
    keeper.saves(1)
    assert keeper.run("retention").stdout == (
        "Entries are kept for 90 days after their last change. "
        "None are due for deletion today; none will be within 14 days.\n"
    )
    assert json.loads(keeper.run("retention", "--json").stdout) == {"days": 90, "due": 0, "soon": 0}
    keeper.now -= timedelta(days=2)
    result = keeper.run("retention")
    assert (result.exit_code, "Set the clock" in result.stderr) == (0, True)


def test_another_period_is_set_after_saying_how_many_go(keeper: Keeper) -> None:
    keeper.saves(1)
    keeper.now += timedelta(days=5)
    keeper.saves(2)
    before = keeper.home.settings.read_text()
    assert "Give --yes" in keeper.as_jo("retention", "4").stderr
    assert keeper.home.settings.read_text() == before
    said = keeper.says("retention", "4", "--yes")
    assert "kept for 4 days" in said
    assert "1 is due for deletion today; 1 will be within 14 days" in said
    assert "kiosk purge" in said
    after = keeper.home.settings.read_text()
    assert after == before.replace("days = 90", "days = 4")
    assert keeper.names() == [keeper.name(2), keeper.name(1)]
    assert keeper.name(1) in keeper.says("purge")


def test_on_a_terminal_the_change_is_asked_for(machine: Machine) -> None:
    for answer, days, code in (("n", 90, 1), ("y", 4, 0)):
        with CommandTerminal(machine.home.root, "retention", "4", *machine.jo) as terminal:
            terminal.wait_for(
                "With 4 days, 0 entries would be due for deletion today and 0 more within 14 days. Set it?"
            )
            terminal.type(f"{answer}\r")
            assert terminal.exit_code() == code
        assert load_settings(machine.home.settings).privacy.days == days


def test_a_period_that_is_none_is_a_mistake_of_usage(machine: Machine) -> None:
    for days in ("0", "-1", "x", "40000"):
        assert machine.as_jo("retention", "--yes", "--", days).exit_code == 2, days


# -- backup and restore


def test_a_backup_is_made_and_restored_on_another_machine(keeper: Keeper, tmp_path: Path) -> None:
    keeper.saves(1)
    keeper.saves(2)
    stick = tmp_path / "stick"
    stick.mkdir()
    said = keeper.run("backup", str(stick))
    assert said.exit_code == 0
    assert said.stdout == (
        f"2 entries, 2 pages: {stick}/kiosk-backup-2026-03-01T12-00-00Z\n"
        "The backup was read back without errors.\n"
    )
    (folder,) = stick.iterdir()
    keeper.home.root.rename(tmp_path / "lost")
    done = json.loads(keeper.run("restore", str(folder), "--json").stdout)
    assert done == {
        "entries": 2,
        "added": 2,
        "mended": 0,
        "kept": 0,
        "erased": 0,
        "older": False,
        "aside": 0,
        "unsealed": [],
        "drafts": [],
    }
    assert sorted(keeper.names()) == [keeper.name(1), keeper.name(2)]
    assert keeper.run("doctor").exit_code == 0


def test_a_newer_kiosk_is_not_overwritten_and_merging_says_what_stayed(
    keeper: Keeper, tmp_path: Path
) -> None:
    keeper.saves(1)
    made = json.loads(keeper.run("backup", str(tmp_path), "--json").stdout)
    assert (made["entries"], made["pages"], made["unreadable"]) == (1, 1, 0)
    keeper.saves(2)
    # Jo has unlocked: the audit says so, and the desk has taken stock.
    noted = ("audit/log", "stock", "unlocks")
    before = {path: data for path, data in tree(keeper.home.root).items() if path not in noted}
    assert keeper.denies("restore", made["folder"]).startswith("1 entry here is newer than the backup")
    after = {path: data for path, data in tree(keeper.home.root).items() if path not in noted}
    assert after == before
    assert keeper.says("restore", "--merge", made["folder"]) == (
        "1 entry from the backup is now here. Pages added: 0. Damaged pages repaired: 0.\n"
        "1 entry newer than the backup left unchanged.\n"
    )
    assert sorted(keeper.names()) == [keeper.name(1), keeper.name(2)]


def test_a_backup_that_lacks_a_page_says_so_and_takes_a_passphrase_to_restore(
    keeper: Keeper, tmp_path: Path
) -> None:
    keeper.saves(1)
    path = next(keeper.home.vault.rglob("*.age"))
    path.unlink()
    path.mkdir()
    result = keeper.run("backup", str(tmp_path))
    assert result.exit_code == 1
    assert result.stderr.startswith("The backup is incomplete: 1 file could not be read.")
    assert "0 entries, 0 pages" in result.stdout
    (made,) = tmp_path.glob("kiosk-backup-*")
    assert "--passphrase-file" in keeper.refuses("restore", str(made))
    assert "Plug in the USB stick" in keeper.refuses("backup", str(tmp_path / "none"))
    assert "outside" in keeper.refuses("backup", str(keeper.home.root))
    assert "is not a backup" in keeper.as_jo("restore", str(tmp_path)).stderr
    assert keeper.run("backup").exit_code == 2


# -- doctor


def test_the_doctor_has_a_line_for_everything_and_ends_well(keeper: Keeper) -> None:
    keeper.saves(1)
    result = keeper.run("doctor")
    assert (result.exit_code, result.stderr) == (0, "")
    assert all(line.startswith("OK     ") for line in result.stdout.splitlines())
    found = json.loads(keeper.run("doctor", "--json").stdout)
    assert {tuple(one) for one in found} == {("what", "level", "says")}
    assert len(found) == len(result.stdout.splitlines()) == 22


def test_the_doctor_ends_with_one_where_something_is_wrong_and_not_where_it_is_odd(keeper: Keeper) -> None:
    keeper.saves(1)
    with keeper.home.catalogue.open("ab") as log:
        log.write(b"torn")
    result = keeper.run("doctor")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[-1].startswith("LOOK   List of entries")  # what is to do stands last
    next(keeper.home.vault.rglob("*.age")).write_bytes(b"")
    result = keeper.run("doctor", "--json")
    assert result.exit_code == 1
    assert "WRONG" in {one["level"] for one in json.loads(result.stdout)}


def test_the_doctor_plays_a_sentence(keeper: Keeper, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "kiosk-voice"
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    settings = keeper.home.settings
    settings.write_text(settings.read_text().replace('"espeak-ng"', '"kiosk-voice"'))
    result = keeper.run("doctor", "--voice")
    assert (result.exit_code, "'kiosk-voice' is missing" in result.output) == (1, True)
    program.write_text(f"#!/bin/sh\ncat > {tmp_path}/said\n")
    program.chmod(0o755)
    result = keeper.run("doctor", "--voice")
    assert result.output.startswith("A sentence was played by 'kiosk-voice' on the usual sound device.")
    assert (tmp_path / "said").read_text().startswith("This is the voice of this kiosk.")
    program.write_text("#!/bin/sh\necho 'error: No such device' >&2\n")
    result = keeper.run("doctor", "--voice")
    assert (result.exit_code, "did not take it: error: No such device" in result.output) == (1, True)


def test_the_doctor_names_offered_languages_without_a_voice(
    keeper: Keeper, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    settings, program = keeper.home.settings, tmp_path / "espeak-ng"
    program.write_text("""#!/bin/sh\n[ "$*" = --voices ] && printf 'Pty Language\\n 5 pl\\n' || cat\n""")
    program.chmod(0o755)
    assert "There is no voice" not in keeper.run("doctor", "--voice").output
    settings.write_text(settings.read_text().replace("offered = []", 'offered = ["pl", "so"]'))
    said = keeper.run("doctor", "--voice").output
    assert "There is no voice for Soomaali: in a visit the page says so." in said


def test_the_doctor_tells_how_large_the_font_must_be(keeper: Keeper) -> None:
    # The heights are those of the table in EN 301 549, 5.1.4.
    result = keeper.run("doctor", "--screen", "15.6")
    assert result.output.splitlines() == [
        "Read from 60 cm, a capital letter must be at least 7.3 mm high (0.7 degrees of view: EN 301 549, "
        "5.1.4).",
        "On a screen of 15.6 inches and 1920x1080 pixels, set the font to 56 pixels: 29 points where the "
        "terminal knows the screen's size.",
        "That leaves about 56 columns and 16 rows.",
        "80x24 does not fit.",
        "56x16 fits.",
    ]
    result = keeper.run("doctor", "--screen", "24", "--distance", "50", "--pixels", "1280", "1024")
    assert (result.exit_code, "6.1 mm" in result.output, "80x24 fits." in result.output) == (0, True, True)
    result = keeper.run("doctor", "--screen", "10", "--distance", "60")
    assert (result.exit_code, result.output.splitlines()[-1][:22]) == (1, "Pages would be cut off")


def test_a_window_has_letters_to_read_and_room_for_the_smallest_page() -> None:
    for inches, pixels, points in (
        (15.6, (1920, 1080), 42),
        (15.6, (1280, 720), 27),
        (24, (1920, 1080), 28),
        (11, (1366, 768), 29),
        (3, (200, 200), 3),
    ):
        assert window_points(inches, 60, pixels) == points


def test_the_doctor_looks_at_a_home_whose_settings_are_gone(keeper: Keeper) -> None:
    keeper.saves(1)
    keeper.home.settings.unlink()
    result = keeper.run("doctor")
    assert result.exit_code == 1
    assert "WRONG  Settings" in result.stdout
