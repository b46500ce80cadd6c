"""Documents are checked against schema and constraints of two schemes."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from checkers import CHECKERS, SCHEMES, SECOND, example, messages
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from places import CASES
from pydantic import ValidationError

from signalbook.export.validation.checker import Checker, check, errors
from signalbook.schema.documents.annotation import value_words
from signalbook.schema.documents.jsonl import read_documents
from signalbook.schema.documents.records import AnnotationDocument
from signalbook.schema.errors import SchemeError
from signalbook.schema.scheme.loader import load_scheme
from signalbook.schema.scheme.model import Json, Scheme

#: A rule that a wider one implies: both are reported.
IMPLIED = {"C15": {"C35"}}

CONSTRAINTS = [(n, c.id) for n, checker in CHECKERS.items() for c in checker.scheme.constraints]
NAMES = list(SCHEMES)


@pytest.mark.parametrize(("scheme_name", "id"), CONSTRAINTS)
def test_a_constraint_is_silent_on_its_valid_documents(scheme_name: str, id: str) -> None:
    documents = read_documents([CASES / "valid" / scheme_name / f"{id}.jsonl"])
    assert documents
    assert [issue for d in documents for issue in CHECKERS[scheme_name].check(d)] == []


@pytest.mark.parametrize(("scheme_name", "id"), CONSTRAINTS)
def test_a_constraint_and_no_other_speaks_on_its_invalid_documents(
    scheme_name: str, id: str
) -> None:
    documents = read_documents([CASES / "invalid" / scheme_name / f"{id}.jsonl"])
    assert documents
    constraints = {c.id: c for c in CHECKERS[scheme_name].scheme.constraints}
    for document in documents:
        issues = list(CHECKERS[scheme_name].check(document))
        assert {issue.id for issue in issues} == {id} | IMPLIED.get(id, set())
        of_id = [issue for issue in issues if issue.id == id]
        assert {issue.severity for issue in of_id} == {constraints[id].severity}
        assert {issue.message for issue in of_id} == {constraints[id].message}
        assert all(issue.fact for issue in of_id)


@pytest.mark.parametrize("kind", ["valid", "invalid"])
@pytest.mark.parametrize("scheme_name", NAMES)
def test_whether_there_is_an_error_is_what_the_whole_check_finds(
    scheme_name: str, kind: str
) -> None:
    whole = Checker(CHECKERS[scheme_name].scheme)
    quick = Checker(whole.scheme, warns=False)
    documents = read_documents([CASES / kind / scheme_name])
    unfit = [
        d.model_copy(update={"spans": (d.spans[0].model_copy(update={"type": "odd"}),)})
        for d in documents[:2]
        if d.spans
    ]
    for document in (*documents, *unfit):
        assert quick.has_error(document) == bool(errors(whole.check(document)))


@pytest.mark.parametrize("scheme_name", NAMES)
def test_errors_are_those_of_the_whole_check_in_its_order_or_too_many(scheme_name: str) -> None:
    whole = Checker(CHECKERS[scheme_name].scheme)
    quick = Checker(whole.scheme, warns=False)
    counts = set[int]()
    for document in map(with_odd_ends, read_documents([CASES / "invalid" / scheme_name])):
        found = errors(whole.check(document))
        counts.add(len(found))
        last = {issue.id for issue in found[-1:]}
        for suspected in (set[str](), last):
            assert quick.errors(document, suspected=suspected) == found
            for at_most in range(len(found) + 1):
                expected = found if len(found) <= at_most else None
                assert quick.errors(document, at_most=at_most, suspected=suspected) == expected
    assert max(counts) > 2


def with_odd_ends(document: AnnotationDocument) -> AnnotationDocument:
    """A copy that breaks several rules: spans end late, and the first party is there twice."""
    spans = tuple(span.model_copy(update={"end": span.end + 1}) for span in document.spans)
    parties = (*document.parties, *document.parties[:1])
    return document.model_copy(update={"spans": spans, "parties": parties})


def test_every_case_file_is_about_a_rule() -> None:
    rules = {(name, id) for name, id in CONSTRAINTS} | {("adverse_events", "withheld")}
    cases = {(p.parent.name, p.stem) for k in ("valid", "invalid") for p in CASES.glob(f"{k}/*/*")}
    assert cases == rules


@pytest.mark.parametrize("name", NAMES)
def test_the_example_of_a_scheme_is_fine(name: str) -> None:
    assert messages(name, example(name)) == []


def test_a_built_in_check_that_a_scheme_does_not_list_runs_under_its_own_name() -> None:
    [document] = read_documents([CASES / "invalid/adverse_events/withheld.jsonl"])
    issues = list(CHECKERS["adverse_events"].check(document))
    assert {issue.id for issue in issues} == {"withheld"}
    assert list(check([document], load_scheme(SECOND))) == []


def test_a_finding_points_at_the_unit_the_place_in_the_text_and_the_field() -> None:
    [document] = read_documents([CASES / "invalid/adverse_events/A04.jsonl"])
    [issue] = CHECKERS["adverse_events"].check(document)
    assert issue.to_dict() == {
        "id": "A04",
        "severity": "error",
        "message": "A fatal reaction has no recovery.",
        "article_id": "A04-invalid-1",
        "annotator_id": "case",
        "unit": "s2",
        "start": 19,
        "end": 23,
        "quote": "rash",
        "number": 2,
        "fact": ("Reaction “rash”: “Outcome” cannot be “Recovered”, because “Severity” is “Fatal”"),
        "path": "/spans/1",
    }


def facts_of_words(recorded: str, words: str) -> list[str]:
    """What is said of a span that covers these words of a text and records others."""
    raw = example("adverse_events")
    text = f"{words} {raw['article']['text']}"
    raw["article"] |= {"text": text, "text_length": len(text)}
    raw |= {"spans": [raw["spans"][0] | {"start": 0, "end": len(words), "text": recorded}]}
    checked = CHECKERS["adverse_events"].check(AnnotationDocument.model_validate(raw))
    return [issue.fact for issue in checked if "records" in issue.fact]


def test_words_that_are_not_those_of_the_text_are_shown_beside_these() -> None:
    [fact] = facts_of_words("aspirin", "ibuprofen")
    assert fact.endswith(": the span records “aspirin”, but the text there is “ibuprofen”")


def test_words_that_differ_late_are_shown_from_where_they_differ() -> None:
    [fact] = facts_of_words("a" * 60 + "b", "a" * 60 + "c")
    assert fact.endswith(": from character 61 on, the span records “b”, but the text there is “c”")


def test_overlaps_of_many_spans_are_one_finding_that_names_the_first() -> None:
    (document, *_) = read_documents([CASES / "valid" / "diplomatic_signal" / "C04.jsonl"])
    signal = next(span for span in document.spans if span.type == "signal")
    alike = [signal.model_copy(update={"id": f"s{number}"}) for number in range(100)]
    many_spans = document.model_copy(update={"spans": tuple(alike), "relations": ()})
    (issue,) = [i for i in CHECKERS["diplomatic_signal"].check(many_spans) if i.id == "C04"]
    assert issue.fact.count("Signal") == 4
    assert issue.fact.endswith(" and 96 more")


def test_a_document_that_does_not_fit_still_gets_the_built_in_checks() -> None:
    data = example("diplomatic_signal")
    del data["spans"][1]["attributes"]["valence"]
    data["spans"][3]["start"] = 9_998
    data["spans"][3]["end"] = 9_999
    ids = {i.id for i in CHECKERS["diplomatic_signal"].check(AnnotationDocument(**data))}
    assert ids == {"schema", "C02"}


def test_what_does_not_fit_in_one_span_hides_nothing_that_is_wrong_in_others() -> None:
    """Every finding beside a broken span is one that stands when the span is repaired."""
    n_findings = 0
    for name, checker in CHECKERS.items():
        functions = {c.id for c in checker.scheme.constraints if c.function}
        for document in read_documents([CASES / "invalid" / name]):
            repaired = {(i.id, i.path) for i in checker.check(document)}
            for number in range(len(document.spans)):
                data = document.to_dict()
                data["spans"][number]["attributes"]["no_such_field"] = "x"
                issues = checker.check(AnnotationDocument.model_validate(data))
                beside = {(i.id, i.path) for i in issues if i.id in functions}
                assert beside <= repaired
                n_findings += len(beside)
    assert n_findings > 0


@pytest.mark.parametrize("name", NAMES)
def test_a_span_past_the_end_of_the_text_is_told_once(name: str) -> None:
    for number in range(len(example(name)["spans"])):
        data = example(name)
        data["spans"][number]["end"] = 9_999
        document = AnnotationDocument.model_validate(data)
        [issue] = CHECKERS[name].check(document)
        assert "does not lie in a text of" in issue.fact


def test_what_a_value_lacks_beside_it_is_said_to_be_not_given() -> None:
    data = example("diplomatic_signal")
    signal = next(s for s in data["spans"] if s["attributes"].get("cost") == "reputational")
    del signal["attributes"]["channel"]
    issues = CHECKERS["diplomatic_signal"].check(AnnotationDocument.model_validate(data))
    facts = [issue.fact for issue in issues]
    [fact] = [fact for fact in facts if "“Cost”" in fact]
    assert "“Cost” is “Reputation”, but “Channel” is not given; choose “Statement” or " in fact
    assert fact.endswith(" there, or another “Cost”")
    assert not any("None" in fact for fact in facts)


def test_a_relation_to_a_span_of_another_type_names_the_types() -> None:
    data = example("adverse_events")
    relation = data["relations"][0]
    relation["from"], relation["to"] = relation["to"], relation["from"]
    issues = CHECKERS["adverse_events"].check(AnnotationDocument.model_validate(data))
    facts = " ".join(issue.fact for issue in issues)
    assert (
        "from is of type Drug, not Reaction" in facts
        or "from is of type Reaction, not Drug" in facts
    )


@pytest.mark.parametrize(
    ("value", "words"), [(True, "true"), (("a", "b"), "a, b"), ((), "empty"), (3, "3"), ("a", "a")]
)
def test_a_value_in_a_fact_is_spelt_as_in_the_scheme(value: object, words: str) -> None:
    assert value_words(value) == words


def test_a_function_that_constraints_py_lacks_is_refused(tmp_path: Path) -> None:
    source = next(SECOND.glob("*.schema.json"))
    (tmp_path / source.name).write_bytes(source.read_bytes())
    (tmp_path / "constraints.py").write_text('"""Empty."""\n', encoding="utf-8")
    with pytest.raises(SchemeError, match="has no function a05"):
        Checker(load_scheme(tmp_path))


def test_a_constraint_may_be_stated_by_a_check_and_a_function_together() -> None:
    stated = {c.id: c for c in CHECKERS["diplomatic_signal"].scheme.constraints}["C30"]
    assert stated.check == "codelist"
    assert stated.function == "c30"


def test_the_release_profile_alone_looks_at_withheld_texts(scheme: Scheme) -> None:
    data = example(scheme.name)
    data["article"]["redistributable"] = False
    document = AnnotationDocument.model_validate(data)
    assert list(Checker(scheme).check(document)) == []
    (issue,) = Checker(scheme, purpose="release").check(document)
    assert issue.severity == "error"
    assert "release build leaves them out" in issue.fact


JSON_VALUES = st.one_of(
    st.sampled_from(["", "P1", "P99", "not_named", "XJT", "XIO", "s_frz", "actual", "hedging"]),
    st.text(max_size=3),
    st.booleans(),
    st.integers(-3, 700),
    st.lists(st.sampled_from(["P1", "P2", "P99", "nobody", "oral"]), max_size=3),
    st.none(),
)


def places(node: Json, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to every value inside a JSON value."""
    parts: Iterable[tuple[str | int, Json]] = ()
    if isinstance(node, dict):
        parts = node.items()
    if isinstance(node, list):
        parts = enumerate(node)
    return [p for key, part in parts for p in ((*path, key), *places(part, (*path, key)))]


