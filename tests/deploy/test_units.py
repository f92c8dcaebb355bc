"""The units of systemd and the scripts that they start, judged by the programs that know them."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.pty_terminal import ROOT

TREE = ROOT / "deploy/root"
LIBRARY = TREE / "usr/lib/strengths-kiosk"
UNITS = (
    *("kiosk@window", "kiosk@console", "kiosk-screen", "kiosk-tty", "kiosk-closed@window", "seatd"),
    "kiosk-exchange",
)
LOCKED_UP = {"kiosk@window", "kiosk@console", "kiosk-screen", "kiosk-tty", "seatd", "kiosk-exchange"}
"""All but the page that lets somebody log in, who may do anything."""
MOST_EXPOSED = 2.0
SEATD = Path("/lib/systemd/system/seatd.service")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The tree, with seatd's own unit as Debian has it."""
    shutil.copytree(TREE, tmp_path / "root", symlinks=True)
    shutil.copy(SEATD, tmp_path / "root/etc/systemd/system")
    return tmp_path / "root"


def _analyze(*arguments: str, **environment: str) -> str:
    ran = subprocess.run(
        ["systemd-analyze", *arguments],
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout
    return ran.stdout


def test_systemd_finds_nothing_wrong_with_the_units(root: Path) -> None:
    folder = root / "etc/systemd/system"
    for unit in (file for file in folder.rglob("*") if file.is_file() and not file.is_symlink()):
        unit.write_text(unit.read_text().replace("/usr/lib/strengths-kiosk", str(LIBRARY)))
    units = [f"{unit}.service" for unit in UNITS]
    told = _analyze("verify", "--man=no", *units, SYSTEMD_UNIT_PATH=f"{folder}:").splitlines()
    assert [line for line in told if "'RestartMode'" not in line] == []  # newer than systemd of Debian 12


def test_the_units_are_exposed_by_two_at_most(root: Path) -> None:
    units = [f"{unit}.service" for unit in sorted(LOCKED_UP)]
    judged = _analyze("security", "--offline=true", f"--root={root}", "--no-pager", *units, LC_ALL="C.UTF-8")
    exposed = dict(re.findall(r"Overall exposure level for (\S+)\.service: ([\d.]+)", judged))
    assert exposed.keys() == LOCKED_UP
    assert {unit: level for unit, level in exposed.items() if float(level) > MOST_EXPOSED} == {}


def test_shellcheck_finds_nothing_wrong_with_the_scripts() -> None:
    scripts = [file for file in LIBRARY.iterdir() if os.access(file, os.X_OK)]
    assert len(scripts) == 8
    checked = subprocess.run(["shellcheck", *scripts], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout
    assert all("\nset -eu\n" in script.read_text() for script in scripts)


@pytest.mark.parametrize(
    ("mounted", "mounts"),
    [([], True), (["/media/sdb1"], True), (["/boot/efi", "/"], False), (["/boot/firmware"], False)],
)
def test_a_stick_is_mounted_and_a_disk_that_the_system_is_on_is_not(
    tmp_path: Path, mounted: list[str], *, mounts: bool
) -> None:
    for name, does in {
        "lsblk": f"""case "$*" in
            *PKNAME*) echo sdb ;;
            *MOUNTPOINTS*/dev/sdb) printf '%s\\n' '' {" ".join(mounted)} ;;
        esac""",
        "systemd-mount": f'echo "$*" > {tmp_path}/mounted',
    }.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{does}\n")
        (tmp_path / name).chmod(0o755)
    environment = os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    subprocess.run([LIBRARY / "mount-stick", "sdb2"], env=environment, check=True)
    assert (tmp_path / "mounted").exists() == mounts
