"""Timing things against one another on a machine that is never quite quiet."""

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

_K = TypeVar("_K")


def median(seconds: Sequence[float]) -> float:
    """Return the median."""
    return statistics.median(seconds)


def quantile(seconds: Sequence[float], share: float) -> float:
    """Return the value that a share of all, 0 to 1, does not exceed."""
    return sorted(seconds)[min(int(len(seconds) * share), len(seconds) - 1)]


def timed(step: Callable[[], object]) -> float:
    """Return how many seconds a step takes."""
    start = time.perf_counter()
    step()
    return time.perf_counter() - start


def interleaved(
    contenders: Mapping[_K, Callable[[], Callable[[], object]]], *, rounds: int, block: int = 10
) -> dict[_K, list[float]]:
    """Time each contender in turn, a block of steps at a time; return its seconds.

    A contender prepares a step, untimed, and returns it. The first step of a block is not counted: it pays
    for what the contender before it left unflushed. The first round is not counted either.
    """
    seconds: dict[_K, list[float]] = {name: [] for name in contenders}
    for number in range(rounds + 1):
        for name, prepare in contenders.items():
            for place in range(block):
                took = timed(prepare())
                if number and (place or block == 1):
                    seconds[name].append(took)
    return seconds
