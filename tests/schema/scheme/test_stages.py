"""A scheme that is split into stages is whole: what does not fit is named with its place."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from signalbook.annotate.conversion.beginning import beginning_data, beginnings
from signalbook.schema.documents.records import AnnotationDocument
from signalbook.schema.errors import SchemeError
from signalbook.schema.scheme.json_schema import SchemaValidator
from signalbook.schema.scheme.loader import find_scheme, load_scheme, parse_scheme
from signalbook.schema.scheme.model import Scheme
from signalbook.schema.scheme.stages import asks_pairs, asks_parties, at_stage, on_page

BUILT_IN = find_scheme("diplomatic_signal")
Edit = Callable[[dict[str, Any]], None]


def problems(edit: Edit) -> str:
    """What is wrong with the built-in scheme after a change."""
    json_schema = json.loads(BUILT_IN.read_text(encoding="utf-8"))
    edit(json_schema)
    with pytest.raises(SchemeError) as caught:
        parse_scheme(json.dumps(json_schema), BUILT_IN)
    return str(caught.value)


def edits(*keys: str | int, to: object) -> Edit:
    def edit(json_schema: dict[str, Any]) -> None:
        *way, last = keys
        node: Any = json_schema
        for key in way:
            node = node[key]
        if to is None:
            del node[last]
        else:
            node[last] = to

    return edit


@pytest.mark.parametrize(
    ("edit", "fact"),
    [
        (
            edits("$defs", "signal_span", "x-stage", to="signal"),
            "#/$defs/signal_span: signal has x-stage signal; write one of parties, signals, dyads",
        ),
        (
            edits("$defs", "dyad", "x-stage", to=None),
            "#/properties/dyads: dyad has no x-stage; write one of parties, signals, dyads",
        ),
        (
            edits("x-stages", to=[{"name": n} for n in ("parties", "signals", "dyads", "rest")]),
            "#/x-stages/3: nothing has x-stage rest; leave the stage out",
        ),
        (
            edits("x-stages", to=[{"name": n} for n in ("signals", "parties", "dyads")]),
            "sender of signal refers to parties, which come in a later stage",
        ),
        (
            edits("$defs", "assessment_span", "x-stage", to="parties"),
            "based_on links spans of the stages parties, signals; a page shows spans of one alone",
        ),
        (
            edits("x-constraints", 0, "stage", to="dyad"),
            "#/x-constraints/0/stage: C01 is of a stage 'dyad', which there is not; write one of",
        ),
        (
            edits("$defs", "dyad", "x-pairs", to="no_such_pairs"),
            "#/properties/dyads: constraints.py beside the scheme has no function no_such_pairs",
        ),
        (
            edits("$defs", "sender", "x-stage", to="signals"),
            "#/$defs/sender/x-stage: x-stage has no effect here; it stands on a span type or a",
        ),
    ],
)
def test_what_does_not_fit_is_named(edit: Edit, fact: str) -> None:
    assert fact in problems(edit)


def court() -> dict[str, Any]:
    """A scheme unlike the built-in one: judges cite judges, in two stages and one of pairs."""
    names = {"type": "array", "x-kind": "party-reference", "items": {"type": "string"}}
    reference = {"type": "string", "x-kind": "party-reference"}
    side = {"type": "string", "x-kind": "side-reference"}
    ids = {"type": "string", "pattern": "^[a-z][0-9A-Za-z_-]{0,31}$", "x-kind": "meta"}

    def span(name: str, stage: str, attributes: dict[str, Any]) -> dict[str, Any]:
        return {
            "title": name.capitalize(),
            "x-stage": stage,
            "properties": {
                "id": ids,
                "type": {"const": name},
                "attributes": {
                    "type": "object",
                    "required": [*attributes],
                    "properties": attributes,
                },
            },
        }

    return {
        "title": "Who cites whom",
        "x-scheme": {"name": "citations", "version": "1.0.0"},
        "x-stages": [{"name": "people"}, {"name": "citing"}, {"name": "bonds"}],
        "type": "object",
        "properties": {
            "parties": {
                "type": "array",
                "maxItems": 9,
                "items": {
                    "type": "object",
                    "x-label": "Judge",
                    "x-id-prefix": "J",
                    "x-stage": "people",
                    "required": ["id", "court"],
                    "properties": {
                        "id": {"type": "string", "x-kind": "meta"},
                        "court": {"type": "string", "enum": ["high", "low"]},
                    },
                },
            },
            "spans": {
                "type": "array",
                "items": {
                    "oneOf": [
                        span("name", "people", {"judge": reference}),
                        span("citation", "citing", {"citing": reference, "cited": names}),
                    ]
                },
            },
            "dyads": {
                "type": "array",
                "items": {
                    "type": "object",
                    "x-stage": "bonds",
                    "required": ["from", "to", "bond"],
                    "properties": {
                        "from": side,
                        "to": side,
                        "bond": {"type": "string", "enum": ["follows", "opposes"]},
                    },
                },
            },
        },
    }


def scheme_of(folder: Path, json_schema: dict[str, Any]) -> Scheme:
    path = folder / "court.schema.json"
    path.write_text(json.dumps(json_schema), encoding="utf-8")
    return load_scheme(path)


def test_another_scheme_has_stages_of_its_own(tmp_path: Path) -> None:
    scheme = scheme_of(tmp_path, court())
    stages = {stage.name: at_stage(scheme, stage.name) for stage in scheme.stages}
    assert {name: asks_parties(s) for name, s in stages.items()} == {
        "people": True,
        "citing": False,
        "bonds": False,
    }
    assert [name for name, s in stages.items() if asks_pairs(s)] == ["bonds"]
    assert [t.name for t in on_page(stages["citing"]).span_types] == ["citation"]
    assert [t.name for t in stages["citing"].span_types] == ["name", "citation"]
    assert load_scheme(f"{scheme.path}#citing") == stages["citing"]


def test_what_a_whole_document_must_have_is_not_asked_of_an_earlier_stage(tmp_path: Path) -> None:
    json_schema = court()
    json_schema["additionalProperties"] = False
    json_schema["allOf"] = [{"required": ["dyads"]}]
    cites = {"properties": {"type": {"const": "citation"}}}
    json_schema["properties"]["spans"] |= {"contains": cites, "minItems": 1}
    scheme = scheme_of(tmp_path, json_schema)
    nobody: dict[str, Any] = {"article": {"id": "a"}, "annotator": {"id": "ada"}, "spans": []}
    document: dict[str, Any] = {
        "schema_version": "1.0.0",
        "parties": [],
        "article_labels": {},
        **nobody,
    }

    def violated(stage: str) -> set[object]:
        found = SchemaValidator(at_stage(scheme, stage).json_schema).errors(document)
        return {error.validator for error in found}

    assert {"minItems", "contains", "required"} <= violated("bonds")
    assert not {"minItems", "contains", "additionalProperties"} & violated("people")
    assert "'dyads' is a required property" not in str(violated("citing"))


def test_without_a_function_every_pair_that_a_span_connects_is_asked(tmp_path: Path) -> None:
    scheme = at_stage(scheme_of(tmp_path, court()), "bonds")
    document = AnnotationDocument.model_validate(
        {
            "scheme": "citations",
            "schema_version": "1.0.0",
            "article": {
                "id": "a",
                "text": "A cites B and C.",
                "text_sha256": "0",
                "text_length": 16,
            },
            "annotator": {"id": "ada"},
            "parties": [{"id": f"J{n}", "court": "high"} for n in (1, 2, 3)],
            "spans": [
                {
                    "id": "s1",
                    "type": "citation",
                    "start": 2,
                    "end": 7,
                    "attributes": {"citing": "J1", "cited": ["J1", "J3", "J2"]},
                }
            ],
        }
    )
    tasks = [*beginnings(document.article, document, scheme)]
    assert [beginning.pair for _, beginning in tasks] == [("J1", "J2"), ("J1", "J3")]
    data = beginning_data(tasks[0][1], scheme)
    assert data["pair"] == {"from": "J1", "to": "J2"}
    assert data["pair_title"] == "J1 → J2"
    assert str(data["pair_spans"]).startswith("- “cites”")
