"""What becomes of the answers of whoever has to leave: cleared, or kept with a code, as they chose."""

from collections.abc import Awaitable, Callable

import msgspec
import pytest

from kiosk.counts.visits import VisitTold
from kiosk.entry import handle
from kiosk.entry.handle import Handle, HandleKeys
from kiosk.entry.pages import Reflection
from kiosk.errors import NoMemoryError
from kiosk.hardening import HUNG_UP, TERMINATED
from kiosk.session import Session
from kiosk.supervision.turns import ENDED
from screens.visit.before_screen import BeforeScreen
from screens.visit.parts_screen import PartsScreen
from screens.widgets.code_screen import CodeScreen
from screens.widgets.idle_screen import IdleScreen
from tests.screens import looks
from tests.screens.conftest import Kiosk, saved_pages
from tests.screens.visit.kept import draft_files, draft_of
from tests.visitor import CHECK, MY_PAGE, NOW, SMALL, Visitor, derive, saver_of, visit

Leave = Callable[[Visitor], Awaitable[None]]
UNSEEN = "Staff do not see that you want to talk."
STILL_OPENS = "Your code then still opens your answers."


async def _by_f9(visitor: Visitor) -> None:
    await visitor.presses("f9")


async def _by_escape(visitor: Visitor) -> None:
    await visitor.presses("escape", "escape", "escape", every=0.2)


async def _by_going_away(visitor: Visitor) -> None:
    await visitor.waits(180 + 60)


EVERY_WAY = pytest.mark.parametrize("leaves", [_by_f9, _by_escape, _by_going_away])


def _answers_behind(session: Session, code: str) -> dict[str, object]:
    return dict(draft_of(session, code).answers)


# -- the choice


async def test_it_is_asked_before_the_first_question_and_clearing_is_what_stands_there(kiosk: Kiosk) -> None:
    async with visit(kiosk(), size=SMALL) as visitor:
        await visitor.presses("enter")
        assert visitor.sees(
            "If you go away, or press F9 to hide this, what happens to your answers?",
            "1 ● Clear them. You cannot get them back.",
            "2 ○ Keep them. You get a code for them now.",
        )
        assert looks.problems(visitor) == []
        await visitor.presses("enter")
        assert isinstance(visitor.page, PartsScreen)


async def test_whoever_keeps_them_sees_the_code_at_once(kiosk: Kiosk) -> None:
    session = kiosk()
    async with visit(session) as visitor:
        await visitor.presses("enter")
        for keys in (["2"], ["down"], []):
            await visitor.presses(*keys)
            if not keys:
                await visitor.clicks("Keep them")
            assert visitor.sees("● Keep them.")
            if keys != []:
                await visitor.presses("1")
                assert visitor.sees("○ Keep them.")
        await visitor.presses("enter")
        assert isinstance(visitor.page, CodeScreen)
        assert visitor.sees(*visitor.code.split(), "Use this code to come back")
        # There is nothing to keep yet.
        assert draft_files(session) == []
        await visitor.presses("enter")
        assert isinstance(visitor.page, PartsScreen)


async def test_the_choice_can_be_made_anew_and_the_code_stays_the_same(kiosk: Kiosk) -> None:
    session = kiosk()
    async with visit(session) as visitor:
        await visitor.presses("enter", "2", "enter")
        visitor.noted = visitor.code
        await visitor.presses("enter", "escape")
        assert visitor.sees("● Keep them.")
        await visitor.presses("enter")
        assert visitor.code == visitor.noted
        await visitor.presses("enter", "escape")
        # Now the other way: that code opens nothing any more, not even what an earlier break left behind it.
        session.drafts().keep(derive(handle.read(visitor.noted)), visitor.app.visit.draft(NOW))
        await visitor.presses("1", "enter", "enter")
        assert visitor.question == "mood"
        await visitor.answers(2)
        await visitor.presses("f9")
        assert visitor.gone
    assert draft_files(session) == []


async def test_a_machine_too_short_of_memory_for_a_code_asks_again(kiosk: Kiosk) -> None:
    session = kiosk()
    failures = [NoMemoryError()]

    def sometimes(drawn: Handle) -> HandleKeys:
        if failures:
            raise failures.pop()
        return derive(drawn)

    async with visit(session, saver=saver_of(session, derive=sometimes)) as visitor:
        await visitor.presses("enter")
        await visitor.presses("2", "enter")
        assert visitor.sees("There is no code yet", "This machine is busy. Wait a moment, then try again.")
        await visitor.presses("enter")
        assert isinstance(visitor.page, BeforeScreen)
        await visitor.presses("enter")
        assert isinstance(visitor.page, CodeScreen)
        assert derive(handle.read(visitor.code)).id


# -- leaving in a hurry


