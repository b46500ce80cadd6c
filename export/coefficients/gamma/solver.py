"""First alignments of components become best ones, with a proof or an honest bound."""

from dataclasses import dataclass

import numpy as np

from signalbook.export.coefficients.coefficient import Bools, Floats, Ints

from .branch_and_bound import close_gap
from .columns import generate, list_all, pool
from .simplex import price_all

#: A relative difference in cost that rounding explains.
TOLERANCE = 1e-8
#: Spans in one component that are still worth a proof.
LARGEST = 1000
#: Groups of one component before they are generated instead of listed.
LISTED = 40_000


@dataclass(frozen=True)
class Parts:
    """Components in parallel arrays, their spans one after another; alignments improve in place."""

    annotators: Ints
    offsets: Ints
    #: Weights of each component's pairs, laid flat from `square` on.
    flat: Floats
    square: Ints
    groups: Ints
    costs: Floats
    bounds: Floats
    n_annotators: int

    @property
    def opening(self) -> float:
        """What a group costs before its pairs."""
        return self.n_annotators * (self.n_annotators - 1) / 2

    @property
    def cut(self) -> float:
        """Spans as dissimilar as this never share a group."""
        return self.opening + self.n_annotators - 1

    def part(self, c: int) -> tuple[Floats, Ints, slice]:
        """Weights of a component, where each annotator begins, and the place of its spans."""
        low, high = int(self.offsets[c]), int(self.offsets[c + 1])
        weights = self.flat[self.square[c] : self.square[c] + (high - low) ** 2]
        edges = np.diff(self.annotators[low:high], prepend=-1, append=self.n_annotators)
        return weights.reshape(high - low, -1), np.flatnonzero(edges), slice(low, high)


def improve(parts: Parts, wanted: Ints, effort: int) -> None:
    """Improve the `wanted` components: their groups, costs and bounds."""
    wanted = wanted[np.diff(parts.offsets)[wanted] <= LARGEST]
    prices = np.zeros(len(parts.groups))
    listed = _list_and_price(parts, wanted, prices, effort)
    for c in wanted[~listed]:
        weights, first, own = parts.part(c)
        parts.costs[c], parts.bounds[c], prices[own] = generate(
            weights, first, parts.opening, parts.cut, parts.groups[own],
            float(parts.costs[c]), effort,
        )  # fmt: skip
    gaps = parts.costs - parts.bounds > TOLERANCE * (1 + parts.costs)
    for c in wanted[gaps[wanted]]:
        weights, first, own = parts.part(c)
        parts.costs[c], parts.bounds[c] = close_gap(
            weights, first, parts.opening, parts.cut, parts.groups[own], prices[own],
            float(parts.costs[c]), float(parts.bounds[c]), 20 * effort,
        )  # fmt: skip


def _list_and_price(parts: Parts, wanted: Ints, prices: Floats, effort: int) -> Bools:
    """List the groups of components, price them; which components had few enough groups."""
    room = pool(4 * LISTED + 2 * LARGEST, parts.n_annotators)
    done, whole = 0, np.zeros(len(wanted), np.bool_)
    while done < len(wanted):
        left = wanted[done:]
        begins, known = np.zeros(len(left) + 1, np.int64), np.zeros(len(left), np.int64)
        count = list_all(
            parts.annotators, parts.offsets, parts.flat, parts.square, left,
            parts.opening, parts.cut, effort, LISTED, parts.groups,
            *room, begins, known, whole[done:],
        )  # fmt: skip
        price_all(
            parts.offsets, left[:count], *room, begins, parts.groups, known, whole[done:],
            parts.costs, parts.bounds, prices,
        )  # fmt: skip
        done += count
    return whole
