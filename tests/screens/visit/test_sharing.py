"""Share or keep: a part that only the code opens, from the check page to the desk and back."""

import re
from pathlib import Path

from textual.widgets import Input

from kiosk import seal
from kiosk.entry.answers import Answer, Cards, Goal
from screens.desk.entry_screen import EntryScreen
from screens.widgets.ask_screen import AskScreen
from screens.widgets.check_screen import CheckScreen
from screens.widgets.page import PageResult
from tests.screens.conftest import Kiosk, unlocked, venue_of
from tests.visitor import CHECK, SMALL, leaves, visit

SHARED, KEPT = "first", "second"
ANSWERS: dict[str, Answer] = {
    "mood": 2,
    "cards": Cards(("kind",), ("fallow words",)),
    "day": "brindle",
    "goal": Goal("a heron"),
}
PRIVATE_WORDS = ("brindle", "a heron", "fallow words", "I am kind")
"""What is answered in the part that is kept."""
CLOSED = "Only with my code"
TALL = (80, 60)
"""Columns and rows in which an entry is read at once."""


async def test_a_part_is_kept_and_shared_again_on_a_page_of_its_own(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at=CHECK, given=ANSWERS, size=SMALL) as visitor:
        for kept, keys in ((True, ["2", "enter"]), (False, ["down", "space", "escape"]), (True, [])):
            await visitor.presses("3", "enter")
            assert visitor.sees("Who may read this?")
            await visitor.presses(*keys)
            for label in () if keys else ("Second", "Done"):
                await visitor.clicks(label)
            assert isinstance(visitor.page, CheckScreen)
            assert visitor.stands_on() is PageResult.ON
            assert (visitor.sees(CLOSED), visitor.sees("Staff may read all parts")) == (kept, not kept)
            assert (KEPT in visitor.app.visit.private) is kept


async def test_what_is_kept_stays_so_on_the_way_back_and_forth(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at=CHECK, given=ANSWERS) as visitor:
        await visitor.shares(KEPT)
        await visitor.changes("day")
        await visitor.answers("brindle again")
        await visitor.goes_on()
        await visitor.presses("escape", "escape", "escape")
        assert visitor.sees("Choose a part")
        await visitor.presses("f10", "enter")
        assert visitor.app.visit.private == {KEPT}
        assert CLOSED in await visitor.reads()


async def test_the_venue_s_key_opens_no_word_of_it(kiosk: Kiosk) -> None:
    """`test_saving` has who opens what."""
    session = kiosk()
    async with visit(session, at=CHECK, given=ANSWERS) as visitor:
        await visitor.shares(KEPT)
        await visitor.saves()
    (row,) = session.vault.rows()
    (sealed,) = session.vault.pages(row.id)
    opened = seal.open_sealed(sealed, venue_of(session))
    for word in ("brindle", "heron", "fallow", "I am kind", "picked", "What is a good day?", "Second"):
        assert word.encode() not in opened, word
    assert b"Good" in opened


async def test_it_shows_at_the_desk_only_where_the_customer_is_there_and_wants_it(kiosk: Kiosk) -> None:
    session = kiosk()
    left = leaves(session, ANSWERS, private={KEPT})
    async with unlocked(session, opens=left, size=TALL) as member:
        await member.presses("f6")
        assert isinstance(member.page, AskScreen)
        assert member.sees(
            "Show what the customer kept back?",
            "Is the customer here with you, and do they want you to see it?",
            "Yes, show it",
            "No, leave it closed",
        )
        await member.presses("escape")
        assert isinstance(member.page, EntryScreen)
        # Marking does not open it either. My page is made of what is shared alone.
        await member.presses("space")
        seen = " ".join((await member.reads()).split())
        for word in ("A part is kept back. Only the code opens it.", "My life now", "Good"):
            assert word in seen
        for word in (*PRIVATE_WORDS, "What is a good day?", "My strengths"):
            assert word not in seen
        await member.presses("f6")
        await member.clicks("Yes, show it")
        seen = " ".join((await member.reads()).split())
        for word in PRIVATE_WORDS:
            assert word in seen
        assert "A part is kept back" not in seen
        assert not member.sees("F6")
        # Whoever opens it the next time is asked again.
        await member.presses("escape")
        await member.opens(left.code)
        seen = await member.reads()
        assert "brindle" not in seen
        assert "A part is kept back" in seen


async def test_what_is_shown_of_it_is_marked_and_stays_out_of_files_and_plans(
    kiosk: Kiosk, tmp_path: Path
) -> None:
    session = kiosk()
    left = leaves(session, ANSWERS, private={KEPT})
    async with unlocked(session, opens=left, size=TALL) as member:
        await member.presses("f6", "enter")
        assert member.sees("What the customer kept back is shown too. It is left out of files.")
        seen = " ".join((await member.reads()).split())
        title = next(section.title for section in session.pack.sections if section.id == "second")
        assert f"{title} Kept back" in seen
        # What is done meanwhile changes nothing in that.
        await member.presses("f7")
        await member.types("We spoke.")
        await member.presses("f10", "enter")
        assert member.sees("What the customer kept back is shown too.")
        await member.presses("f3", "2", "enter", "2", "enter", "1", "enter")
        member.page.query_one(Input).value = "given"
        await member.presses("enter")
        assert member.sees("The file is saved")
    written = (tmp_path / "given.md").read_text(encoding="utf-8")
    assert "A part is kept back" in written
    assert "We spoke." in written
    for word in PRIVATE_WORDS:
        assert word not in written


async def test_f6_does_nothing_where_nothing_is_kept(kiosk: Kiosk) -> None:
    session = kiosk()
    left = leaves(session, ANSWERS)
    async with unlocked(session, opens=left) as member:
        before = member.screen_text()
        assert "F6" not in before
        await member.presses("f6")
        assert member.screen_text() == before


async def test_whoever_comes_back_sees_which_part_is_theirs_alone_and_it_stays_so_in_a_change(
    kiosk: Kiosk,
) -> None:
    session = kiosk()
    left = leaves(session, ANSWERS, private={KEPT})
    async with visit(session, back=left.code) as visitor:
        await visitor.chooses("Read my answers")
        seen = await visitor.reads()
        assert re.search(rf"^ *Second\n+ *{CLOSED}$", seen, re.MULTILINE)
        assert not re.search(rf"^ *First\n+ *{CLOSED}$", seen, re.MULTILINE)
        for word in PRIVATE_WORDS:
            assert word in " ".join(seen.split())
        await visitor.presses("escape")
        await visitor.chooses("Change or add answers")
        assert CLOSED in await visitor.reads()
        assert visitor.app.visit.private == {KEPT}


async def test_everything_can_be_kept(kiosk: Kiosk) -> None:
    session = kiosk()
    left = leaves(session, ANSWERS, private={SHARED, KEPT})
    async with unlocked(session, opens=left, size=TALL) as member:
        assert await member.finds("A part is kept back. Only the code opens it.")
        assert not await member.finds("● ●")
