"""The rows of a release yield what does not hold between them: keys, links, offsets, copies."""

from collections.abc import Iterator, Mapping
from typing import TypeAlias, cast

import numpy as np
import pyarrow as pa

from signalbook.export.dataset.arrow_helpers import joined_key, kernel, numbers, one, positions
from signalbook.export.dataset.nested_documents import differences
from signalbook.export.dataset.redaction import free_text
from signalbook.export.dataset.splits import SPLITS
from signalbook.schema.scheme.model import Scheme
from signalbook.schema.tables.attribute_columns import (
    dyad_columns,
    label_columns,
    party_columns,
    span_columns,
)
from signalbook.schema.tables.schemas import LAYERS, table_schemas
from signalbook.schema.tables.table_schema import Reference, TableSchema

#: (Configuration, split) -> rows.
Data: TypeAlias = dict[tuple[str, str], pa.Table]


def wrong_rows(scheme: Scheme, data: Data) -> Iterator[tuple[str, str]]:
    """(Place, fact) of everything that does not hold."""
    schemas = table_schemas(scheme)
    for schema in schemas.values():
        yield from _wrong_keys(schema, data)
    for split in SPLITS:
        tables = {name: data[name, split] for name in schemas}
        broken = [*_broken_links(schemas, tables, split), *_lost_parties(scheme, tables, split)]
        yield from broken
        if broken:
            continue
        yield from _wrong_offsets(tables, split)
        yield from _not_withheld(scheme, tables, split)
        for layer in LAYERS:
            for fact in differences(scheme, tables, data[layer, split], layer):
                yield f"documents/{layer}, {split}", fact


def _wrong_keys(schema: TableSchema, data: Data) -> Iterator[tuple[str, str]]:
    keys = pa.concat_arrays([joined_key(data[schema.name, s], schema.key) for s in SPLITS])
    twice = len(keys) - len(keys.unique())
    if twice:
        yield f"tables/{schema.name}", f"{twice} rows repeat a key ({', '.join(schema.key)})"
    for column in schema.columns:
        if not column.nullable:
            empty = sum(data[schema.name, split][column.name].null_count for split in SPLITS)
            if empty:
                yield f"tables/{schema.name}", f"{column.name} is null in {empty} rows"


def _broken_links(
    schemas: Mapping[str, TableSchema], tables: Mapping[str, pa.Table], split: str
) -> Iterator[tuple[str, str]]:
    for name, schema in schemas.items():
        for reference in schema.references:
            lost = _lost(tables[name], reference, tables[reference.table])
            if lost is not None:
                columns = ", ".join(reference.columns)
                yield (
                    f"tables/{name}, {split}",
                    f"({columns}) = {lost} is not in {reference.table} of this split",
                )


def _lost(table: pa.Table, reference: Reference, target: pa.Table) -> str | None:
    """The first key that leads nowhere."""
    keys = joined_key(table, reference.columns)
    found = positions(keys, joined_key(target, reference.to))
    if not found.null_count:
        return None
    first = int(np.flatnonzero(found.is_null().to_numpy(zero_copy_only=False))[0])
    return str(keys[first].as_py()).replace("\x1f", ", ")


def _lost_parties(
    scheme: Scheme, tables: Mapping[str, pa.Table], split: str
) -> Iterator[tuple[str, str]]:
    """A span's parties are parties of its annotation, or special values of the field."""
    if "parties" not in tables:
        return
    known = joined_key(tables["parties"], ("annotation_id", "party_id"))
    named = span_columns(scheme)
    fields = {named[t.name, f.name]: f for t in scheme.span_types for f in t.fields}
    for column, field in fields.items():
        if not field.is_party_reference:
            continue
        rows = _entries(tables["spans"], column)
        special = pa.array(field.value_ids, pa.string())
        rows = rows.filter(positions(rows[column], special).is_null())
        keys = joined_key(rows, ("annotation_id", column))
        lost = rows.filter(positions(keys, known).is_null())
        if lost.num_rows:
            value = lost[column][0].as_py()
            yield f"tables/spans, {split}", f"{column} {value!r} is no party of its annotation"


def _entries(table: pa.Table, column: str) -> pa.Table:
    """Annotation and value, one row for each entry that is there."""
    values, owners = one(table[column]), one(table["annotation_id"])
    if isinstance(values, pa.ListArray):
        owners = kernel("take", owners, kernel("list_parent_indices", values))
        values = values.flatten()
    return pa.table({"annotation_id": owners, column: values}).filter(values.is_valid())


def _wrong_offsets(tables: Mapping[str, pa.Table], split: str) -> Iterator[tuple[str, str]]:
    """Spans lie in their texts, and their words are the text there."""
    articles, spans = tables["articles"], tables["spans"]
    where = positions(spans["article_id"], articles["article_id"])
    start, end = numbers(one(spans["start"])), numbers(one(spans["end"]))
    length = numbers(kernel("take", articles["n_chars"], where))
    wrong = np.flatnonzero((start < 0) | (start >= end) | (end > length))
    if wrong.size:
        yield f"tables/spans, {split}", f"row {wrong[0]}: offsets are not in the text"
    rows = cast("list[int]", numbers(where).tolist())
    texts = cast("list[str | None]", articles["text"].to_pylist())
    words = cast("list[str | None]", spans["text"].to_pylist())
    for row, (article, word) in enumerate(zip(rows, words, strict=True)):
        text: str | None = texts[article]
        if word is not None and text is not None and text[start[row] : end[row]] != word:
            yield f"tables/spans, {split}", f"row {row}: text is not that of the article"
            return


def _not_withheld(
    scheme: Scheme, tables: Mapping[str, pa.Table], split: str
) -> Iterator[tuple[str, str]]:
    """Texts that may not be given away are null, and what is said in their words too."""
    articles = tables["articles"]
    kept = articles.filter(kernel("invert", articles["redistributable"]))
    for name, columns in _worded(scheme).items():
        if name not in tables:
            continue
        among = positions(tables[name]["article_id"], kept["article_id"]).is_valid()
        rows = tables[name].filter(among)
        for column in columns:
            if rows[column].null_count < rows.num_rows:
                yield f"tables/{name}, {split}", f"{column} of a withheld article is there"


def _worded(scheme: Scheme) -> dict[str, list[str]]:
    """Table -> columns that hold words of the article or about it."""
    named = span_columns(scheme)
    free = free_text(scheme)
    spans = {named[t.name, name] for t in scheme.span_types for name in free.get(t.name, ())}
    return {
        "articles": ["text", "title", "extra"],
        "spans": ["text", *sorted(spans)],
        "parties": [party_columns(scheme)[name] for name in sorted(free.get("party", ()))],
        "dyads": [dyad_columns(scheme)[name] for name in sorted(free.get("dyad", ()))],
        "document_labels": [
            label_columns(scheme)[name] for name in sorted(free.get("article", ()))
        ],
    }
