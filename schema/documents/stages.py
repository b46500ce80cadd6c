"""Part a document by stages: what those before have made of an article, and what one asks itself."""

from signalbook.schema.scheme.fields import DEFAULTED
from signalbook.schema.scheme.model import Scheme
from signalbook.schema.scheme.nodes import as_object
from signalbook.schema.scheme.stages import at_stage_before

from .records import AnnotationDocument


def earlier_part(document: AnnotationDocument, scheme: Scheme) -> AnnotationDocument:
    """A document without what the stage of the scheme, or a later one, asks."""
    known, before = scheme.earlier, at_stage_before(scheme)
    fields = before.article_labels if before else ()
    places = as_object(before.json_schema["properties"]) if before else {}
    labels = {DEFAULTED, *(field.name for field in fields)}
    sections: dict[str, object] = {
        "parties": document.parties if "party" in known else (),
        "spans": tuple(span for span in document.spans if span.type in known),
        "relations": tuple(r for r in document.relations if r.type in known),
        "dyads": document.dyads if "dyad" in known else (),
        "article_labels": {n: v for n, v in document.article_labels.items() if n in labels},
    }
    kept = {name: getattr(document, name) for name in document.model_fields_set - sections.keys()}
    placed = {name: section for name, section in sections.items() if name in places}
    return AnnotationDocument.model_validate({**kept, **placed})


def asked_part(document: AnnotationDocument, scheme: Scheme) -> AnnotationDocument:
    """A document without what stages before that of the scheme have made, but for its parties."""
    known = scheme.earlier
    if not known:
        return document
    return document.model_copy(
        update={
            "spans": tuple(span for span in document.spans if span.type not in known),
            "relations": tuple(r for r in document.relations if r.type not in known),
            "dyads": document.dyads if "dyad" not in known else (),
        }
    )
