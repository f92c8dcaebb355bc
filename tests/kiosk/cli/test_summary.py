"""`kiosk summary`: what it prints and writes, what it notes, and how it ends."""

import io
import json
import sys
from datetime import datetime
from pathlib import Path

import pytest

from kiosk import dates
from kiosk.cli.common import progress_bar
from kiosk.cli.prompts import Who, unlock
from kiosk.counts.quarters import quarter_of
from kiosk.desk.summaries import workers
from kiosk.devices import mounts
from kiosk.devices.mounts import Mount
from kiosk.entry import handle
from kiosk.places.card import fingerprint, own_card
from kiosk.session import open_session
from kiosk.vault import place, vault
from kiosk.visit.saving import Saver, Submission
from tests.conftest import FAST
from tests.exporting import allow
from tests.kiosk.desk.summaries.many import NOW, SUMMER
from tests.kiosk.machines import Machine

LINE = "  Good        ██████████████████████████████ about 10"


@pytest.fixture(scope="module")
def felt(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dates, "now", lambda: NOW)
        machine = Machine(tmp_path_factory.mktemp("felt"))
        for feeling in [4] * 12 + [1] * 2:
            saves(machine, feeling)
        return machine


@pytest.fixture
def machine(felt: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """A machine on which twelve people felt good in summer, and two did not."""
    monkeypatch.setattr(dates, "now", lambda: NOW)
    return felt.moved(tmp_path)


def saves(machine: Machine, feeling: int, made: datetime = SUMMER) -> None:
    kept = open_session(machine.home)
    with kept.vault:
        saver = Saver(
            kept.vault,
            kept.settings.venue.key,
            kept.names,
            lambda: made,
            derive=lambda one: handle.keys(one, FAST),
        )
        saver.save(Submission(kept.pack, {"feeling": feeling, "good_day": "UNMISTAKABLE"}))


def noted(machine: Machine) -> list[str]:
    desk = unlock(machine.home, Who("Jo Smith", Path(machine.passphrase)))
    events = desk.audit.read(desk.identity).events
    return [f"{event.who}: {event.detail}" for event in events if event.did == "made statistics"]


# -- what it prints


def test_a_summary_is_printed_as_plots_or_told_to_a_program(machine: Machine) -> None:
    text = machine.says("summary", "2026-Q3")
    assert text.startswith(
        "2026-Q3, July to September 2026\nSandhill House\n\nENTRIES\n\n  finished entries  about 15\n"
    )
    assert LINE in text.split("\n")
    assert "  Very bad    fewer than 10" in text.split("\n")
    assert "UNMISTAKABLE" not in text
    assert max(map(len, text.split("\n"))) <= 70
    value = machine.tells("summary", "2026")
    assert value["period"] == "2026-Q1, 2026-Q2, 2026-Q3"
    assert value["charts"][0]["cells"] == [
        {"label": "finished entries", "about": 15, "says": "about 15 or more"}
    ]


def test_the_same_is_printed_again_whatever_was_saved_since(machine: Machine) -> None:
    text = machine.says("summary", "2026-Q3")
    for _ in range(6):
        saves(machine, 1)
    assert machine.says("summary", "2026-q3") == text


def test_a_page_that_does_not_open_is_told_beside_the_summary(machine: Machine) -> None:
    damaged, *_ = machine.home.vault.rglob("*.age")
    damaged.write_bytes(b"junk")
    result = machine.as_jo("summary", "2026-Q3")
    assert result.exit_code == 0
    name = machine.name_of(damaged.name[:32])
    assert result.stderr == (
        f"1 entry has a page that cannot be read: {name}. It is not shown.\n"
        "Pages that could not be opened, and are not counted: 1.\n"
    )
    assert "entries  about 15" in result.stdout


# -- files


def test_files_are_written_for_their_owner_alone_and_it_is_noted_of_what(machine: Machine) -> None:
    files = {option: machine.folder / f"summary.{option}" for option in ("csv", "pdf")}
    result = machine.as_jo(
        "summary", "2026-Q3", *(part for option, file in files.items() for part in (f"--{option}", str(file)))
    )
    assert result.exit_code == 0
    assert LINE in result.stdout.split("\n")
    assert [line.split(" is saved.")[0] for line in result.stderr.splitlines()] == [
        str(file) for file in files.values()
    ]
    assert files["csv"].read_bytes().startswith(b"\xef\xbb\xbf")
    assert files["pdf"].read_bytes().startswith(b"%PDF")
    assert {file.stat().st_mode & 0o777 for file in files.values()} == {0o600}
    machine.says("summary", "2026")
    assert noted(machine) == [
        "Jo Smith: 2026-Q1, 2026-Q2, 2026-Q3",
        "Jo Smith: 2026-Q3, July to September 2026, csv, pdf",
    ]


def test_no_file_is_written_over_another_or_into_the_kiosks_own_folder(machine: Machine) -> None:
    for option in ("csv", "pdf"):
        there = machine.file(f"there.{option}", "mine")
        assert "already exists" in machine.refuses("summary", "2026-Q3", f"--{option}", there)
        assert Path(there).read_text(encoding="utf-8") == "mine"
    inside = str(machine.home.root / "summary.csv")
    assert "Choose a place outside" in machine.refuses("summary", "2026-Q3", "--csv", inside)
    assert not (machine.home.root / "summaries").exists()


# -- how it ends


def test_what_is_no_period_that_is_over_is_refused(machine: Machine) -> None:
    for period in ("2026-Q5", "autumn", "26", "2026-03", "../2026-Q3"):
        result = machine.as_jo("summary", period)
        assert result.exit_code == 2, period
        assert "Write 2026-Q3, or 2026." in result.stderr
    assert machine.as_jo("summary").exit_code == 2
    told = machine.refuses("summary", str(quarter_of(NOW)))
    assert told == "2026-Q4 is not over yet. Choose 2026-Q3 or an earlier one.\n"


def test_a_summary_needs_a_passphrase(machine: Machine) -> None:
    assert "--passphrase-file" in machine.refuses("summary", "2026-Q3")
    wrong = machine.file("wrong", "another passphrase\n")
    machine.refuses("summary", "2026-Q3", "--staff", "Jo Smith", "--passphrase-file", wrong)
    for key in machine.home.staff.iterdir():
        key.unlink()
    assert "No desk is set up" in machine.refuses("summary", "2026-Q3")
    assert not (machine.home.root / "summaries").exists()


# -- on a terminal


class Looked(io.StringIO):
    """A stream that somebody looks at."""

    def isatty(self) -> bool:
        return True


def test_somebody_at_a_terminal_alone_sees_how_far_it_has_come(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", screen := Looked())
    with progress_bar("Counting entries") as progress:
        assert screen.getvalue() == ""
        progress(50, 200)
        assert "Counting entries" in screen.getvalue()
        assert "25%" in screen.getvalue()
        progress(200, 200)
    assert "100%" in screen.getvalue()

    monkeypatch.setattr(sys, "stderr", nobody := io.StringIO())
    with progress_bar("Counting entries") as progress:
        progress(50, 200)
    assert nobody.getvalue() == ""


def test_several_processes_count_as_one_does_and_the_doctor_finds_it_well(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "CHUNK", 3)
    assert LINE in machine.says("summary", "2026-Q3").split("\n")
    findings = {one["what"]: one for one in json.loads(machine.run("doctor", "--json").stdout)}
    assert findings["Statistics"] == {"what": "Statistics", "level": "OK", "says": "Counted: 1 quarter."}


# -- several venues


def test_a_venue_hands_its_figures_on_and_another_adds_them_up(machine: Machine, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = Machine(tmp_path / "other")
    settings = other.home.settings
    settings.write_text(settings.read_text().replace("Sandhill House", "Mill Street"))
    for _ in range(10):
        saves(other, 4)
    allow(other.home, tmp_path)
    file = tmp_path / "mill.json"
    result = other.as_jo("summary", "2026-Q3", "--figures", str(file))
    assert result.exit_code == 0
    assert "It is not encrypted" in result.stderr
    assert "about 10" in result.stdout
    assert file.stat().st_mode & 0o777 == 0o600
    text = machine.says("summary", "2026-Q3", "--with", str(file))
    assert text.startswith("2026-Q3, July to September 2026\nSandhill House, Mill Street\n")
    assert "  finished entries  about 25\n" in text
    assert LINE.replace("about 10", "about 20") in text.split("\n")
    # One's own stays as it was, and is not added to itself.
    assert "  finished entries  about 15\n" in machine.says("summary", "2026-Q3")
    own = tmp_path / "own.json"
    machine.as_jo("summary", "2026-Q3", "--figures", str(own))
    said = machine.denies("summary", "2026-Q3", "--with", str(own))
    assert "Sandhill House would be counted twice" in said


def test_a_file_that_is_no_venues_figures_is_refused_before_anybody_unlocks(
    machine: Machine, tmp_path: Path
) -> None:
    (tmp_path / "letter.json").write_text("{}")
    said = machine.refuses("summary", "2026-Q3", "--with", str(tmp_path / "letter.json"))
    assert "is not a figures file" in said
    said = machine.refuses("summary", "2026-Q3", "--with", str(tmp_path / "nowhere.json"))
    assert "nowhere.json does not exist. Nothing was read. Check the path" in said
    said = machine.refuses("summary", "2026-Q3", "--with", str(tmp_path / "esc\x1b[31m.json"))
    assert said.isprintable() or said.rstrip("\n").isprintable()


# -- what other places have sent


@pytest.fixture
def oak(tmp_path: Path, machine: Machine, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """Another venue, where as many felt good; each knows the other, and a stick is plugged in."""
    monkeypatch.setattr(vault, "place_id", place.place_id)
    folder = tmp_path / "oak"
    folder.mkdir()
    oak = Machine(folder)
    settings = oak.home.settings.read_text(encoding="utf-8")
    oak.home.settings.write_text(settings.replace("Sandhill House", "Oak House"), encoding="utf-8")
    for feeling in [4] * 12:
        saves(oak, feeling)
    for one, other in ((machine, oak), (oak, machine)):
        card = str(tmp_path / f"card-{other.folder.name}")
        assert other.run("place", "show", "--file", card).exit_code == 0
        shown = fingerprint(own_card(other.home))
        assert one.as_jo("place", "introduce", card, "--fingerprint", shown).exit_code == 0
    stick = tmp_path / "KINGSTON"
    stick.mkdir()
    monkeypatch.setattr(mounts, "disks", lambda: (Mount(stick),))
    return oak


def test_what_another_place_has_counted_comes_by_stick_and_is_added_where_it_is_complete(
    machine: Machine, oak: Machine
) -> None:
    assert oak.as_jo("summary", "2026-Q3").exit_code == 0
    sent = oak.run("send").stdout
    assert ", statistics of 1 period." in sent.splitlines()[0]
    told = machine.run("receive", "--yes")
    assert "statistics of 1 period" in told.stderr
    assert "Statistics came from Oak House: 2026-Q3. " in told.stdout
    both = machine.as_jo("summary", "2026-Q3", "--places")
    assert (both.exit_code, both.stderr) == (0, "")
    assert both.stdout.splitlines()[1] == "Sandhill House, Oak House"
    assert "finished entries  about 25" in both.stdout
    assert "finished entries  about 15" in machine.says("summary", "2026-Q3")
    year = machine.as_jo("summary", "2026", "--places")
    assert year.stderr == "Oak House has not sent 2026-Q1, 2026-Q2, so it is not added.\n"
    assert year.stdout.splitlines()[1] == "Sandhill House"
    assert b"Oak House" not in b"".join(file.read_bytes() for file in machine.home.places.rglob("*.age"))
