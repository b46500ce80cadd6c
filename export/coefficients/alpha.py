"""Krippendorff's alpha, in time and memory linear in the units.

Krippendorff, K. (2011). Computing Krippendorff's Alpha-Reliability. Krippendorff, K. (2018).
Content Analysis, 4th ed., chapter 12.

``alpha = 1 - D_o / D_e`` with ``D_o = sum_ck o_ck d_ck / n`` and
``D_e = sum_ck n_c n_k d_ck / (n (n - 1))``. A unit with m values adds ``1 / (m - 1)`` to the
coincidence ``o_ck`` for every ordered pair of its values, so ``o`` sums over units and hence over
documents. No array of units by values by values is ever made.
"""

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from .coefficient import Coefficient, Floats, Ints, correct_for_chance, divide
from .distances import (
    Level,
    interval_distances,
    mid_ranks,
    nominal_distances,
    ratio_distance,
    ratio_distances,
)
from .ratings import Pairable, document_count, pairable, sum_by_document

#: The distance between values: a level, or any symmetric matrix ``[V, V]``.
Distance = Level | Floats


def alpha_from_coincidences(
    matrices: Floats, distance: Distance = "nominal", values: Sequence[float] | Floats | None = None
) -> Floats:
    """Alpha of each coincidence matrix, ``[..., V, V]`` to ``[...]``; NaN where undefined."""
    return correct_for_chance(*_disagreements(matrices, distance, values))


def disagreement_sums(
    units: Ints,
    codes: Ints,
    n_values: int,
    documents: Ints | None = None,
    *,
    distance: Distance = "nominal",
    values: Sequence[float] | Floats | None = None,
    n_documents: int | None = None,
) -> Floats:
    """Per document the disagreement within units and how often each value occurs.

    A sufficient statistic that grows with V, not V², for a distance that does not depend on the
    data; use it for sets and for numbers with many values.

    Returns:
        ``[D, 1 + V]``: ``sum_ck o_ck d_ck``, then the marginals ``n_c`` of pairable values.
    """
    if isinstance(distance, str) and distance == "ordinal":
        raise ValueError("ordinal distances depend on the whole data; use coincidence_matrices")
    rated = pairable(units, codes, n_values)
    rows = document_count(documents, n_documents)
    within = sum_by_document(_within(rated, n_values, distance, values), documents, rows)
    marginals = rated.marginals(n_values, documents, rows)
    return np.concatenate([within[:, None], marginals], axis=1)


def alpha_from_sums(
    sums: Floats, distance: Distance = "nominal", values: Sequence[float] | Floats | None = None
) -> Floats:
    """Alpha of each row of `disagreement_sums`, ``[..., 1 + V]`` to ``[...]``."""
    return correct_for_chance(*_from_sums(sums, distance, values))


def unit_disagreements(
    units: Ints,
    codes: Ints,
    n_values: int,
    *,
    distance: Distance = "nominal",
    values: Sequence[float] | Floats | None = None,
) -> Floats:
    """What each unit adds to the observed disagreement ``sum_ck o_ck d_ck``; ``[n_units]``."""
    rated = pairable(units, codes, n_values)
    if isinstance(distance, str) and distance == "ordinal":
        distance, values = "interval", _pooled_ranks(rated, n_values)
    return _within(rated, n_values, distance, values)


def krippendorff_alpha(
    units: Ints,
    codes: Ints,
    distance: Distance = "nominal",
    *,
    n_values: int | None = None,
    values: Sequence[float] | Floats | None = None,
) -> Coefficient:
    """Krippendorff's alpha of all units.

    Args:
        units: Unit of each value, ``[n]``, numbered from 0.
        codes: Value, ``[n]``; negative is missing. At the ordinal level the order is that of codes.
        distance: A level, or a matrix ``[V, V]`` used as it is (`distance_matrix`).
        n_values: How many values there are; without it, as many as occur.
        values: The number each code stands for (interval, ratio); without it, the code itself.
    """
    n_values = int(np.max(codes, initial=-1)) + 1 if n_values is None else n_values
    rated = pairable(units, codes, n_values)
    if isinstance(distance, str) and distance == "ordinal":
        distance, values = "interval", _pooled_ranks(rated, n_values)
    within = _within(rated, n_values, distance, values).sum()
    marginals = rated.marginals(n_values)[0]
    observed, expected = _from_sums(np.concatenate([[within], marginals]), distance, values)
    return Coefficient.from_disagreement(
        float(observed),
        float(expected),
        n_units=int((rated.sizes > 1).sum()),
        n_pairable=float(marginals.sum()),
    )


