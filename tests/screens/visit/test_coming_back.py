"""Coming back with a code: read, change, then and now, print, delete; and nothing stays on the screen."""

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from unittest import mock

import pytest

from kiosk.entry.answers import Answer, Cards, Goal
from kiosk.entry.slip import text_of
from kiosk.errors import VaultError
from kiosk.supervision.turns import ENDED
from kiosk.upkeep.retention import goes
from kiosk.vault.vault import Vault
from screens.customer_words import for_customer
from screens.visit.my_page_screen import MyPageScreen
from screens.visit.own_entry_screen import OwnEntryScreen
from screens.visit.welcome_screen import ClearedScreen
from screens.widgets.ask_screen import AskScreen
from screens.widgets.check_screen import CheckScreen
from screens.widgets.choose_screen import ChooseScreen
from screens.widgets.code_screen import CodeScreen
from screens.widgets.idle_screen import IdleScreen
from screens.widgets.then_now_screen import ThenNowScreen
from tests.fake_printer import FakePrinter
from tests.screens.conftest import STAFF, Kiosk, saved_pages
from tests.screens.looks import is_well
from tests.screens.visit.kept import desk_of, given_on
from tests.screens.visit.test_entering_codes import knows_places
from tests.visitor import NOW, SMALL, Visitor, leaves, visit

ANSWERS: dict[str, Answer] = {"mood": 1, "day": "brindle", "goal": Goal("A garden", "Seeds", "Ann", "May")}
LATER = NOW + timedelta(days=40)
GONE = "They will be deleted from this machine for good. Copies that staff made before are not deleted."


async def test_a_customer_reads_all_that_is_kept_and_what_staff_wrote(kiosk: Kiosk) -> None:
    session = kiosk()
    left = leaves(session, ANSWERS)
    leaves(session, ANSWERS | {"day": "fallow"}, amending=left, at=LATER)
    at_the_desk = desk_of(session)
    opened = at_the_desk.add_note(at_the_desk.open(left.code), "We met, and planted seeds.", NOW)
    at_the_desk.change_state(opened, "talked through", NOW)
    async with visit(session, size=SMALL, back=left.code) as visitor:
        await visitor.presses("enter")
        await visitor.chooses("Read my answers")
        assert isinstance(visitor.page, OwnEntryScreen)
        seen = " ".join(re.sub("[▁▂▃▄▅▆▇█]", "", await visitor.reads()).split())  # the bar beside it
        wanted = (
            "My life now",
            "● ○ Bad",
            f"{STAFF} wrote to you on 4 March 2026:",
            "We met, and planted seeds.",
            "Answered at the kiosk on 13 April 2026",
            "fallow",
            "What has happened so far",
            f"4 March 2026: talked about together ({STAFF})",
            "Earlier answers",
            "Answered at the kiosk on 4 March 2026",
            "brindle",
        )
        for text in wanted:
            assert text in seen
        assert sorted(wanted, key=seen.index) == list(wanted)
        await visitor.presses("escape")
        assert visitor.sees(f"The name of your answers: {left.name}")


async def test_enter_leads_back_from_reading_too_and_does_nothing_before_something_is_chosen(
    kiosk: Kiosk,
) -> None:
    session = kiosk()
    left = leaves(session, ANSWERS)
    async with visit(session, back=left.code) as visitor:
        await visitor.presses("enter")
        assert isinstance(visitor.page, ChooseScreen)
        assert visitor.sees("Choose one. Type its number, or press ↑ or ↓. Then press Enter.")
        assert visitor.sees("Or press Enter again to finish.")
        for key in ("enter", "escape"):
            await visitor.chooses("Read my answers")
            assert isinstance(visitor.page, OwnEntryScreen)
            assert await visitor.finds("brindle")
            frames = visitor.watches()
            await visitor.presses(key)
            assert isinstance(visitor.page, ChooseScreen)
        await visitor.presses("escape")
        assert isinstance(visitor.page, ClearedScreen)
        # After reading nothing of it is painted any more.
        assert not any("brindle" in frame for frame in frames)
        await visitor.presses("enter")
        assert (visitor.gone, visitor.outcome) == (True, ENDED)


# -- changing


