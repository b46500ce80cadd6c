"""Check annotation documents: against the JSON Schema, the constraints and the built-in rules."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Literal, TypeAlias

from signalbook.schema.documents.annotation import Annotation, Finding, Lookup
from signalbook.schema.documents.json_schema import SchemaValidator
from signalbook.schema.documents.records import AnnotationDocument, Dyad, Party, Relation, Span
from signalbook.schema.scheme.lint import pointer
from signalbook.schema.scheme.model import Constraint, Json, Scheme

from .builtin_rules import ALWAYS, CHECKS, RELEASE_ONLY
from .messages import SchemaViolation, explain_violation, unit_at
from .scheme_rules import SchemaConstraint, functions

#: What documents are checked for; a release must also withhold texts that may not be given away.
Purpose: TypeAlias = Literal["annotation", "release"]


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
    #: Where to look in the text.
    start: int | None = None
    end: int | None = None
    #: What exactly is so.
    fact: str = ""
    #: JSON Pointer into the document.
    path: str = ""

    def to_dict(self) -> dict[str, str | int | None]:
        """JSON-shaped."""
        return asdict(self)


def errors(issues: Iterable[Issue]) -> list[Issue]:
    """The findings that keep a document out of a release."""
    return [issue for issue in issues if issue.severity == "error"]


def check(
    documents: Iterable[AnnotationDocument], scheme: Scheme, *, purpose: Purpose = "annotation"
) -> Iterator[Issue]:
    """Everything that is wrong in these documents under a scheme."""
    checker = Checker(scheme, purpose=purpose)
    for document in documents:
        yield from checker.check(document)


class Checker:
    """A scheme, compiled to check one document after the other."""

    def __init__(self, scheme: Scheme, *, purpose: Purpose = "annotation") -> None:
        """Raises SchemeError if constraints.py lacks a function that the scheme names."""
        self.scheme = scheme
        self._lookup = Lookup(scheme)
        self._validator = SchemaValidator(scheme.json_schema)
        self._functions = functions(scheme)
        self._schema_constraints = {
            c.id: SchemaConstraint(c, scheme) for c in scheme.constraints if c.each is not None
        }
        self._constraints = [
            constraint
            for constraint in (*scheme.constraints, *_unlisted(scheme))
            if purpose == "release" or constraint.check not in RELEASE_ONLY
        ]

    def check(self, document: AnnotationDocument) -> Iterator[Issue]:
        """Findings of one document: violations of the schema first, then by constraint.

        In a document that violates the schema, the built-in checks still run, and constraints
        that are schemas on the units that fit; the scheme's functions wait for the repair.
        """
        annotation = Annotation(document, self._lookup)
        data: dict[str, Json] = document.to_dict()
        violations = self._violations(annotation, data)
        for violation in violations:
            yield _violation_issue(violation, annotation)
        broken = [unit_at(violation.place, annotation) for violation in violations]
        for constraint in self._constraints:
            for finding in self._findings(constraint, annotation, data, fits=not violations):
                if constraint.each and any(finding.unit is unit for unit in broken):
                    continue
                yield _issue(constraint, finding, annotation)

    def _violations(
        self, annotation: Annotation, data: Mapping[str, Json]
    ) -> list[SchemaViolation]:
        """Each violation once: two branches of a schema may ask for the same."""
        if self._validator.accepts(data):
            return []
        by_sentence = {
            (*violation.place, violation.sentence): violation
            for error in self._validator.errors(data)
            for violation in explain_violation(error, annotation)
        }
        return list(by_sentence.values())

    def _findings(
        self,
        constraint: Constraint,
        annotation: Annotation,
        data: Mapping[str, Json],
        *,
        fits: bool,
    ) -> Iterator[Finding]:
        if constraint.check is not None:
            yield from CHECKS[constraint.check](annotation, constraint)
        if constraint.each is not None:
            yield from self._schema_constraints[constraint.id].findings(annotation, data)
        if constraint.function is not None and fits:
            yield from self._functions[constraint.function](annotation)


def _unlisted(scheme: Scheme) -> Iterator[Constraint]:
    """The built-in checks that the scheme leaves out but that always hold."""
    listed = {constraint.check for constraint in scheme.constraints}
    for name, message in ALWAYS.items():
        if name not in listed:
            yield Constraint(name, "error", message, CHECKS[name].__doc__ or "", check=name)
    if "allowed_with" not in listed:
        return
    about = {c.of for c in scheme.constraints if c.check == "allowed_with"}
    values = {(f.name, v.id) for _, f in scheme.fields() for v in f.values if v.allowed_with}
    for of in sorted(values - about) if None not in about else ():
        message = ALWAYS["allowed_with"]
        yield Constraint("allowed_with", "error", message, "", check="allowed_with", of=of)


def _violation_issue(violation: SchemaViolation, annotation: Annotation) -> Issue:
    unit = unit_at(violation.place, annotation)
    place = pointer(violation.place)
    return Issue(
        id="schema",
        severity="error",
        message=violation.sentence,
        article_id=annotation.document.article.id,
        annotator_id=annotation.document.annotator.id,
        unit=None if unit is None or isinstance(unit, Dyad) else unit.id,
        start=unit.start if isinstance(unit, Span) else None,
        end=unit.end if isinstance(unit, Span) else None,
        fact=f"JSON Schema: {violation.keyword} at {place or 'the root'}",
        path=place,
    )


def _issue(constraint: Constraint, finding: Finding, annotation: Annotation) -> Issue:
    unit = finding.unit
    span = unit if isinstance(unit, Span) else None
    if isinstance(unit, Relation):
        span = annotation.spans.get(unit.from_)
    name = f"{annotation.name(unit)}: " if unit is not None else ""
    return Issue(
        id=constraint.id,
        severity=constraint.severity,
        message=constraint.message,
        article_id=annotation.document.article.id,
        annotator_id=annotation.document.annotator.id,
        unit=None if unit is None or isinstance(unit, Dyad) else unit.id,
        start=span.start if span else None,
        end=span.end if span else None,
        fact=f"{name}{finding.fact}",
        path=_path(finding, annotation),
    )


def _path(finding: Finding, annotation: Annotation) -> str:
    document = annotation.document
    place: list[str | int] = []
    match finding.unit:
        case Span() as span:
            place = ["spans", _index(document.spans, span)]
            inner = finding.field in span.attributes
            place += ["attributes"] if inner else []
        case Party() as party:
            place = ["parties", _index(document.parties, party)]
        case Relation() as relation:
            place = ["relations", _index(document.relations, relation)]
        case Dyad() as dyad:
            place = ["dyads", _index(document.dyads, dyad)]
        case None:
            place = ["article_labels"] if finding.field else []
    return pointer([*place, *([finding.field] if finding.field else [])])


def _index(units: Iterable[object], unit: object) -> int:
    return next(index for index, other in enumerate(units) if other is unit)
