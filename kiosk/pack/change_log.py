"""The change log of a pack: what was changed, why in one sentence, and who asked. It is added to alone.

`log.toml` beside a pack's versions is TOML, of three kinds of record, in the order in which they were added:

    [[changes]]   a question's change: what, why, who asked (customers, staff, both) and how many, from which
                  meeting or comments, and what was decided; with a hash of the question as it was then
    [[reviews]]   a reading of a draft: how many customers and staff took part; with hashes of what they read
    [[steps]]     a version became a pilot, went live, was rolled back or retired; with `past`, the reason why
                  that was done although something was missing

Nobody is named in it: it says how many asked, never who.
"""

import hashlib
import json
import re
import tomllib
from collections.abc import Collection, Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from kiosk import untrusted
from kiosk.errors import EntryError, PackError
from kiosk.pack.differences import Difference, What
from kiosk.pack.model import AnyQuestion, CardsQuestion, Pack
from kiosk.text import compared, is_blank, is_line

MOST_BYTES = 4_000_000
_LONGEST = 300
"""Characters of a sentence in it."""
_MOST_QUESTIONS = 2000
"""Of a pack: more than its parts can hold."""

Line = Annotated[str, msgspec.Meta(min_length=1, max_length=_LONGEST)]
People = Annotated[int, msgspec.Meta(ge=0, le=9999)]
Decision = Literal["changed", "kept", "later"]
Asked = Literal["customers", "staff", "both"]
Did = Literal["pilot", "live", "rolled back", "retired"]


class _Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    version: untrusted.Version
    """The version of the pack that it is about."""
    day: date


class LoggedChange(_Record, frozen=True, kw_only=True, rename={"source": "from"}):
    """What was decided about a question, and why."""

    question: Line
    """Its id."""
    what: tuple[What, ...] = ()
    """What changed in it; nothing where it was kept."""
    why: Line
    asked: Asked
    count: Annotated[int, msgspec.Meta(ge=1, le=9999)]
    """How many asked for it."""
    source: Line
    """From which meeting or which comments."""
    decision: Decision
    hash: untrusted.Name = ""
    """Of the question as it was then (`question_hash`); empty where it is gone."""


class Review(_Record, frozen=True, kw_only=True, rename={"source": "from"}):
    """A reading of a draft by those it is for."""

    customers: People
    staff: People
    source: Line
    """At which meeting."""
    hash: untrusted.Name
    """Of all files that were read (`kiosk.pack.pack_files.hash_of`): translations are read apart."""
    questions: Annotated[dict[untrusted.Name, untrusted.Name], msgspec.Meta(max_length=_MOST_QUESTIONS)]
    """The hash of each question that was read (`question_hash`), by its id, in their order."""


class Step(_Record, frozen=True, kw_only=True):
    """What became of a version."""

    did: Did
    past: str = ""
    """Why it was done although something was missing; empty where nothing was."""


