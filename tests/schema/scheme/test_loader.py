"""A scheme file is read whole, or refused with the place of every mistake."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from places import EXAMPLES

from signalbook.schema.documents.records import AnnotationDocument
from signalbook.schema.errors import SchemeError
from signalbook.schema.scheme import loader
from signalbook.schema.scheme.keyword_forms import META_SCHEMA
from signalbook.schema.scheme.loader import (
    built_in_schemes,
    find_scheme,
    load_scheme,
    parse_scheme,
)
from signalbook.schema.scheme.model import Scheme
from signalbook.schema.scheme.problems import pointer_to
from signalbook.schema.scheme.shapes import fitting_controls
from signalbook.schema.settings import Settings

type_of_change = Callable[[dict[str, Any]], None]


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Built-in schemes of several versions, one of a name after that of the default scheme."""
    monkeypatch.setattr(loader, "BUILT_IN", tmp_path)
    for place in ("diplomatic_signal/1.9", "diplomatic_signal/1.10", "zeta/1.0"):
        folder = tmp_path / place
        folder.mkdir(parents=True)
        (folder / f"{folder.parent.name}.schema.json").touch()
    return tmp_path


@pytest.mark.parametrize(
    ("source", "place"),
    [
        (None, "diplomatic_signal/1.10"),
        ("diplomatic_signal", "diplomatic_signal/1.10"),
        ("diplomatic_signal/1.9", "diplomatic_signal/1.9"),
        ("zeta", "zeta/1.0"),
    ],
)
def test_a_name_means_its_newest_version_and_nothing_the_default(
    shelf: Path, source: str | None, place: str
) -> None:
    assert find_scheme(source).parent == shelf / place


def remove_rank(document: dict[str, Any]) -> None:
    del document["$defs"]["severity"]["oneOf"][0]["x-rank"]


def misspell_keyword(document: dict[str, Any]) -> None:
    document["$defs"]["severity"]["x-levle"] = "ordinal"


def wrong_level(document: dict[str, Any]) -> None:
    document["$defs"]["severity"]["x-level"] = "ordnal"


def wrong_json_schema(document: dict[str, Any]) -> None:
    document["$defs"]["dose"]["maxLength"] = "long"


def unknown_endpoint(document: dict[str, Any]) -> None:
    relation = document["$defs"]["relation"]["properties"]["type"]["oneOf"][0]
    relation["x-endpoints"]["to"] = ["symptom"]


def key_twice(document: dict[str, Any]) -> None:
    document["$defs"]["severity"]["oneOf"][0]["x-hotkey"] = "o"


def key_of_a_label_twice(document: dict[str, Any]) -> None:
    document["properties"]["article_labels"]["properties"]["listed"] = {
        "oneOf": [{"const": "fully", "x-hotkey": "o"}, {"const": "partly"}]
    }


def column_of_another_type(document: dict[str, Any]) -> None:
    document["$defs"]["dose"]["x-arrow"] = "date32"


def column_too_narrow(document: dict[str, Any]) -> None:
    attributes_of(document, "reaction")["properties"]["days"] = {
        "type": "integer",
        "maximum": 200,
        "x-arrow": "int8",
    }


def value_that_the_page_cannot_show(document: dict[str, Any]) -> None:
    document["$defs"]["outcome"]["oneOf"][0]["const"] = "true"


def dangling_reference(document: dict[str, Any]) -> None:
    document["properties"]["relations"]["items"] = {"$ref": "#/$defs/relatoin"}


def constraint_without_rule(document: dict[str, Any]) -> None:
    del document["x-constraints"][0]["check"]


def function_that_is_nowhere(document: dict[str, Any]) -> None:
    document["x-constraints"][-1]["function"] = "a99"


def retired_id(document: dict[str, Any]) -> None:
    id = document["x-constraints"][0]["id"]
    document["x-retired-constraints"] = [{"id": id, "since": "0.9", "reason": "it was wrong"}]


def missing_section(document: dict[str, Any]) -> None:
    del document["properties"]["spans"]


def attributes_of(document: dict[str, Any], unit: str) -> Any:
    return document["$defs"][f"{unit}_span"]["properties"]["attributes"]


def keyword_without_effect(document: dict[str, Any]) -> None:
    document["$defs"]["severity"]["x-hotkey"] = "q"


def property_without_place(document: dict[str, Any]) -> None:
    document["$defs"]["reaction_span"]["properties"]["place"] = {"type": "string"}


