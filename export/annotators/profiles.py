"""A profile of each annotator: how much, how fast, with what gaps, and how much like the rest."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from signalbook.export.agreement.coded_corpus import CodedCorpus
from signalbook.export.agreement.corpus import Corpus
from signalbook.export.agreement.measure import Measure, MeasureWithInterval
from signalbook.schema.documents.records import AnnotationDocument, Value
from signalbook.schema.scheme.model import Field, Scheme

from .agreement_with_rest import AgreementDrift, AgreementWithRest, LeaveOneOut, agreement_with_rest

#: Documents from which on something can be said of an annotator.
_MIN_DOCUMENTS = 2
#: Kind of unit, its fields, and of each unit the attributes and the names of those as proposed.
_Units: TypeAlias = tuple[
    str, Sequence[Field], Sequence[tuple[Mapping[str, Value], tuple[str, ...]]]
]


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
    units = [*_units(documents, corpus.scheme)]
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
        missing=_missing(units),
        defaulted=_defaulted(units),
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


def _missing(units: Iterable[_Units]) -> dict[str, int]:
    """`unit.field` -> how often a required value is absent, the frequent first."""
    absent: Counter[str] = Counter()
    for unit, fields, given in units:
        required = {field.name for field in fields if field.required}
        missing = (name for attributes, _ in given for name in required.difference(attributes))
        absent.update(f"{unit}.{name}" for name in missing)
    return dict(sorted(absent.items(), key=lambda item: (-item[1], item[0])))


def _defaulted(units: Iterable[_Units]) -> Share:
    """Values that were left as the page proposes them."""
    left: Counter[str] = Counter()
    of: Counter[str] = Counter()
    for unit, fields, given in units:
        for field in fields:
            if field.has_default or field.default_from is not None:
                name, place = field.name, f"{unit}.{field.name}"
                as_proposed = [name in proposed for values, proposed in given if name in values]
                left[place] += sum(as_proposed)
                of[place] += len(as_proposed)
    by_field = {place: (left[place], n) for place, n in of.items() if n}
    return Share(left.total(), of.total(), by_field)


def _units(documents: Sequence[AnnotationDocument], scheme: Scheme) -> Iterator[_Units]:
    spans = [span for document in documents for span in document.spans]
    for span_type in scheme.span_types:
        of_type = (span for span in spans if span.type == span_type.name)
        given = [(span.attributes, span.defaulted) for span in of_type]
        yield span_type.name, span_type.fields, given
    if scheme.party is not None:
        parties = (party for document in documents for party in document.parties)
        given = [(party.attributes, party.defaulted) for party in parties]
        yield "party", scheme.party.fields, given
    if scheme.dyad is not None:
        dyads = [dyad.attributes for document in documents for dyad in document.dyads]
        yield "dyad", scheme.dyad.all_fields, [(d, _names(d.get("defaulted"))) for d in dyads]
    labels = [document.article_labels for document in documents]
    given = [(values, _names(values.get("defaulted"))) for values in labels]
    yield "article", scheme.article_labels, given


def _names(value: Value | None) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()
