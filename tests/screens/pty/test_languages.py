"""Whole visits by keys alone in other languages, in a real terminal, and what staff find of them."""

from kiosk.language import language
from kiosk.rtl import is_rtl, shaped, visual
from tests.pdf import words_in
from tests.pty_terminal import Terminal
from tests.screens.pty.kiosk_terminal import Venue, asks_little, goes_on, press_until, takes_code

LANGUAGES = {"ar": "أحب الشاي", "uk": "Ґанок, їжа й пʼять друзів"}
"""What somebody writes in each: one from right to left, and one in other letters."""


def test_a_visit_in_another_language_is_read_by_staff_in_theirs(venue: Venue) -> None:
    asks_little(venue, 2)
    settings = venue.home / "kiosk.toml"
    theirs = venue.home.parent / "theirs"
    theirs.mkdir()
    text = settings.read_text().replace("offered = []", f"offered = {[*LANGUAGES]}")
    settings.write_text(text.replace("folders = []", f'folders = ["{theirs}"]'))
    codes = {}
    with venue.terminal(columns=56, rows=16) as terminal:
        for number, (tag, words) in enumerate(LANGUAGES.items(), 2):
            codes[tag] = _visits(terminal, str(number), tag, words)
    for tag, code in codes.items():
        (page,) = venue.opened(code)["pages"]
        feeling, day = page["sections"][0]["answers"][:2]
        assert page["language"] == tag
        assert feeling["words"] == ["Bad"]
        assert day["words"] == [LANGUAGES[tag]]
        assert feeling["ask"].startswith("How did you feel")
        assert feeling["seen"]["ask"] != feeling["ask"]
    venue.desk("access-pack", codes["ar"], "--to", str(theirs))
    [paper] = theirs.rglob("*.pdf")
    read = words_in(paper.read_bytes())  # in the order of writing
    assert all(words in read for words in (LANGUAGES["ar"], language("ar").text("My page")))


def _visits(terminal: Terminal, digit: str, tag: str, words: str) -> str:
    """Choose a language at Welcome, answer two questions, save and finish; return the code."""

    def say(english: str, **facts: object) -> str:
        said = language(tag).text(english).format(**facts)
        return visual(shaped(said)) if is_rtl(tag) else said

    terminal.wait_for("Oak House")
    press_until(terminal, digit, say("Start"))
    goes_on(terminal)
    terminal.wait_for(say("Tell me more"))
    goes_on(terminal)
    terminal.wait_for(say("Choose a part, or press Enter."))
    goes_on(terminal)
    goes_on(terminal, "2", key="f6")
    terminal.settle(0.2)
    terminal.type(words)
    terminal.wait_for(visual(shaped(words)) if is_rtl(tag) else words[-8:])
    goes_on(terminal, key="f10")
    terminal.wait_for(say("My page"))
    goes_on(terminal)
    terminal.wait_for(say("Check your answers"))
    goes_on(terminal)
    code = takes_code(terminal, say("Your code"))
    terminal.wait_for(say("Try your code once"))
    goes_on(terminal)
    terminal.wait_for(say("How was this?"))
    goes_on(terminal, key="f2")
    terminal.wait_for(say("{number} of 2", number=2))
    goes_on(terminal, key="f2")
    terminal.wait_for(say("This page closes by itself."))
    goes_on(terminal)
    return code
