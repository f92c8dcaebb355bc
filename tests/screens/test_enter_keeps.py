"""What cannot be undone: Enter keeps, a key of its own does it, and so does one tap."""

import ast
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from unittest import mock

import pytest
from textual.await_complete import AwaitComplete

import screens
from kiosk.desk.keys import staff
from kiosk.entry.handle import draw
from kiosk.session import Session
from kiosk.visit.visit import Visit
from screens.widgets.ask_screen import AskScreen
from screens.widgets.keys import FINAL
from screens.widgets.page import PageResult
from tests.person import Person
from tests.screens import looks
from tests.screens.conftest import Kiosk, unlocked, venue_of
from tests.visitor import NOW, SMALL, derive, leaves, visit

Asked = Callable[[Kiosk, tuple[int, int]], AbstractAsyncContextManager[Person]]

DESTROYS = ("Clear", "Delete", "Remove", "Leave", "Close", "Give", "Stop", "Take it back", "Take it out")
"""The words that a way out begins with which cannot be undone."""

FILES = sorted(Path(screens.__file__).parent.rglob("*.py"))
ASKING = {"AskScreen", "asks", "_asks", "_leaves"}


def _in_a_visit(*keys: str, writes: str = "tea") -> Asked:
    @asynccontextmanager
    async def asked(kiosk: Kiosk, size: tuple[int, int]) -> AsyncIterator[Person]:
        async with visit(kiosk(), at="day", size=size) as visitor:
            await visitor.types(writes)
            await visitor.presses(*keys)
            yield visitor

    return asked


def _coming_back(*keys: str, paused: bool = False) -> Asked:
    @asynccontextmanager
    async def asked(kiosk: Kiosk, size: tuple[int, int]) -> AsyncIterator[Person]:
        session = kiosk()
        code = leaves(session, {"mood": 2}).code
        if paused:
            drawn = draw()
            session.drafts().keep(derive(drawn), Visit(session.pack).draft(NOW))
            code = str(drawn)
        async with visit(session, size=size) as visitor:
            await visitor.comes_back(code)
            await visitor.presses(*keys)
            yield visitor

    return asked


def _at_the_desk(*keys: str, writes: str = "", then: tuple[str, ...] = (), entry: bool = True) -> Asked:
    @asynccontextmanager
    async def asked(kiosk: Kiosk, size: tuple[int, int]) -> AsyncIterator[Person]:
        session: Session = kiosk(more_staff=("Ali Khan",))
        staff.set_role(session.home.staff, "Ali Khan", "lead", venue_of(session))
        opens = leaves(session, {"mood": 2}) if entry else None
        async with unlocked(session, opens=opens, size=size) as member:
            await member.presses(*keys)
            await member.types(writes)
            await member.presses(*then)
            yield member

    return asked


_PEOPLE = ("f3", "5", "enter")
QUESTIONS: dict[str, Asked] = {
    "Clear this screen?": _in_a_visit("f8"),
    "Delete your answers?": _coming_back("4", "enter"),
    "Delete your answers? (of a pause)": _coming_back("2", "enter", paused=True),
    "Go back without saving?": _coming_back("2", "enter", "f3", "enter", "escape"),
    "Delete": _at_the_desk("f3", "8", "enter", writes="They asked", then=("enter",)),
    "Leave without saving the note?": _at_the_desk("f7", writes="Call", then=("escape",)),
    "Leave without saving this?": _at_the_desk("f2", "f7", writes="A job", then=("escape",)),
    "Leave the plan as it was?": _at_the_desk("f2", "f7", writes="A job", then=("enter", "escape")),
    "Remove this goal?": _at_the_desk(
        "f2",
        "f7",
        writes="A job",
        then=("enter", "f2", "a", "enter", "enter", "enter", "home", "pageup", "delete"),
    ),
    "Remove Ali Khan's access?": _at_the_desk("f3", "5", "enter", "3", "enter", "2", "enter", entry=False),
    "Stop being a lead?": _at_the_desk(*_PEOPLE, "4", "enter", "1", "enter", entry=False),
    "Close the kiosk?": _at_the_desk("f8", entry=False),
}


@pytest.mark.parametrize(("question", "asked"), QUESTIONS.items(), ids=QUESTIONS)
async def test_enter_keeps_what_is_there_and_one_key_or_one_tap_does_not(
    kiosk: Kiosk, question: str, asked: Asked
) -> None:
    async with asked(kiosk, SMALL) as person:
        page = person.page
        assert isinstance(page, AskScreen)
        assert person.sees(question.partition(" (")[0])
        assert looks.problems(person) == []
        (final,) = (key for key, _place in person.shown_keys() if key.key == FINAL)
        assert final.label.startswith(DESTROYS)
        with mock.patch.object(page, "dismiss", return_value=AwaitComplete()) as dismiss:
            await person.presses(*"012", "space", "f8", "f7", "up", "tab")
            assert dismiss.mock_calls == []
            await person.presses("enter", "escape")
            await person.holds("enter", times=2)
            assert {call.args for call in dismiss.mock_calls} == {(PageResult.BACK,)}
            dismiss.reset_mock()
            await person.presses(FINAL)
            await person.touches(final.label)
            assert dismiss.mock_calls == [mock.call(PageResult.ON)] * 2
        await person.presses("enter")
        assert person.page is not page
        assert not person.gone


def test_every_way_out_that_cannot_be_undone_says_so() -> None:
    found = {asked: final for file in FILES for asked, final in _ways_out(file)}
    assert len(found) > 10
    assert {asked for asked, final in found.items() if final} == {
        asked for asked in found if asked.startswith(DESTROYS) or asked == "self._closing"
    }


def _ways_out(file: Path) -> Iterator[tuple[str, bool]]:
    """Yield the words of what each question of a module would do, and whether it is called final."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        given = {keyword.arg: keyword.value for keyword in node.keywords}
        if isinstance(node.func, ast.Attribute) and node.func.attr == "_leaves":
            given["final"] = ast.Constant(value=True)  # it says so of all that it asks
        passed_on = isinstance(given.get("on"), ast.Name)
        if "on" in given and not passed_on and _name(node.func) in ASKING:
            words = [one.value for one in ast.walk(given["on"]) if isinstance(one, ast.Constant)]
            yield str(words[0]) if words else ast.unparse(given["on"]), "final" in given


def _name(called: ast.expr) -> str:
    return called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
