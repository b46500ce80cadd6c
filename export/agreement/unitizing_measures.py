"""Unitizing coefficients of the text: which characters are marked, and as what.

Whether a character is marked is asked of the union of an annotator's spans, so they may overlap.
What it is marked as is only defined where they do not (Krippendorff et al. 2016).
"""

from collections.abc import Iterator

import numpy as np

from signalbook.export.coefficients.coefficient import Floats
from signalbook.export.coefficients.unitizing import (
    cu_alpha,
    ku_alpha,
    mask_sums,
    partition_sums,
    u_alpha,
)
from signalbook.schema.scheme.coefficients import OF_SPANS

from .coded_corpus import CodedCorpus
from .measure import Measure, MeasureName, Statistic, as_judge, measure, nothing_marked
from .span_arrays import SpanArrays

_BINARY = "krippendorff_alpha_u_binary"


def character_measures(coded: CodedCorpus) -> Iterator[Measure]:
    """|u-alpha of the characters within any span, over all types and for each."""
    wanted = {t.name: t.agreement for t in coded.corpus.scheme.span_types}
    for unit, spans in coded.spans_by_unit():
        name = MeasureName("span_identification", unit, "characters", _BINARY, secondary=True)
        name, target = as_judge(name, wanted.get(unit), OF_SPANS)
        statistics = mask_sums(spans.lengths, *spans.by_annotator(typed=False))
        pairs = statistics.sum(axis=0)[:, :2]
        length = float(pairs.sum())
        n = len(spans.compared())
        yield measure(
            name,
            statistics,
            u_alpha,
            corpus=coded.corpus,
            n=n,
            reason="everything is marked" if n else nothing_marked(coded.corpus),
            target=target,
            observed=float(np.trace(pairs)) / length if length else None,
            details={"characters": int(spans.lengths[spans.n_annotators > 1].sum())},
        )


def character_category_measures(coded: CodedCorpus) -> Iterator[Measure]:
    """cu-alpha, and (k)u-alpha of each type; undefined where spans of one annotator overlap."""
    corpus, spans = coded.corpus, coded.mentions.compared()
    names = [t.name for t in corpus.scheme.span_types]
    overlapping = _overlapping(spans)
    reason = nothing_marked(corpus)
    statistics: Floats = np.zeros((len(spans.lengths), 1, 3))
    if overlapping is not None:
        reason = (
            f"spans of one annotator overlap, as in article {corpus.articles[overlapping]}; "
            "the coefficient is defined on partitions of the text"
        )
    elif len(spans):
        statistics = partition_sums(spans.lengths, *spans.by_annotator(), len(names) + 1)
        reason = "no variation where spans of two annotators meet"
    asked: list[tuple[str, str, Statistic]] = [("all", "krippendorff_alpha_cu", cu_alpha)]
    asked += [(name, "krippendorff_alpha_ku", _ku(at)) for at, name in enumerate(names)]
    defined = overlapping is None and len(spans) > 0
    for unit, coefficient, statistic in asked:
        yield measure(
            MeasureName("span_category", unit, "characters", coefficient, secondary=True),
            statistics,
            statistic if defined else _undefined,
            corpus=corpus,
            n=len(spans) if defined else 0,
            reason=reason,
        )


def _ku(number: int) -> Statistic:
    return lambda total: np.asarray(ku_alpha(total)[..., number], dtype=np.float64)


def _undefined(total: Floats) -> Floats:
    return np.full(total.shape[:-2], np.nan)


def _overlapping(spans: SpanArrays) -> int | None:
    """An article in which spans of one annotator share a character."""
    filled = spans.where(np.asarray(spans.ends > spans.starts, dtype=np.bool_))
    order = np.lexsort((filled.starts, filled.articles, filled.annotators))
    articles, annotators = filled.articles[order], filled.annotators[order]
    same = (articles[1:] == articles[:-1]) & (annotators[1:] == annotators[:-1])
    clash = np.flatnonzero(same & (filled.starts[order][1:] < filled.ends[order][:-1]))
    return int(articles[clash[0]]) if len(clash) else None
