"""A change of the venue's key that was stopped, and goes on."""

import errno
import json
import os
import shutil
from collections.abc import Callable

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


_found: dict[Callable[[Keyed], bool], int] = {}
"""After how many calls of the disk something is so, where that was tried."""


def stopped(keyed: Keyed, when: Callable[[Keyed], bool]) -> None:
    """Stop a change as soon as something is so, or a few calls of the disk later."""
    after = _found.get(when, 0)
    while True:
        shutil.copytree(keyed.home.root, keyed.root / "copy", copy_function=shutil.copy2)
        with pytest.raises(VaultError, match=r"Nothing is lost\. To continue, run it again"):
            keyed.rekeys(disk=Stopping(after))
        if when(keyed):
            shutil.rmtree(keyed.root / "copy")
            _found[when] = after
            return
        shutil.rmtree(keyed.home.root)
        (keyed.root / "copy").rename(keyed.home.root)
        (keyed.root / "new.txt").unlink()
        after += 1 if when is begun else 5


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
def test_a_change_that_was_stopped_goes_on_with_the_same_key(
    keyed: Keyed, when: Callable[[Keyed], bool]
) -> None:
    stopped(keyed, when)
    key = keyed.key
    keyed.is_whole()
    assert goes_on(keyed.home, keyed.enters())
    change_key(keyed.home, keyed.enters(), None, now=now)
    assert keyed.key == key == seal.recipient_of(keyed.sheet())
    keyed.is_done()


def test_a_change_that_goes_on_writes_its_sheet_once_more_where_that_is_wanted(keyed: Keyed) -> None:
    stopped(keyed, half_way)
    keyed.rekeys("again.pdf")
    assert (keyed.root / "again.pdf").read_bytes().startswith(b"%PDF")
    keyed.is_done()


def test_the_same_command_again_leaves_its_sheet_alone(keyed: Keyed) -> None:
    stopped(keyed, half_way)
    before = (keyed.root / "new.txt").read_bytes()
    keyed.rekeys()
    assert (keyed.root / "new.txt").read_bytes() == before
    keyed.is_done()


def test_who_does_not_hold_the_new_key_yet_begins_again_with_another(keyed: Keyed) -> None:
    stopped(keyed, begun)
    assert not goes_on(keyed.home, keyed.enters())
    keyed.is_whole()
    with pytest.raises(SettingsError):
        change_key(keyed.home, keyed.enters(), None, now=now)
    keyed.rekeys("second.txt")
    assert keyed.key == seal.recipient_of(keyed.sheet("second.txt"))
    keyed.is_done()


def test_each_lead_may_go_on_with_it(keyed: Keyed) -> None:
    staff.set_role(keyed.home.staff, ALI, "lead", keyed.old)
    stopped(keyed, half_way)
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
def test_in_the_middle_of_it_staff_come_and_go(keyed: Keyed, when: Callable[[Keyed], bool]) -> None:
    stopped(keyed, when)
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


def test_in_the_middle_of_it_who_does_not_hold_the_new_key_yet_changes_no_staff_key(keyed: Keyed) -> None:
    """What they vouched for alone would keep the one out who changes the key."""
    stopped(keyed, jo_has_it)
    with pytest.raises(StaffError, match="is not finished"):
        staff.change_passphrase(
            keyed.home.staff, ALI, PASSPHRASES[ALI], "another four good words", costs=FAST
        )
    keyed.is_whole()


@pytest.mark.parametrize(
    ("when", "sheet"), [(jo_has_it, "sheet.txt"), (switched, "new.txt"), (half_way, "new.txt")]
)
def test_in_the_middle_of_it_a_sheet_makes_a_lead_who_ends_it(
    keyed: Keyed, when: Callable[[Keyed], bool], sheet: str
) -> None:
    stopped(keyed, when)
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


@pytest.mark.parametrize("put", [b"junk", b"{}", None], ids=["junk", "another's", "gone"])
def test_a_change_goes_on_without_its_note_and_who_holds_the_new_key_keeps_their_access(
    keyed: Keyed, put: bytes | None
) -> None:
    stopped(keyed, half_way)
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


def test_a_note_of_a_change_that_was_finished_and_put_there_again_counts_as_nothing(keyed: Keyed) -> None:
    stopped(keyed, half_way)
    kept = (keyed.home.staff / CHANGE).read_bytes()
    keyed.rekeys()
    (keyed.home.staff / CHANGE).write_bytes(kept)
    assert not goes_on(keyed.home, keyed.enters())
    keyed.rekeys("second.txt")
    assert keyed.key == seal.recipient_of(keyed.sheet("second.txt"))
    keyed.is_done()


def test_a_staff_file_that_was_changed_in_the_middle_of_it_does_not_get_the_new_key(keyed: Keyed) -> None:
    file = next(iter(staff_files.named(keyed.home.staff, ALI)))
    stopped(keyed, begun)
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


@pytest.mark.parametrize("when", [jo_has_it, switched, half_way])
def test_a_backup_of_the_middle_opens_on_another_machine_and_the_change_ends_there(
    keyed: Keyed, when: Callable[[Keyed], bool]
) -> None:
    stopped(keyed, when)
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


def test_whatever_the_disk_does_is_told_in_a_sentence(keyed: Keyed) -> None:
    counting = FaultyDisk()
    shutil.copytree(keyed.home.root, keyed.root / "counted" / "home")
    Keyed(keyed.root / "counted", old=keyed.old, plain=keyed.plain).rekeys(disk=counting)
    for after in range(0, len(counting.calls), 7):
        copy = Keyed(keyed.root / f"copy-{after}", old=keyed.old, plain=keyed.plain)
        shutil.copytree(keyed.home.root, copy.home.root)
        with pytest.raises(VaultError) as caught:
            copy.rekeys(disk=Stopping(after))
        assert str(caught.value).endswith(".")


def test_the_shape_of_a_change_is_told(keyed: Keyed) -> None:
    stopped(keyed, jo_has_it)
    told = json.loads((keyed.home.staff / CHANGE).read_bytes())
    assert told == {"version": 2, "key": told["key"], "members": told["members"], "tag": told["tag"]}
    assert set(told["members"]) == {file.stem for file in keyed.home.staff.glob("*.json")}
    assert msgspec.convert(told, rekey.KeyChange) == unfinished(keyed.home, keyed.enters().identity)
