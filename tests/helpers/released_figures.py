"""Figures of an agreement report, computed from the Parquet files of a release alone.

Nothing of the program is used: pyarrow reads, numpy and scipy compute, and the formulas are those
that the report prints under "Methods". What follows from the scheme, such as the order
of values, is read from the schema file of the release.
"""

import json
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Container, Hashable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, product
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray
from scipy import stats
from scipy.optimize import Bounds, LinearConstraint, linear_sum_assignment, milp

Row: TypeAlias = dict[str, Any]
#: Annotator and span: spans that are aligned with each other.
Group: TypeAlias = list[tuple[str, Row]]
#: The values that one unit was given.
Values: TypeAlias = list[Any]
#: Distances of every two values.
Matrix: TypeAlias = NDArray[np.float64]
#: How often each value occurs -> distances of every two values.
Distances: TypeAlias = Callable[[NDArray[np.int64]], Matrix]


@dataclass(frozen=True)
class ReleasedFigures:
    """The annotators' layer of a release."""

    folder: Path

    def _table(self, name: str) -> list[Row]:
        files = sorted(self.folder.glob(f"tables/{name}/*/*.parquet"))
        table = pa.concat_tables([pq.ParquetFile(file).read() for file in files])
        return [row for row in table.to_pylist() if row["layer"] == "annotators"]

    def _by_document(self, name: str) -> dict[tuple[str, str], list[Row]]:
        rows: dict[tuple[str, str], list[Row]] = defaultdict(list)
        for row in self._table(name):
            rows[row["article_id"], row["annotator_id"]].append(row)
        return rows

    @cached_property
    def seen(self) -> dict[str, list[str]]:
        """Article -> annotators who saw it."""
        seen: dict[str, list[str]] = defaultdict(list)
        for row in self._table("annotations"):
            seen[row["article_id"]].append(row["annotator_id"])
        return seen

    @cached_property
    def spans(self) -> dict[tuple[str, str], list[Row]]:
        """Article and annotator -> spans."""
        return self._by_document("spans")

    @cached_property
    def relations(self) -> dict[tuple[str, str], list[Row]]:
        """Article and annotator -> relations."""
        return self._by_document("relations")

    @cached_property
    def parties(self) -> dict[tuple[str, str], list[Row]]:
        """Article and annotator -> parties."""
        return self._by_document("parties")

    @cached_property
    def _scheme(self) -> dict[str, Any]:
        (file,) = self.folder.glob("schema/*.schema.json")
        schema: dict[str, dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))
        return schema["$defs"]

    def _relations_that(self, property: str) -> set[str]:
        kinds = self._scheme["relation"]["properties"]["type"]["oneOf"]
        return {kind["const"] for kind in kinds if kind["x-endpoints"].get(property)}

    def first_mentions(self, article: str, annotator: str) -> list[Row]:
        """Spans, without those that mention again what another says."""
        once = self._relations_that("counts-once")
        relations = self.relations[article, annotator]
        again = {r["from_span_id"] for r in relations if r["type"] in once}
        return [span for span in self.spans[article, annotator] if span["span_id"] not in again]

    def pairs(self) -> Iterator[tuple[str, str, list[str]]]:
        """Every two annotators, and the articles that both saw."""
        everybody = sorted({who for seen in self.seen.values() for who in seen})
        for first, second in combinations(everybody, 2):
            yield first, second, [a for a, who in self.seen.items() if {first, second} <= {*who}]

    # Spans and relations

    def compared(self) -> list[str]:
        """The articles that two or more saw."""
        return [article for article, seen in self.seen.items() if len(seen) > 1]

    def span_f1(self, type: str, least: float, among: Container[str] | None = None) -> float:
        """Mean F1 of spans of a type that have at least this share of their union in common."""
        figures: list[float] = []
        for first, second, articles in self.pairs():
            both = total = 0
            for article in articles if among is None else [a for a in articles if a in among]:
                mine, theirs = (
                    [span for span in self.spans[article, who] if span["type"] == type]
                    for who in (first, second)
                )
                both += len(matched(mine, theirs, least))
                total += len(mine) + len(theirs)
            figures += [2 * both / total] if total else []
        return float(np.mean(figures)) if figures else float("nan")

    def both_marked(self, type: str, least: float) -> int:
        """Spans that two have in common, counted for every two."""
        both = 0
        for first, second, articles in self.pairs():
            for article in articles:
                mine, theirs = (
                    [span for span in self.spans[article, who] if span["type"] == type]
                    for who in (first, second)
                )
                both += len(matched(mine, theirs, least))
        return both

    def relation_f1(self) -> float:
        """Mean F1 of relations of one type and direction between matched spans."""
        figures: list[float] = []
        for first, second, articles in self.pairs():
            both = total = 0
            for article in articles:
                mine, theirs = self.spans[article, first], self.spans[article, second]
                number = [
                    {side[pair[at]]["span_id"]: n for n, pair in enumerate(touching)}
                    for touching in [matched(mine, theirs, 0.0)]
                    for at, side in enumerate((mine, theirs))
                ]
                links = [
                    Counter(self._links(self.relations[article, who], number[at]))
                    for at, who in enumerate((first, second))
                ]
                both += (links[0] & links[1]).total()
                total += sum(len(self.relations[article, who]) for who in (first, second))
            figures += [2 * both / total] if total else []
        return float(np.mean(figures))

    def _links(self, relations: Sequence[Row], number: dict[str, int]) -> Iterator[Hashable]:
        symmetric = self._relations_that("symmetric")
        for relation in relations:
            start, end = number.get(relation["from_span_id"]), number.get(relation["to_span_id"])
            if start is not None and end is not None:
                ends = (start, end)
                yield (
                    relation["type"],
                    tuple(sorted(ends) if relation["type"] in symmetric else ends),
                )

    # What is aligned

    def observed_disorder(
        self, type: str | None = None, *, beta: float = 0.0, coreferent: bool = True
    ) -> float:
        """Disorder of the best alignments of all articles, weighted by mean numbers of spans."""
        total = 0.0
        for article, seen in self.seen.items():
            marked = [
                self.spans[article, who] if coreferent else self.first_mentions(article, who)
                for who in seen
            ]
            if len(seen) > 1:
                kept = [[s for s in spans if type in (None, s["type"])] for spans in marked]
                total += best_alignment(kept, beta)[0]
        return total

    @cached_property
    def groups(self) -> list[tuple[str, str, Group]]:
        """Article, type and group: the best alignment of first mentions, parted where none touch."""
        groups: list[tuple[str, str, Group]] = []
        for article, seen in self.seen.items():
            marked = [self.first_mentions(article, who) for who in seen]
            for type in sorted({span["type"] for spans in marked for span in spans}):
                kept = [[s for s in spans if s["type"] == type] for spans in marked]
                for aligned in best_alignment(kept, 0.0)[1]:
                    group = [(seen[who], kept[who][place]) for who, place in aligned]
                    groups += [(article, type, part) for part in parted(group)]
        return groups

    def share_matched(self, type: str) -> float:
        """Spans in groups of two or more annotators, of all."""
        sizes = [
            len(g) for article, t, g in self.groups if t == type and len(self.seen[article]) > 1
        ]
        return sum(size for size in sizes if size > 1) / sum(sizes)

    # Values

    def units(self, type: str, field: str, among: Container[str] | None = None) -> list[Values]:
        """The values that the spans of each group have, of some articles or of all."""
        listed = [
            [self._value(article, who, span[field], field) for who, span in group]
            for article, t, group in self.groups
            if t == type and (among is None or article in among)
        ]
        return [[value for value in values if value is not None] for values in listed]

    def _value(
        self, article: str, who: str, value: str | list[str] | None, field: str
    ) -> Hashable | None:
        """A reference to a party is known by what the scheme compares parties by."""
        compared: list[str] = self._scheme.get(field, {}).get("x-compare-by", [])
        parties = {
            party["party_id"]: tuple(party[name] for name in compared)
            for party in self.parties[article, who]
            if compared
        }
        if isinstance(value, list):
            return frozenset(parties.get(id, id) for id in value)
        return None if value is None else parties.get(value, value)

    def ranks(self, field: str) -> dict[str, float]:
        """Value -> its rank."""
        return {v["const"]: v["x-rank"] for v in self._scheme[field]["oneOf"]}


