"""Kappa, pi, S, AC1 and AC2: cases without chance, per article, and what is refused."""

import numpy as np
import pytest

from signalbook.export.coefficients.distances import Weighting
from signalbook.export.coefficients.kappa import (
    ChanceModel,
    bennett_s,
    cohen_kappa,
    contingency_tables,
    gwet_ac1,
    gwet_ac2,
    gwet_ac_from_sums,
    gwet_ac_sums,
    kappa_from_tables,
    scott_pi,
)


def test_contingency_leaves_out_what_one_of_the_two_did_not_code() -> None:
    first, second = np.array([0, 1, 1, -1, 0]), np.array([0, 1, 0, 1, -1])
    articles = np.array([0, 0, 1, 1, 2])
    tables = contingency_tables(first, second, 2, articles)
    assert tables.tolist() == [[[1, 0], [0, 1]], [[0, 0], [1, 0]], [[0, 0], [0, 0]]]


def test_weighted_kappa_equals_its_definition() -> None:
    table = np.array([[10.0, 3, 1], [2, 8, 4], [0, 5, 9]])
    shares = table / table.sum()
    rows, columns = shares.sum(axis=1), shares.sum(axis=0)
    cost = np.square(np.subtract.outer(np.arange(3), np.arange(3)))
    expected = 1 - (shares * cost).sum() / (np.outer(rows, columns) * cost).sum()
    assert cohen_kappa(table, "quadratic").value == pytest.approx(expected)
    assert cohen_kappa(table, 1 - cost / 4).value == pytest.approx(expected)


def test_two_coder_measures_work_on_many_tables_at_once() -> None:
    tables = np.random.default_rng(0).integers(1, 9, size=(4, 3, 3)).astype(float)
    measures = {"cohen": cohen_kappa, "scott": scott_pi, "bennett": bennett_s}
    chances: tuple[ChanceModel, ...] = ("cohen", "scott", "bennett")
    for chance in chances:
        kappas = kappa_from_tables(tables, chance)
        assert kappas.tolist() == pytest.approx([measures[chance](table).value for table in tables])


def test_one_category_only_has_no_kappa() -> None:
    table = np.array([[7.0, 0], [0, 0]])
    assert cohen_kappa(table).value is None
    assert scott_pi(table).value is None
    assert scott_pi(table).reason == "no variation: every value is the same"
    assert bennett_s(table).value == 1.0


def test_no_common_unit_has_no_kappa() -> None:
    kappa = cohen_kappa(np.zeros((2, 2)))
    assert (kappa.value, kappa.reason, kappa.n_units) == (None, "no unit has two values", 0)


def test_ac1_counts_units_with_one_value_for_chance_only() -> None:
    units, codes = np.array([0, 0, 1, 1, 2, 3, 3, 3]), np.array([0, 0, 0, 1, 1, 1, 1, 0])
    agreement = np.mean([1, 0, 1 / 3])
    shares = np.array([1 + 0.5 + 0 + 1 / 3, 0 + 0.5 + 1 + 2 / 3]) / 4
    chance = (shares * (1 - shares)).sum() / 1
    ac1 = gwet_ac1(units, codes, 2)
    assert ac1.value == pytest.approx((agreement - chance) / (1 - chance))
    assert ac1.observed_agreement == pytest.approx(agreement)
    assert (ac1.n_units, ac1.n_pairable) == (3, 7)


@pytest.mark.parametrize("weights", ["identity", "linear", "quadratic", "ordinal"])
def test_gwet_sums_of_articles_add_up(weights: Weighting) -> None:
    rng = np.random.default_rng(0)
    units, codes = np.repeat(np.arange(50), 3), rng.integers(-1, 4, size=150)
    articles = np.arange(50) // 9
    sums = gwet_ac_sums(units, codes, 4, articles, weights=weights)
    ac = float(gwet_ac_from_sums(sums.sum(axis=0), weights))
    assert ac == pytest.approx(gwet_ac2(units, codes, 4, weights=weights).value)


def test_agreement_on_one_of_two_categories_is_1_and_of_one_undefined() -> None:
    units, codes = np.array([0, 0, 1, 1]), np.zeros(4, dtype=np.int64)
    assert gwet_ac1(units, codes, 2).value == 1.0
    assert (gwet_ac1(units, codes, 1).value, gwet_ac1(units, codes, 1).reason) == (
        None,
        "only one category is possible",
    )


def test_without_a_unit_that_two_rated_ac1_is_undefined() -> None:
    ac1 = gwet_ac1(np.array([0, 1]), np.array([0, 1]), 2)
    assert (ac1.value, ac1.reason) == (None, "no unit has two values")
