"""The command that shows which languages there are, for a lead who turns one on."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from kiosk.cli.common import examples, home_here, say

if TYPE_CHECKING:
    from kiosk.pack.library import Library
    from kiosk.pack.model import Pack
    from kiosk.settings.texts import Languages


@click.command(epilog=examples("kiosk languages"))
def languages() -> None:
    """List the languages: who has read each, which packs have it, and whether customers can choose it.

    A language is turned on in kiosk.toml, under [languages] offered. docs/languages.md says what to know
    first.
    """
    from kiosk.settings.settings import library_of, load_settings
    from kiosk.settings.texts import Languages

    home = home_here()
    settings = load_settings(home.settings) if home.is_set_up() else None
    library = library_of(home, settings)
    wanted = settings.languages if settings else Languages()
    start, packs = library.start(), [*_in_use(library)]
    for tag in _tags(packs, wanted.offered):
        say(f"{_named(tag)}: {_choice(tag, start, wanted)}")
        stays = settings.stays(tag) if settings and tag in wanted.offered else ()
        for line in (_program(tag), *_packs(library, packs, tag), *_texts(tag, stays)):
            say(f"  {line}")


def _in_use(library: "Library") -> "Iterator[Pack]":
    for pack_id in library.ids():
        yield from filter(None, (library.live(pack_id), library.pilot(pack_id)))


def _tags(packs: "list[Pack]", offered: tuple[str, ...]) -> list[str]:
    """Return every language that the program, a pack or the settings know, as Welcome orders them."""
    from kiosk.language import NAMES, has_catalogue

    known = [tag for tag in NAMES if has_catalogue(tag)]
    of_packs = sorted({tag for pack in packs for tag in (pack.language, *pack.languages)})
    return [*dict.fromkeys((*known, *of_packs, *offered))]


def _named(tag: str) -> str:
    from kiosk.errors import PackError
    from kiosk.pack.po_file import english_name

    try:
        return f"{english_name(tag)} ({tag})"
    except PackError:
        return tag


def _choice(tag: str, start: "Pack", settings: "Languages") -> str:
    """Return whether customers can choose a language, and why not."""
    from kiosk.settings.offered import languages_of

    if tag == start.language:
        return "the language of the pack that Welcome starts"
    found, on_console = languages_of(start, settings), languages_of(start, settings, few_signs=True)
    if tag in found.tags:
        return (
            f"customers can choose it{'' if tag in on_console.tags else ', but not on the console of Linux'}"
        )
    why = found.told_why(tag)
    return f"not offered{f', though kiosk.toml names it: {why}' if why else ''}"


def _program(tag: str) -> str:
    from kiosk import untrusted
    from kiosk.content import content
    from kiosk.language import SOURCE, catalogue_file, has_catalogue
    from kiosk.pack.pack_files import LARGEST
    from kiosk.pack.po_remarks import reader_of

    if tag == SOURCE:
        return "the program: written in it"
    if not has_catalogue(tag):
        return "the program: does not speak it"
    data = untrusted.read(content() / catalogue_file(tag), LARGEST, links=True)
    return f"the program: {reader_of(data)}"


def _packs(library: "Library", packs: "list[Pack]", tag: str) -> Iterator[str]:
    """Yield a line for each pack in use that is in a language."""
    from kiosk.pack.pack_files import translation_of
    from kiosk.pack.po_remarks import reader_of
    from kiosk.pack.translation import lacks

    for pack in packs:
        name = f"the pack '{pack.id}', version {pack.version}"
        if tag == pack.language:
            yield f"{name}: written in it"
        elif tag in pack.languages:
            data = library.files(f"{pack.id}@{pack.version}")[translation_of(pack.id, tag)]
            missing = lacks(pack, tag, data)
            yield f"{name}: {f'not complete ({missing}), ' if missing else ''}{reader_of(data)}"


def _texts(tag: str, stays: "Sequence[str]") -> Iterator[str]:
    """Yield a line where texts of the venue's own are not in a language."""
    if stays:
        yield f"your own texts: {', '.join(stays)} stand as they are; write them under [texts.{tag}] too"


COMMANDS = (languages,)
