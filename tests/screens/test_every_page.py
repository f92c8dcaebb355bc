"""Every page: how it looks; each key does what the page says, or nothing; ways up and down; its bar.

The pages of a visit are looked at so in `test_pseudo_language`, which opens them to be translated.
"""

import importlib
import pkgutil
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import Any
from unittest import mock

import pytest
from textual.await_complete import AwaitComplete
from textual.color import Color
from textual.widget import Widget
from textual.widgets import Input, Static

import screens
from kiosk.session import Session
from screens.desk.entry_list import EntryList
from screens.desk.paper_screens import PaperQuestionScreen
from screens.lock import KEYS
from screens.visit.app import VisitApp
from screens.widgets.caret import Body
from screens.widgets.idle_screen import IdleScreen
from screens.widgets.key_row import KeyRow
from screens.widgets.keys import (
    AGAIN,
    COLOURS,
    FIXED,
    HIDE,
    LEAVE,
    MENU,
    OWN,
    PAUSE,
    VOICE,
)
from screens.widgets.page import Page
from screens.widgets.picks import PickRow, Picks
from screens.widgets.plain import Plain
from screens.widgets.question_screen import QuestionScreen
from screens.widgets.text_field import TextField
from tests.person import Person, stands_below
from tests.screens.conftest import Kiosk
from tests.screens.every_page import PAGES, WALKS
from tests.screens.heard import says_what_it_shows
from tests.screens.looks import at_both_sizes, hard_to_tap, in_every_theme
from tests.visitor import LARGE, SMALL

CHARACTERS = [*"0123456789", *" aZ~[@", "é", "界"]
"""Of those that print, some of each kind; the signs of a keypad are in `test_keypad`."""
EVERY_KEY = [*sorted(KEYS, key=lambda key: (key[0] != "f", key)), *CHARACTERS]
"""Those first that move neither focus nor caret."""
BAR = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", " "}
ANYWHERE = {COLOURS.key, VOICE.key, AGAIN.key}
"""Work on every page, whether or not there is room to say so: they are needed to read a page at all."""
ANYWHERE_IN_A_VISIT = ANYWHERE | {HIDE.key}
"""Whoever has to hide does not look for the key."""
LEAVES, COMES_OVER = {HIDE.key, LEAVE.key}, {MENU.key, PAUSE.key}
FOCUSES = {"tab", "shift+tab"}
WRITES = {*CHARACTERS, "backspace", "delete"}
PICKS = {*"0123456789", "up", "down", "space", " "}

QUESTIONS = QuestionScreen, PaperQuestionScreen


def kind(name: str) -> tuple[type[Page[Any]], bool]:
    """Return the page that has this name, and whether it is the desk's."""
    return PAGES[name].page, name.startswith("the desk: ")


FIRST = {kind(name): name for name in reversed(PAGES)}
"""The first of each kind."""


def subclasses(kind: type[Page[Any]]) -> Iterator[type[Page[Any]]]:
    for one in kind.__subclasses__():
        yield one
        yield from subclasses(one)


def shows(page: type[Page[Any]]) -> bool:
    """Whether it has something on it, and is not just what others have in common."""
    return page.body is not Page.body


def test_each_page_of_the_program_is_opened_here() -> None:
    for module in pkgutil.walk_packages(screens.__path__, "screens."):
        importlib.import_module(module.name)
    every = {page for page in subclasses(Page) if page.__module__.startswith("screens.") and shows(page)}
    assert every - {case.page for case in PAGES.values()} == set()


@pytest.mark.parametrize("walk", WALKS.values(), ids=WALKS)
async def test_every_page_of_the_desk_shows_where_one_is_and_a_key_does_what_it_says_or_nothing(
    kiosk: Kiosk, walk: list[str]
) -> None:
    """In practice, which takes a line; one page after the other, as one goes on to them."""
    with in_every_theme():
        async with PAGES[walk[0]].opens(kiosk, SMALL) as (session, person):
            for name in walk:
                with told(name):
                    if goes_on := PAGES[name].goes_on if name != walk[0] else None:
                        await goes_on(person, session)
                    assert type(person.page) is PAGES[name].page
                    await is_as_every_page_is(session, person, name)
            await together(person, "enter")


async def test_in_a_visit_of_one_language_no_key_leads_to_others(kiosk: Kiosk) -> None:
    """In a visit of several, in which the pages are looked at elsewhere, F3 does where there is no menu."""
    for name in ("what we keep", "the code of a pause, at the start", "your answers"):
        async with PAGES[name].opens(kiosk, SMALL) as (session, person):
            with told(name):
                assert "f3" not in named(person)
                await presses_what_is_not_named(session, person)


