"""CSV: a row for each question, and nothing in it that a spreadsheet would run."""

import csv
import io
import re
import unicodedata
from dataclasses import replace
from datetime import date

import msgspec
from hypothesis import example, given
from hypothesis import strategies as st

from kiosk.desk.export_all import table_of
from kiosk.desk.exports.csv import COLUMNS, csv_of, neutral
from kiosk.entry.answers import Cards
from kiosk.entry.blocks import kept_back
from kiosk.entry.opened import Opened
from kiosk.entry.pages import Asked, page_of
from kiosk.pack.model import Point
from tests.kiosk.desk.exports.entries import (
    ANSWERS,
    ATTACKS,
    LONG,
    NOON,
    SECRET,
    an_answer,
    hostile,
    in_another_language,
    row,
    texts,
    whole,
)
from tests.packs import newer, small

SEPARATORS = ",;\t|"
STARTS = "=+-@\t\r＝＋－＠−"


csv.field_size_limit(10**7)


def rows(data: bytes, separator: str = ",") -> list[list[str]]:
    text = data.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))


def runs(cell: str) -> bool:
    """Tell whether a spreadsheet could take a cell for a formula, however it trims and folds it."""
    # Where another separator is taken, a cell may begin with the end of the row before.
    start = re.sub(r"^(\r\n)+", "", cell).lstrip(" \n\v\f\x1c\x1d\x1e\x1f\x85\u2028\u2029" + SPACES + UNSEEN)[
        :1
    ]
    return bool(start) and (start in STARTS or unicodedata.normalize("NFKC", start) in STARTS)


SPACES = "".join(chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) == "Zs")
UNSEEN = "\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u2060\u2066\u2067\u2068\u2069\ufeff"


def table(opened: Opened) -> dict[str, dict[str, str]]:
    """Return an entry's rows by question id."""
    head, *body = rows(csv_of([opened]))
    every = (dict(zip(head, row, strict=True)) for row in body)
    return {cells["question id"]: cells for cells in every if cells["question id"]}


def test_a_row_tells_an_answer() -> None:
    data = csv_of([whole()])
    assert data.startswith(b'\xef\xbb\xbf"name","made","pack",')
    assert rows(data)[0] == list(COLUMNS)
    assert table(whole())["mood"] == {
        "name": "Amber Heron",
        "made": "2026-03-03T12:00:00Z",
        "pack": "small",
        "version": "1",
        "section": "First",
        "question id": "mood",
        "question": "How do you feel?",
        "points": "Bad / Good",
        "kind": "scale",
        "value": "2",
        "words": "Good",
        "language": "en",
        "question as read": "",
    }
    assert table(whole())["people"]["words"] == "Mum\nAli"


def test_values_are_those_of_the_answers() -> None:
    values = {id_: cells["value"] for id_, cells in table(whole()).items()}
    assert values["where"] == "out"
    assert values["day"] == ANSWERS["day"]
    assert values["likes"] == '["tea","milk"]'
    assert msgspec.json.decode(values["cards"], type=Cards) == ANSWERS["cards"]


def test_a_question_that_was_left_open_has_a_row_too() -> None:
    opened = an_answer("")
    assert [cells["value"] + cells["words"] for cells in table(opened).values()] == [""]


def test_each_step_of_the_plan_has_a_row_and_so_has_the_day_to_look_at_it_again() -> None:
    plan = [cells for cells in rows(csv_of([whole()])) if cells[4] == "The agreed plan"]
    head = ["Amber Heron", "2026-03-05T12:00:00Z", "", "", "The agreed plan", ""]
    assert plan == [
        [*head, "Grow things", "", "step", "", "[x] Ask the council (Jo, by Friday)", "", ""],
        [*head, "Grow things", "", "step", "2026-03-12", "[ ] Buy seeds (by 12 March 2026)", "", ""],
        [*head, "", "", "review", "2026-04-01", "We look at this plan again on 1 April 2026.", "", ""],
    ]


def test_a_row_tells_in_which_language_a_question_was_read_and_how_it_stood_there() -> None:
    cells = table(in_another_language())["likes"]
    assert (cells["question"], cells["words"]) == ("What do you like?", "Tea\nMilk")
    assert (cells["language"], cells["question as read"]) == ("pl", "PL What do you like?")
    one = one_row(in_another_language())
    assert (one["language"], one["small/likes: What do you like?"]) == ("pl", "Tea\nMilk")


def test_rows_end_as_rfc_4180_says() -> None:
    text = csv_of([an_answer('one\ntwo, "three"')]).decode("utf-8-sig")
    assert text.endswith('"one\ntwo, ""three""","one\ntwo, ""three""","en",""\r\n')
    assert re.sub(r'"[^"]*"', "", text).strip(",") == f"\r\n{',' * 12}\r\n"


def test_many_entries_make_one_table() -> None:
    other = msgspec.structs.replace(row("Blue Otter"), id="cd" * 16)
    data = csv_of([whole(), Opened(other, whole().pages, whole().keys)])
    names = [cells[0] for cells in rows(data)]
    assert names == ["name", *["Amber Heron"] * 10, *["Blue Otter"] * 10]


def test_what_is_kept_back_is_said_and_not_told() -> None:
    data = csv_of([whole(kept_back=True)])
    assert rows(data)[-4] == [
        "Amber Heron", "2026-03-03T12:00:00Z", "small", *[""] * 5, "kept back", "", kept_back(), "", "",
    ]  # fmt: skip
    assert not any(word in data.decode() for word in SECRET)
    assert csv_of([whole(kept_back=True).revealed()]) == csv_of([whole()])


