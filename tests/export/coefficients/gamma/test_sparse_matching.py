"""Many overlapping spans of two annotators are aligned by their close pairs, with the same result."""

from dataclasses import replace
from time import perf_counter

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

from signalbook.export.coefficients.coefficient import Bools, Floats, Ints
from signalbook.export.coefficients.gamma.alignment import (
    Continuum,
    Dissimilarity,
    best_alignments,
)
from signalbook.export.coefficients.gamma.components import (
    BatchSpans,
    GroupCosts,
    find_components,
)
from signalbook.export.coefficients.gamma.matchings import first_alignments


def crowd(seed: int, each: int, length: float, *, whole: bool = False) -> Continuum:
    """Two annotators' spans, so many in so little text that most are connected."""
    rng = np.random.default_rng(seed)
    starts, lengths = rng.random(2 * each) * length, 5 + 55 * rng.random(2 * each)
    if whole:
        starts, lengths = np.floor(starts), np.floor(lengths)
    return Continuum(
        starts, starts + lengths, rng.integers(0, 4, 2 * each), np.repeat([0, 1], each), 2
    )


def first_alignment(
    marked: Continuum, beta: float, max_in_matrix: int
) -> tuple[Ints, Floats, Bools]:
    spans = BatchSpans(marked.starts, marked.ends, marked.categories, marked.annotators)
    costs = GroupCosts.of(1.0, beta, marked.n_annotators)
    partition = find_components(np.zeros(len(marked), np.int64), spans, costs)
    components, exact = first_alignments(spans, partition, costs, max_in_matrix=max_in_matrix)
    return components.groups, components.totals, exact


@pytest.mark.parametrize("beta", [0.0, 1.0])
@pytest.mark.parametrize("each", [1, 20, 80, 200])
@pytest.mark.parametrize("room", [5.0, 40.0])
def test_close_pairs_give_the_same_alignment_as_the_matrix(
    room: float, each: int, beta: float
) -> None:
    marked = crowd(each, each, room * each)
    groups, totals, exact = first_alignment(marked, beta, 0)
    expected_groups, expected_totals, _ = first_alignment(marked, beta, 10**6)
    assert exact.all()
    assert groups.tolist() == expected_groups.tolist()
    assert totals.tolist() == expected_totals.tolist()


def test_spans_of_three_are_matched_by_close_pairs_as_well() -> None:
    marked = crowd(3, 75, 1500.0)
    marked = replace(marked, annotators=np.repeat([0, 1, 2], 50), n_annotators=3)
    groups, totals, exact = first_alignment(marked, 1.0, 0)
    expected_groups, expected_totals, _ = first_alignment(marked, 1.0, 10**6)
    assert not exact.all()
    assert groups.tolist() == expected_groups.tolist()
    assert totals.tolist() == expected_totals.tolist()


@pytest.mark.parametrize("length", [40, 400, 4000])
def test_spans_that_lie_equally_well_have_the_least_disorder(length: float) -> None:
    each = 150
    marked = crowd(1, each, length, whole=True)
    apart = np.zeros((each, each))
    for edges in (marked.starts, marked.ends):
        apart += np.abs(edges[:each, None] - edges[None, each:])
    lengths = marked.ends - marked.starts
    position = apart / (lengths[:each, None] + lengths[None, each:])
    gains = np.minimum(position**2 - 2, 0)
    cost = 2 * each + gains[linear_sum_assignment(gains)].sum()
    [alignment] = best_alignments([marked], Dissimilarity(beta=0.0))
    assert alignment.proven
    assert alignment.disorder == pytest.approx(cost / each, abs=1e-12)


def test_thousands_of_overlapping_spans_take_seconds() -> None:
    best_alignments([crowd(0, 100, 500)], Dissimilarity())  # compiled before the clock runs
    marked = crowd(2, 5000, 32_000)
    begin = perf_counter()
    [alignment] = best_alignments([marked], Dissimilarity())
    assert alignment.proven
    assert perf_counter() - begin < 20  # as a matrix, it takes minutes
