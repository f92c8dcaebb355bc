"""Passphrases: what is hard to guess, told in words, and the random words that are offered."""

import string
import time
from collections import Counter
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.desk.keys import passphrase
from kiosk.desk.keys.guessing import estimate
from kiosk.desk.keys.passphrase import LEAST_BITS, LISTED, Strength, judge, require_good, suggest, words
from kiosk.desk.keys.wordlists import alike, surprise
from kiosk.errors import PassphraseError
from tests.conftest import EXAMPLES

ABOUT = ("Jo Smith", "Sandhill House")


def listed(name: str) -> list[str]:
    """The passphrases of a file beside this one, one a line."""
    return Path(__file__).with_name(f"passphrases_{name}.txt").read_text(encoding="utf-8").splitlines()


REFUSED, TAKEN = listed("refused"), listed("taken")


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


def test_words_are_drawn_each_by_itself() -> None:
    for count in (5, 12):
        offered = suggest(count).split(" ")
        assert len(offered) == count
        assert set(offered) <= set(words())


def test_what_is_drawn_is_spread_over_all_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passphrase, "judge", lambda _drawn: Strength(LEAST_BITS, ""))  # takes 10 ms each
    drawn = Counter(word for _ in range(2000) for word in suggest().split())
    assert len(drawn) > 1950  # of 2048, in 10,000 draws: 15 are missed on average
    assert max(drawn.values()) < 25


def test_the_draw_comes_from_whoever_is_asked() -> None:
    draws = iter(["velvet", "kettle", "orbit", "pumpkin", "saddle"])
    assert suggest(choose=lambda _every: next(draws)) == "velvet kettle orbit pumpkin saddle"


def test_what_would_be_refused_is_drawn_again() -> None:
    last = ["muffin", "lantern", "walnut", "fiddle", "cabin"]
    draws = iter([*["velvet"] * 5, "saddle", "quarry", "orbit", "kettle", "velvet", *last])
    drawn = suggest(5, "Saddle Quarry", choose=lambda _every: next(draws))
    assert drawn == " ".join(last)


