"""The words that staff read in commands, errors, PDFs, at the desk and in docs, held to docs/words.md."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
INSTEAD = {
    "statistics": ("summary", "summaries", "overview"),
    "code": ("handle", "password"),
    "passphrase": ("password",),
    "unlock": ("log in", "log out", "logged in", "logged out"),
    "delete": ("erase", "erased", "erasing", "purge", "purged"),
    "customer": ("client", "service user", "resident"),
    "entry": ("record of the customer",),
    "slip": ("ticket",),
    "status": ("state of an entry", "how far it has come"),
    "settings": ("configuration", "config"),
    "lead": ("admin", "who is none"),
    "the person who looks after this machine": ("administrator",),
    "paused visit": ("draft",),
    "practice": ("demo", "test mode"),
    "venue key": ("venue's key", "key of now"),
    "encrypted": ("sealed", "sealed anew", "unsealed"),
    "again": ("anew",),
    "already": ("by now",),
    "who": ("whom",),
    "asks to talk": ("the wish",),
    "audit log": ("the audit",),
    "access": ("let unlock", "let in"),
}
"""The word to use → what it took the place of."""
_WRONG = sorted((wrong for words in INSTEAD.values() for wrong in words), key=len, reverse=True)
WRONG = re.compile(rf"\b({'|'.join(_WRONG)})\b", re.IGNORECASE)
LOGGED = {"kiosk/launch.py", "kiosk/supervision/children.py"}
"""Write to kiosk.log alone."""
NAMES = re.compile(
    r"`[^`]*`|'kiosk [^']*'|kiosk (?:summary|erase|purge)\b|\[summaries\]|cups-client|/\S+|(?i:the audit log)"
)
"""Of commands, options, files and keys, which are no prose."""
DOCS = [
    "access", "commands", "export", "json", "keeping", "printing", "setup", "staff", "summary", "updates",
    "venue", "visit",
]  # fmt: skip
OF_THE_SYSTEM = {"password", "log in", "administrator"}
"""Words that are right where a page tells of the system below the kiosk, which has its own."""
OF_THE_MACHINE = {"setup", "updates", "venue"}


def sentences_in(file: Path) -> Iterator[str]:
    """Yield what a module may say: its texts of more than a word, and the help of its commands."""
    every = [*ast.walk(ast.parse(file.read_text("utf-8")))]
    bare = {id(node.value) for node in every if isinstance(node, ast.Expr)}
    for node in every:
        match node:
            case ast.FunctionDef(decorator_list=[_, *_]) if re.search(
                r"command|group", "".join(map(ast.unparse, node.decorator_list))
            ):
                yield ast.get_docstring(node) or ""
            case ast.JoinedStr():
                yield "".join(
                    str(one.value) if isinstance(one, ast.Constant) else "{}" for one in node.values
                )
            case ast.Constant(value=str() as text) if id(node) not in bare:
                yield text


def prose_of(page: str) -> str:
    """Return a page of docs without its code, addresses and headings of commands."""
    text = re.sub(r"```.*?```", "", page, flags=re.DOTALL)
    text = re.sub(r"^(?:    |## kiosk ).*$", "", text, flags=re.MULTILINE)
    return re.sub(r"\]\([^)]*\)", "]", text).replace("[summary.md]", "")


def wrong_in(text: str) -> list[str]:
    """Return the words that the glossary has another one for; a pack has a draft, a visit does not."""
    of_a_pack = re.search(r"\bpacks?\b", text)
    return [word for word in WRONG.findall(NAMES.sub("", text)) if not (of_a_pack and word == "draft")]


def test_a_word_that_was_replaced_is_seen_and_a_name_is_no_word() -> None:
    for text in (
        "Summary: 2026",
        "It is sealed.",
        "the audit of today",
        "Tell an admin.",
        "A draft is kept.",
    ):
        assert wrong_in(text), text
    for name in (
        "the audit log.",
        "Run 'kiosk summary 2026'.",
        "[summaries] in kiosk.toml",
        "A pack's draft.",
    ):
        assert not wrong_in(name), name


FILES = [
    file
    for folder in ("deploy", "kiosk", "screens/desk")
    for file in sorted((ROOT / folder).rglob("*.py"))
    if str(file.relative_to(ROOT)) not in LOGGED
]


def test_what_staff_are_told_is_in_the_words_of_the_glossary() -> None:
    told = ((file, text) for file in FILES for text in sentences_in(file))
    said = {(file, text): wrong_in(text) for file, text in told if re.search(r"[A-Z].*[ .]", text)}
    assert {told: wrong for told, wrong in said.items() if wrong} == {}


@pytest.mark.parametrize("page", DOCS)
def test_docs_for_staff_are_in_the_words_of_the_glossary(page: str) -> None:
    text = prose_of((ROOT / "docs" / f"{page}.md").read_text("utf-8"))
    fine = OF_THE_SYSTEM if page in OF_THE_MACHINE else set()
    wrong = {line: {*map(str.lower, wrong_in(line))} - fine for line in text.split("\n")}
    assert {line: words for line, words in wrong.items() if words} == {}


def test_the_glossary_has_each_word_to_use() -> None:
    glossary = (ROOT / "docs" / "words.md").read_text("utf-8").lower()
    assert [word for word in INSTEAD if word not in glossary] == []
