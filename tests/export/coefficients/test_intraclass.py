"""Intraclass correlation: the published example, unequal numbers of values, and what is undefined."""

import numpy as np
import pytest

from signalbook.export.coefficients.coefficient import Coefficient, Floats
from signalbook.export.coefficients.intraclass import (
    SINGLE_UNIT,
    TOO_FEW_IN_COMMON,
    TwoWayForm,
    intraclass_correlation,
    intraclass_correlation_from_sums,
    intraclass_sums,
    two_way_intraclass_correlation,
    two_way_intraclass_correlation_from_sums,
    two_way_intraclass_sums,
)

#: Six targets by four judges: table 2 of Shrout and Fleiss (1979).
SHROUT_FLEISS = np.array(
    [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]],
    dtype=np.float64,
)

#: Twenty subjects by three raters: the data `anxiety` of the R package irr 0.84.1.
ANXIETY = np.array(
    [
        [3, 3, 3, 4, 5, 5, 2, 3, 5, 2, 2, 6, 1, 5, 2, 2, 1, 2, 4, 3],
        [3, 6, 4, 6, 2, 4, 2, 4, 3, 3, 2, 3, 3, 3, 2, 2, 1, 3, 3, 4],
        [2, 1, 4, 4, 3, 2, 1, 6, 1, 1, 1, 2, 3, 3, 1, 1, 3, 3, 2, 2],
    ],
    dtype=np.float64,
).T


def two_way(table: Floats, form: TwoWayForm) -> Coefficient:
    """The coefficient of a table of units by raters; NaN is missing."""
    units, raters = np.indices(table.shape)
    return two_way_intraclass_correlation(units.ravel(), raters.ravel(), table.ravel(), form)


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
    same = intraclass_correlation(np.repeat(units, 2)[:6], np.full(6, 0.1))
    assert (same.value, same.reason) == (None, "no variation: every value is the same")
    single = intraclass_correlation(units[:2], np.array([1.0, 2.0]))
    assert (single.value, single.reason) == (None, "fewer than two units have two values")
    nothing = intraclass_correlation(units[:0], np.array([]))
    assert (nothing.value, nothing.reason) == (None, "no unit has two values")


@pytest.mark.parametrize(
    ("table", "form", "published"),
    [
        (SHROUT_FLEISS, "agreement", 0.29),
        (SHROUT_FLEISS, "consistency", 0.71),
        (ANXIETY, "agreement", 0.198),
        (ANXIETY, "consistency", 0.216),
    ],
)
def test_published_values_of_two_ways_are_reproduced(
    table: Floats, form: TwoWayForm, published: float
) -> None:
    icc = two_way(table, form)
    assert icc.value == pytest.approx(published, abs=0.005 if published in (0.29, 0.71) else 0.0005)
    assert (icc.n_units, icc.n_pairable) == (len(table), table.size)


def left_by(design: Floats, values: Floats) -> float:
    """The squares that are left when a design is fitted to values."""
    return float(np.square(values - design @ np.linalg.lstsq(design, values)[0]).sum())


def test_missing_values_follow_the_method_of_fitting_constants() -> None:
    rng = np.random.default_rng(1)
    table = rng.normal(size=(14, 1)) + rng.normal(size=4) + 0.7 * rng.normal(size=(14, 4))
    table[rng.random(table.shape) < 0.4] = np.nan
    paired = table[(~np.isnan(table)).sum(axis=1) > 1]
    assert len(paired) < 14
    units, raters = np.nonzero(~np.isnan(paired))
    values = paired[units, raters]
    of_units, of_raters = np.eye(len(paired))[units], np.eye(4)[raters]
    both = np.hstack([of_units, of_raters])
    n, k, total = len(paired), 4, len(values)
    # The squares that units explain beyond raters, and raters beyond units, and what is left.
    residual = left_by(both, values) / (total - n - k + 1)
    beyond_raters = left_by(of_raters, values) - left_by(both, values)
    beyond_units = left_by(of_units, values) - left_by(both, values)
    unit_variance = (beyond_raters - (n - 1) * residual) / (total - k)
    rater_variance = (beyond_units - (k - 1) * residual) / (total - n)
    consistency = unit_variance / (unit_variance + residual)
    agreement = unit_variance / (unit_variance + residual + rater_variance)
    assert two_way(table, "consistency").value == pytest.approx(consistency)
    assert two_way(table, "agreement").value == pytest.approx(agreement)
    assert two_way(table + 1e6, "agreement").value == pytest.approx(agreement)


def test_variances_of_incomplete_pairs_of_raters_are_not_biased() -> None:
    rng = np.random.default_rng(2)
    components: list[tuple[float, float, float]] = []
    for _ in range(1500):
        habits, units = 0.7 * rng.normal(size=4), rng.normal(size=(15, 1))
        table = units + habits + 0.5 * rng.normal(size=(15, 4))
        unit, rater = np.indices(table.shape)
        table[(rater - unit) % 4 > 1] = np.nan  # each unit has two raters, who change
        agreement, consistency = (two_way(table, form) for form in ("agreement", "consistency"))
        of_units = agreement.expected - agreement.observed
        of_raters = agreement.observed - consistency.observed
        components.append((of_units, of_raters, consistency.observed))
    # Their standard errors are .011, .013 and .003.
    assert np.mean(components, axis=0) == pytest.approx([1, 0.49, 0.25], abs=0.035)


def test_sums_of_articles_add_up_to_both_correlations_of_two_ways() -> None:
    rng = np.random.default_rng(0)
    units, raters = (index.ravel() for index in np.indices((12, 3)))
    values = rng.normal(size=12)[units] + rng.normal(size=36)
    values[::7] = np.nan
    sums = two_way_intraclass_sums(units, raters, values, np.arange(12) // 5, n_articles=4)
    assert sums.shape == (4, 3 + 2 * 3 + 9)
    for form in ("agreement", "consistency"):
        icc = two_way_intraclass_correlation(units, raters, values, form)
        together = float(two_way_intraclass_correlation_from_sums(sums.sum(axis=0), form))
        assert together == pytest.approx(icc.value)


def test_habits_of_raters_are_disagreement_of_one_form_only() -> None:
    habits = np.array([0.0, 0.1, 0.3])
    table = np.arange(4, dtype=np.float64)[:, None] + habits
    assert two_way(table, "consistency").value == pytest.approx(1)
    assert two_way(table, "agreement").value == pytest.approx(5 / 3 / (5 / 3 + 0.07 / 3))


def test_what_two_ways_cannot_tell_is_undefined_with_its_reason() -> None:
    nan = np.nan
    for table, reason in (
        (np.full((3, 3), 0.1), "no variation: every value is the same"),
        (np.array([[1.0, 2.0], [3.0, nan]]), SINGLE_UNIT),
        (np.array([[1.0, 2.0, nan, nan], [nan, nan, 3.0, 4.0]]), TOO_FEW_IN_COMMON),
        (np.full((3, 3), nan), "no unit has two values"),
    ):
        for form in ("agreement", "consistency"):
            icc = two_way(table, form)
            assert (icc.value, icc.reason) == (None, reason)
