"""A card comes over as it is, by letters, QR code or file; what was mistyped, halved or made up does not."""

import random
from hashlib import sha256

import msgspec
import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st

from kiosk.devices.qr_image import qr_image
from kiosk.entry.handle import ALPHABET, qr_modules
from kiosk.errors import CardError
from kiosk.places import card as cards
from kiosk.places.card import (
    LINE,
    NAME_MOST,
    Card,
    CardReader,
    file_text,
    fingerprint,
    letters,
    lines,
    qr_texts,
    read_card,
)
from tests.kiosk.places.cards import card_of

CARD = card_of()
ROWS = letters(CARD).split("\n")

names = st.text("aB ü字😀", min_size=1, max_size=NAME_MOST).map(str.strip).filter(bool)


def read(*rows: str) -> Card:
    return read_card("\n".join(rows).encode())


def packed(card: Card, said: bytes) -> str:
    """The letters of bytes that stand in the place of a card's."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cards, "_packed", lambda _card: said + sha256(said).digest()[:4])
        return letters(card)


@given(names, names, st.booleans())
def test_a_card_is_read_back_from_its_letters_and_its_file(name: str, venue: str, desk: bool) -> None:
    card = card_of(3, name, venue, desk=desk)
    assert read(letters(card)) == card
    assert read_card(file_text(card).encode()) == card
    assert fingerprint(read(letters(card))) == fingerprint(card)


def test_a_card_is_short_enough_to_be_typed() -> None:
    assert len(ROWS) == 10
    assert ROWS[0].startswith(" 1  ")
    assert {len(row) for row in ROWS} == {33}


@pytest.mark.parametrize("name", ["Elm House, reception", "字" * NAME_MOST], ids=["short", "long"])
def test_its_qr_codes_fit_a_terminal_and_can_be_read(name: str) -> None:
    card = card_of(1, name)
    reader = CardReader()
    for text in qr_texts(card):
        assert len(qr_modules(text, dense=True)) <= 45
        (found,) = zxingcpp.read_barcodes(qr_image(text, 4, dense=True).convert("L"))
        assert found.text == text
        reader.take(found.text.lower())  # as a scanner types with Caps Lock on
    assert reader.card() == card
    assert len(qr_texts(CARD)) == 2


def test_it_is_read_in_any_case_with_dashes_and_look_alikes_and_without_numbers() -> None:
    rows = [row[4:] for row in ROWS]
    assert read(*rows) == CARD
    assert read(*(row.lower().replace(" ", "-").replace("1", "l").replace("0", "o") for row in rows)) == CARD
    assert read("# a note", "", *reversed(ROWS), "") == CARD
    assert read_card("\r\n".join(ROWS).encode("utf-8-sig")) == CARD


def test_every_wrong_letter_and_every_swap_is_named_by_its_line() -> None:
    reader = CardReader()
    for at, row in enumerate(lines(CARD), 1):
        wrong = [row[:place] + symbol + row[place + 1 :] for place in range(LINE) for symbol in ALPHABET]
        wrong += [row[:place] + row[place + 1] + row[place] + row[place + 2 :] for place in range(LINE - 1)]
        for one in {*wrong} - {row}:
            with pytest.raises(CardError, match=f"line {at} is wrong") as raised:
                reader.take(one)
            assert raised.value.line == at
        reader.take(row)  # and it goes on there
    assert reader.card() == CARD


def test_what_is_wrong_with_a_line_is_said() -> None:
    for row, says in (
        (ROWS[2][:-1], "line 3: it has 23 characters instead of 24"),
        (f"{ROWS[2]}A", "line 3: it has 25 characters"),
        (f"{ROWS[2][:-1]}U", "line 3: it holds a character that no card has"),
        (ROWS[2].replace(" 3 ", " 4 "), "line 4 is wrong"),
        (ROWS[2].replace(" 3 ", "99 "), "line 99 is wrong"),
        (ROWS[3][4:], "line 3 is wrong"),
    ):
        with pytest.raises(CardError, match=says):
            read(*ROWS[:2], row, *ROWS[3:])


def test_half_a_card_says_which_lines_are_missing() -> None:
    for rows, says in (
        (ROWS[:6], "lines 7 to 10 are missing"),
        (ROWS[:-1], "line 10 is missing"),
        ([*ROWS[:3], *ROWS[4:6], *ROWS[7:]], "lines 4 and 7 are missing"),
        (ROWS[6:], "line 1 is missing"),
        ([qr_texts(CARD)[0]], "lines 7 to 10 are missing"),
        ([ROWS[0]], "lines 2 to 10 are missing"),
    ):
        with pytest.raises(CardError, match=says):
            read(*rows)


def test_lines_of_two_cards_are_no_card() -> None:
    other = letters(card_of(2)).split("\n")
    with pytest.raises(CardError, match="not of one card"):
        read(*ROWS[:5], *other[5:])
    with pytest.raises(CardError, match="Line 1 comes twice"):
        read(*ROWS, *other)
    longer = letters(card_of(1, "x" * NAME_MOST)).split("\n")
    with pytest.raises(CardError, match="more than one card"):
        read(*ROWS, longer[10])


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"# only a note\n",
        b"\x00\xff\xfe",
        b"%PDF-1.7\n",
        b"https://example.org/menu",
        b"K7QX 4MPD 9RTW 2HNC",
        b"PLACE12" + b"0" * 24,
        "Žluťoučký kůň".encode(),
        bytes(1 << 20),
        b"A" * (1 << 20),
        random.Random(1).randbytes(4096),
    ],
)
def test_another_programs_file_or_code_is_no_card(data: bytes) -> None:
    with pytest.raises(CardError, match=r"not the card of a place|line 1 is wrong"):
        read_card(data)


@given(st.binary(max_size=200) | st.text("PLACE12 0#\n", max_size=200).map(str.encode))
def test_no_bytes_do_more_than_be_refused(data: bytes) -> None:
    with pytest.raises(CardError):
        read_card(data)


def test_a_card_of_a_newer_version_asks_for_an_update() -> None:
    said = cards._packed(CARD)[:-4]
    for newer in (bytes([2]) + said[1:], said[:1] + bytes([2]) + said[2:]):
        with pytest.raises(CardError, match="newer version"):
            read(packed(CARD, newer))
    with pytest.raises(CardError, match="not the card"):
        read(packed(CARD, bytes([0]) + said[1:]))


def test_names_are_one_clean_line_of_eighty_characters_at_most() -> None:
    head = cards._packed(CARD)[: cards._HEAD]
    for names_there, name in (
        (b"Elm\x1b[31m House\x07", "Elm[31m House"),
        ("Elm\u202eHouse".encode(), "ElmHouse"),
        (b"Elm House\nDesk\nlast", "Desk last"),
        (b"x" * 500, "x" * NAME_MOST),
        (b"Elm House\n \t", "Elm House"),
    ):
        said = head[:2] + len(names_there).to_bytes(2, "big") + head[4:] + names_there
        found = read(packed(CARD, said))
        assert found.name == name
        assert fingerprint(found) == fingerprint(CARD)
    for no_name in (b"", b"\n", b" \nDesk", b"\xff"):
        said = head[:2] + len(no_name).to_bytes(2, "big") + head[4:] + no_name
        with pytest.raises(CardError, match="not the card"):
            read(packed(CARD, said))


def test_the_fingerprint_covers_all_that_a_place_may_do_by_it() -> None:
    other = card_of(2)
    for change in ("place", "verify_key", "transport", "venue_key"):
        changed = msgspec.structs.replace(CARD, **{change: getattr(other, change)})
        assert fingerprint(changed) != fingerprint(CARD)
    assert fingerprint(msgspec.structs.replace(CARD, desk=not CARD.desk)) != fingerprint(CARD)
