"""Protection: what is shown of true counts, and that it never tells what a few people answered.

`possible` says which tables can come about at all. The proof is by witnesses: for what is shown of any true
table, another true table is built for each count that could be worked out, and shown to look the same. Small
tables are tried one and all besides, which needs no witness and so trusts nothing of the reasoning.
"""

import os
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kiosk.counts.disclosure import (
    HIGHER,
    LEAST,
    LOWER,
    SAME,
    STEP,
    Answers,
    Asked,
    Card,
    Scale,
    Table,
    bands,
    in_bands,
    least,
    may_be_more,
    protect,
    rounded,
)
from kiosk.entry.meaning import Form
from tests.conftest import EXAMPLES

ROOM = 2
"""So many people more at any one place must look the same."""


PICKED = Asked("picked")


def form_of(points: int, words: str = "") -> Form:
    return Form("scale", f"{words}{points}", tuple(range(points)))


def newer(points: int) -> Form:
    """Of a scale that means something else now."""
    return form_of(points, "newer ")


def shared(table: Table) -> dict[str, int]:
    """How many at least answered each question or left it open, in whatever form it was asked."""
    found: defaultdict[str, int] = defaultdict(int)
    for scale, answers in table.scales.items():
        found[scale.question] += sum(answers.points)
    for asked in {card.asked for card in table.cards}:
        found[asked.question] += max(number for card, number in table.cards.items() if card.asked == asked)
    for asked, number in table.left_open.items():
        found[asked.question] += number
    return found


def moves_fit(answers: Answers) -> bool:
    """Tell whether those who moved can be dealt out to the points.

    Who is higher now is not at the first point, who is lower not at the last; by Hall's theorem these three
    sums are all that binds them.
    """
    higher, same, lower = answers.moves
    points = answers.points
    return higher <= sum(points[1:]) and lower <= sum(points[:-1]) and higher + same + lower <= sum(points)


def possible(table: Table) -> bool:
    """Tell whether there are entries of which these are the true counts: each answers a question once."""
    counts = shared(table).values()
    return all(count <= table.entries for count in counts) and all(map(moves_fit, table.scales.values()))


def looks(table: Table) -> object:
    """All that is ever shown of a table, to compare."""
    shown = protect(table)
    scales = tuple(
        (scale, tuple(one.points), tuple(one.moves), may_be_more(shown, scale))
        for scale, one in sorted(shown.scales.items())
    )
    return shown.entries, scales, tuple(sorted(shown.cards.items())), tuple(sorted(shown.left_open.items()))


# -- true tables


@dataclass(frozen=True)
class Person:
    """What one person answered."""

    chosen: dict[str, tuple[int, Form, int | None, int | None]]
    """Question → how many points its scale has, its form, where they stood then, if they answered then, and
    now; None where they left it open."""
    cards: frozenset[str] | None
    """None where they left it open."""


def table_of(people: list[Person]) -> Table:
    table = Table(len(people))
    for person in people:
        if person.cards is None:
            table.left_open[PICKED] += 1
        table.cards.update(Card(PICKED, label) for label in person.cards or ())
        for question, (points, form, then, now) in person.chosen.items():
            scale = Scale(question, points, 0, form)
            if now is None:
                table.left_open[scale.asked] += 1
                continue
            answers = table.answers(scale)
            answers.points[now] += 1
            if then is not None:
                answers.moves[HIGHER if now > then else LOWER if now < then else SAME] += 1
    return table


def chosen(form: Form) -> st.SearchStrategy[Any]:
    points = len(form.values)
    place = st.none() | st.integers(0, points - 1)
    return st.tuples(st.just(points), st.just(form), place, place)


persons = st.builds(
    Person,
    st.fixed_dictionaries(
        {},
        optional={
            "a": chosen(form_of(2)),
            "b": chosen(form_of(3)) | chosen(form_of(5)) | chosen(newer(3)),
            "c": chosen(form_of(5)),
        },
    ),
    st.none() | st.frozensets(st.sampled_from(["x", "y"])),
)
crowds = st.lists(st.tuples(persons, st.integers(1, 19)), max_size=8).map(
    lambda groups: table_of([person for person, many in groups for _ in range(many)])
)
"""Crowds in which many answer alike."""

counts = st.integers(0, 3) | st.sampled_from([8, 9, 10, 11, 12, 13, 17, 18, 22, 23]) | st.integers(0, 400)


