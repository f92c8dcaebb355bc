"""An entry as a list of blocks: what is in it, in which order, and in whose language."""

from dataclasses import replace
from datetime import date, timedelta

import msgspec
import pytest

from kiosk.entry.answers import Cards
from kiosk.entry.blocks import (
    Block,
    Goal,
    Heading,
    Items,
    Origin,
    Part,
    Ratings,
    Said,
    Strengths,
    Telling,
    Told,
    about,
    how_far,
    my_page_blocks,
    page_blocks,
    parts_of,
    plan_title,
)
from kiosk.entry.counts import count_of
from kiosk.entry.my_page import Rating, my_page_of
from kiosk.entry.opened import Opened
from kiosk.entry.pages import Asked, gone_sections, page_of, page_to_bytes
from kiosk.entry.staff_pages import NewCode, Note, Plan, PlanGoal, Step, TakenBack
from kiosk.language import speaking
from tests.conftest import EAST, SetZone
from tests.kiosk.desk.exports.entries import NOON, SECRET, page, plan, row, whole
from tests.kiosk.sealed import SECOND
from tests.languages import MARKED
from tests.packs import newer, small

HERE = Telling()
KEPT_BACK = Told("A part is kept back. Only the code opens it.", strong=True)
FIRST = (
    Heading("First", 2),
    Said("How do you feel?", ("Good",)),
    Said("Where are you best?", ("Outdoors",), listed=True),
    Said("What do you like?", ("Tea", "Milk"), listed=True),
)


def parts(opened: Opened, how: Telling = HERE) -> dict[str, tuple[Block, ...]]:
    return {part.title: part.blocks for part in parts_of(opened.pages, how)}


def test_an_entry_is_told_part_by_part_and_what_was_before_comes_last() -> None:
    told = parts(whole())
    earlier = told.pop("Earlier answers")
    goal = (Said("My goal", ("A garden",)), Said("First step", ("Ask Jo",)), Said("When", ("In May",)))
    said = Said("What do you hope for?", ("What? A garden", "How? Ask Jo", "When? In May"))
    strengths = ("I am kind", "I can sing", "I mend bicycles")
    became = ("agreed (Jo)", "talked together (Jo)", "asked to talk to someone")
    history = tuple(f"{day} March 2026: {what}" for day, what in enumerate(became, 5))
    assert list(told.items()) == [
        ("My page", (
            Heading("My strengths", 1), Strengths(strengths, 3, "3 strengths"),
            Heading("My life now", 1), Ratings((Rating("How I feel", "Good", 2, 2),)),
            Heading("What I want to work towards", 1), *goal,
        )),
        ("The agreed plan", (
            Origin("Plan recorded by Jo on 5 March 2026."), Told("1 of 2 steps are done."),
            Told("We look at this plan again on 1 April 2026."), Goal("Grow things", plan().goals[0].steps),
        )),
        ("All answers", (
            Origin("A small pack. Answered at the kiosk on 3 March 2026."), *FIRST, Heading("Second", 2),
            Said("Which of these are true?", strengths, listed=True),
            Said("What is a good day?", ("Sun.", "", "Zażółć gęślą jaźń, and the sea.")),
            Said("Who matters to you?", ("Mum", "Ali"), listed=True),
            said,
        )),
        ("Notes", (Said("Jo wrote on 4 March 2026:", ("We talked.", "It went well.")),)),
        ("What has happened so far", (Items(history),)),
        ("Earlier plans", (Origin("Plan recorded by Jo on 4 March 2026."), Goal("An older plan", ()))),
    ]  # fmt: skip
    assert earlier[:3] == (
        Origin("A small pack. Answered at the kiosk on 1 March 2026."),
        Heading("First", 2),
        Told("3 questions left open."),
    )
    assert Said("What is a good day?", ("Rain, long ago",)) in earlier


def test_what_goes_deeper_is_never_told_to_be_left_open() -> None:
    pack = newer(small(), "where", depth=True)
    asked = page_of(pack, {"mood": 2}, name="", made=NOON)
    assert Told("1 question left open.") in page_blocks(asked)
    assert count_of(asked).left_open == {"likes", "cards", "day", "people", "goal"}


def test_what_came_before_is_told_newest_first() -> None:
    told = parts(Opened(row(), (page(), page(days=1), page(days=2), plan(), plan(), plan()), None))
    days = [block.text[-13:] for block in told["Earlier answers"] if isinstance(block, Origin)]
    assert days == ["2 March 2026.", "1 March 2026."]
    assert len([block for block in told["Earlier plans"] if isinstance(block, Goal)]) == 2


def test_what_is_kept_back_is_said_and_what_is_shown_of_it_is_marked() -> None:
    told = parts(whole(kept_back=True))
    assert told["All answers"][1:] == (*FIRST, KEPT_BACK)
    assert not any(word in str(msgspec.to_builtins(list(told.values()), enc_hook=str)) for word in SECRET)
    marked = parts(whole(kept_back=True).revealed(), replace(HERE, private=("second",), marked="Mine alone"))
    answers = [*marked["All answers"]]
    assert answers[answers.index(Heading("Second", 2)) + 1] == Told("Mine alone")
    assert Told("Mine alone") not in marked["Earlier answers"]


@pytest.mark.parametrize(
    ("count", "told"), [(1, "1 strength"), (3, "3 strengths"), (4, "and 1 more, 4 strengths in all")]
)
def test_whatever_the_tree_shows_is_told_in_words_too(count: int, told: str) -> None:
    own = tuple(f"I am {number}" for number in range(count))
    mine = my_page_of(page({"cards": Cards((), own)}))
    assert [*my_page_blocks(mine)] == [Heading("My strengths", 1), Strengths(own[:3], count, told)]
    listed = [Heading("All my strengths", 1), Items(own)] if count > 3 else []
    assert [*my_page_blocks(mine, replace(HERE, on_paper=True))][2:] == listed


