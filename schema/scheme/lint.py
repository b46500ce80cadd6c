"""Find the mistakes in a scheme file, each with its JSON Pointer."""

import ast
import json
import re
import symtable
from collections.abc import Iterator, Mapping
from importlib.util import decode_source

from .keys import assign_keys
from .model import Field, Json, Scheme
from .names import CAST_BY_LABEL_STUDIO
from .nodes import number
from .problems import SchemeProblem

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
#: x-arrow -> how many bits an integer has in such a column.
_BITS = {"int8": 8, "int16": 16, "int32": 32, "int64": 64}
#: x-arrow -> the types of one value that such a column holds; the other forms hold texts.
_HELD = {"bool": ["boolean"], "float64": ["number", "integer"], "date32": ["date"]} | {
    name: ["integer"] for name in _BITS
}
#: What a constraints.py may import of Signalbook: the public interface, and the modules that it
#: forwards for the schemes of releases from before there was one.
_OPEN_TO_SCHEMES = {
    f"signalbook.schema.{name}"
    for name in ("rules", "annotation", "codelists", "records", "scheme")
}


def check_sections(json_schema: Mapping[str, Json]) -> Iterator[SchemeProblem]:
    """The scheme has sections, a name and a version."""
    dialect = json_schema.get("$schema", _DIALECT)
    if not isinstance(dialect, str) or dialect.rstrip("#") != _DIALECT:
        yield SchemeProblem("/$schema", f"a scheme is JSON Schema 2020-12; write {_DIALECT}")
    if "properties" not in json_schema:
        yield SchemeProblem("", "a scheme is an object with properties")
    elif "x-scheme" not in json_schema:
        title = json_schema.get("title")
        name = re.sub(r"[^a-z0-9]+", "_", title.lower() if isinstance(title, str) else "")
        name = name.strip("_")[:40] if re.match(r"[a-z][a-z0-9_]", name) else "my_scheme"
        about = f'{{"name": "{name}", "version": "1.0.0"}}'
        yield SchemeProblem("", f'has no x-scheme; add "x-scheme": {about}')


def check_fields(scheme: Scheme) -> Iterator[SchemeProblem]:
    """What each field says of itself is consistent; the file of the rules is one."""
    for _, field in scheme.fields():
        yield from _check_values(field)
        yield from _check_column(field)
        yield from _check_decision_table(field)
    yield from _check_constraints_file(scheme)


def check_links(scheme: Scheme) -> Iterator[SchemeProblem]:
    """What a scheme names, it also has; what the page needs to be distinct, is."""
    for unit, field in scheme.fields():
        yield from _check_references(scheme, unit, field)
    yield from assign_keys(scheme).problems
    yield from _check_relations(scheme)
    yield from _check_constraints(scheme)


def _check_values(field: Field) -> Iterator[SchemeProblem]:
    ids = field.value_ids
    if "__" in field.name:
        yield SchemeProblem(
            field.pointer, f"the name {field.name!r} holds '__', which separates names"
        )
    for repeated in sorted({id for id in ids if ids.count(id) > 1}):
        yield SchemeProblem(field.pointer, f"the value {repeated!r} is listed twice")
    for value in field.values:
        if value.id.lower() in ("", *CAST_BY_LABEL_STUDIO):
            yield SchemeProblem(
                field.pointer, f"the value {value.id!r} cannot be shown by Label Studio"
            )
        if field.level == "ordinal" and value.rank is None:
            yield SchemeProblem(
                field.pointer,
                f"{value.id!r} has no x-rank, but the field is ordinal; list its values under "
                f'oneOf, as in {{"const": "{value.id}", "x-rank": 1}}',
            )
        for near in value.confusable:
            if near not in ids:
                yield SchemeProblem(
                    field.pointer, f"x-confusable names {near!r}, which is no value"
                )
    bare = [value.id for value in field.values if value.rank is None]
    if field.level != "ordinal" and 0 < len(bare) < len(ids):
        fact = f"some values have an x-rank, and {', '.join(bare)} without it would have no place"
        yield SchemeProblem(field.pointer, f"{fact}; give every value one, or none")


