"""Confidence intervals from sums per article: articles are drawn again, not units.

Units of one article depend on each other, so the article is what is resampled (a cluster
bootstrap). Because every statistic here is a function of sums over articles, a replicate is a
weighted sum: ``weights [B, A] @ sums [A, K]``. Efron, B. and Tibshirani, R. J. (1993), chapters 11
to 14; Hughes, J. (2022), arXiv:2210.13265, on intervals for alpha from few units.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import ceil
from typing import Literal

import numpy as np
from scipy.special import ndtr, ndtri, stdtrit  # scipy.stats takes seconds to import

from .coefficient import Floats

#: ``[..., *shape of one article's sums]`` to ``[...]``; NaN where undefined.
Statistic = Callable[[Floats], Floats]
#: ``auto`` is the jackknife for fewer than 30 articles, else the percentile interval.
IntervalMethod = Literal["auto", "percentile", "bca", "jackknife"]

#: Below this many articles, percentile intervals are too short.
MIN_ARTICLES = 30
#: Weights that are drawn at once, at most; 8 bytes each.
_MAX_DRAWN = 4_000_000
#: Weights that are kept between calls, at most; 8 bytes each.
_MAX_KEPT = 10_000_000


@dataclass(frozen=True)
class ConfidenceInterval:
    """An estimate and how far other articles might have moved it."""

    #: The statistic of all articles; ``None`` when undefined.
    estimate: float | None
    #: Lower limit; ``None`` when there is none.
    low: float | None
    #: Upper limit; ``None`` when there is none.
    high: float | None
    #: Coverage aimed at.
    level: float
    #: The method that was used, after ``auto``.
    method: str
    #: Number of articles, A.
    n_articles: int
    #: Number of bootstrap samples, B.
    replicates: int
    #: Replicates without a value; they are left out of everything else.
    undefined: int
    #: For each threshold, the share of replicates below it.
    below: tuple[tuple[float, float], ...]
    #: Why a limit is missing; empty when both are there.
    reason: str = ""


def confidence_interval(
    sums: Floats,
    statistic: Statistic,
    *,
    method: IntervalMethod = "auto",
    replicates: int = 1000,
    seed: int = 0,
    level: float = 0.95,
    thresholds: Sequence[float] = (0.667, 0.8),
) -> ConfidenceInterval:
    """The statistic of all articles with its confidence interval.

    Args:
        sums: Sufficient statistics, ``[A, ...]``. Pass the articles that could inform the
            statistic (seen by two or more); all of them are resampled.
        statistic: Function from summed statistics to values, vectorised over leading axes, such as
            `alpha_from_coincidences`; NaN where undefined.
        method: How the limits are found: quantiles of the replicates (``percentile``), these
            corrected for bias and skew (``bca``, Efron 1987), or the jackknife standard error with
            Student's t (``jackknife``, Hughes 2022); ``auto`` is the jackknife for fewer than 30
            articles, else the percentiles.
        replicates: Number of bootstrap samples, B.
        seed: Seed of the samples; equal seeds give equal intervals.
        level: Coverage aimed at.
        thresholds: Values of interest; the share of replicates below each is reported.

    Returns:
        The interval, without limits where there are fewer than two articles or the statistic is
        undefined.
    """
    sums = np.asarray(sums, dtype=np.float64)
    n_articles = len(sums)
    estimate = float(statistic(sums.sum(axis=0)))
    method_used = _method(method, n_articles)
    values = resample(sums, statistic, replicates=replicates, seed=seed)
    defined = values[np.isfinite(values)]
    limits, reason = _limits(sums, statistic, defined, estimate, method_used, level)
    return ConfidenceInterval(
        estimate=estimate if np.isfinite(estimate) else None,
        low=limits[0] if limits else None,
        high=limits[1] if limits else None,
        level=level,
        method=method_used,
        n_articles=n_articles,
        replicates=replicates,
        undefined=replicates - len(defined),
        below=tuple(
            (limit, float((defined < limit).mean())) for limit in thresholds if len(defined)
        ),
        reason=reason,
    )


def resample(
    sums: Floats, statistic: Statistic, *, replicates: int = 1000, seed: int = 0
) -> Floats:
    """The statistic of samples of A articles drawn with replacement.

    Args:
        sums: Sufficient statistics, ``[A, ...]``.
        statistic: Function from summed statistics to values.
        replicates: Number of samples, B.
        seed: Seed of the samples; equal seeds draw the same articles.

    Returns:
        ``[B]``; NaN where the statistic of a sample is undefined.
    """
    n_articles = len(sums)
    if not n_articles:
        return np.full(replicates, np.nan)
    flat = sums.reshape(n_articles, -1)
    values = [
        statistic((weights @ flat).reshape(len(weights), *sums.shape[1:]))
        for weights in _weights(n_articles, replicates, seed)
    ]
    return np.concatenate(values)


def leave_one_out(sums: Floats, statistic: Statistic) -> Floats:
    """The statistic without each article in turn; also shows influential articles.

    Args:
        sums: Sufficient statistics, ``[A, ...]``.
        statistic: Function from summed statistics to values.

    Returns:
        ``[A]``; NaN where the statistic of the others is undefined.
    """
    # Sums before and after, never total minus one: subtraction would leave a residue that is not 0.
    zero = np.zeros_like(sums[:1])
    before = np.concatenate([zero, np.cumsum(sums, axis=0)])[:-1]
    after = np.concatenate([np.cumsum(sums[::-1], axis=0)[::-1], zero])[1:]
    return statistic(before + after)


def jackknife_standard_error(sums: Floats, statistic: Statistic) -> float:
    """The jackknife standard error over articles (Efron and Tibshirani 1993, chapter 11).

    Args:
        sums: Sufficient statistics, ``[A, ...]``.
        statistic: Function from summed statistics to values.

    Returns:
        The standard error; NaN for fewer than two articles, or if the statistic is undefined
        without any one of them.
    """
    left_out = leave_one_out(sums, statistic)
    n_articles = len(left_out)
    if n_articles < 2:
        return float("nan")
    return float(np.sqrt((n_articles - 1) * np.var(left_out)))


def articles_needed(
    sums: Floats,
    statistic: Statistic,
    *,
    target: float | None = None,
    half_width: float | None = None,
    level: float = 0.95,
) -> int | None:
    """How many more articles until the interval excludes a target or is narrow enough.

    An approximation for planning: the estimate stays what it is, new articles resemble those at
    hand, and the jackknife standard error falls with the square root of their number. So
    ``A_needed = A (z se / d)^2`` with d the distance to the target, or the half-width.

    Args:
        sums: Sufficient statistics, ``[A, ...]``.
        statistic: Function from summed statistics to values.
        target: Value to exclude, such as .8.
        half_width: Half-width to reach.
        level: Coverage of the interval.

    Returns:
        0 if it is so already; ``None`` if it cannot be said (undefined, or the estimate equals
        the target).

    Raises:
        ValueError: Neither or both of `target` and `half_width` are given.
    """
    if (target is None) == (half_width is None):
        raise ValueError("give either a target to exclude or a half-width to reach")
    n_articles = len(sums)
    estimate = float(statistic(sums.sum(axis=0)))
    error = jackknife_standard_error(sums, statistic)
    distance = half_width if half_width is not None else abs(estimate - (target or 0.0))
    if not np.isfinite(error) or not np.isfinite(distance) or distance <= 0:
        return None
    half = float(ndtri(0.5 + level / 2)) * error
    return max(0, ceil(n_articles * (half / distance) ** 2) - n_articles)


def _method(method: IntervalMethod, n_articles: int) -> str:
    if method != "auto":
        return method
    return "jackknife" if n_articles < MIN_ARTICLES else "percentile"


def _limits(
    sums: Floats,
    statistic: Statistic,
    defined: Floats,
    estimate: float,
    method: str,
    level: float,
) -> tuple[tuple[float, float] | None, str]:
    """The limits, or why there are none."""
    if len(sums) < 2:
        return None, "fewer than two articles"
    if not np.isfinite(estimate):
        return None, "the statistic is undefined"
    tails = np.array([0.5 - level / 2, 0.5 + level / 2])
    if method == "percentile" and len(defined):
        low, high = np.quantile(defined, tails)
        return (float(low), float(high)), ""
    left_out = leave_one_out(sums, statistic)
    if not np.isfinite(left_out).all():
        return None, "undefined without one of the articles"
    if method == "bca":
        low, high = np.quantile(defined, _bca_tails(defined, estimate, left_out, tails))
    else:
        error = jackknife_standard_error(sums, statistic)
        low, high = estimate + error * stdtrit(len(sums) - 1, tails)
    return (float(low), float(high)), ""


def _bca_tails(defined: Floats, estimate: float, left_out: Floats, tails: Floats) -> Floats:
    """Tails moved for bias and for how the spread changes with the value (Efron 1987)."""
    below = (np.sum(defined < estimate) + np.sum(defined <= estimate)) / (2 * len(defined))
    half = 0.5 / len(defined)
    bias = ndtri(np.clip(below, half, 1 - half))
    skew = left_out.mean() - left_out
    scale = float(np.sum(skew**2)) ** 1.5
    acceleration = float(np.sum(skew**3)) / (6 * scale) if scale > 0 else 0.0
    moved = bias + ndtri(tails)
    return np.asarray(ndtr(bias + moved / (1 - acceleration * moved)), dtype=np.float64)


def _weights(n_articles: int, replicates: int, seed: int) -> Iterable[Floats]:
    """How often each article is drawn, some replicates at a time; ``[b, A]``.

    A report asks for the same weights for every one of its coefficients, so they are kept as long
    as they are small.
    """
    if n_articles * replicates > _MAX_KEPT:
        return _draw_weights(n_articles, replicates, seed)
    return _kept_weights(n_articles, replicates, seed)


@lru_cache(maxsize=1)
def _kept_weights(n_articles: int, replicates: int, seed: int) -> tuple[Floats, ...]:
    return tuple(_draw_weights(n_articles, replicates, seed))


def _draw_weights(n_articles: int, replicates: int, seed: int) -> Iterator[Floats]:
    rng = np.random.default_rng(seed)
    block = max(1, _MAX_DRAWN // n_articles)
    for start in range(0, replicates, block):
        rows = min(block, replicates - start)
        drawn = rng.integers(n_articles, size=(rows, n_articles))
        drawn += n_articles * np.arange(rows)[:, None]
        counts = np.bincount(drawn.ravel(), minlength=rows * n_articles)
        yield counts.reshape(rows, n_articles).astype(np.float64)
