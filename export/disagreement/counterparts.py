"""What two annotators have of the same thing: which parties and dyads of theirs are counterparts.

Ids of parties are local to one annotation, so parties are paired first: those that are the same,
then those that differ in one of the fields that make them so.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from typing import NamedTuple, TypeAlias, TypeVar, cast

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from signalbook.export.agreement.comparison_key import (
    ComparedDocument,
    PartyKey,
    party_fields,
)
from signalbook.export.agreement.field_units import measured
from signalbook.schema.documents.records import Value
from signalbook.schema.scheme.model import Field, Scheme

from .kinds import Key, Shown


class ComparedFields(NamedTuple):
    """The compared fields of a unit."""

    fields: tuple[Field, ...] = ()
    #: Their names.
    names: tuple[str, ...] = ()
    #: Number and field of those whose values do not equal another annotator's as they stand.
    translated: tuple[tuple[int, Field], ...] = ()

    @classmethod
    def of(cls, fields: Iterable[Field]) -> "ComparedFields":
        """Keep what is asked of them for every unit."""
        fields = tuple(fields)
        translated = tuple((at, field) for at, field in enumerate(fields) if not field.is_plain)
        return cls(fields, tuple(field.name for field in fields), translated)


#: Attributes of a unit.
Attributes: TypeAlias = Mapping[str, Value]
#: Values of the compared fields of a unit, as they can be compared; None is missing.
Answers: TypeAlias = tuple[Hashable | None, ...]
Thing = TypeVar("Thing")
Node = TypeVar("Node", bound=Hashable)


class PartyView(NamedTuple):
    """A party of one annotator, with what makes it the same as another's."""

    id: str
    attributes: Attributes
    key: PartyKey


#: A party of the first annotator and of the second; None where one has none.
PartyPair: TypeAlias = tuple[PartyView | None, PartyView | None]


class AnnotatorView:
    """One annotator's document, with its values as another's can be compared with them."""

    def __init__(self, compared: ComparedDocument) -> None:
        self.document = compared.document
        self.comparable = compared.comparable
        self._party_keys = compared.party_keys
        # By identity of the attributes, which live as long as the view.
        self._answers: dict[int, Answers] = {}

    @cached_property
    def _all_parties(self) -> list[PartyView]:
        parties = zip(self.document.parties, self._party_keys, strict=True)
        return [PartyView(party.id, party.attributes, key) for party, key in parties]

    @cached_property
    def parties(self) -> list[PartyView]:
        """Each party, once."""
        return [party for party in self._all_parties if self.distinct[party.id] == party.id]

    @cached_property
    def distinct(self) -> dict[str, str]:
        """Id of each party -> id of the first one that is the same."""
        first: dict[PartyKey, str] = {}
        return {p.id: first.setdefault(p.key, p.id) for p in self._all_parties}

    @cached_property
    def dyads(self) -> list[Attributes]:
        """What is said of each dyad."""
        return [dyad.attributes for dyad in self.document.dyads]

    def answers(self, attributes: Attributes, compared: ComparedFields) -> Answers:
        """What is said of the compared fields of a unit of the document, looked up once a unit."""
        place = id(attributes)
        known = self._answers.get(place)
        if known is None:
            values: list[Hashable | None] = [*map(attributes.get, compared.names)]
            for at, field in compared.translated:
                values[at] = self.comparable(attributes.get(field.name), field)
            known = self._answers[place] = tuple(values)
        return known

    def shown(self, value: Value | None, field: Field) -> Shown:
        """The value for people to read: a party by its attributes, not by its local id."""
        if value is None or not field.is_reference:
            return value
        reference = self.comparable(value, field)
        if isinstance(reference, frozenset):
            return tuple(sorted(map(str, cast("frozenset[Hashable]", reference))))
        return str(reference)

    def side(self, dyad: Attributes, field: Field) -> Hashable | None:
        """A side of a dyad: equal for all annotators who mean the same, and as this one wrote it."""
        reference = self.comparable(dyad.get(field.name), field)
        if isinstance(reference, frozenset):
            return tuple(sorted(cast("frozenset[Hashable]", reference), key=repr))
        return reference


class ComparedUnit(NamedTuple):
    """One thing that both annotators have, with each one's attributes of it."""

    name: str
    key: Key
    ids: tuple[str | None, str | None]
    attributes: tuple[Attributes, Attributes]
    #: What each one says of the compared fields.
    answers: tuple[Answers, Answers]
    start: int | None = None
    end: int | None = None


