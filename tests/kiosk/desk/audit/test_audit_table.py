"""The audit as people read it: a part of it, in columns that hold all of it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from rich.cells import cell_len

from kiosk.desk.audit.audit_log import Event, Trail
from kiosk.desk.audit.audit_table import AuditFilter, doubts, table
from tests.conftest import EAST, SetZone

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
LOST = Event(when=NOON, who="Jo Smith", second="Ali Khan", did="looked for a lost slip", detail="Lost.")
OPENED = Event(when=NOON, who="Jo Smith", did="opened", entry="Amber Heron", entry_id="ab" * 16)
NEXT_DAY = Event(when=NOON + timedelta(days=1), who="Bo", did="unlocked")
TIME = Event(
    when=NOON, who="the kiosk", did="deleted what had expired", detail="3 Mar 2026, 1 entry: Blue Otter"
)
EVENTS = (NEXT_DAY, LOST, OPENED, TIME)


def test_a_part_is_asked_for_by_person_entry_and_day() -> None:
    for asked, found in (
        (AuditFilter(), EVENTS),
        (AuditFilter(person="jo"), (LOST, OPENED)),
        (AuditFilter(person="SMITH jo"), (LOST, OPENED)),
        (AuditFilter(person="ali"), (LOST,)),
        (AuditFilter(person="Ali Smith"), ()),
        (AuditFilter(entry="amber"), (OPENED,)),
        (AuditFilter(entry="ab" * 16), (OPENED,)),
        (AuditFilter(entry="blue otter"), (TIME,)),
        (AuditFilter(day=date(2026, 3, 5)), (NEXT_DAY,)),
        (AuditFilter("jo", "amber", date(2026, 3, 5)), ()),
    ):
        assert asked.of(EVENTS) == found


def test_a_day_is_the_places_own(set_zone: SetZone) -> None:
    set_zone(EAST)
    late = AuditFilter(day=date(2026, 3, 5)).of(EVENTS)
    assert late == (LOST, OPENED, TIME)


def test_columns_stand_below_their_heads_and_a_line_holds_an_event() -> None:
    assert [line for lines in table((LOST, OPENED)) for line in lines] == [
        "When               Who                    What                    Entry and detail",
        " 4 Mar 2026 12:00  Jo Smith and Ali Khan  looked for a lost slip  Lost.",
        " 4 Mar 2026 12:00  Jo Smith               opened                  Amber Heron",
    ]


def test_a_column_takes_the_room_that_the_others_leave() -> None:
    wrong = Event(when=NOON, who="Jo Smith", did="could not unlock")
    assert [len(lines) for lines in table((wrong, OPENED), 68)] == [1, 1, 1]


DELETED = Event(
    when=NOON,
    who="Jo Smith",
    did="deleted",
    entry="Amber Heron",
    detail="The customer asked for it by post. " * 8,
)
SAVED_AT = Event(
    when=NOON, who="Jo Smith", did="made a backup", detail="/media/office/backups-of-the-kiosk/2026-03"
)


@pytest.mark.parametrize("width", [40, 50, 62])
def test_in_little_room_an_event_has_two_lines_the_second_with_what_was_done(width: int) -> None:
    head, *blocks = table((LOST, OPENED, NEXT_DAY), width, most=2)
    assert head == ()
    assert blocks == [
        ("4 Mar 2026 12:00  Jo Smith and Ali Khan", "  looked for a lost slip: Lost."),
        ("4 Mar 2026 12:00  Jo Smith", "  opened: Amber Heron"),
        ("5 Mar 2026 12:00  Bo", "  unlocked"),
    ]


@pytest.mark.parametrize("width", [40, 50, 74])
def test_what_has_no_room_in_two_lines_is_shown_to_be_longer_and_all_of_it_where_that_is_wanted(
    width: int,
) -> None:
    short, whole = (table((DELETED,), width, most=most)[1] for most in (2, None))
    assert len(short) == 2
    assert short[-1].endswith("…")
    assert max(map(len, short)) <= width
    assert len(whole) > 2
    assert " ".join("".join(whole).split()).count("customer") == 8


@pytest.mark.parametrize("width", [50, 74])
def test_no_word_is_split_that_fits_on_a_line(width: int) -> None:
    named = Event(
        when=NOON, who="Maximiliana-Alexandrina Featherstonehaugh", did="opened", entry="Amber Heron"
    )
    for event in (*EVENTS, DELETED, SAVED_AT, named):
        words = f"{event.who} {event.did} {event.entry} {event.detail}".split()
        [_, block] = table((event,), width)
        shown = " ".join(block).replace(": ", " ").split()
        assert {word.rstrip(":") for word in words} <= {word.rstrip(":") for word in shown}, block


def test_columns_are_told_by_the_cells_of_a_terminal() -> None:
    wide = Event(when=NOON, who="田中 花子", did="opened", entry="Amber Heron")
    joined = Event(when=NOON, who="Zoe\u0301 Ng", did="opened", entry="Blue Otter")
    lines = [line for block in table((wide, joined, OPENED)) for line in block]
    assert [cell_len(line[: line.index("opened")]) for line in lines[1:]] == [30] * 3
    assert cell_len(lines[0][: lines[0].index("What")]) == 30


@pytest.mark.parametrize("width", [40, 62, 74, 120])
def test_in_little_room_wide_letters_are_broken_by_their_cells(width: int) -> None:
    events = (Event(when=NOON, who="田" * 30, did="opened", entry="Amber Heron", detail="漢字 " * 60),)
    blocks = table(events, width)
    assert max(cell_len(line) for lines in blocks for line in lines) <= width
    text = "".join(blocks[-1])
    assert (text.count("田"), text.count("漢")) == (30, 60)


@pytest.mark.parametrize("width", [40, 62, 74, 120])
def test_in_little_room_nothing_is_cut_off(width: int) -> None:
    events = (*EVENTS, Event(when=NOON, who="W" * 60, did="opened", entry="Amber Heron", detail="why " * 75))
    blocks = table(events, width)
    assert max(len(line) for lines in blocks for line in lines) <= width
    *_, last = blocks
    text = "".join(last).replace(" ", "")
    assert (text.count("W"), text.count("y")) == (60, 75)


def test_what_is_wrong_with_it_is_told() -> None:
    assert doubts(Trail((), 0)) == ()
    assert len(doubts(Trail((), 1, 2, 3))) == 3
