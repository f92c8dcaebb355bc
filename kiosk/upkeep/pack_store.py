"""The packs of a venue on the disk: folders of files that come whole, change logs, and states.

Where a desk is, its key tags the states, so that the next unlock can tell whether a lead published what
customers get. What may become of a pack is decided in `kiosk.upkeep.publishing`.
"""

import os
from collections.abc import Collection
from pathlib import Path

import msgspec

from kiosk import mac
from kiosk.errors import PackError
from kiosk.pack.change_log import LoggedChange, Review, Step, as_toml, bytes_of, log_in
from kiosk.pack.library import Library, States
from kiosk.pack.pack_files import LANGUAGES, STATES, files_in
from kiosk.vault import durable
from kiosk.vault.durable import DISK, Disk

PACKS = "packs"
"""The purpose of the key of the tag of states (`kiosk.mac.key_from`)."""


def has(folder: Path, files: dict[str, bytes]) -> bool:
    """Tell whether a folder has these files; one that cannot be read has not."""
    try:
        return files_in(folder) == files
    except PackError:
        return False


def put(folder: Path, files: dict[str, bytes], *, disk: Disk) -> None:
    """Let a folder have these files, whole or not at all; what it had goes first. Lets OSError through."""
    if os.path.lexists(folder):
        if files_in(folder) == files:
            durable.flush_folder(folder.parent, disk=disk)  # a crash may have come before that
            return
        old = durable.temporary_name(folder)  # half of it is never met
        disk.rename(folder, old)
        durable.flush_folder(folder.parent, disk=disk)
        remove_tree(old, disk)
    temporary = durable.temporary_name(folder)
    for path, data in files.items():
        durable.create_once(temporary / path, data, disk=disk)
    disk.rename(temporary, folder)
    durable.flush_folder(folder.parent, disk=disk)


def put_draft(folder: Path, files: dict[str, bytes], *, disk: Disk) -> None:
    """Let a draft have these files in place of its pack's; what else lies there stays. Lets OSError through.

    The last of `files` is the pack itself: until that is replaced, the draft has its old number.
    """
    if folder.is_symlink() or not folder.is_dir():
        put(folder, files, disk=disk)
        return
    had = files_in(folder)
    for inside in (folder / "decks", folder / LANGUAGES):
        unlink_link(inside, disk=disk)
    for path in had.keys() - files.keys():
        durable.remove(folder / path, disk=disk)
    for path, data in files.items():
        if had.get(path) != data:
            durable.replace(folder / path, data, disk=disk)


def unlink_link(folder: Path, *, disk: Disk) -> None:
    """Remove a link in the place of a folder of a draft: what it leads to is not written to."""
    if folder.is_symlink():
        disk.unlink(folder)


def remove_tree(path: Path, disk: Disk) -> None:
    """Remove a file, or a folder and all in it; a link alone, not what it leads to. Lets OSError through."""
    if path.is_dir() and not path.is_symlink():
        for inside in path.iterdir():
            remove_tree(inside, disk)
        disk.remove_folder(path)
    else:
        disk.unlink(path)


def write_states(packs: Path, pack_id: str, states: States, identity: str, *, disk: Disk = DISK) -> None:
    """Say which versions a pack has, with a tag where there is an identity. Lets OSError through."""
    data = msgspec.json.format(msgspec.json.encode(tagged(pack_id, states, identity)))
    durable.replace(packs / pack_id / STATES, data, disk=disk)


def add_record(log: Path, record: LoggedChange | Review | Step, *, disk: Disk) -> None:
    """Add a record to a change log. Raises PackError for a log that does not read; lets OSError through."""
    before = bytes_of(log)
    log_in(before, log)  # nothing is added to what does not read
    after = before + b"\n" * bool(before) + as_toml(record).encode()
    durable.replace(log, after, disk=disk)


def vouch_again(packs: Path, before: Collection[str], identity: str, *, disk: Disk = DISK) -> None:
    """Tag with another identity what one of those before has tagged. Lets OSError through."""
    for pack_id, states in published(packs).items():
        if states and is_vouched(pack_id, states, *before) and not is_vouched(pack_id, states, identity):
            write_states(packs, pack_id, states, identity, disk=disk)


def published(packs: Path) -> dict[str, States | None]:
    """Return the states of each pack that has some, by its id; None where they do not read."""
    library, found = Library(packs), dict[str, States | None]()
    for file in sorted(packs.glob(f"*/{STATES}")):
        if file.parent.name in library.ids():
            try:
                found[file.parent.name] = library.states(file.parent.name)
            except PackError:
                found[file.parent.name] = None
    return found


def digest_of(states: States | None) -> str:
    """Return the digest of states, whoever vouches for them."""
    return mac.value_digest(msgspec.structs.replace(states, tag="") if states else None)


def tagged(pack_id: str, states: States, identity: str) -> States:
    """Return states with a tag under a venue's key; without one, where there is no identity."""
    bare = msgspec.structs.replace(states, tag="")
    if not identity:
        return bare
    made = mac.tag(mac.key_from(identity, PACKS), pack_id, msgspec.json.encode(bare))
    return msgspec.structs.replace(bare, tag=made)


def is_vouched(pack_id: str, states: States, *identities: str) -> bool:
    """Tell whether somebody who held one of these identities said these states."""
    return any(tagged(pack_id, states, one).tag == states.tag for one in identities)
