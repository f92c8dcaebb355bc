"""Installing from a copy that was checked, and the step back. Each step may be done again."""

import os
import re
import shutil
import sys
import tarfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from deploy.installer import system_files, versions
from deploy.installer.machine import (
    HOME,
    KEY,
    OPT,
    SESSION,
    USER,
    FailedError,
    Machine,
    Record,
    RefusedError,
    write,
)
from deploy.installer.medium import INCOMING, SIGNERS, UNCHANGED, Medium, medium_in
from deploy.installer.questions import CONSOLE, answers

PAGE_PRINTER = ("cups",)
"""What a CUPS queue needs, and no other printer."""
READING_DISTANCE = 60
"""Centimetres from the screen (docs/setup.md, "The font")."""
_SHEET_LOST = (
    "The recovery sheet was lost: the machine was switched off before it could be written to the stick. "
    "If a lead has not made another since: kiosk staff rekey --recovery-file FILE"
)
_ELSEWHERE = {"venue": "", "lead": ""}
"""What is not asked where it comes from a backup, or from the card of the machine with the desk."""
SHEET = Path("/run/strengths-kiosk-setup")
"""Where the kiosk's user makes the recovery sheet: in memory, so it never was on the kiosk's own disk."""
PASSPHRASE = Path("/run/strengths-kiosk-passphrase")
"""Where the kiosk's user reads the passphrase: in a folder of root's own, so nobody else lays a link."""


def install(machine: Machine, given: Mapping[str, str | None]) -> None:
    """Install or update from the copy in `INCOMING`.

    `given` has the answers that options gave; what it lacks is asked for, once. Raises RefusedError.
    """
    medium, record = medium_in(machine.at(INCOMING)), versions.record(machine)
    if here := versions.current(machine):
        versions.require_update(machine, medium, here)
    there = _ELSEWHERE if given.get("backup") or given.get("collect") else {}
    every = answers(given, {**there, **record.answers}, medium.keyboards)
    record.answers = {option: answer for option, answer in every.items() if answer}
    _require_set_up(machine, record, given)
    machine.keep(record)
    _packages(machine, record, medium)
    write(machine.at(OPT / "installer.pyz"), (medium.folder / "installer.pyz").read_bytes())
    if not machine.at(KEY).exists():
        write(machine.at(KEY), (medium.folder / SIGNERS).read_bytes())
    system_files.lay_commands(machine, record)
    versions.make(machine, medium)
    if record.version not in ("", medium.version):
        _require_reads(machine, medium.version)
    _take_over(machine, record, medium.version, lambda: _set_up(machine, record, given))
    versions.drop_others(machine, record.version, record.before)
    machine.say("The kiosk starts with this machine. Restart it now: systemctl reboot")


def back(machine: Machine) -> None:
    """Go back to the version before, where it can open what is stored. Raises RefusedError."""
    record = versions.record(machine)
    if not (record.before and (versions.folder_of(machine, record.before) / versions.COMPLETE).exists()):
        raise RefusedError(f"There is no earlier version on this machine. {UNCHANGED}")
    versions.require_back(machine, record.version, record.before)
    _take_over(machine, record, record.before, lambda: None)
    machine.say(
        f"Version {record.version} is used again. Version {record.before} is kept: the same command leads to "
        "it. Restart this machine: systemctl reboot"
    )


def _take_over(machine: Machine, record: Record, version: str, set_up: Callable[[], None]) -> None:
    """Let a version take the place of the one that is here, which goes on where that fails."""
    ran = stop(machine)
    try:
        _lay_users(machine, record, version)
        set_up()
        _screen(machine, record)
        _show(machine, record, version)
    except BaseException:
        if record.version:
            versions.switch(machine, record.version)
            _show(machine, record, record.version)
        raise
    finally:
        start(machine, record, ran=ran)
    if version != record.version:
        record.before, record.version = record.version, version
    machine.keep(record)


def _require_reads(machine: Machine, version: str) -> None:
    try:
        versions.require_reads(machine, version)
    except RefusedError:
        shutil.rmtree(versions.folder_of(machine, version))
        raise


def _packages(machine: Machine, record: Record, medium: Medium) -> None:
    """Install Debian's packages from the copy alone, and note which the medium brought."""
    machine.say("Installing Debian's packages. This takes some minutes.")
    if record.had is None and not record.packages:
        record.had = machine.installed()
        machine.keep(record)
    state = machine.at(OPT / "apt")
    for folder in ("lists/partial", "cache/archives/partial"):
        (state / folder).mkdir(parents=True, exist_ok=True)
    # The checksums of the medium cover each package, and the copy was checked.
    debs = INCOMING / "debian" / machine.platform()
    write(state / "sources.list", f"deb [trusted=yes] file:{debs} ./\n".encode())
    apt: list[str | Path] = ["apt-get", "-qq", "--yes", "--no-remove", "--no-install-recommends"]
    for option in (
        f"Dir::Etc::sourcelist={OPT}/apt/sources.list",
        "Dir::Etc::sourceparts=/dev/null",
        f"Dir::State::lists={OPT}/apt/lists",
        f"Dir::Cache={OPT}/apt/cache",
        "Acquire::Languages=none",
        "APT::Sandbox::User=root",
        "APT::Keep-Downloaded-Packages=true",
        "Dpkg::Options::=--force-confold",
        "Dpkg::Use-Pty=false",
    ):
        apt += ["-o", option]
    printer = record.answers["printer"]
    wanted = [
        *medium.packages,
        *(PAGE_PRINTER if printer != "none" and ":" not in printer and "/" not in printer else ()),
    ]
    try:
        machine.run([*apt, "update"])
        _mend_packages(machine, apt)
        machine.run([*apt, "install", *wanted])
        machine.run([*apt, "upgrade"])
    finally:
        shutil.rmtree(state)
    if record.had is not None:
        record.packages, record.had = sorted({*machine.installed()} - {*record.had}), None
    machine.keep(record)
    machine.say(f"Debian's packages are there: {len(record.packages)} came from the stick.")


