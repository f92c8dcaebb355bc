"""Key and secret of a store: from a file of one's own alone, and never shown."""

import os
import traceback
from pathlib import Path

import pytest

from kiosk.errors import SettingsError
from kiosk.places.credentials import Credentials, credentials_from

KEY, SECRET = "AKIAEXAMPLE", "wJalrXUtnFEMI"
GOOD = f'key = "{KEY}"\nsecret = "{SECRET}"\n'
ME = os.geteuid()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "store"
    file.write_text(GOOD)
    file.chmod(0o600)
    return file


def said_of(file: Path, user: int = ME) -> str:
    with pytest.raises(SettingsError) as caught:
        credentials_from(str(file), {}, user)
    told = "".join(traceback.format_exception(caught.value))
    assert SECRET not in told
    assert KEY not in told
    return str(caught.value)


def test_they_come_from_a_file_that_only_its_user_can_read(file: Path) -> None:
    found = credentials_from(str(file), {})
    assert (found.key, found.secret) == (KEY, SECRET)
    assert repr(found) == "Credentials()"


@pytest.mark.parametrize("mode", [0o640, 0o620, 0o604, 0o602, 0o610])
def test_a_file_that_others_can_use_is_refused(file: Path, mode: int) -> None:
    file.chmod(mode)
    assert f"Other users can read {file}" in said_of(file)
    assert f"'chmod 600 {file}'" in said_of(file)


def test_somebody_elses_file_is_refused(file: Path) -> None:
    assert f"'sudo chown #{ME + 77} {file}'" in said_of(file, ME + 77)


def test_a_file_that_is_not_there_a_link_and_a_folder_are_told(file: Path) -> None:
    assert "does not exist" in said_of(file.with_name("none"))
    link = file.with_name("link")
    link.symlink_to(file)
    assert "not a link" in said_of(link)
    assert "cannot be read" in said_of(file.parent)


@pytest.mark.parametrize(
    "text",
    [
        "",
        f"{KEY}\n{SECRET}\n",
        f'key = "{KEY}"\n',
        f'key = "{KEY}"\nsecret = ""\n',
        f'key = "{KEY}"\nsecret = "{SECRET}"\nmore = 1\n',
        f'key = "{KEY}"\nsecret = "{SECRET}\\n"\n',
        f'key = "{KEY}"\nsecret = 5\n',
        GOOD + "#" * 5000,
        GOOD + "\xff",
    ],
)
def test_a_file_that_does_not_read_is_told_without_what_is_in_it(file: Path, text: str) -> None:
    file.write_text(text, encoding="latin-1")
    said = said_of(file)
    assert said.startswith(str(file))


def test_systemds_credential_is_taken_whoever_it_belongs_to_but_not_from_everybody(file: Path) -> None:
    given = {"CREDENTIALS_DIRECTORY": str(file.parent)}
    file.chmod(0o440)  # as systemd's access list shows
    assert credentials_from("systemd", given) == Credentials(KEY, SECRET)
    file.chmod(0o444)
    with pytest.raises(SettingsError, match="Other users can read"):
        credentials_from("systemd", given)


def test_a_service_without_credentials_says_what_its_unit_lacks() -> None:
    for given in ({}, {"CREDENTIALS_DIRECTORY": ""}, {"CREDENTIALS_DIRECTORY": "relative"}):
        with pytest.raises(SettingsError, match="LoadCredential=store:FILE"):
            credentials_from("systemd", given)
