"""Which printer the settings name, and the fake one."""

import pytest

from kiosk.devices.connection import Patience
from kiosk.devices.cups import PagePrinter
from kiosk.devices.printer import SECONDS, Printer, printer_from
from kiosk.devices.receipt_printer import ReceiptPrinter
from kiosk.errors import PrinterError, PrinterTrouble
from kiosk.settings.printers import PrinterSettings
from tests.fake_printer import FakePrinter
from tests.kiosk.devices.slips import a_slip


def test_the_settings_say_which_printer_there_is() -> None:
    assert printer_from(PrinterSettings()) is None
    receipt = printer_from(PrinterSettings(kind="receipt", device="/dev/usb/lp0"))
    assert isinstance(receipt, ReceiptPrinter)
    assert isinstance(printer_from(PrinterSettings(kind="page", queue="office")), PagePrinter)


def test_the_fake_printer_remembers_what_it_printed_or_raises_what_it_is_told() -> None:
    fake = FakePrinter()
    printer: Printer = fake
    printer.print(a_slip())
    assert fake.slips == [a_slip()]
    fake.trouble = PrinterError(PrinterTrouble.NO_PAPER, "It is a fake.")
    for call in (lambda: printer.print(a_slip()), printer.check):
        with pytest.raises(PrinterError, match="It is a fake"):
            call()
    assert fake.slips == [a_slip()]


def test_no_printing_takes_longer_than_it_says() -> None:
    patience = Patience()
    assert patience.connect + patience.most + patience.still <= SECONDS
