"""What is wrong in a document is said in sentences that an annotator understands."""

import hashlib
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from checkers import CHECKERS, SCHEMES, example, messages
from places import CASES

from signalbook.export.validation.checker import Checker
from signalbook.export.validation.messages import Issue
from signalbook.export.validation.violations import explain_violation
from signalbook.schema.documents.annotation import Annotation, Lookup
from signalbook.schema.documents.jsonl import read_documents
from signalbook.schema.documents.records import AnnotationDocument
from signalbook.schema.scheme.json_schema import SchemaValidator
from signalbook.schema.scheme.loader import load_scheme
from signalbook.schema.scheme.model import Json

LONG = "a rash on both arms\n\n  and, as he said later, a headache"
SHORT = "a rash on both arms and, as he said lat…"


def test_a_missing_attribute_is_explained_for_the_type_of_the_span() -> None:
    data = example("adverse_events")
    del data["spans"][1]["attributes"]["outcome"]
    assert messages("adverse_events", data) == [
        "Reaction “a rash on both arms” (1 of 2): “Outcome” is missing."
    ]


@pytest.mark.parametrize("name", SCHEMES)
def test_what_annotators_are_told_is_in_the_words_of_the_page(name: str) -> None:
    scheme = CHECKERS[name].scheme
    ids = {field.name for _, field in scheme.fields()}
    ids |= {value.id for _, field in scheme.fields() for value in field.values}
    key = re.compile(rf"\b({'|'.join(id for id in ids if '_' in id)})\b")
    documents = read_documents([CASES / "invalid" / name])
    told = [f"{i.message} {i.fact}" for d in documents for i in CHECKERS[name].check(d)]
    assert len(told) >= len(documents)
    assert [sentence for sentence in told if key.search(sentence)] == []


def test_what_two_branches_of_a_schema_want_is_told_once() -> None:
    data = example("diplomatic_signal")
    span = next(span for span in data["spans"] if span["type"] == "signal")
    del span["attributes"]["sender"]
    sentences = messages("diplomatic_signal", data)
    assert len([message for message in sentences if message.endswith("“From” is missing.")]) == 1


def test_a_wrong_value_is_explained_with_the_values_to_choose_from() -> None:
    data = example("adverse_events")
    data["spans"][1]["attributes"]["severity"] = "awful"
    data["spans"][0]["attributes"]["route"] = ["oral", "oral"]
    data["spans"][2]["attributes"]["colour"] = "white"
    data["article_labels"]["serious"] = "yes"
    assert messages("adverse_events", data) == [
        'Article labels: “Serious” must be true or false, not "yes".',
        'Drug “two tablets of Ferrazol” (1 of 2): “Route” lists something twice: ["oral", "oral"].',
        (
            'Reaction “a rash on both arms” (1 of 2): “Severity” cannot be "awful"; '
            "choose one of mild, moderate, severe, fatal."
        ),
        "Drug “Calmex cream” (2 of 2): “colour” is not part of the scheme.",
    ]


def test_every_value_to_choose_from_is_named_however_many_there_are() -> None:
    data = example("diplomatic_signal")
    span = next(span for span in data["spans"] if span["type"] == "signal")
    span["attributes"]["signal_type"] = "threatening"
    [field] = [
        field
        for unit, field in CHECKERS["diplomatic_signal"].scheme.fields()
        if (unit, field.name) == ("signal", "signal_type")
    ]
    assert len(field.values) == 16
    [message] = messages("diplomatic_signal", data)
    assert message.endswith(f"; choose one of {', '.join(field.value_ids)}.")


def test_a_section_that_is_missing_is_named_as_one_thing() -> None:
    data = example("diplomatic_signal")
    del data["parties"]
    assert "“Parties” is missing." in messages("diplomatic_signal", data)


def test_how_a_value_is_written_is_said_in_the_words_of_the_scheme() -> None:
    data = example("diplomatic_signal")
    span = next(span for span in data["spans"] if span["type"] == "signal")
    span["attributes"]["date"] = "last May"
    [message] = messages("diplomatic_signal", data)
    assert message.endswith(
        '“Date” is not written as it should be: "last May"; '
        "write YYYY, YYYY-MM or YYYY-MM-DD, only if the article fixes it."
    )


