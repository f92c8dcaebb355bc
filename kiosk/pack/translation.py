"""A pack in other languages: a PO file for each, `languages/<id>.<tag>.po` beside the pack's file.

    msgctxt "sections.now.questions.feeling.ask"      where the text stands in the pack (`kiosk.pack.texts`)
    msgid "How did you feel most of the time in the last week?"
    msgstr "Jak…"

What is fuzzy, or was made for another text, is not used. A first comment says who has read it:
`# Read by: NAME`; while nobody has, it is not yet read by a native speaker.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import PoFileError, read_po, write_po

from kiosk.errors import PackError
from kiosk.pack.model import Pack
from kiosk.pack.pack_files import translation_of
from kiosk.pack.rules import PLACEHOLDERS, TAG, not_shown, room_for
from kiosk.pack.texts import texts_of, with_texts
from kiosk.text import columns, is_blank

READ_BY = "Read by:"
_READ_BY = re.compile(rf"^#[ ]*{READ_BY}[ ]*(.*)$", re.MULTILINE)
_NEW = """\
# {pack} in {language}.
# Whoever speaks it and has read all of it writes their name into the next line.
# {read_by}"""
_PLACEHOLDER = re.compile("|".join(rf"\{{{name}\}}" for name in PLACEHOLDERS))


@dataclass(frozen=True)
class Progress:
    """How far a translation is."""

    new: int
    """Texts without a translation."""
    changed: int
    """Texts whose translation was made for another text, and has to be looked at."""
    done: int
    read_by: str = ""
    """Who speaks the language and has read it; empty where nobody has."""

    def __str__(self) -> str:
        return f"{self.new} new, {self.changed} changed, {self.done} done"


def translated(pack: Pack, tag: str, data: bytes) -> Pack:
    """Return a pack in another language; what is not translated stays in its own. Raises PackError."""
    return with_texts(pack, tag, _good(pack, _parsed(Path(translation_of(pack.id, tag)), tag, data)))


def progress(pack: Pack, tag: str, data: bytes) -> Progress:
    """Return how far a translation is. Raises PackError."""
    catalogue = _parsed(Path(translation_of(pack.id, tag)), tag, data)
    return _progress(pack, catalogue)


def _progress(pack: Pack, catalogue: Catalog) -> Progress:
    done, every = len(_good(pack, catalogue)), texts_of(pack)
    changed = sum(1 for place, text in every.items() if _is_fuzzy(catalogue.get(text, place)))
    found = _READ_BY.search(catalogue.header_comment)
    return Progress(len(every) - done - changed, changed, done, found[1].strip() if found else "")


def update(pack: Pack, tag: str, data: bytes = b"", known: Mapping[str, str] | None = None) -> bytes:
    """Return a translation brought up to date with its pack: a new one where there are no `data`.

    What was translated for a text that has changed is kept, and is fuzzy. Texts that are `known` in that
    language, such as those of a shipped pack, come translated. Raises PackError.
    """
    file = Path(translation_of(pack.id, tag))
    before = _parsed(file, tag, data) if data else _empty(pack, tag)
    by_place = {message.context: message for message in before if message.id}
    now = _empty(pack, tag)
    now.header_comment = before.header_comment
    for name in ("last_translator", "language_team", "revision_date"):
        setattr(now, name, getattr(before, name))
    for place, text in texts_of(pack).items():
        message, most = by_place.get(place), room_for(place)
        notes = [f"At most {most} columns."] if most else []
        if message is None or not message.string:
            now.add(text, (known or {}).get(text, ""), auto_comments=notes, context=place)
        elif message.id == text:
            now.add(
                text, message.string, (), message.flags, notes, message.user_comments,
                message.previous_id, context=place,
            )  # fmt: skip
        else:
            meant, flags = (str(message.id),), {"fuzzy"}
            now.add(text, message.string, (), flags, notes, message.user_comments, meant, context=place)
    out = BytesIO()
    write_po(out, now, width=0)
    return out.getvalue()


def known_in(pack: Pack, tag: str, data: bytes) -> dict[str, str]:
    """Return the texts of a pack that are translated, by themselves. Raises PackError."""
    good, every = _good(pack, _parsed(Path(translation_of(pack.id, tag)), tag, data)), texts_of(pack)
    return {every[place]: text for place, text in good.items()}


def mistakes(pack: Pack, tag: str, data: bytes, file: Path) -> Iterator[PackError]:
    """Yield what keeps a translation from being offered, with its line; nothing where it is complete."""
    try:
        catalogue = _parsed(file, tag, data)
    except PackError as unreadable:
        yield unreadable
        return
    for place, text in texts_of(pack).items():
        message = catalogue.get(text, place)
        for expected in _wrong(place, text, message):
            yield PackError(file, message.lineno if message else None, place, expected)


def _wrong(place: str, text: str, message: Message | None) -> Iterator[str]:
    said = "" if message is None else str(message.string)
    if message is None or is_blank(said):
        yield f"expected a translation of “{text}”. 'kiosk pack translate' brings the file up to date"
        return
    if message.fuzzy:
        yield "expected a translation that is not fuzzy: look at it, since the text has changed"
        return
    lost = sorted({*_PLACEHOLDER.findall(text)} - {*_PLACEHOLDER.findall(said)})
    if lost:
        yield f"expected {', '.join(lost)} in the translation, as in the text"
    rest = _PLACEHOLDER.sub("", said)
    if "{" in rest or "}" in rest or {*_PLACEHOLDER.findall(said)} - {*_PLACEHOLDER.findall(text)}:
        yield "expected no other braces than those of the text"
    most = room_for(place)
    if most and columns(said) > most:
        yield f"expected at most {most} characters, not {columns(said)}"
    for index, sign in enumerate(said, start=1):
        if trouble := not_shown(sign):
            yield f"expected {trouble}; character {index} is U+{ord(sign):04X}"
            break


def _good(pack: Pack, catalogue: Catalog) -> dict[str, str]:
    """Return the translations that count, by their place."""
    found = ((place, catalogue.get(text, place)) for place, text in texts_of(pack).items())
    return {
        place: str(message.string)
        for place, message in found
        if message is not None and not message.fuzzy and not is_blank(str(message.string))
    }


def _is_fuzzy(message: Message | None) -> bool:
    return message is not None and message.fuzzy


def _empty(pack: Pack, tag: str) -> Catalog:
    comment = _NEW.format(pack=pack.title, language=_locale(tag).english_name or tag, read_by=READ_BY)
    return Catalog(
        locale=_locale(tag), project=pack.id, version=str(pack.version), header_comment=comment, fuzzy=False
    )


@cache
def _locale(tag: str) -> Locale:
    """Return what Babel knows of a language. Raises PackError where it knows none of that tag."""
    try:
        if TAG.fullmatch(tag):
            return Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError):
        pass
    raise PackError(Path(tag), None, "", "expected the tag of a language, such as pl or ro")


def _parsed(file: Path, tag: str, data: bytes) -> Catalog:
    """Return a catalogue. Raises PackError where it does not read as one."""
    try:
        return read_po(BytesIO(data), locale=_locale(tag), abort_invalid=True)
    except PoFileError as error:
        raise PackError(file, error.lineno, "", f"expected a PO file; {error}") from error
    except (UnicodeDecodeError, LookupError, ValueError) as error:
        raise PackError(file, None, "", "expected a PO file in UTF-8") from error
