"""All that a customer reads or hears, in a language that is none: each page, its remarks, papers and errors.

That language is chosen on the page itself, by its keys, where the page has a way to the languages.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from msgspec import structs
from textual import events
from textual.widgets import Input

from kiosk import language as spoken_language
from kiosk.desk.exports.pdf import pdf_of
from kiosk.devices import slip_pdf
from kiosk.devices.pack_paper import form_pdf, review_pdf
from kiosk.devices.receipt_printer import bytes_of
from kiosk.entry.answers import TEXT_LIMIT
from kiosk.entry.handle import ALPHABET, HandleKeys, draw
from kiosk.entry.handout import handout
from kiosk.entry.opened import Opened
from kiosk.entry.pages import page_of
from kiosk.entry.slip import Slip, text_of
from kiosk.errors import NoRoomError, SaveError, SpeechTrouble
from kiosk.language import NAMES, english, in_use, language, speaking
from kiosk.pack.model import Pack
from kiosk.pack.texts import texts_of, with_texts
from kiosk.pack.translation import translated
from kiosk.session import Session
from kiosk.settings.settings import Help, Touch
from kiosk.settings.texts import DEFAULTS, Languages, default, told
from kiosk.text import columns
from kiosk.visit.visit import Visit as Stopped
from screens.customer_words import for_customer, no_voice, of_a_comment
from screens.guard import LOOK, NOT_TAKEN, SPELLED
from screens.i18n import _
from screens.keypad import IS_OFF
from screens.spoken import spoken
from screens.visit.welcome_screen import WelcomeScreen
from screens.voice import KEPT_BACK, NO_LANGUAGE
from screens.widgets.ask_screen import AskScreen
from screens.widgets.blocks import MyPageView
from screens.widgets.choose_screen import ChooseScreen, MenuScreen
from screens.widgets.enter_code_screen import EnterCodeScreen
from screens.widgets.keys import LANGUAGE
from screens.widgets.picks import PickRow
from screens.widgets.qr import QrCode
from screens.widgets.question_screen import NO_WORDS
from screens.widgets.reading_screen import ReadingScreen
from screens.widgets.text_field import SOFT_LIMIT, TextField
from screens.widgets.touch_keyboard import TouchKey
from tests import packs, pseudo
from tests.fake_printer import FakePrinter
from tests.fake_speech import FakeSpeech
from tests.kiosk.desk.exports.entries import ANSWERS, CUSTOMER, NOON, plan, row
from tests.kiosk.devices.paper import printed
from tests.kiosk.devices.slips import HANDLE
from tests.pdf import words_in
from tests.person import Person
from tests.screens import every_page
from tests.screens.conftest import Kiosk
from tests.screens.every_page import (
    BEGUN_CODE,
    MORE,
    OWN_WORDS,
    PAGES,
    WRITTEN,
    Case,
    _comes_back,
    _comes_back_to_news,
    _visit,
)
from tests.screens.looks import cut_off, in_every_theme
from tests.screens.test_customer_words import every_error
from tests.screens.test_enter_alone import only_presses_enter
from tests.screens.test_every_page import is_as_every_page_is
from tests.visitor import CHECK, LARGE, NOW, SMALL, Visitor, derive, leaves, visit


async def _has_paused(visitor: Visitor) -> None:
    """Come back with the code of a pause."""
    session, code = visitor.app.session, draw()
    session.drafts().keep(derive(code), Stopped(session.pack).draft(NOW))
    await visitor.comes_back(str(code))


async def _comes_back_past_news(visitor: Visitor) -> None:
    await _comes_back_to_news(visitor)
    await visitor.presses("enter")


async def _enters_another_code(visitor: Visitor) -> None:
    await visitor.types(HANDLE.symbols.replace("0", "1"))
    await visitor.presses("enter")


async def _enters_a_part(visitor: Visitor) -> None:
    await visitor.types(BEGUN_CODE)
    await visitor.presses("enter")


async def _sends_a_comment(visitor: Visitor) -> None:
    await visitor.types(MORE)
    await visitor.presses("enter")


ALSO = {
    "a code that opens nothing": _visit(EnterCodeScreen, "f7", then=_enters_another_code),
    "a code that is none": _visit(EnterCodeScreen, "f7", then=_enters_a_part),
    "a code that is another one": _visit(
        EnterCodeScreen, "home", "enter", "enter", at=CHECK, then=_enters_a_part
    ),
    "what waits since a pause": _visit(ChooseScreen, then=_has_paused),
    "your answers, with a plan": _visit(ChooseScreen, then=_comes_back_past_news),
    "what becomes of the wish to talk": _visit(ReadingScreen, then=_comes_back("3", "enter", "enter")),
    "the question of deleting answers": _visit(AskScreen, then=_comes_back("5", "enter")),
    "answers that are deleted": _visit(ReadingScreen, then=_comes_back("5", "enter", "delete")),
    "thanks for a comment": _visit(ReadingScreen, "f3", "1", "enter", at="mood", then=_sends_a_comment),
}
"""What stands on a page in other words than on those that are opened everywhere."""
VISIT = {name: case for name, case in (PAGES | ALSO).items() if not name.startswith("the desk: ")}
LEADS_THERE = "leads to the languages, or is left for them"
PASSES = "goes by itself"
NO_WAY = {
    "the voice": LEADS_THERE,
    "the menu of a question": LEADS_THERE,
    "saving": PASSES,
    "the end of a pause": PASSES,
    "the end": PASSES,
    "are you still here": PASSES,
    "nothing": PASSES,
}
"""The pages on which nobody can choose a language, and why."""
NO_WAY_ON = ("after a crash", "nothing", "a page to its end")
"""A question that goes by itself and that nobody is to answer in passing; pages that no walk rests at."""
KNOWN = set[str]()
"""What was painted on a way to the end."""
HERE_FIRST = _("That was a code. Finish here first.")
A_LOT = _("You have written a lot. There is still room.")
FULL = _("This field is full. Make your text shorter if you want to add more.")
LEFT_OUT = _("Left out, from here on: “{begins}…”")
ON_ENTRY = (
    *("Amber Heron", "A garden", "Ask Jo", "In May", "I can sing", "I mend bicycles"),
    *("Grow things", "Ask the council", "Jo", "by Friday", "Buy seeds"),
)
"""What is written in the entry that is put on paper."""
NOT_ITS_WORDS = re.compile(
    r"\bF\d+\b|\b\d{4}-[A-Z][a-z]+-\d\d\b|\d+ (?:minutoj?|sekundoj)\b"  # keys, and what Babel writes
    + rf"|(?:\b[{ALPHABET}], ){{3}}[{ALPHABET}]\.|\b[{ALPHABET}]{{4}}(?: [{ALPHABET}]{{4}}){{3}}\b"
    + rf"|(?<=») {english(LANGUAGE.label)}\b"  # for whoever does not read it
    + "".join(
        rf"|(?<!\w){re.escape(said)}(?!\w)"
        for said in ("Oak House", "To read", "Esperanto", *NAMES.values(), *WRITTEN)
    )
)
"""Keys, days, times, codes, names of languages, and what customers and staff wrote: nobody translates it."""
TWICE = re.compile(r"(«[^«»]{9,}»)\W*\1")
"""What is told twice over: a part of it was to be left out, and was looked for in English."""


@pytest.fixture(scope="module", autouse=True)
def esperanto(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    folder = tmp_path_factory.mktemp("content")
    pseudo.write_catalogue(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spoken_language, "content", lambda: folder)
        patch.setattr(every_page, "leaves", _leaves)
        patch.setattr(every_page, "FakeSpeech", partial(FakeSpeech, (pseudo.TAG, "en-gb")))
        spoken_language.language.cache_clear()
        yield
    spoken_language.language.cache_clear()


def _leaves(session: Session, *given: Any, **more: Any) -> Any:
    """Save an entry as somebody does who speaks that language."""
    pack = structs.replace(session.pack.as_written, languages=(pseudo.TAG,))
    with speaking(language(pseudo.TAG)):
        return leaves(replace(session, pack=session.translated(pack)), *given, **more)


def _translation(_session: Session, pack: Pack, _tag: str) -> bytes:
    return pseudo.translation(pack)


def _offers(session: Session) -> Session:
    """Begin in English, and have that language to choose."""
    pack = structs.replace(session.pack, languages=(pseudo.TAG,))
    settings = structs.replace(session.settings, languages=Languages(offered=(pseudo.TAG,)), help=Help())
    return replace(session, pack=pack, settings=settings, translation=_translation)


def _speaks(session: Session) -> Session:
    """Begin in that language, and have English to choose."""
    settings = structs.replace(session.settings, languages=Languages(offered=("en",)), help=Help())
    return replace(session, pack=in_esperanto(session.pack), settings=settings)


def in_esperanto(pack: Pack) -> Pack:
    """Return a pack that is written in that language, and translated into English."""
    texts = {place: pseudo.pseudo(text) for place, text in texts_of(pack).items()}
    return structs.replace(with_texts(pack, pseudo.TAG, texts), languages=("en",))


def left(texts: Iterable[str], names: Iterable[str] = ()) -> list[str]:
    """Return which texts are not wholly in that language, nor somebody's own; `names` are of entries."""
    named = re.compile("|".join(map(re.escape, names)) or r"(?!)")
    found = (
        pseudo.untranslated(named.sub("", NOT_ITS_WORDS.sub("", " ".join(str(text).split()))))
        for text in texts
    )
    return [" ".join(text.split()) for text in found if re.search(r"[^\W\d_]{2}", text)]


