"""The best alignment of a component whose bound is not reached, searched among few groups.

Only groups whose reduced cost lies below the gap between the bound and the best known alignment
can improve on it. The best one mostly lies close above the bound, far below the one that is known:
so it is searched depth first, at first within a small part of the gap, where there are few groups,
then within twice as much, and by HiGHS where that takes too long.
"""

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csc_array

from signalbook.export.coefficients.coefficient import Bools, Floats, Ints

from .columns import Pricing, enumerate_columns
from .components import TINY, Component, compiled
from .simplex import Columns

#: Groups beyond which there is no search.
_MAX_COLUMNS = 100_000
#: Steps of search before HiGHS takes over, and groups that all of these may read: about a tenth
#: of a second.
_MAX_NODES = 50_000
_MAX_READ = 20_000_000
#: Groups among which HiGHS proves the best alignment in seconds, if at all.
_MAX_FOR_PROGRAM = 20_000
#: Part of the gap within which the best alignment is looked for first.
_FIRST_PART = 1 / 16
#: Seconds that HiGHS may take.
_MAX_SECONDS = 20.0


def branch_and_bound(
    component: Component, groups: Ints, duals: Floats, cost: float, bound: float, effort: int
) -> tuple[float, float]:
    """Improve an alignment among the groups that the gap leaves possible.

    Args:
        component: The component.
        groups: Its alignment; improved in place.
        duals: Dual values that leave no group cheaper than its members.
        cost: The cost of the alignment.
        bound: The cost of no alignment is lower.
        effort: Steps of search from each span.

    Returns:
        The cost of the improved alignment, and a bound; they are equal if it is the best.
    """
    cost, bound = _deepen(component, groups, duals, cost, bound, effort)
    if bound < cost:
        columns, _ = _columns_below(cost - float(duals.sum()), component, duals, effort)
        if columns is not None and len(columns.sizes) <= _MAX_FOR_PROGRAM:
            return _integer_program(columns, groups, cost, bound)
    return cost, bound


