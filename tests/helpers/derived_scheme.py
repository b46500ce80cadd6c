"""A small scheme two of whose labels are computed, and a document of it."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

from signalbook.annotate.articles.reader import text_hash
from signalbook.schema.documents.records import AnnotationDocument
from signalbook.schema.scheme.loader import parse_scheme
from signalbook.schema.scheme.model import Scheme

Node = dict[str, Any]
TEXT = "Zelonin praised the grain. Zelonin scorned the fish. Zelonin scorned the fish again."
_TOPIC: Node = {
    "oneOf": [
        {"const": "grain", "title": "Grain"},
        {"const": "fish", "title": "Fish"},
        {"const": "salt", "title": "Salt"},
    ]
}
#: Every test may change its copy.
_SCHEME: Node = {
    "title": "Quarrels",
    "x-scheme": {"name": "quarrels", "version": "1.0.0"},
    "type": "object",
    "properties": {
        "parties": {
            "type": "array",
            "maxItems": 4,
            "items": {
                "type": "object",
                "required": ["id", "role"],
                "x-id-prefix": "P",
                "properties": {"id": {"type": "string"}, "role": {"enum": ["buyer", "seller"]}},
            },
        },
        "spans": {
            "type": "array",
            "items": {
                "oneOf": [
                    {
                        "type": "object",
                        "properties": {
                            "type": {"const": "mention"},
                            "attributes": {
                                "type": "object",
                                "required": ["party"],
                                "properties": {
                                    "party": {"type": "string", "x-kind": "party-reference"}
                                },
                            },
                        },
                    },
                    {
                        "type": "object",
                        "properties": {
                            "type": {"const": "claim"},
                            "attributes": {
                                "type": "object",
                                "required": ["topics"],
                                "properties": {
                                    "topics": {
                                        "type": "array",
                                        "minItems": 1,
                                        "items": {"$ref": "#/$defs/topic"},
                                    },
                                    "loud": {"type": "boolean"},
                                },
                            },
                        },
                    },
                ]
            },
        },
        "relations": {
            "type": "array",
            "items": {
                "properties": {
                    "type": {
                        "oneOf": [
                            {
                                "const": "same_as",
                                "x-endpoints": {
                                    "from": ["claim"],
                                    "to": ["claim"],
                                    "cardinality": "0..1",
                                    "symmetric": False,
                                },
                            }
                        ]
                    }
                }
            },
        },
        "dyads": {
            "type": "array",
            "maxItems": 3,
            "items": {
                "type": "object",
                "required": ["from", "to", "pattern"],
                "properties": {
                    "from": {"type": "string", "x-kind": "side-reference"},
                    "to": {"type": "string", "x-kind": "side-reference"},
                    "pattern": {"enum": ["even", "mixed", "hedging"]},
                },
            },
        },
        "article_labels": {
            "type": "object",
            "required": ["mixed", "clear"],
            "properties": {
                "mixed": {
                    "type": "boolean",
                    "title": "Mixed",
                    "x-derived": {
                        "any": {"of": "dyad", "field": "pattern", "values": ["mixed", "hedging"]}
                    },
                },
                "main_topic": {
                    "$ref": "#/$defs/topic",
                    "title": "Main topic",
                    "x-derived": {
                        "most-frequent": {"of": "claim", "field": "topics", "unless": "same_as"}
                    },
                },
                "clear": {"type": "boolean", "title": "Clear"},
            },
        },
    },
    "$defs": {"topic": _TOPIC},
}
PATH = Path("quarrels.schema.json")


def json_schema() -> Node:
    """The scheme as it stands in its file."""
    return deepcopy(_SCHEME)


def parsed(schema: Node) -> Scheme:
    """The scheme of such a file."""
    return parse_scheme(json.dumps(schema), PATH)


def claim(id: str, at: int, *topics: str) -> Node:
    """A claim about some topics, five characters long."""
    words = TEXT[at : at + 5]
    attributes = {"topics": [*topics]}
    return {"id": id, "type": "claim", "start": at, "end": at + 5, "text": words} | {
        "attributes": attributes
    }


def document(**changed: Any) -> AnnotationDocument:
    """A document without its computed labels: something is mixed, and most claims are on fish."""
    sections: Node = {
        "parties": [{"id": "P1", "role": "buyer"}, {"id": "P2", "role": "seller"}],
        "spans": [claim("s1", 8, "grain"), claim("s2", 35, "fish"), claim("s3", 61, "fish")],
        "relations": [],
        "dyads": [{"from": "P1", "to": "P2", "pattern": "hedging"}],
        "article_labels": {"clear": True},
    }
    article = {"id": "a1", "title": "Fish", "text": TEXT, "text_sha256": text_hash(TEXT)}
    return AnnotationDocument.model_validate(
        {
            "scheme": "quarrels",
            "schema_version": "1.0.0",
            "article": article | {"text_length": len(TEXT), "redistributable": True},
            "annotator": {"id": "ada"},
        }
        | sections
        | changed
    )
