"""What entries add to the figures of quarters: sealed files beside their pages, some of which outlive these.

`root/ab/<id>.2026-Q3.count` lies beside the pages of an entry. Where that is erased because its time is over,
it moves to `uncounted/` beside the root, under a random name, unless the quarter has its figures
(`kiosk.counts.uncounted`).
"""

import os
import re
import secrets
from contextlib import suppress
from pathlib import Path

from kiosk import untrusted
from kiosk.vault import durable
from kiosk.vault.durable import Disk

UNCOUNTED = "uncounted"
"""The folder beside the root with what erased entries add to the figures of quarters that have none yet."""
NAME = re.compile(r"([0-9a-f]{32})\.([1-9][0-9]{3}-Q[1-4])\.count", re.ASCII)
"""The name of such a file: the entry's id, and the quarter."""


def of_entry(shelf: Path, entry_id: str) -> list[Path]:
    """Return what an entry adds to figures, in the order of the quarters. There is more after a crash."""
    files = shelf.glob(f"{entry_id}.*.count")
    return sorted(file for file in files if NAME.fullmatch(file.name) and untrusted.is_file(file))


def set_aside(shelf: Path, entry_id: str, *, disk: Disk) -> None:
    """Let what an entry adds to the figures of a quarter that has none yet outlive it, without its id.

    By a second name, not by another: a power cut must not leave it with none. Lets OSError through.
    """
    for count in of_entry(shelf, entry_id)[-1:]:
        quarter, figures = count.name.split(".")[1], shelf.parent.with_name("summaries")
        if any(os.path.lexists(figures / f"{one}.age") for one in (quarter, quarter[:4])):  # or its year's
            return
        folder = shelf.parent.with_name(UNCOUNTED)
        durable.make_folders(folder, disk=disk)
        with suppress(FileNotFoundError):  # somebody else does the same
            _forget_date(count, disk)
            disk.link(count, folder / f"{quarter}.{secrets.token_hex(16)}.age")
        durable.flush_folder(folder, disk=disk)


def _forget_date(file: Path, disk: Disk) -> None:
    """Date a file to 1970: it would tell which of the pages in an older backup was saved with it."""
    with disk.opened(file, os.O_RDONLY) as descriptor:
        disk.date(descriptor, 0)
        disk.fsync(descriptor)
