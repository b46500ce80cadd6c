"""Intraclass correlations: how much of the variance of numbers is between units.

Shrout, P. E. and Fleiss, J. L. (1979). Intraclass correlations: uses in assessing rater
reliability. Psychological Bulletin 86(2), 420 to 428. All are of single values:

- ICC(1, 1), of a one-way analysis of variance, does not ask who gave a value. With unequally many
  values per unit, the k of ``(MSB - MSW) / (MSB + (k - 1) MSW)`` is
  ``k0 = (N - sum_i n_i^2 / N) / (n - 1)``: Donner, A. (1986). A review of inference procedures for
  the intraclass correlation coefficient in the one-way random effects model. International
  Statistical Review 54(1), 67 to 82.
- ICC(2, 1) and ICC(3, 1), of a two-way one, are the agreement and the consistency of McGraw, K. O.
  and Wong, S. P. (1996). Forming inferences about some intraclass correlation coefficients.
  Psychological Methods 1(1), 30 to 46: that one rater gives greater numbers than another is
  disagreement in the former, and left out of the latter. Where raters do not all rate every unit,
  the variances are those of the method of fitting constants: Henderson, C. R. (1953). Estimation of
  variance and covariance components. Biometrics 9(2), 226 to 252, method 3. It needs no raters drawn
  at random, and without missing values it is the usual analysis of variance.
"""

from math import isqrt
from typing import Literal, TypeAlias

import numpy as np

from .coefficient import Coefficient, Floats, Ints, correct_for_chance, divide
from .ratings import sum_by_article

#: Why there is no correlation of the values of a single unit.
SINGLE_UNIT = "fewer than two units have two values"
#: Why there is none of two ways, if all that differs could be the habits of raters.
TOO_FEW_IN_COMMON = "raters have too few units in common to tell their habits from chance"
#: Agreement is ICC(2, 1), consistency ICC(3, 1).
TwoWayForm: TypeAlias = Literal["agreement", "consistency"]
#: Share of the greatest eigenvalue below which another is 0.
_ROUNDING = 1e-9


def intraclass_correlation(units: Ints, values: Floats) -> Coefficient:
    """ICC(1, 1) of units with two or more values; missing values allowed.

    Args:
        units: Unit of each value, ``[n]`` integers, numbered from 0.
        values: The numbers, ``[n]``; NaN is missing.

    Returns:
        The coefficient, with the variance within units as observed disagreement, and that plus the
        variance between units as expected. It is undefined with fewer than two units, and where
        all values are the same.
    """
    sums = intraclass_sums(units, values)[0]
    observed, expected = _variances(sums)
    return Coefficient.from_disagreement(
        float(observed),
        float(expected),
        n_units=float(sums[0]),
        n_pairable=float(sums[1]),
        reason=SINGLE_UNIT if sums[0] == 1 else "",
    )


def intraclass_sums(
    units: Ints, values: Floats, articles: Ints | None = None, *, n_articles: int | None = None
) -> Floats:
    """Per article what the intraclass correlation is made of.

    Args:
        units: Unit of each value, ``[n]`` integers, numbered from 0.
        values: The numbers, ``[n]``; NaN is missing.
        articles: Article of each unit, ``[n_units]``; without it, all units are one article.
        n_articles: Number of articles, A, if the last ones may have no unit.

    Returns:
        ``[A, 6]``, over units with two or more values: how many there are, how many values they
        have, the sum of the squares of these numbers, the sum of the values, the squares within
        units, and the squares between them. Values are counted from the mean of all.
    """
    there = ~np.isnan(values)
    units, values = np.asarray(units)[there], np.asarray(values)[there]
    values = _centred(values)
    sizes = np.bincount(units).astype(np.float64)
    totals = np.bincount(units, values, len(sizes)).astype(np.float64)
    means = np.nan_to_num(divide(totals, sizes))
    within = np.bincount(units, weights=np.square(values - means[units]), minlength=len(sizes))
    columns = np.column_stack(
        [np.ones(len(sizes)), sizes, np.square(sizes), totals, within, totals * means]
    ).astype(np.float64)
    pairable = np.where(sizes[:, None] > 1, columns, 0.0)
    return sum_by_article(pairable, articles, n_articles)


def intraclass_correlation_from_sums(sums: Floats) -> Floats:
    """ICC(1, 1) of `intraclass_sums`, ``[..., 6]`` to ``[...]``; NaN where undefined."""
    return correct_for_chance(*_variances(sums))


def two_way_intraclass_correlation(
    units: Ints, raters: Ints, values: Floats, form: TwoWayForm = "agreement"
) -> Coefficient:
    """ICC(2, 1) or ICC(3, 1) of units with two or more values; missing values allowed.

    Args:
        units: Unit of each value, ``[n]`` integers, numbered from 0.
        raters: Rater of each value, ``[n]`` integers, numbered from 0; each at most once per unit.
        values: The numbers, ``[n]``; NaN is missing.
        form: Agreement, ICC(2, 1), or consistency, ICC(3, 1).

    Returns:
        The coefficient, with the variance of the residual as observed disagreement, for agreement
        that of raters as well, and that plus the variance of units as expected. It is undefined
        with fewer than two units, where all values are the same, and where raters have too few
        units in common.
    """
    sums = two_way_intraclass_sums(units, raters, values)[0]
    observed, expected = _two_way_variances(sums, form)
    varied = np.unique(values[~np.isnan(values)]).size > 1
    lacking = TOO_FEW_IN_COMMON if varied and not expected > 0 else ""
    return Coefficient.from_disagreement(
        float(observed),
        float(expected),
        n_units=float(sums[0]),
        n_pairable=float(sums[-(_n_raters(sums) ** 2) :].sum()),
        reason=SINGLE_UNIT if sums[0] == 1 else lacking,
    )


