"""Annotations become a profile of each annotator: how much, how fast, how much like the rest."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from signalbook.export.agreement.corpus import Corpus
from signalbook.export.agreement.field_measures import Encoded
from signalbook.export.agreement.span_groups import Group

from .influence import Agreed, Drift, Influence, PairMatrix, agreed
from .work import Share, Spread, defaulted, lead_times, missing_values

_FEW = 2


@dataclass(frozen=True)
class Profile:
    """One annotator."""

    annotator: str
    #: Whether the annotator is simulated, not a person.
    simulated: bool
    documents: int
    #: Documents that somebody else saw as well.
    shared: int
    spans_per_document: float
    #: Mean F1 of spans with each of the others.
    f1: float | None
    #: How each measure with a target changes without this annotator.
    influence: tuple[Influence, ...]
    #: Seconds for a document.
    lead_time: Spread | None
    #: `unit.field` -> required values that are absent.
    missing: dict[str, int]
    #: Values left as the page proposes them, of those that it proposes.
    defaulted: Share
    drift: Drift | None
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class Annotators:
    """Every annotator, and every two of them."""

    profiles: tuple[Profile, ...]
    f1: PairMatrix


def annotators(
    corpus: Corpus,
    groups: Sequence[Sequence[Group[int]]],
    *,
    encoded: Iterable[Encoded] | None = None,
) -> Annotators:
    """The profile of each annotator, in the order of the corpus.

    Args:
        corpus: The annotations.
        groups: For each article its groups of matched spans (`measures.align`).
        encoded: The layers of these, if they are encoded already.
    """
    known = agreed(corpus, groups, encoded=encoded)
    profiles = tuple(_profile(corpus, number, known) for number in range(len(corpus.annotators)))
    return Annotators(profiles, known.f1_matrix())


def _profile(corpus: Corpus, annotator: int, known: Agreed) -> Profile:
    own = [doc for (_, who), doc in sorted(corpus.documents.items()) if who == annotator]
    shared = sum(annotator in seen and len(seen) > 1 for seen in corpus.seen_by)
    return Profile(
        annotator=corpus.annotators[annotator],
        simulated=any(document.annotator.tool == "simulated" for document in own),
        documents=len(own),
        shared=shared,
        spans_per_document=sum(len(document.spans) for document in own) / max(len(own), 1),
        f1=known.f1_with_rest(annotator),
        influence=known.influence(annotator),
        lead_time=lead_times(own),
        missing=missing_values(own, corpus.scheme),
        defaulted=defaulted(own, corpus.scheme),
        drift=known.drift(annotator),
        warnings=tuple(_warnings(len(own), shared)),
    )


def _warnings(documents: int, shared: int) -> list[str]:
    if documents < _FEW:
        return [f"{documents} document: too few to say anything of this annotator"]
    if not shared:
        return ["nobody else saw these documents: agreement is unknown"]
    if shared < _FEW:
        return [f"{shared} document shared with others: too few to judge agreement"]
    return []