def section_without_place(document: dict[str, Any]) -> None:
    document["properties"]["sentences"] = {"type": "array"}


def relation_with_attributes(document: dict[str, Any]) -> None:
    document["$defs"]["relation"]["properties"]["strength"] = {"type": "string"}


def definition_that_nothing_refers_to(document: dict[str, Any]) -> None:
    document["$defs"]["device"] = {"type": "object", "x-kind": "span_type"}


def object_as_field(document: dict[str, Any]) -> None:
    attributes_of(document, "reaction")["properties"]["place"] = {"type": "object"}


def objects_as_field(document: dict[str, Any]) -> None:
    parts = {"type": "array", "items": {"type": "object"}}
    attributes_of(document, "reaction")["properties"]["parts"] = parts


def numbers_as_field(document: dict[str, Any]) -> None:
    parts = {"type": "array", "items": {"type": "integer"}}
    attributes_of(document, "reaction")["properties"]["days"] = parts


def field_of_no_type(document: dict[str, Any]) -> None:
    attributes_of(document, "reaction")["properties"]["place"] = {"title": "Place"}


def required_field_that_is_absent(document: dict[str, Any]) -> None:
    attributes_of(document, "reaction")["required"].append("place")


def two_equal_ranks(document: dict[str, Any]) -> None:
    document["$defs"]["severity"]["oneOf"][1]["x-rank"] = 1
    document["$defs"]["severity"]["oneOf"][0]["x-rank"] = 1


def set_of_one(document: dict[str, Any]) -> None:
    document["$defs"]["severity"]["x-level"] = "set"


def coefficient_of_another_level(document: dict[str, Any]) -> None:
    document["$defs"]["severity"]["x-agreement"]["coefficient"] = "krippendorff_alpha_masi"


def coefficient_of_numbers_on_an_ordinal_field(document: dict[str, Any]) -> None:
    document["$defs"]["severity"]["x-agreement"]["coefficient"] = "icc"


def coefficient_of_numbers_on_a_nominal_field(document: dict[str, Any]) -> None:
    coefficient_of_numbers_on_an_ordinal_field(document)
    document["$defs"]["severity"]["x-level"] = "nominal"


def coefficient_that_is_none(document: dict[str, Any]) -> None:
    document["$defs"]["severity"]["x-agreement"]["coefficient"] = "cohen_kapa"


def coefficient_of_spans_that_is_none(document: dict[str, Any]) -> None:
    document["$defs"]["drug_span"]["x-agreement"] = {"coefficient": "gamma", "also": ["f1_iou_0.6"]}


def coefficient_that_is_none_where_nothing_reads_it(document: dict[str, Any]) -> None:
    document["properties"]["article"]["x-agreement"] = {"coefficient": "f1_iou_0.6"}


def coefficient_of_spans_on_a_field(document: dict[str, Any]) -> None:
    document["$defs"]["severity"]["x-agreement"]["also"] = ["gamma"]


def coefficient_that_is_shown_beside_itself(document: dict[str, Any]) -> None:
    document["$defs"]["severity"]["x-agreement"] = {"also": ["krippendorff_alpha_ordinal"]}


def coefficient_of_spans_that_is_shown_beside_itself(document: dict[str, Any]) -> None:
    wanted = {"coefficient": "gamma", "also": ["f1_exact", "gamma"]}
    document["$defs"]["drug_span"]["x-agreement"] = wanted


def nothing_as_a_coefficient_to_show(document: dict[str, Any]) -> None:
    document["$defs"]["severity"]["x-agreement"]["also"] = ["none_reported_descriptively"]


def coefficient_of_fields_on_spans(document: dict[str, Any]) -> None:
    document["$defs"]["drug_span"]["x-agreement"] = {"coefficient": "gwet_ac1"}


def coefficient_of_spans_on_relations(document: dict[str, Any]) -> None:
    kind = document["$defs"]["relation"]["properties"]["type"]
    kind["x-agreement"] = {"coefficient": "f1_exact"}


def target_of_what_is_not_judged(document: dict[str, Any]) -> None:
    wanted = {"coefficient": "none_reported_descriptively", "target": 0.8}
    document["$defs"]["severity"]["x-agreement"] = wanted


def pattern_that_is_none(document: dict[str, Any]) -> None:
    document["$defs"]["dose"]["pattern"] = "[0-9"


