"""Agreement item by item, as a table: one row for every unit that anybody marked."""

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa

from signalbook.export.agreement.coded_corpus import CodedField
from signalbook.export.agreement.comparison_key import PartyKey
from signalbook.export.agreement.corpus import Corpus
from signalbook.export.agreement.field_units import dyads
from signalbook.export.agreement.in_release import InRelease
from signalbook.export.agreement.span_groups import SpanGroups
from signalbook.export.coefficients.coefficient import Ints
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
#: Articles whose items are in memory at once.
_BATCH = 200
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
    batches: list[pa.RecordBatch] = []
    many = len(measured.corpus.articles)
    # Some articles at a time, as rows of Python are large.
    for start in range(0, many, _BATCH):
        items = _items(measured, range(start, min(start + _BATCH, many)))
        rows = _rows(where, sorted(items, key=_place))
        batches.append(pa.RecordBatch.from_pylist([*rows], schema))
    return pa.Table.from_batches(batches, schema).combine_chunks()


def items_parquet(measured: MeasuredCorpus, where: InRelease | None = None) -> bytes:
    """The table as a file, the same bytes for the same annotations."""
    return parquet_bytes(items_table(measured, where))


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


def _items(measured: MeasuredCorpus, articles: range) -> Iterator[_Item]:
    corpus, groups = measured.corpus, measured.coded.groups
    units = (item for article in articles for item in _units(corpus, groups, article))
    items = {item.key: item for item in units}
    for coded in measured.coded.fields:
        kind = _KINDS.get(coded.kind)
        if kind is not None:
            for article, unit, counted in _shares(coded, articles):
                items[kind, coded.unit, article, unit].fields.append(counted)
    yield from items.values()
    for article in articles:
        yield from _relations(corpus, groups, article)
        yield from _parties(corpus, article)


def _units(corpus: Corpus, groups: SpanGroups, article: int) -> Iterator[_Item]:
    """The groups of spans and dyads of an article, and itself, with who marked them."""
    for number, group in enumerate(groups.of_article(article)):
        item = _Item(article, "span", group.type, number, *group.outline, set(group))
        item.spans = group.spans
        item.fields.append(_counted("extent", group.extents))
        yield item
    by_dyad: dict[Hashable, _Item] = {}
    for who in corpus.seen_by[article]:
        for key, _ in dyads(corpus.views[article, who], corpus):
            dyad = by_dyad.setdefault(key, _Item(article, "dyad", "dyad", key))
            dyad.marked.add(who)
    yield from by_dyad.values()
    yield _Item(article, "article", "article", "article", marked=set(corpus.seen_by[article]))


def _shares(coded: CodedField, articles: range) -> Iterator[tuple[int, Hashable, _Field]]:
    """Article, unit and the pairs of annotators who gave it the same; units are by article."""
    ratings, of_units = coded.ratings, coded.articles
    first, end = np.searchsorted(of_units, [articles.start, articles.stop]).tolist()
    low, high = np.searchsorted(ratings.units, [first, end])
    units: Ints = ratings.units[low:high] - first
    codes = ratings.codes[low:high]
    many = max(len(ratings.values), 1)
    given, times = np.unique(units * many + codes, return_counts=True)
    equal = np.bincount(given // many, times * (times - 1) // 2, minlength=end - first)
    sizes = np.bincount(units, minlength=end - first)
    pairs = sizes * (sizes - 1) // 2
    names = ratings.unit_names[first:end]
    rows = zip(of_units[first:end].tolist(), names, pairs.tolist(), equal.tolist(), strict=True)
    for article, name, n, same in rows:
        yield article, name, (coded.field.name, n, int(same))


def _parties(corpus: Corpus, article: int) -> Iterator[_Item]:
    """Parties that are the same in all that makes them so; what else they have is not compared."""
    by_party: dict[PartyKey, _Item] = {}
    for who in corpus.seen_by[article]:
        for key in corpus.views[article, who].party_keys:
            item = by_party.setdefault(key, _Item(article, "party", "party", key))
            item.marked.add(who)
    yield from by_party.values()


def _relations(corpus: Corpus, groups: SpanGroups, article: int) -> Iterator[_Item]:
    """Two groups that anybody linked, whoever of them stands first."""
    symmetric = {kind.name for kind in corpus.scheme.relation_types if kind.symmetric}
    of_article, place = groups.of_article(article), groups.numbers(article)
    linked: dict[tuple[int, int], dict[int, tuple[str, tuple[int, int] | None]]] = {}
    for who, document in corpus.of_article(article):
        for relation in document.relations:
            start, end = place.get((who, relation.from_)), place.get((who, relation.to))
            if start is not None and end is not None:
                direction = None if relation.type in symmetric else (start, end)
                key = (min(start, end), max(start, end))
                linked.setdefault(key, {})[who] = relation.type, direction
    for key, by_annotator in linked.items():
        spans = [span for at in key for span in of_article[at].values()]
        yield _relation(article, spans, by_annotator)


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
