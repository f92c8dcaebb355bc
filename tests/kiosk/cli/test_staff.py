"""The commands that look after staff and the venue's key: what they print and change, and who may."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import Mock

import pytest
from click.testing import CliRunner, Result

from kiosk import dates, seal
from kiosk.cli import prompts
from kiosk.cli.main import main
from kiosk.dates import now
from kiosk.desk import rekey, restore_as_lead
from kiosk.desk.keys import staff
from kiosk.desk.keys.lockout import Throttle
from kiosk.desk.keys.passphrase import words
from kiosk.errors import SealError, VaultError
from kiosk.session import open_session
from kiosk.settings.settings import load_settings
from kiosk.visit.saving import Submission
from tests.kiosk.command_terminal import CommandTerminal
from tests.kiosk.desk.conftest import key_file
from tests.kiosk.machines import NEW, Machine, Office, kinds, sheet_at
from tests.packs import default_pack

NOON = datetime(2026, 3, 1, 12, 0, 30, tzinfo=UTC)


# -- adding, listing, roles, removing


def test_staff_are_added_listed_and_removed(office: Office) -> None:
    says = office.says("staff", "add", "--name", " Zoë\x1b Smith ", "--new-passphrase-file", office.new)
    assert says == "Zoë Smith can unlock the desk.\n"
    assert office.says("staff", "list") == "Ali Khan   staff\nJo Smith   lead\nZoë Smith  staff\n"
    assert office.tells("staff", "list") == [
        {"name": "Ali Khan", "role": "staff"},
        {"name": "Jo Smith", "role": "lead"},
        {"name": "Zoë Smith", "role": "staff"},
    ]
    assert staff.enter(office.home.staff, "Zoë Smith", NEW).identity == office.identity()
    assert "Give --staff NAME" in office.refuses("list", "--passphrase-file", office.new)
    assert office.says("staff", "remove", "zoë smith") == "Zoë Smith can no longer unlock the desk.\n"
    assert set(office.roles()) == {"Ali Khan", "Jo Smith"}
    assert office.noted() == ["Jo Smith: added staff Zoë Smith, staff", "Jo Smith: removed staff Zoë Smith"]


def test_a_strangers_file_with_the_name_of_somebody_goes_first_and_they_are_said_to_be_in_still(
    office: Office,
) -> None:
    planted = office.home.staff / f"{'0' * 16}.json"
    planted.write_bytes(key_file(office.home.staff, "Ali Khan").read_bytes())
    done = office.as_jo("staff", "remove", "ali khan")
    assert "that give no access: Ali Khan." in done.stderr
    assert done.stdout == (
        "Removed a staff key with the name Ali Khan that no desk of this venue made. Ali Khan can still "
        "unlock the desk. To remove them as well, run this again.\n"
    )
    assert not planted.exists()
    assert "Ali Khan" in office.roles()
    assert office.says("staff", "remove", "ali khan") == "Ali Khan can no longer unlock the desk.\n"
    assert set(office.roles()) == {"Jo Smith"}


def test_a_lead_is_made_and_unmade(office: Office) -> None:
    says = office.says("staff", "add", "--name", "Eve", "--role", "lead", "--new-passphrase-file", office.new)
    assert says == "Eve can unlock the desk, and is a lead.\n"
    assert office.says("staff", "role", "ALI KHAN", "lead") == "Ali Khan is a lead.\n"
    assert office.says("staff", "role", "eve", "staff") == "Eve is a member of staff, not a lead.\n"
    assert office.roles() == {"Ali Khan": "lead", "Eve": "staff", "Jo Smith": "lead"}
    assert office.noted() == [
        "Jo Smith: added staff Eve, lead",
        "Jo Smith: changed a role Ali Khan, lead",
        "Jo Smith: changed a role Eve, staff",
    ]
    assert office.as_jo("staff", "role", "Eve", "manager").exit_code == 2


def test_what_is_for_a_lead_is_refused_to_others_and_what_is_for_everybody_is_not(office: Office) -> None:
    before = {file: file.read_bytes() for file in office.home.staff.iterdir()}
    for command in (
        ("staff", "add", "--name", "Eve", "--new-passphrase-file", office.new),
        ("staff", "remove", "Jo Smith"),
        ("staff", "role", "Ali Khan", "lead"),
        ("staff", "rekey", "--recovery-file", str(office.folder / "more.txt")),
        ("retention", "30", "--yes"),
        ("purge",),
        ("purge", "--clock-is-right"),
    ):
        result = office.as_ali(*command)
        assert (result.exit_code, result.stdout) == (1, ""), command
        assert result.stderr == "Only a lead may do this. To see who is a lead, run 'kiosk staff list'.\n"
    assert {file: file.read_bytes() for file in office.home.staff.iterdir()} == before
    assert load_settings(office.home.settings).privacy.days == 90
    assert not (office.folder / "more.txt").exists()
    for unlocks in (("list",), ("staff", "list"), ("purge", "--dry-run")):
        assert office.as_ali(*unlocks).exit_code == 0, unlocks
    for open_to_all in ("retention", "doctor"):
        assert office.run(open_to_all).exit_code == 0, open_to_all


def test_a_taken_name_is_refused_before_a_passphrase_is_asked_for(office: Office) -> None:
    told = office.denies("staff", "add", "--name", "JO SMITH")
    assert told == "JO SMITH can already unlock this desk. Choose another name.\n"


def test_an_easy_passphrase_is_refused_and_random_words_are_offered(office: Office) -> None:
    file = office.file("easy", "eve sandhill")
    result = office.as_jo("staff", "add", "--name", "Eve Sandhill", "--new-passphrase-file", file)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.count("\n") == 1
    assert "easy to guess" in result.stderr
    offered = result.stderr.strip().partition("For example: ")[2].split()
    assert len(offered) == 5
    assert set(offered) <= set(words())
    assert "eve sandhill" not in result.stderr
    assert "Eve Sandhill" not in office.roles()


# -- passphrases


def test_one_changes_ones_own_passphrase(office: Office) -> None:
    result = office.as_ali("staff", "passphrase", "--new-passphrase-file", office.new)
    assert (result.exit_code, result.stdout) == (0, "Passphrase changed for Ali Khan.\n")
    assert staff.enter(office.home.staff, "Ali Khan", NEW).role == "staff"
    assert office.as_ali("list").exit_code == 1
    assert office.noted() == ["Ali Khan: changed a passphrase Ali Khan", "Ali Khan: could not unlock "]


def test_words_are_offered_for_whoever_asks(tmp_path: Path) -> None:
    def offered(*more: str) -> str:
        result = CliRunner().invoke(
            main, ["staff", "suggest", *more], env={"KIOSK_HOME": str(tmp_path / "none")}
        )
        assert result.exit_code == 0
        return result.stdout

    assert len(offered().split()) == 5
    assert len(offered("--words", "12").split()) == 12
    told = json.loads(offered("--words", "6", "--json"))
    assert (len(told["passphrase"].split()), told["bits"]) == (6, 66)
    assert offered() != offered()
    assert not (tmp_path / "none").exists()
    assert CliRunner().invoke(main, ["staff", "suggest", "--words", "4"]).exit_code == 2


def test_on_a_terminal_words_are_drawn_and_used_once_they_are_typed(office: Office) -> None:
    with CommandTerminal(office.home.root, "staff", "add", "--name", "Eve", *office.jo) as terminal:
        terminal.wait_for("A passphrase for Eve:")
        prompt = "Type these words to use them, or press Enter to choose your own:"
        for number, typed in enumerate(("velvet kettle", ""), 1):
            terminal.wait_until(lambda: terminal.text().count(prompt) == number)  # noqa: B023
            lines = [line.strip() for line in terminal.text().splitlines()]
            drawn = next(
                line for line in lines if len(line.split()) == 5 and set(line.split()) <= set(words())
            )
            terminal.type(f"{typed or drawn}\r")
        terminal.wait_for("Eve can unlock the desk.")
        assert "Those are not the words above." in terminal.text()
        assert "very hard to guess: each was drawn at random" in terminal.text()
        assert terminal.exit_code() == 0
        assert terminal.raw.count(drawn.encode()) == 1
    assert staff.enter(office.home.staff, "Eve", drawn).identity


def test_on_a_terminal_a_good_passphrase_of_ones_own_is_asked_for_until_there_is_one(office: Office) -> None:
    with CommandTerminal(office.home.root, "staff", "add", "--name", "Eve", *office.jo) as terminal:
        terminal.wait_for("or press Enter to choose your own:")
        terminal.type("\r")
        for number, passphrase in enumerate(("password1", NEW), 1):
            # The prompt clears what was typed before it, so each has to be there first.
            for prompt in ("Your own passphrase for Eve, of four unusual words or more:", "The same again:"):
                terminal.wait_until(lambda: terminal.text().count(prompt) == number)  # noqa: B023
                terminal.type(f"{passphrase}\r")
        terminal.wait_for("Eve can unlock the desk.")
        assert "easy to guess" in terminal.text()
        assert "Only randomly drawn words are known to be hard" in terminal.text()
        assert terminal.exit_code() == 0
        assert NEW.encode() not in terminal.raw
    assert staff.enter(office.home.staff, "Eve", NEW).identity


# -- wrong passphrases


def test_after_wrong_passphrases_commands_are_slow_and_the_right_one_opens(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [NOON]
    waited: list[float] = []
    monkeypatch.setattr(dates, "now", lambda: clock[0])
    monkeypatch.setattr(prompts, "_pause", waited.append)
    wrong = office.file("wrong", "not the passphrase\n")
    for _ in range(4):
        office.refuses("list", "--staff", "Jo Smith", "--passphrase-file", wrong)
        office.refuses("list", "--staff", "Eve", "--passphrase-file", wrong)
    assert waited == [0, 0, 1, 2, 5, 10, 20, 30]
    assert office.as_ali("list").exit_code == 0
    for command in (("list",), ("staff", "list"), ("purge",)):
        assert office.as_jo(*command).exit_code == 0
    assert waited[8:] == [30, 0, 0, 0]
    assert office.noted() == ["Jo Smith: could not unlock ", "unknown name: could not unlock "] * 4


def test_a_lead_ends_the_delay_at_the_screen(office: Office) -> None:
    screen = Throttle(office.home.unlocks, "screen")
    for _ in range(9):
        screen.begin(now())
    assert "Only a lead" in office.as_ali("staff", "lift-delay").stderr
    assert screen.lengths(now())["screen"] == 9
    assert office.says("staff", "lift-delay") == "The delay is over.\n"
    assert screen.begin(now()) == 0
    assert office.noted() == ["Jo Smith: lifted the delay wrong: 9 at the screen, 0 in commands"]


# -- recovery


def test_an_easy_passphrase_sets_nothing_up(tmp_path: Path) -> None:
    passphrase = tmp_path / "passphrase"
    passphrase.write_text("Sandhill1")
    arguments = ["setup", "--venue", "Sandhill", "--staff", "Jo", "--passphrase-file", str(passphrase)]
    result = CliRunner().invoke(
        main, [*arguments, *sheet_at(tmp_path / "sheet.txt")], env={"KIOSK_HOME": str(tmp_path / "home")}
    )
    assert result.exit_code == 1
    assert "easy to guess" in result.stderr
    assert not (tmp_path / "home").exists()


def recovers(office: Office) -> Result:
    arguments = ("--recovery-file", str(office.sheet), "--name", "Eve", "--new-passphrase-file", office.new)
    return office.run("staff", "recover", *arguments)


def test_the_sheet_makes_a_new_lead(office: Office) -> None:
    result = recovers(office)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == "Eve can unlock the desk, and is a lead.\n"
    eve = staff.enter(office.home.staff, "Eve", NEW)
    assert (eve.name, eve.role, eve.identity) == ("Eve", "lead", office.identity())
    assert office.noted() == ["Eve: recovered Eve"]


def test_the_sheet_works_where_nobody_can_unlock_any_more(office: Office) -> None:
    identity = office.identity()
    for file in office.home.staff.glob("*.json"):
        file.write_text("damaged")
    assert "cannot be read. Move it away" in recovers(office).stderr
    for file in office.home.staff.glob("*.json"):
        file.unlink()
    assert recovers(office).exit_code == 0
    assert staff.enter(office.home.staff, "Eve", NEW).identity == identity


def test_a_recovery_where_the_stock_is_gone_says_so_and_lets_nobody_else_in(office: Office) -> None:
    office.says("list")
    (office.home.root / "stock").unlink()
    result = recovers(office)
    assert result.exit_code == 0, result.stderr
    assert "is missing or was changed. So nobody else can unlock" in result.stdout
    assert office.as_jo("list").exit_code == 1
    assert staff.enter(office.home.staff, "Eve", NEW).role == "lead"


def test_another_sheet_makes_nobody_a_lead(office: Office) -> None:
    recover = ("staff", "recover", "--name", "Eve")
    for text, told in (
        ("no key here", "no recovery key"),
        (seal.identity_from(bytes(range(32))), "newest sheet"),
        ("%PDF-1.4", "This is the PDF"),
    ):
        assert told in office.refuses(*recover, "--recovery-file", office.file("odd", text))
    assert "Give --recovery-file FILE" in office.refuses(*recover)
    assert "Eve" not in office.roles()


def test_the_key_is_scanned_or_typed_on_a_terminal_and_not_shown(office: Office) -> None:
    command = ("staff", "recover", "--name", "Eve", "--new-passphrase-file", office.new)
    with CommandTerminal(office.home.root, *command) as terminal:
        terminal.wait_for("Scan the recovery key, or type it:")
        terminal.type(f"{office.identity().lower()}\r")
        terminal.wait_for("Eve can unlock the desk, and is a lead.")
        assert terminal.exit_code() == 0
        assert b"AGE-SECRET" not in terminal.raw.upper()


# -- another key


@pytest.fixture
def codes(office: Office) -> list[str]:
    """Codes of entries that are there."""
    saver = open_session(office.home)
    with saver.vault:
        answers = {kinds()["text"]: "the bees on the roof"}
        return [str(saver.saver().save(Submission(default_pack(), answers)).handle) for _ in range(2)]


def test_the_key_is_changed_and_everything_opens(office: Office, codes: list[str]) -> None:
    old, sheet = office.identity(), office.folder / "new.txt"
    says = office.says("staff", "rekey", "--yes", *sheet_at(sheet))
    lines = says.splitlines()
    # Two pages, their counts, the audit.
    assert lines[0] == "The venue has a new key. Encrypted again: 5 files."
    assert str(sheet) in lines[1]
    assert "Destroy the old sheet" in lines[1]
    assert "backup" in lines[2]
    assert old not in says
    assert office.identity().split("\n")[1] == old
    assert load_settings(office.home.settings).venue.key == seal.recipient_of(office.identity())
    for code in codes:
        assert "the bees on the roof" in office.says("open", code)
    for page in office.home.vault.rglob("*.age"):
        with pytest.raises(Exception, match="does not open"):
            seal.open_sealed(page.read_bytes(), old)
    assert office.noted()[0] == "Jo Smith: changed the venue key "
    assert office.as_ali("list").exit_code == 0
    again = office.refuses("staff", "recover", "--recovery-file", str(office.sheet), "--name", "Eve")
    assert "newest sheet" in again
    assert office.run("doctor").exit_code == 0


def backed_up_before_a_change(office: Office) -> str:
    """Make a backup, then change the key, and return the backup's folder."""
    stick = office.folder / "stick"
    stick.mkdir()
    made: str = json.loads(office.run("backup", str(stick), "--json").stdout)["folder"]
    office.says("staff", "rekey", "--yes", *sheet_at(office.folder / "new.txt"))
    return made


