"""Merge the annotations of one article into a draft, by votes on units and on their fields."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import TypeVar

from signalbook.export.agreement.span_groups import SpanGroup, align_article
from signalbook.schema.documents.annotation import values_of
from signalbook.schema.documents.records import AnnotationDocument, Relation, Value
from signalbook.schema.scheme.model import Field, RelationType, Scheme

from .gold_draft import GoldDraft, GoldRelation, GoldUnit, Values, party_key, words
from .party_matching import Documents, PartyGroup, group_parties
from .rulings import ADJUDICATOR, Questions, Rulings
from .voting import VoteLog, in_order, is_unanimous

_Had = TypeVar("_Had")


def merge(
    documents: Documents,
    scheme: Scheme,
    vote_log: VoteLog,
    rulings: Rulings | None = None,
    *,
    groups: Sequence[SpanGroup[str]] | None = None,
) -> GoldDraft:
    """Vote on parties, spans, relations, dyads and labels of one article.

    Args:
        documents: Annotator -> annotation.
        scheme: The scheme of all of them.
        vote_log: Counts the votes.
        rulings: What an adjudicator has decided, which stands before the votes.
        groups: The spans that are aligned with one another, if that is known.
    """
    return _Merge(documents, scheme, vote_log, rulings, groups).draft()


@dataclass
class _Merge:
    documents: Documents
    scheme: Scheme
    vote_log: VoteLog
    rulings: Rulings | None = None
    groups: Sequence[SpanGroup[str]] | None = None
    #: Key of a party in the draft -> what each has of it.
    parties: dict[str, PartyGroup] = field(default_factory=dict[str, PartyGroup])
    #: (annotator, party id) -> key of the party in the draft.
    party_keys: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])
    #: (annotator, span id) -> key of the span in the draft.
    span_keys: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])

    def draft(self) -> GoldDraft:
        groups = group_parties(self.everyone, self.scheme)
        self.parties = {party_key(number): group for number, group in enumerate(groups, 1)}
        for key, group in self.parties.items():
            for annotator, parties_of in group.items():
                for party in parties_of:
                    self.party_keys[annotator, party.id] = key
        parties = tuple(self._party(key, group) for key, group in self.parties.items())
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
    def everyone(self) -> Documents:
        """The documents of the annotators, and the adjudicator's, who does not vote."""
        ruled = {ADJUDICATOR: self.rulings.document} if self.rulings else {}
        return {**self.documents, **ruled}

    @cached_property
    def _questions(self) -> Questions:
        return Questions(self.rulings, self.parties)

    @cached_property
    def _fields(self) -> dict[str, Field]:
        return {f.name: f for _, f in self.scheme.fields()}

    @cached_property
    def _references(self) -> set[str]:
        return {name for name, field in self._fields.items() if field.is_reference}

    def _party(self, key: str, group: PartyGroup) -> GoldUnit:
        assert self.scheme.party is not None
        options = {a: self._translated(a, parties[0].attributes) for a, parties in group.items()}
        first = min(_without_adjudicator(group) or group)
        name = f"party {group[first][0].id} of {first}"
        ruled = group.get(ADJUDICATOR)
        id = ruled[0].id if ruled else ""
        values = self._voted("party", name, options, self.scheme.party.fields, id)
        alone = {
            annotator: all(party.id not in self._referred_to[annotator] for party in parties)
            for annotator, parties in group.items()
        }
        voters = {a: alone.get(a, False) for a in self.documents}
        stands_alone = 2 * sum(voters.values()) > len(voters)
        if ruled is not None:
            stands_alone = alone[ADJUDICATOR]
        elif stands_alone:
            ruling = self._questions.presence(
                name,
                "",
                lambda: {a: self._questions.described(key, a) for a in voters if voters[a]},
            )
            stands_alone = ruling is None or ruling(True) is None
        return GoldUnit(key, "party", values, options, stands_alone=stands_alone, name=name)

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
            for annotator, document in self.everyone.items()
        }

    def _spans(self) -> Iterator[GoldUnit]:
        groups = self.groups
        if groups is None:
            groups = align_article(self.everyone, self.scheme)
        by_type: dict[str, list[SpanGroup[str]]] = defaultdict(list)
        for group in groups:
            by_type[group.type].append(group)
        for span_type in self.scheme.span_types:
            for number, group in enumerate(by_type[span_type.name], 1):
                start, end = _voting(group).extent
                name = f"{span_type.name} [{start}, {end})"
                voters = {a: a in group.spans for a in self.documents}
                id = group[ADJUDICATOR].id if ADJUDICATOR in group.spans else ""
                ruling = self._questions.presence(name, id, partial(self._extents, group))
                if self.vote_log.decide_presence(name, voters, kind=span_type.name, ruling=ruling):
                    yield self._span(f"{span_type.name}:{number:04}", name, group, id)

        self._note_unknown_types()

    def _extents(self, group: SpanGroup[str]) -> dict[str, tuple[int, int] | None]:
        """Where each annotator has a span; None where not."""
        spans = group.spans
        return {a: (spans[a].start, spans[a].end) if a in spans else None for a in self.documents}

    def _note_unknown_types(self) -> None:
        types = {span_type.name for span_type in self.scheme.span_types}
        for annotator, document in self.documents.items():
            for span in document.spans:
                if span.type not in types:
                    name = f"{span.type} [{span.start}, {span.end})"
                    rule = "no type of the scheme"
                    self.vote_log.record(name, "", {annotator: True}, False, rule)

    def _span(self, key: str, name: str, group: SpanGroup[str], id: str) -> GoldUnit:
        for annotator, span in group.spans.items():
            self.span_keys[annotator, span.id] = key
        start, end = self._extent(name, group, id)
        extents = {a: (span.start, span.end) for a, span in group.spans.items()}
        options = {a: self._translated(a, span.attributes) for a, span in group.spans.items()}
        kind = group.type
        values = self._voted(kind, name, options, self.scheme.span_type(kind).fields, id)
        return GoldUnit(key, kind, values, options, start, end, extents, name=name)

    def _extent(self, name: str, group: SpanGroup[str], id: str) -> tuple[int, int]:
        voting = _voting(group)
        extents = {a: (span.start, span.end) for a, span in voting.spans.items()}
        chosen, same = voting.extent, voting.extents.count(voting.extent)
        rule = "majority" if 2 * same > len(extents) else "extent nearest to the median"
        rule = "unanimous" if same == len(extents) else rule
        if id and ADJUDICATOR not in extents:
            span = group[ADJUDICATOR]
            ruling = self._questions.ruling(name, id, "extent", extents, (span.start, span.end))
            chosen, rule = (ruling(chosen) if ruling else None) or (chosen, rule)
        self.vote_log.record(name, "extent", extents, chosen, rule)
        return chosen

    def _voted(
        self,
        kind: str,
        name: str,
        options: Mapping[str, Values],
        fields: Sequence[Field],
        id: str,
    ) -> Values:
        """The values of a unit that are decided.

        Args:
            kind: Span type, party, dyad or article.
            name: How the log calls it.
            options: Whose values there are to decide between.
            fields: What is asked of it.
            id: The unit in the adjudicator's document; empty if it is not there.
        """
        values: dict[str, Value] = {}
        voting = dict(sorted(_without_adjudicator(options).items()))
        agreed = 0
        for voted in fields:
            given = [option.get(voted.name) for option in voting.values()]
            if not id and is_unanimous(voted, given):
                chosen, agreed = given[0], agreed + 1
            else:
                votes, ruling = dict(zip(voting, given, strict=True)), None
                if id:
                    decided = options[ADJUDICATOR].get(voted.name)
                    ruling = self._questions.ruling(name, id, voted.name, votes, decided)
                chosen = self.vote_log.decide_value(name, kind, voted, votes, ruling)
            if chosen is not None:
                values[voted.name] = chosen
        self.vote_log.follow(voting, agreed)
        return values

    def _translated(self, annotator: str, values: Values) -> dict[str, Value]:
        """Values in which parties are named by the draft's keys and sets have one order."""
        translated = dict(values)
        for name, value in values.items():
            if isinstance(value, tuple):
                keys = tuple(self.party_keys.get((annotator, part), part) for part in value)
                field = self._fields.get(name)
                translated[name] = keys if field is None else in_order(field, keys)
            elif name in self._references and isinstance(value, str):
                translated[name] = self.party_keys.get((annotator, value), value)
        return translated

    def _relations(self, spans: set[str]) -> tuple[list[GoldRelation], list[GoldRelation]]:
        """Relations between these spans that a majority drew, and those that a minority drew."""
        types = {t.name: t for t in self.scheme.relation_types}
        drawn: dict[GoldRelation, dict[str, tuple[GoldRelation, Relation]]] = defaultdict(dict)
        for annotator, document in self.everyone.items():
            for relation in document.relations:
                from_, to = (
                    self.span_keys.get((annotator, id), "") for id in (relation.from_, relation.to)
                )
                if {from_, to} <= spans and relation.type in types:
                    directed = GoldRelation(relation.type, from_, to)
                    key = _undirected(directed, types[relation.type])
                    drawn[key][annotator] = directed, relation
        majority: list[GoldRelation] = []
        minority: list[GoldRelation] = []
        for key in sorted(drawn, key=lambda k: (k.from_, k.to, k.type)):
            chosen = self._relation(key, drawn[key])
            by_annotator = _without_adjudicator(drawn[key]) or drawn[key]
            directions = [by_annotator[a][0] for a in sorted(by_annotator)]
            (majority if chosen else minority).append(max(directions, key=directions.count))
        return majority, minority

    def _relation(
        self, key: GoldRelation, drawn: Mapping[str, tuple[GoldRelation, Relation]]
    ) -> bool:
        name = f"{key.type} from {key.from_} to {key.to}"
        id = ""
        if ADJUDICATOR in drawn:
            ruled = drawn[ADJUDICATOR][1]
            id = f"{ruled.type} from {ruled.from_} to {ruled.to}"
        ruling = self._questions.presence(
            name,
            id,
            lambda: {a: self._ends(a, drawn[a][1]) if a in drawn else None for a in self.documents},
        )
        voters = {a: a in drawn for a in self.documents}
        return self.vote_log.decide_presence(name, voters, ruling=ruling)

    def _ends(self, annotator: str, relation: Relation) -> list[list[int]]:
        spans = {span.id: span for span in self.documents[annotator].spans}
        return [[spans[id].start, spans[id].end] for id in (relation.from_, relation.to)]

    def _dyads(self) -> tuple[list[GoldUnit], list[GoldUnit]]:
        """Dyads that a majority judged, and those that a minority judged."""
        dyad = self.scheme.dyad
        if dyad is None:
            return [], []
        judged: dict[tuple[str, ...], dict[str, Values]] = defaultdict(dict)
        ids: dict[tuple[str, ...], str] = {}
        for annotator, pair, values, id in self._judged_pairs(dyad.sides):
            judged[pair].setdefault(annotator, values)
            if annotator == ADJUDICATOR:
                ids.setdefault(pair, id)
        majority: list[GoldUnit] = []
        minority: list[GoldUnit] = []
        for pair in sorted(judged):
            name, id = "dyad " + " → ".join(pair), ids.get(pair, "")
            voters = {a: a in judged[pair] for a in self.documents}
            ruling = self._questions.presence(name, id, partial(self._described, pair, voters))
            chosen = self.vote_log.decide_presence(name, voters, ruling=ruling)
            values = self._voted("dyad", name, judged[pair], dyad.all_fields, id)
            unit = GoldUnit("→".join(pair), "dyad", values, judged[pair], name=name)
            (majority if chosen else minority).append(unit)
        return majority, minority

    def _described(
        self, pair: Sequence[str], voters: Mapping[str, bool]
    ) -> dict[str, list[object] | None]:
        """How each annotator calls the sides of a pair; None who has not judged it."""
        return {
            a: [self._questions.described(side, a) for side in pair] if voters[a] else None
            for a in voters
        }

    def _judged_pairs(
        self, sides: tuple[Field, Field]
    ) -> Iterator[tuple[str, tuple[str, ...], Values, str]]:
        """Annotator, sides of the pair, what was judged, and the pair in the annotator's words."""
        for annotator, document in self.everyone.items():
            for dyad in document.dyads:
                written = values_of(dyad)
                values = self._translated(annotator, written)
                pair, id = (
                    tuple(str(v.get(side.name, "")) for side in sides) for v in (values, written)
                )
                yield annotator, pair, values, " → ".join(id)

    def _labels(self) -> GoldUnit:
        options = {
            annotator: self._translated(annotator, document.article_labels)
            for annotator, document in self.everyone.items()
        }
        id = "article" if self.rulings else ""
        values = self._voted("article", "article", options, self.scheme.asked_labels, id)
        return GoldUnit("article", "article", values, options, name="article")


def _voting(group: SpanGroup[str]) -> SpanGroup[str]:
    """The spans of those who vote; the adjudicator's, where nobody else has any."""
    if ADJUDICATOR not in group.spans:
        return group
    return SpanGroup(_without_adjudicator(group.spans) or group.spans)


def _without_adjudicator(by_annotator: Mapping[str, _Had]) -> Mapping[str, _Had]:
    """What annotators have, who vote."""
    if ADJUDICATOR not in by_annotator:
        return by_annotator
    return {name: value for name, value in by_annotator.items() if name != ADJUDICATOR}


def _undirected(relation: GoldRelation, kind: RelationType) -> GoldRelation:
    if not kind.symmetric:
        return relation
    first, second = sorted((relation.from_, relation.to))
    return GoldRelation(relation.type, first, second)


def _most_complete(documents: Documents) -> AnnotationDocument:
    """The first document by annotator, one with the text if there is any."""
    ordered = [documents[annotator] for annotator in sorted(documents)]
    return next((d for d in ordered if d.article.text is not None), ordered[0])
