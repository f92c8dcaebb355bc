"""Drafts: a visit that stopped half-way, sealed, so that it can go on later.

A paused draft lies in `drafts/<id>.age` under a handle of its own, sealed to that handle's key alone: its
customer can open it, and nobody else. That of a visit that runs now lies in `running/<tag of its key>.age`,
for a crash of the program: its key is new for each visit and lies in its supervisor's memory alone, so after
a power cut, or once the visit is over, nobody can open it. Two kiosks that share a home have one each.

Both hold the pack as well: whoever comes back goes on under the questions that they began with.
"""

import os
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from kiosk import seal, untrusted
from kiosk.dates import nanoseconds
from kiosk.entry.answers import Answer
from kiosk.entry.handle import HandleKeys
from kiosk.entry.pages import QUESTIONS_MOST, SECTIONS_MOST, AnsweredSection, Top
from kiosk.errors import DamageError, EntryError, NoEntryError, NoRoomError, SealError
from kiosk.pack.model import Pack
from kiosk.vault import durable
from kiosk.vault.age_file import MOST_BYTES
from kiosk.vault.durable import DISK, TEMPORARY, Disk
from kiosk.vault.page_files import is_id
from kiosk.vault.vault import NO_ROOM, RESERVE, saving

STALE = timedelta(days=1)
"""So old is no visit that runs: a draft of it was left by a power cut, and nobody can open it."""

PARTS = "."
"""Where a visit stands that is at the parts, to choose one: the id of no question."""
WISH = "!"
"""Where a visit stands that is a wish to talk alone: the id of no question."""
QUESTIONS_ALL = SECTIONS_MOST * QUESTIONS_MOST

_Answers = Annotated[dict[untrusted.Name, Answer], msgspec.Meta(max_length=2 * QUESTIONS_ALL)]


