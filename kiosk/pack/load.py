"""From a pack's TOML file to frozen values, with every mistake named by file, line and path."""

import errno
import tomllib
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import msgspec

from kiosk import untrusted
from kiosk.errors import PackError
from kiosk.os_errors import explained
from kiosk.pack.model import FILLED, Deck, Pack
from kiosk.pack.pack_files import LANGUAGES, languages_of
from kiosk.pack.rules import ID, deck_mistakes, find, group_ids, pack_mistakes
from kiosk.pack.schema import Mistake, schema_mistakes
from kiosk.pack.source_lines import ValuePath, lines_of, nearest_line, spelled
from kiosk.pack.toml_errors import plainly

_LARGEST = 1_000_000
"""Bytes. The shipped pack has about 15,000; a file beyond this is no pack."""

_EMPTY = "expected a pack or a deck; nothing stands in this file. Copy one that is good, and change it"
_DECK = "expected a pack; this is a deck of cards. Check a pack that names it"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_DOCUMENTS = (b"{\\rtf", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF")
"""What the files of word processors begin with: RTF, DOCX and ODT, DOC, PDF."""
_NOT_PLAIN = "expected plain text; this is a document of a word processor. Save it as plain text in UTF-8"
_NOT_UTF8 = "expected text in UTF-8; save the file with that encoding"
Files = Mapping[Path, bytes]
"""What files hold that were read."""
_Model = TypeVar("_Model", bound=msgspec.Struct)


def load_pack(file: Path, given: Files | None = None) -> Pack:
    """Read a pack and, from the folder `decks` beside it, the decks its questions name.

    `given` are files that were read, and no other is. Raises PackError for the first mistake, in the order of
    the files' lines, the pack before its decks.
    """
    pack, mistakes = _load(file, given)
    if pack is None:
        raise mistakes[0]
    return pack


def check_pack(file: Path) -> list[PackError]:
    """Return as many mistakes of a pack and its decks as one look can find; none means that it loads."""
    return _load(file)[1]


class Source:
    """A TOML file that was read, with the mistakes found in it."""

    def __init__(self, file: Path, given: Files | None = None) -> None:
        self.file = file
        self.text, self.tree = _parsed(file, _read(file) if given is None else given.get(file, b""))
        self.mistakes: list[PackError] = []

    @cached_property
    def _lines(self) -> dict[ValuePath, int]:
        return lines_of(self.text)

    def blame(self, mistake: Mistake) -> None:
        """Add a mistake, with its line."""
        line = nearest_line(self._lines, mistake.place)
        self.mistakes.append(PackError(self.file, line, spelled(mistake.place), mistake.expected))

    def as_a(self, model: type[_Model]) -> _Model | None:
        """Return the values as a `model`; where they have another shape, blame each place and return None."""
        try:
            return msgspec.convert(self.tree, model, strict=True)
        except msgspec.ValidationError as cause:
            shapes = list(schema_mistakes(self.tree, model))
            if not shapes:
                raise PackError(self.file, None, "", str(cause)) from cause
            for mistake in shapes:
                self.blame(mistake)
            return None


def _load(file: Path, given: Files | None = None) -> tuple[Pack | None, list[PackError]]:
    """Return the pack, and no mistakes; or None, and what is wrong."""
    try:
        source = Source(file, given)
    except PackError as unreadable:
        return None, [unreadable]
    if "cards" in source.tree and "sections" not in source.tree:
        return None, [PackError(file, 1, "", _DECK)]
    for mistake in pack_mistakes(source.tree, _name(file)):
        source.blame(mistake)
    decks, deck_errors = _load_decks(source, file.parent / "decks", given)
    for name in FILLED:
        source.tree.pop(name, None)
    pack = source.as_a(Pack)
    mistakes = sorted(source.mistakes, key=by_line) + deck_errors
    if pack is None or mistakes:
        return None, mistakes
    return msgspec.structs.replace(pack, decks=decks, languages=_languages(file, given)), []


def _languages(file: Path, given: Files | None) -> tuple[str, ...]:
    """Return the languages that there is a translation in, beside a pack's file."""
    there = file.parent.glob(f"{LANGUAGES}/*.po") if given is None else given
    paths = (one.relative_to(file.parent).as_posix() for one in there if one.is_relative_to(file.parent))
    return languages_of(_name(file), paths)


def _load_decks(pack: Source, folder: Path, given: Files | None) -> tuple[dict[str, Deck], list[PackError]]:
    """Read the decks that the questions name, and blame the pack for decks and groups there are not."""
    decks: dict[str, Deck] = {}
    groups: dict[str, tuple[str, ...]] = {}
    errors: list[PackError] = []
    for place, question in find(pack.tree, "sections.*.questions.*"):
        for where, name in find(question, "deck", place):
            # Only an id becomes a file name: a pack cannot lead out of the folder.
            if not isinstance(name, str) or not ID.fullmatch(name):
                continue
            file = folder / f"{name}.toml"
            if not (file.is_file() if given is None else file in given):
                pack.blame(Mistake(where, f"expected a deck in {folder}: {_names_in(folder)}"))
                continue
            if name not in groups:
                deck, groups[name], found = _load_deck(file, given)
                errors.extend(found)
                if deck is not None:
                    decks[name] = deck
            for at, group in find(question, "groups.*", place):
                if isinstance(group, str) and groups[name] and group not in groups[name]:
                    pack.blame(Mistake(at, f"expected a group of the deck: {', '.join(groups[name])}"))
    return decks, errors


def _load_deck(file: Path, given: Files | None) -> tuple[Deck | None, tuple[str, ...], list[PackError]]:
    """Return a deck, the ids of its groups, and what is wrong with it."""
    try:
        source = Source(file, given)
    except PackError as unreadable:
        return None, (), [unreadable]
    for mistake in deck_mistakes(source.tree, _name(file)):
        source.blame(mistake)
    deck = source.as_a(Deck)
    return deck, group_ids(source.tree), sorted(source.mistakes, key=by_line)


def _names_in(folder: Path) -> str:
    names = sorted(file.stem for file in folder.glob("*.toml") if ID.fullmatch(file.stem))
    return ", ".join(names) or "there are none"


def _name(file: Path) -> str:
    return file.name.removesuffix(".toml")


def by_line(mistake: PackError) -> int:
    """Return the line of a mistake, to sort by; 0 where it has none."""
    return mistake.line or 0


def _read(file: Path) -> bytes:
    """Return what a file holds. Raises PackError where it cannot be read."""
    if file.is_dir():
        raise PackError(file, None, "", "expected a file; this is a folder")
    try:
        return untrusted.read(file, _LARGEST, links=True)
    except OSError as cause:
        if cause.errno == errno.EFBIG:
            raise PackError(file, None, "", f"expected a file of at most {_LARGEST} bytes") from cause
        raise PackError(
            file, None, "", explained(cause, "the file", "Expected a file that can be read.")
        ) from cause


def _parsed(file: Path, raw: bytes) -> tuple[str, dict[str, object]]:
    """Return a file's text and its values. Raises PackError where `raw`, its bytes, is not TOML in UTF-8."""
    if raw.startswith(_DOCUMENTS):
        raise PackError(file, 1, "", _NOT_PLAIN)
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")) or raw.count(0) > len(raw) // 4:  # UTF-16, or UTF-32
        raise PackError(file, 1, "", _NOT_UTF8)
    try:
        text = raw.removeprefix(_BYTE_ORDER_MARK).decode()
    except UnicodeDecodeError as cause:
        line = raw.count(b"\n", 0, cause.start) + 1
        raise PackError(file, line, "", _NOT_UTF8) from cause
    text = text.replace("\r\n", "\n").replace("\r", "\n")  # of Windows, and of old Macs
    return text, _parse(file, text)


def _parse(file: Path, text: str) -> dict[str, object]:
    try:
        values = untrusted.toml(text)
    except tomllib.TOMLDecodeError as cause:
        line, expected = plainly(cause, text)
        raise PackError(file, line, "", expected) from cause
    if not values:
        raise PackError(file, 1, "", _EMPTY)
    return values
