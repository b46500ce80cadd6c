"""Run the constraints that a scheme states as JSON Schemas of one kind of unit."""

from collections.abc import Iterator, Mapping
from typing import TypeAlias, cast

from signalbook.schema.documents.annotation import Annotation, Finding, Unit
from signalbook.schema.scheme.json_schema import SchemaValidator
from signalbook.schema.scheme.model import Constraint, Json, Scheme

from .violations import Place, explain_violation

JsonObject: TypeAlias = Mapping[str, Json]

_SECTIONS = {"party": "parties", "relation": "relations", "dyad": "dyads"}


class SchemaConstraint:
    """A constraint that a scheme states as a JSON Schema of one kind of unit."""

    def __init__(self, constraint: Constraint, scheme: Scheme) -> None:
        assert constraint.each is not None
        self.each = constraint.each
        schema = dict(constraint.schema or {})
        definitions = scheme.json_schema.get("$defs", {})
        self._validator = SchemaValidator({**schema, "$defs": definitions})
        #: Judges all units at once, which takes less time: mostly nothing is wrong.
        self._of_all = SchemaValidator({"items": schema, "$defs": definitions})

    def findings(self, annotation: Annotation, data: JsonObject) -> Iterator[Finding]:
        """The units of `data`, the document as JSON, that break the constraint."""
        if self.each == "document":
            if facts := self._facts(data, (), annotation):
                yield Finding(facts)
            return
        section = _SECTIONS.get(self.each, "spans")
        rows = [*enumerate(cast("list[JsonObject]", data.get(section, [])))]
        if section == "spans":
            rows = [(index, row) for index, row in rows if row.get("type") == self.each]
        if self._of_all.accepts([row for _, row in rows]):
            return
        units = cast("tuple[Unit, ...]", getattr(annotation.document, section))
        for index, row in rows:
            if facts := self._facts(row, (section, index), annotation):
                yield Finding(facts, units[index])

    def _facts(self, instance: object, place: Place, annotation: Annotation) -> str:
        """What does not fit, in words; empty if all does."""
        errors = [] if self._validator.accepts(instance) else self._validator.errors(instance)
        facts = [
            violation.clause
            for error in errors
            for violation in explain_violation(error, annotation, within=place)
        ]
        whole = "; ".join(dict.fromkeys(facts))
        return whole or ("does not satisfy the rule" if errors else "")
