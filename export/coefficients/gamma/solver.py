"""The best alignment of each component, with a proof or an honest bound.

First by enumeration of all groups and the simplex method, then by column generation where there
are too many groups, at last by branch and bound where that leaves a gap.
"""

import numpy as np

from signalbook.export.coefficients.coefficient import Bools, Floats, Ints

from .branch_and_bound import branch_and_bound
from .columns import enumerate_components, generate_columns
from .components import Components, component_at
from .simplex import Columns, Enumerated, bound_components

#: A relative difference in cost that rounding explains.
TOLERANCE = 1e-8
#: Spans in one component that are still worth a proof.
MAX_SPANS = 1000
#: Groups of one component before they are generated instead of enumerated.
MAX_ENUMERATED = 1_000


def solve(components: Components, selected: Ints, effort: int) -> None:
    """Improve the `selected` components: their groups, totals and bounds."""
    selected = selected[np.diff(components.offsets)[selected] <= MAX_SPANS]
    duals = np.zeros(len(components.groups))
    enumerated = _enumerate_and_bound(components, selected, duals, effort)
    totals, bounds = components.totals, components.bounds
    for c in selected[~enumerated]:
        spans = slice(components.offsets[c], components.offsets[c + 1])
        totals[c], bounds[c], duals[spans] = generate_columns(
            component_at(components, c), components.groups[spans], float(totals[c]), effort
        )
    gaps = totals - bounds > TOLERANCE * (1 + totals)
    for c in selected[gaps[selected]]:
        spans = slice(components.offsets[c], components.offsets[c + 1])
        totals[c], bounds[c] = branch_and_bound(
            component_at(components, c),
            components.groups[spans],
            duals[spans],
            float(totals[c]),
            float(bounds[c]),
            20 * effort,
        )


def _enumerate_and_bound(
    components: Components, selected: Ints, duals: Floats, effort: int
) -> Bools:
    """Enumerate the groups of components and bound these; which had few enough groups."""
    n_annotators = int(components.annotators.max()) + 1
    columns = Columns.empty(4 * MAX_ENUMERATED + 2 * MAX_SPANS, n_annotators)
    done, complete = 0, np.zeros(len(selected), np.bool_)
    while done < len(selected):
        left = selected[done:]
        enumerated = Enumerated(
            np.zeros(len(left) + 1, np.int64), np.zeros(len(left), np.int64), complete[done:]
        )
        count = enumerate_components(components, left, effort, MAX_ENUMERATED, columns, enumerated)
        bound_components(components, left[:count], columns, enumerated, duals)
        done += count
    return complete
