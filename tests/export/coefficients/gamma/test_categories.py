"""Gamma-cat and gamma-k judge only the categories of spans that are aligned."""

import warnings

import numpy as np
import pytest

from signalbook.export.coefficients.gamma.alignment import (
    Continuum,
    Dissimilarity,
    best_alignments,
)
from signalbook.export.coefficients.gamma.categories import category_pairs, gamma_cat, gamma_k
from signalbook.export.coefficients.gamma.gamma import gamma_from_sums, mathet_gamma


def article(seed: int, n: int = 3, each: int = 8, *, mistaken: float = 0.2) -> Continuum:
    """The same spans for all, a little moved, some with another category."""
    generator = np.random.default_rng(seed)
    starts = 50.0 * np.arange(each) + generator.uniform(0, 5, (n, each))
    ends = starts + 30 + generator.uniform(0, 5, (n, each))
    categories = np.tile(np.arange(each) % 3, (n, 1))
    wrong = generator.random((n, each)) < mistaken
    categories[wrong] = (categories[wrong] + 1) % 3
    annotators = np.repeat(np.arange(n), each)
    return Continuum(starts.ravel(), ends.ravel(), categories.ravel(), annotators, n)


def test_a_pair_weighs_how_well_its_spans_coincide() -> None:
    marked = Continuum(
        np.array([0.0, 0.0, 5.0, 40.0]),
        np.array([10.0, 10.0, 15.0, 50.0]),
        np.array([0, 1, 0, 2]),
        np.array([0, 1, 2, 0]),
        3,
    )
    (alignment,) = best_alignments([marked], Dissimilarity())
    assert alignment.groups.tolist() == [0, 0, 0, 1]
    # Three pairs of a group of three: the same place, and twice 10 apart over lengths of 20.
    assert category_pairs(marked, alignment, 1.0) == pytest.approx((0.875, 1.25))
    assert category_pairs(marked, alignment, 1.0, 1) == pytest.approx((0.875, 0.875))
    assert category_pairs(marked, alignment, 1.0, 2) == (0.0, 0.0)


@pytest.mark.xdist_group("pygamma")  # which compiles itself anew in each process
@pytest.mark.filterwarnings("ignore")
def test_another_program_finds_the_same_where_every_span_is_aligned() -> None:
    marked = article(1)
    (alignment,) = best_alignments([marked], Dissimilarity())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pygamma_agreement
        from pyannote.core import Segment

        peer = pygamma_agreement.Continuum()
        for row in zip(
            marked.annotators, marked.starts, marked.ends, marked.categories, strict=True
        ):
            peer.add(str(row[0]), Segment(float(row[1]), float(row[2])), str(row[3]))
        measure = pygamma_agreement.CombinedCategoricalDissimilarity()
        peer_alignment = peer.get_best_alignment(measure)
        for category in (None, 0, 1, 2):
            name = None if category is None else str(category)
            differing, total = category_pairs(marked, alignment, 1.0, category)
            assert differing / total == pytest.approx(
                peer_alignment.gamma_k_disorder(measure, name), abs=1e-6
            )


def test_the_right_categories_are_one_and_the_wrong_ones_less() -> None:
    right = gamma_cat(mathet_gamma([article(0, mistaken=0)]))
    wrong = gamma_cat(mathet_gamma([article(0, mistaken=0.3)]))
    assert right.value == 1
    assert wrong.value is not None
    assert 0 < wrong.value < 1


def test_a_corpus_is_weighted_and_its_sums_make_a_bootstrap() -> None:
    result = mathet_gamma([article(seed, mistaken=0.1 * seed) for seed in range(4)], n_samples=10)
    coefficient = gamma_cat(result)
    assert coefficient.value == pytest.approx(gamma_from_sums(coefficient.sums.sum(axis=0)))
    alone = gamma_cat(mathet_gamma([article(0, mistaken=0)], n_samples=10))
    assert gamma_from_sums(coefficient.sums[0]) == pytest.approx(alone.value)


def test_gamma_of_a_category_that_all_agree_on_is_one() -> None:
    marked = article(0, mistaken=0)
    swapped = marked.categories.copy()
    swapped[(marked.annotators == 0) & (swapped == 1)] = 2
    result = mathet_gamma([Continuum(marked.starts, marked.ends, swapped, marked.annotators, 3)])
    assert gamma_k(result, 0).value == 1
    assert (gamma_k(result, 1).value or 0) < 1


def test_what_is_undefined_says_why() -> None:
    same = article(0, mistaken=0)
    only = Continuum(same.starts, same.ends, 0 * same.categories, same.annotators, 3)
    assert gamma_cat(mathet_gamma([only])).reason == "no variation: every category is the same"
    assert gamma_k(mathet_gamma([only]), 5).value is None
    nothing = gamma_cat(mathet_gamma([]))
    assert (nothing.value, nothing.reason) == (None, "no article was seen by two annotators")
