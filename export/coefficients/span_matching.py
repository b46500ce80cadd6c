"""Two annotators' spans paired one to one, as many as possible, and the F1 of the pairs.

With spans there is no count of agreed absences, and for ever more of them kappa tends to the mean
pairwise F1 (Hripcsak, G. and Rothschild, A. S. 2005). The pairing is optimal, not greedy: first as
many pairs as possible, then the largest summed overlap (intersection over union), then as many
equal labels as possible. All articles are paired in one pass.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from .coefficient import Bools, Floats, Ints, divide, mean_of_defined

#: Which spans may be paired: same offsets, enough intersection over union, any common character.
Criterion = Literal["exact", "iou", "overlap"]

#: Weighs an equal label against overlap: it decides between equally good pairings only.
_LABEL_BONUS = 1e-6
#: Weighs a preferred pair: it decides where labels do not either.
_PREFERRED_BONUS = 1e-8


@dataclass(frozen=True)
class Spans:
    """One annotator's spans of all articles, in parallel arrays ``[n]``; may overlap and repeat."""

    #: Article of each span, numbered from 0.
    articles: Ints
    #: Offset of each span's first character.
    starts: Ints
    #: Offset after each span's last character.
    ends: Ints
    #: Category codes from 0; all 0 where only the position matters.
    labels: Ints

    def __len__(self) -> int:
        return len(self.starts)

    def where(self, keep: Bools | Ints) -> "Spans":
        """The spans for which `keep` is true, or those at these indices, in their order."""
        return Spans(self.articles[keep], self.starts[keep], self.ends[keep], self.labels[keep])

    @classmethod
    def from_rows(cls, rows: Iterable[tuple[int, int, int, int]]) -> "Spans":
        """Collect ``(article, start, end, label)`` rows in their order.

        Raises:
            ValueError: A span ends before it starts.
        """
        table = np.array(list(rows), dtype=np.int64).reshape(-1, 4)
        for article, start, end, _ in table[table[:, 2] < table[:, 1]]:
            raise ValueError(f"article {article}: span [{start}, {end}) ends before it starts")
        return cls(*(np.ascontiguousarray(column) for column in table.T))


@dataclass(frozen=True)
class Matching:
    """Pairs of spans, sorted by the first annotator's; each span occurs at most once."""

    #: Indices into the first annotator's spans, ``[n_pairs]``.
    first: Ints
    #: Indices into the second annotator's spans.
    second: Ints
    #: Intersection over union of each pair.
    overlap: Floats


def match_spans(
    first: Spans,
    second: Spans,
    *,
    criterion: Criterion = "iou",
    threshold: float = 0.5,
    same_label: bool = False,
    preferred: tuple[Ints, Ints] | None = None,
) -> Matching:
    """Pair two annotators' spans optimally.

    Args:
        first: One annotator's spans, of any number of articles.
        second: The other annotator's spans.
        criterion: Which pairs are allowed: equal offsets (``exact``), at least `threshold` of
            intersection over union (``iou``), or any common character (``overlap``).
        threshold: The least intersection over union, for ``iou``.
        same_label: Whether only pairs with equal labels are allowed.
        preferred: A number for each span of either; it decides where nothing else does.

    Returns:
        As many pairs as possible; among those the largest summed overlap, then the most equal
        labels, then the most equal preferred numbers.
    """
    left, right = _candidates(first, second)
    overlap = _overlap(first, second, left, right)
    allowed: Bools = np.ones(len(left), dtype=np.bool_)
    if criterion == "exact":
        allowed = (first.starts[left] == second.starts[right]) & (
            first.ends[left] == second.ends[right]
        )
    elif criterion == "iou":
        allowed = overlap >= threshold
    equal = first.labels[left] == second.labels[right]
    if same_label:
        allowed &= equal
    left, right, overlap = left[allowed], right[allowed], overlap[allowed]
    gain = overlap + _LABEL_BONUS * equal[allowed]
    if preferred is not None:
        gain += _PREFERRED_BONUS * (preferred[0][left] == preferred[1][right])
    chosen = _assign(left, right, gain)
    chosen = chosen[np.argsort(left[chosen], kind="stable")]
    return Matching(left[chosen], right[chosen], overlap[chosen])


def span_counts(
    first: Spans, second: Spans, matching: Matching, both_saw: Bools, *, same_label: bool = False
) -> Ints:
    """True positives, false positives and false negatives of spans per article.

    The first annotator is taken for the truth; F1 does not depend on which. Articles that not
    both saw are zero. An article both saw and left empty is zero as well: nothing to find.

    Args:
        first: One annotator's spans.
        second: The other annotator's spans.
        matching: Their pairing, from `match_spans`.
        both_saw: Whether both annotators worked on each article, ``[A]``.
        same_label: Whether a pair counts only if its labels are equal.

    Returns:
        ``[A, 3]`` integers.
    """
    paired = first.articles[matching.first]
    if same_label:
        paired = paired[first.labels[matching.first] == second.labels[matching.second]]
    size = len(both_saw)
    n_paired, n_first, n_second = (
        np.bincount(articles, minlength=size)
        for articles in (paired, first.articles, second.articles)
    )
    counts = np.stack([n_paired, n_second - n_paired, n_first - n_paired], axis=1)
    return counts * both_saw[:, None]


