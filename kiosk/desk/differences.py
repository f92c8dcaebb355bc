"""What is not as the desk left it, in plain sentences for whoever unlocks."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import msgspec

from kiosk import mac
from kiosk.desk import staff_files
from kiosk.desk.audit import Audit, Head
from kiosk.errors import SettingsError
from kiosk.page_file import Doubt
from kiosk.settings import Home, load_settings
from kiosk.text import counted

NAMED = 3
"""So many entries, or people, are named in a sentence."""


@dataclass
class Differences:
    """What does not fit of entries, by their ids."""

    doubted: dict[str, Doubt] = field(default_factory=dict)
    changed: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
    back: set[str] = field(default_factory=set)
    elsewhere: set[str] = field(default_factory=set)
    """That were first sealed to a key that the venue never had."""
    unsaid: set[str] = field(default_factory=set)
    """Of which a row says something that staff did not say, or what they had said before, or is missing."""


AHEAD = 1
"""Lines that the desk may have noted and, stopped by a crash, not kept in its stock."""


def audit_says(audit: Audit, before: Head | None) -> Iterator[str]:
    """Say what is not right with the audit, which had come so far."""
    if before and audit.head().tagged > before.tagged + AHEAD:
        yield (
            "What the desk last found here is older than the audit: somebody has put back an older copy. "
            "Look at the audit for what was done since."
        )
    if before and not audit.goes_back_to(before):
        yield (
            "The audit is not the one that was here when the desk was last unlocked: lines of it are missing "
            "or were changed."
        )
    broken = audit.broken_at()
    if broken is not None:
        yield f"Line {broken} of the audit does not fit those before it."


def staff_says(home: Home, *venues: str) -> Iterator[str]:
    """Say which staff keys the venue does not vouch for, with any of the identities whose word counts."""
    names = staff_files.set_aside(home.staff, *venues)
    if names:
        more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
        yield (
            "Staff keys that no desk of this venue made, and that let nobody in: "
            f"{', '.join(names[:NAMED])}{more}. A lead takes them away with 'kiosk staff remove'."
        )


def settings_say(before: Mapping[str, str], now: Mapping[str, str]) -> Iterator[str]:
    """Say which settings are others than before; nothing where it is not known what they were."""
    changed = sorted(name for name in now.keys() | before if now.get(name) != before.get(name))
    if before and changed:
        names = ", ".join(changed)
        yield f"kiosk.toml was changed since the last unlock: {names}. If nobody here did it, put it right."


def set_values(home: Home) -> dict[str, str]:
    """Return the digest of each value that `kiosk.toml` sets; nothing where it does not read."""
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
    return {name: mac.digest(msgspec.json.encode(value))[:32] for name, value in named.items()}


def with_values(home: Home, before: Mapping[str, str], names: Iterable[str]) -> dict[str, str]:
    """Return what was known of the settings, with those named as they are now."""
    now = set_values(home) if before else {}
    return {**before, **{name: now[name] for name in names if name in now}}


_DOUBTED: dict[Doubt, str] = {
    "unreadable": "cannot be read",
    "misplaced": "was moved or copied there",
    "not the customer's": "was not written by its customer",
    "not staff's": "says that staff wrote it, and they did not",
}


def entries_say(differs: Differences, name_of: Callable[[str], str]) -> Iterator[str]:
    """Say what is not right with entries, by the names that belong to their ids."""

    def named(ids: set[str]) -> str:
        names = sorted(map(name_of, ids))
        more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
        return ", ".join(names[:NAMED]) + more

    for doubt, words in _DOUBTED.items():
        ids = {id_ for id_, found in differs.doubted.items() if found == doubt}
        if ids:
            entries = counted(len(ids), "entry has", "entries have")
            yield f"{entries} a page that {words}: {named(ids)}. It is not shown."
    changed = differs.changed - differs.doubted.keys()
    if changed:
        entries = counted(len(changed), "entry", "entries")
        yield f"Pages were replaced by other copies in {entries}: {named(changed)}."
    if differs.gone:
        yield f"Pages are gone from {counted(len(differs.gone), 'entry', 'entries')}: {named(differs.gone)}."
    if differs.back:
        entries = counted(len(differs.back), "deleted entry was", "deleted entries were")
        yield f"{entries} put back, and deleted again."
    if differs.elsewhere:
        entries = counted(len(differs.elsewhere), "entry was", "entries were")
        yield (
            f"{entries} saved while kiosk.toml named a key that is not this venue's, so somebody else may "
            f"have read them: {named(differs.elsewhere)}."
        )
    if differs.unsaid:
        yield (
            f"The list does not say what staff said last of {named(differs.unsaid)}. What it says is not "
            "shown."
        )