def two_way_intraclass_sums(
    units: Ints,
    raters: Ints,
    values: Floats,
    articles: Ints | None = None,
    *,
    n_articles: int | None = None,
) -> Floats:
    """Per article what the intraclass correlations of two ways are made of.

    Args:
        units: Unit of each value, ``[n]`` integers, numbered from 0.
        raters: Rater of each value, ``[n]`` integers, numbered from 0; each at most once per unit.
        values: The numbers, ``[n]``; NaN is missing.
        articles: Article of each unit, ``[n_units]``; without it, all units are one article.
        n_articles: Number of articles, A, if the last ones may have no unit.

    Returns:
        ``[A, 3 + 2 R + R R]``, over units with two or more values: how many there are, the squares
        within units, and the squares between them; of each of R raters the sum of their values, and
        that of their distances from the means of units; and of each two raters the sum of 1 / n over
        the units of n values that both rated. Values are counted from the median of all.
    """
    n_raters, n_units = (int(np.max(numbers, initial=-1)) + 1 for numbers in (raters, units))
    there = ~np.isnan(values)
    units, raters = np.asarray(units)[there], np.asarray(raters)[there]
    values = np.asarray(values)[there]
    paired = np.bincount(units, minlength=n_units) > 1
    kept = paired[units]
    table, rated = np.zeros((2, n_units, n_raters))
    table[units[kept], raters[kept]] = _centred(values)[kept]
    rated[units[kept], raters[kept]] = 1.0
    sizes, totals = rated.sum(axis=1), table.sum(axis=1)
    means = np.nan_to_num(divide(totals, sizes))
    distances = (table - means[:, None]) * rated
    within = np.square(distances).sum(axis=1)
    columns = np.column_stack(
        [paired.astype(np.float64), within, totals * means, table, distances]
    ).astype(np.float64)
    shares = rated / np.maximum(sizes, 1)[:, None]
    shared = [sum_by_article(rated * share[:, None], articles, n_articles) for share in shares.T]
    return np.hstack([sum_by_article(columns, articles, n_articles), *shared])


def two_way_intraclass_correlation_from_sums(
    sums: Floats, form: TwoWayForm = "agreement"
) -> Floats:
    """An ICC of `two_way_intraclass_sums`, ``[..., 3 + 2 R + R R]`` to ``[...]``; NaN: undefined."""
    return correct_for_chance(*_two_way_variances(sums, form))


def _centred(values: Floats) -> Floats:
    # Squares of large numbers, such as days, would drown their differences. The median of equal
    # numbers is that number; their mean may differ from it by rounding.
    return values - (np.median(values) if values.size else 0.0)


def _variances(sums: Floats) -> tuple[Floats, Floats]:
    """Variance within units, and in all."""
    n_units, n_values, squared_sizes, total, within, between = np.moveaxis(sums, -1, 0)
    mean_within = divide(within, n_values - n_units)
    mean_between = divide(between - divide(np.square(total), n_values), n_units - 1)
    size = divide(n_values - divide(squared_sizes, n_values), n_units - 1)
    return mean_within, mean_within + divide(mean_between - mean_within, size)


def _n_raters(sums: Floats) -> int:
    return isqrt(sums.shape[-1] - 2) - 1


def _two_way_variances(sums: Floats, form: TwoWayForm) -> tuple[Floats, Floats]:
    """Variance that counts as disagreement, and in all.

    The constants that are fitted are those of raters, to what is left of values when the means of
    units are taken from them; raters who share no unit, even by way of others, are not compared.
    """
    n_raters = _n_raters(sums)
    n_units, within, between = np.moveaxis(sums[..., :3], -1, 0)
    totals, distances = np.split(sums[..., 3 : 3 + 2 * n_raters], 2, axis=-1)
    shared = sums[..., 3 + 2 * n_raters :].reshape(*sums.shape[:-1], n_raters, n_raters)
    n_rated = shared.sum(axis=-1)
    n_values, n_rating = n_rated.sum(axis=-1), (n_rated > _ROUNDING).sum(axis=-1)
    weights, directions = np.linalg.eigh(n_rated[..., None] * np.eye(n_raters) - shared)
    free = weights > _ROUNDING * np.maximum(weights[..., -1:], 1.0)
    along = np.einsum("...jk,...j->...k", directions, distances)
    fitted = np.where(free, np.nan_to_num(divide(np.square(along), weights)), 0.0).sum(axis=-1)
    rank = free.sum(axis=-1)
    of_residual = divide(np.maximum(within - fitted, 0.0), n_values - n_units - rank)
    of_totals = np.nan_to_num(divide(np.square(totals), n_rated)).sum(axis=-1)
    left = between + fitted - of_totals - (n_units + rank - n_rating) * of_residual
    of_units = divide(left, n_values - n_rating)
    of_raters = divide(fitted - rank * of_residual, n_values - n_units)
    observed = of_residual + of_raters if form == "agreement" else of_residual
    return observed, observed + of_units
