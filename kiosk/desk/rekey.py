"""Changing the venue's key: another key, another sheet, and all that the older one opens sealed anew.

The order of things, each one flushed before the next:

1. the recovery sheet of the new key
2. `staff/older.age`: the keys so far, sealed to the new one and to the one so far
3. `staff/change`: that a change is under way, and to which key
4. every staff file holds both keys
5. `kiosk.toml` names the new key: what is saved from now on is sealed to it
6. every staff file holds the new key alone; the older ones come with `staff/older.age`
7. everything is sealed anew (`kiosk.desk.reseal`)
8. `staff/older.age` is sealed to the new key alone
9. `staff/change` goes

After each of them whoever can unlock opens everything, and so does the sheet whose key `kiosk.toml` names.
Until 5 nothing is sealed to the new key alone; where the change stops before, it goes on with that key, or
begins again with another where whoever unlocks does not hold it yet. After 5 it goes on.

`older.age` stays for good, and no key leads to one that came after it. Somebody may be in the middle of a
visit, or at the desk, who read the old key before 5 and seals to it after 7: that opens still, and the next
change seals it anew.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from kiosk import seal
from kiosk.desk import recovery, staff, staff_files
from kiosk.desk.identities import OLDER, identity_for, with_older
from kiosk.desk.recovery import Sheet
from kiosk.desk.reseal import Resealed, reseal
from kiosk.desk.staff import Unlocked
from kiosk.desk.staff_files import ANEW, CHANGE
from kiosk.errors import SealError, SettingsError, StaffError, VaultError
from kiosk.moments import to_second
from kiosk.progress import Progress, untold
from kiosk.settings import Home, Settings, keep_settings, load_settings
from kiosk.vault import durable
from kiosk.vault.durable import DISK, TEMPORARY, Disk


class Change(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A change of the venue's key that is not finished."""

    version: Literal[1] = 1
    key: str
    """The public half of the new key."""
    begun: Annotated[datetime, msgspec.Meta(tz=True)]
    """UTC."""
    without: tuple[str, ...] = ()
    """Names of those who will not be able to unlock any more."""


def unfinished(folder: Path) -> Change | None:
    """Return the change that is not finished, of the staff keys in a folder. Raises StaffError for damage."""
    file = folder / CHANGE
    try:
        return msgspec.json.decode(file.read_bytes(), type=Change)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise StaffError(f"{file} cannot be read. Move it away, and change the venue's key again.") from error


