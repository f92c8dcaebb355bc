"""Staff keys: the venue's private key, wrapped once for each member of staff under a passphrase.

Their files are those of `kiosk.desk.keys.staff_files`.

A role is no secret and no lock: both roles hold the venue's key. It keeps people from doing by mistake what
is not theirs to do.
"""

import secrets
import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from hmac import compare_digest
from pathlib import Path

import msgspec

from kiosk import mac, seal
from kiosk.desk.keys import passphrase as passphrases
from kiosk.desk.keys import staff_files, stock
from kiosk.desk.keys import stretching as machine
from kiosk.desk.keys.passphrase import Strength
from kiosk.desk.keys.staff_files import LEAD, NAME_LIMIT, SALT_BYTES, STAFF_LETTER, Role, StaffKey
from kiosk.errors import DeskError, LeadNeededError, PassphraseError, SealError, StaffError
from kiosk.home import Home
from kiosk.seal import Costs
from kiosk.text import name_line, same_name
from kiosk.vault import durable

PASSPHRASE_LEAST = 8
UNKNOWN_MOST = 1_000_000
"""More versions than a roster has had since any that somebody may have put back."""
SAME_NAMES = 2
"""So many files with one name are tried, those that the roster lists first: somebody may have put others
there."""

Note = Callable[[str], object]
"""Told a name once all is checked, and before anything is changed; what it raises stops that."""


@dataclass(frozen=True)
class Member:
    """One who can unlock."""

    name: str
    role: Role


@dataclass(frozen=True)
class Unlocked:
    """What a passphrase opened. Holds the venue's private key: never log it."""

    name: str
    role: Role
    identity: str = field(repr=False)
    """The venue's age identities, one a line: the one of now, then those that open what is older."""
    file: Path
    """Their file."""
    own: bytes = field(default=b"", repr=False)
    """The key of their file's own tag."""


def add(
    folder: Path,
    name: str,
    passphrase: str,
    venue_identity: str,
    *,
    role: Role = "staff",
    venue_name: str = "",
    note: Note = lambda _name: None,
    costs: Costs | None = None,
    random_bytes: Callable[[int], bytes] = secrets.token_bytes,
) -> str:
    """Wrap the venue key for one more member of staff and return the name as it is kept.

    `venue_identity` is the venue's identities, one a line, the one of now first. The first member of staff
    begins the roster. Raises StaffError for an empty or taken name, PassphraseError for a passphrase that is
    too short or too easy to guess.
    """
    kept = require_free(folder, name)
    check_new(passphrase, kept, venue_name)
    file = folder / f"{random_bytes(8).hex()}.json"
    chosen = costs or machine.for_this_machine()
    key = _wrapped(file.stem, kept, role, passphrase, venue_identity, chosen, random_bytes(SALT_BYTES))
    durable.make_folders(folder)
    with staff_files.changing(folder):
        require_free(folder, kept)
        if not staff_files.has_roster(folder):
            if staff_files.keys(folder):
                raise StaffError("The list of people with access is missing. Use the recovery sheet.")
            staff_files.write_roster(folder, {}, 1, present(venue_identity))
        note(kept)
        venues = staff_files.vouching(folder, venue_identity)
        _list(folder, venues, {file.stem: key.serial})
        staff_files.write(file, key, *venues)
    return kept


def enter(folder: Path, name: str, passphrase: str) -> Unlocked:
    """Return who unlocks with a passphrase, and the venue's identities.

    Only what the passphrase itself vouches for is opened, and only whom the venue's key vouches for comes in.
    Raises PassphraseError where nobody has that name, their file is damaged or the passphrase is wrong, all
    in the same words and after the same work; StaffError where the passphrase is right, and the file is not
    of the desk's making; DeskError where the machine is short of memory.
    """
    opened = _open_named(folder, name, passphrase)
    venue = present(opened.identity)
    key = staff_files.vouched_for(folder, venue).get(opened.file)
    if key is None:
        raise StaffError(
            "Your key for this desk was changed outside the desk, so it no longer gives you access. Ask "
            "a lead to remove you and add you again."
        )
    if key.letters:
        _settle(folder, opened, venue)
    return opened


