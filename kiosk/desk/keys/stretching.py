"""What trying a staff passphrase costs, as far as the machine at hand can bear it.

Whoever has the disk can guess without end, and each guess costs what an unlock does. So it costs more than a
customer's code, which has 75 bits of its own and is derived while somebody waits.
"""

import time
from collections.abc import Callable

from msgspec.structs import replace

from kiosk import seal
from kiosk.errors import SealError
from kiosk.seal import MEMORY_MOST, Costs

USUAL = Costs(memory_kib=MEMORY_MOST, passes=3)
"""Four times the memory that RFC 9106 recommends where memory is short, which is 64 MiB in three passes."""
LEAST = Costs(memory_kib=64 * 1024, passes=3)
"""What it costs on any machine."""
LONGEST = 3.0
"""Seconds that somebody who unlocks may wait."""

_SPARE = 2
"""So many times the memory has to be free: the kiosk runs in what is left."""


def choose(free: int, seconds: Callable[[Costs], float]) -> Costs:
    """Return the costs for a machine with so many free bytes.

    `seconds` tells how long one run takes; it may raise SealError where memory is short. Where the usual
    memory is not to be had, more passes take its place, as far as `LONGEST` allows.
    """
    memory = USUAL.memory_kib
    while memory >= LEAST.memory_kib:
        tried = replace(USUAL, memory_kib=memory)
        took = _took(tried, free, seconds)
        if took is not None:
            instead = USUAL.passes * USUAL.memory_kib // memory
            return replace(tried, passes=min(instead, int(tried.passes * LONGEST / took)))
        memory //= 2
    return LEAST


def _took(costs: Costs, free: int, seconds: Callable[[Costs], float]) -> float | None:
    """Return how long one run takes; None where that is too long, or memory is short."""
    if free < _SPARE * costs.memory_kib * 1024:
        return None
    try:
        took = seconds(costs)
    except SealError:
        return None
    return took if took <= LONGEST else None


def for_this_machine() -> Costs:
    """Return the costs for this machine, as it is now. Takes as long as one or two unlocks."""
    return choose(seal.free_memory(), seconds)


def less_than_usual(costs: Costs) -> str:
    """Return in what costs are lower than usual, for a person to read; empty where they are not."""
    if costs.memory_kib >= USUAL.memory_kib and costs.passes >= USUAL.passes:
        return ""
    return (
        f"Testing a passphrase takes {_memory(costs)} of memory in {costs.passes} passes, less than the "
        f"usual {_memory(USUAL)} in {USUAL.passes}"
    )


def _memory(costs: Costs) -> str:
    whole, rest = divmod(costs.memory_kib, 1024)
    return f"{costs.memory_kib} KiB" if rest else f"{whole} MiB"


def seconds(costs: Costs) -> float:
    """Return how long one run takes on this machine. Raises SealError where memory is short."""
    begin = time.perf_counter()
    seal.stretch("how long this takes", bytes(16), seal.KEY_BYTES, costs)
    return time.perf_counter() - begin
