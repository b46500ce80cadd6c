"""The columns of a dataset's tables: their types and meanings, and their names for a scheme's fields."""

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa

from signalbook.schema.scheme.model import Field, Scheme

OFFSET_UNIT = "unicode_code_point"
#: Columns that say whose row it is.
OWNER = ("annotation_id", "article_id", "layer", "annotator_id")
#: Names that a table gives to columns of its own.
_RESERVED = frozenset(
    [*OWNER, "split", "defaulted", "party_id", "span_id", "type", "start", "end", "text", "origin"]
)


def list_of(type: pa.DataType) -> pa.ListType:
    """A list whose entries have the name that Parquet gives them, so that it is read as written."""
    return pa.list_(pa.field("element", type))


TEXT = pa.string()
TEXTS = list_of(TEXT)
#: JSON type -> Arrow type.
SCALARS: Mapping[str, pa.DataType] = {
    "string": TEXT,
    "boolean": pa.bool_(),
    "integer": pa.int64(),
    "number": pa.float64(),
}


@dataclass(frozen=True)
class Column:
    """One column: its type and what it means."""

    name: str
    type: pa.DataType
    meaning: str
    nullable: bool = True
    #: The scheme's field behind the column, if one is.
    field: Field | None = None

    @property
    def arrow(self) -> pa.Field:
        """The Arrow field; offsets say what they count."""
        unit = {"offset_unit": OFFSET_UNIT} if self.name in ("start", "end", "n_chars") else None
        return pa.field(self.name, self.type, nullable=self.nullable, metadata=unit)


@dataclass(frozen=True)
class ForeignKey:
    """A foreign key."""

    columns: tuple[str, ...]
    table: str
    to: tuple[str, ...]


@dataclass(frozen=True)
class TableSchema:
    """One table of a dataset."""

    name: str
    title: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    foreign_keys: tuple[ForeignKey, ...] = ()

    @property
    def arrow(self) -> pa.Schema:
        """The Arrow schema."""
        return pa.schema([c.arrow for c in self.columns], metadata={"offset_unit": OFFSET_UNIT})

    @property
    def own(self) -> tuple[Column, ...]:
        """The columns without those that only say whose row it is."""
        return tuple(c for c in self.columns if c.name not in OWNER)


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
