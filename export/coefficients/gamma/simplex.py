"""Listed groups become the best prices of spans, which bound every alignment from below.

Choosing groups so that every span is in exactly one is a set partition. Under prices at which no
group is cheaper than its members, no alignment costs less than the sum of the prices. The primal
simplex method finds the prices with the highest sum; mostly its solution is itself an alignment,
and then the best.
"""

import numpy as np

from signalbook.export.coefficients.coefficient import Bools, Floats, Ints

from .components import compiled

TINY = 1e-9


@compiled
def simplex(
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
            for j in range(k):
                inverse[leave, j] /= direction[leave]
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
def start(
    members: Ints,
    sizes: Ints,
    costs: Floats,
    known: int,
    basis: Ints,
    inverse: Floats,
    x: Floats,
    prices: Floats,
) -> None:
    """First basis: of the known alignment its groups, and all but one of each one's spans alone.

    The list begins with every span alone; the alignment's groups follow, up to `known`.
    """
    k = len(basis)
    noise = 1
    for u in range(k):
        for v in range(k):
            inverse[u, v] = 0.0
        noise = noise * 16807 % 2147483647
        x[u] = 1.0 + 1e-6 * (1.0 + noise / 2147483647)
        basis[u], inverse[u, u], prices[u] = u, 1.0, costs[u]
    for c in range(k, known):
        leader = members[c, 0]
        for i in range(sizes[c]):
            if x[members[c, i]] < x[leader]:
                leader = members[c, i]
        basis[leader], prices[leader] = c, costs[c]
        for i in range(sizes[c]):
            u = members[c, i]
            if u != leader:
                inverse[u, leader] = -1.0
                x[u] -= x[leader]
                prices[leader] -= costs[u]


@compiled
def rounded(
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
    shares = np.zeros(k)
    for i in range(k):
        for j in range(k):
            shares[i] += inverse[i, j]
        if 1e-6 < shares[i] < 1.0 - 1e-6:
            return cost
        found += costs[basis[i]] if shares[i] > 0.5 else 0.0
    if found >= cost:
        return cost
    for i in range(k):
        if shares[i] > 0.5:
            for j in range(sizes[basis[i]]):
                groups[members[basis[i], j]] = i
    return float(found)


@compiled
def price_all(
    offsets: Ints,
    wanted: Ints,
    members: Ints,
    sizes: Ints,
    costs: Floats,
    begins: Ints,
    groups: Ints,
    known: Ints,
    whole: Bools,
    totals: Floats,
    bounds: Floats,
    prices: Floats,
) -> None:
    """Improve the alignments of components whose groups are all listed; bound their `totals`."""
    for i in range(len(wanted)):
        if not whole[i]:
            continue
        c = wanted[i]
        low, high, begin, end = offsets[c], offsets[c + 1], begins[i], begins[i + 1]
        k = high - low
        basis, inverse, x = np.empty(k, np.int64), np.empty((k, k)), np.empty(k)
        own = members[begin:end], sizes[begin:end], costs[begin:end]
        start(*own, known[i], basis, inverse, x, prices[low:high])
        least = simplex(*own, end - begin, basis, inverse, x, prices[low:high])
        bounds[c] = 0.0
        for u in range(low, high):
            prices[u] = prices[u] + min(0.0, least) if least > -np.inf else 0.0
            bounds[c] += prices[u]
        totals[c] = rounded(inverse, basis, *own, float(totals[c]), groups[low:high])
