"""Slips as ESC/POS: every profile, every letter, and no command that somebody typed."""

import json
import subprocess
import sys
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given
from PIL import Image, ImageChops, ImageDraw, ImageFont

from kiosk.devices.joined_letters import direction, seen
from kiosk.devices.line_image import draws
from kiosk.devices.receipt_printer import bytes_of
from kiosk.devices.transliteration import NOT_PRINTED, spelled, spelled_slip
from kiosk.entry.slip import Bar, Bullet, Code, Line, Slip, SlipBlock, Strong, Title, code_slip, rows
from kiosk.settings.printers import _profiles
from tests.kiosk.devices.paper import capabilities, printed
from tests.kiosk.devices.slips import ALPHABETS, HANDLE, a_slip, slips, typed

COLUMNS = [32, 42, 48]


@pytest.mark.parametrize("columns", COLUMNS)
def test_every_printer_gets_its_text_its_code_and_a_way_to_cut(
    columns: int, capfd: pytest.CaptureFixture[str]
) -> None:
    for profile in _profiles():
        found = printed(bytes_of(a_slip("Show this to staff."), columns, profile), profile)
        assert found.codes == [HANDLE.symbols], profile
        assert max(found.widths) <= columns, profile
        text = " ".join(found.lines)
        for said in ("Sandhill House", "Amber Heron", "Show this to staff.", *HANDLE.groups):
            assert said in text, profile
        assert found.commands[0] == b"\x1b@", profile
        # Where it cannot cut, there is paper enough to tear it off.
        assert [command for command in found.commands if command[:2] in (b"\x1bd", b"\x1dV")] in (
            [b"\x1bd\x06"],
            [b"\x1bd\x06", b"\x1dV\x00"],
            [b"\x1bd\x06", b"\x1dV\x01"],
        ), profile
    assert capfd.readouterr() == ("", "")


def test_the_letters_of_the_code_are_large_and_their_groups_stay_whole() -> None:
    for columns, lines in (
        (32, [" ".join(HANDLE.groups[:2]), " ".join(HANDLE.groups[2:])]),
        (42, [str(HANDLE)]),
        (48, [str(HANDLE)]),
    ):
        found = printed(bytes_of(Slip((Code(HANDLE),)), columns, "default"))
        assert [
            line for line, width in zip(found.lines, found.widths, strict=True) if width > len(line)
        ] == lines


def test_letters_come_out_where_there_is_a_code_page_and_plain_where_there_is_none() -> None:
    for text, plain in (
        ("Zażółć gęślą jaźń ŁÓDŹ", ""),
        ("Iaşi, Timişoara, Ţăndărei", ""),
        ("İzmir, Iğdır, Şırnak", ""),
        ("Олена Ґалаґан, Їжакевич, Щука", ""),
        ("Žilina, Ąžuolas, Öğür, Ñandú", ""),
        ("Ξένος", ""),
        ("5 € “so” → ‰", "5 € “so” -> ‰"),
        ("日本 😀", NOT_PRINTED[:48].rsplit(" ", 1)[0]),
    ):
        assert printed(bytes_of(Slip((Line(text),)), 48, "default")).lines[0] == (plain or text)


@pytest.mark.parametrize("profile", ["default", "simple"])
@pytest.mark.parametrize("tag", ALPHABETS)
def test_each_letter_of_a_language_comes_out_as_itself(tag: str, profile: str) -> None:
    """As a letter where the printer has it, and drawn where it does not: never another one."""
    letters = ALPHABETS[tag]
    found = printed(bytes_of(Slip(tuple(map(Line, letters))), 48, profile), profile)
    drawn = iter(found.pictures)
    come_out = [line or _read(next(drawn), letters) for line in found.lines[: len(letters)]]
    assert "".join(come_out) == letters
    assert list(drawn) == []


@pytest.mark.parametrize(
    ("text", "profile"),
    [("Tŷ Newydd, ŵy, tân", "default"), ("Iași, Țăndărei", "default"), ("Zażółć Олена", "simple")],
)
def test_a_line_with_a_letter_that_is_lacking_is_drawn_whole_and_others_are_not(
    text: str, profile: str
) -> None:
    found = printed(bytes_of(Slip((Line("Before"), Line(text), Line("After"))), 48, profile), profile)
    (picture,) = found.pictures
    assert _read(picture, [text, text.lower(), spelled(text, str.isascii)]) == text
    assert found.lines[:3] == ["Before", "", "After"]


@pytest.mark.parametrize("columns", [32, 48])
def test_no_drawn_line_is_wider_than_the_paper(columns: int) -> None:
    slip = Slip((Title("Ŵ" * 48), Bullet("Ŵ" * 48), Line("ŵy " * 48), Bar("ŷ", 1, 5, "ŵy")))
    drawing = {_drawing(profile): profile for profile in _profiles()}
    assert len(drawing) > 3
    for profile in drawing.values():
        found = printed(bytes_of(slip, columns, profile), profile)
        assert found.pictures, profile
        for picture in found.pictures:
            assert picture.width <= (columns * 12 + 7) // 8 * 8, profile
            assert picture.height in (34, 48, 68, 72), profile
        assert max(found.widths) <= columns, profile


