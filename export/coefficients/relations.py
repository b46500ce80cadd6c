"""Two annotators' relations are compared through the pairing of their spans, and become F1 counts.

A relation agrees if both its ends are paired spans and the other annotator related the same two.
So a missed span costs its relations as well; `given_matched` asks about the relations alone.
"""

from dataclasses import dataclass

import numpy as np

from .coefficient import Bools, Floats, Ints
from .span_matching import Matching


@dataclass(frozen=True)
class Relations:
    """One annotator's relations in parallel arrays ``[n]``."""

    documents: Ints
    #: Indices into the same annotator's spans.
    sources: Ints
    targets: Ints
    #: Type codes from 0.
    types: Ints


def relation_counts(
    first: Relations,
    second: Relations,
    matching: Matching,
    both_saw: Bools,
    *,
    symmetric: Bools,
    typed: bool = True,
    directed: bool = True,
    given_matched: bool = False,
) -> Ints:
    """True positives, false positives, false negatives per document, ``[D, 3]``.

    Strict is the default; ``typed=False`` ignores the type, ``directed=False`` the direction.
    A repeated relation counts as often as it occurs.

    Args:
        first: One annotator's relations.
        second: The other's.
        matching: The pairing of their spans.
        both_saw: The documents that count, ``[D]``.
        symmetric: For each type, whether its direction means nothing; such relations are always
            compared without direction, ``[n_types]``.
        typed: Whether the types must be equal.
        directed: Whether directions must be equal.
        given_matched: Count only relations whose ends are both paired.
    """
    ours = _keys(first, matching.first, symmetric, typed=typed, directed=directed)
    theirs = _keys(second, matching.second, symmetric, typed=typed, directed=directed)
    if given_matched:
        given, marked = ours[ours[:, 1] >= 0, 0], theirs[theirs[:, 1] >= 0, 0]
    else:
        given, marked = first.documents, second.documents
    size = len(both_saw)
    paired = np.bincount(_common(ours, theirs), minlength=size)
    n_given, n_marked = np.bincount(given, minlength=size), np.bincount(marked, minlength=size)
    return np.stack([paired, n_marked - paired, n_given - paired], axis=1) * both_saw[:, None]


def relation_tables(
    first: Relations, second: Relations, matching: Matching, span_documents: Ints, both_saw: Bools
) -> Floats:
    """Related or not, for every two paired spans of a document: contingency ``[D, 2, 2]``.

    The candidates are what both annotators could relate. Most are related by nobody, so report AC1
    beside alpha (of ``t + t.T``, the coincidences of two coders).

    Args:
        first: One annotator's relations.
        second: The other's.
        matching: The pairing of their spans.
        span_documents: Document of each of the first annotator's spans.
        both_saw: The documents that count, ``[D]``.
    """
    plain = np.ones(1, dtype=np.bool_)
    size = len(both_saw)
    sides = [
        np.unique(found[found[:, 1] >= 0], axis=0)
        for found in (
            _keys(one, own, plain, typed=False, directed=False)
            for one, own in ((first, matching.first), (second, matching.second))
        )
    ]
    both = np.bincount(_common(*sides), minlength=size)
    ours, theirs = (np.bincount(side[:, 0], minlength=size) for side in sides)
    spans = np.bincount(span_documents[matching.first], minlength=size)
    neither = spans * (spans - 1) // 2 - ours - theirs + both
    rows = np.array([[neither, theirs - both], [ours - both, both]], dtype=np.float64)
    return np.moveaxis(rows, -1, 0) * both_saw[:, None, None]


def _keys(
    relations: Relations, paired: Ints, symmetric: Bools, *, typed: bool, directed: bool
) -> Ints:
    """Document, ends as numbers of pairs of spans, and type; ``[n, 4]``, ends -1 if unpaired."""
    ends = np.stack([relations.sources, relations.targets], axis=1)
    size = int(max(ends.max(initial=-1), paired.max(initial=-1))) + 1
    number: Ints = np.full(size, -1, dtype=np.int64)
    number[paired] = np.arange(len(paired))
    ends = number[ends]
    either = symmetric[relations.types] if directed else True
    ends = np.where(np.reshape(either, (-1, 1)), np.sort(ends, axis=1), ends)
    ends[(ends < 0).any(axis=1)] = -1
    types = relations.types if typed else np.zeros_like(relations.types)
    return np.column_stack([relations.documents, ends, types])


def _common(ours: Ints, theirs: Ints) -> Ints:
    """Documents of the keys on both sides, each as often as both sides have it."""
    ours, theirs = ours[ours[:, 1] >= 0], theirs[theirs[:, 1] >= 0]
    keys, index = np.unique(np.concatenate([ours, theirs]), axis=0, return_inverse=True)
    mine = np.bincount(index[: len(ours)], minlength=len(keys))
    other = np.bincount(index[len(ours) :], minlength=len(keys))
    return np.repeat(keys[:, 0], np.minimum(mine, other))
