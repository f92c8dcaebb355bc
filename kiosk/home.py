"""A home: where everything lives that one kiosk keeps.

A home is a folder, `$KIOSK_HOME` or the platform's user-data folder:

    kiosk.toml      the venue, its public key, the words and times a venue sets
    packs/          the venue's own packs: a draft, published versions and their states
    staff/          one wrapped copy of the venue key for each member of staff; absent where no desk is
    vault/          sealed pages
    catalogue/      the log of what there is and what became of it
    audit/          what staff did, sealed and chained
    drafts/         paused visits, each sealed to its own code alone
    running/        visits that run now, each sealed to a key that only its supervisor's memory holds
    unfinished/     what staff were writing when the desk locked, each sealed to its writer alone
    attempts        how many codes were tried that open nothing
    unlocks         how many passphrases were tried that open nothing
    comments/       what customers said of the questions, and what was decided on that, sealed
    you-said        what was decided, as customers read it at Welcome
    training.toml   what practice opens with, where the venue has written its own
    summaries/      the figures of each finished quarter, as they may be shown, sealed
    uncounted/      what deleted entries add to the figures of a quarter that is not counted yet, sealed
    place           which installation this is
    place-keys      what it signs with, and what opens what others send it
    places/         the installations that it knows
    stock           what the desk found here when it was last unlocked
    clock           until when this machine's clock was believed
    last-backup     when the last backup was made
    kiosk.log       what went wrong and when; never what anybody wrote
"""

import os
from collections.abc import Mapping
from pathlib import Path

from kiosk.errors import SettingsError


class Home:
    """The paths below one home folder. Nothing is made by asking for one."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.settings = root / "kiosk.toml"
        self.packs = root / "packs"
        self.staff = root / "staff"
        self.vault = root / "vault"
        self.catalogue = root / "catalogue" / "log"
        self.audit = root / "audit" / "log"
        self.drafts = root / "drafts"
        self.running = root / "running"
        self.unfinished = root / "unfinished"
        self.attempts = root / "attempts"
        self.unlocks = root / "unlocks"
        self.comments = root / "comments"
        self.you_said = root / "you-said"
        self.training = root / "training.toml"
        self.summaries = root / "summaries"
        self.uncounted = root / "uncounted"
        self.place = root / "place"
        self.places = root / "places"
        self.known_places = self.places / "known.json"
        self.place_keys = root / "place-keys"
        self.stock = root / "stock"
        self.clock = root / "clock"
        self.last_backup = root / "last-backup"
        self.log = root / "kiosk.log"

    def apart(self, venue: str) -> "Home":
        """Return the same home with the figures of another venue, told by its id, as `summaries`."""
        other = Home(self.root)
        other.summaries = self.summaries / venue
        return other

    def is_set_up(self) -> bool:
        """Tell whether `kiosk setup` has finished here."""
        return self.settings.exists()

    def has_desk(self) -> bool:
        """Tell whether a member of staff can unlock here. Raises OSError where the folder cannot be read."""
        try:
            # Not `glob`, to which a folder that cannot be read is an empty one.
            return any(name.endswith(".json") for name in os.listdir(self.staff))  # noqa: PTH208
        except (FileNotFoundError, NotADirectoryError):
            return False


def training_beside(home: Home) -> Path:
    """Return where a practice home has its training file: beside it, and gone with it."""
    return home.root.with_name("training.toml")


def slip_beside(home: Home) -> Path:
    """Return where a practice home has the code of the card that is played, which nobody keeps secret."""
    return home.root.with_name("slip")


def home_from(environment: Mapping[str, str]) -> Home:
    """Return the home that `$KIOSK_HOME` names, else the platform's user-data folder.

    Raises SettingsError where it names the home of a user who is not there.
    """
    named = environment.get("KIOSK_HOME")
    if named:
        try:
            return Home(Path(named).expanduser().absolute())
        except RuntimeError as error:
            raise SettingsError(
                "KIOSK_HOME starts with the name of a user who does not exist here."
            ) from error
    import platformdirs  # only where it is asked

    return Home(platformdirs.user_data_path("strengths-kiosk", appauthor=False))
