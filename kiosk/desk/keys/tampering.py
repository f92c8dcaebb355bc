"""What is not as the desk left it, in plain sentences for whoever unlocks."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

import msgspec

from kiosk import mac
from kiosk.dates import at_time, on_day
from kiosk.desk.audit.audit_log import Audit, AuditHead
from kiosk.desk.keys import held as held_keys
from kiosk.desk.keys import staff_files
from kiosk.entry.page_file import Doubt
from kiosk.errors import PlaceError, SettingsError
from kiosk.home import Home
from kiosk.pack.pack_files import links_in
from kiosk.places import known
from kiosk.settings.limits import MOST_DAYS
from kiosk.settings.settings import load_settings
from kiosk.text import counted
from kiosk.upkeep import pack_store
from kiosk.visit import comments

PACK = "pack "
"""How the name of a pack's states begins among those of the settings."""
PLACES = "known places"
"""What the known places are called there."""
HELD = "other venues' keys"
"""What the file of the keys of other venues is called among them."""
NAMED = 3
"""So many entries, or people, are named in a sentence."""


class Tampering(NamedTuple):
    """Something that is not as the desk left it."""

    says: str
    """A plain sentence."""
    once: bool = True
    """Whether the next unlock would not find it again."""
    kept: bool = True
    """Whether it is then said until a lead acknowledges it."""


@dataclass
class Differences:
    """What does not fit of entries, by their ids."""

    doubted: dict[str, Doubt] = field(default_factory=dict)
    changed: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
    back: set[str] = field(default_factory=set)
    not_given: set[str] = field(default_factory=set)
    """That are erased, and have a new code as their tombstones say and no desk does."""
    closed: set[str] = field(default_factory=set)
    """With pages that came since the last unlock, and that no key here opens."""
    elsewhere: set[str] = field(default_factory=set)
    """That were first sealed to a key that the venue never had."""
    outdated: set[str] = field(default_factory=set)
    """With pages that came since the last unlock, first sealed to a key that the venue no longer uses."""
    unsaid: set[str] = field(default_factory=set)
    """Of which a row says something that staff did not say, or what they had said before, or is missing."""


def audit_says(audit: Audit, before: AuditHead | None) -> Iterator[Tampering]:
    """Say what is not right with the audit, which had come so far."""
    if before and audit.head().tagged > before.tagged:  # or a crash, once, between two writes
        yield Tampering(
            "The record of the last unlock is older than the audit log. Either this machine stopped "
            "suddenly, or someone has put back an older copy. Check the audit log for what was done since."
        )
    if before and not audit.goes_back_to(before):
        yield Tampering(
            "The audit log is not the one that was here at the last unlock: lines are missing or were "
            "changed."
        )
    broken = audit.broken_at()
    if broken is not None:
        yield Tampering(f"Line {broken} of the audit log does not match the lines before it.", once=False)


def put_back_says(moments: Iterable[datetime]) -> Iterator[Tampering]:
    """Say when the kiosk by itself deleted again what had been deleted."""
    days = list(dict.fromkeys(f"{on_day(moment)}, {at_time(moment)}" for moment in moments))
    if days:
        yield Tampering(
            f"Deleted entries were here again, and the kiosk deleted them again: {some(days)}. Either this "
            "machine stopped suddenly, or someone put them back."
        )


def staff_says(home: Home, *venues: str) -> Iterator[Tampering]:
    """Say which staff keys the venue does not vouch for, with any of the identities whose word counts."""
    names = staff_files.set_aside(home.staff, *venues)
    if names:
        yield Tampering(
            f"Staff keys that no desk of this venue made, and that give no access: {some([*names])}. A "
            "lead removes them with 'kiosk staff remove'.",
            once=False,
        )


def settings_say(before: Mapping[str, str], now: Mapping[str, str]) -> Iterator[Tampering]:
    """Say which settings are others than before; nothing where it is not known what they were."""
    if before and not now:
        yield Tampering("kiosk.toml cannot be read, so changes in it cannot be shown.", once=False)
        return
    changed = sorted(
        name
        for name in now.keys() | before
        if not name.startswith(PACK) and name not in (PLACES, HELD) and now.get(name) != before.get(name)
    )
    if before and changed:
        names = ", ".join(changed)
        yield Tampering(
            f"kiosk.toml was changed since the last unlock: {names}. If nobody here changed it, change "
            "it back."
        )


def held_says(before: Mapping[str, str], now: Mapping[str, str]) -> Iterator[Tampering]:
    """Say whether the keys of other venues are those that were held before."""
    if before and now and before.get(HELD) != now.get(HELD):
        yield Tampering(
            "The keys of other venues are not those that were held here at the last unlock. Either this "
            "machine stopped suddenly, or someone has put back an older copy. A lead looks at them with "
            "'kiosk key held'."
        )


