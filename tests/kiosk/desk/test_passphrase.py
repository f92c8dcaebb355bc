"""Passphrases: what is hard to guess, told in words, and the random words that are offered."""

import time
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.desk import passphrase
from kiosk.desk.passphrase import LISTED, Strength, judge, require_good, suggest, words
from kiosk.errors import PassphraseError


def test_words_are_plain_and_there_are_as_many_as_the_bits_say() -> None:
    assert len(words()) == len(set(words())) == LISTED == 2**11
    assert passphrase.bits() == 55
    assert passphrase.bits(4) == 44
    for word in words():
        assert word.isascii()
        assert word.isalpha()
        assert word.islower()
        assert 4 <= len(word) <= 8


def test_no_word_is_offered_that_nobody_should_have_to_type() -> None:
    assert not {"killed", "death", "murder", "rape", "nazi", "slave", "prison", "abuse"} & set(words())


@pytest.mark.parametrize("count", [4, 5, 12])
def test_words_are_drawn_each_by_itself(count: int) -> None:
    offered = suggest(count).split(" ")
    assert len(offered) == count
    assert set(offered) <= set(words())


def test_what_is_drawn_is_spread_over_all_words() -> None:
    drawn = Counter(word for _ in range(2000) for word in suggest().split())
    assert len(drawn) > 1950  # of 2048, in 10,000 draws: 15 are missed on average
    assert max(drawn.values()) < 25


def test_the_draw_comes_from_whoever_is_asked() -> None:
    assert suggest(4, lambda every: every[-1]) == " ".join([words()[-1]] * 4)


def test_what_is_offered_is_good_enough() -> None:
    for count in (4, 5):
        assert all(judge(suggest(count), "Jo Smith", "Sandhill House").good_enough for _ in range(20))


@pytest.mark.parametrize(
    "known",
    [
        "correct horse battery staple",
        "CorrectHorseBatteryStaple",
        "Correct-horse, battery-staple!",
        "x correct horsebattery staple 7",
    ],
)
def test_a_passphrase_that_many_people_know_is_very_easy_to_guess(known: str) -> None:
    assert judge(known) == Strength(0, "Many people know this passphrase. Use four or more random words.")


@pytest.mark.parametrize(
    "good",
    ["river copper lantern moss", "four words of mine", "café crème brûlée"],
)
def test_some_random_words_are_hard_to_guess(good: str) -> None:
    strength = judge(good, "Jo Smith", "Sandhill House")
    assert strength.good_enough
    assert "hard to guess" in strength.says
    assert require_good(good, "Jo Smith") == judge(good, "Jo Smith")


@pytest.mark.parametrize(
    "easy",
    [
        "",
        " " * 10,
        "password",
        "passphrase",
        "hunter22",
        "qwertyuiop",
        "12345678901",
        "19/04/1985",
        "a" * 500,
        "abcabcabcabc",
        "letmein1",
        "\udcff" * 9,
    ],
)
def test_what_is_guessed_at_once_is_refused_with_what_to_do(easy: str) -> None:
    strength = judge(easy, "Jo Smith", "Sandhill House")
    assert not strength.good_enough
    assert "easy to guess" in strength.says
    assert strength.says.endswith("Use four or more random words.")
    with pytest.raises(PassphraseError) as caught:
        require_good(easy)
    assert len(easy) < 6 or easy == "passphrase" or easy not in str(caught.value)


def test_names_that_everybody_here_knows_are_easy_to_guess() -> None:
    for about in ("Jo Smithson", "sandhillhouse7", "Sandhill Smithson"):
        assert judge(about).score > judge(about, "Jo Smithson", "Sandhill House", "sandhillhouse").score


@pytest.mark.parametrize(
    "made_of",
    [
        "Jo Smith Sandhill House",
        "Sandhill Smith House Sandhill",
        "sandhill-house-JO-smith-7",
        "SmithSmithSmithSmith",
        "Jo Smith password",
        "Smith Sandhill House 12345678",
        "smith.sandhill.house.........",
        "Smith!!!!!!!!Sandhill",
        "\uff33mith Sandhill House Smith",
    ],
)
def test_names_stay_easy_to_guess_however_many_there_are(made_of: str) -> None:
    for venue in ("Sandhill House", "Sandhill-House"):
        assert not judge(made_of, "Jo Smith", venue).good_enough
        assert judge(f"{made_of} quarry window saddle", "Jo Smith", venue).good_enough


def test_it_is_said_that_names_do_not_count() -> None:
    said = judge("Jo Smith Sandhill House", "Jo Smith", "Sandhill House").says
    assert said.endswith("Names that anybody here knows do not count.")


def test_an_initial_counts_for_no_name() -> None:
    good = "muffin quarry camel lamp"
    assert judge(good, "Jo M Smith", "Oak").score == judge(good).score
    assert "Names" not in judge("Xk9#m", "Jo M Smith", "Oak").says


def test_words_speak_of_a_passphrase_and_of_no_password() -> None:
    assert "password" not in judge("password").says


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=2000))
def test_any_text_is_judged_in_words(text: str) -> None:
    strength = judge(text, "Jo", text[:5])
    assert 0 <= strength.score <= 4
    assert strength.says.endswith(".")


def test_a_long_text_is_judged_as_fast_as_a_short_one() -> None:
    judge("warm")
    begin = time.process_time()
    assert judge("river copper lantern moss " * 400).score >= 0
    assert time.process_time() - begin < 2  # all of it would take hours
