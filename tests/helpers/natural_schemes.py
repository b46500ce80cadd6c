"""Schemes as somebody writes them who knows JSON Schema and nothing of ours, drawn at random."""

from typing import Any

from hypothesis import strategies as st

Node = dict[str, Any]

#: Names that tables, pages and documents use for something else, among harmless ones.
NAMES = st.sampled_from(
    [
        *(
            "tone",
            "strength",
            "grounds",
            "section",
            "final",
            "decided_on",
            "damages",
            "größe",
            "立場",
        ),
        *("start", "end", "type", "text", "id", "start_value", "split", "origin", "layer", "Tone"),
        *("article", "span", "party", "value", "note", "none", "choices", "class", "from", "x y"),
    ]
)
WORDS = st.sampled_from(
    [
        "weak",
        "strong",
        "law",
        "fact",
        "Kläger",
        "原告",
        "other",
        "none",
        "a b",
        "A",
        "0",
        "1",
        "<b>",
    ]
)
TITLES = st.sampled_from(["Tone", "How strong?", "Größe $1", "立場", "<i>x</i>", 'a "b"', "…"])


def _listed(values: list[Any], titles: list[str] | None) -> Node:
    if titles is None:
        return {"enum": values}
    return {"oneOf": [{"const": v, "title": t} for v, t in zip(values, titles, strict=False)]}


@st.composite
def choices(draw: st.DrawFn) -> Node:
    """One of several words."""
    values = draw(st.lists(WORDS, min_size=1, max_size=6, unique=True))
    titles = draw(st.none() | st.lists(TITLES, min_size=len(values), max_size=len(values)))
    node = _listed(values, titles)
    if titles is not None and draw(st.booleans()):
        for rank, value in enumerate(node["oneOf"]):
            value["x-rank"] = rank
    return node | draw(st.sampled_from([{}, {"type": "string"}]))


@st.composite
def sets(draw: st.DrawFn) -> Node:
    """Several of several words."""
    items = draw(choices())
    bounds = draw(st.sampled_from([{}, {"minItems": 1}, {"maxItems": 1}, {"minItems": 0}]))
    for value in items.get("oneOf", []):
        value.pop("x-rank", None)
    return {"type": "array", "uniqueItems": True, "items": items, **bounds}


@st.composite
def numbers(draw: st.DrawFn) -> Node:
    """A number, with bounds or without; a rating, if the bounds are near."""
    node: Node = {"type": draw(st.sampled_from(["integer", "number"]))}
    if draw(st.booleans()):
        node["minimum"] = draw(st.integers(-3, 3))
        node["maximum"] = node["minimum"] + draw(st.integers(1, 500))
    return node


PLAIN: list[Node] = [
    {"type": "boolean"},
    {"type": "string"},
    {"type": "string", "format": "date"},
    {"type": "string", "maxLength": 5},
    {"type": ["string", "null"]},
    {"type": "string", "pattern": "^[a-z]{0,9}$"},
    {"const": "only"},
    {"allOf": [{"type": "string"}, {"enum": ["a", "b"]}]},
    {"enum": ["a", None]},
    {"enum": [1, 2, 3]},
]
ABOUT: list[Node] = [{}, {"title": "A title"}, {"description": "What it says: this."}]


@st.composite
def fields(draw: st.DrawFn) -> Node:
    """One thing that is asked."""
    node: Node = draw(st.one_of(choices(), sets(), numbers(), st.sampled_from(PLAIN)))
    about: Node = draw(st.sampled_from(ABOUT))
    return {**node, **about}


@st.composite
def asked(draw: st.DrawFn, most: int = 4) -> Node:
    """An object of fields, some of them required."""
    properties = draw(st.dictionaries(NAMES, fields(), max_size=most))
    required = draw(st.lists(st.sampled_from([*properties]), unique=True)) if properties else []
    return {"type": "object", "properties": properties, "required": required}


@st.composite
def natural_schemes(draw: st.DrawFn) -> Node:
    """A whole scheme."""
    names = draw(
        st.lists(st.sampled_from(["claim", "holding", "立場", "Span"]), max_size=3, unique=True)
    )
    branches: list[Node] = []
    for name in names:
        of_span: Node = {"type": {"const": name}}
        if draw(st.booleans()):
            of_span["attributes"] = draw(asked())
        branches.append({"type": "object", "properties": of_span})
    properties: Node = {}
    if branches:
        items: Node = branches[0] if len(branches) == 1 else {"oneOf": branches}
        properties["spans"] = {"type": "array", "items": items}
        if draw(st.booleans()):
            kinds = draw(
                st.lists(st.sampled_from(["supports", "same as"]), min_size=1, unique=True)
            )
            relation = {"type": "object", "properties": {"type": {"enum": kinds}}}
            properties["relations"] = {"type": "array", "items": relation}
    if draw(st.booleans()):
        properties["article_labels"] = draw(asked())
    about = {"name": "drawn", "version": "1.0.0"}
    return {"title": "Drawn", "x-scheme": about, "type": "object", "properties": properties}
