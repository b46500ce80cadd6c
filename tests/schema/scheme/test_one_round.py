"""All that can be told of a scheme is told in one round, in words, whatever is malformed in it."""

import json
from collections.abc import Callable
from contextlib import suppress
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from places import EXAMPLES

from signalbook.schema.errors import SchemeError
from signalbook.schema.scheme.loader import find_scheme, parse_scheme
from signalbook.schema.scheme.model import Json

ADVERSE_EVENTS = find_scheme(EXAMPLES / "adverse_events" / "1.0")
SCHEMES: dict[Path, dict[str, Any]] = {
    path: json.loads(path.read_text(encoding="utf-8"))
    for path in (ADVERSE_EVENTS, find_scheme(EXAMPLES / "questions" / "1.0"))
}


def mistakes(change: Callable[[dict[str, Any]], None]) -> list[str]:
    """What is told of the scheme for adverse events after a change."""
    json_schema = deepcopy(SCHEMES[ADVERSE_EVENTS])
    change(json_schema)
    with pytest.raises(SchemeError) as refused:
        parse_scheme(json.dumps(json_schema), ADVERSE_EVENTS)
    return [line.removeprefix(f"{ADVERSE_EVENTS}#") for line in str(refused.value).splitlines()]


def test_what_is_malformed_hides_no_other_mistake() -> None:
    def change(scheme: dict[str, Any]) -> None:
        scheme["x-scheme"]["version"] = "1"
        scheme["$defs"]["severity"]["x-level"] = "ordnal"
        scheme["$defs"]["dose"]["x-contrl"] = "textarea"
        scheme["$defs"]["outcome"]["oneOf"][1]["const"] = "true"
        scheme["properties"]["relations"]["items"] = {"$ref": "#/$defs/relatoin"}

    assert [line.split(":")[0] for line in mistakes(change)] == [
        "/$defs/severity/x-level",
        "/x-scheme/version",
        "/$defs/relatoin",
        "/$defs/dose/x-contrl",
        "/$defs/outcome",
    ]


def test_what_only_a_well_formed_keyword_is_about_is_judged_beside_a_malformed_one() -> None:
    def change(scheme: dict[str, Any]) -> None:
        scheme["$defs"]["severity"]["title"] = 5
        scheme["$defs"]["device"] = {"type": "string"}
        relation = scheme["$defs"]["relation"]["properties"]["type"]["oneOf"][0]
        relation["x-endpoints"]["to"] = ["symptom"]

    assert [line.split(":")[0] for line in mistakes(change)] == [
        "/$defs/severity/title",
        "/$defs/device",
        "/properties/relations",
    ]


