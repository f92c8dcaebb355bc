"""The letters of everything that is set as a page: Open Sans, which goes into each document."""

from collections.abc import Callable
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fpdf import FPDF

FAMILY = "Open Sans"
_FILES = {"": "OpenSans-Regular.ttf", "B": "OpenSans-Bold.ttf"}
"""A style, as fpdf2 names it, to its file."""


def add_letters(pdf: "FPDF") -> Callable[[str], bool]:
    """Give a document its letters, and return what tells whether it has a character."""
    folder = files("ttf_opensans") / "ttf"
    for style, name in _FILES.items():
        pdf.add_font(FAMILY, style, str(folder / name))
    pdf.set_font(FAMILY)
    known = pdf.current_font.cmap  # type: ignore[union-attr]  # a font that was added has one
    return lambda character: ord(character) in known and character.isprintable()
