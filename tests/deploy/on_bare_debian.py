"""The stick on bare Debian 12 and 13 without a network: `make medium-test`, as root.

Each machine is a fresh root file system, made by debootstrap and kept in memory, entered in a network
namespace of its own. `MEDIUM=FOLDER` with `MEDIUM_KEY=FILE` takes a medium that is there already.
"""

import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from deploy import make_medium
from tests.deploy.media import new_key

ROOT = Path(__file__).parents[2]
IN_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
PASSPHRASE = "velvet kettle orbit pumpkin"
ANSWERS = [
    "--venue",
    "Oak House",
    "--lead",
    "Sam Lead",
    "--keyboard",
    "gb",
    "--screen",
    "15.6",
    "--printer",
    "none",
]
OPTIONS = [*ANSWERS, "--passphrase-file", "/srv/pass", "--recovery-folder", "/root"]
ENTRY = {"version": 1, "pack": "strengths", "answers": {"proud": "I mended the gate."}}
OPT = "opt/strengths-kiosk"
NOT_OURS = (
    "var/log/",
    "var/cache/",
    "var/lib/dpkg/",
    "var/lib/apt/",
    "etc/ld.so.cache",
    "run/",
    "tmp/",
    "root/",
)
"""What Debian's own tools write whenever a package comes or goes."""
ENTER = """
root=$1 stick=$2; shift 2
mount -t proc proc "$root/proc"; mount -t sysfs sysfs "$root/sys"; mount --bind /dev "$root/dev"
mount -t tmpfs tmpfs "$root/run"; mount --bind "$stick" "$root/mnt"; mount -o remount,ro,bind "$root/mnt"
path=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
exec chroot "$root" /usr/bin/env -i "PATH=$path" HOME=/root "$@"
"""


@dataclass
class Bare:
    """A machine that is a root file system."""

    root: Path
    release: str

    def start(self, stick: Path, *command: str) -> subprocess.Popen[str]:
        alone = ["unshare", "--net", "--mount", "--pid", "--ipc", "--uts", "--fork", "--kill-child"]
        words = [*alone, "sh", "-euc", ENTER, "sh", str(self.root), str(stick), *command]
        pipe = subprocess.PIPE
        return subprocess.Popen(
            words,
            stdin=subprocess.DEVNULL,
            stdout=pipe,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def run(self, stick: Path, *command: str) -> tuple[int, str]:
        child = self.start(stick, *command)
        told = child.communicate()[0]
        print(f"$ {' '.join(command)}\n{told}")  # noqa: T201 - pytest shows it where a test fails
        return child.returncode, told

    def installs(self, stick: Path) -> tuple[int, str]:
        return self.run(stick, "sh", "/mnt/install.sh", *OPTIONS)

    def does(self, *command: str) -> str:
        code, told = self.run(self.root / "srv", *command)
        assert code == 0, told
        return told

    def files(self) -> dict[str, str]:
        """Each file and link, with what is in it; without what Debian's own tools write all the time."""
        found = {}
        for path in sorted(self.root.rglob("*")):
            name = str(path.relative_to(self.root))
            if name.startswith(NOT_OURS) or "__pycache__" in name:
                continue
            if path.is_symlink():
                found[name] = f"-> {path.readlink()}"
            elif path.is_file():
                found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
        return found

    def packages(self) -> set[str]:
        return {file.stem for file in (self.root / "var/lib/dpkg/info").glob("*.list")}

    def of_debian(self) -> set[str]:
        """The files of packages, which may be newer on the stick."""
        lists = (self.root / "var/lib/dpkg/info").glob("*.list")
        named = {line.lstrip("/") for file in lists for line in file.read_text().splitlines()}
        return named | {f"usr/{name}" for name in named}  # /lib leads to /usr/lib

    def version(self) -> str:
        return (self.root / OPT / "current").readlink().name

    def entries(self) -> int:
        return len(
            json.loads(
                self.does("kiosk", "list", "--json", "--staff", "Sam Lead", "--passphrase-file", "/srv/pass")
            )
        )


@pytest.fixture(scope="session")
def memory() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir=IN_MEMORY, prefix="strengths-kiosk-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture(scope="session")
def key(memory: Path) -> Path:
    return Path(os.environ["MEDIUM_KEY"]) if "MEDIUM_KEY" in os.environ else new_key(memory)


def wheel_of(folder: Path, version: str) -> Path:
    """The program as a wheel, with a version that is made up."""
    source = folder / f"source-{version}"
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    for name in listed.split("\0")[:-1]:
        if (ROOT / name).is_file() and not name.startswith(("tests/", "bench/")):
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, source / name)
    project = source / "pyproject.toml"
    project.write_text(re.sub(r'(?m)^version = ".*"', f'version = "{version}"', project.read_text()))
    build = [
        sys.executable,
        "-m",
        "hatchling",
        "build",
        "--target",
        "wheel",
        "--directory",
        str(folder / version),
    ]
    subprocess.run(build, cwd=source, check=True, capture_output=True)
    (wheel,) = (folder / version).iterdir()
    return wheel


