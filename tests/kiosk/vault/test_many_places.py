"""Several places against one set of facts, whatever is lost, doubled, reordered or torn on the way.

All places agree in the end, nothing that was acknowledged is lost, and nothing that was erased comes back.
"""

import os
import random
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, rule

from kiosk import seal
from kiosk.errors import NoEntryError
from kiosk.vault.exchange import Exchange, Here, RawPiece, Taken
from kiosk.vault.row_changes import TURN_MOST
from kiosk.vault.rows import MARKS, is_tombstone, marks_of
from kiosk.vault.vault import Vault
from tests.conftest import EXAMPLES
from tests.kiosk.sealed import reader_of
from tests.kiosk.vault.helpers import Clock, FaultyDisk, name_of, shelves, sign

PLACES = 3
READERS = (reader_of(1), reader_of(2))


class PlacedVault(Vault):
    """A vault of the place that a test says."""

    def place(self) -> str:
        return self.home.name


@dataclass
class Place:
    vault: Vault
    exchange: Exchange
    clock: Clock

    def pieces(self, here: Here) -> list[RawPiece]:
        return [piece for piece in map(self.exchange.read, here.pieces) if piece]

    def takes(self, here: Here, pieces: Iterable[RawPiece], *, tombstones: bool = True) -> None:
        if tombstones:
            self.exchange.bury(here.tombstones)
        self.exchange.take(pieces, Taken())
        self.exchange.say(here.said)

    def state(self) -> Any:
        """All that must be the same everywhere in the end."""
        documents = self.vault._catalogue.documents()
        erased = {id_: one for id_, one in documents.items() if is_tombstone(one)}
        marks = {
            id_: {field: one[field] for field in MARKS if one.get(field) is not None}
            for id_, one in documents.items()
            if id_ not in erased
        }
        return sorted(self.exchange.here().pieces), erased, marks


