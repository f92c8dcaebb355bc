"""At the desk: what many entries say together."""

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from shutil import copytree

import pytest
from msgspec.structs import replace as replace_in
from textual.widgets import Input

from kiosk.counts.quarters import with_figures
from kiosk.desk.keys import staff
from kiosk.desk.summaries.periods import periods
from kiosk.desk.summaries.summary import summarise
from kiosk.desk.summaries.venues import VenueFigures
from kiosk.session import Session
from kiosk.upkeep import clock
from kiosk.vault.vault import Vault
from screens.desk import overdue_count
from screens.desk.list_screen import EntriesScreen
from screens.desk.overdue_count import OverdueCount
from screens.desk.summary_screen import SummaryScreen
from screens.widgets.busy_screen import BusyScreen
from screens.widgets.caret import Body
from screens.widgets.plain import Plain
from tests.kiosk.desk.summaries.many import key_of
from tests.kiosk.desk.summaries.sent import comes, figures, knows
from tests.screens.conftest import PASSPHRASE, STAFF, Kiosk, unlocked, venue_of
from tests.screens.desk.kept_at_the_desk import more
from tests.screens.looks import is_well
from tests.visitor import NOW, SMALL, leaves

WINTER = datetime(2025, 11, 20, 10, tzinfo=UTC)
AUTUMN = datetime(2025, 8, 20, 10, tzinfo=UTC)
LAST = "2025-Q4, October to December 2025"


SUMMARY = [*more("summary"), {LAST}]
"""From the list to the summary of that quarter."""


