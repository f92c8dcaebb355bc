"""Which languages customers can choose, and why they cannot choose another one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from kiosk.language import has_catalogue
from kiosk.pack.model import Pack
from kiosk.rtl import is_rtl
from kiosk.settings.texts import Languages

WhyNot = Literal["not set", "not spoken", "not in the pack", "turned round", "no letters"]
"""Why a language is not offered: the settings do not name it, the program does not speak it, the pack that
Welcome starts is not in it; or the terminal turns what is read from right to left round once more, or has no
letters that join."""
_WHY: dict[WhyNot, str] = {
    "not spoken": "the program does not speak it",
    "not in the pack": "the pack '{pack}' is not in it. 'kiosk pack check {pack}' says what is missing",
    "turned round": "terminal_turns says that the terminal turns lines round",
}
"""Of what the settings name."""


@dataclass(frozen=True)
class Offered:
    """The languages that customers can choose."""

    tags: tuple[str, ...]
    """That of the pack first."""
    why_not: Mapping[str, WhyNot]
    """Of each other one that the settings name, or that the pack is in."""
    start_id: str
    """That pack."""

    def told_why(self, tag: str) -> str:
        """Return in words why a language is not offered that the settings name; empty where they do not."""
        return _WHY.get(self.why_not.get(tag, "not set"), "").format(pack=self.start_id)


def languages_of(
    start: Pack, settings: Languages, *, draft: bool = False, few_signs: bool = False
) -> Offered:
    """Return which languages are offered with the pack that Welcome starts: those that are set.

    A `draft` is offered in whatever there is. `few_signs` is true on the console of Linux, whose font has no
    letters that join: only a screen knows that.
    """
    pack = start.as_written
    wanted = pack.languages if draft else settings.offered

    def why_not(tag: str) -> WhyNot | None:
        if tag not in wanted:
            return "not set"
        if not has_catalogue(tag):
            return "not spoken"
        if tag not in pack.languages:
            return "not in the pack"
        if is_rtl(tag) and settings.terminal_turns:
            return "turned round"
        return "no letters" if is_rtl(tag) and few_signs else None

    known = (*wanted, *([] if draft else pack.languages))
    others = {tag: why_not(tag) for tag in known if tag != pack.language}
    offered = (tag for tag, why in others.items() if why is None)
    return Offered((pack.language, *offered), {tag: why for tag, why in others.items() if why}, start.id)
