"""The words in the screens, against the rules for words that people read."""

from functools import cache
from pathlib import Path

from babel.messages.extract import extract_from_file

from kiosk.pack.reading import sentences
from tests.plain_words import problems

SCREENS = Path(__file__).parent.parent.parent / "screens"
KIOSK = SCREENS.parent / "kiosk"
MARKS = "from kiosk.language import words as _"
ON_PAPER = [file for file in KIOSK.rglob("*.py") if MARKS in file.read_text()]
"""Modules of the domain that say something on paper, or by default."""
CUSTOMERS = [*SCREENS.glob("*.py"), *SCREENS.glob("visit/*.py"), *SCREENS.glob("widgets/*.py"), *ON_PAPER]
CURT = ("please", "sorry", "valid", "invalid", "forgot", "forgotten", "forbidden", "illegal", "oops")
STAFF = list(SCREENS.glob("desk/*.py"))


@cache
def words_in(file: Path) -> list[str]:
    """Return every text that a file marks as words on the screen."""
    found = extract_from_file("python", file, keywords={"_": None, "_n": (1, 2)})
    return [text for _, texts, _, _ in found for text in ([texts] if isinstance(texts, str) else texts)]


def test_there_are_words_to_check() -> None:
    assert sum(len(words_in(file)) for file in CUSTOMERS) > 40
    assert sum(len(words_in(file)) for file in STAFF) > 15
    assert len(words_in(KIOSK / "entry" / "blocks.py")) > 20
    assert {file.name for file in ON_PAPER} >= {"blocks.py", "handout.py", "slip.py", "pack_paper.py"}


def test_what_customers_read_is_plain() -> None:
    wrong = {
        (file, sentence): found
        for file in CUSTOMERS
        for text in words_in(file)
        for sentence in sentences(text)
        if (found := problems(sentence))
    }
    assert wrong == {}


def test_what_staff_read_is_polite_and_whole() -> None:
    wrong = {
        (file, text): found
        for file in STAFF
        for text in words_in(file)
        if (found := [one for one in problems(text) if one.kind == "contraction" or one.words in CURT])
    }
    assert wrong == {}
