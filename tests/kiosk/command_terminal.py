"""A command of the kiosk on a real terminal, forked from the tests: nothing is loaded again."""

import os
import sys
import traceback
from pathlib import Path

from kiosk.cli.main import main
from tests.kiosk.forking import Forked, forked, take_stream, take_terminal
from tests.pty_terminal import Process, Terminal


class CommandTerminal(Terminal):
    """A terminal in which `kiosk` runs with some arguments, past its start, on a home."""

    def __init__(self, home: Path, *arguments: str, columns: int = 200) -> None:
        super().__init__(arguments, columns=columns, env={"KIOSK_HOME": str(home)})

    def _starts(self, slave: int) -> Process:
        if (child := forked()) == 0:
            os._exit(self._runs(slave))
        return Forked(child)

    def _runs(self, slave: int) -> int:
        """Be the command, and return its exit code."""
        try:
            take_terminal(slave)
            take_stream(slave)
            os.environ.clear()
            os.environ.update(self._env)
            main(self._command, prog_name="kiosk")
        except SystemExit as end:
            sys.stdout.flush()
            return end.code if isinstance(end.code, int) else end.code is not None
        except BaseException:  # noqa: BLE001 - the test sees it on the screen
            traceback.print_exc()
            sys.stderr.flush()
        return 1
