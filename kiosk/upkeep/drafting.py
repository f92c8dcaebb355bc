"""Writing the next version of a pack: its draft, the lines of its change log, and the reviews of it.

Nothing of that changes what customers get: `kiosk.upkeep.publishing` does.
"""

import re
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from kiosk import untrusted
from kiosk.dates import day_of
from kiosk.errors import EntryError, PackError
from kiosk.pack.change_log import (
    ChangeLog,
    Decision,
    LoggedChange,
    Review,
    Step,
    question_hash,
    question_hashes,
    read_log,
    require_fit,
)
from kiosk.pack.differences import Difference, differences
from kiosk.pack.library import Library, States
from kiosk.pack.model import Pack
from kiosk.pack.pack_files import (
    DRAFT,
    LANGUAGES,
    LOG,
    VERSIONS,
    files_in,
    hash_of,
    languages_of,
    without_translations,
)
from kiosk.upkeep import gates
from kiosk.upkeep.pack_store import add_record, has, put_draft, remove_tree
from kiosk.upkeep.translations import as_published, carried, complete, left_out, translate
from kiosk.vault import durable, locks
from kiosk.vault.durable import DISK, TEMPORARY, Disk

if TYPE_CHECKING:
    from kiosk.pack.translation import Progress


@dataclass(frozen=True)
class Drafting:
    """What writes the drafts of a venue's packs.

    Methods raise EntryError where something is missing that has to come first, PackError for a pack or log
    that does not read, and let OSError through.
    """

    library: Library
    now: Callable[[], datetime]
    names: Collection[str] = ()
    """The names of staff, which the change log leaves out."""
    disk: Disk = DISK

    def new(self, pack_id: str, source: str = "") -> Path:
        """Make a draft of a pack's next version, or of a new pack, and return its file.

        It is a copy of `source`, as `Library.named` takes it; of the pack itself where none is given.
        """
        with self._alone(pack_id):
            file, states = self.library.draft(pack_id), self.library.states(pack_id)
            if self._has_newer_draft(pack_id, states):
                raise EntryError(f"The pack '{pack_id}' has a draft already: {file}")
            named = source or pack_id
            if named == pack_id and {one.state for one in states.versions} == {"retired"}:
                newest = self.newest(pack_id)  # it comes back
                named = f"{pack_id}@{newest.version if newest else states.versions[-1].number}"
            had, source_id = files_in(file.parent), named.partition("@")[0]
            files, other = carried(self.library.files(named), source_id, pack_id, had), f"{source_id}.toml"
            text = _with_value(files.pop(other).decode("utf-8-sig"), "id", f'"{pack_id}"')
            if other != file.name:  # a version of another pack means nothing here
                text = re.sub(r"^[ \t]*since[ \t]*=.*\n", "", text, flags=re.MULTILINE)
            number = max(self._taken(pack_id, states, {}), default=0) + 1
            text = _with_value(text, "version", str(number))
            put_draft(file.parent, {**files, file.name: text.encode()}, disk=self.disk)
            return file

    def differences(self, pack_id: str) -> tuple[Difference, ...]:
        """Return how the draft differs from the newest version; nothing for a pack that has none."""
        before, draft = self.newest(pack_id), self.library.load_draft(pack_id)
        return differences(before, draft) if before else ()

    def newest(self, pack_id: str) -> Pack | None:
        """Return the newest version of a pack that can be used, whatever its state; None for none."""
        for one in reversed(self.library.states(pack_id).versions):
            with suppress(PackError):
                return self.library.version(pack_id, one.number)
        return None

    def read_log(self, pack_id: str) -> ChangeLog:
        """Return the change log of a pack."""
        return read_log(self._log(pack_id))

    def log(
        self,
        pack_id: str,
        question: str,
        *,
        why: str,
        asked: str,
        count: int,
        source: str,
        decision: Decision,
    ) -> LoggedChange:
        """Add a line on a question of the draft to the change log, and return it."""
        draft = self.library.load_draft(pack_id)
        changed = {one.question: one.what for one in self.differences(pack_id)}
        what = changed.get(question, ()) if decision == "changed" else ()
        known = {one.id for _, one in draft.questions()} | {draft.closing.feedback.id} | changed.keys()
        if question not in known:
            raise EntryError(f"The pack '{pack_id}' has no question with the id '{question}'.")
        if decision == "changed" and question not in changed:
            raise EntryError(f"The question '{question}' is as it was. If it stays so, use --decision kept.")
        try:
            line = LoggedChange(
                version=draft.version,
                day=day_of(self.now()),
                question=question,
                what=what,
                why=why,
                asked=asked,  # type: ignore[arg-type] # converted below
                count=count,
                source=source,
                decision=decision,
                hash=question_hash(draft, question, placed="order" in what),
            )
            line = msgspec.convert(msgspec.to_builtins(line), LoggedChange)
        except msgspec.ValidationError as error:
            raise EntryError(
                f"That does not fit the change log: {' '.join(untrusted.misfit(error))}."
            ) from error
        with self._alone(pack_id):
            self._add(pack_id, line)
        return line

    def translate(self, pack_id: str, tag: str) -> "tuple[Path, Progress]":
        """Bring a translation of the draft up to date, or begin it; return its file, and how far it is."""
        self.library.load_draft(pack_id)  # nothing is made for a pack that is not here
        with self._alone(pack_id):
            return translate(self.library, self.library.load_draft(pack_id), tag, self.disk)

    def left_out(self, pack: Pack) -> list[str]:
        """Return a sentence on each translation that a version lacks and the draft it was made of has."""
        draft = self.library.draft(pack.id)
        files = files_in(draft.parent)
        if hash_of(without_translations(files)) != hash_of(
            without_translations(self.library.files(f"{pack.id}@{pack.version}"))
        ):
            return []
        return left_out(pack, files, draft.parent)

    def review(self, pack_id: str, *, customers: int, staff: int, source: str) -> Review:
        """Record that a draft was read, with how many customers and staff."""
        draft = self.library.load_draft(pack_id)
        review = Review(
            version=draft.version,
            day=day_of(self.now()),
            customers=customers,
            staff=staff,
            source=source,
            hash=draft.words_hash,
            questions=question_hashes(draft),
        )
        with self._alone(pack_id):
            self._add(pack_id, review)
        return review

    def _has_newer_draft(self, pack_id: str, states: States) -> bool:
        """Tell whether there is a draft that is none of the versions."""
        files, hashes = files_in(self.library.draft(pack_id).parent), {one.hash for one in states.versions}
        if not files or hash_of(files) in hashes:
            return False
        return hash_of(as_published(self.library, pack_id, files)) not in hashes

    def _taken(self, pack_id: str, states: States, files: dict[str, bytes]) -> set[int]:
        """Return the numbers that a draft of these files may not have.

        They are those of the versions, and of what lies among them and is not the draft, as a crash left it:
        states of before may have been put back, and a published version never changes.
        """
        there = self.library.versions_folder(pack_id).glob("*")
        numbered = (inside for inside in there if re.fullmatch("[1-9][0-9]{0,5}", inside.name))
        others = {int(inside.name) for inside in numbered if not has(inside, files)}
        return others | {one.number for one in states.versions}

    def _fit_draft(self, pack_id: str, states: States) -> tuple[Pack, dict[str, bytes]]:
        """Return the draft and its files, where it may become a version. Raises EntryError, PackError."""
        files, draft = self.library.files(f"{pack_id}@{DRAFT}"), self.library.load_draft(pack_id)
        if hash_of(files) != draft.hash:
            raise EntryError(f"The draft of the pack '{pack_id}' is being changed. Save it, then try again.")
        files = complete(draft, files, self.library.draft(pack_id).parent)
        draft = msgspec.structs.replace(draft, hash=hash_of(files), languages=languages_of(pack_id, files))
        taken = self._taken(pack_id, states, files)
        if draft.version <= max(taken, default=0):
            raise EntryError(
                f"Version {draft.version} of the pack '{pack_id}' is published already, and does not "
                f"change. Set version = {max(taken) + 1} in the draft."
            )
        log, before = self.read_log(pack_id), self.newest(pack_id)
        found = differences(before, draft) if before else ()
        missing = [one.question for one in found if before and not log.explains(one, before, draft)]
        if missing:
            raise EntryError(gates.unexplained(log, draft, missing))
        return draft, files

    def _add(self, pack_id: str, record: LoggedChange | Review | Step) -> None:
        require_fit(record, self.names)
        add_record(self._log(pack_id), record, disk=self.disk)

    def _log(self, pack_id: str) -> Path:
        return self.library.draft(pack_id).parent.parent / LOG

    @contextmanager
    def _alone(self, pack_id: str) -> Iterator[None]:
        """Let nobody else change packs meanwhile, and remove what a crash left."""
        folder = self.library.draft(pack_id).parent.parent
        durable.make_folders(self.library.folder, disk=self.disk)
        with locks.alone(self.library.folder):
            draft = folder / DRAFT
            for inside in (folder, folder / VERSIONS, draft, draft / "decks", draft / LANGUAGES):
                for left in inside.glob(f"{TEMPORARY}*"):
                    remove_tree(left, self.disk)
            yield


def _with_value(text: str, key: str, value: str) -> str:
    """Return the text of a pack with another value of a key at its top; remarks stay."""
    return re.sub(
        rf"^[ \t]*{key}[ \t]*=.*$", lambda _found: f"{key} = {value}", text, count=1, flags=re.MULTILINE
    )