def packs_say(
    home: Home, venues: Iterable[str], before: Mapping[str, str], now: Mapping[str, str]
) -> Iterator[Tampering]:
    """Say which packs nobody who holds one of these identities published as they are."""
    if links := [*links_in(home.packs)]:
        yield Tampering(
            f"Links where packs belong, which are not followed: {some([*map(str, links)])}. Remove them, "
            "and restore a backup.",
            once=False,
        )
    others = {
        pack_id: states
        for pack_id, states in pack_store.published(home.packs).items()
        if states and not pack_store.is_vouched(pack_id, states, *venues)
    }
    if others:
        yield Tampering(
            f"What customers are asked was not published by a lead of this venue: {some([*others])}. A lead "
            "looks at it with 'kiosk pack list' and 'kiosk pack diff', and takes its live version with "
            "'kiosk pack publish', or restores a backup.",
            once=False,
        )
    names = {
        name for name in now.keys() | before if name.startswith(PACK) and now.get(name) != before.get(name)
    }
    changed = sorted({name.removeprefix(PACK) for name in names} - others.keys())
    if before and changed:
        yield Tampering(
            f"What customers are asked is not as it was at the last unlock: {some(changed)}. Either this "
            "machine stopped suddenly, or someone has put back older versions, or taken them away. A lead "
            "looks at it with 'kiosk pack list', and publishes the right one."
        )


def places_say(
    home: Home, venues: Iterable[str], before: Mapping[str, str], now: Mapping[str, str]
) -> Iterator[Tampering]:
    """Say which places are known that nobody who holds one of these identities introduced, or revoked so."""
    try:
        others = known.unvouched(home, *venues)
    except PlaceError as error:
        yield Tampering(str(error), once=False)
        return
    if others:
        yield Tampering(
            f"Places that no lead of this venue introduced as they are: {some([*others])}. They can be sent "
            "entries. A lead looks at them with 'kiosk place list', revokes those that nobody knows, and "
            "introduces the others again.",
            once=False,
        )
    elif before and now.get(PLACES) != before.get(PLACES):
        yield Tampering(
            "The known places are not those of the last unlock. Either this machine stopped suddenly, or "
            "someone has put back an older list, or removed it. A lead looks at it with 'kiosk place list'."
        )


def figures_say(before: Mapping[str, str], now: Mapping[str, str]) -> Iterator[Tampering]:
    """Say which quarters' figures are not those of before; of each the digest, empty for no desk's."""
    gone = sorted(before.keys() - now.keys())
    if gone:
        yield Tampering(
            f"The statistics of {some(gone)} are missing. Restore a backup before you make statistics "
            "for that time: counted again, they could differ from those already shown, and reveal single "
            "people."
        )
    bad = sorted(quarter for quarter, digest in now.items() if not digest)
    if bad:
        yield Tampering(
            f"The statistics of {some(bad)} cannot be read, or no desk of this venue made them. Run "
            "'kiosk restore' with a backup.",
            once=False,
        )
    others = sorted(quarter for quarter, digest in before.items() if now.get(quarter, "") not in ("", digest))
    if others:
        yield Tampering(f"The statistics of {some(others)} are not those that were here at the last unlock.")


def decisions_say(before: str, now: str | None, *, page_is_ours: bool) -> Iterator[Tampering]:
    """Say what is not right with what was decided on comments, by the digest; empty for no desk's."""
    if now == "":
        yield Tampering(
            "What was decided on comments cannot be read, or no desk of this venue wrote it. Restore a "
            "backup, or delete comments/decisions.age.",
            once=False,
        )
    elif before and now != before:
        what = (
            "is missing"
            if now is None
            else "is not what was here at the last unlock. Either this machine stopped suddenly, or someone "
            "has put back an older copy"
        )
        yield Tampering(f"What was decided on comments {what}.")
    if not page_is_ours:
        yield Tampering(
            "'You said, we did' at Welcome is not what a desk of this venue published. Either this machine "
            "stopped suddenly, or someone has changed it. Publish it again, or take it back.",
            once=False,
        )


