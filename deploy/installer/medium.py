"""The medium: what is on it, whether it is whole and from whom it should be, and the copy that is installed.

Everything is copied to the machine first and checked there. What is installed is the copy: a stick that is
pulled out, or that shows something else when it is read again, changes nothing.
"""

import hashlib
import json
import os
import shutil
import subprocess
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from deploy.installer.machine import HOME, KEY, OPT, Machine, RefusedError

INCOMING = OPT / "incoming"
SUMS, SIGNATURE, SIGNERS = "SHA256SUMS", "SHA256SUMS.sig", "allowed_signers"
ABOUT = "medium.json"
SIGNER, NAMESPACE = "kiosk-medium", "strengths-kiosk"
"""Whom `allowed_signers` names, and what their key signs here."""
MOST_SUMS = 1 << 20
SPARE = 200 << 20
"""Bytes that stay free for entries, and for what Debian notes of its packages."""
UNCHANGED = "Nothing was changed."


@dataclass(frozen=True)
class Medium:
    """What a medium says of itself (`medium.json`), with the folder that it is in."""

    folder: Path
    version: str
    platforms: dict[str, int]
    """Each release and architecture, with the bytes that all its packages take once they are unpacked."""
    packages: list[str]
    keyboards: list[str]
    shapes: dict[str, int]
    """Each shape that the program stores, with its version."""


def medium_in(folder: Path) -> Medium:
    """Return the medium in a folder. Raises RefusedError."""
    try:
        return Medium(folder=folder, **json.loads((folder / ABOUT).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise RefusedError(
            f"There is no kiosk to install in {folder}, or it cannot be read. {UNCHANGED}"
        ) from error


def bring_in(machine: Machine, folder: Path) -> Path:
    """Copy what this machine needs of a medium, check the copy, and return its folder. Raises RefusedError.

    Where a kiosk is installed, the signature must be by the key that its first installation left here. The
    first installation has nothing of its own to check against: it takes the key of the medium.
    """
    incoming = machine.at(INCOMING)
    machine.platform()
    try:
        sums = _head_of(folder / SUMS)
        _check_signature(machine, folder, sums)
        named = _named(sums, machine)
        shutil.rmtree(incoming, ignore_errors=True)
        _copy(folder / ABOUT, incoming / ABOUT, named.get(ABOUT, ""))  # what follows reads it
        _require_room(machine, folder, named)
        for number, (name, digest) in enumerate(named.items()):
            if number % 50 == 0:
                machine.say(f"Checking the stick: {100 * number // len(named)} %")
            _copy(folder / name, incoming / name, digest)
        os.sync()
    except OSError as error:
        drop(machine)
        if isinstance(error, FileNotFoundError) or error.errno in (5, 19, 116):  # EIO, ENODEV, ESTALE
            raise RefusedError(
                f"{error.filename or folder} cannot be read. Was the stick pulled out? {UNCHANGED} Plug it "
                "in, and run this again."
            ) from error
        raise RefusedError(f"{error.strerror}: {error.filename}. {UNCHANGED}") from error
    except BaseException:  # Ctrl+C too: no half copy stays
        drop(machine)
        raise
    return incoming


def drop(machine: Machine) -> None:
    """Delete the copy, and the folder of the program where nothing else is in it."""
    shutil.rmtree(machine.at(INCOMING), ignore_errors=True)
    opt = machine.at(OPT)
    if opt.is_dir() and not any(opt.iterdir()):
        opt.rmdir()


def _head_of(file: Path) -> bytes:
    _require_file(file)
    with file.open("rb") as opened:
        return opened.read(MOST_SUMS)


def _require_file(file: Path) -> None:
    """Raise RefusedError for a link, a device and the like, which might never end."""
    if file.is_symlink() or (file.exists() and not file.is_file()):
        raise RefusedError(f"{file} is not a file. {UNCHANGED} Do not use this stick: ask for another.")


def _check_signature(machine: Machine, folder: Path, sums: bytes) -> None:
    own = machine.at(KEY)
    key = own if own.exists() else folder / SIGNERS
    words: list[str | Path] = ["-Y", "verify", "-I", SIGNER, "-n", NAMESPACE]
    words += ["-f", key, "-s", folder / SIGNATURE]
    try:
        checked = subprocess.run(["ssh-keygen", *words], input=sums, capture_output=True, check=False)
    except FileNotFoundError as error:
        raise RefusedError(
            f"The program ssh-keygen, which checks the signature, is missing on this machine. {UNCHANGED}"
        ) from error
    if checked.returncode:
        whose = "the key that this machine knows" if own.exists() else "its own key"
        raise RefusedError(
            f"The signature of this stick is not by {whose}. It may have been changed by someone. "
            f"{UNCHANGED} Do not use it: ask whoever gave it to you."
        )


def _named(sums: bytes, machine: Machine) -> dict[str, str]:
    """Return the files that this machine needs, with the SHA-256 of each. Raises RefusedError."""
    here = machine.platform()
    other = {"x86_64": "aarch64", "aarch64": "x86_64"}[machine.kind]
    named = {}
    for line in sums.decode(errors="replace").splitlines():
        digest, _, name = line.partition("  ")
        path = Path(name)
        if path.is_absolute() or ".." in path.parts or len(digest) != 64:
            raise RefusedError(f"{SUMS} on the stick is damaged. {UNCHANGED}")
        skipped = (name.startswith("debian/") and path.parts[1] != here) or (
            name.startswith("wheels/") and f"_{other}" in name
        )
        if not (skipped or name.startswith("docs/")):
            named[name] = digest
    if f"debian/{here}/Packages" not in named:
        release = here.split("-")[0]
        raise RefusedError(f"This stick has no packages for Debian {release} on this machine. {UNCHANGED}")
    return named


def _require_room(machine: Machine, folder: Path, named: dict[str, str]) -> None:
    """Raise RefusedError where the copy and what is made of it do not fit on a disk."""
    copy = sum((folder / name).stat().st_size for name in named)
    wheels = sum((folder / name).stat().st_size for name in named if name.startswith("wheels/"))
    unpacked = medium_in(machine.at(INCOMING)).platforms.get(machine.platform(), 0)
    needed = Counter[Path]()
    for path, size in ((OPT, copy + 5 * wheels), (Path("/usr"), unpacked), (HOME, SPARE)):
        needed[_disk_of(machine, path)] += size
    for disk, size in needed.items():
        if (free := machine.free(disk)) < size:
            root = machine.root.resolve()
            which = "" if disk == root else f" of /{disk.relative_to(root)}"
            raise RefusedError(
                f"The disk{which} has {free >> 20} MiB free, and installing needs {size >> 20} MiB. "
                f"{UNCHANGED} Make room, and run this again."
            )


def _disk_of(machine: Machine, path: Path) -> Path:
    """Return where the file system is mounted that holds a path of the machine, or is to hold it."""
    place = machine.at(path).resolve()
    while not (place.is_mount() or place in (machine.root.resolve(), place.parent)):
        place = place.parent
    return place


def _copy(source: Path, target: Path, digest: str) -> None:
    _require_file(source)
    target.parent.mkdir(parents=True, exist_ok=True)
    found = hashlib.sha256()
    with source.open("rb") as read, target.open("wb") as written:
        while block := read.read(1 << 20):
            found.update(block)
            written.write(block)
    if found.hexdigest() != digest:
        raise RefusedError(
            f"{source} is damaged or was changed. {UNCHANGED} Do not use this stick: ask for another."
        )
