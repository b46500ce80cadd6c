"""Whatever a scheme asks is read where it stands, or refused there with what to write instead."""

import json
from pathlib import Path
from typing import Any

import pytest

from signalbook.schema.errors import SchemeError
from signalbook.schema.scheme.loader import load_scheme
from signalbook.schema.scheme.model import Scheme
from signalbook.schema.tables.columns import span_columns

Node = dict[str, Any]
TONE: Node = {"tone": {"enum": ["warm", "cold"]}}
CLAIM: Node = {"properties": {"type": {"const": "claim"}, "attributes": {"properties": TONE}}}
SPANS: Node = {"type": "array", "items": CLAIM}


def load(folder: Path, properties: Node, **more: Any) -> Scheme:
    path = folder / "mine.schema.json"
    about = {"name": "mine", "version": "1.0.0"}
    path.write_text(json.dumps({"x-scheme": about, "properties": properties, **more}), "utf-8")
    return load_scheme(path)


def refusal(folder: Path, properties: Node, **more: Any) -> str:
    with pytest.raises(SchemeError) as refused:
        load(folder, properties, **more)
    return str(refused.value).replace(f"{folder / 'mine.schema.json'}#", "")


def with_attributes(attributes: Node) -> Node:
    return {"spans": {"items": {"properties": {**CLAIM["properties"], "attributes": attributes}}}}


def asking(field: Any) -> Node:
    return {"article_labels": {"properties": {"asked": field}}}


AT = "/properties/spans/items/properties/attributes"
NEW: Node = {"properties": {"why": {"type": "string"}}}


@pytest.mark.parametrize(
    ("attributes", "place"),
    [
        ({"properties": TONE, "if": {"required": ["tone"]}, "then": NEW}, "/then/properties/why"),
        ({"properties": TONE, "dependentSchemas": {"tone": NEW}}, "/dependentSchemas/tone"),
        ({"oneOf": [NEW, {"properties": TONE}]}, "/oneOf/0/properties/why"),
        ({"anyOf": [{"properties": TONE}, {"type": "null"}]}, "/anyOf/0/properties/tone"),
        ({"properties": TONE, "allOf": [{"else": {"required": ["why"]}}]}, "/allOf/0/else"),
        ({"patternProperties": {"^t": {"type": "string"}}}, "/patternProperties"),
        ({"type": "array", "items": {"type": "string"}}, ""),
        ({"properties": {"defaulted": {"enum": ["a", "b"]}}}, "/properties/defaulted"),
        ({"properties": {"id": {"type": "string", "x-kind": "meta"}}}, "/properties/id"),
    ],
)
def test_a_field_that_would_not_be_asked_is_refused(
    tmp_path: Path, attributes: Node, place: str
) -> None:
    assert f"{AT}{place}" in refusal(tmp_path, with_attributes(attributes))


def test_names_in_conditions_that_are_asked_are_fine(tmp_path: Path) -> None:
    both = {**TONE, "why": {"type": "string"}}
    rule = {"if": {"properties": {"tone": {"const": "cold"}}}, "then": {"required": ["why"]}}
    assert load(tmp_path, with_attributes({"properties": both, **rule})).span_types


@pytest.mark.parametrize(
    ("properties", "place", "says"),
    [
        ({"spans": {"prefixItems": [CLAIM]}}, "/properties/spans/prefixItems", "under items"),
        ({"spans": {"contains": CLAIM}}, "/properties/spans", "add items"),
        ({"spans": {"anyOf": [SPANS, {"type": "null"}]}}, "/properties/spans/anyOf", "items"),
        ({"spans": {"type": "object"}}, "/properties/spans", "is a list"),
        (
            {"spans": {"items": {**with_attributes({"properties": TONE})["spans"]["items"], "oneOf": [
                {"properties": {"type": {"const": "claim"}}},
                {"properties": {"type": {"const": "reason"}}},
            ]}}},
            AT,
            "in each branch",
        ),
        ({"spans": SPANS, "relations": {"items": {"type": "object"}}}, "/items", "which types"),
        (
            {"spans": SPANS, "relations": {"items": {"oneOf": [{"properties": {"type": {"const": "r"}}}]}}},
            "/properties/relations/items",
            "which types",
        ),
    ],
)  # fmt: skip
def test_a_section_that_would_not_be_read_is_refused(
    tmp_path: Path, properties: Node, place: str, says: str
) -> None:
    told = refusal(tmp_path, properties)
    assert place in told
    assert says in told


def test_sections_behind_a_reference_or_in_a_part_are_refused(tmp_path: Path) -> None:
    labels = {"article_labels": {"properties": TONE}}
    told = refusal(tmp_path, {"spans": SPANS}, allOf=[{"properties": labels}])
    assert "/allOf/0/properties/article_labels: article_labels stands where no section" in told
    told = refusal(
        tmp_path, {}, **{"$ref": "#/$defs/all", "$defs": {"all": {"properties": labels}}}
    )
    assert "/$ref: a scheme cannot begin with a $ref" in told


