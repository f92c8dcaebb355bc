"""Whose turn it is: decided over fakes and a clock that stands still."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest

from kiosk.supervision.protocol import (
    ALIVE,
    CRASH_PAGE,
    READY,
    SHOWN,
    TOUCHED,
    VISITED,
    WENT_ON,
    Handover,
    Role,
)
from kiosk.supervision.tty import centred
from kiosk.supervision.turns import (
    AGAIN_PAGE,
    ALIVE_SECONDS,
    DESK,
    DESK_PAGE,
    ENDED,
    KEY_BYTES,
    LEAVE,
    LOOKS_SECONDS,
    PAGE_SECONDS,
    RETRY_SECONDS,
    START_SECONDS,
    DraftKey,
    Turns,
    staff_page,
)

STAFF_PAGE = staff_page(70)

GO = Handover(Path("/srv/home"), ("Sam Practice", "four little words here"))


@dataclass(eq=False)
class FakeChild:
    role: Role
    given: bool = False
    killed: bool = False
    tells: Callable[[Role], Handover] = lambda _: GO
    told: Handover = GO
    """What it is told when its turn comes."""

    def give(self) -> None:
        self.given = True
        self.told = self.tells(self.role)

    def kill(self) -> None:
        self.killed = True


@dataclass
class FakeTerminal:
    source: int = 0
    target: int = 1
    pages: list[tuple[str, ...]] = field(default_factory=list)
    cleared: int = 0
    flushed: int = 0

    def take(self) -> None:
        raise AssertionError("deciding does not take the terminal")

    def give_back(self) -> None:
        raise AssertionError("deciding does not give the terminal back")

    def redraw(self) -> None:
        raise AssertionError("deciding does not redraw")

    def clear(self) -> None:
        self.cleared += 1

    def forget_typed(self) -> None:
        self.flushed += 1

    def show(self, page: Sequence[str]) -> None:
        self.pages.append(tuple(page))


class Kiosk:
    """`Turns` over fakes, with the verbs of a test."""

    def __init__(self, *, first: Role = Role.VISIT, once: bool = False) -> None:
        self.now = 1000.0
        self.no_room = False
        self.started: list[FakeChild] = []
        self.notes: list[str] = []
        self.visited: list[str] = []
        self.terminal = FakeTerminal()
        numbers = count(1)
        self.drafts = DraftKey(lambda: self.now, lambda size: bytes([next(numbers)]) * size)
        self.turns = Turns(
            self._start,
            self.terminal,
            self.notes.append,
            lambda: self.now,
            first=first,
            once=once,
            drafts=self.drafts,
            visited=self.visited.append,
        )
        self.turns.first()

    def _start(self, role: Role) -> FakeChild | None:
        if self.no_room:
            return None
        self.started.append(FakeChild(role, tells=lambda role: self.drafts.given_to(role, GO)))
        return self.started[-1]

    def hears(self, child: FakeChild, message: str) -> None:
        self.turns.heard(child, message)
        self.turns.tick()

    def sees_end(self, child: FakeChild, code: int) -> None:
        self.turns.ended(child, code)
        self.turns.tick()

    def crashes(self, child: FakeChild) -> None:
        """Let a process crash, and the calm page stand for its time."""
        self.sees_end(child, 70)
        self.waits(PAGE_SECONDS)

    def waits(self, seconds: float) -> None:
        """Let time pass as the supervisor does: it wakes when it wants to, and at the end."""
        end = self.now + seconds
        while self.now < end:
            wanted = self.turns.wait()
            self.stands_still(end - self.now if wanted is None else min(end - self.now, wanted))

    def stands_still(self, seconds: float) -> None:
        """Let time pass in which nobody runs, and wake."""
        self.now += seconds
        self.turns.tick()

    def stays_alive(self, child: FakeChild, seconds: float) -> None:
        """Let so many seconds pass in which a process says that it is alive."""
        for _ in range(round(seconds / 5)):
            self.waits(5)
            self.hears(child, ALIVE)

    def opens(self) -> FakeChild:
        """Let the newest process come to its first screen; return it. The next one is then started."""
        child = self.started[-1]
        self.hears(child, READY)
        self.hears(child, SHOWN)
        return child


def test_the_first_visit_gets_the_terminal_once_it_is_ready() -> None:
    kiosk = Kiosk()
    (first,) = kiosk.started
    assert not first.given
    kiosk.hears(first, READY)
    assert first.given
    assert not kiosk.turns.up
    kiosk.hears(first, SHOWN)
    assert kiosk.turns.up
    assert kiosk.terminal.flushed == 1


def test_the_next_visit_starts_when_the_first_is_shown_and_not_before() -> None:
    kiosk = Kiosk()
    kiosk.hears(kiosk.started[0], READY)
    assert len(kiosk.started) == 1
    kiosk.hears(kiosk.started[0], SHOWN)
    assert [child.role for child in kiosk.started] == [Role.VISIT, Role.VISIT]
    assert not kiosk.started[1].given


def test_a_warm_successor_goes_in_the_same_breath() -> None:
    kiosk = Kiosk()
    first = kiosk.opens()
    kiosk.hears(kiosk.started[1], READY)
    assert not kiosk.started[1].given
    kiosk.sees_end(first, ENDED)
    assert kiosk.started[1].given
    assert kiosk.terminal.cleared == 1
    assert kiosk.terminal.pages == []
    assert kiosk.notes == []


def test_leaving_ends_the_kiosk_with_zero() -> None:
    kiosk = Kiosk()
    kiosk.sees_end(kiosk.opens(), LEAVE)
    assert kiosk.turns.exit_code == 0


def test_the_desk_takes_a_turn_and_the_warm_visit_waits_for_it() -> None:
    kiosk = Kiosk()
    visit = kiosk.opens()
    warm = kiosk.started[1]
    kiosk.hears(warm, READY)
    kiosk.sees_end(visit, DESK)
    desk = kiosk.started[2]
    assert desk.role is Role.DESK
    assert kiosk.terminal.pages == [DESK_PAGE]
    kiosk.hears(desk, READY)
    kiosk.hears(desk, SHOWN)
    assert (desk.given, warm.given) == (True, False)
    assert len(kiosk.started) == 3
    kiosk.sees_end(desk, ENDED)
    assert warm.given


def test_a_desk_that_crashes_or_does_not_start_gives_way_to_a_visit() -> None:
    for shown in (True, False):
        kiosk = Kiosk()
        visit = kiosk.opens()
        warm = kiosk.started[1]
        kiosk.hears(warm, READY)
        kiosk.sees_end(visit, DESK)
        if shown:
            kiosk.opens()
        kiosk.sees_end(kiosk.started[2], 70)
        assert kiosk.terminal.pages[-1] == AGAIN_PAGE
        kiosk.waits(PAGE_SECONDS)
        assert warm.given
        assert len(kiosk.notes) == 1


@pytest.mark.parametrize(
    ("code", "told"), [(70, "a visit crashed (exit code 70)"), (-9, "a visit crashed (signal 9)")]
)
def test_a_crash_shows_the_calm_page_for_two_seconds_and_is_noted(code: int, told: str) -> None:
    kiosk = Kiosk()
    first = kiosk.opens()
    kiosk.hears(kiosk.started[1], READY)
    kiosk.sees_end(first, code)
    assert kiosk.terminal.pages == [AGAIN_PAGE]
    assert kiosk.notes == [told]
    kiosk.waits(PAGE_SECONDS - 0.1)
    assert not kiosk.started[1].given
    kiosk.waits(0.1)
    assert kiosk.started[1].given


def test_the_calm_page_speaks_the_language_of_the_visit_and_of_no_visit_after_it() -> None:
    kiosk = Kiosk()
    visit = kiosk.opens()
    kiosk.hears(visit, CRASH_PAGE + '["Uruchamia si\u0119 ponownie.", "Czekaj."]')
    kiosk.crashes(visit)
    kiosk.crashes(kiosk.opens())
    assert kiosk.terminal.pages == [("Uruchamia si\u0119 ponownie.", "Czekaj.")] * 2
    kiosk.waits(60)
    kiosk.sees_end(kiosk.opens(), ENDED)
    kiosk.crashes(kiosk.opens())
    assert kiosk.terminal.pages[2:] == [AGAIN_PAGE]


def test_the_calm_page_stays_until_the_next_visit_is_ready() -> None:
    kiosk = Kiosk()
    kiosk.sees_end(kiosk.opens(), 70)
    kiosk.waits(PAGE_SECONDS + 1)
    assert not kiosk.started[1].given
    kiosk.hears(kiosk.started[1], READY)
    assert kiosk.started[1].given


def test_an_end_before_anything_was_shown_is_a_crash() -> None:
    kiosk = Kiosk()
    kiosk.hears(kiosk.started[0], READY)
    kiosk.sees_end(kiosk.started[0], ENDED)
    assert kiosk.terminal.pages == [AGAIN_PAGE]


def test_three_crashes_in_half_a_minute_call_for_staff_and_are_retried_every_ten_seconds_for_ever() -> None:
    kiosk = Kiosk()
    for _ in range(3):
        kiosk.crashes(kiosk.opens())
    assert kiosk.terminal.pages == [AGAIN_PAGE, AGAIN_PAGE, STAFF_PAGE]
    assert kiosk.turns.up
    for _ in range(20):
        before = len(kiosk.started)
        kiosk.waits(RETRY_SECONDS)
        kiosk.sees_end(kiosk.opens(), 70)
        assert kiosk.terminal.pages[-1] == STAFF_PAGE
        assert len(kiosk.started) <= before + 1
        assert kiosk.turns.wait() == pytest.approx(LOOKS_SECONDS)


def test_crashes_far_apart_are_no_loop() -> None:
    kiosk = Kiosk()
    for _ in range(6):
        kiosk.sees_end(kiosk.opens(), 70)
        kiosk.waits(16)
    assert STAFF_PAGE not in kiosk.terminal.pages


def test_a_process_that_cannot_even_start_does_not_make_the_kiosk_spin() -> None:
    kiosk = Kiosk()
    for _ in range(1000):
        seen = len(kiosk.started)
        kiosk.sees_end(kiosk.started[-1], 1)
        if len(kiosk.started) == seen:
            break
    assert len(kiosk.started) == 3
    assert kiosk.terminal.pages[-1] == staff_page(1)
    kiosk.waits(RETRY_SECONDS)
    assert kiosk.opens().given


def test_a_machine_without_room_for_a_process_is_tried_again() -> None:
    kiosk = Kiosk()
    kiosk.turns.call = "Ann Lee, 020 7946 0000"
    first = kiosk.opens()
    kiosk.no_room = True
    kiosk.sees_end(kiosk.started[1], 1)
    kiosk.sees_end(first, ENDED)
    assert kiosk.terminal.pages[-1][-1] == "For staff: call Ann Lee, 020 7946 0000. Fault 71."
    kiosk.no_room = False
    kiosk.waits(RETRY_SECONDS)
    assert kiosk.opens().given


def test_a_successor_that_dies_while_it_waits_is_replaced_and_the_visit_sees_nothing_of_it() -> None:
    kiosk = Kiosk()
    first = kiosk.opens()
    kiosk.hears(kiosk.started[1], READY)
    kiosk.sees_end(kiosk.started[1], -11)
    assert kiosk.notes == ["a waiting visit process ended (signal 11)"]
    assert kiosk.terminal.pages == []
    replacement = kiosk.started[2]
    kiosk.hears(replacement, READY)
    kiosk.sees_end(first, ENDED)
    assert replacement.given


def test_a_process_that_hangs_before_its_first_screen_is_ended() -> None:
    kiosk = Kiosk()
    kiosk.waits(START_SECONDS)
    assert kiosk.started[0].killed
    kiosk.sees_end(kiosk.started[0], -9)
    kiosk.hears(kiosk.started[1], READY)
    kiosk.waits(PAGE_SECONDS)
    assert kiosk.started[1].given
    kiosk.waits(START_SECONDS)
    assert kiosk.started[1].killed


def test_staff_are_asked_where_one_start_after_another_hangs_however_long_that_takes() -> None:
    kiosk = Kiosk()
    for start in range(3):
        kiosk.waits(START_SECONDS)
        kiosk.sees_end(kiosk.started[start], -9)
        kiosk.waits(PAGE_SECONDS)
    assert kiosk.terminal.pages == [AGAIN_PAGE, AGAIN_PAGE, staff_page(137)]


def test_a_supervisor_wakes_to_look_at_the_clock_and_no_more_often() -> None:
    kiosk = Kiosk()
    visit = kiosk.opens()
    kiosk.hears(kiosk.started[1], READY)
    kiosk.waits(ALIVE_SECONDS - LOOKS_SECONDS / 2)
    assert kiosk.turns.wait() == pytest.approx(LOOKS_SECONDS / 2)
    kiosk.hears(visit, ALIVE)
    assert kiosk.turns.wait() == pytest.approx(LOOKS_SECONDS)


@pytest.mark.parametrize("role", Role)
def test_a_process_that_hangs_as_soon_as_it_is_shown_is_ended(role: Role) -> None:
    kiosk = Kiosk(first=role)
    hung = kiosk.opens()
    kiosk.waits(ALIVE_SECONDS - 0.1)
    assert not hung.killed
    assert kiosk.turns.lives
    kiosk.waits(0.1)
    assert hung.killed
    assert kiosk.notes == [f"a {role.value} process hangs and is ended"]
    # Only where it does not end, or what comes next does not, somebody else has to.
    assert not kiosk.turns.lives
    kiosk.sees_end(hung, -9)
    assert kiosk.turns.lives
    kiosk.waits(START_SECONDS)
    assert not kiosk.turns.lives


def test_a_slow_machine_has_as_long_for_the_first_screen_as_for_the_start() -> None:
    kiosk = Kiosk()
    (slow,) = kiosk.started
    kiosk.waits(START_SECONDS - 1)
    kiosk.hears(slow, READY)
    kiosk.waits(START_SECONDS - 1)
    kiosk.hears(slow, SHOWN)
    kiosk.waits(ALIVE_SECONDS - 1)
    kiosk.hears(slow, ALIVE)
    kiosk.waits(ALIVE_SECONDS - 1)
    assert not slow.killed


def test_a_process_that_waits_for_its_turn_may_be_silent_for_ever() -> None:
    kiosk = Kiosk()
    visit = kiosk.opens()
    warm = kiosk.started[1]
    kiosk.hears(warm, READY)
    for _ in range(1000):
        kiosk.hears(visit, ALIVE)
        kiosk.waits(ALIVE_SECONDS - 1)
    assert not warm.killed


def test_a_desk_of_its_own_ends_with_its_process() -> None:
    for code, expected in ((ENDED, 0), (LEAVE, 0), (70, 70), (-9, 70)):
        kiosk = Kiosk(first=Role.DESK, once=True)
        kiosk.sees_end(kiosk.opens(), code)
        assert kiosk.turns.exit_code == expected
        assert len(kiosk.started) == 1


def test_a_desk_of_its_own_that_does_not_start_ends_with_a_crash() -> None:
    kiosk = Kiosk(first=Role.DESK, once=True)
    kiosk.sees_end(kiosk.started[0], 1)
    assert kiosk.turns.exit_code == 70


# -- the key of the draft of the visit that runs


def test_each_visit_gets_a_key_of_its_own() -> None:
    kiosk = Kiosk()
    keys = []
    for _ in range(5):
        visit = kiosk.opens()
        keys.append(visit.told.draft_key)
        assert visit.told.crashed is None
        assert len(visit.told.draft_key) == KEY_BYTES
        kiosk.sees_end(visit, ENDED)
    assert len(set(keys)) == 5


def test_after_a_crash_the_next_visit_gets_the_same_key_and_how_long_ago_that_was() -> None:
    for code in (70, -9, 1):
        kiosk = Kiosk()
        crashed = kiosk.opens()
        kiosk.sees_end(crashed, code)
        kiosk.waits(PAGE_SECONDS + 0.5)
        next_one = kiosk.opens()
        assert next_one.told.draft_key == crashed.told.draft_key
        assert next_one.told.crashed == PAGE_SECONDS + 0.5


def test_the_key_is_new_again_once_the_visit_that_followed_a_crash_has_ended() -> None:
    kiosk = Kiosk()
    crashed = kiosk.opens()
    kiosk.crashes(crashed)
    kiosk.sees_end(kiosk.opens(), ENDED)
    visit = kiosk.opens()
    assert visit.told.draft_key != crashed.told.draft_key
    assert visit.told.crashed is None


def test_how_a_visit_went_is_passed_on_and_a_stranger_is_not_heard() -> None:
    kiosk = Kiosk()
    visit = kiosk.opens()
    kiosk.hears(visit, f'{VISITED}{{"band":1}}')
    kiosk.sees_end(visit, ENDED)
    kiosk.hears(visit, f'{VISITED}{{"band":2}}')
    assert kiosk.visited == ['{"band":1}']


def test_a_visit_that_went_on_and_crashes_again_counts_from_its_own_crash() -> None:
    kiosk = Kiosk()
    crashed = kiosk.opens()
    kiosk.crashes(crashed)
    again = kiosk.opens()
    kiosk.hears(again, WENT_ON)
    kiosk.stays_alive(again, 1200)
    kiosk.hears(again, TOUCHED)
    kiosk.crashes(again)
    third = kiosk.opens()
    assert third.told.draft_key == crashed.told.draft_key
    assert third.told.crashed == PAGE_SECONDS


def test_the_time_after_a_crash_counts_from_the_last_touch() -> None:
    kiosk = Kiosk()
    visit = kiosk.opens()
    kiosk.stays_alive(visit, 30)
    kiosk.hears(visit, TOUCHED)
    kiosk.stays_alive(visit, 100)
    kiosk.sees_end(visit, -9)
    kiosk.waits(PAGE_SECONDS)
    assert kiosk.opens().told.crashed == 100 + PAGE_SECONDS


def test_a_hang_counts_from_the_last_touch_too() -> None:
    kiosk = Kiosk()
    visit = kiosk.opens()
    kiosk.hears(visit, TOUCHED)
    kiosk.waits(ALIVE_SECONDS)
    assert visit.killed
    kiosk.sees_end(visit, -9)
    kiosk.waits(PAGE_SECONDS)
    assert kiosk.opens().told.crashed == ALIVE_SECONDS + PAGE_SECONDS


def test_whoever_only_says_that_it_was_not_them_gives_a_crash_no_time_anew() -> None:
    kiosk = Kiosk()
    visit = kiosk.opens()
    kiosk.hears(visit, TOUCHED)
    kiosk.crashes(visit)
    again = kiosk.opens()
    kiosk.waits(10)
    kiosk.hears(again, TOUCHED)
    kiosk.crashes(again)
    assert kiosk.opens().told.crashed == 10 + 2 * PAGE_SECONDS


@pytest.mark.parametrize("seconds", [2, ALIVE_SECONDS - 5, ALIVE_SECONDS - 4, ALIVE_SECONDS + 1, 8 * 3600])
def test_a_supervisor_that_stood_still_itself_takes_nobody_s_silence_for_a_hang(seconds: float) -> None:
    kiosk = Kiosk()
    visit = kiosk.opens()
    warm = kiosk.started[-1]
    kiosk.waits(4.5)  # it said so long ago that it is alive
    kiosk.turns.wait()
    kiosk.stands_still(seconds)
    kiosk.waits(4.5)  # until it says so again
    assert not visit.killed
    assert not warm.killed
    assert kiosk.notes == []
    kiosk.hears(visit, ALIVE)
    kiosk.waits(ALIVE_SECONDS)  # but who says nothing from then on hangs
    assert visit.killed


def test_a_visit_that_ends_before_it_has_shown_anything_has_crashed_and_its_key_stays() -> None:
    kiosk = Kiosk()
    crashed = kiosk.opens()
    kiosk.crashes(crashed)
    unseen = kiosk.started[-1]
    kiosk.hears(unseen, READY)
    kiosk.waits(1)
    kiosk.sees_end(unseen, ENDED)
    kiosk.waits(PAGE_SECONDS)
    third = kiosk.opens()
    assert third.told.draft_key == unseen.told.draft_key == crashed.told.draft_key
    # Nobody was there in between, so it counts from the first crash.
    assert third.told.crashed == 2 * PAGE_SECONDS + 1


def test_a_warm_visit_that_dies_does_not_touch_the_key_of_the_one_that_runs() -> None:
    kiosk = Kiosk()
    visit = kiosk.opens()
    kiosk.sees_end(kiosk.started[-1], -9)
    kiosk.crashes(visit)
    assert kiosk.opens().told.draft_key == visit.told.draft_key


def test_a_desk_never_gets_a_key_and_ends_none() -> None:
    kiosk = Kiosk()
    visit = kiosk.opens()
    warm = kiosk.started[-1]
    kiosk.hears(warm, READY)
    kiosk.sees_end(visit, DESK)
    desk = kiosk.opens()
    assert (desk.role, desk.told) == (Role.DESK, GO)
    kiosk.crashes(desk)
    assert warm.given
    assert warm.told.crashed is None
    assert warm.told.draft_key != visit.told.draft_key


def test_a_desk_that_is_opened_after_a_crash_ends_what_could_have_gone_on() -> None:
    kiosk = Kiosk()
    crashed = kiosk.opens()
    kiosk.crashes(crashed)
    kiosk.sees_end(kiosk.opens(), DESK)
    warm = kiosk.started[-2]
    kiosk.sees_end(kiosk.opens(), ENDED)
    kiosk.hears(warm, READY)
    assert warm.told.draft_key not in (b"", crashed.told.draft_key)
    assert warm.told.crashed is None


def test_keys_are_random() -> None:
    keys = {DraftKey(lambda: 0.0).given_to(Role.VISIT, GO).draft_key for _ in range(20)}
    assert len(keys) == 20
    assert {len(key) for key in keys} == {KEY_BYTES}


@pytest.mark.parametrize(
    "go",
    [
        Handover(Path("/srv/a home")),
        GO,
        Handover(Path("/srv/home"), None, bytes(range(32)), 2.5),
        Handover(Path("/srv/home"), ("Sam", "words"), bytes(32), 0.0),
        Handover(Path("/srv/h\udcffome\n"), None, b"", None),
        Handover(Path("/srv/home"), ("Sam", "words"), draft=Path("/srv/d\udcffraft/small.toml")),
    ],
)
def test_what_a_process_is_told_is_one_line_and_comes_back(go: Handover) -> None:
    line = go.to_line()
    assert line.count(b"\n") == 1
    assert line.endswith(b"\n")
    assert Handover.from_line(line) == go


def test_neither_key_nor_passphrase_shows_in_repr() -> None:
    told = repr(
        Handover(Path("/srv/home"), ("Sam", "four little words"), b"secret key of 32 bytes, to the end")
    )
    assert "secret" not in told
    assert b"secret".hex() not in told
    assert "little" not in told


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (56, 16), (20, 5), (1, 1), (500, 200)])
def test_the_calm_pages_fit_any_terminal(columns: int, rows: int) -> None:
    for page in (AGAIN_PAGE, staff_page(137, "Ann Lee, 020 7946 0000"), DESK_PAGE):
        drawn = centred(page, columns, rows)
        places = re.findall(r"\x1b\[(\d+);(\d+)H([^\x1b]+)", drawn)
        assert places
        for row, column, text in places:
            assert 1 <= int(row) <= rows
            assert int(column) >= 1
            assert int(column) + len(text) - 1 <= columns


def test_a_calm_page_from_right_to_left_is_painted_as_it_is_read() -> None:
    assert "\x1b[12;39Hﻡﻼﺳ" in centred(["سلام"], 80, 24)
