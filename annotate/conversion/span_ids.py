"""The ids of regions on the page become ids that the scheme allows."""

import hashlib
import re
from collections.abc import Collection, Mapping
from dataclasses import replace

from signalbook.schema.scheme.model import Json, Scheme

from .draft import Draft, DraftSpan, position


def with_fitting_ids(draft: Draft, scheme: Scheme) -> Draft:
    """The ids of regions become ids that the scheme allows; each stands for one span."""
    pattern = span_id_pattern(scheme)
    ids: dict[str, str] = {}
    spans: list[DraftSpan] = []
    taken = {span.id for span in draft.spans if re.search(pattern, span.id)} - {*draft.parties}
    for span in sorted(draft.spans, key=position):
        fits = span.id in taken
        ids[span.id] = span.id if fits else _fitted(span.id, pattern, {*taken, *draft.parties})
        taken.add(ids[span.id])
        spans.append(replace(span, id=ids[span.id]))
    relations = frozenset((ids.get(f, f), ids.get(t, t), kind) for f, t, kind in draft.relations)
    return replace(draft, spans=tuple(spans), relations=relations)


def _fitted(id: str, pattern: str, taken: Collection[str]) -> str:
    digest = hashlib.sha256(id.encode("utf-8")).hexdigest()
    for candidate in (f"s_{id}", *(f"s_{digest[:length]}" for length in range(8, 31))):
        if candidate not in taken and re.search(pattern, candidate):
            return candidate
    return id


def span_id_pattern(scheme: Scheme) -> str:
    """What the ids of spans look like; all span types of a scheme share it."""
    document = scheme.document
    items = _resolved(_at(document, "properties", "spans", "items"), document)
    branches: Json = items.get("oneOf") or items.get("anyOf") or [items]
    first: Json = branches[0] if isinstance(branches, list) else None
    id_schema = _at(_resolved(first, document), "properties", "id")
    found = _resolved(id_schema, document).get("pattern", "")
    return found if isinstance(found, str) else ""


def _at(node: Mapping[str, Json], *keys: str) -> dict[str, Json]:
    found: Json = dict(node)
    for key in keys:
        found = found.get(key) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else {}


def _resolved(node: Json, document: Mapping[str, Json]) -> dict[str, Json]:
    while isinstance(node, dict) and isinstance(node.get("$ref"), str):
        node = _at(document, *str(node["$ref"]).removeprefix("#/").split("/"))
    return node if isinstance(node, dict) else {}
