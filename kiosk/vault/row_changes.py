"""How the rows of a catalogue change: as staff mark one, and as those of another catalogue come in."""

from collections.abc import Callable, Iterable
from datetime import datetime

import msgspec

from kiosk.vault.log_lines import Document, Documents, Fill, Merge, Operation, Put, Tables
from kiosk.vault.rows import (
    MARKS,
    TABLE,
    Sign,
    is_tombstone,
    read_stored,
    to_text,
    turn_of,
)
from kiosk.vault.states import State


def mark(
    entry_id: str,
    staff: str,
    when: datetime,
    sign: Sign,
    document: Document,
    *,
    state: State | None,
    least: int,
    seen: Iterable[str] | None,
    wrote: str,
) -> None:
    """Let a row say what staff said of its entry (`Catalogue.mark`); a tombstone stays as it is."""
    if "erased" in document:
        return
    so_far = {field: document.pop(field) for field in MARKS if field in document}
    if so_far and (so_far.get("tag") != sign(entry_id, so_far) or turn_of(so_far) < least):
        so_far = {}
    marks: Document = {"state": state}
    if state != "waiting":
        first = {"picked_up_by": staff, "picked_up": to_text(when)}
        now = state or ("picked up" if so_far.get("state") == "waiting" else None)
        known = document.get("pages", {}) if seen is None else seen
        every = sorted({*str(so_far.get("seen") or "").split(), *known, *filter(None, [wrote])})
        marks = {**first, **so_far, **({"state": now} if now else {}), "seen": " ".join(every)}
    marks["turn"] = max(turn_of(so_far), least) + 1
    marks["tag"] = sign(entry_id, marks)
    document.update(marks)


def taking_in(
    documents: Iterable[tuple[str, Document]], is_said: Callable[[str, Document], bool], tables: Tables
) -> list[Operation]:
    """Return what adds the documents of another catalogue to the tables of this (`Catalogue.take_in`)."""
    here = tables.get(TABLE, Documents())
    operations: list[Operation] = []
    for id_, document in documents:
        mine = here.get(id_, {})
        if is_tombstone(mine):
            continue
        if is_tombstone(document):
            operations.append(Put(TABLE, id_, document))
            continue
        if not _reads(document):
            continue  # its pages tell more
        operations.append(
            Fill(TABLE, id_, {field: value for field, value in document.items() if field not in MARKS})
        )
        turn = turn_of(mine) if is_said(id_, mine) else 0
        if turn_of(document) > turn:  # all of them: one tag stands for all
            operations.append(Merge(TABLE, id_, {field: document.get(field) for field in MARKS}))
    return operations


def _reads(document: Document) -> bool:
    try:
        read_stored(msgspec.json.encode(document))
    except msgspec.ValidationError:
        return False
    return True
