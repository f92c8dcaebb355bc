"""What staff should know before they rely on an entry: the same sentences at the desk and in each file."""

import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC

import pytest

from kiosk.desk.exports.formats import FORMATS, Format, exported
from kiosk.desk.plain_text import opened_text, opened_value
from kiosk.entry.opened import Opened
from kiosk.entry.page_file import Doubt
from tests.kiosk.desk.exports.entries import NOON, row, whole
from tests.pdf import pages_of

ASIDE: tuple[tuple[int, Doubt], ...] = (
    (1, "unreadable"),
    (2, "misplaced"),
    (3, "not the customer's"),
    (4, "not staff's"),
)
ENTRIES = {
    "all is well": whole(),
    "opened without its code": replace(whole(), keys=None),
    "pages set aside": replace(whole(), aside=ASIDE),
    "a page missing": replace(whole(), broken=True),
    "read by somebody else": replace(whole(), elsewhere=True),
    "all of it": replace(whole(), keys=None, aside=ASIDE, broken=True, elsewhere=True),
    "no answers left": Opened(row(), whole().pages[2:3], None, aside=ASIDE, broken=True),
}


def said_in_json(data: bytes) -> list[str]:
    told = json.loads(data)["doubts"]
    assert isinstance(told, list)
    return told


def said_in_csv(data: bytes) -> list[str]:
    table = csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    return [cells["words"] for cells in table if cells["kind"] == "doubt"]


@pytest.mark.parametrize("opened", ENTRIES.values(), ids=ENTRIES.keys())
@pytest.mark.parametrize(("form", "said"), [("json", said_in_json), ("csv", said_in_csv)])
def test_each_doubt_stands_in_a_file_for_programs(
    opened: Opened, form: Format, said: Callable[[bytes], list[str]]
) -> None:
    assert said(exported(opened, form, UTC, NOON, "Sandhill")) == list(opened.doubts)


@pytest.mark.parametrize("opened", ENTRIES.values(), ids=ENTRIES.keys())
def test_each_doubt_stands_before_the_answers_of_a_file_to_read(opened: Opened) -> None:
    first = " ".join(pages_of(exported(opened, "pdf", UTC, NOON, "Sandhill"))[0].split())
    markdown = exported(opened, "markdown", UTC, NOON, "Sandhill").decode()
    assert all(doubt in first and f"\n\n{doubt}\n\n" in markdown for doubt in opened.doubts)
    if opened.doubts and opened.newest:
        assert markdown.index(opened.doubts[-1]) < markdown.index("## My page")


def test_where_there_is_no_doubt_no_file_tells_of_one() -> None:
    doubts = ENTRIES["all of it"].doubts
    assert len(doubts) == 7
    for form in FORMATS:
        data = exported(whole(), form, UTC, NOON, "Sandhill")
        text = " ".join("".join(pages_of(data)).split()) if form == "pdf" else data.decode()
        assert not any(doubt in text for doubt in doubts)


@pytest.mark.parametrize("opened", ENTRIES.values(), ids=ENTRIES.keys())
def test_what_commands_print_tells_the_same(opened: Opened) -> None:
    assert opened_value(opened)["doubts"] == list(opened.doubts)
    assert all(doubt in opened_text(opened, NOON, UTC) for doubt in opened.doubts)
