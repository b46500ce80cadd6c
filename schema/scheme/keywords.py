"""Find what a scheme says and nothing would read, so that nothing of it vanishes in silence."""

from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from difflib import get_close_matches
from functools import cache
from typing import Final, cast

from .fields import listed_nodes
from .json_schema import FORMATS, broken_pattern
from .model import Json
from .nodes import Object, as_list, as_object, text
from .problems import SchemeProblem, pointer_to
from .references import References, reference_to, subschemas
from .sections import OF_ANNOTATOR, OF_RELATION, OF_SPAN, SECTIONS

#: What the program makes of a node -> the `x-` keywords that it reads there.
_READ: Final[Mapping[str, AbstractSet[str]]] = {
    "scheme": {
        *("x-scheme", "x-vocabulary-version", "x-constraints", "x-retired-constraints"),
        *("x-decisions", "x-migrations", "x-stages"),
    },
    "span type": {
        *("x-kind", "x-level", "x-label", "x-colour", "x-hotkey", "x-agreement", "x-rule"),
        *("x-examples", "x-worked-examples", "x-stage"),
    },
    "party type": {
        *("x-kind", "x-level", "x-label", "x-id-prefix", "x-slots", "x-agreement", "x-rule"),
        *("x-examples", "x-proposed-parties", "x-stage"),
    },
    "dyad": {"x-kind", "x-slots", "x-stage", "x-pairs"},
    "section of labels": {"x-stage"},
    "field": {
        *("x-kind", "x-level", "x-control", "x-tier", "x-agreement", "x-compare-by", "x-arrow"),
        *("x-default-from", "x-short", "x-picklist", "x-codelist", "x-examples", "x-rule"),
        *("x-decision-table", "x-applies-to", "x-fallback"),
    },
    "label of the article": {"x-derived"},
    "value": {
        *("x-short", "x-rule", "x-examples", "x-hotkey", "x-rank", "x-confusable"),
        *("x-allowed-with", "x-data"),
    },
    "list of relation types": {"x-kind", "x-level", "x-control", "x-agreement", "x-arrow"},
    "relation type": {"x-colour", "x-endpoints", "x-rule", "x-examples", "x-short"},
    "column of the article": {"x-shown", "x-kind", "x-arrow"},
}
#: What the `x-kind` of a field that names parties ends in.
_REFERENCE = "-reference"
#: On what the program writes itself, these say nothing, and are fine.
_ON_ANYTHING = {"x-kind", "x-arrow"}
#: Of JSON Schema: without one of these beside it, a keyword says nothing.
_BESIDE: Final[Mapping[str, tuple[str, ...]]] = {
    "if": ("then", "else"),
    "then": ("if",),
    "else": ("if",),
    "minContains": ("contains",),
    "maxContains": ("contains",),
}
#: Of JSON Schema: what a document is neither judged nor shown by.
_IDLE = {
    *("contentEncoding", "contentMediaType", "contentSchema", "$dynamicRef", "$dynamicAnchor"),
    "dependencies",
}


def unknown(json_schema: Object) -> Iterator[SchemeProblem]:
    """Keywords that there are not, or that have no effect anywhere, each with what to write instead."""
    known = _known()
    for pointer, node in subschemas(json_schema):
        for keyword in node:
            place = pointer_to(pointer, keyword)
            if keyword in _IDLE:
                yield SchemeProblem(place, f"{keyword} has no effect here; leave it out")
            elif keyword not in known:
                near = get_close_matches(keyword, known, 1)
                hint = f"write {near[0]}" if near else "write a $comment for what is no keyword"
                yield SchemeProblem(place, f"{keyword} is no keyword and has no effect; {hint}")
            elif (needed := _BESIDE.get(keyword)) and not node.keys() & {*needed}:
                fact = f"{keyword} has no effect without {' or '.join(needed)} beside it"
                yield SchemeProblem(place, f"{fact}; add it there, or leave {keyword} out")
        yield from _unread_values(node, pointer)


def unread(json_schema: Object, references: References) -> Iterator[SchemeProblem]:
    """Keywords and properties that nothing reads where they stand, each with what to write instead."""
    places = _Places(json_schema, references)
    unused = [*_unused_definitions(json_schema, references)]
    yield from unused
    for pointer, node in subschemas(json_schema):
        if any(f"{pointer}/".startswith(f"{problem.pointer}/") for problem in unused):
            continue
        for keyword in node:
            if keyword in _known() and keyword not in _of_json_schema():
                yield from _misplaced(keyword, pointer, places.of(pointer))
        if str(node.get("x-kind")).endswith(_REFERENCE) and "field" not in places.of(pointer):
            fact = f"x-kind {node['x-kind']} has no effect here; write it on the field itself"
            yield SchemeProblem(pointer_to(pointer, "x-kind"), fact)
    yield from places.strangers


@cache
def _of_json_schema() -> frozenset[str]:
    """The keywords of JSON Schema 2020-12, by its own meta-schemas."""
    from jsonschema_specifications import REGISTRY

    home = "https://json-schema.org/draft/2020-12/"
    contents = cast("Callable[[str], Object]", REGISTRY.contents)
    root = contents(f"{home}schema")
    parts = [contents(f"{home}{text(as_object(part), '$ref')}") for part in as_list(root["allOf"])]
    return frozenset(name for part in (root, *parts) for name in as_object(part["properties"]))


@cache
def _known() -> frozenset[str]:
    """The keywords of JSON Schema, and those that are read somewhere."""
    return _of_json_schema().union(_ON_ANYTHING, *_READ.values())


