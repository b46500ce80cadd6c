"""Agreement item by item, as a table: one row for every unit that anybody marked."""

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa

from signalbook.export.agreement.coded_corpus import CodedField
from signalbook.export.agreement.comparison_key import PartyKey
from signalbook.export.agreement.corpus import Corpus
from signalbook.export.agreement.field_units import dyads
from signalbook.export.agreement.in_release import InRelease
from signalbook.export.agreement.span_groups import SpanGroups
from signalbook.export.dataset.parquet import parquet_bytes
from signalbook.schema.documents.records import Span
from signalbook.schema.tables.columns import (
    SPAN_IDS,
    SPLIT,
    TEXT,
    TEXTS,
    Column,
    TableSchema,
    list_of,
)

from .analysis import MeasuredCorpus

#: Field, pairs of annotators who gave it a value, pairs who gave the same.
_Field: TypeAlias = tuple[str, int, int]
#: Kind of layer -> layer of the table; parties are compared by all that makes them the same.
_KINDS = {"attribute": "span", "dyad": "dyad", "article_label": "article"}
_BATCH = 5000
_COUNT = pa.int32()
_SHARE = pa.struct(
    [
        pa.field("field", TEXT, nullable=False),
        pa.field("pairs", _COUNT, nullable=False),
        pa.field("agreement", pa.float64()),
    ]
)
ITEMS = TableSchema(
    "items",
    "Everything that annotators marked, unit by unit, with how far they agree on it.",
    (
        Column("article_id", TEXT, "The article.", nullable=False),
        SPLIT,
        Column(
            "layer", TEXT, "span, relation, article, or a further kind of unit.", nullable=False
        ),
        Column("item", _COUNT, "Number of the unit within its article and layer.", nullable=False),
        Column("type", TEXT, "Kind of span or relation; else the layer.", nullable=False),
        Column("start", _COUNT, "First code point that anyone marked, of spans and relations."),
        Column("end", _COUNT, "Code point after the last that anyone marked."),
        Column(
            "gold_span_id",
            TEXT,
            "span_id of the span of gold, of the same type, that the unit became; null without "
            "one, and of what is no span.",
        ),
        SPAN_IDS,
        Column("seen_by", TEXTS, "Annotators who saw the article.", nullable=False),
        Column("marked_by", TEXTS, "Annotators who marked the unit.", nullable=False),
        Column("marked_share", pa.float64(), "Share of those who saw it.", nullable=False),
        Column(
            "fields",
            list_of(_SHARE),
            "For each field the pairs of annotators who gave it a value, and the share of these "
            "who gave the same; null without a pair.",
            nullable=False,
        ),
    ),
    ("article_id", "layer", "item"),
)
_ORDER = {name: i for i, name in enumerate(("span", "relation", "party", "dyad", "article"))}


@dataclass(slots=True)
class _Item:
    article: int
    layer: str
    type: str
    #: What it is known by within its article.
    unit: Hashable
    start: int | None = None
    end: int | None = None
    marked: set[int] = field(default_factory=set[int])
    fields: list[_Field] = field(default_factory=list[_Field])
    #: Those of the annotators who marked it, if it is one.
    spans: Mapping[int, Span] = field(default_factory=dict[int, Span])

    @property
    def key(self) -> tuple[str, str, int, Hashable]:
        return self.layer, self.type, self.article, self.unit


def items_table(measured: MeasuredCorpus, where: InRelease | None = None) -> pa.Table:
    """Every unit, by article, layer and place; agreement is the share of equal pairs of values.

    Args:
        measured: The corpus with its measures.
        where: Where units are found in a release, if they are in one.
    """
    where = where or InRelease(measured.corpus)
    schema = ITEMS.described
    rows = _rows(where, sorted(_items(measured), key=_place))
    batches = [pa.RecordBatch.from_pylist(part, schema) for part in _batched(rows)]
    return pa.Table.from_batches(batches, schema).combine_chunks()


def items_parquet(measured: MeasuredCorpus, where: InRelease | None = None) -> bytes:
    """The table as a file, the same bytes for the same annotations."""
    return parquet_bytes(items_table(measured, where))


