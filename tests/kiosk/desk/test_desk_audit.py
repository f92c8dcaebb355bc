"""Whatever is done at the desk is in the audit first, and two desks at once lose nothing of it."""

import errno
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import product
from threading import Barrier
from typing import Any

import msgspec
import pytest

from kiosk import seal
from kiosk.desk.audit.audit_log import Audit, Did
from kiosk.desk.desk import Desk
from kiosk.desk.keys.staff_files import Role
from kiosk.entry import handle
from kiosk.entry.answers import Answer
from kiosk.entry.handle import Handle, HandleKeys
from kiosk.entry.names import NameWords
from kiosk.entry.opened import Opened
from kiosk.entry.pages import Reflection
from kiosk.entry.staff_pages import Note, Plan, PlanGoal, StatusChange
from kiosk.errors import DeskError, NoEntryError, PlanChangedError, SealError, ShutOutError, VaultError
from kiosk.home import Home
from kiosk.pack.model import Pack
from kiosk.vault.page_files import PageFiles
from kiosk.vault.vault import Vault
from kiosk.visit.saving import Saved, Saver, Submission
from tests.kiosk.desk.conftest import ANSWERS, NOON, noted
from tests.kiosk.sealed import FIRST, SECOND, THIRD
from tests.kiosk.upkeep.kept import tree
from tests.kiosk.vault.helpers import FaultyDisk

SECRET = "Unmistakable"
KEPT_BACK: dict[str, Answer] = {"mood": 2, "day": f"{SECRET} day"}
Act = Callable[[Desk, Opened], object]


def reopens(desk: Desk, opened: Opened) -> Opened:
    """Open the entry that `kept_back` saved once more."""
    return desk.open(CODE.symbols)


CODE = handle.read("K7QX4MDP9RTW2HN9")
ACTS: dict[Did, Act] = {
    "opened": reopens,
    "showed what was kept back": Desk.reveal,
    "marked": Desk.pick_up,
    "added a note": lambda desk, opened: desk.add_note(opened, f"{SECRET} note", NOON),
    "wrote the plan": lambda desk, opened: desk.agree(opened, (PlanGoal(want=f"{SECRET} goal"),), NOON),
    "changed the status": lambda desk, opened: desk.change_state(opened, "closed", NOON),
    "talked with the customer": lambda desk, opened: desk.talked(opened, NOON),
    "exported": lambda desk, opened: desk.note("exported", opened.row, "a table"),
    "printed": lambda desk, opened: desk.note("printed", opened.row, "My page"),
    "deleted": lambda desk, opened: desk.erase(opened, "She asked for it."),
}
DETAILS: dict[Did, str] = {
    "changed the status": "closed",
    "exported": "a table",
    "printed": "My page",
    "deleted": "She asked for it.",
}
CHANGING: tuple[Did, ...] = (
    "marked",
    "added a note",
    "wrote the plan",
    "changed the status",
    "talked with the customer",
    "deleted",
)


@pytest.fixture
def kept_back(desk: Desk, saver: Saver, small_pack: Pack) -> Opened:
    fixed = replace(saver, draw=lambda: CODE)
    fixed.save(Submission(small_pack, KEPT_BACK, private={"second"}, talk=True))
    return desk.open(CODE.symbols)


def entries(home: Home) -> dict[str, bytes]:
    """Every file that says anything of an entry."""
    return {path: data for path, data in tree(home.root).items() if not path.startswith("audit/")}


@pytest.mark.parametrize("did", ACTS)
def test_whatever_is_done_with_an_entry_is_noted_with_who_did_it_and_never_a_word_of_it(
    desk: Desk, kept_back: Opened, did: Did
) -> None:
    ali = replace(desk, staff="Ali")
    ACTS[did](ali, kept_back)
    row = kept_back.row
    *_, event = noted(desk)
    assert len(noted(desk)) == 2
    assert (event.who, event.did, event.entry, event.entry_id) == ("Ali", did, row.name, row.id)
    assert event.detail == DETAILS.get(did, "")
    plain = msgspec.json.encode(noted(desk)).decode()
    for word in (SECRET, *CODE.groups, CODE.symbols):
        assert word not in plain


