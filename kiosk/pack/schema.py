"""Whether values read from TOML have the shape of the model: every mistake, in plain words.

`msgspec.convert` stops at the first mistake and speaks of `str` and `array`. This walk follows the same
types, as msgspec tells them, names all mistakes, and is needed only once a conversion has failed.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from difflib import get_close_matches
from typing import NamedTuple, get_args

from msgspec import inspect
from msgspec.structs import fields as fields_of

from kiosk.pack.model import FILLED, AnyQuestion, Pack, Section
from kiosk.pack.source_lines import ValuePath
from kiosk.pack.toml_errors import BRACKETS, LISTS

_FILLED_BY_THE_LOADER = {(Pack, name) for name in FILLED}
_WORDS: dict[type, str] = {
    str: "text",
    bool: "true or false",
    int: "a whole number",
    float: "a number with a decimal point",
    list: "a list",
    dict: "a part with keys of its own",
    datetime: "a date",
    date: "a date",
    time: "a time",
}


class Mistake(NamedTuple):
    """One mistake in a file, not yet tied to a line."""

    place: ValuePath
    expected: str
    """What should be there, in plain words."""


def schema_mistakes(value: object, model: type) -> Iterator[Mistake]:
    """Yield each place where `value`, as tomllib gives it, cannot become a `model`."""
    return _wrong(value, inspect.type_info(model), ())


def _wrong(value: object, kind: inspect.Type, place: ValuePath) -> Iterator[Mistake]:
    match kind:
        case inspect.StructType():
            yield from _wrong_struct(value, kind, place)
        case inspect.UnionType():
            yield from _wrong_question(value, kind, place)
        case inspect.VarTupleType():
            yield from _wrong_list(value, (kind.item_type,), place)
        case inspect.TupleType():
            yield from _wrong_list(value, kind.item_types, place)
            if isinstance(value, list) and len(value) != len(kind.item_types):
                yield Mistake(place, f"expected a list of {len(kind.item_types)}, not of {len(value)}")
        case inspect.AnyType():
            return  # whatever it is, somebody else looks at it
        case inspect.DictType():
            if not isinstance(value, dict):
                yield _not_a(dict, value, place)
                return
            for key, item in value.items():
                yield from _wrong(item, kind.value_type, (*place, key))
        case _:
            wanted = _plain_type(kind)
            if type(value) is not wanted:
                yield _not_a(wanted, value, place)


def _plain_type(kind: inspect.Type) -> type:
    match kind:
        case inspect.StrType():
            return str
        case inspect.IntType():
            return int
        case inspect.BoolType():
            return bool
    raise TypeError(f"the model has a type that no pack file can hold: {kind}")


def _wrong_struct(value: object, kind: inspect.StructType, place: ValuePath) -> Iterator[Mistake]:
    if not isinstance(value, dict):
        yield _not_a(dict, value, place)
        return
    fields = {
        field.name: field for field in kind.fields if (kind.cls, field.name) not in _FILLED_BY_THE_LOADER
    }
    tag = kind.tag_field
    if tag is not None and tag in value and value[tag] != kind.tag:
        yield Mistake((*place, tag), f"expected the kind {kind.tag}")
    missing = {name for name, field in fields.items() if field.required} - value.keys()
    unknown = value.keys() - fields.keys() - {tag}
    meant = set[str]()
    for key, item in value.items():
        if key in fields:
            yield from _wrong(item, fields[key].type, (*place, key))
        elif key != tag:
            close = _closest(key, fields.keys() - value.keys())
            belongs = "" if close else _belongs(key, place)
            heading = "" if close or belongs else _heading_meant(key, place)
            if not (close or belongs or heading) and len(missing) == len(unknown) == 1:
                (close,) = missing  # whatever they called it
            meant.add(close)
            near = f"`{close}`" if close else heading
            guess = f"did you mean {near}? The" if near else "the"
            known = ", ".join(fields)
            said = f"expected no key of this name; {guess} keys here are {known}"
            yield Mistake((*place, key), belongs or said)
    for name, field in fields.items():
        if name in missing and name not in meant:
            yield Mistake((*place, name), _missing(field.type, (*place, name)))


def _closest(word: str, known: Iterable[str]) -> str:
    """Return which of some names a word must have meant; empty for none."""
    return next(iter(get_close_matches(word.lower(), known, 1)), "")


def _heading_meant(key: str, place: ValuePath) -> str:
    """Return the heading of a list that a key must have meant; empty for none."""
    here = _heading(place)
    below = {name.rpartition(".")[2]: name for name in LISTS if not here or name.startswith(f"{here}.")}
    close = _closest(key, below)
    return f"[[{below[close]}]]" if close else ""


def _belongs(key: str, place: ValuePath) -> str:
    """Say further up of what a key stands that was written below a later heading; empty where nowhere."""
    around = _heading(place)
    while around:
        around = around.rpartition(".")[0]
        if key in _keys_of(around):
            where = f"right below its [[{around}]]" if around else "at the top of the file"
            return f"expected `{key}` {where}, above the headings that follow there"
    return ""


def _keys_of(heading: str) -> set[str]:
    """Return the keys that can stand right below a heading of a list, or at the top of the file."""
    models = {"": (Pack,), "sections": (Section,), "sections.questions": get_args(AnyQuestion)}
    return {field.name for model in models.get(heading, ()) for field in fields_of(model)}


def _wrong_question(value: object, kind: inspect.UnionType, place: ValuePath) -> Iterator[Mistake]:
    """Follow the union's tag: `kind` says which class a question is."""
    classes = {item.tag: item for item in kind.types if isinstance(item, inspect.StructType)}
    if not isinstance(value, dict):
        yield _not_a(dict, value, place)
        return
    names = ", ".join(str(tag) for tag in classes)
    if "kind" not in value:
        yield Mistake((*place, "kind"), f"expected one of {names}, but the key is missing")
    elif not isinstance(value["kind"], str) or value["kind"] not in classes:
        close = _closest(str(value["kind"]), map(str, classes))
        guess = f"; did you mean `{close}`?" if close else ""
        yield Mistake((*place, "kind"), f"expected one of {names}{guess}")
    else:
        yield from _wrong_struct(value, classes[value["kind"]], place)


