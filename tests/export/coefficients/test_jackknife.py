"""Intervals from leaving out one article at a time."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.special import expit
from scipy.stats import binomtest

from signalbook.export.coefficients.alpha import alpha_from_coincidences
from signalbook.export.coefficients.bootstrap import ConfidenceInterval, confidence_interval
from signalbook.export.coefficients.coefficient import Floats, Ints
from signalbook.export.coefficients.jackknife import (
    MIN_INFORMATIVE,
    JackknifeSpread,
    informative_articles,
    jackknife_spread,
)
from signalbook.export.coefficients.kappa import gwet_ac_sums
from signalbook.export.coefficients.kappa_many_raters import brennan_prediger_from_sums
from signalbook.export.coefficients.planning import (
    FEW_DISAGREE,
    TARGET_OF_ONE,
    TOO_MANY,
    ArticlesNeeded,
    articles_needed,
)
from signalbook.export.coefficients.span_matching import mean_pairwise_f1


def agreeing(n_articles: int, *, values: int = 2, each: int = 6) -> Floats:
    """Coincidences of articles in which two annotators agree on every unit."""
    return np.tile(np.eye(values) * each, (n_articles, 1, 1))


def disagreeing(n_articles: int, of: int) -> Floats:
    """Coincidences of articles of twelve values, in some of which one unit is disputed."""
    sums = agreeing(of)
    sums[:n_articles] = [[5, 1], [1, 5]]
    return sums


def width(interval: ConfidenceInterval) -> float:
    assert interval.low is not None
    assert interval.high is not None
    return interval.high - interval.low


def spread_of(sums: Floats, *, units: int | None = None) -> JackknifeSpread:
    spread = jackknife_spread(sums, alpha_from_coincidences, units=units)
    assert spread is not None
    return spread


COUNTS = st.integers(2, 40).flatmap(
    lambda n: arrays(np.int64, (n, 1, 3), elements=st.integers(0, 6))
)
CODES = st.integers(2, 25).flatmap(
    lambda n: arrays(np.int64, (n, 4, 2), elements=st.integers(0, 2))
)


def coincidences(codes: Ints) -> Floats:
    """Of articles by units by two annotators."""
    sums = np.zeros((len(codes), 3, 3))
    for article, units in enumerate(codes):
        for first, second in units:
            sums[article, first, second] += 1
            sums[article, second, first] += 1
    return sums


@settings(max_examples=150, deadline=None)
@given(COUNTS)
def test_an_interval_of_f1_lies_between_0_and_1_around_its_value_and_has_a_width(
    counts: Ints,
) -> None:
    interval = confidence_interval(
        counts.astype(float), mean_pairwise_f1, floor=0.0, units=max(1, int(counts[..., 0].sum()))
    )
    if interval.low is not None and interval.high is not None and interval.estimate is not None:
        assert 0 <= interval.low < interval.high <= 1
        assert interval.low <= interval.estimate <= interval.high
        assert all(0 <= share <= 1 for _, share in interval.below)
    else:
        assert interval.reason
        assert interval.below == ()


@settings(max_examples=150, deadline=None)
@given(CODES)
def test_an_interval_of_alpha_lies_between_minus_1_and_1_and_has_a_width(codes: Ints) -> None:
    interval = confidence_interval(
        coincidences(codes), alpha_from_coincidences, units=codes.shape[0] * codes.shape[1]
    )
    if interval.low is not None and interval.high is not None:
        assert -1 <= interval.low < interval.high <= 1
    else:
        assert interval.reason


@pytest.mark.parametrize("disputed", [0, 1, 3])
def test_an_interval_is_wider_with_fewer_articles(disputed: int) -> None:
    widths = [
        width(
            confidence_interval(
                np.tile(disagreeing(disputed, 6), (times, 1, 1)),
                alpha_from_coincidences,
                units=36 * times,
            )
        )
        for times in (8, 4, 2, 1)
    ]
    assert widths == sorted(widths)
    assert widths[0] < 0.75 * widths[-1]


@pytest.mark.parametrize("n_articles", [5, 14, 40])
def test_where_nobody_disagrees_the_limit_is_the_exact_one_of_a_share_of_articles(
    n_articles: int,
) -> None:
    units = 6 * n_articles
    interval = confidence_interval(agreeing(n_articles), alpha_from_coincidences, units=units)
    exact = binomtest(0, n_articles).proportion_ci(0.95, method="exact")
    assert interval.low == pytest.approx(1 - exact.high, abs=1e-9)
    assert interval.high == 1
    # The confidence of being below the lower limit is what lies under it.
    [(_, below)] = confidence_interval(
        agreeing(n_articles), alpha_from_coincidences, units=units, thresholds=(interval.low or 0,)
    ).below
    assert below == pytest.approx(0.025, abs=1e-9)


def test_where_nobody_agrees_the_upper_limit_is_the_exact_one_of_a_share_of_articles() -> None:
    sums = np.tile([0.0, 3.0, 3.0], (12, 1, 1))
    interval = confidence_interval(sums, mean_pairwise_f1, floor=0.0, units=1)
    exact = binomtest(0, 12).proportion_ci(0.95, method="exact")
    assert interval.low == 0
    assert interval.high == pytest.approx(exact.high, abs=1e-9)


@pytest.mark.parametrize("n_articles", [2, 4])
def test_perfect_agreement_on_few_articles_shows_nothing(n_articles: int) -> None:
    interval = confidence_interval(agreeing(n_articles), alpha_from_coincidences)
    assert (interval.estimate, interval.low, interval.high, interval.below) == (1, None, None, ())
    assert interval.reason == (
        f"too few articles: {n_articles} of {n_articles} could show a difference, "
        f"{MIN_INFORMATIVE} are needed"
    )


def test_articles_that_say_the_same_are_not_informative() -> None:
    one_label = np.zeros((20, 2, 2))
    one_label[:, 0, 0] = 2
    one_label[0] = [[0, 0], [0, 2]]
    # Nineteen with one label, one with the other: 19 of 190 pairs differ.
    assert informative_articles(one_label, alpha_from_coincidences) == pytest.approx(2)
    one_label[::2] = [[0, 0], [0, 2]]
    assert informative_articles(one_label, alpha_from_coincidences) == pytest.approx(
        20 * 100 / 190, abs=0.2
    )
    assert informative_articles(agreeing(20), alpha_from_coincidences) == 20


def test_few_articles_with_all_of_the_spread_leave_few_degrees_of_freedom() -> None:
    rng = np.random.default_rng(0)
    even = agreeing(40)
    disputed = rng.integers(1, 3, size=40)
    even -= disputed[:, None, None] * np.array([[1, -1], [-1, 1]])
    assert spread_of(even).freedom > 30
    assert spread_of(disagreeing(1, 40)).freedom < 4


def test_few_articles_with_disagreement_tell_little_of_how_much_less_agreement_may_be() -> None:
    counts = np.tile([8.0, 0.0, 0.0], (14, 1, 1))
    counts[:3, 0, 1] = 1, 2, 3
    spread = jackknife_spread(counts, mean_pairwise_f1, floor=0.0, units=112)
    assert spread is not None
    assert (spread.freedom_below, spread.freedom_above) == (3, spread.freedom)
    assert spread.freedom > 3
    low, high = spread.limits(0.95)
    assert spread.probability_below(low) == pytest.approx(0.025)
    assert spread.probability_below(high) == pytest.approx(0.975)
    # The same the other way round, where few articles show agreement.
    counts = np.tile([0.0, 4.0, 4.0], (14, 1, 1))
    counts[:3, 0, 0] = 1, 2, 3
    spread = jackknife_spread(counts, mean_pairwise_f1, floor=0.0, units=6)
    assert spread is not None
    assert (spread.freedom_below, spread.freedom_above) == (spread.freedom, 3)


def test_more_articles_are_needed_near_the_target_and_none_where_it_is_excluded() -> None:
    spread = spread_of(disagreeing(7, 20), units=120)
    low, high = spread.limits(0.95)
    targets = [0.75, 0.8, 0.85, 0.9, 0.93]
    needed = [articles_needed(spread, target) for target in targets]
    outside = [n for n, target in zip(needed, targets, strict=True) if not low < target <= high]
    assert outside == [ArticlesNeeded(0)] * len(outside)
    # The value is .88: those nearest to it need more than anybody would annotate, the last one fewer.
    assert [n.reason for n in needed[2:4]] == [TOO_MANY] * 2
    assert needed[4].count
    # No interval is above 1.
    assert articles_needed(spread_of(agreeing(20)), 1.0) == ArticlesNeeded(None, TARGET_OF_ONE)


def test_of_few_articles_with_disagreement_no_number_is_told() -> None:
    spread = spread_of(disagreeing(4, 20), units=120)
    low, high = spread.limits(0.95)
    assert low < 0.95 <= high
    assert articles_needed(spread, 0.95) == ArticlesNeeded(None, FEW_DISAGREE)


def test_more_articles_are_needed_above_than_below_as_disagreement_gets_rarer_there() -> None:
    """Equally far on the scale, on which the error of a share is greater near its ends."""
    counts = np.tile([9.0, 0.0, 0.0], (40, 1, 1))
    counts[:12, 0, 1] = np.arange(12) % 3 + 1
    counts[:12, 0, 2] = 1
    spread = jackknife_spread(counts, mean_pairwise_f1, floor=0.0, units=360)
    assert spread is not None
    below, above = (
        articles_needed(spread, float(expit(spread.center + away))).count for away in (-0.4, 0.4)
    )
    assert below is not None
    assert above is not None
    assert 0 < below < 0.5 * above


def test_where_nobody_disagreed_it_is_told_how_many_more_may_not_disagree_either() -> None:
    needed = articles_needed(spread_of(agreeing(8), units=48), 0.8).count
    assert needed == 9
    for more, is_met in ((needed - 1, False), (needed, True)):
        low, _ = spread_of(agreeing(8 + more), units=6 * (8 + more)).limits(0.95)
        assert (low >= 0.8) == is_met
    beyond = articles_needed(spread_of(agreeing(8), units=48), 0.9999)
    assert beyond == ArticlesNeeded(None, TOO_MANY)


def test_where_every_article_shows_disagreement_chance_is_not_the_worst_case() -> None:
    """Two guess all but one of ten units of each article, and differ in one at least."""
    codes = np.random.default_rng(2).integers(0, 2, size=(12, 10, 2))
    codes[:, 0, 1], codes[:, 1, 1] = codes[:, 0, 0], 1 - codes[:, 1, 0]
    spread = spread_of(coincidences(codes))
    low, high = spread.limits(0.95)
    assert spread.disagreeing == 12
    assert 0 < spread.value < high
    assert low < 0
    assert spread.probability_below(low) == pytest.approx(0.025)


def yes_no(agreed: int, disputed: int) -> Floats:
    """Sums of articles with one question each, which two annotators answer with yes or no."""
    codes = np.array([[i % 2, i % 2] for i in range(agreed)] + [[0, 1]] * disputed)
    units = np.repeat(np.arange(len(codes)), 2)
    return gwet_ac_sums(units, codes.ravel(), 2, np.arange(len(codes)), n_articles=len(codes))


@pytest.mark.parametrize("disputed", [0, 1, 4, 9])
def test_one_question_an_article_is_a_share_of_articles(disputed: int) -> None:
    """Where each article has one answer, the coefficient of Brennan and Prediger is 2 p - 1."""
    n_articles = 30
    sums = yes_no(n_articles - disputed, disputed)
    spread = jackknife_spread(sums, brennan_prediger_from_sums, units=n_articles)
    assert spread is not None
    assert spread.value == pytest.approx(1 - 2 * disputed / n_articles)
    low, _ = spread.limits(0.95)
    exact = binomtest(disputed, n_articles).proportion_ci(0.95, method="exact").high
    assert low <= 1 - 2 * exact + (0 if not disputed else 0.12)
    if not disputed:
        assert low == pytest.approx(1 - 2 * exact)
        needed = articles_needed(spread, 0.8).count
        assert needed is not None
        more = jackknife_spread(
            yes_no(30 + needed, 0), brennan_prediger_from_sums, units=30 + needed
        )
        assert more is not None
        assert more.limits(0.95)[0] >= 0.8
