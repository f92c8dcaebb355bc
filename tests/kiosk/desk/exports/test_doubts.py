"""What staff should know before they rely on an entry: the same sentences at the desk and in each file."""

import csv
import io
import json
from dataclasses import replace

import pytest

from kiosk.desk.exports.formats import FORMATS, exported
from kiosk.desk.plain_text import opened_text, opened_value
from kiosk.entry.opened import Opened
from kiosk.entry.page_file import Doubt
from kiosk.vault.page_names import page_name
from tests.kiosk.desk.exports.entries import NOON, row, whole
from tests.kiosk.sealed import PLACE
from tests.pdf import pages_of

ASIDE: tuple[tuple[str, Doubt], ...] = (
    (page_name(11, PLACE), "unreadable"),
    (page_name(12, PLACE), "misplaced"),
    (page_name(13, "0a" * 8), "not the customer's"),
    (page_name(13, PLACE), "not staff's"),
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
def test_each_doubt_is_said_in_every_form_and_before_the_answers_of_one_to_read(opened: Opened) -> None:
    made = {form: exported(opened, form, NOON, "Sandhill") for form in FORMATS}
    doubts = list(opened.doubts)
    assert said_in_json(made["json"]) == said_in_csv(made["csv"]) == doubts
    assert opened_value(opened)["doubts"] == doubts
    head = made["markdown"].decode().split("## My page")[0].split("\n\n")
    every, text = ENTRIES["all of it"].doubts, opened_text(opened, NOON)
    for said in (head, pages_of(made["pdf"])[0], text):
        assert [doubt for doubt in every if doubt in said] == [doubt for doubt in every if doubt in doubts]
    assert len(every) == 7
