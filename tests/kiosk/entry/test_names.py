"""Two friendly words for every entry."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.entry.names import NameWords, load_names, shipped_names

NAMES = shipped_names()


@given(st.binary(min_size=16, max_size=16))
def test_every_id_gives_two_words_of_the_lists_and_always_the_same(entry_id: bytes) -> None:
    first, second = NAMES.name_of(entry_id.hex()).split(" ")
    assert first in NAMES.first
    assert second in NAMES.second
    assert NAMES.name_of(entry_id.hex()) == f"{first} {second}"


def test_there_are_65536_names() -> None:
    every = {NAMES.name_of("0" * 28 + f"{number:04x}") for number in range(65536)}
    assert len(every) == 65536


def test_the_words_are_single_plain_and_distinct() -> None:
    for words in (NAMES.first, NAMES.second):
        assert len(set(words)) == 256
        assert all(word.isalpha() and word == word.capitalize() for word in words)


@pytest.mark.parametrize("short", ["first", "second"])
def test_lists_of_another_length_are_refused(short: str) -> None:
    lists = {"first": NAMES.first, "second": NAMES.second} | {short: NAMES.first[:255]}
    with pytest.raises(ValueError, match="256 words"):
        NameWords(**lists)


def test_a_file_with_another_length_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "names.toml"
    file.write_text('first = ["One"]\nsecond = ["Two"]\n')
    with pytest.raises(ValueError, match="256 words"):
        load_names(file)
