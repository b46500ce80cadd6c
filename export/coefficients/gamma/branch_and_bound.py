"""A component whose gap stayed open becomes its best alignment, searched among few groups.

Only groups whose reduced cost lies below the gap between the bound and the best known alignment
can improve on it. They are searched depth first, and by HiGHS where that takes too long.
"""

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csc_array

from signalbook.export.coefficients.coefficient import Bools, Floats, Ints

from .columns import Pool, list_groups, pool
from .components import compiled

TINY = 1e-9


@compiled
def search(
    members: Ints,
    sizes: Ints,
    reduced: Floats,
    k: int,
    gap: float,
    node_limit: int,
    groups: Ints,
) -> tuple[float, bool]:
    """Cheapest partition by reduced cost, depth first, if any stays under `gap`.

    The listed groups are in ascending order of it.

    Returns:
        Its summed reduced cost, or `gap`; and whether the search was complete.
    """
    lengths, longest = np.zeros(k, np.int64), 1
    for c in range(len(sizes)):
        for i in range(sizes[c]):
            lengths[members[c, i]] += 1
            longest = max(longest, lengths[members[c, i]])
    of, lengths = np.empty((k, longest), np.int64), np.zeros(k, np.int64)
    for c in range(len(sizes)):
        for i in range(sizes[c]):
            of[members[c, i], lengths[members[c, i]]] = c
            lengths[members[c, i]] += 1
    chosen, unit, at = np.empty(k, np.int64), np.empty(k + 1, np.int64), np.zeros(k + 1, np.int64)
    value, taken = np.zeros(k + 1), np.zeros(k, np.int64)
    depth, nodes, best = 0, 0, gap
    unit[0], _ = _next_unit(members, sizes, reduced, taken)
    while depth >= 0:
        if at[depth] > 0:
            last = chosen[depth]
            if last >= 0:
                for i in range(sizes[last]):
                    taken[members[last, i]] = 0
        u, chosen[depth] = unit[depth], -1
        while at[depth] < lengths[u] and chosen[depth] < 0:
            c = of[u, at[depth]]
            at[depth] += 1
            if value[depth] + reduced[c] >= best - TINY:
                at[depth] = lengths[u]
                break
            free = True
            for i in range(sizes[c]):
                free = free and taken[members[c, i]] == 0
            if free:
                chosen[depth] = c
        if chosen[depth] < 0:
            depth -= 1
            continue
        c = chosen[depth]
        for i in range(sizes[c]):
            taken[members[c, i]] = 1
        nodes += 1
        if nodes > node_limit:
            return best, False
        following, hope = _next_unit(members, sizes, reduced, taken)
        if value[depth] + reduced[c] + hope >= best - TINY:
            continue
        if following < 0:
            best = value[depth] + reduced[c]
            for d in range(depth + 1):
                for i in range(sizes[chosen[d]]):
                    groups[members[chosen[d], i]] = d
        else:
            value[depth + 1] = value[depth] + reduced[c]
            depth += 1
            unit[depth], at[depth] = following, 0
    return best, True


@compiled
def _next_unit(members: Ints, sizes: Ints, reduced: Floats, taken: Ints) -> tuple[int, float]:
    """Span with the fewest groups left (-1 if all are taken); the least that all of them add."""
    k = len(taken)
    left, share = np.zeros(k, np.int64), np.full(k, np.inf)
    for c in range(len(sizes)):
        free = True
        for i in range(sizes[c]):
            free = free and taken[members[c, i]] == 0
        if free:
            for i in range(sizes[c]):
                u = members[c, i]
                left[u] += 1
                share[u] = min(share[u], reduced[c] / sizes[c])
    unit, least = -1, 0.0
    for u in range(k):
        if taken[u] == 0:
            least += share[u]
            if unit < 0 or left[u] < left[unit]:
                unit = u
    return unit, least


def close_gap(
    weights: Floats,
    first: Ints,
    opening: float,
    cut: float,
    groups: Ints,
    prices: Floats,
    cost: float,
    bound: float,
    effort: int,
) -> tuple[float, float]:
    """Improve `groups` among those that the gap leaves possible: their cost and a lower bound."""
    k = len(prices)
    room = pool(100_000, len(first) - 1)
    room.members[:k, 0], room.sizes[:k], room.costs[:k] = np.arange(k), 1, opening
    count, whole, _ = list_groups(
        weights, first, prices, opening, cut, cost - bound, False, effort, *room, k, len(room.sizes)
    )
    if not whole:
        return cost, bound
    listed = Pool(room.members[:count], room.sizes[:count], room.costs[:count])
    reduced = listed.costs - np.where(_inside(listed), prices[listed.members], 0).sum(axis=1)
    kept = np.argsort(reduced, kind="stable")
    kept = kept[reduced[kept] < cost - bound]
    few = Pool(listed.members[kept], listed.sizes[kept], listed.costs[kept])
    if abs(float(prices.sum()) - bound) < TINY:
        over, done = search(few.members, few.sizes, reduced[kept], k, cost - bound, 5000, groups)
        cost = min(cost, bound + over)
        if done:
            return cost, cost
    return _branch_and_cut(few, k, groups, cost, bound)


def _inside(listed: Pool) -> Bools:
    """Which places of `members` are filled."""
    return np.asarray(np.arange(listed.members.shape[1]) < listed.sizes[:, None])


def _branch_and_cut(
    few: Pool, k: int, groups: Ints, cost: float, bound: float
) -> tuple[float, float]:
    ends: Ints = np.concatenate(([0], np.cumsum(few.sizes)))
    cover: csc_array[np.float64] = csc_array(
        (np.ones(int(ends[-1])), few.members[_inside(few)], ends), shape=(k, len(few.sizes))
    )
    result = milp(
        few.costs,
        integrality=np.ones(len(few.sizes), np.int64),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(cover, 1, 1),
        options={"mip_rel_gap": 0.0, "time_limit": 20.0},
    )
    if result.status == 2:  # no alignment is made of these: the known one is the best
        return cost, cost
    if result.mip_dual_bound is not None:
        bound = max(bound, min(cost, float(result.mip_dual_bound)))
    if result.x is not None and float(few.costs @ np.round(result.x)) < cost:
        chosen = np.flatnonzero(np.asarray(result.x) > 0.5)
        for number, c in enumerate(chosen):
            groups[few.members[c, : few.sizes[c]]] = number
        cost = float(few.costs[chosen].sum())
    return cost, min(bound, cost)
