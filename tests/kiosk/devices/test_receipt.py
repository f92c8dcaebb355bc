"""Slips as ESC/POS: every profile, every letter, and no command that somebody typed."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given

from kiosk.devices.receipt_printer import bytes_of
from kiosk.devices.transliteration import NOT_PRINTED, spelled_slip
from kiosk.entry.slip import Bar, Bullet, Code, Line, Slip, Strong, Title, code_slip, rows
from kiosk.settings.printers import _profiles
from tests.kiosk.devices.paper import printed
from tests.kiosk.devices.slips import HANDLE, a_slip, slips, typed

COLUMNS = [32, 42, 48]


@pytest.mark.parametrize("profile", _profiles())
@pytest.mark.parametrize("columns", COLUMNS)
def test_every_printer_gets_its_text_its_code_and_a_way_to_cut(
    columns: int, profile: str, capfd: pytest.CaptureFixture[str]
) -> None:
    found = printed(bytes_of(a_slip("Show this to staff."), columns, profile), profile)
    assert found.codes == [HANDLE.symbols]
    assert max(found.widths) <= columns
    text = " ".join(found.lines)
    for said in ("Sandhill House", "Amber Heron", "Show this to staff.", *HANDLE.groups):
        assert said in text
    assert found.commands[0] == b"\x1b@"
    # Where it cannot cut, there is paper enough to tear it off.
    assert [command for command in found.commands if command[:2] in (b"\x1bd", b"\x1dV")] in (
        [b"\x1bd\x06"],
        [b"\x1bd\x06", b"\x1dV\x00"],
        [b"\x1bd\x06", b"\x1dV\x01"],
    )
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("columns", "lines"),
    [
        (32, [" ".join(HANDLE.groups[:2]), " ".join(HANDLE.groups[2:])]),
        (42, [str(HANDLE)]),
        (48, [str(HANDLE)]),
    ],
)
def test_the_letters_of_the_code_are_large_and_their_groups_stay_whole(
    columns: int, lines: list[str]
) -> None:
    found = printed(bytes_of(Slip((Code(HANDLE),)), columns, "default"))
    assert [line for line, width in zip(found.lines, found.widths, strict=True) if width > len(line)] == lines


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Zażółć gęślą jaźń ŁÓDŹ", ""),
        ("Iaşi, Timişoara, Ţăndărei", ""),
        ("Iași, Țăndărei", "Iaşi, Ţăndărei"),
        ("İzmir, Iğdır, Şırnak", ""),
        ("Олена Ґалаґан, Їжакевич, Щука", ""),
        ("Tŷ Newydd, ŵy, tân", "Ty Newydd, wy, tân"),
        ("Žilina, Ąžuolas, Öğür, Ñandú", ""),
        ("Ξένος", ""),
        ("5 € “so” → ‰", "5 € “so” -> ‰"),
        ("日本 😀", NOT_PRINTED[:48].rsplit(" ", 1)[0]),
    ],
)
def test_letters_come_out_where_there_is_a_code_page_and_plain_where_there_is_none(
    text: str, plain: str
) -> None:
    assert printed(bytes_of(Slip((Line(text),)), 48, "default")).lines[0] == (plain or text)


def test_a_printer_of_one_code_page_prints_plain_letters() -> None:
    found = printed(bytes_of(Slip((Line("Zażółć é Олена"),)), 48, "simple"), "simple")
    assert found.lines[0] == "Zazólc é Olena"


@given(slips)
def test_a_slip_prints_as_it_is_laid_out(slip: Slip) -> None:
    found = printed(bytes_of(slip, 32, "simple"), "simple")
    laid_out = spelled_slip(slip, _in_cp437).blocks
    text = [row for block in laid_out if not isinstance(block, Code) for row in rows(block, 32)]
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

    commands = printed(bytes_of(slip_of(one, two, three), 32, "default")).commands
    assert commands == printed(bytes_of(slip_of("a", "b", "c"), 32, "default")).commands


def _in_cp437(character: str) -> bool:
    return bool(character.encode("cp437", "ignore"))


ALONE = """
import json, logging, os, sys
import kiosk.settings.settings, kiosk.entry.slip, kiosk.devices.printer, kiosk.doctor
from kiosk.devices.receipt_printer import _library
heavy = sorted(set(sys.modules) & {"escpos", "PIL", "fpdf", "fontTools", "yaml"})
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