def two_span_types_of_one_name(document: dict[str, Any]) -> None:
    document["$defs"]["drug_span"]["properties"]["type"]["const"] = "reaction"


def span_type_without_a_name(document: dict[str, Any]) -> None:
    document["$defs"]["drug_span"]["properties"]["type"] = {"type": "string"}


def span_that_may_not_have_its_end(document: dict[str, Any]) -> None:
    document["$defs"]["drug_span"]["additionalProperties"] = False
    del document["$defs"]["drug_span"]["properties"]["end"]


def control_of_a_dyad(document: dict[str, Any]) -> None:
    label = {"enum": ["yes", "partly"], "x-control": "dyad_choices"}
    document["properties"]["article_labels"]["properties"]["complete"] = label


def picklist_of_listed_values(document: dict[str, Any]) -> None:
    document["$defs"]["severity"]["x-control"] = "picklist"


def tree_without_a_list(document: dict[str, Any]) -> None:
    document["$defs"]["dose"]["x-control"] = "taxonomy"


def relation_in_a_text_box(document: dict[str, Any]) -> None:
    document["$defs"]["relation"]["properties"]["type"]["x-control"] = "textarea"


def word_among_numbers(document: dict[str, Any]) -> None:
    days = {"type": "integer", "enum": [1, 2, "many"]}
    attributes_of(document, "reaction")["properties"]["days"] = days


def field_that_is_true(document: dict[str, Any]) -> None:
    attributes_of(document, "reaction")["properties"]["days"] = True


def ratio_below_nothing(document: dict[str, Any]) -> None:
    days = {"type": "number", "x-level": "ratio"}
    attributes_of(document, "reaction")["properties"]["days"] = days


def coefficient_of_listed_values(document: dict[str, Any]) -> None:
    wanted = {"coefficient": "gwet_ac1", "target": 0.7}
    place = {"type": "string", "x-level": "nominal", "x-agreement": wanted}
    attributes_of(document, "reaction")["properties"]["place"] = place


def dyads_without_sides(document: dict[str, Any]) -> None:
    document["properties"]["dyads"] = {"type": "array", "items": {"type": "object"}}


