"""Practice at the desk: made-up entries, and cards that are done when a customer has what they want."""

from kiosk.desk import rehearsal
from tests.screens.conftest import PASSPHRASE, Kiosk
from tests.screens.every_page import _practises
from tests.visitor import desk


async def test_practice_makes_entries_up_once_and_its_cards_know_when_they_are_done(kiosk: Kiosk) -> None:
    session = _practises(kiosk(practice=True))
    async with desk(session) as member:
        await member.unlocks(PASSPHRASE)
        assert member.sees("These entries are made up", "F6")
        await member.presses("enter")
        assert member.sees("asks to talk")
        await member.presses("f6", "9", "enter")
        assert member.sees("kept something back", "wants one part deleted")
        await member.presses("1", "enter")
        assert member.sees("comes with the slip", "The slip of", "Afterwards, talk about it")
        code = member.screen_text().split("The slip of")[1].split(":")[1].split("\n")[0]
        await member.presses("enter", "escape")
        await member.opens(code.strip())
        await member.presses("f5", "escape", "f6", "9", "enter")
        assert member.sees("comes with the slip: done")
        assert member.screen_text().count(": done") == 1
    entries = len(session.vault.rows())
    async with desk(session) as member:
        await member.unlocks(PASSPHRASE)
        assert not member.sees("These entries are made up")
    assert len(session.vault.rows()) == entries


async def test_a_real_desk_makes_nothing_up_and_has_no_cards(kiosk: Kiosk) -> None:
    session = _practises(kiosk())
    async with desk(session) as member:
        await member.unlocks(PASSPHRASE)
        assert member.sees("There are no entries yet")
        await member.presses("f6")
        assert not member.sees("Practice cards")
    assert not rehearsal.is_prepared(session.home)
