"""Practice with made-up entries: saving them, and telling which cards are done.

All of it is in a practice home, which is gone when practice ends. Beside that home lie `training.toml`, a
copy of what was written for it, and `training.json`: the codes of made-up entries, which nobody keeps secret.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import msgspec

from kiosk import untrusted
from kiosk.desk.desk import Desk
from kiosk.desk.training import THEIRS, Card, MadeUp, Training, answered, load_training, state_of
from kiosk.entry import handle
from kiosk.entry.names import NameWords
from kiosk.entry.staff_pages import PlanGoal, Step
from kiosk.home import Home, slip_beside, training_beside
from kiosk.pack.model import Pack
from kiosk.progress import Progress, untold
from kiosk.seal import recipient_of
from kiosk.settings.settings import library_of
from kiosk.vault import durable
from kiosk.vault.vault import Vault
from kiosk.visit.saving import Saver, Submission

COLLEAGUE = "Ali Practice"
"""Who wrote the notes and plans of made-up entries, and unlocks too where that takes two."""
MOST_BYTES = 1 << 20


class Slip(msgspec.Struct, frozen=True):
    """What the customer of a made-up entry holds."""

    code: str
    id: str
    name: str


class _Saved(msgspec.Struct, frozen=True):
    """What was saved for practice."""

    begun: int
    """So many lines the audit had then."""
    slips: dict[str, Slip]
    """By the ids of the training file."""


class ShownCard(NamedTuple):
    """A card as it lies on the desk."""

    title: str
    tells: str
    afterwards: str
    slip: Slip
    has_slip: bool
    done: bool


def is_prepared(home: Home) -> bool:
    """Tell whether the made-up entries are there, or none are wanted."""
    return _state(home).exists() or not training_beside(home).exists()


def prepare(home: Home, desk: Desk, names: NameWords, now: datetime, progress: Progress = untold) -> None:
    """Save the made-up entries of a practice home. Raises KioskError; lets OSError through."""
    training, pack = _training(home)
    slips = {}
    for done, entry in enumerate(training.entries):
        progress(done, len(training.entries))
        slips[entry.id] = _Maker(home, desk, names, now, pack, entry).make()
    events = desk.audit.read(desk.identity).events
    durable.replace(_state(home), msgspec.json.encode(_Saved(len(events), slips)))


def cards(home: Home, desk: Desk) -> tuple[ShownCard, ...]:
    """Return the cards of a practice home, each as it is by now; none where it has none."""
    if not _state(home).exists():
        return ()
    training, _pack = _training(home)
    saved = untrusted.json(untrusted.read(_state(home), MOST_BYTES), _Saved)
    events = desk.audit.read(desk.identity).events
    since = events[: len(events) - saved.begun]

    def is_done(card: Card, slip: Slip) -> bool:
        return all(
            any(
                event.did == sign.did and event.entry_id == slip.id and sign.detail in ("", event.detail)
                for event in since
            )
            for sign in card.done
        )

    shown = []
    for card in training.cards:
        slip = saved.slips[card.entry]
        texts = (card.title, card.tells, card.afterwards)
        title, tells, after = (one.replace(THEIRS, slip.name) for one in texts)
        shown.append(ShownCard(title, tells, after, slip, card.slip, is_done(card, slip)))
    return tuple(shown)


def _training(home: Home) -> tuple[Training, Pack]:
    """Return what was written for practice, and the pack that it names, which Welcome starts there."""
    pack = library_of(home).start()
    return load_training(training_beside(home), lambda _name: pack), pack


def play(home: Home, card: ShownCard) -> str:
    """Let each page of practice show the code of a card's slip, and return it; empty where it is lost."""
    code = card.slip.code if card.has_slip else ""
    durable.replace(slip_beside(home), code.encode())
    return code


class _Maker:
    """Saves one made-up entry."""

    def __init__(
        self, home: Home, desk: Desk, names: NameWords, now: datetime, pack: Pack, entry: MadeUp
    ) -> None:
        self._now, self._pack, self._entry = now, pack, entry
        self._at = now
        self._vault = Vault(home.root, clock=lambda: self._at, name_of=names.name_of)
        self._saver = Saver(
            self._vault,
            recipient_of(desk.identity),
            names,
            lambda: self._at,
            derive=desk.derive,
        )
        self._desk = replace(desk, vault=self._vault, staff=COLLEAGUE)

    def make(self) -> Slip:
        """Save it, and return its slip."""
        with self._vault:
            entry = self._entry
            self._goes_back(entry.days_ago)
            pack, answers = self._pack, answered(self._pack, entry, entry.answers)
            saved = self._saver.save(Submission(pack, answers, private=entry.private, talk=entry.talk))
            for one in entry.again:
                self._goes_back(one.days_ago)
                answers = answered(pack, entry, one.answers)
                self._saver.amend(Submission(pack, answers, talk=None), saved.handle)
            if entry.note or entry.goals or entry.status != "waiting":
                self._staff_write(saved.handle)
            return Slip(str(saved.handle), saved.id, saved.name)

    def _staff_write(self, code: handle.Handle) -> None:
        """Let a colleague have written what staff write."""
        desk, entry = self._desk, self._entry
        opened = desk.open(str(code))
        if entry.note:
            opened = desk.add_note(opened, entry.note, self._at)
        if entry.goals:
            goals = [
                PlanGoal(
                    want=goal.want,
                    steps=tuple(Step(text=one.text, who=one.who, done=one.done) for one in goal.steps),
                )
                for goal in entry.goals
            ]
            opened = desk.agree(opened, goals, self._at)
        if entry.status != "waiting":
            desk.change_state(opened, state_of(entry), self._at)

    def _goes_back(self, days: int) -> None:
        self._at = self._now - timedelta(days=days)


def _state(home: Home) -> Path:
    return home.root.with_name("training.json")