#: Where a mistake is, what stands there, and all that is told of it: nothing that follows from it.
FORMS: list[tuple[str, Any, list[str]]] = [
    (
        "x-scheme/name",
        "Adverse Events",
        [
            (
                '/x-scheme/name: "Adverse Events" is not written right; write 2 to 40 lower-case '
                "letters, digits and underscores, a letter first"
            )
        ],
    ),
    (
        "x-constraints/0/id",
        "a1",
        [
            (
                '/x-constraints/0/id: "a1" is not written right; write a capital letter and two '
                "digits, such as A01"
            )
        ],
    ),
    (
        "x-constraints/0/severity",
        "fatal",
        [
            (
                '/x-constraints/0/severity: "fatal" is no value of this keyword; write one of error, '
                "warning"
            )
        ],
    ),
    (
        "x-constraints/0",
        {"id": "A01", "severity": "error", "message": "No.", "rule": "None."},
        ["/x-constraints/0: has none of check, schema, function; add one"],
    ),
    (
        "x-constraints/0/each",
        "drug",
        ["/x-constraints/0: has each without schema; add what is missing"],
    ),
    (
        "$defs/severity/x-agreement",
        {},
        ["/$defs/severity/x-agreement: {} is empty; write something, or leave the keyword out"],
    ),
    (
        "$defs/severity/x-agreement/target",
        80,
        ["/$defs/severity/x-agreement/target: 80 is too large; write 1 or less"],
    ),
    (
        "$defs/severity/x-examples",
        {"positive": "a", "negativ": "b"},
        [
            "/$defs/severity/x-examples: negativ cannot stand here; write only positive, negative",
            "/$defs/severity/x-examples: has no negative; add what is missing",
        ],
    ),
    (
        "$defs/dose/$anchor",
        "1 2",
        [
            (
                '/$defs/dose/$anchor: "1 2" is not written right; write letters, digits and . _ -, '
                "a letter first"
            )
        ],
    ),
    (
        "$defs/dose/x-default-from",
        {"mention": "txt"},
        ['/$defs/dose/x-default-from: "txt" is no value of this keyword; write text'],
    ),
    (
        "$defs/severity/oneOf/1",
        "moderate",
        [
            (
                '/$defs/severity/oneOf/1: "moderate" is of the wrong type; write a schema, which is '
                "an object"
            )
        ],
    ),
    (
        "$defs/dose/type",
        "strng",
        [
            (
                '/$defs/dose/type: "strng" is no value of this keyword; write one of array, boolean, '
                "integer, null, number, object, string"
            )
        ],
    ),
    (
        "properties/spans/items",
        "drug",
        [
            (
                '/properties/spans/items: "drug" is of the wrong type; write a schema, which is an '
                "object"
            )
        ],
    ),
    ("properties", [], ["/properties: [] is of the wrong type; write an object"]),
]


@pytest.mark.parametrize(("place", "value", "told"), FORMS, ids=[place for place, _, _ in FORMS])
def test_the_form_of_a_keyword_is_said_in_words_and_nothing_that_follows_from_it(
    place: str, value: object, told: list[str]
) -> None:
    def change(scheme: dict[str, Any]) -> None:
        *above, last = (int(part) if part.isdigit() else part for part in place.split("/"))
        holder: Any = scheme
        for part in above:
            holder = holder[part]
        holder[last] = value

    assert mistakes(change) == told


def places(node: Json, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """The path of every value in a JSON value."""
    parts: list[tuple[str | int, Json]] = []
    if isinstance(node, dict):
        parts += node.items()
    elif isinstance(node, list):
        parts += enumerate(node)
    return [place for key, part in parts for place in [(*path, key), *places(part, (*path, key))]]


PLACES = {path: places(json_schema) for path, json_schema in SCHEMES.items()}
ODD: st.SearchStrategy[Any] = st.one_of(
    st.sampled_from([None, True, False, 0, 5, 1.5, "", "x", [], {}, [1, "a"], [{}], {"x": 1}]),
    st.sampled_from(
        [
            *({"$ref": "#/$defs/x"}, {"$ref": "#"}, {"$ref": 5}, {"allOf": [{"$ref": "#"}]}),
            *({"const": None}, {"const": []}, {"enum": [1, "a"]}, {"type": ["array", "string"]}),
            {"type": "integer", "enum": ["a", "b"]},
            {"type": "number", "enum": ["a", "b"]},
        ]
    ),
)


def replace_at(holder: Any, place: tuple[str | int, ...], value: object) -> None:
    """Put a value there, unless something else was put above it before."""
    with suppress(KeyError, IndexError, TypeError):
        for part in place[:-1]:
            holder = holder[part]
        holder[place[-1]] = value


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from([*SCHEMES]), st.data())
def test_no_malformed_part_makes_a_check_fail(path: Path, data: st.DataObject) -> None:
    json_schema = deepcopy(SCHEMES[path])
    for place in data.draw(st.lists(st.sampled_from(PLACES[path]), min_size=1, max_size=3)):
        replace_at(json_schema, place, data.draw(ODD))
    with suppress(SchemeError):
        parse_scheme(json.dumps(json_schema), path)