def left_in_english(person: Person) -> list[str]:
    """Return what a page says or shows that is not in that language, and is nobody's own."""
    page = person.page
    shown = [str(widget.render()) for widget in page.query("Groups, ScaleLine, TouchKey")]
    names = [row.name for row in person.app.session.vault.rows()]
    every = [*(one.text for one in spoken(page)), *shown]
    return [*left(every, names), *(text for text in every if TWICE.search(text))]


def clipped(person: Person) -> list[str]:
    """Return what is not there to be read, the titles in a frame and QR codes too."""
    page, wrong = person.page, cut_off(person)
    for code in page.query(QrCode):  # no scanner reads a part of one
        seen = page.find_widget(code).visible_region
        wrong += [] if seen.size == code.outer_size else [f"{seen.size} of {code.outer_size}"]
    for view in page.query(MyPageView):
        titles = (str(title or "") for title in (view.border_title, view.border_subtitle))
        wrong += [title for title in titles if columns(title) > view.outer_size.width - 4]
    return wrong


async def chooses(person: Person, tag: str) -> None:
    """Choose a language on a page, by its keys: by one that leads there, or to a menu that does."""
    if isinstance(person.page, WelcomeScreen):
        await person.presses("1" if tag == "en" else "2")
        return
    await person.presses("f3")
    while isinstance(person.page, MenuScreen):
        numbers = {one.pick.id: str(one.pick.number) for one in person.page.query(PickRow)}
        assert {"language", tag} & {*numbers}, f"no language is offered: {numbers}"
        await person.presses(numbers.get(tag) or numbers["language"], "enter")
        if tag in numbers:
            return


