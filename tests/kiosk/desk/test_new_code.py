"""A new code for an entry whose slip is lost: what it opens then, and what the old one opens."""

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest

from kiosk import seal
from kiosk.counts.tally import Job, Reader, entries_in
from kiosk.desk import access_pack, new_code
from kiosk.desk.desk import Desk
from kiosk.desk.erase import receipt_of
from kiosk.desk.export_all import open_every
from kiosk.desk.exports.json import entry_value
from kiosk.desk.new_code import Given
from kiosk.entry import handle
from kiosk.entry.handle import Handle, HandleKeys, id_of, rest_id_of
from kiosk.entry.names import NameWords
from kiosk.entry.opened import Opened
from kiosk.entry.page_file import Keys, PageHead, open_page, seal_page
from kiosk.entry.pages import AnyPage, Asked, Reflection
from kiosk.entry.staff_pages import NewCode, PlanGoal, Step, Talked
from kiosk.errors import DeskError, EntryError, Fate, NewCodeError, NoEntryError, SealError, VaultError
from kiosk.home import Home
from kiosk.pack.model import Pack
from kiosk.vault.page_files import Strays
from kiosk.vault.page_names import page_name
from kiosk.visit.drafts import Drafts
from kiosk.visit.returning import Own, Returning
from kiosk.visit.saving import Saved, Saver, Submission
from tests.kiosk.desk.conftest import NOON, noted
from tests.kiosk.sealed import PLACE, sealed_page
from tests.kiosk.vault.helpers import FaultyDisk

Derive = Callable[[Handle], HandleKeys]
WHY = "She lost her slip"


def found(desk: Desk, saved: Saved) -> Opened:
    """The entry, as two members of staff found it."""
    row = next(row for row in desk.rows() if row.id == saved.id)
    return desk.open_without_code(row, WHY, "Ali")


def gives(desk: Desk, saved: Saved) -> Given:
    opened = found(desk, saved)
    return new_code.give(desk, opened, "Ali", new_code.drawn(desk), NOON + timedelta(days=1))


def apart_from_the_id(page: AnyPage) -> AnyPage:
    """A page without what hangs on the id of its entry."""
    if isinstance(page, Reflection):
        return msgspec.structs.replace(page, name="", reader="")
    if isinstance(page, Asked):
        return msgspec.structs.replace(page, reader="")
    return msgspec.structs.replace(page, reflection="0" * 64) if isinstance(page, Talked) else page


@pytest.fixture
def returning(desk: Desk, home: Home, names: NameWords) -> Returning:
    return Returning(desk.vault, Drafts(home.drafts), names, desk.derive)


@pytest.fixture
def worked(desk: Desk, saver: Saver, saved: Saved, small_pack: Pack) -> Saved:
    """An entry that customer and staff have worked at for a while."""
    saver.amend(Submission(small_pack, {"mood": 1, "day": "Mon"}, talk=True), saved.handle)
    opened = desk.pick_up(desk.open(str(saved.handle)))
    opened = desk.add_note(opened, "Seen on Monday", NOON)
    opened = desk.add_note(opened, "For somebody else", NOON)
    opened = desk.take_back(opened, max(opened.notes), NOON)
    opened = desk.agree(opened, (PlanGoal(want="A garden", steps=(Step(text="Call"),)),), NOON)
    opened = desk.change_state(opened, "talked through", NOON)
    desk.talked(opened, NOON)
    saver.amend(Submission(small_pack, {"mood": 2, "day": "Tue"}), saved.handle)
    saver.ask_to_talk(desk.derive(saved.handle), talk=True)
    return saved


def own(returning: Returning, code: Handle) -> Own:
    opened = returning.open(code)
    assert isinstance(opened, Own)
    return opened


def test_a_new_code_opens_all_that_the_old_one_opened_and_says_who_gave_it(
    desk: Desk, worked: Saved, returning: Returning
) -> None:
    before = own(returning, worked.handle)
    given = gives(desk, worked).saved
    assert given.id != worked.id
    after = own(returning, given.handle)
    *pages, last = after.pages
    assert [*map(apart_from_the_id, pages)] == [*map(apart_from_the_id, before.pages)]
    assert last == NewCode(made=NOON + timedelta(days=1), by="Jo", second="Ali", was=worked.id)
    assert (after.asks_to_talk, after.unread) == (before.asks_to_talk, 0) == (True, 0)
    opened = desk.open(str(given.handle))
    assert (opened.aside, opened.broken, opened.doubts) == ((), False, ())
    assert opened.wish
    assert [*desk.add_note(opened, "And on", NOON).notes.values()][-1].text == "And on"


