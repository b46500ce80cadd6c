"""Intraclass correlation: the published example, unequal numbers of values, and what is undefined."""

import numpy as np
import pytest

from signalbook.export.coefficients.intraclass import (
    intraclass_correlation,
    intraclass_correlation_from_sums,
    intraclass_sums,
)

#: Six targets by four judges: table 2 of Shrout and Fleiss (1979).
SHROUT_FLEISS = np.array(
    [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]],
    dtype=np.float64,
)


def test_the_value_of_shrout_and_fleiss_is_reproduced() -> None:
    units = np.repeat(np.arange(6), 4)
    icc = intraclass_correlation(units, SHROUT_FLEISS.ravel())
    assert icc.value == pytest.approx(0.17, abs=0.005)
    assert icc.observed == pytest.approx(6.26, abs=0.005)  # their mean square within targets
    assert (icc.n_units, icc.n_pairable) == (6, 24)


def test_unequal_numbers_of_values_follow_the_analysis_of_variance() -> None:
    groups = [[1.0, 2.0], [5.0, 4.0, 6.0], [3.0, 3.0, 2.0, 4.0]]
    units = np.repeat(np.arange(5), [2, 3, 4, 1, 1])
    together = np.concatenate(groups)
    values = np.array([*together, 9.0, np.nan])
    n, k = 9, (9 - (4 + 9 + 16) / 9) / 2
    mean = together.mean()
    between = sum(len(g) * (np.mean(g) - mean) ** 2 for g in groups) / 2
    within = sum(len(g) * np.var(g) for g in groups) / (n - 3)
    icc = intraclass_correlation(units, values)
    assert icc.value == pytest.approx((between - within) / (between + (k - 1) * within))
    assert (icc.n_units, icc.n_pairable) == (3, 9)
    assert intraclass_correlation(units, values + 1e6).value == pytest.approx(icc.value)


def test_sums_of_articles_add_up() -> None:
    rng = np.random.default_rng(0)
    units, values = np.repeat(np.arange(12), 3), rng.normal(size=36)
    sums = intraclass_sums(units, values, np.arange(12) // 5)
    assert sums.shape == (3, 6)
    icc = float(intraclass_correlation_from_sums(sums.sum(axis=0)))
    assert icc == pytest.approx(intraclass_correlation(units, values).value)


def test_what_does_not_vary_or_is_one_unit_has_no_correlation() -> None:
    units = np.array([0, 0, 1, 1])
    same = intraclass_correlation(units, np.full(4, 3.0))
    assert (same.value, same.reason) == (None, "no variation: every value is the same")
    single = intraclass_correlation(units[:2], np.array([1.0, 2.0]))
    assert (single.value, single.reason) == (None, "fewer than two units have two values")
    nothing = intraclass_correlation(units[:0], np.array([]))
    assert (nothing.value, nothing.reason) == (None, "no unit has two values")
