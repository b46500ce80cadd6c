"""Which spans of two annotators of an article mean the same.

The groups come first. What they leave over is paired at the same place with any type, so that a
span of another type is not taken for one span missed and another one added.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import NamedTuple

from signalbook.export.agreement.corpus import Corpus, coreferent_spans
from signalbook.export.agreement.span_groups import SpanGroup, SpanGroups
from signalbook.export.coefficients.coefficient import Ints
from signalbook.export.coefficients.span_matching import Criterion, Spans, match_spans
from signalbook.schema.documents.records import Span

from .counterparts import connected

#: Article and number of a unit within it.
_Unit = tuple[int, int]
#: Article, unit and span.
_Row = tuple[int, int, Span]
_PASSES: tuple[tuple[Criterion, bool], ...] = (("iou", True), ("iou", False), ("overlap", True))


class SpanPair(NamedTuple):
    """Two annotators' spans that mean the same, or the span of one that the other missed."""

    #: Number within the article, the same for all pairs of annotators.
    unit: int
    first: Span | None
    second: Span | None
    #: Whether they only mention again what other spans say.
    coreferent: bool

    @property
    def equal(self) -> bool:
        """Whether both have it, with the same type and extent."""
        first, second = self.first, self.second
        return (
            first is not None
            and second is not None
            and first.start == second.start
            and first.end == second.end
            and first.type == second.type
        )

    @property
    def either(self) -> Span:
        """The span, of whoever has it."""
        span = self.first or self.second
        assert span is not None
        return span


@dataclass(frozen=True)
class Pairing:
    """All spans of two annotators of one article, each in one pair."""

    article: int
    annotators: tuple[int, int]
    spans: tuple[SpanPair, ...]


@dataclass
class _Rest:
    """What the groups leave over at two annotators who saw articles together."""

    first: list[_Row] = field(default_factory=list[_Row])
    second: list[_Row] = field(default_factory=list[_Row])


def pair_up(corpus: Corpus, groups: SpanGroups) -> list[Pairing]:
    """Every two annotators of every article; each of their spans is in exactly one pair."""
    pairs: dict[tuple[int, int, int], list[SpanPair]] = {}
    rests: dict[tuple[int, int], _Rest] = defaultdict(_Rest)
    sizes = [len(of_article) for of_article in groups.articles]
    coreferent = [_coreferent(corpus, article, size) for article, size in enumerate(sizes)]
    for article, of_article in enumerate(groups.articles):
        for left, right in combinations(corpus.seen_by[article], 2):
            rest = rests[left, right]
            pairs[article, left, right] = _grouped(article, of_article, (left, right), rest)
            rest.first += [(article, *row) for row in coreferent[article].get(left, ())]
            rest.second += [(article, *row) for row in coreferent[article].get(right, ())]
    types = {t.name: number for number, t in enumerate(corpus.scheme.span_types)}
    joined: list[tuple[_Unit, _Unit]] = []
    for (left, right), rest in sorted(rests.items()):
        for article, pair in _rest_pairs(rest, types, sizes, joined):
            pairs[article, left, right].append(pair)
    units = _units(joined)
    return [_named(key, of_two, units) for key, of_two in sorted(pairs.items())]


def _coreferent(corpus: Corpus, article: int, size: int) -> dict[int, list[tuple[int, Span]]]:
    """Each annotator's mentions of what another span says, numbered after the groups."""
    rows: dict[int, list[tuple[int, Span]]] = {}
    for annotator, document in corpus.of_article(article):
        for span in coreferent_spans(document, corpus.scheme):
            rows.setdefault(annotator, []).append((size, span))
            size += 1
    return rows


def _grouped(
    article: int, groups: Sequence[SpanGroup[int]], annotators: tuple[int, int], rest: _Rest
) -> list[SpanPair]:
    pairs: list[SpanPair] = []
    for unit, group in enumerate(groups):
        first, second = (group.spans.get(annotator) for annotator in annotators)
        if first is not None and second is not None:
            pairs.append(SpanPair(unit, first, second, coreferent=False))
        elif first is not None:
            rest.first.append((article, unit, first))
        elif second is not None:
            rest.second.append((article, unit, second))
    return pairs


def _rest_pairs(
    rest: _Rest,
    types: dict[str, int],
    sizes: Sequence[int],
    joined: list[tuple[_Unit, _Unit]],
) -> Iterator[tuple[int, SpanPair]]:
    first, second = rest.first, rest.second
    for criterion, same_type in _PASSES:
        mine, theirs = (
            Spans.from_rows(
                (article, span.start, max(span.start, span.end), types.get(span.type, -1))
                for article, _, span in rows
            )
            for rows in (first, second)
        )
        matching = match_spans(mine, theirs, criterion=criterion, same_label=same_type)
        for i, j in zip(map(int, matching.first), map(int, matching.second), strict=True):
            (article, unit, span), (_, other_unit, other) = first[i], second[j]
            joined.append(((article, unit), (article, other_unit)))
            coreferent = min(unit, other_unit) >= sizes[article]
            yield article, SpanPair(unit, span, other, coreferent=coreferent)
        first, second = _without(first, matching.first), _without(second, matching.second)
    for article, unit, span in first:
        yield article, SpanPair(unit, span, None, coreferent=unit >= sizes[article])
    for article, unit, span in second:
        yield article, SpanPair(unit, None, span, coreferent=unit >= sizes[article])


def _without(rows: list[_Row], places: Ints) -> list[_Row]:
    taken = set(places.tolist())
    return [row for place, row in enumerate(rows) if place not in taken]


def _units(joined: Iterable[tuple[_Unit, _Unit]]) -> dict[_Unit, int]:
    """Units that pairs have made one; each is known by its smallest."""
    components = connected(joined)
    smallest: dict[int, int] = {}
    for unit in sorted(components):
        smallest.setdefault(components[unit], unit[1])
    return {unit: smallest[component] for unit, component in components.items()}


def _named(key: tuple[int, int, int], pairs: list[SpanPair], units: Mapping[_Unit, int]) -> Pairing:
    article, left, right = key
    named: list[SpanPair] = []
    for pair in pairs:
        unit = units.get((article, pair.unit), pair.unit)
        named.append(SpanPair(unit, pair.first, pair.second, pair.coreferent))
    named.sort(key=lambda p: (p.either.start, p.either.end, p.either.type, p.unit))
    return Pairing(article, (left, right), tuple(named))