class ManyPlaces(RuleBasedStateMachine):
    entries = Bundle("entries")
    which = st.integers(0, PLACES - 1)

    @initialize(wrong=st.lists(st.integers(-900, 900), min_size=PLACES, max_size=PLACES))
    def open(self, wrong: list[int]) -> None:
        self.root = Path(tempfile.mkdtemp(prefix="places-", dir=os.environ.get("PYTEST_DEBUG_TEMPROOT")))
        self.places = [self._place(number, timedelta(days=days)) for number, days in enumerate(wrong)]
        self.acknowledged: set[tuple[str, str]] = set()
        self.erased: set[str] = set()
        self.signed: set[str] = set()
        """Those that staff erased."""
        self.forged: set[str] = set()
        self.count = 0

    def _place(self, number: int, wrong: timedelta) -> Place:
        clock = Clock()
        home = self.root / (f"{number:x}" * 16)
        clock.now += wrong
        shelves(home / "vault", ["00"])
        vault = PlacedVault(home, clock=clock, name_of=name_of, disk=FaultyDisk())
        return Place(vault, Exchange(home, name_of=name_of, disk=FaultyDisk()), clock)

    def teardown(self) -> None:
        try:
            self.all_agree_in_the_end()
            self._staff_have_the_last_word(self.forged - self.erased)
        finally:
            for place in self.places:
                place.vault.close()
                place.exchange.close()
            shutil.rmtree(self.root)

    @rule(target=entries, which=which)
    def save(self, which: int) -> Any:
        self.count += 1
        entry_id = f"{self.count:032x}"
        place = self.places[which]
        place.vault.save(entry_id, name_of(entry_id), self._sealed())
        self.acknowledged.add((entry_id, f"0001-{place.vault.place()}"))
        return entry_id

    def _sealed(self) -> bytes:
        self.count += 1
        return seal.seal(b'{"n":%d}' % self.count, READERS)

    @rule(which=which, entry_id=entries)
    def add(self, which: int, entry_id: str) -> None:
        place = self.places[which]
        place.clock.passes(seconds=1)
        try:
            name = place.vault.add_page(entry_id, lambda _counter: self._sealed())
        except NoEntryError:
            return  # it has not come here, or is erased
        self.acknowledged.add((entry_id, name))

    @rule(which=which, entry_id=entries, state=st.sampled_from([None, "agreed", "closed", "waiting"]))
    def mark(self, which: int, entry_id: str, state: Any) -> None:
        place = self.places[which]
        place.clock.passes(seconds=1)
        if place.vault.has(entry_id):
            place.vault.mark(entry_id, f"Jo at {which}", sign, state=state)

    @rule(which=which, entry_id=entries, staff=st.booleans())
    def erase(self, which: int, entry_id: str, staff: bool) -> None:
        if self.places[which].vault.has(entry_id):
            self.places[which].vault.erase(entry_id, sign if staff else None)
            self.erased.add(entry_id)
            if staff:
                self.signed.add(entry_id)

    @rule(
        which=which,
        entry_id=entries,
        turn=st.sampled_from([0, 1, 3, TURN_MOST - 1000, TURN_MOST + 1, 2**31]),
        tag=st.sampled_from(["", "f" * 64]) | which,
        state=st.sampled_from([None, "closed", "waiting"]),
        picked_up=st.sampled_from([None, "0001-01-01T00:00:00.000000Z"]),
    )
    def forge_a_mark(
        self, which: int, entry_id: str, turn: int, tag: str | int, state: Any, picked_up: str | None
    ) -> None:
        """A number for a tag: the one that a place has, which belongs to another word."""
        documents = self.places[which].vault._catalogue.documents()
        if isinstance(tag, int):
            tag = str(documents.get(entry_id, {}).get("tag") or "")
        word = {"picked_up_by": "Eve", "picked_up": picked_up, "state": state, "turn": turn, "tag": tag}
        self.places[which].exchange.say({entry_id: word})
        self.forged.add(entry_id)

    @rule(
        which=which,
        entry_id=entries,
        more=st.sampled_from([{}, {"tag": ""}, {"tag": "f" * 64}, {"told": "x"}, {"why": "time"}]),
    )
    def forge_a_tombstone(self, which: int, entry_id: str, more: dict[str, str]) -> None:
        self.places[which].exchange.bury({entry_id: {"erased": "", **more}})
        self.erased.add(entry_id)

    @rule(which=which, entry_id=entries)
    def change_the_key(self, which: int, entry_id: str) -> None:
        """A page that is sealed again is the same page, whatever its bytes."""
        files = self.places[which].vault.page_files
        for name in files.names(entry_id)[:1]:
            files.path(entry_id, name).write_bytes(self._sealed())

    @rule(which=which, entry_id=entries)
    def damage(self, which: int, entry_id: str) -> None:
        """A page that came from elsewhere is put right from there."""
        files = self.places[which].vault.page_files
        mine = self.places[which].vault.place()
        for name in [name for name in files.names(entry_id) if not name.endswith(mine)][:1]:
            files.path(entry_id, name).write_bytes(b"damaged")

    @rule(which=which)
    def reconcile(self, which: int) -> None:
        self.places[which].vault.reconcile()

    @rule(
        giver=which,
        taker=which,
        order=st.randoms(use_true_random=False),
        arrives=st.floats(0, 1),
        twice=st.booleans(),
        tombstones=st.booleans(),
    )
    def transfer(
        self, giver: int, taker: int, order: random.Random, arrives: float, twice: bool, tombstones: bool
    ) -> None:
        if giver == taker:
            return
        here = self.places[giver].exchange.here()
        pieces = self.places[giver].pieces(here)
        order.shuffle(pieces)
        come = pieces[: int(len(pieces) * arrives)]
        come += [(name, data[: len(data) // 2], modified) for name, data, modified in pieces[len(come) :][:2]]
        self.places[taker].takes(here, come * (1 + twice), tombstones=tombstones)

    @rule()
    def all_agree_in_the_end(self) -> None:
        pieces, erased, _ = self._agreed()
        assert erased.keys() == self.erased
        assert all(erased[id_].get("tag") == sign(id_, erased[id_]) for id_ in self.signed)
        wanted = {(id_, name) for id_, name in self.acknowledged if id_ not in self.erased}
        assert {tuple(piece.split(".")[:2]) for piece in pieces} == wanted
        for place in self.places:
            rows = {row.id: row.pages for row in place.vault.rows()}
            assert {(id_, name) for id_, names in rows.items() for name in names} == wanted
            assert not any(place.vault.page_files.unreadable(id_) for id_ in rows)
            report = place.vault.reconcile()
            assert (report.adopted, report.pageless, report.unreadable) == ((), (), ())

    def _agreed(self) -> Any:
        """Let all take in what all have, and return what all say then."""
        for _ in range(2):
            for source in self.places:
                here = source.exchange.here()
                for target in self.places:
                    if target is not source:
                        target.takes(here, source.pieces(here))
        states = [place.state() for place in self.places]
        assert states == [states[0]] * PLACES
        return states[0]

    def _staff_have_the_last_word(self, forged: set[str]) -> None:
        words = {id_: self.places[0].vault.mark(id_, "Jo", sign, state="agreed") for id_ in forged}
        _, _, marks = self._agreed() if words else ((), {}, {})
        for id_, row in words.items():
            assert row.tag == sign(id_, marks_of(row)) == marks[id_]["tag"]


TestManyPlaces = ManyPlaces.TestCase
TestManyPlaces.settings = settings(max_examples=EXAMPLES // 2, stateful_step_count=25)
