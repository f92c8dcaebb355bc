"""A folder that something else carries, such as Syncthing, rsync or Nextcloud.

    .kiosk-carrier-<place>               by what a place knows the folder again, made when it first used it
    kiosk-<place>-<number, ten digits>/
      pages-001.bin, pages-002.bin …     the pieces, one after another, at most 1 GiB in each
      manifest.age
      manifest.age.minisig               written last, once all else was read back
    kiosk-receipts-<receiver>/
      <place>-<number>.json              and beside it <place>-<number>.json.minisig

Each name is written by one place, once. Only these names count; what is under them is believed by signature,
size and hash alone, since what carries the folder brings files late, in any order, in part, under other names
and more than once. It needs no links, and rests on no modes, case or times: sticks have none of these.
Everybody may read the files, since a stick goes to a machine with other users; all is sealed or signed.

A mount point whose disk is not plugged in is a folder too. So before and after all that is done, the marker
and the device have to be what they were.
"""

import os
import re
import secrets
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

from kiosk import untrusted
from kiosk.errors import CarrierError, TakenError
from kiosk.os_errors import explaining
from kiosk.os_errors import size as in_words
from kiosk.places import containers
from kiosk.places.carrier import Finish, Listed, Piece, Signed, Step
from kiosk.places.containers import Containers, flush_and_forget
from kiosk.places.manifest import MOST_BYTES, RECEIPT_MOST, announced_size, is_whole
from kiosk.places.signature import MOST_BYTES as SIGNATURE_MOST
from kiosk.text import shown
from kiosk.untrusted import UnfitFileError
from kiosk.vault import durable
from kiosk.vault.durable import DISK, Disk

MARKER = ".kiosk-carrier-"
MANIFEST = "manifest.age"

_AT_ONCE = 256
"""Pieces that are read back between two looks at whether to go on."""
_NOT_SENT = "Nothing was sent."
_NOT_RECEIVED = "Nothing was received."
_NO_MORE = "The rest was not received."
_NO_RECEIPT = "The receipt was not written."
_NO_RECEIPTS = "No receipts were read."
_NOT_CLEARED = "It was not cleared."
_MARK = re.compile(rb"[0-9a-f]{32}", re.ASCII)
_PLACE = re.compile(r"[0-9a-f]{16}", re.ASCII)
_OURS = re.compile(r"manifest\.age(?:\.minisig)?|pages-[0-9]{3}\.bin", re.ASCII)
_SENT = re.compile(r"kiosk-([0-9a-f]{16})-[0-9]{10}", re.ASCII)
_MISSING = (FileNotFoundError, NotADirectoryError, UnfitFileError)


def use_folder(folder: Path, place: str, *, disk: Disk = DISK) -> str:
    """Return by what a place knows a folder again, which is drawn when it first uses it.

    Raises CarrierError where there is no such folder, or it cannot be written.
    """
    with explaining(CarrierError, "It cannot be used yet.", folder):
        if not folder.is_dir():
            raise CarrierError(
                f"There is no folder {shown(folder)}. Create it first, or plug in the disk that it is on."
            )
        if mark := mark_of(folder, place):
            return mark
        file = folder / f"{MARKER}{_checked(place)}"
        with suppress(FileNotFoundError):  # half of one
            disk.unlink(file)
        _create(file, secrets.token_hex(16).encode(), disk)
    return mark_of(folder, place)


