"""One tree of exceptions: each says what happened to staff, and holds the facts of it.

What a customer who meets one is told, `screens.customer_words` says by its kind and its facts.

    KioskError
    ├── SettingsError        kiosk.toml or the set-up is wrong, or nothing is set up
    │   └── SameDiskError    the recovery sheet would lie on the disk of what it opens
    ├── PackError            a mistake in a pack, with file, line and path
    ├── HandleError          a code that was not read as one; names the group where it can
    ├── SealError            a page or key that does not open with what was given
    │   ├── NoKeyError       … and is whole: it is sealed to other keys
    │   └── NoMemoryError    … because the machine is short of memory
    ├── EntryError           an opened page, or an answers file, that does not read as one
    ├── VaultError
    │   ├── SaveError        nothing was saved; the answers are still with the caller
    │   │   ├── NoRoomError  … because the disk is down to its reserve
    │   │   └── BusyError    … because the machine is short of memory
    │   ├── BegunError       a step is begun, and is finished at the next start or unlock
    │   ├── NotMarkedError   a page was added, and the list of entries could not say so
    │   ├── NoEntryError     no entry has that id
    │   │   └── GoneError    … and it is known what became of it, such as that its time was over
    │   │       └── NewCodeError  … that staff gave a new code for it
    │   └── DamageError      a page or log that is there but cannot be read
    ├── DeskError
    │   ├── PassphraseError  name or passphrase is wrong, or a new passphrase is too easy to guess
    │   ├── LeadNeededError  this is for a lead
    │   ├── PlanChangedError somebody else wrote a plan meanwhile
    │   ├── ShutOutError     whoever unlocked can do nothing more: removed, or the venue has another key
    │   └── StaffError       no such member of staff, or one too many
    ├── PlaceError           a place's keys or card, the list of known places, or what is sent, cannot be used
    │   ├── CardError        a card that was not read as one, or is not wanted; names the line where it can
    │   ├── SignatureError   what is signed was changed since, or by whom is not known
    │   ├── ManifestError    what a place sent, or a receipt, is not what it has to be, and is not taken
    │   │   └── NotForHereError  it was sent to others than this place
    │   └── CarrierError     a stick, folder or store does not carry: gone, full, read-only, not reached
    │       └── TakenError   … because something else has that name there already
    ├── OutputError          what a command says could not be printed
    ├── PrinterError         not printed, or not to the end
    └── SpeechError          not spoken, or not to the end

Raise them `from` their cause. A message never holds an answer, a code or a passphrase.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from pathlib import Path


class KioskError(Exception):
    """The root: anything the program foresees. `str()` is what staff are told at the desk and by commands."""

    def __init__(self, message: str = "") -> None:
        super().__init__(message)


class SettingsError(KioskError):
    """The settings are missing or wrong."""


class SameDiskError(SettingsError):
    """The recovery sheet would lie on the disk of what it opens. Whoever is asked may want that."""


class PackError(KioskError):
    """A mistake in a pack: where it is and what was expected there."""

    def __init__(self, file: Path, line: int | None, path: str, expected: str) -> None:
        self.file = file
        self.line = line
        self.path = path
        self.expected = expected
        place = f"{file}:{line}" if line else str(file)
        super().__init__(f"{place}: {path}: {expected}" if path else f"{place}: {expected}")


class CodeTrouble(Enum):
    """What is wrong with what was typed as a code."""

    NOTHING = "nothing was typed"
    NAME_ALONE = "it is a name, and no code follows"
    CHARACTER = "it holds a character that no code has"
    SCRIPT = "it holds a letter that is none from A to Z"
    GROUP_LENGTH = "one group has not four characters"
    LENGTH = "it has not 16 characters"
    CHECK = "its characters do not hold together"


class HandleError(KioskError):
    """A code that cannot be read.

    `group` is the group of four that looks wrong, 1 to 4, or None; `count` is how many characters that group,
    or the whole, has where that is what is wrong.
    """

    def __init__(
        self, message: str, trouble: CodeTrouble, group: int | None = None, *, count: int = 0
    ) -> None:
        self.trouble = trouble
        self.group = group
        self.count = count
        super().__init__(message)


class SealError(KioskError):
    """A sealed page or a wrapped key that does not open with the key given."""


class NoKeyError(SealError):
    """What is sealed is whole, as far as that can be seen, and sealed to other keys than those given."""


class NoMemoryError(SealError):
    """The machine has not the memory that making a key takes, and will have it again."""


class EntryError(KioskError):
    """Bytes that were opened but are no page, or an answers file that does not fit its pack."""


class VaultError(KioskError):
    """The vault could not do what was asked."""


class SaveError(VaultError):
    """Nothing was saved, and nothing half-saved is left. The caller still holds the answers."""


class NoRoomError(SaveError):
    """The disk is down to its reserve of free space, which is kept so that erasing still works."""


class BusyError(SaveError):
    """The machine is short of memory: it can be tried again in a moment."""


class BegunError(VaultError):
    """A step is begun, and is finished at the next start or unlock."""


class NotMarkedError(VaultError):
    """A page was added to an entry, and is saved; the list of entries could not be changed."""


class NoEntryError(VaultError):
    """There is no entry with that id."""


class Fate(Enum):
    """What became of an entry that is here no more."""

    EXPIRED = "the time for which it was kept was over"
    NEW_CODE = "staff gave a new code for it"
    DELETED = "it was deleted while its customer was changing it, and the changes with it"
    UNKNOWN = "nothing here tells"


@dataclass(frozen=True)
class Gone:
    """What became of an entry, and when, as far as that is known."""

    fate: Fate
    when: datetime | None = None


class GoneError(NoEntryError):
    """There was an entry with that id, and it is known what became of it."""

    def __init__(self, message: str, gone: Gone) -> None:
        self.gone = gone
        super().__init__(message)


class NewCodeError(GoneError):
    """Staff gave a new code for it, says its tombstone, which may be planted (`kiosk.vault.move_journal`)."""

    def __init__(self, message: str, when: datetime | None, erased: str, told: str) -> None:
        self.erased = erased
        self.told = told
        super().__init__(message, Gone(Fate.NEW_CODE, when))


class DamageError(VaultError):
    """A page or a log that is there but cannot be read."""


class DeskError(KioskError):
    """The desk could not do what was asked."""


class PassphraseError(DeskError):
    """Name or passphrase is wrong, or a new passphrase is too easy to guess."""


class LeadNeededError(DeskError):
    """What a lead may do and a member of staff may not."""


class PlanChangedError(DeskError):
    """Somebody else wrote a plan since this one was begun: nothing was saved."""


class ShutOutError(DeskError):
    """Whoever unlocked the desk can do nothing more with it, since something changed meanwhile."""


class StaffError(DeskError):
    """No such member of staff, a name that is taken, or the last one who could unlock."""


class PlaceError(KioskError):
    """A place cannot be introduced, revoked or looked up, or its own keys cannot be used."""


class CardError(PlaceError):
    """A card that cannot be read or taken. `line` is the typed line that looks wrong, from 1, or None."""

    def __init__(self, message: str, line: int | None = None) -> None:
        self.line = line
        super().__init__(message)


class SignatureError(PlaceError):
    """A signature that is none, is another place's, or is not of what it stands beside."""


