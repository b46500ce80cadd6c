"""Spans become independent components, and a first alignment of each by optimal matchings.

An alignment puts every span into one group with at most one span of each annotator. With n
annotators and M = n(n-1)/2, the disorder of an alignment, times M and in units of the cost of an
empty place, is ``M * groups + sum over pairs within groups of (d - 1)``: every group costs its
opening M, every pair in it gains up to 1. So two spans with ``d > M + n - 1`` never share a group,
and what remains connected below that can be aligned apart from the rest.
"""

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

import numba
import numpy as np

from signalbook.export.coefficients.coefficient import Bools, Floats, Ints

P = ParamSpec("P")
R = TypeVar("R")


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """Compile on first use and keep the machine code beside the source."""
    return cast(Callable[P, R], numba.njit(cache=True, nogil=True, error_model="numpy")(function))


@compiled
def dissimilarity(
    starts: Floats, ends: Floats, categories: Ints, i: int, j: int, alpha: float, beta: float
) -> float:
    """Dissimilarity of two spans, in units of the cost of an empty place."""
    apart = abs(starts[i] - starts[j]) + abs(ends[i] - ends[j])
    position = apart / (ends[i] - starts[i] + ends[j] - starts[j])
    return float(alpha * position * position + (beta if categories[i] != categories[j] else 0.0))


@compiled
def _root(parents: Ints, i: int) -> int:
    while parents[i] != i:
        parents[i] = parents[parents[i]]
        i = parents[i]
    return i


@compiled
def _first_at(starts: Floats, order: Ints, low: int, high: int, position: float) -> int:
    while low < high:
        middle = (low + high) // 2
        if starts[order[middle]] < position:
            low = middle + 1
        else:
            high = middle
    return low


@compiled
def _join(
    starts: Floats,
    ends: Floats,
    categories: Ints,
    annotators: Ints,
    order: Ints,
    blocks: Ints,
    block_continuum: Ints,
    longest: Floats,
    alpha: float,
    beta: float,
    cut: float,
) -> Ints:
    """Roots of the components; a block is one continuum's spans of about one length, by start."""
    parents = np.arange(len(starts))
    reach = np.sqrt(cut / alpha) if alpha > 0 else np.inf
    for own in range(len(longest)):
        for at in range(blocks[own], blocks[own + 1]):
            i = order[at]
            for block in range(own, len(longest)):
                if block_continuum[block] != block_continuum[own]:
                    break
                window = reach * (ends[i] - starts[i] + longest[block])
                low = at + 1 if block == own else blocks[block]
                low = _first_at(starts, order, low, blocks[block + 1], starts[i] - window)
                for there in range(low, blocks[block + 1]):
                    j = order[there]
                    if starts[j] > starts[i] + window:
                        break
                    if annotators[i] != annotators[j]:
                        a, b = _root(parents, i), _root(parents, j)
                        if a != b and (
                            dissimilarity(starts, ends, categories, i, j, alpha, beta) < cut
                        ):
                            parents[max(a, b)] = min(a, b)
    for i in range(len(parents)):
        parents[i] = _root(parents, i)
    return parents


def components(
    continua: Ints,
    starts: Floats,
    ends: Floats,
    categories: Ints,
    annotators: Ints,
    *,
    alpha: float,
    beta: float,
    cut: float,
) -> tuple[Ints, Ints]:
    """Order the spans by component, then annotator; say where each component begins.

    Spans are compared within classes of length, so that one very long span does not make every
    other look far.
    """
    lengths = ends - starts
    size = np.frexp(lengths)[1]
    order = np.lexsort((starts, size, continua))
    new = (np.diff(continua[order]) != 0) | (np.diff(size[order]) != 0)
    blocks = np.concatenate(([0], np.flatnonzero(new) + 1)).astype(np.int64)
    longest = np.maximum.reduceat(lengths[order], blocks)
    roots = _join(
        starts,
        ends,
        categories,
        annotators,
        order,
        np.append(blocks, len(starts)),
        continua[order[blocks]],
        longest,
        alpha,
        beta,
        cut,
    )
    by_component = np.lexsort((annotators, roots)).astype(np.int64)
    offsets = np.flatnonzero(np.diff(roots[by_component], prepend=-1, append=-1))
    return by_component, offsets.astype(np.int64)


