"""Leave out what a release does not give away: withheld words, and the hour of an annotation."""

from typing import Any

from signalbook.schema.documents.records import AnnotationDocument
from signalbook.schema.scheme.model import Scheme
from signalbook.schema.tables.columns import (
    dyad_columns,
    label_columns,
    party_columns,
    span_columns,
)

#: Further metadata that says whom to name for a text; a licence may ask for it.
ATTRIBUTION = "attribution"


def redact(document: AnnotationDocument, scheme: Scheme) -> AnnotationDocument:
    """The document as a release gives it away: with the day on which it was annotated, not the hour.

    Unless the article may be redistributed, text, title and free text are left out. Identity
    stays: url, hash and length of the text, offsets, and every coded value; so does whom to name:
    publisher, author, and `attribution` of the further metadata.
    """
    document = _dated_by_day(document)
    if document.article.redistributable:
        return document
    free = free_text_fields(scheme)
    data = document.to_dict()
    data["article"] = _without(data["article"], {"text", "extra"}) | {"title": ""}
    if ATTRIBUTION in document.article.extra:
        data["article"]["extra"] = {ATTRIBUTION: document.article.extra[ATTRIBUTION]}
    for name, unit in (("parties", "party"), ("dyads", "dyad")):
        if name in data:
            data[name] = [_without(entry, free.get(unit, set())) for entry in data[name]]
    for span in data.get("spans", []):
        span.pop("text", None)
        span["attributes"] = _without(span.get("attributes", {}), free.get(span["type"], set()))
    if "article_labels" in data:
        data["article_labels"] = _without(data["article_labels"], free.get("article", set()))
    return AnnotationDocument.model_validate(data)


def _dated_by_day(document: AnnotationDocument) -> AnnotationDocument:
    moment = document.annotator.created_at
    if moment is None:
        return document
    start = start_of_day(moment[:10])
    return document.with_annotator(document.annotator.model_copy(update={"created_at": start}))


def start_of_day(day: str) -> str:
    """The moment that stands for a day whose hour is not given away: a document has no bare days."""
    return f"{day}T00:00:00Z"


def free_text_fields(scheme: Scheme) -> dict[str, set[str]]:
    """Unit -> its fields that hold words of the article or of the annotator."""
    fields: dict[str, set[str]] = {}
    for unit, field in scheme.fields():
        if field.is_free_text:
            fields.setdefault(unit, set()).add(field.name)
    return fields


def worded_columns(scheme: Scheme) -> dict[str, list[str]]:
    """Table -> columns that are null where the words of an article are withheld."""
    named = span_columns(scheme)
    free = free_text_fields(scheme)
    spans = {named[t.name, name] for t in scheme.span_types for name in free.get(t.name, ())}
    return {
        "articles": ["text", "title"],
        "spans": ["text", *sorted(spans)],
        "parties": [party_columns(scheme)[name] for name in sorted(free.get("party", ()))],
        "dyads": [dyad_columns(scheme)[name] for name in sorted(free.get("dyad", ()))],
        "document_labels": [
            label_columns(scheme)[name] for name in sorted(free.get("article", ()))
        ],
    }


def _without(values: dict[str, Any], names: set[str]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name not in names}
