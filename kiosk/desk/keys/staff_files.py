"""The files of the staff keys: what they hold, who vouches for them, and how they are read and changed.

One file for each member of staff, `staff/<16 random hexadecimal digits>.json`, holds the name, the role, the
salt, the costs of argon2id, and the venue's age identities sealed to the key that the passphrase stretches
to. A name is never a path. Anybody can seal something to that key, so three tags say who made a file:

- `own`, under a key that the passphrase stretches to as well: whoever unlocks knows by it that what they open
  is what they, or who added them, put there. Nobody without the passphrase can give them another venue's key.
- the tag of a letter, which brings a new venue key to somebody whose passphrase was not at hand: it is under
  the key that the venue had before.
- `vouched`, under the venue's key: it covers all of the file. So do `staff/roster`'s, which tells who may
  unlock, and which version of each file counts: a file of somebody who was removed, or an older one, is none
  of them.

Who changes any of these files holds `changing`.
"""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from hashlib import sha256
from hmac import compare_digest
from pathlib import Path
from typing import Annotated, Final, Literal

import msgspec

from kiosk import mac, untrusted
from kiosk.errors import StaffError
from kiosk.os_errors import explaining
from kiosk.seal import Costs, recipient_of
from kiosk.text import name_line, same_name, shown
from kiosk.vault import durable
from kiosk.vault.durable import DISK, Disk
from kiosk.vault.locks import alone

NAME_LIMIT = 60
MOST_BYTES = 1 << 16
"""Of a file, which has about a thousand."""
SALT_BYTES = 16
ANEW = "anew"
"""Beside the keys while what an older key opens waits to be sealed anew: see `kiosk.desk.restore_as_lead`."""
CHANGE = "change"
"""Beside the keys while the venue's key is changed: see `kiosk.desk.rekey`."""
ROSTER = "roster"
MOST_LETTERS = 50
STRANGERS_MOST = 20
"""So many files that the roster does not list are read at an unlock: there may be any number."""

STAFF_FILE, STAFF_ROSTER, STAFF_LETTER = "staff file", "staff roster", "staff letter"
"""The purposes of the keys of the tags (`kiosk.mac.key_from`)."""

Role = Literal["staff", "lead"]
LEAD: Final = "lead"
"""Who may also manage staff, settings and erasing."""

_Salt = Annotated[bytes, msgspec.Meta(min_length=SALT_BYTES, max_length=64)]
_Serial = Annotated[int, msgspec.Meta(ge=1, le=2**53)]
_Tag = Annotated[str, msgspec.Meta(pattern=r"^(?:[0-9a-f]{64})?$")]


