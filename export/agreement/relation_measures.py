"""F1, alpha and AC1 of relations, through the matching of the spans that they join.

F1 asks which relations two annotators share. For alpha and AC1 the candidates are pairs of matched
spans whose types the scheme lets a relation join; most are joined by nobody, which is a value like
any other. Each pair of annotators has its own candidates. So that three annotators weigh as three
do in alpha, theirs count 1 / (m - 1) of an article that m annotators saw; with the same candidates
for all, that is alpha of all.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from signalbook.export.coefficients.alpha import alpha_from_coincidences
from signalbook.export.coefficients.coefficient import Bools, Floats, Ints
from signalbook.export.coefficients.kappa import gwet_ac_from_sums
from signalbook.export.coefficients.relations import Relations, relation_counts, relation_tables
from signalbook.export.coefficients.span_matching import Matching, Spans, match_spans
from signalbook.schema.scheme.coefficients import OF_RELATIONS

from .coded_corpus import CodedCorpus
from .corpus import Corpus
from .measure import Measure, MeasureName, Statistic, as_judge, measure, nothing_marked
from .pairwise_f1 import f1_measure, pairs_together

#: How a relation of one annotator is that of another: name, by type too, by direction too.
_READINGS = (
    ("strict", True, True),
    ("unlabelled", False, True),
    ("undirected", True, False),
)


def relation_measures(coded: CodedCorpus) -> Iterator[Measure]:
    """F1 by three readings, then alpha and AC1 of joined or not, then alpha of the type."""
    if coded.corpus.scheme.relation_types:
        pairs = list(_pairs(coded))
        yield from _f1(coded.corpus, pairs)
        yield from _alphas(coded, pairs)


def _f1(corpus: Corpus, pairs: Sequence["_MatchedPair"]) -> Iterator[Measure]:
    kinds = corpus.scheme.relation_types
    symmetric = np.array([kind.symmetric for kind in kinds], dtype=np.bool_)
    for field, typed, directed in _READINGS:
        counts = [
            relation_counts(
                *pair.relations,
                pair.matching,
                pair.both_saw,
                symmetric=symmetric,
                typed=typed,
                directed=directed,
            )
            for pair in pairs
        ]
        name = MeasureName("relation", "all", field, "f1")
        yield f1_measure(*as_judge(name, kinds[0].agreement, OF_RELATIONS), counts, corpus)


def _alphas(coded: CodedCorpus, pairs: Sequence["_MatchedPair"]) -> Iterator[Measure]:
    corpus = coded.corpus
    joined, types = np.zeros((len(corpus.articles), 2, 2)), _Types(corpus)
    share = 1 / np.maximum(coded.spans.n_annotators - 1, 1)
    for pair in pairs:
        table = _allowed(relation_tables(*pair.arguments), pair, corpus)
        joined += (table + np.swapaxes(table, 1, 2)) * share[:, None, None]
        types.add(pair, share)
    n = round(float(joined.sum()) / 2)
    reason = nothing_marked(corpus)
    if joined.sum():
        reason = "nobody joined any of them" if not joined[:, 1].any() else "all are joined"
    elif corpus.doubly_annotated:
        reason = "no two spans that both annotators marked may be joined"
    yield _measure(corpus, "linked", "krippendorff_alpha_nominal", joined, _alpha, n, reason)
    yield _measure(corpus, "linked", "gwet_ac1", joined, _gwet, n, reason)
    called = types.coincidences()
    both = round(float(called.sum()) / 2)
    reason = "no variation: every type is the same" if both else "no two annotators joined the same"
    yield _measure(
        corpus, "type_given_linked", "krippendorff_alpha_nominal", called, _alpha, both, reason
    )


def _measure(
    corpus: Corpus,
    field: str,
    coefficient: str,
    statistics: Floats,
    statistic: Statistic,
    n: int,
    reason: str,
) -> Measure:
    total = statistics.sum(axis=0)
    size = float(total.sum())
    name = MeasureName("relation", "all", field, coefficient, secondary=True)
    name, target = as_judge(name, corpus.scheme.relation_types[0].agreement, OF_RELATIONS)
    return measure(
        name,
        statistics,
        statistic,
        corpus=corpus,
        n=n,
        reason=reason,
        target=target,
        observed=float(np.trace(total)) / size if size else None,
    )


def _alpha(total: Floats) -> Floats:
    return alpha_from_coincidences(total, "nominal")


def _gwet(total: Floats) -> Floats:
    """AC1 of coincidences, every value of which has a partner."""
    size = total.sum(axis=(-2, -1))
    agreeing = np.trace(total, axis1=-2, axis2=-1)
    columns = [agreeing, size, size, *np.moveaxis(total.sum(axis=-1), -1, 0)]
    return gwet_ac_from_sums(np.stack(columns, axis=-1))


@dataclass(frozen=True)
class _MatchedPair:
    """Two annotators' spans and relations, and how their spans are matched."""

    spans: Spans
    matching: Matching
    relations: tuple[Relations, Relations]
    both_saw: Bools

    @property
    def arguments(self) -> tuple[Relations, Relations, Matching, Ints, Bools]:
        return (*self.relations, self.matching, self.spans.articles, self.both_saw)