def _drawing(profile: str) -> object:
    """Return what a printer draws with, on paper of which width, and whether it has letters of its own."""
    told = capabilities()["profiles"][profile]
    ways = tuple(told["features"][way] for way in sorted(told["features"]) if "bit" in way or "graph" in way)
    return ways, told["media"].get("width", {}).get("pixels"), len(told["codePages"]) > 1


def test_what_even_the_font_lacks_is_spelled_in_the_drawn_line_too() -> None:
    found = printed(bytes_of(Slip((Line("ŵy 王 ½ → █"),)), 48, "default"))
    assert _read(found.pictures[0], ["ŵy Wang ½ -> ?", "ŵy 王 ½ → █"]) == "ŵy Wang ½ -> ?"


def test_signs_alone_are_no_reason_to_draw_a_line() -> None:
    found = printed(bytes_of(Slip((Line("“a” – b… → ✓"),)), 48, "simple"), "simple")
    assert (found.lines[0], found.pictures) == ('"a" - b... -> x', [])


def _read(picture: Image.Image, candidates: Iterable[str]) -> str:
    """Return which of some texts a picture shows: the one whose ink it has, in letters drawn here anew."""
    shown = _ink(picture.convert("L"))
    return min(candidates, key=lambda text: _unlike(shown, _drawn(text, picture.height)))


def _unlike(one: Image.Image, other: Image.Image) -> int:
    return sum(ImageChops.difference(one, other).histogram()[128:])


@cache
def _drawn(text: str, height: int) -> Image.Image:
    font = ImageFont.truetype(str(files("ttf_opensans") / "ttf" / "OpenSans-Regular.ttf"), 24)
    drawn = Image.new("L", (700, height), 255)
    ImageDraw.Draw(drawn).text((50, font.getmetrics()[0]), text, font=font, fill=0, anchor="ls")
    return _ink(drawn)


def _ink(image: Image.Image) -> Image.Image:
    """Return what is printed of an image, from its left edge on."""
    ink = image.point(lambda light: 0 if light >= 160 else 255)
    left, _top, right, _bottom = ink.getbbox() or (0, 0, 0, 0)
    return ink.crop((left, 0, right, ink.height)).crop((0, 0, 700, ink.height))


@given(slips)
def test_a_slip_prints_as_it_is_laid_out(slip: Slip) -> None:
    found = printed(bytes_of(slip, 32, "simple"), "simple")
    laid_out = spelled_slip(slip, lambda sign: _in_cp437(sign) or draws(sign)).blocks
    every = [
        (block, seen(row)) for block in laid_out if not isinstance(block, Code) for row in rows(block, 32)
    ]
    text = [row for block, row in every if all(map(_in_cp437, row)) and not _is_leftwards(block)]
    assert len(found.pictures) == len(every) - len(text)
    groups = [group for block in slip.blocks if isinstance(block, Code) for group in block.handle.groups]
    said = " ".join(found.lines).split()
    assert sorted(said) == sorted([*" ".join(text).split(), *groups])
    assert max(found.widths) <= 32


@given(typed, typed, typed)
def test_nothing_that_was_typed_becomes_a_command(one: str, two: str, three: str) -> None:
    def slip_of(*texts: str) -> Slip:
        name, line, word = texts
        name = name or "a"  # a slip without a name is another one
        slip = code_slip(name, HANDLE, venue=line, lines=(word,), keep_until=None)
        return Slip((*slip.blocks, Title(name), Strong(line), Bullet(word), Bar(name, 1, 5, word)))

    def commands(*texts: str) -> list[bytes]:
        """Return all commands; where a line stands depends on its letters."""
        found = printed(bytes_of(slip_of(*texts), 32, "default")).commands
        return [b"\x1ba\x00" if command == b"\x1ba\x02" else command for command in found]

    assert commands(one, two, three) == commands("a", "b", "c")


def _is_leftwards(block: SlipBlock) -> bool:
    said = block.label + block.word if isinstance(block, Bar) else getattr(block, "text", "")
    return direction(said, "L") == "R"


def _in_cp437(character: str) -> bool:
    return bool(character.encode("cp437", "ignore"))


ALONE = """
import json, logging, os, sys
import kiosk.settings.settings, kiosk.entry.slip, kiosk.devices.printer, kiosk.doctor
from kiosk.devices.receipt_printer import _library
heavy = sorted(set(sys.modules) & {"escpos", "PIL", "fpdf", "fontTools", "uharfbuzz", "yaml"})
_library()
logging.getLogger("somebody").warning("to the log alone")
print(json.dumps([heavy, len(logging.root.handlers), os.listdir(os.environ["TMPDIR"])]))
"""


def test_the_library_is_imported_late_and_leaves_no_folder_and_no_log_behind(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", ALONE],
        env={"TMPDIR": str(tmp_path), "PYTHONPATH": str(Path(__file__).parents[3])},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [[], 0, []]
