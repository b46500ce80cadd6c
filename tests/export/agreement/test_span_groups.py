"""Spans of several annotators are grouped by gamma's best alignment."""

from signalbook.export.agreement.span_groups import SpanGroup, align_articles, typical_extent
from signalbook.schema.documents.records import Span


def span(start: int, end: int, type: str = "signal") -> Span:
    return Span(id=f"s{start}", type=type, start=start, end=end)


def align(*articles: dict[int, list[Span]]) -> list[list[SpanGroup[int]]]:
    return align_articles(articles, lambda article, annotator, span: ())


def extents(marked: dict[int, list[Span]]) -> list[dict[int, tuple[int, int]]]:
    return [{a: (s.start, s.end) for a, s in group.items()} for group in align(marked)[0]]


def test_overlapping_spans_of_three_annotators_are_one_group() -> None:
    marked = {0: [span(0, 10)], 1: [span(1, 10)], 2: [span(0, 11), span(20, 30)]}
    assert extents(marked) == [{0: (0, 10), 1: (1, 10), 2: (0, 11)}, {2: (20, 30)}]


def test_neighbours_without_a_common_character_are_parted() -> None:
    assert extents({0: [span(0, 10)], 1: [span(10, 20)]}) == [{0: (0, 10)}, {1: (10, 20)}]


def test_types_are_never_mixed() -> None:
    marked = {0: [span(0, 10)], 1: [span(0, 10, "mention")]}
    assert len(align(marked)[0]) == 2


def test_the_best_pairing_wins_over_the_first() -> None:
    marked = {0: [span(0, 10), span(8, 20)], 1: [span(8, 20)]}
    assert extents(marked) == [{0: (0, 10)}, {0: (8, 20), 1: (8, 20)}]


def test_identical_spans_of_one_annotator_stay_two() -> None:
    marked = {0: [span(0, 10), span(0, 10)], 1: [span(0, 10)]}
    assert sorted(map(len, align(marked)[0])) == [1, 2]


def test_an_annotator_who_marked_nothing_is_in_no_group() -> None:
    assert extents({0: [span(0, 10)], 1: []}) == [{0: (0, 10)}]
    assert align({}, {0: []}, {0: [span(0, 5)]})[2] == [{0: span(0, 5)}]


def test_the_extent_is_the_majority_s_else_the_nearest_to_the_median() -> None:
    assert typical_extent([(0, 4), (5, 9), (5, 9)]) == (5, 9)
    assert typical_extent([(0, 9), (2, 7), (4, 5)]) == (2, 7)
    assert typical_extent([(3, 8), (1, 8)]) == (1, 8)
