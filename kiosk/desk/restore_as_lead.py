"""Restoring a backup where a desk is set up: a lead's, and what an older venue key opens is sealed anew.

Until that is done `staff/anew` says so: it is there before the first page of an older key comes, and goes
when none is left. Meanwhile the desk opens everything, since it holds the older keys, and what they vouched
for counts; each unlock says that the restore is not finished. The same restore goes on; a change of the
venue's key (`kiosk.desk.rekey`) seals the rest anew too.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import msgspec

from kiosk import seal, untrusted
from kiosk.counts import uncounted
from kiosk.desk import comment_book
from kiosk.desk.entries import signer
from kiosk.desk.keys import held, staff, staff_files, stock, stocktaking
from kiosk.desk.keys.held import HeldVenue
from kiosk.desk.keys.staff import Unlocked
from kiosk.desk.keys.staff_files import ANEW, CHANGE
from kiosk.desk.keys.tampering import PACK
from kiosk.desk.reseal import Resealed, reseal
from kiosk.desk.summaries import figures
from kiosk.entry.page_file import Keys, doubt_of, open_page
from kiosk.errors import EntryError, NoKeyError, SealError, StaffError, VaultError
from kiosk.home import Home
from kiosk.os_errors import explaining
from kiosk.progress import Progress, untold
from kiosk.seal import recipient_of
from kiosk.upkeep import restore as restoring
from kiosk.upkeep.pack_store import published
from kiosk.upkeep.restore import Checks, Restored, Would
from kiosk.vault import durable
from kiosk.vault.age_file import MOST_BYTES
from kiosk.vault.durable import DISK, Disk
from kiosk.vault.entry_counts import UNCOUNTED
from kiosk.vault.log_lines import Document
from kiosk.vault.page_files import PageFiles, Strays
from kiosk.vault.rows import MARKS

MARKED = frozenset(MARKS)
COMMENTS, VAULT = "comments", "vault"
"""Folders of a backup."""


def restore(
    home: Home,
    lead: Unlocked,
    folder: Path,
    *,
    merge: bool,
    now: Callable[[], datetime],
    allow: Callable[[Would], object] = lambda _would: None,
    note: Callable[[], object] = lambda: None,
    reconcile: Callable[[], object] = lambda: None,
    progress: Progress = untold,
    disk: Disk = DISK,
) -> tuple[Restored, Resealed | None]:
    """Restore a backup, and return what that did, and what was sealed anew, where it is of an older key.

    `allow` is told what is about to be done, and `note` is called after it, before anything is changed: what
    either raises stops that. `reconcile` is called once the backup is here. What the venue does not vouch for
    is not brought. Raises LeadNeededError, StaffError where the venue's key is being changed, and as
    `kiosk.upkeep.restore.restore`.
    """
    staff.require_lead(lead)
    current, *older = lead.identity.split("\n")

    def begin(would: Would) -> None:
        if would.older and (home.staff / CHANGE).exists():
            raise StaffError("The change of the venue key is not finished. Run 'kiosk staff rekey' first.")
        allow(would)
        note()
        if would.older:  # before the first page
            staff_files.say_restored(home.staff, current, disk=disk)

    with staff_files.changing(home.staff):
        done = restoring.restore(
            home,
            folder,
            merge=merge,
            older_keys=[recipient_of(one) for one in older],
            begin=begin,
            checks=checks_of(lead.identity, held.read(home.staff, current)),
            disk=disk,
        )
        reconcile()
        said = "Encrypting again was interrupted. To continue, restore the same backup again."
        with explaining(VaultError, said):
            resealed = None
            if done.older:
                resealed = reseal(
                    home, lead.identity, vouched_by=older, now=now, progress=progress, disk=disk
                )
            stocktaking.follow(home, current, current, brought=_pages_in(folder), disk=disk)
            if done.older:
                durable.remove(home.staff / ANEW, disk=disk)
                staff_files.count_on(home.staff, current, disk=disk)  # so that a copy of it says nothing
            packs = [f"{PACK}{pack_id}" for pack_id in published(home.packs)]
            stock.remember(home, lead.identity, settings=packs)
        return done, resealed


def _pages_in(backup: Path) -> set[tuple[str, str]]:
    """Return the pages of a backup by id and name."""
    every = PageFiles(Home(backup).vault).scan(Strays())
    return {(id_, name) for id_, names in every for name in names}


def checks_of(identities: str, venues: Sequence[HeldVenue] = ()) -> Checks:
    """Return what the holder of the venue's identities, one a line, knows of a backup's content.

    `venues` are others whose keys are held. What is sealed to other keys than all these is taken for what it
    says, since it stays closed.
    """
    each, opens = identities.split("\n"), held.opening(identities, venues)
    first, *others = opens.split("\n")
    keys, signers = Keys.of(desk=first, before=others), [signer(one) for one in (first, *others)]

    def is_good(file: Path) -> bool:
        try:
            if file.suffix == ".count" or file.parent.name == UNCOUNTED:
                uncounted.read(file, opens)
                return True
            sealed = untrusted.read(file, MOST_BYTES)
            if figures.FOLDER in (file.parent.name, file.parent.parent.name):
                theirs = each if file.parent.name == figures.FOLDER else opens.split("\n")
                return figures.VOUCHED.is_vouched(seal.open_sealed(sealed, opens), theirs)
            if file.parent.name == COMMENTS:
                opened = seal.open_sealed(sealed, identities)
                return file.name != comment_book.FILE or comment_book.VOUCHED.is_vouched(opened, each)
            entry_id, page_name, _ = file.name.split(".")
            page = open_page(sealed, opens)
        except NoKeyError:
            return file.parent.name == UNCOUNTED or file.parent.parent.name == VAULT
        except (OSError, SealError, EntryError, msgspec.DecodeError):
            return False
        return doubt_of(page, entry_id, page_name, keys) is None

    def is_said(entry_id: str, document: Document) -> bool:
        if not MARKED.intersection(document):
            return True
        return any(document.get("tag") == sign(entry_id, document) for sign in signers)

    return Checks(identities, is_good, is_said)
