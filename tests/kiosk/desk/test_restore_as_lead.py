"""Restoring a backup of an older venue key: stopped anywhere, nothing is lost and nothing stays unsaid."""

import shutil
from pathlib import Path
from typing import Self

import pytest

from kiosk.desk import rekey
from kiosk.desk.keys import staff_files
from kiosk.desk.keys.staff_files import ANEW, CHANGE
from kiosk.desk.restore_as_lead import restore
from kiosk.errors import LeadNeededError, SettingsError, StaffError, VaultError
from kiosk.upkeep.backup import back_up
from kiosk.upkeep.restore import Restored
from tests.kiosk.desk.keyed import ALI, Keyed, now
from tests.kiosk.sealed import id_of
from tests.kiosk.vault.helpers import FaultyDisk

LOST = id_of(2)
"""An entry of four pages that is in the backup and here no more."""


class Restoring(Keyed):
    """A home whose key was changed after a backup, and which has lost an entry since."""

    def begins(self) -> Self:
        super().begins()
        (self.root / "stick").mkdir()
        back_up(self.home, self.root / "stick", self.key, now())
        self.rekeys()
        for page in self.home.vault.rglob(f"{LOST}*.age"):
            page.unlink()
        return self

    @property
    def folder(self) -> Path:
        """The backup."""
        [made] = (self.root / "stick").iterdir()
        return made

    def restores(self, **more: object) -> Restored:
        given: dict[str, object] = {"merge": True, "now": now} | more
        return restore(self.home, self.enters(), self.folder, **given)[0]  # type: ignore[arg-type]

    def old_pages(self) -> set[str]:
        """What the old key opens, besides what it always will."""
        return {path for path in self._there() if self._opens(path, self.old)} - self.kept

    def _there(self) -> set[str]:
        return {path for path in self.plain if (self.home.root / path).exists()}

    @property
    def marked(self) -> bool:
        return (self.home.staff / ANEW).exists()


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Restoring:
    return Restoring(tmp_path_factory.mktemp("restoring")).begins()


@pytest.fixture
def here(template: Restoring, tmp_path: Path) -> Restoring:
    return template.copied(tmp_path)


def test_what_is_missing_comes_back_sealed_to_the_key_of_now(here: Restoring) -> None:
    told: list[str] = []
    done = here.restores(note=lambda: told.append("noted"), reconcile=lambda: told.append("reconciled"))
    assert (done.added, done.older, told) == (4, True, ["noted", "reconciled"])
    assert not here.marked
    here.is_done()


@pytest.mark.parametrize(("call", "every"), [("fsync", 11), ("write", 6)])
def test_stopped_at_any_call_of_the_disk_it_is_said_and_goes_on(
    template: Restoring, tmp_path: Path, call: str, every: int
) -> None:
    """Not each of these calls: between two of them lies the same work on another page."""
    stops = with_pages = 0
    for number in range(0, 1_000, every):
        made, disk = template.copied(tmp_path / str(number)), FaultyDisk()
        disk.fails(call, after=number)
        try:
            made.restores(disk=disk)
        except VaultError:
            stops += 1
        else:
            break
        # Whatever of the old key came in, it is written down that it is to be sealed anew.
        with_pages += bool(made.old_pages())
        assert made.marked or not made.old_pages()
        made.restores()
        assert not made.marked
        made.is_done()
        shutil.rmtree(made.root)
    assert stops > 2
    assert with_pages


def test_a_change_of_the_key_ends_what_a_restore_left(here: Restoring) -> None:
    disk = FaultyDisk()
    disk.fails("fsync", after=12)
    with pytest.raises(VaultError):
        here.restores(disk=disk)
    assert here.marked
    before = here.key
    here.rekeys("newer.txt")
    # It is another key, and not the one there was.
    assert here.key != before
    assert not here.marked
    assert here.old_pages() == set()


def test_an_older_backup_waits_for_a_change_that_is_not_finished(here: Restoring) -> None:
    (here.home.staff / CHANGE).write_bytes(b"{}")
    told: list[str] = []
    with pytest.raises(StaffError, match="Run 'kiosk staff rekey' first"):
        here.restores(note=lambda: told.append("noted"))
    assert (told, here.marked, here.old_pages()) == ([], False, set())


def test_while_somebody_changes_staff_keys_nothing_is_restored(here: Restoring) -> None:
    with (
        staff_files.changing(here.home.staff),
        pytest.raises(StaffError, match="being changed at the moment"),
    ):
        here.restores()


def test_it_is_a_leads(here: Restoring) -> None:
    with pytest.raises(LeadNeededError):
        restore(here.home, here.enters(ALI), here.folder, merge=True, now=now)


def test_nothing_is_noted_where_nothing_is_restored(here: Restoring, tmp_path: Path) -> None:
    told: list[str] = []
    for refused in (
        lambda: here.restores(merge=False, note=lambda: told.append("noted")),
        lambda: restore(
            here.home, here.enters(), tmp_path, merge=True, now=now, note=lambda: told.append("noted")
        ),
    ):
        with pytest.raises((VaultError, SettingsError)):
            refused()
    assert (told, here.marked) == ([], False)


def test_what_was_sealed_anew_since_is_no_newer_for_that(here: Restoring) -> None:
    assert here.restores().kept == 0
    assert here.restores().kept == 0


def test_a_backup_of_the_key_of_now_seals_nothing_anew(here: Restoring) -> None:
    here.restores()
    (here.root / "later").mkdir()
    folder = back_up(here.home, here.root / "later", here.key, now()).folder
    done, resealed = restore(here.home, here.enters(), folder, merge=False, now=now)
    assert (done.older, resealed) == (False, None)
    assert rekey.unfinished(here.home, here.enters().identity) is None
