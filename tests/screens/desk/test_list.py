"""At the desk: the list that is searched, chosen, sorted and come back to."""

import re
from datetime import timedelta
from unittest import mock

import pytest
from msgspec.structs import replace
from textual.strip import Strip
from textual.widgets import Input

from kiosk.desk.desk import Desk
from kiosk.desk.entries import signer
from kiosk.desk.listing import Flags
from kiosk.entry import handle
from kiosk.vault.states import CHOICES
from kiosk.vault.vault import Vault
from screens.desk.entry_list import EntryList
from screens.desk.entry_screen import EntryScreen
from screens.desk.list_screen import EntriesScreen
from screens.widgets.plain import Plain
from tests.screens.conftest import PASSPHRASE, Kiosk, unlocked, venue_of
from tests.screens.desk.kept_at_the_desk import saved, their_plan
from tests.screens.looks import problems
from tests.visitor import LARGE, NOW, SMALL, StaffMember, desk, leaves

POINTER = "›"


async def test_the_list_is_searched_by_name_as_one_types(kiosk: Kiosk) -> None:
    session = kiosk(apart=timedelta(hours=1))
    names = [saved(session).name for _ in range(6)]
    async with unlocked(session) as member:
        assert not member.sees("shown")
        await member.types(names[2].split()[0][:4].lower())
        shown = {row.name for row in member.page.query_one(EntryList)._rows}
        assert names[2] in shown
        assert all(
            any(word.lower().startswith(names[2][:4].lower()) for word in one.split()) for one in shown
        )
        # What is no name is a code, and leaves the list as it is.
        await member.types("9999")
        assert len(member.page.query_one(EntryList)._rows) == 6


async def test_the_list_is_filtered_by_state_and_sorted_and_a_search_says_how_many_that_hides(
    kiosk: Kiosk,
) -> None:
    session = kiosk()
    first, second = saved(session), saved(session)
    session.vault.mark(first.id, "Jo Smith", signer(venue_of(session)), state="closed")
    async with unlocked(session) as member:
        await member.presses("f2")
        assert member.sees("1  ●  all (2)", "2  ○  waiting (1)", "6  ○  closed (1)")
        await member.presses("2", "enter")
        assert member.sees("1 shown, waiting", second.name)
        assert not member.sees(first.name)
        await member.presses("f2", "6", "enter")
        assert member.sees("1 shown, closed", first.name)
        await member.presses("f2", "escape")
        assert member.sees("1 shown, closed")
        await member.types(second.name)
        assert member.sees("0 shown, closed, 1 more with another status")
        await member.presses("enter")
        assert member.sees("1 more with another status")
        # The search outlives the choice of another state.
        await member.presses("f2", "1", "enter")
        assert member.page.query_one(Input).value == second.name
        assert member.sees("1 shown", "All entries are shown.")
        assert not member.sees("more with another status", "closed")
        await member.presses("escape", "f7")
        assert member.sees("2 shown, by name", "Sorted: by name.")
        assert not member.sees("All entries are shown.")
        await member.presses("f7")
        assert member.sees("expiring soonest")
        await member.presses("f7")
        assert not member.sees("shown")
        assert member.sees("Sorted: newest first.")


async def test_what_fits_no_name_is_shown_as_a_code_only_where_it_may_be_one(kiosk: Kiosk) -> None:
    session = kiosk()
    saved(session)
    async with unlocked(session) as member:
        for typed, says in (
            ("Zebra", "No entry has that name."),
            ("Zebra Otter", "No entry has that name."),
            ("Qwx", "No entry has that name. As a code: QWX_ ____ ____ ____"),
            ("Zebra 9", "No entry has the name Zebra. As a code: 9___ ____ ____ ____"),
            ("9Q", "9Q__ ____ ____ ____"),
        ):
            member.page.query_one(Input).value = ""
            await member.types(typed)
            assert " ".join(str(member.page.query_one("#shown", Plain).render()).split()) == says


