"""Restoring a backup that somebody has changed: only what is what it says comes, and nothing goes unasked.

Whoever has the backup can make a manifest that fits. They know the venue's public key, and no private one.
"""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import Result
from hypothesis import given
from hypothesis import strategies as st

from kiosk import seal
from kiosk.cli import upkeep
from kiosk.desk.keys.identities import fingerprint
from kiosk.desk.keys.stock import read as stock_of
from kiosk.desk.summaries.figures import Figures, keep
from kiosk.entry.page_file import Keys
from kiosk.entry.pages import keep_back, page_of
from kiosk.entry.staff_pages import Note
from kiosk.home import Home
from kiosk.mac import key_from, tag
from kiosk.settings.settings import load_settings
from kiosk.upkeep.manifest import VOUCHED, File, Manifest, read_backup
from kiosk.vault.catalogue import Catalogue, log_of
from kiosk.vault.log_lines import Document
from kiosk.vault.page_files import PageFiles
from kiosk.vault.rows import SHAPE
from tests.exporting import allow
from tests.kiosk.machines import Office
from tests.kiosk.sealed import FIRST, SECOND, sealed_page
from tests.kiosk.upkeep.kept import tree
from tests.kiosk.vault.helpers import NOON
from tests.packs import small

FORGER = seal.identity_from(bytes([66]) * 32)
WHEN = "2026-03-01T12:00:00.000000Z"


class Attacked(Office):
    """An office with three entries, the first with a note by Jo, and a backup that somebody gets at."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        allow(self.home, folder.parent)
        entered = [self.entered({"good_day": f"Day {number}"}) for number in range(3)]
        self.codes = [one["code"] for one in entered]
        self.ids: list[str] = [one["id"] for one in entered]
        self.says("note", self.codes[0], "--file", self.file("note.txt", "We spoke."))
        self.folder_of_backup = self.backs_up()

    def backs_up(self, *more: str) -> Path:
        stick = Path(tempfile.mkdtemp(prefix="stick-", dir=self.folder))
        told = self.run("backup", str(stick), "--json", *more)
        return Path(json.loads(told.stdout)["folder"])

    def backs_up_as_jo(self) -> Path:
        return self.backs_up("--staff", "Jo Smith", "--passphrase-file", self.passphrase)

    @property
    def backup(self) -> Home:
        return Home(self.folder_of_backup)

    @property
    def venue_key(self) -> str:
        return load_settings(self.home.settings).venue.key

    def page(self, home: Home, number: int, page: str = FIRST) -> Path:
        return PageFiles(home.vault).path(self.ids[number], page)

    def loses(self) -> None:
        """The pages and the list are gone from the home."""
        for page in self.home.vault.rglob("*.age"):
            page.unlink()
        self.home.catalogue.unlink()

    def forges(self, path: Path, data: bytes) -> None:
        """Put a file into the backup, and have the manifest list it."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        name = path.relative_to(self.folder_of_backup).as_posix()
        listed = File(path=name, size=len(data), sha256=hashlib.sha256(data).hexdigest(), modified=0)
        manifest = self.manifest()
        others = tuple(file for file in manifest.files if file.path != name)
        self.writes(msgspec.structs.replace(manifest, files=(*others, listed)))

    def manifest(self) -> Manifest:
        return msgspec.json.decode((self.folder_of_backup / "manifest.json").read_bytes(), type=Manifest)

    def writes(self, manifest: Manifest) -> None:
        (self.folder_of_backup / "manifest.json").write_bytes(msgspec.json.encode(manifest))

    def lists(self, change: Callable[[dict[str, Document]], object]) -> None:
        """Change what the backup's list of entries says."""
        catalogue = Catalogue(self.backup.catalogue, read_only=True)
        documents = catalogue.documents()
        catalogue.close()
        change(documents)
        self.forges(self.backup.catalogue, b"".join(log_of(documents)))

    def restores(self, *more: str) -> Result:
        return self.as_jo("restore", str(self.folder_of_backup), "--merge", *more)

    def there(self) -> dict[str, bytes]:
        """All of the home, but for what an unlock leaves."""
        left = ("audit/log", "stock", "unlocks")
        return {path: data for path, data in tree(self.home.root).items() if path not in left}

    def rows(self) -> dict[str, dict[str, Any]]:
        return {row["id"]: row for row in json.loads(self.as_jo("list", "--json").stdout)}


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Attacked:
    return Attacked(tmp_path_factory.mktemp("attacked"))


