"""What an entry may come to, and what a list of them is chosen and sorted by.

The module costs nothing to import: the command line names all of it.
"""

from typing import Literal

State = Literal["waiting", "picked up", "talked through", "agreed", "closed"]
"""What became of an entry, in the order in which it comes about."""
STATES: tuple[State, ...] = ("waiting", "picked up", "talked through", "agreed", "closed")

Choice = State | Literal["asks to talk", "overdue", "to review", "expires soon"]
"""What entries are chosen by: a state, or something that staff should know."""
CHOICES: tuple[Choice, ...] = (*STATES, "asks to talk", "overdue", "to review", "expires soon")
Order = Literal["newest", "name", "expiring soonest"]
ORDERS: tuple[Order, ...] = ("newest", "name", "expiring soonest")
