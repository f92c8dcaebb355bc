"""What staff did, and when: a chain of sealed lines.

The lines lie in an append-only log as the catalogue does (`kiosk.vault.log`), each flushed before what it
tells of is done. A line is sealed to the venue's key, so that a stolen disk does not tell who was looked at;
and it carries a hash of itself and all before it, which anybody can check without a key. There is no secret
in a hash, so the desk adds a tag of its number, its hash and what is sealed, under a key that comes from the
venue's private key: nobody else can make such a line, change one, or take one out before it. What is noted
with nobody unlocked has no tag, and is only ever that somebody could not unlock, or that a command made a
backup or typed in a paper form; what the kiosk erases because its time is over is noted by the next desk, as
the tombstones tell it (`kiosk.desk.unlock`). That the newest lines were cut off is told by the stock that
the desk takes (`kiosk.desk.keys.stock`).
"""

from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

import msgspec

from kiosk import mac, seal, untrusted
from kiosk.dates import to_second
from kiosk.errors import DamageError, SealError, VaultError
from kiosk.os_errors import LOOKED_AFTER, explained
from kiosk.text import name_line, one_line, written_line
from kiosk.vault.durable import DISK, Disk
from kiosk.vault.log import Log
from kiosk.vault.log_lines import Documents, Operation, Put, Tables

TABLE = "audit"
BLOCK = 512
"""Bytes that a line is padded to, so that its length does not tell what was done."""
MOST = 300
"""Characters of each text of a line."""
START = "0" * 64
"""The hash before the first line."""

Did = Literal[
    "unlocked", "could not unlock", "opened", "showed what was kept back", "marked", "added a note",
    "took a note back", "wrote the plan", "changed the status", "talked with the customer", "printed",
    "exported", "deleted",
    "looked for a lost slip", "gave a new code", "opened without a code", "read the audit log",
    "made statistics", "read comments", "put comments under a theme", "decided on comments",
    "published what was decided", "published a pack", "set which packs are offered",
    "added staff", "removed staff", "changed a role", "changed a passphrase", "recovered",
    "changed the venue key", "restored a backup",
    "set how long entries are kept", "put the venue key right", "lifted the delay", "found a change",
    "acknowledged what was found", "deleted what had expired", "deleted again", "made a backup",
    "typed in a paper form", "introduced a place", "revoked a place",
    "sent to other places", "took in from other places",
    "held the key of a venue", "released the key of a venue",
]  # fmt: skip

BY_KIOSK: frozenset[Did] = frozenset(
    {"could not unlock", "deleted again", "made a backup", "typed in a paper form"}
)
"""What may be noted with nobody unlocked, and so without a tag."""
KIOSK = "the kiosk"
"""Who did what a desk found that the kiosk had done by itself."""
LINE = "audit line"
"""The purpose of the key of the tags (`kiosk.mac.key_from`)."""

_UNREAD = (SealError, msgspec.DecodeError, KeyError, TypeError, ValueError, RecursionError)
"""What comes of a line that does not read as one."""


