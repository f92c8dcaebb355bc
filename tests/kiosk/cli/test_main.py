"""The commands: what they print, what they keep, and how they end."""

import errno
import json
import re
import shutil
from contextlib import closing
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from click.testing import CliRunner

from kiosk import logbook
from kiosk.cli.main import main
from kiosk.dates import now
from kiosk.desk.audit.audit_log import Audit
from kiosk.desk.keys import staff
from kiosk.entry.handle import ALPHABET, Handle, draw
from kiosk.pack.model import (
    AnyQuestion,
    CardsQuestion,
    ChoiceQuestion,
    GoalQuestion,
    LinesQuestion,
    Pack,
    ScaleQuestion,
    TextQuestion,
)
from kiosk.session import open_session
from kiosk.vault import vault
from kiosk.vault.log import Log
from kiosk.visit.saving import Saver, Submission
from tests.kiosk.machines import PASSPHRASE, Machine, kinds
from tests.kiosk.sealed import SECOND
from tests.packs import default_pack

WRONG = "The name or the passphrase is wrong. Try again.\n"

# -- entering, listing, opening


def filled(template: str) -> dict[str, Any]:
    """A template with an answer of its kind for every question."""
    form: dict[str, Any] = json.loads(template)
    pack = default_pack()
    form["answers"] = {question.id: _answer(pack, question) for _, question in pack.questions()}
    return form


def _answer(pack: Pack, question: AnyQuestion) -> object:
    match question:
        case ScaleQuestion():
            return question.points[0].value
        case ChoiceQuestion():
            return [question.options[0].id] if question.several else question.options[0].id
        case CardsQuestion():
            return {"picked": [card.id for card in pack.decks[question.deck].cards[:2]], "own": ["A laugh"]}
        case TextQuestion():
            return "What they wrote"
        case LinesQuestion():
            return ["One", "Another"]
        case GoalQuestion():
            return {"want": "A garden", "first_step": "Seeds", "who": "Ali", "when": "May"}


def test_a_paper_form_is_entered_listed_and_opened(machine: Machine) -> None:
    form = filled(machine.run("enter", "--template").stdout)
    entered = machine.tells("enter", "-", stdin=json.dumps(form))
    assert set(entered) == {"code", "name", "id"}

    (row,) = machine.tells("list")
    assert row["id"] == entered["id"]
    assert (row["source"], row["state"]) == ("paper", "waiting")
    assert (row["pages"], row["picked_up_by"], row["picked_up"]) == (1, "", None)
    assert row["saved"].endswith("Z")

    text = machine.says("open", *entered["code"].split())
    assert text.startswith(entered["name"] + "\n")
    assert "A paper form, typed in by Jo Smith on " in text
    assert "  What they wrote\n" in text
    assert machine.says("list").split("  ")[-1].startswith("picked up")

    opened = machine.tells("open", "-", stdin=entered["code"].replace(" ", "-").lower())
    assert (opened["state"], opened["picked_up_by"]) == ("picked up", "Jo Smith")
    (page,) = opened["pages"]
    assert page["typed_in_by"] == "Jo Smith"
    answers = {
        answered["id"]: answered["value"] for section in page["sections"] for answered in section["answers"]
    }
    asked = form["answers"]
    assert set(asked) == set(answers)
    assert all(
        answers[kinds()[kind]] == asked[kinds()[kind]] for kind in ("scale", "choice", "text", "lines")
    )
    assert answers[kinds()["cards"]]["picked"] == asked[kinds()["cards"]]["picked"]
    assert answers[kinds()["goal"]]["want"] == asked[kinds()["goal"]]["want"]


def test_what_can_be_chosen_is_printed_with_what_stands_for_it(machine: Machine) -> None:
    text = machine.run("enter", "--choices").stdout
    pack = default_pack()
    for _, question in pack.questions():
        assert f"{question.id}: {question.ask}\n" in f"{text}\n"
    for line in ("  4               Good", "  nothing         Nothing for now"):
        assert line in text.split("\n")
    [deck] = pack.decks.values()
    assert all(f"  {card.id:<14}  {card.label}" in text.split("\n") for card in deck.cards)


