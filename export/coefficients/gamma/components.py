"""Spans fall into components that can be aligned apart from each other.

An alignment puts every span into one group with at most one span of each annotator. With n
annotators and M = n(n-1)/2, the disorder of an alignment, times M and in units of the cost of an
empty place, is ``M * groups + sum over pairs within groups of (d - 1)``: every group costs its
opening M, every pair in it gains up to 1. So two spans with ``d > M + n - 1`` never share a group,
and what remains connected below that can be aligned apart from the rest.
"""

from collections.abc import Callable
from pathlib import Path
from types import FunctionType
from typing import NamedTuple, ParamSpec, Protocol, TypeVar, cast

import numba
import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from signalbook.export.coefficients.coefficient import Floats, Ints

P = ParamSpec("P")
R = TypeVar("R")

#: Part of the name of kept machine code. Raise it when a named tuple that compiled code reads gets
#: another name: numba fails where it finds code that was kept for the old one.
_CACHE_VERSION = 3
#: A difference in cost that rounding explains.
TINY = 1e-9


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """Compile on first use and keep the machine code beside the source."""
    named = cast(FunctionType, function)
    named.__qualname__ += f"-{_CACHE_VERSION}"
    return cast(Callable[P, R], numba.njit(cache=True, nogil=True, error_model="numpy")(named))


class _Kept(Protocol):
    """As much of a compiled function as says where its machine code is kept."""

    @property
    def stats(self) -> "_Place": ...


class _Place(Protocol):
    cache_path: str


def must_compile() -> bool:
    """Whether machine code has to be made first, because none is kept of the source as it is."""
    kept = Path(cast("_Kept", dissimilarity).stats.cache_path)
    made = [file.stat().st_mtime for file in kept.glob(f"*dissimilarity-{_CACHE_VERSION}-*.nbi")]
    return max(made, default=0) < Path(__file__).stat().st_mtime


class BatchSpans(NamedTuple):
    """Spans of several continua, in parallel arrays ``[n]``."""

    starts: Floats
    ends: Floats
    categories: Ints
    annotators: Ints


class GroupCosts(NamedTuple):
    """What groups of spans cost, in units of the cost of an empty place."""

    #: Weight of the position in the dissimilarity of two spans.
    alpha: float
    #: Weight of the category.
    beta: float
    #: What a group costs before its pairs.
    opening: float
    #: Spans as dissimilar as this never share a group.
    cut: float

    @classmethod
    def of(cls, alpha: float, beta: float, n_annotators: int) -> "GroupCosts":
        """The costs for so many annotators."""
        opening = n_annotators * (n_annotators - 1) / 2
        return cls(float(alpha), float(beta), opening, opening + n_annotators - 1)


class Component(NamedTuple):
    """One component's spans, ordered by annotator, and what groups of them cost."""

    #: ``d - 1`` of every two spans, ``[k, k]``.
    weights: Floats
    #: Where each annotator's spans begin, and where the last one's end.
    first: Ints
    costs: GroupCosts


class Components(NamedTuple):
    """Components in parallel arrays, their spans one after another; alignments improve in place."""

    #: Annotator of each span, in the order of components.
    annotators: Ints
    #: Where each component's spans begin, and where the last one's end.
    offsets: Ints
    #: Weights of all components whose first alignment is not exact, laid flat.
    weights: Floats
    #: Where each component's weights begin.
    weights_begin: Ints
    #: Group of each span, numbered within its component.
    groups: Ints
    #: Cost of each component's alignment.
    totals: Floats
    #: No alignment of the component costs less.
    bounds: Floats
    costs: GroupCosts


@compiled
def component_at(components: Components, c: int) -> Component:
    """One of the components that have weights."""
    low, high = int(components.offsets[c]), int(components.offsets[c + 1])
    k, begin = high - low, components.weights_begin[c]
    weights = components.weights[begin : begin + k * k].reshape((k, k))
    first: Ints = np.empty(k + 1, np.int64)
    n_annotators = 0
    for u in range(low, high):
        if u == low or components.annotators[u] != components.annotators[u - 1]:
            first[n_annotators] = u - low
            n_annotators += 1
    first[n_annotators] = k
    return Component(weights, first[: n_annotators + 1], components.costs)


