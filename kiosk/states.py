"""What an entry may come to, in a module that costs nothing to import: the command line names it."""

from typing import Literal

State = Literal["waiting", "picked up", "talked through", "agreed", "closed"]
"""What became of an entry, in the order in which it comes about."""
STATES: tuple[State, ...] = ("waiting", "picked up", "talked through", "agreed", "closed")
