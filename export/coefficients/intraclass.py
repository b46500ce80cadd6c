"""Intraclass correlation: how much of the variance of numbers is between units, not within them.

Shrout, P. E. and Fleiss, J. L. (1979). Intraclass correlations: uses in assessing rater
reliability. Psychological Bulletin 86(2), 420 to 428. The form here is ICC(1, 1), of single values
in a one-way analysis of variance, the only one of theirs that does not ask every rater for every
unit. With unequally many values per unit, the k of ``(MSB - MSW) / (MSB + (k - 1) MSW)`` is
``k0 = (N - sum_i n_i^2 / N) / (n - 1)``: Donner, A. (1986). A review of inference procedures for
the intraclass correlation coefficient in the one-way random effects model. International
Statistical Review 54(1), 67 to 82.
"""

import numpy as np

from .coefficient import Coefficient, Floats, Ints, correct_for_chance, divide
from .ratings import sum_by_article

#: Why there is no correlation of the values of a single unit.
SINGLE_UNIT = "fewer than two units have two values"


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
    # From the mean, since squares of large numbers, such as days, would drown their differences.
    values = values - (values.mean() if values.size else 0.0)
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


def _variances(sums: Floats) -> tuple[Floats, Floats]:
    """Variance within units, and in all."""
    n_units, n_values, squared_sizes, total, within, between = np.moveaxis(sums, -1, 0)
    mean_within = divide(within, n_values - n_units)
    mean_between = divide(between - divide(np.square(total), n_values), n_units - 1)
    size = divide(n_values - divide(squared_sizes, n_values), n_units - 1)
    return mean_within, mean_within + divide(mean_between - mean_within, size)
