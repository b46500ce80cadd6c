"""An annotator's bare choices become a whole document, in canonical form."""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from signalbook.schema.documents.json_schema import matches
from signalbook.schema.documents.records import (
    AnnotationDocument,
    Annotator,
    Article,
    Dyad,
    Party,
    Relation,
    Span,
)
from signalbook.schema.scheme.model import Scheme

from .answers import DEFAULTED, Draft, DraftSpan, first_mentions, position, referred
from .code_chips import code_of
from .defaults import fill
from .field_values import party_number


def assembled(
    draft: Draft, *, article: Article, annotator: Annotator, scheme: Scheme
) -> AnnotationDocument:
    """The document that a draft stands for, in canonical form."""
    draft = with_fitting_ids(draft, scheme)
    text = article.text or ""
    spans = sorted(draft.spans, key=position)
    parties = _parties(draft, first_mentions(spans, text, scheme), scheme)
    labels, defaulted = fill(scheme.article_labels, draft.article)
    if defaulted:
        labels[DEFAULTED] = defaulted
    sections: dict[str, object] = {
        "parties": tuple(parties.values()),
        "spans": tuple(_span(span, text, scheme) for span in spans),
        "relations": tuple(_relations(draft, spans)),
        "dyads": tuple(_dyads(draft, parties, scheme)),
        "article_labels": labels,
    }
    known = scheme.json_schema["properties"]
    assert isinstance(known, dict)
    return AnnotationDocument.model_validate(
        {
            "schema_version": scheme.version,
            "article": article,
            "annotator": annotator,
            **{name: section for name, section in sections.items() if name in known},
        }
    )


def _span(span: DraftSpan, text: str, scheme: Scheme) -> Span:
    values, defaulted = fill(scheme.span_type(span.type).fields, span.chosen, party=scheme.party)
    given: dict[str, object] = {
        "id": span.id,
        "type": span.type,
        "start": span.start,
        "end": span.end,
        "text": text[span.start : span.end],
        "attributes": values,
    }
    if span.origin is not None:
        given["origin"] = span.origin
    if defaulted:
        given[DEFAULTED] = defaulted
    return Span.model_validate(given)


def _parties(draft: Draft, words: Mapping[str, str], scheme: Scheme) -> dict[str, Party]:
    """Every party that a mention, a control or a reference names, by id."""
    if scheme.party is None:
        return {}
    named = {*draft.parties, *referred(draft, scheme)}
    found: dict[str, Party] = {}
    for id in sorted(named, key=lambda id: (party_number(id), id)):
        kept = draft.parties.get(id, {})
        values, defaulted = fill(scheme.party.fields, kept, words=words.get(id))
        extra = {DEFAULTED: defaulted} if defaulted else {}
        found[id] = Party.model_validate({"id": id, **values, **extra})
    return found


def _relations(draft: Draft, spans: Iterable[DraftSpan]) -> Iterator[Relation]:
    """In the order of their ends in the text; ids are r1, r2, … where no span has that id."""
    places = {span.id: place for place, span in enumerate(spans)}
    taken = {*places, *draft.parties}
    numbers = (f"r{n}" for n in range(1, len(draft.relations) + len(taken) + 1))
    free = (id for id in numbers if id not in taken)
    last = len(places)
    ordered = sorted(
        draft.relations, key=lambda r: (places.get(r[0], last), places.get(r[1], last), r[2], r)
    )
    for id, (start, end, kind) in zip(free, ordered, strict=False):
        yield Relation.model_validate({"id": id, "type": kind, "from": start, "to": end})


def _dyads(draft: Draft, parties: Mapping[str, Party], scheme: Scheme) -> Iterator[Dyad]:
    if scheme.dyad is None:
        return
    sides = {side.name: side for side in scheme.dyad.sides}
    for row in draft.dyads:
        values, _ = fill(scheme.dyad.all_fields, row)
        for name, side in sides.items():
            if name in values:
                party = parties.get(str(values[name]))
                code = code_of(party.attributes, side, scheme) if party else None
                values[name] = code or values[name]
        yield Dyad.model_validate(values)


def with_fitting_ids(draft: Draft, scheme: Scheme) -> Draft:
    """The ids of regions become ids that the scheme allows; each stands for one span."""
    pattern = scheme.span_id_pattern
    ids: dict[str, str] = {}
    spans: list[DraftSpan] = []
    taken = {span.id for span in draft.spans if matches(pattern, span.id)} - {*draft.parties}
    for span in sorted(draft.spans, key=position):
        fits = span.id in taken
        ids[span.id] = span.id if fits else _fitted(span.id, pattern, {*taken, *draft.parties})
        taken.add(ids[span.id])
        spans.append(replace(span, id=ids[span.id]))
    relations = frozenset((ids.get(f, f), ids.get(t, t), kind) for f, t, kind in draft.relations)
    return replace(draft, spans=tuple(spans), relations=relations)


def _fitted(id: str, pattern: str, taken: Collection[str]) -> str:
    digest = hashlib.sha256(id.encode("utf-8")).hexdigest()
    for candidate in (f"s_{id}", *(f"s_{digest[:length]}" for length in range(8, 31))):
        if candidate not in taken and matches(pattern, candidate):
            return candidate
    return id
