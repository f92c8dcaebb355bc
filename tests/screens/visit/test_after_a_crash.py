"""After a crash of the program: going on, by a question that tells the next person nothing."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from msgspec import structs

from kiosk.entry import handle
from kiosk.entry.answers import Answer, Goal
from kiosk.hardening import CRASHED
from kiosk.session import Crashed, Session, open_session
from kiosk.supervision.turns import ENDED
from kiosk.vault.vault import Vault
from kiosk.visit.drafts import Draft, Drafts, RunningDraft
from screens.visit.after_crash_screen import AfterCrashScreen
from screens.visit.comment_screen import CommentScreen
from screens.visit.my_page_screen import MyPageScreen
from screens.visit.parts_screen import PartsScreen
from screens.visit.welcome_screen import ClearedScreen, WelcomeScreen
from screens.widgets.check_screen import CheckScreen
from screens.widgets.code_screen import CodeScreen
from screens.widgets.question_screen import QuestionScreen
from tests.screens import looks
from tests.screens.conftest import Kiosk, saved_pages
from tests.screens.visit.test_comment import comments
from tests.visitor import CHECK, MY_PAGE, NOW, SMALL, Visitor, derive, leaves, visit

KEY = bytes(range(32))
WARN, WRITING_WARN, GRACE = 90, 180, 60


def _running(session: Session, key: bytes = KEY) -> Session:
    """Return the kiosk below a supervisor that holds a key for the visit that runs."""
    return replace(session, running=RunningDraft(session.home.running, key))


def _kept(session: Session, key: bytes = KEY) -> Draft | None:
    return RunningDraft(session.home.running, key).read()


def _crashes(session: Session, *, keeping: bool = False, **stood: Any) -> tuple[Session, str]:
    """Let a program crash that kept how far a visit had come. Return the kiosk after it, and the code."""
    draft = structs.replace(Draft(made=NOW, pack=session.pack, answers={"mood": 2}, at="where"), **stood)
    code = handle.draw()
    if keeping:
        keys = derive(code)
        draft = structs.replace(draft, code=code.symbols, id=keys.id, identity=keys.identity)
    session = _running(session)
    RunningDraft(session.home.running, KEY).keep(draft)
    return _after_it(session), str(code)


def _files(session: Session) -> list[Path]:
    """Return the files of visits that run, or crashed."""
    return list(session.home.running.glob("*"))


def _after_it(session: Session, seconds: float = 2.0) -> Session:
    return replace(session, crashed=Crashed(_draft(session), seconds))


def _draft(session: Session) -> Draft:
    draft = _kept(session)
    assert draft is not None
    return draft


# -- what is kept meanwhile


async def test_the_running_visit_is_kept_anew_after_each_question(kiosk: Kiosk) -> None:
    session = _running(kiosk())
    async with visit(session, at="where", given={"mood": 2}) as visitor:
        await visitor.answers("out")
        await visitor.goes_on()
        assert _standing(session) == ({"mood": 2, "where": "out"}, "likes")
        await visitor.goes_back()
        assert _standing(session) == ({"mood": 2, "where": "out"}, "where")
        await visitor.walks_to_check()
        assert _standing(session) == ({"mood": 2, "where": "out"}, "")
        await visitor.shares("second")
        draft = _kept(session)
        assert draft is not None
        assert draft.private == ("second",)
        await visitor.presses("escape", "f3", "enter")
        draft = _kept(session)
        assert draft is not None
        assert draft.talk


def _standing(session: Session) -> tuple[dict[str, object], str]:
    draft = _kept(session)
    assert draft is not None
    return dict(draft.answers), draft.at


async def _saves(visitor: Visitor) -> None:
    await visitor.walks_to_check()
    await visitor.saves()
    while not visitor.gone:
        await visitor.presses("enter")


async def _hides(visitor: Visitor) -> None:
    await visitor.presses("f9")


async def _clears(visitor: Visitor) -> None:
    await visitor.presses("f8", "delete")


async def _pauses(visitor: Visitor) -> None:
    await visitor.pauses()


async def _pauses_and_keeps_the_code(visitor: Visitor) -> None:
    await visitor.pauses()
    await visitor.presses("enter")


async def _goes_away(visitor: Visitor) -> None:
    await visitor.waits(180 + 60)


@pytest.mark.parametrize("ends", [_saves, _hides, _clears, _pauses_and_keeps_the_code, _goes_away])
async def test_once_the_visit_is_over_it_is_gone(
    kiosk: Kiosk, ends: Callable[[Visitor], Awaitable[None]]
) -> None:
    session = _running(kiosk())
    async with visit(session, at=MY_PAGE, given={"day": "brindle"}) as visitor:
        assert _files(session)
        await ends(visitor)
        assert not _files(session)
    assert not _files(session)


async def test_where_nobody_holds_a_key_nothing_is_kept(kiosk: Kiosk) -> None:
    session = kiosk()
    async with visit(session, at="day") as visitor:
        await visitor.answers("brindle")
        await visitor.goes_on()
    assert not _files(session)


async def test_a_disk_that_does_not_take_it_stops_nobody(kiosk: Kiosk) -> None:
    session = kiosk()
    told: list[BaseException] = []
    running = RunningDraft(session.home.root / "no such" / "folder", KEY)
    session = replace(session, running=running)
    async with visit(session, at=CHECK, given={"day": "brindle"}, report=told.append) as visitor:
        await visitor.saves()
        assert visitor.sees("Your code")
    assert told
    assert not any("brindle" in str(error) for error in told)


# -- what is being written


async def test_the_sentence_being_written_is_kept_soon_after_the_last_key(kiosk: Kiosk) -> None:
    session = _running(kiosk())
    async with visit(session, at="day") as visitor:
        await visitor.types("brindle")
        assert _standing(session) == ({}, "day")
        await visitor.waits(3)
        assert _kept(session, bytes(32)) is None
        assert _standing(session) == ({"day": "brindle"}, "day")
        assert b"brindle" not in _files(session)[0].read_bytes()
    async with visit(_after_it(session)) as visitor:
        await visitor.presses("2", "enter")
        assert visitor.question == "day"
        assert visitor.sees("brindle")


async def test_what_crashes_while_it_is_being_hidden_is_left_for_nobody(
    kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = _running(kiosk())
    entered: list[Visitor] = []

    async def walk() -> None:
        async with visit(session, at="day") as visitor:
            entered.append(visitor)
            await visitor.answers("brindle")
            await visitor.goes_on()
            monkeypatch.setattr(visitor.app, "_end_hidden", mock.Mock(side_effect=LookupError))
            await visitor.presses("f9")

    with pytest.raises(LookupError):
        await walk()
    assert _files(session)
    entered[0].app.clear_away(CRASHED)
    assert not _files(session)


async def test_whoever_writes_without_a_pause_is_kept_now_and_then(kiosk: Kiosk) -> None:
    session = _running(kiosk())
    async with visit(session, at="day") as visitor:
        for number in range(40):
            await visitor.presses("ab"[number % 2], every=0.5)
            visitor.app.watch_presence()
        kept = str(_standing(session)[0]["day"])
        assert len(kept) >= 10
        assert ("ab" * 20).startswith(kept)


async def test_a_comment_that_was_being_written_is_there_again(kiosk: Kiosk) -> None:
    session = _running(kiosk())
    async with visit(session, at="day") as visitor:
        await visitor.types("Half an answ")
        await visitor.presses("f3", "1", "enter")
        await visitor.types("What is meant by brindle")
        await visitor.waits(3)
        kept = _draft(session)
        await visitor.waits(WRITING_WARN)  # it is covered by now
        assert _draft(session) == kept
    assert b"brindle" not in _files(session)[0].read_bytes()
    session = _after_it(session)
    async with visit(session) as visitor:
        await visitor.presses("2", "enter")
        assert isinstance(visitor.page, CommentScreen)
        await visitor.types("?")
        await visitor.presses("enter", "enter")
        assert visitor.question == "day"
        assert visitor.sees("Half an answ")
        assert not visitor.app.visit.comments
        assert not _draft(session).comments  # a crash now sends it no second time
    assert [(said.question, said.text) for said in comments(session)] == [
        ("day", "What is meant by brindle?")
    ]


async def test_a_comment_that_was_taken_back_is_not_there_again(kiosk: Kiosk) -> None:
    session = _running(kiosk())
    async with visit(session, at="day") as visitor:
        await visitor.presses("f3", "1", "enter")
        await visitor.types("brindle")
        await visitor.waits(3)
        await visitor.presses("escape")
        await visitor.waits(3)
    async with visit(_after_it(session)) as visitor:
        await visitor.presses("2", "enter")
        assert visitor.question == "day"


async def test_a_comment_that_was_being_written_is_behind_the_code_where_that_was_chosen(
    kiosk: Kiosk,
) -> None:
    session = kiosk()
    for goes in ("", "f9"):
        async with visit(session, at="day", keeping=True) as visitor:
            code = visitor.noted
            await visitor.presses("f3", "1", "enter")
            await visitor.types("brindle")
            await (visitor.presses(goes) if goes else visitor.waits(WRITING_WARN + GRACE))
            assert visitor.gone
        assert session.drafts().read(derive(handle.read(code))).comments == {"day": "brindle"}
    async with visit(session, back=code) as visitor:
        await visitor.presses("enter")
        assert isinstance(visitor.page, CommentScreen)
        assert visitor.sees("brindle")
    assert comments(session) == []


async def test_a_comment_that_could_not_be_kept_is_there_to_be_sent_again(kiosk: Kiosk) -> None:
    session = _running(kiosk())
    session.home.comments.write_text("a file where a folder should be")
    async with visit(session, at="day") as visitor:
        await visitor.presses("f3", "1", "enter")
        await visitor.types("brindle")
        await visitor.presses("enter", "enter")
        session.home.comments.unlink()
        await visitor.presses("f3", "1", "enter", "enter")
        assert visitor.sees("Thank you for your comment")
    assert [said.text for said in comments(session)] == ["brindle"]


async def test_what_was_being_said_of_how_this_was_is_there_again(kiosk: Kiosk) -> None:
    session = _running(kiosk())
    async with visit(session, at=CHECK) as visitor:
        await visitor.saves()
        code = visitor.code
        await visitor.keeps_code()
        await visitor.presses("2", "enter")
        await visitor.types("More pict")
        await visitor.waits(3)
    for said in ("ures", ""):
        session = _after_it(session)
        async with visit(session) as visitor:
            await visitor.presses("2", "enter")
            assert visitor.code == code
            await visitor.keeps_code()
            assert visitor.sees("How was this?", "●")
            await visitor.presses("enter")
            await visitor.types(said)
            await visitor.waits(3)
            if not said:
                await visitor.presses("enter")
    assert [(said.rating, said.text) for said in comments(session)] == [(2, "More pictures")]
    assert len(saved_pages(session)) == 1


async def test_a_comment_on_an_answer_that_is_being_changed_is_there_again(
    kiosk: Kiosk,
) -> None:
    session = _running(kiosk())
    async with visit(session, at=CHECK, given={"day": "brind"}) as visitor:
        await visitor.changes("day")
        await visitor.types("le")
        await visitor.presses("f3", "1", "enter")
        await visitor.types("Why?")
        await visitor.waits(3)
    async with visit(_after_it(session)) as visitor:
        await visitor.presses("2", "enter", "enter")
        assert visitor.given == {"day": "brindle"}
        await visitor.changes("mood")
        assert visitor.question == "mood"
        await visitor.goes_on()
        await visitor.changes("day")
        assert isinstance(visitor.page, CommentScreen)
        assert visitor.sees("Why?")
        await visitor.presses("escape")
        await visitor.goes_on()
        await visitor.changes("day")
        assert visitor.question == "day"


@pytest.mark.parametrize(
    ("at", "keys", "answer"),
    [
        ("mood", ["2"], 2),
        ("likes", ["1", "2"], ("tea", "milk")),
        ("people", ["Z", "o", "enter", "B"], ("Zo", "B")),
        ("goal", ["Z", "o"], Goal(want="Zo")),
    ],
)
async def test_whatever_is_being_answered_is_kept_too(
    kiosk: Kiosk, at: str, keys: list[str], answer: Answer
) -> None:
    session = _running(kiosk())
    async with visit(session, at=at) as visitor:
        await visitor.presses(*keys)
        await visitor.waits(3)
        assert _standing(session) == ({at: answer}, at)


async def test_what_has_not_changed_is_not_written_again(
    kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = _running(kiosk())
    keeps = mock.Mock()
    async with visit(session, at="day") as visitor:
        await visitor.types("brindle")
        await visitor.waits(3)
        monkeypatch.setattr(RunningDraft, "keep", keeps)
        for _ in range(5):
            await visitor.presses("left", "right")
            await visitor.waits(5)
        keeps.assert_not_called()


async def test_nothing_is_written_before_the_first_part_nor_when_all_is_over(kiosk: Kiosk) -> None:
    session = _running(kiosk())
    async with visit(session) as visitor:
        await visitor.presses("enter", "x", "down")
        await visitor.waits(20)
        assert _files(session) == []
    async with visit(session, at=CHECK, given={"day": "brindle"}) as visitor:
        await visitor.saves()
        before = _files(session)[0].read_bytes()
        await visitor.presses("f11", "enter", "x")
        await visitor.waits(20)
        assert _files(session)[0].read_bytes() == before
        assert _standing(session)[0] == {}


async def test_who_was_not_sure_and_writes_nothing_is_not_answered_by_being_kept(kiosk: Kiosk) -> None:
    session = _running(kiosk())
    async with visit(session, at="day") as visitor:
        await visitor.types("brindle")
        await visitor.skips()
        await visitor.goes_back()
        await visitor.presses("left")
        await visitor.waits(3)
        assert visitor.given == {}


# -- between saving and the code


async def _stops_while_saving(visitor: Visitor, session: Session, *, saved: bool) -> None:
    """Let the program stop just before, or just after, the entry is on the disk."""
    visitor.hold_work()
    await visitor.saves()
    left = b""
    save = Vault.save

    def keeps_what_is_there(vault: Vault, *given: Any, **more: Any) -> bool:
        nonlocal left
        left = _files(session)[0].read_bytes()
        return save(vault, *given, **more) if saved else False

    with mock.patch.object(Vault, "save", keeps_what_is_there):
        visitor._hands.work()
    running = RunningDraft(session.home.running, KEY)
    await visitor.let_work()
    running.file.write_bytes(left)


async def test_an_entry_that_was_saved_when_the_crash_came_shows_its_code_and_is_not_saved_twice(
    kiosk: Kiosk,
) -> None:
    session = _running(kiosk())
    async with visit(session, at=CHECK, given={"day": "brindle"}) as visitor:
        await _stops_while_saving(visitor, session, saved=True)
    async with visit(_after_it(session)) as visitor:
        await visitor.presses("2", "enter")
        assert isinstance(visitor.page, CodeScreen)
        assert session.vault.has(derive(handle.read(visitor.code)).id)
        while not visitor.gone:
            await visitor.presses("enter")
    assert len(session.vault.rows()) == 1
    assert _files(session) == []


async def test_an_entry_that_was_not_saved_yet_is_saved_once(kiosk: Kiosk) -> None:
    session = _running(kiosk())
    async with visit(session, at=CHECK, given={"day": "brindle"}) as visitor:
        await _stops_while_saving(visitor, session, saved=False)
    assert session.vault.rows() == ()
    async with visit(_after_it(session)) as visitor:
        await visitor.presses("2", "enter")
        await visitor.walks_to_check()
        assert visitor.given == {"day": "brindle"}
        await visitor.saves()
        assert isinstance(visitor.page, CodeScreen)
    assert len(session.vault.rows()) == 1


# -- put away first, forgotten last


@pytest.mark.parametrize("ends", [_hides, _goes_away])
async def test_whoever_leaves_is_kept_behind_the_code_before_the_running_draft_goes(
    kiosk: Kiosk, ends: Callable[[Visitor], Awaitable[None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    session = _running(kiosk())
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
    assert not _files(session)
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
    assert not list(session.home.drafts.glob("*"))


async def test_a_crash_at_the_end_goes_on_at_my_page(kiosk: Kiosk) -> None:
    session, _ = _crashes(kiosk(), at="")
    async with visit(session) as visitor:
        await visitor.presses("2", "enter")
        assert isinstance(visitor.page, MyPageScreen)
        await visitor.goes_on()
        assert isinstance(visitor.page, CheckScreen)
        assert visitor.given == {"mood": 2}


@pytest.mark.parametrize(("keys", "page"), [([], QuestionScreen), (["escape"], PartsScreen)])
async def test_a_crash_at_a_part_goes_on_where_it_was(kiosk: Kiosk, keys: list[str], page: type) -> None:
    session = _running(kiosk())
    async with visit(session, at="mood") as visitor:
        await visitor.presses(*keys)
    async with visit(_after_it(session)) as visitor:
        await visitor.presses("2", "enter")
        assert isinstance(visitor.page, page)


async def test_no_forgets_it_and_the_next_process_greets(kiosk: Kiosk) -> None:
    session, _ = _crashes(kiosk())
    async with visit(session) as visitor:
        await visitor.presses("1", "enter")
        assert (visitor.gone, visitor.outcome) == (True, ENDED)
        assert visitor.given == {}
    assert not _files(session)
    assert not list(session.home.drafts.glob("*"))


async def test_silence_forgets_it(kiosk: Kiosk) -> None:
    session, _ = _crashes(kiosk())
    async with visit(_after_it(session, WARN + GRACE - 10)) as visitor:
        await visitor.waits(9)
        assert isinstance(visitor.page, AfterCrashScreen)
        frames = visitor.watches()
        await visitor.waits(1)
        assert (visitor.gone, visitor.outcome) == (True, ENDED)
        assert visitor.given == {}
        assert not any("Where are you best?" in frame for frame in frames)
    assert not _files(session)


@pytest.mark.parametrize(
    ("slept", "keeping", "wakes_by"),
    [
        (10, True, ["2", "enter"]),
        (8 * 3600, False, ["enter"]),
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
    async with visit(_after_it(session, WARN + GRACE - 10)) as visitor:
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
    assert not _files(session)
    if keeping:
        assert _answers_behind(session, code) == {"mood": 2}
    else:
        assert not list(session.home.drafts.glob("*"))


async def test_a_short_sleep_over_the_question_leaves_it_there(kiosk: Kiosk) -> None:
    session, _ = _crashes(kiosk())
    async with visit(_after_it(session, 10)) as visitor:
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


@pytest.mark.parametrize("keys", [["f9"], ["escape", "escape", "escape"]])
async def test_hiding_the_question_forgets_it(kiosk: Kiosk, keys: list[str]) -> None:
    session, _ = _crashes(kiosk())
    async with visit(session) as visitor:
        await visitor.presses(*keys, every=0.2)
        assert (visitor.gone, visitor.outcome) == (True, ENDED)
    assert not _files(session)
    assert not list(session.home.drafts.glob("*"))


@pytest.mark.parametrize(("seconds", "offered"), [(WARN + GRACE - 1, True), (WARN + GRACE, False)])
@pytest.mark.parametrize("keeping", [True, False])
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
        assert bool(_files(session)) is offered
    # Whoever had chosen to keep has the code that opens it all the same.
    if keeping and not offered:
        assert _answers_behind(session, code) == {"mood": 2}
    else:
        assert not list(session.home.drafts.glob("*"))


async def test_where_nothing_crashed_nothing_is_asked(kiosk: Kiosk) -> None:
    async with visit(_running(kiosk())) as visitor:
        assert isinstance(visitor.page, WelcomeScreen)


# -- while a code is on the screen


async def test_a_crash_before_the_code_was_kept_shows_it_again_and_what_happens_with_the_wish_to_talk(
    kiosk: Kiosk,
) -> None:
    session = _running(kiosk())
    async with visit(session, at=CHECK, given={"day": "brindle"}) as visitor:
        await visitor.presses("f3", "enter")
        await visitor.saves()
        code = visitor.code
        name = session.vault.rows()[0].name
    (file,) = _files(session)
    left = file.read_bytes()
    async with visit(_after_it(session)) as visitor:
        frames = visitor.watches()
        await visitor.presses("1", "enter")
        assert (visitor.gone, visitor.outcome) == (True, ENDED)
        # Whoever says no is shown no code.
        assert not any(code.split()[0] in frame for frame in frames)
    assert not _files(session)
    file.write_bytes(left)
    async with visit(_after_it(session)) as visitor:
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
    assert not _files(session)
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
    session = _running(kiosk())
    code = await _pauses_and_crashes(session, keeping=keeping)
    # It may crash once more, over the code that is shown again.
    for times in range(1 if keeping else 2):
        async with visit(_after_it(session)) as visitor:
            frames = visitor.watches()
            assert isinstance(visitor.page, AfterCrashScreen)
            assert not any(code.split()[0] in frame for frame in frames)
            await visitor.presses("2", "enter")
            assert visitor.code == code
            assert visitor.given == {}
            if keeping or times:
                await visitor.presses("enter", "enter")
                assert (visitor.gone, visitor.outcome) == (True, ENDED)
    assert not _files(session)
    assert _answers_behind(session, code) == {"day": "brindle"}


async def test_whoever_does_not_want_to_see_it_again_finds_the_pause_behind_it_all_the_same(
    kiosk: Kiosk,
) -> None:
    session = _running(kiosk())
    code = await _pauses_and_crashes(session)
    (file,) = _files(session)
    left = file.read_bytes()
    for keys in (["1", "enter"], ["f9"], ["2", "enter", "f9"]):
        file.write_bytes(left)
        async with visit(_after_it(session)) as visitor:
            await visitor.presses(*keys)
            assert (visitor.gone, visitor.outcome) == (True, ENDED)
        assert not _files(session)
        assert _answers_behind(session, code) == {"day": "brindle"}


async def test_after_the_code_of_a_pause_was_kept_nothing_is_offered(kiosk: Kiosk) -> None:
    session = _running(kiosk())
    async with visit(session, at="day") as visitor:
        await visitor.pauses()
        await visitor.presses("enter")
        assert isinstance(visitor.page, ClearedScreen)
        assert _kept(session) is None


async def test_a_crash_over_the_question_of_leaving_or_pausing_or_while_a_pause_is_kept_loses_not_a_word(
    kiosk: Kiosk,
) -> None:
    session = _running(kiosk())
    async with visit(session, at="day") as visitor:
        await visitor.types("brindle")
        await visitor.presses("f8")
        assert _standing(session) == ({"day": "brindle"}, "day")
        await visitor.presses("escape")
        await visitor.types(" fallow")
        await visitor.presses("f7")
        assert _standing(session) == ({"day": "brindle fallow"}, "day")
        visitor.hold_work()
        await visitor.presses("enter")
        assert visitor.sees("Saving your answers.")
        assert _standing(session) == ({"day": "brindle fallow"}, "day")
        await visitor.let_work()


async def test_from_the_last_answer_to_the_code_that_is_kept_there_is_always_something_to_go_on_with(
    kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = _running(kiosk())
    dropped: list[None] = []
    monkeypatch.setattr(RunningDraft, "drop", lambda _self: dropped.append(None))
    for ends in (_saves_to_the_code, _pauses):
        async with visit(session, at=CHECK, given={"day": "brindle"}) as visitor:
            await ends(visitor)
            assert isinstance(visitor.page, CodeScreen)
            assert dropped == []


async def _saves_to_the_code(visitor: Visitor) -> None:
    await visitor.saves()


async def test_who_chose_to_keep_late_still_does_after_a_crash_over_that_code(kiosk: Kiosk) -> None:
    session = _running(kiosk())
    async with visit(session) as visitor:
        await visitor.starts()
        await visitor.answers(2)
        await visitor.goes_back()
        await visitor.presses("escape", "2", "enter")
        code = visitor.code
    async with visit(_after_it(session)) as visitor:
        await visitor.presses("2", "enter", "enter", "f9")
        assert (visitor.gone, visitor.outcome) == (True, ENDED)
    assert _answers_behind(session, code) == {"mood": 2}


# -- as chosen at the start


def _answers_behind(session: Session, code: str) -> dict[str, object]:
    return dict(session.drafts().read(derive(handle.read(code))).answers)


async def test_whoever_chose_to_keep_still_does_after_a_crash_with_the_same_code(kiosk: Kiosk) -> None:
    session = _running(kiosk())
    async with visit(session, at="mood", keeping=True) as visitor:
        await visitor.answers(2)
        await visitor.goes_on()
        code = visitor.noted
    # The app is gone, and nobody told the visit to end.
    async with visit(_after_it(session)) as visitor:
        await visitor.presses("2", "enter")
        await visitor.answers("out")
        await visitor.presses("f9")
        assert (visitor.gone, visitor.outcome) == (True, ENDED)
    assert _answers_behind(session, code) == {"mood": 2, "where": "out"}


async def test_whoever_chose_to_keep_and_hides_the_question_finds_it_behind_the_code(kiosk: Kiosk) -> None:
    session, code = _crashes(kiosk(), keeping=True)
    async with visit(session) as visitor:
        await visitor.presses("f9")
        assert (visitor.gone, visitor.outcome) == (True, ENDED)
    assert not _files(session)
    assert _answers_behind(session, code) == {"mood": 2}


async def test_whoever_saw_a_code_and_then_chose_to_clear_leaves_nothing_after_a_crash(kiosk: Kiosk) -> None:
    session = _running(kiosk())
    async with visit(session) as visitor:
        await visitor.presses("enter", "2", "enter", "enter", "escape", "1", "enter", "enter")
        await visitor.answers(2)
        await visitor.goes_on()
    async with visit(_after_it(session)) as visitor:
        await visitor.presses("2", "enter", "f9")
        assert (visitor.gone, visitor.outcome) == (True, ENDED)
    assert not list(session.home.drafts.glob("*"))


async def test_a_crash_while_an_entry_is_being_changed_goes_on_with_the_change(kiosk: Kiosk) -> None:
    session = _running(kiosk())
    left = leaves(session, {"mood": 1})
    async with visit(session, back=left.code) as visitor:
        await visitor.chooses("Change or add answers")
        await visitor.changes("mood")
        await visitor.answers(2)
        await visitor.goes_on()
    async with visit(_after_it(session)) as visitor:
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
