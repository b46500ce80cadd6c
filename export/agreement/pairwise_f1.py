"""Mean pairwise F1 of spans, parties and dyads.

Where nothing says how many units there could be, F1 is what kappa tends to (Hripcsak and
Rothschild 2005).
"""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import combinations

import numpy as np

from signalbook.export.coefficients.coefficient import Bools, Ints
from signalbook.export.coefficients.span_matching import (
    Criterion,
    Spans,
    match_spans,
    mean_pairwise_f1,
    span_counts,
)
from signalbook.schema.scheme.coefficients import OF_SPANS
from signalbook.schema.scheme.model import Agreement
from signalbook.schema.scheme.stages import asks_pairs, asks_parties

from .coded_corpus import CodedCorpus
from .comparison_key import party_fields
from .corpus import Corpus
from .field_units import dyads
from .measure import (
    Measure,
    MeasureName,
    as_judge,
    measure,
    nothing_marked,
    target_of,
    with_statistics,
)
from .span_arrays import SpanArrays

#: Before the threshold, in the name of a measure.
_IOU = "iou_"


def f1_measure(
    name: MeasureName, target: float | None, counts: list[Ints], corpus: Corpus
) -> Measure:
    """Mean F1 over pairs of annotators: for each what both, one and the other have, ``[D, 3]``."""
    empty = np.zeros((len(corpus.articles), 0, 3))
    stacked = np.stack(counts, axis=1).astype(np.float64) if counts else empty
    return measure(
        name,
        stacked,
        mean_pairwise_f1,
        corpus=corpus,
        n=int(stacked[..., 0].sum()),
        reason=nothing_marked(corpus),
        target=target,
    )


def f1_of_pairs(measure: Measure, columns: Sequence[int], articles: Bools) -> Measure:
    """The mean F1 of some of the pairs, by their columns, in the order of `pairs_together`.

    Args:
        measure: The F1 of all.
        columns: Which pairs.
        articles: The articles that some pair of them saw, ``[articles]``.
    """
    statistics = measure.statistics[:, columns]
    both = int(statistics[..., 0].sum())
    return with_statistics(
        measure, statistics, documents=int(articles.sum()), n=both, reason="neither marked any"
    )


def pairs_together(seen: Bools) -> Iterator[tuple[int, int, Bools]]:
    """Every two annotators who saw an article together, and which articles both saw."""
    for first, second in combinations(range(len(seen)), 2):
        both = np.asarray(seen[first] & seen[second], dtype=np.bool_)
        if both.any():
            yield first, second, both


def span_measures(coded: CodedCorpus) -> Iterator[Measure]:
    """Mean pairwise F1 of spans (Hripcsak and Rothschild 2005), over all types and for each."""
    wanted = {t.name: t.agreement for t in coded.corpus.scheme.span_types}
    for unit, spans in coded.spans_by_unit():
        yield from _span_f1(coded.corpus, spans, unit, wanted.get(unit))


def _span_f1(
    corpus: Corpus, spans: SpanArrays, unit: str, agreement: Agreement | None
) -> Iterator[Measure]:
    pairs = list(_span_pairs(spans))
    for field, criterion, threshold in _criteria(agreement):
        counts = [
            span_counts(
                a,
                b,
                match_spans(a, b, criterion=criterion, threshold=threshold, same_label=True),
                both,
            )
            for a, b, both in pairs
        ]
        name = MeasureName("span_identification", unit, field, "f1")
        yield f1_measure(*as_judge(name, agreement, OF_SPANS), counts, corpus)


def _criteria(agreement: Agreement | None) -> Iterator[tuple[str, Criterion, float]]:
    """Name, criterion and threshold: exact, half of the union, touching; others if asked for."""
    yield "exact", "exact", 1.0
    wanted = (agreement.coefficient, *agreement.also) if agreement else ()
    for coefficient, (field, _) in OF_SPANS.items():
        if field.startswith(_IOU) and (field == f"{_IOU}0.5" or coefficient in wanted):
            yield field, "iou", float(field.removeprefix(_IOU))
    yield "overlap", "overlap", 0.0


def _span_pairs(spans: SpanArrays) -> Iterator[tuple[Spans, Spans, Bools]]:
    """The spans of every two annotators in articles that both saw."""
    each = [spans.of(annotator) for annotator in range(len(spans.seen))]
    for first, second, both in pairs_together(spans.seen):
        mine, theirs = each[first], each[second]
        yield mine.where(both[mine.articles]), theirs.where(both[theirs.articles]), both


def set_measures(corpus: Corpus) -> Iterator[Measure]:
    """Mean pairwise F1 of what is there or not: parties by what makes them the same, dyads.

    What a stage is given, nobody finds: there is nothing to measure.
    """
    if corpus.scheme.party is not None and asks_parties(corpus.scheme):
        fields = party_fields(corpus.scheme)
        parties = {place: set(view.party_keys) for place, view in corpus.views.items()}
        name = MeasureName("party", "party", "_".join(field.name for field in fields), "f1")
        target = target_of(corpus.scheme.party.agreement)
        yield f1_measure(name, target, _key_counts(corpus, parties), corpus)
    if corpus.scheme.dyad is not None and not asks_pairs(corpus.scheme):
        pairs = {
            place: {key for key, _ in dyads(view, corpus)} for place, view in corpus.views.items()
        }
        name = MeasureName("dyad", "dyad", "presence", "f1")
        yield f1_measure(name, None, _key_counts(corpus, pairs), corpus)


def _key_counts(
    corpus: Corpus, keys: Mapping[tuple[int, int], AbstractSet[Hashable]]
) -> list[Ints]:
    counts: list[Ints] = []
    for first, second, both in pairs_together(corpus.seen):
        table = np.zeros((len(corpus.articles), 3), dtype=np.int64)
        for article in np.flatnonzero(both).tolist():
            mine, theirs = keys[article, first], keys[article, second]
            table[article] = len(mine & theirs), len(theirs - mine), len(mine - theirs)
        counts.append(table)
    return counts
