"""Derive the Arrow schemas of a dataset from its scheme: plain tables, and nested documents."""

from collections.abc import Mapping

import pyarrow as pa

from signalbook.schema.errors import SchemeError
from signalbook.schema.scheme.model import Json, Scheme
from signalbook.schema.scheme.nodes import as_object

from .columns import (
    SCALARS,
    TEXT,
    TEXTS,
    Column,
    ForeignKey,
    TableSchema,
    dyad_columns,
    field_columns,
    field_type,
    label_columns,
    list_of,
    meaning,
    party_columns,
    span_columns,
)

LAYERS = ("gold", "annotators")
#: Tables that become a list<struct> column of the documents.
NESTED = ("parties", "spans", "relations", "dyads")
#: Those whose rows have ids of their own.
IDENTIFIED = ("parties", "spans", "relations")


def table_schemas(scheme: Scheme) -> dict[str, TableSchema]:
    """The normalised tables of a dataset, parents before children."""
    tables = [_articles(scheme), _annotations()]
    if scheme.party is not None:
        tables.append(_parties(scheme))
    tables.append(_spans(scheme))
    if scheme.relation_types:
        tables.append(_relations())
    if scheme.dyad is not None:
        tables.append(_dyads(scheme))
    if scheme.article_labels:
        tables.append(_document_labels(scheme))
    for table in tables:
        names = [c.name for c in table.columns]
        twice = sorted({n for n in names if names.count(n) > 1})
        if twice:
            raise SchemeError(
                f"{scheme.path}: table {table.name} would have column {twice[0]!r} twice; "
                "rename an attribute"
            )
    return {table.name: table for table in tables}


def documents_schema(scheme: Scheme) -> TableSchema:
    """One row per annotated article, with everything marked in it as lists of structs."""
    tables = table_schemas(scheme)
    columns = [*tables["articles"].columns]
    columns += [c for c in tables["annotations"].columns if c.name != "article_id"]
    for name in NESTED:
        if name in tables:
            table = tables[name]
            struct = pa.struct([c.arrow for c in table.own])
            columns.append(Column(name, list_of(struct), table.title, nullable=False))
    if "document_labels" in tables:
        labels = pa.struct([c.arrow for c in tables["document_labels"].own])
        columns.append(Column("labels", labels, tables["document_labels"].title, nullable=False))
    title = "Articles with everything annotated in them, one row per article and annotator."
    return TableSchema("documents", title, tuple(columns), ("annotation_id",))


_WHOSE = (
    Column("annotation_id", TEXT, "The annotation that this belongs to.", nullable=False),
    Column("article_id", TEXT, "The article.", nullable=False),
    Column("layer", TEXT, "gold (adjudicated) or annotators (one person's own).", nullable=False),
    Column("annotator_id", TEXT, "Pseudonym of the annotator; null in the gold layer."),
)
_DEFAULTED = Column(
    "defaulted", TEXTS, "Fields left at the value that the page proposes.", nullable=False
)
_TO_ANNOTATION = ForeignKey(("annotation_id",), "annotations", ("annotation_id",))
#: What a release says of every article, whatever its scheme.
_ARTICLE_COLUMNS = (
    Column("article_id", TEXT, "Identifier of the article.", nullable=False),
    Column("title", TEXT, "Title; null where the text is withheld."),
    Column("text", TEXT, "Exact text that was annotated; null where it is withheld."),
    Column("text_sha256", TEXT, "sha256 of the text as UTF-8.", nullable=False),
    Column("n_chars", pa.int32(), "Length of the text in Unicode code points.", nullable=False),
)
_RIGHTS_COLUMNS = (
    Column("language", TEXT, "Language (BCP 47).", nullable=False),
    Column("licence", TEXT, "Licence of the text (SPDX).", nullable=False),
    Column("redistributable", pa.bool_(), "The text may be given away.", nullable=False),
    Column("extra", TEXT, "Further metadata, as a JSON object."),
    Column("cluster_id", TEXT, "Articles with (nearly) the same text share it.", nullable=False),
)
#: Metadata that the program knows what to do with, where a scheme asks for them.
_KNOWN_METADATA = (
    Column("url", TEXT, "Where the article is found."),
    Column("publisher", TEXT, "Who published it."),
    Column("author", TEXTS, "Who wrote it.", nullable=False),
    Column("published_at", TEXT, "Date or time of publication (ISO 8601, may be partial)."),
)


def _articles(scheme: Scheme) -> TableSchema:
    """What the program says of every article, and the metadata that the scheme names, in its order."""
    described = as_object(scheme.article_schema.get("properties"))
    always = {column.name: column for column in _ARTICLE_COLUMNS}
    rights = {column.name: column for column in _RIGHTS_COLUMNS}
    known = rights | {column.name: column for column in _KNOWN_METADATA}
    metadata = {
        name: known.get(name) or Column(name, _json_type(as_object(node)), _meaning(name, node))
        for name, node in described.items()
        if name not in (*always, "id", "text_length")
    }
    columns = tuple({**always, **metadata, **rights}.values())
    return TableSchema("articles", "The articles.", columns, ("article_id",))


