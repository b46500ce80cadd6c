"""Units of which the same raters say the same are one pattern, and no others are."""

from collections import defaultdict

import numpy as np
import pytest

from signalbook.export.coefficients.patterns import distinct_patterns


@pytest.mark.parametrize("seed", range(20))
def test_patterns_are_the_different_sets_of_ratings(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n, n_units, n_values = int(rng.integers(0, 120)), 30, 3
    # Some units have no rating, some raters rate a unit twice, some ratings are missing.
    units, raters = rng.integers(0, n_units - 2, n), rng.integers(0, 3, n)
    codes = rng.integers(-1, n_values, n)
    said: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for unit, rater, code in zip(units.tolist(), raters.tolist(), codes.tolist(), strict=True):
        if code >= 0:
            said[unit].append((rater, code))
    expected = [tuple(sorted(said[unit])) for unit in range(n_units)]

    found = distinct_patterns(units, raters, codes, n_values, n_units)

    of_pattern: dict[int, list[tuple[int, int]]] = defaultdict(list)
    rows = zip(found.patterns.tolist(), found.raters.tolist(), found.codes.tolist(), strict=True)
    for pattern, rater, code in rows:
        of_pattern[pattern].append((rater, code))
    assert [tuple(sorted(of_pattern[p])) for p in found.of_units.tolist()] == expected
    assert len(found.counts) == len(set(expected))
    assert np.bincount(found.of_units).tolist() == found.counts.tolist()
    assert int(found.weights.sum()) == int((codes >= 0).sum())
