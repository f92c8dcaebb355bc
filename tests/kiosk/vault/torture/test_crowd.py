"""Eight processes save, amend, mark, erase and compact at once."""

import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import msgspec

from kiosk.vault.page_names import counter_of
from tests.kiosk.vault.torture import crowd
from tests.kiosk.vault.torture.crowd import DOOMED, RACE, SHARED, Result
from tests.kiosk.vault.torture.ledger import Expected, Ledger, body, check, entry_id, opened
from tests.kiosk.vault.torture.scenes import Actor
from tests.kiosk.vault.torture.size import Size
from tests.kiosk.vault.torture.victim import CHECKOUT

CROWD = 8


def test_eight_processes_lose_double_and_refuse_nothing(
    room: Path, size: Size, record_property: Callable[[str, object], None]
) -> None:
    ledger = Ledger()
    before = Actor(room / "home", ledger.hears)
    before.save(1, "shared")
    for number in range(size.rounds):
        before.save(DOOMED + number, "doomed")
    before.vault.close()
    results = run_together(room, size.rounds)

    assert not [refused for result in results for refused in result.refused]
    added = [one for result in results for one in result.pages.items()]
    assert sorted(counter_of(name) for name, _ in added) == list(range(2, 2 + CROWD * size.rounds))
    assert sorted(number for result in results for number in result.won) == list(range(size.rounds))
    with opened(room / "home") as vault:
        assert vault.pages(SHARED) == (body("shared"), *(body(text) for _, text in sorted(added)))

    for result in results:
        for told in result.told:
            ledger.hears(told)
    ledger.entries[SHARED].slots += [(text, True) for _, text in sorted(added)]
    for number in range(size.rounds):
        ledger.entries[entry_id(DOOMED + number)].erased = True
        marks = {result.marked[number] for result in results}
        assert len(marks) == 1  # all were told of the same one
        ledger.entries[entry_id(RACE + number)] = Expected(slots=[(f"race {number}", True)], marks=marks)
    check(room / "home", ledger)
    record_property("acts", sum(len(result.told) // 2 for result in results) + 5 * CROWD * size.rounds)


def run_together(room: Path, rounds: int) -> list[Result]:
    """Start them all, let them go at once, and return what each was answered."""
    with ExitStack() as running:
        processes = []
        for who in range(CROWD):
            command = [sys.executable, "-m", crowd.__name__, str(room), str(who), str(rounds)]
            process = subprocess.Popen(
                command, cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
            )
            processes.append(running.enter_context(process))
        for process in processes:
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"
        for process in processes:
            assert process.stdin is not None
            process.stdin.write(b"go\n")
            process.stdin.flush()
        answers = [process.communicate() for process in processes]
        assert not [said for _, said in answers if said], b"\n".join(said for _, said in answers).decode()
        return [msgspec.json.decode(answer, type=Result) for answer, _ in answers]
