"""Coming back with a code: what it opens, what of it can be changed, and what is gone once it is deleted."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal
from unittest.mock import Mock

import msgspec
import pytest

from kiosk import seal
from kiosk.desk.audit.audit_log import Audit
from kiosk.desk.desk import Desk
from kiosk.entry import handle
from kiosk.entry.answers import Answer
from kiosk.entry.handle import Handle, HandleKeys
from kiosk.entry.names import NameWords
from kiosk.entry.pages import Reflection
from kiosk.entry.staff_pages import Note
from kiosk.errors import DamageError, EntryError, Fate, Gone, GoneError, NoEntryError, SealError, VaultError
from kiosk.home import Home
from kiosk.pack.model import (
    AnyQuestion,
    ChoiceQuestion,
    LinesQuestion,
    Option,
    Pack,
    Point,
    ScaleQuestion,
    Section,
    TextQuestion,
)
from kiosk.vault.page_names import page_name
from kiosk.vault.vault import Vault
from kiosk.visit.drafts import Draft, Drafts
from kiosk.visit.returning import Carried, Own, Paused, Returning, carried
from kiosk.visit.saving import Saved, Saver, Submission
from kiosk.visit.visit import Visit
from tests.kiosk.entry.answers import FULL
from tests.kiosk.sealed import PLACE
from tests.kiosk.strange import STRANGE
from tests.kiosk.vault.helpers import FaultyDisk
from tests.packs import question, small

Derive = Callable[[Handle], HandleKeys]

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def disk() -> FaultyDisk:
    return FaultyDisk()


@pytest.fixture
def vault(home: Home, names: NameWords, disk: FaultyDisk) -> Iterator[Vault]:
    with Vault(home.root, clock=lambda: NOON, name_of=names.name_of, disk=disk) as vault:
        yield vault


@pytest.fixture
def saver(vault: Vault, venue: str, names: NameWords, derive: Derive) -> Saver:
    return Saver(vault, seal.recipient_of(venue), names, lambda: NOON, derive=derive)


@pytest.fixture
def returning(vault: Vault, home: Home, names: NameWords, derive: Derive) -> Returning:
    return Returning(vault, Drafts(home.drafts, reserve_bytes=0), names, derive)


@pytest.fixture
def saved(saver: Saver) -> Saved:
    return saver.save(Submission(small(), FULL, {"second"}))


def desk_of(returning: Returning, home: Home, venue: str, staff: str = "Jo") -> Desk:
    audit = Audit(home.audit, seal.recipient_of(venue), lambda: NOON)
    return Desk(returning.vault, staff, venue, audit, returning.derive)


def own(returning: Returning, saved: Saved) -> Own:
    opened = returning.open(saved.handle)
    assert isinstance(opened, Own)
    return opened


def values(page: object) -> dict[str, Answer]:
    assert isinstance(page, Reflection)
    return {one.id: one.value for one in page.answers() if one.value is not None}


def page_file(home: Home, saved: Saved, number: int) -> Path:
    return home.vault / saved.id[:2] / f"{saved.id}.{page_name(number, PLACE)}.age"


# -- opening


@pytest.mark.parametrize("make", [*STRANGE, lambda path: path.write_bytes(b"garbage")])
def test_whatever_lies_among_the_pauses_an_entry_opens(
    returning: Returning, saved: Saved, home: Home, make: Callable[[Path], None]
) -> None:
    home.drafts.mkdir()
    make(home.drafts / f"{saved.id}.age")
    assert values(own(returning, saved).pages[0]) == FULL


def test_a_pause_that_does_not_open_and_hides_no_entry_is_told_as_damage(
    returning: Returning, saved: Saved, home: Home
) -> None:
    returning.vault.erase(saved.id)
    home.drafts.mkdir()
    (home.drafts / f"{saved.id}.age").mkdir()
    with pytest.raises(DamageError):
        returning.open(saved.handle)


@pytest.mark.parametrize("make", STRANGE)
def test_whatever_lies_in_the_place_of_a_page_the_others_are_read(
    returning: Returning, saved: Saved, home: Home, make: Callable[[Path], None]
) -> None:
    make(page_file(home, saved, 2))
    opened = own(returning, saved)
    assert (values(opened.pages[0]), opened.unread) == (FULL, 1)


def test_a_code_opens_the_customers_own_entry_with_what_was_kept_back_in_its_place(
    returning: Returning, saved: Saved
) -> None:
    opened = own(returning, saved)
    [page] = opened.pages
    assert values(page) == FULL
    assert [section.id for section in opened.reflections[0].sections] == ["first", "second"]
    assert (set(opened.private), opened.name, opened.unread) == ({"second"}, saved.name, 0)
    assert (opened.handle, opened.keys) == (saved.handle, returning.derive(saved.handle))


def test_amendments_and_notes_of_staff_come_in_the_order_they_were_made(
    returning: Returning, saver: Saver, saved: Saved, home: Home, venue: str
) -> None:
    desk = desk_of(returning, home, venue, "Jo Smith")
    desk.add_note(desk.open(str(saved.handle)), "We spoke.", NOON + timedelta(hours=1))
    saver.amend(Submission(small(), {"mood": 1}, {"first"}), saved.handle)
    desk.add_note(desk.open(str(saved.handle)), "And again.", NOON + timedelta(hours=2))
    opened = own(returning, saved)
    assert [one.text if isinstance(one, Note) else values(one) for one in opened.pages] == [
        FULL,
        "We spoke.",
        {"mood": 1},
        "And again.",
    ]
    assert {one.by for one in opened.pages if isinstance(one, Note)} == {"Jo Smith"}
    assert [values(page) for page in opened.reflections] == [FULL, {"mood": 1}]
    assert opened.private == {"first"}


def test_a_code_of_nobody_and_one_whose_entry_was_erased_open_nothing_and_make_nothing(
    returning: Returning, saver: Saver, vault: Vault, home: Home
) -> None:
    with pytest.raises(NoEntryError):
        returning.open(handle.draw())
    assert not home.root.exists()
    saved = saver.save(Submission(small(), FULL))
    assert own(returning, saved).private == frozenset()
    vault.erase(saved.id)
    for code in (saved.handle, handle.draw()):
        with pytest.raises(NoEntryError, match="no entry with that code"):
            returning.open(code)


def test_opening_reads_no_list_of_entries(returning: Returning, saved: Saved, home: Home) -> None:
    returning.vault.close()
    log = home.root / "catalogue" / "log"
    log.unlink()
    log.mkdir()
    assert values(own(returning, saved).pages[0]) == FULL


@pytest.mark.parametrize("damaged", [1, 2])
def test_a_damaged_page_counts_as_unread_and_the_rest_is_shown(
    returning: Returning, saver: Saver, saved: Saved, home: Home, damaged: int
) -> None:
    saver.amend(Submission(small(), {"mood": 1}), saved.handle)
    page_file(home, saved, damaged).write_bytes(b"junk")
    opened = own(returning, saved)
    assert opened.unread == 1
    assert [values(page) for page in opened.pages] == ([{"mood": 1}] if damaged == 1 else [FULL])
    assert opened.private == (frozenset() if damaged == 1 else {"second"})


def test_an_entry_of_which_no_page_opens_is_told_and_is_not_taken_for_none(
    returning: Returning, saved: Saved, home: Home
) -> None:
    page_file(home, saved, 1).write_bytes(b"junk")
    with pytest.raises(SealError, match="damaged"):
        returning.open(saved.handle)
    reader = seal.recipient_of(returning.derive(saved.handle).identity)
    page_file(home, saved, 1).write_bytes(seal.seal(b'{"version":9}', (reader,)))
    with pytest.raises(EntryError, match="newer version"):
        returning.open(saved.handle)


def test_a_machine_without_memory_for_the_key_says_so(returning: Returning, saved: Saved) -> None:
    with pytest.raises(SealError, match="memory"):
        replace(returning, derive=Mock(side_effect=SealError("short of memory"))).open(saved.handle)


def test_a_draft_is_found_by_its_code_and_an_entry_beside_it_by_its_own(
    returning: Returning, saver: Saver, saved: Saved
) -> None:
    code, visit = handle.draw(), Visit(small())
    visit.amend(saved.handle, carried(small(), own(returning, saved)))
    draft = visit.draft(NOON)
    returning.drafts.keep(returning.derive(code), draft)
    paused = Paused(code, returning.derive(code), draft)
    saver.ask_to_talk(returning.derive(saved.handle), talk=True)  # those are no answers
    assert returning.open(code) == paused
    assert values(own(returning, saved).pages[0]) == FULL
    saver.amend(Submission(small(), {"mood": 2}), saved.handle)
    assert returning.open(code) == replace(paused, newer=True)
    # Nor is that forgotten where whoever went on takes another break.
    visit.go_on(draft)
    returning.drafts.keep(returning.derive(code), visit.draft(NOON + timedelta(days=1)))
    assert returning.open(code) == replace(paused, draft=visit.draft(NOON + timedelta(days=1)), newer=True)
    returning.drafts.drop(returning.derive(code).id)
    with pytest.raises(NoEntryError):
        returning.open(code)


@pytest.mark.parametrize("why", ["time", "new code", "lost"])
def test_a_draft_of_a_change_goes_on_as_new_answers_where_its_entry_went_otherwise_than_by_deleting(
    returning: Returning, saved: Saved, why: Literal["time", "new code", "lost"]
) -> None:
    if why == "lost":
        returning.vault.page_files.erase(saved.id)
    else:
        returning.vault.erase(saved.id, why=why)
    code = handle.draw()
    draft = Draft(made=NOON, pack=small(), answers=FULL, amends=saved.handle.symbols, talk=True, asked=True)
    returning.drafts.keep(returning.derive(code), draft)
    opened = returning.open(code)
    assert isinstance(opened, Paused)
    assert opened.draft == msgspec.structs.replace(draft, amends="", asked=False)
    became = {"time": Fate.EXPIRED, "new code": Fate.NEW_CODE, "lost": Fate.UNKNOWN}
    assert opened.gone is not None
    assert opened.gone.fate is became[why]


def test_what_was_deleted_does_not_live_on_in_a_draft_of_its_change(
    returning: Returning, saved: Saved, home: Home
) -> None:
    code = handle.draw()
    draft = Draft(made=NOON, pack=small(), answers=FULL, amends=saved.handle.symbols)
    returning.drafts.keep(returning.derive(code), draft)
    page = page_file(home, saved, 1)
    kept = page.read_bytes()
    page.unlink()
    page.mkdir()
    assert returning.open(code) == Paused(code, returning.derive(code), draft)  # nobody deleted that
    page.rmdir()
    page.write_bytes(kept)
    returning.vault.erase(saved.id)
    with pytest.raises(GoneError) as told:
        returning.open(code)
    assert told.value.gone == Gone(Fate.DELETED)
    assert not [*home.drafts.iterdir()]


def test_a_damaged_draft_is_told_and_is_not_taken_for_none(returning: Returning, home: Home) -> None:
    code = handle.draw()
    home.drafts.mkdir(parents=True)
    (home.drafts / f"{returning.derive(code).id}.age").write_bytes(b"junk")
    with pytest.raises(SealError, match="damaged"):
        returning.open(code)


def test_neither_code_nor_key_shows_in_repr(returning: Returning, saved: Saved) -> None:
    code = handle.draw()
    returning.drafts.keep(returning.derive(code), Draft(made=NOON, pack=small(), answers={}))
    for opened in (own(returning, saved), returning.open(code)):
        told = repr(opened)
        assert "SECRET" not in told
        for group in (*saved.handle.groups, *code.groups):
            assert group not in told


# -- deleting


def test_a_code_whose_entrys_time_was_over_is_told_so_with_the_day(
    returning: Returning, saver: Saver, small_pack: Pack, vault: Vault
) -> None:
    saved = saver.save(Submission(small_pack, FULL))
    vault.erase(saved.id, why="time")
    with pytest.raises(GoneError) as told:
        returning.open(saved.handle)
    assert str(told.value) == (
        "These answers were deleted on 1 March 2026, because the time we keep them was over."
    )
    vault.page_files.tombstone(saved.id).write_bytes(b'{"why":"time","erased":"soon"}')
    with pytest.raises(GoneError, match=r"^These answers were deleted, because the time"):
        returning.open(saved.handle)


def test_what_its_customer_deletes_is_erased_for_everybody(
    returning: Returning, saver: Saver, saved: Saved, vault: Vault, home: Home
) -> None:
    saver.amend(Submission(small(), {"mood": 1}), saved.handle)
    returning.delete(own(returning, saved))
    with pytest.raises(NoEntryError):
        returning.open(saved.handle)
    assert vault.rows() == ()
    assert [file.name for file in home.vault.rglob(f"*{saved.id}*")] == [f"{saved.id}.erased"]


def test_a_deletion_that_fails_is_told_and_can_be_tried_again(
    returning: Returning, saved: Saved, disk: FaultyDisk
) -> None:
    opened = own(returning, saved)
    disk.fails("unlink")
    with pytest.raises(VaultError):
        returning.delete(opened)
    disk.is_well()
    returning.delete(opened)
    with pytest.raises(NoEntryError):
        returning.open(saved.handle)


# -- changing under another version of the pack


def changed(*changes: AnyQuestion, without: str = "") -> Pack:
    """The small pack a version later, some questions changed, one left out."""
    other = {one.id: one for one in changes}
    sections = tuple(
        msgspec.structs.replace(
            section, questions=tuple(other.get(one.id, one) for one in section.questions if one.id != without)
        )
        for section in small().sections
    )
    return msgspec.structs.replace(small(), version=2, sections=sections)


def as_a(kind: type[AnyQuestion], question_id: str) -> AnyQuestion:
    old = question(question_id)
    return kind(id=old.id, ask=old.ask, summary=old.summary)  # type: ignore[call-arg]


def other_options(question_id: str, *ids: str) -> ChoiceQuestion:
    old = question(question_id)
    assert isinstance(old, ChoiceQuestion)
    return msgspec.structs.replace(old, options=tuple(Option(id=id_, label=id_.title()) for id_ in ids))


def relabelled(question_id: str, label: str) -> ChoiceQuestion:
    """A choice whose options all have another label."""
    old = question(question_id)
    assert isinstance(old, ChoiceQuestion)
    options = tuple(msgspec.structs.replace(one, label=f"{label} {one.id}") for one in old.options)
    return msgspec.structs.replace(old, options=options)


def test_the_newest_answers_can_be_changed_private_ones_too(
    returning: Returning, saver: Saver, saved: Saved
) -> None:
    found = carried(small(), own(returning, saved))
    assert found.answers == FULL
    assert found.private == {"second"}
    saver.amend(Submission(small(), {"mood": 1}), saved.handle)
    assert carried(small(), own(returning, saved)).answers == {"mood": 1}


def turned_round(question_id: str) -> ScaleQuestion:
    old = question(question_id)
    assert isinstance(old, ScaleQuestion)
    labels = [point.label for point in reversed(old.points)]
    points = tuple(
        Point(value=point.value, label=label) for point, label in zip(old.points, labels, strict=True)
    )
    return msgspec.structs.replace(old, points=points)


def one_point_more(question_id: str) -> ScaleQuestion:
    turned = turned_round(question_id)
    last = turned.points[-1].value + 1
    return msgspec.structs.replace(turned, points=(*turned.points, Point(value=last, label="More")))


@pytest.mark.parametrize(
    ("pack", "lost"),
    [
        (changed(), set()),
        (changed(msgspec.structs.replace(question("day"), ask="What now?")), {"day"}),
        (changed(msgspec.structs.replace(question("day"), ask="What now?", since=1)), set()),
        (changed(msgspec.structs.replace(question("day"), since=2)), {"day"}),
        (changed(msgspec.structs.replace(question("day"), why="To know it.")), set()),
        (changed(without="day"), {"day"}),
        (changed(turned_round("mood")), {"mood"}),
        (changed(msgspec.structs.replace(turned_round("mood"), since=1)), set()),
        (changed(msgspec.structs.replace(one_point_more("mood"), since=1)), {"mood"}),
        (changed(as_a(LinesQuestion, "day")), {"day"}),
        (changed(as_a(TextQuestion, "where")), {"where"}),
        (changed(msgspec.structs.replace(as_a(TextQuestion, "where"), since=1)), {"where"}),
        (changed(as_a(LinesQuestion, "likes")), {"likes"}),
        (changed(other_options("where", "in", "up")), {"where"}),
        (changed(msgspec.structs.replace(other_options("where", "in", "up"), since=1)), {"where"}),
        (changed(other_options("likes", "milk", "tea", "gin")), set()),
        (changed(relabelled("where", "Outside")), {"where"}),
        (changed(msgspec.structs.replace(relabelled("where", "Outside"), since=1)), set()),
    ],
    ids=[
        "nothing changed",
        "asked in other words",
        "in other words that mean the same",
        "in the same words that mean something else",
        "another reason",
        "a question gone",
        "a scale turned round",
        "a scale turned round of which somebody says that it means the same",
        "the same with one point more, of which nobody can say that",
        "a text that is lines now",
        "a choice that is a text now",
        "a text now of which somebody says that it means the same",
        "a choice of several that is lines now",
        "the option gone",
        "the option gone, and it is said to mean the same",
        "options in another order, and one more",
        "the option called something else",
        "the option called something else that means the same",
    ],
)
def test_an_answer_stands_under_a_newer_pack_where_it_reads_the_same_or_is_said_to_mean_the_same(
    returning: Returning, saver: Saver, saved: Saved, pack: Pack, lost: set[str]
) -> None:
    opened = own(returning, saved)
    found = carried(pack, opened)
    assert found.answers == {id_: answer for id_, answer in FULL.items() if id_ not in lost}
    said = {answered.id: answered for answered in opened.reflections[-1].answers()}
    earlier = {answered.id: answered for section in found.earlier for answered in section.answers}
    assert earlier == {id_: said[id_] for id_ in lost}
    # Saved as it is, nothing is lost, and what was lost under the new questions reads as it did.
    saver.amend(Submission(pack, found.answers, found.private, earlier=found.earlier), saved.handle)
    now = {answered.id: answered for answered in own(returning, saved).reflections[-1].answers()}
    declared = {question.id for _, question in pack.questions() if question.since} - lost
    for id_ in FULL.keys() - declared:
        assert sorted(now[id_].words) == sorted(said[id_].words)


def test_what_was_kept_back_of_a_question_that_is_gone_no_section_shares(
    returning: Returning, saver: Saver, saved: Saved, home: Home, venue: str
) -> None:
    pack = changed(without="day")
    found = carried(pack, own(returning, saved))
    # The section that it was in is there still, and its customer lets staff read that.
    shared = found.private - {"second"}
    saver.amend(Submission(pack, found.answers, shared, earlier=found.earlier), saved.handle)
    opened = desk_of(returning, home, venue).open(str(saved.handle))
    assert "day" not in values(opened.pages[-1])
    assert values(own(returning, saved).pages[-1])["day"] == FULL["day"]
    again = carried(pack, own(returning, saved))
    assert (again.earlier, again.private) == (found.earlier, shared)


def test_of_an_older_version_that_is_used_again_only_the_same_words_count(
    returning: Returning, saver: Saver, saved: Saved
) -> None:
    turned = changed(msgspec.structs.replace(turned_round("mood"), since=2))
    saver.amend(Submission(turned, {"mood": 1}), saved.handle)
    first = msgspec.structs.replace(question("mood"), since=1)
    back = msgspec.structs.replace(changed(first), version=1)
    assert carried(back, own(returning, saved)).answers == {}
    edited_in_place = changed(msgspec.structs.replace(question("mood"), since=1))
    assert carried(edited_in_place, own(returning, saved)).answers == {}


def test_more_answers_to_gone_questions_than_a_section_holds_can_be_read(
    returning: Returning, saver: Saver, saved: Saved
) -> None:
    many = tuple(TextQuestion(id=f"q{n}", ask=f"{n}?", summary=f"{n}") for n in range(150))
    sections = tuple(
        Section(id=f"s{n}", title="S", intro="S", questions=many[n * 50 : n * 50 + 50]) for n in range(3)
    )
    pack = msgspec.structs.replace(small(), sections=sections)
    saver.amend(Submission(pack, {one.id: "Yes" for one in many}), saved.handle)
    found = carried(small(), own(returning, saved))
    saver.amend(Submission(small(), found.answers, found.private, earlier=found.earlier), saved.handle)
    now = own(returning, saved)
    assert now.unread == 0
    assert sum(one.words == ("Yes",) for one in now.reflections[-1].answers()) == 150


def test_of_another_reflection_only_the_same_words_count(returning: Returning, saved: Saved) -> None:
    other = msgspec.structs.replace(
        changed(msgspec.structs.replace(turned_round("mood"), since=1)), id="other"
    )
    assert carried(other, own(returning, saved)).answers == {
        id_: answer for id_, answer in FULL.items() if id_ != "mood"
    }


def test_what_an_older_version_asked_stays_of_that_version(
    returning: Returning, saver: Saver, saved: Saved
) -> None:
    turned = changed(turned_round("mood"))
    found = carried(turned, own(returning, saved))
    saver.amend(Submission(turned, found.answers, found.private, earlier=found.earlier), saved.handle)
    third = msgspec.structs.replace(
        changed(msgspec.structs.replace(turned_round("mood"), since=2)), version=3
    )
    assert "mood" not in carried(third, own(returning, saved)).answers
    saver.amend(Submission(turned, {"mood": 1}), saved.handle)
    assert carried(third, own(returning, saved)).answers == {"mood": 1}


def test_an_entry_that_is_notes_alone_has_nothing_to_change(
    returning: Returning, saved: Saved, home: Home, venue: str
) -> None:
    desk = desk_of(returning, home, venue)
    desk.add_note(desk.open(str(saved.handle)), "We spoke.", NOON)
    page_file(home, saved, 1).write_bytes(b"junk")
    opened = own(returning, saved)
    assert opened.unread == 1
    assert carried(small(), opened) == Carried({}, (), frozenset())


def test_what_was_put_on_top_is_carried_along(returning: Returning, saver: Saver) -> None:
    kept = saver.save(Submission(small(), FULL, {"second"}, top=("I am kind",)))
    assert carried(small(), own(returning, kept)).top == ("I am kind",)


def test_what_was_private_is_private_too_where_a_newer_pack_asks_it_in_another_section(
    returning: Returning, saved: Saved
) -> None:
    first, second = small().sections
    *rest, goal = second.questions
    moved = msgspec.structs.replace(
        changed(),
        sections=(
            msgspec.structs.replace(first, questions=(*first.questions, goal)),
            msgspec.structs.replace(second, questions=tuple(rest)),
        ),
    )
    renamed = msgspec.structs.replace(
        changed(), sections=(first, msgspec.structs.replace(second, id="other"))
    )
    anew = msgspec.structs.replace(
        changed(), sections=(first, msgspec.structs.replace(second, questions=(as_a(TextQuestion, "mood"),)))
    )
    opened = own(returning, saved)
    assert carried(anew, opened).private == {"second", "gone-private-1"}
    assert carried(moved, opened).private == {"first", "second"}
    assert carried(renamed, opened).private == {"other"}


def test_what_was_private_stays_unread_by_staff_after_a_change_under_a_newer_pack(
    returning: Returning, saver: Saver, saved: Saved, home: Home, venue: str
) -> None:
    first, second = small().sections
    renamed = msgspec.structs.replace(
        changed(), sections=(first, msgspec.structs.replace(second, id="other"))
    )
    opened = own(returning, saved)
    found = carried(renamed, opened)
    assert found.answers == FULL
    saver.amend(Submission(renamed, found.answers, found.private), saved.handle)
    for page in desk_of(returning, home, venue).open(str(saved.handle)).pages:
        assert values(page) == {"mood": 2, "where": "out", "likes": ("tea", "milk")}
    assert values(own(returning, saved).pages[-1]) == FULL
