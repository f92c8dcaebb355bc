"""A pause: asked for first, kept behind a code alone, and gone on with where it stopped."""

import re
from dataclasses import replace
from typing import Literal, NoReturn

import pytest
from msgspec import structs

from kiosk import seal
from kiosk.entry import handle
from kiosk.entry.answers import Answer, Cards, Goal
from kiosk.entry.handle import Handle, HandleKeys
from kiosk.errors import Fate, Gone, NoMemoryError, SealError
from kiosk.session import Session
from kiosk.supervision.turns import ENDED
from kiosk.visit.drafts import PARTS, Drafts
from kiosk.visit.returning import Carried
from kiosk.visit.visit import Visit
from screens.customer_words import what_became
from screens.visit.my_page_screen import MyPageScreen
from screens.visit.parts_screen import PartsScreen
from screens.visit.return_flow import WRONG_CODE
from screens.visit.welcome_screen import ClearedScreen
from screens.widgets.ask_screen import AskScreen
from screens.widgets.busy_screen import BusyScreen
from screens.widgets.check_screen import ChangeAnswer, CheckScreen
from screens.widgets.choose_screen import ChooseScreen
from screens.widgets.code_screen import CodeScreen
from screens.widgets.keys import PAUSE
from screens.widgets.picks import POINTER, UNPOINTED
from tests.packs import newer
from tests.screens.conftest import Kiosk, saved_pages, venue_of
from tests.screens.looks import is_well
from tests.screens.visit.kept import draft_files, draft_of, given_on
from tests.visitor import CHECK, NOW, SMALL, Visitor, derive, leaves, saver_of, visit

ANSWERS: dict[str, Answer] = {
    "mood": 2,
    "where": "out",
    "likes": ("tea", "milk"),
    "cards": Cards(("friend",), ()),
    "day": "brindle",
    "people": ("Zoe", "Ann"),
    "goal": Goal("A garden", "Seeds", "Ann", "May"),
}
GO_ON, DELETE = "Continue where I stopped", "Delete my answers"
STOPPED = "You stopped before you saved"
UNSEEN = "Staff see that you want to talk once you save."
ONLY_CHANGES = "Only the changes are deleted. Copies that staff made before are not deleted."
NEWER = "You saved newer answers after that. If you save these changes, they replace the newer ones."
STAYS = "What you saved before stays. The code that you had before still opens it."
OTHER_CODE = "The code that you had before opens what you saved, without these changes."
CODE_ENDED = "The code that you got to come back does not work now."
NOT_KEPT = "Your answers are not kept yet"
STILL_HERE = "Your answers are still here. You can try again as often as you like."


def _paused(
    session: Session, answers: dict[str, Answer] | None = None, at: str = "day", amends: str = ""
) -> str:
    """Keep what a pause at a question keeps. Return its code."""
    code, draft = handle.draw(), Visit(session.pack).draft(NOW)
    draft = structs.replace(draft, answers=answers or {"day": "brindle"}, at=at, amends=amends)
    session.drafts().keep(derive(code), draft)
    return str(code)


async def goes_on(visitor: Visitor) -> None:
    """Go on where a pause stopped, once its code was scanned."""
    assert visitor.sees(STOPPED, "Your answers are here.", f"● {GO_ON}")
    await visitor.presses("enter")


# -- making one


async def test_a_pause_is_asked_for_first_and_the_question_hides_the_answers(kiosk: Kiosk) -> None:
    session = kiosk()
    async with visit(session, at="day", size=SMALL) as visitor:
        await visitor.answers("brindle")
        before = visitor.screen_text()
        await visitor.clicks("Break")
        assert isinstance(visitor.page, AskScreen)
        assert visitor.sees(
            "Take a break?",
            "You get a code. Use it to come back and continue where you stopped.",
            f"on this machine for {session.settings.privacy.days} days",
        )
        assert not visitor.sees("brindle")
        await visitor.clicks("Back to my answers")
        assert visitor.screen_text() == before
        await visitor.presses("f7", "f7", "f7")
        assert isinstance(visitor.page, AskScreen)
        await visitor.presses("escape")
        assert visitor.screen_text() == before
        assert draft_files(session) == []