async def test_with_clear_nothing_is_left_anywhere(kiosk: Kiosk) -> None:
    """`test_idle` has who goes away."""
    session = kiosk()
    async with visit(session, at="day") as visitor:
        await visitor.types("brindle")
        await _by_escape(visitor)
        assert (visitor.gone, visitor.outcome) == (True, ENDED)
        assert visitor.given == {}
    visitor.app.clear_away(ENDED)
    assert draft_files(session) == []
    assert session.vault.rows() == ()


@EVERY_WAY
async def test_with_keep_what_was_typed_is_behind_the_code_and_the_screen_is_blank(
    kiosk: Kiosk, leaves: Leave
) -> None:
    session = kiosk()
    async with visit(session, at="people", given={"mood": 2}, keeping=True) as visitor:
        await visitor.types("brindle")
        code = visitor.noted
        frames = visitor.watches()
        await leaves(visitor)
        assert (visitor.gone, visitor.outcome) == (True, ENDED)
        assert visitor.given == {}
        assert frames[-1].strip() == ""
        if leaves is not _by_escape:  # whoever presses Esc goes back meanwhile
            assert not any("brindle" in frame for frame in frames)
        if leaves is _by_f9:
            assert not any(frame.strip() for frame in frames)
    visitor.app.clear_away(ENDED)
    assert len(draft_files(session)) == 1
    assert _answers_behind(session, code) == {"mood": 2, "people": ("brindle",)}


@pytest.mark.parametrize("keys", [["f3", "1", "enter", "x"], ["f7"]])
async def test_f9_over_another_page_keeps_what_is_typed_below_it(kiosk: Kiosk, keys: list[str]) -> None:
    session = kiosk()
    async with visit(session, at="day", keeping=True) as visitor:
        await visitor.types("brindle")
        code = visitor.noted
        await visitor.presses(*keys, "f9")
        assert (visitor.gone, visitor.outcome) == (True, ENDED)
    assert _answers_behind(session, code) == {"day": "brindle"}


async def test_from_my_page_and_the_check_page_all_is_kept_as_well(kiosk: Kiosk) -> None:
    for at, private in ((MY_PAGE, ()), (CHECK, ("second",))):
        session = kiosk()
        async with visit(session, at=at, given={"mood": 2}, keeping=True) as visitor:
            code = visitor.noted
            for part in private:
                await visitor.shares(part)
            await visitor.presses("f9")
        draft = draft_of(session, code)
        assert (draft.answers, draft.at, draft.private) == ({"mood": 2}, "", private)


async def test_left_once_more_after_coming_back_it_is_kept_under_the_same_code(kiosk: Kiosk) -> None:
    session = kiosk()
    async with visit(session, at="day", given={"mood": 2}, keeping=True) as visitor:
        await visitor.types("brindle")
        code = visitor.noted
        await visitor.presses("f9")
    async with visit(session, back=code) as visitor:
        await visitor.chooses("Continue where I stopped")
        assert visitor.sees("brindle")
        assert visitor.given == {"mood": 2, "day": "brindle"}
        await visitor.types(" and fallow")
        await visitor.presses("f9")
    assert len(draft_files(session)) == 1
    assert _answers_behind(session, code) == {"mood": 2, "day": "brindle and fallow"}


async def test_a_disk_that_does_not_take_it_is_reported_and_the_screen_is_blank_all_the_same(
    kiosk: Kiosk,
) -> None:
    session = kiosk()
    session.home.drafts.write_text("a file where a folder should be")
    told: list[BaseException] = []
    async with visit(session, at="day", keeping=True, report=told.append) as visitor:
        await visitor.types("brindle")
        frames = visitor.watches()
        await visitor.presses("f9")
        assert (visitor.gone, visitor.outcome) == (True, ENDED)
        assert not any(frame.strip() for frame in frames)
        assert visitor.given == {}
    assert len(told) == 1
    assert "brindle" not in str(told[0])


@pytest.mark.parametrize(("code", "keeping"), [(HUNG_UP, True), (TERMINATED, False)])
async def test_a_visit_that_is_ended_from_outside_is_left_as_by_hiding_it(
    kiosk: Kiosk, code: int, *, keeping: bool
) -> None:
    session = kiosk()
    async with visit(session, at="people", given={"day": "brindle"}, keeping=keeping) as visitor:
        visitor.app.exit(code)
        await visitor.settle()
    visitor.app.clear_away(code)
    if keeping:
        assert _answers_behind(session, visitor.noted) == {"day": "brindle"}
    else:
        assert draft_files(session) == []
    assert visitor.given == {}


# -- leaving for good, and saving


async def test_f8_removes_everything_where_answers_would_be_kept(kiosk: Kiosk) -> None:
    session = kiosk()
    async with visit(session, at="day", keeping=True, size=SMALL) as visitor:
        await visitor.types("brindle")
        visitor.app.visit.talk = True
        await visitor.presses("f8")
        assert not visitor.sees("not saved")
        assert visitor.sees("Your answers are deleted if you clear this screen. You cannot get them back.")
        assert visitor.sees("The code that you got to come back will stop working.", UNSEEN)
        await looks.is_well(visitor)
        frames = visitor.watches()
        await visitor.presses("delete")
        assert (visitor.gone, visitor.outcome) == (True, ENDED)
        assert not any("brindle" in frame for frame in frames)
    assert draft_files(session) == []


