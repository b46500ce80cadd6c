"""Where things lie on the plots of a report; the template draws them in the colours of the page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import floor

from signalbook.export.agreement.measure import MeasureWithInterval
from signalbook.export.disagreement.differences import KindShare
from signalbook.export.disagreement.kinds import CONSEQUENCES, FAMILIES, family

from .wording import estimate, measured_value

_ROW = 22
_TOP = 26
_LEFT, _RIGHT = 330, 860
#: What lies lower is shown at the edge, with an arrow.
_LOWEST = -0.5


@dataclass(frozen=True)
class ForestRow:
    """One measure on a forest plot."""

    y: int
    label: str
    verdict: str
    value: float
    x: float
    low: float
    high: float
    target: float | None
    #: The interval goes on below the scale.
    cut: bool
    has_interval: bool
    text: str


@dataclass(frozen=True)
class Forest:
    """Values with intervals and targets, one below the other."""

    width: int
    height: int
    left: int
    right: int
    #: Place and number of the grid's lines.
    grid: tuple[tuple[float, str], ...]
    rows: tuple[ForestRow, ...]


def forest(results: Sequence[MeasureWithInterval], labels: Mapping[str, str]) -> Forest:
    """Measures that have a value, in their order; the scale reaches from the lowest end to 1."""
    shown = [result for result in results if result.measure.value is not None]
    lows = [_low(result) for result in shown]
    start = max(_LOWEST, min(0.0, floor(min(lows, default=0.0) * 4) / 4))
    scale = _Scale(start)
    ticks = [start + 0.25 * i for i in range(round((1 - start) / 0.25) + 1)]
    return Forest(
        width=960,
        height=_TOP + _ROW * len(shown) + 12,
        left=_LEFT,
        right=_RIGHT,
        grid=tuple((scale(tick), f"{tick:g}".replace("-", "\N{MINUS SIGN}")) for tick in ticks),
        rows=tuple(_row(i, result, labels, scale) for i, result in enumerate(shown)),
    )


class _Scale:
    """Gives a value its place."""

    def __init__(self, start: float) -> None:
        self.start = start

    def __call__(self, value: float) -> float:
        within = min(max(value, self.start), 1.0)
        return round(_LEFT + (_RIGHT - _LEFT) * (within - self.start) / (1.0 - self.start), 1)


def _low(result: MeasureWithInterval) -> float:
    value = result.measure.value or 0.0
    return min(value, result.interval.low if result.interval.low is not None else value)


def _row(
    place: int, result: MeasureWithInterval, labels: Mapping[str, str], scale: _Scale
) -> ForestRow:
    measure, interval = result.measure, result.interval
    value = measure.value or 0.0
    low = value if interval.low is None else interval.low
    high = value if interval.high is None else interval.high
    return ForestRow(
        y=_TOP + _ROW * place + _ROW // 2,
        label=labels[str(measure.name)],
        verdict=result.verdict.replace(" ", "-"),
        value=value,
        x=scale(value),
        low=scale(low),
        high=scale(high),
        target=None if measure.target is None else scale(measure.target),
        cut=_low(result) < scale.start,
        has_interval=interval.low is not None and interval.high is not None,
        text=measured_value(result),
    )


@dataclass(frozen=True)
class Slice:
    """One family of disagreements in the stacked bar."""

    number: int
    name: str
    count: int
    share: float
    consequence: bool
    #: (Kind, part) within the family.
    kinds: tuple[tuple[str, KindShare], ...]


def slices(parts: Mapping[str, KindShare]) -> list[Slice]:
    """Families in the order in which people read them, with their kinds."""
    by_family: dict[str, list[tuple[str, KindShare]]] = {}
    for kind, part in parts.items():
        by_family.setdefault(family(kind), []).append((kind, part))
    return [
        Slice(
            FAMILIES.index(name),
            name,
            sum(part.count for _, part in kinds),
            sum(part.share for _, part in kinds),
            name in CONSEQUENCES,
            tuple(kinds),
        )
        for name, kinds in by_family.items()
    ]


@dataclass(frozen=True)
class Line:
    """One annotator over time."""

    name: str
    number: int
    #: Places with the value and its interval, in order.
    points: tuple[tuple[float, float, str], ...]

    @property
    def path(self) -> str:
        """As a polyline wants them."""
        return " ".join(f"{x:g},{y:g}" for x, y, _ in self.points)


@dataclass(frozen=True)
class Lines:
    """Values of several annotators, part after part of their work."""

    width: int
    height: int
    left: int
    parts: tuple[tuple[float, str], ...]
    grid: tuple[tuple[float, str], ...]
    lines: tuple[Line, ...]


def over_time(values: Mapping[str, Sequence[MeasureWithInterval]]) -> Lines | None:
    """Annotator -> value between 0 and 1 of each part; None if nobody has two parts."""
    longest = max((len(of) for of in values.values()), default=0)
    if longest < 2:
        return None
    width, height, left, bottom = 560, 210, 40, 176
    step = (width - left - 40) / (longest - 1)
    x = [round(left + 20 + step * i, 1) for i in range(longest)]

    def y(value: float) -> float:
        return round(bottom - (bottom - 14) * min(max(value, 0.0), 1.0), 1)

    lines = tuple(
        Line(
            name,
            i,
            tuple(
                (x[at], y(result.measure.value), estimate(result))
                for at, result in enumerate(of)
                if result.measure.value is not None
            ),
        )
        for i, (name, of) in enumerate(values.items())
    )
    parts = tuple((place, f"part {i + 1}") for i, place in enumerate(x))
    grid = tuple((y(tick / 4), f"{tick / 4:g}") for tick in range(5))
    return Lines(width, height, left, parts, grid, lines)
