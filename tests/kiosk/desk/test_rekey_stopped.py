"""A change of the venue's key that was stopped, and goes on."""

import errno
import json
import os
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path

import msgspec
import pytest

from kiosk import seal
from kiosk.desk import rekey
from kiosk.desk.keys import recovery_sheet, staff, staff_files
from kiosk.desk.keys.identities import OLDER, identity_for, with_older, write_older
from kiosk.desk.keys.staff_files import CHANGE
from kiosk.desk.rekey import change_key, goes_on, unfinished
from kiosk.errors import SettingsError, StaffError, VaultError
from kiosk.upkeep.backup import back_up
from kiosk.upkeep.restore import restore
from tests.conftest import FAST
from tests.kiosk.desk.keyed import ALI, JO, NOON, PASSPHRASES, Keyed, now
from tests.kiosk.vault.helpers import FaultyDisk


class Stopping(FaultyDisk):
    """Fails each call from the n-th on."""

    def __init__(self, after: int) -> None:
        super().__init__()
        self.after = after

    def _note(self, call: str) -> None:
        super()._note(call)
        if len(self.calls) > self.after:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


When = Callable[[Keyed], bool]
Stop = Callable[[When], Keyed]
"""Returns a home in which a change was stopped when something was so, or a few calls of the disk later."""


@pytest.fixture(scope="module")
def stopped(begun_keyed: Keyed, tmp_path_factory: pytest.TempPathFactory) -> Stop:
    @cache
    def stopped_when(when: When) -> Keyed:
        folder = tmp_path_factory.mktemp("stopped")
        for after in range(0, 1_000, 1 if when is begun else 5):
            keyed = begun_keyed.copied(folder / str(after))
            stops(keyed, after)
            if when(keyed):
                return keyed
        raise AssertionError("it never was so")

    return stopped_when


@pytest.fixture
def stop(stopped: Stop, tmp_path: Path) -> Stop:
    return lambda when: stopped(when).copied(tmp_path)


def stops(keyed: Keyed, after: int) -> None:
    with pytest.raises(VaultError, match=r"Nothing is lost\. To continue, run it again"):
        keyed.rekeys(disk=Stopping(after))


def begun(keyed: Keyed) -> bool:
    """The change is written down, and nobody holds the new key."""
    return (keyed.home.staff / CHANGE).exists() and not jo_has_it(keyed)


def jo_has_it(keyed: Keyed) -> bool:
    return len(keyed.enters(JO).identity.split("\n")) == 2


def switched(keyed: Keyed) -> bool:
    return keyed.key != seal.recipient_of(keyed.old)


def half_way(keyed: Keyed) -> bool:
    return switched(keyed) and len(keyed.opened_by(keyed.old)) < 9


@pytest.mark.parametrize("when", [switched, half_way])
def test_a_change_that_was_stopped_goes_on_with_the_same_key(stop: Stop, when: When) -> None:
    keyed = stop(when)
    key = keyed.key
    keyed.is_whole()
    assert goes_on(keyed.home, keyed.enters())
    change_key(keyed.home, keyed.enters(), None, now=now)
    assert keyed.key == key == seal.recipient_of(keyed.sheet())
    keyed.is_done()


def test_a_change_that_goes_on_writes_its_sheet_once_more_where_that_is_wanted(stop: Stop) -> None:
    keyed = stop(half_way)
    keyed.rekeys("again.pdf")
    assert (keyed.root / "again.pdf").read_bytes().startswith(b"%PDF")
    keyed.is_done()


def test_the_same_command_again_leaves_its_sheet_alone(stop: Stop) -> None:
    keyed = stop(half_way)
    before = (keyed.root / "new.txt").read_bytes()
    keyed.rekeys()
    assert (keyed.root / "new.txt").read_bytes() == before
    keyed.is_done()


def test_who_does_not_hold_the_new_key_yet_begins_again_with_another(stop: Stop) -> None:
    keyed = stop(begun)
    assert not goes_on(keyed.home, keyed.enters())
    keyed.is_whole()
    with pytest.raises(SettingsError):
        change_key(keyed.home, keyed.enters(), None, now=now)
    keyed.rekeys("second.txt")
    assert keyed.key == seal.recipient_of(keyed.sheet("second.txt"))
    keyed.is_done()


