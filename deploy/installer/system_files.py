"""The files of the system: laid from a version's tree, and taken away again, by the record."""

import hashlib
import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path

from deploy.installer.machine import COMMAND, OPT, SESSION, Machine, Record, lead_to, write

REPLACED = OPT / "replaced"
"""Where files wait that were here before, to be put back by an uninstallation."""
KEYBOARD = Path("/etc/default/keyboard")
NO_DESKTOP = Path("/etc/systemd/system/default.target")
"""The link that says what a machine starts as."""
NETWORK = Path("/etc/systemd/system/kiosk@.service.d/network.conf")
"""What gives the kiosk the network (docs/setup.md, "The machine")."""
_COMMAND = """#!/bin/sh
# Updates the kiosk of this machine, takes a step back, or uninstalls it.
exec /usr/bin/python3 -I /opt/strengths-kiosk/installer.pyz "$@"
"""
_KIOSK = """#!/bin/sh
# The kiosk of this machine, as its own user.
set -eu
if [ "$(id -u)" = 0 ]; then
    pty= # a terminal of its own: what has root's could type into it
    if [ -t 0 ] && [ -t 1 ] && [ -t 2 ]; then pty=--pty; fi
    exec runuser ${pty:+--pty} -u kiosk -- "$0" "$@"
fi
export KIOSK_HOME="${KIOSK_HOME:-/var/lib/kiosk}"
exec /opt/strengths-kiosk/current/venv/bin/python -I -m kiosk "$@"
"""
COMMANDS = {COMMAND: _COMMAND, Path("/usr/local/bin/kiosk"): _KIOSK}


def comes_first(member: tarfile.TarInfo) -> bool:
    """Tell whether a file is needed before the venue is set up."""
    return member.isfile() and member.name.startswith(("etc/kiosk/", "etc/sysusers.d/", "etc/tmpfiles.d/"))


def lay_commands(machine: Machine, record: Record) -> None:
    """Lay the two commands. The first is what undoes all else, so it comes first of all."""
    for path, text in COMMANDS.items():
        _lay(machine, record, path, text.encode(), 0o755)


def lay_tree(machine: Machine, record: Record, tree: Path, part: Callable[[tarfile.TarInfo], bool]) -> None:
    """Lay a part of a version's files."""
    with tarfile.open(tree) as archive:
        for member in filter(part, archive):
            path = Path("/") / member.name
            if member.issym():
                _lay(machine, record, path, member.linkname, 0)
            elif path == SESSION and machine.at(path).exists():
                continue
            elif (read := archive.extractfile(member)) is not None:
                _lay(machine, record, path, read.read(), 0o755 if member.mode & 0o100 else 0o644)


def drop_others(machine: Machine, record: Record, tree: Path) -> None:
    """Take away what another version laid, and this one has not."""
    with tarfile.open(tree) as archive:
        kept = {*COMMANDS, KEYBOARD, NETWORK, NO_DESKTOP, *(Path("/") / name for name in archive.getnames())}
    for gone in [name for name in record.files if Path(name) not in kept]:
        _take_away(machine, record, Path(gone))


def lay_no_desktop(machine: Machine, record: Record) -> None:
    """Let the machine start without a desktop, should it have one."""
    _lay(machine, record, NO_DESKTOP, "/lib/systemd/system/multi-user.target", 0)


def lay_keyboard(machine: Machine, record: Record, keyboard: str) -> None:
    """Say which layout the keyboard has, for the window and the console."""
    layout, _, variant = keyboard.partition(":")
    text = (
        f'XKBMODEL="pc105"\nXKBLAYOUT="{layout}"\nXKBVARIANT="{variant}"\nXKBOPTIONS=""\nBACKSPACE="guess"\n'
    )
    _lay(machine, record, KEYBOARD, text.encode(), 0o644)


def lay_network(machine: Machine, record: Record) -> None:
    """Give the kiosk the network where its printer is there, and take it back with another answer."""
    if record.answers["printer"].startswith("tcp:"):
        _lay(machine, record, NETWORK, "/usr/lib/strengths-kiosk/network.conf", 0)
    elif str(NETWORK) in record.files:
        _take_away(machine, record, NETWORK)


def take_all_away(machine: Machine, record: Record) -> None:
    """Take away each file that was laid, and put back what was there before."""
    for name in list(record.files):
        if Path(name) != COMMAND:  # it stays until all else is done: it can be run again
            _take_away(machine, record, Path(name))
    for folder in sorted(record.folders, key=len, reverse=True):
        place = machine.at(folder)
        if place.is_dir() and not any(place.iterdir()):
            place.rmdir()


def _lay(machine: Machine, record: Record, path: Path, content: bytes | str, mode: int) -> None:
    """Lay a file, or a link that leads to `content`. What was there before is kept aside.

    The record has it first: a run that breaks off in between never takes a file of ours for one from before.
    """
    place, kept = machine.at(path), machine.at(REPLACED / path.relative_to("/"))
    is_here = place.is_symlink() or place.exists()
    if is_here and str(path) not in record.files and not (kept.exists() or kept.is_symlink()):
        _copy(place, kept)
    missing = [str(parent) for parent in path.parents if not machine.at(parent).exists()]
    record.folders += [folder for folder in missing if folder not in record.folders]
    if isinstance(content, str):
        record.files[str(path)] = f"-> {content}"
    else:
        record.files[str(path)] = hashlib.sha256(content).hexdigest()
    machine.keep(record)
    place.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(content, str):
        lead_to(place, content)
    else:
        write(place, content, mode)


def _take_away(machine: Machine, record: Record, path: Path) -> None:
    place, kept = machine.at(path), machine.at(REPLACED / path.relative_to("/"))
    if kept.exists() or kept.is_symlink():
        _copy(kept, place)
    else:
        place.unlink(missing_ok=True)
    del record.files[str(path)]
    machine.keep(record)
    kept.unlink(missing_ok=True)  # only now: a run that breaks off before finds it again


def _copy(source: Path, target: Path) -> None:
    """Copy a file or a link, as a whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    new = target.with_name(f".{target.name}.new")
    new.unlink(missing_ok=True)
    shutil.copy2(source, new, follow_symlinks=False)
    new.rename(target)