@pytest.mark.parametrize("question_id", ["mood", "likes", "day", "people"])
async def test_from_every_kind_of_question_what_is_on_the_screen_is_in_it_and_stays_there(
    kiosk: Kiosk, question_id: str
) -> None:
    session = kiosk()
    before = {id_: answer for id_, answer in ANSWERS.items() if id_ != question_id}
    async with visit(session, at=question_id, given=before) as visitor:
        await visitor.answers(ANSWERS[question_id])
        seen = visitor.screen_text()
        await visitor.presses("f7")
        draft = visitor.app.visit.draft(NOW)
        assert (draft.answers, draft.at) == (ANSWERS, question_id)
        await visitor.presses("escape")
        assert visitor.screen_text() == seen


@pytest.mark.parametrize("question_id", ["cards", "goal"])
async def test_whoever_comes_back_sees_what_was_on_the_screen(kiosk: Kiosk, question_id: str) -> None:
    session = kiosk()
    before = {id_: answer for id_, answer in ANSWERS.items() if id_ != question_id}
    async with visit(session, at=question_id, given=before) as visitor:
        await visitor.answers(ANSWERS[question_id])
        if question_id == "cards":
            await visitor.presses("enter")
            assert visitor.sees("Cards 2 of")
        seen = _without_pointer(visitor.screen_text())
        await visitor.pauses()
        code = visitor.noted
    draft = draft_of(session, code)
    assert (draft.answers, draft.at) == (ANSWERS, question_id)
    async with visit(session, back=code) as visitor:
        await goes_on(visitor)
        assert visitor.question == question_id
        assert _without_pointer(visitor.screen_text()) == seen
        assert visitor.given == ANSWERS


def _without_pointer(text: str) -> str:
    """Leave out what shows where the keys stand, in a list or beside a field: they begin anew there."""
    return re.sub(rf"[{POINTER}{UNPOINTED}█▎]", " ", text)


async def test_whoever_was_writing_writes_on_and_clearing_then_deletes_the_pause_too(kiosk: Kiosk) -> None:
    session = kiosk()
    code = _paused(session, {"day": "Half an answ"})
    async with visit(session, back=code) as visitor:
        await goes_on(visitor)
        await visitor.types("er")
        assert visitor.sees("Half an answer")
        await visitor.presses("f8", "delete")
        assert (visitor.gone, visitor.outcome) == (True, ENDED)
    assert draft_files(session) == []


async def test_what_was_taken_out_of_a_field_is_not_in_it(kiosk: Kiosk) -> None:
    session = kiosk()
    async with visit(session, at="day", given={"day": "brindle", "mood": 2}) as visitor:
        await visitor.holds("backspace", times=7)
        await visitor.pauses()
        code = visitor.noted
    assert draft_of(session, code).answers == {"mood": 2}


@pytest.mark.parametrize(
    ("at", "keys", "stands", "page", "comes_to"),
    [
        ("mood", ["escape"], PARTS, PartsScreen, PartsScreen),
        (CHECK, [], "", CheckScreen, MyPageScreen),
    ],
)
async def test_a_pause_can_be_made_at_the_parts_and_the_check_page(
    kiosk: Kiosk, at: str, keys: list[str], stands: str, page: type, comes_to: type
) -> None:
    session = kiosk()
    async with visit(session, at=at, given=ANSWERS) as visitor:
        await visitor.presses(*keys)
        assert isinstance(visitor.page, page)
        await visitor.pauses()
        code = visitor.noted
    assert (draft_of(session, code).answers, draft_of(session, code).at) == (ANSWERS, stands)
    async with visit(session, back=code) as visitor:
        await visitor.chooses(GO_ON)
        assert isinstance(visitor.page, comes_to)
        assert visitor.given == ANSWERS


async def test_whoever_was_changing_an_answer_or_is_on_my_page_comes_back_to_my_page(kiosk: Kiosk) -> None:
    session = kiosk()
    async with visit(session, at=CHECK, given=ANSWERS) as visitor:
        await visitor.changes("day")
        await visitor.answers("fallow")
        await visitor.pauses()
        code = visitor.noted
    for _again in range(2):
        async with visit(session, back=code) as visitor:
            await visitor.chooses(GO_ON)
            # All questions were behind already.
            assert isinstance(visitor.page, MyPageScreen)
            assert visitor.given == ANSWERS | {"day": "fallow"}
            await visitor.pauses()
            assert visitor.noted == code


