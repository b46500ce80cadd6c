"""How many further articles are likely to show on which side of its target a statistic lies."""

from dataclasses import dataclass
from math import ceil, log

import numpy as np
from scipy.special import stdtr, stdtrit

from .coefficient import Floats
from .jackknife import MIN_INFORMATIVE, JackknifeSpread, to_scale

#: How far the true value is taken to be from a target that the interval holds, in two of three cases.
_NEAR = 0.1
#: More articles than anybody would annotate twice to decide one measure.
MAX_FURTHER = 1000
#: A number beyond so many times the articles at hand is a rough one, for these hardly show how far the
#: value lies from its target. It holds as often as a smaller one, but half of it is nearly as good:
#: ``benchmarks/interval_coverage.py --planning``.
ROUGH_MULTIPLE = 10
#: Why there is no number.
TARGET_OF_ONE = "no interval lies at 1 as a whole, however many articles there are"
FEW_DISAGREE = f"fewer than {MIN_INFORMATIVE} articles show disagreement"
TOO_MANY = f"more than {MAX_FURTHER} further articles"


@dataclass(frozen=True)
class ArticlesNeeded:
    """How many further articles are needed, or why that cannot be told."""

    #: About so many, 0 if the target is excluded already; ``None`` if it cannot be told.
    count: int | None
    #: Why it cannot; else empty.
    reason: str = ""


def articles_needed(
    spread: JackknifeSpread,
    target: float,
    *,
    level: float = 0.95,
    power: float = 0.8,
) -> ArticlesNeeded:
    """About how many more articles until the interval excludes a target, on either side.

    New articles are taken to resemble those at hand, and the standard error to fall with the square
    root of their number. What the true value is, and with it the error, is uncertain by the very
    error that there is now, so that the power is the mean over what it may be, somewhere near the
    target: the assurance of O'Hagan, Stevens and Campbell (2005), Pharmaceutical Statistics 4(3).

    Where no disagreement was seen, it is the number of articles that must show none either; of fewer
    than five articles with disagreement, their error is too little known to say it.

    Args:
        spread: The statistic with its error.
        target: Value to exclude, such as .8.
        level: Coverage of the interval.
        power: Probability of excluding the target with so many more.
    """
    low, high = spread.limits(level)
    if low >= target or high < target:
        return ArticlesNeeded(0)
    tail, n_articles = 0.5 + level / 2, spread.n_articles
    if target >= 1:
        return ArticlesNeeded(None, TARGET_OF_ONE)
    if spread.is_perfect:
        share = (1 - target) / spread.severity
        needed = max(1, ceil(log(1 - tail) / log(1 - share)) - n_articles)
        return ArticlesNeeded(needed) if needed <= MAX_FURTHER else ArticlesNeeded(None, TOO_MANY)
    if spread.disagreeing < MIN_INFORMATIVE:
        return ArticlesNeeded(None, FEW_DISAGREE)
    more = np.unique(np.geomspace(1, MAX_FURTHER, 500).round()).astype(np.float64)
    enough = np.flatnonzero(_assurance(spread, target, more, tail) >= power)
    return ArticlesNeeded(int(more[enough[0]])) if len(enough) else ArticlesNeeded(None, TOO_MANY)


def _assurance(spread: JackknifeSpread, target: float, more: Floats, tail: float) -> Floats:
    """The probability that the interval excludes a target with so many more articles."""
    aim = float(to_scale(target, spread.floor))
    near = aim - float(to_scale(_below(target, spread.floor), spread.floor))
    true, likely = _true_values(spread, aim, near)
    old = (spread.n_articles / (spread.n_articles + more))[:, None]
    expected = old * spread.center + (1 - old) * true
    error = _error_at(spread, expected) * np.sqrt(old)
    drawn = _error_at(spread, true) * np.sqrt(old * (1 - old))
    over, under = (
        stdtr(freedom, (side * (expected - aim) - stdtrit(freedom / old, tail) * error) / drawn)
        for side, freedom in ((1, spread.freedom_below), (-1, spread.freedom_above))
    )
    return np.asarray((over + under) @ likely, dtype=np.float64)


def _true_values(spread: JackknifeSpread, aim: float, near: float) -> tuple[Floats, Floats]:
    """What the true value may be, on the scale, and how likely each is: near an aim before it is seen."""
    trust = 1 / (1 + (spread.error / near) ** 2)
    middle, width = aim + trust * (spread.center - aim), spread.error * trust**0.5
    true = middle + width * np.linspace(-4, 4, 33)
    error = _error_at(spread, true)
    seen, expected = (spread.center - true) / error, (true - aim) / near
    unlikely = (seen**2 + expected**2) / 2
    likely = np.exp(unlikely.min() - unlikely) / error
    return true, likely / likely.sum()


def _error_at(spread: JackknifeSpread, value: Floats) -> Floats:
    """The error that the same articles would leave at another value; both are on the scale.

    What differs between articles is less, the nearer a share is to its ends, as with p (1 - p); on
    the scale of the logit it is then more.
    """
    if spread.floor is None:
        return np.asarray(spread.error * np.exp((value - spread.center) / 2), dtype=np.float64)
    ratio = np.cosh(value / 2) / np.cosh(spread.center / 2)
    return np.asarray(spread.error * ratio, dtype=np.float64)


def _below(target: float, floor: float | None) -> float:
    """A value that is near a target, and still above the floor."""
    return target - _NEAR if floor is None else max(target - _NEAR, (target + floor) / 2)
