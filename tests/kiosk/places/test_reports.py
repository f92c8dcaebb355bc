"""What staff read of what was sent and taken in."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kiosk.places import reports
from kiosk.places.carrier import Listed
from kiosk.places.receive import Incoming, ReceivedReport, Waiting
from kiosk.places.send import SentReport
from kiosk.places.ways import Way
from kiosk.vault.exchange import Taken
from tests.kiosk.places.cards import card_of
from tests.kiosk.places.places import manifest
from tests.kiosk.places.several import MemoryCarrier

STICK = Way("stick", "KINGSTON", lambda: (MemoryCarrier(), ""), free=1)
STORE = Way("store", "the store", lambda: (MemoryCarrier(), "1"))


def test_a_sending_tells_what_went_and_what_was_confirmed() -> None:
    report = SentReport(
        numbers=[3], pieces=12, erased=1, said=2, confirmed={"Office": 1}, receivers=("Office", "Oak House")
    )
    assert [*reports.sent(STORE, report)] == [
        "Office has confirmed 1 sending.",
        "Sent by the store, to Office, Oak House: 12 files, 1 deletion, the status of 2 entries. It was read "
        "back without errors.",
    ]
    assert [*reports.sent(STICK, SentReport())] == [
        "There is nothing new to send by KINGSTON.",
        "You may take the stick out now.",
    ]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        (
            {"taken": Taken(added=2, mended=1, refused=3)},
            ["2 new files.", "1 damaged page was put right.", "3 files are not what a kiosk makes"],
        ),
        ({"erased": 2}, ["no new files.", "2 entries were deleted elsewhere, and here now."]),
        (
            {"held": {"Elm": 1}},
            ["no new files.", "Elm deleted 1 entry because of their age. They are not old"],
        ),
        ({"missing": {"Elm": (8, 400)}}, ["no new files.", "8 of 400 files from Elm are not whole on"]),
        ({"gaps": {"Elm": 4}}, ["no new files.", "Number 4 from Elm has not come."]),
    ],
)
def test_a_receiving_tells_what_is_not_as_it_should_be(fields: dict[str, Any], said: list[str]) -> None:
    *told, last = reports.received(STICK, ReceivedReport(**fields))
    assert all(part in one for part, one in zip(said, told, strict=True))
    assert last == "You may take the stick out now. Bring it back, so that they know that it has come."


def test_what_could_not_be_confirmed_is_safe_all_the_same() -> None:
    *_, last = reports.received(STICK, ReceivedReport(unconfirmed="KINGSTON is read-only."))
    assert last == "KINGSTON is read-only. What was taken in is safe, but the other place does not know yet."


def test_what_is_waiting_is_told_for_each_place() -> None:
    march = datetime(2026, 3, 4, 10, tzinfo=UTC)
    found = Waiting(
        [
            incoming(march, pieces=[listed("a" * 32)], erased="e"),
            incoming(march + timedelta(days=1), pieces=[listed("a" * 32), listed("b" * 32)]),
            incoming(march, "Oak", marks="m"),
        ]
    )
    assert [*reports.waiting(found)] == [
        "From Elm House, made from 4 March 2026 to 5 March 2026: 2 files of 2 entries, 1 deletion.",
        "From Oak, made on 4 March 2026: the status of 1 entry.",
    ]


def incoming(
    made: datetime,
    name: str = "Elm House",
    pieces: Sequence[Listed] = (),
    *,
    erased: str = "",
    marks: str = "",
) -> Incoming:
    brings = manifest(
        pieces, made=made, tombstones={id_: {} for id_ in erased}, marks={id_: {} for id_ in marks}
    )
    names = frozenset(piece.name for piece in brings.pieces)
    return Incoming(
        card_of(len(name), name, name),
        1,
        "",
        brings.made,
        1,
        names,
        brings.tombstones,
        frozenset(brings.marks),
    )


def listed(entry_id: str) -> Listed:
    return Listed(
        name=f"{entry_id}.0001-{'0' * 16}.age", size=1, sha256="0" * 64, modified=0, object=entry_id * 2
    )


def test_what_has_not_come_and_what_is_refused_is_told_before_anything_is_taken() -> None:
    found = Waiting(coming=["Elm", "Elm"], refused=["What Oak sent (number 1) was not taken."])
    assert [*reports.waiting(found)] == [
        "Something from Elm is on its way, and not whole yet.",
        "What Oak sent (number 1) was not taken.",
    ]
