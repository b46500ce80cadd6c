"""Agreement on the types of spans that two annotators marked at the same place.

A place is a group of gamma's best alignment by position, parted where spans share no character, as
for attributes; but it may hold spans of several types.
"""

from collections.abc import Iterator

import numpy as np

from signalbook.export.coefficients.alpha import alpha_from_sums, disagreement_sums
from signalbook.export.coefficients.coefficient import Ints
from signalbook.export.coefficients.kappa import gwet_ac_from_sums, gwet_ac_sums

from .coded_corpus import CodedCorpus
from .corpus import Corpus
from .measure import Measure, MeasureName, measure, nothing_marked
from .span_arrays import SpanArrays

_TYPE = "span_category", "all", "type"


def category_measures(coded: CodedCorpus) -> Iterator[Measure]:
    """Alpha and AC1 of the type, and alpha of each type against all others."""
    corpus, spans = coded.corpus, coded.mentions.compared()
    units = coded.places[coded.mentions.in_compared]
    names = [t.name for t in corpus.scheme.span_types]
    yield _alpha(corpus, spans, units, spans.types, "")
    yield _gwet(corpus, spans, units, len(names))
    if len(names) > 2:
        for number, name in enumerate(names):
            yield _alpha(corpus, spans, units, (spans.types == number).astype(np.int64), name)


def _articles(spans: SpanArrays, units: Ints) -> Ints:
    articles: Ints = np.zeros(int(units.max(initial=-1)) + 1, dtype=np.int64)
    articles[units] = spans.articles
    return articles


def _alpha(corpus: Corpus, spans: SpanArrays, units: Ints, codes: Ints, of: str) -> Measure:
    """Alpha of the codes; `of` names the type that is told from all others."""
    values = int(codes.max(initial=0)) + 1
    statistics = disagreement_sums(
        units,
        codes,
        values,
        _articles(spans, units),
        distance="nominal",
        n_articles=len(spans.lengths),
    )
    total = statistics.sum(axis=0)
    n_values = float(total[1:].sum())
    level = "binary" if of else "nominal"
    return measure(
        MeasureName(*_TYPE, f"krippendorff_alpha_{level}", of=of, secondary=True),
        statistics,
        lambda sums: alpha_from_sums(sums, "nominal"),
        corpus=corpus,
        n=_matched(units),
        reason=_reason(corpus, spans, units),
        observed=1 - float(total[0]) / n_values if n_values else None,
    )


def _gwet(corpus: Corpus, spans: SpanArrays, units: Ints, types: int) -> Measure:
    values = max(types, int(spans.types.max(initial=0)) + 1)
    statistics = gwet_ac_sums(
        units, spans.types, values, _articles(spans, units), n_articles=len(spans.lengths)
    )
    total = statistics.sum(axis=0)
    return measure(
        MeasureName(*_TYPE, "gwet_ac1", secondary=True),
        statistics,
        gwet_ac_from_sums,
        corpus=corpus,
        n=_matched(units),
        reason=_reason(corpus, spans, units),
        observed=float(total[0] / total[1]) if total[1] else None,
        details={"values": values, "weights": "identity"},
    )


def _matched(units: Ints) -> int:
    return int((np.bincount(units) > 1).sum())


def _reason(corpus: Corpus, spans: SpanArrays, units: Ints) -> str:
    if not len(spans):
        return nothing_marked(corpus)
    if not _matched(units):
        return "no two annotators marked the same place"
    return "no variation: every value is the same"
