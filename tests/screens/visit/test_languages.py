"""Choosing a language: at Welcome, and at any page of a visit, without losing a letter."""

from collections.abc import Sequence
from dataclasses import replace
from unittest import mock

import msgspec
import pytest
from textual.geometry import Region
from textual.widgets import TextArea

from kiosk.content import content
from kiosk.dates import on_day
from kiosk.entry import handle
from kiosk.entry.answers import Answer, Cards
from kiosk.language import NAMES, in_use, language, speaking
from kiosk.pack.shipped import DEFAULT, shipped_pack
from kiosk.pack.texts import with_texts
from kiosk.rtl import is_rtl, shaped, visual
from kiosk.session import Crashed, Session
from kiosk.text import columns, painted
from kiosk.visit.visit import Visit
from screens.visit.before_screen import BeforeScreen
from screens.visit.welcome_screen import WelcomeScreen
from screens.widgets.caret import Body
from screens.widgets.check_screen import CheckScreen
from screens.widgets.choose_screen import MenuScreen
from screens.widgets.key_row import KeyRow
from screens.widgets.plain import Plain
from screens.widgets.question_screen import QuestionScreen
from tests.screens.conftest import Kiosk, saved_pages
from tests.visitor import CHECK, LARGE, MY_PAGE, NOW, SMALL, Visitor, derive, leaves, visit


def speaks(session: Session, *tags: str) -> Session:
    """Return it with the shipped pack, and so many languages beside English."""
    pack = shipped_pack(content() / "packs", DEFAULT)
    assert pack
    languages = msgspec.structs.replace(session.settings.languages, offered=tags)
    return replace(
        session, pack=pack, settings=msgspec.structs.replace(session.settings, languages=languages)
    )


def begun_in(tag: str, session: Session) -> Session:
    """Return it with a visit that is in a language from its first page on: nobody has to choose it."""
    pack = session.pack
    return replace(session, pack=msgspec.structs.replace(pack, language=tag, own=pack))


def offered(visitor: Visitor) -> list[str]:
    """The languages that have a key at Welcome."""
    (row,) = visitor.page.query(".languages").results(KeyRow)
    return [key.result.tag for key in row.shown]


async def to_language(visitor: Visitor, name: str) -> None:
    """Change the language by what stands on the page."""
    await visitor.presses("f3")
    while isinstance(visitor.page, MenuScreen):
        rows = [option.label for option in visitor.page._options]
        number = rows.index(name) + 1 if name in rows else len(rows)
        await visitor.presses(str(visitor.page._options[number - 1].number or number), "enter")


async def test_each_language_has_a_key_at_welcome_before_anything_is_read(kiosk: Kiosk) -> None:
    async with visit(speaks(kiosk(), "pl", "uk"), size=SMALL) as visitor:
        assert visitor.sees("1 English", "2 Polski", "3 Українська", "Here you can look")
        await visitor.presses("2")
        assert visitor.sees("1 English", "2 Polski", "Tu możesz", "Zacznij")
        assert not visitor.sees("Here you can look")
        await visitor.presses("3")
        assert visitor.sees("Почати")
        await visitor.presses("1")
        assert visitor.sees("Start", "Here you can look")


async def test_digits_of_arabic_and_farsi_choose_a_language_and_stand_in_a_code(kiosk: Kiosk) -> None:
    async with visit(speaks(kiosk(), "ar", "fa"), size=SMALL) as visitor:
        await visitor.presses("٢")
        assert in_use().tag == "ar"
        await visitor.presses("۳")
        assert in_use().tag == "fa"
        await visitor.types("١٢۳")
        assert in_use().tag == "fa"
        await visitor.presses("١")
        await visitor.presses("f7")
        await visitor.types("٧K۹")
        assert visitor.sees("7K9_ ____")


