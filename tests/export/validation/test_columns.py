"""What a release has no column for is a finding, before anything is released."""

import json
from pathlib import Path
from typing import Any

import pytest
from checkers import CHECKERS, example

from signalbook.export.validation.checker import Checker
from signalbook.export.validation.messages import Issue
from signalbook.schema.documents.records import AnnotationDocument
from signalbook.schema.scheme.loader import load_scheme


def issues(raw: dict[str, Any], checker: Checker) -> list[Issue]:
    return [*checker.check(AnnotationDocument.model_validate(raw))]


@pytest.fixture
def claims(tmp_path: Path) -> Checker:
    """A scheme that leaves other attributes and labels open, and counts in a small column."""
    attributes = {"n": {"type": "integer", "x-arrow": "int8"}}
    span = {"properties": {"type": {"const": "claim"}, "attributes": {"properties": attributes}}}
    scheme = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "x-scheme": {"name": "claims", "version": "1.0.0"},
        "title": "Claims",
        "properties": {"spans": {"items": {"oneOf": [span]}}},
    }
    path = tmp_path / "claims.schema.json"
    path.write_text(json.dumps(scheme), encoding="utf-8")
    return Checker(load_scheme(path))


def claim_with(attributes: dict[str, Any], **sections: Any) -> dict[str, Any]:
    raw = example("adverse_events")
    span = raw["spans"][0] | {"type": "claim", "attributes": attributes}
    names = {"scheme": "claims", "schema_version": "1.0.0"}
    return {"article": raw["article"], "annotator": raw["annotator"], "spans": [span]} | (
        names | sections
    )


def test_an_attribute_that_the_scheme_has_not_is_named_with_place_and_remedy(
    claims: Checker,
) -> None:
    [issue] = issues(claim_with({"n": 3, "zzz": "typo"}), claims)
    assert issue.id == "columns"
    assert issue.path == "/spans/0/attributes/zzz"
    assert issue.fact.endswith(": claim has no field “zzz” in the scheme")
    assert "take it out, or add it to the scheme" in issue.message


def test_a_label_and_a_section_that_the_scheme_has_not_are_named(claims: Checker) -> None:
    relation = {"id": "r1", "type": "supports", "from": "s1", "to": "s1"}
    raw = claim_with({}, article_labels={"topic": "war", "defaulted": []}, relations=[relation])
    found = {issue.path: issue.fact for issue in issues(raw, claims) if issue.id == "columns"}
    assert found["/article_labels/topic"] == "article has no field “topic” in the scheme"
    assert found["/relations/0"].endswith(": the scheme has nothing like a relation")
    assert len(found) == 2


def test_a_number_too_large_for_its_column_is_named(claims: Checker) -> None:
    assert issues(claim_with({"n": 127}), claims) == []
    [issue] = issues(claim_with({"n": 300}), claims)
    assert issue.fact.endswith("300 does not fit a column of type int8, which holds -128 to 127")


@pytest.mark.parametrize("section", ["attributes", "article_labels"])
def test_what_the_json_schema_forbids_is_reported_once(section: str) -> None:
    raw = example("diplomatic_signal")
    signal = next(span for span in raw["spans"] if span["type"] == "signal")
    (signal["attributes"] if section == "attributes" else raw["article_labels"])["zzz"] = "typo"
    found = issues(raw, CHECKERS["diplomatic_signal"])
    assert [issue.id for issue in found if issue.path.endswith("/zzz")] == ["schema"]
