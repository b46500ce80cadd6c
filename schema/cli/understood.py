"""Show what was understood of a scheme, so that an author can compare it with what was meant."""

from collections.abc import Iterator

from signalbook.schema.scheme.model import Scheme

from .tables import table_lines

_COLUMNS = ("unit", "field", "level", "control", "required", "values", "coefficient")


def counts_of(scheme: Scheme) -> dict[str, int]:
    """How many of what a scheme has."""
    return {
        "span_types": len(scheme.span_types),
        "fields": sum(1 for _ in scheme.fields()),
        "relation_types": len(scheme.relation_types),
        "constraints": len(scheme.constraints),
    }


def table_of(scheme: Scheme) -> Iterator[str]:
    """Everything that a scheme asks, as tables."""
    yield from table_lines(_COLUMNS, _field_rows(scheme))
    if scheme.relation_types:
        yield ""
        rows = [
            (r.name, ", ".join(r.from_), "<->" if r.symmetric else "->", ", ".join(r.to))
            for r in scheme.relation_types
        ]
        yield from table_lines(("relation", "from", "", "to"), rows)


def _field_rows(scheme: Scheme) -> Iterator[tuple[str, ...]]:
    for span_type in scheme.span_types:
        if not span_type.fields:
            yield (span_type.name, *"-" * (len(_COLUMNS) - 1))
    for unit, field in scheme.fields():
        required = "yes" if field.required else "no"
        coefficient = field.agreement.coefficient if field.agreement else "-"
        values = "2" if field.is_boolean else str(len(field.values) or "-")
        yield unit, field.name, field.level, field.control, required, values, coefficient
