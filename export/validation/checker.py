"""Find what is wrong in annotation documents: by JSON Schema, constraints and built-in rules."""

from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from typing import Literal, TypeAlias

from signalbook.schema.documents.annotation import Annotation, Finding, Lookup, Unit, many
from signalbook.schema.documents.annotators import is_gold
from signalbook.schema.documents.derived import completed
from signalbook.schema.documents.records import AnnotationDocument, Dyad, Party, Relation, Span
from signalbook.schema.documents.rule_functions import functions
from signalbook.schema.scheme.json_schema import SchemaValidator
from signalbook.schema.scheme.model import Constraint, Json, Scheme

from .builtin_rules import ALWAYS, CHECKS, RELEASE_ONLY, built_in
from .messages import Issue, finding_issue, violation_issue
from .scheme_rules import SchemaConstraint
from .violations import Place, SchemaViolation, explain_violation, unit_at

#: What documents are checked for. A release must also withhold texts that may not be given away; of
#: a prediction, annotators fill in what it lacks and judge the rest, so it need only be possible.
Purpose: TypeAlias = Literal["annotation", "prediction", "release"]
#: Built-in checks of what annotators could not correct; what is computed, they are not asked.
_OF_PREDICTIONS = ALWAYS.keys() - {"derived"}
#: Keywords of JSON Schema by which something is missing.
_MISSING = frozenset({"required", "dependentRequired", "minItems", "minProperties"})
#: Built-in checks of what a JSON Schema may forbid as well.
_AS_SCHEMA = frozenset({"columns", "references"})


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

    def __init__(
        self, scheme: Scheme, *, purpose: Purpose = "annotation", warns: bool = True
    ) -> None:
        """Compile what documents are checked by.

        Args:
            scheme: Scheme of the documents.
            purpose: What they are checked for.
            warns: Whether warnings are found as well, or errors alone, which is faster.

        Raises:
            SchemeError: constraints.py lacks a function that the scheme names.
        """
        self.scheme, self._purpose, self._warns = scheme, purpose, warns
        self._lookup = Lookup(scheme)
        self._validator = SchemaValidator(scheme.json_schema)
        self._functions = functions(scheme)
        self._schema_constraints = {
            c.id: SchemaConstraint(c, scheme) for c in scheme.constraints if c.each is not None
        }
        self._constraints = [
            constraint
            for constraint in (*scheme.constraints, *_unlisted(scheme))
            if self._applies(constraint)
        ]

    def _applies(self, constraint: Constraint) -> bool:
        if self._purpose == "prediction" and constraint.check not in _OF_PREDICTIONS:
            return False
        if constraint.severity == "warning" and not self._warns:
            return False
        return self._purpose == "release" or constraint.check not in RELEASE_ONLY

    def has_error(self, document: AnnotationDocument) -> bool:
        """Whether something keeps a document out of a release; looks no further than the first."""
        return self.errors(document, at_most=0) is None

    def errors(
        self,
        document: AnnotationDocument,
        *,
        at_most: int | None = None,
        suspected: Collection[str] = (),
    ) -> list[Issue] | None:
        """What keeps a document out of a release, in the order of `check`.

        Args:
            document: The document.
            at_most: If there are more errors than that, the search ends.
            suspected: Ids of rules that it is likely to break: with these, the search ends sooner.

        Returns:
            The errors; None if they are more than `at_most`.
        """
        annotation, data = self._prepared(document)
        # Without stages no violation of the schema is passed over, so that one need not be explained.
        explains = at_most != 0 or bool(self.scheme.earlier) or self._purpose == "prediction"
        if not explains and not self._validator.fits(data):
            return None
        violations = self._violations(annotation, data) if explains else []
        rules = [*enumerate(self._constraints)]
        rules.sort(key=lambda rule: rule[1].id not in suspected)
        found: list[tuple[int, Issue]] = []
        for place, issue in self._issues(annotation, data, rules, violations):
            if issue.severity == "error":
                if len(found) == at_most:
                    return None
                found.append((place, issue))
        return [issue for _, issue in sorted(found, key=lambda placed: placed[0])]

    def check(self, document: AnnotationDocument) -> Iterator[Issue]:
        """Findings of one document: violations of the schema first, then by constraint.

        In a document that violates the schema, the built-in checks still run, and constraints
        that are schemas on the units that fit. The scheme's functions see the document without
        the spans that do not, and speak only of spans and relations that do not depend on these.
        In a stage, annotators are told nothing of what earlier ones gave: they cannot change it.
        """
        annotation, data = self._prepared(document)
        violations = self._violations(annotation, data)
        for _, issue in self._issues(annotation, data, enumerate(self._constraints), violations):
            yield issue

    def _prepared(self, document: AnnotationDocument) -> tuple[Annotation, dict[str, Json]]:
        """The document as rules see it, and as JSON."""
        # `required` may name a label that is computed, and constraints may speak of it: they see it
        # whether the document holds it or not. What it holds stays, and is compared.
        document = completed(document, self.scheme)
        return Annotation(document, self._lookup), document.to_dict()

    def _issues(
        self,
        annotation: Annotation,
        data: Mapping[str, Json],
        rules: Iterable[tuple[int, Constraint]],
        violations: Sequence[SchemaViolation],
    ) -> Iterator[tuple[int, Issue]]:
        """Findings, each beside the number of its rule; violations of the schema have -1."""
        violated: set[str] = set()
        broken: set[int] = set()
        for violation in violations:
            issue = violation_issue(violation, annotation)
            violated.add(issue.path)
            unit = unit_at(violation.place, annotation)
            if unit is not None:
                broken.add(id(unit))
            if not self._is_given(unit, violation.place, annotation):
                yield -1, issue
        sound = self._without(broken, annotation) if violations else annotation
        for number, constraint in rules:
            for finding in self._findings(constraint, annotation, data, sound):
                if constraint.each and id(finding.unit) in broken:
                    continue
                place = () if finding.field is None else ("article_labels", finding.field)
                if self._is_given(finding.unit, place, annotation):
                    continue
                issue = finding_issue(constraint, finding, annotation)
                # A value that the JSON Schema forbids, or finds too large, is reported already.
                if constraint.check not in _AS_SCHEMA or not _lies_in(issue.path, violated):
                    yield number, issue

    def _is_given(self, unit: Unit | None, place: Place, annotation: Annotation) -> bool:
        """Whether an annotator's task came with what a finding is about.

        A party that a mention names was agreed on; another one was added in the stage.
        """
        earlier = self.scheme.earlier
        if self._purpose != "annotation" or not earlier or is_gold(annotation.document):
            return False
        match unit:
            case Span() | Relation():
                return unit.type in earlier
            case Party():
                return "party" in earlier and unit.id in _named_parties(annotation, earlier)
            case Dyad():
                return "dyad" in earlier
            case None:
                return place[:1] == ("article_labels",) and "article" in earlier

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
            if self._purpose != "prediction" or violation.keyword not in _MISSING
        }
        return list(by_sentence.values())

    def _findings(
        self,
        constraint: Constraint,
        annotation: Annotation,
        data: Mapping[str, Json],
        sound: Annotation | None,
    ) -> Iterator[Finding]:
        if constraint.check is not None:
            yield from CHECKS[constraint.check](annotation, constraint)
        if constraint.each is not None:
            yield from self._schema_constraints[constraint.id].findings(annotation, data)
        if constraint.function is not None and sound is not None:
            for finding in self._functions[constraint.function](sound):
                if sound is annotation or _is_independent(finding, sound, annotation):
                    yield finding

    def _without(self, broken: Container[int], annotation: Annotation) -> Annotation | None:
        """The document without broken spans; None if it does not fit the schema even so."""
        document = annotation.document
        spans = tuple(span for span in document.spans if id(span) not in broken)
        ids = {span.id for span in spans}
        relations = tuple(
            relation
            for relation in document.relations
            if id(relation) not in broken and {relation.from_, relation.to} <= ids
        )
        left = document.model_copy(update={"spans": spans, "relations": relations})
        return Annotation(left, self._lookup) if self._validator.accepts(left.to_dict()) else None


