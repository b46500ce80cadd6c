"""Relations are compared through paired spans."""

import numpy as np

from signalbook.export.coefficients.alpha import coincidence_matrices
from signalbook.export.coefficients.kappa import contingency_tables
from signalbook.export.coefficients.relations import Relations, relation_counts, relation_tables
from signalbook.export.coefficients.span_matching import Matching

# Types: 0 replies-to, 1 supports, 2 is-near (symmetric).
SYMMETRIC = np.array([False, False, True])
BOTH = np.array([True, True])
# Spans 0 … 3 are in article 0, 4 and 5 in article 1; the second annotator numbers them backwards.
PAIRED = Matching(np.array([0, 1, 2, 4, 5]), np.array([5, 4, 3, 1, 0]), np.ones(5))
SPAN_DOCUMENTS = np.array([0, 0, 0, 0, 1, 1])


def relations(*rows: tuple[int, int, int, int]) -> Relations:
    table = np.array(rows, dtype=np.int64).reshape(-1, 4).T
    return Relations(*table)


def counts(first: Relations, second: Relations, **how: bool) -> list[list[int]]:
    compared = relation_counts(first, second, PAIRED, BOTH, symmetric=SYMMETRIC, **how)
    return [[int(n) for n in row] for row in compared]


FIRST = relations((0, 0, 1, 0), (0, 1, 2, 1), (0, 2, 3, 0), (1, 4, 5, 2))
SECOND = relations((0, 4, 5, 0), (0, 4, 3, 0), (1, 0, 1, 2), (1, 1, 0, 1))


def test_strict_counts_need_type_and_direction_except_of_symmetric_types() -> None:
    assert counts(FIRST, SECOND) == [[0, 2, 3], [1, 1, 0]]


def test_type_and_direction_can_be_ignored() -> None:
    assert counts(FIRST, SECOND, directed=False) == [[1, 1, 2], [1, 1, 0]]
    assert counts(FIRST, SECOND, typed=False) == [[1, 1, 2], [1, 1, 0]]
    assert counts(FIRST, SECOND, typed=False, directed=False) == [[2, 0, 1], [1, 1, 0]]


def test_relations_of_unpaired_spans_can_be_left_out() -> None:
    assert counts(FIRST, SECOND, given_matched=True) == [[0, 2, 2], [1, 1, 0]]


def test_a_repeated_relation_counts_as_often_as_both_have_it() -> None:
    twice, once = relations((0, 0, 1, 0), (0, 0, 1, 0)), relations((0, 5, 4, 0))
    assert counts(twice, once) == [[1, 0, 1], [0, 0, 0]]


def test_no_relations_and_no_pairs_are_all_zero() -> None:
    nothing = Matching(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0))
    compared = relation_counts(relations(), relations(), nothing, BOTH, symmetric=SYMMETRIC)
    assert compared.tolist() == [[0, 0, 0], [0, 0, 0]]
    missed = relation_counts(FIRST, relations(), nothing, BOTH, symmetric=SYMMETRIC)
    assert missed.tolist() == [[0, 0, 3], [0, 0, 1]]


def test_every_two_paired_spans_are_a_candidate_for_a_link() -> None:
    tables = relation_tables(FIRST, SECOND, PAIRED, SPAN_DOCUMENTS, BOTH)
    # Article 0 has three paired spans, so three candidates: two linked by both, one by neither.
    assert tables.tolist() == [[[1, 0], [0, 2]], [[0, 0], [0, 1]]]


def test_a_contingency_table_and_its_mirror_are_the_coincidences_of_two_coders() -> None:
    rng = np.random.default_rng(0)
    first, second = rng.integers(3, size=(2, 40))
    table = contingency_tables(first, second, 3)[0]
    units, codes = np.repeat(np.arange(40), 2), np.stack([first, second], axis=1).ravel()
    assert (table + table.T).tolist() == coincidence_matrices(units, codes, 3)[0].tolist()
