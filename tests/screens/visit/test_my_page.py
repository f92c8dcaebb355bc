"""My page: what was answered, as something to be proud of; and the wish to talk to somebody."""

import re
from datetime import timedelta

from msgspec import structs

from kiosk.desk.entries import signer
from kiosk.entry.answers import Answer, Cards, Goal
from kiosk.entry.my_page import my_page_of
from kiosk.pack.model import Pack
from screens.desk.entry_list import EntryList
from screens.visit.my_page_screen import ChangedScreen, MyPageScreen
from screens.visit.welcome_screen import ClearedScreen
from screens.widgets.ask_screen import AskScreen
from screens.widgets.caret import Body
from screens.widgets.check_screen import ChangeAnswer, CheckScreen
from tests.packs import small
from tests.screens import looks
from tests.screens.conftest import STAFF, Kiosk, saved_pages, unlocked, venue_of
from tests.visitor import CHECK, MY_PAGE, NOW, SMALL, StaffMember, leaves, visit

ANSWERS: dict[str, Answer] = {
    "my_strengths": Cards(("self_keep_word", "skills_cook"), ("I sing when nobody listens",)),
    "asked_for": ("bread",),
    "feeling": 4,
    "belong": 1,
    "ready": 5,
    "more_of": "learning",
    "one_year": "A room with a window\nand a door",
    "my_goal": Goal("To read well", "Join the Tuesday group", "Ann", "Next week"),
    "proud": "brindle",
}
ASKED = "You asked to talk to someone."


async def test_it_comes_after_the_last_question_and_before_the_check_page(kiosk: Kiosk) -> None:
    goal = Goal("A garden", "Seeds", "Ann", "May")
    first, second = small().sections
    last = structs.replace(second, questions=second.questions[-1:])
    pack = structs.replace(small(), sections=(first, last))
    async with visit(kiosk(pack), at="goal", given={"mood": 2}) as visitor:
        await visitor.answers(goal)
        await visitor.goes_on()
        assert isinstance(visitor.page, MyPageScreen)
        assert visitor.sees("A garden", "Seeds")
        # Back from it the last question is as it was left, and on from that it comes again.
        await visitor.presses("escape")
        await visitor.walks_to("goal")
        assert visitor.sees("A garden", "Seeds", "Ann", "May")
        await visitor.goes_on()
        assert isinstance(visitor.page, MyPageScreen)
        await visitor.presses("enter")
        assert isinstance(visitor.page, CheckScreen)
        await visitor.presses("escape")
        assert isinstance(visitor.page, MyPageScreen)
        await visitor.presses("escape", "f10")
        assert isinstance(visitor.page, MyPageScreen)
        assert visitor.given == {"mood": 2, "goal": goal}


async def test_it_shows_strengths_ratings_hopes_and_the_first_step_in_the_person_s_words(
    kiosk: Kiosk, shipped: Pack
) -> None:
    async with visit(kiosk(shipped), at=MY_PAGE, given=ANSWERS, size=SMALL) as visitor:
        seen = await visitor.reads()
    shown = " ".join(seen.replace("│", "").split())
    for words in (
        "▄███▄",
        "I keep my word",
        "I can cook a good meal",
        "I sing when nobody listens",
        "and 1 more, 4 strengths in all",
        "Learning",
        "A room with a window and a door",
        "My goal: To read well",
        "First step: Join the Tuesday group",
        "Who helps: Ann",
        "When: Next week",
    ):
        assert words in shown
    parts = ["My strengths", "What I want more of", "My life now", "My goal"]
    assert sorted(parts, key=shown.index) == parts
    # Only what a pack wants there, and nothing that is still open.
    for words in ("brindle", "What I help to decide", "The place where I live", "Not answered"):
        assert words not in shown
    # Each rating is told by circles and by its word: no colour is needed to read it.
    lines = re.sub(r" +", " ", seen).splitlines()
    for row in (
        "My last week ● ● ● ● ○ Good",
        "Part of my local area ● ○ ○ ○ ○ Not at all",
        "How ready I feel ● ● ● ● ● Ready to start",
    ):
        assert any(row in line for line in lines), row


async def test_a_change_from_the_check_page_leads_back_to_the_check_page(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at=CHECK, given={"mood": 1}) as visitor:
        await visitor.changes("mood")
        await visitor.answers(2)
        await visitor.goes_on()
        assert isinstance(visitor.page, CheckScreen)
        assert visitor.stands_on() == ChangeAnswer("where")
        await visitor.changes("day")
        await visitor.goes_back()
        assert isinstance(visitor.page, CheckScreen)
        # My page shows the change to whoever goes back to it.
        await visitor.presses("escape", "escape")
        assert isinstance(visitor.page, MyPageScreen)
        assert visitor.sees("● ● Good")


