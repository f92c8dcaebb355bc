"""The figures of one venue as a file, and a summary of several."""

import json
import os
from pathlib import Path
from typing import Any

import msgspec
import pytest

from kiosk.counts.quarters import Quarter
from kiosk.desk.summaries.charts import text_of
from kiosk.desk.summaries.figures import (
    MOST_BYTES,
    CardFigure,
    CardsFigures,
    Figures,
    PackFigures,
    QuestionFigure,
    ScaleFigures,
)
from kiosk.desk.summaries.periods import Period
from kiosk.desk.summaries.summary import summary_of
from kiosk.desk.summaries.venues import VenueFigures, from_bytes, from_file, to_bytes
from kiosk.errors import DeskError

THIRD = Period("2026-Q3, July to September 2026", (Quarter(2026, 3),))
BOTH = Period("2026-Q2, 2026-Q3", (Quarter(2026, 2), Quarter(2026, 3)))


def scale(points: tuple[int, ...], moves: tuple[int, int, int] = (0, 0, 0), **more: Any) -> ScaleFigures:
    given: dict[str, Any] = {
        "question": "feeling",
        "section": "How I am",
        "title": "My last week",
        "labels": ("Bad", "Good"),
        "points": points,
        "moves": moves,
        "may_be_more": (False, False, False),
    }
    return ScaleFigures(**(given | more))


def quarter(
    entries: int, points: tuple[int, ...], *, moves: tuple[int, int, int] = (0, 0, 0), name: str = "2026-Q3"
) -> Figures:
    cards = (CardsFigures(question="cards", cards=(CardFigure(label="I am kind", picked=points[-1]),)),)
    pack = PackFigures(
        id="strengths", title="My strengths", entries=entries, scales=(scale(points, moves),), cards=cards
    )
    return Figures(quarter=name, counted="2026-10-05", packs=(pack,))


def says_that_it_left_open(figures: Figures, picked: int) -> Figures:
    one = QuestionFigure(question="proud", section="My strengths", title="Proud", number=picked)
    packs = (msgspec.structs.replace(figures.packs[0], left_open=(one,)),)
    return msgspec.structs.replace(figures, packs=packs)


def venue(name: str, *quarters: Figures) -> VenueFigures:
    return VenueFigures(venue=name, quarters=quarters)


OAK = venue("Oak House", says_that_it_left_open(quarter(40, (0, 30), moves=(10, 0, 0)), 10))
MILL = venue("Mill Street", quarter(25, (10, 15)))


def test_several_venues_are_added_up_from_what_each_shows() -> None:
    made = summary_of(THIRD, [OAK, MILL])
    assert made.venue == "Oak House, Mill Street"
    entries, ratings, strengths, movement, left_open = made.charts
    assert [cell.says for cell in entries.cells] == ["about 65"]
    assert [cell.says for cell in ratings.cells] == ["about 10 or more", "about 45"]
    assert [(cell.label, cell.says) for cell in strengths.cells] == [("I am kind", "about 45")]
    assert movement.cells[0].says == "about 10 or more"
    assert [(cell.label, cell.says) for cell in left_open.cells] == [("Proud", "about 10 or more of 65")]
    assert "Oak House, 2026-Q3 on 5 Oct 2026, Mill Street, 2026-Q3 on 5 Oct 2026" in made.notes[-1]


def test_a_hidden_sum_says_of_what_each_part_is_small() -> None:
    for period, venues, says in (
        (THIRD, [venue("Oak House", quarter(0, (0, 0)))], "fewer than 10"),
        (THIRD, [venue(name, quarter(0, (0, 0))) for name in ("A", "B")], "fewer than 10 a venue"),
        (
            BOTH,
            [venue("A", quarter(0, (0, 0), name="2026-Q2"), quarter(0, (0, 0)))],
            "fewer than 10 a quarter",
        ),
        (
            BOTH,
            [venue(name, quarter(0, (0, 0), name="2026-Q2"), quarter(0, (0, 0))) for name in ("A", "B")],
            "fewer than 10 a quarter and venue",
        ),
    ):
        [entries] = summary_of(period, venues).charts
        assert [cell.says for cell in entries.cells] == [says]


def test_a_venue_counts_once_whatever_its_case() -> None:
    with pytest.raises(DeskError, match=r"(?i)oak house would be counted twice"):
        summary_of(THIRD, [OAK, MILL, venue("OAK HOUSE", *OAK.quarters)])


def test_a_venue_without_a_quarter_of_the_period_is_told() -> None:
    full = venue("Oak House", quarter(10, (0, 0), name="2026-Q2"), *OAK.quarters)
    with pytest.raises(DeskError, match="figures file of Mill Street does not have 2026-Q2"):
        summary_of(BOTH, [full, MILL])
    # What it has besides is left out.
    assert summary_of(THIRD, [full, MILL]).charts == summary_of(THIRD, [OAK, MILL]).charts


