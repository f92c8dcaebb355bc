"""What is kept of a visit that runs, in case its program crashes, and of what is being written then."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any
from unittest import mock

import pytest

from kiosk.entry import handle
from kiosk.entry.answers import Answer
from kiosk.hardening import CRASHED
from kiosk.session import Session
from kiosk.vault.vault import Vault
from kiosk.visit.drafts import Draft, RunningDraft
from screens.visit.comment_screen import CommentScreen
from screens.widgets.code_screen import CodeScreen
from tests.screens.conftest import Kiosk, saved_pages
from tests.screens.visit.kept import KEY, after_crash, running, running_draft, running_files
from tests.screens.visit.test_comment import comments
from tests.visitor import CHECK, MY_PAGE, Visitor, derive, visit

WRITING_WARN, GRACE = 180, 60


async def test_the_running_visit_is_kept_anew_after_each_question(kiosk: Kiosk) -> None:
    session = running(kiosk())
    async with visit(session, at="where", given={"mood": 2}) as visitor:
        await visitor.answers("out")
        await visitor.goes_on()
        assert _standing(session) == ({"mood": 2, "where": "out"}, "likes")
        await visitor.goes_back()
        assert _standing(session) == ({"mood": 2, "where": "out"}, "where")
        await visitor.presses("f10", "enter")
        assert _standing(session) == ({"mood": 2, "where": "out"}, "")
        await visitor.shares("second")
        assert _draft(session).private == ("second",)
        await visitor.presses("escape", "f3", "enter")
        assert _draft(session).talk


def _draft(session: Session) -> Draft:
    draft = running_draft(session)
    assert draft is not None
    return draft


def _standing(session: Session) -> tuple[dict[str, object], str]:
    return dict(_draft(session).answers), _draft(session).at


async def _saves(visitor: Visitor) -> None:
    await visitor.presses("enter")
    await visitor.saves()
    while not visitor.gone:
        await visitor.presses("enter")


async def _hides(visitor: Visitor) -> None:
    await visitor.presses("f9")


async def _clears(visitor: Visitor) -> None:
    await visitor.presses("f8", "delete")


async def _pauses_and_keeps_the_code(visitor: Visitor) -> None:
    await visitor.pauses()
    await visitor.presses("enter")


async def _goes_away(visitor: Visitor) -> None:
    await visitor.waits(180 + 60)


@pytest.mark.parametrize("ends", [_saves, _hides, _clears, _pauses_and_keeps_the_code, _goes_away])
async def test_once_the_visit_is_over_it_is_gone(
    kiosk: Kiosk, ends: Callable[[Visitor], Awaitable[None]]
) -> None:
    session = running(kiosk())
    async with visit(session, at=MY_PAGE, given={"day": "brindle"}) as visitor:
        assert running_files(session)
        await ends(visitor)
        assert not running_files(session)
    assert not running_files(session)


async def test_where_nobody_holds_a_key_nothing_is_kept(kiosk: Kiosk) -> None:
    session = kiosk()
    async with visit(session, at="day") as visitor:
        await visitor.types("brindle")
        await visitor.presses("f7")
    assert not running_files(session)


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
    session = running(kiosk())
    async with visit(session, at="day") as visitor:
        await visitor.types("brindle")
        assert _standing(session) == ({}, "day")
        await visitor.waits(3)
        assert RunningDraft(session.home.running, bytes(32)).read() is None
        assert _standing(session) == ({"day": "brindle"}, "day")
        assert b"brindle" not in running_files(session)[0].read_bytes()
    async with visit(after_crash(session)) as visitor:
        await visitor.presses("2", "enter")
        assert visitor.question == "day"
        assert visitor.sees("brindle")


async def test_what_crashes_while_it_is_being_hidden_is_left_for_nobody(
    kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = running(kiosk())
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
    assert running_files(session)
    entered[0].app.clear_away(CRASHED)
    assert not running_files(session)


async def test_whoever_writes_without_a_pause_is_kept_now_and_then(kiosk: Kiosk) -> None:
    session = running(kiosk())
    async with visit(session, at="day") as visitor:
        for number in range(40):
            await visitor.presses("ab"[number % 2], every=0.5)
            visitor.app.watch_presence()
        kept = str(_standing(session)[0]["day"])
        assert len(kept) >= 10
        assert ("ab" * 20).startswith(kept)


@pytest.mark.parametrize(
    ("at", "keys", "answer"),
    [
        ("mood", ["2"], 2),
        ("people", ["Z", "o", "enter", "B"], ("Zo", "B")),
    ],
)
async def test_whatever_is_being_answered_is_kept_too(
    kiosk: Kiosk, at: str, keys: list[str], answer: Answer
) -> None:
    session = running(kiosk())
    async with visit(session, at=at) as visitor:
        await visitor.presses(*keys)
        await visitor.waits(3)
        assert _standing(session) == ({at: answer}, at)


async def test_what_has_not_changed_is_not_written_again(
    kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = running(kiosk())
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
    session = running(kiosk())
    async with visit(session) as visitor:
        await visitor.presses("enter", "x", "down")
        await visitor.waits(20)
        assert running_files(session) == []
    async with visit(session, at=CHECK, given={"day": "brindle"}) as visitor:
        await visitor.saves()
        before = running_files(session)[0].read_bytes()
        await visitor.presses("f11", "enter", "x")
        await visitor.waits(20)
        assert running_files(session)[0].read_bytes() == before
        assert _standing(session)[0] == {}


async def test_who_was_not_sure_and_writes_nothing_is_not_answered_by_being_kept(kiosk: Kiosk) -> None:
    session = running(kiosk())
    async with visit(session, at="day") as visitor:
        await visitor.types("brindle")
        await visitor.skips()
        await visitor.goes_back()
        await visitor.presses("left")
        await visitor.waits(3)
        assert visitor.given == {}


async def test_a_crash_over_the_question_of_leaving_or_pausing_or_while_a_pause_is_kept_loses_not_a_word(
    kiosk: Kiosk,
) -> None:
    session = running(kiosk())
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
    session = running(kiosk())
    dropped: list[None] = []
    monkeypatch.setattr(RunningDraft, "drop", lambda _self: dropped.append(None))
    for keys in (("f10",), ("f7", "enter")):
        async with visit(session, at=CHECK, given={"day": "brindle"}) as visitor:
            await visitor.presses(*keys)
            assert isinstance(visitor.page, CodeScreen)
            assert dropped == []


# -- comments


async def test_a_comment_that_was_being_written_is_there_again(kiosk: Kiosk) -> None:
    session = running(kiosk())
    async with visit(session, at="day") as visitor:
        await visitor.types("Half an answ")
        await visitor.presses("f3", "1", "enter")
        await visitor.types("What is meant by brindle")
        await visitor.waits(3)
        kept = _draft(session)
        await visitor.waits(WRITING_WARN)  # it is covered by now
        assert _draft(session) == kept
    assert b"brindle" not in running_files(session)[0].read_bytes()
    session = after_crash(session)
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
    session = running(kiosk())
    async with visit(session, at="day") as visitor:
        await visitor.presses("f3", "1", "enter")
        await visitor.types("brindle")
        await visitor.waits(3)
        await visitor.presses("escape")
        await visitor.waits(3)
    async with visit(after_crash(session)) as visitor:
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


async def test_what_was_being_said_of_how_this_was_is_there_again(kiosk: Kiosk) -> None:
    session = running(kiosk())
    async with visit(session, at=CHECK) as visitor:
        await visitor.saves()
        code = visitor.code
        await visitor.keeps_code()
        await visitor.presses("2", "enter")
        await visitor.types("More pict")
        await visitor.waits(3)
    session = after_crash(session)
    async with visit(session) as visitor:
        await visitor.presses("2", "enter")
        assert visitor.code == code
        await visitor.keeps_code()
        assert visitor.sees("How was this?", "●")
        await visitor.presses("enter")
        await visitor.types("ures")
        await visitor.waits(3)
        assert _draft(session).comments == {"": "More pictures"}  # it may crash once more
        await visitor.presses("enter")
    assert [(said.rating, said.text) for said in comments(session)] == [(2, "More pictures")]
    assert len(saved_pages(session)) == 1


async def test_a_comment_on_an_answer_that_is_being_changed_is_there_again(
    kiosk: Kiosk,
) -> None:
    session = running(kiosk())
    async with visit(session, at=CHECK, given={"day": "brind"}) as visitor:
        await visitor.changes("day")
        await visitor.types("le")
        await visitor.presses("f3", "1", "enter")
        await visitor.types("Why?")
        await visitor.waits(3)
    async with visit(after_crash(session)) as visitor:
        await visitor.presses("2", "enter", "enter")
        assert visitor.given == {"day": "brindle"}
        await visitor.changes("day")
        assert isinstance(visitor.page, CommentScreen)
        assert visitor.sees("Why?")
        await visitor.presses("escape")
        await visitor.goes_on()
        await visitor.changes("day")
        assert visitor.question == "day"


# -- between saving and the code


async def _stops_while_saving(visitor: Visitor, session: Session, *, saved: bool) -> None:
    """Let the program stop just before, or just after, the entry is on the disk."""
    visitor.hold_work()
    await visitor.saves()
    left = b""
    save = Vault.save

    def keeps_what_is_there(vault: Vault, *given: Any, **more: Any) -> bool:
        nonlocal left
        left = running_files(session)[0].read_bytes()
        return save(vault, *given, **more) if saved else False

    with mock.patch.object(Vault, "save", keeps_what_is_there):
        visitor._hands.work()
    running = RunningDraft(session.home.running, KEY)
    await visitor.let_work()
    running.file.write_bytes(left)


async def test_an_entry_that_was_saved_when_the_crash_came_shows_its_code_and_is_not_saved_twice(
    kiosk: Kiosk,
) -> None:
    session = running(kiosk())
    async with visit(session, at=CHECK, given={"day": "brindle"}) as visitor:
        await _stops_while_saving(visitor, session, saved=True)
    async with visit(after_crash(session)) as visitor:
        await visitor.presses("2", "enter")
        assert isinstance(visitor.page, CodeScreen)
        assert session.vault.has(derive(handle.read(visitor.code)).id)
        while not visitor.gone:
            await visitor.presses("enter")
    assert len(session.vault.rows()) == 1
    assert running_files(session) == []


async def test_an_entry_that_was_not_saved_yet_is_saved_once(kiosk: Kiosk) -> None:
    session = running(kiosk())
    async with visit(session, at=CHECK, given={"day": "brindle"}) as visitor:
        await _stops_while_saving(visitor, session, saved=False)
    assert session.vault.rows() == ()
    async with visit(after_crash(session)) as visitor:
        await visitor.presses("2", "enter")
        await visitor.presses("enter")
        assert visitor.given == {"day": "brindle"}
        await visitor.saves()
        assert isinstance(visitor.page, CodeScreen)
    assert len(session.vault.rows()) == 1
