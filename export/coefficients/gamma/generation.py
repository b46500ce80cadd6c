"""A component with too many groups to list becomes prices and a bound, a few groups at a time."""

import numpy as np

from signalbook.export.coefficients.coefficient import Floats, Ints

from .listing import TINY, list_groups, list_known, pool
from .simplex import rounded, simplex, start


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