async def test_changes_are_a_new_page_under_the_same_code_and_the_old_one_stays_as_it_was(
    kiosk: Kiosk,
) -> None:
    session = kiosk()
    left = leaves(session, ANSWERS)
    before = session.vault.pages(left.id)
    async with visit(session, back=left.code) as visitor:
        await visitor.chooses("Change or add answers")
        assert isinstance(visitor.page, CheckScreen)
        assert visitor.given == ANSWERS
        await visitor.changes("day")
        await visitor.answers("fallow")
        await visitor.goes_on()
        await visitor.presses("enter")
        assert visitor.question == "people"
        await visitor.answers(("Zoe",))
        await visitor.goes_on()
        await visitor.saves()
        assert visitor.sees("Your new answers are saved", "Your code stays the same.")
        await visitor.presses("enter")
        assert isinstance(visitor.page, ClearedScreen)
        await visitor.presses("enter")
        assert (visitor.gone, visitor.outcome) == (True, ENDED)
    after = session.vault.pages(left.id)
    assert after[:1] == before
    assert len(session.vault.rows()) == 1
    old, new = map(given_on, saved_pages(session))
    assert (old, new) == (ANSWERS, ANSWERS | {"day": "fallow", "people": ("Zoe",)})


async def test_whoever_does_not_save_changes_keeps_what_was_saved(kiosk: Kiosk) -> None:
    session = kiosk()
    left = leaves(session, ANSWERS)
    before = session.vault.pages(left.id)
    async with visit(session, back=left.code) as visitor:
        await visitor.chooses("Change or add answers")
        await visitor.presses("f8")
        assert visitor.sees("You have not changed anything. What you saved before stays.")
        await visitor.presses("escape")
        await visitor.changes("day")
        await visitor.answers("fallow")
        await visitor.presses("f8")
        assert visitor.sees("Your changes are not saved. What you saved before stays.")
        await visitor.presses("delete")
        assert (visitor.gone, visitor.outcome) == (True, ENDED)
    assert session.vault.pages(left.id) == before


async def test_esc_from_a_change_leads_back_to_the_menu_and_asks_where_something_is_not_saved(
    kiosk: Kiosk,
) -> None:
    session = kiosk()
    left = leaves(session, ANSWERS)
    async with visit(session, size=SMALL, back=left.code) as visitor:
        await visitor.chooses("Change or add answers")
        await visitor.changes("day")
        await visitor.goes_on()
        await visitor.closes_part()
        await visitor.presses("4", "enter")
        assert isinstance(visitor.page, MyPageScreen)
        await visitor.presses("escape")
        await is_well(visitor)
        await visitor.presses("escape")
        assert visitor.sees("Your answers", f"The name of your answers: {left.name}")
        await visitor.chooses("Change or add answers")
        await visitor.changes("day")
        await visitor.answers("fallow")
        await visitor.goes_on()
        await visitor.closes_part()
        await visitor.presses("escape")
        assert visitor.sees("Go back without saving?", "What you saved before stays.")
        await is_well(visitor)
        await visitor.presses("escape")
        assert isinstance(visitor.page, CheckScreen)
        assert visitor.given == ANSWERS | {"day": "fallow"}
        await visitor.presses("escape", "delete")
        assert visitor.sees("Your answers", f"The name of your answers: {left.name}")
        await visitor.chooses("Change or add answers")
        assert visitor.given == ANSWERS
        await visitor.presses("escape", "f8")
        assert (visitor.gone, visitor.outcome) == (True, ENDED)
    assert len(session.vault.pages(left.id)) == 1


async def test_where_an_entry_was_deleted_meanwhile_its_answers_can_be_saved_as_new_ones(
    kiosk: Kiosk,
) -> None:
    session = kiosk()
    left = leaves(session, ANSWERS)
    async with visit(session, back=left.code) as visitor:
        await visitor.chooses("Change or add answers")
        session.vault.erase(left.id)
        await visitor.saves()
        assert visitor.sees("The answers you are changing are no longer here", "deleted, by you or by staff.")
        await visitor.presses("escape")
        assert isinstance(visitor.page, CheckScreen)
        assert visitor.given == ANSWERS
        assert session.vault.rows() == ()
        await visitor.saves()
        await visitor.clicks("Save as new answers")
        assert isinstance(visitor.page, CodeScreen)
        assert visitor.code != left.code
    (page,) = saved_pages(session)
    assert given_on(page) == ANSWERS


# -- then and now