def _check_decision_table(field: Field) -> Iterator[SchemeProblem]:
    """Each row decides for a value of the field, and none stands behind the one for all else."""
    choices = (*field.listed, *((True, False) if field.is_boolean else ()))
    for place, row in enumerate(field.decision_table, 1):
        if row.value not in choices or not field.takes(row.value):
            way_out = f"write one of {', '.join(map(json.dumps, choices))}"
            fact = f"names {json.dumps(row.value, ensure_ascii=False)}, which is no value"
            if not choices:
                way_out = "list the values, or leave the table out"
            named = f"row {place} of x-decision-table"
            yield SchemeProblem(field.pointer, f"{named} {fact}; {way_out}")
        if not row.condition and place < len(field.decision_table):
            fact = f'row {place} of x-decision-table has no "if", so that none below it is reached'
            yield SchemeProblem(field.pointer, f"{fact}; move it to the end, or say when it holds")


def _check_references(scheme: Scheme, unit: str, field: Field) -> Iterator[SchemeProblem]:
    siblings = {f.name: f for u, f in scheme.fields() if u == unit}
    if field.is_reference and scheme.party is None:
        yield SchemeProblem(
            field.pointer, "refers to parties, but the scheme has no parties section"
        )
    if field.default_from is not None:
        named = {*field.default_from.when, *filter(None, [field.default_from.attribute])}
        for name in sorted(named - siblings.keys()):
            yield SchemeProblem(
                field.pointer, f"x-default-from names {name!r}, which {unit} has not"
            )
        yield from _check_named(field, "x-default-from", field.default_from.when, siblings)
    party = {f.name for f in scheme.party.fields} if scheme.party else set[str]()
    for name in field.compare_by:
        if name not in party:
            yield SchemeProblem(
                field.pointer, f"x-compare-by names {name!r}, which a party has not"
            )
    for value in field.values:
        for name in value.allowed_with:
            if name not in siblings:
                yield SchemeProblem(
                    field.pointer, f"x-allowed-with names {name!r}, which {unit} has not"
                )
        at = f"x-allowed-with of {value.id}"
        yield from _check_named(field, at, value.allowed_with, siblings)
    for condition in field.conditions:
        when = {n: tuple(v for v in vs if v is not None) for n, vs in condition.when.items()}
        yield from _check_named(field, f"the if about {field.name}", when, siblings)


def _check_named(
    field: Field,
    keyword: str,
    named: Mapping[str, tuple[Json, ...]],
    siblings: Mapping[str, Field],
) -> Iterator[SchemeProblem]:
    """Values that a keyword names of other fields of the unit are values of these."""
    for name, values in named.items():
        other = siblings.get(name)
        if other is None:
            continue  # which is told
        for value in values:
            if not other.takes(value) or (other.is_reference and value not in other.listed):
                choices = (*other.listed, *((True, False) if other.is_boolean else ()))
                known = f"; write one of {', '.join(map(_written, choices))}" if choices else ""
                fact = f"{keyword} names {_written(value)}, which is no value of {name}"
                yield SchemeProblem(field.pointer, fact + known)


def _written(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False)


def _check_column(field: Field) -> Iterator[SchemeProblem]:
    """The column that x-arrow asks for can hold every value of the field."""
    wanted = field.arrow.removeprefix("list<").rstrip(">") if field.many else field.arrow
    if not wanted:
        return
    kind = "date" if field.is_date and wanted == "date32" else field.type
    if wanted.startswith("list<") or kind not in _HELD.get(wanted, ["string"]):
        is_ = f"a list of {kind}s" if field.many else f"a {kind}"
        fact = f"x-arrow is {field.arrow}, but the field is {is_}; leave x-arrow out"
        yield SchemeProblem(field.pointer, fact)
    elif wanted in _BITS:
        limit = 2 ** (_BITS[wanted] - 1)
        bounds = [field.minimum, field.maximum, *map(number, field.listed)]
        beyond = [bound for bound in bounds if bound is not None and not -limit <= bound < limit]
        if beyond:
            fact = f"x-arrow is {wanted}, which cannot hold {beyond[0]:g}; write a wider type"
            yield SchemeProblem(field.pointer, fact)