async def test_the_code_is_shown_and_then_nothing_is_left_of_the_visit(kiosk: Kiosk) -> None:
    session = kiosk()
    async with visit(session, at="day", given={"mood": 2}) as visitor:
        visitor.app.visit.share("second", private=True)
        visitor.app.visit.talk = True
        await visitor.answers("brindle")
        await visitor.presses("f7")
        frames = visitor.watches()
        await visitor.presses("enter")
        assert isinstance(visitor.page, CodeScreen)
        assert visitor.sees("Use this code to come back.", *visitor.code.split())
        # What is not saved has no name that staff could find.
        name = session.names.name_of(derive(handle.read(visitor.code)).id)
        assert not visitor.sees(name)
        assert not visitor.sees("The name of your answers")
        state = visitor.app.visit
        assert (state.answers, state.private, state.talk, state._set_aside) == ({}, set(), False, {})
        await visitor.presses("enter")
        assert isinstance(visitor.page, ClearedScreen)
        await visitor.presses("enter")
        assert (visitor.gone, visitor.outcome) == (True, ENDED)
        # From Make a pause on, not one painting has held an answer.
        assert frames
        assert not any("brindle" in frame or "What is a good day?" in frame for frame in frames)
    assert session.vault.rows() == ()


async def test_the_code_of_a_pause_can_be_hidden_and_nobody_without_it_opens_it(kiosk: Kiosk) -> None:
    session = kiosk()
    async with visit(session, at="day") as visitor:
        await visitor.answers("brindle")
        await visitor.pauses()
        code = visitor.noted
        await visitor.presses("f9")
        assert (visitor.gone, visitor.outcome) == (True, ENDED)
    visitor.app.clear_away(ENDED)
    assert draft_of(session, code).answers == {"day": "brindle"}
    (file,) = draft_files(session)
    assert b"brindle" not in file.read_bytes()
    assert code.replace(" ", "").lower() not in file.name.lower()
    with pytest.raises(SealError):
        seal.open_sealed(file.read_bytes(), venue_of(session))


async def test_f7_works_where_it_is_shown_and_nowhere_else(kiosk: Kiosk) -> None:
    async with visit(kiosk()) as visitor:
        await visitor.presses("enter")
        while not isinstance(visitor.page, PartsScreen):
            before = visitor.screen_text()
            assert PAUSE not in [key for key, _place in visitor.shown_keys()]
            await visitor.presses("f7")
            assert visitor.screen_text() == before
            await visitor.presses("enter")
        await visitor.presses("f10", "enter")
        await visitor.saves()
        while not visitor.gone:
            before = visitor.screen_text()  # a code may have these two signs
            assert PAUSE not in [key for key, _place in visitor.shown_keys()]
            await visitor.presses("f7")
            assert visitor.screen_text() == before
            await visitor.presses("enter")


# -- coming back


async def test_set_aside_answers_private_parts_and_the_wish_to_talk_come_back(kiosk: Kiosk) -> None:
    session = kiosk()
    stopped = Visit(session.pack)
    for question_id, set_aside in (("day", "brindle"), ("mood", None)):
        stopped.change(question_id)
        stopped.leave_open(set_aside)
    stopped.finish()
    stopped.share("second", private=True)
    async with visit(session, at=CHECK) as visitor:
        visitor.app.visit.go_on(stopped.draft(NOW))
        await visitor.presses("f3", "enter", "f7")
        assert visitor.sees(UNSEEN)
        await visitor.presses("enter")
        code = visitor.code
    async with visit(session, size=SMALL, back=code) as visitor:
        assert visitor.sees(UNSEEN)
        await is_well(visitor)
        await visitor.chooses(GO_ON)
        assert visitor.sees("You asked to talk to someone.")
        await visitor.presses("enter")
        assert visitor.app.visit.private == {"second"}
        assert "Only with my code" in await visitor.reads()
        await visitor.changes("mood")
        assert visitor.sees("You said: I am not sure.", "○ Good")
        await visitor.goes_on()
        await visitor.changes("day")
        assert visitor.sees("You said: I am not sure.", "brindle")
        await visitor.goes_on()
        assert visitor.given == {"day": "brindle"}


