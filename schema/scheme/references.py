"""Follow the `$ref`s of a JSON Schema."""

from collections.abc import Collection, Iterator, Mapping
from collections.abc import Set as AbstractSet
from urllib.parse import unquote

from referencing.exceptions import Unresolvable
from referencing.jsonschema import DRAFT202012, EMPTY_REGISTRY

from signalbook.schema.errors import SchemeError

from .model import Json
from .nodes import Object, as_list, as_object, text
from .problems import pointer_to

#: Keywords under which a schema stands; under which a list of them; under which one for each name.
_ONE = (
    *("items", "additionalProperties", "contains", "not", "if", "then", "else", "propertyNames"),
    *("unevaluatedItems", "unevaluatedProperties"),
)
_SEVERAL = ("allOf", "anyOf", "oneOf", "prefixItems")
_NAMED = ("properties", "patternProperties", "$defs", "definitions", "dependentSchemas")


class BrokenReference(SchemeError):
    """A `$ref` that leads to nothing, or back to itself."""

    def __init__(self, pointer: str, fact: str) -> None:
        super().__init__(f"#{pointer}: {fact}")
        #: JSON Pointer of the place that the reference leads to.
        self.pointer = pointer
        self.fact = fact


def reference_to(pointer: str) -> str:
    """The `$ref` that leads to a JSON Pointer."""
    return "#" + pointer.replace("%", "%25")


class References:
    """Resolves references within one JSON Schema."""

    def __init__(self, json_schema: Mapping[str, Json]) -> None:
        resource = DRAFT202012.create_resource(dict(json_schema))
        self._resolver = EMPTY_REGISTRY.with_resource("", resource).resolver()
        self._anchors = {text(node, "$anchor"): at for at, node in subschemas(dict(json_schema))}
        self._id = text(dict(json_schema), "$id").removesuffix("#")

    def resolve(self, node: Json, pointer: str = "") -> tuple[dict[str, Json], str]:
        """The keywords of a node, and where they stand.

        Keywords beside a `$ref` win over those behind it, and those over the parts of an `allOf`;
        properties add up.

        Args:
            node: Part of the schema; what is no object has no keywords.
            pointer: JSON Pointer of the node.

        Raises:
            BrokenReference: A reference leads to nothing, or back to itself.
        """
        resolved = node if isinstance(node, dict) else {}
        passed: set[str] = set()
        while isinstance(reference := resolved.get("$ref"), str):
            pointer = self.pointer_of(reference)
            if reference in passed:
                raise BrokenReference(pointer, "a $ref leads back to itself")
            passed.add(reference)
            beside = {key: value for key, value in resolved.items() if key != "$ref"}
            resolved = _merged(self._target(reference), beside)
        return self._with_parts(resolved, pointer, passed), pointer

    def _with_parts(
        self, node: dict[str, Json], pointer: str, passed: AbstractSet[str]
    ) -> dict[str, Json]:
        parts = node.get("allOf")
        if not isinstance(parts, list):
            return node
        whole: dict[str, Json] = {}
        for part in parts:
            if isinstance(part, dict) and part.get("$ref") in passed:
                raise BrokenReference(pointer, "an allOf leads back to itself")
            whole = _merged(whole, self.resolve(part)[0])
        return _merged(whole, {key: value for key, value in node.items() if key != "allOf"})

    def properties(self, node: Json, pointer: str) -> dict[str, tuple[Json, str]]:
        """Name -> schema of a property and where it stands, also behind a `$ref` and in an `allOf`.

        Raises:
            BrokenReference: A reference leads to nothing, or back to itself.
        """
        self.resolve(node, pointer)
        found: dict[str, tuple[Json, str]] = {}
        if not isinstance(node, dict):
            return found
        if isinstance(reference := node.get("$ref"), str):
            found |= self.properties(*self.step(reference))
        for number, part in enumerate(as_list(node.get("allOf"))):
            found |= self.properties(part, pointer_to(pointer, "allOf", number))
        for name, part in as_object(node.get("properties")).items():
            found[name] = part, pointer_to(pointer, "properties", name)
        return found

    def parts(self, node: Json, pointer: str) -> Iterator[tuple[Object, str]]:
        """A node and all that it is made of by `$ref` and `allOf`, each with its own keywords alone."""
        if not isinstance(node, dict):
            return
        yield node, pointer
        if isinstance(reference := node.get("$ref"), str):
            yield from self.parts(*self.step(reference))
        for number, part in enumerate(as_list(node.get("allOf"))):
            yield from self.parts(part, pointer_to(pointer, "allOf", number))

    def items(self, section: Json, pointer: str) -> tuple[Json, str]:
        """What an entry of a list is, and where that is said."""
        node, place = self.resolve(section, pointer)
        return node.get("items"), pointer_to(place, "items")

    def branches(self, node: Json, pointer: str = "") -> list[tuple[Json, str]]:
        """The alternatives of a node (`oneOf`, `anyOf`), each with its JSON Pointer."""
        self.resolve(node, pointer)
        keywords = as_object(node)
        own = [
            (branch, pointer_to(pointer, keyword, number))
            for keyword in ("oneOf", "anyOf")
            for number, branch in enumerate(as_list(keywords.get(keyword)))
        ]
        if own:
            return own
        if isinstance(reference := keywords.get("$ref"), str):
            own = self.branches(*self.step(reference))
        for number, part in enumerate(as_list(keywords.get("allOf"))):
            own += self.branches(part, pointer_to(pointer, "allOf", number))
        return own

    def pointer_of(self, reference: str) -> str:
        """The JSON Pointer of what a `$ref` names, by a pointer quoted as in a URL or an `$anchor`."""
        fragment = unquote(self._here(reference).removeprefix("#"))
        return self._anchors.get(fragment, fragment) if fragment else ""

    def at(self, pointer: str) -> dict[str, Json]:
        """The keywords of what stands at a JSON Pointer."""
        return self.resolve({"$ref": reference_to(pointer)})[0]

    def step(self, reference: str) -> tuple[dict[str, Json], str]:
        """What one `$ref` leads to, with its own keywords alone, and where that stands."""
        return self._target(reference), self.pointer_of(reference)

    def _target(self, reference: str) -> dict[str, Json]:
        here = self._here(reference)
        if not here.startswith("#"):
            fact = f"a $ref leads to {reference}, and a scheme is one file; write it under $defs"
            raise BrokenReference("", fact)
        try:
            target = self._resolver.lookup(here).contents
        except Unresolvable:
            target = None
        if isinstance(target, bool):  # a schema, too: of any value, or of none
            return {} if target else {"not": {}}
        if not isinstance(target, dict):
            fact = "a $ref points here, where nothing is"
            raise BrokenReference(self.pointer_of(reference), fact)
        return target

    def _here(self, reference: str) -> str:
        """A `$ref` as it is written within one file, also if it begins with the id of the scheme."""
        return reference.removeprefix(self._id) if self._id else reference