def test_the_old_code_is_told_the_day_and_opens_nothing(
    desk: Desk, saved: Saved, returning: Returning
) -> None:
    gives(desk, saved)
    with pytest.raises(NewCodeError) as told:
        returning.open(saved.handle)
    assert str(told.value) == (
        "Staff gave a new code for these answers on 2 March 2026. This code no longer opens them."
    )
    with pytest.raises(NewCodeError, match="gave a new code"):
        desk.open(str(saved.handle))
    assert desk.wrong_group(str(saved.handle)) is None


def test_nothing_of_what_the_old_code_opened_is_left_for_it(
    desk: Desk, home: Home, worked: Saved, derive: Derive
) -> None:
    keys = derive(worked.handle)
    new = derive(gives(desk, worked).saved.handle)
    for file in home.vault.rglob("*.age"):
        with pytest.raises(SealError):
            seal.open_sealed(file.read_bytes(), keys.identity)
        assert seal.open_sealed(file.read_bytes(), new.identity)
    assert not [file for file in home.root.rglob("*") if worked.id in file.name and file.suffix != ".erased"]


def test_order_expiry_state_and_what_is_new_stay_as_they_were(
    desk: Desk, home: Home, worked: Saved, names: NameWords
) -> None:
    for count, file in enumerate(sorted(home.vault.rglob("*.age"))):
        os.utime(file, ns=(count, 10**18 + count))
    [before] = desk.rows()
    heads = [open_page(sealed, desk.identity).head for sealed in desk.vault.pages(worked.id)]
    given = gives(desk, worked)
    [row] = desk.rows()
    assert (
        row
        == given.row
        == replace_row(before, id=given.saved.id, name=names.name_of(given.saved.id), tag=row.tag)
    )
    assert before.is_news
    again = [open_page(sealed, desk.identity).head for sealed in desk.vault.pages(row.id)]
    assert [(head.counter, head.writer, head.venue) for head in again[:-1]] == [
        (head.counter, head.writer, head.venue) for head in heads
    ]
    times = [file.stat().st_mtime_ns for file in sorted(home.vault.rglob("*.age"))]
    assert times == [*(10**18 + count for count in range(len(heads))), 10**18 + len(heads) - 1]


def replace_row(row: object, **changes: object) -> object:
    before = msgspec.structs.asdict(row)  # type: ignore[arg-type]
    pages = (*before["pages"], page_name(len(before["pages"]) + 1, PLACE))
    return type(row)(**(before | {"pages": pages} | changes))


def test_what_staff_had_seen_they_have_seen(desk: Desk, saved: Saved) -> None:
    desk.pick_up(desk.open(str(saved.handle)))
    row = gives(desk, saved).row
    assert (row.is_news, row.state) == (False, "picked up")
    assert desk.is_said(row)


def test_customer_and_staff_go_on_with_the_new_code(
    desk: Desk, saver: Saver, saved: Saved, small_pack: Pack, returning: Returning
) -> None:
    given = gives(desk, saved).saved
    saver.amend(Submission(small_pack, {"mood": 1, "day": "Wed"}, private={"second"}), given.handle)
    assert len(own(returning, given.handle).reflections) == 2
    again = gives(desk, given).saved
    assert [page.was for page in desk.open(str(again.handle)).new_codes] == [saved.id, given.id]
    with pytest.raises(NewCodeError):
        returning.open(saved.handle)
    assert own(returning, given.handle).moved


def test_what_was_kept_back_opens_with_the_old_code_alone(
    desk: Desk, private: Saved, returning: Returning
) -> None:
    before = own(returning, private.handle)
    given = gives(desk, private)
    assert given.kept_back
    assert [
        {section.id for section in page.sections} for page in own(returning, given.saved.handle).reflections
    ] == [{"first"}]
    rest = own(returning, private.handle)
    assert rest.moved is not None
    assert (rest.moved.fate, str(rest.moved.when)) == (Fate.NEW_CODE, "2026-03-02 12:00:00+00:00")
    assert [page.sections for page in rest.reflections] == [
        tuple(section for section in before.reflections[-1].sections if section.id == "second")
    ]
    opened = desk.open(str(private.handle))
    assert opened.is_rest
    assert entry_value(opened).is_replaced
    assert opened.newest
    assert not opened.newest.sections
    assert [section.id for section in opened.revealed().pages[-1].sections] == ["second"]  # type: ignore[union-attr]
    assert any("only the old code" in doubt for doubt in opened.doubts)


