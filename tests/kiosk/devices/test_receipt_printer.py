"""Receipt printers that work and that do not: off, unplugged, open, empty, deaf. No wait is endless."""

import os
import pty
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import Thread, Timer

import pytest

from kiosk.devices.connection import Patience
from kiosk.devices.receipt_printer import ReceiptPrinter, bytes_of
from kiosk.errors import PrinterError, PrinterTrouble
from kiosk.settings.printers import PrinterSettings
from tests.kiosk.devices.paper import printed
from tests.kiosk.devices.slips import HANDLE, a_long_slip, a_slip
from tests.kiosk.devices.till import ERROR, MUTE, NO_PAPER, OFFLINE, OPEN, WELL, Manner, Till

LISTENING = Patience(connect=2, answer=2, still=2, most=10)
"""For a printer that talks: on a busy machine an answer may take a while."""
LONG = a_long_slip()
printed_long = cache(lambda: bytes_of(LONG, 32, "default"))
SHORT = Patience(connect=0.5, answer=0.1, still=0.3, most=3)


def printer(device: str, patience: Patience = LISTENING) -> ReceiptPrinter:
    return ReceiptPrinter(PrinterSettings(kind="receipt", device=device, columns=32), patience)


@contextmanager
def refused(trouble: PrinterTrouble, why: str = "", seconds: float = 5) -> Iterator[None]:
    """Expect a PrinterError, and within a time."""
    begun = time.monotonic()
    with pytest.raises(PrinterError) as caught:
        yield
    assert time.monotonic() - begun < seconds
    assert caught.value.trouble is trouble
    assert why in str(caught.value)
    assert str(caught.value).endswith(".")


@contextmanager
def a_device() -> Iterator[tuple[str, int]]:
    """Give a device file, and the end of it where a printer would be."""
    near, far = pty.openpty()
    try:
        yield os.ttyname(far), near
    finally:
        os.close(near)
        os.close(far)


def test_a_slip_reaches_a_printer_whole() -> None:
    with Till(Manner(WELL)) as till:
        printer(till.device).print(a_slip())
    assert till.job == bytes_of(a_slip(), 32, "default")
    assert printed(till.job).codes == [HANDLE.symbols]


def test_a_long_slip_reaches_a_printer_that_takes_little_at_a_time() -> None:
    with Till(Manner(WELL)) as till:
        printer(till.device).print(LONG)
    assert till.job == printed_long()


def test_a_printer_that_never_answers_prints_all_the_same() -> None:
    with Till(Manner(MUTE)) as till:
        printer(till.device, SHORT).print(a_slip())
    assert till.job == bytes_of(a_slip(), 32, "default")


def test_a_printer_that_cannot_tell_when_it_is_done_is_believed() -> None:
    with Till(Manner(WELL, done=None)) as till:
        printer(till.device, Patience(connect=2, answer=0.3, still=0.3, most=10)).print(a_slip())
    assert till.job == bytes_of(a_slip(), 32, "default")


@pytest.mark.parametrize(
    ("answers", "said", "why"),
    [
        (NO_PAPER, PrinterTrouble.NO_PAPER, "out of paper"),
        (OPEN, PrinterTrouble.OPEN, "cover"),
        (ERROR, PrinterTrouble.NOT_READY, "error"),
        (OFFLINE, PrinterTrouble.NOT_READY, "offline"),
    ],
)
def test_a_printer_that_says_why_it_cannot_is_told_on_before_anything_is_sent(
    answers: dict[bytes, int], said: PrinterTrouble, why: str
) -> None:
    with Till(Manner(answers)) as till, refused(said, why):
        printer(till.device).print(a_slip())
    assert HANDLE.symbols.encode() not in till.got
    with Till(Manner(answers)) as till, refused(said, why):
        printer(till.device).check()


@pytest.mark.parametrize(
    ("after", "said"), [(NO_PAPER, PrinterTrouble.NO_PAPER), (OPEN, PrinterTrouble.OPEN)]
)
def test_paper_that_ends_in_the_midst_is_noticed_and_the_rest_is_taken_back(
    after: dict[bytes, int], said: PrinterTrouble
) -> None:
    with Till(Manner(WELL, after=after, done=None)) as till, refused(said):
        printer(till.device, Patience(connect=2, answer=0.5, still=2, most=10)).print(a_slip())
    assert till.got.endswith(bytes.fromhex("10 14 08 01 03 14 01 06 02 08"))


def test_a_printer_that_calls_itself_offline_while_it_prints_is_left_in_peace() -> None:
    with Till(Manner(WELL, after=OFFLINE, done=None)) as till:
        printer(till.device, Patience(connect=2, answer=0.3, still=0.3, most=10)).print(a_slip())
    assert till.job == bytes_of(a_slip(), 32, "default")


