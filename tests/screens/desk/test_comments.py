"""Comments at the desk: put under a theme, decided on, and read by customers in the group's own words."""

from kiosk.desk import comment_book
from kiosk.desk.comment_book import Decisions, decided, new_theme
from kiosk.desk.keys import staff
from kiosk.visit.comments import keep_comment
from tests.screens.conftest import PASSPHRASE, STAFF, Kiosk, unlocked
from tests.screens.desk.kept_at_the_desk import events, more
from tests.visitor import NOW, visit

OWN = "I never know which one of these five I am meant to take"


async def test_comments_are_put_under_a_theme_decided_on_and_answered_at_welcome(kiosk: Kiosk) -> None:
    session = kiosk()
    for text in (OWN, "Too many of them"):
        keep_comment(
            session.home, session.settings.venue.key, session.pack, now=NOW, question="mood", text=text
        )
    for text in ("", "Shorter"):
        keep_comment(session.home, session.settings.venue.key, session.pack, now=NOW, text=text, rating=1)
    async with unlocked(session, answers=more("comments")) as member:
        assert member.sees("3 comments, 3 without a decision.")
        await member.presses("3", "enter")
        assert member.sees("Decide on a theme first")
        await member.presses("enter", "1", "enter")
        asks = session.pack.closing.feedback_line
        # The line beside the list stands in between.
        assert member.sees(f"1  ○  The whole visit: {asks} (1 in version", "1, 1 to decide)")
        await member.presses("1", "enter")
        rated = session.pack.closing.feedback.points[0].label
        assert member.sees(asks, f"Closing scale: {rated} 2", "Shorter")
        assert not member.sees(session.pack.closing.feedback.ask)
        await member.presses("f2")  # there is one comment, which needs no choice
        assert member.sees("A new theme")
        await member.presses("escape")
        await member.presses("escape", "2", "enter")
        assert member.sees("How do you feel?", OWN, "no theme yet")
        await member.presses("f2", "1", "2", "enter")
        await member.types(f"{OWN}.")
        await member.presses("enter")
        assert member.sees("word for word")
        await member.presses("f2")
        await member.types("Five points are too many.")
        await member.presses("enter")
        assert member.sees("“Five points are too many.”, not decided")
        await member.presses("escape", "escape", "2", "enter", "1", "enter")
        assert member.sees("Not decided", OWN, "2 comments")
        await member.presses("f2", "1", "enter")
        await member.types("There are three from now on.")
        await member.presses("enter")
        await member.presses("escape", "3", "enter", "1", "enter", "enter")
        assert member.sees("You said: Five points are too many.", "We did: There are three from now on.")
        await member.presses("enter")
        assert member.sees("Customers can read it at Welcome")
    assert OWN not in session.home.you_said.read_text()
    assert events(session)[:4] == [
        "published what was decided", "decided on comments", "put comments under a theme", "read comments"
    ]  # fmt: skip
    async with visit(session) as visitor:
        assert visitor.sees("You said, we did")
        await visitor.presses("f6")
        assert visitor.sees("You said: Five points are too many.", "We did: There are three from now on.")
        await visitor.presses("enter")
        assert visitor.sees(session.pack.welcome.title)


async def test_nothing_leads_from_welcome_to_a_page_that_is_not_there(kiosk: Kiosk) -> None:
    async with visit(kiosk()) as visitor:
        assert not visitor.sees("You said, we did")
        await visitor.presses("f6")
        assert visitor.sees(visitor.app.session.pack.welcome.title)


async def test_what_is_published_is_taken_back(kiosk: Kiosk) -> None:
    session = kiosk()
    identity = staff.enter(session.home.staff, STAFF, PASSPHRASE).identity
    comment_book.publish(session.home, identity, "You said, we did\n\nYou said: Pets\n")
    async with unlocked(session, answers=more("comments")) as member:
        await member.presses("3", "enter", "2", "enter")
        assert member.sees("Customers no longer read it")
    assert not session.home.you_said.exists()


async def test_every_decided_theme_can_be_published_a_handful_at_a_time_the_newest_first(
    kiosk: Kiosk,
) -> None:
    session = kiosk()
    identity = staff.enter(session.home.staff, STAFF, PASSPHRASE).identity

    def all_decided(book: Decisions) -> Decisions:
        for number in range(1, 12):
            book = book.with_theme(decided(new_theme(f"Theme {number}"), "changed", f"Answer {number}"))
        return book

    comment_book.keep(session.home, identity, all_decided)
    async with unlocked(session, answers=more("comments")) as member:
        await member.presses("3", "enter", "1", "enter")
        assert member.sees("☑ Theme 11", "☑ Theme 4", "☐ Show more")
        assert not member.sees("Theme 3")
        await member.presses("1", "9", "enter")  # without Theme 11, and on
        assert member.sees("☐ Theme 3", "☐ Theme 1")
        await member.presses("escape")
        assert member.sees("☐ Theme 11", "☑ Theme 10", "☐ Show more")
        await member.presses("9", "enter", "3", "enter", "enter")
        assert member.sees("Customers can read it at Welcome")
    told = session.home.you_said.read_text()
    themes = [line.removeprefix("You said: ") for line in told.splitlines() if line.startswith("You said: ")]
    assert themes == [f"Theme {number}" for number in (1, 4, 5, 6, 7, 8, 9, 10)]