def test_where_my_page_is_empty_it_says_why() -> None:
    for private, told in (
        (b"", Told("There is nothing to show here yet.")),
        (b"sealed", Told(KEPT_BACK.text)),
    ):
        newest = msgspec.structs.replace(page({}), private=private)
        assert parts(Opened(row(), (newest,), None))["My page"] == (told,)


def test_a_paper_form_says_who_typed_it_in_where_that_is_known() -> None:
    for by, told in (
        ("Jo", "A small pack. A paper form, typed in by Jo on 1 March 2026."),
        ("\u200b", "A small pack. A paper form, typed in on 1 March 2026."),
    ):
        typed = msgspec.structs.replace(page(), source="paper", typed_in_by=by)
        assert next(page_blocks(typed, HERE)) == Origin(told)


def test_a_plan_tells_how_far_it_is_and_when_it_is_looked_at_again() -> None:
    for steps, review, told in (
        ((), None, []),
        ((Step(text="Dig", done=True),), None, [Told("1 of 1 step is done.")]),
        ((), date(2026, 4, 1), [Told("We look at this plan again on 1 April 2026.")]),
    ):
        made = Plan(made=NOON, by="Jo", goals=(PlanGoal(want="Grow things", steps=steps),), review=review)
        assert list(page_blocks(made, HERE))[1:-1] == told


def test_its_customer_reads_what_comes_next_too() -> None:
    steps = (Step(text="Dig", done=True), Step(text="Call Ann."), Step(text="Sow"))
    made = Plan(made=NOON, by="Jo", goals=(PlanGoal(want="Grow things", steps=steps),))
    told = list(page_blocks(made, replace(HERE, own=True)))
    assert told[:3] == [
        Origin("Jo wrote this plan down on 1 March 2026."),
        Told("1 of 3 steps are done."),
        Told("Next: Call Ann."),
    ]
    assert plan_title(replace(HERE, own=True)) == "Your plan"
    done = msgspec.structs.replace(made, goals=(PlanGoal(want="Grow things", steps=steps[:1]),))
    assert how_far(done) == ("1 of 1 step is done.",)


def test_what_staff_did_is_told_with_who_did_it() -> None:
    note = Note(made=NOON, by="Jo", text=" ")
    assert list(page_blocks(note, HERE)) == [Said("Jo wrote on 1 March 2026:", ("–",))]
    took = TakenBack(made=NOON, by="Ann", note=SECOND)
    assert list(page_blocks(took, HERE)) == [Told("Ann took a note back on 1 March 2026.")]
    given = NewCode(made=NOON, by="Jo", second="Ann", was="ab" * 16)
    said = "1 March 2026: a new code, given by Jo and Ann."
    assert list(page_blocks(given, HERE)) == [Items((said,))]
    rest = msgspec.structs.replace(given, rest="cd" * 16)
    more = f"{said} Only the old code opens what was kept back before."
    assert list(page_blocks(rest, HERE)) == [Items((more,))]


def test_over_an_entry_stands_where_it_is_from_and_what_one_should_know() -> None:
    opened = replace(whole(), broken=True)
    [doubt] = opened.doubts
    assert list(about(opened, HERE)) == [
        Told("A small pack. Answered at the kiosk on 3 March 2026."),
        Told("The customer asked to talk to someone.", strong=True),
        Told(doubt),
    ]
    calm = Asked(made=NOON + timedelta(days=9), reader="age1", talk=False)
    assert len(list(about(replace(opened, pages=(*opened.pages, calm)), HERE))) == 2


def test_days_are_those_of_the_place_and_states_have_the_words_of_who_reads(set_zone: SetZone) -> None:
    set_zone(EAST)
    [became] = parts(whole(), Telling(states={"agreed": "plan agreed"}))["What has happened so far"]
    assert isinstance(became, Items)
    assert became.texts[0] == "6 March 2026: plan agreed (Jo)"


def test_every_sentence_is_in_the_language_of_who_reads() -> None:
    told = parts_of(whole(kept_back=True).pages, HERE)
    with speaking(MARKED):
        titles = [str(part.title) for part in told]
        blocks = [block for part in told for block in part.blocks]
        said = [str(block.text) for block in blocks if isinstance(block, Origin | Told)]
        wrote = [str(block.label) for block in blocks if isinstance(block, Said) and "wrote" in block.label]
        events = [str(text) for block in blocks if isinstance(block, Items) for text in block.texts]
        steps = [str(step.told) for block in blocks if isinstance(block, Goal) for step in block.steps]
    assert all(title.startswith("~") for title in titles)
    assert len(said) > 5
    assert all(text.startswith("~") for text in said)
    assert wrote == ["~Jo wrote on 4 March 2026:"]
    assert any(": ~" in event for event in events)
    assert any("~by " in step for step in steps)


def test_what_is_not_asked_now_has_its_title_in_the_language_of_who_reads() -> None:
    newest = whole().newest
    assert newest is not None
    gone = msgspec.structs.replace(newest, sections=gone_sections(tuple(newest.answers()), private=False))
    page_to_bytes(gone)  # it is kept as a text
    [title] = [block for block in page_blocks(gone, HERE) if isinstance(block, Heading)]
    with speaking(MARKED):
        assert str(title.text) == "~Questions we do not ask now"


def test_what_a_block_says_stays_out_of_every_log() -> None:
    blocks = (Told("Amber"), Heading("Amber", 1), Said("Amber", ("Amber",)), Goal("Amber", ()))
    assert "Amber" not in repr(Part("plan", "Amber", blocks)) + repr(blocks)