async def test_once_saved_hiding_the_code_keeps_the_entry_and_no_draft(kiosk: Kiosk) -> None:
    session = kiosk()
    async with visit(session, at=CHECK, given={"mood": 2}, keeping=True) as visitor:
        await visitor.saves()
        assert visitor.code != visitor.noted
        await visitor.presses("f9")
    visitor.app.clear_away(ENDED)
    assert draft_files(session) == []
    assert len([page for page in saved_pages(session) if isinstance(page, Reflection)]) == 1


async def test_hidden_while_it_is_being_saved_the_answers_are_kept_and_nothing_is_saved(kiosk: Kiosk) -> None:
    session = kiosk()
    async with visit(session, at=CHECK, given={"mood": 2}, keeping=True) as visitor:
        code = visitor.noted
        visitor.hold_work()
        await visitor.saves()
        await visitor.presses("f9")
        await visitor.let_work()
    visitor.app.clear_away(ENDED)
    assert session.vault.rows() == ()
    assert _answers_behind(session, code) == {"mood": 2}


# -- nobody there


@pytest.mark.parametrize("keeping", [True, False])
async def test_the_warning_says_that_answers_are_kept_where_they_are(kiosk: Kiosk, *, keeping: bool) -> None:
    async with visit(kiosk(), at="mood", keeping=keeping, size=SMALL) as visitor:
        await visitor.answers(2)
        await visitor.waits(90)
        assert isinstance(visitor.page, IdleScreen)
        assert visitor.sees("This screen is cleared in 1 minute.")
        assert visitor.sees(STILL_OPENS) is keeping
        assert looks.problems(visitor) == []


async def test_the_warning_over_a_saved_code_promises_nothing_of_a_pause(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at=CHECK, keeping=True) as visitor:
        await visitor.saves()
        await visitor.waits(90)
        assert isinstance(visitor.page, IdleScreen)
        assert not visitor.sees(STILL_OPENS)


# -- how it went


def _home(session: Session) -> dict[str, tuple[int, int, bytes]]:
    """The name, size, time and bytes of all there is."""
    every = [path for path in session.home.root.rglob("*") if path.is_file()]
    return {str(path): (path.stat().st_size, path.stat().st_mtime_ns, path.read_bytes()) for path in every}


async def test_a_visit_tells_how_it_went_and_the_disk_does_not(kiosk: Kiosk) -> None:
    session = kiosk()

    async def hides_at_once(visitor: Visitor) -> None:
        await visitor.presses("f9")

    async def goes_back_and_stays(visitor: Visitor) -> None:
        await visitor.goes_back()
        await visitor.goes_on()
        visitor.clock.at += 1000
        await visitor.presses("f9")

    told, homes = [], []
    for walk in (hides_at_once, hides_at_once, goes_back_and_stays):
        async with visit(session, at="people", given={"mood": 1}) as visitor:
            await walk(visitor)
        told.append(msgspec.json.decode(visitor.app.told, type=VisitTold))
        homes.append(_home(session))
    _, hidden, went_back = told
    assert (hidden.went_back, hidden.band, went_back.band) == ((), 0, 1)
    assert [id_ for id_, _ in went_back.went_back] == ["people"]
    assert [id_ for id_, _ in hidden.stopped] == [id_ for id_, _ in went_back.stopped] == ["people"]
    assert homes[1] == homes[2]


async def test_a_saved_visit_ended_nowhere_and_a_cleared_one_where_it_stood(kiosk: Kiosk) -> None:
    session = kiosk()
    async with visit(session, at=CHECK, given={"mood": 1}) as visitor:
        await visitor.saves()
    assert not msgspec.json.decode(visitor.app.told, type=VisitTold).stopped
    async with visit(session, at="people", given={"mood": 1}) as visitor:
        await visitor.presses("f8", "delete")
    [(where, _)] = msgspec.json.decode(visitor.app.told, type=VisitTold).stopped
    assert where == "people"
    async with visit(session) as visitor:
        await visitor.presses("f9")
    assert visitor.app.told == b""


async def test_a_visit_with_breaks_counts_once(kiosk: Kiosk) -> None:
    session = kiosk()
    for stops in (("f7", "enter"), ("f9",)):
        async with visit(session, at="where", given={"mood": 1}, keeping=True) as visitor:
            await visitor.presses(*stops)
            code = visitor.noted
        assert not msgspec.json.decode(visitor.app.told, type=VisitTold).stopped
        async with visit(session, back=code) as visitor:
            await visitor.presses("enter", *stops)
        assert visitor.app.told == b""
    async with visit(session, back=code) as visitor:
        await visitor.presses("enter")
        await visitor.presses("f10", "enter")
        await visitor.saves()
        await visitor.presses("f9")
    assert visitor.app.told == b""
