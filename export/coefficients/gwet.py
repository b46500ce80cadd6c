"""Ratings become Gwet's AC1 and AC2, which prevalence does not depress.

Gwet, K. L. (2008). Computing inter-rater reliability and its variance in the presence of high
agreement. Gwet, K. L. (2014). Handbook of Inter-Rater Reliability, 4th ed. Report them beside
alpha, not instead of it: where nearly everything is one category, they are high by construction.

With weights w, ``p_a`` is the mean over units with two or more values of
``sum_k r_k (r*_k - 1) / (r (r - 1))``, where ``r*_k = sum_l w_kl r_l``;
``p_e = T_w / (V (V - 1)) sum_k pi_k (1 - pi_k)``, where ``pi_k`` is the mean over all rated units
of ``r_k / r`` and ``T_w`` the sum of all weights. AC1 has identity weights.
"""

import numpy as np

from .coefficient import Coefficient, Floats, Ints, coefficient, corrected, divide
from .distances import Weights, agreement_weights
from .ratings import by_document, value_counts


def ac_sums(
    units: Ints,
    codes: Ints,
    n_values: int,
    documents: Ints | None = None,
    *,
    weights: Weights | Floats = "identity",
    n_documents: int | None = None,
) -> Floats:
    """Per document what AC1 or AC2 needs; missing values allowed.

    Args:
        units: Unit of each value, ``[n]``, numbered from 0.
        codes: Value, ``[n]``; negative is missing.
        n_values: How many values are possible, V, found or not.
        documents: Document of each unit, ``[n_units]``.
        weights: ``identity`` for AC1, others for AC2.
        n_documents: Their number, if the last ones may have no unit.

    Returns:
        ``[D, 3 + V]``: summed agreement of pairable units, their number, the number of rated
        units, and the summed shares of each value.
    """
    counts = value_counts(units, codes, n_values).astype(np.float64)
    sizes = counts.sum(axis=1)
    near = counts @ agreement_weights(weights, n_values)
    agreeing = (counts * (near - 1)).sum(axis=1)
    agreement = np.nan_to_num(divide(agreeing, sizes * (sizes - 1)))
    shares = np.nan_to_num(divide(counts, sizes[:, None]))
    columns = [np.where(sizes > 1, agreement, 0.0), sizes > 1, sizes > 0, shares]
    return by_document(np.column_stack(columns).astype(np.float64), documents, n_documents)


def ac_values(sums: Floats, weights: Weights | Floats = "identity") -> Floats:
    """AC1 or AC2 of each ``[..., 3 + V]``; NaN where undefined."""
    return corrected(*_disagreements(sums, weights))


def ac1(units: Ints, codes: Ints, n_values: int) -> Coefficient:
    """Gwet's AC1.

    Agreement on one of several possible categories is 1; with one possible category it is
    undefined.
    """
    return ac2(units, codes, n_values, weights="identity")


def ac2(
    units: Ints, codes: Ints, n_values: int, *, weights: Weights | Floats = "quadratic"
) -> Coefficient:
    """Gwet's AC2 for ordered categories."""
    sums = ac_sums(units, codes, n_values, weights=weights)[0]
    observed, expected = _disagreements(sums, weights)
    sizes = value_counts(units, codes, n_values).sum(axis=1)
    return coefficient(
        float(np.nan_to_num(observed)),
        float(np.nan_to_num(expected)),
        n_units=float(sums[1]),
        n_pairable=int(sizes[sizes > 1].sum()),
        reason="only one category is possible" if n_values < 2 else "",
    )


def _disagreements(sums: Floats, weights: Weights | Floats) -> tuple[Floats, Floats]:
    """``1 - p_a`` and ``1 - p_e``."""
    n_values = sums.shape[-1] - 3
    shares = divide(sums[..., 3:], sums[..., 2:3])
    total = float(agreement_weights(weights, n_values).sum())
    factor = total / (n_values * (n_values - 1)) if n_values > 1 else np.nan
    by_chance = factor * (shares * (1 - shares)).sum(axis=-1)
    return 1 - divide(sums[..., 0], sums[..., 1]), np.asarray(1 - by_chance)
