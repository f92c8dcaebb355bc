"""The unlocked desk: an entry is found by its code, read, picked up once, and added to."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from kiosk import handle, seal
from kiosk.added import Note, Plan, PlanGoal, Step, Turn
from kiosk.answer import Answer
from kiosk.desk.desk import TALK, TALK_MOST, Desk
from kiosk.desk.plain import opened_text, opened_value
from kiosk.entry import AnyPage, Page, open_page, whole
from kiosk.errors import EntryError, HandleError, NoEntryError, SaveError, SealError, VaultError
from kiosk.handle import ALPHABET, Handle, HandleKeys
from kiosk.names import NameWords
from kiosk.pack.model import Pack
from kiosk.save import Reflection, Saved, Saver
from kiosk.settings import Home
from kiosk.states import STATES, State
from kiosk.vault.vault import Vault
from tests.kiosk.answers import reflection
from tests.kiosk.desk.conftest import ANSWERS, NOON, Clock
from tests.kiosk.vault.helpers import FaultyDisk


def values(page: AnyPage) -> dict[str, Answer]:
    assert isinstance(page, Page)
    return {one.id: one.value for one in page.answers() if one.value is not None}


def page_file(home: Home, saved: Saved) -> Path:
    [file] = home.vault.rglob(f"{saved.id}.*.age")
    return file


def wrong_at(code: Handle, place: int) -> str:
    symbol = ALPHABET[(ALPHABET.index(code.symbols[place]) + 7) % 32]
    return code.symbols[:place] + symbol + code.symbols[place + 1 :]


def refused(desk: Desk, typed: str) -> HandleError | NoEntryError:
    try:
        desk.open(typed)
    except (HandleError, NoEntryError) as error:
        return error
    pytest.fail("the code opened an entry")


def test_an_entry_opens_by_its_code_as_it_was_saved(desk: Desk, saved: Saved) -> None:
    opened = desk.open(str(saved.handle))
    assert (opened.row.id, opened.row.name, opened.row.state) == (saved.id, saved.name, "waiting")
    [page] = opened.pages
    assert {one.id: one.value for one in reflection(page).answers() if one.value is not None} == ANSWERS


def test_a_code_opens_as_scanned_and_as_typed_in_a_hurry(desk: Desk, saved: Saved) -> None:
    for typed in (saved.handle.symbols, f" {str(saved.handle).lower()}\n", "-".join(saved.handle.groups)):
        assert desk.open(typed).row.id == saved.id


def test_several_pages_come_oldest_first(desk: Desk, saver: Saver, saved: Saved, small_pack: Pack) -> None:
    other = saver.save(Reflection(small_pack, {"day": "Rain"}))
    desk.vault.add_page(saved.id, desk.vault.pages(other.id)[0])
    opened = desk.open(saved.handle.symbols)
    assert [
        [one.value for one in reflection(page).answers() if one.id == "day"] for page in opened.pages
    ] == [
        ["Sun"],
        ["Rain"],
    ]
    assert opened.row.pages == 2


def test_the_list_is_newest_first(desk: Desk, saver: Saver, small_pack: Pack) -> None:
    saved = [saver.save(Reflection(small_pack, ANSWERS)) for _ in range(3)]
    assert [row.id for row in desk.rows()] == [one.id for one in reversed(saved)]


def test_a_code_that_no_entry_has_says_so(desk: Desk, saved: Saved) -> None:
    other = handle.draw().symbols
    error = refused(desk, other)
    assert isinstance(error, NoEntryError)
    assert desk.explain(other, error) == str(error) == "There is no entry with that code on this machine."


@pytest.mark.parametrize("place", range(16))
def test_one_wrong_symbol_names_its_group(desk: Desk, saved: Saved, place: int) -> None:
    typed = wrong_at(saved.handle, place)
    group = place // 4 + 1
    assert desk.wrong_group(typed) == group
    word = ("first", "second", "third", "fourth")[group - 1]
    said = desk.explain(typed, refused(desk, typed))
    assert said == f"Check the {word} group. It is not right."


def test_two_neighbours_that_were_swapped_name_their_group(
    desk: Desk, saver: Saver, small_pack: Pack
) -> None:
    code = handle.read("K7QX4MDP9RTW2HN9")
    fixed = Saver(
        desk.vault, saver.venue_key, saver.names, saver.clock, draw=lambda: code, derive=desk.derive
    )
    fixed.save(Reflection(small_pack, ANSWERS))
    typed = "K7QX 4DMP 9RTW 2HN9"
    assert desk.wrong_group(typed) == 2
    assert desk.explain(typed, refused(desk, typed)).startswith("Check the second group.")


def test_a_mistyped_code_of_no_entry_here_names_no_group(desk: Desk, saved: Saved) -> None:
    typed = wrong_at(handle.draw(), 5)
    error = refused(desk, typed)
    assert desk.wrong_group(typed) is None
    assert desk.explain(typed, error) == str(error)
    assert "Check each group again" in str(error)


def test_a_group_that_the_text_itself_gives_away_costs_no_search(desk: Desk, saved: Saved) -> None:
    def never(_: Handle) -> HandleKeys:
        raise AssertionError("nothing has to be derived")

    idle = replace(desk, derive=never)
    for typed in ("K7QX 4MD 9RTW 2HN9", "K7QX 4MDU 9RTW 2HN9", "K7QX", ""):
        error = refused(idle, typed)
        assert idle.explain(typed, error) == str(error)


def test_a_right_code_has_no_wrong_group(desk: Desk, saved: Saved) -> None:
    assert desk.wrong_group(saved.handle.symbols) is None


def test_an_erased_entry_is_found_neither_by_its_code_nor_by_one_beside_it(desk: Desk, saved: Saved) -> None:
    desk.vault.erase(saved.id)
    assert isinstance(refused(desk, saved.handle.symbols), NoEntryError)
    assert desk.wrong_group(wrong_at(saved.handle, 3)) is None


def test_a_page_with_a_changed_byte_is_refused_in_words(desk: Desk, home: Home, saved: Saved) -> None:
    file = page_file(home, saved)
    sealed = bytearray(file.read_bytes())
    sealed[-1] ^= 1
    file.write_bytes(sealed)
    with pytest.raises(SealError, match="damaged"):
        desk.open(saved.handle.symbols)


@pytest.mark.parametrize("left", [b"", b"age-encryption.org/v1\n", b"junk"])
def test_a_page_that_is_no_age_file_is_refused_in_words(
    desk: Desk, home: Home, saved: Saved, left: bytes
) -> None:
    page_file(home, saved).write_bytes(left)
    with pytest.raises(SealError, match="damaged"):
        desk.open(saved.handle.symbols)


def test_a_page_that_opens_and_is_no_entry_is_refused_in_words(desk: Desk, home: Home, saved: Saved) -> None:
    page_file(home, saved).write_bytes(seal.seal(b'{"no": "entry"}', (seal.recipient_of(desk.identity),)))
    with pytest.raises(EntryError):
        desk.open(saved.handle.symbols)


def test_a_page_of_another_venue_is_refused_in_words(desk: Desk, saved: Saved) -> None:
    other = replace(desk, identity=seal.new_identity())
    with pytest.raises(SealError, match="does not open with the key given"):
        other.open(saved.handle.symbols)


def test_a_damaged_entry_leaves_the_others_open(
    desk: Desk, home: Home, saver: Saver, saved: Saved, small_pack: Pack
) -> None:
    other = saver.save(Reflection(small_pack, ANSWERS))
    page_file(home, saved).write_bytes(b"junk")
    assert desk.open(other.handle.symbols).row.id == other.id
    assert len(desk.rows()) == 2


def test_opening_does_not_pick_up_and_the_first_to_pick_up_stays(desk: Desk, saved: Saved) -> None:
    opened = desk.open(saved.handle.symbols)
    assert opened.row.state == "waiting"
    first = desk.pick_up(opened).row
    assert (first.picked_up_by, first.state) == ("Jo", "picked up")
    second = replace(desk, staff="Ali").pick_up(opened).row
    assert second.seen is not None
    assert second == msgspec.structs.replace(first, seen=second.seen)
    assert desk.open(saved.handle.symbols).row == second


def test_what_is_picked_up_is_the_same_entry_with_another_row(desk: Desk, saved: Saved) -> None:
    opened = desk.open(saved.handle.symbols)
    assert desk.pick_up(opened) == replace(opened, row=desk.vault.row(saved.id))


def test_an_entry_whose_row_was_lost_opens_and_is_picked_up(desk: Desk, home: Home, saved: Saved) -> None:
    desk.vault.close()
    for file in (home.root / "catalogue").iterdir():
        file.unlink()
    opened = desk.open(saved.handle.symbols)
    assert opened.row.name == saved.name
    assert desk.pick_up(opened).row.picked_up_by == "Jo"


def test_what_is_not_there_cannot_be_picked_up(desk: Desk, saved: Saved) -> None:
    opened = desk.open(saved.handle.symbols)
    desk.vault.erase(saved.id)
    with pytest.raises(NoEntryError):
        desk.pick_up(opened)


def test_the_venues_key_does_not_show_in_repr(desk: Desk) -> None:
    assert "SECRET" not in repr(desk)


# -- what the customer kept back


@pytest.fixture
def private(saver: Saver, small_pack: Pack) -> Saved:
    return saver.save(Reflection(small_pack, ANSWERS, private={"second"}))


def test_what_the_customer_kept_back_shows_only_once_it_is_revealed(desk: Desk, private: Saved) -> None:
    opened = desk.open(str(private.handle))
    assert opened.keeps_back
    assert values(opened.pages[0]) == {"mood": 2}
    revealed = opened.revealed()
    assert values(revealed.pages[0]) == ANSWERS
    assert not revealed.keeps_back
    assert values(opened.pages[0]) == {"mood": 2}


def test_an_entry_that_keeps_nothing_back_is_as_it_was_when_it_is_revealed(desk: Desk, saved: Saved) -> None:
    opened = desk.open(str(saved.handle))
    assert not opened.keeps_back
    assert opened.revealed() == opened


def test_a_part_kept_back_in_any_of_the_pages_is_told_and_revealed(
    desk: Desk, saver: Saver, private: Saved, small_pack: Pack
) -> None:
    saver.amend(Reflection(small_pack, {"day": "Rain"}), private.handle)
    opened = desk.add_note(desk.open(str(private.handle)), "We spoke.", NOON)
    assert opened.keeps_back
    first, second, note = opened.revealed().pages
    assert (values(first), values(second)) == (ANSWERS, {"day": "Rain"})
    assert note == opened.pages[2]


def test_the_venues_key_does_not_open_what_was_kept_back(desk: Desk, private: Saved) -> None:
    [page] = desk.open(str(private.handle)).pages
    assert isinstance(page, Page)
    with pytest.raises(SealError):
        whole(page, desk.identity)


def test_the_keys_that_a_code_leads_to_do_not_show_in_repr(desk: Desk, private: Saved) -> None:
    told = repr(desk.open(str(private.handle)))
    assert "SECRET" not in told
    assert private.handle.groups[0] not in told


def test_on_the_command_line_a_part_kept_back_is_named_and_not_shown(desk: Desk, private: Saved) -> None:
    opened = desk.open(str(private.handle))
    text = opened_text(opened, UTC)
    assert "The customer kept a part of this back. It opens with the code alone." in text
    assert "Sun" not in text.split()  # "Grand Sunbeam" may be its name
    assert "kept a part" not in opened_text(desk.reveal(opened), UTC)


# -- notes


def test_a_note_is_a_further_page_that_venue_and_customer_can_read(desk: Desk, saved: Saved) -> None:
    before = desk.vault.pages(saved.id)
    later = NOON + timedelta(hours=1, microseconds=5)
    opened = desk.add_note(desk.open(str(saved.handle)), "  We spoke.\n\nMore\x1b[2J on Monday. ", later)
    note = Note(made=NOON + timedelta(hours=1), by="Jo", text="We spoke.\n\nMore[2J on Monday.")
    assert opened.pages[-1] == note
    *rest, sealed = desk.vault.pages(saved.id)
    assert tuple(rest) == before
    for identity in (desk.identity, desk.derive(saved.handle).identity):
        assert open_page(sealed, identity) == note
    assert sealed.count(b"-> X25519 ") == 2
    assert desk.open(str(saved.handle)).pages == opened.pages


def test_a_note_marks_the_entry_and_is_no_news_to_staff(desk: Desk, saved: Saved) -> None:
    opened = desk.add_note(desk.open(str(saved.handle)), "We spoke.", NOON)
    assert (opened.row.picked_up_by, opened.row.pages, opened.row.is_news) == ("Jo", 2, False)
    ali = replace(desk, staff="Ali")
    again = ali.add_note(ali.open(str(saved.handle)), "I too.", NOON)
    assert (again.row.picked_up_by, again.row.pages, again.row.is_news) == ("Jo", 3, False)
    assert [page.by for page in again.pages if isinstance(page, Note)] == ["Jo", "Ali"]
    assert desk.vault.row(saved.id) == again.row


def test_a_note_stays_beside_what_was_revealed(desk: Desk, private: Saved) -> None:
    revealed = desk.open(str(private.handle)).revealed()
    noted = desk.add_note(revealed, "We spoke.", NOON)
    assert noted.pages[:-1] == revealed.pages
    assert desk.open(str(private.handle)).keeps_back


def test_a_note_on_an_entry_that_has_gone_saves_nothing(desk: Desk, saved: Saved) -> None:
    opened = desk.open(str(saved.handle))
    desk.vault.erase(saved.id)
    with pytest.raises(NoEntryError):
        desk.add_note(opened, "We spoke.", NOON)
    assert desk.rows() == ()


def test_a_note_that_the_disk_does_not_take_is_told_and_can_be_tried_again(
    desk: Desk, saved: Saved, disk: FaultyDisk
) -> None:
    opened = desk.open(str(saved.handle))
    disk.fails("link")
    with pytest.raises(SaveError):
        desk.add_note(opened, "We spoke.", NOON)
    disk.is_well()
    assert desk.vault.row(saved.id).state == "waiting"
    assert len(desk.vault.pages(saved.id)) == 1
    assert len(desk.add_note(opened, "We spoke.", NOON).pages) == 2


def test_a_note_that_was_saved_on_an_entry_that_could_not_be_marked_is_told_apart(
    desk: Desk, saved: Saved, disk: FaultyDisk
) -> None:
    opened = desk.open(str(saved.handle))
    disk.fails("fsync", after=2)  # those of the page and of its shelf go well
    with pytest.raises(VaultError) as caught:
        desk.add_note(opened, "We spoke.", NOON)
    assert not isinstance(caught.value, (SaveError, NoEntryError))
    disk.is_well()
    assert isinstance(desk.open(str(saved.handle)).pages[-1], Note)
    assert desk.vault.row(saved.id).is_news


def test_on_the_command_line_a_note_is_read_with_who_wrote_it(desk: Desk, saved: Saved) -> None:
    opened = desk.add_note(desk.open(str(saved.handle)), "We spoke.\nMore soon.", NOON)
    assert opened_text(opened, UTC).endswith("\n\nNOTE BY Jo, 1 Mar 2026\n\nWe spoke.\nMore soon.")
    assert opened_value(opened)["pages"][-1] == {
        "version": 1,
        "kind": "note",
        "made": "2026-03-01T12:00:00Z",
        "by": "Jo",
        "text": "We spoke.\nMore soon.",
    }


# -- plans and states

GARDEN = (PlanGoal(want="A garden", steps=(Step(text="Ask for a bed", who="Ali", by_when="in May"),)),)
POND = (PlanGoal(want="A pond", steps=(Step(text="Dig", done=True), Step(text="Fill it"))),)


def test_a_plan_is_a_further_page_for_both_and_the_list_says_agreed(
    desk: Desk, saved: Saved, clock: Clock
) -> None:
    opened = desk.agree(desk.open(str(saved.handle)), GARDEN, NOON + timedelta(microseconds=5))
    plan = Plan(made=NOON, by="Jo", goals=GARDEN)
    assert (opened.plan, opened.pages[-1]) == (plan, plan)
    assert (opened.row.state, opened.row.picked_up_by, opened.row.is_news) == ("agreed", "Jo", False)
    assert desk.vault.row(saved.id) == opened.row
    *_, sealed = desk.vault.pages(saved.id)
    for identity in (desk.identity, desk.derive(saved.handle).identity):
        assert open_page(sealed, identity) == plan
    assert desk.open(str(saved.handle)) == opened


def test_a_newer_plan_takes_the_place_of_an_older_one_which_stays(desk: Desk, saved: Saved) -> None:
    opened = desk.agree(desk.open(str(saved.handle)), GARDEN, NOON)
    opened = desk.agree(opened, POND, NOON + timedelta(days=1))
    again = desk.open(str(saved.handle))
    assert again == opened
    assert again.plan is not None
    assert (again.plan.goals, again.plan.done) == (POND, (1, 2))
    assert [page.goals for page in again.pages if isinstance(page, Plan)] == [GARDEN, POND]


@pytest.mark.parametrize("state", STATES)
def test_a_state_is_a_further_page_for_both_and_stands_in_the_list(
    desk: Desk, saved: Saved, state: State
) -> None:
    opened = desk.change_state(desk.open(str(saved.handle)), state, NOON)
    turn = Turn(made=NOON, by="Jo", state=state)
    assert opened.history == (turn,)
    assert (opened.row.state, opened.row.picked_up_by, opened.row.is_news) == (state, "Jo", False)
    assert desk.rows() == (opened.row,)
    assert open_page(desk.vault.pages(saved.id)[-1], desk.derive(saved.handle).identity) == turn
    assert desk.open(str(saved.handle)) == opened


def test_whoever_changes_a_state_later_does_not_become_who_picked_it_up(desk: Desk, saved: Saved) -> None:
    first = desk.pick_up(desk.open(str(saved.handle))).row
    ali = replace(desk, staff="Ali")
    closed = ali.change_state(ali.open(str(saved.handle)), "closed", NOON).row
    assert (closed.picked_up_by, closed.picked_up) == (first.picked_up_by, first.picked_up)
    assert desk.pick_up(desk.open(str(saved.handle))).row.state == "closed"


def test_a_state_outlives_the_desk_that_said_it(
    desk: Desk, saved: Saved, home: Home, names: NameWords, clock: Clock
) -> None:
    row = desk.change_state(desk.open(str(saved.handle)), "closed", NOON).row
    desk.vault.close()
    with Vault(home.root, clock=clock, name_of=names.name_of) as anew:
        assert anew.row(saved.id) == row
        anew.reconcile()
        assert anew.rows() == (row,)


def test_an_amended_entry_is_news_again_and_keeps_its_state(
    desk: Desk, saver: Saver, saved: Saved, small_pack: Pack, clock: Clock
) -> None:
    desk.change_state(desk.open(str(saved.handle)), "closed", NOON)
    saver.amend(Reflection(small_pack, ANSWERS), saved.handle)
    row = desk.vault.row(saved.id)
    assert (row.state, row.is_news) == ("closed", True)


def test_what_staff_add_to_an_entry_that_has_gone_saves_nothing(desk: Desk, saved: Saved) -> None:
    opened = desk.open(str(saved.handle))
    desk.vault.erase(saved.id)
    with pytest.raises(NoEntryError):
        desk.agree(opened, GARDEN, NOON)
    with pytest.raises(NoEntryError):
        desk.change_state(opened, "closed", NOON)
    assert desk.rows() == ()


@pytest.mark.parametrize("after", [0, 1])
def test_a_plan_that_the_disk_does_not_take_is_told_and_can_be_tried_again(
    desk: Desk, saved: Saved, disk: FaultyDisk, after: int
) -> None:
    opened = desk.open(str(saved.handle))
    disk.fails("fsync", after=after)
    with pytest.raises(SaveError):
        desk.agree(opened, GARDEN, NOON)
    disk.is_well()
    assert (desk.vault.row(saved.id).state, len(desk.vault.pages(saved.id))) == ("waiting", 1)
    assert desk.agree(opened, GARDEN, NOON).row.state == "agreed"


def test_a_plan_that_was_saved_in_an_entry_whose_state_could_not_be_kept_is_told_apart(
    desk: Desk, saved: Saved, disk: FaultyDisk
) -> None:
    opened = desk.open(str(saved.handle))
    disk.fails("fsync", after=2)
    with pytest.raises(VaultError, match="What became of the entry could not be kept") as caught:
        desk.agree(opened, GARDEN, NOON)
    assert not isinstance(caught.value, (SaveError, NoEntryError))
    disk.is_well()
    assert desk.open(str(saved.handle)).plan == Plan(made=NOON, by="Jo", goals=GARDEN)


def test_on_the_command_line_a_plan_and_a_state_are_read_with_who_wrote_them(
    desk: Desk, saved: Saved
) -> None:
    opened = desk.agree(desk.open(str(saved.handle)), (*GARDEN, *POND), NOON)
    opened = desk.change_state(opened, "closed", NOON)
    text = opened_text(opened, UTC)
    assert "closed, picked up 1 Mar 2026 by Jo." in text.splitlines()[1]
    assert text.endswith(
        "PLAN, AGREED WITH Jo, 1 Mar 2026\n\nA garden\n  [ ] Ask for a bed (Ali, in May)\n\nA pond\n"
        "  [x] Dig\n  [ ] Fill it\n\nCLOSED, SAYS Jo, 1 Mar 2026"
    )
    value = opened_value(opened)
    assert value["state"] == "closed"
    assert [page["kind"] for page in value["pages"]] == ["reflection", "plan", "state"]
    assert list(value["pages"][1]["goals"][0]["steps"]) == [
        {"text": "Ask for a bed", "who": "Ali", "by_when": "in May", "done": False}
    ]


def test_nothing_that_staff_added_reaches_the_terminal_as_a_command(desk: Desk, saved: Saved) -> None:
    hostile = "A\x1b[2J \u202e\x9bgarden"
    goals = (PlanGoal(want=hostile, steps=(Step(text=hostile, who=hostile, by_when=hostile),)),)
    text = opened_text(desk.agree(desk.open(str(saved.handle)), goals, NOON), UTC)
    assert "garden" in text
    assert all(character == "\n" or character.isprintable() for character in text)


# -- a state that was lost


def test_a_state_that_was_lost_with_its_row_comes_back_when_the_entry_is_opened(
    desk: Desk, saved: Saved, home: Home
) -> None:
    opened = desk.agree(desk.open(str(saved.handle)), GARDEN, NOON)
    closed = desk.change_state(opened, "closed", NOON)
    desk.vault.close()
    home.catalogue.unlink()
    desk.vault.reconcile()
    assert desk.vault.row(saved.id).state == "waiting"
    again = desk.open(str(saved.handle))
    assert (again.row.state, again.row.pages) == ("closed", 3)
    assert (again.row, again.pages) == (desk.vault.row(saved.id), closed.pages)
    assert again.row.picked_up_by == closed.row.picked_up_by


def test_an_entry_opens_though_its_lost_state_cannot_be_written(
    desk: Desk, saved: Saved, home: Home, disk: FaultyDisk
) -> None:
    code = str(saved.handle)
    desk.change_state(desk.open(code), "closed", NOON)
    desk.vault.close()
    home.catalogue.unlink()
    desk.vault.reconcile()
    disk.fails("write")
    disk.fails("fsync")
    opened = desk.open(code)
    assert (opened.row.state, len(opened.pages)) == ("waiting", 2)
    disk.is_well()
    assert desk.open(code).row.state == "closed"


def test_a_plan_alone_tells_that_it_was_agreed_and_a_note_tells_no_state(
    desk: Desk, saved: Saved, home: Home
) -> None:
    code = str(saved.handle)
    desk.add_note(desk.open(code), "We spoke.", NOON)
    desk.vault.close()
    head = home.catalogue.read_bytes().split(b"\n")[0] + b"\n"
    home.catalogue.write_bytes(head)
    desk.vault.reconcile()
    assert desk.open(code).row.state == "waiting"
    desk.agree(desk.open(code), GARDEN, NOON)
    desk.vault.close()
    home.catalogue.write_bytes(head)
    desk.vault.reconcile()
    assert desk.open(code).row.state == "agreed"


# -- how much is shared


def test_how_much_of_the_newest_answers_is_shared_is_told(desk: Desk, saver: Saver, small_pack: Pack) -> None:
    saved = saver.save(Reflection(small_pack, ANSWERS, {"second"}))
    assert desk.shared(desk.vault.row(saved.id)) == (len(small_pack.sections) - 1, False)
    saver.amend(Reflection(small_pack, ANSWERS), saved.handle)
    desk.add_note(desk.open(str(saved.handle)), "We spoke.", NOON)
    assert desk.shared(desk.vault.row(saved.id)) == (len(small_pack.sections), True)


def test_where_the_newest_answers_do_not_open_older_ones_tell_nothing(
    desk: Desk, saver: Saver, small_pack: Pack, home: Home
) -> None:
    saved = saver.save(Reflection(small_pack, ANSWERS))
    saver.amend(Reflection(small_pack, ANSWERS, {"second"}), saved.handle)
    newest = max(home.vault.rglob(f"{saved.id}*.age"))
    newest.write_bytes(b"spoilt")
    assert desk.shared(desk.vault.row(saved.id)) is None


def test_of_an_entry_that_does_not_open_or_is_gone_nothing_is_told(
    desk: Desk, saved: Saved, home: Home
) -> None:
    row = desk.vault.row(saved.id)
    page_file(home, saved).write_bytes(b"spoilt")
    assert desk.shared(row) is None
    desk.vault.erase(saved.id)
    assert desk.shared(row) is None


# -- who asked to talk


def asks(saver: Saver, pack: Pack, *, talk: bool = True) -> Saved:
    return saver.save(Reflection(pack, ANSWERS, talk=talk))


def named(desk: Desk, now: datetime = NOON) -> set[str]:
    return set(desk.asked_to_talk(desk.rows(), now))


def test_whoever_asked_to_talk_is_named_and_nobody_else(desk: Desk, saver: Saver, small_pack: Pack) -> None:
    first, _, third = (asks(saver, small_pack, talk=talk) for talk in (True, False, True))
    assert named(desk) == {first.id, third.id}
    assert desk.asked_to_talk([desk.vault.row(third.id)], NOON) == {third.id}
    assert desk.asked_to_talk([], NOON) == frozenset()


def test_whoever_was_marked_since_is_named_no_more(desk: Desk, saver: Saver, small_pack: Pack) -> None:
    marked, noted, other = (asks(saver, small_pack) for _ in range(3))
    desk.pick_up(desk.open(str(marked.handle)))
    desk.add_note(desk.open(str(noted.handle)), "We spoke.", NOON)
    assert named(desk) == {other.id}


def test_a_wish_is_named_for_some_days_and_no_longer(
    desk: Desk, saver: Saver, small_pack: Pack, clock: Clock
) -> None:
    saved = asks(saver, small_pack)
    assert named(desk, clock.now + TALK) == {saved.id}
    assert named(desk, clock.now + TALK + timedelta(seconds=1)) == set()


def test_a_wish_in_an_amendment_counts_though_the_entry_was_marked_before(
    desk: Desk, saver: Saver, small_pack: Pack
) -> None:
    saved = asks(saver, small_pack, talk=False)
    for _ in range(3):
        desk.pick_up(desk.open(str(saved.handle)))
        assert named(desk) == set()
        saver.amend(Reflection(small_pack, ANSWERS, talk=True), saved.handle)
        assert desk.vault.row(saved.id).is_news
        assert named(desk) == {saved.id}


def test_an_old_entry_with_a_fresh_wish_is_named(
    desk: Desk, saver: Saver, small_pack: Pack, clock: Clock
) -> None:
    saved = asks(saver, small_pack, talk=False)
    clock.now += timedelta(days=60)
    saver.amend(Reflection(small_pack, ANSWERS, talk=True), saved.handle)
    assert named(desk, clock.now) == {saved.id}


def test_a_wish_that_the_newest_page_does_not_repeat_was_taken_back(
    desk: Desk, saver: Saver, small_pack: Pack
) -> None:
    saved = asks(saver, small_pack)
    saver.amend(Reflection(small_pack, ANSWERS, talk=False), saved.handle)
    assert named(desk) == set()


def test_a_note_by_somebody_who_could_not_mark_the_entry_does_not_hide_the_wish(
    desk: Desk, saver: Saver, small_pack: Pack, disk: FaultyDisk
) -> None:
    saved = asks(saver, small_pack)
    opened = desk.open(str(saved.handle))
    disk.fails("fsync", after=2)
    with pytest.raises(VaultError):
        desk.add_note(opened, "We spoke.", NOON)
    disk.is_well()
    assert len(desk.vault.pages(saved.id)) == 2
    assert named(desk) == {saved.id}


def test_a_page_that_does_not_open_or_has_gone_names_nobody_and_stops_nobody(
    desk: Desk, home: Home, saver: Saver, small_pack: Pack
) -> None:
    damaged, gone, unreadable, other = (asks(saver, small_pack) for _ in range(4))
    rows = desk.rows()
    page_file(home, damaged).write_bytes(b"junk")
    page_file(home, gone).unlink()
    file = page_file(home, unreadable)
    file.unlink()
    file.mkdir()
    assert desk.asked_to_talk(rows, NOON) == {other.id}


def test_a_damaged_page_before_the_newest_does_not_hide_a_wish(
    desk: Desk, home: Home, saver: Saver, small_pack: Pack
) -> None:
    saved = asks(saver, small_pack, talk=False)
    saver.amend(Reflection(small_pack, ANSWERS, talk=True), saved.handle)
    (home.vault / saved.id[:2] / f"{saved.id}.0001.age").write_bytes(b"junk")
    assert named(desk) == {saved.id}


def test_however_many_entries_there_are_only_the_newest_are_looked_into(
    desk: Desk, saver: Saver, small_pack: Pack
) -> None:
    saved = asks(saver, small_pack)
    row = desk.vault.row(saved.id)
    others = [msgspec.structs.replace(row, id=f"{number:032x}") for number in range(TALK_MOST)]
    assert desk.asked_to_talk([*others[1:], row], NOON) == {saved.id}
    assert desk.asked_to_talk([*others, row], NOON) == frozenset()
