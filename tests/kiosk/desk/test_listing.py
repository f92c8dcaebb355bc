"""The list as staff look at it: chosen by state or by what to know, and sorted."""

from datetime import UTC, datetime, timedelta

from kiosk.desk.listing import Flags, View, counts
from kiosk.vault.rows import Row
from kiosk.vault.states import CHOICES, ORDERS, Choice, Order, State
from tests.kiosk.sealed import FIRST

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def row(name: str, state: State = "waiting", *, days: int = 0) -> Row:
    """An entry, saved so many days before the others."""
    became = None if state == "waiting" else state
    picked_up = None if state == "waiting" else NOON
    saved = NOON - timedelta(days=days)
    return Row(
        id=name, name=name, saved=saved, last_page=saved, pages=(FIRST,), picked_up=picked_up, became=became
    )


ROWS = (
    row("calm Plover", days=1),
    row("Amber Heron", "closed", days=2),
    row("blue Otter", days=3),
    row("Deep Gull", "agreed", days=4),
)
FLAGS = Flags(
    {"blue Otter": NOON, "Deep Gull": NOON - timedelta(hours=1)},
    {"Deep Gull": NOON},
    overdue={"calm Plover": 2, "Deep Gull": 1},
    review={"calm Plover": NOON.date()},
)


def test_what_was_chosen_is_shown_with_whoever_has_asked_to_talk_for_longest_first() -> None:
    expected: dict[Choice | None, list[str]] = {
        None: ["Deep Gull", "blue Otter", "calm Plover", "Amber Heron"],
        "waiting": ["blue Otter", "calm Plover"],
        "picked up": [],
        "closed": ["Amber Heron"],
        "asks to talk": ["Deep Gull", "blue Otter"],
        "overdue": ["Deep Gull", "calm Plover"],
        "to review": ["calm Plover"],
        "expires soon": ["Deep Gull"],
    }
    for chosen, names in expected.items():
        assert [one.name for one in View(chosen).of(ROWS, FLAGS)] == names


def test_the_list_is_sorted() -> None:
    expected: dict[Order, list[str]] = {
        "newest": ["calm Plover", "Amber Heron", "blue Otter", "Deep Gull"],
        "name": ["Amber Heron", "blue Otter", "calm Plover", "Deep Gull"],
        "expiring soonest": ["Deep Gull", "blue Otter", "Amber Heron", "calm Plover"],
    }
    for order, names in expected.items():
        assert [one.name for one in View(order=order).of(ROWS, Flags())] == names
        assert [one.name for one in View(order=order).of(ROWS, FLAGS)][:2] == ["Deep Gull", "blue Otter"]


def test_what_there_is_to_choose_is_counted() -> None:
    assert list(counts(ROWS, FLAGS).items()) == [
        ("waiting", 2),
        ("agreed", 1),
        ("closed", 1),
        ("asks to talk", 2),
        ("overdue", 2),
        ("to review", 1),
        ("expires soon", 1),
    ]
    assert counts(ROWS[:1], Flags()) == {"waiting": 1}
    assert counts((), Flags({"erased": NOON}, {"erased": NOON})) == {}


def test_where_nothing_is_left_of_what_was_chosen_all_are_shown() -> None:
    view = View("expires soon", "name")
    view.settle(ROWS, FLAGS)
    assert view.chosen == "expires soon"
    view.settle(ROWS, Flags())
    assert view == View(None, "name")
    view.settle((), Flags())
    assert view.chosen is None


def test_one_goes_round_the_orders() -> None:
    view, gone_through = View(), []
    for _ in ORDERS:
        view.next_order()
        gone_through.append(view.order)
    assert gone_through == [*ORDERS[1:], ORDERS[0]]
    assert len(set(CHOICES)) == len(CHOICES)
