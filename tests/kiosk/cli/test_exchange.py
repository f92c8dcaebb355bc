"""`kiosk send`, `kiosk receive` and `kiosk places`: a kiosk without a desk and an office exchange entries."""

import json
import re
from pathlib import Path

import pytest

from kiosk import dates, session
from kiosk.devices import mounts
from kiosk.devices.mounts import Mount
from kiosk.entry import handle
from kiosk.home import Home
from kiosk.places.card import fingerprint, own_card
from kiosk.settings.settings import load_settings
from kiosk.vault import place, vault
from kiosk.visit.saving import Submission
from tests.kiosk.machines import Machine, Office
from tests.kiosk.places.store.stub_store import stub_store
from tests.kiosk.places.store.test_probe import with_store


class Collecting(Machine):
    """A kiosk without a desk."""

    def __init__(self, folder: Path, card: str, shown: str, name: str = "Elm House") -> None:
        folder.mkdir()
        self.folder, self.home = folder, Home(folder / "home")
        told = self.run("setup", "--collect", card, "--place", name, "--fingerprint", shown)
        assert told.exit_code == 0, told.output

    def saves(self) -> str:
        """Save an entry, and return its code."""
        opened = session.open_session(self.home)
        with opened.vault:
            return str(opened.saver().save(Submission(opened.pack, {})).handle)

    def changes(self, code: str) -> None:
        """Let whoever has a code answer again."""
        opened = session.open_session(self.home)
        with opened.vault:
            opened.saver().amend(Submission(opened.pack, {}), handle.read(code))


