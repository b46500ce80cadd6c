"""Kappa, pi, S, AC1 and AC2: agreement on categories, corrected for chance in different ways.

Cohen, J. (1960). A coefficient of agreement for nominal scales. Cohen, J. (1968). Weighted kappa.
Scott, W. A. (1955). Reliability of content analysis. Bennett, E. M., Alpert, R. and Goldstein,
A. C. (1954). Communications through limited-response questioning. These exist for comparison with
earlier work: they are of two raters, and `krippendorff_alpha` covers what they cover.

Gwet, K. L. (2008). Computing inter-rater reliability and its variance in the presence of high
agreement. Gwet, K. L. (2014). Handbook of Inter-Rater Reliability, 4th ed. Prevalence does not
depress AC1 and AC2. Report them beside alpha, not instead of it: where nearly everything is one
category, they are high by construction.

With weights w, Gwet's ``p_a`` is the mean over units with two or more values of
``sum_k r_k (r*_k - 1) / (r (r - 1))``, where ``r*_k = sum_l w_kl r_l``;
``p_e = T_w / (V (V - 1)) sum_k pi_k (1 - pi_k)``, where ``pi_k`` is the mean over all rated units
of ``r_k / r`` and ``T_w`` the sum of all weights. AC1 has identity weights.
"""

from typing import Literal

import numpy as np

from .coefficient import Coefficient, Floats, Ints, correct_for_chance, divide
from .distances import Weighting, agreement_weights
from .ratings import article_count, sum_by_article, value_counts

#: Whose habits chance follows: each rater's own, the pooled ones, or none (uniform).
ChanceModel = Literal["cohen", "scott", "bennett"]


def cohen_kappa(table: Floats, weights: Weighting | Floats = "identity") -> Coefficient:
    """Cohen's kappa (1960) of two raters, weighted (1968) if weights are given.

    Args:
        table: Contingency table, ``[V, V]`` counts (see `contingency_tables`).
        weights: Agreement of different categories; see `agreement_weights`.

    Returns:
        The coefficient, undefined where all values are the same.
    """
    return _of_table(table, "cohen", weights)


def scott_pi(table: Floats) -> Coefficient:
    """Scott's pi (1955) of two raters: chance follows their pooled marginals.

    Args:
        table: Contingency table, ``[V, V]`` counts (see `contingency_tables`).

    Returns:
        The coefficient, undefined where all values are the same.
    """
    return _of_table(table, "scott", "identity")


def bennett_s(table: Floats) -> Coefficient:
    """Bennett, Alpert and Goldstein's S (1954) of two raters: all V categories equally likely.

    Args:
        table: Contingency table, ``[V, V]`` counts (see `contingency_tables`).

    Returns:
        The coefficient. With a single possible category it is undefined; with several, agreement
        on one of them is 1.
    """
    return _of_table(table, "bennett", "identity")


def contingency_tables(
    first: Ints,
    second: Ints,
    n_values: int,
    articles: Ints | None = None,
    *,
    n_articles: int | None = None,
) -> Floats:
    """Cross two raters' values per article, the sufficient statistic of the two-rater measures.

    Args:
        first: One rater's value of each unit, ``[n_units]`` integers; negative is missing.
        second: The other rater's values.
        n_values: How many values there are, V.
        articles: Article of each unit, ``[n_units]``; without it, all units are one article.
        n_articles: Number of articles, A, if the last ones may have no unit.

    Returns:
        ``[A, V, V]`` counts of the units that both rated.
    """
    rows = article_count(articles, n_articles)
    both = (first >= 0) & (second >= 0)
    row = np.zeros(len(first), dtype=np.int64) if articles is None else articles
    cells = ((row * n_values + first) * n_values + second)[both]
    counts = np.bincount(cells, minlength=rows * n_values * n_values)
    return counts.reshape(rows, n_values, n_values).astype(np.float64)


def kappa_from_tables(
    tables: Floats, chance: ChanceModel = "cohen", weights: Weighting | Floats = "identity"
) -> Floats:
    """Kappa, pi or S of each contingency table.

    Args:
        tables: ``[..., V, V]``, of articles or sums of them.
        chance: Cohen's kappa, Scott's pi, or Bennett's S.
        weights: Agreement of different categories; see `agreement_weights`.

    Returns:
        ``[...]``; NaN where undefined.
    """
    return correct_for_chance(*_table_disagreements(tables, chance, weights))