async def test_the_languages_stand_in_the_same_places_from_right_to_left(kiosk: Kiosk) -> None:
    async with visit(speaks(kiosk(), "cy", "pl", "ro", "so", "uk", "ar", "fa"), size=SMALL) as visitor:

        def languages() -> tuple[list[str], list[Region]]:
            (row,) = visitor.page.query(".languages").results(KeyRow)
            x, y, _width, high = row.region
            lines = visitor.screen_text().split("\n")[y : y + high]
            return [line[x:].rstrip() for line in lines], [
                where.translate((-x, -y)) for _key, where in row.targets()
            ]

        (first, second), _where = english = languages()
        assert " ".join(first.split()) == "1 English 2 Cymraeg 3 Polski 4 Română 5 Soomaali"
        assert second.split()[2:] == ["7", visual(shaped("العربية")), "8", visual(shaped("فارسی"))]
        for tag in ("7", "8"):
            await visitor.presses(tag)
            assert languages() == english
        await visitor.resizes(LARGE)
        mirrored = languages()
        await visitor.clicks("English")
        assert visitor.sees("Start")
        assert languages() == mirrored


async def test_the_page_of_a_crash_speaks_the_language_of_the_visit(kiosk: Kiosk) -> None:
    told: list[Sequence[str]] = []
    async with visit(speaks(kiosk(), "pl"), crash_page=told.append) as visitor:
        await visitor.presses("2")
    assert [page[0] for page in told] == [
        "This machine is starting again.", "To urządzenie uruchamia się ponownie."
    ]  # fmt: skip


async def test_where_one_language_is_offered_there_is_no_word_of_it(kiosk: Kiosk) -> None:
    session = speaks(kiosk(), "xx")
    async with visit(session, size=SMALL) as visitor:
        assert not visitor.sees("1 English")
        await visitor.presses("2")
        assert isinstance(visitor.page, WelcomeScreen)
    async with visit(session, at="feeling", size=SMALL) as visitor:
        await visitor.presses("f3")
        assert visitor.sees("Menu")
        assert not visitor.sees("Language")


async def test_welcome_goes_back_to_its_own_language_once_nobody_is_there(kiosk: Kiosk) -> None:
    async with visit(speaks(kiosk(), "pl"), size=SMALL) as visitor:
        await visitor.presses("2")
        (waits,) = [
            one for one in visitor.page._timers if one._interval == visitor.app.session.settings.idle.warn
        ]
        assert waits._callback is not None
        waits._callback()
        await visitor.settle()
        assert visitor.sees("Start")


async def test_changing_the_language_loses_no_letter(kiosk: Kiosk) -> None:
    session = speaks(kiosk(), "pl", "cy")
    async with visit(session, at="good_day", size=SMALL) as visitor:
        await visitor.types("Sun, and 12")
        await visitor.presses("left", "left")
        field = visitor.page.query_one(TextArea)
        written, stood = field.text, field.cursor_location
        await to_language(visitor, "Polski")
        assert isinstance(visitor.page, QuestionScreen)
        assert visitor.page.question.ask == "Jaki jest dla Ciebie dobry dzień?"
        field = visitor.page.query_one(TextArea)
        assert (field.text, field.cursor_location, field.has_focus) == (written, stood, True)
        await visitor.types("x")
        assert visitor.page.query_one(TextArea).text == "Sun, and x12"


async def test_what_is_saved_says_what_was_read_and_in_which_language(kiosk: Kiosk) -> None:
    session = speaks(kiosk(), "pl")
    given: dict[str, Answer] = {"feeling": 4, "my_strengths": Cards(("self_keep_word",), ("Umiem gotować",))}
    async with visit(session, at=CHECK, given=given, size=SMALL) as visitor:
        await to_language(visitor, "Polski")
        assert visitor.sees("Moje mocne strony")
        await visitor.saves()
    (page,) = saved_pages(session)
    said = {answer.id: answer for answer in page.answers()}
    strengths = said["my_strengths"]
    assert (page.language, page.pack_title, page.seen_title) == (
        "pl", "My strengths and hopes", "Moje mocne strony i nadzieje",
    )  # fmt: skip
    assert said["feeling"].words == ("Good",)
    assert said["feeling"].as_seen.words == ("Dobre",)
    assert strengths.words == ("I keep my word", "Umiem gotować")
    assert strengths.as_seen.words == ("Dotrzymuję słowa", "Umiem gotować")
    assert page.as_seen.sections[0].title == "Moje mocne strony"