def _within(
    rated: Pairable, n_values: int, distance: Distance, values: Sequence[float] | Floats | None
) -> Floats:
    """``sum_ck n_c n_k d_ck / (m - 1)`` of each unit, ``[n_units]``."""
    out = np.zeros(len(rated.sizes))
    if few_values(rated, n_values):
        matrix = _matrix(distance, values, n_values)
        for part, counts in tables(rated, n_values):
            # Not `@`: a product this thin is done before a BLAS has woken its threads.
            far = np.einsum("uv,vw->uw", counts, matrix)
            out[part] = np.einsum("uv,uv->u", far, counts) * rated.share[part]
        return out
    between = _between(distance, values, n_values)
    for unit, first, second, weight in pairs(rated):
        out += np.bincount(unit, 2 * weight * between(first, second), minlength=len(out))
    return out


def _between(
    distance: Distance, values: Sequence[float] | Floats | None, n_values: int
) -> Callable[[Ints, Ints], Floats]:
    """The distance as a function of two arrays of codes."""
    if not isinstance(distance, str):
        matrix = np.asarray(distance, dtype=np.float64)
        return lambda first, second: matrix[first, second]
    if distance == "nominal":
        return lambda first, second: (first != second).astype(np.float64)
    points = _points(values, n_values)
    if distance == "ratio":
        return lambda first, second: ratio_distance(points[first], points[second])
    return lambda first, second: np.square(points[first] - points[second])


def _points(values: Sequence[float] | Floats | None, n_values: int) -> Floats:
    if values is None:
        return np.arange(n_values, dtype=np.float64)
    points = np.asarray(values, dtype=np.float64)
    if len(points) != n_values:
        raise ValueError(f"{len(points)} numbers for {n_values} values")
    return points


def _pooled_ranks(rated: Pairable, n_values: int) -> Floats:
    """Mid-ranks of the values in units with at least two of them."""
    return mid_ranks(rated.marginals(n_values)[0])


def _disagreements(
    matrices: Floats, distance: Distance, values: Sequence[float] | Floats | None
) -> tuple[Floats, Floats]:
    """Observed and expected disagreement of coincidence matrices ``[..., V, V]``."""
    marginals = matrices.sum(axis=-1)
    n_values = marginals.shape[-1]
    if isinstance(distance, str) and distance == "ordinal":
        ranks = mid_ranks(marginals)
        spread = np.square(ranks[..., :, None] - ranks[..., None, :])
        within = (matrices * spread).sum(axis=(-2, -1))
        return _scaled(within, _squares(marginals, ranks), marginals.sum(axis=-1))
    delta = _matrix(distance, values, n_values)
    flat = matrices.reshape(*matrices.shape[:-2], n_values * n_values)
    sums = np.concatenate([(flat @ delta.ravel())[..., None], marginals], axis=-1)
    return _from_sums(sums, distance, values)


def _matrix(distance: Distance, values: Sequence[float] | Floats | None, n_values: int) -> Floats:
    """The distances as a matrix ``[V, V]``."""
    if not isinstance(distance, str):
        return np.asarray(distance, dtype=np.float64)
    if distance == "nominal":
        return nominal_distances(n_values)
    return (ratio_distances if distance == "ratio" else interval_distances)(
        _points(values, n_values)
    )


def _from_sums(
    sums: Floats, distance: Distance, values: Sequence[float] | Floats | None
) -> tuple[Floats, Floats]:
    """Observed and expected disagreement of ``[..., 1 + V]`` sums."""
    within, marginals = sums[..., 0], sums[..., 1:]
    total = marginals.sum(axis=-1)
    n_values = marginals.shape[-1]
    if not isinstance(distance, str):
        between = ((marginals @ np.asarray(distance, dtype=np.float64)) * marginals).sum(axis=-1)
    elif distance == "nominal":
        between = np.square(total) - np.square(marginals).sum(axis=-1)
    elif distance == "interval":
        between = _squares(marginals, _points(values, n_values))
    else:
        between = _ratio_expected(marginals, _points(values, n_values))
    between = np.where((marginals > 0).sum(axis=-1) > 1, between, 0.0)  # no rounding residue
    return _scaled(within, between, total)


