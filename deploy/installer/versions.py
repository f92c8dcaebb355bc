"""The versions of the program on a machine: making one, changing between them, and which may open what."""

import os
import re
import shutil
from pathlib import Path

from deploy.installer.machine import HOME, OPT, USER, FailedError, Machine, Record, RefusedError, lead_to
from deploy.installer.medium import INCOMING, UNCHANGED, Medium, medium_in

COMPLETE = "complete"
"""The empty file that is made last in a version's folder."""
_STEPS_SINCE = "0.2.0"
"""The first version. What it stored, each later program brings to its own shapes (CONTRIBUTING.md)."""


def number_of(version: str) -> tuple[list[int], bool]:
    """Return a version's place in their order; `1.2.0` is newer than `1.2.0.dev3`. Raises RefusedError."""
    found = re.fullmatch(r"(\d+(?:\.\d+)*)(\.?[a-z]\w*)?", version)
    if found is None:
        raise RefusedError(f"This stick has a version that cannot be read. {UNCHANGED}")
    return [int(part) for part in found[1].split(".")], found[2] is None


def folder_of(machine: Machine, version: str) -> Path:
    """Return where a version is."""
    return machine.at(OPT / version)


def current(machine: Machine) -> str:
    """Return the version that starts on this machine, empty where none does."""
    link = machine.at(OPT / "current")
    return link.readlink().name if link.is_symlink() else ""


def record(machine: Machine) -> Record:
    """Return the record as `current` has it: a power cut may have come between the switch and the record."""
    kept, here = machine.record(), current(machine)
    if kept.version and here and here != kept.version:
        kept.before, kept.version = kept.version, here
    return kept


def make(machine: Machine, medium: Medium) -> None:
    """Make a version beside those that are here; one that is not complete is begun again."""
    folder = folder_of(machine, medium.version)
    if (folder / COMPLETE).exists():
        return
    machine.say(f"Installing the program, version {medium.version}.")
    shutil.rmtree(folder, ignore_errors=True)
    copy, venv = INCOMING, OPT / medium.version / "venv"
    machine.run(["/usr/bin/python3", "-m", "venv", venv])
    pip: list[str | Path] = [
        venv / "bin/python",
        "-I",
        "-m",
        "pip",
        "--isolated",
        "install",
        "--no-index",
        "--no-cache-dir",
    ]
    machine.run([*pip, "--find-links", copy / "wheels", "--require-hashes", "-r", copy / "requirements.lock"])
    (wheel,) = (medium.folder / "wheels").glob("strengths_kiosk-*.whl")
    machine.run([*pip, "--no-deps", copy / "wheels" / wheel.name])
    for name in ("medium.json", "root.tar"):
        shutil.copy(medium.folder / name, folder / name)
    os.sync()  # whoever finds the next file finds all others whole
    (folder / COMPLETE).touch()


def require_update(machine: Machine, medium: Medium, version: str) -> None:
    """Raise RefusedError where a medium is older than what is here, or could not open what that stored."""
    if number_of(medium.version) < number_of(version):
        raise RefusedError(
            f"This stick has version {medium.version}, and version {version} is here. An older version is "
            f"never installed over a newer one. {UNCHANGED} To go one step back, run 'kiosk-machine back'."
        )
    here = medium_in(folder_of(machine, version)).shapes
    raised = [name for name, of in medium.shapes.items() if here.get(name, of) != of]
    if raised and number_of(version) < number_of(_STEPS_SINCE):
        raise RefusedError(
            f"Version {medium.version} cannot open what version {version} has stored. {UNCHANGED} It needs a "
            "machine that is set up again."
        )


def require_back(machine: Machine, version: str, before: str) -> None:
    """Raise RefusedError where the version before could not open what may be stored by now."""
    now, then = (medium_in(folder_of(machine, one)).shapes for one in (version, before))
    if any(then.get(name) != of for name, of in now.items()):
        raise RefusedError(
            f"Version {version} stores entries in a form that version {before} cannot open, so a step back "
            f"would leave them closed. {UNCHANGED} Install a newer version instead."
        )
    require_reads(machine, before)


def require_reads(machine: Machine, version: str) -> None:
    """Let a version read the settings of this machine itself. Raises RefusedError where it cannot."""
    if not machine.at(HOME / "kiosk.toml").exists():
        return
    python = OPT / version / "venv/bin/python"
    try:
        machine.run(["runuser", "-u", USER, "--", python, "-I", "-m", "kiosk", "--home", HOME, "key"])
    except FailedError as error:
        raise RefusedError(
            f"Version {version} cannot read this kiosk's settings: {error.last} {UNCHANGED}"
        ) from error


def switch(machine: Machine, version: str) -> None:
    """Let `current` lead to a version, in one step."""
    lead_to(machine.at(OPT / "current"), version)


def drop_others(machine: Machine, *kept: str) -> None:
    """Delete the versions that nobody can step back to any longer."""
    for found in machine.at(OPT).glob("*/medium.json"):
        if found.parent.name not in (*kept, INCOMING.name) and not found.parent.is_symlink():
            shutil.rmtree(found.parent)
