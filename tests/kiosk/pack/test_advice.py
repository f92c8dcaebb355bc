"""Advice on plain words: what it sees in a pack, what it lets be, and that it refuses nothing."""

from pathlib import Path

import pytest

from kiosk.errors import PackError
from kiosk.pack.advice import advise, load_words, plain_words
from kiosk.pack.load import check_pack
from tests.kiosk.pack.small import DECK, PACK, spoilt, written


def remarks(folder: Path, old: str, new: str, own: str = "") -> list[tuple[str, str]]:
    """What is advised on the small pack with one text changed: the paths, and the words."""
    files = written(folder, pack=spoilt(PACK, old, new)[0])
    assert check_pack(files.pack) == []
    listed = folder / "words.toml"
    listed.write_text("version = 1\n" + own, encoding="utf-8")
    return [(one.path, one.expected) for one in advise(files.pack, plain_words(listed)).remarks]


def test_the_small_pack_is_plain_but_for_nothing(tmp_path: Path) -> None:
    assert remarks(tmp_path, "Hello.", "Hello.") == []


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("Our service users say so.", 'instead of "service users": you, or customers'),
        ("What did you fail to do? You refused.", 'instead of "refused": chose not to'),
        ("You can\N{RIGHT SINGLE QUOTATION MARK}t be wrong.", 'write "can\'t" in full'),
        ("You found out.", '"find out" is hard with little English; use one plain verb'),
        ("It is up to you.", '"up to you" may be taken word by word; say what is meant'),
        ("You do not have to say nothing.", '"not … nothing" says no twice; say what is so'),
        ("It is not uncommon.", '"not … uncommon" says no twice; say what is so'),
        ("Long " * 21 + "text.", "22 words; at most 20 are easy to read"),
    ],
)
def test_what_could_be_plainer_is_told_with_its_place(tmp_path: Path, text: str, advice: str) -> None:
    assert remarks(tmp_path, "The first part.", text) == [("section 1, intro", advice)]


@pytest.mark.parametrize(
    "text",
    [
        "We keep it without a name and without your words.",
        "If you do not want to, nobody will ask.",
        "There is no rush. You need not write.",
        "You understand us until you do not.",
        "Our units and uniforms are not new.",
        "Your uncle at the university does not mind.",
    ],
)
def test_two_negations_of_their_own_are_let_be(tmp_path: Path, text: str) -> None:
    assert remarks(tmp_path, "The first part.", text) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("What is a good day?", "What is a good day? And a bad one?"),
        ("What is a good day?", "What is good, and what is bad?"),
        ("What do you like?", "Do you like tea or would you choose milk?"),
        ("How do you feel?", "How happy are you with your room and the staff?"),
        ("How was this?", "Was this easy and short?"),
        ('want = "What?"', 'want = "What and why? Say."'),
    ],
)
def test_two_questions_in_one_are_told(tmp_path: Path, old: str, new: str) -> None:
    [(_, advice)] = remarks(tmp_path, old, new)
    assert advice == "two questions in one; ask one of them, or each by itself"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("What is a good day?", "What do you and your friends do?"),
        ("How do you feel?", "How safe or unsafe do you feel?"),
    ],
)
def test_one_question_about_two_is_let_be(tmp_path: Path, old: str, new: str) -> None:
    assert remarks(tmp_path, old, new) == []


def test_the_cards_of_a_deck_are_looked_at_too(tmp_path: Path) -> None:
    files = written(tmp_path, deck=spoilt(DECK, '"I am kind"', '"I look after kids"')[0])
    [remark] = advise(files.pack, plain_words()).remarks
    assert (remark.file, remark.path) == (files.deck, "card 1, label")


def test_the_wording_of_somebody_else_is_let_be_and_what_is_around_it_is_not(tmp_path: Path) -> None:
    theirs = '"Don\'t you find out?"\nsource = "Whose it is. They don\'t mind."\nwhy = "We\'ll ask."'
    assert remarks(tmp_path, '"What is a good day?"', theirs) == [
        ("section 2, question 2, why", 'write "We\'ll" in full')
    ]


def test_a_group_has_words_of_its_own_and_lets_others_be(tmp_path: Path) -> None:
    own = '[instead]\n"form" = "our questions"\n"Users" = ""\n'
    assert remarks(tmp_path, "The first part.", "The users fill a Form.", own) == [
        ("section 1, intro", 'instead of "form": our questions')
    ]


def test_a_group_sets_how_long_a_sentence_may_be(tmp_path: Path) -> None:
    told = remarks(tmp_path, "The first part.", "It has nine words in all of it, see.", "longest = 8\n")
    assert told == [("section 1, intro", "9 words; at most 8 are easy to read")]


@pytest.mark.parametrize(
    "words", ["service  USERS", "Our service users can\N{RIGHT SINGLE QUOTATION MARK}t."]
)
def test_words_that_a_group_keeps_are_not_told_again(tmp_path: Path, words: str) -> None:
    own = f'[[kept]]\nwords = "{words}"\nreason = "It is the name of the group."\n'
    left = remarks(tmp_path, "The first part.", "Our service users can't.", own)
    assert [advice for _, advice in left] == (['write "can\'t" in full'] if "USERS" in words else [])


def test_a_question_that_a_group_keeps_is_not_told_again(tmp_path: Path) -> None:
    own = '[[kept]]\nwords = "What is it, and who is it?"\nreason = "One thought."\n'
    assert remarks(tmp_path, "What is a good day?", "What is it, and who is it?", own) == []


def test_of_another_language_lengths_and_the_groups_words_are_told_and_no_grade(tmp_path: Path) -> None:
    text, _ = spoilt(PACK.replace("The first part.", "Sie can't find out. No, nie nothing."), '"en"', '"de"')
    advice = advise(written(tmp_path, pack=text).pack, plain_words())
    assert (advice.remarks, advice.grade) == ([], None)


def test_a_harder_version_has_a_higher_grade(tmp_path: Path) -> None:
    easy = advise(written(tmp_path).pack, plain_words()).grade
    harder, _ = spoilt(PACK, "The first part.", "Organisational responsibilities necessitate documentation.")
    hard = advise(written(tmp_path, pack=harder).pack, plain_words()).grade
    assert easy is not None
    assert hard is not None
    assert easy < hard


@pytest.mark.parametrize(
    ("text", "place", "expected"),
    [
        ("version = 2", "version", "expected 1"),
        ('version = 1\n[insted]\n"a" = "b"', "insted", "did you mean `instead`"),
        ('version = 1\n[instead]\n" " = "b"', "instead, ' '", "expected some words"),
        (
            'version = 1\n[[kept]]\nwords = "a"\nreason = ""',
            "kept 1, reason".replace(" 1", ", line 1"),
            "a reason",
        ),
        (
            'version = 1\n[english]\nphrasal_verbs = ["find"]',
            "english, phrasal_verbs, line 1",
            "one more word",
        ),
        ('version = 1\n[instead]\n"a" = 3', "instead, a", "expected text, not a whole number"),
    ],
)
def test_a_mistake_in_a_list_of_words_is_named(tmp_path: Path, text: str, place: str, expected: str) -> None:
    file = tmp_path / "words.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(PackError) as caught:
        load_words(file)
    assert caught.value.path == place
    assert expected in caught.value.expected
