"""One coefficient with its interval over documents, and whether it meets its target.

A measure keeps the statistics of every document that it is a function of, so that to leave out a
document one need not look at the annotations again.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

import numpy as np

from signalbook.export.coefficients.bootstrap import ConfidenceInterval, confidence_interval
from signalbook.export.coefficients.coefficient import Bools, Floats, Ints
from signalbook.export.coefficients.jackknife import jackknife_spread
from signalbook.export.coefficients.planning import ArticlesNeeded, articles_needed
from signalbook.schema.scheme.model import Agreement, Json

from .corpus import Corpus

#: Met: the interval lies above the target. Not met: below it. Inconclusive: around it. Too few:
#: there are too few articles for an interval.
Verdict: TypeAlias = Literal["met", "inconclusive", "not met", "too few", "undefined", "no target"]
#: Beginnings of the names of coefficients that are never negative.
_SHARES = ("f1", "share_matched", "percent_agreement")
#: Sums that are worth keeping in less room.
_MANY = 1 << 17
#: Sums over documents -> the value; NaN where undefined.
Statistic = Callable[[Floats], Floats]


@dataclass(frozen=True, slots=True)
class MeasureName:
    """What is measured, and by which coefficient."""

    #: span_identification, span_category, attribute, relation, party, dyad or article_label.
    kind: str
    #: Span type, `all`, party, dyad or article.
    unit: str
    #: Field, or the criterion of a match.
    field: str
    coefficient: str
    #: The value that is told from all others, of a measure of one value; else empty.
    of: str = ""
    #: Whether it stands beside the coefficient that the field is judged by.
    secondary: bool = False

    def __str__(self) -> str:
        """How a gate names it: kind.unit.field, and the coefficient if it is a secondary one."""
        coefficient = self.coefficient if self.secondary else ""
        parts = (self.kind, self.unit, self.field, self.of, coefficient)
        return ".".join(part for part in parts if part)


class ArticleSums:
    """What a statistic is a function of, when it is summed; by article.

    A field with many values has a sum for each, and most of them are 0 in an article: of such sums,
    the others are kept.
    """

    def __init__(self, sums: Floats) -> None:
        self._shape = sums.shape
        self._kept: Floats = np.asarray(sums, dtype=np.float64).ravel()
        #: Where the kept ones are; None: all are.
        self._places: Ints | None = None
        if sums.size > _MANY:
            places = np.flatnonzero(self._kept)
            if len(places) * 4 < sums.size:
                self._places = places.astype(np.min_scalar_type(sums.size))
                self._kept = self._kept[places]

    def of_each(self) -> Floats:
        """The sums, ``[A, ...]``."""
        if self._places is None:
            return self._kept.reshape(self._shape)
        sums = np.zeros(self._shape)
        sums.put(self._places, self._kept)
        return sums


@dataclass(frozen=True)
class Measure:
    """One coefficient of one field or kind of unit."""

    name: MeasureName
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
    sums: ArticleSums = field(repr=False)
    statistic: Statistic = field(repr=False)
    #: What else one must know to compute it again, and what it was made of.
    details: Mapping[str, Json] = field(default_factory=dict[str, Json])

    @property
    def statistics(self) -> Floats:
        """What the statistic is a function of, summed; by article."""
        return self.sums.of_each()

    def to_dict(self) -> dict[str, Json]:
        """JSON-shaped."""
        name = self.name
        return {
            "kind": name.kind,
            "unit": name.unit,
            "field": name.field,
            "coefficient": name.coefficient,
            "value": self.value,
            "reason": self.reason,
            "observed_agreement": self.observed_agreement,
            "n": self.n,
            "documents": self.documents,
            "target": self.target,
            "secondary": name.secondary,
            "of": name.of,
            "details": dict(self.details),
        }


def measure(
    name: MeasureName,
    statistics: Floats,
    statistic: Statistic,
    *,
    corpus: Corpus,
    n: int,
    reason: str,
    target: float | None = None,
    observed: float | None = None,
    details: Mapping[str, Json] | None = None,
) -> Measure:
    """Evaluate a statistic on all documents; `reason` holds if it is undefined."""
    value = float(statistic(statistics.sum(axis=0)))
    defined = bool(np.isfinite(value))
    return Measure(
        name=name,
        value=value if defined else None,
        reason="" if defined else reason,
        observed_agreement=observed if defined or n else None,
        n=n,
        documents=corpus.doubly_annotated,
        target=target,
        sums=ArticleSums(statistics),
        statistic=statistic,
        details=details or {},
    )


def with_statistics(
    measure: Measure, statistics: Floats, *, documents: int, n: int, reason: str
) -> Measure:
    """The same of a part of the annotations; `reason` holds if it is undefined."""
    value = float(measure.statistic(statistics.sum(axis=0)))
    defined = bool(np.isfinite(value))
    return replace(
        measure,
        value=value if defined else None,
        reason="" if defined else reason,
        observed_agreement=None,
        n=n,
        documents=documents,
        sums=ArticleSums(statistics),
        details={},
    )


@dataclass(frozen=True)
class MeasureWithInterval:
    """A measure with its uncertainty over documents."""

    measure: Measure
    interval: ConfidenceInterval
    verdict: Verdict
    #: About how many further doubly annotated documents until the interval excludes the target, with
    #: a probability of 80 %; if nobody disagreed, how many in which nobody may disagree either.
    #: None where there is no interval or no target.
    needed: ArticlesNeeded | None

    @property
    def misses(self) -> bool:
        """Whether the target is not met, or not known to be met by a value that lies below it."""
        value, target = self.measure.value, self.measure.target
        inconclusive = self.verdict == "inconclusive" and None not in (value, target)
        return self.verdict == "not met" or (inconclusive and (value or 0.0) < (target or 0.0))

    def to_dict(self) -> dict[str, Json]:
        """JSON-shaped."""
        interval = self.interval
        return {
            **self.measure.to_dict(),
            "interval": {
                "low": interval.low,
                "high": interval.high,
                "level": interval.level,
                "method": interval.method,
                "reason": interval.reason,
            },
            "probability_below": {f"{at:g}": share for at, share in interval.below},
            "verdict": self.verdict,
            "more_documents": self.needed.count if self.needed else None,
            "more_documents_reason": self.needed.reason if self.needed else "",
        }


def target_of(agreement: Agreement | None) -> float | None:
    """The value that the scheme asks for, if it asks for any."""
    return agreement.target if agreement else None


def as_judge(
    name: MeasureName, agreement: Agreement | None, coefficients: Mapping[str, tuple[str, str]]
) -> tuple[MeasureName, float | None]:
    """The name of a measure, primary if the scheme judges by it, and then the target.

    Args:
        name: The measure.
        agreement: What the scheme wants of the unit.
        coefficients: What can be wanted of such units -> field and coefficient of its measure; the
            first is wanted where the scheme names none.
    """
    named = agreement.coefficient if agreement else ""
    judge = coefficients.get(named) or next(iter(coefficients.values()))
    if (name.field, name.coefficient) != judge:
        return name, None
    return replace(name, secondary=False), target_of(agreement)


def is_followed(measure: Measure) -> bool:
    """Whether a measure is followed over parts of a corpus, such as what others have.

    What is judged is, but for gamma, which takes long: of spans, the F1 of those with half of their
    union in common is followed, whatever they are judged by.
    """
    name = measure.name
    if name.kind == "span_identification" and name.coefficient == "f1" and name.unit != "all":
        return measure.target is not None or name.field == "iou_0.5"
    return measure.target is not None and not name.coefficient.startswith("gamma")


def nothing_marked(corpus: Corpus) -> str:
    """Why a measure of spans has nothing to rest on."""
    if not corpus.doubly_annotated:
        return "no article was seen by two annotators"
    return "nobody marked any"


def with_intervals(measures: Iterable[Measure], corpus: Corpus) -> list[MeasureWithInterval]:
    """Every measure with its interval over the documents that two or more saw."""
    return [with_interval(measure, corpus.compared) for measure in measures]


def with_interval(measure: Measure, articles: Bools) -> MeasureWithInterval:
    """A measure with its interval over those articles that could inform it, ``[articles]``."""
    sums = measure.statistics[articles]
    floor, units = _floor(measure.name.coefficient), max(measure.n, 1)
    interval = confidence_interval(sums, measure.statistic, floor=floor, units=units)
    verdict = _verdict(measure, interval)
    needed = ArticlesNeeded(0) if verdict in ("met", "not met") else None
    if verdict == "inconclusive" and measure.target is not None:
        spread = jackknife_spread(sums, measure.statistic, floor=floor, units=units)
        needed = articles_needed(spread, measure.target) if spread else None
    return MeasureWithInterval(measure, interval, verdict, needed)


def of_articles(measure: Measure, articles: Sequence[int]) -> MeasureWithInterval:
    """The same of some of the articles that two or more saw, with its interval over these.

    Each is taken to have as many units as all have in the mean.
    """
    part = with_statistics(
        replace(measure, target=None),
        measure.statistics[list(articles)],
        documents=len(articles),
        n=round(measure.n * len(articles) / max(measure.documents, 1)),
        reason="undefined in these articles",
    )
    return with_interval(part, np.ones(len(articles), dtype=np.bool_))


def _floor(coefficient: str) -> float | None:
    """The smallest value that a coefficient can have; none is known of gamma."""
    if coefficient.startswith(_SHARES):
        return 0.0
    return None if coefficient.startswith("gamma") else -1.0


def _verdict(measure: Measure, interval: ConfidenceInterval) -> Verdict:
    if measure.value is None:
        return "undefined"
    if measure.target is None:
        return "no target"
    if interval.low is None or interval.high is None:
        return "too few"
    if interval.low >= measure.target:
        return "met"
    if interval.high < measure.target:
        return "not met"
    return "inconclusive"
