"""Errors know whom they speak to: staff are told what is wrong here, customers what to do, in plain words."""

import re
from pathlib import Path

import pytest

from kiosk import errors
from kiosk.devices import printer as printers
from kiosk.errors import GoneError, HandleError, KioskError, PrinterError, SaveError, VaultError
from kiosk.pack.reading import sentences
from kiosk.visit import comments
from tests.plain_words import problems

ROOT = Path(__file__).parents[2]
KINDS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, KioskError)]
SAID = {
    *(kind.for_customer for kind in KINDS),
    *printers.TO_DO,
    *(value for name, value in vars(comments).items() if name in ("_NO_ROOM", "_NOT_KEPT")),
}


@pytest.mark.parametrize("said", sorted(SAID))
def test_what_a_customer_is_told_of_an_error_is_plain(said: str) -> None:
    assert {part: problems(part) for part in sentences(said) if problems(part)} == {}


def test_a_customer_is_never_told_what_an_error_says_to_staff() -> None:
    failed = VaultError("/srv/kiosk/catalogue/log could not be read.")
    assert failed.for_customer == "This did not work. Tell a member of staff."
    assert SaveError("No.").for_customer == "This could not be saved. Tell a member of staff, then try again."


def test_what_is_the_same_for_both_is_said_to_both() -> None:
    for error in (HandleError("Check the second group."), GoneError("These answers were deleted.")):
        assert error.for_customer == str(error)


def test_a_printers_error_has_a_sentence_for_each() -> None:
    error = PrinterError(printers.NO_PAPER, "/dev/usb/lp0 is out of paper.")
    assert (str(error), error.for_customer) == ("/dev/usb/lp0 is out of paper.", printers.NO_PAPER)


def test_no_sentence_for_staff_sends_them_to_a_member_of_staff() -> None:
    for file in (ROOT / "kiosk").rglob("*.py"):
        for line in file.read_text().splitlines():
            if re.search(r"[Tt]ell a member of staff", line):
                assert re.match(r"(    for_customer|_?[A-Z_]+) = ", line), f"{file.name}: {line}"
