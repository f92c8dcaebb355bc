"""The commands that do something with an entry, and the audit."""

import json
from pathlib import Path

import pytest

from kiosk import process
from kiosk.desk import staff
from tests.kiosk.test_cli import PASSPHRASE, Machine

TEXT = "brindle and quill"


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    monkeypatch.setattr(process, "forbid_dumps", list)
    return Machine(tmp_path)


@pytest.fixture
def code(machine: Machine) -> str:
    return str(json.loads(machine.enters({"good_day": TEXT}).stdout)["code"])


def test_a_note_is_added_and_read(machine: Machine, code: str) -> None:
    note = machine.file("note.txt", "We spoke on Monday.\n")
    assert "The note is added to " in machine.says("note", code, "--file", note)
    assert "NOTE BY Jo Smith\n\nWe spoke on Monday." in machine.says("open", code)
    assert "is empty" in machine.refuses("note", code, "--file", machine.file("empty.txt", " \n"))


def test_staff_say_how_far_an_entry_has_come(machine: Machine, code: str) -> None:
    assert machine.says("state", "talked through", code).endswith(": talked through.\n")
    (row,) = json.loads(machine.says("list", "--json"))
    assert row["state"] == "talked through"
    assert machine.as_jo("state", "waiting", code).exit_code == 2


def test_an_entry_is_erased_on_request_with_a_receipt(machine: Machine, code: str) -> None:
    result = machine.as_jo("erase", code, "--reason", "They asked")
    assert result.exit_code == 1
    assert "--yes" in result.stderr
    receipt = machine.says("erase", code, "--reason", "They asked", "--yes")
    assert "Deleted from this kiosk on" in receipt
    assert "It was neither printed nor exported here." in receipt
    assert json.loads(machine.says("list", "--json")) == []
    events = json.loads(machine.says("audit", "--json"))
    assert ("erased", "They asked") in {(event["did"], event["detail"]) for event in events}


def test_only_a_lead_erases(machine: Machine, code: str) -> None:
    identity = staff.unlock(machine.home.staff, "Jo Smith", PASSPHRASE)
    staff.add(machine.home.staff, "Ali Khan", PASSPHRASE, identity, role="staff")
    result = machine.run(
        "erase",
        code,
        "--reason",
        "x",
        "--yes",
        "--staff",
        "Ali Khan",
        "--passphrase-file",
        machine.passphrase,
    )
    assert (result.exit_code, "Only a lead may do this" in result.stderr) == (1, True)
    assert len(json.loads(machine.says("list", "--json"))) == 1


def test_the_audit_tells_who_did_what_and_never_an_answer(machine: Machine, code: str) -> None:
    machine.says("open", code)
    told = machine.says("audit")
    assert "Jo Smith: opened (" in told
    assert "Jo Smith: unlocked" in told
    for secret in (TEXT, code, code.split()[0]):
        assert secret not in told


def test_an_audit_that_was_changed_is_told(machine: Machine, code: str) -> None:
    machine.says("open", code)
    lines = machine.home.audit.read_bytes().splitlines(keepends=True)
    machine.home.audit.write_bytes(b"".join([lines[0], *lines[2:]]))
    result = machine.as_jo("audit")
    assert (result.exit_code, "does not fit those before it" in result.stderr) == (1, True)