@pytest.mark.parametrize(("name", "case"), VISIT.items(), ids=VISIT)
async def test_every_page_of_a_visit_is_clear_in_english_and_translated_and_enter_alone_leads_to_its_end(
    kiosk: Kiosk, name: str, case: Case
) -> None:
    """In practice, which takes a line. The pages of the desk, and what is looked at: `test_every_page`."""
    with in_every_theme():
        if name in NO_WAY:
            async with case.opens(kiosk, LARGE) as (session, person):
                await is_as_every_page_is(session, person, name)
        prepare = _speaks if name in NO_WAY else _offers
        async with case.opens(lambda **more: prepare(kiosk(**more)), LARGE) as (session, person):
            if isinstance(person.page, MenuScreen) and case.page is not MenuScreen:
                await person.presses("1", "enter")  # one chooses more where there are several languages
            if name in NO_WAY:
                assert LANGUAGE not in person.page.keys(), "there is a way now"  # noqa: SIM118 - no dict
            else:
                if in_use().tag == pseudo.TAG:  # a code led back to the language that it was answered in
                    await chooses(person, "en")
                assert (type(person.page), person.page.spoken.tag) == (case.page, "en")
                if name in PAGES:
                    await is_as_every_page_is(session, person, name)
                before = person.page
                await chooses(person, pseudo.TAG)
                assert person.page is not before, f"nothing leads to the languages:\n{person.screen_text()}"
            await is_translated_and_whole(person, case)
            if name not in NO_WAY_ON:
                assert isinstance(person, Visitor)
                await person.let_work()
                for field in person.page.query(Input):
                    field.value = ""
                await only_presses_enter(person, KNOWN)


async def is_translated_and_whole(person: Person, case: Case) -> None:
    assert (type(person.page), person.page.spoken.tag) == (case.page, pseudo.TAG)
    for size in (SMALL, LARGE) if person.app.size == SMALL else (LARGE, SMALL):
        await person.resizes(size)
        assert left_in_english(person) == []
        assert clipped(person) == []