@pytest.fixture(scope="session")
def first(memory: Path, key: Path) -> Path:
    """The medium of version 0.2.0, for both releases and both kinds of machine."""
    made = memory / "medium"
    if "MEDIUM" in os.environ:
        return Path(shutil.copytree(os.environ["MEDIUM"], made))
    make = [sys.executable, "-m", "deploy.make_medium", str(made), "--key", str(key)]
    subprocess.run([*make, "--wheel", str(wheel_of(memory, "0.2.0"))], cwd=ROOT, check=True)
    return made


def medium_of(
    first: Path, key: Path, memory: Path, version: str, shapes: dict[str, int] | None = None
) -> Path:
    """A medium of a later version: the same packages, another program."""
    made = memory / f"medium-{version}"
    if not made.exists():
        wheel = wheel_of(memory, version)
        shutil.copytree(first, made, copy_function=os.link)
        for old in (*made.glob("wheels/strengths_kiosk-*"), *made.glob("SHA256SUMS*"), made / "medium.json"):
            old.unlink()
        shutil.copy(wheel, made / "wheels")
        about = json.loads((first / "medium.json").read_text())
        about["version"] = version
        about["shapes"] |= shapes or {}
        (made / "medium.json").write_text(json.dumps(about))
        (made / "allowed_signers").unlink()
        make_medium.sign(made, key)
    return made