@contextmanager
def told(name: str) -> Iterator[None]:
    """Tell the name of a page with whatever fails there."""
    try:
        yield
    except BaseException as error:
        error.add_note(f"on the page {name!r}")
        raise


async def is_as_every_page_is(session: Session, person: Person, name: str) -> None:
    """Look at a page and press its keys, at both sizes: some pages are longer than the small one.

    What all keys do to it, and what longer texts do, is the same on pages of one kind, but for questions.
    """
    focused, telling = person.app.focused, PAGES[name].page in QUESTIONS or FIRST[kind(name)] == name
    names_keys_that_mean_the_same_everywhere(person.page)
    no_two_words_at_the_foot_mean_the_same(person)
    says_what_it_shows(person)
    async for size in at_both_sizes(person, finds=telling):
        names_keys_that_move_it_where_it_is_long(person)
        if size == LARGE and isinstance(person.app, VisitApp):
            assert await hard_to_tap(person) == []
    await shows_where_the_keys_are(person)
    await presses_what_is_not_named(session, person)
    if telling:
        with left_as_it_was(person):
            await presses_all_and_stays(person)
            await no_text_touches_the_bar(person)
    person.app.set_focus(focused)
    await person.settle()


@contextmanager
def left_as_it_was(person: Person) -> Iterator[None]:
    """Have all that was written, chosen or told there as before."""
    page = person.page
    written = [(field, field.text) for field in page.query(TextField)]
    lines = [(line, line.value) for line in page.query(Input)]
    chosen = [(picks, picks.stance) for picks in page.query(Picks)]
    texts = [(text, text.content) for text in page.query(Plain)]
    yield
    for field, text in written:
        field.load_text(text)
    for line, value in lines:
        line.value = value
    for picks, stance in chosen:
        picks.stand(*stance)
    for shown, content in texts:
        shown.update(content)


def names_keys_that_mean_the_same_everywhere(page: Page[Any]) -> None:
    """Hold the function keys of a page against the one table of them; in a visit one leads to a talk."""
    keys = {*page.keys(), *(key for row in page.query(KeyRow) for key in row.shown)}
    shown = {key for key in keys if key.key[1:].isdigit()}
    for key in shown:
        means = FIXED[key.key].means if key.key in FIXED else ""
        assert (key.means, key.key in OWN) == (means, not means), key
    assert PAUSE not in shown or MENU.key in {key.key for key in shown}


def no_two_words_at_the_foot_mean_the_same(person: Person) -> None:
    keys = [key for row in person.page.query(KeyRow) if stands_below(row) for key in row.shown]
    acts = [(key.action, key.result) for key in keys if key.action or key.leaves]
    assert [key.label for key in keys if acts.count((key.action, key.result)) > 1] == []


async def presses_what_is_not_named(session: Session, person: Person) -> None:
    """Press all keys that the page does not name, wherever the focus is: nothing changes."""
    await person.waits(3)  # what is written so far is kept by then
    before = state(session, person)
    async for _focus in wherever_tab_leads(person):
        known = named(person) | FOCUSES
        unnamed = [key for key in EVERY_KEY if key not in known]
        # The first of them once more: what comes right after letters would be taken for a code's.
        await together(person, *unnamed, *unnamed[:1])
        assert state(session, person) == before


async def presses_all_and_stays(person: Person) -> None:
    """Press all keys that do something, and elsewhere again: an answer is taken, and the page stays."""
    page = person.page
    with mock.patch.object(page, "dismiss", return_value=AwaitComplete()):
        async for _focus in wherever_tab_leads(person):
            known = {*KEYS} if isinstance(person.app.focused, Input | TextField) else named(person) | FOCUSES
            keys = [*CHARACTERS, *sorted(KEYS - LEAVES - COMES_OVER)]
            await together(person, *(key for key in keys if key in known | named(person)))
        for key in COMES_OVER:
            await together(person, key)
            if person.app.screen is not page:
                await together(person, "escape")
        assert person.app.screen is page