async def test_remarks_limits_and_keys_to_tap_are_translated(kiosk: Kiosk) -> None:
    session = _speaks(kiosk())
    session = replace(session, settings=structs.replace(session.settings, touch=Touch(keyboard="always")))
    speech = FakeSpeech(("en-gb",))
    async with visit(session, at="people", speech=speech) as visitor:

        async def tells(said: str, *keys: str, types: str = "") -> None:
            await visitor.presses(*keys)
            if types:
                await visitor.types(types)
            await visitor.until(lambda: visitor.sees(str(said)))
            assert left_in_english(visitor) == []
            assert clipped(visitor) == []

        assert visitor.page.query(TouchKey)
        await tells(NO_WORDS, "7", "enter")
        await visitor.presses("backspace", "escape")
        await tells(LOOK, types=f"{MORE}\r{MORE}\r")
        await tells(HERE_FIRST, types=HANDLE.symbols)
        visitor.page.query_one(TextField).load_text("7" * SOFT_LIMIT)
        await tells(A_LOT, "left")
        visitor.page.query_one(TextField).load_text("7" * TEXT_LIMIT)
        await tells(FULL, "8")
        visitor.app.post_message(events.Paste(OWN_WORDS))
        await tells(LEFT_OUT.format(begins=OWN_WORDS))
        await tells(NO_LANGUAGE, "f1")
        speech._voices = frozenset({pseudo.TAG})
        visitor.page.query_one(TextField).load_text(OWN_WORDS)
        await visitor.presses("f1")
        await tells(SPELLED, "escape", *"k7")
        await tells(NOT_TAKEN, types="4006381333931")
        await tells(IS_OFF, "insert")
        speech.missing = "gone"
        await tells(no_voice(SpeechTrouble.NO_VOICE), "f11")
    assert str(KEPT_BACK) in "".join(speech.told)
    assert left(speech.told) == []


def test_what_is_somebodys_own_is_nowhere_said_by_the_program_or_the_pack() -> None:
    marked = (text for text in language(pseudo.TAG)._catalogue._catalog if isinstance(text, str))  # type: ignore[attr-defined]
    own = re.compile("|".join(rf"(?<!\w){re.escape(said)}(?!\w)" for said in (*WRITTEN, *ON_ENTRY)))
    assert [text for text in (*marked, *texts_of(packs.small()).values()) if own.search(text)] == []


def test_all_that_a_customer_is_told_of_errors_is_translated() -> None:
    with speaking(language(pseudo.TAG)):
        comments = of_a_comment(NoRoomError()), of_a_comment(SaveError())
        assert left([*map(for_customer, every_error()), *comments]) == []


def test_what_stands_in_the_settings_until_a_venue_writes_something_else_is_translated() -> None:
    with speaking(language(pseudo.TAG)):
        assert left(told(name, default(name), {}) for name in DEFAULTS) == []


def _read() -> Pack:
    """Return a pack as it is read in that language."""
    pack = structs.replace(packs.small(), languages=(pseudo.TAG,))
    return structs.replace(translated(pack, pseudo.TAG, pseudo.translation(pack)), own=pack)


def _entry() -> Opened:
    """An entry that was answered in that language, with a plan."""
    newest = page_of(_read(), ANSWERS, name="Amber Heron", made=NOON, talk=True, top=("I am kind",))
    return Opened(row(), (newest, plan()), HandleKeys("ab" * 16, CUSTOMER))


ON_PAPER: dict[str, Callable[[Slip], str]] = {
    "as text": lambda slip: " ".join(text_of(slip, 32)),
    "as a receipt": lambda slip: " ".join(printed(bytes_of(slip, 48, "default"), "default").lines),
    "as a page": lambda slip: words_in(slip_pdf.pdf_of(slip, "A6")),
    "as it prints pages": lambda slip: words_in(slip.pages()) if slip.pages else "",
}


async def test_all_of_a_slip_is_translated(kiosk: Kiosk) -> None:
    async with VISIT["what to print"].opens(lambda **more: _speaks(kiosk(**more)), SMALL) as (_, person):
        await person.presses("1", "enter")
        assert isinstance(person.app.tools.printer, FakePrinter)
        slips = person.app.tools.printer.slips
        names = [row.name for row in person.app.session.vault.rows()]
        said = {(how, at): read(slip) for how, read in ON_PAPER.items() for at, slip in enumerate(slips)}
    entry = _entry()
    own = handout(entry, partial(pdf_of, entry, NOON, "Oak House", answers=False))
    assert own is not None
    said |= {(how, 2): read(own) for how, read in ON_PAPER.items()}
    assert len(said) == 3 * len(ON_PAPER)
    assert {how: found for how, text in said.items() if (found := left([text], [*names, *ON_ENTRY]))} == {}


@pytest.mark.parametrize("make", [form_pdf, review_pdf])
def test_all_of_a_paper_form_is_translated(make: Callable[..., bytes], kiosk: Kiosk) -> None:
    words = _speaks(kiosk()).settings.words()
    assert left([words_in(make(in_esperanto(packs.small()), words))]) == []