@pytest.fixture
def office(attacked: Attacked, tmp_path: Path) -> Attacked:
    return attacked.copied(tmp_path)


# -- what does not come


def stranger(venue_key: str, entry_id: str = "") -> bytes:
    """A page by somebody who knows the venue's public key alone."""
    readers = (venue_key, seal.recipient_of(FORGER))
    made = page_of(small(), {"day": "Forged"}, name="Amber Heron", made=NOON)
    return sealed_page(keep_back(made, (), readers[1]), readers, entry_id)


def junk(office: Attacked) -> None:
    office.forges(office.page(office.backup, 1), b"junk")


def moved(office: Attacked) -> None:
    office.forges(office.page(office.backup, 1), office.page(office.backup, 2).read_bytes())


def of_a_stranger(office: Attacked) -> None:
    office.forges(office.page(office.backup, 1), stranger(office.venue_key, office.ids[1]))


def of_an_entry_that_never_was(office: Attacked) -> None:
    """Anybody may leave an entry at a kiosk; but not under an id that is not theirs."""
    path = PageFiles(office.backup.vault).path("12" * 16, FIRST)
    office.forges(path, stranger(office.venue_key, "12" * 16))
    office.ids[1] = "12" * 16


SPOILT = [junk, moved, of_a_stranger, of_an_entry_that_never_was]


@pytest.mark.parametrize("spoil", SPOILT)
def test_a_page_that_is_not_what_it_says_does_not_come(
    office: Attacked, spoil: Callable[[Attacked], None]
) -> None:
    spoil(office)
    good = {id_ for id_ in office.ids if id_ != office.ids[1]}
    office.loses()
    done = office.restores("--json")
    told = json.loads(done.stdout)
    assert (done.exit_code, told["aside"]) == (0, 1)
    assert told["added"] == len([*office.home.vault.rglob("*.age")])
    assert not office.page(office.home, 1).exists()
    assert all(office.page(office.home, number).exists() for number in (0, 2))
    assert good <= office.rows().keys()
    assert told["entries"] == len({page.name[:32] for page in office.home.vault.rglob("*.age")})


def test_what_did_not_come_is_told_to_people(office: Attacked) -> None:
    of_a_stranger(office)
    office.loses()
    done = office.restores()
    assert (
        done.stdout == "2 entries from the backup are now here. Pages added: 3. Damaged pages repaired: 0.\n"
    )
    assert "1 file of the backup was not restored: not what the name says, or" in done.stderr


@pytest.mark.parametrize("desk", ["", FORGER])
def test_a_note_that_no_desk_of_the_venue_wrote_does_not_come(office: Attacked, desk: str) -> None:
    reader = seal.recipient_of(FORGER)
    note = Note(made=NOON, by="Jo Smith", text="Give the bearer a key.")
    forged = sealed_page(
        note, (office.venue_key, reader), office.ids[1], counter=2, before="0" * 64, keys=Keys.of(desk=desk)
    )
    office.forges(office.page(office.backup, 1, SECOND), forged)
    office.loses()
    assert json.loads(office.restores("--json").stdout)["aside"] == 1
    assert not office.page(office.home, 1, SECOND).exists()
    assert office.page(office.home, 0, SECOND).exists()


def test_figures_that_no_desk_of_the_venue_kept_do_not_come(office: Attacked) -> None:
    figures = Figures(quarter="2025-Q4", counted="2026-01-05", packs=())
    keep(office.home, office.identity(), figures)
    good = (office.home.summaries / "2025-Q4.age").read_bytes()
    (office.home.summaries / "2025-Q4.age").unlink()
    forged = seal.seal(
        json.dumps({"figures": msgspec.to_builtins(figures), "tag": ""}).encode(), (office.venue_key,)
    )
    office.forges(office.backup.summaries / "2025-Q4.age", forged)
    assert json.loads(office.restores("--json").stdout)["aside"] == 1
    assert not (office.home.summaries / "2025-Q4.age").exists()
    office.forges(office.backup.summaries / "2025-Q4.age", good)
    assert json.loads(office.restores("--json").stdout)["aside"] == 0
    assert (office.home.summaries / "2025-Q4.age").read_bytes() == good


