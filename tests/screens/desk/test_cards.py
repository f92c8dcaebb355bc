"""Practice at the desk: made-up entries, and cards that are done when a customer has what they want."""

from kiosk.desk import rehearsal
from kiosk.home import slip_beside
from tests.screens.conftest import PASSPHRASE, Kiosk
from tests.screens.every_page import _practises
from tests.visitor import desk, visit


async def test_practice_makes_entries_up_once_and_its_cards_know_when_they_are_done(kiosk: Kiosk) -> None:
    session = _practises(kiosk(practice=True))
    async with desk(session) as member:
        await member.unlocks(PASSPHRASE)
        assert member.sees("These entries are made up", "F12 in the list")
        await member.presses("enter")
        assert member.sees("kept something back", "wants one part deleted")
        await member.presses("1", "enter")
        assert member.sees("comes with the slip", "The slip of", "Afterwards, talk about it")
        code = member.screen_text().split("The slip of")[1].split(": ")[1].split(".")[0]
        await member.presses("enter", "escape")
        assert member.sees("asks to talk", f"Practice. Nothing is kept. Slip: {code}", "F12  Cards")
        await member.opens(code)
        assert member.sees(f"Slip: {code}")
        await member.presses("space", "escape", "f12")
        assert member.sees("comes with the slip: done")
        assert member.screen_text().count(": done") == 1
    entries = len(session.vault.rows())
    async with desk(session) as member:
        await member.unlocks(PASSPHRASE)
        assert not member.sees("These entries are made up")
        assert member.sees("comes with the slip: done", f"Slip: {code}")
        await member.presses("7", "enter")
        assert member.sees("has lost the slip")
        assert not member.sees("Slip:")
    assert len(session.vault.rows()) == entries


async def test_in_practice_welcome_leads_to_the_cards_and_shows_the_code_that_is_played(kiosk: Kiosk) -> None:
    async with visit(kiosk(practice=True)) as visitor:
        assert not visitor.sees("cards")
    session = _practises(kiosk(practice=True))
    slip_beside(session.home).write_text("K7QX-2M4P", encoding="ascii")
    async with visit(session) as visitor:
        assert visitor.sees("F12  Staff, cards", "Slip: K7QX-2M4P")
        await visitor.presses("f7")
        assert visitor.sees("Slip: K7QX-2M4P")
    session.home.you_said.write_text("You said, we did\n1 March 2026\n\nYou said: A. We did: B.\n")
    async with visit(session, size=(56, 16)) as visitor:
        assert visitor.sees("F6 You said, we did F12 Staff F8 Close")


async def test_a_real_desk_makes_nothing_up_and_has_no_cards(kiosk: Kiosk) -> None:
    session = _practises(kiosk())
    async with desk(session) as member:
        await member.unlocks(PASSPHRASE)
        assert member.sees("There are no entries yet")
        await member.presses("f3")
        assert not member.sees("Practice cards")
        await member.presses("escape")
        assert not member.sees("Cards")
    assert not rehearsal.is_prepared(session.home)
