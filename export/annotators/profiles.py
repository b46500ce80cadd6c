"""A profile of each annotator: how much, how fast, with what gaps, and how much like the rest."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from signalbook.export.agreement.coded_corpus import CodedCorpus
from signalbook.export.agreement.corpus import Corpus
from signalbook.export.agreement.measure import Measure
from signalbook.schema.documents.records import AnnotationDocument, Value
from signalbook.schema.scheme.model import Field, Scheme

from .influence import Agreed, Drift, Influence, agreed

_FEW = 2
_Unit = tuple[str, tuple[Field, ...], Mapping[str, Value], tuple[str, ...]]


@dataclass(frozen=True)
class Spread:
    """Numbers by their quartiles."""

    n: int
    low: float
    median: float
    high: float

    @property
    def range(self) -> float:
        """The interquartile range."""
        return self.high - self.low


@dataclass(frozen=True)
class Share:
    """So many of so many."""

    count: int
    of: int
    #: `unit.field` -> count, of.
    fields: Mapping[str, tuple[int, int]]

    @property
    def share(self) -> float | None:
        """None of none is no share."""
        return self.count / self.of if self.of else None


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


def annotators(coded: CodedCorpus, measures: Iterable[Measure]) -> tuple[Profile, ...]:
    """The profile of each annotator, in the order of the corpus.

    Args:
        coded: The annotations.
        measures: All measures of these.
    """
    corpus, known = coded.corpus, agreed(coded, measures)
    return tuple(_profile(corpus, number, known) for number in range(len(corpus.annotators)))


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


def lead_times(documents: Iterable[AnnotationDocument]) -> Spread | None:
    """Seconds that a document took, where the tool says so."""
    seconds = [d.annotator.lead_time_s for d in documents if d.annotator.lead_time_s is not None]
    if not seconds:
        return None
    low, median, high = (float(q) for q in np.quantile(np.array(seconds), [0.25, 0.5, 0.75]))
    return Spread(len(seconds), low, median, high)


def missing_values(documents: Sequence[AnnotationDocument], scheme: Scheme) -> dict[str, int]:
    """`unit.field` -> how often a required value is absent, the frequent first."""
    absent: Counter[str] = Counter()
    for document in documents:
        for unit, fields, attributes, _ in _units(document, scheme):
            for field in fields:
                if field.required and field.name not in attributes:
                    absent[f"{unit}.{field.name}"] += 1
    return dict(sorted(absent.items(), key=lambda item: (-item[1], item[0])))


def defaulted(documents: Sequence[AnnotationDocument], scheme: Scheme) -> Share:
    """Values that were left as the page proposes them."""
    left: Counter[str] = Counter()
    given: Counter[str] = Counter()
    for document in documents:
        for unit, fields, attributes, proposed in _units(document, scheme):
            for field in fields:
                offers = field.has_default or field.default_from is not None
                if offers and field.name in attributes:
                    name = f"{unit}.{field.name}"
                    given[name] += 1
                    left[name] += field.name in proposed
    by_field = {name: (left[name], given[name]) for name in given}
    return Share(left.total(), given.total(), by_field)


def _units(document: AnnotationDocument, scheme: Scheme) -> Iterator[_Unit]:
    """Every unit with its fields, its attributes and those that are as proposed."""
    types = {t.name: t.fields for t in scheme.span_types}
    for span in document.spans:
        yield span.type, types.get(span.type, ()), span.attributes, span.defaulted
    for party in document.parties if scheme.party else ():
        assert scheme.party is not None
        yield "party", scheme.party.fields, party.attributes, party.defaulted
    for dyad in document.dyads if scheme.dyad else ():
        assert scheme.dyad is not None
        attributes = dyad.attributes
        fields = scheme.dyad.all_fields
        yield "dyad", fields, attributes, _names(attributes.get("defaulted"))
    labels = document.article_labels
    yield "article", scheme.article_labels, labels, _names(labels.get("defaulted"))


def _names(value: Value | None) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()