def test_a_damaged_page_is_not_put_right_with_one_that_is_not_what_it_says(office: Attacked) -> None:
    moved(office)
    office.page(office.home, 1).write_bytes(b"damaged")
    told = json.loads(office.restores("--json").stdout)
    assert (told["aside"], told["mended"]) == (1, 0)
    assert office.page(office.home, 1).read_bytes() == b"damaged"


def test_a_page_that_is_whole_here_stays_whatever_the_backup_has(office: Attacked) -> None:
    before = office.page(office.home, 1).read_bytes()
    of_a_stranger(office)
    assert office.restores().exit_code == 0
    assert office.page(office.home, 1).read_bytes() == before


def test_in_an_empty_home_the_first_who_unlocks_is_told(office: Attacked, tmp_path: Path) -> None:
    """No key is at hand when such a backup is restored."""
    of_a_stranger(office)
    office.home.root.rename(tmp_path / "lost")
    assert office.run("restore", str(office.folder_of_backup)).exit_code == 0
    told = office.as_jo("list")
    name = office.name_of(office.ids[1])
    assert (
        f"1 entry has a page that was not written by its customer: {name}. It is not shown.\n" in told.stderr
    )
    opened = office.as_jo("open", office.codes[1])
    assert opened.exit_code == 1
    assert "Forged" not in opened.output


# -- what is deleted


def tombs(*ids: str) -> Callable[[dict[str, Document]], object]:
    def change(documents: dict[str, Document]) -> None:
        documents.update({id_: {"v": SHAPE, "erased": WHEN} for id_ in ids})

    return change


def with_tombs(office: Attacked, *numbers: int) -> None:
    """Have the backup say that entries were erased; it lacks their pages then."""
    ids = [office.ids[number] for number in numbers]
    office.lists(tombs(*ids))
    gone = [path for path in office.backup.vault.rglob("*.age") if path.name[:32] in ids]
    for path in gone:
        path.unlink()
    names = {path.relative_to(office.folder_of_backup).as_posix() for path in gone}
    manifest = office.manifest()
    files = tuple(file for file in manifest.files if file.path not in names)
    office.writes(msgspec.structs.replace(manifest, files=files))


UNVOUCHED = "The backup was made without --staff, so there is no way to tell whether anyone has altered it."


def test_a_backup_that_the_desk_vouched_for_and_somebody_changed_says_so(office: Attacked) -> None:
    with_tombs(office, 1, 2)
    office.writes(msgspec.structs.replace(office.manifest(), tag="0" * 64))
    refused = office.restores("--yes", "3")
    assert "The backup is not as this venue's desk made it: someone has altered it." in refused.stderr


def test_a_tombstone_beside_the_pages_of_a_backup_asks_as_one_in_its_list_does(office: Attacked) -> None:
    for number in (1, 2):
        office.forges(PageFiles(office.backup.vault).tombstone(office.ids[number]), b'{"tag": "forged"}')
    before = office.there()
    assert "Give --yes 2 instead." in office.restores().stderr
    assert office.there() == before
    assert office.restores("--yes", "2").exit_code == 0
    assert office.rows().keys() == {office.ids[0]}
    assert not any("forged" in str(data) for data in office.there().values())


def test_another_number_is_refused_and_changes_nothing(office: Attacked) -> None:
    with_tombs(office, 1, 2)
    before = office.there()
    refused = office.restores("--yes", "3")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr == (
        f"2 entries here would be deleted, as in the backup. {UNVOUCHED} That is 2, not 3. "
        "Nothing was changed.\n"
    )
    assert office.there() == before
    assert not any("restored a backup" in line for line in office.noted())


def test_with_the_right_number_they_go_and_it_is_noted(office: Attacked) -> None:
    with_tombs(office, 1, 2)
    done = office.restores("--yes", "2")
    assert (done.exit_code, done.stderr) == (0, "")
    assert "2 entries deleted here, as in the backup." in done.stdout
    assert {page.name[:32] for page in office.home.vault.rglob("*.age")} == {office.ids[0]}
    assert office.noted()[-1] == f"Jo Smith: restored a backup {office.folder_of_backup.name}"
    assert office.says("list", "--json")


