"""The matrices of a report: what is taken for what, and who agrees with whom."""

from collections.abc import Mapping
from dataclasses import dataclass

from signalbook.export.agreement.measure import Measure, MeasureName, MeasureWithInterval
from signalbook.export.disagreement.confusion import ABSENT, Confusion

from .analysis import Analysis
from .wording import Wording

#: Values of a matrix; what is rarer is left out.
_MAX_VALUES = 16
#: Matrices that are unfolded from the start.
_MAX_OPENED = 3
#: Pairs of annotators that fit in one table.
_MAX_SIDE_BY_SIDE = 6


@dataclass(frozen=True)
class Matrix:
    """A confusion matrix as it is shown."""

    confusion: Confusion
    values: tuple[str, ...]
    #: Count and how dark, row by row.
    rows: tuple[tuple[tuple[int, float], ...], ...]
    opened: bool

    @property
    def partial(self) -> bool:
        """Whether rare values are not shown."""
        return len(self.values) < sum(1 for count in self.confusion.totals().values() if count)

    @property
    def disputed(self) -> int:
        """Pairs that differ."""
        return self.confusion.total - self.confusion.agreed


def matrices(analysis: Analysis) -> list[Matrix]:
    """Matrices of single values, the most disputed first and open."""
    wording = Wording(analysis.measured.corpus.scheme)
    shown = [c for c in analysis.confusions if not c.of and len(c.values) > 1]
    # Values that the scheme does not list, such as parties, are many and seldom worth a matrix.
    shown.sort(key=lambda c: (_has_unlisted(wording, c), c.agreed - c.total))
    return [_matrix(c, opened=i < _MAX_OPENED and c.agreed < c.total) for i, c in enumerate(shown)]


def _has_unlisted(wording: Wording, confusion: Confusion) -> bool:
    """Whether values occur that the scheme does not list."""
    listed = {*wording.listed_values(confusion.unit, confusion.field), ABSENT, "true", "false"}
    return not listed.issuperset(confusion.values)


def _matrix(confusion: Confusion, *, opened: bool) -> Matrix:
    totals = confusion.totals()
    used = [value for value in confusion.values if totals[value]]
    if len(used) > _MAX_VALUES:
        frequent = set(sorted(used, key=lambda v: -totals[v])[:_MAX_VALUES])
        used = [value for value in used if value in frequent]
    counts = {frozenset(pair): n for pair, n in confusion.counts.items()}
    most_equal = max((n for pair, n in counts.items() if len(pair) == 1), default=1)
    most_unequal = max((n for pair, n in counts.items() if len(pair) == 2), default=1)
    rows: list[tuple[tuple[int, float], ...]] = []
    for row in used:
        cells = [counts.get(frozenset((row, column)), 0) for column in used]
        most = [most_equal if row == column else most_unequal for column in used]
        rows.append(tuple((n, round(n / m, 3)) for n, m in zip(cells, most, strict=True)))
    return Matrix(confusion, tuple(used), tuple(rows), opened)


def sets(analysis: Analysis) -> dict[tuple[str, str], list[tuple[str, int, int, int]]]:
    """(Unit, field) of a set -> value, pairs with it in both, in one, in neither."""
    by_field: dict[tuple[str, str], list[tuple[str, int, int, int]]] = {}
    for confusion in analysis.confusions:
        if confusion.of:
            neither, one_only, _, both = (n for row in confusion.matrix() for n in row)
            rows = by_field.setdefault((confusion.unit, confusion.field), [])
            rows.append((confusion.of, both, one_only, neither))
    for rows in by_field.values():
        rows.sort(key=lambda row: -row[2])
    return by_field


def pairwise(
    analysis: Analysis, wording: Wording
) -> list[tuple[str, list[list[MeasureWithInterval | None]]]]:
    """For each measure with a target, and spans as a whole, annotators by annotators.

    Shown is what is computed of pairs, which gamma is not.
    """
    names = analysis.measured.corpus.annotators
    by_pair = {(p.first, p.second): {r.measure.name: r for r in p.measures} for p in analysis.pairs}
    primary = (result.measure for result in analysis.measured.primary)
    shown = [measure for measure in primary if _is_shown_by_pair(measure)]
    return [
        (
            wording.label(measure),
            [
                [_between(by_pair, first, second, measure.name) for second in names]
                for first in names
            ],
        )
        for measure in (shown if by_pair else [])
        if len(by_pair) > _MAX_SIDE_BY_SIDE or measure.target is None
        if any(measure.name in of_pair for of_pair in by_pair.values())
    ]


def _is_shown_by_pair(measure: Measure) -> bool:
    return measure.target is not None or str(measure.name) == "span_identification.all.overlap"


def side_by_side(
    analysis: Analysis, wording: Wording
) -> list[tuple[str, list[MeasureWithInterval | None]]]:
    """For each measure that is computed of pairs its values, if there are few pairs."""
    if len(analysis.pairs) > _MAX_SIDE_BY_SIDE:
        return []
    by_pair = [{r.measure.name: r for r in pair.measures} for pair in analysis.pairs]
    judged = [result.measure for result in analysis.measured.judged]
    return [
        (wording.label(measure), [of_pair.get(measure.name) for of_pair in by_pair])
        for measure in judged
        if any(measure.name in of_pair for of_pair in by_pair)
    ]


def _between(
    by_pair: Mapping[tuple[str, str], Mapping[MeasureName, MeasureWithInterval]],
    first: str,
    second: str,
    name: MeasureName,
) -> MeasureWithInterval | None:
    measures = by_pair.get((first, second)) or by_pair.get((second, first)) or {}
    return measures.get(name)


def leave_one_out(analysis: Analysis) -> list[tuple[str, float | None, list[float | None]]]:
    """Measure -> its value, and how it changes without each annotator."""
    profiles = analysis.annotators
    if len(profiles) < 3:
        return []
    return [
        (str(of.name), of.value, [profile.leave_one_out[i].difference for profile in profiles])
        for i, of in enumerate(profiles[0].leave_one_out)
    ]
