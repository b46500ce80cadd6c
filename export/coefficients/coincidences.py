"""Values given to units become coincidence matrices, per document.

A unit with m values adds ``1 / (m - 1)`` to ``o_ck`` for every ordered pair of its values, so ``o``
sums over units and hence over documents (Krippendorff, K. 2011). No array of units by values by
values is ever made: time and memory are linear in the units.
"""

from collections.abc import Iterator

import numpy as np

from .coefficient import Floats, Ints
from .ratings import Pairable, count_of, pairable


def coincidences(
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
    n_rows = count_of(documents, n_documents)
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
