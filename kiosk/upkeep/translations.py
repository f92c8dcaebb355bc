"""The translations of a draft: brought up to date with it, and which of them a version of it would have.

Babel is imported where there is a translation.
"""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.errors import EntryError, PackError
from kiosk.pack.library import Library
from kiosk.pack.load import load_pack
from kiosk.pack.model import Pack
from kiosk.pack.pack_files import (
    LANGUAGES,
    files_in,
    is_translation,
    languages_of,
    translation_of,
    without_translations,
)
from kiosk.upkeep.pack_store import unlink_link
from kiosk.vault import durable
from kiosk.vault.durable import Disk

if TYPE_CHECKING:
    from kiosk.pack.translation import Progress


def translate(library: Library, pack: Pack, tag: str, disk: Disk) -> "tuple[Path, Progress]":
    """Bring a translation of a draft up to date, or begin it; return its file, and how far it is.

    Raises EntryError for the language that the pack is in, PackError for one that nobody knows, or a file
    that does not read. Lets OSError through.
    """
    from kiosk.pack.po_file import english_name
    from kiosk.pack.translation import progress, update

    if tag == pack.language:
        raise EntryError(f"The pack '{pack.id}' is in {english_name(tag)} as it is.")
    folder, path = library.draft(pack.id).parent, translation_of(pack.id, tag)
    before = files_in(folder).get(path, b"")
    try:
        after = update(pack, tag, before, _known(library, tag))
        found = progress(pack, tag, after)
    except PackError as error:
        where = folder / path if before else error.file
        raise PackError(where, error.line, error.path, error.expected) from error
    if after != before:
        unlink_link(folder / LANGUAGES, disk=disk)
        durable.replace(folder / path, after, disk=disk)
    return folder / path, found


def _known(library: Library, tag: str) -> dict[str, str]:
    """Return what the shipped packs have translated into a language, by text."""
    from kiosk.pack.translation import known_in

    known = dict[str, str]()
    for pack, files in library.shipped():
        if data := files.get(translation_of(pack.id, tag)):
            known |= known_in(pack, tag, data)
    return known


def mistakes_of(pack: Pack, files: Mapping[str, bytes], folder: Path) -> dict[str, list[PackError]]:
    """Return what keeps the translations of a folder from being offered, by path; nothing where complete."""
    if not any(map(is_translation, files)):
        return {}
    from kiosk.pack.translation import mistakes_in

    return mistakes_in(pack, files, folder)


def complete(pack: Pack, files: dict[str, bytes], folder: Path) -> dict[str, bytes]:
    """Return the files of a draft as a version has them: without the translations that are not complete."""
    kept = [path for path, found in mistakes_of(pack, files, folder).items() if not found]
    return without_translations(files) | {path: files[path] for path in kept}


def as_published(library: Library, pack_id: str, files: dict[str, bytes]) -> dict[str, bytes]:
    """Return the same of a draft that may not load: then all of them."""
    file = library.draft(pack_id)
    with suppress(PackError):
        pack = load_pack(file, given={file.parent / path: data for path, data in files.items()})
        return complete(pack, files, file.parent)
    return files


def carried(
    files: Mapping[str, bytes], other: str, pack_id: str, had: Mapping[str, bytes]
) -> dict[str, bytes]:
    """Return the files that a new draft is copied from, its translations under its own id.

    Those that it `had`, and that are not complete yet, stay.
    """
    names = {translation_of(other, tag): translation_of(pack_id, tag) for tag in languages_of(other, files)}
    copied = {names.get(path, path): data for path, data in files.items()}
    own = {path: data for path, data in had.items() if is_translation(path)} if other == pack_id else {}
    return own | copied


def left_out(pack: Pack, files: Mapping[str, bytes], folder: Path) -> list[str]:
    """Return a sentence on each translation of a draft that a version of it does not have."""
    said = list[str]()
    names = {translation_of(pack.id, tag): tag for tag in languages_of(pack.id, files)}
    for path, found in mistakes_of(pack, files, folder).items():
        if found and path in names:
            said.append(_left_out(pack, names[path], files[path]))
        elif found:
            said.append(f"{' '.join(str(found[0]).split())}. It is left out.")
    return said


def _left_out(pack: Pack, tag: str, data: bytes) -> str:
    from kiosk.pack.po_file import english_name
    from kiosk.pack.translation import lacks

    name = tag
    with suppress(PackError):
        name = english_name(tag)
    why, see = lacks(pack, tag, data), f"'kiosk pack check {pack.id} --language {tag}'"
    return f"{name} is not complete ({why}), so customers do not get it. To see what is missing: {see}."
