"""Invent an annotation of an article that has no reference, so that the path can be tried on it.

Nothing of it is true of the article: the spans are pieces of clauses and the values are drawn from
the scheme. What is drawn is kept only while the checks find no error, so it is valid; if the checks
find one where nothing is marked, what is returned has it.
"""

import random
import re
from collections import Counter
from collections.abc import Callable, Iterator

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
from signalbook.schema.progress import silent
from signalbook.schema.scheme.model import Field, PartyType, RelationType, Scheme

from .possible_answers import PossibleAnswers
from .simulate import CountErrors, without_silent_parties

_PIECE = re.compile(r"\w+(?:[^\S\n]\w+){1,5}")
_NAME = re.compile(r"\b[^\W\d_]\w+")
_MAX_STEPS = 80
_MAX_PARTIES = 4
_MAX_SPANS = 6
#: Links of one type, and dyads, in one article; and how many places are tried for each.
_MAX_LINKS, _MAX_DYADS, _MAX_TRIES = 2, 2, 12
#: How often what need not be answered is.
_SOMETIMES = 0.4


def invent(
    article: Article,
    scheme: Scheme,
    *,
    seed: int,
    count_errors: CountErrors,
    on_unanswered: Callable[[Field], None] = silent,
) -> AnnotationDocument:
    """A valid annotation of the article, drawn from the scheme.

    Args:
        article: What is annotated.
        scheme: What may be said of it.
        seed: The same one draws the same annotation.
        count_errors: How many errors the checks find in a document.
        on_unanswered: Called with each field to which no answer was found that the scheme accepts.
    """
    rng = random.Random(f"{seed}/{article.id}")
    answers = PossibleAnswers(scheme, article.text or "", rng)
    empty = _repaired(_empty(article, scheme, answers), scheme, None, answers, rng, count_errors)
    document = _with_parties(empty, scheme, answers, rng)
    document = document if count_errors(document) <= count_errors(empty) else empty
    types = [t for t in scheme.span_types if t.party_field is None]
    for number in range(rng.randint(min(2 * len(types), _MAX_SPANS), _MAX_SPANS)):
        longer = _span_added(document, scheme, f"s{number}", answers, rng)
        longer = _repaired(longer, scheme, f"s{number}", answers, rng, count_errors)
        document = longer if not count_errors(longer) else document
    document = _with_relations(document, scheme, rng, count_errors)
    document = _with_dyads(document, scheme, answers, rng, count_errors)
    document = document if not count_errors(document) else empty
    document = _with_more(document, scheme, answers, rng, count_errors)
    for field in answers.unanswered.values():
        on_unanswered(field)
    named = without_silent_parties(document, scheme)
    document = named if count_errors(named) <= count_errors(document) else document
    return with_derived(document, scheme)


def _with_more(
    document: AnnotationDocument,
    scheme: Scheme,
    answers: PossibleAnswers,
    rng: random.Random,
    count_errors: CountErrors,
) -> AnnotationDocument:
    """Some of what need not be answered is, as far as it makes no error."""
    errors = count_errors(document)
    parties = [party.id for party in document.parties]
    asked: list[tuple[str | None, Field]] = [(None, field) for field in scheme.asked_labels]
    for span in document.spans:
        span_type = scheme.span_type(span.type)
        if span_type.party_field is None:
            asked += [(span.id, field) for field in span_type.fields]
    for id, field in asked:
        if not field.required and rng.random() < _SOMETIMES:
            value = answers.draw(field, parties)
            longer = document if value is None else _answered(document, id, field, value)
            document = longer if count_errors(longer) <= errors else document
    return document


def _answered(
    document: AnnotationDocument, id: str | None, field: Field, value: Value
) -> AnnotationDocument:
    """The document with another answer about the span with this id, or about the article."""
    if id is None:
        labels = {**document.article_labels, field.name: value}
        return document.model_copy(update={"article_labels": labels})
    spans = tuple(
        s.model_copy(update={"attributes": {**s.attributes, field.name: value}})
        if s.id == id
        else s
        for s in document.spans
    )
    return document.model_copy(update={"spans": spans})


def _repaired(
    document: AnnotationDocument,
    scheme: Scheme,
    span: str | None,
    answers: PossibleAnswers,
    rng: random.Random,
    count_errors: CountErrors,
) -> AnnotationDocument:
    """Draw one field of the span or one label anew, again and again, while errors get fewer."""
    errors = count_errors(document)
    for _ in range(_MAX_STEPS):
        if not errors:
            break
        changed = _redrawn(document, scheme, span, answers, rng)
        left = count_errors(changed)
        if left <= errors:
            document, errors = changed, left
    return document