@pytest.mark.parametrize("did", ACTS)
def test_it_is_noted_before_it_is_done(desk: Desk, home: Home, kept_back: Opened, did: Did) -> None:
    before: list[dict[str, bytes]] = []

    class Watched(Audit):
        def note(self, *args: Any, **kwargs: Any) -> None:
            before.append(entries(home))
            super().note(*args, **kwargs)

    start = entries(home)
    watched = Watched(home.audit, seal.recipient_of(desk.identity), lambda: NOON, disk=FaultyDisk())
    ACTS[did](replace(desk, audit=watched), kept_back)
    assert before == [start]
    assert (entries(home) != start) == (did in CHANGING)


@pytest.mark.parametrize("did", ACTS)
def test_whoever_may_do_nothing_more_does_nothing_and_nothing_is_noted(
    desk: Desk, home: Home, kept_back: Opened, did: Did
) -> None:
    asked = []

    def shut_out(role: Role) -> None:
        asked.append(role)
        raise ShutOutError("no")

    start = entries(home)
    with pytest.raises(ShutOutError):
        ACTS[did](replace(desk, require=shut_out), kept_back)
    assert entries(home) == start
    assert [event.did for event in noted(desk)] == ["opened"]
    assert asked == ["lead" if did == "deleted" else "staff"]


@pytest.mark.parametrize("did", ACTS)
def test_what_the_disk_does_not_note_is_not_done_and_can_be_tried_again(
    desk: Desk, home: Home, kept_back: Opened, did: Did, audit_disk: FaultyDisk
) -> None:
    start = entries(home)
    for call, number in product(("open", "write", "fsync"), (errno.EIO, errno.ENOSPC, errno.EROFS)):
        audit_disk.fails(call, number=number)
        with pytest.raises(VaultError, match=r"could not record this, so it was not done") as told:
            ACTS[did](desk, kept_back)
        is_full = str(told.value).startswith("There is no room left on this machine's disk.")
        assert is_full == (number == errno.ENOSPC)
        assert not is_full or "Free some space, or tell the person" in str(told.value)
        audit_disk.is_well()
        assert entries(home) == start
        assert [event.did for event in noted(desk)] == ["opened"]
    ACTS[did](desk, kept_back)
    assert [event.did for event in noted(desk)] == ["opened", did]


@pytest.mark.parametrize("call", ["open", "write", "fsync", "link", "make_folder"])
def test_the_first_note_of_a_kiosk_that_the_disk_does_not_take_leaves_nothing_done(
    desk: Desk, home: Home, saver: Saver, small_pack: Pack, audit_disk: FaultyDisk, call: str
) -> None:
    saved = saver.save(Submission(small_pack, ANSWERS))
    audit_disk.fails(call)
    with pytest.raises(VaultError, match="so it was not done"):
        desk.open(str(saved.handle))
    audit_disk.is_well()
    assert noted(desk) == ()
    assert desk.open(str(saved.handle)).row.id == saved.id
    assert len(noted(desk)) == 1


def test_an_audit_that_is_none_stops_the_desk_and_is_left_as_it_is(
    desk: Desk, home: Home, kept_back: Opened
) -> None:
    desk.audit.close()
    home.audit.write_bytes(b"no log\n")
    with pytest.raises(VaultError, match="so it was not done"):
        desk.open(CODE.symbols)
    assert home.audit.read_bytes() == b"no log\n"


def test_what_does_not_open_is_not_noted_as_opened(desk: Desk, home: Home, saved: Saved) -> None:
    PageFiles(home.vault).path(saved.id, FIRST).write_bytes(b"junk")
    with pytest.raises(SealError):
        desk.open(str(saved.handle))
    with pytest.raises(NoEntryError):
        desk.open(handle.draw().symbols)
    assert noted(desk) == ()


def test_what_stays_closed_is_not_noted_as_shown(desk: Desk, kept_back: Opened) -> None:
    with pytest.raises(SealError):
        desk.reveal(replace(kept_back, keys=None))
    assert [event.did for event in noted(desk)] == ["opened"]


