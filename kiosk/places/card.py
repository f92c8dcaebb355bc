"""A card: by which a place is introduced to another, as letters, as QR codes, or as a file with the letters.

It holds what others need to know of a place, and no secret. Nobody signs it: whoever introduces a place
compares its fingerprint with what that machine shows.

In bytes: version, whether it has a desk, the length of its names (2); its id (8); the keys that verify, seal
to it, and seal to its venue (32 each); the venue's name in UTF-8 and, where the place has another, a newline
and that; the first 4 bytes of the SHA-256 of all this. Written in Crockford's base 32, in lines of 23 symbols
and one that checks the line and its number, as a customer's code is checked (`kiosk.entry.handle`).
"""

import re
from collections.abc import Iterator
from hashlib import sha256
from typing import Annotated

import msgspec

from kiosk import mac, seal
from kiosk.entry.handle import ALPHABET, check_sum, symbols_of
from kiosk.errors import CardError
from kiosk.home import Home
from kiosk.places.place_keys import PlaceId, place_keys
from kiosk.settings.settings import load_settings
from kiosk.text import counted, name_line

NAME_MOST = 80
"""Characters of a name."""
VERSION = 1
LINE, GROUP = 24, 4
"""Symbols of a line, and of a group in it."""
QR_LINES = 6
"""In a QR code, which then has 45 by 45 modules with its quiet zone: 23 rows of a terminal."""
_MOST_LINES = 60
"""Two names of 80 characters of four bytes each take 53."""
_KEY = seal.KEY_BYTES
_HEAD = 12 + 3 * _KEY
_CHECK = 4
_BITS = 5 * (LINE - 1)
_QR = "P1ACE"
"""How a QR code with a part of a card begins, as symbols are read; its number and their count follow."""
_NUMBERED = re.compile(r"(\d{1,2})[.:)]?\s+(.+)", re.ASCII | re.DOTALL)
_NO_CARD = (
    "This is not the card of a place. On the other machine, 'kiosk place show' shows it: as letters, as QR "
    "codes, or in a file."
)
_NEWER = (
    "This card is of a newer version of this program. Update this machine, then introduce the place again."
)

Key = Annotated[bytes, msgspec.Meta(min_length=_KEY, max_length=_KEY)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=NAME_MOST)]


