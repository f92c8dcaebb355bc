"""A changed pack changes nothing that anybody said: no answer is shown or counted in words not chosen.

Authors may say that other words mean the same (`since`); of that alone an answer may stand under them.
"""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, date, datetime

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.counts.disclosure import Asked, Table
from kiosk.counts.meanings import Meanings
from kiosk.counts.tally import EntryCount, Told, sealed_count, table_of
from kiosk.desk.export_all import table_of as table_of_all
from kiosk.entry.handle import Handle, HandleKeys
from kiosk.entry.meaning import Form
from kiosk.entry.opened import Opened
from kiosk.entry.pages import Answered, Reflection, page_of
from kiosk.pack.model import Pack
from kiosk.seal import open_sealed, recipient_of
from kiosk.untrusted import json
from kiosk.vault.rows import Row
from kiosk.visit.returning import Own, carried
from tests.conftest import EXAMPLES
from tests.kiosk.desk.summaries.many import key_of
from tests.kiosk.sealed import FIRST
from tests.packs import answers_to, versions

NOON = datetime(2026, 8, 14, 12, tzinfo=UTC)
ROW = Row(id="ab" * 16, name="Amber Heron", saved=NOON, pages=(FIRST,), last_page=NOON)
KEYS = HandleKeys("ab" * 16, key_of("customer"))

Histories = list[tuple[Pack, Reflection]]
"""Versions of a pack, the oldest first, each with what somebody answered."""


@st.composite
def histories(draw: st.DrawFn) -> Histories:
    return [
        (pack, page_of(pack, draw(answers_to(pack)), name="Amber Heron", made=NOON))
        for pack in draw(versions())
    ]


def said(page: Reflection) -> Iterator[Answered]:
    return (answered for answered in page.answers() if answered.value is not None)


def is_declared(now: Form, then: Form) -> bool:
    """Tell whether the authors say that a question means what it meant."""
    return bool(now.since) and now.since <= then.version < now.version


@settings(max_examples=EXAMPLES // 2)
@given(histories())
def test_whoever_comes_back_finds_no_other_words_than_they_chose_or_their_authors_declared(
    history: Histories,
) -> None:
    for _, page in history:
        for pack, _later in history:
            found = carried(pack, Own(Handle("K7QX4MPD9RTW2HN9"), KEYS, "Amber Heron", (page,)))
            again = page_of(pack, found.answers, name="A B", made=NOON, earlier=found.earlier)
            now = {one.id: one for one in said(again)}
            assert now.keys() == {one.id for one in said(page)}
            for one in said(page):
                shown = now[one.id]
                same = (shown.ask, sorted(shown.words)) == (one.ask, sorted(one.words))
                assert same or is_declared(shown.form, one.form)


@settings(max_examples=EXAMPLES // 2)
@given(histories())
def test_then_and_now_are_compared_only_on_a_scale_of_the_same_meaning(history: Histories) -> None:
    for place, (_, now) in enumerate(history):
        for _, then in history[:place]:
            before = {one.id: one for one in said(then)}
            for one in said(now):
                if one.id in before and one.means_as(before[one.id], same_pack=True):
                    earlier = before[one.id]
                    same = (one.ask, one.labels) == (earlier.ask, earlier.labels)
                    assert same or (is_declared(one.form, earlier.form) and one.values == earlier.values)


def counted(page: Reflection) -> Table:
    """All that is counted of one page."""
    reader = recipient_of(KEYS.identity)
    _, sealed = sealed_count(msgspec.structs.replace(page, reader=reader), None, reader)
    [table] = table_of([json(open_sealed(sealed, KEYS.identity), EntryCount)]).values()
    return table


@settings(max_examples=EXAMPLES // 2)
@given(histories(), st.data())
def test_no_answer_is_counted_in_words_that_its_customer_did_not_choose(
    history: Histories, data: st.DataObject
) -> None:
    known = [pack for pack, _ in reversed(history) if data.draw(st.booleans())]
    meanings = Meanings(known)
    for _, page in history:
        own = {one.id: one for one in page.answers()}
        table = meanings.table(counted(page))

        def told(asked: Asked, own: dict[str, Answered] = own) -> tuple[Answered, Told]:
            one = own[asked.question]
            return one, meanings.told.get(asked, Told("", "", one.ask, one.labels))

        for scale, answers in table.scales.items():
            one, words = told(scale.asked)
            chosen = words.ask, words.labels[answers.points.index(1)]
            assert chosen == (one.ask, *one.words) or is_declared(scale.form, one.form)
        for card in table.cards:
            one, words = told(card.asked)
            assert card.label in one.words
            assert words.ask == one.ask or is_declared(card.asked.form, one.form)
        for asked in table.left_open:
            one, words = told(asked)
            assert one.value is None
            assert (words.ask, words.labels) == (one.ask, one.labels) or is_declared(asked.form, one.form)
        assert {scale.question for scale in table.scales} == {
            one.id for one in said(page) if one.kind == "scale"
        }


@settings(max_examples=EXAMPLES // 2)
@given(histories())
def test_no_answer_is_exported_under_a_question_that_its_customer_was_not_asked(history: Histories) -> None:
    opened = [Opened(ROW, (page,), None) for _, page in history]
    data = table_of_all(opened, date(2026, 9, 1)).decode("utf-8-sig")
    head, *rows = csv.reader(io.StringIO(data, newline=""))
    for (_, page), cells in zip(history, rows, strict=True):
        for one in said(page):
            columns = [
                (name.partition(": ")[2], cell)
                for name, cell in zip(head, cells, strict=True)
                if name.startswith(f"small/{one.id}: ") and cell
            ]
            [(asked, cell)] = columns
            assert cell == "\n".join(one.words)
            forms = [now.form for _, later in history for now in later.answers() if now.id == one.id]
            assert asked.startswith(one.ask) or any(is_declared(form, one.form) for form in forms)
