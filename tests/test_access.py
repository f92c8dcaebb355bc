"""What the kiosk does for everybody who uses it: a test for each row of `docs/access.md`, named by it.

EN is EN 301 549 V3.2.1, 508 is US Section 508, WCAG is WCAG 2.2. What every page must keep is shown on a few
telling pages here; the docstring names the sweep over all of them.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
import zxingcpp
from msgspec import structs
from textual.widgets import Input, TextArea

from kiosk.devices.speech import Manner, speaks, voices_in
from kiosk.entry.answers import Answer, Cards, Goal
from kiosk.language import duration, language
from kiosk.pack.model import Pack
from kiosk.settings.settings import IdleSettings
from screens.spoken import spelled
from screens.themes import THEMES
from screens.visit.welcome_screen import ClearedScreen
from screens.voice import KEPT_BACK, ON
from screens.widgets.act_rows import ActRow
from screens.widgets.ask_screen import AskScreen
from screens.widgets.caret import caret_of
from screens.widgets.check_screen import ChangeAnswer
from screens.widgets.code_screen import CodeScreen
from screens.widgets.enter_code_screen import EnterCodeScreen
from screens.widgets.key_row import KeyBar
from screens.widgets.page import PageResult
from screens.widgets.picks import PickRow
from screens.widgets.plain import Plain
from screens.widgets.qr import QrCode
from screens.widgets.question_screen import QuestionScreen
from screens.widgets.text_field import TextField
from screens.widgets.touch_keyboard import TouchKey
from tests.conftest import shelves_when_needed
from tests.fake_speech import FakeSpeech
from tests.packs import small
from tests.person import Person
from tests.screens import conftest, looks
from tests.screens.conftest import Kiosk, saved_pages
from tests.screens.every_page import PAGES
from tests.screens.heard import key_to, listens, saves_and_hears_the_code
from tests.screens.painted import Colour, pixels_of
from tests.visitor import CHECK, LARGE, SMALL, leaves, visit

HUGE = (200, 60)
IDLE = IdleSettings()
SPOKEN = ("en", "cy", "pl", "ro", "uk", "tr", "sq", "ku", "kmr", "pt", "pt-BR", "es", "lt")
UNSPOKEN = ("so", "ti", "ps", "ckb")
"""Languages of people who come here, as far as a terminal shows them or a voice was looked for."""

kiosk, new_home, shipped = conftest.kiosk, conftest.new_home, conftest.shipped
shared_styles, quick_messages = conftest.shared_styles, conftest.quick_messages
painted_when_looked_at = conftest.painted_when_looked_at


@pytest.fixture(scope="module", autouse=True)
def few_shelves() -> Iterator[None]:
    with shelves_when_needed():
        yield


@asynccontextmanager
async def page(kiosk: Kiosk, name: str, size: tuple[int, int] = LARGE) -> AsyncIterator[Person]:
    """Open a page of `every_page` by its name, in colours that stand for every theme."""
    async with PAGES[name].opens(kiosk, size) as (_, person):
        person.app.register_theme(looks.NAMES)
        person.app.theme = looks.NAMES.name
        await person.settle()
        yield person


# -- 1 to 9: by ear


async def test_01_one_comes_back_by_speech_and_keys_alone(kiosk: Kiosk) -> None:
    """EN 5.1.3.1. Whoever presses the keys knows only what was spoken, and their code.

    A whole visit, spoken by espeak-ng, by a keypad in a real terminal: `tests/screens/pty/test_voice.py`.
    """
    session, speech = kiosk(), FakeSpeech()
    left = leaves(session, {"mood": 2})
    async with visit(session, speech=speech) as visitor:
        await visitor.presses("f1")
        await visitor.presses(key_to("I have a code", speech.last))
        assert "A field to write in. It is empty." in speech.last
        await visitor.presses(*left.handle.symbols, "enter")
        assert "Your answers." in speech.last
        await visitor.presses(key_to("Read my answers", speech.last), "enter")
        assert "There are words here that are yours." in speech.last


async def test_02_one_fixed_key_starts_speech_on_any_screen(kiosk: Kiosk) -> None:
    """EN 5.2. What every page says then is swept by `tests/screens/test_every_page.py`."""
    for at, *way in (("", "f7"), ("mood", "f3"), (CHECK, "0", "enter")):
        speech = FakeSpeech()
        async with visit(kiosk(), at=at, speech=speech) as visitor:
            await visitor.presses(*way, "f11")
            assert speech.told == []
            await visitor.presses("f1")
            assert speech.last.startswith(ON)
            assert len(speech.last.splitlines()) > 3
    # Pages that go by themselves: nothing comes over them, but the voice starts.
    speech = FakeSpeech()
    async with visit(kiosk(), at="mood", speech=speech) as visitor:
        await visitor.waits(IDLE.warn)
        await visitor.presses("f1")
        assert speech.last.startswith(ON)
        assert "How do you feel?" in speech.last  # any key goes on
        await visitor.waits(IDLE.warn)
        await visitor.presses("f1")
        assert visitor.question == "mood"
        await visitor.presses("f1", "f1")
        await visitor.walks_to_check()
        visitor.hold_work()
        await visitor.saves()
        await visitor.presses("f1")
        assert speech.last == f"{ON}\nSaving your answers."
        await visitor.presses("f1")
        await visitor.let_work()
        assert "Enter: I have my code." in speech.last
        await visitor.presses("f1", "f1", *["enter"] * 4)
        speech.goes_on = True
        await visitor.presses("f1")
        assert speech.last.endswith("This page closes by itself.\nEnter: Finish.")
        assert isinstance(visitor.page, ClearedScreen)
        visitor.page.close()
        await visitor.settle()
        assert not visitor.gone
        speech.ended(None)
        visitor.page.close()
        await visitor.settle()
        assert visitor.gone


async def test_03_any_key_cuts_speech_and_keys_repeat_and_stop_it(kiosk: Kiosk) -> None:
    """EN 5.1.3.4 and 5. That its sound ends within 50 ms is in `tests/kiosk/devices/test_speech.py`."""
    async with listens(kiosk, at="mood") as (visitor, speech):
        page = speech.last.removeprefix(ON).strip()
        await visitor.presses("home")
        assert speech.told[-1] == ""
        await visitor.presses("f11")
        assert speech.last == page
        await visitor.clicks_at(0, 0)
        assert speech.told[-1] == ""
        await visitor.presses("enter")
        assert speech.told[-2] == ""
        assert speech.last != page
        await visitor.presses("f1", "f1")
        assert speech.last == "The voice is off."
        told = len(speech.told)
        await visitor.presses("enter", "enter")
        assert len(speech.told) == told


async def test_04_it_speaks_place_question_choices_and_keys(kiosk: Kiosk) -> None:
    """EN 5.1.3.3. That no page leaves out a word of what it shows is swept by `test_every_page.py`."""
    async with listens(kiosk, at="mood") as (visitor, speech):
        assert speech.last.splitlines()[1:] == [
            "First.",
            "Question 1 of 3.",
            "The first part.",
            "How do you feel?",
            "1: Bad.",
            "2: Good.",
            "Enter: Leave open.",
            "Escape: Back.",
            "F2: I am not sure.",
            "F3: Menu.",
            "F10: Finish.",
            "F7: Break.",
            "F8: Clear screen.",
            "F9, or Escape three times: Hide now.",
        ]
        await visitor.presses("2")
        assert speech.last == "2: Good, chosen."


async def test_05_what_is_written_is_spoken_to_who_asks_for_it_alone(kiosk: Kiosk) -> None:
    """EN 5.1.3.9. The code: row 8. Every page is swept by `tests/screens/heard.py`."""
    async with listens(kiosk, at="day") as (visitor, speech):
        before = len(speech.told)
        await visitor.presses(*"Sun")
        assert [said for said in speech.told[before:] if said] == [KEPT_BACK]  # once, not at each letter
        await visitor.presses("f11")
        assert "Sun" not in " ".join(speech.told)
        assert KEPT_BACK in speech.last
        await visitor.presses("f1")
        assert "6: Read my own words and my code. Other people here may hear them." in speech.last
        await visitor.presses("6", "enter", "escape")
        assert "You wrote: Sun." in speech.last
        await visitor.presses("s")
        assert speech.last == "s"
        await visitor.presses("space")
        assert speech.last == "s "


async def test_06_it_gets_louder_and_is_as_usual_for_the_next_person(kiosk: Kiosk) -> None:
    """EN 5.1.3.11 to 13."""
    session, speech = kiosk(), FakeSpeech()
    async with visit(session, at="mood", speech=speech) as visitor:
        await visitor.presses("f1", "f1", "2", "enter", "2", "enter", "3", "enter", "4", "enter")
        assert speech.manner == Manner().changed(louder=1, faster=1)
        await visitor.presses("escape", "f1", "f1", "f1")
        assert speech.manner == Manner()
        await visitor.presses("f1", "2", "enter", "f9")
    async with visit(session, speech=speech) as visitor:
        await visitor.presses("f1")
        assert speech.manner == Manner()


async def test_07_an_error_and_its_fix_are_spoken_as_they_stand_there(kiosk: Kiosk) -> None:
    """EN 5.1.3.15."""
    async with listens(kiosk) as (visitor, speech):
        await visitor.presses("f7")
        await visitor.types("K7QX 7QXK QXK7 XK7Q")
        await visitor.presses("enter")
        told = visitor.page.query_one("#problem", Plain)
        assert spelled(str(told.content)) in speech.last
        assert "Check each group again. Or press Esc to go back." in speech.last


async def test_08_the_code_is_spoken_letter_by_letter_and_what_comes_next(kiosk: Kiosk) -> None:
    """EN 5.1.3.16. On a small screen too: `tests/screens/test_voice.py`."""
    async with listens(kiosk, at=CHECK, given={"mood": 2}) as (visitor, speech):
        await saves_and_hears_the_code(visitor, speech)


async def test_09_the_voice_follows_the_language_or_says_that_there_is_none(kiosk: Kiosk) -> None:
    """EN 5.1.3.14. Changing the language in a visit: `tests/screens/visit/test_voice_languages.py`."""
    known = voices_in()
    assert known
    assert [language for language in SPOKEN + UNSPOKEN if speaks(language, known)] == [*SPOKEN]
    speech = FakeSpeech()
    async with visit(kiosk(structs.replace(small(), language="cy")), speech=speech) as visitor:
        await visitor.presses("f1")
        assert speech.manner.language == "cy"
    speech = FakeSpeech()
    async with visit(kiosk(structs.replace(small(), language="so")), speech=speech) as visitor:
        await visitor.presses("f1")
        assert visitor.sees(
            *language("so").text("There is no voice for this language. Tell a member of staff.").split()[:3]
        )
        assert speech.told == []


# -- 10 to 15: by eye


async def test_10_everything_fits_56_by_16_and_can_be_reached(kiosk: Kiosk) -> None:
    """EN 5.1.4. Every page at both sizes: `test_every_page.py`, `test_looks.py`."""
    for name in ("a question: a goal", "the code", "the desk: locked"):
        async with page(kiosk, name, SMALL) as person:
            assert looks.problems(person) == []
            assert await looks.hard_to_find(person) == []


async def test_11_text_has_a_contrast_of_7_in_every_theme(kiosk: Kiosk) -> None:
    """WCAG 1.4.6, on the cells as they are painted. Every page: `test_every_page.py`, `test_looks.py`."""
    for name in ("a question: likes", "the desk: the list"):
        async with page(kiosk, name) as person:
            assert looks.hard_to_read(person) == []


async def test_12_focus_differs_from_no_focus_by_3_in_every_theme(kiosk: Kiosk) -> None:
    """WCAG 1.4.11 and 2.4.13: fields of one line and more, choices, tiles, rows. Every page: as above."""
    for name in ("a question: a goal", "a question: likes", "the parts", "I have a code"):
        async with page(kiosk, name) as person:
            assert await looks.hard_to_find(person) == []


async def test_13_states_are_told_by_signs_and_words_without_colour(kiosk: Kiosk) -> None:
    """WCAG 1.4.1."""
    async with visit(kiosk(), size=SMALL, at="likes") as visitor:
        texts = [visitor.screen_text()]
        for key in ("space", "down", "space", "up", "space"):
            await visitor.presses(key)
            texts.append(visitor.screen_text())
    async with visit(kiosk(), size=SMALL, at=CHECK) as visitor:
        for key in ("home", "down", "down", "down"):
            await visitor.presses(key)
            texts.append(visitor.screen_text())
        assert len(set(texts)) == len(texts)


async def test_14_lines_are_short_and_begin_at_the_left(kiosk: Kiosk) -> None:
    """WCAG 1.4.8, on a screen with room for far longer ones. Every page: `test_every_page.py`."""
    for name in ("what we keep, all of it", "a question: a text", "your answers, to read"):
        async with page(kiosk, name, HUGE) as person:
            assert max(len(line.strip()) for line in person.screen_text().splitlines()) <= looks.LONGEST_LINE
            for text in person.page.query("#body Plain"):
                assert text.styles.text_align in ("left", "start")


async def test_15_one_key_shows_the_next_of_three_themes_and_the_next_person_starts_anew(
    kiosk: Kiosk,
) -> None:
    """Guidance on dyslexia and autism."""
    session = kiosk()
    async with visit(session) as visitor:
        assert len(THEMES) >= 3
        seen = []
        for _ in THEMES:
            seen.append(visitor.cells()[0][0].ground)
            await visitor.presses("f4")
        assert len(set(seen)) == len(THEMES)
        assert visitor.cells()[0][0].ground == seen[0]
        await visitor.clicks("Colours")
        assert visitor.cells()[0][0].ground == seen[1]
    async with visit(session) as visitor:
        assert visitor.cells()[0][0].ground == seen[0]


# -- 16 to 20: by hand


async def test_16_a_visit_needs_no_two_keys_at_once(kiosk: Kiosk) -> None:
    """WCAG 2.1.1, EN 5.9: to its end by single keys (all of it: 17), and no page names another kind."""
    session, named = kiosk(), set[str]()
    async with visit(session, at="goal") as visitor:
        for _page in range(60):
            if visitor.gone:
                break
            named |= {key.key for key, _place in visitor.shown_keys()}
            if isinstance(visitor.page, QuestionScreen):
                await visitor.presses("2")
            await visitor.presses("enter")
        assert visitor.gone
    assert saved_pages(session)
    assert {"enter", "escape", "f2", "f3", "f7", "f8", "f9", "f10"} <= named
    assert not [key for key in named if "+" in key]


async def test_17_digits_enter_and_back_of_a_keypad_are_enough(kiosk: Kiosk) -> None:
    """508 407.6. Its signs, and F13 to F24 of assistive keypads: `tests/screens/test_keypad.py`."""
    session = kiosk()
    async with visit(session) as visitor:
        for _step in range(60):
            if visitor.gone:
                break
            page = visitor.page
            if isinstance(page, QuestionScreen):
                await visitor.presses("1")
            await visitor.presses("enter")
            if isinstance(page, QuestionScreen) and page.question.id == "mood":
                await visitor.presses(".")
                assert visitor.question == "mood"
                await visitor.presses("enter")
        assert visitor.gone
    (saved,) = saved_pages(session)
    # Five choices and a text; people are not called 1, and nobody wants 1.
    assert [answer.id for answer in saved.answers() if answer.value is None] == ["people", "goal"]


async def test_18_digits_in_a_text_are_text(kiosk: Kiosk) -> None:
    """WCAG 2.1.4."""
    async with visit(kiosk(), at="day") as visitor:
        await visitor.presses(*"2 cats")
        assert visitor.question == "day"
        assert visitor.sees("2 cats")
        await visitor.goes_on()
        await visitor.presses(*"1st")
        await visitor.presses("enter", *"2nd")
        assert visitor.question == "people"
        await visitor.goes_on()
        assert visitor.given == {"day": "2 cats", "people": ("1st", "2nd")}


async def test_19_an_enter_that_is_held_or_bounces_counts_once(kiosk: Kiosk) -> None:
    """EN 5.7 and 5.8. Other keys, and taps: `tests/screens/test_guard.py`, `test_hiding.py`."""
    async with visit(kiosk(), at="mood") as visitor:
        await visitor.presses("2")
        await visitor.presses("enter", "enter", "enter", every=0.25)
        assert visitor.question == "where"
    session = kiosk()
    async with visit(session, at=CHECK) as visitor:
        await visitor.presses("home")
        await visitor.holds("enter", times=40)
        # Nothing is answered, so it is asked first; one more Enter, held as long, saves once.
        assert isinstance(visitor.page, AskScreen)
        await visitor.holds("enter", times=40)
        assert isinstance(visitor.page, CodeScreen)
    assert len(saved_pages(session)) == 1


async def test_20_what_has_the_keys_is_never_below_the_foot(kiosk: Kiosk) -> None:
    """WCAG 2.4.11. Every page: `test_every_page.py`."""
    for name in ("a question: a goal", "the check page"):
        async with page(kiosk, name, SMALL) as person:
            foot = person.page.query_one(KeyBar).region
            for control in list(person.app.screen.focus_chain):
                control.focus()
                await person.settle()
                here = caret_of(control)
                assert not here.overlaps(foot)
                assert person.page.find_widget(control).visible_region.overlaps(here)


# -- 21 to 27: at one's own pace


async def test_21_who_is_slow_is_warned_and_may_go_on_any_number_of_times(kiosk: Kiosk) -> None:
    """WCAG 2.2.1, on the screen and by voice. The rest of it: `tests/screens/test_idle.py`."""
    assert IDLE.grace >= 20
    async with listens(kiosk, at="mood") as (visitor, speech):
        await visitor.answers(2)
        before = visitor.screen_text()
        for _ in range(11):
            await visitor.waits(IDLE.warn + IDLE.grace - 1)
            assert visitor.sees("Are you still here?", "Press any key to continue.")
            assert speech.last == (
                "Are you still here?\nPress any key to continue. Nothing is lost.\n"
                f"This screen is cleared in {duration(IDLE.grace)}."
            )
            await visitor.presses("x")
            assert visitor.screen_text() == before
        # Whoever listens is there: the time begins where the page is read to its end.
        speech.goes_on = True
        await visitor.presses("f11")
        await visitor.waits(20)
        speech.ended(None)
        await visitor.waits(IDLE.warn - 1)
        assert visitor.screen_text() == before
        await visitor.waits(1)
        assert visitor.sees("Are you still here?")
        await visitor.waits(IDLE.grace)
        assert visitor.gone


async def test_22_how_long_one_may_wait_stands_there_before_the_first_question(kiosk: Kiosk) -> None:
    """WCAG 2.2.6. It is behind one key there, "Tell me more"."""
    async with visit(kiosk()) as visitor:
        await visitor.presses("enter", "f6")
        assert await visitor.finds(f"after {duration(IDLE.warn)}", f"after {duration(IDLE.writing_warn)}")


async def test_23_half_an_hour_of_slow_typing_changes_nothing(kiosk: Kiosk) -> None:
    """WCAG 2.2.3."""
    async with visit(kiosk(), at="day") as visitor:
        page = visitor.page
        for letter in "thirty letters, one each minut":
            await visitor.waits(60)
            await visitor.presses("space" if letter == " " else letter)
            assert visitor.page is page
        assert visitor.sees("thirty letters, one each minut")


async def test_24_nothing_blinks_or_moves_by_itself(kiosk: Kiosk) -> None:
    """WCAG 2.3.1. Every page: `test_every_page.py`."""
    for name in ("a question: a text", "I have a code"):
        async with page(kiosk, name) as person:
            assert person.app.animation_level == "none"
            assert not [cell for row in person.cells() for cell in row if cell.blink]
            fields = (*person.page.query(TextArea), *person.page.query(Input))
            assert not [field for field in fields if field.cursor_blink]


async def test_25_what_was_given_is_not_asked_for_again(kiosk: Kiosk, shipped: Pack) -> None:
    """WCAG 3.3.7: no question stands twice in a pack, and an answer is there when one comes to it again."""
    asked = [question.ask for _, question in shipped.questions()]
    assert len({*asked}) == len(asked)
    session = kiosk()
    left = leaves(session, {"mood": 2, "day": "Sun"})
    async with visit(session) as visitor:
        await visitor.comes_back(left.code)
        await visitor.chooses("Change or add answers")
        await visitor.changes("mood")
        assert visitor.sees("2 ● Good")
        await visitor.goes_back()
        await visitor.changes("day")
        assert visitor.sees("Sun")


async def test_26_a_change_comes_back_to_the_check_page_and_stands_on_the_next_row_or_its_own(
    kiosk: Kiosk,
) -> None:
    """WCAG 3.3.6."""
    answers: dict[str, Answer] = {"mood": 2, "cards": Cards(("kind",)), "goal": Goal("A garden")}
    async with visit(kiosk(), at=CHECK, given=answers) as visitor:
        for question_id, then in (("mood", ChangeAnswer("where")), ("goal", PageResult.ON)):
            await visitor.changes(question_id)
            assert visitor.question == question_id
            await visitor.goes_on()
            assert visitor.stands_on() == then
            await visitor.changes(question_id)
            await visitor.goes_back()
            assert visitor.stands_on() == ChangeAnswer(question_id)
            assert visitor.given == answers
        await visitor.changes("mood")
        await visitor.answers(1)
        await visitor.goes_back()
        assert visitor.given == answers | {"mood": 1}
        assert await visitor.finds("Bad")


async def test_27_one_key_or_esc_three_times_hides_everything_at_once(kiosk: Kiosk) -> None:
    """As "Exit this page" of GOV.UK does; it is explained before the first question."""
    async with visit(kiosk()) as visitor:
        await visitor.presses("enter")
        assert visitor.sees("press F9 to hide this", "Hide now")
        await visitor.presses("f6")
        assert await visitor.finds("F9 hides everything at once. So does Esc, pressed three times quickly.")
    for hide in ("f9", "escape", "click"):
        session = kiosk()
        async with visit(session, at="day") as visitor:
            await visitor.types("brindle")
            frames = visitor.watches()
            if hide == "click":
                await visitor.clicks("Hide")
            else:
                await visitor.presses(*[hide] * (3 if hide == "escape" else 1), every=0.15)
            assert (visitor.gone, visitor.given) == (True, {})
            # What was painted last is the blank page; the first Esc goes back, till the third one comes.
            assert frames[-1].strip() == ""
            assert hide == "escape" or not any(frame.strip() for frame in frames)
        assert session.vault.rows() == ()
        assert not list(session.home.comments.glob("*"))


# -- 28 to 30: by phone, touch and scanner


def _quiet_zone(visitor: Person) -> set[Colour]:
    """Return the colours of the four modules around the code: two cells above it, four at its sides."""
    x, y, width, height = visitor.page.query_one(QrCode).region
    rows = [row[x : x + width] for row in visitor.cells()[y : y + height]]
    cells = [*rows[0], *rows[1], *(cell for row in rows for cell in (*row[:4], *row[-4:]))]
    return {
        colour
        for cell in cells
        for colour in (cell.ground, cell.ink if cell.character == "▀" else cell.ground)
    }


async def test_28_the_qr_code_is_dark_on_light_in_every_theme_and_is_the_code_beside_it(kiosk: Kiosk) -> None:
    """Read from its pixels, no inverted code tried: 21 modules, and four of quiet zone on each side.

    Larger, and where the font has few signs: `tests/screens/test_looks.py`.
    """
    async with visit(kiosk(), size=SMALL, at=CHECK) as visitor:
        await visitor.saves()
        assert visitor.page.query_one(QrCode).region.size == (29, 15)
        for _ in THEMES:
            assert _quiet_zone(visitor) == {(255, 255, 255)}
            (read,) = zxingcpp.read_barcodes(pixels_of(visitor.cells()), try_invert=False)
            assert read.text == visitor.code.replace(" ", "")
            await visitor.presses("f4")


async def test_29_every_control_works_by_touch(kiosk: Kiosk) -> None:
    """A visit by touch alone, an answer written on the keyboard of the screen.

    All else by touch: `tests/screens/test_by_mouse.py`, and `test_touch_keyboard.py`. That each control
    is large enough where the settings say so: `test_every_page.py`.
    """
    session = kiosk()
    async with visit(session, size=SMALL) as visitor:
        for _page in range(40):
            if visitor.gone:
                break
            for row in [row for row in visitor.page.query(PickRow) if row.region][:1]:
                await visitor.clicks_on(row)
            if isinstance(visitor.page, QuestionScreen) and visitor.question == "day":
                await visitor.clicks_on(visitor.page.query_one(TextField))
                for letter in "tea":
                    keys = visitor.page.query(TouchKey)
                    await visitor.clicks_on(next(key for key in keys if str(key.content) == letter))
            if isinstance(line := visitor.app.focused, ActRow):
                await visitor.clicks_on(line)
            else:
                await visitor.touches_enter()
        assert visitor.gone
    (page,) = saved_pages(session)
    answered = {answer.id: answer.value for answer in page.answers() if answer.value is not None}
    assert {*answered} == {"mood", "where", "likes", "cards", "day"}
    assert answered["day"] == "tea"


async def test_30_a_scanner_opens_the_answers_and_a_wrong_sign_is_told(kiosk: Kiosk) -> None:
    """All its keys at once. In a real terminal: `tests/screens/pty/test_scanner.py`."""
    session = kiosk()
    left = leaves(session, {"mood": 2})
    async with visit(session) as visitor:
        await visitor.scans(left.handle.symbols)
        assert visitor.sees(left.name)
    async with visit(session) as visitor:
        await visitor.scans("K7QX4MPD9RTW2HNC")
        assert isinstance(visitor.page, EnterCodeScreen)
        assert visitor.sees("Something in this code is wrong.", "K7QX 4MPD 9RTW 2HNC")