@pytest.fixture(scope="module")
def twelve(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the entries of `counted` lie once they are saved, to be copied."""
    return tmp_path_factory.mktemp("twelve") / "home"


@pytest.fixture
def counted(kiosk: Kiosk, twelve: Path) -> Session:
    """A kiosk where twelve people answered in the last quarter of 2025."""
    session = at(kiosk(), WINTER)
    clock.write(session.home.clock, clock.Known(trusted=NOW))
    entries = session.home.vault, session.home.catalogue.parent
    if twelve.exists():
        for folder in entries:
            copytree(twelve / folder.name, folder, dirs_exist_ok=True)
        return session
    for _ in range(12):
        leaves(session, {"mood": 2, "day": "brindle"}, at=WINTER)
    for folder in entries:
        copytree(folder, twelve / folder.name)
    return session


def at(session: Session, moment: datetime) -> Session:
    """Return the kiosk with another time in its vault."""
    vault = Vault(session.home.root, clock=lambda: moment, name_of=session.names.name_of)
    return replace(session, vault=vault)


def noted(session: Session) -> list[str]:
    identity = staff.enter(session.home.staff, STAFF, PASSPHRASE).identity
    events = session.audit().read(identity).events
    return [event.detail for event in events if event.did == "made statistics"]


def own_figures(session: Session) -> VenueFigures:
    """What this venue would give another one of that quarter."""
    [period, *_] = periods(session.home, session.vault.rows(), NOW)
    return summarise(session.home, venue_of(session), period, NOW).own


async def test_a_quarter_is_shown_as_plots_which_are_drawn_anew_for_another_size(counted: Session) -> None:
    narrow = SMALL[0] - 4
    async with unlocked(counted, answers=more("summary")) as member:
        assert member.sees("Statistics across entries", f"1 ● {LAST}")
        await member.clicks(LAST)
        await member.presses("enter")
        assert isinstance(member.page, SummaryScreen)
        large = await member.reads()
        assert LAST in large
        assert "about 10" in " ".join(large.split())
        assert "██████" in large
        assert "brindle" not in large
        await member._pilot.resize_terminal(narrow, SMALL[1])
        await member.settle()
        await member.presses("home")
        small = await member.reads()
        assert max(line.count("█") for line in small.split("\n")) < max(
            line.count("█") for line in large.split("\n")
        )
        assert max(len(line.rstrip()) for line in small.split("\n")) <= narrow
        await is_well(member)
        await member.presses("escape")
        assert isinstance(member.page, EntriesScreen)
    assert noted(counted) == [LAST]


async def test_the_quarter_that_is_over_is_counted_when_somebody_unlocks_until_the_desk_is_locked(
    counted: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped: list[OverdueCount] = []
    monkeypatch.setattr(OverdueCount, "stop", lambda self: stopped.append(self))
    async with unlocked(counted) as member:
        assert isinstance(member.page, EntriesScreen)
        assert with_figures(counted.home) == {(2025, 4)}
        assert stopped == []
        await member.presses("escape")
        assert (member.gone, len(stopped)) == (True, 1)
    assert noted(counted) == []
    # Its entries may go now.
    for row in counted.vault.rows():
        counted.vault.erase(row.id)
    async with unlocked(counted, answers=SUMMARY) as member:
        assert await member.finds("about 10")


async def test_a_count_that_fails_disturbs_nobody(counted: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> None:
        raise OSError(5, "Input/output error")

    for name in ("due", "summarise"):
        with monkeypatch.context() as patched:
            patched.setattr(overdue_count, name, fails)
            await OverdueCount(counted.home, venue_of(counted), NOW).run(counted.vault.rows())
        assert not with_figures(counted.home)


def test_a_count_ends_when_the_desk_does(counted: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[int] = []
    identity = staff.enter(counted.home.staff, STAFF, PASSPHRASE).identity
    count = OverdueCount(counted.home, identity, NOW)

    def goes_on(self: OverdueCount, done: int, total: int) -> None:
        told.append(done)
        self.stop()
        whole(self, done, total)

    whole = OverdueCount._go_on
    monkeypatch.setattr(OverdueCount, "_go_on", goes_on)
    count._count(counted.vault.rows())
    assert (told, with_figures(counted.home)) == ([12], frozenset())


async def test_a_quarter_that_ended_a_moment_ago_is_not_counted_by_itself(kiosk: Kiosk) -> None:
    session = at(kiosk(), AUTUMN)
    leaves(session, {"mood": 2}, at=AUTUMN)
    session = at(session, WINTER)
    leaves(session, {"mood": 2}, at=WINTER)
    identity = staff.enter(session.home.staff, STAFF, PASSPHRASE).identity
    soon = datetime(2026, 1, 3, tzinfo=UTC)
    clock.write(session.home.clock, clock.Known(trusted=soon))
    OverdueCount(session.home, identity, soon)._count(session.vault.rows())
    assert with_figures(session.home) == {(2025, 3)}


async def test_the_counting_shows_how_far_it_has_come(
    counted: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    whole = BusyScreen.tell

    def tell(page: BusyScreen, done: int, total: int) -> None:
        whole(page, done, total)
        seen.append(str(page.query_one("#busy", Plain).content))

    monkeypatch.setattr(BusyScreen, "tell", tell)
    monkeypatch.setattr(overdue_count, "due", lambda *_: None)  # it is counted when it is asked for
    async with unlocked(counted, answers=more("summary")) as member:
        member.hold_work()
        await member.presses("1", "enter")
        await member.let_work()
        assert isinstance(member.page, SummaryScreen)
    assert seen == [f"Counting the entries.\n\n{'━' * BusyScreen.BAR}\n\n12 of 12"]


async def test_what_is_offered_goes_back_to_the_first_entry_and_to_kept_figures(counted: Session) -> None:
    leaves(at(counted, AUTUMN), {"mood": 1}, at=AUTUMN)
    async with unlocked(counted, answers=more("summary")) as member:
        assert member.sees("1 ○ 2025-Q4, October", "2 ○ 2025-Q3, July", "3 ○ 2025, the whole year")
        assert not member.sees("2025-Q2")
        await member.presses("3", "enter")
        assert member.sees("Statistics", "2025")
        assert await member.finds("about 10 or more", "fewer than 10 a quarter")
    assert with_figures(counted.home) == {(2025, number) for number in range(1, 5)}
    for row in counted.vault.rows():
        counted.vault.erase(row.id)
    async with unlocked(counted, answers=SUMMARY) as member:
        assert await member.finds("about 10")


async def test_where_no_quarter_is_over_that_is_said(kiosk: Kiosk) -> None:
    session = at(kiosk(), NOW)
    leaves(session, {"mood": 2})
    async with unlocked(session, answers=more("summary")) as member:
        assert member.sees("There is nothing to count yet", "when it is over")
        await member.presses("enter")
        assert isinstance(member.page, EntriesScreen)


async def test_a_summary_is_written_to_files_outside_the_kiosks_folder(
    counted: Session, tmp_path: Path
) -> None:
    async with unlocked(counted, answers=SUMMARY) as member:
        await member.presses("f10")
        assert member.sees("1 ○ ", "2 ○ ", "3 ○ Figures file, for another venue to add")
        await member.presses("2", "enter", "1", "enter")
        field = member.page.query_one(Input)
        assert field.value == "statistics-2025-Q4.csv"
        field.value = "given"
        await member.presses("enter")
        assert member.sees("The file is saved", "It is not encrypted")
        await member.presses("enter")
        assert isinstance(member.page, SummaryScreen)
        await member.presses("pagedown", "down")
        before = member.screen_text()
        await member.presses("f10", "escape")
        assert isinstance(member.page, SummaryScreen)
        assert member.screen_text() == before
    table = list(csv.DictReader(io.StringIO((tmp_path / "given.csv").read_text(encoding="utf-8-sig"))))
    assert [line["says"] for line in table if line["figure"] == "entries"] == ["fewer than 10", "about 10"]
    assert (tmp_path / "given.csv").stat().st_mode & 0o777 == 0o600
    assert noted(counted) == [f"{LAST}, csv", LAST]


async def test_another_venue_is_added(counted: Session, tmp_path: Path) -> None:
    given = tmp_path / "oak.json"
    async with unlocked(counted, answers=SUMMARY) as member:
        await member.presses("f10", "3", "enter", "1", "enter")
        assert member.page.query_one(Input).value == "figures-2025-Q4.json"
        member.page.query_one(Input).value = "oak"
        await member.presses("enter", "enter", "f2")
        assert member.sees("Add a venue", "The whole path of its figures")
        for typed, says in (
            (str(tmp_path / "nowhere.json"), "nowhere.json does not exist."),
            (str(given), "Oak House would be counted twice"),
        ):
            member.page.query_one(Input).value = typed
            await member.presses("enter")
            assert member.sees(says)
        given.write_text(given.read_text().replace("Oak House", "Mill Street"))
        await member.presses("enter")
        assert member.sees("Oak House, Mill Street")
        assert await member.finds("about 20")


async def test_a_venue_that_has_sent_its_figures_is_added_without_a_file(counted: Session) -> None:
    venue, home = counted.settings.venue.key, counted.home
    mill, oak = (knows(home, one, key_of(one), identity=venue_of(counted)) for one in ("mill", "oak"))
    async with unlocked(counted, answers=SUMMARY, size=SMALL) as member:
        comes(home, mill, replace_in(own_figures(counted), venue="Mill Street"), to=venue)
        comes(home, oak, figures("2020", venue="Oak"), to=venue)
        await member.presses("f2")
        assert member.sees("Add a venue", "1 ○ Mill Street", "2 ○ From a figures file")
        assert not member.sees("Oak")  # it has sent nothing of this time
        await member.presses("2", "enter")
        assert member.sees("The whole path of its figures")
        for leads_back in (("escape",), ("f2", "escape")):
            await member.presses(*leads_back)
            assert isinstance(member.page, SummaryScreen)
        await member.presses("f2", "1", "enter")
        assert member.sees("Oak House, Mill Street")
        assert await member.finds("about 20")
        await member.presses("f2")
        assert member.sees("The whole path of its figures")


async def test_a_summary_can_be_left_while_it_is_drawn_anew_for_another_size(counted: Session) -> None:
    async with unlocked(counted, answers=SUMMARY, size=SMALL) as member:
        await member.presses("end")
        screen = member.page
        assert isinstance(screen, SummaryScreen)
        place = screen.query_one(Body).scroll_offset.y
        assert place > 0
        await member._pilot.resize_terminal(SMALL[0] - 1, SMALL[1])
        await screen.query(Body).remove()  # as it is for a moment while it is drawn anew
        screen.action_leave("venue")
        await member.settle()
        assert member.sees("Add a venue")
        await member.presses("escape")
        assert isinstance(member.page, SummaryScreen)
        assert member.page.query_one(Body).scroll_offset.y == place


async def test_a_clock_that_is_not_believed_is_told_on_the_list(counted: Session) -> None:
    clock.write(counted.home.clock, clock.Known(trusted=WINTER))
    async with unlocked(counted, answers=SUMMARY) as member:
        assert isinstance(member.page, EntriesScreen)
        assert member.sees("This machine's clock")
    assert not with_figures(counted.home)
