"""Distances between two values: nominal, ordinal, interval, ratio, and between sets.

Krippendorff, K. (2011). Computing Krippendorff's Alpha-Reliability, for the levels of measurement;
Passonneau, R. (2006). Measuring agreement on set-valued items (MASI) for semantic and pragmatic
annotation. LREC, 831-836, for sets.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

import numpy as np

from .coefficient import Floats, Ints, divide

#: Stevens' levels, with the squared differences of Krippendorff (2011).
Level = Literal["nominal", "ordinal", "interval", "ratio"]
#: The distance between values: a level, or any symmetric matrix ``[V, V]``.
Distance = Level | Floats
#: Agreement weights of weighted kappa and AC2.
Weighting = Literal["identity", "linear", "quadratic", "ordinal"]

_Value = TypeVar("_Value")


def nominal_distances(n_values: int) -> Floats:
    """0 for equal categories, else 1.

    Args:
        n_values: How many categories there are, V.

    Returns:
        ``[V, V]``.
    """
    return 1.0 - np.eye(n_values)


def ordinal_distances(marginals: Floats) -> Floats:
    """``(sum of n_g from c to k, minus (n_c + n_k) / 2)^2`` for ranked categories.

    That sum is the difference of the mid-ranks of c and k, so ordinal alpha is interval alpha on
    mid-ranks (Krippendorff 2011).

    Args:
        marginals: How often each category occurs, in their order, ``[..., V]``.

    Returns:
        ``[..., V, V]``.
    """
    ranks = mid_ranks(marginals)
    return np.square(ranks[..., :, None] - ranks[..., None, :])


def interval_distances(values: Sequence[float] | Floats) -> Floats:
    """``(c - k)^2``.

    Args:
        values: The numbers, ``[V]``.

    Returns:
        ``[V, V]``.
    """
    points = np.asarray(values, dtype=np.float64)
    return np.square(points[:, None] - points[None, :])


def ratio_distances(values: Sequence[float] | Floats) -> Floats:
    """``((c - k) / (c + k))^2``, 0 for two zeros.

    Args:
        values: The numbers, ``[V]``.

    Returns:
        ``[V, V]``.

    Raises:
        ValueError: A value is negative; the ratio level has a true zero and nothing below it.
    """
    points = np.asarray(values, dtype=np.float64)
    return _ratio_distance(points[:, None], points[None, :])


def _ratio_distance(first: Floats, second: Floats) -> Floats:
    """The ratio distance elementwise, with broadcasting.

    Raises:
        ValueError: A value is negative.
    """
    if min(np.min(first, initial=0.0), np.min(second, initial=0.0)) < 0:
        raise ValueError("a ratio scale has no negative values; use the interval level")
    total = first + second
    share = np.zeros(total.shape)
    np.divide(first - second, total, out=share, where=total > 0)
    return np.square(share)


def mid_ranks(marginals: Floats) -> Floats:
    """The mean rank of each category, given how often each occurs.

    Args:
        marginals: How often each category occurs, in their order, ``[..., V]``.

    Returns:
        ``[..., V]``.
    """
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


def masi_distances(values: Sequence[frozenset[str]]) -> Floats:
    """`masi_distance` between every two sets, ``[V, V]``, from how many members they share."""
    members: dict[str, int] = {}
    rows = [row for row, value in enumerate(values) for _ in value]
    columns = [members.setdefault(m, len(members)) for value in values for m in value]
    has = np.zeros((len(values), len(members)))
    has[rows, columns] = 1.0
    shared: Floats = has @ has.T
    sizes = has.sum(axis=1)
    first, second = sizes[:, None], sizes[None, :]
    contained = shared == np.minimum(first, second)
    monotonicity = np.where(contained & (first == second), 1.0, np.where(contained, 2 / 3, 1 / 3))
    distances = 1.0 - divide(shared, first + second - shared) * monotonicity
    return np.where((first == 0) & (second == 0), 0.0, distances)


def distance_matrix(
    values: Sequence[_Value], distance: Callable[[_Value, _Value], float]
) -> Floats:
    """The distance between every two values, for coefficients that take a matrix.

    Args:
        values: The values in the order of their codes.
        distance: A symmetric function such as `masi_distance`; used as it is, not squared.

    Returns:
        ``[V, V]``, symmetric, 0 on the diagonal.
    """
    matrix = np.zeros((len(values), len(values)))
    for row, first in enumerate(values):
        for column, second in enumerate(values[:row]):
            matrix[row, column] = matrix[column, row] = distance(first, second)
    return matrix


def agreement_weights(weights: Weighting | Floats, n_values: int) -> Floats:
    """Weights of agreement between ordered categories, 1 on the diagonal.

    ``linear`` is ``1 - |c - k| / (V - 1)``, ``quadratic`` is ``1 - ((c - k) / (V - 1))^2``
    (Cohen 1968), ``ordinal`` is ``1 - C(|c - k| + 1, 2) / C(V, 2)`` (Gwet 2014), ``identity`` is 1
    for equal categories and 0 for others.

    Args:
        weights: The kind of weights; a matrix ``[V, V]`` is given back as it is.
        n_values: How many categories there are, V.

    Returns:
        ``[V, V]``.
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


