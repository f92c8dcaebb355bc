"""`--home DIR`: on every command, in the place of KIOSK_HOME."""

import os
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from kiosk.cli.main import main
from tests.kiosk.machines import Machine


def every_command(group: click.Group = main, before: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield before
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from every_command(command, (*before, name))
        elif not command.hidden:
            yield (*before, name)


@pytest.mark.parametrize("command", list(every_command()), ids=" ".join)
def test_every_command_takes_a_home(command: tuple[str, ...]) -> None:
    assert "--home DIR" in CliRunner().invoke(main, [*command, "--help"]).stdout


@pytest.mark.parametrize("before", [True, False])
def test_it_counts_before_the_command_and_after_it_and_before_the_environment(
    machine: Machine, before: bool
) -> None:
    named = ["--home", str(machine.home.root)]
    command = [*named, "retention"] if before else ["retention", *named]
    result = CliRunner().invoke(main, command, env={"KIOSK_HOME": str(machine.folder / "other")})
    assert (result.exit_code, result.stderr) == (0, "")
    assert "Entries are kept for 90 days" in result.stdout


def test_it_may_be_relative_or_begin_with_ones_own_folder(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(machine.folder)
    monkeypatch.setenv("HOME", str(machine.folder))
    for named in ("home", "~/home"):
        result = CliRunner().invoke(main, ["key", "--home", named], env={"KIOSK_HOME": "/nowhere"})
        assert (result.exit_code, result.stderr) == (0, "")


def test_what_is_no_folder_is_a_mistake_of_usage(machine: Machine) -> None:
    for named in ("", " ", str(machine.home.settings)):
        assert machine.run("retention", "--home", named).exit_code == 2


def test_a_command_that_names_a_home_leaves_the_environment_as_it_was(machine: Machine) -> None:
    before = dict(os.environ)
    machine.run("retention", "--home", str(machine.home.root))
    assert dict(os.environ) == before


def test_the_service_of_the_setup_page_names_its_home() -> None:
    page = (Path(__file__).parents[3] / "docs" / "setup.md").read_text()
    (start,) = [line for line in page.splitlines() if "ExecStart=" in line]
    assert start.endswith(" -m kiosk --home /var/lib/kiosk")
