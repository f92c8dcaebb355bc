"""Publishing that is stopped between any two calls of the disk: the old version is live, or the new one."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from kiosk.errors import EntryError
from kiosk.pack.library import Library
from kiosk.pack.pack_files import STATES
from kiosk.upkeep.publishing import Publisher
from kiosk.vault.durable import Disk
from tests.kiosk.upkeep.packs import Group
from tests.kiosk.vault.torture.recording import Missing, Recorder, write_tree
from tests.kiosk.vault.torture.weak import WeakDisk

Verb = Callable[[Publisher], object]
VERBS: dict[str, Verb] = {
    "publish the draft": lambda publisher: publisher.publish("strengths", past="In a hurry."),
    "publish the pilot": lambda publisher: publisher.publish("strengths"),
    "roll back": lambda publisher: publisher.roll_back("strengths"),
}
AGAIN = 5
"""After each so many states what was not done is done again."""


def prepared(group: Group, verb: str) -> None:
    """Bring a group to where a verb is next."""
    if verb == "roll back":
        group.goes_live("strengths", "How is your day?")
        return
    group.rewords("strengths", "How is your day?")
    if verb == "publish the pilot":
        group.publisher.pilot("strengths")


def offered(library: Library) -> list[tuple[int, str]]:
    """What Welcome offers, with nothing that had to be fallen back from.

    But that the very first step was not finished is told.
    """
    unsaid = not (library.folder / "strengths" / STATES).exists()
    assert all(unsaid and one.version is None for one in library.problems())
    return [(pack.version, pack.state) for pack in library.offered()]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for no disk: what it may lose is played."""
    monkeypatch.setattr(Disk, "fsync", lambda _disk, _descriptor: None)


def cut(folder: Path, verb: str, leaves_out: Missing = "") -> tuple[int, int]:
    """Stop a verb everywhere; return how many states that left, and in how many it was done again."""
    group = Group(folder / "packs")
    prepared(group, verb)
    before = offered(group.library)
    recorder = Recorder(group.folder, leaves_out=leaves_out)
    VERBS[verb](group.on(recorder))
    after = offered(group.library)
    scratch = Group(folder / "cut" / "packs")
    seen, chance, again = set[int](), random.Random(1), 0
    disk = WeakDisk(recorder.base)
    for step in [(), *recorder.steps]:
        disk.apply(step)  # type: ignore[arg-type] # nothing was told
        for tree, _ in disk.states(8, chance):
            key = hash(frozenset(tree.items()))
            if key in seen:
                continue
            seen.add(key)
            write_tree(scratch.folder, tree)
            found = offered(scratch.library)
            assert found in (before, after)
            if found == before and len(seen) % AGAIN == 0:
                VERBS[verb](scratch.publisher)
                assert offered(scratch.library) == after
                again += 1
    return len(seen), again


@pytest.mark.parametrize("verb", VERBS)
def test_a_power_cut_at_any_moment_leaves_what_was_or_what_is_to_be_and_it_can_be_done_again(
    tmp_path: Path, verb: str
) -> None:
    states, again = cut(tmp_path, verb)
    assert (states > 12, again > 1) == (True, True)


@pytest.mark.parametrize("leaves_out", ["file", "folder"])
def test_publishing_without_one_of_the_flushes_is_caught(tmp_path: Path, leaves_out: Missing) -> None:
    with pytest.raises(AssertionError):
        cut(tmp_path, "publish the draft", leaves_out)


class Killed(BaseException):
    """The program is killed."""


class Killing(Disk):
    """Does so many calls that change something, and is killed at the next."""

    def __init__(self, calls: int) -> None:
        self.calls = calls

    def _does(self) -> None:
        self.calls -= 1
        if self.calls < 0:
            raise Killed

    def write(self, descriptor: int, data: bytes | memoryview, offset: int) -> int:
        self._does()
        return super().write(descriptor, data, offset)

    def link(self, source: Path, target: Path) -> None:
        self._does()
        super().link(source, target)

    def rename(self, source: Path, target: Path) -> None:
        self._does()
        super().rename(source, target)

    def unlink(self, path: Path) -> None:
        if self.calls >= 0:  # who is killed tidies nothing away
            self._does()
            super().unlink(path)

    def make_folder(self, path: Path) -> None:
        self._does()
        super().make_folder(path)

    def remove_folder(self, path: Path) -> None:
        if self.calls >= 0:
            self._does()
            super().remove_folder(path)


class Walk(RuleBasedStateMachine):
    """A venue publishes, rolls back and retires, and is killed now and then; a model knows what it offers."""

    folder: Path
    count = 0

    @initialize()
    def begin(self) -> None:
        type(self).count += 1
        self.group = Group(self.folder / str(self.count) / "packs")
        self.live, self.pilot, self.were, self.made, self.draft = 1, 0, [1], 1, 0

    @rule(kill=st.integers(0, 40) | st.none())
    def writes_a_draft(self, kill: int | None) -> None:
        def act(publisher: Publisher) -> None:
            self.group.rewords("strengths", f"How is day {self.made}?", publisher=publisher)

        if not self.draft:
            self._tries(act, kill=None)
            self.draft = self.made + 1

    @rule(kill=st.integers(0, 60) | st.none())
    def tries_it_out(self, kill: int | None) -> None:
        if self._tries(lambda publisher: publisher.pilot("strengths"), kill, refused=not self.draft):
            self.pilot, self.made, self.draft = self.draft, self.draft, 0

    @rule(kill=st.integers(0, 60) | st.none())
    def publishes(self, kill: int | None) -> None:
        number = self.pilot or self.draft

        def act(publisher: Publisher) -> None:
            publisher.publish("strengths", number or None, past="A reason.")

        if self._tries(act, kill) and number:
            self.draft = 0 if number == self.draft else self.draft
            self.live, self.pilot, self.made = number, 0, max(self.made, number)
            self.were.append(number)

    @rule(kill=st.integers(0, 20) | st.none())
    def rolls_back(self, kill: int | None) -> None:
        refused = len(self.were) < 2
        if self._tries(lambda publisher: publisher.roll_back("strengths"), kill, refused=refused):
            self.were.pop()
            self.live = self.were[-1]

    @rule(kill=st.integers(0, 20) | st.none())
    def ends_the_pilot(self, kill: int | None) -> None:
        if self.pilot and self._tries(lambda publisher: publisher.retire("strengths", self.pilot), kill):
            self.pilot = 0

    def _tries(self, act: Verb, kill: int | None, *, refused: bool = False) -> bool:
        """Do something, perhaps killed and done again; tell whether it was done."""
        if refused:
            with pytest.raises(EntryError):
                act(self.group.publisher)
            return False
        before = offered(self.group.library)
        try:
            act(self.group.on(Killing(kill)) if kill is not None else self.group.publisher)
        except Killed:
            if offered(self.group.library) == before:
                act(self.group.publisher)
        return True

    @invariant()
    def customers_get_what_they_should(self) -> None:
        expected = [(self.live, "live"), *([(self.pilot, "pilot")] if self.pilot else [])]
        assert offered(self.group.library) == expected
        for one in self.group.library.states("strengths").versions:
            asked = self.group.library.version("strengths", one.number).sections[0].questions[0].ask
            assert asked == ("How do you feel?" if one.number == 1 else f"How is day {one.number - 1}?")


def test_a_walk_with_kills_always_ends_at_what_was_published(tmp_path: Path) -> None:
    walk = type("Walk", (Walk,), {"folder": tmp_path})
    run_state_machine_as_test(
        walk, settings=settings(max_examples=6, stateful_step_count=12, deadline=None, derandomize=True)
    )
