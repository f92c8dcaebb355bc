"""The recovery sheet: the venue's private key in clear, to be printed and locked away.

As text it is an age identity file, which `age -d -i` takes as it is; as a PDF it is one page with the key as
a QR code and as letters.
"""

import os
import re
import textwrap
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from kiosk import seal
from kiosk.dates import long_day
from kiosk.desk.keys import same_disk
from kiosk.desk.keys.identities import fingerprint
from kiosk.devices.paper import Paper
from kiosk.devices.pdf_page import PdfPages
from kiosk.devices.qr_image import qr_image
from kiosk.errors import SameDiskError, SealError, SettingsError, StaffError
from kiosk.os_errors import explaining
from kiosk.text import one_line
from kiosk.vault import durable

_KEY = re.compile(r"AGE-SECRET-KEY-1[0-9A-Z]{58}", re.ASCII)
_TITLE = "Recovery key of the strengths kiosk at"
_VENUE = re.compile(rf"^# {_TITLE} (.+)\.$", re.MULTILINE)
_DOTS = 8
"""Of the QR code's image for each module."""
_PAPER = Paper(width=210, height=297, side=22, top=22, bottom=16)
_QR = 52.0
"""Millimetres."""
_LETTERS, _KEY_LETTERS = 10.0, 13.0
"""Points."""
_START, _GROUP, _ROW = 16, 4, 8
"""The key's first line is AGE-SECRET-KEY-1; of the others each has up to eight groups of four."""
_PATH = 120
"""Characters of a folder's path."""
_COLUMNS = 100
"""Characters in a line of the text."""

_TOLD = (
    (
        "What it opens",
        (
            "Every entry on this kiosk, without a passphrase. It does not open parts that a customer "
            "keeps for their own code only, or a paused visit.",
            "Lock it away, apart from the kiosk, where two people can reach it. Delete the file once it "
            "is printed.",
        ),
    ),
    (
        "When nobody can unlock the desk",
        (
            'Run: kiosk staff recover --name "YOUR NAME"',
            "You are asked for the key: scan the QR code, or type the key from AGE-SECRET-KEY-1 onwards, "
            "with or without spaces. Then choose a passphrase. You can then unlock the desk and manage "
            "staff.",
        ),
    ),
    (
        "Without the kiosk",
        (
            "Put the key into a file, KEY.txt, on one line and without spaces, and run: age -d -i "
            "KEY.txt PAGE.age",
            "age is free: https://age-encryption.org. The pages are in the folder vault.",
        ),
    ),
    (
        "Older pages that this key does not open",
        (
            "If the venue had an earlier key, a few pages may still be encrypted to it. This key opens "
            "the earlier ones: age -d -i KEY.txt staff/older.age > OLDER.txt, and then age -d -i "
            "OLDER.txt PAGE.age",
            "A backup made before the change opens only with the older sheet. Keep that sheet for as "
            "long as the backup, or destroy both.",
        ),
    ),
    (
        "If this sheet is lost, or someone has seen it",
        (
            "A lead runs: kiosk staff rekey --recovery-file NEW_SHEET.pdf",
            "That makes a new key and a new sheet. Then destroy this one, and the backups it opens.",
        ),
    ),
)
"""What both forms say, each part with its heading."""


@dataclass(frozen=True)
class RecoverySheet:
    """What a recovery sheet tells."""

    venue: str
    """The venue's name."""
    identity: str = field(repr=False)
    made: date
    home: Path
    """The kiosk's folder."""
    machine: str = field(default_factory=lambda: os.uname().nodename)
    """The name of the machine that it is on."""


def require_outside(home: Path, file: Path) -> None:
    """Raise SettingsError where a recovery file would lie in the folder that it opens."""
    if Path(os.path.realpath(file)).is_relative_to(os.path.realpath(home)):
        raise SettingsError(
            f"Choose a recovery file outside {home}: anyone who takes that must not get both."
        )


def require_elsewhere(
    home: Path, file: Path, *, same_disk: Callable[[Path, Path], bool] = same_disk.same_disk
) -> None:
    """Raise SameDiskError where a recovery file would lie on the home's disk."""
    said = f"Could not find out which disk {file} is on, so nothing was written."
    with explaining(SettingsError, said, file.parent):
        same = same_disk(home, file)
    if same:
        raise SameDiskError(
            f"{file} is on the same disk as the kiosk: anyone who takes the machine would have the "
            "entries and the key that opens them."
        )


def require_no_link(file: Path) -> None:
    """Raise SettingsError where a recovery file, or a folder on the way to it, is a symbolic link."""
    path = file.absolute()
    if any(part.is_symlink() for part in (path, *path.parents)):
        raise SettingsError(f"{file} is behind a link. Give the real path: {os.path.realpath(path)}.")


def require_new(file: Path) -> None:
    """Raise SettingsError where a file is there already, or a link."""
    require_no_link(file)
    if file.exists():
        raise SettingsError(f"{file} already exists. Choose another recovery file.")


