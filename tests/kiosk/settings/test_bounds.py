"""What is read has bounds: what somebody hostile made is damage, and what the kiosk makes always fits."""

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest

from kiosk import seal
from kiosk.desk import plan_editor
from kiosk.entry.answers import TEXT_LIMIT, Answer, Cards, Goal
from kiosk.entry.pages import AnyPage, keep_back, page_from_bytes, page_of, page_to_bytes, whole
from kiosk.entry.staff_pages import GOALS_MOST, STEPS_MOST, Note, Plan, PlanGoal, StatusChange, Step, Talked
from kiosk.errors import DamageError, EntryError, SettingsError
from kiosk.pack.model import CardsQuestion, ChoiceQuestion, GoalQuestion, LinesQuestion, ScaleQuestion
from kiosk.settings.settings import load_settings
from kiosk.vault.age_file import MOST_BYTES, seems_sealed
from kiosk.vault.catalogue import Catalogue
from kiosk.vault.log_lines import Put, line_of
from kiosk.vault.rows import SHAPE
from kiosk.vault.vault import Vault
from tests.kiosk.sealed import FIRST, SECOND, id_of, sealed_page
from tests.kiosk.upkeep.kept import Kept
from tests.packs import default_pack, small

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
WIDE = "\U00020000"
"""A letter that takes four bytes."""
YEARS = ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00", "1969-12-31T23:59:59Z"]
PAGES: list[AnyPage] = [
    page_of(small(), {"mood": 1}, name="Amber Heron", made=NOON),
    Note(made=NOON, by="Jo", text="x"),
    Plan(made=NOON, by="Jo", goals=(PlanGoal(want="A garden"),)),
    StatusChange(made=NOON, by="Jo", state="agreed"),
    Talked(made=NOON, by="Jo", reflection="a" * 64),
]


def changed(page: AnyPage, *place: str | int, to: Any) -> bytes:
    """Return the bytes of a page with something else in one place."""
    fields = inner = json.loads(page_to_bytes(page))
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = to
    return json.dumps(fields).encode()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.kind)
@pytest.mark.parametrize("made", YEARS)
def test_a_page_of_a_time_that_nobody_can_count_with_is_none(page: AnyPage, made: str) -> None:
    with pytest.raises(EntryError, match="does not read as an entry"):
        page_from_bytes(changed(page, "made", to=made))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.kind)
@pytest.mark.parametrize("made", ["1970-01-01T00:00:00Z", "2262-04-11T00:00:00Z"])
def test_a_page_of_any_time_that_a_machine_can_show_is_read(page: AnyPage, made: str) -> None:
    read = page_from_bytes(changed(page, "made", to=made))
    assert (read.made.astimezone() + timedelta(days=36_500)).year > 2000


GOAL = {"want": "x", "steps": []}


@pytest.mark.parametrize(
    ("page", "place", "to"),
    [
        (PAGES[2], ("goals",), [GOAL] * 10_000),
        (PAGES[2], ("goals", 0, "steps"), [{"text": "x"}] * 10_000),
        (PAGES[2], ("goals", 0, "want"), "x" * 100_000),
        (PAGES[1], ("text",), "x" * 1_000_000),
        (PAGES[1], ("by",), "x" * 100_000),
        (PAGES[0], ("sections",), [{"id": "a", "title": "A", "answers": []}] * 10_000),
        (PAGES[0], ("sections", 0, "answers", 0, "scale"), [1, 10**9]),
        (PAGES[0], ("sections", 0, "answers", 0, "scale"), [10**30, 10**30]),
        (PAGES[0], ("sections", 0, "answers", 0, "value"), 10**30),
        (PAGES[0], ("sections", 0, "answers", 0, "value"), -(10**9)),
        (PAGES[0], ("sections", 0, "answers", 0, "words"), ["x"] * 1_000_000),
        (PAGES[0], ("my_page",), {"ratings": ["mood"] * 10_000}),
        (PAGES[0], ("pack_version",), 10**30),
        (PAGES[0], ("name",), "x" * 100_000),
    ],
    ids=range(14),
)
def test_a_page_that_is_beyond_all_that_a_kiosk_writes_is_none(
    page: AnyPage, place: tuple[str | int, ...], to: Any
) -> None:
    with pytest.raises(EntryError, match="does not read as an entry"):
        page_from_bytes(changed(page, *place, to=to))


def longest() -> dict[str, Answer]:
    """Answers to every question of the shipped pack, each as long as it can be."""
    pack, answers = default_pack(), dict[str, Answer]()
    for _, question in pack.questions():
        match question:
            case ScaleQuestion():
                answers[question.id] = question.points[0].value
            case ChoiceQuestion(several=True):
                answers[question.id] = tuple(option.id for option in question.options)
            case ChoiceQuestion():
                answers[question.id] = question.options[0].id
            case CardsQuestion():
                every = tuple(card.id for card in pack.decks[question.deck].cards)
                answers[question.id] = Cards(every, (WIDE * 200,) * 200)
            case LinesQuestion():
                answers[question.id] = (WIDE * 200,) * question.most
            case GoalQuestion():
                answers[question.id] = Goal(*(["\n" * TEXT_LIMIT] * 4))
            case _:
                answers[question.id] = WIDE * TEXT_LIMIT
    return answers


