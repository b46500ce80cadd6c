"""Spans of several annotators are grouped by gamma's best alignment."""

from signalbook.annotate.demo.simulate import simulate
from signalbook.export.agreement.span_groups import (
    SpanGroup,
    align_article,
    align_articles,
    align_documents,
    typical_extent,
)
from signalbook.schema.documents.jsonl import read_documents
from signalbook.schema.documents.records import Span
from signalbook.schema.scheme.loader import load_scheme


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


def test_articles_that_are_aligned_at_once_have_the_groups_that_each_has_alone() -> None:
    scheme = load_scheme()
    reference = [d for d in read_documents([scheme.folder / "samples/reference.jsonl"]) if d.spans]
    articles = [
        {
            name: simulate(document, scheme, name=name, seed=1, count_errors=lambda _: 0)
            for name in ("ada", "ben", "cleo")[: 2 + number % 2]
        }
        for number, document in enumerate(reference)
    ]
    at_once = align_documents(articles, scheme)
    assert len(at_once) > 3
    for documents, groups in zip(articles, at_once, strict=True):
        alone = align_article(documents, scheme)
        assert [{**group} for group in groups] == [{**group} for group in alone]


def test_the_extent_is_the_majority_s_else_the_nearest_to_the_median() -> None:
    assert typical_extent([(0, 4), (5, 9), (5, 9)]) == (5, 9)
    assert typical_extent([(0, 9), (2, 7), (4, 5)]) == (2, 7)
    assert typical_extent([(3, 8), (1, 8)]) == (1, 8)