def gwet_ac1(units: Ints, codes: Ints, n_values: int) -> Coefficient:
    """Gwet's AC1 (2008) of any number of raters; missing values allowed.

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
    return gwet_ac2(units, codes, n_values, weights="identity")


def gwet_ac2(
    units: Ints, codes: Ints, n_values: int, *, weights: Weighting | Floats = "quadratic"
) -> Coefficient:
    """Gwet's AC2 (2014) for ordered categories.

    Args:
        units: Unit of each value, ``[n]`` integers, numbered from 0.
        codes: Value, ``[n]`` integers in the order of the categories; negative is missing.
        n_values: How many values are possible, V, whether they occur or not.
        weights: Agreement of different categories; see `agreement_weights`.

    Returns:
        The coefficient, undefined where only one category is possible.

    Raises:
        ValueError: A code is not below `n_values`.
    """
    sums = gwet_ac_sums(units, codes, n_values, weights=weights)[0]
    reason = "only one category is possible" if n_values < 2 else ""
    return of_pairable_units(units, codes, n_values, _gwet_disagreements(sums, weights), reason)


def of_pairable_units(
    units: Ints,
    codes: Ints,
    n_values: int,
    disagreements: tuple[Floats, Floats],
    reason: str = "",
) -> Coefficient:
    """The coefficient of observed and expected disagreement over units with two or more values."""
    sizes = value_counts(units, codes, n_values).sum(axis=1)
    return Coefficient.from_disagreement(
        *map(float, disagreements),
        n_units=int((sizes > 1).sum()),
        n_pairable=int(sizes[sizes > 1].sum()),
        reason=reason,
    )


def gwet_ac_sums(
    units: Ints,
    codes: Ints,
    n_values: int,
    articles: Ints | None = None,
    *,
    weights: Weighting | Floats = "identity",
    n_articles: int | None = None,
) -> Floats:
    """Per article what AC1 or AC2 is made of, and Fleiss' kappa and Brennan and Prediger's, too.

    Args:
        units: Unit of each value, ``[n]`` integers, numbered from 0.
        codes: Value, ``[n]`` integers; negative is missing.
        n_values: How many values are possible, V, whether they occur or not.
        articles: Article of each unit, ``[n_units]``; without it, all units are one article.
        weights: ``identity`` for AC1, others for AC2.
        n_articles: Number of articles, A, if the last ones may have no unit.

    Returns:
        ``[A, 3 + V]``: summed agreement of pairable units, their number, the number of rated
        units, and the summed shares of each value.

    Raises:
        ValueError: A code is not below `n_values`.
    """
    counts = value_counts(units, codes, n_values).astype(np.float64)
    sizes = counts.sum(axis=1)
    weighted = counts @ agreement_weights(weights, n_values)
    agreeing = (counts * (weighted - 1)).sum(axis=1)
    agreement = np.nan_to_num(divide(agreeing, sizes * (sizes - 1)))
    shares = np.nan_to_num(divide(counts, sizes[:, None]))
    columns = [np.where(sizes > 1, agreement, 0.0), sizes > 1, sizes > 0, shares]
    return sum_by_article(np.column_stack(columns).astype(np.float64), articles, n_articles)


def gwet_ac_from_sums(sums: Floats, weights: Weighting | Floats = "identity") -> Floats:
    """AC1 or AC2 of `gwet_ac_sums`, ``[..., 3 + V]`` to ``[...]``; NaN where undefined."""
    return correct_for_chance(*_gwet_disagreements(sums, weights))


def _of_table(table: Floats, chance: ChanceModel, weights: Weighting | Floats) -> Coefficient:
    table = np.asarray(table, dtype=np.float64)
    observed, expected = _table_disagreements(table, chance, weights)
    total = float(table.sum())
    return Coefficient.from_disagreement(
        float(observed), float(expected), n_units=total, n_pairable=2 * total
    )


def _table_disagreements(
    tables: Floats, chance: ChanceModel, weights: Weighting | Floats
) -> tuple[Floats, Floats]:
    """Observed and expected disagreement of contingency tables ``[..., V, V]``."""
    n_values = tables.shape[-1]
    cost = 1.0 - agreement_weights(weights, n_values)
    shares = divide(tables, tables.sum(axis=(-2, -1), keepdims=True))
    first, second = shares.sum(axis=-1), shares.sum(axis=-2)
    if chance == "scott":
        first = second = (first + second) / 2
    elif chance == "bennett":
        first = second = np.full(first.shape, 1 / n_values)
    expected = ((first @ cost) * second).sum(axis=-1)
    return (shares * cost).sum(axis=(-2, -1)), expected


def _gwet_disagreements(sums: Floats, weights: Weighting | Floats) -> tuple[Floats, Floats]:
    """``1 - p_a`` and ``1 - p_e`` of ``[..., 3 + V]`` sums."""
    n_values = sums.shape[-1] - 3
    shares = divide(sums[..., 3:], sums[..., 2:3])
    total = float(agreement_weights(weights, n_values).sum())
    factor = total / (n_values * (n_values - 1)) if n_values > 1 else np.nan
    by_chance = factor * (shares * (1 - shares)).sum(axis=-1)
    return 1 - divide(sums[..., 0], sums[..., 1]), np.asarray(1 - by_chance)
