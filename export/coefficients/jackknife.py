"""Confidence intervals from leaving out one article at a time, made for few articles.

Units of one article depend on each other, so what is left out is an article. The interval is taken
where the statistic has no ends, on the scale of the logit between its floor and 1 (for a floor of
-1 that is Fisher's z), so that no limit lies where the statistic cannot be. Half a unit of
disagreement is added first, as to a proportion (Agresti and Coull 1998; Agresti and Caffo 2000;
Brown, Cai and DasGupta 2001), the rest is the jackknife of a ratio over clusters with Student's t
(Rao and Wu 1985; Hughes 2022, arXiv:2210.13265), whose degrees of freedom are fewer where few
articles hold most of the spread (Satterthwaite 1946; O'Neill 2014), and towards less agreement no more than there
are articles with disagreement, as surveys count only the clusters in which a rare thing was met.
Where no disagreement was seen, the limit is the exact one of a share of articles (Clopper and
Pearson 1934), which also is the furthest that any limit goes while some articles show no
disagreement. What this covers is printed by ``benchmarks/interval_coverage.py``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, isfinite

import numpy as np
from scipy.special import betainc, betaincinv, expit, logit, stdtr, stdtrit

from .coefficient import Bools, Floats

#: ``[..., *shape of one article's sums]`` to ``[...]``; NaN where undefined.
Statistic = Callable[[Floats], Floats]

#: Below this many informative articles, no interval covers what it should.
MIN_INFORMATIVE = 5
#: Pairs of articles that are looked at to tell how many are informative, about.
_MAX_PAIRS = 300
#: Sums of articles that are worked on at once.
_MAX_SUMS = 1 << 17
#: What counts as no difference.
_SAME = 1e-9


@dataclass(frozen=True)
class JackknifeSpread:
    """A statistic on a scale without ends, and how far other articles might have moved it there."""

    #: The statistic itself.
    value: float
    #: Smallest value of the statistic; None: it has none.
    floor: float | None
    #: The statistic, on the scale.
    center: float
    #: Standard error, on the scale.
    error: float
    #: Degrees of freedom of that error.
    freedom: float
    n_articles: int
    #: Articles that could show a difference, alone or beside another article.
    informative: float
    #: Articles with any disagreement.
    disagreeing: int
    #: Articles with any agreement.
    agreeing: int
    #: The disagreement of an article with any, at most; 1 is that of chance in each article.
    severity: float

    @property
    def is_perfect(self) -> bool:
        """Whether no disagreement was seen."""
        return self.value >= 1 - _SAME

    @property
    def is_nothing(self) -> bool:
        """Whether a statistic that is 0 without any agreement has that value."""
        return self.floor == 0 and self.value <= _SAME

    @property
    def freedom_below(self) -> float:
        """Degrees of freedom towards less agreement.

        Where chance has drawn few articles with disagreement, agreement seems greater than it is
        and, as these few alone show how much disagreement differs, its error smaller.
        """
        return max(1.0, min(self.freedom, self.disagreeing))

    @property
    def freedom_above(self) -> float:
        """The same towards more agreement, for a statistic that is 0 without any."""
        return max(1.0, min(self.freedom, self.agreeing)) if self.floor == 0 else self.freedom

    def limits(self, level: float) -> tuple[float, float]:
        """The limits of the interval."""
        tail = 0.5 + level / 2
        # Disagreement in so many articles, in each as severe as it can be, is the worst case.
        worst = 1 - self.severity * _largest_share(self.disagreeing, self.n_articles, tail)
        best = _largest_share(self.agreeing, self.informative, tail)
        if self.is_perfect:
            return worst if self.floor is None else max(worst, self.floor), 1.0
        if self.is_nothing:
            return 0.0, best
        below, above = (
            float(stdtrit(freedom, tail)) * self.error
            for freedom in (self.freedom_below, self.freedom_above)
        )
        low = min(_from_scale(self.center - below, self.floor), self.value)
        high = max(_from_scale(self.center + above, self.floor), self.value)
        # It is none where the articles with disagreement are the large ones, or it is systematic;
        # and where all of them disagree, nothing shows that it is no worse than chance.
        low = max(low, worst) if 0 < worst < self.value else low
        high = min(high, best) if self.floor == 0 and best > self.value else high
        return low, high

    def probability_below(self, value: float) -> float:
        """The confidence that the statistic of all articles there could be lies below a value."""
        if value >= 1:
            return 1.0
        if self.floor is not None and value <= self.floor:
            return 0.0
        share = min(1.0, (1 - value) / self.severity)
        worst = 1 - _share_at_most(share, self.disagreeing, self.n_articles)
        best = _share_at_most(max(0.0, value), self.agreeing, self.informative)
        if self.is_perfect:
            return worst
        if self.is_nothing:
            return best
        distance = (float(to_scale(value, self.floor)) - self.center) / self.error
        below = float(stdtr(self.freedom_below if distance < 0 else self.freedom_above, distance))
        if value < self.value:
            return min(below, worst)
        return max(below, best) if self.floor == 0 else below


def leave_one_out(sums: Floats, statistic: Statistic) -> Floats:
    """The statistic without each article in turn; also shows influential articles.

    Args:
        sums: Sufficient statistics, ``[A, ...]``.
        statistic: Function from summed statistics to values.

    Returns:
        ``[A]``; NaN where the statistic of the others is undefined.
    """
    # Sums before and after, never total minus one: subtraction would leave a residue that is not 0.
    parts = _parts(sums)
    after = np.zeros((len(parts) + 1, *sums.shape[1:]))
    for number, part in reversed([*enumerate(parts)]):
        after[number] = after[number + 1] + sums[part].sum(axis=0)
    before, values = np.zeros_like(sums[:1]), list[Floats]()
    for part, rest in zip(parts, after[1:], strict=True):
        from_start = np.cumsum(np.concatenate([before, sums[part]]), axis=0)
        from_end = np.cumsum(np.concatenate([rest[None], sums[part][::-1]]), axis=0)[::-1]
        values.append(statistic(from_start[:-1] + from_end[1:]))
        before = from_start[-1:]
    return np.concatenate([np.zeros(0), *values])


def _of_each(sums: Floats, statistic: Statistic, *, beside: int = 0) -> Floats:
    """The statistic of each article, or with another one so many places before it, ``[A]``."""
    values = list[Floats]()
    for part in _parts(sums):
        others = np.arange(len(sums))[part] - beside
        values.append(statistic(sums[part] + sums[others] if beside else sums[part]))
    return np.concatenate([np.zeros(0), *values])


def _parts(sums: Floats) -> list[slice]:
    """All articles, some at a time, for a field of many values has many sums an article."""
    step = max(1, _MAX_SUMS // max(sums[:1].size, 1))
    return [slice(start, start + step) for start in range(0, len(sums), step)]


def jackknife_standard_error(sums: Floats, statistic: Statistic) -> float:
    """The jackknife standard error over articles (Efron and Tibshirani 1993, chapter 11).

    Args:
        sums: Sufficient statistics, ``[A, ...]``.
        statistic: Function from summed statistics to values.

    Returns:
        The standard error; NaN for fewer than two articles, or if the statistic is undefined
        without any one of them.
    """
    return _standard_error(leave_one_out(sums, statistic))


def _standard_error(left_out: Floats) -> float:
    n_articles = len(left_out)
    if n_articles < 2:
        return float("nan")
    return float(np.sqrt((n_articles - 1) * np.var(left_out)))


def informative_articles(sums: Floats, statistic: Statistic) -> float:
    """How many articles could show a difference, for all that is not the same in each.

    An article counts if the statistic is defined on it alone. Others, such as those with one label
    each, count by the share of their pairs on which it is defined: two articles with the same label
    do not show whether annotators tell labels apart.

    Args:
        sums: Sufficient statistics, ``[A, ...]``.
        statistic: Function from summed statistics to values.
    """
    return _informative(sums, statistic, np.isfinite(_of_each(sums, statistic)))


def _informative(sums: Floats, statistic: Statistic, alone: Bools) -> float:
    n_articles = len(sums)
    rest = sums[~alone]
    if len(rest) < 2:
        return float(alone.sum())
    shifts = range(1, min(len(rest) - 1, ceil(_MAX_PAIRS / len(rest))) + 1)
    paired = [np.isfinite(_of_each(rest, statistic, beside=by)).mean() for by in shifts]
    together = len(rest) * (len(rest) - 1) / (n_articles - 1) * float(np.mean(paired))
    return float(alone.sum()) + together


def jackknife_spread(
    sums: Floats, statistic: Statistic, *, floor: float | None = -1.0, units: int | None = None
) -> JackknifeSpread | None:
    """A statistic of at most 1 on a scale without ends, with its standard error.

    Args:
        sums: Sufficient statistics, ``[A, ...]``.
        statistic: Function from summed statistics to values.
        floor: Smallest value of the statistic: -1 for a coefficient that corrects for chance, 0
            for F1 and shares; ``None`` if it has none.
        units: Units that the statistic rests on; ``None``: one an article.

    Returns:
        ``None`` for fewer than two articles, or if the statistic is undefined, of all articles or
        without any one of them.
    """
    n_articles = len(sums)
    value = float(statistic(sums.sum(axis=0)))
    left_out = leave_one_out(sums, statistic)
    if n_articles < 2 or not isfinite(value) or not np.isfinite(left_out).all():
        return None
    if floor is not None and min(value, float(left_out.min())) < floor:
        floor = None
    middle = 0.0 if floor is None else (1 + floor) / 2
    # Half a unit of disagreement, in articles, of which it is a part if an article has many units.
    added = 0.5 / (1 - middle) * n_articles / max(units or n_articles, 1)
    mixed = (n_articles * value + added * middle) / (n_articles + added)
    scaled = to_scale(
        (left_out * (n_articles - 1) + added * middle) / (n_articles - 1 + added), floor
    )
    slope = 1 / (1 - mixed) + (0.0 if floor is None else 1 / (mixed - floor))
    # What was added is as much at either end as at the middle, and is itself uncertain.
    ends = np.hypot(1 - mixed, mixed - (floor or 0.0)) / (1 if floor is None else 2)
    of_added = added * ends / (n_articles + added) * slope
    own = _of_each(sums, statistic)
    informative = _informative(sums, statistic, np.isfinite(own))
    own = own[np.isfinite(own)]
    disagreeing = int((own < 1 - _SAME).sum())
    if disagreeing:
        severity = (1 - value) * n_articles / disagreeing
    else:
        is_of_each = len(own) == n_articles
        severity = (
            _unseen_severity(floor, (units or n_articles) / n_articles) if is_of_each else 1.0
        )
    return JackknifeSpread(
        value=value,
        floor=floor,
        center=float(to_scale(mixed, floor)),
        error=float(np.hypot(_standard_error(scaled), of_added)),
        freedom=_freedom(scaled, informative),
        n_articles=n_articles,
        informative=informative,
        disagreeing=disagreeing,
        agreeing=int((own > _SAME).sum()),
        severity=max(n_articles / max(informative, 1.0), severity),
    )


def to_scale(value: Floats | float, floor: float | None) -> Floats:
    """Where a statistic with such a floor lies on the scale without ends."""
    value = np.asarray(value, dtype=np.float64)
    scaled = -np.log1p(-value) if floor is None else logit((value - floor) / (1 - floor))
    return np.asarray(scaled, dtype=np.float64)


def _from_scale(scaled: float, floor: float | None) -> float:
    if floor is None:
        return float(-np.expm1(-scaled))
    return floor + (1 - floor) * float(expit(scaled))


def _unseen_severity(floor: float | None, units: float) -> float:
    """The disagreement that an article might have where none was seen.

    On a single unit two annotators agree or disagree altogether, and what is 0 by chance is then at
    its floor; of several units, chance would have them disagree on some.

    Args:
        floor: Smallest value of the statistic; ``None`` if it has none.
        units: Units of an article.
    """
    return 1.0 if floor is None else (1 - floor) / max(units, 1.0)


def _freedom(scaled: Floats, informative: float) -> float:
    """Degrees of freedom of a standard error, fewer if few articles hold most of the spread.

    The variance of a variance of A values with an excess kurtosis of k is that of a chi-squared
    distribution with 2 / (2 / (A - 1) + k / A) degrees of freedom (O'Neill 2014). Few values nearly
    always hide that k is large, so that it is the unbiased one (Joanes and Gill 1998, G2).
    """
    n_articles = len(scaled)
    squares = (scaled - scaled.mean()) ** 2
    most = min(n_articles, informative) - 1
    if most < 1 or n_articles < 4:
        return 1.0
    if squares.sum() <= _SAME**2:
        return float(most)
    excess = float((squares**2).mean()) / float(squares.mean()) ** 2 - 3
    unbiased = (n_articles + 1) * excess + 6
    unbiased *= (n_articles - 1) / ((n_articles - 2) * (n_articles - 3))
    return float(max(1.0, 2 / (2 / most + max(unbiased, 0.0) / n_articles)))


def _largest_share(count: float, of: float, tail: float) -> float:
    """The exact upper limit of a share of articles (Clopper and Pearson 1934)."""
    return 1.0 if of <= count else float(betaincinv(count + 1, of - count, tail))


def _share_at_most(share: float, count: float, of: float) -> float:
    """The confidence that a share of articles is at most so large."""
    return 0.0 if of <= count else float(betainc(count + 1, of - count, share))
