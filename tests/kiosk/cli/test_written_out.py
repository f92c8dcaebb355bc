"""What the kiosk writes for people is on their disk before it is said to be written, in each of its forms."""

import ast
import errno
import gc
import os
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from kiosk.home import Home
from kiosk.vault.durable import Disk
from tests.kiosk.machines import Machine, Office, kinds

ROOT = Path(__file__).parents[3]
CALLS = ("create", "write", "flush the file", "name", "flush the folder")
"""All that a file takes, in this order; the name that it has meanwhile is taken away too."""


class Stick:
    """Watches what happens in a folder; a call fails there after some of its kind, where a test says so.

    Where it is pulled out, each call after that fails.
    """

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.calls: list[str] = []
        self.failing, self.after = "", 0
        self.pulled = False
        folder.mkdir()
        for name in ("open", "write", "fsync", "link", "rename", "unlink"):
            monkeypatch.setattr(Disk, name, self._watched(name, getattr(Disk, name)))

    def is_well(self) -> None:
        """Let nothing fail, and begin again with an empty folder."""
        self.failing, self.after, self.pulled = "", 0, False
        self.calls.clear()
        for left in self.folder.iterdir():
            left.unlink()

    def files(self) -> list[str]:
        return [path.name for path in self.folder.iterdir()]

    def _watched(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(disk: Disk, *arguments: Any) -> Any:
            if told := self._told(name, *arguments):
                self.calls.append(told)
                fails = self.calls.count(self.failing) > self.after
                if fails and (told == self.failing or self.pulled):
                    raise OSError(errno.EIO, os.strerror(errno.EIO))
            return real(disk, *arguments)

        return call

    def _told(self, name: str, at: int | Path, *more: Any) -> str:
        """Return what a call does in the folder; nothing where it is elsewhere, or changes nothing."""
        path = Path(f"/proc/self/fd/{at}").readlink() if isinstance(at, int) else at
        if not Path(os.path.realpath(path)).is_relative_to(self.folder):
            return ""
        if name == "open":
            return "create" if more[0] & os.O_CREAT else ""
        if name == "fsync":
            return "flush the folder" if path == self.folder else "flush the file"
        return {"link": "name", "rename": "name", "unlink": "take away"}.get(name, name)


@pytest.fixture
def stick(office: Office, monkeypatch: pytest.MonkeyPatch) -> Stick:
    return Stick(office.folder / "stick", monkeypatch)


def saved(machine: Machine) -> str:
    return machine.entered({kinds()["text"]: "What was written"})["code"]


def opens(form: str, machine: Machine, file: Path) -> list[str]:
    return ["open", saved(machine), form, str(file)]


def exports(machine: Machine, file: Path) -> list[str]:
    return ["export", "--codes-file", machine.file("codes", saved(machine)), "--csv", str(file)]


def sets_up(machine: Machine, file: Path) -> list[str]:
    machine.home = Home(machine.folder / "other")
    return ["setup", "--venue", "Lakeside", "--same-disk", "--recovery-file", str(file)]


FORMS: dict[str, Callable[[Machine, Path], list[str]]] = {
    "a.pdf": lambda machine, file: opens("--pdf", machine, file),
    "a.md": lambda machine, file: opens("--markdown", machine, file),
    "a.csv": lambda machine, file: opens("--csv", machine, file),
    "a.json": lambda machine, file: opens("--json-file", machine, file),
    "table.csv": exports,
    "summary.csv": lambda _, file: ["summary", "2026-Q1", "--csv", str(file)],
    "summary.pdf": lambda _, file: ["summary", "2026-Q1", "--pdf", str(file)],
    "figures.json": lambda _, file: ["summary", "2026-Q1", "--figures", str(file)],
    "first.pdf": sets_up,
    "sheet.pdf": lambda _, file: ["staff", "rekey", "--yes", "--same-disk", "--recovery-file", str(file)],
    "sheet.txt": lambda _, file: ["staff", "rekey", "--yes", "--same-disk", "--recovery-file", str(file)],
}
"""The command that writes a file of each form, by the file's name."""


@pytest.mark.parametrize("name", FORMS)
def test_whatever_fails_is_told_and_a_file_is_flushed_with_its_folder_before_it_is_said_to_be_written(
    office: Office, stick: Stick, name: str
) -> None:
    """All take the same calls: of one form this fails, of the next another, alone or with all after it."""
    at = [*FORMS].index(name)
    command = FORMS[name](office, stick.folder / name)
    stick.failing, stick.pulled = CALLS[at % 5], at % 2 == 0
    said = office.denies(*command)
    assert "be written" in said
    assert "was taken out, or is broken." in said
    if not stick.pulled:
        assert stick.files() == []
    elif stick.failing != "flush the folder":
        assert name not in stick.files()
    stick.is_well()
    result = office.as_jo(*command)
    assert result.exit_code == 0, result.stderr
    assert [call for call in stick.calls if call != "take away"] == [*CALLS]
    assert stick.files() == [name]
    assert (stick.folder / name).stat().st_size > 0


def packs(machine: Machine, stick: Stick) -> list[str]:
    return ["access-pack", saved(machine), "--to", str(stick.folder)]


def test_an_access_pack_of_which_a_file_fails_says_which_and_both_are_flushed(
    office: Office, stick: Stick
) -> None:
    command = packs(office, stick)
    for failing in CALLS:
        stick.is_well()
        stick.failing, stick.after = failing, 1
        said = office.denies(*command)
        assert "-access-pack.pdf is written. " in said
        assert "was taken out, or is broken. " in said
        assert "-access-pack.json could not be written. Put it in and try again." in said
        assert [Path(name).suffix for name in stick.files()] == [".pdf"], failing
    stick.is_well()
    result = office.as_jo(*command)
    assert result.exit_code == 0, result.stderr
    assert [call for call in stick.calls if call != "take away"] == [*CALLS, *CALLS]
    assert {Path(name).suffix for name in stick.files()} == {".pdf", ".json"}


# -- no other way

WRITERS = {
    "kiosk/vault/durable.py": "each file that is whole or absent, those for people among them",
    "kiosk/vault/log.py": "the list of entries and the audit, to which lines are added",
    "kiosk/vault/compaction.py": "the list of entries again, without what was changed since",
    "kiosk/vault/page_files.py": "pages that are written over before they are removed",
    "kiosk/vault/move_journal.py": "what staff were writing, which is renamed with its entry",
    "kiosk/upkeep/backup.py": "a folder of files that is flushed, read back and renamed",
    "kiosk/upkeep/pack_store.py": "a folder of a version, flushed and renamed",
    "kiosk/visit/drafts.py": "a visit that runs, whose key does not outlive the machine's power",
    "kiosk/logbook.py": "the log of faults, which stops nothing",
    "kiosk/devices/receipt_printer.py": "a profile that the printer's library reads, in memory",
    "kiosk/places/containers.py": "what goes along, which is flushed and read back",
    "kiosk/places/folder.py": "the same: what a stick or a folder carries, without links",
    "kiosk/practice.py": "the lock of a home that is thrown away",
}
"""The modules that create, write or rename a file by themselves, and what that is."""
SAYS = "kiosk/cli/output.py"
FLAGS = {"O_CREAT", "O_TRUNC", "O_APPEND", "O_TMPFILE", "O_EXCL"}
CREATES = {
    *("write_text", "write_bytes", "hardlink_to", "symlink_to", "mkfifo", "mknod", "rename", "renames"),
    *("copy2", "copyfile", "copyfileobj", "copytree", "move", "mkstemp", "pwrite", "sendfile"),
    *("NamedTemporaryFile", "TemporaryFile", "SpooledTemporaryFile", "TemporaryDirectory", "mkdtemp"),
}
"""Functions and methods that make a file, fill it or give it a name."""
AROUND = re.compile(
    r"(?<!stdin)(?<!drawn)\.buffer$|__std(out|err)__|click\.(open_file|get_binary_stream|echo_via_pager|File)$"
)
"""What leads around `kiosk.cli.output.Output`."""


CALLED = (*sorted(CREATES), "open", "fdopen", "replace", "link", "symlink", "copy", "echo", "secho", "print")
MAY_MATTER = re.compile(
    rf"\b({'|'.join(CALLED)})\(|{'|'.join(sorted(FLAGS))}|\bbuffer\b|__std|\bclick\.|-> bytes:"
)
"""What is in the text of each module in which one of the following is found."""


@cache
def sources() -> dict[str, list[ast.AST]]:
    """Return all that is in each module that may matter."""
    read = {}
    gc.disable()  # to look for garbage among it takes three times as long as to read it
    for package in ("kiosk", "screens"):
        for file in sorted((ROOT / package).rglob("*.py")):
            text = file.read_text(encoding="utf-8")
            if MAY_MATTER.search(text):
                read[file.relative_to(ROOT).as_posix()] = [*ast.walk(ast.parse(text))]
    gc.freeze()
    gc.enable()
    return read


def called(node: ast.Call) -> str:
    """The last name of what is called; empty where it has none."""
    match node.func:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
    return ""


def module_of(node: ast.Call) -> str:
    match node.func:
        case ast.Attribute(value=ast.Name(id=name)):
            return name
    return ""


def writes(node: ast.AST) -> bool:
    """Whether a file is made, filled or renamed here."""
    match node:
        case ast.Attribute(attr=name) if name in FLAGS:
            return True
        case ast.Call() if called(node) in ("open", "fdopen"):
            return is_written(node)
        case ast.Call() if called(node) in ("replace", "link", "symlink"):
            # Of a path, or of the system: a text's takes two texts, a struct's takes names.
            of_path = len(node.args) == 1 and not node.keywords
            return module_of(node) == "os" or (called(node) == "replace" and of_path)
        case ast.Call():
            return called(node) in CREATES or (module_of(node), called(node)) == ("shutil", "copy")
    return False


def is_written(node: ast.Call) -> bool:
    """Whether a file is opened with a mode to write in. The flags of `os.open` are `FLAGS`."""
    at = 1 if isinstance(node.func, ast.Name) or called(node) == "fdopen" else 0
    match [one.value for one in node.keywords if one.arg == "mode"] or node.args[at : at + 1]:
        case [ast.Constant(value=str(mode))]:
            return bool(set(mode) & set("wxa+"))
    return False


def in_bytes(nodes: Iterable[ast.AST], binary: set[str]) -> Iterator[int]:
    """Yield the lines in which something that may be bytes is said."""
    for node in nodes:
        if isinstance(node, ast.Call) and called(node) in ("echo", "secho", "print"):
            for part in node.args:
                match part:
                    case ast.Constant(value=bytes()):
                        yield node.lineno
                    case ast.Call() if called(part) in binary:
                        yield node.lineno


def test_no_module_writes_a_file_but_those_that_flush_it_or_need_not() -> None:
    found = {name for name, nodes in sources().items() if any(map(writes, nodes))}
    assert found == set(WRITERS)


def test_each_other_way_to_write_a_file_is_seen_and_nothing_else_is_taken_for_one() -> None:
    for line in (
        "open(file, 'w')", "open(file, mode='ab')", "path.open('x')", "path.open(mode='r+')",
        "path.write_text(text)", "path.write_bytes(data)", "os.open(path, os.O_WRONLY | os.O_CREAT)",
        "os.fdopen(descriptor, 'wb')", "path.rename(other)", "path.replace(other)", "os.replace(one, other)",
        "shutil.copy(one, other)", "shutil.copytree(one, other)", "tempfile.NamedTemporaryFile()",
        "os.link(one, other)", "path.hardlink_to(other)",
    ):  # fmt: skip
        assert any(map(writes, ast.walk(ast.parse(line)))), line
        assert MAY_MATTER.search(line), line
    for line in (
        "path.open('rb')", "open(descriptor, 'rb')", "os.open(path, flags)", "draft.copy()",
        "text.replace('a', 'b')", "structs.replace(row, name=name)",
    ):  # fmt: skip
        assert not any(map(writes, ast.walk(ast.parse(line)))), line


def test_bytes_that_are_said_are_seen() -> None:
    for line in (
        "click.echo(b'x')",
        "click.echo(text.encode())",
        "click.secho(pdf_of(one))",
        "print(bytes(x))",
    ):
        assert list(in_bytes(ast.walk(ast.parse(line)), {"encode", "bytes", "pdf_of"})) == [1], line
        assert MAY_MATTER.search(line), line


def test_nothing_is_said_around_the_one_way_to_say_it() -> None:
    binary = {"encode", "bytes", "bytearray"} | {
        node.name
        for nodes in sources().values()
        for node in nodes
        if isinstance(node, ast.FunctionDef) and ast.unparse(node.returns or ast.Constant(0)) == "bytes"
    }
    for name, nodes in sources().items():
        assert list(in_bytes(nodes, binary)) == [], name
        ends = (
            node for node in nodes if isinstance(node, ast.Attribute) and AROUND.search(f"click.{node.attr}")
        )
        around = [*filter(AROUND.search, map(ast.unparse, ends))]
        assert name == SAYS or not around, name
