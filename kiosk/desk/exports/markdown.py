"""An entry as Markdown (CommonMark). What people wrote is escaped, so that it reads as they wrote it."""

import re
from typing import assert_never

from kiosk.desk.exports.cleaned import cleaned
from kiosk.entry import blocks
from kiosk.entry.my_page import Rating
from kiosk.entry.opened import Opened
from kiosk.entry.staff_pages import Step

# What CommonMark and its common extensions act on anywhere in a line. Of a colon and a dot only those that
# make a link of a bare address.
_ANYWHERE = re.compile(r"[\\`*_\[\]<>&~|$^#!{}]|(?<=[A-Za-z]):(?=\S)|(?<=www)\.", re.IGNORECASE)
_AT_THE_START = re.compile(r"^(\d*)([-+=:.)@%])")
_EDGES = re.compile(r"^\s|\s$")
"""A space of any width at the edge of a line, where readers drop it."""


def markdown_of(opened: Opened) -> bytes:
    """Return an entry as Markdown in UTF-8."""
    opened, how = cleaned(opened), blocks.Telling()
    said = [_heading(1, blocks.line(opened.row.name)), *map(rendered, blocks.about(opened, how))]
    for part in blocks.parts_of(opened.pages, how):
        said += [_heading(2, part.title), *map(rendered, part.blocks)]
    return ("\n\n".join(said) + "\n").encode()


def rendered(block: blocks.Block) -> str:
    """Return a block as Markdown."""
    match block:
        case blocks.Origin():
            return _heading(3, block.text)
        case blocks.Heading():
            return _heading(2 + block.level, block.text)
        case blocks.Told():
            return _strong(block.text) if block.strong else _escaped(block.text)
        case blocks.Items():
            return "\n".join(f"- {_escaped(text)}" for text in block.texts)
        case blocks.Strengths():
            return f"{rendered(blocks.Items(block.top))}\n\n{_escaped(block.told)}"
        case blocks.Ratings():
            return "\n".join(map(_rating, block.ratings))
        case blocks.Said():
            lines = "\\\n> ".join(map(_escaped, block.lines))
            return f"{_strong(block.label)}\n\n> {lines}"
        case blocks.Goal():
            steps = "\n".join(map(_step, block.steps))
            return "\n\n".join(filter(None, (_heading(4, block.want), steps)))
        case _:
            assert_never(block)


def _rating(rating: Rating) -> str:
    filled, cells = rating.bar.cells
    return f"- {_escaped(rating.label)}: {'●' * filled}{'○' * (cells - filled)} {_escaped(rating.word)}"


def _step(step: Step) -> str:
    return f"- [{'x' if step.done else ' '}] {_escaped(step.told)}"


def _heading(level: int, text: str) -> str:
    return f"{'#' * level} {_escaped(text)}"


def _strong(text: str) -> str:
    return f"**{_escaped(text)}**"


def _escaped(text: str) -> str:
    text = _AT_THE_START.sub(r"\1\\\2", _ANYWHERE.sub(r"\\\g<0>", text))
    return _EDGES.sub(lambda space: f"&#{ord(space[0])};", text)
