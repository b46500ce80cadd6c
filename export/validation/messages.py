"""Say what is wrong in a document: all that a finding holds, its words and its place."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, TypeAlias, cast

from jsonschema import ValidationError

from signalbook.schema.documents.annotation import Annotation, Finding, Unit, shortened
from signalbook.schema.documents.records import AnnotationDocument, Dyad, Party, Relation, Span
from signalbook.schema.documents.remarks import Remark
from signalbook.schema.documents.repeats import repeats
from signalbook.schema.documents.same_article import other_metadata, other_texts
from signalbook.schema.scheme.json_schema import NOTATIONS
from signalbook.schema.scheme.model import Constraint, Field
from signalbook.schema.scheme.problems import pointer_to
from signalbook.schema.text import counted, one_line

from .rules import ANNOTATOR_ID, OTHER_METADATA, OTHER_TEXT, REMARKS, TWICE

Place: TypeAlias = Sequence[str | int]

_TYPES = {
    "string": "text",
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
    "array": "a list",
    "object": "an object",
    "null": "nothing",
}


@dataclass(frozen=True)
class SchemaViolation:
    """One place where a document violates the JSON Schema, explained."""

    place: Place
    #: For an annotator.
    sentence: str
    #: Keyword of JSON Schema that is violated.
    keyword: str


@dataclass(frozen=True)
class Issue:
    """One finding in one document."""

    #: Constraint of the scheme (C04), built-in check (text), or "schema".
    id: str
    severity: Literal["error", "warning"]
    #: A sentence that an annotator understands.
    message: str
    article_id: str
    annotator_id: str
    #: Id of the span, party or relation, if it is about one.
    unit: str | None = None
    #: Where to look in the text; of a relation, where it starts.
    start: int | None = None
    end: int | None = None
    #: The first words there, line breaks as spaces; None if they are not known.
    quote: str | None = None
    #: Which of the document's spans this is, counted from 1 in the order of the text.
    number: int | None = None
    #: What exactly is so.
    fact: str = ""
    #: JSON Pointer into the document.
    path: str = ""

    def to_dict(self) -> dict[str, str | int | None]:
        """JSON-shaped."""
        return asdict(self)


def remark_issue(remark: Remark) -> Issue:
    """Something that a document cannot say about the annotation that it was made of."""
    rule, article, annotator = REMARKS[remark.id], remark.article_id, remark.annotator_id
    return Issue(rule.id, rule.severity, rule.message, article, annotator, fact=remark.fact)


def spelling_issues(
    documents: Iterable[AnnotationDocument], taken_for: Mapping[str, str]
) -> Iterator[Issue]:
    """Documents in which the id of an annotator is spelled otherwise than it is taken for."""
    for document in documents:
        id = document.annotator.id
        if taken_for[id] != id:
            fact = f"it is {id!a} here"
            yield _document_issue(ANNOTATOR_ID, document, taken_for[id], fact)


def repeat_issues(
    documents: Sequence[AnnotationDocument], places: Sequence[str]
) -> Iterator[Issue]:
    """Documents of an article that the same annotator has an earlier document of."""
    for first, second in repeats(documents):
        fact = f"the documents are at {places[first]} and {places[second]}"
        yield _document_issue(TWICE, documents[second], documents[second].annotator.id, fact)


def article_issues(
    documents: Sequence[AnnotationDocument], places: Sequence[str]
) -> Iterator[Issue]:
    """Documents of an article that are about another text than the first, or say other metadata."""
    for first, other in other_texts(documents):
        fact = f"the documents are at {places[first]} and {places[other]}"
        yield _document_issue(OTHER_TEXT, documents[other], documents[other].annotator.id, fact)
    for first, other, names in other_metadata(documents):
        fact = f"{', '.join(names)}: compare {places[first]} and {places[other]}"
        yield _document_issue(OTHER_METADATA, documents[other], documents[other].annotator.id, fact)


def _document_issue(
    rule: Constraint, document: AnnotationDocument, annotator: str, fact: str
) -> Issue:
    return Issue(rule.id, rule.severity, rule.message, document.article.id, annotator, fact=fact)


def finding_issue(constraint: Constraint, finding: Finding, annotation: Annotation) -> Issue:
    """A place where a constraint does not hold, in the constraint's words."""
    name = f"{_name(finding.unit, annotation)}: " if finding.unit is not None else ""
    path = pointer_to("", *_place(finding, annotation))
    return _issue(constraint, finding.unit, f"{name}{finding.fact}", path, annotation)


