"""Annotators' spans become the unitizing coefficients of 2016: u-alpha and its family.

Krippendorff, K., Mathet, Y., Bouvry, S. and Widlöcher, A. (2016). On the reliability of unitizing
textual continua: further developments. Quality & Quantity 50, 2347-2364.

Every annotator cuts the text into segments: spans, which have a category, and gaps. With m
annotators, ``l_ck`` is the length over which segments of category c and k of different annotators
intersect, over ordered pairs of annotators, divided by m - 1; gaps are category 0. Two points
drawn by chance are not of the same span, hence ``e_ck`` is proportional to ``l_c l_k`` less the
squared lengths of spans (less the lengths of gaps) on the diagonal. All of it sums over documents.

The family is defined on partitions: spans of one annotator must not overlap. Where they do, use
`mask_sums`, which asks only whether a character is inside of any span.
"""

from collections.abc import Mapping

import numpy as np

from .coefficient import Bools, Floats, Ints, correct_for_chance, divide
from .span_matching import Spans


def partition_sums(
    lengths: Ints, spans: Mapping[str, Spans], seen: Mapping[str, Bools], n_values: int
) -> Floats:
    """Per document the intersections and squared lengths that the family is made of.

    Args:
        lengths: Length of each document, ``[D]``.
        spans: Each annotator's spans, labels in ``0 … V - 1``; spans of length 0 take no part.
        seen: Which documents each annotator worked on, ``[D]``, for every annotator. Seen without a span is one gap;
            unseen is missing. Documents seen by fewer than two are all zero.
        n_values: Number of categories, V.

    Returns:
        ``[D, V + 1, V + 3]``: ``l_ck`` in the first V + 1 columns; then summed squares of span
        lengths (row 0: summed lengths of gaps); then, over spans and other annotators, squares of
        the length within the other's spans, divided by m - 1.

    Raises:
        ValueError: An annotator's spans overlap, leave the document, or lie in an unseen one.
    """
    for name in spans.keys() - seen.keys():
        raise ValueError(f"annotator {name!r} has spans, but not the documents they saw")
    laid_out = {
        name: _laid_out(name, spans.get(name, Spans.from_rows(())), lengths, seen[name])
        for name in sorted(seen)
    }
    for name, (own, starts) in laid_out.items():
        _refuse_overlap(name, own, starts)
    return _sums(lengths, laid_out, seen, n_values)


def mask_sums(lengths: Ints, spans: Mapping[str, Spans], seen: Mapping[str, Bools]) -> Floats:
    """As `partition_sums` for one category, after uniting each annotator's overlapping spans.

    Spans that merely touch stay two, so that without overlap `u_alpha` of this equals
    `binary_u_alpha` of `partition_sums`. The arguments and errors are the same, except overlap.

    Returns:
        ``[D, 2, 4]``.
    """
    united = {name: _united(own) for name, own in spans.items()}
    return partition_sums(lengths, united, seen, 1)


def u_alpha(sums: Floats) -> Floats:
    """u-alpha: are spans and their categories the same? ``[..., V + 1, V + 3]`` to ``[...]``."""
    return correct_for_chance(*_whole(sums[..., :-2], sums[..., -2]))


def binary_u_alpha(sums: Floats) -> Floats:
    """|u-alpha: are the same parts marked, whatever the category? ``[...]``."""
    pairs = sums[..., :-2]
    gaps, mixed = pairs[..., 0, 0], pairs[..., 0, 1:].sum(axis=-1)
    within = pairs[..., 1:, 1:].sum(axis=(-2, -1))
    two = np.stack([np.stack([gaps, mixed], -1), np.stack([mixed, within], -1)], -2)
    squares = np.stack([sums[..., 0, -2], sums[..., 1:, -2].sum(axis=-1)], -1)
    return correct_for_chance(*_whole(two, squares))


def cu_alpha(sums: Floats) -> Floats:
    """cu-alpha: where spans intersect, are the categories the same? ``[...]``."""
    return correct_for_chance(*_whole(sums[..., 1:, 1:-2], sums[..., 1:, -1]))


def ku_alpha(sums: Floats) -> Floats:
    """(k)u-alpha: is category k told from the others, where spans intersect? ``[..., V]``."""
    pairs, squares = sums[..., 1:, 1:-2], sums[..., 1:, -1]
    marginals = pairs.sum(axis=-1)
    total = marginals.sum(axis=-1, keepdims=True)
    same = np.diagonal(pairs, axis1=-2, axis2=-1)
    observed = divide(marginals - same, marginals)
    expected = divide(total - marginals, total - divide(squares, marginals))
    return correct_for_chance(observed, np.where(marginals < total, np.nan_to_num(expected), 0.0))


def _whole(pairs: Floats, squares: Floats) -> tuple[Floats, Floats]:
    """Observed and expected share of unlike pairs, ``[..., K, K]`` and ``[..., K]``."""
    marginals = pairs.sum(axis=-1)
    total = marginals.sum(axis=-1)
    same = np.trace(pairs, axis1=-2, axis2=-1)
    unlike = np.square(total) - np.square(marginals).sum(axis=-1)
    varied = (marginals > 0).sum(axis=-1) > 1
    expected = divide(np.where(varied, unlike, 0.0), np.square(total) - squares.sum(axis=-1))
    return divide(total - same, total), np.nan_to_num(expected)


