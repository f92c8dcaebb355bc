"""What a command prints is with the other end before the command goes on, and fails on no letter."""

import io
import json
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from click.testing import CliRunner, Result

from kiosk.cli import output, paper_form
from kiosk.cli.common import tell_code
from kiosk.cli.main import main
from kiosk.cli.output import Output
from kiosk.dates import now
from kiosk.desk.exports import files
from kiosk.errors import DeskError, OutputError, SaveError, VaultError
from kiosk.home import Home
from kiosk.isolation import PATH
from kiosk.vault.durable import Disk
from kiosk.vault.vault import Vault
from tests.kiosk.cli.test_home_option import every_command
from tests.kiosk.machines import NEW, Machine, Office, kinds
from tests.kiosk.vault.helpers import moments

ROOT = Path(__file__).parents[3]
WORDS = "Zoë\u2019s café \u2013 “plans” for Łódź 🌱 …"

CHEAPLY = """
from kiosk.entry import handle
from kiosk.seal import Costs
handle.Costs = lambda: Costs(memory_kib=8, passes=1)
from kiosk.__main__ import main
main()
"""
"""A program that is the command `kiosk`, and stretches codes as cheaply as the process that tests."""
LOST = "What this command says could not be printed."


def kiosk(machine: Machine, line: str, *, jo: bool = False) -> subprocess.CompletedProcess[str]:
    """Run a line of the shell in which `kiosk` is the command, started as it starts itself again.

    One of the desk's, by Jo, stretches codes cheaply.
    """
    by = f' --staff "jo smith" --passphrase-file {machine.passphrase}' if jo else ""
    program = '-c "$CHEAPLY"' if jo else "-m kiosk"
    command = f'kiosk() {{ "{sys.executable}" -I -X kiosk {program} "$@"{by}; }}; {line}'
    environment = {"PATH": PATH, "KIOSK_HOME": str(machine.home.root), "LANG": "C.UTF-8"}
    if jo:
        command = f"CHEAPLY={shlex.quote(CHEAPLY)}; {command}"
    return subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        env=environment, cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip


def in_letters_of(charset: str, machine: Machine, *arguments: str) -> Result:
    """Run a command of the desk whose standard output takes the letters of a set alone, strictly."""
    by = ("--staff", "jo smith", "--passphrase-file", machine.passphrase)
    return CliRunner(charset=charset).invoke(
        main, [*arguments, *by], env={"KIOSK_HOME": str(machine.home.root)}
    )


def answers(machine: Machine, text: str = "x") -> str:
    return machine.file("answers.json", json.dumps({"pack": "strengths", "answers": {kinds()["text"]: text}}))


def entries(machine: Machine) -> list[dict[str, object]]:
    found: list[dict[str, object]] = machine.tells("list")
    return found


@pytest.mark.parametrize(("how", "form"), [("> /dev/full", ""), (">&-", "--json")])
def test_a_paper_form_whose_code_nobody_gets_is_not_kept(machine: Machine, how: str, form: str) -> None:
    done = kiosk(machine, f"kiosk enter {answers(machine)} {form} {how}")
    assert done.returncode == 1
    assert LOST in done.stderr
    assert done.stderr.count("\n") == 1
    assert entries(machine) == []


def test_a_paper_form_whose_reader_has_gone_is_not_kept(machine: Machine) -> None:
    # The reader has gone for sure: its process has ended before the command begins to write.
    done = kiosk(machine, f"exec 3> >(true); wait $!; kiosk enter {answers(machine)} >&3")
    assert done.returncode == 1
    assert entries(machine) == []


def test_where_nothing_can_be_kept_no_code_is_printed(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Vault, "try_saving", Mock(side_effect=SaveError("Nothing was saved.")))
    assert machine.refuses("enter", answers(machine)) == "Nothing was saved.\n"


def test_a_code_that_was_printed_for_nothing_is_said_to_open_nothing(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Vault, "save", Mock(side_effect=SaveError("Nothing was saved.")))
    result = machine.run("enter", answers(machine))
    assert result.exit_code == 1
    assert result.stderr == "Nothing was saved. The code printed above opens no entry.\n"


