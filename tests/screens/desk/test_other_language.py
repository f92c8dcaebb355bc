"""At the desk: an entry that was answered in another language, and what its customer takes along."""

from dataclasses import replace

from kiosk.entry.answers import Answer, Cards
from kiosk.entry.slip import text_of
from kiosk.language import language, speaking
from kiosk.session import Session
from screens.desk.entry_screen import EntryScreen
from screens.widgets.plain import Plain
from tests.fake_printer import FakePrinter
from tests.fake_speech import FakeSpeech
from tests.pdf import words_in
from tests.screens.conftest import Kiosk, unlocked
from tests.screens.desk.kept_at_the_desk import found, more_of_it
from tests.screens.desk.test_new_code import GIVES, keeps_code
from tests.screens.visit.test_languages import speaks
from tests.visitor import LARGE, SMALL, Left, leaves

ANSWERS: dict[str, Answer] = {
    "feeling": 4,
    "good_day": "Słońce i 12 lip",
    "my_strengths": Cards(("self_keep_word",), ("Umiem gotować",)),
}
ASKED = "What is a good day like for you?"
READ = "Jaki jest dla Ciebie dobry dzień?"


def answered_in_polish(session: Session) -> Left:
    with speaking(language("pl")):
        return leaves(replace(session, pack=session.told(session.pack)), ANSWERS)


async def test_staff_read_both_and_the_voice_of_the_desk_says_their_own(kiosk: Kiosk) -> None:
    session, speech = speaks(kiosk(), "pl"), FakeSpeech()
    left = answered_in_polish(session)
    for size in (LARGE, SMALL):
        async with unlocked(session, opens=left, size=size, speech=speech) as member:
            assert isinstance(member.page, EntryScreen)
            await member.presses("f1", "f1", "6", "enter", "escape", "f11")
        assert "Answered in Polish." in speech.last
        assert ASKED in speech.last
        assert READ not in speech.last
        assert "I keep my word" in speech.last


async def test_each_question_stands_as_its_customer_read_it_below_that_of_the_desk(kiosk: Kiosk) -> None:
    session = speaks(kiosk(), "pl")
    left = answered_in_polish(session)
    async with unlocked(session, opens=left, size=SMALL) as member:
        # The language stands where an entry begins.
        assert member.sees("Answered in Polish.")
        shown = [str(one.render()) for one in member.page.query(".leaf Plain")]
        at = shown.index(ASKED)
        assert shown[at : at + 3] == [ASKED, READ, "Słońce i 12 lip"]
        assert "Answered in Polish." in shown
        assert "I keep my word\nUmiem gotować" in shown
        assert not any("Dotrzymuję słowa" in one for one in shown)


async def test_what_is_answered_in_english_says_nothing_of_languages(kiosk: Kiosk) -> None:
    session = speaks(kiosk(), "pl")
    async with unlocked(session, opens=leaves(session, ANSWERS)) as member:
        assert not member.page.query(".seen")
        assert not any("Answered in" in str(one.render()) for one in member.page.query(Plain))


async def test_what_is_printed_for_them_is_in_their_language(kiosk: Kiosk) -> None:
    session, printer = speaks(kiosk(), "pl"), FakePrinter()
    left = answered_in_polish(session)
    async with unlocked(session, opens=left, printer=printer, answers=more_of_it("print")) as member:
        assert member.sees("It is printed")
    (slip,) = printer.slips
    assert slip.pages is not None
    for words in ("\n".join(text_of(slip, 48)), words_in(slip.pages())):
        assert "Dotrzymuję słowa" in words
        assert "Umiem gotować" in words
        assert "I keep my word" not in words


async def test_the_slip_of_a_new_code_is_in_the_language_of_the_answers(kiosk: Kiosk) -> None:
    session, printer = speaks(kiosk(more_staff=("Ali Khan",)), "pl"), FakePrinter()
    answered_in_polish(session)
    async with found(session, printer=printer, answers=GIVES) as member:
        await member.presses("f5")
        await keeps_code(member)
    (slip,) = printer.slips
    with speaking(language("pl")):
        polish = session.told(session.pack).closing.keep
    words = " ".join(" ".join(text_of(slip, 48)).split())
    assert all(line in words for line in polish)
    assert not any(line in words for line in session.told(session.pack).closing.keep)