class Event(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One thing that was done."""

    version: Literal[3] = 3
    when: untrusted.Moment
    """UTC."""
    who: str
    """The member of staff."""
    second: str = ""
    """Who unlocked too, where that takes two; else empty."""
    did: Did
    entry: str = ""
    """The name of the entry, its two words; empty where it was about none."""
    entry_id: str = ""
    """Its id: two entries may share a name."""
    detail: str = ""
    """A reason, a format, a name: never an answer."""

    @property
    def people(self) -> str:
        """Who did it, in words: both, where it took two."""
        return " and ".join(filter(None, (self.who, self.second)))


class Trail(msgspec.Struct, frozen=True):
    """What was read."""

    events: tuple[Event, ...]
    """Newest first."""
    unread: int
    """Lines that do not open with the key given, or do not read as one: what they tell is not known."""
    forged: int = 0
    """Lines that say that staff did something, and that no desk of the venue wrote. They are left out."""
    broken: int | None = None
    """The number, from 1, of the first line that does not fit those before it; None where all do."""


class AuditHead(msgspec.Struct, frozen=True):
    """How far the audit had come."""

    lines: int = 0
    hash: str = START
    """Of the last line."""
    tagged: int = 0
    """How many of them the desk vouches for."""


class Audit:
    """The audit of one venue. Raises VaultError where it cannot be written or read."""

    def __init__(
        self,
        path: Path,
        venue_key: str,
        clock: Callable[[], datetime],
        *,
        read_only: bool = False,
        disk: Disk = DISK,
    ) -> None:
        """Open nothing yet. `venue_key` is the venue's age recipient; `clock` gives an aware time."""
        self._log = Log(path, read_only=read_only, disk=disk)
        self._venue_key = venue_key
        self._clock = clock
        self._key = self._key_before = b""
        self._then: Callable[[], object] = lambda: None

    def remembers(self, then: Callable[[], object]) -> None:
        """Call something after each line: what keeps how far the audit has come."""
        self._then = then

    def vouch_with(self, identity: str, before: str = "") -> None:
        """Tag what is noted from now on, as the holder of the venue's identity, and seal it to that.

        While the venue's key is changed, what was tagged with the one before counts still.
        """
        self._key = mac.key_from(identity, LINE)
        self._key_before = mac.key_from(before, LINE) if before else b""
        self._venue_key = seal.recipient_of(identity)

    def note(
        self, who: str, did: Did, *, entry: str = "", entry_id: str = "", detail: str = "", second: str = ""
    ) -> None:
        """Add a line, flushed before this returns. What cannot be noted must not be done."""
        event = Event(
            when=to_second(self._clock()),
            who=name_line(who, MOST),
            second=name_line(second, MOST),
            did=did,
            entry=one_line(entry, MOST),
            entry_id=entry_id,
            detail=written_line(detail, MOST),
        )
        sealed = seal.seal(msgspec.json.encode(event), (self._venue_key,), block=BLOCK)

        def next_line(tables: Tables) -> list[Operation]:
            lines = tables.get(TABLE, Documents())
            last = max(lines, default="")  # not how many there are: a damaged one does not count
            before = str(lines[last].get("hash")) if last else START
            number = _key(int(last or 0) + 1)
            return [Put(TABLE, number, _line(number, _chained(before, sealed), sealed, self._key))]

        try:
            self._log.commit(next_line)
            self._then()
        except (OSError, DamageError, ValueError) as error:
            self._log.close()
            raise _failed(error, "The audit log could not record this, so it was not done.") from error

    def noting(self, who: str, did: Did, more: str = "") -> Callable[[str], None]:
        """Return what adds a line of somebody having done something to a member of staff, told their name.

        `more` follows the name.
        """
        return lambda name: self.note(who, did, detail=f"{name}{more}")

    def read(self, identity: str) -> Trail:
        """Return what was done, newest first, opened with the venue's identities, that of now first."""
        events: list[Event] = []
        unread = forged = 0
        for number, line in self._lines():
            try:
                event = self._event(number, line, identity)
            except _UNREAD:
                unread += 1
                continue
            if event is not None:
                events.append(event)
            forged += event is None
        unread += self._log.damage.bad_lines
        return Trail(tuple(reversed(events)), unread, forged, self.broken_at())

    def wrong_since(self, who: str, identity: str) -> tuple[int, bool]:
        """Return how many passphrases were wrong since somebody last unlocked, and whether they ever did.

        It opens no line before that: each takes 0.4 milliseconds.
        """
        wrong = 0
        for number, line in reversed(list(self._lines())):
            with suppress(*_UNREAD):
                event = self._event(number, line, identity)
                if event is not None and (event.who, event.did) == (who, "unlocked"):
                    return wrong, True
                wrong += event is not None and event.did == "could not unlock"
        return wrong, False

    def deleted_again(self, since: AuditHead, identity: str) -> list[datetime]:
        """Return when the kiosk by itself deleted again what had been deleted, after it had come so far."""
        moments = []
        for number, line in list(self._lines())[since.lines :]:
            with suppress(*_UNREAD):
                event = self._event(number, line, identity)
                if event is not None and event.did == "deleted again":
                    moments.append(event.when)
        return moments

    def _event(self, number: str, line: Mapping[str, Any], identity: str) -> Event | None:
        """Return what a line tells; None where no desk wrote it. Raises what is in `_UNREAD`."""
        event = untrusted.json(seal.open_sealed(b64decode(line["sealed"]), identity), Event)
        keys = [mac.key_from(identity, LINE), *filter(None, [self._key_before])]
        if _is_tagged(number, line, keys):
            return event
        if event.did in BY_KIOSK:  # only that, and when, is to be believed
            return Event(when=event.when, who=name_line(event.who, MOST), did=event.did)
        return None

    def head(self, lines: int | None = None) -> AuditHead:
        """Return how far it has come, or where it was after so many lines."""
        every = [line for _, line in self._lines()][:lines]
        tagged = sum("tag" in line for line in every)
        return AuditHead(len(every), str(every[-1].get("hash")), tagged) if every else AuditHead()

    def goes_back_to(self, head: AuditHead) -> bool:
        """Tell whether it has come from there: the line is there, and is the same.

        While the venue's key is changed it may have been sealed anew already: another chain then, of as many
        lines, and the newest of them that the desk vouches for has its word under the key of now.
        """
        found = self.head(head.lines)
        return found == head or (
            (found.lines, found.tagged) == (head.lines, head.tagged) and self._is_anew(head.lines)
        )

    def _is_anew(self, count: int) -> bool:
        lines = list(self._lines())[:count]
        tagged = [(number, line) for number, line in lines if "tag" in line][-1:]
        try:
            return bool(self._key_before) and all(_is_tagged(*one, [self._key]) for one in tagged)
        except (KeyError, TypeError, ValueError):
            return False

    def broken_at(self) -> int | None:
        """Return the number, from 1, of the first line that does not fit those before it; None for none."""
        before = START
        for number, (key, line) in enumerate(self._lines(), 1):
            try:
                before = _chained(before, b64decode(line["sealed"]))
                fits = key == _key(number) and line["hash"] == before
            except (KeyError, TypeError, ValueError):
                fits = False
            if not fits:
                return number
        return None

    def seal_anew(self, identity: str) -> int:
        """Seal each line to the venue's key of now, in one step, and return how many were sealed to another.

        `identity` is the venue's identities, one a line, that of now first. The chain is made anew, and what
        the key before vouched for is vouched for again. A line that none of them opens stays sealed as it is;
        one that does not fit those before it keeps its hash, since it must go on to show that.
        """
        count = 0

        def anew(tables: Tables) -> list[Operation]:
            nonlocal count
            was, before, operations = START, START, list[Operation]()
            for number, line in sorted(tables.get(TABLE, Documents()).items()):
                again = self._line_anew(number, line, was, before, identity)
                was = str(line.get("hash"))
                before = again["hash"] if again else was
                if again:
                    count += again["sealed"] != line["sealed"]
                    operations.append(Put(TABLE, number, again))
            return operations if count else []

        try:
            self._log.commit(anew)
            self._log.compact()  # the lines as they were are in the file until then
        except (OSError, DamageError) as error:
            self._log.close()
            raise _failed(error, "The audit log could not be encrypted again.") from error
        return count

    def _line_anew(
        self, number: str, line: Mapping[str, Any], was: str, before: str, identity: str
    ) -> dict[str, str] | None:
        """Return a line sealed to the venue's key of now; None for what is no line.

        `was` is the hash of the line before it as it was, and `before` as it is now.
        """
        keys = [mac.key_from(one, LINE) for one in identity.split("\n")[:2]]
        try:
            sealed = b64decode(line["sealed"])
            fits = line["hash"] == _chained(was, sealed)
            is_ours = _is_tagged(number, line, keys)
        except (KeyError, TypeError, ValueError):
            return None
        again = self._sealed_anew(sealed, identity) or sealed
        hash_ = _chained(before, again) if fits else str(line["hash"])
        return _line(number, hash_, again, keys[0] if is_ours else b"")

    def _sealed_anew(self, sealed: bytes, identity: str) -> bytes | None:
        """Return a line sealed to the venue's key of now; None where it is already, or does not open."""
        for one in identity.split("\n"):
            with suppress(SealError):
                opened = seal.open_sealed(sealed, one)
                is_new = seal.recipient_of(one) == self._venue_key
                return None if is_new else seal.seal(opened, (self._venue_key,), block=1)
        return None

    @property
    def lock_path(self) -> Path:
        """The file that a note locks."""
        return self._log.path.with_name(self._log.path.name + ".lock")

    def close(self) -> None:
        """Let go of the log; the next call opens it again."""
        self._log.close()

    def _lines(self) -> Iterator[tuple[str, dict[str, Any]]]:
        try:
            lines = self._log.tables().get(TABLE, Documents())
            yield from sorted((key, dict(line)) for key, line in lines.items())
        except FileNotFoundError:
            return  # reading only, and nothing was noted yet
        except (OSError, DamageError) as error:
            self._log.close()
            raise _failed(error, "The audit log cannot be read.") from error


def _failed(error: Exception, outcome: str) -> VaultError:
    says = explained(error, outcome=outcome) if isinstance(error, OSError) else f"{outcome} {LOOKED_AFTER}"
    return VaultError(says)


def _key(number: int) -> str:
    return f"{number:010}"


def _line(number: str, hash_: str, sealed: bytes, key: bytes) -> dict[str, str]:
    line = {"sealed": b64encode(sealed).decode(), "hash": hash_}
    return line | {"tag": mac.tag(key, number, hash_, sealed)} if key else line


def _is_tagged(number: str, line: Mapping[str, Any], keys: Iterable[bytes]) -> bool:
    """Tell whether a line has the tag of one of these keys. Raises KeyError, TypeError, ValueError."""
    # Over what is sealed too: the hash that a line carries need not be that of what it says.
    parts = (number, str(line["hash"]), b64decode(line["sealed"]))
    return any(mac.fits(str(line.get("tag")), key, *parts) for key in keys)


def _chained(before: str, sealed: bytes) -> str:
    return sha256(before.encode() + sealed).hexdigest()
