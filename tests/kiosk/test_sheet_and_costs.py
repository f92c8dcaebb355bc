"""What set-up and a change of the key say of where the sheet lies, and of what a passphrase costs to try."""

import json
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from msgspec.structs import replace

from kiosk.cli import prompts
from kiosk.cli.main import main
from kiosk.desk.keys import staff_files, stretching
from kiosk.seal import Costs
from tests.kiosk.machines import PASSPHRASE, Office, sheet_at
from tests.pty_terminal import Terminal


def test_no_sheet_lies_on_the_disk_of_the_kiosk_unless_that_is_said(tmp_path: Path) -> None:
    passphrase, sheet, home = tmp_path / "passphrase", tmp_path / "sheet.txt", tmp_path / "home"
    passphrase.write_text(PASSPHRASE)
    arguments = ["setup", "--venue", "V", "--staff", "Jo", "--passphrase-file", str(passphrase)]
    result = CliRunner().invoke(
        main, [*arguments, "--recovery-file", str(sheet)], env={"KIOSK_HOME": str(home)}
    )
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        f"{sheet} is on the same disk as the kiosk: anyone who takes the machine would have the entries "
        "and the key that opens them. Choose a folder on a USB stick, or give --same-disk.\n"
    )
    assert [*tmp_path.iterdir()] == [passphrase]


def test_on_a_terminal_it_is_asked_whether_the_sheet_may_lie_on_the_disk_of_the_kiosk(office: Office) -> None:
    sheet, before = office.folder / "new.txt", office.home.settings.read_bytes()
    command = [sys.executable, "-m", "kiosk", "staff", "rekey", "--staff", "Jo Smith", "--passphrase-file"]
    with Terminal(
        [*command, office.passphrase, "--yes", "--recovery-file", str(sheet)],
        columns=200,
        env={"KIOSK_HOME": str(office.home.root)},
    ) as terminal:
        terminal.wait_for("Write the recovery sheet there anyway? [y/N]:")
        assert ("anyone who takes the machine would have the entries and the key") in " ".join(
            terminal.text().split()
        )
        terminal.type("y\r")
        terminal.wait_for("The venue has a new key.")
        assert terminal.exit_code() == 0
    assert sheet.exists()
    assert office.home.settings.read_bytes() != before


def test_whoever_does_not_want_it_there_has_no_sheet_and_the_same_key(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet, before = office.folder / "new.txt", office.home.settings.read_bytes()
    monkeypatch.setattr(prompts, "_is_wanted", lambda _error, _question: False)
    said = office.as_jo("staff", "rekey", "--yes", "--recovery-file", str(sheet))
    assert (said.exit_code, said.stderr) == (1, "No recovery sheet was written, and nothing was changed.\n")
    assert not sheet.exists()
    assert office.home.settings.read_bytes() == before


def test_a_machine_that_is_small_or_slow_is_told_so_at_set_up_and_by_the_doctor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = Costs(memory_kib=8 * 1024, passes=2)
    monkeypatch.setattr(stretching, "for_this_machine", lambda: small)
    passphrase = tmp_path / "passphrase"
    passphrase.write_text(PASSPHRASE)
    environment = {"KIOSK_HOME": str(tmp_path / "home")}
    arguments = ["setup", "--venue", "V", "--staff", "Jo", "--passphrase-file", str(passphrase)]
    result = CliRunner().invoke(main, [*arguments, *sheet_at(tmp_path / "sheet.txt")], env=environment)
    less = "Testing a passphrase takes 8 MiB of memory in 2 passes, less than the usual 256 MiB in 3"
    assert f"{less}, because this machine is small or slow." in result.stdout
    found = json.loads(CliRunner().invoke(main, ["doctor", "--json"], env=environment).stdout)
    says = next(one["says"] for one in found if one["what"] == "Staff keys")
    assert (
        says
        == f"1 person can unlock the desk. {less}. On a larger or faster machine, change the passphrases."
    )


def test_usual_costs_are_not_spoken_of(office: Office) -> None:
    for file, key in staff_files.keys(office.home.staff).items():
        staff_files.write(file, replace(key, costs=stretching.USUAL))
    found = json.loads(office.run("doctor", "--json").stdout)
    assert (
        next(one["says"] for one in found if one["what"] == "Staff keys") == "2 people can unlock the desk."
    )
