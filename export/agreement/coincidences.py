"""Values given to units become coincidence matrices, per document.

A unit with m values adds ``1 / (m - 1)`` to ``o_ck`` for every ordered pair of its values, so ``o``
sums over units and hence over documents (Krippendorff, K. 2011). No array of units by values by
values is ever made: time and memory are linear in the units.
"""

from collections.abc import Iterator

import numpy as np

from .coefficient import Floats, Ints
from .ratings import count_of, pairable


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
    out = np.zeros(n_rows * n_values * n_values)
    for unit, first, second, weight in pairs(units, codes, n_values):
        row = 0 if documents is None else documents[unit] * n_values
        cell = (row + first) * n_values + second
        out += np.bincount(cell, weight, minlength=len(out))
    matrices = out.reshape(n_rows, n_values, n_values)
    return matrices + matrices.swapaxes(1, 2)


def pairs(units: Ints, codes: Ints, n_values: int) -> Iterator[tuple[Ints, Ints, Ints, Floats]]:
    """Unordered pairs of values within units: unit, value, value, and weight ``1 / (m - 1)``.

    Values at distance 1, 2, … in an array sorted by unit; each round is as long as it has pairs.
    Where raters outnumber values, equal values of a unit are first counted together.
    """
    units, codes, sizes = pairable(units, codes, n_values)
    share = 1.0 / np.maximum(sizes - 1, 1)
    times: Ints | None = None
    if sizes.max(initial=0) > min(n_values, 8):
        units, codes, times = _counted(units, codes, n_values)
        again = np.flatnonzero(times > 1)
        pairs_of_equals = times[again] * (times[again] - 1) / 2
        yield units[again], codes[again], codes[again], pairs_of_equals * share[units[again]]
    step, start = 1, np.arange(len(units) - 1)
    while start.size:
        start = start[units[start + step] == units[start]]
        weight = share[units[start]]
        if times is not None:
            weight = weight * (times[start] * times[start + step])
        yield units[start], codes[start], codes[start + step], weight
        step += 1
        start = start[: np.searchsorted(start, len(units) - step)]


def _counted(units: Ints, codes: Ints, n_values: int) -> tuple[Ints, Ints, Ints]:
    """Each (unit, value) once, with how often it occurs, sorted."""
    cells = units * n_values + codes
    n_cells = (int(units[-1]) + 1) * n_values
    if n_cells <= 4 * len(cells):
        counts = np.bincount(cells, minlength=n_cells)
        found = np.flatnonzero(counts)
        return found // n_values, found % n_values, counts[found]
    found, counts = np.unique(cells, return_counts=True)
    return found // n_values, found % n_values, counts
