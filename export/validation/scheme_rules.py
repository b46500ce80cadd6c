"""Run the constraints that a scheme brings along: JSON Schemas, and functions of constraints.py."""

import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import TypeAlias, cast

from signalbook.schema.documents.annotation import Annotation, Finding, Unit, value_words
from signalbook.schema.errors import SchemeError
from signalbook.schema.scheme.constraints_file import import_constraints
from signalbook.schema.scheme.json_schema import SchemaValidator
from signalbook.schema.scheme.model import Constraint, Json, Scheme
from signalbook.schema.text import excerpt

Function: TypeAlias = Callable[[Annotation], Iterator[Finding]]
JsonObject: TypeAlias = Mapping[str, Json]

_MAX_ID = 60
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


def functions(scheme: Scheme) -> dict[str, Function]:
    """The functions of constraints.py that the scheme's constraints name.

    Raises:
        SchemeError: a function is missing.
    """
    names = [c.function for c in scheme.constraints if c.function is not None]
    if not names:
        return {}
    path = scheme.rules_file
    module = import_constraints(path)
    by_name: dict[str, Function] = {}
    for name in names:
        function = getattr(module, name, None)
        if not callable(function):
            raise SchemeError(f"{path}: has no function {name}, which x-constraints names")
        by_name[name] = partial(_findings, path, name, function)
    return by_name


def _findings(
    path: Path, name: str, function: Callable[..., object], annotation: Annotation
) -> Iterator[Finding]:
    """What a rule finds; whatever its author got wrong is said with file and line."""
    article = excerpt(annotation.document.article.id, _MAX_ID)
    try:
        found = function(annotation)
        if not isinstance(found, Iterable):
            raise TypeError(f"it gives {_kind(found)}; yield a Finding for every breach")
        for finding in cast("Iterable[object]", found):
            if not isinstance(finding, Finding):
                raise TypeError(f"it yields {_kind(finding)}; yield a Finding")
            yield finding
    except Exception as error:
        frames = traceback.extract_tb(error.__traceback__)
        line = next((f":{f.lineno}" for f in reversed(frames) if f.filename == str(path)), "")
        fact = f"{type(error).__name__}: {error}" if line else str(error)
        raise SchemeError(
            f"{path}{line}: the rule {name} fails on article {article}: {fact}"
        ) from error


def _kind(value: object) -> str:
    return "nothing" if value is None else f"a {type(value).__name__}"