def test_an_example_of_the_template_is_no_answer_of_a_customer(machine: Machine) -> None:
    template = machine.run("enter", "--template").stdout
    for kind, answer in (
        ("scale", None), ("choice", None), ("cards", None), ("text", None), ("lines", None), ("goal", None),
        ("lines", ["Ann", "<another line>"]),
        ("goal", {"want": "A garden", "first_step": "<their first step>", "who": "", "when": ""}),
    ):  # fmt: skip
        name = kinds()[kind]
        given = {**filled(template)["answers"], name: answer or json.loads(template)["answers"][name]}
        refused = machine.refuses("enter", "-", stdin=json.dumps({"pack": "strengths", "answers": given}))
        assert refused.startswith(f"The answer to '{name}' is still the example of the template.")


def test_a_form_keeps_parts_back_and_asks_to_talk(machine: Machine) -> None:
    form = filled(machine.run("enter", "--template").stdout) | {"private": ["hopes"], "talk": True}
    entered = machine.tells("enter", "-", stdin=json.dumps(form))
    (page,) = machine.tells("open", entered["code"])["pages"]
    assert page["talk"] is True
    assert "hopes" not in [section["id"] for section in page["sections"]]


def test_a_form_in_another_language_is_kept_as_it_was_read(machine: Machine) -> None:
    form = filled(machine.run("enter", "--template").stdout)
    assert form["language"] == "en"
    entered = machine.tells("enter", "-", stdin=json.dumps(form | {"language": "pl"}))
    (page,) = machine.tells("open", entered["code"])["pages"]
    assert (page["language"], page["seen_title"]) == ("pl", "Moje mocne strony i nadzieje")
    said = {one["id"]: one for section in page["sections"] for one in section["answers"]}
    assert said["good_day"]["ask"] == "What is a good day like for you?"
    assert said["good_day"]["seen"]["ask"] == "Jaki jest dla Ciebie dobry dzień?"
    entered = machine.tells("enter", "-", stdin=json.dumps(form))
    (page,) = machine.tells("open", entered["code"])["pages"]
    assert (page["language"], page["seen_title"]) == ("en", "")


def test_what_a_form_says_around_its_answers_is_checked(machine: Machine) -> None:
    for more, told in (
        ({"language": "de"}, "is not in 'de'. It is in: en, ar, cy, fa, pl, ro, so, uk."),
        ({"version": 7}, "The pack 'strengths' has no version 7."),
        ({"private": ["hope"]}, "no part 'hope'. It has: strengths, wellbeing, home, community, hopes, goal"),
    ):
        form = {"pack": "strengths", "answers": {kinds()["text"]: "x"}} | more
        assert told in machine.refuses("enter", "-", stdin=json.dumps(form))


def test_the_template_has_an_example_for_every_question_without_anything_set_up(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["enter", "--template"], env={"KIOSK_HOME": str(tmp_path / "none")})
    assert result.exit_code == 0
    asked = [question.id for _, question in default_pack().questions()]
    answers = json.loads(result.stdout)["answers"]
    assert list(answers) == asked
    assert None not in answers.values()
    assert not (tmp_path / "none").exists()


def test_a_form_may_be_entered_by_somebody_who_is_not_named_and_is_nowhere_in_clear(machine: Machine) -> None:
    answers = {"pack": "strengths", "answers": {kinds()["text"]: "unmistakable words"}}
    result = machine.run("enter", machine.file("answers.json", json.dumps(answers)))
    told = dict(line.split(maxsplit=1) for line in result.stdout.splitlines())
    assert [*told] == ["Code", "Name", "Id"]
    (machine.folder / "answers.json").unlink()
    for file in machine.folder.rglob("*"):
        assert not file.is_file() or b"unmistakable" not in file.read_bytes()
    (row,) = machine.tells("list")
    assert (row["id"], row["source"]) == (told["Id"], "paper")
    assert "A paper form, typed in on " in machine.says("open", told["Code"])
    (page,) = machine.tells("open", told["Code"])["pages"]
    assert page["typed_in_by"] == ""


