"""A comment on a question: kept apart from answers and code, and back at the same question."""

from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from kiosk import seal
from kiosk.session import Session
from kiosk.visit.comments import BOX, TEXT_MOST, Comment, sealed_in
from screens.visit.comment_screen import CommentScreen
from screens.widgets.text_field import TextField
from tests.screens.conftest import Kiosk, saved_pages, venue_of
from tests.visitor import CHECK, visit


def comments(session: Session) -> list[Comment]:
    """Open all comments with the venue's key."""
    identity = venue_of(session)
    sealed = sealed_in(session.home.comments / BOX)
    return [msgspec.json.decode(seal.open_sealed(one, identity), type=Comment) for one in sealed]


async def test_a_comment_is_kept_sealed_and_apart_and_the_answer_stays(kiosk: Kiosk) -> None:
    session = kiosk()
    async with visit(session, at="day") as visitor:
        await visitor.types("Half an answ")
        await visitor.presses("f3", "1", "enter")
        assert visitor.sees("Your comment on this question", "What is a good day?", "kept apart")
        await visitor.types("What is meant by [good]?")
        await visitor.presses("enter")
        assert visitor.sees("Thank you for your comment", "kept apart")
        await visitor.presses("enter")
        assert visitor.question == "day"
        await visitor.types("er")
        assert visitor.sees("Half an answer")
        await visitor.presses("f10", "enter")
        assert visitor.given == {"day": "Half an answer"}
        await visitor.saves()
    (comment,) = comments(session)
    assert (comment.question, comment.text, comment.week) == ("day", "What is meant by [good]?", "2026-W10")
    (page,) = saved_pages(session)
    assert b"meant by" not in msgspec.json.encode(page)
    (file,) = session.home.comments.glob("*")
    assert b"meant by" not in file.read_bytes()
    assert datetime.fromtimestamp(file.stat().st_mtime, UTC) == datetime(2026, 3, 2, tzinfo=UTC)
    # Welcome writes all comments anew, so that no time is that of one.
    before, lines = file.stat(), file.read_bytes()
    async with visit(session):
        pass
    after = file.stat()
    assert after.st_ino != before.st_ino
    assert (after.st_mtime, file.read_bytes()) == (before.st_mtime, lines)


@pytest.mark.parametrize(("question_id", "keys"), [("likes", ["1", "2"]), ("cards", ["1", "enter", "1"])])
async def test_what_is_picked_stays_while_one_comments(
    kiosk: Kiosk, question_id: str, keys: list[str]
) -> None:
    async with visit(kiosk(), at=question_id) as visitor:
        await visitor.presses(*keys)
        before = visitor.screen_text()
        await visitor.clicks("Menu")
        await visitor.presses("1", "enter")
        assert isinstance(visitor.page, CommentScreen)
        await visitor.presses(*"12", "f2", "f3")
        assert visitor.page.query_one(TextField).text == "12"
        await visitor.presses("enter", "enter")
        assert visitor.screen_text() == before


async def test_nothing_is_kept_of_a_comment_that_is_empty_or_taken_back(kiosk: Kiosk) -> None:
    session = kiosk()
    async with visit(session, at="mood") as visitor:
        await visitor.presses("f3", "1", "enter", "enter")
        assert visitor.question == "mood"
        await visitor.presses("f3", "1", "enter")
        await visitor.types("Never mind")
        await visitor.presses("escape")
        assert visitor.question == "mood"
    assert comments(session) == []


async def test_a_comment_that_cannot_be_kept_is_told_the_answer_stays_and_it_is_there_to_be_sent_again(
    kiosk: Kiosk,
) -> None:
    session = kiosk()
    session.home.comments.write_text("a file where a folder should be")
    async with visit(session, at="mood") as visitor:
        await visitor.presses("2", "f3", "1", "enter")
        await visitor.types("What?")
        await visitor.presses("enter")
        assert visitor.sees("Your comment is not kept", "Your comment could not be kept.")
        await visitor.presses("enter")
        assert visitor.question == "mood"
        assert visitor.sees("● Good")
        session.home.comments.unlink()
        await visitor.presses("f3", "1", "enter", "enter")
        assert visitor.sees("Thank you for your comment")
    assert [said.text for said in comments(session)] == ["What?"]


async def test_a_comment_is_offered_on_questions_alone_and_where_nothing_was_said_of_it_all_none_is_kept(
    kiosk: Kiosk,
) -> None:
    session = kiosk()
    async with visit(session) as visitor:
        await visitor.presses("enter", "f3", "enter")
        assert visitor.sees("Choose a part")
    async with visit(session, at=CHECK) as visitor:
        await visitor.presses("f3")
        assert visitor.sees("Do you want to talk to someone?")
        await visitor.presses("escape")
        await visitor.saves()
        await visitor.presses("f3", "enter", "f3", "enter", "f3", "enter", "f3")
        assert visitor.sees("How was this?")
        assert not visitor.sees("Menu")
        await visitor.presses("2", "f2", "f2")
        assert visitor.sees("Thank you.")
    assert comments(session) == []


async def test_how_this_was_is_kept_apart_too(kiosk: Kiosk) -> None:
    session = kiosk()
    async with visit(session, at=CHECK) as visitor:
        await visitor.saves()
        await visitor.keeps_code()
        await visitor.presses("2", "enter")
        await visitor.types("More pictures")
        field = visitor.page.query_one(TextField)
        field.load_text("a" * (TEXT_MOST - 1))
        await visitor.types("bc")
        assert (len(field.text), visitor.sees("This field is full.")) == (TEXT_MOST, True)
        field.load_text("More pictures")
        await visitor.presses("enter")
        assert visitor.sees("Thank you.")
    (comment,) = comments(session)
    assert (comment.question, comment.rating, comment.text) == ("", 2, "More pictures")
    assert _files_with(session.home.root, b"More pictures") == []


def _files_with(folder: Path, text: bytes) -> list[Path]:
    return [file for file in folder.rglob("*") if file.is_file() and text in file.read_bytes()]