def named(person: Person) -> set[str]:
    """Return the keys that the page names, or that what has the focus takes."""
    page, focused = person.page, person.app.focused
    anywhere = ANYWHERE_IN_A_VISIT if isinstance(person.app, VisitApp) else ANYWHERE
    keys = {name for row in page.query(KeyRow) for key in row.shown for name in key.names} | anywhere
    if isinstance(page, IdleScreen):
        return {*EVERY_KEY}  # it says so
    if isinstance(focused, Input | TextField):
        keys |= WRITES
    if page.digits_act:
        keys |= {*"0123456789"}
    if isinstance(focused, Picks):
        keys |= PICKS
    return {" " if key == "space" else key for key in keys}


async def wherever_tab_leads(person: Person) -> AsyncIterator[Widget | None]:
    """Stay where the focus is, and go on to where Tab leads, if that is of another kind."""
    before = person.app.focused
    yield before
    await moves_focus(person)
    if type(person.app.focused) is not type(before):
        yield person.app.focused


async def moves_focus(person: Person) -> None:
    """Press Tab, except where every key leaves the page."""
    if "tab" not in named(person):
        await together(person, "tab")


async def together(person: Person, *keys: str) -> None:
    """Press keys one after the other, and look at the page when they are all done."""
    for key in keys:
        person.clock.at += (
            0.5  # slower than a hand that trembles, and all of them before the idle time is over
        )
        person._send(key)
    if not person.gone:
        await person.settle()
    unless_crashed(person)


def unless_crashed(person: Person) -> None:
    if person.app._exception is not None:
        raise person.app._exception


def state(session: Session, person: Person) -> dict[str, object]:
    """Return all that a key could change, but where a page is scrolled to and where the keys stand."""
    app = person.app
    visit = vars(app.visit) if isinstance(app, VisitApp) else {}
    return {
        "gone": person.gone,
        "pages": [*app.screen_stack],
        "theme": app.theme,
        "visit": {name: repr(value) for name, value in visit.items() if name != "pack"},
        "page": [
            shown
            for widget in app.screen.query("*")
            # A remark on what was just done goes with the next key, whichever it is.
            if widget.id not in ("told", "room") and (shown := _shown(widget)) is not None
        ],
        "classes": set(app.screen.classes),
        "files": {
            str(file.relative_to(session.home.root)): sha256(file.read_bytes()).hexdigest()
            for file in session.home.root.rglob("*")
            # What was being written is kept by and by, whoever presses what.
            if file.is_file() and not {"unfinished", "running"} & set(file.parts)
        },
    }


def _shown(widget: object) -> object:
    match widget:
        case Input():
            return widget.value
        case TextField():
            return widget.text
        case Picks():
            return widget.chosen
        case EntryList():
            return [row.id for row in widget._rows]
        case PickRow():
            return None  # a pointer shows where the keys stand
        case Static():
            return (str(widget.render()), widget.display)
    return None


# -- where the keys are


def names_keys_that_move_it_where_it_is_long(person: Person) -> None:
    for body in person.page.query(Body):
        shown = {key.key for key, _place in person.shown_keys(foot=True)}
        longer = body.max_scroll_y > 0
        reads = not person.page.focus_chain
        if longer and reads:
            assert shown & {"down", "pagedown"}
        assert ({"pageup", "pagedown"} <= shown) is (longer and reads and "down" not in shown)


async def shows_where_the_keys_are(person: Person) -> None:
    """Look at the cursor wherever Tab leads, and leave the focus where it was."""
    focused = person.app.focused
    for _ in range(4):
        cursor_stands_within_what_has_the_keys(person)
        await moves_focus(person)
    person.app.set_focus(focused)


def cursor_stands_within_what_has_the_keys(person: Person) -> None:
    at, focused = person.app.cursor_position, person.app.focused
    for body in person.page.query(Body):
        room = body.scrollable_content_region
        assert room.contains_point(at) if focused is not None else at == room.offset
    if focused is not None:
        assert focused.region.contains_point(at)
    if isinstance(focused, Input):
        assert person.cells()[at.y][at.x].ground == Color.parse(person.app.theme_variables["leaf"]).rgb


async def no_text_touches_the_bar(person: Person) -> None:
    """See that there is no room for that, whatever the texts say."""
    for text in person.page.query(Plain):
        text.show(f"{text.render()} {'x ' * 200}")
    await person.settle()
    for body in person.page.query(Body):
        if body.max_scroll_y == 0:
            continue
        for row in person.cells()[body.region.y : body.region.bottom]:
            beside, bar = row[body.region.right - 2 : body.region.right]
            assert beside.is_blank, person.screen_text()
            assert bar.character in BAR
