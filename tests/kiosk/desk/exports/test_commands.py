"""The commands that let entries out: one form at a time, to a new file, and noted."""

import csv
import io
import json
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk import seal
from kiosk.dates import now
from kiosk.desk.access_pack import BACKUPS, COUNTED
from kiosk.desk.audit.audit_log import Audit
from kiosk.desk.keys import staff
from kiosk.devices import mounts
from kiosk.entry.handle import draw
from tests.exporting import allow, plugged_in
from tests.kiosk.desk.exports.schema import misfits
from tests.kiosk.machines import PASSPHRASE, Machine, Office
from tests.pdf import pages_of

SAID = "It is not encrypted: anyone who has it can read it. Delete it when you no longer need it."


@pytest.fixture
def code(machine: Machine) -> str:
    return entered(machine, "Sun, and nobody in a hurry")


def folder(path: Path) -> Path:
    path.mkdir()
    return path


def entered(machine: Machine, text: str) -> str:
    return machine.entered({"good_day": text, "home_happy": 4})["code"]


def events(machine: Machine) -> list[tuple[str, str]]:
    """Return what the audit says was done, oldest first, and its details."""
    identity = staff.enter(machine.home.staff, "Jo Smith", PASSPHRASE).identity
    trail = Audit(machine.home.audit, seal.recipient_of(identity), now).read(identity)
    return [(event.did, event.detail) for event in reversed(trail.events)]


@pytest.mark.parametrize(
    ("option", "ending", "starts", "noted"),
    [
        ("--pdf", ".pdf", b"%PDF-", "pdf"),
        ("--markdown", ".md", b"# ", "markdown"),
        ("--csv", ".csv", b'\xef\xbb\xbf"name"', "csv"),
        ("--json-file", ".json", b"{", "json"),
    ],
)
def test_an_entry_is_written_to_a_file_marked_and_noted(
    machine: Machine, code: str, option: str, ending: str, starts: bytes, noted: str
) -> None:
    file = machine.folder / f"entry{ending}"
    assert machine.says("open", code, option, str(machine.folder / "entry")) == f"{file} is saved. {SAID}\n"
    assert file.read_bytes().startswith(starts)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert machine.tells("list")[0]["state"] == "picked up"
    assert ("exported", noted) in events(machine)


def test_everything_held_on_an_entry_goes_to_two_files_and_is_noted(machine: Machine, code: str) -> None:
    other = entered(machine, "Nobody else's day")
    machine.says("open", other)
    machine.says("open", code, "--csv", str(machine.folder / "table"))
    said = machine.says("access-pack", code, "--to", str(machine.folder))
    page, beside = (next(machine.folder.glob(f"*-access-pack.{ending}")) for ending in ("pdf", "json"))
    assert said == f"{page} is saved. {SAID} {beside} has the same in a form for programs.\n"
    assert {stat.S_IMODE(file.stat().st_mode) for file in (page, beside)} == {0o600}
    value = json.loads(beside.read_text("utf-8"))
    assert list(misfits(value["entry"])) == []
    assert (value["made_by"], value["entry"]["state"]) == ("Jo Smith", "picked up")
    assert [(one["who"], one["did"]) for one in value["read"]] == [("Jo Smith", "opened")] * 2
    assert [(one["did"], one["detail"]) for one in value["copied"]] == [("exported", "csv")]
    assert [one["did"] for one in value["done"]] == ["marked"]
    told = " ".join(pages_of(page.read_bytes()))
    for part in (
        "Sun, and nobody in a hurry",
        "Who read this entry",
        "Jo Smith: exported (csv)",
        COUNTED,
        BACKUPS,
    ):
        assert part in told
    assert "Nobody else's day" not in told
    assert events(machine)[-1] == ("exported", "access pack")
    again = machine.as_jo("access-pack", code, "--to", str(machine.folder))
    assert (again.exit_code, "already exists" in again.stderr) == (1, True)
    page.unlink()
    again = machine.as_jo("access-pack", code, "--to", str(machine.folder))
    assert (again.exit_code, "already exists" in again.stderr, page.exists()) == (1, True, False)


def test_an_access_pack_goes_only_where_files_may_go(machine: Machine, code: str) -> None:
    told = machine.refuses("access-pack", code, "--to", str(Path.home()))
    assert "Files may not be written there" in told
    assert ("exported", "access pack") not in events(machine)


def test_the_json_file_fits_its_schema(machine: Machine, code: str) -> None:
    file = machine.folder / "entry.json"
    machine.says("open", code, "--json-file", str(file))
    value = json.loads(file.read_text("utf-8"))
    assert list(misfits(value)) == []
    assert value["state"] == "picked up"
    assert value["picked_up_by"] == "Jo Smith"