def violation_issue(violation: SchemaViolation, annotation: Annotation) -> Issue:
    """A place that does not fit the JSON Schema."""
    path = pointer_to("", *violation.place)
    rule = Constraint("schema", "error", violation.sentence, rule="")
    fact = f"JSON Schema: {violation.keyword} at {path or 'the root'}"
    return _issue(rule, unit_at(violation.place, annotation), fact, path, annotation)


def _issue(
    rule: Constraint, unit: Unit | None, fact: str, path: str, annotation: Annotation
) -> Issue:
    span = annotation.spans.get(unit.from_) if isinstance(unit, Relation) else unit
    span = span if isinstance(span, Span) else None
    return Issue(
        id=rule.id,
        severity=rule.severity,
        message=rule.message,
        article_id=annotation.document.article.id,
        annotator_id=annotation.document.annotator.id,
        unit=None if unit is None or isinstance(unit, Dyad) else unit.id,
        start=span.start if span else None,
        end=span.end if span else None,
        quote=(shortened(annotation.words(span)) or None) if span else None,
        number=annotation.number(span) if span else None,
        fact=fact,
        path=path,
    )


def _name(unit: Unit, annotation: Annotation) -> str:
    """What a person calls the unit; of a span also which one it is: the same words may recur."""
    name = annotation.name(unit)
    if not isinstance(unit, Span):
        return name
    return f"{name} (span {annotation.number(unit)} of {len(annotation.document.spans)})"


def _place(finding: Finding, annotation: Annotation) -> Place:
    field = [] if finding.field is None else [finding.field]
    match finding.unit:
        case Span() as span:
            inner = ["attributes"] if finding.field in span.attributes else []
            return ["spans", annotation.index(span), *inner, *field]
        case Party() as party:
            return ["parties", annotation.index(party), *field]
        case Relation() as relation:
            return ["relations", annotation.index(relation), *field]
        case Dyad() as dyad:
            return ["dyads", annotation.index(dyad), *field]
        case None:
            return ["article_labels", *field] if field else []


def explain_violation(error: ValidationError, annotation: Annotation) -> Iterator[SchemaViolation]:
    """What one error means; a choice of branches is explained by the branch that was meant."""
    branch = _branch_meant(error)
    place = list(error.absolute_path)
    if branch:
        for inner in branch:
            yield from explain_violation(inner, annotation)
        return
    if len(place) == 2 and place[0] == "spans":
        types = ", ".join(t.name for t in annotation.scheme.span_types)
        fact = f"has no type of this scheme; choose one of {types}"
        yield SchemaViolation([*place, "type"], _sentence(place, fact, annotation), "oneOf")
        return
    for at, fact in _facts(error, place, annotation):
        yield SchemaViolation(at, _sentence(at, fact, annotation), str(error.validator))


def unit_at(place: Place, annotation: Annotation) -> Unit | None:
    """The span, party, relation or dyad that a place of the document lies in."""
    match list(place)[:2]:
        case ["spans" | "parties" | "relations" | "dyads" as section, int(index)]:
            units = cast("tuple[Unit, ...]", getattr(annotation.document, section))
            return units[index] if index < len(units) else None
        case _:
            return None


def _branch_meant(error: ValidationError) -> list[ValidationError]:
    """The errors of the branch of a oneOf or anyOf that the instance was meant for.

    A branch whose `type` constant differs was not meant. Branches that list constants are no
    choice to explain: the field's values say it better.
    """
    if error.validator not in ("oneOf", "anyOf") or not isinstance(error.instance, dict):
        return []
    branches: dict[object, list[ValidationError]] = {}
    for inner in error.context or ():
        branches.setdefault(inner.schema_path[0], []).append(inner)
    meant = [
        errors
        for errors in branches.values()
        if not any(e.validator == "const" and len(e.path) == 1 for e in errors)
    ]
    return min(meant, key=len) if meant else []


