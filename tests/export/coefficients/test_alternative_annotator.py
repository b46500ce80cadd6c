"""The alternative annotator test: by hand, against scipy, and on annotators who are simulated."""

import numpy as np
import pytest
from scipy.stats import ttest_1samp

from signalbook.export.coefficients.alternative_annotator import (
    alternative_annotator_test,
    benjamini_yekutieli,
)
from signalbook.export.coefficients.coefficient import Floats, Ints

#: On four articles the model has the advantage three times, the annotator twice: -1, 0, 1, -1.
MODEL = np.array([[1.0, 1.0, 0.0, 1.0, np.nan]])
ANNOTATOR = np.array([[0.0, 1.0, 1.0, 0.0, 1.0]])


def test_a_small_case_is_as_by_hand() -> None:
    test = alternative_annotator_test(MODEL, ANNOTATOR, epsilon=0.15, min_articles=4)
    assert test.n_articles.tolist() == [4]
    assert test.advantages.tolist() == [0.75]
    # The mean is -.25, the standard deviation the root of 2.75 / 3, so t is -.8356 with 3 degrees.
    expected = ttest_1samp([-1, 0, 1, -1], 0.15, alternative="less").pvalue
    assert test.p_values[0] == pytest.approx(expected)
    assert test.p_values[0] == pytest.approx(0.2323, abs=1e-4)
    assert (test.winning_rate, test.advantage, test.passes) == (0.0, 0.75, False)


def test_whoever_has_too_few_articles_is_not_tested() -> None:
    test = alternative_annotator_test(MODEL, ANNOTATOR)
    assert (test.winning_rate, test.advantage, test.passes) == (None, None, None)
    assert test.advantages.tolist() == [0.75]
    assert np.isnan(test.p_values).all()


def test_where_all_articles_are_ties_the_cheaper_wins() -> None:
    ties = np.ones((2, 40))
    assert alternative_annotator_test(ties, ties).winning_rate == 1.0
    assert alternative_annotator_test(ties - 1, ties).winning_rate == 0.0


def test_rejections_are_those_of_benjamini_and_yekutieli() -> None:
    # Of three, the limits are 1, 2 and 3 times .05 / (3 * 11/6) = .00909.
    assert benjamini_yekutieli(np.array([0.5, 0.009, 0.018])).tolist() == [False, True, True]
    assert benjamini_yekutieli(np.array([0.01, 0.018, 0.5])).tolist() == [True, True, False]
    assert benjamini_yekutieli(np.array([0.0092, 0.019, 0.5])).tolist() == [False, False, False]
    assert benjamini_yekutieli(np.array([])).tolist() == []


def noisy(rng: np.random.Generator, truth: Ints, noise: float) -> Ints:
    """The truth, but guessed on a share of the articles."""
    guessed = rng.random(len(truth)) < noise
    return np.where(guessed, rng.integers(4, size=len(truth)), truth)


def scores(labels: list[Ints], model: Ints) -> tuple[Floats, Floats]:
    """Accuracy against the others, of the model and of each annotator."""
    stacked = np.stack(labels)
    others = [np.delete(stacked, j, axis=0) for j in range(len(labels))]
    of_model = [(model == rest).mean(axis=0) for rest in others]
    of_each = [(own == rest).mean(axis=0) for own, rest in zip(stacked, others, strict=True)]
    return np.stack(of_model), np.stack(of_each)


@pytest.mark.parametrize(("noise", "passes"), [(0.1, True), (0.3, True), (1.0, False)])
def test_a_model_as_good_as_annotators_wins_and_a_random_one_loses(
    noise: float, passes: bool
) -> None:
    rng = np.random.default_rng(1)
    truth = rng.integers(4, size=200)
    labels = [noisy(rng, truth, 0.3) for _ in range(4)]
    test = alternative_annotator_test(*scores(labels, noisy(rng, truth, noise)), epsilon=0.2)
    assert test.passes is passes
    assert test.winning_rate == float(passes)
