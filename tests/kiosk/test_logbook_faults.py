"""What is said about an error never holds what a person wrote."""

import errno
import sys
import threading

import pytest

from kiosk.errors import NoRoomError, SaveError, SpeechError, SpeechTrouble
from kiosk.launch import event_of
from kiosk.logbook import describe, report_uncaught, why

ANSWER = "marmalade sandwiches"


class RefusedError(Exception):
    pass


def fail(answer: str) -> None:
    raise ValueError(f"cannot read {answer}")


def caught(run: object) -> BaseException:
    try:
        assert callable(run)
        run()
    except BaseException as error:  # noqa: BLE001 - whatever it is, it is what the test asks about
        return error
    raise AssertionError("nothing was raised")


def test_it_tells_the_type_and_the_places_and_not_the_message() -> None:
    lines = describe(caught(lambda: fail(ANSWER))).splitlines()
    assert lines[0] == "builtins.ValueError"
    assert lines[-1].startswith("  tests/kiosk/test_logbook_faults.py:")
    assert lines[-1].endswith(" fail")
    assert ANSWER not in "\n".join(lines)


def test_it_follows_the_cause_and_what_was_being_handled() -> None:
    def chain() -> None:
        try:
            try:
                fail(ANSWER)
            except ValueError as error:
                raise RefusedError(ANSWER) from error
        except RefusedError:
            dict[str, str]()[ANSWER]

    told = describe(caught(chain))
    heads = [line for line in told.splitlines() if not line.startswith("  ")]
    assert heads == [
        "builtins.KeyError",
        "while handling: tests.kiosk.test_logbook_faults.RefusedError",
        "caused by: builtins.ValueError",
    ]
    assert ANSWER not in told


def test_an_error_raised_from_none_tells_nothing_behind_it() -> None:
    def hide() -> None:
        try:
            fail(ANSWER)
        except ValueError:
            raise RefusedError from None

    assert "ValueError" not in describe(caught(hide))


def test_the_members_of_a_group_are_told() -> None:
    told = describe(ExceptionGroup(ANSWER, [ValueError(ANSWER), OSError(ANSWER)]))
    assert told.splitlines() == [
        "builtins.ExceptionGroup",
        "in the group: builtins.ValueError",
        "in the group: builtins.OSError",
    ]


def test_a_ring_of_causes_comes_to_an_end() -> None:
    first, second = ValueError(), OSError()
    first.__cause__, second.__cause__ = second, first
    assert describe(first).splitlines() == ["builtins.ValueError", "caused by: builtins.OSError"]


def test_an_endless_recursion_is_cut_in_the_middle() -> None:
    def again() -> None:
        again()

    lines = describe(caught(again)).splitlines()
    assert len(lines) < 40
    assert any("more" in line for line in lines)


def test_what_nobody_caught_is_reported_and_not_printed(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    for module, hook in ((sys, "excepthook"), (sys, "unraisablehook"), (threading, "excepthook")):
        monkeypatch.setattr(module, hook, getattr(module, hook))
    told: list[BaseException] = []
    report_uncaught(told.append)

    class Doomed:
        def __del__(self) -> None:
            raise OSError(ANSWER)

    Doomed()
    thread = threading.Thread(target=fail, args=[ANSWER])
    thread.start()
    thread.join()
    error = caught(lambda: fail(ANSWER))
    sys.excepthook(type(error), error, error.__traceback__)

    assert [type(error) for error in told] == [OSError, ValueError, ValueError]
    assert capfd.readouterr() == ("", "")


def _behind(error: BaseException, cause: BaseException) -> BaseException:
    error.__cause__ = cause
    return error


def test_why_names_what_the_system_says_and_no_word_of_anybody() -> None:
    for error, name in (
        (OSError(errno.ENOSPC, "No space left for brindle"), "ENOSPC"),
        (_behind(SaveError("brindle"), OSError(errno.EROFS, "brindle")), "EROFS"),
        (_behind(SaveError("brindle"), _behind(ValueError("brindle"), OSError(errno.EIO, "x"))), "EIO"),
        (NoRoomError("brindle"), "NoRoomError"),
        (OSError("brindle"), "OSError"),
        (OSError(99_999, "brindle"), "99999"),
    ):
        assert why(error) == name
        assert "brindle" not in describe(error)
        assert name in describe(error)


def test_the_log_says_why_a_visit_could_not_save_or_speak() -> None:
    error = _behind(SaveError("brindle"), OSError(errno.ENOSPC, "brindle"))
    assert event_of("visit", error) == "a visit could not save (ENOSPC)"
    assert event_of("desk", NoRoomError("brindle")) == "a desk could not save (NoRoomError)"
    assert event_of("visit", SpeechError(SpeechTrouble.NO_VOICE, "brindle")) == "the voice did not speak"
    assert event_of("visit", ValueError("brindle")) == "a visit met an unexpected error"
    assert "builtins.OSError ENOSPC" in describe(error)