async def test_whoever_wants_to_talk_is_told_when_staff_see_it_and_where_help_is_now(kiosk: Kiosk) -> None:
    session = kiosk()
    async with visit(session, at=MY_PAGE, given={"day": "brindle"}) as visitor:
        await visitor.presses("f3")
        assert isinstance(visitor.page, AskScreen)
        assert visitor.sees(
            "Do you want to talk to someone?",
            session.settings.talk.read,
            f"For help now: {session.settings.help.now}",
            "Enter Yes, I want to talk",
            "Esc No",
        )
        await visitor.presses("escape")
        assert isinstance(visitor.page, MyPageScreen)
        assert not visitor.sees(ASKED)
        await visitor.presses("f3", "enter")
        assert visitor.sees(ASKED, "F3 I do not want to talk")
        # It is still so after a look at the questions.
        await visitor.presses("enter", "escape")
        assert visitor.sees(ASKED)
        await visitor.presses("enter")
        await visitor.saves()
        # It stands beside the code, and more of it behind one key.
        assert visitor.sees(ASKED)
        await visitor.presses("f6")
        assert await visitor.finds(
            "What happens next",
            ASKED,
            "Staff see the name of your answers first on their list, until you have talked.",
            session.settings.talk.read,
        )
    (page,) = saved_pages(session)
    assert page.talk


async def test_where_nothing_is_answered_it_says_so_and_one_can_still_ask_to_talk(kiosk: Kiosk) -> None:
    session = kiosk()
    async with visit(session, at=MY_PAGE) as visitor:
        assert visitor.sees("There is nothing to show here yet.")
        assert "My strengths" not in visitor.screen_text()
        await visitor.clicks("Talk to someone")
        await visitor.clicks("Yes, I want to talk")
        await visitor.presses("enter")
        await visitor.saves()
    (page,) = saved_pages(session)
    assert page.talk


def _line_of(member: StaffMember, name: str) -> str:
    return next(line for line in member.screen_text().splitlines() if name in line)


async def test_who_asks_to_talk_stands_first_in_a_colour_until_staff_say_that_they_talked(
    kiosk: Kiosk,
) -> None:
    session = kiosk()
    wants = leaves(session, {"day": "brindle"}, talk=True)
    other = leaves(session, {"day": "fallow"}, at=NOW + timedelta(hours=1))
    async with unlocked(session, size=SMALL) as member:
        assert re.search("to talk,? 10:30", _line_of(member, wants.name))
        lines = member.page.query_one(EntryList)
        assert [row.name for row in lines.rows] == [wants.name, other.name]
        first, second = (lines.render_line(place)._segments[0].style for place in (1, 2))
        assert first
        assert second
        assert first.color != second.color
        assert "to talk" not in _line_of(member, other.name)
        # The name alone: no word of what was answered.
        for word in ("brindle", "fallow"):
            assert not await member.finds(word)
        await member.opens(wants.code)
        assert member.sees("The customer asked to talk to someone at 10:30 on 4 March 2026.", "F8 Talked")
        await member.presses("space", "escape")
        assert "to talk" in _line_of(member, wants.name)
        await member.opens(wants.code)
        await member.presses("f8")
        assert member.sees("Have you talked with the customer?")
        await member.presses("escape")
        assert member.sees("The customer asked to talk")
        await member.presses("f8", "enter")
        assert not member.sees("asked to talk", "F8")
        before = member.screen_text()
        await member.presses("f8")
        assert member.screen_text() == before
        assert await member.finds(f"4 March 2026: talked together ({STAFF})")
        await member.presses("escape")
        assert "to talk" not in _line_of(member, wants.name)


async def test_who_asks_to_talk_is_named_above_a_list_that_hides_them(kiosk: Kiosk) -> None:
    session = kiosk(apart=timedelta(hours=1))
    names = [leaves(session, {}, talk=True).name for _ in range(7)]
    closed = leaves(session, {})
    session.vault.mark(closed.id, STAFF, signer(venue_of(session)), state="closed")
    async with unlocked(session, size=SMALL) as member:
        assert not member.sees("Asked to talk to someone")
        assert member.screen_text().count("to talk 10:30") >= 6
        await member.presses("f2", "6", "enter")
        assert member.sees("1 shown, closed", closed.name)
        assert member.sees("Asked to talk to someone", "and 3 more.", *names[:2:-1])