def test_what_cannot_be_added_is_not_noted_as_added(desk: Desk, kept_back: Opened) -> None:
    without = replace(kept_back, keys=None, pages=())
    with pytest.raises(DeskError):
        desk.add_note(without, "We spoke.", NOON)
    with pytest.raises(UnicodeEncodeError):
        desk.agree(kept_back, (PlanGoal(want="\ud83d"),), NOON)
    assert [event.did for event in noted(desk)] == ["opened"]


# -- two desks at once


def agrees(desk: Desk, opened: Opened, want: str) -> Opened:
    """Save a plan, whatever others saved meanwhile."""
    while True:
        try:
            return desk.agree(opened, (PlanGoal(want=want),), NOON)
        except PlanChangedError:
            opened = desk.again(opened)


@pytest.fixture
def other(home: Home, names: NameWords, venue: str, derive: Callable[[Handle], HandleKeys]) -> Iterator[Desk]:
    """The desk of another process: it shares nothing but the disk."""
    audit = Audit(home.audit, seal.recipient_of(venue), lambda: NOON, disk=FaultyDisk())
    with Vault(home.root, clock=lambda: NOON, name_of=names.name_of, disk=FaultyDisk()) as vault:
        yield Desk(vault, "Ali", venue, audit, derive)
    audit.close()


def test_of_two_plans_that_were_written_side_by_side_the_later_is_told_and_both_stay(
    desk: Desk, other: Desk, saved: Saved
) -> None:
    mine, theirs = (one.open(str(saved.handle)) for one in (desk, other))
    theirs = other.agree(theirs, (PlanGoal(want="A pond"),), NOON)
    garden = (PlanGoal(want="A garden"),)
    before = len(noted(desk))
    with pytest.raises(PlanChangedError, match="Read their changes first"):
        desk.agree(mine, garden, NOON)
    assert (len(desk.vault.pages(saved.id)), len(noted(desk))) == (2, before)
    mine = desk.agree(desk.again(mine), garden, NOON)
    again = desk.open(str(saved.handle))
    assert [page.by for page in again.pages if isinstance(page, Plan)] == ["Ali", "Jo"]
    assert again.plan == mine.plan
    assert (len(again.row.pages), again.row.state, again.row.picked_up_by) == (3, "picked up", "Ali")
    assert other.vault.row(saved.id) == again.row


def test_a_note_beside_a_change_of_the_state_undoes_none_of_it(desk: Desk, other: Desk, saved: Saved) -> None:
    mine, theirs = (one.open(str(saved.handle)) for one in (desk, other))
    other.change_state(theirs, "closed", NOON)
    noted_by_me = desk.add_note(mine, "We spoke.", NOON)
    assert noted_by_me.row.state == "closed"
    assert noted_by_me.row.pages == (FIRST, SECOND, THIRD)
    assert [type(page) for page in other.open(str(saved.handle)).pages] == [Reflection, StatusChange, Note]


def test_two_desks_that_write_at_the_same_time_lose_nothing(desk: Desk, other: Desk, saved: Saved) -> None:
    each = 4
    started = Barrier(2)

    def works(one: Desk) -> None:
        opened = one.open(str(saved.handle))
        started.wait()
        for number in range(each):
            opened = one.add_note(opened, f"{one.staff} {number}", NOON)
            opened = agrees(one, opened, f"{one.staff} {number}")
            opened = one.change_state(opened, "talked through", NOON)

    with ThreadPoolExecutor(2) as both:
        for done in [both.submit(works, one) for one in (desk, other)]:
            done.result()
    opened = desk.open(str(saved.handle))
    assert (opened.unread, len(opened.pages), len(opened.row.pages)) == (0, 1 + 6 * each, 1 + 6 * each)
    wanted = {f"{staff} {number}" for staff in ("Jo", "Ali") for number in range(each)}
    assert {note.text for note in opened.notes.values()} == wanted
    plans = [page for page in opened.pages if isinstance(page, Plan)]
    assert {plan.goals[0].want for plan in plans} == wanted
    assert opened.plan == plans[-1]
    for staff in ("Jo", "Ali"):
        in_order = [note.text for note in opened.notes.values() if note.by == staff]
        assert in_order == [f"{staff} {number}" for number in range(each)]
    assert opened.row.state == "talked through"
    lines = noted(desk)
    assert len(lines) == 1 + 2 * (1 + 3 * each)
    assert {event.who for event in lines} == {"Jo", "Ali"}