def change_passphrase(
    folder: Path,
    name: str,
    passphrase: str,
    new: str,
    *,
    venue_name: str = "",
    note: Note = lambda _name: None,
    costs: Costs | None = None,
    random_bytes: Callable[[int], bytes] = secrets.token_bytes,
) -> str:
    """Wrap somebody's copy of the venue key under another passphrase, and return their name.

    Raises as `enter` does, and PassphraseError where the new one is too short or too easy to guess.
    """
    enter(folder, name, passphrase)
    with staff_files.changing(folder):
        unlocked = _open_named(folder, name, passphrase)
        venues = staff_files.vouching(folder, unlocked.identity)
        _, key = staff_files.find(folder, unlocked.name, venues[0])
        check_new(new, key.name, venue_name)
        stem, salt = unlocked.file.stem, random_bytes(SALT_BYTES)
        chosen = costs or machine.for_this_machine()
        changed = _wrapped(stem, key.name, key.role, new, unlocked.identity, chosen, salt)
        note(key.name)
        _put(folder, unlocked.file, msgspec.structs.replace(changed, serial=key.serial + 1), venues)
    return key.name


def set_role(folder: Path, name: str, role: Role, venue: str, *, note: Note = lambda _name: None) -> str:
    """Give one member of staff a role and return the name. Raises StaffError, also for the last lead.

    `venue` is the venue's identities, which vouch for it.
    """
    with staff_files.changing(folder):
        venues = staff_files.vouching(folder, venue)
        file, key = staff_files.find(folder, name, venues[0])
        if role != LEAD:
            _require_another_lead(folder, key, venues[0])
        note(key.name)
        _put(folder, file, msgspec.structs.replace(key, role=role, serial=key.serial + 1), venues)
    return key.name


def remove(folder: Path, name: str, venue: str, *, note: Note = lambda _name: None) -> str:
    """Take one member of staff's key away and return the name. `venue` is as for `set_role`.

    Where there are files with that name that the venue does not vouch for, these go, and no other. Raises
    StaffError where there is none of that name, or no other who could unlock, or no other lead.
    """
    with staff_files.changing(folder):
        venues = staff_files.vouching(folder, venue)
        theirs = staff_files.named(folder, name, every=True)
        if not theirs:
            raise staff_files.nobody(folder)
        good = staff_files.vouched_for(folder, venues[0])
        planted = {file: key for file, key in theirs.items() if file not in good}
        theirs = planted or theirs  # a stranger's file of that name goes first, and nobody's own with it
        for file, key in theirs.items():
            if file in good:
                if len(good) == 1:
                    raise StaffError(
                        f"{key.name} is the last person who can unlock this desk. Add another member of "
                        "staff first."
                    )
                _require_another_lead(folder, key, venues[0])
        kept = next(iter(theirs.values())).name
        note(kept)
        _list(folder, venues, {}, without=[file.stem for file in theirs])
        for file in theirs:
            durable.remove(file)
    return kept


def remove_wholly(folder: Path, name: str, venue: str, *, note: Note = lambda _name: None) -> str:
    """Take away one member of staff's key, and with it every other file with that name. Else as `remove`."""
    kept = remove(folder, name, venue, note=note)
    if role_of(folder, kept, venue) is None:
        return kept
    return remove(folder, name, venue, note=note)  # strangers' files have gone first


