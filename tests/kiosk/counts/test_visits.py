"""How visits went: summed in memory, kept ten at a time, and shown so that no few visits can be told."""

import shutil
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk import seal
from kiosk.counts import uncounted
from kiosk.counts.disclosure import Asked, least, rounded
from kiosk.counts.quarters import Quarter
from kiosk.counts.tally import Counted, Group
from kiosk.counts.visits import BLOCK, ROOM, VisitLog, Visits, VisitSums, VisitTold, band_of, keep, protect
from kiosk.desk.keys.stock_counts import visits_say
from kiosk.home import Home
from kiosk.launch import _Visits
from tests.kiosk.desk.summaries.many import Many, key_of
from tests.packs import asked_in, small

NOW = datetime(2026, 8, 14, 12, tzinfo=UTC)
THIRD = Group(Quarter(2026, 3), "small")
MOOD, DAY = asked_in(small(), "mood"), asked_in(small(), "day")
LOST = VisitTold(pack="small", state="live", went_back=(MOOD, DAY), stopped=(DAY,), band=0)
SAVED = VisitTold(pack="small", state="live", went_back=(), stopped=(), band=2)


def tells(log: VisitLog, *visits: VisitTold) -> None:
    for told in visits:
        log.hear(msgspec.json.encode(told).decode())


def kept(home: Home, log: VisitLog) -> None:
    for sums in log.take(NOW):
        keep(home, seal.recipient_of(key_of("venue")), sums)


def snapshot(root: Path) -> dict[str, tuple[int, int]]:
    """The name, size and time of all there is."""
    found = ((path, path.stat()) for path in root.rglob("*"))
    return {str(path.relative_to(root)): (told.st_size, told.st_mtime_ns) for path, told in found}


def test_fewer_than_ten_visits_are_in_no_file_and_ten_are_in_one(home: Home) -> None:
    home.root.mkdir()
    log = VisitLog()
    tells(log, *[LOST, SAVED] * 4, LOST)
    kept(home, log)
    assert snapshot(home.root) == {}
    tells(log, msgspec.structs.replace(SAVED, pack="other"))
    kept(home, log)
    assert snapshot(home.root) == {}
    tells(log, SAVED)
    kept(home, log)
    [file] = home.uncounted.iterdir()
    kept(home, log)
    assert [*home.uncounted.iterdir()] == [file]
    counted = Counted()
    uncounted.count(home, key_of("venue"), Quarter(2026, 4), counted)
    assert counted.visits == {THIRD: Visits([5, 0, 5], Counter({MOOD: 5, DAY: 5}), Counter({DAY: 5}))}
    assert counted.unread == 0


def sums(*, times: tuple[int, int, int] = (10, 0, 0), back: int = 0, stopped: int = 0) -> VisitSums:
    return VisitSums(
        mark="a" * 32,
        quarter=THIRD.quarter,
        pack="small",
        state="live",
        times=times,
        went_back=((*MOOD, back),),
        stopped=((*MOOD, stopped), (*DAY, stopped)),
    )


@pytest.mark.parametrize(
    "planted",
    [
        sums(times=(9_999_999, 9_999_999, 9_999_999)),
        sums(times=(1001, 0, 0)),
        sums(times=(9, 0, 0)),
        sums(back=11),
        sums(stopped=6),
        msgspec.structs.replace(sums(), went_back=((*MOOD, 1), (*MOOD, 1))),
    ],
)
def test_visits_that_cannot_be_are_counted_nowhere_and_the_rest_is(home: Home, planted: VisitSums) -> None:
    venue = seal.recipient_of(key_of("venue"))
    keep(home, venue, planted)
    keep(home, venue, sums())
    counted = Counted()
    uncounted.count(home, key_of("venue"), Quarter(2026, 4), counted)
    assert counted.visits[THIRD].times == [10, 0, 0]
    assert counted.unread == 1
    assert [one.says[:7] for one in visits_say(home, key_of("venue"))] == ["1 file "]


def test_a_copy_of_what_visits_came_to_adds_nothing_and_is_told(home: Home) -> None:
    keep(home, seal.recipient_of(key_of("venue")), sums())
    assert [*visits_say(home, key_of("venue"))] == []
    [file] = home.uncounted.iterdir()
    for digit in "bc":
        shutil.copyfile(file, file.with_name(f"2026-Q3.{digit * 32}.visits.age"))
    counted = Counted()
    uncounted.count(home, key_of("venue"), Quarter(2026, 4), counted)
    assert counted.visits[THIRD].times == [10, 0, 0]
    [told] = visits_say(home, key_of("venue"))
    assert "2 files" in told.says
    assert not told.once


