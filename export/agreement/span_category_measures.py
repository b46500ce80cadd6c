"""A corpus becomes agreement on the types of spans that two annotators marked, whatever they said.

The groups are those of gamma's best alignment by position, parted where spans share no character,
as for attributes; but a group may hold spans of several types.
"""

from collections.abc import Iterator

import numpy as np

from signalbook.export.coefficients.alpha import alpha_from_sums, disagreement_sums
from signalbook.export.coefficients.coefficient import Ints
from signalbook.export.coefficients.gamma.alignment import Dissimilarity, best_alignments
from signalbook.export.coefficients.kappa import gwet_ac_from_sums, gwet_ac_sums

from .corpus import Corpus
from .measure import Measure, MeasureName, measure, nothing_marked
from .span_arrays import MarkedSpans

_TYPE = "span_category", "all", "type"


def category_measures(corpus: Corpus, marked: MarkedSpans) -> Iterator[Measure]:
    """Alpha and AC1 of the type, and alpha of each type against all others."""
    own = marked.where(np.asarray(~marked.again, dtype=np.bool_)).compared()
    units = matched_units(own)
    names = [t.name for t in corpus.scheme.span_types]
    yield _alpha(corpus, own, units, own.types, "")
    yield _gwet(corpus, own, units, len(names))
    if len(names) > 2:
        for number, name in enumerate(names):
            yield _alpha(corpus, own, units, (own.types == number).astype(np.int64), name)


def matched_units(own: MarkedSpans) -> Ints:
    """The group of each span, numbered from 0; spans of any types by position alone."""
    continua = own.continua()
    group = np.arange(len(own), dtype=np.int64)  # where one annotator is alone, each span is
    at = np.searchsorted(own.documents, np.arange(len(continua) + 1))
    for size in sorted({c.n_annotators for c in continua if c.n_annotators > 1}):
        places = [d for d, c in enumerate(continua) if c.n_annotators == size]
        alignments = best_alignments([continua[d] for d in places], Dissimilarity(beta=0.0))
        for d, alignment in zip(places, alignments, strict=True):
            group[at[d] : at[d + 1]] = at[d] + alignment.groups
    return _touching(own, group)


def _touching(own: MarkedSpans, group: Ints) -> Ints:
    """Parts of groups whose spans share characters, directly or through others."""
    if not len(own):
        return group
    order = np.lexsort((own.ends, own.starts, group))
    # A step larger than any end keeps groups apart in one running maximum.
    step = group[order] * (int(own.ends.max()) + 1)
    reach = np.maximum.accumulate(own.ends[order] + step)
    begins = np.concatenate([[0], own.starts[order][1:] + step[1:] >= reach[:-1]])
    units: Ints = np.empty(len(own), dtype=np.int64)
    units[order] = np.cumsum(begins)
    return units


def _documents(own: MarkedSpans, units: Ints) -> Ints:
    documents: Ints = np.zeros(int(units.max(initial=-1)) + 1, dtype=np.int64)
    documents[units] = own.documents
    return documents


def _alpha(corpus: Corpus, own: MarkedSpans, units: Ints, codes: Ints, of: str) -> Measure:
    """Alpha of the codes; `of` names the type that is told from all others."""
    values = int(codes.max(initial=0)) + 1
    statistics = disagreement_sums(
        units,
        codes,
        values,
        _documents(own, units),
        distance="nominal",
        n_documents=len(own.lengths),
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
        reason=_reason(corpus, own, units),
        observed=1 - float(total[0]) / n_values if n_values else None,
    )


def _gwet(corpus: Corpus, own: MarkedSpans, units: Ints, types: int) -> Measure:
    values = max(types, int(own.types.max(initial=0)) + 1)
    statistics = gwet_ac_sums(
        units, own.types, values, _documents(own, units), n_documents=len(own.lengths)
    )
    total = statistics.sum(axis=0)
    return measure(
        MeasureName(*_TYPE, "gwet_ac1", secondary=True),
        statistics,
        gwet_ac_from_sums,
        corpus=corpus,
        n=_matched(units),
        reason=_reason(corpus, own, units),
        observed=float(total[0] / total[1]) if total[1] else None,
        details={"values": values, "weights": "identity"},
    )


def _matched(units: Ints) -> int:
    return int((np.bincount(units) > 1).sum())


def _reason(corpus: Corpus, own: MarkedSpans, units: Ints) -> str:
    if not len(own):
        return nothing_marked(corpus)
    if not _matched(units):
        return "no two annotators marked the same place"
    return "no variation: every value is the same"
