"""What the program says, in the language in use: words, days, times and lists.

English stands in the code, marked with `words` (as `_`) or `many`; a translation is a gettext catalogue,
`data/locales/<tag>/LC_MESSAGES/kiosk.po`, which is read as it is. A process speaks English until `use` says
otherwise: that of a visit takes the language that is chosen at Welcome, and may take another one at any page.
So what is marked is no text yet: it becomes one where it is shown, cleaned or put into another one.
"""

import gettext
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from functools import cache, cached_property
from io import BytesIO
from typing import TYPE_CHECKING

from kiosk.content import content
from kiosk.rtl import is_rtl, isolated, painted
from kiosk.text import counted

if TYPE_CHECKING:
    from babel import Locale

SOURCE = "en"
"""The language that stands in the code."""
NAMES = {
    "en": "English",
    "cy": "Cymraeg",
    "pl": "Polski",
    "ro": "Română",
    "so": "Soomaali",
    "uk": "Українська",
    "ar": "العربية",
    "fa": "فارسی",
}
"""Languages by their own names, in the order in which they are offered."""
_LARGEST = 2_000_000
"""Bytes of a catalogue."""


class Language:
    """A language, and what it says."""

    def __init__(self, tag: str, catalogue: gettext.NullTranslations) -> None:
        self.tag = tag
        """An IETF tag: `pl`."""
        self._catalogue = catalogue

    @cached_property
    def is_rtl(self) -> bool:
        """Whether it is written from right to left."""
        return is_rtl(self.tag)

    @cached_property
    def locale(self) -> "Locale":
        """What Babel knows of it; days in English stand as in the United Kingdom."""
        from babel import Locale, UnknownLocaleError  # 45 ms, and Welcome has no need of it

        try:
            return Locale.parse("en_GB" if self.tag == SOURCE else self.tag, sep="-")
        except (UnknownLocaleError, ValueError):
            return Locale.parse("en_GB")

    def text(self, english: str) -> str:
        """Return what stands for an English text; the same, where nothing does."""
        return self._catalogue.gettext(english)

    def one_of(self, one: str, more: str, count: int) -> str:
        """Return what stands for the one of two English texts that goes with so many."""
        return self._catalogue.ngettext(one, more, count)


def own_name(tag: str) -> "Words":
    """Return what a language calls itself, as it is painted on a screen of any language."""
    said, shown = _name(tag), painted_name(tag)
    return Words(said, lambda spoken: said if spoken.is_rtl else shown)


def painted_name(tag: str) -> str:
    """Return what a language calls itself, as its cells stand from left to right."""
    return painted(_name(tag))


def _name(tag: str) -> str:
    return NAMES.get(tag) or Language(tag, gettext.NullTranslations()).locale.get_display_name() or tag


def catalogue_file(tag: str) -> str:
    """Return where the catalogue of a language lies, below the shipped content."""
    return f"locales/{tag}/LC_MESSAGES/kiosk.po"


def has_catalogue(tag: str) -> bool:
    """Tell whether the program speaks a language."""
    return tag == SOURCE or (tag.replace("-", "").isalnum() and (content() / catalogue_file(tag)).is_file())


def catalogues() -> tuple[str, ...]:
    """Return the tags of all languages that the program speaks."""
    translated = (content() / "locales").glob("*/LC_MESSAGES/kiosk.po")
    return tuple(sorted({SOURCE, *(file.parents[1].name for file in translated)}))


@cache
def language(tag: str) -> Language:
    """Return a language; where the program does not speak it, one that says all in English."""
    if tag == SOURCE or not has_catalogue(tag):
        return Language(tag, gettext.NullTranslations())
    from babel.messages.mofile import write_mo  # only where somebody chooses another language
    from babel.messages.pofile import read_po

    from kiosk import untrusted  # msgspec, which days and dates have no need of

    source = BytesIO(untrusted.read(content() / catalogue_file(tag), _LARGEST, links=True))
    compiled = BytesIO()
    write_mo(compiled, read_po(source, locale=tag))  # without what is fuzzy
    compiled.seek(0)
    return Language(tag, gettext.GNUTranslations(compiled))


ENGLISH = language(SOURCE)


def language_or_english(tag: str) -> Language:
    """Return a language, and English, days and all, where the program does not speak it."""
    return language(tag) if has_catalogue(tag) else ENGLISH


class _Process:
    """The language of this process."""

    language = ENGLISH


_there: ContextVar[Language | None] = ContextVar("language", default=None)


def in_use() -> Language:
    """Return the language that is spoken now."""
    return _there.get() or _Process.language