@pytest.mark.parametrize(
    ("field", "says"),
    [
        ({"type": "integer", "enum": ["a", "b"]}, 'lists "a", "b", but its values are to be'),
        ({"type": "boolean", "oneOf": [{"const": True, "title": "Surely"}]}, "yes and no"),
        ({"anyOf": [{"enum": ["a", "b"]}, {"type": "string"}]}, "one alternative and none"),
        ({"type": ["string", "array"], "items": {"type": "string"}}, "one value or a list"),
        ({"type": "string", "minimum": 3}, "leave out minimum"),
        ({"type": "integer", "pattern": "^1"}, "leave out pattern"),
        ({"type": "integer", "minimum": 0, "maximum": 9, "multipleOf": 5}, "offers 1, 2, 3, 4, 6"),
        ({"enum": ["a", "B"], "pattern": "^[a-z]$"}, 'offers "B"'),
        ({"allOf": [{"enum": ["a", "b"]}, {"enum": ["b", "c"]}]}, 'offers "c"'),
        ({"type": "integer", "minimum": 5, "maximum": 1}, "the minimum 5 above the maximum 1"),
        ({"type": "array", "items": {"enum": ["a", "b"]}, "minItems": 3}, "asks for 3 answers"),
        ({"enum": ["a", "__empty__"]}, "begins like those of the program"),
        ({"enum": ["a", " b"]}, "begins or ends with a space"),
        ({"enum": ["a", "b\u0001"]}, "U+0001, which no page shows"),
        ({"title": "\ud800", "enum": ["a", "b"]}, "U+D800, which no page shows"),
        ({"type": "integer", "maximum": 2**64}, "read as another one"),
        (True, "does not say what its values are"),
    ],
)
def test_answers_that_nobody_could_give_are_refused(tmp_path: Path, field: Node, says: str) -> None:
    assert says in refusal(tmp_path, asking(field))


WARM_ONLY: Node = {"oneOf": [{"const": "a", "x-allowed-with": {"tone": ["warn"]}}, {"const": "b"}]}


@pytest.mark.parametrize(
    ("field", "says"),
    [
        ({"oneOf": [{"const": "a", "x-rank": 1}, {"const": "b"}]}, "and b without it would have"),
        ({"type": "string", "format": "date", "default": "today"}, 'has the default "today"'),
        ({"type": "integer", "maximum": 100, "default": 101}, "has the default 101"),
        ({"type": "string", "pattern": "^[a-z]+$", "default": "A1"}, 'has the default "A1"'),
        ({"enum": ["a", "b"], "default": "c"}, 'has the default "c"'),
        (WARM_ONLY, 'of a names "warn", which is no value of tone; write one of "warm", "cold"'),
        (
            {"type": "string", "x-default-from": {"attribute": "tone", "when": {"tone": ["hot"]}}},
            'x-default-from names "hot", which is no value of tone',
        ),
        (
            {"type": "string", "x-agreement": {"target": 0.7}},
            "words have none of their own; leave x-agreement out, or list the values",
        ),
    ],
)
def test_what_a_field_says_without_an_effect_is_refused(
    tmp_path: Path, field: Node, says: str
) -> None:
    labels = {"properties": {**TONE, "asked": field}}
    told = refusal(tmp_path, {"article_labels": labels})
    assert told.startswith("/properties/article_labels/properties/asked: ")
    assert says in told


@pytest.mark.parametrize(
    "field",
    [
        {"type": "integer", "minimum": 1, "maximum": 5, "default": 3},
        {"type": "array", "items": {"enum": ["a", "b"]}, "default": ["a"]},
        {"enum": ["a", "b"], "default": None},
        {"type": "string", "default": ""},
    ],
)
def test_a_default_that_the_field_accepts_is_fine(tmp_path: Path, field: Node) -> None:
    [label] = load(tmp_path, asking(field)).article_labels
    assert label.default == field["default"]


COLD: Node = {"properties": {"tone": {"const": "cold"}}}


@pytest.mark.parametrize(
    ("keywords", "place", "says"),
    [
        ({"if": COLD}, "/if", "without then or else beside it"),
        ({"then": {"required": ["tone"]}}, "/then", "without if beside it"),
        ({"allOf": [{"else": {"required": ["tone"]}}]}, "/allOf/0/else", "without if"),
        ({"minContains": 1}, "/minContains", "without contains"),
    ],
)
def test_a_keyword_without_the_one_that_it_belongs_to_is_refused(
    tmp_path: Path, keywords: Node, place: str, says: str
) -> None:
    told = refusal(tmp_path, with_attributes({"properties": TONE, **keywords}))
    assert f"{AT}{place}: " in told
    assert says in told