async def types_slowly(member: StaffMember, text: str) -> None:
    """Enter a text as a hand does: what comes at once is a scan, of which the code alone counts."""
    member.page.query_one(Input).value = text
    await member.presses("enter")


async def test_a_code_under_a_name_opens_or_it_is_said_which_of_them_does_not_fit(kiosk: Kiosk) -> None:
    session = kiosk()
    entry = saved(session)
    wrong = str(handle.draw())
    async with unlocked(session) as member:
        await types_slowly(member, f"Zebra Otter {wrong}")
        assert member.sees("No entry has the name Zebra Otter.", "There is no entry with that code")
        await types_slowly(member, f"{entry.name} {wrong}")
        assert member.sees(f"An entry has the name {entry.name}, so check the code.")
        await types_slowly(member, f"{entry.name} {wrong} 9")
        assert member.sees("so check the code. A code has 16 characters, and this has 17.")
        await types_slowly(member, f"{entry.name} {entry.handle}")
        assert isinstance(member.page, EntryScreen)


async def test_the_list_stays_as_one_left_it_and_esc_empties_the_search_before_it_locks(kiosk: Kiosk) -> None:
    session = kiosk()
    first, second = saved(session), saved(session)
    session.vault.mark(first.id, "Jo Smith", signer(venue_of(session)), state="closed")
    async with unlocked(session) as member:
        await member.presses("f2", "2", "enter", "f7")
        await member.opens(str(second.handle))
        await member.presses("escape")
        assert member.sees("1 shown, waiting, by name")
        # A code that is typed says how it reads so far, and that not all are shown.
        await member.types("K7QX")
        assert member.sees("K7QX  ____  ____  ____  (waiting)")
        assert not member.sees(first.name)
        # The first Esc empties what is typed, and the next one locks.
        await member.presses("escape")
        assert not member.gone
        assert member.page.query_one(Input).value == ""
        assert member.sees(second.name)
        await member.presses("escape")
        assert member.gone


async def test_those_who_ask_to_talk_and_those_who_go_soon_are_shown_alone(kiosk: Kiosk) -> None:
    session = kiosk(apart=timedelta(hours=1))
    asks = leaves(session, {"mood": 2}, talk=True, at=NOW)
    old = saved(session)
    late = [leaves(session, {"mood": 2}) for _ in range(3)]
    vault, days = session.vault, session.settings.privacy.days
    soon = replace(vault.row(old.id), last_page=NOW - timedelta(days=days - 3))
    rows = tuple(soon if row.id == old.id else row for row in vault.rows())
    with mock.patch.object(Vault, "rows", return_value=rows):
        async with unlocked(session) as member:
            await member.presses("f2")
            assert member.sees("asks to talk (1)", "expires soon (1)")
            await member.presses("7", "enter")
            assert member.sees("1 shown, asks to talk", asks.name)
            assert not member.sees(late[0].name)
            await member.types(late[0].name)
            assert member.sees("0 shown, asks to talk, 1 more not shown")
            await member.presses("escape")
            await member.presses("f2", "1", "0", "enter")
            assert member.sees("1 shown, expires soon", old.name, "expires 7 Mar")


@pytest.mark.parametrize(("size", "rows"), [(LARGE, 12), (SMALL, 9)], ids=["large", "small"])
async def test_the_list_has_heads_rows_that_fit_and_a_cursor_that_moves_while_one_types(
    kiosk: Kiosk, size: tuple[int, int], rows: int
) -> None:
    session = kiosk(apart=timedelta(hours=1))
    names = [saved(session).name for _ in range(20)][::-1]
    async with unlocked(session, size=size) as member:
        entries, field = member.page.query_one(EntryList), member.page.query_one(Input)
        in_field = member.app.cursor_position

        def stands_on(name: str) -> bool:
            x, y = member.app.cursor_position
            line = member.screen_text().splitlines()[y]
            return f"{POINTER} {name}" in line and x == line.index(POINTER)

        assert member.sees("This desk has not been unlocked")
        assert re.search(r"Name +Saved +Status", member.screen_text())
        await member.presses("down")
        assert not member.sees("This desk has not been unlocked")
        assert len(entries.rows) >= rows
        assert problems(member) == []
        assert stands_on(names[1])
        await member.presses("up", "up")
        assert stands_on(names[0])
        await member.presses("end")
        assert stands_on(names[-1])
        await member.presses("home", "pagedown")
        assert stands_on(names[len(entries.rows)])
        await member.presses("pageup")
        assert stands_on(names[0])
        await member.types("q")
        assert field.value == "q"
        assert member.app.cursor_position[1] == in_field[1]


