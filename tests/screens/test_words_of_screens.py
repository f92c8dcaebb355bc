"""The words in the screens, against the rules for words that people read."""

from pathlib import Path

import pytest
from babel.messages.extract import extract_from_file

from tests import plain_words

SCREENS = Path(__file__).parent.parent.parent / "screens"
ENTRY = SCREENS.parent / "kiosk" / "entry"
CUSTOMERS = [
    *SCREENS.glob("visit/*.py"), *SCREENS.glob("widgets/*.py"), ENTRY / "blocks.py", ENTRY / "handout.py"
]  # fmt: skip
STAFF = list(SCREENS.glob("desk/*.py"))


def words_in(file: Path) -> list[str]:
    """Return every text that a file marks as words on the screen."""
    found = extract_from_file("python", file, keywords={"_": None, "say": None})
    return [text for _, text, _, _ in found if isinstance(text, str)]


def test_there_are_words_to_check() -> None:
    assert sum(len(words_in(file)) for file in CUSTOMERS) > 40
    assert sum(len(words_in(file)) for file in STAFF) > 15
    assert len(words_in(ENTRY / "blocks.py")) > 20


@pytest.mark.parametrize("file", CUSTOMERS, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_what_customers_read_is_plain(file: Path) -> None:
    wrong = {
        sentence: problems
        for text in words_in(file)
        for sentence in plain_words.sentences(text)
        if (problems := plain_words.problems(sentence))
    }
    assert wrong == {}


@pytest.mark.parametrize("file", STAFF, ids=lambda file: file.name)
def test_what_staff_read_is_polite_and_whole(file: Path) -> None:
    wrong = {
        text: problems
        for text in words_in(file)
        if (problems := [
            problem
            for problem in plain_words.problems(text)
            if problem.startswith(("contraction", "banned word"))
        ])
    }  # fmt: skip
    assert wrong == {}