def _check_relations(scheme: Scheme) -> Iterator[SchemeProblem]:
    span_types = {t.name for t in scheme.span_types}
    for relation in scheme.relation_types:
        for name in (*relation.from_, *relation.to):
            if name not in span_types:
                fact = f"x-endpoints of {relation.name} names {name!r}, which is no span type"
                yield SchemeProblem("/properties/relations", fact)
        if not relation.from_ or not relation.to:
            yield SchemeProblem("/properties/relations", f"{relation.name} has no x-endpoints")


def _check_constraints(scheme: Scheme) -> Iterator[SchemeProblem]:
    units = {t.name for t in scheme.span_types} | {"party", "relation", "dyad", "document"}
    fields = {(f.name, v.id) for _, f in scheme.fields() for v in f.values}
    seen: set[str] = set()
    for i, constraint in enumerate(scheme.constraints):
        place = f"/x-constraints/{i}"
        if constraint.id in seen:
            yield SchemeProblem(place, f"the id {constraint.id} is used twice")
        seen.add(constraint.id)
        if constraint.id in scheme.retired_constraints:
            yield SchemeProblem(place, f"the id {constraint.id} is retired; take a new one")
        if constraint.each is not None and constraint.each not in units:
            yield SchemeProblem(place, f"each names {constraint.each!r}, which is no unit")
        if constraint.of is not None and constraint.of not in fields:
            yield SchemeProblem(
                place, f"{constraint.id} is about {constraint.of}, which is no value"
            )


def _check_constraints_file(scheme: Scheme) -> Iterator[SchemeProblem]:
    """The file beside the scheme is Python, imports no internals, and has what the scheme names."""
    path = scheme.rules_file
    try:
        source = decode_source(path.read_bytes()) if path.is_file() else ""
        tree = ast.parse(source)
        table = symtable.symtable(source, path.name, "exec")
    except (SyntaxError, ValueError) as error:
        line = error.lineno if isinstance(error, SyntaxError) else None
        place = f"{path.name}{f':{line}' if line else ''}"
        yield SchemeProblem("/x-constraints", f"{place} is not Python: {error}")
        return
    yield from _check_imports(tree)
    names = {s.get_name() for s in table.get_symbols() if s.is_assigned() or s.is_imported()}
    named = [
        (f"/x-constraints/{i}/function", constraint.function)
        for i, constraint in enumerate(scheme.constraints)
    ]
    if scheme.dyad is not None:
        named.append(("/properties/dyads", scheme.dyad.pairs))
    for place, function in named:
        if function is not None and function not in names:
            fact = f"has no function {function}; define it there, or correct the name"
            if not path.is_file():
                fact = f"is missing; make it, with the function {function}"
            yield SchemeProblem(place, f"{path.name} beside the scheme {fact}")


def _check_imports(tree: ast.Module) -> Iterator[SchemeProblem]:
    """A scheme's rules import no internals: a renamed module must not break a published scheme."""
    for node in ast.walk(tree):
        for name in _imported(node):
            if name.split(".")[0] == "signalbook" and name not in _OPEN_TO_SCHEMES:
                yield SchemeProblem(
                    "/x-constraints",
                    f"constraints.py:{getattr(node, 'lineno', 1)} imports {name}; "
                    "a scheme may import signalbook.schema.rules only",
                )


def _imported(node: ast.AST) -> list[str]:
    """The modules that a statement imports."""
    match node:
        case ast.Import(names=names):
            return [alias.name for alias in names]
        case ast.ImportFrom(module=str(module), level=0) if module.count(".") >= 2:
            return [module]
        case ast.ImportFrom(module=str(module), names=names, level=0):
            return [f"{module}.{alias.name}" for alias in names]
        case _:
            return []
