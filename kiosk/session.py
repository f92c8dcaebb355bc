"""What a process of the kiosk works with, put together in one place from a home folder."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from msgspec import structs

from kiosk import dates, untrusted
from kiosk.desk.audit.audit_log import Audit
from kiosk.entry.names import NameWords, shipped_names
from kiosk.errors import PackError, SaveError
from kiosk.home import Home
from kiosk.language import in_use
from kiosk.pack.fill import fill
from kiosk.pack.load import load_pack
from kiosk.pack.model import Pack
from kiosk.pack.pack_files import LARGEST, translation_of
from kiosk.permissions import require_safe
from kiosk.rtl import isolated
from kiosk.settings.offered import Offered, languages_of
from kiosk.settings.settings import Settings, library_of, load_settings, venue_key_now
from kiosk.upkeep.clock import not_before
from kiosk.vault.vault import Vault
from kiosk.visit.drafts import Draft, Drafts, RunningDraft
from kiosk.visit.saving import Saver
from kiosk.visit.wrong_codes import Attempts


@dataclass(frozen=True)
class Practice:
    """The made-up member of staff of a practice kiosk."""

    staff: str
    passphrase: str = field(repr=False)


@dataclass(frozen=True)
class Crashed:
    """A visit that a crash of the program stopped."""

    draft: Draft
    seconds: float
    """How long ago somebody last touched it."""
    went_on: Callable[[], None] = lambda: None
    """Called when the customer goes on with it, or it is dropped."""


@dataclass(frozen=True)
class Session:
    """One process's settings, pack, vault and clock."""

    home: Home
    settings: Settings
    pack: Pack
    """The one that Welcome starts."""
    names: NameWords
    vault: Vault
    others: tuple[Pack, ...] = ()
    """Those that it offers beside it."""
    practice: Practice | None = None
    draft: bool = False
    """Whether the pack is a draft that is looked at before it is used."""
    customers: bool = True
    """Whether customers use this kiosk; False for a desk that runs alone."""
    translation: "Callable[[Session, Pack, str], bytes]" = lambda here, pack, tag: here.published(pack, tag)
    """Reads the translation of a pack into a language. Raises PackError."""
    running: RunningDraft | None = None
    """Where the visit that runs now is kept for a crash; None where nobody holds a key for it."""
    crashed: Crashed | None = None
    """What the visit before this process had kept when it crashed; None where it did not."""

    @property
    def packs(self) -> tuple[Pack, ...]:
        """All that Welcome offers, the one that it starts first."""
        return (self.pack, *self.others)

    def languages(self, *, few_signs: bool = False) -> Offered:
        """Return the languages that customers can choose; `few_signs` as for `languages_of`."""
        wanted = self.settings.languages
        return languages_of(self.pack, wanted, draft=self.draft, few_signs=few_signs)

    def spoken(self) -> "Session":
        """Return it with its packs as customers read them in the language in use.

        Packs without a translation into it are not offered.
        """
        tag, start_in = in_use().tag, self.pack.as_written.language
        packs = [one for one in self.packs if tag in (start_in, one.language, *one.languages)]
        start, *others = map(self.told, packs or [self.pack])
        return replace(self, pack=start, others=tuple(others))

    def told(self, pack: Pack) -> Pack:
        """Return a pack as customers read it: in the language in use, where it has that, and filled in."""
        words = self.settings.words()
        if in_use().is_rtl:
            words = {name: isolated(str(text)) for name, text in words.items()}
        return structs.replace(fill(self.translated(pack), words), own=pack.as_written)

    def translated(self, pack: Pack) -> Pack:
        """Return the same with room left for what the settings fill in.

        Where its translation does not read any more, it stays in its own language: no visit ends for that.
        """
        tag, own = in_use().tag, pack.as_written
        if tag == own.language or tag not in own.languages:
            return own
        from kiosk.pack.translation import translated  # Babel, where somebody chooses another language

        with suppress(PackError):  # `kiosk doctor` tells it
            return structs.replace(translated(own, tag, self.translation(self, own, tag)), own=own)
        return own

    def published(self, pack: Pack, tag: str) -> bytes:
        """Return a translation as it was published with a pack. Raises PackError."""
        return library_of(self.home, self.settings).files_of(pack)[translation_of(pack.id, tag)]

    def saver(self, desk_key: bytes = b"") -> Saver:
        """Return what seals and keeps entries here; `desk_key` is the desk's, where that vouches for them."""
        key = self.settings.venue.key
        return Saver(
            self.vault,
            key,
            self.names,
            dates.now,
            key_of=partial(_key_of, self.home),
            key_now=lambda: venue_key_now(self.home, key),
            desk_key=desk_key,
        )

    def drafts(self) -> Drafts:
        """Return what keeps paused visits here."""
        return Drafts(self.home.drafts, clock=dates.now, not_before=not_before(self.home.clock))

    def audit(self) -> Audit:
        """Return where it is noted what staff did."""
        return Audit(self.home.audit, venue_key_now(self.home, self.settings.venue.key), dates.now)

    def attempts(self) -> Attempts:
        """Return the count of codes that open nothing."""
        return Attempts(self.home.attempts)


