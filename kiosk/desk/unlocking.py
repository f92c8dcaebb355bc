"""Unlocking the desk, and whether whoever unlocked it may still do what they want."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from kiosk.desk import lockout, staff
from kiosk.desk.audit import Audit
from kiosk.desk.identities import identity_for, require_venue
from kiosk.desk.staff import Unlocked
from kiosk.desk.staff_files import LEAD, Role
from kiosk.errors import LeadNeededError, PassphraseError, ShutOutError, StaffError, VaultError
from kiosk.settings import Home, venue_key_now


@dataclass(frozen=True)
class Standing:
    """What a member of staff may do: it can change while their desk is unlocked."""

    home: Home
    staff: str
    identity: str = field(repr=False)
    """The venue's age identities, one a line."""
    venue_key: str
    """The public half; it counts where the settings do not read now."""

    def require(self, role: Role) -> None:
        """Raise ShutOutError where they can do nothing more, LeadNeededError where this takes a lead."""
        role_now = self._role()
        if role_now is None:
            raise ShutOutError("You can no longer unlock this desk. Ask a lead.")
        if identity_for(venue_key_now(self.home, self.venue_key), self.identity) is None:
            raise ShutOutError("The key of this venue has changed. Unlock the desk again.")
        if role == LEAD and role_now != LEAD:
            raise LeadNeededError("Only a lead may do this, and you are no longer one.")

    def _role(self) -> Role | None:
        try:
            return staff.role_of(self.home.staff, self.staff)
        except StaffError:  # where no file reads, nothing is told of anybody
            return "staff"


def unlock(
    home: Home,
    audit: Audit,
    name: str,
    passphrase: str,
    *,
    venue_key: str,
    now: Callable[[], datetime],
    pause: Callable[[float], None],
) -> Unlocked:
    """Unlock, as slowly as wrong tries before make it (`kiosk.desk.lockout`), and note it.

    `venue_key` is the public half of the venue's key; `pause` waits for so many seconds. Raises StaffError
    for a name that nobody has and for another venue's key, PassphraseError, LockedOutError, DeskError; and
    VaultError where it could not be noted that somebody unlocked.
    """
    try:
        unlocked = lockout.unlock(
            home.staff, lockout.Lockout(home.unlocks), name, passphrase, now=now, pause=pause
        )
    except PassphraseError:
        with suppress(VaultError, StaffError):  # that it was wrong is what they need to know
            audit.note(staff.kept_name(home.staff, name), "could not unlock")
        raise
    require_venue(unlocked.identity, venue_key)
    audit.note(unlocked.name, "unlocked")
    return unlocked
