"""Run the constraints that a scheme states as JSON Schemas of one kind of unit."""

from collections.abc import Iterator, Mapping
from typing import TypeAlias, cast

from signalbook.schema.documents.annotation import Annotation, Finding, Unit, value_words
from signalbook.schema.scheme.json_schema import SchemaValidator
from signalbook.schema.scheme.model import Constraint, Json, Scheme

JsonObject: TypeAlias = Mapping[str, Json]

_SECTIONS = {"party": "parties", "relation": "relations", "dyad": "dyads"}


class SchemaConstraint:
    """A constraint that a scheme states as a JSON Schema of one kind of unit."""

    def __init__(self, constraint: Constraint, scheme: Scheme) -> None:
        assert constraint.each is not None
        self.each = constraint.each
        schema = dict(constraint.schema or {})
        self._validator = SchemaValidator({**schema, "$defs": scheme.json_schema.get("$defs", {})})
        self._named = list(dict.fromkeys(_names(schema)))

    def findings(self, annotation: Annotation, data: JsonObject) -> Iterator[Finding]:
        """The units of `data`, the document as JSON, that break the constraint."""
        if self.each == "document":
            if not self._holds(data):
                yield Finding(self._fact(annotation.document.article_labels))
            return
        section = _SECTIONS.get(self.each, "spans")
        rows = cast("list[JsonObject]", data.get(section, []))
        units = cast("tuple[Unit, ...]", getattr(annotation.document, section))
        for row, unit in zip(rows, units, strict=True):
            if section == "spans" and row.get("type") != self.each:
                continue
            if not self._holds(row):
                yield Finding(self._fact(row.get("attributes", row)), unit)

    def _holds(self, instance: object) -> bool:
        return self._validator.accepts(instance) or not self._validator.errors(instance)

    def _fact(self, values: object) -> str:
        """“cost is material, realis is anticipated”: what the schema names, and its values."""
        given = cast("Mapping[str, object]", values)
        facts = [f"{name} is {value_words(given[name])}" for name in self._named if name in given]
        return ", ".join(facts) or "does not satisfy the rule"


def _names(schema: Json) -> Iterator[str]:
    """Every property name in a schema, outer ones first."""
    if isinstance(schema, list):
        for part in schema:
            yield from _names(part)
    if isinstance(schema, dict):
        for key, part in schema.items():
            if key == "properties" and isinstance(part, dict):
                yield from part
            yield from _names(part)