def test_damaged_pages_count_as_well(office: Attacked) -> None:
    office.page(office.home, 0, SECOND).write_bytes(b"damaged")
    with_tombs(office, 2)
    refused = office.restores("--yes", "1")
    assert (
        "1 entry here would be deleted, as in the backup and 1 damaged page here would be replaced."
        in refused.stderr
    )
    done = office.restores("--yes", "2", "--json")
    told = json.loads(done.stdout)
    assert (told["erased"], told["mended"]) == (1, 1)


def test_an_entry_of_which_the_list_alone_is_left_counts_too(office: Attacked) -> None:
    """Its pages may be in another backup: a tombstone would keep them from coming back."""
    with_tombs(office, 1)
    office.page(office.home, 1).unlink()
    refused = office.restores()
    assert "Give --yes 1 instead." in refused.stderr
    assert office.ids[1] in office.rows()
    assert json.loads(office.restores("--yes", "1", "--json").stdout)["erased"] == 1


@pytest.mark.parametrize(("answer", "code"), [(True, 0), (False, 1)])
def test_at_a_terminal_the_answer_counts(
    office: Attacked, monkeypatch: pytest.MonkeyPatch, answer: bool, code: int
) -> None:
    with_tombs(office, 1, 2)
    before, asked = office.there(), list[str]()

    def confirm(question: str, option: str) -> bool:
        asked.append(f"{question} ({option})")
        return answer

    monkeypatch.setattr(upkeep, "confirm", confirm)
    assert office.restores().exit_code == code
    assert asked == [f"2 entries here would be deleted, as in the backup. {UNVOUCHED} Continue? (--yes 2)"]
    assert (office.there() == before) == (not answer)


def test_on_a_machine_without_a_desk_it_is_asked_as_well(office: Attacked) -> None:
    shutil.rmtree(office.home.staff)
    with_tombs(office, 1)
    before = office.there()
    assert office.refuses("restore", str(office.folder_of_backup), "--yes", "3") == (
        "1 entry here would be deleted, as in the backup. No desk is set up on this machine, so it cannot "
        "tell whether anyone has altered the backup. That is 1, not 3. Nothing was changed.\n"
    )
    assert office.there() == before
    assert office.run("restore", str(office.folder_of_backup), "--yes", "1").exit_code == 0
    assert not office.page(office.home, 1).exists()


# -- what the list says


FORGED = {"picked_up_by": "Eve", "picked_up": WHEN, "seen": FIRST, "state": "closed", "turn": 9}


@pytest.mark.parametrize("tagged", [{}, {"tag": ""}, {"tag": "0" * 64}, {"tag": 7}])
def test_marks_that_staff_did_not_make_do_not_come(office: Attacked, tagged: dict[str, Any]) -> None:
    office.lists(lambda documents: documents[office.ids[1]].update(FORGED | tagged))
    office.loses()
    assert office.restores().exit_code == 0
    rows = office.rows()
    assert (rows[office.ids[1]]["state"], rows[office.ids[1]]["picked_up_by"]) == ("waiting", "")
    assert (rows[office.ids[0]]["state"], rows[office.ids[0]]["picked_up_by"]) == ("picked up", "Jo Smith")


def test_marks_that_staff_made_of_another_entry_do_not_come(office: Attacked) -> None:
    def change(documents: dict[str, Document]) -> None:
        documents[office.ids[1]] |= {**documents[office.ids[0]], "name": "Amber Heron"}

    office.lists(change)
    office.loses()
    assert office.restores().exit_code == 0
    assert office.rows()[office.ids[1]]["state"] == "waiting"


def test_what_staff_said_here_is_not_undone_by_a_forged_turn(office: Attacked) -> None:
    office.says("state", "closed", office.codes[0])
    office.lists(lambda documents: documents[office.ids[0]].update(FORGED | {"state": "agreed"}))
    assert office.restores().exit_code == 0
    row = office.rows()[office.ids[0]]
    assert (row["state"], row["picked_up_by"]) == ("closed", "Jo Smith")


