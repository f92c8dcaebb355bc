"""Commands that another user than the kiosk's own runs, root above all, in processes of their own."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
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


# All is imported before a process becomes that user, who may not be let into where Python itself lies.
AS_SOMEBODY = f"""
import importlib, json, os, pkgutil, sys
import kiosk, argon2, pyrage, encodings.ascii, encodings.utf_8_sig, platformdirs.unix
from click.testing import CliRunner
for module in pkgutil.walk_packages(kiosk.__path__, "kiosk."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
for line in sys.stdin:
    home, arguments = json.loads(line)
    if os.fork() == 0:
        os.setgid({SOMEBODY}); os.setuid({SOMEBODY})
        done = CliRunner().invoke(kiosk.cli.main.main, arguments, env={{"KIOSK_HOME": home}})
        print(json.dumps([done.exit_code, done.stdout, done.stderr]), flush=True)
        os._exit(0)
    os.wait()
"""
RunAsSomebody = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def run_as_somebody() -> Iterator[RunAsSomebody]:
    """Run a command as the user of the home, in a process of its own; return exit code, output and errors."""
    command = [sys.executable, "-c", AS_SOMEBODY]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as ready:
        asked, told = ready.stdin, ready.stdout
        assert asked
        assert told

        def run(machine: Machine, *arguments: str) -> tuple[int, str, str]:
            asked.write(json.dumps([str(machine.home.root), arguments]) + "\n")
            asked.flush()
            code, said, failed = json.loads(told.readline())
            return code, said, failed

        yield run
        asked.close()


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


def test_its_own_user_goes_on_after_whatever_root_tried(
    given: Machine, run_as_somebody: RunAsSomebody
) -> None:
    for command in (["retention"], ["doctor"]):
        given.run(*command)
    code, _, failed = run_as_somebody(
        given, "list", "--staff", "jo smith", "--passphrase-file", given.passphrase
    )
    assert (code, failed) == (0, "")
    assert "LOOK   Folders" in given.run("doctor").stdout
    assert "OK     Folders" in run_as_somebody(given, "doctor")[1]


def test_doctor_names_who_locked_the_kiosk_out_and_the_line_to_type(
    given: Machine, run_as_somebody: RunAsSomebody
) -> None:
    os.chown(given.home.audit, 0, 0)
    for says in (given.run("doctor").stdout, run_as_somebody(given, "doctor")[1]):
        assert "WRONG  Folders: 1 file belongs to root" in says
        assert f"sudo chown -R {SOMEBODY} {given.home.root}" in says


def test_a_kiosk_that_root_set_up_is_to_be_given_to_whoever_runs_it(
    given: Machine, run_as_somebody: RunAsSomebody
) -> None:
    for path in (given.home.root, *given.home.root.rglob("*")):
        os.chown(path, 0, 0)
    for command in ("list", "doctor"):
        code, said, failed = run_as_somebody(given, command)
        assert code == 1
        assert f"sudo chown -R {SOMEBODY} {given.home.root}" in said + failed


@pytest.mark.parametrize(
    ("what", "mode"), [("staff", 0o000), ("staff", 0o500), ("vault", 0o500), ("catalogue", 0o000)]
)
def test_a_folder_that_cannot_be_used_is_named_as_that(
    given: Machine, run_as_somebody: RunAsSomebody, what: str, mode: int
) -> None:
    (given.home.root / what).chmod(mode)
    code, _, failed = run_as_somebody(
        given, "list", "--staff", "jo smith", "--passphrase-file", given.passphrase
    )
    assert code == 1
    assert f"{given.home.root / what} cannot be read and written" in failed
    says = run_as_somebody(given, "doctor")[1]
    assert "WRONG  Folders" in says
    assert "No desk is set up" not in says
    assert str(given.home.root / what) in says
