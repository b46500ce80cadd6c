"""Assemble a document, in canonical form, from what an annotator marked and chose."""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from signalbook.schema.documents.derived import with_derived
from signalbook.schema.documents.records import (
    AnnotationDocument,
    Annotator,
    Article,
    Dyad,
    Party,
    Relation,
    Span,
)
from signalbook.schema.errors import SchemeError
from signalbook.schema.scheme.json_schema import matches
from signalbook.schema.scheme.model import Field, Scheme

from .answers import (
    DEFAULTED,
    AnsweredSpan,
    Answers,
    first_mentions,
    named_party,
    referenced_parties,
    text_order,
)
from .beginning import pairs_of
from .code_chips import side_code
from .defaults import fill_defaults
from .field_values import party_number


def assemble(
    answers: Answers, *, article: Article, annotator: Annotator, scheme: Scheme
) -> AnnotationDocument:
    """The document that an annotator's answers stand for, in canonical form."""
    answers = _with_valid_ids(_without_unused_proposals(answers, scheme), scheme)
    text = article.text or ""
    spans = sorted(answers.spans, key=text_order)
    parties = _parties(answers, first_mentions(spans, text, scheme), scheme)
    labels, defaulted = fill_defaults(scheme.asked_labels, answers.article)
    if defaulted:
        labels[DEFAULTED] = defaulted
    sections: dict[str, object] = {
        "parties": tuple(parties.values()),
        "spans": tuple(_span(span, text, scheme) for span in spans),
        "relations": tuple(_relations(answers, spans)),
        "dyads": tuple(_dyads(answers, parties, scheme)),
        "article_labels": labels,
    }
    properties = scheme.json_schema["properties"]
    assert isinstance(properties, dict)
    document = AnnotationDocument.model_validate(
        {
            "scheme": scheme.name,
            "schema_version": scheme.version,
            "article": article,
            "annotator": annotator,
            **{name: section for name, section in sections.items() if name in properties},
        }
    )
    return with_derived(_with_only_pair(document, scheme), scheme)


def _span(span: AnsweredSpan, text: str, scheme: Scheme) -> Span:
    values, defaulted = fill_defaults(
        scheme.span_type(span.type).fields, span.chosen, party=scheme.party
    )
    content: dict[str, object] = {
        "id": span.id,
        "type": span.type,
        "start": span.start,
        "end": span.end,
        "text": text[span.start : span.end],
        "attributes": values,
    }
    if span.origin is not None:
        content["origin"] = span.origin
    if defaulted:
        content[DEFAULTED] = defaulted
    return Span.model_validate(content)


def _parties(answers: Answers, mentions: Mapping[str, str], scheme: Scheme) -> dict[str, Party]:
    """Every party that a mention, a control or a reference names, by id."""
    if scheme.party is None:
        return {}
    named = {*answers.parties, *referenced_parties(answers, scheme)}
    parties: dict[str, Party] = {}
    for id in sorted(named, key=lambda id: (party_number(id), id)):
        chosen = answers.parties.get(id, {})
        mention = mentions.get(id)
        values, defaulted = fill_defaults(scheme.party.fields, chosen, mention_text=mention)
        extra = {DEFAULTED: defaulted} if defaulted else {}
        parties[id] = Party.model_validate({"id": id, **values, **extra})
    return parties


def _relations(answers: Answers, spans: Iterable[AnsweredSpan]) -> Iterator[Relation]:
    """Relations in the order of their ends in the text; ids r1, r2, … that nothing else has."""
    places = {span.id: place for place, span in enumerate(spans)}
    taken = {*places, *answers.parties}
    numbers = (f"r{n}" for n in range(1, len(answers.relations) + len(taken) + 1))
    free = (id for id in numbers if id not in taken)
    last = len(places)
    ordered = sorted(
        answers.relations, key=lambda r: (places.get(r[0], last), places.get(r[1], last), r[2], r)
    )
    for id, (start, end, kind) in zip(free, ordered, strict=False):
        yield Relation.model_validate({"id": id, "type": kind, "from": start, "to": end})


