"""The desk: unlock, find, read, mark as picked up, lock."""

import re
from dataclasses import replace
from datetime import timedelta
from unittest import mock

import pytest
from msgspec import structs
from textual import events
from textual.widgets import Input

from kiosk.desk.desk import Desk
from kiosk.desk.entries import Shared
from kiosk.entry import handle
from kiosk.entry.answers import Answer, Goal
from kiosk.entry.handle import ALPHABET
from kiosk.session import Session
from kiosk.supervision.turns import ENDED
from kiosk.vault.rows import Row
from screens.desk.app import LockWarning
from screens.desk.entry_list import EntryList
from screens.desk.entry_screen import EntryScreen
from screens.desk.list_screen import EntriesScreen
from screens.desk.note_screen import NoteScreen
from screens.desk.unlock_screen import UnlockScreen
from screens.widgets.busy_screen import BusyScreen
from screens.widgets.text_field import TextField
from tests import visitor
from tests.screens.conftest import PASSPHRASE, STAFF, Kiosk, unlocked
from tests.screens.desk.kept_at_the_desk import TO_NOTE
from tests.visitor import SMALL, Left, StaffMember, desk

ANSWERS: dict[str, Answer] = {"mood": 2, "day": "Sun\nand tea", "goal": Goal("A garden", who="Ann")}


def leaves(session: Session, answers: dict[str, Answer] | None = None) -> Left:
    """Save an entry, as a customer does."""
    return visitor.leaves(session, ANSWERS if answers is None else answers)


def _locking_after(session: Session, seconds: int) -> Session:
    idle = structs.replace(session.settings.idle, desk=seconds)
    return replace(session, settings=structs.replace(session.settings, idle=idle))


async def test_one_unlocks_with_name_and_passphrase_and_what_is_missing_is_asked_for(kiosk: Kiosk) -> None:
    async with desk(kiosk(more_staff=("Bo Hill", "Zoe Ash"))) as member:
        assert member.sees("Staff: unlock the desk", "Name", "Passphrase")
        # Nobody is named to whoever looks on, and no passphrase.
        assert not any(
            said in member.screen_text() for said in ("Bo", "Jo", "Zoe", "passphrase is", PASSPHRASE)
        )
        await member.presses("enter")
        assert member.sees("Enter the name.")
        await member.types("zoe ash")
        await member.presses("enter")
        assert not member.sees("Enter the passphrase.")
        await member.presses("enter")
        assert member.sees("Enter the passphrase.")
        await member.types("not the right one")
        assert member.sees("••••••")
        assert not member.sees("right one")
        await member.presses("enter")
        assert member.sees("The name or the passphrase is wrong. Try again.")
        # The name is kept as it was typed, and the passphrase is gone.
        assert [field.value for field in member.page.query(Input)] == ["zoe ash", ""]
        await member.types(PASSPHRASE)
        await member.presses("enter")
        assert member.sees("Entries", "There are no entries yet.", "0 waiting of 0")
        assert not member.sees("Sort")
        assert not member.sees("Show only")
        assert not member.sees("Down")
        await member.presses("enter")
        assert isinstance(member.page, EntriesScreen)
        assert member.sees("Enter the code")


async def test_tab_and_the_arrows_lead_from_field_to_field_and_a_passphrase_of_any_length_can_be_pasted(
    kiosk: Kiosk,
) -> None:
    async with desk(kiosk()) as member:
        for key, field in (
            ("down", "passphrase"),
            ("down", "passphrase"),
            ("up", "name"),
            ("up", "name"),
            ("tab", "passphrase"),
            ("tab", "name"),
        ):
            await member.presses(key)
            assert member.app.focused is not None
            assert member.app.focused.id == field
        await member.types("Jo Smit")
        await member.presses("down")
        assert not member.sees("This field is full")
        member.app.post_message(events.Paste(PASSPHRASE))
        await member.presses("up", "h", "enter")
        assert isinstance(member.page, EntriesScreen)


async def test_by_the_mouse_one_unlocks_and_locks_too(kiosk: Kiosk) -> None:
    async with desk(kiosk(more_staff=("Bo Hill",)), size=SMALL) as member:
        name, passphrase = member.page.query(Input)
        await member.clicks_on(name)
        await member.types("Bo Hill")
        await member.clicks_on(passphrase)
        await member.types(PASSPHRASE)
        await member.clicks("Unlock")
        assert isinstance(member.page, EntriesScreen)
        await member.clicks("Lock the desk")
        assert (member.gone, member.outcome) == (True, ENDED)


