"""The customer's code: drawn, read back, repaired, turned into keys and into a QR code."""

import logging
import random
import traceback
from itertools import combinations, product
from typing import cast

import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from kiosk import seal
from kiosk.entry import handle
from kiosk.entry.handle import ALPHABET, Handle
from kiosk.errors import CodeTrouble, HandleError
from kiosk.vault.page_files import is_id

KNOWN = "K7QX4MDP9RTW2HN9"
PIXELS = 4
"""How many pixels a module of the QR code is wide, in the picture that is read back."""

drawn = st.builds(
    lambda seed: handle.draw(random.Random(seed).randrange), st.integers(min_value=0, max_value=2**64)
)


def refused(typed: str) -> HandleError:
    with pytest.raises(HandleError) as caught:
        handle.read(typed)
    assert "invalid" not in str(caught.value).lower()
    return caught.value


def grouped(symbols: str) -> str:
    return " ".join(symbols[start : start + 4] for start in range(0, len(symbols), 4))


@given(drawn)
def test_a_drawn_code_reads_back(code: Handle) -> None:
    assert handle.read(str(code)) == handle.read(code.symbols) == code
    assert len(code.symbols) == 16
    assert set(code.symbols) <= set(ALPHABET)
    assert [len(group) for group in code.groups] == [4, 4, 4, 4]


def test_codes_come_from_the_systems_randomness_and_differ() -> None:
    codes = {handle.draw().symbols for _ in range(500)}
    assert len(codes) == 500
    for place in range(15):
        assert len({code[place] for code in codes}) == 32


def test_every_single_wrong_symbol_is_caught() -> None:
    for seed in range(5):
        code = handle.draw(random.Random(seed).randrange).symbols
        for place, right in enumerate(code):
            for wrong in ALPHABET.replace(right, ""):
                refused(code[:place] + wrong + code[place + 1 :])


def test_every_swap_of_two_different_symbols_is_caught() -> None:
    for seed in range(20):
        code = handle.draw(random.Random(seed).randrange).symbols
        for one, other in combinations(range(16), 2):
            symbols = list(code)
            symbols[one], symbols[other] = symbols[other], symbols[one]
            if code[one] == code[other]:
                assert handle.read("".join(symbols)).symbols == code
            else:
                refused("".join(symbols))


SPACES = ["", " ", "-", "  ", " - ", "\t", "\n", "\u00a0", "\u2013", "\u2212", ".", "_", "\u2009"]


@given(drawn, st.lists(st.sampled_from(SPACES), min_size=17, max_size=17), st.randoms(use_true_random=False))
def test_case_spaces_dashes_and_lookalikes_do_not_matter(
    code: Handle, spaces: list[str], luck: random.Random
) -> None:
    alike = {"0": "0Oo", "1": "1IiLl"}
    symbols = [luck.choice(alike.get(symbol, symbol + symbol.lower())) for symbol in code.symbols]
    typed = "".join(space + symbol for space, symbol in zip(spaces, symbols, strict=False)) + spaces[-1]
    assert handle.read(typed) == code


def test_the_beginning_of_a_code_is_told_from_a_name_and_from_what_no_code_has() -> None:
    begun = ["K", "K7QX", "KQXMPRTWVN", KNOWN[:15], f"{KNOWN[:4]}-{KNOWN[4:7]}"]
    assert [typed for typed in begun if not handle.is_begun(typed)] == []
    others = ["", " ", KNOWN, KNOWN + "2", "K7Q!", "K7QU", "Amber Heron"]
    assert [typed for typed in others if handle.is_begun(typed)] == []


def test_digits_of_arabic_and_farsi_are_digits() -> None:
    for digits in ("٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹"):
        typed = KNOWN.translate(str.maketrans("0123456789", digits))
        assert typed != KNOWN
        assert handle.read(typed) == Handle(KNOWN)
        assert handle.is_whole(typed)


def test_a_group_that_is_too_long_or_too_short_is_named() -> None:
    for wrong in ("", "2", "222", "22222"):
        for group, said in enumerate(("first", "second", "third", "fourth"), 1):
            groups = [KNOWN[start : start + 4] for start in range(0, 16, 4)]
            groups[group - 1] = wrong
            error = refused("-".join(groups))
            assert error.group == (group if wrong else None)
            assert said in str(error) or not wrong


@pytest.mark.parametrize("strange", ["U", "u", "!", "é", "\x00", "\ud800", "\u202e", "😀", "ʘ"])
def test_a_character_that_no_code_has_names_its_group(strange: str) -> None:
    for place in range(16):
        typed = KNOWN[:place] + strange + KNOWN[place + 1 :]
        assert refused(typed).group == refused(grouped(typed)).group == place // 4 + 1


