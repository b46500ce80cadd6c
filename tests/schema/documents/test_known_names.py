"""A rule that names what its scheme does not have fails with file and line, rather than find nothing."""

import json
from pathlib import Path

import pytest
from derived_scheme import claim, document, json_schema

from signalbook.export.validation.checker import check
from signalbook.schema.errors import SchemeError
from signalbook.schema.scheme.loader import load_scheme

_HEAD = (
    "from signalbook.schema.rules import Finding, flag, many, one, values_of\n\n\ndef rule(a):\n"
)


def found(folder: Path, body: str) -> list[str]:
    """What a rule finds whose body is one line, on claims with a pain of 3."""
    schema = json_schema()
    attributes = schema["properties"]["spans"]["items"]["oneOf"][1]["properties"]["attributes"]
    attributes["properties"] |= {
        "pain": {"type": "integer", "minimum": 0, "maximum": 10},
        "size": {"type": "number"},
    }
    rule = {"id": "Q01", "severity": "error", "message": "Wrong.", "rule": "Right."}
    schema["x-constraints"] = [rule | {"function": "rule"}]
    path = folder / "quarrels.schema.json"
    path.write_text(json.dumps(schema), encoding="utf-8")
    lines = f"    for span in a.of('claim'):\n        {body}\n"
    (folder / "constraints.py").write_text(_HEAD + lines, encoding="utf-8")
    span = claim("s1", 8, "grain")
    span["attributes"] |= {"pain": 3, "size": 0.5, "loud": True}
    issues = check([document(spans=[span])], load_scheme(path))
    return [issue.message for issue in issues if issue.id == "Q01"]


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("a.of('quotation')", "no span type 'quotation'; there are mention, claim"),
        ("a.placed('quotation')", "no span type 'quotation'"),
        ("[*a.links('said_by')]", "no relation type 'said_by'; there are same_as"),
        ("a.has(span, 'said_by')", "no relation type 'said_by'"),
        ("one(span, 'nosuch')", "no field of a span 'nosuch'; there are party, topics, loud"),
        ("many(a.document.parties[0], 'rank')", "no field of a party 'rank'; there are role"),
        ("flag(a.document.article_labels, 'clean')", "no field 'clean'; there are"),
        ("a.rank(span, 'volume')", "no field of a span 'volume'"),
        ("yield Finding('odd', span, 'noise')", "no field of a span 'noise'"),
        ("yield Finding('odd', field='loud')", "no label of the article 'loud'; there are mixed"),
        ("one(span, 'pain')", "pain holds a number; read it with values_of(…).get(…)"),
        ("many(span, 'size')", "size holds a number; read it with values_of(…).get(…)"),
        ("one(span, 'loud')", "loud holds yes or no; read it with flag"),
        ("flag(span, 'topics')", "topics holds words; read it with one or many"),
    ],
)
def test_a_name_that_the_scheme_does_not_have_is_an_error_with_its_line(
    tmp_path: Path, body: str, says: str
) -> None:
    yielding = body if "yield" in body else f"yield {body}"
    with pytest.raises(SchemeError) as refused:
        found(tmp_path, yielding)
    assert f"{tmp_path / 'constraints.py'}:6: the rule rule fails on article a1: " in str(
        refused.value
    )
    assert says in str(refused.value)


@pytest.mark.parametrize(
    "condition",
    [
        "values_of(span).get('pain') == 3",
        "a.rank(span, 'pain') == 3",
        "one(span, 'party') == ''",
        "many(span, 'topics') == ('grain',) and flag(span, 'loud')",
        "flag(a.document.article_labels, 'clear') and not many(span, 'defaulted')",
    ],
)
def test_what_the_scheme_has_is_read_as_it_is(tmp_path: Path, condition: str) -> None:
    assert found(tmp_path, f"if {condition}: yield Finding('so', span, 'pain')")
