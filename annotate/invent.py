"""An article without a reference becomes an invented annotation, so that the path can be tried.

Nothing of it is true of the article: the spans are pieces of clauses and the values are drawn from
the scheme. What is drawn is kept only while the checks find no error, so it is valid.
"""

import random
import re
from collections.abc import Iterator

from signalbook.schema.records import (
    AnnotationDocument,
    Annotator,
    Article,
    Party,
    Relation,
    Span,
    Value,
)
from signalbook.schema.scheme import Field, PartyType, Scheme

from .codes import code_chips
from .simulate import HasErrors

_PIECE = re.compile(r"\w+(?:[^\S\n]\w+){1,5}")
_NAME = re.compile(r"\b[^\W\d_]\w+")
_TRIES = 60
_MOST_PARTIES = 4
_MOST_SPANS = 5


def invent(
    article: Article, scheme: Scheme, *, seed: int, has_errors: HasErrors
) -> AnnotationDocument:
    """A valid annotation of the article, drawn from the scheme."""
    chance = random.Random(f"{seed}/{article.id}")
    empty = _empty(article, scheme, chance, has_errors)
    document = _with_parties(empty, scheme, chance)
    for number in range(chance.randint(1, _MOST_SPANS)):
        document = _first_valid(document, _span_added(document, scheme, number, chance), has_errors)
    document = _first_valid(document, _relations_added(document, scheme, chance), has_errors)
    return document if not has_errors(document) else empty


def _first_valid(
    before: AnnotationDocument, tries: Iterator[AnnotationDocument], has_errors: HasErrors
) -> AnnotationDocument:
    return next((document for document in tries if not has_errors(document)), before)


def _empty(
    article: Article, scheme: Scheme, chance: random.Random, has_errors: HasErrors
) -> AnnotationDocument:
    sections = set(scheme.document["properties"])  # type: ignore[arg-type]
    parts: dict[str, object] = {
        "schema_version": scheme.version,
        "article": article,
        "annotator": Annotator(id="invented", tool="simulated"),
        "spans": (),
    }
    parts |= {name: () for name in ("parties", "relations", "dyads") if name in sections}

    def drawn() -> Iterator[AnnotationDocument]:
        while True:
            labels = dict(_drawn_fields(scheme.article_labels, [], chance))
            yield AnnotationDocument.model_validate({**parts, "article_labels": labels})

    candidates = (document for document, _ in zip(drawn(), range(20 * _TRIES), strict=False))
    first = next(candidates)
    return first if not has_errors(first) else _first_valid(first, candidates, has_errors)


def _with_parties(
    document: AnnotationDocument, scheme: Scheme, chance: random.Random
) -> AnnotationDocument:
    """Two to four parties, each with a mention: the next name in the text."""
    mention = next((t for t in scheme.span_types if t.party_field), None)
    if scheme.party is None or mention is None or mention.party_field is None:
        return document
    text = document.article.text or ""
    names = [m for m in _NAME.finditer(text) if m.group()[0].isupper()] or [*_NAME.finditer(text)]
    chosen = sorted(chance.sample(names, min(_MOST_PARTIES, len(names))), key=lambda m: m.start())
    parties: list[Party] = []
    spans: list[Span] = []
    for number, name in enumerate(chosen, 1):
        id = f"{scheme.party.prefix}{number}"
        parties.append(_party(id, name.group(), scheme.party, text, chance))
        spans.append(
            Span(
                id=f"m{number}",
                type=mention.name,
                start=name.start(),
                end=name.end(),
                text=name.group(),
                attributes={mention.party_field.name: id},
            )
        )
    return document.model_copy(update={"parties": tuple(parties), "spans": tuple(spans)})


def _party(id: str, name: str, party: PartyType, text: str, chance: random.Random) -> Party:
    values: dict[str, Value] = {}
    for field in party.fields:
        if not field.required:
            continue
        if field.codelist is not None:
            codes = [str(chip["alias"]) for chip in code_chips(text, field.codelist)]
            values[field.name] = chance.choice(codes or [*field.codelist.training])
        elif field.values:
            values[field.name] = chance.choice(field.values).id
        else:
            values[field.name] = f"{name} {id}"
    return Party.model_validate({"id": id, **values})


def _span_added(
    document: AnnotationDocument, scheme: Scheme, number: int, chance: random.Random
) -> Iterator[AnnotationDocument]:
    """Tries to add one span: where it lies stays, what it says and the labels are drawn anew."""
    types = [t for t in scheme.span_types if t.party_field is None]
    text = document.article.text or ""
    pieces = [m for m in _PIECE.finditer(text) if not _overlaps(document, m.start(), m.end())]
    if not types or not pieces:
        return
    for _ in range(_TRIES):
        piece, span_type = chance.choice(pieces), chance.choice(types)
        span = Span(
            id=f"s{number}",
            type=span_type.name,
            start=piece.start(),
            end=piece.end(),
            text=piece.group(),
            attributes=dict(_drawn_fields(span_type.fields, document.parties, chance)),
        )
        labels = dict(_drawn_fields(scheme.article_labels, [], chance))
        spans = sorted([*document.spans, span], key=lambda s: (s.start, s.end, s.type, s.id))
        for kept in (document.article_labels, labels):
            yield document.model_copy(update={"spans": tuple(spans), "article_labels": kept})


def _relations_added(
    document: AnnotationDocument, scheme: Scheme, chance: random.Random
) -> Iterator[AnnotationDocument]:
    for relation_type in chance.sample(scheme.relation_types, len(scheme.relation_types)):
        starts = [s for s in document.spans if s.type in relation_type.from_]
        ends = [s for s in document.spans if s.type in relation_type.to]
        for start in starts:
            for end in ends:
                if start.id != end.id:
                    ends_of = {"from": start.id, "to": end.id}
                    relation = Relation.model_validate(
                        {"id": "r1", "type": relation_type.name, **ends_of}
                    )
                    yield document.model_copy(update={"relations": (relation,)})


def _drawn_fields(
    fields: tuple[Field, ...], parties: tuple[Party, ...] | list[Party], chance: random.Random
) -> Iterator[tuple[str, Value]]:
    for field in fields:
        if field.required:
            yield field.name, _drawn(field, [party.id for party in parties], chance)


def _drawn(field: Field, parties: list[str], chance: random.Random) -> Value:
    if field.type == "boolean":
        return chance.random() < 0.5
    options = parties if field.kind == "party-reference" and parties else []
    options = options or [value.id for value in field.values]
    if field.many:
        most = min(len(options), field.max_items or 2, 2)
        return tuple(chance.sample(options, chance.randint(min(field.min_items, most), most)))
    if field.has_default and isinstance(field.default, str) and chance.random() < 0.7:
        return field.default
    return chance.choice(options) if options else "invented"


def _overlaps(document: AnnotationDocument, start: int, end: int) -> bool:
    return any(span.start < end and start < span.end for span in document.spans)
