"""A style sheet of Textual that works out once what all apps of this process need.

A third of what a test with Pilot costs would go into looking for the rules of each widget, and into setting
those again that it had before. Which rules a widget has follows from those that name it, from the kinds,
names and classes of the widgets that it stands in, and from the states (`:focus`) that a rule asks for.
"""

from collections.abc import Iterable
from typing import Any, ClassVar

from textual.color import Color
from textual.css.match import match
from textual.css.model import RuleSet, SelectorSet
from textual.css.styles import RulesMap, Styles
from textual.css.stylesheet import Stylesheet
from textual.dom import DOMNode

from screens.stylesheet import ReadOnce

Kind = tuple[type[DOMNode], str | None, frozenset[str]]
"""All that a selector asks a node for, but the states that it is in."""
Names = frozenset[str]
"""What of that some rules do ask for."""

PARTS = "drawn_of"
"""What a widget calls the nodes that stand for what it is drawn of, as the caret of a field."""
_FLAGS = ("_has_hover_style", "_has_focus_within", "_has_order_style", "_has_odd_or_even")
"""What a node notes of its rules: after which changes it has to look for them again."""


class Finder(Stylesheet):
    """Finds the rules of a node as Textual does, and sets none."""

    found: RulesMap | None = None

    def replace_rules(self, node: DOMNode, rules: RulesMap, animate: bool = False) -> None:  # type: ignore[override]
        self.found = rules

    def _process_component_classes(self, node: DOMNode) -> None:
        pass

    @classmethod
    def looks_up(cls, node: DOMNode, sheet: Stylesheet) -> RulesMap | None:
        finder = cls()
        finder._rules, finder._rules_map = sheet.rules, sheet.rules_map
        finder.apply(node)
        return finder.found


class _Way:
    """What is known of nodes at the end of one way: which states their rules ask for, and what follows."""

    def __init__(self, naming: tuple[RuleSet, ...], path: list[DOMNode]) -> None:
        self._asked = {
            (place, frozenset(selector.pseudo_classes))
            for rule in naming
            for one in rule.selector_set
            if one.selectors[-1]._check(path[-1])
            for selector in one.selectors
            if selector.pseudo_classes
            for place in ([len(path) - 1] if selector is one.selectors[-1] else range(len(path)))
            if selector._check(path[place])
        }
        self.rules: dict[tuple[bool, ...], tuple[RulesMap | None, tuple[bool, ...]]] = {}

    def states(self, path: list[DOMNode]) -> tuple[bool, ...]:
        """Tell of each state that is asked for whether it is so."""
        return tuple([path[place].has_pseudo_classes(names) for place, names in self._asked])  # type: ignore[arg-type]


class _Ways(dict[tuple[Names, ...], _Way]):
    """What is known of the ways to the nodes that some rules name, by what those ask for."""

    def __init__(self, naming: tuple[RuleSet, ...]) -> None:
        selectors = [one for rule in naming for group in rule.selector_set for one in group.selectors]
        self._asked = frozenset(
            name for one in selectors for name in (one.name, f".{one.name}", f"#{one.name}")
        )
        self._names: dict[Kind, Names] = {}

    def names(self, kind: Kind, node: DOMNode) -> Names:
        """Return what of a node, which is of this kind, is asked for."""
        if (names := self._names.get(kind)) is None:
            names = self._names[kind] = self._asked.intersection(node._selector_names)
        return names


_Naming = dict[Kind, tuple[tuple[RuleSet, ...], _Ways]]
"""For each kind of node the rules that name it, and what is known of the ways to it."""


