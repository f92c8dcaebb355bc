"""What is erased because its time is over is counted once; what somebody deletes before is not."""

import errno
import random
import shutil
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import msgspec
import pytest

from kiosk import seal
from kiosk.counts import uncounted
from kiosk.counts.quarters import Quarter
from kiosk.counts.tally import Counted, Entry, Group, Job, Reader, entries_in
from kiosk.desk.reseal import reseal
from kiosk.desk.restore_as_lead import checks_of
from kiosk.desk.summaries import charts, figures, summary
from kiosk.desk.summaries.periods import due, period_of, periods
from kiosk.desk.summaries.summary import Summary, summarise
from kiosk.doctor import examine
from kiosk.entry.answers import Answer, Cards
from kiosk.entry.handle import Handle, HandleKeys
from kiosk.entry.names import NameWords
from kiosk.errors import KioskError
from kiosk.health import Level
from kiosk.home import Home
from kiosk.pack.library import Library
from kiosk.pack.model import ScaleQuestion
from kiosk.settings.settings import Settings, Venue, settings_text
from kiosk.upkeep import clock, retention
from kiosk.upkeep.backup import back_up
from kiosk.upkeep.restore import restore
from kiosk.vault.page_files import Strays
from kiosk.vault.rows import Why
from kiosk.vault.vault import Vault
from kiosk.visit.saving import Saved, Saver, Submission
from tests.kiosk.vault.helpers import FaultyDisk, files_below
from tests.kiosk.vault.torture.ledger import Told, entry_id, name_of, opened
from tests.kiosk.vault.torture.recording import Recorder, write_tree
from tests.kiosk.vault.torture.scenes import Actor
from tests.kiosk.vault.torture.weak import WeakDisk
from tests.packs import default_pack, scale_in
from tests.pdf import words_in

Derive = Callable[[Handle], HandleKeys]

JULY = datetime(2026, 7, 2, 12, tzinfo=UTC)
THIRD, FOURTH = Quarter(2026, 3), Quarter(2026, 4)
OCTOBER = datetime(2026, 10, 8, 12, tzinfo=UTC)
PACK = default_pack()
CARD = next(card.id for deck in PACK.decks.values() for card in deck.cards)
FEELING = scale_in(PACK, "feeling")
SAYS: dict[str, Answer] = {"feeling": 2, "my_strengths": Cards((CARD,), ("I can sing",)), "good_day": "Sun"}


class CutDisk(FaultyDisk):
    """Fails in every call from the n-th on, as a machine does that was stopped there."""

    def __init__(self) -> None:
        super().__init__()
        self.left = 1 << 30

    def _note(self, call: str) -> None:
        self.left -= 1
        if self.left < 0:
            raise OSError(errno.EIO, "stopped")
        super()._note(call)


@dataclass
class Site:
    """A kiosk whose entries are kept for 30 days, and its desk."""

    home: Home
    names: NameWords
    derive: Derive
    identity: str

    def __post_init__(self) -> None:
        self.now = JULY
        self.disk = CutDisk()
        venue = Venue(name="Sandhill House", key=seal.recipient_of(self.identity))
        self.home.root.mkdir(mode=0o700, exist_ok=True)
        self.home.settings.write_text(settings_text(Settings(venue=venue)), encoding="utf-8")
        self.opens()

    def opens(self) -> None:
        """Start again, on a disk that is well."""
        self.disk = CutDisk()
        self.vault = Vault(
            self.home.root,
            clock=lambda: self.now,
            name_of=self.names.name_of,
            reserve_bytes=0,
            disk=self.disk,
        )
        key = seal.recipient_of(self.identity)
        self.saver = Saver(self.vault, key, self.names, lambda: self.now, derive=self.derive)

    def saves(self, answers: dict[str, Answer] = SAYS, *private: str) -> Saved:
        return self.saver.save(Submission(PACK, answers, private))

    def amends(self, saved: Saved, answers: dict[str, Answer], *private: str) -> None:
        self.saver.amend(Submission(PACK, answers, private), saved.handle)

    def purges(self, now: datetime, days: int = 30) -> retention.Purged:
        """The kiosk does its daily chore at a time, and nobody unlocks."""
        self.now = now
        clock.write(self.home.clock, clock.Known(trusted=now))
        return retention.purge(self.home, self.vault, days, now, disk=self.disk)

    def pages(self) -> Counted:
        strays = Strays()
        found = entries_in(self.home.vault, self.vault.erased(), strays)
        return Reader(Job(self.home.vault, self.identity)).count([*found])

    def counted(self, before: Quarter = FOURTH) -> Counted:
        """What pages and waiting files say together."""
        every = self.pages()
        uncounted.count(self.home, self.identity, before, every)
        return every

    def entries(self, quarter: Quarter = THIRD) -> int:
        """How many entries of a quarter would be counted now."""
        tables = self.counted().tables
        return sum(table.entries for group, table in tables.items() if group.quarter == quarter)

    def summarises(self) -> Summary:
        """Count the third quarter, and return what is shown."""
        clock.write(self.home.clock, clock.Known(trusted=OCTOBER))
        third = period_of(["2026-Q3"], OCTOBER)
        made = summarise(self.home, self.identity, third, OCTOBER, processes=1)
        assert made.unread == 0
        return made.summary

    def beside(self) -> list[Path]:
        return sorted(self.home.vault.glob("*/*.count"))

    def waiting(self) -> list[Path]:
        return sorted(self.home.uncounted.glob("*"))