class Card(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What others know of a place."""

    place: PlaceId
    name: Name
    """What people call it."""
    venue: Name
    """The name of its venue."""
    verify_key: Key
    """The 32 bytes of the Ed25519 key that its signatures are verified with."""
    transport: Annotated[str, msgspec.Meta(max_length=100)]
    """The age recipient to which what goes to it is sealed."""
    venue_key: Annotated[str, msgspec.Meta(max_length=100)]
    """The age recipient to which its entries are sealed."""
    desk: bool = False
    """Whether staff unlock a desk there: such a place may send a new venue key."""

    @property
    def key_id(self) -> bytes:
        """The 8 bytes by which a signature says that it is the place's."""
        return bytes.fromhex(self.place)

    @property
    def title(self) -> str:
        """Its name, with that of its venue where that is another one."""
        return self.name if self.name == self.venue else f"{self.name} ({self.venue})"


def own_card(home: Home) -> Card:
    """Return the card of the place whose home this is.

    Raises SettingsError or PlaceError; lets OSError through.
    """
    keys, venue = place_keys(home), load_settings(home.settings).venue
    name = name_line(venue.name, NAME_MOST)
    return Card(
        place=keys.id,
        name=name_line(venue.place, NAME_MOST) or name,
        venue=name,
        verify_key=keys.verify_key,
        transport=keys.recipient,
        venue_key=venue.key,
        desk=home.has_desk(),
    )


def fingerprint(card: Card) -> str:
    """Return what people compare of a card: its id, its keys, and whether it has a desk. A name is read."""
    said = b"\x01" if card.desk else b"\x00"
    return mac.fingerprint("place", card.place, card.verify_key, card.transport, card.venue_key, said)


def same_fingerprint(one: str, other: str) -> bool:
    """Tell whether two fingerprints are one, however they are typed."""
    return "".join(one.split()).upper() == "".join(other.split()).upper()


def lines(card: Card) -> tuple[str, ...]:
    """Return a card's lines of 24 symbols."""
    data = _packed(card)
    count = -(-8 * len(data) // _BITS)
    number = int.from_bytes(data, "big") << (count * _BITS - 8 * len(data))
    symbols = "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(count * (LINE - 1))))
    parts = [symbols[start : start + LINE - 1] for start in range(0, len(symbols), LINE - 1)]
    return tuple(part + _check(at, part) for at, part in enumerate(parts, 1))


def letters(card: Card) -> str:
    """Return a card's lines as people read and type them, each with its number and in groups of four."""
    return "\n".join(
        f"{at:>2}  " + " ".join(line[start : start + GROUP] for start in range(0, LINE, GROUP))
        for at, line in enumerate(lines(card), 1)
    )


def file_text(card: Card) -> str:
    """Return a card as it is written into a file: its letters, after lines that say what it is.

    Not its fingerprint: that is compared with what the machine itself shows.
    """
    return (
        f"# The card of a place: {card.title}. There is no secret in it.\n"
        "# Take it with 'kiosk place introduce', and compare the fingerprint with what that machine shows.\n"
        f"{letters(card)}\n"
    )


def qr_texts(card: Card) -> tuple[str, ...]:
    """Return what the QR codes of a card hold, in order: `PLACE`, which one, of how many, and its lines."""
    every = lines(card)
    parts = ["".join(every[start : start + QR_LINES]) for start in range(0, len(every), QR_LINES)]
    return tuple(f"PLACE{at}{len(parts)}{part}" for at, part in enumerate(parts, 1))


def read_card(data: bytes) -> Card:
    """Return the card that a file holds. Raises CardError, which names the line where it can."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CardError(_NO_CARD) from error
    reader = CardReader()
    for line in text.splitlines():
        reader.take(line)
    return reader.card()


class CardReader:
    """Takes a card line by line, as it is typed, scanned, or read from a file."""

    def __init__(self) -> None:
        self._lines: dict[int, str] = {}

    @property
    def missing(self) -> tuple[int, ...]:
        """The numbers of the lines that have not come. How many there are, the first one says."""
        return tuple(number for number in range(1, self.count + 1) if number not in self._lines)

    def take(self, typed: str) -> None:
        """Take a line, with or without its number, or what a scanner types of a QR code.

        A blank line, and one that begins with `#`, says nothing. Raises CardError, and then takes nothing.
        """
        if not typed.strip() or typed.lstrip().startswith("#"):
            return
        for number, line in self._lines_in(typed):
            self._take(number, line)

    def card(self) -> Card:
        """Return the card. Raises CardError where lines are missing, or are not of one card."""
        if missing := self.missing:
            if not self._lines:
                raise CardError(_NO_CARD)
            raise CardError(f"This is only a part of a card: {_named(missing)}.", missing[0])
        if max(self._lines) > self.count:
            raise CardError("These are lines of more than one card. Take those of one alone.")
        card = _unpacked(self._bytes(range(1, self.count + 1)))
        if card is None:
            raise CardError("These lines are not of one card. Begin again with the first one.")
        return card

    @property
    def count(self) -> int:
        """How many lines there are; 1 until the first one says so."""
        if 1 not in self._lines:
            return 1
        size = _HEAD + int.from_bytes(self._bytes([1])[2:4], "big") + _CHECK
        return -(-8 * size // _BITS)

    def _lines_in(self, typed: str) -> Iterator[tuple[int, str]]:
        symbols = symbols_of(typed)
        scanned = symbols.removeprefix(_QR)
        if scanned != symbols and len(scanned) > LINE and len(scanned) % LINE == 2:
            first = (ALPHABET.index(scanned[0]) - 1) * QR_LINES if scanned[0] in ALPHABET else 0
            for place in range(2, len(scanned), LINE):
                yield first + place // LINE + 1, scanned[place : place + LINE]
            return
        following = (self.missing or (self.count + 1,))[0]
        numbered = _NUMBERED.fullmatch(typed.strip())
        if numbered and not (len(symbols) == LINE and _holds_together(following, symbols)):
            yield int(numbered[1]), symbols_of(numbered[2])
        else:
            yield following, symbols

    def _take(self, number: int, line: str) -> None:
        strange = not set(line) <= set(ALPHABET)
        if not self._lines and (strange or abs(len(line) - LINE) > GROUP):
            raise CardError(_NO_CARD)
        if strange:
            raise CardError(f"Check line {number}: it holds a character that no card has.", number)
        if len(line) != LINE:
            has = counted(len(line), "character", "characters")
            raise CardError(f"Check line {number}: it has {has} instead of {LINE}.", number)
        if not _holds_together(number, line) or not 0 < number <= _MOST_LINES:
            raise CardError(f"Something in line {number} is wrong. Check each group of it.", number)
        if self._lines.get(number, line) != line:
            raise CardError(
                f"Line {number} comes twice, and differs. Take the lines of one card alone.", number
            )
        if number == 1 and (version := self._value(line) >> (_BITS - 8)) != VERSION:
            raise CardError(_NEWER if version > VERSION else _NO_CARD)
        self._lines[number] = line

    def _bytes(self, numbers: "range | list[int]") -> bytes:
        """Return the bytes of whole lines, without the bits left over at their end."""
        value, bits = 0, 0
        for number in numbers:
            value, bits = value << _BITS | self._value(self._lines[number]), bits + _BITS
        return (value >> bits % 8).to_bytes(bits // 8, "big")

    def _value(self, line: str) -> int:
        value = 0
        for symbol in line[:-1]:
            value = value << 5 | ALPHABET.index(symbol)
        return value


def _check(number: int, part: str) -> str:
    """Return the symbol that checks a line: its number counts as if it stood before it."""
    return ALPHABET[check_sum(ALPHABET[number % len(ALPHABET)] + part, LINE + 1)]


def _holds_together(number: int, line: str) -> bool:
    return set(line) <= set(ALPHABET) and _check(number, line[:-1]) == line[-1]


def _named(numbers: tuple[int, ...]) -> str:
    if len(numbers) == 1:
        return f"line {numbers[0]} is missing"
    if numbers[-1] - numbers[0] == len(numbers) - 1:
        return f"lines {numbers[0]} to {numbers[-1]} are missing"
    return f"lines {', '.join(map(str, numbers[:-1]))} and {numbers[-1]} are missing"


def _packed(card: Card) -> bytes:
    names = (card.venue if card.name == card.venue else f"{card.venue}\n{card.name}").encode()
    keys = card.verify_key + seal.public_key(card.transport) + seal.public_key(card.venue_key)
    said = bytes([VERSION, card.desk]) + len(names).to_bytes(2, "big") + card.key_id + keys + names
    return said + sha256(said).digest()[:_CHECK]


def _unpacked(data: bytes) -> Card | None:
    """Return the card; None where its lines are not of one card."""
    end = _HEAD + int.from_bytes(data[2:4], "big")
    said, check, rest = data[:end], data[end : end + _CHECK], data[end + _CHECK :]
    if sha256(said).digest()[:_CHECK] != check or any(rest):
        return None
    if said[1] > 1:
        raise CardError(_NEWER)
    try:
        venue, _, name = said[_HEAD:].decode().partition("\n")
    except UnicodeDecodeError as error:
        raise CardError(_NO_CARD) from error
    venue = name_line(venue, NAME_MOST)
    name = name_line(name, NAME_MOST) or venue
    if not venue:
        raise CardError(_NO_CARD)
    verify, transport, venue_key = (said[start : start + _KEY] for start in range(12, _HEAD, _KEY))
    return Card(
        place=said[4:12].hex(),
        name=name,
        venue=venue,
        verify_key=verify,
        transport=seal.recipient_from(transport),
        venue_key=seal.recipient_from(venue_key),
        desk=bool(said[1]),
    )
