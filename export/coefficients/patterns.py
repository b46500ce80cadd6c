"""Units of which the same raters say the same, as one pattern: a model learns the same from each.

Of three raters and a few values there are few patterns, however many units there are.
"""

from dataclasses import dataclass

import numpy as np

from .coefficient import Ints
from .ratings import check_codes


@dataclass(frozen=True)
class Patterns:
    """The different things that are said of units, with the ratings of one unit of each."""

    #: Pattern of each rating, ``[n]``, numbered from 0; missing ratings are left out.
    patterns: Ints
    #: Rater and value of each, ``[n]``.
    raters: Ints
    codes: Ints
    #: Units of each pattern, ``[P]``.
    counts: Ints
    #: Pattern of each unit, ``[U]``.
    of_units: Ints

    @property
    def weights(self) -> Ints:
        """How many ratings each of these stands for, ``[n]``."""
        return self.counts[self.patterns]


def distinct_patterns(
    units: Ints, raters: Ints, codes: Ints, n_values: int, n_units: int
) -> Patterns:
    """Join units of which the same raters say the same.

    Args:
        units: Unit of each rating, ``[n]`` integers, numbered from 0.
        raters: Rater of each rating, ``[n]`` integers, numbered from 0.
        codes: Value of each rating, ``[n]`` integers; negative is missing.
        n_values: Number of values, V.
        n_units: Number of units, U; those without a rating have a pattern of their own.

    Raises:
        ValueError: A code is not below `n_values`.
    """
    check_codes(np.asarray(codes), n_values)
    present = codes >= 0
    units, raters, codes = units[present], raters[present], codes[present]
    cells = raters * n_values + codes
    order = np.lexsort((cells, units))
    sizes = np.bincount(units, minlength=n_units)
    first_rating = np.cumsum(sizes) - sizes
    patterns: Ints = np.zeros(n_units, dtype=np.int64)
    # Units with equal first ratings are parted by their second ones, and so on.
    for place in range(int(sizes.max(initial=0))):
        said: Ints = np.zeros(n_units, dtype=np.int64)
        has = sizes > place
        said[has] = cells[order[first_rating[has] + place]] + 1
        both = patterns * (int(said.max()) + 1) + said
        patterns = np.unique(both, return_inverse=True)[1].astype(np.int64)
    _, example, counts = np.unique(patterns, return_index=True, return_counts=True)
    kept = example[patterns[units]] == units
    return Patterns(patterns[units[kept]], raters[kept], codes[kept], counts, patterns)