class Letter(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A venue key that came after the ones before it."""

    sealed: bytes
    """The new age identity, an age file."""
    tag: _Tag
    """Under the key before it."""


class StaffKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One member of staff's wrapped copy of the venue key."""

    version: Literal[3] = 3
    name: untrusted.Name
    role: Role
    serial: _Serial = 1
    """Counts the versions of this file."""
    salt: _Salt
    costs: Costs
    recipient: untrusted.Name
    """The public half of what the passphrase stretches to: a new venue key is sealed to it."""
    sealed: bytes
    """The venue's age identities, one a line, the newest first: an age file."""
    own: _Tag
    letters: Annotated[tuple[Letter, ...], msgspec.Meta(max_length=MOST_LETTERS)] = ()
    """The venue keys that came since, the oldest first."""
    vouched: dict[str, _Tag] = {}
    """The public half of a venue key → its tag of this file. While the key is changed there are two."""


class Roster(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Who may unlock."""

    version: Literal[1] = 1
    number: _Serial = 1
    """Counts the versions of the roster."""
    members: dict[str, int]
    """A file's name without `.json` → the version of it that counts."""
    vouched: dict[str, _Tag] = {}

    def lists(self, stem: str, serial: int) -> bool:
        """Tell whether a version of a file counts: the one of now, or one that was being put in its place."""
        return stem in self.members and self.members[stem] <= serial <= self.members[stem] + 1


def keys(folder: Path) -> dict[Path, StaffKey]:
    """Return the keys that read as one, by file. Raises StaffError where there are files and none does.

    Nothing says yet that the desk made them: see `vouched_for`.
    """
    found, damage = _read(folder, every=True)
    if damage and not found:
        raise damage[0]
    return found


def named(folder: Path, name: str, *, every: bool = False) -> dict[Path, StaffKey]:
    """Return the keys with a name, by file, those that the roster lists first.

    Nothing says yet that the desk made them. Of those that it does not list, a few are looked at, or `every`
    one.
    """
    wanted = name_line(name, NAME_LIMIT)
    return {file: key for file, key in _read(folder, every=every)[0].items() if same_name(wanted, key.name)}


def named_or_decoy(folder: Path, name: str) -> dict[Path, StaffKey]:
    """Return the keys with a name, by file; where nobody has that name, a key that no passphrase opens.

    To try that costs what it costs to try somebody's key, so that time tells no name. Its path is no file.
    """
    listed, found = _listed_stems(folder), _read(folder)[0]
    ours = [key for file, key in found.items() if file.stem in listed] or [*found.values()]
    return named(folder, name) or {folder: _decoy(name_line(name, NAME_LIMIT), ours)}


def vouched_for(folder: Path, venue: str) -> dict[Path, StaffKey]:
    """Return the keys that the holder of a venue's identity vouches for, by file.

    Raises StaffError where the roster is missing, or is not vouched for.
    """
    roster = roster_of(folder, venue)
    return {
        file: key
        for file, key in _read(folder)[0].items()
        if roster.lists(file.stem, key.serial) and is_vouched(file.stem, key, venue)
    }


def set_aside(folder: Path, *venues: str) -> tuple[str, ...]:
    """Return the names on files for which none of the venue's identities vouches, that of now first.

    Where a file does not read it is the file's own name.
    """
    good = {file for venue in venues for file in vouched_for(folder, venue)}
    found = _read(folder)[0]
    return tuple(
        name_line(found[file].name, NAME_LIMIT) if file in found else shown(file.name)
        for file in sorted(folder.glob("*.json"))
        if file not in good
    )


def find(folder: Path, name: str, venue: str) -> tuple[Path, StaffKey]:
    """Return somebody's file and key, which the venue vouches for. Raises StaffError where there is none."""
    wanted = name_line(name, NAME_LIMIT)
    for file, key in vouched_for(folder, venue).items():
        if same_name(wanted, key.name):
            return file, key
    raise nobody(folder)


def nobody(folder: Path) -> StaffError:
    """Return what to say where nobody has a name, and which file is damaged, which may be theirs."""
    _, damage = _read(folder, every=True)
    said = StaffError("Nobody with that name can unlock this desk. To see who can, run 'kiosk staff list'.")
    return damage[0] if damage else said


def damaged(folder: Path) -> bool:
    """Tell whether a staff key does not read as one."""
    return bool(_read(folder)[1])


def _decoy(name: str, known: list[StaffKey]) -> StaffKey:
    # Like one of the others, and for one name always like the same one: costs may differ between them.
    drawn = sha256(name.casefold().encode()).digest()
    salt = drawn[:SALT_BYTES]
    if known:
        return msgspec.structs.replace(known[drawn[-1] % len(known)], salt=salt)
    return StaffKey(name="", role="staff", salt=salt, costs=Costs(), recipient="", sealed=b"", own="")


def roster_of(folder: Path, venue: str) -> Roster:
    """Return the roster that the holder of a venue's identity vouches for. Raises StaffError for none."""
    try:
        roster = untrusted.json(untrusted.read(folder / ROSTER, MOST_BYTES), Roster)
    except (msgspec.DecodeError, OSError) as error:
        raise _no_roster(folder) from error
    if not _lists(roster, venue):
        raise _no_roster(folder)
    return roster


def vouching(folder: Path, identities: str) -> list[str]:
    """Return those of the venue's identities, one a line, that vouch for the staff keys now.

    That is the first one, and while the venue's key is changed the one before it too. Raises StaffError where
    somebody else vouches for them besides, and so the first one alone may not change them.
    """
    roster = roster_of(folder, identities.split("\n", 1)[0])
    ours = held(roster, identities)
    if len(ours) < len(roster.vouched):
        raise StaffError("The change of the venue key is not finished. Run 'kiosk staff rekey' first.")
    return ours


def held(roster: Roster, identities: str) -> list[str]:
    """Return those of the venue's identities, one a line, that a roster has tags of."""
    return [one for one in identities.split("\n") if recipient_of(one) in roster.vouched]


def before(folder: Path, identities: str) -> str:
    """Return the identity whose word still counts besides that of now: the one before, while it is changed.

    Empty where the venue's key is not being changed. Raises StaffError where the roster is not vouched for.
    """
    now, _, older = identities.partition("\n")
    roster, last = roster_of(folder, now), older.split("\n", 1)[0]
    return last if last and _lists(roster, last) else ""


def require_newest(folder: Path, identities: str) -> None:
    """Raise StaffError where the venue's key is being changed to one that is not among these identities."""
    roster = roster_of(folder, identities.split("\n", 1)[0])
    if len(held(roster, identities)) < len(roster.vouched):
        raise StaffError(
            "The venue key is being changed, and your staff key does not have the new one yet. Ask the "
            "lead who started it to finish: 'kiosk staff rekey'."
        )


def is_changing(folder: Path, venue: str) -> bool:
    """Tell whether the venue's key is being changed, to the holder of the key of now or of the one before.

    Raises StaffError where the roster is not vouched for.
    """
    return len(roster_of(folder, venue).vouched) > 1


def restored(folder: Path, identities: str) -> tuple[str, ...]:
    """Return the identities that the venue had before, while a restore of a backup of then is not finished.

    What they vouched for counts until it is sealed anew. Nobody else makes an older key count: `ANEW` holds a
    tag of the number of the roster. Raises StaffError where the roster is not vouched for.
    """
    now, _, older = identities.partition("\n")
    return tuple(older.split("\n")) if older and _anew_in(folder, now) else ()


def counting(folder: Path, identities: str) -> Iterator[str]:
    """Yield the venue's identity, and those of before whose word counts now."""
    yield identities
    with suppress(StaffError):
        yield from filter(None, [before(folder, identities)])
        yield from restored(folder, identities)


def say_restored(folder: Path, venue: str, *, disk: Disk = DISK) -> None:
    """Say that a restore of an older backup begins. Lets OSError through, and raises StaffError."""
    durable.replace(folder / ANEW, _anew_tag(venue, roster_of(folder, venue).number), disk=disk)


def _anew_tag(venue: str, number: int) -> bytes:
    return mac.tag(mac.key_from(venue, STAFF_ROSTER), ANEW, str(number)).encode()


def _anew_in(folder: Path, *venues: str) -> bytes:
    """Return the tag by which `ANEW` counts to the holder of one of these identities; empty for none."""
    try:
        told = untrusted.read(folder / ANEW, MOST_BYTES).split()
    except OSError:
        return b""
    for venue in venues:
        with suppress(StaffError):
            tag = _anew_tag(venue, roster_of(folder, venue).number)
            if any(compare_digest(tag, one) for one in told):
                return tag
    return b""


def has_roster(folder: Path) -> bool:
    """Tell whether there is a roster."""
    return (folder / ROSTER).exists()


def write_roster(
    folder: Path, members: Mapping[str, int], number: int, *venues: str, disk: Disk = DISK
) -> None:
    """Put a roster in the place of the one before, vouched for by each of these identities."""
    keys = {recipient_of(one): mac.key_from(one, STAFF_ROSTER) for one in venues}
    roster = Roster(number=number, members=dict(members), vouched=dict.fromkeys(keys, ""))
    listed = _listed(roster)  # and the keys that vouch for it: nobody can add another one
    tags = {recipient: mac.tag(key, listed) for recipient, key in keys.items()}
    data = msgspec.json.encode(msgspec.structs.replace(roster, vouched=tags))
    if good := _anew_in(folder, *venues):  # it goes on to count, with either of the two rosters
        anew = b"\n".join([good, *(_anew_tag(one, number) for one in venues)])
        durable.replace(folder / ANEW, anew, disk=disk)
    durable.replace(folder / ROSTER, data, disk=disk)


def count_on(folder: Path, venue: str, *, disk: Disk = DISK) -> None:
    """Write the roster as it is under the next number. Lets OSError through, and raises StaffError."""
    roster = roster_of(folder, venue)
    write_roster(folder, roster.members, roster.number + 1, venue, disk=disk)


def is_vouched(stem: str, key: StaffKey, venue: str) -> bool:
    """Tell whether the holder of a venue's identity vouches for a file."""
    found = key.vouched.get(recipient_of(venue), "")
    return mac.fits(found, mac.key_from(venue, STAFF_FILE), *_all_of(stem, key))


def write(file: Path, key: StaffKey, *venues: str, disk: Disk = DISK) -> None:
    """Put a staff key in the place of the one that a file holds, in one step. Hold `changing`.

    Each of these identities of the venue vouches for it; the tags of others go.
    """
    parts = _all_of(file.stem, key)
    tags = {recipient_of(one): mac.tag(mac.key_from(one, STAFF_FILE), *parts) for one in venues}
    durable.replace(file, msgspec.json.encode(msgspec.structs.replace(key, vouched=tags)), disk=disk)


def own_tag(secret: bytes, stem: str, key: StaffKey) -> str:
    """Return the tag that only who knows the passphrase can make; `secret` is what it stretches to."""
    costs = msgspec.json.encode(key.costs)
    return mac.tag(secret, "own", stem, key.salt, costs, key.recipient, key.sealed)


@contextmanager
def changing(folder: Path) -> Iterator[None]:
    """Change staff keys, and let nobody else change them meanwhile.

    Raises StaffError where somebody does, or the disk fails.
    """
    said = "The staff keys could not be changed. Check who has access."
    with explaining(StaffError, said), ExitStack() as held:
        try:
            held.enter_context(alone(folder, wait=False))
        except FileNotFoundError as error:
            raise StaffError("Nobody with that name can unlock this desk.") from error
        except BlockingIOError as error:
            raise StaffError("The staff keys are being changed at the moment. Try again later.") from error
        yield


def _listed_stems(folder: Path) -> frozenset[str]:
    """Return the names of files, without `.json`, on the roster, for which nobody vouches yet."""
    try:
        return frozenset(untrusted.json(untrusted.read(folder / ROSTER, MOST_BYTES), Roster).members)
    except (msgspec.DecodeError, OSError):
        return frozenset()


def _files(folder: Path, *, every: bool) -> list[Path]:
    """Return the files that the roster lists, then others: a few, or `every` one."""
    listed, files = _listed_stems(folder), sorted(folder.glob("*.json"))
    strangers = [file for file in files if file.stem not in listed]
    return [
        *(file for file in files if file.stem in listed),
        *(strangers if every else strangers[:STRANGERS_MOST]),
    ]


def _read(folder: Path, *, every: bool = False) -> tuple[dict[Path, StaffKey], list[StaffError]]:
    """Return the keys that read as one, and what to say of each file that does not; as `_files` has them."""
    found: dict[Path, StaffKey] = {}
    damage = []
    for file in _files(folder, every=every):
        try:
            found[file] = untrusted.json(untrusted.read(file, MOST_BYTES), StaffKey)
        except (msgspec.DecodeError, OSError) as error:
            unreadable = StaffError(
                f"The staff key {file} cannot be read. Move it away and add the person again."
            )
            unreadable.__cause__ = error
            damage.append(unreadable)
    return found, damage


def _all_of(stem: str, key: StaffKey) -> tuple[str | bytes, ...]:
    """Return all that stands in a file, as its tag covers it."""
    letters = [part for letter in key.letters for part in (letter.sealed, letter.tag)]
    costs = msgspec.json.encode(key.costs)
    fields = (key.name, key.role, str(key.serial), key.salt, costs, key.recipient, key.sealed, key.own)
    return (stem, *fields, *letters)


def _lists(roster: Roster, venue: str) -> bool:
    found = roster.vouched.get(recipient_of(venue), "")
    return mac.fits(found, mac.key_from(venue, STAFF_ROSTER), _listed(roster))


def _listed(roster: Roster) -> bytes:
    return msgspec.json.encode([roster.number, sorted(roster.members.items()), sorted(roster.vouched)])


def _no_roster(folder: Path) -> StaffError:
    return StaffError(
        f"{folder / ROSTER}, the list of people with access, was changed or is missing, so nobody can "
        "unlock the desk. Restore a backup, or use the recovery sheet: 'kiosk staff recover'."
    )