def test_every_kept_back_part_of_every_answers_stays(
    desk: Desk, saver: Saver, private: Saved, small_pack: Pack, returning: Returning
) -> None:
    saver.amend(Submission(small_pack, {"mood": 1, "day": "Wed"}, private={"first"}), private.handle)
    gives(desk, private)
    rest = own(returning, private.handle)
    assert [[section.id for section in page.sections] for page in rest.reflections] == [["second"], ["first"]]


def test_the_rest_goes_when_the_entry_would_have_gone(desk: Desk, private: Saved) -> None:
    [before] = desk.rows()
    gives(desk, private)
    assert {row.last_page for row in desk.rows()} == {before.last_page}
    assert {row.state for row in desk.rows()} == {"waiting", "closed"}


def test_nothing_can_be_added_to_the_rest(desk: Desk, private: Saved) -> None:
    gives(desk, private)
    opened = desk.open(str(private.handle))
    with pytest.raises(EntryError, match="new code"):
        desk.add_note(opened, "Not here", NOON)
    with pytest.raises(DeskError, match="kept back"):
        new_code.give(desk, opened, "Ali", new_code.drawn(desk), NOON)


@pytest.mark.parametrize("who", ["customer", "staff"])
def test_deleting_the_entry_deletes_the_rest(
    desk: Desk, private: Saved, returning: Returning, home: Home, who: str
) -> None:
    code = gives(desk, private).saved.handle
    if who == "customer":
        returning.delete(own(returning, code))
    else:
        desk.erase(desk.open(str(code)), "she asked")
    assert not list(home.vault.rglob("*.age"))
    with pytest.raises(NewCodeError):
        returning.open(private.handle)


def test_whoever_has_the_old_code_can_delete_what_it_opens(
    desk: Desk, private: Saved, returning: Returning
) -> None:
    gives(desk, private)
    returning.delete(own(returning, private.handle))
    with pytest.raises(NewCodeError):
        returning.open(private.handle)
    assert len(desk.rows()) == 1


def test_statistics_count_the_entry_once(desk: Desk, home: Home, private: Saved) -> None:
    gives(desk, private)
    strays = Strays()
    entries = list(entries_in(home.vault, desk.vault.erased(), strays))
    counted = Reader(Job(home.vault, desk.identity)).count(entries)
    assert [table.entries for table in counted.tables.values()] == [1]
    assert counted.unread == 0
    assert not strays.unreadable
    every, unread = open_every(desk, "Ali", WHY)
    assert (len(every), unread) == (1, [])


def test_both_members_of_staff_stand_in_the_audit_each_in_a_field(desk: Desk, saved: Saved) -> None:
    given = gives(desk, saved).saved
    event = noted(desk)[-1]
    assert (event.did, event.who, event.second) == ("gave a new code", "Jo", "Ali")
    assert (event.entry_id, event.detail) == (saved.id, f"its new name is {given.name}")
    with pytest.raises(DeskError, match="A second colleague"):
        new_code.give(desk, found(desk, given), "jo ", new_code.drawn(desk), NOON)


def test_what_was_done_before_is_told_of_the_entry_still(desk: Desk, saved: Saved) -> None:
    opened = desk.open(str(saved.handle))
    desk.note("printed", opened.row, "My page")
    given = gives(desk, saved).saved
    opened = desk.open(str(given.handle))
    assert [event.did for event in receipt_of(desk, opened, "asked", NOON, key_is_here=True).outside] == [
        "printed"
    ]
    pack = access_pack.pack_of(opened, desk.audit.read(desk.identity), "Venue", NOON, "Jo")
    assert [event.did for event in pack.read] == ["opened", "opened without a code", "opened"]
    assert [event.did for event in pack.done] == ["gave a new code"]


def test_what_is_done_with_the_rest_is_told_of_the_entry_too(desk: Desk, private: Saved) -> None:
    given = gives(desk, private).saved
    desk.reveal(desk.open(str(private.handle)))
    opened = desk.open(str(given.handle))
    pack = access_pack.pack_of(opened, desk.audit.read(desk.identity), "Venue", NOON, "Jo")
    assert [event.did for event in pack.read][1:] == ["opened", "showed what was kept back", "opened"]


def test_what_cannot_be_noted_is_not_done(
    desk: Desk, saved: Saved, audit_disk: FaultyDisk, returning: Returning
) -> None:
    opened = found(desk, saved)
    audit_disk.fails("write")
    with pytest.raises(VaultError):
        new_code.give(desk, opened, "Ali", new_code.drawn(desk), NOON)
    assert own(returning, saved.handle).pages


