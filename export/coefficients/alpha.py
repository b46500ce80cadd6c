"""Krippendorff's alpha, in time and memory linear in the units.

Krippendorff, K. (2011). Computing Krippendorff's Alpha-Reliability. Krippendorff, K. (2018).
Content Analysis, 4th ed., chapter 12.

``alpha = 1 - D_o / D_e`` with ``D_o = sum_ck o_ck d_ck / n`` and
``D_e = sum_ck n_c n_k d_ck / (n (n - 1))``. A unit with m values adds ``1 / (m - 1)`` to the
coincidence ``o_ck`` for every ordered pair of its values, so ``o`` sums over units and hence over
articles. No array of units by values by values is ever made.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from .coefficient import Coefficient, Floats, Ints, correct_for_chance, divide
from .distances import Distance, Metric, mid_ranks, squared_differences
from .ratings import Pairable, article_count, pairable, sum_by_article


def krippendorff_alpha(
    units: Ints,
    codes: Ints,
    distance: Distance = "nominal",
    *,
    n_values: int | None = None,
    values: Sequence[float] | Floats | None = None,
) -> Coefficient:
    """Krippendorff's alpha of all units.

    Any number of raters, of whom any may have left out any unit; units with fewer than two values
    drop out (Krippendorff 2011, sections C and D).

    Args:
        units: Unit of each value, ``[n]`` integers, numbered from 0.
        codes: Value, ``[n]`` integers; negative is missing. At the ordinal level the order of the
            values is that of their codes.
        distance: A level of measurement, or a matrix ``[V, V]`` used as it is, not squared
            (see `distance_matrix`).
        n_values: How many values there are, V; without it, as many as occur.
        values: The number that each code stands for, ``[V]`` (interval, ratio); without it, the
            code itself.

    Returns:
        The coefficient, undefined where no unit has two values or all values are the same.

    Raises:
        ValueError: A code is not below `n_values`, `values` has another length, or a number at
            the ratio level is negative.
    """
    n_values = int(np.max(codes, initial=-1)) + 1 if n_values is None else n_values
    rated = pairable(units, codes, n_values)
    metric = _metric_of(rated, n_values, distance, values)
    marginals = rated.marginals(n_values)[0]
    within = _within_units(rated, metric).sum()
    observed, expected = _from_sums(np.concatenate([[within], marginals]), metric)
    return Coefficient.from_disagreement(
        float(observed),
        float(expected),
        n_units=int((rated.sizes > 1).sum()),
        n_pairable=float(marginals.sum()),
    )


def coincidence_matrices(
    units: Ints,
    codes: Ints,
    n_values: int,
    articles: Ints | None = None,
    *,
    n_articles: int | None = None,
) -> Floats:
    """Coincidence matrices per article, the sufficient statistic of alpha at any level.

    Args:
        units: Unit of each value, ``[n]`` integers, numbered from 0.
        codes: Value, ``[n]`` integers; negative is missing. Units with fewer than two values drop
            out.
        n_values: How many values there are, V.
        articles: Article of each unit, ``[n_units]``; without it, all units are one article.
        n_articles: Number of articles, A, if the last ones may have no unit.

    Returns:
        ``[A, V, V]``, symmetric; its sum over A is the coincidence matrix of the corpus.

    Raises:
        ValueError: A code is not below `n_values`.
    """
    n_rows = article_count(articles, n_articles)
    rated = pairable(units, codes, n_values)
    if _fits_table(rated, n_values):
        return _from_tables(rated, n_values, articles, n_rows)
    flat = np.zeros(n_rows * n_values * n_values)
    for unit, first, second, weight in _value_pairs(rated):
        row = 0 if articles is None else articles[unit] * n_values
        cell = (row + first) * n_values + second
        flat += np.bincount(cell, weight, minlength=len(flat))
    matrices = flat.reshape(n_rows, n_values, n_values)
    return matrices + matrices.swapaxes(1, 2)


def alpha_from_coincidences(
    matrices: Floats, distance: Distance = "nominal", values: Sequence[float] | Floats | None = None
) -> Floats:
    """Alpha of each coincidence matrix of `coincidence_matrices`.

    Args:
        matrices: Coincidences, ``[..., V, V]``.
        distance: As in `krippendorff_alpha`.
        values: As in `krippendorff_alpha`.

    Returns:
        ``[...]``; NaN where undefined.

    Raises:
        ValueError: As in `krippendorff_alpha`.
    """
    marginals = matrices.sum(axis=-1)
    n_values = marginals.shape[-1]
    if isinstance(distance, str) and distance == "ordinal":
        ranks = mid_ranks(marginals)
        squares = np.square(ranks[..., :, None] - ranks[..., None, :])
        within = (matrices * squares).sum(axis=(-2, -1))
        between = squared_differences(marginals, ranks)
        return correct_for_chance(*_means(within, between, marginals.sum(axis=-1)))
    metric = Metric.of(distance, values, n_values)
    flat = matrices.reshape(*matrices.shape[:-2], n_values * n_values)
    within = flat @ metric.matrix().ravel()
    return correct_for_chance(
        *_from_sums(np.concatenate([within[..., None], marginals], axis=-1), metric)
    )


def disagreement_sums(
    units: Ints,
    codes: Ints,
    n_values: int,
    articles: Ints | None = None,
    *,
    distance: Distance = "nominal",
    values: Sequence[float] | Floats | None = None,
    n_articles: int | None = None,
) -> Floats:
    """Per article the disagreement within units and how often each value occurs.

    A sufficient statistic that grows with V, not V², for a distance that does not depend on the
    data; use it for sets and for numbers with many values.

    Args:
        units: Unit of each value, ``[n]`` integers, numbered from 0.
        codes: Value, ``[n]`` integers; negative is missing.
        n_values: How many values there are, V.
        articles: Article of each unit, ``[n_units]``; without it, all units are one article.
        distance: As in `krippendorff_alpha`, but not ordinal.
        values: As in `krippendorff_alpha`.
        n_articles: Number of articles, A, if the last ones may have no unit.

    Returns:
        ``[A, 1 + V]``: ``sum_ck o_ck d_ck``, then the marginals ``n_c`` of pairable values.

    Raises:
        ValueError: The distance is ordinal, or as in `krippendorff_alpha`.
    """
    metric = Metric.of(distance, values, n_values)
    rated = pairable(units, codes, n_values)
    rows = article_count(articles, n_articles)
    within = sum_by_article(_within_units(rated, metric), articles, rows)
    marginals = rated.marginals(n_values, articles, rows)
    return np.concatenate([within[:, None], marginals], axis=1)


def alpha_from_sums(
    sums: Floats, distance: Distance = "nominal", values: Sequence[float] | Floats | None = None
) -> Floats:
    """Alpha of each row of `disagreement_sums`, or of sums of such rows.

    Args:
        sums: ``[..., 1 + V]``.
        distance: The distance behind the sums; not ordinal.
        values: The numbers behind the sums.

    Returns:
        ``[...]``; NaN where undefined.
    """
    metric = Metric.of(distance, values, sums.shape[-1] - 1)
    return correct_for_chance(*_from_sums(sums, metric))


def unit_disagreements(
    units: Ints,
    codes: Ints,
    n_values: int,
    *,
    distance: Distance = "nominal",
    values: Sequence[float] | Floats | None = None,
) -> Floats:
    """What each unit adds to the observed disagreement ``sum_ck o_ck d_ck``, to rank the units.

    Args:
        units: Unit of each value, ``[n]`` integers, numbered from 0.
        codes: Value, ``[n]`` integers; negative is missing.
        n_values: How many values there are, V.
        distance: As in `krippendorff_alpha`.
        values: As in `krippendorff_alpha`.

    Returns:
        ``[n_units]``; 0 for a unit with fewer than two values.

    Raises:
        ValueError: As in `krippendorff_alpha`.
    """
    rated = pairable(units, codes, n_values)
    return _within_units(rated, _metric_of(rated, n_values, distance, values))


def _metric_of(
    rated: Pairable, n_values: int, distance: Distance, values: Sequence[float] | Floats | None
) -> Metric:
    """The metric; at the ordinal level the interval metric of mid-ranks of the pairable values."""
    if isinstance(distance, str) and distance == "ordinal":
        return Metric("interval", mid_ranks(rated.marginals(n_values)[0]))
    return Metric.of(distance, values, n_values)


def _within_units(rated: Pairable, metric: Metric) -> Floats:
    """``sum_ck n_c n_k d_ck / (m - 1)`` of each unit, ``[n_units]``."""
    sums = np.zeros(len(rated.sizes))
    n_values = len(metric.points)
    if _fits_table(rated, n_values):
        matrix = metric.matrix()
        for part, counts in _value_tables(rated, n_values):
            # Not `@`: a product this thin is done before a BLAS has woken its threads.
            distances = np.einsum("uv,vw->uw", counts, matrix)
            sums[part] = np.einsum("uv,uv->u", distances, counts) * rated.share[part]
        return sums
    for unit, first, second, weight in _value_pairs(rated):
        sums += np.bincount(unit, 2 * weight * metric.between(first, second), minlength=len(sums))
    return sums


def _from_sums(sums: Floats, metric: Metric) -> tuple[Floats, Floats]:
    """Observed and expected disagreement of ``[..., 1 + V]`` sums."""
    within, marginals = sums[..., 0], sums[..., 1:]
    between = metric.sum_of_pairs(marginals)
    between = np.where((marginals > 0).sum(axis=-1) > 1, between, 0.0)  # no rounding residue
    return _means(within, between, marginals.sum(axis=-1))


def _means(within: Floats, between: Floats, total: Floats) -> tuple[Floats, Floats]:
    """Mean distances of values within units, and of any two values."""
    return divide(within, total), divide(between, total * (total - 1))


def _fits_table(rated: Pairable, n_values: int) -> bool:
    """Whether a table of units by values is about as small as the ratings themselves."""
    return len(rated.sizes) * n_values <= 4 * len(rated.codes)


def _value_tables(
    rated: Pairable, n_values: int, rows: int = 1 << 16
) -> Iterator[tuple[slice, Floats]]:
    """How often each value was given to each unit, some units at a time; ``[rows, V]``."""
    ends = np.concatenate([[0], np.cumsum(rated.sizes)])
    for start in range(0, len(rated.sizes), rows):
        stop = min(start + rows, len(rated.sizes))
        part = slice(ends[start], ends[stop])
        cells = (rated.units[part] - start) * n_values + rated.codes[part]
        counts = np.bincount(cells, minlength=(stop - start) * n_values)
        yield slice(start, stop), counts.reshape(-1, n_values).astype(np.float64)


def _value_pairs(rated: Pairable) -> Iterator[tuple[Ints, Ints, Ints, Floats]]:
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


def _from_tables(rated: Pairable, n_values: int, articles: Ints | None, n_rows: int) -> Floats:
    """``sum_u n_uc (n_uk - [c = k]) / (m_u - 1)``, one value c after the other."""
    matrices = np.zeros((n_rows, n_values, n_values))
    for part, counts in _value_tables(rated, n_values):
        weighted = counts * rated.share[part, None]
        row = np.zeros(len(counts), np.int64) if articles is None else articles[part]
        cells = (row[:, None] * n_values + np.arange(n_values)).ravel()
        for value in range(n_values):
            both = weighted * counts[:, value, None]
            both[:, value] -= weighted[:, value]
            flat = np.bincount(cells, both.ravel(), minlength=n_rows * n_values)
            matrices[:, value] += flat.reshape(n_rows, n_values)
    return matrices