@pytest.fixture
def site(home: Home, names: NameWords, derive: Derive, venue: str) -> Site:
    return Site(home, names, derive, venue)


AUGUST = JULY + timedelta(days=31)


def test_an_entry_whose_time_is_over_before_its_quarter_is_counted_is_in_its_figures(site: Site) -> None:
    for _ in range(12):
        site.saves()
    assert len(site.purges(AUGUST).erased) == 12
    assert not site.vault.rows()
    for _ in range(3):
        site.saves()
    found = site.summarises()
    assert found.charts[0].cells[0].says == "about 15"
    said = "Finished entries counted here: about 15. Entries that have expired are included."
    assert said in words_in(charts.pdf_of(found, OCTOBER))
    assert not site.waiting()
    kept = figures.read(site.home, THIRD, site.identity)
    assert kept.packs[0].scales[0].labels[1] == "Bad"


def test_what_is_kept_counts_exactly_as_the_pages_do(site: Site) -> None:
    first, second, _ = (site.saves() for _ in range(3))
    site.amends(first, {"feeling": 4, "my_strengths": Cards((CARD, "no_such_card"))})
    site.amends(first, {"feeling": 5})
    site.amends(second, {"feeling": 1, "good_day": "Rain"}, "wellbeing")
    site.saves({"good_day": "Nothing else"})
    site.saves(SAYS, *(section.id for section in PACK.sections))
    pages = site.pages()
    site.purges(AUGUST)
    gone = site.counted()
    assert gone.tables == pages.tables
    assert gone.marks == pages.marks
    [table] = gone.tables.values()
    assert table.entries == 5
    assert table.scales[FEELING].moves == [1, 0, 0]


def test_what_its_customer_or_staff_delete_is_in_no_count_and_leaves_nothing(
    site: Site, tmp_path: Path
) -> None:
    saved = site.saves()
    site.saves()
    folder = backs_up(site, tmp_path / "stick")
    site.vault.erase(saved.id)
    assert site.entries() == 1
    assert [path.name[:32] for path in site.beside()] != [saved.id]
    site.purges(AUGUST)
    assert site.entries() == 1
    restore(site.home, folder, merge=True, checks=checks_of(site.identity))
    site.vault.reconcile()
    assert (site.entries(), len(site.waiting()), site.beside()) == (1, 1, [])


def test_an_entry_counts_in_the_quarter_of_its_newest_reflection_alone(site: Site) -> None:
    saved = site.saves()
    site.now = datetime(2026, 10, 5, tzinfo=UTC)
    site.amends(saved, {"feeling": 4})
    assert [path.name for path in site.beside()] == [f"{saved.id}.2026-Q4.count"]
    site.purges(datetime(2026, 12, 1, tzinfo=UTC))
    assert site.entries() == 0
    assert sum(table.entries for table in site.counted(Quarter(2027, 1)).tables.values()) == 1