@pytest.fixture(autouse=True)
def own_places(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each home is a place of its own here."""
    monkeypatch.setattr(vault, "place_id", place.place_id)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


@pytest.fixture
def elm(tmp_path: Path, office: Office) -> Collecting:
    """A kiosk that the office knows, and that knows the office."""
    cards = {}
    card = tmp_path / "office.txt"
    cards["office"] = fingerprint(own_card(office.home))
    assert office.run("place", "show", "--file", str(card)).exit_code == 0
    elm = Collecting(tmp_path / "elm", str(card), cards["office"])
    card = tmp_path / "elm.txt"
    assert elm.run("place", "show", "--file", str(card)).exit_code == 0
    told = office.as_jo("place", "introduce", str(card), "--fingerprint", fingerprint(own_card(elm.home)))
    assert told.exit_code == 0, told.output
    return elm


@pytest.fixture
def stick(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A stick that is plugged in."""
    folder = tmp_path / "KINGSTON"
    folder.mkdir()
    monkeypatch.setattr(mounts, "disks", lambda: (Mount(folder),))
    return folder


def shares(folder: Path, *machines: Machine) -> None:
    """Let machines share a folder."""
    for machine in machines:
        text = machine.home.settings.read_text()
        text = re.sub(r'(\[places\]\nfolder = )""', rf'\1"{folder}"', text)
        machine.home.settings.write_text(text)
        assert load_settings(machine.home.settings).places.folder == str(folder)


def test_an_entry_goes_by_stick_and_what_staff_said_comes_back(
    office: Office, elm: Collecting, stick: Path
) -> None:
    code = elm.saves()
    sent = elm.run("send")
    assert sent.stdout.splitlines() == [
        "Sent by KINGSTON, to Sandhill House: 2 files. It was read back without errors.",
        "You may take the stick out now.",
    ]
    received = office.run("receive", "--yes")
    assert received.stderr.startswith("From Elm House (Sandhill House), made on ")
    assert received.stderr.endswith(": 2 files of 1 entry.\n")
    assert received.stdout.splitlines()[0] == "Taken in from KINGSTON: 2 new files."
    assert office.as_jo("open", code).exit_code == 0
    assert "the status of 1 entry" in office.run("send").stdout
    assert elm.run("receive", "--yes").exit_code == 0
    again = elm.run("send").stdout.splitlines()
    assert again[:2] == [
        "Sandhill House has confirmed 1 sending.",
        "There is nothing new to send by KINGSTON.",
    ]


def test_whoever_says_no_takes_nothing_in(office: Office, elm: Collecting, stick: Path) -> None:
    elm.saves()
    elm.run("send")
    told = office.run("receive", stdin="n\n")
    assert (told.exit_code, office.tells("list")) == (1, [])
    assert "--yes" in office.run("receive").stderr


def test_a_folder_is_used_by_itself(office: Office, elm: Collecting, tmp_path: Path) -> None:
    folder = tmp_path / "sync"
    folder.mkdir()
    shares(folder, office, elm)
    elm.saves()
    [sent] = json.loads(elm.run("send", "--json").stdout)
    assert (sent["by"], sent["numbers"], sent["pieces"], sent["receivers"]) == (
        "folder",
        [1],
        2,
        ["Sandhill House"],
    )
    [received] = json.loads(office.run("receive", "--yes", "--json").stdout)
    assert (received["added"], received["places"], received["confirmed"]) == (2, [], True)
    [again] = json.loads(office.run("receive", "--yes", "--json").stdout)
    assert (again["added"], again["known"]) == (0, 0)
    assert json.loads(office.as_jo("list", "--json").stdout) != []


def test_a_folder_whose_disk_is_not_mounted_is_not_written_to(
    office: Office, elm: Collecting, tmp_path: Path
) -> None:
    folder = tmp_path / "sync"
    folder.mkdir()
    shares(folder, elm)
    elm.run("send")
    folder.rename(tmp_path / "unmounted")
    folder.mkdir()
    elm.saves()
    assert "is not the folder that this machine used before" in elm.refuses("send")
    assert list(folder.iterdir()) == []


def test_a_way_that_fails_keeps_no_other_from_being_tried(
    office: Office, elm: Collecting, tmp_path: Path
) -> None:
    folder = tmp_path / "sync"
    folder.mkdir()
    shares(folder, office, elm)
    elm.saves()
    with stub_store() as store:
        store.trouble = lambda *_: (403, "AccessDenied")
        for machine in (office, elm):
            with_store(machine, store.endpoint)
        sent = elm.run("send", "--json")
        received = office.run("receive", "--yes")
        again = office.run("receive", "--yes", "--json")
    assert [(one["by"], one["numbers"], one["error"]) for one in json.loads(sent.stdout)] == [
        ("store", [], sent.stderr.strip()),
        ("folder", [1], None),
    ]
    assert received.stdout.startswith(f"Taken in from {folder}: 2 new files.")
    assert "store" in received.stderr
    assert [(one["confirmed"], bool(one["error"])) for one in json.loads(again.stdout)] == [
        (False, True),
        (True, False),
    ]
    assert [sent.exit_code, received.exit_code, again.exit_code] == [1, 1, 1]


def test_without_a_stick_it_says_what_to_do(
    office: Office, elm: Collecting, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(mounts, "disks", lambda: ())
    assert "Plug in a USB stick" in elm.refuses("send")
    monkeypatch.setattr(mounts, "disks", lambda: (Mount(tmp_path / "a"), Mount(tmp_path / "b")))
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    assert "--stick NAME" in elm.refuses("send")
    assert "Plugged in: a, b." in elm.refuses("send", "--stick", "c")
    monkeypatch.setattr(mounts, "disks", lambda: (Mount(tmp_path / "a", read_only=True),))
    assert "read-only" in elm.refuses("send")


def test_who_knows_nobody_sends_nothing(tmp_path: Path, stick: Path) -> None:
    alone = Machine(tmp_path)
    assert "kiosk place introduce" in alone.refuses("send")
    assert alone.run("places").stdout == (
        "No other place is known here. 'kiosk place introduce' introduces one.\n"
    )


def test_how_far_it_has_come_is_told(
    office: Office, elm: Collecting, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elm.saves()
    elm.run("send")
    assert elm.run("places").stdout == (
        "Sandhill House  Nothing has come from it yet. 2 files are not confirmed yet.\n"
    )
    office.run("receive", "--yes")
    assert office.run("places").stdout == "Elm House (Sandhill House)  Heard of today.\n"
    later = dates.now().replace(year=dates.now().year + 1)
    monkeypatch.setattr(dates, "now", lambda: later)
    assert office.run("places").stdout.endswith("  Last heard of 365 days ago.\n")
    [one] = json.loads(office.run("places", "--json").stdout)
    assert (one["name"], one["missing"], one["gap"]) == ("Elm House (Sandhill House)", 0, None)


def test_a_new_venue_key_gets_to_the_kiosk(
    office: Office, elm: Collecting, stick: Path, tmp_path: Path
) -> None:
    elm.saves()
    elm.run("send")
    office.run("receive", "--yes")
    office.run("send")
    sheet = ("--recovery-file", str(tmp_path / "new.txt"), "--same-disk", "--yes")
    told = office.as_jo("staff", "rekey", *sheet)
    assert told.exit_code == 0, told.output
    office.run("send")
    said = elm.run("receive", "--yes")
    assert "From now on entries here are encrypted to the new one" in said.stderr
    key = load_settings(office.home.settings).venue.key
    assert load_settings(elm.home.settings).venue.key == key
    code = elm.saves()
    assert elm.run("send").exit_code == 0
    assert "1 entry" in office.run("receive", "--yes").stderr
    opened = office.as_jo("open", code)
    assert opened.exit_code == 0, opened.output
    assert elm.run("receive", "--yes").stderr == ""


def test_what_is_erased_goes_everywhere(office: Office, elm: Collecting, stick: Path) -> None:
    code = elm.saves()
    elm.run("send")
    office.run("receive", "--yes")
    told = office.as_jo("erase", code, "--reason", "asked", "--yes")
    assert told.exit_code == 0, told.output
    assert "1 deletion" in office.run("send").stdout
    assert "1 entry was deleted elsewhere, and here now." in elm.run("receive", "--yes").stdout
    assert not list(elm.home.vault.rglob("*.age"))


def test_a_revoked_place_sends_and_gets_nothing(office: Office, elm: Collecting, stick: Path) -> None:
    elm.saves()
    elm.run("send")
    assert office.as_jo("place", "revoke", "Elm House", "--yes").exit_code in (0, 2)
    if office.run("places").stdout.startswith("Elm"):
        assert office.as_jo("place", "revoke", "Elm House").exit_code == 0
    assert office.run("receive", "--yes").stdout == "Nothing new from KINGSTON.\n"
    assert office.tells("list") == []