def _deepen(
    component: Component, groups: Ints, duals: Floats, cost: float, bound: float, effort: int
) -> tuple[float, float]:
    """Search for an alignment within a part of the gap, then within twice as much, up to all."""
    least = float(duals.sum())
    part, gap = _FIRST_PART, cost - least
    while bound < cost:
        within = min(part * gap, cost - least)
        columns, reduced = _columns_below(within, component, duals, effort)
        if columns is None:
            break
        nodes = min(_MAX_NODES, _MAX_READ // max(1, len(columns.sizes)))
        over, complete = _depth_first(columns, reduced, within, nodes, groups)
        if over < within:
            cost = least + over
        if not complete:
            break
        bound = max(bound, min(cost, least + within))
        part *= 2
    return cost, bound


def _columns_below(
    limit: float, component: Component, duals: Floats, effort: int
) -> tuple[Columns | None, Floats]:
    """The groups with a reduced cost below a limit, in its order, and it; None if they are too many."""
    k = len(duals)
    columns = Columns.empty(_MAX_COLUMNS, len(component.first) - 1)
    columns.members[:k, 0], columns.sizes[:k] = np.arange(k), 1
    columns.costs[:k] = component.costs.opening
    count, complete, _ = enumerate_columns(
        component, duals, Pricing(limit, False, effort), columns, k, _MAX_COLUMNS
    )
    if not complete:
        return None, np.empty(0)
    listed = Columns(columns.members[:count], columns.sizes[:count], columns.costs[:count])
    reduced = _reduced_costs(listed, duals)
    order = np.argsort(reduced, kind="stable")
    order = order[reduced[order] < limit]
    below = Columns(listed.members[order], listed.sizes[order], listed.costs[order])
    return below, reduced[order]


def _reduced_costs(columns: Columns, duals: Floats) -> Floats:
    shares = np.where(_filled(columns), duals[columns.members], 0)
    return np.asarray(columns.costs - shares.sum(axis=1), dtype=np.float64)


def _filled(columns: Columns) -> Bools:
    """Which places of `members` are filled."""
    return np.asarray(np.arange(columns.members.shape[1]) < columns.sizes[:, None])


@compiled
def _depth_first(
    columns: Columns, reduced: Floats, gap: float, max_nodes: int, groups: Ints
) -> tuple[float, bool]:
    """Cheapest partition by reduced cost, depth first, if any stays under `gap`.

    The columns are in ascending order of it.

    Returns:
        Its summed reduced cost, or `gap`; and whether the search was complete.
    """
    k = len(groups)
    of_span, n_columns = _columns_by_span(columns, k)
    chosen, span, at = np.empty(k, np.int64), np.empty(k + 1, np.int64), np.zeros(k + 1, np.int64)
    value, taken = np.zeros(k + 1), np.zeros(k, np.bool_)
    depth, nodes, best = 0, 0, gap
    span[0], _ = _next_span(columns, reduced, taken)
    while depth >= 0:
        if at[depth] > 0 and chosen[depth] >= 0:
            _mark(columns, chosen[depth], taken, False)
        u, chosen[depth] = span[depth], -1
        while at[depth] < n_columns[u] and chosen[depth] < 0:
            c = int(of_span[u, at[depth]])
            at[depth] += 1
            if value[depth] + reduced[c] >= best - TINY:
                at[depth] = n_columns[u]
                break
            if _is_free(columns, c, taken):
                chosen[depth] = c
        if chosen[depth] < 0:
            depth -= 1
            continue
        _mark(columns, chosen[depth], taken, True)
        nodes += 1
        if nodes > max_nodes:
            return best, False
        following, least = _next_span(columns, reduced, taken)
        total = value[depth] + reduced[chosen[depth]]
        if total + least >= best - TINY:
            continue
        if following < 0:
            best = total
            for d in range(depth + 1):
                for i in range(columns.sizes[chosen[d]]):
                    groups[columns.members[chosen[d], i]] = d
        else:
            depth += 1
            value[depth], span[depth], at[depth] = total, following, 0
    return best, True


@compiled
def _columns_by_span(columns: Columns, k: int) -> tuple[Ints, Ints]:
    """The columns that hold each span, ``[k, most]``, and how many there are, ``[k]``."""
    members, sizes = columns.members, columns.sizes
    lengths = np.zeros(k, np.int64)
    for c in range(len(sizes)):
        for i in range(sizes[c]):
            lengths[members[c, i]] += 1
    of_span = np.empty((k, max(1, lengths.max())), np.int64)
    lengths[:] = 0
    for c in range(len(sizes)):
        for i in range(sizes[c]):
            of_span[members[c, i], lengths[members[c, i]]] = c
            lengths[members[c, i]] += 1
    return of_span, lengths


@compiled
def _is_free(columns: Columns, c: int, taken: Bools) -> bool:
    """Whether no span of the column is taken."""
    free = True
    for i in range(columns.sizes[c]):
        free = free and not taken[columns.members[c, i]]
    return free


@compiled
def _mark(columns: Columns, c: int, taken: Bools, value: bool) -> None:
    for i in range(columns.sizes[c]):
        taken[columns.members[c, i]] = value


@compiled
def _next_span(columns: Columns, reduced: Floats, taken: Bools) -> tuple[int, float]:
    """Span with the fewest columns left (-1 if all are taken); the least that all of them add."""
    k = len(taken)
    left, share = np.zeros(k, np.int64), np.full(k, np.inf)
    for c in range(len(columns.sizes)):
        if _is_free(columns, c, taken):
            for i in range(columns.sizes[c]):
                u = columns.members[c, i]
                left[u] += 1
                share[u] = min(share[u], reduced[c] / columns.sizes[c])
    span, least = -1, 0.0
    for u in range(k):
        if not taken[u]:
            least += share[u]
            if span < 0 or left[u] < left[span]:
                span = u
    return span, least


def _integer_program(
    columns: Columns, groups: Ints, cost: float, bound: float
) -> tuple[float, float]:
    """The cheapest partition by branch and cut, within a time limit."""
    n_columns = len(columns.sizes)
    ends: Ints = np.concatenate(([0], np.cumsum(columns.sizes)))
    cover: csc_array[np.float64] = csc_array(
        (np.ones(int(ends[-1])), columns.members[_filled(columns)], ends),
        shape=(len(groups), n_columns),
    )
    result = milp(
        columns.costs,
        integrality=np.ones(n_columns, np.int64),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(cover, 1, 1),
        options={"mip_rel_gap": 0.0, "time_limit": _MAX_SECONDS},
    )
    if result.status == 2:  # no alignment is made of these: the known one is the best
        return cost, cost
    if result.mip_dual_bound is not None:
        bound = max(bound, min(cost, float(result.mip_dual_bound)))
    if result.x is not None and float(columns.costs @ np.round(result.x)) < cost:
        chosen = np.flatnonzero(np.asarray(result.x) > 0.5)
        for number, c in enumerate(chosen):
            groups[columns.members[c, : columns.sizes[c]]] = number
        cost = float(columns.costs[chosen].sum())
    return cost, min(bound, cost)
