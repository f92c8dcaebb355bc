"""All that is held on an entry, for its customer: in their words, and in their language to the last line."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import get_args

import pytest

from kiosk.desk.access_pack import ABOUT_ENTRIES, paper_of
from kiosk.desk.audit.audit_log import KIOSK, Did, Event, Trail
from kiosk.desk.exports import pdf
from kiosk.desk.new_code import NEW_NAME
from kiosk.entry.opened import Opened
from kiosk.entry.page_file import Doubt
from kiosk.entry.staff_pages import StatusChange
from kiosk.language import language
from kiosk.vault.page_names import page_name
from kiosk.vault.states import STATES
from tests.kiosk.desk.exports.entries import NOON, in_another_language, page, row, whole
from tests.kiosk.sealed import FIRST, PLACE, THIRD
from tests.languages import MARKED
from tests.pdf import words_in

EVENTS: tuple[tuple[Did, str], ...] = (
    ("opened", ""),
    ("opened without a code", "She lost it"),
    ("changed the status", "picked up"),
    ("exported", "access pack"),
    ("exported", "csv, with others"),
    ("exported", "csv"),
    ("printed", "My page and the plan"),
    ("gave a new code", NEW_NAME.format(name="Calm Otter")),
)


def trail(*, second: str = "", who: str = "Jo Smith") -> Trail:
    return Trail(
        tuple(
            Event(when=NOON, who=who, second=second, did=did, entry_id=row().id, detail=detail)
            for did, detail in reversed(EVENTS)
        ),
        0,
    )


def held_on(opened: Opened, found: Trail) -> str:
    return words_in(paper_of(opened, found, "Sandhill House", NOON, "Jo Smith"))


def with_every_state() -> Opened:
    turns = (
        StatusChange(made=NOON + timedelta(days=day), by="Jo Smith", state=state)
        for day, state in enumerate(STATES)
    )
    aside: tuple[tuple[str, Doubt], ...] = ((page_name(7, PLACE), "unreadable"),)
    return Opened(row(), (page(), *turns), None, aside=aside, broken=True)


def test_a_customer_reads_how_far_it_came_as_on_the_screen_and_staff_as_in_their_list() -> None:
    entry = with_every_state()
    theirs, ours = held_on(entry, Trail((), 0)), words_in(pdf.pdf_of(entry, NOON, "Sandhill House"))
    for in_list, on_screen in (("picked up", "seen by staff"), ("talked through", "talked about together")):
        assert f": {on_screen} (Jo Smith)" in theirs
        assert f": {in_list} (Jo Smith)" in ours
        assert in_list not in theirs
        assert on_screen not in ours


def test_all_of_it_is_in_the_language_of_its_customer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "language_or_english", {"en": MARKED}.__getitem__)
    said = held_on(with_every_state(), trail(second="Ali Khan"))
    for text in (
        *("waiting (Jo", "seen by staff (Jo", "talked about together (Jo", "plan agreed (Jo", "closed (Jo"),
        "Page 7 is not shown: it cannot be read.",
        "A page of this entry is missing.",
        "It was opened without the customer's code",
        *("opened without a code (She lost it)", "changed the status (~seen by staff)"),
        *("exported (~access pack)", "exported (~csv, with others)", "exported (csv)"),
        *("printed (~My page and the plan)", "gave a new code (~its new name is Calm Otter)"),
    ):
        assert f"~{text}" in said, text
        assert not re.search(rf"(?<!~){re.escape(text)}", said), text
    assert "Jo Smith and Ali Khan: " in said
    assert f"~{KIOSK}: ~opened" in held_on(with_every_state(), trail(who=KIOSK))


def test_days_are_written_as_its_customer_writes_them() -> None:
    said = held_on(in_another_language(), trail(second="Ali Khan"))
    polish = language("pl")
    assert f"1 marca 2026, 12:00, Jo Smith i Ali Khan: {polish.text('opened')}" in said
    assert "March" not in said


@pytest.mark.parametrize("kept", ["missing", "elsewhere", "rest"])
def test_what_there_is_to_know_of_an_entry_is_said_in_their_language_too(
    monkeypatch: pytest.MonkeyPatch, kept: str
) -> None:
    monkeypatch.setattr(pdf, "language_or_english", {"en": MARKED}.__getitem__)
    entry = replace(
        whole(),
        broken=kept == "missing",
        elsewhere=kept == "elsewhere",
        aside=((FIRST, "not staff's"), (THIRD, "misplaced")),
    )
    if kept == "rest":
        monkeypatch.setattr(Opened, "is_rest", True)
    said = held_on(entry, Trail((), 0))
    assert len(entry.told) == len(entry.doubts) == 3
    for doubt in entry.told:
        assert f"~{doubt}" in said


def test_what_the_audit_tells_of_entries_has_words() -> None:
    assert {*ABOUT_ENTRIES} < {*get_args(Did)}
    assert {str(text) for text in ABOUT_ENTRIES.values()} == {*ABOUT_ENTRIES}
