"""docs/formats.md: it names each file below a home, and each key of what the files hold."""

import re
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest

from kiosk import logbook, mac
from kiosk.cli import prompts
from kiosk.counts import tally, visits
from kiosk.dates import now
from kiosk.desk import comment_book, rekey
from kiosk.desk.audit import audit_log
from kiosk.desk.keys import held, lockout, staff_files, stock
from kiosk.desk.keys.held import HeldVenue
from kiosk.desk.summaries import figures
from kiosk.desk.summaries.figures import (
    CardFigure,
    CardsFigures,
    Figures,
    PackFigures,
    QuestionFigure,
    ScaleFigures,
)
from kiosk.desk.summaries.venues import VenueFigures
from kiosk.desk.unfinished_notes import Unfinished, UnfinishedText
from kiosk.entry.handle import HandleKeys
from kiosk.entry.page_file import PageHead, _File
from kiosk.entry.pages import Answered, AnsweredSection, Private, Reflection
from kiosk.entry.staff_pages import NewCode, Note, Plan, PlanGoal, StatusChange, Step, Talked
from kiosk.home import Home
from kiosk.pack import change_log
from kiosk.pack.change_log import LoggedChange, Review
from kiosk.pack.library import Published, States
from kiosk.pack.model import MyPage
from kiosk.pack.pack_files import STATES
from kiosk.places import known, ledger, ways
from kiosk.places import manifest as consignments
from kiosk.places.card import Card
from kiosk.places.carrier import Listed
from kiosk.places.place_keys import StoredKeys, place_keys
from kiosk.seal import Costs, identity_from
from kiosk.settings import printers, settings, store
from kiosk.upkeep import clock, last_backup, manifest
from kiosk.vault import durable
from kiosk.vault.durable import TEMPORARY
from kiosk.vault.place import place_id
from kiosk.vault.rows import Stored
from kiosk.visit import comments, wrong_codes
from kiosk.visit.drafts import Draft, Drafts, RunningDraft
from kiosk.visit.wrong_codes import Attempts
from tests.kiosk.machines import Office, sheet_at
from tests.kiosk.places.cards import card_of
from tests.kiosk.test_mac import PURPOSES
from tests.packs import default_pack

DOCS = Path(__file__).parents[2] / "docs"


def chapters(page: str) -> dict[str, str]:
    text = (DOCS / page).read_text(encoding="utf-8")
    return {name: rest for name, _, rest in (part.partition("\n") for part in text.split("\n## ")[1:])}


def names_in(text: str) -> set[str]:
    """What a text names as code; of a section of TOML its name."""
    return {name.strip("[]") for name in re.findall(r"`([^`\n]+)`", text)}


def keys_of(shape: Any) -> set[str]:
    if isinstance(shape, mac.Vouched):
        return {shape.name, "tag"}
    return {field.encode_name for field in msgspec.structs.fields(shape)}


FORMATS = chapters("formats.md")
FILES = [
    name
    for names in re.findall(r"^\| (`.+?`) \|", FORMATS["The files"], re.MULTILINE)
    for name in re.findall(r"`(.+?)`", names)
]

HOLDS: dict[str, tuple[Any, ...]] = {
    "Settings": (
        settings.Settings, settings.Venue, settings.PrivacySettings, settings.Help, settings.Talk,
        printers.PrinterSettings, settings.Export, settings.IdleSettings, store.StoreSettings,
    ),
    "Packs": (States, Published, LoggedChange, Review, change_log.Step),
    "Pages": (
        _File, PageHead, Reflection, MyPage, AnsweredSection, Answered, Private, Note, Plan, PlanGoal, Step,
        StatusChange, Talked, NewCode,
    ),
    "The catalogue": (Stored,),
    "Paused visits": (Draft,),
    "Unsaved work of staff": (UnfinishedText,),
    "Wrong codes": (wrong_codes.CodesTried,),
    "Comments": (comments.Comment, comment_book.VOUCHED, comment_book.Decisions, comment_book.Theme),
    "Staff keys": (staff_files.StaffKey, staff_files.Roster, staff_files.Letter, Costs, rekey.KeyChange),
    "Wrong passphrases": (lockout.WrongTries, lockout.WrongInARow),
    "The audit log": (audit_log.Event,),
    "The stock": (stock.VOUCHED, stock.Stock, audit_log.AuditHead),
    "The place": (StoredKeys,),
    "Consignments": (
        consignments.Manifest, consignments.Before, consignments.NewKey, consignments.Receipt, Listed,
    ),
    "What was sent and received": (
        ledger.Sent, ledger.Received, ledger.Confirmed, ledger.Begun, ledger.VenueKeys, ways.MarkedFolder,
    ),
    "The known places": (known.KnownPlaces, known.KnownPlace, Card),
    "The clock": (clock.Known,),
    "Summaries": (tally.EntryCount, visits.VisitSums),
    "The last backup": (last_backup.LastBackup,),
    "Backups": (manifest.Manifest, manifest.File),
}  # fmt: skip


