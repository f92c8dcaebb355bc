"""Key and secret of an object store: from a file that nobody else can read, and from nowhere else.

The file is TOML of two lines, `key = "…"` and `secret = "…"`. Neither an argument nor the environment ever
holds them: other users can read both.
"""

import os
import re
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from shlex import quote

import msgspec

from kiosk import untrusted
from kiosk.errors import SettingsError
from kiosk.permissions import user_name
from kiosk.settings.store import SYSTEMD

MOST_BYTES = 4096
_FOLDER = "CREDENTIALS_DIRECTORY"
"""Where systemd says which folder has them (systemd.exec(5), LoadCredential=)."""
_ROOT = 0


@dataclass(frozen=True)
class Credentials:
    """What a store knows this machine by: never log it."""

    key: str = field(repr=False)
    secret: str = field(repr=False)


def credentials_from(named: str, environment: Mapping[str, str], user: int | None = None) -> Credentials:
    """Return what the file holds that `[store] credentials` names.

    `user` is who runs this. Raises SettingsError, with what to do, where others can read it, and where it is
    not as it must be.
    """
    user = os.geteuid() if user is None else user
    file = _given_by_systemd(environment) if named == SYSTEMD else Path(named)
    try:
        with untrusted.opened(file) as stream:
            _require_own(file, os.fstat(stream.fileno()), user, by_systemd=named == SYSTEMD)
            data = untrusted.read_from(stream, MOST_BYTES, file)
    except FileNotFoundError as error:
        raise SettingsError(
            f"{file} does not exist. It holds the key and the secret of the store: make it, or correct "
            "[store] credentials in kiosk.toml."
        ) from error
    except OSError as error:
        raise SettingsError(
            f"{file} cannot be read. Check that it is a file and not a link, and that it belongs to "
            f"{user_name(user)}."
        ) from error
    return _read(file, data)


def _given_by_systemd(environment: Mapping[str, str]) -> Path:
    folder = environment.get(_FOLDER, "")
    if not folder.startswith("/"):
        raise SettingsError(
            "systemd gave no credentials. Add LoadCredential=store:FILE to the unit, or let [store] "
            "credentials in kiosk.toml name a file."
        )
    return Path(folder) / "store"


def _require_own(file: Path, there: os.stat_result, user: int, *, by_systemd: bool) -> None:
    """Raise SettingsError where a file belongs to somebody else, or others can use it.

    systemd's own belong to root, who lets the service's user read them by an access list: its mask stands in
    the place of the group's mode.
    """
    if there.st_uid not in ((_ROOT, user) if by_systemd else (user,)):
        raise SettingsError(
            f"{file} belongs to {user_name(there.st_uid)}. Give it to {user_name(user)}: "
            f"'sudo chown {user_name(user)} {quote(str(file))}'."
        )
    if there.st_mode & (stat.S_IRWXO | (stat.S_IWGRP if by_systemd else stat.S_IRWXG)):
        raise SettingsError(
            f"Other users can read {file}, so they may know the secret. Ask whoever runs the store for "
            f"another one, and run 'chmod 600 {quote(str(file))}' before it goes in."
        )


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    key: str
    secret: str


def _read(file: Path, data: bytes) -> Credentials:
    # Without a cause: both errors can quote what is in the file.
    try:
        found = msgspec.convert(untrusted.toml(data.decode()), _File)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError):
        found = None
    if found is None or not all(re.fullmatch(r"[!-~]+", one) for one in (found.key, found.secret)):
        raise SettingsError(f'{file} must have two lines: key = "…" and secret = "…".')
    return Credentials(found.key, found.secret)