MISTAKES = [
    (
        word_among_numbers,
        '/$defs/reaction_span/properties/attributes/properties/days: lists "many", but its',
    ),
    (
        field_that_is_true,
        "/$defs/reaction_span/properties/attributes/properties/days: does not say what its values",
    ),
    (
        ratio_below_nothing,
        "/$defs/reaction_span/properties/attributes/properties/days: x-level is ratio, but values may",
    ),
    (
        coefficient_of_listed_values,
        (
            "/$defs/reaction_span/properties/attributes/properties/place: gwet_ac1 depends on how many "
            "values there are, and the scheme does not list them; write one of krippendorff_alpha_nominal"
        ),
    ),
    (
        dyads_without_sides,
        "/properties/dyads/items: a dyad has two fields with the x-kind side-reference, not 0",
    ),
    (
        control_of_a_dyad,
        (
            "/properties/article_labels/properties/complete: cannot be asked of article with the "
            "x-control dyad_choices; write choices or taxonomy, or leave x-control out"
        ),
    ),
    (
        picklist_of_listed_values,
        "/$defs/severity: cannot be asked of reaction with the x-control picklist; write choices",
    ),
    (
        tree_without_a_list,
        (
            "/$defs/dose: cannot be asked of drug with the x-control taxonomy; write textarea or "
            "picklist, or leave x-control out; to choose from values, list them"
        ),
    ),
    (
        relation_in_a_text_box,
        (
            "/$defs/relation/properties/type: a relation is not chosen with the x-control textarea; "
            "write relation_label"
        ),
    ),
    (keyword_without_effect, "/$defs/severity/x-hotkey: x-hotkey has no effect here"),
    (
        property_without_place,
        "/$defs/reaction_span/properties/place: place is nowhere in a document",
    ),
    (section_without_place, "/properties/sentences: sentences is nowhere in a document"),
    (relation_with_attributes, "/$defs/relation/properties/strength: strength is nowhere"),
    (definition_that_nothing_refers_to, "/$defs/device: nothing refers to it"),
    (object_as_field, "/$defs/reaction_span/properties/attributes/properties/place: is an object"),
    (
        objects_as_field,
        "/$defs/reaction_span/properties/attributes/properties/parts: is a list of obj",
    ),
    (
        numbers_as_field,
        "/$defs/reaction_span/properties/attributes/properties/days: is a list of what",
    ),
    (field_of_no_type, "/$defs/reaction_span/properties/attributes/properties/place: does not say"),
    (
        required_field_that_is_absent,
        "/$defs/reaction_span/properties/attributes/required: names place",
    ),
    (two_equal_ranks, "/$defs/severity: two values have the x-rank 1"),
    (set_of_one, "/$defs/severity: x-level is set, but the field has one value"),
    (coefficient_of_another_level, "/$defs/severity: krippendorff_alpha_masi does not fit"),
    (
        coefficient_of_numbers_on_an_ordinal_field,
        "/$defs/severity: icc does not fit the level ordinal; write one of ",
    ),
    (
        coefficient_of_numbers_on_a_nominal_field,
        "/$defs/severity: icc does not fit the level nominal; write one of ",
    ),
    (
        coefficient_that_is_none,
        (
            "/$defs/severity: cohen_kapa is no coefficient; write conger_kappa, or another that fits: "
            "krippendorff_alpha_ordinal, "
        ),
    ),
    (
        coefficient_of_spans_that_is_none,
        (
            "/$defs/drug_span: f1_iou_0.6 is no coefficient; write f1_iou_0.5, or another that fits: "
            "f1_iou_0.75, "
        ),
    ),
    (
        coefficient_that_is_none_where_nothing_reads_it,
        "/properties/article/x-agreement: ",
    ),
    (
        coefficient_of_spans_on_a_field,
        (
            "/$defs/severity: gamma does not fit the level ordinal; write one of "
            "krippendorff_alpha_ordinal, gwet_ac2_quadratic, "
        ),
    ),
    (
        coefficient_that_is_shown_beside_itself,
        (
            "/$defs/severity: also names krippendorff_alpha_ordinal, by which agreement is judged; "
            "leave it out of also"
        ),
    ),
    (
        coefficient_of_spans_that_is_shown_beside_itself,
        "/$defs/drug_span: also names gamma, by which agreement is judged; leave it out of also",
    ),
    (
        nothing_as_a_coefficient_to_show,
        "/$defs/severity: also names none_reported_descriptively, which shows nothing",
    ),
    (
        coefficient_of_fields_on_spans,
        "/$defs/drug_span: gwet_ac1 does not fit spans; write one of f1_iou_0.5, ",
    ),
    (
        coefficient_of_spans_on_relations,
        "/$defs/relation/properties/type: f1_exact does not fit relations; write one of f1_on_",
    ),
    (
        target_of_what_is_not_judged,
        "/$defs/severity: none_reported_descriptively judges nothing; leave the target out",
    ),
    (pattern_that_is_none, "/$defs/dose/pattern: is no regular expression"),
    (two_span_types_of_one_name, "/$defs/drug_span: two span types are called reaction"),
    (span_type_without_a_name, '/$defs/drug_span: has no name; add "type": {"const": '),
    (
        span_that_may_not_have_its_end,
        "/$defs/drug_span/additionalProperties: forbids end, which the program writes",
    ),
    (remove_rank, "/$defs/severity: 'mild' has no x-rank"),
    (
        misspell_keyword,
        "/$defs/severity/x-levle: x-levle is no keyword and has no effect; write x-level",
    ),
    (
        wrong_level,
        '/$defs/severity/x-level: "ordnal" is no value of this keyword; write one of nominal, ordinal',
    ),
    (wrong_json_schema, '/$defs/dose/maxLength: "long" is of the wrong type; write a whole number'),
    (unknown_endpoint, "/properties/relations: x-endpoints of causes names 'symptom'"),
    (key_twice, "/$defs/severity: the key 'o' of mild of severity is that of oral of route; give"),
    (
        key_of_a_label_twice,
        "/properties/article_labels/properties/listed: the key 'o' of fully of listed is that of oral of route",
    ),
    (column_of_another_type, "/$defs/dose: x-arrow is date32, but the field is a string"),
    (
        column_too_narrow,
        "/$defs/reaction_span/properties/attributes/properties/days: x-arrow is int8, which cannot hold 200; write a wider type",
    ),
    (value_that_the_page_cannot_show, "/$defs/outcome: the value 'true' cannot be shown"),
    (dangling_reference, "/$defs/relatoin: a $ref points here, where nothing is"),
    (constraint_without_rule, "/x-constraints/0: "),
    (
        function_that_is_nowhere,
        "/x-constraints/4/function: constraints.py beside the scheme has no function a99",
    ),
    (retired_id, "/x-constraints/0: the id A01 is retired"),
    (missing_section, "/$defs/drug_span: nothing refers to it"),
]