async def test_what_is_answered_in_english_has_nothing_beside_it(kiosk: Kiosk) -> None:
    session = speaks(kiosk(), "pl")
    async with visit(session, at=CHECK, given={"feeling": 4}, size=SMALL) as visitor:
        await visitor.saves()
    (page,) = saved_pages(session)
    assert (page.language, page.seen_title) == ("en", "")
    assert {answer.seen for answer in page.answers()} == {None}
    assert page.as_seen == page


async def test_what_is_counted_stands_in_the_form_that_goes_with_the_number(kiosk: Kiosk) -> None:
    session = speaks(kiosk(), "pl", "ar", "ro")
    async with visit(begun_in("pl", session), at="my_strengths", size=SMALL) as visitor:
        for key, said in enumerate(
            ("1 mocną stronę", "2 mocne strony", "3 mocne strony", "4 mocne strony"), 1
        ):
            await visitor.presses(str(key))
            assert visitor.sees(f"Masz {said}")
        await visitor.presses("5")
        assert visitor.sees("Masz 5 mocnych stron")
    async with visit(begun_in("ar", session), at=CHECK, given={"ready": 3}, size=LARGE) as visitor:
        assert visitor.sees(visual(shaped("اثنان بلا إجابة")))
    async with visit(begun_in("ro", session), at="feeling", size=LARGE) as visitor:
        await visitor.presses("2", "escape")
        assert visitor.sees("0 din 6 părți")
        await to_language(visitor, "العربية")
        assert visitor.sees(visual(shaped("0 من 6 أقسام")))


async def test_who_changes_nothing_but_the_language_has_nothing_to_lose(kiosk: Kiosk) -> None:
    session = speaks(kiosk(), "pl")
    left = leaves(session, {"feeling": 4})
    async with visit(session, size=SMALL, back=left.code) as visitor:
        await visitor.presses("2", "enter")
        assert isinstance(visitor.page, CheckScreen)
        await to_language(visitor, "Polski")
        assert not visitor.app.visit.is_changed


async def test_who_paused_is_asked_and_goes_on_in_their_language_or_in_one_they_choose_now(
    kiosk: Kiosk,
) -> None:
    session, code = speaks(kiosk(), "pl", "cy"), handle.draw()
    with speaking(language("pl")):
        stopped = Visit(session.told(session.pack)).draft(NOW)
    stopped = msgspec.structs.replace(stopped, answers={"good_day": "Sun"}, at="good_day")
    session.drafts().keep(derive(code), stopped)
    async with visit(session, size=SMALL, back=str(code)) as visitor:
        assert visitor.sees(language("pl").text("You stopped before you saved"))
        await visitor.presses("enter")
        assert visitor.sees("Jaki jest dla Ciebie dobry dzień?", "Sun", "Przerwa")
    async with visit(session, size=SMALL) as visitor:
        await visitor.presses("3")
        await visitor.comes_back(str(code))
        await visitor.presses("enter")
        assert visitor.sees("Sun", "Seibiant")


async def test_what_is_read_from_right_to_left_is_offered_where_the_screen_can_show_it(kiosk: Kiosk) -> None:
    session = speaks(kiosk(), "ar", "pl")
    async with visit(session, size=SMALL) as visitor:
        assert visitor.app.offers_languages
        assert offered(visitor) == ["en", "ar", "pl"]
    turns = msgspec.structs.replace(session.settings.languages, terminal_turns=True)
    turning = replace(session, settings=msgspec.structs.replace(session.settings, languages=turns))
    async with visit(turning, size=SMALL) as visitor:
        assert offered(visitor) == ["en", "pl"]
    async with visit(session, size=SMALL, few_signs=True) as visitor:
        assert offered(visitor) == ["en", "pl"]


async def test_an_arabic_page_is_mirrored_and_what_is_written_is_kept_as_it_was_typed(kiosk: Kiosk) -> None:
    session = speaks(kiosk(), "ar")
    async with visit(session, at="good_day", size=SMALL) as visitor:
        await to_language(visitor, "العربية")
        question = language("ar")
        assert in_use() is question
        await visitor.types("أحب الشاي 12")
        field = visitor.page.query_one(TextArea)
        assert field.text == "أحب الشاي 12"
        rows = visitor.screen_text().split("\n")
        (written,) = [row for row in rows if visual(shaped("الشاي")) in row]
        assert written.strip(" ┃") == visual(shaped("أحب الشاي 12"))
        assert written.index("┃") < 6 < len(written.rstrip()) - len(written.strip(" ┃"))
        await visitor.goes_on()
        assert visitor.given["good_day"] == "أحب الشاي 12"