class FolderCarrier:
    """A folder as one place uses it: a `kiosk.places.carrier.Carrier`.

    `mark` is by what the place knows the folder again, which `use_folder` returned. Of one place nobody sends
    twice at a time: whoever calls sees to that.
    """

    keeps = False

    def __init__(self, folder: Path, place: str, mark: str, *, name: str = "", disk: Disk = DISK) -> None:
        self.folder = folder
        self.name = name or shown(folder)
        self.place = _checked(place)
        self.mark = mark
        self.disk = disk

    def require_room(self, size: int) -> None:
        """Raise CarrierError where so many bytes have no room."""
        with self._there(_NOT_SENT), self._explaining(_NOT_SENT):
            free = durable.bytes_left(self.folder, disk=self.disk)
        if free < size:
            raise CarrierError(
                f"There is not enough room on {self.name}: {in_words(size, up=True)} are needed, and "
                f"{in_words(free)} are free. {_NOT_SENT} Free some space, or use another one."
            )

    def send(self, place: str, number: int, pieces: Iterable[Piece], finish: Finish, step: Step) -> None:
        """Write a consignment of one's own; it is durable, and read back, when this returns.

        What failures of this place left goes first, as far as it can be removed. A number of which something
        is there then is a TakenError.
        Raises CarrierError, and lets through what `pieces`, `finish` and `step` raise; then what was begun is
        taken back, as far as the folder is still there.
        """
        root = self._root(self._own(place), number)
        with self._there(_NOT_SENT), self._explaining(_NOT_SENT):
            for left in self._numbered(place).values():
                with suppress(OSError):  # it counts for nothing, and must not stop this
                    if not self._is_signed(left):
                        self._remove(left)
            if os.path.lexists(root) and not self._is_free(root):
                raise TakenError(
                    f"Number {number} of this machine is already on {self.name}. {_NOT_SENT} Send again: "
                    "it goes as the next number."
                )
        with self._undone(root), self._there(_NOT_SENT):
            self._write(root, pieces, finish, step)

    def senders(self) -> set[str]:
        """Return the ids of the places that have something there."""
        with self._there(_NOT_RECEIVED), self._explaining(_NOT_RECEIVED):
            found = (_SENT.fullmatch(path.name) for path in self.folder.iterdir())
        return {one[1] for one in found if one}

    def numbers(self, place: str, after: int) -> Sequence[int]:
        """Return the numbers of a place's consignments above one that are there, or coming, in order."""
        with self._there(_NOT_RECEIVED), self._explaining(_NOT_RECEIVED):
            return sorted(number for number in self._numbered(place) if number > max(after, 0))

    def manifest(self, place: str, number: int) -> Signed | None:
        """Return a consignment's sealed manifest and its signature; None where they have not come yet."""
        with self._there(_NOT_RECEIVED), self._explaining(_NOT_RECEIVED):
            return self._signed(self._root(place, number) / MANIFEST, MOST_BYTES)

    def pieces(
        self, place: str, number: int, listed: Sequence[Listed]
    ) -> Iterator[tuple[Listed, bytes | None]]:
        """Yield some of a consignment's pieces; None for one that has not come as it is listed."""
        with self._there(_NO_MORE):
            yield from self._read(self._root(place, number), listed, _NO_MORE)

    def put_receipt(self, receiver: str, place: str, number: int, receipt: Signed) -> None:
        """Keep what this place says of a consignment of another one; it is durable when this returns."""
        file = self._receipts(self._own(receiver)) / f"{_checked(place)}-{number:010d}.json"
        with self._there(_NO_RECEIPT), self._explaining(_NO_RECEIPT):
            if self._signed(file, RECEIPT_MOST) == receipt:
                return
            self._make_folder(file.parent)
            for path in (_signature_of(file), file):  # half of one, or one of a number that was begun again
                with suppress(FileNotFoundError):
                    durable.remove(path, disk=self.disk)
            _create(file, receipt.data, self.disk)
            _create(_signature_of(file), receipt.signature, self.disk)

    def receipts(self, receiver: str, place: str, numbers: Collection[int]) -> Iterator[tuple[int, Signed]]:
        """Yield what a receiver has said of some of the place's consignments, in order."""
        name = re.compile(rf"{_checked(place)}-([0-9]{{10}})\.json", re.ASCII)
        with self._there(_NO_RECEIPTS), self._explaining(_NO_RECEIPTS):
            for file in sorted(_listed(self._receipts(receiver))):
                match = name.fullmatch(file.name)
                if match and int(match[1]) in numbers and (found := self._signed(file, RECEIPT_MOST)):
                    yield int(match[1]), found

    def clear(self, place: str, number: int) -> None:
        """Remove a consignment of one's own."""
        with self._there(_NOT_CLEARED), self._explaining(_NOT_CLEARED):
            self._remove(self._root(self._own(place), number))

    def remove(self, place: str, objects: Iterable[str]) -> None:
        """Do nothing: no piece lies by itself here."""

    def sweep(self, place: str, kept: Collection[str]) -> None:
        """Do nothing, too: what was left of a sending goes with the next."""

    def _write(self, root: Path, pieces: Iterable[Piece], finish: Finish, step: Step) -> None:
        # What the caller's own raise goes up as it is: an error of the vault's disk is none of this one.
        with self._explaining(_NOT_SENT):
            self._make_folder(root)
        written = Containers(root, lambda: self._explaining(_NOT_SENT), self.disk)
        try:
            for piece in pieces:
                if written.add(piece):
                    step(len(written.listed))
            written.end()
        finally:
            written.give_up()
        for count, (_, data) in enumerate(self._read(root, written.listed, _NOT_SENT)):
            if data is None:
                raise CarrierError(_differs(root))
            if not count % _AT_ONCE:
                step(len(written.listed))
        signed = finish(written.listed)
        with self._explaining(_NOT_SENT):
            _create(root / MANIFEST, signed.data, self.disk)
            _create(_signature_of(root / MANIFEST), signed.signature, self.disk)

    def _read(
        self, root: Path, listed: Sequence[Listed], outcome: str
    ) -> Iterator[tuple[Listed, bytes | None]]:
        return containers.read(root, self.folder, listed, lambda: self._explaining(outcome))

    def _numbered(self, place: str) -> dict[int, Path]:
        """Return the folders of a place's consignments, by number."""
        name = re.compile(rf"kiosk-{_checked(place)}-([0-9]{{10}})", re.ASCII)
        found = ((name.fullmatch(path.name), path) for path in self.folder.iterdir())
        return {int(match[1]): path for match, path in found if match and path.is_dir()}

    def _is_free(self, root: Path) -> bool:
        """Tell whether a consignment can be written into what is there: a folder without a name of ours."""
        return (
            root.is_dir()
            and not root.is_symlink()
            and not any(_OURS.fullmatch(path.name) for path in _listed(root))
        )

    def _is_signed(self, root: Path) -> bool:
        """Tell whether a consignment has a manifest and all of its signature."""
        try:
            signature = untrusted.read(_signature_of(root / MANIFEST), SIGNATURE_MOST, below=self.folder)
            return announced_size(signature) == (root / MANIFEST).lstat().st_size
        except _MISSING:
            return False

    def _signed(self, file: Path, most: int) -> Signed | None:
        """Return a file and its signature; None where one of them is not there, or not all of it."""
        try:
            signature = untrusted.read(_signature_of(file), SIGNATURE_MOST, below=self.folder)
            signed = Signed(untrusted.read(file, most, below=self.folder), signature)
        except _MISSING:
            return None
        return signed if is_whole(signed) else None

    def _make_folder(self, path: Path) -> None:
        with suppress(FileExistsError):
            self.disk.make_folder(path)
        with self.disk.opened(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW) as descriptor:
            self.disk.share(descriptor)
        durable.flush_folder(self.folder, disk=self.disk)

    def _remove(self, root: Path) -> None:
        """Remove a consignment: its signature for good before the rest. What is not ours stays.

        No folder, link or pipe is ours, whatever its name.
        """
        ours = [path for path in _listed(root) if _OURS.fullmatch(path.name) and untrusted.is_file(path)]
        if (signed := _signature_of(root / MANIFEST)) in ours:
            durable.remove(signed, disk=self.disk)
            ours.remove(signed)
        for path in ours:
            self.disk.unlink(path)
        with suppress(OSError):  # it is not there, or something else lies in it
            self.disk.remove_folder(root)
        durable.flush_folder(self.folder, disk=self.disk)

    @contextmanager
    def _undone(self, root: Path) -> Iterator[None]:
        """Take a consignment back where something fails."""
        try:
            yield
        except BaseException:
            with suppress(OSError):  # it was taken out: what is there is not signed, or is whole
                self._remove(root)
            raise

    @contextmanager
    def _there(self, outcome: str) -> Iterator[None]:
        """Look before and after whether it is the folder that it was. Raises CarrierError."""
        before = self._look(outcome)
        try:
            yield
        except CarrierError:
            self._look(outcome)  # where it is gone, that says more
            raise
        if self._look(outcome) != before:
            raise CarrierError(self._another(outcome))

    def _look(self, outcome: str) -> tuple[int, str]:
        """Return the device of the folder, and its mark. Raises CarrierError where it is another folder."""
        with self._explaining(outcome):
            found = (self.folder.stat().st_dev, mark_of(self.folder, self.place))
        if found[1] != self.mark:
            raise CarrierError(self._another(outcome))
        return found

    def _another(self, outcome: str) -> str:
        return (
            f"{self.name} is not the folder that this machine used before. {outcome} Check that the disk "
            "that it is on is plugged in. If it is a new folder, set it up again."
        )

    def _explaining(self, outcome: str) -> AbstractContextManager[None]:
        return explaining(CarrierError, outcome, self.folder)

    def _own(self, place: str) -> str:
        if place != self.place:
            raise ValueError("a place writes under its own name alone")
        return place

    def _root(self, place: str, number: int) -> Path:
        return self.folder / f"kiosk-{_checked(place)}-{number:010d}"

    def _receipts(self, receiver: str) -> Path:
        return self.folder / f"kiosk-receipts-{_checked(receiver)}"


