"""What a customer who meets an error is told: what happened, and what to do, in the language of the visit."""

from typing import assert_never

from kiosk.dates import on_day
from kiosk.entry.handle import LENGTH
from kiosk.errors import (
    BusyError,
    CodeTrouble,
    DamageError,
    EntryError,
    Fate,
    Gone,
    GoneError,
    HandleError,
    NoEntryError,
    NoMemoryError,
    NoRoomError,
    PrinterError,
    PrinterTrouble,
    SaveError,
    SealError,
    SpeechError,
    SpeechTrouble,
)
from screens.i18n import _, _n

ORDINALS = (_("first"), _("second"), _("third"), _("fourth"))
"""How the groups of a code are called."""
OTHER_LETTERS = _(
    "A code has only letters from A to Z and numbers. The keyboard may be set to another language."
)


def for_customer(error: Exception) -> str:
    """Return what a customer is told who meets an error."""
    match error:
        case HandleError():
            return wrong_code(error)
        case NoMemoryError() | BusyError():
            return _("This machine is busy. Wait a moment, then try again.")
        case SealError() | EntryError() | DamageError():
            return _("Your answers cannot be read here. Tell a member of staff.")
        case NoRoomError():
            return _("This machine has no room left, so nothing was saved. Tell a member of staff.")
        case SaveError():
            return _("This could not be saved. Tell a member of staff, then try again.")
        case GoneError():
            return what_became(error.gone)
        case NoEntryError():
            return _("We cannot find answers for this code.")
        case PrinterError():
            return no_paper(error.trouble)
        case SpeechError():
            return no_voice(error.trouble)
        case _:
            return _("This did not work. Tell a member of staff.")


def of_a_comment(error: SaveError) -> str:
    """Return what a customer is told whose comment was not kept."""
    if isinstance(error, NoRoomError):
        return _("There is no room left here, so your comment is not kept. Tell a member of staff.")
    return _("Your comment could not be kept. Tell a member of staff.")


def what_became(gone: Gone) -> str:
    """Return what became of an entry, for its customer."""
    match gone.fate:
        case Fate.EXPIRED:
            if gone.when is None:
                return _("These answers were deleted, because the time we keep them was over.")
            told = _("These answers were deleted on {day}, because the time we keep them was over.")
            return told.format(day=on_day(gone.when))
        case Fate.NEW_CODE:
            if gone.when is None:
                return _("Staff gave a new code for these answers. This code no longer opens them.")
            told = _("Staff gave a new code for these answers on {day}. This code no longer opens them.")
            return told.format(day=on_day(gone.when))
        case Fate.DELETED:
            return _(
                "The answers that you were changing were deleted, by you or by staff. Your changes are "
                "deleted too."
            )
        case Fate.UNKNOWN:
            return _("We cannot find them on this machine.")
        case never:
            assert_never(never)


def wrong_code(error: HandleError) -> str:
    """Return what is wrong with what a customer typed as their code, and where to look."""
    match error.trouble:
        case CodeTrouble.NOTHING:
            return _("Enter the code: four groups of four characters.")
        case CodeTrouble.NAME_ALONE:
            return _("This is no code. A code has four groups of four characters.")
        case CodeTrouble.CHARACTER:
            if error.group is None:
                return _("Check the end of the code. It holds a character that no code has.")
            told = _("Check the {ordinal} group. It holds a character that no code has.")
            return told.format(ordinal=_ordinal(error))
        case CodeTrouble.SCRIPT:
            return OTHER_LETTERS
        case CodeTrouble.GROUP_LENGTH:
            told = _("Check the {ordinal} group. Each group has 4 characters, and this has {count}.")
            return told.format(ordinal=_ordinal(error), count=error.count)
        case CodeTrouble.LENGTH if error.count < LENGTH:
            return _n(
                "A code has 16 characters, and this has {length}: {count} is missing. "
                "Check each group again.",
                "A code has 16 characters, and this has {length}: {count} are missing. "
                "Check each group again.",
                LENGTH - error.count,
                length=error.count,
            )
        case CodeTrouble.LENGTH:
            told = _("A code has 16 characters, and this has {length}. Check each group again.")
            return told.format(length=error.count)
        case CodeTrouble.CHECK:
            return _("Something in this code is wrong. Check each group again.")
        case never:
            assert_never(never)


def no_paper(trouble: PrinterTrouble) -> str:
    """Return what is wrong with the printer."""
    match trouble:
        case PrinterTrouble.NO_ANSWER:
            return _("The printer does not answer. Tell a member of staff.")
        case PrinterTrouble.NOT_READY:
            return _("The printer is not ready. Tell a member of staff.")
        case PrinterTrouble.CANNOT:
            return _("This machine cannot print at the moment. Tell a member of staff.")
        case PrinterTrouble.NO_PAPER:
            return _("The printer has no paper. Tell a member of staff.")
        case PrinterTrouble.OPEN:
            return _("The printer is open. Tell a member of staff.")
        case PrinterTrouble.STOPPED:
            return _("The printer stopped before the end. Tell a member of staff.")
        case never:
            assert_never(never)


def no_voice(trouble: SpeechTrouble) -> str:
    """Return why nothing is spoken."""
    match trouble:
        case SpeechTrouble.NO_VOICE:
            return _("There is no voice at the moment. Tell a member of staff.")
        case SpeechTrouble.NO_LANGUAGE:
            return _("There is no voice for this language. Tell a member of staff.")
        case never:
            assert_never(never)


def _ordinal(error: HandleError) -> str:
    return ORDINALS[(error.group or 1) - 1]