def comments_say(
    home: Home, known: int, there: int | None, *, since: datetime, now: datetime
) -> Iterator[Tampering]:
    """Say where no comment can be read or kept, since something else stands there, and how many are gone.

    So many were `known` at the last unlock, `since`; `there` are so many, None where that cannot be read.
    """
    if unfit := comments.unfit(home):
        yield Tampering(
            f"No file of comments, so none can be kept: {some([*map(str, unfit)])}. Move it away.", once=False
        )
    try:
        days = load_settings(home.settings).privacy.days
    except SettingsError:  # then nothing is deleted either
        days = MOST_DAYS
    gone = 0 if there is None else known - there
    if gone > 0 and now < comments.kept_until(since, days):
        were = counted(gone, "comment that was", "comments that were")
        yield Tampering(
            f"{were} here at the last unlock {'is' if gone == 1 else 'are'} missing. Either this machine "
            "stopped suddenly, or someone has removed them. Run 'kiosk restore --merge' with a backup."
        )


def some(names: list[str]) -> str:
    """Return the first few names, and how many more there are."""
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


def set_values(home: Home) -> dict[str, str]:
    """Return the digest of each value that `kiosk.toml` sets, of each pack's states, and of the known places.

    Nothing where the settings do not read.
    """
    try:
        values = msgspec.to_builtins(load_settings(home.settings))
    except SettingsError:
        return {}
    named = {
        f"{section}.{name}" if isinstance(inside, dict) else section: value
        for section, inside in values.items()
        for name, value in (inside.items() if isinstance(inside, dict) else (("", inside),))
    }
    del named["venue.key"]  # that is held against what the staff keys hold
    packs = pack_store.published(home.packs).items()
    if held := held_keys.digest(home.staff):
        named[HELD] = held
    return {
        **{name: mac.value_digest(value) for name, value in named.items()},
        **{f"{PACK}{pack_id}": pack_store.digest_of(states) for pack_id, states in packs},
        **({PLACES: places} if (places := known.digest(home)) else {}),
    }


def with_values(home: Home, before: Mapping[str, str], names: Iterable[str]) -> dict[str, str]:
    """Return what was known of the settings, with those named as they are now."""
    now = set_values(home) if before and (names := frozenset(names)) else {}
    if not now:
        return dict(before)
    kept = {name: value for name, value in before.items() if name not in names}
    return kept | {name: now[name] for name in names & now.keys()}


_DOUBTED: dict[Doubt, str] = {
    "unreadable": "cannot be read",
    "not held": "cannot be read any longer",
    "misplaced": "was moved or copied there",
    "not the customer's": "was not written by its customer",
    "not staff's": "claims to be from staff, but is not",
}
_ENTRIES = {
    "changed": ("entry", "entries", "Pages were replaced in {entries}: {named}."),
    "gone": ("entry", "entries", "Pages are missing from {entries}: {named}."),
    "back": (
        "deleted entry was",
        "deleted entries were",
        "{entries} here again, and deleted again. Either this machine stopped suddenly, or someone put "
        "{them} back.",
    ),
    "not_given": (
        "entry was deleted by a file",
        "entries were deleted by files",
        "{entries} that no desk of this venue wrote, and that speak of a new code: {named}. A backup from "
        "before has what is lost, on another machine.",
    ),
    "elsewhere": (
        "entry was",
        "entries were",
        "{entries} saved while kiosk.toml named a key that is not this venue's, so someone else may have "
        "read {them}: {named}.",
    ),
    "outdated": (
        "entry",
        "entries",
        "{entries} saved since the last unlock used a key that this venue no longer uses, so anyone who "
        "copied that key may have read {them}: {named}.",
    ),
}
"""A field of `Differences` → how one entry is told, how several are, and the sentence."""


def entries_say(differs: Differences, name_of: Callable[[str], str]) -> Iterator[Tampering]:
    """Say what is not right with entries, by the names that belong to their ids."""

    def said(ids: Collection[str], one: str, more: str, sentence: str) -> str:
        entries, them = counted(len(ids), one, more), "it" if len(ids) == 1 else "them"
        return sentence.format(entries=entries, them=them, named=some(sorted(map(name_of, ids))))

    for doubt, words in _DOUBTED.items():
        if ids := {id_ for id_, found in differs.doubted.items() if found == doubt}:
            sentence = f"{{entries}} a page that {words}: {{named}}. It is not shown."
            yield Tampering(said(ids, "entry has", "entries have", sentence), once=False)
    for name, told in _ENTRIES.items():
        if ids := getattr(differs, name) - (differs.doubted.keys() if name == "changed" else frozenset()):
            yield Tampering(said(ids, *told))
    if differs.closed:
        closed = (
            "{entries} encrypted to a key that this desk does not hold: {named}. What did not come from "
            "another venue, someone else may have read."
        )
        yield Tampering(said(differs.closed, "new entry is", "new entries are", closed), kept=False)
    if differs.unsaid:
        unsaid = "The list does not show the latest status set by staff for {named}. Its own is not shown."
        yield Tampering(said(differs.unsaid, "", "", unsaid), once=False)