def test_each_lead_may_go_on_with_it(stop: Stop) -> None:
    keyed = stop(half_way)
    staff.set_role(keyed.home.staff, ALI, "lead", keyed.enters().identity)
    change_key(keyed.home, keyed.enters(ALI), None, now=now)
    keyed.is_done()


def test_who_is_left_out_stays_so_when_it_goes_on(keyed: Keyed) -> None:
    file = next(iter(staff_files.named(keyed.home.staff, ALI)))
    disk = Stopping(60)
    with pytest.raises(VaultError):
        keyed.rekeys(disk=disk, without=[ALI])
    assert jo_has_it(keyed)
    change_key(keyed.home, keyed.enters(), None, now=now)
    assert not file.exists()
    assert keyed.opened_by(keyed.enters().identity) == set(keyed.plain)


@pytest.mark.parametrize("when", [jo_has_it, switched, half_way])
def test_in_the_middle_of_it_staff_come_and_go(stop: Stop, when: When) -> None:
    keyed = stop(when)
    folder = keyed.home.staff
    staff.add(folder, "Eve", PASSPHRASES[JO], keyed.enters().identity, role="lead", costs=FAST)
    if when is not jo_has_it:  # Ali has no letter yet, and nothing of theirs is touched before
        staff.set_role(folder, ALI, "lead", keyed.enters().identity)
    for name, passphrase in (("Eve", PASSPHRASES[JO]), (ALI, PASSPHRASES[ALI])):
        assert keyed.opened_by(staff.enter(folder, name, passphrase).identity) == set(keyed.plain)
    keyed.rekeys()
    for name, passphrase in (("Eve", PASSPHRASES[JO]), (ALI, PASSPHRASES[ALI])):
        unlocked = staff.enter(folder, name, passphrase)
        assert identity_for(keyed.key, unlocked.identity) == unlocked.identity.split("\n")[0]
        assert keyed.opened_by(unlocked.identity) == set(keyed.plain)


def test_in_the_middle_of_it_who_does_not_hold_the_new_key_yet_changes_no_staff_key(stop: Stop) -> None:
    """What they vouched for alone would keep the one out who changes the key."""
    keyed = stop(jo_has_it)
    with pytest.raises(StaffError, match="is not finished"):
        staff.change_passphrase(
            keyed.home.staff, ALI, PASSPHRASES[ALI], "another four good words", costs=FAST
        )
    keyed.is_whole()


@pytest.mark.parametrize(
    ("when", "sheet"), [(jo_has_it, "sheet.txt"), (switched, "new.txt"), (half_way, "new.txt")]
)
def test_in_the_middle_of_it_a_sheet_makes_a_lead_who_ends_it(stop: Stop, when: When, sheet: str) -> None:
    keyed = stop(when)
    identity = keyed.sheet(sheet)
    recovery_sheet.require_current(identity, keyed.key)
    for file in keyed.home.staff.glob("*.json"):
        file.unlink()  # nobody can unlock any more
    identities = with_older(keyed.home.staff, identity)
    staff.let_in_again(keyed.home.staff, identities, 0)
    staff.add(keyed.home.staff, "Eve", PASSPHRASES[JO], identities, role="lead", costs=FAST)
    eve = staff.enter(keyed.home.staff, "Eve", PASSPHRASES[JO])
    assert keyed.opened_by(eve.identity) == set(keyed.plain)
    change_key(keyed.home, eve, keyed.root / "eve.txt", now=now)
    eve = staff.enter(keyed.home.staff, "Eve", PASSPHRASES[JO])
    assert keyed.opened_by(eve.identity) == set(keyed.plain)
    assert keyed.opened_by(eve.identity.split("\n")[0]) == set(keyed.plain) - keyed.kept
    assert keyed.opened_by(keyed.old) == keyed.kept


@pytest.mark.parametrize("put", [b"{}", None], ids=["another's", "gone"])
def test_a_change_goes_on_without_its_note_and_who_holds_the_new_key_keeps_their_access(
    stop: Stop, put: bytes | None
) -> None:
    keyed = stop(half_way)
    file = keyed.home.staff / CHANGE
    file.unlink()
    if put is not None:
        file.write_bytes(put)
    assert goes_on(keyed.home, keyed.enters())
    change_key(keyed.home, keyed.enters(), None, now=now)
    assert keyed.key == seal.recipient_of(keyed.sheet())
    keyed.is_done()