def test_letters_of_another_keyboard_are_told_from_other_signs() -> None:
    for typed in ("7П4ОУУ", "ضصث", "ЙЦУК ЕНГШ", "Ж7QX 4MDP 9RTW 2HN9", "K7QX 4MDÉ"):
        assert refused(typed).trouble is CodeTrouble.SCRIPT
        assert "another language" in str(refused(typed))
        assert refused(typed.encode("ascii", "replace").decode()).trouble is CodeTrouble.CHARACTER


def test_the_group_of_a_strange_character_is_that_of_the_slip_though_another_is_short() -> None:
    assert refused("K7Q 4MDU 9RTW 2HN9").group == 2
    assert refused("K7Q K4MD P9RTW 2HNU").group == 4


def test_where_two_groups_have_another_length_none_is_blamed() -> None:
    assert refused("K7Q 4MD 9RTW 2HN9").group is None
    assert handle.read("K7Q X4MDP 9RTW 2HN9").symbols == KNOWN


def test_a_strange_character_beyond_the_end_has_no_group() -> None:
    error = refused(KNOWN + "U")
    assert error.group is None
    assert "end" in str(error)


def test_a_name_before_a_code_is_read_over_and_what_is_wrong_is_told_of_the_code_alone() -> None:
    for name in ("Amber Heron", "Safe Wave", "amber  heron", "Zoë Owl", "Wise Owl", "Amber"):
        groups = Handle(KNOWN).groups
        for code in (" ".join(groups), KNOWN.lower()):
            assert handle.read(f"{name} {code}") == Handle(KNOWN)
        assert refused(f"{name} {groups[0]} U{groups[1][1:]} {groups[2]} {groups[3]}").group == 2
        assert "this has 4: 12 are missing." in str(refused(f"{name} {groups[0]}"))


def test_a_name_of_two_words_of_four_letters_is_told_from_groups_of_a_code() -> None:
    for so_far, name in product(
        ("K", "K7QX", "K7QX 4", "K7QX 4MDP", "K7QX-4MDP", "K7QX4MDP"),
        ("Safe Wave", "NEAT fern", "Cool Moss", "Best Gull"),
    ):
        assert handle.after_name(f"{name} {so_far}") == (name, so_far)
        assert "A code has 16 characters, and this has" in str(refused(f"{name} {so_far}"))


def test_a_code_may_begin_as_a_name_does() -> None:
    code = Handle(handle.with_check("SAFEWAVEK7QX4MD"))
    assert handle.read(" ".join(code.groups)) == handle.read(code.symbols) == code
    # With one that was mistyped, the name is what it is.
    assert handle.after_name("Safe Wave K7QX 4MDN") == ("Safe Wave", "K7QX 4MDN")


def test_a_code_of_letters_alone_below_a_name_of_any_words_is_a_code() -> None:
    code = "RMAF MMRR DHZJ HQDG"
    assert handle.after_name(f"Zebra Otter {code}") == ("Zebra Otter", code)
    assert handle.after_name(f"Zebra {code}") == ("Zebra", code)
    assert handle.after_name(f"Zebra Otter {code} HQDG") == (f"Zebra Otter {code} HQDG", "")


def test_one_word_of_a_name_before_a_whole_code_is_read_over() -> None:
    for word in ("Safe", "Moss", "Zoë"):
        assert handle.read(f"{word} {' '.join(Handle(KNOWN).groups)}") == Handle(KNOWN)


def test_groups_of_letters_alone_are_no_name_before_a_code() -> None:
    for typed in ("KQXM 4MD 9RTW 2HNC", "KQXM ABCD 9RTW", "KQXM ABCD 9", "K Q X M 4 M D P 9RTW 2HN"):
        assert handle.after_name(typed) == ("", typed)


def test_the_group_that_is_wrong_is_named_after_groups_of_letters_alone() -> None:
    for typed in ("AQVF FEMT RJ4X RBMG7", "AQVF FEMT RJ4 RBMG", "AQVF FEMT RJ4XX RBMG", "AQVF FEMT RJ4X 7"):
        assert handle.after_name(typed) == ("", typed)
        assert refused(typed).group == (3 if "RJ4X " not in typed else 4)


def test_a_name_alone_is_said_to_be_no_code() -> None:
    for typed in ("Amber Heron", "Zebra", "Zoë", "Popular Blue", "KQXM"):
        assert str(refused(typed)) == "This is no code. A code has four groups of four characters."


def test_nothing_typed_asks_for_the_code() -> None:
    for typed in ("", "   ", "- - -", "\n"):
        assert str(refused(typed)) == "Enter the code: four groups of four characters."


def test_a_code_of_another_length_is_told_how_long_it_is() -> None:
    for typed in ("7", KNOWN[:15], KNOWN + "2", KNOWN * 2, "K7QX 4MDP 9RTW"):
        assert str(len(typed.replace(" ", ""))) in str(refused(typed))


