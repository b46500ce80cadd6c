"""Two annotations of one article become pairs of values: of every unit that both have.

Ids of parties are local to one annotation, so parties are paired first: those that are the same,
then those that differ in one of the fields that make them so.
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TypeAlias, cast

from signalbook.export.agreement.comparison_key import PartyKey, comparable, party_fields, party_key
from signalbook.export.agreement.field_units import measured
from signalbook.schema.documents.records import AnnotationDocument, Party, Value
from signalbook.schema.scheme.model import Field, Scheme

from .kinds import Key, Said

#: Kinds of fields that refer to a party, whose id is local to the document.
#: Attributes of a unit.
Attributes: TypeAlias = Mapping[str, Value]


class Side:
    """One annotator's document, with its values as others would say them."""

    def __init__(self, document: AnnotationDocument, scheme: Scheme) -> None:
        self.document = document
        self._scheme = scheme
        self._known: dict[tuple[tuple[str, ...], Value], Hashable | None] = {}

    @cached_property
    def _keys(self) -> dict[str, PartyKey]:
        fields = party_fields(self._scheme)
        return {party.id: party_key(party, fields) for party in self.document.parties}

    @cached_property
    def parties(self) -> list[tuple[Party, Attributes, PartyKey]]:
        """Each party with its attributes and what makes it the same as another's."""
        own = set(self.distinct.values())
        return [
            (party, party.attributes, self._keys[party.id])
            for party in self.document.parties
            if party.id in own
        ]

    @cached_property
    def distinct(self) -> dict[str, str]:
        """Id of each party -> id of the first one that is the same."""
        first: dict[PartyKey, str] = {}
        return {id: first.setdefault(key, id) for id, key in self._keys.items()}

    def says(self, value: Value | None, field: Field) -> Hashable | None:
        """The value as it equals another annotator's who says the same; None if there is none."""
        if value is None or not field.is_reference:
            return comparable(value, field, self.document, self._scheme)
        if isinstance(value, tuple):
            return frozenset(self._names(id, field) for id in value)
        return self._names(value, field)

    def _names(self, id: Value, field: Field) -> Hashable | None:
        place = field.compare_by, id
        if place not in self._known:
            self._known[place] = comparable(id, field, self.document, self._scheme)
        return self._known[place]

    def shows(self, value: Value | None, field: Field) -> Said:
        """The value for people to read: a party by its attributes, not by its local id."""
        if not field.is_reference:
            return value
        said = self.says(value, field)
        if isinstance(said, frozenset):
            return tuple(sorted(map(str, cast("frozenset[Hashable]", said))))
        return None if said is None else str(said)


@dataclass(frozen=True, slots=True)
class Unit:
    """One thing that both annotators have, with each one's attributes of it."""

    name: str
    key: Key
    ids: tuple[str | None, str | None]
    attributes: tuple[Attributes, Attributes]
    start: int | None = None
    end: int | None = None


def fields_of(scheme: Scheme) -> dict[str, tuple[Field, ...]]:
    """The compared fields of each unit; of a party also those that make it the same."""
    found = {t.name: tuple(measured(t.fields)) for t in scheme.span_types}
    if scheme.party is not None:
        own = {f.name for f in (*party_fields(scheme), *measured(scheme.party.fields))}
        found["party"] = tuple(f for f in scheme.party.fields if f.name in own)
    if scheme.dyad is not None:
        found["dyad"] = (*scheme.dyad.sides, *measured(scheme.dyad.fields))
    return found | {"article": tuple(measured(scheme.article_labels))}


#: A party of the first annotator and of the second; None where one has none.
PartyPair: TypeAlias = tuple[
    tuple[Party, Attributes] | None,
    tuple[Party, Attributes] | None,
]


def pair_parties(first: Side, second: Side) -> list[PartyPair]:
    """Every party of the two in one pair.

    The field that tells parties apart best, such as a name, is the last to be left out.
    """
    pairs: list[PartyPair] = []
    mine, theirs = list(first.parties), list(second.parties)
    width = len(mine[0][2].values) if mine else 0
    told = [len({key.values[at] for _, _, key in (*mine, *theirs)}) for at in range(width)]
    order = sorted(range(width), key=lambda at: told[at]) if width > 1 else []
    for left_out in (None, *order):
        waiting: dict[Hashable, list[int]] = {}
        for at, (_, _, key) in enumerate(theirs):
            waiting.setdefault(_without(key, left_out), []).append(at)
        taken: set[int] = set()
        rest: list[tuple[Party, Attributes, PartyKey]] = []
        for party, attributes, key in mine:
            found = waiting.get(_without(key, left_out))
            if found:
                at = found.pop(0)
                taken.add(at)
                pairs.append(((party, attributes), theirs[at][:2]))
            else:
                rest.append((party, attributes, key))
        mine, theirs = rest, [p for at, p in enumerate(theirs) if at not in taken]
        if not mine or not theirs:
            break
    pairs += [(party[:2], None) for party in mine]
    pairs += [(None, party[:2]) for party in theirs]
    return pairs


def _without(key: PartyKey, place: int | None) -> tuple[Hashable | None, ...]:
    return key.values if place is None else key.values[:place] + key.values[place + 1 :]


def same_parties(pairs: Iterable[PartyPair], distinct: Mapping[str, str]) -> dict[str, str]:
    """The first annotator's id of a party -> the second's, or what is no id of the second."""
    paired = {
        one[0].id: other[0].id if other else f"first's {one[0].id}" for one, other in pairs if one
    }
    return {id: paired[first] for id, first in distinct.items()}


def through(value: Value, same: Mapping[str, str]) -> Hashable:
    """A reference with its ids exchanged for those that both annotators' are compared by."""
    if isinstance(value, tuple):
        return frozenset(same.get(id, id) for id in value)
    return same.get(str(value), value)


def pair_dyads(
    first: Side, second: Side, sides: tuple[Field, Field], same: Mapping[str, str]
) -> Iterator[tuple[Attributes | None, Attributes | None]]:
    """Every dyad of the two in one pair: of equal sides, then of sides that are paired parties."""
    mine = [dyad.attributes for dyad in first.document.dyads]
    theirs = [dyad.attributes for dyad in second.document.dyads]
    for by_party in (False, True):
        my_key = partial(_sides, side=first, sides=sides, same=same if by_party else None)
        their_key = partial(
            _sides, side=second, sides=sides, same=second.distinct if by_party else None
        )
        waiting: dict[Hashable, list[int]] = {}
        for at, attributes in enumerate(theirs):
            waiting.setdefault(their_key(attributes), []).append(at)
        taken: set[int] = set()
        rest: list[dict[str, Value]] = []
        for attributes in mine:
            found = waiting.get(my_key(attributes))
            if found:
                taken.add(found[0])
                yield attributes, theirs[found.pop(0)]
            else:
                rest.append(attributes)
        mine, theirs = rest, [a for at, a in enumerate(theirs) if at not in taken]
    yield from ((attributes, None) for attributes in mine)
    yield from ((None, attributes) for attributes in theirs)


def _sides(
    attributes: Attributes,
    *,
    side: Side,
    sides: tuple[Field, Field],
    same: Mapping[str, str] | None,
) -> Hashable:
    """The two sides of a dyad: as anyone knows them, or by the ids of the second annotator."""
    if same is None:
        return tuple(side.says(attributes.get(f.name), f) for f in sides)
    return tuple(through(attributes.get(f.name, ""), same) for f in sides)
