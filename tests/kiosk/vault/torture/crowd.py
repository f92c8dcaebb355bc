"""Several processes at one vault. They begin at once, and each leaves as JSON what came of its rounds.

Entries of two sorts are made before: one that all add to, and one for each round that all add to and erase.
"""

import os
import traceback
from contextlib import suppress
from pathlib import Path

import msgspec

from kiosk.errors import NoEntryError, SaveError
from tests.kiosk.forking import forked
from tests.kiosk.vault.helpers import always, sign
from tests.kiosk.vault.torture.ledger import Told, body, entry_id, name_of
from tests.kiosk.vault.torture.scenes import Actor

CROWD = 8
SHARED = entry_id(1)
OWN, RACE, DOOMED = 1000, 100_000, 200_000
"""The numbers at which entries of each sort start; each process has a thousand of its own."""


class Result(msgspec.Struct):
    """What one process was answered."""

    told: list[Told] = []
    """What it did to entries of its own."""
    pages: dict[str, str] = {}
    """Page name → text, of the pages it added to the shared entry."""
    won: list[int] = []
    """Rounds in which it saved the entry that all try to save."""
    marked: dict[int, str] = {}
    """Round → who it was told has that entry."""
    refused: list[str] = []
    """What was refused and should not have been."""


def play(root: Path, who: int, rounds: int) -> Result:
    result = Result()
    actor = Actor(root / "home", result.told.append)
    for number in range(rounds):
        _own(actor, OWN * (who + 1) + number, number)
        _shared(actor, result, who, number)
        if number % 5 == who % 5:
            actor.compact()
    actor.vault.close()
    return result


def _own(actor: Actor, entry: int, number: int) -> None:
    actor.save(entry, f"{entry}", source="paper" if number % 2 else "kiosk")
    actor.amend(entry, f"{entry} more")
    if number % 3 == 1:
        actor.mark(entry, "Ben")
    if number % 3 == 2:
        actor.erase(entry)


def _shared(actor: Actor, result: Result, who: int, number: int) -> None:
    vault, text = actor.vault, f"{who} in {number}"
    result.pages[vault.add_page(SHARED, always(body(text)))] = text
    race, doomed = entry_id(RACE + number), entry_id(DOOMED + number)
    try:
        if not vault.save(race, name_of(race), body(f"race {number}")):
            result.refused.append(f"the row of race {number}")
        result.won.append(number)
    except SaveError as error:
        if "already" not in str(error):
            raise
    result.marked[number] = vault.mark(race, f"staff {who}", sign).picked_up_by
    with suppress(NoEntryError):  # where another was quicker to erase it
        vault.add_page(doomed, always(body(text)))
    vault.erase(doomed)
    if vault.has(doomed):
        result.refused.append(f"erasing {number}")


def together(root: Path, rounds: int) -> list[Result]:
    """Fork the processes, let them go at once, and return what each was answered."""
    wait, go = os.pipe()
    children = []
    for who in range(CROWD):
        if (child := forked()) == 0:
            os.close(go)
            os.read(wait, 1)  # until the other end is closed everywhere
            try:
                (root / f"{who}.json").write_bytes(msgspec.json.encode(play(root, who, rounds)))
            except BaseException:  # noqa: BLE001 - told to the test, which fails
                traceback.print_exc()
                os._exit(1)
            os._exit(0)
        children.append(child)
    os.close(wait)
    os.close(go)
    assert [os.waitpid(child, 0)[1] for child in children] == [0] * CROWD
    return [msgspec.json.decode(file.read_bytes(), type=Result) for file in sorted(root.glob("*.json"))]
