"""The groups of spans that could be part of a best alignment: the columns of a set partition.

Choosing groups so that every span is in exactly one is a set partition. With the dual value of a
span at what it costs alone, only a group with a negative reduced cost, ``cost - sum of dual
values``, is cheaper than its members apart. Under better dual values fewer groups are worth
listing. Where there are too many to enumerate, they are generated: a few at a time, the best from
each span (column generation).
"""

from typing import NamedTuple

import numpy as np

from signalbook.export.coefficients.coefficient import Floats, Ints

from .components import TINY, Component, Components, compiled, component_at
from .simplex import (
    Basis,
    Columns,
    Enumerated,
    initial_basis,
    round_solution,
    simplex,
)

#: Groups of a component beyond its known ones, while they are generated.
_MAX_GENERATED = 40_000
#: Rounds of column generation.
_MAX_ROUNDS = 300
#: Part of the best reduced cost from a span that is nearly as good: with all of them in one round,
#: fewer rounds are needed.
_NEARLY_AS_GOOD = 0.7
#: So many from one span; beyond, only better ones.
_MAX_FROM_SPAN = 5


class Pricing(NamedTuple):
    """Which columns are looked for."""

    #: Only columns with a reduced cost below this.
    below: float
    #: Whether each span's bar sinks with the best column found from it, to those nearly as good.
    best_only: bool
    #: Steps of search from each span before the search is incomplete.
    max_nodes: int


class _Search(NamedTuple):
    """What the search from every span of a component has in common."""

    component: Component
    #: Dual value of each span, ``[k]``.
    duals: Floats
    pricing: Pricing
    #: Annotator of each span, ``[k]``.
    owner: Ints
    #: At best half of what each span gains from all annotators after each, ``[m, k]``.
    hope: Floats


@compiled
def enumerate_columns(
    component: Component, duals: Floats, pricing: Pricing, columns: Columns, count: int, limit: int
) -> tuple[int, bool, float]:
    """Append the groups of two or more with a low reduced cost, up to `limit` columns.

    Depth first from each span, with what the later annotators could still gain as the bound.

    Returns:
        The new count; whether the search was complete; and a lower bound on the summed
        reduced costs of disjoint groups.
    """
    k = len(duals)
    owner = _owners(component.first, k)
    search = _Search(component, duals, pricing, owner, _best_gains(component, owner))
    slack, complete = 0.0, True
    for root in range(k):
        count, least, finished = _extend_group(search, root, columns, count, limit)
        complete = complete and finished
        slack += min(0.0, least if least < pricing.below else 0.0)
        if count == limit:
            return count, False, -np.inf
    return count, complete, slack


@compiled
def _owners(first: Ints, k: int) -> Ints:
    """The annotator of each span, in ``0 … m - 1``."""
    owner = np.empty(k, np.int64)
    for a in range(len(first) - 1):
        owner[first[a] : first[a + 1]] = a
    return owner


@compiled
def _best_gains(component: Component, owner: Ints) -> Floats:
    """The hope of a search: what each span may gain from the annotators after each."""
    weights, first = component.weights, component.first
    k, m = len(owner), len(first) - 1
    hope = np.zeros((m, k))
    for v in range(k):
        for a in range(m - 2, -1, -1):
            hope[a, v] = hope[a + 1, v]
            if a + 1 != owner[v]:
                nearest = 0.0
                for w in range(first[a + 1], first[a + 2]):
                    nearest = min(nearest, weights[v, w])
                hope[a, v] += 0.5 * nearest
    return hope


@compiled
def _extend_group(
    search: _Search, root: int, columns: Columns, count: int, limit: int
) -> tuple[int, float, bool]:
    """Append the columns whose first span is `root`; the new count, the least, and if complete."""
    component, duals, pricing, owner, hope = search
    weights, cut = component.weights, component.costs.cut
    opening, m = component.costs.opening, len(component.first) - 1
    bar, best, nodes, level, before = pricing.below, pricing.below, 0, 0, count
    spans, first, floor = _spans_beside(search, root)
    if floor >= bar:
        return count, best, True
    gain, value = np.empty((m, len(spans))), np.empty(m)
    group, at = np.empty(m, np.int64), np.empty(m, np.int64)
    group[0], value[0], at[0] = root, opening - duals[root], 0
    for i in range(len(spans)):
        gain[0, i] = weights[root, spans[i]] - duals[spans[i]]
    while level >= 0:
        i = int(at[level])
        if i >= len(spans):
            level -= 1
            continue
        at[level] += 1
        reduced = value[level] + gain[level, i]
        if reduced == np.inf:
            continue
        nodes += 1
        v = spans[i]
        group[level + 1] = v
        if reduced < bar and not _splits(weights, group, level + 2, opening):
            _append(columns, count, group, level + 2, reduced, duals)
            count += 1
            best = min(best, reduced)
            if pricing.best_only:
                part = _NEARLY_AS_GOOD if count - before < _MAX_FROM_SPAN else 1.0
                bar = min(bar, part * best)
        if nodes > pricing.max_nodes or count == limit:
            return count, floor, False
        least, beside = reduced, hope[owner[v]]
        for a in range(owner[v] + 1, m):
            most = 0.0
            for j in range(first[a], first[a + 1]):
                added = weights[v, spans[j]]
                added = added if added + 1.0 < cut else np.inf
                gain[level + 1, j] = gain[level, j] + added
                most = min(most, gain[level + 1, j] + beside[spans[j]])
            least += most
        if least < bar:
            level += 1
            value[level], at[level] = reduced, first[owner[v] + 1]
    return count, best, True


