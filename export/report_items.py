"""A corpus becomes agreement item by item: one row for every unit that anybody marked."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from .comparable import compared_fields, party_key
from .corpus import Corpus
from .grouping import Group
from .layers import layers
from .report_findings import Findings

if TYPE_CHECKING:
    import pyarrow as pa

_Groups: TypeAlias = Sequence[Sequence[Group[int]]]
#: Field -> annotator -> value.
_Said: TypeAlias = dict[str, dict[int, Hashable]]
_ORDER = {name: i for i, name in enumerate(("span", "relation", "party", "dyad", "article"))}


@dataclass
class _Item:
    article: int
    layer: str
    type: str
    start: int | None = None
    end: int | None = None
    marked: set[int] = field(default_factory=set[int])
    said: _Said = field(default_factory=lambda: defaultdict(dict))


def items_schema() -> "pa.Schema":
    """The columns of the table."""
    import pyarrow as pa

    text, count = pa.string(), pa.int32()
    texts = pa.list_(pa.field("element", text))
    share = pa.struct(
        [
            pa.field("field", text, nullable=False),
            pa.field("pairs", count, nullable=False),
            pa.field("agreement", pa.float64()),
        ]
    )
    return pa.schema(
        [
            pa.field("article_id", text, nullable=False),
            pa.field("layer", text, nullable=False),
            pa.field("item", count, nullable=False),
            pa.field("type", text, nullable=False),
            pa.field("start", count),
            pa.field("end", count),
            pa.field("seen_by", texts, nullable=False),
            pa.field("marked_by", texts, nullable=False),
            pa.field("marked_share", pa.float64(), nullable=False),
            pa.field("fields", pa.list_(pa.field("element", share)), nullable=False),
        ],
        metadata={"offset_unit": "unicode_code_point"},
    )


def items_table(findings: Findings) -> "pa.Table":
    """Every unit, by article, layer and place; agreement is the share of equal pairs of values."""
    import pyarrow as pa

    corpus = findings.corpus
    found = sorted(_items(corpus, findings.groups), key=_place)
    return pa.Table.from_pylist(list(_rows(corpus, found)), schema=items_schema())


def items_parquet(findings: Findings) -> bytes:
    """The table as a file, the same bytes for the same findings."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    sink = pa.BufferOutputStream()
    pq.write_table(
        items_table(findings),
        sink,
        compression="zstd",
        write_page_index=True,
        write_page_checksum=True,
    )
    return bytes(sink.getvalue().to_pybytes())


def _place(item: _Item) -> tuple[int, int, int, int, str]:
    start = -1 if item.start is None else item.start
    return item.article, _ORDER[item.layer], start, item.end or 0, item.type


def _rows(corpus: Corpus, found: Iterable[_Item]) -> Iterator[dict[str, Any]]:
    before: tuple[int, str] = (-1, "")
    number = 0
    for item in found:
        number = number + 1 if (item.article, item.layer) == before else 0
        before = item.article, item.layer
        seen = corpus.seen_by[item.article]
        yield {
            "article_id": corpus.articles[item.article],
            "layer": item.layer,
            "item": number,
            "type": item.type,
            "start": item.start,
            "end": item.end,
            "seen_by": [corpus.annotators[who] for who in seen],
            "marked_by": [corpus.annotators[who] for who in sorted(item.marked)],
            "marked_share": len(item.marked) / len(seen),
            "fields": [_share(name, values) for name, values in sorted(item.said.items())],
        }


def _share(name: str, values: dict[int, Hashable]) -> dict[str, Any]:
    n = len(values)
    pairs = n * (n - 1) // 2
    equal = sum(k * (k - 1) // 2 for k in Counter(values.values()).values())
    return {"field": name, "pairs": pairs, "agreement": equal / pairs if pairs else None}


def _items(corpus: Corpus, groups: _Groups) -> Iterator[_Item]:
    found: dict[tuple[str, str, int, Hashable], _Item] = {}
    for article, of_article in enumerate(groups):
        for number, group in enumerate(of_article):
            type_ = next(iter(group.values())).type
            start = min(span.start for span in group.values())
            end = max(span.end for span in group.values())
            item = _Item(article, "span", type_, start, end, set(group))
            for who, span in group.items():
                item.said["extent"][who] = (span.start, span.end)
            found["span", type_, article, number] = item
    _say(corpus, groups, found)
    yield from found.values()
    yield from _relations(corpus, groups)
    yield from _parties(corpus)


def _parties(corpus: Corpus) -> Iterator[_Item]:
    """Parties that are the same in all that makes them so; what else they have is not compared."""
    compared = compared_fields(corpus.scheme)
    found: dict[tuple[int, str], _Item] = {}
    for (article, who), document in sorted(corpus.documents.items()):
        for party in document.parties:
            key = article, party_key(party, compared)
            item = found.setdefault(key, _Item(article, "party", "party"))
            item.marked.add(who)
    yield from found.values()


def _say(
    corpus: Corpus, groups: _Groups, found: dict[tuple[str, str, int, Hashable], _Item]
) -> None:
    """Every value of every layer to its item; units that are no spans come to be here."""
    kinds = {"attribute": "span", "article_label": "article"}
    for layer in layers(corpus, groups):
        kind = kinds.get(layer.kind, layer.kind)
        for article, unit, who, value in layer.rows:
            if kind == "party":
                continue
            key = (kind, layer.unit, article, unit)
            item = found.get(key)
            if item is None:
                item = found[key] = _Item(article, kind, layer.unit)
            item.marked.add(who)
            if value is not None:
                item.said[layer.field.name][who] = value


def _relations(corpus: Corpus, groups: _Groups) -> Iterator[_Item]:
    """Two groups that anybody linked, whoever of them stands first."""
    symmetric = {kind.name for kind in corpus.scheme.relation_types if kind.symmetric}
    for article, of_article in enumerate(groups):
        place = {
            (who, span.id): number
            for number, group in enumerate(of_article)
            for who, span in group.items()
        }
        found: dict[tuple[int, int], _Item] = {}
        for who, document in corpus.of_article(article):
            for relation in document.relations:
                ends = place.get((who, relation.from_)), place.get((who, relation.to))
                if ends[0] is None or ends[1] is None:
                    continue
                key = (min(ends[0], ends[1]), max(ends[0], ends[1]))
                item = found.get(key)
                if item is None:
                    spans = [s for number in key for s in of_article[number].values()]
                    start, end = min(s.start for s in spans), max(s.end for s in spans)
                    item = found[key] = _Item(article, "relation", relation.type, start, end)
                item.marked.add(who)
                item.said["type"][who] = relation.type
                if relation.type not in symmetric:
                    item.said["direction"][who] = ends
        yield from found.values()