@pytest.mark.parametrize(
    ("mistake", "said"), MISTAKES, ids=lambda part: getattr(part, "__name__", "")
)
def test_scheme_with_a_mistake_is_refused_with_its_place(
    mistake: type_of_change, said: str, second_scheme: Scheme, tmp_path: Path
) -> None:
    document = json.loads(second_scheme.path.read_text(encoding="utf-8"))
    mistake(document)
    shutil.copy(second_scheme.folder / "constraints.py", tmp_path)
    path = tmp_path / "broken.schema.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(SchemeError) as refusal:
        load_scheme(path)
    assert f"#{said}" in str(refusal.value)


def test_every_control_of_the_vocabulary_is_accepted_where_it_fits(diplomatic: Scheme) -> None:
    meta = json.loads(META_SCHEMA.read_text(encoding="utf-8"))["properties"]
    controls = {*meta["x-control"]["enum"]}
    fitting = {c for unit, field in diplomatic.fields() for c in fitting_controls(unit, field)}
    assert fitting | {"relation_label"} == controls
    picked = {"type": "string", "x-control": "picklist"}
    labels = {"type": "object", "properties": {"office": picked}}
    about = {"name": "offices", "version": "1.0.0"}
    json_schema = {"x-scheme": about, "properties": {"article_labels": labels}}
    scheme = parse_scheme(json.dumps(json_schema), Path("offices.schema.json"))
    assert scheme.field("article", "office").control == "picklist"


def test_a_scheme_whose_rules_are_missing_is_refused_with_their_file(
    second_scheme: Scheme, tmp_path: Path
) -> None:
    path = shutil.copy(second_scheme.path, tmp_path)
    with pytest.raises(SchemeError) as refusal:
        load_scheme(path)
    assert str(refusal.value) == (
        f"{path}#/x-constraints/4/function: constraints.py beside the scheme is missing; "
        "make it, with the function a05"
    )


