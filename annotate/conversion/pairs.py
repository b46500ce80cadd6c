"""Put together what an annotator said of the pairs of an article, each of which was a task."""

from collections.abc import Sequence

from signalbook.schema.documents.derived import with_derived
from signalbook.schema.documents.records import AnnotationDocument
from signalbook.schema.scheme.model import Scheme


def merged(documents: Sequence[AnnotationDocument], scheme: Scheme) -> AnnotationDocument:
    """One document of those that an annotator made of an article's pairs.

    Args:
        documents: Documents in any order, at least one; alike but for their dyads.
        scheme: Scheme of the stage, for the labels that are computed of all dyads.
    """
    if len(documents) == 1:
        return documents[0]
    dyads = [dyad for document in documents for dyad in document.dyads]
    ordered = tuple(sorted(dyads, key=lambda dyad: str([*dyad.attributes.items()])))
    known = [document.annotator for document in documents]
    updates: dict[str, object] = {}
    if times := [annotator.lead_time_s for annotator in known if annotator.lead_time_s is not None]:
        updates["lead_time_s"] = sum(times)
    if created := [annotator.created_at for annotator in known if annotator.created_at is not None]:
        updates["created_at"] = max(created)
    annotator = known[0].model_copy(update=updates)
    whole = documents[0].model_copy(update={"dyads": ordered, "annotator": annotator})
    return with_derived(whole, scheme)