def test_a_form_and_a_backup_are_in_the_audit_with_who_unlocked_for_them(
    machine: Machine, tmp_path: Path
) -> None:
    answers = machine.file("a.json", json.dumps({"pack": "strengths", "answers": {kinds()["text"]: "x"}}))
    entered = machine.tells("enter", answers)
    stick = tmp_path / "stick"
    stick.mkdir()
    made = machine.tells("backup", str(stick), "--same-disk")
    events = machine.tells("audit")
    found = [(event["who"], event["did"], event["entry"], event["detail"]) for event in events]
    assert ("Jo Smith", "typed in a paper form", entered["name"], "") in found
    assert ("Jo Smith", "made a backup", "", Path(made["folder"]).name) in found


def test_what_is_opened_is_in_the_audit_with_who_opened_it(machine: Machine) -> None:
    entered = machine.entered({kinds()["text"]: "unmistakable words"})
    machine.says("open", entered["code"])
    machine.says("open", "-", "--json", stdin=entered["code"])
    identity = staff.enter(machine.home.staff, "Jo Smith", PASSPHRASE).identity
    with closing(Audit(machine.home.audit, "", now, read_only=True)) as audit:
        events = audit.read(identity).events[::-1]
        assert audit.broken_at() is None
    name, entry_id = entered["name"], entered["id"]
    once = [("unlocked", "", ""), ("opened", name, entry_id), ("marked", name, entry_id)]
    typed = ("typed in a paper form", "", "")  # nobody unlocked, so no more of it is believed
    assert [(event.did, event.entry, event.entry_id) for event in events] == [typed, *once, *once]
    assert [event.who for event in events] == ["the kiosk", *["Jo Smith"] * 6]


