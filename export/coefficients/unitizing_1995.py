"""One category's spans become the alpha_U of 1995 and 2004, the predecessor of u-alpha.

Krippendorff, K. (1995). On the reliability of unitizing continuous data. Sociological Methodology
25, 47-76; (2004) Content Analysis, 2nd ed., 11.6. Kept for comparison with published figures and
with tools that still compute it; the family of 2016 in `unitizing` replaces it.
"""

from collections.abc import Mapping
from itertools import permutations

import numpy as np

from .coefficient import Floats, Ints, correct_for_chance


def alpha_u(parts: Floats) -> Floats:
    """alpha_U of `unitizing_disagreements`, ``[..., 2]``; sum over categories for the overall one.

    NaN where nothing was marked.
    """
    return correct_for_chance(parts[..., 0], parts[..., 1])


def unitizing_disagreements(length: int, spans: Mapping[str, Ints]) -> Floats:
    """Observed and expected disagreement about one category on one continuum.

    Args:
        length: Length L of the continuum.
        spans: For each of the m annotators the starts and ends of the category's spans,
            ``[n, 2]``, without overlap; an annotator who marked nothing has none.

    Returns:
        ``[D_o, D_e]``. ``D_o`` sums, over ordered pairs of annotators and their intersecting
        sections, the squared differences of starts and of ends for two spans, the squared length
        for a span that lies in a gap, divided by ``m (m - 1) L^2``. ``D_e`` is its mean over all
        ways to place the same sections.

    Raises:
        ValueError: Fewer than two annotators, or one's spans overlap.
    """
    if len(spans) < 2:
        raise ValueError("unitizing agreement needs at least two annotators")
    marked = {name: _sorted(name, own) for name, own in sorted(spans.items())}
    gaps = {name: _gaps(length, own) for name, own in marked.items()}
    m = len(marked)
    observed = 0.0
    for one, other in permutations(marked, 2):
        first, second = marked[one], marked[other]
        starts = np.subtract.outer(first[:, 0], second[:, 0])
        ends = np.subtract.outer(first[:, 1], second[:, 1])
        meet = (first[:, None, 0] < second[None, :, 1]) & (second[None, :, 0] < first[:, None, 1])
        observed += float(((np.square(starts) + np.square(ends)) * meet).sum())
        # A span inside of a gap counts from either side of an ordered pair.
        observed += 2 * float(np.square(_lengths(first))[_within(first, gaps[other])].sum())
    return np.array([observed / (m * (m - 1) * length**2), _expected(length, marked, gaps)])


def _expected(length: int, marked: Mapping[str, Ints], gaps: Mapping[str, Ints]) -> float:
    sizes = np.concatenate([_lengths(own) for own in marked.values()]).astype(np.float64)
    free = np.concatenate([_lengths(own) for own in gaps.values()]).astype(np.float64)
    points = len(marked) * length
    beside_spans = (len(sizes) - 1) / 3 * (2 * sizes**3 - 3 * sizes**2 + sizes)
    room = np.maximum(free[None, :] - sizes[:, None] + 1, 0).sum(axis=1)
    numerator = 2 / length * (beside_spans + sizes**2 * room).sum()
    return float(numerator / (points * (points - 1) - (sizes * (sizes - 1)).sum()))


def _sorted(name: str, own: Ints) -> Ints:
    own = np.asarray(own, dtype=np.int64).reshape(-1, 2)
    own = own[np.argsort(own[:, 0], kind="stable")]
    for i in np.flatnonzero(own[:-1, 1] > own[1:, 0])[:1]:
        raise ValueError(
            f"annotator {name!r}: spans [{own[i, 0]}, {own[i, 1]}) and [{own[i + 1, 0]}, "
            f"{own[i + 1, 1]}) of one category overlap; alpha_U is not defined for them"
        )
    return own


def _gaps(length: int, own: Ints) -> Ints:
    starts = np.concatenate([[0], own[:, 1]])
    ends = np.concatenate([own[:, 0], [length]])
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
