"""Every rule that a finding of `validate` can be about: the scheme's, built-in ones, and others."""

from collections.abc import Iterator

from signalbook.schema.documents.remarks import KINDS
from signalbook.schema.errors import UsageError
from signalbook.schema.scheme.model import Constraint, Json, Scheme

from .builtin_rules import ALWAYS, built_in

TWICE = Constraint(
    "twice",
    "error",
    "Keep one of the documents that this annotator has of this article.",
    "An annotator has one document of an article, whatever the round.",
)
OTHER_TEXT = Constraint(
    "other-text",
    "error",
    "Annotate the text that the others have, or take this document out.",
    "All documents of an article are about the same text.",
)
OTHER_METADATA = Constraint(
    "other-metadata",
    "warning",
    "Give the documents of an article the same metadata; a release has them but once.",
    "All documents of an article say the same of it: title, dates, licence and the rest.",
)
ANNOTATOR_ID = Constraint(
    "annotator-id",
    "warning",
    "Write the id of an annotator alike in all documents; it is taken for one.",
    "The id of an annotator is spelled alike in all documents: case, blanks, composed letters.",
)


def _about_pulled(kind: str) -> Constraint:
    """What the last pull found out, as a rule: its words say what to do, its rule what is so."""
    _, many, way_out = KINDS[kind]
    return Constraint(kind, "warning", f"{_capitalised(way_out)}.", f"{_capitalised(many)}.")


def _capitalised(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}"


#: Kind of a remark on what was pulled -> its rule.
REMARKS = {kind: _about_pulled(kind) for kind in KINDS}


def rule_called(id: str, scheme: Scheme) -> Constraint:
    """The rule with this id, however it is spelled.

    Raises:
        UsageError: There is no such rule.
    """
    rules = {rule.id: rule for rule in _rules(scheme)}
    id = next((rule for rule in rules if rule.lower() == id.lower()), id)
    if id not in rules:
        raise UsageError(f"{scheme.name} has no rule {id}; there are {', '.join(rules)}")
    return rules[id]


def _rules(scheme: Scheme) -> Iterator[Constraint]:
    yield from scheme.constraints
    listed = {constraint.id for constraint in scheme.constraints}
    yield from (built_in(name) for name in ALWAYS if name not in listed)
    fits = f"The document does not fit the JSON Schema of {scheme.name}."
    yield Constraint("schema", "error", fits, rule="")
    yield from (TWICE, OTHER_TEXT, OTHER_METADATA, ANNOTATOR_ID, *REMARKS.values())


def rule_lines(rule: Constraint) -> Iterator[str]:
    """What a rule demands, in what words it is reported, and examples, for people."""
    yield f"{rule.id} ({rule.severity}): {rule.message}"
    if rule.rule:
        yield from ("", *rule.rule.split("\n"))
    if rule.examples:
        yield from ("", f"Yes: {rule.examples.positive}", f"No:  {rule.examples.negative}")


def rule_data(rule: Constraint) -> dict[str, Json]:
    """The same for programs."""
    return {
        "id": rule.id,
        "severity": rule.severity,
        "message": rule.message,
        "rule": rule.rule,
        "positive_example": rule.examples.positive if rule.examples else None,
        "negative_example": rule.examples.negative if rule.examples else None,
    }
