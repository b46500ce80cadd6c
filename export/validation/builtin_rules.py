"""Rules that hold for every scheme: text, offsets, ids, links, references, codes, columns, withholding."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import takewhile
from typing import Final, TypeAlias

from signalbook.schema.documents.annotation import (
    Annotation,
    Finding,
    Holder,
    Unit,
    many,
    quoted,
    remembered,
    values_of,
)
from signalbook.schema.documents.records import Dyad, Party, Relation, Span, Value
from signalbook.schema.scheme.codelists import codes
from signalbook.schema.scheme.model import Constraint, Field, Json, RelationType, Scheme
from signalbook.schema.text import counted

Check: TypeAlias = Callable[[Annotation, Constraint], Iterator[Finding]]


def text(annotation: Annotation, _constraint: Constraint) -> Iterator[Finding]:
    """The text is the one that was annotated, byte for byte."""
    article = annotation.document.article
    if article.text is None:
        return
    if len(article.text) != article.text_length:
        fact = f"the text has {counted(len(article.text), 'character')}, not {article.text_length}"
        yield Finding(fact)
    encoded = article.text.encode("utf-8", errors="surrogatepass")
    if hashlib.sha256(encoded).hexdigest() != article.text_sha256:
        yield Finding("the sha256 of the text is not article.text_sha256")


def offsets(annotation: Annotation, _constraint: Constraint) -> Iterator[Finding]:
    """Every span lies in the text, says its words, and has no white space at its ends."""
    length = annotation.document.article.text_length
    for span in annotation.document.spans:
        if not annotation.is_placed(span):
            of = counted(length, "character")
            fact = f"[{span.start}, {span.end}) does not lie in a text of {of}"
            yield Finding(fact, span, "start")
            continue
        words = annotation.words(span)
        if words != words.strip():
            yield Finding("white space at an end", span, "start")
        if span.text is not None and span.text != words:
            yield Finding(_other_words(span.text, words), span, "text")


def _other_words(recorded: str, words: str) -> str:
    """Both, from where they differ if they begin alike for longer than a quotation is."""
    if quoted(recorded) != quoted(words):
        return f"the span records {quoted(recorded)}, but the text there is {quoted(words)}"
    pairs = zip(recorded, words, strict=False)
    alike = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    return (
        f"from character {alike + 1} on, the span records {quoted(recorded[alike:])}, but the text "
        f"there is {quoted(words[alike:])}"
    )


def paragraph(annotation: Annotation, _constraint: Constraint) -> Iterator[Finding]:
    """No span runs over the end of a paragraph."""
    for span in annotation.document.spans:
        if annotation.is_placed(span) and "\n" in annotation.words(span):
            yield Finding("holds a line break", span, "end")


def title(annotation: Annotation, _constraint: Constraint) -> Iterator[Finding]:
    """No span starts in the first line if that is the title."""
    article = annotation.document.article
    if article.text is None or article.text.split("\n", 1)[0] != article.title:
        return
    for span in annotation.document.spans:
        if annotation.is_placed(span) and span.start < len(article.title):
            yield Finding("starts in the title", span, "start")


def links(annotation: Annotation, _constraint: Constraint) -> Iterator[Finding]:
    """Ids are unique, and relations link what they may, as often as they may."""
    yield from _repeated_ids(annotation)
    types = {t.name: t for t in annotation.scheme.relation_types}
    seen: set[tuple[str, str, str]] = set()
    leaving: Counter[tuple[str, str]] = Counter()
    for relation in annotation.document.relations:
        kind = types.get(relation.type)
        if kind is None:
            continue  # does not fit the JSON Schema
        yield from _wrong_ends(annotation, relation, kind)
        ends = (relation.from_, relation.to)
        first, second = sorted(ends) if kind.symmetric else ends
        if (relation.type, first, second) in seen:
            yield Finding("is there twice", relation)
        seen.add((relation.type, first, second))
        leaving[relation.type, relation.from_] += 1
        if kind.at_most_one and leaving[relation.type, relation.from_] == 2:
            yield Finding(f"a span has at most one {kind.title}", relation, "from")


def _repeated_ids(annotation: Annotation) -> Iterator[Finding]:
    document = annotation.document
    seen: set[str] = set()
    units: list[Party | Span | Relation]
    units = [*document.parties, *document.spans, *document.relations]
    for unit in units:
        if unit.id in seen:
            yield Finding(f"the id {unit.id} is used twice", unit, "id")
        seen.add(unit.id)


def _wrong_ends(
    annotation: Annotation, relation: Relation, kind: RelationType
) -> Iterator[Finding]:
    if relation.from_ == relation.to:
        yield Finding("links a span with itself", relation, "to")
        return
    for side, id, allowed in (
        ("from", relation.from_, kind.from_),
        ("to", relation.to, kind.to),
    ):
        span = annotation.spans.get(id)
        if span is None:
            yield Finding(f"there is no span {id}", relation, side)
        elif span.type not in allowed:
            fact = f"{side} is of type {annotation.label(span.type)}, not {' or '.join(map(annotation.label, allowed))}"
            yield Finding(fact, relation, side)
    start, end = annotation.spans.get(relation.from_), annotation.spans.get(relation.to)
    if kind.same_type and start and end and start.type != end.type:
        types = f"{annotation.label(start.type)} and {annotation.label(end.type)}"
        yield Finding(f"links types {types}", relation, "to")


@remembered
def _coded(annotation: Annotation) -> list[tuple[str, Unit | None, Holder]]:
    """Every unit with fields: (unit name, unit, holder of the values)."""
    document = annotation.document
    return [
        *((span.type, span, span) for span in document.spans),
        *(("party", party, party) for party in document.parties),
        *(("dyad", dyad, dyad) for dyad in document.dyads),
        ("article", None, document.article_labels),
    ]


def columns(annotation: Annotation, _constraint: Constraint) -> Iterator[Finding]:
    """Every value is of a field of the scheme, and every number fits its column of a release."""
    yield from _sections_of_no_scheme(annotation)
    by_unit = annotation.lookup.by_unit
    for unit_name, unit, holder in _coded(annotation):
        if unit_name not in by_unit:
            continue
        for name, value in values_of(holder).items():
            field = by_unit[unit_name].get(name)
            if field is not None:
                if field.type == "integer":
                    yield from (Finding(fact, unit, name) for fact in _too_large(field, value))
            elif unit is not None or name != "defaulted":
                yield Finding(f"{unit_name} has no field “{name}” in the scheme", unit, name)


def _sections_of_no_scheme(annotation: Annotation) -> Iterator[Finding]:
    """The first unit of each kind that the scheme does not have at all."""
    document = annotation.document
    for units in (document.parties, document.relations, document.dyads):
        if units and not _has(annotation.scheme, units[0]):
            kind = type(units[0]).__name__.lower()
            yield Finding(f"the scheme has nothing like a {kind}", units[0])


def _has(scheme: Scheme, unit: Unit | None) -> bool:
    match unit:
        case Party():
            return scheme.party is not None
        case Dyad():
            return scheme.dyad is not None
        case Relation():
            return bool(scheme.relation_types)
        case _:
            return True


def _too_large(field: Field, value: Value) -> Iterator[str]:
    """What is said of whole numbers that the type of the column (`x-arrow`) does not hold."""
    bits = field.arrow.removeprefix("int")
    if not bits.isdecimal():
        return
    limit = 2 ** (int(bits) - 1)
    for number in value if isinstance(value, tuple) else (value,):
        if isinstance(number, int) and not -limit <= number < limit:
            yield (
                f"{field.row}: {number} does not fit a column of type {field.arrow}, "
                f"which holds {-limit} to {limit - 1}"
            )


def references(annotation: Annotation, _constraint: Constraint) -> Iterator[Finding]:
    """Every party that a unit refers to is in the list of parties, or a value that the scheme lists."""
    by_unit: dict[str, list[Field]] = {}
    for (unit_name, _), field in annotation.lookup.fields.items():
        if field.is_reference:
            by_unit.setdefault(unit_name, []).append(field)
    for unit_name, unit, holder in _coded(annotation):
        for field in by_unit.get(unit_name, ()):
            for id in many(holder, field.name):
                if id in annotation.parties or id in field.value_ids:
                    continue
                # A side may be a code as well, where the scheme says what codes are like.
                has_codes = field.is_side_reference and (field.codelist or field.pattern)
                if not has_codes or annotation.lookup.is_party_id(id):
                    yield Finding(f"{field.row}: there is no party {id}", unit, field.name)


def codelist(annotation: Annotation, _constraint: Constraint) -> Iterator[Finding]:
    """Codes are on their list; codes for invented texts do not stand beside real ones."""
    listed = {key: field for key, field in annotation.lookup.fields.items() if field.codelist}
    invented: list[tuple[Unit | None, Field, str]] = []
    real = False
    for unit_name, unit, holder in _coded(annotation):
        for (owner, name), field in listed.items():
            if owner != unit_name or field.codelist is None:
                continue
            for code in many(holder, name):
                in_standard = code in codes(field.codelist.standard)
                real = real or in_standard
                if code in field.codelist.training:
                    invented.append((unit, field, code))
                elif not in_standard and code not in field.codelist.user_assigned:
                    fact = f"{field.row}: {code} is not in {field.codelist.standard}"
                    yield Finding(fact, unit, name)
    if real:
        for unit, field, code in invented:
            fact = f"{field.row}: {code} is for invented texts, but others here are real"
            yield Finding(fact, unit, field.name)


def allowed_with(annotation: Annotation, constraint: Constraint) -> Iterator[Finding]:
    """A value is chosen only with the values that it allows (all such values, or one)."""
    restricted = annotation.lookup.restricted
    for unit_name, unit, holder in _coded(annotation):
        for owner, name in restricted:
            if owner != unit_name:
                continue
            for chosen in many(holder, name):
                if constraint.of in (None, (name, chosen)):
                    fields = annotation.lookup.fields
                    of = fields[owner, name]
                    for other, allowed in restricted[owner, name].get(chosen, {}).items():
                        if not _has_one_of(holder, other, allowed):
                            fact = f"“{of.row}” is “{of.word(chosen)}”"
                            fact += f", but {annotation.states(holder, other)}"
                            beside = fields[owner, other]
                            words = " or ".join(f"“{beside.word(value)}”" for value in allowed)
                            way_out = f"choose {words} there, or another “{of.row}”"
                            yield Finding(f"{fact}; {way_out}", unit, name)


def _has_one_of(holder: Holder, name: str, allowed: Sequence[Json]) -> bool:
    values = many(holder, name) or (values_of(holder).get(name),)
    return any(value in allowed for value in values)


def withheld(annotation: Annotation, _constraint: Constraint) -> Iterator[Finding]:
    """Of a text that is not marked as redistributable, no words are left in the document."""
    article = annotation.document.article
    if article.redistributable:
        return
    worded = sum(span.text is not None for span in annotation.document.spans)
    free = sum(
        field is not None and field.is_free_text
        for unit_name, _, holder in _coded(annotation)
        for field in (annotation.lookup.fields.get((unit_name, n)) for n in values_of(holder))
    )
    present = [
        *(["its text"] if article.text is not None else []),
        *([f"the words of {counted(worded, 'span')}"] if worded else []),
        *([counted(free, "free text", "free texts")] if free else []),
    ]
    if present:
        yield Finding(f"the document holds {', '.join(present)}; release build leaves them out")


def derived(annotation: Annotation, _constraint: Constraint) -> Iterator[Finding]:
    """A label that is computed has the value that follows from the rest, or is left out."""
    labels, scheme = annotation.document.article_labels, annotation.scheme
    computed = annotation.derived
    for field in scheme.article_labels:
        if field.derived is None or labels.get(field.name) == computed.get(field.name):
            continue
        follows = computed.get(field.name)
        right = "nothing" if follows is None else f"“{field.word(follows)}”"
        yield Finding(
            f"{annotation.states(labels, field.name)}, but {right} follows from the "
            f"{field.derived.units}; leave it out, or correct the {field.derived.units}",
            field=field.name,
        )


CHECKS: Final[dict[str, Check]] = {
    "text": text,
    "offsets": offsets,
    "paragraph": paragraph,
    "links": links,
    "references": references,
    "codelist": codelist,
    "withheld": withheld,
    "title": title,
    "allowed_with": allowed_with,
    "derived": derived,
    "columns": columns,
}

#: Built-in checks that run even if a scheme does not list them, with their messages.
ALWAYS: Final = {
    "text": "The text is not the one that was annotated.",
    "offsets": "A span does not fit the text.",
    "links": "An id is used twice, or a link points to nothing or to the wrong kind of span.",
    "references": "A party is used that is not in the list: add it to the parties, "
    "or choose one that is there.",
    "codelist": "A code is not on its list, or is for invented texts only.",
    "withheld": "The metadata do not say that this text may be redistributed.",
    "allowed_with": "These two values do not go together.",
    "derived": "A label is not what follows from the rest.",
    "columns": "The scheme has no place for this: correct the name or the value, take it out, "
    "or add it to the scheme.",
}


def built_in(name: str) -> Constraint:
    """The rule behind a built-in check that always runs."""
    return Constraint(name, "error", ALWAYS[name], CHECKS[name].__doc__ or "", check=name)


#: Built-in checks that only a release must pass.
RELEASE_ONLY: Final = {"withheld"}