class SharedStylesheet(Stylesheet):
    """Parses each source once, looks for each node's rules once, and sets those that change."""

    _parsed: ClassVar[dict[object, list[RuleSet]]] = {}
    _sheets: ClassVar[dict[tuple[int, ...], _Naming]] = {}
    """By the rules of a sheet, which `_parsed` keeps."""
    _ways: ClassVar[dict[tuple[int, ...], _Ways]] = {}
    """By the rules that name a node: most pages add some to a sheet that name no other's."""

    _palettes: ClassVar[dict[tuple[tuple[str, str], ...], int]] = {}
    """A number for all the variables of a sheet, which are many to compare."""
    _found: ClassVar[dict[tuple[tuple[str, int], ...], RulesMap]] = {}

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self._naming: _Naming = {}
        self._named_by: list[RuleSet] = []
        self._palette: tuple[dict[str, str], int] = {}, -1

    def _parse_rules(self, css: str, *place: object, **more: object) -> list[RuleSet]:
        if self._palette[0] is not self._variables:
            number = self._palettes.setdefault(tuple(self._variables.items()), len(self._palettes))
            self._palette = self._variables, number
        key = (css, place, *more.items(), self._palette[1])
        if key not in self._parsed:
            self._parsed[key] = super()._parse_rules(css, *place, **more)  # type: ignore[arg-type]
        return self._parsed[key]

    def apply(self, node: DOMNode, *, animate: bool = False, cache: object = None) -> None:
        path = node.css_path_nodes
        kinds = [(type(one), one._id, frozenset(one._classes)) for one in path]
        naming, ways = self._rules_naming(node, kinds[-1])
        names = tuple([ways.names(kind, one) for kind, one in zip(kinds, path, strict=True)])
        if (way := ways.get(names)) is None:
            way = ways[names] = _Way(naming, path)
        states = way.states(path)
        if (known := way.rules.get(states)) is None:
            rules = self._one_of_each(Finder.looks_up(node, self))
            known = way.rules[states] = (rules, tuple([getattr(node, name) for name in _FLAGS]))
        rules, flags = known
        for name, flag in zip(_FLAGS, flags, strict=True):
            setattr(node, name, flag)
        if rules is not None:
            self.replace_rules(node, rules, animate)
        self._process_component_classes(node)

    @classmethod
    def _one_of_each(cls, rules: RulesMap | None) -> RulesMap | None:
        """Return the first rules that were the same, so that whoever had them need not compare."""
        if rules is None:
            return None
        return cls._found.setdefault(tuple([(name, id(value)) for name, value in rules.items()]), rules)

    def _rules_naming(self, node: DOMNode, kind: Kind) -> tuple[tuple[RuleSet, ...], _Ways]:
        if self._named_by is not self.rules:
            self._named_by = self.rules
            self._naming = self._sheets.setdefault(tuple(map(id, self.rules)), {})
        if (found := self._naming.get(kind)) is None:
            naming = {id(rule) for name in node._selector_names for rule in self.rules_map.get(name, ())}
            row = tuple([rule for rule in self.rules if id(rule) in naming])
            found = self._naming[kind] = row, self._ways.setdefault(tuple(map(id, row)), _Ways(row))
        return found

    def _process_component_classes(self, node: DOMNode) -> None:
        """Find the rules of what a widget is drawn of, for which Textual makes nodes anew each time."""
        if not (names := node._get_component_classes()):
            return
        parts: dict[str, DOMNode] = node.__dict__.setdefault(PARTS, {})
        changed = False
        for name in sorted(names):
            if (part := parts.get(name)) is None:
                part = parts[name] = DOMNode(classes=name)
                part._attach(node)
            before = part.styles.base._updates
            self.apply(part)
            changed = changed or part.styles.base._updates != before
            node._component_styles[name] = part.styles
        if changed:
            node.refresh()

    @classmethod
    def replace_rules(cls, node: DOMNode, rules: RulesMap, animate: bool = False) -> None:
        base = node.styles.base
        if getattr(base, "last_set", None) == (id(rules), base._updates):
            node.notify_style_update()
        elif animate and "transitions" in rules:
            super().replace_rules(node, rules, animate)
        else:
            cls._set(base, node, rules)  # type: ignore[arg-type]
            node.notify_style_update()
            base.last_set = (id(rules), base._updates)  # type: ignore[attr-defined]

    @classmethod
    def _set(cls, base: Styles, node: DOMNode, rules: dict[str, Any]) -> None:
        had: dict[str, Any] = base._rules  # type: ignore[assignment]
        changed = [name for name, value in rules.items() if had.get(name) is not value]
        if not had and not node._is_mounted:
            colours = {name: rules[name] for name in changed if type(rules[name]) is Color}
            had.update(colours)
            base._updates += 1
            changed = [name for name in changed if name not in colours]
        wanted: dict[tuple[tuple[str, bool], ...], None] = {}
        base.refresh = lambda **what: wanted.update({(*what.items(),): None})  # type: ignore[method-assign]
        for name in [*changed, *(had.keys() - rules.keys())]:
            setattr(base, name, rules.get(name))
        del base.refresh
        for what in wanted:
            base.refresh(**dict(what))


class SharedReadOnce(SharedStylesheet, ReadOnce):
    """The same for the kiosk's own style sheet."""


def fits(selector_sets: Iterable[SelectorSet], node: DOMNode) -> bool:
    """Tell whether a query finds a node, as Textual does: ask first what most nodes fail at."""
    return any(
        one.selectors[-1].check(node) and (len(one.selectors) == 1 or match([one], node))
        for one in selector_sets
    )
