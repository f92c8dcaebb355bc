"""What is released: a wheel with the product alone, from which a visit runs with nothing else installed."""

import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.pty_terminal import ROOT
from tests.screens.pty.kiosk_terminal import Venue, goes_on, leaves_open, saves, starts


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel that `make release` names, or one that is built now."""
    named = os.environ.get("WHEEL")
    if named:
        return Path(named)
    folder = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.iterdir()
    return built


@pytest.fixture(scope="module")
def command(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The `kiosk` command of an environment that has the wheel and what it depends on."""
    folder = tmp_path_factory.mktemp("installed") / "venv"
    venv.create(folder, symlinks=True)
    (packages,) = folder.glob("lib/*/site-packages")
    # The folder's packages without its .pth files, one of which leads to the checkout.
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    install = [sys.executable, "-m", "pip", "--python", str(folder / "bin" / "python"), "install"]
    subprocess.run(
        [*install, "--no-deps", "--no-index", "--quiet", str(wheel)], check=True, capture_output=True
    )
    return str(folder / "bin" / "kiosk")


def test_a_wheel_holds_the_product_alone(wheel: Path) -> None:
    names = ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names if ".dist-info/" not in name}
    assert tops == {"kiosk", "screens"}
    shipped = [path for path in (ROOT / "data").rglob("*") if path.is_file()]
    assert shipped
    for path in shipped:
        assert f"kiosk/data/{path.relative_to(ROOT / 'data')}" in names


@pytest.mark.usefixtures("dear_codes")
def test_a_visit_runs_from_an_installed_wheel(command: str, venue: Venue) -> None:
    settings = venue.home / "kiosk.toml"
    settings.write_text(settings.read_text().replace('pack = "strengths"', 'pack = "short"'))
    with venue.terminal(command=(command,)) as terminal:
        starts(terminal)
        goes_on(terminal, "1")
        leaves_open(terminal)
        code = saves(terminal)
    assert venue.opened(code)["pages"]