def _create(path: Path, data: bytes, disk: Disk) -> None:
    """Create a small file, and read it back. Lets OSError through, and raises CarrierError."""
    with disk.opened(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL) as descriptor:
        disk.share(descriptor)
        durable.write_all(descriptor, data, 0, disk=disk)
        flush_and_forget(descriptor, disk)
    durable.flush_folder(path.parent, disk=disk)
    if untrusted.read(path, len(data)) != data:
        raise CarrierError(_differs(path.parent))


def _differs(folder: Path) -> str:
    return (
        f"What was written to {shown(folder)} reads back differently, so it does not count. Use another disk."
    )


def mark_of(folder: Path, place: str) -> str:
    """Return by what a place knows a folder again; empty where it never used it."""
    try:
        found = untrusted.read(folder / f"{MARKER}{_checked(place)}", 32)
    except _MISSING:
        return ""
    return found.decode() if _MARK.fullmatch(found) else ""


def _listed(folder: Path) -> list[Path]:
    """Return what lies in a folder that is no link; nothing where there is none."""
    try:
        return [] if folder.is_symlink() else list(folder.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return []


def _signature_of(file: Path) -> Path:
    return file.with_name(f"{file.name}.minisig")


def _checked(place: str) -> str:
    """Return a place's id, which becomes a part of a path. Raises ValueError for what is none."""
    if not _PLACE.fullmatch(place):
        raise ValueError("a place's id is 16 hexadecimal digits in lower case")
    return place