def test_a_condition_on_a_value_that_there_is_not_is_refused(tmp_path: Path) -> None:
    wrong = {"properties": {"tone": {"const": "hot"}}, "required": ["tone"]}
    both = {**TONE, "why": {"type": "string"}}
    attributes = {"properties": both, "if": wrong, "then": {"required": ["why"]}}
    told = refusal(tmp_path, with_attributes(attributes))
    assert f'{AT}/properties/why: the if about why names "hot", which is no value of tone' in told


def test_a_scheme_nested_too_deeply_to_be_read_is_refused(tmp_path: Path) -> None:
    deep: Node = {"type": "string"}
    for _ in range(200):
        deep = {"allOf": [deep]}
    assert "more than 64 levels deep" in refusal(tmp_path, asking(deep))


@pytest.mark.parametrize(
    ("field", "listed"),
    [
        ({"enum": [0, 0.5, 1]}, (0, 0.5, 1)),
        ({"type": "number", "enum": [0.5, 1]}, (0.5, 1)),
        ({"type": "integer", "minimum": 1, "maximum": 3}, (1, 2, 3)),
    ],
)
def test_numbers_are_listed_as_they_are(
    tmp_path: Path, field: Node, listed: tuple[float, ...]
) -> None:
    assert load(tmp_path, asking(field)).article_labels[0].listed == listed


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("a,b", "names are letters and digits"),
        ("a__b", "names are letters and digits"),
        (" a", "names are letters and digits"),
        ("e\u0301tat", "is not composed"),
        ("x" * 101, "write at most 100"),
        ("true", "takes for a yes or a no"),
        ("article", "as something else is"),
        ("dyad3", "as something else is"),
    ],
)
def test_a_name_that_cannot_be_told_apart_is_refused(tmp_path: Path, name: str, says: str) -> None:
    spans = {"items": {"properties": {"type": {"const": name}}}}
    assert says in refusal(tmp_path, {"spans": spans})


@pytest.mark.parametrize("name", ["état", "عنوان", "शीर्षक", "x y", "on-the-record", "3rd"])
def test_names_of_any_script_are_fine(tmp_path: Path, name: str) -> None:
    [label] = load(
        tmp_path, {"article_labels": {"properties": {name: {"type": "string"}}}}
    ).fields()
    assert label[1].name == name


@pytest.mark.parametrize(
    ("properties", "says"),
    [
        ({"scheme": {"const": "other"}, "spans": SPANS}, "/properties/scheme/const: refuses"),
        ({"schema_version": {"const": "9"}, "spans": SPANS}, "/properties/schema_version/const"),
        ({"article": {"properties": {"id": {}}, "additionalProperties": False}}, "forbids title"),
        ({"annotator": {"properties": {"id": {}}, "additionalProperties": False}}, "created_at"),
        ({"spans": {"items": {**CLAIM, "additionalProperties": False}}}, "forbids id, start"),
        ({"spans": {"items": {**CLAIM, "unevaluatedProperties": False}}}, "forbids id, start"),
        ({"spans": {"items": {**CLAIM, "required": ["note"]}}}, "names note, which is not"),
        (
            {"spans": SPANS, "relations": {"items": {
                "properties": {"type": {"enum": ["r"]}}, "additionalProperties": False,
            }}},
            "forbids id, from, to",
        ),
        ({"article_labels": False}, "which the program writes"),
    ],
)  # fmt: skip
def test_a_scheme_that_refuses_what_the_program_writes_is_refused(
    tmp_path: Path, properties: Node, says: str
) -> None:
    told = refusal(tmp_path, properties)
    assert says in told or "as the program writes it" in told


def test_what_depends_on_answers_is_left_to_validate(tmp_path: Path) -> None:
    unless = {"if": {"required": ["spans"]}, "then": {"properties": {"spans": {"minItems": 2}}}}
    assert load(tmp_path, {"spans": {**SPANS, "minItems": 1}}, **unless).span_types


def test_two_fields_never_share_a_column_that_one_of_them_is_called_by(tmp_path: Path) -> None:
    def of(name: str, **fields: Node) -> Node:
        return {"properties": {"type": {"const": name}, "attributes": {"properties": fields}}}

    words, number = {"type": "string"}, {"type": "integer"}
    types = [of("claim", strength=words, claim_strength=words), of("reason", strength=number)]
    columns = span_columns(load(tmp_path, {"spans": {"items": {"oneOf": types}}}))
    assert columns["claim", "claim_strength"] == "claim_strength"
    assert len(set(columns.values())) == 3


def test_a_reference_to_parties_in_the_items_of_a_list_is_refused(tmp_path: Path) -> None:
    items = {"type": "string", "x-kind": "party-reference"}
    fact = refusal(tmp_path, asking({"type": "array", "items": items}))
    place = "/properties/article_labels/properties/asked/items/x-kind"
    assert (
        fact == f"{place}: x-kind party-reference has no effect here; write it on the field itself"
    )
