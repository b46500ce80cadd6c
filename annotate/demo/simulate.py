"""Simulate annotators: what they might have made of an article, given a reference annotation.

They stand in for people in the demo and in tests, and are called simulated wherever they appear.
Each differs from the reference by single changes: a span missed, a boundary moved, a neighbouring
value chosen. A change that the checks would call an error is taken back, as an annotator would
repair it; warnings stay. All is drawn from a seed, so the same input gives the same annotations.
"""

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from signalbook.annotate.conversion.answers import answers_of, referenced_parties
from signalbook.schema.documents.derived import with_derived
from signalbook.schema.documents.records import (
    AnnotationDocument,
    Annotator,
    Dyad,
    Party,
    Relation,
    Span,
    Value,
)
from signalbook.schema.scheme.model import Field, Scheme

#: How many findings of severity error a document has.
CountErrors = Callable[[AnnotationDocument], int]

_WORD = re.compile(r"\w+(?:['\u2019-]\w+)*")


@dataclass(frozen=True)
class Skill:
    """How often a simulated annotator departs from the reference, as probabilities."""

    misses_span: float = 0.10
    moves_boundary: float = 0.22
    changes_value: float = 0.10
    misses_relation: float = 0.20
    changes_dyad: float = 0.20
    changes_party: float = 0.08


def simulate(
    reference: AnnotationDocument,
    scheme: Scheme,
    *,
    name: str,
    seed: int,
    count_errors: CountErrors,
    skill: Skill | None = None,
) -> AnnotationDocument:
    """The reference as a simulated annotator of this name would have annotated it."""
    rng = random.Random(f"{seed}/{name}/{reference.article.id}")
    annotator = Annotator(
        id=name, tool="simulated", lead_time_s=round(rng.lognormvariate(5.2, 0.4), 1)
    )
    document = with_derived(reference.with_annotator(annotator), scheme)
    for change in _changes(document, scheme, skill or Skill(), rng):
        changed = with_derived(change(document), scheme)
        if changed is not document and not count_errors(changed):
            document = changed
    named = without_silent_parties(document, scheme)
    return named if not count_errors(named) else document


Change = Callable[[AnnotationDocument], AnnotationDocument]


def _changes(
    document: AnnotationDocument, scheme: Scheme, skill: Skill, rng: random.Random
) -> Iterator[Change]:
    for relation in document.relations:
        if rng.random() < skill.misses_relation:
            yield partial(_without_relation, relation=relation)
    for party in document.parties:
        if scheme.party is not None and rng.random() < skill.changes_party:
            coded = [f for f in scheme.party.fields if f.values and f.required]
            if coded:
                field = rng.choice(coded)
                yield partial(_other_party, id=party.id, field=field, rng=rng)
    judged = [f for f in scheme.dyad.fields if f.values] if scheme.dyad is not None else []
    for number in range(len(document.dyads)):
        if judged and rng.random() < skill.changes_dyad:
            field = rng.choice(judged)
            yield partial(_other_dyad, number=number, field=field, rng=rng)
    for span in document.spans:
        if rng.random() < skill.misses_span:
            yield partial(without_span, id=span.id)
            continue
        if rng.random() < skill.moves_boundary:
            yield partial(_moved, id=span.id, rng=rng)
        for field in scheme.span_type(span.type).fields:
            codable = field.values or field.is_party_reference
            if codable and rng.random() < skill.changes_value:
                yield partial(_other_value, id=span.id, field=field, rng=rng)
    for field in scheme.asked_labels:
        if field.values and rng.random() < skill.changes_value:
            yield partial(_other_label, field=field, rng=rng)


def without_silent_parties(document: AnnotationDocument, scheme: Scheme) -> AnnotationDocument:
    """The document without parties that nothing refers to or is said of: the page has none such."""
    if not document.parties or document.article.text is None:
        return document
    answers = answers_of(document, scheme)
    named = {*referenced_parties(answers, scheme)}
    parties = tuple(p for p in document.parties if answers.parties.get(p.id) or p.id in named)
    if len(parties) == len(document.parties):
        return document
    return document.model_copy(update={"parties": parties})


def without_span(document: AnnotationDocument, id: str) -> AnnotationDocument:
    """The document without a span and without the relations that end in it."""
    return _with_spans(document, tuple(span for span in document.spans if span.id != id))


def _with_spans(document: AnnotationDocument, spans: Sequence[Span]) -> AnnotationDocument:
    ids = {span.id for span in spans}
    relations = tuple(r for r in document.relations if r.from_ in ids and r.to in ids)
    return document.model_copy(
        update={"spans": tuple(spans), "relations": _renumbered(relations)}
        if "relations" in document.model_fields_set
        else {"spans": tuple(spans)}
    )