@compiled
def _spans_beside(search: _Search, root: int) -> tuple[Ints, Ints, float]:
    """The spans of later annotators that a group may hold beside its first one.

    Returns:
        The spans; where each annotator's begin among them, and where the last one's end; and the
        least that a group costs.
    """
    component, duals, pricing, owner, hope = search
    weights, first, cut = component.weights, component.first, component.costs.cut
    k, m, own = len(duals), len(component.first) - 1, owner[root]
    bounds, most = np.empty(k), np.zeros(m)
    least = component.costs.opening - duals[root]
    for a in range(own + 1, m):
        for v in range(first[a], first[a + 1]):
            near = weights[root, v] + 1.0 < cut
            bounds[v] = weights[root, v] - duals[v] + hope[own, v] if near else np.inf
            most[a] = min(most[a], bounds[v])
        least += most[a]
    spans: Ints = np.empty(k, np.int64)
    begins: Ints = np.zeros(m + 1, np.int64)
    count = 0
    for a in range(own + 1, m):
        begins[a] = count
        for v in range(first[a], first[a + 1]):
            # What the group costs at least with this span, and the best one of every other.
            if least - most[a] + bounds[v] < pricing.below + TINY:
                spans[count] = v
                count += 1
    begins[m] = count
    return spans[:count], begins, float(least)


@compiled
def _append(
    columns: Columns, place: int, group: Ints, size: int, reduced: float, duals: Floats
) -> None:
    cost = reduced
    for i in range(size):
        columns.members[place, i] = group[i]
        cost += duals[group[i]]
    columns.sizes[place], columns.costs[place] = size, cost


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
def _append_initial_columns(
    component: Component, groups: Ints, columns: Columns, start: int
) -> int:
    """List from `start` on every span alone, then the alignment's groups; returns where it ends."""
    k = len(groups)
    members, sizes, costs = columns.members, columns.sizes, columns.costs
    opening = component.costs.opening
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
            costs[c] += component.weights[u, members[c, i]]
        members[c, sizes[c]] = u
        sizes[c] += 1
    return count


@compiled
def enumerate_components(
    components: Components,
    selected: Ints,
    max_nodes: int,
    limit: int,
    columns: Columns,
    enumerated: Enumerated,
) -> int:
    """List the columns of the `selected` components until there is no more room.

    Of a component with more than `limit` columns, or too much search, only the initial ones are
    listed.

    Returns:
        How many of the selected components found room.
    """
    begins = enumerated.begins
    pricing = Pricing(-TINY, False, max_nodes)
    for i in range(len(selected)):
        low, high = components.offsets[selected[i]], components.offsets[selected[i] + 1]
        k = high - low
        if begins[i] + 2 * k + limit > len(columns.sizes):
            return i
        component = component_at(components, selected[i])
        start = _append_initial_columns(component, components.groups[low:high], columns, begins[i])
        enumerated.n_initial[i] = start - begins[i]
        duals = np.full(k, component.costs.opening)
        begins[i + 1], enumerated.complete[i], _ = enumerate_columns(
            component, duals, pricing, columns, start, start + limit
        )
        if not enumerated.complete[i]:
            begins[i + 1] = start
    return len(selected)


def generate_columns(
    component: Component, groups: Ints, cost: float, effort: int
) -> tuple[float, float, Floats]:
    """Add the column that each span asks for most, until no span asks for any.

    At any dual values, their sum and the reduced costs of the cheapest columns bound every
    alignment.

    Args:
        component: The component.
        groups: Its alignment; improved in place.
        cost: The cost of that alignment.
        effort: Steps of search from each span.

    Returns:
        The cost of the improved alignment, the best bound, and the dual values behind it.
    """
    k, m = len(groups), len(component.first) - 1
    columns = Columns.empty(_MAX_GENERATED + 2 * k, m)
    limit = len(columns.sizes)
    basis, of_basis, bound = Basis.empty(k), np.empty(k), 0.0
    duals: Floats = np.zeros(k)
    pricing = Pricing(-TINY, True, effort)
    count = _append_initial_columns(component, groups, columns, 0)
    initial_basis(columns, count, basis, of_basis)
    asked = _shared_costs(component, groups)
    for _ in range(_MAX_ROUNDS):
        before = count
        count, _, slack = enumerate_columns(component, asked, pricing, columns, count, limit)
        slack -= k * TINY
        if asked.sum() + slack > bound:
            # Lowered by the slack, the dual values leave no group cheaper than its members.
            duals, bound = asked + slack, float(asked.sum() + slack)
        if count in (before, limit) or simplex(columns, count, basis, of_basis) == -np.inf:
            break
        asked = of_basis
    return round_solution(basis, columns, cost, groups), bound, duals


@compiled
def _shared_costs(component: Component, groups: Ints) -> Floats:
    """What each span's group costs, in equal shares: dual values not far from the best ones."""
    k = len(groups)
    costs, sizes = np.zeros(2 * k), np.zeros(2 * k)
    for u in range(k):
        sizes[groups[u]] += 1
        for v in range(u):
            if groups[u] == groups[v]:
                costs[groups[u]] += component.weights[u, v]
    shares = np.empty(k)
    for u in range(k):
        shares[u] = (component.costs.opening + costs[groups[u]]) / sizes[groups[u]]
    return shares
