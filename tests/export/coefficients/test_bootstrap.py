"""Intervals from sums over articles."""

import numpy as np
import pytest

from signalbook.export.coefficients.alpha import (
    alpha_from_coincidences,
    coincidence_matrices,
    krippendorff_alpha,
)
from signalbook.export.coefficients.bootstrap import (
    UNDEFINED_WITHOUT_ONE,
    ConfidenceInterval,
    IntervalMethod,
    confidence_interval,
    resample,
)
from signalbook.export.coefficients.coefficient import Floats, Ints, divide
from signalbook.export.coefficients.jackknife import jackknife_standard_error, leave_one_out


def generated(n_articles: int, seed: int = 0) -> tuple[Ints, Ints, Ints]:
    rng = np.random.default_rng(seed)
    articles = np.repeat(np.arange(n_articles), 8)
    truth = rng.integers(3, size=len(articles))
    noise = rng.integers(3, size=(len(articles), 2))
    codes = np.where(rng.random(noise.shape) < 0.7, truth[:, None], noise).ravel()
    return np.repeat(np.arange(len(articles)), 2), codes, articles


def mean(sums: Floats) -> Floats:
    """The mean of `sum, count` pairs."""
    return divide(sums[..., 0], sums[..., 1])


def of_values(values: list[float]) -> Floats:
    return np.stack([np.array(values), np.ones(len(values))], axis=1)


def test_replicates_equal_refitting_the_drawn_articles() -> None:
    units, codes, articles = generated(12)
    matrices = coincidence_matrices(units, codes, 3, articles)
    replicates = resample(matrices, alpha_from_coincidences, replicates=5, seed=3)
    rng = np.random.default_rng(3)
    for value, drawn in zip(replicates, rng.integers(12, size=(5, 12)), strict=True):
        rows = np.concatenate([np.arange(8) + 8 * article for article in drawn])
        table = codes.reshape(-1, 2)[rows]
        refitted = krippendorff_alpha(np.repeat(np.arange(len(rows)), 2), table.ravel(), n_values=3)
        assert value == pytest.approx(refitted.value, abs=1e-12)


def test_equal_seeds_give_equal_intervals_and_the_corpus_gives_the_estimate() -> None:
    units, codes, articles = generated(40)
    matrices = coincidence_matrices(units, codes, 3, articles)
    interval = confidence_interval(matrices, alpha_from_coincidences, method="percentile", seed=7)
    again, other = (
        confidence_interval(matrices, alpha_from_coincidences, method="percentile", seed=seed)
        for seed in (7, 8)
    )
    assert interval == again
    assert interval != other
    assert interval.estimate == pytest.approx(
        krippendorff_alpha(units, codes, n_values=3).value, abs=1e-12
    )
    assert interval.low is not None
    assert interval.high is not None
    assert interval.low < (interval.estimate or 0) < interval.high
    assert (interval.method, interval.n_articles, interval.undefined) == ("percentile", 40, 0)


@pytest.mark.parametrize("method", ["percentile", "bca", "jackknife"])
def test_every_method_agrees_with_the_normal_interval_of_a_mean(method: IntervalMethod) -> None:
    values = np.random.default_rng(1).normal(5, 2, size=400)
    interval = confidence_interval(of_values(list(values)), mean, method=method, replicates=4000)
    error = values.std(ddof=1) / 20
    assert interval.low == pytest.approx(values.mean() - 1.96 * error, abs=0.15 * error)
    assert interval.high == pytest.approx(values.mean() + 1.96 * error, abs=0.15 * error)


def test_the_corrected_interval_follows_the_skew_of_the_data() -> None:
    values = list(np.random.default_rng(2).exponential(size=25))
    plain = confidence_interval(of_values(values), mean, method="percentile")
    corrected = confidence_interval(of_values(values), mean, method="bca")
    assert (corrected.low or 0) > (plain.low or 0)
    assert (corrected.high or 0) > (plain.high or 0)


def test_the_plain_jackknife_is_that_of_student() -> None:
    sums = of_values([1.0, 2.0, 4.0])
    assert jackknife_standard_error(sums, mean) == pytest.approx(
        np.std([1, 2, 4], ddof=1) / np.sqrt(3)
    )
    interval = confidence_interval(sums, mean, method="jackknife")
    assert interval.high == pytest.approx(
        7 / 3 + 4.302653 * jackknife_standard_error(sums, mean), abs=1e-5
    )


def test_the_share_of_replicates_below_a_threshold_is_reported() -> None:
    interval = confidence_interval(
        of_values([0.5, 0.9] * 30), mean, method="percentile", thresholds=(0.1, 0.7, 0.95)
    )
    assert [threshold for threshold, _ in interval.below] == [0.1, 0.7, 0.95]
    assert interval.below[0][1] == 0
    assert 0.4 < interval.below[1][1] < 0.6
    assert interval.below[2][1] == 1


def test_undefined_replicates_are_counted_and_left_out() -> None:
    sums = np.zeros((5, 2))
    sums[0], sums[1] = [3.0, 1.0], [1.0, 1.0]
    interval = confidence_interval(sums, mean, method="percentile")
    # A replicate misses both articles that have a value with probability (3/5)^5.
    assert 50 < interval.undefined < 110
    assert (interval.estimate, interval.low, interval.high) == (2.0, 1.0, 3.0)


@pytest.mark.parametrize("method", ["percentile", "bca", "jackknife"])
def test_articles_that_do_not_differ_are_not_taken_for_certainty(method: IntervalMethod) -> None:
    interval = confidence_interval(of_values([0.9] * 12), mean, method=method)
    assert (interval.low, interval.high, interval.below) == (None, None, ())
    assert interval.reason == "the articles do not differ"


def test_there_is_no_interval_from_one_article_or_of_nothing() -> None:
    interval = confidence_interval(of_values([0.2]), mean)
    assert (interval.estimate, interval.low, interval.reason) == (
        0.2,
        None,
        "fewer than two articles",
    )
    undefined = confidence_interval(np.zeros((5, 2)), mean)
    assert (undefined.estimate, undefined.below) == (None, ())
    assert undefined.reason == "the statistic is undefined"
    nothing = confidence_interval(np.zeros((0, 2)), mean)
    assert nothing == ConfidenceInterval(
        None, None, None, 0.95, "logit", 0, 0, 0, (), "fewer than two articles"
    )
    single = np.zeros((9, 2))
    single[0] = [0.5, 1.0]
    assert confidence_interval(single, mean).reason == UNDEFINED_WITHOUT_ONE


def test_without_each_article_the_rest_is_left_exactly() -> None:
    matrices = np.zeros((3, 2, 2))
    matrices[0, 0, 0], matrices[1, 0, 0] = 1 / 3, 0.1
    matrices[2, 0, 1] = matrices[2, 1, 0] = 0.7
    interval = leave_one_out(matrices, alpha_from_coincidences)
    assert np.isnan(interval[2])
    assert np.isfinite(interval[:2]).all()


def test_blocks_of_replicates_make_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    sums = of_values(list(np.random.default_rng(4).normal(size=50)))
    at_once = resample(sums, mean, replicates=40)
    monkeypatch.setattr("signalbook.export.coefficients.bootstrap._MAX_DRAWN", 350)
    assert resample(sums, mean, replicates=40) == pytest.approx(at_once, abs=1e-12)
