"""How far a long job has come."""

from collections.abc import Callable

Progress = Callable[[int, int], object]
"""Told how much is done, and how much there is in all: entries, files, or whatever the job goes through."""


def untold(_done: int, _total: int) -> None:
    """Tell nobody."""
