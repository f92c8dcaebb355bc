"""Unlocking the desk, and whether whoever unlocked it may still do what they want."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

from kiosk.dates import at_time, on_day, on_short_day
from kiosk.desk import comment_book
from kiosk.desk.audit.audit_log import KIOSK, Audit
from kiosk.desk.desk import Desk
from kiosk.desk.entries import signer
from kiosk.desk.keys import held as held_keys
from kiosk.desk.keys import lockout, staff, staff_files, stock, stocktaking
from kiosk.desk.keys.held import HeldVenue
from kiosk.desk.keys.identities import fingerprint, identity_for
from kiosk.desk.keys.lockout import Throttle
from kiosk.desk.keys.staff import Note, Unlocked
from kiosk.desk.keys.staff_files import LEAD, Role
from kiosk.desk.keys.stock import StockFinding
from kiosk.desk.keys.tampering import Tampering
from kiosk.desk.summaries import apart
from kiosk.desk.unfinished_notes import Unfinished
from kiosk.entry.handle import Handle, HandleKeys
from kiosk.errors import (
    LeadNeededError,
    NoEntryError,
    PassphraseError,
    SettingsError,
    ShutOutError,
    StaffError,
    VaultError,
)
from kiosk.home import Home
from kiosk.places import known
from kiosk.seal import recipient_of, recipients_of
from kiosk.settings.settings import load_settings, venue_key_now
from kiosk.text import counted
from kiosk.upkeep import clock
from kiosk.vault.log_lines import Document
from kiosk.vault.rows import Why, moment_in
from kiosk.vault.vault import Vault
from kiosk.visit import comments

NAMES = 10
"""So many entries are named in a line of the audit."""
UNKNOWN = "unknown name"
"""Who the audit says could not unlock where nobody has that name. What was entered is not noted: it may have
been a passphrase."""
_DAMAGED = "A staff key on this machine cannot be read. If it may be yours, ask a lead."


_UNDER_WAY = (
    "The venue key is being changed, and that is not finished. A lead finishes it with 'kiosk staff rekey'."
)
_RESTORING = (
    "Restoring an older backup was interrupted. A lead runs 'kiosk restore' with it again or, without "
    "it, 'kiosk staff rekey'. Until then, pages from it may be reported as replaced."
)
_OLDER_KEY = (
    "kiosk.toml names an earlier venue key: someone has put back an older copy. New entries are "
    "encrypted to that key. A lead corrects this with 'kiosk key --put-right'."
)


@dataclass(frozen=True)
class Standing:
    """What a member of staff may do: it can change while their desk is unlocked."""

    home: Home
    staff: str
    identity: str = field(repr=False)
    """The venue's age identities, one a line."""

    def require(self, role: Role) -> None:
        """Raise ShutOutError where they can do nothing more, LeadNeededError where this takes a lead."""
        if identity_for(venue_key_now(self.home, recipient_of(self.identity)), self.identity) is None:
            raise ShutOutError("The venue key was changed. Unlock the desk again.")
        role_now = self._role()
        if role_now is None:
            raise ShutOutError("You can no longer unlock this desk. Ask a lead.")
        if role == LEAD and role_now != LEAD:
            raise LeadNeededError("Only a lead may do this, and you are no longer a lead.")

    def _role(self) -> Role | None:
        try:
            return staff.role_of(self.home.staff, self.staff, self.identity)
        except StaffError:  # where nothing is vouched for, nothing is told of anybody
            return "staff"


