"""A scheme of characters who speak, as a newcomer writes it: little is required of a party."""

import hashlib
import json
from pathlib import Path
from typing import Any

from signalbook.schema.documents.records import AnnotationDocument
from signalbook.schema.scheme.loader import load_scheme
from signalbook.schema.scheme.model import Scheme

Node = dict[str, Any]
TEXT = "“Go away!” shouted Olin. “I will stay,” whispered Mira."
NAMES: Node = {"name": {"type": "string"}, "kind": {"enum": ["person", "group"]}}


def speech_scheme(folder: Path, party: Node, speaker: Node, **rest: Any) -> Scheme:
    """The scheme with this schema of a party, and these keywords on whoever speaks."""
    reference = {"type": "string", "x-kind": "party-reference"} | speaker
    attributes = {"speaker": reference, "loud": {"type": "boolean"}}
    quote: Node = {
        "type": {"const": "quote"},
        "attributes": {"required": ["speaker", "loud"], "properties": attributes},
    }
    scheme: Node = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Speech",
        "x-scheme": {"name": "speech", "version": "1.0.0"},
        "properties": {
            "parties": {"type": "array", "items": {"title": "Character"} | party},
            "spans": {"type": "array", "items": {"oneOf": [{"properties": quote}]}},
            **rest,
        },
    }
    path = folder / "speech.schema.json"
    path.write_text(json.dumps(scheme), encoding="utf-8")
    return load_scheme(path)


def speech(
    annotator: str, parties: list[Node], speakers: list[str], **rest: Any
) -> AnnotationDocument:
    """An annotator's document: these parties, and who speaks the first words, and the second."""
    extents = [(1, 9), (26, 38)]
    return AnnotationDocument.model_validate(
        {
            "scheme": "speech",
            "schema_version": "1.0.0",
            "article": {
                "id": "x1",
                "text": TEXT,
                "text_sha256": hashlib.sha256(TEXT.encode()).hexdigest(),
                "text_length": len(TEXT),
                "licence": "CC0-1.0",
                "redistributable": True,
            },
            "annotator": {"id": annotator},
            "parties": parties,
            "spans": [
                {"id": f"s{n}", "type": "quote", "start": start, "end": end}
                | {"attributes": {"speaker": speaker, "loud": n == 1}}
                for n, ((start, end), speaker) in enumerate(zip(extents, speakers, strict=True), 1)
            ],
            **rest,
        }
    )