def _dyads(answers: Answers, parties: Mapping[str, Party], scheme: Scheme) -> Iterator[Dyad]:
    if scheme.dyad is None:
        return
    sides = {side.name: side for side in scheme.dyad.sides}
    for row in answers.dyads:
        values, _ = fill_defaults(scheme.dyad.all_fields, row)
        for name, side in sides.items():
            if name in values:
                party = parties.get(str(values[name]))
                code = side_code(party.attributes, side, scheme) if party else None
                values[name] = code or values[name]
        yield Dyad.model_validate(values)


def _without_unused_proposals(answers: Answers, scheme: Scheme) -> Answers:
    """The answers without parties that were proposed with too little, and that nobody took up.

    Else annotators would be asked for the rest of a name that they have no use for.
    """
    unused = unused_proposals(answers, scheme)
    return replace(
        answers,
        parties={id: chosen for id, chosen in answers.parties.items() if id not in unused},
        spans=tuple(span for span in answers.spans if named_party(span, scheme) not in unused),
    )


def unused_proposals(answers: Answers, scheme: Scheme) -> dict[str, list[Field]]:
    """What is missing of each party that was proposed with too little, and that nobody took up."""
    mentions = {span.id: id for span in answers.spans if (id := named_party(span, scheme))}
    others = tuple(span for span in answers.spans if span.id not in mentions)
    used = {*referenced_parties(replace(answers, spans=others), scheme)}
    used |= {mentions[id] for ends in answers.relations for id in ends if id in mentions}
    used |= {mentions.get(span.id, "") for span in answers.spans if span.origin != "prediction"}
    missing = {id: _missing(id, answers, scheme) for id in mentions.values() if id not in used}
    return {id: fields for id, fields in missing.items() if fields}


def _missing(party: str, answers: Answers, scheme: Scheme) -> list[Field]:
    """What must be said of a party and was not."""
    fields = scheme.party.fields if scheme.party else ()
    values, _ = fill_defaults(fields, answers.parties.get(party, {}), mention_text=party)
    return [field for field in fields if field.required and field.name not in values]


def _with_only_pair(document: AnnotationDocument, scheme: Scheme) -> AnnotationDocument:
    """A dyad without sides is of the pair that is left, if the spans leave one alone."""
    sides = [side.name for side in scheme.dyad.sides] if scheme.dyad else []
    without = [dyad for dyad in document.dyads if not {*sides} & dyad.attributes.keys()]
    if len(without) != 1:
        return document
    judged = {tuple(map(dyad.attributes.get, sides)) for dyad in document.dyads}
    try:
        left = [pair for pair in pairs_of(document, scheme) if pair not in judged]
    except SchemeError:  # `validate` names a function that fails, with its place
        return document
    if len(left) != 1:
        return document
    whole = Dyad.model_validate({**dict(zip(sides, left[0], strict=True)), **without[0].attributes})
    dyads = tuple(whole if dyad is without[0] else dyad for dyad in document.dyads)
    return document.model_copy(update={"dyads": dyads})


def _with_valid_ids(answers: Answers, scheme: Scheme) -> Answers:
    """The answers with span ids that the scheme allows, each for one span, in place of region ids."""
    pattern = scheme.span_id_pattern
    ids: dict[str, str] = {}
    spans: list[AnsweredSpan] = []
    taken = {span.id for span in answers.spans if matches(pattern, span.id)} - {*answers.parties}
    for span in sorted(answers.spans, key=text_order):
        fits = span.id in taken
        ids[span.id] = span.id if fits else _valid_id(span.id, pattern, {*taken, *answers.parties})
        taken.add(ids[span.id])
        spans.append(replace(span, id=ids[span.id]))
    relations = frozenset((ids.get(f, f), ids.get(t, t), kind) for f, t, kind in answers.relations)
    return replace(answers, spans=tuple(spans), relations=relations)


def _valid_id(id: str, pattern: str, taken: Collection[str]) -> str:
    digest = hashlib.sha256(id.encode("utf-8")).hexdigest()
    for candidate in (f"s_{id}", *(f"s_{digest[:length]}" for length in range(8, 31))):
        if candidate not in taken and matches(pattern, candidate):
            return candidate
    return id
