"""Names become codes."""

import numpy as np
import pytest

from signalbook.export.coefficients.ratings import Ratings, value_counts


def test_ratings_are_numbered_and_sorted_by_unit() -> None:
    ratings = Ratings.from_rows(
        [
            ("d2", "u1", "ann", "no"),
            ("d1", "u1", "ben", "yes"),
            ("d2", "u1", "ben", "yes"),
            ("d1", "u1", "ann", None),
            ("d3", "u9", "cem", None),
        ],
        ["yes", "no"],
    )
    assert ratings.units.tolist() == [0, 0, 1]
    assert ratings.raters.tolist() == [0, 1, 1]
    assert ratings.codes.tolist() == [1, 0, 0]
    assert ratings.articles.tolist() == [0, 1, 2]
    assert ratings.article_names == ("d2", "d1", "d3")
    assert ratings.unit_names == ("u1", "u1", "u9")
    assert ratings.rater_names == ("ann", "ben", "cem")


def test_no_ratings_are_empty_arrays() -> None:
    ratings = Ratings.from_rows([])
    assert (len(ratings.units), len(ratings.codes), ratings.values) == (0, 0, ())


def test_a_value_outside_of_the_list_is_refused() -> None:
    with pytest.raises(ValueError, match="'maybe' is not one of"):
        Ratings.from_rows([("d", "u", "ann", "maybe")], ["yes", "no"])


def test_value_counts_know_units_without_a_value() -> None:
    counts = value_counts(np.array([2, 0, 2]), np.array([1, -1, 1]), 2, n_units=4)
    assert counts.tolist() == [[0, 0], [0, 0], [0, 2], [0, 0]]
