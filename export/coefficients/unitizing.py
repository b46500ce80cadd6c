"""The unitizing coefficients of 2016: u-alpha and its family.

Krippendorff, K., Mathet, Y., Bouvry, S. and Widlöcher, A. (2016). On the reliability of unitizing
textual continua: further developments. Quality & Quantity 50, 2347-2364.

Every annotator cuts the text into segments: spans, which have a category, and gaps. With m
annotators, ``l_ck`` is the length over which segments of category c and k of different annotators
intersect, over ordered pairs of annotators, divided by m - 1; gaps are category 0. Two points
drawn by chance are not of the same span, hence ``e_ck`` is proportional to ``l_c l_k`` less the
squared lengths of spans (less the lengths of gaps) on the diagonal. All of it sums over articles.

The family is defined on partitions: spans of one annotator must not overlap. Where they do, use
`mask_sums`, which asks only whether a character is inside of any span.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from .coefficient import Bools, Floats, Ints, correct_for_chance, divide
from .span_matching import Spans


def partition_sums(
    lengths: Ints, spans: Mapping[str, Spans], seen: Mapping[str, Bools], n_values: int
) -> Floats:
    """Per article the intersections and squared lengths that the family is made of.

    Args:
        lengths: Length of each article, ``[A]`` integers, in the unit of the spans' offsets.
        spans: Each annotator's spans, by name, with labels in ``0 … V - 1``; spans of length 0
            take no part.
        seen: Whether each annotator worked on each article, ``[A]``, by name. An article that one
            worked on without marking a span is one gap; others are missing. Articles that fewer
            than two worked on are all zero.
        n_values: Number of categories, V.

    Returns:
        ``[A, V + 1, V + 3]``: ``l_ck`` in the first V + 1 columns; then summed squares of span
        lengths (row 0: summed lengths of gaps); then, over spans and other annotators, squares of
        the length within the other's spans, divided by m - 1.

    Raises:
        ValueError: An annotator's spans overlap, leave the article, or lie in one that the
            annotator did not work on.
    """
    for name in spans.keys() - seen.keys():
        raise ValueError(f"annotator {name!r} has spans, but not the articles they saw")
    tracks = [
        _track(name, spans.get(name, Spans.from_rows(())), lengths, seen[name])
        for name in sorted(seen)
    ]
    return _sums(lengths, tracks, n_values)


def mask_sums(lengths: Ints, spans: Mapping[str, Spans], seen: Mapping[str, Bools]) -> Floats:
    """As `partition_sums` for one category, after uniting each annotator's overlapping spans.

    Spans that merely touch stay two, so that without overlap `u_alpha` of this equals
    `binary_u_alpha` of `partition_sums`.

    Args:
        lengths: As in `partition_sums`.
        spans: As in `partition_sums`, but they may overlap, and labels do not matter.
        seen: As in `partition_sums`.

    Returns:
        ``[A, 2, 4]``.

    Raises:
        ValueError: A span leaves the article, or lies in one that the annotator did not work on.
    """
    united = {name: _united(of_annotator) for name, of_annotator in spans.items()}
    return partition_sums(lengths, united, seen, 1)


def u_alpha(sums: Floats) -> Floats:
    """u-alpha: are spans and their categories the same?

    Args:
        sums: `partition_sums` of an article, or their sum over articles, ``[..., V + 1, V + 3]``.

    Returns:
        ``[...]``; NaN where undefined.
    """
    return correct_for_chance(*_disagreements(sums[..., :-2], sums[..., -2]))


def binary_u_alpha(sums: Floats) -> Floats:
    """|u-alpha: are the same parts marked, whatever the category?

    Args:
        sums: As in `u_alpha`.

    Returns:
        ``[...]``; NaN where undefined.
    """
    pairs = sums[..., :-2]
    gaps, mixed = pairs[..., 0, 0], pairs[..., 0, 1:].sum(axis=-1)
    within = pairs[..., 1:, 1:].sum(axis=(-2, -1))
    two = np.stack([np.stack([gaps, mixed], -1), np.stack([mixed, within], -1)], -2)
    squares = np.stack([sums[..., 0, -2], sums[..., 1:, -2].sum(axis=-1)], -1)
    return correct_for_chance(*_disagreements(two, squares))


def cu_alpha(sums: Floats) -> Floats:
    """cu-alpha: where spans intersect, are the categories the same?

    Args:
        sums: As in `u_alpha`.

    Returns:
        ``[...]``; NaN where undefined.
    """
    return correct_for_chance(*_disagreements(sums[..., 1:, 1:-2], sums[..., 1:, -1]))


def ku_alpha(sums: Floats) -> Floats:
    """(k)u-alpha: is category k told from the others, where spans intersect?

    Args:
        sums: As in `u_alpha`.

    Returns:
        ``[..., V]``, one for each category; NaN where undefined.
    """
    pairs, squares = sums[..., 1:, 1:-2], sums[..., 1:, -1]
    marginals = pairs.sum(axis=-1)
    total = marginals.sum(axis=-1, keepdims=True)
    same = np.diagonal(pairs, axis1=-2, axis2=-1)
    observed = divide(marginals - same, marginals)
    expected = divide(total - marginals, total - divide(squares, marginals))
    return correct_for_chance(observed, np.where(marginals < total, np.nan_to_num(expected), 0.0))


def _disagreements(pairs: Floats, squares: Floats) -> tuple[Floats, Floats]:
    """Observed and expected share of unlike pairs, ``[..., K, K]`` and ``[..., K]``."""
    marginals = pairs.sum(axis=-1)
    total = marginals.sum(axis=-1)
    same = np.trace(pairs, axis1=-2, axis2=-1)
    unlike = np.square(total) - np.square(marginals).sum(axis=-1)
    varied = (marginals > 0).sum(axis=-1) > 1
    expected = divide(np.where(varied, unlike, 0.0), np.square(total) - squares.sum(axis=-1))
    return divide(total - same, total), np.nan_to_num(expected)


@dataclass(frozen=True)
class _Track:
    """One annotator's spans in the corpus, all articles laid end to end, in ascending order."""

    spans: Spans
    #: Start and end of each span in the corpus.
    begins: Ints
    ends: Ints
    #: Whether the annotator worked on each article.
    seen: Bools

    @property
    def sizes(self) -> Ints:
        return self.ends - self.begins

    def rows(self, n_kinds: int) -> Ints:
        """The cell of each span in an array of articles by kinds."""
        return self.spans.articles * n_kinds + self.spans.labels + 1

    def kinds(self, cuts: Ints, articles: Ints) -> Ints:
        """What each interval is: -1 not worked on, 0 gap, 1 + label within a span."""
        seen = self.seen[articles]
        if not len(self.spans):
            return np.where(seen, 0, -1)
        index = np.searchsorted(self.begins, cuts[:-1], side="right") - 1
        inside = (index >= 0) & (cuts[:-1] < self.ends[index])
        return np.where(seen, np.where(inside, self.spans.labels[index] + 1, 0), -1)


