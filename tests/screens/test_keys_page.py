"""The keys that the handbook tells are those that the pages declare, by the words at their foot."""

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from screens.widgets.keys import FIXED, OWN, Key

ROOT = Path(__file__).parents[2]
FUNCTION_KEY = re.compile(r"F\d+")
OF_VISITS, OF_THE_DESK = ("*.py", "visit/*.py", "widgets/*.py"), ("desk/*.py",)
PAGES = pytest.mark.parametrize(("page", "files"), [("visit.md", OF_VISITS), ("staff.md", OF_THE_DESK)])


def declared(*files: str) -> set[tuple[str, str]]:
    """Return the function keys of these modules, as printed, each with a label that it has there."""
    return {
        (key.shown, key.label)
        for pattern in files
        for path in (ROOT / "screens").glob(pattern)
        if path.name != "keys.py"  # which declares what the others show
        for key in _keys_in(path)
        if FUNCTION_KEY.fullmatch(key.shown)
    }


def _keys_in(path: Path) -> Iterator[Key]:
    module = importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    tree = ast.parse(path.read_text())
    renamed = set()
    for call in ast.walk(tree):
        match call:
            case ast.Call(func=ast.Name(id="Key"), args=[ast.Constant(value=name), label, *_]):
                yield from (Key(str(name), text) for text in _texts(module, label))
            case ast.Call(func=ast.Attribute(value=ast.Name(id=of) as base, attr="called"), args=[label]):
                renamed.add(base)
                key = vars(module).get(of)
                if isinstance(key, Key):
                    yield from map(key.called, _texts(module, label))
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node not in renamed:
            value = vars(module).get(node.id)
            every = value if isinstance(value, tuple) else (value,)
            yield from (key for key in every if isinstance(key, Key))


def _texts(module: ModuleType, label: ast.expr) -> Iterator[str]:
    for part in ast.walk(label):
        value = part.value if isinstance(part, ast.Constant) else None
        if isinstance(part, ast.Name):
            value = vars(module).get(part.id)
        if isinstance(value, str):
            yield value


def table(page: str, heading: str) -> list[tuple[str, str]]:
    """Return the function keys of the first table below a heading, each with what stands beside it."""
    below = (ROOT / "docs" / page).read_text().split(f"## {heading}\n")[1].split("\n## ")[0]
    return re.findall(r"^\| (F\d+) \| ([^|]+) \|", below, re.MULTILINE)


@PAGES
def test_the_handbook_tells_the_keys_that_the_pages_show(page: str, files: tuple[str, ...]) -> None:
    told = {
        (key, label) for key, labels in table(page, "The keys") for label in re.split(", (?=[A-Z])", labels)
    }
    assert told == declared(*files) != set()


def test_the_handbook_tells_what_means_the_same_everywhere() -> None:
    fixed = table("visit.md", "Keys that mean the same everywhere")
    assert fixed == [(key.shown, key.means) for key in FIXED.values()]


def test_no_word_at_the_foot_of_a_page_stands_for_two_keys() -> None:
    labels = sorted(label for _key, label in declared(*OF_VISITS, *OF_THE_DESK))
    assert labels == sorted(set(labels))


def test_no_page_makes_a_key_itself_that_means_the_same_everywhere() -> None:
    for path in (ROOT / "screens").rglob("*.py"):
        made = set(re.findall(r'\bKey\("(f\d+)"', path.read_text()))
        assert path.name == "keys.py" or made <= set(OWN), path
    assert not FIXED.keys() & set(OWN)
