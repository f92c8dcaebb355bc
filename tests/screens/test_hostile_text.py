"""Text that means harm, or means nothing: painted as it is, and nothing comes of it."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from rich.cells import cell_len
from textual.widgets import Input, TextArea

from kiosk import seal
from kiosk.entry.answers import Answer, Cards, Goal
from kiosk.entry.page_file import Keys
from kiosk.entry.pages import keep_back, page_of
from kiosk.entry.slip import text_of
from kiosk.entry.staff_pages import Note
from kiosk.pack.model import MyPage
from kiosk.rtl import END, FIRST, LEFT, RIGHT
from kiosk.session import Session
from kiosk.text import kept
from screens.visit.my_page_screen import MyPageScreen
from screens.visit.news_screen import NewsScreen
from screens.visit.own_entry_screen import OwnEntryScreen
from screens.widgets.enter_code_screen import EnterCodeScreen
from screens.widgets.then_now_screen import ThenNowScreen
from tests import packs
from tests.fake_printer import FakePrinter
from tests.kiosk.sealed import sealed_page
from tests.person import Person
from tests.screens.conftest import PASSPHRASE, Kiosk, saved_pages, unlocked, venue_of
from tests.visitor import (
    CHECK,
    MY_PAGE,
    NOW,
    SMALL,
    Left,
    Visitor,
    derive,
    desk,
    leaves,
    saver_of,
    visit,
)

HOSTILE = (
    "\x1b]0;owned\x07\x1b[2J\x1b[31mred\x1b[0m",
    "\x9b31mC1\x85\x90q\x9c",
    "[@click=app.exit()]click me[/]",
    "[@click=screen.dismiss()]click me[/]",
    "[/nope] [bold red]not bold[/bold red] [link=file:///etc]link[/link]",
    "\\[x\\] [[x]] [$leaf]x $ink {help} {0} %s",
    "\u202eright to left\u202c \u2066isolate\u2069",
    "half \ud800 a surrogate \udfff",
    "zalgo a\u0301\u0323\u0334\u0335\u0336 z\u0335\u0335",
    "\N{WOMAN}\u200d\N{WOMAN}\u200d\N{GIRL} \N{THUMBS UP SIGN}\U0001f3fd \u2764\ufe0f",
    "tab\tand\x0bvertical\x0cfeed\x00nul\x7fdel\u2028line",
    "wide \u4f60\u597d \uff21 thin\u200b\u2060\ufeff \u00ad",
    "`reboot` $(reboot) ; rm -rf / & | > <script>",
)
SAFE = ("[@click=app.exit()]click me[/]", "[/nope] [bold red]not bold[/bold red]", "C1", "a surrogate")
"""Parts that must come through as they are."""


def _is_plain(person: Person) -> None:
    """Look whether every cell holds what a terminal can only paint, in rows as wide as the screen."""
    columns, rows = person.app.size
    assert [cell_len(text) for text in _cannot_act(person)] == [columns] * rows


def _cannot_act(person: Person) -> list[str]:
    """Look whether nothing that is painted does anything, and return what stands in each row."""
    strips = person.app.screen._compositor.render_strips()
    for strip in strips:
        assert strip.text.isprintable(), repr(strip.text)
        for segment in strip:
            assert not segment.control
            assert segment.style is None or (
                segment.style.link is None and "@click" not in (segment.style.meta or {})
            )
    return [strip.text for strip in strips]


async def test_whatever_is_written_is_painted_as_plain_text(kiosk: Kiosk) -> None:
    session = kiosk()
    async with visit(session, at="cards") as visitor:
        await visitor.presses("enter", "enter")
        for question_id in ("cards", "day", "people", "goal"):
            fields = [field for field in visitor.page.query(TextArea) if field.region]
            # What is of several lines shows several of them.
            lines = 4 if question_id == "day" else 1
            texts = ["\n".join(HOSTILE[start : start + lines]) for start in range(0, len(HOSTILE), lines)]
            for start in range(0, len(texts), len(fields)):
                for field, text in zip(fields, texts[start:], strict=False):
                    field.load_text(text)
                await visitor.settle()
                _cannot_act(visitor)
                await visitor.clicks_on(fields[0])
                assert visitor.question == question_id
            for field in fields:
                field.load_text("".join(HOSTILE))
            await visitor.presses("end", "left", "backspace", "x")
            _cannot_act(visitor)
            await visitor.goes_on()
        leaves(session, visitor.given)
    (page,) = saved_pages(session)
    written = ["\n".join(answer.words) for answer in page.answers() if answer.words]
    assert len(written) == 4
    for words in written:
        assert kept(words) == words
        assert "[@click=app.exit()]click me[/]" in words


SCROLL_BAR = "▁▂▃▄▅▆▇█"
"""It stands between two lines of a text."""


async def _reads_plainly(person: Person) -> str:
    """Return all the text of the page, and look at each screenful of it."""
    read = await person.reads(lambda: _is_plain(person))
    return read.translate(dict.fromkeys(map(ord, SCROLL_BAR), " "))


async def test_hostile_answers_are_plain_on_the_check_page(kiosk: Kiosk) -> None:
    async with visit(kiosk(), at=CHECK, given=_hostile_answers()) as visitor:
        seen = ""
        for section in visitor.app.visit.pack.sections:
            await visitor.opens_part(section.id)
            seen += " ".join((await _reads_plainly(visitor)).split())
        for part in SAFE:
            assert part in seen


async def test_typed_markup_and_marks_are_text(kiosk: Kiosk) -> None:
    text = "[@click=app.exit()]a[/] [/nope] e\u0301 \N{THUMBS UP SIGN} \u202ex"
    typed: dict[str, Answer] = {"day": text.replace("\u202e", "")}
    async with visit(kiosk(), at="day") as visitor:
        await visitor.types(text)
        _is_plain(visitor)
        await visitor.goes_on()
        assert visitor.given == typed
    async with visit(kiosk(), at=CHECK, given=typed) as visitor:
        await visitor.opens_part("second")
        assert "[@click=app.exit()]a[/] [/nope] é" in await _reads_plainly(visitor)


@pytest.mark.parametrize("text", ["[/nope] [@click=app.exit()]x[/]", "\N{WOMAN}\u200d\N{GIRL} \u4f60"])
async def test_names_of_venue_and_staff_are_plain_too(kiosk: Kiosk, text: str) -> None:
    session = kiosk(venue=text, more_staff=(text,))
    async with visit(session) as visitor:
        _is_plain(visitor)
        await visitor.presses("enter", "f6")
        _is_plain(visitor)
    async with desk(session) as member:
        _is_plain(member)
        await member.presses("1", "2", "1", "enter")
        await member.unlocks(PASSPHRASE)
        _is_plain(member)


async def test_what_other_programs_left_is_plain_at_the_desk(kiosk: Kiosk) -> None:
    session = kiosk()
    code = _left_by_another_program(session)
    async with unlocked(session) as member:
        _is_plain(member)
        await member.opens(code)
        seen = " ".join((await _reads_plainly(member)).split())
        for part in SAFE:
            assert part in seen
        await _clicks_all_over(member)
        await member.presses("space")
        _is_plain(member)
        assert not member.gone


async def test_hostile_answers_are_plain_on_my_page(kiosk: Kiosk) -> None:
    mine = MyPage(strengths=("cards", "people"), hopes=("day",), steps=("goal",))
    session = kiosk(msgspec.structs.replace(packs.small(), my_page=mine))
    async with visit(session, at=MY_PAGE, given=_hostile_answers()) as visitor:
        # Three of them stand on the page, and all where one chooses which.
        await visitor.presses("f6")
        seen = " ".join((await _reads_plainly(visitor)).split())
        for part in SAFE:
            assert part in seen
        await visitor.presses("escape")
        assert isinstance(visitor.page, MyPageScreen)
        seen = " ".join((await _reads_plainly(visitor)).split())
        assert SAFE[0] in seen
        await _clicks_all_over(visitor)


async def test_hostile_answers_and_notes_are_plain_to_whoever_comes_back(kiosk: Kiosk) -> None:
    session = kiosk()
    answers = _hostile_answers(_encodable())
    left = leaves(session, answers, private=("first",))
    for text, by in zip(_encodable(), reversed(_encodable()), strict=True):
        _adds_a_note(session, left, text, by)
    async with visit(session, size=SMALL) as visitor:
        await visitor.comes_back(left.code)
        assert isinstance(visitor.page, NewsScreen)
        seen = " ".join((await _reads_plainly(visitor)).split())
        for part in SAFE:
            assert part in seen
        await _clicks_all_over(visitor)
    leaves(session, answers | {"day": "\n".join(reversed(_encodable()))}, amending=left)
    # On the small screen then and now stand one below the other, so that they read line by line.
    async with visit(session, size=SMALL) as visitor:
        await visitor.comes_back(left.code)
        for choice, page in (("Read my answers", OwnEntryScreen), ("See then and now", ThenNowScreen)):
            await visitor.chooses(choice)
            assert isinstance(visitor.page, page)
            seen = " ".join((await _reads_plainly(visitor)).split())
            for part in SAFE:
                assert part in seen
            await _clicks_all_over(visitor)
            await visitor.presses("escape")
        await visitor.chooses("Change or add answers")
        await _reads_plainly(visitor)


async def test_hostile_notes_are_plain_at_the_desk(kiosk: Kiosk) -> None:
    session = kiosk(apart=timedelta(hours=1))
    left = leaves(session, {"mood": 2})
    for text in _encodable():
        _adds_a_note(session, left, text, text)
    async with unlocked(session, opens=left) as member:
        seen = " ".join((await _reads_plainly(member)).split())
        for part in SAFE:
            assert part in seen
        await _clicks_all_over(member)
        assert not member.gone


async def test_hostile_text_where_a_customer_enters_a_code_is_plain(kiosk: Kiosk) -> None:
    async with visit(kiosk()) as visitor:
        await visitor.presses("f7")
        for text in HOSTILE:
            visitor.page.query_one(Input).value = text
            await visitor.settle()
            _is_plain(visitor)
            await visitor.presses("enter")
            assert isinstance(visitor.page, EnterCodeScreen)
            _is_plain(visitor)


async def test_hostile_text_is_plain_on_paper(kiosk: Kiosk) -> None:
    printer = FakePrinter()
    answers = _hostile_answers(_encodable())
    async with visit(kiosk(), at=CHECK, given=answers, printer=printer) as visitor:
        await visitor.saves()
        await visitor.presses("f5", "1", "2", "enter")
        assert len(printer.slips) == 2
    for slip in printer.slips:
        for line in text_of(slip, 48):
            # What is told with its own direction is isolated, and no printer is sent that.
            assert line.translate(dict.fromkeys(map(ord, (FIRST, LEFT, RIGHT, END)))).isprintable()


async def test_hostile_text_in_the_field_for_the_code_is_plain(kiosk: Kiosk) -> None:
    async with unlocked(kiosk()) as member:
        for text in HOSTILE:
            member.page.query_one(Input).value = text
            await member.settle()
            _is_plain(member)
            await member.presses("enter")
            _is_plain(member)


async def _clicks_all_over(person: Person) -> None:
    columns, rows = person.app.size
    page = person.app.screen
    for row in range(0, rows - 3, 4):
        await person.clicks_at(columns // 4, row)
        assert person.app.screen is page
    _is_plain(person)


def _hostile_answers(texts: Sequence[str] = HOSTILE) -> dict[str, Answer]:
    return {
        "day": "\n".join(texts),
        "people": tuple(texts[:3]),
        "goal": Goal(*texts[:4]),
        "cards": Cards((), tuple(texts)),
    }


def _left_by_another_program(session: Session) -> str:
    """Put an entry into the vault whose every text is hostile, by who has all keys, and return its code."""
    drawn = saver_of(session).draw()
    keys = derive(drawn)
    page = page_of(session.pack, {}, name=HOSTILE[2], made=datetime(2026, 3, 1, tzinfo=UTC))
    answers = tuple(
        msgspec.structs.replace(answer, ask=HOSTILE[4], summary=HOSTILE[0], words=_encodable())
        for answer in page.sections[0].answers
    )
    section = msgspec.structs.replace(page.sections[0], title=_encodable()[1], answers=answers)
    page = msgspec.structs.replace(page, sections=(section,), pack_title=HOSTILE[5], typed_in_by=HOSTILE[6])
    reader = seal.recipient_of(keys.identity)
    page = keep_back(page, (), reader)
    tags = Keys.of(code=keys.identity, desk=venue_of(session))
    sealed = sealed_page(page, (session.settings.venue.key, reader), keys.id, keys=tags)
    session.vault.save(keys.id, "[/nope]\x1b[2J [@click=app.exit()]x", sealed)
    return str(drawn)


def _adds_a_note(session: Session, left: Left, text: str, by: str) -> None:
    """Put a note into an entry as another program might."""
    note = Note(made=NOW, by=by, text=text)
    readers = (session.settings.venue.key, seal.recipient_of(derive(left.handle).identity))
    keys = Keys.of(desk=venue_of(session))
    session.vault.add_page(
        left.id, lambda number: sealed_page(note, readers, left.id, counter=number, keys=keys)
    )


def _encodable() -> tuple[str, ...]:
    return tuple(text.encode("utf-8", "ignore").decode() for text in HOSTILE)


def test_the_visitor_can_see_what_is_not_plain() -> None:
    # The check itself: each of the strings holds something that must not reach a terminal as it is.
    assert sum(not text.isprintable() for text in HOSTILE) >= 7
    assert isinstance(Visitor, type)
