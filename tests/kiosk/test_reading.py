"""Files and their values are read in one way, `kiosk.untrusted`; what is read in another says here why."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import kiosk
import screens

ROOTS = [Path(package.__file__ or "").parent for package in (kiosk, screens)]

SHIPPED = "it comes with the program"
SYSTEM = "the system says it, in /proc or /sys"
OURS = "it was made by this program a moment ago, or comes from its own process"
CREATES = "it creates the file, and never opens one that is there"
NOWHERE = "it is /dev/null, in the place of a stream that was closed"
FOLDER = "it opens a folder, to lock or to flush it"
ALLOWED = {
    ("kiosk/untrusted.py", "os.open"): "the one way",
    ("kiosk/untrusted.py", "open"): "the one way",
    ("kiosk/untrusted.py", ".open"): "the one way, of what somebody at the terminal named",
    ("kiosk/untrusted.py", "msgspec.json.Decoder"): "the one way",
    ("kiosk/untrusted.py", "tomllib.loads"): "the one way",
    ("kiosk/vault/durable.py", "os.open"): FOLDER,
    ("kiosk/settings/settings.py", ".read_text"): SHIPPED,
    ("kiosk/entry/names.py", ".read_text"): SHIPPED,
    ("kiosk/entry/names.py", "tomllib.loads"): SHIPPED,
    ("kiosk/desk/keys/wordlists.py", ".read_text"): SHIPPED,
    ("kiosk/desk/keys/wordlists.py", "tomllib.loads"): SHIPPED,
    ("kiosk/seal.py", ".read_text"): SYSTEM,
    ("kiosk/desk/keys/same_disk.py", ".read_text"): SYSTEM,
    ("kiosk/devices/mounts.py", ".read_bytes"): SYSTEM,
    ("kiosk/devices/speech.py", ".read_text"): SYSTEM,
    ("kiosk/settings/printers.py", ".read_text"): "it comes with python-escpos",
    ("kiosk/settings/printers.py", "json.loads"): "it comes with python-escpos",
    ("kiosk/devices/connection.py", "os.open"): "it is the printer that the settings name",
    ("kiosk/practice.py", "os.open"): CREATES,
    ("kiosk/upkeep/backup.py", "os.open"): FOLDER,
    ("kiosk/devices/spool.py", ".read_text"): SYSTEM,
    ("kiosk/cli/output.py", "os.open"): NOWHERE,
    ("kiosk/isolation.py", "os.open"): NOWHERE,
    ("kiosk/desk/exports/files.py", "os.open"): CREATES,
    ("kiosk/vault/locks.py", "os.open"): FOLDER,
    ("kiosk/supervision/protocol.py", "json.loads"): OURS,
    (
        "kiosk/entry/paper_form.py",
        "json.loads",
    ): "it tells keys that are there twice; what nests too deep is an error",
    ("kiosk/pack/source_lines.py", "tomllib.loads"): "it is one key of a pack that was read in the one way",
    ("kiosk/counts/tally.py", "msgspec.json.Decoder"): "it catches all that a decoder raises, for speed",
}

MODES = set("rwaxbt+")
NAMED = {
    "os.open", "os.fdopen", "io.open", "io.FileIO", "mmap.mmap", "shutil.copy", "shutil.copy2",
    "shutil.copyfile", "shutil.copytree", "json.load", "json.loads", "tomllib.load", "tomllib.loads",
    "msgspec.json.decode", "msgspec.json.Decoder", "pickle.load", "pickle.loads",
}  # fmt: skip


ANY = re.compile(rf"\b(open|read_bytes|read_text|{'|'.join(name.split('.')[-1] for name in NAMED)})\s*\(")


def reads(file: Path) -> Iterator[str]:
    """Yield how a module reads files, or their values, by itself."""
    text = file.read_text(encoding="utf-8")
    if not ANY.search(text):  # to parse all of them takes a second
        return
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            if called == "open" or called in NAMED:
                yield called
            elif isinstance(node.func, ast.Attribute):
                if node.func.attr in ("read_bytes", "read_text"):
                    yield f".{node.func.attr}"
                elif node.func.attr == "open" and _opens_a_path(node):
                    yield ".open"


def _opens_a_path(call: ast.Call) -> bool:
    """Tell it from the methods of this program that open an entry: those are told what to open."""
    if not call.args:
        return not call.keywords or any(keyword.arg in ("mode", "encoding") for keyword in call.keywords)
    mode = call.args[0]
    return isinstance(mode, ast.Constant) and isinstance(mode.value, str) and set(mode.value) <= MODES


def found() -> Counter[tuple[str, str]]:
    return Counter(
        (file.relative_to(root.parent).as_posix(), called)
        for root in ROOTS
        for file in root.rglob("*.py")
        for called in reads(file)
    )


def test_every_file_is_read_in_the_one_way_or_says_why_not() -> None:
    assert found().keys() == ALLOWED.keys()


def test_a_way_around_is_noticed(tmp_path: Path) -> None:
    file = tmp_path / "module.py"
    file.write_text(
        "path.read_bytes(); path.read_text(); open(path); os.open(path, 0); path.open('rb'); path.open()\n"
        "path.open(mode='r'); msgspec.json.decode(data); tomllib.loads(text)\n"
        "desk.open(typed); open_file(path)\n"
    )
    assert Counter(reads(file)) == {
        ".read_bytes": 1, ".read_text": 1, "open": 1, "os.open": 1, ".open": 3, "msgspec.json.decode": 1,
        "tomllib.loads": 1,
    }  # fmt: skip