def _sums(lengths: Ints, tracks: Sequence[_Track], n_values: int) -> Floats:
    """All articles end to end, cut wherever a span or an article begins or ends."""
    n_articles, n_kinds = len(lengths), n_values + 1
    bounds = np.concatenate([[0], np.cumsum(lengths)])
    edges = [edge for track in tracks for edge in (track.begins, track.ends)]
    cuts = np.unique(np.concatenate([bounds, *edges]))
    widths = np.diff(cuts)
    articles = np.searchsorted(bounds, cuts[:-1], side="right") - 1
    n_annotators = np.zeros(n_articles, dtype=np.int64)
    for track in tracks:
        n_annotators += track.seen
    share = np.where(n_annotators > 1, 1 / np.maximum(n_annotators - 1, 1), 0.0)
    kinds = [track.kinds(cuts, articles) for track in tracks]
    marked = [np.concatenate([[0], np.cumsum(np.where(kind > 0, widths, 0))]) for kind in kinds]
    pairs = np.zeros((n_articles, n_kinds, n_kinds))
    squares, shared = np.zeros((n_articles, n_kinds)), np.zeros((n_articles, n_kinds))
    for first, track in enumerate(tracks):
        squares += _squared_lengths(track, lengths * (track.seen & (n_annotators > 1)), n_kinds)
        row = track.rows(n_kinds)
        low, high = np.searchsorted(cuts, track.begins), np.searchsorted(cuts, track.ends)
        for second in range(len(tracks)):
            if second == first:
                continue
            both = np.flatnonzero((kinds[first] >= 0) & (kinds[second] >= 0))
            cell = (articles[both] * n_kinds + kinds[first][both]) * n_kinds + kinds[second][both]
            pairs += _bin(cell, widths[both] * share[articles[both]], pairs.shape)
            inside = np.square(marked[second][high] - marked[second][low])
            shared += _bin(row, inside * share[track.spans.articles], shared.shape)
    return np.concatenate([pairs, squares[..., None], shared[..., None]], axis=-1)


