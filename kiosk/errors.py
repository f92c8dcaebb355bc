"""One tree of exceptions; each says what happened to staff, and in plain words to a customer who meets it.

    KioskError
    ├── SettingsError        kiosk.toml or the set-up is wrong, or nothing is set up
    │   └── SameDiskError    the recovery sheet would lie on the disk of what it opens
    ├── PackError            a mistake in a pack, with file, line and path
    ├── HandleError          a code that was not read as one; names the group where it can
    ├── SealError            a page or key that does not open with what was given
    ├── EntryError           an opened page, or an answers file, that does not read as one
    ├── VaultError
    │   ├── SaveError        nothing was saved; the answers are still with the caller
    │   │   └── NoRoomError  … because the disk is down to its reserve
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
    │   └── CarrierError     a stick, folder or store does not carry: gone, full, read-only, not reached


class TakenError(CarrierError):
    """Something else has that name on the carrier already, and is never written over."""


class OutputError(KioskError):
    """What a command says could not be printed. `gone` tells whether nobody reads it any more."""

    def __init__(self, message: str, *, gone: bool = False) -> None:
        self.gone = gone
        super().__init__(message)


class PrinterError(KioskError):
    """Not printed, or not to the end."""

    def __init__(self, customer: str, why: str) -> None:
        super().__init__(why, customer=customer)


class SpeechError(KioskError):
    """Not spoken, or not to the end."""

    def __init__(self, customer: str, why: str) -> None:
        super().__init__(why, customer=customer)
