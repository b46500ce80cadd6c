"""Put together what an annotator said of the pairs of an article, each of which was a task."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from signalbook.schema.documents.derived import with_derived
from signalbook.schema.documents.records import AnnotationDocument
from signalbook.schema.documents.stages import earlier_part
from signalbook.schema.scheme.model import Scheme

from .beginning import pairs_of
from .convert import Converted


def put_together(
    converted: Iterable[Converted], scheme: Scheme
) -> tuple[list[Converted], list[str]]:
    """One document for every article, annotator and round; and whose are not finished, in words.

    A pair that somebody has not judged yet is no pair that is not there: an article becomes a
    document once all its pairs are judged. Where what the pairs begin with has changed, those that
    begin alike belong together, and the last that are all judged count.
    """
    by_annotator: defaultdict[tuple[str, str, str, str | None], dict[str, list[Converted]]]
    by_annotator = defaultdict(lambda: defaultdict(list))
    for one in converted:
        article, annotator = one.document.article, one.document.annotator
        key = article.id, article.text_sha256, annotator.id, annotator.round
        beginning = earlier_part(one.document, scheme).model_dump_json(exclude={"annotator"})
        by_annotator[key][beginning].append(one)
    whole: list[Converted] = []
    unfinished: list[str] = []
    for (article_id, _, name, _), groups in by_annotator.items():
        asked = {id: len(pairs_of(g[0].document, scheme)) for id, g in groups.items()}
        complete = [group for id, group in groups.items() if len(group) >= asked[id]]
        if complete:
            whole.append(_joined(max(complete, key=_last), scheme))
        else:
            id = max(groups, key=lambda id: _last(groups[id]))
            fact = f"{name} has judged {len(groups[id])} of {asked[id]} pairs"
            unfinished.append(f"{article_id}: {fact}; a document comes once all are judged")
    return whole, unfinished


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


def _joined(group: Sequence[Converted], scheme: Scheme) -> Converted:
    unmapped = tuple(fact for one in group for fact in one.unmapped)
    return Converted(merged([one.document for one in group], scheme), unmapped)


def _last(group: Sequence[Converted]) -> str:
    """When the last of them was made."""
    return max(str(one.document.annotator.created_at) for one in group)