def test_what_is_counted_from_its_pages_is_not_kept_when_these_go(site: Site) -> None:
    for _ in range(10):
        site.saves()
    assert site.summarises().charts[0].cells[0].says == "about 10"
    site.purges(OCTOBER)
    assert not site.waiting()
    assert not site.beside()


def test_what_waits_of_a_quarter_that_is_counted_is_dropped_unread_by_the_next_purge(site: Site) -> None:
    site.saves()
    site.purges(AUGUST)
    [waits] = site.waiting()
    waits.write_bytes(b"no age file")
    site.home.summaries.mkdir()
    (site.home.summaries / "2026-Q3.age").write_bytes(b"figures")
    assert site.counted().unread == 0
    site.purges(AUGUST + timedelta(days=1))
    assert not site.waiting()


def test_a_quarter_of_which_all_was_deleted_for_its_age_is_due_and_can_be_asked_for(site: Site) -> None:
    site.saves()
    site.purges(AUGUST)
    assert due(site.home, (), OCTOBER + timedelta(days=1)) == period_of(["2026-Q3"], OCTOBER)
    assert periods(site.home, (), OCTOBER)[0] == period_of(["2026-Q3"], OCTOBER)
    assert due(site.home, (), datetime(2027, 1, 20, tzinfo=UTC)) == period_of(["2026-Q3"], OCTOBER)
    site.summarises()
    assert due(site.home, (), OCTOBER + timedelta(days=1)) is None


def test_what_waits_tells_no_name_no_time_and_no_size(site: Site) -> None:
    plain = site.saves({})
    scales = {question.id: 3 for _, question in PACK.questions() if isinstance(question, ScaleQuestion)}
    full = site.saves({**SAYS, **scales, "good_day": "heather " * 500})
    site.purges(AUGUST)
    waiting = site.waiting()
    assert len(waiting) == 2
    assert {len(seal.open_sealed(path.read_bytes(), site.identity)) for path in waiting} == {8192}
    assert {path.stat().st_mtime_ns for path in waiting} == {0}
    for path in waiting:
        text = seal.open_sealed(path.read_bytes(), site.identity)
        for saved in (plain, full):
            assert saved.id not in path.name
            for secret in (saved.id, saved.name, str(saved.handle), "heather", "sing", "2026-07"):
                assert secret.encode() not in text


def test_to_keep_it_costs_a_save_two_flushes_and_a_failure_of_it_fails_nothing(site: Site) -> None:
    site.saves()
    site.disk.calls.clear()
    saved = site.saves()
    assert site.disk.calls.count("fsync") == 4
    site.disk.calls.clear()
    site.amends(saved, {"feeling": 4})
    assert site.disk.calls.count("fsync") == 4
    site.disk.fails("rename")
    lost = site.saves()
    assert site.vault.pages(lost.id)
    assert site.entries() == 2 + 1


# -- a machine that stops


def sweep(site: Site, act: Callable[[Site], object], after: Callable[[Site, int], None]) -> int:
    """Stop an act at each call of the disk in turn, each time from the same home; return how often."""
    before = site.home.root.with_name("before")
    shutil.copytree(site.home.root, before)
    now = site.now
    for number in range(500):
        shutil.rmtree(site.home.root)
        shutil.copytree(before, site.home.root)
        site.now = now
        site.opens()
        site.disk.left = number
        with suppress(OSError, KioskError):
            act(site)
        went_on = site.disk.left >= 0
        site.opens()
        after(site, number)
        if went_on:
            return number
    raise AssertionError("it never came to its end")