def matched(mine: Sequence[Row], theirs: Sequence[Row], least: float) -> list[tuple[int, int]]:
    """As many pairs of one type as possible; of all such matchings, the greatest sum of IoU.

    With `least` 0, spans are matched that share a character.
    """
    profit = np.zeros((len(mine), len(theirs)))
    for (i, one), (j, other) in product(enumerate(mine), enumerate(theirs)):
        common = min(one["end"], other["end"]) - max(one["start"], other["start"])
        union = one["end"] - one["start"] + other["end"] - other["start"] - common
        if one["type"] == other["type"] and common > 0 and common / union >= least:
            profit[i, j] = len(mine) + len(theirs) + common / union
    chosen = zip(*linear_sum_assignment(profit, maximize=True), strict=True)
    return [(int(i), int(j)) for i, j in chosen if profit[i, j]]


def best_alignment(
    marked: Sequence[Sequence[Row]], beta: float
) -> tuple[float, list[list[tuple[int, int]]]]:
    """The least sum of the disorders of groups, and the groups as (annotator, place) pairs.

    A group holds at most one span of each annotator. Its disorder is the mean dissimilarity of all
    pairs of annotators, which is 1 where one or both of them have nothing in the group.
    """
    n_annotators = len(marked)
    pairs = n_annotators * (n_annotators - 1) / 2 or 1.0
    candidates: list[list[tuple[int, int]]] = []
    costs: list[float] = []
    for places in product(*([None, *range(len(spans))] for spans in marked)):
        group = [(who, place) for who, place in enumerate(places) if place is not None]
        spans = [marked[who][place] for who, place in group]
        gain = sum(1 - dissimilarity(a, b, beta) for a, b in combinations(spans, 2))
        # Its spans would cost 1 each if they stood alone: a group that costs more is never needed.
        if len(group) == 1 or (group and pairs - gain <= len(group) * pairs):
            candidates.append(group)
            costs.append(1 - gain / pairs)
    numbers = {
        place: n
        for n, place in enumerate(
            (w, p) for w, spans in enumerate(marked) for p in range(len(spans))
        )
    }
    if not numbers:
        return 0.0, []
    member = np.zeros((len(numbers), len(candidates)))
    for column, group in enumerate(candidates):
        member[[numbers[place] for place in group], column] = 1
    solution: Any = milp(
        np.array(costs),
        constraints=LinearConstraint(member, 1, 1),
        integrality=np.ones(len(costs), dtype=np.int64),
        bounds=Bounds(0, 1),
        options={"mip_rel_gap": 0},
    )
    assert solution.success, solution.message
    return float(solution.fun), [candidates[c] for c in np.flatnonzero(solution.x > 0.5)]


