"""Commands that another user than the kiosk's own runs, root above all, in processes of their own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.kiosk.machines import Machine, kinds

SOMEBODY = 4321
ROOT = Path(__file__).parents[2]


@pytest.fixture
def given(machine: Machine) -> Machine:
    """A machine whose home belongs to a user who is not root, and to whom all above lies open."""
    if os.getuid() != 0:
        pytest.skip("only root can be somebody else")
    machine.enters({kinds()["text"]: "x"})
    machine.says("list")
    for path in (machine.home.root, *machine.home.root.rglob("*")):
        os.chown(path, SOMEBODY, SOMEBODY)
    os.chown(machine.passphrase, SOMEBODY, SOMEBODY)
    for above in (machine.folder, *machine.folder.parents):
        if above.stat().st_uid == os.getuid() and above != Path("/"):
            above.chmod(above.stat().st_mode | 0o011)
    return machine


def owners(machine: Machine) -> dict[str, int]:
    return {str(path): path.stat().st_uid for path in machine.home.root.rglob("*")}


def run_as_somebody(machine: Machine, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command as the user of the home, in a process of its own.

    All is imported before it becomes that user, who may not be let into where Python itself lies.
    """
    script = f"""
import importlib, os, pkgutil, kiosk, argon2, pyrage, encodings.ascii, encodings.utf_8_sig, platformdirs.unix
for module in pkgutil.walk_packages(kiosk.__path__, "kiosk."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
os.setgid({SOMEBODY}); os.setuid({SOMEBODY})
kiosk.cli.main.main({list(arguments)!r}, prog_name="kiosk")
"""
    environment = os.environ | {"KIOSK_HOME": str(machine.home.root)}
    return subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    "command",
    [
        *(["list"], ["retention"], ["retention", "30", "--yes"], ["purge"], ["audit"], ["summary", "2025"]),
        *(["enter", "ANSWERS"], ["enter", "--template"], ["backup", "FOLDER"], ["staff", "list"], ["key"]),
        *(
            ["doctor"],
            ["open", "x"],
            ["restore", "FOLDER"],
            ["tidy-process"],
            ["desk"],
            ["completion", "bash"],
        ),
    ],
)
def test_no_command_of_root_leaves_a_file_in_the_home_of_another_user(
    given: Machine, command: list[str]
) -> None:
    answers = given.file("a.json", json.dumps({"pack": "strengths", "answers": {kinds()["text"]: "x"}}))
    filled = [{"ANSWERS": answers, "FOLDER": str(given.folder)}.get(one, one) for one in command]
    before = owners(given)
    done = given.run(*filled)
    assert owners(given) == before
    if command[0] not in ("doctor", "completion", "tidy-process"):
        assert (done.exit_code, done.stdout) == (1, "")
        assert f"sudo -u #{SOMEBODY} kiosk --home {given.home.root}" in done.stderr


def test_its_own_user_goes_on_after_whatever_root_tried(given: Machine) -> None:
    for command in (["retention"], ["doctor"]):
        given.run(*command)
    done = run_as_somebody(given, "list", "--staff", "jo smith", "--passphrase-file", given.passphrase)
    assert (done.returncode, done.stderr) == (0, ""), given.home.log.read_text()
    assert "LOOK   Folders" in given.run("doctor").stdout
    assert "OK     Folders" in run_as_somebody(given, "doctor").stdout


def test_doctor_names_who_locked_the_kiosk_out_and_the_line_to_type(given: Machine) -> None:
    os.chown(given.home.audit, 0, 0)
    for says in (given.run("doctor").stdout, run_as_somebody(given, "doctor").stdout):
        assert "WRONG  Folders: 1 file belongs to root" in says
        assert f"sudo chown -R {SOMEBODY} {given.home.root}" in says


def test_a_kiosk_that_root_set_up_is_to_be_given_to_whoever_runs_it(given: Machine) -> None:
    for path in (given.home.root, *given.home.root.rglob("*")):
        os.chown(path, 0, 0)
    for command in ("list", "doctor"):
        done = run_as_somebody(given, command)
        assert done.returncode == 1
        assert f"sudo chown -R {SOMEBODY} {given.home.root}" in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("what", "mode"), [("staff", 0o000), ("staff", 0o500), ("vault", 0o500), ("catalogue", 0o000)]
)
def test_a_folder_that_cannot_be_used_is_named_as_that(given: Machine, what: str, mode: int) -> None:
    (given.home.root / what).chmod(mode)
    done = run_as_somebody(given, "list", "--staff", "jo smith", "--passphrase-file", given.passphrase)
    assert done.returncode == 1
    assert f"{given.home.root / what} cannot be read and written" in done.stderr
    says = run_as_somebody(given, "doctor").stdout
    assert "WRONG  Folders" in says
    assert "No desk is set up" not in says
    assert str(given.home.root / what) in says
