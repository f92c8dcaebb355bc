"""Bringing the packs of a backup."""

import os
from collections.abc import Collection
from pathlib import Path

from kiosk import untrusted
from kiosk.errors import PackError
from kiosk.home import Home
from kiosk.pack.change_log import MOST_BYTES
from kiosk.pack.library import Published
from kiosk.pack.pack_files import DRAFT, STATES, VERSIONS, every_file, files_in, hash_of
from kiosk.upkeep.pack_store import has, is_vouched, published, put, write_states
from kiosk.vault import durable
from kiosk.vault.durable import Disk


def bring(
    home: Home, backup: Home, listed: Collection[Path], identities: Collection[str], *, disk: Disk
) -> int:
    """Bring what a home lacks of the packs of a backup; return how many packs nobody here published.

    `listed` are the files that the backup vouches for. Versions come before the states that speak of them. A
    version that is here and not as it was published is put right. With `identities`, the venue's, the present
    one first, no states come that none of these tagged, and such are replaced. Lets OSError through.
    """
    aside, here = 0, published(home.packs)
    for pack_id, theirs in published(backup.packs).items():
        if theirs is None or (identities and not is_vouched(pack_id, theirs, *identities)):
            aside += 1
            continue
        ours = here.get(pack_id)
        stands = ours and (not identities or is_vouched(pack_id, ours, *identities))
        states = ours if ours and stands else theirs
        for one in states.versions:
            _bring_version(home.packs / pack_id, backup.packs / pack_id, one, disk)
        if not stands and identities:
            write_states(home.packs, pack_id, theirs, next(iter(identities)), disk=disk)
        elif not stands:
            file = backup.packs / pack_id / STATES
            durable.replace(home.packs / pack_id / STATES, untrusted.read(file, MOST_BYTES), disk=disk)
    for pack_id, files in _drafts(backup, listed).items():  # whole, or not at all
        if not os.path.lexists(home.packs / pack_id / DRAFT):
            durable.make_folders(home.packs / pack_id, disk=disk)
            put(home.packs / pack_id / DRAFT, files, disk=disk)
    for file in every_file(backup.packs):
        target = home.packs / file.relative_to(backup.packs)
        if (
            file in listed
            and not {VERSIONS, DRAFT} & {*file.relative_to(backup.packs).parts}
            and file.name != STATES
            and not os.path.lexists(target)
        ):
            data = untrusted.read(file, MOST_BYTES, below=backup.root)
            durable.create_once(target, data, disk=disk)
    return aside


def drafts_kept(home: Home, backup: Home, listed: Collection[Path]) -> tuple[str, ...]:
    """Return the ids of the packs with a draft here that is another one than that of a backup."""
    return tuple(
        pack_id
        for pack_id, files in _drafts(backup, listed).items()
        if os.path.lexists(home.packs / pack_id / DRAFT) and not has(home.packs / pack_id / DRAFT, files)
    )


def _drafts(backup: Home, listed: Collection[Path]) -> dict[str, dict[str, bytes]]:
    """Return the files of each draft that a backup vouches for, by the id of its pack."""
    found = dict[str, dict[str, bytes]]()
    for file in every_file(backup.packs):
        pack_id, *path = file.relative_to(backup.packs).parts
        if file in listed and path[:1] == [DRAFT]:
            data = untrusted.read(file, MOST_BYTES, below=backup.root)
            found.setdefault(pack_id, {})["/".join(path[1:])] = data
    return found


def _bring_version(here: Path, backup: Path, one: Published, disk: Disk) -> None:
    """Put a version in its place, where what is there is not as it was published, and the backup's is."""
    target, source = (folder / VERSIONS / str(one.number) for folder in (here, backup))
    if _fits(source, one) and not _fits(target, one):
        durable.make_folders(target.parent, disk=disk)
        put(target, files_in(source), disk=disk)


def _fits(folder: Path, one: Published) -> bool:
    try:
        return hash_of(files_in(folder)) == one.hash
    except PackError:
        return False
