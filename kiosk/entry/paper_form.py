"""Answers files: a paper form typed in, as JSON.

    {"pack": "strengths", "version": 1, "language": "en", "private": ["section_id"], "talk": false,
     "answers": {"question_id": value, …}}

A value is a scale's number, a choice's option (or a list of them), a text, a list of texts,
`{"picked": […], "own": […]}` for cards, or `{"want", "first_step", "who", "when"}` for a goal. A question
that is left out, or null, was not answered. `version`, `language` (that of the form), `private` (the sections
that the customer keeps back) and `talk` (whether they ask to talk to somebody) may be left out.
"""

import difflib
import json
import re
from collections.abc import Iterator
from typing import Any

import msgspec

from kiosk.entry.answers import Answer, read_answer
from kiosk.errors import EntryError
from kiosk.pack.model import (
    AnyQuestion,
    CardsQuestion,
    ChoiceQuestion,
    GoalQuestion,
    LinesQuestion,
    Pack,
    ScaleQuestion,
    TextQuestion,
)


class Form(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An answers file, read and not yet held against its pack."""

    pack: str
    answers: dict[str, Any]
    """Question id → plain JSON value."""
    version: int = 0
    """The version on the paper; 0 where the file does not say."""
    language: str = ""
    """The tag of the language that the form is in; empty for that of its pack."""
    private: tuple[str, ...] = ()
    talk: bool = False


def read_form(data: bytes) -> Form:
    """Read an answers file. Raises EntryError for bytes that are none."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise EntryError("The answers file is not in UTF-8. Save it again as UTF-8.") from error
    try:
        return msgspec.convert(json.loads(text, object_pairs_hook=_unique), Form)
    except json.JSONDecodeError as error:
        raise EntryError(f"The answers file is not valid JSON: see line {error.lineno}.") from error
    except msgspec.ValidationError as error:
        raise EntryError(
            'An answers file looks like {"pack": …, "answers": {…}}. To print an example, run \'kiosk '
            "enter --template'."
        ) from error
    except (RecursionError, ValueError) as error:
        raise EntryError(
            "The answers file has lists nested too deep, or a number that is too long."
        ) from error


def answers_of(pack: Pack, form: Form) -> dict[str, Answer]:
    """Return the form's answers, checked. Raises EntryError, which names the question and what it takes."""
    languages = (pack.language, *pack.languages)
    if form.language and form.language not in languages:
        told = f"The pack '{pack.id}' is not in {_shown(form.language)}."
        raise EntryError(f"{told} It is in: {', '.join(languages)}.")
    sections = [section.id for section in pack.sections]
    for name in form.private:
        if name not in sections:
            raise EntryError(
                f"The pack '{pack.id}' has no part {_shown(name)}. It has: {', '.join(sections)}."
            )
    questions = {question.id: question for _, question in pack.questions()}
    for name in form.answers:
        if name not in questions:
            near = difflib.get_close_matches(name, questions, 1)
            hint = f"Did you mean '{near[0]}'?" if near else "'kiosk enter --template' lists them all."
            raise EntryError(f"The pack '{pack.id}' has no question {_shown(name)}. {hint}")
    for name, raw in form.answers.items():
        if any(text in _texts(_example(pack, questions[name])) for text in _texts(raw)):
            raise EntryError(
                f"The answer to '{name}' is still the example of the template. Type what is on the paper, or "
                "delete the line if nothing is."
            )
    read = {name: read_answer(pack, questions[name], raw) for name, raw in form.answers.items()}
    answers = {name: answer for name, answer in read.items() if answer is not None}
    if not answers:
        raise EntryError("The answers file has no answers, so there is nothing to save.")
    return answers


def template(pack: Pack) -> bytes:
    """Return an answers file, as JSON for people to edit: it says for every question what goes there."""
    answers = {question.id: _example(pack, question) for _, question in pack.questions()}
    around = {"pack": pack.id, "version": pack.version, "language": pack.language}
    form = around | {"private": [], "talk": False, "answers": answers}
    return json.dumps(form, ensure_ascii=False, indent=2).encode() + b"\n"


def choices(pack: Pack) -> str:
    """Return every question of a pack, and what can be chosen in it: the words, and what stands for them."""
    blocks = []
    for _, question in pack.questions():
        offered = [f"  {value:<14}  {words}" for value, words in _offered(pack, question)]
        blocks.append("\n".join([f"{question.id}: {question.ask}", *offered]))
    return "\n\n".join(blocks)


def _offered(pack: Pack, question: AnyQuestion) -> Iterator[tuple[str, str]]:
    match question:
        case ScaleQuestion():
            yield from ((str(point.value), point.label) for point in question.points)
        case ChoiceQuestion():
            for option in question.options:
                yield option.id, option.label + (" (takes own words)" if option.own_words else "")
        case CardsQuestion():
            cards = pack.decks[question.deck].cards
            shown = (card for card in cards if not question.groups or card.group in question.groups)
            yield from ((card.id, card.label) for card in shown)


def _example(pack: Pack, question: AnyQuestion) -> object:
    """Return an answer that says what to write in its place, and is refused where it stands there still."""
    match question:
        case ScaleQuestion():
            return f"<one of {', '.join(value for value, _ in _offered(pack, question))}>"
        case ChoiceQuestion():
            offered = ", ".join(value for value, _ in _offered(pack, question))
            return [f"<some of {offered}>"] if question.several else f"<one of {offered}>"
        case CardsQuestion():
            own = {"own": ["<their own words>"]} if question.own_words else {}
            return {"picked": ["<ids of cards: kiosk enter --choices lists them>"], **own}
        case TextQuestion():
            return "<what they wrote>"
        case LinesQuestion():
            return ["<one line>", "<another line>"][: question.most]
        case GoalQuestion():
            return {
                "want": "<what they want>",
                "first_step": "<their first step>",
                "who": "<who can help>",
                "when": "<when>",
            }


def _texts(value: object) -> list[str]:
    """Return every text in a plain JSON value."""
    match value:
        case str():
            return [value]
        case list():
            return [text for each in value for text in _texts(each)]
        case dict():
            return [text for each in value.values() for text in _texts(each)]
    return []


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a key that is there twice: one of the two answers would be lost without a word."""
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise EntryError(f"The answers file has {_shown(name)} twice. Keep one of them.")
        found[name] = value
    return found


def _shown(name: str) -> str:
    # A key may be anything, and goes to a terminal: at most 40 characters that print.
    return f"'{re.sub(r'[^ -~]', '?', name)[:40]}'"