async def test_it_goes_on_under_the_version_it_was_begun_with(kiosk: Kiosk) -> None:
    session = kiosk()
    code = _paused(session, {"mood": 2, "day": "brindle"})
    later = replace(session, pack=newer(session.pack, "day", ask="Newly worded?"))
    async with visit(later, back=code) as visitor:
        await goes_on(visitor)
        assert visitor.sees("What is a good day?", "brindle")
        await visitor.presses("f10", "enter")
        await visitor.saves()
        assert isinstance(visitor.page, CodeScreen)
    (page,) = saved_pages(session)
    assert page.pack_version == 1
    assert given_on(page) == {"mood": 2, "day": "brindle"}


async def test_a_second_pause_has_the_same_code_and_holds_what_came_since(kiosk: Kiosk) -> None:
    session = kiosk()
    code = _paused(session, {"mood": 2}, "mood")
    async with visit(session, back=code) as visitor:
        await goes_on(visitor)
        await visitor.goes_on()
        await visitor.answers("out")
        await visitor.pauses()
        assert visitor.noted == code
    assert len(draft_files(session)) == 1
    assert draft_of(session, code).answers == {"mood": 2, "where": "out"}
    assert draft_of(session, code).at == "where"


async def test_once_saved_the_pause_is_gone_and_the_entry_has_a_code_of_its_own(kiosk: Kiosk) -> None:
    session = kiosk()
    paused = _paused(session, at="")
    async with visit(session, back=paused) as visitor:
        await goes_on(visitor)
        await visitor.presses("enter")
        await visitor.saves()
        saved = visitor.code
        assert saved != paused
        assert visitor.sees("Saved.")
    assert draft_files(session) == []
    async with visit(session, back=paused) as visitor:
        assert visitor.sees(WRONG_CODE)
        await visitor.enters(saved)
        assert visitor.sees("The name of your answers")


async def test_whoever_looks_at_the_pause_and_leaves_it_keeps_it(kiosk: Kiosk) -> None:
    session = kiosk()
    code = _paused(session)
    async with visit(session, back=code) as visitor:
        assert not visitor.sees("brindle")
        await visitor.presses("escape")
        assert isinstance(visitor.page, ClearedScreen)
        assert visitor.sees("Your answers are still here. Use your code to come back.")
        assert not visitor.sees("what you wrote")
    assert draft_of(session, code).answers == {"day": "brindle"}


async def test_answers_of_a_saved_entry_that_are_being_changed_can_be_paused_too(kiosk: Kiosk) -> None:
    session = kiosk()
    left = leaves(session, {"mood": 1, "day": "brindle"})
    async with visit(session, back=left.code) as visitor:
        await visitor.chooses("Change or add answers")
        await visitor.changes("mood")
        await visitor.answers(2)
        await visitor.presses("f7")
        assert visitor.sees(
            "Your changes stay on this machine for 90 days. Only this code opens them.", STAYS
        )
        await is_well(visitor)
        await visitor.presses("enter")
        paused = visitor.noted = visitor.code
        assert paused != left.code
        assert visitor.sees(OTHER_CODE)
        await is_well(visitor)
    assert len(session.vault.pages(left.id)) == 1
    async with visit(session, back=paused) as visitor:
        assert visitor.sees(STOPPED, "Your changes are here.", STAYS)
        await is_well(visitor)
        await visitor.chooses(GO_ON)
        assert isinstance(visitor.page, CheckScreen)
        assert visitor.given == {"mood": 2, "day": "brindle"}
        # Esc leads back to where they came from, and what has changed since waits there too.
        await visitor.changes("day")
        await visitor.answers("fallow")
        await visitor.goes_on()
        await visitor.closes_part()
        await visitor.presses("escape")
        assert visitor.sees(STOPPED, "Your changes are here.")
        await visitor.chooses(GO_ON)
        assert visitor.given == {"mood": 2, "day": "fallow"}
        await visitor.saves()
        assert visitor.sees("Your new answers are saved", CODE_ENDED)
        assert not visitor.sees("stays the same")
        await is_well(visitor)
        await visitor.presses("enter")
        assert visitor.code == left.code
        assert visitor.sees("This is the code of your answers. It stays the same.", left.name)
        await is_well(visitor)
        await visitor.presses("enter")
        assert isinstance(visitor.page, ClearedScreen)
    assert draft_files(session) == []
    assert len(session.vault.rows()) == 1
    assert [given_on(page) for page in saved_pages(session)] == [
        {"mood": 1, "day": "brindle"},
        {"mood": 2, "day": "fallow"},
    ]