@dataclass(frozen=True)
class Greeting:
    """What whoever unlocks is told first."""

    fingerprint: str
    """Of the venue's key."""
    last_by: str
    """Who unlocked before; empty for the first time."""
    last_at: datetime | None
    warnings: tuple[str, ...]
    """What is not as the desk left it, in plain sentences."""
    found: tuple[StockFinding, ...] = ()
    """What of it is said until a lead acknowledges it."""
    is_lost: bool = False
    """Whether nothing tells who unlocked before."""
    wrong: str = ""
    """How many passphrases were wrong since whoever unlocks was last here; empty for none."""
    trouble: str = ""
    """What staff should know of the vault as long as the desk is open."""
    odd_clock: clock.Verdict = field(default_factory=clock.Verdict)
    """What is odd about the machine's clock."""

    @property
    def first(self) -> tuple[str, ...]:
        """What is said at the desk before anything else."""
        return (*filter(None, [self.odd_clock.plain]), *self.warnings)

    def lines(self) -> tuple[str, ...]:
        """Return it in plain sentences."""
        return (self.says(), *self.news())

    def news(self) -> tuple[str, ...]:
        """Return what is told wherever somebody unlocks."""
        return (*self.warnings, *filter(None, [self.odd_clock.says, self.wrong, self.trouble]))

    def says(self) -> str:
        """Return who unlocked last, and the venue's key, in one line."""
        if self.last_at is None:
            last = "" if self.is_lost else "This desk has not been unlocked before. "
        else:
            when = f"{on_day(self.last_at)}, {at_time(self.last_at)}"
            last = f"Last unlocked by {self.last_by}, {when}. "
        return f"{last}Venue key {self.fingerprint}."


def unlock(
    home: Home,
    audit: Audit,
    tries: Throttle,
    name: str,
    passphrase: str,
    *,
    venue_key: str,
    now: Callable[[], datetime],
    pause: Callable[[float], None],
) -> Unlocked:
    """Unlock, as slowly as wrong tries before make it (`kiosk.desk.keys.lockout`), and note it.

    `venue_key` is the public half of the venue's key in the settings, empty where that may be any; `pause`
    waits for so many seconds. The venue's key of now is the one that their own staff file holds. Raises
    PassphraseError where name or passphrase is wrong, in words that do not tell which; StaffError for
    settings that name a key the venue never had, and for an older list of staff; DeskError.
    """
    try:
        unlocked = lockout.unlock(home.staff, tries, name, passphrase, now=now, pause=pause)
    except PassphraseError as error:
        # A name that nobody has is noted too, also because a note takes time.
        with suppress(VaultError):  # that it was wrong is what they need to know
            audit.note(_noted_name(home, name), "could not unlock")
        if staff_files.damaged(home.staff):
            raise PassphraseError(f"{error} {_DAMAGED}") from error
        raise
    if venue_key and identity_for(venue_key, unlocked.identity) is None:
        if venue_key in staff_files.roster_of(home.staff, staff.present(unlocked.identity)).vouched:
            staff_files.require_newest(home.staff, unlocked.identity)
        raise StaffError(
            f"{home.settings} names a key that is not this venue's: {fingerprint(venue_key)} instead of "
            f"{fingerprint(recipient_of(unlocked.identity))}. Compare them with the recovery sheet. "
            "Entries saved since may be encrypted to someone else's key. A lead corrects this with "
            "'kiosk key --put-right'."
        )
    stock.require_roster(home, unlocked.identity)
    audit.vouch_with(unlocked.identity)
    return unlocked


def unlock_desk(
    home: Home,
    vault: Vault,
    tries: Throttle,
    name: str,
    passphrase: str,
    *,
    known_key: str = "",
    now: Callable[[], datetime],
    pause: Callable[[float], None],
    derive: Callable[[Handle], HandleKeys],
) -> tuple[Unlocked, Desk, Greeting]:
    """Unlock as `unlock` does, and open the desk as `open_desk` does.

    `known_key` is the venue's key as it was: it counts where the settings do not read now. Without one, that
    is a SettingsError.
    """
    key = venue_key_now(home, known_key) if known_key else load_settings(home.settings).venue.key
    audit = Audit(home.audit, key, now)
    unlocked = unlock(home, audit, tries, name, passphrase, venue_key=key, now=now, pause=pause)
    return unlocked, *open_desk(home, vault, audit, unlocked, now=now, derive=derive)