def _squares(marginals: Floats, points: Floats) -> Floats:
    """``sum_ck n_c n_k (x_c - x_k)^2`` through moments about a centre, so linear in V."""
    total = marginals.sum(axis=-1, keepdims=True)
    centre = np.nan_to_num(divide((marginals * points).sum(axis=-1, keepdims=True), total))
    squared: Floats = (marginals * np.square(points - centre)).sum(axis=-1)
    return np.asarray(2 * total[..., 0] * squared, dtype=np.float64)


def _ratio_expected(marginals: Floats, points: Floats, rows: int = 1024) -> Floats:
    """``sum_ck n_c n_k d_ck`` at the ratio level, some rows of the distance matrix at a time."""
    total: Floats = np.zeros(marginals.shape[:-1])
    for start in range(0, len(points), rows):
        part = slice(start, start + rows)
        delta = ratio_distance(points[part, None], points[None, :])
        total += ((marginals @ delta.T) * marginals[..., part]).sum(axis=-1)
    return total


def _scaled(within: Floats, between: Floats, total: Floats) -> tuple[Floats, Floats]:
    return divide(within, total), divide(between, total * (total - 1))


def coincidence_matrices(
    units: Ints,
    codes: Ints,
    n_values: int,
    documents: Ints | None = None,
    *,
    n_documents: int | None = None,
) -> Floats:
    """Coincidence matrices per document, the sufficient statistic of alpha at any level.

    Args:
        units: Unit of each value, ``[n]``, numbered from 0.
        codes: Value, ``[n]``; negative is missing. Units with fewer than two values drop out.
        n_values: How many values there are, V.
        documents: Document of each unit, ``[n_units]``; without it, all units are one document.
        n_documents: Their number, if the last ones may have no unit.

    Returns:
        ``[D, V, V]``, symmetric; its sum over D is the coincidence matrix of the corpus.
    """
    n_rows = document_count(documents, n_documents)
    rated = pairable(units, codes, n_values)
    if few_values(rated, n_values):
        return _from_tables(rated, n_values, documents, n_rows)
    out = np.zeros(n_rows * n_values * n_values)
    for unit, first, second, weight in pairs(rated):
        row = 0 if documents is None else documents[unit] * n_values
        cell = (row + first) * n_values + second
        out += np.bincount(cell, weight, minlength=len(out))
    matrices = out.reshape(n_rows, n_values, n_values)
    return matrices + matrices.swapaxes(1, 2)


def few_values(rated: Pairable, n_values: int) -> bool:
    """Whether a table of units by values is about as small as the ratings themselves."""
    return len(rated.sizes) * n_values <= 4 * len(rated.codes)


def tables(rated: Pairable, n_values: int, rows: int = 1 << 16) -> Iterator[tuple[slice, Floats]]:
    """How often each value was given to each unit, some units at a time; ``[rows, V]``."""
    ends = np.concatenate([[0], np.cumsum(rated.sizes)])
    for start in range(0, len(rated.sizes), rows):
        stop = min(start + rows, len(rated.sizes))
        part = slice(ends[start], ends[stop])
        cells = (rated.units[part] - start) * n_values + rated.codes[part]
        counts = np.bincount(cells, minlength=(stop - start) * n_values)
        yield slice(start, stop), counts.reshape(-1, n_values).astype(np.float64)


def pairs(rated: Pairable) -> Iterator[tuple[Ints, Ints, Ints, Floats]]:
    """Unordered pairs of values within units: unit, value, value, and weight ``1 / (m - 1)``.

    Values at distance 1, 2, … in an array sorted by unit; each round is as long as it has pairs.
    """
    units, codes = rated.units, rated.codes
    step, start = 1, np.arange(len(units) - 1)
    while start.size:
        start = start[units[start + step] == units[start]]
        yield units[start], codes[start], codes[start + step], rated.share[units[start]]
        step += 1
        start = start[: np.searchsorted(start, len(units) - step)]


def _from_tables(rated: Pairable, n_values: int, documents: Ints | None, n_rows: int) -> Floats:
    """``sum_u n_uc (n_uk - [c = k]) / (m_u - 1)``, one value c after the other."""
    out = np.zeros((n_rows, n_values, n_values))
    for part, counts in tables(rated, n_values):
        weighted = counts * rated.share[part, None]
        row = np.zeros(len(counts), np.int64) if documents is None else documents[part]
        cells = (row[:, None] * n_values + np.arange(n_values)).ravel()
        for value in range(n_values):
            both = weighted * counts[:, value, None]
            both[:, value] -= weighted[:, value]
            flat = np.bincount(cells, both.ravel(), minlength=n_rows * n_values)
            out[:, value] += flat.reshape(n_rows, n_values)
    return out
