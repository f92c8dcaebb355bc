"""A pack in other languages: a PO file for each, `languages/<id>.<tag>.po` beside the pack's file.

    msgctxt "sections.now.questions.feeling.ask"      where the text stands in the pack (`kiosk.pack.texts`)
    msgid "How did you feel most of the time in the last week?"
    msgstr "Jak…"

What is fuzzy, or was made for another text, is not used. A first comment says who has read it
(`kiosk.pack.po_remarks`).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from babel.messages.catalog import Catalog, Message

from kiosk.errors import PackError
from kiosk.pack.model import Pack
from kiosk.pack.pack_files import LANGUAGES, languages_of, translation_of
from kiosk.pack.po_file import english_name, is_same, locale_of, parsed, written
from kiosk.pack.po_remarks import READ_BY, read_by, reader_of
from kiosk.pack.rules import PLACEHOLDERS, not_shown, room_for
from kiosk.pack.texts import texts_of, with_texts
from kiosk.rtl import is_rtl
from kiosk.text import columns, is_blank

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


@dataclass(frozen=True)
class _Judged:
    """What a translation is worth, text by text."""

    said: Mapping[str, str]
    """The translations that are there and not fuzzy, by their place."""
    new: int
    """How many texts have none."""
    changed: int
    """How many texts have one that was made for another text."""
    wrong: tuple[tuple[int | None, str, str], ...]
    """The line, the place and what was expected there, in the order of the pack."""


def translated(pack: Pack, tag: str, data: bytes) -> Pack:
    """Return a pack in another language; what is not translated, or not well, stays in its own.

    Raises PackError.
    """
    judged = _judge(pack, tag, data)
    wrong = {place for _line, place, _expected in judged.wrong}
    return with_texts(pack, tag, {place: said for place, said in judged.said.items() if place not in wrong})


def progress(pack: Pack, tag: str, data: bytes) -> Progress:
    """Return how far a translation is. Raises PackError."""
    judged = _judge(pack, tag, data)
    return Progress(judged.new, judged.changed, len(judged.said), read_by(data))


def lacks(pack: Pack, tag: str, data: bytes) -> str:
    """Return in words why a translation is not complete; empty where it is."""
    wrong = [*mistakes(pack, tag, data, Path())]
    if not wrong:
        return ""
    try:
        found = progress(pack, tag, data)
    except PackError:
        return "its file does not read"
    others = len({one.path for one in wrong}) - found.new - found.changed
    said = [str(found)] if found.new or found.changed else []
    return ", ".join([*said, *([f"{others} with a mistake"] if others else [])])


def standing(pack: Pack, tag: str, data: bytes) -> str:
    """Return how a translation stands: `Polish, read by Ewa Nowak`, and why it is not complete."""
    try:
        name = english_name(tag)
    except PackError:
        name = tag
    missing = lacks(pack, tag, data)
    return ", ".join(filter(None, (name, missing and f"not complete ({missing})", reader_of(data))))


def update(pack: Pack, tag: str, data: bytes = b"", known: Mapping[str, str] | None = None) -> bytes:
    """Return a translation brought up to date with its pack: a new one where there are no `data`.

    What was translated for a text that has changed is kept, and is fuzzy; for one that is gone, it is
    obsolete. Texts that are `known` in that language, as those of a shipped pack, or that stand elsewhere in
    the pack, come translated. Data that are up to date stay as they are. Raises PackError.
    """
    file = Path(translation_of(pack.id, tag))
    before = parsed(file, tag, data) if data else _empty(pack, tag)
    every = [one for one in (*before.obsolete.values(), *before) if one.id and _said(one)]
    by_place = {one.context: one for one in every}
    known = {**(known or {}), **{str(one.id): _said(one) for one in every if not one.fuzzy}}
    now = _empty(pack, tag)
    for name in (
        "header_comment", "creation_date", "revision_date", "last_translator", "language_team",
        "msgid_bugs_address",
    ):  # fmt: skip
        setattr(now, name, getattr(before, name))
    for place, text in texts_of(pack).items():
        most = room_for(place)
        _add(now, place, text, by_place.pop(place, None), known.get(text, ""), most)
    for gone in by_place.values():
        if not gone.fuzzy:  # an obsolete entry cannot say that it is
            now.obsolete[f"{gone.context}\4{gone.id}"] = gone
    return data if data and is_same(before, now) else written(now)


def _add(now: Catalog, place: str, text: str, found: Message | None, known: str, most: int) -> None:
    """Add a text to a catalogue, with its translation, or what that was."""
    notes = [f"At most {most} columns."] if most else []
    remarks = found.user_comments if found else ()
    if found is not None and found.id == text:
        flags, was = found.flags, found.previous_id
        now.add(text, found.string, (), flags, notes, remarks, was, context=place)
    elif found is None or known:
        now.add(text, known, (), (), notes, remarks, context=place)
    else:
        now.add(text, found.string, (), {"fuzzy"}, notes, remarks, (str(found.id),), context=place)


def known_in(pack: Pack, tag: str, data: bytes) -> dict[str, str]:
    """Return the texts of a pack that are translated, by themselves. Raises PackError."""
    every = texts_of(pack)
    return {every[place]: said for place, said in _judge(pack, tag, data).said.items()}


def mistakes_in(pack: Pack, files: Mapping[str, bytes], folder: Path) -> dict[str, list[PackError]]:
    """Return what keeps each translation among the files of a folder from being offered, by its path.

    There is nothing where it is complete.
    """
    tags = {translation_of(pack.id, tag): tag for tag in languages_of(pack.id, files)}
    found = dict[str, list[PackError]]()
    for path in sorted(one for one in files if one.startswith(f"{LANGUAGES}/")):
        file = folder / path
        if tag := tags.get(path):
            found[path] = [*mistakes(pack, tag, files[path], file)]
        else:
            expected = f"expected the name of a translation of this pack, such as {pack.id}.pl.po"
            found[path] = [PackError(file, None, "", expected)]
    return found


def mistakes(pack: Pack, tag: str, data: bytes, file: Path) -> Iterator[PackError]:
    """Yield what keeps a translation from being offered, with its line; nothing where it is complete."""
    try:
        for line, place, expected in _judge(pack, tag, data, file).wrong:
            yield PackError(file, line, place, expected)
    except PackError as unreadable:
        yield unreadable


def _judge(pack: Pack, tag: str, data: bytes, file: Path | None = None) -> _Judged:
    try:
        return _judged(tuple(texts_of(pack).items()), tag, data)
    except PackError as error:
        named = file or Path(translation_of(pack.id, tag))
        raise PackError(named, error.line, error.path, error.expected) from error


@lru_cache(maxsize=64)  # a command that publishes a pack asks several times of each of its languages
def _judged(texts: tuple[tuple[str, str], ...], tag: str, data: bytes) -> _Judged:
    catalogue = parsed(Path(), tag, data)
    there = _by_place(catalogue)
    said, changed, wrong = dict[str, str](), 0, list[tuple[int | None, str, str]]()
    for place, text in texts:
        message, is_there = catalogue.get(text, place), place in there
        if message is not None and not message.fuzzy and _said(message):
            said[place] = _said(message)
        elif _said(there.get(place)):
            changed += 1
        at = there[place].lineno if is_there else None
        for expected in _wrong(place, text, message, is_there=is_there, rtl=is_rtl(tag)):
            wrong.append((at, place, expected))
    return _Judged(said, len(texts) - len(said) - changed, changed, tuple(wrong))


def _wrong(place: str, text: str, message: Message | None, *, is_there: bool, rtl: bool) -> Iterator[str]:
    said, hint = _said(message), ". 'kiosk pack translate' brings the file up to date"
    if message is None and is_there:
        yield f"expected a translation of this text as it is now, “{text}”{hint}"
        return
    if message is None or not said:
        yield f"expected a translation of “{text}”{hint if message is None else ''}"
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
        if trouble := not_shown(sign, rtl=rtl):
            yield f"expected {trouble}; character {index} is U+{ord(sign):04X}"
            break


def _said(message: Message | None) -> str:
    """Return a translation; empty where there is none, or several, as of a text with a plural."""
    said = message.string if message is not None else ""
    return said if isinstance(said, str) and not is_blank(said) else ""


def _by_place(catalogue: Catalog) -> dict[str | None, Message]:
    return {one.context: one for one in catalogue if one.id}


def _empty(pack: Pack, tag: str) -> Catalog:
    comment = _NEW.format(pack=pack.title, language=english_name(tag), read_by=READ_BY)
    return Catalog(
        locale=locale_of(tag), project=pack.id, version=str(pack.version), header_comment=comment, fuzzy=False
    )
