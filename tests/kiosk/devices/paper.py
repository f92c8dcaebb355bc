"""A printer that prints into memory: reads ESC/POS, and knows no command but those it is meant to get."""

import json
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import zxingcpp
from PIL import Image, ImageChops

LINE = 48
"""Dots that a line is high at most, in strips."""


@cache
def capabilities() -> dict[str, Any]:
    found = find_spec("escpos")
    assert found is not None
    assert found.origin is not None
    listed: dict[str, Any] = json.loads(Path(found.origin).with_name("capabilities.json").read_text())
    return listed


@dataclass
class Printed:
    """What is on the paper, and the commands that were met besides text and letters."""

    lines: list[str] = field(default_factory=lambda: [""])
    widths: list[int] = field(default_factory=lambda: [0])
    codes: list[str] = field(default_factory=list)
    commands: list[bytes] = field(default_factory=list)
    pictures: list[Image.Image] = field(default_factory=list)
    """Lines that were drawn, dark where it is printed; among `lines` each is empty."""


class Paper:
    """Reads one print job. Raises AssertionError at a byte that is neither text nor a command it knows."""

    def __init__(self, data: bytes, profile: str) -> None:
        self._rest = memoryview(data)
        self._pages = capabilities()["profiles"][profile]["codePages"]
        self._page = "CP437"
        self._wide = False
        self._columns: list[bytes] = []
        self.printed = Printed()
        while self._rest:
            self._step()

    def _take(self, count: int) -> bytes:
        taken = bytes(self._rest[:count])
        assert len(taken) == count, "the job ends within a command"
        self._rest = self._rest[count:]
        return taken

    def _step(self) -> None:
        (byte,) = first = self._take(1)
        if byte >= 0x20:
            assert byte != 0x7F
            self.printed.lines[-1] += self._letter(byte)
            self.printed.widths[-1] += 2 if self._wide else 1
        elif first == b"\n":
            self.printed.lines.append("")
            self.printed.widths.append(0)
        else:
            self._command(first + self._take(1))

    def _letter(self, byte: int) -> str:
        if byte < 0x80:
            return chr(byte)
        page = capabilities()["encodings"][self._page]
        if "data" in page:
            return "".join(page["data"])[byte - 0x80]
        return bytes([byte]).decode(page["python_encode"])

    def _command(self, command: bytes) -> None:
        match command:
            case b"\x1b@" | b"\x1c.":
                pass
            case b"\x1b3":
                self._take(1)
                return  # not kept: it begins a picture, and the next ends it
            case b"\x1b2":
                self._show_columns()
                return
            case b"\x1bt":
                self._page = self._pages[str(self._take(1)[0])]
                return  # not kept: it belongs to the letters
            case b"\x1b!":
                command += (mode := self._take(1))
                self._wide = bool(mode[0] & 0x20)
            case b"\x1bE" | b"\x1ba" | b"\x1bd" | b"\x1dV":
                command += self._take(1)
            case b"\x1d(":
                command += (kind := self._take(1)) + self._block(kind)
            case b"\x1dv":
                assert self._take(2) == b"0\x00"
                size = self._take(4)
                width, height = size[0] + 256 * size[1], size[2] + 256 * size[3]
                self._picture(self._take(width * height), width * 8, height)
                return
            case b"\x1b*":
                mode = self._take(3)
                assert mode[0] == 33, "24 dots high, in full density"
                self._columns.append(self._take(3 * (mode[1] + 256 * mode[2])))
                assert self._take(1) == b"\n"
                return
            case _:
                raise AssertionError(f"no such command: {command!r}")
        self.printed.commands.append(command)

    def _block(self, kind: bytes) -> bytes:
        low, high = size = self._take(2)
        data = self._take(low + 256 * high)
        if kind == b"k" and data[:3] == b"1P0":
            self.printed.codes.append(data[3:].decode("ascii"))
        if kind == b"L" and data[:2] == b"0p":
            width, height = data[6] + 256 * data[7], data[8] + 256 * data[9]
            self._picture(data[10:], width, height)
        return size + (data[:2] if kind == b"k" else b"")

    def _show_columns(self) -> None:
        """Put strips of 24 dots together."""
        picture = Image.new("1", (len(self._columns[0]) // 3, len(self._columns) * 24), 1)
        for strip, dots in enumerate(self._columns):
            lying = _dark(dots, 24, len(dots) // 3)
            picture.paste(lying.transpose(Image.Transpose.TRANSPOSE), (0, strip * 24))
        self._columns = []
        self._see(picture)

    def _picture(self, data: bytes, width: int, height: int) -> None:
        self._see(_dark(data, width, height))

    def _see(self, picture: Image.Image) -> None:
        """Read a QR code as it lies on the paper, dark on light and nothing around it, or keep a line."""
        if picture.height > 2 * LINE:  # no line is so high
            [code] = zxingcpp.read_barcodes(picture.convert("L"))
            self.printed.codes.append(code.text)
            return
        assert self.printed.lines[-1] == "", "it begins a line"
        self.printed.pictures.append(picture)
        self.printed.lines.append("")
        self.printed.widths.append(0)


def _dark(dots: bytes, width: int, height: int) -> Image.Image:
    """Return dots, of which those that are set are dark."""
    return ImageChops.invert(Image.frombytes("1", (width, height), dots))


def printed(data: bytes, profile: str = "default") -> Printed:
    return Paper(data, profile).printed