def test_how_a_format_is_written_is_said_where_the_scheme_has_no_words_for_it() -> None:
    data = example("diplomatic_signal")
    data["article"]["url"] = "not a link"
    [message] = messages("diplomatic_signal", data)
    notation = "a web address like https://example.org/page, without a password"
    assert message.endswith(f'"not a link"; write {notation}.')


def test_a_span_of_no_known_type_is_explained() -> None:
    data = example("adverse_events")
    data["spans"][3]["type"] = "mood"
    assert messages("adverse_events", data) == [
        "Span “the rash” has no type of this scheme; choose one of drug, reaction."
    ]


def test_a_party_that_is_no_party_is_explained() -> None:
    data = example("diplomatic_signal")
    data["spans"][1]["attributes"]["sender"] = "somebody"
    data["spans"][1]["attributes"]["receivers"] = []
    assert messages("diplomatic_signal", data) == [
        (
            'Signal “sent Belmora warm wishes” (1 of 12): “From” cannot be "somebody"; '
            "choose a party or not_named."
        ),
        "Signal “sent Belmora warm wishes” (1 of 12): “To” takes at least 1, not 0.",
    ]


def test_a_party_that_no_words_name_says_what_refers_to_it() -> None:
    data = example("diplomatic_signal")
    span = next(span for span in data["spans"] if span["type"] == "signal")
    span["attributes"]["receivers"] = ["P19"]
    data["parties"].append({"id": "P19"})
    found = [m for m in messages("diplomatic_signal", data) if "P19" in m]
    words = "Party P19, chosen as “To” of Signal “sent Belmora warm wishes”: “Country” is missing."
    assert words in found


def long_reaction(**attributes: str) -> dict[str, Any]:
    """A document whose second span runs over a line break."""
    data = example("adverse_events")
    text = f"Ferrazol gave me {LONG}."
    data["article"] |= {
        "text": text,
        "text_sha256": hashlib.sha256(text.encode()).hexdigest(),
        "text_length": len(text),
    }
    data["article_labels"]["serious"] = False
    start = text.index(LONG)
    drug = data["spans"][0] | {"start": 0, "end": 8, "text": "Ferrazol"}
    reaction = {"id": "s2", "type": "reaction", "start": start, "end": start + len(LONG)}
    data["spans"] = [reaction | {"text": LONG, "attributes": attributes}, drug]
    data["relations"] = []
    return data


def issues(data: dict[str, Any]) -> list[Issue]:
    return list(CHECKERS["adverse_events"].check(AnnotationDocument.model_validate(data)))


def test_a_broken_rule_quotes_the_first_words_of_its_span_in_one_line_and_counts_it() -> None:
    [issue] = issues(long_reaction(severity="fatal", outcome="recovered"))
    assert issue.fact == (
        f"Reaction “{SHORT}”: “Outcome” cannot be “Recovered”, because “Severity” is “Fatal”"
    )
    assert (issue.quote, issue.number) == (SHORT, 2)
    assert len(SHORT) == 40


def test_a_missing_value_quotes_the_first_words_of_its_span_too() -> None:
    [issue] = issues(long_reaction(severity="mild"))
    assert issue.message == f"Reaction “{SHORT}”: “Outcome” is missing."
    assert (issue.quote, issue.number) == (SHORT, 2)


FATAL = {"properties": {"severity": {"const": "fatal"}}, "required": ["severity"]}
BECAUSE = "because “Severity” is “Fatal”"
#: What holds on the condition, and what is said where it does not; the first word is the field's.
BRANCHES: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    ({"required": ["note"]}, {}, f"“Note” is missing; it must be given, {BECAUSE}."),
    (
        {"properties": {"outcome": {"const": "unknown"}}},
        {"outcome": "recovered"},
        f"“Outcome” cannot be “Recovered”, {BECAUSE}; choose “Not told”.",
    ),
    (
        {"properties": {"outcome": {"enum": ["unknown", "ongoing"]}}},
        {"outcome": "recovered"},
        f"“Outcome” cannot be “Recovered”, {BECAUSE}; choose one of “Not told”, “Ongoing”.",
    ),
    (
        {"properties": {"outcome": {"not": {"const": "recovered"}}}},
        {"outcome": "recovered"},
        f"“Outcome” cannot be “Recovered”, {BECAUSE}.",
    ),
    (
        {"not": {"required": ["note"]}},
        {"note": "odd"},
        f"“Note” must be left out, {BECAUSE}.",
    ),
    ({"properties": {"note": False}}, {"note": "odd"}, f"“Note” must be left out, {BECAUSE}."),
]


