"""`kiosk completion`: what a shell completes, tried in a real bash."""

import os
import shlex
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete

from kiosk import dates
from kiosk.cli.completion import VARIABLE
from kiosk.cli.main import main
from kiosk.desk.keys import staff
from kiosk.home import Home
from kiosk.seal import Costs
from tests.kiosk.machines import PASSPHRASE, Machine

BIN = Path(sys.executable).parent
ASK = """
source "$SCRIPT"
COMP_WORDS=("$@")
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
_kiosk_completion kiosk
printf '%s\\n' "${COMPREPLY[@]}"
"""
HOSTILE = (
    "$(touch spoilt)",
    "`touch spoilt`",
    "a; touch spoilt #",
    'it\'s "quoted" \\ & | < > *',
    "-rf ~ !1",
)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A machine with names of every kind among its staff."""
    machine = Machine(tmp_path)
    identity = staff.enter(machine.home.staff, "Jo Smith", PASSPHRASE).identity
    for name in ("Jo Świt", "Ali Khan", *HOSTILE):
        costs = Costs(memory_kib=64, passes=1)
        staff.add(machine.home.staff, name, PASSPHRASE, identity, costs=costs)
    return machine


def completed(machine: Machine, *words: str) -> list[str]:
    """Return what bash puts on the line for a command whose last word is not finished."""
    script = machine.file("completion", machine.run("completion", "bash").stdout)
    done = subprocess.run(
        ["bash", "--norc", "-c", ASK, "bash", "kiosk", *words],
        env=os.environ
        | {"KIOSK_HOME": str(machine.home.root), "PATH": f"{BIN}:{os.environ['PATH']}", "SCRIPT": script},
        cwd=machine.folder,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    return done.stdout.splitlines()


def offered(*words: str) -> list[str]:
    """Return what is offered for a last word, whatever the shell."""
    shell = ShellComplete(main, {}, "kiosk", VARIABLE)
    return [item.value for item in shell.get_completions(list(words[:-1]), words[-1])]


def test_bash_completes_commands_and_options(machine: Machine) -> None:
    assert completed(machine, "sta") == ["staff", "state"]
    assert completed(machine, "staff", "re") == ["recover", "rekey", "remove"]
    assert "--recovery-file" in completed(machine, "staff", "rekey", "--")
    assert completed(machine, "staff", "role", "Jo", "l") == ["lead"]
    assert completed(machine, "completion", "") == ["bash", "zsh", "fish"]


def test_bash_completes_names_of_staff_as_one_word_each_and_runs_none(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ["Ali Khan", "Jo Smith", "Jo Świt", *HOSTILE]
    for words in (("staff", "remove"), ("list", "--staff")):
        assert sorted(word for [word] in map(shlex.split, completed(machine, *words, ""))) == sorted(names)
    assert completed(machine, "list", "--staff", "jo\\ s") == ["Jo\\ Smith"]
    monkeypatch.setenv("KIOSK_HOME", str(machine.home.root))
    for command in ("staff role", "staff rekey --without"):
        assert sorted(offered(*command.split(), "")) == sorted(names)
    assert not (machine.folder / "spoilt").exists()


@pytest.mark.parametrize("quote", ["'", '"'])
def test_within_quotation_marks_a_name_stays_as_bash_takes_it(machine: Machine, quote: str) -> None:
    names = ["Ali Khan", "Jo Smith", "Jo Świt", *HOSTILE]
    offered = completed(machine, "staff", "remove", quote)
    read = subprocess.run(
        ["bash", "--norc", "-c", "\n".join(f"printf '%s\\n' {quote}{value}{quote}" for value in offered)],
        cwd=machine.folder,
        capture_output=True,
        text=True,
        check=True,
    )
    assert sorted(read.stdout.splitlines()) == sorted(names)
    assert not (machine.folder / "spoilt").exists()


def test_where_no_staff_key_reads_or_nothing_is_set_up_no_name_is_offered(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    for file in machine.home.staff.iterdir():
        file.write_text("spoilt")
    assert completed(machine, "list", "--staff", "") in ([], [""])
    machine.home = Home(tmp_path / "nowhere")
    assert completed(machine, "list", "--staff", "") in ([], [""])


def test_periods_that_are_over_are_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dates, "now", lambda: datetime(2026, 5, 20, tzinfo=UTC))
    every = offered("summary", "")
    assert every == ["2026-Q1", "2025-Q4", "2025-Q3", "2025-Q2", "2025-Q1", "2026", "2025"]
    assert offered("summary", "2025-Q1", "2026-q") == ["2026-Q1"]


@pytest.mark.parametrize(
    ("shell", "begins"), [("bash", "_kiosk_completion"), ("zsh", "#compdef kiosk"), ("fish", "function")]
)
def test_each_shell_gets_its_file(machine: Machine, shell: str, begins: str) -> None:
    done = machine.run("completion", shell)
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.startswith(begins)
    assert f"{VARIABLE}={shell}_complete" in done.stdout


def test_another_shell_is_a_mistake_in_the_command(machine: Machine) -> None:
    assert machine.run("completion", "tcsh").exit_code == 2
