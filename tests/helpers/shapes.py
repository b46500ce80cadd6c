"""Schemes of every shape, as somebody writes them who knows JSON Schema."""

from typing import Any

Node = dict[str, Any]


def _span(name: str, attributes: Node | None = None) -> Node:
    properties: Node = {"type": {"const": name}}
    if attributes is not None:
        properties["attributes"] = {"type": "object", "properties": attributes}
    return {"type": "object", "properties": properties}


def _spans(*of: Node) -> Node:
    return {"type": "array", "items": {"oneOf": [*of]}}


STANCE: Node = {"enum": ["for", "against", "open"]}
MANY: Node = {"enum": [f"topic-{number:03}" for number in range(400)]}
#: Shape -> the sections of a scheme that has it.
SHAPES: dict[str, Node] = {
    "labels only": {
        "article_labels": {
            "properties": {
                "stance": STANCE,
                "rating": {"type": "integer"} | {"minimum": 1, "maximum": 5},
            }
        }
    },
    "spans without attributes": {"spans": _spans(_span("claim"), _span("holding"))},
    "one span type": {"spans": {"type": "array", "items": _span("claim")}},
    "no labels": {"spans": _spans(_span("claim", {"stance": STANCE}), _span("holding"))},
    "plain relations": {
        "spans": _spans(_span("claim"), _span("holding")),
        "relations": {
            "type": "array",
            "items": {"properties": {"type": {"enum": ["supports", "repeats"]}}},
        },
    },
    "many values": {
        "spans": _spans(_span("claim", {"topic": MANY})),
        "article_labels": {"properties": {"topics": {"type": "array", "items": MANY}}},
    },
}


def scheme_of(shape: str) -> Node:
    """The whole scheme."""
    about = {"name": shape.replace(" ", "_"), "version": "1.0.0"}
    return {
        "title": shape.capitalize(),
        "x-scheme": about,
        "type": "object",
        "properties": SHAPES[shape],
    }