def let_in_again(folder: Path, venue: str, number: int | None) -> None:
    """Make the roster good for whoever holds the recovery sheet, where it is not: nobody is on it then.

    `venue` is the venue's identities, one a line, and `number` the highest that a roster is known to have
    had; None where that is not known, since then any may have been put back. Where a change of the venue's
    key was stopped, those stay on it for whom these identities vouch.
    """
    durable.make_folders(folder)
    with staff_files.changing(folder):
        venues, members = [present(venue)], dict[str, int]()
        try:
            before = staff_files.roster_of(folder, venues[0])
            if number is None:
                number = before.number + UNKNOWN_MOST
            elif before.number >= number:
                number = before.number
                venues = staff_files.held(before, venue)
                if len(venues) == len(before.vouched):
                    return
                members = {
                    file.stem: key.serial for file, key in staff_files.vouched_for(folder, venues[0]).items()
                }
        except StaffError:
            pass  # missing, or somebody else's
        staff_files.write_roster(folder, members, (UNKNOWN_MOST if number is None else number) + 1, *venues)


def present(identities: str) -> str:
    """Return the venue's identity of now, of several, one a line."""
    return identities.split("\n", 1)[0]


def names(folder: Path) -> tuple[str, ...]:
    """Return the names of those who say that they can unlock, in alphabetical order.

    A damaged file hides one person, not the desk. Raises StaffError where files are there and none is good.
    """
    return tuple(member.name for member in members(folder))


def members(folder: Path, venue: str = "") -> tuple[Member, ...]:
    """Return who can unlock, in alphabetical order: with the venue's identities, those it vouches for.

    Raises StaffError where every file is damaged, or the roster is not vouched for.
    """
    found = staff_files.vouched_for(folder, present(venue)) if venue else staff_files.keys(folder)
    every = (Member(name_line(key.name, NAME_LIMIT), key.role) for key in found.values())
    return tuple(sorted(every, key=lambda member: member.name.casefold()))


def require_free(folder: Path, name: str) -> str:
    """Return a new name as it would be kept. Raises StaffError where it is empty or taken."""
    kept = name_line(name, NAME_LIMIT)
    if not kept:
        raise StaffError("Enter the name of the member of staff.")
    if any(same_name(kept, key.name) for key in staff_files.keys(folder).values()):
        raise StaffError(f"{kept} can already unlock this desk. Choose another name.")
    return kept


def check_new(passphrase: str, name: str, venue_name: str = "") -> Strength:
    """Return what is to be said of a new passphrase that somebody thought of.

    Raises PassphraseError, with what to do, where it is too short or too easy to guess.
    """
    if len(passphrase) < PASSPHRASE_LEAST:
        raise PassphraseError(f"Choose a passphrase of at least {PASSPHRASE_LEAST} characters.")
    _composed(passphrase)
    return passphrases.require_good(passphrase, name, venue_name)


def require_lead(unlocked: Unlocked) -> None:
    """Raise LeadNeededError unless it is a lead who unlocked."""
    if unlocked.role != LEAD:
        raise LeadNeededError("Only a lead may do this. To see who is a lead, run 'kiosk staff list'.")


def role_of(folder: Path, name: str, venue: str) -> Role | None:
    """Return somebody's role now; None where the venue does not vouch for anybody of that name.

    Raises StaffError where the roster is not vouched for.
    """
    return next((one.role for one in members(folder, venue) if same_name(name, one.name)), None)


def _require_another_lead(folder: Path, key: StaffKey, venue: str) -> None:
    good = staff_files.vouched_for(folder, venue).values()
    if key.role == LEAD and sum(other.role == LEAD for other in good) == 1:
        raise StaffError(f"{key.name} is the last lead. Make someone else a lead first.")


def _wrapped(
    stem: str, name: str, role: Role, passphrase: str, identities: str, costs: Costs, salt: bytes
) -> StaffKey:
    identity, own = _stretched(passphrase, salt, costs)
    recipient = seal.recipient_of(identity)
    sealed = seal.seal(identities.encode(), (recipient,))
    key = StaffKey(name=name, role=role, salt=salt, costs=costs, recipient=recipient, sealed=sealed, own="")
    return msgspec.structs.replace(key, own=staff_files.own_tag(own, stem, key))


