"""A process that changes the venue's key, played as `victim`: `python -m …torture.rekeying`."""

from pathlib import Path

from tests.kiosk.desk.keyed import Keyed
from tests.kiosk.vault.torture.victim import Task, serve, wait_for_go


def play(task: Task) -> None:
    wait_for_go()
    Keyed(Path(task.root)).rekeys()


if __name__ == "__main__":
    serve(play)