def _pairs(coded: CodedCorpus) -> Iterator[_MatchedPair]:
    every = range(len(coded.corpus.annotators))
    spans = [coded.spans.of(annotator) for annotator in every]
    groups = [coded.span_groups[coded.spans.annotators == annotator] for annotator in every]
    relations = _relations(coded.corpus)
    for first, second, both in pairs_together(coded.spans.seen):
        matching = match_spans(
            spans[first],
            spans[second],
            criterion="overlap",
            same_label=True,
            preferred=(groups[first], groups[second]),
        )
        yield _MatchedPair(spans[first], matching, (relations[first], relations[second]), both)


def _relations(corpus: Corpus) -> list[Relations]:
    """Each annotator's relations; ends are numbers of the annotator's spans."""
    kinds = {kind.name: number for number, kind in enumerate(corpus.scheme.relation_types)}
    rows: list[list[tuple[int, int, int, int]]] = [[] for _ in corpus.annotators]
    before = [0] * len(corpus.annotators)
    for (article, annotator), document in sorted(corpus.documents.items()):
        place = {s.id: before[annotator] + at for at, s in enumerate(document.spans)}
        before[annotator] += len(document.spans)
        for relation in document.relations:
            if relation.from_ in place and relation.to in place and relation.type in kinds:
                ends = place[relation.from_], place[relation.to]
                rows[annotator].append((article, *ends, kinds[relation.type]))
    tables = [np.array(links, dtype=np.int64).reshape(-1, 4).T for links in rows]
    return [Relations(*map(np.ascontiguousarray, table)) for table in tables]


def _allowed(tables: Floats, pair: _MatchedPair, corpus: Corpus) -> Floats:
    """Tables without the pairs of spans that no relation of the scheme may join."""
    names = [t.name for t in corpus.scheme.span_types]
    joined = {
        frozenset((source, target))
        for kind in corpus.scheme.relation_types
        for source in kind.from_
        for target in kind.to
    }
    size, articles = len(tables), pair.spans.articles[pair.matching.first]
    cells = articles * (len(names) + 1) + pair.spans.labels[pair.matching.first]
    counts = np.bincount(cells, minlength=size * (len(names) + 1)).reshape(size, -1)
    allowed = np.zeros(size)
    for first, name in enumerate(names):
        for second, other_name in enumerate(names[: first + 1]):
            if frozenset((name, other_name)) in joined:
                here = counts[:, first] * (counts[:, second] - (first == second))
                allowed += here / 2 if first == second else here
    tables = tables.copy()
    # A broken document may join what must not be joined.
    unjoined = allowed * pair.both_saw - (tables.sum(axis=(1, 2)) - tables[:, 0, 0])
    tables[:, 0, 0] = np.maximum(unjoined, 0)
    return tables


class _Types:
    """What two annotators call the link between two spans that both joined."""

    def __init__(self, corpus: Corpus) -> None:
        self._size = len(corpus.articles)
        self._codes: dict[frozenset[int], int] = {}
        self._cells: list[tuple[int, int, int, float]] = []

    def add(self, pair: _MatchedPair, share: Floats) -> None:
        ours, theirs = (
            _joined(relations, paired)
            for relations, paired in zip(
                pair.relations, (pair.matching.first, pair.matching.second), strict=True
            )
        )
        for key in sorted(ours.keys() & theirs.keys()):
            article = key[0]
            if pair.both_saw[article]:
                codes = [self._codes.setdefault(s[key], len(self._codes)) for s in (ours, theirs)]
                self._cells.append((article, codes[0], codes[1], float(share[article])))

    def coincidences(self) -> Floats:
        many = max(len(self._codes), 1)
        out = np.zeros((self._size, many, many))
        for article, first, second, weight in self._cells:
            out[article, first, second] += weight
            out[article, second, first] += weight
        return out


def _joined(relations: Relations, paired: Ints) -> dict[tuple[int, int, int], frozenset[int]]:
    """(Article, two matched spans) -> the types of relations between them, direction aside."""
    number = {int(span): place for place, span in enumerate(paired)}
    types: dict[tuple[int, int, int], frozenset[int]] = {}
    columns = relations.articles, relations.sources, relations.targets, relations.types
    for article, source, target, kind in zip(*(c.tolist() for c in columns), strict=True):
        if source in number and target in number:
            low, high = sorted((number[source], number[target]))
            key = article, low, high
            types[key] = types.get(key, frozenset()) | {kind}
    return types
