"""The commands that do something with an entry, and the audit."""

import json
import re
from unittest.mock import Mock

import pytest

from kiosk.cli import lost_slip as lost_command
from kiosk.cli import one_entry
from kiosk.dates import now, on_day
from kiosk.desk.keys import staff
from kiosk.devices import printer
from kiosk.entry.slip import Line
from kiosk.errors import OutputError, PrinterError, PrinterTrouble
from kiosk.session import open_session
from kiosk.vault import durable
from tests.fake_printer import FakePrinter
from tests.kiosk.machines import PASSPHRASE, Machine
from tests.kiosk.sealed import FIRST, SECOND

TEXT = "brindle and quill"
MORE_THAN_ONE = "More than one entry matches. Narrow the search with --name, --day or --saying.\n"


@pytest.fixture
def code(machine: Machine) -> str:
    return machine.entered({"good_day": TEXT})["code"]


def test_a_note_is_added_and_read(machine: Machine, code: str) -> None:
    note = machine.file("note.txt", "We spoke on Monday.\n")
    assert "Note added to " in machine.says("note", code, "--file", note)
    said = machine.says("open", code)
    assert re.search(r"NOTE 2\. Jo Smith wrote on \d{1,2} \w+ \d{4}:\n  We spoke on Monday\.", said)
    assert "is empty" in machine.refuses("note", code, "--file", machine.file("empty.txt", " \n"))
    row = machine.tells("note", code, "--file", note)
    assert (row["state"], row["pages"]) == ("picked up", 3)


def test_that_staff_talked_ends_the_wish_and_is_read_with_who_said_so(machine: Machine, code: str) -> None:
    asks = machine.asks_to_talk()
    # The later entry stands first for another reason than its day.
    machine.enters({"good_day": TEXT})
    first, *_ = machine.says("list").splitlines()
    assert re.search(r"  waiting; asks to talk since \d{1,2} \w{3} \d{4}, \d\d:\d\d$", first)
    said = machine.says("open", asks)
    assert re.search(r"The customer asked to talk to someone at \d\d:\d\d on \d{1,2} \w+ \d{4}\.", said)
    assert "asks to talk" in machine.says("list")  # opening it marked it, and ended nothing
    told = machine.tells("talked", asks)
    assert (told["state"], told["pages"]) == ("picked up", 2)
    assert "asks to talk" not in machine.says("list")
    said = machine.says("open", asks)
    assert "asked to talk" not in said
    assert re.search(r"\d{1,2} \w+ \d{4}: talked together \(Jo Smith\)", said)
    for nobody in (asks, code):
        assert machine.denies("talked", nobody) == "The customer is not asking to talk to anyone now.\n"
    assert "no longer asks to talk" in machine.says("talked", machine.asks_to_talk())


def test_a_note_is_taken_back_by_its_number_once_it_was_looked_at(machine: Machine, code: str) -> None:
    for number, text in enumerate(("First", "Second", "Third"), 1):
        machine.says("note", code, "--file", machine.file(f"{number}.txt", text))
    assert "NOTE 3. Jo Smith wrote" in machine.says("open", code)
    take = ("note", code, "--take-back", "3")
    unasked = machine.as_jo(*take)
    assert (unasked.exit_code, "--yes" in unasked.stderr, "Second" in unasked.stderr) == (1, True, True)
    assert "Second" in machine.says("open", code)
    assert "Note taken back from" in machine.says(*take, "--yes")
    said = machine.says("open", code)
    assert "Second" not in said
    assert "Jo Smith took a note back on" in said
    assert re.search(r"NOTE 4\. Jo Smith wrote [^\n]*\n  Third", said)
    assert "took a note back" in [event["did"] for event in machine.tells("audit")]
    result = machine.as_jo("note", code, "--take-back", "3", "--yes")
    assert result.stderr == "There is no note 3. 'kiosk open CODE' shows the notes with their numbers.\n"
    told = machine.tells("note", code, "--take-back", "2", "--yes")
    assert told["pages"] == 6


def test_what_is_no_note_is_refused(machine: Machine, code: str) -> None:
    for options in ((), ("--file", "a", "--take-back", "1")):  # either added or taken back
        assert machine.as_jo("note", code, *options).exit_code == 2
    file = machine.folder / "note.txt"
    for data in ("café".encode("latin-1"), "hi".encode("utf-16")):  # before anybody unlocks
        file.write_bytes(data)
        assert "is not in UTF-8. Save it as UTF-8." in machine.refuses("note", code, "--file", str(file))
    file.write_text("w" * 20_001)
    long = machine.denies("note", code, "--file", str(file))
    assert long == "This note has 20001 characters. A note can have at most 20000.\n"
    file.write_text("w" * 20_000)
    assert "Note added" in machine.says("note", code, "--file", str(file))
    assert "is not a plan" in machine.refuses("plan", "K7QX", "--file", machine.file("plan.json", "{}"))