def test_a_kill_at_any_moment_of_entering_a_form_leaves_no_entry_whose_code_was_not_printed(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    printed = list[int]()
    with moments(machine.home.root, tmp_path / "killed") as killed:

        def tell(*told: Any, **how: Any) -> None:
            tell_code(*told, **how)
            printed.append(len(killed))

        monkeypatch.setattr(paper_form, "tell_code", tell)
        entered = json.loads(machine.run("enter", answers(machine), "--json").stdout)
    kept = [[row.id for row in Vault(home, clock=now, name_of=machine.name_of).rows()] for home in killed]
    assert not any(kept[: printed[0]])
    assert {*map(tuple, kept[printed[0] :])} == {(), (entered["id"],)}
    assert kept[-1] == [entered["id"]]


def test_an_entry_that_could_not_be_printed_is_not_marked_picked_up(machine: Machine) -> None:
    code = json.loads(machine.run("enter", answers(machine), "--json").stdout)["code"].replace(" ", "")
    for form in ("--text", "--json"):
        done = kiosk(machine, f"kiosk open {code} {form} > /dev/full", jo=True)
        assert (done.returncode, "could not be printed" in done.stderr) == (1, True), done.stderr
        assert entries(machine)[0]["state"] == "waiting"
    machine.says("open", code, form)
    assert entries(machine)[0]["state"] == "picked up"


def test_an_entry_whose_receipt_nobody_gets_is_not_deleted(machine: Machine) -> None:
    code = json.loads(machine.run("enter", answers(machine), "--json").stdout)["code"]
    for how, form in (("> /dev/full", "--json"), (">&-", "")):
        done = kiosk(machine, f"kiosk erase '{code}' --reason Asked --yes {form} {how}", jo=True)
        assert (done.returncode, "could not be printed" in done.stderr) == (1, True), done.stderr
        assert "That was done" not in done.stderr
        assert entries(machine)[0]["state"] == "waiting"
    assert "deleted" not in {event["did"] for event in machine.tells("audit")}


@pytest.mark.parametrize("form", [[], ["--json"]])
def test_a_receipt_that_was_printed_for_nothing_is_said_not_to_count(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, form: list[str]
) -> None:
    code = json.loads(machine.run("enter", answers(machine), "--json").stdout)["code"]
    monkeypatch.setattr(Vault, "erase", Mock(side_effect=VaultError("Nothing was deleted.")))
    result = machine.as_jo("erase", code, "--reason", "Asked", "--yes", *form)
    assert (result.exit_code, result.stderr) == (1, "Nothing was deleted. Ignore the receipt above.\n")


def test_a_restore_whose_key_could_not_be_told_ends_with_1(tmp_path: Path) -> None:
    office = Office(tmp_path)
    made = json.loads(office.run("backup", str(tmp_path), "--same-disk", "--json").stdout)["folder"]
    for how, code in (("", 0), ("2> /dev/full", 1), ("2>&-", 1)):
        office.home = Home(tmp_path / f"other{code}{len(how)}")
        assert kiosk(office, f"kiosk restore {made} {how}").returncode == code, how


def test_an_entry_whose_file_could_not_be_written_is_not_marked(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = json.loads(machine.run("enter", answers(machine), "--json").stdout)["code"]
    monkeypatch.setattr(files, "write", Mock(side_effect=DeskError("It could not be written.")))
    assert machine.as_jo("open", code, "--pdf", str(machine.folder / "a.pdf")).exit_code == 1
    assert entries(machine)[0]["state"] == "waiting"


@pytest.mark.parametrize(
    ("charset", "form"),
    [
        *((charset, "--text") for charset in ("latin-1", "ascii", "cp1252", "iso8859-2", "utf-8")),
        ("ascii", "--json"),
    ],
)
def test_no_letter_stops_an_entry_from_being_read(machine: Machine, charset: str, form: str) -> None:
    code = json.loads(machine.run("enter", answers(machine, WORDS), "--json").stdout)["code"]
    result = in_letters_of(charset, machine, "open", code, form)
    assert (result.exit_code, result.stderr) == (0, "")
    read = result.stdout_bytes.decode(charset)
    if form == "--json":
        assert WORDS in json.dumps(json.loads(read), ensure_ascii=False).replace('\\"', '"')
    elif charset == "utf-8":
        assert WORDS in read
    else:
        told = {"latin-1": "Zoë's café", "cp1252": "Zoë\u2019s café \u2013 “plans”", "ascii": "Zoe's cafe"}
        assert told.get(charset, "Zoë's café") in read
        assert "for Lod" in read or "Łódź" in read or "Lódz" in read
    assert entries(machine)[0]["state"] == "picked up"


@pytest.mark.parametrize(
    "command", [("list",), ("audit",), ("staff", "list"), ("enter", "--choices"), ("--help",)]
)
def test_no_letter_stops_a_command(machine: Machine, command: tuple[str, ...]) -> None:
    if command[0] in ("--help", "enter"):
        result = CliRunner(charset="ascii").invoke(main, command, env={"KIOSK_HOME": str(machine.home.root)})
    else:
        result = in_letters_of("ascii", machine, *command)
    assert result.exit_code == 0
    assert result.stdout_bytes.isascii()


# -- every command


@pytest.fixture
def full(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the standard output of this process take nothing."""

    def refuse(self: Output, text: str) -> int:
        if self._quiet:
            return io.TextIOWrapper.write(self, text)
        raise OutputError(LOST)

    monkeypatch.setattr(Output, "write", refuse)


@pytest.mark.parametrize("command", list(every_command()), ids=" ".join)
@pytest.mark.usefixtures("full")
def test_the_help_of_every_command_that_nobody_gets_is_a_plain_line(command: tuple[str, ...]) -> None:
    result = CliRunner().invoke(main, [*command, "--help"])
    assert result.exit_code == 1
    assert result.stderr == f"{LOST}\n"


@pytest.mark.parametrize(
    "command", [*map(tuple, (["list"], ["audit"], ["staff", "list"], ["key"], ["doctor"]))]
)
@pytest.mark.usefixtures("full")
def test_what_only_reads_says_that_it_could_not_be_printed(
    machine: Machine, command: tuple[str, ...]
) -> None:
    result = machine.run(*command) if command[0] in ("key", "doctor") else machine.as_jo(*command)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == f"{LOST}\n"


def test_what_is_done_and_could_not_be_printed_says_both(tmp_path: Path, full: None) -> None:
    office = Office(tmp_path)
    for command in (
        ("retention", "30", "--yes"),
        ("purge",),
        ("staff", "role", "Ali Khan", "lead"),
        ("staff", "lift-delay"),
        ("staff", "add", "--name", "Kim Lee", "--new-passphrase-file", office.new),
        ("staff", "remove", "Kim Lee"),
        ("key", "--put-right", "--yes"),
        ("backup", str(tmp_path), "--same-disk"),
        ("staff", "passphrase", "--new-passphrase-file", office.file("newer", f"{NEW} otter\n")),
    ):
        said = office.denies(*command)
        assert said.endswith(f"That was done. {LOST}\n"), (command, said)


@pytest.mark.parametrize("how", [">&-", "> /dev/full 2> /dev/full", "<&- >&- 2>&-"])
def test_no_way_to_lose_output_costs_more_than_a_line(machine: Machine, how: str) -> None:
    # What a command says, and what click does for it. That each of them tells such a loss is tested above.
    for command in ("key", "--help", "nonsense"):
        done = kiosk(machine, f"kiosk {command} {how}")
        assert done.returncode in (1, 2), (command, done)
        assert "Traceback" not in done.stderr
        assert "Exception ignored" not in done.stderr
        assert done.stderr.count("\n") <= (1 if command != "nonsense" else 4)


def test_no_file_is_opened_in_the_place_of_a_closed_stream() -> None:
    script = (
        "from kiosk.isolation import fill_streams; import os; fill_streams(); "
        "os._exit(os.open('.', os.O_RDONLY))"
    )
    done = subprocess.run(
        ["bash", "-c", f'"{sys.executable}" -c "{script}" <&- >&- 2>&-'], cwd=ROOT, check=False
    )
    assert done.returncode == 3


def test_what_goes_into_a_file_is_on_the_disk_with_the_files_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[tuple[str, int]] = []
    for call in ("fsync", "flush_all"):
        monkeypatch.setattr(Disk, call, lambda _, at, call=call: synced.append((call, at)))
    with (tmp_path / "file").open("w", encoding="utf-8") as file:
        written = Output(file)
        written.write("x")
        written.flush()
        assert synced == [("fsync", file.fileno()), ("flush_all", file.fileno())]
        written.let_go()


def test_acknowledging_what_could_not_be_said_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    lost = Output(None, quiet=True)
    lost.write("Something was found.")
    lost.flush()
    monkeypatch.setattr(sys, "stderr", lost)
    with pytest.raises(OutputError):
        output.require_told()
