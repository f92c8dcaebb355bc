"""Starting: what is imported, what a terminal is needed for, practice, and questions asked on a terminal."""

import fcntl
import json
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kiosk import practice
from kiosk.cli.main import main
from kiosk.desk.exports.destinations import Places
from kiosk.desk.exports.files import write
from kiosk.desk.keys import staff
from kiosk.practice import practice_home, sweep
from kiosk.session import open_session
from kiosk.settings.settings import load_settings
from tests.exporting import plugged_in
from tests.kiosk.cli.test_setup import PASSPHRASE, quick_home
from tests.kiosk.machines import CHEAPLY
from tests.kiosk.sealed import FIRST
from tests.pty_terminal import Terminal

KIOSK = [sys.executable, "-m", "kiosk"]
ROOT = Path(__file__).parents[3]
HEAVY = (
    "textual", "rich", "screens", "pyrage", "argon2", "tinydb", "qrcode", "msgspec", "fpdf", "zxcvbn",
    "kiosk.settings.settings",
)  # fmt: skip


def run(home: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, arguments, env={"KIOSK_HOME": str(home)})


def imported(script: str) -> set[str]:
    """The modules that Python has imported at the end of a script."""
    script += "\nimport json, sys; print(json.dumps(sorted(sys.modules)), file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return set(json.loads(done.stderr.splitlines()[-1]))


def test_help_and_version_import_nothing_heavy() -> None:
    asked = ("--help", "--version", "open --help", "purge --help", "staff rekey --help")
    commands = [command.split() for command in asked]
    script = f"""
from kiosk.cli.main import main
for command in {commands}:
    main(command, prog_name="kiosk", standalone_mode=False)"""
    assert imported(script).isdisjoint(HEAVY)


def test_the_supervisor_imports_neither_the_screens_nor_the_catalogue() -> None:
    assert imported("import kiosk.launch").isdisjoint(("textual", "rich", "screens", "tinydb", "qrcode"))


def test_the_version_is_told(tmp_path: Path) -> None:
    assert run(tmp_path, "--version").stdout.startswith("kiosk 0.")


@pytest.mark.parametrize("command", [[], ["desk"]])
def test_what_fills_the_screen_needs_a_terminal(tmp_path: Path, command: list[str]) -> None:
    quick_home(tmp_path)
    done = run(tmp_path / "home", *command)
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr == "This needs a terminal. Start it there, without redirecting its input or output.\n"


def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    command = f"{sys.executable} -m kiosk enter --template | head -c 1"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command], cwd=ROOT, capture_output=True, check=False
    )
    assert done.stdout == b"{"
    assert done.stderr == b""


def test_a_mistake_in_the_settings_is_a_line_in_the_shell(tmp_path: Path) -> None:
    home, _ = quick_home(tmp_path)
    home.settings.write_text('version = 1\npack = "none"')
    with Terminal(KIOSK, columns=200, env={"KIOSK_HOME": str(home.root)}) as terminal:
        assert terminal.exit_code() == 1
        assert "kiosk.toml" in terminal.text()
        assert b"\x1b[" not in terminal.raw


def test_a_kiosk_whose_settings_were_lost_does_not_open_in_practice(tmp_path: Path) -> None:
    home, _ = quick_home(tmp_path)
    home.vault.mkdir()
    home.settings.unlink()
    with Terminal(KIOSK, env={"KIOSK_HOME": str(home.root)}) as terminal:
        assert terminal.exit_code() == 1
        assert "Put it back first" in " ".join(terminal.text().split())


# -- questions on a terminal


