"""The library: the packs of a venue with their states, and the shipped packs behind them.

    packs/<id>/
      draft/          what is edited: <id>.toml, decks/<deck>.toml, and other TOML that belongs to it;
                      languages/<id>.<tag>.po, its translations
      versions/<n>/   the same of a version that customers have met, or may meet; never changed, and with the
                      translations that are complete
      states.json     each of these versions with its state, and the hash of its files
      log.toml        what was changed, why and who asked (`kiosk.pack.change_log`)

A shipped pack counts as live until the venue has states for its id. What cannot be used is never given to
anybody: a live version falls back to the one that was live before, and at last to the shipped one. Nothing
here needs a key, and nothing here writes: that is `kiosk.upkeep.pack_store`.
"""

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec

from kiosk import untrusted
from kiosk.content import content
from kiosk.errors import EntryError, PackError
from kiosk.os_errors import explained
from kiosk.pack.load import load_pack
from kiosk.pack.model import Answerable, Pack
from kiosk.pack.pack_files import (
    DRAFT,
    LARGEST,
    STATES,
    VERSIONS,
    files_in,
    hash_of,
    inside,
    without_translations,
)
from kiosk.pack.rules import ID
from kiosk.pack.shipped import DEFAULT, shipped_files, shipped_pack

State = Literal["pilot", "live", "retired"]
"""Of a published version."""


