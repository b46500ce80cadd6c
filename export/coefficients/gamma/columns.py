"""The groups of spans that could be part of a best alignment: the columns of a set partition.

With the dual value of a span at what it costs alone, only a group with a negative reduced cost,
``cost - sum of dual values``, is cheaper than its members apart. Under better dual values fewer
groups are worth listing. Where there are too many to enumerate, they are generated: a few at a
time, the best from each span.
"""

from typing import NamedTuple

import numpy as np

from signalbook.export.coefficients.coefficient import Bools, Floats, Ints

from .components import compiled
from .simplex import rounded, simplex, start

TINY = 1e-9


class Pool(NamedTuple):
    """Listed groups in parallel arrays; `members` beyond a group's size are without meaning."""

    members: Ints
    sizes: Ints
    costs: Floats


def pool(limit: int, width: int) -> Pool:
    """Room for `limit` groups of at most `width` spans."""
    return Pool(np.zeros((limit, width), np.int64), np.zeros(limit, np.int64), np.zeros(limit))


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
    limit: int,
) -> tuple[int, bool, float]:
    """Append the groups of two or more with a reduced cost under `below`, up to `limit`.

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
        for v in range(first[a], first[a + 1]):
            owner[v] = a
    for v in range(k):
        for a in range(m - 2, -1, -1):
            hope[a, v] = hope[a + 1, v]
            if a + 1 != owner[v]:
                nearest = 0.0
                for w in range(first[a + 1], first[a + 2]):
                    nearest = min(nearest, weights[v, w])
                hope[a, v] += 0.5 * nearest
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
            if nodes > node_limit or count == limit:
                complete = False
                bar = floor
                break
            if bound < bar:
                level += 1
                value[level], at[level] = reduced, first[owner[v] + 1]
        slack += min(0.0, bar if bar < below else 0.0)
        if count == limit:
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
def list_known(
    weights: Floats,
    groups: Ints,
    opening: float,
    members: Ints,
    sizes: Ints,
    costs: Floats,
    start: int,
) -> int:
    """List from `start` on every span alone, then the alignment's groups; returns where it ends."""
    k = len(groups)
    place = np.zeros(2 * k, np.int64)
    count = start + k
    for u in range(k):
        members[start + u, 0], sizes[start + u], costs[start + u] = u, 1, opening
        if place[groups[u]] == 0:
            place[groups[u]] = count
            sizes[count], costs[count] = 0, opening
            count += 1
        c = place[groups[u]]
        for i in range(sizes[c]):
            costs[c] += weights[u, members[c, i]]
        members[c, sizes[c]] = u
        sizes[c] += 1
    return count


@compiled
def list_all(
    annotators: Ints,
    offsets: Ints,
    flat: Floats,
    square: Ints,
    wanted: Ints,
    opening: float,
    cut: float,
    node_limit: int,
    limit: int,
    groups: Ints,
    members: Ints,
    sizes: Ints,
    costs: Floats,
    begins: Ints,
    known: Ints,
    whole: Bools,
) -> int:
    """List the groups of the `wanted` components until the pool is full.

    `begins` says where, `known` how many are listed in any case, `whole` whether all are.
    Of a component with more than `limit` groups, or too much search, only the known ones are
    listed. Annotators and groups are in component order.

    Returns:
        How many of the wanted components found room.
    """
    for i in range(len(wanted)):
        low, high = offsets[wanted[i]], offsets[wanted[i] + 1]
        k = high - low
        if begins[i] + 2 * k + limit > len(sizes):
            return i
        weights = flat[square[wanted[i]] : square[wanted[i]] + k * k].reshape((k, k))
        first = _first(annotators[low:high])
        listed = list_known(weights, groups[low:high], opening, members, sizes, costs, begins[i])
        known[i] = listed - begins[i]
        begins[i + 1], whole[i], _ = list_groups(
            weights, first, np.full(k, opening), opening, cut, -TINY, False, node_limit,
            members, sizes, costs, listed, listed + limit,
        )  # fmt: skip
        if not whole[i]:
            begins[i + 1] = listed
    return len(wanted)


@compiled
def _first(annotators: Ints) -> Ints:
    """Where each annotator's spans begin, and where the last one's end."""
    first = np.empty(len(annotators) + 1, np.int64)
    count = 0
    for u in range(len(annotators)):
        if u == 0 or annotators[u] != annotators[u - 1]:
            first[count] = u
            count += 1
    first[count] = len(annotators)
    return first[: count + 1]


def generate(
    weights: Floats,
    first: Ints,
    opening: float,
    cut: float,
    groups: Ints,
    cost: float,
    effort: int,
) -> tuple[float, float, Floats]:
    """Add the group that each span asks for most, until no span asks for any.

    At any prices, their sum and the reduced costs of the cheapest groups bound every alignment.

    Returns:
        The cost of the improved `groups`, the best bound, and the prices behind it.
    """
    k, m = len(groups), len(first) - 1
    room = pool(40_000 + 2 * k, m)
    basis, inverse, x = np.empty(k, np.int64), np.empty((k, k)), np.empty(k)
    asked, bound = np.empty(k), 0.0
    prices: Floats = np.zeros(k)
    count = list_known(weights, groups, opening, *room, 0)
    start(*room, count, basis, inverse, x, asked)
    for _ in range(300):
        if simplex(*room, count, basis, inverse, x, asked) == -np.inf:
            break
        before = count
        count, _, slack = list_groups(
            weights, first, asked, opening, cut, -TINY, True, effort, *room, count, len(room.sizes)
        )
        slack -= k * TINY
        if asked.sum() + slack > bound:
            # Lowered by a small slack, prices leave no group cheaper than its members.
            prices = asked + slack if slack > -1e-5 else asked.copy()
            bound = float(prices.sum() if slack > -1e-5 else asked.sum() + slack)
        if count in (before, len(room.sizes)):
            break
    return rounded(inverse, basis, *room, cost, groups), bound, prices
