"""A label that cannot be computed as its scheme says is refused with its place."""

from collections.abc import Callable
from typing import Any

import pytest
from derived_scheme import json_schema, parsed

from signalbook.schema.errors import SchemeError
from signalbook.schema.scheme.model import Derived

Node = dict[str, Any]
LABELS = "/properties/article_labels/properties"
ANY, MOST = f"{LABELS}/mixed/x-derived/any", f"{LABELS}/main_topic/x-derived/most-frequent"


def refusal(change: Callable[[Node], object]) -> str:
    schema = json_schema()
    change(schema)
    with pytest.raises(SchemeError) as refused:
        parsed(schema)
    return str(refused.value).replace("quarrels.schema.json#", "")


def labels(schema: Node) -> Node:
    found: Node = schema["properties"]["article_labels"]["properties"]
    return found


def any_of(schema: Node) -> Node:
    found: Node = labels(schema)["mixed"]["x-derived"]["any"]
    return found


def most_of(schema: Node) -> Node:
    found: Node = labels(schema)["main_topic"]["x-derived"]["most-frequent"]
    return found


def test_a_scheme_says_how_a_label_follows() -> None:
    fields = {field.name: field for field in parsed(json_schema()).article_labels}
    assert fields["mixed"].derived == Derived(
        "any", "dyad", "pattern", values=("mixed", "hedging"), pointer=ANY
    )
    assert fields["main_topic"].derived == Derived(
        "most-frequent", "claim", "topics", unless="same_as", pointer=MOST
    )
    assert fields["clear"].derived is None
    assert not fields["mixed"].must_be_decided
    assert [field.name for field in parsed(json_schema()).asked_labels] == ["clear"]


MISTAKES: list[tuple[Callable[[Node], object], str]] = [
    (
        lambda s: any_of(s).update(of="duel"),
        f"{ANY}/of: names 'duel', which is no unit; there are mention, claim, party, dyad",
    ),
    (
        lambda s: any_of(s).update(of="article"),
        f"{ANY}/of: names 'article', which is no unit; there are mention, claim, party, dyad",
    ),
    (
        lambda s: any_of(s).update(field="shape"),
        f"{ANY}/field: names 'shape', which dyad has not; there are from, to, pattern",
    ),
    (
        lambda s: any_of(s).update(values=["even", "odd"]),
        f"{ANY}/values/1: 'odd' is no value of dyad.pattern",
    ),
    (
        lambda s: any_of(s).update(field="from", values=["P1"]),
        f"{ANY}/values/0: 'P1' is no value of dyad.from",
    ),
    (
        lambda s: labels(s)["mixed"].update(type="integer"),
        f"{ANY}: mixed is no boolean; what any gives is true or false",
    ),
    (
        lambda s: labels(s)["mixed"].update(default=False),
        f"{ANY}: mixed is computed and has a default, which nothing would use; leave it out",
    ),
    (
        lambda s: s["$defs"]["topic"]["oneOf"][0].update({"x-hotkey": "g"}),
        f"{MOST}: main_topic is computed, and no key chooses its values; leave x-hotkey out",
    ),
    (
        lambda s: most_of(s).update(unless="other_than"),
        f"{MOST}/unless: names 'other_than', which is no relation type",
    ),
    (
        lambda s: most_of(s).update(of="mention", field="party"),
        (
            f"{MOST}/field: mention.party names parties, which have other ids in every "
            "document; name a field whose values recur"
        ),
    ),
    (
        lambda s: most_of(s).update(field="loud"),
        f"{MOST}: main_topic is to be one boolean, as claim.loud has it",
    ),
    (
        lambda s: (
            labels(s)["main_topic"].update({"$ref": "#/$defs/other"})
            or s["$defs"].update(other={"enum": ["grain", "fish"]})
        ),
        f"{MOST}: main_topic has other values than claim.topics; give it the same",
    ),
    (
        lambda s: s["properties"]["article_labels"]["required"].append("main_topic"),
        f"{MOST}: main_topic has no value where there is nothing to count; do not require it",
    ),
    (
        lambda s: labels(s)["clear"].update(
            {"x-default-from": {"attribute": "mixed", "when": {"mixed": [True]}}}
        ),
        f"{ANY}: x-default-from of clear names mixed, which is computed afterwards",
    ),
]


@pytest.mark.parametrize(("change", "expected"), MISTAKES)
def test_a_label_that_cannot_be_computed_is_refused(
    change: Callable[[Node], object], expected: str
) -> None:
    assert refusal(change) == expected


def test_a_relation_that_starts_from_no_such_span_leaves_nothing_out() -> None:
    def change(schema: Node) -> None:
        kinds = schema["properties"]["relations"]["items"]["properties"]["type"]["oneOf"]
        kinds[0]["x-endpoints"]["from"] = ["mention"]

    assert refusal(change) == f"{MOST}/unless: names 'same_as', which starts from no claim"


def test_what_is_no_label_of_the_article_cannot_be_computed() -> None:
    def change(schema: Node) -> None:
        claim = schema["properties"]["spans"]["items"]["oneOf"][1]["properties"]["attributes"]
        claim["properties"]["loud"]["x-derived"] = labels(schema)["mixed"]["x-derived"]

    place = "/properties/spans/items/oneOf/1/properties/attributes/properties/loud"
    assert (
        f"{place}/x-derived: x-derived has no effect here; it stands on a label of the article"
        in refusal(change)
    )


def test_one_definition_of_a_label_and_of_a_field_cannot_be_computed() -> None:
    def change(schema: Node) -> None:
        schema["$defs"]["mixed"] = labels(schema)["mixed"]
        labels(schema)["mixed"] = {"$ref": "#/$defs/mixed"}
        claim = schema["properties"]["spans"]["items"]["oneOf"][1]["properties"]["attributes"]
        claim["properties"]["loud"] = {"$ref": "#/$defs/mixed"}

    assert refusal(change) == (
        "/$defs/mixed: x-derived is on a field of claim; only a label of the article is computed"
    )


def test_a_label_is_computed_in_one_way_that_is_known() -> None:
    derived = {"least-frequent": {"of": "claim", "field": "topics"}}
    assert "x-derived" in refusal(lambda s: labels(s)["mixed"].update({"x-derived": derived}))


def test_what_a_label_follows_from_is_told_with_yes_and_no() -> None:
    meaning = Derived("any", "dyad", "public", (True,)).meaning
    assert meaning == "whether any of the dyads has the public yes"