class Published(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A version that was published, if only to be tried out."""

    number: untrusted.Version
    state: State
    hash: untrusted.Name
    """Of its files (`hash_of`)."""
    tried: bool = False
    """Whether it retired without ever being live."""

    def retired(self) -> "Published":
        """Return it as it is once nobody is offered it any more."""
        return msgspec.structs.replace(self, state="retired", tried=self.tried or self.state == "pilot")


class States(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The published versions of a pack. At most one is live, and at most one a pilot."""

    version: Literal[2] = 2
    versions: tuple[Published, ...] = ()
    """The oldest first."""
    was_live: tuple[untrusted.Version, ...] = ()
    """Those that were live, one after another, without what was rolled back."""
    tag: str = ""
    """Under the venue's key, where somebody unlocked for it (`kiosk.upkeep.pack_store`)."""

    def of(self, number: int) -> Published | None:
        """Return one of them; None where it was never published."""
        return next((one for one in self.versions if one.number == number), None)

    def the(self, state: Answerable) -> Published | None:
        """Return the version that is live, or a pilot; None where none is."""
        return next((one for one in self.versions if one.state == state), None)

    def with_version(self, kept: Published) -> "States":
        """Return them with a version, in the place of what they said of it."""
        others = (one for one in self.versions if one.number != kept.number)
        versions = tuple(sorted((*others, kept), key=lambda one: one.number))
        return msgspec.structs.replace(self, versions=versions)


@dataclass(frozen=True)
class Problem:
    """A version that customers should get and do not, since it cannot be used."""

    id: str
    version: int | None
    """None where it is not known which, for the states do not read, or nothing is published."""
    why: str
    """A plain sentence."""
    instead: Pack | None
    """What customers get in its place; None for nothing."""
    is_damage: bool = True
    """Whether files are not as they were; else the settings name a pack that nobody publishes."""


class Library:
    """The packs below a folder, `$KIOSK_HOME/packs`, and those that are shipped.

    `start` is the id of the pack that Welcome starts, `offered` has those of the others that it offers.
    """

    def __init__(
        self, folder: Path, start: str = DEFAULT, offered: Sequence[str] = (), *, shipped: Path | None = None
    ) -> None:
        self.folder = folder
        self.start_id = start
        self.offered_ids = tuple(offered)
        self._shipped = shipped or content() / "packs"

    def ids(self) -> tuple[str, ...]:
        """Return the ids of all packs, in order, those with a draft alone among them.

        Where the folder cannot be read they are the shipped ones; `problems` says why.
        """
        own: list[str] = []
        with suppress(OSError):
            own = self._own_ids()
        return tuple(sorted({name for name in (*own, *self._shipped_ids()) if ID.fullmatch(name)}))

    def _own_ids(self) -> list[str]:
        return [one.name for one in inside(self.folder) if one.is_dir()]

    def states(self, pack_id: str) -> States:
        """Return the published versions of a pack; while there are none, a shipped one counts.

        Raises PackError where they do not read, EntryError for what is no id.
        """
        file = self._of(pack_id) / STATES
        if self.folder.is_symlink():
            raise PackError(self.folder, None, "", "expected a folder, not a link")
        try:
            return untrusted.json(untrusted.read(file, LARGEST, below=self.folder), States)
        except FileNotFoundError:
            pass
        except (OSError, msgspec.DecodeError) as error:
            raise PackError(file, None, "", "expected the states of its versions, as they were") from error
        shipped = self._shipped_pack(pack_id)
        if shipped is None:
            return States()
        live = Published(number=shipped.version, state="live", hash=shipped.hash)
        return States(versions=(live,), was_live=(live.number,))

    def live(self, pack_id: str) -> Pack | None:
        """Return the version of a pack that customers get; None where it is retired, or was never live.

        Where it cannot be used that is what was live before, and at last what is shipped.
        """
        return self._live(pack_id)[0]

    def pilot(self, pack_id: str) -> Pack | None:
        """Return the version that is tried out; None where none is, or it cannot be used."""
        with suppress(PackError):
            pilot = self.states(pack_id).the("pilot")
            return self._loaded(pack_id, pilot) if pilot else None
        return None

    def start(self) -> Pack:
        """Return the pack that Welcome starts. Raises PackError where even what is shipped cannot be."""
        if self._is_known(self.start_id):
            found, problem = self._live(self.start_id)
            if found is None and problem is None:  # a new pack, which is tried out before it is live
                found = self.pilot(self.start_id)
            if found:
                return found
        return self._default()

    def offered(self) -> tuple[Pack, ...]:
        """Return every pack that Welcome offers, the one that it starts first; pilots after their live ones.

        Raises PackError as `start` does.
        """
        start = self.start()
        found = {(start.id, start.version): start}
        for pack_id in dict.fromkeys((self.start_id, *self.offered_ids)):
            if self._is_known(pack_id):
                is_it = (start.id, start.state) == (pack_id, "live")  # to load it once more takes a while
                for pack in (start if is_it else self.live(pack_id), self.pilot(pack_id)):
                    if pack:
                        found.setdefault((pack.id, pack.version), pack)
        return tuple(found.values())

    def in_use(self, pack_id: str) -> Pack:
        """Return the live version of a pack, or its pilot where none is. Raises EntryError for none."""
        self._require_known(pack_id)
        found = self.live(pack_id) or self.pilot(pack_id)
        if found is None:
            raise EntryError(f"No version of the pack '{pack_id}' is a pilot or live.")
        return found

    def version(self, pack_id: str, number: int) -> Pack:
        """Return a version of a pack, whatever its state. Raises PackError, EntryError for none."""
        return self._loaded(pack_id, self._published(pack_id, number))

    def draft(self, pack_id: str) -> Path:
        """Return the file of a pack's draft, which may not be there. Raises EntryError for no id."""
        return self._of(pack_id) / DRAFT / f"{pack_id}.toml"

    def load_draft(self, pack_id: str) -> Pack:
        """Return a pack's draft, as a pilot of it would be. Raises PackError, EntryError for none."""
        file = self._draft_there(pack_id)
        files = files_in(file.parent)
        draft = _filled(_load(file, files), hash_of(files), "pilot")
        return msgspec.structs.replace(draft, words_hash=hash_of(without_translations(files)))

    def named(self, name: str) -> Pack:
        """Return what `ID`, `ID@VERSION` or `ID@draft` names. Raises PackError, EntryError."""
        pack_id, number = self._which(name)
        return self.load_draft(pack_id) if number is None else self.version(pack_id, number)

    def files(self, name: str) -> dict[str, bytes]:
        """Return the files of what a name names, by path. Raises PackError, EntryError."""
        pack_id, number = self._which(name)
        if number is None:
            return files_in(self.draft(pack_id).parent)
        return self._files(pack_id, self._published(pack_id, number))

    def files_of(self, pack: Pack) -> dict[str, bytes]:
        """Return the files of a version that this library gave, by path, whatever its states say since.

        Raises PackError where they are not as they were.
        """
        shipped = self._shipped_pack(pack.id)
        if shipped and shipped.hash == pack.hash:
            return shipped_files(self._shipped, shipped)
        return self._files(pack.id, Published(number=pack.version, state="live", hash=pack.hash))

    def file(self, name: str) -> Path:
        """Return the file of the pack that a name names. Raises PackError, EntryError."""
        pack_id, number = self._which(name)
        if number is None:
            return self._draft_there(pack_id)
        published = self._published(pack_id, number)
        self._files(pack_id, published)
        folder = self._shipped if self._shipped_as(pack_id, published) else self._folder(pack_id, published)
        return folder / f"{pack_id}.toml"

    def shipped(self) -> Iterator[tuple[Pack, dict[str, bytes]]]:
        """Yield each shipped pack, with its files, by path. Raises PackError: the program is damaged."""
        for pack_id in self._shipped_ids():
            if pack := self._shipped_pack(pack_id):
                yield pack, shipped_files(self._shipped, pack)

    def _draft_there(self, pack_id: str) -> Path:
        file = self.draft(pack_id)
        if not untrusted.is_file(file):
            raise EntryError(f"The pack '{pack_id}' has no draft. Make one with 'kiosk pack new {pack_id}'.")
        return file

    def _which(self, name: str) -> tuple[str, int | None]:
        """Return the id and version that a name names; None for the draft."""
        pack_id, at, which = name.partition("@")
        if not at:
            return pack_id, self.in_use(pack_id).version
        self._require_known(pack_id)
        if which == DRAFT:
            return pack_id, None
        if not re.fullmatch("[0-9]{1,6}", which):
            raise EntryError(f"Write {pack_id}@2 for version 2 of the pack, {pack_id}@{DRAFT} for its draft.")
        return pack_id, int(which)

    def _published(self, pack_id: str, number: int) -> Published:
        published = self.states(pack_id).of(number)
        if published is None:
            raise EntryError(f"The pack '{pack_id}' has no version {number}.")
        return published

    def versions_folder(self, pack_id: str) -> Path:
        """Return the folder of a pack's published versions. Raises EntryError for no id."""
        return self._of(pack_id) / VERSIONS

    def problems(self) -> tuple[Problem, ...]:
        """Return what customers should get and do not, for every pack that has states here or is offered."""
        try:
            stated = {one.parent.name for one in self.folder.glob(f"*/{STATES}")}
            own = sorted(one for one in stated & {*self._own_ids()} if ID.fullmatch(one))
        except OSError as error:
            why = explained(error, self.folder).removesuffix(".")
            unread = Problem(self.start_id, None, why, self.start())
            others = dict.fromkeys(one for one in self.offered_ids if one != self.start_id)
            return (unread, *self._problems(others))
        return tuple(self._problems(dict.fromkeys((self.start_id, *self.offered_ids, *own))))

    def _problems(self, ids: dict[str, None]) -> Iterator[Problem]:
        for pack_id in ids:
            default = self._default() if pack_id == self.start_id else None
            if not self._is_known(pack_id):
                yield Problem(pack_id, None, "There is no pack with that name", default, is_damage=False)
                continue
            live, problem = self._live(pack_id)
            if problem:
                yield problem if live else Problem(pack_id, problem.version, problem.why, default)
            with suppress(PackError):  # that was told
                pilot = self.states(pack_id).the("pilot")
                if pilot is None:
                    if not (live or problem) and pack_id in (self.start_id, *self.offered_ids):
                        yield Problem(pack_id, None, "No version of it is in use", default, is_damage=False)
                    continue
                try:
                    self._loaded(pack_id, pilot)
                except PackError as error:
                    yield Problem(pack_id, pilot.number, _said(error), None if live else default)

    def _live(self, pack_id: str) -> tuple[Pack | None, Problem | None]:
        """Return the version that customers get, and what is wrong where that is not the one they should."""
        try:
            states = self.states(pack_id)
        except PackError as error:
            shipped = self._shipped_pack(pack_id)
            return shipped, Problem(pack_id, None, _said(error), shipped)
        live = states.the("live")
        if live is None:
            return None, None
        file = self._of(pack_id) / STATES
        # As a crash leaves it before anything was ever published here, and whoever takes the states away.
        why = (
            f"{file}: expected the states of its versions; there are none" if self._is_unsaid(pack_id) else ""
        )
        for one in (live, *filter(None, map(states.of, reversed(states.was_live)))):
            try:
                found = self._loaded(pack_id, one)
            except PackError as error:
                why = why or _said(error)
            else:
                number = None if self._is_unsaid(pack_id) else live.number
                return found, Problem(pack_id, number, why, found) if why else None
        shipped = self._shipped_pack(pack_id)
        return shipped, Problem(pack_id, live.number, why, shipped)

    def _is_unsaid(self, pack_id: str) -> bool:
        """Tell whether versions are here, and no states that say what became of them."""
        folder = self._of(pack_id)
        if os.path.lexists(folder / STATES):
            return False
        with suppress(OSError):
            return any(one.name.isdecimal() for one in inside(folder / VERSIONS))
        return True

    def _loaded(self, pack_id: str, published: Published) -> Pack:
        """Return a published version, held against its hash. Raises PackError."""
        state: Answerable = "pilot" if published.state == "pilot" or published.tried else "live"
        if shipped := self._shipped_as(pack_id, published):
            return _filled(shipped, published.hash, state)
        file = self._folder(pack_id, published) / f"{pack_id}.toml"
        pack = _load(file, self._files(pack_id, published))
        if (pack.id, pack.version) != (pack_id, published.number):
            raise PackError(file, None, "", f"expected version {published.number} of {pack_id}")
        return _filled(pack, published.hash, state)

    def _files(self, pack_id: str, published: Published) -> dict[str, bytes]:
        """Return the files of a published version, by path. Raises PackError."""
        if shipped := self._shipped_as(pack_id, published):
            return shipped_files(self._shipped, shipped)
        folder = self._folder(pack_id, published)
        files = {} if folder.parent.is_symlink() else files_in(folder)
        if not files:
            raise PackError(folder, None, "", "expected the files of this version; they are missing")
        if hash_of(files) != published.hash:
            raise PackError(folder, None, "", "expected the files as they were published; they were changed")
        return files

    def _shipped_as(self, pack_id: str, published: Published) -> Pack | None:
        """Return the shipped pack where a version is that, and was not copied here."""
        if os.path.lexists(self._folder(pack_id, published)):
            return None
        shipped = self._shipped_pack(pack_id)
        return shipped if shipped and shipped.hash == published.hash else None

    def _folder(self, pack_id: str, published: Published) -> Path:
        return self.versions_folder(pack_id) / str(published.number)

    def _default(self) -> Pack:
        shipped = self._shipped_pack(DEFAULT)
        if shipped is None:
            raise PackError(self._shipped / f"{DEFAULT}.toml", None, "", "expected the pack that is shipped")
        return shipped

    def _shipped_pack(self, pack_id: str) -> Pack | None:
        """Return a shipped pack; None where none has the id. Raises PackError: the program is damaged."""
        return shipped_pack(self._shipped, pack_id)

    def _shipped_ids(self) -> tuple[str, ...]:
        return tuple(file.stem for file in self._shipped.glob("*.toml"))

    def _is_known(self, pack_id: str) -> bool:
        return pack_id in self._shipped_ids() or (
            bool(ID.fullmatch(pack_id)) and os.path.isdir(self.folder / pack_id)  # noqa: PTH112 - it never raises
        )

    def _require_known(self, pack_id: str) -> None:
        if not self._is_known(pack_id):
            raise EntryError(f"There is no pack with that name. The packs here are: {', '.join(self.ids())}.")

    def _of(self, pack_id: str) -> Path:
        """Return the folder of a pack. Raises EntryError for what is no id: it could lead anywhere."""
        if not ID.fullmatch(pack_id):
            raise EntryError("The name of a pack has lower-case letters a to z, digits and _ alone.")
        return self.folder / pack_id


def _load(file: Path, files: dict[str, bytes]) -> Pack:
    """Load a pack from the files of its folder, read already. Raises PackError."""
    return load_pack(file, given={file.parent / path: data for path, data in files.items()})


def _filled(pack: Pack, hash_: str, state: Answerable) -> Pack:
    return msgspec.structs.replace(pack, hash=hash_, state=state)


def _said(error: PackError) -> str:
    return " ".join(str(error).split())