@st.composite
def tight(draw: st.DrawFn) -> Table:
    """A table whose counts lie at the edges of rounding, and where hardly anybody left anything open."""
    table = Table()
    for question in draw(st.sets(st.sampled_from("abc"), min_size=1)):
        forms = st.integers(2, 6).flatmap(lambda size: st.sampled_from([form_of(size), newer(size)]))
        for form in draw(st.sets(forms, min_size=1, max_size=2)):
            size = len(form.values)
            points = draw(st.lists(counts, min_size=size, max_size=size))
            higher = draw(st.just(sum(points[1:])) | st.integers(0, sum(points[1:])))
            rest = sum(points) - higher
            lower = draw(st.integers(0, min(rest, sum(points[:-1]))))
            same = draw(st.just(rest - lower) | st.integers(0, rest - lower))
            table.scales[Scale(question, size, 0, form)] = Answers(points, [higher, same, lower])
            table.left_open[Asked(question, form)] = draw(counts)
    cards = draw(st.dictionaries(st.builds(Card, st.just(PICKED), st.sampled_from("xyz")), counts))
    table.cards.update(cards)
    table.left_open[PICKED] = draw(counts)
    table.entries = max(shared(table).values()) + draw(st.integers(0, 6) | st.integers(0, 60))
    return table


tables = crowds | tight()


@given(tables)
def test_the_tables_of_these_tests_can_come_about(true: Table) -> None:
    assert possible(true)


# -- what is shown


def test_a_count_under_10_is_hidden_and_another_rounded_to_5() -> None:
    for true, shown in ((0, 0), (1, 0), (9, 0), (10, 10), (12, 10), (13, 15), (17, 15), (18, 20), (137, 135)):
        assert rounded(true) == shown
        assert protect(Table(true)).entries == shown


@given(st.integers(10, 10_000))
def test_the_least_that_a_shown_count_stands_for_is_shown_like_it(true: int) -> None:
    shown = rounded(true)
    assert least(shown) <= true
    assert rounded(least(shown)) == shown
    assert rounded(least(shown) - 1) != shown


@given(tables)
def test_nothing_but_multiples_of_5_from_10_on_is_shown(true: Table) -> None:
    shown = protect(true)
    answers = [number for one in shown.scales.values() for number in (*one.points, *one.moves)]
    for number in (shown.entries, *answers, *shown.cards.values(), *shown.left_open.values()):
        assert number == 0 or (number >= LEAST and number % STEP == 0)
    assert all(shown.cards.values()), "a hidden card is not listed: somebody picked it"
    assert all(shown.left_open.values()), "nor is what a few left open"


@given(tables)
def test_points_and_cards_are_shown_by_themselves_and_the_entries_at_most_4_too_many(true: Table) -> None:
    shown = protect(true)
    for scale, answers in true.scales.items():
        assert shown.scales[scale].points == [*map(rounded, answers.points)]
    assert shown.cards == {card: rounded(one) for card, one in true.cards.items() if rounded(one)}
    assert shown.left_open == {asked: rounded(one) for asked, one in true.left_open.items() if rounded(one)}
    assert rounded(true.entries) <= shown.entries <= true.entries + 4
    assert shown.entries == 0 or true.entries >= LEAST


@given(tables)
def test_movement_is_as_rounded_or_marked_as_perhaps_more_or_not_shown(true: Table) -> None:
    shown = protect(true)
    for scale, answers in true.scales.items():
        more = may_be_more(shown, scale)
        for told, moved, perhaps in zip(shown.scales[scale].moves, answers.moves, more, strict=True):
            assert told <= rounded(moved)
            assert told in (0, rounded(moved)) or perhaps
            assert told or not perhaps


def test_as_many_entries_as_the_fullest_points_would_tell_that_the_last_is_empty() -> None:
    scale = Scale("mood", 5)
    shown = protect(Table(52, {scale: Answers([13, 13, 13, 13, 0])}))
    assert shown.scales[scale].points == [15, 15, 15, 15, 0]
    assert shown.entries == 55


def test_movement_that_only_people_at_hidden_points_can_explain_is_not_shown() -> None:
    scale = Scale("mood", 3)
    shown = protect(Table(200, {scale: Answers([100, 8, 9], [15, 30, 12])}))
    assert shown.scales[scale].points == [100, 0, 0]
    assert shown.scales[scale].moves == [0, 30, 10]
    assert may_be_more(shown, scale) == (False, False, False)


def test_movement_of_nearly_all_is_shown_as_so_many_or_more() -> None:
    scale = Scale("mood", 5)
    shown = protect(Table(100, {scale: Answers([9, 9, 60, 9, 9], [20, 60, 16])}))
    assert shown.scales[scale].points == [0, 0, 60, 0, 0]
    assert shown.scales[scale].moves == [20, 30, 15]
    assert may_be_more(shown, scale) == (True, True, True)


