"""The tree: a leaf for each strength, on wood that is whole however few there are."""

from itertools import pairwise

import pytest

from kiosk.entry.tree import LEAF, SMALL_WIDTH, WIDTH, plain, tree

EVERY = [tree(count) for count in range(100)]
SMALL = [tree(count, small=True) for count in range(100)]


@pytest.mark.parametrize(("every", "least"), [(EVERY, 69), (SMALL, 22)])
def test_there_is_a_leaf_for_each_strength_until_the_crown_is_full(
    every: list[tuple[str, ...]], least: int
) -> None:
    leaves = ["".join(lines).count(LEAF) for lines in every]
    full = leaves[-1]
    assert full >= least
    assert leaves == [min(count, full) for count in range(100)]


def test_a_leaf_that_has_grown_stays_where_it_is_and_the_wood_is_always_whole() -> None:
    for fewer, more in (*pairwise(EVERY), *pairwise(SMALL)):
        for before, after in zip("".join(fewer), "".join(more), strict=True):
            assert after == before or (before, after) == (" ", LEAF)


@pytest.mark.parametrize("count", [0, 7, 99])
def test_it_takes_eight_rows_of_21_columns_and_a_small_one_seven_of_9(count: int) -> None:
    for lines, rows, wide in ((EVERY[count], 8, WIDTH), (SMALL[count], 7, SMALL_WIDTH)):
        assert len(lines) == rows
        assert {len(line) for line in lines} == {wide}
    assert (WIDTH, SMALL_WIDTH) == (21, 9)


def test_a_few_leaves_stand_at_the_ends_of_the_branches_with_air_between_them() -> None:
    assert tree(5) == (
        "                     ",
        "      ●   ●   ●      ",
        "  ●   \\   |   / ●    ",
        *tree(0)[3:],
    )
    assert tree(5, small=True) == (
        "         ",
        "  ● ● ●  ",
        "● \\ | / ●",
        *tree(0, small=True)[3:],
    )
    for lines in EVERY[:40]:
        assert LEAF * 2 not in "\n".join(lines)
    assert (tree(-1), tree(10_000)) == (tree(0), EVERY[-1])


def test_where_a_font_has_no_such_signs_it_stands_in_plain_ones() -> None:
    drawn = plain(tree(3))
    assert all(line.isascii() for line in drawn)
    assert "".join(drawn).count("o") == 3
    assert [len(line) for line in drawn] == [WIDTH] * len(drawn)