def test_a_file_is_read_as_it_was_written() -> None:
    assert from_bytes(to_bytes(OAK), "oak.json") == OAK


def spoilt(**changes: Any) -> bytes:
    """The file of Oak House with something changed, by the path of its keys."""
    value = json.loads(to_bytes(OAK))
    for path, change in changes.items():
        *keys, last = path.split("__")
        part = value
        for key in keys:
            part = part[int(key)] if isinstance(part, list) else part[key]
        part[last] = change
    return json.dumps(value).encode()


PACK = "quarters__0__packs__0__"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe",
        b"{}",
        b"[" * 100_000,
        spoilt(version=1),
        spoilt(kind="a letter"),
        spoilt(more=1),
        spoilt(venue="\x1b \n"),
        spoilt(quarters__0__counted="yesterday"),
        spoilt(**{f"{PACK}entries": -5}),
        spoilt(**{f"{PACK}entries": 3}),
        spoilt(**{f"{PACK}entries": 42}),
        spoilt(**{f"{PACK}scales__0__points": [5, 30]}),
        spoilt(**{f"{PACK}cards__0__cards": [{"label": str(one), "picked": 10} for one in range(501)]}),
        spoilt(**{f"{PACK}entries": 10**9}),
        spoilt(**{f"{PACK}scales__0__points": []}),
        spoilt(**{f"{PACK}scales__0__points": [10, 15, 20]}),
        spoilt(**{f"{PACK}scales__0__moves": [1, 2, -3]}),
        spoilt(**{f"{PACK}cards__0__cards__0__picked": -10}),
        spoilt(**{f"{PACK}scales__0__bands_of": 2}),
        spoilt(**{f"{PACK}scales__0__bands_of": 5}),
        spoilt(**{f"{PACK}scales__0__bands_of": 10**6}),
        to_bytes(venue("Oak House", *OAK.quarters, *OAK.quarters)),
        to_bytes(
            venue("Oak House", msgspec.structs.replace(OAK.quarters[0], packs=OAK.quarters[0].packs * 2))
        ),
    ],
)
def test_what_is_no_figures_file_is_refused_with_what_to_do(data: bytes) -> None:
    with pytest.raises(DeskError, match=r"^oak\.json is not a figures file\. .*--figures FILE") as caught:
        from_bytes(data, "oak.json")
    assert "\x1b" not in str(caught.value)


def test_a_file_is_read_whole_and_no_pipe_device_folder_or_huge_one(tmp_path: Path) -> None:
    (tmp_path / "oak.json").write_bytes(to_bytes(OAK))
    assert from_file(tmp_path / "oak.json") == OAK
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "zero").symlink_to("/dev/zero")
    (tmp_path / "round").symlink_to("round")
    (tmp_path / "huge").write_bytes(to_bytes(OAK) + b" " * MOST_BYTES)
    for name in ("pipe", "zero", "round", "huge"):
        with pytest.raises(DeskError, match=f"{name} is not a figures file"):
            from_file(tmp_path / name)
    for path in (tmp_path, tmp_path / "nowhere", Path("nul\0")):
        with pytest.raises(DeskError, match=r"Nothing was read|is not a figures file"):
            from_file(path)


@pytest.mark.parametrize("name", ["oak house", "Oak  House", "O\uff41k House"])
def test_a_venue_is_itself_however_its_name_is_written(name: str) -> None:
    with pytest.raises(DeskError, match="counted twice"):
        summary_of(THIRD, [OAK, venue(name, *OAK.quarters)])


def test_the_words_of_the_first_venue_count() -> None:
    other = scale((10, 15), labels=("Good", "Bad"), title="Another title")
    pack = msgspec.structs.replace(MILL.quarters[0].packs[0], scales=(other,), title="Another pack")
    odd = venue("Odd", msgspec.structs.replace(MILL.quarters[0], packs=(pack,)))
    [_, ratings, *_] = summary_of(THIRD, [venue("Own", quarter(40, (15, 30))), odd]).charts
    assert (ratings.pack, ratings.title) == ("My strengths", "My last week")
    assert [(cell.label, cell.about) for cell in ratings.cells] == [("Bad", 25), ("Good", 45)]


def test_texts_of_a_file_reach_no_terminal_as_a_command() -> None:
    evil = "\x1b]0;owned\x07" + "\u202e" + "x" * 500 + "\nnext"
    data = spoilt(
        venue=evil,
        **{
            f"{PACK}title": evil,
            f"{PACK}scales__0__title": evil,
            f"{PACK}scales__0__section": evil,
            f"{PACK}scales__0__labels": [evil, evil],
            f"{PACK}cards__0__cards__0__label": evil,
            f"{PACK}left_open__0__title": evil,
        },
    )
    text = text_of(summary_of(THIRD, [from_bytes(data, "oak.json")]))
    assert all(line.isprintable() for line in text.split("\n"))
    assert "next" not in text