def _mend_packages(machine: Machine, apt: Sequence[str | Path]) -> None:
    """Put right what an earlier run left half done: what dpkg can, and what apt has to unpack again."""
    with suppress(FailedError):  # so it does for each package that is to be unpacked again
        machine.run(["dpkg", "--configure", "-a"])
    told = machine.run(["dpkg-query", "--show", "--showformat", "${db:Status-Abbrev} ${binary:Package}\\n"])
    half = [line.split()[1] for line in told.splitlines() if line[1:2] == "H" or line[2:3] == "R"]
    machine.run([*apt, "--fix-broken", "--reinstall", "install", *half])


def _lay_users(machine: Machine, record: Record, version: str) -> None:
    """Let `current` lead to a version, and make its user and the home."""
    tree = versions.folder_of(machine, version) / "root.tar"
    system_files.lay_tree(machine, record, tree, system_files.comes_first)
    versions.switch(machine, version)
    machine.run(["systemd-sysusers"])
    machine.run(["systemd-tmpfiles", "--create", "/etc/tmpfiles.d/kiosk.conf"])
    machine.say(f"Version {version} is in {OPT / version}.")


def _set_up(machine: Machine, record: Record, given: Mapping[str, str | None]) -> None:
    """Set the venue up, as the kiosk's user, unless it is; and put the recovery sheet where it is wanted."""
    kiosk: list[str | Path] = ["runuser", "-u", USER, "--"]
    kiosk += [OPT / "current/venv/bin/python", "-I", "-m", "kiosk", "--home", HOME]
    if (backup := given.get("backup")) and not machine.at(HOME / "kiosk.toml").exists():
        machine.say(machine.run([*kiosk, "restore", Path(backup).absolute()]).strip())
        return
    if (card := given.get("collect")) and not machine.at(HOME / "kiosk.toml").exists():
        words = [*kiosk, "setup", "--collect", Path(card).absolute(), "--printer", record.answers["printer"]]
        for option in ("place", "fingerprint"):
            words += [f"--{option}", answer] if (answer := given.get(option)) else []
        machine.say(machine.run(words, talks=not given.get("fingerprint")).strip())
        return
    sheet, told = SHEET / "recovery-sheet.pdf", f"The recovery sheet is in {SHEET / 'recovery-sheet.pdf'}."
    if not machine.at(HOME / "kiosk.toml").exists():
        record.sheet_due = True
        machine.keep(record)
        machine.run(["install", "-d", "-o", USER, "-g", USER, "-m", "700", SHEET])
        machine.at(sheet).unlink(missing_ok=True)
        words = [*kiosk, "setup", "--venue", record.answers["venue"], "--staff", record.answers["lead"]]
        words += ["--printer", record.answers["printer"], "--recovery-file", sheet, "--same-disk"]
        if passphrase := given.get("passphrase-file"):
            machine.run(["install", "-o", USER, "-m", "400", passphrase, PASSPHRASE])
            words += ["--passphrase-file", PASSPHRASE]
        try:
            told = machine.run(words, talks=not passphrase).strip()
        finally:
            machine.at(PASSPHRASE).unlink(missing_ok=True)
    elif not record.sheet_due:
        return
    elif not machine.at(sheet).exists():
        machine.say(_SHEET_LOST)
        return
    target = _put_sheet(machine.at(sheet), Path(given.get("recovery-folder") or ""))
    record.sheet_due = False
    machine.keep(record)
    machine.say(told.replace(str(sheet), str(target)))


def _require_set_up(machine: Machine, record: Record, given: Mapping[str, str | None]) -> None:
    """Raise RefusedError where the venue is yet to be set up, and that cannot be done."""
    if machine.at(HOME / "kiosk.toml").exists():
        if given.get("backup") and record.version:
            raise RefusedError(f"This machine is set up: use 'kiosk restore FOLDER'. {UNCHANGED}")
        if given.get("collect") and record.version:
            raise RefusedError(f"This machine is set up: --collect is for a new one. {UNCHANGED}")
    elif backup := given.get("backup"):
        if not (Path(backup) / "manifest.json").is_file():
            raise RefusedError(f"There is no backup in {backup}. {UNCHANGED}")
    elif card := given.get("collect"):
        if not Path(card).is_file():
            raise RefusedError(f"There is no card in {card}. {UNCHANGED}")
        if not (given.get("fingerprint") or sys.stdin.isatty()):
            raise RefusedError(f"Nobody can be asked here. Give --fingerprint. {UNCHANGED}")
    else:
        _require_folder(Path(given.get("recovery-folder") or ""))
        if not (given.get("passphrase-file") or sys.stdin.isatty()):
            raise RefusedError(f"Nobody can be asked here. Give --passphrase-file. {UNCHANGED}")


