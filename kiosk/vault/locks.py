"""A folder's lock, by which processes that work at the same things wait for one another."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def alone(folder: Path, *, shared: bool = False, wait: bool = True) -> Iterator[None]:
    """Let nobody else hold the lock of a folder meanwhile; with `shared` others may who share it as well.

    Lets OSError through: BlockingIOError where somebody holds it and this is not to `wait`.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | (0 if wait else fcntl.LOCK_NB))
        yield
    finally:
        os.close(descriptor)