def _squared_lengths(track: _Track, lengths: Ints, n_kinds: int) -> Floats:
    """Squared lengths of spans, and in column 0 lengths of gaps, ``[A, K]``.

    Articles that do not count have length 0.
    """
    articles = track.spans.articles
    sizes = track.sizes * (lengths > 0)[articles]
    squares = _bin(track.rows(n_kinds), np.square(sizes), (len(lengths), n_kinds))
    squares[:, 0] += lengths - np.bincount(articles, sizes, minlength=len(lengths))
    return squares


def _bin(cells: Ints, weights: Floats | Ints, shape: tuple[int, ...]) -> Floats:
    """Summed weights of every cell of an array of this shape."""
    sums = np.bincount(cells, weights.astype(np.float64), minlength=int(np.prod(shape)))
    return sums.astype(np.float64).reshape(shape)


def _track(name: str, spans: Spans, lengths: Ints, seen: Bools) -> _Track:
    spans = spans.where(spans.ends > spans.starts)
    for i in np.flatnonzero((spans.starts < 0) | (spans.ends > lengths[spans.articles]))[:1]:
        raise ValueError(
            f"annotator {name!r}, article {spans.articles[i]}: span [{spans.starts[i]}, "
            f"{spans.ends[i]}) leaves the text of length {lengths[spans.articles[i]]}"
        )
    for i in np.flatnonzero(~seen[spans.articles])[:1]:
        raise ValueError(f"annotator {name!r} has a span in unseen article {spans.articles[i]}")
    begins = (np.cumsum(lengths) - lengths)[spans.articles] + spans.starts
    order = np.argsort(begins, kind="stable")
    spans, begins = spans.where(order), begins[order]
    ends = begins + spans.ends - spans.starts
    for i in np.flatnonzero(ends[:-1] > begins[1:])[:1]:
        raise ValueError(
            f"annotator {name!r}, article {spans.articles[i]}: spans [{spans.starts[i]}, "
            f"{spans.ends[i]}) and [{spans.starts[i + 1]}, {spans.ends[i + 1]}) overlap; u-alpha "
            "is defined on partitions; use mask_sums, or one category at a time"
        )
    return _Track(spans, begins, ends, seen)


def _united(spans: Spans) -> Spans:
    """Overlapping spans of one annotator become one; categories are dropped."""
    spans = spans.where(spans.ends > spans.starts)
    if not len(spans):
        return spans
    spans = spans.where(np.lexsort((spans.starts, spans.articles)))
    # A step larger than any end keeps articles apart in one running maximum.
    step = spans.articles * (int(spans.ends.max()) + 1)
    reach = np.maximum.accumulate(spans.ends + step)
    new = np.concatenate([[True], spans.starts[1:] + step[1:] >= reach[:-1]])
    first = np.flatnonzero(new)
    last = np.concatenate([first[1:] - 1, [len(spans) - 1]])
    return Spans(
        spans.articles[first],
        spans.starts[first],
        reach[last] - step[last],
        np.zeros(len(first), np.int64),
    )
