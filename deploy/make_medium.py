"""`make medium`: a folder for a USB stick, from which a kiosk is installed and updated without a network.

Debian's packages come from wherever this machine's own apt gets them, by apt's own resolver and signatures,
once for each release and architecture; the wheels are those that requirements.lock names.
"""

import argparse
import hashlib
import importlib
import json
import pkgutil
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipapp
from collections.abc import Iterator
from pathlib import Path

import msgspec

import kiosk
from deploy.docs_pages import write_pages
from deploy.installer.medium import NAMESPACE, SIGNATURE, SIGNER, SIGNERS, SUMS

ROOT = Path(__file__).parents[1]
RELEASES = {"12": ("bookworm", "3.11"), "13": ("trixie", "3.13")}
"""Debian's releases, with their names and their Python."""
MACHINES = {"amd64": "x86_64", "arm64": "aarch64"}
PACKAGES = [line.split()[0] for line in (ROOT / "deploy/packages").read_text().splitlines()[1:]]
SOMETIMES = ("cups",)
"""What is on the medium, and installed where it is needed."""
GLIBC = range(17, 37)
"""Debian 12 has glibc 2.36; wheels name the oldest that they run with."""


def main() -> None:
    """Make the folder. Ends with 1 where a part of it cannot be had."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument(
        "--key", type=Path, required=True, help="The private key that signs (ssh-keygen -t ed25519)."
    )
    parser.add_argument(
        "--for", dest="platforms", nargs="+", default=_platforms(), metavar="RELEASE-ARCHITECTURE"
    )
    parser.add_argument("--wheel", type=Path, required=True, help="The program.")
    given = parser.parse_args()
    folder: Path = given.folder
    if folder.exists() and any(folder.iterdir()) and not (folder / "medium.json").exists():
        sys.exit(f"{folder} holds something else. Name an empty folder.")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    unpacked = {}
    for platform in given.platforms:
        print(f"Debian {platform}", flush=True)
        unpacked[platform] = debian(platform, folder / "debian" / platform)
        wheels(platform, folder / "wheels")
    shutil.copy(given.wheel, folder / "wheels")
    program(folder, version_of(given.wheel), unpacked)
    write_pages(ROOT / "docs", folder / "docs")
    sign(folder, given.key)


def _platforms() -> list[str]:
    return [f"{release}-{architecture}" for release in RELEASES for architecture in MACHINES]


def version_of(wheel: Path) -> str:
    """Return the version in the name of a wheel."""
    return wheel.name.split("-")[1]


def debian(platform: str, folder: Path) -> int:
    """Download the packages with all that they depend on, and index them; return their bytes unpacked."""
    release, architecture = platform.split("-")
    folder.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as name:
        state = Path(name)
        for part in ("lists/partial", "archives/partial", "parts"):
            (state / part).mkdir(parents=True)
        (state / "status").touch()  # nothing is installed there, so nothing is left out
        (state / "here.sources").write_text("\n\n".join(_sources(RELEASES[release][0])))
        apt = ["apt-get", "-qq", "-o", f"Dir::State={state}", "-o", f"Dir::State::status={state}/status"]
        for option in (
            f"Dir::Cache={state}",
            f"Dir::Etc::sourcelist={state}/here.sources",
            f"Dir::Etc::sourceparts={state}/parts",
            f"Dir::Etc::preferencesparts={state}/parts",
            f"APT::Architecture={architecture}",
            f"APT::Architectures={architecture}",
            "APT::Install-Recommends=false",
            "APT::Sandbox::User=root",
        ):
            apt += ["-o", option]
        subprocess.run([*apt, "update"], check=True)
        subprocess.run([*apt, "install", "--yes", "--download-only", *PACKAGES, *SOMETIMES], check=True)
        for deb in (state / "archives").glob("*.deb"):
            shutil.copy(deb, folder / deb.name.replace("%3a", "."))  # a colon, which no stick would take
    index = subprocess.run(
        ["apt-ftparchive", "packages", "."], cwd=folder, check=True, capture_output=True, text=True
    )
    (folder / "Packages").write_text(index.stdout)
    sizes = re.findall(r"^Installed-Size: (\d+)$", index.stdout, re.MULTILINE)
    return 1024 * sum(map(int, sizes))


def _sources(suite: str) -> Iterator[str]:
    """Return where this machine's own apt gets Debian from, for another release."""
    told = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(REPO_URI) $(RELEASE) $(ORIGIN) $(CREATED_BY)"],
        check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    own = subprocess.run(
        ["sh", "-c", '. /etc/os-release && echo "$VERSION_CODENAME"'],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
    for line in sorted({line for line in told.splitlines() if " Debian Packages" in line}):
        site, its = line.split()[:2]
        yield f"Types: deb\nURIs: {site}\nSuites: {its.replace(own, suite)}\nComponents: main\n"


def wheels(platform: str, folder: Path) -> None:
    """Download the wheels that requirements.lock names for a platform, by their hashes."""
    release, architecture = platform.split("-")
    machine = MACHINES[architecture]
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    pip += [
        "--only-binary",
        ":all:",
        "--require-hashes",
        "-r",
        str(ROOT / "requirements.lock"),
        "-d",
        str(folder),
    ]
    pip += ["--implementation", "cp", "--python-version", RELEASES[release][1]]
    for minor in GLIBC:
        pip += ["--platform", f"manylinux_2_{minor}_{machine}"]
    subprocess.run([*pip, "--platform", f"manylinux2014_{machine}"], check=True)


def program(folder: Path, version: str, unpacked: dict[str, int]) -> None:
    """Write what is neither a package nor a wheel."""
    for name in ("install.sh", "uninstall.sh"):
        shutil.copy(ROOT / "deploy" / name, folder / name)
    shutil.copy(ROOT / "requirements.lock", folder)
    with tempfile.TemporaryDirectory() as name:
        shutil.copytree(
            ROOT / "deploy/installer",
            Path(name) / "deploy/installer",
            ignore=shutil.ignore_patterns("__pycache__"),
        )
        zipapp.create_archive(name, folder / "installer.pyz", main="deploy.installer.main:main")
    with tarfile.open(folder / "root.tar", "w") as tree:  # a stick keeps neither links nor modes
        tree.add(ROOT / "deploy/root", ".", filter=as_root)
    about = {
        "version": version,
        "platforms": unpacked,
        "packages": PACKAGES,
        "keyboards": keyboards(next((folder / "debian").glob("*/xkb-data_*.deb"))),
        "shapes": shapes(),
    }
    (folder / "medium.json").write_text(json.dumps(about, indent=1))


def as_root(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """Return a member of the tree as root owns it, named from /."""
    member.name = member.name.removeprefix("./")
    member.uid = member.gid = 0
    member.uname = member.gname = "root"
    return member


def keyboards(package: Path) -> list[str]:
    """Return the layouts that a package of xkb-data has, and `layout:variant` for each variant."""
    tree = subprocess.run(["dpkg-deb", "--fsys-tarfile", package], check=True, capture_output=True).stdout
    wanted = "./usr/share/X11/xkb/rules/base.lst"
    rules = subprocess.run(
        ["tar", "-xO", wanted], input=tree, check=True, capture_output=True
    ).stdout.decode()
    sections = dict(part.split("\n", 1) for part in rules.split("! ")[1:])
    layouts = re.findall(r"^  (\S+)", sections["layout"], re.MULTILINE)
    variants = re.findall(r"^  (\S+)\s+(\w+):", sections["variant"], re.MULTILINE)
    return [*layouts, *(f"{layout}:{variant}" for variant, layout in variants)]


def shapes() -> dict[str, int]:
    """Return each shape that the program stores, by its class, with its version."""
    for module in pkgutil.walk_packages(kiosk.__path__, "kiosk."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    return {
        found.__name__: field.default
        for found in _below(msgspec.Struct)
        for field in msgspec.structs.fields(found)
        if field.name == "version" and isinstance(field.default, int)
    }


def _below(base: type[msgspec.Struct]) -> Iterator[type[msgspec.Struct]]:
    for found in base.__subclasses__():
        yield found
        yield from _below(found)


def sign(folder: Path, key: Path) -> None:
    """Write the checksums of all files, sign them, and print what a first installation is checked with."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    public = key.with_name(f"{key.name}.pub").read_text().strip()
    (folder / SIGNERS).write_text(f'{SIGNER} namespaces="{NAMESPACE}" {public}\n')
    lines = [f"{_digest(path)}  {path.relative_to(folder)}\n" for path in sorted({*files, folder / SIGNERS})]
    (folder / SUMS).write_text("".join(lines))
    (folder / SIGNATURE).unlink(missing_ok=True)
    subprocess.run(["ssh-keygen", "-q", "-Y", "sign", "-f", key, "-n", NAMESPACE, folder / SUMS], check=True)
    size = sum(path.stat().st_size for path in files) >> 20
    print(f"{folder} is ready: {size} MiB. Its number, to be told by another way than the stick:")
    print(_digest(folder / SUMS))


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


if __name__ == "__main__":
    main()