async def test_practice_shows_its_name_and_passphrase_and_a_real_desk_does_not(kiosk: Kiosk) -> None:
    async with desk(kiosk(practice=True)) as member:
        assert member.sees(STAFF, f"In practice the passphrase is: {PASSPHRASE}")
        # The name stands there, and the passphrase alone is typed.
        await member.types("not this one")
        await member.presses("enter")
        assert member.sees("The name or the passphrase is wrong. Try again.", STAFF)
        await member.types(PASSPHRASE)
        await member.presses("enter")
        assert isinstance(member.page, EntriesScreen)


async def test_the_list_is_newest_first_and_tells_name_day_state_and_how_much_is_shared(kiosk: Kiosk) -> None:
    session = kiosk()
    shared = {
        visitor.leaves(session, ANSWERS, private=private).name: said
        for private, said in (((), "all"), (("second",), "1 part"), (("first", "second"), "none"))
    }
    async with unlocked(session) as member:
        lines = [line.strip() for line in member.screen_text().split("\n") if "waiting" in line][1:]
        assert not re.search(r"\bSun\b", member.screen_text())
        for line, (name, said) in zip(lines, reversed(shared.items()), strict=True):
            assert re.search(rf"\b{name} .*\d{{1,2}} Mar 2026 waiting +{said}$", line)
        await member.resizes(SMALL)
        lines = [line.strip() for line in member.screen_text().split("\n")]
        for name, said in shared.items():
            assert any(re.search(rf"\b{name} .* {said}$", line) for line in lines)