def test_broken_json_is_refused_with_file_and_line(tmp_path: Path) -> None:
    path = tmp_path / "broken.schema.json"
    path.write_text('{\n "title": ,\n}', encoding="utf-8")
    with pytest.raises(SchemeError, match=r"broken\.schema\.json:2: not JSON"):
        load_scheme(path)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"[]", "#: a scheme is an object with properties"),
        (b"\xff", ": not UTF-8 at byte 0; save it as UTF-8"),
    ],
)
def test_what_is_no_scheme_at_all_is_told_once(content: bytes, told: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.schema.json"
    path.write_bytes(content)
    with pytest.raises(SchemeError) as refusal:
        load_scheme(path)
    assert str(refusal.value) == f"{path}{told}"


@pytest.mark.parametrize(
    ("target", "told"),
    [("#/$defs/gone", "points here, where nothing is"), ("#/$defs/loop", "leads back to itself")],
)
def test_a_reference_that_leads_nowhere_is_told_with_its_file(
    target: str, told: str, second_scheme: Scheme, tmp_path: Path
) -> None:
    document = json.loads(second_scheme.path.read_text(encoding="utf-8"))
    document["properties"]["relations"]["items"] = {"$ref": target}
    if target.endswith("loop"):
        document["$defs"]["loop"] = {"$ref": target}
    shutil.copy(second_scheme.folder / "constraints.py", tmp_path)
    path = tmp_path / "mine.schema.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(SchemeError) as refusal:
        load_scheme(path)
    assert str(refusal.value) == f"{path}{target}: a $ref {told}"


def test_references_that_only_documents_need_are_followed_too(
    second_scheme: Scheme, tmp_path: Path
) -> None:
    document = json.loads(second_scheme.path.read_text(encoding="utf-8"))
    document["properties"]["article"]["properties"]["url"] = {"$ref": "#/$defs/link"}
    document["properties"]["annotator"] = {"$ref": "elsewhere.json"}
    shutil.copy(second_scheme.folder / "constraints.py", tmp_path)
    path = tmp_path / "mine.schema.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(SchemeError) as refusal:
        load_scheme(path)
    fact = "a $ref points here, where nothing is"
    other = "a $ref leads to elsewhere.json, and a scheme is one file; write it under $defs"
    assert str(refusal.value) == f"{path}#/$defs/link: {fact}\n{path}#: {other}"


@pytest.mark.parametrize(
    ("name", "reference"),
    [
        ("état", "#/$defs/%C3%A9tat"),
        ("50%", "#/$defs/50%25"),
        ("a/b~c", "#/$defs/a~1b~0c"),
        ("dose", "#amount"),
    ],
)
def test_a_definition_is_referred_to_as_json_schema_allows(
    name: str, reference: str, second_scheme: Scheme, tmp_path: Path
) -> None:
    document = json.loads(second_scheme.path.read_text(encoding="utf-8"))
    document["$defs"][name] = {
        "type": "string",
        "$anchor": "amount",
        **document["$defs"].pop("dose"),
    }
    attributes_of(document, "drug")["properties"]["dose"] = {"$ref": reference}
    shutil.copy(second_scheme.folder / "constraints.py", tmp_path)
    path = tmp_path / "mine.schema.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    assert load_scheme(path).field("drug", "dose").pointer == pointer_to("", "$defs", name)


def test_missing_scheme_names_those_that_are_built_in(tmp_path: Path) -> None:
    with pytest.raises(
        SchemeError, match=r"no such scheme file; built in are diplomatic_signal/1\.0"
    ):
        find_scheme(tmp_path / "none.json")


def test_a_scheme_is_found_by_name_and_by_folder(second_scheme: Scheme) -> None:
    for name, path in built_in_schemes().items():
        assert find_scheme(name) == find_scheme(path.parent) == path
    assert find_scheme(second_scheme.folder) == second_scheme.path


def test_the_example_of_every_scheme_fits_it_and_reads_back_the_same(scheme: Scheme) -> None:
    raw = json.loads((scheme.folder / "example.annotation.json").read_text(encoding="utf-8"))
    Draft202012Validator(dict(scheme.json_schema)).validate(raw)
    assert AnnotationDocument.model_validate(raw).to_dict() == raw


def test_schemes_differ_in_what_they_have(scheme: Scheme) -> None:
    names = {span_type.name for span_type in scheme.span_types}
    if scheme.party is None:
        assert scheme.dyad is None
        assert all(span_type.party_field is None for span_type in scheme.span_types)
    else:
        assert scheme.party.slots.offered >= 24
        assert any(span_type.party_field for span_type in scheme.span_types)
    assert {name for r in scheme.relation_types for name in (*r.from_, *r.to)} <= names


def test_our_schemes_use_no_retired_keyword(scheme: Scheme) -> None:
    meta = json.loads(META_SCHEMA.read_text(encoding="utf-8"))["properties"]
    retired = {keyword for keyword, schema in meta.items() if schema.get("deprecated")}
    text = scheme.path.read_text(encoding="utf-8")
    assert retired
    assert not {keyword for keyword in retired if f'"{keyword}"' in text}


def test_a_folder_without_a_scheme_and_one_with_several_say_what_to_name(tmp_path: Path) -> None:
    with pytest.raises(SchemeError, match=r"holds no \*\.schema\.json file; name the scheme file"):
        find_scheme(tmp_path)
    for name in ("a", "b"):
        (tmp_path / f"{name}.schema.json").touch()
    with pytest.raises(SchemeError, match=r"holds 2 \*\.schema\.json files; name one of them"):
        find_scheme(tmp_path)


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ('{"a": NaN}', "NaN is not a finite number"),
        (
            '{"a": ' + "9" * 5_000 + "}",
            "not JSON: a number of 5,000 digits is too long to be read; correct the file",
        ),
        ('{"a": 1, "a": 2}', 'the key "a" occurs twice; leave one out'),
        ("[" * 100_000, "nested too deeply"),
    ],
)
def test_json_that_no_program_should_read_is_no_scheme(
    text: str, fact: str, tmp_path: Path
) -> None:
    path = tmp_path / "odd.schema.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SchemeError, match=fact):
        load_scheme(path)


def test_a_scheme_that_an_editor_began_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    path = tmp_path / "questions.schema.json"
    text = (EXAMPLES / "questions/1.0/questions.schema.json").read_text(encoding="utf-8")
    path.write_text(text, encoding="utf-8-sig")
    assert load_scheme(path).name == "questions"


def test_an_empty_name_is_not_the_built_in_scheme() -> None:
    with pytest.raises(SchemeError, match="the name of the scheme is empty; name a scheme file"):
        find_scheme("")
    with pytest.raises(SchemeError, match="the name of the scheme is empty"):
        Settings().load_scheme("")
