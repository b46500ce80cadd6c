"""Fleiss, Conger and Brennan-Prediger: published values, two raters, articles, and what is undefined."""

import numpy as np
import pytest

from signalbook.export.coefficients import kappa_many_raters as kappas
from signalbook.export.coefficients.coefficient import Ints
from signalbook.export.coefficients.kappa import (
    bennett_s,
    cohen_kappa,
    contingency_tables,
    gwet_ac_sums,
)

#: Four raters, five categories, seven of 48 values missing: `cac.raw4raters` of irrCAC, from
#: Gwet (2014). 0 is missing.
FOUR_RATERS = np.array(
    [
        [1, 1, 0, 1], [2, 2, 3, 2], [3, 3, 3, 3], [3, 3, 3, 3], [2, 2, 2, 2], [1, 2, 3, 4],
        [4, 4, 4, 4], [1, 1, 2, 1], [2, 2, 2, 2], [0, 5, 5, 5], [0, 0, 1, 1], [0, 0, 3, 0],
    ]
)  # fmt: skip


def in_rows(table: Ints) -> tuple[Ints, Ints, Ints]:
    """Units, raters and codes of a table of units by raters in which 0 is missing."""
    units, raters = np.indices(table.shape)
    return units.ravel(), raters.ravel(), table.ravel() - 1


def random_ratings() -> tuple[Ints, Ints, Ints, Ints]:
    """Units, raters, codes with missing ones, and the article of each unit."""
    table = np.random.default_rng(3).integers(0, 4, size=(40, 3))
    return *in_rows(table), np.arange(40) // 9


def test_values_that_irrcac_has_for_four_raters_are_reproduced() -> None:
    units, raters, codes = in_rows(FOUR_RATERS)
    fleiss = kappas.fleiss_kappa(units, codes, 5)
    assert fleiss.value == pytest.approx(0.76117, abs=5e-6)
    conger = kappas.conger_kappa(units, raters, codes, 5)
    assert conger.value == pytest.approx(0.76282, abs=5e-6)
    assert kappas.brennan_prediger(units, codes, 5).value == pytest.approx(0.77273, abs=5e-6)
    assert (fleiss.n_units, fleiss.n_pairable) == (conger.n_units, conger.n_pairable) == (11, 40)


def test_with_two_raters_conger_is_cohen_and_brennan_prediger_is_bennett() -> None:
    first, second = np.random.default_rng(2).integers(0, 3, size=(2, 30))
    table = contingency_tables(first, second, 3)[0]
    units, raters, codes = in_rows(np.column_stack([first, second]) + 1)
    conger = kappas.conger_kappa(units, raters, codes, 3)
    assert conger.value == pytest.approx(cohen_kappa(table).value)
    assert kappas.brennan_prediger(units, codes, 3).value == pytest.approx(bennett_s(table).value)


def test_sums_of_articles_add_up() -> None:
    units, raters, codes, articles = random_ratings()
    total = gwet_ac_sums(units, codes, 3, articles).sum(axis=0)
    fleiss, brennan = kappas.fleiss_kappa_from_sums, kappas.brennan_prediger_from_sums
    assert float(fleiss(total)) == pytest.approx(kappas.fleiss_kappa(units, codes, 3).value)
    assert float(brennan(total)) == pytest.approx(kappas.brennan_prediger(units, codes, 3).value)
    sums = kappas.conger_kappa_sums(units, raters, codes, 3, articles)
    assert sums.shape == (5, 2 + 3 * 3)
    conger = float(kappas.conger_kappa_from_sums(sums.sum(axis=0), 3))
    assert conger == pytest.approx(kappas.conger_kappa(units, raters, codes, 3).value)


def test_a_rater_who_rated_nothing_changes_nothing() -> None:
    units, raters, codes, _ = random_ratings()
    later = np.where(raters == 2, 5, raters)
    assert kappas.conger_kappa(units, later, codes, 3) == kappas.conger_kappa(
        units, raters, codes, 3
    )


def test_values_that_are_all_the_same_have_no_kappa_but_that_with_uniform_chance() -> None:
    units, raters, codes = in_rows(np.ones((3, 2), dtype=np.int64))
    fleiss, conger = (
        kappas.fleiss_kappa(units, codes, 2),
        kappas.conger_kappa(units, raters, codes, 2),
    )
    assert fleiss.value is conger.value is None
    assert fleiss.reason == conger.reason == "no variation: every value is the same"
    assert np.isnan(kappas.fleiss_kappa_per_category(units, codes, 2)).all()
    assert kappas.brennan_prediger(units, codes, 2).value == 1.0
    assert kappas.brennan_prediger(units, codes, 1).reason == "only one category is possible"


def test_without_a_unit_that_two_rated_there_is_no_kappa() -> None:
    units, codes = np.array([0, 1]), np.array([0, 1])
    for kappa in (
        kappas.fleiss_kappa(units, codes, 2),
        kappas.conger_kappa(units, units, codes, 2),
        kappas.brennan_prediger(units, codes, 2),
    ):
        assert (kappa.value, kappa.reason) == (None, "no unit has two values")
