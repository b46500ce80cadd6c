'''The public interface for a scheme's own rules: all that its `constraints.py` imports.

A scheme states most rules in its JSON Schema. A rule that no schema can state is a Python function in
the file `constraints.py` beside the scheme file, and an entry of `x-constraints` names it:

    {"id": "A05", "severity": "warning", "function": "a05",
     "message": "The report is called serious, but nothing is caused.",
     "rule": "A serious report suspects a medicine."}

The function takes one annotated article and yields a `Finding` wherever the rule does not hold:

    from collections.abc import Iterator

    from signalbook.schema.rules import Annotation, Finding, flag

    def a05(annotation: Annotation) -> Iterator[Finding]:
        """A serious report suspects a medicine."""
        serious = flag(annotation.document.article_labels, "serious")
        if serious and not any(annotation.links("causes")):
            yield Finding("serious, but nothing is caused", field="serious")

What a function may count on:

- It runs only on documents that fit the scheme's JSON Schema, one document at a time.
- `annotation.document` is the document as it stands in its file: `article`, `parties`, `spans`,
  `relations`, `dyads` and `article_labels`. `Annotation` finds things in it by type and id.
- `one`, `many` and `flag` read the value of a field from a span, a party, a dyad or
  `article_labels`: one text, several, or yes or no; a missing value is the empty string, the empty
  tuple or False. A number is read with `values_of(span).get("pain")`, which gives None for a missing
  one; `one` refuses it.
- `annotation.rank(span, "pain")` is the rank of a value that the scheme lists with `x-rank`, and of a
  whole number on a short scale the number itself; None for any other.
- `annotation.states(span, "severity")` says a value in the words of the labelling page, for the fact of
  a finding: “Severity” is “severe”; `annotation.word(span, "severity")` is the word alone.
- A span type, a relation type or a field that the scheme does not have is an error, which the check
  reports with file and line: a misspelt name never finds nothing in silence.
- `Annotation.text` is None in documents whose text is withheld.

Lists that rules refer to are declared, so that the codebook prints the very list that is checked:

    from signalbook.schema.rules import Scheme, ValueList, value_table

    NEEDS_A_DATE = ValueList(
        "Reactions that need a date", "reaction.severity", ("severe", "fatal"), rules=("A06",)
    )

    @value_table("Routes that can be fatal", "drug.route", rules=("A07",))
    def dangerous_routes(scheme: Scheme) -> tuple[str, ...]:
        """The routes whose x-data says so."""
        routes = scheme.field("drug", "route").values
        return tuple(route.id for route in routes if route.data.get("dangerous") is True)

A rule says `one(span, "severity") in NEEDS_A_DATE`, and `route in dangerous_routes(annotation.scheme)`.

What a function must hold to: it changes nothing, reads no file and no clock, and yields in the same
order every time, because the same document must always get the same findings.

Published releases carry the `constraints.py` that they were checked with. The names in `__all__`
therefore stay, with these meanings, for as long as a release exists that imports them. Nothing else
in Signalbook is meant for schemes, and `signalbook scheme check` refuses a `constraints.py` that
imports another of its modules.
'''

from signalbook.schema.documents.annotation import (
    Annotation,
    Finding,
    flag,
    folded,
    many,
    one,
    quoted,
    remembered,
    values_of,
)
from signalbook.schema.documents.records import (
    AnnotationDocument,
    Article,
    Dyad,
    Party,
    Relation,
    Span,
    Value,
)
from signalbook.schema.scheme.codelists import codes
from signalbook.schema.scheme.model import Json, Scheme
from signalbook.schema.scheme.rule_lists import ValueList, ValueTable, value_table

__all__ = [
    "Annotation",
    "AnnotationDocument",
    "Article",
    "Dyad",
    "Finding",
    "Json",
    "Party",
    "Relation",
    "Scheme",
    "Span",
    "Value",
    "ValueList",
    "ValueTable",
    "codes",
    "flag",
    "folded",
    "many",
    "one",
    "quoted",
    "remembered",
    "value_table",
    "values_of",
]