def test_marks_that_somebody_forged_here_give_way_to_those_of_a_backup(office: Attacked) -> None:
    forger = Catalogue(office.home.catalogue)
    forger._table.update(FORGED | {"tag": "0" * 64}, doc_ids=[office.ids[0]])  # type: ignore[list-item]
    forger.close()
    assert office.rows()[office.ids[0]]["state"] == "waiting"
    assert office.restores().exit_code == 0
    row = office.rows()[office.ids[0]]
    assert (row["state"], row["picked_up_by"]) == ("picked up", "Jo Smith")


def test_a_restore_takes_nothing_out_of_the_stock_and_the_next_unlock_is_quiet(office: Attacked) -> None:
    office.says("list")
    office.loses()
    office.as_jo("list")
    office.restores()
    office.as_jo("audit", "--acknowledge")  # what came is checked, and taken into stock
    assert office.says("list", "--json")
    stock = stock_of(office.home, office.identity())
    assert stock is not None
    assert stock.pages.keys() == {*office.ids}


# -- who vouches for a backup


def test_on_a_machine_without_a_desk_the_key_that_came_is_shown_to_be_compared(office: Attacked) -> None:
    other = office.backs_up_as_jo()
    key = fingerprint(load_settings(office.home.settings).venue.key)
    office.home.root.rename(office.folder / "lost")
    restored = office.run("restore", str(other))
    assert restored.exit_code == 0
    assert f"encrypted to the key {key}: compare it with the recovery sheet" in restored.stderr


def test_a_backup_that_staff_made_is_known_and_asks_without_a_doubt(office: Attacked) -> None:
    other = office.backs_up_as_jo()
    identity = office.identity()
    assert read_backup(other).is_vouched(identity)
    assert not read_backup(other).is_vouched(FORGER)
    assert read_backup(other).is_vouched(f"{FORGER}\n{identity}")  # of an older key of the venue
    office.says("erase", office.codes[2], "--reason", "They asked", "--yes")
    later = office.backs_up_as_jo()
    office.folder_of_backup = other
    office.home.root.rename(office.folder / "lost")
    assert office.run("restore", str(other)).exit_code == 0
    office.folder_of_backup = later
    refused = office.restores("--yes", "9")
    assert refused.stderr == (
        "1 entry here would be deleted, as in the backup. That is 1, not 9. Nothing was changed.\n"
    )


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Manifest, str]:
    """A manifest that staff vouch for, and the venue's identity."""
    machine = Attacked(tmp_path_factory.mktemp("made"))
    return read_backup(machine.backs_up_as_jo()), machine.identity()


@given(st.data())
def test_a_byte_more_or_less_and_nobody_vouches_for_it(
    made: tuple[Manifest, str], draw: st.DataObject
) -> None:
    manifest, identity = made
    assert manifest.is_vouched(identity)
    data = bytearray(msgspec.json.encode(manifest))
    place = draw.draw(st.integers(0, len(data) - 1))
    data[place] ^= draw.draw(st.integers(1, 127))
    try:
        changed = msgspec.json.decode(bytes(data), type=Manifest)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return  # it does not read, and is refused
    assert changed == manifest or not changed.is_vouched(identity)


def test_the_tag_of_something_else_is_none_of_a_manifest(made: tuple[Manifest, str]) -> None:
    manifest, identity = made
    untagged = msgspec.json.encode(msgspec.structs.replace(manifest, tag=""))
    for purpose in ("figures", "stock", "audit line"):
        forged = msgspec.structs.replace(manifest, tag=tag(key_from(identity, purpose), untagged))
        assert not forged.is_vouched(identity)
    assert tag(key_from(identity, VOUCHED), untagged) == manifest.tag


def test_a_backup_with_staff_asks_who_and_refuses_a_wrong_passphrase(office: Attacked) -> None:
    wrong = office.file("wrong", "another passphrase\n")
    stick = office.folder / "other"
    stick.mkdir()
    for more in (("--staff", "Jo Smith", "--passphrase-file", wrong), ("--staff", "Jo Smith")):
        office.refuses("backup", str(stick), *more)
    assert [*stick.iterdir()] == []
