"""Agreement item by item, as a table: one row for every unit that anybody marked."""

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa

from signalbook.export.agreement.coded_corpus import CodedField
from signalbook.export.agreement.comparison_key import ComparedDocument
from signalbook.export.agreement.corpus import coreferent_spans, first_mentions
from signalbook.export.agreement.field_units import dyads
from signalbook.export.agreement.in_release import InRelease
from signalbook.export.agreement.span_groups import SpanGroup
from signalbook.export.coefficients.coefficient import Ints
from signalbook.export.dataset.parquet import parquet_bytes
from signalbook.schema.documents.records import Relation

from .analysis import MeasuredCorpus
from .item_columns import LAYERS, items_schema

#: Field, pairs of annotators who gave it a value, pairs who gave the same.
_Field: TypeAlias = tuple[str, int, int]
#: Annotator, relation, and its ends in their order if that says something.
_Link: TypeAlias = tuple[int, Relation, tuple[int, int] | None]
#: Stands among the numbers of annotators for the gold annotation.
_GOLD = -1
#: Kind of layer -> layer of the table; parties are compared by all that makes them the same.
_KINDS = {"attribute": "span", "dyad": "dyad", "article_label": "article"}
#: Articles whose items are in memory at once.
_BATCH = 200
_ORDER = {name: place for place, name in enumerate(LAYERS)}
_SPAN_KEY = ("span_ids", ("gold_span_id",))
#: Layer -> the column that leads to the rows of annotators, and those that lead to that of gold.
_KEYS = {
    "span": _SPAN_KEY,
    "coreferent_mention": _SPAN_KEY,
    "relation": ("relation_ids", ("gold_relation_id",)),
    "party": ("party_ids", ("gold_party_id",)),
    "dyad": ("sides", ("gold_first_side", "gold_second_side")),
}


@dataclass(slots=True)
class _Item:
    article: int
    layer: str
    type: str
    #: What it is known by within its article.
    unit: Hashable
    start: int | None = None
    end: int | None = None
    #: Annotator, or gold -> what its row is known by in the table of such units.
    rows: dict[int, tuple[str, ...]] = field(default_factory=dict[int, tuple[str, ...]])
    fields: list[_Field] = field(default_factory=list[_Field])
    name: str | None = None
    #: Names of what a relation or a dyad goes from and to.
    ends: tuple[str | None, str | None] = (None, None)

    @property
    def key(self) -> tuple[str, str, int, Hashable]:
        return self.layer, self.type, self.article, self.unit

    @property
    def marked(self) -> list[int]:
        """The annotators who have it."""
        return sorted(who for who in self.rows if who != _GOLD)


def items_table(measured: MeasuredCorpus, where: InRelease | None = None) -> pa.Table:
    """Every unit, by article, layer and place; agreement is the share of equal pairs of values.

    Args:
        measured: The corpus with its measures.
        where: Where units are found in a release, if they are in one.
    """
    where = where or InRelease(measured.corpus)
    schema = items_schema(measured.corpus.scheme).described
    batches: list[pa.RecordBatch] = []
    many = len(measured.corpus.articles)
    # Some articles at a time, as rows of Python are large.
    for start in range(0, many, _BATCH):
        items = _items(measured, where, range(start, min(start + _BATCH, many)))
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
        seen, marked = corpus.seen_by[item.article], item.marked
        yield {
            "article_id": corpus.articles[item.article],
            "split": where.split(item.article),
            "layer": item.layer,
            "item": number,
            "type": item.type,
            "start": item.start,
            "end": item.end,
            "name": item.name,
            "from_name": item.ends[0],
            "to_name": item.ends[1],
            **_keys(item, marked, corpus.annotators),
            "seen_by": [corpus.annotators[who] for who in seen],
            "marked_by": [corpus.annotators[who] for who in marked],
            "marked_share": len(marked) / len(seen),
            "fields": [_share(*field) for field in sorted(item.fields)],
        }


def _keys(item: _Item, marked: Iterable[int], annotators: Sequence[str]) -> dict[str, Any]:
    """What leads to the rows of annotators and of gold."""
    if item.layer not in _KEYS:
        return {}
    column, of_gold = _KEYS[item.layer]
    parts = [name.removeprefix("gold_") for name in of_gold]
    rows = [
        {"annotator_id": annotators[who], **dict(zip(parts, item.rows[who], strict=True))}
        for who in marked
    ]
    return {column: rows, **dict(zip(of_gold, item.rows.get(_GOLD, ()), strict=False))}


@cache
def _share(name: str, pairs: int, equal: int) -> dict[str, Any]:
    return {"field": name, "pairs": pairs, "agreement": equal / pairs if pairs else None}


def _counted(name: str, values: Sequence[Hashable]) -> _Field:
    n = len(values)
    return name, n * (n - 1) // 2, (sum(map(values.count, values)) - n) // 2


def _items(measured: MeasuredCorpus, where: InRelease, articles: range) -> list[_Item]:
    items = [item for article in articles for item in _units(measured, where, article)]
    rated = {item.key: item for item in items if item.layer in _KINDS.values()}
    for coded in measured.coded.fields:
        kind = _KINDS.get(coded.kind)
        if kind is not None:
            for article, unit, counted in _shares(coded, articles):
                rated[kind, coded.unit, article, unit].fields.append(counted)
    return items


def _units(measured: MeasuredCorpus, where: InRelease, article: int) -> Iterator[_Item]:
    """What annotators and gold have of an article, and the article itself."""
    corpus = where.corpus
    views = {who: corpus.views[article, who] for who in corpus.seen_by[article]}
    if article in where.gold:
        views[_GOLD] = where.gold[article]
    spans = [*_spans(measured, where, article)]
    yield from spans
    yield from _relations(where, article, views, spans)
    yield from _parties(article, views)
    yield from _dyads(where, article, views)
    item = _Item(article, "article", "article", "article")
    item.rows |= dict.fromkeys(corpus.seen_by[article], ())
    yield item


