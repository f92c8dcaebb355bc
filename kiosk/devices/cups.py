"""Printers of this system: pages go to a CUPS queue through `lp`.

CUPS takes a job whether or not it can be printed. So it is watched, and cancelled where it does not leave
the queue soon: a page with a code must not come out when somebody else stands there. CUPS also keeps a copy
of what it printed, for a day where nobody set it otherwise: each job's copy is removed (`cancel -x`), and
`kiosk.devices.spool` looks for what stays.
"""

import os
import re
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from threading import Event

from kiosk.devices.slip_pdf import pdf_of
from kiosk.entry.slip import Slip
from kiosk.errors import PrinterError, PrinterTrouble
from kiosk.os_errors import explained
from kiosk.settings.printers import PrinterSettings
from kiosk.text import clean

SECONDS = 4
"""For one command."""
PATIENCE = 20
"""For a job to leave the queue."""
_LOOK = 0.5
_JOB_ID = re.compile(r"request id is (\S+)")
JOB = "Kiosk"
"""What a queue lists. It names nobody."""


class PagePrinter:
    """A CUPS queue. `path` is where its commands are looked for, the usual `PATH` where it is None."""

    def __init__(
        self,
        settings: PrinterSettings,
        *,
        path: str | None = None,
        seconds: float = SECONDS,
        patience: float = PATIENCE,
    ) -> None:
        self._queue = settings.queue
        self._paper = settings.paper
        self._path = path
        self._seconds = seconds
        self._patience = patience
        self._stopped = Event()

    def print(self, slip: Slip) -> None:
        """Hand a page to the queue, and wait until it has left it. Raises PrinterError."""
        self.check()
        page = slip.pages() if slip.pages and self._paper == "A4" else pdf_of(slip, self._paper)
        options = ["-o", f"media={self._paper}", "-o", "job-sheets=none"]
        done, said = self._run("lp", ["-d", self._queue, "-t", JOB, *options], page)
        if not done:
            raise PrinterError(PrinterTrouble.NOT_READY, f"CUPS refused a job for '{self._queue}': {said}")
        job = _JOB_ID.search(said)
        if job is None:
            raise PrinterError(PrinterTrouble.NOT_READY, f"CUPS did not give the job's number: {said}")
        try:
            self._watch(job[1])
        except PrinterError:
            self._remove(job[1])
            raise
        self._remove(job[1])

    def stop(self) -> None:
        """Print nothing more, and cancel what waits in the queue."""
        self._stopped.set()

    def _watch(self, job: str) -> None:
        """Wait until a job has left the queue. Raises PrinterError where it does not, or is to stop."""
        until = time.monotonic() + self._patience
        while True:
            known, waiting = self._run("lpstat", ["-W", "not-completed", "-o", self._queue])
            if known and job not in waiting.split():
                return
            if self._stopped.wait(_LOOK) or time.monotonic() > until:
                raise PrinterError(
                    PrinterTrouble.STOPPED, f"The job {job} stayed in the queue, and was cancelled."
                )

    def _remove(self, job: str) -> None:
        """Cancel a job that still waits, and remove what CUPS keeps of it, where CUPS answers."""
        with suppress(PrinterError):  # what is printed is printed; `kiosk doctor` looks for copies
            self._run("cancel", ["-x", job])

    def check(self) -> str:
        """Tell how the queue is, for whoever looks after the machine. Raises PrinterError."""
        known, said = self._run("lpstat", ["-p", self._queue])
        if not known:
            raise PrinterError(
                PrinterTrouble.CANNOT, f"CUPS does not know '{self._queue}', or is not running: {said}"
            )
        if f"printer {self._queue} disabled" in said:
            raise PrinterError(PrinterTrouble.NOT_READY, f"Run 'cupsenable {self._queue}': {said}")
        return f"The queue '{self._queue}' is ready for {self._paper} pages."

    def _run(self, name: str, arguments: list[str], given: bytes = b"") -> tuple[bool, str]:
        """Run a command of CUPS with what it reads; return whether it succeeded, and what it said."""
        program = shutil.which(name, path=self._path)
        if program is None:
            raise PrinterError(
                PrinterTrouble.CANNOT, f"The command '{name}' is missing. Install the package cups-client."
            )
        try:
            process = subprocess.Popen(
                [program, *arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                env={"PATH": self._path or os.defpath, "LC_ALL": "C"},
                start_new_session=True,
            )
        except OSError as error:
            raise PrinterError(
                PrinterTrouble.CANNOT, explained(error, f"the command {program}", "Nothing was printed.")
            ) from error
        with process:
            try:
                output, _ = process.communicate(given, self._seconds)
            except subprocess.TimeoutExpired as error:
                os.killpg(process.pid, signal.SIGKILL)  # and what it may have started, which holds our pipes
                raise PrinterError(
                    PrinterTrouble.NO_ANSWER, f"'{name}' did not finish. Restart CUPS."
                ) from error
        said = " ".join(clean(output.decode("utf-8", "replace")).split())
        return process.returncode == 0, said or "no message."