def test_a_plan_is_printed_changed_and_kept(machine: Machine) -> None:
    goal = {"want": "A job with bikes", "first_step": "Call the shop", "who": "Ali", "when": "Monday"}
    code = machine.entered({"my_goal": goal})["code"]
    plan = json.loads(machine.says("plan", code))
    step = {"text": "Call the shop", "who": "Ali", "by_when": "Monday", "due": None, "done": False}
    assert plan == {"changes": None, "goals": [{"want": "A job with bikes", "steps": [step]}], "review": None}
    written = {"text": "Write\x1b[2J down\nmy hours", "due": "2026-03-04"}
    plan["goals"][0]["steps"] = [step | {"done": True}, written]
    plan["review"] = "2026-04-01"
    file = machine.file("plan.json", json.dumps(plan))
    assert "Plan saved for" in machine.says("plan", code, "--file", file)
    said = machine.says("open", code)
    assert "[x] Call the shop (Ali, Monday)" in said
    assert "[ ] Write[2J down my hours (by 4 March 2026)" in said
    assert "We look at this plan again on 1 April 2026." in said
    assert "Overdue: 1 step of the plan." in said
    assert "To review: the plan was to be looked at again on 1 April 2026." in said
    # It began with no plan, and there is one by now.
    assert (
        machine.denies("plan", code, "--file", file)
        == "The plan has changed since this file was printed. Print it again, and edit the new copy.\n"
    )
    printed = json.loads(machine.says("plan", code))
    assert (printed["changes"], printed["review"]) == (SECOND, "2026-04-01")
    [kept] = printed["goals"]
    assert kept["steps"] == [
        step | {"done": True},
        {"text": "Write[2J down my hours", "who": "", "by_when": "", "due": "2026-03-04", "done": False},
    ]
    (row,) = machine.tells("list")
    assert row["state"] == "picked up"
    for goals in (printed, {"goals": [{"want": "A garden"}]}):  # which says nothing of what it changes
        assert "Plan saved for" in machine.says(
            "plan", code, "--file", machine.file("p.json", json.dumps(goals))
        )


# -- a lost slip


@pytest.fixture
def second(machine: Machine) -> list[str]:
    """A second member of staff who unlocks."""
    identity = staff.enter(machine.home.staff, "Jo Smith", PASSPHRASE).identity
    staff.add(machine.home.staff, "Ali Khan", "quarry window saddle plum", identity)
    file = machine.file("alis", "quarry window saddle plum\n")
    return ["--second", "ali khan", "--second-passphrase-file", file]


def test_two_find_an_entry_by_what_is_known_of_it(machine: Machine, code: str, second: list[str]) -> None:
    machine.enters({"good_day": "Something else"})
    every = machine.tells("lost", "--reason", "Lost", *second)
    assert len(every) == 2
    text = machine.says("lost", "--reason", "Lost", "--saying", "QUILL", *second)
    assert text.count("\n") == 1
    name = next(row["name"] for row in every if row["name"] in text)
    assert TEXT in machine.says("lost", "--reason", "Lost", "--name", name, "--open", *second)
    opened = machine.tells("lost", "--reason", "Lost", "--name", name, "--open", *second)
    assert opened["name"] == name
    result = machine.as_jo("lost", "--reason", "Lost", "--open", *second)
    assert (result.exit_code, result.stderr) == (1, MORE_THAN_ONE)
    assert machine.denies("lost", "--reason", "Lost", "--day", "1.1.2001", *second).startswith(
        "No entries match. Day: no entry was saved from 29 December 2000 to "
    )
    events = machine.tells("audit")
    assert ("opened without a code", "Ali Khan", "Lost") in {
        (event["did"], event["second"], event["detail"]) for event in events
    }