def _require_folder(folder: Path) -> None:
    """Raise RefusedError where the recovery sheet could not be written to a folder."""
    try:
        trial = folder / ".strengths-kiosk-trial"
        trial.write_bytes(b"")
        trial.unlink()
    except OSError as error:
        raise RefusedError(
            f"The recovery sheet cannot be written to {folder}: {error.strerror}. Plug the stick in, not "
            "write-protected, or name another folder with --recovery-folder, and run this again."
        ) from error


def _put_sheet(sheet: Path, folder: Path) -> Path:
    target = folder / "recovery-sheet.pdf"
    if target.exists():
        target = folder / f"recovery-sheet-{os.getpid()}.pdf"
    try:
        with os.fdopen(os.open(sheet, os.O_RDONLY | os.O_NOFOLLOW), "rb") as made:
            target.write_bytes(made.read())  # a stick knows no modes
        os.sync()
    except OSError as error:
        raise RefusedError(
            f"The recovery sheet could not be written to {folder}: {error.strerror}. It waits in {sheet} "
            "until this machine is switched off. Run this again, with another folder after --recovery-folder."
        ) from error
    shutil.rmtree(sheet.parent)
    return target


def _screen(machine: Machine, record: Record) -> None:
    """Set the keyboard, and the size of the window's letters for the screen and 60 cm."""
    system_files.lay_keyboard(machine, record, record.answers["keyboard"])
    machine.run(["setupcon", "-k", "--save-only"])
    screen, session = record.answers["screen"], machine.at(SESSION)
    if screen in (CONSOLE, record.sized) or not session.exists():
        return
    code = (
        "import sys; from kiosk.reading_size import window_points; "
        "print(window_points(float(sys.argv[1]), float(sys.argv[2]), (int(sys.argv[3]), int(sys.argv[4]))))"
    )
    asked = [screen, str(READING_DISTANCE), *map(str, _pixels(machine))]
    points = machine.run([OPT / "current/venv/bin/python", "-I", "-c", code, *asked]).strip()
    text = re.sub(
        r"(?m)^KIOSK_FONT_SIZE=.*$", f"KIOSK_FONT_SIZE={points}", session.read_text(encoding="utf-8")
    )
    write(session, text.encode())
    record.sized = screen
    machine.keep(record)
    machine.say(f"The letters have {points} points. {SESSION} sets another size.")


def _pixels(machine: Machine) -> tuple[int, int]:
    """Return the pixels of the largest screen that is plugged in, or those that most have."""
    modes = [
        (int(found[1]), int(found[2]))
        for file in machine.at("/sys/class/drm").glob("*/modes")
        if (found := re.match(r"(\d+)x(\d+)", file.read_text(encoding="ascii")))
    ]
    return max(modes, default=(1920, 1080))


def _show(machine: Machine, record: Record, version: str) -> None:
    """Let the machine show the kiosk from its next start on.

    What takes its other screens away comes last: a machine that broke off before can still be used.
    """
    tree = versions.folder_of(machine, version) / "root.tar"
    system_files.lay_tree(machine, record, tree, tarfile.TarInfo.isfile)
    system_files.lay_network(machine, record)
    shows, other = _units(record)
    machine.run(["systemctl", "disable", other])
    machine.run(["systemctl", "enable", "seatd.service", shows])
    system_files.lay_no_desktop(machine, record)
    system_files.lay_tree(machine, record, tree, tarfile.TarInfo.issym)
    system_files.drop_others(machine, record, tree)


def _units(record: Record) -> tuple[str, str]:
    """Return the unit that shows the kiosk on this machine, and the one that does not."""
    units = ("kiosk@window.service", "kiosk@console.service")
    return (units[1], units[0]) if record.answers["screen"] == CONSOLE else units


def stop(machine: Machine) -> bool:
    """Let the kiosk not run, and return whether it did. Nothing runs in a root that is not booted."""
    if not machine.at("/run/systemd/system").is_dir():
        return False
    runs = machine.run(["systemctl", "list-units", "--plain", "--no-legend", "--state=active", "kiosk@*"])
    # Not what a lead closed it to: whoever runs this may have logged in there.
    machine.run(["systemctl", "stop", "kiosk@*", "kiosk-screen*", "kiosk-tty*", "kiosk-exchange*"])
    return bool(runs.strip())


def start(machine: Machine, record: Record, *, ran: bool) -> None:
    """Let the kiosk run again if it ran before."""
    if machine.at("/run/systemd/system").is_dir():
        machine.run(["systemctl", "daemon-reload"])
    if ran:
        machine.run(["systemctl", "start", _units(record)[0]])
