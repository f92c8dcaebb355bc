"""The domain knows no screen: importing it brings none, and it is the command alone that names them."""

import ast
import graphlib
import json
import re
import subprocess
import sys
from pathlib import Path

import kiosk

ROOT = Path(kiosk.__file__).parent
SCREENS = {"textual", "rich", "screens"}
NAMED = re.compile(rf"\b(import|from)\b.*\b({'|'.join(SCREENS)})\b")
AT_THE_EDGE = re.compile(r"^(?:from ([\w.]+) import (\([^)]*\)|.*)|import ([\w.]+))", re.MULTILINE)
INSIDE = """
import importlib, sys
for name in sys.argv[1:]:
    importlib.import_module(name)
print(*sorted({loaded.partition(".")[0] for loaded in sys.modules}))
"""


def modules() -> dict[str, Path]:
    """Return each module by its name, but the one whose import is the command's start."""
    found = {}
    for file in sorted(ROOT.rglob("*.py")):
        *parts, last = file.relative_to(ROOT.parent).with_suffix("").parts
        if last != "__main__":
            found[".".join(parts if last == "__init__" else [*parts, last])] = file
    return found


def imported(file: Path) -> set[str]:
    """Return the top-level packages a file imports anywhere, inside functions too."""
    found = set[str]()
    if not NAMED.search(file.read_text(encoding="utf-8")):  # to parse all of them takes most of a second
        return found
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        match node:
            case ast.Import():
                found |= {alias.name.partition(".")[0] for alias in node.names}
            case ast.ImportFrom(level=0, module=str(module)):
                found.add(module.partition(".")[0])
    return found


def needed(file: Path) -> set[str]:
    """Return what a module imports while it is imported itself: what stands at the left edge."""
    found = set()
    for module, names, alone in AT_THE_EDGE.findall(file.read_text(encoding="utf-8")):
        found |= {module or alone, *(f"{module}.{name}" for name in re.findall(r"\w+", names))}
    return found


def test_no_module_of_the_domain_brings_a_screen_when_it_is_imported() -> None:
    done = subprocess.run(
        [sys.executable, "-c", INSIDE, *modules()], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    brought = {*done.stdout.split()}
    assert {"kiosk", "tinydb"} <= brought
    assert not brought & SCREENS


def test_any_module_may_be_imported_first() -> None:
    """No module needs one that needs it: what one order of importing shows, any other does."""
    there = modules()
    graphlib.TopologicalSorter({name: needed(file) & {*there} for name, file in there.items()}).prepare()


STARTS = """
import json, os, sys
import kiosk.launch, kiosk.session, textual.app, textual.widgets
from kiosk.cli.processes import screens_of
for what in sys.argv[1:]:
    if os.fork() == 0:
        screens_of(what)
        print(json.dumps([*sys.modules]), flush=True)
        os._exit(0)
    os.wait()
"""
NOT_AT_START = {"click", "fpdf", "escpos", "qrcode", "PIL", "kiosk.cli.main"}


def test_a_process_starts_with_what_its_pages_need_and_nothing_else() -> None:
    done = subprocess.run(
        [sys.executable, "-c", STARTS, "visit", "desk"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    visit, desk = map(json.loads, done.stdout.splitlines())
    for brought, own, others in (
        (visit, "screens.visit", "screens.desk"),
        (desk, "screens.desk", "screens.visit"),
    ):
        assert f"{own}.app" in brought, done.stderr
        assert not NOT_AT_START & {*brought}
        assert not [name for name in brought if name.startswith(others)]


def test_only_the_command_line_names_the_screens() -> None:
    names = {str(file.relative_to(ROOT)) for file in ROOT.rglob("*.py") if imported(file) & SCREENS}
    assert names == {"cli/processes.py", "cli/pack_look.py"}


def test_a_package_holds_its_docstring_and_nothing_else() -> None:
    for file in ROOT.rglob("__init__.py"):
        [docstring] = ast.parse(file.read_text(encoding="utf-8")).body
        assert isinstance(docstring, ast.Expr), file