def _misplaced(keyword: str, pointer: str, places: AbstractSet[str]) -> Iterator[SchemeProblem]:
    if keyword not in _ON_ANYTHING.union(*(_READ[name] for name in places)):
        homes = " or a ".join(name for name, read in _READ.items() if keyword in read)
        place = pointer_to(pointer, keyword)
        yield SchemeProblem(place, f"{keyword} has no effect here; it stands on a {homes}")


def _unread_values(node: Object, pointer: str) -> Iterator[SchemeProblem]:
    """Patterns that are none, and formats that nothing checks."""
    pattern, form = node.get("pattern"), node.get("format")
    if isinstance(pattern, str) and (fact := broken_pattern(pattern)):
        yield SchemeProblem(f"{pointer}/pattern", f"is no regular expression: {fact}")
    if isinstance(form, str) and form not in FORMATS:
        known = ", ".join(FORMATS)
        fact = f"{form} is not checked; write one of {known}, or a pattern"
        yield SchemeProblem(f"{pointer}/format", fact)


class _Places:
    """What the program makes of each node of a scheme."""

    def __init__(self, json_schema: Object, references: References) -> None:
        self._references = references
        self._places: dict[str, set[str]] = {"": {"scheme"}}
        #: Properties for which a document has no place.
        self.strangers: list[SchemeProblem] = []
        self._scheme(json_schema)

    def of(self, pointer: str) -> AbstractSet[str]:
        """What is made of the node there; several things, if several places refer to it."""
        return self._places.get(pointer, set())

    def _scheme(self, json_schema: Object) -> None:
        sections = as_object(json_schema.get("properties"))
        self._only(
            (*SECTIONS,), sections, "/properties", "ask it as an article label, or on a span"
        )
        for name, unit in (("spans", "span type"), ("parties", "party type"), ("dyads", "dyad")):
            self._unit(*self._references.items(sections.get(name), f"/properties/{name}"), unit)
        relations = sections.get("relations")
        self._relation(*self._references.items(relations, "/properties/relations"))
        labels = sections.get("article_labels"), "/properties/article_labels"
        self._mark(*labels, "section of labels")
        self._fields(*labels)
        for part, place in self._references.properties(*labels).values():
            self._mark(part, place, "label of the article")
        self._metadata(sections.get("article"), "/properties/article")
        annotator, at = self._references.resolve(sections.get("annotator"), "/properties/annotator")
        names = as_object(annotator.get("properties"))
        self._only(OF_ANNOTATOR, names, f"{at}/properties", "leave it out")

    def _unit(self, node: Json, pointer: str, unit: str) -> None:
        """A span type, or one of several; a party or a dyad, whose fields are its properties."""
        keywords, at = self._references.resolve(node, pointer)
        if unit == "span type" and (branches := self._references.branches(node, pointer)):
            for branch, place in branches:
                self._unit(branch, place, unit)
            return
        self._mark(node, pointer, unit)
        if unit != "span type":
            self._fields(node, pointer)
            return
        properties = self._references.properties(node, pointer)
        names = as_object(keywords.get("properties"))
        self._only(OF_SPAN, names, f"{at}/properties", "move it into `attributes`")
        self._fields(*properties.get("attributes", (None, at)))

    def _relation(self, node: Json, pointer: str) -> None:
        keywords, at = self._references.resolve(node, pointer)
        names = as_object(keywords.get("properties"))
        self._only(OF_RELATION, names, f"{at}/properties", "a relation has a type and nothing else")
        place = f"{at}/properties/type"
        self._mark(names.get("type"), place, "list of relation types")
        self._values(names.get("type"), place, "relation type")

    def _fields(self, section: Json, pointer: str) -> None:
        for part, place in self._references.properties(section, pointer).values():
            self._mark(part, place, "field")
            self._values(part, place, "value")

    def _values(self, node: Json, pointer: str, place: str) -> None:
        for part, at in listed_nodes(node, pointer, self._references):
            self._mark(part, at, place)

    def _metadata(self, section: Json, pointer: str) -> None:
        for part, place in self._references.properties(section, pointer).values():
            self._mark(part, place, "column of the article")

    def _mark(self, node: Json, pointer: str, place: str) -> None:
        """Note a node, and all that its keywords come from."""
        if not isinstance(node, dict) or place in self._places.get(pointer, ()):
            return
        self._places.setdefault(pointer, set()).add(place)
        if isinstance(reference := node.get("$ref"), str):
            self._mark(*self._references.step(reference), place)
        for number, part in enumerate(as_list(node.get("allOf"))):
            self._mark(part, pointer_to(pointer, "allOf", number), place)

    def _only(self, known: tuple[str, ...], names: Object, pointer: str, remedy: str) -> None:
        for name in names:
            if name not in known:
                fact = f"{name} is nowhere in a document; {remedy} (here stand {', '.join(known)})"
                self.strangers.append(SchemeProblem(pointer_to(pointer, name), fact))


def _unused_definitions(json_schema: Object, references: References) -> Iterator[SchemeProblem]:
    """Definitions that nothing refers to, such as a span type that was not listed."""
    referred = {references.pointer_of(reference) for reference in _references(json_schema)}
    for keyword in ("$defs", "definitions"):
        for name in as_object(json_schema.get(keyword)):
            place = pointer_to("", keyword, name)
            if not any(r == place or r.startswith(f"{place}/") for r in referred):
                way_out = f'list it with {{"$ref": "{reference_to(place)}"}}, or delete it'
                yield SchemeProblem(place, f"nothing refers to it; {way_out}")


def _references(node: Json) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(reference := node.get("$ref"), str):
            yield reference
        for part in node.values():
            yield from _references(part)
    elif isinstance(node, list):
        for part in node:
            yield from _references(part)