def test_two_give_an_entry_a_new_code(machine: Machine, code: str, second: list[str]) -> None:
    lost = ("lost", "--reason", "Lost", "--new-code", *second)
    old_name = machine.tells("list")[0]["name"]
    assert machine.denies(*lost) == "This needs a terminal to ask you. Give --yes instead.\n"
    assert TEXT in machine.says("open", code)
    given = machine.tells(*lost, "--yes")
    assert set(given) == {"code", "name", "id"}
    opened = machine.tells("open", given["code"])
    assert opened["name"] == given["name"]
    assert TEXT in json.dumps(opened)
    assert [page["kind"] for page in opened["pages"]][-1] == "new code"
    assert "a new code, given by Jo Smith and Ali Khan." in machine.says("open", given["code"])
    assert machine.denies("open", code).startswith("Staff gave a new code for these answers on ")
    found = machine.as_jo("lost", "--reason", "Lost", "--name", old_name, *second)
    assert given["name"] in found.stdout
    # The code was printed: no unlock says that it may not have been.
    assert re.fullmatch(
        rf"{old_name} got a new code on .*\. Its name is now {given['name']}\.\n", found.stderr
    )
    again = machine.says(*lost, "--yes")
    assert again.startswith("Code  ")
    events = machine.tells("audit")
    assert [(event["who"], event["second"]) for event in events if event["did"] == "gave a new code"] == [
        ("Jo Smith", "Ali Khan")
    ] * 2


