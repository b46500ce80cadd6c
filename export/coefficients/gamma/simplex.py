"""The best dual values of spans, given groups, by the simplex method.

Under dual values at which no group is cheaper than its members, no alignment costs less than the
sum of the dual values. The primal simplex method on the set partition, relaxed to fractions of
groups, finds those with the highest sum; mostly its solution is itself an alignment, and then the
best.
"""

from typing import NamedTuple

import numpy as np

from signalbook.export.coefficients.coefficient import Bools, Floats, Ints

from .components import TINY, Components, compiled

#: Columns among which the next one to enter the basis is chosen.
_MAX_CANDIDATES = 64
#: Part of the least reduced cost that makes a column one of them.
_CANDIDATES_DOWN_TO = 0.05


class Columns(NamedTuple):
    """Groups of spans in parallel arrays; `members` beyond a group's size are without meaning."""

    members: Ints
    sizes: Ints
    costs: Floats

    @classmethod
    def empty(cls, limit: int, width: int) -> "Columns":
        """Room for `limit` groups of at most `width` spans."""
        return cls(np.zeros((limit, width), np.int64), np.zeros(limit, np.int64), np.zeros(limit))


class Enumerated(NamedTuple):
    """Where the columns of several components are among all that are listed."""

    #: Where each component's columns begin, and where the last one's end.
    begins: Ints
    #: How many of them are listed in any case: single spans and the alignment's groups.
    n_initial: Ints
    #: Whether all columns are listed, not only the initial ones.
    complete: Bools


class Basis(NamedTuple):
    """A basic solution of the set partition of k spans."""

    #: The basic column of each row, ``[k]``.
    columns: Ints
    #: The inverse of the basis, transposed so that its columns are read in one go, ``[k, k]``.
    inverse: Floats
    #: How much of each basic column is taken, ``[k]``, perturbed.
    values: Floats

    @classmethod
    def empty(cls, k: int) -> "Basis":
        """Room for a basis of k spans."""
        return cls(np.empty(k, np.int64), np.empty((k, k)), np.empty(k))


@compiled
def initial_basis(columns: Columns, n_initial: int, basis: Basis, duals: Floats) -> None:
    """First basis: the groups of a known alignment, and all but one of each one's spans alone.

    The list begins with every span alone; the alignment's groups follow, up to `n_initial`. The
    right-hand sides are perturbed, so that the many ties cannot make the simplex method cycle.
    """
    members, sizes, costs = columns.members, columns.sizes, columns.costs
    k = len(duals)
    noise = 1
    basis.inverse[:] = 0.0
    for u in range(k):
        noise = noise * 16807 % 2147483647
        basis.values[u] = 1.0 + 1e-6 * (1.0 + noise / 2147483647)
        basis.columns[u], basis.inverse[u, u], duals[u] = u, 1.0, costs[u]
    for c in range(k, n_initial):
        leader = members[c, 0]
        for i in range(sizes[c]):
            if basis.values[members[c, i]] < basis.values[leader]:
                leader = members[c, i]
        basis.columns[leader], duals[leader] = c, costs[c]
        for i in range(sizes[c]):
            u = members[c, i]
            if u != leader:
                basis.inverse[leader, u] = -1.0
                basis.values[u] -= basis.values[leader]
                duals[leader] -= costs[u]


@compiled
def simplex(columns: Columns, count: int, basis: Basis, duals: Floats) -> float:
    """Improve the basis until no listed column prices out.

    Returns:
        The least reduced cost, or minus infinity if that took too long.
    """
    k = len(duals)
    candidates = np.empty(_MAX_CANDIDATES, np.int64)
    reduced, direction = np.empty(count), np.empty(k)
    for _ in range(20 * k + 200):
        least = 0.0
        for c in range(count):
            reduced[c] = _reduced_cost(columns, c, duals)
            least = min(least, reduced[c])
        if least > -TINY:
            return least
        n_candidates = 0
        for c in range(count):
            if reduced[c] <= _CANDIDATES_DOWN_TO * least and n_candidates < len(candidates):
                candidates[n_candidates] = c
                n_candidates += 1
        for _ in range(2 * k):
            enter, worst = -1, -TINY
            for c in candidates[:n_candidates]:
                cost = _reduced_cost(columns, c, duals)
                if cost < worst:
                    enter, worst = c, cost
            if enter < 0:
                break
            if not _pivot(columns, enter, worst, basis, duals, direction):
                return -np.inf
    return -np.inf


