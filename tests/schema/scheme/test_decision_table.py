"""A field's table of which value when, and the conditions of a scheme, are read or refused."""

import json
from pathlib import Path
from typing import Any

import pytest
from places import SCHEMES

from signalbook.schema.errors import SchemeError
from signalbook.schema.scheme.loader import load_scheme
from signalbook.schema.scheme.model import Condition, DecisionRow, Field

PATH = SCHEMES / "market_claims" / "1.0" / "market_claims.schema.json"
TABLE = "row {} of x-decision-table "
WAY_OUT = 'is no value; write one of "doubtful", "reported", "sure"'


def field(name: str, path: Path = PATH) -> Field:
    return next(f for _, f in load_scheme(path).fields() if f.name == name)


def changed(tmp_path: Path, change: dict[str, dict[str, Any]]) -> Path:
    json_schema = json.loads(PATH.read_text(encoding="utf-8"))
    attributes = json_schema["$defs"]["claim"]["properties"]["attributes"]
    for name, keywords in change.items():
        place = attributes if name == "attributes" else attributes["properties"][name]
        place.update(keywords)
    path = tmp_path / "changed.schema.json"
    path.write_text(json.dumps(json_schema), encoding="utf-8")
    return path


def test_a_decision_table_is_read_in_its_order() -> None:
    assert field("certainty").decision_table == (
        DecisionRow("يقول القائل إنه رأى بنفسه", "sure"),
        DecisionRow("يقول «ربما» أو «أظن»", "doubtful"),
        DecisionRow("", "reported"),
    )


@pytest.mark.parametrize(
    ("name", "table", "fact"),
    [
        (
            "certainty",
            [{"if": "a", "then": "sure"}, {"if": "b", "then": "certain"}],
            f'{TABLE.format(2)}names "certain", which {WAY_OUT}',
        ),
        (
            "certainty",
            [{"then": "sure"}, {"if": "b", "then": "reported"}],
            f'{TABLE.format(1)}has no "if", so that none below it is reached; move it to the end',
        ),
        (
            "price",
            [{"then": 1}],
            f"{TABLE.format(1)}names 1, which is no value; list the values, or leave the table out",
        ),
        ("certainty", [{"if": "a"}], "has no then; add what is missing"),
        ("certainty", [], "[] is empty; write something"),
    ],
)
def test_a_decision_table_that_does_not_decide_is_refused(
    name: str, table: list[dict[str, Any]], fact: str, tmp_path: Path
) -> None:
    with pytest.raises(SchemeError) as refusal:
        load_scheme(changed(tmp_path, {name: {"x-decision-table": table}}))
    assert fact in str(refusal.value)
    assert f"#/$defs/claim/properties/attributes/properties/{name}" in str(refusal.value)


def test_yes_and_no_are_decided_between_too(tmp_path: Path) -> None:
    path = tmp_path / "mine.schema.json"
    json_schema = json.loads(PATH.read_text(encoding="utf-8"))
    verdict = json_schema["properties"]["article_labels"]["properties"]["verdict"]
    for table, is_fine in (([{"then": True}], True), ([{"then": 1}], False)):
        verdict["x-decision-table"] = table
        path.write_text(json.dumps(json_schema), encoding="utf-8")
        if is_fine:
            assert field("verdict", path).decision_table == (DecisionRow("", True),)
        else:
            with pytest.raises(SchemeError, match="write one of true, false"):
                load_scheme(path)


def test_a_condition_is_read_where_a_phrase_can_say_it(tmp_path: Path) -> None:
    when = {"properties": {"certainty": {"const": "sure"}}, "required": ["certainty"]}
    sure = {"certainty": ("sure",)}
    assert field("said_on").conditions == (Condition(sure, otherwise=False, required=True),)
    more = {"properties": {"price": {"minimum": 3}}, "required": ["price"]}
    change = {
        "allOf": [
            {"if": when, "then": {"properties": {"note": False}}, "else": {"required": ["note"]}},
            {"if": more, "then": {"required": ["note"]}},
        ],
        "dependentRequired": {"price": ["note"]},
    }
    path = changed(tmp_path, {"attributes": change})
    assert field("note", path).conditions == (
        Condition({"price": ()}, otherwise=False, required=True),
        Condition(sure, otherwise=False, required=False),
        Condition(sure, otherwise=True, required=True),
    )
    assert field("said_on", path).conditions == field("said_on").conditions


def test_the_table_of_cost_says_of_force_what_the_rule_demands() -> None:
    scheme = load_scheme("diplomatic_signal")
    cost = scheme.field("signal", "cost")
    rule = next(c for c in scheme.constraints if c.id == "C17")
    assert "use_force" in rule.rule
    [row] = [row for row in cost.decision_table if row.value == "material"]
    for words in (rule.message, row.condition, cost.value("material").description):
        assert "force" in words
