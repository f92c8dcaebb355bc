"""Threads that nobody waits for, not even the end of the process: what they find is dropped then."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from threading import Thread
from typing import Protocol, TypeVar

_T = TypeVar("_T")


class Aside(Protocol):
    """Does a job in a thread, and gives what comes of it."""

    def __call__(self, job: Callable[[], _T], /) -> Awaitable[_T]:
        """Do it. The job raises nothing."""


async def aside(job: Callable[[], _T]) -> _T:
    """Do a job in such a thread: a loop that ends does not wait for it, as it does after `to_thread`."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[_T] = loop.create_future()

    def give(found: _T) -> None:
        if not done.done():
            done.set_result(found)

    def work() -> None:
        found = job()
        with suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(give, found)

    Thread(target=work, daemon=True).start()
    return await done