def test_an_entry_whose_answers_cannot_be_read_has_no_row_but_those_of_its_plan() -> None:
    of_staff = Opened(row(), tuple(page for page in whole().pages[2:] if not isinstance(page, Asked)), None)
    assert [cells[8] for cells in rows(csv_of([of_staff]))] == ["kind", "step", "step", "review"]


def test_a_formula_gets_an_apostrophe_and_a_text_stays() -> None:
    for cell, told in (
        ("=1+1", "'=1+1"),
        ("  -1", "'  -1"),
        ("\N{FULLWIDTH EQUALS SIGN}1", "'\N{FULLWIDTH EQUALS SIGN}1"),
        ("one\n- two", "one\n'- two"),
        ('a;"=1', "a;'\"=1"),
        ("2 - 1 = 1", "2 - 1 = 1"),
        ("\u2067=1", "'\u2067=1"),
        ("a; \u200b\ufeff+1", "a;' \u200b\ufeff+1"),
        ("Jo; Ali", "Jo; Ali"),
        ("jo@example.invalid", "jo@example.invalid"),
        ("", ""),
    ):
        assert neutral(cell) == told


def test_a_direction_ends_in_its_cell() -> None:
    cells = table(an_answer("\u2067one\ntwo\u202b"))["text"]
    assert cells["words"] == "\u2067one\u2069\ntwo\u202b\u202c"


def test_no_cell_of_a_listed_attack_is_a_formula() -> None:
    for text in ATTACKS:
        _runs_nothing(csv_of([hostile(text)]))
        for cell in one_row(hostile(text)).values():
            assert not any(runs(part) for part in re.split(r"[;|\n]", cell)), text
    for text in LONG:
        _runs_nothing(csv_of([an_answer(text)]))


@given(texts)
@example(";")
def test_no_cell_is_a_formula(text: str) -> None:
    _runs_nothing(csv_of([hostile(text)]))


@given(st.text(st.sampled_from("=+-@;\"', \nx1＝－−\t\r\u2067\ufeff") | st.characters(), max_size=20))
def test_no_cell_begins_as_a_formula_whatever_it_holds(text: str) -> None:
    told = neutral(text)
    assert not runs(told)
    assert told.replace("'", "") == text.replace("'", "")


def _runs_nothing(data: bytes) -> None:
    """Look at every cell, also as a spreadsheet sees it that takes another sign for the separator."""
    for separator in SEPARATORS:
        found = [cell for cells in rows(data, separator) for cell in cells]
        assert found
        assert not [cell[:50] for cell in found if runs(cell)]
    assert {len(cells) for cells in rows(data)} == {len(COLUMNS)}


# -- every entry, a row each


def one_row(opened: Opened, today: date = date(2026, 3, 13)) -> dict[str, str]:
    """Return an entry's row in the table of all, by column."""
    head, cells = rows(table_of([opened], today))
    return dict(zip(head, cells, strict=True))


def test_a_row_has_the_plan_with_its_steps_by_when_and_what_is_done() -> None:
    cells = one_row(whole())
    assert {name: cells[name] for name in (*PLAN_COLUMNS, "plan")} == {
        "plan made": "2026-03-05T12:00:00Z",
        "steps": "2",
        "steps done": "1",
        "steps overdue": "1",
        "next step by": "2026-03-12",
        "review": "2026-04-01",
        "plan": "Grow things: [x] Ask the council (Jo, by Friday)\n"
        "Grow things: [ ] Buy seeds (by 12 March 2026)",
    }
    assert one_row(whole(), date(2026, 3, 12))["steps overdue"] == "0"
    closed = replace(whole(), row=msgspec.structs.replace(row(), became="closed"))
    assert one_row(closed)["steps overdue"] == "0"


def test_each_meaning_of_a_question_has_a_column_with_its_words_in_the_head() -> None:
    points = (Point(value=1, label="Good"), Point(value=2, label="Bad"))
    turned = newer(small(), "mood", points=points)
    reworded = newer(turned, "day", ask="And today?", since=1)
    said = ((small(), 1), (turned, 1), (reworded, 2))
    entries = [
        replace(whole(), pages=(page_of(pack, {"mood": mood, "day": "Sun"}, name="A B", made=NOON),))
        for pack, mood in said
    ]
    head, *cells = rows(table_of(entries, date(2026, 3, 13)))
    mood = [name for name in head if name.startswith("small/mood")]
    assert mood == [
        "small/mood: How do you feel? (version 3: Good / Bad)",
        "small/mood: How do you feel? (version 1: Bad / Good)",
    ]
    assert [[one[head.index(name)] for name in mood] for one in cells] == [
        ["", "Bad"],
        ["Good", ""],
        ["Bad", ""],
    ]
    [day] = [name for name in head if name.startswith("small/day")]
    assert day == "small/day: And today?"
    assert {one[head.index(day)] for one in cells} == {"Sun"}


def test_a_row_without_a_plan_leaves_its_columns_empty() -> None:
    cells = one_row(an_answer("Rain"))
    assert {cells[name] for name in (*PLAN_COLUMNS, "plan")} == {""}


PLAN_COLUMNS = ("plan made", "steps", "steps done", "steps overdue", "next step by", "review")
