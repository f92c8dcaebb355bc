"""At the desk, once it is unlocked: who unlocked last, and what is not as the desk left it."""

import json
from contextlib import suppress
from pathlib import Path

import pytest

from kiosk import seal
from kiosk.desk.audit.audit_log import Audit
from kiosk.desk.keys import staff
from kiosk.desk.keys.identities import fingerprint
from kiosk.desk.keys.lockout import Throttle
from kiosk.desk.unlock import unlock_desk
from kiosk.entry.staff_pages import Note
from kiosk.errors import PassphraseError
from kiosk.session import Session
from kiosk.settings.settings import keep_settings, with_key
from screens.desk.entry_screen import EntryScreen
from screens.desk.list_screen import EntriesScreen
from screens.desk.unlock_screen import UnlockScreen
from tests.conftest import FAST
from tests.kiosk.sealed import sealed_page
from tests.screens.conftest import PASSPHRASE, STAFF, Kiosk, unlocked
from tests.screens.desk.kept_at_the_desk import events, more, saved
from tests.screens.looks import problems
from tests.visitor import NOW, SMALL, StaffMember, derive, desk

FIRST = "Look at this first"


def planted(session: Session, name: str) -> Path:
    """Put a staff file there that somebody made for themselves."""
    elsewhere = session.home.root.parent / "elsewhere"
    staff.add(elsewhere, "Eve", PASSPHRASE, seal.new_identity(), role="lead", costs=FAST)
    [theirs] = elsewhere.glob("*.json")
    file = session.home.staff / theirs.name
    file.write_text(json.dumps(json.loads(theirs.read_bytes()) | {"name": name}))
    return file


def unlocks(session: Session, passphrase: str = PASSPHRASE, by: str = STAFF) -> None:
    """Unlock the desk, or try to, where nobody looks at a page."""
    with suppress(PassphraseError):
        unlock_desk(
            session.home,
            session.vault,
            Throttle(session.home.unlocks, "screen"),
            by,
            passphrase,
            now=lambda: NOW,
            pause=lambda _seconds: None,
            derive=derive,
        )


async def test_who_unlocked_last_and_the_venues_key_stand_on_the_list_which_comes_at_once(
    kiosk: Kiosk,
) -> None:
    session = kiosk(more_staff=("Bo Hill",))
    key = fingerprint(session.settings.venue.key)
    async with unlocked(session, size=SMALL) as member:
        assert isinstance(member.page, EntriesScreen)
        assert member.sees("This desk has not been unlocked before.")
        assert member.sees(f"Venue key {key}.")
        assert problems(member) == []
    unlocks(session, by="Bo Hill")
    async with unlocked(session, size=SMALL) as member:
        assert isinstance(member.page, EntriesScreen)
        assert member.sees("Last unlocked by Bo Hill,", f"Venue key {key}.")


async def test_settings_that_somebody_broke_meanwhile_keep_nobody_out(kiosk: Kiosk) -> None:
    session = kiosk()
    unlocks(session)
    session.home.settings.write_text("version = \n")
    async with unlocked(session) as member:
        assert member.sees(FIRST, "kiosk.toml cannot be read, so changes in it cannot be shown.")


@pytest.mark.parametrize("key", ["down", "a"])
async def test_what_is_said_of_the_last_unlock_goes_with_the_next_key_and_is_not_said_again(
    kiosk: Kiosk, key: str
) -> None:
    session = kiosk()
    saved(session)
    async with unlocked(session) as member:
        assert member.sees("This desk has not been unlocked")
        await member.presses(key)
        assert not member.sees("This desk has not been unlocked")
        if key == "down":
            await member.presses("f3", "escape")
            assert isinstance(member.page, EntriesScreen)
            assert not member.sees("This desk has not been unlocked")


WRONG = "3 wrong passphrases since you were last here: see the audit log."


