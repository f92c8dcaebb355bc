"""Markdown: whatever was written reads as it was written, and nothing of it acts."""

from collections.abc import Iterator
from functools import lru_cache

from hypothesis import given
from markdown_it import MarkdownIt
from markdown_it.token import Token

from kiosk.desk.exports.cleaned import cleaned
from kiosk.desk.exports.markdown import markdown_of
from kiosk.entry.blocks import Block, Goal, Heading, Origin, Said, Telling, line, parts_of
from kiosk.entry.opened import Opened
from kiosk.text import kept
from tests.kiosk.desk.exports.entries import (
    ATTACKS,
    LONG,
    an_answer,
    hostile,
    in_another_language,
    texts,
    whole,
)

OURS = {
    "paragraph", "inline", "heading", "strong", "em", "text", "hardbreak", "softbreak", "blockquote",
    "bullet_list", "list_item",
}  # fmt: skip
"""What the export itself is made of."""


def told(opened: Opened) -> Iterator[Block]:
    """Yield all that stands under titles, cleaned."""
    return (block for part in parts_of(cleaned(opened).pages, Telling()) for block in part.blocks)


def headings(opened: Opened) -> set[str]:
    """Return an entry's headings: names and titles, never an answer."""
    blocks = list(told(opened))
    own = {block.text for block in blocks if isinstance(block, Origin | Heading)}
    goals = {block.want for block in blocks if isinstance(block, Goal)}
    titles = {part.title for part in parts_of(opened.pages)}
    return {line(cleaned(opened).row.name)} | own | goals | titles


def written(opened: Opened) -> list[str]:
    """Return what people wrote at length, cleaned, in the order in which it is read."""
    words = (block for block in told(opened) if isinstance(block, Said))
    return ["\n".join(block.lines) for block in words]


@lru_cache(maxsize=1)
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


def acts(data: bytes) -> set[str]:
    """Return what stands in a document that is not of the export's own making."""
    found = {kind(token) for token in tokens(data)}
    return (found | {kind(child) for token in tokens(data) for child in token.children or ()}) - OURS


def test_an_entry_reads_from_top_to_bottom() -> None:
    text = markdown_of(whole()).decode()
    assert [line for line in text.split("\n") if line.startswith(("#", "-"))] == [
        "# Amber Heron", "## My page", "### My strengths", "- I am kind", "- I can sing", "- I mend bicycles",
        "### My life now", "- How I feel: ●● Good", "### What I want to work towards",
        "## The agreed plan", "### Plan recorded by Jo on 5 March 2026.", "#### Grow things",
        "- [x] Ask the council (Jo, by Friday)", "- [ ] Buy seeds (by 12 March 2026)",
        "## All answers", "### A small pack. Answered at the kiosk on 3 March 2026.",
        "#### First", "#### Second", "## Notes", "## What has happened so far", "- 5 March 2026: agreed (Jo)",
        "- 6 March 2026: talked together (Jo)", "- 7 March 2026: asked to talk to someone",
        "## Earlier plans", "### Plan recorded by Jo on 4 March 2026.", "#### An older plan",
        "## Earlier answers", "### A small pack. Answered at the kiosk on 1 March 2026.",
        "#### First", "#### Second",
    ]  # fmt: skip
    assert "Sun.\\\n> \\\n> Zażółć gęślą jaźń, and the sea." in text
    assert "\n\n**The customer asked to talk to someone.**\n\n" in text
    assert "\n\n3 questions left open.\n\n" in text


def test_a_question_is_followed_by_what_its_customer_read() -> None:
    text = markdown_of(in_another_language()).decode()
    assert "\n\nAnswered in Polish.\n\n" in text
    assert "**What do you like?**\\\n*PL What do you like?*\n\n> Tea\\\n> Milk\n" in text


def test_listed_attacks_and_long_texts_read_as_they_were_written() -> None:
    for text in ATTACKS:
        _reads_as_written(hostile(text))
    for text in LONG:
        _reads_as_written(an_answer(text))


@given(texts)
def test_any_text_reads_as_it_was_written(text: str) -> None:
    _reads_as_written(hostile(text))


def _reads_as_written(opened: Opened) -> None:
    data = markdown_of(opened)
    assert acts(data) == set()
    assert list(blocks_of(data, "blockquote")) == written(opened)
    assert set(blocks_of(data, "heading")) == headings(opened)
    assert kept(data.decode()) == data.decode()


@given(texts)
def test_a_viewer_that_does_more_than_commonmark_shows_a_text_too(text: str) -> None:
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    found = {kind(token) for token in parser.parse(markdown_of(hostile(text)).decode())}
    assert found <= OURS


def test_a_bare_address_is_no_link() -> None:
    text = "https://example.com/a www.example.com ftp://example.com mailto:jo@example.invalid"
    parser = MarkdownIt("gfm-like", {"linkify": True})
    parser.linkify.set({"fuzzy_link": False, "fuzzy_email": False})  # type: ignore[union-attr]
    assert "<a " in parser.render(text)
    rendered = parser.render(markdown_of(hostile(text)).decode())
    assert "<a " not in rendered
    assert "https://example.com/a www.example.com" in rendered