def mutated(data: dict[str, Any], draw: st.DataObject) -> dict[str, Any]:
    """The document with some of its values replaced, dropped or doubled."""
    for _ in range(draw.draw(st.integers(1, 4))):
        *way, last = draw.draw(st.sampled_from(places(data)))
        holder: dict[str, Any] | list[Any] = data
        for key in way:
            holder = holder[key]
        action = draw.draw(st.sampled_from(["replace", "drop", "double"]))
        if action == "replace":
            holder[last] = draw.draw(JSON_VALUES)
        elif action == "double" and isinstance(holder, list):
            holder.append(holder[last])
        else:
            del holder[last]
    return data


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_document_makes_a_check_fail(name: str, data: st.DataObject) -> None:
    try:
        document = AnnotationDocument.model_validate(mutated(example(name), data))
    except ValidationError:
        return
    for issue in CHECKERS[name].check(document):
        assert issue.message
        assert issue.to_dict()


RULE = """from signalbook.schema.rules import Finding

def a05(annotation):
    {body}
"""
BROKEN_RULES = [
    ("return None", "the rule a05 fails on article {id}: it gives nothing; yield a Finding"),
    ("yield 'no'", "the rule a05 fails on article {id}: it yields a str; yield a Finding"),
    ("yield {}['x']", ":4: the rule a05 fails on article {id}: KeyError: 'x'"),
]


@pytest.mark.parametrize(("body", "fact"), BROKEN_RULES)
def test_what_the_author_of_a_rule_got_wrong_is_said_with_its_place(
    tmp_path: Path, body: str, fact: str
) -> None:
    scheme = CHECKERS["adverse_events"].scheme
    path = tmp_path / scheme.path.name
    path.write_text(json.dumps(scheme.json_schema), encoding="utf-8")
    (tmp_path / "constraints.py").write_text(RULE.format(body=body), encoding="utf-8")
    checker = Checker(load_scheme(path))
    document = AnnotationDocument.model_validate(example("adverse_events"))
    with pytest.raises(SchemeError) as refused:
        list(checker.check(document))
    assert fact.format(id=document.article.id) in str(refused.value)
