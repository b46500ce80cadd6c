"""How each annotator agrees with the rest: at all, when left out, and over time."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import combinations

import numpy as np
from scipy.stats import theilslopes

from signalbook.export.agreement.coded_corpus import CodedCorpus, CodedField
from signalbook.export.agreement.corpus import Corpus
from signalbook.export.agreement.field_measures import field_value, judging_coefficient
from signalbook.export.agreement.measure import (
    Measure,
    MeasureName,
    MeasureWithInterval,
    is_followed,
    of_articles,
    with_interval,
)
from signalbook.export.agreement.pairwise_f1 import f1_of_pairs
from signalbook.export.coefficients.coefficient import Floats
from signalbook.export.coefficients.span_matching import mean_pairwise_f1

#: Parts that an annotator's work is shown in.
_PARTS = 4
#: Documents that a slope is given for.
_HUNDRED = 100
#: Moments that a slope is estimated from: more are thinned out, fewer have none.
_MAX_SLOPE_MOMENTS = 1000
_MIN_SLOPE_MOMENTS = 4


@dataclass(frozen=True)
class LeaveOneOut:
    """A measure with and without one annotator."""

    name: MeasureName
    value: float | None
    without: float | None

    @property
    def difference(self) -> float | None:
        """Positive if the rest agree better without the annotator."""
        if self.value is None or self.without is None:
            return None
        return self.without - self.value


@dataclass(frozen=True)
class WorkPart:
    """Consecutive documents of one annotator."""

    documents: int
    first: str
    last: str
    f1: MeasureWithInterval


@dataclass(frozen=True)
class AgreementDrift:
    """Agreement with the rest over an annotator's documents in the order they were made."""

    parts: tuple[WorkPart, ...]
    #: Theil and Sen's slope of F1 over a hundred documents, with its interval of 95 %.
    slope: float | None
    low: float | None
    high: float | None
    #: Documents with a date that others saw as well.
    n: int


@dataclass(frozen=True)
class AgreementWithRest:
    """What the agreement of each annotator with the others is computed from."""

    corpus: Corpus
    #: Pairs of annotators, as the columns of every F1.
    pairs: tuple[tuple[int, int], ...]
    #: F1 of spans; None where the scheme has none.
    overlap: Measure | None
    f1s: tuple[Measure, ...]
    of_fields: tuple[tuple[CodedField, Measure], ...]

    def f1_with_rest(self, annotator: int) -> MeasureWithInterval | None:
        """Mean F1 of spans with each other annotator; None without spans or others."""
        columns = self._with(annotator)
        if self.overlap is None or not columns:
            return None
        shared = self.corpus.compared & self.corpus.seen[annotator]
        return with_interval(f1_of_pairs(self.overlap, columns, shared), shared)

    def leave_one_out(self, annotator: int) -> tuple[LeaveOneOut, ...]:
        """Every measure that is followed, with and without the annotator."""
        rest = [column for column in range(len(self.pairs)) if annotator not in self.pairs[column]]
        changes = [LeaveOneOut(m.name, m.value, _value(m.statistics[:, rest])) for m in self.f1s]
        remaining = set(range(len(self.corpus.annotators))) - {annotator}
        others = self.corpus.only(remaining)
        for field, whole in self.of_fields:
            without = field_value(field.restrict_raters(remaining), others)
            changes.append(LeaveOneOut(whole.name, whole.value, without))
        return tuple(changes)

    def drift(self, annotator: int) -> AgreementDrift | None:
        """F1 of spans with the rest, over time; None without spans, others or two dates.

        Documents of one date, as the documents of a day in a release, are in no order.
        """
        if self.overlap is None:
            return None
        columns = self._with(annotator)
        dated = sorted(self._dated(annotator)) if columns else []
        times = [when for when, _ in dated]
        if len(set(times)) < 2:
            return None
        in_order = [article for _, article in dated]
        overlap = f1_of_pairs(
            self.overlap, columns, self.corpus.compared & self.corpus.seen[annotator]
        )
        parts = [
            WorkPart(
                documents=len(places),
                first=times[places[0]].isoformat(),
                last=times[places[-1]].isoformat(),
                f1=of_articles(overlap, [in_order[place] for place in places]),
            )
            for places in consecutive(times)
        ]
        slope = _slope(overlap.statistics[in_order], times)
        return AgreementDrift(tuple(parts), *slope, n=len(dated))

    def _with(self, annotator: int) -> list[int]:
        return [column for column, pair in enumerate(self.pairs) if annotator in pair]

    def _dated(self, annotator: int) -> Iterator[tuple[datetime, int]]:
        for (article, who), document in self.corpus.documents.items():
            if who == annotator and len(self.corpus.seen_by[article]) > 1:
                when = moment(document.annotator.created_at)
                if when is not None:
                    yield when, article


