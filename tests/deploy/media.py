"""A small medium, and a machine that is a folder: what the installer does, without what it runs."""

import json
import shutil
import subprocess
import tarfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path

from deploy import make_medium
from deploy.installer.apply import SHEET
from deploy.installer.machine import HOME, OPT, FailedError, Machine

PLATFORM = "12-amd64"
ANSWERS = {"venue": "Oak House", "lead": "Sam Lead", "keyboard": "gb", "screen": "15.6", "printer": "none"}


def new_key(folder: Path, name: str = "key") -> Path:
    key = folder / name
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    return key


def medium_at(
    folder: Path, key: Path, version: str = "0.1.0", shapes: dict[str, int] | None = None, unit: str = "one"
) -> Path:
    """A medium with two packages that are none, for both kinds of machine."""
    for platform in (PLATFORM, "12-arm64"):
        debs = folder / "debian" / platform
        debs.mkdir(parents=True)
        (debs / "Packages").write_text("")
        (debs / "cage_0.1.deb").write_text(platform)
    (folder / "wheels").mkdir()
    for wheel in (
        "pillow-1-cp311-cp311-manylinux_2_28_x86_64",
        "pillow-1-cp311-cp311-manylinux_2_28_aarch64",
    ):
        (folder / "wheels" / f"{wheel}.whl").write_text(wheel)
    (folder / "wheels" / f"strengths_kiosk-{version}-py3-none-any.whl").write_text(version)
    (folder / "installer.pyz").write_text("")
    (folder / "requirements.lock").write_text("")
    tree = folder / "tree"
    (tree / "etc/kiosk").mkdir(parents=True)
    (tree / "etc/kiosk/session.conf").write_text("# what a venue sets\nKIOSK_FONT_SIZE=20\n")
    (tree / "etc/systemd/system").mkdir(parents=True)
    (tree / "etc/systemd/system/kiosk@.service").write_text(unit)
    (tree / f"etc/systemd/system/only-in-{version}").write_text("")
    (tree / "etc/systemd/system/sleep.target").symlink_to("/dev/null")
    with tarfile.open(folder / "root.tar", "w") as archive:
        archive.add(tree, ".", filter=make_medium.as_root)
    shutil.rmtree(tree)
    about = {
        "version": version,
        "platforms": {PLATFORM: 1},
        "packages": ["cage"],
        "keyboards": ["gb", "de", "de:neo"],
    }
    (folder / "medium.json").write_text(json.dumps(about | {"shapes": shapes or {"Reflection": 7}}))
    make_medium.sign(folder, key)
    return folder


@dataclass
class Programs:
    """What stands for the programs of a machine below `root`."""

    root: Path
    ran: list[str] = field(default_factory=list)
    packages: set[str] = field(default_factory=lambda: {"bash"})
    fails: str = ""
    """What is in a command that fails."""
    breaks: int = -1
    """The number of the command that fails, counted from 0; none where it is below."""
    users: set[str] = field(default_factory=set)
    active: set[str] = field(default_factory=set)
    """The units that run as the kiosk's user."""
    half: str = ""
    """What dpkg-query says of a package that was half unpacked."""
    pulls_out: Path | None = None
    """A folder that is gone once the venue is set up."""

    def __call__(self, command: Sequence[str | Path], *, talks: bool = False) -> str:
        words = " ".join(map(str, command))
        self.ran.append(words)
        if (self.fails and self.fails in words) or len(self.ran) - 1 == self.breaks:
            raise FailedError("It says why.\nRun this again.", "It says why.")
        self._accounts(words)
        if "Status-Abbrev" in words:
            return f"ii  bash\n{self.half}"
        if "dpkg-query" in words:
            return "".join(f"installed {name}\n" for name in sorted(self.packages))
        if " install cage" in words:
            self.packages.add("cage")
        if "-m venv" in words:
            (self.root / str(command[-1]).lstrip("/")).mkdir(parents=True)
        if words.startswith("install -d"):
            (self.root / str(command[-1]).lstrip("/")).mkdir(parents=True, exist_ok=True)
        if " setup " in words or " restore " in words:
            home = self.root / str(HOME).lstrip("/")
            home.mkdir(parents=True)
            (home / "kiosk.toml").write_text("settings")
        if " setup --venue " in words:
            (self.root / str(SHEET).lstrip("/") / "recovery-sheet.pdf").write_text("sheet")
            if self.pulls_out:
                shutil.rmtree(self.pulls_out)
            return f"Oak House is set up. The recovery sheet is in {SHEET}/recovery-sheet.pdf.\n"
        if "list-units" in words:
            return "kiosk@window.service loaded active running\n"
        return "42\n" if "window_points" in words else ""

    def _accounts(self, words: str) -> None:
        """Users and units, as systemd and shadow have them. Raises FailedError."""
        unit = self.root / "etc/systemd/system/kiosk@.service"
        runs = (self.root / "run/systemd/system").exists()
        if words.startswith("systemctl disable") and runs and not unit.exists():
            raise FailedError("It says why.", "Failed to disable unit.")
        if words.startswith("userdel") and (self.active or not self.users):
            why = "is currently used by process 1" if self.active else "does not exist"
            raise FailedError("It says why.", f"userdel: user kiosk {why}")
        if words == "systemd-sysusers":
            self.users.add("kiosk")
        elif words.startswith("userdel"):
            self.users.clear()
        elif words.startswith("systemctl enable") and runs:
            self.active = {"kiosk@window.service", "kiosk-screen.service"}  # once it is started again
        elif words.startswith("systemctl stop"):
            patterns = words.split()[2:]
            self.active -= {unit for unit in self.active if any(fnmatch(unit, one) for one in patterns)}


@dataclass
class Bench:
    """A machine that is a folder, the stick beside it, and what was said."""

    folder: Path
    key: Path
    programs: Programs
    machine: Machine
    said: list[str]

    def given(self) -> dict[str, str | None]:
        return {**ANSWERS, "passphrase-file": str(self.folder / "pass"), "recovery-folder": str(self.folder)}

    def tree(self) -> dict[str, str]:
        """What is on the machine, by path."""
        return {
            str(path.relative_to(self.machine.root)): f"-> {path.readlink()}"
            if path.is_symlink()
            else path.read_text()
            for path in sorted(self.machine.root.rglob("*"))
            if path.is_symlink() or path.is_file()
        }

    def version(self) -> str:
        return (self.machine.at(OPT) / "current").readlink().name


def bench_in(folder: Path, key: Path) -> Bench:
    root = folder / "machine"
    (root / "etc/default").mkdir(parents=True)
    (root / "etc/os-release").write_text('ID=debian\nVERSION_ID="12"\n')
    (root / "etc/default/keyboard").write_text('XKBLAYOUT="us"\n')
    (folder / "pass").write_text("velvet kettle orbit pumpkin\n")
    programs, said = Programs(root), list[str]()
    machine = Machine(root, programs, said.append, "x86_64", lambda _: 1 << 40)
    return Bench(folder, key, programs, machine, said)