async def test_a_row_tells_that_the_code_is_needed_and_leads_to_the_lost_slip(kiosk: Kiosk) -> None:
    session = kiosk(more_staff=("Bo Hill",), apart=timedelta(hours=1))
    saved(session)
    wanted, _ = saved(session), saved(session)
    async with unlocked(session) as member:
        for how in ("enter", "click"):
            if how == "enter":
                await member.presses("down", "enter")
            else:
                await member.presses("up")
                await member.clicks(wanted.name)
                await member.settle()
            assert member.sees(
                wanted.name, "You need the customer's code to open an entry. Slip lost? Press F3."
            )
            await member.presses("escape")
            assert isinstance(member.page, EntriesScreen)
            assert member.sees(f"{POINTER} {wanted.name}")
        await member.presses("enter", "f3")
        await member.unlocks(PASSPHRASE, "Bo Hill")
        await member.types("Asked at the counter")
        await member.presses("enter")
        assert member.page.query_one(Input).value == wanted.name
        await member.presses("escape", "escape", "delete")
        assert isinstance(member.page, EntriesScreen)


async def test_of_ten_thousand_entries_only_those_on_the_screen_are_drawn(kiosk: Kiosk) -> None:
    session = kiosk()
    row = session.vault.row(saved(session).id)
    rows = tuple(replace(row, id=f"{number:032x}", name=f"Amber {number}") for number in range(10_000))
    drawn: list[str] = []
    draw = EntryList.render_line

    def counting(entries: EntryList, y: int) -> Strip:
        strip = draw(entries, y)
        drawn.append(strip.text)
        return strip

    with (
        mock.patch.object(Vault, "rows", return_value=rows),
        mock.patch.object(session.vault, "name_of", lambda id_: f"Amber {int(id_, 16)}"),
        mock.patch.object(EntryList, "render_line", counting),
        # None of them is there: to find that out of each takes long.
        mock.patch.object(Desk, "look_into", return_value=False),
    ):
        async with unlocked(session) as member:
            assert member.sees("10000 waiting of 10000", "Amber 0 ")
            for keys, name in (
                (("pagedown",), "Amber 12"),
                (("end",), "Amber 9999"),
                (("f7",), "Amber 0"),
                (("f2", "2", "enter"), "Amber 0"),
                (("9",), "Amber 999"),
            ):
                if keys == ("9",):
                    member.page.query_one(Input).value = "amber 99"
                    await member.settle()
                for key in keys:
                    drawn.clear()
                    await member.presses(key)
                    assert len(drawn) <= 3 * LARGE[1], key
                assert member.sees(name)
            assert member.sees("11 shown, waiting, by name")