def pairwise_counts(
    spans: Mapping[str, Spans],
    seen: Mapping[str, Bools],
    *,
    criterion: Criterion = "iou",
    threshold: float = 0.5,
    same_label: bool = False,
) -> tuple[tuple[tuple[str, str], ...], Ints]:
    """Counts of every pair of annotators that saw an article together.

    Args:
        spans: Each annotator's spans, by name.
        seen: Whether each annotator worked on each article, ``[A]``, by name. One who worked on an
            article and has no span in it marked nothing.
        criterion: As in `match_spans`.
        threshold: As in `match_spans`.
        same_label: As in `match_spans`.

    Returns:
        The P pairs of names, and ``[A, P, 3]``: true positives, false positives, false negatives.
    """
    pairs: list[tuple[str, str]] = []
    counts: list[Ints] = []
    for first_name, second_name in combinations(sorted(seen), 2):
        both_saw = seen[first_name] & seen[second_name]
        if not both_saw.any():
            continue
        first, second = (
            _in_articles(spans.get(name, Spans.from_rows(())), both_saw)
            for name in (first_name, second_name)
        )
        matching = match_spans(
            first, second, criterion=criterion, threshold=threshold, same_label=same_label
        )
        pairs.append((first_name, second_name))
        counts.append(span_counts(first, second, matching, both_saw))
    size = max((len(articles) for articles in seen.values()), default=0)
    return tuple(pairs), np.stack(counts, axis=1) if counts else np.zeros((size, 0, 3), np.int64)


def f1(counts: Floats | Ints) -> Floats:
    """F1 of two annotators: ``2 tp / (2 tp + fp + fn)``.

    Args:
        counts: True positives, false positives, false negatives, ``[..., 3]``.

    Returns:
        ``[...]``; NaN where neither marked anything.
    """
    counts = np.asarray(counts, dtype=np.float64)
    doubled = 2 * counts[..., 0]
    return divide(doubled, doubled + counts[..., 1] + counts[..., 2])


def mean_pairwise_f1(counts: Floats | Ints) -> Floats:
    """The mean F1 of the pairs of annotators, leaving out those that marked nothing.

    Args:
        counts: True positives, false positives, false negatives of P pairs, ``[..., P, 3]``.

    Returns:
        ``[...]``; NaN where no pair has an F1.
    """
    return mean_of_defined(f1(counts))


def _in_articles(spans: Spans, articles: Bools) -> Spans:
    return spans.where(articles[spans.articles])


def _candidates(first: Spans, second: Spans) -> tuple[Ints, Ints]:
    """All pairs of spans of one article that intersect or are equal, as indices."""
    if not len(first) or not len(second):
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    # Articles are laid out end to end; spans of length 0 count as one character here only.
    step = int(max(first.ends.max(), second.ends.max())) + 2
    starts, ends = _laid_out(first, step)
    other_starts, other_ends = _laid_out(second, step)
    order = np.argsort(other_starts, kind="stable")
    reach = np.maximum.accumulate(other_ends[order])
    low = np.searchsorted(reach, starts, side="right")
    high = np.searchsorted(other_starts[order], ends, side="left")
    sizes = np.maximum(high - low, 0)
    left = np.repeat(np.arange(len(first)), sizes)
    within = np.arange(len(left)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    right = order[np.repeat(low, sizes) + within]
    meet = (other_ends[right] > starts[left]) & (_overlap(first, second, left, right) > 0)
    return left[meet], right[meet]


def _laid_out(spans: Spans, step: int) -> tuple[Ints, Ints]:
    begin = spans.articles * step
    return begin + spans.starts, begin + np.maximum(spans.ends, spans.starts + 1)


def _overlap(first: Spans, second: Spans, left: Ints, right: Ints) -> Floats:
    """Intersection over union; equal spans of length 0 have 1."""
    starts, ends = first.starts[left], first.ends[left]
    other_starts, other_ends = second.starts[right], second.ends[right]
    common = np.maximum(np.minimum(ends, other_ends) - np.maximum(starts, other_starts), 0)
    union = (ends - starts) + (other_ends - other_starts) - common
    share = common / np.maximum(union, 1)
    return np.where((union == 0) & (starts == other_starts), 1.0, share)


def _assign(left: Ints, right: Ints, gain: Floats) -> Ints:
    """The pairs of an optimal assignment, as indices into the candidates.

    Only candidates that compete for a span need the assignment problem; the others stand.
    """
    if not len(left):
        return np.zeros(0, dtype=np.int64)
    alone = (np.bincount(left)[left] == 1) & (np.bincount(right)[right] == 1)
    chosen = [np.flatnonzero(alone)]
    contested = np.flatnonzero(~alone)
    for group in _components(left[contested], right[contested]):
        chosen.append(_assign_contested(left, right, gain, contested[group]))
    return np.concatenate(chosen)


def _components(left: Ints, right: Ints) -> Sequence[Ints]:
    """Candidates by connected component of the graph of competing spans."""
    if not len(left):
        return ()
    rows, row = np.unique(left, return_inverse=True)
    columns, column = np.unique(right, return_inverse=True)
    size = len(rows) + len(columns)
    graph = coo_array((np.ones(len(left)), (row, len(rows) + column)), shape=(size, size))
    _, component = connected_components(graph.tocsr(), directed=False)
    candidate = component[row]
    order = np.argsort(candidate, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(candidate[order])) + 1)


def _assign_contested(left: Ints, right: Ints, gain: Floats, group: Ints) -> Ints:
    rows, row = np.unique(left[group], return_inverse=True)
    columns, column = np.unique(right[group], return_inverse=True)
    candidate = np.full((len(rows), len(columns)), -1, dtype=np.int64)
    candidate[row, column] = group
    profit = np.zeros(candidate.shape)
    # One more pair outweighs any overlap, so the number of pairs comes first.
    profit[row, column] = gain[group] + 2 * min(candidate.shape)
    chosen = candidate[linear_sum_assignment(profit, maximize=True)]
    return chosen[chosen >= 0]