def _named_parties(annotation: Annotation, earlier: Container[str]) -> set[str]:
    """The ids of the parties that spans of earlier stages refer to."""
    fields = annotation.lookup.fields
    return {
        id
        for span in annotation.document.spans
        if span.type in earlier
        for name in span.attributes
        if (field := fields.get((span.type, name))) is not None and field.is_reference
        for id in many(span, name)
    }


def _lies_in(path: str, places: Iterable[str]) -> bool:
    return any(f"{path}/".startswith(f"{place}/") for place in places)


def _is_independent(finding: Finding, sound: Annotation, annotation: Annotation) -> bool:
    """Whether a finding would stand whatever the spans that were left out are like."""
    if not isinstance(finding.unit, Span):
        return isinstance(finding.unit, Relation)
    ends = (
        {relation.from_, relation.to}
        for relation in annotation.document.relations
        if finding.unit.id in (relation.from_, relation.to)
    )
    return all(pair <= sound.spans.keys() for pair in ends)


def _unlisted(scheme: Scheme) -> Iterator[Constraint]:
    """The built-in checks that the scheme leaves out but that always hold."""
    listed = {constraint.check for constraint in scheme.constraints}
    yield from (built_in(name) for name in ALWAYS if name not in listed)
    if "allowed_with" not in listed:
        return
    about = {c.of for c in scheme.constraints if c.check == "allowed_with"}
    values = {(f.name, v.id) for _, f in scheme.fields() for v in f.values if v.allowed_with}
    for of in sorted(values - about) if None not in about else ():
        message = ALWAYS["allowed_with"]
        yield Constraint("allowed_with", "error", message, "", check="allowed_with", of=of)
