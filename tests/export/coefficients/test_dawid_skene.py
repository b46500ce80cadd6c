"""Dawid-Skene: the peer's posteriors, a likelihood that only rises, and missing ratings."""

import numpy as np
import pandas as pd
import pytest
from crowdkit.aggregation import DawidSkene as Peer

from signalbook.export.coefficients.coefficient import Ints
from signalbook.export.coefficients.dawid_skene import fit_dawid_skene


def generated(
    n_units: int = 300, n_raters: int = 8, each: int = 4
) -> tuple[Ints, Ints, Ints, Ints]:
    rng = np.random.default_rng(0)
    skill = rng.uniform(0.5, 0.95, size=n_raters)
    truth = rng.integers(3, size=n_units)
    units = np.repeat(np.arange(n_units), each)
    raters = np.argsort(rng.random((n_units, n_raters)), axis=1)[:, :each].ravel()
    right = rng.random(len(units)) < skill[raters]
    return units, raters, np.where(right, truth[units], rng.integers(3, size=len(units))), truth


@pytest.mark.filterwarnings("ignore:The (inplace|copy) keyword")
def test_posteriors_and_labels_equal_those_of_the_peer() -> None:
    units, raters, codes, truth = generated()
    table = pd.DataFrame({"task": units, "worker": raters, "label": codes})
    peer = Peer(n_iter=2000, tol=1e-12).fit(table).probas_
    assert peer is not None
    model = fit_dawid_skene(units, raters, codes, 3, smoothing=1e-10, tolerance=1e-13)
    assert model.converged
    assert model.posteriors == pytest.approx(peer.sort_index()[[0, 1, 2]].to_numpy(), abs=1e-3)
    assert (model.labels == truth).mean() > 0.9


def test_more_iterations_are_never_less_likely() -> None:
    units, raters, codes, _ = generated()
    fits = [
        fit_dawid_skene(units, raters, codes, 3, max_iterations=n, tolerance=0) for n in range(12)
    ]
    penalised = [
        fit.log_likelihood + 0.01 * float(np.log(fit.prior).sum() + np.log(fit.confusion).sum())
        for fit in fits
    ]
    assert np.all(np.diff(penalised) > -1e-9)
    assert [fit.iterations for fit in fits] == list(range(12))
    assert not any(fit.converged for fit in fits)


def test_probabilities_sum_to_1_and_the_better_annotator_is_known() -> None:
    units = np.repeat(np.arange(200), 3)
    rng = np.random.default_rng(1)
    truth = rng.integers(2, size=200)
    codes = np.stack([truth, truth, rng.integers(2, size=200)], axis=1).ravel()
    model = fit_dawid_skene(units, np.tile(np.arange(3), 200), codes, 2)
    assert model.posteriors.sum(axis=1) == pytest.approx(np.ones(200))
    assert model.confusion.sum(axis=2) == pytest.approx(np.ones((3, 2)))
    assert model.competence[0] > 0.99
    assert model.competence[2] < 0.65
    assert model.labels.tolist() == truth.tolist()


def test_units_and_annotators_without_a_rating_stay_known_as_such() -> None:
    units, raters, codes = np.array([0, 0, 1, 3]), np.array([0, 2, 0, 2]), np.array([1, 1, 0, -1])
    model = fit_dawid_skene(units, raters, codes, 2, n_units=5, n_raters=4)
    assert model.posteriors.shape == (5, 2)
    for unit in (2, 3, 4):
        assert model.posteriors[unit] == pytest.approx(model.prior)
    assert np.isnan(model.competence).tolist() == [False, True, False, True]
    assert model.confusion[1].tolist() == [[0.5, 0.5], [0.5, 0.5]]


def test_one_annotator_is_believed_and_one_category_is_certain() -> None:
    alone = fit_dawid_skene(np.arange(4), np.zeros(4, np.int64), np.array([0, 1, 1, 0]), 2)
    assert alone.labels.tolist() == [0, 1, 1, 0]
    model = fit_dawid_skene(np.array([0, 0, 1]), np.array([0, 1, 1]), np.zeros(3, np.int64), 3)
    assert model.posteriors[:, 0].min() > 0.99


def test_no_ratings_at_all_leave_everything_open() -> None:
    none = np.zeros(0, dtype=np.int64)
    model = fit_dawid_skene(none, none, none, 2, n_units=2, n_raters=1)
    assert model.posteriors.tolist() == [[0.5, 0.5], [0.5, 0.5]]
    assert model.converged


def test_a_code_outside_of_the_values_is_refused() -> None:
    with pytest.raises(ValueError, match="code 2 is outside of the 2 values"):
        fit_dawid_skene(np.array([0]), np.array([0]), np.array([2]), 2)
