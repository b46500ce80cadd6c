"""Measures with their intervals, and whether they meet their targets."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from signalbook.export.coefficients.bootstrap import Interval, documents_needed, interval
from signalbook.export.coefficients.coefficient import Bools
from signalbook.schema.scheme.model import Json

from .corpus import Corpus
from .measure import Measure

#: Met: the interval lies above the target. Not met: below it. Inconclusive: around it.
Verdict: TypeAlias = Literal["met", "inconclusive", "not met", "undefined", "no target"]


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
