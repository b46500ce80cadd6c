"""The unitizing family: per article, missing and silent annotators, and overlap."""

import numpy as np
import pytest

from signalbook.export.coefficients.coefficient import Bools
from signalbook.export.coefficients.span_matching import Spans
from signalbook.export.coefficients.unitizing import (
    binary_u_alpha,
    cu_alpha,
    ku_alpha,
    mask_sums,
    partition_sums,
    u_alpha,
)

ANN = Spans.from_rows([(0, 2, 5, 0), (0, 9, 11, 0), (0, 12, 20, 1), (1, 0, 4, 1)])
BEN = Spans.from_rows([(0, 2, 5, 0), (0, 7, 15, 1), (1, 1, 4, 0)])
LENGTHS = np.array([20, 8, 5])


def seen(**names: str) -> dict[str, Bools]:
    """`seen(ann="11.")`: articles 0 and 1 seen, article 2 not."""
    return {name: np.array([mark == "1" for mark in marks]) for name, marks in names.items()}


def test_articles_add_up_and_equal_themselves_alone() -> None:
    both = partition_sums(LENGTHS, {"ann": ANN, "ben": BEN}, seen(ann="111", ben="111"), 2)
    first = partition_sums(
        LENGTHS[:1],
        {"ann": ANN.where(ANN.articles == 0), "ben": BEN.where(BEN.articles == 0)},
        seen(ann="1", ben="1"),
        2,
    )
    assert both[0].tolist() == first[0].tolist()
    assert both[2, 0, 0] == 10  # both saw five characters of gap
    assert np.isfinite(u_alpha(both.sum(axis=0)))


def test_an_annotator_who_marked_nothing_is_data_and_one_who_did_not_see_it_is_missing() -> None:
    spans = {"ann": ANN, "ben": BEN}
    two = partition_sums(LENGTHS, spans, seen(ann="111", ben="111"), 2)
    silent = partition_sums(LENGTHS, spans, seen(ann="111", ben="111", cem="111"), 2)
    absent = partition_sums(LENGTHS, spans, seen(ann="111", ben="111", cem="..."), 2)
    assert absent.tolist() == two.tolist()
    assert u_alpha(silent.sum(axis=0)) < u_alpha(two.sum(axis=0))


def test_a_article_of_one_annotator_adds_nothing() -> None:
    spans = {"ann": ANN, "ben": BEN.where(BEN.articles == 0)}
    sums = partition_sums(LENGTHS, spans, seen(ann="111", ben="1.."), 2)
    assert not sums[1:].any()
    assert sums[0].any()


def test_equal_spans_agree_fully() -> None:
    sums = partition_sums(LENGTHS, {"ann": ANN, "ben": ANN}, seen(ann="111", ben="111"), 2)
    total = sums.sum(axis=0)
    assert u_alpha(total) == binary_u_alpha(total) == cu_alpha(total) == 1
    assert ku_alpha(total).tolist() == [1, 1]


def test_without_any_span_everything_is_undefined() -> None:
    sums = partition_sums(LENGTHS, {}, seen(ann="111", ben="111"), 2).sum(axis=0)
    assert np.isnan([u_alpha(sums), binary_u_alpha(sums), cu_alpha(sums), *ku_alpha(sums)]).all()
    nobody = partition_sums(LENGTHS, {}, {}, 2)
    assert nobody.shape == (3, 3, 5)
    assert not nobody.any()


def test_one_category_has_a_u_alpha_and_no_cu_alpha() -> None:
    spans = {"ann": Spans.from_rows([(0, 1, 5, 0)]), "ben": Spans.from_rows([(0, 2, 5, 0)])}
    sums = partition_sums(np.array([9]), spans, seen(ann="1", ben="1"), 1)[0]
    assert 0 < u_alpha(sums) < 1
    assert np.isnan(cu_alpha(sums))
    assert np.isnan(ku_alpha(sums)).all()


def test_overlap_is_refused_with_the_annotator_and_the_spans() -> None:
    overlapping = Spans.from_rows([(1, 3, 6, 0), (1, 0, 4, 1)])
    with pytest.raises(
        ValueError, match=r"annotator 'ben', article 1: spans \[0, 4\) and \[3, 6\) overlap"
    ):
        partition_sums(LENGTHS, {"ben": overlapping}, seen(ann="111", ben="111"), 2)


def test_the_mask_unites_overlapping_spans() -> None:
    nested = Spans.from_rows([(0, 2, 9, 0), (0, 3, 5, 1), (0, 8, 12, 0), (1, 0, 1, 0)])
    united = Spans.from_rows([(0, 2, 12, 0), (1, 0, 1, 0)])
    who = seen(ann="111", ben="111")
    masked = mask_sums(LENGTHS, {"ann": nested, "ben": BEN}, who)
    expected = mask_sums(LENGTHS, {"ann": united, "ben": BEN}, who)
    assert masked.tolist() == expected.tolist()


def test_without_overlap_the_mask_has_the_binary_coefficient() -> None:
    touching = Spans.from_rows([(0, 0, 4, 0), (0, 4, 9, 1)])
    spans, who = {"ann": touching, "ben": BEN}, seen(ann="111", ben="111")
    masked = u_alpha(mask_sums(LENGTHS, spans, who).sum(axis=0))
    assert masked == pytest.approx(
        binary_u_alpha(partition_sums(LENGTHS, spans, who, 2).sum(axis=0))
    )


@pytest.mark.parametrize(
    ("spans", "message"),
    [
        (Spans.from_rows([(1, 5, 9, 0)]), r"span \[5, 9\) leaves the text of length 8"),
        (Spans.from_rows([(2, 0, 1, 0)]), "has a span in unseen article 2"),
    ],
)
def test_a_span_in_the_wrong_place_is_refused(spans: Spans, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        partition_sums(LENGTHS, {"ann": spans}, seen(ann="11.", ben="111"), 1)


def test_an_annotator_without_a_row_of_seen_articles_is_refused() -> None:
    with pytest.raises(ValueError, match="'ann' has spans, but not the articles they saw"):
        partition_sums(LENGTHS, {"ann": ANN}, seen(ben="111"), 2)


def test_an_empty_article_between_others_moves_nothing() -> None:
    spans = {
        "ann": Spans.from_rows([(0, 0, 3, 0), (2, 0, 2, 0)]),
        "ben": Spans.from_rows([(2, 1, 3, 0)]),
    }
    with_empty = partition_sums(np.array([5, 0, 4]), spans, seen(ann="111", ben="111"), 1)
    assert not with_empty[1].any()
    assert with_empty[2, 1, 1] == 2