async def test_who_does_not_read_the_language_finds_the_way_out_in_the_menus(kiosk: Kiosk) -> None:
    session = speaks(kiosk(), "pl", "ar")
    for at in ("good_day", CHECK):
        async with visit(session, at=at, size=SMALL) as visitor:
            await visitor.presses("f3")
            assert visitor.sees("Language")
            assert not visitor.sees("· Language")
            await visitor.presses("escape")
            visitor.app.speak("pl")
            await visitor.presses("f3")
            assert isinstance(visitor.page, MenuScreen)
            assert visitor.page._options[-1].id == "language"
            assert visitor.sees("Język · Language")
            await visitor.presses("escape")
            visitor.app.speak("ar")
            await visitor.presses("f3")
            assert visitor.sees("Language · " + visual(shaped("اللغة")))


async def test_where_there_is_room_a_key_to_the_languages_has_their_english_word_too(kiosk: Kiosk) -> None:
    session = speaks(kiosk(), "pl", "uk", "ar")
    async with visit(session, size=SMALL) as visitor:
        await visitor.presses("2", "f7")
        for size in (SMALL, LARGE):
            await visitor.resizes(size)
            assert visitor.sees("Język · Language")
            assert visitor.page.query_one("KeyBar .-safety", KeyRow).lines == 1
        await to_language(visitor, "English")
        for size in (LARGE, SMALL):
            await visitor.resizes(size)
            assert visitor.sees("F3 Language")
            assert not visitor.sees("· Language")


async def test_own_words_beside_the_cards_stay_open_with_what_is_written(kiosk: Kiosk) -> None:
    async with visit(speaks(kiosk(), "pl"), at="my_strengths", size=SMALL) as visitor:
        await visitor.presses("enter", "1", "f12")
        await visitor.types("Umiem")
        await to_language(visitor, "Polski")
        await visitor.types(" gotować")
        assert visitor.sees("Umiem gotować", "Karty")
        await visitor.presses("enter", "enter")
        assert visitor.sees("Karty 2 z 8")


async def test_who_looks_where_codes_are_entered_and_goes_back_keeps_the_language(kiosk: Kiosk) -> None:
    session = speaks(kiosk(), "pl", "uk")
    async with visit(session, size=SMALL) as visitor:
        await visitor.presses("2", "f7", "escape")
        assert isinstance(visitor.page, WelcomeScreen)
        assert visitor.sees("Zacznij")
        await visitor.presses("f7")
        await to_language(visitor, "Українська")
        await visitor.presses("enter", "enter")
        assert isinstance(visitor.page, WelcomeScreen)
        assert visitor.sees("Почати")
        await visitor.presses("f7", "a", "backspace", "escape")
        assert visitor.gone


@pytest.mark.parametrize("tag", NAMES)
async def test_how_many_cards_are_chosen_stands_whole_and_apart_from_the_keys(kiosk: Kiosk, tag: str) -> None:
    session = begun_in(tag, speaks(kiosk(), *[other for other in NAMES if other != "en"]))
    given: dict[str, Answer] = {"my_strengths": Cards(("self_keep_word",), ("a", "b"))}
    async with visit(session, at="my_strengths", given=given, size=SMALL) as visitor:
        await visitor.presses("enter")
        _tells_how_many_apart_from_the_keys(visitor)
        await visitor.resizes(LARGE)
        _tells_how_many_apart_from_the_keys(visitor)


def _tells_how_many_apart_from_the_keys(visitor: Visitor) -> None:
    tally = visitor.page.query_one("#tally", Plain)
    row = visitor.page.query_one("#ways-on KeyRow", KeyRow)
    keys = [where for _key, where in row.targets()]
    beside = [where for where in keys if where.y == tally.region.y]
    shown = columns(str(tally.visual))
    assert shown
    assert len(keys) == 2
    assert tally.region.height == 1
    assert shown + 2 * bool(beside) <= tally.region.width
    assert visitor.page.query_one(Body).max_scroll_y == 0