def use(spoken: Language) -> None:
    """Speak a language from now on."""
    _Process.language = spoken


@contextmanager
def speaking(spoken: Language) -> Iterator[None]:
    """Speak a language for a while, whatever the process speaks, as on a paper for somebody else."""
    token = _there.set(spoken)
    try:
        yield
    finally:
        _there.reset(token)


class Words(str):
    """Words of the program: English where they are compared, in the language in use where they are shown.

    `str()` and `format` give them as they are shown, and so `kiosk.text.clean`, `columns` and what wraps
    lines. All else that a string can do is done to the English.
    """

    _shown: Callable[[Language], str]

    def __new__(cls, english: str, shown: Callable[[Language], str]) -> "Words":
        """Say in English what `shown` says in any language."""
        made = super().__new__(cls, english)
        made._shown = shown
        return made

    def __str__(self) -> str:
        return self._shown(in_use())

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    def format(self, *given: object, **named: object) -> "Words":
        """Fill in what the words leave room for; what is words too is said in the same language."""
        facts = {name: _english(one) for name, one in named.items()}
        english = super().format(*map(_english, given), **facts)

        def shown(spoken: Language) -> str:
            there = {name: _said(one, spoken) for name, one in named.items()}
            return self._shown(spoken).format(*(_said(one, spoken) for one in given), **there)

        return Words(english, shown)


def _english(fact: object) -> object:
    return str.__str__(fact) if isinstance(fact, Words) else fact


def _said(fact: object, spoken: Language) -> object:
    if isinstance(fact, Words):
        return fact._shown(spoken)
    return isolated(fact) if spoken.is_rtl and isinstance(fact, str) else fact


def words(english: str) -> Words:
    """Mark a text for translation."""
    return Words(english, lambda spoken: spoken.text(english))


COMMA = words(", ")
"""Between the parts of a line."""


def english(text: str) -> str:
    """Return a text as it stands in the code, for what is English whatever language is in use."""
    return str.__str__(text)


def beside_english(text: str) -> Words:
    """Return words with the English ones behind them, for whoever is in a language that they do not read."""
    source = english(text)

    def shown(spoken: Language) -> str:
        there = spoken.text(source)
        return source if there == source else f"{there} · {source}"

    return Words(source, shown)


def many(one: str, more: str, count: int, **facts: object) -> Words:
    """Mark a text of one thing and of more for translation; both may leave room for `{count}` and `facts`."""
    english = one if count == 1 else more
    return Words(english, lambda spoken: spoken.one_of(one, more, count)).format(count=count, **facts)


def joined(*parts: str, between: str = " ") -> Words:
    """Return texts after each other, each in the language in use; what is empty is left out."""
    every = [part for part in parts if part]
    return Words(
        between.join(every),
        lambda spoken: str(_said(between, spoken)).join(str(_said(part, spoken)) for part in every),
    )


def listed(parts: Sequence[str]) -> Words:
    """Return a list as it stands in a sentence: `first, second and fourth`."""
    from babel.lists import format_list

    def shown(spoken: Language) -> str:
        return format_list([str(_said(part, spoken)) for part in parts], locale=spoken.locale)

    return Words(shown(ENGLISH), shown)


def written_day(day: date, form: str = "long") -> Words:
    """Return a day: `long`, `4 March 2026`, or as one of Babel's other forms or patterns."""
    from babel.dates import format_date

    def shown(spoken: Language) -> str:
        return format_date(day, form, locale=spoken.locale)

    return Words(shown(ENGLISH), shown)


def named(tag: str) -> Words:
    """Return what a language is called: `Polish`; its tag, where nobody knows it."""
    from babel import Locale, UnknownLocaleError

    def shown(spoken: Language) -> str:
        try:
            return Locale.parse(tag, sep="-").get_display_name(spoken.locale) or tag
        except (UnknownLocaleError, ValueError):
            return tag

    return Words(shown(ENGLISH), shown)


def duration(seconds: int) -> Words:
    """Return how long something takes, in minutes where they are whole: `90 seconds`, `3 minutes`."""
    minutes, rest = divmod(seconds, 60)
    value, unit = (seconds, "second") if rest or not minutes else (minutes, "minute")

    def shown(spoken: Language) -> str:
        if spoken is ENGLISH:
            return counted(value, unit, f"{unit}s")
        from babel.units import format_unit  # 45 ms, and Welcome has no need of it

        return format_unit(value, f"duration-{unit}", "long", locale=spoken.locale)

    return Words(shown(ENGLISH), shown)
