"""Two quite different schemes, compiled to check documents, and their examples to change."""

import json
from pathlib import Path
from typing import Any

from places import EXAMPLES

from signalbook.export.validation.checker import Checker
from signalbook.schema.documents.records import AnnotationDocument
from signalbook.schema.scheme.loader import load_scheme

SECOND = EXAMPLES / "adverse_events" / "1.0"
SCHEMES: dict[str, str | Path] = {
    "diplomatic_signal": "diplomatic_signal",
    "adverse_events": SECOND,
}
CHECKERS = {
    name: Checker(load_scheme(source), purpose="release") for name, source in SCHEMES.items()
}


def example(name: str) -> dict[str, Any]:
    path = CHECKERS[name].scheme.folder / "example.annotation.json"
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def messages(name: str, data: dict[str, Any]) -> list[str]:
    return [i.message for i in CHECKERS[name].check(AnnotationDocument.model_validate(data))]
