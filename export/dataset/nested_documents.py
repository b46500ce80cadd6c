"""Nest the rows of the normalised tables into documents, and check documents against tables."""

from collections.abc import Iterator, Mapping

import numpy as np
import pyarrow as pa

from signalbook.schema.scheme.model import Scheme
from signalbook.schema.tables.columns import TableSchema
from signalbook.schema.tables.schemas import NESTED, documents_schema, table_schemas

from .arrow_helpers import as_array, integers, positions, rows_where


def nest(scheme: Scheme, tables: Mapping[str, pa.Table], layer: str) -> pa.Table:
    """The documents of one layer: each annotation with its article and all its rows as lists."""
    schema = documents_schema(scheme).arrow
    annotations = _layer(tables["annotations"], layer)
    where = positions(annotations["article_id"], tables["articles"]["article_id"])
    articles = tables["articles"].take(where)
    columns: dict[str, pa.Array] = {n: as_array(articles[n]) for n in articles.column_names}
    columns |= {n: as_array(annotations[n]) for n in annotations.column_names}
    for name, table_schema in _nested_schemas(scheme):
        rows = _layer(tables[name], layer)
        struct = _struct(rows, table_schema)
        if name == "document_labels":
            columns["labels"] = struct
            continue
        offsets = _offsets(rows["annotation_id"], annotations["annotation_id"])
        columns[name] = pa.ListArray.from_arrays(offsets, struct, type=schema.field(name).type)
    return pa.Table.from_arrays([columns[n] for n in schema.names], schema=schema)


def differences(
    scheme: Scheme, tables: Mapping[str, pa.Table], documents: pa.Table, layer: str
) -> Iterator[str]:
    """Where the documents of a layer differ from the tables."""
    expected = nest(scheme, tables, layer)
    if expected.num_rows != documents.num_rows:
        yield f"{documents.num_rows} documents, but the tables have {expected.num_rows}"
        return
    for name in expected.column_names:
        if not expected[name].equals(documents[name]):
            yield f"column {name} differs from the tables"


def _nested_schemas(scheme: Scheme) -> Iterator[tuple[str, TableSchema]]:
    for name, schema in table_schemas(scheme).items():
        if name in NESTED or name == "document_labels":
            yield name, schema


def _layer(table: pa.Table, layer: str) -> pa.Table:
    return rows_where(table, "layer", layer)


def _struct(rows: pa.Table, schema: TableSchema) -> pa.StructArray:
    arrays = [as_array(rows[c.name]) for c in schema.own]
    return pa.StructArray.from_arrays(arrays, fields=[c.arrow for c in schema.own])


def _offsets(owners: pa.ChunkedArray, annotations: pa.ChunkedArray) -> pa.Array:
    """Where the rows of each annotation begin; the rows stand in the order of the annotations."""
    at = integers(positions(owners, annotations))
    if np.any(np.diff(at) < 0):
        raise ValueError("rows are not in the order of their annotations")
    counts = np.bincount(at, minlength=len(annotations))
    return pa.array(np.concatenate(([0], np.cumsum(counts))), pa.int32())
