"""The recovery sheet: as text and as a page, what it holds, and how its key is read again."""

import subprocess
from datetime import date
from functools import cache
from pathlib import Path
from unittest.mock import Mock

import pytest
import zxingcpp
from pypdfium2 import PdfDocument

from kiosk import seal
from kiosk.desk.keys import recovery_sheet
from kiosk.desk.keys.recovery_sheet import RecoverySheet, identity_in, pdf_of, text_of
from kiosk.errors import SameDiskError, SettingsError, StaffError
from tests.pdf import words_in

HOME = Path("/srv/kiosk")
SHEET = RecoverySheet(
    "Tŷ Newydd, Sandhill", seal.identity_from(bytes(range(32))), date(2026, 11, 3), HOME, "lectern-2"
)
KEY = SHEET.identity
paper = cache(lambda: pdf_of(SHEET))


def test_the_page_is_one_a4_page_whose_code_a_scanner_reads() -> None:
    with PdfDocument(paper()) as document:
        [page] = document
        assert page.get_size() == pytest.approx((595.28, 841.89), abs=0.01)
        [code] = zxingcpp.read_barcodes(page.render(scale=2).to_pil().convert("L"))
    assert code.text == KEY
    assert identity_in(code.text.encode()) == KEY


def test_both_forms_say_what_it_opens_and_what_to_do() -> None:
    text = " ".join(text_of(SHEET).replace("\n# ", "\n").split())
    for told in (words_in(paper()), text):
        for said in (
            SHEET.venue,
            "3 November 2026",
            "Machine: lectern-2",
            "The kiosk's folder: /srv/kiosk",
            "age -d -i KEY.txt staff/older.age > OLDER.txt",
            "opens only with the older sheet",
            seal.recipient_of(KEY),
            "Every entry on this kiosk, without a passphrase.",
            "kiosk staff recover --name",
            "age -d -i KEY.txt PAGE.age",
            "kiosk staff rekey",
            "Lock it away",
        ):
            assert said in told, said
        assert KEY in told.replace(" ", "")


def test_the_key_on_paper_is_monospaced_and_in_groups_that_are_typed_as_they_are() -> None:
    with PdfDocument(paper()) as document:
        lines = document[0].get_textpage().get_text_range().splitlines()
    start = lines.index("AGE-SECRET-KEY-1")
    typed = lines[start : start + 3]
    assert [len(group) for line in typed[1:] for group in line.split()] == [4] * 14 + [2]
    assert identity_in("\n".join(typed).encode()) == KEY
    assert b"/BaseFont /Courier-Bold" in paper()


def test_the_page_fits_the_longest_name_of_a_venue() -> None:
    sheet = RecoverySheet("W" * 80, KEY, date(2026, 11, 3), Path("/" + "W" * 400), "W" * 64)
    with PdfDocument(pdf_of(sheet)) as document:
        [page] = document
        assert min(found.get_bounds()[1] for found in page.get_objects()) > 40
        [code] = zxingcpp.read_barcodes(page.render(scale=2).to_pil().convert("L"))
    assert code.text == KEY


def test_debians_age_takes_the_text_as_it_is(tmp_path: Path, age: Path) -> None:
    file, page = tmp_path / "sheet.txt", tmp_path / "page.age"
    recovery_sheet.write(file, SHEET)
    page.write_bytes(seal.seal(b'{"a": 1}', (seal.recipient_of(KEY),)))
    done = subprocess.run([age, "-d", "-i", file, page], capture_output=True, check=True)
    assert done.stdout.rstrip() == b'{"a": 1}'


def test_the_name_of_the_file_decides_its_form_and_it_is_for_its_owner_alone(tmp_path: Path) -> None:
    for name in ("sheet", "sheet.PDF"):
        file = tmp_path / name
        recovery_sheet.write(file, SHEET)
        assert file.read_bytes().startswith(b"%PDF") == name.endswith(".PDF")
        assert file.stat().st_mode & 0o777 == 0o600


def test_a_sheet_never_goes_over_a_file_nor_onto_a_stick_that_is_not_there(tmp_path: Path) -> None:
    file = tmp_path / "precious"
    file.write_text("keep me")
    with pytest.raises(SettingsError, match="Choose another"):
        recovery_sheet.require_new(file)
    for wrong in (file, tmp_path / "usb" / "sheet.pdf"):
        with pytest.raises(SettingsError, match="could not be written"):
            recovery_sheet.write(wrong, SHEET)
    assert file.read_text() == "keep me"
    assert [*tmp_path.iterdir()] == [file]


