"""The keys that the handbook tells are those that the pages declare, by the words at their foot."""

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from screens.widgets.keys import Key

ROOT = Path(__file__).parents[2]
FUNCTION_KEY = re.compile(r"F\d+")


def declared(*files: str) -> set[tuple[str, str]]:
    """Return the function keys of these modules, as printed, each with a label that it has there."""
    return {
        (key.shown, key.label)
        for pattern in files
        for path in (ROOT / "screens").glob(pattern)
        for key in _keys_in(path)
        if FUNCTION_KEY.fullmatch(key.shown)
    }


def _keys_in(path: Path) -> Iterator[Key]:
    module = importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    for call in ast.walk(ast.parse(path.read_text())):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "Key":
            name, label = call.args[:2]
            for part in ast.walk(label):
                value = part.value if isinstance(part, ast.Constant) else None
                if isinstance(part, ast.Name):
                    value = vars(module).get(part.id)
                if isinstance(name, ast.Constant) and isinstance(value, str):
                    yield Key(str(name.value), value)


def told(page: str) -> set[tuple[str, str]]:
    """Return the function keys of a page's table, each with what it says that the screen calls it."""
    rows = re.findall(r"^\| (F\d+) \| ([^|]+) \|", (ROOT / "docs" / page).read_text(), re.MULTILINE)
    return {(key, label) for key, labels in rows for label in re.split(", (?=[A-Z])", labels)}


@pytest.mark.parametrize(
    ("page", "files"),
    [("visit.md", ("visit/*.py", "widgets/*.py")), ("staff.md", ("desk/entry_screen.py",))],
)
def test_the_handbook_tells_the_keys_that_the_pages_show(page: str, files: tuple[str, ...]) -> None:
    assert told(page) == declared(*files) != set()