def _renumbered(relations: Sequence[Relation]) -> tuple[Relation, ...]:
    return tuple(r.model_copy(update={"id": f"r{i}"}) for i, r in enumerate(relations, 1))


def _without_relation(document: AnnotationDocument, relation: Relation) -> AnnotationDocument:
    kept = [
        r
        for r in document.relations
        if (r.type, r.from_, r.to) != (relation.type, relation.from_, relation.to)
    ]
    if len(kept) == len(document.relations):
        return document
    return document.model_copy(update={"relations": _renumbered(kept)})


def _replaced(document: AnnotationDocument, span: Span) -> AnnotationDocument:
    spans = tuple(span if old.id == span.id else old for old in document.spans)
    return document.model_copy(update={"spans": spans})


def _span(document: AnnotationDocument, id: str) -> Span | None:
    return next((span for span in document.spans if span.id == id), None)


def _moved(document: AnnotationDocument, id: str, rng: random.Random) -> AnnotationDocument:
    """One end of the span moved by one word."""
    span, text = _span(document, id), document.article.text or ""
    if span is None:
        return document
    words = [(m.start(), m.end()) for m in _WORD.finditer(text)]
    inside = [w for w in words if span.start <= w[0] and w[1] <= span.end]
    after = [w for w in words if w[0] >= span.end][:1]
    before = [w for w in words if w[1] <= span.start][-1:]
    options = [(span.start, w[1]) for w in after] + [(w[0], span.end) for w in before]
    if len(inside) > 1:
        options += [(span.start, inside[-2][1]), (inside[1][0], span.end)]
    if not options:
        return document
    start, end = rng.choice(options)
    moved = span.model_copy(update={"start": start, "end": end, "text": text[start:end]})
    spans = [moved if old.id == id else old for old in document.spans]
    spans.sort(key=lambda s: (s.start, s.end, s.type, s.id))
    return document.model_copy(update={"spans": tuple(spans)})


def _other_value(
    document: AnnotationDocument, id: str, field: Field, rng: random.Random
) -> AnnotationDocument:
    span = _span(document, id)
    if span is None or field.name not in span.attributes:
        return document
    parties = [party.id for party in document.parties]
    value = other_value(span.attributes[field.name], field, rng, parties=parties)
    attributes = {**span.attributes, field.name: value}
    return _replaced(document, span.model_copy(update={"attributes": attributes}))


def _other_party(
    document: AnnotationDocument, id: str, field: Field, rng: random.Random
) -> AnnotationDocument:
    parties = list(document.parties)
    at = next(i for i, party in enumerate(parties) if party.id == id)
    old = parties[at].attributes
    if field.name not in old:
        return document
    value = other_value(old[field.name], field, rng)
    parties[at] = Party.model_validate({**parties[at].to_dict(), field.name: value})
    return document.model_copy(update={"parties": tuple(parties)})


def _other_dyad(
    document: AnnotationDocument, number: int, field: Field, rng: random.Random
) -> AnnotationDocument:
    old = document.dyads[number].attributes
    if field.name not in old:
        return document
    dyads = list(document.dyads)
    dyads[number] = Dyad(**{**old, field.name: other_value(old[field.name], field, rng)})
    return document.model_copy(update={"dyads": tuple(dyads)})


def _other_label(
    document: AnnotationDocument, field: Field, rng: random.Random
) -> AnnotationDocument:
    if field.name not in document.article_labels:
        return document
    value = other_value(document.article_labels[field.name], field, rng)
    labels = {**document.article_labels, field.name: value}
    return document.model_copy(update={"article_labels": labels})


def other_value(
    value: Value, field: Field, rng: random.Random, *, parties: Sequence[str] = ()
) -> Value:
    """A value that people take for this one: the next rank, a confusable value, one more of a set."""
    ids = field.value_ids
    if field.is_party_reference:
        special = value[0] if isinstance(value, tuple) and value else value
        ids = () if special in ids else tuple(parties)
    if isinstance(value, tuple):
        others = [id for id in ids if id not in value]
        full = field.max_items is not None and len(value) >= field.max_items
        if len(value) > max(1, field.min_items) and (full or rng.random() < 0.5):
            dropped = rng.choice(value)
            return tuple(v for v in value if v != dropped)
        if full and others:
            return (*value[1:], rng.choice(others))
        return (*value, rng.choice(others)) if others else value
    if field.level == "ordinal" and field.values:
        ranked = field.ranked
        at = ranked.index(value)
        return rng.choice([v for i, v in enumerate(ranked) if abs(i - at) == 1] or [value])
    confusable = {v.id: v.confusable for v in field.values}
    near = [*confusable.get(str(value), ())] or [id for id in ids if id != value]
    return field.typed(rng.choice(near)) if near else value
