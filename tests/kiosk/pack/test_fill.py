"""A venue's words in a pack's texts."""

from pathlib import Path

import msgspec
import pytest

from kiosk.pack.fill import fill
from kiosk.pack.load import load_pack
from tests.kiosk.pack import small

WORDS = dict.fromkeys(("days", "organisation", "basis", "contact", "complain"), "Jo") | {
    "help": "Call 1. Now!"
}


@pytest.mark.parametrize(
    ("note", "short"),
    [
        ("Staff read it later. For help now: {help}", "For help now: Call 1. Now!"),
        ("Help now? {help}. Staff read it later.", "Call 1. Now!."),
        ("Staff read it later, and {help} helps now", "Staff read it later, and Call 1. Now! helps now"),
    ],
)
def test_what_says_where_to_get_help_is_the_sentence_that_names_it(
    tmp_path: Path, note: str, short: str
) -> None:
    pack = msgspec.structs.replace(load_pack(small.written(tmp_path).pack), writing_note=note)
    assert fill(pack, WORDS).help_note == short