def test_a_backup_from_before_a_change_is_restored_and_sealed_anew(office: Office, codes: list[str]) -> None:
    old = office.identity()
    made = backed_up_before_a_change(office)
    lost = next(office.home.vault.rglob("*.age"))
    lost.unlink()
    assert "Only a lead may do this" in office.as_ali("restore", made, "--merge").stderr
    assert "use --merge" in office.as_jo("restore", made).stderr
    assert not lost.exists()
    assert "Pages added: 1." in office.as_jo("restore", made, "--merge").stdout
    opens_with_the_new_key_alone(office, codes, old)
    assert f"Jo Smith: restored a backup {Path(made).name}" in office.noted()
    # A venue that never had this key takes nothing of it.
    (office.folder / "else").mkdir()
    assert "a different venue" in Machine(office.folder / "else").as_jo("restore", made, "--merge").stderr


def opens_with_the_new_key_alone(office: Office, codes: list[str], old: str) -> None:
    office.as_jo("audit", "--acknowledge")  # that pages were gone, as the test made them
    for code in codes:
        assert "the bees on the roof" in office.says("open", code)
    for page in office.home.vault.rglob("*.age"):
        with pytest.raises(SealError):
            seal.open_sealed(page.read_bytes(), old)


def test_a_restore_of_before_that_was_stopped_is_told_and_goes_on(
    office: Office, codes: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    old = office.identity()
    made = backed_up_before_a_change(office)
    next(office.home.vault.rglob("*.age")).unlink()

    with monkeypatch.context() as patched:
        patched.setattr(restore_as_lead, "reseal", Mock(side_effect=VaultError("It was stopped.")))
        assert office.as_jo("restore", made, "--merge").exit_code == 1
    says = {one["what"]: one for one in json.loads(office.run("doctor", "--json").stdout)}
    assert "Run 'kiosk restore' again with the same backup." in says["Staff keys"]["says"]
    assert "Pages added: 0." in office.as_jo("restore", made, "--merge").stdout
    opens_with_the_new_key_alone(office, codes, old)
    assert office.run("doctor").exit_code == 0


def test_a_restored_file_that_no_key_opens_is_named(office: Office, codes: list[str]) -> None:
    made = backed_up_before_a_change(office)
    page = next(office.home.vault.rglob("*.age"))
    page.write_bytes(page.read_bytes()[:-1] + b"x")
    result = office.as_jo("restore", made, "--merge", "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["unsealed"] == [str(page)]
    assert str(page) in result.stderr


def test_a_file_that_no_key_opens_is_named_and_the_exit_is_one(office: Office, codes: list[str]) -> None:
    page = next(office.home.vault.rglob("*.age"))
    page.write_bytes(b"junk")
    name = office.name_of(page.name[:32])
    result = office.as_jo("staff", "rekey", "--yes", *sheet_at(office.folder / "new.txt"))
    assert result.exit_code == 1
    assert "The venue has a new key." in result.stdout
    assert result.stderr == (
        f"1 entry has a page that cannot be read: {name}. It is not shown.\n"
        f"Left unchanged, because no key opens it: 1 file, {page}.\n"
    )


def test_without_a_file_for_the_sheet_or_with_a_bad_one_nothing_is_begun(office: Office) -> None:
    before = office.home.settings.read_bytes()
    for arguments, told in (
        ((), "Give --recovery-file FILE"),
        (sheet_at(office.home.root / "sheet.txt"), "outside"),
        (sheet_at(office.sheet), "already exists"),
        (("--recovery-file", str(office.folder / "s.txt")), "or give --same-disk"),
        (sheet_at(office.folder / "usb" / "sheet.txt"), "Is the USB stick plugged in?"),
        ((*sheet_at(office.folder / "s.txt"), "--without", "Eve"), "Nobody with that name"),
    ):
        assert told in office.denies("staff", "rekey", "--yes", *arguments)
    assert office.home.settings.read_bytes() == before
    assert not (office.folder / "s.txt").exists()


def test_a_change_that_was_stopped_is_told_by_the_doctor_and_goes_on_without_a_file(
    office: Office, codes: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(rekey, "reseal", Mock(side_effect=OSError(28, "No space left on device")))
        result = office.as_jo("staff", "rekey", "--yes", *sheet_at(office.folder / "new.txt"))
    assert (result.exit_code, result.stdout) == (1, "")
    assert "The change of the venue key was interrupted. Nothing is lost." in result.stderr
    doctor = office.run("doctor")
    assert doctor.exit_code == 0
    assert "LOOK   Staff keys: The change of the venue key is not finished." in doctor.stdout
    unfinished = (
        "The venue key is being changed, and that is not finished. A lead finishes it with 'kiosk staff "
        "rekey'.\n"
    )
    for code in codes:
        opened = office.as_jo("open", code)
        assert "the bees on the roof" in opened.stdout
        assert opened.stderr == unfinished
    done = office.as_jo("staff", "rekey")
    assert done.stdout.startswith("The venue has a new key.")
    assert done.stderr == f"{unfinished}Continuing the change of key that was interrupted.\n"
    office.says("list")
    assert "LOOK" not in office.run("doctor").stdout


def test_a_terminal_shows_how_far_it_is(office: Office) -> None:
    saver = open_session(office.home)
    with saver.vault:
        saver.saver().save(Submission(default_pack(), {}))
    command = ("staff", "rekey", *office.jo, *sheet_at(office.folder / "new.txt"))
    with CommandTerminal(office.home.root, *command) as terminal:
        terminal.wait_for("Keeping access: Ali Khan (staff), Jo Smith (lead).")
        terminal.wait_for("[y/N]:")
        terminal.type("y\r")
        terminal.wait_for("The venue has a new key.")
        assert terminal.exit_code() == 0
        assert b"Encrypting again" in terminal.raw
        assert b"100%" in terminal.raw


def test_a_venue_without_a_lead_is_told_by_the_doctor(office: Office) -> None:
    for file in office.home.staff.glob("*.json"):
        file.write_text(file.read_text().replace('"role":"lead"', '"role":"staff"'))
    result = office.run("doctor")
    assert result.exit_code == 0
    assert "LOOK   Staff keys: Nobody is a lead." in result.stdout


def test_zxcvbn_is_imported_by_nobody_who_makes_no_passphrase() -> None:
    script = (
        "import sys, kiosk.desk.keys.staff, kiosk.desk.rekey, kiosk.session; print('zxcvbn' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