@pytest.mark.parametrize("keyword", ["then", "else"])
@pytest.mark.parametrize(("branch", "values", "sentence"), BRANCHES)
def test_what_holds_on_a_condition_is_said_with_the_condition(
    keyword: str, branch: dict[str, Any], values: dict[str, str], sentence: str, tmp_path: Path
) -> None:
    scheme = CHECKERS["adverse_events"].scheme
    json_schema = json.loads(json.dumps(scheme.json_schema))
    condition = FATAL if keyword == "then" else {"not": FATAL}
    section = json_schema["$defs"]["reaction_span"]["properties"]["attributes"]
    section["properties"]["note"] = {"type": "string", "title": "Note"}
    section |= {"if": condition, keyword: branch}
    each = {"properties": {"attributes": {"if": condition, keyword: branch}}}
    rule = {"id": "A90", "severity": "warning", "message": "Odd.", "rule": "Odd."}
    json_schema["x-constraints"] = [rule | {"each": "reaction", "schema": each}]
    path = tmp_path / "mine.schema.json"
    document = AnnotationDocument.model_validate(
        long_reaction(severity="fatal", **{"outcome": "unknown", **values})
    )
    owner = f"Reaction “{SHORT}”: "
    path.write_text(json.dumps(json_schema), encoding="utf-8")
    [issue] = [i for i in Checker(load_scheme(path)).check(document) if i.id == "schema"]
    assert issue.message == owner + sentence
    for word in ("if", keyword):
        del section[word]
    path.write_text(json.dumps(json_schema), encoding="utf-8")
    [issue] = [i for i in Checker(load_scheme(path)).check(document) if i.id == "A90"]
    assert f"{issue.fact}." == owner + sentence


def test_what_may_not_be_so_together_is_said_with_both_values() -> None:
    scheme = CHECKERS["adverse_events"].scheme
    together = {"properties": {"severity": {"const": "fatal"}, "outcome": {"const": "unknown"}}}
    both: dict[str, Any] = {"properties": {"attributes": {"not": together}}}
    rule = replace(scheme.constraints[0], id="A90", check=None, each="reaction", schema=both)
    document = AnnotationDocument.model_validate(long_reaction(severity="fatal", outcome="unknown"))
    checker = Checker(replace(scheme, constraints=(rule,)))
    [issue] = [i for i in checker.check(document) if i.id == "A90"]
    assert issue.fact.endswith("cannot be so: “Severity” is “Fatal” and “Outcome” is “Not told”")


def test_a_relation_quotes_the_span_that_it_starts_from() -> None:
    data = example("adverse_events")
    relation = data["relations"][0]
    start = next(span for span in data["spans"] if span["id"] == relation["from"])
    relation["to"] = relation["from"]
    issue = next(i for i in issues(data) if i.unit == relation["id"])
    assert (issue.quote, issue.start, issue.end) == (start["text"], start["start"], start["end"])


def test_words_that_are_withheld_are_not_quoted() -> None:
    data = long_reaction(severity="mild")
    data["article"]["redistributable"] = False
    for holder in (data["article"], *data["spans"]):
        del holder["text"]
    issue = issues(data)[0]
    assert issue.message == "Reaction s2: “Outcome” is missing."
    assert (issue.quote, issue.number) == (None, 2)


def test_what_is_about_no_span_quotes_nothing() -> None:
    data = example("adverse_events")
    data["article_labels"]["serious"] = "yes"
    [issue] = issues(data)
    assert (issue.quote, issue.number) == (None, None)


@pytest.mark.parametrize(
    ("text", "fact"), [("abc", "is shorter than 20 characters"), ("", "is empty")]
)
def test_a_text_that_is_too_short_is_not_called_empty(text: str, fact: str) -> None:
    schema: dict[str, Json] = {"type": "string", "minLength": 20}
    [error] = SchemaValidator(schema).errors(text)
    annotation = Annotation(
        AnnotationDocument.model_validate(example("adverse_events")),
        Lookup(CHECKERS["adverse_events"].scheme),
    )
    assert [v.clause for v in explain_violation(error, annotation)] == [fact]
