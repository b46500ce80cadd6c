"""Two annotators' relations, compared through the pairing of their spans.

A relation agrees if both its ends are paired spans and the other annotator related the same two.
So a missed span costs its relations as well; `given_matched` asks about the relations alone.
"""

from dataclasses import dataclass

import numpy as np

from .coefficient import Bools, Floats, Ints
from .span_matching import Matching


@dataclass(frozen=True)
class Relations:
    """One annotator's relations of all articles, in parallel arrays ``[n]``."""

    #: Article of each relation, numbered from 0.
    articles: Ints
    #: Index of each relation's source among the same annotator's spans.
    sources: Ints
    #: Index of each relation's target among the same annotator's spans.
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
    """True positives, false positives and false negatives of relations per article.

    Strict is the default; ``typed=False`` ignores the type, ``directed=False`` the direction.
    A repeated relation counts as often as it occurs.

    Args:
        first: One annotator's relations.
        second: The other annotator's relations.
        matching: The pairing of their spans, from `match_spans`.
        both_saw: Whether both annotators worked on each article, ``[A]``.
        symmetric: Whether the direction of each type means nothing, ``[n_types]``; such relations
            are always compared without direction.
        typed: Whether the types must be equal.
        directed: Whether directions must be equal.
        given_matched: Whether only relations count whose ends are both paired.

    Returns:
        ``[A, 3]`` integers.
    """
    first_keys = _keys(first, matching.first, symmetric, typed=typed, directed=directed)
    second_keys = _keys(second, matching.second, symmetric, typed=typed, directed=directed)
    if given_matched:
        first_keys, second_keys = (keys[keys[:, 1] >= 0] for keys in (first_keys, second_keys))
    size = len(both_saw)
    n_common = np.bincount(_common(first_keys, second_keys), minlength=size)
    n_first, n_second = (
        np.bincount(keys[:, 0], minlength=size) for keys in (first_keys, second_keys)
    )
    counts = np.stack([n_common, n_second - n_common, n_first - n_common], axis=1)
    return counts * both_saw[:, None]


def relation_tables(
    first: Relations, second: Relations, matching: Matching, span_articles: Ints, both_saw: Bools
) -> Floats:
    """Related or not, for every two paired spans of an article.

    The candidates are what both annotators could relate. Most are related by nobody, so report AC1
    beside alpha (of ``t + t.T``, the coincidences of two annotators).

    Args:
        first: One annotator's relations.
        second: The other annotator's relations.
        matching: The pairing of their spans, from `match_spans`.
        span_articles: Article of each of the first annotator's spans.
        both_saw: Whether both annotators worked on each article, ``[A]``.

    Returns:
        Contingency tables, ``[A, 2, 2]``; the first row and column are not related.
    """
    size = len(both_saw)
    untyped = np.ones(1, dtype=np.bool_)
    keys = [
        _keys(relations, paired, untyped, typed=False, directed=False)
        for relations, paired in ((first, matching.first), (second, matching.second))
    ]
    linked = [np.unique(each[each[:, 1] >= 0], axis=0) for each in keys]
    n_both = np.bincount(_common(*linked), minlength=size)
    n_first, n_second = (np.bincount(each[:, 0], minlength=size) for each in linked)
    n_spans = np.bincount(span_articles[matching.first], minlength=size)
    n_neither = n_spans * (n_spans - 1) // 2 - n_first - n_second + n_both
    rows = [[n_neither, n_second - n_both], [n_first - n_both, n_both]]
    tables = np.moveaxis(np.array(rows, dtype=np.float64), -1, 0)
    return tables * both_saw[:, None, None]


def _keys(
    relations: Relations, paired: Ints, symmetric: Bools, *, typed: bool, directed: bool
) -> Ints:
    """Article, ends as numbers of pairs of spans, and type; ``[n, 4]``, ends -1 if unpaired."""
    ends = np.stack([relations.sources, relations.targets], axis=1)
    size = int(max(ends.max(initial=-1), paired.max(initial=-1))) + 1
    number: Ints = np.full(size, -1, dtype=np.int64)
    number[paired] = np.arange(len(paired))
    ends = number[ends]
    either = symmetric[relations.types] if directed else True
    ends = np.where(np.reshape(either, (-1, 1)), np.sort(ends, axis=1), ends)
    ends[(ends < 0).any(axis=1)] = -1
    types = relations.types if typed else np.zeros_like(relations.types)
    return np.column_stack([relations.articles, ends, types])


def _common(first: Ints, second: Ints) -> Ints:
    """Articles of the keys that both annotators have, each as often as both have it."""
    first, second = first[first[:, 1] >= 0], second[second[:, 1] >= 0]
    keys, index = np.unique(np.concatenate([first, second]), axis=0, return_inverse=True)
    n_first = np.bincount(index[: len(first)], minlength=len(keys))
    n_second = np.bincount(index[len(first) :], minlength=len(keys))
    return np.repeat(keys[:, 0], np.minimum(n_first, n_second))
