"""Agreement item by item, as a table: one row for every unit that anybody marked."""

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import TypeAlias

import numpy as np
import pyarrow as pa

from signalbook.export.agreement.coded_corpus import CodedCorpus
from signalbook.export.agreement.comparison_key import ComparedDocument
from signalbook.export.agreement.corpus import coreferent_spans, first_mentions
from signalbook.export.agreement.field_units import dyads
from signalbook.export.agreement.in_release import InRelease
from signalbook.export.agreement.span_groups import SpanGroup
from signalbook.export.coefficients.coefficient import Ints
from signalbook.export.coefficients.ratings import Ratings
from signalbook.export.dataset.parquet import parquet_bytes_of_parts
from signalbook.schema.documents.records import Relation

from .item_columns import LAYERS, SHARES, items_schema

#: Field, pairs of annotators who gave it a value, pairs who gave the same.
_Field: TypeAlias = tuple[str, int, int]
#: Field, places of items, and as many pairs of annotators at each.
_Counts: TypeAlias = tuple[str, Ints, Ints, Ints]
#: Annotator, relation, and its ends in their order if that says something.
_Link: TypeAlias = tuple[int, Relation, tuple[int, int] | None]
#: Stands among the numbers of annotators for the gold annotation.
_GOLD = -1
#: Kind of layer -> layer of the table; parties are compared by all that makes them the same.
_KINDS = {"attribute": "span", "dyad": "dyad", "article_label": "article"}
#: What of spans and relations is compared, too.
_OWN_FIELDS = ("extent", "type", "direction")
#: Articles whose items are in memory at once.
_BATCH = 200
_ORDER = {name: place for place, name in enumerate(LAYERS)}
#: Column that leads to the rows of annotators -> the layers that have it, and what it holds of each
#: row; so do, of gold, the columns of these names after `gold_`.
_KEYS = {
    "span_ids": (("span", "coreferent_mention"), ("span_id",)),
    "relation_ids": (("relation",), ("relation_id",)),
    "party_ids": (("party",), ("party_id",)),
    "sides": (("dyad",), ("first_side", "second_side")),
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


def items_parquet(coded: CodedCorpus, where: InRelease | None = None) -> bytes:
    """Every unit, by article, layer and place, as a file: the same bytes for the same annotations.

    Args:
        coded: The annotations.
        where: Where units are found in a release, if they are in one.
    """
    where = where or InRelease(coded.corpus)
    schema = items_schema(coded.corpus.scheme).described
    many = len(coded.corpus.articles)
    # Some articles at a time, as units of Python are large.
    some = (range(start, min(start + _BATCH, many)) for start in range(0, many, _BATCH))
    return parquet_bytes_of_parts((_table(coded, where, schema, of) for of in some), schema)


def _place(item: _Item) -> tuple[int, int, int, int, str]:
    start = -1 if item.start is None else item.start
    return item.article, _ORDER[item.layer], start, item.end or 0, item.type


def _table(coded: CodedCorpus, where: InRelease, schema: pa.Schema, articles: range) -> pa.Table:
    """The rows of some articles."""
    corpus, names = where.corpus, where.corpus.annotators
    items = sorted((i for article in articles for i in _units(coded, where, article)), key=_place)
    seen = [[names[who] for who in corpus.seen_by[item.article]] for item in items]
    marked = [item.marked for item in items]
    of_layers = groupby(items, key=lambda item: (item.article, item.layer))
    columns = {
        "article_id": [corpus.articles[item.article] for item in items],
        "split": [where.split(item.article) for item in items],
        "layer": [item.layer for item in items],
        "item": [number for _, of_layer in of_layers for number, _ in enumerate(of_layer)],
        "type": [item.type for item in items],
        "start": [item.start for item in items],
        "end": [item.end for item in items],
        "name": [item.name for item in items],
        "from_name": [item.ends[0] for item in items],
        "to_name": [item.ends[1] for item in items],
        "seen_by": seen,
        "marked_by": [[names[who] for who in by] for by in marked],
        "marked_share": [len(by) / len(of) for by, of in zip(marked, seen, strict=True)],
        "fields": _fields(coded, items, articles),
    }
    for column, (layers, parts) in _KEYS.items():
        rows = [item.rows if item.layer in layers else None for item in items]
        columns[column] = [
            None if of is None else [(names[who], *of[who]) for who in by]
            for of, by in zip(rows, marked, strict=True)
        ]
        of_gold = [of.get(_GOLD) if of else None for of in rows]
        for place, part in enumerate(parts):
            columns[f"gold_{part}"] = [row and row[place] for row in of_gold]
    return pa.table(columns, schema)


def _fields(coded: CodedCorpus, items: Sequence[_Item], articles: range) -> pa.ListArray:
    """The fields of each item by name, with the share of equal pairs of values."""
    counts = [*_own_counts(items), *_counts(coded, items, articles)]
    names = sorted({name for name, *_ in counts})
    codes = np.repeat([names.index(name) for name, *_ in counts], [len(of) for _, of, *_ in counts])
    of_items, pairs, equal = (np.concatenate(column) for column in [*zip(*counts, strict=True)][1:])
    order = np.lexsort((equal, pairs, codes, of_items))
    pairs = pairs[order]
    shares = pa.array(equal[order] / np.maximum(pairs, 1), mask=pairs == 0)
    columns = [pa.array(names).take(pa.array(codes[order])), pa.array(pairs, pa.int32()), shares]
    offsets = np.searchsorted(of_items[order], np.arange(len(items) + 1))
    structs = pa.StructArray.from_arrays(columns, fields=[*SHARES.value_type])
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), structs, type=SHARES)