def test_a_note_of_a_change_that_somebody_else_made_counts_as_nothing(keyed: Keyed) -> None:
    """A planted key and a planted change once made the next change seal everything to the planter."""
    theirs = seal.new_identity()
    write_older(keyed.home.staff, [theirs, keyed.old], theirs, keyed.old)
    sealed = seal.seal(f"{theirs}\n".encode(), (keyed.key,), block=1)
    (keyed.home.staff / OLDER).write_bytes(sealed)
    change = {"version": 2, "key": seal.recipient_of(theirs), "members": {}}
    for tag in ("", "0" * 64):
        (keyed.home.staff / CHANGE).write_text(json.dumps(change | {"tag": tag}))
        assert not goes_on(keyed.home, keyed.enters())
        with pytest.raises(SettingsError, match="Choose a file"):
            change_key(keyed.home, keyed.enters(), None, now=now)
    keyed.rekeys()
    assert keyed.key == seal.recipient_of(keyed.sheet())
    assert not keyed.opened_by(theirs)
    assert theirs not in keyed.enters().identity
    keyed.is_done()


def test_a_note_of_a_change_that_was_finished_and_put_there_again_counts_as_nothing(stop: Stop) -> None:
    keyed = stop(half_way)
    kept = (keyed.home.staff / CHANGE).read_bytes()
    keyed.rekeys()
    (keyed.home.staff / CHANGE).write_bytes(kept)
    assert not goes_on(keyed.home, keyed.enters())
    keyed.rekeys("second.txt")
    assert keyed.key == seal.recipient_of(keyed.sheet("second.txt"))
    keyed.is_done()


def test_a_staff_file_that_was_changed_in_the_middle_of_it_does_not_get_the_new_key(stop: Stop) -> None:
    keyed = stop(begun)
    file = next(iter(staff_files.named(keyed.home.staff, ALI)))
    theirs = seal.new_identity()
    changed = json.loads(file.read_bytes()) | {"recipient": seal.recipient_of(theirs)}
    file.write_text(json.dumps(changed))
    keyed.rekeys("second.txt")
    assert not file.exists()
    assert not keyed.opened_by(theirs)
    assert [one.name for one in staff.members(keyed.home.staff, keyed.sheet("second.txt"))] == [JO]


def test_older_keys_that_somebody_changed_are_written_anew(keyed: Keyed) -> None:
    """Whoever unlocks has them from their own file: nothing is taken from the one that lies beside."""
    keyed.rekeys()
    (keyed.home.staff / OLDER).write_bytes(b"junk")
    keyed.rekeys("second.txt")
    keyed.is_done()


@pytest.mark.parametrize("when", [jo_has_it, half_way])
def test_a_backup_of_the_middle_opens_on_another_machine_and_the_change_ends_there(
    stop: Stop, when: When
) -> None:
    keyed = stop(when)
    stick = keyed.root / "stick"
    stick.mkdir()
    made = back_up(keyed.home, stick, keyed.key, NOON)
    keyed.home.root.rename(keyed.root / "lost")
    restore(keyed.home, made.folder)
    keyed.home.root.joinpath("summaries").mkdir(exist_ok=True)
    for path in keyed.plain:
        if path.startswith("summaries"):  # not all that is kept is in a backup
            shutil.copy2(keyed.root / "lost" / path, keyed.home.root / path)
    keyed.is_whole()
    keyed.rekeys()
    keyed.is_done()


def test_whatever_the_disk_does_is_told_in_a_sentence(begun_keyed: Keyed, tmp_path: Path) -> None:
    counting = FaultyDisk()
    begun_keyed.copied(tmp_path / "counted").rekeys(disk=counting)
    for after in range(0, len(counting.calls), 7 if "TORTURE" in os.environ else 15):
        with pytest.raises(VaultError) as caught:
            begun_keyed.copied(tmp_path / str(after)).rekeys(disk=Stopping(after))
        assert str(caught.value).endswith(".")


def test_the_shape_of_a_change_is_told(stop: Stop) -> None:
    keyed = stop(jo_has_it)
    told = json.loads((keyed.home.staff / CHANGE).read_bytes())
    assert told == {"version": 2, "key": told["key"], "members": told["members"], "tag": told["tag"]}
    assert set(told["members"]) == {file.stem for file in keyed.home.staff.glob("*.json")}
    assert msgspec.convert(told, rekey.KeyChange) == unfinished(keyed.home, keyed.enters().identity)