def _spans(measured: MeasuredCorpus, where: InRelease, article: int) -> Iterator[_Item]:
    """The groups of spans of an article, then the spans of gold that are in none of them."""
    coded, gold = measured.coded, where.gold.get(article)
    matched: set[str] = set()
    for layer, groups in (("span", coded.groups), ("coreferent_mention", coded.coreferent_groups)):
        for number, group in enumerate(groups.of_article(article)):
            item = _of_group(article, layer, number, group)
            id = where.gold_span_id((article, group.spans))
            if id is not None:
                item.rows[_GOLD] = (id,)
                matched.add(id)
            yield item
    if gold is None or len(matched) == len(gold.document.spans):
        return
    for layer, of in (("span", first_mentions), ("coreferent_mention", coreferent_spans)):
        for span in of(gold.document, where.corpus.scheme):
            if span.id not in matched:
                yield _of_group(article, layer, span.id, SpanGroup({_GOLD: span}))


def _of_group(article: int, layer: str, unit: Hashable, group: SpanGroup[int]) -> _Item:
    rows: dict[int, tuple[str, ...]] = {who: (span.id,) for who, span in group.spans.items()}
    fields = [_counted("extent", group.extents)]
    return _Item(article, layer, group.type, unit, *group.outline, rows, fields)


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


def _relations(
    where: InRelease,
    article: int,
    views: Mapping[int, ComparedDocument],
    spans: Sequence[_Item],
) -> Iterator[_Item]:
    """Two items of spans that anybody linked, whoever of them stands first."""
    symmetric = {kind.name for kind in where.corpus.scheme.relation_types if kind.symmetric}
    linked: dict[tuple[int, int], list[_Link]] = {}
    place: dict[tuple[int, str], int] = {}
    if any(view.document.relations for view in views.values()):
        place = {(who, id): at for at, s in enumerate(spans) for who, (id,) in s.rows.items()}
    for who, view in views.items():
        for relation in view.document.relations:
            start, end = place.get((who, relation.from_)), place.get((who, relation.to))
            if start is not None and end is not None:
                direction = None if relation.type in symmetric else (start, end)
                key = (min(start, end), max(start, end))
                linked.setdefault(key, []).append((who, relation, direction))
    for ends, links in linked.items():
        for of_item in _one_of_each(links):
            yield _relation(article, of_item, ends, spans)


def _one_of_each(links: Sequence[_Link]) -> Iterator[Sequence[_Link]]:
    """Links between the same two, parted so that nobody has two; equal ones stay together."""
    if len({who for who, _, _ in links}) == len(links):
        yield links
        return
    times = Counter((relation.type, direction) for _, relation, direction in links)
    items: list[list[_Link]] = []
    for link in sorted(links, key=lambda link: -times[link[1].type, link[2]]):
        free = (item for item in items if all(link[0] != who for who, _, _ in item))
        item = next(free, None)
        if item is None:
            items.append(item := [])
        item.append(link)
    yield from items


def _relation(
    article: int, links: Sequence[_Link], ends: tuple[int, int], spans: Sequence[_Item]
) -> _Item:
    own = [link for link in links if link[0] != _GOLD]
    types = [relation.type for _, relation, _ in own or links]
    directions = [direction for _, _, direction in own or links if direction is not None]
    by_place = sorted(ends, key=lambda at: (spans[at].start, spans[at].end))
    first, last = Counter(directions).most_common(1)[0][0] if directions else by_place
    outlines = [(spans[at].start or 0, spans[at].end or 0) for at in ends]
    start, end = min(start for start, _ in outlines), max(end for _, end in outlines)
    type_ = Counter(types).most_common(1)[0][0]
    item = _Item(article, "relation", type_, (ends, links[0][1].id), start, end)
    item.rows = {who: (relation.id,) for who, relation, _ in links}
    item.fields += [_counted("type", types), _counted("direction", directions)]
    item.ends = _where(spans[first]), _where(spans[last])
    return item


def _where(item: _Item) -> str:
    return f"{item.type} [{item.start}, {item.end})"


def _parties(article: int, views: Mapping[int, ComparedDocument]) -> Iterator[_Item]:
    """Parties that are the same in all that makes them so; what else they have is not compared."""
    items: dict[Hashable, _Item] = {}
    for who, view in views.items():
        for key, party in zip(view.party_keys, view.document.parties, strict=True):
            item = _without_row(items, _Item(article, "party", "party", key), who)
            item.rows[who] = (party.id,)
            item.name = item.name or str(key)
    yield from items.values()


def _dyads(
    where: InRelease, article: int, views: Mapping[int, ComparedDocument]
) -> Iterator[_Item]:
    items: dict[Hashable, _Item] = {}
    dyad = where.corpus.scheme.dyad
    sides = dyad.sides if dyad else ()
    for who, view in views.items():
        for key, attributes in dyads(view, where.corpus):
            item = _without_row(items, _Item(article, "dyad", "dyad", key), who)
            item.rows[who] = tuple(str(attributes.get(side.name)) for side in sides)
            item.ends = str(key[0]), str(key[1])
    yield from items.values()


def _without_row(items: dict[Hashable, _Item], new: _Item, who: int) -> _Item:
    """The item of a unit in which the annotator has no row yet: one who has it twice needs two."""
    unit, again = new.unit, 0
    item = items.setdefault(unit, new)
    while who in item.rows:
        again += 1
        new.unit = (unit, again)
        item = items.setdefault(new.unit, new)
    return item
