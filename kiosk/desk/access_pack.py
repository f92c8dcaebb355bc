"""A subject-access pack: everything that is held on one entry, for the person whose entry it is.

It is the entry as a PDF and as JSON, each with what the audit has about it: who read it, what was copied, and
what else was done. docs/export.md tells the shape of the JSON.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Literal

import msgspec

from kiosk.dates import at_time, on_day
from kiosk.desk.audit.audit_log import Did, Event, Trail
from kiosk.desk.desk import Desk
from kiosk.desk.exports import files
from kiosk.desk.exports.cleaned import cleaned
from kiosk.desk.exports.destinations import Target
from kiosk.desk.exports.json import EntryValue, entry_value
from kiosk.desk.exports.pdf import pdf_of
from kiosk.entry import blocks
from kiosk.entry.opened import Opened
from kiosk.errors import DeskError
from kiosk.language import english
from kiosk.language import words as _
from kiosk.text import kept, shown

WHAT = "access pack"
"""What the audit calls it."""
_READ: frozenset[Did] = frozenset({"opened", "opened without a code", "showed what was kept back"})
_COPIED: frozenset[Did] = frozenset({"exported", "printed"})
COUNTED = _("The points and cards chosen are also kept separately, encrypted, to be counted in statistics.")
BACKUPS = _("Backups of the whole kiosk may also have a copy of this entry.")
DAMAGED = _("Part of the audit log is damaged or cannot be read. It may have had more about this entry.")


class AccessEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that the audit has about an entry."""

    when: datetime
    who: str
    did: Did
    detail: str


class AccessPack(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is held on an entry."""

    format: Literal["strengths-kiosk-access-pack"] = "strengths-kiosk-access-pack"
    version: Literal[1] = 1
    venue: str
    made: datetime
    made_by: str
    entry: EntryValue
    read: tuple[AccessEvent, ...]
    """Oldest first, as the others."""
    copied: tuple[AccessEvent, ...]
    done: tuple[AccessEvent, ...]
    """What else was done."""
    notices: tuple[str, ...]
    """What is not known, and where else there may be copies."""


def pack_of(opened: Opened, trail: Trail, venue: str, made: datetime, by: str) -> AccessPack:
    """Return all that is held on an entry. `made` is now, and `by` who makes it."""
    mine = [event for event in reversed(trail.events) if event.entry_id in opened.ids]
    kinds = {kind: tuple(map(_event, (one for one in mine if _kind(one) == kind))) for kind in (0, 1, 2)}
    return AccessPack(
        venue=opened.venue or venue,
        made=made,
        made_by=by,
        entry=entry_value(cleaned(opened, kept)),
        read=kinds[0],
        copied=kinds[1],
        done=kinds[2],
        notices=tuple(map(english, _notices(trail))),
    )


def write(desk: Desk, opened: Opened, target: Target, venue: str, made: datetime) -> str:
    """Write the pack to a PDF, and to a JSON file of the same name beside it; return the sentences to show.

    It stands in the audit as an export. Raises DeskError, VaultError.
    """
    beside = replace(target, name=Path(target.name).with_suffix(".json").name)
    files.require_free(target)
    files.require_free(beside)
    trail = desk.audit.read(desk.identity)
    pack = pack_of(opened, trail, venue, made, desk.staff)
    page = pdf_of(opened, made, venue, more=tuple(_parts(pack, tuple(_notices(trail)))))
    said = files.write(target, page, lambda: desk.note("exported", opened.row, WHAT))
    data = msgspec.json.format(msgspec.json.encode(pack), indent=2) + b"\n"
    try:
        files.write(beside, data)
    except DeskError as error:
        raise DeskError(f"{shown(target.path)} is written. {error}") from error
    return f"{said} {shown(beside.path)} has the same in a form for programs."


def _kind(event: Event) -> int:
    return 0 if event.did in _READ else 1 if event.did in _COPIED else 2


def _event(event: Event) -> AccessEvent:
    return AccessEvent(when=event.when, who=event.people, did=event.did, detail=event.detail)


def _notices(trail: Trail) -> Iterator[str]:
    if trail.unread or trail.forged or trail.broken is not None:
        yield DAMAGED
    yield COUNTED
    yield BACKUPS


def _parts(pack: AccessPack, notices: Sequence[str]) -> Iterator[tuple[str, Sequence[str]]]:
    """Yield what the PDF has at its end: headings, each with a list."""
    for title, events in (
        (_("Who read this entry"), pack.read),
        (_("What was copied or printed"), pack.copied),
        (_("What else staff did"), pack.done),
    ):
        yield title, [_line(event) for event in events] or [_("Nothing is recorded.")]
    made = _(
        "{staff} made it on {day}. It has everything kept on this entry, except what only the customer's "
        "code opens."
    )
    told = made.format(staff=blocks.line(pack.made_by), day=on_day(pack.made))
    yield _("About this document"), (told, *notices)


def _line(event: AccessEvent) -> str:
    detail = f" ({blocks.line(event.detail)})" if event.detail else ""
    when = f"{on_day(event.when)}, {at_time(event.when)}"
    return f"{when}, {blocks.line(event.who)}: {event.did}{detail}"
