"""Confidence intervals from sums per article: articles are drawn again, not units.

Units of one article depend on each other, so the article is what is resampled (a cluster
bootstrap). Because every statistic here is a function of sums over articles, a replicate is a
weighted sum: ``weights [B, A] @ sums [A, K]``. Efron, B. and Tibshirani, R. J. (1993), chapters 11
to 14. From few articles a bootstrap's interval is too short; `confidence_interval` takes the
jackknife on the logit scale unless it is told otherwise.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from scipy.special import ndtr, ndtri, stdtrit  # scipy.stats takes seconds to import

from .coefficient import Floats
from .jackknife import (
    MIN_INFORMATIVE,
    Statistic,
    jackknife_spread,
    jackknife_standard_error,
    leave_one_out,
)

#: ``logit`` is the jackknife on a scale without ends; the others know no ends and no smallest number.
IntervalMethod = Literal["logit", "jackknife", "percentile", "bca"]

#: Why there are no limits if all that varies varies in one article.
UNDEFINED_WITHOUT_ONE = "too few articles: undefined without one of them"
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
    method: IntervalMethod
    #: Number of articles, A.
    n_articles: int
    #: Number of bootstrap samples, B; 0 for a method that draws none.
    replicates: int
    #: Replicates without a value; they are left out of everything else.
    undefined: int
    #: For each threshold, the confidence that the true value is below it; of a bootstrap, the share
    #: of replicates below it. Empty where there are no limits.
    below: tuple[tuple[float, float], ...]
    #: Why a limit is missing; empty when both are there.
    reason: str = ""


def confidence_interval(
    sums: Floats,
    statistic: Statistic,
    *,
    method: IntervalMethod = "logit",
    floor: float | None = -1.0,
    units: int | None = None,
    replicates: int = 1000,
    seed: int = 0,
    level: float = 0.95,
    thresholds: Sequence[float] = (0.667, 0.8),
) -> ConfidenceInterval:
    """The statistic of all articles with its confidence interval.

    Args:
        sums: Sufficient statistics, ``[A, ...]``. Pass the articles that could inform the
            statistic (seen by two or more).
        statistic: Function from summed statistics to values, vectorised over leading axes, such as
            `alpha_from_coincidences`; NaN where undefined.
        method: How the limits are found: the jackknife on the logit scale, for a statistic of at
            most 1 (``logit``, see `jackknife_spread`), the jackknife standard error with Student's
            t (``jackknife``), quantiles of bootstrap replicates (``percentile``), or these
            corrected for bias and skew (``bca``, Efron 1987).
        floor: Smallest value of the statistic, for ``logit``: -1 for a coefficient that corrects
            for chance, 0 for F1 and shares; ``None`` if it has none.
        units: Units that the statistic rests on, for ``logit``; ``None``: one an article.
        replicates: Number of bootstrap samples, B.
        seed: Seed of the samples; equal seeds give equal intervals.
        level: Coverage aimed at.
        thresholds: Values of interest, for `below`.

    Returns:
        The interval, without limits where there are too few articles, where the statistic is
        undefined, or where the articles do not differ and the method would take that for certainty.
    """
    sums = np.asarray(sums, dtype=np.float64)
    drawn = method in ("percentile", "bca")
    values = resample(sums, statistic, replicates=replicates, seed=seed) if drawn else np.zeros(0)
    defined = values[np.isfinite(values)]
    limits: tuple[float, float] | None = None
    below: tuple[tuple[float, float], ...] = ()
    reason = _missing(sums, statistic)
    if not reason and method == "logit":
        limits, reason, below = _on_logit_scale(sums, statistic, floor, units, level, thresholds)
    elif not reason:
        limits, reason = _limits(sums, statistic, defined, method, level)
        if limits and drawn:
            below = tuple((limit, float((defined < limit).mean())) for limit in thresholds)
    estimate = float(statistic(sums.sum(axis=0)))
    return ConfidenceInterval(
        estimate=estimate if np.isfinite(estimate) else None,
        low=limits[0] if limits else None,
        high=limits[1] if limits else None,
        level=level,
        method=method,
        n_articles=len(sums),
        replicates=len(values),
        undefined=len(values) - len(defined),
        below=below,
        reason=reason,
    )


def _missing(sums: Floats, statistic: Statistic) -> str:
    """Why no method can give an interval; empty if one may."""
    if len(sums) < 2:
        return "fewer than two articles"
    if not np.isfinite(statistic(sums.sum(axis=0))):
        return "the statistic is undefined"
    return ""


def _on_logit_scale(
    sums: Floats,
    statistic: Statistic,
    floor: float | None,
    units: int | None,
    level: float,
    thresholds: Sequence[float],
) -> tuple[tuple[float, float] | None, str, tuple[tuple[float, float], ...]]:
    spread = jackknife_spread(sums, statistic, floor=floor, units=units)
    if spread is None:
        return None, UNDEFINED_WITHOUT_ONE, ()
    if spread.informative < MIN_INFORMATIVE:
        could = f"{int(spread.informative)} of {len(sums)} could show a difference"
        return None, f"too few articles: {could}, {MIN_INFORMATIVE} are needed", ()
    below = tuple((limit, spread.probability_below(limit)) for limit in thresholds)
    return spread.limits(level), "", below


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


def _limits(
    sums: Floats, statistic: Statistic, defined: Floats, method: IntervalMethod, level: float
) -> tuple[tuple[float, float] | None, str]:
    """The limits, or why there are none."""
    estimate = float(statistic(sums.sum(axis=0)))
    tails = np.array([0.5 - level / 2, 0.5 + level / 2])
    if method == "percentile":
        low, high = np.quantile(defined, tails)
    else:
        left_out = leave_one_out(sums, statistic)
        if not np.isfinite(left_out).all():
            return None, UNDEFINED_WITHOUT_ONE
        if method == "bca":
            low, high = np.quantile(defined, _bca_tails(defined, estimate, left_out, tails))
        else:
            error = jackknife_standard_error(sums, statistic)
            low, high = estimate + error * stdtrit(len(sums) - 1, tails)
    if np.isclose(low, high, rtol=0, atol=1e-9):
        return None, "the articles do not differ"
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
