"""A scheme may say with the keywords of JSON Schema alone what is asked."""

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from signalbook.schema.errors import SchemeError
from signalbook.schema.scheme.loader import load_scheme
from signalbook.schema.scheme.model import Agreement, Field, Scheme
from signalbook.schema.tables.columns import field_type, span_columns

Node = dict[str, Any]


def scheme_of(folder: Path, properties: Node, **more: Any) -> Scheme:
    path = folder / "rulings.schema.json"
    about = {"name": "rulings", "version": "1.0.0"}
    node = {"x-scheme": about, "type": "object", "properties": properties, **more}
    path.write_text(json.dumps(node), encoding="utf-8")
    return load_scheme(path)


def asked(folder: Path, field: Node, **more: Any) -> Field:
    """How one field of the article is read."""
    labels = {"type": "object", "properties": {"asked": field}}
    [label] = scheme_of(folder, {"article_labels": labels}, **more).article_labels
    return label


def claims(attributes: Node) -> Node:
    """A section of spans of one type."""
    of_claim = {"type": {"const": "claim"}, "attributes": attributes}
    return {"spans": {"type": "array", "items": {"type": "object", "properties": of_claim}}}


@pytest.mark.parametrize(
    ("field", "read"),
    [
        ({"enum": ["a", "b"]}, ("nominal", "choices", "string", ("a", "b"))),
        ({"const": "a"}, ("nominal", "choices", "string", ("a",))),
        ({"enum": ["a", None]}, ("nominal", "choices", "string", ("a",))),
        ({"enum": [3, 1]}, ("nominal", "choices", "integer", (3, 1))),
        ({"enum": [3.0, 1]}, ("nominal", "choices", "integer", (3, 1))),
        ({"oneOf": [{"const": "a", "title": "A"}]}, ("nominal", "choices", "string", ("a",))),
        ({"oneOf": [{"const": "a", "x-rank": 1}]}, ("ordinal", "choices", "string", ("a",))),
        ({"anyOf": [{"enum": ["a"]}, {"type": "null"}]}, ("nominal", "choices", "string", ("a",))),
        ({"$ref": "#/$defs/tone"}, ("nominal", "choices", "string", ("good", "bad"))),
        (
            {"allOf": [{"$ref": "#/$defs/tone"}, {"title": "Tone"}]},
            ("nominal", "choices", "string", ("good", "bad")),
        ),
        ({"type": "boolean"}, ("nominal", "choices", "boolean", ())),
        (
            {"type": "integer", "minimum": 1, "maximum": 3},
            ("ordinal", "choices", "integer", (1, 2, 3)),
        ),
        ({"type": "integer", "minimum": 1}, ("interval", "textarea", "integer", ())),
        ({"type": "number"}, ("interval", "textarea", "number", ())),
        ({"type": "string", "format": "date"}, ("nominal", "textarea", "string", ())),
        ({"type": ["string", "null"]}, ("text", "textarea", "string", ())),
        (
            {"type": "array", "items": {"enum": ["a", "b"]}},
            ("set", "choices_multiple", "string", ("a", "b")),
        ),
    ],
)
def test_level_control_type_and_values_follow_from_json_schema(
    tmp_path: Path, field: Node, read: tuple[Any, ...]
) -> None:
    label = asked(
        tmp_path,
        field,
        **{"$defs": {"tone": {"enum": ["good", "bad"]}}} if "tone" in str(field) else {},
    )
    assert (label.level, label.control, label.type, label.listed) == read


def test_a_listed_number_has_one_id_however_it_is_written(tmp_path: Path) -> None:
    label = asked(tmp_path, {"type": "number", "enum": [1.0, 2.5]})
    assert label.value_ids == ("1", "2.5")


def test_what_a_field_is_asked_and_measured_by_needs_no_keyword_of_ours(tmp_path: Path) -> None:
    label = asked(tmp_path, {"title": "Wie?", "enum": ["stark", "schwach"]})
    assert (label.title, label.kind, label.agreement and label.agreement.coefficient) == (
        *("Wie?", "attribute"),
        "krippendorff_alpha_nominal",
    )
    assert asked(tmp_path, {"type": "string"}).agreement is None


def test_sections_that_the_program_writes_are_supplied(tmp_path: Path) -> None:
    scheme = scheme_of(tmp_path, {})
    assert (scheme.span_types, scheme.article_labels) == ((), ())
    assert scheme.article_fields["title"]
    assert "speaker" not in scheme.article_fields