async def test_then_and_now_shows_both_days_each_rating_and_what_has_changed(kiosk: Kiosk) -> None:
    session = kiosk()
    left = leaves(session, ANSWERS | {"people": ("Zoe",)})
    leaves(session, ANSWERS | {"mood": 2}, amending=left, at=NOW + timedelta(days=3))
    newest: dict[str, Answer] = {"mood": 2, "day": "brindle", "goal": Goal("A shed"), "where": "out"}
    leaves(session, newest, amending=left, at=LATER)
    async with visit(session, size=SMALL, back=left.code) as visitor:
        await visitor.chooses("See then and now")
        assert isinstance(visitor.page, ThenNowScreen)
        assert visitor.sees("Then: 4 March 2026", "Now: 13 April 2026")
        lines = await visitor.reads()
        rated = re.search(r"(.*Then: )Bad  .*\n(.*)● ○", lines)
        assert rated
        assert len(rated[1]) == len(rated[2])
        flat = " ".join(lines.split())
        for text in ("How I feel", "Then: Bad", "Now: Good", "● ○", "● ●", "A garden", "A shed"):
            assert text in flat
        for text in ("Where", "Then: Not answered", "Now: Outdoors", "Zoe"):
            assert text in flat
        # What is as it was, and is no rating, has no row.
        assert "A good day" not in flat
        await visitor.presses("enter")
        assert isinstance(visitor.page, ChooseScreen)


async def test_then_and_now_shows_both_trees_and_a_rating_that_stayed_and_says_them_in_words(
    kiosk: Kiosk,
) -> None:
    session = kiosk()
    left = leaves(session, {"mood": 2, "cards": Cards(("kind",))})
    own = ("I can sing", "I bake", "I mend bicycles")
    leaves(session, {"mood": 2, "cards": Cards(("kind",), own)}, amending=left, at=LATER)
    async with visit(session, back=left.code) as visitor:
        await visitor.chooses("See then and now")
        lines = [line.split() for line in visitor.screen_text().split("\n")]
        assert ["Then:", "1", "strength", "Now:", "4", "strengths"] in lines
        assert visitor.screen_text().count("●") == 5
        assert await visitor.finds("· I am kind", "· I bake", "Then: Good", "Now: Good")
        await is_well(visitor)
        await visitor.resizes(SMALL)
        await visitor.presses("home")
        assert re.search(r"Then: 1 strength +Now: 4 strengths", visitor.screen_text())


async def test_where_nothing_has_changed_then_and_now_says_so(kiosk: Kiosk) -> None:
    session = kiosk()
    left = leaves(session, {"day": "brindle"})
    leaves(session, {"day": "brindle"}, amending=left, at=LATER)
    async with visit(session, back=left.code) as visitor:
        await visitor.chooses("See then and now")
        assert visitor.sees("The answers are the same.")


async def test_then_and_now_is_offered_only_where_there_are_both_and_f8_leaves_the_menu_at_once(
    kiosk: Kiosk,
) -> None:
    session = kiosk()
    left = leaves(session, ANSWERS)
    at_the_desk = desk_of(session)
    at_the_desk.add_note(at_the_desk.open(left.code), "A note is no second set of answers.", NOW)
    async with visit(session, back=left.code) as visitor:
        await visitor.presses("enter")
        assert visitor.sees("Your answers", "Read my answers")
        assert "then and now" not in visitor.screen_text()
        await visitor.presses("f8")  # nothing is lost
        assert (visitor.gone, visitor.outcome) == (True, ENDED)
    assert session.vault.has(left.id)


# -- printing


async def test_the_code_is_printed_again_with_the_day_until_which_it_is_kept(kiosk: Kiosk) -> None:
    session = kiosk()
    left = leaves(session, ANSWERS, at=NOW - timedelta(days=30))
    printer = FakePrinter()
    async with visit(session, printer=printer, back=left.code) as visitor:
        await visitor.chooses("Print my code again")
        until = goes(session.vault.row(left.id), session.settings.privacy.days)
        (slip,) = printer.slips
        words = "\n".join(text_of(slip, 48))
        for text in (left.code, left.name, f"until {until.day} {until:%B %Y}"):
            assert text in words
        assert "brindle" not in words
        assert visitor.sees("Print My page too?")
        await visitor.presses("2", "enter")
        assert "A garden" in "\n".join(text_of(printer.slips[1], 48))
        assert visitor.sees(f"The name of your answers: {left.name}")


# -- deleting


ELSEWHERE = "Other places delete them once they hear of it, which can take some days."
TRACES = "Someone with special tools might still find parts of them"


