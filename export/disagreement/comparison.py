"""Two annotators' documents of one article become what both have, what one lacks, and the values.

The decomposition and the confusion matrices read the same comparison, so their counts agree.
"""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from signalbook.export.agreement.comparison_key import party_fields
from signalbook.export.agreement.corpus import Corpus
from signalbook.export.agreement.span_groups import SpanGroups
from signalbook.schema.documents.records import Value
from signalbook.schema.scheme.model import Field, Scheme

from .counterparts import (
    Attributes,
    PartyPair,
    Side,
    Unit,
    fields_of,
    pair_dyads,
    pair_parties,
    same_parties,
    through,
)
from .kinds import Key
from .span_pairs import Pairing, SpanPair, pair_up


@dataclass(frozen=True, slots=True)
class Answers:
    """What the two say to one field of a unit that both have."""

    unit: Unit
    field: Field
    #: As they stand in the documents.
    given: tuple[Value | None, Value | None]
    #: As they can be compared.
    said: tuple[Hashable | None, Hashable | None]


@dataclass(frozen=True)
class Comparison:
    """Two annotators' documents of one article."""

    scheme: Scheme
    #: Unit -> name, whether equal values are equal as they stand, and field.
    fields: Mapping[str, tuple[tuple[str, bool, Field], ...]]
    pairing: Pairing
    first: Side
    second: Side

    @property
    def spans(self) -> tuple[SpanPair, ...]:
        """Every span of the two in one pair."""
        return self.pairing.spans

    @cached_property
    def parties(self) -> list[PartyPair]:
        """Every party of the two in one pair."""
        return pair_parties(self.first, self.second)

    @cached_property
    def same(self) -> dict[str, str]:
        """The first's id of a party -> the second's."""
        return same_parties(self.parties, self.first.distinct)

    @cached_property
    def dyads(self) -> list[tuple[Attributes | None, Attributes | None]]:
        """Every dyad of the two in one pair."""
        if self.scheme.dyad is None:
            return []
        return [*pair_dyads(self.first, self.second, self.scheme.dyad.sides, self.same)]

    def answers(self, *, differing: bool = False) -> Iterator[Answers]:
        """Every compared field of every unit that both have; or where the two differ."""
        for unit in self._units():
            mine, theirs = unit.attributes
            for name, plain, field in self.fields.get(unit.name, ()):
                one, other = given = mine.get(name), theirs.get(name)
                if differing and plain and one == other:
                    continue
                said = self.first.says(one, field), self.second.says(other, field)
                if not differing or said[0] != said[1]:
                    yield Answers(unit, field, given, said)

    def by_party(self, answers: Answers) -> bool:
        """Whether the two name the same party, and differ only in how they describe it."""
        one, other = answers.given
        if not answers.field.is_reference:
            return False
        if one is None or other is None:
            return False
        return through(one, self.same) == through(other, self.second.distinct)

    def _units(self) -> Iterator[Unit]:
        for pair in self.spans:
            one, other = pair.first, pair.second
            if one and other and one.type == other.type and not pair.again:
                yield Unit(
                    one.type,
                    ("span", pair.unit),
                    (one.id, other.id),
                    (one.attributes, other.attributes),
                    min(one.start, other.start),
                    max(one.end, other.end),
                )
        for first, second in self.parties:
            if first and second:
                ids, attributes = (first[0].id, second[0].id), (first[1], second[1])
                yield Unit("party", self.party_key(first[1]), ids, attributes)
        for mine, theirs in self.dyads:
            if mine is not None and theirs is not None:
                key = self.dyad_key(mine, self.first)
                yield Unit("dyad", key, (None, None), (mine, theirs))
        labels = self.first.document.article_labels, self.second.document.article_labels
        yield Unit("article", ("article",), (None, None), labels)

    def party_key(self, party: Attributes) -> Key:
        """What a party is known by."""
        words = (_text(party.get(field.name)) for field in party_fields(self.scheme))
        return ("party", *words)

    def dyad_key(self, dyad: Attributes, side: Side) -> Key:
        """What a dyad is known by."""
        assert self.scheme.dyad is not None
        return ("dyad", *(_text(side.shows(dyad.get(f.name), f)) for f in self.scheme.dyad.sides))


def _text(value: Value | None) -> str:
    return " + ".join(sorted(value)) if isinstance(value, tuple) else str(value)


def compare(corpus: Corpus, groups: SpanGroups) -> Iterator[Comparison]:
    """Every two annotators of every article, in order."""
    fields = {
        unit: tuple((field.name, not field.is_reference, field) for field in own)
        for unit, own in fields_of(corpus.scheme).items()
    }
    article, sides = -1, dict[int, Side]()
    for pairing in pair_up(corpus, groups):
        if pairing.article != article:
            article, sides = pairing.article, {}
        for annotator in pairing.annotators:
            if annotator not in sides:
                sides[annotator] = Side(corpus.documents[article, annotator], corpus.scheme)
        first, second = (sides[annotator] for annotator in pairing.annotators)
        yield Comparison(corpus.scheme, fields, pairing, first, second)
