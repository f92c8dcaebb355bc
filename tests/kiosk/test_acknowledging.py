"""The commands that say what the desk found until a lead acknowledges it."""

import json
from pathlib import Path

import pytest

from kiosk.health import Level
from tests.kiosk.machines import Office

CHANGED = "kiosk.toml was changed since the last unlock: idle.warn."


@pytest.fixture
def changed(tmp_path: Path) -> Office:
    """An office whose settings somebody changed since the desk was unlocked."""
    office = Office(tmp_path)
    office.as_jo("list")
    office.as_jo("audit", "--acknowledge")  # what this fixture did to the settings itself
    text = office.home.settings.read_text()
    office.home.settings.write_text(text.replace("warn = 90", "warn = 900"))
    return office


def last_unlock(office: Office) -> dict[str, str]:
    found = json.loads(office.run("doctor", "--json").stdout)
    [one] = [one for one in found if one["what"] == "Last unlock"]
    return {str(key): str(value) for key, value in one.items()}


def test_it_is_said_by_each_command_of_the_desk_and_counted_by_doctor_until_a_lead_acknowledges_it(
    changed: Office,
) -> None:
    assert last_unlock(changed)["level"] == Level.OK.value
    assert CHANGED in changed.as_ali("list").stderr
    told = last_unlock(changed)
    assert told["level"] == Level.LOOK.value
    assert "The desk found 1 change" in told["says"]
    for command in (changed.as_ali("list"), changed.as_jo("list"), changed.as_jo("audit", "--acknowledge")):
        assert command.exit_code == 0
        assert "Found when Ali Khan unlocked on" in command.stderr
        assert CHANGED in command.stderr
    assert changed.as_jo("list").stderr == ""
    assert last_unlock(changed)["level"] == Level.OK.value
    assert "Jo Smith: acknowledged what was found 1" in changed.noted()


def test_a_member_of_staff_who_is_no_lead_cannot_acknowledge_it(changed: Office) -> None:
    refused = changed.as_ali("audit", "--acknowledge")
    assert refused.exit_code == 1
    assert "lead" in refused.stderr
    assert CHANGED in changed.as_jo("list").stderr


def test_where_there_is_nothing_to_acknowledge_nothing_is_noted(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.as_jo("list")
    office.as_jo("audit", "--acknowledge")
    before = office.noted()
    assert office.as_jo("audit", "--acknowledge").exit_code == 0
    assert [one for one in office.noted() if "acknowledged" in one] == [
        one for one in before if "acknowledged" in one
    ]
