"""Invent an annotation of an article that has no reference, so that the path can be tried on it.

Nothing of it is true of the article: the spans are pieces of clauses and the values are drawn from
the scheme. What is drawn is kept only while the checks find no error, so it is valid.
"""

import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date

from signalbook.annotate.conversion.code_chips import code_chips
from signalbook.schema.documents.derived import with_derived
from signalbook.schema.documents.records import (
    AnnotationDocument,
    Annotator,
    Article,
    Dyad,
    Party,
    Relation,
    Span,
    Value,
)
from signalbook.schema.scheme.model import Field, PartyType, RelationType, Scheme

from .simulate import CountErrors

_PIECE = re.compile(r"\w+(?:[^\S\n]\w+){1,5}")
_NAME = re.compile(r"\b[^\W\d_]\w+")
_MAX_STEPS = 80
_MAX_PARTIES = 4
_MAX_SPANS = 6
#: Links of one type, and dyads, in one article; and how many places are tried for each.
_MAX_LINKS, _MAX_DYADS, _MAX_TRIES = 2, 2, 12
_SOME_DAY = date(2031, 1, 1).toordinal()


def invent(
    article: Article, scheme: Scheme, *, seed: int, count_errors: CountErrors
) -> AnnotationDocument:
    """A valid annotation of the article, drawn from the scheme."""
    rng = random.Random(f"{seed}/{article.id}")
    empty = _repaired(_empty(article, scheme, rng), scheme, None, rng, count_errors)
    document = _with_parties(empty, scheme, rng)
    types = [t for t in scheme.span_types if t.party_field is None]
    for number in range(rng.randint(min(2 * len(types), _MAX_SPANS), _MAX_SPANS)):
        longer = _span_added(document, scheme, f"s{number}", rng)
        longer = _repaired(longer, scheme, f"s{number}", rng, count_errors)
        document = longer if not count_errors(longer) else document
    document = _with_relations(document, scheme, rng, count_errors)
    document = _with_dyads(document, scheme, rng, count_errors)
    return with_derived(document if not count_errors(document) else empty, scheme)


def _repaired(
    document: AnnotationDocument,
    scheme: Scheme,
    span: str | None,
    rng: random.Random,
    count_errors: CountErrors,
) -> AnnotationDocument:
    """Draw one field of the span or one label anew, again and again, while errors get fewer."""
    errors = count_errors(document)
    for _ in range(_MAX_STEPS):
        if not errors:
            break
        changed = _redrawn(document, scheme, span, rng)
        left = count_errors(changed)
        if left <= errors:
            document, errors = changed, left
    return document


def _redrawn(
    document: AnnotationDocument, scheme: Scheme, id: str | None, rng: random.Random
) -> AnnotationDocument:
    parties = [party.id for party in document.parties]
    span = next((s for s in document.spans if s.id == id), None)
    asked = [f for f in scheme.asked_labels if f.required]
    if asked and (span is None or rng.random() < 0.3):
        field = rng.choice(asked)
        labels = {**document.article_labels, field.name: _drawn(field, parties, rng)}
        return document.model_copy(update={"article_labels": labels})
    if span is None:
        return document
    asked = [f for f in scheme.span_type(span.type).fields if f.required]
    if not asked:
        return document
    field = rng.choice(asked)
    attributes = {**span.attributes, field.name: _drawn(field, parties, rng)}
    changed = span.model_copy(update={"attributes": attributes})
    spans = tuple(changed if s.id == id else s for s in document.spans)
    return document.model_copy(update={"spans": spans})


def _empty(article: Article, scheme: Scheme, rng: random.Random) -> AnnotationDocument:
    sections = set(scheme.json_schema["properties"])  # type: ignore[arg-type]
    parts: dict[str, object] = {
        "scheme": scheme.name,
        "schema_version": scheme.version,
        "article": article,
        "annotator": Annotator(id="invented", tool="simulated"),
        "spans": (),
        "article_labels": dict(_drawn_fields(scheme.asked_labels, (), rng)),
    }
    parts |= {name: () for name in ("parties", "relations", "dyads") if name in sections}
    return AnnotationDocument.model_validate(parts)


def _with_parties(
    document: AnnotationDocument, scheme: Scheme, rng: random.Random
) -> AnnotationDocument:
    """Two to four parties, each with a mention: the next name in the text."""
    mention = next((t for t in scheme.span_types if t.party_field), None)
    if scheme.party is None or mention is None or mention.party_field is None:
        return document
    text = document.article.text or ""
    names = [m for m in _NAME.finditer(text) if m.group()[0].isupper()] or [*_NAME.finditer(text)]
    chosen = sorted(rng.sample(names, min(_MAX_PARTIES, len(names))), key=lambda m: m.start())
    parties: list[Party] = []
    spans: list[Span] = []
    for number, name in enumerate(chosen, 1):
        id = scheme.party.id(number)
        parties.append(_party(id, name.group(), scheme.party, text, rng))
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


