"""After a crash of the program: going on, by a question that tells the next person nothing."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest
from msgspec import structs

from kiosk.entry import handle
from kiosk.session import Session, open_session
from kiosk.supervision.turns import ENDED
from kiosk.visit.drafts import Draft, Drafts, RunningDraft
from screens.visit.after_crash_screen import AfterCrashScreen
from screens.visit.my_page_screen import MyPageScreen
from screens.visit.parts_screen import PartsScreen
from screens.visit.welcome_screen import WelcomeScreen
from screens.widgets.check_screen import CheckScreen
from tests.screens import looks
from tests.screens.conftest import Kiosk, saved_pages
from tests.screens.visit.kept import KEY, after_crash, draft_files, draft_of, running, running_files
from tests.visitor import CHECK, NOW, SMALL, Visitor, derive, leaves, visit

WARN, GRACE = 90, 60


def _crashes(session: Session, *, keeping: bool = False, **stood: Any) -> tuple[Session, str]:
    """Let a program crash that kept how far a visit had come. Return the kiosk after it, and the code."""
    draft = structs.replace(Draft(made=NOW, pack=session.pack, answers={"mood": 2}, at="where"), **stood)
    code = handle.draw()
    if keeping:
        keys = derive(code)
        draft = structs.replace(draft, code=code.symbols, id=keys.id, identity=keys.identity)
    session = running(session)
    RunningDraft(session.home.running, KEY).keep(draft)
    return after_crash(session), str(code)


# -- put away first, forgotten last


async def _hides(visitor: Visitor) -> None:
    await visitor.presses("f9")


async def _goes_away(visitor: Visitor) -> None:
    await visitor.waits(180 + 60)


@pytest.mark.parametrize("ends", [_hides, _goes_away])
async def test_whoever_leaves_is_kept_behind_the_code_before_the_running_draft_goes(
    kiosk: Kiosk, ends: Callable[[Visitor], Awaitable[None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    session = running(kiosk())
    done = _notes_order(monkeypatch)
    async with visit(session, at="mood", keeping=True) as visitor:
        done.clear()
        await ends(visitor)
    assert done[:2] == ["put away", "dropped"]


async def test_who_says_no_after_a_crash_finds_it_put_away_before_it_is_forgotten(
    kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, code = _crashes(kiosk(), keeping=True)
    done = _notes_order(monkeypatch)
    assert session.crashed is not None
    crashed = replace(session.crashed, went_on=lambda: done.append("over"))
    async with visit(replace(session, crashed=crashed)) as visitor:
        await visitor.presses("1", "enter")
        assert (visitor.gone, visitor.outcome) == (True, ENDED)
    assert not running_files(session)
    assert done == ["put away", "dropped", "over"]
    assert _answers_behind(session, code) == {"mood": 2}


def _notes_order(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    done: list[str] = []
    keep, drop = Drafts.keep, RunningDraft.drop

    def keeps(drafts: Drafts, *given: Any) -> None:
        done.append("put away")
        keep(drafts, *given)

    def drops(running: RunningDraft) -> None:
        done.append("dropped")
        drop(running)

    monkeypatch.setattr(Drafts, "keep", keeps)
    monkeypatch.setattr(RunningDraft, "drop", drops)
    return done


# -- the question


async def test_the_question_shows_not_a_word_of_the_visit(kiosk: Kiosk) -> None:
    session, _ = _crashes(kiosk(), answers={"day": "brindle", "people": ("Zoe",)}, at="people")
    frames: list[str]
    async with visit(session, size=SMALL) as visitor:
        frames = visitor.watches()
        assert isinstance(visitor.page, AfterCrashScreen)
        assert visitor.sees(
            "This machine had to start again",
            "Were you at this screen just now?",
            "1 ○ No, I have just come",
            "2 ○ Yes, I was here",
        )
        assert looks.problems(visitor) == []
        # Whoever only presses Enter has not said yes, and there is no way back to answers.
        await visitor.presses("enter", "escape", "f7", "f8", "f5")
        assert isinstance(visitor.page, AfterCrashScreen)
        shown = "\n".join([*frames, visitor.screen_text()])
        for word in ("brindle", "Zoe", "What is a good day?", "People", "Second", "Question"):
            assert word not in shown


async def test_yes_goes_on_at_the_question_with_all_that_was_answered_and_hiding_then_leaves_nothing(
    kiosk: Kiosk,
) -> None:
    went_on: list[None] = []
    session, _ = _crashes(kiosk())
    crashed = session.crashed
    assert crashed is not None
    session = replace(session, crashed=replace(crashed, went_on=lambda: went_on.append(None)))
    async with visit(session) as visitor:
        assert went_on == []
        await visitor.presses("2", "enter")
        assert went_on == [None]
        assert visitor.question == "where"
        assert visitor.given == {"mood": 2}
        await visitor.answers("out")
        await visitor.goes_on()
        assert visitor.given == {"mood": 2, "where": "out"}
        await visitor.presses("f9")
        assert (visitor.gone, visitor.outcome) == (True, ENDED)
    assert not draft_files(session)


async def test_a_crash_at_the_end_goes_on_at_my_page(kiosk: Kiosk) -> None:
    session, _ = _crashes(kiosk(), at="")
    async with visit(session) as visitor:
        await visitor.presses("2", "enter")
        assert isinstance(visitor.page, MyPageScreen)
        await visitor.goes_on()
        assert isinstance(visitor.page, CheckScreen)
        assert visitor.given == {"mood": 2}


async def test_a_crash_at_the_parts_goes_on_there(kiosk: Kiosk) -> None:
    session = running(kiosk())
    async with visit(session, at="mood") as visitor:
        await visitor.presses("escape")
    async with visit(after_crash(session)) as visitor:
        await visitor.presses("2", "enter")
        assert isinstance(visitor.page, PartsScreen)


async def test_silence_forgets_it(kiosk: Kiosk) -> None:
    session, _ = _crashes(kiosk())
    async with visit(after_crash(session, WARN + GRACE - 10)) as visitor:
        await visitor.waits(9)
        assert isinstance(visitor.page, AfterCrashScreen)
        frames = visitor.watches()
        await visitor.waits(1)
        assert (visitor.gone, visitor.outcome) == (True, ENDED)
        assert visitor.given == {}
        assert not any("Where are you best?" in frame for frame in frames)
    assert not running_files(session)


@pytest.mark.parametrize(
    ("slept", "keeping", "wakes_by"),
    [
        (10, True, ["2", "enter"]),
        (8 * 3600, False, ["f9"]),
        (10, False, ["click"]),
        (8 * 3600, True, ["mouse"]),
        (10, False, ["refresh"]),
        (8 * 3600, True, ["look"]),
    ],
)
async def test_whoever_comes_after_a_sleep_is_not_asked_and_gets_none_of_it(
    kiosk: Kiosk, wakes_by: list[str], slept: float, *, keeping: bool
) -> None:
    session, code = _crashes(kiosk(), keeping=keeping)
    async with visit(after_crash(session, WARN + GRACE - 10)) as visitor:
        await visitor.presses("2")  # yes is chosen, and Enter not pressed yet
        frames = visitor.watches()
        visitor.clock.at += slept
        match wakes_by:
            case ["click"]:
                await visitor.clicks("Continue")
            case ["mouse"]:
                visitor.drifts()
                await visitor.settle()
            case ["refresh"]:
                visitor.page.refresh(layout=True)
                await visitor.settle()
            case ["look"]:
                visitor.app.watch_presence()
                await visitor.settle()
            case keys:
                await visitor.presses(*keys)
        assert (visitor.gone, visitor.outcome) == (True, ENDED)
        assert visitor.given == {}
        assert not any(frame.strip() for frame in frames)
    assert not running_files(session)
    if keeping:
        assert _answers_behind(session, code) == {"mood": 2}
    else:
        assert not draft_files(session)


async def test_a_short_sleep_over_the_question_leaves_it_there(kiosk: Kiosk) -> None:
    session, _ = _crashes(kiosk())
    async with visit(after_crash(session, 10)) as visitor:
        visitor.clock.at += WARN + GRACE - 20
        await visitor.presses("2", "enter")
        assert visitor.question == "where"


async def test_a_scanned_code_is_no_answer_to_it_and_by_touch_one_says_yes(kiosk: Kiosk) -> None:
    session, _ = _crashes(kiosk())
    async with visit(session, size=SMALL) as visitor:
        for typed in ("2222222222222222", "0200020002000200", "K7QX4MPD9RTW2HN2"):
            await visitor.scans(typed)
            assert isinstance(visitor.page, AfterCrashScreen)
        await visitor.clicks("Yes, I was here")
        await visitor.clicks("Continue")
        assert visitor.question == "where"


@pytest.mark.parametrize(
    ("keys", "keeping"),
    [(["f9"], True), (["escape", "escape", "escape"], False), (["1", "enter"], False)],
)
async def test_hiding_the_question_or_a_no_forgets_it_but_for_the_code_of_who_chose_to_keep(
    kiosk: Kiosk, keys: list[str], *, keeping: bool
) -> None:
    session, code = _crashes(kiosk(), keeping=keeping)
    async with visit(session) as visitor:
        await visitor.presses(*keys, every=0.2)
        assert (visitor.gone, visitor.outcome) == (True, ENDED)
        assert visitor.given == {}
    assert not running_files(session)
    if keeping:
        assert _answers_behind(session, code) == {"mood": 2}
    else:
        assert draft_files(session) == []


@pytest.mark.parametrize(
    ("seconds", "offered", "keeping"),
    [(WARN + GRACE - 1, True, True), (WARN + GRACE, False, True), (WARN + GRACE, False, False)],
)
async def test_too_late_it_is_never_offered(
    kiosk: Kiosk, seconds: float, *, offered: bool, keeping: bool
) -> None:
    session, code = _crashes(kiosk(), keeping=keeping)
    went_on: list[None] = []
    opened = open_session(
        session.home,
        draft_key=KEY,
        crashed_seconds=seconds,
        went_on=lambda: went_on.append(None),
    )
    async with visit(opened) as visitor:
        assert isinstance(visitor.page, AfterCrashScreen if offered else WelcomeScreen)
        assert went_on == ([] if offered else [None])
        assert visitor.given == {}
        assert bool(running_files(session)) is offered
    # Whoever had chosen to keep has the code that opens it all the same.
    if keeping and not offered:
        assert _answers_behind(session, code) == {"mood": 2}
    else:
        assert not draft_files(session)


async def test_where_nothing_crashed_nothing_is_asked(kiosk: Kiosk) -> None:
    async with visit(running(kiosk())) as visitor:
        assert isinstance(visitor.page, WelcomeScreen)


# -- while a code is on the screen


async def test_a_crash_before_the_code_was_kept_shows_it_again_and_what_happens_with_the_wish_to_talk(
    kiosk: Kiosk,
) -> None:
    session = running(kiosk())
    async with visit(session, at=CHECK, given={"day": "brindle"}) as visitor:
        await visitor.presses("f3", "enter")
        await visitor.saves()
        code = visitor.code
        name = session.vault.rows()[0].name
    (file,) = running_files(session)
    left = file.read_bytes()
    async with visit(after_crash(session)) as visitor:
        frames = visitor.watches()
        await visitor.presses("1", "enter")
        assert (visitor.gone, visitor.outcome) == (True, ENDED)
        # Whoever says no is shown no code.
        assert not any(code.split()[0] in frame for frame in frames)
    assert not running_files(session)
    file.write_bytes(left)
    async with visit(after_crash(session)) as visitor:
        assert isinstance(visitor.page, AfterCrashScreen)
        await visitor.presses("2", "enter")
        assert visitor.code == code
        assert visitor.sees(name)
        assert visitor.given == {}
        await visitor.presses("f6")
        assert await visitor.finds("What happens next", "You asked to talk to someone.")
        await visitor.presses("enter", "enter")
        await visitor.enters(code)
        assert visitor.sees("Your code is right")
        while not visitor.gone:
            await visitor.presses("enter")
    assert not running_files(session)
    assert len(saved_pages(session)) == 1


async def _pauses_and_crashes(session: Session, *, keeping: bool = False) -> str:
    """Write, make a pause, and let the program crash over its code. Return the code."""
    async with visit(session, at="day", keeping=keeping) as visitor:
        await visitor.types("brindle")
        await visitor.pauses()
        return visitor.noted


@pytest.mark.parametrize("keeping", [True, False])
async def test_a_crash_before_the_code_of_a_pause_was_kept_shows_it_again(
    kiosk: Kiosk, *, keeping: bool
) -> None:
    session = running(kiosk())
    code = await _pauses_and_crashes(session, keeping=keeping)
    # It may crash once more, over the code that is shown again.
    for times in range(1 if keeping else 2):
        async with visit(after_crash(session)) as visitor:
            frames = visitor.watches()
            assert isinstance(visitor.page, AfterCrashScreen)
            assert not any(code.split()[0] in frame for frame in frames)
            await visitor.presses("2", "enter")
            assert visitor.code == code
            assert visitor.given == {}
            if keeping or times:
                await visitor.presses("enter", "enter")
                assert (visitor.gone, visitor.outcome) == (True, ENDED)
    assert not running_files(session)
    assert _answers_behind(session, code) == {"day": "brindle"}


async def test_whoever_does_not_want_to_see_it_again_finds_the_pause_behind_it_all_the_same(
    kiosk: Kiosk,
) -> None:
    session = running(kiosk())
    code = await _pauses_and_crashes(session)
    (file,) = running_files(session)
    left = file.read_bytes()
    for keys in (["1", "enter"], ["f9"], ["2", "enter", "f9"]):
        file.write_bytes(left)
        async with visit(after_crash(session)) as visitor:
            await visitor.presses(*keys)
            assert (visitor.gone, visitor.outcome) == (True, ENDED)
        assert not running_files(session)
        assert _answers_behind(session, code) == {"day": "brindle"}


async def test_who_chose_to_keep_late_still_does_after_a_crash_over_that_code(kiosk: Kiosk) -> None:
    session = running(kiosk())
    async with visit(session) as visitor:
        await visitor.starts()
        await visitor.answers(2)
        await visitor.goes_back()
        await visitor.presses("escape", "2", "enter")
        code = visitor.code
    async with visit(after_crash(session)) as visitor:
        await visitor.presses("2", "enter", "enter", "f9")
        assert (visitor.gone, visitor.outcome) == (True, ENDED)
    assert _answers_behind(session, code) == {"mood": 2}


# -- as chosen at the start


def _answers_behind(session: Session, code: str) -> dict[str, object]:
    return dict(draft_of(session, code).answers)


async def test_whoever_chose_to_keep_still_does_after_a_crash_with_the_same_code(kiosk: Kiosk) -> None:
    session = running(kiosk())
    async with visit(session, at="mood", keeping=True) as visitor:
        await visitor.answers(2)
        await visitor.goes_on()
        code = visitor.noted
    # The app is gone, and nobody told the visit to end.
    async with visit(after_crash(session)) as visitor:
        await visitor.presses("2", "enter")
        await visitor.answers("out")
        await visitor.presses("f9")
        assert (visitor.gone, visitor.outcome) == (True, ENDED)
    assert _answers_behind(session, code) == {"mood": 2, "where": "out"}


async def test_whoever_saw_a_code_and_then_chose_to_clear_leaves_nothing_after_a_crash(kiosk: Kiosk) -> None:
    session = running(kiosk())
    async with visit(session) as visitor:
        await visitor.presses("enter", "2", "enter", "enter", "escape", "1", "enter", "enter")
        await visitor.answers(2)
        await visitor.goes_on()
    async with visit(after_crash(session)) as visitor:
        await visitor.presses("2", "enter", "f9")
        assert (visitor.gone, visitor.outcome) == (True, ENDED)
    assert not draft_files(session)


async def test_a_crash_while_an_entry_is_being_changed_goes_on_with_the_change(kiosk: Kiosk) -> None:
    session = running(kiosk())
    left = leaves(session, {"mood": 1})
    async with visit(session, back=left.code) as visitor:
        await visitor.chooses("Change or add answers")
        await visitor.changes("mood")
        await visitor.answers(2)
        await visitor.goes_on()
    async with visit(after_crash(session)) as visitor:
        await visitor.presses("2", "enter")
        assert isinstance(visitor.page, CheckScreen)
        assert visitor.given == {"mood": 2}
        await visitor.presses("escape")
        assert visitor.sees("Go back without saving?")
        await visitor.presses("delete")
        assert visitor.sees("Your answers", left.name)
        await visitor.chooses("Change or add answers")
        assert visitor.given == {"mood": 1}
        await visitor.saves()
        assert visitor.sees("Your new answers are saved")
    assert len(session.vault.pages(left.id)) == 2