FOUR: dict[str, Answer] = {"cards": Cards(("kind",), ("I can sing", "I mend bicycles", "I bake"))}


async def test_three_strengths_are_put_on_top_and_are_saved_so(kiosk: Kiosk) -> None:
    session = kiosk()
    async with visit(session, at=MY_PAGE, given=FOUR) as visitor:
        assert visitor.sees("I am kind", "I mend bicycles", "and 1 more, 4 strengths in all")
        assert not visitor.sees("I bake")
        await visitor.presses("f6")
        assert visitor.sees("My top three", "☑  I mend bicycles", "☐  I bake")
        await visitor.presses("4", "enter")
        assert visitor.sees("You have chosen 4. Choose 3 at most.")
        await visitor.presses("1")
        assert not visitor.sees("You have chosen 4")
        await visitor.presses("2", "enter")
        assert visitor.sees("I mend bicycles", "I bake", "and 2 more, 4 strengths in all")
        assert not visitor.sees("I am kind")
        # Esc leaves it as it was.
        await visitor.presses("f6", "1", "escape")
        assert not visitor.sees("I am kind")
        await visitor.presses("enter")
        await visitor.saves()
    (page,) = saved_pages(session)
    assert my_page_of(page).top == ("I mend bicycles", "I bake")


async def test_where_all_strengths_stand_on_top_there_is_nothing_to_choose(kiosk: Kiosk) -> None:
    three = {"cards": Cards(("kind",), ("I can sing", "I bake"))}
    async with visit(kiosk(), at=MY_PAGE, given=three) as visitor:
        assert visitor.sees("3 strengths")
        assert not visitor.sees("Choose three")
        await visitor.presses("f6")
        assert isinstance(visitor.page, MyPageScreen)


async def test_all_of_it_stands_on_one_screen_of_the_usual_size_even_in_practice(
    kiosk: Kiosk, shipped: Pack
) -> None:
    every = Cards(tuple(card.id for card in shipped.decks["strengths"].cards))
    given = ANSWERS | {"my_strengths": every, "home_happy": 3, "say": 2}
    async with visit(kiosk(shipped, practice=True), at=MY_PAGE, given=given) as visitor:
        assert visitor.page.query_one(Body).max_scroll_y == 0
        assert looks.problems(visitor) == []
        assert visitor.sees("My strengths and hopes, 4 March 2026", "●", "and 62 more, 65 strengths in all")
        for words in ("Learning", "a door", "Ready to start"):
            assert visitor.sees(words)
        lines = [" ".join(line.strip(" │").split()) for line in visitor.screen_text().splitlines()]
        goal = [
            "My goal: To read well",
            "First step: Join the Tuesday group",
            "Who helps: Ann When: Next week",
        ]
        at = lines.index(goal[0])
        assert lines[at : at + 3] == goal
        # A row of air parts the frame from what is above it.
        framed = next(row for row, line in enumerate(lines) if line.startswith("╭─ My page"))
        assert lines[framed - 1] == ""


# -- after a change


async def test_a_change_that_is_saved_shows_my_page_with_what_grew(kiosk: Kiosk, shipped: Pack) -> None:
    session = kiosk(shipped)
    left = leaves(session, ANSWERS)
    async with visit(session, back=left.code) as visitor:
        await visitor.chooses("Change or add answers")
        await visitor.changes("my_strengths")
        await visitor.answers(Cards(("self_keep_word", "skills_cook"), ("I sing", "I bake")))
        await visitor.goes_on()
        await visitor.saves()
        assert isinstance(visitor.page, ChangedScreen)
        assert visitor.sees("Your new answers are saved. Your code stays the same.")
        # One strength went, and two came.
        assert visitor.sees(
            "Your tree has 2 new leaves.", "and 2 more, 5 strengths in all", "My goal: To read"
        )
        assert visitor.screen_text().split("My life now")[0].count("●") == 5
        assert visitor.page.query_one(Body).max_scroll_y == 0
        await looks.is_well(visitor)
        await visitor.presses("enter")
        assert isinstance(visitor.page, ClearedScreen)


async def test_a_change_after_which_no_strength_is_new_says_nothing_of_the_tree(kiosk: Kiosk) -> None:
    session = kiosk()
    left = leaves(session, FOUR)
    async with visit(session, size=SMALL, back=left.code) as visitor:
        await visitor.chooses("Change or add answers")
        await visitor.changes("mood")
        await visitor.answers(2)
        await visitor.goes_on()
        await visitor.saves()
        assert visitor.sees("Your new answers are saved.")
        await looks.is_well(visitor)
        assert not await visitor.finds("new lea")