def agreement_with_rest(coded: CodedCorpus, measures: Iterable[Measure]) -> AgreementWithRest:
    """Pick what the profiles of all annotators need.

    Args:
        coded: The annotations.
        measures: All measures of these.
    """
    by_name = {measure.name: measure for measure in measures}
    f1s = [measure for measure in by_name.values() if measure.name.coefficient == "f1"]
    together = {pair for seen in coded.corpus.seen_by for pair in combinations(seen, 2)}
    judged = [(f, by_name[f.name(judging_coefficient(f.field))]) for f in coded.fields]
    return AgreementWithRest(
        corpus=coded.corpus,
        pairs=tuple(sorted(together)),
        overlap=next((m for m in f1s if str(m.name) == "span_identification.all.overlap"), None),
        f1s=tuple(measure for measure in f1s if is_followed(measure)),
        of_fields=tuple((field, m) for field, m in judged if m.target is not None),
    )


def consecutive(times: Sequence[datetime]) -> list[list[int]]:
    """Places of sorted times in parts as equal as may be; equal times stay in one part."""
    parts: list[list[int]] = []
    for chunk in np.array_split(np.arange(len(times)), max(min(_PARTS, len(times)), 1)):
        places: list[int] = chunk.tolist()
        if parts:
            before = times[parts[-1][-1]]
            parts[-1] += [place for place in places if times[place] == before]
            places = [place for place in places if times[place] != before]
        if places:
            parts.append(places)
    return parts


def _value(statistics: Floats) -> float | None:
    """Mean pairwise F1 of all these documents; None where undefined."""
    if not statistics.shape[1]:
        return None
    value = float(mean_pairwise_f1(statistics.sum(axis=0)))
    return value if np.isfinite(value) else None


def _slope(
    statistics: Floats, times: Sequence[datetime]
) -> tuple[float | None, float | None, float | None]:
    """Change of F1 over a hundred documents in order of time, of at most a thousand moments."""
    _, counts = np.unique([when.timestamp() for when in times], return_counts=True)
    firsts = np.cumsum(counts) - counts
    each = np.asarray(mean_pairwise_f1(np.add.reduceat(statistics, firsts)), dtype=np.float64)
    places = np.flatnonzero(np.isfinite(each))
    if len(places) > _MAX_SLOPE_MOMENTS:
        places = places[np.linspace(0, len(places) - 1, _MAX_SLOPE_MOMENTS).astype(np.int64)]
    if len(places) < _MIN_SLOPE_MOMENTS:
        return None, None, None
    middles = firsts + (counts - 1) / 2
    estimate = theilslopes(each[places], middles[places])
    slope, low, high = estimate.slope, estimate.low_slope, estimate.high_slope
    return float(slope) * _HUNDRED, float(low) * _HUNDRED, float(high) * _HUNDRED


def moment(text: str | None) -> datetime | None:
    """A date, with or without a time, as a moment; None where it is none."""
    try:
        when = datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    if when is not None and when.tzinfo is None:
        return when.replace(tzinfo=UTC)
    return when