def test_a_printer_unplugged_in_the_midst_is_noticed() -> None:
    for answers in (WELL, MUTE):
        patience = LISTENING if answers else Patience(connect=2, answer=0.5, still=2, most=10)
        with Till(Manner(answers, takes=200)) as till, refused(PrinterTrouble.STOPPED, "gone"):
            printer(till.device, patience).print(a_slip())


def test_a_printer_that_takes_nothing_is_given_up_and_gets_nothing_later() -> None:
    # Some of it lies in the systems of both ends, but not the most, and what is left here is given up.
    with (
        Till(Manner(MUTE, reads=False)) as till,
        refused(PrinterTrouble.STOPPED, ("does not accept any more"), seconds=2),
    ):
        printer(till.device, SHORT).print(LONG)
    assert len(till.got) < len(printed_long()) / 2


def test_a_printer_that_is_told_to_stop_sends_nothing_more() -> None:
    with Till(Manner(MUTE, reads=False)) as till:
        stopping = printer(till.device, Patience())
        Timer(0.3, stopping.stop).start()
        with refused(PrinterTrouble.STOPPED, "told to stop", seconds=3):
            stopping.print(LONG)


def test_where_nothing_listens_the_printer_does_not_answer() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with refused(PrinterTrouble.NO_ANSWER, str(port), seconds=2):
        printer(f"tcp://127.0.0.1:{port}", SHORT).print(a_slip())
    with refused(PrinterTrouble.NO_ANSWER, str(port), seconds=2):
        printer(f"tcp://127.0.0.1:{port}", SHORT).check()


def test_a_network_that_swallows_everything_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        port = full.getsockname()[1]
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(("127.0.0.1", port))
        with refused(PrinterTrouble.NO_ANSWER, "does not answer", seconds=2):
            printer(f"tcp://127.0.0.1:{port}", SHORT).print(a_slip())
        for one in waiting:
            one.close()


def test_a_slip_reaches_a_device_file_byte_for_byte() -> None:
    with a_device() as (device, near):
        printer(device, SHORT).print(a_slip())
        got = os.read(near, 1 << 16)
    assert got == b"\x10\x04\x02" + bytes_of(a_slip(), 32, "default")


def test_a_device_that_takes_nothing_is_given_up_and_gets_nothing_later() -> None:
    with a_device() as (device, near):
        with refused(PrinterTrouble.STOPPED, "does not accept any more", seconds=2):
            printer(device, SHORT).print(LONG)
        os.set_blocking(near, False)
        got = os.read(near, 1 << 20)
    assert len(got) < len(printed_long()) / 2


def test_a_device_that_is_unplugged_in_the_midst_is_noticed() -> None:
    near, far = pty.openpty()

    def unplug() -> None:
        got = b""
        while b"\x1b@" not in got:
            got += os.read(near, 64)
        os.close(near)

    unplugging = Thread(target=unplug)
    unplugging.start()
    with refused(PrinterTrouble.STOPPED, "unplugged"):
        printer(os.ttyname(far), SHORT).print(LONG)
    unplugging.join()
    os.close(far)


def test_a_driver_that_says_there_is_no_room_says_that_the_paper_is_out() -> None:
    with refused(PrinterTrouble.NO_PAPER, "out of paper"):
        printer("/dev/full", SHORT).print(a_slip())


def test_a_device_that_only_prints_is_enough() -> None:
    printer("/dev/null", SHORT).print(a_slip())
    assert printer("/dev/null", SHORT).check() == (
        "The receipt printer at /dev/null can be reached. It does not report its state."
    )


def test_a_device_that_is_not_there_is_told_with_what_to_do() -> None:
    with refused(PrinterTrouble.NO_ANSWER, "Check that it is on and plugged in"):
        printer("/dev/usb/lp99", SHORT).print(a_slip())


def test_nothing_is_written_into_a_file_or_a_pipe(tmp_path: Path) -> None:
    file, pipe = tmp_path / "file", tmp_path / "pipe"
    file.touch()
    os.mkfifo(pipe)
    for path in (file, pipe):
        with refused(PrinterTrouble.NOT_READY, "not a device", seconds=2):
            printer(str(path), SHORT).print(a_slip())
    with refused(PrinterTrouble.NO_ANSWER):
        printer(str(tmp_path / "new"), SHORT).print(a_slip())
    assert file.read_bytes() == b""
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "pipe"]


def test_a_check_prints_nothing_and_says_that_all_is_well() -> None:
    with Till(Manner(WELL)) as till:
        assert printer(till.device).check() == f"The receipt printer at {till.device} is ready."
    assert till.job == b""


def test_the_longest_wait_for_a_printer_that_takes_nothing_is_eight_seconds() -> None:
    patience = Patience()
    assert patience.connect + patience.answer + patience.still <= 8
