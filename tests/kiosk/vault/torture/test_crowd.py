"""Eight processes save, amend, mark, erase and compact at once."""

from collections.abc import Callable
from pathlib import Path

from kiosk.vault.page_names import counter_of
from tests.kiosk.vault.torture.crowd import CROWD, DOOMED, RACE, SHARED, together
from tests.kiosk.vault.torture.ledger import Expected, Ledger, body, check, entry_id, opened
from tests.kiosk.vault.torture.scenes import Actor
from tests.kiosk.vault.torture.size import Size


def test_eight_processes_lose_double_and_refuse_nothing(
    room: Path, size: Size, record_property: Callable[[str, object], None]
) -> None:
    ledger = Ledger()
    before = Actor(room / "home", ledger.hears)
    before.save(1, "shared")
    for number in range(size.rounds):
        before.save(DOOMED + number, "doomed")
    before.vault.close()
    results = together(room, size.rounds)

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