@compiled
def _assign(costs: Floats) -> Ints:
    """Column of each row in a cheapest assignment; at least as many columns as rows."""
    rows, columns = costs.shape
    u, v = np.zeros(rows + 1), np.zeros(columns + 1)
    row_of, way = np.zeros(columns + 1, np.int64), np.zeros(columns + 1, np.int64)
    for row in range(1, rows + 1):
        row_of[0] = row
        at = 0
        least = np.full(columns + 1, np.inf)
        used = np.zeros(columns + 1, np.int64)
        while row_of[at] != 0:
            used[at] = 1
            here, step, to = row_of[at], np.inf, 0
            for j in range(1, columns + 1):
                if not used[j]:
                    slack = costs[here - 1, j - 1] - u[here] - v[j]
                    if slack < least[j]:
                        least[j], way[j] = slack, at
                    if least[j] < step:
                        step, to = least[j], j
            for j in range(columns + 1):
                if used[j]:
                    u[row_of[j]] += step
                    v[j] -= step
                else:
                    least[j] -= step
            at = to
        while at != 0:
            row_of[at] = row_of[way[at]]
            at = way[at]
    column_of = np.zeros(rows, np.int64)
    for j in range(1, columns + 1):
        if row_of[j] > 0:
            column_of[row_of[j] - 1] = j - 1
    return column_of


@compiled
def _rematch(weights: Floats, groups: Ints, low: int, high: int, opening: float) -> None:
    """Put one annotator's spans, ``low`` to ``high``, into the best of the others' groups."""
    k = len(groups)
    compact, n_groups = np.zeros(2 * k, np.int64), 0
    for u in range(k):
        if groups[u] >= 0 and (u < low or u >= high):
            if compact[groups[u]] == 0:
                n_groups += 1
                compact[groups[u]] = n_groups
            groups[u] = compact[groups[u]] - 1
    gains = np.zeros((high - low, n_groups + high - low))
    for row in range(high - low):
        for g in range(n_groups):
            gains[row, g] = -opening
    for u in range(k):
        if groups[u] >= 0 and (u < low or u >= high):
            for row in range(high - low):
                gains[row, groups[u]] += weights[low + row, u]
    for row in range(high - low):
        for g in range(n_groups):
            gains[row, g] = min(0.0, gains[row, g])
    column_of = _assign(gains)
    for row in range(high - low):
        if gains[row, column_of[row]] < 0:
            groups[low + row] = column_of[row]
        else:
            groups[low + row] = n_groups
            n_groups += 1


@compiled
def cost_of(weights: Floats, groups: Ints, opening: float) -> float:
    """Cost of an alignment: openings, and weights within groups."""
    cost, seen = 0.0, np.zeros(2 * len(groups), np.int64)
    for u in range(len(groups)):
        if seen[groups[u]] == 0:
            seen[groups[u]] = 1
            cost += opening
        for v in range(u):
            if groups[u] == groups[v]:
                cost += weights[u, v]
    return cost


@compiled
def _weights(
    starts: Floats, ends: Floats, categories: Ints, units: Ints, alpha: float, beta: float
) -> Floats:
    k = len(units)
    weights = np.zeros((k, k))
    for i in range(k):
        for j in range(i):
            d = dissimilarity(starts, ends, categories, units[i], units[j], alpha, beta)
            weights[i, j] = weights[j, i] = d - 1.0
    return weights


@compiled
def match(
    starts: Floats,
    ends: Floats,
    categories: Ints,
    annotators: Ints,
    order: Ints,
    offsets: Ints,
    opening: float,
    alpha: float,
    beta: float,
    groups: Ints,
    costs: Floats,
    exact: Bools,
    square: Ints,
) -> Floats:
    """Fill each component's `groups` (numbered from 0) and `costs` one annotator after another.

    With spans of at most two annotators that is exact. Returns the weights ``d - 1`` of all other
    components, each a square matrix, laid flat at `square`.
    """
    kept = 0
    for c in range(len(offsets) - 1):
        units = order[offsets[c] : offsets[c + 1]]
        exact[c] = annotators[units[0]] == annotators[units[-1]] or _two(annotators, units)
        square[c] = kept
        kept += 0 if exact[c] else len(units) ** 2
    flat = np.empty(kept)
    for c in range(len(offsets) - 1):
        units = order[offsets[c] : offsets[c + 1]]
        k = len(units)
        own = groups[offsets[c] : offsets[c + 1]]
        if k == 1:
            own[0], costs[c] = 0, opening
            continue
        weights = _weights(starts, ends, categories, units, alpha, beta)
        for u in range(k):
            own[u] = -1
        costs[c] = np.inf
        for _ in range(10):
            low = 0
            for u in range(1, k + 1):
                if u == k or annotators[units[u]] != annotators[units[low]]:
                    _rematch(weights, own, low, u, opening)
                    low = u
            cost = cost_of(weights, own, opening)
            stuck = cost > costs[c] - 1e-12
            costs[c] = cost
            if stuck or exact[c]:
                break
        if not exact[c]:
            for u in range(k * k):
                flat[square[c] + u] = weights[u // k, u % k]
    return flat


@compiled
def _two(annotators: Ints, units: Ints) -> bool:
    """At most two annotators; the spans are ordered by annotator."""
    changes = 0
    for i in range(1, len(units)):
        changes += annotators[units[i]] != annotators[units[i - 1]]
    return changes <= 1
