"""Hold a scheme against what the program itself writes, so that a document can be right at all."""

from collections.abc import Collection, Iterator
from typing import cast

from jsonschema import ValidationError

from .json_schema import PartValidator, matches
from .model import Json, Scheme
from .nodes import Object, as_object, strings
from .problems import SchemeProblem, pointer_to
from .references import References

#: Behind these, whether a part of a scheme holds depends on what annotators answer.
_CONDITIONAL = {"if", "then", "else", "not", "anyOf", "oneOf", "dependentSchemas"}
_CLOSING = ("additionalProperties", "unevaluatedProperties")
#: What refuses a value for its form alone; None is the schema `false`.
_OF_THE_FORM = ("type", None)
#: What else a text is held to that the program chooses by itself.
_OF_OUR_WORDS = ("const", "enum", "pattern")
_OF_OTHERS = ("article", "annotator")
_OUR_WORDS = ("scheme", "schema_version", "id", "type", "origin")
#: Ids of spans: as Label Studio gives them, and as is made of one that a scheme would not take.
_SPAN_IDS = ("AbC_1-xYz9", "s_0123abcd")
_SOME_TEXT: Object = {
    "id": "a1",
    "title": "A",
    "text": "A",
    "text_sha256": "0" * 64,
    "text_length": 1,
}


def check_written(scheme: Scheme, references: References) -> Iterator[SchemeProblem]:
    """Every section and every unit is accepted as the program writes it, before any answer."""
    judge = PartValidator(scheme.json_schema)
    for node, pointer, written in _units(scheme, references):
        yield from _refusals(judge, pointer, node, written)


def _units(scheme: Scheme, references: References) -> Iterator[tuple[Object, str, Object]]:
    """Keywords of a part of a scheme, where it stands, and what the program writes there."""
    sections = as_object(scheme.json_schema["properties"])
    yield dict(scheme.json_schema), "", _document(scheme, sections)
    for span_type in scheme.span_types:
        pointer = span_type.pointer
        yield references.at(pointer), pointer, _span(span_type.name, span_type.id_pattern)
    entries: dict[str, Object] = {}
    if scheme.party is not None:
        entries["parties"] = {"id": scheme.party.id(1)}
    if scheme.relation_types:
        kind = scheme.relation_types[0].name
        entries["relations"] = {"id": "r1", "type": kind, "from": "s1", "to": "s2"}
    for section, written in entries.items():
        place = references.items(sections[section], f"/properties/{section}")
        yield *references.resolve(*place), written


def _document(scheme: Scheme, sections: Object) -> Object:
    written: Object = {
        "scheme": scheme.name,
        "schema_version": scheme.version,
        "article": dict(_SOME_TEXT),
        "annotator": {"id": "A1", "created_at": "2031-05-02T09:30:00Z", "tool": "label-studio"},
    }
    lists: Object = {name: [] for name in ("parties", "relations", "dyads") if name in sections}
    return {**written, "spans": [], **lists, "article_labels": {}}


def _span(name: str, id_pattern: str) -> Object:
    fitting = [id for id in _SPAN_IDS if matches(id_pattern, id)]
    id = fitting[0] if fitting else _SPAN_IDS[0]
    return {
        "id": id,
        "type": name,
        "start": 0,
        "end": 1,
        "text": "A",
        "attributes": {},
        "origin": "manual",
    }


def _refusals(
    judge: PartValidator, pointer: str, node: Object, written: Object
) -> Iterator[SchemeProblem]:
    """What a part refuses of what the program writes there.

    Args:
        judge: Judges by the whole scheme.
        pointer: JSON Pointer of the part.
        node: Its keywords.
        written: What the program writes there.
    """
    asked = as_object(node.get("properties"))
    for error in judge.errors(node, written):
        path = [*error.absolute_schema_path]
        if not _CONDITIONAL.intersection(map(str, path)) and (fact := _fact(error, asked)):
            yield SchemeProblem(pointer if "$ref" in path else pointer_to(pointer, *path), fact)


def _fact(error: ValidationError, asked: Collection[str]) -> str:
    """What a refusal means for the author; nothing if it is up to the annotator."""
    keyword = cast("str | None", error.validator)
    known = {*as_object(as_object(cast("Json", error.schema)).get("properties")), *asked}
    if keyword in _CLOSING:
        forbidden = [name for name in cast("Object", error.instance) if name not in known]
        return f"forbids {', '.join(forbidden)}, which the program writes; add it to properties"
    if keyword == "required":
        there = known.union(cast("Object", error.instance))
        missing = [n for n in strings(cast("Json", error.validator_value)) if n not in there]
        return f"names {', '.join(missing)}, which is not among the properties" if missing else ""
    is_ours = error.path and error.path[-1] in _OUR_WORDS and error.path[0] not in _OF_OTHERS
    if keyword in _OF_THE_FORM or (keyword in _OF_OUR_WORDS and is_ours):
        return f"refuses {error.instance!r}, as the program writes it; leave this out"
    return ""
