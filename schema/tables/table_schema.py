"""What a table of a dataset is: its columns with their types and meanings, its key, its links."""

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa

from signalbook.schema.scheme.model import Field

OFFSET_UNIT = "unicode_code_point"
#: Columns that say whose row it is.
OWNER = ("annotation_id", "article_id", "layer", "annotator_id")


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
class Reference:
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
    references: tuple[Reference, ...] = ()

    @property
    def arrow(self) -> pa.Schema:
        """The Arrow schema."""
        return pa.schema([c.arrow for c in self.columns], metadata={"offset_unit": OFFSET_UNIT})

    @property
    def own(self) -> tuple[Column, ...]:
        """The columns without those that only say whose row it is."""
        return tuple(c for c in self.columns if c.name not in OWNER)
