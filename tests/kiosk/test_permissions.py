"""Who else may write in a home, and what the kiosk and its commands then do."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from unittest.mock import Mock

import pytest
from click.testing import CliRunner

from kiosk.cli.main import main
from kiosk.errors import SettingsError
from kiosk.home import Home
from kiosk.launch import run_desk, run_kiosk
from kiosk.permissions import require_safe
from kiosk.session import open_session
from tests.kiosk.machines import Machine
from tests.pty_terminal import Terminal

US, SOMEBODY, NOBODY = os.getuid(), 4321, 1234
KIOSK = [sys.executable, "-m", "kiosk"]


@pytest.fixture
def home(machine: Machine) -> Home:
    """A home as the kiosk makes it, with a folder of each kind."""
    machine.says("list")
    return machine.home


@pytest.fixture
def as_somebody(home: Home) -> Home:
    """The same, of a user who is not root; so are the folders above it."""
    give(home, SOMEBODY)
    return home


def give(home: Home, user: int) -> None:
    for path in (home.root, *home.root.rglob("*")):
        os.chown(path, user, user, follow_symlinks=False)


def refusal(home: Home, user: int = US) -> str:
    with pytest.raises(SettingsError) as refused:
        require_safe(home, user)
    return str(refused.value)


def test_a_home_as_the_kiosk_makes_it_is_safe_and_what_others_may_only_read_is_for_the_doctor_alone(
    home: Home,
) -> None:
    require_safe(home)
    for path in (home.root, home.settings, home.staff, home.vault):
        path.chmod(0o755)
    require_safe(home)
    require_safe(Home(home.root.parent / "not" / "there"))


@pytest.mark.parametrize("what", [".", "staff", "vault", "vault/00", "audit", "more"])
def test_a_folder_that_others_may_write_is_refused_with_what_to_do(home: Home, what: str) -> None:
    folder = home.root / what
    folder.mkdir(exist_ok=True)
    for mode in (0o777, 0o702, 0o720, 0o1777):
        folder.chmod(mode)
        said = refusal(home)
        assert str(folder) in said, mode
        assert f"chmod -R go= {home.root}" in said, mode


@pytest.mark.parametrize("what", ["kiosk.toml", "attempts"])
def test_a_file_that_others_may_write_is_refused(home: Home, what: str) -> None:
    (home.root / what).touch()
    for mode in (0o620, 0o602):
        (home.root / what).chmod(mode)
        assert str(home.root / what) in refusal(home), mode


@pytest.mark.parametrize("what", [".", "staff", "vault", "vault/00", "kiosk.toml"])
def test_what_belongs_to_another_user_is_refused(as_somebody: Home, what: str) -> None:
    require_safe(as_somebody, SOMEBODY)
    os.chown(as_somebody.root / what, NOBODY, NOBODY)
    said = refusal(as_somebody, SOMEBODY)
    assert str(as_somebody.root / what) in said
    assert f"belongs to #{NOBODY}" in said
    assert f"sudo chown -R {SOMEBODY} {as_somebody.root}" in said


def test_root_is_refused_the_home_of_another_user_with_what_to_type(as_somebody: Home) -> None:
    said = refusal(as_somebody, 0)
    assert f"{as_somebody.root} belongs to #{SOMEBODY}" in said
    assert f"sudo -u #{SOMEBODY} kiosk --home {as_somebody.root}" in said


@pytest.mark.parametrize("what", ["audit", "staff", "vault/00", "kiosk.toml", "catalogue/log.lock"])
def test_what_a_command_of_root_left_is_named_with_the_line_that_gives_it_back(
    as_somebody: Home, what: str
) -> None:
    os.chown(as_somebody.root / what, 0, 0)
    said = refusal(as_somebody, SOMEBODY)
    assert f"{as_somebody.root / what} belongs to root" in said
    assert f"sudo chown -R {SOMEBODY} {as_somebody.root}" in said


@pytest.mark.parametrize(
    ("what", "mode"), [("vault", 0o500), ("staff", 0o300), (".", 0o500), ("audit/log", 0)]
)
def test_what_its_own_user_cannot_use_is_named_with_the_mode(as_somebody: Home, what: str, mode: int) -> None:
    (as_somebody.root / what).chmod(mode)
    said = refusal(as_somebody, SOMEBODY)
    assert str(as_somebody.root / what) in said
    assert f"chmod -R u+rwX {as_somebody.root}" in said


@pytest.mark.parametrize("mode", [0o777, 0o775, 0o757])
@pytest.mark.parametrize("there", [True, False])
def test_a_folder_above_that_others_may_write_is_refused_unless_it_is_sticky(
    tmp_path: Path, mode: int, there: bool
) -> None:
    above = tmp_path / "above"
    home = Home(above / "between" / "home")
    above.mkdir()
    if there:
        home.root.mkdir(parents=True)
    above.chmod(mode)
    said = refusal(home)
    assert f"chmod go-w {above}" in said
    assert "KIOSK_HOME" in said
    above.chmod(mode | 0o1000)
    require_safe(home)


def test_a_folder_above_that_belongs_to_another_user_is_refused(tmp_path: Path) -> None:
    home = Home(tmp_path / "above" / "home")
    home.root.mkdir(parents=True, mode=0o700)
    os.chown(home.root, SOMEBODY, SOMEBODY)
    require_safe(home, SOMEBODY)
    os.chown(home.root.parent, NOBODY, NOBODY)
    said = refusal(home, SOMEBODY)
    assert str(home.root.parent) in said
    assert "KIOSK_HOME" in said


def spoil_the_target(home: Home, link: Path) -> None:
    home.root.chmod(0o777)


def spoil_the_way_to_the_target(home: Home, link: Path) -> None:
    home.root.parent.chmod(0o777)


def spoil_the_folder_of_the_link(home: Home, link: Path) -> None:
    link.parent.chmod(0o777)


def give_the_link_away(home: Home, link: Path) -> None:
    os.chown(link, NOBODY, NOBODY, follow_symlinks=False)


@pytest.mark.parametrize(
    "spoil", [spoil_the_target, spoil_the_way_to_the_target, spoil_the_folder_of_the_link, give_the_link_away]
)
@pytest.mark.parametrize("relative", [True, False])
def test_a_link_as_home_is_as_safe_as_where_it_leads(
    tmp_path: Path, spoil: Callable[[Home, Path], None], relative: bool
) -> None:
    target = Home(tmp_path / "real" / "home")
    target.root.mkdir(parents=True, mode=0o700)
    link = tmp_path / "links" / "home"
    link.parent.mkdir()
    link.symlink_to(Path("../real/home") if relative else target.root)
    through = tmp_path / "through"
    through.symlink_to(link.parent)
    homes = (Home(link), Home(through / "home"))
    for home in homes:
        require_safe(home)
    spoil(target, link)
    for home in homes:
        refusal(home)


def test_links_that_go_round_in_a_circle_are_an_error_of_the_disk(tmp_path: Path) -> None:
    (tmp_path / "one").symlink_to("two")
    (tmp_path / "two").symlink_to("one")
    with pytest.raises(OSError, match="symbolic links"):
        require_safe(Home(tmp_path / "one"))


def test_a_folder_of_a_home_that_is_a_link_is_looked_at_where_it_leads(home: Home, tmp_path: Path) -> None:
    elsewhere = tmp_path / "disk" / "vault"
    elsewhere.parent.mkdir()
    home.vault.rename(elsewhere)
    home.vault.symlink_to(elsewhere)
    require_safe(home)
    elsewhere.chmod(0o777)
    assert str(elsewhere) in refusal(home)
    elsewhere.chmod(0o700)
    elsewhere.parent.chmod(0o777)
    assert str(elsewhere.parent) in refusal(home)


@pytest.mark.parametrize("leads", ["/dev/zero", "packs"], ids=["device", "round"])
def test_a_link_in_a_home_to_no_file_or_folder_is_to_be_removed_and_where_it_leads_left_alone(
    home: Home, leads: str
) -> None:
    home.packs.symlink_to(leads)
    assert refusal(home) == f"{home.packs} is a link that leads to no file or folder. Remove it."


# -- who refuses


@pytest.mark.parametrize(
    "command",
    [
        *(["list"], ["open", "x"], ["backup", "/nowhere"], ["restore", "/nowhere"], ["staff", "list"]),
        *(["retention"], ["audit"], ["summary", "2025-Q1"], ["enter", "-"], ["setup"], ["desk"], []),
    ],
)
def test_every_command_that_reads_or_writes_the_home_refuses(machine: Machine, command: list[str]) -> None:
    machine.home.root.chmod(0o777)
    before = sorted(machine.home.root.rglob("*"))
    said = CliRunner().invoke(main, command, env={"KIOSK_HOME": str(machine.home.root)})
    assert (said.exit_code, said.stdout) == (1, "")
    assert "chmod -R go=" in said.stderr or not command, said.stderr
    assert sorted(machine.home.root.rglob("*")) == before


@pytest.mark.parametrize("run", [run_kiosk, run_desk])
def test_the_kiosk_and_the_desk_refuse_before_they_take_the_terminal(
    machine: Machine, run: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.home.root.chmod(0o777)
    monkeypatch.setattr(os, "isatty", lambda _: True)
    with pytest.raises(SettingsError, match="chmod -R go="):
        run({"KIOSK_HOME": str(machine.home.root)})


def test_the_kiosk_says_so_in_the_shell(machine: Machine) -> None:
    machine.home.staff.chmod(0o777)
    with Terminal(KIOSK, columns=200, env={"KIOSK_HOME": str(machine.home.root)}) as terminal:
        assert terminal.exit_code() == 1
        assert "chmod -R go=" in terminal.text()
        assert b"\x1b[" not in terminal.raw


def test_a_visit_does_not_open_a_home_that_others_may_write_meanwhile(home: Home) -> None:
    home.staff.chmod(0o777)
    with pytest.raises(SettingsError, match="chmod"):
        open_session(home)


def test_practice_does_not_begin_below_a_folder_that_others_may_write(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    with Terminal([*KIOSK, "--practice"], columns=200, env={"TMPDIR": str(tmp_path)}) as terminal:
        assert terminal.exit_code() == 1
        assert "chmod go-w" in terminal.text()
    assert not [*tmp_path.iterdir()]


def test_an_error_that_nobody_foresaw_is_not_logged_in_such_a_home(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.pack.load.check_pack", Mock(side_effect=ZeroDivisionError))
    machine.home.root.chmod(0o777)
    result = machine.run("pack", "check", "/nowhere.toml")
    assert result.exit_code == 70
    assert "ZeroDivisionError" in result.stderr
    assert not machine.home.log.exists()