async def test_no_more_is_looked_up_than_what_is_on_the_screen(
    kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = kiosk(apart=timedelta(hours=1))
    for _ in range(40):
        leaves(session, {})
    looked_up: list[str] = []
    shared = Desk.shared

    def counted(self: Desk, row: Row) -> Shared | None:
        looked_up.append(row.id)
        return shared(self, row)

    monkeypatch.setattr(Desk, "shared", counted)
    async with unlocked(session) as member:
        rows = session.vault.rows()
        entries = member.page.query_one(EntryList)
        assert looked_up == [row.id for row in rows[: entries.page]]
        # The line that greets gives way to the list.
        await member.presses("down")
        assert looked_up == [row.id for row in rows[: entries.page]]
        await member.presses("end")
        assert looked_up == [row.id for row in (*rows[: entries.page], *rows[-entries.page :])]
        assert len(re.findall(r" all\W*$", member.screen_text(), re.MULTILINE)) == entries.page
        # What is known is not looked up again: neither on the way back nor after another page.
        await member.presses("home", "f3", "escape")
        entries = member.page.query_one(EntryList)
        assert len(re.findall(r" all\W*$", member.screen_text(), re.MULTILINE)) == entries.page
        assert len(looked_up) == 2 * entries.page


async def test_a_long_list_can_be_moved(kiosk: Kiosk) -> None:
    session = kiosk(apart=timedelta(hours=1))
    first, *_, last = [leaves(session, {}).name for _ in range(14)]
    async with unlocked(session, size=SMALL) as member:
        assert member.sees(last)
        assert not member.sees(first)
        await member.presses("up")
        before = member.screen_text()
        await member.clicks("Down")
        assert member.screen_text() != before
        await member.presses("up")
        assert member.screen_text() == before
        await member.presses(*["pagedown"] * 3)
        assert member.sees(first)


def _slovenly(code: str) -> str:
    return code.lower().replace(" ", "  ").replace("1", "l").replace("0", "o")


async def test_an_entry_opens_by_its_code_however_it_is_typed(kiosk: Kiosk) -> None:
    session = kiosk()
    left = leaves(session)
    async with unlocked(session) as member:
        await member.opens(_slovenly(left.code))
        assert isinstance(member.page, EntryScreen)
        assert member.sees(left.name)
        assert await member.finds("questions left open.", "What is a good day?", "Sun and tea", "A garden")


async def test_a_mistyped_code_names_its_group_and_what_is_none_is_told_in_plain_words(kiosk: Kiosk) -> None:
    session = kiosk()
    symbols = leaves(session).handle.symbols
    # On another keyboard some are a code all the same.
    wrong = (symbols[:10] + one + symbols[11:] for one in ALPHABET)
    mistyped = next(code for code in wrong if not handle.scanned(code))
    async with unlocked(session) as member:
        for typed, told in (
            (mistyped, "Check the third group."),
            ("K7QX 4MPD 9RTW", "this has 12"),
            ("[@click=app.exit()]", "Check the"),
        ):
            await member.opens(typed)
            assert isinstance(member.page, EntriesScreen)
            assert member.sees(told), typed
            assert not member.sees("nvalid")
            # What was typed is there, to be put right.
            assert member.page.query_one(Input).value or typed != mistyped


async def test_a_code_shows_in_its_groups_while_it_is_typed_and_one_that_nothing_has_says_so(
    kiosk: Kiosk,
) -> None:
    session = kiosk()
    leaves(session)
    async with unlocked(session) as member:
        for typed, shown in (("k7qx4", "K7QX 4___ ____ ____"), ("m!", "K7QX 4M?_ ____ ____")):
            await member.types(typed)
            assert member.sees(shown)
        await member.holds("backspace", times=7)
        assert not member.sees("____")
        await member.opens(str(handle.draw()))
        assert member.sees("There is no entry with that code on this machine.")


async def test_a_name_does_not_open_an_entry_and_that_is_said(kiosk: Kiosk) -> None:
    session = kiosk()
    left = leaves(session)
    async with unlocked(session) as member:
        name = left.name.split()[1].lower()
        await member.opens(name)
        assert member.sees("You need the customer's code to open an entry. Slip lost? Press F3.")
        await member.presses("escape")
        # It stands in the field, and the list shows whom it fits.
        assert member.page.query_one(Input).value == name
        assert member.sees("1 shown")
        await member.opens("Nobody Here")
        assert member.sees("No entry has that name, and it is not a code.")
        await member.opens("QRSTVWXYZABCDEFG")
        assert not member.sees("No entry has that name")


async def test_an_entry_is_marked_as_picked_up_once(kiosk: Kiosk) -> None:
    session = kiosk()
    left = leaves(session)
    async with unlocked(session, opens=left) as member:
        assert member.sees("waiting", "Mark as picked up")
        await member.clicks("Mark as picked up")
        assert member.sees("picked up", f"Picked up by {STAFF} on")
        assert not member.sees("Mark as picked up")
        before = member.screen_text()
        await member.presses("space", "space")
        assert member.screen_text() == before
        await member.presses("escape")
        assert member.sees("0 waiting of 1")
        assert re.search(rf"{left.name}.*picked up", member.screen_text())
    (row,) = session.vault.rows()
    assert row.picked_up_by == STAFF


async def test_a_long_entry_can_be_read_to_its_end(kiosk: Kiosk) -> None:
    session = kiosk()
    left = leaves(session, {"day": "word " * 400 + "the end of it"})
    async with unlocked(session, size=SMALL, opens=left) as member:
        top = member.screen_text()
        assert not member.sees("the end of it")
        await member.clicks("Down")
        assert member.screen_text() != top
        await member.presses("home")
        assert member.screen_text() == top
        shown = " ".join((await member.reads()).split())
        assert "the end of it" in shown
        await member.presses("end")
        assert member.sees("3 questions left open.")


async def test_f8_does_nothing_before_it_is_unlocked_and_whoever_does_not_unlock_leaves_it_locked(
    kiosk: Kiosk,
) -> None:
    async with desk(kiosk()) as member:
        await member.presses("f8")
        assert isinstance(member.page, UnlockScreen)
        await member.presses("escape")
        assert (member.gone, member.outcome) == (True, ENDED)


async def test_a_desk_that_nobody_touches_for_five_minutes_locks(kiosk: Kiosk) -> None:
    session = kiosk()
    left = leaves(session)
    async with unlocked(session) as member:
        for page in (EntriesScreen, EntryScreen, EntryScreen):
            if not isinstance(member.page, page):
                await member.opens(left.code)
            await member.waits(569)
            assert isinstance(member.page, page)
            await member.waits(1)
            assert member.sees("Are you still here?", "The desk locks in 30 seconds.")
            await member.presses("down")
            await member.until(lambda: not isinstance(member.page, LockWarning))
            assert isinstance(member.page, page)
        await member.waits(600)
        assert (member.gone, member.outcome) == (True, ENDED)


async def test_a_scan_over_the_warning_that_the_desk_locks_is_typed_nowhere(kiosk: Kiosk) -> None:
    session = kiosk()
    first, second = leaves(session), leaves(session)
    async with unlocked(session, opens=first, answers=TO_NOTE) as member:
        await member.types("Call on Monday")
        await member.waits(571)
        assert isinstance(member.page, LockWarning)
        await member.scans(second.handle.symbols)
        await member.until(lambda: isinstance(member.page, NoteScreen))
        assert member.page.query_one(TextField).text == "Call on Monday"
    assert len(session.vault.pages(first.id)) == 1


async def test_a_mouse_that_drifts_does_not_keep_the_desk_open_and_a_click_does(kiosk: Kiosk) -> None:
    async with unlocked(_locking_after(kiosk(), 60)) as member:
        for _ in range(31):
            await member.waits(1)
            member.drifts()
        assert isinstance(member.page, LockWarning)
        await member.clicks_at(3, 3)
        await member.waits(1)
        assert isinstance(member.page, EntriesScreen)


async def test_a_key_that_is_stuck_does_not_keep_the_desk_open(kiosk: Kiosk) -> None:
    async with unlocked(_locking_after(kiosk(), 60)) as member:
        for _ in range(130):
            if not member.gone:
                await member.presses("x", every=0.5)
                member.app.watch_presence()
        assert (member.gone, member.outcome) == (True, ENDED)


@pytest.mark.parametrize("seconds", [60, 3600])
async def test_a_venue_says_after_how_long_its_desk_locks(kiosk: Kiosk, seconds: int) -> None:
    async with unlocked(_locking_after(kiosk(), seconds)) as member:
        await member.waits(seconds - 31)
        assert isinstance(member.page, EntriesScreen)
        await member.waits(1)
        assert isinstance(member.page, LockWarning)
        await member.waits(30)
        assert (member.gone, member.outcome) == (True, ENDED)


async def test_a_locked_desk_keeps_no_customer_out_for_long_whatever_the_venue_says(kiosk: Kiosk) -> None:
    async with desk(_locking_after(kiosk(), 3600)) as member:
        await member.waits(300)
        assert (member.gone, member.outcome) == (True, ENDED)


@pytest.mark.parametrize("wakes_by", ["x", ""])
async def test_a_desk_that_slept_is_locked_before_anything_is_painted(kiosk: Kiosk, wakes_by: str) -> None:
    session = kiosk()
    left = leaves(session)
    async with unlocked(session, opens=left) as member:
        before = member.page
        member.clock.at += 8 * 3600
        with mock.patch.object(type(member.app), "post_display_hook") as painted:
            if wakes_by:
                await member.presses(wakes_by)
            else:
                before.refresh()
                await member.until_gone()
        assert (member.gone, member.outcome) == (True, ENDED)
        painted.assert_not_called()


async def test_a_locked_desk_is_left_without_a_warning(kiosk: Kiosk) -> None:
    async with desk(kiosk()) as member:
        await member.waits(299)
        assert isinstance(member.page, UnlockScreen)
        await member.waits(1)
        assert (member.gone, member.outcome) == (True, ENDED)


async def test_while_it_opens_no_key_does_anything(kiosk: Kiosk) -> None:
    session = kiosk()
    left = leaves(session)
    async with desk(session) as member:
        member.hold_work()
        await member.unlocks(PASSPHRASE)
        await member.presses("escape", "enter", "f8", "space", "1")
        assert isinstance(member.page, BusyScreen)
        assert member.sees("Opening the desk.")
        await member.let_work()
        member.hold_work()
        await member.opens(left.code)
        await member.presses("escape", "enter", "f8", "space", "1")
        assert member.sees("Opening the entry.")
        await member.let_work()
        assert isinstance(member.page, EntryScreen)


async def test_no_passphrase_and_no_key_is_ever_painted(kiosk: Kiosk) -> None:
    session = kiosk(more_staff=("Bo Hill",))
    left = leaves(session)
    painted = []
    async with desk(session) as member:
        for step in (
            member.types("Bo Hill"),
            member.presses("enter"),
            member.types("wrong horse"),
            member.presses("enter"),
            member.unlocks(PASSPHRASE),
            member.opens(left.code),
            member.presses("space"),
            member.presses("escape"),
        ):
            await step
            painted.append(member.screen_text())
    everything = "\n".join(painted)
    for secret in ("wrong horse", PASSPHRASE, "AGE-SECRET", session.settings.venue.key, left.handle.symbols):
        assert secret not in everything


async def test_what_is_lost_or_damaged_is_told_and_the_rest_opens(kiosk: Kiosk) -> None:
    session = kiosk()
    good, bad = leaves(session), leaves(session)
    (page,) = (file for file in session.home.vault.rglob("*.age") if bad.id in str(file))
    page.write_bytes(b"spoilt")
    async with unlocked(session) as member:
        assert member.sees("Look at this first", f"1 entry has a page that cannot be read: {bad.name}.")
        await member.presses("enter")
        await member.opens(bad.code)
        assert isinstance(member.page, EntriesScreen)
        assert member.page.query_one("#problem").render()
        await member.opens(good.code)
        assert await member.finds("Sun and tea")


async def test_two_at_the_desk_do_not_hinder_one_another(kiosk: Kiosk) -> None:
    session = kiosk()
    left = leaves(session)
    async with unlocked(session) as member:
        later = leaves(session, {"day": "later"})
        await member.opens(later.code)
        assert await member.finds("later")
        await member.presses("escape")
        assert member.sees("2 waiting of 2", left.name, later.name)
    assert isinstance(member, StaffMember)
