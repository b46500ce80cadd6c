"""Krippendorff's alpha: the peer's values at every level, and what is undefined."""

import tracemalloc
from collections.abc import Sequence
from typing import cast

import krippendorff
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signalbook.export.coefficients.alpha import (
    alpha_from_coincidences,
    alpha_from_sums,
    coincidence_matrices,
    disagreement_sums,
    krippendorff_alpha,
    unit_disagreements,
)
from signalbook.export.coefficients.coefficient import Floats, Ints
from signalbook.export.coefficients.distances import Level, distance_matrix, jaccard_distance

LEVELS: tuple[Level, ...] = ("nominal", "ordinal", "interval", "ratio")


def generated(
    seed: int, *, n_units: int = 60, n_raters: int = 4, n_values: int = 5, missing: float = 0.3
) -> tuple[Ints, Ints, Floats]:
    """Units, codes, and the same as the table of raters by units that peers read."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(n_values, size=n_units)
    table = np.where(
        rng.random((n_raters, n_units)) < 0.6,
        truth,
        rng.integers(n_values, size=(n_raters, n_units)),
    ).astype(float)
    table[rng.random(table.shape) < missing] = np.nan
    given_values = ~np.isnan(table.T)
    return np.nonzero(given_values)[0], table.T[given_values].astype(np.int64), table


def peer(table: Floats, level: Level) -> float:
    return float(krippendorff.alpha(reliability_data=table, level_of_measurement=level))


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize(("seed", "n_raters"), [(0, 2), (1, 3), (2, 12)])
def test_alpha_equals_the_peer_at_every_level(level: Level, seed: int, n_raters: int) -> None:
    units, codes, table = generated(seed, n_raters=n_raters)
    alpha = krippendorff_alpha(units, codes, level, n_values=5)
    assert alpha.value == pytest.approx(peer(table, level), abs=1e-12)
    assert alpha.n_pairable == int(sum(c for c in (~np.isnan(table)).sum(axis=0) if c > 1))


@pytest.mark.parametrize("level", LEVELS)
def test_coincidences_of_articles_sum_to_those_of_the_corpus(level: Level) -> None:
    units, codes, _ = generated(3)
    articles = np.arange(60) // 7
    matrices = coincidence_matrices(units, codes, 5, articles, n_articles=12)
    assert matrices.shape == (12, 5, 5)
    assert not matrices[9:].any()
    alpha = alpha_from_coincidences(matrices.sum(axis=0), level)
    assert float(alpha) == pytest.approx(
        krippendorff_alpha(units, codes, level, n_values=5).value, abs=1e-12
    )
    each = alpha_from_coincidences(matrices, level)
    alone = np.isin(units, np.flatnonzero(articles == 2))
    assert float(each[2]) == pytest.approx(
        krippendorff_alpha(units[alone] - 14, codes[alone], level, n_values=5).value, abs=1e-12
    )


def test_the_order_of_the_values_does_not_matter() -> None:
    units, codes, _ = generated(4)
    order = np.random.default_rng(0).permutation(len(units))
    for level in LEVELS:
        assert krippendorff_alpha(units[order], codes[order], level).value == pytest.approx(
            krippendorff_alpha(units, codes, level).value, abs=1e-12
        )


def test_missing_values_are_as_if_they_were_not_there() -> None:
    units, codes, _ = generated(5)
    with_missing = np.concatenate([units, units[:20]]), np.concatenate([codes, np.full(20, -1)])
    assert krippendorff_alpha(*with_missing).value == pytest.approx(
        krippendorff_alpha(units, codes).value, abs=1e-12
    )


def test_numbers_with_many_values_need_no_matrix_of_them() -> None:
    rng = np.random.default_rng(6)
    truth = rng.normal(50_000, 10, size=20_000)
    numbers = np.abs(np.stack([truth, truth + rng.normal(0, 5, size=20_000)], axis=1)).ravel()
    values, codes = np.unique(numbers, return_inverse=True)
    units = np.repeat(np.arange(20_000), 2)
    sums = disagreement_sums(
        units, codes, len(values), distance="interval", values=cast("Sequence[float]", values)
    )
    alpha = float(alpha_from_sums(sums, "interval", cast("Sequence[float]", values))[0])
    pairs = numbers.reshape(-1, 2)
    within = np.square(pairs[:, 0] - pairs[:, 1]).mean()
    expected = 1 - within / (2 * numbers.var(ddof=1))
    assert alpha == pytest.approx(expected, abs=1e-9)


def test_memory_grows_with_the_ratings_and_not_with_the_square_of_the_values() -> None:
    rng = np.random.default_rng(9)
    units, codes = np.repeat(np.arange(20_000), 3), rng.integers(200, size=60_000)
    tracemalloc.start()
    krippendorff_alpha(units, codes, "interval", n_values=200)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20 * (units.nbytes + codes.nbytes)  # units x values x values would be 6.4 GB


def test_ratio_alpha_of_more_values_than_one_block_equals_the_matrix() -> None:
    rng = np.random.default_rng(7)
    values = np.sort(rng.uniform(0, 9, size=1500))
    units, codes = np.repeat(np.arange(900), 2), rng.integers(1500, size=1800)
    numbers = cast("Sequence[float]", values)
    sums = disagreement_sums(units, codes, 1500, distance="ratio", values=numbers)
    matrices = coincidence_matrices(units, codes, 1500)
    assert alpha_from_sums(sums, "ratio", numbers) == pytest.approx(
        alpha_from_coincidences(matrices, "ratio", numbers), abs=1e-10
    )


def test_sets_are_compared_by_a_matrix_of_their_distances() -> None:
    values = [frozenset[str](), frozenset({"a"}), frozenset({"a", "b"})]
    matrix = distance_matrix(values, jaccard_distance)
    units, codes, _ = generated(8, n_values=3)
    articles = np.arange(60) % 4
    sums = disagreement_sums(units, codes, 3, articles, distance=matrix)
    alpha = krippendorff_alpha(units, codes, matrix, n_values=3).value
    assert float(alpha_from_sums(sums.sum(axis=0), matrix)) == pytest.approx(alpha, abs=1e-12)
    assert float(
        alpha_from_coincidences(coincidence_matrices(units, codes, 3).sum(axis=0), matrix)
    ) == pytest.approx(alpha, abs=1e-12)


def test_units_are_ranked_by_their_disagreement() -> None:
    units, codes = np.array([0, 0, 1, 1, 1, 2, 2, 3]), np.array([0, 0, 0, 1, 2, 0, 1, 2])
    assert unit_disagreements(units, codes, 3).tolist() == [0.0, 3.0, 2.0, 0.0]
    assert unit_disagreements(units, codes, 3, distance="interval").tolist() == [0.0, 6.0, 2.0, 0.0]


@pytest.mark.parametrize("level", LEVELS)
def test_one_category_only_is_undefined_and_neither_0_nor_1(level: Level) -> None:
    alpha = krippendorff_alpha(np.array([0, 0, 1, 1, 1]), np.full(5, 3), level, n_values=7)
    assert alpha.value is None
    assert alpha.reason == "no variation: every value is the same"
    assert (alpha.n_units, alpha.n_pairable) == (2, 5)
    third = np.zeros((7, 7))
    third[3, 3] = 1 / 3
    assert np.isnan(alpha_from_coincidences(third, level))


@pytest.mark.parametrize(
    ("units", "codes"), [([], []), ([0, 1, 2], [0, 1, 0]), ([0, 0], [-1, -1]), ([0, 0], [1, -1])]
)
def test_without_a_unit_that_two_rated_alpha_is_undefined(
    units: list[int], codes: list[int]
) -> None:
    alpha = krippendorff_alpha(
        np.array(units, dtype=np.int64), np.array(codes, dtype=np.int64), n_values=2
    )
    assert (alpha.value, alpha.reason) == (None, "no unit has two values")


def test_a_code_outside_of_the_values_is_refused() -> None:
    with pytest.raises(ValueError, match="code 4 is outside of the 3 values"):
        krippendorff_alpha(np.array([0, 0]), np.array([4, 1]), n_values=3)


def test_ordinal_sums_are_refused_because_the_distance_depends_on_the_data() -> None:
    with pytest.raises(ValueError, match="use coincidence_matrices"):
        disagreement_sums(np.array([0, 0]), np.array([0, 1]), 2, distance="ordinal")


def test_negative_numbers_have_no_ratio() -> None:
    with pytest.raises(ValueError, match="use the interval level"):
        krippendorff_alpha(np.array([0, 0]), np.array([0, 1]), "ratio", values=(-1.0, 2.0))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.integers(0, 3), min_size=0, max_size=9), min_size=1, max_size=12))
def test_coincidences_equal_their_definition(rows: list[list[int]]) -> None:
    units = np.array([u for u, row in enumerate(rows) for _ in row], dtype=np.int64)
    codes = np.array([code for row in rows for code in row], dtype=np.int64)
    expected = np.zeros((4, 4))
    for row in rows:
        for i, first in enumerate(row):
            for j, second in enumerate(row):
                if i != j:
                    expected[first, second] += 1 / (len(row) - 1)
    assert coincidence_matrices(units, codes, 4)[0] == pytest.approx(expected, abs=1e-12)
