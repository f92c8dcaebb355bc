"""What customers read of the settings, in whatever language they have chosen, and the languages to choose."""

from collections.abc import Mapping
from typing import Literal

import msgspec

from kiosk.language import Language, Words, catalogues, english
from kiosk.language import words as _
from kiosk.pack.rules import TAG
from kiosk.text import is_blank, is_line

TextName = Literal["help", "read", "basis", "contact", "complain"]
DEFAULTS: dict[TextName, Words] = {
    "help": _("Call 999 if you are in danger. You can also talk to a member of staff."),
    "read": _("Staff read this when they next open their list."),
    "basis": _("in the privacy notice of this place, which staff can show you"),
    "contact": _("a member of staff here"),
    "complain": _("the Information Commissioner, at ico.org.uk or 0303 123 1113"),
}
"""What stands in kiosk.toml, in English, until the venue writes something else there."""


class Texts(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A venue's own texts in one more language; what is empty is not written in it."""

    help: str = ""
    """As `[help] now`."""
    read: str = ""
    """As `[talk] read`."""
    basis: str = ""
    contact: str = ""
    complain: str = ""
    """As in `[privacy]`."""


class Languages(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What customers may choose at Welcome."""

    offered: tuple[str, ...] = ()
    """The tags of languages beside that of the pack."""
    terminal_turns: bool = False
    """Whether the terminal itself puts lines into order that are read from right to left."""


_NONE = Texts()


def told(name: TextName, own: str, others: Mapping[str, Texts]) -> Words:
    """Return a text of the settings as customers read it; `own` stands in kiosk.toml, and `others` beside it.

    Where the venue has not written it in a language, its own stays as it is, and a default is translated.
    """

    def shown(spoken: Language) -> str:
        theirs: str = getattr(others.get(spoken.tag, _NONE), name)
        return theirs or (spoken.text(own) if own == DEFAULTS[name] else own)

    return Words(own, shown)


def default(name: TextName) -> str:
    """Return what stands in kiosk.toml until the venue writes something else there."""
    return english(DEFAULTS[name])


def check_texts(texts: Mapping[str, Texts]) -> None:
    """Raise ValueError, with what to change, where texts in other languages are not as they must be."""
    for tag, own in texts.items():
        if not TAG.fullmatch(tag):
            raise ValueError("[texts] must have tables named after languages: [texts.pl] or [texts.pt-BR].")
        for name, text in msgspec.structs.asdict(own).items():
            if text and is_blank(text):
                raise ValueError(f"[texts.{tag}] {name} must not be blank. Leave it out, or write a text.")
            if not is_line(text):
                raise ValueError(f"[texts.{tag}] {name} must be one line, without control characters.")


def check_languages(languages: Languages) -> None:
    """Raise ValueError, with what to change, where something cannot be a language, or stands twice.

    One that the kiosk does not speak is not offered (`kiosk.settings.offered`), and stops no visit.
    """
    for tag in languages.offered:
        if not TAG.fullmatch(tag):
            raise ValueError(
                f"[languages] offered must name languages by their tags, and {tag!r} is none. The kiosk "
                f"speaks these: {', '.join(catalogues())}."
            )
    if len({*languages.offered}) < len(languages.offered):
        raise ValueError("[languages] offered must name each language once.")
