"""One coefficient of one layer, its interval over documents, and whether it meets its target.

A measure keeps the statistics of every document that it is a function of, so that a bootstrap over
documents need not look at the annotations again.
"""

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from signalbook.export.coefficients.bootstrap import Interval, documents_needed, interval
from signalbook.export.coefficients.coefficient import Bools, Floats
from signalbook.schema.scheme.model import Agreement, Json

from .corpus import Corpus

#: Met: the interval lies above the target. Not met: below it. Inconclusive: around it.
Verdict: TypeAlias = Literal["met", "inconclusive", "not met", "undefined", "no target"]
#: Sums over documents -> the value; NaN where undefined.
Statistic = Callable[[Floats], Floats]


@dataclasses.dataclass(frozen=True)
class Measure:
    """One coefficient of one layer."""

    #: span_identification, attribute, relation, party, dyad or article_label.
    layer: str
    #: Span type, `all`, party, dyad or article.
    unit: str
    #: Field, or the criterion of a match.
    field: str
    coefficient: str
    #: None where undefined; then `reason` says why.
    value: float | None
    reason: str
    #: Share of pairs of values that agree, for coefficients that correct for chance.
    observed_agreement: float | None
    #: Units, groups or pairs that the value rests on.
    n: int
    #: Documents that at least two annotators saw.
    documents: int
    target: float | None
    statistics: Floats = dataclasses.field(repr=False)
    statistic: Statistic = dataclasses.field(repr=False)
    #: Whether it stands beside the coefficient that the layer is judged by.
    companion: bool = False
    #: The value that is told from all others, of a measure of one value.
    of: str = ""
    #: What else one must know to compute it again, and what it was made of.
    details: Mapping[str, Json] = dataclasses.field(default_factory=dict[str, Json])

    @property
    def name(self) -> str:
        """How a gate names it: layer.unit.field, and of a companion also the coefficient."""
        coefficient = self.coefficient if self.companion else ""
        parts = (self.layer, self.unit, self.field, self.of, coefficient)
        return ".".join(part for part in parts if part)

    def to_dict(self) -> dict[str, Json]:
        """JSON-shaped."""
        hidden = {"statistics", "statistic"}
        shown = {name: value for name, value in vars(self).items() if name not in hidden}
        return {**shown, "details": dict(self.details)}


def measure(
    named: tuple[str, str, str, str],
    statistics: Floats,
    statistic: Statistic,
    *,
    corpus: Corpus,
    agreement: Agreement | None,
    n: int,
    reason: str,
    observed: float | None = None,
    companion: bool = False,
    of: str = "",
    details: Mapping[str, Json] | None = None,
) -> Measure:
    """Evaluate a statistic on all documents; `named` is layer, unit, field and coefficient."""
    total = statistics.sum(axis=0)
    value = float(statistic(total))
    defined = bool(np.isfinite(value))
    return Measure(
        *named,
        value=value if defined else None,
        reason="" if defined else reason,
        observed_agreement=observed if defined or n else None,
        n=n,
        documents=corpus.doubly_annotated,
        target=agreement.target if agreement else None,
        statistics=statistics,
        statistic=statistic,
        companion=companion,
        of=of,
        details=details or {},
    )


@dataclass(frozen=True)
class Assessed:
    """A measure with its uncertainty over documents."""

    measure: Measure
    interval: Interval
    verdict: Verdict
    #: Further doubly annotated documents until the interval excludes the target; None: unknown.
    more_documents: int | None

    def to_dict(self) -> dict[str, Json]:
        """JSON-shaped."""
        found = self.interval
        return {
            **self.measure.to_dict(),
            "interval": {
                "low": found.low,
                "high": found.high,
                "level": found.level,
                "method": found.method,
                "replicates": found.replicates,
                "undefined": found.undefined,
                "reason": found.reason,
            },
            "probability_below": {f"{at:g}": share for at, share in found.below},
            "verdict": self.verdict,
            "more_documents": self.more_documents,
        }


def nothing_marked(corpus: Corpus) -> str:
    """Why a measure of spans has nothing to rest on."""
    if not corpus.doubly_annotated:
        return "no article was seen by two annotators"
    return "nobody marked any"


def assess(
    measures: Iterable[Measure], corpus: Corpus, *, replicates: int = 1000, seed: int = 0
) -> list[Assessed]:
    """Every measure with its interval: documents that two or more saw are resampled."""
    doubly = np.array([len(seen) > 1 for seen in corpus.seen_by], dtype=np.bool_)
    return [_assess(measure, doubly, replicates, seed) for measure in measures]


def _assess(
    measure: Measure,
    doubly: Bools,
    replicates: int,
    seed: int,
) -> Assessed:
    sums = np.asarray(measure.statistics[doubly], dtype=np.float64)
    found = interval(sums, measure.statistic, replicates=replicates, seed=seed)
    more = None
    if measure.target is not None and measure.value is not None:
        more = documents_needed(sums, measure.statistic, target=measure.target)
    return Assessed(measure, found, _verdict(measure, found), more)


def _verdict(measure: Measure, found: Interval) -> Verdict:
    if measure.value is None:
        return "undefined"
    if measure.target is None:
        return "no target"
    if found.low is not None and found.low >= measure.target:
        return "met"
    if found.high is not None and found.high < measure.target:
        return "not met"
    return "inconclusive"