def _redrawn(
    document: AnnotationDocument,
    scheme: Scheme,
    id: str | None,
    answers: PossibleAnswers,
    rng: random.Random,
) -> AnnotationDocument:
    parties = [party.id for party in document.parties]
    span = next((s for s in document.spans if s.id == id), None)
    asked = [f for f in scheme.asked_labels if f.required]
    of: str | None = None
    if span is not None and not (asked and rng.random() < 0.3):
        asked = [f for f in scheme.span_type(span.type).fields if f.required]
        of = span.id
    if not asked:
        return document
    field = rng.choice(asked)
    value = answers.draw(field, parties)
    return document if value is None else _answered(document, of, field, value)


def _empty(article: Article, scheme: Scheme, answers: PossibleAnswers) -> AnnotationDocument:
    sections = set(scheme.json_schema["properties"])  # type: ignore[arg-type]
    parts: dict[str, object] = {
        "scheme": scheme.name,
        "schema_version": scheme.version,
        "article": article,
        "annotator": Annotator(id="invented", tool="simulated"),
        "spans": (),
        "article_labels": dict(_drawn_fields(scheme.asked_labels, (), answers)),
    }
    parts |= {name: () for name in ("parties", "relations", "dyads") if name in sections}
    return AnnotationDocument.model_validate(parts)


def _with_parties(
    document: AnnotationDocument, scheme: Scheme, answers: PossibleAnswers, rng: random.Random
) -> AnnotationDocument:
    """Two to four parties, each with a mention if there is such: the next name in the text."""
    mention = next((t for t in scheme.span_types if t.party_field), None)
    if scheme.party is None:
        return document
    text = document.article.text or ""
    names = [m for m in _NAME.finditer(text) if m.group()[0].isupper()] or [*_NAME.finditer(text)]
    most = min(_MAX_PARTIES, scheme.party.slots.offered, len(names))
    chosen = sorted(rng.sample(names, most), key=lambda m: m.start())
    parties: list[Party] = []
    spans: list[Span] = []
    for number, name in enumerate(chosen, 1):
        id = scheme.party.id(number)
        parties.append(_party(id, name.group(), scheme.party, answers, rng))
        if mention is not None and mention.party_field is not None:
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


def _party(
    id: str, name: str, party: PartyType, answers: PossibleAnswers, rng: random.Random
) -> Party:
    values: dict[str, Value] = {}
    for field in party.fields:
        if field.required or rng.random() < _SOMETIMES:
            named = [f"{name} {id}"] if field.is_typed and field.type == "string" else []
            value = answers.draw(field, first=named)
            if value is not None:
                values[field.name] = value
    return Party.model_validate({"id": id, **values})


def _span_added(
    document: AnnotationDocument,
    scheme: Scheme,
    id: str,
    answers: PossibleAnswers,
    rng: random.Random,
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
        attributes=dict(_drawn_fields(span_type.fields, document.parties, answers)),
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
    document: AnnotationDocument,
    scheme: Scheme,
    answers: PossibleAnswers,
    rng: random.Random,
    count_errors: CountErrors,
) -> AnnotationDocument:
    """One or two judged pairs of parties, where the scheme asks for such."""
    if scheme.dyad is None:
        return document
    wanted = rng.randint(1, _MAX_DYADS)
    for _ in range(_MAX_TRIES):
        if len(document.dyads) == wanted:
            break
        drawn = Dyad(**dict(_drawn_fields(scheme.dyad.all_fields, document.parties, answers)))
        longer = document.model_copy(update={"dyads": (*document.dyads, drawn)})
        document = document if count_errors(longer) else longer
    return document


def _drawn_fields(
    fields: tuple[Field, ...], parties: tuple[Party, ...], answers: PossibleAnswers
) -> Iterator[tuple[str, Value]]:
    """What has to be answered, as far as an answer was found."""
    for field in fields:
        if field.required:
            value = answers.draw(field, [party.id for party in parties])
            if value is not None:
                yield field.name, value


def _overlaps(document: AnnotationDocument, start: int, end: int) -> bool:
    return any(span.start < end and start < span.end for span in document.spans)