def _sums(
    lengths: Ints,
    laid_out: Mapping[str, tuple[Spans, Ints]],
    seen: Mapping[str, Bools],
    n_values: int,
) -> Floats:
    """All documents end to end, cut wherever a span or a document begins or ends."""
    n_documents, kinds = len(lengths), n_values + 1
    bounds = np.concatenate([[0], np.cumsum(lengths)])
    edges = [edge for own, at in laid_out.values() for edge in (at, at + own.ends - own.starts)]
    cuts = np.unique(np.concatenate([bounds, *edges]))
    widths = np.diff(cuts)
    documents = np.searchsorted(bounds, cuts[:-1], side="right") - 1
    coders = np.sum([seen[name] for name in laid_out], axis=0, dtype=np.int64)
    coders = np.broadcast_to(coders, (n_documents,))
    share = np.where(coders > 1, 1 / np.maximum(coders - 1, 1), 0.0)
    kind = {name: _kinds(*laid_out[name], cuts, seen[name][documents]) for name in laid_out}
    marked = {
        name: np.concatenate([[0], np.cumsum(np.where(kind[name] > 0, widths, 0))]) for name in kind
    }
    pairs = np.zeros((n_documents, kinds, kinds))
    squares = np.zeros((n_documents, kinds))
    shared = np.zeros((n_documents, kinds))
    for name, (own, at) in laid_out.items():
        size = own.ends - own.starts
        kept = seen[name] & (coders > 1)
        row = own.documents * kinds + own.labels + 1
        squares += _add(row, np.square(size) * kept[own.documents], squares.shape)
        squares[:, 0] += lengths * kept - np.bincount(
            own.documents, size * kept[own.documents], minlength=n_documents
        )
        first, last = np.searchsorted(cuts, at), np.searchsorted(cuts, at + size)
        for other in laid_out:
            if other == name:
                continue
            both = np.flatnonzero((kind[name] >= 0) & (kind[other] >= 0))
            cell = (documents[both] * kinds + kind[name][both]) * kinds + kind[other][both]
            pairs += _add(cell, widths[both] * share[documents[both]], pairs.shape)
            inside = np.square(marked[other][last] - marked[other][first])
            shared += _add(row, inside * share[own.documents], shared.shape)
    return np.concatenate([pairs, squares[..., None], shared[..., None]], axis=-1)


def _add(cells: Ints, weights: Floats | Ints, shape: tuple[int, ...]) -> Floats:
    flat = np.bincount(cells, weights.astype(np.float64), minlength=int(np.prod(shape)))
    return flat.astype(np.float64).reshape(shape)


def _kinds(own: Spans, at: Ints, cuts: Ints, seen: Bools) -> Ints:
    """What one annotator says of each interval: -1 unseen, 0 gap, 1 + label within a span."""
    if not len(own):
        return np.where(seen, 0, -1)
    index = np.searchsorted(at, cuts[:-1], side="right") - 1
    inside = (index >= 0) & (cuts[:-1] < (at + own.ends - own.starts)[index])
    return np.where(seen, np.where(inside, own.labels[index] + 1, 0), -1)


def _laid_out(name: str, own: Spans, lengths: Ints, seen: Bools) -> tuple[Spans, Ints]:
    """The spans sorted by their start in the corpus, and that start."""
    own = own.where(own.ends > own.starts)
    for i in np.flatnonzero((own.starts < 0) | (own.ends > lengths[own.documents]))[:1]:
        raise ValueError(
            f"annotator {name!r}, document {own.documents[i]}: span [{own.starts[i]}, "
            f"{own.ends[i]}) leaves the text of length {lengths[own.documents[i]]}"
        )
    for i in np.flatnonzero(~seen[own.documents])[:1]:
        raise ValueError(f"annotator {name!r} has a span in unseen document {own.documents[i]}")
    at = (np.cumsum(lengths) - lengths)[own.documents] + own.starts
    order = np.argsort(at, kind="stable")
    keep = Spans(own.documents[order], own.starts[order], own.ends[order], own.labels[order])
    return keep, at[order]


def _refuse_overlap(name: str, own: Spans, at: Ints) -> None:
    ends = at + own.ends - own.starts
    for i in np.flatnonzero(ends[:-1] > at[1:])[:1]:
        raise ValueError(
            f"annotator {name!r}, document {own.documents[i]}: spans [{own.starts[i]}, "
            f"{own.ends[i]}) and [{own.starts[i + 1]}, {own.ends[i + 1]}) overlap; u-alpha is "
            "defined on partitions; use mask_sums, or one category at a time"
        )


def _united(own: Spans) -> Spans:
    """Overlapping spans of one annotator become one; categories are dropped."""
    own = own.where(own.ends > own.starts)
    if not len(own):
        return own
    order = np.lexsort((own.starts, own.documents))
    documents, starts, ends = own.documents[order], own.starts[order], own.ends[order]
    # A step larger than any end keeps documents apart in one running maximum.
    step = documents * (int(ends.max()) + 1)
    reach = np.maximum.accumulate(ends + step)
    new = np.concatenate([[True], starts[1:] + step[1:] >= reach[:-1]])
    first = np.flatnonzero(new)
    last = np.concatenate([first[1:] - 1, [len(starts) - 1]])
    return Spans(
        documents[first], starts[first], reach[last] - step[last], np.zeros(len(first), np.int64)
    )
