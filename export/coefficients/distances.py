"""Two values become the distance between them: nominal, interval, ratio, and set-valued."""

from collections.abc import Callable, Sequence
from typing import Literal, TypeVar

import numpy as np

from .coefficient import Floats

#: Stevens' levels, with the squared differences of Krippendorff (2011).
Level = Literal["nominal", "ordinal", "interval", "ratio"]
#: Agreement weights of weighted kappa and AC2.
Weighting = Literal["identity", "linear", "quadratic", "ordinal"]

_Value = TypeVar("_Value")


def nominal_distances(n_values: int) -> Floats:
    """0 for equal categories, else 1; ``[V, V]``."""
    return 1.0 - np.eye(n_values)


def interval_distances(values: Sequence[float] | Floats) -> Floats:
    """``(c - k)^2``; ``[V, V]``."""
    points = np.asarray(values, dtype=np.float64)
    return np.square(points[:, None] - points[None, :])


def ratio_distances(values: Sequence[float] | Floats) -> Floats:
    """``((c - k) / (c + k))^2``, 0 for two zeros; ``[V, V]``.

    Raises:
        ValueError: A value is negative; the ratio level has a true zero and nothing below it.
    """
    points = np.asarray(values, dtype=np.float64)
    return ratio_distance(points[:, None], points[None, :])


def ratio_distance(first: Floats, second: Floats) -> Floats:
    """The ratio distance elementwise, with broadcasting."""
    if min(np.min(first, initial=0.0), np.min(second, initial=0.0)) < 0:
        raise ValueError("a ratio scale has no negative values; use the interval level")
    total = first + second
    share = np.zeros(total.shape)
    np.divide(first - second, total, out=share, where=total > 0)
    return np.square(share)


def ordinal_distances(marginals: Floats) -> Floats:
    """``(sum of n_g from c to k, minus (n_c + n_k) / 2)^2``; ``[..., V]`` to ``[..., V, V]``.

    That sum is the difference of the mid-ranks of c and k, so ordinal alpha is interval alpha on
    mid-ranks (Krippendorff 2011).
    """
    ranks = mid_ranks(marginals)
    return np.square(ranks[..., :, None] - ranks[..., None, :])


def mid_ranks(marginals: Floats) -> Floats:
    """The mean rank of each category, given how often each occurs; ``[..., V]``."""
    return np.asarray(np.cumsum(marginals, axis=-1) - marginals / 2, dtype=np.float64)


def jaccard_distance(first: frozenset[str], second: frozenset[str]) -> float:
    """``1 - |A and B| / |A or B|``; two empty sets are equal, so 0."""
    union = first | second
    return 1.0 - len(first & second) / len(union) if union else 0.0


def masi_distance(first: frozenset[str], second: frozenset[str]) -> float:
    """``1 - J * M``: Jaccard times monotonicity (Passonneau 2006).

    M is 1 for equal sets, 2/3 where one contains the other, 1/3 for other overlaps, 0 for
    disjoint sets. Two empty sets are equal, so 0; an empty and a filled set share nothing, so 1.
    """
    if first == second:
        return 0.0
    if not first & second:
        return 1.0
    monotonicity = 2 / 3 if first < second or second < first else 1 / 3
    return 1.0 - (1.0 - jaccard_distance(first, second)) * monotonicity


def distance_matrix(
    values: Sequence[_Value], distance: Callable[[_Value, _Value], float]
) -> Floats:
    """A symmetric distance between every two values; ``[V, V]``, used as it is, not squared."""
    matrix = np.zeros((len(values), len(values)))
    for row, first in enumerate(values):
        for column, second in enumerate(values[:row]):
            matrix[row, column] = matrix[column, row] = distance(first, second)
    return matrix


def agreement_weights(weights: Weighting | Floats, n_values: int) -> Floats:
    """Weights of agreement between ordered categories, 1 on the diagonal; ``[V, V]``.

    ``linear`` is ``1 - |c - k| / (V - 1)``, ``quadratic`` its square (Cohen 1968), ``ordinal``
    is ``1 - C(|c - k| + 1, 2) / C(V, 2)`` (Gwet 2014).
    """
    if not isinstance(weights, str):
        return np.asarray(weights, dtype=np.float64)
    rank = np.arange(n_values, dtype=np.float64)
    steps: Floats = np.abs(rank[:, None] - rank[None, :])
    widest = max(n_values - 1, 1)
    if weights == "identity":
        return np.eye(n_values)
    if weights == "linear":
        return 1.0 - steps / widest
    if weights == "quadratic":
        return 1.0 - np.square(steps / widest)
    return 1.0 - steps * (steps + 1) / (widest * (widest + 1))