def _own_counts(items: Sequence[_Item]) -> Iterator[_Counts]:
    """Of what no field of the scheme says."""
    for name in _OWN_FIELDS:
        rows = [(n, *of) for n, item in enumerate(items) for own, *of in item.fields if own == name]
        of_items, pairs, equal = np.array(rows, dtype=np.int64).reshape(-1, 3).T
        yield name, of_items, pairs, equal


def _counts(coded: CodedCorpus, items: Sequence[_Item], articles: range) -> Iterator[_Counts]:
    """Of the fields of the scheme; those of one kind of unit have the same units, by article."""
    place = {item.key: number for number, item in enumerate(items)}
    compared = (of for of in coded.fields if of.kind in _KINDS)
    for (kind, unit), of_unit in groupby(compared, key=lambda of: (of.kind, of.unit)):
        fields = [*of_unit]
        of_articles, names = fields[0].articles, fields[0].ratings.unit_names
        first, end = np.searchsorted(of_articles, [articles.start, articles.stop]).tolist()
        units = zip(of_articles[first:end].tolist(), names[first:end], strict=True)
        numbers = [place[_KINDS[kind], unit, article, name] for article, name in units]
        for of in fields:
            pairs, equal = _pairs(of.ratings, first, end)
            yield of.field.name, np.array(numbers, dtype=np.int64), pairs, equal


def _pairs(ratings: Ratings, first: int, end: int) -> tuple[Ints, Ints]:
    """Pairs of annotators who gave each of these units a value, and pairs who gave the same."""
    low, high = np.searchsorted(ratings.units, [first, end])
    units: Ints = ratings.units[low:high] - first
    many = max(len(ratings.values), 1)
    given, times = np.unique(units * many + ratings.codes[low:high], return_counts=True)
    equal = np.bincount(given // many, times * (times - 1) // 2, minlength=end - first)
    sizes = np.bincount(units, minlength=end - first)
    return sizes * (sizes - 1) // 2, equal.astype(np.int64)


def _counted(name: str, values: Sequence[Hashable]) -> _Field:
    n = len(values)
    return name, n * (n - 1) // 2, (sum(map(values.count, values)) - n) // 2


def _units(coded: CodedCorpus, where: InRelease, article: int) -> Iterator[_Item]:
    """What annotators and gold have of an article, and the article itself."""
    corpus = where.corpus
    views = {who: corpus.views[article, who] for who in corpus.seen_by[article]}
    if article in where.gold:
        views[_GOLD] = where.gold[article]
    spans = [*_spans(coded, where, article)]
    yield from spans
    yield from _relations(where, article, views, spans)
    yield from _parties(article, views)
    yield from _dyads(where, article, views)
    item = _Item(article, "article", "article", "article")
    item.rows |= dict.fromkeys(corpus.seen_by[article], ())
    yield item


def _spans(coded: CodedCorpus, where: InRelease, article: int) -> Iterator[_Item]:
    """The groups of spans of an article, then the spans of gold that are in none of them."""
    gold = where.gold.get(article)
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
    extents = group.extents
    start, end = min(start for start, _ in extents), max(end for _, end in extents)
    fields = [_counted("extent", extents)]
    return _Item(article, layer, group.type, unit, start, end, rows, fields)


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
    if directions:
        first, last = max(directions, key=directions.count)
    else:
        first, last = sorted(ends, key=lambda at: (spans[at].start, spans[at].end))
    outlines = [(spans[at].start or 0, spans[at].end or 0) for at in ends]
    start, end = min(start for start, _ in outlines), max(end for _, end in outlines)
    type_ = max(types, key=types.count)
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
