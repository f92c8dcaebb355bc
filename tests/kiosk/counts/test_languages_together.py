"""Answers in Polish count in the same figures as those in English, and stand for who comes back in either."""

from pathlib import Path

import msgspec
import pytest

from kiosk.counts.disclosure import HIGHER, Answers, Card
from kiosk.desk.summaries.periods import period_of
from kiosk.desk.summaries.summary import summarise
from kiosk.entry.answers import Answer, Cards
from kiosk.entry.counts import count_of
from kiosk.entry.handle import Handle, HandleKeys
from kiosk.entry.my_page import my_page_of
from kiosk.entry.pages import Reflection, page_of
from kiosk.pack.model import Pack
from kiosk.visit.returning import Own, carried
from kiosk.visit.visit import Visit
from tests.kiosk.desk.summaries.many import NOW, SUMMER, Many, key_of
from tests.kiosk.entry.answers import FULL
from tests.packs import asked_in, default_pack, in_polish, newer, scale_in, small

ENGLISH, POLISH = small(), in_polish(small())
EITHER = [(ENGLISH, POLISH), (POLISH, ENGLISH)]


@pytest.fixture
def many(tmp_path: Path) -> Many:
    return Many(tmp_path / "home", small())


def page(pack: Pack, answers: dict[str, Answer] | None = None, top: tuple[str, ...] = ()) -> Reflection:
    return page_of(pack, FULL if answers is None else answers, name="Amber Heron", made=SUMMER, top=top)


def test_what_is_counted_of_a_page_is_the_same() -> None:
    assert count_of(page(POLISH)) == count_of(page(ENGLISH))


def test_then_and_now_may_stand_beside_each_other() -> None:
    for first, second in EITHER:
        then, now = ({one.id: one for one in page(pack).answers()} for pack in (first, second))
        assert all(now[id_].means_as(then[id_], same_pack=True) for id_ in now)
        assert all(now[id_].means_as(then[id_], same_pack=False) for id_ in now)


def test_both_count_as_answers_to_one_question(many: Many) -> None:
    many.saves({"mood": 1, "cards": Cards(("kind",))})
    many.saves({"mood": 1, "cards": Cards(("kind", "friend"), ("Umiem śpiewać",))}, pack=POLISH)
    table = many.table()
    assert table.entries == 2
    assert table.scales == {scale_in(small(), "mood"): Answers([2, 0])}
    cards = asked_in(small(), "cards")
    assert table.cards == {Card(cards, "I am kind"): 2, Card(cards, "I am a friend"): 1}


def test_then_and_now_goes_on_from_one_language_to_the_other(many: Many) -> None:
    for first, second in EITHER:
        entry = many.saves({"mood": 1}, pack=first)
        many.amends(entry, {"mood": 2}, pack=second)
    ((scale, answers),) = many.table().scales.items()
    assert scale == scale_in(small(), "mood")
    assert answers.moves[HIGHER] == 2


def test_a_summary_has_one_chart_of_both(tmp_path: Path) -> None:
    pack = default_pack()
    many = Many(tmp_path / "home", pack)
    polish, card = in_polish(pack), next(card for deck in pack.decks.values() for card in deck.cards)
    for read in (pack, polish):
        for _each in range(12):
            many.saves({"feeling": 5, "my_strengths": Cards((card.id,))}, pack=read)
    summary = summarise(many.home, many.identity, period_of(["2026-Q3"], NOW), NOW).summary
    (ratings,) = [one for one in summary.charts if (one.figure, one.title) == ("ratings", "My last week")]
    assert [cell.says for cell in ratings.cells if cell.label == "Very good"] == ["about 25"]
    (strengths,) = [one for one in summary.charts if one.figure == "strengths"]
    assert {cell.label: cell.says for cell in strengths.cells} == {card.label: "about 25"}
    assert "PL" not in str(msgspec.to_builtins(summary, enc_hook=str))


# -- coming back


@pytest.mark.parametrize(("first", "second"), EITHER)
def test_answers_stand_for_who_comes_back_in_the_other_language(first: Pack, second: Pack) -> None:
    top = ("I can sing", "I am kind")
    found = carried(second, _own(page(first, top=top)))
    assert found.answers == FULL
    assert found.earlier == ()
    assert set(found.top) == set(top)
    again = page(second, found.answers, found.top)
    assert my_page_of(again).top == my_page_of(page(first, top=top)).top
    mine = my_page_of(again.as_seen)
    assert mine.top == (("PL I am kind" if second is POLISH else "I am kind"), "I can sing")


@pytest.mark.parametrize(("first", "second"), EITHER)
def test_an_answer_to_a_question_that_changed_stays_as_it_was_asked_and_seen(
    first: Pack, second: Pack
) -> None:
    changed = newer(small(), "mood", ask="How are you?")
    now = in_polish(changed) if second is POLISH else changed
    found = carried(now, _own(page(first)))
    assert "mood" not in found.answers
    ((left,),) = [section.answers for section in found.earlier]
    assert left.words == ("Good",)
    assert left.as_seen.words == (("PL Good",) if first is POLISH else ("Good",))


def test_a_visit_in_either_language_goes_on_with_the_same_answers() -> None:
    visit = Visit(POLISH)
    found = carried(ENGLISH, _own(page(POLISH)))
    visit.speak(ENGLISH)
    assert set(found.answers) == {question.id for _, question in visit.pack.questions()}


def _own(*pages: Reflection) -> Own:
    return Own(Handle("K7QX4MPD9RTW2HN9"), HandleKeys("ab" * 16, key_of("a customer")), "Amber Heron", pages)