def fields_of(scheme: Scheme) -> dict[str, ComparedFields]:
    """The compared fields of each unit; of a party also those that make it the same."""
    fields = {t.name: [*measured(t.fields)] for t in scheme.span_types}
    if scheme.party is not None:
        names = {f.name for f in (*party_fields(scheme), *measured(scheme.party.fields))}
        fields["party"] = [f for f in scheme.party.fields if f.name in names]
    if scheme.dyad is not None:
        fields["dyad"] = [*scheme.dyad.sides, *measured(scheme.dyad.fields)]
    fields["article"] = [*measured(scheme.article_labels)]
    return {unit: ComparedFields.of(of_unit) for unit, of_unit in fields.items()}


def pair_equal(
    first: Sequence[Thing],
    second: Sequence[Thing],
    first_key: Callable[[Thing], Hashable],
    second_key: Callable[[Thing], Hashable],
) -> tuple[list[tuple[Thing, Thing]], list[Thing], list[Thing]]:
    """Pairs of equal keys, each thing in one pair at most, and what is left of both."""
    if not first or not second:
        return [], [*first], [*second]
    waiting: dict[Hashable, list[int]] = {}
    for place, thing in enumerate(second):
        waiting.setdefault(second_key(thing), []).append(place)
    pairs: list[tuple[Thing, Thing]] = []
    left: list[Thing] = []
    taken: set[int] = set()
    for thing in first:
        places = waiting.get(first_key(thing))
        if places:
            taken.add(places[0])
            pairs.append((thing, second[places.pop(0)]))
        else:
            left.append(thing)
    return pairs, left, [thing for place, thing in enumerate(second) if place not in taken]


def connected(pairs: Iterable[tuple[Node, Node]]) -> dict[Node, int]:
    """What pairs join, directly or through others -> number of its connected component."""
    numbers: dict[Node, int] = {}
    for pair in (edges := list(pairs)):
        for node in pair:
            numbers.setdefault(node, len(numbers))
    if not numbers:
        return {}
    ends = np.array([(numbers[a], numbers[b]) for a, b in edges], dtype=np.int64)
    size = len(numbers)
    graph = coo_array((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(size, size))
    _, components = connected_components(graph.tocsr(), directed=False)
    return dict(zip(numbers, map(int, components), strict=True))


def pair_parties(first: AnnotatorView, second: AnnotatorView) -> list[PartyPair]:
    """Every party of the two in one pair.

    The field that tells parties apart best, such as a name, is the last to be left out.
    """
    mine, theirs = first.parties, second.parties
    width = len(mine[0].key) if mine else 0
    distinct = [len({p.key[at] for p in (*mine, *theirs)}) for at in range(width)]
    order = sorted(range(width), key=lambda at: distinct[at]) if width > 1 else []
    pairs: list[PartyPair] = []
    for left_out in (None, *order):
        key = partial(_key_without, place=left_out)
        equal, mine, theirs = pair_equal(mine, theirs, key, key)
        pairs += equal
    return [*pairs, *((party, None) for party in mine), *((None, party) for party in theirs)]


def _key_without(party: PartyView, *, place: int | None) -> tuple[Hashable | None, ...]:
    values = party.key
    return values if place is None else values[:place] + values[place + 1 :]


def same_parties(pairs: Iterable[PartyPair], distinct: Mapping[str, str]) -> dict[str, str]:
    """The first annotator's id of a party -> the second's, or what is no id of the second."""
    paired = {
        mine.id: theirs.id if theirs else f"first's {mine.id}" for mine, theirs in pairs if mine
    }
    return {id: paired[first] for id, first in distinct.items()}


def translated(value: Value, ids: Mapping[str, str]) -> Hashable:
    """A reference in other ids, so that it can be compared with another annotator's."""
    if isinstance(value, tuple):
        return frozenset(ids.get(id, id) for id in value)
    return ids.get(str(value), value)


def pair_dyads(
    first: AnnotatorView,
    second: AnnotatorView,
    sides: tuple[Field, Field],
    same: Mapping[str, str],
) -> Iterator[tuple[Attributes | None, Attributes | None]]:
    """Every dyad of the two in one pair: of equal sides, then of sides that are paired parties."""
    mine, theirs = first.dyads, second.dyads
    for my_ids, their_ids in ((None, None), (same, second.distinct)):
        equal, mine, theirs = pair_equal(
            mine,
            theirs,
            partial(_sides, view=first, sides=sides, ids=my_ids),
            partial(_sides, view=second, sides=sides, ids=their_ids),
        )
        yield from equal
    yield from ((attributes, None) for attributes in mine)
    yield from ((None, attributes) for attributes in theirs)


def _sides(
    attributes: Attributes,
    *,
    view: AnnotatorView,
    sides: tuple[Field, Field],
    ids: Mapping[str, str] | None,
) -> Hashable:
    """The two sides of a dyad: as anyone knows them, or in ids that both are compared by."""
    if ids is None:
        return tuple(view.comparable(attributes.get(field.name), field) for field in sides)
    return tuple(translated(attributes.get(field.name, ""), ids) for field in sides)