async def test_plans_that_are_overdue_are_counted_and_shown_however_old_their_entry_is(kiosk: Kiosk) -> None:
    session = kiosk(apart=timedelta(hours=1))
    old, review = saved(session), saved(session)
    with mock.patch("kiosk.desk.entries.TALK_MOST", 2):
        async with unlocked(session) as member:
            their_plan(session, old, "A garden", due=NOW.date() - timedelta(days=1))
            their_plan(session, review, "A garden", review=NOW.date())
            new = [saved(session) for _ in range(2)]
            await member.presses("f3", "escape")
            lines = member.screen_text().splitlines()
            assert any(old.name in line and "overdue" in line for line in lines)
            assert any(review.name in line and "to review" in line for line in lines)
            await member.presses("f2")
            assert member.sees("overdue (1)", "to review (1)")
            number = re.search(r"(\d)  ○  overdue", member.screen_text())
            assert number
            await member.presses(number[1], "enter")
            assert member.sees("1 shown, overdue", old.name)
            assert not member.sees(new[0].name)
            # One more comes in while these are shown.
            their_plan(session, review, "A garden", due=NOW.date() - timedelta(days=1))
            for _ in range(2):
                saved(session)
            await member.presses("f3", "escape")
            assert member.sees("2 shown, overdue", old.name, review.name)


async def test_wishes_to_talk_in_old_entries_are_found_while_the_list_says_that_it_still_looks(
    kiosk: Kiosk,
) -> None:
    session = kiosk(apart=timedelta(hours=1))
    asks = [leaves(session, {"mood": 2}, talk=True) for _ in range(2)]
    newer = [leaves(session, {"mood": 2}) for _ in range(4)]
    with mock.patch("kiosk.desk.entries.TALK_MOST", 1), mock.patch("screens.desk.entry_look.STEP", 2):
        async with desk(session) as member:
            with mock.patch.object(Desk, "look_into", return_value=False):
                await member.unlocks(PASSPHRASE)
                assert member.sees("Still looking for customers who asked to talk: 5 entries to go.")
                await member.presses("down", "f2")
                assert not member.sees("asks to talk")
                await member.presses("3", "enter")
            steps: list[int] = []
            shows = EntriesScreen.show_flags

            def shown(page: EntriesScreen, flags: Flags) -> None:
                steps.append(flags.unread)
                shows(page, flags)

            with mock.patch.object(EntriesScreen, "show_flags", shown):
                await member.presses("f3", "escape")
            assert steps == [3, 1, 0]
            assert not member.sees("Still looking")
            lines = member.screen_text().splitlines()
            assert ["asks to talk" in line for line in lines if any(one.name in line for one in asks)] == [
                True,
                True,
            ]
            places = [member.screen_text().index(one.name) for one in (*asks, *newer)]
            assert max(places[:2]) < min(places[2:])


async def test_a_wish_that_is_found_late_is_named_above_a_list_that_hides_it(kiosk: Kiosk) -> None:
    session = kiosk(apart=timedelta(hours=1))
    asks = leaves(session, {"mood": 2}, talk=True)
    other = leaves(session, {"mood": 2})
    session.vault.mark(other.id, "Jo Smith", signer(venue_of(session)), state="closed")
    with mock.patch("kiosk.desk.entries.TALK_MOST", 0):
        async with unlocked(session) as member:
            await member.presses("f2", "6", "enter")
            assert member.sees("1 shown, closed")
            page = member.page
            assert isinstance(page, EntriesScreen)
            flags, page._flags = page._flags, Flags(unread=2)
            page.show_flags(flags)
            await member.settle()
            assert member.sees(f"Asked to talk to someone: {asks.name}.")


async def test_all_that_the_list_can_be_filtered_by_stands_on_one_page(kiosk: Kiosk) -> None:
    session = kiosk(apart=timedelta(hours=1))
    soon = saved(session)
    session.vault.mark(soon.id, "Jo Smith", signer(venue_of(session)), state="closed")
    saved(session)
    there = {choice: number for number, choice in enumerate(CHOICES, 1)}
    with mock.patch("screens.desk.desk_flow.counts", return_value=there):
        async with unlocked(session, size=SMALL) as member:
            await member.presses("f2")
            assert member.sees(*(f"({number})" for number in there.values()))
            assert not member.sees("Show more")
            assert problems(member) == []
            await member.presses("1", "0")
            assert re.search(rf"10  ●  .*\({len(CHOICES)}\)", member.screen_text())
            await member.presses("6", "enter")
            assert member.sees("1 shown, closed", soon.name)
