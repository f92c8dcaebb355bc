"""What customers are asked: the desk tells what no lead published; backups and a new key keep it all."""

import shutil
from pathlib import Path

import pytest

from kiosk.dates import now
from kiosk.desk.keys import stock
from kiosk.home import Home
from kiosk.pack.library import Library
from kiosk.pack.pack_files import STATES, every_file
from kiosk.settings.settings import library_of
from kiosk.upkeep.publishing import Publisher
from tests.exporting import allow
from tests.kiosk.cli.test_pack_states import ready
from tests.kiosk.machines import Office, sheet_at

FORGED = "was not published by a lead of this venue: strengths."
OLDER = (
    "What customers are asked is not as it was at the last unlock: strengths. Either this machine stopped "
    "suddenly, or someone has put back older versions, or taken them away."
)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """A venue whose lead published version 2 of the shipped pack."""
    office = Office(tmp_path_factory.mktemp("published"))
    allow(office.home, tmp_path_factory.getbasetemp())
    ready(office)
    office.says("pack", "pilot", "strengths")
    office.says("pack", "publish", "strengths", "--because", "A test.")
    return office


@pytest.fixture
def office(published: Office, tmp_path: Path) -> Office:
    return published.copied(tmp_path / "office")


def told(office: Office) -> str:
    """What an unlock says is not as it was left."""
    return office.as_jo("list").stderr


def files(home: Home) -> dict[str, bytes]:
    return {str(file.relative_to(home.root)): file.read_bytes() for file in every_file(home.packs)}


def states(office: Office) -> Path:
    return office.home.packs / "strengths" / STATES


def publishes_without_a_key(office: Office) -> None:
    """Do what whoever can write to the disk can do: roll back with the program's own code."""
    Publisher(Library(office.home.packs), now).roll_back("strengths")


def test_what_nobody_published_is_told_at_each_unlock_until_a_lead_publishes_it(office: Office) -> None:
    assert told(office) == ""
    publishes_without_a_key(office)
    assert FORGED in told(office)
    assert FORGED in told(office)
    assert library_of(office.home).start().version == 1
    for step in (("publish", "strengths"), ("roll-back", "strengths"), ("retire", "strengths")):
        assert "No lead of this venue published the pack" in office.as_jo("pack", *step).stderr
    assert FORGED in told(office)
    assert office.as_jo("pack", "publish", "strengths", "1").exit_code == 0
    assert FORGED not in told(office)


def test_states_of_before_and_those_that_are_taken_away_are_told(office: Office) -> None:
    newest = states(office).read_bytes()
    office.says("pack", "roll-back", "strengths")
    states(office).write_bytes(newest)
    assert OLDER in told(office)
    office.as_jo("audit", "--acknowledge")
    assert told(office) == ""
    states(office).unlink()
    assert OLDER in told(office)


def test_packs_behind_a_link_are_not_followed_and_are_told_at_each_unlock(office: Office) -> None:
    publishes_without_a_key(office)
    office.home.packs.rename(office.home.root.parent / "elsewhere")
    office.home.packs.symlink_to(office.home.root.parent / "elsewhere")
    for _ in range(2):
        assert "Links where packs belong" in told(office)
    library = library_of(office.home)
    assert [problem.id for problem in library.problems()] == ["strengths"]
    assert library.live("strengths") == Library(office.home.root / "none").live("strengths")


LINKED = (
    "", STATES, "log.toml", "versions", "versions/2", "versions/2/strengths.toml", "versions/2/decks",
    "draft", "draft/decks", "draft/strengths.toml", "draft/languages", "draft/languages/strengths.pl.po",
)  # fmt: skip


def test_a_link_anywhere_among_packs_is_told_and_leads_nobody_elsewhere(office: Office) -> None:
    folder, elsewhere = office.home.packs / "strengths", office.home.root.parent / "elsewhere"
    (folder / "draft" / ".#strengths.toml").symlink_to("an-editor.lock")  # which is none of a pack
    for name in LINKED:
        before = [*every_file(office.home.packs)]
        (folder / name).rename(elsewhere)
        (folder / name).symlink_to(elsewhere)
        assert f"Links where packs belong, which are not followed: {folder / name}. Remove" in told(office)
        assert {*every_file(office.home.packs)} <= {*before}
        assert not [file for file in every_file(office.home.packs) if file.parent.is_symlink()]
        followed = name in ("log.toml", "draft") or name.startswith("draft/")
        assert library_of(office.home).start().version == (2 if followed else 1)
        (folder / name).unlink()
        if name in LINKED[:3]:
            (folder / name).symlink_to(folder / name)  # it leads round to itself
            assert f"which are not followed: {folder / name}. Remove" in told(office)
            (folder / name).unlink()
        elsewhere.rename(folder / name)
    office.as_jo("audit", "--acknowledge")
    assert told(office) == ""


