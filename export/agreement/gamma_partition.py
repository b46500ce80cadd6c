"""A component with a first alignment becomes its best alignment, with a proof or an honest bound.

Choosing groups so that every span is in exactly one is a set partition. Prices ``y`` of spans under
which no group is cheaper than its members bound every alignment from below by ``sum y``; the primal
simplex method finds the best such prices. Only groups whose reduced cost ``cost - sum y`` lies below
the gap to the best known alignment can improve on it: if the gap is not closed already, those few
are searched. Where there are too many groups to list, they are generated as the prices ask for them.
"""

import numpy as np

from .coefficient import Bools, Floats, Ints
from .gamma_components import compiled

TINY = 1e-9


@compiled
def list_groups(
    weights: Floats,
    first: Ints,
    prices: Floats,
    opening: float,
    cut: float,
    below: float,
    best_only: bool,
    node_limit: int,
    members: Ints,
    sizes: Ints,
    costs: Floats,
    count: int,
) -> tuple[int, bool, float]:
    """Append the groups of two or more with a reduced cost under `below` to the list.

    Spans are ordered by annotator, ``first[a]`` begins annotator a's. Depth first from each span,
    with what the later annotators could still gain as the bound. With `best_only`, each span's
    bar sinks to the best group found from it.

    Returns:
        The new count; whether the search was complete; and a lower bound on the summed
        reduced costs of disjoint groups.
    """
    k, m = len(prices), len(first) - 1
    owner, hope = np.empty(k, np.int64), np.zeros((m, k))
    for a in range(m):
        owner[first[a] : first[a + 1]] = a
    for v in range(k):
        for a in range(m - 2, -1, -1):
            hope[a, v] = hope[a + 1, v]
            if a + 1 != owner[v]:
                hope[a, v] += 0.5 * min(0.0, weights[v, first[a + 1] : first[a + 2]].min())
    gain, value = np.empty((m, k)), np.empty(m)
    group, at = np.empty(m, np.int64), np.empty(m, np.int64)
    slack, complete = 0.0, True
    for root in range(k):
        bar, nodes, level = below, 0, 0
        for v in range(first[owner[root] + 1], k):
            near = weights[root, v] + 1.0 < cut
            gain[0, v] = weights[root, v] - prices[v] if near else np.inf
        group[0], value[0], at[0] = root, opening - prices[root], first[owner[root] + 1]
        floor = value[0]
        for a in range(owner[root] + 1, m):
            best = 0.0
            for w in range(first[a], first[a + 1]):
                best = min(best, gain[0, w] + hope[owner[root], w])
            floor += best
        if floor >= bar:
            continue
        while level >= 0:
            v = at[level]
            if v >= k:
                level -= 1
                continue
            at[level] += 1
            reduced = value[level] + gain[level, v]
            if reduced == np.inf:
                continue
            nodes += 1
            group[level + 1] = v
            bound = reduced
            for a in range(owner[v] + 1, m):
                best = 0.0
                for w in range(first[a], first[a + 1]):
                    added = weights[v, w] if weights[v, w] + 1.0 < cut else np.inf
                    gain[level + 1, w] = gain[level, w] + added
                    best = min(best, gain[level + 1, w] + hope[owner[v], w])
                bound += best
            if reduced < bar and not _splits(weights, group, level + 2, opening):
                cost = reduced
                for i in range(level + 2):
                    members[count, i] = group[i]
                    cost += prices[group[i]]
                sizes[count], costs[count] = level + 2, cost
                count += 1
                if best_only:
                    bar = reduced
            if nodes > node_limit or count == len(sizes):
                complete = False
                bar = floor
                break
            if bound < bar:
                level += 1
                value[level], at[level] = reduced, first[owner[v] + 1]
        slack += min(0.0, bar if bar < below else 0.0)
        if count == len(sizes):
            return count, False, -np.inf
    return count, complete, slack


@compiled
def _splits(weights: Floats, group: Ints, size: int, opening: float) -> bool:
    """Whether the group is cheaper without one of its members, that one alone."""
    for i in range(size):
        share = 0.0
        for j in range(size):
            if i != j:
                share += weights[group[i], group[j]]
        if share > opening + TINY:
            return True
    return False


