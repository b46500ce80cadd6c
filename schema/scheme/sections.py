"""The sections of a document: what the program writes there, and what a scheme need not say."""

from collections.abc import Mapping
from typing import Final

from .model import Json
from .nodes import Object, as_object

_TEXT: Final[Object] = {"type": "string"}
_TEXT_OR_NONE: Final[Object] = {"type": ["string", "null"]}
#: A text with what a reader wants to know of it, for a scheme that says nothing of its own.
_ARTICLE: Final[Object] = {
    "type": "object",
    "required": ["id", "text_sha256", "text_length"],
    "properties": {
        "id": {"type": "string", "minLength": 1},
        "title": {**_TEXT, "x-shown": True},
        "text": _TEXT,
        "text_sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
        "text_length": {"type": "integer", "minimum": 1},
        "url": {**_TEXT_OR_NONE, "format": "uri"},
        "publisher": {**_TEXT_OR_NONE, "x-shown": True},
        "author": {"type": "array", "items": _TEXT},
        "published_at": {
            "anyOf": [
                {"type": "string", "format": "edtf"},
                {"type": "string", "format": "date-time"},
                {"type": "null"},
            ],
            "x-shown": True,
        },
        "language": _TEXT,
        "licence": _TEXT,
        "redistributable": {"type": "boolean"},
        "extra": {"type": "object"},
    },
}
_ANNOTATOR: Final[Object] = {
    "type": "object",
    "required": ["id"],
    "properties": {
        "id": {"type": "string", "minLength": 1},
        "round": _TEXT,
        "created_at": {"type": "string", "format": "date-time"},
        "lead_time_s": {"type": "number", "minimum": 0},
        "tool": _TEXT,
    },
}
#: What the program writes of a span; of a relation; of who annotated.
OF_SPAN: Final = ("id", "type", "start", "end", "text", "attributes", "origin", "defaulted")
OF_RELATION: Final = ("id", "type", "from", "to")
OF_ANNOTATOR: Final = tuple(as_object(_ANNOTATOR["properties"]))
#: The sections that every document has -> what a scheme says that leaves them out.
_SUPPLIED: Final[Mapping[str, Object]] = {
    "schema_version": _TEXT,
    "article": _ARTICLE,
    "annotator": _ANNOTATOR,
    "spans": {"type": "array", "maxItems": 0},
    "article_labels": {"type": "object"},
}
#: The sections of a document, and what it holds there; there is no place for any other.
SECTIONS: Final[Mapping[str, str]] = {
    "scheme": "the name of the scheme that the document was made with",
    "schema_version": "the version of the scheme that the document was made with",
    "article": "the article: its `id`, its text and hash, and its metadata",
    "annotator": "who annotated it, under a pseudonym, when and how",
    "spans": "what is marked in the text: each span has a `type`, a place and `attributes`",
    "article_labels": "what is asked about the article as a whole",
    "parties": "who is meant by spans",
    "relations": "links between two spans",
    "dyads": "judgements on two parties",
}


def with_sections(json_schema: Mapping[str, Json]) -> Object:
    """The scheme with all sections that a document has.

    A section for the article or the annotator that has no properties gets those of the one that is
    supplied. A document says of which scheme it is, whether the scheme has a section for it or not.
    """
    given = as_object(json_schema.get("properties"))
    supplied = {name: _completed(given.get(name), _SUPPLIED[name]) for name in _SUPPLIED}
    name = as_object(json_schema.get("x-scheme")).get("name")
    return {**json_schema, "properties": {"scheme": {"const": name}, **given, **supplied}}


def _completed(given: Json, supplied: Object) -> Json:
    if given is None:
        return supplied
    section = as_object(given)
    says_more = {"properties", "$ref", "allOf"} & section.keys()
    return {**supplied, **section} if "properties" in supplied and not says_more else given