async def test_wrong_passphrases_since_ones_last_unlock_are_told_once_whoever_unlocked_meanwhile(
    kiosk: Kiosk,
) -> None:
    session = kiosk(more_staff=("Bo Hill",))
    entry = saved(session)
    for name, wrong in ((STAFF, 1), ("Bo Hill", 3), (STAFF, 0)):
        for _ in range(wrong):
            unlocks(session, "not this one", "Somebody")
        unlocks(session, by=name)
    async with unlocked(session, size=SMALL) as member:
        assert not member.sees("wrong passphrase")
    for _ in range(3):
        unlocks(session, "not this one")
    async with unlocked(session, by="Bo Hill", size=SMALL) as member:
        assert member.sees(WRONG, "Last unlocked by", entry.name)
        assert problems(member) == []
        await member.presses("f3", "escape")
        assert not member.sees("wrong passphrase")


async def test_one_wrong_passphrase_before_ones_first_unlock_is_told_as_that(kiosk: Kiosk) -> None:
    async with desk(kiosk()) as member:
        await member.unlocks("not this one")
        await member.unlocks(PASSPHRASE)
        assert member.sees("1 wrong passphrase before your first time here: see the audit log.")


async def second_unlocks(member: StaffMember) -> None:
    """Let Bo Hill unlock, too, for a slip that was lost, who mistypes once, and leave that."""
    for passphrase in ("not this one", PASSPHRASE):
        await member.unlocks(passphrase, "Bo Hill")
    await member.presses("escape", "delete")


async def test_when_a_second_one_unlocks_nobody_is_greeted_again(kiosk: Kiosk) -> None:
    session = kiosk(more_staff=("Bo Hill",))
    saved(session)
    async with unlocked(session, answers=more("lost")) as member:
        await second_unlocks(member)
        assert isinstance(member.page, EntriesScreen)
        assert not member.sees("Last unlocked by")
        # Bo is there, and is not told at their own next unlock.
        assert member.sees("Bo Hill: 1 wrong passphrase before your first time here: see the audit log.")
        await member.presses("f3", "escape")
        assert not member.sees("wrong passphrase")


async def test_a_new_passphrase_is_told_and_nobody_is_greeted_again(kiosk: Kiosk) -> None:
    session = kiosk()
    async with unlocked(session, answers=more("passphrase")) as member:
        await member.types(PASSPHRASE)
        await member.presses("enter", "escape")
        assert isinstance(member.page, EntriesScreen)
        assert not member.sees("Last unlocked by")


async def test_what_is_not_as_the_desk_left_it_comes_before_the_list_as_plain_text(kiosk: Kiosk) -> None:
    session = kiosk()
    entry = saved(session)
    planted(session, "[bold red]Eve[/] \u202e\x1b[2J[@click=app.quit]x[/]")
    async with unlocked(session, size=SMALL) as member:
        assert member.sees(FIRST, "Staff keys that no desk of this venue made, and that give no access:")
        assert member.sees("[bold red]Eve[/]", "[@click=app.quit]x[/]")
        assert "\x1b" not in member.screen_text()
        assert not member.sees(entry.name)
        await member.reads()
        assert problems(member) == []
        await member.presses("enter")
        assert isinstance(member.page, EntriesScreen)
        assert member.sees(entry.name)
        assert await member.finds("This desk has not been unlocked before.")
    assert events(session)[0] == "unlocked"


async def test_a_page_that_staff_did_not_write_is_not_shown_and_its_entry_says_so(kiosk: Kiosk) -> None:
    session = kiosk()
    entry = saved(session)
    forged = Note(made=NOW, by=STAFF, text="We agreed on everything.")
    session.vault.add_page(
        entry.id,
        lambda number: sealed_page(forged, (session.settings.venue.key,), entry.id, counter=number),
    )
    async with unlocked(session) as member:
        assert member.sees(FIRST, f"claims to be from staff, but is not: {entry.name}.")
        await member.presses("enter")
        await member.opens(str(entry.handle))
        assert isinstance(member.page, EntryScreen)
        assert await member.finds("Page 2 is not shown: it claims to be from staff, but is not.")
        assert not await member.finds("We agreed on everything.")