@pytest.fixture(scope="session", params=["12", "13"])
def bare(request: pytest.FixtureRequest, memory: Path) -> Bare:
    """A release as Debian's installer leaves it at the least: no Python, no ssh-keygen."""
    root = memory / f"bare-{request.param}"
    name = make_medium.RELEASES[request.param][0]
    subprocess.run(
        ["debootstrap", "--variant=minbase", "--include=systemd-sysv", name, root],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    (root / "etc/hosts").write_text("127.0.0.1 localhost\n")  # the installer's; whoever misses it makes it
    (root / "srv/pass").write_text(f"{PASSPHRASE}\n")
    return Bare(root, request.param)


def another(bare: Bare, memory: Path, name: str) -> Bare:
    subprocess.run(["cp", "-a", bare.root, memory / name], check=True)
    return Bare(memory / name, bare.release)


@pytest.fixture
def fresh(bare: Bare, memory: Path) -> Iterator[Bare]:
    machine = another(bare, memory, "fresh")
    yield machine
    shutil.rmtree(machine.root)


@pytest.fixture(scope="session")
def installed(bare: Bare, first: Path, memory: Path) -> Bare:
    machine = another(bare, memory, f"installed-{bare.release}")
    code, told = machine.installs(first)
    assert code == 0, told
    return machine


@pytest.fixture
def kiosk(installed: Bare, memory: Path) -> Iterator[Bare]:
    """A machine with a kiosk and one entry."""
    machine = another(installed, memory, "kiosk")
    (machine.root / "srv/entry.json").write_text(json.dumps(ENTRY))
    machine.does("kiosk", "enter", "/srv/entry.json")
    yield machine
    shutil.rmtree(machine.root)


def waits_for(child: subprocess.Popen[str], text: str) -> str:
    """Read what is printed until a text is in it."""
    assert child.stdout is not None
    told = ""
    for line in child.stdout:
        told += line
        if text in line:
            return told
    raise AssertionError(told)


def stops(child: subprocess.Popen[str]) -> None:
    """Press Ctrl+C: each program at the terminal gets the signal."""
    os.killpg(child.pid, signal.SIGINT)


def test_a_bare_machine_without_a_network_becomes_a_kiosk_and_a_second_run_changes_nothing(
    bare: Bare, installed: Bare, first: Path, memory: Path
) -> None:
    assert not (bare.root / "usr/bin/python3").exists()
    assert not (bare.root / "usr/bin/ssh-keygen").exists()
    assert installed.does("sh", "-c", "ls /sys/class/net").split() == ["lo"]
    assert "Oak House" in (installed.root / "var/lib/kiosk/kiosk.toml").read_text()
    assert (installed.root / "root/recovery-sheet.pdf").read_bytes().startswith(b"%PDF")
    assert (
        installed.does("systemctl", "is-enabled", "kiosk@window.service", "seatd.service").split()
        == ["enabled"] * 2
    )
    for program in ("cage", "foot", "espeak-ng", "age", "lp", "seatd"):
        installed.does("sh", "-c", f"command -v {program}")
    assert "OK" in installed.does("sh", "-c", "kiosk doctor || true")
    assert not list((installed.root / "var/tmp").iterdir())
    machine = another(installed, memory, "again")
    before = machine.files()
    code, told = machine.installs(first)
    assert (code, "is set up" in told) == (0, False)
    assert machine.files() == before
    shutil.rmtree(machine.root)


def test_an_update_keeps_settings_and_entries_and_a_step_back_returns(
    kiosk: Bare, first: Path, key: Path, memory: Path
) -> None:
    settings = (kiosk.root / "var/lib/kiosk/kiosk.toml").read_text()
    later = medium_of(first, key, memory, "0.2.1")
    code, told = kiosk.run(later, "kiosk-machine", "update", "/mnt")
    assert (code, kiosk.version(), kiosk.entries()) == (0, "0.2.1", 1), told
    assert "0.2.1" in kiosk.does("kiosk", "--version")
    assert "0.2.0" not in kiosk.does("kiosk", "--version")
    kiosk.does("kiosk-machine", "back")
    assert ("0.2.0" in kiosk.does("kiosk", "--version"), kiosk.entries()) == (True, 1)
    code, _ = kiosk.run(later, "sh", "/mnt/install.sh")  # it leads to the machine's own command
    assert (code, kiosk.version(), kiosk.entries()) == (0, "0.2.1", 1)
    assert (kiosk.root / "var/lib/kiosk/kiosk.toml").read_text() == settings
    before = kiosk.files()
    code, told = kiosk.run(first, "kiosk-machine", "update", "/mnt")
    assert (code, "An older version is never installed over a newer one" in told) == (1, True)
    assert kiosk.files() == before


def test_an_older_program_never_opens_what_a_newer_one_stored(
    kiosk: Bare, first: Path, key: Path, memory: Path
) -> None:
    newer = medium_of(first, key, memory, "0.3.0", {"Reflection": 99})
    code, _ = kiosk.run(newer, "kiosk-machine", "update", "/mnt")
    before = kiosk.files()
    assert (code, kiosk.version()) == (0, "0.3.0")
    code, told = kiosk.run(newer, "kiosk-machine", "back")
    assert (code, "version 0.2.0 cannot open" in told, "Nothing was changed" in told) == (1, True, True)
    assert kiosk.files() == before


def test_settings_that_an_older_program_cannot_read_keep_it_from_returning(
    kiosk: Bare, first: Path, key: Path, memory: Path
) -> None:
    kiosk.run(medium_of(first, key, memory, "0.2.1"), "kiosk-machine", "update", "/mnt")
    settings = kiosk.root / "var/lib/kiosk/kiosk.toml"
    settings.write_text(settings.read_text() + "\n[of-a-later-version]\nis = true\n")
    before = kiosk.files()
    code, told = kiosk.run(first, "kiosk-machine", "back")
    assert (code, "Version 0.2.0 cannot read this kiosk's settings" in told) == (1, True)
    assert kiosk.files() == before


@pytest.mark.parametrize("how", ["file", "sums", "key"])
def test_a_stick_that_was_changed_updates_nothing(
    kiosk: Bare, first: Path, key: Path, memory: Path, how: str
) -> None:
    bad = memory / "bad"
    shutil.copytree(medium_of(first, key, memory, "0.2.1"), bad, copy_function=os.link)
    script = bad / "install.sh"
    text = script.read_text()
    script.unlink()
    script.write_text(f"{text}\n# and more\n")
    if how == "sums":
        sums = (
            (bad / "SHA256SUMS")
            .read_text()
            .replace(
                hashlib.sha256(text.encode()).hexdigest(), hashlib.sha256(script.read_bytes()).hexdigest()
            )
        )
        (bad / "SHA256SUMS").unlink()
        (bad / "SHA256SUMS").write_text(sums)
    elif how == "key":
        for name in ("SHA256SUMS", "SHA256SUMS.sig", "allowed_signers"):
            (bad / name).unlink()
        make_medium.sign(bad, new_key(memory, "others"))
        (memory / "others").unlink()
    before = kiosk.files()
    code, told = kiosk.run(bad, "kiosk-machine", "update", "/mnt")
    assert (code, "Nothing was changed" in told) == (1, True)
    assert kiosk.files() == before
    shutil.rmtree(bad)


def test_an_uninstallation_leaves_what_was_there_and_the_entries(
    bare: Bare, kiosk: Bare, first: Path, memory: Path
) -> None:
    code, told = kiosk.run(first, "sh", "/mnt/uninstall.sh", "--entries", "keep")
    assert code == 0, told
    ours = (
        "var/lib/kiosk/",
        "srv/",
        "etc/passwd",
        "etc/group",
        "etc/shadow",
        "etc/gshadow",
        "etc/subuid",
        "etc/subgid",
    )
    assert kiosk.packages() == bare.packages()
    before, after = bare.files(), kiosk.files()
    changed = {name for name in {*before, *after} if before.get(name) != after.get(name)} - kiosk.of_debian()
    assert sorted(name for name in changed if not name.startswith(ours)) == []
    assert (kiosk.root / "var/lib/kiosk/kiosk.toml").exists()
    code, told = kiosk.installs(first)  # a later installation finds the entries
    assert (code, kiosk.entries()) == (0, 1), told
    code, told = kiosk.run(first, "sh", "/mnt/uninstall.sh", "--entries", "delete")
    assert (code, "Deleting cannot reach copies" in told) == (0, True)
    assert not (kiosk.root / "var/lib/kiosk").exists()
    assert "kiosk:" not in (kiosk.root / "etc/passwd").read_text()


@pytest.mark.parametrize(
    "at", ["Checking the stick", "Installing Debian's packages", "Installing the program", "Version 0.2.0 is"]
)
def test_ctrl_c_at_any_point_and_a_second_run_completes(fresh: Bare, first: Path, at: str) -> None:
    child = fresh.start(first, "sh", "/mnt/install.sh", *OPTIONS)
    told = waits_for(child, at)
    time.sleep(1)
    stops(child)
    told += child.communicate()[0]
    assert ("Run the same again" in told, "Traceback" in told) == (True, False), told
    assert not list((fresh.root / "var/tmp").iterdir())
    code, told = fresh.installs(first)
    assert (code, fresh.version()) == (0, "0.2.0"), told
    assert "1 person can unlock the desk" in fresh.does("sh", "-c", "kiosk doctor || true")


def test_a_stick_that_is_pulled_out_changes_nothing_and_a_second_run_completes(
    fresh: Bare, first: Path, memory: Path
) -> None:
    stick, before = memory / "stick", fresh.files()
    shutil.copytree(first, stick, copy_function=os.link)
    child = fresh.start(stick, "sh", "/mnt/install.sh", *OPTIONS)
    waits_for(child, "Checking the stick")
    shutil.rmtree(stick, ignore_errors=True)
    told = child.communicate()[0]
    assert ("Was the stick pulled out" in told, "Traceback" in told) == (True, False), told
    assert fresh.files() == before
    assert fresh.installs(first)[0] == 0


def test_a_full_disk_is_told_before_or_in_the_middle_and_a_second_run_completes(
    bare: Bare, first: Path, memory: Path
) -> None:
    disk = memory / f"disk-{bare.release}"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=600m,mode=755", "tmpfs", disk], check=True)
    try:
        machine = another(bare, disk, "root")
        before = machine.files()
        code, told = machine.installs(first)
        assert (code, "The disk has" in told, "Nothing was changed" in told) == (1, True, True)
        assert machine.files() == before
        subprocess.run(["mount", "-o", "remount,size=4g", disk], check=True)
        child = machine.start(first, "sh", "/mnt/install.sh", *OPTIONS)
        waits_for(child, "Installing Debian's packages")
        with (disk / "others").open("wb") as filled:
            free = shutil.disk_usage(disk).free - (60 << 20)
            os.posix_fallocate(filled.fileno(), 0, free)
        told = child.communicate()[0]
        assert ("The disk is full" in told, "Traceback" in told) == (True, False), told
        (disk / "others").unlink()
        assert machine.installs(first)[0] == 0
        assert machine.version() == "0.2.0"
    finally:
        subprocess.run(["umount", disk], check=True)


def test_what_cannot_become_a_kiosk_is_told_so(fresh: Bare, first: Path) -> None:
    before = fresh.files()
    for command, says in (
        (["setpriv", "--reuid", "1000", "sh", "/mnt/install.sh"], "This needs root: sudo sh /mnt/install.sh"),
        (["setarch", "i686", "sh", "/mnt/install.sh"], "The kiosk needs 64 bits"),
        (["sh", "/mnt/install.sh"], "Nobody can be asked here. Give --venue"),
        (["sh", "/mnt/uninstall.sh"], "No kiosk is installed on this machine"),
    ):
        code, told = fresh.run(first, *command)
        assert (code, says in told, told.count("\n") <= 12) == (1, True, True), told
    assert fresh.files() == before
    release = fresh.root / "usr/lib/os-release"
    release.write_text(release.read_text().replace(f'VERSION_ID="{fresh.release}"', 'VERSION_ID="11"'))
    code, told = fresh.installs(first)
    assert (code, "This stick has no packages for Debian 11" in told) == (1, True)
