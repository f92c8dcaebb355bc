"""The files of a venue's packs: which belong to a draft or a version, and the hash over them."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from kiosk import untrusted
from kiosk.errors import PackError
from kiosk.os_errors import explained
from kiosk.pack.rules import ID, TAG

DRAFT, VERSIONS, STATES, LOG = "draft", "versions", "states.json", "log.toml"
LANGUAGES = "languages"
"""The folder of translations, beside that of the decks."""
LARGEST = 1_000_000
"""Bytes of any one file of a pack."""
_MOST_FILES = 1000


def files_in(folder: Path) -> dict[str, bytes]:
    """Return the files of a draft or a version, by their path in its folder: decks and translations included.

    What else lies there, such as what an editor leaves, belongs to no pack. Raises PackError where one cannot
    be read.
    """
    try:
        found = sorted(
            (file.relative_to(folder).as_posix(), file)
            for part in _parts(folder)
            for file in filter(_belongs, inside(part))
        )
        if len(found) > _MOST_FILES:
            raise PackError(folder, None, "", f"expected at most {_MOST_FILES} files, not {len(found)}")
        return {path: untrusted.read(file, LARGEST, below=folder) for path, file in found}
    except OSError as error:
        raise PackError(folder, None, "", explained(error, None, "Not every file can be read.")) from error


def every_file(packs: Path) -> Iterator[Path]:
    """Yield every file of a venue's packs; the states of a pack before its versions, which outlive them."""
    yield from (file for file in inside(packs) if _belongs(file))
    for pack in filter(lambda one: ID.fullmatch(one.name), inside(packs)):
        yield from (file for file in inside(pack) if file.name == STATES or _belongs(file))
        for folder in () if pack.is_symlink() else (pack / DRAFT, *inside(pack / VERSIONS)):
            if not (folder.name.startswith(".") or folder.is_symlink()):
                for part in _parts(folder):
                    yield from filter(_belongs, inside(part))


def links_in(packs: Path) -> Iterator[Path]:
    """Yield the links that stand in the place of a venue's packs, or of a folder or file of one."""
    folders = [packs]
    for pack in filter(lambda one: ID.fullmatch(one.name), inside(packs)):
        folders.append(pack)
        if pack.is_symlink():
            continue
        parts = [pack / DRAFT, *(one for one in inside(pack / VERSIONS) if not one.name.startswith("."))]
        folders += (pack / VERSIONS, *(folder for part in parts for folder in _parts(part)))
    yield from (path for path in (*folders, *every_file(packs)) if path.is_symlink())


def _parts(folder: Path) -> tuple[Path, ...]:
    """Return the folders that a draft or a version is made of."""
    return folder, folder / "decks", folder / LANGUAGES


def _belongs(file: Path) -> bool:
    kind = ".po" if file.parent.name == LANGUAGES else ".toml"
    return file.suffix == kind and not file.name.startswith(".") and file.name.isprintable()


def translation_of(pack_id: str, tag: str) -> str:
    """Return the path of a pack's translation into a language, in the folder of its file."""
    return f"{LANGUAGES}/{pack_id}.{tag}.po"


def languages_of(pack_id: str, paths: Iterable[str]) -> tuple[str, ...]:
    """Return the languages that a pack's files, by path, have a translation in."""
    name = re.compile(rf"{LANGUAGES}/{re.escape(pack_id)}\.({TAG.pattern})\.po")
    return tuple(sorted(match[1] for match in map(name.fullmatch, paths) if match))


def hash_of(files: dict[str, bytes]) -> str:
    """Return the SHA-256 over the paths and bytes of a pack's files, as 64 hexadecimal digits."""
    listed = sorted((path, hashlib.sha256(data).hexdigest()) for path, data in files.items())
    return hashlib.sha256(msgspec.json.encode(listed)).hexdigest()


def inside(folder: Path) -> list[Path]:
    """Return what lies in a folder that is no link; nothing where there is none."""
    try:
        return [] if folder.is_symlink() else sorted(folder.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return []