def _batched(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Some thousands at a time, as rows of Python are large."""
    while part := list(islice(rows, _BATCH)):
        yield part


def _place(item: _Item) -> tuple[int, int, int, int, str]:
    start = -1 if item.start is None else item.start
    return item.article, _ORDER[item.layer], start, item.end or 0, item.type


def _rows(where: InRelease, items: Iterable[_Item]) -> Iterator[dict[str, Any]]:
    corpus = where.corpus
    before: tuple[int, str] = (-1, "")
    number = 0
    for item in items:
        number = number + 1 if (item.article, item.layer) == before else 0
        before = item.article, item.layer
        seen = corpus.seen_by[item.article]
        yield {
            "article_id": corpus.articles[item.article],
            "split": where.split(item.article),
            "layer": item.layer,
            "item": number,
            "type": item.type,
            "start": item.start,
            "end": item.end,
            "gold_span_id": where.gold_span_id((item.article, item.spans)),
            "span_ids": where.span_ids((item.article, item.spans)),
            "seen_by": [corpus.annotators[who] for who in seen],
            "marked_by": [corpus.annotators[who] for who in sorted(item.marked)],
            "marked_share": len(item.marked) / len(seen),
            "fields": [_share(*field) for field in sorted(item.fields)],
        }


def _share(name: str, pairs: int, equal: int) -> dict[str, Any]:
    return {"field": name, "pairs": pairs, "agreement": equal / pairs if pairs else None}


def _counted(name: str, values: Sequence[Hashable]) -> _Field:
    n = len(values)
    equal = sum(k * (k - 1) // 2 for k in Counter(values).values())
    return name, n * (n - 1) // 2, equal


def _items(measured: MeasuredCorpus) -> Iterator[_Item]:
    corpus = measured.corpus
    items = {item.key: item for item in _units(corpus, measured.coded.groups)}
    for coded in measured.coded.fields:
        kind = _KINDS.get(coded.kind)
        if kind is not None:
            for article, unit, counted in _shares(coded):
                items[kind, coded.unit, article, unit].fields.append(counted)
    yield from items.values()
    yield from _relations(corpus, measured.coded.groups)
    yield from _parties(corpus)


def _units(corpus: Corpus, groups: SpanGroups) -> Iterator[_Item]:
    """Groups of spans, dyads and articles, with who marked them."""
    for article, number, group in groups:
        item = _Item(article, "span", group.type, number, *group.outline, set(group))
        item.spans = group.spans
        item.fields.append(_counted("extent", group.extents))
        yield item
    by_dyad: dict[tuple[int, Hashable], _Item] = {}
    for (article, who), view in corpus.views.items():
        for key, _ in dyads(view, corpus):
            dyad = by_dyad.setdefault((article, key), _Item(article, "dyad", "dyad", key))
            dyad.marked.add(who)
    yield from by_dyad.values()
    for article, seen in enumerate(corpus.seen_by):
        yield _Item(article, "article", "article", "article", marked=set(seen))


def _shares(coded: CodedField) -> Iterator[tuple[int, Hashable, _Field]]:
    """Article, unit and the pairs of annotators who gave it the same."""
    ratings, sizes = coded.ratings, coded.sizes
    many = max(len(ratings.values), 1)
    given, counts = np.unique(ratings.units * many + ratings.codes, return_counts=True)
    equal = np.bincount(given // many, counts * (counts - 1) // 2, minlength=len(sizes))
    pairs = sizes * (sizes - 1) // 2
    for unit, article in enumerate(coded.articles.tolist()):
        counted = coded.field.name, int(pairs[unit]), int(equal[unit])
        yield article, ratings.unit_names[unit], counted


def _parties(corpus: Corpus) -> Iterator[_Item]:
    """Parties that are the same in all that makes them so; what else they have is not compared."""
    by_party: dict[tuple[int, PartyKey], _Item] = {}
    for (article, who), view in corpus.views.items():
        for key in view.party_keys:
            item = by_party.get((article, key))
            if item is None:
                item = by_party[article, key] = _Item(article, "party", "party", (article, key))
            item.marked.add(who)
    yield from by_party.values()


def _relations(corpus: Corpus, groups: SpanGroups) -> Iterator[_Item]:
    """Two groups that anybody linked, whoever of them stands first."""
    symmetric = {kind.name for kind in corpus.scheme.relation_types if kind.symmetric}
    for article, of_article in enumerate(groups.articles):
        place = groups.numbers(article)
        linked: dict[tuple[int, int], dict[int, tuple[str, tuple[int, int] | None]]] = {}
        for who, document in corpus.of_article(article):
            for relation in document.relations:
                start, end = place.get((who, relation.from_)), place.get((who, relation.to))
                if start is not None and end is not None:
                    direction = None if relation.type in symmetric else (start, end)
                    key = (min(start, end), max(start, end))
                    linked.setdefault(key, {})[who] = relation.type, direction
        for key, by_annotator in linked.items():
            yield _relation(
                article, [s for at in key for s in of_article[at].values()], by_annotator
            )


def _relation(
    article: int, spans: Sequence[Span], by_annotator: dict[int, tuple[str, tuple[int, int] | None]]
) -> _Item:
    types = [type_ for type_, _ in by_annotator.values()]
    directions = [direction for _, direction in by_annotator.values() if direction is not None]
    start, end = min(span.start for span in spans), max(span.end for span in spans)
    type_ = Counter(types).most_common(1)[0][0]
    item = _Item(article, "relation", type_, None, start, end, set(by_annotator))
    item.fields += [_counted("type", types), _counted("direction", directions)]
    return item