def test_a_machine_that_stops_as_a_lead_publishes_accuses_nobody_alone(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as stopped:
        stopped.setattr(stock, "remember", lambda *_, **__: None)
        office.says("pack", "roll-back", "strengths")
    assert OLDER in told(office)


def test_a_new_venue_key_vouches_for_what_the_old_one_did_and_for_no_more(office: Office) -> None:
    before = states(office).read_bytes()
    office.says("staff", "rekey", "--yes", *sheet_at(office.folder / "new.txt"))
    assert states(office).read_bytes() != before
    assert told(office) == ""
    publishes_without_a_key(office)
    office.as_jo("staff", "rekey", "--yes", *sheet_at(office.folder / "newer.txt"))
    assert FORGED in told(office)


def backed_up(office: Office) -> str:
    stick = office.folder / "stick"
    stick.mkdir(exist_ok=True)
    assert office.as_jo("backup", str(stick)).exit_code == 0
    return str(max(stick.iterdir()))


def test_a_backup_brings_all_packs_to_an_empty_machine(office: Office) -> None:
    (office.home.packs / "words.toml").write_text('version = 1\n[instead]\n"clients" = "you"\n')
    before = files(office.home)
    assert {name.split("/")[-1] for name in before} >= {
        STATES, "log.toml", "words.toml", "strengths.toml", "strengths.pl.po",
    }  # fmt: skip
    backup = backed_up(office)
    empty = Home(office.folder / "empty")
    done = office.run("--home", str(empty.root), "restore", backup)
    assert done.exit_code == 0, done.stderr
    assert files(empty) == before
    assert library_of(empty).start() == library_of(office.home).start()


def test_a_restore_puts_versions_right_that_are_damaged_and_brings_packs_that_are_gone(
    office: Office,
) -> None:
    before, backup = files(office.home), backed_up(office)
    (office.home.packs / "strengths" / "versions" / "2" / "strengths.toml").write_text("damaged")
    assert library_of(office.home).start().version == 1
    office.says("restore", "--merge", backup)
    assert files(office.home) == before
    shutil.rmtree(office.home.packs / "strengths")
    office.as_jo("restore", "--merge", backup)
    assert files(office.home) == before
    office.as_jo("audit", "--acknowledge")
    assert told(office) == ""


def test_what_is_newer_here_stays_as_it_is(office: Office) -> None:
    backup = backed_up(office)
    office.says("pack", "roll-back", "strengths")
    before = files(office.home)
    office.says("restore", "--merge", backup)
    assert files(office.home) == before


def test_a_restore_brings_one_whole_draft_or_leaves_the_other(office: Office) -> None:
    draft = office.home.packs / "strengths" / "draft"
    (draft / "more.toml").write_text("older = 1\n")
    backup = backed_up(office)
    (draft / "more.toml").unlink()
    before = files(office.home)
    kept = "The draft of the pack 'strengths' here was left unchanged. The backup's was not restored."
    assert kept in office.says("restore", "--merge", backup)
    assert files(office.home) == before
    shutil.rmtree(draft)
    assert kept not in office.says("restore", "--merge", backup)
    assert (draft / "more.toml").read_text() == "older = 1\n"
    assert files(office.home).keys() >= before.keys()


def test_a_pack_that_no_lead_published_does_not_come_from_a_backup(office: Office) -> None:
    kept = states(office).read_bytes()
    publishes_without_a_key(office)
    backup = backed_up(office)
    states(office).write_bytes(kept)
    shutil.rmtree(office.home.packs / "strengths" / "versions" / "2")
    before = states(office).read_bytes()
    office.as_jo("restore", "--merge", backup)
    assert states(office).read_bytes() == before
