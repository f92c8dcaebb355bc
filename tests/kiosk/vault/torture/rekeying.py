"""A process that changes the venue's key, and may be killed before any call by which it changes the disk.

`python -m tests.kiosk.vault.torture.rekeying` is played as `victim` is. A task's scene is the number of the
call before which it is killed; empty for none.
"""

import os
import signal
from pathlib import Path

from kiosk.vault.durable import DISK, Disk
from tests.kiosk.desk.keyed import Keyed
from tests.kiosk.vault.torture.test_errors import FailingDisk
from tests.kiosk.vault.torture.victim import Task, serve, wait_for_go


class KillingDisk(FailingDisk):
    """Kills its process before the n-th call."""

    def __init__(self, which: int) -> None:
        super().__init__()
        self.which = which

    def counts(self) -> None:
        self.count += 1
        if self.count == self.which:
            os.kill(os.getpid(), signal.SIGKILL)


def play(task: Task) -> None:
    disk: Disk = KillingDisk(int(task.scene)) if task.scene else DISK
    wait_for_go()
    Keyed(Path(task.root)).rekeys(disk=disk)


if __name__ == "__main__":
    serve(play)
