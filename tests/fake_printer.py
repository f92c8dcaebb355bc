"""A printer without paper, for tests."""

from kiosk.entry.slip import Slip
from kiosk.errors import PrinterError


class FakePrinter:
    """A printer without paper: it remembers slips, or raises what it is told."""

    def __init__(self, trouble: PrinterError | None = None) -> None:
        self.slips: list[Slip] = []
        self.trouble = trouble
        self.stopped = False

    def print(self, slip: Slip) -> None:
        """Remember a slip. Raises PrinterError where it is told to."""
        self.check()
        self.slips.append(slip)

    def stop(self) -> None:
        """Remember that it was told to stop."""
        self.stopped = True

    def check(self) -> str:
        """Say that all is well. Raises PrinterError where it is told to."""
        if self.trouble:
            raise self.trouble
        return "The printer is ready."
