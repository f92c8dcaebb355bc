"""Pages to CUPS: commands of the same name stand in for it, and tell what they were given."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp

from kiosk.devices.cups import SECONDS, PagePrinter
from kiosk.entry.slip import Slip
from kiosk.errors import PrinterError, PrinterTrouble
from kiosk.settings.printers import PrinterSettings
from tests.kiosk.devices.slips import HANDLE, a_slip

IDLE = 'echo "printer $2 is idle.  enabled since Mon 01 Jan 2029 09:00:00"'
DISABLED = 'printf "printer %s disabled since Mon 01 Jan 2029 09:00:00 -\\n\\tOut of toner\\n" "$2"'
UNKNOWN = """echo "lpstat: Invalid destination name in list \\"$2\\"." >&2; exit 1"""
KEEPS = """
here=$(dirname "$0")
cat > "$here/page.pdf"
printf '%s\\n' "$@" > "$here/arguments"
env > "$here/environment"
echo "request id is office-1 (0 file(s))"
"""
CANCELS = """printf '%s\n' "$*" >> "$(dirname "$0")/cancelled" """
LEAVES_WAITING = f"""
if [ "$1" = -p ]; then {IDLE}; else echo "office-1  kiosk  1024  Mon 01 Jan 2029 09:00:00"; fi
"""


class Cups:
    """A folder with commands of CUPS in it."""

    def __init__(self, folder: Path, *, lpstat: str = IDLE, lp: str = KEEPS, cancel: str = CANCELS) -> None:
        self.folder = folder
        for name, script in (("lpstat", lpstat), ("lp", lp), ("cancel", cancel)):
            (folder / name).write_text(f"#!/bin/sh\n{script}\n")
            (folder / name).chmod(0o755)

    def printer(self, *, paper: str = "A6", seconds: float = 10, patience: float = 20) -> PagePrinter:
        settings = PrinterSettings(kind="page", queue="office", paper=paper)
        path = f"{self.folder}:{os.defpath}"
        return PagePrinter(settings, path=path, seconds=seconds, patience=patience)

    def told(self, name: str) -> list[str]:
        return (self.folder / name).read_text().splitlines()


@pytest.mark.parametrize(("paper", "size"), [("A6", (297.6, 419.5)), ("A4", (595.3, 841.9))])
def test_the_queue_gets_a_page_of_its_size_with_the_code_on_it_and_no_word_of_it_beside(
    tmp_path: Path, paper: str, size: tuple[float, float]
) -> None:
    cups = Cups(tmp_path)
    cups.printer(paper=paper).print(a_slip())
    with pypdfium2.PdfDocument(tmp_path / "page.pdf") as document:
        page = document[0]
        assert page.get_size() == pytest.approx(size, abs=0.1)
        [code] = zxingcpp.read_barcodes(page.render(scale=3).to_pil().convert("L"))
        assert code.text == HANDLE.symbols
    assert cups.told("arguments") == [
        "-d",
        "office",
        "-t",
        "Kiosk",
        "-o",
        f"media={paper}",
        "-o",
        "job-sheets=none",
    ]
    told = "\n".join([*cups.told("arguments"), *cups.told("environment")])
    for secret in ("Amber", "Heron", HANDLE.symbols, HANDLE.groups[0]):
        assert secret not in told
    assert "LC_ALL=C" in told
    assert cups.told("cancelled") == ["-x office-1"]  # what it keeps of a printed page


@pytest.mark.parametrize(("paper", "is_set"), [("A4", True), ("A6", False)])
def test_what_is_set_as_pages_of_a4_is_printed_as_it_is_on_that_paper(
    tmp_path: Path, paper: str, is_set: bool
) -> None:
    Cups(tmp_path).printer(paper=paper).print(Slip(a_slip().blocks, lambda: b"%PDF set"))
    assert ((tmp_path / "page.pdf").read_bytes() == b"%PDF set") == is_set


@pytest.mark.parametrize(
    ("lpstat", "said", "why"),
    [
        (UNKNOWN, PrinterTrouble.CANNOT, "does not know 'office'"),
        (DISABLED, PrinterTrouble.NOT_READY, "cupsenable office"),
        ("echo 'lpstat: Bad file descriptor' >&2; exit 1", PrinterTrouble.CANNOT, "Bad file descriptor"),
        ("sleep 60", PrinterTrouble.NO_ANSWER, "Restart CUPS"),
    ],
)
def test_a_queue_that_takes_no_job_is_told_before_anything_is_sent(
    tmp_path: Path, lpstat: str, said: PrinterTrouble, why: str
) -> None:
    asks: tuple[Callable[[PagePrinter], object], ...] = (lambda one: one.print(a_slip()), PagePrinter.check)
    for ask in asks:
        with pytest.raises(PrinterError) as caught:
            ask(Cups(tmp_path, lpstat=lpstat).printer(seconds=1 if "sleep" in lpstat else 10))
        assert caught.value.trouble is said
        assert why in str(caught.value)
        assert str(caught.value).isprintable()
    assert not (tmp_path / "page.pdf").exists()


def test_a_job_that_is_refused_is_told(tmp_path: Path) -> None:
    cups = Cups(tmp_path, lp='echo "lp: Destination \\"office\\" is not accepting jobs." >&2; exit 1')
    with pytest.raises(PrinterError) as caught:
        cups.printer().print(a_slip())
    assert caught.value.trouble is PrinterTrouble.NOT_READY
    assert "is not accepting jobs" in str(caught.value)


@pytest.mark.parametrize("lp", ["exec sleep 60", "sleep 60 & sleep 60", "exec <&-; sleep 60"])
def test_a_command_that_hangs_is_ended_with_all_that_it_started(tmp_path: Path, lp: str) -> None:
    begun = time.monotonic()
    with pytest.raises(PrinterError) as caught:
        Cups(tmp_path, lp=lp).printer(paper="A4", seconds=0.5).print(Slip((), lambda: bytes(1 << 20)))
    assert caught.value.trouble is PrinterTrouble.NO_ANSWER
    assert time.monotonic() - begun < 10


def test_where_cups_is_not_installed_that_is_told(tmp_path: Path) -> None:
    settings = PrinterSettings(kind="page", queue="office")
    with pytest.raises(PrinterError) as caught:
        PagePrinter(settings, path=str(tmp_path)).print(a_slip())
    assert caught.value.trouble is PrinterTrouble.CANNOT
    assert "cups-client" in str(caught.value)


def test_a_command_that_cannot_be_run_is_told(tmp_path: Path) -> None:
    cups = Cups(tmp_path)
    (tmp_path / "lpstat").write_text("#!/nothing/here\n")
    with pytest.raises(PrinterError) as caught:
        cups.printer().check()
    assert caught.value.trouble is PrinterTrouble.CANNOT
    assert "Nothing was printed." in str(caught.value)


def test_a_check_says_that_the_queue_is_well(tmp_path: Path) -> None:
    assert Cups(tmp_path).printer().check() == "The queue 'office' is ready for A6 pages."
    assert not (tmp_path / "page.pdf").exists()


def test_the_longest_wait_is_eight_seconds() -> None:
    assert 2 * SECONDS <= 8


def test_a_job_that_does_not_leave_the_queue_is_cancelled_and_told(tmp_path: Path) -> None:
    cups = Cups(tmp_path, lpstat=LEAVES_WAITING)
    with pytest.raises(PrinterError) as told:
        cups.printer(patience=0.1).print(a_slip())
    assert "office-1" in str(told.value)
    assert told.value.trouble is PrinterTrouble.STOPPED
    assert cups.told("cancelled") == ["-x office-1"]


def test_a_printer_that_is_told_to_stop_cancels_what_waits(tmp_path: Path) -> None:
    cups = Cups(tmp_path, lpstat=LEAVES_WAITING)
    printer = cups.printer()
    printer.stop()
    with pytest.raises(PrinterError) as told:
        printer.print(a_slip())
    assert told.value.trouble is PrinterTrouble.STOPPED
    assert cups.told("cancelled") == ["-x office-1"]


@pytest.mark.parametrize("cancel", ["echo 'cancel: Job #1 does not exist.' >&2; exit 1", "sleep 60"])
def test_a_page_that_is_printed_is_printed_whatever_becomes_of_its_copy(tmp_path: Path, cancel: str) -> None:
    cups = Cups(tmp_path, cancel=cancel)
    cups.printer(seconds=1 if "sleep" in cancel else 10).print(a_slip())
    assert (tmp_path / "page.pdf").exists()


@pytest.mark.parametrize(
    ("watching", "told"),
    [
        ("echo 'lpstat: Bad file descriptor' >&2; exit 1", PrinterTrouble.STOPPED),
        ("sleep 60", PrinterTrouble.NO_ANSWER),
    ],
)
def test_a_job_of_which_nothing_more_is_known_is_cancelled_with_its_copy(
    tmp_path: Path, watching: str, told: PrinterTrouble
) -> None:
    cups = Cups(tmp_path, lpstat=f"if [ $1 = -p ]; then {IDLE}; else {watching}; fi")
    with pytest.raises(PrinterError) as caught:
        cups.printer(seconds=1, patience=0.1).print(a_slip())
    assert caught.value.trouble is told
    assert cups.told("cancelled") == ["-x office-1"]


def test_a_job_that_nobody_can_name_is_told(tmp_path: Path) -> None:
    cups = Cups(tmp_path, lp="cat > /dev/null; echo taken")
    with pytest.raises(PrinterError) as told:
        cups.printer().print(a_slip())
    assert "the job's" in str(told.value)
