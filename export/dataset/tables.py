"""Annotation documents become normalised Arrow tables, sorted, with one row per thing."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Literal, TypeAlias

import pyarrow as pa

from signalbook.schema.documents.jsonl import canonical_json
from signalbook.schema.documents.records import AnnotationDocument, Article, Value
from signalbook.schema.documents.repeats import refuse_repeats
from signalbook.schema.documents.same_article import refuse_other_texts
from signalbook.schema.errors import FindingsError
from signalbook.schema.scheme.model import Scheme
from signalbook.schema.tables.columns import (
    TableSchema,
    dyad_columns,
    label_columns,
    party_columns,
    span_columns,
)
from signalbook.schema.tables.schemas import table_schemas
from signalbook.schema.text import counted, listed

Layer: TypeAlias = Literal["gold", "annotators"]
Row: TypeAlias = dict[str, Any]
Layered: TypeAlias = tuple[Layer, AnnotationDocument]

_BATCH_ROWS = 50_000
_MAX_SHOWN = 20


def in_order(
    gold: Sequence[AnnotationDocument], annotators: Sequence[AnnotationDocument]
) -> list[Layered]:
    """Every document with its layer, by article, layer and annotator.

    Raises:
        FindingsError: One annotator has two documents of an article, or it is in gold twice.
    """
    refuse_repeats(annotators)
    count = Counter(document.article.id for document in gold)
    if twice := [id for id, n in count.items() if n > 1]:
        articles = counted(len(twice), "article has", "articles have")
        raise FindingsError(
            f"{articles} several gold annotations: {listed(twice, _MAX_SHOWN)}; keep one of each"
        )
    layered: list[Layered] = []
    layered.extend(("gold", d) for d in gold)
    layered.extend(("annotators", d) for d in annotators)
    layered.sort(key=lambda pair: (pair[1].article.id, pair[0], annotation_id(*pair)))
    return layered


def annotation_id(layer: Layer, document: AnnotationDocument) -> str:
    """An id that names article, layer, annotator and round; the same in every release."""
    if layer == "gold":
        return f"{document.article.id}/gold"
    who = document.annotator
    return "/".join(filter(None, (document.article.id, "annotators", who.id, who.round)))


def articles_of(layered: Iterable[Layered]) -> list[Article]:
    """Every article once, by id; as the gold document has it, or else the first that has a text.

    Raises:
        FindingsError: Two documents are about different texts of one article.
    """
    chosen: dict[str, Article] = {}
    layered = list(layered)
    refuse_other_texts([document for _, document in layered])
    for layer, document in layered:
        article = document.article
        earlier = chosen.setdefault(article.id, article)
        if (article.text is not None, layer == "gold") > (earlier.text is not None, False):
            chosen[article.id] = article
    return [chosen[id] for id in sorted(chosen)]


def build_tables(
    scheme: Scheme,
    articles: Iterable[Article],
    layered: Iterable[Layered],
    clusters: Mapping[str, str],
) -> dict[str, pa.Table]:
    """The tables of these articles and of the annotations of them, in the order given.

    Raises:
        FindingsError: A value does not fit its column.
    """
    schemas = table_schemas(scheme)
    tables = {name: _TableBuilder(schema) for name, schema in schemas.items()}
    for article in articles:
        tables["articles"].add(_article_row(article, schemas["articles"], clusters))
    rows = _DocumentRows(scheme)
    for layer, document in layered:
        for name, row in rows.of_document(layer, document):
            if name in tables:
                tables[name].add(row)
            else:
                raise FindingsError(f"{row['annotation_id']}: the scheme has no {name}")
    return {name: builder.table() for name, builder in tables.items()}


class _TableBuilder:
    """Rows on their way into one Arrow table, some thousands at a time."""

    def __init__(self, schema: TableSchema) -> None:
        self.name = schema.name
        self.schema = schema.arrow
        self.rows: list[Row] = []
        self.batches: list[pa.RecordBatch] = []

    def add(self, row: Row) -> None:
        self.rows.append(row)
        if len(self.rows) >= _BATCH_ROWS:
            self._flush()

    def _flush(self) -> None:
        try:
            self.batches.append(pa.RecordBatch.from_pylist(self.rows, self.schema))
        except (pa.ArrowInvalid, pa.ArrowTypeError, UnicodeEncodeError) as error:
            raise FindingsError(
                f"table {self.name}: a value does not fit its column: {error}; "
                "signalbook validate names it"
            ) from error
        self.rows = []

    def table(self) -> pa.Table:
        self._flush()
        return pa.Table.from_batches(self.batches, self.schema).combine_chunks()


def _article_row(article: Article, schema: TableSchema, clusters: Mapping[str, str]) -> Row:
    dumped = article.model_dump(mode="json", by_alias=True)
    row: Row = {c.name: _metadata(dumped.get(c.name), c.type) for c in schema.columns}
    extra = dumped["extra"]
    row |= {
        "article_id": article.id,
        "title": article.title or None,
        "n_chars": article.text_length,
        "extra": canonical_json(extra) if extra else None,
        "cluster_id": clusters[article.id],
    }
    return row


def _metadata(value: object, type: pa.DataType) -> object:
    """Metadata that has no plain type is kept as JSON."""
    plain = value is None or isinstance(value, str) or type != pa.string()
    return value if plain else canonical_json(value)


class _DocumentRows:
    """The rows that a document becomes, under the names of the scheme's columns."""

    def __init__(self, scheme: Scheme) -> None:
        self.span_names = span_columns(scheme)
        self.party_names = party_columns(scheme)
        self.dyad_names = dyad_columns(scheme)
        self.label_names = label_columns(scheme)
        self.many = {(unit, f.name) for unit, f in scheme.fields() if f.many}
        self.days = {(unit, f.name) for unit, f in scheme.fields() if f.is_date}
        self.sides = [f.name for f in scheme.dyad.sides] if scheme.dyad else []
        self.has_labels = bool(scheme.article_labels)

    def of_document(self, layer: Layer, document: AnnotationDocument) -> Iterator[tuple[str, Row]]:
        """(Table, row) of everything in a document."""
        owner: Row = {
            "annotation_id": annotation_id(layer, document),
            "article_id": document.article.id,
            "layer": layer,
            "annotator_id": document.annotator.id if layer == "annotators" else None,
        }
        yield "annotations", owner | _annotation(document)
        yield from (("parties", owner | row) for row in self._parties(document))
        yield from (("spans", owner | row) for row in self._spans(document))
        yield from (("relations", owner | row) for row in _relations(document))
        yield from (("dyads", owner | row) for row in self._dyads(document))
        if self.has_labels:
            labels = dict(document.article_labels)
            defaulted = labels.pop("defaulted", ())
            row = self._values("article", labels, self.label_names)
            yield "document_labels", owner | row | {"defaulted": defaulted}

    def _parties(self, document: AnnotationDocument) -> Iterator[Row]:
        for party in sorted(document.parties, key=lambda p: (len(p.id), p.id)):
            row = self._values("party", party.attributes, self.party_names)
            yield row | {"party_id": party.id, "defaulted": party.defaulted}

    def _spans(self, document: AnnotationDocument) -> Iterator[Row]:
        for span in sorted(document.spans, key=lambda s: (s.start, s.end, s.id)):
            names = {a: self.span_names.get((span.type, a), "") for a in span.attributes}
            yield self._values(span.type, span.attributes, names) | {
                "span_id": span.id,
                "type": span.type,
                "start": span.start,
                "end": span.end,
                "text": span.text,
                "origin": span.origin,
                "defaulted": span.defaulted,
            }

    def _dyads(self, document: AnnotationDocument) -> Iterator[Row]:
        rows = [self._values("dyad", d.attributes, self.dyad_names) for d in document.dyads]
        columns = [self.dyad_names[side] for side in self.sides]
        yield from sorted(rows, key=lambda row: [str(row.get(name)) for name in columns])

    def _values(self, unit: str, values: Mapping[str, Value], names: Mapping[str, str]) -> Row:
        row: Row = {}
        for attribute, value in values.items():
            name = names.get(attribute)
            if not name:
                raise FindingsError(
                    f"{unit}: the scheme has no attribute {attribute!r}; signalbook validate names it"
                )
            if (unit, attribute) in self.many and isinstance(value, str):
                value = (value,)
            row[name] = _as_days(value) if (unit, attribute) in self.days else value
        return row


def _as_days(value: Value) -> object:
    """A date, or each of several, as a day of the calendar; what is no text stays."""
    if isinstance(value, tuple):
        return [date.fromisoformat(member) for member in value]
    return date.fromisoformat(value) if isinstance(value, str) else value


def _annotation(document: AnnotationDocument) -> Row:
    who = document.annotator
    return {
        "round": who.round,
        "annotated_on": who.created_at[:10] if who.created_at else None,
        "lead_time_s": who.lead_time_s,
        "tool": who.tool,
        "schema_version": document.schema_version,
    }


def _relations(document: AnnotationDocument) -> Iterator[Row]:
    for relation in sorted(document.relations, key=lambda r: (len(r.id), r.id)):
        yield {
            "relation_id": relation.id,
            "type": relation.type,
            "from_span_id": relation.from_,
            "to_span_id": relation.to,
        }
