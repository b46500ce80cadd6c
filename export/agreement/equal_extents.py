"""Spans of one annotator that have the same extent, told apart by what is said of them.

Positions cannot say which of two signals on one clause is which of another annotator's two. They
are put together so that equal values meet; the order in which a document lists its spans, and the
ids that it gives them, decide nothing.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from typing import TypeAlias, cast

import numpy as np
from scipy.optimize import linear_sum_assignment

from signalbook.export.coefficients.coefficient import Ints
from signalbook.schema.documents.records import AnnotationDocument, Dyad, Party, Relation, Span
from signalbook.schema.scheme.model import Field, Scheme

from .comparison_key import ComparedDocument

#: What is said of a span: its relations, then the value of each field of its type.
Content: TypeAlias = tuple[Hashable | None, ...]

#: More rounds than any group of spans needed in trials; each makes equal values meet more often.
_MAX_ROUNDS = 20


def content(span: Span, document: AnnotationDocument, scheme: Scheme) -> Content:
    """What a document says of a span, as it equals what another says exactly."""
    places = {s.id: (s.start, s.end, s.type) for s in document.spans}
    relations = frozenset(
        (relation.type, side, places.get(other))
        for relation in document.relations
        for side, this, other in (
            ("from", relation.from_, relation.to),
            ("to", relation.to, relation.from_),
        )
        if this == span.id
    )
    fields = next((t.fields for t in scheme.span_types if t.name == span.type), ())
    view = ComparedDocument(document, scheme)
    return (relations, *(view.comparable(span.attributes.get(f.name), f) for f in fields))


def in_order(document: AnnotationDocument, scheme: Scheme) -> AnnotationDocument:
    """The document with its units in an order that depends on neither their ids nor their order."""
    spans = ordered_spans(document, scheme)
    place = {span.id: number for number, span in enumerate(spans)}
    party_values = scheme.party.fields if scheme.party else ()
    dyad_values = scheme.dyad.all_fields if scheme.dyad else ()

    view = ComparedDocument(document, scheme)

    def values(unit: Party | Dyad, fields: Sequence[Field]) -> list[str]:
        attributes = unit.attributes
        return _sortable(tuple(view.comparable(attributes.get(f.name), f) for f in fields))

    def ends(relation: Relation) -> tuple[str, int, int]:
        return relation.type, place.get(relation.from_, -1), place.get(relation.to, -1)

    ordered = {
        "spans": spans,
        "parties": tuple(sorted(document.parties, key=lambda p: values(p, party_values))),
        "dyads": tuple(sorted(document.dyads, key=lambda d: values(d, dyad_values))),
        "relations": tuple(sorted(document.relations, key=ends)),
    }
    return document.model_copy(update=ordered)


def ordered_spans(document: AnnotationDocument, scheme: Scheme) -> tuple[Span, ...]:
    """The spans of a document in such an order."""
    equal: dict[tuple[int, int, str], list[Span]] = defaultdict(list)
    for span in document.spans:
        equal[span.start, span.end, span.type].append(span)
    for spans in equal.values():
        if len(spans) > 1:
            spans.sort(key=lambda span: _sortable(content(span, document, scheme)))
    return tuple(span for key in sorted(equal) for span in equal[key])


def settle_equal_extents(
    groups: Ints,
    places: Ints,
    annotators: Ints,
    starts: Ints,
    ends: Ints,
    content_of: Callable[[int], Content],
) -> Ints:
    """Exchange spans of one annotator and extent between groups, so that equal values meet.

    Of two annotators the exchange is the best; of more, each in turn is set beside the others
    until nothing changes.

    Args:
        groups: Group of each span, ``[n]``.
        places: What each span may be compared within, such as its article.
        annotators: Whose each span is.
        starts: Where each begins.
        ends: Where each ends.
        content_of: What is said of the span at an index; asked for only where it matters.

    Returns:
        The groups, ``[n]``: each has the extents that it had.
    """
    order = np.lexsort((annotators, ends, starts, places))
    columns = places[order], starts[order], ends[order]
    same = np.logical_and.reduce([column[1:] == column[:-1] for column in columns])
    twins = np.flatnonzero(same & (annotators[order][1:] == annotators[order][:-1]))
    if not len(twins):
        return groups
    settled = groups.copy()
    number = np.cumsum(np.concatenate([[0], ~same]))
    known: dict[int, Content] = {}

    def cached(row: int) -> Content:
        if row not in known:
            known[row] = content_of(row)
        return known[row]

    for extent in np.unique(number[twins]).tolist():
        low, high = np.searchsorted(number, [extent, extent + 1])
        equal = sorted(order[low:high].tolist())
        first, last = np.searchsorted(columns[0], [columns[0][low], columns[0][low] + 1])
        _settle(settled, equal, order[first:last], annotators, cached)
    return settled


def _settle(
    groups: Ints,
    equal: Sequence[int],
    beside: Ints,
    annotators: Ints,
    content_of: Callable[[int], Content],
) -> None:
    """Exchange the spans of one extent between their groups, in place."""
    of_annotator: dict[int, list[int]] = defaultdict(list)
    for row in equal:
        of_annotator[int(annotators[row])].append(row)
    movable = {who: rows for who, rows in of_annotator.items() if len(rows) > 1}
    slots = {int(groups[row]) for rows in movable.values() for row in rows}
    moved = {row for rows in movable.values() for row in rows}
    members: dict[int, list[int]] = {slot: [] for slot in slots}
    for row in sorted(beside[np.isin(groups[beside], [*slots])].tolist()):
        if row not in moved:
            members[int(groups[row])].append(row)
    changed, rounds = True, 0
    while changed and rounds < _MAX_ROUNDS:
        changed, rounds = False, rounds + 1
        for rows in movable.values():
            own = sorted(int(groups[row]) for row in rows)
            if rounds > 1:
                for row in rows:
                    members[int(groups[row])].remove(row)
            alike = np.array(
                [
                    [
                        sum(_alike(content_of(row), content_of(m)) for m in members[slot])
                        for slot in own
                    ]
                    for row in rows
                ]
            )
            for place, slot in zip(*linear_sum_assignment(alike, maximize=True), strict=True):
                row = rows[place]
                changed |= int(groups[row]) != own[slot]
                groups[row] = own[slot]
                members[own[slot]].append(row)


def _alike(first: Content, second: Content) -> float:
    """How many values are equal; sets count by the share that they have in common (Jaccard)."""
    total = 0.0
    for mine, theirs in zip(first, second, strict=False):
        either = {*_members(mine), *_members(theirs)}
        if either:
            total += len(_members(mine) & _members(theirs)) / len(either)
        else:
            total += mine == theirs
    return total


def _members(value: Hashable | None) -> frozenset[Hashable]:
    """What a set has; nothing for what is no set."""
    return cast("frozenset[Hashable]", value) if isinstance(value, frozenset) else frozenset()


def _sortable(content: Content) -> list[str]:
    return [repr(sorted(map(repr, _members(value))) or value) for value in content]