def test_a_sheet_goes_through_no_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "folder").symlink_to(tmp_path / "real")
    (tmp_path / "there").symlink_to(tmp_path / "real" / "target.txt")
    (tmp_path / "really").symlink_to("really")  # it leads round to itself
    for linked in (
        tmp_path / "really",
        tmp_path / "really" / "sheet.txt",
        tmp_path / "there",
        tmp_path / "folder" / "sheet.txt",
        tmp_path / "folder" / "a" / "b.txt",
    ):
        for refuses in (recovery_sheet.require_new, lambda file: recovery_sheet.write(file, SHEET)):
            with pytest.raises(SettingsError, match=rf"behind a link.*{tmp_path / 'real'}"):
                refuses(linked)
    assert [*(tmp_path / "real").iterdir()] == []
    recovery_sheet.write(tmp_path / "real" / "sheet.txt", SHEET)
    with pytest.raises(SettingsError, match="already exists"):
        recovery_sheet.require_new(tmp_path / "real" / "sheet.txt")


def test_a_sheet_lies_on_another_disk_than_the_home(tmp_path: Path) -> None:
    home, file = tmp_path / "home", tmp_path / "sheet.txt"
    asked = []

    def same_disk(one: Path, other: Path) -> bool:
        asked.append((one, other))
        return len(asked) > 1

    recovery_sheet.require_elsewhere(home, file, same_disk=same_disk)
    with pytest.raises(
        SameDiskError, match=("anyone who takes the machine would have the entries and the key")
    ):
        recovery_sheet.require_elsewhere(home, file, same_disk=same_disk)
    with pytest.raises(SameDiskError):
        recovery_sheet.require_elsewhere(home, file)
    assert asked == [(home, file)] * 2


def test_a_disk_that_does_not_tell_takes_no_sheet(tmp_path: Path) -> None:
    with pytest.raises(
        SettingsError, match=r"taken out, or is broken\. Could not find out which disk .* is on"
    ):
        recovery_sheet.require_elsewhere(
            tmp_path, tmp_path / "sheet.txt", same_disk=Mock(side_effect=OSError(5, "Input/output error"))
        )


def test_a_sheet_does_not_lie_where_what_it_opens_lies(tmp_path: Path) -> None:
    home, link = tmp_path / "home", tmp_path / "link"
    home.mkdir()
    link.symlink_to(home)
    recovery_sheet.require_outside(home, tmp_path / "sheet.txt")
    for inside in (home / "sheet.txt", link / "sheet.txt", home / ".." / "home" / "a" / "sheet.txt"):
        with pytest.raises(SettingsError, match="outside"):
            recovery_sheet.require_outside(home, inside)
    (tmp_path / "round").symlink_to("round")
    recovery_sheet.require_outside(home, tmp_path / "round" / "sheet.txt")


def test_the_key_is_read_however_it_was_typed() -> None:
    for written in (
        KEY,
        KEY.lower(),
        f"  {KEY}\r\n",
        f"\ufeff{KEY}",
        " ".join(KEY[start : start + 4] for start in range(0, len(KEY), 4)),
        f"{KEY[:37]}\n{KEY[37:]}",
        text_of(SHEET),
        f"# created: today\n# public key: age1x\n{KEY}\n",
    ):
        assert identity_in(written.encode()) == KEY


@pytest.mark.parametrize(
    ("written", "told"),
    [
        (b"", "no recovery key"),
        (b"\xff\xfe\x00", "no recovery key"),
        (b"# AGE-SECRET-KEY-1", "no recovery key"),
        (KEY[:-1].encode(), "no recovery key"),
        (KEY[:40].encode() + (b"Q" if KEY[40] != "Q" else b"P") + KEY[41:].encode(), "A character"),
        (b"%PDF-1.3", "This is the PDF"),
    ],
)
def test_what_is_no_key_is_told_and_not_shown(written: bytes, told: str) -> None:
    with pytest.raises(StaffError, match=told) as caught:
        identity_in(written)
    assert KEY[20:40] not in str(caught.value)


def test_the_key_of_an_older_sheet_is_told() -> None:
    recovery_sheet.require_current(KEY, seal.recipient_of(KEY))
    with pytest.raises(StaffError, match="newest sheet"):
        recovery_sheet.require_current(KEY, seal.recipient_of(seal.new_identity()))


def test_the_key_stays_out_of_logs() -> None:
    assert KEY not in repr(SHEET)
