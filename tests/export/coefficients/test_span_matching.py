"""Spans are paired optimally, and pairs become F1."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signalbook.export.coefficients.coefficient import Bools
from signalbook.export.coefficients.span_matching import (
    Criterion,
    Spans,
    f1,
    match_spans,
    mean_pairwise_f1,
    pairwise_counts,
    span_counts,
)

BOTH = np.array([True, True])


def pairs(first: Spans, second: Spans, criterion: Criterion = "iou") -> list[tuple[int, int]]:
    paired = match_spans(first, second, criterion=criterion)
    return list(zip(paired.first.tolist(), paired.second.tolist(), strict=True))


def test_as_many_spans_as_possible_are_paired_where_a_greedy_choice_pairs_fewer() -> None:
    first = Spans.from_rows([(0, 0, 10, 0), (0, 6, 12, 0)])
    second = Spans.from_rows([(0, 4, 12, 0), (0, 10, 12, 0)])
    # Greedily, [6, 12) takes [4, 12) for its overlap of 6/8, and nothing is left for [0, 10).
    assert pairs(first, second, "overlap") == [(0, 0), (1, 1)]
    assert pairs(first, second, "iou") == [(1, 0)]


def test_spans_of_different_articles_are_never_paired() -> None:
    first, second = (
        Spans.from_rows([(0, 0, 9, 0), (1, 3, 5, 0)]),
        Spans.from_rows([(1, 0, 9, 0), (0, 3, 9, 0)]),
    )
    assert pairs(first, second, "overlap") == [(0, 1), (1, 0)]


def test_half_the_union_is_enough_and_touching_is_no_overlap() -> None:
    first = Spans.from_rows([(0, 0, 4, 0), (1, 0, 4, 0)])
    second = Spans.from_rows([(0, 0, 2, 0), (1, 4, 8, 0)])
    assert pairs(first, second) == [(0, 0)]
    assert pairs(first, second, "overlap") == [(0, 0)]
    assert pairs(first, second, "exact") == []


def test_identical_spans_are_paired_one_to_one_and_by_label_where_that_costs_nothing() -> None:
    first = Spans.from_rows([(0, 2, 7, 0), (0, 2, 7, 1), (0, 2, 7, 1)])
    second = Spans.from_rows([(0, 2, 7, 1), (0, 2, 7, 2), (0, 2, 7, 0)])
    for criterion in ("exact", "iou", "overlap"):
        paired = match_spans(first, second, criterion=criterion)
        assert len(paired.first) == 3
        labels = list(zip(first.labels[paired.first], second.labels[paired.second], strict=True))
        assert sum(rows == other_rows for rows, other_rows in labels) == 2
    assert len(match_spans(first, second, same_label=True).first) == 2


def test_spans_of_length_0_pair_with_their_equals_only() -> None:
    first, second = (
        Spans.from_rows([(0, 3, 3, 0)]),
        Spans.from_rows([(0, 3, 3, 0), (0, 2, 4, 0), (0, 4, 4, 0)]),
    )
    assert pairs(first, second, "exact") == pairs(first, second, "overlap") == [(0, 0)]


def test_counts_per_article_know_misses_and_additions() -> None:
    first = Spans.from_rows([(0, 0, 4, 0), (0, 10, 14, 0), (1, 0, 4, 1)])
    second = Spans.from_rows([(0, 0, 4, 0), (1, 0, 4, 0), (1, 7, 9, 0)])
    matching = match_spans(first, second)
    assert span_counts(first, second, matching, BOTH).tolist() == [[1, 0, 1], [1, 1, 0]]
    typed = span_counts(first, second, matching, BOTH, same_label=True)
    assert typed.tolist() == [[1, 0, 1], [0, 2, 1]]
    one_only = span_counts(first, second, matching, np.array([False, True]))
    assert one_only.tolist() == [[0, 0, 0], [1, 1, 0]]


def test_f1_is_undefined_where_both_are_empty_and_0_where_one_is() -> None:
    scores = f1(np.array([[0, 0, 0], [0, 0, 3], [2, 1, 1], [4, 0, 0]]))
    assert np.isnan(scores[0])
    assert scores[1:].tolist() == pytest.approx([0, 4 / 6, 1])


def test_pairs_of_annotators_count_only_articles_both_saw() -> None:
    spans = {
        "ann": Spans.from_rows([(0, 0, 4, 0), (1, 0, 4, 0)]),
        "ben": Spans.from_rows([(0, 0, 4, 0)]),
    }
    seen: dict[str, Bools] = {
        "ann": np.array([True, True]),
        "ben": np.array([True, False]),
        "cem": np.array([False, True]),  # saw it and marked nothing
        "dov": np.array([False, False]),
    }
    names, counts = pairwise_counts(spans, seen)
    assert names == (("ann", "ben"), ("ann", "cem"))
    assert counts.tolist() == [[[1, 0, 0], [0, 0, 0]], [[0, 0, 0], [0, 0, 1]]]
    assert float(mean_pairwise_f1(counts.sum(axis=0))) == 0.5


def test_a_single_annotator_has_no_pairs_and_no_f1() -> None:
    names, counts = pairwise_counts({"ann": Spans.from_rows([(0, 0, 4, 0)])}, {"ann": BOTH})
    assert (names, counts.shape) == ((), (2, 0, 3))
    assert np.isnan(mean_pairwise_f1(counts.sum(axis=0)))


def test_a_span_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(ValueError, match=r"article 3: span \[5, 4\) ends before it starts"):
        Spans.from_rows([(3, 5, 4, 0)])


def best(first: Spans, second: Spans, threshold: float) -> tuple[int, float]:
    """The most pairs, and their largest overlap, by trying everything."""
    allowed: list[tuple[int, int, float]] = []
    for i in range(len(first)):
        for j in range(len(second)):
            common = min(first.ends[i], second.ends[j]) - max(first.starts[i], second.starts[j])
            union = max(first.ends[i], second.ends[j]) - min(first.starts[i], second.starts[j])
            same = first.articles[i] == second.articles[j]
            if same and common > 0 and common / union >= threshold:
                allowed.append((i, j, float(common / union)))
    most = (0, 0.0)
    for size in range(1, min(len(first), len(second)) + 1):
        for chosen in combinations(allowed, size):
            rows, columns = {i for i, _, _ in chosen}, {j for _, j, _ in chosen}
            if len(rows) == len(columns) == size:
                most = max(most, (size, sum(share for _, _, share in chosen)))
    return most


few_spans = st.lists(
    st.tuples(st.integers(0, 1), st.integers(0, 8), st.integers(1, 6)).map(
        lambda row: (row[0], row[1], row[1] + row[2], 0)
    ),
    max_size=4,
)


@settings(max_examples=150, deadline=None)
@given(few_spans, few_spans, st.sampled_from([0.5, 0.01]))
def test_no_pairing_is_better(
    rows: list[tuple[int, int, int, int]],
    other_rows: list[tuple[int, int, int, int]],
    threshold: float,
) -> None:
    first, second = Spans.from_rows(rows), Spans.from_rows(other_rows)
    paired = match_spans(first, second, threshold=threshold)
    assert len(set(paired.first.tolist())) == len(set(paired.second.tolist())) == len(paired.first)
    size, overlap = best(first, second, threshold)
    assert len(paired.first) == size
    assert paired.overlap.sum() == pytest.approx(overlap)
