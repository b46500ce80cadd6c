"""AC1 and AC2 with missing values, per document, and at the edges."""

import numpy as np
import pytest

from signalbook.export.coefficients.distances import Weights
from signalbook.export.coefficients.gwet import ac1, ac2, ac_sums, ac_values


def test_ac1_counts_units_with_one_value_for_chance_only() -> None:
    units, codes = np.array([0, 0, 1, 1, 2, 3, 3, 3]), np.array([0, 0, 0, 1, 1, 1, 1, 0])
    agreement = np.mean([1, 0, 1 / 3])
    shares = np.array([1 + 0.5 + 0 + 1 / 3, 0 + 0.5 + 1 + 2 / 3]) / 4
    chance = (shares * (1 - shares)).sum() / 1
    found = ac1(units, codes, 2)
    assert found.value == pytest.approx((agreement - chance) / (1 - chance))
    assert found.observed_agreement == pytest.approx(agreement)
    assert (found.n_units, found.n_pairable) == (3, 7)


@pytest.mark.parametrize("weights", ["identity", "linear", "quadratic", "ordinal"])
def test_sums_of_documents_add_up(weights: Weights) -> None:
    random = np.random.default_rng(0)
    units, codes = np.repeat(np.arange(50), 3), random.integers(-1, 4, size=150)
    documents = np.arange(50) // 9
    sums = ac_sums(units, codes, 4, documents, weights=weights)
    found = float(ac_values(sums.sum(axis=0), weights))
    assert found == pytest.approx(ac2(units, codes, 4, weights=weights).value)


def test_agreement_on_one_of_two_categories_is_1_and_of_one_undefined() -> None:
    units, codes = np.array([0, 0, 1, 1]), np.zeros(4, dtype=np.int64)
    assert ac1(units, codes, 2).value == 1.0
    assert (ac1(units, codes, 1).value, ac1(units, codes, 1).reason) == (
        None,
        "only one category is possible",
    )


def test_without_a_unit_that_two_rated_ac1_is_undefined() -> None:
    found = ac1(np.array([0, 1]), np.array([0, 1]), 2)
    assert (found.value, found.reason) == (None, "no unit has two values")