def test_only_one_form_is_taken(machine: Machine, code: str) -> None:
    pdf = str(machine.folder / "a.pdf")
    for options in (("--json", "--pdf", pdf), ("--text", "--csv", pdf), ("--pdf", pdf, "--markdown", pdf)):
        result = machine.as_jo("open", code, *options)
        assert result.exit_code == 2
        assert "Give only one of --json, --text, --pdf" in result.stderr
    assert not Path(pdf).exists()
    assert machine.tells("list")[0]["state"] == "waiting"


def test_a_file_that_cannot_be_written_is_told_before_anything_is_opened(machine: Machine, code: str) -> None:
    taken = machine.file("taken.pdf", "before")
    for file, told in (
        (taken, "already exists"),
        (str(machine.home.root / "a.pdf"), "Choose a place outside"),
        (str(machine.folder / "none" / "a.pdf"), "The folder"),
        (str(machine.folder / ".profile"), "Choose another name"),
        (str(machine.folder / "a.sh"), "must end in .pdf"),
        ("a.pdf", "Give the whole path"),
        (str(Path.home() / "a.pdf"), "Files may not be written there"),
    ):
        assert told in machine.refuses("open", code, "--pdf", file)
    assert Path(taken).read_text() == "before"
    assert machine.tells("list")[0]["state"] == "waiting"


def test_printing_stays_as_it_was(machine: Machine, code: str) -> None:
    for options in ((), ("--text",)):
        assert "  Sun, and nobody in a hurry\n" in machine.says("open", code, *options)
    assert set(machine.tells("open", code)) >= {"id", "name", "pages", "state"}
    assert not [did for did, _ in events(machine) if did == "exported"]


