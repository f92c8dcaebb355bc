"""How a page stands: what is written and chosen on it, and where the keys are; to make the same page anew.

The same page in another language has the same things on it, in the same order.
"""

from dataclasses import dataclass, field
from typing import Any

from textual.screen import Screen
from textual.widgets import Input, TextArea

from screens.widgets.answer_box import AnswerBox
from screens.widgets.picks import Picks


@dataclass(frozen=True)
class Standing:
    """How a page stood."""

    written: tuple[tuple[str, tuple[int, int]], ...] = field(repr=False)
    """The text of each field, and where one writes in it: row and column."""
    chosen: tuple[tuple[frozenset[str], int, bool], ...] = field(repr=False)
    """How each list stood."""
    turned: tuple[tuple[int, int | None], ...]
    """Which page of each answer was shown, and which one a key led from."""
    focused: int
    """Which of those that take keys has them; -1 for none."""
    tells_more: bool
    """Whether it showed what stands behind the key for more."""

    @classmethod
    def of(cls, page: Screen[Any]) -> "Standing":
        """Return how a page stands."""
        chain = page.focus_chain
        return cls(
            tuple(map(_written, _fields(page))),
            tuple(picks.stance for picks in page.query(Picks)),
            tuple(box.turned for box in page.query(AnswerBox)),
            chain.index(page.focused) if page.focused in chain else -1,
            page.has_class("-more"),
        )

    def take(self, page: Screen[Any]) -> None:
        """Let a page that is laid out stand so."""
        for one, (text, (row, column)) in zip(_fields(page), self.written, strict=False):
            if isinstance(one, Input):
                one.value, one.cursor_position = text, column
                continue
            if one.text != text:
                one.text = text
            one.move_cursor((row, column))
        for picks, stands in zip(page.query(Picks), self.chosen, strict=False):
            picks.stand(*stands)
        for box, turned in zip(page.query(AnswerBox), self.turned, strict=False):
            box.turn_to(*turned)
        if self.tells_more and hasattr(page, "action_more"):
            page.action_more()
        if 0 <= self.focused < len(page.focus_chain):
            page.focus_chain[self.focused].focus()


def _fields(page: Screen[Any]) -> list[Input | TextArea]:
    return [one for one in page.query("Input, TextArea") if isinstance(one, Input | TextArea)]


def _written(one: Input | TextArea) -> tuple[str, tuple[int, int]]:
    if isinstance(one, Input):
        return one.value, (0, one.cursor_position)
    return one.text, one.cursor_location
