"""How rows are stored."""

from datetime import timedelta

from kiosk.vault.rows import to_text
from tests.kiosk.vault.helpers import NOON


def test_stored_times_sort_as_texts() -> None:
    times = [NOON + timedelta(microseconds=step) for step in (0, 1, 10, 999_999, 1_000_000)]
    texts = [to_text(when) for when in times]
    assert texts == sorted(texts)
    assert texts[0] == "2026-03-01T12:00:00.000000Z"
