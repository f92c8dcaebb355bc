"""Receipt printers that speak ESC/POS: till printers with rolls of 58 or 80 mm.

python-escpos writes the commands into memory; `wire` carries them, so that nothing waits without an end.
"""

import logging
import sys
import tempfile
from functools import cache
from pathlib import Path
from threading import Event
from typing import Any

from kiosk.devices import joined_letters
from kiosk.devices.connection import Patience, opened
from kiosk.devices.line_image import draws, line_image
from kiosk.devices.printer_status import FORGET, look, watch
from kiosk.devices.qr_image import qr_image
from kiosk.devices.transliteration import spelled_slip
from kiosk.entry.handle import GROUP
from kiosk.entry.slip import Bar, Code, Gap, Rule, Slip, SlipBlock, Strong, Title, Tree, rows
from kiosk.errors import PrinterError, PrinterTrouble
from kiosk.language import in_use
from kiosk.os_errors import explained
from kiosk.rtl import Direction
from kiosk.settings.printers import DRAWS, PrinterSettings

_DOTS = 8
"""Of the paper for a module of a QR code, along each side: 1 mm at 203 dots an inch."""
_COLUMN_DOTS = 12
"""How wide a letter is, on every printer of 203 dots an inch."""
_ALPHABET_ALONE = b"\x1c."
"""FS . ends the mode for Chinese in which many printers start: accented letters come out wrong in it."""
_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of its own is made in it


class ReceiptPrinter:
    """A receipt printer at a device file or in the network."""

    def __init__(self, settings: PrinterSettings, patience: Patience | None = None) -> None:
        self._settings = settings
        self._patience = patience or Patience()
        self._stopped = Event()

    def print(self, slip: Slip) -> None:
        """Print a slip and cut it off. Raises PrinterError."""
        data = bytes_of(slip, self._settings.columns, self._settings.profile)
        with opened(self._settings.device, self._patience, FORGET, self._stopped.is_set) as wire:
            tells = look(wire)
            wire.send(data)
            wire.finish()
            if tells:
                watch(wire)
            else:
                wire.stay()

    def stop(self) -> None:
        """Print nothing more, and take back what is not on paper yet."""
        self._stopped.set()

    def check(self) -> str:
        """Tell how it is, for whoever looks after the machine; print nothing. Raises PrinterError."""
        with opened(self._settings.device, self._patience, b"") as wire:
            tells = look(wire)
        where = f"The receipt printer at {self._settings.device}"
        return f"{where} is ready." if tells else f"{where} can be reached. It does not report its state."


def bytes_of(slip: Slip, columns: int, profile: str) -> bytes:
    """Return a slip as ESC/POS.

    A line with a letter that the profile has no code page for is sent as an image. What cannot be drawn
    either is written with other letters.
    """
    printer = _printer(profile, columns)
    encoder = printer.magic.encoder

    @cache
    def has(character: str) -> bool:
        return any(encoder.can_encode(page, character) for page in encoder.codepages)

    printer.hw("INIT")
    printer._raw(_ALPHABET_ALONE)
    for block in spelled_slip(slip, lambda character: has(character) or draws(character)).blocks:
        base = _direction(block)
        _set_for(printer, block, base)
        if isinstance(block, Code):
            _qr(printer, block)
        for row in rows(block, _columns_for(block, columns)):
            plain = joined_letters.seen(row)
            if base == "L" and all(map(has, plain)):
                printer.textln(plain)
            else:
                _draw(printer, row, block, columns, base)
    _set_for(printer, None)
    printer.cut()
    return bytes(printer.output)


def _direction(block: SlipBlock) -> Direction:
    """Return in which direction a block is read."""
    match block:
        case Code() | Tree() | Rule() | Gap():
            return "L"
        case Bar():
            said = joined_letters.direction(block.label + block.word, "L")
            return "R" if in_use().is_rtl else said
        case _:
            return joined_letters.direction(block.text, "L")


def _set_for(printer: Any, block: SlipBlock | None, base: Direction = "L") -> None:
    tall, wide = isinstance(block, Title | Code), isinstance(block, Code)
    beside = in_use().is_rtl and block and not isinstance(block, Tree)
    printer.set(
        align="center" if tall else "right" if base == "R" or beside else "left",
        bold=isinstance(block, Title | Strong | Code),
        normal_textsize=not tall,
        double_height=tall,
        double_width=wide,
    )


def _columns_for(block: SlipBlock, columns: int) -> int:
    """Return how many letters fit into a line: those of a code are twice as wide, in one line or in two."""
    if not isinstance(block, Code):
        return columns
    return columns // 2 if columns // 2 >= len(str(block.handle)) else 2 * GROUP + 1


def _qr(printer: Any, code: Code) -> None:
    """Print a QR code, with an empty line for its quiet zone where the printer draws it itself."""
    from escpos.constants import QR_ECLEVEL_Q

    if printer.profile.supports("qrCode"):
        printer.ln()
        printer.qr(code.handle.symbols, ec=QR_ECLEVEL_Q, size=_DOTS, native=True)
        printer.ln()
        return
    printer.image(qr_image(code.handle.symbols, _DOTS), impl=_way(printer))


def _draw(printer: Any, row: str, block: SlipBlock, columns: int, base: Direction) -> None:
    """Print a line as an image: where it stands on the paper, the printer knows as of its own letters."""
    width = min(columns * _COLUMN_DOTS, printer.profile.profile_data["media"]["width"]["pixels"])
    bold, tall = isinstance(block, Title | Strong), isinstance(block, Title)
    printer.image(line_image(row, width, bold=bold, tall=tall, base=base), impl=_way(printer))


def _way(printer: Any) -> str:
    """Return how a printer prints an image."""
    return next(way for way in DRAWS if printer.profile.supports(way))


def _printer(profile: str, columns: int) -> Any:
    printer = _library().Dummy(profile=profile)
    data = printer.profile.profile_data
    if not isinstance(data["media"].get("width", {}).get("pixels"), int):
        # Without a width it says on standard output that it would like one.
        width = {"pixels": columns * _COLUMN_DOTS}
        printer.profile.profile_data = {**data, "media": {**data["media"], "width": width}}
    return printer


def _library() -> Any:
    """Import python-escpos, and keep to ourselves what it does as it is imported.

    It sends every library's log to the terminal, and writes its list of printers into a temporary folder that
    nobody deletes. The folder is made in memory: a full disk is when people need their answers on paper.
    """
    if "escpos.printer.dummy" in sys.modules:
        return sys.modules["escpos.printer.dummy"]
    quiet = logging.NullHandler()
    logging.root.addHandler(quiet)
    usual = tempfile.tempdir
    try:
        with tempfile.TemporaryDirectory(dir=_MEMORY if _MEMORY.is_dir() else None) as folder:
            tempfile.tempdir = folder
            from escpos.printer import dummy
    except OSError as error:
        raise PrinterError(
            PrinterTrouble.NOT_READY, explained(error, None, "Nothing was printed.")
        ) from error
    finally:
        tempfile.tempdir = usual
        logging.root.removeHandler(quiet)
    return dummy
