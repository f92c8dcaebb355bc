"""JSON: what the schema promises, and every text as it was written."""

import json
from dataclasses import replace
from typing import Any

import msgspec
import pytest
from hypothesis import example, given

from kiosk.desk.exports.json import EntryValue, json_of
from kiosk.entry.answers import Answer
from kiosk.entry.opened import Opened
from kiosk.entry.staff_pages import NewCode
from kiosk.text import kept
from tests.kiosk.desk.exports.entries import (
    ANSWERS,
    ATTACKS,
    LONG,
    NOON,
    SECRET,
    an_answer,
    hostile,
    in_another_language,
    page,
    row,
    texts,
    whole,
)
from tests.kiosk.desk.exports.schema import SCHEMA, every_object, misfits
from tests.kiosk.sealed import FIRST, SECOND


def value_of(opened: Opened) -> dict[str, Any]:
    data = json_of(opened)
    assert data.endswith(b"}\n")
    value: dict[str, Any] = json.loads(data.decode("utf-8"))
    return value


def answers(reflection: dict[str, Any]) -> dict[str, Any]:
    return {answer["id"]: answer for section in reflection["sections"] for answer in section["answers"]}


def test_an_entry_is_told_whole() -> None:
    value = value_of(whole())
    assert list(misfits(value)) == []
    assert (value["format"], value["version"]) == ("strengths-kiosk-entry", 1)
    assert (value["name"], value["state"], value["saved"]) == (
        "Amber Heron",
        "waiting",
        "2026-03-01T12:00:00Z",
    )
    told = {id_: answer["value"] for id_, answer in answers(value["answers"]).items()}
    assert msgspec.convert(told, dict[str, Answer]) == ANSWERS
    assert answers(value["answers"])["mood"]["scale"] == [2, 2]
    assert answers(value["answers"])["mood"]["words"] == ["Good"]
    assert (value["answers"]["made"], value["answers"]["talk"]) == ("2026-03-03T12:00:00Z", True)
    assert [one["made"] for one in value["before"]] == ["2026-03-01T12:00:00Z"]
    assert answers(value["before"][0])["day"]["value"] == "Rain, long ago"
    [goal] = value["plan"]["goals"]
    assert [(step["text"], step["done"]) for step in goal["steps"]] == [
        ("Ask the council", True),
        ("Buy seeds", False),
    ]
    assert [note["text"] for note in value["notes"]] == ["We talked.\nIt went well."]
    assert value["history"] == [{"made": "2026-03-05T12:00:00Z", "by": "Jo", "state": "agreed"}]
    assert value["talked"] == [{"made": "2026-03-06T12:00:00Z", "by": "Jo"}]
    [before] = value["plans_before"]
    assert [goal["want"] for goal in before["goals"]] == ["An older plan"]


def test_an_entry_with_a_new_code_says_when_by_whom_and_what_it_was() -> None:
    assert (value_of(whole())["new_codes"], value_of(whole())["is_replaced"]) == ([], False)
    given = NewCode(made=NOON, by="Jo", second="Ali", was="0" * 32, rest="1" * 32)
    opened = replace(whole(), pages=(*whole().pages, given))
    assert value_of(opened)["new_codes"] == [
        {"made": "2026-03-01T12:00:00Z", "by": "Jo", "second": "Ali", "was": "0" * 32, "kept_back": True}
    ]
    assert "1" * 32 not in json_of(opened).decode()
    assert list(misfits(value_of(opened))) == []


def test_an_entry_in_another_language_has_what_was_read_beside_what_is_kept() -> None:
    value = value_of(in_another_language())
    assert list(misfits(value)) == []
    told = value["answers"]
    assert (told["language"], told["pack_title"], told["seen_title"]) == (
        "pl", "A small pack", "PL A small pack",
    )  # fmt: skip
    assert [(section["title"], section["seen"]) for section in told["sections"]] == [
        ("First", "PL First"),
        ("Second", "PL Second"),
    ]
    assert answers(told)["where"]["words"] == ["Outdoors"]
    assert answers(told)["where"]["seen"] == {
        "ask": "PL Where are you best?", "summary": "PL Where", "words": ["PL Outdoors"],
    }  # fmt: skip
    english = value_of(whole())["answers"]
    assert (english["seen_title"], answers(english)["where"]["seen"]) == ("", None)