async def test_deleting_asks_once_tells_what_it_means_and_can_be_tried_again_where_it_fails(
    kiosk: Kiosk,
) -> None:
    session = kiosk()
    left, other = leaves(session, ANSWERS), leaves(session, {"mood": 2})
    async with visit(session, back=left.code) as visitor:
        assert visitor.sees("3 ○ Talk to someone", "4 ○ Delete my answers")
        await visitor.chooses("Delete my answers")
        assert isinstance(visitor.page, AskScreen)
        assert visitor.sees("Delete your answers?", GONE, "Keep my answers")
        assert not visitor.sees(ELSEWHERE)
        await visitor.presses("escape")
        assert isinstance(visitor.page, ChooseScreen)
        assert session.vault.has(left.id)
        await visitor.chooses("Delete my answers")
        with mock.patch.object(Vault, "erase", side_effect=VaultError("The disk is asleep.")):
            await visitor.presses("delete")
        assert visitor.sees("Your answers are still here", for_customer(VaultError()))
        assert not visitor.sees("The disk is asleep.")
        await visitor.presses("enter")
        assert session.vault.has(left.id)
        await visitor.chooses("Delete my answers")
        await visitor.presses("delete")
        assert visitor.sees("Your answers are deleted", "Deleted from this machine.", TRACES)
        assert not visitor.sees("This machine never had the key")
        assert not visitor.sees(ELSEWHERE)
        await visitor.presses("enter")
        assert isinstance(visitor.page, ClearedScreen)
    assert not session.vault.has(left.id)
    assert session.vault.has(other.id)


async def test_where_there_is_no_desk_but_other_places_it_tells_of_both(kiosk: Kiosk) -> None:
    session = kiosk()
    left = leaves(session, ANSWERS)
    for file in session.home.staff.glob("*"):
        file.unlink()
    knows_places(session)
    async with visit(session, back=left.code) as visitor:
        await visitor.chooses("Delete my answers")
        assert visitor.sees("Delete your answers?", GONE, ELSEWHERE)
        await visitor.presses("delete")
        without_key = f"{TRACES}. This machine never had the key that opens them."
        assert visitor.sees("Your answers are deleted", without_key, ELSEWHERE)
    assert not session.vault.has(left.id)


# -- what does not open


@pytest.mark.parametrize("spoilt", [0, 1])
async def test_a_page_that_does_not_open_is_told_and_the_rest_is_read(kiosk: Kiosk, spoilt: int) -> None:
    session = kiosk()
    left = leaves(session, {"day": "first words"})
    leaves(session, {"day": "later words"}, amending=left, at=LATER)
    sorted(session.home.vault.rglob(f"{left.id}*.age"))[spoilt].write_bytes(b"spoilt")
    async with visit(session, back=left.code) as visitor:
        assert "then and now" not in visitor.screen_text()
        await visitor.chooses("Read my answers")
        seen = " ".join((await visitor.reads()).split())
        assert "A part of your answers cannot be read here. Tell a member of staff." in seen
        assert ("first words" in seen, "later words" in seen) == (spoilt == 1, spoilt == 0)


# -- nothing stays on the screen


async def _hides(visitor: Visitor) -> None:
    await visitor.presses("f9")


async def _goes_away(visitor: Visitor) -> None:
    await visitor.waits(90)
    assert isinstance(visitor.page, IdleScreen)
    assert not visitor.sees("brindle")
    await visitor.waits(60)


@pytest.mark.parametrize(
    ("choice", "goes"),
    [("Read my answers", _hides), ("See then and now", _goes_away)],
)
async def test_hidden_or_left_alone_nothing_of_an_entry_is_on_the_screen(
    kiosk: Kiosk, choice: str, goes: Callable[[Visitor], Awaitable[None]]
) -> None:
    session = kiosk()
    left = leaves(session, {"day": "fallow"})
    leaves(session, {"day": "brindle"}, amending=left, at=LATER)
    async with visit(session, back=left.code) as visitor:
        await visitor.chooses(choice)
        await visitor.presses("down", "down", "down")
        frames = visitor.watches()
        await goes(visitor)
        assert (visitor.gone, visitor.outcome) == (True, ENDED)
        assert frames[-1].strip() == ""
        assert not any(word in frame for frame in frames for word in ("brindle", "fallow", left.name))
        assert visitor.given == {}
    assert len(session.vault.pages(left.id)) == 2
    assert not list(session.home.drafts.glob("*"))
