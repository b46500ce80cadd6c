"""A corpus becomes arrays of its spans, for measures that read places and types only."""

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

import numpy as np

from signalbook.export.coefficients.coefficient import Bools, Ints
from signalbook.export.coefficients.gamma.alignment import Continuum
from signalbook.export.coefficients.span_matching import Spans

from .corpus import Corpus, re_mentions


@dataclass(frozen=True)
class MarkedSpans:
    """Spans in parallel arrays ``[n]``, by article and annotator, as they stand in documents."""

    documents: Ints
    annotators: Ints
    starts: Ints
    #: Never before the start, even of a broken span.
    ends: Ints
    #: Number of the type in the scheme; the number of types for a type it does not have.
    types: Ints
    #: Whether a span mentions again what another of the same annotator says.
    again: Bools
    #: Whether an annotator saw an article, ``[annotators, articles]``.
    seen: Bools
    #: Length of each article, ``[articles]``.
    lengths: Ints

    def __len__(self) -> int:
        return len(self.starts)

    @cached_property
    def people(self) -> Ints:
        """How many annotators saw each article."""
        return np.asarray(self.seen.sum(axis=0), dtype=np.int64)

    def where(self, keep: Bools) -> "MarkedSpans":
        """The spans for which `keep` is true, of the same articles."""
        names = ("documents", "annotators", "starts", "ends", "types", "again")
        return replace(self, **{name: getattr(self, name)[keep] for name in names})

    def compared(self) -> "MarkedSpans":
        """The spans of articles that two annotators or more saw."""
        return self.where(np.asarray((self.people > 1)[self.documents], dtype=np.bool_))

    def of(self, annotator: int) -> Spans:
        """One annotator's spans."""
        own = self.annotators == annotator
        columns = self.documents, self.starts, self.ends, self.types
        return Spans(*(column[own] for column in columns))

    def by_annotator(self, *, typed: bool = True) -> tuple[dict[str, Spans], dict[str, Bools]]:
        """Spans and the articles seen, by annotator; untyped, all labels are 0."""
        spans: dict[str, Spans] = {}
        for annotator in range(len(self.seen)):
            own = self.of(annotator)
            labels = own.labels if typed else np.zeros_like(own.labels)
            spans[str(annotator)] = replace(own, labels=labels)
        return spans, {str(number): row for number, row in enumerate(self.seen)}

    def continua(self) -> list[Continuum]:
        """One continuum for each article; its annotators are those who saw it."""
        number = np.cumsum(self.seen, axis=0) - 1
        annotators = number[self.annotators, self.documents].astype(np.int64)
        starts = self.starts.astype(np.float64)
        # A broken document may hold an empty span; it counts as one character here.
        ends = np.maximum(self.ends, self.starts + 1).astype(np.float64)
        cuts = np.searchsorted(self.documents, np.arange(len(self.lengths) + 1))
        return [
            Continuum(
                starts[low:high],
                ends[low:high],
                self.types[low:high],
                annotators[low:high],
                int(self.people[article]),
                float(self.lengths[article]),
            )
            for article, (low, high) in enumerate(pairwise(cuts))
        ]


def marked_spans(corpus: Corpus) -> MarkedSpans:
    """All spans of the corpus, re-mentions included and told apart."""
    types = {t.name: number for number, t in enumerate(corpus.scheme.span_types)}
    seen = np.zeros((len(corpus.annotators), len(corpus.articles)), dtype=np.bool_)
    lengths = np.zeros(len(corpus.articles), dtype=np.int64)
    rows: list[tuple[int, int, int, int, int, bool]] = []
    for (article, annotator), document in sorted(corpus.documents.items()):
        seen[annotator, article] = True
        again = re_mentions(document, corpus.scheme)
        lengths[article] = max(lengths[article], document.article.text_length)
        for span in document.spans:
            start, end = max(span.start, 0), max(span.start, span.end, 0)
            kind = types.get(span.type, len(types))
            rows.append((article, annotator, start, end, kind, span.id in again))
    table = np.array(rows, dtype=np.int64).reshape(-1, 6)
    np.maximum.at(lengths, table[:, 0], table[:, 3])
    documents, annotators, starts, ends, kinds, twice = map(np.ascontiguousarray, table.T)
    return MarkedSpans(
        documents, annotators, starts, ends, kinds, twice.astype(np.bool_), seen, lengths
    )