async def test_a_change_that_stood_out_is_no_matter_of_a_pause(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at=CHECK, given=ANSWERS) as visitor:
        await visitor.changes("day")
        await visitor.goes_on()
        await visitor.presses("f7", "escape")
        assert isinstance(visitor.page, CheckScreen)
        assert visitor.stands_on() == ChangeAnswer("people")


# -- deleting it


async def test_a_pause_can_be_deleted_with_its_code_and_is_still_there_where_that_fails(
    kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = kiosk()
    code = _paused(session)

    def fails(_drafts: Drafts, _id: str) -> NoReturn:
        raise OSError("the disk is asleep")

    async with visit(session, back=code) as visitor:
        with monkeypatch.context() as patch:
            patch.setattr(Drafts, "drop", fails)
            await visitor.chooses(DELETE)
            await visitor.presses("delete")
        assert visitor.sees("Your answers are still here", "Tell a member of staff.")
        assert not visitor.sees("asleep")
        await visitor.presses("enter")
        assert draft_of(session, code).answers == {"day": "brindle"}
        assert visitor.sees(GO_ON)
        await visitor.chooses(DELETE)
        assert visitor.sees("Delete your answers?", "Keep my answers")
        await visitor.presses("escape")
        assert isinstance(visitor.page, ChooseScreen)
        assert len(draft_files(session)) == 1
        await visitor.chooses(DELETE)
        await visitor.presses("delete")
        assert visitor.sees("Your answers are deleted", "Deleted from this machine.")
        assert draft_files(session) == []
        await visitor.presses("enter")
        assert isinstance(visitor.page, ClearedScreen)


async def test_of_a_pause_in_a_change_the_changes_alone_are_deleted(kiosk: Kiosk) -> None:
    session = kiosk()
    left, code = leaves(session, {"mood": 1}), handle.draw()
    changes = Visit(session.pack)
    changes.amend(left.handle, Carried({"mood": 2}, (), frozenset(), reflections=1))
    session.drafts().keep(derive(code), changes.draft(NOW))
    leaves(session, {"mood": 1, "day": "brindle"}, amending=left)
    async with visit(session, size=SMALL, back=str(code)) as visitor:
        # What they saved since is not to be replaced by who only presses Enter, or reads that it stays.
        assert visitor.sees(STOPPED, "Your changes are here.", NEWER, f"○ {GO_ON}")
        assert not visitor.sees("stays")
        await is_well(visitor)
        await visitor.chooses("Delete my changes")
        assert visitor.sees("Delete your changes?", ONLY_CHANGES, STAYS, "Keep my changes")
        await is_well(visitor)
        await visitor.presses("delete")
        assert visitor.sees("Your changes are deleted", "Deleted from this machine.", STAYS)
        await is_well(visitor)
    assert draft_files(session) == []
    assert session.vault.has(left.id)


@pytest.mark.parametrize("why", ["time", ""])
async def test_a_pause_in_a_change_of_what_is_here_no_more_says_so(
    kiosk: Kiosk, why: Literal["time", ""]
) -> None:
    session = kiosk()
    left = leaves(session, {"mood": 1})
    code = _paused(session, ANSWERS, amends=left.handle.symbols)
    session.vault.erase(left.id, why=why)
    async with visit(session, size=SMALL, back=code) as visitor:
        await is_well(visitor)
        if not why:
            assert visitor.sees(what_became(Gone(Fate.DELETED)))
            await visitor.presses("enter")
            assert visitor.sees(WRONG_CODE)
            return
        assert visitor.sees(STOPPED, "the time we keep them was over.", "save it as new answers")
        await visitor.chooses(GO_ON)
        await visitor.presses("f10", "enter")
        await visitor.saves()
        assert visitor.code != left.code
    assert [given_on(page) for page in saved_pages(session)] == [ANSWERS]


# -- where it cannot be kept


async def test_where_the_disk_does_not_take_a_pause_one_can_try_again_or_go_back_to_the_answers(
    kiosk: Kiosk,
) -> None:
    session = kiosk()
    session.home.drafts.write_text("a file where a folder should be")
    async with visit(session, at="day") as visitor:
        await visitor.answers("brindle")
        before = visitor.screen_text()
        await visitor.presses("f7", "enter")
        for _ in range(2):
            assert visitor.sees(NOT_KEPT, "This could not be saved.", STILL_HERE)
            assert not isinstance(visitor.page, CodeScreen)
            assert visitor.given == {"day": "brindle"}
            await visitor.presses("enter")
        await visitor.clicks("Back to my answers")
        assert visitor.screen_text() == before
        await visitor.presses("end")
        await visitor.types(" and more")
        await visitor.presses("f7", "enter")
        session.home.drafts.unlink()
        await visitor.presses("enter")
        assert isinstance(visitor.page, CodeScreen)
        assert draft_of(session, visitor.code).answers == {"day": "brindle and more"}


async def test_why_it_cannot_be_kept_is_told_in_its_words(
    kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures = [NoMemoryError()]

    def sometimes(drawn: Handle) -> HandleKeys:
        if failures:
            raise failures.pop()
        return derive(drawn)

    session = kiosk()
    async with visit(session, at="day", saver=saver_of(session, derive=sometimes)) as visitor:
        await visitor.answers("brindle")
        await visitor.presses("f7", "enter")
        assert visitor.sees(NOT_KEPT, "This machine is busy. Wait a moment, then try again.")
        with monkeypatch.context() as patch:
            patch.setattr(Session, "drafts", lambda self: Drafts(self.home.drafts, reserve_bytes=1 << 62))
            await visitor.presses("enter")
        assert visitor.sees(NOT_KEPT, "This machine has no room left", STILL_HERE)
        await visitor.presses("enter")
        assert isinstance(visitor.page, CodeScreen)


async def test_while_it_is_being_kept_no_key_does_anything(kiosk: Kiosk) -> None:
    session = kiosk()
    async with visit(session, at="day") as visitor:
        await visitor.answers("brindle")
        await visitor.presses("f7")
        visitor.hold_work()
        await visitor.presses("enter")
        for key in ("enter", "escape", "f7", "f8", "f2", "1"):
            await visitor.presses(key)
            assert isinstance(visitor.page, BusyScreen)
            assert visitor.sees("Saving your answers.")
        await visitor.let_work()
        assert isinstance(visitor.page, CodeScreen)
    assert len(draft_files(session)) == 1


async def test_hidden_while_it_is_being_kept_nothing_stays_behind_a_code_that_nobody_has_seen(
    kiosk: Kiosk,
) -> None:
    session = kiosk()
    async with visit(session, at="day") as visitor:
        await visitor.answers("brindle")
        await visitor.presses("f7")
        visitor.hold_work()
        await visitor.presses("enter")
        frames = visitor.watches()
        await visitor.presses("f9")
        assert (visitor.gone, visitor.outcome) == (True, ENDED)
        await visitor.let_work()
        assert not any(frame.strip() for frame in frames)
    visitor.app.clear_away(ENDED)
    assert draft_files(session) == []


async def test_nobody_there_at_the_question_leaves_nothing_behind(kiosk: Kiosk) -> None:
    session = kiosk()
    async with visit(session, at="day") as visitor:
        await visitor.answers("brindle")
        await visitor.presses("f7")
        await visitor.waits(90 + 60)
        assert (visitor.gone, visitor.outcome) == (True, ENDED)
    assert draft_files(session) == []


async def test_a_pause_at_the_question_of_a_comment_is_not_offered(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at="day") as visitor:
        await visitor.presses("f3", "1", "enter", "f7")
        assert visitor.sees("Your comment on this question")
        await visitor.presses("escape", "f7")
        assert visitor.sees("Take a break?")
