"""What a backup holds: its manifest, and a check of every file in it."""

import hashlib
import os
import re
from pathlib import Path
from typing import Annotated, Final, Literal

import msgspec

from kiosk import mac, untrusted
from kiosk.errors import VaultError
from kiosk.os_errors import explained
from kiosk.text import shown
from kiosk.vault.log import MOST_BYTES as LOG_MOST

NAME = "kiosk-backup-"
MANIFEST = "manifest.json"
VOUCHED = "backup manifest"
"""The purpose of the key of its tag (`kiosk.mac.key_from`)."""
FORMAT: Final = "strengths-kiosk-backup"

NAMED = 3
"""So many of the files are named that are not right."""
FOREIGN = frozenset(
    name.casefold()
    for name in (
        *(".DS_Store", ".fseventsd", ".Spotlight-V100", ".Trashes", ".TemporaryItems", ".apdisk", "Icon\r"),
        *(".DocumentRevisions-V100", ".AppleDouble", ".localized", ".metadata_never_index", "__MACOSX"),
        *("desktop.ini", "Thumbs.db", "ehthumbs.db", "System Volume Information", "$RECYCLE.BIN", "RECYCLER"),
        *(".directory", ".hidden", ".Trash", "lost+found", "@eaDir", "WPSettings.dat", "IndexerVolumeGuid"),
    )
)
"""Files and folders that a file manager or a system leaves on a disk that it looks at. Nothing reads them."""
_FOREIGN_LIKE = re.compile(
    r"\._.*|\.trash-.*|\.fuse_hidden.*|\.nfs.*|\.goutputstream-.*|~\$.*|\.~lock\..*#|.*~|\..*\.sw[a-p]",
    re.DOTALL,
)
"""The same, and what editors leave, by the shape of the name in small letters."""

MANIFEST_MOST = 64 << 20
"""Bytes of a manifest: one of a quarter of a million files has less."""
LATEST = 2**63 - 1
"""The latest time of a file, in nanoseconds since 1970: in the year 2262."""


class File(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A file of a backup."""

    path: Annotated[str, msgspec.Meta(max_length=4096)]
    """From the backup's folder, with slashes."""
    size: Annotated[int, msgspec.Meta(ge=0, le=LOG_MOST)]
    """Bytes."""
    sha256: untrusted.Name
    modified: Annotated[int, msgspec.Meta(ge=0, le=LATEST)]
    """When its original was last written, in nanoseconds since 1970: for a page, when it was saved."""


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a backup holds."""

    format: Literal["strengths-kiosk-backup"] = FORMAT
    version: Literal[2] = 2
    made: untrusted.Moment
    venue_key: untrusted.Name
    """The public half of the key that its pages are sealed to."""
    files: tuple[File, ...]
    tag: str = ""
    """That of the desk, where a member of staff made it; empty where the kiosk did so by itself."""

    def is_vouched(self, identities: str) -> bool:
        """Tell whether the holder of one of the venue's identities, one a line, vouches for it."""
        tagged = self._tagged()
        return any(mac.fits(self.tag, mac.key_from(one, VOUCHED), tagged) for one in identities.split("\n"))

    def vouched(self, identity: str) -> "Manifest":
        """Return it with the tag of the holder of the venue's identity."""
        tag = mac.tag(mac.key_from(identity, VOUCHED), self._tagged())
        return msgspec.structs.replace(self, tag=tag)

    def _tagged(self) -> bytes:
        """Return what the tag covers: all else that stands in it."""
        return msgspec.json.encode(msgspec.structs.replace(self, tag=""))


def read_backup(folder: Path) -> Manifest:
    """Read and check a whole backup: every file is there, as it was written, and no other is.

    Raises VaultError.
    """
    try:
        manifest = untrusted.json(untrusted.read(folder / MANIFEST, MANIFEST_MOST), Manifest)
        there = {
            path.relative_to(folder).as_posix()
            for path in folder.rglob("*")
            if path.is_symlink() or not path.is_dir()
        }
        listed = {file.path: file for file in manifest.files}
        wrong = dict.fromkeys(listed.keys() - there, "is missing")
        wrong |= {
            path: "does not belong to it"
            for path in there - listed.keys() - {MANIFEST}
            if not _is_foreign(path)
        }
        for path in listed.keys() & there:
            if not is_as(folder / path, listed[path], folder):
                wrong[path] = "was changed"
    except (FileNotFoundError, NotADirectoryError) as error:
        raise VaultError(
            f"{folder} is not a backup. Choose a folder whose name starts with {NAME}, or make a new backup."
        ) from error
    except msgspec.DecodeError as error:
        raise VaultError(f"The {MANIFEST} in {folder} is damaged. Use another backup.") from error
    except OSError as error:
        raise VaultError(explained(error, folder, "The backup cannot be read.")) from error
    if wrong:
        named = [f"{shown(path)} {what}" for path, what in sorted(wrong.items())]
        more = f", and {len(named) - NAMED} more" if len(named) > NAMED else ""
        raise VaultError(
            f"The backup in {folder} is damaged: {', '.join(named[:NAMED])}{more}. Move away anything "
            "that does not belong to it; if a file is missing or was changed, use another backup."
        )
    return manifest


def _is_foreign(path: str) -> bool:
    """Tell whether a file in a backup is what other systems leave where somebody looks."""
    names = path.casefold().split("/")
    return any(name in FOREIGN or _FOREIGN_LIKE.fullmatch(name) for name in names)


def is_as(path: Path, listed: File, below: Path) -> bool:
    """Tell whether a file below a folder has the bytes of one that a backup lists. Lets OSError through."""
    with untrusted.opened(path, below=below) as file:
        if os.fstat(file.fileno()).st_size != listed.size:
            return False
        # Not `file_digest`, which would go on for as long as somebody makes the file longer.
        digest, rest = hashlib.sha256(), listed.size
        while rest and (part := file.read(min(rest, 1 << 20))):
            digest.update(part)
            rest -= len(part)
    return not rest and digest.hexdigest() == listed.sha256
