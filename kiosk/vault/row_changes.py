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

TURN_MOST = 1_000_000
"""Staff never say so often something of an entry: a forged word must not be the last for ever."""
_LATEST_FIRST = str.maketrans("0123456789", "9876543210")
"""Turns the order of times as texts round."""


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
    before = _word(document)[0]
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
    marks["turn"] = min(max(before, least) + 1, TURN_MOST)  # above a forged one too, which others believe
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
        if is_tombstone(document):
            if not is_tombstone(mine) or _told(document) < _told(mine):
                operations.append(Put(TABLE, id_, document))
        elif not is_tombstone(mine) and _reads(document):  # else its pages tell more
            fields = {field: value for field, value in document.items() if field not in MARKS}
            if fields:
                operations.append(Fill(TABLE, id_, fields))
            if _word(document) > _word(mine if is_said(id_, mine) else {}):  # all: one tag stands for all
                operations.append(Merge(TABLE, id_, {field: document.get(field) for field in MARKS}))
    return operations


def _told(tombstone: Document) -> tuple[bool, bool, bool, str, str, str]:
    """Return which of two tombstones of an entry stays: the least, wherever and in which order they come.

    One with a tag goes first, which has a time too, or a forged one would strip it of the desk's. That
    somebody asked for it, or where the entry went, is told rather than that its time was over.
    """
    said = [tombstone.get(field) for field in ("why", "erased", "tag")]
    why, erased, tag = ("" if one is None else str(one) for one in said)
    return not (tag and erased), why == "time", not erased, erased, tag, str(sorted(tombstone.items()))


def _word(document: Document) -> tuple[int, bool, str, str, str]:
    """Return which of what staff said of an entry counts: the most, wherever and in which order it comes.

    Of two that picked it up without knowing of each other, the first did.
    """
    if turn_of(document) > TURN_MOST:
        document = {}
    said = {field: str(value) for field in MARKS if (value := document.get(field)) is not None}
    picked_up = said.get("picked_up", "")
    order = picked_up.translate(_LATEST_FIRST), said.get("tag", "")
    return turn_of(document), bool(picked_up), *order, "".join(said.values())


def _reads(document: Document) -> bool:
    try:
        read_stored(msgspec.json.encode(document))
    except msgspec.ValidationError:
        return False
    return True
