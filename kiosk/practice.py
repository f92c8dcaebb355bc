"""A practice kiosk: a throw-away home with one made-up member of staff, gone when the kiosk ends."""

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec

from kiosk import untrusted
from kiosk.errors import PackError
from kiosk.home import Home, training_beside
from kiosk.language import NAMES, SOURCE
from kiosk.pack.library import Library, Published, States
from kiosk.pack.load import load_pack
from kiosk.pack.model import Pack
from kiosk.pack.pack_files import LANGUAGES, LARGEST, VERSIONS, hash_of, translation_of
from kiosk.settings.settings import Export, keep_settings, load_settings
from kiosk.settings.texts import Languages
from kiosk.upkeep.pack_store import put, write_states
from kiosk.vault.durable import DISK

PREFIX = "kiosk-practice-"
STAFF = "Sam Practice"
VENUE = "Practice"

_LOCK = "in-use"
_EXPORTS = "exports"
_DRAFT = "draft"
_SETTLED_SECONDS = 60.0
"""A folder without a lock is left alone for so long: another kiosk may be making it just now."""


@contextmanager
def practice_home(folder: Path | None = None) -> Iterator[Home]:
    """Make an empty home for its owner alone, and remove it with all that is in it and beside it.

    It is made below `folder`, the system's folder for temporary files where none is given. What kiosks
    that were killed have left there is removed first.
    """
    below = folder or Path(tempfile.gettempdir())
    sweep(below)
    root = Path(tempfile.mkdtemp(prefix=PREFIX, dir=below))
    lock = _locked(root)
    try:
        home = Home(root / "home")
        home.root.mkdir(mode=0o700)
        yield home
    finally:
        shutil.rmtree(root, ignore_errors=True)
        os.close(lock)


def people(home: Home) -> tuple[str, str]:
    """Set the practice venue up, and return its member of staff and a passphrase: theirs and a colleague's.

    Exports go to a folder beside the home and nowhere else, so they are gone with it. The passphrase is
    nowhere on disk. Raises KioskError.
    """
    # argon2 and the age library are wanted here, and not by a kiosk that is set up.
    from kiosk.desk.keys import staff
    from kiosk.desk.keys.passphrase import suggest
    from kiosk.desk.rehearsal import COLLEAGUE
    from kiosk.desk.setup import set_up
    from kiosk.seal import Costs

    passphrase = suggest()
    # It guards nothing that lasts, so it need not cost what a real one does.
    costs = Costs(memory_kib=8 * 1024, passes=1)
    settings = set_up(
        home, venue=VENUE, staff_name=STAFF, passphrase=passphrase, recovery_file=None, costs=costs
    )
    identity = staff.enter(home.staff, STAFF, passphrase).identity
    staff.add(home.staff, COLLEAGUE, passphrase, identity, costs=costs)
    exports = home.root.with_name(_EXPORTS)
    exports.mkdir(mode=0o700, exist_ok=True)
    allowed = Export(removable=False, folders=(str(exports),))
    every = Languages(offered=tuple(tag for tag in NAMES if tag != SOURCE))
    keep_settings(home, msgspec.structs.replace(settings, export=allowed, languages=every))
    return STAFF, passphrase


def publish(home: Home, name: str, passphrase: str, pack: Pack, files: dict[str, bytes]) -> None:
    """Let the practice venue ask a version of a pack, as if its lead had published it.

    `files` are the version's, by path. Lets OSError through.
    """
    from kiosk.desk.keys.staff import enter

    put(home.packs / pack.id / VERSIONS / str(pack.version), files, disk=DISK)
    live = Published(number=pack.version, state="live", hash=hash_of(files))
    states = States(versions=(live,), was_live=(pack.version,))
    write_states(home.packs, pack.id, states, enter(home.staff, name, passphrase).identity)
    keep_settings(home, msgspec.structs.replace(load_settings(home.settings), pack=pack.id))


def keep_draft(home: Home, file: Path) -> Path:
    """Copy a pack beside the home, so that it stays what it is meanwhile; return its new file.

    A translation that does not read is not offered: `kiosk pack check` says why. Raises PackError for a pack
    that does not load, OSError where there is no room.
    """
    folder, pack = home.root.with_name(_DRAFT), load_pack(file)
    for inside in ("decks", LANGUAGES):
        (folder / inside).mkdir(mode=0o700, parents=True)
    for path in (file.name, *(f"decks/{deck}.toml" for deck in pack.decks)):
        (folder / path).write_bytes(untrusted.read(file.parent / path, LARGEST, links=True))
    for tag in pack.languages:
        from kiosk.pack.translation import progress

        path = translation_of(pack.id, tag)
        data = untrusted.read(file.parent / path, LARGEST, links=True)
        with suppress(PackError):
            progress(pack, tag, data)
            (folder / path).write_bytes(data)
    return folder / file.name


def keep_training(home: Home, file: Path, library: Library) -> tuple[Pack, dict[str, bytes]]:
    """Copy what practice opens with beside the home; return the pack that it names, with its files.

    Raises PackError for mistakes; lets OSError through.
    """
    from kiosk.desk.training import load_training

    name = load_training(file, library.named).pack
    training_beside(home).write_bytes(untrusted.read(file, LARGEST, links=True))
    return library.named(name), library.files(name)


def sweep(folder: Path, clock: Callable[[], float] = time.time) -> None:
    """Remove the practice homes below a folder whose kiosk has gone. `clock` is in Unix seconds."""
    for root in folder.glob(f"{PREFIX}*"):
        with suppress(OSError):  # somebody else's, or gone meanwhile: not ours to remove
            is_ours = root.is_dir() and not root.is_symlink() and root.lstat().st_uid == os.getuid()
            if is_ours and _is_left_over(root, clock()):
                shutil.rmtree(root, ignore_errors=True)


def _is_left_over(root: Path, now: float) -> bool:
    try:
        lock = untrusted.open_file(root / _LOCK, os.O_RDWR)
    except FileNotFoundError:
        return now - root.lstat().st_mtime > _SETTLED_SECONDS
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(lock)
    return True


def _locked(root: Path) -> int:
    """Lock a home for as long as this process lives, and return the lock's file descriptor."""
    lock = os.open(root / f"{_LOCK}.new", os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)
    (root / f"{_LOCK}.new").rename(root / _LOCK)  # locked before anybody can find it
    return lock
