"""What CUPS keeps of printed pages on this machine: copies that tell a code, or what somebody answered."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from kiosk.text import counted

CONF = Path("/etc/cups/cupsd.conf")
SPOOL = Path("/var/spool/cups")
_NO = ("no", "off", "false", "disabled", "0")
_PRESERVES = re.compile(r"^\s*(preservejob(?:files|history))\s+(\S+)", re.MULTILINE)
_COPY = re.compile(r"d\d+-\d+")
"""The name of a job's file: `d00012-001`. What `c00012` holds is how it was printed."""


class Spool(NamedTuple):
    """Where CUPS has its settings and the files of its jobs."""

    conf: Path = CONF
    folder: Path = SPOOL

    def troubles(self, queue: str) -> Iterator[str]:
        """Yield what is not well, each with what to do. Raises OSError where a disk fails."""
        keeping = self._keeping()
        if keeping:
            yield keeping
        try:
            copies = sum(_COPY.fullmatch(file.name) is not None for file in self.folder.iterdir())
        except FileNotFoundError:
            return
        except PermissionError:  # as CUPS sets it up
            if keeping:
                yield f"Only root can see the copies: run 'sudo ls {self.folder}'."
            return
        if copies:
            yield (
                f"{counted(copies, 'copy of a page is', 'copies of pages are')} in {self.folder}. When "
                f"nothing is waiting to print, run 'cancel -a -x {queue}' as root."
            )

    def _keeping(self) -> str:
        """Return what to do where CUPS keeps copies, or may; empty where it does not, or is not here."""
        try:
            # CUPS takes the last line; without one, it keeps files for a day and the history for ever.
            set_to = dict(_PRESERVES.findall(self.conf.read_text(encoding="utf-8", errors="replace").lower()))
        except FileNotFoundError:
            return ""
        except PermissionError:
            return f"Only root can see whether CUPS keeps copies: run 'sudo grep PreserveJob {self.conf}'."
        if any(value in _NO for value in set_to.values()):
            return ""
        return (
            f"CUPS keeps a copy of each printed page. Add the line 'PreserveJobFiles No' to {self.conf}, "
            "and restart CUPS."
        )