def _open_named(folder: Path, name: str, passphrase: str) -> Unlocked:
    """Open what a passphrase opens, of the files with a name. Raises as `enter` does."""
    problems = list[DeskError]()
    for file, key in [*staff_files.named_or_decoy(folder, name).items()][:SAME_NAMES]:
        try:
            return _open(file, key, passphrase)
        except DeskError as error:  # the costs may be those of a file that somebody put there
            problems.append(error)
    raise next((one for one in problems if isinstance(one, PassphraseError)), problems[0])


def _open(file: Path, key: StaffKey, passphrase: str) -> Unlocked:
    wrapping, own = _stretched(passphrase, key.salt, key.costs)
    wrong = PassphraseError("The name or the passphrase is wrong. Try again.")
    if not compare_digest(staff_files.own_tag(own, file.stem, key), key.own):
        raise wrong
    try:
        identities = seal.open_sealed(key.sealed, wrapping).decode().split()
        for letter in key.letters:
            secret = mac.key_from(identities[0], STAFF_LETTER)
            if not mac.fits(letter.tag, secret, file.stem, letter.sealed):
                raise wrong
            identities.insert(0, seal.open_sealed(letter.sealed, wrapping).decode().strip())
    except (SealError, UnicodeDecodeError) as error:
        raise wrong from error
    return Unlocked(key.name, key.role, "\n".join(dict.fromkeys(identities)), file, own)


def _settle(folder: Path, unlocked: Unlocked, venue: str) -> None:
    """Let somebody's own tag cover the keys that letters brought. The next unlock tries again on failure."""
    with suppress(OSError, StaffError), staff_files.changing(folder):
        key = staff_files.vouched_for(folder, venue)[unlocked.file]
        held = holding(key, unlocked.file.stem, unlocked.identity, unlocked.own)
        _put(folder, unlocked.file, held, staff_files.vouching(folder, unlocked.identity))


def holding(key: StaffKey, stem: str, identities: str, own: bytes) -> StaffKey:
    """Return a member of staff's key that holds these identities, under the key of its own tag."""
    sealed = seal.seal(identities.encode(), (key.recipient,))
    held = msgspec.structs.replace(key, sealed=sealed, letters=(), serial=key.serial + 1)
    return msgspec.structs.replace(held, own=staff_files.own_tag(own, stem, held))


def _put(folder: Path, file: Path, key: StaffKey, venues: Sequence[str]) -> None:
    staff_files.write(file, key, *venues)
    _list(folder, venues, {file.stem: key.serial})


def _list(
    folder: Path, venues: Sequence[str], members: Mapping[str, int], without: Collection[str] = ()
) -> None:
    """Say in the roster which versions of some files count, and which files do no longer."""
    before = staff_files.roster_of(folder, venues[0])
    now = {stem: serial for stem, serial in (before.members | dict(members)).items() if stem not in without}
    staff_files.write_roster(folder, now, before.number + 1, *venues)
    stock.remember(Home(folder.parent), "\n".join(venues))


def _composed(passphrase: str) -> str:
    """Return a passphrase as it is stretched. Raises PassphraseError where it is no text."""
    # NFC, so that one passphrase typed on two keyboards is the same bytes.
    secret = unicodedata.normalize("NFC", passphrase)
    try:
        secret.encode()
    except UnicodeEncodeError as error:
        raise PassphraseError("This passphrase was not received as text. Enter it again.") from error
    return secret


def _stretched(passphrase: str, salt: bytes, costs: Costs) -> tuple[str, bytes]:
    """Return the age identity, and the key of the own tag, that a passphrase stretches to."""
    try:
        stretched = seal.stretch(_composed(passphrase), salt, 2 * seal.KEY_BYTES, costs)
    except SealError as error:
        raise DeskError(str(error)) from error
    return seal.identity_from(stretched[: seal.KEY_BYTES]), stretched[seal.KEY_BYTES :]
