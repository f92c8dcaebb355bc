"""What a scanner does, told in plain words."""

from collections.abc import Iterator

import pytest
import zxingcpp
from PIL import Image

from kiosk.devices.scanner import SLOWEST, drawn, listen, report
from kiosk.entry import handle
from kiosk.entry.handle import Handle

CODE = Handle("1112MNPQ12RSTV1G")
UNDERSTOOD = "The kiosk understands this scanner."


def heard(text: str, every: float = 0.01) -> list[tuple[float, str]]:
    return [(5 + place * every, character) for place, character in enumerate(text)]


@pytest.mark.parametrize(
    ("end", "said"),
    [
        ("\r", "a return"),
        ("\n", "a line feed"),
        ("\r\n", "a return and a line feed"),
        ("\t", "a Tab"),
        ("", "nothing"),
        ("\x1b", "an Esc"),
        ("\x03\r", "a return"),
        ("\x1b\r\n", "an Esc and a return and a line feed"),
        ("\x1d", "nothing"),
    ],
)
def test_a_scan_is_described(end: str, said: str) -> None:
    told = report(heard(CODE.symbols + end, every=0.03), CODE)
    assert told.good
    assert told.says == (f"16 characters arrived, at most 30 ms apart. The scan ends in {said}.", UNDERSTOOD)


def test_what_is_put_first_and_another_layout_are_told() -> None:
    assert (
        "The scanner adds ]Q1 in front. The kiosk ignores that."
        in report(heard("]Q1" + CODE.symbols), CODE).says
    )
    french = "&&&é?NPA&éRSTV&G"
    told = report(heard(french + "\r"), CODE)
    assert told.good
    assert "The scanner is set to another keyboard layout." in " ".join(told.says)


@pytest.mark.parametrize("text", ["1112MNPQ12RSTV1\r", "4006381333931\r", "\r", "1112MNPQ12RSTV1G#\r"])
def test_what_is_not_the_code_is_not_understood(text: str) -> None:
    told = report(heard(text), CODE)
    assert not told.good
    assert "not the code on the screen" in " ".join(told.says)
    assert UNDERSTOOD not in told.says


def test_a_scanner_that_is_too_slow_is_told_how_slow_it_may_be() -> None:
    told = report(heard(CODE.symbols + "\r", every=SLOWEST + 0.01), CODE)
    assert not told.good
    assert "less than 45 ms" in " ".join(told.says)


def test_where_nothing_comes_that_is_said() -> None:
    assert report(listen(lambda _seconds: b"", lambda: 0.0), CODE).says[0].startswith("Nothing arrived.")


def test_it_is_listened_to_until_there_is_silence() -> None:
    moments = iter((1.0, 1.03, 1.06))
    came: Iterator[bytes] = iter((b"1", b"11", "é".encode(), b""))
    found = listen(lambda _seconds: next(came), lambda: next(moments))
    assert found == [(1.0, "1"), (1.03, "1"), (1.03, "1"), (1.06, "é")]


def test_the_code_that_is_shown_can_be_read() -> None:
    dark = {" ": (0, 0), "▄": (0, 255), "▀": (255, 0), "█": (255, 255)}
    rows = drawn(handle.qr_modules(CODE.symbols)).split("\n")
    picture = Image.new("L", (len(rows[0]), 2 * len(rows)))
    for y, row in enumerate(rows):
        for x, block in enumerate(row):
            for half in (0, 1):
                picture.putpixel((x, 2 * y + half), dark[block][half])
    (found,) = zxingcpp.read_barcodes(picture.resize((picture.width * 8, picture.height * 8)))
    assert found.text == CODE.symbols
