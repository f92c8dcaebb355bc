"""At a desk that holds another venue's key: of which venue an entry is."""

from dataclasses import replace

from kiosk import seal
from kiosk.desk.keys import held, staff
from kiosk.desk.keys.held import HeldVenue
from kiosk.visit.saving import Submission
from screens.desk.entry_list import EntryList
from screens.desk.entry_screen import EntryScreen
from tests.screens.conftest import PASSPHRASE, STAFF, Kiosk, unlocked
from tests.screens.desk.kept_at_the_desk import saved
from tests.screens.looks import problems
from tests.visitor import LARGE, SMALL, saver_of


async def test_the_list_and_an_entry_say_which_venue_it_is_of(kiosk: Kiosk) -> None:
    session, theirs = kiosk(), seal.new_identity()
    own = saved(session)
    saver = replace(saver_of(session), venue_key=seal.recipient_of(theirs), key_now=None)
    other = saver.save(Submission(session.pack, {"day": "away"}, talk=True))
    identity = staff.enter(session.home.staff, STAFF, PASSPHRASE).identity
    held.write(session.home.staff, [HeldVenue("Mill Street Library", theirs)], identity)
    async with unlocked(session, size=SMALL) as member:
        rows = member.page.query_one(EntryList)
        [told] = [rows.told(row) for row in rows.rows if row.id == other.id]
        assert "Mill Street Library" in told
        # What is to be done is worth more room than where it came from.
        for size in (SMALL, LARGE):
            await member.resizes(size)
            assert member.sees("Venue", own.name, session.settings.venue.name)
            assert not member.sees("Mill Street")
            assert problems(member) == []
        await member.types(str(other.handle))
        await member.presses("enter")
        assert isinstance(member.page, EntryScreen)
        assert member.sees("Saved at Mill Street Library on")