def _party(id: str, name: str, party: PartyType, text: str, rng: random.Random) -> Party:
    values: dict[str, Value] = {}
    for field in party.fields:
        if not field.required:
            continue
        if field.codelist is not None:
            codes = [str(chip["alias"]) for chip in code_chips(text, field.codelist)]
            named = [code for code in codes if code not in field.codelist.user_assigned]
            values[field.name] = rng.choice(named or [*field.codelist.training])
        elif field.values:
            values[field.name] = rng.choice(field.values).id
        else:
            values[field.name] = f"{name} {id}"
    return Party.model_validate({"id": id, **values})


def _span_added(
    document: AnnotationDocument, scheme: Scheme, id: str, rng: random.Random
) -> AnnotationDocument:
    """One more span that overlaps no other, of a type that has fewest, with drawn attributes."""
    types = [t for t in scheme.span_types if t.party_field is None]
    text = document.article.text or ""
    pieces = [m for m in _PIECE.finditer(text) if not _overlaps(document, m.start(), m.end())]
    if not types or not pieces:
        return document
    marked = Counter(s.type for s in document.spans)
    fewest = min(marked[t.name] for t in types)
    span_type = rng.choice([t for t in types if marked[t.name] == fewest])
    piece = rng.choice(pieces)
    span = Span(
        id=id,
        type=span_type.name,
        start=piece.start(),
        end=piece.end(),
        text=piece.group(),
        attributes=dict(_drawn_fields(span_type.fields, document.parties, rng)),
    )
    spans = sorted([*document.spans, span], key=lambda s: (s.start, s.end, s.type, s.id))
    return document.model_copy(update={"spans": tuple(spans)})


def _with_relations(
    document: AnnotationDocument, scheme: Scheme, rng: random.Random, count_errors: CountErrors
) -> AnnotationDocument:
    """One or two links of every type whose ends are there; one link at most of any two spans."""
    linked: set[frozenset[str]] = set()
    for relation_type in rng.sample(scheme.relation_types, len(scheme.relation_types)):
        wanted = rng.randint(1, _MAX_LINKS)
        for start, end in _ends(document, relation_type, rng):
            if not wanted:
                break
            if frozenset((start, end)) in linked:
                continue
            longer = _linked(document, relation_type, start, end)
            if not count_errors(longer):
                document, wanted = longer, wanted - 1
                linked.add(frozenset((start, end)))
    return document


def _ends(
    document: AnnotationDocument, relation_type: RelationType, rng: random.Random
) -> list[tuple[str, str]]:
    """Some pairs of spans that a link of this type may join."""
    pairs = [
        (start.id, end.id)
        for start in document.spans
        for end in document.spans
        if start.type in relation_type.from_ and end.type in relation_type.to and start != end
    ]
    return rng.sample(pairs, min(_MAX_TRIES, len(pairs)))


def _linked(
    document: AnnotationDocument, relation_type: RelationType, start: str, end: str
) -> AnnotationDocument:
    id = f"r{len(document.relations) + 1}"
    relation = Relation.model_validate(
        {"id": id, "type": relation_type.name, "from": start, "to": end}
    )
    return document.model_copy(update={"relations": (*document.relations, relation)})


def _with_dyads(
    document: AnnotationDocument, scheme: Scheme, rng: random.Random, count_errors: CountErrors
) -> AnnotationDocument:
    """One or two judged pairs of parties, where the scheme asks for such."""
    if scheme.dyad is None:
        return document
    wanted = rng.randint(1, _MAX_DYADS)
    for _ in range(_MAX_TRIES):
        if len(document.dyads) == wanted:
            break
        drawn = Dyad(**dict(_drawn_fields(scheme.dyad.all_fields, document.parties, rng)))
        longer = document.model_copy(update={"dyads": (*document.dyads, drawn)})
        document = document if count_errors(longer) else longer
    return document


def _drawn_fields(
    fields: tuple[Field, ...], parties: tuple[Party, ...], rng: random.Random
) -> Iterator[tuple[str, Value]]:
    for field in fields:
        if field.required:
            yield field.name, _drawn(field, [party.id for party in parties], rng)


def _drawn(field: Field, parties: Sequence[str], rng: random.Random) -> Value:
    if field.is_boolean:
        return rng.random() < 0.5
    options = parties if field.is_reference and parties else field.value_ids
    if field.many:
        most = min(len(options), field.max_items or 2, 2)
        return tuple(rng.sample(options, rng.randint(min(field.min_items, most), most)))
    if field.has_default and isinstance(field.default, str) and rng.random() < 0.7:
        return field.default
    return field.typed(rng.choice(options)) if options else _typed(field, rng)


def _typed(field: Field, rng: random.Random) -> Value:
    """What somebody might write in the text box of a field."""
    if field.is_date:
        return date.fromordinal(_SOME_DAY + rng.randrange(365)).isoformat()
    if field.type not in ("integer", "number"):
        return "invented"[: field.max_length]
    least = field.minimum if field.minimum is not None else min(0.0, field.maximum or 0.0)
    most = field.maximum if field.maximum is not None else least + 100
    drawn = rng.uniform(least, most)
    return round(drawn) if field.type == "integer" else round(drawn, 2)


def _overlaps(document: AnnotationDocument, start: int, end: int) -> bool:
    return any(span.start < end and start < span.end for span in document.spans)
