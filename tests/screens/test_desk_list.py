"""At the desk: the list that is searched, chosen, sorted and come back to."""

from datetime import timedelta
from unittest import mock

from msgspec.structs import replace
from textual.strip import Strip
from textual.widgets import Input

from kiosk.desk.desk import signer
from kiosk.vault.vault import Vault
from screens.desk.entry_list import EntryList
from tests.screens.conftest import PASSPHRASE, Kiosk, venue_of
from tests.screens.kept_at_the_desk import saved
from tests.visitor import LARGE, NOW, desk, leaves


async def test_the_list_is_searched_by_name_as_one_types(kiosk: Kiosk) -> None:
    session = kiosk(apart=timedelta(hours=1))
    names = [saved(session).name for _ in range(6)]
    async with desk(session) as member:
        await member.unlocks(PASSPHRASE)
        assert member.sees("6 shown, all states, newest first")
        await member.types(names[2].split()[0][:4].lower())
        shown = {row.name for row in member.page.query_one(EntryList)._rows}
        assert names[2] in shown
        assert all(
            any(word.lower().startswith(names[2][:4].lower()) for word in one.split()) for one in shown
        )
        # What is no name is a code, and leaves the list as it is.
        await member.types("9999")
        assert len(member.page.query_one(EntryList)._rows) == 6


async def test_the_list_is_filtered_by_state_and_sorted(kiosk: Kiosk) -> None:
    session = kiosk()
    first, second = saved(session), saved(session)
    session.vault.set_state(first.id, "closed", "Jo Smith", signer(venue_of(session)))
    async with desk(session) as member:
        await member.unlocks(PASSPHRASE)
        await member.presses("f2")
        assert member.sees("1 shown, waiting", second.name)
        assert not member.sees(first.name)
        await member.presses("f2", "f2", "f2", "f2")
        assert member.sees("1 shown, closed", first.name)
        await member.presses("f2", "f3")
        assert member.sees("2 shown, all states, by name")
        await member.presses("f3")
        assert member.sees("first to go first")


async def test_the_list_stays_as_one_left_it(kiosk: Kiosk) -> None:
    session = kiosk()
    first, second = saved(session), saved(session)
    session.vault.set_state(first.id, "closed", "Jo Smith", signer(venue_of(session)))
    async with desk(session) as member:
        await member.unlocks(PASSPHRASE)
        await member.presses("f2", "f3")
        await member.opens(str(second.handle))
        await member.presses("escape")
        assert member.sees("1 shown, waiting, by name")
        # A code that is typed says how it reads so far, and that not all are shown.
        await member.types("K7QX")
        assert member.sees("K7QX  ____  ____  ____  (waiting)")
        assert not member.sees(first.name)


async def test_those_who_ask_to_talk_and_those_who_go_soon_are_shown_alone(kiosk: Kiosk) -> None:
    session = kiosk(apart=timedelta(hours=1))
    asks = leaves(session, {"mood": 2}, talk=True, at=NOW)
    old = saved(session)
    late = [leaves(session, {"mood": 2}) for _ in range(3)]
    vault, days = session.vault, session.settings.privacy.days
    soon = replace(vault.row(old.id), last_page=NOW - timedelta(days=days - 3))
    rows = tuple(soon if row.id == old.id else row for row in vault.rows())
    with mock.patch.object(Vault, "rows", return_value=rows):
        async with desk(session) as member:
            await member.unlocks(PASSPHRASE)
            assert member.sees("5 shown", "asks to talk")
            await member.presses("f2", "f2")
            assert member.sees("1 shown, asks to talk", asks.name)
            assert not member.sees(late[0].name)
            await member.presses("f2")
            assert member.sees("1 shown, goes soon", old.name, "goes 7 Mar")
            await member.presses("f2")
            assert member.sees("5 shown, all states")


async def test_of_a_hundred_thousand_entries_only_those_on_the_screen_are_drawn(kiosk: Kiosk) -> None:
    session = kiosk()
    row = session.vault.row(saved(session).id)
    rows = tuple(replace(row, id=f"{number:032x}", name=f"Amber {number}") for number in range(100_000))
    drawn: list[str] = []
    draw = EntryList.render_line

    def counting(entries: EntryList, y: int) -> Strip:
        strip = draw(entries, y)
        drawn.append(strip.text)
        return strip

    with (
        mock.patch.object(Vault, "rows", return_value=rows),
        mock.patch.object(Vault, "name_of", lambda _vault, id_: f"Amber {int(id_, 16)}"),
        mock.patch.object(EntryList, "render_line", counting),
    ):
        async with desk(session) as member:
            await member.unlocks(PASSPHRASE)
            assert member.sees("100000 shown", "Amber 0 ")
            for keys, name in (
                (("pagedown",), "Amber 10"),
                (("f3",), "Amber 0"),
                (("f2",), "Amber 0"),
                (tuple("amber 9999"), "Amber 9999"),
            ):
                for key in keys:
                    drawn.clear()
                    await member.presses(key)
                    assert len(drawn) <= 3 * LARGE[1], key
                assert member.sees(name)
            assert member.sees("11 shown, waiting, by name")


async def test_the_first_esc_empties_the_search_and_the_next_one_locks(kiosk: Kiosk) -> None:
    session = kiosk()
    left = saved(session)
    async with desk(session) as member:
        await member.unlocks(PASSPHRASE)
        await member.types("qqq")
        await member.presses("escape")
        assert not member.gone
        assert member.page.query_one(Input).value == ""
        assert member.sees(left.name)
        await member.presses("escape")
        assert member.gone