def _meaning(name: str, node: Json) -> str:
    return str(as_object(node).get("description") or _words(name))


def _words(name: str) -> str:
    return name.replace("_", " ").capitalize() + "."


def _json_type(node: Mapping[str, Json]) -> pa.DataType:
    """Type of a metadata column that only the scheme names; what is not plain becomes JSON."""
    kinds = node.get("type")
    names = [k for k in (kinds if isinstance(kinds, list) else [kinds]) if k != "null"]
    kind = names[0] if len(names) == 1 else None
    items = node.get("items")
    if kind == "array" and isinstance(items, dict) and items.get("type") == "string":
        return TEXTS
    return SCALARS.get(str(kind), TEXT)


def _annotations() -> TableSchema:
    columns = (
        Column("annotation_id", TEXT, "One article annotated once.", nullable=False),
        *_WHOSE[1:],
        Column("round", TEXT, "Round of annotation."),
        Column("annotated_on", TEXT, "Day of annotation (ISO 8601)."),
        Column("lead_time_s", pa.float64(), "Seconds that the annotation took."),
        Column("tool", TEXT, "Program that it was made with."),
        Column("schema_version", TEXT, "Version of the annotation scheme.", nullable=False),
    )
    to_article = ForeignKey(("article_id",), "articles", ("article_id",))
    title = "Who annotated which article, an article without anything marked in it too."
    return TableSchema("annotations", title, columns, ("annotation_id",), (to_article,))


def _parties(scheme: Scheme) -> TableSchema:
    assert scheme.party is not None
    columns = (
        *_WHOSE,
        Column("party_id", TEXT, "Identifier within the annotation.", nullable=False),
        *field_columns(scheme.party.fields, party_columns(scheme)),
        _DEFAULTED,
    )
    title = scheme.party.description or "Entities, each in one role."
    return TableSchema("parties", title, columns, ("annotation_id", "party_id"), (_TO_ANNOTATION,))


def _spans(scheme: Scheme) -> TableSchema:
    named = span_columns(scheme)
    attributes: dict[str, Column] = {}
    for span_type in scheme.span_types:
        for field in span_type.fields:
            name = named[span_type.name, field.name]
            attributes.setdefault(
                name, Column(name, field_type(field), meaning(field), True, field)
            )
    columns = (
        *_WHOSE,
        Column("span_id", TEXT, "Identifier within the annotation.", nullable=False),
        Column("type", TEXT, "Kind of span.", nullable=False),
        Column("start", pa.int32(), "First code point of the span.", nullable=False),
        Column("end", pa.int32(), "Code point after its last.", nullable=False),
        Column("text", TEXT, "text[start:end] of the article; null where it is withheld."),
        Column("origin", TEXT, "manual, prediction (kept) or prediction-changed."),
        *attributes.values(),
        _DEFAULTED,
    )
    title = "Marked stretches of text, with their attributes; those of other span types are null."
    if not scheme.span_types:
        title = "Marked stretches of text; the scheme asks for none, so that the table is empty."
    return TableSchema("spans", title, columns, ("annotation_id", "span_id"), (_TO_ANNOTATION,))


def _relations() -> TableSchema:
    columns = (
        *_WHOSE,
        Column("relation_id", TEXT, "Identifier within the annotation.", nullable=False),
        Column("type", TEXT, "Kind of relation.", nullable=False),
        Column("from_span_id", TEXT, "The span that it starts from.", nullable=False),
        Column("to_span_id", TEXT, "The span that it points to.", nullable=False),
    )
    key, to = ("annotation_id", "relation_id"), ("annotation_id", "span_id")
    foreign_keys = (
        _TO_ANNOTATION,
        ForeignKey(("annotation_id", "from_span_id"), "spans", to),
        ForeignKey(("annotation_id", "to_span_id"), "spans", to),
    )
    return TableSchema("relations", "Links between two spans.", columns, key, foreign_keys)


def _dyads(scheme: Scheme) -> TableSchema:
    assert scheme.dyad is not None
    named = dyad_columns(scheme)
    sides = tuple(
        Column(named[f.name], field_type(f), meaning(f), False, f) for f in scheme.dyad.sides
    )
    columns = (*_WHOSE, *sides, *field_columns(scheme.dyad.fields, named))
    key = ("annotation_id", *(c.name for c in sides))
    title = scheme.dyad.description or "Judgements on ordered pairs of sides."
    return TableSchema("dyads", title, columns, key, (_TO_ANNOTATION,))


def _document_labels(scheme: Scheme) -> TableSchema:
    labels = field_columns(scheme.article_labels, label_columns(scheme))
    columns = (*_WHOSE, *labels, _DEFAULTED)
    title = "Labels of the whole article, one row per annotation."
    return TableSchema("document_labels", title, columns, ("annotation_id",), (_TO_ANNOTATION,))