def open_desk(
    home: Home,
    vault: Vault,
    audit: Audit,
    unlocked: Unlocked,
    *,
    now: Callable[[], datetime],
    derive: Callable[[Handle], HandleKeys],
) -> tuple[Desk, Greeting]:
    """Put the desk together for whoever unlocked: it takes stock, notes that they did, and tidies the vault.

    Stock is taken first: what somebody did to the vault would be put right unseen otherwise. Raises
    VaultError where the stock could not be taken, or it could not be noted.
    """
    identities = unlocked.identity
    desk = _desk_for(home, vault, audit, unlocked, derive)
    last, taken, told = stocktaking.take(
        home,
        _shelf_of(home, desk),
        audit,
        identities=identities,
        held=desk.held,
        others=desk.others,
        keys=desk.tags,
        is_said=desk.is_said,
        by=unlocked.name,
        now=now(),
    )
    audit.remembers(lambda: stock.remember(home, identities, audit=audit))
    wrong = _wrong_says(*audit.wrong_since(unlocked.name, identities))
    _note(vault, audit, desk, told, frozenset(taken.erased) - frozenset(last.erased) if last else ())
    trouble = _put_right(vault)
    odd = clock.look(home.clock, now(), clock.newest_of(vault.rows()))
    if odd == clock.Verdict():
        _delete_comments(home, audit, identities, now(), known=taken.comments)
    key = staff.present(identities)
    greeting = Greeting(
        fingerprint(recipient_of(key)),
        last_by=last.by if last else "",
        last_at=last.at if last and last.number else None,
        warnings=(*_of_keys(home, desk, key), *(one.says for one in told), *_said_before(last, taken)),
        found=taken.found,
        is_lost=last is None,
        wrong=wrong,
        trouble=trouble,
        odd_clock=odd,
    )
    return replace(
        desk, turns=dict(taken.turns), remember=partial(stock.remember, home, identities)
    ), greeting


def _desk_for(
    home: Home,
    vault: Vault,
    audit: Audit,
    unlocked: Unlocked,
    derive: Callable[[Handle], HandleKeys],
) -> Desk:
    identities = unlocked.identity
    return Desk(
        vault,
        unlocked.name,
        identities,
        audit,
        derive,
        Standing(home, unlocked.name, identities).require,
        before=staff_files.before(home.staff, identities),
        restored=staff_files.restored(home.staff, identities),
        held=_held(home, identities)[0],
        own_name=_name_of(home),
        elsewhere=known.of_other_venues(home, recipients_of(identities)),
        unfinished=Unfinished(home.unfinished, unlocked.own) if unlocked.own else None,
    )


def _held(home: Home, identities: str) -> tuple[tuple[HeldVenue, ...], str]:
    """Return the venues whose keys are held, or why none of them is used."""
    try:
        return held_keys.read(home.staff, identities), ""
    except StaffError as error:  # the venue's own entries are opened all the same
        return (), str(error)


def _name_of(home: Home) -> str:
    try:
        return load_settings(home.settings).venue.name
    except SettingsError:
        return ""


def _shelf_of(home: Home, desk: Desk) -> stocktaking.Shelf:
    vault = desk.vault
    return stocktaking.Shelf(
        vault.page_files,
        vault.place,
        desk.elsewhere,
        vault.rows,
        vault.erased,
        partial(_erase_again, desk),
        lambda ids: set(_untagged(vault, desk.opens, ids, "new code")),
        vault.name_of,
        partial(apart.digests, home, desk.identity, desk.held),
        partial(comment_book.digest_of, home, desk.identity),
        partial(comment_book.page_is_ours, home, desk.identity),
    )


def _put_right(vault: Vault) -> str:
    """Bring list and pages together, and finish what was stopped; return what staff should know."""
    try:
        found = vault.reconcile()
    except VaultError as error:
        return str(error)
    lost = len(found.pageless) + len(found.unreadable)
    return (
        f"Entries that cannot be read: {lost}. Tell the person who looks after this machine." if lost else ""
    )