def test_attributes_may_stand_behind_a_reference_and_in_parts(tmp_path: Path) -> None:
    parts = [{"$ref": "#/$defs/common"}, {"properties": {"final": {"type": "boolean"}}}]
    common = {"properties": {"tone": {"enum": ["good", "bad"]}}, "required": ["tone"]}
    scheme = scheme_of(tmp_path, claims({"allOf": parts}), **{"$defs": {"common": common}})
    [claim] = scheme.span_types
    assert [(f.name, f.required) for f in claim.fields] == [("tone", True), ("final", False)]


def test_relation_types_may_be_an_enum_and_then_link_spans_of_all_types(tmp_path: Path) -> None:
    relation = {"type": "object", "properties": {"type": {"enum": ["supports", "overrules"]}}}
    relations = {"type": "array", "items": relation}
    scheme = scheme_of(tmp_path, {**claims({}), "relations": relations})
    assert [(r.name, r.from_, r.to) for r in scheme.relation_types] == [
        ("supports", ("claim",), ("claim",)),
        ("overrules", ("claim",), ("claim",)),
    ]


@pytest.mark.parametrize(
    ("field", "column"),
    [
        ({"type": "string", "format": "date"}, pa.date32()),
        ({"type": "integer", "minimum": 0}, pa.int64()),
        ({"type": "integer", "minimum": 0, "x-arrow": "int16"}, pa.int16()),
        ({"type": "number"}, pa.float64()),
        ({"type": "boolean"}, pa.bool_()),
        ({"enum": ["a"], "x-arrow": "dictionary<int8,utf8>"}, pa.string()),
    ],
)
def test_the_type_of_a_column_follows_the_schema(
    tmp_path: Path, field: Node, column: pa.DataType
) -> None:
    assert field_type(asked(tmp_path, field)) == column


def test_no_two_fields_share_a_column(tmp_path: Path) -> None:
    names = ("start", "start_value", "Type", "type")
    attributes = {"type": "object", "properties": {name: {"type": "boolean"} for name in names}}
    columns = span_columns(scheme_of(tmp_path, claims(attributes)))
    assert len({column.lower() for column in columns.values()}) == len(names)
    assert columns["claim", "start_value"] == "start_value"
    assert columns["claim", "start"] != "start"


def test_a_scheme_without_a_name_gets_the_lines_to_add(tmp_path: Path) -> None:
    path = tmp_path / "rulings.schema.json"
    path.write_text('{"title": "Court rulings", "type": "object", "properties": {}}')
    with pytest.raises(SchemeError) as refusal:
        load_scheme(path)
    said = '#: has no x-scheme; add "x-scheme": {"name": "court_rulings", "version": "1.0.0"}'
    assert str(refusal.value) == f"{path}{said}"


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    wrong = {"type": "array", "items": {"type": "object"}}
    labels = {"type": "object", "properties": {"parts": wrong}, "required": ["tone"]}
    with pytest.raises(SchemeError) as refusal:
        scheme_of(tmp_path, {"article_labels": labels, "sentences": {"titel": "Sentences"}})
    told = [line.partition("#")[2].partition(":")[0] for line in str(refusal.value).splitlines()]
    assert sorted(told) == [
        "/properties/article_labels/properties/parts",
        "/properties/article_labels/required",
        "/properties/sentences",
        "/properties/sentences/titel",
    ]


def test_an_optional_field_is_measured_if_the_scheme_asks_for_it(tmp_path: Path) -> None:
    tone: dict[str, Any] = {"enum": ["warm", "cold"], "x-tier": "optional"}
    properties = {"tone": tone, "mood": {**tone, "x-agreement": {"target": 0.7}}}
    labels = {"type": "object", "properties": properties}
    about = {"name": "letters", "version": "1.0.0"}
    path = tmp_path / "letters.schema.json"
    scheme = {"x-scheme": about, "type": "object", "properties": {"article_labels": labels}}
    path.write_text(json.dumps(scheme), encoding="utf-8")
    fields = {field.name: field.agreement for field in load_scheme(path).article_labels}
    assert fields["tone"] is None
    assert fields["mood"] == Agreement("krippendorff_alpha_nominal", (), 0.7)
