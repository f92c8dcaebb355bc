"""The vault against a plain account of it, through power cuts and kills in the middle of anything."""

import random
import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from kiosk.vault.durable import Disk
from tests.kiosk.vault.torture.ledger import agrees, check, entry_id, opened
from tests.kiosk.vault.torture.recording import Recorder, write_tree
from tests.kiosk.vault.torture.scenes import Actor, everything, first_save, prepared
from tests.kiosk.vault.torture.size import SIZE

MEMORY = Path("/dev/shm")  # noqa: S108  # a folder of its own is made there


class PowerCutError(BaseException):
    """Nothing goes on after this, and nothing handles it."""


class CutDisk(Disk):
    """A recording disk of which all calls fail for good once some have been made."""

    def __init__(self, root: Path) -> None:
        self.recorder = Recorder(root)
        self.left = -1
        """How many calls are still made; below zero: as many as there come."""

    def counts(self) -> None:
        if self.left == 0:
            raise PowerCutError
        self.left -= self.left > 0


def _counted(name: str) -> Callable[..., Any]:
    def call(self: CutDisk, *arguments: Any) -> Any:
        self.counts()
        return getattr(self.recorder, name)(*arguments)

    return call


for _name in vars(Disk):
    if not _name.startswith("_"):
        setattr(CutDisk, _name, _counted(_name))


class VaultWithCrashes(RuleBasedStateMachine):
    @initialize(new=st.booleans())
    def open(self, new: bool) -> None:
        room = MEMORY if MEMORY.is_dir() else None
        self.root = Path(tempfile.mkdtemp(prefix="vault-torture-", dir=room))
        self.ledger = prepared(self.root / "home", (first_save if new else everything).__name__)
        self.count = 100
        self.start()

    def start(self) -> None:
        """Two processes' views of one vault, on a disk that is recorded from here on."""
        self.disk = CutDisk(self.root)
        self.actors = [Actor(self.root / "home", self.ledger.hears, disk=self.disk) for _ in range(2)]

    def teardown(self) -> None:
        for actor in self.actors:
            actor.vault.close()
        shutil.rmtree(self.root)

    @property
    def living(self) -> list[int]:
        entries = self.ledger.entries
        there = {id_ for id_, entry in entries.items() if entry.slots and not entry.erased}
        return [number for number in range(1, self.count + 1) if entry_id(number) in there]

    def act(self, actor: Actor, what: str, which: int) -> None:
        """Do one thing, to one of the living entries where there is any."""
        self.count += 1
        living = self.living
        number = living[which % len(living)] if living else 0
        match what:
            case "save":
                actor.save(self.count, f"{self.count}")
            case "paper":
                actor.save(self.count, f"{self.count}", source="paper")
            case "compact":
                actor.compact()
            case "reconcile":
                actor.vault.reconcile()
            case "amend" if number:
                actor.amend(number, f"more {self.count}")
            case "mark" if number:
                actor.mark(number, f"staff {which}")
            case "erase" if number:
                actor.erase(number)

    acts = st.sampled_from(("save", "paper", "amend", "mark", "erase", "compact", "reconcile"))

    @rule(who=st.integers(0, 1), what=acts, which=st.integers(0, 9))
    def does(self, who: int, what: str, which: int) -> None:
        self.act(self.actors[who], what, which)

    @rule(who=st.integers(0, 1))
    def reopens(self, who: int) -> None:
        self.actors[who].vault.close()

    @rule(
        who=st.integers(0, 1),
        what=acts,
        which=st.integers(0, 9),
        calls=st.integers(0, 24),
        power=st.booleans(),
        seed=st.integers(0, 2**32),
    )
    def is_cut_short(self, who: int, what: str, which: int, calls: int, power: bool, seed: int) -> None:
        """After some calls nothing goes on, for the program alone or for the machine and its disk."""
        self.disk.left = calls
        with suppress(PowerCutError):
            self.act(self.actors[who], what, which)
        for actor in self.actors:
            actor.vault.close()
        model = self.disk.recorder.model
        tree = model.live()
        if power:
            chance = random.Random(seed)
            tree = chance.choice([tree for tree, _ in model.states(12, chance)])
        write_tree(self.root, tree)
        check(self.root / "home", self.ledger, go_on=False)
        with opened(self.root / "home") as vault:
            self.ledger.settle(vault)
        self.start()

    @invariant()
    def both_views_agree_with_the_account(self) -> None:
        for actor in self.actors:
            agrees(actor.vault, self.ledger)


TestVaultWithCrashes = VaultWithCrashes.TestCase
TestVaultWithCrashes.settings = settings(max_examples=SIZE.runs, stateful_step_count=30, derandomize=True)
