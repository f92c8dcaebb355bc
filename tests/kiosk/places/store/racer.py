"""Two clients race to write each of many objects."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from kiosk.errors import TakenError
from tests.kiosk.places.store.engine import PLACE
from tests.kiosk.places.store.stub_store import objects_at


def assert_one_wins(endpoint: str, count: int) -> None:
    """Let them race for each of so many objects, each over connections of its own."""
    racers = {name: objects_at(endpoint) for name in ("one", "two")}
    won: Counter[str] = Counter()
    with ThreadPoolExecutor(len(racers)) as threads:
        for number in range(1, count + 1):
            path = f"v1/{PLACE}/race/{number:010}"

            def is_first(name: str, path: str = path) -> bool:
                try:
                    racers[name].create(path, name.encode())
                except TakenError:
                    return False
                return True

            # Each of them starts in every other race.
            order = sorted(racers, reverse=bool(number % 2))
            [first] = [name for name, first in zip(order, threads.map(is_first, order), strict=True) if first]
            won[first] += 1
            assert racers["one"].read(path, 9) == first.encode()
    assert min(won["one"], won["two"]) > count // 10, "no race was run"
