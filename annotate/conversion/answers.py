"""An annotator's answers: what was marked and chosen on the page, and nothing that follows from it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from signalbook.schema.documents.records import (
    AnnotationDocument,
    Dyad,
    Origin,
    Party,
    Relation,
    Span,
    Value,
)
from signalbook.schema.errors import ConversionError
from signalbook.schema.scheme.model import Field, Scheme

from .defaults import strip_defaults
from .field_values import as_items, normal

DEFAULTED = "defaulted"


@dataclass(frozen=True)
class AnsweredSpan:
    """A span with what was chosen for it; the id is the region's."""

    id: str
    type: str
    start: int
    end: int
    chosen: Mapping[str, Value]
    origin: Origin | None


@dataclass(frozen=True)
class Answers:
    """What one annotator marked and chose, and nothing that follows from it."""

    parties: Mapping[str, Mapping[str, Value]]
    spans: tuple[AnsweredSpan, ...]
    #: (from, to, type), by the ids of the regions.
    relations: frozenset[tuple[str, str, str]]
    dyads: tuple[Mapping[str, Value], ...]
    article: Mapping[str, Value]


def first_mentions(spans: Iterable[AnsweredSpan], text: str, scheme: Scheme) -> dict[str, str]:
    """Party id -> the words of its first mention."""
    mentions: dict[str, str] = {}
    for span in sorted(spans, key=text_order):
        if party := named_party(span, scheme):
            mentions.setdefault(party, text[span.start : span.end])
    return mentions


def named_party(span: AnsweredSpan, scheme: Scheme) -> str | None:
    """Id of the party that a span is a mention of, if it is one."""
    field = scheme.span_type(span.type).party_field
    party = span.chosen.get(field.name) if field is not None else None
    return party if isinstance(party, str) and scheme.is_party_id(party) else None


def text_order(span: AnsweredSpan) -> tuple[int, int, str, str]:
    """What spans are ordered by."""
    return span.start, span.end, span.type, span.id


def referenced_parties(answers: Answers, scheme: Scheme) -> Iterator[str]:
    """The parties that spans and dyads refer to."""
    for span in answers.spans:
        for field in scheme.span_type(span.type).fields:
            if field.is_party_reference:
                yield from _party_ids(span.chosen.get(field.name), scheme)
    for dyad in answers.dyads:
        for side in scheme.dyad.sides if scheme.dyad else ():
            yield from _party_ids(dyad.get(side.name), scheme)


def _party_ids(value: Value | None, scheme: Scheme) -> Iterator[str]:
    for item in as_items(value):
        if isinstance(item, str) and scheme.is_party_id(item):
            yield item


def answers_of(document: AnnotationDocument, scheme: Scheme) -> Answers:
    """What was chosen in a document.

    Raises:
        ConversionError: The document holds what the scheme has no field for, or has no text.
    """
    text = document.article.text
    if text is None:
        raise ConversionError(
            f"{document.article.id}: has no text; put it under article.text again"
        )
    _check_ids(document)
    spans = tuple(_answered_span(span, scheme) for span in document.spans)
    mentions = first_mentions(spans, text, scheme)
    return Answers(
        parties={p.id: _party_answers(p, mentions.get(p.id), scheme) for p in document.parties},
        spans=spans,
        relations=frozenset(_relation_triples(document.relations, scheme)),
        dyads=tuple(_dyad_answers(n, d, scheme) for n, d in enumerate(document.dyads, 1)),
        article=_article_answers(document, scheme),
    )


def _check_ids(document: AnnotationDocument) -> None:
    spans = [span.id for span in document.spans]
    parties = [party.id for party in document.parties]
    for ids in (spans, parties):
        for repeated in sorted({id for id in ids if ids.count(id) > 1}):
            raise ConversionError(f"{document.article.id}: the id {repeated} is used twice")
    for relation in document.relations:
        for end in (relation.from_, relation.to):
            if end not in spans:
                raise ConversionError(f"relation {relation.id}: there is no span {end}")


def _values(fields: Iterable[Field], values: Mapping[str, Value], place: str) -> dict[str, Value]:
    by_name = {field.name: field for field in fields}
    unknown = sorted(values.keys() - by_name.keys())
    if unknown:
        raise ConversionError(f"{place}: the scheme has no field {', '.join(unknown)} here")
    normals = {name: normal(by_name[name], value, place) for name, value in values.items()}
    return {name: value for name, value in normals.items() if value is not None}


def _answered_span(span: Span, scheme: Scheme) -> AnsweredSpan:
    if span.type not in [span_type.name for span_type in scheme.span_types]:
        raise ConversionError(f"span {span.id}: the scheme has no span type {span.type!r}")
    fields = scheme.span_type(span.type).fields
    values = _values(fields, span.attributes, f"span {span.id}")
    kept = strip_defaults(fields, values, span.defaulted, party=scheme.party)
    return AnsweredSpan(span.id, span.type, span.start, span.end, kept, span.origin)


def _party_answers(party: Party, mention: str | None, scheme: Scheme) -> dict[str, Value]:
    if scheme.party is None:
        raise ConversionError(f"party {party.id}: the scheme has no parties")
    values = _values(scheme.party.fields, party.attributes, f"party {party.id}")
    return strip_defaults(scheme.party.fields, values, party.defaulted, mention_text=mention)


def _relation_triples(
    relations: Iterable[Relation], scheme: Scheme
) -> Iterator[tuple[str, str, str]]:
    names = {relation_type.name for relation_type in scheme.relation_types}
    for relation in relations:
        if relation.type not in names:
            fact = f"the scheme has no relation {relation.type!r}"
            raise ConversionError(f"relation {relation.id}: {fact}")
        yield relation.from_, relation.to, relation.type


def _dyad_answers(number: int, dyad: Dyad, scheme: Scheme) -> dict[str, Value]:
    if scheme.dyad is None:
        raise ConversionError("the document has dyads, the scheme none")
    fields = scheme.dyad.all_fields
    return _values(fields, dyad.attributes, f"dyad {number}")


def _article_answers(document: AnnotationDocument, scheme: Scheme) -> dict[str, Value]:
    labels = dict(document.article_labels)
    defaulted = [str(name) for name in as_items(labels.pop(DEFAULTED, ()))]
    for field in scheme.article_labels:
        if field.derived is not None:
            labels.pop(field.name, None)
    values = _values(scheme.asked_labels, labels, "article_labels")
    return strip_defaults(scheme.asked_labels, values, defaulted)
