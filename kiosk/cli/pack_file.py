"""Which pack a command is about."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kiosk.cli.common import home_named
from kiosk.cli.prompts import PlainError

if TYPE_CHECKING:
    from kiosk.pack.model import Pack


def pack_argument(command: Any) -> Any:
    """Add the argument that names a pack: a file, or a pack that is here (`file_of`)."""

    def read(_context: click.Context, _option: click.Parameter, given: str) -> Path:
        return file_of(given)

    return click.argument("file", metavar="PACK", callback=read)(command)


def file_of(given: str, *, drafts: bool = True) -> Path:
    """Return the file of a pack: `given` is a path, or `ID`, `ID@VERSION` or `ID@draft`.

    An id alone is its draft where there is one, or with `drafts` False the version that is in use. Raises
    EntryError for a pack that is not here, PackError for one that cannot be read.
    """
    from kiosk.pack.rules import ID
    from kiosk.settings.settings import library_of

    pack_id, at, _which = given.partition("@")
    if Path(given).exists() or not ID.fullmatch(pack_id):
        return Path(given)
    library = library_of(home_named())
    draft = library.draft(pack_id)
    return draft if drafts and not at and draft.is_file() else library.file(given)


def require_new(out: Path, ending: str) -> None:
    """Raise ClickException where a file has another ending, or is there already."""
    if out.suffix != ending:
        raise click.BadParameter(f"The name of the file must end in {ending}.", param_hint=f"OUT{ending}")
    if out.exists():
        raise PlainError(f"{out} exists already. Choose another name, or delete it first.")


def translation_there(pack: "Pack", given: str) -> str:
    """Return the tag of a language that a pack has a translation in. Raises PlainError, PackError."""
    from kiosk.pack.po_file import english_name, tag_of

    tag = tag_of(given)
    if tag not in (pack.language, *pack.languages):
        begin = f"'kiosk pack translate {pack.id} {tag}' begins that"
        raise PlainError(f"The pack '{pack.id}' is not in {english_name(tag)}. {begin}.")
    return tag


def translated_beside(pack: "Pack", file: Path, tag: str) -> "Pack":
    """Return a pack in a language, by the translation that lies beside its file. Raises PackError."""
    from kiosk import untrusted
    from kiosk.pack.pack_files import LARGEST, translation_of
    from kiosk.pack.translation import translated

    if tag == pack.language:
        return pack
    data = untrusted.read(file.parent / translation_of(pack.id, tag), LARGEST, links=True)
    return translated(pack, tag, data)


def log_of(file: Path) -> Path | None:
    """Return the change log of a pack of the venue, which may not be there; None for any other file."""
    from kiosk.pack.pack_files import LOG

    packs, file = home_named().packs.absolute(), file.absolute()
    return packs / file.relative_to(packs).parts[0] / LOG if file.is_relative_to(packs) else None


def own_words(file: Path) -> Path | None:
    """Return the list of words of whoever wrote a pack: beside it, else with the venue's; None for none."""
    for words in (file.with_name("words.toml"), home_named().packs / "words.toml"):
        if words.is_file():
            return words
    return None