@pytest.mark.parametrize("tag", NAMES)
async def test_the_day_in_the_frame_of_my_page_is_never_cut(kiosk: Kiosk, tag: str) -> None:
    session = begun_in(tag, speaks(kiosk(), *[other for other in NAMES if other != "en"]))
    later = NOW.replace(month=11, day=30)
    async with visit(session, at=MY_PAGE, given={"feeling": 4}, size=SMALL, now=lambda: later) as visitor:
        for size in (SMALL, LARGE):
            await visitor.resizes(size)
            (foot,) = [row for row in visitor.screen_text().split("\n") if "╰" in row]
            day, title = (
                visual(shaped(said)) if is_rtl(tag) else said
                for said in (painted(on_day(later)), visitor.app.visit.pack.title)
            )
            assert day in foot
            assert "…" not in foot
            assert title in foot or (size == SMALL and tag in ("cy", "pl", "ro", "so", "uk"))


async def test_where_packs_are_chosen_those_in_the_language_are_offered(kiosk: Kiosk) -> None:
    session = speaks(kiosk(), "pl")
    second = msgspec.structs.replace(session.pack, id="two", title="In English alone", languages=())
    welsh = msgspec.structs.replace(second, id="three", title="Yn Gymraeg", language="cy")
    async with visit(replace(session, others=(second, welsh)), size=SMALL) as visitor:
        await visitor.presses("enter")
        assert visitor.sees("In English alone", "Yn Gymraeg")
        await visitor.presses("down", "down")
        await to_language(visitor, "Polski")
        assert visitor.sees("Moje mocne strony i nadzieje")
        assert not visitor.sees("In English alone")
        await visitor.presses("1", "enter")
        assert visitor.sees("Co przechowujemy") or isinstance(visitor.page, BeforeScreen)


async def test_after_a_crash_the_language_can_be_chosen_and_is_that_of_the_visit(kiosk: Kiosk) -> None:
    session = speaks(kiosk(), "pl")
    stopped = Visit(with_texts(session.pack, "pl", {}))
    stopped.answers["feeling"] = 4
    crashed = replace(session, crashed=Crashed(stopped.draft(NOW), 2.0))
    async with visit(crashed, size=SMALL) as visitor:
        await to_language(visitor, "Polski")
        assert visitor.sees(language("pl").text("Were you at this screen just now?"))
        await to_language(visitor, "English")
    async with visit(crashed, size=SMALL) as visitor:
        await visitor.presses("2", "enter")
        assert in_use().tag == "pl"


async def test_a_code_can_be_read_about_in_another_language(kiosk: Kiosk) -> None:
    async with visit(speaks(kiosk(), "pl"), at=CHECK, given={"feeling": 4}, size=SMALL) as visitor:
        await visitor.saves()
        code = visitor.code
        await to_language(visitor, "Polski")
        for size in (SMALL, LARGE):
            await visitor.resizes(size)
            assert visitor.code == code
            assert visitor.sees("Twój kod")


async def test_settings_with_braces_end_no_visit_of_an_older_version(kiosk: Kiosk) -> None:
    session = speaks(kiosk(venue="Oak {House}"), "pl")
    older = msgspec.structs.replace(session.pack, version=session.pack.version + 7)
    stopped = Visit(older)
    stopped.answers["feeling"] = 4
    crashed = replace(session, crashed=Crashed(stopped.draft(NOW), 2.0))
    async with visit(crashed, size=SMALL) as visitor:
        await visitor.presses("2", "enter")
        assert visitor.app.visit.pack.version == older.version
        assert "{" not in visitor.app.visit.pack.writing_note


async def test_welcome_waits_as_long_as_somebody_is_there(kiosk: Kiosk) -> None:
    async with visit(speaks(kiosk(), "pl"), size=SMALL) as visitor:
        await visitor.presses("2")
        page = visitor.page
        assert isinstance(page, WelcomeScreen)
        assert page._waits is not None
        resets = mock.Mock(wraps=page._waits.reset)
        page._waits.reset = resets  # type: ignore[method-assign]
        await visitor.presses("f4", "down")
        assert resets.call_count == 2