def test_the_longest_answers_of_all_fit_and_come_back_whole(tmp_path: Path) -> None:
    pack = default_pack()
    identity = seal.new_identity()
    page = page_of(pack, longest(), name="Amber Heron", made=NOON)
    kept_back = keep_back(page, [section.id for section in pack.sections], seal.recipient_of(identity))
    file = tmp_path / "page.age"
    file.write_bytes(
        sealed_page(kept_back, (seal.recipient_of(seal.new_identity()), seal.recipient_of(identity)))
    )

    assert seems_sealed(file)
    assert file.stat().st_size < MOST_BYTES
    read = page_from_bytes(page_to_bytes(kept_back))
    assert read == kept_back
    assert whole(kept_back, identity).sections == page.sections


def test_a_plan_as_long_as_it_may_be_is_read_and_a_longer_one_is_refused_before_it_is_kept() -> None:
    step = Step(text="x" * plan_editor.MOST, who="x" * plan_editor.MOST, by_when="x" * plan_editor.MOST)
    goal = PlanGoal(want="x" * plan_editor.MOST, steps=(step,) * STEPS_MOST)
    plan = Plan(made=NOON, by="Jo", goals=(goal,) * GOALS_MOST)
    assert page_from_bytes(page_to_bytes(plan)) == plan
    for goals in ([GOAL] * (GOALS_MOST + 1), [{"want": "x", "steps": [{"text": "x"}] * (STEPS_MOST + 1)}]):
        with pytest.raises(EntryError, match="is not a plan"):
            plan_editor.from_file(json.dumps({"goals": goals}).encode())


# -- rows, files and settings


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(tmp_path)


def says(kept: Kept, id_: str, **fields: Any) -> None:
    """Add a line to the list of entries."""
    kept.vault.close()
    row = {"v": SHAPE, "name": "Amber Heron", "pages": {FIRST: "2026-03-01T12:00:00Z"}} | fields
    with kept.home.catalogue.open("ab") as log:
        log.write(line_of([Put("entries", id_, row)]))


@pytest.mark.parametrize("when", YEARS)
@pytest.mark.parametrize("field", ["pages", "picked_up"])
def test_a_row_of_a_time_that_nobody_can_count_with_is_damage(kept: Kept, field: str, when: str) -> None:
    one, other = kept.saves(1, 2)
    says(kept, one, **{field: {SECOND: when} if field == "pages" else when})
    assert [row.id for row in kept.vault.rows()] == [other]
    assert kept.vault.reconcile().unreadable_rows == (one,)


def test_the_texts_of_a_row_are_fit_to_show(kept: Kept) -> None:
    [one] = kept.saves(1)
    [before] = kept.vault.rows()
    says(kept, one, name="Am\x1b[2Jber", picked_up_by="J\u202eo\x1b[2J\n" + "x" * 10_000)
    [row] = kept.vault.rows()
    assert row.name == before.name  # it comes from the id, whatever the row says
    assert row.picked_up_by.startswith("Jo[2J xxx")
    assert len(row.picked_up_by) == 200


@pytest.mark.parametrize("id_", ["../../etc/passwd", "", "x" * 10_000, "\x1b[2J", "AB" * 16])
def test_a_row_whose_id_is_none_leads_nowhere(kept: Kept, id_: str) -> None:
    [one] = kept.saves(1)
    says(kept, id_)
    kept.vault.reconcile()
    assert [row.id for row in kept.vault.rows()] == [one]


@pytest.mark.parametrize("nested", [100, 900, 100_000])
def test_a_line_of_the_list_that_is_nested_without_end_is_damage(kept: Kept, nested: int) -> None:
    kept.saves(1)
    says(kept, id_of(1), odd={"a": 1})
    with kept.home.catalogue.open("rb") as log:
        data = log.read()
    body = b'[["merge","entries","%s",{"odd":%s}]]' % (
        id_of(1).encode(), b'{"a":' * nested + b"1" + b"}" * nested
    )  # fmt: skip
    kept.home.catalogue.write_bytes(data + b"%08x %b\n" % (crc32(body), body) * 2)
    catalogue = Catalogue(kept.home.catalogue, read_only=True)
    try:
        assert len(catalogue.rows()) == 1
    except DamageError:
        assert nested > 100
    finally:
        catalogue.close()


@pytest.mark.parametrize("seconds", [0, 2**33, 2**40])
def test_a_file_of_any_time_is_adopted_and_listed(kept: Kept, seconds: int) -> None:
    [one] = kept.saves(1)
    kept.vault.close()
    kept.home.catalogue.unlink()
    page = next(kept.home.vault.rglob(f"*.{FIRST}.age"))
    os.utime(page, (seconds, seconds))
    with Vault(kept.home.root, clock=kept.clock, name_of=lambda _id: "Amber Heron") as vault:
        vault.reconcile()
        [row] = vault.rows()
    assert row.id == one
    assert row.saved.astimezone() + timedelta(days=36_500)


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "text",
    [
        "a = " + "[" * 100_000,
        ".".join("a" * 30_000) + " = 1",
        "a = 0x" + "f" * 50_000,
        "x" * 70_000,
        "a = \xff",
    ],
    ids=range(5),
)
def test_settings_that_nobody_could_have_written_are_told(tmp_path: Path, text: str) -> None:
    file = tmp_path / "kiosk.toml"
    file.write_bytes(text.encode("latin-1"))
    with pytest.raises(SettingsError, match=r"kiosk\.toml"):
        load_settings(file)
