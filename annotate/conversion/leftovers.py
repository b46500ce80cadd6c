"""A result that fits nowhere becomes a few words, by which somebody finds it on the page."""

import json
from collections.abc import Mapping
from typing import TypeAlias

from signalbook.schema.documents.annotation import quoted
from signalbook.schema.scheme.model import Json

Object: TypeAlias = Mapping[str, Json]
_SHOWN = 60


def few_words(what: Json, text: str, regions: Mapping[str, Object]) -> str:
    """Where it stands, or else what it says.

    Args:
        what: a result, or values out of one.
        text: of the task.
        regions: results with a label, by region.
    """
    if isinstance(what, str):
        return quoted(what)
    if isinstance(what, list):
        return ", ".join(quoted(str(item)) for item in what)
    if isinstance(what, dict):
        if what.get("type") == "relation":
            ends = [regions.get(str(what.get(side)), {}) for side in ("from_id", "to_id")]
            return "from {} to {}".format(*(_place(end, text) or "nothing" for end in ends))
        if place := _place(what, text):
            return place
        value = what.get("value")
        if isinstance(value, dict) and (listed := _listed(value)):
            return few_words(listed, text, regions)
    said = json.dumps(what, ensure_ascii=False, sort_keys=True)
    return said if len(said) <= _SHOWN else said[: _SHOWN - 1] + "…"


def _listed(value: Object) -> list[Json]:
    """What was chosen or typed, whatever the control."""
    return [item for held in value.values() if isinstance(held, list) for item in held]


def _place(result: Object, text: str) -> str:
    """The words that a result is about, and its labels; empty if it is about none."""
    match result.get("value"):
        case {"start": int(start), "end": int(end), **more}:
            labels = more.get("labels")
            said = [str(label) for label in labels] if isinstance(labels, list) else []
            return " ".join([*said, quoted(text[max(start, 0) : max(end, 0)])])
        case _:
            return ""
