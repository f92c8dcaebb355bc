"""Changing the venue's key: another key, another sheet, and all that the older one opens sealed anew.

The order of things, each one flushed before the next:

1. the recovery sheet of the new key
2. `staff/older.age`: the keys so far, for who holds the new one or the one so far; likewise
   `staff/venues.age`, the keys of other venues that are held
3. `staff/change`: that a change is under way, to which key, and who keeps their access
4. the roster, vouched for by both keys
5. the file of the lead who changes it holds both keys, under the tag of their own passphrase
6. every other staff file has the new key in a letter, under the tag of the key so far
7. `kiosk.toml` names the new key: what is saved from now on is sealed to it
8. everything is sealed anew (`kiosk.desk.reseal`)
9. `staff/older.age` and `staff/venues.age` are for the new key alone, which vouches for the packs and the
   known places
10. staff files and roster are vouched for by the new key alone
11. `staff/change` goes

After each of them whoever can unlock opens everything, and so does the sheet whose key `kiosk.toml` names.
Until 5 nobody holds the new key, and a change that stopped begins again with another. From then on it goes
on: the roster says so, under both keys. What somebody else put in the place of `staff/change` counts as
nothing.

`older.age` stays for good, and no key leads to one that came after it. Somebody may be in the middle of a
visit who read the old key before 7 and seals to it after 8: that opens still, and the next change seals it
anew.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Literal

import msgspec

from kiosk import mac, seal, untrusted
from kiosk.dates import day_of
from kiosk.desk.keys import held, recovery_sheet, staff, staff_files, stocktaking
from kiosk.desk.keys.identities import identity_for, write_older
from kiosk.desk.keys.recovery_sheet import RecoverySheet
from kiosk.desk.keys.staff import Unlocked
from kiosk.desk.keys.staff_files import ANEW, CHANGE, Letter, StaffKey
from kiosk.desk.reseal import Resealed, reseal
from kiosk.errors import SettingsError, StaffError, VaultError
from kiosk.home import Home
from kiosk.os_errors import explaining
from kiosk.places import known
from kiosk.progress import Progress, untold
from kiosk.settings.settings import Settings, keep_settings, load_settings, with_key
from kiosk.upkeep.pack_store import vouch_again
from kiosk.vault import durable
from kiosk.vault.durable import DISK, TEMPORARY, Disk

MOST_BYTES = 1 << 16
"""Of `staff/change`, which has a few hundred."""


CHANGE_OF_KEY = "change of key"
"""The purpose of the key of its tag (`kiosk.mac.key_from`)."""


class KeyChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A change of the venue's key that is not finished."""

    version: Literal[2] = 2
    key: str
    """The public half of the new key."""
    members: dict[str, str]
    """Who keeps their access: a file's name without `.json` → the SHA-256 of what it held."""
    tag: str = ""
    """Under the new key."""


def unfinished(home: Home, identities: str) -> KeyChange | None:
    """Return the change to the first of the venue's identities, while it is not finished. Raises StaffError.

    That it is not is told by the roster, for which two keys vouch then. Where `staff/change` is missing, or
    is not vouched for, nobody else keeps their access whose file does not hold the new key yet.
    """
    if not staff_files.before(home.staff, identities):
        return None
    venue = staff.present(identities)
    key = seal.recipient_of(venue)
    try:
        change = untrusted.json(untrusted.read(home.staff / CHANGE, MOST_BYTES), KeyChange)
    except (OSError, msgspec.DecodeError):
        return KeyChange(key=key, members={})
    is_ours = change.key == key and mac.fits(change.tag, *_tagged(venue, change))
    return change if is_ours else KeyChange(key=key, members={})


def goes_on(home: Home, unlocked: Unlocked) -> bool:
    """Tell whether `change_key` would go on with a change, and so needs no file for a sheet."""
    return unfinished(home, unlocked.identity) is not None


def change_key(
    home: Home,
    unlocked: Unlocked,
    recovery_file: Path | None,
    *,
    now: Callable[[], datetime],
    without: Sequence[str] = (),
    progress: Progress = untold,
    note: Callable[[], object] = lambda: None,
    disk: Disk = DISK,
) -> Resealed:
    """Change the venue's key, or go on with a change that was stopped. Unlock again afterwards.

    `recovery_file` is where the new sheet goes; a change that goes on needs none, and writes one more where a
    file is named that is not there. `now` gives the aware time. `without` names those who are to lose their
    access. `note` is called once all is checked, before a change begins; what it raises stops that.

    Raises LeadNeededError, SettingsError, StaffError; VaultError where it was stopped, and then nothing is
    lost and the same call goes on from there.
    """
    staff.require_lead(unlocked)
    said = "The change of the venue key was interrupted. Nothing is lost. To continue, run it again."
    with staff_files.changing(home.staff), explaining(VaultError, said):
        return _Changing(home, unlocked, now, note, disk).run(recovery_file, tuple(without), progress)


