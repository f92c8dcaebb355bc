"""Finding the line of a value in TOML."""

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.pack.source_lines import ValuePath, lines_of, nearest_line, spelled

PACKS = Path(__file__).parents[3] / "data" / "packs"

_WAYS_TO_WRITE_TOML = (
    r'''
plain = @ # a "comment" = [ {
"quoted.key" = @
'literal \ key' = @
dotted.inner . "key" = @
digits = @

text = "@ \" # ] } \\"
literal = '@ \'
long = """@ "" \"""
] = [ { # not a comment
"""""
list = [@, "@ ]", '@ ,',
    @, # a comment, with ] and [
    [@, [@,
        @]], { a = @, b.c = @, d = [@,
        @,
    ] },
]
empty = []
none = {}
sign = -@e0
time = [1979-05-27 07:32:00, 07:32:00]
next = @

[table]
a = @
[ table . "sub" ] # spaces
a = @
[[items]]
a = @
[[items.parts]]
a = @
[[items.parts]]
a = @
[items.more]
a = @
[[items]]
  a = @
'''
    + """\
\t[[items.parts]]
\ta = @
raw = '''@
'quoted' \\''''
[table.later]
a = { b = { c = @ } }
"""
)

NUMBERED = "\n".join(
    row.replace("@", str(number)) for number, row in enumerate(_WAYS_TO_WRITE_TOML.split("\n"), start=1)
)
"""Every number, and every number that begins a text, is that of its own line."""


def _leaves(value: object, place: ValuePath = ()) -> Iterator[tuple[ValuePath, object]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _leaves(item, (*place, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _leaves(item, (*place, index))
    else:
        yield place, value


def _own_number(value: object) -> int | None:
    """Return the line that a value names itself."""
    if isinstance(value, (int, float)):
        return abs(int(value))
    return int(value.split()[0]) if isinstance(value, str) else None


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_every_value_is_found_on_its_own_line(ends: str) -> None:
    text = NUMBERED.replace("\n", ends)
    lines = lines_of(text)
    told = [(place, _own_number(value)) for place, value in _leaves(tomllib.loads(text))]
    numbered = [(place, number) for place, number in told if number is not None]
    assert len(numbered) > 30
    assert [(place, lines.get(place)) for place, _ in numbered] == numbered


def test_tables_are_found_at_their_headers() -> None:
    lines = lines_of(NUMBERED)
    rows = NUMBERED.split("\n")
    headers = {
        ("table",): "[table]",
        ("table", "sub"): '[ table . "sub" ] # spaces',
        ("table", "later"): "[table.later]",
        ("items",): "[[items]]",
        ("items", 0): "[[items]]",
        ("items", 0, "parts", 0): "[[items.parts]]",
        ("items", 0, "more"): "[items.more]",
        ("items", 1, "parts", 0): "\t[[items.parts]]",
    }
    assert {place: rows[lines[place] - 1] for place in headers} == headers
    found = [lines[place] for place in (("items", 0, "parts", 0), ("items", 0, "parts", 1), ("items", 1))]
    assert found == sorted(set(found))


@pytest.mark.parametrize("file", sorted(PACKS.rglob("*.toml")), ids=lambda file: file.name)
def test_every_value_of_the_shipped_content_is_on_the_line_found(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    lines = lines_of(text)
    rows = text.split("\n")
    for place, value in _leaves(tomllib.loads(text)):
        row = rows[lines[place] - 1]
        said = place[-1] if isinstance(place[-1], str) else str(value)
        assert said in row


def test_what_is_not_there_is_placed_at_what_encloses_it() -> None:
    lines = lines_of("a = 1\n\n[[sections]]\nid = 2\n")
    assert nearest_line(lines, ("sections", 0, "title")) == 3
    assert nearest_line(lines, ("sections", 7, "title")) == 3
    assert nearest_line(lines, ("nothing", "here")) == 1


def test_a_text_without_anything_has_no_lines() -> None:
    assert lines_of("") == {}
    assert lines_of("# a comment alone") == {}


def test_a_place_is_spelled_as_people_read_it() -> None:
    assert spelled(("sections", 2, "questions", 0, "points")) == "section 3, question 1, points"
    assert spelled(("welcome", "lines", 1)) == "welcome, line 2"
    assert spelled(("groups", "self")) == "groups, self"
    assert spelled(("groups", "two words", "\x1b[2J")) == "groups, 'two words', '\\x1b[2J'"
    assert spelled(()) == ""
