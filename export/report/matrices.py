"""The matrices of a report: what is taken for what, and who agrees with whom."""

from collections.abc import Mapping
from dataclasses import dataclass

from signalbook.export.agreement.measure import Measure, MeasureName
from signalbook.export.disagreement.confusion import ABSENT, Confusion

from .analysis import Analysis
from .wording import Words

#: Values of a matrix; what is rarer is left out.
_WIDEST = 16
_OPEN = 3
#: So many pairs of annotators fit in one table.
_FEW_PAIRS = 6


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
    words = Words(analysis.measured.corpus.scheme)
    found = [c for c in analysis.confusions if not c.of and len(c.values) > 1]
    # Values that the scheme does not list, such as parties, are many and seldom worth a matrix.
    found.sort(key=lambda c: (_open(words, c), c.agreed - c.total))
    return [_matrix(c, opened=i < _OPEN and c.agreed < c.total) for i, c in enumerate(found)]


def _open(words: Words, confusion: Confusion) -> bool:
    """Whether values occur that the scheme does not list."""
    known = {*words.listed(confusion.unit, confusion.field), ABSENT, "true", "false"}
    return not known.issuperset(confusion.values)


def _matrix(confusion: Confusion, *, opened: bool) -> Matrix:
    totals = confusion.totals()
    used = [value for value in confusion.values if totals[value]]
    if len(used) > _WIDEST:
        most = set(sorted(used, key=lambda v: -totals[v])[:_WIDEST])
        used = [value for value in used if value in most]
    counts = {frozenset(pair): n for pair, n in confusion.counts.items()}
    same = max((n for pair, n in counts.items() if len(pair) == 1), default=1)
    other = max((n for pair, n in counts.items() if len(pair) == 2), default=1)
    rows: list[tuple[tuple[int, float], ...]] = []
    for row in used:
        cells = [counts.get(frozenset((row, column)), 0) for column in used]
        most_here = [same if row == column else other for column in used]
        rows.append(tuple((n, round(n / m, 3)) for n, m in zip(cells, most_here, strict=True)))
    return Matrix(confusion, tuple(used), tuple(rows), opened)


def sets(analysis: Analysis) -> dict[tuple[str, str], list[tuple[str, int, int, int]]]:
    """(Unit, field) of a set -> value, pairs with it in both, in one, in neither."""
    found: dict[tuple[str, str], list[tuple[str, int, int, int]]] = {}
    for confusion in analysis.confusions:
        if confusion.of:
            neither, one, _, both = (n for row in confusion.matrix() for n in row)
            rows = found.setdefault((confusion.unit, confusion.field), [])
            rows.append((confusion.of, both, one, neither))
    for rows in found.values():
        rows.sort(key=lambda row: -row[2])
    return found


def pairwise(analysis: Analysis, words: Words) -> list[tuple[str, list[list[Measure | None]]]]:
    """For each measure with a target, and spans as a whole, annotators by annotators."""
    names = analysis.measured.corpus.annotators
    by_pair = {(p.one, p.other): {m.name: m for m in p.measures} for p in analysis.pairs}
    wanted = [one.measure for one in analysis.measured.primary if _of_pairs(one.measure)]
    return [
        (
            words.name(measure),
            [[_between(by_pair, one, other, measure.name) for other in names] for one in names],
        )
        for measure in (wanted if by_pair else [])
        if len(by_pair) > _FEW_PAIRS or measure.target is None
    ]


def _of_pairs(measure: Measure) -> bool:
    return measure.target is not None or str(measure.name) == "span_identification.all.overlap"


def side_by_side(analysis: Analysis, words: Words) -> list[tuple[str, list[Measure | None]]]:
    """For each measure its value for every two annotators, if these are few."""
    if len(analysis.pairs) > _FEW_PAIRS:
        return []
    found = [{m.name: m for m in pair.measures} for pair in analysis.pairs]
    wanted = [one.measure for one in analysis.measured.judged]
    return [
        (words.name(measure), [of_pair.get(measure.name) for of_pair in found])
        for measure in (wanted if found else [])
    ]


def _between(
    by_pair: Mapping[tuple[str, str], Mapping[MeasureName, Measure]],
    one: str,
    other: str,
    name: MeasureName,
) -> Measure | None:
    found = by_pair.get((one, other)) or by_pair.get((other, one)) or {}
    return found.get(name)


def influence(analysis: Analysis) -> list[tuple[str, float | None, list[float | None]]]:
    """Measure -> its value, and how it changes without each annotator."""
    profiles = analysis.annotators
    if len(profiles) < 3:
        return []
    return [
        (str(first.name), first.value, [profile.influence[i].difference for profile in profiles])
        for i, first in enumerate(profiles[0].influence)
    ]