def test_where_the_audit_cannot_be_read_or_written_nothing_is_opened(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = machine.entered({kinds()["text"]: "unmistakable words"})["code"]
    opening = ("open", code, "--staff", "Jo Smith", "--passphrase-file", machine.passphrase)
    folder = machine.home.audit.parent
    shutil.rmtree(folder)
    folder.write_text("a file where a folder should be")
    assert "is not a folder. The audit log cannot be read. Check the path." in machine.refuses(*opening)
    folder.unlink()

    commit = Log.commit

    def full(log: Log, work: Any, **how: Any) -> None:
        if log.path != machine.home.audit:
            return commit(log, work, **how)
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(Log, "commit", full)
        line = machine.refuses(*opening)
    assert "disk. The audit log could not record this, so it was not done. Free some space" in line
    assert machine.tells("list")[0]["state"] == "waiting"


def test_a_wrong_answer_names_its_question_and_what_it_takes(machine: Machine) -> None:
    result = machine.enters({kinds()["scale"]: 99})
    assert result.exit_code == 1
    assert f"'{kinds()['scale']}' must be one of " in result.stderr
    right = kinds()["text"]
    assert f"Did you mean '{right}'?" in machine.enters({right + "s": "x"}).stderr
    assert not machine.home.vault.exists()


def test_a_file_that_is_no_answers_file_is_refused_in_plain_words(machine: Machine) -> None:
    for text, told in (
        ("{", "not valid JSON: see line 1"),
        ('{"pack": "strengths"}', "kiosk enter --template"),
        ('{"pack": "strengths", "answers": {}, "more": 1}', "kiosk enter --template"),
        ('{"pack": "strengths", "answers": []}', "kiosk enter --template"),
        ('{"pack": "../strengths", "answers": {}}', "no pack with that name"),
        ('{"pack": "nothing", "answers": {}}', "The packs here are: short, strengths"),
        ('{"pack": "strengths", "answers": {}}', "no answer"),
        ('{"pack": "strengths", "answers": {"no_such_question": 1}}', "has no question 'no_such_question'"),
        ('{"pack": "strengths", "answers": {"a\\u001b[31m": 1}}', "has no question 'a?[31m'"),
        ('{"pack": "strengths", "answers": {"x": 1, "x": 2}}', "'x' twice"),
        ('{"pack": "strengths", "answers": {"x": ' + "9" * 5000 + "}}", "number that is too long"),
        ("[" * 100_000, "too deep"),
    ):
        line = machine.refuses("enter", machine.file("answers.json", text))
        assert told in line, text[:80]
        assert "\x1b" not in line


def test_an_answers_file_may_start_with_a_byte_order_mark_and_must_be_utf_8(machine: Machine) -> None:
    text = json.dumps({"pack": "strengths", "answers": {kinds()["text"]: "x"}})
    assert machine.run("enter", "-", stdin=b"\xef\xbb\xbf" + text.encode()).exit_code == 0
    assert "UTF-8" in machine.refuses("enter", "-", stdin=b'{"pack": "\xff"}')


def test_a_file_that_cannot_be_read_is_a_plain_line(machine: Machine) -> None:
    missing = str(machine.folder / "missing")
    assert "does not exist. Nothing was read. Check the path" in machine.refuses("enter", missing)
    assert "is a folder. Nothing was read. Give the path of a file." in machine.refuses(
        "enter", str(machine.folder)
    )
    assert "Nothing was read." in machine.refuses("list", "--staff", "Jo Smith", "--passphrase-file", missing)


def test_enter_without_a_file_is_a_mistake_of_usage(machine: Machine) -> None:
    assert machine.run("enter").exit_code == 2
    assert machine.run("nonsense").exit_code == 2
    assert machine.run("open", "--nonsense").exit_code == 2


def test_the_list_is_chosen_and_sorted_as_at_the_desk(machine: Machine) -> None:
    codes = [machine.entered({"good_day": "Sun"}) for _ in range(3)]
    names = [code["name"] for code in codes]
    machine.says("state", "closed", codes[1]["code"])

    def listed(*options: str) -> list[str]:
        return [row["name"] for row in machine.tells("list", *options)]

    assert listed() == names[::-1]
    assert listed("--sort", "expiring soonest") == [names[0], names[2], names[1]]  # a page makes it younger
    assert listed("--sort", "name") == sorted(names, key=str.casefold)
    assert listed("--only", "closed") == [names[1]]
    assert names[0] in listed("--name", names[0].lower())
    assert listed("--only", "asks to talk") == listed("--only", "expires soon") == []
    assert machine.says("list", "--only", "expires soon") == "No entries match.\n"
    machine.says("retention", "3", "--yes")
    assert listed("--only", "expires soon") == names[::-1]
    line = machine.says("list", "--only", "closed", "--shared").strip()
    assert re.fullmatch(
        rf"{names[1]}  \d+ \w+ \d+  closed, picked up .+ by Jo Smith; expires \d+ \w+ \d+; all parts", line
    )
    assert machine.as_jo("list", "--sort", "shoe size").exit_code == 2


def test_pages_that_do_not_open_are_told(machine: Machine) -> None:
    code = machine.entered({"good_day": "Sun"})["code"]
    note = machine.file("note.txt", "We spoke.")
    machine.says("note", code, "--file", note)
    next(machine.home.vault.rglob(f"*.{SECOND}.age")).write_bytes(b"junk")
    (name,) = (row["name"] for row in json.loads(machine.as_jo("list", "--json").stdout))
    told = machine.as_jo("open", code)
    assert (told.exit_code, told.stderr) == (
        0,
        f"1 entry has a page that cannot be read: {name}. It is not shown.\n",
    )
    assert "\nPage 2 is not shown: it cannot be read." in told.stdout
    assert json.loads(machine.as_jo("open", code, "--json").stdout)["unread"] == 1


def test_a_command_says_which_deleted_entry_was_here_again_and_how_many_cannot_be_read(
    machine: Machine,
) -> None:
    gone = machine.entered({"good_day": "Sun"})["code"]
    [back] = [(page, page.read_bytes()) for page in machine.home.vault.rglob("*.age")]
    machine.says("erase", gone, "--reason", "asked", "--yes")
    back[0].write_bytes(back[1])
    machine.enters({"good_day": "Sun"})
    [page] = [page for page in machine.home.vault.rglob("*.age") if page != back[0]]
    page.unlink()
    told = machine.as_jo("list").stderr
    assert "1 deleted entry was here again, and deleted again." in told
    assert "Entries that cannot be read: 1. Tell the person who looks after this machine." in told
    assert not back[0].exists()


# -- codes


def entry(machine: Machine, handle: Handle) -> None:
    """Save an entry under a known code."""
    session = open_session(machine.home)
    saver = session.saver()
    with session.vault as vault:
        Saver(vault, saver.venue_key, saver.names, saver.clock, draw=lambda: handle).save(
            Submission(session.pack, {})
        )


def test_what_is_no_code_of_an_entry_is_explained_to_staff(machine: Machine) -> None:
    assert machine.says("list") == "There are no entries yet.\n"
    assert machine.tells("list") == []
    handle = draw()
    entry(machine, handle)
    place = 4  # the first symbol of the second group
    wrong = ALPHABET[(ALPHABET.index(handle.symbols[place]) + 1) % len(ALPHABET)]
    typed = handle.symbols[:place] + wrong + handle.symbols[place + 1 :]
    assert machine.denies("open", typed).startswith("Check the second group.")
    assert "fourth group" in machine.denies("open", "-", stdin="K7QX 4MPD 9RTW 2HN")
    assert "There is no entry with that code" in machine.denies("open", str(draw()))
    assert machine.tells("list")[0]["state"] == "waiting"


def test_nothing_in_an_entry_reaches_the_terminal_as_a_command(machine: Machine) -> None:
    text = "before \x1b[31m \x9b2J \u202e after"
    code = machine.entered({kinds()["text"]: text})["code"]
    for form in ("--text", "--json"):
        printed = machine.says("open", code, form)
        assert "after" in printed
        assert all(character == "\n" or character.isprintable() for character in printed)


# -- unlocking


def test_a_wrong_passphrase_or_a_name_nobody_has_opens_nothing(machine: Machine) -> None:
    wrong = machine.file("wrong", "another passphrase\n")
    for command in (("list",), ("open", "-"), ("staff", "list"), ("staff", "remove", "Jo Smith")):
        who = ("--staff", "Jo Smith", "--passphrase-file", wrong)
        assert machine.refuses(*command, *who, stdin=str(draw())) == WRONG
    assert machine.refuses("list", "--staff", "Nobody", "--passphrase-file", machine.passphrase) == WRONG


def test_no_line_before_somebody_unlocks_names_any_member_of_staff(machine: Machine) -> None:
    wrong = machine.file("wrong", "another passphrase\n")
    for command in (("list",), ("staff", "list"), ("lost", "--reason", "x"), ("retention", "5", "--yes")):
        for given in ((), ("--passphrase-file", machine.passphrase), ("--staff", "J"), ("--staff", "Eve")):
            assert "Jo" not in machine.refuses(*command, *given)
        assert "Jo" not in machine.refuses(*command, "--staff", "Eve", "--passphrase-file", wrong)


def test_without_a_terminal_nothing_is_asked_and_a_desk_and_a_passphrase_are_needed(machine: Machine) -> None:
    assert "Give --staff NAME --passphrase-file FILE" in machine.refuses("list")
    assert "Give --passphrase-file FILE" in machine.refuses("list", "--staff", "Jo Smith")
    assert "Give CODE" in machine.refuses("open")
    empty = machine.file("empty", "\n")
    assert "is empty" in machine.refuses("list", "--staff", "Jo Smith", "--passphrase-file", empty)
    Path(empty).write_bytes(b"\xff\xfe")
    assert "UTF-8" in machine.refuses("list", "--staff", "Jo Smith", "--passphrase-file", empty)
    for key in machine.home.staff.iterdir():
        key.unlink()
    assert "No desk is set up on this machine" in machine.refuses("list")


def test_where_nothing_is_set_up_the_commands_say_what_to_do(tmp_path: Path) -> None:
    for command in (
        "list", "open K7QX", "desk", "enter x", "purge", "retention", "backup /tmp", "doctor",
        "staff add", "staff list", "staff passphrase", "staff remove x", "staff role x lead",
        "staff recover", "staff rekey",
    ):  # fmt: skip
        result = CliRunner().invoke(main, command, env={"KIOSK_HOME": str(tmp_path / "none")})
        assert result.exit_code == 1, command
        assert result.stderr.startswith(f"Nothing is set up in {tmp_path / 'none'}. Run 'kiosk setup' first")
    assert not (tmp_path / "none").exists()


def test_settings_that_cannot_be_read_are_a_plain_line(machine: Machine) -> None:
    machine.home.settings.unlink()
    machine.home.settings.mkdir()
    assert "cannot be read" in machine.refuses("enter", "-", stdin="{}")
    machine.home.settings.rmdir()
    machine.home.settings.write_text("version = \n")
    assert "kiosk.toml" in machine.refuses("enter", "-", stdin="{}")


def test_a_catalogue_that_cannot_be_read_is_a_plain_line(machine: Machine) -> None:
    (machine.home.root / "catalogue" / "log").mkdir(parents=True)
    assert machine.refuses("list", "--passphrase-file", machine.passphrase)


# -- packs


def test_every_mistake_of_a_pack_is_a_line(tmp_path: Path) -> None:
    shipped = Path(__file__).parents[3] / "data" / "packs"
    file = tmp_path / "broken.toml"
    text = (shipped / "strengths.toml").read_text(encoding="utf-8")
    file.write_text(text.replace('kind = "text"', 'kind = "poem"').replace("version =", "versoin ="))
    result = CliRunner().invoke(main, ["pack", "check", str(file)])
    assert result.exit_code == 1
    lines = result.stderr.splitlines()
    assert len(lines) >= 3
    assert all(line.startswith(f"{file}:") for line in lines)


def test_a_pack_that_is_not_there_is_a_plain_line(tmp_path: Path) -> None:
    (tmp_path / "round.toml").symlink_to("round.toml")
    for name in ("none.toml", "round.toml"):
        result = CliRunner().invoke(main, ["pack", "check", str(tmp_path / name)])
        assert result.exit_code == 1
        assert len(result.stderr.splitlines()) == 1
        assert name in result.stderr


# -- what nobody foresaw


def test_an_unforeseen_error_is_a_plain_line_and_a_log_entry_without_values_or_names_the_file(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        secret = "what somebody wrote"
        raise RuntimeError(secret)

    monkeypatch.setattr(staff, "members", broken)
    result = machine.as_jo("staff", "list")
    assert result.exit_code == 70
    assert result.stderr.count("\n") == 1
    assert "went wrong" in result.stderr
    log = machine.home.log.read_text()
    assert "builtins.RuntimeError" in log
    for shown in (result.output, log):
        assert "somebody" not in shown
    denied = PermissionError(13, "Permission denied", "/somewhere/staff")
    monkeypatch.setattr(staff, "members", Mock(side_effect=denied))
    line = machine.as_jo("staff", "list").stderr
    assert line == "/somewhere/staff cannot be used by this user. Check who owns it, and its permissions.\n"


def test_a_list_on_a_full_disk_says_so_once_and_what_to_do(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(vault, "reconcile", full)
    monkeypatch.setattr(Log, "commit", full)
    assert machine.as_jo("list").stderr == (
        "There is no room left on this machine's disk. The audit log could not record this, so it was not "
        "done. Free some space, or tell the person who looks after this machine.\n"
    )


def test_every_command_has_a_help_with_an_example() -> None:
    def commands(group: Any, path: tuple[str, ...]) -> list[tuple[str, ...]]:
        found = []
        for name, command in group.commands.items():
            if not command.hidden:
                deeper = commands(command, (*path, name)) if hasattr(command, "commands") else []
                found += deeper or [(*path, name)]
        return found

    every = commands(main, ())
    assert len(every) > 20
    for path in every:
        result = CliRunner().invoke(main, [*path, "--help"])
        assert result.exit_code == 0
        assert f"    kiosk {' '.join(path)}" in result.stdout


def test_the_log_grows_line_by_line_and_not_without_end(tmp_path: Path) -> None:
    log = tmp_path / "kiosk.log"
    assert logbook.append(log, "one thing")
    assert logbook.append(log, "another", KeyError("what somebody wrote"))
    first, second, *rest = log.read_text().splitlines()
    assert first.endswith("Z  one thing")
    assert second.endswith("Z  another")
    assert rest[0] == "    builtins.KeyError"
    assert "somebody" not in log.read_text()
    log.write_bytes(b"x" * (logbook.LARGEST + 1))
    assert logbook.append(log, "a new page")
    assert log.read_text().endswith("a new page\n")
    assert len(log.read_text()) < 100
    assert not logbook.append(tmp_path / "none" / "kiosk.log", "nowhere")