def test_a_purge_that_is_stopped_anywhere_counts_each_entry_once(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.saves()
    site.saves({"feeling": 5})
    true: list[int] = []

    def figures_of(
        quarter: Quarter, counted: Counted, packs: Library, today: str, **more: Any
    ) -> figures.Figures:
        true.append(counted.tables[Group(quarter, packs.start_id)].entries)
        return made(quarter, counted, packs, today, **more)

    made = figures.figures_of
    monkeypatch.setattr(figures, "figures_of", figures_of)

    def after(site: Site, number: int) -> None:
        if number % 2:  # somebody makes the summary before the kiosk runs again
            site.summarises()
            assert true.pop() == 2, number
            expected = 0
        else:
            site.vault.reconcile()
            expected = 2
            assert site.entries() == 2, number
        site.purges(AUGUST + timedelta(days=1))
        assert not site.vault.rows()
        assert not site.beside()
        assert (site.entries() if expected else len(site.waiting())) == expected, number

    assert sweep(site, lambda site: site.purges(AUGUST), after) > 20


def test_a_deletion_that_is_stopped_anywhere_counts_the_entry_while_it_is_there_or_never(site: Site) -> None:
    saved = site.saves()

    def after(site: Site, number: int) -> None:
        site.vault.reconcile()
        there = len(site.vault.rows())
        assert site.entries() == there, number
        if not there:
            assert not site.beside()
        assert not site.waiting()

    assert sweep(site, lambda site: site.vault.erase(saved.id), after) > 8


def test_an_amendment_that_is_stopped_anywhere_counts_once(site: Site) -> None:
    saved = site.saves()
    site.now = datetime(2026, 9, 1, tzinfo=UTC)

    def after(site: Site, number: int) -> None:
        site.vault.reconcile()
        assert site.entries() == 1, number
        site.purges(datetime(2027, 10, 4, tzinfo=UTC))  # the disk dates files by the machine's own clock
        assert site.entries() == len(site.waiting()) == 1, number

    assert sweep(site, lambda site: site.amends(saved, {"feeling": 4}), after) > 4


@pytest.mark.parametrize("when", ["before the pages are read", "after"])
def test_what_is_erased_while_its_quarter_is_counted_counts_once(
    site: Site, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    for _ in range(12):
        site.saves()
    clock.write(site.home.clock, clock.Known(trusted=OCTOBER))

    def purges() -> None:
        assert len(site.purges(OCTOBER).erased) == 12

    def found(vault: Path, erased: Collection[str], strays: Strays) -> Iterator[Entry]:
        there = [*entries_in(vault, erased, strays)]
        if when != "after":
            purges()
        yield from there

    monkeypatch.setattr(summary, "entries_in", found)
    made = summarise(
        site.home,
        site.identity,
        period_of(["2026-Q3"], OCTOBER),
        OCTOBER,
        processes=1,
        progress=lambda *_: purges() if when == "after" else None,
    )
    assert (made.summary.charts[0].cells[0].says, made.unread) == ("about 10", 0)
    assert not site.waiting()


def test_a_count_that_is_stopped_before_it_is_tidied_up_counts_nothing_twice(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(12):
        site.saves()
    site.purges(AUGUST)

    with monkeypatch.context() as patched:
        patched.setattr(uncounted, "drop_counted", Mock(side_effect=OSError(errno.EIO, "stopped")))
        first = site.summarises()
    assert len(site.waiting()) == 12
    assert site.entries() == 0
    assert site.summarises() == first
    assert due(site.home, (), OCTOBER + timedelta(days=1)) is None
    site.purges(OCTOBER)
    assert not site.waiting()


def test_the_doctor_names_what_waits_and_nobody_can_open(site: Site) -> None:
    site.saves()
    site.purges(AUGUST)
    [waits] = site.waiting()
    waits.write_bytes(b"no age file")
    every = examine(site.home, site.now, pause=lambda _: None)
    [found] = [finding for finding in every if finding.what == "Statistics"]
    assert found.level is Level.WRONG
    assert waits.name in found.says


def test_on_a_disk_with_no_room_at_all_the_pages_go_and_the_entry_is_counted_once_there_is(
    site: Site,
) -> None:
    saved = site.saves()
    site.disk.fails("make_folder", number=errno.ENOSPC)
    assert [row.id for row in site.purges(AUGUST).failed] == [saved.id]
    assert not [*site.home.vault.glob("*/*.age")]
    site.disk.is_well()
    site.vault.reconcile()
    assert site.entries() == len(site.waiting()) == 1


def test_a_power_cut_at_any_moment_of_a_purge_leaves_each_entry_once(tmp_path: Path) -> None:
    """On a file system that keeps no more than it must; what is in the files is of no matter to the vault."""
    root = tmp_path / "disk"
    actor = Actor(root / "home", lambda _told: None)
    for number in (1, 2):
        actor.save(number, "old")
        actor.vault.keep_count(entry_id(number), "2026-Q3", f"of {number}".encode())
    actor.vault.close()
    recorder = Recorder(root)
    recorded = Vault(root / "home", clock=lambda: JULY, name_of=name_of, reserve_bytes=0, disk=recorder)
    recorded.erase(entry_id(1), why="time")
    recorded.erase(entry_id(2))
    recorded.close()
    disk, states, chance = WeakDisk(recorder.base), 0, random.Random(1)
    for step in [*recorder.steps, None]:
        for tree, _ in disk.states(20, chance):
            write_tree(tmp_path / "cut", tree)
            home = tmp_path / "cut" / "home"
            with opened(home) as vault:
                vault.reconcile()
                there = {row.id for row in vault.rows()}
            beside = {path.read_bytes() for path in home.glob("vault/*/*.count")}
            waiting = {path.read_bytes() for path in home.glob("uncounted/*.age")}
            of_living = {f"of {number}".encode() for number in (1, 2) if entry_id(number) in there}
            assert beside == of_living
            assert waiting == ({b"of 1"} if entry_id(1) not in there else set())
            states += 1
        if step is not None and not isinstance(step, Told):
            disk.apply(step)
    assert states > 30


# -- who may write to the disk


def test_a_copy_of_what_an_entry_adds_counts_for_nothing(site: Site) -> None:
    saved = site.saves()
    [first] = site.beside()
    site.home.uncounted.mkdir()
    for number in range(5):  # while it lives, and from before it was amended
        shutil.copy(first, site.home.uncounted / f"2026-Q3.{number:032x}.age")
    site.amends(saved, {"feeling": 4})
    assert site.entries() == 1
    site.purges(AUGUST)
    assert len(site.waiting()) == 6
    assert site.entries() == 1


def test_what_is_planted_counts_as_one_entry_or_is_told(site: Site) -> None:
    site.saves()
    [count] = site.beside()
    site.home.uncounted.mkdir()
    key = seal.recipient_of(site.identity)

    def plants(number: int, quarter: str, text: bytes) -> None:
        (site.home.uncounted / f"{quarter}.{number:032x}.age").write_bytes(seal.seal(text, (key,)))

    told = (
        b'{"version":2,"mark":"%s","quarter":[2026,3],"pack":"strengths","state":"live","asked":{"feeling":'
        + msgspec.json.encode(FEELING.form)
        + b'},"chosen":{%s},"moved":{%s},"cards":{%s},"left_open":[%s]}'
    )
    plants(1, "2026-Q3", told % (b"one", b'"feeling":2,"feeling":3', b"", b"", b""))
    unread = [
        (b'"feeling":6', b"", b"", b""),
        (b'"other":1', b"", b"", b""),
        (b"", b'"feeling":1', b"", b""),
        (b'"feeling":1', b'"feeling":7', b"", b""),
        (b"", b"", b'"other":[]', b""),
        (b"", b"", b"", b'"other"'),
        (b'"feeling":1', b"", b"", b'"feeling"'),
    ]
    for number, parts in enumerate(unread, 2):
        plants(number, "2026-Q3", told % (b"%d" % number, *parts))
    plants(10, "2026-Q3", (told % (b"old", b"", b"", b"", b"")).replace(b'"version":2', b'"version":1'))
    plants(11, "2026-Q2", told % (b"five", b"", b"", b"", b""))
    plants(12, "2026-Q3", b"[" * 50_000)
    (site.home.uncounted / f"2026-Q3.{13:032x}.age").symlink_to(count)
    found = site.counted()
    assert found.unread == len(unread) + 4
    [table] = found.tables.values()
    assert (table.entries, table.scales[FEELING].points) == (2, [0, 1, 1, 0, 0])


def test_what_stands_in_the_way_beside_the_pages_keeps_no_entry(site: Site) -> None:
    saved = site.saves()
    count = site.beside()[0]
    count.unlink()
    count.symlink_to(site.home.settings)
    assert [row.id for row in site.purges(AUGUST).erased] == [saved.id]
    assert not site.beside()
    assert site.home.settings.exists()


# -- backups, and another key


@pytest.fixture
def other(site: Site, tmp_path: Path) -> Site:
    """Another machine, on which nothing is set up."""
    other = Site(Home(tmp_path / "other"), site.names, site.derive, site.identity)
    shutil.rmtree(other.home.root)
    other.home.root.mkdir(mode=0o700)
    return other


def backs_up(site: Site, into: Path) -> Path:
    into.mkdir()
    return back_up(site.home, into, seal.recipient_of(site.identity), site.now).folder


def test_a_backup_carries_what_waits_and_what_will(site: Site, other: Site, tmp_path: Path) -> None:
    site.saves()
    site.purges(AUGUST)
    living = site.saves()
    folder = backs_up(site, tmp_path / "stick")
    restore(other.home, folder)
    other.vault.reconcile()
    assert files_below(other.home.uncounted) == files_below(site.home.uncounted)
    assert {path.name[:32] for path in other.beside()} == {living.id}
    assert other.entries() == 2
    other.purges(AUGUST + timedelta(days=31))
    assert other.entries() == 2


@pytest.mark.parametrize(("why", "entries"), [("time", 1), ("", 0)])
def test_a_backup_of_an_erasing_that_is_half_done_is_finished_where_it_is_restored(
    site: Site, other: Site, tmp_path: Path, why: Why, entries: int
) -> None:
    saved = site.saves()
    site.vault._catalogue.erase(saved.id, AUGUST, None, why)
    restore(other.home, backs_up(site, tmp_path / "stick"), checks=checks_of(site.identity))
    other.vault.reconcile()
    assert not other.vault.rows()
    assert (other.entries(), len(other.waiting()), other.beside()) == (entries, entries, [])


def test_what_waits_in_a_newer_backup_and_lives_in_an_older_one_counts_once(
    site: Site, other: Site, tmp_path: Path
) -> None:
    site.saves()
    older = backs_up(site, tmp_path / "older")
    site.purges(AUGUST)
    newer = backs_up(site, tmp_path / "newer")
    restore(other.home, older)
    restore(other.home, newer, merge=True, checks=checks_of(site.identity))
    other.vault.reconcile()
    assert not other.vault.rows()
    assert other.entries() == 1
    restore(site.home, older, merge=True, checks=checks_of(site.identity))
    site.vault.reconcile()
    assert (site.entries(), len(site.waiting()), site.beside()) == (1, 1, [])


def test_what_is_not_what_it_says_does_not_come_with_a_backup(
    site: Site, other: Site, tmp_path: Path
) -> None:
    site.saves()
    site.saves()
    first, second = site.beside()
    second.write_bytes(first.read_bytes()[:-1])
    site.home.uncounted.mkdir()
    (site.home.uncounted / f"2026-Q3.{1:032x}.age").write_bytes(b"no age file")
    folder = backs_up(site, tmp_path / "stick")
    done = restore(other.home, folder, checks=checks_of(site.identity))
    assert done.aside == 2
    assert [path.name for path in other.beside()] == [first.name]
    assert other.waiting() == []


def test_another_key_of_the_venue_opens_what_waits(site: Site) -> None:
    site.saves()
    site.purges(AUGUST)
    site.saves()
    new, old = seal.new_identity(), site.identity
    done = reseal(site.home, f"{new}\n{old}", vouched_by=[old], now=lambda: site.now)
    assert done.unread == ()
    site.identity = new
    assert {path.stat().st_mtime_ns for path in site.waiting()} == {0}
    site.purges(AUGUST + timedelta(days=31))
    assert (site.counted().unread, site.entries(), len(site.waiting())) == (0, 2, 2)


@pytest.mark.parametrize(("others", "unread"), [(False, 1), (True, 0)])
def test_what_waits_of_another_venue_is_not_told_as_unread(site: Site, *, others: bool, unread: int) -> None:
    site.home.uncounted.mkdir()
    theirs = seal.recipient_of(seal.new_identity())
    (site.home.uncounted / f"2026-Q3.{1:032x}.age").write_bytes(seal.seal(b"{}", (theirs,)))
    found = Counted()
    uncounted.count(site.home, site.identity, FOURTH, found, others=others)
    assert (found.unread, found.tables) == (unread, {})
