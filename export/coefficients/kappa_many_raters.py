"""Fleiss' and Conger's kappa and Brennan and Prediger's: any number of raters, values may be missing.

Fleiss, J. L. (1971). Measuring nominal scale agreement among many raters. Psychological Bulletin
76(5). Conger, A. J. (1980). Integration and generalization of kappas for multiple raters.
Psychological Bulletin 88(2). Brennan, R. L. and Prediger, D. J. (1981). Coefficient kappa: some
uses, misuses, and alternatives. Educational and Psychological Measurement 41(3). With missing
values as in Gwet, K. L. (2014). Handbook of Inter-Rater Reliability, 4th ed.

All are ``(p_a - p_e) / (1 - p_e)`` with the ``p_a`` of Gwet's AC1 (see `gwet_ac1`), the mean over
units with two or more values of the share of pairs that agree; they differ in chance:

- Fleiss: ``p_e = sum_k pi_k^2``, where ``pi_k`` is the mean over all rated units of ``r_k / r``.
- Conger: ``p_e`` is the mean over pairs of different raters g and h of ``sum_k p_gk p_hk``, where
  ``p_gk`` is the share of k in all that g rated. With two raters this is Cohen's kappa.
- Brennan and Prediger: ``p_e = 1 / V``. With two raters this is Bennett, Alpert and Goldstein's S.
"""

from collections.abc import Callable

import numpy as np

from .coefficient import Coefficient, Floats, Ints, correct_for_chance, divide
from .kappa import gwet_ac_sums, of_pairable_units
from .ratings import sum_by_article, value_counts


def fleiss_kappa(units: Ints, codes: Ints, n_values: int) -> Coefficient:
    """Fleiss' kappa (1971), with missing values as in Gwet (2014).

    Args:
        units: Unit of each value, ``[n]`` integers, numbered from 0.
        codes: Value, ``[n]`` integers; negative is missing.
        n_values: How many values there are, V.

    Returns:
        The coefficient, undefined where all values are the same or no unit has two.

    Raises:
        ValueError: A code is not below `n_values`.
    """
    return _from_sums(units, codes, n_values, _fleiss_disagreements)


def fleiss_kappa_from_sums(sums: Floats) -> Floats:
    """Fleiss' kappa of `gwet_ac_sums`, ``[..., 3 + V]`` to ``[...]``; NaN where undefined."""
    return correct_for_chance(*_fleiss_disagreements(sums))


def fleiss_kappa_per_category(units: Ints, codes: Ints, n_values: int) -> Floats:
    """Fleiss' kappa of each category against all others.

    Args:
        units: Unit of each value, ``[n]`` integers, numbered from 0.
        codes: Value, ``[n]`` integers; negative is missing.
        n_values: How many values there are, V.

    Returns:
        ``[V]``; NaN where undefined.
    """
    codes = np.asarray(codes)
    ones = [np.where(codes < 0, -1, codes == value) for value in range(n_values)]
    sums = [gwet_ac_sums(units, is_value.astype(np.int64), 2)[0] for is_value in ones]
    return fleiss_kappa_from_sums(np.array(sums).reshape(n_values, 5))


def brennan_prediger(units: Ints, codes: Ints, n_values: int) -> Coefficient:
    """Brennan and Prediger's kappa (1981), with missing values as in Gwet (2014).

    Args:
        units: Unit of each value, ``[n]`` integers, numbered from 0.
        codes: Value, ``[n]`` integers; negative is missing.
        n_values: How many values are possible, V, whether they occur or not.

    Returns:
        The coefficient. Agreement on one of several possible categories is 1; with one possible
        category it is undefined.

    Raises:
        ValueError: A code is not below `n_values`.
    """
    reason = "only one category is possible" if n_values < 2 else ""
    return _from_sums(units, codes, n_values, _brennan_prediger_disagreements, reason)


def brennan_prediger_from_sums(sums: Floats) -> Floats:
    """Brennan and Prediger's kappa of `gwet_ac_sums`, ``[..., 3 + V]``; NaN where undefined."""
    return correct_for_chance(*_brennan_prediger_disagreements(sums))


