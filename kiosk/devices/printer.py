"""The printer, as the rest of the kiosk knows it; which one it is, the settings say."""

from typing import Protocol

from kiosk.entry.slip import Slip
from kiosk.errors import PrinterTrouble
from kiosk.settings.printers import PrinterSettings

SECONDS = 30
"""The longest that printing takes, whatever a device does. One that takes nothing is given up in eight."""

TO_DO = {
    PrinterTrouble.NO_ANSWER: (
        "The printer does not answer. Is it switched on? Has it paper? Are both ends of its cable plugged in?"
    ),
    PrinterTrouble.NOT_READY: (
        "The printer is not ready. Look at its lights or display. Is it switched on? Has it paper?"
    ),
    PrinterTrouble.CANNOT: "This machine cannot print at the moment. Ask whoever looks after it.",
    PrinterTrouble.NO_PAPER: "The printer has no paper. Put in some.",
    PrinterTrouble.OPEN: "The printer is open. Close it.",
    PrinterTrouble.STOPPED: (
        "The printer stopped before the end. Look at its lights or display. Has it paper?"
    ),
}
"""What staff are told where a printer fails, and are to do."""


class Printer(Protocol):
    """Prints slips. Its calls wait for the device: keep them off the thread that draws."""

    def print(self, slip: Slip) -> None:
        """Print a slip. Raises PrinterError; returns within SECONDS."""

    def stop(self) -> None:
        """Print nothing more from now on, and take back what is not on paper yet; from any thread."""

    def check(self) -> str:
        """Tell how it is, for whoever looks after the machine; print nothing. Raises PrinterError."""


def printer_from(settings: PrinterSettings) -> Printer | None:
    """Return the printer of these settings; None where there is none, so that none is offered."""
    # A kiosk without a printer starts without them.
    if settings.kind == "receipt":
        from kiosk.devices.receipt_printer import ReceiptPrinter

        return ReceiptPrinter(settings)
    if settings.kind == "page":
        from kiosk.devices.cups import PagePrinter

        return PagePrinter(settings)
    return None