def _merged(behind: dict[str, Json], before: dict[str, Json]) -> dict[str, Json]:
    """What both say; where they differ, the second, but of properties both."""
    merged = {**behind, **before}
    for keyword in ("properties", "required"):
        match behind.get(keyword), before.get(keyword):
            case (dict() as these, dict() as those):
                merged[keyword] = {**these, **those}
            case (list() as these, list() as those):
                merged[keyword] = [*these, *(name for name in those if name not in these)]
            case _:
                pass
    return merged


def subschemas(node: Json, pointer: str = "") -> Iterator[tuple[str, Object]]:
    """JSON Pointer and keywords of a schema and of every schema in it."""
    if not isinstance(node, dict):
        return
    yield pointer, node
    for keyword in _ONE:
        yield from subschemas(node.get(keyword), pointer_to(pointer, keyword))
    for keyword in _SEVERAL:
        for number, part in enumerate(as_list(node.get(keyword))):
            yield from subschemas(part, pointer_to(pointer, keyword, number))
    for keyword in _NAMED:
        for name, part in as_object(node.get(keyword)).items():
            yield from subschemas(part, pointer_to(pointer, keyword, name))


def broken_references(
    json_schema: Mapping[str, Json],
) -> Iterator[tuple[tuple[str | int, ...], BrokenReference]]:
    """Every `$ref` of a schema that leads to nothing or back to itself, with its path."""
    references = References(json_schema)
    links: dict[tuple[str | int, ...], tuple[str, str]] = {}
    for path, node in _objects(dict(json_schema)):
        if isinstance(reference := node.get("$ref"), str):
            place = (*path, "$ref")
            try:
                links[place] = pointer_to("", *place), references.step(reference)[1]
            except BrokenReference as broken:
                yield place, broken
    for place, (start, target) in links.items():
        if _leads_back(start, target, links.values()):
            yield place, BrokenReference(target, "a $ref leads back to itself")


def _leads_back(start: str, target: str, links: Collection[tuple[str, str]]) -> bool:
    """Whether what a `$ref` leads to holds it, at once or by other ones."""
    reached, ahead = {target}, [target]
    while ahead:
        place = ahead.pop()
        if start.startswith(f"{place}/"):
            return True
        inside = {to for at, to in links if at.startswith(f"{place}/")} - reached
        reached |= inside
        ahead += inside
    return False


def _objects(
    node: Json, path: tuple[str | int, ...] = ()
) -> Iterator[tuple[tuple[str | int, ...], Object]]:
    if isinstance(node, dict):
        yield path, node
        for name, part in node.items():
            yield from _objects(part, (*path, name))
    elif isinstance(node, list):
        for number, part in enumerate(node):
            yield from _objects(part, (*path, number))
