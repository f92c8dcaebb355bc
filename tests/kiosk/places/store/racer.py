"""Two processes race to write each of many objects: `python -m tests.kiosk.places.store.racer ENDPOINT NAME`.

It tries each number that it is given on a line, and says whether it was the first.
"""

import subprocess
import sys
from collections import Counter
from pathlib import Path

from kiosk.errors import TakenError
from tests.kiosk.places.store.engine import PLACE
from tests.kiosk.places.store.stub_store import objects_at


def main() -> None:
    endpoint, name = sys.argv[1:]
    objects = objects_at(endpoint)
    for number in sys.stdin:
        try:
            objects.create(f"v1/{PLACE}/race/{int(number):010}", name.encode())
            says = "first"
        except TakenError:
            says = "second"
        sys.stdout.write(f"{says}\n")
        sys.stdout.flush()


def assert_one_wins(endpoint: str, count: int) -> None:
    """Let two processes race for each of many objects."""
    racers = {name: _Racer(endpoint, name) for name in ("one", "two")}
    objects = objects_at(endpoint)
    won: Counter[str] = Counter()
    for number in range(1, count + 1):
        for racer in racers.values():
            racer.tries(number)
        said = {racer.says(): name for name, racer in racers.items()}
        assert said.keys() == {"first", "second"}
        won[said["first"]] += 1
        assert objects.read(f"v1/{PLACE}/race/{number:010}", 9) == said["first"].encode()
    for racer in racers.values():
        racer.ends()
    assert min(won["one"], won["two"]) > count // 10, "no race was run"


class _Racer:
    def __init__(self, endpoint: str, name: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", __spec__.name, endpoint, name],
            cwd=Path(__file__).parents[4],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def tries(self, number: int) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{number}\n")
        self._process.stdin.flush()

    def says(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def ends(self) -> None:
        self._process.communicate(timeout=10)
        assert self._process.returncode == 0


if __name__ == "__main__":
    main()