def test_set_up_asks_for_what_is_not_given_and_shows_no_passphrase(tmp_path: Path) -> None:
    home, recovery = tmp_path / "home", tmp_path / "recovery.txt"
    with Terminal(
        [sys.executable, "-c", CHEAPLY, "setup"], columns=200, env={"KIOSK_HOME": str(home)}
    ) as terminal:
        terminal.wait_for("Name of the venue:")
        terminal.type("Sandhill House\r")
        terminal.wait_for("Name of the first member of staff:")
        terminal.type("Jo Smith\r")
        terminal.wait_for("or press Enter to choose your own:")
        terminal.type("\r")
        terminal.wait_for("Your own passphrase for Jo Smith, of four unusual words or more:")
        terminal.type(f"{PASSPHRASE}\r")
        terminal.wait_for("The same again:")
        terminal.type(f"{PASSPHRASE}\r")
        # What cannot be written is asked for again, and the rest not.
        (tmp_path / "taken").touch()
        for wrong, why in (
            (tmp_path / "usb" / "sheet.pdf", "Is the USB stick plugged in?"),
            (tmp_path / "taken", "already exists"),
            (home / "sheet.pdf", "outside"),
        ):
            terminal.wait_for("File for the recovery sheet:")
            terminal.type(f"{wrong}\r")
            terminal.wait_for(why)
        terminal.wait_for("File for the recovery sheet:")
        terminal.type(f"{recovery}\r")
        terminal.wait_for("Write the recovery sheet there anyway? [y/N]:")
        terminal.type("n\r")
        terminal.wait_until(lambda: terminal.text().count("File for the recovery sheet:") == 5)
        terminal.type(f"{recovery}\r")
        terminal.wait_until(lambda: terminal.text().count("there anyway? [y/N]:") == 2)
        terminal.type("y\r")
        terminal.wait_for("is set up")
        assert terminal.exit_code() == 0
        assert PASSPHRASE.encode() not in terminal.raw
    assert load_settings(home / "kiosk.toml").venue.name == "Sandhill House"
    assert staff.enter(home / "staff", "Jo Smith", PASSPHRASE).identity in recovery.read_text()


def test_a_desk_command_asks_who_it_is_names_nobody_and_is_slow_after_wrong_passphrases(
    tmp_path: Path,
) -> None:
    home, _ = quick_home(tmp_path)
    environment = {"KIOSK_HOME": str(home.root)}
    for name in ("jo smith", "eve"):
        with Terminal([*KIOSK, "list"], env=environment) as terminal:
            terminal.wait_for("Your name:")
            terminal.type(f"{name}\r")
            terminal.wait_for(f"Passphrase of {name}:")
            terminal.type("not the passphrase\r")
            terminal.wait_for("The name or the passphrase is wrong.")
            assert terminal.exit_code() == 1
            assert "Jo Smith" not in terminal.text()
    with Terminal([*KIOSK, "list"], env=environment) as terminal:
        terminal.wait_for("Your name:")
        terminal.type("jo smith\r")
        terminal.wait_for("Passphrase of jo smith:")
        terminal.type(f"{PASSPHRASE}\r")
        terminal.wait_for("Because of earlier wrong passphrases, this takes 1 second.")
        terminal.wait_for("There are no entries yet.")


# -- practice


def test_a_practice_home_is_for_its_owner_alone_and_gone_afterwards(tmp_path: Path) -> None:
    with practice_home(tmp_path) as home:
        practised = home.root.parent
        assert practised.parent == tmp_path
        assert practised.name.startswith("kiosk-practice-")
        assert stat.S_IMODE(practised.stat().st_mode) == 0o700
        name, passphrase = practice.people(home)
        assert len(passphrase.split()) == 5
        assert staff.enter(home.staff, name, passphrase).identity.startswith("AGE-SECRET-KEY-1")
        assert load_settings(home.settings).venue.name == "Practice"
        for file in practised.rglob("*"):
            assert not file.is_file() or passphrase.encode() not in file.read_bytes()
    assert list(tmp_path.iterdir()) == []


def test_in_practice_files_go_to_a_folder_that_goes_with_it_and_nowhere_else(tmp_path: Path) -> None:
    with practice_home(tmp_path) as home:
        practice.people(home)
        places = Places(home, load_settings(home.settings).export, plugged_in(tmp_path))
        (place,) = places.offered()
        assert place.folder.parent == home.root.parent
        assert stat.S_IMODE(place.folder.stat().st_mode) == 0o700
        write(places.target(place.folder / "a", ".pdf"), b"made up")
        assert (place.folder / "a.pdf").exists()
    assert list(tmp_path.iterdir()) == []


