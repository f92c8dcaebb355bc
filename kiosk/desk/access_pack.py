"""A subject-access pack: everything that is held on one entry, for the person whose entry it is.

It is the entry as a PDF, as its customer read it and in their language, and as JSON, each with what the audit
has about it: who read it, what was copied, and what else was done. docs/export.md tells the shape of the
JSON.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Literal

import msgspec

from kiosk.dates import at_time, on_day
from kiosk.desk.audit.audit_log import KIOSK, Did, Event, Trail
from kiosk.desk.desk import Desk
from kiosk.desk.exports import files
from kiosk.desk.exports.cleaned import cleaned
from kiosk.desk.exports.destinations import Target
from kiosk.desk.exports.json import EntryValue, entry_value
from kiosk.desk.exports.pdf import pdf_of
from kiosk.desk.new_code import NEW_NAME
from kiosk.entry import blocks
from kiosk.entry.opened import Opened
from kiosk.errors import DeskError
from kiosk.language import english, listed
from kiosk.language import words as _
from kiosk.text import kept, shown

WHAT = "access pack"
"""What the audit calls it."""
_READ: frozenset[Did] = frozenset({"opened", "opened without a code", "showed what was kept back"})
_COPIED: frozenset[Did] = frozenset({"exported", "printed"})
ABOUT_ENTRIES: Mapping[Did, str] = {
    "opened": _("opened"),
    "opened without a code": _("opened without a code"),
    "showed what was kept back": _("showed what was kept back"),
    "marked": _("marked"),
    "added a note": _("added a note"),
    "took a note back": _("took a note back"),
    "wrote the plan": _("wrote the plan"),
    "changed the status": _("changed the status"),
    "talked with the customer": _("talked with the customer"),
    "printed": _("printed"),
    "exported": _("exported"),
    "deleted": _("deleted"),
    "gave a new code": _("gave a new code"),
    "typed in a paper form": _("typed in a paper form"),
}
"""What the audit tells of an entry, as its customer reads it."""
_DETAILS: Mapping[str, str] = {
    WHAT: _("access pack"),
    "My page and the plan": _("My page and the plan"),
    "csv, with others": _("csv, with others"),
    "csv, with every other": _("csv, with every other"),
}
"""The same of what stands beside it, where the kiosk wrote that."""
_STATES: Mapping[str, str] = {str(state): told for state, told in blocks.CUSTOMER_STATES.items()}
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
    read, copied, done = (tuple(map(_event, events)) for events in _kinds(opened, trail))
    return AccessPack(
        venue=opened.venue or venue,
        made=made,
        made_by=by,
        entry=entry_value(cleaned(opened, kept)),
        read=read,
        copied=copied,
        done=done,
        notices=tuple(map(english, _notices(trail))),
    )


def paper_of(opened: Opened, trail: Trail, venue: str, made: datetime, by: str) -> bytes:
    """Return the same as a PDF, in the language of its customer."""
    return pdf_of(opened, made, venue, theirs=True, more=tuple(_parts(opened, trail, made, by)))


def write(desk: Desk, opened: Opened, target: Target, venue: str, made: datetime) -> str:
    """Write the pack to a PDF, and to a JSON file of the same name beside it; return the sentences to show.

    It stands in the audit as an export. Raises DeskError, VaultError.
    """
    beside = replace(target, name=Path(target.name).with_suffix(".json").name)
    files.require_free(target)
    files.require_free(beside)
    trail = desk.audit.read(desk.identity)
    pack = pack_of(opened, trail, venue, made, desk.staff)
    page = paper_of(opened, trail, venue, made, desk.staff)
    said = files.write(target, page, lambda: desk.note("exported", opened.row, WHAT))
    data = msgspec.json.format(msgspec.json.encode(pack), indent=2) + b"\n"
    try:
        files.write(beside, data)
    except DeskError as error:
        raise DeskError(f"{shown(target.path)} is written. {error}") from error
    return f"{said} {shown(beside.path)} has the same in a form for programs."


def _kinds(opened: Opened, trail: Trail) -> tuple[list[Event], list[Event], list[Event]]:
    """Return what the audit has about an entry, oldest first: who read it, what was copied, all else."""
    kinds: tuple[list[Event], list[Event], list[Event]] = ([], [], [])
    for event in reversed(trail.events):
        if event.entry_id in opened.ids:
            kinds[0 if event.did in _READ else 1 if event.did in _COPIED else 2].append(event)
    return kinds


def _event(event: Event) -> AccessEvent:
    return AccessEvent(when=event.when, who=event.people, did=event.did, detail=event.detail)


def _notices(trail: Trail) -> Iterator[str]:
    if trail.unread or trail.forged or trail.broken is not None:
        yield DAMAGED
    yield COUNTED
    yield BACKUPS


def _parts(opened: Opened, trail: Trail, made: datetime, by: str) -> Iterator[tuple[str, Sequence[str]]]:
    """Yield what the PDF has at its end: headings, each with a list."""
    read, copied, done = _kinds(opened, trail)
    for title, events in (
        (_("Who read this entry"), read),
        (_("What was copied or printed"), copied),
        (_("What else staff did"), done),
    ):
        yield title, [_line(event) for event in events] or [_("Nothing is recorded.")]
    told = _(
        "{staff} made it on {day}. It has everything kept on this entry, except what only the customer's "
        "code opens."
    )
    about = told.format(staff=blocks.line(by), day=on_day(made))
    yield _("About this document"), (about, *_notices(trail))


def _line(event: Event) -> str:
    people = [
        _("the kiosk") if who == KIOSK else blocks.line(who) for who in (event.who, event.second) if who
    ]
    did = ABOUT_ENTRIES.get(event.did, event.did)
    detail = _detail(event)
    what = _("{what} ({detail})").format(what=did, detail=detail) if detail else did
    who = listed(people) if len(people) > 1 else people[0]
    line = _("{day}, {time}, {who}: {what}")
    return line.format(day=on_day(event.when), time=at_time(event.when), who=who, what=what)


def _detail(event: Event) -> str:
    """Return what the audit has beside what was done: in words, where the kiosk wrote that."""
    detail, named = event.detail, NEW_NAME.format(name="")
    if event.did == "gave a new code" and detail.startswith(named):
        return _("its new name is {name}").format(name=blocks.line(detail.removeprefix(named)))
    told = _STATES if event.did == "changed the status" else _DETAILS
    return told.get(detail) or (blocks.line(detail) if detail else "")