def test_many_entries_are_written_to_one_table(machine: Machine, code: str) -> None:
    other = entered(machine, "=HYPERLINK(1)")
    codes = machine.file("codes", f"\ufeff{code}\r\n\r\n{other.lower().replace(' ', '-')}\n{code}\n")
    file = machine.folder / "answers.csv"
    told = machine.says("export", "--codes-file", codes, "--csv", str(file))
    assert told == f"{file} is saved. {SAID}\n"
    head, *body = csv.reader(io.StringIO(file.read_text("utf-8-sig"), newline=""))
    days = [row[head.index("words")] for row in body if row[head.index("question id")] == "good_day"]
    assert days == ["Sun, and nobody in a hurry", "'=HYPERLINK(1)"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [one["state"] for one in machine.tells("list")] == ["waiting", "waiting"]
    assert [one for one in events(machine) if one[0] == "exported"] == [("exported", "csv, with others")] * 2


def test_a_code_that_opens_nothing_is_told_by_its_line_and_the_rest_goes_on(
    machine: Machine, code: str
) -> None:
    strange = str(draw())
    file = machine.folder / "answers.csv"
    result = machine.as_jo(
        "export", "--codes-file", "-", "--csv", str(file), stdin=f"{strange}\nlost it\n\n{code}\n"
    )
    assert result.exit_code == 1
    assert result.stdout == f"{file} is saved. {SAID}\n"
    first, second = result.stderr.splitlines()
    assert first == "Line 1: There is no entry with that code on this machine."
    assert second.startswith("Line 2: ")
    assert not any(group in result.output for group in (*strange.split(), *code.split(), "lost it"))
    assert "Sun, and nobody in a hurry" in file.read_text("utf-8-sig")


def test_where_no_code_opens_an_entry_no_file_is_written(machine: Machine) -> None:
    file = machine.folder / "answers.csv"
    for codes in ("", "\n\n", f"{draw()}\n"):
        result = machine.as_jo("export", "--codes-file", "-", "--csv", str(file), stdin=codes)
        assert result.exit_code == 1
        assert result.stderr.endswith("Nothing was written: none of the codes opens an entry.\n")
    assert not file.exists()


def test_the_table_is_not_written_over_another_file(machine: Machine, code: str) -> None:
    taken = machine.file("taken.csv", "before")
    assert "already exists" in machine.refuses("export", "--codes-file", "-", "--csv", taken, stdin=code)
    assert machine.run("export", "--csv", taken).exit_code == 2


@pytest.mark.parametrize("path", ["answers.csv", "./answers.csv", "~/answers.csv", "/etc/answers.csv", "-"])
def test_where_files_may_go_and_how_to_change_that_is_told(machine: Machine, code: str, path: str) -> None:
    told = machine.refuses("export", "--codes-file", "-", "--csv", path, stdin=code)
    assert told.endswith(
        f" Files can be written to {machine.folder}. To allow a folder, add it to folders under [export] "
        f"in {machine.home.settings}.\n"
    )
    assert not Path("answers.csv").exists()


def test_a_lead_may_not_write_elsewhere_either(machine: Machine, tmp_path: Path) -> None:
    office = Office(folder(tmp_path / "office"))
    code = entered(office, "Sun")
    shelf = folder(tmp_path / "shelf")
    allow(office.home, shelf)
    for options in (
        ("open", code, "--pdf"),
        ("open", code, "--markdown"),
        ("open", code, "--json-file"),
        ("open", code, "--csv"),
        ("export", "--codes-file", "-", "--csv"),
        ("summary", "2026", "--csv"),
        ("summary", "2026", "--pdf"),
        ("summary", "2026", "--figures"),
    ):
        for one in (office.as_jo, office.as_ali):
            result = one(*options, str(tmp_path / "a"))
            assert result.exit_code == 1
            assert f"Files can be written to {shelf}." in result.stderr
    assert not [*tmp_path.glob("a*.*")]


def test_a_file_goes_to_a_removable_disk_that_is_plugged_in(
    machine: Machine, code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stick = folder(tmp_path / "OAK HOUSE")
    allow(machine.home, removable=True)
    monkeypatch.setattr(mounts, "disks", plugged_in())
    assert "none is plugged in" in machine.refuses("open", code, "--pdf", str(stick / "a"))
    monkeypatch.setattr(mounts, "disks", plugged_in(stick))
    assert machine.says("open", code, "--pdf", str(stick / "a")).startswith(f"{stick}/a.pdf is saved.")


def test_nothing_is_loaded_for_a_pdf_before_one_is_made() -> None:
    modules = (
        "kiosk.cli.main, kiosk.desk.exports.pdf, kiosk.desk.exports.formats, kiosk.devices.slip_pdf, sys"
    )
    done = subprocess.run(
        [sys.executable, "-c", f"import {modules}; print('fpdf' in sys.modules)"],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout == "False\n"


# -- every entry, without codes


@pytest.fixture
def two(machine: Machine) -> list[str]:
    """A second member of staff, and what they unlock with."""
    identity = staff.enter(machine.home.staff, "Jo Smith", PASSPHRASE).identity
    staff.add(machine.home.staff, "Ali Khan", "quarry window saddle plum", identity)
    file = machine.file("alis", "quarry window saddle plum\n")
    return ["--reason", "Yearly review", "--second", "Ali Khan", "--second-passphrase-file", file]


def test_two_members_of_staff_write_every_entry_a_row_each(
    machine: Machine, two: list[str], tmp_path: Path
) -> None:
    out = folder(tmp_path / "stick")
    allow(machine.home, out)
    for text in ("=SUM(A1)", "Sun"):
        entered(machine, text)
    machine.says("export", "--csv", str(out / "all.csv"), *two)
    head, *rows = csv.reader(io.StringIO((out / "all.csv").read_text("utf-8-sig")))
    assert head[:3] == ["name", "saved", "state"]
    [day] = [at for at, title in enumerate(head) if title.startswith("strengths/good_day: ")]
    assert sorted(row[day] for row in rows) == ["'=SUM(A1)", "Sun"]
    assert {row[2] for row in rows} == {"waiting"}
    told = machine.tells("audit")
    exported = [event for event in told if event["did"] == "exported"]
    assert {(event["who"], event["second"]) for event in exported} == {("Jo Smith", "Ali Khan")}
    assert sorted(event["entry"] for event in exported) == ["", *sorted(row[0] for row in rows)]
    assert "csv, every entry: Yearly review" in {event["detail"] for event in exported}


def test_one_alone_and_without_a_reason_exports_nothing_without_codes(
    machine: Machine, code: str, two: list[str], tmp_path: Path
) -> None:
    out = folder(tmp_path / "stick")
    allow(machine.home, out)
    alone = ["--reason", "x", "--second", "Jo Smith", "--second-passphrase-file", machine.passphrase]
    result = machine.as_jo("export", "--csv", str(out / "all.csv"), *alone)
    assert (result.exit_code, "A second colleague" in result.stderr) == (1, True)
    assert machine.as_jo("export", "--csv", str(out / "all.csv")).exit_code == 2
    given = machine.file("codes.txt", code)
    assert machine.as_jo("export", "--csv", str(out / "a.csv"), "--codes-file", given, *two).exit_code == 2
    assert list(out.iterdir()) == []
    assert "exported" not in [did for did, _ in events(machine)]


def test_an_entry_that_does_not_open_is_named_and_the_others_are_written(
    machine: Machine, code: str, two: list[str], tmp_path: Path
) -> None:
    out = folder(tmp_path / "stick")
    allow(machine.home, out)
    next(machine.home.vault.rglob("*.age")).write_bytes(b"junk")
    entered(machine, "Sun")
    result = machine.as_jo("export", "--csv", str(out / "all.csv"), *two)
    assert result.exit_code == 1
    assert "damaged" in result.stderr
    assert len((out / "all.csv").read_text("utf-8-sig").splitlines()) == 2
