"""Finding entries by name, as it is typed."""

from hypothesis import assume, given
from hypothesis import strategies as st

from kiosk.desk.find import NameIndex
from kiosk.entry.names import shipped_names

WORDS = shipped_names()
NAMES = ("Amber Heron", "Amber Otter", "Blue Heron", "Calm Plover")


def found(typed: str, *names: str) -> list[str]:
    names = names or NAMES
    return [names[place] for place in NameIndex(names).places(typed)]


def test_nothing_typed_finds_all() -> None:
    assert found("") == found("  ") == list(NAMES)


def test_the_beginning_of_a_word_is_enough_in_any_case_and_order() -> None:
    assert found("amb") == ["Amber Heron", "Amber Otter"]
    assert found("HER") == ["Amber Heron", "Blue Heron"]
    assert found("heron b") == ["Blue Heron"]
    assert found("otter plover") == found("xyzzyx") == found("q") == []


def test_a_typing_mistake_finds_the_name_and_adds_nothing_where_a_word_fits_as_it_is() -> None:
    for typed in ("Amner Heron", "hreon amber", "Ambr Hero", "ambeer heron"):
        assert "Amber Heron" in found(typed), typed
    assert found("calm", "Calm Plover", "Palm Plover") == ["Calm Plover"]


@given(st.sampled_from(WORDS.first), st.sampled_from(WORDS.second), st.data())
def test_one_wrong_letter_in_a_word_of_five_or_more_still_finds_it(
    first: str, second: str, data: st.DataObject
) -> None:
    long = [one for one in (first, second) if len(one) >= 5]
    assume(long)
    word = data.draw(st.sampled_from(long))
    at = data.draw(st.integers(0, len(word) - 1))
    letter = data.draw(st.sampled_from("abcdefghijklmnopqrstuvwxyz"))
    mistyped = word[:at] + letter + word[at + 1 :]
    others = [f"{one} {two}" for one, two in zip(WORDS.first, WORDS.second, strict=True)]
    places = NameIndex((*others, f"{first} {second}")).places(mistyped)
    begins = any(known.casefold().startswith(mistyped.casefold()) for known in (*WORDS.first, *WORDS.second))
    assert begins or len(others) in places