def _facts(
    error: ValidationError, place: list[str | int], annotation: Annotation
) -> Iterator[tuple[Place, str]]:
    limit: Any = error.validator_value
    instance: Any = error.instance
    match str(error.validator):
        case "required":
            for name in cast("list[str]", limit):
                if name not in instance:
                    yield [*place, name], "is missing"
        case "additionalProperties":
            allowed = cast("dict[str, Any]", cast("dict[str, Any]", error.schema)["properties"])
            for name in cast("dict[str, Any]", instance):
                if name not in allowed:
                    yield [*place, name], "is not part of the scheme"
        case _:
            yield place, _fact(error, limit, instance, _field_at(place, annotation))


def _fact(error: ValidationError, limit: Any, instance: Any, field: Field | None) -> str:
    value = json.dumps(instance, ensure_ascii=False)
    match str(error.validator):
        case "oneOf" | "anyOf" | "enum" | "const":
            return f"cannot be {value}{_choices(error, field)}"
        case "type":
            kinds = cast("list[str]", [limit] if isinstance(limit, str) else limit)
            return f"must be {' or '.join(_TYPES[kind] for kind in kinds)}, not {value}"
        case "minItems" | "maxItems":
            least = "at least" if error.validator == "minItems" else "at most"
            return f"takes {least} {limit}, not {len(instance)}"
        case "minLength":
            return "is empty"
        case "maxLength":
            return f"is longer than {counted(limit, 'character')}"
        case "uniqueItems":
            return f"lists something twice: {value}"
        case "pattern" | "format":
            notation = field.description.rstrip(". ") if field is not None else ""
            notation = notation or NOTATIONS.get(str(limit), "")
            advice = f"; write {notation}" if notation else ""
            return f"is not written as it should be: {value}{advice}"
        case "not" | "dependentRequired":
            return f"does not fit the rest: {error.message}"
        case _:
            return error.message


def _choices(error: ValidationError, field: Field | None) -> str:
    values: list[str] = []
    if field is not None and field.values:
        values = [*field.value_ids]
    elif error.validator == "enum":
        values = [str(value) for value in cast("Iterable[object]", error.validator_value)]
    elif error.validator == "oneOf":
        schema = cast("dict[str, list[dict[str, object]]]", error.schema)
        values = [str(branch["const"]) for branch in schema["oneOf"] if "const" in branch]
    if not values:
        return ""
    party = "a party or " if field is not None and field.is_party_reference else ""
    of = "one of " if len(values) > 1 else ""
    # All of them: whoever has to choose cannot choose what was cut.
    return f"; choose {party}{of}{', '.join(map(one_line, values))}"


def _field_at(place: Place, annotation: Annotation) -> Field | None:
    fields = annotation.lookup.fields
    names = [part for part in place if isinstance(part, str)]
    match names:
        case ["spans", "attributes", name, *_]:
            span = unit_at(place, annotation)
            return fields.get((getattr(span, "type", ""), name))
        case ["parties", name, *_]:
            return fields.get(("party", name))
        case ["dyads", name, *_]:
            return fields.get(("dyad", name))
        case ["article_labels", name, *_]:
            return fields.get(("article", name))
        case _:
            return None


def _sentence(place: Place, fact: str, annotation: Annotation) -> str:
    """Such as: Signal “froze the loan”: “Valence” is missing.

    The quotes make a plural title one field: “Receivers” is missing.
    """
    unit = unit_at(place, annotation)
    section = str(place[0]) if place else "document"
    title = section.replace("_", " ").capitalize()
    owner = _name(unit, annotation) if unit else title
    field = _field_at(place, annotation)
    names = [part for part in place if isinstance(part, str) and part != "attributes"]
    inner = field.title if field else " ".join(names[1:])
    if inner:
        return f"{owner}: “{inner}” {fact}."
    return f"{owner} {fact}." if unit or not place else f"“{title}” {fact}."