def _wrong_list(value: object, kinds: tuple[inspect.Type, ...], place: ValuePath) -> Iterator[Mistake]:
    """Check each item; the last of `kinds` is that of any further one."""
    if not isinstance(value, list):
        yield _not_a(list, value, place)
        return
    for index, item in enumerate(value):
        kind = kinds[min(index, len(kinds) - 1)]
        wrong = list(_wrong(item, kind, (*place, index)))
        yield from wrong
        if wrong and not isinstance(item, dict):
            return  # the others are mostly wrong in the same way


def _missing(kind: inspect.Type, place: ValuePath) -> str:
    name = _heading(place)
    match kind:
        case inspect.StructType() | inspect.DictType():
            return f"expected [{name}] and its keys, but that is missing"
        case inspect.VarTupleType() | inspect.TupleType():
            return f"expected {f'[[{name}]]' if name in LISTS else 'a list'}, but that is missing"
        case _:
            return f"expected {_WORDS[_plain_type(kind)]}, but the key is missing"


_IN_BRACES = {"points": '{ value = 1, label = "Very bad" }', "options": '{ id = "music", label = "Music" }'}
"""Lists that are mostly written in braces, and one part of each."""


def _not_a(wanted: type, value: object, place: ValuePath) -> Mistake:
    name = _heading(place)
    if wanted is list and isinstance(value, dict) and name in LISTS:
        return Mistake(place, BRACKETS.format(name=name))
    what = _WORDS[wanted]
    if wanted is dict:
        what = _IN_BRACES.get(name.rpartition(".")[2], f"[{name}] and its keys")
        if isinstance(value, list) and not isinstance(place[-1], int):
            return Mistake(place, f"expected [{name}], with one bracket on each side, once")
    return Mistake(place, f"expected {what}, not {_WORDS[type(value)]}")


def _heading(place: ValuePath) -> str:
    return ".".join(step for step in place if isinstance(step, str))
