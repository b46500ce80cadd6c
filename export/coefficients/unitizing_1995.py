"""The alpha_U of 1995 and 2004 for one category's spans, the predecessor of u-alpha.

Krippendorff, K. (1995). On the reliability of unitizing continuous data. Sociological Methodology
25, 47-76; (2004) Content Analysis, 2nd ed., 11.6. Kept for comparison with published figures and
with tools that still compute it; the family of 2016 in `unitizing` replaces it.
"""

from collections.abc import Mapping
from itertools import permutations

import numpy as np

from .coefficient import Floats, Ints, correct_for_chance


def alpha_u(disagreements: Floats) -> Floats:
    """alpha_U of one category, or of several.

    Args:
        disagreements: What `unitizing_disagreements` gives, ``[..., 2]``; its sum over categories
            for the coefficient of all.

    Returns:
        ``[...]``; NaN where nothing was marked.
    """
    return correct_for_chance(disagreements[..., 0], disagreements[..., 1])


def unitizing_disagreements(length: int, spans: Mapping[str, Ints]) -> Floats:
    """Observed and expected disagreement about one category on one continuum.

    Args:
        length: Length L of the continuum, in the unit of the spans' offsets.
        spans: For each of the m annotators, by name, the starts and ends of the category's spans,
            ``[n, 2]`` integers, without overlap; an annotator who marked nothing has none.

    Returns:
        ``[D_o, D_e]``. ``D_o`` sums, over ordered pairs of annotators and their intersecting
        sections, the squared differences of starts and of ends for two spans, the squared length
        for a span that lies in a gap, divided by ``m (m - 1) L^2``. ``D_e`` is its mean over all
        ways to place the same sections.

    Raises:
        ValueError: There are fewer than two annotators, or an annotator's spans overlap.
    """
    if len(spans) < 2:
        raise ValueError("unitizing agreement needs at least two annotators")
    marked = [_sorted(name, rows) for name, rows in sorted(spans.items())]
    gaps = [_gaps(length, sections) for sections in marked]
    m = len(marked)
    observed = 0.0
    for i, j in permutations(range(m), 2):
        first, second = marked[i], marked[j]
        starts = np.subtract.outer(first[:, 0], second[:, 0])
        ends = np.subtract.outer(first[:, 1], second[:, 1])
        meet = (first[:, None, 0] < second[None, :, 1]) & (second[None, :, 0] < first[:, None, 1])
        observed += float(((np.square(starts) + np.square(ends)) * meet).sum())
        # A span inside of a gap counts from either side of an ordered pair.
        observed += 2 * float(np.square(_lengths(first))[_within(first, gaps[j])].sum())
    lengths = np.concatenate([_lengths(sections) for sections in marked]).astype(np.float64)
    free = np.concatenate([_lengths(sections) for sections in gaps]).astype(np.float64)
    return np.array([observed / (m * (m - 1) * length**2), _expected(length, m, lengths, free)])


def _expected(length: int, n_annotators: int, lengths: Floats, free: Floats) -> float:
    """Expected disagreement from the lengths of all spans and of all gaps."""
    points = n_annotators * length
    beside_spans = (len(lengths) - 1) / 3 * (2 * lengths**3 - 3 * lengths**2 + lengths)
    room = np.maximum(free[None, :] - lengths[:, None] + 1, 0).sum(axis=1)
    numerator = 2 / length * (beside_spans + lengths**2 * room).sum()
    return float(numerator / (points * (points - 1) - (lengths * (lengths - 1)).sum()))


def _sorted(name: str, rows: Ints) -> Ints:
    """Spans by their start."""
    spans: Ints = np.asarray(rows, dtype=np.int64).reshape(-1, 2)
    spans = spans[np.argsort(spans[:, 0], kind="stable")]
    for i in np.flatnonzero(spans[:-1, 1] > spans[1:, 0])[:1]:
        raise ValueError(
            f"annotator {name!r}: spans [{spans[i, 0]}, {spans[i, 1]}) and [{spans[i + 1, 0]}, "
            f"{spans[i + 1, 1]}) of one category overlap; alpha_U is not defined for them"
        )
    return spans


def _gaps(length: int, spans: Ints) -> Ints:
    """What lies between an annotator's spans."""
    starts = np.concatenate([[0], spans[:, 1]])
    ends = np.concatenate([spans[:, 0], [length]])
    gaps = np.stack([starts, ends], axis=1)
    return gaps[gaps[:, 1] > gaps[:, 0]]


def _lengths(sections: Ints) -> Ints:
    return sections[:, 1] - sections[:, 0]


def _within(spans: Ints, gaps: Ints) -> Ints:
    """Which spans lie wholly in a gap: indices."""
    index = np.searchsorted(gaps[:, 0], spans[:, 0], side="right") - 1
    inside = np.zeros(len(spans), dtype=np.bool_)
    valid = index >= 0
    inside[valid] = spans[valid, 1] <= gaps[index[valid], 1]
    return np.flatnonzero(inside)
