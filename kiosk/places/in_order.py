"""Work that waits for others, done by several threads, with its results in the order of what was given."""

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, wait
from queue import SimpleQueue
from threading import Event, Thread
from typing import Generic, TypeVar

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")

Wait = Callable[[float], bool | None]
"""Waits so many seconds; true where whoever waits is to give up."""

AHEAD = 4
"""So many items are begun for each thread, so that one that takes long does not keep the others."""
MOST_HELD = 32 << 20
"""Bytes of all that is begun and not yet handed on; one item may have more."""
_TICK = 0.2
"""Seconds between two looks at whether to go on."""
_GRACE = 0.5
"""Seconds that threads have for ending. One that is held up longer ends with the process, or by itself."""


class InOrder(Generic[_Item, _Result]):
    """Does `work` on items; `size` says how many bytes one and its result take.

    `tick` is called now and then while this waits, too. What it raises, Ctrl+C, and what work raises end all
    of it: threads finish what they are at, and nothing more is begun.
    """

    def __init__(
        self,
        work: Callable[[_Item, Wait], _Result],
        threads: int,
        size: Callable[[_Item], int],
        tick: Callable[[], object] = lambda: None,
    ) -> None:
        self._work = work
        self._most = threads
        self._size = size
        self._tick = tick
        self._jobs: SimpleQueue[tuple[_Item, Future[_Result]] | None] = SimpleQueue()
        self._begun: deque[tuple[_Item, Future[_Result]]] = deque()
        self._held = 0
        self._threads: list[Thread] = []
        self._stop = Event()

    def of(self, items: Iterable[_Item]) -> Iterator[tuple[_Item, _Result]]:
        """Yield each item and what came of it."""
        try:
            for item in items:
                while self._begun and self._is_full(item):
                    yield self._first()
                self._begin(item)
            while self._begun:
                yield self._first()
        finally:
            self._end()

    @classmethod
    def one(cls, work: Callable[[], _Result]) -> _Result:
        """Do one thing in a thread, and return what came of it: Ctrl+C then does not wait for it."""
        [(_, came)] = InOrder[None, _Result](lambda _, __: work(), 1, lambda _: 0).of([None])
        return came

    def _is_full(self, item: _Item) -> bool:
        return len(self._begun) >= self._most * AHEAD or self._held + self._size(item) > MOST_HELD

    def _begin(self, item: _Item) -> None:
        job = (item, Future[_Result]())
        self._begun.append(job)
        self._held += self._size(item)
        self._jobs.put(job)
        if len(self._threads) < self._most:
            # A daemon: the end of the program must not wait for a store that does not answer.
            thread = Thread(target=self._run, daemon=True)
            self._threads.append(thread)
            thread.start()

    def _first(self) -> tuple[_Item, _Result]:
        item, future = self._begun.popleft()
        self._held -= self._size(item)
        while not (future.done() or wait([future], _TICK).done):
            self._tick()
        return item, future.result()

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            item, future = job
            if self._stop.is_set():
                continue
            try:
                future.set_result(self._work(item, self._stop.wait))
            except Exception as error:  # noqa: BLE001 - whoever waits for it raises it
                future.set_exception(error)
            del job, item, future  # what it held is not kept while this waits for the next

    def _end(self) -> None:
        self._stop.set()
        for _ in self._threads:
            self._jobs.put(None)
        until = time.monotonic() + _GRACE
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))