def test_a_question_asked_in_two_forms_shows_no_movement() -> None:
    both = {
        Scale("mood", 3): Answers([20, 20, 20], [20, 0, 0]),
        Scale("mood", 5): Answers([20] * 5, [20, 0, 0]),
    }
    assert [one.moves for one in protect(Table(200, both)).scales.values()] == [[0, 0, 0]] * 2
    both[Scale("mood", 3)] = Answers([9, 0, 0])
    assert [one.moves for one in protect(Table(200, both)).scales.values()] == [[0, 0, 0], [20, 0, 0]]


# -- what can be worked out of it


def quiet(shown: Table) -> Table:
    """A true table of which this is shown, with nobody at a hidden place, and few everywhere else."""
    table = Table(shown.entries)
    for scale, told in shown.scales.items():
        answers = table.scales[scale] = Answers([*map(least, told.points)], [*map(least, told.moves)])
        while not moves_fit(answers):
            # Whoever stands between the ends can have come from either side.
            first, *between, last = range(scale.points)
            needs_last = answers.moves[HIGHER] > sum(answers.points[1:])
            ends = (last, first) if needs_last else (first, last)
            free = [place for place in (*between, *ends) if answers.points[place] < told.points[place]]
            answers.points[free[0]] += 1
    table.cards.update({card: least(number) for card, number in shown.cards.items()})
    table.left_open.update({asked: least(number) for asked, number in shown.left_open.items()})
    return table


Count = tuple[str, object, int]
"""Which of the counts of a table: of the entries, or `points`, `moves`, `card` or `open` of what, at which
place."""


def counts_of(table: Table) -> Iterator[Count]:
    yield "entries", None, 0
    for scale in table.scales:
        yield from (("points", scale, place) for place in range(scale.points))
        yield from (("moves", scale, place) for place in (HIGHER, SAME, LOWER))
    yield from (("card", card, 0) for card in (*table.cards, Card(PICKED, "one that nobody has picked yet")))
    yield from (("open", asked, 0) for asked in (*table.left_open, Asked("one that nobody left open yet")))


def with_more(table: Table, count: Count, more: int) -> tuple[Table, int]:
    """A table with more people in one count, and elsewhere only where that needs it; and the count."""
    kind, what, place = count
    changed = deepcopy(table)
    changed.entries += ROOM if table.entries else more
    match kind, what:
        case "points", Scale():
            changed.scales[what].points[place] += more
            return changed, changed.scales[what].points[place]
        case "moves", Scale():
            answers = changed.scales[what]
            side = {HIGHER: range(1, what.points), LOWER: range(what.points - 1), SAME: range(what.points)}
            stands = max(side[place], key=lambda point: answers.points[point])
            answers.points[stands] += more
            answers.moves[place] += more
            return changed, answers.moves[place]
        case "card", Card():
            changed.cards[what] += more
            return changed, changed.cards[what]
        case "open", Asked():
            changed.left_open[what] += more
            return changed, changed.left_open[what]
    changed.entries = table.entries + more
    return changed, changed.entries


def shown_as(shown: Table, count: Count) -> int:
    kind, what, place = count
    match kind, what:
        case "points", Scale():
            return shown.scales[what].points[place]
        case "moves", Scale():
            return shown.scales[what].moves[place]
        case "card", Card():
            return shown.cards[what]
        case "open", Asked():
            return shown.left_open[what]
    return shown.entries


def all_moved_or_left_it_open() -> Table:
    scale = Scale("mood", 5)
    answers = Answers([13, 13, 13, 13, 17], [23, 23, 23])
    return Table(82, {scale: answers}, left_open=Counter({scale.asked: 13}))


def test_movement_leaves_room_for_those_who_left_the_question_open() -> None:
    true = all_moved_or_left_it_open()
    [answers] = protect(true).scales.values()
    assert (sum(map(least, answers.moves)), protect(true).entries) == (64, 80)