def test_however_many_files_on_visits_are_planted_the_figures_read(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uncounted, "MOST_VISITS", 25)
    for place in range(4):
        keep(home, seal.recipient_of(key_of("venue")), msgspec.structs.replace(sums(), mark=f"{place}"))
    counted = Counted()
    uncounted.count(home, key_of("venue"), Quarter(2026, 4), counted)
    assert counted.visits[THIRD].times == [30, 0, 0]


def test_more_visits_than_a_file_may_hold_are_not_added_up(home: Home) -> None:
    log = VisitLog()
    tells(log, *[LOST] * 1003)
    [kept_sums] = log.take(NOW, lambda length: "0" * 2 * length)
    assert kept_sums.is_possible
    assert kept_sums.mark == "0" * 32


@pytest.mark.parametrize("last", [LOST, SAVED], ids=["went back and left", "saved"])
def test_the_disk_does_not_tell_what_the_last_of_ten_did(home: Home, last: VisitTold) -> None:
    home.root.mkdir()
    log = VisitLog()
    tells(log, *[LOST] * 9)
    before = snapshot(home.root)
    tells(log, last)
    assert snapshot(home.root) == before
    kept(home, log)
    [file] = home.uncounted.iterdir()
    assert (file.name[:8], file.name[40:]) == ("2026-Q3.", ".visits.age")
    assert (file.stat().st_mtime_ns, file.stat().st_mode & 0o777) == (0, 0o600)
    assert len(seal.open_sealed(file.read_bytes(), key_of("venue"))) == BLOCK


def test_the_supervisor_keeps_ten_and_logs_what_it_cannot_read(tmp_path: Path) -> None:
    home = Many(tmp_path / "home").home
    log = _Visits(home)
    log.hear("{}")
    tells(log, *[LOST] * 10)
    home.uncounted.write_bytes(b"in the way")
    log.keep()
    said = home.log.read_text()
    assert "could not be read" in said
    assert "could not be kept" in said
    home.uncounted.unlink()
    tells(log, *[SAVED] * 10)
    log.keep()
    assert len([*home.uncounted.iterdir()]) == 1


def test_a_time_is_short_middle_or_long() -> None:
    for seconds, band in ((0.0, 0), (299.0, 0), (300.0, 1), (1800.0, 1), (1801.0, 2), (1e6, 2)):
        assert band_of(seconds) == band


# -- what may be shown

numbers = st.integers(0, 3) | st.sampled_from([8, 9, 10, 12, 13, 17, 18]) | st.integers(0, 100)
PLACES = (MOOD, DAY, asked_in(small(), "goal"))


@st.composite
def true_visits(draw: st.DrawFn) -> Visits:
    """Any that can be: nobody goes back more often than there are visits, and each ends once."""
    times = draw(st.lists(numbers, min_size=3, max_size=3))
    left = sum(times)
    back = Counter({place: draw(st.integers(0, left)) for place in PLACES})
    stopped = Counter[Asked]()
    for place in PLACES:
        stopped[place] = draw(st.just(left) | st.integers(0, left))
        left -= stopped[place]
    return Visits(times, back, stopped)


def possible(visits: Visits) -> bool:
    many = sum(visits.times)
    return all(one <= many for one in visits.went_back.values()) and sum(visits.stopped.values()) <= many


@given(true_visits())
def test_whatever_is_shown_each_count_of_visits_can_be_three_and_a_hidden_one_0_1_or_2(true: Visits) -> None:
    assert possible(true)
    shown = protect(true)
    for number in (*shown.times, *shown.went_back.values(), *shown.stopped.values()):
        assert number == 0 or (number >= 10 and number % 5 == 0)
    full = [number + 2 if number else 0 for number in shown.times]
    back = Counter({place: least(number) for place, number in shown.went_back.items()})
    stopped = Counter({place: least(number) for place, number in shown.stopped.items()})
    for more in range(ROOM + 1):
        for band in range(3):
            times = [*full]
            times[band] += -more if shown.times[band] else more
            assert [*map(rounded, times)] == shown.times
            other = Visits(times, back, stopped)
            assert possible(other)
            assert protect(other) == shown
        # Visits at hidden times make room for what a few did there: they are hidden as well.
        times = [number or 9 for number in full]
        for place in PLACES:
            for counts in (back, stopped):
                changed = Counter(counts)
                changed[place] += more
                other = Visits(times, *((changed, stopped) if counts is back else (back, changed)))
                assert possible(other)
                assert protect(other) == shown