def require_folder(file: Path) -> None:
    """Raise SettingsError where the folder of a recovery file is not there, or takes no file."""
    folder = file.absolute().parent
    if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
        raise SettingsError(f"Nothing can be written in {folder}. Is the USB stick plugged in?")


def write(file: Path, sheet: RecoverySheet) -> None:
    """Write a recovery sheet, a PDF where the file's name ends in `.pdf`, flushed; never over a file.

    Raises SettingsError, also where it would go through a link; then there is none.
    """
    require_no_link(file)
    data = pdf_of(sheet) if file.suffix.lower() == ".pdf" else text_of(sheet).encode()
    said = f"The recovery file {file} could not be written."
    with explaining(SettingsError, said, file.parent, need=len(data)):
        durable.write_out(file.absolute(), data)


def identity_in(data: bytes) -> str:
    """Return the key in what a recovery file holds, or in what was typed or scanned from a sheet.

    Case, spaces and line breaks do not matter. Raises StaffError where there is none, or it is not whole.
    """
    return identities_in(data)[0]


def identities_in(data: bytes) -> list[str]:
    """Return every key in a file of age identities, in its order. Raises StaffError likewise."""
    if data.startswith(b"%PDF"):
        raise StaffError(
            "This is the PDF. Leave --recovery-file out and, when asked, scan the QR code or type the "
            "line under it."
        )
    lines = data.decode("utf-8-sig", errors="replace").splitlines()
    typed = "".join("".join(line for line in lines if not line.lstrip().startswith("#")).split())
    found: list[str] = _KEY.findall(typed.upper())
    if not found:
        raise StaffError("There is no recovery key here. It starts with AGE-SECRET-KEY-1.")
    try:
        for one in found:
            seal.recipient_of(one)
    except SealError as error:
        raise StaffError("A character of this recovery key is wrong. Compare it with the sheet.") from error
    return found


def venue_in(data: bytes) -> str:
    """Return the name of the venue that a sheet as text is of; empty where it does not say so."""
    found = _VENUE.search(data.decode("utf-8-sig", errors="replace"))
    return found[1] if found else ""


def require_current(identity: str, venue_key: str) -> None:
    """Raise StaffError unless a recovery key is the private half of the venue's key in the settings."""
    if seal.recipient_of(identity) != venue_key:
        raise StaffError("This recovery key is an older one, or from another venue. Use the newest sheet.")


def text_of(sheet: RecoverySheet) -> str:
    """Return a sheet as an age identity file."""
    told = [
        f"{_TITLE} {sheet.venue}.",
        f"Made on {long_day(sheet.made)}.",
        *_where(sheet),
        f"Public key: {seal.recipient_of(sheet.identity)}",
        _fingerprint(sheet),
    ]
    for heading, lines in _TOLD:
        told += ["", heading.upper(), *(row for line in lines for row in textwrap.wrap(line, _COLUMNS))]
    return "".join(f"# {line}".rstrip() + "\n" for line in told) + f"{sheet.identity}\n"


def pdf_of(sheet: RecoverySheet) -> bytes:
    """Return a sheet as a PDF of one A4 page. Its font is in it; every PDF reader has the key's."""
    with PdfPages(paper=_PAPER, flow=False) as page:
        page.begin()
        page.text("Recovery sheet", 20, bold=True)
        page.text(sheet.venue, 12, bold=True)
        page.text(f"Made on {long_day(sheet.made)}. {_fingerprint(sheet)}", 9)
        for where in _where(sheet):
            page.text(where, 9)
        page.gap(2)
        page.image(qr_image(sheet.identity.upper(), _DOTS), _QR)
        page.gap(2)
        for line in _grouped(sheet.identity):
            page.text(line, _KEY_LETTERS, bold=True, centred=True, family="Courier")
        for heading, lines in _TOLD:
            page.gap(3)
            page.text(heading, 12, bold=True)
            for line in lines:
                page.text(line, _LETTERS)
        page.gap(3)
        page.text(f"Public key: {seal.recipient_of(sheet.identity)}", 8)
        return page.pdf("Recovery sheet")


def _where(sheet: RecoverySheet) -> tuple[str, str]:
    return (
        f"Machine: {one_line(sheet.machine, _COLUMNS) or 'not known'}",
        f"The kiosk's folder: {one_line(str(sheet.home), _PATH)}",
    )


def _grouped(identity: str) -> list[str]:
    rest = identity[_START:]
    groups = [rest[at : at + _GROUP] for at in range(0, len(rest), _GROUP)]
    return [identity[:_START], *(" ".join(groups[at : at + _ROW]) for at in range(0, len(groups), _ROW))]


def _fingerprint(sheet: RecoverySheet) -> str:
    """Return what is compared with what the desk and 'kiosk doctor' show."""
    return f"Venue key {fingerprint(seal.recipient_of(sheet.identity))}."
