"""A first alignment of each component: one annotator after another, by optimal matchings."""

import numpy as np

from signalbook.export.coefficients.coefficient import Bools, Floats, Ints

from .components import BatchSpans, Components, GroupCosts, Partition, compiled, dissimilarity
from .sparse_matching import match, match_pairs, negative_pairs

#: Rounds of matchings before a first alignment is good enough.
_MAX_ROUNDS = 10
#: Spans of a component that are matched by a matrix of all pairs: it takes time with their cube,
#: where that of close pairs alone hardly grows faster than their number.
_MAX_IN_MATRIX = 128


def first_alignments(
    spans: BatchSpans,
    partition: Partition,
    costs: GroupCosts,
    *,
    max_in_matrix: int = _MAX_IN_MATRIX,
) -> tuple[Components, Bools]:
    """Align each component, one annotator after another; say which alignments are exact.

    With spans of at most two annotators they are. All other bounds are still 0.
    """
    order, offsets, pair_offsets = partition.order, partition.offsets, partition.pair_offsets
    exact, begins, groups, totals, weights = _match_components(
        spans, order, offsets, costs, max_in_matrix
    )
    for c in np.flatnonzero(exact & (np.diff(offsets) > max_in_matrix)):
        own, close = slice(*offsets[c : c + 2]), slice(*pair_offsets[c : c + 2])
        first, second = partition.first[close], partition.second[close]
        totals[c] = match_pairs(spans, order[own], first, second, costs, groups[own])
    bounds = np.where(exact, totals, 0.0)
    annotators = spans.annotators[order]
    return Components(annotators, offsets, weights, begins, groups, totals, bounds, costs), exact


@compiled
def _match_components(
    spans: BatchSpans, order: Ints, offsets: Ints, costs: GroupCosts, max_in_matrix: int
) -> tuple[Bools, Ints, Ints, Floats, Floats]:
    n_components = len(offsets) - 1
    exact, begins = np.empty(n_components, np.bool_), np.empty(n_components, np.int64)
    groups, totals = np.zeros(len(order), np.int64), np.empty(n_components)
    size = 0
    for c in range(n_components):
        units = order[offsets[c] : offsets[c + 1]]
        exact[c], begins[c] = _has_two(spans.annotators, units), size
        size += 0 if exact[c] else len(units) ** 2
    flat = np.empty(size)
    for c in range(n_components):
        units = order[offsets[c] : offsets[c + 1]]
        if len(units) == 1:
            totals[c] = costs.opening
            continue
        if exact[c] and len(units) > max_in_matrix:
            continue
        weights = _weights(spans, units, costs)
        totals[c] = _match(
            spans.annotators, units, weights, costs.opening, exact[c],
            groups[offsets[c] : offsets[c + 1]], max_in_matrix,
        )  # fmt: skip
        if not exact[c]:
            flat[begins[c] : begins[c] + len(units) ** 2] = weights.ravel()
    return exact, begins, groups, totals, flat


@compiled
def _has_two(annotators: Ints, units: Ints) -> bool:
    """Whether there are at most two annotators; the spans are ordered by annotator."""
    changes = 0
    for i in range(1, len(units)):
        changes += annotators[units[i]] != annotators[units[i - 1]]
    return changes <= 1


@compiled
def _weights(spans: BatchSpans, units: Ints, costs: GroupCosts) -> Floats:
    k = len(units)
    weights = np.zeros((k, k))
    for i in range(k):
        for j in range(i):
            d = dissimilarity(spans, units[i], units[j], costs)
            weights[i, j] = weights[j, i] = d - 1.0
    return weights


@compiled
def _match(
    annotators: Ints,
    units: Ints,
    weights: Floats,
    opening: float,
    once: bool,
    groups: Ints,
    max_in_matrix: int,
) -> float:
    """Match each annotator's spans with the others' groups until that is no more use; its cost."""
    k = len(units)
    groups[:] = -1
    total = np.inf
    for _ in range(_MAX_ROUNDS):
        low = 0
        for u in range(1, k + 1):
            if u == k or annotators[units[u]] != annotators[units[low]]:
                _rematch(weights, groups, low, u, opening, max_in_matrix)
                low = u
        cost = _cost(weights, groups, opening)
        stuck = cost > total - 1e-12
        total = cost
        if stuck or once:
            break
    return float(total)


@compiled
def _rematch(
    weights: Floats, groups: Ints, low: int, high: int, opening: float, max_in_matrix: int
) -> None:
    """Put one annotator's spans, ``low`` to ``high``, into the best of the others' groups."""
    k = len(groups)
    number, n_groups = np.zeros(2 * k, np.int64), 0
    for u in range(k):
        if groups[u] >= 0 and (u < low or u >= high):
            if number[groups[u]] == 0:
                n_groups += 1
                number[groups[u]] = n_groups
            groups[u] = number[groups[u]] - 1
    gains: Floats = np.full((high - low, n_groups), -opening)
    for u in range(k):
        if groups[u] >= 0 and (u < low or u >= high):
            for row in range(high - low):
                gains[row, groups[u]] += weights[low + row, u]
    if k > max_in_matrix:
        column_of = match(negative_pairs(gains), n_groups)
    else:
        alone: Floats = np.zeros((high - low, high - low))
        column_of = _assign(np.hstack((np.minimum(gains, 0.0), alone)))
    for row in range(high - low):
        if 0 <= column_of[row] < gains.shape[1] and gains[row, column_of[row]] < 0:
            groups[low + row] = column_of[row]
        else:
            groups[low + row] = n_groups
            n_groups += 1


@compiled
def _assign(costs: Floats) -> Ints:
    """Column of each row in a cheapest assignment; at least as many columns as rows.

    The Hungarian method with potentials; scipy's cannot be called from compiled code, where this
    is called for every annotator of every component.
    """
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
def _cost(weights: Floats, groups: Ints, opening: float) -> float:
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
