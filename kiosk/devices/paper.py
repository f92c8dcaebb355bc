"""Sizes of paper, in mm."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Paper:
    """A size of paper and its margins; a footer stands in the lower one."""

    width: float
    height: float
    side: float
    top: float
    bottom: float

    @property
    def across(self) -> float:
        """How wide what is set may be."""
        return self.width - 2 * self.side

    @property
    def end(self) -> float:
        """Where the lower margin begins, from the upper edge."""
        return self.height - self.bottom


A4 = Paper(width=210, height=297, side=25, top=22, bottom=24)