def test_an_entry_that_does_not_open_wholly_gets_no_new_code(
    desk: Desk, saver: Saver, saved: Saved, small_pack: Pack, home: Home
) -> None:
    saver.amend(Submission(small_pack, {"mood": 1, "day": "Mon"}), saved.handle)
    opened = found(desk, saved)
    [first, second] = sorted(home.vault.rglob("*.age"))
    second.write_bytes(first.read_bytes())
    with pytest.raises(DeskError, match="cannot be trusted"):
        new_code.give(desk, opened, "Ali", new_code.drawn(desk), NOON)
    assert desk.vault.has(saved.id)


# -- what somebody plants who has the disk


def test_a_planted_tombstone_does_not_say_that_staff_gave_a_new_code(
    desk: Desk, home: Home, saved: Saved, returning: Returning
) -> None:
    stone = home.vault / saved.id[:2] / f"{saved.id}.erased"
    stone.write_text(
        '{"v":3,"erased":"2026-03-01T12:00:00.000000Z","why":"new code","told":"' + "0" * 64 + '"}'
    )
    with pytest.raises(NoEntryError) as told:
        returning.open(saved.handle)
    assert not isinstance(told.value, NewCodeError)
    with pytest.raises(NoEntryError, match="no desk of this venue"):
        desk.open(str(saved.handle))


def test_a_tombstone_of_another_entry_does_not_pass_for_its_own(
    desk: Desk, home: Home, saver: Saver, saved: Saved, small_pack: Pack, returning: Returning
) -> None:
    other = saver.save(Submission(small_pack, {"mood": 1}))
    gives(desk, other)
    told = (home.vault / other.id[:2] / f"{other.id}.erased").read_bytes()
    (home.vault / saved.id[:2] / f"{saved.id}.erased").write_bytes(told)
    with pytest.raises(NoEntryError) as error:
        returning.open(saved.handle)
    assert not isinstance(error.value, NewCodeError)


def test_a_planted_rest_needs_the_desk_and_does_not_count_in_another_entry(
    desk: Desk, home: Home, private: Saved, derive: Derive
) -> None:
    keys = derive(private.handle)
    reader = seal.recipient_of(keys.identity)
    gives(desk, private)
    rest = rest_id_of(reader)
    [file] = home.vault.rglob(f"{rest}.*.age")
    held = open_page(file.read_bytes(), desk.identity)
    readers = (seal.recipient_of(desk.identity), reader)
    file.write_bytes(sealed_page(held.page, readers, rest))
    with pytest.raises(EntryError):
        desk.open(str(private.handle))
    assert id_of(reader) != rest


def test_pages_first_sealed_to_a_strange_key_say_so_still(
    desk: Desk, saved: Saved, home: Home, derive: Derive
) -> None:
    [file] = home.vault.rglob("*.age")
    keys = derive(saved.handle)
    held = open_page(file.read_bytes(), desk.identity)
    strange = seal.recipient_of(seal.new_identity())
    head = PageHead(id=saved.id, counter=1, writer=PLACE, venue=strange)
    readers = (seal.recipient_of(desk.identity), seal.recipient_of(keys.identity))
    file.write_bytes(seal_page(held.page, head, readers, Keys.of(code=keys.identity))[0])
    assert found(desk, saved).elsewhere
    assert desk.open(str(gives(desk, saved).saved.handle)).elsewhere


def test_the_name_of_who_typed_a_form_in_is_vouched_for_only_where_it_was(
    desk: Desk, saver: Saver, small_pack: Pack
) -> None:
    vouching = replace(saver, desk_key=desk.tags.desk)
    good = vouching.save(Submission(small_pack, {"mood": 1}), source="paper", typed_in_by="Jo")
    bad = saver.save(Submission(small_pack, {"mood": 1}), source="paper", typed_in_by="Ali")
    said = [desk.open(str(gives(desk, one).saved.handle)).newest for one in (good, bad)]
    assert [page and page.typed_in_by for page in said] == ["Jo", ""]
    assert {row.source for row in desk.rows()} == {"paper"}


def test_the_code_is_one_that_holds_together_and_in_no_file(desk: Desk, saved: Saved, home: Home) -> None:
    given = gives(desk, saved).saved
    assert handle.read(str(given.handle)) == given.handle
    for file in [path for path in home.root.rglob("*") if path.is_file()]:
        assert given.handle.symbols.encode() not in file.read_bytes()
