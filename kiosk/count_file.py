"""A small file of JSON that holds a count. Where the disk takes nothing, it counts in memory."""

from pathlib import Path
from typing import Annotated, Generic, TypeVar

import msgspec

from kiosk import untrusted
from kiosk.vault import durable

_T = TypeVar("_T", bound=msgspec.Struct)

LARGEST = 4096
"""Bytes of a file; one that is larger holds no count."""
MOST = 999_999
"""No count goes beyond this."""
Count = Annotated[int, msgspec.Meta(ge=0, le=MOST)]


class CountFile(Generic[_T]):
    """One such file. Keep the object: what the disk did not take is in it."""

    def __init__(self, path: Path, nothing: _T) -> None:
        """Open nothing yet. `nothing` is what counts where no file is, or none that reads."""
        self.path = path
        self._nothing = nothing
        self._unkept: _T | None = None
        """What the disk did not take."""

    def read(self) -> _T:
        """Return what was counted so far; nothing where the file is missing or does not read as one."""
        if self._unkept is not None:
            return self._unkept
        try:
            return untrusted.json(untrusted.read(self.path, LARGEST), type(self._nothing))
        except (OSError, msgspec.DecodeError):
            return self._nothing

    def keep(self, counted: _T) -> None:
        """Keep it in the place of what was counted before, flushed where the disk takes it."""
        try:
            durable.replace(self.path, msgspec.json.encode(counted))
        except OSError:
            self._unkept = counted  # whoever has the right code or passphrase must be able to go on
        else:
            self._unkept = None