class ManifestError(PlaceError):
    """What a place sent, or a receipt, that is not taken: changed, mixed up, not for here, or too new."""


class NotForHereError(ManifestError):
    """What a place sent to others than this one."""


class CarrierError(PlaceError):
    """A stick, a folder or a store that does not carry. What was begun counts for nothing; begin it again."""


class TakenError(CarrierError):
    """Something else has that name on the carrier already, and is never written over."""


class OutputError(KioskError):
    """What a command says could not be printed. `gone` tells whether nobody reads it any more."""

    def __init__(self, message: str, *, gone: bool = False) -> None:
        self.gone = gone
        super().__init__(message)


class PrinterTrouble(Enum):
    """What is wrong with a printer, as far as anybody beside it has to know."""

    NO_ANSWER = "it does not answer"
    NOT_READY = "it is not ready"
    CANNOT = "this machine cannot print at the moment"
    NO_PAPER = "it has no paper"
    OPEN = "it is open"
    STOPPED = "it stopped before the end"


class PrinterError(KioskError):
    """Not printed, or not to the end."""

    def __init__(self, trouble: PrinterTrouble, why: str) -> None:
        self.trouble = trouble
        super().__init__(why)


class SpeechTrouble(Enum):
    """Why nothing is spoken."""

    NO_VOICE = "what speaks is missing, or does not work"
    NO_LANGUAGE = "it has no voice for the language"


class SpeechError(KioskError):
    """Not spoken, or not to the end."""

    def __init__(self, trouble: SpeechTrouble, why: str) -> None:
        self.trouble = trouble
        super().__init__(why)