def test_answers_before_come_newest_first() -> None:
    value = value_of(Opened(row(), tuple(page(days=days) for days in range(3)), None))
    assert [one["made"][:10] for one in (value["answers"], *value["before"])] == [
        "2026-03-03",
        "2026-03-02",
        "2026-03-01",
    ]


def test_an_entry_of_which_only_a_note_can_be_read_is_told_too() -> None:
    value = value_of(
        Opened(row(), whole().pages[2:3], None, aside=((FIRST, "unreadable"), (SECOND, "misplaced")))
    )
    assert (value["answers"], value["before"], value["unread"]) == (None, [], 2)
    assert list(misfits(value)) == []


def test_what_is_kept_back_is_said_and_not_told() -> None:
    value = value_of(whole(kept_back=True))
    assert value["answers"]["keeps_back"] is True
    assert not any(word in json_of(whole(kept_back=True)).decode() for word in (*SECRET, "private", "reader"))
    assert json_of(whole(kept_back=True).revealed()) == json_of(whole()).replace(
        b'"keeps_back": true', b'"keeps_back": false'
    )


def test_listed_attacks_and_long_texts_are_plain_texts() -> None:
    for text in (*ATTACKS, *LONG):
        _is_plain(text)


@given(texts)
@example("\r\u0301")
def test_any_text_is_a_plain_text(text: str) -> None:
    _is_plain(text)


def _is_plain(text: str) -> None:
    value = value_of(hostile(text))
    assert list(misfits(value)) == []
    told = answers(value["answers"])["text"]
    assert told["value"] == told["ask"] == kept(text)
    assert told["words"] == [kept(text)] * 2
    assert value["notes"][0]["text"] == kept(text)
    shown = json_of(hostile(text)).decode()
    assert kept(shown) == shown


def test_a_text_of_20000_characters_is_whole() -> None:
    [answer] = answers(value_of(an_answer(LONG[0]))["answers"]).values()
    assert answer["value"] == LONG[0]


def test_the_schema_tells_each_key_and_no_other() -> None:
    _, ours = msgspec.json.schema_components([EntryValue])
    names = {
        "entry": "EntryValue", "reflection": "ReflectionValue", "my_page": "MyPage",
        "section": "SectionValue", "answer": "AnswerValue", "choice": "Choice", "cards": "Cards",
        "goal": "Goal", "plan": "PlanValue", "plan_goal": "PlanGoal", "step": "Step", "note": "NoteValue",
        "seen": "SeenValue", "turn": "TurnValue", "talked": "TalkedValue", "asked": "AskedValue",
        "new_code": "NewCodeValue",
    }  # fmt: skip
    for name, schema in every_object():
        assert list(schema["properties"]) == list(ours[names.pop(name)]["properties"])
        assert schema["required"] == list(schema["properties"])
    assert names == {}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("version",), 2),
        (("state",), "lost"),
        (("saved",), "2026-03-01T12:00:00+01:00"),
        (("unread",), -1),
        (("unread",), True),
        (("answers",), []),
        (("answers", "talk"), "yes"),
        (("answers", "sections", 0, "answers", 0, "value"), 1.5),
        (("answers", "sections", 0, "answers", 0, "scale"), [1]),
        (("answers", "sections", 0, "answers", 0, "words", 0), None),
        (("notes", 0), {"made": "2026-03-01T12:00:00Z", "by": "Jo"}),
    ],
)
def test_the_check_sees_what_does_not_fit(path: tuple[Any, ...], value: Any) -> None:
    entry: Any = value_of(whole())
    place = entry
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    assert len(list(misfits(entry))) >= 1
    assert SCHEMA["$schema"].endswith("2020-12/schema")
