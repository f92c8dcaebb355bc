"""Restoring a backup where a desk is set up: a lead's, and what an older venue key opens is sealed anew.

Until that is done `staff/anew` says so: it is there before the first page of an older key comes, and goes
when none is left. Meanwhile the desk opens everything, since it holds the older keys, and the same restore
goes on; a change of the venue's key (`kiosk.desk.rekey`) seals the rest anew too.
"""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from kiosk import restore as restoring
from kiosk.desk import staff, staff_files
from kiosk.desk.identities import require_venue
from kiosk.desk.reseal import Resealed, reseal
from kiosk.desk.staff import Unlocked
from kiosk.desk.staff_files import ANEW, CHANGE
from kiosk.errors import StaffError, VaultError
from kiosk.progress import Progress, untold
from kiosk.restore import Restored
from kiosk.seal import recipient_of
from kiosk.settings import Home, load_settings
from kiosk.vault import durable
from kiosk.vault.durable import DISK, Disk


def restore(
    home: Home,
    lead: Unlocked,
    folder: Path,
    *,
    merge: bool,
    now: Callable[[], datetime],
    note: Callable[[], object] = lambda: None,
    reconcile: Callable[[], object] = lambda: None,
    progress: Progress = untold,
    disk: Disk = DISK,
) -> tuple[Restored, Resealed | None]:
    """Restore a backup, and return what that did, and what was sealed anew, where it is of an older key.

    `note` is called once the backup is checked, before anything is changed, and `reconcile` once it is here.
    Raises LeadNeededError, StaffError where the venue's key is being changed, and as `kiosk.restore.restore`.
    """
    staff.require_lead(lead)
    current = require_venue(lead.identity, load_settings(home.settings).venue.key)
    identities = "\n".join(dict.fromkeys([current, *lead.identity.split("\n")]))

    def begin(older: bool) -> None:
        if older and (home.staff / CHANGE).exists():
            raise StaffError("The change of the venue's key is not finished. Run 'kiosk staff rekey' first.")
        note()
        if older:  # before the first page
            durable.replace(home.staff / ANEW, b"", disk=disk)

    with staff_files.changing(home.staff):
        done = restoring.restore(
            home,
            folder,
            merge=merge,
            older_keys=[recipient_of(one) for one in identities.split("\n")],
            begin=begin,
            disk=disk,
        )
        reconcile()
        if not done.older:
            return done, None
        try:
            resealed = reseal(home, identities, now=now, progress=progress, disk=disk)
            durable.remove(home.staff / ANEW, disk=disk)
        except OSError as error:
            raise VaultError(
                f"The sealing anew was stopped: {error.strerror or type(error).__name__}. Nothing is lost. "
                "Restore the same backup again: it goes on from there."
            ) from error
        return done, resealed