@settings(max_examples=EXAMPLES // 3)
@given(st.integers(0, 2**32), st.integers(5, 12), st.sampled_from([ABOUT, ("Zoe", ""), ()]))
def test_words_that_were_drawn_are_always_taken(seed: int, count: int, about: tuple[str, ...]) -> None:
    drawn = suggest(count, *about, choose=Random(seed).choice)
    assert judge(drawn, *about).good_enough, drawn
    assert require_good(drawn.replace(" ", "-"), *about)


def test_each_word_that_is_drawn_counts_enough_for_five_to_be_taken() -> None:
    counted = [estimate(word).bits for word in words()]
    assert 5 * min(counted) >= LEAST_BITS
    assert sum(counted) / LISTED > 10


def test_few_draws_are_drawn_again() -> None:
    random, drawn = Random(1), 2 * EXAMPLES
    again = sum(not judge(" ".join(random.choices(words(), k=5))).good_enough for _ in range(drawn))
    assert again <= drawn / 100  # a hundredth part costs 0.015 bits of 55


def test_what_people_think_of_is_refused() -> None:
    for thought_of in REFUSED:
        strength = judge(thought_of, *ABOUT)
        assert not strength.good_enough, (thought_of, strength)
        assert "easy to guess" in strength.says, thought_of
    with pytest.raises(PassphraseError):
        require_good(REFUSED[0], *ABOUT)


@pytest.mark.parametrize("base", REFUSED[::20])
def test_what_is_hung_on_turned_round_or_run_together_earns_nothing(base: str) -> None:
    for more in ("1", "!", "2026", "123", " 7!"):
        assert not judge(base + more, *ABOUT).good_enough
    for turned in (
        base[::-1],
        base.upper(),
        base.title(),
        base.replace(" ", ""),
        base.replace(" ", "_"),
        base.title().replace(" ", ""),
    ):
        assert not judge(turned, *ABOUT).good_enough, turned
    if base.replace(" ", "").isalpha():
        for plain in (base, base.title().replace(" ", "")):
            assert not judge(plain.translate(str.maketrans("aeios", "43105")), *ABOUT).good_enough


SERIES = tuple(
    row.split()
    for row in (
        "one two three four five six seven eight nine ten eleven twelve",
        "un deux trois quatre cinq six sept huit neuf dix",
        "eins zwei drei vier funf sechs sieben acht neun zehn elf zwolf",
        "uno dos tres cuatro cinco seis siete ocho nueve diez",
        "uno due tre quattro cinque sei sette otto nove dieci",
        "jeden dwa trzy cztery piec szesc siedem osiem dziewiec dziesiec",
        "monday tuesday wednesday thursday friday saturday sunday",
        "lundi mardi mercredi jeudi vendredi samedi dimanche",
        "montag dienstag mittwoch donnerstag freitag samstag sonntag",
        "lunes martes miércoles jueves viernes sábado domingo",
        "poniedzialek wtorek sroda czwartek piatek sobota niedziela",
        "january february march april may june july august september october november december",
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        "januar februar märz april mai juni juli august september oktober november dezember",
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
        "knight bishop rook pawn queen king",
        "gold silver bronze platinum titanium copper",
        "hammer spanner chisel screwdriver shovel axe",
        "walrus walrus walrus walrus walrus",
    )
)


@settings(max_examples=40)
@given(st.sampled_from(SERIES), st.integers(0, 11), st.integers(1, 12), st.sampled_from(("", " ", "-", ", ")))
def test_what_is_listed_in_order_is_refused(series: list[str], start: int, count: int, between: str) -> None:
    row = [series[(start + place) % len(series)] for place in range(count)]
    for said in (row, row[::-1], [word.title() for word in row]):
        strength = judge(between.join(said))
        assert not strength.good_enough, strength
        assert "very hard" not in strength.says


def test_like_things_are_refused_however_many_there_are() -> None:
    for group in set(alike().values()):
        like = [word for word, of in alike().items() if of == group]
        assert not judge(" ".join(like)).good_enough, group


def test_unusual_words_and_drawn_characters_are_taken() -> None:
    for unusual in TAKEN:
        strength = judge(unusual, *ABOUT)
        assert strength.good_enough, (unusual, strength)
        assert "very hard" not in strength.says


def test_most_strings_that_a_machine_drew_are_taken() -> None:
    random, every = Random(1), string.ascii_letters + string.digits
    drawn = ["".join(random.choices(every, k=20)) for _ in range(40)]
    assert sum(judge(one, *ABOUT).good_enough for one in drawn) >= 32
    assert not any(judge(one[:10], *ABOUT).good_enough for one in drawn)


def test_english_surprises_less_than_chance() -> None:
    assert surprise("notallthosewhowanderarelost") < 4 < 7 < surprise("qzxvkjwmpthgrw")
    assert surprise("") == surprise("1 2") == 0


def test_nothing_that_a_person_thought_of_is_called_hard() -> None:
    assert require_good(TAKEN[0]) == judge(TAKEN[0])
    assert judge(TAKEN[0]).says == (
        "You can use this passphrase. Only randomly drawn words are known to be hard to guess."
    )


def test_it_is_said_what_does_not_count() -> None:
    for said, why in (
        ("happy birthday to you", "Many people know this phrase."),
        ("a tall friend of mine knows it", "One word of a sentence gives away the next."),
        ("Sandhill", "Names that anyone here knows do not count."),
        ("HousingOfficer", "Everyday words, numbers, and names of work, people and places do not count."),
        ("asdfghjkl", "Rows of keys and repeats do not count."),
        ("19/04/1985", "Dates, and numbers of any kind, do not count."),
    ):
        assert judge(said, *ABOUT).says == (
            f"This passphrase is easy to guess. {why} Use the random words offered, or at least four unusual "
            "words that do not belong together."
        )


def test_a_phrase_that_many_people_know_counts_nothing_and_the_rest_does() -> None:
    for known in (
        "correct horse battery staple",
        "Correct-horse, battery-staple!",
        "x correct horsebattery staple 7",
    ):
        assert judge(known).says.startswith("This passphrase is easy to guess. Many people know this phrase.")
        assert judge(f"{known} velvet kettle orbit pumpkin").good_enough


@pytest.mark.parametrize(
    "easy", ["", " " * 10, "password", "passphrase", "12345678901", "a" * 500, "letmein1", "\udcff" * 9]
)
def test_what_is_guessed_at_once_is_refused_with_what_to_do(easy: str) -> None:
    strength = judge(easy, "Jo Smith", "Sandhill House")
    assert not strength.good_enough
    assert "easy to guess" in strength.says
    assert strength.says.endswith("that do not belong together.")
    with pytest.raises(PassphraseError) as caught:
        require_good(easy)
    assert len(easy) < 6 or easy == "passphrase" or easy not in str(caught.value)


def test_names_that_everybody_here_knows_count_nothing() -> None:
    for about in ("Jo Smithson", "sandhillhouse7", "Sandhill Smithson"):
        assert judge(about, "Jo Smithson", "Sandhill House", "sandhillhouse").bits == 0
    assert judge("Quokka Wombat").bits > judge("Quokka Wombat", "Ali Quokka").bits > 0


def test_names_stay_easy_to_guess_however_many_there_are() -> None:
    for made_of in (
        "Jo Smith Sandhill House",
        "Sandhill Smith House Sandhill",
        "sandhill-house-JO-smith-7",
        "SmithSmithSmithSmith",
        "Jo Smith password",
        "Smith Sandhill House 12345678",
        "smith.sandhill.house.........",
        "Smith!!!!!!!!Sandhill",
        "\uff33mith Sandhill House Smith",
    ):
        assert not judge(made_of, "Jo Smith", "Sandhill-House").good_enough, made_of
        assert not judge(made_of, *ABOUT).good_enough, made_of
        assert judge(f"{made_of} quarry window saddle plum", *ABOUT).good_enough, made_of


def test_an_initial_counts_for_no_name() -> None:
    good = "muffin quarry camel lamp"
    assert judge(good, "Jo M Smith", "Oak").bits == judge(good).bits
    assert "Names that anyone" not in judge("Xk9#m", "Jo M Smith", "Oak").says


def test_words_speak_of_a_passphrase_and_of_no_password() -> None:
    assert "password" not in judge("password").says


@settings(max_examples=30)
@given(st.text(max_size=2000))
def test_any_text_is_judged_in_words(text: str) -> None:
    strength = judge(text, "Jo", text[:5])
    assert 0 <= strength.bits < 1000
    assert strength.says.endswith(".")


def test_a_long_text_is_judged_as_fast_as_a_short_one() -> None:
    judge("warm")
    begin = time.process_time()
    assert judge("river copper lantern moss " * 400).bits >= 40
    assert time.process_time() - begin < 2  # all of it would take hours