@compiled
def _reduced_cost(columns: Columns, c: int, duals: Floats) -> float:
    cost = columns.costs[c]
    for i in range(columns.sizes[c]):
        cost -= duals[columns.members[c, i]]
    return float(cost)


@compiled
def _pivot(
    columns: Columns, enter: int, reduced: float, basis: Basis, duals: Floats, direction: Floats
) -> bool:
    """Let a column enter the basis in the place of another; false if none can leave."""
    inverse, values = basis.inverse, basis.values
    k = len(values)
    leave, ratio = -1, np.inf
    direction[:] = 0.0
    for j in range(columns.sizes[enter]):
        column = inverse[columns.members[enter, j]]
        for i in range(k):
            direction[i] += column[i]
    for i in range(k):
        if direction[i] > 1e-7 and values[i] < ratio * direction[i]:
            leave, ratio = i, values[i] / direction[i]
    if leave < 0:
        return False
    for i in range(k):
        if i != leave and direction[i] != 0.0:
            values[i] = max(0.0, values[i] - ratio * direction[i])
    for j in range(k):
        column = inverse[j]
        share = column[leave] / direction[leave]
        if share != 0.0:
            for i in range(k):
                column[i] -= direction[i] * share
            duals[j] += reduced * share
        column[leave] = share
    values[leave], basis.columns[leave] = ratio, enter
    return True


@compiled
def round_solution(basis: Basis, columns: Columns, cost: float, groups: Ints) -> float:
    """Take the basic solution over where it is an alignment, and cheaper; returns the cost."""
    k = len(basis.columns)
    rounded, shares = 0.0, np.zeros(k)
    for i in range(k):
        for j in range(k):
            shares[i] += basis.inverse[j, i]
        if 1e-6 < shares[i] < 1.0 - 1e-6:
            return cost
        rounded += columns.costs[basis.columns[i]] if shares[i] > 0.5 else 0.0
    if rounded >= cost:
        return cost
    for i in range(k):
        if shares[i] > 0.5:
            for j in range(columns.sizes[basis.columns[i]]):
                groups[columns.members[basis.columns[i], j]] = i
    return float(rounded)


@compiled
def bound_components(
    components: Components,
    selected: Ints,
    columns: Columns,
    enumerated: Enumerated,
    duals: Floats,
) -> None:
    """Improve and bound the alignments of the components whose columns are all listed."""
    for i in range(len(selected)):
        if not enumerated.complete[i]:
            continue
        c = selected[i]
        low, high = components.offsets[c], components.offsets[c + 1]
        begin, end = enumerated.begins[i], enumerated.begins[i + 1]
        k = high - low
        basis = Basis(np.empty(k, np.int64), np.empty((k, k)), np.empty(k))
        listed = Columns(
            columns.members[begin:end], columns.sizes[begin:end], columns.costs[begin:end]
        )
        initial_basis(listed, enumerated.n_initial[i], basis, duals[low:high])
        least = simplex(listed, end - begin, basis, duals[low:high])
        components.bounds[c] = 0.0
        for u in range(low, high):
            duals[u] = duals[u] + min(0.0, least) if least > -np.inf else 0.0
            components.bounds[c] += duals[u]
        components.totals[c] = round_solution(
            basis, listed, float(components.totals[c]), components.groups[low:high]
        )
