"""The letters of everything that is set as a page: Open Sans, which goes into each document."""

from collections.abc import Callable
from functools import partial
from importlib.resources import files
from typing import TYPE_CHECKING

from kiosk.devices.letters import spelled

if TYPE_CHECKING:
    from fpdf import FPDF

FAMILY = "Open Sans"
_FILES = {"": "OpenSans-Regular.ttf", "B": "OpenSans-Bold.ttf"}
"""A style, as fpdf2 names it, to its file."""


def add_letters(pdf: "FPDF") -> Callable[[str], str]:
    """Give a document its letters, and return what writes a text with those that there are."""
    folder = files("ttf_opensans") / "ttf"
    for style, name in _FILES.items():
        pdf.add_font(FAMILY, style, str(folder / name))
    pdf.set_font(FAMILY)
    known = pdf.current_font.cmap  # type: ignore[union-attr]  # a font that was added has one
    return partial(spelled, has=lambda character: ord(character) in known)