def test_a_new_code_is_given_to_one_entry_alone_and_where_it_can_be_told(
    machine: Machine, code: str, second: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = ("lost", "--reason", "Lost", "--new-code", "--yes", *second)
    untold = OutputError("What this command says could not be printed.")
    with monkeypatch.context() as patch:
        patch.setattr(lost_command, "tell_code", Mock(side_effect=untold))
        assert machine.as_jo(*lost).exit_code == 1
    assert TEXT in machine.says("open", code)
    machine.enters({"good_day": "Something else"})
    result = machine.as_jo(*lost)
    assert (result.exit_code, result.stderr) == (1, MORE_THAN_ONE)
    assert machine.as_jo(*lost, "--open").exit_code == 2
    assert TEXT in machine.says("open", code)


def test_staff_are_not_told_to_tell_staff_that_the_disk_is_full(
    machine: Machine, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(durable, "free_bytes", lambda *_, **__: 0)
    assert machine.denies("note", code, "--file", machine.file("note.txt", "Rang back.")) == (
        "There is no room left on this machine's disk. Nothing was saved. Free some space, or tell the "
        "person who looks after this machine.\n"
    )


def test_a_printed_code_that_is_not_given_is_said_to_open_nothing(
    machine: Machine, code: str, second: list[str]
) -> None:
    page = next(machine.home.vault.rglob("*.age"))
    page.with_name(page.name.replace(FIRST, SECOND)).write_bytes(b"junk")
    result = machine.as_jo("lost", "--reason", "Lost", "--new-code", "--yes", *second)
    assert (result.exit_code, "gets no new code" in result.stderr) == (1, True)
    assert result.stderr.endswith("The code printed above opens no entry.\n")
    assert TEXT in machine.as_jo("open", code).stdout


def test_one_alone_finds_nothing_without_a_code(machine: Machine, code: str, second: list[str]) -> None:
    alone = ["--second", "Jo Smith", "--second-passphrase-file", machine.passphrase]
    assert "A second colleague" in machine.denies("lost", "--reason", "Lost", *alone)
    wrong = ["--second", "Ali Khan", "--second-passphrase-file", machine.passphrase]
    assert machine.as_jo("lost", "--reason", "Lost", *wrong).stdout == ""
    assert "Try 04/03/2026 or 4 March 2026" in machine.refuses("lost", "--reason", "Lost", "--day", "soon")


def test_staff_say_how_far_an_entry_has_come(machine: Machine, code: str) -> None:
    assert machine.says("state", "talked through", code).endswith(": talked through.\n")
    (row,) = machine.tells("list")
    assert row["state"] == "talked through"
    assert machine.tells("state", "closed", code)["state"] == "closed"
    assert machine.says("state", "waiting", code).endswith(": waiting.\n")
    (row,) = machine.tells("list")
    assert (row["state"], row["picked_up_by"]) == ("waiting", "")
    assert machine.as_jo("state", "lost", code).exit_code == 2


def test_an_entry_is_erased_on_request_with_a_receipt(machine: Machine, code: str) -> None:
    assert "--yes" in machine.denies("erase", code, "--reason", "They asked")
    result = machine.as_jo("erase", code, "--reason", " \t", "--yes")
    assert result.stderr == "Enter who asked for it, and why. It is recorded in the audit log.\n"
    assert len(machine.tells("list")) == 1
    receipt = machine.says("erase", code, "--reason", "They asked", "--yes")
    assert "Deleted from this kiosk on" in receipt
    assert "No copies were printed or exported here." in receipt
    assert machine.tells("list") == []
    events = machine.tells("audit")
    assert ("deleted", "They asked") in {(event["did"], event["detail"]) for event in events}


def test_only_a_lead_erases_and_who_is_none_by_the_time_of_the_answer_does_not(
    machine: Machine, code: str, second: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    erase = ("erase", code, "--reason", "They asked")
    result = machine.run(*erase, "--yes", "--staff", "Ali Khan", "--passphrase-file", second[-1])
    assert (result.exit_code, "Only a lead may do this" in result.stderr) == (1, True)
    identity = staff.enter(machine.home.staff, "Jo Smith", PASSPHRASE).identity
    staff.set_role(machine.home.staff, "Ali Khan", "lead", identity)

    def answers(_question: str, _option: str) -> bool:
        staff.set_role(machine.home.staff, "Jo Smith", "staff", identity)
        return True

    monkeypatch.setattr(one_entry, "confirm", answers)
    assert machine.denies(*erase) == "Only a lead may do this, and you are no longer a lead.\n"
    assert len(machine.tells("list")) == 1


def test_the_receipt_is_told_to_a_program_too(machine: Machine, code: str) -> None:
    machine.says("open", code, "--csv", str(machine.folder / "table.csv"))
    receipt = machine.tells("erase", code, "--reason", "They asked", "--yes")
    assert (receipt["by"], receipt["pages"], receipt["key_was_here"]) == ("Jo Smith", 1, True)
    [copy] = receipt["outside"]
    assert (copy["did"], copy["detail"]) == ("exported", "csv")


# -- paper


def test_my_page_and_the_plan_are_printed_and_noted(
    machine: Machine, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "No printer is set" in machine.refuses("print", code)
    fake = FakePrinter()
    monkeypatch.setattr(printer, "printer_from", lambda _settings: fake)
    assert "Nothing to print" in machine.denies("print", code)
    plan = machine.file("plan.json", json.dumps({"goals": [{"want": "A garden"}]}))
    machine.says("plan", code, "--file", plan)
    assert "Printed My page" in machine.says("print", code)
    assert [Line("A garden") in slip.blocks for slip in fake.slips] == [True]
    events = machine.tells("audit")
    assert ("printed", "My page and the plan") in {(event["did"], event["detail"]) for event in events}
    fake.trouble = PrinterError(PrinterTrouble.NO_PAPER, "The printer has no paper left.")
    assert machine.denies("print", code) == "The printer has no paper left.\n"


def test_the_audit_tells_who_did_what_and_never_an_answer(machine: Machine, code: str) -> None:
    machine.says("open", code)
    told = machine.says("audit")
    assert "Jo Smith   opened" in told
    assert "Jo Smith   unlocked" in told
    for secret in (TEXT, code, code.split()[0]):
        assert secret not in told


def test_the_audit_is_asked_by_person_entry_and_day(machine: Machine, code: str) -> None:
    machine.says("open", code)
    [row] = machine.tells("list")

    def did(*options: str) -> list[str]:
        return [event["did"] for event in machine.tells("audit", *options)]

    assert did("--entry", row["name"].lower()) == did("--entry", row["id"]) == ["marked", "opened"]
    assert did("--person", "the kiosk", "--day", on_day(now())) == ["typed in a paper form"]
    assert did("--person", "ali") == did("--day", "1.1.2020") == []
    assert machine.says("audit", "--person", "ali") == "No lines match.\n"
    assert "Try 04/03/2026" in machine.refuses("audit", "--day", "soon")


def test_a_code_whose_entrys_time_was_over_is_not_called_mistyped(machine: Machine, code: str) -> None:
    [row] = machine.tells("list")
    with open_session(machine.home).vault as vault:
        vault.erase(row["id"], why="time")
    assert machine.denies("open", code) == (
        f"These answers were deleted on {on_day(now())}, because the time we keep them was over.\n"
    )


def test_an_audit_that_was_changed_is_told(machine: Machine, code: str) -> None:
    machine.says("open", code)
    lines = machine.home.audit.read_bytes().splitlines(keepends=True)
    machine.home.audit.write_bytes(b"".join([lines[0], *lines[2:]]))
    result = machine.as_jo("audit")
    assert (result.exit_code, "does not match the lines before it" in result.stderr) == (1, True)
