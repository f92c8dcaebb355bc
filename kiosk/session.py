"""What a process of the kiosk works with, put together in one place from a home folder."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from kiosk.clock import not_before
from kiosk.names import NameWords, load_names
from kiosk.pack.load import load_pack
from kiosk.pack.model import Pack
from kiosk.save import Saver
from kiosk.settings import Home, Settings, content, load_settings
from kiosk.vault.vault import Vault


@dataclass(frozen=True)
class Practice:
    """The made-up member of staff of a practice kiosk."""

    staff: str
    passphrase: str = field(repr=False)


@dataclass(frozen=True)
class Session:
    """One process's settings, pack, vault and clock."""

    home: Home
    settings: Settings
    pack: Pack
    names: NameWords
    vault: Vault
    practice: Practice | None = None

    def saver(self) -> Saver:
        """Return what seals and keeps entries here."""
        return Saver(self.vault, self.settings.venue.key, self.names, now)


def now() -> datetime:
    """Return the time, UTC."""
    return datetime.now(UTC)


def open_session(home: Home, practice: Practice | None = None) -> Session:
    """Read everything a process needs below a home. Raises SettingsError, PackError."""
    settings = load_settings(home.settings)
    shipped = content()
    names = load_names(shipped / "names" / "en.toml")
    return Session(
        home=home,
        settings=settings,
        pack=load_pack(shipped / "packs" / f"{settings.pack}.toml"),
        names=names,
        vault=Vault(home.root, clock=now, name_of=names.name_of, not_before=not_before(home.clock)),
        practice=practice,
    )