def dissimilarity(one: Row, other: Row, beta: float) -> float:
    """The squared distance of both ends in relation to both lengths, and `beta` if types differ."""
    apart = abs(one["start"] - other["start"]) + abs(one["end"] - other["end"])
    lengths = one["end"] - one["start"] + other["end"] - other["start"]
    return float((apart / lengths) ** 2 + beta * (one["type"] != other["type"]))


def parted(group: Group) -> Iterator[Group]:
    """Parts of a group that share a character, directly or through others."""
    part: Group = []
    for who, span in sorted(group, key=lambda member: (member[1]["start"], member[1]["end"])):
        if part and span["start"] >= max(other["end"] for _, other in part):
            yield part
            part = []
        part.append((who, span))
    if part:
        yield part


def observed_agreement(units: Sequence[Values]) -> float:
    """Share of pairs of values that are equal, where a unit counts by its values."""
    shares = [
        (len(unit), np.mean([a == b for a, b in combinations(unit, 2)]))
        for unit in units
        if len(unit) > 1
    ]
    return float(sum(m * share for m, share in shares) / sum(m for m, _ in shares))


def alpha(units: Sequence[Values], values: Sequence[Any], distances: Distances) -> float:
    """Krippendorff's alpha.

    Args:
        units: The values of each unit.
        values: All values, in their order.
        distances: What they differ by.
    """
    coded = [[values.index(value) for value in unit] for unit in units if len(unit) > 1]
    counts = np.bincount([code for unit in coded for code in unit], minlength=len(values))
    delta = distances(counts)
    n = counts.sum()
    within = sum(
        2 * delta[a, b] / (len(unit) - 1) for unit in coded for a, b in combinations(unit, 2)
    )
    return float(1 - (within / n) / (counts @ delta @ counts / (n * (n - 1))))


