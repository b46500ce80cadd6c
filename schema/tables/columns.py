"""The columns of a dataset's tables: their types and meanings, and their names for a scheme's fields."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import TypeVar

import pyarrow as pa

from signalbook.schema.scheme.model import Field, Scheme

_Key = TypeVar("_Key", bound=Hashable)

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
DAY = pa.date32()
TEXTS = list_of(TEXT)
#: x-arrow -> Arrow type; the forms that are not here are those of the JSON type.
_ARROW: Mapping[str, pa.DataType] = {
    "int8": pa.int8(),
    "int16": pa.int16(),
    "int32": pa.int32(),
    "int64": pa.int64(),
    "float64": pa.float64(),
    "date32": DAY,
}
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
    def described(self) -> pa.Schema:
        """The Arrow schema of a file that stands alone: it says what each column means."""
        return pa.schema(
            [
                c.arrow.with_metadata({**(c.arrow.metadata or {}), "description": c.meaning})
                for c in self.columns
            ],
            metadata={"offset_unit": OFFSET_UNIT},
        )

    @property
    def own(self) -> tuple[Column, ...]:
        """The columns without those that only say whose row it is."""
        return tuple(c for c in self.columns if c.name not in OWNER)


def ids_of_annotators(name: str, ids: tuple[str, ...], meaning: str) -> Column:
    """What leads to a row of each of several annotators."""
    parts = [pa.field(part, TEXT, nullable=False) for part in ("annotator_id", *ids)]
    return Column(name, list_of(pa.struct(parts)), meaning)


#: Of tables about what several annotators marked, released or not.
SPLIT = Column("split", TEXT, "Split of the article; null of annotations not released.")
SPAN_IDS = ids_of_annotators(
    "span_ids",
    ("span_id",),
    "span_id of the span of each annotator who marked the unit; null of what is no span.",
)


def span_columns(scheme: Scheme) -> dict[tuple[str, str], str]:
    """(Span type, attribute) -> column; attributes of one name and type share a column."""
    types: dict[str, set[str]] = {}
    for span_type in scheme.span_types:
        for field in span_type.fields:
            types.setdefault(field.name, set()).add(str(field_type(field)))
    keys = {
        (t.name, f.name): ("", f.name) if len(types[f.name]) == 1 else (t.name, f.name)
        for t in scheme.span_types
        for f in t.fields
    }
    # Those with a name of their own first, which no other is to take from them.
    wanted = {(of, name): f"{of}_{name}" if of else name for of, name in sorted(keys.values())}
    columns = _distinct(wanted)
    return {attribute: columns[key] for attribute, key in keys.items()}


def party_columns(scheme: Scheme) -> dict[str, str]:
    """Attribute of a party -> column."""
    return _distinct({f.name: f.name for f in scheme.party.fields}) if scheme.party else {}


def dyad_columns(scheme: Scheme) -> dict[str, str]:
    """Attribute of a dyad, sides first -> column."""
    dyad = scheme.dyad
    return _distinct({f.name: f.name for f in dyad.all_fields}) if dyad else {}


def label_columns(scheme: Scheme) -> dict[str, str]:
    """Label of an article -> column."""
    return _distinct({f.name: f.name for f in scheme.article_labels})


def field_type(field: Field) -> pa.DataType:
    """Plain strings rather than dictionaries, lists for sets: what every reader can read."""
    scalar = _ARROW.get(field.arrow) or (DAY if field.is_date else SCALARS[field.type])
    return list_of(scalar) if field.many else scalar


def _distinct(wanted: Mapping[_Key, str]) -> dict[_Key, str]:
    """Key -> column: no two alike, whatever their case, and none that a table has already."""
    taken, columns = {*_RESERVED}, dict.fromkeys(wanted, "")
    for key in sorted(wanted, key=lambda key: wanted[key] in _RESERVED):
        column = wanted[key]
        while column.lower() in taken:
            column += "_value"
        taken.add(column.lower())
        columns[key] = column
    return columns


def field_columns(fields: tuple[Field, ...], named: Mapping[str, str]) -> tuple[Column, ...]:
    """The columns of these fields, under the names given."""
    return tuple(Column(named[f.name], field_type(f), meaning(f), True, f) for f in fields)


def meaning(field: Field) -> str:
    """What the column of a field says."""
    says = field.description or field.title
    return f"{says} (computed: {field.derived.meaning})" if field.derived else says
