"""Lines of Arabic and Farsi on a receipt: drawn joined, from the right, with nothing of a letter cut off."""

from itertools import pairwise

import pytest
from PIL import Image, ImageOps

from kiosk.devices.line_image import line_image
from kiosk.devices.receipt_printer import bytes_of
from kiosk.entry.slip import Bar, Bullet, Code, Line, Slip, SlipBlock, Title
from kiosk.language import language, speaking
from tests.kiosk.devices.paper import Printed, printed
from tests.kiosk.devices.slips import HANDLE, SENTENCES

RIGHT = ("ar", "fa")


def _parts(line: Image.Image) -> int:
    """Return how many parts of a line stand apart."""
    inked = [line.crop((x, 0, x + 1, line.height)).getextrema()[0] == 0 for x in range(line.width)]
    return sum(one and not before for before, one in pairwise([False, *inked]))


@pytest.mark.parametrize("word", ["سلام", "می\u200cخواهم", "ھەڵبژاردن", "ښوونځی", "ہمارے"])
def test_a_drawn_word_is_joined_and_not_its_letters_beside_each_other(word: str) -> None:
    joined = line_image(word, 576, base="R")
    apart = line_image("\u200c".join(word), 576, base="R")
    assert joined.tobytes() != apart.tobytes()
    assert _parts(joined) < _parts(apart)


def test_what_keeps_letters_apart_does_so_and_is_not_drawn() -> None:
    one, other = (line_image(word, 576, base="R") for word in ("می\u200cخواهم", "میخواهم"))
    assert one.tobytes() != other.tobytes()
    told = line_image("\u2068سلام\u2069", 576, base="R")
    assert told.tobytes() == line_image("سلام", 576, base="R").tobytes()


def test_no_letter_of_a_drawn_line_is_cut() -> None:
    for bold in (False, True):
        line = ImageOps.invert(line_image("ڛڴيآجعقٍلُّ", 576, bold=bold, base="R").convert("L"))
        box = line.getbbox()
        assert box is not None
        assert box[1] > 0
        assert box[3] < line.height


def receipt(*blocks: SlipBlock, tag: str = "ar", columns: int = 48) -> Printed:
    with speaking(language(tag)):
        return printed(bytes_of(Slip(blocks), columns, "default"), "default")


@pytest.mark.parametrize("columns", [32, 48])
@pytest.mark.parametrize("tag", RIGHT)
def test_a_receipt_has_its_lines_as_images_and_its_code_as_ever(tag: str, columns: int) -> None:
    found = receipt(Title("بيت"), Line(SENTENCES[tag]), Code(HANDLE), tag=tag, columns=columns)
    assert found.codes == [HANDLE.symbols]
    assert [group for line in found.lines for group in line.split()] == list(HANDLE.groups)
    assert len(found.pictures) >= 3
    assert all(picture.width <= columns * 12 for picture in found.pictures)


def test_lines_of_a_receipt_end_at_the_right_edge() -> None:
    found = receipt(Line("سلام"), Line("Today"), Bar("كلام", 2, 5, "Good"))
    assert b"\x1ba\x02" in found.commands  # to the right
    assert len(found.pictures) == 3
    assert "Today" in found.lines
    for picture in found.pictures:
        box = ImageOps.invert(picture.convert("L")).getbbox()
        assert box is not None
        assert picture.width - box[2] <= 3


def test_an_english_receipt_draws_a_line_in_arabic_and_no_other() -> None:
    found = receipt(Line("Before"), Bullet("سلام"), Line("Call \u20680800\u2069"), tag="en")
    assert len(found.pictures) == 1
    assert [line for line in found.lines if line] == ["Before", "Call 0800"]
