"""Errors say to staff alone what happened; what a customer reads of one is chosen by the screens."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from kiosk.devices.printer import TO_DO
from kiosk.errors import PrinterError, PrinterTrouble

ROOT = Path(__file__).parents[2]
TO_CUSTOMERS = re.compile(r"\b([Tt]ell|[Aa]sk) a member of staff|\b[Yy]our (answers|changes|comment)\b")
ON_PAPER = {
    "kiosk/devices/pack_paper.py",
    "kiosk/entry/blocks.py",
    "kiosk/entry/handout.py",
    "kiosk/entry/opened.py",
    "kiosk/entry/slip.py",
}
"""Write what a customer takes away, in the language in use."""
BEFORE_A_VISIT = {"kiosk/supervision/turns.py"}
"""Stands on the screen until a visit has said it in its language."""


def texts_in(file: Path) -> Iterator[str]:
    """Yield each text of a module that is none of its docstrings."""
    text = file.read_text(encoding="utf-8")
    # A sentence may be in two halves, each in quotes; to parse all modules takes a second.
    if not TO_CUSTOMERS.search(re.sub(r"[\"']\s*f?[\"']", "", text)):
        return
    tree = ast.parse(text)
    bare = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in bare:
            yield node.value


def test_the_domain_holds_no_sentence_for_a_customer() -> None:
    files = [
        file
        for file in (ROOT / "kiosk").rglob("*.py")
        if str(file.relative_to(ROOT)) not in ON_PAPER | BEFORE_A_VISIT
    ]
    said = {(file.name, text) for file in files for text in texts_in(file) if TO_CUSTOMERS.search(text)}
    assert said == set()


def test_a_printers_error_names_its_trouble_and_staff_are_told_what_to_do_about_each() -> None:
    error = PrinterError(PrinterTrouble.NO_PAPER, "/dev/usb/lp0 is out of paper.")
    assert (str(error), error.trouble) == ("/dev/usb/lp0 is out of paper.", PrinterTrouble.NO_PAPER)
    assert {*TO_DO} == {*PrinterTrouble}
