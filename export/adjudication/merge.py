"""Merge the annotations of one article into a draft, by votes on units and on their fields."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from signalbook.export.agreement.span_groups import SpanGroup, align_article
from signalbook.schema.documents.annotation import values_of
from signalbook.schema.documents.records import AnnotationDocument, Value
from signalbook.schema.scheme.model import Field, RelationType, Scheme

from .gold_draft import GoldDraft, GoldRelation, GoldUnit, Values, words
from .party_matching import Documents, PartyGroup, group_parties
from .voting import VoteLog, in_order


def merge(documents: Documents, scheme: Scheme, vote_log: VoteLog) -> GoldDraft:
    """Vote on parties, spans, relations, dyads and labels of one article."""
    return _Merge(documents, scheme, vote_log).draft()


@dataclass
class _Merge:
    documents: Documents
    scheme: Scheme
    vote_log: VoteLog
    #: (annotator, party id) -> key of the party in the draft.
    party_keys: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])
    #: (annotator, span id) -> key of the span in the draft.
    span_keys: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])

    def draft(self) -> GoldDraft:
        groups = group_parties(self.documents, self.scheme)
        for number, group in enumerate(groups, 1):
            for annotator, parties_of in group.items():
                for party in parties_of:
                    self.party_keys[annotator, party.id] = f"@{number}"
        parties = tuple(self._party(f"@{n}", group) for n, group in enumerate(groups, 1))
        spans = sorted(self._spans(), key=lambda s: (s.start, s.end, s.key))
        relations, minority_relations = self._relations({span.key for span in spans})
        dyads, minority_dyads = self._dyads()
        return GoldDraft(
            template=_most_complete(self.documents),
            labels=self._labels(),
            parties=parties,
            spans=tuple(spans),
            relations=tuple(relations),
            dyads=tuple(dyads),
            minority_relations=tuple(minority_relations),
            minority_dyads=tuple(minority_dyads),
        )

    @cached_property
    def _fields(self) -> dict[str, Field]:
        return {f.name: f for _, f in self.scheme.fields()}

    def _party(self, key: str, group: PartyGroup) -> GoldUnit:
        assert self.scheme.party is not None
        options = {a: self._translated(a, parties[0].attributes) for a, parties in group.items()}
        name = f"party {group[min(group)][0].id} of {min(group)}"
        unit = self._voted(key, "party", name, options, self.scheme.party.fields)
        alone = sum(
            all(party.id not in self._referred_to[annotator] for party in parties)
            for annotator, parties in group.items()
        )
        return replace(unit, stands_alone=2 * alone > len(self.documents))

    @cached_property
    def _referred_to(self) -> dict[str, set[str]]:
        """Annotator -> all that may be the id of a party, wherever one is referred to."""
        return {
            annotator: {
                *(word for span in document.spans for word in words(span.attributes)),
                *(word for dyad in document.dyads for word in words(dyad.attributes)),
                *(word for party in document.parties for word in words(party.attributes)),
                *words(document.article_labels),
            }
            for annotator, document in self.documents.items()
        }

    def _spans(self) -> Iterator[GoldUnit]:
        for span_type in self.scheme.span_types:
            marked = {
                annotator: [span for span in document.spans if span.type == span_type.name]
                for annotator, document in self.documents.items()
            }
            for number, group in enumerate(align_article(marked), 1):
                start, end = group.extent
                name = f"{span_type.name} [{start}, {end})"
                voters = {a: a in group for a in self.documents}
                if self.vote_log.decide_presence(name, voters, kind=span_type.name):
                    yield self._span(f"{span_type.name}:{number:04}", name, group)

        self._note_unknown_types()

    def _note_unknown_types(self) -> None:
        types = {span_type.name for span_type in self.scheme.span_types}
        for annotator, document in self.documents.items():
            for span in document.spans:
                if span.type not in types:
                    name = f"{span.type} [{span.start}, {span.end})"
                    rule = "no type of the scheme"
                    self.vote_log.record(name, "", {annotator: True}, False, rule)

    def _span(self, key: str, name: str, group: SpanGroup[str]) -> GoldUnit:
        for annotator, span in group.items():
            self.span_keys[annotator, span.id] = key
        start, end = group.extent
        extents = {a: (span.start, span.end) for a, span in group.items()}
        same = list(extents.values()).count((start, end))
        rule = "majority" if 2 * same > len(extents) else "extent nearest to the median"
        rule = "unanimous" if same == len(extents) else rule
        self.vote_log.record(name, "extent", extents, (start, end), rule)
        options = {a: self._translated(a, span.attributes) for a, span in group.items()}
        kind = group.type
        fields = self.scheme.span_type(kind).fields
        unit = self._voted(key, kind, name, options, fields)
        return replace(unit, start=start, end=end, extents=extents)

    def _voted(
        self,
        key: str,
        kind: str,
        name: str,
        options: Mapping[str, Values],
        fields: Sequence[Field],
    ) -> GoldUnit:
        values: dict[str, Value] = {}
        for voted in fields:
            votes = {annotator: option.get(voted.name) for annotator, option in options.items()}
            chosen = self.vote_log.decide_value(name, kind, voted, votes)
            if chosen is not None:
                values[voted.name] = chosen
        return GoldUnit(key, kind, values, options)

    def _translated(self, annotator: str, values: Values) -> dict[str, Value]:
        """Values in which parties are named by the draft's keys and sets have one order."""
        fields = self._fields
        translated: dict[str, Value] = {}
        for name, value in values.items():
            if isinstance(value, tuple):
                keys = tuple(self.party_keys.get((annotator, part), part) for part in value)
                translated[name] = in_order(fields[name], keys) if name in fields else keys
            elif isinstance(value, str) and name in fields and fields[name].is_reference:
                translated[name] = self.party_keys.get((annotator, value), value)
            else:
                translated[name] = value
        return translated

    def _relations(self, spans: set[str]) -> tuple[list[GoldRelation], list[GoldRelation]]:
        """Relations between these spans that a majority drew, and those that a minority drew."""
        types = {t.name: t for t in self.scheme.relation_types}
        drawn: dict[GoldRelation, dict[str, GoldRelation]] = defaultdict(dict)
        for annotator, document in self.documents.items():
            for relation in document.relations:
                from_, to = (
                    self.span_keys.get((annotator, id), "") for id in (relation.from_, relation.to)
                )
                if {from_, to} <= spans and relation.type in types:
                    directed = GoldRelation(relation.type, from_, to)
                    drawn[_undirected(directed, types[relation.type])][annotator] = directed
        majority: list[GoldRelation] = []
        minority: list[GoldRelation] = []
        for key in sorted(drawn, key=lambda k: (k.from_, k.to, k.type)):
            by_annotator = drawn[key]
            voters = {a: a in by_annotator for a in self.documents}
            name = f"{key.type} from {key.from_} to {key.to}"
            chosen = self.vote_log.decide_presence(name, voters)
            directions = [by_annotator[a] for a in sorted(by_annotator)]
            (majority if chosen else minority).append(max(directions, key=directions.count))
        return majority, minority

    def _dyads(self) -> tuple[list[GoldUnit], list[GoldUnit]]:
        """Dyads that a majority judged, and those that a minority judged."""
        dyad = self.scheme.dyad
        if dyad is None:
            return [], []
        judged: dict[tuple[str, ...], dict[str, Values]] = defaultdict(dict)
        for annotator, pair, values in self._judged_pairs(dyad.sides):
            judged[pair].setdefault(annotator, values)
        majority: list[GoldUnit] = []
        minority: list[GoldUnit] = []
        for pair in sorted(judged):
            name = "dyad " + " → ".join(pair)
            voters = {a: a in judged[pair] for a in self.documents}
            chosen = self.vote_log.decide_presence(name, voters)
            unit = self._voted("→".join(pair), "dyad", name, judged[pair], dyad.all_fields)
            (majority if chosen else minority).append(unit)
        return majority, minority

    def _judged_pairs(
        self, sides: tuple[Field, Field]
    ) -> Iterator[tuple[str, tuple[str, ...], Values]]:
        for annotator, document in self.documents.items():
            for dyad in document.dyads:
                values = self._translated(annotator, values_of(dyad))
                yield annotator, tuple(str(values.get(side.name, "")) for side in sides), values

    def _labels(self) -> GoldUnit:
        options = {
            annotator: self._translated(annotator, document.article_labels)
            for annotator, document in self.documents.items()
        }
        return self._voted("article", "article", "article", options, self.scheme.asked_labels)


def _undirected(relation: GoldRelation, kind: RelationType) -> GoldRelation:
    if not kind.symmetric:
        return relation
    first, second = sorted((relation.from_, relation.to))
    return GoldRelation(relation.type, first, second)


def _most_complete(documents: Documents) -> AnnotationDocument:
    """The first document by annotator, one with the text if there is any."""
    ordered = [documents[annotator] for annotator in sorted(documents)]
    return next((d for d in ordered if d.article.text is not None), ordered[0])
