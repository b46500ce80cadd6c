"""Two annotators' documents of one article, compared: what both have, what one lacks, the values.

The decomposition and the confusion matrices read the same comparison, so their counts agree.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from signalbook.export.agreement.comparison_key import party_fields
from signalbook.export.agreement.corpus import Corpus
from signalbook.export.agreement.span_groups import SpanGroups
from signalbook.schema.documents.records import Value
from signalbook.schema.scheme.model import Field, Scheme

from .counterparts import (
    AnnotatorView,
    Attributes,
    ComparedFields,
    ComparedUnit,
    PartyPair,
    fields_of,
    pair_dyads,
    pair_parties,
    same_parties,
    translated,
)
from .kinds import Key, key_text
from .span_pairs import Pairing, SpanPair, pair_up


class DifferentValues(NamedTuple):
    """The different values that the two give to one field of a unit that both have."""

    unit: ComparedUnit
    field: Field
    #: As they stand in the documents.
    values: tuple[Value | None, Value | None]


@dataclass(frozen=True)
class Comparison:
    """Two annotators' documents of one article."""

    scheme: Scheme
    #: Unit -> its compared fields.
    fields: Mapping[str, ComparedFields]
    pairing: Pairing
    first: AnnotatorView
    second: AnnotatorView

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

    @cached_property
    def units(self) -> list[ComparedUnit]:
        """Every unit that both have."""
        return [*self._units()]

    def compared(self, unit: str) -> ComparedFields:
        """The compared fields of a unit; none of one that the scheme does not know."""
        return self.fields.get(unit, ComparedFields())

    def different_values(self) -> Iterator[DifferentValues]:
        """Every compared field of which the two say different things of the same unit."""
        for unit in self.units:
            my_answers, their_answers = unit.answers
            if my_answers == their_answers:
                continue
            mine, theirs = unit.attributes
            fields = self.compared(unit.name).fields
            for field, answer, other in zip(fields, my_answers, their_answers, strict=True):
                if answer != other:
                    values = mine.get(field.name), theirs.get(field.name)
                    yield DifferentValues(unit, field, values)

    def by_party(self, compared: DifferentValues) -> bool:
        """Whether the two name the same party, and differ only in how they describe it."""
        first, second = compared.values
        if not compared.field.is_reference or first is None or second is None:
            return False
        return translated(first, self.same) == translated(second, self.second.distinct)

    def _units(self) -> Iterator[ComparedUnit]:
        yield from self._spans()
        for mine, theirs in self.parties:
            if mine and theirs:
                key = self.party_name(mine.attributes)
                attributes = mine.attributes, theirs.attributes
                yield self._unit("party", key, (mine.id, theirs.id), attributes)
        for my_dyad, their_dyad in self.dyads:
            if my_dyad is not None and their_dyad is not None:
                key = self.dyad_name(my_dyad, self.first)
                yield self._unit("dyad", key, (None, None), (my_dyad, their_dyad))
        labels = self.first.document.article_labels, self.second.document.article_labels
        yield self._unit("article", ("article",), (None, None), labels)

    def _spans(self) -> Iterator[ComparedUnit]:
        for pair in self.spans:
            first, second = pair.first, pair.second
            if first and second and first.type == second.type and not pair.coreferent:
                yield self._unit(
                    first.type,
                    ("span", pair.unit),
                    (first.id, second.id),
                    (first.attributes, second.attributes),
                    min(first.start, second.start),
                    max(first.end, second.end),
                )

    def _unit(
        self,
        name: str,
        key: Key,
        ids: tuple[str | None, str | None],
        attributes: tuple[Attributes, Attributes],
        start: int | None = None,
        end: int | None = None,
    ) -> ComparedUnit:
        mine, theirs = attributes
        fields = self.compared(name)
        answers = self.first.answers(mine, fields), self.second.answers(theirs, fields)
        return ComparedUnit(name, key, ids, attributes, answers, start, end)

    def party_name(self, party: Attributes) -> Key:
        """What people call a party: its values of the fields that make it the same."""
        return ("party", *(key_text(party.get(field.name)) for field in party_fields(self.scheme)))

    def dyad_name(self, dyad: Attributes, view: AnnotatorView) -> Key:
        """What people call a dyad: its two sides."""
        assert self.scheme.dyad is not None
        return ("dyad", *(view.side(dyad, side) for side in self.scheme.dyad.sides))


def compare(corpus: Corpus, groups: SpanGroups) -> Iterator[Comparison]:
    """Every two annotators of every article, in order."""
    fields = fields_of(corpus.scheme)
    article, views = -1, dict[int, AnnotatorView]()
    for pairing in pair_up(corpus, groups):
        if pairing.article != article:
            article, views = pairing.article, {}
        for annotator in pairing.annotators:
            if annotator not in views:
                views[annotator] = AnnotatorView(corpus.views[article, annotator])
        first, second = (views[annotator] for annotator in pairing.annotators)
        yield Comparison(corpus.scheme, fields, pairing, first, second)