def goes_on(home: Home, unlocked: Unlocked) -> bool:
    """Tell whether `change_key` would go on with a change, and so needs no file for a sheet."""
    change = unfinished(home.staff)
    return change is not None and _held(home, change.key, unlocked) is not None


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
    access, since they have not unlocked since roles came. `note` is called once all is checked, before a
    change begins; what it raises stops that.

    Raises LeadNeededError, SettingsError, StaffError; VaultError where it was stopped, and then nothing is
    lost and the same call goes on from there.
    """
    staff.require_lead(unlocked)
    with staff_files.changing(home.staff):
        try:
            return _Changing(home, unlocked, now, note, disk).run(recovery_file, tuple(without), progress)
        except OSError as error:
            raise VaultError(
                f"The change of the key was stopped: {error.strerror or type(error).__name__}. Nothing is "
                "lost. Run it again: it goes on from there."
            ) from error


def _held(home: Home, recipient: str, unlocked: Unlocked) -> str | None:
    return identity_for(recipient, with_older(home.staff, unlocked.identity))


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

    def run(self, recovery_file: Path | None, without: tuple[str, ...], progress: Progress) -> Resealed:
        settings = load_settings(self._home.settings)
        current = _held(self._home, settings.venue.key, self._unlocked)
        if current is None:
            raise StaffError("The venue's key has changed meanwhile. Unlock again.")
        change = unfinished(self._folder)
        new = _held(self._home, change.key, self._unlocked) if change else None
        if change is None or new is None:
            change, new = self._begin(settings, current, recovery_file, without)
        elif recovery_file and not recovery_file.exists():
            self._write_sheet(recovery_file, settings, new)
        if settings.venue.key != change.key:
            self._require_known(change.without)
            self._give(change, f"{current}\n{new}")
            self._switch(change.key)
        self._give(change, new)
        self._take_away(change)
        identities = self._identities(new)
        done = reseal(self._home, identities, now=self._now, progress=progress, disk=self._disk)
        for left in self._folder.glob(f"{TEMPORARY}*"):
            self._disk.unlink(left)  # nobody else is at work here
        self._write_older(identities.partition("\n")[2], change.key)
        if (self._folder / ANEW).exists():  # what a restore of an older backup left is sealed anew too
            durable.remove(self._folder / ANEW, disk=self._disk)
        durable.remove(self._folder / CHANGE, disk=self._disk)
        return done

    def _begin(
        self, settings: Settings, current: str, recovery_file: Path | None, without: tuple[str, ...]
    ) -> tuple[Change, str]:
        """Make the new key and write down, in this order, its sheet, the older keys, and the change."""
        without = self._checked(without)
        held = self._identities(current)
        if recovery_file is None:
            raise SettingsError("Name a file for the new recovery sheet.")
        recovery.require_outside(self._home.root, recovery_file)
        recovery.require_new(recovery_file)
        self._note()
        new = seal.new_identity()
        key = seal.recipient_of(new)
        self._write_sheet(recovery_file, settings, new)
        self._write_older(held, key, settings.venue.key)
        change = Change(key=key, begun=to_second(self._now()), without=without)
        durable.replace(self._folder / CHANGE, msgspec.json.encode(change), disk=self._disk)
        return change, new

    def _checked(self, without: tuple[str, ...]) -> tuple[str, ...]:
        """Return who is left out, as their names are kept. Raises StaffError."""
        kept = tuple(dict.fromkeys(staff.kept_name(self._folder, name) for name in without))
        if self._unlocked.name in kept:
            raise StaffError("You cannot leave yourself out.")
        self._require_known(kept)
        return kept

    def _require_known(self, without: tuple[str, ...]) -> None:
        """Raise StaffError where the new key cannot be wrapped for somebody without their passphrase."""
        keys = staff_files.keys(self._folder).values()
        missing = sorted(key.name for key in keys if not key.recipient and key.name not in without)
        if missing:
            raise StaffError(
                f"Let these people unlock once first: {', '.join(missing)}. Or leave them out, using "
                "--without NAME; then they must be added again."
            )

    def _identities(self, first: str) -> str:
        """Return all identities that are held, one a line, this one first. Raises StaffError for damage."""
        file = self._folder / OLDER
        held = with_older(self._folder, self._unlocked.identity).split("\n")
        try:
            if file.exists():
                seal.open_sealed(file.read_bytes(), "\n".join(held))
        except SealError as error:
            raise StaffError(f"{file} does not open. Restore it from a backup, or move it away.") from error
        return "\n".join(dict.fromkeys([first, *held]))

    def _write_sheet(self, file: Path, settings: Settings, identity: str) -> None:
        recovery.write(file, Sheet(settings.venue.name, identity, self._now().astimezone().date()))

    def _write_older(self, identities: str, *recipients: str) -> None:
        """Keep the older identities, one a line, for whoever holds one of these keys."""
        # Without padding: age takes a file of identities with nothing behind them.
        sealed = seal.seal(f"{identities}\n".encode(), recipients, block=1)
        durable.replace(self._folder / OLDER, sealed, disk=self._disk)

    def _give(self, change: Change, identities: str) -> None:
        """Let every staff file hold these identities."""
        for file, key in staff_files.keys(self._folder).items():
            if key.recipient and key.name not in change.without:
                sealed = seal.seal(identities.encode(), (key.recipient,))
                staff_files.write(file, msgspec.structs.replace(key, sealed=sealed), disk=self._disk)

    def _switch(self, key: str) -> None:
        """Let the settings name the new key."""
        settings = load_settings(self._home.settings)
        venue = msgspec.structs.replace(settings.venue, key=key)
        keep_settings(self._home, msgspec.structs.replace(settings, venue=venue), disk=self._disk)

    def _take_away(self, change: Change) -> None:
        """Remove the files of those who were left out: they hold an older key alone."""
        for file, key in staff_files.keys(self._folder).items():
            if key.name in change.without:
                durable.remove(file, disk=self._disk)
