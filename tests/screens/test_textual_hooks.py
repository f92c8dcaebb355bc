"""What of Textual is used that is private to it: all of it stands here, and whatever changes in it is told.

A name is used where `screens` overrides it, reads it, or has one of its own in its place by mistake. After an
update of Textual, look at each that this names, then write down what it is now. docs/architecture.md says why
each is used.
"""

import ast
import importlib
import inspect
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path

from textual._xterm_parser import XTermParser
from textual.app import App
from textual.css.stylesheet import Stylesheet
from textual.dom import DOMNode
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver
from textual.message_pump import MessagePump
from textual.reactive import Reactive
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input, TextArea

import screens

ROOT = Path(screens.__file__).parent
OWNERS = (
    App, DOMNode, Driver, Input, LinuxDriver, MessagePump, Reactive, Screen, Stylesheet, TextArea, Widget,
    XTermParser,
)  # fmt: skip
HOOKS = {
    "App._batch_count": "aa14486c",
    "App._context": "1e35d55d",
    "App._display": "11cfeee6",
    "App._driver": "cb16b3a3",
    "App._exception": "0f5712ad",
    "App._exception_event": "138fe5b0",
    "App._exit_renderables": "f964c5be",
    "App._fatal_error": "ae6aa3b1",
    "App._filters": "66947d04",
    "App._handle_exception": "255bea3d",
    "App._print_error_renderables": "bc0b3349",
    "App._return_code": "2ce46873",
    "Compositor._arrange_root": "4cb92df6",
    "Driver._app": "835ae911",
    "Driver._loop": "dbbba2c1",
    "Input._cursor_offset": "4e20427c",
    "Input._position_to_cell": "031b76f6",
    "Input._value": "3cc0c053",
    "LinuxDriver._disable_bracketed_paste": "79cf39d3",
    "LinuxDriver._enable_bracketed_paste": "e0fe9d04",
    "LinuxDriver._file": "cf408ed4",
    "LinuxDriver._get_terminal_size": "4cea147f",
    "LinuxDriver._patch_iflag": "7c71e26c",
    "LinuxDriver._patch_lflag": "7ac4c6c0",
    "LinuxDriver._query_in_band_window_resize": "6a74898f",
    "LinuxDriver._run_input_thread": "0185c9b9",
    "MessagePump._close_messages_no_wait": "c3304af5",
    "MessagePump._flush_next_callbacks": "2de189ca",
    "MessagePump._next_callbacks": "7b128317",
    "Reactive._layout": "c3179b47",
    "Screen._compositor": "bbb1dfb9",
    "Screen._refresh_layout": "444c84c4",
    "Stylesheet._require_parse": "54f99bd2",
    "Stylesheet._variables": "f3a01d83",
    "TextArea._replace_via_keyboard": "8820c99c",
    "Widget._check_refresh": "5e3b3cf7",
    "XTermParser._sequence_to_key_events": "8cb687da",
}
"""What each does in the version that is pinned, as a digest: of its code, or of all that sets it."""
MODULES = {"textual._ansi_sequences", "textual._compositor", "textual._xterm_parser"}


def test_what_is_private_to_textual_and_used_here_is_what_it_was() -> None:
    used = {hook: digest for file in ROOT.rglob("*.py") for hook, digest in hooks_in(file)}
    assert used == HOOKS


def test_no_other_private_module_of_textual_is_imported() -> None:
    imported = {
        node.module
        for file in ROOT.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("textual")
    }
    assert {name for name in imported if "._" in name} == MODULES


def hooks_in(file: Path) -> Iterator[tuple[str, str]]:
    """Yield what a module uses, and its digest: of its own classes' bases, and of any object's."""
    name = ".".join(file.relative_to(ROOT.parent).with_suffix("").parts)
    module = importlib.import_module(name.removesuffix(".__init__"))
    tree = ast.parse(file.read_text())
    inside = {id(node) for cls in ast.walk(tree) if isinstance(cls, ast.ClassDef) for node in ast.walk(cls)}
    for cls in (node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)):
        own = getattr(module, cls.name, None)
        bases = tuple(base for base in getattr(own, "__mro__", ()) if base.__module__.startswith("textual"))
        yield from _hooks(ast.walk(cls), bases)
    yield from _hooks((node for node in ast.walk(tree) if id(node) not in inside), ())


def _hooks(nodes: Iterator[ast.AST], bases: tuple[type, ...]) -> Iterator[tuple[str, str]]:
    for node in nodes:
        match node:
            case ast.Attribute(value=ast.Name(id="self"), attr=name):
                owners = bases
            case ast.Attribute(attr=name):
                owners = (*bases, *OWNERS)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.Name(id=name):
                owners = bases
            case _:
                continue
        for owner in owners:
            if name in private(owner):
                yield f"{owner.__name__}.{name}", private(owner)[name]
                break


@cache
def private(owner: type) -> dict[str, str]:
    """Return the private names that a class itself has, with the digest of each."""
    parts: dict[str, list[str]] = {}
    lines, classes = _classes(Path(inspect.getfile(owner)))
    for node in ast.walk(classes[owner.__name__]):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                names = [name]
            case ast.Assign(targets=targets):
                names = [_set(target) for target in targets]
            case ast.AnnAssign(target=target):
                names = [_set(target)]
            case _:
                continue
        for name in names:
            if name.strip("_") and name[0] == "_" != name[1]:
                parts.setdefault(name, []).extend(lines[node.lineno - 1 : node.end_lineno])
    return {name: sha256("".join(part).encode()).hexdigest()[:8] for name, part in parts.items()}


@cache
def _classes(file: Path) -> tuple[list[str], dict[str, ast.ClassDef]]:
    """Return the lines of a module and its classes, by name."""
    source = file.read_text()
    body = ast.parse(source).body
    return source.splitlines(), {node.name: node for node in body if isinstance(node, ast.ClassDef)}


def _set(target: ast.expr) -> str:
    match target:
        case ast.Name(id=name) | ast.Attribute(value=ast.Name(id="self"), attr=name):
            return name
    return ""