class ChangeLog(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The whole log of a pack, each kind in the order in which it was written."""

    changes: tuple[LoggedChange, ...] = ()
    reviews: tuple[Review, ...] = ()
    steps: tuple[Step, ...] = ()

    def explains(self, one: Difference, before: Pack, now: Pack) -> bool:
        """Tell whether a line says why a question differs, as it is now, from a version before."""
        hash_ = question_hash(now, one.question, placed="order" in one.what)
        return any(
            (line.question, line.decision, line.hash) == (one.question, "changed", hash_)
            and line.version > before.version
            and {*one.what} <= {*line.what}
            for line in self.changes
        )

    def has_line(self, question: str, version: int) -> bool:
        """Tell whether a line says why a question changed in a version, whatever became of it since."""
        return any(
            (line.question, line.decision, line.version) == (question, "changed", version)
            for line in self.changes
        )

    def reviews_of(self, pack: Pack) -> tuple[Review, ...]:
        """Return the reviews that read a draft as it is."""
        as_it_is = (pack.version, pack.words_hash)
        return tuple(one for one in self.reviews if (one.version, one.hash) == as_it_is)


_KINDS: dict[type[_Record], str] = {LoggedChange: "changes", Review: "reviews", Step: "steps"}


def read_log(file: Path) -> ChangeLog:
    """Return what a log says; nothing where there is none yet. Raises PackError for what does not read."""
    return log_in(bytes_of(file), file)


def bytes_of(file: Path) -> bytes:
    """Return the bytes of a log; none where there is none yet. Raises PackError."""
    try:
        return untrusted.read(file, MOST_BYTES)
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise PackError(file, None, "", "expected a change log that can be read") from error


def log_in(data: bytes, file: Path) -> ChangeLog:
    """Return what the bytes of a log say; `file` is named in the PackError for what does not read."""
    try:
        return msgspec.convert(untrusted.toml(data.decode("utf-8-sig")), ChangeLog)
    except msgspec.ValidationError as error:
        place, must = untrusted.misfit(error)
        raise PackError(file, None, place, must) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PackError(file, None, "", f"expected TOML in UTF-8: {error}") from error


def question_hash(pack: Pack, question_id: str, *, placed: bool = False) -> str:
    """Return a hash of all that a question of a pack says, its cards included; empty where there is none.

    It is 16 hexadecimal digits. With `placed` it is also over the question's part and the one before it.
    """
    found = ((one, place if placed else []) for one, place in _placed(pack) if one.id == question_id)
    return next((_hash(pack, *one) for one in found), "")


def question_hashes(pack: Pack) -> dict[str, str]:
    """Return the hash of each question of a pack by its id, in their order, that of the closing page last."""
    return {question.id: _hash(pack, question, []) for question, _ in _placed(pack)}


def _placed(pack: Pack) -> Iterator[tuple[AnyQuestion, list[str]]]:
    """Yield each question with the ids of its part and of the one before; that of the closing page last."""
    before = ""
    for section, question in pack.questions():
        yield question, [section.id, before]
        before = question.id
    yield pack.closing.feedback, []


def _hash(pack: Pack, question: AnyQuestion, place: list[str]) -> str:
    said: list[object] = [question, place]
    if isinstance(question, CardsQuestion):
        deck = pack.decks[question.deck]
        groups = question.groups or tuple(deck.groups)
        said += [[group, deck.groups[group], deck.in_group(group)] for group in groups]
    return hashlib.sha256(msgspec.json.encode(said)).hexdigest()[:16]


def as_toml(record: LoggedChange | Review | Step) -> str:
    """Return a record as it is added to a log."""
    values = msgspec.to_builtins(record)
    lines = (f"{name} = {_value(name, value)}" for name, value in values.items())
    return "\n".join((f"[[{_KINDS[type(record)]}]]", *lines, ""))


def _value(name: str, value: object) -> str:
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{json.dumps(key)} = {json.dumps(one)}' for key, one in value.items())} }}"
    return str(value) if name == "day" else json.dumps(value, ensure_ascii=False)


def require_fit(record: LoggedChange | Review | Step, names: Collection[str]) -> None:
    """Raise EntryError for a text that is not one line of words, or that names somebody.

    `names` are those that are known here, of staff.
    """
    for text in _texts(record):
        if is_blank(text) or not is_line(text):
            raise EntryError("Write one line of words: why, and from which meeting or comments.")
        if len(text) > _LONGEST:
            raise EntryError(f"Write one sentence of at most {_LONGEST} characters, not {len(text)}.")
        for name in names:
            if re.search(rf"\b{re.escape(compared(name))}\b", compared(text)):
                raise EntryError(f"Leave the name {name} out: the change log says how many asked, not who.")


def _texts(record: LoggedChange | Review | Step) -> Iterator[str]:
    match record:
        case LoggedChange():
            yield from (record.why, record.source)
        case Review():
            yield record.source
        case Step() if record.past:
            yield record.past
