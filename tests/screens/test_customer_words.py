"""What a customer is told of an error: by its kind and its facts, in plain words and in their language."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from kiosk import errors
from kiosk.entry import handle
from kiosk.errors import (
    BusyError,
    CodeTrouble,
    DamageError,
    EntryError,
    Fate,
    Gone,
    GoneError,
    HandleError,
    KioskError,
    NewCodeError,
    NoEntryError,
    NoMemoryError,
    NoRoomError,
    PrinterError,
    PrinterTrouble,
    SaveError,
    SealError,
    SpeechError,
    SpeechTrouble,
    VaultError,
)
from kiosk.language import Words, speaking
from kiosk.pack.reading import sentences
from screens.customer_words import for_customer, of_a_comment, what_became
from tests.languages import MARKED
from tests.plain_words import problems

KINDS = {kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, KioskError)}
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
UNREAD = "Your answers cannot be read here. Tell a member of staff."
BUSY = "This machine is busy. Wait a moment, then try again."
GENERAL = "This did not work. Tell a member of staff."
OF_THEIR_OWN = {
    SealError: UNREAD,
    errors.NoKeyError: UNREAD,
    EntryError: UNREAD,
    DamageError: UNREAD,
    NoMemoryError: BUSY,
    BusyError: BUSY,
    SaveError: "This could not be saved. Tell a member of staff, then try again.",
    NoRoomError: "This machine has no room left, so nothing was saved. Tell a member of staff.",
    NoEntryError: "We cannot find answers for this code.",
}
"""Kinds of errors that hold no facts, and what is said of each."""
WITH_FACTS = {HandleError, GoneError, NewCodeError, PrinterError, SpeechError}
STAFF_ALONE = KINDS - {*OF_THEIR_OWN} - WITH_FACTS - {errors.PackError, errors.OutputError}


def every_error() -> Iterator[Exception]:
    """Yield one of each kind, with each of the facts that it may hold."""
    yield from (kind() for kind in OF_THEIR_OWN)
    for trouble in CodeTrouble:
        for group in (None, 1, 2, 3, 4):
            yield from (HandleError("", trouble, group, count=count) for count in (3, 15, 14, 17))
    for fate in Fate:
        yield from (GoneError("", Gone(fate, when)) for when in (None, NOON))
    yield NewCodeError("", NOON, "", "")
    yield from (PrinterError(trouble, "") for trouble in PrinterTrouble)
    yield from (SpeechError(trouble, "") for trouble in SpeechTrouble)
    yield VaultError("/srv/kiosk/catalogue/log could not be read.")
    yield OSError("The disk is asleep.")


def every_sentence() -> set[Words]:
    comments = of_a_comment(NoRoomError()), of_a_comment(SaveError())
    return {*map(for_customer, every_error()), *comments}


@pytest.mark.parametrize("said", sorted(every_sentence()))
def test_what_a_customer_is_told_of_an_error_is_plain(said: str) -> None:
    assert {part: problems(part) for part in sentences(said) if problems(part)} == {}


def test_each_kind_has_its_sentence_and_what_only_staff_meet_has_the_general_one() -> None:
    assert {kind: for_customer(kind("/srv is asleep.")) for kind in OF_THEIR_OWN} == OF_THEIR_OWN
    assert {for_customer(kind("/srv is asleep.")) for kind in STAFF_ALONE} == {GENERAL}
    assert for_customer(OSError("The disk is asleep.")) == GENERAL


def test_all_that_a_customer_is_told_is_in_their_language() -> None:
    with speaking(MARKED):
        assert [said for said in every_sentence() if not str(said).startswith("~")] == []


def test_each_trouble_has_words_of_its_own() -> None:
    for troubles in (
        {for_customer(PrinterError(trouble, "")) for trouble in PrinterTrouble},
        {for_customer(SpeechError(trouble, "")) for trouble in SpeechTrouble},
    ):
        assert all(said != GENERAL for said in troubles)
    assert len({for_customer(PrinterError(trouble, "")) for trouble in PrinterTrouble}) == len(PrinterTrouble)
    assert len({what_became(Gone(fate, when)) for fate in Fate for when in (None, NOON)}) == len(Fate) + 2


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "Blue Otter",
        "K7Q 4MDU 9RTW 2HN9",
        "K7Q4 MDU9 RTW2",
        "K7Q4 MD",
        "K7Q4",
        "K7Q4 MD9R TW2H NUAA A",
        "K7Q4 MD!R TW2H N9AA",
        "K7Q4 MD9R TW2H N9AA U",
        "0000 0000 0000 0001",
        "K7Q44MD9RTW2HN9",
    ],
)
def test_of_a_code_customers_are_told_in_english_what_staff_are(typed: str) -> None:
    with pytest.raises(HandleError) as caught:
        handle.read(typed)
    assert for_customer(caught.value) == str(caught.value)


def test_what_became_of_an_entry_is_told_with_its_day() -> None:
    assert what_became(Gone(Fate.EXPIRED, NOON)) == (
        "These answers were deleted on 1 March 2026, because the time we keep them was over."
    )
    assert what_became(Gone(Fate.NEW_CODE)) == (
        "Staff gave a new code for these answers. This code no longer opens them."
    )


def test_a_comment_that_is_not_kept_is_no_answer_that_is_not_saved() -> None:
    assert of_a_comment(NoRoomError()) == (
        "There is no room left here, so your comment is not kept. Tell a member of staff."
    )
    assert of_a_comment(SaveError()) == "Your comment could not be kept. Tell a member of staff."
