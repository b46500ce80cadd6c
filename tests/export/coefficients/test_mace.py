"""MACE: the peer's posteriors, competence, seeds, and missing ratings."""

import numpy as np
import pandas as pd
import pytest
from crowdkit.aggregation import MACE as Peer

from signalbook.export.coefficients.coefficient import Ints
from signalbook.export.coefficients.mace import fit_mace


def generated(n_units: int = 400, each: int = 3) -> tuple[Ints, Ints, Ints, Ints]:
    """Six annotators of whom the last answers 1, whatever the unit."""
    rng = np.random.default_rng(0)
    truth = rng.integers(3, size=n_units)
    truth[:3] = [0, 1, 2]
    units = np.repeat(np.arange(n_units), each)
    raters = np.argsort(rng.random((n_units, 6)), axis=1)[:, :each].ravel()
    right = rng.random(len(units)) < np.array([0.9, 0.85, 0.8, 0.8, 0.7, 0.0])[raters]
    guess = np.where(raters == 5, 1, rng.integers(3, size=len(units)))
    return units, raters, np.where(right, truth[units], guess), truth


@pytest.mark.filterwarnings("ignore:The (inplace|copy) keyword")
def test_posteriors_equal_those_of_the_peer() -> None:
    units, raters, codes, _ = generated()
    # The peer mixes the order of first appearance with sorted order, so make them the same.
    raters, codes = pd.factorize(raters)[0], pd.factorize(codes)[0]
    table = pd.DataFrame({"task": units, "worker": raters, "label": codes})
    peer = Peer(n_restarts=1, n_iter=80).fit(table).probas_
    assert peer is not None
    model = fit_mace(units, raters, codes, 3, tolerance=1e-8, max_iterations=500)
    assert model.converged
    assert model.posteriors == pytest.approx(peer.sort_index()[[0, 1, 2]].to_numpy(), abs=1e-4)


def test_an_annotator_who_always_answers_the_same_is_found_out() -> None:
    units, raters, codes, truth = generated()
    model = fit_mace(units, raters, codes, 3)
    assert np.argmin(model.competence) == 5
    assert model.competence[5] < 0.1
    assert model.competence[0] > 0.8
    assert model.strategies[5, 1] > 0.9
    assert (model.labels == truth).mean() > 0.85
    assert model.posteriors.sum(axis=1) == pytest.approx(np.ones(400))


def test_equal_seeds_give_equal_results_and_every_restart_is_reported() -> None:
    units, raters, codes, _ = generated()
    first, again = (fit_mace(units, raters, codes, 3, seed=4, n_restarts=3) for _ in range(2))
    assert first.posteriors.tolist() == again.posteriors.tolist()
    assert first.restarts.shape == (3,)
    assert first.log_likelihood == first.restarts.max()
    assert (
        first.restarts.tolist() != fit_mace(units, raters, codes, 3, seed=5).restarts[:3].tolist()
    )


def test_too_few_iterations_are_reported_as_not_converged() -> None:
    units, raters, codes, _ = generated()
    model = fit_mace(units, raters, codes, 3, max_iterations=1)
    assert (model.iterations, model.converged) == (1, False)


def test_units_and_annotators_without_a_rating_stay_known_as_such() -> None:
    units, raters, codes = np.array([0, 0, 1, 3]), np.array([0, 2, 0, 2]), np.array([1, 1, 0, -1])
    model = fit_mace(units, raters, codes, 2, n_units=5, n_raters=4)
    for unit in (2, 3, 4):
        assert model.posteriors[unit] == pytest.approx([0.5, 0.5])
    assert np.isnan(model.competence).tolist() == [False, True, False, True]


def test_no_ratings_at_all_leave_everything_open() -> None:
    none = np.zeros(0, dtype=np.int64)
    model = fit_mace(none, none, none, 2, n_units=2, n_raters=1)
    assert model.posteriors.tolist() == pytest.approx(np.full((2, 2), 0.5))
    assert model.log_likelihood == pytest.approx(0)