def open_session(
    home: Home,
    practice: Practice | None = None,
    *,
    draft: Path | None = None,
    customers: bool = True,
    draft_key: bytes = b"",
    crashed_seconds: float | None = None,
    went_on: Callable[[], None] = lambda: None,
) -> Session:
    """Read everything a process needs below a home. Raises SettingsError, PackError.

    A home that others can change is not read. `draft` is the file of a pack to look at before it is used.
    `draft_key` is the supervisor's for the visit that runs; `crashed_seconds` is how long ago the visit that
    had the same key, and crashed, was last touched, None where none did, and `went_on` is called when its
    customer goes on, or nothing of it is left.
    """
    require_safe(home)
    settings = load_settings(home.settings)
    names = shipped_names()
    start, *others = (load_pack(draft),) if draft else library_of(home, settings).offered()
    session = Session(
        home=home,
        settings=settings,
        pack=start,
        others=tuple(others),
        names=names,
        vault=vault_of(home, names),
        practice=practice,
        draft=draft is not None,
        customers=customers,
        running=RunningDraft(home.running, draft_key) if draft_key else None,
    )
    if draft is not None:
        session = replace(session, translation=_beside(draft))
    return replace(session, crashed=_crashed(session, crashed_seconds, went_on))


def _beside(draft: Path) -> Callable[[Session, Pack, str], bytes]:
    """Return what reads the translations that lie beside a draft."""

    def read(_here: Session, pack: Pack, tag: str) -> bytes:
        return untrusted.read(draft.parent / translation_of(pack.id, tag), LARGEST, links=True)

    return read


def vault_of(home: Home, names: NameWords) -> Vault:
    """Return the vault of a home."""
    return Vault(home.root, clock=dates.now, name_of=names.name_of, not_before=not_before(home.clock))


def _crashed(session: Session, seconds: float | None, went_on: Callable[[], None]) -> Crashed | None:
    """Return what a crash left, where it may still be offered. Else its own code opens it, if it has one."""
    running, idle = session.running, session.settings.idle
    if running is None or seconds is None:
        return None
    draft = running.read()
    if draft is not None and seconds < idle.warn + idle.grace:
        return Crashed(draft, seconds, went_on)
    if draft is not None and draft.keys is not None:
        with suppress(SaveError):  # nobody is there who could be told
            session.drafts().keep(draft.keys, draft.behind_its_code())
    running.drop()
    went_on()
    return None


def _key_of(home: Home, before: str, own: str) -> str:
    if before == own or not home.known_places.exists():
        return own
    from kiosk.places.venue_keys import venue_key_of  # only where somebody comes from another venue

    return venue_key_of(home, before, own)