def conger_kappa(units: Ints, raters: Ints, codes: Ints, n_values: int) -> Coefficient:
    """Conger's kappa (1980), with missing values as in Gwet (2014).

    Args:
        units: Unit of each value, ``[n]`` integers, numbered from 0.
        raters: Rater of each value, ``[n]`` integers, numbered from 0.
        codes: Value, ``[n]`` integers; negative is missing.
        n_values: How many values there are, V.

    Returns:
        The coefficient, undefined where all values are the same or no unit has two.

    Raises:
        ValueError: A code is not below `n_values`.
    """
    sums = conger_kappa_sums(units, raters, codes, n_values)[0]
    observed, expected = _conger_disagreements(sums, n_values)
    return of_pairable_units(units, codes, n_values, (observed, expected))


def conger_kappa_sums(
    units: Ints,
    raters: Ints,
    codes: Ints,
    n_values: int,
    articles: Ints | None = None,
    *,
    n_articles: int | None = None,
) -> Floats:
    """Per article what Conger's kappa is made of.

    Args:
        units: Unit of each value, ``[n]`` integers, numbered from 0.
        raters: Rater of each value, ``[n]`` integers, numbered from 0.
        codes: Value, ``[n]`` integers; negative is missing.
        n_values: How many values there are, V.
        articles: Article of each unit, ``[n_units]``; without it, all units are one article.
        n_articles: Number of articles, A, if the last ones may have no unit.

    Returns:
        ``[A, 2 + R V]``: summed agreement of pairable units, their number, and how often each of R
        raters gave each value.

    Raises:
        ValueError: A code is not below `n_values`.
    """
    agreement = gwet_ac_sums(units, codes, n_values, articles, n_articles=n_articles)[:, :2]
    n_raters = int(np.max(raters, initial=-1)) + 1
    by_rater = np.where(codes < 0, -1, np.asarray(raters) * n_values + codes)
    counts = value_counts(units, by_rater, n_raters * n_values)
    return np.hstack([agreement, sum_by_article(counts, articles, n_articles)])


def conger_kappa_from_sums(sums: Floats, n_values: int) -> Floats:
    """Conger's kappa of `conger_kappa_sums`, ``[..., 2 + R V]``; NaN where undefined."""
    return correct_for_chance(*_conger_disagreements(sums, n_values))


def _from_sums(
    units: Ints,
    codes: Ints,
    n_values: int,
    disagreements: Callable[[Floats], tuple[Floats, Floats]],
    reason: str = "",
) -> Coefficient:
    sums = gwet_ac_sums(units, codes, n_values)[0]
    return of_pairable_units(units, codes, n_values, disagreements(sums), reason)


def _observed(sums: Floats) -> Floats:
    return 1 - divide(sums[..., 0], sums[..., 1])


def _fleiss_disagreements(sums: Floats) -> tuple[Floats, Floats]:
    shares = divide(sums[..., 3:], sums[..., 2:3])
    varied = (shares > 0).sum(axis=-1) > 1
    return _observed(sums), np.where(varied, 1 - np.square(shares).sum(axis=-1), 0.0)


def _brennan_prediger_disagreements(sums: Floats) -> tuple[Floats, Floats]:
    observed = _observed(sums)
    return observed, np.full(observed.shape, 1 - 1 / max(sums.shape[-1] - 3, 1))


def _conger_disagreements(sums: Floats, n_values: int) -> tuple[Floats, Floats]:
    counts = sums[..., 2:].reshape(*sums.shape[:-1], -1, n_values)
    rated = counts.sum(axis=-1, keepdims=True)
    shares = np.nan_to_num(divide(counts, rated))
    # Whoever rated nothing, or nothing any more without an article, has no habits to count.
    n_raters = (rated[..., 0] > 0).sum(axis=-1)
    alike = np.square(shares.sum(axis=-2)).sum(axis=-1) - np.square(shares).sum(axis=(-2, -1))
    varied = (counts.sum(axis=-2) > 0).sum(axis=-1) > 1
    chance = divide(alike, n_raters * (n_raters - 1.0))
    return _observed(sums), np.where(varied, 1 - chance, 0.0)