@dataclass(frozen=True)
class Metric:
    """The distance between any two of V codes."""

    #: A level other than ordinal, or a matrix.
    distance: Distance
    #: The number that each code stands for, ``[V]``; without meaning for nominal and a matrix.
    points: Floats

    @classmethod
    def of(
        cls, distance: Distance, values: Sequence[float] | Floats | None, n_values: int
    ) -> "Metric":
        """Take the numbers for the codes, or the codes themselves.

        Raises:
            ValueError: The distance is ordinal, or there are more or fewer numbers than codes.
        """
        points = np.asarray(np.arange(n_values), dtype=np.float64)
        if not isinstance(distance, str):
            return cls(np.asarray(distance, dtype=np.float64), points)
        if distance == "ordinal":
            raise ValueError("ordinal distances depend on the whole data; use coincidence_matrices")
        if distance != "nominal" and values is not None:
            points = np.asarray(values, dtype=np.float64)
            if len(points) != n_values:
                raise ValueError(f"{len(points)} numbers for {n_values} values")
        return cls(distance, points)

    def matrix(self) -> Floats:
        """All distances, ``[V, V]``."""
        if not isinstance(self.distance, str):
            return self.distance
        if self.distance == "nominal":
            return nominal_distances(len(self.points))
        distances = ratio_distances if self.distance == "ratio" else interval_distances
        return distances(self.points)

    def between(self, first: Ints, second: Ints) -> Floats:
        """The distance of each pair of codes."""
        if not isinstance(self.distance, str):
            return np.asarray(self.distance[first, second], dtype=np.float64)
        if self.distance == "nominal":
            return np.asarray(first != second, dtype=np.float64)
        if self.distance == "ratio":
            return _ratio_distance(self.points[first], self.points[second])
        return np.asarray(np.square(self.points[first] - self.points[second]), dtype=np.float64)

    def sum_of_pairs(self, marginals: Floats) -> Floats:
        """``sum_ck n_c n_k d_ck`` for marginals ``[..., V]``."""
        if not isinstance(self.distance, str):
            sums = _quadratic(marginals, self.distance)
        elif self.distance == "nominal":
            sums = np.square(marginals.sum(axis=-1)) - np.square(marginals).sum(axis=-1)
        elif self.distance == "interval":
            sums = squared_differences(marginals, self.points)
        else:
            sums = _ratio_differences(marginals, self.points)
        return np.asarray(sums, dtype=np.float64)


def _quadratic(marginals: Floats, distances: Floats) -> Floats:
    """``sum_ck n_c n_k d_ck``; of rows that are nearly alike, through the values they differ in.

    Such are the rows without an article each, of which there are as many as articles.
    """
    if not marginals.size:
        return np.zeros(marginals.shape[:-1])
    common = marginals.min(axis=tuple(range(marginals.ndim - 1)))
    rest = marginals - common
    differing = np.flatnonzero(rest.any(axis=tuple(range(marginals.ndim - 1))))
    rest, among = rest[..., differing], distances[np.ix_(differing, differing)]
    to_common = distances @ common
    sums = common @ to_common + ((rest @ among + 2 * to_common[differing]) * rest).sum(axis=-1)
    return np.asarray(sums, dtype=np.float64)


def squared_differences(marginals: Floats, points: Floats) -> Floats:
    """``sum_ck n_c n_k (x_c - x_k)^2`` through moments about a centre, so linear in V."""
    total = marginals.sum(axis=-1, keepdims=True)
    centre = np.nan_to_num(divide((marginals * points).sum(axis=-1, keepdims=True), total))
    squared: Floats = (marginals * np.square(points - centre)).sum(axis=-1)
    return np.asarray(2 * total[..., 0] * squared, dtype=np.float64)


def _ratio_differences(marginals: Floats, points: Floats, rows: int = 1024) -> Floats:
    """``sum_ck n_c n_k d_ck`` at the ratio level, some rows of the distance matrix at a time."""
    total: Floats = np.zeros(marginals.shape[:-1])
    for start in range(0, len(points), rows):
        part = slice(start, start + rows)
        distances = _ratio_distance(points[part, None], points[None, :])
        total += ((marginals @ distances.T) * marginals[..., part]).sum(axis=-1)
    return total
