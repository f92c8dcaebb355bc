"""The domain knows no screen: importing it brings none, and it is the command alone that names them."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import kiosk

ROOT = Path(kiosk.__file__).parent
SCREENS = {"textual", "rich", "screens"}

# Each module meets an interpreter that has imported nothing of ours before it.
INSIDE = """
import importlib, json, sys
screens = set(json.loads(sys.argv[1]))
clean = set(sys.modules)
found = {}
for name in sys.argv[2:]:
    for loaded in set(sys.modules) - clean:
        if loaded.partition(".")[0] in screens | {"kiosk"}:
            del sys.modules[loaded]
    importlib.import_module(name)
    found[name] = sorted({loaded.partition(".")[0] for loaded in sys.modules} & screens)
print(json.dumps(found))
"""


def modules() -> list[str]:
    names = []
    for file in sorted(ROOT.rglob("*.py")):
        parts = file.relative_to(ROOT.parent).with_suffix("").parts
        if parts[-1] == "__main__":
            continue  # importing it is running the command
        names.append(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
    return names


def imported(file: Path) -> set[str]:
    """Return the top-level packages a file imports anywhere, inside functions too."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        match node:
            case ast.Import():
                found |= {alias.name.partition(".")[0] for alias in node.names}
            case ast.ImportFrom(level=0, module=str(module)):
                found.add(module.partition(".")[0])
    return found


def test_no_module_of_the_domain_brings_a_screen_when_it_is_imported() -> None:
    done = subprocess.run(
        [sys.executable, "-c", INSIDE, json.dumps(sorted(SCREENS)), *modules()],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert {"kiosk", "kiosk.cli.main", "kiosk.visit.saving", "kiosk.desk.desk", "kiosk.vault.vault"} <= set(
        found
    )
    assert {name: screens for name, screens in found.items() if screens} == {}


def test_only_the_command_line_names_the_screens() -> None:
    names = {str(file.relative_to(ROOT)) for file in ROOT.rglob("*.py") if imported(file) & SCREENS}
    assert names == {"cli/main.py", "cli/pack_look.py"}


def test_a_package_holds_its_docstring_and_nothing_else() -> None:
    for file in ROOT.rglob("__init__.py"):
        [docstring] = ast.parse(file.read_text(encoding="utf-8")).body
        assert isinstance(docstring, ast.Expr), file