@compiled
def _simplex(
    members: Ints,
    sizes: Ints,
    costs: Floats,
    count: int,
    basis: Ints,
    inverse: Floats,
    x: Floats,
    prices: Floats,
) -> float:
    """Improve the basis until no listed group prices out; returns the least reduced cost.

    The right-hand sides in `x` are perturbed, so that the many ties cannot make it cycle.
    """
    k = len(basis)
    wanted, reduced = np.empty(64, np.int64), np.empty(count)
    direction = np.empty(k)
    for _ in range(20 * k + 200):
        least = 0.0
        for c in range(count):
            r = costs[c]
            for i in range(sizes[c]):
                r -= prices[members[c, i]]
            reduced[c] = r
            least = min(least, r)
        if least > -TINY:
            return least
        n_wanted = 0
        for c in range(count):
            if reduced[c] <= 0.4 * least and n_wanted < len(wanted):
                wanted[n_wanted] = c
                n_wanted += 1
        for _ in range(2 * k):
            enter, worst = -1, -TINY
            for w in range(n_wanted):
                r = costs[wanted[w]]
                for i in range(sizes[wanted[w]]):
                    r -= prices[members[wanted[w], i]]
                if r < worst:
                    enter, worst = wanted[w], r
            if enter < 0:
                break
            leave, ratio = -1, np.inf
            for i in range(k):
                direction[i] = 0.0
                for j in range(sizes[enter]):
                    direction[i] += inverse[i, members[enter, j]]
                if direction[i] > 1e-7 and x[i] < ratio * direction[i]:
                    leave, ratio = i, x[i] / direction[i]
            if leave < 0:
                return -np.inf
            inverse[leave] /= direction[leave]
            for i in range(k):
                if i != leave and direction[i] != 0.0:
                    x[i] = max(0.0, x[i] - ratio * direction[i])
                    for j in range(k):
                        inverse[i, j] -= direction[i] * inverse[leave, j]
            x[leave], basis[leave] = ratio, enter
            for j in range(k):
                prices[j] += worst * inverse[leave, j]
    return -np.inf


@compiled
def _search(
    members: Ints,
    sizes: Ints,
    reduced: Floats,
    k: int,
    gap: float,
    node_limit: int,
    groups: Ints,
) -> tuple[float, bool]:
    """Cheapest partition by reduced cost, depth first, if any stays under `gap`.

    Returns:
        Its summed reduced cost, or `gap`; and whether the search was complete.
    """
    by_cost = np.argsort(reduced)
    lengths = np.zeros(k, np.int64)
    for c in by_cost:
        for i in range(sizes[c]):
            lengths[members[c, i]] += 1
    of = np.empty((k, max(1, lengths.max())), np.int64)
    lengths[:] = 0
    for c in by_cost:
        for i in range(sizes[c]):
            of[members[c, i], lengths[members[c, i]]] = c
            lengths[members[c, i]] += 1
    chosen, unit, at = np.empty(k, np.int64), np.empty(k + 1, np.int64), np.zeros(k + 1, np.int64)
    value, taken = np.zeros(k + 1), np.zeros(k, np.bool_)
    depth, nodes, best = 0, 0, gap
    unit[0] = np.argmin(lengths)
    while depth >= 0:
        if at[depth] > 0:
            last = chosen[depth]
            if last >= 0:
                for i in range(sizes[last]):
                    taken[members[last, i]] = False
        u, chosen[depth] = unit[depth], -1
        while at[depth] < lengths[u] and chosen[depth] < 0:
            c = of[u, at[depth]]
            at[depth] += 1
            if value[depth] + reduced[c] >= best - TINY:
                at[depth] = lengths[u]
                break
            free = True
            for i in range(sizes[c]):
                free = free and not taken[members[c, i]]
            if free:
                chosen[depth] = c
        if chosen[depth] < 0:
            depth -= 1
            continue
        c = chosen[depth]
        for i in range(sizes[c]):
            taken[members[c, i]] = True
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
def _next_unit(members: Ints, sizes: Ints, reduced: Floats, taken: Bools) -> tuple[int, float]:
    """Span with the fewest groups left (-1 if all are taken); the least that all of them add."""
    k = len(taken)
    left, share = np.zeros(k, np.int64), np.full(k, np.inf)
    for c in range(len(sizes)):
        free = True
        for i in range(sizes[c]):
            free = free and not taken[members[c, i]]
        if free:
            for i in range(sizes[c]):
                u = members[c, i]
                left[u] += 1
                share[u] = min(share[u], reduced[c] / sizes[c])
    unit, least = -1, 0.0
    for u in range(k):
        if not taken[u]:
            least += share[u]
            if unit < 0 or left[u] < left[unit]:
                unit = u
    return unit, least


@compiled
def _start(
    weights: Floats,
    groups: Ints,
    opening: float,
    members: Ints,
    sizes: Ints,
    costs: Floats,
    basis: Ints,
    inverse: Floats,
    x: Floats,
    prices: Floats,
) -> int:
    """List every span alone and the groups of the first alignment, which gives the first basis."""
    k = len(groups)
    leaders = np.full(2 * k, -1)
    x[:] = 1.0 + 1e-6 * (1.0 + np.random.random(k))
    inverse[:] = 0.0
    for u in range(k):
        members[u, 0], sizes[u], costs[u] = u, 1, opening
        basis[u], inverse[u, u], prices[u] = u, 1.0, opening
        if leaders[groups[u]] < 0 or x[u] < x[leaders[groups[u]]]:
            leaders[groups[u]] = u
    count = k
    for leader in leaders:
        if leader >= 0:
            sizes[count], costs[count] = 0, opening
            for u in range(k):
                if groups[u] == groups[leader]:
                    for i in range(sizes[count]):
                        costs[count] += weights[u, members[count, i]]
                    members[count, sizes[count]] = u
                    sizes[count] += 1
                    if u != leader:
                        inverse[u, leader] = -1.0
            if sizes[count] > 1:
                basis[leader] = count
                prices[leader] = costs[count] - opening * (sizes[count] - 1)
                count += 1
    for u in range(k):
        leader = leaders[groups[u]]
        if u != leader:
            x[u] -= x[leader]
    return count