async def test_an_audit_that_is_broken_or_forged_says_so_where_it_is_read(kiosk: Kiosk) -> None:
    session = kiosk()
    for _ in range(2):
        unlocks(session)
    forging = Audit(session.home.audit, session.settings.venue.key, lambda: NOW)
    forging.note("Bo Hill", "exported", entry="Forged Heron")
    forging.close()
    lines = session.home.audit.read_bytes().splitlines(keepends=True)
    session.home.audit.write_bytes(b"".join([lines[0], *lines[2:]]))
    async with unlocked(session) as member:
        while not isinstance(member.page, EntriesScreen):
            await member.presses("enter")
        await member.presses("f3", "2", "enter")
        assert await member.finds(
            "Audit log",
            "Line 1 does not match the lines before it: the audit log was changed or damaged.",
            "Lines that no desk of this venue wrote, left out here: 1.",
        )
        assert not member.sees("Forged Heron")


async def test_settings_that_name_somebody_elses_key_unlock_nothing_and_both_keys_are_told(
    kiosk: Kiosk,
) -> None:
    session = kiosk()
    ours, theirs = session.settings.venue.key, seal.recipient_of(seal.new_identity())
    keep_settings(session.home, with_key(session.settings, theirs))
    async with desk(session) as member:
        await member.unlocks(PASSPHRASE)
        assert isinstance(member.page, UnlockScreen)
        for words in ("names a key that is not this venue's", fingerprint(ours), fingerprint(theirs)):
            assert await member.finds(words)
        await member.reads()
        assert problems(member) == []
    keep_settings(session.home, session.settings)
    assert "unlocked" not in events(session)


async def test_a_list_of_staff_that_somebody_changed_unlocks_nothing_and_says_what_to_do(
    kiosk: Kiosk,
) -> None:
    session = kiosk()
    roster = session.home.staff / "roster"
    roster.write_bytes(roster.read_bytes().replace(b'"number":2', b'"number":3'))
    async with desk(session) as member:
        await member.unlocks(PASSPHRASE)
        assert isinstance(member.page, UnlockScreen)
        assert await member.finds("was changed or is missing, so nobody can unlock the desk")
        assert await member.finds("'kiosk staff recover'")
        await member.reads()
        assert problems(member) == []


def changed(session: Session) -> None:
    """Change the settings as somebody who can write to the disk, once the desk knows them."""
    text = session.home.settings.read_text()
    session.home.settings.write_text(text.replace("warn = 90", "warn = 900"))


CHANGED = "kiosk.toml was changed since the last unlock: idle.warn."
ASKED = "Has this been dealt with?"


async def test_what_was_found_is_shown_at_each_unlock_until_a_lead_says_that_it_is_dealt_with(
    kiosk: Kiosk,
) -> None:
    session = kiosk(more_staff=("Bo Hill",))
    unlocks(session)
    changed(session)
    async with unlocked(session, by="Bo Hill", size=SMALL) as member:
        assert member.sees(FIRST)
        assert await member.finds(CHANGED)
        await member.presses("enter")
        assert isinstance(member.page, EntriesScreen)
    for keys in (("enter",), ("2", "enter")):
        async with unlocked(session, size=SMALL) as member:
            assert member.sees(FIRST)
            assert await member.finds("Found when Bo Hill unlocked on")
            await member.presses("enter")
            assert member.sees(ASKED)
            assert problems(member) == []
            await member.presses(*keys)
            assert isinstance(member.page, EntriesScreen)
    for name in ("Bo Hill", STAFF):
        async with unlocked(session, by=name) as member:
            assert isinstance(member.page, EntriesScreen)
    assert "acknowledged what was found" in events(session)