class _Changing:
    """A change at work."""

    def __init__(
        self,
        home: Home,
        unlocked: Unlocked,
        now: Callable[[], datetime],
        note: Callable[[], object],
        disk: Disk,
    ) -> None:
        self._home = home
        self._folder = home.staff
        self._unlocked = unlocked
        self._now = now
        self._note = note
        self._disk = disk
        self._held = unlocked.identity.split("\n")
        """The identities that the lead's own file holds, the newest first."""

    def run(self, recovery_file: Path | None, without: tuple[str, ...], progress: Progress) -> Resealed:
        settings = load_settings(self._home.settings)
        if identity_for(settings.venue.key, self._unlocked.identity) is None:
            raise StaffError("kiosk.toml names a key that is not the venue's. Correct that first.")
        restored = staff_files.restored(self._folder, self._unlocked.identity)
        change = unfinished(self._home, self._unlocked.identity)
        if change is None:
            change = self._begin(settings, recovery_file, without)
        elif recovery_file and not recovery_file.exists():
            self._write_sheet(recovery_file, settings, self._held[0])
        new, before, *_ = self._held
        # What a restore brought that was stopped is vouched for by any older key.
        vouched_by = [before, *(one for one in restored if one != before)]
        self._give(change, new, before)
        if settings.venue.key != change.key:
            keep_settings(
                self._home, with_key(load_settings(self._home.settings), change.key), disk=self._disk
            )
        done = reseal(
            self._home,
            "\n".join(self._held),
            vouched_by=vouched_by,
            now=self._now,
            progress=progress,
            disk=self._disk,
        )
        for left in filter(untrusted.is_file, self._folder.glob(f"{TEMPORARY}*")):
            self._disk.unlink(left)  # nobody else is at work here
        write_older(self._folder, self._held[1:], new, disk=self._disk)
        held.write(self._folder, held.read(self._folder, new), new, disk=self._disk)
        # What a restore of an older backup left is sealed anew too.
        if untrusted.is_file(self._folder / ANEW):
            durable.remove(self._folder / ANEW, disk=self._disk)
        vouch_again(self._home.packs, vouched_by, new, disk=self._disk)
        known.vouch_again(self._home, vouched_by, new, disk=self._disk)
        follow = partial(stocktaking.follow, self._home, before, new, older=restored, disk=self._disk)
        follow()
        self._settle(new)
        follow()  # somebody may have unlocked meanwhile
        if untrusted.is_file(self._folder / CHANGE):
            durable.remove(self._folder / CHANGE, disk=self._disk)
        return done

    def _begin(self, settings: Settings, recovery_file: Path | None, without: tuple[str, ...]) -> KeyChange:
        """Make the new key, and write down all that comes before anybody else is given it."""
        before = self._held[0]
        good = staff_files.vouched_for(self._folder, before)
        left_out = self._checked(without)
        if recovery_file is None:
            raise SettingsError("Choose a file for the new recovery sheet.")
        recovery_sheet.require_outside(self._home.root, recovery_file)
        recovery_sheet.require_new(recovery_file)
        venues = held.read(self._folder, before)
        self._note()
        new = seal.new_identity()
        self._write_sheet(recovery_file, settings, new)
        write_older(self._folder, self._held, new, before, disk=self._disk)
        held.write(self._folder, venues, new, before, disk=self._disk)
        change = KeyChange(
            key=seal.recipient_of(new),
            members={file.stem: _hash(key) for file, key in good.items() if key.name not in left_out},
        )
        key, listed = _tagged(new, change)
        change = msgspec.structs.replace(change, tag=mac.tag(key, listed))
        durable.replace(self._folder / CHANGE, msgspec.json.encode(change), disk=self._disk)
        roster = staff_files.roster_of(self._folder, before)
        self._write_roster(roster.members, roster.number + 1, new, before)
        self._held.insert(0, new)
        own = staff.holding(
            good[self._unlocked.file], self._unlocked.file.stem, "\n".join(self._held), self._unlocked.own
        )
        staff_files.write(self._unlocked.file, own, new, before, disk=self._disk)
        return change

    def _checked(self, without: tuple[str, ...]) -> frozenset[str]:
        """Return who is left out, as their names are kept. Raises StaffError."""
        kept = {staff_files.find(self._folder, name, self._held[0])[1].name for name in without}
        if self._unlocked.name in kept:
            raise StaffError("You cannot remove your own access here.")
        return frozenset(kept)

    def _give(self, change: KeyChange, new: str, before: str) -> None:
        """Let every other staff file have the new key in a letter, as far as it is as it was."""
        secret = mac.key_from(before, staff_files.STAFF_LETTER)
        listed = staff_files.roster_of(self._folder, new).members
        for file, key in staff_files.keys(self._folder).items():
            if file.stem not in listed or staff_files.is_vouched(file.stem, key, new):
                continue
            if change.members.get(file.stem) != _hash(key):
                continue
            sealed = seal.seal(new.encode(), (key.recipient,))
            letter = Letter(sealed=sealed, tag=mac.tag(secret, file.stem, sealed))
            given = msgspec.structs.replace(key, letters=(*key.letters, letter), serial=key.serial + 1)
            staff_files.write(file, given, new, before, disk=self._disk)

    def _settle(self, new: str) -> None:
        """Let the new key alone vouch for the staff files, and take those away that it does not."""
        good, members = staff_files.vouched_for(self._folder, new), {}
        for file, key in good.items():
            staff_files.write(file, key, new, disk=self._disk)
            members[file.stem] = key.serial
        for file in staff_files.keys(self._folder).keys() - good.keys():
            durable.remove(file, disk=self._disk)
        number = staff_files.roster_of(self._folder, new).number
        self._write_roster(members, number + 1, new)

    def _write_sheet(self, file: Path, settings: Settings, identity: str) -> None:
        name, day = settings.venue.name, day_of(self._now())
        recovery_sheet.write(file, RecoverySheet(name, identity, day, self._home.root))

    def _write_roster(self, members: Mapping[str, int], number: int, *venues: str) -> None:
        staff_files.write_roster(self._folder, members, number, *venues, disk=self._disk)


def _tagged(venue: str, change: KeyChange) -> tuple[bytes, bytes]:
    """Return the key of a change's tag, and what it covers."""
    listed = msgspec.json.encode([change.key, sorted(change.members.items())])
    return mac.key_from(venue, CHANGE_OF_KEY), listed


def _hash(key: StaffKey) -> str:
    """Return the SHA-256 of a file that holds a key: of what was read once, whatever lies there by now."""
    return sha256(msgspec.json.encode(key)).hexdigest()