@compiled
def _rounded(
    inverse: Floats,
    basis: Ints,
    members: Ints,
    sizes: Ints,
    costs: Floats,
    cost: float,
    groups: Ints,
) -> float:
    """Take the basic solution over where it is an alignment, and cheaper; returns the cost."""
    found, k = 0.0, len(basis)
    for i in range(k):
        share = inverse[i].sum()
        if 1e-6 < share < 1.0 - 1e-6:
            return cost
        found += costs[basis[i]] if share > 0.5 else 0.0
    if found >= cost:
        return cost
    for i in range(k):
        if inverse[i].sum() > 0.5:
            for j in range(sizes[basis[i]]):
                groups[members[basis[i], j]] = i
    return found


@compiled
def _price(
    weights: Floats,
    first: Ints,
    opening: float,
    cut: float,
    node_limit: int,
    basis: Ints,
    inverse: Floats,
    x: Floats,
    members: Ints,
    sizes: Ints,
    costs: Floats,
    count: int,
    prices: Floats,
) -> tuple[float, float]:
    """Generate groups while the prices ask for any: the best bound and its slack, and its prices."""
    k, trial = len(basis), prices.copy()
    bound, gap = -np.inf, -np.inf
    for _ in range(300):
        if _simplex(members, sizes, costs, count, basis, inverse, x, trial) == -np.inf:
            break
        before = count
        count, _, slack = list_groups(
            weights, first, trial, opening, cut, -TINY, True, node_limit,
            members, sizes, costs, count,
        )  # fmt: skip
        slack -= k * TINY
        if trial.sum() + slack > bound:
            bound, gap = trial.sum() + slack, slack
            prices[:] = trial
        if count in (before, len(sizes)):
            break
    return bound, gap


@compiled
def solve(
    weights: Floats,
    first: Ints,
    opening: float,
    cut: float,
    node_limit: int,
    groups: Ints,
    cost: float,
    members: Ints,
    sizes: Ints,
    costs: Floats,
    prices: Floats,
) -> tuple[float, float]:
    """Improve the `groups` of one component: their cost, a lower bound, the `prices` that prove it."""
    k = len(groups)
    basis, inverse, x = np.empty(k, np.int64), np.empty((k, k)), np.empty(k)
    started = _start(weights, groups, opening, members, sizes, costs, basis, inverse, x, prices)
    count, whole, _ = list_groups(
        weights, first, np.full(k, opening), opening, cut, -TINY, False, node_limit,
        members, sizes, costs, started,
    )  # fmt: skip
    if whole:
        slack = _simplex(members, sizes, costs, count, basis, inverse, x, prices)
        bound = prices.sum() + k * min(0.0, slack)
    else:
        bound, slack = _price(
            weights, first, opening, cut, node_limit, basis, inverse, x,
            members, sizes, costs, started, prices,
        )  # fmt: skip
    cost = _rounded(inverse, basis, members, sizes, costs, cost, groups)
    if slack < -1e-5 or cost - bound < 1e-7:
        return cost, bound
    prices += min(0.0, slack)
    bound = prices.sum()
    if not whole:
        count, whole, _ = list_groups(
            weights, first, prices, opening, cut, cost - bound, False, 20 * node_limit,
            members, sizes, costs, k,
        )  # fmt: skip
    if not whole:
        return cost, bound
    reduced = costs[:count].copy()
    for c in range(count):
        for i in range(sizes[c]):
            reduced[c] -= prices[members[c, i]]
    kept = np.flatnonzero(reduced < cost - bound)
    over, done = _search(members[kept], sizes[kept], reduced[kept], k, cost - bound, 20000, groups)
    cost = bound + over
    return cost, cost if done else bound


@compiled
def improve(
    annotators: Ints,
    offsets: Ints,
    flat: Floats,
    square: Ints,
    exact: Bools,
    opening: float,
    cut: float,
    n_annotators: int,
    node_limit: int,
    limit: int,
    groups: Ints,
    costs: Floats,
    bounds: Floats,
    prices: Floats,
) -> None:
    """Solve every component that matching alone has not proven; annotators in component order."""
    np.random.seed(1)  # the perturbation is the same in every run
    members = np.empty((limit, n_annotators), np.int64)
    sizes, group_costs = np.empty(limit, np.int64), np.empty(limit)
    for c in range(len(offsets) - 1):
        low, high = offsets[c], offsets[c + 1]
        k = high - low
        if exact[c] or 2 * k >= limit:
            bounds[c] = costs[c] if exact[c] else 0.0
            continue
        weights = flat[square[c] : square[c] + k * k].reshape((k, k))
        steps = np.flatnonzero(np.diff(annotators[low:high])) + 1
        first = np.empty(len(steps) + 2, np.int64)
        first[0], first[1:-1], first[-1] = 0, steps, k
        costs[c], bounds[c] = solve(
            weights, first, opening, cut, node_limit, groups[low:high], costs[c],
            members, sizes, group_costs, prices[low:high],
        )  # fmt: skip