def test_every_practice_has_a_passphrase_of_its_own(tmp_path: Path) -> None:
    drawn = set()
    for _ in range(5):
        with practice_home(tmp_path) as home:
            drawn.add(practice.people(home)[1])
    assert len(drawn) == 5


def test_homes_of_dead_kiosks_are_removed_and_those_in_use_are_not(tmp_path: Path) -> None:
    dead, young, other = (tmp_path / f"kiosk-practice-{name}" for name in ("dead", "young", "other"))
    for folder in (dead, young):
        folder.mkdir()
    (dead / "in-use").touch()
    (dead / "vault").mkdir()
    other.write_text("a file")
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "in-use").touch()
    (tmp_path / "kiosk-practice-link").symlink_to(outside)
    with practice_home(tmp_path) as living:
        assert not dead.exists()
        sweep(tmp_path)
        assert living.root.exists()
        assert young.exists()
        sweep(tmp_path, clock=lambda: time.time() + 120)
        assert not young.exists()
        assert living.root.exists()
    assert other.exists()
    assert (outside / "in-use").exists()


def test_a_lock_that_is_held_keeps_a_home_whatever_its_age(tmp_path: Path) -> None:
    home = tmp_path / "kiosk-practice-held"
    home.mkdir()
    lock = os.open(home / "in-use", os.O_RDWR | os.O_CREAT)
    fcntl.flock(lock, fcntl.LOCK_EX)
    sweep(tmp_path, clock=lambda: time.time() + 1e9)
    assert home.exists()
    os.close(lock)
    sweep(tmp_path)
    assert not home.exists()


# -- the real processes


def test_a_kiosk_with_a_folder_where_nothing_is_set_up_says_so_and_does_not_practise(tmp_path: Path) -> None:
    (home, _), other = quick_home(tmp_path), str(tmp_path / "other")
    command = [*KIOSK, "--home", other]
    with Terminal(command, columns=300, env={"KIOSK_HOME": str(home.root)}) as terminal:
        assert terminal.exit_code() == 1
        assert f"This machine is not set up: there is no kiosk in {other}." in terminal.text()
        assert "kiosk --practice" in terminal.text()
        assert b"\x1b[" not in terminal.raw
    assert not Path(other).exists()


def test_practice_takes_no_command(tmp_path: Path) -> None:
    done = run(tmp_path, "--practice", "list")
    assert (done.exit_code, done.stdout) == (2, "")


def test_the_desk_opens_on_its_own_and_what_a_crash_left_in_the_vault_is_put_right_meanwhile(
    tmp_path: Path,
) -> None:
    """In a terminal with UTF-8, whatever the locale says."""
    home, _ = quick_home(tmp_path)
    lost = home.vault / "ab" / f"{'ab' * 16}.{FIRST}.age"
    lost.parent.mkdir(parents=True)
    lost.write_bytes(b"sealed")
    log = home.root / "catalogue" / "log"
    environment = {"KIOSK_HOME": str(home.root), "TMPDIR": str(tmp_path), "LANG": "de_DE.ISO-8859-1"}
    with Terminal([*KIOSK, "desk"], env=environment) as terminal:
        terminal.wait_for("Staff: unlock the desk", timeout=30)
        terminal.wait_for("┏━━━")
        assert "Jo Smith" not in terminal.text()
        terminal.wait_until(lambda: log.exists() and b"abab" in log.read_bytes(), 30, "the row of the page")
        terminal.signal(signal.SIGTERM)
        assert terminal.exit_code() == 0


def test_what_cannot_be_put_right_is_logged(tmp_path: Path) -> None:
    home, _ = quick_home(tmp_path)
    assert run(home.root, "tidy-process").exit_code == 0
    assert not home.log.exists()
    with open_session(home).vault as vault:
        vault.save("ab" * 16, "Amber Heron", b"sealed")
    (page,) = home.vault.rglob("*.age")
    page.unlink()
    assert run(home.root, "tidy-process").exit_code == 0
    assert "entries that lack a page 1, files" in home.log.read_text()
    (home.root / "catalogue" / "log").unlink()
    (home.root / "catalogue" / "log").mkdir()
    assert run(home.root, "tidy-process").exit_code == 0
    assert "the vault could not be put right" in home.log.read_text()