@compiled
def dissimilarity(spans: BatchSpans, i: int, j: int, costs: GroupCosts) -> float:
    """Dissimilarity of two spans (Mathet et al. 2015), in units of an empty place."""
    starts, ends = spans.starts, spans.ends
    apart = abs(starts[i] - starts[j]) + abs(ends[i] - ends[j])
    position = apart / (ends[i] - starts[i] + ends[j] - starts[j])
    category = costs.beta if spans.categories[i] != spans.categories[j] else 0.0
    return float(costs.alpha * position * position + category)


class Partition(NamedTuple):
    """Spans in the order of their components, then of their annotators."""

    order: Ints
    #: Where each component begins in the order, and where the last one ends.
    offsets: Ints
    #: All pairs of different annotators' spans that may share a group, by component.
    first: Ints
    second: Ints
    #: Where each component's pairs begin, and where the last one's end.
    pair_offsets: Ints


def find_components(continua: Ints, spans: BatchSpans, costs: GroupCosts) -> Partition:
    """Sort the spans, and the pairs of them that may share a group, into components.

    Spans are compared within classes of length, so that one very long span does not make every
    other look far.
    """
    lengths = spans.ends - spans.starts
    magnitude = np.frexp(lengths)[1]
    order = np.lexsort((spans.starts, magnitude, continua))
    new = (np.diff(continua[order]) != 0) | (np.diff(magnitude[order]) != 0)
    begins = np.concatenate(([0], np.flatnonzero(new) + 1)).astype(np.int64)
    longest = np.maximum.reduceat(lengths[order], begins)
    blocks = _Blocks(np.append(begins, len(order)), continua[order[begins]], longest)
    first, second = _close_pairs(spans, order, blocks, costs)
    graph = coo_array((np.ones(len(first)), (first, second)), shape=(len(order), len(order)))
    n_components, component = connected_components(graph.tocsr(), directed=False)
    by_component = np.lexsort((spans.annotators, component)).astype(np.int64)
    offsets = np.flatnonzero(np.diff(component[by_component], prepend=-1, append=-1))
    pairs = np.argsort(component[first], kind="stable")
    pair_counts = np.bincount(component[first], minlength=n_components)
    return Partition(
        by_component,
        offsets.astype(np.int64),
        first[pairs],
        second[pairs],
        np.concatenate(([0], np.cumsum(pair_counts))).astype(np.int64),
    )


class _Blocks(NamedTuple):
    """Runs of one continuum's spans of about one length, in the order of their starts."""

    #: Where each block begins in the order, and where the last one ends.
    begins: Ints
    continua: Ints
    #: Length of each block's longest span.
    longest: Floats


@compiled
def _close_pairs(
    spans: BatchSpans, order: Ints, blocks: _Blocks, costs: GroupCosts
) -> tuple[Ints, Ints]:
    """All pairs of different annotators' spans, of one continuum, that may share a group."""
    starts, ends = spans.starts, spans.ends
    first: Ints = np.empty(len(order), np.int64)
    second: Ints = np.empty(len(order), np.int64)
    count = 0
    reach = np.sqrt(costs.cut / costs.alpha) if costs.alpha > 0 else np.inf
    for block in range(len(blocks.longest)):
        for place in range(blocks.begins[block], blocks.begins[block + 1]):
            i = order[place]
            for other in range(block, len(blocks.longest)):
                if blocks.continua[other] != blocks.continua[block]:
                    break
                window = reach * (ends[i] - starts[i] + blocks.longest[other])
                low = place + 1 if other == block else blocks.begins[other]
                high = blocks.begins[other + 1]
                for near in range(_first_at(starts, order, low, high, starts[i] - window), high):
                    j = order[near]
                    if starts[j] > starts[i] + window:
                        break
                    if spans.annotators[i] == spans.annotators[j]:
                        continue
                    if dissimilarity(spans, i, j, costs) < costs.cut:
                        if count == len(first):
                            first, second = _doubled(first), _doubled(second)
                        first[count], second[count] = i, j
                        count += 1
    return first[:count], second[:count]


@compiled
def _doubled(values: Ints) -> Ints:
    larger: Ints = np.empty(2 * len(values), np.int64)
    larger[: len(values)] = values
    return larger


@compiled
def _first_at(starts: Floats, order: Ints, low: int, high: int, position: float) -> int:
    """The first place from `low` on whose span starts at the position or after it."""
    while low < high:
        middle = (low + high) // 2
        if starts[order[middle]] < position:
            low = middle + 1
        else:
            high = middle
    return low
