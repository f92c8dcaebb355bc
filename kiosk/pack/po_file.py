"""PO files: read as Poedit, Weblate and gettext write them, and written so that these read them.

What Babel leaves out is put right here: `#|`, what a fuzzy translation was made for, which it reads as a
remark and wraps without its quotes; the same of obsolete entries; and the mark of Windows before UTF-8.
"""

import re
from functools import cache
from io import BytesIO
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import PoFileError, denormalize, normalize, read_po, write_po

from kiosk.errors import PackError
from kiosk.pack.rules import TAG

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_BEFORE_OBSOLETE = re.compile(rb"^#~\|.*$", re.MULTILINE)
_PREVIOUS = re.compile(r'^msgid(?:_plural)? ("(?:.|\n)*?)(?=\nmsg|\Z)', re.MULTILINE)
_LINE = re.compile(r'(?:(?:msgctxt|msgid|msgid_plural|msgstr(?:\[\d+\])?)\s*)?"(?:[^"\\]|\\.)*"\s*|\s*')
"""A line of an entry: what it says stands between two quotation marks, which stand in it as `\\"` alone."""
_NO_QUOTES = 'expected a PO file: one quotation mark (") before a text and one after it; within it, \\" alone'
_NO_TAG = "expected the tag of a language, such as pl or pt-BR"


@cache
def locale_of(tag: str) -> Locale:
    """Return what Babel knows of a language. Raises PackError where it knows none of that tag."""
    try:
        if TAG.fullmatch(tag):
            return Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError):
        pass
    raise PackError(Path(tag), None, "", _NO_TAG)


def english_name(tag: str) -> str:
    """Return what a language is called in English: `Polish`. Raises PackError for none."""
    return locale_of(tag).english_name or tag


def tag_of(given: str) -> str:
    """Return a tag as the names of files have it: `pt-BR`, not `pt_br`. Raises PackError for none."""
    language, *others = re.split("[-_]", given)
    cased = {2: str.upper, 4: str.title}
    tag = "-".join((language.lower(), *(cased.get(len(one), str.lower)(one) for one in others)))
    locale_of(tag)
    return tag


def parsed(file: Path, tag: str, data: bytes) -> Catalog:
    """Return what a file holds. Raises PackError where it is no PO file, or of no language."""
    try:
        locale = locale_of(tag)
    except PackError as unknown:
        raise PackError(file, None, "", f"{_NO_TAG}, in the name of the file") from unknown
    plain = _BEFORE_OBSOLETE.sub(b"", data.removeprefix(_BYTE_ORDER_MARK))
    try:
        catalogue = read_po(BytesIO(plain), locale=locale, abort_invalid=True)
        for message in (*catalogue, *catalogue.obsolete.values()):
            _take_previous(message)
    except PoFileError as error:
        raise PackError(
            file, error.lineno + 1, "", "expected a PO file; this line belongs to no entry of one"
        ) from error
    # Babel is not strict about what it is given: it takes the parts of an entry apart by their places.
    except (ValueError, LookupError, TypeError, AttributeError, AssertionError) as error:
        raise PackError(file, None, "", "expected a PO file in UTF-8") from error
    _check_quotes(file, plain)
    return catalogue


def _check_quotes(file: Path, data: bytes) -> None:
    """Raise PackError for a line whose quotation marks are wrong: Babel drops a letter there."""
    for number, line in enumerate(data.decode(errors="replace").split("\n"), 1):
        if not line.lstrip().startswith("#") and not _LINE.fullmatch(line):
            raise PackError(file, number, "", _NO_QUOTES)


def written(catalogue: Catalog) -> bytes:
    """Return a catalogue as a file, each text on one line, with the files that a text is from."""
    catalogue.charset = "utf-8"
    out = BytesIO()
    write_po(out, catalogue, width=0, include_lineno=False, sort_by_file=True)
    text = out.getvalue().decode()
    for message in catalogue:
        if message.previous_id:
            begins = f"\n{_first_line(message)}\n"
            names = ("msgid", "msgid_plural")
            was = [
                f"#| {name} {normalize(one, prefix='#| ', width=0)}\n"
                for name, one in zip(names, message.previous_id, strict=False)
            ]
            text = text.replace(begins, f"\n{''.join(was)}{begins[1:]}", 1)
    return text.encode()


def _first_line(message: Message) -> str:
    """Return the line that a message begins with, after its remarks."""
    if message.context:
        return f"msgctxt {normalize(message.context, width=0)}"
    return f"msgid {normalize(message.id if isinstance(message.id, str) else message.id[0], width=0)}"


def is_same(one: Catalog, other: Catalog) -> bool:
    """Tell whether two catalogues say the same, in whatever order and however it is wrapped."""
    return one.header_comment == other.header_comment and _content(one) == _content(other)


def _content(catalogue: Catalog) -> list[object]:
    live = (
        (
            str(one.context), str(one.id), str(one.string or ""), sorted(one.flags), one.auto_comments,
            one.user_comments, one.previous_id,
        )
        for one in catalogue
        if one.id
    )  # fmt: skip
    gone = ((str(one.context), str(one.id), str(one.string)) for one in catalogue.obsolete.values())
    return [sorted(live, key=lambda one: one[:2]), sorted(gone)]


def _take_previous(message: Message) -> None:
    """Take what a translation was made for out of the remarks on it."""
    marked = [one.removeprefix("|").strip() for one in message.user_comments if one.startswith("|")]
    if not marked:
        return
    message.user_comments = [one for one in message.user_comments if not one.startswith("|")]
    found = _PREVIOUS.findall("\n".join(marked))
    if message.fuzzy:
        message.previous_id = [denormalize(one) for one in found]
