"""What an ESC/POS printer tells of itself, at once and in the midst of printing.

The bits are those of Epson's reference (https://download4.epson.biz/sec_pubs/pos/reference_en/escpos/),
commands DLE EOT, GS r and DLE DC4.
"""

import time

from kiosk.devices.connection import Wire
from kiosk.errors import PrinterError, PrinterTrouble

FORGET = bytes.fromhex("10 14 08 01 03 14 01 06 02 08")
"""DLE DC4 8: forget what was received and is not printed yet."""

_DONE = b"\x1dr\x01"
"""GS r 1: answered when everything before it is printed."""
_PRINTER, _CAUSE, _PAPER = b"\x10\x04\x01", b"\x10\x04\x02", b"\x10\x04\x04"
_OFFLINE = 0x08
_COVER, _PAPER_OUT, _ERROR = 0x04, 0x20, 0x40
_NO_PAPER = 0x60


def look(wire: Wire, *, printing: bool = False) -> bool:
    """Raise PrinterError where the printer says that it cannot print; return whether it says anything at all.

    While it is `printing`, a printer may call itself offline without anything being wrong.
    """
    cause = wire.ask(_CAUSE, _is_status)
    if cause is None:
        return False
    paper = wire.ask(_PAPER, _is_status) or 0
    if cause & _COVER:
        raise PrinterError(PrinterTrouble.OPEN, f"{wire.where}: the cover is open.")
    if cause & _PAPER_OUT or paper & _NO_PAPER:
        raise PrinterError(PrinterTrouble.NO_PAPER, f"{wire.where} is out of paper.")
    if cause & _ERROR:
        raise PrinterError(
            PrinterTrouble.NOT_READY,
            f"{wire.where} reports an error: paper may be stuck. Turn it off and on again.",
        )
    if not printing and (wire.ask(_PRINTER, _is_status) or 0) & _OFFLINE:
        raise PrinterError(
            PrinterTrouble.NOT_READY, f"{wire.where} is offline. Check its buttons and lights."
        )
    return True


def watch(wire: Wire) -> None:
    """Return once the printer has printed everything. Raises PrinterError where it says that it cannot.

    One that does not tell is believed after a while in which it reported nothing wrong.
    """
    until = time.monotonic() + wire.patience.still
    done = wire.ask(_DONE, _is_done)
    while done is None and time.monotonic() < until:
        look(wire, printing=True)
        done = wire.ask(b"", _is_done)


def _is_status(byte: int) -> bool:
    """Tell an answer to DLE EOT by its fixed bits."""
    return byte & 0b10010011 == 0b00010010


def _is_done(byte: int) -> bool:
    """Tell an answer to GS r by its fixed bits."""
    return byte & 0b10010000 == 0