@given(st.text(max_size=40))
def test_anything_typed_is_read_or_refused_in_words(typed: str) -> None:
    try:
        code = handle.read(typed)
    except HandleError as error:
        said = str(error)
    else:
        said = f"{code} reads." if handle.read(str(code)) == code else "It reads as something else"
    assert said.endswith(".")


@given(drawn, st.integers(0, 15), st.integers(1, 31))
def test_repairs_hold_the_true_code_with_its_group_after_one_wrong_symbol(
    code: Handle, place: int, step: int
) -> None:
    wrong = ALPHABET[(ALPHABET.index(code.symbols[place]) + step) % 32]
    typed = grouped(code.symbols[:place] + wrong + code.symbols[place + 1 :]).lower()
    found = handle.repairs(typed)
    assert (place // 4 + 1, code) in found
    assert 16 <= len(found) <= 31
    assert all(handle.read(str(candidate)) == candidate for _, candidate in found)


@given(drawn, st.integers(0, 14))
def test_repairs_hold_the_true_code_after_a_swap_of_neighbours(code: Handle, place: int) -> None:
    symbols = code.symbols
    typed = symbols[:place] + symbols[place + 1] + symbols[place] + symbols[place + 2 :]
    if typed == symbols:
        assert handle.repairs(typed) == ()
    else:
        assert (place // 4 + 1, code) in handle.repairs(typed)


def test_what_is_no_code_or_a_good_one_has_no_repairs() -> None:
    for typed in ("", "K7QX", KNOWN, KNOWN + "2", "U" + KNOWN[1:], "\ud800"):
        assert handle.repairs(typed) == ()


@pytest.mark.usefixtures("dear_codes")
def test_the_keys_of_a_code_are_the_ones_they_will_always_be() -> None:
    """A change here, or of what it costs, loses every entry. OpenSSL's argon2id and X25519 make the same."""
    keys = handle.keys(handle.read(KNOWN.lower()))
    assert keys.id == "638c1720477a1059cc77eb3d97b8ba5d"
    assert keys.identity == "AGE-SECRET-KEY-1EYWFKPWTUSSN7L8ELJJ6VTJ5US5HULAU2R659MZWA5S5LM9432VSHXQKLY"


@given(st.binary(min_size=32, max_size=32), st.binary(min_size=32, max_size=32))
def test_two_readers_have_two_ids_and_an_id_is_fit_to_be_one(one: bytes, other: bytes) -> None:
    recipients = {seal.recipient_of(seal.identity_from(key)) for key in (one, other)}
    ids = {handle.id_of(recipient) for recipient in recipients}
    assert len(ids) == len(recipients)
    assert all(is_id(id_) for id_ in ids)


def test_neither_code_nor_key_shows_in_repr_in_a_log_or_in_a_traceback(
    caplog: pytest.LogCaptureFixture,
) -> None:
    code = handle.read(KNOWN)
    keys = handle.keys(code)
    shown = [repr(code), repr(keys), f"{keys}", repr([code]), repr({"keys": keys})]
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("kiosk").info("%r %r", code, keys)
    try:
        handle.read(KNOWN[:15] + "7")
    except HandleError as error:
        shown += traceback.format_exception(error)
    text = "".join(shown) + caplog.text
    assert "SECRET" not in text
    for group in code.groups:
        assert group not in text


def picture(modules: handle.Modules) -> Image.Image:
    size = len(modules)
    image = Image.frombytes("L", (size, size), bytes(0 if dark else 255 for row in modules for dark in row))
    return image.resize((size * PIXELS, size * PIXELS), Image.Resampling.NEAREST)


def test_the_qr_code_is_29_by_29_with_a_quiet_zone_of_four() -> None:
    modules = handle.qr_modules(handle.read(KNOWN).symbols)
    assert [len(row) for row in modules] == [29] * 29
    edge = {0, 1, 2, 3, 25, 26, 27, 28}
    assert not any(modules[y][x] for y in range(29) for x in range(29) if x in edge or y in edge)
    assert all(modules[4][4:11])


def test_a_reader_finds_the_16_characters_in_the_qr_code_without_inverting_it() -> None:
    """Version 1 at level Q has room for 11 bytes, so 16 characters in it are in alphanumeric mode."""
    for seed in range(8):
        code = handle.draw(random.Random(seed).randrange)
        [found] = zxingcpp.read_barcodes(picture(handle.qr_modules(code.symbols)), try_invert=False)
        assert found.text == code.symbols
        assert (found.ec_level, cast("dict[str, str]", found.extra)["Version"]) == ("Q", "1")
        assert handle.read(found.text) == code