class Draft(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How far a visit had come."""

    version: Literal[12] = 12
    made: untrusted.Moment
    """UTC."""
    pack: Pack
    """The pack it was begun with, in its own language, with room left for what the settings fill in."""
    language: untrusted.Name = ""
    """The language that the customer read it in; empty for the pack's."""
    answers: _Answers
    """By question id."""
    set_aside: _Answers = {}
    """What was written there before its question was left open."""
    unsure: Annotated[tuple[untrusted.Name, ...], msgspec.Meta(max_length=QUESTIONS_ALL)] = ()
    """The ids of the questions that were left open as such."""
    at: untrusted.Name = ""
    """The id of the question it stands at, `PARTS` or `WISH`; empty after the last one."""
    comments: Annotated[dict[untrusted.Name, untrusted.Text], msgspec.Meta(max_length=QUESTIONS_ALL)] = {}
    """What was being written to the people who write the questions, and is not sent, by question id.

    The empty id is of the whole reflection.
    """
    rating: int | None = None
    """What was chosen of how this was, and is not sent."""
    private: Annotated[tuple[untrusted.Name, ...], msgspec.Meta(max_length=SECTIONS_MOST)] = ()
    """The ids of the sections that only the customer's code is to open, those of `earlier` among them."""
    earlier: Annotated[tuple[AnsweredSection, ...], msgspec.Meta(max_length=SECTIONS_MOST)] = ()
    """What an entry that is being changed says to questions that mean something else now, or are gone."""
    seen: Annotated[tuple[untrusted.Name, ...], msgspec.Meta(max_length=QUESTIONS_ALL)] = ()
    """The ids of the questions that the customer went on from, answered or not."""
    left_at: Annotated[
        dict[untrusted.Name, Annotated[int, msgspec.Meta(ge=0, le=QUESTIONS_ALL)]],
        msgspec.Meta(max_length=QUESTIONS_ALL),
    ] = {}
    """Which page of its answer was shown last, from 0, by question id."""
    top: Top = ()
    """The strengths that the customer put on top of My page; none where they did not choose."""
    talk: bool = False
    """Whether the customer asked to talk to somebody."""
    asked: bool = False
    """Whether that was so already when they began to change their entry."""
    code: untrusted.Name = ""
    """The 16 symbols of the code it is, or is to be, kept behind; empty where it is not to be kept."""
    id: untrusted.Name = ""
    """What that code leads to, so that nobody has to wait for it again."""
    identity: untrusted.Name = ""
    amends: untrusted.Name = ""
    """The 16 symbols of the code of the entry that is being changed; empty for a new one."""
    reflections: Annotated[int, msgspec.Meta(ge=0)] = 0
    """How many reflections that entry held when the change of it began."""
    saved: untrusted.Name = ""
    """The 16 symbols of the code of the entry that is being saved, or was, until its customer has kept it."""
    saved_id: untrusted.Name = ""
    """What that code leads to."""
    counted: bool = False
    """Whether it was told already how the visit went, when it was paused."""
    paused: bool = False
    """Whether it lies behind its code already, and its customer has not kept that code yet."""

    def __repr__(self) -> str:
        return "Draft(…)"  # answers and codes stay out of every log

    @property
    def keys(self) -> HandleKeys | None:
        """What its code leads to; None where it is not to be kept."""
        return HandleKeys(self.id, self.identity) if self.code else None

    def behind_its_code(self) -> "Draft":
        """Return it as it lies behind its own code, whatever was being saved when it stopped."""
        return msgspec.structs.replace(self, saved="", saved_id="")


def seal_draft(draft: Draft, recipient: str) -> bytes:
    """Return a draft sealed to one reader."""
    return seal.seal(msgspec.json.encode(draft), (recipient,))


def open_draft(sealed: bytes, identity: str) -> Draft:
    """Open a sealed draft. Raises SealError or EntryError."""
    try:
        return untrusted.json(seal.open_sealed(sealed, identity), Draft)
    except msgspec.DecodeError as error:
        raise EntryError("This opens, but it cannot be read as a paused visit.") from error


class Drafts:
    """The paused drafts of one home, each a file that is whole or absent, and dated to when it was paused.

    `clock` gives the aware time, and `not_before` the earliest that it can be, where that is known: what is
    paused under a clock that went back is dated no earlier, and so is not swept once the clock is right
    again.
    """

    def __init__(
        self,
        folder: Path,
        *,
        reserve_bytes: int = RESERVE,
        disk: Disk = DISK,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        not_before: Callable[[], datetime | None] = lambda: None,
    ) -> None:
        self._folder = folder
        self._reserve = reserve_bytes
        self._disk = disk
        self._clock = clock
        self._not_before = not_before

    def keep(self, keys: HandleKeys, draft: Draft) -> None:
        """Keep a draft under its handle, over an older one of the same; durable when this returns.

        Raises SaveError, or NoRoomError; then the older one is still there, or this one is and may not
        outlive a power cut.
        """
        file, sealed = self._file(keys.id), seal_draft(draft, seal.recipient_of(keys.identity))
        now, earliest = self._clock(), self._not_before()
        paused = now if earliest is None else max(now, earliest)
        with saving():
            if durable.free_bytes(self._folder, disk=self._disk) - len(sealed) < self._reserve:
                raise NoRoomError(NO_ROOM)
            durable.replace(file, sealed, modified=nanoseconds(paused), disk=self._disk)

    def read(self, keys: HandleKeys) -> Draft:
        """Open the draft of a handle. Raises NoEntryError, DamageError, SealError or EntryError."""
        try:
            return open_draft(
                untrusted.read(self._file(keys.id), MOST_BYTES, below=self._folder.parent), keys.identity
            )
        except FileNotFoundError as error:
            raise NoEntryError("There is no paused visit with that code on this machine.") from error
        except OSError as error:
            raise DamageError("A paused visit cannot be read.") from error

    def drop(self, entry_id: str) -> None:
        """Remove a draft, finished or not, flushed; it may be gone already. Lets OSError through."""
        for path in list(self._folder.glob(f"*{self._file(entry_id).name}*")):
            with suppress(FileNotFoundError):
                self._disk.unlink(path)
        # Even where nothing was left: whoever removed it may not have come to the flush.
        with suppress(FileNotFoundError):  # there is no such folder
            durable.flush_folder(self._folder, disk=self._disk)

    def redate(self, now: datetime, is_wrong: Callable[[datetime], bool]) -> int:
        """Let drafts of wrong dates be of `now`, and return how many those are. Lets OSError through."""
        return durable.redate(self._folder.glob("*.age"), now, is_wrong, disk=self._disk)

    def sweep(self, before: datetime) -> int:
        """Remove the drafts that were last kept before a time; return how many. Lets OSError through.

        What a crash left of one that was never finished goes with them.
        """
        swept = durable.sweep(self._folder.glob("*.age"), before, disk=self._disk)
        left = durable.sweep(self._folder.glob(f"{TEMPORARY}*"), before, disk=self._disk)
        if swept or left:
            durable.flush_folder(self._folder, disk=self._disk)
        return swept

    def _file(self, entry_id: str) -> Path:
        if not is_id(entry_id):
            raise ValueError("a draft's id is 32 hexadecimal digits in lower case")
        return self._folder / f"{entry_id}.age"


class RunningDraft:
    """The draft of a visit that runs now, in a home's folder. `key` is 32 bytes that its supervisor keeps."""

    def __init__(self, folder: Path, key: bytes) -> None:
        self.file = folder / f"{sha256(key).hexdigest()[:16]}.age"
        self._identity = seal.identity_from(key)
        self._recipient = seal.recipient_of(self._identity)
        # One visit runs at a time, so one name will do, and a crash leaves no more than that.
        self._temporary = folder / f"{TEMPORARY}{self.file.name}"

    def keep(self, draft: Draft) -> None:
        """Keep how far the visit has come. Lets OSError through: without it, a crash costs more.

        It is not flushed, since its key does not outlive a power cut either.
        """
        temporary = self._temporary
        temporary.parent.mkdir(durable.FOLDER_MODE, exist_ok=True)
        descriptor = untrusted.open_file(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        try:
            durable.write_all(descriptor, seal_draft(draft, self._recipient), 0)
            temporary.replace(self.file)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        finally:
            os.close(descriptor)

    def read(self) -> Draft | None:
        """Return what a visit that crashed had kept; None where there is nothing to go on with."""
        try:
            return open_draft(untrusted.read(self.file, MOST_BYTES), self._identity)
        except (OSError, SealError, EntryError):
            return None

    def drop(self) -> None:
        """Remove it: the visit is over."""
        for left in (self.file, self._temporary):
            with suppress(OSError):  # nobody can open it any more
                left.unlink(missing_ok=True)


def sweep_running(folder: Path, now: datetime) -> int:
    """Remove what power cuts left of visits that ran; return how many. Lets OSError through."""
    return durable.sweep(folder.glob("*.age"), now - STALE)
