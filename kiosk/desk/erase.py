"""Erasing an entry on request, and the receipt that says what was deleted and what was not."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from kiosk.dates import on_day
from kiosk.desk.audit.audit_log import Event
from kiosk.desk.desk import Desk
from kiosk.desk.keys.staff_files import LEAD
from kiosk.entry.opened import Opened
from kiosk.entry.staff_pages import rests_of
from kiosk.errors import DeskError, NoEntryError
from kiosk.text import counted, written_line

REASON_MOST = 300
"""Characters."""
TRACES = "Someone with special tools might still find parts of it"


@dataclass(frozen=True)
class Receipt:
    """What was deleted, and what was not."""

    name: str
    saved: datetime
    erased: datetime
    by: str
    pages: int
    """With those that were kept back for an older code."""
    outside: tuple[Event, ...]
    """When it was printed or exported, newest first: those copies are not deleted."""
    unread: int
    """Lines of the audit that do not read, or that no desk wrote: it may have left the kiosk then, too."""
    broken: bool
    """Whether lines of the audit were changed or taken out: likewise."""
    key_was_here: bool
    """Whether a desk, and so the wrapped venue key, is on this machine."""

    def lines(self) -> tuple[str, ...]:
        """Return it in plain words."""
        pages = counted(self.pages, "page", "pages")
        return (
            f"{self.name}, saved on {on_day(self.saved)}.",
            f"Deleted from this kiosk on {on_day(self.erased)} by {self.by}, {pages} in all.",
            TRACES + ("." if self.key_was_here else ", encrypted to a key that was never on this kiosk."),
            "Not deleted: printed and exported copies, and earlier backups.",
            "Unsaved changes in a customer's break cannot be found. They no longer open.",
            *self._copies(),
        )

    def value(self) -> dict[str, Any]:
        """Return it as plain JSON values; times are ISO texts in UTC."""
        value: dict[str, Any] = msgspec.to_builtins(self)
        return value

    def _copies(self) -> tuple[str, ...]:
        copies = tuple(
            f"{on_day(event.when)}: {event.did} by {event.who}"
            + (f" ({event.detail})" if event.detail else "")
            for event in self.outside
        )
        told = ("Copies that were made:", *copies) if copies else ()
        doubts = [
            "Part of the audit log cannot be read" if self.unread else "",
            "The audit log was changed or damaged" if self.broken else "",
        ]
        doubts = [f"{why}, so there may be copies not listed here." for why in doubts if why]
        if doubts:
            return (*told, *doubts)
        return told or ("No copies were printed or exported here.",)


def erase(desk: Desk, opened: Opened, reason: str, now: datetime, *, key_is_here: bool) -> Receipt:
    """Erase an entry and return the receipt.

    Raises DeskError as `receipt_of` does, VaultError where it was not erased, or not wholly.
    """
    receipt = receipt_of(desk, opened, reason, now, key_is_here=key_is_here)
    desk.erase(opened, reason)
    return receipt


def receipt_of(desk: Desk, opened: Opened, reason: str, now: datetime, *, key_is_here: bool) -> Receipt:
    """Return the receipt of an entry that is about to be erased.

    Raises DeskError where no reason is given, LeadNeededError where nobody may erase it.
    """
    desk.require(LEAD)
    if not written_line(reason, REASON_MOST):
        raise DeskError("Enter who asked for it, and why. It is recorded in the audit log.")
    row, trail = opened.row, desk.audit.read(desk.identity)
    with suppress(NoEntryError):  # half erased, and tried again
        row = desk.vault.row(row.id)
    pages = len(row.pages)
    for rest in rests_of(opened.pages):
        with suppress(NoEntryError):
            pages += len(desk.vault.row(rest).pages)
    return Receipt(
        name=opened.row.name,
        saved=row.saved,
        erased=now,
        by=desk.staff,
        pages=pages,
        outside=tuple(
            event
            for event in trail.events
            if event.entry_id in opened.ids and event.did in ("printed", "exported")
        ),
        unread=trail.unread + trail.forged,
        broken=trail.broken is not None,
        key_was_here=key_is_here,
    )
