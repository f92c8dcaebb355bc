"""Publishing a pack: from a draft to a version that customers meet, and back.

Each step is on the medium before the next, and the states of a pack are replaced in one: whatever stops the
machine, the version that was live is live, or the new one is.

1. the files of the draft are copied to `versions/<n>`, under another name first
2. the change log says what is done, with the reason where something was missing
3. `states.json` says it

What a lead may do, and how somebody shows that they are one, is the caller's to ask. Files and states are
written, and the states tagged, in `kiosk.upkeep.pack_store`.
"""

import os
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field

import msgspec

from kiosk.dates import day_of
from kiosk.errors import EntryError
from kiosk.pack.change_log import Did, Step, require_fit
from kiosk.pack.library import Published, State, States
from kiosk.pack.model import Pack
from kiosk.pack.pack_files import STATES, files_in, hash_of
from kiosk.upkeep import gates
from kiosk.upkeep.drafting import Drafting
from kiosk.upkeep.pack_store import is_vouched, put, write_states
from kiosk.upkeep.translations import as_published


@dataclass(frozen=True)
class Publisher(Drafting):
    """What publishes the packs of a venue. Its methods raise as those of `Drafting` do."""

    identity: str = field(default="", repr=False)
    """The venue's private key, where somebody unlocked."""
    before: str = field(default="", repr=False)
    """Its private key before, while that is being changed."""
    undecided: Callable[[str, Collection[int]], Mapping[int, int]] = lambda _pack_id, _versions: {}
    """Told a pack's id and versions: how many comments on each of those wait for a decision."""
    is_answered: Callable[[str, int], bool] = lambda _pack_id, _version: True
    """Told a pack's id and the version of its pilot: whether there is an entry of it, or a comment on it."""
    note: Callable[[str], object] = lambda _what: None
    """Told what is about to be done, once all is checked; what it raises stops that."""

    def pilot(self, pack_id: str, past: str = "") -> Pack:
        """Let the draft be tried out: customers may choose it beside the live version. Return it.

        `past` is the reason to do so although no customer took part in a review.
        """
        with self._alone(pack_id):
            states = self._made(pack_id)
            draft, files = self._fit_draft(pack_id, states)
            lacking = [*self._unread(draft)]
            self._require(lacking, past)
            kept = self._freeze(draft, files, "pilot")
            self._say(pack_id, kept.number, "pilot", past if lacking else "")
            for one in filter(None, [states.the("pilot")]):
                states = states.with_version(one.retired())
            self._replace(pack_id, states.with_version(kept))
            return draft

    def publish(self, pack_id: str, number: int | None = None, past: str = "") -> Pack:
        """Let the pilot go live, or the draft without one; what was live retires. Return it.

        `number` says which of the two, where the draft is newer than the pilot. Where there is neither, the
        live version is vouched for once more, where that is wanted. `past` is the reason to do so although
        nobody tried it out, or comments on the pilot wait for a decision.
        """
        with self._alone(pack_id):
            states = self._made(pack_id, number)
            pilot, live = states.the("pilot"), states.the("live")
            used = [one.number for one in (pilot, live) if one]
            # A draft that is being edited may not read: no other version waits for that.
            drafted = number not in used and self._has_newer_draft(pack_id, states)
            if drafted and pilot and number is None:
                raise EntryError(
                    f"Say which version of the pack '{pack_id}' to publish: {pilot.number}, which is tried "
                    "out, or that of the draft."
                )
            if pilot and number in (None, pilot.number):
                lacking = [*self._untried(pack_id, pilot.number, states)]
                self._require(lacking, past)
                kept = msgspec.structs.replace(pilot, state="live")
                pack = self.library.version(pack_id, pilot.number)  # what cannot be used does not go live
            elif drafted and number in (None, self.library.load_draft(pack_id).version):
                pack, files = self._fit_draft(pack_id, states)
                lacking = [*self._unread(pack), *self._untried(pack_id, pack.version, states, pack)]
                self._require(lacking, past)
                kept = self._freeze(pack, files, "live")
            elif live and number in (None, live.number):
                return self._vouch(pack_id, states, live, past)
            else:
                raise EntryError(f"The pack '{pack_id}' has no such draft or pilot to publish.")
            self._say(pack_id, kept.number, "live", past if lacking else "")
            for ended in (live, pilot):
                if ended and ended.number != kept.number:
                    states = states.with_version(ended.retired())
            states = msgspec.structs.replace(states, was_live=(*states.was_live, kept.number))
            self._replace(pack_id, states.with_version(kept))
            return msgspec.structs.replace(pack, state="live")

    def _vouch(self, pack_id: str, states: States, live: Published, past: str) -> Pack:
        """Say once more what is live, where this publisher did not, or has a reason to keep. Return it."""
        pack = self.library.version(pack_id, live.number)
        stored = self.library.states(pack_id)
        is_said = is_vouched(pack_id, stored, self.identity) and self._has_states(pack_id)
        if past:
            self._say(pack_id, live.number, "live", past)
        elif not is_said:
            self.note(f"{pack_id}, version {live.number}: {live.state}")
        if not is_said:
            self._replace(pack_id, states)
        return pack

    def roll_back(self, pack_id: str) -> Pack:
        """Let the version be live again that was live before the live one, which retires. Return it."""
        with self._alone(pack_id):
            states = self._made(pack_id)
            live = states.the("live")
            before = [states.of(number) for number in states.was_live if not live or number != live.number]
            if live is None or not before or before[-1] is None:
                raise EntryError(f"No version of the pack '{pack_id}' was live before this one.")
            kept = msgspec.structs.replace(before[-1], state="live")
            pack = self.library.version(pack_id, kept.number)  # what cannot be used does not go live
            self._say(pack_id, live.number, "rolled back", "")
            was_live = tuple(number for number in states.was_live if number != live.number)
            states = states.with_version(live.retired()).with_version(kept)
            self._replace(pack_id, msgspec.structs.replace(states, was_live=was_live))
            return pack

    def retire(self, pack_id: str, number: int | None = None) -> int:
        """Let a version no longer be offered, the only one in use where none is named; return which."""
        with self._alone(pack_id):
            states = self._made(pack_id)
            used = [one for one in states.versions if one.state != "retired"]
            if number is None and len(used) > 1:
                numbers = " or ".join(str(one.number) for one in used)
                raise EntryError(f"Say which version of the pack '{pack_id}' to retire: {numbers}.")
            found = [one for one in used if number in (None, one.number)]
            if not found:
                raise EntryError(f"That version of the pack '{pack_id}' is not in use.")
            [one] = found
            if one.state == "live" and pack_id == self.library.start_id:
                raise EntryError(
                    f"Welcome starts with the pack '{pack_id}'. Let it start with another one first: "
                    "'kiosk pack offer PACK'."
                )
            self._say(pack_id, one.number, "retired", "")
            self._replace(pack_id, states.with_version(one.retired()))
            return one.number

    def _made(self, pack_id: str, taken: int | None = None) -> States:
        """Return the states of a pack, which may be changed.

        A lead vouches for nothing unseen: states that none published are refused, unless the version that
        they say is live is `taken`. Then that alone stays in use, and no other one was ever live.
        """
        states = self.library.states(pack_id)
        self._require_said(pack_id, states)
        live = states.the("live")
        vouched = is_vouched(pack_id, states, *filter(None, (self.identity, self.before)))
        unseen = bool(self.identity) and self._has_states(pack_id) and not vouched
        if unseen and not (live and live.number == taken):
            take = f" To take it as it is, run 'kiosk pack publish {pack_id} {live.number}'." if live else ""
            raise EntryError(
                f"No lead of this venue published the pack '{pack_id}' as it is. Look at it with 'kiosk pack "
                f"list' and 'kiosk pack diff', or restore a backup.{take}"
            )
        if unseen and live:
            retired = tuple(one.retired() for one in states.versions)
            states = msgspec.structs.replace(states, versions=retired, was_live=(live.number,))
            states = states.with_version(live)
        return states

    def _has_states(self, pack_id: str) -> bool:
        return os.path.lexists(self.library.folder / pack_id / STATES)

    def _copy_shipped(self, pack_id: str) -> None:
        """Copy what is shipped before there are states, since an update of the program may change it."""
        if self._has_states(pack_id):
            return
        for one in self.library.states(pack_id).versions:
            folder = self.library.versions_folder(pack_id) / str(one.number)
            if not os.path.lexists(folder):
                put(folder, self.library.files(f"{pack_id}@{one.number}"), disk=self.disk)

    def _require_said(self, pack_id: str, states: States) -> None:
        """Refuse to go on where the states are lost, for a version would be written over.

        What a crash leaves before there are any is what is shipped, and what the draft still is.
        """
        folder = self.library.versions_folder(pack_id)
        if self._has_states(pack_id):
            return
        draft = files_in(self.library.draft(pack_id).parent)
        known = {
            hash_of(as_published(self.library, pack_id, draft)),
            *(one.hash for one in states.versions),
        }
        for inside in sorted(folder.glob("*")):
            if inside.name.isdecimal() and hash_of(files_in(inside)) not in known:
                raise EntryError(
                    f"There is a version {inside.name} of the pack '{pack_id}', and no {STATES} that says "
                    "what became of it. Restore a backup. If it was never published, remove the folder "
                    f"{inside}."
                )

    def _unread(self, draft: Pack) -> Iterator[str]:
        """Yield what is lacking where no customer has read a draft as it is, or nobody knows what changed."""
        if self.library.states(draft.id).versions and not self.newest(draft.id):
            yield "No version before it can be read, so nobody can tell what changed"
        yield from gates.unread(self.read_log(draft.id), draft)

    def _untried(self, pack_id: str, number: int, states: States, draft: Pack | None = None) -> Iterator[str]:
        """Yield what is lacking where what goes live is no pilot but a draft, or comments wait."""
        pilot = states.the("pilot")
        if pilot is None:
            yield f"No version was tried out: 'kiosk pack pilot {pack_id}' starts that"
        elif draft:
            yield gates.not_the(self.library.version(pack_id, pilot.number), draft)
        elif not self.is_answered(pack_id, pilot.number):
            yield f"Nobody answered the pilot, version {pilot.number}, or commented on it"
        tried = gates.tried(self.read_log(pack_id), number, pilot)
        yield from gates.waiting(self.undecided(pack_id, tried))

    def _require(self, lacking: Collection[str], past: str) -> None:
        if lacking and not past:
            raise EntryError(f"{'. '.join(lacking)}. To go on all the same, give the reason: --because TEXT.")

    def _freeze(self, draft: Pack, files: dict[str, bytes], state: State) -> Published:
        """Copy the files of a draft to where versions are, and return what is said of them."""
        self._copy_shipped(draft.id)
        folder = self.library.versions_folder(draft.id) / str(draft.version)
        put(folder, files, disk=self.disk)
        return Published(number=draft.version, state=state, hash=hash_of(files))

    def _say(self, pack_id: str, number: int, did: Did, past: str) -> None:
        """Let the change log say what is done; a step that a crash kept from being done is said once."""
        self._copy_shipped(pack_id)
        step = Step(version=number, day=day_of(self.now()), did=did, past=past)
        require_fit(step, self.names)
        self.note(f"{pack_id}, version {number}: {did}")
        if self.read_log(pack_id).steps[-1:] != (step,):
            self._add(pack_id, step)

    def _replace(self, pack_id: str, states: States) -> None:
        self._copy_shipped(pack_id)
        write_states(self.library.folder, pack_id, states, self.identity, disk=self.disk)
