"""As much of JSON Schema (2020-12) as docs/entry.schema.json uses: what in a value does not fit it."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SCHEMA: dict[str, Any] = json.loads((Path(__file__).parents[4] / "docs/entry.schema.json").read_text("utf-8"))
_NOTES = {"$schema", "$defs", "title", "description"}
_TYPES: dict[str, type] = {
    "object": dict, "array": list, "string": str, "integer": int, "boolean": bool, "null": type(None),
}  # fmt: skip


def misfits(value: Any, schema: Any = SCHEMA, path: str = "$") -> Iterator[str]:
    """Yield where a value does not fit a schema, and by which of its words."""
    for word, told in schema.items():
        if word in _NOTES:
            continue
        yield from _CHECKS[word](value, told, path)


def every_object() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each object that the schema tells of, by its name there."""
    for name, schema in SCHEMA["$defs"].items():
        if schema.get("type") == "object":
            yield name, schema


def _ref(value: Any, told: str, path: str) -> Iterator[str]:
    yield from misfits(value, SCHEMA["$defs"][told.removeprefix("#/$defs/")], path)


def _type(value: Any, told: str, path: str) -> Iterator[str]:
    if not isinstance(value, _TYPES[told]) or (told == "integer" and isinstance(value, bool)):
        yield f"{path} is no {told}"


def _any_of(value: Any, told: list[Any], path: str) -> Iterator[str]:
    if all(any(misfits(value, one, path)) for one in told):
        yield f"{path} is none of these"


def _properties(value: Any, told: dict[str, Any], path: str) -> Iterator[str]:
    for name, schema in told.items():
        if isinstance(value, dict) and name in value:
            yield from misfits(value[name], schema, f"{path}.{name}")


def _required(value: Any, told: list[str], path: str) -> Iterator[str]:
    yield from (f"{path}.{name} is missing" for name in told if isinstance(value, dict) and name not in value)


def _items(value: Any, told: Any, path: str) -> Iterator[str]:
    for place, one in enumerate(value if isinstance(value, list) else ()):
        yield from misfits(one, told, f"{path}[{place}]")


def _prefix_items(value: Any, told: list[Any], path: str) -> Iterator[str]:
    for place, (one, schema) in enumerate(zip(value if isinstance(value, list) else (), told, strict=False)):
        yield from misfits(one, schema, f"{path}[{place}]")


def _unless(holds: bool, path: str, why: str) -> Iterator[str]:
    if not holds:
        yield f"{path}: {why}"


_CHECKS: dict[str, Any] = {
    "$ref": _ref,
    "type": _type,
    "anyOf": _any_of,
    "properties": _properties,
    "required": _required,
    "items": _items,
    "prefixItems": _prefix_items,
    "const": lambda value, told, path: _unless(value == told, path, f"not {told}"),
    "enum": lambda value, told, path: _unless(value in told, path, f"none of {told}"),
    "pattern": lambda value, told, path: _unless(
        not isinstance(value, str) or re.search(told, value) is not None, path, f"not like {told}"
    ),
    "minimum": lambda value, told, path: _unless(
        not isinstance(value, int) or value >= told, path, f"below {told}"
    ),
    "minItems": lambda value, told, path: _unless(
        not isinstance(value, list) or len(value) >= told, path, "too short"
    ),
    "maxItems": lambda value, told, path: _unless(
        not isinstance(value, list) or len(value) <= told, path, "too long"
    ),
}
