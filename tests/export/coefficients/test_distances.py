"""Distances between values and weights of agreement."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signalbook.export.coefficients.distances import (
    agreement_weights,
    distance_matrix,
    interval_distances,
    jaccard_distance,
    masi_distance,
    masi_distances,
    nominal_distances,
    ordinal_distances,
    ratio_distances,
)


@pytest.mark.parametrize(
    ("first", "second", "jaccard", "masi"),
    [
        ("", "", 0.0, 0.0),
        ("a", "", 1.0, 1.0),
        ("a", "a", 0.0, 0.0),
        ("a", "b", 1.0, 1.0),
        ("a", "ab", 1 / 2, 1 - 1 / 2 * 2 / 3),
        ("ab", "bc", 2 / 3, 1 - 1 / 3 * 1 / 3),
    ],
)
def test_sets_differ_by_what_they_do_not_share(
    first: str, second: str, jaccard: float, masi: float
) -> None:
    left, right = frozenset(first), frozenset(second)
    assert jaccard_distance(left, right) == jaccard_distance(right, left) == pytest.approx(jaccard)
    assert masi_distance(left, right) == masi_distance(right, left) == pytest.approx(masi)


def test_levels_of_measurement_have_their_distances() -> None:
    assert nominal_distances(2).tolist() == [[0, 1], [1, 0]]
    assert interval_distances([1, 4]).tolist() == [[0, 9], [9, 0]]
    assert ratio_distances([0, 0, 1, 3]).tolist() == [
        [0, 0, 1, 1],
        [0, 0, 1, 1],
        [1, 1, 0, 0.25],
        [1, 1, 0.25, 0],
    ]


def test_ordinal_distance_counts_the_values_in_between() -> None:
    n = np.array([2.0, 5.0, 3.0])
    distances = ordinal_distances(n)
    assert distances[0, 1] == (2 + 5 - (2 + 5) / 2) ** 2
    assert distances[0, 2] == (2 + 5 + 3 - (2 + 3) / 2) ** 2


def test_weights_of_agreement_fall_with_the_steps_between_categories() -> None:
    assert agreement_weights("identity", 3).tolist() == np.eye(3).tolist()
    assert agreement_weights("linear", 3)[0].tolist() == [1, 0.5, 0]
    assert agreement_weights("quadratic", 3)[0].tolist() == [1, 0.75, 0]
    assert agreement_weights("ordinal", 4)[0] == pytest.approx([1, 1 - 1 / 6, 1 - 3 / 6, 0])
    assert agreement_weights("linear", 1).tolist() == [[1]]


def test_a_distance_function_becomes_a_symmetric_matrix() -> None:
    distances = distance_matrix([1, 5, 7], lambda first, second: float(abs(first - second)))
    assert distances.tolist() == [[0, 4, 6], [4, 0, 2], [6, 2, 0]]


@given(st.lists(st.frozensets(st.sampled_from("abcdef")), max_size=12))
def test_all_distances_between_sets_are_those_of_every_two(values: list[frozenset[str]]) -> None:
    every = distance_matrix(values, masi_distance)
    np.testing.assert_allclose(masi_distances(values), every, atol=1e-15)
