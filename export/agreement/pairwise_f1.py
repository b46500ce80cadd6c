"""A corpus becomes mean pairwise F1: of spans, relations, parties and dyads.

Where nothing says how many units there could be, F1 is what kappa tends to (Hripcsak and
Rothschild 2005).
"""

from collections.abc import Iterator
from itertools import combinations

import numpy as np

from signalbook.export.coefficients.coefficient import Bools, Ints
from signalbook.export.coefficients.relations import Relations, relation_counts
from signalbook.export.coefficients.span_matching import (
    Criterion,
    Spans,
    match_spans,
    mean_pairwise_f1,
    span_counts,
)

from .comparison_key import compared_fields, party_key
from .corpus import Corpus
from .field_units import dyads
from .measure import Measure, MeasureName, measure, nothing_marked, target_of

_CRITERIA: tuple[tuple[str, Criterion], ...] = (
    ("exact", "exact"),
    ("iou_0.5", "iou"),
    ("overlap", "overlap"),
)


def span_measures(corpus: Corpus) -> Iterator[Measure]:
    """Mean pairwise F1 of spans (Hripcsak and Rothschild 2005), over all types and for each."""
    types = {t.name: number for number, t in enumerate(corpus.scheme.span_types)}
    spans = _all_spans(corpus, types)
    for unit in ("all", *types):
        agreement = None if unit == "all" else corpus.scheme.span_type(unit).agreement
        own = spans
        if unit != "all":
            own = [s.where(np.asarray(s.labels == types[unit], dtype=np.bool_)) for s in spans]
        for name, criterion in _CRITERIA:
            counts = [
                span_counts(a, b, match_spans(a, b, criterion=criterion, same_label=True), both)
                for a, b, both in _pairs(corpus, own)
            ]
            target = target_of(agreement) if name == "overlap" else None
            measured = MeasureName("span_identification", unit, name, "f1")
            yield _f1_measure(measured, counts, corpus, target)


def _pairs(corpus: Corpus, own: list[Spans]) -> Iterator[tuple[Spans, Spans, Bools]]:
    seen = _seen(corpus)
    for one, other in combinations(range(len(corpus.annotators)), 2):
        both = np.asarray(seen[one] & seen[other], dtype=np.bool_)
        if both.any():
            first, second = own[one], own[other]
            yield first.where(both[first.documents]), second.where(both[second.documents]), both


def _seen(corpus: Corpus) -> Bools:
    seen = np.zeros((len(corpus.annotators), len(corpus.articles)), dtype=np.bool_)
    for article, annotator in corpus.documents:
        seen[annotator, article] = True
    return seen


def _all_spans(corpus: Corpus, types: dict[str, int]) -> list[Spans]:
    rows: list[list[tuple[int, int, int, int]]] = [[] for _ in corpus.annotators]
    for (article, annotator), document in sorted(corpus.documents.items()):
        for span in document.spans:
            rows[annotator].append((article, span.start, span.end, types.get(span.type, -1)))
    return [Spans.from_rows(of_one) for of_one in rows]


def _f1_measure(
    name: MeasureName,
    counts: list[Ints],
    corpus: Corpus,
    target: float | None,
) -> Measure:
    empty = np.zeros((len(corpus.articles), 0, 3))
    stacked = np.stack(counts, axis=1).astype(np.float64) if counts else empty
    found = int(stacked[..., 0].sum())
    return measure(
        name,
        stacked,
        mean_pairwise_f1,
        corpus=corpus,
        n=found,
        reason=nothing_marked(corpus),
        target=target,
    )


_READINGS = (
    ("strict", True, True),
    ("unlabelled", False, True),
    ("undirected", True, False),
)


def relation_measures(corpus: Corpus) -> Iterator[Measure]:
    """Mean pairwise F1 of relations through the optimal matching of their spans."""
    kinds = corpus.scheme.relation_types
    if not kinds:
        return
    types = {t.name: number for number, t in enumerate(corpus.scheme.span_types)}
    symmetric = np.array([kind.symmetric for kind in kinds], dtype=np.bool_)
    spans, seen = _all_spans(corpus, types), _seen(corpus)
    linked = [_relations(corpus, annotator) for annotator in range(len(corpus.annotators))]
    found: dict[str, list[Ints]] = {name: [] for name, _, _ in _READINGS}
    for one, other in combinations(range(len(corpus.annotators)), 2):
        both = np.asarray(seen[one] & seen[other], dtype=np.bool_)
        if not both.any():
            continue
        matching = match_spans(spans[one], spans[other], criterion="overlap", same_label=True)
        for name, typed, directed in _READINGS:
            found[name].append(
                relation_counts(
                    linked[one],
                    linked[other],
                    matching,
                    both,
                    symmetric=symmetric,
                    typed=typed,
                    directed=directed,
                )
            )
    for name, counts in found.items():
        target = target_of(kinds[0].agreement) if name == "strict" else None
        yield _f1_measure(MeasureName("relation", "all", name, "f1"), counts, corpus, target)


def _relations(corpus: Corpus, annotator: int) -> Relations:
    kinds = {kind.name: number for number, kind in enumerate(corpus.scheme.relation_types)}
    rows: list[tuple[int, int, int, int]] = []
    before = 0
    for (article, of), document in sorted(corpus.documents.items()):
        if of != annotator:
            continue
        place = {span.id: before + number for number, span in enumerate(document.spans)}
        for relation in document.relations:
            if relation.from_ in place and relation.to in place and relation.type in kinds:
                ends = place[relation.from_], place[relation.to]
                rows.append((article, *ends, kinds[relation.type]))
        before += len(document.spans)
    table = np.array(rows, dtype=np.int64).reshape(-1, 4)
    return Relations(*(np.ascontiguousarray(column) for column in table.T))


def set_measures(corpus: Corpus) -> Iterator[Measure]:
    """Mean pairwise F1 of what is there or not: parties by what makes them the same, dyads."""
    if corpus.scheme.party is not None:
        fields = compared_fields(corpus.scheme)
        keys = {
            place: [party_key(party, fields) for party in document.parties]
            for place, document in corpus.documents.items()
        }
        name = MeasureName("party", "party", "_".join(fields), "f1")
        target = target_of(corpus.scheme.party.agreement)
        yield _f1_measure(name, _key_counts(corpus, keys), corpus, target)
    if corpus.scheme.dyad is not None:
        pairs = {
            place: [str(key) for key, _ in dyads(document, corpus)]
            for place, document in corpus.documents.items()
        }
        name = MeasureName("dyad", "dyad", "presence", "f1")
        yield _f1_measure(name, _key_counts(corpus, pairs), corpus, None)


def _key_counts(corpus: Corpus, keys: dict[tuple[int, int], list[str]]) -> list[Ints]:
    seen = _seen(corpus)
    counts: list[Ints] = []
    for one, other in combinations(range(len(corpus.annotators)), 2):
        both = np.flatnonzero(seen[one] & seen[other])
        if not len(both):
            continue
        table = np.zeros((len(corpus.articles), 3), dtype=np.int64)
        for article in both:
            first, second = set(keys[int(article), one]), set(keys[int(article), other])
            table[article] = len(first & second), len(second - first), len(first - second)
        counts.append(table)
    return counts