def interval(
    articles: Sequence[str],
    statistic: Callable[[Sequence[str]], float],
    *,
    floor: float,
    units: int,
) -> tuple[float, float]:
    """The interval of 95 % of a statistic of articles that is defined on each of them alone."""
    many, middle = len(articles), (1 + floor) / 2
    added = many / (2 * units * (1 - middle))  # articles, of which half a unit is disagreement

    def scaled(figure: float, of: int) -> float:
        mixed = (of * figure + added * middle) / (of + added)
        return math.log((mixed - floor) / (1 - mixed))

    figure = statistic(articles)
    z = scaled(figure, many)
    others = np.array(
        [
            scaled(statistic([a for a in articles if a != left_out]), many - 1)
            for left_out in articles
        ]
    )
    away = others - others.mean()
    square = (many - 1) / many * (away**2).sum()
    # What was added might have been all disagreement, or none.
    share = 1 / (1 + math.exp(-z))
    square += (
        added / (many + added) * math.hypot(share, 1 - share) / 2 / (share * (1 - share))
    ) ** 2
    excess = stats.kurtosis(others, bias=False)
    freedom = max(1, 2 / (2 / (many - 1) + max(0, excess) / many))
    alone = [statistic([article]) for article in articles]
    differing, alike = (sum(test) for test in ([x < 1 for x in alone], [x > 0 for x in alone]))
    below = stats.t.ppf(0.975, min(freedom, differing)) * math.sqrt(square)
    above = stats.t.ppf(0.975, min(freedom, alike) if floor == 0 else freedom)
    low, high = (
        floor + (1 - floor) / (1 + math.exp(-end)) for end in (z - below, z + above * square**0.5)
    )
    worst = 1 - stats.binomtest(differing, many).proportion_ci(0.95, "exact").high
    return (max(low, worst) if worst > 0 else low), high


def nominal(counts: NDArray[np.int64]) -> Matrix:
    """0 for equal values, else 1."""
    return 1 - np.eye(len(counts))


def ordinal(counts: NDArray[np.int64]) -> Matrix:
    """How many values lie from the one to the other, half of those at the ends, squared."""
    delta = np.zeros((len(counts), len(counts)))
    for c, k in combinations(range(len(counts)), 2):
        between = counts[c : k + 1].sum() - (counts[c] + counts[k]) / 2
        delta[c, k] = delta[k, c] = between**2
    return delta


def masi(sets: Sequence[frozenset[Any]]) -> Distances:
    """1 less Jaccard's index times monotonicity."""

    def distance(a: frozenset[Any], b: frozenset[Any]) -> float:
        if a == b:
            return 0.0
        m = 2 / 3 if a <= b or b <= a else 1 / 3 if a & b else 0.0
        return 1 - len(a & b) / len(a | b) * m

    return lambda _: np.array([[distance(a, b) for b in sets] for a in sets])
