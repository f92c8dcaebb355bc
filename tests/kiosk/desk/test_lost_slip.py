"""A lost slip: two members of staff find an entry without its code, and what is private stays closed."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from kiosk import seal
from kiosk.desk import new_code
from kiosk.desk.audit.audit_log import Audit
from kiosk.desk.desk import Desk
from kiosk.desk.lost_slip import REASON_MOST, Search, Wanted, around, begin
from kiosk.entry.opened import Opened
from kiosk.entry.pages import Reflection, keep_back, page_of
from kiosk.entry.staff_pages import Note
from kiosk.errors import DeskError, EntryError, NoEntryError, SealError, VaultError
from kiosk.home import Home
from kiosk.pack.model import Pack
from kiosk.vault.rows import Row
from kiosk.vault.vault import Vault
from kiosk.visit.saving import Saved, Saver, Submission
from tests.conftest import LONDON, SetZone
from tests.kiosk.desk.conftest import ANSWERS, NOON, noted
from tests.kiosk.sealed import FIRST, page_in, sealed_page
from tests.kiosk.vault.helpers import FaultyDisk
from tests.packs import in_polish

WHY = "She lost her slip."


@pytest.fixture
def search(desk: Desk) -> Search:
    return begin(desk, "Ali", WHY)


def row(name: str, saved: datetime = NOON) -> Row:
    return Row(
        id=f"{abs(hash((name, saved))):032x}"[:32], name=name, saved=saved, pages=(FIRST,), last_page=saved
    )


# -- who may look, and what is noted


@pytest.mark.parametrize(
    "second", ["Zoë", "ZOË", "Zoe\u0308", " Zoë ", "Z\u200boë", "Zoë\n", "", "  ", "\x1b"]
)
def test_one_person_alone_or_with_nobody_is_refused_however_the_name_is_written(
    desk: Desk, second: str
) -> None:
    with pytest.raises(DeskError, match="A second colleague must enter their own passphrase"):
        begin(replace(desk, staff="Zoë"), second, WHY)
    assert noted(desk) == ()


@pytest.mark.parametrize("reason", ["", "  \n", "\x1b\u202e"])
def test_without_a_reason_nobody_may_look(desk: Desk, reason: str) -> None:
    with pytest.raises(DeskError, match="Enter who is asking, and why"):
        begin(desk, "Ali", reason)
    assert noted(desk) == ()


def test_both_names_and_the_reason_are_in_the_audit_before_anything_is_looked_at(
    desk: Desk, private: Saved
) -> None:
    for reason in (f"  {WHY}\n\x1b[2J", "why " * 200):
        begin(desk, "Ali", reason)
    event, long = noted(desk)
    assert (event.who, event.second, event.did) == ("Jo", "Ali", "looked for a lost slip")
    assert (event.entry, event.detail) == ("", f"{WHY} [2J")
    assert long.second == "Ali"
    assert len(long.detail) <= REASON_MOST


def test_each_entry_that_is_opened_is_noted_with_both_names_and_the_reason(
    desk: Desk, search: Search, private: Saved
) -> None:
    opened = search.open(desk.vault.row(private.id))
    *_, event = noted(desk)
    assert (event.who, event.second, event.did) == ("Jo", "Ali", "opened without a code")
    assert event.detail == WHY
    assert (event.entry, event.entry_id) == (opened.row.name, private.id)


def test_a_search_that_cannot_be_noted_does_not_begin(desk: Desk, audit_disk: FaultyDisk) -> None:
    audit_disk.fails("write")
    with pytest.raises(VaultError, match="so it was not done"):
        begin(desk, "Ali", WHY)


def test_an_entry_is_not_read_before_that_is_noted(
    desk: Desk, search: Search, private: Saved, audit_disk: FaultyDisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = desk.vault.row(private.id)
    read: list[str] = []
    pages = Vault.named_pages

    def watched(vault: Vault, entry_id: str) -> Any:
        read.append(entry_id)
        return pages(vault, entry_id)

    monkeypatch.setattr(Vault, "named_pages", watched)
    audit_disk.fails("fsync")
    with pytest.raises(VaultError, match="so it was not done"):
        search.open(found)
    audit_disk.is_well()
    assert read == []
    assert search.open(found).row.id == private.id
    assert read == [private.id]


# -- what stands in the answers


def test_an_entry_is_found_by_words_of_answers_that_are_shared(
    desk: Desk, saver: Saver, small_pack: Pack, private: Saved, search: Search
) -> None:
    open_ = saver.save(Submission(small_pack, ANSWERS))
    rows = desk.rows()
    word = str(ANSWERS["day"]).split()[0]
    assert [one.id for one in search.look(rows, Wanted(words=word.upper())).rows] == [open_.id]
    assert {one.id for one in search.look(rows, Wanted(words="good")).rows} == {open_.id, private.id}
    assert search.look(rows, Wanted(words=f"good {word} nowhere")).rows == ()
    assert search.look(rows[:1], Wanted(words=f"  {word}\n GOOD ")).rows == rows[:1]


def test_an_entry_is_found_by_words_as_its_customer_read_them_and_as_staff_do(
    desk: Desk, saver: Saver, small_pack: Pack, private: Saved, search: Search
) -> None:
    polish = saver.save(Submission(in_polish(small_pack), ANSWERS))
    for words in ("PL Good", "pl good", str(ANSWERS["day"]) + " good PL"):
        assert [one.id for one in search.look(desk.rows(), Wanted(words=words)).rows] == [polish.id]


def test_answers_that_were_changed_since_and_what_staff_wrote_are_not_looked_through(
    desk: Desk, saver: Saver, small_pack: Pack, search: Search
) -> None:
    saved = saver.save(Submission(small_pack, {"day": "brindle"}))
    saver.amend(Submission(small_pack, {"day": "fallow"}), saved.handle)
    desk.add_note(desk.open(str(saved.handle)), "heather", NOON)
    rows = desk.rows()
    assert search.look(rows, Wanted(words="fallow")).rows == rows
    assert (
        search.look(rows, Wanted(words="brindle")).rows
        == search.look(rows, Wanted(words="heather")).rows
        == ()
    )


def test_what_is_looked_for_is_noted_first_and_the_customers_words_are_not(
    desk: Desk, private: Saved, search: Search, audit_disk: FaultyDisk
) -> None:
    search.look(desk.rows(), Wanted())
    search.look(desk.rows(), Wanted("Amber\x1b Heron", *around("4.3.2026", TODAY), "brindle"))
    assert [(event.did, event.second, event.detail) for event in noted(desk)[1:]] == [
        ("looked for a lost slip", "Ali", "every entry"),
        (
            "looked for a lost slip",
            "Ali",
            "name Amber Heron; saved from 1 March 2026 to 7 March 2026; words in the answers",
        ),
    ]
    audit_disk.fails("write")
    with pytest.raises(VaultError, match="so it was not done"):
        search.look(desk.rows(), Wanted())


def test_how_far_the_looking_has_come_is_told(desk: Desk, search: Search, private: Saved) -> None:
    told: list[tuple[int, int]] = []
    search.look(desk.rows() * 250, Wanted(words="good"), lambda done, total: told.append((done, total)))
    assert told == [(100, 250), (200, 250)]


# -- which day

TODAY = date(2026, 3, 10)


def test_a_day_stands_for_those_around_it() -> None:
    for typed in ("4.3.2026", "4 March", "last Wednesday"):
        assert around(typed, TODAY) == (date(2026, 3, 1), date(2026, 3, 7))


@pytest.mark.parametrize("typed", ["soon", "1.1.0001", "31 April"])
def test_what_is_no_day_is_told(typed: str) -> None:
    with pytest.raises(DeskError, match="We could not read that date"):
        around(typed, TODAY)


# -- who it may be


def test_a_name_with_a_typing_mistake_finds_its_entry(search: Search) -> None:
    rows = (row("Amber Heron"), row("Blue Otter"), row("Calm Plover"))
    assert search.look(rows, Wanted("Anber Heron")).rows == rows[:1]
    assert search.look(rows, Wanted("otter")).rows == rows[1:2]
    assert search.look(rows, Wanted("Zebra")).rows == ()
    assert search.look(rows, Wanted()).rows == rows


@pytest.mark.parametrize(
    ("zone", "midnight"),
    [
        ("UTC0", datetime(2026, 3, 2, tzinfo=UTC)),
        ("<+11>-11", datetime(2026, 3, 1, 13, tzinfo=UTC)),
        ("<-0930>9:30", datetime(2026, 3, 2, 9, 30, tzinfo=UTC)),
        (LONDON, datetime(2026, 3, 2, tzinfo=UTC)),
    ],
)
def test_days_begin_and_end_at_midnight_where_the_kiosk_stands(
    search: Search, set_zone: SetZone, zone: str, midnight: datetime
) -> None:
    set_zone(zone)
    moment = timedelta(microseconds=1)
    first = date(2026, 3, 2)
    before, start, end, after = (
        row(f"Name {number}", midnight + step)
        for number, step in enumerate((-moment, timedelta(), timedelta(days=1) - moment, timedelta(days=1)))
    )
    rows = (after, end, start, before)

    def found(since: date | None = None, until: date | None = None) -> tuple[Row, ...]:
        return search.look(rows, Wanted("", since, until)).rows

    assert found(first, first) == (end, start)
    assert found(since=first) == (after, end, start)
    assert found(until=first) == (end, start, before)
    assert found(first + timedelta(days=1), first + timedelta(days=1)) == (after,)
    assert found(first, first - timedelta(days=1)) == ()


def test_a_day_on_which_the_clock_is_set_is_as_long_as_it_is(search: Search, set_zone: SetZone) -> None:
    """The clocks go forward on 29 March 2026: from midnight to midnight it is 23 hours."""
    set_zone(LONDON)
    midnight = datetime(2026, 3, 29, tzinfo=UTC)
    rows = tuple(row(f"Name {hours}", midnight + timedelta(hours=hours)) for hours in (-0.5, 0, 22.5, 23))
    day = date(2026, 3, 29)
    assert search.look(rows, Wanted("", day, day)).rows == rows[1:3]


# -- which of them missed


@pytest.mark.parametrize(
    ("name", "day", "words", "missed"),
    [
        ("Zebra", None, "", ["Name: no entry is called Zebra."]),
        ("", 9, "", ["Day: no entry was saved from 9 March 2026 to 9 March 2026."]),
        (
            "Zebra",
            9,
            "bees",
            [
                "Name: no entry is called Zebra.",
                "Day: no entry was saved from 9 March 2026 to 9 March 2026.",
                "Words: no answers were searched, because nothing else matches.",
            ],
        ),
        (
            "K7QX 4MPD",
            None,
            "",
            ["Name: K7QX 4MPD looks like part of a code. A name has two words, such as Amber Heron."],
        ),
        (
            "Amber",
            2,
            "",
            ["Name and day do not fit together: 1 entry has this name and was saved on other days."],
        ),
        (
            "Otter",
            2,
            "bees",
            ["Words: the 1 other matching entry does not have all of them in what staff may read."],
        ),
        ("Otter", 2, "", []),
    ],
)
def test_a_search_that_finds_nothing_tells_which_of_name_day_and_words_missed(
    search: Search, name: str, day: int | None, words: str, missed: list[str]
) -> None:
    rows = (row("Blue Otter", NOON + timedelta(days=1)), row("Amber Heron"))
    wanted = date(2026, 3, day) if day else None
    found = search.look(rows, Wanted(name, wanted, wanted, words))
    assert found.missed == tuple(missed)
    assert bool(found.rows) == (not missed)


# -- the name before a new code


def renamed(desk: Desk, saved: Saved | Row) -> Row:
    opened = desk.open_without_code(desk.vault.row(saved.id), WHY, "Ali")
    return new_code.give(desk, opened, "Ali", new_code.drawn(desk), NOON).row


def test_an_entry_with_a_new_code_is_found_by_its_old_name_and_that_is_said(
    desk: Desk, saver: Saver, saved: Saved, small_pack: Pack, search: Search
) -> None:
    saver.save(Submission(small_pack, ANSWERS))
    between = renamed(desk, saved)
    row = renamed(desk, between)
    rows = desk.rows()
    assert row in search.look(rows, Wanted(between.name)).rows
    for typed in (saved.name, saved.name.split()[1].lower()):
        found = search.look(rows, Wanted(typed))
        assert row in found.rows
        assert f"{saved.name} got a new code on 1 March 2026. Its name is now {row.name}." in found.renamed
    assert search.look(rows, Wanted(saved.name, words="nowhere")).renamed == ()
    assert search.look(rows, Wanted(row.name)).renamed == ()
    assert search.look(rows, Wanted()).renamed == ()


def test_the_old_name_of_an_entry_that_was_deleted_since_finds_nothing(
    desk: Desk, saved: Saved, search: Search
) -> None:
    opened = desk.read_without_code(renamed(desk, saved))
    desk.erase(opened, "she asked")
    found = search.look(desk.rows(), Wanted(saved.name))
    assert (found.rows, found.renamed) == ((), ())


# -- what they see


def shown(opened: Opened) -> set[object]:
    return {
        one.value
        for page in opened.pages
        if isinstance(page, Reflection)
        for one in page.answers()
        if one.value
    }


def test_what_is_kept_back_stays_closed_and_the_page_tells_that_it_is_there(
    desk: Desk, search: Search, private: Saved
) -> None:
    opened = search.open(desk.vault.row(private.id))
    assert shown(opened) == {2}
    assert opened.keeps_back
    assert opened.keys is None
    with pytest.raises(SealError, match="Only the customer's code opens this"):
        desk.reveal(opened)


def test_an_entry_that_keeps_nothing_back_is_seen_as_with_its_code(
    desk: Desk, search: Search, saved: Saved
) -> None:
    opened = search.open(desk.vault.row(saved.id))
    assert replace(opened, keys=desk.derive(saved.handle)) == desk.open(str(saved.handle))


def test_an_entry_that_was_erased_meanwhile_is_told(desk: Desk, search: Search, saved: Saved) -> None:
    found = desk.vault.row(saved.id)
    desk.vault.erase(saved.id)
    with pytest.raises(NoEntryError):
        search.open(found)


def test_an_entry_whose_pages_do_not_open_is_told(
    desk: Desk, search: Search, saved: Saved, home: Home
) -> None:
    [file] = home.vault.rglob(f"{saved.id}.*.age")
    file.write_bytes(b"junk")
    with pytest.raises(SealError, match="damaged"):
        search.open(desk.vault.row(saved.id))


# -- adding to it


def test_a_note_without_the_code_is_read_by_the_customer_too(
    desk: Desk, search: Search, private: Saved
) -> None:
    opened = desk.add_note(search.open(desk.vault.row(private.id)), "We spoke.", NOON)
    sealed = desk.vault.pages(private.id)[-1]
    for identity in (desk.identity, desk.derive(private.handle).identity):
        assert page_in(sealed, identity) == opened.pages[-1] == Note(made=NOON, by="Jo", text="We spoke.")
    assert sealed.count(b"-> X25519 ") == 2
    with_code = desk.open(str(private.handle))
    assert (with_code.notes, with_code.row) == (opened.notes, opened.row)


def test_a_plan_and_a_state_go_to_the_customer_too(desk: Desk, search: Search, private: Saved) -> None:
    opened = desk.agree(search.open(desk.vault.row(private.id)), (), NOON)
    opened = desk.change_state(opened, "closed", NOON)
    mine = desk.derive(private.handle).identity
    assert [page_in(sealed, mine) for sealed in desk.vault.pages(private.id)[1:]] == list(opened.pages[1:])


def test_an_entry_whose_answers_do_not_open_takes_no_note_without_its_code(
    desk: Desk, search: Search, private: Saved, home: Home
) -> None:
    """Nothing that can be believed says who its customer is."""
    desk.add_note(desk.open(str(private.handle)), "We spoke.", NOON)
    next(home.vault.rglob(f"{private.id}.{FIRST}.age")).write_bytes(b"junk")
    opened = search.open(desk.vault.row(private.id))
    assert opened.aside == ((FIRST, "unreadable"),)
    before = noted(desk)
    with pytest.raises(DeskError, match="Open the entry with the code to add to it"):
        desk.add_note(opened, "We spoke again.", NOON)
    assert noted(desk) == before
    assert len(desk.vault.pages(private.id)) == 2


def test_an_entry_whose_answers_name_another_customer_is_not_read(
    desk: Desk, search: Search, small_pack: Pack
) -> None:
    thief = seal.recipient_of(seal.new_identity())
    forged = keep_back(page_of(small_pack, ANSWERS, name="Amber Heron", made=NOON), (), thief)
    readers = (seal.recipient_of(desk.identity), thief)
    desk.vault.save("1" * 32, "Amber Heron", sealed_page(forged, readers, "1" * 32))
    with pytest.raises(EntryError, match="None of this entry's pages can be trusted"):
        search.open(desk.vault.row("1" * 32))


def test_two_who_look_at_two_desks_are_told_apart(desk: Desk, venue: str, home: Home) -> None:
    begin(desk, "Ali", WHY)
    audit = Audit(home.audit, seal.recipient_of(venue), lambda: NOON, disk=FaultyDisk())
    begin(replace(desk, staff="Ali", audit=audit), "Jo", WHY)
    assert [(event.who, event.second) for event in noted(desk)] == [("Jo", "Ali"), ("Ali", "Jo")]
