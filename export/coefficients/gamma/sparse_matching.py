"""The best alignment of many spans of two annotators, by the pairs of them that are close.

Rows are the spans of the second annotator, columns those of the first. Each row takes the shortest
augmenting path to a free column or to a row that then stands alone (Dijkstra's, with potentials),
which ends where nothing is won any more and so stays near the row.
"""

import heapq
from typing import NamedTuple

import numpy as np

from signalbook.export.coefficients.coefficient import Bools, Floats, Ints

from .components import BatchSpans, GroupCosts, compiled, dissimilarity


class _Pairs(NamedTuple):
    """What rows gain by sharing a group with columns: less than 0, or they would not."""

    #: Where each row's pairs begin, and where the last one's end.
    begins: Ints
    columns: Ints
    gains: Floats


@compiled
def match_pairs(
    spans: BatchSpans, units: Ints, first: Ints, second: Ints, costs: GroupCosts, groups: Ints
) -> float:
    """Align one component of two annotators; fills `groups` and returns its cost.

    Args:
        spans: The spans of all components.
        units: The spans of this one, ordered by annotator.
        first: One span of each pair that may share a group.
        second: The other span of each.
        costs: What groups cost.
        groups: The group of each of `units`.
    """
    n_columns = 0
    for unit in units:
        n_columns += spans.annotators[unit] == spans.annotators[units[0]]
    pairs = _pairs(spans, units, n_columns, first, second, costs)
    column_of = match(pairs, n_columns)
    groups[:n_columns] = np.arange(n_columns)
    total, n_groups = 0.0, n_columns
    for _ in range(n_columns):
        total += costs.opening
    for row in range(len(column_of)):
        if column_of[row] < 0:
            groups[n_columns + row] = n_groups
            n_groups += 1
            total += costs.opening
        else:
            groups[n_columns + row] = column_of[row]
            i, j = int(units[n_columns + row]), int(units[column_of[row]])
            total += dissimilarity(spans, i, j, costs) - 1.0
    return float(total)


@compiled
def _pairs(
    spans: BatchSpans, units: Ints, n_columns: int, first: Ints, second: Ints, costs: GroupCosts
) -> _Pairs:
    place = np.zeros(len(spans.starts), np.int64)
    for u in range(len(units)):
        place[units[u]] = u
    rows, columns = np.empty(len(first), np.int64), np.empty(len(first), np.int64)
    gains = np.empty(len(first))
    begins: Ints = np.zeros(len(units) - n_columns + 1, np.int64)
    for p in range(len(first)):
        low, high = min(place[first[p]], place[second[p]]), max(place[first[p]], place[second[p]])
        rows[p], columns[p] = high - n_columns, low
        d = dissimilarity(spans, int(units[high]), int(units[low]), costs)
        gains[p] = d - 1.0 - costs.opening
        if gains[p] < 0:
            begins[rows[p] + 1] += 1
    begins = np.cumsum(begins)
    at = begins[:-1].copy()
    of_row: Ints = np.empty(int(begins[-1]), np.int64)
    gained = np.empty(len(of_row))
    for p in range(len(first)):
        if gains[p] < 0:
            of_row[at[rows[p]]], gained[at[rows[p]]] = columns[p], gains[p]
            at[rows[p]] += 1
    return _Pairs(begins, of_row, gained)


@compiled
def negative_pairs(gains: Floats) -> _Pairs:
    """The entries of a matrix of gains that are less than 0."""
    n_rows, n_columns = gains.shape
    begins: Ints = np.zeros(n_rows + 1, np.int64)
    for row in range(n_rows):
        begins[row + 1] = begins[row] + (gains[row] < 0).sum()
    columns: Ints = np.empty(int(begins[-1]), np.int64)
    gained, at = np.empty(len(columns)), 0
    for row in range(n_rows):
        for j in range(n_columns):
            if gains[row, j] < 0:
                columns[at], gained[at] = j, gains[row, j]
                at += 1
    return _Pairs(begins, columns, gained)


class _Matching(NamedTuple):
    """A matching in the making, and what the search for the next path has found."""

    #: Potential of each row and of each column: no pair gains more than both together.
    u: Floats
    v: Floats
    #: The column of each row, and the row of each column, or -1.
    column_of: Ints
    row_of: Ints
    #: Of each column: how far it is, from which row, and whether the search went on from it.
    distance: Floats
    way: Ints
    done: Bools
    #: Columns with a distance, in the order of discovery.
    reached: Ints


@compiled
def match(pairs: _Pairs, n_columns: int) -> Ints:
    """The column of each row in a cheapest matching, or -1."""
    n_rows = len(pairs.begins) - 1
    matching = _Matching(
        np.zeros(n_rows),
        np.zeros(n_columns),
        np.full(n_rows, -1),
        np.full(n_columns, -1),
        np.full(n_columns, np.inf),
        np.full(n_columns, -1),
        np.zeros(n_columns, np.bool_),
        np.empty(n_columns, np.int64),
    )
    for source in range(n_rows):
        for e in range(pairs.begins[source], pairs.begins[source + 1]):
            least = pairs.gains[e] - matching.v[pairs.columns[e]]
            matching.u[source] = min(matching.u[source], least)
        end, alone, column, n_reached = _search(pairs, matching, source)
        _shift(matching, source, end, n_reached)
        if column < 0 and alone != source:
            column = matching.column_of[alone]
            matching.column_of[alone] = -1
        _augment(matching, column)
    return matching.column_of


@compiled
def _search(pairs: _Pairs, matching: _Matching, source: int) -> tuple[float, int, int, int]:
    """The shortest path from a row: its length, the row that it leaves alone or else the column.

    The last number says how many columns were reached.
    """
    u, v, _, row_of, distance, way, done, reached = matching
    heap = [(0.0, 0)]
    heap.pop()
    here, base, end, alone, n_reached = source, 0.0, np.inf, source, 0
    while True:
        if base - u[here] < end:
            end, alone = base - u[here], here
        for e in range(pairs.begins[here], pairs.begins[here + 1]):
            j = pairs.columns[e]
            d = base + (pairs.gains[e] - u[here] - v[j])
            if d < end and d < distance[j] and not done[j]:
                if distance[j] == np.inf:
                    reached[n_reached] = j
                    n_reached += 1
                distance[j], way[j] = d, here
                heapq.heappush(heap, (d, j))
        while heap and (done[heap[0][1]] or heap[0][0] > distance[heap[0][1]]):
            heapq.heappop(heap)
        if not heap or heap[0][0] >= end:
            return end, alone, -1, n_reached
        base, j = heapq.heappop(heap)
        if row_of[j] < 0:
            return base, -1, j, n_reached
        done[j], here = True, row_of[j]


@compiled
def _shift(matching: _Matching, source: int, end: float, n_reached: int) -> None:
    """Move the potentials so that the path is tight, and forget the search."""
    u, v, _, row_of, distance, _, done, reached = matching
    u[source] += end
    for r in range(n_reached):
        j = reached[r]
        if done[j]:
            v[j] -= end - distance[j]
            u[row_of[j]] += end - distance[j]
        distance[j], done[j] = np.inf, False


@compiled
def _augment(matching: _Matching, column: int) -> None:
    """Give the column to the row that reached it, that row's own to the one before, and so on."""
    while column >= 0:
        row = matching.way[column]
        before = int(matching.column_of[row])
        matching.column_of[row], matching.row_of[column] = column, row
        column = before
