"""Write a scheme from a few facts: span types, what is asked about them, relations, labels."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from signalbook.schema.json_text import json_source
from signalbook.schema.page.config import labeling_config
from signalbook.schema.scheme.loader import parse_scheme
from signalbook.schema.scheme.model import Json, Scheme
from signalbook.schema.scheme.problems import pointer_to
from signalbook.schema.scheme.references import reference_to

from .identifiers import spoken

#: What an answer is: one of the values, several, one of values in an order, or something written.
Answer: TypeAlias = Literal[
    "one", "several", "ordered", "yes-no", "text", "date", "integer", "number"
]
_Node: TypeAlias = dict[str, Json]
_WRITTEN: dict[Answer, _Node] = {
    "yes-no": {"type": "boolean"},
    "text": {"type": "string"},
    "date": {"type": "string", "format": "date"},
    "integer": {"type": "integer"},
    "number": {"type": "number"},
}


@dataclass(frozen=True)
class DraftValue:
    """One value of a field."""

    id: str
    #: Empty if the id says it.
    title: str = ""
    description: str = ""
    hotkey: str = ""


@dataclass(frozen=True)
class DraftField:
    """What is asked about a span, or about the article."""

    name: str
    answer: Answer
    values: tuple[DraftValue, ...] = ()
    title: str = ""
    description: str = ""
    required: bool = True
    minimum: float | None = None
    maximum: float | None = None


@dataclass(frozen=True)
class DraftSpanType:
    """What is marked in the text."""

    name: str
    fields: tuple[DraftField, ...] = ()
    title: str = ""
    description: str = ""
    colour: str = ""


@dataclass(frozen=True)
class DraftRelation:
    """A link from a span of one of these types to one of those."""

    name: str
    from_: tuple[str, ...]
    to: tuple[str, ...]
    title: str = ""
    description: str = ""
    colour: str = ""
    at_most_one: bool = False
    symmetric: bool = False


@dataclass(frozen=True)
class Draft:
    """A scheme before it is one."""

    name: str
    title: str
    span_types: tuple[DraftSpanType, ...] = ()
    relations: tuple[DraftRelation, ...] = ()
    labels: tuple[DraftField, ...] = ()


def checked_scheme(draft: Draft, path: Path) -> tuple[str, Scheme]:
    """The text of the scheme that a draft stands for, and the scheme that is read from it.

    Args:
        draft: What the scheme should have.
        path: File that it will be written to, for the messages.

    Raises:
        SchemeError: It is none; the message names every mistake.
    """
    text = json_source(scheme_json(draft))
    scheme = parse_scheme(text, path)
    labeling_config(scheme)  # finds what the page has no place for
    return text, scheme


def scheme_json(draft: Draft) -> _Node:
    """The JSON Schema of a draft, in the form that the reference prefers."""
    shared = _shared([*(t.fields for t in draft.span_types), draft.labels])
    sections: _Node = {}
    if draft.span_types:
        types: list[Json] = [_span_type(t, shared) for t in draft.span_types]
        items: Json = types[0] if len(types) == 1 else {"oneOf": types}
        sections["spans"] = {"type": "array", "items": items}
    if draft.relations:
        kinds: list[Json] = [*map(_relation, draft.relations)]
        link: _Node = {"type": {"title": "Relation", "oneOf": kinds}}
        sections["relations"] = {
            "type": "array",
            "items": {"type": "object", "properties": link},
        }
    if draft.labels:
        sections["article_labels"] = _asked(draft.labels, shared)
    defs: _Node = {field.name: _field(field) for field in shared}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": draft.title,
        "x-scheme": {"name": draft.name, "version": "1.0.0"},
        "type": "object",
        "properties": sections,
        **({"$defs": defs} if defs else {}),
    }


def _shared(units: Iterable[Sequence[DraftField]]) -> frozenset[DraftField]:
    """Fields that several units have alike; each is defined once."""
    counts = Counter(field for fields in units for field in fields)
    several = [field for field, count in counts.items() if count > 1]
    names = Counter(field.name for field in several)
    return frozenset(field for field in several if names[field.name] == 1)


def _span_type(span_type: DraftSpanType, shared: frozenset[DraftField]) -> _Node:
    properties: _Node = {"type": {"const": span_type.name}}
    if span_type.fields:
        properties["attributes"] = _asked(span_type.fields, shared)
    about = _about(span_type.name, span_type.title, span_type.description)
    looks = _said({"x-colour": span_type.colour})
    return {"type": "object", **about, **looks, "properties": properties}


def _relation(relation: DraftRelation) -> _Node:
    ends: _Node = {
        "from": [*relation.from_],
        "to": [*relation.to],
        "cardinality": "0..1" if relation.at_most_one else "0..n",
        "symmetric": relation.symmetric,
    }
    about = _about(relation.name, relation.title, relation.description)
    looks = _said({"x-colour": relation.colour})
    return {"const": relation.name, **about, **looks, "x-endpoints": ends}


def _asked(fields: Sequence[DraftField], shared: frozenset[DraftField]) -> _Node:
    required: list[Json] = [field.name for field in fields if field.required]
    properties: _Node = {
        field.name: {"$ref": reference_to(pointer_to("", "$defs", field.name))}
        if field in shared
        else _field(field)
        for field in fields
    }
    return {
        "type": "object",
        **({"required": required} if required else {}),
        "properties": properties,
    }


def _field(field: DraftField) -> _Node:
    about = _about(field.name, field.title, field.description)
    if field.answer == "several":
        return {**about, "type": "array", "uniqueItems": True, "items": _listed(field)}
    if field.answer in _WRITTEN:
        bounds = {"minimum": _plain(field.minimum), "maximum": _plain(field.maximum)}
        return {**about, **_WRITTEN[field.answer], **_said(bounds)}
    return {**about, **_listed(field)}


def _listed(field: DraftField) -> _Node:
    """The values: bare, if there is nothing to say about any of them."""
    if field.answer != "ordered" and field.values == tuple(DraftValue(v.id) for v in field.values):
        return {"enum": [value.id for value in field.values]}
    values: list[Json] = []
    for rank, value in enumerate(field.values, 1):
        about = _about(value.id, value.title, value.description)
        order: _Node = {"x-rank": rank} if field.answer == "ordered" else {}
        values.append({"const": value.id, **about, **order, **_said({"x-hotkey": value.hotkey})})
    return {"oneOf": values}


def _about(name: str, title: str, description: str) -> _Node:
    return _said({"title": title or spoken(name), "description": description})


def _said(keywords: Mapping[str, Json]) -> _Node:
    return {keyword: value for keyword, value in keywords.items() if value not in ("", None)}


def _plain(number: float | None) -> Json:
    return int(number) if number is not None and number == int(number) else number
