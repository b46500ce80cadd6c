"""Two or more raters' categories become kappa, pi and S.

Cohen, J. (1960), (1968); Scott, W. A. (1955); Bennett, E. M., Alpert, R. and Goldstein, A. C.
(1954); Fleiss, J. L. (1971). These exist for comparison with earlier work: they know no missing
values, and `alpha` covers what they cover.
"""

from typing import Literal

import numpy as np

from .coefficient import Coefficient, Floats, Ints, coefficient, corrected, divide
from .distances import Weights, agreement_weights
from .ratings import by_document, count_of, value_counts

#: Whose habits chance follows: each coder's own, the pooled ones, or none (uniform).
Chance = Literal["cohen", "scott", "bennett"]


def contingency(
    first: Ints,
    second: Ints,
    n_values: int,
    documents: Ints | None = None,
    *,
    n_documents: int | None = None,
) -> Floats:
    """Cross two coders' values per document, the sufficient statistic of the two-coder measures.

    Args:
        first: One coder's value of each unit, ``[n_units]``; negative is missing.
        second: The other's.
        n_values: How many values there are, V.
        documents: Document of each unit, ``[n_units]``.
        n_documents: Their number, if the last ones may have no unit.

    Returns:
        ``[D, V, V]`` counts of the units that both coded.
    """
    rows = count_of(documents, n_documents)
    both = (first >= 0) & (second >= 0)
    where = np.zeros(len(first), dtype=np.int64) if documents is None else documents
    cells = ((where * n_values + first) * n_values + second)[both]
    flat = np.bincount(cells, minlength=rows * n_values * n_values)
    return flat.reshape(rows, n_values, n_values).astype(np.float64)


def two_coder_values(
    tables: Floats, chance: Chance = "cohen", weights: Weights | Floats = "identity"
) -> Floats:
    """The coefficient of each contingency table, ``[..., V, V]`` to ``[...]``; NaN: undefined."""
    return corrected(*_two_coders(tables, chance, weights))


def cohen_kappa(table: Floats, weights: Weights | Floats = "identity") -> Coefficient:
    """Cohen's (weighted) kappa of one contingency table ``[V, V]``."""
    return _of_table(table, "cohen", weights)


def scott_pi(table: Floats) -> Coefficient:
    """Scott's pi of one contingency table ``[V, V]``: chance follows the pooled marginals."""
    return _of_table(table, "scott", "identity")


def bennett_s(table: Floats) -> Coefficient:
    """Bennett, Alpert and Goldstein's S of one contingency table: all V categories equally likely.

    With a single possible category it is undefined; with several, agreement on one of them is 1.
    """
    return _of_table(table, "bennett", "identity")


def fleiss_sums(
    units: Ints,
    codes: Ints,
    n_values: int,
    documents: Ints | None = None,
    *,
    n_documents: int | None = None,
) -> Floats:
    """Per document ``sum_i n_ij (n - n_ij) / (n - 1)`` and ``sum_i n_ij``; ``[D, 2, V]``.

    Raises:
        ValueError: Units differ in their number of values.
    """
    counts = value_counts(units, codes, n_values)
    sizes = counts.sum(axis=1)
    rated = sizes[sizes > 0]
    if rated.size and (rated.min() != rated.max() or rated.min() < 2):
        raise ValueError(
            f"units have from {rated.min()} to {rated.max()} values; Fleiss' kappa needs the same "
            "number, at least 2, for every unit; Krippendorff's alpha does not"
        )
    others = counts * (sizes[:, None] - counts) / np.maximum(sizes[:, None] - 1, 1)
    return by_document(np.stack([others, counts], axis=1), documents, n_documents)


def fleiss_values(sums: Floats) -> Floats:
    """Fleiss' kappa of each ``[..., 2, V]``."""
    return corrected(*_fleiss(sums))


def fleiss_kappa(units: Ints, codes: Ints, n_values: int) -> Coefficient:
    """Fleiss' kappa of units with equally many values each."""
    sums = fleiss_sums(units, codes, n_values)[0]
    observed, expected = _fleiss(sums)
    return coefficient(
        float(np.nan_to_num(observed)),
        float(np.nan_to_num(expected)),
        n_units=len(np.unique(np.asarray(units)[np.asarray(codes) >= 0])),
        n_pairable=float(sums[1].sum()),
    )


def fleiss_per_category(sums: Floats) -> Floats:
    """Fleiss' kappa of each category against all others, ``[..., 2, V]`` to ``[..., V]``."""
    pairs, marginals = sums[..., 0, :], sums[..., 1, :]
    total = marginals.sum(axis=-1, keepdims=True)
    shares = divide(marginals, total)
    return corrected(divide(pairs, total), np.nan_to_num(shares * (1 - shares)))


def _fleiss(sums: Floats) -> tuple[Floats, Floats]:
    pairs, marginals = sums[..., 0, :], sums[..., 1, :]
    total = marginals.sum(axis=-1)
    shares = divide(marginals, total[..., None])
    varied = (marginals > 0).sum(axis=-1) > 1
    expected = np.where(varied, 1 - np.square(shares).sum(axis=-1), 0.0)
    return divide(pairs.sum(axis=-1), total), expected


def _two_coders(tables: Floats, chance: Chance, weights: Weights | Floats) -> tuple[Floats, Floats]:
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


def _of_table(table: Floats, chance: Chance, weights: Weights | Floats) -> Coefficient:
    table = np.asarray(table, dtype=np.float64)
    observed, expected = _two_coders(table, chance, weights)
    total = float(table.sum())
    return coefficient(
        float(np.nan_to_num(observed)),
        float(np.nan_to_num(expected)),
        n_units=total,
        n_pairable=2 * total,
    )
