"""Saving: from answers to a sealed entry under a new handle; and what is said of questions, kept apart."""

import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal, Protocol

import msgspec

from kiosk import handle, seal
from kiosk.entry import Answer, page_of, seal_page
from kiosk.errors import NoRoomError, SaveError, SealError
from kiosk.handle import Handle, HandleKeys
from kiosk.names import NameWords
from kiosk.pack.model import Pack
from kiosk.settings import Home
from kiosk.text import clean
from kiosk.vault import durable
from kiosk.vault.vault import NOT_SAVED, RESERVE


class Saves(Protocol):
    """What saving needs of a vault."""

    def save(
        self, entry_id: str, name: str, sealed: bytes, *, source: Literal["kiosk", "paper"], typed_in_by: str
    ) -> object:
        """Keep the first page of a new entry. Raises SaveError."""


@dataclass(frozen=True)
class Saved:
    """What a customer leaves with."""

    handle: Handle
    name: str
    id: str


@dataclass(frozen=True)
class Saver:
    """Seals entries to one venue and keeps them in its vault."""

    vault: Saves
    venue_key: str
    """The venue's age recipient."""
    names: NameWords
    clock: Callable[[], datetime]
    """The time, aware."""
    draw: Callable[[], Handle] = handle.draw
    derive: Callable[[Handle], HandleKeys] = handle.keys

    def save(
        self,
        pack: Pack,
        answers: Mapping[str, Answer],
        *,
        source: Literal["kiosk", "paper"] = "kiosk",
        typed_in_by: str = "",
    ) -> Saved:
        """Seal the answers as a new entry, durable when this returns.

        Raises SaveError, or NoRoomError, where nothing was saved; the answers are untouched, and trying
        again draws a new handle.
        """
        drawn = self.draw()
        try:
            keys = self.derive(drawn)
        except SealError as error:
            raise SaveError(NOT_SAVED) from error
        name = self.names.name_of(keys.id)
        page = page_of(pack, answers, name=name, made=self.clock(), source=source, typed_in_by=typed_in_by)
        sealed = seal_page(page, (self.venue_key, seal.recipient_of(keys.identity)))
        self.vault.save(keys.id, name, sealed, source=source, typed_in_by=typed_in_by)
        return Saved(drawn, name, keys.id)


class Comment(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What somebody said of a question, or of the whole reflection. It names no entry."""

    version: int = 1
    pack: str
    pack_version: int
    question: str
    """The question's id; empty for the reflection as a whole."""
    week: str
    """The ISO week, `2026-W48`: no closer, so that it does not lead to an entry saved that day."""
    text: str
    rating: int | None = None
    """The point of the closing scale, where this is about the whole."""


def keep_comment(
    home: Home,
    venue_key: str,
    pack: Pack,
    *,
    now: datetime,
    question: str = "",
    text: str = "",
    rating: int | None = None,
) -> None:
    """Seal a comment to the venue alone, under a random name and dated to the start of its week.

    Raises SaveError where it was not kept.
    """
    monday = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    monday -= timedelta(days=monday.weekday())
    year, week, _ = monday.isocalendar()
    comment = Comment(
        pack=pack.id,
        pack_version=pack.version,
        question=question,
        week=f"{year}-W{week:02}",
        text=clean(text).strip(),
        rating=rating,
    )
    file = home.comments / f"{secrets.token_hex(16)}.age"
    stamp = monday.timestamp()
    try:
        if durable.free_bytes(home.root) < RESERVE:
            raise NoRoomError(
                "There is no room left here, so your comment is not kept. Tell a member of staff."
            )
        durable.create_once(file, seal.seal(msgspec.json.encode(comment), (venue_key,)))
        os.utime(file, (stamp, stamp))
        os.utime(home.comments, (stamp, stamp))
    except OSError as error:
        raise SaveError("Your comment could not be kept. Tell a member of staff.") from error