@settings(max_examples=EXAMPLES * 3 // 5)
@given(tables)
@example(all_moved_or_left_it_open())
def test_whatever_is_shown_each_count_can_be_three_and_a_hidden_one_0_1_or_2(true: Table) -> None:
    shown = protect(true)
    still = quiet(shown)
    for count in counts_of(true):
        values = []
        for more in range(ROOM + 1):
            other, value = with_more(still, count, more)
            assert possible(other), count
            assert looks(other) == looks(true), count
            values.append(value)
        assert len(set(values)) == 3
        assert shown_as(shown, count) or values == [0, 1, 2], count


def in_points(table: Table) -> Table:
    """A true table of points of which these are the bands: as far out as they go."""
    made = Table(table.entries, cards=table.cards, left_open=table.left_open)
    for scale, answers in table.scales.items():
        points = answers.points
        if scale.bands_of:
            first, middle, last = points
            points = [0] * scale.bands_of
            points[0], points[scale.bands_of // 2], points[-1] = first, middle, last
        points_of = scale._replace(points=scale.bands_of or scale.points, bands_of=0)
        made.scales[points_of] = Answers(points, answers.moves)
    return made


@settings(max_examples=EXAMPLES * 3 // 5)
@given(tables)
def test_whatever_is_shown_in_bands_each_count_can_be_three_and_a_hidden_one_0_1_or_2(true: Table) -> None:
    wide = in_bands(true)
    shown = protect(wide)
    still = quiet(shown)
    for count in counts_of(wide):
        values = []
        for more in range(ROOM + 1):
            other, value = with_more(still, count, more)
            points = in_points(other)
            assert possible(points), count
            assert in_bands(points) == other, count
            assert looks(other) == looks(wide), count
            values.append(value)
        assert len(set(values)) == 3
        assert shown_as(shown, count) or values == [0, 1, 2], count


def test_each_point_is_in_one_of_three_bands_of_which_the_outer_are_alike() -> None:
    for points, sizes in ((4, [1, 2, 1]), (5, [2, 1, 2]), (6, [2, 2, 2]), (7, [2, 3, 2]), (11, [4, 3, 4])):
        every = bands(points)
        assert [len(band) for band in every] == sizes
        assert [place for band in every for place in band] == [*range(points)]


def test_in_bands_more_is_shown_and_no_scale_of_three_points_is_made_wider() -> None:
    five, three = Scale("mood", 5), Scale("home", 3)
    true = Table(30, {five: Answers([6, 6, 6, 6, 6]), three: Answers([6, 12, 12])})
    shown = protect(in_bands(true))
    assert shown.scales[Scale("mood", 3, 5)].points == [10, 0, 10]
    assert shown.scales[three].points == [0, 10, 10]
    assert protect(true).scales[five].points == [0] * 5


def shares(total: int, parts: int, passed_over: Collection[int] = ()) -> Iterator[tuple[int, ...]]:
    """Every way to deal up to so many people out, in parts of some numbers."""
    if parts == 0:
        yield ()
        return
    for first in range(total + 1):
        if first not in passed_over:
            yield from ((first, *rest) for rest in shares(total - first, parts - 1, passed_over))


PASSED_OVER = () if "TORTURE" in os.environ else range(3, LEAST - 1)
"""Of movements that are hidden, the least and the most are tried in the short form."""


@pytest.mark.parametrize(
    ("points", "most", "moved", "wide"),
    [
        (2, 42, False, False),
        (3, 24, False, False),
        (2, 17, True, False),
        (3, 12, True, False),
        (4, 12, False, True),
        (5, 12, False, True),
    ],
)
def test_of_all_small_tables_that_look_alike_some_differ_in_each_count(
    points: int, most: int, moved: bool, wide: bool
) -> None:
    def looked(table: Table) -> object:
        return looks(in_bands(table) if wide else table)

    alike: defaultdict[Any, list[set[int]]] = defaultdict(lambda: [set() for _ in range(points + 3)])
    scale = Scale("mood", points)
    for chosen_ in shares(most, points):
        for moves in shares(sum(chosen_), 3, PASSED_OVER) if moved else [(0, 0, 0)]:
            answers = Answers([*chosen_], [*moves])
            if moves_fit(answers):
                # Of entries that are rounded alike one will do.
                for entries in {rounded(n): n for n in range(sum(chosen_), most + 1)}.values():
                    for found, number in zip(
                        alike[looked(Table(entries, {scale: answers}))], (*chosen_, *moves), strict=True
                    ):
                        found.add(number)
    for look, counts in alike.items():
        entries, ((_, shown, shown_moves, _),), *_ = look
        if entries + ROOM <= most:  # else those that look alike were not all tried
            if wide:  # of each point as little can be told as of its band
                of = [place for place, band in enumerate(bands(points)) for _ in band]
                shown = tuple(shown[place] for place in of)
            for told, numbers in zip((*shown, *shown_moves)[: points + 3 * moved], counts, strict=False):
                assert {0, 1, 2} <= numbers if told == 0 else len(numbers) >= 3, look
