"""Say what is wrong in a document: all that a finding holds, its words and its place."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Literal

from signalbook.schema.documents.annotation import Annotation, Finding, Unit, shortened
from signalbook.schema.documents.annotators import difference
from signalbook.schema.documents.records import AnnotationDocument, Dyad, Party, Relation, Span
from signalbook.schema.documents.remarks import Remark
from signalbook.schema.documents.repeats import repeats
from signalbook.schema.documents.same_article import other_metadata, other_texts
from signalbook.schema.scheme.model import Constraint
from signalbook.schema.scheme.problems import pointer_to

from .rules import ANNOTATOR_ID, OTHER_METADATA, OTHER_TEXT, REMARKS, TWICE
from .violations import Place, SchemaViolation, unit_at, unit_name


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
            apart = difference(id, taken_for[id])
            fact = f"it is {id!a} here, which differs {apart}"
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
    name = f"{unit_name(finding.unit, annotation)}: " if finding.unit is not None else ""
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
