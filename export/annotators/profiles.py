"""A profile of each annotator: how much, how fast, with what gaps, and how much like the rest."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from signalbook.export.agreement.coded_corpus import CodedCorpus
from signalbook.export.agreement.corpus import Corpus
from signalbook.export.agreement.measure import Measure, MeasureWithInterval
from signalbook.schema.documents.records import AnnotationDocument, Value
from signalbook.schema.scheme.model import Field, Scheme

from .agreement_with_rest import AgreementDrift, AgreementWithRest, LeaveOneOut, agreement_with_rest

#: Documents from which on something can be said of an annotator.
_MIN_DOCUMENTS = 2
_Unit = tuple[str, tuple[Field, ...], Mapping[str, Value], tuple[str, ...]]


@dataclass(frozen=True)
class Quantiles:
    """Numbers by their quartiles."""

    n: int
    low: float
    median: float
    high: float


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
class AnnotatorProfile:
    """One annotator."""

    annotator: str
    documents: int
    #: Documents that somebody else saw as well.
    shared: int
    spans_per_document: float
    #: Mean F1 of spans with each of the others.
    f1: MeasureWithInterval | None
    #: How each measure that is followed changes without this annotator.
    leave_one_out: tuple[LeaveOneOut, ...]
    #: Seconds for a document.
    lead_time: Quantiles | None
    #: `unit.field` -> required values that are absent.
    missing: dict[str, int]
    #: Values left as the page proposes them, of those that it proposes.
    defaulted: Share
    drift: AgreementDrift | None
    warnings: tuple[str, ...]


def annotator_profiles(
    coded: CodedCorpus, measures: Iterable[Measure]
) -> tuple[AnnotatorProfile, ...]:
    """The profile of each annotator, in the order of the corpus.

    Args:
        coded: The annotations.
        measures: All measures of these.
    """
    corpus, agreement = coded.corpus, agreement_with_rest(coded, measures)
    return tuple(_profile(corpus, number, agreement) for number in range(len(corpus.annotators)))


def _profile(corpus: Corpus, annotator: int, agreement: AgreementWithRest) -> AnnotatorProfile:
    documents = [doc for (_, who), doc in sorted(corpus.documents.items()) if who == annotator]
    shared = sum(annotator in seen and len(seen) > 1 for seen in corpus.seen_by)
    return AnnotatorProfile(
        annotator=corpus.annotators[annotator],
        documents=len(documents),
        shared=shared,
        spans_per_document=sum(len(document.spans) for document in documents)
        / max(len(documents), 1),
        f1=agreement.f1_with_rest(annotator),
        leave_one_out=agreement.leave_one_out(annotator),
        lead_time=lead_times(documents),
        missing=missing_values(documents, corpus.scheme),
        defaulted=defaulted(documents, corpus.scheme),
        drift=agreement.drift(annotator),
        warnings=tuple(_warnings(len(documents), shared)),
    )


def _warnings(documents: int, shared: int) -> list[str]:
    if documents < _MIN_DOCUMENTS:
        return [f"{documents} document: too few to say anything of this annotator"]
    if not shared:
        return ["nobody else saw these documents: agreement is unknown"]
    if shared < _MIN_DOCUMENTS:
        return [f"{shared} document shared with others: too few to judge agreement"]
    return []


def lead_times(documents: Iterable[AnnotationDocument]) -> Quantiles | None:
    """Seconds that a document took, where the tool says so."""
    seconds = [d.annotator.lead_time_s for d in documents if d.annotator.lead_time_s is not None]
    if not seconds:
        return None
    low, median, high = (float(q) for q in np.quantile(np.array(seconds), [0.25, 0.5, 0.75]))
    return Quantiles(len(seconds), low, median, high)


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
