"""A paper form at the desk: which forms there can be, and keeping one that was typed in."""

from collections.abc import Sequence
from contextlib import suppress

from kiosk.desk.desk import Desk
from kiosk.entry.handle import Handle, HandleKeys
from kiosk.errors import PackError
from kiosk.language import is_printed
from kiosk.pack.library import Library
from kiosk.pack.model import Pack
from kiosk.visit.drafts import Draft
from kiosk.visit.saving import Saved, Saver, Submission


def forms(library: Library, packs: Sequence[Pack]) -> tuple[Pack, ...]:
    """Return what a paper form may be of: the packs that are offered, then every other published version.

    The newest of each comes first. A version that cannot be read is left out.
    """
    found = {(pack.id, pack.version): pack for pack in packs}
    for pack_id in dict.fromkeys((*(pack.id for pack in packs), *library.ids())):
        with suppress(PackError):
            for published in reversed(library.states(pack_id).versions):
                with suppress(PackError):
                    pack = library.version(pack_id, published.number)
                    found.setdefault((pack.id, pack.version), pack)
    return tuple(found.values())


def languages(offered: Sequence[str]) -> tuple[str, ...]:
    """Return which of the languages that are offered, that of the pack first, a form can be in."""
    first, *others = offered
    return (first, *filter(is_printed, others))


def keep(desk: Desk, saver: Saver, left: Submission, code: tuple[Handle, HandleKeys] | None = None) -> Saved:
    """Keep a form under a new code, in the name of whoever unlocked. Raises KioskError.

    `code` is the saver's `new_code`; without it one is drawn here. Where that fails after it was noted, the
    audit tells of an entry that is not there.
    """
    code = code or saver.new_code()
    entry_id = code[1].id
    desk.require("staff")
    name = saver.names.name_of(entry_id)
    desk.audit.note(desk.staff, "typed in a paper form", entry=name, entry_id=entry_id)
    return saver.save(left, source="paper", typed_in_by=desk.staff, code=code)


def not_handed_over(desk: Desk, draft: Draft) -> Saved | None:
    """Return what was saved of a form whose code nobody has got yet; None where nothing was.

    Raises DamageError where that cannot be read.
    """
    if not desk.vault.has(draft.saved_id):
        return None
    return Saved(Handle(draft.saved), desk.vault.name_of(draft.saved_id), draft.saved_id)