def _delete_comments(home: Home, audit: Audit, identities: str, now: datetime, *, known: int) -> None:
    """Delete the comments whose time is over, and note how many; what fails is tried at the next unlock.

    How many it left is kept in the stock, where so many were `known`.
    """
    with suppress(OSError, SettingsError, VaultError):
        days = load_settings(home.settings).privacy.days
        if gone := comment_book.sweep(home, identities, days, now):
            audit.note(KIOSK, "deleted what had expired", detail=counted(gone, "comment", "comments"))
        left = len(comments.sealed_in(home.comments / comments.BOX))
        if left != known:
            stock.remember(home, identities, comments=left)


def _of_keys(home: Home, desk: Desk, key_held: str) -> Iterator[str]:
    """Yield what is not finished, or not right, with the venue's key."""
    key = recipient_of(key_held)
    if staff_files.is_changing(home.staff, key_held):
        yield _UNDER_WAY
    elif venue_key_now(home, key) != key:
        yield _OLDER_KEY
    yield from filter(None, [_held(home, key_held)[1]])
    if desk.restored:
        yield _RESTORING


def _wrong_says(wrong: int, been_here: bool) -> str:
    if not wrong:
        return ""
    since = "since you were last here" if been_here else "before your first time here"
    return f"{counted(wrong, 'wrong passphrase', 'wrong passphrases')} {since}: see the audit log."


def _said_before(last: stock.Stock | None, taken: stock.Stock) -> Iterator[str]:
    """Yield what was found before, and nobody has acknowledged."""
    for one in last.found if last else ():
        if one.code_of and one in taken.found:
            yield one.says
        elif not one.code_of:
            yield f"Found when {one.by} unlocked on {on_day(one.at)}, {at_time(one.at)}: {one.says}"


def _note(vault: Vault, audit: Audit, desk: Desk, told: Iterable[Tampering], erased: Collection[str]) -> None:
    """Note that somebody unlocked, and what was found; by the day what the kiosk erased by itself since.

    The tombstones say that, of the ids of what was `erased`. The kiosk has no secret with which it could
    vouch for a line; so the desk does, for what it found. What a desk erased has its tag, and stands in the
    audit as that. Raises VaultError.
    """
    audit.note(desk.staff, "unlocked")
    days = defaultdict[str, list[str]](list)
    for entry_id, said in _untagged(vault, desk.opens, erased, "time").items():
        moment = moment_in(said)
        days[on_short_day(moment) if moment else "on an unknown day"].append(entry_id)
    for day, due in days.items():
        for start in range(0, len(due), NAMES):
            names = [vault.name_of(entry_id) for entry_id in due[start : start + NAMES]]
            entries = counted(len(names), "entry", "entries")
            audit.note(KIOSK, "deleted what had expired", detail=f"{day}, {entries}: {', '.join(names)}")
    for one in told:
        if one.once:
            audit.note(desk.staff, "found a change", detail=one.says)


def _untagged(vault: Vault, identities: str, ids: Collection[str], why: Why) -> dict[str, Document]:
    """Return the tombstones of some erased entries that say why, and that no desk of the venue wrote."""
    signs = [signer(one) for one in identities.split("\n")]
    return {
        entry_id: said
        for entry_id, said in vault.tombstones(sorted(ids)).items()
        if said.get("why") == why and all(said.get("tag") != sign(entry_id, said) for sign in signs)
    }


def _erase_again(desk: Desk, entry_id: str) -> None:
    """Erase what was erased before. Raises VaultError."""
    with suppress(NoEntryError):  # nothing of it is here, and the list that said so is lost
        desk.vault.erase(entry_id, desk.sign_of(entry_id), again=True)


def lift_delay(home: Home, now: datetime, *, note: Note) -> None:
    """Let wrong passphrases of before slow nothing any longer, and note how many there were in a row."""
    tries = Throttle(home.unlocks, "screen")
    wrong = tries.lengths(now)
    note(f"wrong: {wrong['screen']} at the screen, {wrong['commands']} in commands")
    tries.lift()


def _noted_name(home: Home, name: str) -> str:
    named = staff_files.named(home.staff, name)
    return next(iter(named.values())).name if named else UNKNOWN
