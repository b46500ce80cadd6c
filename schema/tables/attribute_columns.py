"""The fields of a scheme become columns, with names that clash with no other."""

from collections.abc import Mapping

import pyarrow as pa

from signalbook.schema.scheme.model import Field, Scheme

from .table_schema import OWNER, SCALARS, Column, list_of

_RESERVED = frozenset(
    [*OWNER, "split", "defaulted", "party_id", "span_id", "type", "start", "end", "text", "origin"]
)


def span_columns(scheme: Scheme) -> dict[tuple[str, str], str]:
    """(Span type, attribute) -> column; attributes of one name and type share a column."""
    types: dict[str, set[str]] = {}
    for span_type in scheme.span_types:
        for field in span_type.fields:
            types.setdefault(field.name, set()).add(str(field_type(field)))
    return {
        (t.name, f.name): _free(f.name) if len(types[f.name]) == 1 else f"{t.name}_{f.name}"
        for t in scheme.span_types
        for f in t.fields
    }


def party_columns(scheme: Scheme) -> dict[str, str]:
    """Attribute of a party -> column."""
    return {f.name: _free(f.name) for f in scheme.party.fields} if scheme.party else {}


def dyad_columns(scheme: Scheme) -> dict[str, str]:
    """Attribute of a dyad, sides first -> column."""
    dyad = scheme.dyad
    return {f.name: _free(f.name) for f in dyad.all_fields} if dyad else {}


def label_columns(scheme: Scheme) -> dict[str, str]:
    """Label of an article -> column."""
    return {f.name: _free(f.name) for f in scheme.article_labels}


def field_type(field: Field) -> pa.DataType:
    """Plain strings rather than dictionaries, lists for sets: what every reader can read."""
    scalar = SCALARS[field.type]
    return list_of(scalar) if field.many else scalar


def _free(name: str) -> str:
    return f"{name}_value" if name in _RESERVED else name


def field_columns(fields: tuple[Field, ...], named: Mapping[str, str]) -> tuple[Column, ...]:
    """The columns of these fields, under the names given."""
    return tuple(Column(named[f.name], field_type(f), meaning(f), True, f) for f in fields)


def meaning(field: Field) -> str:
    """What the column of a field says."""
    return field.description or field.title
