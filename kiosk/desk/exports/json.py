"""An entry as JSON. Its shape has a version; docs/export.md tells it, and docs/entry.schema.json."""

from datetime import UTC, date, datetime
from typing import Literal, TypeVar

import msgspec

from kiosk.desk.exports.cleaned import cleaned
from kiosk.entry.answers import Answer
from kiosk.entry.opened import Opened
from kiosk.entry.pages import Answered, Asked, Reflection
from kiosk.entry.staff_pages import PlanGoal
from kiosk.pack.model import Answerable, MyPage
from kiosk.text import kept
from kiosk.vault.states import State

FORMAT: Literal["strengths-kiosk-entry"] = "strengths-kiosk-entry"
VERSION: Literal[1] = 1

_Value = TypeVar("_Value", bound=msgspec.Struct)


class SeenValue(msgspec.Struct, frozen=True, kw_only=True):
    """A question and its answer as the customer read them, in another language than that of the pack."""

    ask: str
    summary: str
    words: tuple[str, ...]


class AnswerValue(msgspec.Struct, frozen=True, kw_only=True):
    """One question, as it was asked, with what was answered."""

    id: str
    kind: str
    ask: str
    summary: str
    value: Answer | None
    words: tuple[str, ...]
    scale: tuple[int, int] | None
    labels: tuple[str, ...]
    values: tuple[int, ...]
    version: int
    since: int
    top: tuple[str, ...]
    seen: SeenValue | None


class SectionValue(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the reflection."""

    id: str
    title: str
    seen: str
    answers: tuple[AnswerValue, ...]


class ReflectionValue(msgspec.Struct, frozen=True, kw_only=True):
    """A whole set of answers, without what is kept back."""

    made: datetime
    source: Literal["kiosk", "paper"]
    typed_in_by: str
    pack: str
    pack_version: int
    pack_title: str
    pack_hash: str
    pack_state: Answerable
    language: str
    seen_title: str
    talk: bool
    keeps_back: bool
    my_page: MyPage
    sections: tuple[SectionValue, ...]


class _ByStaff(msgspec.Struct, frozen=True, kw_only=True):
    made: datetime
    by: str


class NoteValue(_ByStaff, frozen=True, kw_only=True):
    """What a member of staff wrote."""

    text: str


class PlanValue(_ByStaff, frozen=True, kw_only=True):
    """What customer and staff agreed on."""

    goals: tuple[PlanGoal, ...]
    review: date | None


class TurnValue(_ByStaff, frozen=True, kw_only=True):
    """A change of the entry's state."""

    state: State


class TalkedValue(_ByStaff, frozen=True, kw_only=True):
    """That staff talked with the customer, who had asked for it."""


class AskedValue(msgspec.Struct, frozen=True, kw_only=True):
    """That the customer asked to talk to somebody without new answers, or took it back."""

    made: datetime
    talk: bool


class NewCodeValue(_ByStaff, frozen=True, kw_only=True):
    """That two members of staff gave the entry a new code, since the slip was lost."""

    second: str
    was: str
    kept_back: bool


class EntryValue(msgspec.Struct, frozen=True, kw_only=True):
    """An entry."""

    format: Literal["strengths-kiosk-entry"] = FORMAT
    version: Literal[1] = VERSION
    id: str
    name: str
    state: State
    saved: datetime
    picked_up: datetime | None
    picked_up_by: str
    unread: int
    doubts: tuple[str, ...]
    answers: ReflectionValue | None
    before: tuple[ReflectionValue, ...]
    plan: PlanValue | None
    plans_before: tuple[PlanValue, ...]
    notes: tuple[NoteValue, ...]
    history: tuple[TurnValue, ...]
    talked: tuple[TalkedValue, ...]
    asked: tuple[AskedValue, ...]
    new_codes: tuple[NewCodeValue, ...]
    is_replaced: bool


def json_of(opened: Opened) -> bytes:
    """Return an entry as JSON in UTF-8; times are ISO texts in UTC."""
    encoded = msgspec.json.encode(entry_value(cleaned(opened, kept)))
    return msgspec.json.format(encoded, indent=2) + b"\n"


def entry_value(opened: Opened) -> EntryValue:
    """Return a cleaned entry as what is written down."""
    row, newest, plan = opened.row, opened.newest, opened.plan
    return EntryValue(
        id=row.id,
        name=row.name,
        state=row.state,
        saved=_utc(row.saved),
        picked_up=_utc(row.picked_up) if row.picked_up else None,
        picked_up_by=kept(row.picked_up_by),
        unread=opened.unread,
        doubts=opened.doubts,
        answers=_reflection(newest) if newest else None,
        before=tuple(map(_reflection, opened.earlier_answers)),
        plan=_alike(plan, PlanValue) if plan else None,
        plans_before=tuple(_alike(one, PlanValue) for one in opened.earlier_plans),
        notes=tuple(_alike(note, NoteValue) for note in opened.notes.values()),
        history=tuple(_alike(turn, TurnValue) for turn in opened.history),
        talked=tuple(_alike(talk, TalkedValue) for talk in opened.talks),
        asked=tuple(_alike(page, AskedValue) for page in opened.pages if isinstance(page, Asked)),
        new_codes=tuple(_alike(one, NewCodeValue, kept_back=bool(one.rest)) for one in opened.new_codes),
        is_replaced=opened.is_rest,
    )


def _alike(page: msgspec.Struct, shape: type[_Value], **others: object) -> _Value:
    """Return what a page holds of a shape; `others` are the fields that it says otherwise."""
    fields = shape.__struct_fields__
    return shape(**{name: others[name] if name in others else getattr(page, name) for name in fields})


def _reflection(page: Reflection) -> ReflectionValue:
    sections = tuple(
        _alike(section, SectionValue, answers=tuple(map(_answer, section.answers)))
        for section in page.sections
    )
    return _alike(
        page, ReflectionValue, talk=bool(page.talk), keeps_back=bool(page.private), sections=sections
    )


def _answer(answered: Answered) -> AnswerValue:
    scale = answered.scale if answered.scale and answered.scale[0] <= answered.scale[1] else None
    seen = _alike(answered.seen, SeenValue) if answered.seen else None
    return _alike(answered, AnswerValue, scale=scale, seen=seen)


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)
