"""Follow the `$ref`s of a JSON Schema."""

from collections.abc import Iterator, Mapping

from referencing.exceptions import Unresolvable
from referencing.jsonschema import DRAFT202012, EMPTY_REGISTRY

from signalbook.schema.errors import SchemeError

from .model import Json


class BrokenReference(SchemeError):
    """A `$ref` that leads to nothing, or back to itself."""

    def __init__(self, pointer: str, fact: str) -> None:
        super().__init__(f"#{pointer}: {fact}")
        #: JSON Pointer of the place that the reference leads to.
        self.pointer = pointer
        self.fact = fact


class References:
    """Resolves references within one JSON Schema."""

    def __init__(self, json_schema: Mapping[str, Json]) -> None:
        resource = DRAFT202012.create_resource(dict(json_schema))
        self._resolver = EMPTY_REGISTRY.with_resource("", resource).resolver()

    def resolve(self, node: Json, pointer: str = "") -> tuple[dict[str, Json], str]:
        """The keywords of a node, and where they stand; keywords beside a `$ref` win over those behind it.

        Args:
            node: Part of the schema; what is no object has no keywords.
            pointer: JSON Pointer of the node.

        Raises:
            BrokenReference: A reference leads to nothing, or back to itself.
        """
        resolved = node if isinstance(node, dict) else {}
        passed: set[str] = set()
        while isinstance(reference := resolved.get("$ref"), str):
            pointer = reference.removeprefix("#")
            if reference in passed:
                raise BrokenReference(pointer, "a $ref leads back to itself")
            passed.add(reference)
            beside = {key: value for key, value in resolved.items() if key != "$ref"}
            resolved = {**self._target(reference), **beside}
        return resolved, pointer

    def _target(self, reference: str) -> dict[str, Json]:
        try:
            target = self._resolver.lookup(reference).contents
        except Unresolvable:
            target = None
        if not isinstance(target, dict):
            fact = "a $ref points here, where nothing is"
            raise BrokenReference(reference.removeprefix("#"), fact)
        return target


def broken_references(json_schema: Mapping[str, Json]) -> Iterator[BrokenReference]:
    """Every `$ref` of a schema that leads to nothing or back to itself, each target once."""
    references, seen = References(json_schema), set[str]()
    for node in _objects(dict(json_schema)):
        try:
            references.resolve(node)
        except BrokenReference as broken:
            if broken.pointer not in seen:
                seen.add(broken.pointer)
                yield broken


def _objects(node: Json) -> Iterator[dict[str, Json]]:
    if isinstance(node, dict):
        yield node
    parts = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    for part in parts:
        yield from _objects(part)
