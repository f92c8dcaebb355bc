"""What people are told of the system's errors: what happened and what to do, in words of the kiosk's own."""

import errno
import os
import re
import socket
from pathlib import Path

from kiosk.os_errors import explained, size

STICK = Path("/media/usb")
ROOT = Path(__file__).parents[2]


def test_a_stick_that_was_pulled_and_one_that_is_full_are_told_with_what_to_do() -> None:
    assert explained(OSError(errno.EIO, "x"), STICK, "Nothing was written.") == (
        "The disk of /media/usb was taken out, or is broken. Nothing was written. Put it in and try again. "
        "If that does not help, use another disk."
    )
    assert explained(OSError(errno.ENOSPC, "x"), STICK, "Nothing was written.", need=11_001) == (
        "There is no room left on the disk of /media/usb: 12 KB are needed. Nothing was written. Free some "
        "space, then try again."
    )


def test_the_kiosks_own_disk_is_for_the_person_who_looks_after_it() -> None:
    assert explained(OSError(errno.EIO, "x")) == (
        "This machine's disk was taken out, or is broken. Tell the person who looks after this machine."
    )
    assert explained(OSError(errno.ENOSPC, "x"), outcome="Nothing was done.") == (
        "There is no room left on this machine's disk. Nothing was done. Free some space, or tell the person "
        "who looks after this machine."
    )


def test_an_error_that_has_a_path_names_it() -> None:
    denied = PermissionError(errno.EACCES, "x", "/srv/kiosk/kiosk.toml")
    assert explained(denied).startswith("/srv/kiosk/kiosk.toml cannot be used by this user.")


def test_no_error_is_told_in_the_systems_words() -> None:
    for number in (*errno.errorcode, 9999):
        for place in (None, STICK, "the printer"):
            said = explained(OSError(number, os.strerror(number)), place, "Nothing was done.")
            assert re.fullmatch(r"[A-Z/].+\. Nothing was done\. [A-Z].+\.", said), said
            assert os.strerror(number) not in said


def test_an_error_without_a_number_of_the_systems_is_told_too() -> None:
    for error, said in (
        (TimeoutError("timed out"), "The printer does not answer."),
        (socket.gaierror(socket.EAI_NONAME, "Name or service not known"), "The printer is not known to"),
        (OSError("no number"), "The printer could not be used."),
    ):
        assert explained(error, "the printer").startswith(said)


def test_what_is_needed_is_rounded_up_and_what_is_free_down() -> None:
    counts = (1, 12_000, 12_001, 999_999, 870_000_000, 870_400_000, 14_300_000_000)
    needed = ["1 KB", "12 KB", "13 KB", "1 MB", "870 MB", "871 MB", "14.3 GB"]
    assert [size(count, up=True) for count in counts] == needed
    free = ["0 KB", "12 KB", "12 KB", "0 MB", "870 MB", "870 MB", "14.3 GB"]
    assert [size(count) for count in counts] == free


def test_the_systems_words_go_to_the_log_alone() -> None:
    files = [*(ROOT / "kiosk").rglob("*.py"), *(ROOT / "screens").rglob("*.py")]
    passed_on = {
        str(file.relative_to(ROOT))
        for file in files
        if re.search(r"\berror\.strerror|cause\.strerror", file.read_text())
    }
    assert passed_on == {"kiosk/supervision/children.py"}
