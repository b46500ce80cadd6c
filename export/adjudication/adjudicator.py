"""Read out of an adjudicator's annotation what was decided, beside what annotators had."""

from collections.abc import Iterable

from signalbook.schema.documents.derived import with_derived
from signalbook.schema.documents.records import AnnotationDocument
from signalbook.schema.scheme.model import Scheme

from .decision_log import Adjudicated, Shown
from .merge import merge
from .party_matching import by_annotator
from .rulings import Rulings
from .voting import VoteLog, value_frequencies


def read_decisions(
    document: AnnotationDocument,
    shown: Shown,
    scheme: Scheme,
    *,
    annotation: str,
    at: str,
    corpus: Iterable[AnnotationDocument] = (),
) -> Adjudicated:
    """What an adjudicator decided: where annotators differ, and where the adjudicator does from all.

    Args:
        document: What the adjudicator made of the article.
        shown: The annotations that the adjudicator was shown.
        scheme: The scheme of all of them.
        annotation: Identity of the adjudicator's annotation.
        at: When it was submitted.
        corpus: All annotations: how frequent a value is in them decides some ties of the votes.
    """
    derived = with_derived(document, scheme)
    documents = by_annotator(with_derived(d, scheme) for d in shown.documents)
    rulings = Rulings(derived, rule="adjudicated")
    merge(documents, scheme, VoteLog(shown.article, value_frequencies(corpus)), rulings)
    return Adjudicated(
        kind="adjudicated",
        article=shown.article,
        adjudicator=document.annotator.id,
        at=at,
        annotation=annotation,
        made_from=shown.made_from,
        document=document,
        decisions=tuple(rulings.taken),
    )
