"""A pack on paper: what is on the form to fill in, and on the one for a review."""

import re
from functools import cache

import pytest

from kiosk.devices import pack_paper
from kiosk.devices.pack_paper import form_pdf, review_pdf
from kiosk.language import words as _
from kiosk.pack.model import ChoiceQuestion, GoalQuestion, ScaleQuestion
from kiosk.pack.rules import PLACEHOLDERS
from tests.languages import MARKED
from tests.packs import default_pack
from tests.pdf import pages_of

PACK = default_pack()
WORDS = {name: f"the-{name}" for name in PLACEHOLDERS}


@cache
def form() -> list[str]:
    return pages_of(form_pdf(PACK, WORDS))


@cache
def review() -> list[str]:
    return pages_of(review_pdf(PACK, WORDS))


def test_every_page_tells_its_number_of_how_many_and_the_version() -> None:
    for found in (form(), review()):
        for number, page in enumerate(found, 1):
            assert page.endswith(
                f"{PACK.title} \N{MIDDLE DOT} Version {PACK.version} \N{MIDDLE DOT} "
                f"Page {number} of {len(found)}"
            )


def test_all_that_can_be_answered_is_on_the_form_with_the_venues_own_words() -> None:
    said = " ".join(form())
    for number, (_section, question) in enumerate(PACK.questions(), 1):
        assert f"Question {number} of 22 {question.ask}" in said
        match question:
            case ScaleQuestion():
                assert all(point.label in said for point in question.points)
            case ChoiceQuestion():
                assert all(option.label in said for option in question.options)
            case GoalQuestion():
                assert question.first_step in said
    assert all(card.label in said for card in PACK.decks["strengths"].cards)
    assert "For help now: the-help" in said
    assert "{" not in said


def test_each_part_can_be_kept_back_and_somebody_can_ask_to_talk() -> None:
    said = " ".join(form())
    assert said.count(pack_paper.KEEP_PART) == len(PACK.sections)
    assert said.count(pack_paper.TALK) == 1
    assert "Then you get a slip with your code" in said


def test_a_question_and_what_can_be_ticked_stand_on_one_page() -> None:
    for _section, question in PACK.questions():
        offered: list[str] = []
        if isinstance(question, ScaleQuestion):
            offered = [point.label for point in question.points]
        elif isinstance(question, ChoiceQuestion):
            offered = [option.label for option in question.options]
        [page] = [page for page in form() if question.ask in page]
        assert all(label in page for label in offered), question.id


def test_a_review_has_room_for_a_verdict_on_each_question_and_on_the_texts_around() -> None:
    said = " ".join(review())
    for _section, question in PACK.questions():
        assert question.ask in said
    pages_around = 3
    assert len(re.findall("Keep Change Take out Why[?]", said)) == 22 + pages_around
    assert PACK.closing.cleared[0] in said
    assert PACK.privacy.more[0] in said
    assert all(point.label in said for point in PACK.closing.feedback.points)
    assert "For help now: the-help" in said
    assert "{" not in said
    assert "Do not write who said it." in said


def test_a_form_is_in_the_language_of_its_pack(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pack_paper, "language_or_english", {PACK.language: MARKED}.__getitem__)
    said = " ".join(pages_of(form_pdf(PACK, {**WORDS, "help": _("Call the-help")})))
    for text in ("Tick one.", "Tick as many", "Question 1 of 22", "Keep this part", "I would like to talk"):
        assert f"~{text}" in said
        assert f" {text}" not in said
    assert "For help now: ~Call the-help" in said
    assert f"~Version {PACK.version} \N{MIDDLE DOT} ~Page 1 of" in said
    assert "~Read each question aloud." in " ".join(pages_of(review_pdf(PACK, WORDS)))