def test_each_key_of_what_is_kept_is_named() -> None:
    for chapter, shape in [(chapter, shape) for chapter, shapes in HOLDS.items() for shape in shapes]:
        assert keys_of(shape) - names_in(FORMATS[chapter]) == set()


def test_each_key_of_kept_figures_is_named() -> None:
    for shape in (
        figures.VOUCHED,
        Figures,
        PackFigures,
        ScaleFigures,
        CardsFigures,
        CardFigure,
        QuestionFigure,
        VenueFigures,
    ):
        summary = chapters("summary.md")
        assert keys_of(shape) - names_in(summary["Several venues"] + summary["The kept figures"]) == set()


def test_each_purpose_of_a_tag_is_named_and_no_other() -> None:
    rows = re.findall(r"^\| (`.+?`) \|", FORMATS["Tags"], re.MULTILINE)
    assert {name for row in rows for name in names_in(row)} == {*PURPOSES}


def test_everything_that_staff_may_have_done_is_named() -> None:
    assert set(get_args(audit_log.Did)) - names_in(FORMATS["The audit log"]) == set()


def is_named(path: str) -> bool:
    """Tell whether the table has a file, by its name or by its folder."""
    return any(path == name or (name.endswith("/") and path.startswith(name)) for name in FILES)


def test_each_file_below_a_home_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prompts, "_pause", lambda _seconds: None)
    office = Office(tmp_path)
    home = office.home
    office.enters({"good_day": "Sun"})
    office.says("purge")
    last_backup.note(home, now())
    place_keys(home)
    office.says("summary", "2026-Q1")
    office.says("staff", "rekey", "--yes", *sheet_at(tmp_path / "new.txt"))
    held.write(home.staff, [HeldVenue("Elm House", identity_from(bytes(32)))], office.identity())
    for mark in (staff_files.ANEW, staff_files.CHANGE):
        (home.staff / mark).touch()
    durable.replace(home.packs / "strengths" / STATES, b"")
    durable.replace(home.uncounted / f"2026-Q1.{'0' * 32}.age", b"")
    Attempts(home.attempts).begin(now())
    pack = default_pack()
    comments.keep_comment(home, settings.load_settings(home.settings).venue.key, pack, now=now(), text="Good")
    home.training.touch()
    place_id(home.place)
    known.introduce(home, card_of(), now=now())
    kept = settings.load_settings(home.settings)
    places = msgspec.structs.replace(kept.places, folder=str(tmp_path))
    settings.keep_settings(home, msgspec.structs.replace(kept, places=places))
    assert office.run("send").exit_code == 0
    durable.replace(home.places / "received" / f"{'0' * 16}-{1:010}.json", b"")
    ledger.Ledger(home.places).note_confirmed("0" * 16, [1], now())
    ledger.Ledger(home.places).note_figures("0" * 16, f"2026-Q1.{'0' * 16}", b"")
    comment_book.publish(home, office.identity(), "You said")
    draft = Draft(made=now(), pack=pack, answers={})
    Drafts(home.drafts).keep(HandleKeys("0" * 32, identity_from(bytes(32))), draft)
    RunningDraft(home.running, bytes(32)).keep(draft)
    Unfinished(home.unfinished, bytes(32)).keep("0" * 32, "note", UnfinishedText(text="half"))
    monkeypatch.setattr(logbook, "LARGEST", 1)
    logbook.append(home.log, "one")
    logbook.append(home.log, "another")
    there = {str(path.relative_to(home.root)) for path in home.root.rglob("*") if path.is_file()}
    assert {path for path in there if not is_named(path)} == set()
    assert {name for name in FILES if not any(path.startswith(name) for path in there)} == {f"{TEMPORARY}…"}
    assert {f"`staff/{path.name}`" for path in home.staff.iterdir() if path.suffix != ".json"} == {
        name for name in re.findall(r"`staff/[^`]+`", FORMATS["Staff keys"]) if "<" not in name
    }


def test_each_path_of_a_home_is_named() -> None:
    home = Home(Path("/home"))
    paths = {str(path.relative_to(home.root)) for path in vars(home).values() if path != home.root}
    folders = {path for path in paths if any(name.startswith(f"{path}/") for name in FILES)}
    assert {path for path in paths - folders if not is_named(path)} == set()
