"""What a member of staff was writing on an entry when the desk locked: sealed to them alone, and soon gone.

A file is `unfinished/<entry id>.<part>.<whose>.age`. It is sealed to a key that comes from their passphrase
alone, so nobody else on the staff can open it, and nobody at all while the desk is locked. Whoever changes
their passphrase loses what they had not finished. What is erased takes with it what was being written on it.
"""

from contextlib import suppress
from datetime import date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Literal, get_args

import msgspec

from kiosk import seal, untrusted
from kiosk.entry.staff_pages import Goals
from kiosk.errors import SealError
from kiosk.mac import hkdf
from kiosk.vault import durable
from kiosk.vault.durable import DISK, Disk
from kiosk.visit.drafts import Draft

Part = Literal["note", "plan", "reason", "form"]
"""What is being written: a note, a plan, why an entry is to be deleted, or a paper form that is typed in."""
FORM = "form"
"""Stands where the id of an entry does: a form that is typed in has none yet."""
KEPT = timedelta(days=7)
"""So long it waits for whoever wrote it."""
MOST_BYTES = 1 << 22
"""Of a file; a plan as long as it can be has less."""
_SALT = b"strengths-kiosk unfinished"


class UnfinishedText(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What was written, and not saved."""

    version: Literal[4] = 4
    text: untrusted.Text = ""
    """A note, or a reason."""
    goals: Goals = ()
    """A plan."""
    review: date | None = None
    """The day on which they look at the plan again."""
    changes: untrusted.Name = ""
    """The name of the page of the plan that it began with; empty where there was none."""
    form: Draft | None = None
    """A paper form, as far as it is typed in."""

    def __repr__(self) -> str:
        return "UnfinishedText(…)"  # what staff write stays out of every log


class Unfinished:
    """What one member of staff has not finished. `own` is what their passphrase gave, and nobody else's."""

    def __init__(self, folder: Path, own: bytes, *, disk: Disk = DISK) -> None:
        self._folder = folder
        self._identity = seal.identity_from(hkdf(own, _SALT, b"identity"))
        self._recipient = seal.recipient_of(self._identity)
        self._whose = sha256(self._recipient.encode()).hexdigest()[:16]
        self._disk = disk

    def keep(self, entry_id: str, part: Part, left: UnfinishedText) -> None:
        """Keep it in the place of what was kept of it before. Lets OSError through."""
        sealed = seal.seal(msgspec.json.encode(left), (self._recipient,))
        durable.replace(self._file(entry_id, part), sealed, disk=self._disk)

    def read(self, entry_id: str, part: Part) -> UnfinishedText | None:
        """Return what was written; None where there is nothing that opens."""
        try:
            sealed = untrusted.read(self._file(entry_id, part), MOST_BYTES, below=self._folder.parent)
            return untrusted.json(seal.open_sealed(sealed, self._identity), UnfinishedText)
        except (OSError, SealError, msgspec.DecodeError):
            return None

    def drop(self, entry_id: str, part: Part) -> None:
        """Forget it: it is saved, or not wanted. Lets OSError through."""
        with suppress(FileNotFoundError):
            durable.remove(self._file(entry_id, part), disk=self._disk)

    def entries(self) -> tuple[str, ...]:
        """Return the ids of the entries that they were writing on, and `FORM` where they typed one in."""
        ends = tuple(f".{part}.{self._whose}.age" for part in get_args(Part))
        found = (path.name for path in self._folder.glob("*.age") if not path.name.startswith("."))
        return tuple(sorted({name.split(".")[0] for name in found if name.endswith(ends)}))

    def _file(self, entry_id: str, part: Part) -> Path:
        return self._folder / f"{entry_id}.{part}.{self._whose}.age"


def sweep(folder: Path, now: datetime, *, disk: Disk = DISK) -> int:
    """Remove what nobody came back for; return how many files. Lets OSError through."""
    return durable.sweep(folder.glob("*.age*"), now - KEPT, disk=disk)
