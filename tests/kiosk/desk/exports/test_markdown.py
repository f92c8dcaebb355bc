"""Markdown: whatever was written reads as it was written, and nothing of it acts."""

from collections.abc import Iterator
from datetime import UTC, timedelta, timezone

import pytest
from hypothesis import given, settings
from markdown_it import MarkdownIt
from markdown_it.token import Token

from kiosk.desk.exports import blocks
from kiosk.desk.exports.markdown import markdown_of
from kiosk.entry.my_page import my_page_of
from kiosk.entry.opened import Opened
from kiosk.entry.pages import Reflection
from kiosk.entry.staff_pages import Plan
from kiosk.text import is_blank, kept
from tests.kiosk.desk.exports.entries import ATTACKS, LONG, an_answer, hostile, texts, whole

OURS = {
    "paragraph", "inline", "heading", "strong", "em", "text", "hardbreak", "softbreak", "blockquote",
    "bullet_list", "list_item",
}  # fmt: skip
"""What the export itself is made of."""


OUR_HEADINGS = {
    blocks.MY_PAGE, blocks.PLAN, blocks.ANSWERS, blocks.NOTES, blocks.HISTORY, blocks.BEFORE,
    blocks.PLANS_BEFORE, *blocks.PARTS.values(),
}  # fmt: skip


def headings(opened: Opened) -> set[str]:
    """Return the headings that are an entry's own: names and titles, never an answer."""
    opened = blocks.cleaned(opened)
    assert opened.newest is not None
    plans = (page for page in opened.pages if isinstance(page, Plan))
    goals = (goal.want for plan in plans for goal in plan.goals)
    titles = (*(section.title for section in opened.newest.sections), *goals)
    origins = (blocks.origin(page, UTC) for page in blocks.before(opened))
    return {blocks.line(text) for text in (opened.row.name, *titles, *origins)}


def tokens(data: bytes) -> list[Token]:
    return MarkdownIt("commonmark").parse(data.decode())


def kind(token: Token) -> str:
    return token.type.removesuffix("_open").removesuffix("_close")


def read(inline: Token) -> str:
    """Return a block's text as it is shown."""
    breaks = {"softbreak": "\n", "hardbreak": "\n"}
    return "".join(breaks.get(child.type, child.content) for child in inline.children or ())


def blocks_of(data: bytes, inside: str) -> Iterator[str]:
    """Yield the texts that stand in blocks of a kind."""
    depth = 0
    for token in tokens(data):
        if kind(token) == inside:
            depth += token.nesting
        elif token.type == "inline" and depth:
            yield read(token)


def written(opened: Opened) -> list[str]:
    """Return what people wrote at length, cleaned, in the order in which it is read."""
    opened = blocks.cleaned(opened)
    assert opened.newest is not None
    mine = my_page_of(opened.newest)
    said = ["\n".join(one.words) for one in (*mine.hopes, *mine.steps) if one.words]
    notes = [blocks.NOTHING if is_blank(note.text) else note.text for note in opened.notes]
    found = [*said, *_answers(opened.newest), *notes]
    for page in blocks.before(opened):
        found += _answers(page)
    return [text.strip("\n") for text in found]


def _answers(page: Reflection) -> list[str]:
    every = ("\n".join(answer.words) for answer in page.answers())
    return [text for text in every if not is_blank(text)]


def acts(data: bytes) -> set[str]:
    """Return what stands in a document that is not of the export's own making."""
    found = {kind(token) for token in tokens(data)}
    return (found | {kind(child) for token in tokens(data) for child in token.children or ()}) - OURS


def test_an_entry_reads_from_top_to_bottom() -> None:
    data = markdown_of(whole(), UTC)
    assert list(blocks_of(data, "heading")) == [
        "Amber Heron", "My page", "My strengths", "My life now", "What I want to work towards",
        "The agreed plan", "Grow things", "All answers", "First", "Second", "Notes", "Status so far",
        "Earlier plans", "An older plan",
        "Earlier answers", "A small pack. Answered at the kiosk on 1 March 2026.",
        "First", "Second",
    ]  # fmt: skip
    assert list(blocks_of(data, "list_item")) == [
        "I am kind", "I can sing", "I mend bicycles", "How I feel: ●● Good",
        "[x] Ask the council (Jo; by Friday)", "[ ] Buy seeds (by 12 March 2026)",
        "5 March 2026: agreed (Jo)",
        "6 March 2026: talked with the customer (Jo)",
        "7 March 2026: the customer asked to talk to someone",
    ]  # fmt: skip
    assert list(blocks_of(data, "blockquote")) == written(whole())
    text = data.decode()
    assert "Sun.\\\n> \\\n> Zażółć gęślą jaźń, and the sea." in text
    assert "**The customer asked to talk to someone.**" in text
    assert "Recorded by Jo on 5 March 2026. 1 of 2 steps are done. To review on 1 April 2026." in text
    assert blocks.KEPT_BACK not in text


def test_what_is_kept_back_is_said_and_not_told() -> None:
    text = markdown_of(whole(kept_back=True), UTC).decode()
    assert text.count(blocks.KEPT_BACK) == 1
    assert "garden" not in text
    assert markdown_of(whole(kept_back=True).revealed(), UTC) == markdown_of(whole(), UTC)


def test_days_are_those_of_the_place() -> None:
    far = timezone(timedelta(hours=13))
    assert "Answered at the kiosk on 4 March 2026." in markdown_of(whole(), far).decode()


@pytest.mark.parametrize("text", ATTACKS, ids=range(len(ATTACKS)))
def test_a_listed_attack_reads_as_it_was_written(text: str) -> None:
    _reads_as_written(hostile(text))


@pytest.mark.parametrize("text", LONG, ids=range(len(LONG)))
def test_a_long_text_reads_as_it_was_written(text: str) -> None:
    _reads_as_written(an_answer(text))


@settings(deadline=None)
@given(texts)
def test_any_text_reads_as_it_was_written(text: str) -> None:
    _reads_as_written(hostile(text))


def _reads_as_written(opened: Opened) -> None:
    data = markdown_of(opened, UTC)
    assert acts(data) == set()
    assert list(blocks_of(data, "blockquote")) == written(opened)
    assert set(blocks_of(data, "heading")) <= OUR_HEADINGS | headings(opened)
    assert kept(data.decode()) == data.decode()


@settings(deadline=None, max_examples=30)
@given(texts)
def test_a_viewer_that_does_more_than_commonmark_shows_a_text_too(text: str) -> None:
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    found = {kind(token) for token in parser.parse(markdown_of(hostile(text), UTC).decode())}
    assert found <= OURS


def test_a_bare_address_is_no_link() -> None:
    text = "https://example.com/a www.example.com ftp://example.com mailto:jo@example.invalid"
    parser = MarkdownIt("gfm-like", {"linkify": True})
    parser.linkify.set({"fuzzy_link": False, "fuzzy_email": False})  # type: ignore[union-attr]
    assert "<a " in parser.render(text)
    rendered = parser.render(markdown_of(hostile(text), UTC).decode())
    assert "<a " not in rendered
    assert "https://example.com/a www.example.com" in rendered
