"""Show what was understood of a scheme, so that an author can compare it with what was meant."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from signalbook.schema.scheme.coefficients import OF_PARTIES, OF_RELATIONS, OF_SPANS
from signalbook.schema.scheme.model import Agreement, Scheme

from .tables import table_lines

if TYPE_CHECKING:
    from signalbook.schema.authoring.advice import Advice

_COLUMNS = ("unit", "field", "level", "control", "required", "values", "coefficient", "target")


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
    if units := [*_measured_units(scheme)]:
        yield ""
        yield from table_lines(("agreement on", "coefficient", "target", "also shown"), units)
    if renamed := [*_renamed_columns(scheme)]:
        yield ""
        yield "In the tables of a release, the columns of these fields have names of their own:"
        yield from table_lines(("unit", "field", "column"), renamed)


def _renamed_columns(scheme: Scheme) -> Iterator[tuple[str, str, str]]:
    """(Unit, field, column) of each field whose name was taken."""
    from signalbook.schema.tables.columns import (  # reads pyarrow, which takes its time
        dyad_columns,
        label_columns,
        party_columns,
        span_columns,
    )

    columns = {
        **span_columns(scheme),
        **{("party", name): column for name, column in party_columns(scheme).items()},
        **{("dyad", name): column for name, column in dyad_columns(scheme).items()},
        **{("article", name): column for name, column in label_columns(scheme).items()},
    }
    yield from ((unit, name, column) for (unit, name), column in columns.items() if column != name)


def _field_rows(scheme: Scheme) -> Iterator[tuple[str, ...]]:
    for span_type in scheme.span_types:
        if not span_type.fields:
            yield (span_type.name, *"-" * (len(_COLUMNS) - 1))
    for unit, field in scheme.fields():
        required = ("yes, or none" if field.offers_none else "yes") if field.required else "no"
        measured = (*_measured(field.agreement)[:2],) if field.agreement else ("-", "-")
        values = "2" if field.is_boolean else str(len(field.values) or "-")
        control = "computed" if field.derived else field.control
        yield unit, field.name, field.level, control, required, values, *measured


def _measured_units(scheme: Scheme) -> Iterator[tuple[str, ...]]:
    """What is measured of whole units: whether annotators mark the same ones."""
    for span_type in scheme.span_types:
        yield f"spans: {span_type.name}", *_measured(span_type.agreement, OF_SPANS)
    if scheme.relation_types:
        yield "relations", *_measured(scheme.relation_types[0].agreement, OF_RELATIONS)
    if scheme.party is not None:
        yield "parties", *_measured(scheme.party.agreement, (OF_PARTIES,))


def _measured(agreement: Agreement | None, usual: Iterable[str] = ()) -> tuple[str, str, str]:
    """By what agreement is judged, its target, and what is shown beside it."""
    first = next(iter(usual), "-")
    if agreement is None:
        return first, "-", "-"
    target = "-" if agreement.target is None else f"{agreement.target:g}"
    return agreement.coefficient or first, target, ", ".join(agreement.also) or "-"


def advice_lines(advice: "Sequence[Advice]") -> Iterator[str]:
    """Advice by kind: what it is, what to do, what it rests on, and where in the scheme."""
    from signalbook.schema.authoring.advice import ADVICE  # reads documents, which takes its time

    if not advice:
        yield "There is nothing in it that is known to hurt agreement, as far as can be told."
    for id, kind in ADVICE.items():
        places = [a for a in advice if a.id == id]
        if places:
            yield f"Advice: {kind.fact}. {kind.way_out[0].upper()}{kind.way_out[1:]}:"
            yield from (f"  {a.place}{f': {a.detail}' if a.detail else ''}" for a in places)
            yield f"  Because {kind.source}."
