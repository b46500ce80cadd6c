"""A gold annotation in the making: its units, and the values that every annotator gave them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import zip_longest
from typing import Any

from signalbook.export.agreement.comparison_key import PartyKey, party_fields
from signalbook.schema.documents.annotators import GOLD_ID
from signalbook.schema.documents.derived import with_derived
from signalbook.schema.documents.records import AnnotationDocument, Annotator, Span, Value
from signalbook.schema.scheme.model import Scheme

GOLD = Annotator(id=GOLD_ID, tool="signalbook-adjudicate")

#: How the key of a party begins.
_PARTY = "@"
#: Field -> value; party references by the keys of the draft's parties.
Values = Mapping[str, Value]


@dataclass(frozen=True)
class GoldUnit:
    """A span, a party, a dyad, or the article with its labels."""

    #: Name inside the draft.
    key: str
    #: Span type, party, dyad or article.
    kind: str
    values: Values
    #: Annotator -> all values that this annotator gave the unit.
    options: Mapping[str, Values]
    start: int = 0
    end: int = 0
    #: Annotator -> where this annotator has the span.
    extents: Mapping[str, tuple[int, int]] = field(default_factory=dict[str, tuple[int, int]])
    #: A party that most annotators have, and refer to nowhere.
    stands_alone: bool = False
    #: How the log names it.
    name: str = ""

    @cached_property
    def references(self) -> Values:
        """The values that may name parties of the draft: known once, of a unit in many drafts."""
        return {name: value for name, value in self.values.items() if _may_name_party(value)}


@dataclass(frozen=True)
class GoldRelation:
    """A relation between two spans of the draft, by their keys."""

    type: str
    from_: str
    to: str


@dataclass(frozen=True)
class GoldDraft:
    """What the annotators' votes have made so far."""

    #: Gives article and version.
    template: AnnotationDocument
    labels: GoldUnit
    parties: tuple[GoldUnit, ...] = ()
    #: In the order of the text.
    spans: tuple[GoldUnit, ...] = ()
    relations: tuple[GoldRelation, ...] = ()
    dyads: tuple[GoldUnit, ...] = ()
    #: What somebody, but no majority, has drawn between spans that are in.
    minority_relations: tuple[GoldRelation, ...] = ()
    minority_dyads: tuple[GoldUnit, ...] = ()

    def without_span(self, key: str) -> "GoldDraft":
        """The draft without this span and its relations."""
        return replace(
            self,
            spans=tuple(span for span in self.spans if span.key != key),
            relations=tuple(
                relation for relation in self.relations if key not in (relation.from_, relation.to)
            ),
            minority_relations=tuple(
                relation
                for relation in self.minority_relations
                if key not in (relation.from_, relation.to)
            ),
        )


def assemble(
    draft: GoldDraft, scheme: Scheme, like: AnnotationDocument | None = None
) -> AnnotationDocument:
    """The document that the draft stands for; parties are numbered as the text brings them in.

    Args:
        draft: The draft.
        scheme: The scheme of the document.
        like: A document of much the same draft: spans that it has as well are not made again.
    """
    ids = party_ids(draft, scheme)
    names = {span.key: f"s{number}" for number, span in enumerate(draft.spans, 1)}
    parties = {party.key: party for party in draft.parties}
    text = draft.template.article.text
    made = () if like is None else like.spans
    properties = scheme.json_schema["properties"]
    assert isinstance(properties, dict)
    sections: dict[str, object] = {
        "parties": [{"id": id, **_with_ids(parties[key], ids)} for key, id in ids.items()],
        "spans": [
            _span(names[span.key], span, text, ids, like)
            for span, like in zip_longest(draft.spans, made[: len(draft.spans)])
        ],
        "relations": [
            {"id": f"r{number}", "type": r.type, "from": names[r.from_], "to": names[r.to]}
            for number, r in enumerate(draft.relations, 1)
        ],
        "dyads": [_with_ids(dyad, ids) for dyad in draft.dyads],
        "article_labels": _with_ids(draft.labels, ids),
    }
    document = AnnotationDocument.model_validate(
        {
            "scheme": scheme.name,
            "schema_version": draft.template.schema_version,
            "article": draft.template.article,
            "annotator": GOLD,
            # A stage has no place yet for what later ones ask.
            **{name: section for name, section in sections.items() if name in properties},
        }
    )
    return with_derived(document, scheme)


def _span(
    id: str, span: GoldUnit, text: str | None, ids: Mapping[str, str], like: Span | None
) -> Span | dict[str, Any]:
    """The span as JSON, or the one that is like it, if that is the same."""
    row: dict[str, Any] = {
        "id": id,
        "type": span.kind,
        "start": span.start,
        "end": span.end,
        **({} if text is None else {"text": text[span.start : span.end]}),
        "attributes": _with_ids(span, ids),
    }
    return like if like is not None and row.items() <= vars(like).items() else row


def party_ids(draft: GoldDraft, scheme: Scheme) -> dict[str, str]:
    """Party key -> id, for the parties that something refers to, in the order of the text.

    Those that most annotators have without a reference to them come last.
    """
    if scheme.party is None:
        return {}
    parties = {party.key: party for party in draft.parties}
    used: dict[str, None] = {}
    units = (*draft.spans, *draft.dyads, draft.labels)
    named = [key for unit in units for key in words(unit.references)]
    named += [party.key for party in draft.parties if party.stands_alone]
    for key in named:
        if key in parties and key not in used:
            used[key] = None
            named += words(parties[key].references)  # a party may refer to another one
    return {key: scheme.party.id(number) for number, key in enumerate(used, 1)}


def party_key(number: int) -> str:
    """How the draft calls a party."""
    return f"{_PARTY}{number}"


def party_names(draft: GoldDraft, scheme: Scheme) -> dict[str, str]:
    """Party key -> the party for people to read, as reports name it."""
    fields = party_fields(scheme)
    names: dict[str, str] = {}
    for party in draft.parties:
        written = tuple(party.values.get(field.name) for field in fields)
        known = any(value is not None for value in written)
        names[party.key] = str(PartyKey((), written)) if known else party.name
    return names


def _may_name_party(value: Value) -> bool:
    if isinstance(value, str):
        return value.startswith(_PARTY)
    return isinstance(value, tuple) and any(map(_may_name_party, value))


def words(values: Values) -> Iterator[str]:
    """Every text among the values, also those in sets: all that may refer to a party."""
    for value in values.values():
        if isinstance(value, str):
            yield value
        elif isinstance(value, tuple):
            yield from value


def _with_ids(unit: GoldUnit, ids: Mapping[str, str]) -> dict[str, Value]:
    """Values of a unit in which parties have their ids."""
    named = dict(unit.values)
    for name, value in unit.references.items():
        if isinstance(value, str):
            named[name] = ids.get(value, value)
        elif isinstance(value, tuple):
            named[name] = tuple(ids.get(member, member) for member in value)
    return named
