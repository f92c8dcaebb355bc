"""At the desk: a paper form typed in, question by question, for the customer who filled it in."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import msgspec

from kiosk.desk.audit.audit_log import Audit
from kiosk.desk.paper_form import forms
from kiosk.desk.unfinished_notes import FORM, Unfinished
from kiosk.entry.answers import Answer
from kiosk.entry.pages import Reflection
from kiosk.entry.slip import Code, text_of
from kiosk.errors import DamageError, SaveError
from kiosk.language import language, speaking
from kiosk.pack.library import Library
from kiosk.session import Session
from kiosk.supervision.turns import ENDED
from kiosk.vault.vault import NOT_SAVED, Vault
from kiosk.visit.saving import Saved
from kiosk.visit.visit import Visit
from screens.desk.list_screen import EntriesScreen
from screens.desk.paper_flow import PaperFlow
from screens.desk.paper_screens import PaperQuestionScreen
from screens.widgets.code_screen import CodeScreen
from tests.fake_printer import FakePrinter
from tests.kiosk.vault.helpers import moments
from tests.packs import small
from tests.screens.conftest import Kiosk, unlocked
from tests.screens.desk.kept_at_the_desk import events, more, pages
from tests.screens.visit.test_languages import speaks
from tests.visitor import NOW, StaffMember


@asynccontextmanager
async def typing(
    session: Session, given: Mapping[str, Answer], at: str = "", **tools: Any
) -> AsyncIterator[StaffMember]:
    """Have typed in what is given, and come to a question, or to the check; what leads there is skipped."""
    form = Visit(session.pack, whole=True)
    form.answers.update(given)
    form._to_check()
    if at:
        form._place = form._place_of(at)
    with mock.patch.object(PaperFlow, "_begin", mock.AsyncMock(return_value=form)):
        async with unlocked(session, **tools, answers=more("paper")) as member:
            yield member


def only_entry(session: Session) -> Saved:
    [row] = session.vault.rows()
    return Saved(mock.Mock(), row.name, row.id)


async def test_a_form_is_typed_in_and_its_customer_gets_a_slip_with_a_code(kiosk: Kiosk) -> None:
    session, printer = kiosk(), FakePrinter()
    async with unlocked(session, printer=printer, answers=more("paper")) as member:
        await member.presses("1", "enter")
        assert member.sees("A small pack, version 1", "Leave open what is left open there.")
        await member.presses("enter")
        assert member.sees("Paper: First", "1 of 7", "Left open")
        assert not member.sees("I am not sure")
        await member.presses("2")
        while isinstance(member.page, PaperQuestionScreen):
            await member.types("brindle" if member.page.question.id == "day" else "")
            await member.presses("enter")
        assert member.sees("Check against the paper", "Save, and get the customer's code", "Good")
        await member.presses("2", "enter", "enter", "enter")
        assert member.sees("Where are you best?", "2 of 7")
        await member.presses("escape", "1", "enter")
        assert member.sees("What does the customer keep back?", "1 Staff may read First")
        await member.presses("2", "enter")
        assert await member.finds("1 part is kept back", "Second. Only the customer's code opens it")
        await member.presses("0", "enter", "enter")
        assert isinstance(member.page, CodeScreen), member.screen_text()
        code = member.page._code
        assert member.sees("For the customer of this form.", *code.groups)
        await member.presses("f5")
        [slip] = printer.slips
        assert [part.handle for part in slip.blocks if isinstance(part, Code)] == [code]
        await member.presses("enter")
        await member.types(code.groups[0])
        await member.presses("enter")
        assert isinstance(member.page, EntriesScreen)
    [row] = session.vault.rows()
    assert (row.source, row.state) == ("paper", "waiting")
    [page] = pages(session, only_entry(session))
    assert isinstance(page, Reflection)
    assert (page.typed_in_by, page.talk) == ("Jo Smith", True)
    said = [answered.words for section in page.sections for answered in section.answers if answered.words]
    assert said == [("Good",)]  # the second part is kept back, a good day with it
    assert events(session)[0] == "typed in a paper form"


async def test_what_is_typed_when_the_desk_locks_is_there_again_and_nobody_else_reads_it(
    kiosk: Kiosk,
) -> None:
    session = kiosk(more_staff=("Ali Khan",))
    async with typing(session, {"mood": 2}, at="day") as member:
        await member.types("brindle")
        await member.waits(600)
        assert (member.gone, member.outcome) == (True, ENDED)
    kept = b"".join(path.read_bytes() for path in session.home.root.rglob("*") if path.is_file())
    assert b"brindle" not in kept
    async with unlocked(session, by="Ali Khan") as member:
        assert not member.sees("Not saved yet")
        await member.presses("f3", "8", "enter", "1", "enter", "enter")
        assert isinstance(member.page, PaperQuestionScreen)
    async with unlocked(session) as member:
        assert member.sees("Not saved yet: a paper form. Press F3 to continue.")
        await member.presses("f3", "8", "enter")
        assert member.sees("You began to type a form in")
        await member.presses("enter")
        assert member.sees("What is a good day?", "brindle")
        await member.presses("f8")
        assert member.sees("What you wrote is not saved.")
        await member.presses("delete")
        assert isinstance(member.page, EntriesScreen)
        assert not member.sees("Not saved yet")
        await member.presses("f3", "8", "enter")
        assert not member.sees("You began to type a form in")
    assert session.vault.rows() == ()


async def test_a_code_that_the_desk_locked_away_is_shown_again_until_it_is_kept(kiosk: Kiosk) -> None:
    session = kiosk()
    async with typing(session, {"mood": 2, "day": "brindle"}) as member:
        with mock.patch.object(Unfinished, "keep", autospec=True, side_effect=Unfinished.keep) as keep:
            await member.presses("0", "enter", "enter")
        assert isinstance(member.page, CodeScreen)
        assert keep.call_args.args[3].form.answers == {}  # the customer may have kept some back
        code = member.page._code
        await member.presses("f9")
        assert member.gone
    kept = b"".join(path.read_bytes() for path in session.home.root.rglob("*") if path.is_file())
    assert code.symbols.encode() not in kept
    async with unlocked(session) as member:
        assert await member.finds("The code of a paper form is not handed over yet. Press F3 to continue.")
        await member.presses("f3", "8", "enter")
        assert member.sees("For the customer of this form.", *code.groups)
        await member.presses("enter")
        await member.types(code.groups[0])
        await member.presses("enter")
        assert isinstance(member.page, EntriesScreen)
        assert not member.sees("The code of a paper form")
    assert list(session.home.unfinished.iterdir()) == []
    assert len(session.vault.rows()) == 1


async def test_the_code_of_a_form_is_kept_before_the_form_is_saved(kiosk: Kiosk) -> None:
    session = kiosk()
    async with typing(session, {"mood": 2}) as member:
        with mock.patch.object(Unfinished, "keep", side_effect=OSError):
            await member.presses("0", "enter", "escape")
            assert member.sees("The form is not saved yet")
    assert session.vault.rows() == ()


async def test_a_kill_at_any_moment_of_saving_a_form_leaves_no_entry_without_its_code(
    kiosk: Kiosk, tmp_path: Path
) -> None:
    session = kiosk()
    async with typing(session, {"mood": 2}) as member:
        with (
            mock.patch.object(Unfinished, "keep", autospec=True, side_effect=Unfinished.keep) as keep,
            moments(session.home.root, tmp_path / "killed") as killed,
        ):
            await member.presses("0", "enter", "enter")
        assert isinstance(member.page, CodeScreen)
        code, unfinished = member.page._code, keep.call_args.args[0]
    kept = list[int]()
    for home in killed:
        rows = Vault(home, clock=lambda: NOW, name_of=session.names.name_of).rows()
        kept.append(len(rows))
        unfinished._folder = home / "unfinished"
        left = unfinished.read(FORM, "form")
        form = left.form if left else None
        if rows:
            assert form
            assert (form.saved, form.saved_id) == (code.symbols, rows[0].id)
        elif form:  # what was typed is still there
            assert form.answers == {"mood": 2}
    assert {*kept} == {0, 1}


async def test_an_empty_form_is_not_saved_and_left_without_a_question(kiosk: Kiosk) -> None:
    session = kiosk()
    async with typing(session, {}) as member:
        await member.presses("0", "enter")
        assert member.sees("Nothing is typed in yet")
        await member.presses("enter", "escape", "f8")
        assert isinstance(member.page, EntriesScreen)
    assert session.vault.rows() == ()


async def test_a_form_that_cannot_be_saved_stays_to_be_saved_again(kiosk: Kiosk) -> None:
    session = kiosk()
    async with typing(session, {"mood": 2}) as member:
        for fails, name in ((Vault, "save"), (Audit, "note")):
            with mock.patch.object(fails, name, side_effect=SaveError(NOT_SAVED)):
                await member.presses("0", "enter", "escape")
                assert member.sees("The form is not saved yet", NOT_SAVED)
            await member.presses("enter")
        with mock.patch.object(Vault, "row", side_effect=DamageError("The list cannot be read.")):
            await member.presses("0", "enter", "escape")
        assert isinstance(member.page, CodeScreen)
    assert len(session.vault.rows()) == 1


async def test_a_form_in_another_language_is_typed_in_as_it_was_read_and_its_slip_is_in_that(
    kiosk: Kiosk,
) -> None:
    session, printer = speaks(kiosk(), "pl", "ar"), FakePrinter()
    async with unlocked(session, printer=printer, answers=more("paper")) as member:
        assert member.sees("Which language is the form in?", "English", "Polish (Polski)", "Arabic (ﺔﻴﺑﺮﻌﻟﺍ)")
        await member.presses("2", "enter")
        assert member.sees("Which form is it?", "Moje mocne strony i nadzieje, version 1")
        assert not member.sees("A small pack")  # it is in English alone
        await member.presses("1", "enter", "enter")
        assert member.sees("Paper: Moje mocne strony")
        while isinstance(member.page, PaperQuestionScreen) and member.page.question.id != "feeling":
            await member.presses("enter")
        with mock.patch.object(Visit, "forward", Visit._to_check):  # past the other questions
            await member.presses("4", "enter")
        await member.waits(3)  # it is kept by then
    async with unlocked(session, printer=printer, answers=more("paper")) as member:
        await member.presses("enter")
        assert member.sees("Check against the paper")
        assert await member.finds("Dobre")
        await member.presses("0", "enter", "escape")
        assert isinstance(member.page, CodeScreen), member.screen_text()
        code = member.page._code
        await member.presses("f5", "enter")
        await member.types(code.groups[0])
        await member.presses("enter")
    [slip] = printer.slips
    words = " ".join(" ".join(text_of(slip, 48)).split())
    with speaking(language("pl")):
        polish = session.told(session.pack).closing.keep
    assert language("pl").text("Your code") in words
    assert all(line in words for line in polish)
    [page] = pages(session, only_entry(session))
    assert isinstance(page, Reflection)
    assert (page.source, page.language, page.pack_title, page.seen_title) == (
        "paper", "pl", "My strengths and hopes", "Moje mocne strony i nadzieje",
    )  # fmt: skip
    [said] = [one for one in page.answers() if one.id == "feeling"]
    assert (said.words, said.as_seen.words) == (("Good",), ("Dobre",))


async def test_a_form_in_the_packs_own_language_is_any_form_where_several_are_offered(kiosk: Kiosk) -> None:
    async with unlocked(speaks(kiosk(), "pl"), answers=more("paper")) as member:
        await member.presses("1", "enter")
        assert member.sees("My strengths and hopes, version 1")
        await member.presses("escape")
        assert member.sees("Which language is the form in?")
        await member.presses("escape")
        assert isinstance(member.page, EntriesScreen)


async def test_which_form_it_is_is_asked_by_title_and_version(kiosk: Kiosk) -> None:
    async with unlocked(kiosk(), answers=more("paper")) as member:
        assert member.sees("A small pack, version 1", "My strengths and hopes, version 1")
        assert member.sees("The title and the version are at the foot of each page.")


async def test_where_no_other_language_is_offered_it_is_not_asked(kiosk: Kiosk) -> None:
    async with unlocked(speaks(kiosk(), "xx"), answers=more("paper")) as member:
        assert member.sees("Which form is it?")


def test_a_form_is_of_any_pack_that_is_offered_or_was_published(tmp_path: Path) -> None:
    newer = msgspec.structs.replace(small(), version=2)
    offered = forms(Library(tmp_path), (newer, small()))
    ids = [(pack.id, pack.version) for pack in offered]
    assert ids[:2] == [("small", 2), ("small", 1)]
    assert ("strengths", 1) in ids
