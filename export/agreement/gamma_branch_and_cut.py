"""A component whose gap stayed open becomes a small integer program, which HiGHS solves."""

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csc_matrix

from .coefficient import Floats, Ints
from .gamma_partition import list_groups


def branch_and_cut(
    weights: Floats,
    first: Ints,
    opening: float,
    cut: float,
    groups: Ints,
    prices: Floats,
    cost: float,
    bound: float,
    effort: int,
    *,
    seconds: float = 20.0,
    limit: int = 100_000,
) -> tuple[float, float]:
    """Improve `groups` among those that the gap leaves possible: their cost and a lower bound."""
    k, m = len(prices), len(first) - 1
    members, sizes = np.zeros((limit, m), np.int64), np.ones(limit, np.int64)
    costs = np.full(limit, opening)
    members[:k, 0] = np.arange(k)
    bound = max(bound, 0.0)
    count, whole, _ = list_groups(
        weights, first, prices, opening, cut, cost - bound, False, effort,
        members, sizes, costs, k,
    )  # fmt: skip
    if not whole:
        return cost, bound
    inside = np.arange(m) < sizes[:count, None]
    ends = np.concatenate(([0], np.cumsum(sizes[:count])))
    cover = csc_matrix((np.ones(ends[-1]), members[:count][inside], ends), shape=(k, count))
    result = milp(
        costs[:count],
        integrality=np.ones(count, np.int64),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(cover, 1, 1),
        options={"mip_rel_gap": 0.0, "time_limit": seconds},
    )
    if result.mip_dual_bound is not None:
        bound = max(bound, min(cost, float(result.mip_dual_bound)))
    if result.x is None:
        # Without groups below the gap there is nothing better than what is known.
        return cost, cost if result.status == 2 else bound
    chosen = np.flatnonzero(np.asarray(result.x) > 0.5)
    found = float(costs[chosen].sum())
    if found < cost:
        for number, c in enumerate(chosen):
            groups[members[c, : sizes[c]]] = number
        cost = found
    return cost, min(bound, cost)
